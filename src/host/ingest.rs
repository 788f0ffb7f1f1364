//! Standard input, as bytes, into documents: where each request begins and ends, with its videos lifted out.
//!
//! Reads JSON documents one after another, with any white space between them. A document that breaks never swallows the
//! next one: where the break is found on a later line than the document began on, reading resumes at the start of that
//! line, else at the next line.
//!
//! Here only the structure is held strictly (brackets, commas, colons, quotes); serde reads what is within.

mod document;
mod scanner;

pub use document::{Broken, Document, Item};

use std::{cmp::Ordering, path::Path, sync::Arc};

use self::{
    document::Draft,
    scanner::{Event, Scanner},
};

/// Cuts a stream of bytes into documents.
#[derive(Debug)]
pub struct Ingest {
    folder: Arc<Path>,
    scanner: Scanner,
    draft: Option<Draft>,
    /// Whether the rest of the line is dropped.
    skipping: bool,
    /// Whether what is read may be the rest of a document that broke: lines that begin none are then part of it.
    in_wreck: bool,
    /// How many things in a row were no requests.
    noise: u32,
    place: Place,
    /// The current line from its start, while a document that began on an earlier line is read: should it break here,
    /// this is read again as the start of the next document.
    line: Vec<u8>,
}

/// A place in the input, counted from 1 as editors do; columns are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

/// So many things in a row that are no requests are told one by one; a file that was sent by mistake has thousands.
const NOISE_TOLD: u32 = 10;

/// A longer line is not read again after a break; reading then resumes at the next one.
const LINE_KEPT_MAX: usize = 1024 * 1024;

impl Ingest {
    /// Begins at the first line; larger videos are kept in unlinked files in `folder`.
    pub fn new(folder: Arc<Path>) -> Self {
        let place = Place { line: 1, column: 1 };
        Self {
            folder,
            scanner: Scanner::default(),
            draft: None,
            skipping: false,
            in_wreck: false,
            noise: 0,
            place,
            line: Vec::new(),
        }
    }

    /// Takes in the next bytes and tells every document that they complete.
    pub fn feed(&mut self, bytes: &[u8], found: &mut impl FnMut(Item)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = if self.skipping { self.skip(rest) } else { self.read(rest, found) };
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// The input has ended; tells the document that it cut off.
    pub fn finish(&mut self, found: &mut impl FnMut(Item)) {
        if std::mem::take(&mut self.scanner).is_stray() {
            return self.end_stray(found);
        }
        let Some(draft) = self.draft.take() else { return };
        let (swallowed, line) = (draft.after_first_line(), draft.began.line + 1);
        found(draft.cut_off(self.place));
        tell_swallowed(&swallowed, line, &self.folder, found);
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

    /// Reads until something happens; gives how many bytes were taken.
    fn read(&mut self, bytes: &[u8], found: &mut impl FnMut(Item)) -> usize {
        let (taken, event) = self.scanner.scan(bytes, self.draft.as_mut());
        let passed = bytes.get(..taken).unwrap_or_default();
        self.keep_line(passed);
        self.advance(taken);
        match event {
            Event::More => {}
            Event::NewLine => self.new_line(),
            Event::Begin | Event::Stray => {
                self.draft = Some(Draft::begin(self.place, &self.folder));
                self.line.clear();
            }
            Event::End => {
                let draft = self.draft.take().filter(|draft| !self.in_wreck || draft.is_on_its_own());
                self.in_wreck &= draft.is_none();
                self.noise = 0;
                found_some(draft.map(Draft::end), found);
            }
            Event::StrayEnd => self.end_stray(found),
            Event::Break(reason) => self.break_off(reason, found),
        }
        taken
    }

    fn break_off(&mut self, reason: &'static str, found: &mut impl FnMut(Item)) {
        self.scanner = Scanner::default();
        let Some(draft) = self.draft.take() else { return };
        let again = draft.began.line < self.place.line && self.line.len() <= LINE_KEPT_MAX;
        let is_rest = self.in_wreck && !draft.is_on_its_own();
        self.in_wreck |= draft.began.line < self.place.line;
        let (swallowed, from) = (draft.between_lines(), draft.began.line + 1);
        if !is_rest {
            let is_noise = draft.is_noise();
            let broken = draft.broken(self.place, reason);
            if is_noise { self.tell_noise(broken, found) } else { found(broken) }
        }
        tell_swallowed(&swallowed, from, &self.folder, found);
        let line = std::mem::take(&mut self.line);
        if again {
            self.place.column = 1;
            self.feed(&line, found);
        } else {
            self.skipping = true;
        }
    }

    /// A line that begins no document is told, unless it is the rest of one that broke and was told already.
    fn end_stray(&mut self, found: &mut impl FnMut(Item)) {
        if let Some(stray) = self.draft.take().filter(|_| !self.in_wreck) {
            self.tell_noise(stray.stray(), found);
        }
    }

    /// Tells what is no request, unless it was told often enough.
    fn tell_noise(&mut self, item: Item, found: &mut impl FnMut(Item)) {
        self.noise = self.noise.saturating_add(1);
        match self.noise.cmp(&NOISE_TOLD) {
            Ordering::Less => found(item),
            Ordering::Equal => found(item.for_all_that_follow()),
            Ordering::Greater => {}
        }
    }

    fn keep_line(&mut self, passed: &[u8]) {
        let later = self.draft.as_ref().is_some_and(|draft| draft.began.line < self.place.line);
        if later && self.line.len() <= LINE_KEPT_MAX {
            let room = (LINE_KEPT_MAX + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(passed.get(..room.min(passed.len())).unwrap_or_default());
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.place.column += u64::try_from(bytes).unwrap_or(u64::MAX);
    }

    fn new_line(&mut self) {
        self.place = Place { line: self.place.line + 1, column: 1 };
        self.line.clear();
    }
}

/// Answers for whole requests that a broken document took in as its own, without running them.
///
/// `{"id":` and a line end before a good request make that request look like a value. It is not run, because whoever is
/// told that the document is broken may send all of it again; but it is told.
fn tell_swallowed(swallowed: &[u8], line: u64, folder: &Arc<Path>, found: &mut dyn FnMut(Item)) {
    if swallowed.is_empty() {
        return;
    }
    let mut ingest = Ingest::new(Arc::clone(folder));
    ingest.place.line = line;
    let mut tell = |item: Item| {
        if let Item::Document(document) = item
            && document.looks_like_request
        {
            found(Item::Broken(document.swallowed(line - 1)));
        }
    };
    ingest.feed(swallowed, &mut tell);
    // What is unfinished here too may have swallowed in its turn; each round drops at least one open bracket.
    if let Some(draft) = ingest.draft.take() {
        let mut tell = |item: Item| {
            if let Item::Broken(broken) = item {
                found(Item::Broken(broken));
            }
        };
        tell_swallowed(&draft.after_first_line(), draft.began.line + 1, folder, &mut tell);
    }
}

fn found_some(item: Option<Item>, found: &mut impl FnMut(Item)) {
    if let Some(item) = item {
        found(item);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each document's text, and each broken one's code and message, reading `input` in pieces of `step` bytes.
    fn read(input: &[u8], step: usize) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |item: Item| {
            told.push(match item {
                Item::Document(document) => String::from_utf8_lossy(&document.text).into_owned(),
                Item::Broken(Broken { code, message, text }) => {
                    format!("{code}: {message} of {}", String::from_utf8_lossy(&text))
                }
            });
        };
        let mut ingest = Ingest::new(Path::new("/tmp").into());
        for piece in input.chunks(step) {
            ingest.feed(piece, &mut tell);
        }
        ingest.finish(&mut tell);
        told
    }

    #[track_caller]
    fn check(input: &str, expected: &[&str]) {
        for step in [1, 2, 3, 7, 4096] {
            let told = read(input.as_bytes(), step);
            assert_eq!(told.len(), expected.len(), "{told:#?} in pieces of {step}");
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.starts_with(expected), "{told:?} should begin with {expected:?}, in pieces of {step}");
            }
        }
    }

    #[test]
    fn documents_follow_each_other_with_any_white_space() {
        check("{\"a\":1}\n{\"b\":[1,{}]}\n", &["{\"a\":1}", "{\"b\":[1,{}]}"]);
        check("{\"a\":1}{\"b\":2}  \t\r\n\n {}", &["{\"a\":1}", "{\"b\":2}", "{}"]);
        check("{\n  \"a\": \"}\\\"{\"\n}\n{}", &["{\n  \"a\": \"}\\\"{\"\n}", "{}"]);
        check("\u{feff}{}", &["{}"]);
        check("", &[]);
        check(" \n \n", &[]);
    }

    #[test]
    fn a_break_on_its_own_line_costs_that_line_only() {
        check("{\"a\" 1} {\"x\":1}\n{\"b\":2}", &["invalid_json: line 1, column 6: expected a colon", "{\"b\":2}"]);
        check("{\"a\":\"x\n{\"b\":2}\n", &["invalid_json: line 1, column 8: a line break", "{\"b\":2}"]);
        check("{\"a\":1,}\n{}", &["invalid_json: line 1, column 8: expected a name", "{}"]);
        check("{\"a\":1]\n{}", &["invalid_json: line 1, column 7: expected a comma or a closing brace", "{}"]);
    }

    #[test]
    fn a_break_on_a_later_line_gives_that_line_back() {
        check("{\"a\":{\n{\"b\":2}\n", &["invalid_json: line 2, column 1: expected a name", "{\"b\":2}"]);
        check("{\"a\":[\n1,\n]\n{\"b\":2}", &["invalid_json: line 3, column 1", "{\"b\":2}"]);
        check("{\n\"a\":1\n{\"b\":2} {\"c\":3}\n", &["invalid_json: line 3", "{\"b\":2}", "{\"c\":3}"]);
    }

    #[test]
    fn the_rest_of_a_broken_request_is_not_told_again() {
        let broken = "{\n \"id\": 1\n \"action\": \"x\",\n \"inputs\": {\n  \"title\": 5\n }\n}\n{\"b\":2}\n5";
        check(broken, &["invalid_json: line 3, column 2", "{\"b\":2}", "invalid_request: line 9"]);
    }

    #[test]
    fn a_request_that_an_unfinished_one_took_in_is_found() {
        let good = "{\"action\":\"x\",\"auth\":{}}";
        check(&format!("{{\"id\":\n{good}\n"), &["invalid_json: line 3", "invalid_json: line 2: this request"]);
        check(
            &format!("{{\"id\":\n[\n{good}\n{{\"id\":\n{good}"),
            &[
                "invalid_json: line 4",
                "invalid_json: line 3: this",
                "invalid_json: line 5",
                "invalid_json: line 5: this",
            ],
        );
        let cut = "{\n \"auth\": {},\n \"files\": [\n  {\"name\": \"a\"},\n  {\"name\": \"b";
        check(cut, &["invalid_json: line 5, column 14: the input ended within the request that began on line 1"]);
    }

    #[test]
    fn what_is_found_in_a_broken_request_is_told_once() {
        let good = "{\"action\":\"x\",\"auth\":{}}";
        check(&format!("[\n{good} x\n"), &["invalid_json: line 2", good, "invalid_json: line 2"]);
    }

    #[test]
    fn a_word_that_is_no_value_is_told_where_it_begins() {
        check("{\"id\":1,\"action\":get_videos}\n{}", &["invalid_json: line 1, column 18: expected a value", "{}"]);
    }

    #[test]
    fn what_is_no_object_is_named() {
        check("5\n{}", &["invalid_request: line 1, column 1: got a number", "{}"]);
        check(
            "\"x\"\n true \nnull",
            &["invalid_request: line 1", "invalid_request: line 2, column 2: got a boolean", "invalid_request: line 3"],
        );
        check("hello world\n{}", &["invalid_json: line 1, column 1: a request begins", "{}"]);
        check("{} trailing\n{}", &["{}", "invalid_json: line 1, column 4", "{}"]);
    }

    #[test]
    fn an_end_in_the_middle_is_told() {
        check("{\"a\":\"b", &["invalid_json: line 1, column 8: the input ended"]);
        check(
            "{\"a\":1}\n{\n",
            &["{\"a\":1}", "invalid_json: line 3, column 1: the input ended within the request that began on line 2"],
        );
        check("5", &["invalid_request: line 1"]);
    }

    /// The id, then base64 in lines as encoders write it: one request, as it was meant.
    #[test]
    fn line_breaks_within_a_video_do_no_harm() {
        let text = "{\"id\":1,\"inputs\":{\"content\":\"lifted:0\"}}";
        check(&format!("{}\n{{}}", text.replace("lifted:0", "aGVs\nbG8s\r\n\tIHlv\ndQ==\n")), &[text, "{}"]);
        let cut = "{\"id\":1,\"inputs\":{\"content\":\"aGVs\nbG8s\n  {\"auth\":2}\n{\"c\":3}";
        let told = "invalid_json: line 3, column 3: the video's content has no closing quote";
        check(cut, &[told, "{\"auth\":2}", "{\"c\":3}"]);
        check(
            "{\"inputs\":{\"content\":\"aG\\\nVs\"}}",
            &["invalid_json: line 1, column 26: a line break", "invalid_json: line 2"],
        );
        check("{\"inputs\":{\"title\":\"a\nb\"}}", &["invalid_json: line 1", "invalid_json: line 2"]);
    }

    #[test]
    fn a_file_that_was_sent_by_mistake_is_not_told_line_by_line() {
        let noise = "%\u{fffd}\n{\u{1}\n[x\nabc\n".repeat(1_000);
        let told = read(format!("{noise}{{\"b\":2}}\n{noise}{{\"c\" 3}}\n").as_bytes(), 4096);
        assert!((20..=24).contains(&told.len()), "{} are told: {told:#?}", told.len());
        assert_eq!(told.iter().filter(|told| *told == "{\"b\":2}").count(), 1);
        assert!(told.last().is_some_and(|last| last.contains("expected a colon")), "{told:#?}");
        assert!(told.iter().any(|told| told.contains("are passed over")), "{told:#?}");
    }

    #[test]
    fn depth_and_size_are_bounded_and_the_next_request_is_served() {
        let deep = format!("{}{}\n{{}}", "[".repeat(10_000), "]".repeat(10_000));
        check(&deep, &["nested_too_deeply", "{}"]);
        let wide = format!("{{\"title\":\"{}\"}}\n{{}}", "x".repeat(TEN_MIB));
        assert_eq!(read(wide.as_bytes(), 65_536).len(), 2);
        assert!(read(wide.as_bytes(), 65_536)[0].starts_with("request_too_large"));
    }

    const TEN_MIB: usize = 10 * 1024 * 1024;

    #[test]
    fn videos_are_lifted_out_of_the_inputs_and_nowhere_else() {
        let lifted = "{\"inputs\":{\"file\":{\"content\":\"lifted:0\",\"name\":\"content\"}},\"metadata\":{\"content\":\"aGk=\"}}";
        check(&lifted.replace("lifted:0", "aGk="), &[lifted]);
        let escaped =
            "{\"inputs\":{\"video\\u005fcontent_base64\":\"lifted:0\",\"x\":{\"content\":5},\"y\":\"content\"}}";
        check(&escaped.replace("lifted:0", "a\\u0047k\\u003d\\n"), &[escaped]);
        let several = "{\"inputs\":{\"files\":[{\"content\":\"lifted:0\"},{\"content\":\"lifted:1\"}]}}";
        check(&several.replace("lifted:0", "").replace("lifted:1", "a*"), &[several]);
    }

    #[test]
    fn places_are_those_of_the_input_and_not_of_the_lifted_text() {
        let input = "  {\"inputs\":{\"content\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"},\n \"x\":tru}";
        let mut ingest = Ingest::new(Path::new("/tmp").into());
        let mut places = Vec::new();
        ingest.feed(input.as_bytes(), &mut |item| {
            let Item::Document(document) = item else { panic!("{item:?}") };
            let error = serde_json::from_slice::<serde_json::Value>(&document.text).unwrap_err();
            places.push(document.place(error.line(), error.column()));
            places.push(document.place(1, 33));
        });
        assert_eq!(places, [Place { line: 2, column: 9 }, Place { line: 1, column: 59 }]);
    }

    #[test]
    fn places_after_a_video_in_lines_are_those_of_the_input() {
        let input = " {\"inputs\":{\"content\":\"aaaa\naaaa\naaaaaaaa\"},\"x\":tru}";
        let mut ingest = Ingest::new(Path::new("/tmp").into());
        let mut places = Vec::new();
        ingest.feed(input.as_bytes(), &mut |item| {
            let Item::Document(document) = item else { panic!("{item:?}") };
            let error = serde_json::from_slice::<serde_json::Value>(&document.text).unwrap_err();
            places.push(document.place(error.line(), error.column()));
        });
        // The last line is `aaaaaaaa"},"x":tru}`, and serde stops behind the word.
        assert_eq!(places, [Place { line: 3, column: 19 }]);
    }

    proptest! {
        /// Whatever comes in and however it is cut into pieces, the same is told.
        #[test]
        fn pieces_do_not_matter(input in r#"[\[\]{}:,"\\a1 \n]{0,60}"#, step in 1_usize..9) {
            prop_assert_eq!(read(input.as_bytes(), step), read(input.as_bytes(), 4096));
        }

        /// A good request on the last line is served, whatever stands on the lines before.
        #[test]
        fn the_next_request_is_never_swallowed(input in r#"[\[\]{}:,"\\a1 ]{0,60}"#) {
            let told = read(format!("{input}\n{{\"last\":true}}").as_bytes(), 4096);
            // Open brackets may take the last line in as their own, and only then is it part of what is told before.
            let served = told.last().is_some_and(|last| last == "{\"last\":true}");
            let nested = told.last().is_some_and(|last| last.contains("the input ended"));
            prop_assert!(served || nested, "{:?}", told);
        }
    }
}
