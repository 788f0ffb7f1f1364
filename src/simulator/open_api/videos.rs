//! The account's public videos (#video-list, #video-query).

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    account::Account,
    envelope::ResponseData,
    post::Post,
    rejection::ApiRejection,
    request::{Answer, ApiRequest, Field, pick, present},
    world::World,
};

/// A public video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedVideo {
    id: i64,
    /// Milliseconds since the Unix epoch; the wire shows seconds.
    created_ms: u64,
    username: String,
    text: String,
    is_aigc: bool,
    number: u32,
}

#[derive(Debug, Default, Deserialize)]
struct VideoListParams {
    /// Milliseconds since the Unix epoch: videos before it are listed.
    #[serde(default, deserialize_with = "present")]
    cursor: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    max_count: Option<i32>,
}

/// `POST /v2/video/list/`
pub(super) fn list(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    let fields = call.fields(&FIELDS)?;
    let VideoListParams { cursor, max_count } = call.json_or_default()?;
    let max_count = page_size(max_count)?;
    let Ok(before) = cursor.map_or(Ok(u64::MAX), u64::try_from) else {
        return Err(ApiRejection::params("The cursor must not be negative."));
    };
    let all = of(world, &call.account, call.now);
    let mut rest = all.iter().filter(|video| video.created_ms < before).peekable();
    // Hidden videos shorten pages, and more may follow a short page (#video-list).
    let short_by = if call.account.short_pages { 3 } else { 0 };
    let page: Vec<&ListedVideo> = rest
        .by_ref()
        .take(max_count.saturating_sub(short_by).max(1))
        .collect();
    let cursor = page.last().map_or(0, |video| video.created_ms);
    let mut data = json!({"cursor": cursor, "has_more": rest.peek().is_some()});
    // An account without videos has no such member (#video-list).
    if let (false, Some(data)) = (all.is_empty(), data.as_object_mut()) {
        data.insert("videos".to_owned(), objects(&fields, &page));
    }
    Ok(ResponseData::Members(data))
}

fn page_size(max_count: Option<i32>) -> Result<usize, ApiRejection> {
    match max_count.map_or(Ok(10), usize::try_from) {
        Ok(count @ 1..=20) => Ok(count),
        _ => Err(ApiRejection::params("The max_count must be between 1 and 20.")),
    }
}

#[derive(Debug, Deserialize)]
struct VideoQueryParams {
    filters: VideoFilters,
}

#[derive(Debug, Deserialize)]
struct VideoFilters {
    video_ids: Vec<String>,
}

/// `POST /v2/video/query/`
pub(super) fn query(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    let fields = call.fields(&FIELDS)?;
    let VideoQueryParams {
        filters: VideoFilters { video_ids },
    } = call.json()?;
    if !(1..=20).contains(&video_ids.len()) {
        return Err(ApiRejection::params(
            "The filters.video_ids must hold between 1 and 20 ids.",
        ));
    }
    let all = of(world, &call.account, call.now);
    // Ids of others, and unknown ones, are simply not returned (#video-query).
    let found: Vec<&ListedVideo> = all
        .iter()
        .filter(|video| video_ids.contains(&video.id.to_string()))
        .collect();
    Ok(ResponseData::Members(
        json!({ "videos": objects(&fields, &found) }),
    ))
}

/// Returns the account's public videos at `now`, newest first. A private account has none, and photos are not
/// among them, which is unconfirmed (#video-list).
pub(super) fn of(world: &World, account: &Account, now: Duration) -> Vec<ListedVideo> {
    if account.is_private {
        return Vec::new();
    }
    let mine = world
        .posts
        .iter()
        .filter(|post| post.open_id == account.open_id && post.init.kind.is_video());
    let published = mine.filter_map(|post| from_post(post, account, now));
    let presets = (0..account.videos).map(|number| preset(account, number));
    let mut videos: Vec<ListedVideo> = published.chain(presets).collect();
    videos.sort_by_key(|video| std::cmp::Reverse((video.created_ms, video.id)));
    videos
}

fn from_post(post: &Post, account: &Account, now: Duration) -> Option<ListedVideo> {
    post.phase(now).public_since?;
    Some(ListedVideo {
        id: post.public_id,
        // No two posts share it, so a cursor never skips one.
        created_ms: u64::try_from(post.created.as_millis()).unwrap_or(u64::MAX),
        username: account.username.clone(),
        text: post.init.title.clone().unwrap_or_default(),
        is_aigc: post.init.is_aigc,
        number: 0,
    })
}

fn preset(account: &Account, number: u32) -> ListedVideo {
    let owner = account
        .open_id
        .bytes()
        .fold(0, |sum: i64, byte| (sum * 31 + i64::from(byte)) % 1_000_003);
    ListedVideo {
        id: 7_400_000_000_000_000_001 + owner * 10_000_000_000 + i64::from(number) * 1_000_003,
        created_ms: NEWEST_PRESET_MS - u64::from(number) * 7_200_500,
        username: account.username.clone(),
        text: format!("Preset video {number} #simulator"),
        is_aigc: false,
        number,
    }
}

/// Time of the newest preset video, 2025-09-01, in milliseconds; the others are about two hours apart.
const NEWEST_PRESET_MS: u64 = 1_756_684_800_123;

fn objects(fields: &[&Field<ListedVideo>], videos: &[&ListedVideo]) -> Value {
    Value::Array(videos.iter().map(|video| pick(fields, *video)).collect())
}

const LIST: &str = "video.list";

static FIELDS: [Field<ListedVideo>; 16] = [
    Field {
        name: "id",
        scope: LIST,
        value: |video| json!(video.id.to_string()),
    },
    Field {
        name: "create_time",
        scope: LIST,
        value: |video| json!(video.created_ms / 1_000),
    },
    Field {
        name: "cover_image_url",
        scope: LIST,
        value: |video| {
            json!(format!(
                "https://p16-sign.example.com/cover/{}.jpeg?x-expires=21600",
                video.id
            ))
        },
    },
    Field {
        name: "share_url",
        scope: LIST,
        value: |video| {
            let ListedVideo { username, id, .. } = video;
            json!(format!(
                "https://www.tiktok.com/@{username}/video/{id}?utm_campaign=sim&utm_source=sim"
            ))
        },
    },
    Field {
        name: "video_description",
        scope: LIST,
        value: |video| json!(shortened(&video.text)),
    },
    Field {
        name: "duration",
        scope: LIST,
        value: |video| json!(10 + video.number),
    },
    Field {
        name: "height",
        scope: LIST,
        value: |_| json!(1_920),
    },
    Field {
        name: "width",
        scope: LIST,
        value: |_| json!(1_080),
    },
    Field {
        name: "title",
        scope: LIST,
        value: |video| json!(shortened(&video.text)),
    },
    Field {
        name: "embed_html",
        scope: LIST,
        value: |video| {
            json!(format!(
                "<blockquote class=\"tiktok-embed\" data-video-id=\"{}\"></blockquote>",
                video.id
            ))
        },
    },
    Field {
        name: "embed_link",
        scope: LIST,
        value: |video| json!(format!("https://www.tiktok.com/player/v1/{}", video.id)),
    },
    Field {
        name: "like_count",
        scope: LIST,
        value: |video| json!(video.number * 3),
    },
    Field {
        name: "comment_count",
        scope: LIST,
        value: |video| json!(video.number),
    },
    Field {
        name: "share_count",
        scope: LIST,
        value: |video| json!(video.number / 2),
    },
    Field {
        name: "view_count",
        scope: LIST,
        value: |video| json!(5_000_000_000_i64 + i64::from(video.number)),
    },
    Field {
        name: "is_aigc",
        scope: LIST,
        value: |video| json!(video.is_aigc),
    },
];

/// Title and description show at most 150 characters (#video-object).
fn shortened(text: &str) -> String {
    text.chars().take(150).collect()
}
