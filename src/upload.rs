//! Sends a video to its upload address: the one loop with effects around a pure plan and a pure progress machine.
//!
//! In order, one chunk at a time, with Content-Length and Content-Range, without the access token (reference §6.2).

mod line;
mod meter;
mod plan;
mod progress;
mod put;

pub use line::LineSpeed;
pub use meter::StallLimit;
pub use plan::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, ChunkRange, PlanFault, SIZE_MAX};
pub use progress::UploadFault;

use std::{fmt, future::pending, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, future::BoxFuture};
use reqwest::{
    Method,
    header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tracing::{info, warn};

use self::{
    meter::{Chunk, Meter},
    progress::{Progress, Step},
    put::{Break, Put, PutEnd, Trace},
};
use crate::{
    clock::{Clock, Deadline},
    http::{self, Answer, Call, Class, Decision, Payload, Retries, Transport, Trouble},
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
    /// Wait that TikTok asked for (`Retry-After` of a 429).
    pub retry_after: Option<Duration>,
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
    /// Where the last chunk was handed over whole, TikTok may have it whatever its answer says. So the status is asked before
    /// anything is sent again, and once more before the upload is given up: what is complete must not be called failed.
    pub async fn send(&self) -> Result<(), UploadError> {
        let (began, end) = (self.clock.elapsed(), self.clock.deadline_in(URL_LIFE).min(self.last_chunk_by()));
        let mut progress = Progress::new(self.plan);
        let mut pace = Pace::default();
        while let Some(range) = progress.current() {
            let part = if progress.is_last() { Part::Last } else { Part::Before };
            if let Err(closed) = self.gate.pass(part, self.lease(range, end)).await {
                return self.give_up(UploadFault::Stopped(closed), &progress, pace).await;
            }
            let put = self.put(progress.index(), range, pace.failures + 1, end).await;
            if progress.is_last() {
                pace.last = pace.last.max(put.trace());
            }
            pace.retry_after = put.retry_after();
            let step = progress.take(put.reply());
            let next = match step {
                Step::Done => return Ok(()),
                Step::Stop(fault) => Err(fault),
                Step::Locate => self.locate(&mut progress, &mut pace).await,
                Step::Next | Step::Again | Step::Ask => {
                    put.measured().map_or(Ok(()), |speed| Err(self.too_slow(speed)))
                }
            };
            if step == Step::Ask {
                pace.last = Trace::MayArrive;
            }
            if next.is_ok() && progress.index() > pace.furthest {
                info!(bytes = progress.confirmed(), total = self.plan.size().0, "chunk accepted");
                pace = Pace { furthest: progress.index(), failures: 0, ..pace };
                match self.projected(&progress, began, end) {
                    None => continue,
                    Some(fault) => return self.give_up(fault, &progress, pace).await,
                }
            }
            if next.is_ok() && pace.last > Trace::None && self.all_arrived().await == Some(true) {
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
        let fault = self.named(fault);
        let mut complete_unknown = false;
        if pace.last > Trace::None {
            // TikTok may count what has just arrived a moment later. How much later nobody knows: where the chunk was not
            // answered, only a yes is certain as long as the address may still work.
            self.clock.sleep(LAST_LOOK.min(self.clock.left_until(self.deadline) / 2)).await;
            match self.all_arrived().await {
                Some(true) => return Ok(()),
                Some(false) => complete_unknown = pace.last == Trace::MayArrive,
                None => complete_unknown = true,
            }
        }
        Err(UploadError {
            fault,
            confirmed: ByteCount(progress.confirmed()),
            total: self.plan.size(),
            complete_unknown,
            retry_after: pace.retry_after,
        })
    }

    /// A lack of time has its reason named where the speed of the line is known.
    fn named(&self, fault: UploadFault) -> UploadFault {
        let speed = self.line.bytes_per_second().filter(|_| fault == UploadFault::TooLate);
        speed.map_or(fault, |speed| self.too_slow(speed))
    }

    /// The fault of an upload whose rest cannot arrive in time at the speed that it has had since it `began`.
    fn projected(&self, progress: &Progress, began: Duration, end: Deadline) -> Option<UploadFault> {
        let took = self.clock.elapsed().saturating_sub(began);
        let speed = meter::per_second(progress.confirmed(), took).filter(|_| took >= TELLING)?;
        let rest = self.plan.size().0.saturating_sub(progress.confirmed());
        (meter::time_for(rest, speed) > self.clock.left_until(end)).then(|| self.too_slow(speed))
    }

    fn too_slow(&self, bytes_per_second: u64) -> UploadFault {
        UploadFault::TooSlow { bytes_per_second, needs: meter::time_for(self.plan.size().0, bytes_per_second) }
    }

    /// When the last chunk must be answered, so that there is time left to ask what has arrived.
    fn last_chunk_by(&self) -> Deadline {
        let left = self.clock.left_until(self.deadline);
        self.clock.deadline_in(left.saturating_sub(RESERVE.min(left / 4)))
    }

    /// Goes on where the status says that TikTok is, after an answer that did not say it.
    async fn locate(&self, progress: &mut Progress, pace: &mut Pace) -> Result<(), UploadFault> {
        let status = self.api.fetch_status(self.publish_id).await.ok();
        let uploaded = status.and_then(|status| status.uploaded_bytes).ok_or(UploadFault::OutOfStep)?;
        // The chunk was answered, and the status has said that TikTok does not have it.
        if pace.last == Trace::Answered && uploaded.0 + 1 < self.plan.size().0 {
            pace.last = Trace::None;
        }
        if progress.resume_at(uploaded.0) { Ok(()) } else { Err(UploadFault::OutOfStep) }
    }

    async fn put(&self, index: u64, range: ChunkRange, attempt: u32, end: Deadline) -> Put {
        let total = self.plan.size().0;
        let content_range = HeaderValue::try_from(format!("bytes {}-{}/{total}", range.first, range.last));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.container.mime()));
        headers.extend(content_range.ok().map(|value| (CONTENT_RANGE, value)));
        let meter = Meter::default();
        let call = Call {
            endpoint: "upload",
            method: Method::PUT,
            url: self.url.expose().clone(),
            token: None,
            headers,
            payload: self.payload(index, range, meter.clone()),
            timeout: Duration::MAX,
        };
        let (chunk, began) = (Chunk { length: range.length(), after: total - range.end() }, self.clock.elapsed());
        // A line that was faster is expected to empty the buffers at an eighth of that speed at least.
        let known = self.line.bytes_per_second().unwrap_or_default() / 8;
        let stall = StallLimit { idle: self.stall.idle.max(self.timeout), slowest: self.stall.slowest.max(known) };
        let end_of_call = tokio::select! {
            biased;
            answer = self.transport.attempt(&call, attempt, end) => answer.map_err(Break::Lost),
            () = self.arrived_unanswered(&meter, chunk, stall.idle) => Err(Break::Arrived),
            cut = meter.watch(self.clock, chunk, stall, end) => Err(Break::Cut(cut)),
        };
        let whole = meter.taken() >= range.length();
        let put = match end_of_call {
            Ok(Answer { status, content_range, retry_after, .. }) => {
                Put { end: PutEnd::Answered { status, content_range, retry_after }, whole }
            }
            Err(Break::Arrived) => Put { end: PutEnd::Arrived, whole },
            Err(Break::Lost(failure)) => Put { end: PutEnd::Lost(failure.loss), whole },
            Err(Break::Cut(cut)) => {
                warn!(?cut, bytes = meter.taken(), of = range.length(), "chunk cut off");
                Put { end: PutEnd::Cut(cut), whole }
            }
        };
        self.learn(&put, &meter, range, self.clock.elapsed().saturating_sub(began));
        put
    }

    /// Returns when the last chunk is not answered for a while and the status says that TikTok has it.
    ///
    /// How long the buffers of this machine take to empty is not known, so an answer may be long in coming.
    async fn arrived_unanswered(&self, meter: &Meter, chunk: Chunk, idle: Duration) {
        if chunk.after > 0 {
            return pending().await;
        }
        meter.overdue(self.clock, chunk.length, idle).await;
        while self.all_arrived().await != Some(true) {
            self.clock.sleep_wall(idle).await;
        }
    }

    /// Learns the speed of the line from a chunk that was accepted after `time`, or from as much as was measured.
    fn learn(&self, put: &Put, meter: &Meter, range: ChunkRange, time: Duration) {
        match (&put.end, meter.speed()) {
            (PutEnd::Answered { status: 200..=299, .. }, _) => self.line.learn(range.length(), time),
            (_, Some(speed)) => self.line.learn_speed(speed),
            (_, None) => {}
        }
    }

    /// How long the right to send a chunk is needed, as far as that can be known: it is renewed while the chunk is sent.
    fn lease(&self, range: ChunkRange, end: Deadline) -> Duration {
        let speed = self.line.bytes_per_second().unwrap_or(USUAL_SPEED);
        let sending = self.stall.idle.max(self.timeout).saturating_add(meter::time_for(range.length(), speed));
        sending.min(self.clock.left_until(end))
    }

    /// The bytes of `range`, read while they are sent, and counted as they are handed to the connection.
    fn payload(&self, index: u64, range: ChunkRange, meter: Meter) -> Payload {
        let (source, reporter) = (self.source.clone(), self.reporter.clone());
        let (total, chunks) = (self.plan.size().0, self.plan.count());
        let open = move || {
            let (reporter, meter) = (reporter.clone(), meter.clone());
            let count = move |piece: &Bytes| {
                let bytes = range.first.saturating_add(meter.add(ByteCount::of(piece).0));
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
            // Should the figure be the last byte's index, a whole upload counts one too few.
            Status::ProcessingUpload => match (status.uploaded_bytes?, self.plan.size()) {
                (ByteCount(uploaded), ByteCount(size)) if uploaded >= size => Some(true),
                (ByteCount(uploaded), ByteCount(size)) => (uploaded + 1 < size).then_some(false),
            },
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

/// Course of an upload.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// The chunk up to which TikTok has come at most.
    furthest: u64,
    /// Attempts since then that brought nothing.
    failures: u32,
    /// The strongest trace that an attempt to send the last chunk has left.
    last: Trace,
    /// Wait that the last answer asked for.
    retry_after: Option<Duration>,
}

/// How long an upload address is valid, and the upload must be finished (reference §5.1).
pub const URL_LIFE: Duration = Duration::from_hours(1);

/// An upload says something of the line after this time.
const TELLING: Duration = Duration::from_secs(4);

/// The time kept back for the last look, of a request that has more than four times as much.
const RESERVE: Duration = Duration::from_secs(10);

/// The pause before the last look at what TikTok has.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// Speed that a lease counts with where none is known, in bytes per second.
const USUAL_SPEED: u64 = 250_000;
