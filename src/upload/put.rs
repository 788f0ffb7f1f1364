//! One attempt to send a chunk, and the meaning of its result: pure.

use std::time::Duration;

use super::{plan::ChunkRange, progress::ChunkReply};
use crate::http::{self, BodyAbort, ContentRange, HttpErrorKind, HttpResponse, RetryReason};

/// Reason that an attempt got no response.
pub(super) enum Interruption {
    Arrived,
    Lost(http::HttpError),
    Cut(BodyAbort),
}

/// One attempt to send a chunk.
pub(super) struct ChunkAttempt {
    pub(super) range: ChunkRange,
    /// Whether this was the last chunk of the video.
    pub(super) last: bool,
    pub(super) end: AttemptEnd,
    /// Whether the last byte of the chunk was handed to the connection.
    pub(super) whole: bool,
    /// Duration of the attempt.
    pub(super) took: Duration,
}

/// The end of an attempt.
pub(super) enum AttemptEnd {
    Answered {
        status: u16,
        content_range: Option<ContentRange>,
        retry_after: Option<Duration>,
    },
    /// The status shows that TikTok has the chunk.
    Arrived,
    Lost(HttpErrorKind),
    Cut(BodyAbort),
}

impl AttemptEnd {
    pub(super) fn of(response: &Result<HttpResponse, Interruption>) -> Self {
        match response {
            Ok(HttpResponse {
                status,
                content_range,
                retry_after,
                ..
            }) => Self::Answered {
                status: *status,
                content_range: *content_range,
                retry_after: *retry_after,
            },
            Err(Interruption::Arrived) => Self::Arrived,
            Err(Interruption::Lost(failure)) => Self::Lost(failure.kind),
            Err(Interruption::Cut(cut)) => Self::Cut(*cut),
        }
    }
}

impl ChunkAttempt {
    pub(super) fn reply(&self) -> ChunkReply {
        match &self.end {
            AttemptEnd::Answered {
                status,
                content_range,
                ..
            } => ChunkReply::Answer {
                status: *status,
                content_range: *content_range,
            },
            AttemptEnd::Arrived => ChunkReply::Answer {
                status: if self.last { 201 } else { 206 },
                content_range: None,
            },
            _ if !self.whole => ChunkReply::NotSent,
            AttemptEnd::Lost(error) if error.is_unsent() => ChunkReply::NotSent,
            AttemptEnd::Lost(_) | AttemptEnd::Cut(_) => ChunkReply::Lost,
        }
    }

    pub(super) fn remnant(&self) -> LastChunk {
        match &self.end {
            _ if !self.whole => LastChunk::NotSent,
            // Gateways send these while the server may still be working (408, 5xx), or for a client that seems
            // gone (499).
            AttemptEnd::Answered {
                status: 200..=299 | 408 | 499..,
                ..
            } => LastChunk::MayArrive,
            AttemptEnd::Answered { .. } => LastChunk::Answered,
            AttemptEnd::Lost(error) if error.is_unsent() => LastChunk::NotSent,
            AttemptEnd::Lost(_) | AttemptEnd::Cut(_) | AttemptEnd::Arrived => LastChunk::MayArrive,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        if let AttemptEnd::Answered {
            status: 429,
            retry_after,
            ..
        } = self.end
        {
            retry_after
        } else {
            None
        }
    }

    /// Speeds in bytes per second, if they are the reason that the chunk was aborted: the measured one and the
    /// guaranteed one.
    pub(super) fn measured(&self) -> Option<(u64, u64)> {
        if let AttemptEnd::Cut(BodyAbort::TooSlow { measured, surely }) = self.end {
            Some((measured, surely))
        } else {
            None
        }
    }

    pub(super) fn trouble(&self) -> RetryReason {
        match &self.end {
            AttemptEnd::Answered {
                status: 429,
                retry_after: Some(wait),
                ..
            } => RetryReason::RateLimited {
                wait: Some(*wait),
                by_api: false,
            },
            AttemptEnd::Answered { .. } | AttemptEnd::Arrived => RetryReason::ServerError,
            AttemptEnd::Lost(error) if error.is_unsent() => RetryReason::NotSent,
            AttemptEnd::Lost(_) | AttemptEnd::Cut(_) => RetryReason::NoResponse,
        }
    }
}

/// Possible effect of the attempts to send the last chunk, weakest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LastChunk {
    /// None: the last byte was never handed over.
    #[default]
    NotSent,
    /// A response came, so the status shows whether TikTok has the chunk.
    Answered,
    /// Without a response, or with one from a proxy that may have forwarded the chunk: it may still arrive.
    MayArrive,
}
