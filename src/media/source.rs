//! A video's bytes, however they came in.

use std::fmt;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;

use super::VIDEO_MAX;
use crate::model::ByteCount;

/// A whole video, of which ranges are taken without a copy.
#[derive(Clone)]
pub struct Source(Bytes);

impl Source {
    /// Takes the bytes of a video.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Bytes::from(bytes))
    }

    /// How long it is.
    pub fn size(&self) -> ByteCount {
        ByteCount::of(&self.0)
    }

    /// `length` bytes from `first`; fewer where the video ends before.
    pub fn range(&self, first: u64, length: u64) -> Bytes {
        let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(self.0.len());
        self.0.slice(clamp(first)..clamp(first.saturating_add(length)))
    }

    /// The first bytes, enough to tell what it is.
    pub fn head(&self) -> Bytes {
        self.range(0, 4096)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.size())
    }
}

/// Why a text is not a video's content. Never holds the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// A character that base64 does not have.
    #[error("character {at} is not base64")]
    InvalidCharacter {
        /// How many characters stand before it.
        at: usize,
    },
    /// The text ends in the middle of a byte.
    #[error("the text of {length} characters ends in the middle of a byte, it was cut off")]
    Cut {
        /// How many characters it has, without white space.
        length: usize,
    },
    /// More than an action takes.
    #[error("the video has more than {VIDEO_MAX}")]
    TooLarge,
}

/// Padding is optional; a non-zero rest in the last character is refused.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The longest prefix `data:…;base64,` that is looked for.
const PREFIX_MAX: usize = 256;

/// Decodes strict base64: standard alphabet, padding optional, white space skipped, `data:…;base64,` allowed in front.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, ContentError> {
    let start = prefix_length(text);
    let body = text.as_bytes().get(start..).unwrap_or_default();
    let squeezed: Vec<u8>;
    let compact = if body.iter().any(u8::is_ascii_whitespace) {
        squeezed = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        squeezed.as_slice()
    } else {
        body
    };
    if compact.len() / 4 * 3 > usize::try_from(VIDEO_MAX.0).unwrap_or(usize::MAX).saturating_add(3) {
        return Err(ContentError::TooLarge);
    }
    let decoded = ENGINE.decode(compact).map_err(|error| explain(&error, body, compact.len(), start))?;
    if ByteCount::of(&decoded) > VIDEO_MAX { Err(ContentError::TooLarge) } else { Ok(decoded) }
}

fn prefix_length(text: &str) -> usize {
    let head = text.get(..PREFIX_MAX.min(text.len())).unwrap_or(text);
    match head.split_once(";base64,") {
        Some((media_type, _)) if media_type.starts_with("data:") => media_type.len() + ";base64,".len(),
        _ => 0,
    }
}

fn explain(error: &base64::DecodeError, body: &[u8], length: usize, start: usize) -> ContentError {
    use base64::DecodeError::{InvalidByte, InvalidLastSymbol, InvalidLength, InvalidPadding};
    match *error {
        InvalidByte(nth, _) | InvalidLastSymbol { offset: nth, .. } => {
            ContentError::InvalidCharacter { at: start + nth_visible(body, nth) }
        }
        InvalidLength(_) | InvalidPadding => ContentError::Cut { length },
    }
}

/// Where the `nth` character that is not white space stands.
fn nth_visible(body: &[u8], nth: usize) -> usize {
    let mut visible = body.iter().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace());
    visible.nth(nth).map_or(body.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_base64_with_the_freedoms_that_people_use() {
        for text in ["aGVsbG8=", "aGVsbG8", "aGVs\nbG8=\r\n", "data:video/mp4;base64,aGVsbG8=", " aGVs bG8 "] {
            assert_eq!(decode_base64(text).as_deref(), Ok(b"hello".as_slice()), "{text:?}");
        }
        assert_eq!(decode_base64("").as_deref(), Ok(b"".as_slice()));
    }

    #[test]
    fn what_is_not_base64_is_told_with_its_place() {
        for (text, at) in [
            ("aGVs-G8=", 4),
            ("aG\nVs_G8=", 5),
            ("data:video/mp4;base64,aG*sbG8=", 24),
            ("aGVsbG8=aGVs", 7),
            ("/tmp/clip.mp4", 9),
        ] {
            assert_eq!(decode_base64(text), Err(ContentError::InvalidCharacter { at }), "{text:?}");
        }
        assert_eq!(decode_base64("aGVsb"), Err(ContentError::Cut { length: 5 }));
    }
}
