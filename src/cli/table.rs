//! Tables without borders, for a terminal of any width, or without limits for a file. The only home of their layout.

use super::terminal::{broken, columns, shortened};

/// Space between two columns.
pub(super) const GAP: &str = "  ";

/// Column of a table.
#[derive(Debug)]
pub(super) struct TableColumn {
    /// Heading; empty for a table without headings.
    pub(super) heading: String,
    /// Cells, a row each.
    pub(super) cells: Vec<String>,
    /// Columns of the terminal that it takes.
    pub(super) width: usize,
    /// Whether its cells are on the right side.
    pub(super) is_right: bool,
}

impl TableColumn {
    fn cell(&self, row: usize) -> &str {
        self.cells.get(row).map(String::as_str).unwrap_or_default()
    }

    /// Whether a cell is wider than the column.
    pub(super) fn is_cut(&self) -> bool {
        self.cells.iter().any(|cell| columns(cell) > self.width)
    }

    fn padded(&self, text: &str) -> String {
        let space = " ".repeat(self.width.saturating_sub(columns(text)));
        if self.is_right {
            format!("{space}{text}")
        } else {
            format!("{text}{space}")
        }
    }
}

/// A line of cells, without spaces at its end.
fn joined(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
}

/// Heading and rows of a table whose cells are cut off at the widths of their columns.
pub(super) fn cut(table: &[TableColumn], rows: usize) -> (String, Vec<String>) {
    let shown = |column: &TableColumn, text: &str| column.padded(&shortened(text, column.width));
    let heading = joined(table.iter().map(|column| shown(column, &column.heading)));
    let row = |at| joined(table.iter().map(|column| shown(column, column.cell(at))));
    (heading, (0..rows).map(row).collect())
}

/// Lines of a table at most `width` columns wide: cells that are too long are broken.
pub(super) fn lines(width: Option<usize>, header: Option<&[&str]>, rows: Vec<Vec<String>>) -> Vec<String> {
    let header = header.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let rows: Vec<Vec<String>> = header.into_iter().chain(rows).collect();
    let table = turned(&rows, width);
    (0..rows.len()).flat_map(|at| broken_row(&table, at)).collect()
}

/// Columns of rows, with widths that fit.
fn turned(rows: &[Vec<String>], width: Option<usize>) -> Vec<TableColumn> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let column = |at: usize| {
        let cells = rows.iter().map(|row| row.get(at).cloned().unwrap_or_default());
        let cells: Vec<String> = cells.collect();
        let lines = cells.iter().flat_map(|cell| cell.split('\n'));
        TableColumn {
            heading: String::new(),
            width: lines.map(columns).max().unwrap_or_default(),
            cells,
            is_right: false,
        }
    };
    let mut table: Vec<TableColumn> = (0..count).map(column).collect();
    if let Some(width) = width {
        fit(&mut table, width);
    }
    table
}

/// Gives columns that are wider than their share of `width` equal parts of what the others leave.
fn fit(table: &mut [TableColumn], width: usize) {
    let mut left = width.saturating_sub(GAP.len() * table.len().saturating_sub(1));
    let mut open: Vec<&mut TableColumn> = table.iter_mut().collect();
    while !open.is_empty() {
        let share = (left / open.len()).max(1);
        let (small, large): (Vec<_>, Vec<_>) = open.into_iter().partition(|column| column.width <= share);
        if small.is_empty() {
            for column in large {
                column.width = share;
            }
            return;
        }
        left = left.saturating_sub(small.iter().map(|column| column.width).sum());
        open = large;
    }
}

/// Lines of a row whose cells are broken.
fn broken_row(table: &[TableColumn], row: usize) -> Vec<String> {
    let cells: Vec<Vec<String>> = table
        .iter()
        .map(|column| broken(column.cell(row), column.width.max(1)))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |at: usize| {
        let parts = table.iter().zip(&cells);
        joined(
            parts.map(|(column, cell)| column.padded(cell.get(at).map(String::as_str).unwrap_or_default())),
        )
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_long_cell_is_broken_within_the_width() {
        let rows = vec![row(&["short", "a long text that has to be broken"])];
        assert_eq!(
            lines(Some(24), Some(&["A", "B"]), rows.clone()),
            ["A      B", "short  a long text that", "       has to be broken"]
        );
        assert_eq!(
            lines(None, None, rows),
            ["short  a long text that has to be broken"]
        );
    }

    #[test]
    fn a_word_that_is_too_long_is_broken_and_columns_count_not_bytes() {
        let rows = vec![row(&["日本語", "abcdefgh"]), row(&["x", "y"])];
        assert_eq!(
            lines(Some(13), None, rows),
            ["日本   abcde", "語     fgh", "x      y"]
        );
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(
            texts in prop::collection::vec(prop::collection::vec("[a-z ]{0,30}", 1..5), 1..5),
            width in 40_usize..200,
        ) {
            let shown = lines(Some(width), None, texts.clone());
            for line in &shown {
                prop_assert!(columns(line) <= width, "{line}");
            }
            let letters = |lines: &[String]| {
                let mut letters: Vec<char> = lines.concat().chars().filter(|letter| *letter != ' ').collect();
                letters.sort_unstable();
                letters
            };
            prop_assert_eq!(letters(&shown), letters(&texts.concat()));
        }
    }
}
