//! Renaming and deleting creatives: `POST /file/video/ad/update/` and `POST /file/image/ad/update/`
//! (docs/tiktok-marketing-api.md#videos), `POST /creative/asset/delete/`
//! (docs/tiktok-marketing-api.md#delete-creatives).

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{
    MarketingEndpoint, MediaType, WriteBody,
    wire::list,
    write::{Members, with},
};
use crate::model::Word;

/// New name of a creative. Nothing else of it can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreativeRename {
    /// Type of the creative.
    pub media_type: MediaType,
    /// Id of the creative.
    pub id: String,
    /// New name, 1 to 100 characters. TikTok appends a time stamp if another creative has it.
    pub file_name: String,
}

/// Deletion of creatives of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreativeDeletion {
    /// Type of the creatives.
    pub media_type: MediaType,
    /// Ids of the creatives, at most [`Self::IDS_MAX`].
    pub ids: Vec<String>,
}

impl CreativeDeletion {
    /// Largest number of creatives in a call.
    pub const IDS_MAX: usize = 50;
}

/// Creatives that TikTok did not delete, for a reason that it does not give. Its code is 0 even if these are all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "FailedLists")]
pub struct UndeletedCreatives(pub Vec<Word>);

#[derive(Deserialize)]
struct FailedLists {
    #[serde(default, deserialize_with = "list")]
    failed_video_ids: Vec<Word>,
    #[serde(default, deserialize_with = "list")]
    failed_image_ids: Vec<Word>,
}

impl UndeletedCreatives {
    /// Whether the creative is one of them.
    pub fn names(&self, id: &str) -> bool {
        self.0.iter().any(|failed| failed.as_str() == id)
    }
}

impl From<FailedLists> for UndeletedCreatives {
    fn from(mut lists: FailedLists) -> Self {
        lists.failed_video_ids.append(&mut lists.failed_image_ids);
        Self(lists.failed_video_ids)
    }
}

impl WriteBody for CreativeRename {
    type Answer = IgnoredAny;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        match self.media_type {
            MediaType::Video => MarketingEndpoint::VIDEO_UPDATE,
            MediaType::Image => MarketingEndpoint::IMAGE_UPDATE,
        }
    }

    fn members(&self) -> serde_json::Result<Members> {
        let members = with(Members::new(), self.media_type.id(), &self.id)?;
        with(members, "file_name", &self.file_name)
    }
}

impl WriteBody for CreativeDeletion {
    type Answer = UndeletedCreatives;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::CREATIVE_DELETE
    }

    fn members(&self) -> serde_json::Result<Members> {
        with(Members::new(), self.media_type.ids(), &self.ids)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketing_api::write::plan_of;

    #[test]
    fn each_type_has_its_endpoint_and_members() {
        let rename = |media_type| {
            plan_of(&CreativeRename {
                media_type,
                id: "1".into(),
                file_name: "Spring".into(),
            })
        };
        assert_eq!(
            rename(MediaType::Video),
            json!({ "method": "POST", "path": "/open_api/v1.3/file/video/ad/update/", "body": {
                "advertiser_id": "7", "video_id": "1", "file_name": "Spring",
            } })
        );
        assert_eq!(rename(MediaType::Image)["body"]["image_id"], "1");
        let deletion = CreativeDeletion {
            media_type: MediaType::Image,
            ids: vec!["a/1".into()],
        };
        assert_eq!(
            plan_of(&deletion),
            json!({ "method": "POST", "path": "/open_api/v1.3/creative/asset/delete/", "body": {
                "advertiser_id": "7", "image_ids": ["a/1"],
            } })
        );
    }

    #[test]
    fn the_lists_of_an_answer_are_one() {
        for (answer, failed) in [
            (json!({}), vec![]),
            (
                json!({ "failed_video_ids": null, "failed_image_ids": ["i"] }),
                vec!["i"],
            ),
            (
                json!({ "failed_video_ids": ["v"], "failed_image_ids": [1] }),
                vec!["v", "1"],
            ),
        ] {
            let UndeletedCreatives(ids) = serde_json::from_value(answer).unwrap();
            let ids: Vec<&str> = ids.iter().map(Word::as_str).collect();
            assert_eq!(ids, failed);
        }
    }
}
