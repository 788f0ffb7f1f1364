//! `POST /v2/post/publish/video/init/`, the upload, `POST /v2/post/publish/status/fetch/`; scope
//! video.publish (docs/tiktok-open-api.md#creator-info, #video-init, #upload-answers, #status).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    integrations::{
        Action, Content, Effect, Failure,
        tiktok::{
            context::Context,
            post::idempotency::{self, IdempotentPost},
            post::inputs::WAIT_MAX_SECONDS,
            post::notices::{CommonInputs, notices},
            post::result::{Audience, PostResult, Preview},
            post::search::SearchKey,
            video::deliver::PreparedVideo,
            video::input::{SourceKind, VideoFile, VideoInputs},
        },
    },
    model::{ByteCount, PrivacyLevel, PublicUrl, Scope, Text},
    open_api::{VideoInit, VideoPostInfo},
    posting::{self, Disclosure, PostOptions, ResolvedOptions},
    progress::Phase,
};

/// Posts a video.
pub(in crate::integrations::tiktok) struct CreateVideoPost;

/// The video and how it shall be posted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// Who may see the post: one of the levels that get_creator_info offers for this account
    privacy_level: PrivacyLevel,
    /// Caption with hashtags and mentions, at most 2200 UTF-16 units (an emoji counts 2 or more)
    title: Option<Text<2200>>,
    /// The video file (from chat). Give exactly one of file, files, video_content_base64 and video_url
    file: Option<VideoFile>,
    /// Several files (from chat), of which the first video is posted
    files: Option<Vec<VideoFile>>,
    /// The video's content, base64
    video_content_base64: Option<Content>,
    /// Address of the video file, https, anyone may read it; at most 287 MiB, or 4 GB with source
    /// PULL_FROM_URL
    video_url: Option<PublicUrl>,
    /// How the video of video_url gets to TikTok. FILE_UPLOAD (also where it is left out): it is fetched here
    /// and uploaded, from any host. PULL_FROM_URL: TikTok fetches it, only from a host that the app has
    /// verified with TikTok
    source: Option<SourceKind>,
    /// Switch comments off
    disable_comment: Option<bool>,
    /// Switch duets off
    disable_duet: Option<bool>,
    /// Switch stitches off
    disable_stitch: Option<bool>,
    /// The frame for the cover, in milliseconds from the start; the first frame where it is left out
    #[schemars(range(min = 0, max = 2_147_483_647))]
    video_cover_timestamp_ms: Option<u32>,
    /// The post is a paid partnership with a third party; TikTok labels it so
    #[serde(default)]
    brand_content_toggle: bool,
    /// The post promotes the creator's own business; TikTok labels it so
    #[serde(default)]
    brand_organic_toggle: bool,
    /// Label the post as made by AI
    is_aigc: Option<bool>,
    /// Size of the upload's chunks in bytes; corrected with a warning where TikTok would not take it
    #[schemars(range(min = 1))]
    chunk_size: Option<u64>,
    /// Wait up to this many seconds for the post to be published or failed
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
    /// Your own name for this post (1 to 255 characters, for example the run of the workflow). A repeat with
    /// the same key and inputs never posts again: it gets the outcome of the first request, or goes on where
    /// that was cut off
    #[schemars(length(min = 1, max = 255))]
    idempotency_key: Option<String>,
    /// Check inputs, account and video and post nothing
    #[serde(default)]
    dry_run: bool,
}

impl Action for CreateVideoPost {
    const NAME: &'static str = "create_video_post";
    const DISPLAY_NAME: &'static str = "Create Video Post";
    const DESCRIPTION: &'static str = "Post a video to the connected TikTok account, with caption, privacy level and \
        interaction settings. What the account does not allow is refused before anything is sent.";
    const SCOPES: &'static [Scope] = &[Scope::VideoPublish];
    const EFFECT: Effect = Effect::Writes;

    type Context = Context;
    type Input = Input;
    type Output = PostResult;

    async fn run(context: Context, input: Input) -> Result<PostResult, Failure> {
        let key = input.idempotency_key.clone().filter(|_| !input.dry_run);
        let title = input.title.clone();
        let wanted = SearchKey {
            caption: title.as_ref().and_then(Text::non_empty),
            wait_seconds: input.wait_seconds,
        };
        let once = IdempotentPost {
            action: Self::NAME,
            key: key.as_deref(),
            kind: SourceKind::init(input.source),
            privacy_level: Some(input.privacy_level),
            wanted: Some(wanted),
            wait_seconds: input.wait_seconds,
        };
        idempotency::once(context, once, |context| async move {
            post(&context, input, wanted)
                .await
                .map_err(Failure::nothing_posted)
        })
        .await
    }
}

async fn post(context: &Context, input: Input, wanted: SearchKey<'_>) -> Result<PostResult, Failure> {
    let (options, wait_seconds, dry_run) = (input.post_options(), input.wait_seconds, input.dry_run);
    let notices = input.notices();
    let Input {
        title,
        brand_organic_toggle,
        is_aigc,
        chunk_size,
        ..
    } = input;
    let given = VideoInputs {
        video_content_base64: input.video_content_base64,
        file: input.file,
        files: input.files,
        video_url: input.video_url,
        source: input.source,
    };
    let mut ready = PreparedVideo::new(
        given.choose(context).await?,
        chunk_size.map(ByteCount),
        &context.line,
    )?;
    ready.warnings.extend(notices);
    context.progress.begin(Phase::Checking);
    let creator = context
        .api
        .creator_info()
        .await
        .map_err(|error| ready.breach_or(error))?;
    let resolved =
        posting::resolve(&creator, options, ready.video_check()).map_err(Failure::of_violations)?;
    ready.warnings.extend(resolved.warnings.iter().cloned());
    let audience = Audience {
        username: creator.creator_username.as_deref(),
        privacy_level: Some(options.privacy_level),
    };
    if dry_run {
        let own_brand = brand_organic_toggle;
        let disclosure = Disclosure {
            branded_content: options.brand_content_toggle,
            own_brand,
        };
        let (preview, quota) = (
            Preview::of_video(&resolved, disclosure),
            context.api.quota(audience.username).await,
        );
        let result = PostResult::dry(audience, Some(preview), quota, ready.warnings.clone());
        return Ok(result.with_video(ready.seen()));
    }
    let title = title.as_ref().and_then(Text::non_empty);
    let post_info = VideoPostInfo {
        title,
        brand_organic_toggle,
        is_aigc,
        ..post_info(options, &resolved)
    };
    ready
        .deliver(
            context,
            VideoInit::Post(&post_info),
            audience,
            wait_seconds,
            Some(wanted),
        )
        .await
}

impl Input {
    fn notices(&self) -> Vec<String> {
        let common = CommonInputs {
            idempotency_key: self.idempotency_key.as_deref(),
            wait_seconds: self.wait_seconds,
            dry_run: self.dry_run,
        };
        notices(&[("title", self.title.as_ref().map(Text::as_str))], common)
    }

    fn post_options(&self) -> PostOptions {
        PostOptions {
            privacy_level: self.privacy_level,
            disable_comment: self.disable_comment,
            disable_duet: self.disable_duet,
            disable_stitch: self.disable_stitch,
            brand_content_toggle: self.brand_content_toggle,
            video_cover_timestamp_ms: self.video_cover_timestamp_ms,
        }
    }
}

fn post_info(options: PostOptions, resolved: &ResolvedOptions) -> VideoPostInfo<'static> {
    VideoPostInfo {
        privacy_level: options.privacy_level,
        title: None,
        disable_duet: resolved.disable_duet,
        disable_stitch: resolved.disable_stitch,
        disable_comment: resolved.disable_comment,
        video_cover_timestamp_ms: options.video_cover_timestamp_ms,
        brand_content_toggle: options.brand_content_toggle,
        brand_organic_toggle: false,
        is_aigc: None,
    }
}
