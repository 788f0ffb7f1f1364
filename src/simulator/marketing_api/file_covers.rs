//! Covers that TikTok suggests for a video
//! (<https://business-api.tiktok.com/portal/docs?id=1740051189071873>).

use std::iter;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::{
    file_store::{FileKind, StoredFile},
    refusal::{AdsAnswer, AdsRefusal, NO_PERMISSION, VIDEO_INVALID},
    request::AdsRequest,
    world::AdsWorld,
};
use crate::simulator::wire::hex;

/// `GET /file/video/suggestcover/`: frames of the video, at most one for each second. Before the video is ready, TikTok
/// documents the message and not the code.
pub(super) fn suggest(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = request.account()?;
    let id = request.text("video_id");
    let number = request.params.get("poster_number");
    let count = number.map_or(Some(MOST_COVERS), Value::as_u64);
    let count = count
        .filter(|count| (1..=MOST_COVERS).contains(count))
        .ok_or_else(|| {
            let what = format!("Must be between 1 and {MOST_COVERS}.");
            AdsRefusal::at("poster_number", what)
        })?;
    let video = world.files.find(FileKind::Video, &account.advertiser_id, id);
    let video = video
        .ok_or_else(|| AdsRefusal::new(VIDEO_INVALID, format!("video_id: {id} is not a valid video.")))?;
    if video.ready > request.now {
        return Err(AdsRefusal::new(
            NO_PERMISSION,
            "Insufficient permissions for some videos",
        ));
    }
    let covers = ids(video).zip(1..=count).map(|(id, _)| shown(video, &id));
    Ok(json!({ "list": covers.collect::<Vec<_>>() }).into())
}

/// Checks whether an id is that of a cover of one of the account's videos.
pub(super) fn is_cover(world: &AdsWorld, advertiser_id: &str, id: &str) -> bool {
    let mut videos = world.files.of(FileKind::Video, advertiser_id);
    videos.any(|video| ids(video).any(|cover| cover == id))
}

/// Ids of the covers of a video.
fn ids(video: &StoredFile) -> impl Iterator<Item = String> {
    let seconds = iter::successors(Some(1_u32), |second| second.checked_add(1));
    let seconds = seconds.take_while(|second| f64::from(*second) <= video.facts.seconds.max(1.0));
    let most = usize::try_from(MOST_COVERS).unwrap_or(usize::MAX);
    seconds.take(most).map(|second| {
        let digest = hex(&Md5::digest(format!("{} {second}", video.id)));
        format!("tos-alisg-p-0051-sg/{digest}")
    })
}

fn shown(video: &StoredFile, id: &str) -> Value {
    json!({
        "id": id,
        "url": format!("https://p16-sign.example.com/{id}~noop.image"),
        "width": video.facts.width,
        "height": video.facts.height,
    })
}

/// Most covers of a video.
const MOST_COVERS: u64 = 10;
