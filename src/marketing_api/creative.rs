//! Videos and images of the creative library: `GET /file/video/ad/info/`
//! (<https://business-api.tiktok.com/portal/docs?id=1740050161973250>), `GET /file/video/ad/search/`
//! (<https://business-api.tiktok.com/portal/docs?id=1740050472224769>), `GET /file/image/ad/info/`
//! (<https://business-api.tiktok.com/portal/docs?id=1740051721711618>) and `GET /file/image/ad/search/`.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest,
    page::PageInfo,
    wire::{entity, list},
    words::words,
};
use crate::model::{Amount, Flag, Whole, Word};

words! {
    /// Type of a creative.
    MediaType {
        Video = "VIDEO",
        Image = "IMAGE",
    }
}

entity! {
    /// Video or image of the ad account's creative library.
    Creative {
        ;
        /// Id of a video, for `video_id` of ads
        video_id: Word,
        /// Id of an image, for `image_ids` of ads
        image_id: Word,
        /// Id of the material, by which reports name the creative
        material_id: Word,
        /// Name in the library
        file_name: Word,
        /// Format of the file, such as mp4 or png
        format: Word,
        /// Width in pixels; absent until TikTok has processed the file
        width: Whole,
        /// Height in pixels
        height: Whole,
        /// Length of a video in seconds
        duration: Amount,
        /// Bit rate of a video in bits per second
        bit_rate: Whole,
        /// Frames of a video per second
        fps: Amount,
        /// Size in bytes
        size: Whole,
        /// MD5 of the file
        signature: Word,
        /// Whether ads can show the creative
        displayable: Flag,
        /// Whether an image can be used in a carousel; absent for about 10 seconds after the upload
        is_carousel_usable: Flag,
        /// Whether viewers can download a video
        allow_download: Flag,
        /// Placements in which a video can be shown
        allowed_placements: Vec<Word>,
        /// Faults that TikTok found in a video, such as LOW_RESOLUTION
        flaw_types: Vec<Word>,
        /// Address of a video for a preview, valid for 6 hours
        preview_url: Word,
        /// End of that address's validity
        preview_url_expire_time: Word,
        /// Address of a video's cover, valid for 6 hours
        video_cover_url: Word,
        /// Address of an image, valid for about an hour
        image_url: Word,
        /// Time of the upload, in UTC
        create_time: Word,
        /// Time of the last change, in UTC
        modify_time: Word,
    }
}

impl Creative {
    /// Id of the video or image.
    pub fn id(&self) -> &str {
        let id = self.video_id.as_ref().or(self.image_id.as_ref());
        id.map_or("", Word::as_str)
    }
}

/// Filter of creatives. All conditions hold together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CreativeFilter {
    /// Part of the name; for videos only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_name: Option<String>,
    /// Materials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub material_ids: Vec<String>,
}

#[derive(Deserialize)]
struct CreativePage {
    #[serde(deserialize_with = "identified")]
    list: Vec<Creative>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
struct CreativeList {
    #[serde(default, deserialize_with = "identified")]
    list: Vec<Creative>,
}

/// Reads creatives, each of which has an id.
fn identified<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Creative>, D::Error> {
    let creatives: Vec<Creative> = list(deserializer)?;
    if creatives.iter().any(|creative| creative.id().is_empty()) {
        return Err(D::Error::custom("a creative has no id"));
    }
    Ok(creatives)
}

impl MediaType {
    /// Noun in messages.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Image => "image",
        }
    }

    /// Member with ids of creatives of this type.
    pub(super) const fn ids(self) -> &'static str {
        match self {
            Self::Video => "video_ids",
            Self::Image => "image_ids",
        }
    }

    /// Member with the id of a creative of this type.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Video => "video_id",
            Self::Image => "image_id",
        }
    }

    /// Largest number of ids that a call looks up.
    pub const fn ids_max(self) -> usize {
        match self {
            Self::Video => 60,
            Self::Image => 100,
        }
    }

    /// Largest number of materials in a filter.
    pub const MATERIALS_MAX: usize = 20;
}

impl MarketingApi {
    /// Largest page of creatives.
    pub const CREATIVES_PER_PAGE: u32 = 100;

    /// Lists creatives of a type. Of videos, the 10,000 that were changed last, and one of those with the same content.
    pub async fn creatives(
        &self,
        media_type: MediaType,
        filter: &CreativeFilter,
        page: PageRequest,
    ) -> Result<ListPage<Creative>, MarketingError> {
        let endpoint = match media_type {
            MediaType::Video => MarketingEndpoint::VIDEO_SEARCH,
            MediaType::Image => MarketingEndpoint::IMAGE_SEARCH,
        };
        let query = page.add_to(self.query()).filter(filter);
        let answer: CreativePage = self.get(endpoint, query).await?;
        Ok(ListPage::of(answer.list, answer.page_info))
    }

    /// Reads creatives by their ids, at most [`MediaType::ids_max`]. Those that ads cannot use are left out.
    pub async fn creatives_by_id(
        &self,
        media_type: MediaType,
        ids: &[String],
    ) -> Result<Vec<Creative>, MarketingError> {
        let endpoint = match media_type {
            MediaType::Video => MarketingEndpoint::VIDEO_INFO,
            MediaType::Image => MarketingEndpoint::IMAGE_INFO,
        };
        let query = self.query().json(media_type.ids(), &ids);
        let answer: CreativeList = self.get(endpoint, query).await?;
        Ok(answer.list)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_creative_has_an_id_and_numbers_as_numbers() {
        let answer = json!({ "list": [
            {
                "video_id": "v1", "width": "1080", "duration": 15.5, "displayable": "true", "signature": "", "size": 5,
                "flaw_types": [], "new": {},
            },
            { "image_id": "ad-site-i18n/1", "is_carousel_usable": true, "video_id": null },
        ] });
        let list: CreativeList = serde_json::from_value(answer).unwrap();
        assert_eq!(
            serde_json::to_value(&list.list).unwrap(),
            json!([
                { "video_id": "v1", "width": 1080, "duration": 15.5, "displayable": true, "size": 5 },
                { "image_id": "ad-site-i18n/1", "is_carousel_usable": true },
            ])
        );
        let nameless = json!({ "list": [{ "file_name": "a" }] });
        assert!(serde_json::from_value::<CreativeList>(nameless).is_err());
    }
}
