//! Packing of symbols run by run, between the escapes.
//!
//! Each chunk of a text is read twice: once for the places of its backslashes, then for what is between them. The kinds and
//! places of escapes follow no pattern, so code that branches on them would take three times as long.

#![expect(
    clippy::inline_always,
    reason = "inlined where the instructions of `S` may be used"
)]

use fearless_simd::{prelude::*, u8x64};

use super::part::Packed;

/// Bytes whose escapes are found at once; with their symbols they fit into the first-level cache.
pub(super) const CHUNK: usize = 4 * 1024;

/// Bytes copied at once, whether or not an escape is among them: runs are rarely longer.
pub(super) const COPIED: usize = 128;

/// A chunk and the bytes after it.
type Chunk = [u8; CHUNK + COPIED];

/// Places of the backslashes in a chunk. Four are written at once.
type Places = [u16; CHUNK + AT_ONCE];

const AT_ONCE: usize = 4;

/// Packs the symbols of the beginning of `text` into `symbols`, which is longer by a chunk and the bytes copied at
/// once. The rest of the text is shorter than a chunk; `None` if an escape is rare in base64.
#[inline(always)]
pub(super) fn pack<S: Simd>(simd: S, text: &[u8], symbols: &mut [u8]) -> Option<Packed> {
    let mut places = [0; CHUNK + AT_ONCE];
    let mut packed = Packed::default();
    while let Some(chunk) = text.get(packed.bytes..)?.first_chunk() {
        packed += pack_chunk(
            simd,
            chunk,
            CHUNK,
            &mut places,
            symbols.get_mut(packed.symbols..)?,
        )?;
    }
    // What remains of a longer text is the beginning of the next.
    if packed.bytes == 0 {
        packed = pack_chunk(
            simd,
            &padded_chunk(text)?,
            text.len().min(CHUNK),
            &mut places,
            symbols,
        )?;
    }
    Some(packed)
}

/// The last bytes of a text, and zeros.
fn padded_chunk(rest: &[u8]) -> Option<Chunk> {
    let mut chunk = [0; CHUNK + COPIED];
    chunk.get_mut(..rest.len())?.copy_from_slice(rest);
    Some(chunk)
}

/// Writes the places of the backslashes in a chunk to `places`, and returns their number.
#[inline(always)]
fn backslashes<S: Simd>(simd: S, chunk: &Chunk, places: &mut Places) -> usize {
    let backslash = u8x64::splat(simd, b'\\');
    let (mut found, mut start) = (0, 0);
    for bytes in chunk.as_chunks().0.iter().take(CHUNK / 64) {
        let mut mask = u8x64::load_array_ref(simd, bytes).simd_eq(backslash).to_bitmask();
        let end = found + mask.count_ones() as usize;
        // Places beyond the end are overwritten by the next.
        let places = places.get_mut(found..).unwrap_or_default();
        if let Some(places) = places.first_chunk_mut() {
            *places = [
                next_place(&mut mask, start),
                next_place(&mut mask, start),
                next_place(&mut mask, start),
                next_place(&mut mask, start),
            ];
        }
        let mut places = places.iter_mut().skip(AT_ONCE);
        while mask != 0
            && let Some(place) = places.next()
        {
            *place = next_place(&mut mask, start);
        }
        found = end;
        start += 64;
    }
    found
}

/// Removes the lowest bit of a mask of 64 bytes, and returns the place of its byte; the first byte is at `start`.
#[expect(clippy::cast_possible_truncation, reason = "a mask has 64 bits")]
#[inline(always)]
fn next_place(mask: &mut u64, start: u16) -> u16 {
    let bit = mask.trailing_zeros() as u16;
    *mask &= mask.wrapping_sub(1);
    start + bit
}

/// Packs the symbols of the first `end` bytes of a chunk, and of the escape that crosses its end.
#[inline(always)]
fn pack_chunk<S: Simd>(
    simd: S,
    chunk: &Chunk,
    end: usize,
    places: &mut Places,
    symbols: &mut [u8],
) -> Option<Packed> {
    let found = backslashes(simd, chunk, places);
    let places = places.get(..found)?;
    let symbols: &mut Chunk = symbols.first_chunk_mut()?;
    let (mut from, mut to) = (0, 0);
    let (mut unicode, mut is_known) = (0, true);
    for place in places {
        let place = usize::from(*place);
        // Beyond a chunk where a backslash is within an escape.
        let run = place.wrapping_sub(from);
        if run <= COPIED {
            copy(simd, chunk, from, symbols, to)?;
        } else {
            let run = chunk.get(from..place)?;
            symbols.get_mut(to..to + run.len())?.copy_from_slice(run);
        }
        let escape = SymbolEscape::of(*chunk.get(place..)?.first_chunk()?);
        to += run;
        *symbols.get_mut(to)? = escape.symbol;
        to += usize::from(escape.is_symbol);
        from = place + 2 + 4 * usize::from(escape.is_unicode);
        unicode += usize::from(escape.is_unicode);
        is_known &= escape.is_known;
    }
    let bytes = end.max(from);
    let rest = chunk.get(from..bytes).filter(|_| is_known)?;
    symbols.get_mut(to..to + rest.len())?.copy_from_slice(rest);
    Some(Packed {
        bytes,
        excess: places.len() + 4 * unicode,
        symbols: to + rest.len(),
    })
}

/// Copies 128 bytes of a chunk.
#[inline(always)]
fn copy<S: Simd>(simd: S, chunk: &Chunk, from: usize, symbols: &mut Chunk, to: usize) -> Option<()> {
    let from: &[u8; COPIED] = chunk.get(from..)?.first_chunk()?;
    let to: &mut [u8; COPIED] = symbols.get_mut(to..)?.first_chunk_mut()?;
    let ([from, from_second], []) = from.as_chunks() else {
        return None;
    };
    let ([to, to_second], []) = to.as_chunks_mut() else {
        return None;
    };
    u8x64::load_array_ref(simd, from).store_array(to);
    u8x64::load_array_ref(simd, from_second).store_array(to_second);
    Some(())
}

/// A JSON escape that encoders write in base64.
struct SymbolEscape {
    /// The symbol; any byte for a line break.
    symbol: u8,
    is_symbol: bool,
    is_unicode: bool,
    /// Whether it is one of `\/`, `\n`, `\r`, `\u002B` and `\u002F`, whose hexadecimal digit may be small.
    is_known: bool,
}

const PLUS: u64 = u64::from_le_bytes(*b"\\u002b\0\0");

/// Bytes of an escape such as `\u002b`.
const USED: u64 = u64::from_le_bytes(*b"\xFF\xFF\xFF\xFF\xFF\xFF\0\0");

/// Bit that makes its last digit a small letter.
const SMALL: u64 = u64::from_le_bytes(*b"\0\0\0\0\0\x20\0\0");

/// Bit in which the last digits `b` and `f` differ, as do the symbols `+` and `/`.
const LAST: u64 = u64::from_le_bytes(*b"\0\0\0\0\0\x04\0\0");

impl SymbolEscape {
    /// Reads an escape at the beginning of `bytes`.
    #[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]
    #[inline(always)]
    fn of(bytes: [u8; 8]) -> Self {
        let difference = ((u64::from_le_bytes(bytes) | SMALL) & USED) ^ PLUS;
        let [_, _, _, _, _, last, _, _] = difference.to_le_bytes();
        let [_, kind, ..] = bytes;
        let is_unicode = difference & !LAST == 0;
        let is_symbol = is_unicode | (kind == b'/');
        Self {
            symbol: b'/' ^ ((u8::from(is_unicode) << 2) & !last),
            is_symbol,
            is_unicode,
            is_known: is_symbol | (kind == b'n') | (kind == b'r'),
        }
    }
}
