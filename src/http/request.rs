//! Requests: method, URL, credential and body.

use std::{fmt, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use super::meter::StallLimit;
use crate::secret::AccessToken;

/// HTTP request, ready to be sent any number of times.
///
/// `Debug` omits the URL and the headers, which may hold secrets.
#[derive(Clone)]
pub struct HttpRequest<'a> {
    /// Name of the endpoint in logs and errors.
    pub endpoint: &'static str,
    /// Method.
    pub method: Method,
    /// Complete URL; never printed.
    pub url: Url,
    /// Credential, where the endpoint takes one.
    pub auth: Option<AuthHeader<'a>>,
    /// Further headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: RequestBody,
    /// Longest duration of one attempt.
    pub timeout: Duration,
    /// Longest response body that is read, in bytes.
    pub response_max: usize,
}

impl fmt::Debug for HttpRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("endpoint", &self.endpoint)
            .field("method", &self.method)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Header that carries the API's credential. It is sent to the transport's own API base and to no other host.
#[derive(Debug, Clone, Copy)]
pub struct AuthHeader<'a> {
    /// Name, such as `authorization`.
    pub name: &'a HeaderName,
    /// Text before the token, such as `Bearer `.
    pub prefix: &'static str,
    /// Secret part of the value.
    pub token: &'a AccessToken,
}

/// Opens a stream of bytes, from their beginning at each call.
pub type Open = dyn Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync;

/// Body of a request.
#[derive(Clone)]
pub enum RequestBody {
    /// No body.
    Empty,
    /// Bytes in memory: JSON, a form.
    Bytes {
        /// `Content-Type`.
        content_type: HeaderValue,
        /// Content.
        bytes: Bytes,
    },
    /// Bytes that are read while they are sent, with `Content-Length` and never chunked.
    Stream {
        /// `Content-Type`.
        content_type: HeaderValue,
        /// Number of bytes.
        length: u64,
        /// Source of the bytes.
        open: Arc<Open>,
        /// Limits on a connection that stalls; `None` if the sender of the request watches it. With limits, the
        /// request's timeout bounds a silence and not the whole attempt.
        stall: Option<StallLimit>,
    },
}

impl RequestBody {
    /// Length in bytes and limits of a body whose connection is watched.
    pub(super) fn stall(&self) -> Option<(u64, StallLimit)> {
        match self {
            Self::Stream { length, stall, .. } => stall.map(|stall| (*length, stall)),
            Self::Empty | Self::Bytes { .. } => None,
        }
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes { content_type, bytes } => {
                write!(f, "Bytes({content_type:?}, {} bytes)", bytes.len())
            }
            Self::Stream { length, .. } => write!(f, "Stream({length} bytes)"),
        }
    }
}
