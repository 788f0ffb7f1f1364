//! Uploads a video: one loop with effects around a pure chunk plan and a pure progress machine.
//!
//! Chunks are sent in order, one at a time, with Content-Length and Content-Range and without the access token
//! (docs/tiktok-open-api.md#upload-requests).

mod error;
mod guard;
mod line;
mod plan;
mod progress;
mod put;
mod sending;

pub use error::UploadError;
pub use guard::{ChunkDenied, ChunkGuard, ChunkPosition};
pub use line::LineSpeed;
pub use plan::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, ChunkRange, PlanError, SIZE_MAX};
pub use progress::UploadErrorKind;

use std::time::Duration;

use tracing::{info, warn};

use self::{
    progress::{UploadProgress, UploadStep},
    put::{ChunkAttempt, LastChunk},
};
use crate::{
    clock::{Clock, Deadline},
    http::{self, Decision, Idempotency, Retries, RetryReason, StallLimit, Transport},
    media::{Container, Source},
    model::{ByteCount, PublishId},
    open_api::{OpenApi, PublishStatus},
    progress::Reporter,
    secret::UploadUrl,
};

/// One upload of a video.
#[derive(Debug)]
pub struct Upload<'a> {
    /// HTTP client.
    pub transport: &'a Transport,
    /// Source of time.
    pub clock: &'a Clock,
    /// Client of the status query.
    pub api: &'a OpenApi,
    /// ID of the upload.
    pub publish_id: &'a PublishId,
    /// Upload URL.
    pub url: &'a UploadUrl,
    /// Container, which sets the Content-Type.
    pub container: Container,
    /// Bytes of the video.
    pub source: &'a Source,
    /// Division into chunks.
    pub plan: ChunkPlan,
    /// Retries of one chunk.
    pub retries: Retries,
    /// Silence of the connection that the request allows; counts if it exceeds [`StallLimit::idle`].
    pub timeout: Duration,
    /// Silence of the connection at which a chunk is aborted.
    pub stall: StallLimit,
    /// Measured speed of uploads, updated by this one.
    pub line: &'a LineSpeed,
    /// Deadline of the request.
    pub deadline: Deadline,
    /// Receiver of progress reports.
    pub reporter: &'a Reporter,
    /// Guard of each chunk.
    pub guard: &'a dyn ChunkGuard,
}

impl Upload<'_> {
    /// Sends all chunks, until TikTok has confirmed the last byte.
    ///
    /// Once the last chunk was handed over in full, TikTok may have it whatever the response. So the status is read
    /// before anything is sent again and before the upload is given up: a complete upload must not be reported as
    /// failed.
    pub async fn send(&self) -> Result<(), UploadError> {
        let end = self.clock.deadline_in(URL_LIFE).min(self.last_chunk_by());
        let mut progress = UploadProgress::new(self.plan);
        let mut course = Attempts::default();
        while let Some(range) = progress.current() {
            let position = if progress.is_last() {
                ChunkPosition::Last
            } else {
                ChunkPosition::BeforeLast
            };
            if let Err(closed) = self.guard.permit(position, self.lease(range, end)).await {
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

    /// Evaluates an attempt, and waits before the next one if it failed.
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
        // Nothing more can be sent of a file that has changed.
        if self.source.has_changed() {
            return AfterAttempt::Stop(UploadErrorKind::GaveUp);
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

    /// Ends an upload that cannot continue, after a last look at the status.
    async fn give_up(
        &self,
        fault: UploadErrorKind,
        progress: &UploadProgress,
        course: Attempts,
    ) -> Result<(), UploadError> {
        let fault = self.named(fault);
        let found = if course.last == LastChunk::NotSent {
            Completeness::Incomplete
        } else {
            self.last_look(course).await
        };
        if found == Completeness::Complete {
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

    /// Looks for a last chunk that was handed over in full.
    ///
    /// TikTok may count received bytes with an unknown delay. Without a response to the chunk only a complete upload
    /// is certain; with one, an incomplete upload is certain after [`SETTLED`].
    async fn last_look(&self, course: Attempts) -> Completeness {
        let mut found = Completeness::Unknown;
        for pause in [LAST_LOOK, SETTLED.saturating_sub(LAST_LOOK)] {
            let left = self.clock.left_until(self.deadline);
            let room = left.saturating_sub(LAST_LOOK).max(left / 2);
            self.clock.sleep(pause.min(room)).await;
            found = match self.has(self.plan.size().0).await {
                Some(true) => return Completeness::Complete,
                Some(false) if pause <= room => Completeness::Incomplete,
                Some(false) | None => return Completeness::Unknown,
            };
            if course.last == LastChunk::MayArrive {
                return Completeness::Unknown;
            }
        }
        found
    }

    /// Names the speed of the connection, if known, as the reason of a lack of time.
    fn named(&self, fault: UploadErrorKind) -> UploadErrorKind {
        let speed = self
            .line
            .bytes_per_second()
            .filter(|_| fault == UploadErrorKind::TooLate);
        speed.map_or(fault, |speed| self.too_slow(speed, speed))
    }

    /// Error if the rest cannot arrive in time at the speed of the accepted chunks.
    fn projected(
        &self,
        progress: &UploadProgress,
        course: &Attempts,
        end: Deadline,
    ) -> Option<UploadErrorKind> {
        let speed =
            http::per_second(course.accepted, course.sending).filter(|_| course.sending >= SPEED_SAMPLE)?;
        let rest = self.plan.size().0.saturating_sub(progress.confirmed());
        (http::time_for(rest, speed) > self.clock.left_until(end)).then(|| self.too_slow(speed, speed))
    }

    fn too_slow(&self, bytes_per_second: u64, surely: u64) -> UploadErrorKind {
        UploadErrorKind::TooSlow {
            bytes_per_second,
            needs: http::time_for(self.plan.size().0, surely),
        }
    }

    /// Deadline of the last chunk, which leaves time for a last look at the status.
    fn last_chunk_by(&self) -> Deadline {
        let left = self.clock.left_until(self.deadline);
        self.clock.deadline_in(left.saturating_sub(RESERVE.min(left / 4)))
    }

    /// Resumes at the position in the status, after a response without one.
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

    /// Whether TikTok has the first `bytes` of the video; `None` if the status does not show it.
    async fn has(&self, bytes: u64) -> Option<bool> {
        let status = self.api.fetch_status(self.publish_id).await.ok()?;
        match status.status {
            // If the figure is the index of the last byte, a complete upload counts one too few.
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

    /// Waits before the next attempt, if there is time for one before `end`.
    async fn wait(&self, failures: u32, trouble: RetryReason, end: Deadline) -> Result<(), UploadErrorKind> {
        // A transfer may wait longer than a single call, which is bounded by the wait budget of the request.
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

/// Attempts so far.
#[derive(Debug, Clone, Copy, Default)]
struct Attempts {
    /// Failed attempts since the last accepted chunk.
    failures: u32,
    /// Number of times that TikTok lost bytes it had accepted.
    setbacks: u32,
    /// Possible effect of the attempts to send the last chunk.
    last: LastChunk,
    /// `Retry-After` of the last response.
    retry_after: Option<Duration>,
    /// Bytes of the accepted chunks, and the time of their transfer.
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

/// Consequence of an attempt.
enum AfterAttempt {
    /// Send the next chunk, or the same one again.
    Send,
    /// The upload is complete.
    Arrived,
    Stop(UploadErrorKind),
}

/// State of an upload whose last chunk was handed over, by the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Complete,
    Incomplete,
    Unknown,
}

/// Lifetime of an upload URL
/// (docs/tiktok-open-api.md#upload-addresses).
pub const URL_LIFE: Duration = Duration::from_hours(1);

/// Shortest transfer that shows the speed of the connection.
const SPEED_SAMPLE: Duration = Duration::from_secs(4);

/// Time reserved for the last look; at most a quarter of the time left.
const RESERVE: Duration = Duration::from_secs(30);

/// Pause before the last look at the status.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// Time after which a status without an acknowledged chunk is believed.
const SETTLED: Duration = Duration::from_secs(12);
