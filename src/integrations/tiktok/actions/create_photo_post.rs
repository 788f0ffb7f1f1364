//! `POST /v2/post/publish/content/init/` and `POST /v2/post/publish/status/fetch/`; scope video.publish, or
//! video.upload for drafts (docs/tiktok-open-api.md#photo-init, #status).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok::{
            context::Context,
            photo::preflight::{self, PhotoInspection},
            post::idempotency::{self, IdempotentPost},
            post::init::{InitCall, InitSpec},
            post::inputs::WAIT_MAX_SECONDS,
            post::notices::{CommonInputs, notices},
            post::result::{Audience, PostResult, Preview},
            post::search::SearchKey,
        },
    },
    model::{FieldError, PrivacyLevel, PublicUrl, Scope, Text},
    open_api::{CreatorInfo, Error, PhotoInit, PhotoPostInfo, PhotoPostMode, PhotoSourceInfo, QuotaKind},
    posting::{self, Age, Disclosure, InitKind, PostOptions, ResolvedOptions},
    progress::Phase,
};

/// Posts photos.
pub(in crate::integrations::tiktok) struct CreatePhotoPost;

/// The photos and how they shall be posted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// Addresses of 1 to 35 photos (JPEG or WebP, within 1080×1920 pixels, at most 20 MB each), https,
    /// without redirects, on a host that the app has verified
    #[schemars(length(min = 1, max = PHOTOS_MAX))]
    photo_urls: Vec<PublicUrl>,
    /// Title, at most 90 UTF-16 units; a longer one without a description becomes the description
    title: Option<Text<4000>>,
    /// Description with hashtags and mentions, at most 4000 UTF-16 units
    description: Option<Text<4000>>,
    /// Who may see the post: one of the levels that get_creator_info offers; required for DIRECT_POST
    privacy_level: Option<PrivacyLevel>,
    /// DIRECT_POST posts at once; MEDIA_UPLOAD sends the photos to the inbox, where the account's owner posts
    /// them
    #[serde(default)]
    post_mode: PhotoPostMode,
    /// Which photo is the cover, from 0
    #[serde(default)]
    #[schemars(range(max = PHOTOS_MAX - 1))]
    photo_cover_index: u8,
    /// Switch comments off; only for DIRECT_POST
    disable_comment: Option<bool>,
    /// Not possible: photos have no duets. Leave it out, or true
    disable_duet: Option<bool>,
    /// Not possible: photos have no stitches. Leave it out, or true
    disable_stitch: Option<bool>,
    /// Let TikTok add music; only for DIRECT_POST
    auto_add_music: Option<bool>,
    /// The post is a paid partnership with a third party; only for DIRECT_POST
    brand_content_toggle: Option<bool>,
    /// The post promotes the creator's own business; only for DIRECT_POST
    brand_organic_toggle: Option<bool>,
    /// Label the post as made by AI
    is_aigc: Option<bool>,
    /// Wait up to this many seconds for the post to be published, delivered to the inbox or failed
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
    /// Look at the photos before posting (format, size in pixels and bytes, redirects) and refuse what TikTok
    /// would refuse
    #[serde(default = "yes")]
    preflight: bool,
    /// Your own name for this post (1 to 255 characters, for example the run of the workflow). A repeat with
    /// the same key and inputs never posts again: it gets the outcome of the first request, or goes on where
    /// that was cut off
    #[schemars(length(min = 1, max = 255))]
    idempotency_key: Option<String>,
    /// Check everything and post nothing; for MEDIA_UPLOAD inputs and photos, since TikTok is not asked
    #[serde(default)]
    dry_run: bool,
}

const fn yes() -> bool {
    true
}

/// The most photos in one post (docs/tiktok-open-api.md#photo-init).
const PHOTOS_MAX: u8 = 35;

/// The longest title of a photo post, in UTF-16 units (docs/tiktok-open-api.md#photo-init).
const TITLE_MAX: usize = 90;

impl Action for CreatePhotoPost {
    const NAME: &'static str = "create_photo_post";
    const DISPLAY_NAME: &'static str = "Create Photo Post";
    const DESCRIPTION: &'static str = "Post 1 to 35 photos from a verified host to the connected TikTok account, at once \
        or as a draft for the inbox, with title, description, cover and privacy level.";
    const SCOPES: &'static [Scope] = &[Scope::VideoPublish, Scope::VideoUpload];
    const ENOUGH: &'static [&'static [Scope]] = &[&[Scope::VideoPublish], &[Scope::VideoUpload]];
    const EFFECT: Effect = Effect::Writes;

    type Context = Context;
    type Input = Input;
    type Output = PostResult;

    async fn run(context: Context, input: Input) -> Result<PostResult, Failure> {
        let once = IdempotentPost {
            action: Self::NAME,
            key: input.idempotency_key.as_deref().filter(|_| !input.dry_run),
            kind: InitKind::PostsByItself,
            privacy_level: input.privacy_level,
            wanted: input.wanted(),
            wait_seconds: input.wait_seconds,
        };
        let input = &input;
        idempotency::once(context, once, |context| async move {
            post(&context, input).await.map_err(Failure::nothing_posted)
        })
        .await
    }
}

async fn post(context: &Context, input: &Input) -> Result<PostResult, Failure> {
    preflight::check_hosts(context, &input.photo_urls)?;
    let words = PhotoTexts::of(input);
    let findings = input.findings();
    let (seen, creator) = tokio::join!(input.look(context), input.creator(context));
    let creator = match creator.transpose() {
        // What is wrong whatever the account may do, sending the request again does not mend.
        Err(_unknown) if !(findings.is_empty() && seen.findings.is_empty()) => None,
        asked => asked?,
    };
    let resolved = input.resolve(creator.as_ref(), findings, seen.findings)?;
    let creator = creator.unwrap_or_default();
    let mut warnings: Vec<String> = words.warning.iter().map(ToString::to_string).collect();
    warnings.extend(seen.warnings);
    warnings.extend(input.notices());
    let mut preview = None;
    let post_info = match (resolved, input.privacy_level) {
        (Some(resolved), Some(privacy_level)) => {
            preview = Some(Preview::of_photos(&resolved, input.disclosure()));
            warnings.extend(resolved.warnings);
            input.direct_post_info(words, privacy_level, resolved.disable_comment)
        }
        (None, _) | (_, None) => PhotoPostInfo {
            title: words.title,
            description: words.description,
            ..PhotoPostInfo::default()
        },
    };
    let audience = Audience {
        username: creator.creator_username.as_deref(),
        privacy_level: post_info.privacy_level,
    };
    if input.dry_run {
        return Ok(PostResult::dry(
            audience,
            preview,
            context.api.quota(audience.username).await,
            warnings,
        ));
    }
    let init = PhotoInit {
        post_mode: input.post_mode,
        post_info,
        source_info: PhotoSourceInfo {
            photo_images: &input.photo_urls,
            photo_cover_index: input.photo_cover_index,
        },
        is_aigc: input.is_aigc,
    };
    let begun = match input.post_mode {
        PhotoPostMode::DirectPost => QuotaKind::Post(audience.username),
        PhotoPostMode::MediaUpload => QuotaKind::Draft,
    };
    let start = InitSpec {
        kind: InitKind::PostsByItself,
        begun,
        size: None,
        wanted: input.wanted(),
    };
    let beginning = InitCall::new(context, start);
    let publish_id = beginning.send(context.api.init_photos(&init, &beginning)).await?;
    context.progress.begin(Phase::Processing);
    let status = posting::follow(
        &context.api,
        context.wait(input.wait_seconds),
        &publish_id,
        Age::JustBegun,
    )
    .await;
    PostResult::of_status(&publish_id, status, audience, warnings)
}

/// Title and description as they are sent.
#[derive(Clone, Copy)]
struct PhotoTexts<'a> {
    title: Option<&'a str>,
    description: Option<&'a str>,
    warning: Option<&'static str>,
}

impl<'a> PhotoTexts<'a> {
    /// A long title without a description is what other platforms call a caption: it becomes the description.
    fn of(input: &'a Input) -> Self {
        let title = input.title.as_ref().and_then(Text::non_empty);
        let description = input.description.as_ref().and_then(Text::non_empty);
        match (title, description) {
            (Some(long), None) if input.title_is_long() => Self {
                title: None,
                description: Some(long),
                warning: Some(
                    "the title is longer than TikTok's 90 UTF-16 units for photos, so it is sent as the description",
                ),
            },
            (title, description) => Self {
                title,
                description,
                warning: None,
            },
        }
    }
}

impl Input {
    fn notices(&self) -> Vec<String> {
        let common = CommonInputs {
            idempotency_key: self.idempotency_key.as_deref(),
            wait_seconds: self.wait_seconds,
            dry_run: self.dry_run,
        };
        let texts = [
            ("title", self.title.as_ref().map(Text::as_str)),
            ("description", self.description.as_ref().map(Text::as_str)),
        ];
        let mut told = notices(&texts, common);
        let idle = |names: Vec<&str>, why: &str| {
            let verb = if names.len() == 1 { "has" } else { "have" };
            (!names.is_empty()).then(|| format!("{} {verb} no effect: {why}", names.join(", ")))
        };
        told.extend(idle(
            self.only_for_videos(),
            "photos have no duets and no stitches",
        ));
        told.extend(idle(
            self.idle_in_a_draft(),
            "TikTok keeps only title and description of a draft",
        ));
        if self.post_mode == PhotoPostMode::MediaUpload && self.is_aigc == Some(true) {
            told.push(
                "is_aigc is sent, but TikTok keeps only title and description of a draft; label it in the TikTok app"
                    .to_owned(),
            );
        }
        told
    }

    /// Inputs that state what is true of all photos.
    fn only_for_videos(&self) -> Vec<&'static str> {
        let given = [
            ("disable_duet", self.disable_duet),
            ("disable_stitch", self.disable_stitch),
        ];
        given
            .into_iter()
            .filter(|(_, value)| *value == Some(true))
            .map(|(name, _)| name)
            .collect()
    }

    /// Switches of a draft that are off, as they are by themselves; those that are on are refused.
    fn idle_in_a_draft(&self) -> Vec<&'static str> {
        let given = [
            ("disable_comment", self.disable_comment),
            ("auto_add_music", self.auto_add_music),
            ("brand_content_toggle", self.brand_content_toggle),
            ("brand_organic_toggle", self.brand_organic_toggle),
            ("is_aigc", self.is_aigc),
        ];
        let is_draft = self.post_mode == PhotoPostMode::MediaUpload;
        given
            .into_iter()
            .filter(|(_, value)| is_draft && *value == Some(false))
            .map(|(name, _)| name)
            .collect()
    }

    fn disclosure(&self) -> Disclosure {
        let is_on = |toggle: Option<bool>| toggle == Some(true);
        Disclosure {
            branded_content: is_on(self.brand_content_toggle),
            own_brand: is_on(self.brand_organic_toggle),
        }
    }

    /// By what the post could be known in the list of videos, if it is none for the inbox.
    fn wanted(&self) -> Option<SearchKey<'_>> {
        let description = self.description.as_ref().and_then(Text::non_empty);
        let caption = description.or_else(|| self.title.as_ref().and_then(Text::non_empty));
        let wanted = SearchKey {
            caption,
            wait_seconds: self.wait_seconds,
        };
        (self.post_mode == PhotoPostMode::DirectPost).then_some(wanted)
    }

    fn title_is_long(&self) -> bool {
        self.title
            .as_ref()
            .is_some_and(|title| title.utf16_units() > TITLE_MAX)
    }

    /// What is wrong with the inputs among themselves.
    fn findings(&self) -> Vec<FieldError> {
        let both = self.title_is_long()
            && self
                .description
                .as_ref()
                .is_some_and(|text| text.non_empty().is_some());
        let found = [
            both.then(|| self.long_title()),
            (usize::from(self.photo_cover_index) >= self.photo_urls.len())
                .then(|| self.cover_beyond_photos()),
            self.privacy_finding(),
            (self.disable_duet == Some(false)).then(|| only_for_videos("disable_duet", "duets")),
            (self.disable_stitch == Some(false)).then(|| only_for_videos("disable_stitch", "stitches")),
        ];
        found.into_iter().flatten().chain(self.draft_findings()).collect()
    }

    /// Looks at the photos, where that is wanted.
    async fn look(&self, context: &Context) -> PhotoInspection {
        if self.preflight {
            preflight::inspect(context, &self.photo_urls).await
        } else {
            PhotoInspection::default()
        }
    }

    /// Asks TikTok what the account may do. A draft needs no answer, and a post that nobody may see yet is
    /// held against nothing.
    async fn creator(&self, context: &Context) -> Option<Result<CreatorInfo, Error>> {
        if self.post_mode == PhotoPostMode::MediaUpload || self.privacy_level.is_none() {
            return None;
        }
        context.progress.begin(Phase::Checking);
        Some(context.api.creator_info().await)
    }

    /// Holds the post against the account's rules, and tells everything that is wrong at once.
    fn resolve(
        &self,
        creator: Option<&CreatorInfo>,
        mut findings: Vec<FieldError>,
        photos: Vec<FieldError>,
    ) -> Result<Option<ResolvedOptions>, Failure> {
        let resolved = creator
            .zip(self.privacy_level)
            .map(|(creator, level)| posting::resolve(creator, self.post_options(level), None));
        let resolved = resolved.transpose().unwrap_or_else(|found| {
            findings.extend(found.into_iter().map(|violation| violation.error));
            None
        });
        let code = if findings.is_empty() {
            "photo_invalid"
        } else {
            "rules_not_met"
        };
        findings.extend(photos);
        if findings.is_empty() {
            Ok(resolved)
        } else {
            Err(Failure::of_fields(code, findings))
        }
    }

    fn long_title(&self) -> FieldError {
        let units = self.title.as_ref().map_or(0, Text::utf16_units);
        finding(
            "title",
            &format!("{units} UTF-16 units"),
            "at most 90 beside a description",
            "shorten the title",
        )
    }

    fn cover_beyond_photos(&self) -> FieldError {
        let count = self.photo_urls.len();
        let allowed = format!("0 to {} for {count} photo(s)", count.saturating_sub(1));
        finding(
            "photo_cover_index",
            &self.photo_cover_index.to_string(),
            &allowed,
            "choose one of the photos",
        )
    }

    fn privacy_finding(&self) -> Option<FieldError> {
        match (self.post_mode, self.privacy_level) {
            (PhotoPostMode::DirectPost, None) => Some(finding(
                "privacy_level",
                "nothing",
                "one of the levels that get_creator_info offers",
                "choose who may see the post; TikTok forbids a default",
            )),
            (PhotoPostMode::DirectPost, Some(_)) | (PhotoPostMode::MediaUpload, _) => None,
        }
    }

    /// A draft takes title and description only; the rest would be dropped in silence
    /// (docs/tiktok-open-api.md#photo-init).
    fn draft_findings(&self) -> Vec<FieldError> {
        let given = [
            ("privacy_level", self.privacy_level.is_some()),
            ("disable_comment", self.disable_comment == Some(true)),
            ("auto_add_music", self.auto_add_music == Some(true)),
            ("brand_content_toggle", self.brand_content_toggle == Some(true)),
            ("brand_organic_toggle", self.brand_organic_toggle == Some(true)),
        ];
        if self.post_mode == PhotoPostMode::DirectPost {
            return Vec::new();
        }
        let told = |(field, _): (&str, bool)| {
            finding(
                field,
                "a value together with post_mode MEDIA_UPLOAD",
                "title and description only; TikTok drops the rest from drafts",
                "leave it out, the account's owner decides it in the TikTok app, or post with DIRECT_POST",
            )
        };
        given
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(told)
            .collect()
    }

    fn post_options(&self, privacy_level: PrivacyLevel) -> PostOptions {
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
        words: PhotoTexts<'a>,
        privacy_level: PrivacyLevel,
        disable_comment: bool,
    ) -> PhotoPostInfo<'a> {
        PhotoPostInfo {
            title: words.title,
            description: words.description,
            privacy_level: Some(privacy_level),
            disable_comment: Some(disable_comment),
            auto_add_music: Some(self.auto_add_music.unwrap_or(false)),
            brand_content_toggle: Some(self.brand_content_toggle.unwrap_or(false)),
            brand_organic_toggle: Some(self.brand_organic_toggle.unwrap_or(false)),
        }
    }
}

fn only_for_videos(field: &str, noun: &str) -> FieldError {
    finding(
        field,
        "false",
        &format!("true or nothing, because photos have no {noun}"),
        "leave it out",
    )
}

fn finding(field: &str, got: &str, allowed: &str, fix: &str) -> FieldError {
    FieldError {
        field: field.into(),
        got: got.into(),
        allowed: allowed.into(),
        fix: fix.into(),
    }
}
