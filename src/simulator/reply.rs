//! Answers before they are sent, and the envelope around every answer of the API
//! (docs/tiktok-open-api.md#answer-envelope).

use bytes::Bytes;
use hyper::Response;
use serde_json::{Value, json};

use super::wire::{Body, full, response};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerReply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// `error.code` of the envelope, where there is one.
    pub(super) code: Option<String>,
}

/// What an endpoint of the API gives back.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ResponseData {
    /// `data`
    Members(Value),
    /// Success without a `data` member (#cancel).
    Absent,
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

    /// Success in the envelope.
    pub(super) fn ok(data: ResponseData, log_id: &str) -> Self {
        let error = json!({"code": "ok", "message": "", "log_id": log_id});
        let body = match data {
            ResponseData::Members(data) => json!({"data": data, "error": error}),
            ResponseData::Absent => json!({"error": error}),
        };
        Self {
            code: Some("ok".to_owned()),
            ..Self::json(200, &body)
        }
    }

    /// A refusal in the envelope.
    pub(super) fn error(status: u16, code: &str, message: &str, log_id: &str) -> Self {
        let body = json!({"data": {}, "error": {"code": code, "message": message, "log_id": log_id}});
        Self {
            code: Some(code.to_owned()),
            ..Self::json(status, &body)
        }
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
