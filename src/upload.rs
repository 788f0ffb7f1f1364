//! Sends a video to its upload address: the one loop with effects around a pure plan and a pure progress
//! machine.
//!
//! In order, one chunk at a time, with Content-Length and Content-Range, without the access token
//! (docs/tiktok-open-api.md#upload-requests).

mod line;
mod meter;
mod plan;
mod progress;
mod put;
mod sending;

pub use line::LineSpeed;
pub use meter::StallLimit;
pub use plan::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, ChunkRange, PlanError, SIZE_MAX};
pub use progress::UploadErrorKind;

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;
use tracing::{info, warn};

use self::{
    progress::{UploadProgress, UploadStep},
    put::{ChunkAttempt, LastChunk},
};
use crate::{
    clock::{Clock, Deadline},
    http::{self, Decision, Idempotency, Retries, RetryReason, Transport},
    media::{Container, Source},
    model::{ByteCount, PublishId},
    open_api::{OpenApi, PublishStatus},
    progress::Reporter,
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
    /// Silence of the connection that the request allows, where that is more than [`StallLimit::idle`].
    pub timeout: Duration,
    /// Silence of the connection at which a chunk is cut off.
    pub stall: StallLimit,
    /// Speed of earlier uploads; learns from this one.
    pub line: &'a LineSpeed,
    /// When it must be done.
    pub deadline: Deadline,
    /// Who is told how far it has come.
    pub reporter: &'a Reporter,
    /// Who is asked before each chunk.
    pub guard: &'a dyn ChunkGuard,
}

/// Asked before each chunk is sent. What it does not let pass is not sent: the last chunk makes the post.
pub trait ChunkGuard: fmt::Debug + Send + Sync {
    /// Whether a chunk may be sent that takes as long as `may_take`.
    fn permit(&self, part: ChunkPosition, may_take: Duration) -> BoxFuture<'_, Result<(), ChunkDenied>>;
}

/// Where in the video a chunk lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkPosition {
    /// Others follow.
    BeforeLast,
    /// It is the last one.
    Last,
}

/// Why a chunk may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkDenied {
    /// Somebody else has taken the post over.
    #[error("another request has taken the post over")]
    TakenOver,
    /// What is about to happen cannot be written down.
    #[error("the journal cannot be written")]
    Unwritable,
    /// Nobody would get the result.
    #[error("nobody reads the results any more, so no further chunk was sent")]
    Unheard,
}

/// An upload that did not arrive whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} after {confirmed} of {total}")]
pub struct UploadError {
    /// Why.
    pub kind: UploadErrorKind,
    /// What TikTok has confirmed.
    pub confirmed: ByteCount,
    /// The video's size.
    pub total: ByteCount,
    /// Whether all bytes may have arrived although nothing confirms it.
    pub complete_unknown: bool,
    /// Wait that TikTok asked for (`Retry-After` of a 429).
    pub retry_after: Option<Duration>,
}

impl UploadError {
    /// Whether somebody else posts this video now.
    pub fn is_taken_over(&self) -> bool {
        self.kind == UploadErrorKind::Stopped(ChunkDenied::TakenOver)
    }

    /// Whether the address is gone while TikTok has, for sure, not got all bytes: this upload will never be a
    /// post.
    pub fn is_expired(&self) -> bool {
        matches!(self.kind, UploadErrorKind::Expired { .. }) && !self.complete_unknown
    }
}

impl Upload<'_> {
    /// Sends all chunks; returns when TikTok has confirmed the last byte.
    ///
    /// Where the last chunk was handed over whole, TikTok may have it whatever its answer says. So the status
    /// is asked before anything is sent again, and once more before the upload is given up: what is complete
    /// must not be called failed.
    pub async fn send(&self) -> Result<(), UploadError> {
        let end = self.clock.deadline_in(URL_LIFE).min(self.last_chunk_by());
        let mut progress = UploadProgress::new(self.plan);
        let mut course = Attempts::default();
        while let Some(range) = progress.current() {
            let part = if progress.is_last() {
                ChunkPosition::Last
            } else {
                ChunkPosition::BeforeLast
            };
            if let Err(closed) = self.guard.permit(part, self.lease(range, end)).await {
                return self
                    .give_up(UploadErrorKind::Stopped(closed), &progress, course)
                    .await;
            }
            let put = self.put(progress.index(), range, course.failures + 1, end).await;
            let step = progress.take(put.reply());
            match self.after(step, &put, &mut progress, &mut course, end).await {
                AfterAttempt::Arrived => return Ok(()),
                AfterAttempt::Send => {}
                AfterAttempt::Stop(fault) => return self.give_up(fault, &progress, course).await,
            }
        }
        Ok(())
    }

    /// Takes in the end of an attempt, and waits before the next one where it failed.
    async fn after(
        &self,
        step: UploadStep,
        put: &ChunkAttempt,
        progress: &mut UploadProgress,
        course: &mut Attempts,
        end: Deadline,
    ) -> AfterAttempt {
        course.note(step, put);
        let fault = match step {
            UploadStep::Done => return AfterAttempt::Arrived,
            UploadStep::Stop(fault) => Some(fault),
            UploadStep::Locate => self.locate(progress).await.err(),
            UploadStep::Next | UploadStep::Again | UploadStep::Ask => put
                .measured()
                .map(|(measured, surely)| self.too_slow(measured, surely)),
        };
        if let Some(fault) = fault {
            return AfterAttempt::Stop(fault);
        }
        if step != UploadStep::Ask && progress.confirmed() > put.range.first {
            info!(
                bytes = progress.confirmed(),
                total = self.plan.size().0,
                "chunk accepted"
            );
            course.failures = 0;
            return self
                .projected(progress, course, end)
                .map_or(AfterAttempt::Send, AfterAttempt::Stop);
        }
        if course.last > LastChunk::NotSent && self.has(self.plan.size().0).await == Some(true) {
            return AfterAttempt::Arrived;
        }
        course.failures += 1;
        course.setbacks += u32::from(progress.confirmed() < put.range.first);
        if course.setbacks > self.retries.max {
            return AfterAttempt::Stop(UploadErrorKind::OutOfStep);
        }
        self.wait(course.failures, put.trouble(), end)
            .await
            .map_or_else(AfterAttempt::Stop, |()| AfterAttempt::Send)
    }

    /// Ends an upload that cannot go on, after a last look at what TikTok has.
    async fn give_up(
        &self,
        fault: UploadErrorKind,
        progress: &UploadProgress,
        course: Attempts,
    ) -> Result<(), UploadError> {
        let fault = self.named(fault);
        let found = if course.last == LastChunk::NotSent {
            Completeness::Lacks
        } else {
            self.last_look(course).await
        };
        if found == Completeness::Whole {
            return Ok(());
        }
        Err(UploadError {
            kind: fault,
            confirmed: ByteCount(progress.confirmed()),
            total: self.plan.size(),
            complete_unknown: found == Completeness::Unknown,
            retry_after: course.retry_after,
        })
    }

    /// Asks what has become of a last chunk that was handed over whole.
    ///
    /// TikTok may count what has arrived a moment later. How much later nobody knows: where the chunk was not
    /// answered, only a yes is certain as long as the address may still work, and where it was, a no counts
    /// after [`SETTLED`].
    async fn last_look(&self, course: Attempts) -> Completeness {
        let mut found = Completeness::Unknown;
        for pause in [LAST_LOOK, SETTLED.saturating_sub(LAST_LOOK)] {
            let left = self.clock.left_until(self.deadline);
            let room = left.saturating_sub(LAST_LOOK).max(left / 2);
            self.clock.sleep(pause.min(room)).await;
            found = match self.has(self.plan.size().0).await {
                Some(true) => return Completeness::Whole,
                Some(false) if pause <= room => Completeness::Lacks,
                Some(false) | None => return Completeness::Unknown,
            };
            if course.last == LastChunk::MayArrive {
                return Completeness::Unknown;
            }
        }
        found
    }

    /// A lack of time has its reason named where the speed of the line is known.
    fn named(&self, fault: UploadErrorKind) -> UploadErrorKind {
        let speed = self
            .line
            .bytes_per_second()
            .filter(|_| fault == UploadErrorKind::TooLate);
        speed.map_or(fault, |speed| self.too_slow(speed, speed))
    }

    /// The fault of an upload whose rest cannot arrive in time at the speed of the chunks that were accepted.
    fn projected(
        &self,
        progress: &UploadProgress,
        course: &Attempts,
        end: Deadline,
    ) -> Option<UploadErrorKind> {
        let speed =
            meter::per_second(course.accepted, course.sending).filter(|_| course.sending >= TELLING)?;
        let rest = self.plan.size().0.saturating_sub(progress.confirmed());
        (meter::time_for(rest, speed) > self.clock.left_until(end)).then(|| self.too_slow(speed, speed))
    }

    fn too_slow(&self, bytes_per_second: u64, surely: u64) -> UploadErrorKind {
        UploadErrorKind::TooSlow {
            bytes_per_second,
            needs: meter::time_for(self.plan.size().0, surely),
        }
    }

    /// When the last chunk must be answered, so that there is time left to ask what has arrived.
    fn last_chunk_by(&self) -> Deadline {
        let left = self.clock.left_until(self.deadline);
        self.clock.deadline_in(left.saturating_sub(RESERVE.min(left / 4)))
    }

    /// Goes on where the status says that TikTok is, after an answer that did not say it.
    async fn locate(&self, progress: &mut UploadProgress) -> Result<(), UploadErrorKind> {
        let status = self.api.fetch_status(self.publish_id).await.ok();
        let uploaded = status
            .and_then(|status| status.uploaded_bytes)
            .ok_or(UploadErrorKind::OutOfStep)?;
        if progress.resume_at(uploaded.0) {
            Ok(())
        } else {
            Err(UploadErrorKind::OutOfStep)
        }
    }

    /// Asks TikTok whether it has the first `bytes` of the video; `None` where it does not say.
    async fn has(&self, bytes: u64) -> Option<bool> {
        let status = self.api.fetch_status(self.publish_id).await.ok()?;
        match status.status {
            // Should the figure be the last byte's index, a whole upload counts one too few.
            PublishStatus::ProcessingUpload => match status.uploaded_bytes?.0 {
                uploaded if uploaded >= bytes => Some(true),
                uploaded => (uploaded + 1 < bytes).then_some(false),
            },
            PublishStatus::SendToUserInbox | PublishStatus::PublishComplete | PublishStatus::Failed => {
                Some(true)
            }
            PublishStatus::ProcessingDownload | PublishStatus::Other(_) => None,
        }
    }

    /// Waits before the next attempt, if there may be one before `end`.
    async fn wait(&self, failures: u32, trouble: RetryReason, end: Deadline) -> Result<(), UploadErrorKind> {
        // A transfer is worth longer waits than a single call, whose bound the budget of the request is.
        let wait_budget = self.clock.left_until(end);
        if wait_budget.is_zero() {
            return Err(UploadErrorKind::TooLate);
        }
        let retries = Retries {
            wait_budget,
            ..self.retries
        };
        match http::decide(
            Idempotency::Idempotent,
            trouble,
            failures,
            retries,
            http::chance(),
        ) {
            Decision::Again { after } => {
                warn!(
                    failures,
                    wait_ms = http::millis(after),
                    "chunk not accepted, sending it again"
                );
                self.clock.sleep(after).await;
                Ok(())
            }
            Decision::GiveUp => Err(UploadErrorKind::GaveUp),
        }
    }
}

/// Attempts of an upload.
#[derive(Debug, Clone, Copy, Default)]
struct Attempts {
    /// Attempts that brought nothing since a chunk was accepted last.
    failures: u32,
    /// Times that TikTok was found to have less than it had accepted.
    setbacks: u32,
    /// The strongest remnant that an attempt to send the last chunk may have left.
    last: LastChunk,
    /// Wait that the last answer asked for.
    retry_after: Option<Duration>,
    /// Bytes of the chunks that were accepted, and the time that sending them took.
    accepted: u64,
    sending: Duration,
}

impl Attempts {
    fn note(&mut self, step: UploadStep, put: &ChunkAttempt) {
        if put.last {
            self.last = self.last.max(put.remnant());
        }
        match step {
            UploadStep::Ask => self.last = LastChunk::MayArrive,
            UploadStep::Next => {
                self.accepted = self.accepted.saturating_add(put.range.length());
                self.sending = self.sending.saturating_add(put.took);
            }
            UploadStep::Done | UploadStep::Again | UploadStep::Locate | UploadStep::Stop(_) => {}
        }
        self.retry_after = put.retry_after();
    }
}

/// What follows an attempt.
enum AfterAttempt {
    /// The next chunk, or the same again.
    Send,
    /// TikTok has the whole video.
    Arrived,
    Stop(UploadErrorKind),
}

/// What the status shows of a video whose last chunk was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Whole,
    Lacks,
    Unknown,
}

/// How long an upload address is valid, and the upload must be finished
/// (docs/tiktok-open-api.md#upload-addresses).
pub const URL_LIFE: Duration = Duration::from_hours(1);

/// An upload says something of the line after this time.
const TELLING: Duration = Duration::from_secs(4);

/// The time kept back for the last look, of a request that has more than four times as much.
const RESERVE: Duration = Duration::from_secs(30);

/// The pause before the last look at what TikTok has.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// The time after which a status that knows nothing of an answered chunk is believed.
const SETTLED: Duration = Duration::from_secs(12);
