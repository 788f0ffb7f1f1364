//! Faults of a text that should be a video's content.

use super::super::{SpoolError, VIDEO_MAX};

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
    #[error("no place to keep the video: {0}")]
    Spool(SpoolError),
    /// It was not kept, since no action could use it.
    #[error("a content that is not used")]
    Unused,
}
