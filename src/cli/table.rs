//! Tables on standard output: for a terminal of any width, or without limits for a file.

use std::io::{self, IsTerminal as _};

use comfy_table::{ContentArrangement, Table, presets};
use rustix::termios::tcgetwinsize;

/// Width of a terminal that does not tell its own, in columns.
const USUAL_WIDTH: u16 = 80;

/// Smallest width for which a table is arranged.
const LEAST_WIDTH: u16 = 40;

/// Width of the terminal behind standard output in columns; `None` if there is none, so that nothing is broken into lines.
pub(super) fn output_width() -> Option<u16> {
    let output = io::stdout();
    let told = || tcgetwinsize(&output).map_or(0, |size| size.ws_col);
    output.is_terminal().then(|| match told() {
        0 => USUAL_WIDTH,
        width => width.max(LEAST_WIDTH),
    })
}

/// Lines of a table without borders, at most `width` columns wide.
pub(super) fn lines(width: Option<u16>, header: Option<&[&str]>, rows: Vec<Vec<String>>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    if let Some(header) = header {
        table.set_header(header);
    }
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt().lines().map(str::to_owned).collect()
}

/// A text without characters that control the terminal or the direction of writing.
pub(super) fn printable(text: &str) -> String {
    let is_unsafe = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(is_unsafe, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cell_is_broken_within_the_width() {
        let row = vec!["short".to_owned(), "a long text that has to be broken".to_owned()];
        let lines = lines(Some(24), None, vec![row]);
        assert!(
            lines.len() > 1 && lines.iter().all(|line| line.len() <= 24),
            "{lines:#?}"
        );
    }

    #[test]
    fn a_text_cannot_control_the_terminal() {
        assert_eq!(printable("a\x1b]0;x\x07b\u{202e}c"), "a ]0;x b c");
    }
}
