//! Files at `/_simulator/media/<name>`: a file host in addition to TikTok, for clients that download the media that
//! they post.
//!
//! `PUT` stores a file and returns its URL, `GET` serves it, with a strong ETag and single ranges (RFC 9110 §14). A
//! `GET` is journaled and subject to faults like a call of TikTok.

use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{AUTHORIZATION, HOST, IF_RANGE, RANGE};
use serde_json::json;

use super::{
    api::{ApiCall, BodyKind},
    caller::Caller,
    endpoint::EndpointName,
    head::RequestHead,
    reply::{ErrorFormat, ServerReply},
    shared::Shared,
    wire::{Received, sha256_hex},
};

/// Prefix of the paths.
pub(super) const PATH: &str = "/_simulator/media/";

/// Checks whether a request asks for a file.
pub(super) fn is_fetch(head: &RequestHead) -> bool {
    head.method == "GET" && head.path.starts_with(PATH)
}

/// Takes a request for a file.
pub(super) fn recognise(shared: &Arc<Shared>, head: &Arc<RequestHead>) -> Box<dyn ApiCall> {
    Box::new(FileCall {
        caller: Caller::without_account(head.credential(AUTHORIZATION).as_deref()),
        shared: Arc::clone(shared),
        head: Arc::clone(head),
    })
}

/// A request for a file.
#[derive(Debug)]
struct FileCall {
    shared: Arc<Shared>,
    head: Arc<RequestHead>,
    caller: Caller,
}

impl ApiCall for FileCall {
    fn endpoint(&self) -> EndpointName {
        EndpointName::MEDIA
    }

    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn body(&self) -> BodyKind {
        BodyKind::Json
    }

    fn observe(&mut self, _bytes: &[u8]) {}

    fn answer(&mut self, _received: &Received, _notes: &mut Vec<String>) -> ServerReply {
        get(&self.shared, &self.head)
    }
}

/// A file host has no envelope: errors are plain text.
impl ErrorFormat for FileCall {
    fn error(&self, status: u16, code: &str, message: &str) -> ServerReply {
        ServerReply::text(status, format!("{code} {message}").trim_end())
    }

    fn rate_limited(&self) -> ServerReply {
        ServerReply::text(429, "Too many requests.")
    }
}

/// Serves the file that `head` asks for, or the requested part of it.
fn get(shared: &Shared, head: &RequestHead) -> ServerReply {
    let name = head.path.strip_prefix(PATH).unwrap_or_default();
    let Some(file) = file(shared, name) else {
        return ServerReply::text(
            404,
            &format!("There is no file {name:?} here; put it here first."),
        );
    };
    let (etag, size) = (format!("\"{}\"", sha256_hex(&file)), file.len());
    let same_state = head.header(IF_RANGE).is_none_or(|state| state == etag);
    let asked = head
        .header(RANGE)
        .filter(|_| same_state)
        .and_then(|range| range_of(&range, size));
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
        .with_header("content-type", kind(&file))
}

/// The file of this name.
pub(super) fn file(shared: &Shared, name: &str) -> Option<Bytes> {
    shared.lock().media.get(name).cloned()
}

/// Keeps a file. The response has its URL at the host that the request named.
pub(super) fn put(shared: &Shared, head: &RequestHead, name: &str, file: Vec<u8>) -> ServerReply {
    keep(shared, name, file);
    let host = head.header(HOST).unwrap_or_default();
    ServerReply::json(201, &json!({ "url": format!("http://{host}{PATH}{name}") }))
}

/// Keeps a file.
pub(super) fn keep(shared: &Shared, name: &str, file: Vec<u8>) {
    shared.lock().media.insert(name.to_owned(), Bytes::from(file));
}

/// Reads `bytes=5-` or `bytes=5-9`: the first byte, and the byte after the last or the end of the file.
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

/// Media type of a file, by its first bytes. Other bytes are never served as a page or a script.
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
    fn the_media_type_of_a_file_is_that_of_its_bytes() {
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
