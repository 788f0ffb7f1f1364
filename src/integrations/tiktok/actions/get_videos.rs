//! `POST /v2/video/list/` and, for `video_ids`, `POST /v2/video/query/`; scope video.list
//! (docs/tiktok-open-api.md#video-list, #video-query).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::{
        Action, Failure, Rows,
        tiktok::{context::Context, permissions},
    },
    model::{FieldError, PostId, VideoId},
    open_api::{OpenApi, VideoObject, VideoPage},
};

/// Lists the account's public videos, or finds some of them by ID.
pub(in crate::integrations::tiktok) struct GetVideos;

/// Selection of the videos.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// Maximum number of videos, newest first; more than 20 take several calls to TikTok
    #[schemars(range(min = 1, max = MAX_COUNT), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u16>,
    /// Start of the list: the `cursor` of the previous result, or any time in Unix milliseconds
    #[schemars(range(min = 0, max = i64::MAX))]
    cursor: Option<i64>,
    /// IDs of the videos to find instead of listing. IDs that match no public video of the account are returned in
    /// `not_found`
    #[schemars(length(min = 1, max = MAX_COUNT))]
    video_ids: Option<Vec<VideoId>>,
}

/// 50 calls, well within TikTok's 600 a minute.
const MAX_COUNT: u16 = 1000;

/// Most pages of one result. Pages can be short or even empty before the end of the list; the result's cursor leads
/// to the rest.
const PAGES_MAX: u16 = 100;

/// Size of TikTok's pages.
const DEFAULT_COUNT: u16 = 20;

/// The videos.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Output {
    /// The videos, newest first
    videos: Rows<VideoItem>,
    /// Start of the next page: the `cursor` of the next request
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<i64>,
    /// True if there are more videos
    has_more: bool,
    /// Requested IDs that match no public video of this account
    not_found: Vec<String>,
    /// Notes on a successful result, such as an input without effect, or a page that could not be read and whose
    /// videos are missing
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// A published, public video.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct VideoItem {
    /// ID of the video
    id: PostId,
    /// Title
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Caption
    #[serde(skip_serializing_if = "Option::is_none")]
    video_description: Option<String>,
    /// Time of posting, in Unix seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<i64>,
    /// URL of the cover picture, valid for 6 hours
    #[serde(skip_serializing_if = "Option::is_none")]
    cover_image_url: Option<String>,
    /// URL to share
    #[serde(skip_serializing_if = "Option::is_none")]
    share_url: Option<String>,
    /// HTML for embedding
    #[serde(skip_serializing_if = "Option::is_none")]
    embed_html: Option<String>,
    /// URL for embedding
    #[serde(skip_serializing_if = "Option::is_none")]
    embed_link: Option<String>,
    /// Duration in seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<i64>,
    /// Width in pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i64>,
    /// Height in pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i64>,
    /// Number of likes
    #[serde(skip_serializing_if = "Option::is_none")]
    like_count: Option<i64>,
    /// Number of comments
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_count: Option<i64>,
    /// Number of shares
    #[serde(skip_serializing_if = "Option::is_none")]
    share_count: Option<i64>,
    /// Number of views
    #[serde(skip_serializing_if = "Option::is_none")]
    view_count: Option<i64>,
    /// True if the video is labelled as AI-generated
    #[serde(skip_serializing_if = "Option::is_none")]
    is_aigc: Option<bool>,
}

impl Action for GetVideos {
    const NAME: &'static str = "get_videos";
    const DISPLAY_NAME: &'static str = "Get Videos";
    const DESCRIPTION: &'static str = "List the connected TikTok account's public videos, newest first, with their view, \
        like, comment and share counts, or find videos by ID.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::VIDEO_LIST];
    const ROWS: Option<&'static str> = Some("videos");

    type Context = Context;
    type Input = Input;
    type Output = Output;

    async fn run(context: Context, input: Input) -> Result<Output, Failure> {
        let videos = context.rows.rows();
        match input.video_ids {
            Some(_) if input.cursor.is_some() => Err(ids_or_pages()),
            Some(video_ids) => {
                let mut found = find(&context.api, &video_ids, videos).await?;
                let idle = "max_count has no effect together with video_ids: all of them are looked for";
                found.warnings.extend(input.max_count.map(|_| idle.to_owned()));
                Ok(found)
            }
            None => {
                let max_count = input.max_count.unwrap_or(DEFAULT_COUNT);
                list(&context.api, max_count, input.cursor, videos).await
            }
        }
    }
}

fn ids_or_pages() -> Failure {
    let finding = FieldError {
        field: "cursor".into(),
        got: "a cursor together with video_ids".into(),
        allowed: "one of the two".into(),
        fix: "leave out cursor to find videos by id, or video_ids to list".into(),
    };
    Failure::of_fields(&own::INPUTS_CONFLICT, vec![finding])
}

/// Reads page after page. A short page is not the last: only `has_more` marks the end (docs/tiktok-open-api.md#video-list).
///
/// A later page that fails does not lose the videos before it: the cursor leads on from there.
async fn list(
    api: &OpenApi,
    max_count: u16,
    cursor: Option<i64>,
    videos: Rows<VideoItem>,
) -> Result<Output, Failure> {
    let wanted = usize::from(max_count);
    let mut output = Output {
        cursor,
        has_more: true,
        ..Output::new(videos)
    };
    for _page in 0..PAGES_MAX {
        if !output.has_more || output.videos.len() >= wanted {
            break;
        }
        let ask = u8::try_from(wanted - output.videos.len())
            .unwrap_or(u8::MAX)
            .min(OpenApi::VIDEOS_PER_CALL);
        let page = match api.list_videos(ask, output.cursor).await {
            Err(error) if !output.videos.is_empty() => {
                output.warnings.push(broken_off(Failure::from(error)));
                break;
            }
            read => read?,
        };
        let stuck = page.cursor.is_none() || page.cursor == output.cursor;
        output.take(page)?;
        if stuck {
            // Without a new cursor the next page would be this one again.
            output.has_more = false;
        }
    }
    Ok(output)
}

fn broken_off(Failure { code, message, .. }: Failure) -> String {
    format!(
        "{code}: {message} These are the videos that were read before; ask again with the cursor for the rest."
    )
}

async fn find(api: &OpenApi, video_ids: &[VideoId], videos: Rows<VideoItem>) -> Result<Output, Failure> {
    let mut output = Output::new(videos);
    let mut found = BTreeSet::new();
    let video_ids = &distinct(video_ids);
    for ids in video_ids.chunks(usize::from(OpenApi::VIDEOS_PER_CALL)) {
        let page = api.query_videos(ids).await?;
        found.extend(page.videos.iter().map(|video| video.id.as_str().to_owned()));
        output.push(page.videos)?;
    }
    let asked = video_ids.iter().map(VideoId::as_str);
    output.not_found = asked
        .filter(|id| !found.contains(*id))
        .map(str::to_owned)
        .collect();
    Ok(output)
}

/// Returns the ids in their order, each once: a repeated id would cost calls and repeat its video.
fn distinct(video_ids: &[VideoId]) -> Vec<VideoId> {
    let mut seen = BTreeSet::new();
    let first = |id: &&VideoId| seen.insert(id.as_str().to_owned());
    video_ids.iter().filter(first).cloned().collect()
}

impl Output {
    fn new(videos: Rows<VideoItem>) -> Self {
        Self {
            videos,
            cursor: None,
            has_more: false,
            not_found: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn take(&mut self, page: VideoPage) -> Result<(), Failure> {
        self.cursor = page.cursor.or(self.cursor);
        self.has_more = page.has_more;
        self.push(page.videos)
    }

    fn push(&mut self, videos: Vec<VideoObject>) -> Result<(), Failure> {
        videos
            .into_iter()
            .try_for_each(|video| self.videos.push(&item(video)))
    }
}

fn item(video: VideoObject) -> VideoItem {
    VideoItem {
        id: video.id,
        title: video.title,
        video_description: video.video_description,
        create_time: video.create_time,
        cover_image_url: video.cover_image_url,
        share_url: video.share_url,
        embed_html: video.embed_html,
        embed_link: video.embed_link,
        duration: video.duration,
        width: video.width,
        height: video.height,
        like_count: video.like_count,
        comment_count: video.comment_count,
        share_count: video.share_count,
        view_count: video.view_count,
        is_aigc: video.is_aigc,
    }
}
