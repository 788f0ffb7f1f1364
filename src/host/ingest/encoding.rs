//! Classification of input that is not a request: its encoding or format, and traces of JSON in it.

use std::fmt;

use Encoding::{Binary, Utf16, Utf32};
use Endianness::{Big, Little};

/// Encoding or format other than UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::host) enum Encoding {
    Utf16(Endianness),
    Utf32(Endianness),
    /// A compressed or otherwise binary format, by its name.
    Binary(&'static str),
}

/// The order of the bytes of a code unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::host) enum Endianness {
    Little,
    Big,
}

/// First bytes of binary formats.
const MAGIC: [(&[u8], &str); 12] = [
    (b"\x1F\x8B", "gzip"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x28\xB5\x2F\xFD", "Zstandard"),
    (b"BZh", "bzip2"),
    (b"\xFD7zXZ\x00", "xz"),
    (b"\x78\x01", "zlib"),
    (b"\x78\x9C", "zlib"),
    (b"\x78\xDA", "zlib"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"\x1A\x45\xDF\xA3", "a WebM or Matroska video"),
];

impl Encoding {
    /// Detects the encoding by the first bytes; `None` if it is unknown or UTF-8.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        match text {
            // The size of its first box looks like a character of UTF-32.
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Binary("an MP4 or MOV video")),
            [0xFF, 0xFE, 0, 0, ..] => Some(Utf32(Little)),
            [0, 0, 0xFE, 0xFF, ..] => Some(Utf32(Big)),
            [0xFF, 0xFE, ..] => Some(Utf16(Little)),
            [0xFE, 0xFF, ..] => Some(Utf16(Big)),
            [1..=0x7F, 0, 0, 0, ..] => Some(Utf32(Little)),
            [0, 0, 0, 1..=0x7F, ..] => Some(Utf32(Big)),
            [1..=0x7F, 0, ..] => Some(Utf16(Little)),
            [0, 1..=0x7F, 0, ..] => Some(Utf16(Big)),
            _ => MAGIC
                .iter()
                .find(|(magic, _)| text.starts_with(magic))
                .map(|(_, name)| Binary(name)),
        }
    }

    /// Whether `line` continues in this encoding. The line feed before it was one byte of a wider character,
    /// so the byte order cannot be read from its beginning.
    pub(super) fn continues(self, line: &[u8]) -> bool {
        match self {
            Utf16(_) | Utf32(_) => line.contains(&0),
            Binary(_) => is_binary(line),
        }
    }

    /// Returns the readable part of such a line as UTF-8; empty for a binary format.
    pub(super) fn decode(self, line: &[u8]) -> Vec<u8> {
        let ascii: Vec<u8> = match self {
            // Only the id is searched for, and ids are mostly ASCII.
            Utf16(_) | Utf32(_) => line
                .iter()
                .copied()
                .filter(u8::is_ascii)
                .filter(|byte| *byte != 0)
                .collect(),
            Binary(_) => Vec::new(),
        };
        ascii.trim_ascii().to_vec()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = |order: &Endianness| {
            if *order == Little {
                "little-endian"
            } else {
                "big-endian"
            }
        };
        match self {
            Utf16(of) => write!(
                f,
                "UTF-16 ({}), not UTF-8; send UTF-8 (PowerShell: -Encoding utf8)",
                order(of)
            ),
            Utf32(of) => write!(f, "UTF-32 ({}), not UTF-8; send UTF-8", order(of)),
            Binary(name) => write!(
                f,
                "{name}, not JSON; send the request itself, as uncompressed UTF-8"
            ),
        }
    }
}

/// Whether `text` contains invalid UTF-8 (except a truncated last character) or a control character.
pub(super) fn is_binary(text: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let is_no_utf8 = str::from_utf8(text).is_err_and(|error| error.error_len().is_some());
    is_no_utf8 || text.iter().any(is_control)
}

/// Whether `text` contains a brace followed, after optional blanks, by a quote.
pub(super) fn opens_an_object(text: &[u8]) -> bool {
    let opens = |at: usize| {
        text.get(at + 1..)
            .unwrap_or_default()
            .trim_ascii_start()
            .starts_with(b"\"")
    };
    memchr::memchr_iter(b'{', text).any(opens)
}

/// Returns the error for a line that begins with neither brace nor bracket and is not a JSON value.
pub(super) fn fault_of_junk_line(line: &[u8]) -> &'static str {
    if is_binary(line) {
        return "this is binary data or text in another encoding, not JSON; send the request as uncompressed UTF-8";
    }
    // `eyJ` is the base64 of an opening brace and a quote.
    if line.trim_ascii().starts_with(b"eyJ") {
        return "this looks like base64 of a JSON object; send the object itself";
    }
    if line.trim_ascii().starts_with(b",") {
        return "separate requests with a line break, not a comma";
    }
    "a request must begin with an opening brace"
}

/// Returns the likely encoding of the first invalid bytes in a text that is mostly ASCII.
pub(in crate::host) fn of_invalid_utf8(text: &[u8]) -> &'static str {
    let at = std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
    let rest = text.get(at..).unwrap_or_default();
    let run = rest.iter().take_while(|byte| !byte.is_ascii()).count();
    let run = rest.get(..run).unwrap_or_default();
    let is_windows = |byte: &u8| (0x80..=0x9F).contains(byte);
    match run {
        [0xED, 0xA0..=0xBF, ..] => "CESU-8: an emoji is written as two halves",
        [one] if is_windows(one) => "Windows-1252",
        [_] => "Latin-1 (ISO 8859-1) or Windows-1252",
        [_, _] if run.iter().all(|byte| *byte >= 0xC0) => "Latin-1 (ISO 8859-1) or Windows-1252",
        _ => "another encoding, such as Windows-1251, GBK or Shift JIS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known_with_and_without_a_mark() {
        for (bytes, encoding) in [
            (&b"\xFF\xFE{\0\"\0"[..], Some(Utf16(Little))),
            (b"\xFE\xFF\0{\0\"", Some(Utf16(Big))),
            (b"{\0\"\0", Some(Utf16(Little))),
            (b"\0{\0\"", Some(Utf16(Big))),
            (b"\xFF\xFE\0\0{\0\0\0", Some(Utf32(Little))),
            (b"\0\0\xFE\xFF\0\0\0{", Some(Utf32(Big))),
            (b"{\0\0\0", Some(Utf32(Little))),
            (b"\0\0\0{", Some(Utf32(Big))),
            (b"\x1F\x8B\x08\0", Some(Binary("gzip"))),
            (b"\0\0\0\x20ftypisom", Some(Binary("an MP4 or MOV video"))),
            (b"{\"action\":", None),
            (b"hello", None),
            (b"", None),
        ] {
            assert_eq!(Encoding::of(bytes), encoding, "{bytes:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_named() {
        for (text, words) in [
            (&b"Gr\xFC\xDFe"[..], "Latin-1"),
            (b"caf\xE9", "Latin-1"),
            (b"it\x92s", "Windows-1252"),
            (b"\xCF\xF0\xE8\xE2\xE5\xF2", "Windows-1251"),
            (b"\x83n\x83\x8D\x81[", "Windows-1252"),
            (b"\xED\xA0\xBD\xED\xB8\x80", "CESU-8"),
        ] {
            assert!(
                of_invalid_utf8(text).contains(words),
                "{text:?}: {}",
                of_invalid_utf8(text)
            );
        }
    }
}
