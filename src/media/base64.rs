//! Streaming base64 decoder for the body of a JSON string, strict and with constant memory.
//!
//! Input may be split at any byte. The standard alphabet is accepted, with or without padding; white space is
//! skipped, also as JSON escapes; `data:…;base64,` may precede it. Any other character is an error with its
//! position.

mod error;
mod escape;
mod packed;
mod prefix;
mod reference;
mod short_runs;
mod special;

use ::base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurposeConfig, Simd},
};

pub use self::error::ContentError;
use self::{
    error::offset,
    escape::Escape,
    packed::{PackedSymbols, PackedText},
    prefix::{PREFIX_MAX, prefix_end},
    reference::{may_be_reference, no_reference},
    short_runs::ShortRuns,
    special::{is_special, plain_length},
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
    /// Symbols of a block with many escapes.
    packed: PackedSymbols,
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

/// Characters decoded at once; three quarters of it fit easily into the second-level cache.
const BLOCK: usize = 64 * 1024;

/// Minimum run that is decoded on its own: copying a shorter one to its neighbours is faster.
const DIRECT: usize = 1024;

/// Size of the buffer of decoded bytes.
const OUTPUT: usize = BLOCK;

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
            packed: PackedSymbols::default(),
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
        while !raw.is_empty() {
            let size = if self.is_decided() { BLOCK } else { PREFIX_MAX };
            let block = raw.get(..size).unwrap_or(raw);
            let mut taken = self.escaped_block(block)?;
            if taken == 0 {
                self.any_block(block)?;
                taken = block.len();
            }
            raw = raw.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Whether the text is known to have a prefix or none.
    fn is_decided(&self) -> bool {
        matches!(self.begin, Begin::Decided)
    }

    /// Decodes the first part of a block of symbols and many escapes. Returns its size: zero for any other text, which
    /// is not decoded.
    fn escaped_block(&mut self, block: &[u8]) -> Result<usize, ContentError> {
        let is_within = self.is_decided() && self.escape == Escape::Outside;
        if !is_within || self.padding > 0 || !has_many_escapes(block) {
            return Ok(0);
        }
        self.decode_gathered()?;
        let mut packed = std::mem::take(&mut self.packed);
        let text = packed.fill(self.short_runs.symbols(), block);
        let decoded = text.map(|text| self.packed(packed.symbols(), text));
        self.packed = packed;
        decoded.unwrap_or(Ok(0))
    }

    /// Decodes the packed symbols of `text` and those left over before it. Returns its size, or zero if they are not
    /// symbols.
    fn packed(&mut self, symbols: &[u8], text: PackedText) -> Result<usize, ContentError> {
        if !is_plain(self.decode(symbols, |offset| offset))? {
            return Ok(0);
        }
        self.position += text.characters;
        self.symbols += symbols.len() - self.short_runs.odd();
        self.short_runs.clear();
        Ok(text.bytes)
    }

    /// Decodes text escape by escape.
    fn any_block(&mut self, mut raw: &[u8]) -> Result<(), ContentError> {
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
        let (escape, character) = self.escape.after(byte).ok_or(wrong)?;
        self.escape = escape;
        character.map_or(Ok(()), |character| self.plain(&[character]))
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
            if self.short_runs.odd() == 0 && self.padding == 0 && is_plain(self.groups(groups))? {
                self.mixed(rest)?;
            } else {
                self.mixed(block)?;
            }
        }
        Ok(())
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

/// Whether a text was decoded; false if it contains more than symbols.
fn is_plain(decoded: Result<(), ContentError>) -> Result<bool, ContentError> {
    match decoded {
        Ok(()) => Ok(true),
        Err(ContentError::InvalidCharacter { .. } | ContentError::UrlSafe { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the escapes in a text are so close to each other that symbols are packed faster than decoded run by run.
fn has_many_escapes(text: &[u8]) -> bool {
    let start = text.get(..DIRECT);
    start.is_some_and(|start| memchr::memchr(b'\\', start).is_some())
}

#[cfg(test)]
mod tests;
