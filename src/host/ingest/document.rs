//! Document that is being read: its text, with handles in place of base64 contents.

use std::{borrow::Cow, mem};

use super::{
    ContentIntake, Place,
    encoding::{Encoding, is_binary, opens_an_object},
    extraction::{Extent, Extraction},
    item::{Document, Item, MalformedDocument},
    malformed::{self, DEPTH_MAX, Refusal, TEXT_MAX, VALUES_MAX},
    path::Path,
    places::{accepted_at, is_content_name},
    scanner::{DEPTH, Frame, Role, ScanSink},
    swallowed::Swallowed,
};
use crate::{
    integrations::{PathSegment, Selection},
    media::Base64Decoder,
};

/// Names are only compared, so longer ones are not stored.
const NAME_MAX: usize = 128;

/// Document that is being read.
#[derive(Debug)]
pub(super) struct DocumentBuilder {
    pub(super) began: Place,
    intake: ContentIntake,
    text: Vec<u8>,
    contents: Selection,
    extractions: Vec<Extraction>,
    fault: Option<Refusal>,
    depth: usize,
    name: Vec<u8>,
    section: Section,
    path: Path,
    /// Values and names so far, besides those of `metadata`.
    values: u64,
    /// The current line of the input.
    line: u64,
    swallowed: Swallowed,
    pub(super) looks_like_request: bool,
    /// Whether a name was begun.
    has_name: bool,
    target: Target,
}

/// Destination of the bytes of the current or next string.
#[derive(Debug)]
enum Target {
    /// Into the text.
    Text,
    /// Into the text; the next string value is a content at this path of the inputs.
    ExtractNext(Vec<PathSegment>),
    /// Decoded into bytes; discarded if no action accepts a content there.
    Extract {
        decoder: Option<Box<Base64Decoder>>,
        extent: Extent,
    },
}

/// The member of the document that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Inputs,
    Metadata,
    Other,
}

impl DocumentBuilder {
    /// Creates a document that begins at `began`.
    pub(super) fn begin(began: Place, intake: &ContentIntake) -> Self {
        Self {
            began,
            intake: intake.clone(),
            text: Vec::new(),
            contents: Selection::new(intake.area.clone()),
            extractions: Vec::new(),
            fault: None,
            depth: 0,
            name: Vec::new(),
            section: Section::Other,
            path: Path::default(),
            values: 0,
            line: began.line,
            swallowed: Swallowed::default(),
            looks_like_request: false,
            has_name: false,
            target: Target::Text,
        }
    }

    /// Whether it is a separate request and not the rest of a malformed one: it has a key that only requests
    /// have, or it begins where no value within a pretty-printed request begins.
    pub(super) fn is_on_its_own(&self) -> bool {
        self.looks_like_request || self.began.column == 1
    }

    /// Whether neither it nor the bytes in `next` look like a request, as in a binary file or a text without
    /// braces.
    pub(super) fn is_junk(&self, next: Option<&u8>) -> bool {
        if !self.has_name && is_binary(&self.text) {
            return !opens_an_object(&self.text);
        }
        let is_meant = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let has_brace = self
            .text
            .windows(2)
            .any(|pair| matches!(pair, [b'{', after] if is_meant(after)));
        let breaks_within = self.text.last() == Some(&b'{') && next.is_some_and(is_meant);
        !self.has_name && !has_brace && !breaks_within
    }

    /// Whether only blanks precede on the current line, which is not the document's first.
    fn is_at_line_start(&self) -> bool {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
        self.text.iter().rev().find(|byte| !blank(byte)) == Some(&b'\n')
    }

    /// Starts this line of the input.
    pub(super) fn on_line(&mut self, line: u64) {
        self.line = line;
    }

    /// Counts a value or name.
    fn count(&mut self) {
        if self.section != Section::Metadata {
            self.values += 1;
        }
        if self.values > VALUES_MAX {
            self.fault.get_or_insert(Refusal::ManyValues);
        }
    }

    /// Returns the decoder of a content at `place`; `None` if no action accepts one there, or the document is
    /// rejected.
    fn decoder_at(&mut self, place: &[PathSegment]) -> Option<Box<Base64Decoder>> {
        let Some(PathSegment::Member(input)) = place.first().filter(|_| self.fault.is_none()) else {
            return None;
        };
        let accepted = accepted_at(self.intake.integrations, place)?;
        Some(Box::new(self.contents.begin(input.clone(), accepted)))
    }

    fn name_ended(&mut self) {
        let name = unescaped(&self.name).unwrap_or_default();
        let is_of_request = matches!(&*name, "action" | "auth" | "type");
        if self.depth == 1 {
            self.section = match &*name {
                "inputs" => Section::Inputs,
                "metadata" => Section::Metadata,
                _ => Section::Other,
            };
            self.looks_like_request |= is_of_request;
        } else if is_of_request {
            self.swallowed.request_name(self.depth);
        }
        let is_content = self.depth > 1 && self.section == Section::Inputs && is_content_name(&name);
        self.target = if is_content {
            Target::ExtractNext(self.path.to(name.into_owned()))
        } else {
            Target::Text
        };
    }

    /// Ends a content, and writes a handle in its place.
    fn extracted(&mut self, decoder: Option<Box<Base64Decoder>>, extent: Extent) {
        // The contents of a rejected document are unlimited, so they are not stored.
        if self.fault.is_some() {
            return;
        }
        let handle = match decoder {
            Some(decoder) => self.contents.end(*decoder),
            None => self.contents.skip(),
        };
        self.push(handle.as_bytes());
        let Extent {
            bytes,
            lines,
            tail,
            begins_line: _,
        } = extent;
        let shorter = bytes.saturating_sub(handle.len());
        self.extractions.push(Extraction {
            at: self.text.len(),
            shorter,
            lines,
            tail,
        });
    }

    pub(super) fn end(self) -> Item {
        match self.fault {
            Some(fault) => Item::Malformed(fault.of(self.began, self.text)),
            None => Item::Document(Document {
                began: self.began,
                text: self.text,
                contents: self.contents.finish(),
                extractions: self.extractions,
                #[cfg(test)]
                values: self.values,
            }),
        }
    }

    /// Returns the error for a document that is malformed at `place`.
    pub(super) fn broken(self, place: Place, reason: &str) -> MalformedDocument {
        if reason == DEPTH {
            return Refusal::TooDeep.of(self.began, self.text);
        }
        malformed::broken(self.began, place, reason, self.text)
    }

    /// Returns the error for a document that the end of the input truncates at `place`.
    pub(super) fn cut_off(self, place: Place) -> MalformedDocument {
        malformed::cut_off(self.began, place, self.text)
    }

    /// Returns the complete requests within it, except those that begin on line `except`.
    pub(super) fn take_swallowed(
        &mut self,
        except: Option<u64>,
    ) -> impl Iterator<Item = MalformedDocument> + use<> {
        let whole = mem::take(&mut self.swallowed).into_whole();
        let text = if whole.is_empty() {
            Vec::new()
        } else {
            self.text.clone()
        };
        let began = self.began.line;
        whole
            .into_iter()
            .filter(move |inner| Some(inner.line) != except)
            .map(move |inner| {
                let text = text.get(inner.bytes).unwrap_or_default().to_vec();
                MalformedDocument::swallowed(inner.line, began, text)
            })
    }

    /// Number of bytes read.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether only its opening bracket was read.
    pub(super) fn is_a_bracket(&self) -> bool {
        matches!(self.text.as_slice(), [b'{' | b'['])
    }

    /// Returns the error for a line in an encoding other than UTF-8.
    pub(super) fn foreign(self, encoding: Encoding) -> MalformedDocument {
        malformed::foreign(self.began, encoding, &self.text)
    }

    /// Returns the error for a line that begins with neither brace nor bracket.
    pub(super) fn junk_line(self) -> MalformedDocument {
        malformed::junk_line(self.began, &self.text)
    }
}

impl ScanSink for DocumentBuilder {
    fn push(&mut self, bytes: &[u8]) {
        if self.text.len() + bytes.len() > TEXT_MAX {
            self.fault.get_or_insert(Refusal::TooLarge);
        }
        if self.fault.is_none() {
            self.text.extend_from_slice(bytes);
        }
    }

    fn open(&mut self, frame: Frame, depth: usize) {
        self.other_value();
        self.depth = depth;
        if depth > DEPTH_MAX {
            self.fault.get_or_insert(Refusal::TooDeep);
        } else if self.section == Section::Inputs {
            self.path
                .open(frame, unescaped(&self.name).unwrap_or_default().into_owned());
        }
        if depth > 1 && self.fault.is_none() && self.is_at_line_start() {
            self.swallowed.open(depth, self.text.len(), self.line);
        }
    }

    fn close(&mut self, depth: usize) {
        self.depth = depth;
        self.path.close_to(depth);
        if self.fault.is_none() {
            self.swallowed.close(depth + 1, self.text.len());
        }
    }

    fn other_value(&mut self) {
        self.target = Target::Text;
        self.count();
    }

    fn text_begin(&mut self, role: Role) {
        if role == Role::Name && self.depth == 1 {
            self.section = Section::Other;
        }
        self.count();
        self.push(b"\"");
        if role == Role::Name {
            self.has_name = true;
            self.name.clear();
        } else if let Target::ExtractNext(place) = mem::replace(&mut self.target, Target::Text) {
            self.target = Target::Extract {
                decoder: self.decoder_at(&place),
                extent: Extent::default(),
            };
        }
    }

    fn text_part(&mut self, part: &[u8]) {
        if let Target::Extract { decoder, extent } = &mut self.target {
            extent.bytes += part.len();
            extent.tail += part.len();
            if let Some(decoder) = decoder {
                decoder.push(part);
            }
            return;
        }
        let room = NAME_MAX.saturating_sub(self.name.len()).min(part.len());
        self.name.extend_from_slice(part.get(..room).unwrap_or_default());
        self.push(part);
    }

    fn text_end(&mut self, role: Role) {
        if let Target::Extract { decoder, extent } = mem::replace(&mut self.target, Target::Text) {
            self.extracted(decoder, extent);
        }
        self.push(b"\"");
        if role == Role::Name {
            self.name_ended();
        }
    }

    fn takes_line_breaks(&self) -> bool {
        matches!(self.target, Target::Extract { .. })
    }

    fn line_break(&mut self) {
        if let Target::Extract { extent, .. } = &mut self.target {
            *extent = Extent {
                lines: extent.lines + 1,
                tail: 0,
                begins_line: true,
                ..*extent
            };
        }
    }

    fn begins_line(&self) -> bool {
        matches!(
            self.target,
            Target::Extract {
                extent: Extent {
                    begins_line: true,
                    ..
                },
                ..
            }
        )
    }

    fn goes_on(&mut self) {
        if let Target::Extract { extent, .. } = &mut self.target {
            extent.begins_line = false;
        }
    }
}

/// Decodes the inside of a JSON string.
fn unescaped(raw: &[u8]) -> Option<Cow<'_, str>> {
    if !raw.contains(&b'\\') {
        return str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    let quoted = [b"\"", raw, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).ok().map(Cow::Owned)
}
