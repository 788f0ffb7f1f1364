//! What reached the simulator, request by request.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Shared, endpoint::EndpointName, fault::FaultKind};

/// Every request so far, in the order in which they began.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RequestJournal {
    /// The requests.
    pub entries: Vec<RecordedRequest>,
}

/// One request. It holds no access token and no upload token.
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
    /// The query, decoded, without `upload_token`.
    pub query: BTreeMap<String, String>,
    /// The endpoint; absent where none was matched.
    pub endpoint: Option<EndpointName>,
    /// Name of the account; `unknown:` and the start of the token's SHA-256 where the token is nobody's.
    pub account: Option<String>,
    /// The headers that tests ask about.
    pub headers: RecordedHeaders,
    /// The JSON body of an API call; a string where it was not JSON; absent for uploads and empty bodies.
    pub body: Option<Value>,
    /// Bytes of the body that came in.
    pub bytes: u64,
    /// Lowercase hex SHA-256 of the body of an upload, as far as it came in; empty where hashing is off.
    pub sha256: Option<String>,
    /// The fault that struck.
    pub fault: Option<FaultKind>,
    /// How it ended.
    pub outcome: RequestOutcome,
    /// HTTP status of the answer; absent where none was sent.
    pub status: Option<u16>,
    /// `error.code` of the answer.
    pub code: Option<String>,
    /// Remarks, for example on members that TikTok ignores.
    pub notes: Vec<String>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestOutcome {
    /// It is still running, or the client went away.
    #[default]
    Unanswered,
    /// It was answered.
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
    /// Whether `Authorization` was there.
    pub authorization: bool,
}

impl RequestJournal {
    /// The requests to one endpoint.
    pub fn of(&self, endpoint: EndpointName) -> impl Iterator<Item = &RecordedRequest> {
        self.entries
            .iter()
            .filter(move |entry| entry.endpoint == Some(endpoint))
    }

    /// How many requests went to one endpoint.
    pub fn count(&self, endpoint: EndpointName) -> usize {
        self.of(endpoint).count()
    }

    /// Requests that carried an `Authorization` header to the upload edge, where there must be none
    /// (#upload-addresses).
    pub fn leaks(&self) -> impl Iterator<Item = &RecordedRequest> {
        self.of(EndpointName::UPLOAD)
            .filter(|entry| entry.headers.authorization)
    }

    /// Requests that no endpoint matched.
    pub fn unmatched(&self) -> impl Iterator<Item = &RecordedRequest> {
        self.entries.iter().filter(|entry| entry.endpoint.is_none())
    }
}

/// An entry in the making; it is written to the journal when it is dropped, so also when the client goes
/// away.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) entry: RecordedRequest,
    shared: Arc<Shared>,
}

impl Recorder {
    /// Reserves the next place in the journal.
    pub(super) fn open(shared: &Arc<Shared>, mut entry: RecordedRequest) -> Self {
        let mut world = shared.lock();
        world.serial = world.serial.saturating_add(1);
        entry.number = world.serial;
        entry.at_ms = u64::try_from(world.now().as_millis()).unwrap_or(u64::MAX);
        world.journal.push(entry.clone());
        Self {
            entry,
            shared: Arc::clone(shared),
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let mut world = self.shared.lock();
        if let Some(place) = world
            .journal
            .iter_mut()
            .rev()
            .find(|entry| entry.number == self.entry.number)
        {
            *place = std::mem::take(&mut self.entry);
        }
    }
}
