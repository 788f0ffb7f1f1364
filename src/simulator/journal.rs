//! Journal of the requests that reached the simulator.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{endpoint::EndpointName, fault::FaultKind};

/// Every request so far, in the order in which they began.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RequestJournal {
    /// The requests.
    pub entries: Vec<RecordedRequest>,
}

/// A request, without access token and upload token.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// Number of the request, from 1; a reset does not start over.
    pub number: u64,
    /// Simulated time of its beginning, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The query, decoded, without tokens and secrets.
    pub query: BTreeMap<String, String>,
    /// The endpoint; absent if none matched.
    pub endpoint: Option<EndpointName>,
    /// Name of the account; `unknown:` and the start of the token's SHA-256 if no account has the token.
    pub account: Option<String>,
    /// Headers that tests may check.
    pub headers: RecordedHeaders,
    /// JSON body of an API call; a string if it was not JSON; absent for uploads and empty bodies.
    pub body: Option<Value>,
    /// Received bytes of the body.
    pub bytes: u64,
    /// Lowercase hex SHA-256 of the received bytes of an upload; empty if hashing is off.
    pub sha256: Option<String>,
    /// The fault that was triggered.
    pub fault: Option<FaultKind>,
    /// Result of the request.
    pub outcome: RequestOutcome,
    /// HTTP status of the response; absent if none was sent.
    pub status: Option<u16>,
    /// Code of the response, such as `error.code` of the Open API.
    pub code: Option<String>,
    /// Remarks, for example on members that TikTok ignores.
    pub notes: Vec<String>,
}

/// Result of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestOutcome {
    /// Still running, or the client went away.
    #[default]
    Unanswered,
    /// Answered.
    Answered,
    /// The connection was closed on purpose.
    Cut,
}

/// Headers of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordedHeaders {
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Content-Length`
    pub content_length: Option<String>,
    /// `Content-Range`
    pub content_range: Option<String>,
    /// `Transfer-Encoding`
    pub transfer_encoding: Option<String>,
    /// `User-Agent`
    pub user_agent: Option<String>,
    /// Whether `Authorization` was present.
    pub authorization: bool,
    /// Whether `Access-Token`, the credential of the Marketing API, was present.
    #[serde(default)]
    pub access_token: bool,
}

impl RequestJournal {
    /// The requests to an endpoint.
    pub fn of(&self, endpoint: EndpointName) -> impl Iterator<Item = &RecordedRequest> {
        self.entries
            .iter()
            .filter(move |entry| entry.endpoint == Some(endpoint))
    }

    /// Number of requests to an endpoint.
    pub fn count(&self, endpoint: EndpointName) -> usize {
        self.of(endpoint).count()
    }

    /// Requests that no endpoint matched.
    pub fn unmatched(&self) -> impl Iterator<Item = &RecordedRequest> {
        self.entries.iter().filter(|entry| entry.endpoint.is_none())
    }
}
