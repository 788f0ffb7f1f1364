//! Reasons for failed posts (#fail-reasons).

use serde::{Deserialize, Serialize};

/// Reason for a failed post (#fail-reasons).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "TikTok's own names")]
pub enum FailReason {
    FileFormatCheckFailed,
    DurationCheckFailed,
    FrameRateCheckFailed,
    PictureSizeCheckFailed,
    Internal,
    VideoPullFailed,
    PhotoPullFailed,
    PublishCancelled,
    AuthRemoved,
    SpamRiskTooManyPosts,
    SpamRiskUserBannedFromPosting,
    SpamRiskText,
    SpamRisk,
}
