//! The init for photos: direct post and draft (#photo-init).

use serde::Deserialize;
use serde_json::json;

use super::{
    account::{Account, Visibility},
    envelope::ResponseData,
    post::{InitRequest, PostKind},
    rejection::{ApiRejection, RejectionCode},
    request::{Answer, ApiRequest, present},
    source::{MediaSource, check_pull},
    video_init::{branding, check_audience, check_branding, check_text, raw},
    world::World,
};

#[derive(Debug, Deserialize)]
struct PhotoInitBody {
    #[serde(rename = "media_type")]
    _media_type: MediaType,
    post_mode: PostMode,
    post_info: PhotoPostParams,
    source_info: PhotoSourceParams,
    /// A top-level member, unlike for videos.
    #[serde(default)]
    is_aigc: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum MediaType {
    Photo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PostMode {
    DirectPost,
    MediaUpload,
}

#[derive(Debug, Deserialize)]
struct PhotoPostParams {
    #[serde(default, deserialize_with = "present")]
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<String>,
    #[serde(default, deserialize_with = "present")]
    privacy_level: Option<Visibility>,
    #[serde(default, deserialize_with = "present")]
    disable_comment: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    auto_add_music: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    brand_content_toggle: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    brand_organic_toggle: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct PhotoSourceParams {
    source: MediaSource,
    photo_images: Vec<String>,
    photo_cover_index: i64,
}

/// `POST /v2/post/publish/content/init/`
pub(super) fn content(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    call.no_query()?;
    let body: PhotoInitBody = call.json()?;
    require_scope(&call.account, body.post_mode)?;
    check_text("title", body.post_info.title.as_deref(), TITLE_UNITS)?;
    check_text(
        "description",
        body.post_info.description.as_deref(),
        DESCRIPTION_UNITS,
    )?;
    body.source_info.check(&call.account)?;
    let privacy_level = match body.post_mode {
        PostMode::DirectPost => Some(check_direct(world, call, &body.post_info)?),
        PostMode::MediaUpload => check_draft(world, call, &body.post_info)?,
    };
    let wanted = InitRequest {
        kind: body.post_mode.kind(),
        title: body.post_info.title,
        description: body.post_info.description,
        privacy_level,
        is_aigc: body.is_aigc,
        ..raw(call, None)
    };
    let publish_id = &world.store(call, wanted).publish_id;
    Ok(ResponseData::Members(json!({ "publish_id": publish_id })))
}

fn require_scope(account: &Account, mode: PostMode) -> Result<(), ApiRejection> {
    let scope = match mode {
        PostMode::DirectPost => "video.publish",
        PostMode::MediaUpload => "video.upload",
    };
    if account.granted(scope) {
        Ok(())
    } else {
        Err(RejectionCode::ScopeNotAuthorized.into())
    }
}

/// Checks a direct post, which needs a privacy level.
fn check_direct(
    world: &World,
    call: &mut ApiRequest<'_>,
    post_info: &PhotoPostParams,
) -> Result<Visibility, ApiRejection> {
    let Some(level) = post_info.privacy_level else {
        return Err(ApiRejection::post_info(
            "post_info.privacy_level is required for DIRECT_POST",
        ));
    };
    let branding = branding(
        call,
        post_info.brand_content_toggle,
        post_info.brand_organic_toggle,
    )?;
    check_branding(branding, level)?;
    check_audience(&call.account, level)?;
    world.may_post(&call.account, call.now)?;
    Ok(level)
}

/// Checks a draft, of which TikTok uses title and description only (#photo-init).
fn check_draft(
    world: &World,
    call: &mut ApiRequest<'_>,
    post_info: &PhotoPostParams,
) -> Result<Option<Visibility>, ApiRejection> {
    world.may_draft(&call.account, call.now)?;
    let ignored = [
        ("privacy_level", post_info.privacy_level.is_some()),
        ("disable_comment", post_info.disable_comment.is_some()),
        ("auto_add_music", post_info.auto_add_music.is_some()),
        ("brand_content_toggle", post_info.brand_content_toggle.is_some()),
        ("brand_organic_toggle", post_info.brand_organic_toggle.is_some()),
    ];
    for (name, _) in ignored.iter().filter(|(_, given)| *given) {
        call.notes.push(format!(
            "post_info.{name} was ignored: MEDIA_UPLOAD takes title and description only"
        ));
    }
    Ok(None)
}

impl PostMode {
    fn kind(self) -> PostKind {
        match self {
            Self::DirectPost => PostKind::DirectPhotos,
            Self::MediaUpload => PostKind::DraftPhotos,
        }
    }
}

impl PhotoSourceParams {
    /// Checks images and cover index. The documents name no least number of images and no range of the index; 1 and
    /// the number of images are the stricter readings.
    fn check(&self, account: &Account) -> Result<(), ApiRejection> {
        if self.source != MediaSource::PullFromUrl {
            return Err(ApiRejection::source_info("photos take PULL_FROM_URL only"));
        }
        if !(1..=MOST_IMAGES).contains(&self.photo_images.len()) {
            return Err(ApiRejection::source_info(
                "photo_images must hold between 1 and 35 addresses",
            ));
        }
        if !usize::try_from(self.photo_cover_index).is_ok_and(|index| index < self.photo_images.len()) {
            return Err(ApiRejection::source_info(
                "photo_cover_index is not the index of an image",
            ));
        }
        self.photo_images
            .iter()
            .try_for_each(|url| check_pull(url, account))
    }
}

/// Most images of one post (#photo-init).
const MOST_IMAGES: usize = 35;
/// Longest title, in UTF-16 code units (#photo-init).
const TITLE_UNITS: usize = 90;
/// Longest description, in UTF-16 code units (#photo-init).
const DESCRIPTION_UNITS: usize = 4_000;
