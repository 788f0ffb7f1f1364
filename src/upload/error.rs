//! Failure of an upload.

use std::time::Duration;

use super::{guard::ChunkDenied, progress::UploadErrorKind};
use crate::model::ByteCount;

/// An upload that did not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} after {confirmed} of {total}")]
pub struct UploadError {
    /// Reason.
    pub kind: UploadErrorKind,
    /// Bytes that TikTok has confirmed.
    pub confirmed: ByteCount,
    /// Size of the video.
    pub total: ByteCount,
    /// Whether all bytes may have arrived without a confirmation.
    pub complete_unknown: bool,
    /// `Retry-After` of a 429.
    pub retry_after: Option<Duration>,
}

impl UploadError {
    /// Whether another request has taken the post over.
    pub fn is_taken_over(&self) -> bool {
        self.kind == UploadErrorKind::Stopped(ChunkDenied::TakenOver)
    }

    /// Whether the upload URL has expired and TikTok certainly lacks bytes, so that this upload never becomes
    /// a post.
    pub fn is_expired(&self) -> bool {
        matches!(self.kind, UploadErrorKind::Expired { .. }) && !self.complete_unknown
    }
}
