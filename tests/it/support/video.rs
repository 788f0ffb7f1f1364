//! Videos to post.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// A file of `tests/media`.
pub(crate) fn media(name: &str) -> Vec<u8> {
    fs::read(super::root().join("tests/media").join(name)).unwrap()
}

/// A clip that TikTok would take: MP4, H.264.
pub(crate) fn clip() -> Vec<u8> {
    media("clip.mp4")
}

/// The clip with a `free` box behind it, so that it has exactly `size` bytes.
pub(crate) fn clip_of(size: usize) -> Vec<u8> {
    let mut video = clip();
    let padding = size.checked_sub(video.len()).expect("a size beyond that of the clip");
    video.extend_from_slice(&u32::try_from(padding).unwrap().to_be_bytes());
    video.extend_from_slice(b"free");
    // A pattern whose period divides no chunk size: a chunk that lands in the wrong place changes the hash.
    let pattern: Vec<u8> = (0..=250_u8).cycle().take(251 * 4096).collect();
    while video.len() < size {
        let rest = size - video.len();
        video.extend_from_slice(&pattern[..rest.min(pattern.len())]);
    }
    assert_eq!(video.len(), size, "the padded clip");
    video
}

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Lowercase hex SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}
