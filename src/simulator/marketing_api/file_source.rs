//! Sources of uploaded files: the request, an address, the file repository.

use md5::{Digest as _, Md5};
use url::Url;

use super::{
    file_store::{FileKind, NewFile},
    refusal::{
        AdsRefusal, FILE_EMPTY, FILE_EXPIRED, FILE_INVALID, FILE_MISSING, FILE_OUT_OF_SPEC, FILE_TOO_LARGE,
        FILE_TYPE, IMAGE_ILLEGAL, IMAGE_URL_FAILED, SIGNATURE_MISMATCH, URL_FAILED,
    },
    request::AdsRequest,
    seen::{MediaFacts, MediaFormat, MediaReader},
    world::AdsWorld,
};
use crate::simulator::{media, wire::hex};

/// Takes the file of an upload by file, address or file id, and checks it.
pub(super) fn take(
    world: &AdsWorld,
    request: &AdsRequest<'_>,
    kind: FileKind,
) -> Result<NewFile, AdsRefusal> {
    let file = match request.text("upload_type") {
        "UPLOAD_BY_URL" => fetched(world, request, kind),
        "UPLOAD_BY_FILE_ID" => repository(world, request, kind),
        _ => sent(request, kind),
    }?;
    if world.switches.judge_files() {
        judge(&file, kind)?;
        return Ok(file);
    }
    let facts = if file.facts.width > 0 {
        file.facts
    } else {
        assumed(kind, &file.name)
    };
    Ok(NewFile { facts, ..file })
}

/// The file of the request, whose signature is right.
fn sent(request: &AdsRequest<'_>, kind: FileKind) -> Result<NewFile, AdsRefusal> {
    let part = format!("{}_file", kind.word());
    let field = format!("{}_signature", kind.word());
    let file = request.file(&part).ok_or_else(|| AdsRefusal::missing(&part))?;
    let signature = request.text(&field);
    if signature.is_empty() {
        return Err(AdsRefusal::missing(&field));
    }
    check_size(file.size, kind)?;
    check_signature(signature, &file.signature)?;
    Ok(NewFile {
        name: file.file_name.clone(),
        size: file.size,
        signature: file.signature.clone(),
        facts: file.facts,
    })
}

/// Checks the length in bytes.
pub(super) fn check_size(size: u64, kind: FileKind) -> Result<(), AdsRefusal> {
    if size == 0 {
        return Err(AdsRefusal::new(FILE_EMPTY, "The file is empty."));
    }
    let most = kind.most_bytes();
    if size > most {
        let what = format!("The file has {size} bytes; at most {most} are allowed.");
        return Err(AdsRefusal::new(FILE_TOO_LARGE, what));
    }
    Ok(())
}

/// Checks an MD5. Samples have lower case, so nothing else passes.
pub(super) fn check_signature(told: &str, found: &str) -> Result<(), AdsRefusal> {
    if told == found {
        return Ok(());
    }
    let what = "The signature does not match the MD5 of the file.";
    Err(AdsRefusal::new(SIGNATURE_MISMATCH, what).noting(format!("the MD5 is {found}")))
}

/// The file at an address: one of the simulator's own, or, unseen, any other.
fn fetched(world: &AdsWorld, request: &AdsRequest<'_>, kind: FileKind) -> Result<NewFile, AdsRefusal> {
    let field = format!("{}_url", kind.word());
    let address = request.text(&field);
    if address.is_empty() {
        return Err(AdsRefusal::missing(&field));
    }
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| AdsRefusal::at(&field, "Not a valid URL."))?;
    let name = url.path_segments().and_then(Iterator::last).unwrap_or_default();
    let name = if name.is_empty() { kind.word() } else { name }.to_owned();
    if !is_loopback(&url) {
        return Ok(NewFile {
            size: UNSEEN_BYTES,
            signature: hex(&Md5::digest(address.as_bytes())),
            facts: assumed(kind, &name),
            name,
        });
    }
    let own = url.path().strip_prefix(media::PATH);
    let file = own.and_then(|own| media::file(&world.shared, own));
    let file = file.ok_or_else(|| {
        let code = if kind == FileKind::Image {
            IMAGE_URL_FAILED
        } else {
            URL_FAILED
        };
        AdsRefusal::new(
            code,
            format!("{field}: The file at {address} could not be fetched."),
        )
    })?;
    check_size(file.len() as u64, kind)?;
    Ok(NewFile {
        name,
        size: file.len() as u64,
        signature: hex(&Md5::digest(&file)),
        facts: MediaReader::read(&file),
    })
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

/// The file of a chunked upload, within 24 hours.
fn repository(world: &AdsWorld, request: &AdsRequest<'_>, kind: FileKind) -> Result<NewFile, AdsRefusal> {
    let id = request.text("file_id");
    if id.is_empty() {
        return Err(AdsRefusal::missing("file_id"));
    }
    let account = request.account()?;
    let file = world.files.temporary.get(id);
    let file = file.filter(|file| file.advertiser_id == account.advertiser_id);
    let file = file.ok_or_else(|| AdsRefusal::new(FILE_MISSING, format!("file_id: {id} does not exist.")))?;
    if file.expires <= request.now {
        return Err(AdsRefusal::new(
            FILE_EXPIRED,
            format!("file_id: {id} has expired."),
        ));
    }
    if file.kind != kind {
        let what = format!("file_id: {id} is no {}.", kind.word());
        return Err(AdsRefusal::new(FILE_TYPE, what));
    }
    Ok(file.file.clone())
}

/// Checks what the bytes are, by the documented types and sizes.
fn judge(file: &NewFile, kind: FileKind) -> Result<(), AdsRefusal> {
    let facts = &file.facts;
    match kind {
        FileKind::Video if !facts.format.is_video() => Err(AdsRefusal::new(
            FILE_TYPE,
            "Unsupported file type: a video must be MP4, MOV, MPEG or AVI.",
        )),
        FileKind::Video if !facts.is_whole => Err(AdsRefusal::new(
            FILE_INVALID,
            "Invalid file: the video cannot be played.",
        )),
        FileKind::Image if !facts.format.is_image() || !facts.is_whole => Err(AdsRefusal::new(
            IMAGE_ILLEGAL,
            "Illegal image: the format must be JPG, JPEG or PNG.",
        )),
        FileKind::Image if facts.width.saturating_mul(facts.height) > MOST_PIXELS => {
            let what = format!(
                "The image has {} × {} pixels; at most {MOST_PIXELS} pixels are allowed.",
                facts.width, facts.height
            );
            Err(AdsRefusal::new(FILE_OUT_OF_SPEC, what))
        }
        FileKind::Video | FileKind::Image | FileKind::Music => Ok(()),
    }
}

/// Facts of a file that is not looked into.
fn assumed(kind: FileKind, name: &str) -> MediaFacts {
    let by_name = MediaFormat::of_name(name);
    let (format, seconds, fps) = match kind {
        FileKind::Image if by_name.is_image() => (by_name, 0.0, 0.0),
        FileKind::Image => (MediaFormat::Jpeg, 0.0, 0.0),
        FileKind::Video | FileKind::Music if by_name.is_video() => (by_name, 15.0, 30.0),
        FileKind::Video | FileKind::Music => (MediaFormat::Mp4, 15.0, 30.0),
    };
    MediaFacts {
        format,
        width: 1_080,
        height: 1_920,
        seconds,
        fps,
        is_whole: true,
    }
}

/// Length of a file that is not fetched.
const UNSEEN_BYTES: u64 = 1_000_000;
/// Most pixels of an image: 1440 × 2560.
const MOST_PIXELS: u64 = 3_686_400;
