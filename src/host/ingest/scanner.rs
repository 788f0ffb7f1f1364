//! The structure of JSON, byte by byte: a pushdown automaton that can stop and go on at any byte.
//!
//! Strings are passed on in bulk; numbers and words are told apart from structure and left to serde.

use super::document::DocumentBuilder;

/// Where the automaton stands.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    stack: Vec<Frame>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Between documents.
    #[default]
    Between,
    /// In a line that does not begin a document.
    Stray,
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

/// What a string is for.
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

/// What was met.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The bytes are used up.
    More,
    /// The byte before is a line feed.
    NewLine,
    /// The next byte begins a document.
    Begin,
    /// The byte before ends the document.
    End,
    /// The next byte begins a line that is no document.
    Stray,
    /// That line ends before the next byte.
    StrayEnd,
    /// The next byte cannot stand here.
    Break(&'static str),
}

/// One step: so many bytes were taken, and perhaps something was met behind them.
type Step = (usize, Option<Event>);

/// No request comes near this; the stack of brackets must not grow with hostile input.
const DEPTH_MAX: usize = 100_000;

impl Scanner {
    /// Reads on until something is met; gives how many bytes were taken. `draft` is the document being read,
    /// if any.
    pub(super) fn scan(&mut self, bytes: &[u8], draft: Option<&mut DocumentBuilder>) -> (usize, Event) {
        let Some(draft) = draft else {
            return self.between(bytes);
        };
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            let (step, event) = match self.state {
                State::Text { role, escaped } => self.text(rest, role, escaped, draft),
                State::Atom => self.atom(rest, draft),
                State::Stray => self.stray(rest, draft),
                State::Between
                | State::Value
                | State::FirstItem
                | State::FirstMember
                | State::Name
                | State::Colon
                | State::After => self.structure(rest, draft),
            };
            taken += step;
            if let Some(event) = event {
                return (taken, event);
            }
        }
        (taken, Event::More)
    }

    /// Within a line that begins no document.
    pub(super) fn within_stray() -> Self {
        Self {
            state: State::Stray,
            stack: Vec::new(),
        }
    }

    /// Whether no document and no line that begins none is being read.
    pub(super) fn is_between(&self) -> bool {
        self.state == State::Between
    }

    /// Whether the line being read is no document.
    pub(super) fn is_stray(&self) -> bool {
        self.state == State::Stray
    }

    /// White space between documents. A byte order mark counts as such, since some editors put one first.
    fn between(&mut self, bytes: &[u8]) -> (usize, Event) {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | 0xEF | 0xBB | 0xBF);
        let taken = bytes.iter().position(|byte| !blank(byte)).unwrap_or(bytes.len());
        match bytes.get(taken) {
            None => (taken, Event::More),
            Some(b'\n') => (taken + 1, Event::NewLine),
            Some(b'{' | b'[') => {
                self.state = State::Value;
                (taken, Event::Begin)
            }
            Some(_) => {
                self.state = State::Stray;
                (taken, Event::Stray)
            }
        }
    }

    fn stray(&mut self, rest: &[u8], draft: &mut DocumentBuilder) -> Step {
        let end = rest.iter().position(|byte| *byte == b'\n');
        let length = end.unwrap_or(rest.len());
        draft.push(rest.get(..length).unwrap_or_default());
        if end.is_some() {
            self.state = State::Between;
            return (length, Some(Event::StrayEnd));
        }
        (length, None)
    }

    fn text(&mut self, rest: &[u8], role: Role, escaped: bool, draft: &mut DocumentBuilder) -> Step {
        if draft.begins_line() {
            return Self::line_within_video(rest, draft);
        }
        // JSON allows no control character in a text, but encoders of base64 break lines, and a video's
        // content may hold any white space.
        let is_video = !escaped && draft.takes_line_breaks();
        let stop = match (escaped, is_video) {
            (true, _) => Some(0),
            (false, true) => memchr::memchr3(b'"', b'\\', b'\n', rest),
            (false, false) => memchr::memchr2(b'"', b'\\', rest),
        };
        let plain = stop.unwrap_or(rest.len());
        let part = |length: usize| rest.get(..length).unwrap_or_default();
        // What a video's content stops at is no fault in it.
        let checked = if is_video {
            plain
        } else {
            rest.len().min(plain + 1)
        };
        if let Some(at) = fault_at(part(checked), is_video) {
            draft.text_part(part(at));
            return (at, Some(Event::Break(CONTROL)));
        }
        match rest.get(plain) {
            None => {
                draft.text_part(part(plain));
                (plain, None)
            }
            Some(b'"') if !escaped => {
                draft.text_part(part(plain));
                draft.text_end(role);
                (plain + 1, self.text_ended(role))
            }
            Some(b'\n') if is_video => {
                draft.text_part(part(plain + 1));
                draft.line_break();
                (plain + 1, Some(Event::NewLine))
            }
            Some(byte) => {
                // After a backslash any visible byte passes; whether the escape exists is for serde to say.
                self.state = State::Text {
                    role,
                    escaped: !escaped && *byte == b'\\',
                };
                draft.text_part(part(plain + 1));
                (plain + 1, None)
            }
        }
    }

    /// The beginning of a line within a video's content. A bracket is no base64: there the content was cut
    /// off, and this line begins another document.
    fn line_within_video(rest: &[u8], draft: &mut DocumentBuilder) -> Step {
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
            .count();
        draft.text_part(rest.get(..blank).unwrap_or_default());
        match rest.get(blank) {
            None => (blank, None),
            Some(b'{' | b'[') => (blank, Some(Event::Break(CUT_OFF))),
            Some(_) => {
                draft.goes_on();
                (blank, None)
            }
        }
    }

    fn text_ended(&mut self, role: Role) -> Option<Event> {
        match role {
            Role::Name => {
                self.state = State::Colon;
                None
            }
            Role::Value => self.value_ended(),
        }
    }

    fn atom(&mut self, rest: &[u8], draft: &mut DocumentBuilder) -> Step {
        let length = rest.iter().position(|byte| !is_atom(*byte)).unwrap_or(rest.len());
        draft.push(rest.get(..length).unwrap_or_default());
        if length < rest.len() {
            (length, self.value_ended())
        } else {
            (length, None)
        }
    }

    fn structure(&mut self, rest: &[u8], draft: &mut DocumentBuilder) -> Step {
        let Some(byte) = rest.first().copied() else {
            return (0, None);
        };
        match (self.state, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => {
                draft.push(&[byte]);
                (1, (byte == b'\n').then_some(Event::NewLine))
            }
            (State::Value | State::FirstItem, b'{') => self.open(Frame::Object, draft),
            (State::Value | State::FirstItem, b'[') => self.open(Frame::Array, draft),
            (State::Value | State::FirstItem, b'"') => self.begin_text(Role::Value, draft),
            (State::FirstMember | State::Name, b'"') => self.begin_text(Role::Name, draft),
            (State::Value | State::FirstItem, b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                draft.other_value();
                self.state = State::Atom;
                (0, None)
            }
            (State::Colon, b':') => self.go_on(State::Value, byte, draft),
            (State::After, b',') => self.go_on(self.after_comma(), byte, draft),
            (State::FirstMember, b'}') | (State::FirstItem, b']') => self.close(byte, draft),
            (State::After, b'}') if self.stack.last() == Some(&Frame::Object) => self.close(byte, draft),
            (State::After, b']') if self.stack.last() == Some(&Frame::Array) => self.close(byte, draft),
            _ => (0, Some(Event::Break(self.expectation()))),
        }
    }

    fn open(&mut self, frame: Frame, draft: &mut DocumentBuilder) -> Step {
        if self.stack.len() >= DEPTH_MAX {
            return (0, Some(Event::Break(DEPTH)));
        }
        self.stack.push(frame);
        let (byte, state) = match frame {
            Frame::Object => (b'{', State::FirstMember),
            Frame::Array => (b'[', State::FirstItem),
        };
        draft.open(frame, self.stack.len());
        self.go_on(state, byte, draft)
    }

    fn close(&mut self, byte: u8, draft: &mut DocumentBuilder) -> Step {
        self.stack.pop();
        draft.push(&[byte]);
        draft.close(self.stack.len());
        (1, self.value_ended())
    }

    fn begin_text(&mut self, role: Role, draft: &mut DocumentBuilder) -> Step {
        draft.text_begin(role);
        self.state = State::Text { role, escaped: false };
        (1, None)
    }

    fn go_on(&mut self, state: State, byte: u8, draft: &mut DocumentBuilder) -> Step {
        self.state = state;
        draft.push(&[byte]);
        (1, None)
    }

    /// A value has ended; where it was the outermost one, so has the document.
    fn value_ended(&mut self) -> Option<Event> {
        if self.stack.is_empty() {
            self.state = State::Between;
            return Some(Event::End);
        }
        self.state = State::After;
        None
    }

    fn after_comma(&self) -> State {
        match self.stack.last() {
            Some(Frame::Object) => State::Name,
            Some(Frame::Array) | None => State::Value,
        }
    }

    fn expectation(&self) -> &'static str {
        match (self.state, self.stack.last()) {
            (State::FirstMember, _) => "expected a name in double quotes or a closing brace",
            (State::Name, _) => "expected a name in double quotes",
            (State::Colon, _) => "expected a colon after the name",
            (State::After, Some(Frame::Object)) => "expected a comma or a closing brace",
            (State::After, _) => "expected a comma or a closing bracket",
            (State::FirstItem, _) => "expected a value or a closing bracket",
            _ => "expected a value",
        }
    }
}

const CUT_OFF: &str = "the video's content has no closing quote before this line";

/// Reason of a break: more nesting than the scanner tracks.
pub(super) const DEPTH: &str = "the brackets are nested too deeply";

/// Reason of a break: a control character in a text, which JSON allows only as an escape.
pub(super) const CONTROL: &str =
    "a line break or control character is inside a text; write it as \\n or \\u00XX";

/// Where the first control character is that may not stand in a text; in a video's content white space may.
fn fault_at(text: &[u8], is_video: bool) -> Option<usize> {
    let at = control_at(text)?;
    if !is_video {
        return Some(at);
    }
    text.iter()
        .position(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n'))
}

/// Where the first control character is. The fold has no early end, so it runs at the speed of memory.
fn control_at(text: &[u8]) -> Option<usize> {
    let (words, rest) = text.as_chunks();
    let found = words
        .iter()
        .fold(0, |found, word| found | controls(u64::from_ne_bytes(*word)));
    let is_control = |byte: &u8| *byte < b' ';
    if found != 0 || rest.iter().any(is_control) {
        text.iter().position(is_control)
    } else {
        None
    }
}

/// The word is 0 where none of the eight bytes of `word` is below 0x20 ("Determine if a word has a byte less
/// than n", Bit Twiddling Hacks).
const fn controls(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xFF;
    word.wrapping_sub(EACH * 0x20) & !word & (EACH * 0x80)
}

/// Bytes of numbers and of `true`, `false` and `null`.
const fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_control_character_is_found(text in prop::collection::vec(prop_oneof![20 => 0x20..=0xFF_u8, 1 => 0..0x20_u8], 0..80)) {
            prop_assert_eq!(control_at(&text), text.iter().position(|byte| *byte < b' '));
        }
    }

    #[test]
    fn each_byte_is_judged_rightly_in_each_place() {
        for byte in 0..=u8::MAX {
            for place in 0..9 {
                let mut text = [b'a'; 9];
                text[place] = byte;
                assert_eq!(
                    control_at(&text),
                    (byte < b' ').then_some(place),
                    "{byte:#x} at {place}"
                );
            }
        }
    }
}
