//! The library of an account: lists, names and deletion
//! (docs/tiktok-marketing-api.md#videos).

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    creation, file_shown,
    file_store::{FileKind, MOST_NAME, StoredFile},
    listing::Page,
    refusal::{AdsAnswer, AdsRefusal, FILE_MISSING, VIDEO_INVALID},
    request::{AdsRequest, text, texts},
    world::AdsWorld,
};

/// `GET /file/video/ad/info/`; ids that ads cannot use are left out.
pub(super) fn video_info(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let list = named(world, request, FileKind::Video)?;
    Ok(json!({ "list": list }).into())
}

/// `GET /file/image/ad/info/`
pub(super) fn image_info(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let list = named(world, request, FileKind::Image)?;
    Ok(json!({ "list": list }).into())
}

fn named(world: &AdsWorld, request: &AdsRequest<'_>, kind: FileKind) -> Result<Vec<Value>, AdsRefusal> {
    let account = request.account()?;
    let ids = request.texts(&format!("{}_ids", kind.word()));
    let found = ids
        .iter()
        .filter_map(|id| world.files.find(kind, &account.advertiser_id, id));
    let listed = found.filter(|file| is_listed(world, file, request.now));
    Ok(listed.map(|file| shown(world, file, request.now)).collect())
}

/// A file in processing is listed, unless the switch hides it.
fn is_listed(world: &AdsWorld, file: &StoredFile, now: Duration) -> bool {
    file.kind != FileKind::Video || file.ready <= now || !world.switches.hide_processing()
}

fn shown(world: &AdsWorld, file: &StoredFile, now: Duration) -> Value {
    match file.kind {
        FileKind::Video => file_shown::video(file, now, &world.switches),
        FileKind::Image | FileKind::Music => file_shown::image(file, now, &world.switches),
    }
}

/// `GET /file/video/ad/search/`: the most recently modified first; one id of each distinct video, unless ids are named.
pub(super) fn video_search(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    search(world, request, FileKind::Video)
}

/// `GET /file/image/ad/search/`
pub(super) fn image_search(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    search(world, request, FileKind::Image)
}

fn search(world: &AdsWorld, request: &AdsRequest<'_>, kind: FileKind) -> AdsAnswer {
    let account = request.account()?;
    let page = Page::of(request, 20, 100)?;
    let filtering = request.params.get("filtering").and_then(Value::as_object);
    let filtering = filtering.cloned().unwrap_or_default();
    let mut found: Vec<&StoredFile> = world.files.of(kind, &account.advertiser_id).rev().collect();
    found.sort_by_key(|file| std::cmp::Reverse(file.modified));
    found.truncate(MOST_FOUND);
    let mut distinct = BTreeSet::new();
    let names_ids = filtering.contains_key("video_ids");
    found.retain(|file| {
        is_listed(world, file, request.now)
            && passes(file, &filtering)
            && (kind != FileKind::Video || names_ids || distinct.insert(&file.signature))
    });
    let list = page
        .cut(&found)
        .iter()
        .map(|file| shown(world, file, request.now));
    Ok(json!({"list": list.collect::<Vec<_>>(), "page_info": page.info(found.len())}).into())
}

fn passes(file: &StoredFile, filtering: &Map<String, Value>) -> bool {
    filtering.iter().all(|(name, wanted)| match name.as_str() {
        "video_ids" | "image_ids" => texts(filtering, name).contains(&file.id),
        "material_ids" => texts(filtering, name).contains(&file.material_id),
        "video_name" => {
            let part = text(filtering, name).to_lowercase();
            file.name.to_lowercase().contains(&part)
        }
        "video_material_sources" => texts(filtering, name).iter().any(|source| source == SOURCE),
        "width" => wanted.as_u64() == Some(file.facts.width),
        "height" => wanted.as_u64() == Some(file.facts.height),
        "displayable" => wanted.as_bool() != Some(false),
        "ratio" => wanted
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .any(|ratio| (ratio - shape(file)).abs() <= 0.05),
        _ => true,
    })
}

#[expect(clippy::cast_precision_loss, reason = "pixels are below 2^53")]
fn shape(file: &StoredFile) -> f64 {
    file.facts.width as f64 / file.facts.height.max(1) as f64
}

/// `POST /file/video/ad/update/`: a new name. A name that is taken gets the time in milliseconds appended.
pub(super) fn rename_video(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    rename(world, request, FileKind::Video, VIDEO_INVALID)
}

/// `POST /file/image/ad/update/`
pub(super) fn rename_image(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    rename(world, request, FileKind::Image, FILE_MISSING)
}

fn rename(world: &mut AdsWorld, request: &AdsRequest<'_>, kind: FileKind, code: u32) -> AdsAnswer {
    let account = creation::writable(request)?;
    let field = format!("{}_id", kind.word());
    let (id, wanted) = (request.text(&field), request.text("file_name"));
    if wanted.is_empty() {
        return Err(AdsRefusal::at("file_name", "Shorter than minimum length 1."));
    }
    let file = world.files.find(kind, &account.advertiser_id, id);
    let file = file.ok_or_else(|| AdsRefusal::new(code, format!("{field}: {id} does not exist.")))?;
    let mut name: String = wanted.chars().take(MOST_NAME).collect();
    if name != file.name && world.files.has_name(kind, &account.advertiser_id, &name) {
        let stamp = format!("_{}", request.now.as_millis());
        name = name.chars().take(MOST_NAME - stamp.len()).collect();
        name.push_str(&stamp);
    }
    let of_account = |file: &&mut StoredFile| {
        file.kind == kind && file.id == id && file.advertiser_id == account.advertiser_id
    };
    if let Some(file) = world.files.stored.iter_mut().find(of_account) {
        (file.name, file.modified) = (name, request.now);
    }
    Ok(json!({}).into())
}

/// `POST /creative/asset/delete/`: code 0, whatever failed.
pub(super) fn delete(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let (videos, images) = (request.texts("video_ids"), request.texts("image_ids"));
    if videos.is_empty() && images.is_empty() {
        return Err(AdsRefusal::missing("video_ids"));
    }
    let mut failed = |kind: FileKind, ids: Vec<String>| -> Vec<String> {
        let ids = ids.into_iter();
        ids.filter(|id| !world.files.delete(kind, &account.advertiser_id, id))
            .collect()
    };
    let failed_videos = failed(FileKind::Video, videos);
    let failed_images = failed(FileKind::Image, images);
    Ok(json!({"failed_video_ids": failed_videos, "failed_image_ids": failed_images}).into())
}

/// Most files that a search sees.
const MOST_FOUND: usize = 10_000;
/// Source of every file of the simulator.
const SOURCE: &str = "UPLOADED_TO_TIKTOK_ADS_MANAGER";
