//! `POST /v2/post/publish/video/init/`, the upload, `POST /v2/post/publish/status/fetch/`; scope
//! video.publish (docs/tiktok-open-api.md#creator-info, #video-init, #upload-answers, #status).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    integrations::{
        Action, ContentPlace, Effect, Failure,
        tiktok::{
            context::Context,
            permissions,
            post::idempotency::{IdempotentPost, run_idempotent},
            post::inputs::{IdempotencyKey, WAIT_MAX_SECONDS},
            post::notices::{CommonInputs, notices},
            post::result::{Audience, PostResult, Preview},
            post::search::SearchKey,
            video::deliver::{VideoPost, deliver},
            video::input::{
                ChatFile, ChunkSize, SourceKind, VIDEO_PLACES, VideoContent, VideoFile, VideoUrl, take_video,
            },
            video::prepare::PreparedVideo,
            video::select::select,
        },
    },
    model::{PrivacyLevel, Text},
    open_api::{CreatorInfo, VideoInit, VideoPostInfo},
    posting::{self, Disclosure, PostOptions, ResolvedOptions},
    progress::Phase,
};

/// Posts a video.
pub(in crate::integrations::tiktok) struct CreateVideoPost;

/// A video and the settings of its post.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// Who can view the post: one of the levels that get_creator_info returns for this account
    privacy_level: PrivacyLevel,
    /// Caption with hashtags and mentions, up to 2200 UTF-16 units (most emoji count as 2 or more)
    title: Option<Text<2200>>,
    file: Option<ChatFile>,
    /// Files from the chat. The first video among them is posted
    files: Option<Vec<VideoFile>>,
    video_content_base64: Option<VideoContent>,
    video_url: Option<VideoUrl>,
    source: Option<SourceKind>,
    /// Turn comments off. Default: the account's setting
    disable_comment: Option<bool>,
    /// Turn duets off. Default: the account's setting
    disable_duet: Option<bool>,
    /// Turn stitches off. Default: the account's setting
    disable_stitch: Option<bool>,
    /// Cover frame, in milliseconds from the start of the video. Default: the first frame
    #[schemars(range(min = 0, max = 2_147_483_647))]
    video_cover_timestamp_ms: Option<u32>,
    /// The post is a paid partnership with a third party; TikTok labels it as such
    #[serde(default)]
    brand_content_toggle: bool,
    /// The post promotes the creator's own business; TikTok labels it as such
    #[serde(default)]
    brand_organic_toggle: bool,
    /// Label the post as AI-generated
    is_aigc: Option<bool>,
    chunk_size: Option<ChunkSize>,
    /// Maximum time to wait for the post to be published or to fail, in seconds
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
    idempotency_key: Option<IdempotencyKey>,
    /// Check the inputs, the account and the video without posting. Whether TikTok has audited the app is not known before
    /// a post
    #[serde(default)]
    dry_run: bool,
}

impl Action for CreateVideoPost {
    const NAME: &'static str = "create_video_post";
    const DISPLAY_NAME: &'static str = "Create Video Post";
    const DESCRIPTION: &'static str = "Post a video to the connected TikTok account, with a caption, privacy level and \
        interaction settings. Settings that the account does not allow are rejected before the upload.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::VIDEO_PUBLISH];
    const EFFECT: Effect = Effect::Writes;
    const CONTENTS: &'static [ContentPlace] = &VIDEO_PLACES;

    type Context = Context;
    type Input = Input;
    type Output = PostResult;

    async fn run(context: Context, input: Input) -> Result<PostResult, Failure> {
        let key = input.idempotency_key.clone().filter(|_| !input.dry_run);
        let title = input.title.clone();
        let search_key = SearchKey {
            caption: title.as_ref().and_then(Text::non_empty),
            wait_seconds: input.wait_seconds,
        };
        let post = IdempotentPost {
            action: Self::NAME,
            key: key.as_ref().map(IdempotencyKey::as_str),
            kind: SourceKind::init(input.source),
            privacy_level: Some(input.privacy_level),
            search_key: Some(search_key),
            wait_seconds: input.wait_seconds,
        };
        run_idempotent(context, post, |context| async move {
            create(&context, input, search_key)
                .await
                .map_err(Failure::nothing_posted)
        })
        .await
    }
}

/// Checks the video and the options, and posts the video unless this is a dry run.
async fn create(
    context: &Context,
    mut input: Input,
    search_key: SearchKey<'_>,
) -> Result<PostResult, Failure> {
    let selected = select(context, take_video!(input)).await?;
    let mut video = PreparedVideo::new(selected, input.chunk_size, &context.line)?;
    video.warnings.extend(input.notices());
    context.progress.begin(Phase::Checking);
    let creator = context.api.creator_info().await;
    let creator = creator.map_err(|error| video.violations_or(error))?;
    let options = input.options();
    let resolved =
        posting::resolve(&creator, options, video.video_check()).map_err(Failure::of_violations)?;
    video.warnings.extend(resolved.warnings.iter().cloned());
    let audience = input.audience(&creator);
    if input.dry_run {
        let preview = Preview::of_video(&resolved, input.disclosure());
        let quota = context.api.quota(audience.username).await;
        let result = PostResult::dry(audience, Some(preview), quota, video.warnings_of_dry_run());
        return Ok(result.with_video(video.output()));
    }
    let post_info = input.post_info(&resolved);
    let post = VideoPost {
        init: VideoInit::Post(&post_info),
        audience,
        wait_seconds: input.wait_seconds,
        search_key: Some(search_key),
    };
    deliver(context, &video, post).await
}

impl Input {
    fn notices(&self) -> Vec<String> {
        let common = CommonInputs {
            idempotency_key: self.idempotency_key.as_ref().map(IdempotencyKey::as_str),
            wait_seconds: self.wait_seconds,
            dry_run: self.dry_run,
        };
        notices(&[("title", self.title.as_ref().map(Text::as_str))], common)
    }

    fn options(&self) -> PostOptions {
        PostOptions {
            privacy_level: self.privacy_level,
            disable_comment: self.disable_comment,
            disable_duet: self.disable_duet,
            disable_stitch: self.disable_stitch,
            brand_content_toggle: self.brand_content_toggle,
            video_cover_timestamp_ms: self.video_cover_timestamp_ms,
        }
    }

    fn audience<'a>(&self, creator: &'a CreatorInfo) -> Audience<'a> {
        Audience {
            username: creator.creator_username.as_deref(),
            privacy_level: Some(self.privacy_level),
        }
    }

    fn disclosure(&self) -> Disclosure {
        Disclosure {
            branded_content: self.brand_content_toggle,
            own_brand: self.brand_organic_toggle,
        }
    }

    fn post_info(&self, resolved: &ResolvedOptions) -> VideoPostInfo<'_> {
        VideoPostInfo {
            privacy_level: self.privacy_level,
            title: self.title.as_ref().and_then(Text::non_empty),
            disable_duet: resolved.disable_duet,
            disable_stitch: resolved.disable_stitch,
            disable_comment: resolved.disable_comment,
            video_cover_timestamp_ms: self.video_cover_timestamp_ms,
            brand_content_toggle: self.brand_content_toggle,
            brand_organic_toggle: self.brand_organic_toggle,
            is_aigc: self.is_aigc,
        }
    }
}
