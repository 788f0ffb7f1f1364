//! One attempt to send a chunk, and the meaning of its end: pure.

use std::time::Duration;

use super::{meter::Cut, plan::ChunkRange, progress::Reply};
use crate::http::{self, Loss, Trouble};

/// Why an attempt got no answer.
pub(super) enum Break {
    Arrived,
    Lost(http::Failure),
    Cut(Cut),
}

/// One attempt to send a chunk.
pub(super) struct Put {
    pub(super) range: ChunkRange,
    /// Whether it was the last chunk of the video.
    pub(super) last: bool,
    pub(super) end: PutEnd,
    /// Whether its last byte was handed to the connection.
    pub(super) whole: bool,
    /// Duration of the attempt.
    pub(super) took: Duration,
}

/// The end of an attempt.
pub(super) enum PutEnd {
    Answered {
        status: u16,
        content_range: Option<String>,
        retry_after: Option<Duration>,
    },
    /// The status says that TikTok has the chunk.
    Arrived,
    Lost(Loss),
    Cut(Cut),
}

impl Put {
    pub(super) fn reply(&self) -> Reply<'_> {
        match &self.end {
            PutEnd::Answered {
                status,
                content_range,
                ..
            } => Reply::Answer {
                status: *status,
                content_range: content_range.as_deref(),
            },
            PutEnd::Arrived => Reply::Answer {
                status: if self.last { 201 } else { 206 },
                content_range: None,
            },
            _ if !self.whole => Reply::NotSent,
            PutEnd::Lost(loss) if loss.is_unsent() => Reply::NotSent,
            PutEnd::Lost(_) | PutEnd::Cut(_) => Reply::Lost,
        }
    }

    pub(super) fn remnant(&self) -> Remnant {
        match &self.end {
            _ if !self.whole => Remnant::None,
            // Gateways answer these for a server that may be at work (408, 5xx), or for a client that they
            // take for gone (499).
            PutEnd::Answered {
                status: 200..=299 | 408 | 499..,
                ..
            } => Remnant::MayArrive,
            PutEnd::Answered { .. } => Remnant::Answered,
            PutEnd::Lost(loss) if loss.is_unsent() => Remnant::None,
            PutEnd::Lost(_) | PutEnd::Cut(_) | PutEnd::Arrived => Remnant::MayArrive,
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        if let PutEnd::Answered {
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

    /// Speeds at which the deadline cannot be met, in bytes per second, where the chunk was cut off for that:
    /// the measured one, and the one that is certain.
    pub(super) fn measured(&self) -> Option<(u64, u64)> {
        if let PutEnd::Cut(Cut::TooSlow { measured, surely }) = self.end {
            Some((measured, surely))
        } else {
            None
        }
    }

    pub(super) fn trouble(&self) -> Trouble {
        match &self.end {
            PutEnd::Answered {
                status: 429,
                retry_after: Some(wait),
                ..
            } => Trouble::TooMany {
                retry_after: Some(*wait),
                by_api: false,
            },
            PutEnd::Answered { .. } | PutEnd::Arrived => Trouble::ServerFault,
            PutEnd::Lost(loss) if loss.is_unsent() => Trouble::NotSent,
            PutEnd::Lost(_) | PutEnd::Cut(_) => Trouble::Lost,
        }
    }
}

/// What an attempt to send the last chunk may have left at TikTok, weakest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remnant {
    /// None: its last byte was never handed over.
    #[default]
    None,
    /// It was answered, so the status knows by now whether TikTok has it.
    Answered,
    /// It was not answered, or by somebody on the way who may have passed it on: it may still arrive.
    MayArrive,
}
