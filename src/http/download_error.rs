//! Failed downloads. Errors name the host and no other part of the URL.

use std::{fmt, time::Duration};

use super::{
    connection_error::ConnectionError,
    guard::{BlockedUrl, REDIRECTS_MAX},
    jobs::QueueFull,
    lowest_speed::{Shortfall, TurnEnd},
    retry::RetryReason,
};

/// Failure of a download, and the host where it happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {kind}{}", self.place(), self.detour())]
pub struct DownloadError {
    /// Host name, the only part of the URL that is shown.
    pub host: String,
    /// Reason.
    pub kind: DownloadErrorKind,
    /// True if a redirect named the host.
    pub redirected: bool,
}

impl DownloadError {
    /// The URL as a noun phrase, with the reason: `a URL on cdn.example.com, which answered HTTP 404`.
    pub fn url_and_reason(&self) -> String {
        let (place, kind, detour) = (self.place(), &self.kind, self.detour());
        if place.is_empty() {
            format!("a URL that {kind}{detour}")
        } else {
            format!("a URL on {place}, which {kind}{detour}")
        }
    }

    /// The host, with its port where that is wrong.
    fn place(&self) -> String {
        if let DownloadErrorKind::Blocked(BlockedUrl::Outside(port)) = self.kind {
            format!("{}:{port}", self.host)
        } else {
            self.host.clone()
        }
    }

    const fn detour(&self) -> &'static str {
        if self.redirected {
            " (after a redirect)"
        } else {
            ""
        }
    }
}

/// Reason for the failure of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownloadErrorKind {
    /// The guard does not permit the URL.
    Blocked(BlockedUrl),
    /// The connection was not made, or failed.
    Connection(ConnectionError),
    /// The host sent less than the lowest speed.
    BelowLowestSpeed(Shortfall),
    /// The time for the download was up.
    OutOfTime,
    /// The time for the download was up before it began: other downloads came first.
    NoTurn,
    /// Too many other downloads.
    QueueFull(QueueFull),
    /// The turn was over and another request waited; the download continues in its next turn.
    GaveWay,
    /// Status that is not a file's, and the wait of its `Retry-After`.
    Status(u16, Option<Duration>),
    /// Redirect where none is followed, and its host.
    Redirect(Option<String>),
    /// More than `REDIRECTS_MAX` redirects.
    TooManyRedirects,
    /// Redirect without a target.
    RedirectNowhere,
    /// The file changed during the download.
    Changed,
    /// The HTTP client could not be set up.
    NoClient,
}

impl fmt::Display for DownloadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked(blocked) => blocked.fmt(f),
            Self::Connection(error) => f.write_str(error.at_host()),
            Self::BelowLowestSpeed(shortfall) => shortfall.fmt(f),
            Self::NoTurn => {
                f.write_str("was not asked: other downloads took all the time that this action has")
            }
            Self::QueueFull(full) => full.fmt(f),
            Self::GaveWay => f.write_str("had to wait for other downloads"),
            Self::OutOfTime => f.write_str("was too slow for the time that an action has"),
            Self::Status(status, _) => write!(f, "answered HTTP {status}"),
            Self::Redirect(Some(host)) => write!(f, "answered with a redirect to {host}"),
            Self::Redirect(None) | Self::RedirectNowhere => {
                f.write_str("answered with a redirect to nowhere")
            }
            Self::TooManyRedirects => write!(f, "answered with more than {REDIRECTS_MAX} redirects"),
            Self::Changed => f.write_str("changed the file while it was downloaded"),
            Self::NoClient => f.write_str("could not be asked: the HTTP client could not be set up"),
        }
    }
}

impl From<TurnEnd> for DownloadErrorKind {
    fn from(end: TurnEnd) -> Self {
        match end {
            TurnEnd::TooSlow(shortfall) => Self::BelowLowestSpeed(shortfall),
            TurnEnd::GivesWay => Self::GaveWay,
        }
    }
}

/// Wait after a 429 that names none.
const RATE_LIMIT_WAIT: Duration = Duration::from_mins(1);

impl DownloadErrorKind {
    /// Reason to try again; `None` if the failure is final.
    pub(super) fn retry_reason(&self) -> Option<RetryReason> {
        match self {
            Self::Connection(ConnectionError::Connect(_)) => Some(RetryReason::NotSent),
            Self::Connection(ConnectionError::Timeout | ConnectionError::Interrupted) => {
                Some(RetryReason::NoResponse)
            }
            Self::Status(429, retry_after) => Some(RetryReason::RateLimited {
                wait: Some(retry_after.unwrap_or(RATE_LIMIT_WAIT)),
                by_api: true,
            }),
            Self::Status(status, _) => RetryReason::of_status(*status),
            Self::Blocked(_)
            | Self::BelowLowestSpeed(_)
            | Self::OutOfTime
            | Self::NoTurn
            | Self::QueueFull(_)
            | Self::GaveWay
            | Self::Redirect(_)
            | Self::TooManyRedirects
            | Self::RedirectNowhere
            | Self::Changed
            | Self::NoClient => None,
        }
    }

    /// Returns true if the same download may succeed a little later.
    pub fn is_passing(&self) -> bool {
        self.retry_reason().is_some()
            || matches!(
                self,
                Self::BelowLowestSpeed(_)
                    | Self::OutOfTime
                    | Self::NoTurn
                    | Self::QueueFull(_)
                    | Self::GaveWay
                    | Self::Changed
            )
    }
}
