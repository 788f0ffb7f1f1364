//! Packing of symbols in windows of 64 bytes, where the processor compresses such a vector with one instruction.
//!
//! The time does not depend on the number of escapes. Without such an instruction it would be longer than run by run.

#![expect(
    clippy::inline_always,
    reason = "inlined where the instructions of `S` may be used"
)]

use fearless_simd::{mask8x64, prelude::*, u8x64};

use super::part::Packed;

/// Bytes of a window.
const WINDOW: usize = 64;

/// Places in a window, one bit each; the first byte has the lowest.
type Bits = u64;

/// Beginnings of escapes that end in the next window.
#[derive(Debug, Clone, Copy, Default)]
struct Begun {
    backslash: Bits,
    /// The letter in `\u002B`.
    unicode: Bits,
}

/// Parts of the escapes in a window.
#[derive(Debug, Clone, Copy)]
struct Escapes {
    begun: Begun,
    line_breaks: Bits,
    /// All bytes but the last of an escaped symbol, and all of an escaped line break.
    dropped: Bits,
    /// The last digit in `\u002B`.
    digit: Bits,
    /// Bytes that other escapes have.
    unknown: Bits,
}

/// Packs the symbols of the beginning of `text` into `symbols`, which is longer by a window. The rest of the text is
/// hardly longer than a window; `None` if an escape is rare in base64.
#[inline(always)]
pub(super) fn pack<S: Simd>(simd: S, text: &[u8], symbols: &mut [u8]) -> Option<Packed> {
    let mut packed = Packed::default();
    let (mut line_breaks, mut unknown) = (0, 0);
    let mut begun = Begun::default();
    for window in text.as_chunks().0 {
        let bytes = u8x64::load_array_ref(simd, window);
        let escapes = Escapes::of(simd, bytes, begun);
        let kept = !escapes.dropped;
        let to = symbols.get_mut(packed.symbols..)?.first_chunk_mut()?;
        mask8x64::from_bitmask(simd, escapes.digit)
            .select(symbols_of_digits(simd, bytes), bytes)
            .compress(mask8x64::from_bitmask(simd, kept))
            .store_array(to);
        packed.bytes += WINDOW;
        packed.symbols += kept.count_ones() as usize;
        line_breaks += escapes.line_breaks.count_ones() as usize;
        unknown |= escapes.unknown;
        begun = escapes.begun;
    }
    if unknown != 0 {
        return None;
    }
    packed.bytes -= begun.bytes();
    packed.excess = packed.bytes - packed.symbols - line_breaks;
    Some(packed)
}

impl Escapes {
    #[inline(always)]
    fn of<S: Simd>(simd: S, bytes: u8x64<S>, before: Begun) -> Self {
        let small = bytes | u8x64::splat(simd, 0x20);
        let backslash = places(simd, bytes, b'\\');
        let kind = backslash << 1 | before.backslash >> 63;
        let line_breaks = kind & (places(simd, bytes, b'n') | places(simd, bytes, b'r'));
        let slash = kind & places(simd, bytes, b'/');
        let unicode = kind & places(simd, bytes, b'u');
        let zeros = unicode << 1 | before.unicode >> 63 | unicode << 2 | before.unicode >> 62;
        let two = unicode << 3 | before.unicode >> 61;
        let digit = unicode << 4 | before.unicode >> 60;
        Self {
            begun: Begun { backslash, unicode },
            line_breaks,
            dropped: backslash | line_breaks | unicode | zeros | two,
            digit,
            unknown: kind & !(line_breaks | slash | unicode)
                | zeros & !places(simd, bytes, b'0')
                | two & !places(simd, bytes, b'2')
                | digit & !(places(simd, small, b'b') | places(simd, small, b'f')),
        }
    }
}

impl Begun {
    /// Bytes at the end of the window that belong to an escape which does not end there.
    fn bytes(self) -> usize {
        let backslash = self.backslash.leading_zeros() as usize;
        let is_unicode = self.unicode.leading_zeros() < 4;
        if backslash == 0 || is_unicode {
            backslash + 1
        } else {
            0
        }
    }
}

/// Places of a byte.
#[inline(always)]
fn places<S: Simd>(simd: S, bytes: u8x64<S>, byte: u8) -> Bits {
    bytes.simd_eq(u8x64::splat(simd, byte)).to_bitmask()
}

/// The symbol `+` in the place of `b` and `B`, and `/` in that of `f` and `F`, which differ by the same bit.
#[inline(always)]
fn symbols_of_digits<S: Simd>(simd: S, bytes: u8x64<S>) -> u8x64<S> {
    bytes & u8x64::splat(simd, b'b' ^ b'f') | u8x64::splat(simd, b'+')
}
