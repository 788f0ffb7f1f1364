//! Where the videos stood that were lifted out of a text.

use super::Place;

/// A video that was lifted out of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extraction {
    /// Where its handle ends in the text.
    pub(super) at: usize,
    /// By how much the handle is shorter than what stood there.
    pub(super) shorter: usize,
    /// How many line breaks stood there.
    pub(super) lines: usize,
    /// How many bytes stood there after the last of them.
    pub(super) tail: usize,
}

/// How much of a video's content has passed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) bytes: usize,
    pub(super) lines: usize,
    /// Bytes since the last line break.
    pub(super) tail: usize,
    /// Whether only blanks have come since then.
    pub(super) begins_line: bool,
}

/// Turns a place within `text`, from which `lifts` were taken, into the place in the input, where the text
/// began at `began`.
pub(super) fn place(text: &[u8], lifts: &[Extraction], began: Place, line: usize, column: usize) -> Place {
    let start = line_start(text, line);
    let at = start + column;
    let wide = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let (mut lines, mut column) = (line.saturating_sub(1), column);
    let mut before = if line <= 1 { began.column - 1 } else { 0 };
    for lift in lifts.iter().filter(|lift| lift.at <= at) {
        lines += lift.lines;
        if lift.at < start {
            continue;
        }
        if lift.lines > 0 {
            (before, column) = (0, lift.tail + (at - lift.at));
        } else {
            column += lift.shorter;
        }
    }
    Place {
        line: began.line + wide(lines),
        column: before + wide(column),
    }
}

/// Where line number `line`, from 1, begins in `text`.
fn line_start(text: &[u8], line: usize) -> usize {
    let feeds = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    feeds.map(|(at, _)| at + 1).nth(line.wrapping_sub(2)).unwrap_or(0)
}
