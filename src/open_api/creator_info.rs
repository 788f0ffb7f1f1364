//! `POST /v2/post/publish/creator_info/query/` (docs/tiktok-open-api.md#creator-info).

use serde::Deserialize;
use serde_json::json;

use super::{Endpoint, Error, OpenApi, answer::whole_number};

/// Current posting options of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#creator-info"
)]
pub struct CreatorInfo {
    /// Valid for two hours.
    pub creator_avatar_url: Option<String>,
    pub creator_username: Option<String>,
    pub creator_nickname: Option<String>,
    /// Kept as text, so that a level added by TikTok is shown and not lost. Required: without it, a response
    /// is useless.
    pub privacy_level_options: Vec<String>,
    pub comment_disabled: Option<bool>,
    pub duet_disabled: Option<bool>,
    pub stitch_disabled: Option<bool>,
    #[serde(default, deserialize_with = "whole_number")]
    pub max_video_post_duration_sec: Option<u32>,
}

impl OpenApi {
    /// Fetches the current posting options of the account. Scope `video.publish`, 20 calls a minute.
    pub async fn creator_info(&self) -> Result<CreatorInfo, Error> {
        self.post(Endpoint::CREATOR_INFO, None, &json!({})).await
    }
}
