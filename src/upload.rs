//! Sends a video to its upload address: the one loop with effects around a pure plan and a pure progress machine.
//!
//! In order, one chunk at a time, with Content-Length and Content-Range, without the access token (reference §6.2).

mod plan;
mod progress;

pub use plan::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, ChunkRange, PlanFault, SIZE_MAX};
pub use progress::UploadFault;

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use reqwest::{
    Method,
    header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tracing::{info, warn};

use self::progress::{Progress, Reply, Step};
use crate::{
    clock::Clock,
    http::{self, Call, Class, Decision, Loss, Payload, Retries, Transport, Trouble},
    media::{Container, Source},
    model::{ByteCount, PublishId},
    open_api::{OpenApi, Status},
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

impl Upload<'_> {
    /// Sends all chunks; returns when TikTok has confirmed the last byte.
    ///
    /// Where the last chunk may have arrived although its answer does not say so, TikTok is asked before anything is
    /// sent again or given up: what is complete must not be called failed.
    pub async fn send(&self) -> Result<(), UploadError> {
        let mut progress = Progress::new(self.plan);
        let mut failures = 0;
        let mut complete_unknown = false;
        while let Some(range) = progress.current() {
            let sent = progress.index();
            let put = self.put(range, failures + 1).await;
            complete_unknown |= progress.is_last() && put.may_have_arrived();
            let step = progress.take(put.reply());
            match step {
                Step::Done => return Ok(()),
                Step::Next => {
                    failures = 0;
                    info!(bytes = progress.confirmed(), total = self.plan.size().0, "chunk accepted");
                    continue;
                }
                // TikTok is further than we were: that is progress and not a failure.
                Step::Again if progress.index() > sent => continue,
                Step::Again | Step::Ask | Step::Stop(_) => {}
            }
            if complete_unknown || step == Step::Ask {
                match self.all_arrived().await {
                    Some(true) => return Ok(()),
                    Some(false) => complete_unknown = false,
                    None => complete_unknown = true,
                }
            }
            failures += 1;
            let goes_on = match step {
                Step::Stop(fault) => Err(fault),
                Step::Again | Step::Ask | Step::Next | Step::Done => self.wait(failures, put.trouble()).await,
            };
            goes_on.map_err(|fault| self.error(fault, &progress, complete_unknown))?;
        }
        Ok(())
    }

    async fn put(&self, range: ChunkRange, attempt: u32) -> Put {
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
            payload: self.payload(range),
            timeout: chunk_timeout(range),
        };
        match self.transport.attempt(&call, attempt).await {
            Ok(answer) => Put::Answered { status: answer.status, content_range: answer.content_range },
            Err(failure) => Put::Failed(failure.loss),
        }
    }

    fn payload(&self, range: ChunkRange) -> Payload {
        let source = self.source.clone();
        let open = move || source.stream(range.first, range.length()).boxed();
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

    async fn wait(&self, failures: u32, trouble: Trouble) -> Result<(), UploadFault> {
        match http::decide(Class::Chunk, trouble, failures, self.retries) {
            Decision::Again { after } => {
                warn!(failures, wait_ms = http::millis(after), "chunk not accepted, sending it again");
                self.clock.sleep(after).await;
                Ok(())
            }
            Decision::GiveUp => Err(UploadFault::GaveUp),
        }
    }

    fn error(&self, fault: UploadFault, progress: &Progress, complete_unknown: bool) -> UploadError {
        let confirmed = ByteCount(progress.confirmed());
        UploadError { fault, confirmed, total: self.plan.size(), complete_unknown }
    }
}

/// What became of one PUT.
enum Put {
    Answered { status: u16, content_range: Option<String> },
    Failed(Loss),
}

impl Put {
    fn reply(&self) -> Reply<'_> {
        match self {
            Self::Answered { status, content_range } => {
                Reply::Answer { status: *status, content_range: content_range.as_deref() }
            }
            Self::Failed(Loss::NotSent) => Reply::NotSent,
            Self::Failed(Loss::Timeout | Loss::Broken | Loss::TooLarge) => Reply::Lost,
        }
    }

    /// Whether the chunk may have been taken although the answer does not say so.
    fn may_have_arrived(&self) -> bool {
        match self {
            Self::Answered { status, .. } => matches!(status, 206 | 408 | 500..=599),
            Self::Failed(loss) => *loss != Loss::NotSent,
        }
    }

    fn trouble(&self) -> Trouble {
        match self {
            Self::Answered { .. } => Trouble::ServerFault,
            Self::Failed(Loss::NotSent) => Trouble::NotSent,
            Self::Failed(Loss::Timeout | Loss::Broken | Loss::TooLarge) => Trouble::Lost,
        }
    }
}

/// Half a minute, and as long again as the chunk takes at 2 Mbit/s.
fn chunk_timeout(range: ChunkRange) -> Duration {
    Duration::from_secs(30 + range.length() / 250_000)
}
