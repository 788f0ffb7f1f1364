//! Everything that an action of any API may need in addition to its input.

use std::{any::Any, fmt, sync::Arc, time::Duration};

use serde_json::Value;
use url::Url;

use super::{Contents, Credentials, Evidence, ObjectLocks, OperatorPolicy, RowSink};
use crate::{
    clock::{Clock, Deadline},
    http::{Downloader, Limiter, Retries, StallLimit, Transport},
    media::SpoolArea,
    model::Namespace,
    outlet::Outlet,
    progress::Reporter,
    state::{RateCounters, State},
    upload::LineSpeed,
};

/// One call of an action, as the host prepares it. Each integration makes its own context of it.
pub struct Call {
    /// Validated inputs as JSON, for digests of them. An action gets them typed.
    pub inputs: Arc<Value>,
    /// Credentials of the account.
    pub credentials: Credentials,
    /// Prefix of the integration's digests in the state.
    pub namespace: Namespace,
    /// Address of the integration's API.
    pub api_base: Url,
    /// HTTP client for that address.
    pub transport: Transport,
    /// HTTP client for hosts that an input names. It sends no credentials.
    pub downloader: Downloader,
    /// Rate counters of this process.
    pub limiter: Arc<Limiter>,
    /// Rate counters that processes share through the state.
    pub rate_counters: Option<Arc<RateCounters>>,
    /// Locks of objects that requests of this process change.
    pub object_locks: Arc<ObjectLocks>,
    /// Storage of media while they are transferred.
    pub spool: SpoolArea,
    /// Source of time.
    pub clock: Clock,
    /// Longest duration of one HTTP request.
    pub timeout: Duration,
    /// Retries of one HTTP request.
    pub retries: Retries,
    /// Monotonic deadline of the request.
    pub deadline: Deadline,
    /// Total time budget at the start: 14 min, or `request_config.deadline`.
    pub time: Duration,
    /// Silence of a connection that ends the upload of a chunk.
    pub stall: StallLimit,
    /// Measured upload speed of this process.
    pub line: LineSpeed,
    /// Known effect of the request, for the case that it is stopped.
    pub evidence: Arc<dyn Evidence>,
    /// Idempotency records.
    pub state: State,
    /// Receiver of progress reports.
    pub progress: Reporter,
    /// Storage of the output's long list.
    pub rows: RowSink,
    /// Destination of the result.
    pub outlet: Outlet,
    /// Limits that the operator of the host sets.
    pub policy: OperatorPolicy,
    /// Media that came with the request.
    pub contents: Contents,
}

impl Call {
    /// The evidence as the integration's own type; none if another integration made it.
    pub fn evidence<T: Evidence>(&self) -> Option<Arc<T>> {
        let evidence: Arc<dyn Any + Send + Sync> = Arc::clone(&self.evidence) as _;
        evidence.downcast().ok()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("timeout", &self.timeout)
            .field("time", &self.time)
            .field("evidence", &self.evidence)
            .finish_non_exhaustive()
    }
}
