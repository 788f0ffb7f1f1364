//! One document while it is read.

use std::{borrow::Cow, mem};

use super::{
    super::strict,
    ContentIntake, Place,
    encoding::{Encoding, fault_of_stray, is_binary, opens_an_object},
    extraction::{Extent, Extraction},
    item::{Document, Item, MalformedDocument},
    path::Path,
    scanner::{CONTROL, DEPTH, Frame, Role},
    swallowed::Swallowed,
};
use crate::{integrations::Selection, media::Base64Decoder, model::Grouped, schema::PathSegment};

/// The largest request, without its videos. A caption has 2,200 characters, and photos at most 35 addresses.
const TEXT_MAX: usize = 1024 * 1024;

/// The deepest request; its schemas need four levels.
const DEPTH_MAX: usize = 64;

/// The most values and names of a request besides `metadata`, which is cut before it is read. Each takes some
/// hundred bytes of memory once it is read; an action takes 1,000 ids at most.
const VALUES_MAX: u64 = 10_000;

/// The names under `inputs` whose strings are a video's content.
pub(super) const LIFTED: [&str; 2] = ["content", "video_content_base64"];

/// Names are only compared, so a longer one needs no room.
const NAME_MAX: usize = 128;

/// A document while it is read.
#[derive(Debug)]
pub(super) struct DocumentBuilder {
    pub(super) began: Place,
    intake: ContentIntake,
    text: Vec<u8>,
    contents: Selection,
    lifts: Vec<Extraction>,
    fault: Option<Fault>,
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

/// Where the bytes of the current or next string go.
#[derive(Debug)]
enum Target {
    /// Into the text.
    Text,
    /// Into the text, and the next string value is a content at this place of the inputs.
    LiftNext(Vec<PathSegment>),
    /// Out of the text, into bytes; to nowhere if no action takes a content there.
    Lift {
        lift: Option<Box<Base64Decoder>>,
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

/// Why a document that is well formed is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    TooDeep,
    TooLarge,
    ManyValues,
}

impl DocumentBuilder {
    /// Begins.
    pub(super) fn begin(began: Place, intake: &ContentIntake) -> Self {
        Self {
            began,
            intake: intake.clone(),
            text: Vec::new(),
            contents: Selection::new(intake.area.clone()),
            lifts: Vec::new(),
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

    /// Whether it is a request of its own and not the rest of one that broke: it has a name that only
    /// requests have, or it begins where nothing within a pretty-printed request begins.
    pub(super) fn is_on_its_own(&self) -> bool {
        self.looks_like_request || self.began.column == 1
    }

    /// Whether nothing of it, and of what comes `next`, shows that it was meant as a request: bytes of a
    /// file, or lines of a text without braces.
    pub(super) fn is_noise(&self, next: Option<&u8>) -> bool {
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

    /// Keeps ordinary bytes, up to a bound.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.text.len() + bytes.len() > TEXT_MAX {
            self.fault.get_or_insert(Fault::TooLarge);
        }
        if self.fault.is_none() {
            self.text.extend_from_slice(bytes);
        }
    }

    /// An object or a list begins, so many brackets deep.
    pub(super) fn open(&mut self, frame: Frame, depth: usize) {
        self.other_value();
        self.depth = depth;
        if depth > DEPTH_MAX {
            self.fault.get_or_insert(Fault::TooDeep);
        } else if self.section == Section::Inputs {
            self.path
                .open(frame, unescaped(&self.name).unwrap_or_default().into_owned());
        }
        if depth > 1 && self.fault.is_none() && self.is_at_line_start() {
            self.swallowed.open(depth, self.text.len(), self.line);
        }
    }

    /// It has ended, and so many brackets are open.
    pub(super) fn close(&mut self, depth: usize) {
        self.depth = depth;
        self.path.close_to(depth);
        if self.fault.is_none() {
            self.swallowed.close(depth + 1, self.text.len());
        }
    }

    /// Whether nothing but blanks stands before on the line, which is not the document's first.
    fn is_at_line_start(&self) -> bool {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
        self.text.iter().rev().find(|byte| !blank(byte)) == Some(&b'\n')
    }

    /// This line of the input begins.
    pub(super) fn on_line(&mut self, line: u64) {
        self.line = line;
    }

    /// A value that is no string begins: it is no video.
    pub(super) fn other_value(&mut self) {
        self.target = Target::Text;
        self.count();
    }

    /// One more value or name.
    fn count(&mut self) {
        if self.section != Section::Metadata {
            self.values += 1;
        }
        if self.values > VALUES_MAX {
            self.fault.get_or_insert(Fault::ManyValues);
        }
    }

    pub(super) fn text_begin(&mut self, role: Role) {
        if role == Role::Name && self.depth == 1 {
            self.section = Section::Other;
        }
        self.count();
        self.push(b"\"");
        if role == Role::Name {
            self.has_name = true;
            self.name.clear();
        } else if let Target::LiftNext(place) = mem::replace(&mut self.target, Target::Text) {
            self.target = Target::Lift {
                lift: self.lift_at(&place),
                extent: Extent::default(),
            };
        }
    }

    /// The lift of a content at `place`; none if no action takes one there, or the document is refused.
    fn lift_at(&mut self, place: &[PathSegment]) -> Option<Box<Base64Decoder>> {
        let is_taken = self.fault.is_none() && self.intake.places.has(place);
        match place.first() {
            Some(PathSegment::Member(input)) if is_taken => {
                Some(Box::new(self.contents.begin(input.clone())))
            }
            _ => None,
        }
    }

    pub(super) fn text_part(&mut self, part: &[u8]) {
        if let Target::Lift { lift, extent } = &mut self.target {
            extent.bytes += part.len();
            extent.tail += part.len();
            if let Some(lift) = lift {
                lift.push(part);
            }
            return;
        }
        let room = NAME_MAX.saturating_sub(self.name.len()).min(part.len());
        self.name.extend_from_slice(part.get(..room).unwrap_or_default());
        self.push(part);
    }

    pub(super) fn text_end(&mut self, role: Role) {
        if let Target::Lift { lift, extent } = mem::replace(&mut self.target, Target::Text) {
            self.lifted(lift, extent);
        }
        self.push(b"\"");
        if role == Role::Name {
            self.name_ended();
        }
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
        let is_content = self.depth > 1 && self.section == Section::Inputs && LIFTED.contains(&&*name);
        self.target = if is_content {
            Target::LiftNext(self.path.to(name.into_owned()))
        } else {
            Target::Text
        };
    }

    /// A content is complete; leaves a handle in its place.
    fn lifted(&mut self, lift: Option<Box<Base64Decoder>>, extent: Extent) {
        // A document that is refused can have contents without end.
        if self.fault.is_some() {
            return;
        }
        let handle = match lift {
            Some(lift) => self.contents.end(*lift),
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
        self.lifts.push(Extraction {
            at: self.text.len(),
            shorter,
            lines,
            tail,
        });
    }

    /// Whether the current string is a video's content, in which line breaks do no harm.
    pub(super) fn takes_line_breaks(&self) -> bool {
        matches!(self.target, Target::Lift { .. })
    }

    /// A line has ended within a video's content.
    pub(super) fn line_break(&mut self) {
        if let Target::Lift { extent, .. } = &mut self.target {
            *extent = Extent {
                lines: extent.lines + 1,
                tail: 0,
                begins_line: true,
                ..*extent
            };
        }
    }

    /// Whether only blanks have come since a line ended within a video's content.
    pub(super) fn begins_line(&self) -> bool {
        matches!(
            self.target,
            Target::Lift {
                extent: Extent {
                    begins_line: true,
                    ..
                },
                ..
            }
        )
    }

    /// The line within a video's content goes on with what is no blank.
    pub(super) fn goes_on(&mut self) {
        if let Target::Lift { extent, .. } = &mut self.target {
            extent.begins_line = false;
        }
    }

    pub(super) fn end(self) -> Item {
        match self.fault {
            Some(fault) => Item::Malformed(self.refused(fault)),
            None => Item::Document(Document {
                began: self.began,
                text: self.text,
                contents: self.contents.finish(),
                lifts: self.lifts,
                #[cfg(test)]
                values: self.values,
            }),
        }
    }

    pub(super) fn broken(self, place: Place, reason: &str) -> MalformedDocument {
        if reason == DEPTH {
            return self.refused(Fault::TooDeep);
        }
        let Place { line, column } = place;
        let begin = self.began.line;
        let since = if begin < line {
            format!(" (the request began on line {begin})")
        } else {
            String::new()
        };
        let message = match strict::place_of_end(&self.text).filter(|_| reason == CONTROL) {
            Some(field) => format!("line {line}: in {field}, {reason}{since}"),
            None => format!("line {line}, column {column}: {reason}{since}"),
        };
        MalformedDocument {
            code: "invalid_json",
            message,
            line: begin,
            text: self.text,
        }
    }

    pub(super) fn cut_off(self, place: Place) -> MalformedDocument {
        let Place { line, column } = place;
        let begin = self.began.line;
        let message = format!(
            "line {line}, column {column}: the input ended within the request that began on line {begin}; it was cut off"
        );
        MalformedDocument {
            code: "invalid_json",
            message,
            line: self.began.line,
            text: self.text,
        }
    }

    /// The whole requests that it took in as its own, other than those that begin on line `except`.
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

    /// Bytes read so far.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether nothing was read but the bracket with which it begins.
    pub(super) fn is_a_bracket(&self) -> bool {
        matches!(self.text.as_slice(), [b'{' | b'['])
    }

    /// A line in another encoding than UTF-8.
    pub(super) fn foreign(self, encoding: Encoding) -> MalformedDocument {
        let line = self.began.line;
        let message = format!("line {line}: this is {encoding}");
        MalformedDocument {
            code: "invalid_json",
            message,
            line,
            text: encoding.decode(&self.text),
        }
    }

    /// A line that begins with neither brace nor bracket.
    pub(super) fn stray(self) -> MalformedDocument {
        let Place { line, column } = self.began;
        let kind = match self.text.trim_ascii() {
            [b'"', ..] => Some("a string"),
            [b'-' | b'0'..=b'9', ..] => Some("a number"),
            b"true" | b"false" => Some("a boolean"),
            b"null" => Some("null"),
            _ => None,
        };
        let (code, what) = match kind {
            Some(kind) if serde_json::from_slice::<serde::de::IgnoredAny>(&self.text).is_ok() => (
                "invalid_request",
                format!("got {kind}; allowed: a JSON object such as {{\"action\": …}}"),
            ),
            _ => ("invalid_json", fault_of_stray(&self.text).to_owned()),
        };
        let message = format!("line {line}, column {column}: {what}");
        MalformedDocument {
            code,
            message,
            line,
            text: Vec::new(),
        }
    }

    fn refused(self, fault: Fault) -> MalformedDocument {
        let line = self.began.line;
        let (code, what) = match fault {
            Fault::TooDeep => ("nested_too_deeply", format!("brackets are nested deeper than {DEPTH_MAX}")),
            Fault::TooLarge => (
                "request_too_large",
                "more than 1 MiB; allowed: 1 MiB besides the base64 of a video, which stands within inputs, as content of file \
                 or files, or as video_content_base64"
                    .to_owned(),
            ),
            Fault::ManyValues => {
                ("request_too_large", format!("more than {} values and names; allowed: so many besides those of metadata", Grouped(VALUES_MAX)))
            }
        };
        let message = format!("the request that began on line {line}: {what}");
        MalformedDocument {
            code,
            message,
            line,
            text: self.text,
        }
    }
}

/// The inside of a JSON string as text.
fn unescaped(raw: &[u8]) -> Option<Cow<'_, str>> {
    if !raw.contains(&b'\\') {
        return str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    let quoted = [b"\"", raw, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).ok().map(Cow::Owned)
}
