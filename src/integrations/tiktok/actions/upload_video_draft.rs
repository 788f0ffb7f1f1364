//! `POST /v2/post/publish/inbox/video/init/`, the upload, `POST /v2/post/publish/status/fetch/`; scope
//! video.upload (docs/tiktok-open-api.md#draft-init, #upload-answers, #status).
//!
//! TikTok takes no caption for a video draft and would drop one in silence, so there is no input for it.

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
            post::result::{Audience, PostResult},
            video::deliver::PreparedVideo,
            video::input::{SourceKind, VideoFile, VideoInputs},
        },
    },
    model::{ByteCount, FieldError, PublicUrl, Scope, Text},
    open_api::VideoInit,
    posting::{self, CheckReport, RuleViolation},
};

/// Sends a video to the account's inbox.
pub(in crate::integrations::tiktok) struct UploadVideoDraft;

/// The video.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// The video file (from chat). Give exactly one of file, files, video_content_base64 and video_url
    file: Option<VideoFile>,
    /// Several files (from chat), of which the first video is uploaded
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
    /// Not possible: TikTok drops the caption of a video draft. The account's owner writes it in the TikTok
    /// app
    title: Option<Text<2200>>,
    /// Size of the upload's chunks in bytes; corrected with a warning where TikTok would not take it
    #[schemars(range(min = 1))]
    chunk_size: Option<u64>,
    /// Wait up to this many seconds for the draft to reach the inbox
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
    /// Your own name for this post (1 to 255 characters, for example the run of the workflow). A repeat with
    /// the same key and inputs never posts again: it gets the outcome of the first request, or goes on where
    /// that was cut off
    #[schemars(length(min = 1, max = 255))]
    idempotency_key: Option<String>,
    /// Check the video and upload nothing; TikTok is not asked
    #[serde(default)]
    dry_run: bool,
}

impl Action for UploadVideoDraft {
    const NAME: &'static str = "upload_video_draft";
    const DISPLAY_NAME: &'static str = "Upload Video Draft";
    const DESCRIPTION: &'static str = "Send a video to the inbox of the connected TikTok account, whose owner adds the \
        caption and posts it in the TikTok app. At most 5 drafts can wait at a time.";
    const SCOPES: &'static [Scope] = &[Scope::VideoUpload];
    const EFFECT: Effect = Effect::Writes;

    type Context = Context;
    type Input = Input;
    type Output = PostResult;

    async fn run(context: Context, input: Input) -> Result<PostResult, Failure> {
        let key = input.idempotency_key.clone().filter(|_| !input.dry_run);
        let kind = SourceKind::init(input.source);
        let once = IdempotentPost {
            action: Self::NAME,
            key: key.as_deref(),
            kind,
            privacy_level: None,
            wanted: None,
            wait_seconds: input.wait_seconds,
        };
        idempotency::once(context, once, |context| async move {
            draft(&context, input).await.map_err(Failure::nothing_posted)
        })
        .await
    }
}

async fn draft(context: &Context, input: Input) -> Result<PostResult, Failure> {
    let has_caption = input
        .title
        .as_ref()
        .is_some_and(|title| title.non_empty().is_some());
    if has_caption && input.video_url.is_some() {
        // That is not worth a download.
        return Err(Failure::of_violations(vec![no_caption()]));
    }
    let common = CommonInputs {
        idempotency_key: input.idempotency_key.as_deref(),
        wait_seconds: input.wait_seconds,
        dry_run: input.dry_run,
    };
    let notices = notices(&[], common);
    let given = VideoInputs {
        video_content_base64: input.video_content_base64,
        file: input.file,
        files: input.files,
        video_url: input.video_url,
        source: input.source,
    };
    let mut ready = PreparedVideo::new(
        given.choose(context).await?,
        input.chunk_size.map(ByteCount),
        &context.line,
    )?;
    let CheckReport {
        mut violations,
        warnings,
    } = ready
        .video_check()
        .map(|video| posting::check_video(video, None))
        .unwrap_or_default();
    violations.extend(has_caption.then(no_caption));
    if !violations.is_empty() {
        return Err(Failure::of_violations(violations));
    }
    ready.warnings.extend(warnings.into_iter().chain(notices));
    if input.dry_run {
        let quota = context.api.quota(None).await;
        let result = PostResult::dry(Audience::default(), None, quota, ready.warnings.clone());
        return Ok(result.with_video(ready.seen()));
    }
    ready
        .deliver(
            context,
            VideoInit::Draft,
            Audience::default(),
            input.wait_seconds,
            None,
        )
        .await
}

fn no_caption() -> RuleViolation {
    let error = FieldError {
        field: "title".into(),
        got: "a caption".into(),
        allowed: "no caption, TikTok drops it from video drafts".into(),
        fix: "leave title out and let the account's owner write it in the TikTok app, or post with create_video_post"
            .into(),
    };
    RuleViolation {
        code: "rules_not_met",
        error,
    }
}
