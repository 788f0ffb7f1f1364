//! Names and texts: length and forbidden characters. A Chinese, Japanese or Korean character counts as two.

use super::refusal::AdsRefusal;

/// Most characters of a name.
const NAME: usize = 512;
/// Most characters of an ad's text.
const TEXT: usize = 100;

/// Checks the name of a campaign, an ad group or an ad.
pub(super) fn check_name(field: &str, name: &str) -> Result<(), AdsRefusal> {
    if name.trim().is_empty() {
        return Err(AdsRefusal::at(field, "The name must not be empty."));
    }
    check(field, name, NAME)
}

/// Checks the text of an ad.
pub(super) fn check_text(field: &str, text: &str) -> Result<(), AdsRefusal> {
    if text.trim().is_empty() {
        return Err(AdsRefusal::at(field, "The text must have 1 to 100 characters."));
    }
    check(field, text, TEXT)
}

/// Checks length and emoji.
pub(super) fn check(field: &str, text: &str, most: usize) -> Result<(), AdsRefusal> {
    if text.chars().any(is_emoji) {
        return Err(AdsRefusal::at(field, "Emoji is not supported."));
    }
    if length(text) > most {
        return Err(AdsRefusal::at(
            field,
            format!("Longer than maximum length {most}."),
        ));
    }
    Ok(())
}

fn length(text: &str) -> usize {
    text.chars()
        .map(|letter| if is_wide(letter) { 2 } else { 1 })
        .sum()
}

fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x11FF | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD)
}

fn is_emoji(letter: char) -> bool {
    matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x200D | 0x20E3 | 0xFE0F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_wide_characters_twice() {
        assert!(check_name("n", &"a".repeat(512)).is_ok());
        assert!(check_name("n", &"a".repeat(513)).is_err());
        assert!(check_name("n", &"広".repeat(256)).is_ok());
        assert!(check_name("n", &"広".repeat(257)).is_err());
        assert!(check_text("t", &"가".repeat(51)).is_err());
        assert!(check_name("n", &"ä".repeat(512)).is_ok());
    }

    #[test]
    fn emoji_and_empty_names_are_refused() {
        for name in ["", "  ", "Sale 🎉", "♥", "👨‍👩‍👧"] {
            assert!(check_name("n", name).is_err(), "{name:?}");
        }
        assert!(check_name("n", "Sale – 50 % „heute“ №1").is_ok());
    }
}
