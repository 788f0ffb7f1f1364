//! `POST /v2/post/publish/status/fetch/` (docs/tiktok-open-api.md#status).

use serde::{Deserialize, Serialize};

use super::{
    Endpoint, Error, OpenApi,
    answer::{short_list, whole_number},
};
use crate::model::{ByteCount, PostId, PublishId};

/// Status of an upload or post.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostStatus {
    /// Processing stage.
    pub status: PublishStatus,
    fail_reason: Option<String>,
    /// Misspelled on the wire.
    #[serde(default, deserialize_with = "short_list")]
    publicaly_available_post_id: Vec<PostId>,
    /// Correct spelling, in case TikTok fixes it.
    #[serde(default, deserialize_with = "short_list")]
    publicly_available_post_id: Vec<PostId>,
    /// Bytes of the upload that TikTok has received.
    #[serde(default, deserialize_with = "whole_number")]
    pub uploaded_bytes: Option<ByteCount>,
    /// Bytes of the video or photos that TikTok has fetched.
    #[serde(default, deserialize_with = "whole_number")]
    pub downloaded_bytes: Option<ByteCount>,
}

impl PostStatus {
    /// Reason of the failure; only with [`PublishStatus::Failed`].
    pub fn fail_reason(&self) -> Option<&str> {
        self.fail_reason.as_deref().filter(|reason| !reason.is_empty())
    }

    /// Ids of the resulting posts. Empty until moderation has ended, and for posts that are not public.
    pub fn post_ids(&self) -> &[PostId] {
        let ids = [
            &self.publicaly_available_post_id,
            &self.publicly_available_post_id,
        ];
        ids.into_iter()
            .find(|ids| !ids.is_empty())
            .map_or(&[], Vec::as_slice)
    }
}

/// Processing stage of an upload or post.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum PublishStatus {
    /// TikTok is receiving the upload.
    ProcessingUpload,
    /// TikTok is fetching the media.
    ProcessingDownload,
    /// A draft has reached the inbox.
    SendToUserInbox,
    /// The post is published; its id may follow later.
    PublishComplete,
    /// The post failed.
    Failed,
    /// Undocumented stage; treated as still running.
    Other(String),
}

impl PublishStatus {
    /// TikTok's name of the stage.
    pub fn as_str(&self) -> &str {
        match self {
            Self::ProcessingUpload => "PROCESSING_UPLOAD",
            Self::ProcessingDownload => "PROCESSING_DOWNLOAD",
            Self::SendToUserInbox => "SEND_TO_USER_INBOX",
            Self::PublishComplete => "PUBLISH_COMPLETE",
            Self::Failed => "FAILED",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for PublishStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "PROCESSING_UPLOAD" => Self::ProcessingUpload,
            "PROCESSING_DOWNLOAD" => Self::ProcessingDownload,
            "SEND_TO_USER_INBOX" => Self::SendToUserInbox,
            "PUBLISH_COMPLETE" => Self::PublishComplete,
            "FAILED" => Self::Failed,
            _ => Self::Other(word),
        }
    }
}

#[derive(Serialize)]
struct StatusFetchBody<'a> {
    publish_id: &'a PublishId,
}

impl OpenApi {
    /// Fetches the status of a post. Scope `video.upload` or `video.publish`, 30 calls a minute.
    pub async fn fetch_status(&self, publish_id: &PublishId) -> Result<PostStatus, Error> {
        self.post(Endpoint::STATUS_FETCH, None, &StatusFetchBody { publish_id })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_exactly_under_either_spelling() {
        for spelling in ["publicaly_available_post_id", "publicly_available_post_id"] {
            let wire = format!(r#"{{"status":"PUBLISH_COMPLETE","{spelling}":[7601447475849021453,"8"]}}"#);
            let status: PostStatus = serde_json::from_str(&wire).unwrap();
            let ids: Vec<String> = status.post_ids().iter().map(ToString::to_string).collect();
            assert_eq!(ids, ["7601447475849021453", "8"]);
        }
    }

    #[test]
    fn a_stage_tiktok_added_since_is_kept() {
        let status: PostStatus = serde_json::from_str(r#"{"status":"PROCESSING_MAGIC"}"#).unwrap();
        assert_eq!(status.status.as_str(), "PROCESSING_MAGIC");
    }

    #[test]
    fn a_number_may_stand_in_quotes() {
        for (text, bytes) in [("3600", Some(3600)), ("\"3600\"", Some(3600)), ("null", None)] {
            let wire = format!(r#"{{"status":"PROCESSING_UPLOAD","uploaded_bytes":{text}}}"#);
            let mut reader = serde_json::Deserializer::from_str(&wire);
            let status: PostStatus = serde_path_to_error::deserialize(&mut reader).unwrap();
            assert_eq!(status.uploaded_bytes, bytes.map(ByteCount), "{text}");
        }
        for wrong in ["-1", "\"many\"", "[1]", "1.5"] {
            let wire = format!(r#"{{"status":"PROCESSING_UPLOAD","uploaded_bytes":{wrong}}}"#);
            assert!(serde_json::from_str::<PostStatus>(&wire).is_err(), "{wrong}");
        }
    }
}
