//! Progress of an upload, by the responses to its chunks: pure, without clock or socket.
//!
//! Responses: TikTok's [media transfer guide]; developers report 405 for an unknown upload. A response to the last
//! chunk other than 201 does not show whether the chunk arrived, so the status is read before the chunk is sent again
//! or the upload is given up.
//!
//! [media transfer guide]: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide

use std::time::Duration;

use super::{
    guard::ChunkDenied,
    plan::{ChunkPlan, ChunkRange},
};
use crate::http::ContentRange;

/// Progress of one upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UploadProgress {
    plan: ChunkPlan,
    /// Index of the chunk to send next.
    index: u64,
}

/// Result of one attempt to send a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChunkReply {
    /// Response.
    Answer {
        /// The HTTP status.
        status: u16,
        /// `Content-Range` of the response: `bytes 0-{UPLOADED}/{TOTAL}`.
        content_range: Option<ContentRange>,
    },
    /// No complete response; the chunk may have arrived.
    Lost,
    /// Nothing was sent.
    NotSent,
}

/// Next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UploadStep {
    /// Send the next chunk.
    Next,
    /// After a wait, send the chunk that [`UploadProgress::current`] now returns.
    Again,
    /// All bytes have arrived.
    Done,
    /// The position is unknown: read the status, and resume there.
    Locate,
    /// All bytes may have arrived: read the status, and send the last chunk again if they have not.
    Ask,
    /// The upload cannot continue.
    Stop(UploadErrorKind),
}

/// Reason that an upload cannot continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadErrorKind {
    /// The upload URL is no longer valid: 403, 404, or 405 as seen in the field.
    #[error("the upload URL is no longer valid (HTTP {status})")]
    Expired {
        /// The HTTP status.
        status: u16,
    },
    /// TikTok refused the chunk itself.
    #[error("the upload was refused (HTTP {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// TikTok reports a position that this upload cannot have.
    #[error("TikTok reports progress that does not fit this upload")]
    OutOfStep,
    /// All permitted attempts failed, or TikTok (HTTP 429) demands a longer wait than the request has time for.
    #[error("every attempt to send the chunk failed")]
    GaveUp,
    /// At this speed the video cannot arrive before the deadline.
    #[error("the line takes {} kB/s at most, and the whole video may need {} s", bytes_per_second.div_ceil(1000), needs.as_secs())]
    TooSlow {
        /// Measured speed, an upper bound of the actual one.
        bytes_per_second: u64,
        /// Time for the whole video at the guaranteed speed.
        needs: Duration,
    },
    /// The deadline passed.
    #[error("the time for the upload was up")]
    TooLate,
    /// The guard denied the next chunk.
    #[error("{0}")]
    Stopped(ChunkDenied),
}

impl UploadProgress {
    /// Progress of an upload that has not begun.
    pub(super) const fn new(plan: ChunkPlan) -> Self {
        Self { plan, index: 0 }
    }

    /// Range of the chunk to send; `None` after the last.
    pub(super) fn current(&self) -> Option<ChunkRange> {
        self.plan.range(self.index)
    }

    /// Whether the current chunk is the last one.
    pub(super) fn is_last(&self) -> bool {
        self.index + 1 == self.plan.count()
    }

    /// Bytes that TikTok has confirmed.
    pub(super) fn confirmed(&self) -> u64 {
        self.current()
            .map_or_else(|| self.plan.size().0, |range| range.first)
    }

    /// Index of the chunk to send, from 0.
    pub(super) const fn index(&self) -> u64 {
        self.index
    }

    /// Advances by the result of sending the current chunk.
    pub(super) fn take(&mut self, reply: ChunkReply) -> UploadStep {
        let last = self.is_last();
        match reply {
            ChunkReply::Answer { status: 201, .. } if last => self.finish(),
            // Only 201 confirms the upload. 206 asks for more bytes although there are none, and TikTok does not
            // document 200: it may come from a proxy that kept the chunk.
            ChunkReply::Answer {
                status: 200..=299, ..
            } if last => UploadStep::Ask,
            ChunkReply::Answer {
                status: 200..=299, ..
            } => {
                self.index += 1;
                UploadStep::Next
            }
            ChunkReply::Answer {
                status: 416,
                content_range,
            } => self.resynchronise(content_range),
            // After a lost response to the last chunk the address may be gone because the upload is complete.
            ChunkReply::Answer {
                status: status @ 403..=405,
                ..
            } => UploadStep::Stop(UploadErrorKind::Expired { status }),
            ChunkReply::Answer {
                status: 408 | 429 | 500..=599,
                ..
            }
            | ChunkReply::NotSent => UploadStep::Again,
            ChunkReply::Answer { status, .. } => UploadStep::Stop(UploadErrorKind::Refused { status }),
            ChunkReply::Lost if last => UploadStep::Ask,
            ChunkReply::Lost => UploadStep::Again,
        }
    }

    fn finish(&mut self) -> UploadStep {
        self.index = self.plan.count();
        UploadStep::Done
    }

    /// Resumes at the position in a 416.
    fn resynchronise(&mut self, content_range: Option<ContentRange>) -> UploadStep {
        // The form `bytes */{TOTAL}` has no figure.
        let content_range = content_range.filter(|found| found.total == Some(self.plan.size().0));
        match content_range
            .and_then(|found| found.range)
            .map(|(_, figure)| figure)
        {
            None => UploadStep::Locate,
            Some(figure) if !self.resume_at(figure) => UploadStep::Locate,
            Some(_) if self.current().is_none() => {
                self.index = self.plan.count() - 1;
                UploadStep::Ask
            }
            Some(_) => UploadStep::Again,
        }
    }

    /// Resumes after `figure`, or with the chunk that contains it. Returns `false` if no chunk fits.
    ///
    /// Whether the figure is a count of bytes or the index of the last byte is not documented
    /// (docs/tiktok-open-api.md#upload-answers), so both are tried against the chunk boundaries, which differ
    /// by far more than one.
    pub(super) fn resume_at(&mut self, figure: u64) -> bool {
        let candidates = [Some(figure), figure.checked_add(1)];
        let boundary = candidates
            .into_iter()
            .flatten()
            .find_map(|figure| self.plan.index_at(figure));
        // For the same reason the upload cannot resume within a chunk, but a figure there proves the chunks
        // before it.
        let place = boundary.or_else(|| self.plan.index_holding(figure).filter(|_| self.plan.count() > 1));
        self.index = place.unwrap_or(self.index);
        place.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ByteCount;

    /// Three chunks: 5,242,880, 5,242,880 and 5,242,890 bytes.
    fn three() -> UploadProgress {
        UploadProgress::new(ChunkPlan::new(ByteCount(15_728_650), ByteCount(5_242_880)).unwrap())
    }

    fn answer(status: u16) -> ChunkReply {
        ChunkReply::Answer {
            status,
            content_range: None,
        }
    }

    fn at(content_range: &str) -> ChunkReply {
        ChunkReply::Answer {
            status: 416,
            content_range: ContentRange::parse(content_range),
        }
    }

    #[test]
    fn a_smooth_upload_takes_206_206_201() {
        let mut progress = three();
        assert_eq!(progress.take(answer(206)), UploadStep::Next);
        assert_eq!(progress.take(answer(206)), UploadStep::Next);
        assert_eq!(progress.confirmed(), 10_485_760);
        assert_eq!(progress.take(answer(201)), UploadStep::Done);
        assert_eq!((progress.current(), progress.confirmed()), (None, 15_728_650));
    }

    #[test]
    fn trouble_sends_the_same_range_again() {
        let mut progress = three();
        let before = progress;
        for trouble in [
            answer(503),
            answer(408),
            answer(429),
            ChunkReply::Lost,
            ChunkReply::NotSent,
        ] {
            assert_eq!(progress.take(trouble), UploadStep::Again);
            assert_eq!(progress, before);
        }
    }

    #[test]
    fn a_lost_last_answer_is_asked_about_and_not_assumed() {
        let mut progress = three();
        progress.index = 2;
        assert_eq!(progress.take(ChunkReply::Lost), UploadStep::Ask);
        assert_eq!(progress.take(answer(206)), UploadStep::Ask);
        assert_eq!(progress.take(ChunkReply::NotSent), UploadStep::Again);
    }

    #[test]
    fn a_416_is_followed_under_both_readings_of_its_figure() {
        for (figure, index) in [
            (5_242_880, 1),
            (5_242_879, 1),
            (10_485_760, 2),
            (10_485_759, 2),
            (0, 0),
        ] {
            let mut progress = three();
            progress.index = 2;
            assert_eq!(
                progress.take(at(&format!("bytes 0-{figure}/15728650"))),
                UploadStep::Again,
                "{figure}"
            );
            assert_eq!(progress.index, index, "{figure}");
        }
        for complete in ["bytes 0-15728650/15728650", "bytes 0-15728649/15728650"] {
            assert_eq!(three().take(at(complete)), UploadStep::Ask);
        }
        for (within, index) in [(77, 0), (5_242_881, 1), (15_728_648, 2)] {
            let mut progress = three();
            progress.index = 2;
            assert_eq!(
                progress.take(at(&format!("bytes 0-{within}/15728650"))),
                UploadStep::Again,
                "{within}"
            );
            assert_eq!(progress.index, index, "{within}");
        }
        let mut single = UploadProgress::new(ChunkPlan::for_line(ByteCount(272_454), None).unwrap());
        assert_eq!(single.take(at("bytes 0-77/272454")), UploadStep::Locate);
        for nonsense in [
            "0-77",
            "bytes 0-x/15728650",
            "bytes 0-0/1",
            "bytes 0-18446744073709551615/15728650",
            "bytes */15728650",
        ] {
            assert_eq!(three().take(at(nonsense)), UploadStep::Locate, "{nonsense}");
        }
    }

    #[test]
    fn an_address_that_is_gone_ends_the_upload() {
        for status in [403, 404, 405] {
            assert_eq!(
                three().take(answer(status)),
                UploadStep::Stop(UploadErrorKind::Expired { status })
            );
        }
        assert_eq!(
            three().take(answer(400)),
            UploadStep::Stop(UploadErrorKind::Refused { status: 400 })
        );
        assert_eq!(
            three().take(answer(302)),
            UploadStep::Stop(UploadErrorKind::Refused { status: 302 })
        );
    }
}
