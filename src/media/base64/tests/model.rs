//! Decoding in the plainest way: one pass for each rule, over the whole text.

use super::super::ContentError;

/// Decodes a text that is no reference to a storage of n8n.
pub(super) fn decoded(text: &[u8]) -> Result<Vec<u8>, ContentError> {
    let (characters, is_broken) = characters(text);
    let (symbols, padding, fault) = symbols(&characters);
    let broken_at = is_broken.then_some(characters.len());
    let (groups, odd) = symbols.split_at(symbols.len() / 4 * 4);
    let mut bytes = groups_decoded(groups)?;
    if let Some(at) = fault.or(broken_at) {
        return Err(ContentError::InvalidCharacter { at });
    }
    match (odd.len(), padding) {
        (0 | 2 | 3, 0) | (2, 2) | (3, 1) => bytes.extend(groups_decoded(odd)?),
        (odd, padding) => {
            let length = groups.len() + odd + padding;
            return Err(ContentError::Cut { length });
        }
    }
    Ok(bytes)
}

/// Characters of a text, and whether an escape that base64 cannot have follows them.
fn characters(text: &[u8]) -> (Vec<u8>, bool) {
    let mut characters = Vec::new();
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let (character, length) = match (first, after) {
            (b'\\', [b'/', ..]) => (b'/', 2),
            (b'\\', [b'n' | b'r' | b't', ..]) => (b'\n', 2),
            (b'\\', [b'u', digits @ ..]) => match hexadecimal(digits) {
                Some(character) => (character, 6),
                None => return (characters, true),
            },
            (b'\\', _) => return (characters, true),
            (plain, _) => (plain, 1),
        };
        characters.push(character);
        rest = &rest[length..];
    }
    (characters, false)
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits = str::from_utf8(digits.get(..4)?).ok()?;
    let is_number = digits.chars().all(|digit| digit.is_ascii_hexdigit());
    let value = u8::from_str_radix(digits, 16).ok()?;
    (is_number && value.is_ascii()).then_some(value)
}

/// Symbols with their places, the number of padding characters, and the place of the first character that is allowed
/// nowhere or not there.
fn symbols(characters: &[u8]) -> (Vec<(usize, u8)>, usize, Option<usize>) {
    let (mut symbols, mut padding) = (Vec::new(), 0);
    for (at, &character) in characters.iter().enumerate().skip(prefix(characters)) {
        match (character, symbols.len() % 4) {
            (b' ' | b'\t' | b'\r' | b'\n', _) => {}
            (b'=', odd @ 2..) if odd + padding < 4 => padding += 1,
            (b'=', _) => return (symbols, padding, Some(at)),
            _ if padding > 0 => return (symbols, padding, Some(at)),
            _ => symbols.push((at, character)),
        }
    }
    (symbols, padding, None)
}

/// Length of `data:…;base64,`.
fn prefix(characters: &[u8]) -> usize {
    const END: &[u8] = b";base64,";
    let head = &characters[..characters.len().min(256)];
    let end = head.windows(END.len()).position(|window| window == END);
    end.filter(|_| head.starts_with(b"data:"))
        .map_or(0, |at| at + END.len())
}

fn groups_decoded(symbols: &[(usize, u8)]) -> Result<Vec<u8>, ContentError> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = Vec::new();
    for &(at, symbol) in symbols {
        let value = ALPHABET.iter().position(|letter| *letter == symbol);
        let value = value.ok_or(match symbol {
            b'-' | b'_' => ContentError::UrlSafe { at },
            _ => ContentError::InvalidCharacter { at },
        })?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1 == 1));
    }
    let (bytes, left) = bits.as_chunks::<8>();
    match symbols.last() {
        Some((at, _)) if left.contains(&true) => Err(ContentError::InvalidCharacter { at: *at }),
        _ => Ok(bytes
            .iter()
            .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)))
            .collect()),
    }
}
