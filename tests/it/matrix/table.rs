//! The outcomes as tables in `docs/reliability.md`.

use std::{fmt::Write as _, fs, path::PathBuf};

use super::{Cell, faults::Times, verdict::Told, ways::Effect};
use crate::support::root;

const BEGIN: &str = "<!-- tables: begin; written by the test `write_the_tables` -->\n";
const END: &str = "<!-- tables: end -->\n";

/// Page with the tables.
pub(super) fn page() -> PathBuf {
    root().join("docs/reliability.md")
}

/// The page with `tables` in place of its current ones.
pub(super) fn renewed(tables: &str) -> String {
    let page = fs::read_to_string(page()).unwrap();
    let (before, rest) = page
        .split_once(BEGIN)
        .expect("the page should mark where the tables begin");
    let (_old, after) = rest
        .split_once(END)
        .expect("the page should mark where the tables end");
    format!("{before}{BEGIN}\n{tables}\n{END}{after}")
}

/// One table for the reading actions, and one for each variant of a post.
pub(super) fn tables(cells: &[(Cell, Told)]) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for (cell, _) in cells {
        if !titles.contains(&cell.title()) {
            titles.push(cell.title());
        }
    }
    // Variants with the same outcomes share a table.
    let mut tables: Vec<(Vec<&str>, String)> = Vec::new();
    for title in titles {
        let table = table(title, cells);
        match tables.iter_mut().find(|(_, known)| *known == table) {
            Some((titles, _)) => titles.push(title),
            None => tables.push((vec![title], table)),
        }
    }
    let text = |(titles, table): (Vec<&str>, String)| format!("### {}\n\n{table}", titles.join("; "));
    tables.into_iter().map(text).collect::<Vec<_>>().join("\n")
}

fn table(title: &str, cells: &[(Cell, Told)]) -> String {
    let cells: Vec<&(Cell, Told)> = cells
        .iter()
        .filter(|(cell, _)| cell.title() == title && cell.is_shown())
        .collect();
    let (mut columns, mut faults): (Vec<String>, Vec<&str>) = Default::default();
    for (cell, _) in &cells {
        let (column, fault) = (cell.column(), cell.trouble.name);
        if !columns.contains(&column) {
            columns.push(column);
        }
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    // Faults with the same outcomes share a row.
    let mut rows: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    for fault in faults {
        let row: Vec<String> = columns.iter().map(|column| told(&cells, column, fault)).collect();
        match rows.iter_mut().find(|(_, known)| *known == row) {
            Some((names, _)) => names.push(fault),
            None => rows.push((vec![fault], row)),
        }
    }
    let mut text = format!("| Fault | {} |\n|---|", columns.join(" | "));
    text.push_str(&"---|".repeat(columns.len()));
    for (names, row) in rows {
        write!(text, "\n| {} | {} |", names.join("; "), row.join(" | ")).unwrap();
    }
    text.push('\n');
    text
}

/// Outcome of a fault that occurs once, and of the permanent fault if it differs.
fn told(cells: &[&(Cell, Told)], column: &str, fault: &str) -> String {
    let find = |times| {
        let mut fitting = cells
            .iter()
            .filter(|(cell, _)| cell.column() == column && cell.trouble.name == fault);
        fitting
            .find(|(cell, _)| cell.times == times)
            .map(|(_, told)| told.to_string())
            .unwrap_or_default()
    };
    let (once, for_good) = (find(Times::Once), find(Times::ForGood));
    if once == for_good {
        once
    } else {
        format!("{once} / {for_good}")
    }
}

impl Cell {
    fn title(&self) -> &'static str {
        match self.way.effect {
            Effect::Reads => "Actions that read",
            Effect::Posts => self.way.name,
        }
    }

    fn column(&self) -> String {
        match (self.way.effect, self.keyed) {
            (Effect::Reads, _) => self.way.name.to_owned(),
            (Effect::Posts, false) => self.struck.1.to_owned(),
            (Effect::Posts, true) => format!("{} (with a key)", self.struck.1),
        }
    }

    /// A key does not change the outcome of a first request, so only its additional call is shown.
    fn is_shown(&self) -> bool {
        !self.keyed || self.struck == super::ways::WHOSE_KEY
    }
}
