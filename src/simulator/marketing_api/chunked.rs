//! Upload in chunks: start, transfer, finish
//! (docs/tiktok-marketing-api.md#chunked-upload).

use std::time::Duration;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::{
    creation, file_source,
    file_store::{ChunkedUpload, FileKind, MOST_CHUNK, MOST_NAME, NewFile, TemporaryFile},
    refusal::{AdsAnswer, AdsData, AdsRefusal, NOT_FOUND},
    request::AdsRequest,
    seen::MediaReader,
    utc,
    world::AdsWorld,
};
use crate::simulator::wire::hex;

/// `POST /file/start/upload/`
pub(super) fn start(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let kind = FileKind::read(request.text("content_type"));
    let kind = kind.ok_or_else(|| AdsRefusal::missing("content_type"))?;
    let size = request.params.get("size").and_then(Value::as_u64);
    let size = size.ok_or_else(|| AdsRefusal::at("size", "Not a valid number."))?;
    file_source::check_size(size, kind)?;
    let chunk = world.switches.chunk_bytes().clamp(1, MOST_CHUNK);
    if size < chunk {
        return Err(AdsRefusal::at("size", format!("Must be at least {chunk}.")));
    }
    let id = format!("up-{}", world.next_id());
    let name = match request.text("name") {
        "" => id.clone(),
        given if given.chars().count() > MOST_NAME => {
            return Err(AdsRefusal::at(
                "name",
                format!("Longer than maximum length {MOST_NAME}."),
            ));
        }
        given => given.to_owned(),
    };
    let upload = ChunkedUpload {
        advertiser_id: account.advertiser_id.clone(),
        kind,
        name,
        size,
        received: 0,
        hasher: Md5::new(),
        reader: MediaReader::default(),
    };
    let answer = AdsData::from(upload.next(chunk))
        .with("upload_id", json!(id))
        .with("file_name", json!(upload.name));
    world.files.uploads.insert(id, upload);
    Ok(answer)
}

/// `POST /file/transfer/upload/`: exactly the range that the last answer named.
pub(super) fn transfer(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let chunk = world.switches.chunk_bytes().clamp(1, MOST_CHUNK);
    let upload = world.files.uploads.get_mut(request.text("upload_id"));
    let upload = upload.filter(|upload| upload.advertiser_id == account.advertiser_id);
    let upload = upload.ok_or_else(|| unknown(request))?;
    let file = request.file("file").ok_or_else(|| AdsRefusal::missing("file"))?;
    let start = request.params.get("start_offset").and_then(Value::as_u64);
    if start != Some(upload.received) {
        let what = format!("Must be {}, where the next chunk begins.", upload.received);
        return Err(AdsRefusal::at("start_offset", what));
    }
    let length = upload.end(chunk) - upload.received;
    if length == 0 || file.size != length {
        let what = format!("The chunk has {} bytes; {length} are expected.", file.size);
        return Err(AdsRefusal::at("file", what));
    }
    file_source::check_signature(request.text("signature"), &file.signature)?;
    upload.hasher.update(&file.kept);
    upload.reader.feed(&file.kept);
    upload.received += length;
    Ok(upload.next(chunk).into())
}

/// `POST /file/finish/upload/`, once.
pub(super) fn finish(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let id = request.text("upload_id");
    let upload = world.files.uploads.get(id);
    let upload = upload.filter(|upload| upload.advertiser_id == account.advertiser_id);
    let upload = upload.ok_or_else(|| unknown(request))?;
    if upload.received < upload.size {
        let what = format!("Only {} of {} bytes are there.", upload.received, upload.size);
        return Err(AdsRefusal::at("upload_id", what));
    }
    let file = NewFile {
        name: upload.name.clone(),
        size: upload.size,
        signature: hex(&upload.hasher.clone().finalize()),
        facts: upload.reader.facts(),
    };
    let kind = upload.kind;
    world.files.uploads.remove(id);
    let file_id = format!("file-{}", world.next_id());
    let answer = json!({
        "file_id": file_id,
        "file_name": file.name,
        "size": file.size,
        "create_time": utc::format(request.now),
    });
    let temporary = TemporaryFile {
        advertiser_id: account.advertiser_id.clone(),
        kind,
        file,
        expires: request.now.saturating_add(LIFE),
    };
    world.files.temporary.insert(file_id, temporary);
    Ok(answer.into())
}

fn unknown(request: &AdsRequest<'_>) -> AdsRefusal {
    let id = request.text("upload_id");
    AdsRefusal::new(NOT_FOUND, format!("upload_id: {id} does not exist."))
}

/// Time for which a file stays in the repository.
const LIFE: Duration = Duration::from_hours(24);
