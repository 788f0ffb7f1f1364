//! Use of uploaded files by ads.

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    file_covers,
    file_store::FileKind,
    refusal::{AdsRefusal, FILE_MISSING, TRANSCODING, VIDEO_INVALID},
    request::texts,
    world::AdsWorld,
};

/// Checks that an ad can use the files that its settings name. Ids that no upload made pass, unless
/// `known_files_only` is set.
pub(super) fn check_usable(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    settings: &Map<String, Value>,
    place: &str,
) -> Result<(), AdsRefusal> {
    let video = settings.get("video_id").and_then(Value::as_str);
    if let Some(id) = video.filter(|id| !id.is_empty()) {
        check_file(world, FileKind::Video, account, id, &format!("{place}.video_id"))?;
    }
    texts(settings, "image_ids")
        .iter()
        .try_for_each(|id| check_file(world, FileKind::Image, account, id, &format!("{place}.image_ids")))
}

/// Checks that an ad can use the files of the creatives of a Smart+ ad.
pub(super) fn check_creatives(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    settings: &Map<String, Value>,
) -> Result<(), AdsRefusal> {
    let creatives = settings.get("creative_list").and_then(Value::as_array);
    for (at, creative) in creatives.into_iter().flatten().enumerate() {
        let info = creative.get("creative_info");
        let video = info.and_then(|info| info.pointer("/video_info/video_id"));
        if let Some(id) = video.and_then(Value::as_str).filter(|id| !id.is_empty()) {
            let place = format!("creative_list[{at}].creative_info.video_info.video_id");
            check_file(world, FileKind::Video, account, id, &place)?;
        }
        let images = info
            .and_then(|info| info.get("image_info"))
            .and_then(Value::as_array);
        let images = images.into_iter().flatten();
        for id in images.filter_map(|image| image.get("web_uri").and_then(Value::as_str)) {
            let place = format!("creative_list[{at}].creative_info.image_info");
            check_file(world, FileKind::Image, account, id, &place)?;
        }
    }
    Ok(())
}

fn check_file(
    world: &AdsWorld,
    kind: FileKind,
    account: &SimulatedAdvertiser,
    id: &str,
    place: &str,
) -> Result<(), AdsRefusal> {
    let advertiser_id = account.advertiser_id.as_str();
    let code = if kind == FileKind::Video {
        VIDEO_INVALID
    } else {
        FILE_MISSING
    };
    match world.files.find(kind, advertiser_id, id) {
        Some(file) if kind == FileKind::Video && file.ready > world.now() => Err(AdsRefusal::new(
            TRANSCODING,
            format!("{place}: The video {id} is in transcoding. Please retry later."),
        )),
        Some(_) => Ok(()),
        None if kind == FileKind::Image && file_covers::is_cover(world, advertiser_id, id) => Ok(()),
        None if world.switches.known_files_only() || world.files.is_foreign(advertiser_id, id) => Err(
            AdsRefusal::new(code, format!("{place}: {id} does not exist in the ad account.")),
        ),
        None => Ok(()),
    }
}
