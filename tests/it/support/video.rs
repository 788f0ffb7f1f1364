//! Videos for posts.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// A file of `tests/media`.
pub(crate) fn media(name: &str) -> Vec<u8> {
    fs::read(super::root().join("tests/media").join(name)).unwrap()
}

/// A clip that TikTok accepts: MP4, H.264.
pub(crate) fn clip() -> Vec<u8> {
    media("clip.mp4")
}

/// The clip, padded to exactly `size` bytes with a `free` box.
pub(crate) fn clip_of(size: usize) -> Vec<u8> {
    clip_in_pieces(size).collect::<Vec<_>>().concat()
}

/// Size of a piece; base64 pads only the last one.
const PIECE: usize = 3 * 256 * 1024;

/// As [`clip_of`], in pieces.
pub(crate) fn clip_in_pieces(size: usize) -> impl Iterator<Item = Vec<u8>> + Send {
    let mut head = clip();
    let padding = size
        .checked_sub(head.len())
        .filter(|padding| *padding >= 8)
        .expect("a size beyond that of the clip");
    head.extend(u32::try_from(padding).unwrap().to_be_bytes());
    head.extend(b"free");
    // A pattern whose period divides no chunk size: a misplaced chunk changes the hash.
    let pattern: Vec<u8> = (0..=250_u8).cycle().take(251 + PIECE).collect();
    (0..size).step_by(PIECE).map(move |begin| {
        let end = size.min(begin + PIECE);
        let mut piece = head[begin.min(head.len())..end.min(head.len())].to_vec();
        let phase = (begin + piece.len() - head.len()) % 251;
        let rest = end - begin - piece.len();
        piece.extend(&pattern[phase..phase + rest]);
        piece
    })
}

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Lowercase hex SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    sha256_of([bytes])
}

/// As [`sha256`], for consecutive pieces.
pub(crate) fn sha256_of(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> String {
    use std::fmt::Write as _;
    let hasher = pieces.into_iter().fold(Sha256::new(), Sha256::chain_update);
    hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}
