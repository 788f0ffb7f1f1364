//! What an action is given besides its input.

use std::time::Duration;

use super::{Contents, PostJournal, RowSink};
use crate::{
    clock::{Clock, Deadline},
    http::{Downloader, Retries, Transport},
    media::SpoolArea,
    model::Fingerprint,
    open_api::OpenApi,
    outlet::Outlet,
    posting::{PostTracker, Wait},
    progress::Reporter,
    state::State,
    upload::{LineSpeed, StallLimit},
};

/// What an action is given besides its input.
#[derive(Debug, Clone)]
pub struct Context {
    /// TikTok, as the request's account sees it.
    pub api: OpenApi,
    /// The HTTP client, for uploads.
    pub transport: Transport,
    /// The HTTP client for hosts that an input names; it has no token.
    pub downloader: Downloader,
    /// Storage of videos while they are on their way.
    pub spool: SpoolArea,
    /// The time.
    pub clock: Clock,
    /// How often a call may be sent again.
    pub retries: Retries,
    /// How long one call may take.
    pub timeout: Duration,
    /// Silence of the connection at which a chunk of an upload is cut off.
    pub stall: StallLimit,
    /// Speed of the uploads of this process.
    pub line: LineSpeed,
    /// When the action must be done.
    pub deadline: Deadline,
    /// How long it had for that when it began.
    pub time: Duration,
    /// What is known of a post while it is made.
    pub evidence: PostTracker,
    /// Where journal and ledger are.
    pub state: State,
    /// Where the course of the post is written down.
    pub record: PostJournal,
    /// Stands for the inputs of a request that carries an idempotency key.
    pub fingerprint: Option<Fingerprint>,
    /// Who is told how far the request has come.
    pub progress: Reporter,
    /// Where the result goes.
    pub outlet: Outlet,
    /// Storage of the output's long list.
    pub rows: RowSink,
    /// The videos that came in with the request.
    pub contents: Contents,
}

impl Context {
    /// How long a wait of `seconds` may be now: what was sent before takes its share of the action's time.
    pub fn patience(&self, seconds: u32) -> Duration {
        Duration::from_secs(seconds.into()).min(self.clock.left_until(self.deadline))
    }

    /// A wait of `seconds` for what becomes of a post.
    pub fn wait(&self, seconds: u32) -> Wait<'_> {
        Wait {
            clock: &self.clock,
            patience: self.patience(seconds),
            deadline: self.deadline,
        }
    }

    /// How long an init may take, with all that is tried again.
    pub fn init_may_take(&self) -> Duration {
        let calls = self.timeout.saturating_mul(self.retries.max.saturating_add(1));
        calls
            .saturating_add(self.retries.wait_budget)
            .min(self.clock.left_until(self.deadline))
    }

    /// Whether a call that is sent now can be expected to be answered in time: as long as a call may take, or
    /// what TikTok seldom exceeds.
    pub fn has_time_for_an_answer(&self) -> bool {
        self.clock.left_until(self.deadline) >= self.timeout.min(USUAL_ANSWER)
    }

    /// Whether what took all the time so far could be done once more.
    pub fn has_time_for_another_try(&self) -> bool {
        self.clock.left_until(self.deadline) > self.time / 2
    }
}

/// Within this time TikTok has answered nearly always.
const USUAL_ANSWER: Duration = Duration::from_secs(2);
