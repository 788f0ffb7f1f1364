//! Search for the control characters that a string of JSON may not hold.

/// Returns the index of the first control character. The folds have no early end, so they run at the speed of
/// memory.
pub(super) fn control_at(text: &[u8]) -> Option<usize> {
    let (words, rest) = text.as_chunks();
    // Code optimized for size has no vectors; without them, four words at once take half the time.
    let (fours, others) = words.as_chunks();
    let found = fours.iter().fold(0, |found, [a, b, c, d]| {
        found | controls(*a) | controls(*b) | controls(*c) | controls(*d)
    });
    let found = others.iter().fold(found, |found, word| found | controls(*word));
    let is_control = |byte: &u8| *byte < b' ';
    if found & (EACH * 0x80) != 0 || rest.iter().any(is_control) {
        text.iter().position(is_control)
    } else {
        None
    }
}

/// Returns a word in which the highest bit of a byte is set if any of the eight bytes of `word` is below 0x20, and only
/// then ("Determine if a word has a byte less than n", Bit Twiddling Hacks).
const fn controls(word: [u8; 8]) -> u64 {
    let word = u64::from_ne_bytes(word);
    word.wrapping_sub(EACH * 0x20) & !word
}

/// Word of eight bytes of 1.
const EACH: u64 = u64::MAX / 0xFF;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_control_character_is_found(text in prop::collection::vec(prop_oneof![20 => 0x20..=0xFF_u8, 1 => 0..0x20_u8], 0..80)) {
            prop_assert_eq!(control_at(&text), text.iter().position(|byte| *byte < b' '));
        }
    }

    #[test]
    fn each_byte_is_judged_rightly_in_each_place() {
        for byte in 0..=u8::MAX {
            for place in 0..49 {
                let mut text = [b'a'; 49];
                text[place] = byte;
                assert_eq!(
                    control_at(&text),
                    (byte < b' ').then_some(place),
                    "{byte:#x} at {place}"
                );
            }
        }
    }
}
