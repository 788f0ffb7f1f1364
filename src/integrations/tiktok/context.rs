//! Context of the integration's actions: the Open API as the account sees it, and parts of the call.

use std::time::Duration;

use super::{
    evidence::PostEvidence,
    post::{fingerprint::KeyedInputs, journal::PostJournal},
};
use crate::{
    clock::{Clock, Deadline},
    http::{Downloader, Retries, StallLimit, Transport},
    integrations::{ActionError, Call, Contents, Credentials, FileDownloads, RowSink},
    media::SpoolArea,
    model::Namespace,
    open_api::{Budget, OpenApi},
    outlet::Outlet,
    posting::{self, Wait},
    progress::Reporter,
    state::State,
    upload::LineSpeed,
};

/// Context of an action.
#[derive(Debug, Clone)]
pub(in crate::integrations) struct Context {
    /// The Open API, as the request's account sees it.
    pub(super) api: OpenApi,
    /// HTTP client for uploads.
    pub(super) transport: Transport,
    /// HTTP client for hosts that an input names. It sends no credentials.
    pub(super) downloader: Downloader,
    /// Storage of videos while they are transferred.
    pub(super) spool: SpoolArea,
    /// Source of time.
    pub(super) clock: Clock,
    /// Retries of one HTTP request.
    pub(super) retries: Retries,
    /// Longest duration of one HTTP request.
    pub(super) timeout: Duration,
    /// Silence of a connection that ends the upload of a chunk.
    pub(super) stall: StallLimit,
    /// Measured upload speed of this process.
    pub(super) line: LineSpeed,
    /// Monotonic deadline of the request.
    pub(super) deadline: Deadline,
    /// Total time budget at the start: 14 min, or `request_config.deadline`.
    pub(super) time: Duration,
    /// Known effect on the account's posts.
    pub(super) evidence: posting::PostTracker,
    /// Whether the idempotency key is `null`, which does not protect the post.
    pub(super) has_null_key: bool,
    /// Prefix of digests in the state.
    pub(super) namespace: Namespace,
    /// Idempotency records.
    pub(super) state: State,
    /// Journal of the post's stages.
    pub(super) record: PostJournal,
    /// Inputs that come with an idempotency key.
    pub(super) keyed: Option<KeyedInputs>,
    /// Receiver of progress reports.
    pub(super) progress: Reporter,
    /// Storage of the output's long list.
    pub(super) rows: RowSink,
    /// Destination of the result.
    pub(super) outlet: Outlet,
    /// Videos that came with the request.
    pub(super) contents: Contents,
}

impl TryFrom<Call> for Context {
    type Error = ActionError;

    fn try_from(call: Call) -> Result<Self, ActionError> {
        // Without the tracker that the host holds, an interrupted post would be reported as not made.
        let evidence = call
            .evidence::<PostEvidence>()
            .ok_or(ActionError::ForeignEvidence)?;
        let Credentials::User(token) = call.credentials else {
            return Err(ActionError::ForeignCredentials);
        };
        let account = call.namespace.account(&[&token.access_token().digest()]);
        let budget = Budget::new(call.limiter, call.rate_counters, account);
        let api = OpenApi::new(
            call.transport.clone(),
            call.clock.clone(),
            call.api_base,
            token,
            budget,
        )
        .with_limits(call.timeout, call.retries, call.deadline)
        .answering_through(call.outlet.clone());
        Ok(Self {
            api,
            transport: call.transport,
            downloader: call.downloader,
            spool: call.spool,
            clock: call.clock,
            retries: call.retries,
            timeout: call.timeout,
            stall: call.stall,
            line: call.line,
            deadline: call.deadline,
            time: call.time,
            has_null_key: evidence.has_null_key,
            evidence: evidence.tracker.clone(),
            namespace: call.namespace,
            state: call.state,
            record: PostJournal::default(),
            keyed: KeyedInputs::of(&call.inputs),
            progress: call.progress,
            rows: call.rows,
            outlet: call.outlet,
            contents: call.contents,
        })
    }
}

impl Context {
    /// Means of downloads.
    pub(super) fn downloads(&self) -> FileDownloads {
        FileDownloads {
            downloader: self.downloader.clone(),
            clock: self.clock.clone(),
            deadline: self.deadline,
            timeout: self.timeout,
            retries: self.retries,
            spool: self.spool.clone(),
            progress: self.progress.clone(),
        }
    }

    /// Returns the longest wait for a post now, at most `seconds`: earlier requests have used a part of the
    /// action's time.
    pub(super) fn patience(&self, seconds: u32) -> Duration {
        Duration::from_secs(seconds.into()).min(self.clock.left_until(self.deadline))
    }

    /// Returns a wait of at most `seconds` for the outcome of a post.
    pub(super) fn wait(&self, seconds: u32) -> Wait<'_> {
        Wait {
            clock: &self.clock,
            patience: self.patience(seconds),
            deadline: self.deadline,
        }
    }

    /// Returns the longest duration of an init, with all its retries.
    pub(super) fn init_may_take(&self) -> Duration {
        let calls = self.timeout.saturating_mul(self.retries.max.saturating_add(1));
        calls
            .saturating_add(self.retries.wait_budget)
            .min(self.clock.left_until(self.deadline))
    }

    /// Returns true if a request that is sent now can be expected to be answered in time.
    pub(super) fn has_time_for_an_answer(&self) -> bool {
        self.clock.left_until(self.deadline) >= self.timeout.min(USUAL_ANSWER)
    }

    /// Returns true if there is time to repeat everything that was done so far.
    pub(super) fn has_time_for_another_try(&self) -> bool {
        self.clock.left_until(self.deadline) > self.time / 2
    }
}

/// Time within which TikTok answers nearly always.
const USUAL_ANSWER: Duration = Duration::from_secs(2);
