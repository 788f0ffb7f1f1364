//! Tables for a terminal of any width, or without limits for a file.

use comfy_table::{ContentArrangement, Table, presets};

/// Lines of a table without borders, at most `width` columns wide.
pub(super) fn lines(width: Option<usize>, header: Option<&[&str]>, rows: Vec<Vec<String>>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width.and_then(|width| u16::try_from(width).ok()) {
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
}
