//! Properties of the terminal: its width, its characters, and whether there is one.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use rustix::{
    fd::AsFd,
    termios::{QueueSelector, tcflush, tcgetwinsize},
};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::environment;

/// Width of a terminal that does not tell its own, in columns.
const USUAL_WIDTH: usize = 80;

/// Smallest width for which a text is arranged.
const LEAST_WIDTH: usize = 40;

/// Width of the terminal behind standard output in columns; `None` if there is no terminal, so that nothing is cut off.
pub(super) fn output_width() -> Option<usize> {
    let output = io::stdout();
    output.is_terminal().then(|| width_of(&output))
}

/// Width of the terminal behind standard error in columns; `None` if there is no terminal.
pub(super) fn error_width() -> Option<usize> {
    let errors = io::stderr();
    errors.is_terminal().then(|| width_of(&errors))
}

fn width_of(stream: &impl AsFd) -> usize {
    let told = tcgetwinsize(stream).map_or(0, |size| usize::from(size.ws_col));
    let width = if told == 0 { USUAL_WIDTH } else { told };
    width.max(LEAST_WIDTH)
}

/// Whether a person sits at it: both standard input and standard error are terminals.
pub(super) fn has_person() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Whether the answer to a question with yes or no is yes.
pub(super) fn agrees(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

/// Asks a question with yes or no on standard error. Anything but yes is no, and what was typed before the question is no
/// answer to it.
pub(super) fn is_agreed(question: &str) -> bool {
    let input = io::stdin();
    discard_typed_ahead();
    let mut errors = anstream::stderr();
    let asked = errors
        .write_all(question.as_bytes())
        .and_then(|()| errors.flush());
    let mut answer = String::new();
    asked.is_ok() && input.lock().read_line(&mut answer).is_ok() && agrees(&answer)
}

/// Ends the line of a question that was not answered.
pub(super) fn leave_question() {
    if has_person() {
        drop(anstream::stderr().write_all(b"\n"));
    }
}

/// Discards what was typed before a question: it is no answer to it.
pub(super) fn discard_typed_ahead() {
    // It fails for a stream that is no terminal, which has nothing to discard.
    let _discarded = tcflush(io::stdin(), QueueSelector::IFlush);
}

/// A line for standard error: on a terminal broken at spaces.
pub(super) fn fitted(text: &str) -> String {
    match error_width() {
        Some(width) if columns(text) > width => wrapped(text, width).join("\n"),
        Some(_) | None => text.to_owned(),
    }
}

/// Whether standard error is a terminal on which a line can be drawn again.
pub(super) fn can_redraw() -> bool {
    io::stderr().is_terminal() && !environment::has_dumb_terminal()
}

/// A text without characters that control the terminal or the direction of writing; line breaks are spaces.
pub(super) fn printable(text: &str) -> String {
    let is_unsafe = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(is_unsafe, " ")
}

/// Columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// A text of at most `width` columns; what is cut off ends in `…`.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |letter: &char| {
        let columns = letter.width().unwrap_or_default();
        let fits = columns <= left;
        left = left.saturating_sub(if fits { columns } else { left });
        fits
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}

/// Lines of at most `width` columns, broken at spaces; a longer word has a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => word.clone_into(line),
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text broken at spaces, whose further lines begin after `indent` columns. The first `indent` characters stay as they are.
pub(super) fn hanging(text: &str, width: usize, indent: usize) -> String {
    let at = text.char_indices().nth(indent).map_or(text.len(), |(at, _)| at);
    let (head, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let lines = wrapped(rest, width.saturating_sub(indent));
    format!("{head}{}", lines.join(&format!("\n{}", " ".repeat(indent))))
}

/// Lines of at most `width` columns, broken at spaces, and within a longer word.
pub(super) fn broken(text: &str, width: usize) -> Vec<String> {
    let lines = text.split('\n').flat_map(|line| wrapped(line, width));
    lines.flat_map(|line| pieces(&line, width)).collect()
}

/// Pieces of a line of at most `width` columns, each of at least one character.
fn pieces(line: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut taken = 0;
    for letter in line.chars() {
        let columns = letter.width().unwrap_or_default();
        match pieces.last_mut() {
            Some(piece) if piece.is_empty() || taken + columns <= width => piece.push(letter),
            _ => {
                pieces.push(letter.to_string());
                taken = 0;
            }
        }
        taken += columns;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_columns_and_not_by_bytes() {
        for (text, width, expected) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("日本語の題", 6, "日本…"),
            ("日本語", 6, "日本語"),
            ("🎉🎉🎉", 4, "🎉…"),
            ("x", 0, "…"),
        ] {
            assert_eq!(shortened(text, width), expected, "{text} in {width}");
        }
    }

    #[test]
    fn a_title_cannot_control_the_terminal() {
        assert_eq!(printable("a\x1b]0;x\x07b\nc\u{202e}d"), "a ]0;x b c d");
    }

    #[test]
    fn a_value_goes_on_below_itself() {
        assert_eq!(
            hanging("  name  one two three", 14, 8),
            "  name  one\n        two\n        three"
        );
        assert_eq!(hanging("one two", 4, 0), "one\ntwo");
        assert_eq!(hanging("ab", 4, 8), "ab");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable x", 5), ["unbreakable", "x"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
