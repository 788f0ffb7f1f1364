//! `POST /v2/video/list/` and `POST /v2/video/query/` (docs/tiktok-open-api.md#video-list, #video-query).

use serde::{Deserialize, Serialize};

use super::{
    Endpoint, Error, OpenApi,
    answer::{null_is_default, short_list},
};
use crate::model::{PostId, VideoId};

/// All fields of the video object (docs/tiktok-open-api.md#video-object). They go into the query string, not
/// into the body.
const FIELDS: &str = "id,create_time,cover_image_url,share_url,video_description,duration,height,width,title,\
                      embed_html,embed_link,like_count,comment_count,share_count,view_count,is_aigc";

/// Published, public video.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#video-object"
)]
pub struct VideoObject {
    pub id: PostId,
    /// Unix seconds.
    pub create_time: Option<i64>,
    /// Signed, valid for six hours.
    pub cover_image_url: Option<String>,
    pub share_url: Option<String>,
    pub video_description: Option<String>,
    /// Seconds.
    pub duration: Option<i64>,
    pub height: Option<i64>,
    pub width: Option<i64>,
    pub title: Option<String>,
    pub embed_html: Option<String>,
    pub embed_link: Option<String>,
    pub like_count: Option<i64>,
    pub comment_count: Option<i64>,
    pub share_count: Option<i64>,
    pub view_count: Option<i64>,
    pub is_aigc: Option<bool>,
}

/// Page of videos.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct VideoPage {
    /// Missing for an account without videos.
    #[serde(default, deserialize_with = "short_list")]
    pub videos: Vec<VideoObject>,
    /// Start of the next page, in Unix milliseconds.
    pub cursor: Option<i64>,
    /// True if another page follows, which may be so even after a short page.
    #[serde(default, deserialize_with = "null_is_default")]
    pub has_more: bool,
}

#[derive(Serialize)]
struct VideoListBody {
    max_count: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<i64>,
}

#[derive(Serialize)]
struct VideoQueryBody<'a> {
    filters: VideoQueryFilters<'a>,
}

#[derive(Serialize)]
struct VideoQueryFilters<'a> {
    video_ids: &'a [VideoId],
}

impl OpenApi {
    /// Maximum number of videos in a page, and of ids in a query.
    pub const VIDEOS_PER_CALL: u8 = 20;

    /// Lists the account's public videos, newest first, from `cursor` (Unix milliseconds) back. Scope
    /// `video.list`.
    pub async fn list_videos(&self, max_count: u8, cursor: Option<i64>) -> Result<VideoPage, Error> {
        let body = VideoListBody {
            max_count: max_count.clamp(1, Self::VIDEOS_PER_CALL),
            cursor,
        };
        self.post(Endpoint::VIDEO_LIST, Some(FIELDS), &body).await
    }

    /// Fetches up to 20 videos by id; videos of other accounts are omitted. Scope `video.list`.
    pub async fn query_videos(&self, video_ids: &[VideoId]) -> Result<VideoPage, Error> {
        self.post(
            Endpoint::VIDEO_QUERY,
            Some(FIELDS),
            &VideoQueryBody {
                filters: VideoQueryFilters { video_ids },
            },
        )
        .await
    }
}
