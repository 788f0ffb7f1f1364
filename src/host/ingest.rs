//! Splits standard input into JSON documents and extracts their videos.
//!
//! Documents follow each other, separated by any white space. A malformed document does not affect the next
//! one: if the error is on a later line than the start of the document, reading resumes at the start of that
//! line, else at the next line.
//!
//! Only the structure is checked here (brackets, commas, colons, quotes); serde parses the rest.

mod document;
mod encoding;
mod extraction;
mod item;
mod malformed;
mod path;
mod places;
mod scanner;
mod swallowed;

pub use item::{Document, Item, MalformedDocument};

use std::cmp::Ordering;

pub(super) use encoding::of_invalid_utf8;

use tracing::warn;

use self::{
    document::DocumentBuilder,
    encoding::Encoding,
    scanner::{ScanEvent, Scanner},
};
use super::strict::find_id;
use crate::{integrations::Integration, media::SpoolArea};

/// Cuts a stream of bytes into documents.
#[derive(Debug)]
pub struct Ingest {
    intake: ContentIntake,
    scanner: Scanner,
    draft: Option<DocumentBuilder>,
    /// Whether the rest of the line is dropped.
    skipping: bool,
    /// Whether the input may be the rest of a malformed document; lines that begin no document are then part
    /// of it.
    resyncing: bool,
    /// Number of consecutive items that were not requests.
    junk: u32,
    /// Number of consecutive items that could not be read.
    broken: u32,
    /// Number of these that were skipped without a reply.
    skipped: u64,
    /// Encoding of the previous lines, if it is not UTF-8.
    foreign: Option<Encoding>,
    place: Place,
    /// Current line of a document that began on an earlier line. If the document is malformed here, the line
    /// is read again as the start of the next one.
    line: Vec<u8>,
}

/// Storage of contents, and the integrations whose actions accept them.
#[derive(Debug, Clone)]
struct ContentIntake {
    area: SpoolArea,
    integrations: &'static [Integration],
}

/// Position in the input, counted from 1 as in editors; columns are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

/// Maximum number of consecutive lines without a trace of a request that are reported one by one; a file that
/// was sent by mistake has thousands.
const JUNK_REPORTED: u32 = 10;

/// Maximum number of malformed requests that are reported one by one. Later ones are reported only if they
/// have an id: no caller waits for the others, and a report is longer than the shortest malformed line.
const MALFORMED_REPORTED: u32 = 1_000;

/// Maximum length of a line that is read again after an error. After a longer one, reading resumes at the
/// next line.
const LINE_KEPT_MAX: usize = 1024 * 1024;

impl Ingest {
    /// Creates a reader that stores contents for actions of `integrations` in `area`.
    pub fn new(area: SpoolArea, integrations: &'static [Integration]) -> Self {
        Self::with(ContentIntake { area, integrations })
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

    /// Returns true between documents.
    pub fn is_between_documents(&self) -> bool {
        self.draft.is_none()
    }

    /// Ends the input, and reports an incomplete document.
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

    /// Discards the rest of a malformed line.
    fn skip(&mut self, bytes: &[u8]) -> usize {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.advance(bytes.len());
            return bytes.len();
        };
        self.skipping = false;
        self.new_line();
        end + 1
    }

    /// Discards whole lines of plain text once the limit on reports is reached: a file sent by mistake can
    /// have millions. Returns the number of bytes consumed.
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

    /// Reads until the next event; returns the number of bytes consumed.
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
        // Documents on this line are reported when it is read again.
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

    /// Whether the opening bracket of the document is a character of UTF-16 or UTF-32.
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

    /// Resets the counts of consecutive malformed items.
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

    /// Zeroed before reuse: the line may contain a token.
    fn wipe_line(&mut self) {
        self.line.fill(0);
        self.line.clear();
    }
}

/// Decision on the report of a malformed document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reporting {
    Full,
    /// Report, and state that further items of this kind are skipped.
    Last(&'static str),
    Silent,
}

/// Passes on the report that `broken` creates; creating one takes longer than reading a short malformed line.
fn report(reporting: Reporting, broken: impl FnOnce() -> MalformedDocument, found: &mut impl FnMut(Item)) {
    match reporting {
        Reporting::Full => found(Item::Malformed(broken())),
        Reporting::Last(kind) => found(Item::Malformed(broken().for_all_that_follow(kind))),
        Reporting::Silent => {}
    }
}

/// Bytes before the first line feed.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(..memchr::memchr(b'\n', bytes)?)
}

/// Whether a line consists of printable ASCII without a character that could begin a document or reveal an
/// encoding.
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
