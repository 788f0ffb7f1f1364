//! Files as answers show them.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    file_store::{FileKind, StoredFile},
    tables, utc,
};

/// A video; until it is ready without what is known only then.
pub(super) fn video(file: &StoredFile, now: Duration) -> Value {
    shown(file, now, "video")
}

/// An image; until it is ready without what is known only then.
pub(super) fn image(file: &StoredFile, now: Duration) -> Value {
    shown(file, now, "image")
}

fn shown(file: &StoredFile, now: Duration, table: &str) -> Value {
    let is_ready = file.ready <= now;
    let late = if file.kind == FileKind::Video {
        &LATE_VIDEO[..]
    } else {
        &LATE_IMAGE
    };
    let names = tables::answer(table).iter();
    let names = names.filter(|name| is_ready || !late.contains(name));
    let members = names.map(|name| ((*name).to_owned(), member(file, now, name)));
    Value::Object(members.collect::<Map<_, _>>())
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
/// Members of an image that are known only once it is ready.
const LATE_IMAGE: [&str; 3] = ["is_carousel_usable", "create_time", "modify_time"];
