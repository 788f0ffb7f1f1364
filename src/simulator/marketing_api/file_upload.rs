//! Upload of videos and images into the library of an account
//! (docs/tiktok-marketing-api.md#videos).

use std::time::Duration;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::{
    account::SimulatedAdvertiser,
    creation, file_shown, file_source,
    file_store::{FileKind, MOST_NAME, NewFile, StoredFile},
    refusal::{AdsAnswer, AdsData, AdsRefusal, FILE_OUT_OF_SPEC, NAME_TAKEN, VIDEO_INVALID},
    request::AdsRequest,
    world::AdsWorld,
};
use crate::simulator::wire::hex;

/// `POST /file/video/ad/upload/`; `data` is a list of one object.
pub(super) fn video(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    if request.text("upload_type") == "UPLOAD_BY_VIDEO_ID" {
        return bound(world, request, &account);
    }
    let mut new = file_source::take(world, request, FileKind::Video)?;
    let name = name(world, request, &account, FileKind::Video, &new)?;
    let flaws = flaws(&new);
    let fixes = request.flag("auto_fix_enabled") == Some(true);
    if flaws.is_empty() || request.flag("flaw_detect") != Some(true) {
        let id = store(world, request, &account, FileKind::Video, name, new);
        return Ok(answer(world, &account, &id, request.now));
    }
    if !fixes {
        let what = format!("The video has flaws: {}.", flaws.join(", "));
        return Err(AdsRefusal::new(FILE_OUT_OF_SPEC, what));
    }
    if request.flag("auto_bind_enabled") == Some(true) {
        fix(&mut new);
        store(world, request, &account, FileKind::Video, name, new);
    }
    let task = format!("fix-{}", world.next_id());
    Ok(json!([{"fix_task_id": task, "flaw_types": flaws}]).into())
}

/// `POST /file/image/ad/upload/`; `data` is an object.
pub(super) fn image(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let new = file_source::take(world, request, FileKind::Image)?;
    let name = name(world, request, &account, FileKind::Image, &new)?;
    let id = store(world, request, &account, FileKind::Image, name, new);
    let image = world.files.find(FileKind::Image, &account.advertiser_id, &id);
    Ok(image
        .map_or(Value::Null, |image| {
            file_shown::image(image, request.now, &world.switches)
        })
        .into())
}

/// A video that exists, for another account; its id stays.
fn bound(world: &mut AdsWorld, request: &AdsRequest<'_>, account: &SimulatedAdvertiser) -> AdsAnswer {
    let id = request.text("video_id");
    if id.is_empty() {
        return Err(AdsRefusal::missing("video_id"));
    }
    if world
        .files
        .find(FileKind::Video, &account.advertiser_id, id)
        .is_none()
    {
        let is_wanted = |file: &&StoredFile| file.kind == FileKind::Video && file.id == id;
        let known = world.files.stored.iter().find(is_wanted).cloned();
        let known = known
            .ok_or_else(|| AdsRefusal::new(VIDEO_INVALID, format!("video_id: {id} is not a valid video.")))?;
        let name = match request.text("file_name") {
            "" => known.name.clone(),
            given => given.to_owned(),
        };
        check_name(world, account, FileKind::Video, &name)?;
        world.files.stored.push(StoredFile {
            advertiser_id: account.advertiser_id.clone(),
            name,
            created: request.now,
            modified: request.now,
            ..known
        });
    }
    Ok(answer(world, account, id, request.now))
}

/// The only thing that is sure to be there at once is the id.
fn answer(world: &AdsWorld, account: &SimulatedAdvertiser, id: &str, now: Duration) -> AdsData {
    let file = world.files.find(FileKind::Video, &account.advertiser_id, id);
    let ready = file.filter(|file| file.ready <= now);
    let shown = ready.map_or_else(
        || json!({ "video_id": id }),
        |file| file_shown::video(file, now, &world.switches),
    );
    json!([shown]).into()
}

/// The name of the request, or the first 100 characters of that of the source.
fn name(
    world: &AdsWorld,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
    kind: FileKind,
    new: &NewFile,
) -> Result<String, AdsRefusal> {
    let name = match request.params.get("file_name").and_then(Value::as_str) {
        Some(given) if !(1..=MOST_NAME).contains(&given.chars().count()) => {
            let what = format!("Length must be between 1 and {MOST_NAME}.");
            return Err(AdsRefusal::at("file_name", what));
        }
        Some(given) => given.to_owned(),
        None => new.name.chars().take(MOST_NAME).collect(),
    };
    check_name(world, account, kind, &name)?;
    Ok(name)
}

fn check_name(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    kind: FileKind,
    name: &str,
) -> Result<(), AdsRefusal> {
    if !world.files.has_name(kind, &account.advertiser_id, name) {
        return Ok(());
    }
    Err(AdsRefusal::new(
        NAME_TAKEN,
        format!("Duplicated material name {name}. Please rename the file."),
    ))
}

fn store(
    world: &mut AdsWorld,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
    kind: FileKind,
    name: String,
    new: NewFile,
) -> String {
    let number = world.next_id();
    let digest = hex(&Md5::digest(number.to_be_bytes()));
    let id = match kind {
        FileKind::Video => format!("v10033g50000{digest:.20}"),
        FileKind::Image | FileKind::Music => format!("ad-site-i18n-sg/202611{digest:.26}"),
    };
    let wait = match kind {
        FileKind::Video => world.switches.video_ms(),
        FileKind::Image | FileKind::Music => world.switches.image_ms(),
    };
    world.files.stored.push(StoredFile {
        kind,
        advertiser_id: account.advertiser_id.clone(),
        id: id.clone(),
        material_id: number.to_string(),
        name,
        size: new.size,
        signature: new.signature,
        facts: new.facts,
        created: request.now,
        modified: request.now,
        ready: request.now.saturating_add(Duration::from_millis(wait)),
    });
    id
}

/// Flaws that TikTok detects and fixes.
fn flaws(file: &NewFile) -> Vec<&'static str> {
    let (width, height) = (file.facts.width, file.facts.height);
    let has_ratio = RATIOS
        .iter()
        .any(|(wide, high)| (width * high).abs_diff(height * wide) * 50 <= width * high);
    let is_small = width.min(height) < 540 || width.max(height) < 960;
    // A square has the smaller side only.
    let is_small = is_small && !(width == height && width >= 540);
    let flaws = [("LOW_RESOLUTION", is_small), ("ILLEGAL_VIDEO_SIZE", !has_ratio)];
    let found = flaws.into_iter().filter(|(_, is_there)| *is_there && width > 0);
    found.map(|(flaw, _)| flaw).collect()
}

/// A fixed video has 720 lines, in the nearest upright or lying format.
fn fix(file: &mut NewFile) {
    let is_upright = file.facts.height > file.facts.width;
    (file.facts.width, file.facts.height) = if is_upright { (720, 1_280) } else { (1_280, 720) };
    file.signature = hex(&Md5::digest(file.signature.as_bytes()));
}

/// Formats of videos.
const RATIOS: [(u64, u64); 3] = [(9, 16), (16, 9), (1, 1)];
