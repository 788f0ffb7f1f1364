//! Search for the control characters that a string of JSON may not hold.

use fearless_simd::{Level, dispatch, prelude::*, u8x64};

/// Length from which text is searched with vectors. The first search with them asks the processor which it has.
const LONG: usize = 1024;

/// Returns the index of the first control character.
pub(super) fn control_at(text: &[u8]) -> Option<usize> {
    let has_control = if text.len() < LONG {
        in_words(text)
    } else {
        dispatch!(Level::new(), simd => in_vectors(simd, text))
    };
    let is_control = |byte: &u8| *byte < b' ';
    has_control.then(|| text.iter().position(is_control))?
}

/// Whether `text` holds a control character. The search has no early end, so it runs at the speed of memory.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "inlined where the instructions of `S` may be used"
)]
fn in_vectors<S: Simd>(simd: S, text: &[u8]) -> bool {
    let (vectors, rest) = text.as_chunks();
    let least = vectors.iter().fold(u8x64::splat(simd, u8::MAX), |least, vector| {
        least.min(u8x64::load_array_ref(simd, vector))
    });
    least.simd_lt(u8x64::splat(simd, b' ')).any_true() || in_words(rest)
}

/// Whether `text` holds a control character, without vectors.
fn in_words(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks();
    let found = words.iter().fold(0, |found, word| found | controls(*word));
    found & (EACH * 0x80) != 0 || rest.iter().any(|byte| *byte < b' ')
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
        fn the_first_control_character_is_found(text in prop::collection::vec(prop_oneof![20 => 0x20..=0xFF_u8, 1 => 0..0x20_u8], 0..80), before in 0..3_000_usize) {
            let text = [vec![b'a'; before], text].concat();
            prop_assert_eq!(control_at(&text), text.iter().position(|byte| *byte < b' '));
        }
    }

    #[test]
    fn each_byte_is_judged_rightly_in_each_place() {
        for (length, place) in (0..49)
            .map(|place| (49, place))
            .chain((0..128).map(|place| (LONG + 7, place)))
        {
            for byte in 0..=u8::MAX {
                let mut text = vec![b'a'; length];
                text[place] = byte;
                assert_eq!(
                    control_at(&text),
                    (byte < b' ').then_some(place),
                    "{byte:#x} at {place} of {length}"
                );
            }
        }
    }
}
