//! Replies before they are sent.

use bytes::Bytes;
use hyper::Response;
use serde_json::Value;

use super::wire::{Body, full, response};

/// A reply before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerReply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The API's own code in the body, for the journal.
    pub(super) code: Option<String>,
}

/// Errors in the form of an API, for faults that respond in its name.
pub(super) trait ErrorFormat {
    /// An error with this HTTP status, code and message.
    fn error(&self, status: u16, code: &str, message: &str) -> ServerReply;

    /// The error for too many requests.
    fn rate_limited(&self) -> ServerReply;
}

impl Default for ServerReply {
    fn default() -> Self {
        Self::empty(500)
    }
}

impl ServerReply {
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            code: None,
        }
    }

    /// A sentence for the person who reads a failing test.
    pub(super) fn text(status: u16, sentence: &str) -> Self {
        Self::empty(status)
            .with_header("content-type", "text/plain; charset=utf-8")
            .with_body(sentence)
    }

    pub(super) fn html(status: u16, page: &str) -> Self {
        Self::empty(status)
            .with_header("content-type", "text/html")
            .with_body(page)
    }

    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::empty(status)
            .with_header("content-type", "application/json")
            .with_body(value.to_string())
    }

    /// Names the code of the reply, for the journal.
    pub(super) fn with_code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    pub(super) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        response(self.status, &self.headers, full(Bytes::from(self.body)))
    }
}
