//! `POST /v2/post/publish/content/init/` (docs/tiktok-open-api.md#photo-init).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CallOptions, Endpoint, Error, OpenApi};
use crate::{
    http::WriteObserver,
    model::{PrivacyLevel, PublicUrl, PublishId},
};

/// Whether photos are posted at once or sent to the account's inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
#[expect(
    missing_docs,
    reason = "variant docs would change the schema; the names are TikTok's own"
)]
pub enum PhotoPostMode {
    #[default]
    DirectPost,
    MediaUpload,
}

/// Settings of a photo post. All except title and description apply to direct posts only, and are absent
/// otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#photo-init"
)]
pub struct PhotoPostInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_level: Option<PrivacyLevel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_comment: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_add_music: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_content_toggle: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_organic_toggle: Option<bool>,
}

/// Source of the photos: TikTok always fetches them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename = "PULL_FROM_URL")]
pub struct PhotoSourceInfo<'a> {
    /// 1 to 35 URLs on a verified host.
    pub photo_images: &'a [PublicUrl],
    /// Index of the cover, from 0.
    pub photo_cover_index: u8,
}

/// Body of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "media_type", rename = "PHOTO")]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#photo-init"
)]
pub struct PhotoInit<'a> {
    pub post_mode: PhotoPostMode,
    pub post_info: PhotoPostInfo<'a>,
    pub source_info: PhotoSourceInfo<'a>,
    /// At the top level, unlike for videos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_aigc: Option<bool>,
}

#[derive(Deserialize)]
struct PhotoInitData {
    publish_id: PublishId,
}

impl OpenApi {
    /// Posts photos, or sends them to the inbox. Scope `video.publish` or `video.upload`, 6 calls a minute.
    /// It publishes without a further call, so it is never repeated once it may have arrived.
    pub async fn init_photos(
        &self,
        init: &PhotoInit<'_>,
        observer: &dyn WriteObserver,
    ) -> Result<PublishId, Error> {
        let care = CallOptions {
            idempotency: None,
            observer: Some(observer),
        };
        let data: PhotoInitData = self.init(Endpoint::CONTENT_INIT, init, care).await?;
        Ok(data.publish_id)
    }
}
