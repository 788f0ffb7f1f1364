//! Text that TikTok counts in UTF-16 code units.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::json;

use super::Grouped;

/// Text of at most `MAX` UTF-16 code units without a NUL character.
///
/// TikTok's "UTF-16 runes" are read as code units, so an emoji counts two
/// (docs/tiktok-open-api.md#video-init). Too long is refused and never cut.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Accepts `text` if it fits.
    pub fn parse(text: String) -> Result<Self, TextFault> {
        check_text(&text, MAX)?;
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, unless it is empty: TikTok is not sent empty fields.
    pub fn non_empty(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }

    /// Returns its length in UTF-16 units, as TikTok counts.
    pub fn utf16_units(&self) -> usize {
        utf16_units(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // `maxLength` counts code points: it is what an editor can show. The other keyword is the exact rule.
        super::string_schema(&json!({ "maxLength": MAX, "maxUtf16Units": MAX }))
    }
}

/// Reason that a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// It is too long. Lengths are in UTF-16 units.
    TooLong {
        /// Its length.
        units: usize,
        /// The longest allowed.
        max: usize,
    },
    /// It contains U+0000.
    Nul {
        /// Position in UTF-16 units from the start.
        at: usize,
    },
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grouped = |units: usize| Grouped(u64::try_from(units).unwrap_or(u64::MAX));
        match *self {
            Self::TooLong { units, max } => write!(
                f,
                "got {} UTF-16 units; at most {} are allowed (most emoji count as 2 or more). \
                 Shorten the text; it is not cut automatically",
                grouped(units),
                grouped(max)
            ),
            Self::Nul { at } => write!(f, "holds a NUL character after {} others; remove it", grouped(at)),
        }
    }
}

/// Checks `text` against a limit of `max` UTF-16 units.
pub fn check_text(text: &str, max: usize) -> Result<(), TextFault> {
    if let Some((before, _)) = text.split_once('\0') {
        return Err(TextFault::Nul {
            at: utf16_units(before),
        });
    }
    match utf16_units(text) {
        units if units > max => Err(TextFault::TooLong { units, max }),
        _ => Ok(()),
    }
}

fn utf16_units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_counts_two_units() {
        // docs/tiktok-open-api.md#video-init: 2,200 UTF-16 code units.
        let fits = "😀".repeat(1_100);
        let long = format!("{fits}a");
        assert_eq!(Text::<2200>::parse(fits).unwrap().utf16_units(), 2_200);
        assert_eq!(
            Text::<2200>::parse(long),
            Err(TextFault::TooLong {
                units: 2_201,
                max: 2_200
            })
        );
    }

    #[test]
    fn a_nul_is_named_with_its_place() {
        assert_eq!(check_text("a😀\0b", 10), Err(TextFault::Nul { at: 3 }));
    }
}
