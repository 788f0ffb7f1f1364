//! Hosts of a download, without any other part of its URL.

use url::Url;

use crate::http::download_error::{DownloadError, DownloadErrorKind};

/// Host that is asked: the one of the URL, or one that a redirect named.
#[derive(Clone)]
pub(super) struct Hop {
    host: String,
    redirected: bool,
}

impl Hop {
    /// Host of the URL that the caller gave.
    pub(super) fn first(url: &Url) -> Self {
        Self {
            host: host(url),
            redirected: false,
        }
    }

    /// Host of a URL after so many redirects.
    pub(super) fn after(redirects: u32, url: &Url) -> Self {
        Self {
            redirected: redirects > 0,
            ..Self::first(url)
        }
    }

    /// Failure at this host.
    pub(super) fn error(&self, kind: DownloadErrorKind) -> DownloadError {
        DownloadError {
            host: self.host.clone(),
            kind,
            redirected: self.redirected,
        }
    }
}

/// Host of a URL, the only part of it that is shown.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or("(no host)").to_owned()
}

/// Host and port, which share turns.
pub(super) fn authority(url: &Url) -> String {
    format!(
        "{}:{}",
        host(url),
        url.port_or_known_default().unwrap_or_default()
    )
}
