//! Sends a video to its upload address: the one loop with effects around a pure plan and a pure progress machine.
//!
//! In order, one chunk at a time, with Content-Length and Content-Range, without the access token (reference §6.2).

mod plan;
mod progress;

pub use plan::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, ChunkRange, PlanFault, SIZE_MAX};
pub use progress::UploadFault;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, future::BoxFuture};
use reqwest::{
    Method,
    header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tracing::{info, warn};

use self::progress::{Progress, Reply, Step};
use crate::{
    clock::{Clock, Deadline},
    http::{self, Answer, Call, Class, Decision, Loss, Payload, Retries, Transport, Trouble},
    media::{Container, Source},
    model::{ByteCount, PublishId},
    open_api::{OpenApi, Status},
    progress::{Measure, Phase, Reporter},
    secret::UploadUrl,
};

/// Everything that sending one video takes.
#[derive(Debug)]
pub struct Upload<'a> {
    /// The HTTP client.
    pub transport: &'a Transport,
    /// The time.
    pub clock: &'a Clock,
    /// For the question whether all has arrived.
    pub api: &'a OpenApi,
    /// The upload's name.
    pub publish_id: &'a PublishId,
    /// Where the bytes go.
    pub url: &'a UploadUrl,
    /// What the bytes are.
    pub container: Container,
    /// The bytes.
    pub source: &'a Source,
    /// How they are cut.
    pub plan: ChunkPlan,
    /// How often one chunk may fail.
    pub retries: Retries,
    /// How long one chunk may take where the request asks for more than [`Upload::patience`] gives.
    pub timeout: Duration,
    /// How long one chunk may take, at least.
    pub patience: Patience,
    /// When it must be done.
    pub deadline: Deadline,
    /// Who is told how far it has come.
    pub reporter: &'a Reporter,
    /// Who is asked before each chunk.
    pub gate: &'a dyn Gate,
}

/// Asked before each chunk is sent. What it does not let pass is not sent: the last chunk makes the post.
pub trait Gate: fmt::Debug + Send + Sync {
    /// Whether a chunk may be sent that takes as long as `may_take`.
    fn pass(&self, part: Part, may_take: Duration) -> BoxFuture<'_, Result<(), GateClosed>>;
}

/// Where in the video a chunk lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Others follow.
    Before,
    /// It is the last one.
    Last,
}

/// Why a chunk may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GateClosed {
    /// Somebody else has taken the post over.
    #[error("another request has taken the post over")]
    TakenOver,
    /// What is about to happen cannot be written down.
    #[error("the journal cannot be written")]
    Unwritable,
}

/// How long one chunk may take: what is added for its bytes grows with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For any chunk.
    pub least: Duration,
    /// And as long again as the chunk takes at this speed, in bytes a second.
    pub slowest: u64,
}

impl Patience {
    fn of(self, range: ChunkRange) -> Duration {
        self.least.saturating_add(Duration::from_secs(range.length() / self.slowest.max(1)))
    }
}

impl Default for Patience {
    /// Half a minute, and 2 Mbit/s.
    fn default() -> Self {
        Self { least: Duration::from_secs(30), slowest: 250_000 }
    }
}

/// An upload that did not arrive whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} after {confirmed} of {total}")]
pub struct UploadError {
    /// Why.
    pub fault: UploadFault,
    /// What TikTok has confirmed.
    pub confirmed: ByteCount,
    /// The video's size.
    pub total: ByteCount,
    /// Whether all bytes may have arrived although nothing confirms it.
    pub complete_unknown: bool,
}

impl UploadError {
    /// Whether somebody else posts this video now.
    pub fn is_taken_over(&self) -> bool {
        self.fault == UploadFault::Stopped(GateClosed::TakenOver)
    }

    /// Whether the address is gone while TikTok has, for sure, not got all bytes: this upload will never be a post.
    pub fn is_expired(&self) -> bool {
        matches!(self.fault, UploadFault::Expired { .. }) && !self.complete_unknown
    }
}

impl Upload<'_> {
    /// Sends all chunks; returns when TikTok has confirmed the last byte.
    ///
    /// Where the last chunk may have arrived although its answer does not say so, TikTok is asked before anything is
    /// sent again, and once more before the upload is given up: what is complete must not be called failed.
    pub async fn send(&self) -> Result<(), UploadError> {
        let end = self.clock.deadline_in(URL_LIFE).min(self.last_chunk_by());
        let mut progress = Progress::new(self.plan);
        let mut pace = Pace::default();
        while let Some(range) = progress.current() {
            let part = if progress.is_last() { Part::Last } else { Part::Before };
            if let Err(closed) = self.gate.pass(part, self.may_take(range)).await {
                return self.give_up(UploadFault::Stopped(closed), &progress, pace).await;
            }
            let put = self.put(progress.index(), range, pace.failures + 1, end).await;
            pace.last_may_have_arrived |= progress.is_last() && put.may_have_arrived();
            let step = progress.take(put.reply());
            pace.last_may_have_arrived |= step == Step::Ask;
            let next = match step {
                Step::Done => return Ok(()),
                Step::Stop(fault) => Err(fault),
                Step::Locate => self.locate(&mut progress).await,
                Step::Next | Step::Again | Step::Ask => Ok(()),
            };
            if next.is_ok() && progress.index() > pace.furthest {
                info!(bytes = progress.confirmed(), total = self.plan.size().0, "chunk accepted");
                pace = Pace { furthest: progress.index(), failures: 0, ..pace };
                continue;
            }
            if next.is_ok() && pace.last_may_have_arrived && self.all_arrived().await == Some(true) {
                return Ok(());
            }
            pace.failures += 1;
            let goes_on = match next {
                Ok(()) => self.wait(pace.failures, put.trouble(), end).await,
                Err(fault) => Err(fault),
            };
            if let Err(fault) = goes_on {
                return self.give_up(fault, &progress, pace).await;
            }
        }
        Ok(())
    }

    /// Ends an upload that cannot go on, after a last look at what TikTok has.
    async fn give_up(&self, fault: UploadFault, progress: &Progress, pace: Pace) -> Result<(), UploadError> {
        let mut complete_unknown = false;
        if pace.last_may_have_arrived {
            // TikTok may count what has just arrived a moment later. How much later nobody knows, so only its yes is
            // certain: that bytes are lacking is not, as long as the address may still work.
            self.clock.sleep(LAST_LOOK.min(self.clock.left_until(self.deadline) / 2)).await;
            if self.all_arrived().await == Some(true) {
                return Ok(());
            }
            complete_unknown = true;
        }
        let confirmed = ByteCount(progress.confirmed());
        Err(UploadError { fault, confirmed, total: self.plan.size(), complete_unknown })
    }

    /// When the last chunk must be answered, so that there is time left to ask what has arrived.
    fn last_chunk_by(&self) -> Deadline {
        let left = self.clock.left_until(self.deadline);
        self.clock.deadline_in(left.saturating_sub(RESERVE.min(left / 4)))
    }

    /// Goes on where the status says that TikTok is, after an answer that did not say it.
    async fn locate(&self, progress: &mut Progress) -> Result<(), UploadFault> {
        let status = self.api.fetch_status(self.publish_id).await.ok();
        let uploaded = status.and_then(|status| status.uploaded_bytes).ok_or(UploadFault::OutOfStep)?;
        if progress.resume_at(uploaded.0) { Ok(()) } else { Err(UploadFault::OutOfStep) }
    }

    async fn put(&self, index: u64, range: ChunkRange, attempt: u32, end: Deadline) -> Put {
        let total = self.plan.size().0;
        let content_range = HeaderValue::try_from(format!("bytes {}-{}/{total}", range.first, range.last));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.container.mime()));
        headers.extend(content_range.ok().map(|value| (CONTENT_RANGE, value)));
        let call = Call {
            endpoint: "upload",
            method: Method::PUT,
            url: self.url.expose().clone(),
            token: None,
            headers,
            payload: self.payload(index, range),
            timeout: self.may_take(range),
        };
        match self.transport.attempt(&call, attempt, end).await {
            Ok(Answer { status, content_range, retry_after, .. }) => {
                Put::Answered { status, content_range, retry_after }
            }
            Err(failure) => Put::Failed(failure.loss),
        }
    }

    fn may_take(&self, range: ChunkRange) -> Duration {
        self.timeout.max(self.patience.of(range))
    }

    /// The bytes of `range`, read while they are sent, and counted for the reports as they are handed to the connection.
    fn payload(&self, index: u64, range: ChunkRange) -> Payload {
        let (source, reporter) = (self.source.clone(), self.reporter.clone());
        let (total, chunks) = (self.plan.size().0, self.plan.count());
        let open = move || {
            let (reporter, mut bytes) = (reporter.clone(), range.first);
            let count = move |piece: &Bytes| {
                bytes = bytes.saturating_add(ByteCount::of(piece).0);
                let (chunk, chunks) = (Some(index + 1), Some(chunks));
                reporter.tell(Phase::Uploading, Measure { bytes: Some(bytes), total: Some(total), chunk, chunks });
            };
            source.stream(range.first, range.length()).inspect_ok(count).boxed()
        };
        Payload::Stream { length: range.length(), open: Arc::new(open) }
    }

    /// Asks TikTok whether the last byte has arrived; `None` where it does not say.
    async fn all_arrived(&self) -> Option<bool> {
        let status = self.api.fetch_status(self.publish_id).await.ok()?;
        match status.status {
            Status::ProcessingUpload => Some(status.uploaded_bytes? >= self.plan.size()),
            Status::SendToUserInbox | Status::PublishComplete | Status::Failed => Some(true),
            Status::ProcessingDownload | Status::Other(_) => None,
        }
    }

    /// Waits before the next attempt, if there may be one before `end`.
    async fn wait(&self, failures: u32, trouble: Trouble, end: Deadline) -> Result<(), UploadFault> {
        // A transfer is worth longer waits than a single call, whose bound the budget of the request is.
        let wait_budget = self.clock.left_until(end);
        if wait_budget.is_zero() {
            return Err(UploadFault::TooLate);
        }
        let retries = Retries { wait_budget, ..self.retries };
        match http::decide(Class::Chunk, trouble, failures, retries, http::chance()) {
            Decision::Again { after } => {
                warn!(failures, wait_ms = http::millis(after), "chunk not accepted, sending it again");
                self.clock.sleep(after).await;
                Ok(())
            }
            Decision::GiveUp => Err(UploadFault::GaveUp),
        }
    }
}

/// How an upload comes along.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// The chunk up to which TikTok has come at most.
    furthest: u64,
    /// Attempts since then that brought nothing.
    failures: u32,
    /// Whether the last chunk was sent and may have been taken.
    last_may_have_arrived: bool,
}

/// How long an upload address is valid, and the upload must be finished (reference §5.1).
pub const URL_LIFE: Duration = Duration::from_hours(1);

/// The time kept back for the last look, of a request that has more than four times as much.
const RESERVE: Duration = Duration::from_secs(10);

/// The pause before the last look at what TikTok has.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// What became of one PUT.
enum Put {
    Answered { status: u16, content_range: Option<String>, retry_after: Option<Duration> },
    Failed(Loss),
}

impl Put {
    fn reply(&self) -> Reply<'_> {
        match self {
            Self::Answered { status, content_range, .. } => {
                Reply::Answer { status: *status, content_range: content_range.as_deref() }
            }
            Self::Failed(loss) if loss.is_unsent() => Reply::NotSent,
            Self::Failed(_) => Reply::Lost,
        }
    }

    /// Whether the chunk may have been taken although the answer does not say so.
    fn may_have_arrived(&self) -> bool {
        match self {
            Self::Answered { status, .. } => matches!(status, 200..=299 | 408 | 500..=599),
            Self::Failed(loss) => !loss.is_unsent(),
        }
    }

    fn trouble(&self) -> Trouble {
        match self {
            Self::Answered { status: 429, retry_after: Some(wait), .. } => {
                Trouble::TooMany { retry_after: Some(*wait) }
            }
            Self::Answered { .. } => Trouble::ServerFault,
            Self::Failed(loss) if loss.is_unsent() => Trouble::NotSent,
            Self::Failed(_) => Trouble::Lost,
        }
    }
}
