//! Streaming base64 decoder for the body of a JSON string, strict and with constant memory.
//!
//! Input may be split at any byte. The standard alphabet is accepted, with or without padding; white space is
//! skipped, also as JSON escapes; `data:…;base64,` may precede it. Any other character is an error with its
//! position.

mod error;
mod reference;
mod short_runs;

use ::base64::{
    DecodeError, DecodeSliceError, Engine as _,
    engine::{DecodePaddingMode, GeneralPurposeConfig, Simd},
};

pub use self::error::ContentError;
use self::{
    reference::{may_be_reference, no_reference},
    short_runs::ShortRuns,
};
use super::{Passed, Sieve};
use crate::model::ByteCount;

/// Decodes one content from text to bytes.
#[derive(Debug)]
pub struct Base64Decoder {
    engine: Simd,
    sieve: Sieve,
    /// Largest content.
    maximum: ByteCount,
    begin: Begin,
    escape: Escape,
    /// Symbols of short lines, and of an incomplete group of four.
    short_runs: ShortRuns,
    padding: usize,
    /// Characters so far.
    position: usize,
    /// Symbols and padding so far.
    symbols: usize,
    /// Buffer for decoded bytes, allocated with the first; full buffers are passed on.
    output: Vec<u8>,
    /// Number of decoded bytes in it that are not passed on yet.
    ready: usize,
    fault: Option<ContentError>,
}

/// State of the search for a `data:` prefix.
#[derive(Debug)]
enum Begin {
    Undecided(Vec<u8>),
    Decided,
}

/// Position in a JSON escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    Outside,
    Backslash,
    Hex { digits: u8, value: u32 },
}

/// Longest prefix `data:…;base64,` that is recognized.
const PREFIX_MAX: usize = 256;

/// Characters decoded at once; three quarters of it fit easily into the second-level cache.
const BLOCK: usize = 64 * 1024;

/// Minimum run that is decoded on its own: copying a shorter one to its neighbours is faster.
const DIRECT: usize = 1024;

/// Size of the buffer of decoded bytes.
const OUTPUT: usize = 4 * BLOCK;

impl Base64Decoder {
    /// Creates a decoder of at most `maximum` that writes to `sieve`.
    pub fn new(sieve: Sieve, maximum: ByteCount) -> Self {
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireNone);
        Self {
            engine: Simd::standard(config),
            sieve,
            maximum,
            begin: Begin::Undecided(Vec::new()),
            escape: Escape::Outside,
            short_runs: ShortRuns::default(),
            padding: 0,
            position: 0,
            symbols: 0,
            output: Vec::new(),
            ready: 0,
            fault: None,
        }
    }

    /// Decodes the next piece of the JSON string. After an error the rest is ignored.
    pub fn push(&mut self, raw: &[u8]) {
        if self.fault.is_none() {
            self.fault = self.try_push(raw).err().map(|fault| self.earlier_or(fault));
        }
    }

    /// The collected symbols precede the error, and may contain an earlier one.
    fn earlier_or(&mut self, fault: ContentError) -> ContentError {
        self.decode_gathered().err().unwrap_or(fault)
    }

    /// Ends the string.
    pub fn finish(mut self) -> Result<Passed, ContentError> {
        self.fault.map_or(Ok(()), Err)?;
        self.last_text().map_err(|fault| self.earlier_or(fault))?;
        self.decode_gathered()?;
        match (self.short_runs.odd(), self.padding) {
            (0, 0) => {}
            (2 | 3, 0) => self.decode_last()?,
            (odd, padding) if odd + padding == 4 => self.decode_last()?,
            _ => return Err(ContentError::Cut { length: self.symbols }),
        }
        self.keep_output()?;
        self.sieve.finish().map_err(ContentError::Spool)
    }

    /// Decodes the text held back for a prefix that did not match.
    fn last_text(&mut self) -> Result<(), ContentError> {
        if let Begin::Undecided(kept) = std::mem::replace(&mut self.begin, Begin::Decided) {
            no_reference(&kept)?;
            self.symbols(&kept)?;
        }
        if self.escape == Escape::Outside {
            Ok(())
        } else {
            Err(ContentError::InvalidCharacter { at: self.position })
        }
    }

    fn try_push(&mut self, mut raw: &[u8]) -> Result<(), ContentError> {
        while let Some(&first) = raw.first() {
            if self.escape != Escape::Outside {
                self.escaped(first)?;
                raw = raw.get(1..).unwrap_or_default();
                continue;
            }
            let run = memchr::memchr(b'\\', raw).unwrap_or(raw.len());
            self.plain(raw.get(..run).unwrap_or_default())?;
            if run < raw.len() {
                self.escape = Escape::Backslash;
            }
            raw = raw.get(run + 1..).unwrap_or_default();
        }
        Ok(())
    }

    fn escaped(&mut self, byte: u8) -> Result<(), ContentError> {
        let wrong = ContentError::InvalidCharacter { at: self.position };
        let plain = match (self.escape, byte) {
            (Escape::Backslash, b'/') => b'/',
            (Escape::Backslash, b'n' | b'r' | b't') => b'\n',
            (Escape::Backslash, b'u') => {
                self.escape = Escape::Hex { digits: 0, value: 0 };
                return Ok(());
            }
            (Escape::Hex { digits, value }, hex) => {
                let digit = char::from(hex).to_digit(16).ok_or(wrong)?;
                let (digits, value) = (digits + 1, value * 16 + digit);
                if digits < 4 {
                    self.escape = Escape::Hex { digits, value };
                    return Ok(());
                }
                u8::try_from(value).ok().filter(u8::is_ascii).ok_or(wrong)?
            }
            (Escape::Backslash | Escape::Outside, _) => return Err(wrong),
        };
        self.escape = Escape::Outside;
        self.plain(&[plain])
    }

    /// Decodes text without escapes; looks for the prefix first.
    fn plain(&mut self, text: &[u8]) -> Result<(), ContentError> {
        let Begin::Undecided(kept) = &mut self.begin else {
            return self.symbols(text);
        };
        let (head, rest) = text.split_at(text.len().min(PREFIX_MAX.saturating_sub(kept.len())));
        kept.extend_from_slice(head);
        let end = prefix_end(kept);
        let is_open = end.is_none() || may_be_reference(kept)?;
        if is_open && kept.len() < PREFIX_MAX {
            return Ok(());
        }
        let kept = std::mem::take(kept);
        self.begin = Begin::Decided;
        let start = end.unwrap_or_default();
        self.position += start;
        self.symbols(kept.get(start..).unwrap_or_default())?;
        self.symbols(rest)
    }

    /// Decodes base64.
    fn symbols(&mut self, text: &[u8]) -> Result<(), ContentError> {
        for block in text.chunks(BLOCK) {
            if block.len() < DIRECT {
                self.mixed(block)?;
                continue;
            }
            let (head, block) = block.split_at((4 - self.short_runs.odd()) % 4);
            self.mixed(head)?;
            self.decode_gathered()?;
            let (groups, rest) = block.split_at(block.len() / 4 * 4);
            // Most blocks contain only symbols, and a check would cost as much as decoding.
            if self.short_runs.odd() == 0 && self.padding == 0 && self.is_plain(groups)? {
                self.mixed(rest)?;
            } else {
                self.mixed(block)?;
            }
        }
        Ok(())
    }

    /// Decodes whole groups of four that contain only symbols.
    fn is_plain(&mut self, groups: &[u8]) -> Result<bool, ContentError> {
        match self.groups(groups) {
            Ok(()) => Ok(true),
            Err(ContentError::InvalidCharacter { .. } | ContentError::UrlSafe { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Decodes text with white space or padding.
    fn mixed(&mut self, text: &[u8]) -> Result<(), ContentError> {
        let mut rest = text;
        while let Some(&first) = rest.first() {
            let length = if is_special(first) {
                self.special(first)?;
                1
            } else {
                let length = plain_length(rest);
                self.run(rest.get(..length).unwrap_or_default())?;
                length
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    fn special(&mut self, byte: u8) -> Result<(), ContentError> {
        let at = self.position;
        self.position += 1;
        if byte != b'=' {
            return Ok(());
        }
        if self.short_runs.odd() < 2 || self.short_runs.odd() + self.padding >= 4 {
            return Err(ContentError::InvalidCharacter { at });
        }
        self.padding += 1;
        self.symbols += 1;
        Ok(())
    }

    /// Decodes a run of symbols.
    fn run(&mut self, mut run: &[u8]) -> Result<(), ContentError> {
        if run.is_empty() {
            return Ok(());
        }
        if self.padding > 0 {
            return Err(ContentError::InvalidCharacter { at: self.position });
        }
        while !run.is_empty() {
            let taken = self.short_runs.add(run, self.position);
            self.position += taken;
            self.symbols += taken;
            run = run.get(taken..).unwrap_or_default();
            if self.short_runs.is_full() {
                self.decode_gathered()?;
            }
        }
        Ok(())
    }

    /// Decodes whole groups of four; an error changes nothing.
    fn groups(&mut self, groups: &[u8]) -> Result<(), ContentError> {
        let start = self.position;
        self.decode(groups, |offset| start + offset)?;
        self.position += groups.len();
        self.symbols += groups.len();
        Ok(())
    }

    /// Decodes the whole groups in `short_runs`.
    fn decode_gathered(&mut self) -> Result<(), ContentError> {
        let mut short_runs = std::mem::take(&mut self.short_runs);
        let whole = short_runs.symbols().len() - short_runs.odd();
        let groups = short_runs.symbols().get(..whole).unwrap_or_default();
        self.decode(groups, |offset| short_runs.place(offset))?;
        short_runs.keep_odd();
        self.short_runs = short_runs;
        Ok(())
    }

    /// Decodes the last two or three symbols of the text.
    fn decode_last(&mut self) -> Result<(), ContentError> {
        let short_runs = std::mem::take(&mut self.short_runs);
        self.decode(short_runs.symbols(), |offset| short_runs.place(offset))
    }

    /// Decodes whole groups of four, or the last one; `place` gives the position in the text of the symbol at an
    /// offset.
    fn decode(&mut self, groups: &[u8], place: impl Fn(usize) -> usize) -> Result<(), ContentError> {
        if groups.is_empty() {
            return Ok(());
        }
        let needed = groups.len().div_ceil(4) * 3;
        if self.ready + needed > self.output.len() {
            self.keep_output()?;
            self.make_room(needed);
        }
        let room = self.output.get_mut(self.ready..).unwrap_or_default();
        let decoded = self.engine.decode_slice(groups, room);
        self.ready += decoded.map_err(|error| {
            let at = offset(&error);
            match groups.get(at) {
                Some(b'-' | b'_') => ContentError::UrlSafe { at: place(at) },
                _ => ContentError::InvalidCharacter { at: place(at) },
            }
        })?;
        let size = self
            .sieve
            .size()
            .0
            .saturating_add(u64::try_from(self.ready).unwrap_or(u64::MAX));
        if size > self.maximum.0 {
            Err(ContentError::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Reserves little memory for the first bytes and more for later ones, so that short contents stay small.
    fn make_room(&mut self, needed: usize) {
        if self.output.len() < OUTPUT {
            self.output = vec![0; if self.output.is_empty() { needed } else { OUTPUT }];
        }
    }

    fn keep_output(&mut self) -> Result<(), ContentError> {
        let ready = self
            .output
            .get(..std::mem::take(&mut self.ready))
            .unwrap_or_default();
        self.sieve.pass(ready).map_err(ContentError::Spool)
    }
}

/// Number of bytes before the first padding or white space.
fn plain_length(text: &[u8]) -> usize {
    // In windows, so that neither search runs far beyond the other's match.
    let plain_in = |window: &[u8]| {
        let length = memchr::memchr3(b'\n', b'\r', b'=', window).unwrap_or(window.len());
        memchr::memchr2(b' ', b'\t', window.get(..length).unwrap_or_default()).unwrap_or(length)
    };
    let mut length = 0;
    for window in text.chunks(WINDOW) {
        let plain = plain_in(window);
        length += plain;
        if plain < window.len() {
            break;
        }
    }
    length
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'=' | b' ' | b'\n' | b'\r' | b'\t')
}

/// Bytes searched at once.
const WINDOW: usize = 128;

/// Start of the base64 in `head`, as soon as it is known.
fn prefix_end(head: &[u8]) -> Option<usize> {
    const BEGIN: &[u8] = b"data:";
    const END: &[u8] = b";base64,";
    let shared = head.len().min(BEGIN.len());
    if head.get(..shared) != BEGIN.get(..shared) {
        return Some(0);
    }
    memchr::memmem::find(head, END).map(|at| at + END.len())
}

fn offset(error: &DecodeSliceError) -> usize {
    match *error {
        DecodeSliceError::DecodeError(
            DecodeError::InvalidByte(offset, _) | DecodeError::InvalidLastSymbol { offset, .. },
        ) => offset,
        DecodeSliceError::DecodeError(DecodeError::InvalidLength(_) | DecodeError::InvalidPadding)
        | DecodeSliceError::OutputSliceTooSmall => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    use super::*;
    use crate::media::SpoolArea;

    const MAXIMUM: ByteCount = ByteCount(4 * 1024 * 1024);

    /// Decodes `text` in pieces of `step` bytes.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may ask where temporary files go"
    )]
    fn decode(text: &[u8], step: usize) -> Result<Vec<u8>, ContentError> {
        let mut decoder = Base64Decoder::new(Sieve::of_all(&SpoolArea::new(env::temp_dir())), MAXIMUM);
        text.chunks(step.max(1)).for_each(|piece| decoder.push(piece));
        let Passed::Kept(source) = decoder.finish()? else {
            panic!("all is kept")
        };
        Ok(source.read(0, source.size().0).unwrap().to_vec())
    }

    #[track_caller]
    fn check(text: &str, expected: Result<&[u8], ContentError>) {
        for step in [1, 2, 3, 5, 1024] {
            assert_eq!(
                decode(text.as_bytes(), step).as_deref(),
                expected.as_deref(),
                "{text:?} in pieces of {step}"
            );
        }
    }

    #[test]
    fn strict_base64_with_the_freedoms_that_people_use() {
        for text in [
            "aGVsbG8=",
            "aGVsbG8",
            " aGVs bG8 ",
            "data:video/mp4;base64,aGVsbG8=",
            "data:video\\/mp4;base64,aGVsbG8=",
            "aGVs\\nbG8=\\r\\n",
            "aGVs\\u0062G8\\u003d",
        ] {
            check(text, Ok(b"hello"));
        }
        check("", Ok(b""));
        check("  \\n ", Ok(b""));
        check("\\/\\/\\/\\/", Ok(b"\xff\xff\xff"));
    }

    #[test]
    fn what_is_not_base64_is_told_with_its_place() {
        for (text, at) in [
            ("data:video/mp4;base64,aG*sbG8=", 24),
            ("data:text/plain,hello", 4),
            ("data:video/mp4;charset=utf-8,AAAA", 4),
            ("AAAA:AAAA\\u00", 4),
            ("aGVsbG8=aGVs", 8),
            ("aGVs=", 4),
            ("a===", 1),
            ("aGVsbG8==", 8),
            ("aGVsbG9=", 6),
            ("/tmp/clip.mp4", 9),
            ("aGVs\\u00e9", 4),
            ("aGVs\\\"", 4),
            ("aGVs\\b", 4),
            ("aGVs\\", 4),
            ("aGVs\\u004", 4),
        ] {
            check(text, Err(ContentError::InvalidCharacter { at }));
        }
        check("aGVs-G8=", Err(ContentError::UrlSafe { at: 4 }));
        check("aG Vs_G8=", Err(ContentError::UrlSafe { at: 5 }));
        check("aGVsb", Err(ContentError::Cut { length: 5 }));
        check("aGVsbA=", Err(ContentError::Cut { length: 7 }));
    }

    #[test]
    fn a_reference_to_the_storage_of_n8n_is_not_base64() {
        let long = format!("filesystem-v2:workflows/{}", "a/".repeat(200));
        for text in [
            "filesystem-v2",
            "filesystem",
            "database",
            "s3",
            "s3:workflows/1/2",
            &long,
        ] {
            check(text, Err(ContentError::Reference));
        }
        check("databases===", Err(ContentError::InvalidCharacter { at: 9 }));
        assert!(decode(b"databaseAAAA", 4).is_ok() && decode(b"filesystemAA", 4).is_ok());
    }

    #[test]
    fn a_megabyte_goes_through_a_file() {
        let bytes: Vec<u8> = (0..3_000_001_u32).map(|n| n.to_le_bytes()[1]).collect();
        let text = BASE64_STANDARD.encode(&bytes);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(76)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        for text in [
            text.clone(),
            format!(" {text}"),
            lines.join("\\r\\n"),
            lines.join("\n"),
        ] {
            assert!(
                decode(text.as_bytes(), 70_001).unwrap() == bytes,
                "in one way of writing it, other bytes came out"
            );
        }
    }

    proptest! {
        /// Whatever the bytes, the line breaks and the pieces: what went in comes out.
        #[test]
        fn what_went_in_comes_out(
            bytes in proptest::collection::vec(any::<u8>(), 0..400), width in 1_usize..90, step in 1_usize..70,
        ) {
            let text = BASE64_STANDARD.encode(&bytes);
            let lines: Vec<&str> = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
            prop_assert_eq!(decode(lines.join("\r\n").as_bytes(), step), Ok(bytes.clone()));
            prop_assert_eq!(decode(lines.join("\\n").replace('/', "\\/").as_bytes(), step), Ok(bytes));
        }

        /// Whatever comes in and however it is cut into pieces, the same is told, and nothing panics.
        #[test]
        fn pieces_do_not_matter(text in r"[a-zA-Z+/= \\nu0-9:;,data]{0,60}", step in 1_usize..9) {
            prop_assert_eq!(decode(text.as_bytes(), step), decode(text.as_bytes(), 4096));
        }
    }
}
