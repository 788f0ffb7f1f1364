//! Covers that TikTok suggests for a video: `GET /file/video/suggestcover/`
//! (<https://business-api.tiktok.com/portal/docs?id=1740051189071873>).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MarketingApi, MarketingEndpoint, MarketingError, wire::list};
use crate::model::{Whole, Word};

/// Cover that TikTok suggests for a video
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct SuggestedCover {
    /// Id of the video
    pub video_id: String,
    /// Id of the image. TikTok does not say that `image_ids` of an ad takes it; several public clients send it so
    pub image_id: Word,
    /// Address of the image for a preview, valid for an hour
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Word>,
    /// Width in pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<Whole>,
    /// Height in pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<Whole>,
}

#[derive(Deserialize)]
struct CoverList {
    #[serde(default, deserialize_with = "list")]
    list: Vec<WireCover>,
}

#[derive(Deserialize)]
struct WireCover {
    id: Word,
    #[serde(default)]
    url: Option<Word>,
    #[serde(default)]
    width: Option<Whole>,
    #[serde(default)]
    height: Option<Whole>,
}

impl MarketingApi {
    /// Largest number of covers of a video.
    pub const COVERS_MAX: u32 = 10;

    /// Suggests at most `count` covers for a video that is processed.
    pub async fn suggested_covers(
        &self,
        video_id: &str,
        count: u32,
    ) -> Result<Vec<SuggestedCover>, MarketingError> {
        let query = self
            .query()
            .plain("video_id", video_id)
            .plain("poster_number", count);
        let found: CoverList = self.get(MarketingEndpoint::VIDEO_COVERS, Ok(query)).await?;
        let covers = found.list.into_iter().map(|cover| SuggestedCover {
            video_id: video_id.to_owned(),
            image_id: cover.id,
            url: cover.url,
            width: cover.width,
            height: cover.height,
        });
        Ok(covers.collect())
    }
}
