//! Upload of a large file in chunks (docs/tiktok-marketing-api.md#chunked-upload). It makes a file that a creative can be
//! made of within 24 hours; without that, nothing of it is in the library.

use std::{
    future::ready,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::{info, warn};

use super::{
    check::CheckedFile,
    outgoing::{md5_of, part},
};
use crate::{
    catalogue::{FailureCode, marketing_api, own},
    http::WriteObserver,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{ChunkedFinish, ChunkedStart, MarketingError, MediaType, OffsetRange, StartedUpload},
    model::{ByteCount, Grouped, Whole},
    progress::{Measure, Phase},
};

/// Size of a file that is sent in one call, at most, in bytes: 20 MiB.
pub(super) const ONE_CALL_MAX: u64 = 20 * 1024 * 1024;

/// Uploads of one request: a new one begins if TikTok has lost its place in the first.
const UPLOADS_MAX: u32 = 3;

/// Attempts to send a call whose answers cannot be read.
const SENDS_MAX: u32 = 3;

/// Pause before a call whose answer could not be read is sent again.
const PAUSE: Duration = Duration::from_secs(1);

/// File in transfer.
pub(super) struct ChunkSender<'a> {
    pub(super) context: &'a AdsContext,
    pub(super) media_type: MediaType,
    /// Name for TikTok.
    pub(super) name: &'a str,
    pub(super) file: &'a CheckedFile,
}

/// File that was uploaded in chunks.
#[derive(Debug, Default)]
pub(super) struct ChunkedCopy {
    /// Its id; `None` if it is to be uploaded.
    file_id: Option<String>,
    /// Time that its upload took.
    took: Duration,
    /// Whether TikTok has lost an earlier one.
    is_renewed: bool,
}

/// End of an upload without a file.
enum ChunkFault {
    /// It cannot go on, and a new one can succeed.
    OutOfStep(Failure),
    Final(Failure),
}

impl From<Failure> for ChunkFault {
    fn from(failure: Failure) -> Self {
        Self::Final(failure)
    }
}

impl From<MarketingError> for ChunkFault {
    fn from(error: MarketingError) -> Self {
        Self::Final(error.into())
    }
}

impl ChunkSender<'_> {
    /// Id of the file, which is uploaded if it is not there.
    pub(super) async fn file_id(&self, copy: &mut ChunkedCopy) -> Result<String, Failure> {
        if let Some(file_id) = &copy.file_id {
            return Ok(file_id.clone());
        }
        let began = self.context.clock.elapsed();
        let file_id = self.send().await?;
        copy.took = self.context.clock.elapsed().saturating_sub(began);
        Ok(copy.file_id.insert(file_id).clone())
    }

    /// Whether a file that TikTok no longer has is uploaded once more: the first time, if there is time.
    pub(super) fn renews(&self, copy: &mut ChunkedCopy) -> bool {
        if copy.is_renewed || self.context.clock.left_until(self.context.deadline) < copy.took {
            return false;
        }
        warn!("TikTok no longer has the file that was uploaded in chunks, so it is uploaded again");
        (copy.file_id, copy.is_renewed) = (None, true);
        true
    }

    /// Uploads the file, and returns its id.
    async fn send(&self) -> Result<String, Failure> {
        let clock = &self.context.clock;
        for number in 1.. {
            let began = clock.elapsed();
            let failure = match self.send_once().await {
                Ok(file_id) => return Ok(file_id),
                Err(ChunkFault::Final(failure)) => return Err(failure),
                Err(ChunkFault::OutOfStep(failure)) => failure,
            };
            let took = clock.elapsed().saturating_sub(began);
            if number >= UPLOADS_MAX || clock.left_until(self.context.deadline) < took {
                return Err(failure);
            }
            warn!(code = %failure.code, "the upload in chunks begins anew");
        }
        Err(Failure::new(&own::INTERNAL_ERROR, ""))
    }

    async fn send_once(&self) -> Result<String, ChunkFault> {
        let size = self.file.source.size().0;
        let start = ChunkedStart {
            media_type: self.media_type,
            size,
            name: self.name,
        };
        let sends = SendCount::default();
        let started = loop {
            let started = self.context.api.write(&start, Some(&sends)).await;
            if !self.goes_again(started.as_ref().err(), &sends).await {
                break started;
            }
        };
        let StartedUpload { upload_id, next } = started?.data;
        let (mut sent, mut next, mut is_assumed) = (OffsetRange { start: 0, end: 0 }, next, false);
        loop {
            check(next, sent, size)?;
            if sent.end == size && next.is_empty() {
                break;
            }
            sent = next;
            (next, is_assumed) = self.transfer(&upload_id, sent, is_assumed).await?;
        }
        self.finish(&upload_id, is_assumed).await
    }

    /// Sends a chunk. Returns the next one, and whether it is assumed because TikTok's answer was lost.
    async fn transfer(
        &self,
        upload_id: &str,
        range: OffsetRange,
        is_assumed: bool,
    ) -> Result<(OffsetRange, bool), ChunkFault> {
        let CheckedFile { source, mime, .. } = self.file;
        let size = source.size().0;
        let md5 = md5_of(self.media_type, source, range).await?;
        let sends = SendCount::default();
        let api = &self.context.api;
        let sent = loop {
            let part = part(self.context, source, range, (self.name, mime));
            let sent = api
                .upload_chunk(upload_id, range.start, &md5, part, Some(&sends))
                .await;
            if !self.goes_again(sent.as_ref().err(), &sends).await {
                break sent;
            }
        };
        match sent {
            Ok(next) => {
                let is_end = range.end == size && next.is_empty();
                self.report(if is_end { size } else { next.start.min(size) });
                Ok((next, false))
            }
            // TikTok may refuse a chunk that it has.
            Err(error) if is_refused(&error) && sends.count() > 1 => {
                info!(
                    start = range.start,
                    "a chunk is refused that was sent before, so it is taken as received"
                );
                let length = range.end.saturating_sub(range.start);
                let end = range.end.saturating_add(length).min(size);
                Ok((
                    OffsetRange {
                        start: range.end,
                        end,
                    },
                    true,
                ))
            }
            Err(error) if is_refused(&error) && is_assumed => Err(ChunkFault::OutOfStep(error.into())),
            Err(error) => Err(error.into()),
        }
    }

    async fn finish(&self, upload_id: &str, is_assumed: bool) -> Result<String, ChunkFault> {
        let sends = SendCount::default();
        let finish = ChunkedFinish { upload_id };
        let finished = loop {
            let finished = self.context.api.write(&finish, Some(&sends)).await;
            if !self.goes_again(finished.as_ref().err(), &sends).await {
                break finished;
            }
        };
        let size = self.file.source.size();
        match finished.map(|finished| finished.data) {
            Ok(file) => match file.size {
                Some(Whole(found)) if u64::try_from(found) != Ok(size.0) => {
                    let message = format!("(TikTok received {found} bytes of {size}.)");
                    let code = FailureCode::Known(&marketing_api::WRONG_FILE_SIGNATURE);
                    Err(ChunkFault::Final(Failure::with_code(code, &message)))
                }
                _ => Ok(file.file_id),
            },
            // The first answer had the id, and TikTok does not repeat it.
            Err(error) if is_refused(&error) && (is_assumed || sends.count() > 1) => {
                Err(ChunkFault::OutOfStep(error.into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether to send a call again, after a pause: its answer cannot be read. A lost answer was repeated before.
    async fn goes_again(&self, error: Option<&MarketingError>, sends: &SendCount) -> bool {
        let is_unreadable =
            matches!(error, Some(MarketingError::Unreadable { http_status, .. }) if *http_status != 0);
        let sends_max = SENDS_MAX.min(self.context.files.retries.max.saturating_add(1));
        let has_time = self.context.clock.left_until(self.context.deadline) > PAUSE;
        if !is_unreadable || !has_time || sends.count() >= sends_max {
            return false;
        }
        self.context.clock.sleep(PAUSE).await;
        true
    }

    fn report(&self, bytes: u64) {
        let total = Some(self.file.source.size().0);
        let measure = Measure {
            bytes: Some(bytes),
            total,
            ..Measure::default()
        };
        self.context.files.progress.tell(Phase::Uploading, measure);
    }
}

/// Checks the range that TikTok wants after the range `sent`, which is empty at first. It goes forward, leaves no byte out,
/// and ends within the file. After the last byte it is any empty one: TikTok's page does not say which.
fn check(next: OffsetRange, sent: OffsetRange, size: u64) -> Result<(), ChunkFault> {
    let OffsetRange { start, end } = next;
    let goes_forward = start > sent.start || sent.end == 0;
    let is_range = start < end && end <= size;
    if sent.end == size && next.is_empty() || goes_forward && start <= sent.end && is_range {
        return Ok(());
    }
    let message = format!(
        "(file_transfer_upload: after the bytes {} to {} of {}, TikTok wants {} to {}, which are not the next ones.)",
        Grouped(sent.start),
        Grouped(sent.end),
        ByteCount(size),
        Grouped(start),
        Grouped(end)
    );
    Err(ChunkFault::Final(Failure::new(&own::UNREADABLE_ANSWER, &message)))
}

/// Whether TikTok refused a call because of its state: the place of a chunk, or an upload that is over.
fn is_refused(error: &MarketingError) -> bool {
    let codes = [&marketing_api::PARAMETER_ERROR, &marketing_api::NOT_FOUND].map(|row| row.code);
    matches!(error, MarketingError::Refused(refusal) if codes.contains(&refusal.code.as_str()))
}

/// Number of attempts that may have reached TikTok.
#[derive(Debug, Default)]
struct SendCount(AtomicU32);

impl SendCount {
    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl WriteObserver for SendCount {
    fn about_to_send(&self) -> BoxFuture<'_, bool> {
        self.0.fetch_add(1, Ordering::Relaxed);
        ready(true).boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        self.0.fetch_sub(1, Ordering::Relaxed);
        ready(()).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_go_forward_to_the_end() {
        let is_right = |next: (u64, u64), sent: (u64, u64)| {
            let range = |(start, end)| OffsetRange { start, end };
            check(range(next), range(sent), 50).is_ok()
        };
        for (next, sent) in [
            ((0, 20), (0, 0)),
            ((20, 40), (0, 20)),
            ((40, 50), (20, 40)),
            ((50, 50), (40, 50)),
            ((0, 0), (40, 50)),
            ((40, 40), (40, 50)),
            ((7, 20), (0, 20)),
        ] {
            assert!(is_right(next, sent), "{next:?} after {sent:?}");
        }
        for (next, sent) in [
            ((0, 0), (0, 0)),
            ((5, 20), (0, 0)),
            ((0, 51), (0, 0)),
            ((0, 20), (0, 20)),
            ((20, 40), (20, 40)),
            ((0, 20), (20, 40)),
            ((40, 20), (20, 40)),
            ((41, 50), (20, 40)),
            ((50, 50), (20, 40)),
            ((50, 50), (0, 0)),
            ((0, 0), (20, 40)),
            ((50, 51), (40, 50)),
            ((u64::MAX, 5), (0, 20)),
        ] {
            assert!(!is_right(next, sent), "{next:?} after {sent:?}");
        }
    }
}
