//! Opens the URL of a file: the guard before each request, redirects by hand.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, IF_RANGE, LOCATION, RANGE};
use reqwest::Response;
use tokio::time::timeout;
use url::Url;

use super::{
    clients::Clients,
    hop::{Hop, host},
};
use crate::{
    http::{
        connection_error::ConnectionError,
        download_error::{DownloadError, DownloadErrorKind},
        guard::{REDIRECTS_MAX, judge_url},
        lookup::Lookup,
        response::text,
        resume::RangeRequest,
    },
    model::{Reach, Standing},
};

/// Opens URLs within a reach. Clones share connections.
#[derive(Clone)]
pub(super) struct Opener {
    pub(super) reach: Reach,
    lookup: Arc<dyn Lookup>,
    clients: Arc<Clients>,
}

/// Treatment of redirects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redirects {
    /// Each is followed, after its URL has passed the guard.
    Followed,
    /// The first is an error that names its host.
    Reported,
}

/// Response that is no redirect, and its host.
pub(super) struct Opened {
    pub(super) response: Response,
    pub(super) hop: Hop,
}

impl Opened {
    /// Next part of the body; `None` at its end.
    pub(super) async fn next(&mut self, limit: Duration) -> Result<Option<Bytes>, DownloadErrorKind> {
        in_time(limit, self.response.chunk()).await
    }
}

impl Opener {
    pub(super) fn new(lookup: Arc<dyn Lookup>, reach: Reach) -> Self {
        let clients = Arc::default();
        Self {
            reach,
            lookup,
            clients,
        }
    }

    /// Requests `url`, or a `range` of it, until the response is no redirect. Each URL passes the guard before
    /// it is requested.
    pub(super) async fn open(
        &self,
        url: &Url,
        redirects: Redirects,
        range: Option<&RangeRequest>,
        limit: Duration,
    ) -> Result<Opened, DownloadError> {
        let mut url = url.clone();
        for count in 0..=REDIRECTS_MAX {
            let hop = Hop::after(count, &url);
            let standing = judge_url(&self.reach, &url)
                .map_err(|blocked| hop.error(DownloadErrorKind::Blocked(blocked)))?;
            let asked = self.request(standing, &url, range, limit).await;
            let response = asked.map_err(|kind| hop.error(kind))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(Opened { response, hop });
            }
            let target = text(response.headers(), &LOCATION).and_then(|text| url.join(text).ok());
            url = match (redirects, target) {
                (Redirects::Followed, Some(target)) => target,
                (Redirects::Followed, None) => return Err(hop.error(DownloadErrorKind::RedirectNowhere)),
                (Redirects::Reported, target) => {
                    return Err(hop.error(DownloadErrorKind::Redirect(target.as_ref().map(host))));
                }
            };
        }
        Err(Hop::after(REDIRECTS_MAX + 1, &url).error(DownloadErrorKind::TooManyRedirects))
    }

    async fn request(
        &self,
        standing: Standing,
        url: &Url,
        range: Option<&RangeRequest>,
        limit: Duration,
    ) -> Result<Response, DownloadErrorKind> {
        let client = self
            .clients
            .of(&self.lookup, &self.reach, standing)
            .ok_or(DownloadErrorKind::NoClient)?;
        let mut request = client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some(range) = range {
            request = request.header(RANGE, &range.range);
        }
        if let Some(state) = range.and_then(|range| range.state.as_ref()) {
            request = request.header(IF_RANGE, state.clone());
        }
        in_time(limit, request.send()).await
    }
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, DownloadErrorKind> {
    let done = timeout(limit, work).await;
    let done = done.map_err(|_elapsed| ConnectionError::Timeout);
    done.and_then(|done| done.map_err(|error| ConnectionError::of(&error)))
        .map_err(DownloadErrorKind::Connection)
}
