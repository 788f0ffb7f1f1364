//! Files at `/_simulator/media/<name>`: a host of the internet beside TikTok, for clients that fetch what they post.
//!
//! `PUT` keeps a file, `GET` serves it, with a strong ETag and single ranges (RFC 9110 §14). What a `GET` meets is journaled
//! and struck by faults like a call of TikTok.

use bytes::Bytes;

use super::{exchange::Head, reply::Reply, wire::sha256_hex, world::World};

/// What the paths begin with.
pub(super) const PATH: &str = "/_simulator/media/";

/// Whether a file is asked for.
pub(super) fn is_fetch(method: &str, path: &str) -> bool {
    method == "GET" && path.starts_with(PATH)
}

/// Serves the file that `head` asks for, or the part of it.
pub(super) fn get(world: &World, head: &Head) -> Reply {
    let name = head.path.strip_prefix(PATH).unwrap_or_default();
    let Some(file) = world.media.get(name) else {
        return Reply::text(404, &format!("There is no file {name:?} here; put it here first."));
    };
    let (etag, size) = (format!("\"{}\"", sha256_hex(file)), file.len());
    let same_state = head.if_range.as_ref().is_none_or(|state| *state == etag);
    let asked = head.range.as_deref().filter(|_| same_state).and_then(|range| range_of(range, size));
    let reply = match asked {
        None => Reply::empty(200).with_body(file.to_vec()),
        Some((first, end)) if first >= end => {
            Reply::empty(416).with_header("content-range", &format!("bytes */{size}"))
        }
        Some((first, end)) => Reply::empty(206)
            .with_header("content-range", &format!("bytes {first}-{}/{size}", end - 1))
            .with_body(file.get(first..end).unwrap_or_default()),
    };
    reply.with_header("etag", &etag).with_header("accept-ranges", "bytes").with_header("content-type", kind(file))
}

/// Keeps a file.
pub(super) fn put(world: &mut World, name: &str, file: Vec<u8>) -> Reply {
    world.media.insert(name.to_owned(), Bytes::from(file));
    Reply::empty(204)
}

/// The first byte and the byte after the last of `bytes=5-` or `bytes=5-9`, where the file ends at the latest.
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

fn kind(file: &[u8]) -> &'static str {
    if file.starts_with(b"<") { "text/html; charset=utf-8" } else { "application/octet-stream" }
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
}
