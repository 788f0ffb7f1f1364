//! `POST /v2/post/publish/content/init/` and `POST /v2/post/publish/status/fetch/`; scope video.publish, or
//! video.upload for drafts (docs/tiktok-open-api.md#photo-init, #status).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok::{
            context::Context,
            permissions,
            photo::errors,
            photo::preflight::{self, PhotoInspection},
            photo::texts::{PhotoTexts, title_error},
            post::idempotency::{IdempotentPost, run_idempotent},
            post::init::{InitCall, InitSpec},
            post::inputs::{IdempotencyKey, WAIT_MAX_SECONDS},
            post::notices::{CommonInputs, notices},
            post::result::{Audience, PostResult, Preview},
            post::search::SearchKey,
        },
    },
    model::{FieldError, PrivacyLevel, PublicUrl, Text},
    open_api::{CreatorInfo, Error, PhotoInit, PhotoPostInfo, PhotoPostMode, PhotoSourceInfo, QuotaKind},
    posting::{self, Age, Disclosure, InitKind, PostOptions, ResolvedOptions},
    progress::Phase,
};

/// Posts photos.
pub(in crate::integrations::tiktok) struct CreatePhotoPost;

/// Photos and post settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// URLs of 1 to 35 photos, which TikTok downloads: https, on a domain that is verified for your app, without
    /// redirects. JPEG or WebP, up to 1080×1920 pixels and 20 MB each
    #[schemars(length(min = 1, max = PHOTOS_MAX))]
    photo_urls: Vec<PublicUrl>,
    /// Title, up to 90 UTF-16 units. A longer title without a description is sent as the description
    title: Option<Text<4000>>,
    /// Description with hashtags and mentions, up to 4000 UTF-16 units
    description: Option<Text<4000>>,
    /// Who can view the post: one of the levels that get_creator_info returns. Required for DIRECT_POST, not
    /// allowed for MEDIA_UPLOAD
    privacy_level: Option<PrivacyLevel>,
    /// DIRECT_POST publishes the photos. MEDIA_UPLOAD sends them to the inbox of the account's owner, who posts them in
    /// the TikTok app
    #[serde(default)]
    post_mode: PhotoPostMode,
    /// Index of the cover photo, starting at 0
    #[serde(default)]
    #[schemars(range(max = PHOTOS_MAX - 1))]
    photo_cover_index: u8,
    /// Turn comments off. Only for DIRECT_POST. Default: the account's setting
    disable_comment: Option<bool>,
    /// Photos have no duets: omit this input or set it to true
    disable_duet: Option<bool>,
    /// Photos have no stitches: omit this input or set it to true
    disable_stitch: Option<bool>,
    /// Let TikTok add music. Only for DIRECT_POST
    auto_add_music: Option<bool>,
    /// The post is a paid partnership with a third party. Only for DIRECT_POST
    brand_content_toggle: Option<bool>,
    /// The post promotes the creator's own business. Only for DIRECT_POST
    brand_organic_toggle: Option<bool>,
    /// Label the post as AI-generated
    is_aigc: Option<bool>,
    /// Maximum time to wait for the post to be published, to reach the inbox or to fail, in seconds
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
    /// Check the photos before posting (format, dimensions, file size, redirects) and reject those that TikTok would
    /// reject
    #[serde(default = "yes")]
    preflight: bool,
    idempotency_key: Option<IdempotencyKey>,
    /// Check the inputs, the account and the photos without posting. With MEDIA_UPLOAD, the account is not checked,
    /// because TikTok is not called. Whether TikTok has audited the app is not known before a post
    #[serde(default)]
    dry_run: bool,
}

const fn yes() -> bool {
    true
}

/// Most photos in one post (docs/tiktok-open-api.md#photo-init).
const PHOTOS_MAX: u8 = 35;

impl Action for CreatePhotoPost {
    const NAME: &'static str = "create_photo_post";
    const DISPLAY_NAME: &'static str = "Create Photo Post";
    const DESCRIPTION: &'static str = "Post 1 to 35 photos from a verified domain to the connected TikTok account, with \
        a title, description, cover and privacy level, or send them as a draft to the account's inbox.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::VIDEO_PUBLISH, permissions::VIDEO_UPLOAD];
    const ENOUGH: &'static [&'static [&'static str]] =
        &[&[permissions::VIDEO_PUBLISH], &[permissions::VIDEO_UPLOAD]];
    const EFFECT: Effect = Effect::Writes;

    type Context = Context;
    type Input = Input;
    type Output = PostResult;

    async fn run(context: Context, input: Input) -> Result<PostResult, Failure> {
        let key = input.idempotency_key.as_ref().filter(|_| !input.dry_run);
        let post = IdempotentPost {
            action: Self::NAME,
            key: key.map(IdempotencyKey::as_str),
            kind: InitKind::PostsByItself,
            privacy_level: input.privacy_level,
            search_key: input.search_key(),
            wait_seconds: input.wait_seconds,
        };
        let input = &input;
        run_idempotent(context, post, |context| async move {
            create(&context, input).await.map_err(Failure::nothing_posted)
        })
        .await
    }
}

/// A photo post that breaks no rule.
struct CheckedPost<'a> {
    creator: CreatorInfo,
    post_info: PhotoPostInfo<'a>,
    preview: Option<Preview>,
    warnings: Vec<String>,
}

impl CheckedPost<'_> {
    fn audience(&self) -> Audience<'_> {
        Audience {
            username: self.creator.creator_username.as_deref(),
            privacy_level: self.post_info.privacy_level,
        }
    }
}

/// Checks the post, and sends it unless this is a dry run.
async fn create(context: &Context, input: &Input) -> Result<PostResult, Failure> {
    let post = check(context, input).await?;
    if !input.dry_run {
        return deliver(context, input, post).await;
    }
    let audience = post.audience();
    let quota = context.api.quota(audience.username).await;
    let warnings = post.warnings.clone();
    Ok(PostResult::dry(audience, post.preview.clone(), quota, warnings))
}

/// Checks inputs, photos and the account's permissions, and reports every broken rule at once.
async fn check<'a>(context: &Context, input: &'a Input) -> Result<CheckedPost<'a>, Failure> {
    preflight::check_hosts(context, &input.photo_urls)?;
    let errors = input.errors();
    let (photos, creator) = tokio::join!(input.inspect(context), input.creator(context));
    let creator = match creator.transpose() {
        // A wrong input or photo comes first, because sending the request again cannot fix it.
        Err(_unknown) if !(errors.is_empty() && photos.errors.is_empty()) => None,
        asked => asked?,
    };
    let resolved = input.resolve(creator.as_ref(), errors, photos.errors)?;
    let texts = input.texts();
    let mut warnings: Vec<String> = texts.warning.iter().map(ToString::to_string).collect();
    warnings.extend(photos.warnings);
    warnings.extend(input.notices());
    let mut post = CheckedPost {
        creator: creator.unwrap_or_default(),
        post_info: PhotoPostInfo {
            title: texts.title,
            description: texts.description,
            ..PhotoPostInfo::default()
        },
        preview: None,
        warnings,
    };
    if let Some((resolved, level)) = resolved.zip(input.privacy_level) {
        post.preview = Some(Preview::of_photos(&resolved, input.disclosure()));
        post.post_info = input.direct_post_info(texts, level, resolved.disable_comment);
        post.warnings.extend(resolved.warnings);
    }
    Ok(post)
}

/// Sends the init, and follows the post for at most `wait_seconds`.
async fn deliver(context: &Context, input: &Input, post: CheckedPost<'_>) -> Result<PostResult, Failure> {
    let audience = post.audience();
    let spec = InitSpec {
        kind: InitKind::PostsByItself,
        quota: match input.post_mode {
            PhotoPostMode::DirectPost => QuotaKind::Post(audience.username),
            PhotoPostMode::MediaUpload => QuotaKind::Draft,
        },
        size: None,
        search_key: input.search_key(),
    };
    let init = PhotoInit {
        post_mode: input.post_mode,
        post_info: post.post_info.clone(),
        source_info: PhotoSourceInfo {
            photo_images: &input.photo_urls,
            photo_cover_index: input.photo_cover_index,
        },
        is_aigc: input.is_aigc,
    };
    let call = InitCall::new(context, spec);
    let publish_id = call.send(context.api.init_photos(&init, &call)).await?;
    context.progress.begin(Phase::Processing);
    let wait = context.wait(input.wait_seconds);
    let status = posting::follow(&context.api, wait, &publish_id, Age::JustBegun).await;
    PostResult::of_status(&publish_id, status, audience, post.warnings.clone())
}

impl Input {
    fn texts(&self) -> PhotoTexts<'_> {
        PhotoTexts::new(self.title.as_ref(), self.description.as_ref())
    }

    /// Key to find the post in the list of videos; `None` for a draft, which is in no list.
    fn search_key(&self) -> Option<SearchKey<'_>> {
        let search_key = SearchKey {
            caption: self.texts().caption(),
            wait_seconds: self.wait_seconds,
        };
        (!self.is_draft()).then_some(search_key)
    }

    fn is_draft(&self) -> bool {
        self.post_mode == PhotoPostMode::MediaUpload
    }

    /// Warnings about inputs that are valid but may not do what the caller expects.
    fn notices(&self) -> Vec<String> {
        let common = CommonInputs {
            idempotency_key: self.idempotency_key.as_ref().map(IdempotencyKey::as_str),
            wait_seconds: self.wait_seconds,
            dry_run: self.dry_run,
        };
        let texts = [
            ("title", self.title.as_ref().map(Text::as_str)),
            ("description", self.description.as_ref().map(Text::as_str)),
        ];
        let idle_switches = self.switches().filter(|(_, value)| *value == Some(false));
        let idle_in_drafts = idle_switches.map(|(name, _)| name).filter(|_| self.is_draft());
        let aigc = (self.is_draft() && self.is_aigc == Some(true)).then(|| errors::AIGC_IN_DRAFT.to_owned());
        notices(&texts, common)
            .into_iter()
            .chain(errors::without_effect(self.video_only(true), idle_in_drafts))
            .chain(aigc)
            .collect()
    }

    /// Names of the inputs for videos only that have this value.
    fn video_only(&self, value: bool) -> impl Iterator<Item = &'static str> {
        let inputs = [
            ("disable_duet", self.disable_duet),
            ("disable_stitch", self.disable_stitch),
        ];
        inputs
            .into_iter()
            .filter(move |(_, given)| *given == Some(value))
            .map(|(name, _)| name)
    }

    /// The switches that have no effect on a draft.
    fn switches(&self) -> impl Iterator<Item = (&'static str, Option<bool>)> {
        [
            ("disable_comment", self.disable_comment),
            ("auto_add_music", self.auto_add_music),
            ("brand_content_toggle", self.brand_content_toggle),
            ("brand_organic_toggle", self.brand_organic_toggle),
            ("is_aigc", self.is_aigc),
        ]
        .into_iter()
    }

    fn disclosure(&self) -> Disclosure {
        let is_on = |toggle: Option<bool>| toggle == Some(true);
        Disclosure {
            branded_content: is_on(self.brand_content_toggle),
            own_brand: is_on(self.brand_organic_toggle),
        }
    }

    /// Errors in the inputs, whatever the account allows.
    fn errors(&self) -> Vec<FieldError> {
        let cover_exists = usize::from(self.photo_cover_index) < self.photo_urls.len();
        let found = [
            title_error(self.title.as_ref(), self.description.as_ref()),
            (!cover_exists).then(|| errors::no_such_cover(self.photo_cover_index, self.photo_urls.len())),
            (!self.is_draft() && self.privacy_level.is_none()).then(errors::no_privacy_level),
        ];
        found
            .into_iter()
            .flatten()
            .chain(self.video_only(false).map(errors::video_only))
            .chain(self.draft_errors())
            .collect()
    }

    /// Inspects the photos, unless `preflight` is off.
    async fn inspect(&self, context: &Context) -> PhotoInspection {
        if self.preflight {
            preflight::inspect(context, &self.photo_urls).await
        } else {
            PhotoInspection::default()
        }
    }

    /// Queries the account's permissions. `None` for a draft, which needs none, and for a post without a privacy
    /// level, which is refused anyway.
    async fn creator(&self, context: &Context) -> Option<Result<CreatorInfo, Error>> {
        if self.is_draft() || self.privacy_level.is_none() {
            return None;
        }
        context.progress.begin(Phase::Checking);
        Some(context.api.creator_info().await)
    }

    /// Checks the options against the account's permissions. Fails with every error at once: in the inputs, the
    /// options and the photos.
    fn resolve(
        &self,
        creator: Option<&CreatorInfo>,
        mut errors: Vec<FieldError>,
        photos: Vec<FieldError>,
    ) -> Result<Option<ResolvedOptions>, Failure> {
        let resolved = creator
            .zip(self.privacy_level)
            .map(|(creator, level)| posting::resolve(creator, self.options(level), None));
        let resolved = resolved.transpose().unwrap_or_else(|violations| {
            errors.extend(violations.into_iter().map(|violation| violation.error));
            None
        });
        errors::reject(errors, photos).map(|()| resolved)
    }

    /// Errors about options of a draft: TikTok keeps title and description only, and drops the rest without an
    /// error (docs/tiktok-open-api.md#photo-init).
    fn draft_errors(&self) -> Vec<FieldError> {
        if !self.is_draft() {
            return Vec::new();
        }
        let privacy_level = self.privacy_level.map(|_| "privacy_level");
        let switches = self.switches().filter(|(name, _)| *name != "is_aigc");
        let switched_on = switches
            .filter(|(_, value)| *value == Some(true))
            .map(|(name, _)| name);
        privacy_level
            .into_iter()
            .chain(switched_on)
            .map(errors::not_in_drafts)
            .collect()
    }

    fn options(&self, privacy_level: PrivacyLevel) -> PostOptions {
        PostOptions {
            privacy_level,
            disable_comment: self.disable_comment,
            disable_duet: None,
            disable_stitch: None,
            brand_content_toggle: self.brand_content_toggle.unwrap_or(false),
            video_cover_timestamp_ms: None,
        }
    }

    fn direct_post_info<'a>(
        &self,
        texts: PhotoTexts<'a>,
        privacy_level: PrivacyLevel,
        disable_comment: bool,
    ) -> PhotoPostInfo<'a> {
        PhotoPostInfo {
            title: texts.title,
            description: texts.description,
            privacy_level: Some(privacy_level),
            disable_comment: Some(disable_comment),
            auto_add_music: Some(self.auto_add_music.unwrap_or(false)),
            brand_content_toggle: Some(self.brand_content_toggle.unwrap_or(false)),
            brand_organic_toggle: Some(self.brand_organic_toggle.unwrap_or(false)),
        }
    }
}
