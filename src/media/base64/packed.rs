//! Base64 symbols of text with escapes, packed without them.
//!
//! Encoders write up to one symbol in 32 as an escape, or break lines.

mod part;
mod runs;
#[cfg(any(test, target_arch = "x86_64"))]
mod windows;

use fearless_simd::{Level, dispatch};

use self::part::Packed;

/// Symbols of a block of text.
#[derive(Debug, Default)]
pub(super) struct PackedSymbols {
    buffer: Vec<u8>,
    length: usize,
}

/// Text whose symbols are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PackedText {
    /// Its bytes.
    pub(super) bytes: usize,
    /// Its characters; an escape is one.
    pub(super) characters: usize,
}

/// Bytes that may be overwritten beyond the symbols.
const BEYOND: usize = runs::CHUNK + runs::COPIED;

impl PackedSymbols {
    /// Replaces the symbols by `odd`, those left over from the text before, and the symbols of `text`, as many as make
    /// whole groups of four. `None` if there are none, or `text` holds an escape that is rare in base64.
    ///
    /// Whether they are symbols is not checked.
    pub(super) fn fill(&mut self, odd: &[u8], text: &[u8]) -> Option<PackedText> {
        let text = without_incomplete_escape(text);
        self.buffer.resize(odd.len() + text.len() + BEYOND, 0);
        self.buffer.get_mut(..odd.len())?.copy_from_slice(odd);
        let symbols = self.buffer.get_mut(odd.len()..)?;
        let packed = pack(text, symbols)?;
        let text = text.get(..packed.bytes)?;
        let length = odd.len() + packed.symbols;
        let characters = packed.bytes - packed.excess;
        self.length = length / 4 * 4;
        without_last_symbols(text, characters, length % 4)
    }

    /// Symbols of whole groups of four.
    pub(super) fn symbols(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }
}

/// The beginning of `text` that does not end within an escape.
fn without_incomplete_escape(text: &[u8]) -> &[u8] {
    let begun = match text {
        [.., b'\\'] => 1,
        [.., b'\\', b'u'] => 2,
        [.., b'\\', b'u', _] => 3,
        [.., b'\\', b'u', _, _] => 4,
        [.., b'\\', b'u', _, _, _] => 5,
        _ => 0,
    };
    text.get(..text.len() - begun).unwrap_or_default()
}

/// Removes the last `excess` symbols, and what follows them, from `text` of as many characters. `None` if nothing remains.
fn without_last_symbols(mut text: &[u8], mut characters: usize, mut excess: usize) -> Option<PackedText> {
    while excess > 0 {
        let (bytes, symbols) = match text {
            [.., b'\\', b'u', _, _, _, _] => (6, 1),
            [.., b'\\', b'n' | b'r'] => (2, 0),
            [.., b'\\', _] => (2, 1),
            _ => (1, 1),
        };
        text = text.get(..text.len().checked_sub(bytes)?)?;
        characters -= 1;
        excess -= symbols;
    }
    let bytes = text.len();
    (bytes > 0).then_some(PackedText { bytes, characters })
}

/// Packs the symbols of the beginning of `text` in the way that is the fastest with this processor.
fn pack(text: &[u8], symbols: &mut [u8]) -> Option<Packed> {
    #[cfg(target_arch = "x86_64")]
    if let Level::Avx512(_) = Level::new() {
        return dispatch!(Level::new(), simd => windows::pack(simd, text, symbols));
    }
    dispatch!(Level::new(), simd => runs::pack(simd, text, symbols))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    /// One way of packing.
    type Pack = fn(&[u8], &mut [u8]) -> Option<Packed>;

    const WAYS: [Pack; 3] = [
        pack,
        |text, symbols| dispatch!(Level::baseline(), simd => runs::pack(simd, text, symbols)),
        |text, symbols| dispatch!(Level::baseline(), simd => windows::pack(simd, text, symbols)),
    ];

    /// Symbols and number of characters.
    fn unpacked(text: &[u8]) -> (Vec<u8>, usize) {
        let text = str::from_utf8(text).unwrap();
        let whole: String = serde_json::from_str(&format!("\"{text}\"")).unwrap();
        let symbols = whole.bytes().filter(|byte| !b"\r\n".contains(byte)).collect();
        (symbols, whole.len())
    }

    proptest! {
        #[test]
        fn each_way_packs_what_the_text_holds(pieces in vec(select(vec!["A", "zzzz", "0123456789abcdefnr", "+", "/", "\\/", "\\u002B", "\\u002f", "\\n", "\\r\\n"]), 200..2_500)) {
            let text = pieces.concat();
            let text = text.as_bytes();
            for (way, pack) in WAYS.iter().enumerate() {
                let mut symbols = vec![0; text.len() + BEYOND];
                let packed = pack(text, &mut symbols).unwrap();
                prop_assert!(packed.bytes + BEYOND > text.len(), "{} of {} bytes, way {}", packed.bytes, text.len(), way);
                let (expected, characters) = unpacked(&text[..packed.bytes]);
                prop_assert!(symbols[..packed.symbols] == expected, "way {}", way);
                prop_assert_eq!(packed.bytes - packed.excess, characters, "way {}", way);
            }
        }

        #[test]
        fn no_way_packs_other_escapes(at in 0..5_000_usize, escape in select(vec!["\\\\", "\\t", "\\b", "\\u002c", "\\u003b", "\\u012b", "\\u102b", "\\u002\\/", "\\]"])) {
            let mut text = vec![b'A'; 10_000];
            text.splice(at..at, escape.bytes());
            for (way, pack) in WAYS.iter().enumerate() {
                let mut symbols = vec![0; text.len() + BEYOND];
                prop_assert!(pack(&text, &mut symbols).is_none(), "way {}", way);
            }
        }

        #[test]
        fn symbols_are_taken_in_whole_groups(length in 1_000..20_000_usize, odd in 0..4_usize, line_break in select(vec!["", "\\n", "\\r\\n"])) {
            let text = ["AB/+\\/\\u002b", line_break].concat().repeat(length / 8);
            let text = &text.as_bytes()[..length.min(text.len())];
            let mut packed = PackedSymbols::default();
            let taken = packed.fill(&b"xyz"[..odd], text).unwrap();
            let (expected, characters) = unpacked(&text[..taken.bytes]);
            prop_assert_eq!(taken.characters, characters);
            prop_assert_eq!(packed.symbols(), [&b"xyz"[..odd], &expected].concat());
            prop_assert_eq!(packed.symbols().len() % 4, 0);
        }
    }
}
