//! `POST /v2/post/publish/inbox/video/init/`, the upload, `POST /v2/post/publish/status/fetch/`; scope
//! video.upload (docs/tiktok-open-api.md#draft-init, #upload-answers, #status).
//!
//! TikTok discards the caption of a video draft without an error, so a caption is refused here.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    catalogue::own,
    integrations::{
        Action, ContentPlace, Effect, Failure,
        tiktok::{
            context::Context,
            permissions,
            post::idempotency::{IdempotentPost, run_idempotent},
            post::inputs::{IdempotencyKey, WAIT_MAX_SECONDS},
            post::notices::{CommonInputs, notices},
            post::result::{Audience, PostResult},
            video::deliver::{VideoPost, deliver},
            video::input::{
                ChatFile, ChunkSize, SourceKind, VIDEO_PLACES, VideoContent, VideoFile, VideoUrl, take_video,
            },
            video::prepare::PreparedVideo,
            video::select::select,
        },
    },
    model::{FieldError, Text},
    open_api::VideoInit,
    posting::{self, CheckReport, RuleViolation},
};

/// Sends a video to the account's inbox.
pub(in crate::integrations::tiktok) struct UploadVideoDraft;

/// The video to send as a draft.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    file: Option<ChatFile>,
    /// Files from the chat. The first video among them is uploaded
    files: Option<Vec<VideoFile>>,
    video_content_base64: Option<VideoContent>,
    video_url: Option<VideoUrl>,
    source: Option<SourceKind>,
    /// Not supported: TikTok discards the caption of a video draft. The account's owner writes the caption in the
    /// TikTok app
    title: Option<Text<2200>>,
    chunk_size: Option<ChunkSize>,
    /// Maximum time to wait for the draft to reach the inbox or to fail, in seconds
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
    idempotency_key: Option<IdempotencyKey>,
    /// Check the video without uploading it. TikTok is not called
    #[serde(default)]
    dry_run: bool,
}

impl Action for UploadVideoDraft {
    const NAME: &'static str = "upload_video_draft";
    const DISPLAY_NAME: &'static str = "Upload Video Draft";
    const DESCRIPTION: &'static str = "Send a video to the inbox of the connected TikTok account. The account's owner \
        adds the caption and posts it in the TikTok app. At most 5 drafts can be pending.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::VIDEO_UPLOAD];
    const EFFECT: Effect = Effect::Writes;
    const CONTENTS: &'static [ContentPlace] = &VIDEO_PLACES;

    type Context = Context;
    type Input = Input;
    type Output = PostResult;

    async fn run(context: Context, input: Input) -> Result<PostResult, Failure> {
        let key = input.idempotency_key.clone().filter(|_| !input.dry_run);
        let post = IdempotentPost {
            action: Self::NAME,
            key: key.as_ref().map(IdempotencyKey::as_str),
            kind: SourceKind::init(input.source),
            privacy_level: None,
            search_key: None,
            wait_seconds: input.wait_seconds,
        };
        run_idempotent(context, post, |context| async move {
            upload(&context, input).await.map_err(Failure::nothing_posted)
        })
        .await
    }
}

/// Checks the video, and sends it unless this is a dry run.
async fn upload(context: &Context, mut input: Input) -> Result<PostResult, Failure> {
    if input.has_caption() && input.video_url.is_some() {
        // Refused before the download.
        return Err(Failure::of_violations(vec![no_caption()]));
    }
    let selected = select(context, take_video!(input)).await?;
    let mut video = PreparedVideo::new(selected, input.chunk_size, &context.line)?;
    let CheckReport {
        mut violations,
        warnings,
    } = video
        .video_check()
        .map(|check| posting::check_video(check, None))
        .unwrap_or_default();
    violations.extend(input.has_caption().then(no_caption));
    if !violations.is_empty() {
        return Err(Failure::of_violations(violations));
    }
    video.warnings.extend(warnings);
    video.warnings.extend(input.notices());
    if input.dry_run {
        let quota = context.api.quota(None).await;
        let result = PostResult::dry(Audience::default(), None, quota, video.warnings_of_dry_run());
        return Ok(result.with_video(video.output()));
    }
    let post = VideoPost {
        init: VideoInit::Draft,
        audience: Audience::default(),
        wait_seconds: input.wait_seconds,
        search_key: None,
    };
    deliver(context, &video, post).await
}

impl Input {
    fn has_caption(&self) -> bool {
        self.title
            .as_ref()
            .is_some_and(|title| title.non_empty().is_some())
    }

    fn notices(&self) -> Vec<String> {
        let common = CommonInputs {
            idempotency_key: self.idempotency_key.as_ref().map(IdempotencyKey::as_str),
            wait_seconds: self.wait_seconds,
            dry_run: self.dry_run,
        };
        notices(&[], common)
    }
}

fn no_caption() -> RuleViolation {
    let error = FieldError {
        field: "title".into(),
        got: "a caption".into(),
        allowed: "no caption, because TikTok discards it from video drafts".into(),
        fix: "omit title and let the account's owner write the caption in the TikTok app, or post with create_video_post"
            .into(),
    };
    RuleViolation {
        code: &own::RULES_NOT_MET,
        error,
    }
}
