//! `POST /v2/post/publish/creator_info/query/`; scope video.publish (docs/tiktok-open-api.md#creator-info).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure,
        tiktok::{context::Context, post::quota::QuotaOutput},
    },
    model::Scope,
    open_api::CreatorInfo,
};

/// Asks what the account may post right now.
pub(in crate::integrations::tiktok) struct GetCreatorInfo;

/// No inputs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {}

/// What the account may post.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Output {
    /// Address of the profile picture, valid for two hours
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_avatar_url: Option<String>,
    /// The handle, without the at sign
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_username: Option<String>,
    /// Display name, to be shown before posting
    #[serde(skip_serializing_if = "Option::is_none")]
    creator_nickname: Option<String>,
    /// The privacy levels to choose from; TikTok forbids to choose for the user
    privacy_level_options: Vec<String>,
    /// Whether the account has comments switched off
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_disabled: Option<bool>,
    /// Whether the account has duets switched off; always so for private accounts
    #[serde(skip_serializing_if = "Option::is_none")]
    duet_disabled: Option<bool>,
    /// Whether the account has stitches switched off; always so for private accounts
    #[serde(skip_serializing_if = "Option::is_none")]
    stitch_disabled: Option<bool>,
    /// The longest video the account may post, in seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    max_video_post_duration_sec: Option<u32>,
    quota: QuotaOutput,
}

impl Action for GetCreatorInfo {
    const NAME: &'static str = "get_creator_info";
    const DISPLAY_NAME: &'static str = "Get Creator Info";
    const DESCRIPTION: &'static str = "Ask what the connected TikTok account may post right now: the privacy levels to \
        choose from, the longest video, and whether comments, duets and stitches are open. Fails when the account has \
        reached its posting limit.";
    const SCOPES: &'static [Scope] = &[Scope::VideoPublish];

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
