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
    open_api::{OpenApi, VideoObject},
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
    /// IDs of the videos to find instead of listing. The videos are returned in this order; IDs that match no public
    /// video of the account are returned in `not_found`
    #[schemars(length(min = 1, max = MAX_COUNT))]
    video_ids: Option<Vec<VideoId>>,
}

/// 50 calls, of the 600 a minute that TikTok allows (docs/tiktok-open-api.md#rate-limits).
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
    /// The videos: newest first, or in the order of `video_ids`
    videos: Rows<VideoItem>,
    /// Start of the next page: the `cursor` of the next request
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<i64>,
    /// True if there are more videos
    has_more: bool,
    /// Requested IDs that match no public video of this account
    not_found: Vec<String>,
    /// Requested IDs that were not looked up because of an error, which `warnings` describes
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_checked: Vec<String>,
    /// Notes on a successful result, such as an input without effect, or a page that could not be read or stored and
    /// whose videos are missing
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
                let idle = "max_count has no effect with video_ids: all ids are looked up";
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
/// A later page that cannot be read or stored does not lose the videos before it: the cursor continues after them.
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
        match output.list(api, ask).await {
            Err(failure) if !output.videos.is_empty() => {
                output.break_off(&failure, "For the rest, pass `cursor` in another request.");
                break;
            }
            listed => listed?,
        }
    }
    Ok(output)
}

/// Looks up the ids, group after group. A later group that cannot be read or stored does not lose the groups before
/// it: its ids and those after it are in `not_checked`.
async fn find(api: &OpenApi, video_ids: &[VideoId], videos: Rows<VideoItem>) -> Result<Output, Failure> {
    let mut output = Output::new(videos);
    let video_ids = distinct(video_ids);
    let mut groups = video_ids.chunks(usize::from(OpenApi::VIDEOS_PER_CALL));
    while let Some(ids) = groups.next() {
        let is_first = output.videos.is_empty() && output.not_found.is_empty();
        match output.look_up(api, ids).await {
            Err(failure) if !is_first => {
                output.break_off(
                    &failure,
                    "For the rest, pass the ids in `not_checked` in another request.",
                );
                output.not_checked = ids.iter().chain(groups.flatten()).map(text).collect();
                break;
            }
            found => found?,
        }
    }
    Ok(output)
}

fn text(id: &VideoId) -> String {
    id.as_str().to_owned()
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
            not_checked: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds the next page of the list, of at most `count` videos.
    async fn list(&mut self, api: &OpenApi, count: u8) -> Result<(), Failure> {
        let page = api.list_videos(count, self.cursor).await?;
        self.videos.extend(page.videos.into_iter().map(item))?;
        // Without a new cursor the next page would be this one again.
        let is_stuck = page.cursor.is_none() || page.cursor == self.cursor;
        self.has_more = page.has_more && !is_stuck;
        self.cursor = page.cursor.or(self.cursor);
        Ok(())
    }

    /// Adds the videos with these ids, in the order of the ids and not in TikTok's.
    async fn look_up(&mut self, api: &OpenApi, ids: &[VideoId]) -> Result<(), Failure> {
        let mut videos = api.query_videos(ids).await?.videos;
        let place = |video: &VideoObject| {
            ids.iter()
                .position(|id| id.as_str() == video.id.as_str())
                .unwrap_or(ids.len())
        };
        videos.sort_by_key(place);
        let is_missing = |id: &&VideoId| !videos.iter().any(|video| video.id.as_str() == id.as_str());
        let missing: Vec<String> = ids.iter().filter(is_missing).map(text).collect();
        self.videos.extend(videos.into_iter().map(item))?;
        self.not_found.extend(missing);
        Ok(())
    }

    /// Notes an error after which nothing more is read, and the next step.
    fn break_off(&mut self, failure: &Failure, next: &str) {
        let Failure { code, message, .. } = failure;
        let note =
            format!("{code}: {message} The result has the videos that were read before the error. {next}");
        self.warnings.push(note);
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
