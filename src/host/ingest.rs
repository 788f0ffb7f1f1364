//! Standard input, as bytes, into documents: where each request begins and ends, whose videos are extracted.
//!
//! Reads JSON documents one after another, with any white space between them. A document that breaks never
//! swallows the next one: where the break is found on a later line than the document began on, reading
//! resumes at the start of that line, else at the next line.
//!
//! Here only the structure is held strictly (brackets, commas, colons, quotes); serde reads what is within.

mod document;
mod encoding;
mod extraction;
mod item;
mod malformed;
mod path;
mod scanner;
mod swallowed;

pub use item::{Document, Item, MalformedDocument};

use std::{cmp::Ordering, sync::Arc};

pub(super) use encoding::of_invalid_utf8;

use tracing::warn;

use self::{
    document::DocumentBuilder,
    encoding::Encoding,
    scanner::{ScanEvent, Scanner},
};
use super::{manifest::ContentPlaces, strict::find_id};
use crate::{integrations::Integration, media::SpoolArea};

/// Cuts a stream of bytes into documents.
#[derive(Debug)]
pub struct Ingest {
    intake: ContentIntake,
    scanner: Scanner,
    draft: Option<DocumentBuilder>,
    /// Whether the rest of the line is dropped.
    skipping: bool,
    /// Whether what is read may be the rest of a document that broke: lines that begin none are then part of
    /// it.
    resyncing: bool,
    /// Number of things in a row that were no requests.
    junk: u32,
    /// Number of things in a row that could not be read.
    broken: u32,
    /// Of these, how many were skipped without an answer.
    skipped: u64,
    /// The encoding of the lines read last, where it is not UTF-8.
    foreign: Option<Encoding>,
    place: Place,
    /// The current line from its start, while a document that began on an earlier line is read: should it
    /// break here, this is read again as the start of the next document.
    line: Vec<u8>,
}

/// The storage of contents, and the places of the inputs at which they are taken.
#[derive(Debug, Clone)]
struct ContentIntake {
    area: SpoolArea,
    places: Arc<ContentPlaces>,
}

/// A place in the input, counted from 1 as editors do; columns are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

/// Most consecutive lines without a trace of a request that are reported one by one; a file that was sent by
/// mistake has thousands.
const JUNK_REPORTED: u32 = 10;

/// Most malformed requests that are reported one by one. Later ones are reported only if they have an id: no
/// caller waits for the others, and a report is longer than the shortest malformed line.
const MALFORMED_REPORTED: u32 = 1_000;

/// A longer line is not read again after a break; reading then resumes at the next one.
const LINE_KEPT_MAX: usize = 1024 * 1024;

impl Ingest {
    /// Begins at the first line; contents that an action of `integrations` takes are kept in `area`.
    pub fn new(area: SpoolArea, integrations: &'static [Integration]) -> Self {
        Self::with(ContentIntake {
            area,
            places: Arc::new(ContentPlaces::of(integrations)),
        })
    }

    fn with(intake: ContentIntake) -> Self {
        let place = Place { line: 1, column: 1 };
        Self {
            intake,
            scanner: Scanner::default(),
            draft: None,
            skipping: false,
            resyncing: false,
            junk: 0,
            broken: 0,
            skipped: 0,
            foreign: None,
            place,
            line: Vec::new(),
        }
    }

    /// Reads the next bytes and passes every document that they complete to `found`.
    pub fn feed(&mut self, bytes: &[u8], found: &mut impl FnMut(Item)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = if self.skipping {
                self.skip(rest)
            } else {
                self.skip_junk(rest)
            };
            let taken = if taken == 0 { self.read(rest, found) } else { taken };
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// Returns true if every document that was begun is complete.
    pub fn is_between_documents(&self) -> bool {
        self.draft.is_none()
    }

    /// Ends the input, and reports the document that it cuts off.
    pub fn finish(&mut self, found: &mut impl FnMut(Item)) {
        self.finish_document(found);
        self.end_run();
    }

    fn finish_document(&mut self, found: &mut impl FnMut(Item)) {
        if std::mem::take(&mut self.scanner).is_in_junk_line() {
            return self.end_junk_line(found);
        }
        let Some(mut draft) = self.draft.take() else {
            return;
        };
        let swallowed = draft.take_swallowed(None);
        found(Item::Malformed(draft.cut_off(self.place)));
        swallowed.for_each(|swallowed| self.report_malformed(swallowed, false, found));
    }

    /// Drops what is left of a broken line.
    fn skip(&mut self, bytes: &[u8]) -> usize {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.advance(bytes.len());
            return bytes.len();
        };
        self.skipping = false;
        self.new_line();
        end + 1
    }

    /// Drops whole lines of plain text, once so many were reported that they are skipped: a file sent by
    /// mistake can have millions. Returns the bytes taken.
    fn skip_junk(&mut self, bytes: &[u8]) -> usize {
        let is_skipped = self.junk > JUNK_REPORTED && !self.resyncing && self.foreign.is_none();
        if !is_skipped || !self.scanner.is_between() {
            return 0;
        }
        let mut taken = 0;
        while let Some(line) =
            first_line(bytes.get(taken..).unwrap_or_default()).filter(|line| is_plain_junk(line))
        {
            taken += line.len() + 1;
            self.junk = self.junk.saturating_add(1);
            self.skipped = self.skipped.saturating_add(1);
            self.new_line();
        }
        taken
    }

    /// Reads until something happens; gives how many bytes were taken.
    fn read(&mut self, bytes: &[u8], found: &mut impl FnMut(Item)) -> usize {
        let (taken, event) = self.scanner.scan(bytes, self.draft.as_mut());
        let passed = bytes.get(..taken).unwrap_or_default();
        self.keep_line(passed);
        self.advance(taken);
        match event {
            ScanEvent::More => {}
            ScanEvent::NewLine => {
                self.new_line();
                if let Some(draft) = &mut self.draft {
                    draft.on_line(self.place.line);
                }
            }
            ScanEvent::Begin | ScanEvent::JunkLine => {
                self.draft = Some(DocumentBuilder::begin(self.place, &self.intake));
                self.wipe_line();
            }
            ScanEvent::End => {
                let draft = self
                    .draft
                    .take()
                    .filter(|draft| !self.resyncing || draft.is_on_its_own());
                self.resyncing &= draft.is_none();
                self.end_run();
                self.foreign = None;
                self.wipe_line();
                found_some(draft.map(DocumentBuilder::end), found);
            }
            ScanEvent::JunkLineEnd => self.end_junk_line(found),
            ScanEvent::Break(_) if self.is_wide_text(bytes.get(taken)) => {
                self.scanner = Scanner::within_junk_line();
            }
            ScanEvent::Break(reason) => self.break_off(reason, bytes.get(taken), found),
        }
        taken
    }

    fn break_off(&mut self, reason: &'static str, next: Option<&u8>, found: &mut impl FnMut(Item)) {
        self.scanner = Scanner::default();
        let Some(mut draft) = self.draft.take() else {
            return;
        };
        let again = draft.began.line < self.place.line && self.line.len() <= LINE_KEPT_MAX;
        let is_rest = self.resyncing && !draft.is_on_its_own();
        self.resyncing |= draft.began.line < self.place.line;
        // Documents on the line that is read again are reported then.
        let swallowed = draft.take_swallowed(again.then_some(self.place.line));
        let is_junk = draft.is_junk(next);
        let is_rest = is_rest || (is_junk && self.foreign.is_some());
        if !is_rest {
            let reporting = self.reporting(draft.text(), is_junk);
            report(reporting, || draft.broken(self.place, reason), found);
        }
        swallowed.for_each(|swallowed| self.report_malformed(swallowed, false, found));
        let line = std::mem::take(&mut self.line);
        if again {
            self.place.column = 1;
            self.feed(&line, found);
        } else {
            self.skipping = true;
        }
    }

    /// Whether the bracket with which the document began is a character of UTF-16 or UTF-32.
    fn is_wide_text(&self, next: Option<&u8>) -> bool {
        next == Some(&0) && self.draft.as_ref().is_some_and(DocumentBuilder::is_a_bracket)
    }

    /// Reports a line that does not begin a document, unless it is the rest of one that was reported.
    fn end_junk_line(&mut self, found: &mut impl FnMut(Item)) {
        let Some(line) = self.draft.take() else { return };
        let known = self.foreign.filter(|known| known.continues(line.text()));
        if let Some(encoding) = known.or_else(|| Encoding::of(line.text())) {
            return self.end_foreign(line, encoding, found);
        }
        if !self.resyncing {
            let is_junk = line.is_junk(None);
            let reporting = self.reporting(line.text(), is_junk);
            report(reporting, || line.junk_line(), found);
        }
    }

    /// Reports a line in another encoding if it is the first or begins a request. Other lines belong to a
    /// pretty-printed request or to a file.
    fn end_foreign(&mut self, line: DocumentBuilder, encoding: Encoding, found: &mut impl FnMut(Item)) {
        let is_first = self.foreign.replace(encoding).is_none();
        if is_first || encoding.decode(line.text()).starts_with(b"{") {
            self.report_malformed(line.foreign(encoding), false, found);
        }
    }

    /// Reports a malformed document, within the limits on such reports.
    fn report_malformed(&mut self, broken: MalformedDocument, is_junk: bool, found: &mut impl FnMut(Item)) {
        let reporting = self.reporting(&broken.text, is_junk);
        report(reporting, || broken, found);
    }

    /// Counts a malformed document, of which `text` was read, and decides on its report. Junk, and documents
    /// without an id, are reported up to a limit.
    fn reporting(&mut self, text: &[u8], is_junk: bool) -> Reporting {
        let (often, kind) = if is_junk {
            self.junk = self.junk.saturating_add(1);
            (self.junk.cmp(&JUNK_REPORTED), "lines that do not begin a request")
        } else {
            (self.junk, self.broken) = (0, self.broken.saturating_add(1));
            (
                self.broken.cmp(&MALFORMED_REPORTED),
                "requests that cannot be read and have no id",
            )
        };
        match often {
            Ordering::Less => Reporting::Full,
            Ordering::Equal => Reporting::Last(kind),
            Ordering::Greater if !is_junk && find_id(text).is_some() => Reporting::Full,
            Ordering::Greater => {
                self.skipped = self.skipped.saturating_add(1);
                Reporting::Silent
            }
        }
    }

    /// Something that is not broken ends the run of broken requests and lines.
    fn end_run(&mut self) {
        (self.junk, self.broken) = (0, 0);
        match std::mem::take(&mut self.skipped) {
            0 => {}
            skipped => warn!(
                skipped,
                before_line = self.place.line,
                "broken requests and lines were skipped"
            ),
        }
    }

    fn keep_line(&mut self, passed: &[u8]) {
        let later = self
            .draft
            .as_ref()
            .is_some_and(|draft| draft.began.line < self.place.line);
        if later && self.line.len() <= LINE_KEPT_MAX {
            let room = (LINE_KEPT_MAX + 1).saturating_sub(self.line.len());
            self.line
                .extend_from_slice(passed.get(..room.min(passed.len())).unwrap_or_default());
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.place.column += u64::try_from(bytes).unwrap_or(u64::MAX);
    }

    fn new_line(&mut self) {
        self.place = Place {
            line: self.place.line + 1,
            column: 1,
        };
        self.wipe_line();
    }

    /// The line may hold a token, and its room is used again.
    fn wipe_line(&mut self) {
        self.line.fill(0);
        self.line.clear();
    }
}

/// Decision on the report of a malformed document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reporting {
    Full,
    /// Report, and announce that more of this kind are skipped.
    Last(&'static str),
    Silent,
}

/// Passes on the report that `broken` creates, which takes longer than reading the shortest malformed line.
fn report(reporting: Reporting, broken: impl FnOnce() -> MalformedDocument, found: &mut impl FnMut(Item)) {
    match reporting {
        Reporting::Full => found(Item::Malformed(broken())),
        Reporting::Last(kind) => found(Item::Malformed(broken().for_all_that_follow(kind))),
        Reporting::Silent => {}
    }
}

/// The bytes before the first line feed.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(..memchr::memchr(b'\n', bytes)?)
}

/// Whether a line has printable ASCII alone and nothing with which a document could begin or an encoding be
/// known.
fn is_plain_junk(line: &[u8]) -> bool {
    let is_plain = |byte: &u8| (byte.is_ascii_graphic() || *byte == b' ') && !b"{}[]\"".contains(byte);
    line.iter().any(u8::is_ascii_graphic) && line.iter().all(is_plain) && Encoding::of(line).is_none()
}

fn found_some(item: Option<Item>, found: &mut impl FnMut(Item)) {
    if let Some(item) = item {
        found(item);
    }
}

#[cfg(test)]
mod tests;
