//! Lists of objects as tables that fit the terminal, and single objects as lines of names and values.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    cli::{
        table::{GAP, TableColumn, cut},
        terminal::{columns, printable, wrapped},
    },
    model::{ByteCount, UtcTime},
};

/// Widest column that is not an id, in columns of the terminal.
const CELL_MAX: usize = 40;

/// Narrowest column.
const CELL_LEAST: usize = 8;

/// A member as a text; `None` for nothing. Times that TikTok counts in seconds are dates.
pub(super) fn member_text(name: &str, value: &Value) -> Option<String> {
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
            let gap = if items.iter().any(Value::is_object) {
                "; "
            } else {
                ", "
            };
            let items: Vec<String> = items.iter().filter_map(cell).collect();
            Some(items.join(gap))
        }
        Value::Object(members) if members.is_empty() => None,
        Value::Object(members) => Some(in_words(members)),
    }
}

/// An object within a cell: a name with its reason, or names and values.
fn in_words(members: &Map<String, Value>) -> String {
    let mut texts = members
        .iter()
        .filter_map(|(name, value)| Some((name, cell(value)?)));
    match (members.len(), members.get("reason")) {
        (2, Some(_)) => texts.map(|(_, text)| text).collect::<Vec<_>>().join(": "),
        (1, _) => texts.next().map(|(_, text)| text).unwrap_or_default(),
        _ => {
            let texts = texts.map(|(name, text)| format!("{} {text}", label(name)));
            texts.collect::<Vec<_>>().join(", ")
        }
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
        None => member_text(name, value)
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
        // A longer name moves its text to the right: its end may be all that tells it from another one.
        let first = format!("{name}{}", " ".repeat(names.saturating_sub(columns(name))));
        for (at, part) in wrapped(text, rest).into_iter().enumerate() {
            let name = if at == 0 { first.clone() } else { " ".repeat(names) };
            lines.push(format!("  \u{1b}[2m{name}\u{1b}[0m{GAP}{part}"));
        }
    }
    lines
}

/// Widest column of names; longer names stand out of it.
const NAME_MAX: usize = 32;

/// Column of a table, and how it gives way.
struct FlexibleColumn {
    column: TableColumn,
    /// Whether it may be cut off.
    is_text: bool,
}

/// Table of objects, and the columns that it lacks.
pub(super) struct FittedTable {
    /// Heading and rows.
    pub(super) lines: Vec<String>,
    /// Columns that do not fit.
    pub(super) too_wide: Vec<String>,
    /// Columns that a terminal never shows.
    pub(super) for_machines: Vec<String>,
    /// Whether a cell is cut off.
    pub(super) is_cut: bool,
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

/// Table of objects: as many columns as fit into `width`.
pub(super) fn table(rows: &[Value], width: Option<usize>) -> FittedTable {
    let flat: Vec<Vec<(String, &Value)>> = rows.iter().map(flattened).collect();
    let names = names_of(&flat);
    let is_hidden = |name: &&str| width.is_some() && FOR_MACHINES.contains(name);
    let hidden = names.iter().copied().filter(is_hidden);
    let for_machines = hidden
        .filter(|name| column(name, &flat, width).is_some())
        .map(label);
    let shown = names.iter().copied().filter(|name| !is_hidden(name));
    let columns: Vec<FlexibleColumn> = shown.filter_map(|name| column(name, &flat, width)).collect();
    let (kept, too_wide) = fitting(columns, width);
    let is_cut = kept.iter().any(TableColumn::is_cut);
    let (heading, body) = cut(&kept, rows.len());
    let heading = format!("  \u{1b}[1m{heading}\u{1b}[0m");
    FittedTable {
        lines: std::iter::once(heading)
            .chain(body.iter().map(|row| format!("  {row}")))
            .collect(),
        too_wide,
        for_machines: for_machines.collect(),
        is_cut,
    }
}

impl FittedTable {
    /// Sentences on the columns that are left out and the texts that are cut off, and on the way to see them; `None` if there
    /// are none.
    pub(super) fn note(&self) -> Option<String> {
        let cut = self
            .is_cut
            .then(|| "Long texts are cut off; --json has all of them.".to_owned());
        let sentences: Vec<String> = self.left_out().into_iter().chain(cut).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    fn left_out(&self) -> Option<String> {
        let too_wide = self.too_wide.join(", ");
        let for_machines = self.for_machines.join(", ");
        match (too_wide.is_empty(), for_machines.is_empty()) {
            (true, true) => None,
            (false, true) => Some(format!(
                "Left out: {too_wide}. A wider terminal or --json shows them."
            )),
            (true, false) => Some(format!("Left out: {for_machines}. --json shows them.")),
            (false, false) => Some(format!(
                "Left out: {too_wide}. A wider terminal or --json shows them; --json also has {for_machines}."
            )),
        }
    }
}

/// Names of members in the order in which the rows have them.
fn names_of<'a>(rows: &'a [Vec<(String, &Value)>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// Column of a member; `None` if no row has a value.
fn column(name: &str, rows: &[Vec<(String, &Value)>], terminal: Option<usize>) -> Option<FlexibleColumn> {
    let value_of = |row: &Vec<(String, &Value)>| {
        let member = row.iter().find(|(other, _)| other == name);
        member.and_then(|(_, value)| member_text(name, value))
    };
    let cells: Vec<String> = rows.iter().map(|row| value_of(row).unwrap_or_default()).collect();
    if cells.iter().all(String::is_empty) {
        return None;
    }
    let heading = label(name);
    let is_id = name.ends_with("id") || name.ends_with("ids");
    let most = if is_id || terminal.is_none() {
        usize::MAX
    } else {
        CELL_MAX
    };
    let widest = cells.iter().map(|cell| columns(cell)).max().unwrap_or_default();
    let is_number = !is_id && cells.iter().all(|cell| is_figure(cell));
    Some(FlexibleColumn {
        column: TableColumn {
            width: widest.min(most).max(columns(&heading).min(CELL_MAX)),
            heading,
            cells,
            is_right: is_number,
        },
        is_text: !is_id && !is_number && !name.ends_with("time"),
    })
}

/// Whether a text is a number, perhaps with separators or a percent sign, or nothing.
fn is_figure(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits
        .chars()
        .all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | '.' | '%'))
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

/// Columns that fit, the most telling ones first, in their own order, and the names of the others. Texts give way to
/// further columns.
fn fitting(all: Vec<FlexibleColumn>, width: Option<usize>) -> (Vec<TableColumn>, Vec<String>) {
    let Some(width) = width else {
        return (all.into_iter().map(|one| one.column).collect(), Vec::new());
    };
    let mut left = width;
    let mut ranked: Vec<(usize, FlexibleColumn)> = all.into_iter().enumerate().collect();
    ranked.sort_by_key(|(_, column)| column.rank());
    let (mut kept, mut too_wide) = (Vec::new(), Vec::new());
    for (at, one) in ranked {
        let needed = one.least() + GAP.len();
        if needed <= left || kept.is_empty() {
            left = left.saturating_sub(needed);
            kept.push((at, one));
        } else {
            too_wide.push((at, one.column.heading));
        }
    }
    for (_, one) in &mut kept {
        let least = one.least().min(width.saturating_sub(GAP.len()));
        let more = one.column.width.saturating_sub(least).min(left);
        one.column.width = least + more;
        left -= more;
    }
    kept.sort_by_key(|(at, _)| *at);
    too_wide.sort_unstable();
    (
        kept.into_iter().map(|(_, one)| one.column).collect(),
        too_wide.into_iter().map(|(_, name)| name).collect(),
    )
}

impl FlexibleColumn {
    /// Width that it needs at least.
    fn least(&self) -> usize {
        let TableColumn { heading, width, .. } = &self.column;
        if self.is_text {
            (*width).min(TEXT_LEAST.max(columns(heading)))
        } else {
            *width
        }
    }

    /// Place in the order of what people look for: ids and names, views, states and figures, the rest, long texts.
    fn rank(&self) -> usize {
        let name = self.column.heading.as_str();
        let is_one = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        if is_one(&[" name", "title"]) || matches!(name, "name" | "id") {
            0
        } else if name == "view count" {
            1
        } else if is_one(&FIGURES) || name == "date" {
            2
        } else if is_one(&["description", "url", "link"]) {
            4
        } else {
            3
        }
    }
}

/// Ends of the names of states and figures.
const FIGURES: [&str; 9] = [
    "status",
    "count",
    "time",
    "budget",
    "spend",
    "level",
    " id",
    "impressions",
    "clicks",
];

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
            json!({ "id": "7000000000000000001", "title": "A long title that goes on and on and on", "views": 12, "empty": null, "embed_html": "<p>", "more": "x".repeat(30) }),
            json!({ "id": "7000000000000000002", "title": "日本語", "views": 3456 }),
        ];
        let shown = table(&rows, Some(50));
        assert_eq!(
            plain(&shown.lines),
            [
                "  id                   title                 views",
                "  7000000000000000001  A long title that g…     12",
                "  7000000000000000002  日本語                 3456",
            ]
        );
        assert_eq!(
            shown.note().as_deref(),
            Some(
                "Left out: more. A wider terminal or --json shows them; --json also has embed html. Long texts are cut off; \
                 --json has all of them."
            )
        );
        let shown = table(&rows, None);
        assert_eq!(
            (shown.lines[1].contains("goes on and on and on"), shown.note()),
            (true, None)
        );
    }

    #[test]
    fn no_cell_is_json() {
        for (value, expected) in [
            (
                json!([{ "metric": "spendd", "reason": "TikTok refuses it" }]),
                "spendd: TikTok refuses it",
            ),
            (
                json!([{ "event_id": "1", "name": "FORM" }, { "event_id": "2" }]),
                "event id 1, name FORM; 2",
            ),
            (json!({ "a": [1, 2], "b_c": { "d": true } }), "a 1, 2, b c yes"),
        ] {
            assert_eq!(cell(&value).as_deref(), Some(expected));
        }
    }

    #[test]
    fn objects_within_a_row_are_columns_and_numbers_are_on_the_right() {
        let rows = [json!({ "date": "2026-11-01", "metrics": { "spend": 1.5, "clicks": 10 } })];
        let shown = table(&rows, Some(80));
        assert_eq!(
            plain(&shown.lines),
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
            let shown = table(&rows, Some(width));
            for line in plain(&shown.lines) {
                prop_assert!(columns(&line) <= width, "{line}");
            }
        }
    }
}
