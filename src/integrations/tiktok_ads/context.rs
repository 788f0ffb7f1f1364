//! Context of the integration's actions: the Marketing API as the ad account sees it.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::evidence::AdsEvidence;
use crate::{
    catalogue::own,
    clock::{Clock, Deadline},
    http::{Backoff, RateBudget, Retries, StallLimit},
    integrations::{
        ActionError, AdvertiserCredentials, Call, Contents, Credentials, Failure, FileDownloads, ObjectLock,
        ObjectLocks, OperatorPolicy, RowSink, keyed::canonical_without,
    },
    marketing_api::{ApiSettings, MarketingApi},
    model::Namespace,
    state::State,
};

/// Context of an action.
#[derive(Debug, Clone)]
pub(in crate::integrations) struct AdsContext {
    /// The Marketing API, as the request's ad account sees it.
    pub(super) api: MarketingApi,
    /// Storage of the output's long list.
    pub(super) rows: RowSink,
    /// Limits that the operator of the host sets.
    pub(super) policy: OperatorPolicy,
    /// Whether the account is in the sandbox.
    pub(super) is_sandbox: bool,
    /// Source of time.
    pub(super) clock: Clock,
    /// Monotonic deadline of the request.
    pub(super) deadline: Deadline,
    /// Longest duration of one HTTP request.
    pub(super) timeout: Duration,
    /// Known effect on the account.
    pub(super) evidence: Arc<AdsEvidence>,
    /// Prefix of digests in the state.
    pub(super) namespace: Namespace,
    /// Idempotency records.
    pub(super) state: State,
    /// Locks of objects that requests of this process change.
    pub(super) object_locks: Arc<ObjectLocks>,
    /// Inputs of the object, in canonical form; empty without an idempotency key.
    pub(super) inputs: String,
    /// Files that came with the request.
    pub(super) contents: Contents,
    /// Means of downloads.
    pub(super) files: FileDownloads,
    /// Silence of a connection that ends the upload of a file.
    pub(super) stall: StallLimit,
}

/// Growth of the waits between attempts. TikTok does not say which limit is reached, and that of a second is over in a
/// second (docs/tiktok-marketing-api.md#rate-limits).
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(2),
    most: Duration::from_secs(8),
};

impl TryFrom<Call> for AdsContext {
    type Error = ActionError;

    fn try_from(call: Call) -> Result<Self, ActionError> {
        // Without the evidence that the host holds, an interrupted write would be reported as not made.
        let evidence = call
            .evidence::<AdsEvidence>()
            .ok_or(ActionError::ForeignEvidence)?;
        let Credentials::Advertiser(credentials) = call.credentials else {
            return Err(ActionError::ForeignCredentials);
        };
        let AdvertiserCredentials {
            token,
            advertiser_id,
            app_id,
            is_sandbox,
        } = credentials;
        // Limits are those of an app. Without its id, all requests of this host are one.
        let app = app_id.as_ref().map_or("", |app_id| app_id.as_str());
        let settings = ApiSettings {
            base: call.api_base,
            token,
            advertiser_id,
            app: call.namespace.account(&["app", app]),
            is_sandbox,
            tier: call.policy.ads_calls,
            timeout: call.timeout,
            retries: Retries {
                backoff: BACKOFF,
                ..call.retries
            },
            deadline: call.deadline,
            outlet: call.outlet,
            clock: call.clock.clone(),
        };
        let files = FileDownloads {
            downloader: call.downloader,
            clock: call.clock.clone(),
            deadline: call.deadline,
            timeout: call.timeout,
            retries: call.retries,
            spool: call.spool,
            progress: call.progress,
        };
        let budget = RateBudget::new(call.limiter, call.rate_counters);
        Ok(Self {
            api: MarketingApi::new(call.transport, budget, settings),
            rows: call.rows,
            policy: call.policy,
            is_sandbox,
            clock: call.clock,
            deadline: call.deadline,
            timeout: call.timeout,
            evidence,
            namespace: call.namespace,
            state: call.state,
            object_locks: call.object_locks,
            inputs: canonical_without(&call.inputs, &NOT_OF_THE_OBJECT),
            contents: call.contents,
            files,
            stall: call.stall,
        })
    }
}

/// Inputs that do not change the object.
const NOT_OF_THE_OBJECT: [&str; 2] = ["idempotency_key", "dry_run"];

impl AdsContext {
    /// Waits for earlier requests that change or delete one of the objects, so that none overwrites what another one has
    /// changed since it read the object. `member` is the name of their ids, such as `ad_id`. Errors: `object_busy` at the
    /// request's deadline.
    pub(super) async fn lock(&self, member: &str, ids: &[String]) -> Result<ObjectLock, Failure> {
        let account = self.api.advertiser_id();
        let objects = ids.iter().map(|id| format!("{account} {member} {id}"));
        let lock = self.object_locks.lock(objects.collect());
        let left = self.clock.left_until(self.deadline);
        timeout(left, lock)
            .await
            .map_err(|_elapsed| Failure::new(&own::OBJECT_BUSY, ""))
    }

    /// Longest duration of a call with its waits, for the lease of a key.
    pub(super) fn call_may_take(&self) -> Duration {
        self.timeout
            .saturating_mul(2)
            .min(self.clock.left_until(self.deadline))
    }
}
