//! Faults of a text that should be a video's content.

use std::io;

use super::super::VIDEO_MAX;

/// A fault of a text that should be a video's content. Never holds the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// A character that base64 does not have, or not there.
    #[error("character {}, which is not base64", *at + 1)]
    InvalidCharacter {
        /// Number of characters before it; a JSON escape counts as one.
        at: usize,
    },
    /// A hyphen or underscore, which only URL-safe base64 has.
    #[error("a hyphen or underscore at character {}, which only URL-safe base64 has", *at + 1)]
    UrlSafe {
        /// Number of characters before it; a JSON escape counts as one.
        at: usize,
    },
    /// The text ends in the middle of a byte.
    #[error("a text of {length} characters that ends in the middle of a byte, so it was cut off")]
    Cut {
        /// Number of its characters, without white space.
        length: usize,
    },
    /// More than an action takes.
    #[error("more than 287 MiB ({VIDEO_MAX})")]
    TooLarge,
    /// The video could not be kept.
    #[error("no place to keep the video: {}", no_room(*.0))]
    NoRoom(io::ErrorKind),
}

/// Why a file could not be made or written, in words for who runs the host.
const NO_ROOM: [(io::ErrorKind, &str); 6] = [
    (io::ErrorKind::NotFound, "the temporary folder does not exist"),
    (io::ErrorKind::PermissionDenied, "the program may not write to the temporary folder"),
    (io::ErrorKind::ReadOnlyFilesystem, "the temporary folder lies on a disk that cannot be written to"),
    (io::ErrorKind::StorageFull, "the temporary folder is full"),
    (io::ErrorKind::QuotaExceeded, "the temporary folder is full for this user"),
    (io::ErrorKind::FileTooLarge, "the size of files is limited (ulimit -f)"),
];

fn no_room(kind: io::ErrorKind) -> String {
    let known = NO_ROOM.iter().find(|(known, _)| *known == kind);
    known.map_or_else(|| format!("the temporary folder cannot be used ({kind})"), |(_, words)| (*words).to_owned())
}
