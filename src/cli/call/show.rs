//! Results for people: the outcome, what was made, warnings, and what to do next.

use serde_json::{Map, Value};

use super::{
    again::CommandKey,
    field::kebab,
    table::{cell, facts, label, lines, table},
};
use crate::{
    cli::{
        chart::ChartStyle,
        report_chart::{report_chart, with_figures},
        terminal::{printable, wrapped},
    },
    integrations::ActionEntry,
};

pub(super) const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
pub(super) const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// Form of what is shown.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct ShowStyle {
    /// Width of the terminal; `None` if nothing is to be cut off.
    pub(super) width: Option<usize>,
    /// Characters of charts and marks.
    pub(super) charts: ChartStyle,
}

impl ShowStyle {
    fn mark(self, blocks: &'static str, ascii: &'static str) -> &'static str {
        match self.charts {
            ChartStyle::Blocks => blocks,
            ChartStyle::Ascii => ascii,
        }
    }

    /// Lines of a text behind a heading of this many columns.
    fn wrapped(self, text: &str, indent: usize) -> Vec<String> {
        match self.width {
            Some(width) => wrapped(text, width.saturating_sub(indent).max(20)),
            None => vec![text.to_owned()],
        }
    }
}

/// Outcomes with their colour, mark, and words.
const OUTCOMES: [(&str, &str, &str); 13] = [
    ("published", GREEN, "Published"),
    (
        "in_inbox",
        GREEN,
        "In the inbox of the TikTok app, where the account's owner finishes it",
    ),
    ("processing", YELLOW, "TikTok has it and is still processing it"),
    ("unconfirmed", RED, "Unconfirmed: it may have taken effect"),
    ("failed", RED, "TikTok could not process it; nothing was posted"),
    ("created", GREEN, "Created"),
    (
        "found",
        GREEN,
        "Created; TikTok's answer was lost, and it was found in the list",
    ),
    (
        "recorded",
        YELLOW,
        "Created before by the same command; nothing was made now",
    ),
    ("planned", GREEN, "Dry run: nothing was sent"),
    ("uploaded", GREEN, "Uploaded"),
    (
        "already_uploaded",
        GREEN,
        "It was there before; nothing was uploaded now",
    ),
    ("changed", GREEN, "Changed"),
    ("unchanged", GREEN, "It is so already; nothing was changed"),
];

/// Members that have a place of their own.
const APART: [&str; 6] = [
    "outcome",
    "warnings",
    "dry_run",
    "repeated",
    "missing_scopes",
    "remedy",
];

/// Lines of an output. `is_whole` is false if rows were left out.
pub(super) fn output(
    action: &ActionEntry,
    data: &Value,
    key: &CommandKey,
    style: ShowStyle,
    is_whole: bool,
) -> Vec<String> {
    let chart = report_chart(data, style.charts);
    let figures = with_figures(data);
    let Some(members) = figures.as_ref().unwrap_or(data).as_object() else {
        return vec![printable(&data.to_string())];
    };
    let mut shown = headline(action, members, style);
    shown.extend(chart.iter().map(|line| format!("  {line}")));
    if !chart.is_empty() {
        shown.push(String::new());
    }
    let rest: Map<String, Value> = members
        .iter()
        .filter(|(name, value)| !APART.contains(&name.as_str()) && !is_list(value))
        .map(|(name, value)| (name_of_fact(name, members), value.clone()))
        .collect();
    shown.extend(lines(&facts(&rest), style.width));
    for (name, list) in members
        .iter()
        .filter(|(name, value)| !APART.contains(&name.as_str()) && is_list(value))
    {
        shown.extend(listed(name, list, style));
    }
    if !is_whole {
        shown.push("  There are more rows; --json prints all of them.".to_owned());
    }
    shown.extend(warnings(members, style));
    shown.extend(next(action, members, key, style));
    shown
}

/// Name of a member for a person. What is recorded of an object is its state when it was created.
fn name_of_fact(name: &str, members: &Map<String, Value>) -> String {
    let is_recorded = members.get("outcome").and_then(Value::as_str) == Some("recorded");
    if is_recorded && name == "status" {
        return "status_at_creation".to_owned();
    }
    name.to_owned()
}

/// Whether a value is a list of objects.
fn is_list(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().any(Value::is_object))
}

fn headline(action: &ActionEntry, members: &Map<String, Value>, style: ShowStyle) -> Vec<String> {
    let is_true = |name: &str| members.get(name) == Some(&Value::Bool(true));
    let outcome = members.get("outcome").and_then(Value::as_str);
    let known = outcome.and_then(|outcome| OUTCOMES.iter().find(|(name, _, _)| *name == outcome));
    let (colour, words) = match (known, outcome) {
        _ if is_true("dry_run") => (
            GREEN,
            "Dry run: no fault was found, and nothing was posted".to_owned(),
        ),
        (Some((_, colour, words)), _) => (*colour, (*words).to_owned()),
        (None, Some(other)) => (GREEN, format!("{}: {}", action.display_name, label(other))),
        (None, None) => return empty(action, members),
    };
    let mark = match colour {
        GREEN => style.mark("✓", "+"),
        YELLOW => style.mark("●", "*"),
        _ => style.mark("✗", "!"),
    };
    vec![format!("{colour}{mark}{PLAIN} {BOLD}{words}{PLAIN}")]
}

/// Heading of a list without items.
fn empty(action: &ActionEntry, members: &Map<String, Value>) -> Vec<String> {
    let lists: Vec<&Vec<Value>> = members
        .iter()
        .filter(|(name, _)| {
            !matches!(
                name.as_str(),
                "warnings" | "not_found" | "not_checked" | "missing_scopes"
            )
        })
        .filter_map(|(_, value)| value.as_array())
        .collect();
    let is_empty = !lists.is_empty() && lists.iter().all(|list| list.is_empty());
    if is_empty {
        vec![format!("{BOLD}{}{PLAIN}: nothing was found", action.display_name)]
    } else {
        Vec::new()
    }
}

/// A list of objects: one as lines, several as a table.
fn listed(name: &str, list: &Value, style: ShowStyle) -> Vec<String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let heading = format!("{BOLD}{}{PLAIN} ({})", label(name), items.len());
    let mut shown = vec![heading];
    match items {
        [Value::Object(only)] => shown.extend(lines(&facts(only), style.width)),
        items => {
            let fitted = table(items, style.width);
            // The reason of a failure is what a person needs most, and the request cannot be made again to see it.
            if fitted.is_cut
                && items
                    .iter()
                    .any(|item| item.get("message").is_some_and(Value::is_string))
            {
                return shown.into_iter().chain(in_full(items, style)).collect();
            }
            let note = fitted
                .note()
                .map(|note| style.wrapped(&note, 2))
                .unwrap_or_default();
            shown.extend(fitted.lines);
            shown.extend(note.iter().map(|line| format!("  {line}")));
        }
    }
    shown
}

/// Objects as lines, with an empty line between them.
fn in_full(items: &[Value], style: ShowStyle) -> Vec<String> {
    let blocks = items.iter().filter_map(Value::as_object);
    let blocks = blocks.map(|item| lines(&facts(item), style.width));
    blocks.collect::<Vec<_>>().join(&String::new())
}

fn warnings(members: &Map<String, Value>, style: ShowStyle) -> Vec<String> {
    let of_summary = members.get("summary").and_then(|summary| summary.get("warnings"));
    let lists = [members.get("warnings"), of_summary].into_iter().flatten();
    lists
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
        .flat_map(|text| noted("warning", YELLOW, text, style))
        .collect()
}

/// Lines of the message of a failure.
pub(super) fn failure(message: &str, style: ShowStyle) -> Vec<String> {
    noted("error", RED, message, style)
}

/// A text behind a coloured word; further lines are below the text.
pub(super) fn noted(word: &str, colour: &str, text: &str, style: ShowStyle) -> Vec<String> {
    let indent = word.chars().count() + 2;
    let parts = style.wrapped(&printable(text), indent);
    let parts = parts.into_iter().enumerate();
    parts
        .map(|(at, part)| match at {
            0 => format!("{colour}{word}{PLAIN}: {part}"),
            _ => format!("{}{part}", " ".repeat(indent)),
        })
        .collect()
}

/// Next steps, a line each.
fn next(
    action: &ActionEntry,
    members: &Map<String, Value>,
    key: &CommandKey,
    style: ShowStyle,
) -> Vec<String> {
    let text = |name: &str| members.get(name).and_then(cell);
    let outcome = text("outcome").unwrap_or_default();
    let is_repeated = members.get("repeated") == Some(&Value::Bool(true)) || outcome == "recorded";
    let mut advice = Vec::new();
    if is_repeated {
        advice.push(match key {
            CommandKey::Derived(_) => "The same command did this before, so nothing was done now. To do it again, add \
                                       --again, or --idempotency-key with a new key."
                .to_owned(),
            CommandKey::None | CommandKey::Given | CommandKey::Fresh(_) => "An earlier command with this idempotency key did this, so nothing was done now. To do it again, give \
                  another key."
                .to_owned(),
        });
    }
    if outcome == "processing"
        && let Some(id) = text("publish_id")
    {
        advice.push(format!(
            "autohive-tiktok call get-post-status {id} --wait-seconds 300"
        ));
    }
    if outcome == "in_inbox" {
        advice.push("Open the notification in the TikTok app to edit and post it.".to_owned());
    }
    if let Some(remedy) = text("remedy") {
        advice.push(remedy);
    }
    if members.get("has_more") == Some(&Value::Bool(true))
        && let Some(cursor) = text("cursor")
    {
        advice.push(format!("For the next page, add --cursor {cursor}."));
    }
    if let Some(offset) = text("next_offset") {
        advice.push(format!("For the next page, add --offset {offset}."));
    }
    if members.get("dry_run") == Some(&Value::Bool(true)) {
        advice.push("Run it without --dry-run to post.".to_owned());
        if members.contains_key("preview") {
            advice.push(UNAUDITED.to_owned());
        }
    } else if outcome == "planned" {
        advice.push(format!(
            "Run {} without --dry-run to send it.",
            kebab(action.name)
        ));
    }
    if let Some(missing) = text("missing_scopes") {
        advice.push(format!(
            "The token lacks the permissions {missing}, so some fields are missing."
        ));
    }
    advice
        .iter()
        .flat_map(|text| noted("next", BOLD, text, style))
        .collect()
}

/// Lines of an account.
pub(in crate::cli) fn account(members: &Map<String, Value>, style: ShowStyle) -> Vec<String> {
    lines(&facts(members), style.width)
}

/// Limit of a dry run (docs/tiktok-open-api.md#unaudited-apps).
const UNAUDITED: &str = "A dry run does not show whether TikTok has audited the app. If it has not, TikTok takes only SELF_ONLY \
                         posts to private accounts.";

/// Lines of a next step.
pub(in crate::cli) fn next_step(text: &str, style: ShowStyle) -> Vec<String> {
    noted("next", BOLD, text, style)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::integrations::INTEGRATIONS;

    const STYLE: ShowStyle = ShowStyle {
        width: Some(80),
        charts: ChartStyle::Ascii,
    };

    fn shown(action: &str, data: &Value) -> Vec<String> {
        let action = INTEGRATIONS
            .iter()
            .find_map(|integration| integration.action(action))
            .unwrap();
        let shown = output(
            action,
            data,
            &CommandKey::Derived("call-1".to_owned()),
            STYLE,
            true,
        );
        shown
            .iter()
            .map(|line| anstream::adapter::strip_str(line).to_string())
            .collect()
    }

    #[test]
    fn a_post_has_its_outcome_first_and_the_next_step_last() {
        let data = json!({
            "publish_id": "v_pub~1", "outcome": "processing", "post_ids": [], "warnings": ["It is wide."],
            "video": { "codec": "H.264", "width": 1080 }, "dry_run": false,
        });
        assert_eq!(
            shown("create_video_post", &data),
            [
                "* TikTok has it and is still processing it",
                "  publish id  v_pub~1",
                "  video       H.264",
                "warning: It is wide.",
                "next: autohive-tiktok call get-post-status v_pub~1 --wait-seconds 300",
            ]
        );
    }

    #[test]
    fn a_repeated_post_says_how_to_post_again() {
        let data = json!({ "outcome": "published", "repeated": true });
        let lines = shown("create_video_post", &data).join(" ");
        assert!(
            lines.contains("--again") && lines.contains("--idempotency-key"),
            "{lines}"
        );
    }

    #[test]
    fn a_list_is_a_table_and_nothing_is_told() {
        let video = |id: &str| json!({ "id": id, "title": "T" });
        let data = json!({ "videos": [video("1"), video("2")], "has_more": true, "cursor": 5 });
        let lines = shown("get_videos", &data);
        assert!(
            lines.contains(&"videos (2)".to_owned()) && lines.contains(&"  id  title".to_owned()),
            "{lines:?}"
        );
        assert!(
            lines.contains(&"next: For the next page, add --cursor 5.".to_owned()),
            "{lines:?}"
        );
        let lines = shown("get_videos", &json!({ "videos": [], "has_more": false }));
        assert_eq!(lines[0], "Get Videos: nothing was found");
    }

    /// The object may have been enabled since, and may spend.
    #[test]
    fn a_recorded_status_is_that_of_the_creation() {
        let data = |outcome: &str| json!({ "outcome": outcome, "campaign_id": "1", "status": "DISABLE" });
        let lines = shown("create_campaign", &data("recorded")).join("\n");
        assert!(
            lines.contains("status at creation") && lines.contains("DISABLE"),
            "{lines}"
        );
        let lines = shown("create_campaign", &data("created")).join("\n");
        assert!(!lines.contains("at creation"), "{lines}");
    }
}
