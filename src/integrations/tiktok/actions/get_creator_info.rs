//! `POST /v2/post/publish/creator_info/query/`; scope video.publish (docs/tiktok-open-api.md#creator-info).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure,
        tiktok::{context::Context, permissions, post::quota::QuotaOutput},
    },
    open_api::CreatorInfo,
};

/// Queries the posting options of the account.
pub(in crate::integrations::tiktok) struct GetCreatorInfo;

/// No inputs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {}

/// Posting options of the account.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Output {
    /// URL of the profile picture, valid for 2 hours
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_avatar_url: Option<String>,
    /// Handle, without the @
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_username: Option<String>,
    /// Display name; TikTok requires you to show it before posting
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_nickname: Option<String>,
    /// Privacy levels that the user can choose from. TikTok does not allow you to preselect one
    privacy_level_options: Vec<String>,
    /// Whether comments are turned off for the account
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_disabled: Option<bool>,
    /// Whether duets are turned off for the account; always true for private accounts
    #[serde(skip_serializing_if = "Option::is_none")]
    duet_disabled: Option<bool>,
    /// Whether stitches are turned off for the account; always true for private accounts
    #[serde(skip_serializing_if = "Option::is_none")]
    stitch_disabled: Option<bool>,
    /// Longest video that the account may post, in seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    max_video_post_duration_sec: Option<u32>,
    quota: QuotaOutput,
}

impl Action for GetCreatorInfo {
    const NAME: &'static str = "get_creator_info";
    const DISPLAY_NAME: &'static str = "Get Creator Info";
    const DESCRIPTION: &'static str = "Check what the connected TikTok account may post right now: the privacy levels \
        to choose from, the longest video, and whether comments, duets and stitches are allowed. Fails if the account \
        has reached a posting limit.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::VIDEO_PUBLISH];

    type Context = Context;
    type Input = Input;
    type Output = Output;

    async fn run(context: Context, Input {}: Input) -> Result<Output, Failure> {
        let creator = context.api.creator_info().await?;
        let quota = context.api.quota(creator.creator_username.as_deref()).await;
        Ok(output(creator, quota.into()))
    }
}

fn output(creator: CreatorInfo, quota: QuotaOutput) -> Output {
    Output {
        creator_avatar_url: creator.creator_avatar_url,
        creator_username: creator.creator_username,
        creator_nickname: creator.creator_nickname,
        privacy_level_options: creator.privacy_level_options,
        comment_disabled: creator.comment_disabled,
        duet_disabled: creator.duet_disabled,
        stitch_disabled: creator.stitch_disabled,
        max_video_post_duration_sec: creator.max_video_post_duration_sec,
        quota,
    }
}
