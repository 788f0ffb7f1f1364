//! Files at `/_simulator/media/<name>`: a host of the internet beside TikTok, for clients that fetch what
//! they post.
//!
//! `PUT` keeps a file, `GET` serves it, with a strong ETag and single ranges (RFC 9110 §14). What a `GET`
//! meets is journaled and struck by faults like a call of TikTok.

use bytes::Bytes;

use super::{exchange::RequestHead, reply::ServerReply, wire::sha256_hex, world::World};

/// What the paths begin with.
pub(super) const PATH: &str = "/_simulator/media/";

/// Whether a file is asked for.
pub(super) fn is_fetch(method: &str, path: &str) -> bool {
    method == "GET" && path.starts_with(PATH)
}

/// Serves the file that `head` asks for, or the part of it.
pub(super) fn get(world: &World, head: &RequestHead) -> ServerReply {
    let name = head.path.strip_prefix(PATH).unwrap_or_default();
    let Some(file) = world.media.get(name) else {
        return ServerReply::text(
            404,
            &format!("There is no file {name:?} here; put it here first."),
        );
    };
    let (etag, size) = (format!("\"{}\"", sha256_hex(file)), file.len());
    let same_state = head.if_range.as_ref().is_none_or(|state| *state == etag);
    let asked = head
        .range
        .as_deref()
        .filter(|_| same_state)
        .and_then(|range| range_of(range, size));
    let reply = match asked {
        None => ServerReply::empty(200).with_body(file.to_vec()),
        Some((first, end)) if first >= end => {
            ServerReply::empty(416).with_header("content-range", &format!("bytes */{size}"))
        }
        Some((first, end)) => ServerReply::empty(206)
            .with_header("content-range", &format!("bytes {first}-{}/{size}", end - 1))
            .with_body(file.get(first..end).unwrap_or_default()),
    };
    reply
        .with_header("etag", &etag)
        .with_header("accept-ranges", "bytes")
        .with_header("content-type", kind(file))
}

/// Keeps a file.
pub(super) fn put(world: &mut World, name: &str, file: Vec<u8>) -> ServerReply {
    world.media.insert(name.to_owned(), Bytes::from(file));
    ServerReply::empty(204)
}

/// The first byte and the byte after the last of `bytes=5-` or `bytes=5-9`, where the file ends at the
/// latest.
///
/// Other forms are ignored, as a server may.
fn range_of(range: &str, size: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let first: usize = first.parse().ok()?;
    let end = match last {
        "" => size,
        last => last.parse::<usize>().ok()?.saturating_add(1).min(size),
    };
    Some((first, end))
}

/// The media type of a file, by its first bytes. Bytes that are no medium are never a page or a script.
fn kind(file: &[u8]) -> &'static str {
    let at = |place: usize, magic: &[u8]| file.get(place..).is_some_and(|rest| rest.starts_with(magic));
    match () {
        () if at(4, b"ftypqt  ") || at(4, b"moov") || at(4, b"wide") => "video/quicktime",
        () if at(4, b"ftyp") => "video/mp4",
        () if at(0, b"\x1A\x45\xDF\xA3") => "video/webm",
        () if at(0, b"\xFF\xD8\xFF") => "image/jpeg",
        () if at(0, b"\x89PNG\r\n\x1A\n") => "image/png",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        () => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("bytes=0-", Some((0, 10))),
            ("bytes=4-", Some((4, 10))),
            ("bytes=0-3", Some((0, 4))),
            ("bytes=0-65535", Some((0, 10))),
            ("bytes=10-", Some((10, 10))),
            ("bytes=-5", None),
            ("bytes=0-1,3-4", None),
            ("items=0-1", None),
        ] {
            assert_eq!(range_of(range, 10), expected, "{range}");
        }
    }

    #[test]
    fn a_file_is_served_as_what_its_bytes_are() {
        for (file, expected) in [
            (&b"\0\0\0\x14ftypqt  "[..], "video/quicktime"),
            (b"\0\0\0\x20ftypisom", "video/mp4"),
            (b"\x1A\x45\xDF\xA3\x01", "video/webm"),
            (b"\xFF\xD8\xFF\xE0", "image/jpeg"),
            (b"\x89PNG\r\n\x1A\n", "image/png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"<html>", "application/octet-stream"),
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'>",
                "application/octet-stream",
            ),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(kind(file), expected, "{file:?}");
        }
    }
}
