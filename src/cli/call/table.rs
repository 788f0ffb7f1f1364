//! Lists of objects as tables that fit the terminal, and single objects as lines of names and values.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    cli::terminal::{columns, printable, shortened, wrapped},
    model::{ByteCount, UtcTime},
};

/// Widest column that is not an id, in columns of the terminal.
const CELL_MAX: usize = 40;

/// Narrowest column.
const CELL_LEAST: usize = 8;

/// Space between two columns of a table.
const GAP: &str = "  ";

/// A member as a text; `None` for nothing. Times that TikTok counts in seconds are dates.
pub(super) fn member(name: &str, value: &Value) -> Option<String> {
    match value.as_u64().filter(|_| name.ends_with("create_time")) {
        Some(seconds) if seconds > 0 => Some(UtcTime::after_epoch(Duration::from_secs(seconds)).rfc3339()),
        _ => cell(value),
    }
}

/// A value as a text; `None` for nothing.
pub(super) fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(printable(text)),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => {
            let items: Option<Vec<String>> = items
                .iter()
                .map(|item| if item.is_object() { None } else { cell(item) })
                .collect();
            Some(items.map_or_else(|| printable(&value.to_string()), |items| items.join(", ")))
        }
        Value::Object(members) if members.is_empty() => None,
        Value::Object(_) => Some(printable(&value.to_string())),
    }
}

/// Name of a member for people.
pub(super) fn label(name: &str) -> String {
    printable(&name.replace('_', " "))
}

/// Members of an object with those of objects in it, as names and texts.
pub(super) fn facts(members: &Map<String, Value>) -> Vec<(String, String)> {
    facts_below("", members)
}

/// The same, with the names of the objects around them. A summary needs no name.
fn facts_below(around: &str, members: &Map<String, Value>) -> Vec<(String, String)> {
    let named = |name: &str| format!("{around}{}", label(name));
    let shown = |(name, value): (&String, &Value)| match value.as_object() {
        Some(video) if name == "video" => film(video).map(|text| (named(name), text)).into_iter().collect(),
        Some(summary) if name == "summary" => facts_below(around, summary),
        Some(inner) => facts_below(&format!("{} ", named(name)), inner),
        None => member(name, value)
            .map(|text| (named(name), text))
            .into_iter()
            .collect::<Vec<_>>(),
    };
    let kept = members.iter().filter(|(name, _)| *name != "warnings");
    kept.flat_map(shown).collect()
}

/// Properties of a video in one line.
fn film(video: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| video.get(name).and_then(cell);
    let size = video
        .get("size_bytes")
        .and_then(Value::as_u64)
        .map(|bytes| ByteCount(bytes).to_string());
    let frame = text("width")
        .zip(text("height"))
        .map(|(width, height)| format!("{width} x {height}"));
    let duration = text("duration_seconds").map(|seconds| format!("{seconds} s"));
    let parts = [text("container"), text("codec"), frame, duration, size];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Lines of names and values, with the values below each other.
pub(super) fn lines(facts: &[(String, String)], width: Option<usize>) -> Vec<String> {
    let names = facts
        .iter()
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or_default()
        .min(NAME_MAX);
    let mut lines = Vec::new();
    for (name, text) in facts {
        let rest = width.map_or(usize::MAX, |width| {
            width.saturating_sub(names + 4).max(CELL_LEAST)
        });
        let name = format!(
            "{}{}",
            shortened(name, names),
            " ".repeat(names.saturating_sub(columns(name)))
        );
        for (at, part) in wrapped(text, rest).into_iter().enumerate() {
            let name = if at == 0 { name.clone() } else { " ".repeat(names) };
            lines.push(format!("  \u{1b}[2m{name}\u{1b}[0m{GAP}{part}"));
        }
    }
    lines
}

/// Widest column of names.
const NAME_MAX: usize = 32;

/// Column of a table.
struct TableColumn {
    name: String,
    cells: Vec<String>,
    width: usize,
    is_number: bool,
    /// Whether it may be cut off.
    is_text: bool,
}

/// Columns that a terminal leaves out: the ad account that all rows have, code to embed, addresses of pictures.
const FOR_MACHINES: [&str; 6] = [
    "advertiser_id",
    "embed_html",
    "embed_link",
    "cover_image_url",
    "avatar_url",
    "url",
];

/// Table of objects: as many columns as fit into `width`, then the number of the columns left out.
pub(super) fn table(rows: &[Value], width: Option<usize>) -> (Vec<String>, usize) {
    let columns = columns_of(rows, width);
    let all = columns.len();
    let kept = fitting(columns, width);
    let left_out = all - kept.len();
    let heading: Vec<String> = kept
        .iter()
        .map(|column| padded(&shortened(&column.name, column.width), column))
        .collect();
    let mut lines = vec![format!("  \u{1b}[1m{}\u{1b}[0m", heading.join(GAP).trim_end())];
    for at in 0..rows.len() {
        let cells = kept.iter().map(|column| {
            let text = column.cells.get(at).map(String::as_str).unwrap_or_default();
            padded(&shortened(text, column.width), column)
        });
        lines.push(format!("  {}", cells.collect::<Vec<_>>().join(GAP).trim_end()));
    }
    (lines, left_out)
}

fn padded(text: &str, column: &TableColumn) -> String {
    let space = " ".repeat(column.width.saturating_sub(columns(text)));
    if column.is_number {
        format!("{space}{text}")
    } else {
        format!("{text}{space}")
    }
}

/// Columns in the order in which the rows have their members; those without any value are left out.
fn columns_of(rows: &[Value], terminal: Option<usize>) -> Vec<TableColumn> {
    let flat: Vec<Vec<(String, &Value)>> = rows.iter().map(flattened).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let column = |name: &str| {
        let values = flat.iter().map(|row| {
            row.iter()
                .find(|(other, _)| other == name)
                .map(|(_, value)| *value)
        });
        let values: Vec<Option<&Value>> = values.collect();
        let cells: Vec<String> = values
            .iter()
            .map(|value| value.and_then(|value| member(name, value)).unwrap_or_default())
            .collect();
        if cells.iter().all(String::is_empty) {
            return None;
        }
        let heading = label(name);
        let widest = cells.iter().map(|cell| columns(cell)).max().unwrap_or_default();
        let is_id = name.ends_with("id") || name.ends_with("ids");
        let most = match terminal {
            _ if is_id => usize::MAX,
            Some(_) => CELL_MAX,
            None => usize::MAX,
        };
        let width = widest.min(most).max(columns(&heading).min(CELL_MAX));
        let is_number = values
            .iter()
            .flatten()
            .all(|value| value.is_number() || value.is_null());
        Some(TableColumn {
            name: heading,
            cells,
            width,
            is_number,
            is_text: !is_id && !is_number && !name.ends_with("time"),
        })
    };
    let is_shown = |name: &&str| terminal.is_none() || !FOR_MACHINES.contains(name);
    names.into_iter().filter(is_shown).filter_map(column).collect()
}

/// Members of a row, with those of objects in it.
fn flattened(row: &Value) -> Vec<(String, &Value)> {
    let members = row.as_object().into_iter().flatten();
    members
        .flat_map(|(name, value)| match value {
            Value::Object(inner) => inner.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                vec![(name.clone(), value)]
            }
        })
        .collect()
}

/// Narrowest column of a text that gives way to others.
const TEXT_LEAST: usize = 14;

/// Columns that fit, the most telling ones first, in their own order. Texts give way to further columns.
fn fitting(mut all: Vec<TableColumn>, width: Option<usize>) -> Vec<TableColumn> {
    let Some(width) = width else { return all };
    let mut left = width;
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| all.get(*at).map_or(usize::MAX, TableColumn::rank));
    let mut kept = Vec::new();
    for at in order {
        let Some(column) = all.get(at) else { continue };
        let needed = column.least() + GAP.len();
        if needed <= left || kept.is_empty() {
            left = left.saturating_sub(needed);
            kept.push(at);
        }
    }
    for at in &kept {
        let Some(column) = all.get_mut(*at) else { continue };
        let least = column.least().min(width.saturating_sub(GAP.len()));
        let more = column.width.saturating_sub(least).min(left);
        column.width = least + more;
        left -= more;
    }
    let columns = all.into_iter().enumerate();
    columns
        .filter(|(at, _)| kept.contains(at))
        .map(|(_, column)| column)
        .collect()
}

impl TableColumn {
    /// Width that it needs at least.
    fn least(&self) -> usize {
        if self.is_text {
            self.width.min(TEXT_LEAST.max(columns(&self.name)))
        } else {
            self.width
        }
    }

    /// Place in the order of what people look for: ids and names, states and figures, the rest, long texts.
    fn rank(&self) -> usize {
        let is_one = |ends: &[&str]| ends.iter().any(|end| self.name.ends_with(end));
        if is_one(&[" name", "title"]) || self.name == "name" || self.name == "id" {
            0
        } else if is_one(&[
            "status",
            "count",
            "time",
            "budget",
            "spend",
            "level",
            " id",
            "impressions",
            "clicks",
        ]) || self.name == "date"
        {
            1
        } else if is_one(&["description", "url", "link"]) {
            3
        } else {
            2
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn plain(lines: &[String]) -> Vec<String> {
        lines
            .iter()
            .map(|line| anstream::adapter::strip_str(line).to_string())
            .collect()
    }

    #[test]
    fn a_table_has_the_columns_that_fit_and_says_how_many_do_not() {
        let rows = [
            json!({ "id": "7000000000000000001", "title": "A long title that goes on and on and on", "views": 12, "empty": null, "more": "x".repeat(30) }),
            json!({ "id": "7000000000000000002", "title": "日本語", "views": 3456 }),
        ];
        let (lines, left_out) = table(&rows, Some(50));
        assert_eq!(
            plain(&lines),
            [
                "  id                   title                 views",
                "  7000000000000000001  A long title that g…     12",
                "  7000000000000000002  日本語                 3456",
            ]
        );
        assert_eq!(left_out, 1);
        let (lines, left_out) = table(&rows, None);
        assert_eq!((lines[1].contains("goes on and on and on"), left_out), (true, 0));
    }

    #[test]
    fn objects_within_a_row_are_columns_and_numbers_are_on_the_right() {
        let rows = [json!({ "date": "2026-11-01", "metrics": { "spend": 1.5, "clicks": 10 } })];
        let (lines, _) = table(&rows, Some(80));
        assert_eq!(
            plain(&lines),
            ["  date        spend  clicks", "  2026-11-01    1.5      10"]
        );
    }

    proptest! {
        /// No line of a table is wider than the terminal, whatever the rows hold.
        #[test]
        fn no_line_is_too_wide(
            texts in prop::collection::vec(prop::collection::vec("\\PC{0,30}", 1..8), 1..5),
            width in 40_usize..200,
        ) {
            let rows: Vec<Value> = texts.iter().map(|row| {
                row.iter().enumerate().map(|(at, text)| (format!("c{at}"), json!(text))).collect::<Map<_, _>>().into()
            }).collect();
            let (lines, _) = table(&rows, Some(width));
            for line in plain(&lines) {
                prop_assert!(columns(&line) <= width, "{line}");
            }
        }
    }
}
