//! Errors of content.

use ::base64::{DecodeError, DecodeSliceError};

use super::super::SpoolError;

/// Reason that a text is not usable content, as a noun phrase: "got …". Never holds the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// Character that is not base64, or not allowed at its position.
    #[error("a string whose character {} is not base64", *at + 1)]
    InvalidCharacter {
        /// Number of characters before it; a JSON escape counts as one.
        at: usize,
    },
    /// Hyphen or underscore, as in URL-safe base64.
    #[error("URL-safe base64 (a hyphen or underscore at character {})", *at + 1)]
    UrlSafe {
        /// Number of characters before it; a JSON escape counts as one.
        at: usize,
    },
    /// Name or id of a place in a workflow platform's own storage.
    #[error("a reference to n8n's storage of binary data, not the file's bytes")]
    Reference,
    /// Text that ends in the middle of a byte.
    #[error("a string that was cut off: its {length} characters end in the middle of a byte")]
    Cut {
        /// Number of characters, without white space.
        length: usize,
    },
    /// Content larger than its input accepts.
    #[error("content that is too large")]
    TooLarge,
    /// Content that could not be stored.
    #[error("content that could not be stored: {0}")]
    Spool(SpoolError),
    /// Content that was discarded because no action could use it.
    #[error("content that is not used")]
    Unused,
}

/// Offset of the symbol that the engine does not accept.
pub(super) fn offset(error: &DecodeSliceError) -> usize {
    match *error {
        DecodeSliceError::DecodeError(
            DecodeError::InvalidByte(offset, _) | DecodeError::InvalidLastSymbol { offset, .. },
        ) => offset,
        DecodeSliceError::DecodeError(DecodeError::InvalidLength(_) | DecodeError::InvalidPadding)
        | DecodeSliceError::OutputSliceTooSmall => 0,
    }
}
