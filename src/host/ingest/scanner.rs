//! The structure of JSON, byte by byte: a pushdown automaton that can pause at any byte.
//!
//! Strings are passed on in bulk; numbers and words are separated from structure and left to serde.

mod content;
mod control;

use self::{
    content::{ContentEnd, ContentPart, content_part},
    control::control_at,
};

/// Pushdown automaton over the bytes of JSON.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: ScanState,
    stack: Vec<Frame>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ScanState {
    /// Between documents.
    #[default]
    Between,
    /// In a line that does not begin a document.
    JunkLine,
    /// Before a value.
    Value,
    /// After `[`.
    FirstItem,
    /// After `{`.
    FirstMember,
    /// After `,` in an object.
    Name,
    /// After a name.
    Colon,
    /// After a value.
    After,
    /// In a string.
    Text { role: Role, escaped: bool },
    /// In a number or a word.
    Atom,
}

/// Role of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Name,
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    Object,
    Array,
}

/// Reason that the scanner stops.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ScanEvent {
    /// The bytes are used up.
    More,
    /// The byte before is a line feed.
    NewLine,
    /// The next byte begins a document.
    Begin,
    /// The byte before ends the document.
    End,
    /// The next byte begins a line that is no document.
    JunkLine,
    /// The junk line ends before the next byte.
    JunkLineEnd,
    /// The next byte is not allowed here.
    Break(&'static str),
}

/// Receiver of the text of a document, in order.
pub(super) trait ScanSink {
    /// Bytes outside of strings.
    fn push(&mut self, bytes: &[u8]);
    /// An object or list opens, at this depth of brackets.
    fn open(&mut self, frame: Frame, depth: usize);
    /// The innermost object or list closes; `depth` brackets remain open.
    fn close(&mut self, depth: usize);
    /// A number, a word, an object or a list begins.
    fn other_value(&mut self);
    /// A string begins.
    fn text_begin(&mut self, role: Role);
    /// Bytes of the current string.
    fn text_part(&mut self, part: &[u8]);
    /// The current string ends.
    fn text_end(&mut self, role: Role);
    /// Returns true if the current string is base64, in which encoders break lines.
    fn takes_line_breaks(&self) -> bool;
    /// A line ends within base64.
    fn line_break(&mut self);
    /// Returns true if only blanks have followed the last line end within base64.
    fn begins_line(&self) -> bool;
    /// The current line within base64 has more than blanks.
    fn goes_on(&mut self);
}

/// Number of bytes read, and the event after them.
type ScanStep = (usize, Option<ScanEvent>);

/// Maximum nesting that is tracked. The stack must not grow with hostile input.
const DEPTH_MAX: usize = 100_000;

impl Scanner {
    /// Reads on until an event, and returns the number of bytes read and the event. `sink` receives the
    /// document being read, if any.
    pub(super) fn scan(&mut self, bytes: &[u8], sink: Option<&mut impl ScanSink>) -> (usize, ScanEvent) {
        let Some(sink) = sink else {
            return self.between(bytes);
        };
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            let (step, event) = match self.state {
                ScanState::Text { role, escaped } => self.text(rest, role, escaped, sink),
                ScanState::Atom => self.atom(rest, sink),
                ScanState::JunkLine => self.junk_line(rest, sink),
                ScanState::Between
                | ScanState::Value
                | ScanState::FirstItem
                | ScanState::FirstMember
                | ScanState::Name
                | ScanState::Colon
                | ScanState::After => self.structure(rest, sink),
            };
            taken += step;
            if let Some(event) = event {
                return (taken, event);
            }
        }
        (taken, ScanEvent::More)
    }

    /// A scanner within a junk line.
    pub(super) fn within_junk_line() -> Self {
        Self {
            state: ScanState::JunkLine,
            stack: Vec::new(),
        }
    }

    /// Returns true between documents and junk lines.
    pub(super) fn is_between(&self) -> bool {
        self.state == ScanState::Between
    }

    /// Returns true within a junk line.
    pub(super) fn is_in_junk_line(&self) -> bool {
        self.state == ScanState::JunkLine
    }

    /// White space between documents. A byte order mark counts as such, since some editors put one first.
    fn between(&mut self, bytes: &[u8]) -> (usize, ScanEvent) {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | 0xEF | 0xBB | 0xBF);
        let taken = bytes.iter().position(|byte| !blank(byte)).unwrap_or(bytes.len());
        match bytes.get(taken) {
            None => (taken, ScanEvent::More),
            Some(b'\n') => (taken + 1, ScanEvent::NewLine),
            Some(b'{' | b'[') => {
                self.state = ScanState::Value;
                (taken, ScanEvent::Begin)
            }
            Some(_) => {
                self.state = ScanState::JunkLine;
                (taken, ScanEvent::JunkLine)
            }
        }
    }

    fn junk_line(&mut self, rest: &[u8], sink: &mut impl ScanSink) -> ScanStep {
        let end = rest.iter().position(|byte| *byte == b'\n');
        let length = end.unwrap_or(rest.len());
        sink.push(rest.get(..length).unwrap_or_default());
        if end.is_some() {
            self.state = ScanState::Between;
            return (length, Some(ScanEvent::JunkLineEnd));
        }
        (length, None)
    }

    fn text(&mut self, rest: &[u8], role: Role, escaped: bool, sink: &mut impl ScanSink) -> ScanStep {
        if sink.begins_line() {
            return Self::line_within_video(rest, sink);
        }
        if !escaped && sink.takes_line_breaks() {
            return self.content(rest, role, sink);
        }
        let stop = if escaped {
            Some(0)
        } else {
            memchr::memchr2(b'"', b'\\', rest)
        };
        let plain = stop.unwrap_or(rest.len());
        let part = |length: usize| rest.get(..length).unwrap_or_default();
        if let Some(at) = control_at(part(rest.len().min(plain + 1))) {
            sink.text_part(part(at));
            return (at, Some(ScanEvent::Break(CONTROL)));
        }
        match rest.get(plain) {
            None => {
                sink.text_part(part(plain));
                (plain, None)
            }
            Some(b'"') if !escaped => {
                sink.text_part(part(plain));
                sink.text_end(role);
                (plain + 1, self.text_ended(role))
            }
            Some(byte) => {
                // After a backslash any visible byte passes; serde checks that the escape exists.
                self.state = ScanState::Text {
                    role,
                    escaped: !escaped && *byte == b'\\',
                };
                sink.text_part(part(plain + 1));
                (plain + 1, None)
            }
        }
    }

    /// The content of a video. JSON allows no control character in a text, but encoders of base64 break lines, and a
    /// content may hold any white space.
    fn content(&mut self, rest: &[u8], role: Role, sink: &mut impl ScanSink) -> ScanStep {
        let ContentPart { length, end } = content_part(rest);
        let part = |length: usize| rest.get(..length).unwrap_or_default();
        match end {
            ContentEnd::Open { escaped } => {
                self.state = ScanState::Text { role, escaped };
                sink.text_part(part(length));
                (length, None)
            }
            ContentEnd::Quote => {
                sink.text_part(part(length));
                sink.text_end(role);
                (length + 1, self.text_ended(role))
            }
            ContentEnd::LineFeed => {
                sink.text_part(part(length + 1));
                sink.line_break();
                (length + 1, Some(ScanEvent::NewLine))
            }
            ContentEnd::Fault => {
                sink.text_part(part(length));
                (length, Some(ScanEvent::Break(CONTROL)))
            }
        }
    }

    /// The beginning of a line within a video's content. A bracket is not base64: the content was truncated,
    /// and this line begins another document.
    fn line_within_video(rest: &[u8], sink: &mut impl ScanSink) -> ScanStep {
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
            .count();
        sink.text_part(rest.get(..blank).unwrap_or_default());
        match rest.get(blank) {
            None => (blank, None),
            Some(b'{' | b'[') => (blank, Some(ScanEvent::Break(CUT_OFF))),
            Some(_) => {
                sink.goes_on();
                (blank, None)
            }
        }
    }

    fn text_ended(&mut self, role: Role) -> Option<ScanEvent> {
        match role {
            Role::Name => {
                self.state = ScanState::Colon;
                None
            }
            Role::Value => self.value_ended(),
        }
    }

    fn atom(&mut self, rest: &[u8], sink: &mut impl ScanSink) -> ScanStep {
        let length = rest.iter().position(|byte| !is_atom(*byte)).unwrap_or(rest.len());
        sink.push(rest.get(..length).unwrap_or_default());
        if length < rest.len() {
            (length, self.value_ended())
        } else {
            (length, None)
        }
    }

    fn structure(&mut self, rest: &[u8], sink: &mut impl ScanSink) -> ScanStep {
        let Some(byte) = rest.first().copied() else {
            return (0, None);
        };
        match (self.state, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => {
                sink.push(&[byte]);
                (1, (byte == b'\n').then_some(ScanEvent::NewLine))
            }
            (ScanState::Value | ScanState::FirstItem, b'{') => self.open(Frame::Object, sink),
            (ScanState::Value | ScanState::FirstItem, b'[') => self.open(Frame::Array, sink),
            (ScanState::Value | ScanState::FirstItem, b'"') => self.begin_text(Role::Value, sink),
            (ScanState::FirstMember | ScanState::Name, b'"') => self.begin_text(Role::Name, sink),
            (ScanState::Value | ScanState::FirstItem, b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                sink.other_value();
                self.state = ScanState::Atom;
                (0, None)
            }
            (ScanState::Colon, b':') => self.go_on(ScanState::Value, byte, sink),
            (ScanState::After, b',') => self.go_on(self.after_comma(), byte, sink),
            (ScanState::FirstMember, b'}') | (ScanState::FirstItem, b']') => self.close(byte, sink),
            (ScanState::After, b'}') if self.stack.last() == Some(&Frame::Object) => self.close(byte, sink),
            (ScanState::After, b']') if self.stack.last() == Some(&Frame::Array) => self.close(byte, sink),
            _ => (0, Some(ScanEvent::Break(self.expectation()))),
        }
    }

    fn open(&mut self, frame: Frame, sink: &mut impl ScanSink) -> ScanStep {
        if self.stack.len() >= DEPTH_MAX {
            return (0, Some(ScanEvent::Break(DEPTH)));
        }
        self.stack.push(frame);
        let (byte, state) = match frame {
            Frame::Object => (b'{', ScanState::FirstMember),
            Frame::Array => (b'[', ScanState::FirstItem),
        };
        sink.open(frame, self.stack.len());
        self.go_on(state, byte, sink)
    }

    fn close(&mut self, byte: u8, sink: &mut impl ScanSink) -> ScanStep {
        self.stack.pop();
        sink.push(&[byte]);
        sink.close(self.stack.len());
        (1, self.value_ended())
    }

    fn begin_text(&mut self, role: Role, sink: &mut impl ScanSink) -> ScanStep {
        sink.text_begin(role);
        self.state = ScanState::Text { role, escaped: false };
        (1, None)
    }

    fn go_on(&mut self, state: ScanState, byte: u8, sink: &mut impl ScanSink) -> ScanStep {
        self.state = state;
        sink.push(&[byte]);
        (1, None)
    }

    /// Ends a value, and the document if the value is the outermost.
    fn value_ended(&mut self) -> Option<ScanEvent> {
        if self.stack.is_empty() {
            self.state = ScanState::Between;
            return Some(ScanEvent::End);
        }
        self.state = ScanState::After;
        None
    }

    fn after_comma(&self) -> ScanState {
        match self.stack.last() {
            Some(Frame::Object) => ScanState::Name,
            Some(Frame::Array) | None => ScanState::Value,
        }
    }

    fn expectation(&self) -> &'static str {
        match (self.state, self.stack.last()) {
            (ScanState::FirstMember, _) => "expected a name in double quotes or a closing brace",
            (ScanState::Name, _) => "expected a name in double quotes",
            (ScanState::Colon, _) => "expected a colon after the name",
            (ScanState::After, Some(Frame::Object)) => "expected a comma or a closing brace",
            (ScanState::After, _) => "expected a comma or a closing bracket",
            (ScanState::FirstItem, _) => "expected a value or a closing bracket",
            _ => "expected a value",
        }
    }
}

const CUT_OFF: &str = "the video's content has no closing quote before this line";

/// Reason of a break: more nesting than the scanner tracks.
pub(super) const DEPTH: &str = "the brackets are nested too deeply";

/// Reason of a break: a control character in a text, which JSON allows only as an escape.
pub(super) const CONTROL: &str =
    "a line break or control character is inside a string; write it as \\n or \\u00XX";

/// Bytes of numbers and of `true`, `false` and `null`.
const fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// Sink that keeps the text, with a mark at each string and bracket.
    #[derive(Default)]
    struct Transcript(String);

    impl ScanSink for Transcript {
        fn push(&mut self, bytes: &[u8]) {
            self.0.push_str(str::from_utf8(bytes).unwrap());
        }
        fn open(&mut self, _frame: Frame, depth: usize) {
            write!(self.0, "<{depth}").unwrap();
        }
        fn close(&mut self, depth: usize) {
            write!(self.0, "{depth}>").unwrap();
        }
        fn other_value(&mut self) {
            self.0.push('#');
        }
        fn text_begin(&mut self, role: Role) {
            self.0.push_str(if role == Role::Name { "N(" } else { "V(" });
        }
        fn text_part(&mut self, part: &[u8]) {
            self.0.push_str(str::from_utf8(part).unwrap());
        }
        fn text_end(&mut self, _role: Role) {
            self.0.push(')');
        }
        fn takes_line_breaks(&self) -> bool {
            false
        }
        fn line_break(&mut self) {}
        fn begins_line(&self) -> bool {
            false
        }
        fn goes_on(&mut self) {}
    }

    /// The transcript of a document, read in pieces of `size` bytes, and the last event.
    fn scanned(text: &str, size: usize) -> (String, ScanEvent) {
        let (mut scanner, mut sink) = (Scanner::default(), Transcript::default());
        assert_eq!(
            scanner.scan(text.as_bytes(), None::<&mut Transcript>),
            (0, ScanEvent::Begin)
        );
        for piece in text.as_bytes().chunks(size) {
            let mut rest = piece;
            while !rest.is_empty() {
                let (taken, event) = scanner.scan(rest, Some(&mut sink));
                rest = &rest[taken..];
                if !matches!(event, ScanEvent::More | ScanEvent::NewLine) {
                    return (sink.0, event);
                }
            }
        }
        (sink.0, ScanEvent::More)
    }

    #[test]
    fn a_document_reaches_the_sink_in_order_however_it_is_cut() {
        let text = r#"{"a\"": [1, {}, "b"], "c": null}"#;
        for size in 1..=text.len() {
            let expected = r#"<1{N(a\"): <2[#1, <3{}2>, V(b)]1>, N(c): #null}0>"#;
            assert_eq!(
                scanned(text, size),
                (expected.to_owned(), ScanEvent::End),
                "{size}"
            );
        }
    }

    #[test]
    fn a_break_is_found_at_its_byte() {
        for (text, before) in [
            ("{1", "<1{"),
            (r#"{"a" 1"#, "<1{N(a) "),
            (r#"["a",]"#, "<1[V(a),"),
            ("[1}", "<1[#1"),
            ("[\"a\tb\"]", "<1[V(a"),
        ] {
            let (transcript, event) = scanned(text, 64);
            assert!(matches!(event, ScanEvent::Break(_)), "{text}: {event:?}");
            assert_eq!(transcript, before, "{text}");
        }
    }
}
