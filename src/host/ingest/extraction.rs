//! Positions of the videos that were extracted from a text.

use super::Place;

/// Position and size of a video that was extracted from the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extraction {
    /// Offset of the end of its handle in the text.
    pub(super) at: usize,
    /// Bytes by which the handle is shorter than the content.
    pub(super) shorter: usize,
    /// Line breaks within the content.
    pub(super) lines: usize,
    /// Bytes of the content after its last line break.
    pub(super) tail: usize,
}

/// Measured part of a video's content.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) bytes: usize,
    pub(super) lines: usize,
    /// Bytes since the last line break.
    pub(super) tail: usize,
    /// Whether only blanks have followed it.
    pub(super) begins_line: bool,
}

/// Converts a position in `text`, from which `extractions` were taken, into a position in the input, where the
/// text began at `began`.
pub(super) fn place(
    text: &[u8],
    extractions: &[Extraction],
    began: Place,
    line: usize,
    column: usize,
) -> Place {
    let start = line_start(text, line);
    let at = start + column;
    let wide = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let (mut lines, mut column) = (line.saturating_sub(1), column);
    let mut before = if line <= 1 { began.column - 1 } else { 0 };
    for extraction in extractions.iter().filter(|extraction| extraction.at <= at) {
        lines += extraction.lines;
        if extraction.at < start {
            continue;
        }
        if extraction.lines > 0 {
            (before, column) = (0, extraction.tail + (at - extraction.at));
        } else {
            column += extraction.shorter;
        }
    }
    Place {
        line: began.line + wide(lines),
        column: before + wide(column),
    }
}

/// Returns the offset in `text` of line number `line`, counted from 1.
fn line_start(text: &[u8], line: usize) -> usize {
    let feeds = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    feeds.map(|(at, _)| at + 1).nth(line.wrapping_sub(2)).unwrap_or(0)
}
