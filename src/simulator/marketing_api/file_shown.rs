//! Files as answers show them.

use std::time::Duration;

use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};

use super::{
    file_store::{FileKind, StoredFile},
    switches::AdsSwitches,
    tables, utc,
};
use crate::simulator::wire::hex;

/// A video; until it is ready without what is known only then.
pub(super) fn video(file: &StoredFile, now: Duration, switches: &AdsSwitches) -> Value {
    shown(file, now, switches, "video")
}

/// An image; until it is ready without what is known only then.
pub(super) fn image(file: &StoredFile, now: Duration, switches: &AdsSwitches) -> Value {
    shown(file, now, switches, "image")
}

fn shown(file: &StoredFile, now: Duration, switches: &AdsSwitches, table: &str) -> Value {
    let is_ready = file.ready <= now;
    let copied = switches.own_copies().then(|| own_copy(file));
    let file = copied.as_ref().unwrap_or(file);
    let late = if file.kind == FileKind::Video {
        &LATE_VIDEO[..]
    } else {
        &LATE_IMAGE
    };
    let names = tables::answer(table).iter();
    let is_late = |name: &str| late.contains(&name) || (switches.late_content() && CONTENT.contains(&name));
    let names = names.filter(|name| is_ready || !is_late(name));
    let members = names.map(|name| ((*name).to_owned(), member(file, now, name)));
    Value::Object(members.collect::<Map<_, _>>())
}

/// TikTok's own copy of a file, which has other bytes.
fn own_copy(file: &StoredFile) -> StoredFile {
    StoredFile {
        size: file.size / 2 + 1,
        signature: hex(&Md5::digest(&file.signature)),
        ..file.clone()
    }
}

fn member(file: &StoredFile, now: Duration, name: &str) -> Value {
    let facts = &file.facts;
    let expires = now.saturating_add(PREVIEW);
    let temporary = |path: &str| {
        let (key, until) = (&file.signature, expires.as_secs());
        format!("https://p16-sign.example.com/{path}/{key}?x-expires={until}")
    };
    match name {
        "video_id" | "image_id" => json!(file.id),
        "material_id" => json!(file.material_id),
        "file_name" => json!(file.name),
        "format" => json!(facts.format.name()),
        "width" => json!(facts.width),
        "height" => json!(facts.height),
        "duration" => json!(facts.seconds),
        "bit_rate" => json!(bit_rate(file)),
        "fps" => json!(facts.fps),
        "definition" => json!(format!("{}p", facts.width.min(facts.height))),
        "size" => json!(file.size),
        "signature" => json!(file.signature),
        "displayable" => json!(file.ready <= now),
        "allow_download" => json!(true),
        "allowed_placements" => json!(["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"]),
        "is_carousel_usable" => json!(facts.width > 0),
        "preview_url" => json!(temporary("video")),
        "preview_url_expire_time" => json!(utc::format(expires)),
        "video_cover_url" => json!(temporary("cover")),
        "image_url" => json!(temporary("image")),
        "create_time" => json!(utc::iso(file.created)),
        "modify_time" => json!(utc::iso(file.modified)),
        _ => Value::Null,
    }
}

#[expect(clippy::cast_precision_loss, reason = "files have less than 2^53 bits")]
fn bit_rate(file: &StoredFile) -> f64 {
    if file.facts.seconds > 0.0 {
        ((file.size * 8) as f64 / file.facts.seconds).round()
    } else {
        0.0
    }
}

/// Time for which addresses of previews are valid.
const PREVIEW: Duration = Duration::from_hours(6);
/// Members of a video that are known only once it is ready.
const LATE_VIDEO: [&str; 11] = [
    "width",
    "height",
    "duration",
    "bit_rate",
    "fps",
    "definition",
    "format",
    "preview_url",
    "preview_url_expire_time",
    "video_cover_url",
    "allowed_placements",
];
/// Members about the bytes of a file.
const CONTENT: [&str; 2] = ["signature", "size"];
/// Members of an image that are known only once it is ready.
const LATE_IMAGE: [&str; 3] = ["is_carousel_usable", "create_time", "modify_time"];
