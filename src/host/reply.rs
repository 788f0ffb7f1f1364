//! The envelope of results: pure, from types to a line of JSON.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{envelope::InvalidRequest, strict::Id};
use crate::{progress::Report, secret::AccessToken};

/// The version of the envelope, which is that of Autohive's SDK.
const VERSION: &str = "2.0.0";

/// One result.
#[derive(Debug, Clone, Serialize)]
pub struct Reply {
    id: Id,
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    result: Value,
}

impl Reply {
    /// An action's output.
    pub fn action(id: Id, data: Value) -> Self {
        let mut result = Map::new();
        result.insert("data".into(), data);
        result.insert("cost_usd".into(), Value::Null);
        Self {
            id,
            version: VERSION,
            kind: "action",
            result: Value::Object(result),
        }
    }

    /// An account.
    pub fn connected_account(id: Id, account: Value) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "connected_account",
            result: account,
        }
    }

    /// An expected failure.
    pub fn action_error(id: Id, error: Value) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "action_error",
            result: error,
        }
    }

    /// An input or output that breaks its schema.
    pub fn validation_error(id: Id, error: Value) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "validation_error",
            result: error,
        }
    }

    /// A request that could not be understood, or a fault of ours.
    pub fn error(id: Id, code: &str, message: &str) -> Self {
        Self {
            id,
            version: VERSION,
            kind: "error",
            result: json!({ "message": message, "code": code }),
        }
    }

    /// The same, with one more member of the result.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        if let Some(result) = self.result.as_object_mut() {
            result.insert(name.to_owned(), value);
        }
        self
    }

    /// Whether it is the result of an action that did what was asked.
    pub fn is_success(&self) -> bool {
        matches!(self.kind, "action" | "connected_account")
    }

    /// The result's code, outcome and ids, for the logs.
    pub(super) fn told(&self) -> Told<'_> {
        let find = |name: &str| {
            let members = self.result.get("data").unwrap_or(&self.result);
            members.get(name).and_then(Value::as_str)
        };
        let code = match self.kind {
            "validation_error" => Some("validation_error"),
            _ if self.is_success() => None,
            _ => find("code"),
        };
        Told {
            code,
            outcome: find("outcome"),
            publish_id: find("publish_id"),
            log_id: find("log_id"),
        }
    }

    /// The outcome of a post in a few words; `None` for a result without one.
    pub fn post_told(&self, secret: Option<&AccessToken>) -> Option<String> {
        let Told {
            outcome, publish_id, ..
        } = self.told();
        let named = publish_id.map(|name| format!(" ({name})")).unwrap_or_default();
        let text = format!("request {} is {}{named}", self.id, outcome?);
        Some(secret.map_or_else(|| text.clone(), |token| token.redact(&text)))
    }

    /// The envelope as one line of JSON, without the line's end.
    ///
    /// `secret` is taken out of what is not an action's output, should an error's text ever repeat it.
    pub fn into_line(self, secret: Option<&AccessToken>) -> String {
        let mut reply = self;
        if let Some(token) = secret.filter(|_| !reply.is_success()) {
            token.redact_value(&mut reply.result);
        }
        // Its members are JSON already, so it always serializes.
        serde_json::to_string(&reply).unwrap_or_default()
    }
}

/// The parts of a result that are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told<'a> {
    /// The error's code.
    pub(super) code: Option<&'a str>,
    /// The outcome of the post.
    pub(super) outcome: Option<&'a str>,
    /// The post's name.
    pub(super) publish_id: Option<&'a str>,
    /// TikTok's name for the call that failed.
    pub(super) log_id: Option<&'a str>,
}

/// How far a request has come, as one line of JSON.
pub(super) fn progress_line(id: &Id, action: &str, report: Report) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        id: &'a Id,
        action: &'a str,
        #[serde(flatten)]
        report: Report,
    }
    // The members of a report are numbers and words, so it always serializes.
    serde_json::to_string(&Line {
        kind: "progress",
        id,
        action,
        report,
    })
    .unwrap_or_default()
}

impl From<InvalidRequest> for Reply {
    fn from(rejection: InvalidRequest) -> Self {
        Self::error(rejection.id, rejection.code, &rejection.message)
    }
}
