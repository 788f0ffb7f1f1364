//! Posts of creators that an account may use for Spark Ads. Every account has the same.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    assets::{self, CREATED},
    listing::Page,
    refusal::{AdsAnswer, AdsRefusal},
    request::AdsRequest,
    utc::{self, DAY},
    world::AdsWorld,
};

/// Id, text, authorization code and status of a post, and its length in seconds; 0 for photos.
struct PostRow(&'static str, &'static str, &'static str, &'static str, f64);

const POSTS: [PostRow; 3] = [
    PostRow(
        "7310500000000000101",
        "Ten kilometres in the rain",
        "#simAuthCode0000000000001",
        PUBLIC,
        14.2,
    ),
    PostRow(
        "7310500000000000113",
        "What is in my running bag",
        "#simAuthCode0000000000002",
        "ONLY_FRIEND_SEE",
        31.0,
    ),
    PostRow(
        "7310500000000000129",
        "Summer trails in photos",
        "#simAuthCode0000000000003",
        PUBLIC,
        0.0,
    ),
];

impl PostRow {
    fn kind(&self) -> &'static str {
        if self.4 > 0.0 { "VIDEO" } else { "CAROUSEL" }
    }
}

/// `GET /tt_video/list/` (<https://business-api.tiktok.com/portal/docs?id=1738376465972226>)
pub(super) fn list(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let keyword = request.text("keyword");
    if keyword.chars().count() > MOST_KEYWORD {
        let what = format!("Longer than maximum length {MOST_KEYWORD}.");
        return Err(AdsRefusal::at("keyword", what));
    }
    let is_id = keyword.len() >= 19 && keyword.bytes().all(|byte| byte.is_ascii_digit());
    let kinds = request.texts("item_types");
    let is_wanted = |row: &&PostRow| {
        let has_keyword = if is_id {
            row.0 == keyword
        } else {
            row.1.to_lowercase().contains(&keyword.to_lowercase())
        };
        has_keyword && (kinds.is_empty() || kinds.iter().any(|kind| kind == row.kind()))
    };
    let found = POSTS.iter().filter(is_wanted);
    let found: Vec<Value> = found.map(|row| post(row, request.now)).collect();
    let page = Page::of(request, 20, 50)?;
    Ok(json!({"list": page.cut(&found), "page_info": page.info(found.len())}).into())
}

fn post(row: &PostRow, now: Duration) -> Value {
    let PostRow(id, text, code, status, _) = row;
    let (identity_id, name) = assets::identity("AUTH_CODE").unwrap_or_default();
    let started = utc::format(Duration::from_secs(CREATED));
    let is_video = row.kind() == "VIDEO";
    json!({
        "user_info": {"tiktok_name": name, "identity_id": identity_id, "identity_type": "AUTH_CODE"},
        "item_info": {
            "item_id": id,
            "item_type": row.kind(),
            "text": text,
            "status": status,
            "auth_code": code,
            "anchor_list": [],
            "carousel_info": (!is_video).then(|| carousel(id)),
        },
        "video_info": video(row, now),
        "auth_info": {
            "ad_auth_status": "AUTHORIZED",
            "invite_start_time": started,
            "auth_start_time": started,
            "auth_end_time": utc::format(Duration::from_secs(CREATED + AUTHORIZED_DAYS * DAY)),
        },
    })
}

fn carousel(id: &str) -> Value {
    let image = |at: usize| json!({"image_url": format!("https://posts.example.com/{id}/{at}"), "image_height": 1_920, "image_width": 1_080});
    json!({
        "image_info": [image(1), image(2)],
        "music_info": {"music_url": format!("https://posts.example.com/{id}/music"), "music_duration": 30},
    })
}

/// Facts of the video; none of photos.
fn video(row: &PostRow, now: Duration) -> Value {
    let PostRow(id, _, _, status, seconds) = row;
    let is_video = row.kind() == "VIDEO";
    let expires = (now + PREVIEW).as_secs();
    let address = |kind: &str| format!("https://posts.example.com/{id}/{kind}?x-expires={expires}");
    let preview = if *status == PUBLIC {
        address("video")
    } else {
        String::new()
    };
    json!({
        "duration": is_video.then_some(*seconds),
        "bit_rate": is_video.then_some(1_400_000),
        "size": is_video.then_some(2_379_969),
        "height": is_video.then_some(1_920),
        "width": is_video.then_some(1_080),
        "signature": is_video.then(|| format!("{id:0>32}")),
        "poster_url": is_video.then(|| address("poster")),
        "preview_url": is_video.then_some(preview),
    })
}

/// Status of a post that everybody sees.
const PUBLIC: &str = "HESITATE_RECOMMEND";
/// Most characters of a keyword.
const MOST_KEYWORD: usize = 500;
/// Days for which the creator has given authorization.
const AUTHORIZED_DAYS: u64 = 3_650;
/// Time for which addresses are valid.
const PREVIEW: Duration = Duration::from_hours(1);
