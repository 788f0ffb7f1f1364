//! One step of the demo, and the lines that are shown of it.

use std::time::Duration;

use serde_json::Value;

use crate::advertising::AccountDay;

/// State of the demo before a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct DemoProgress<'a> {
    /// Results so far.
    pub(super) results: &'a [Value],
    /// Time in the time zone of the ad account, as the time since the Unix epoch would be in UTC.
    pub(super) local_time: Duration,
}

impl DemoProgress<'_> {
    /// The day before today by this number of days, as YYYY-MM-DD.
    pub(super) fn day_before(&self, days: u32) -> Option<String> {
        let day = AccountDay::after_epoch(self.local_time)?.minus(days)?;
        Some(day.to_string())
    }
}

/// Makes a request from what the demo has so far.
pub(super) type RequestMaker = Box<dyn Fn(&DemoProgress<'_>) -> Value + Send>;

/// Judge of a result, given the earlier ones.
pub(super) type ResultJudge = Box<dyn Fn(&Value, &[Value]) -> bool + Send>;

/// One request of the demo.
pub(super) struct DemoStep {
    /// Heading above the step, if a new part of the demo begins.
    pub(super) part: Option<&'static str>,
    /// Title, as a sentence for people.
    pub(super) title: &'static str,
    /// The request.
    pub(super) request: RequestMaker,
    /// Expected values of the result, by JSON pointer.
    pub(super) expect: Vec<(&'static str, Value)>,
    /// Fields of the result that are shown, each as a name or as the rest of a JSON pointer.
    pub(super) show_fields: &'static [&'static str],
    /// Endpoint of the simulated TikTok whose next answer is lost, as faults name it.
    pub(super) lost_answer: Option<&'static str>,
    /// Days by which the time moves ahead before the step.
    pub(super) days_later: u32,
    /// Further requirements on the result, each with a sentence that says what is required.
    pub(super) checks: Vec<(&'static str, ResultJudge)>,
    /// Whether the result is a report that is drawn.
    pub(super) is_drawn: bool,
}

impl DemoStep {
    /// Step that expects and shows nothing yet.
    pub(super) fn new(title: &'static str, request: RequestMaker) -> Self {
        Self {
            part: None,
            title,
            request,
            expect: Vec::new(),
            show_fields: &[],
            lost_answer: None,
            days_later: 0,
            checks: Vec::new(),
            is_drawn: false,
        }
    }

    /// Begins a part of the demo.
    pub(super) fn begins(self, part: &'static str) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }

    /// Expects a value of the result, by JSON pointer.
    pub(super) fn expects(mut self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.expect.push((pointer, value.into()));
        self
    }

    /// Shows these fields of the result.
    pub(super) fn shows(self, show_fields: &'static [&'static str]) -> Self {
        Self { show_fields, ..self }
    }

    /// Loses the answer of the next call to this endpoint.
    pub(super) fn loses_answer(self, endpoint: &'static str) -> Self {
        Self {
            lost_answer: Some(endpoint),
            ..self
        }
    }

    /// Moves the time ahead before the step.
    pub(super) fn days_later(self, days_later: u32) -> Self {
        Self { days_later, ..self }
    }

    /// Requires `holds` of the result and the earlier ones.
    pub(super) fn requires(
        mut self,
        sentence: &'static str,
        holds: impl Fn(&Value, &[Value]) -> bool + Send + 'static,
    ) -> Self {
        self.checks.push((sentence, Box::new(holds)));
        self
    }

    /// Draws the report that the result is.
    pub(super) fn draws(self) -> Self {
        Self {
            is_drawn: true,
            ..self
        }
    }

    /// Expectations that the result does not meet, a line each.
    pub(super) fn missed(&self, result: &Value, earlier: &[Value]) -> Vec<String> {
        let values = self
            .expect
            .iter()
            .filter(|(pointer, value)| result.pointer(pointer) != Some(value));
        let values = values.map(|(pointer, value)| format!("expected: {pointer} {value}"));
        let checks = self.checks.iter().filter(|(_, holds)| !holds(result, earlier));
        values
            .chain(checks.map(|(sentence, _)| format!("expected: {sentence}")))
            .collect()
    }
}

/// The request without its token; content is replaced by its length.
pub(super) fn summary(request: &Value) -> String {
    let mut request = request.clone();
    if let Some(members) = request.as_object_mut() {
        members.shift_remove("auth");
    }
    shorten(&mut request);
    request.to_string()
}

/// Longest string that is shown, in bytes. Only the content of a video is longer.
const SHOWN_MAX: usize = 200;

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > SHOWN_MAX => *text = format!("… {} characters …", text.len()),
        Value::Object(members) => members.values_mut().for_each(shorten),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Fields of a result, a line each, or a line for each sentence or object of a list; the whole result if it has none of
/// them.
pub(super) fn fields(result: &Value, names: &[&str]) -> Vec<String> {
    let places = ["/result/data", "/result", "/result/details"];
    let mut lines = Vec::new();
    for name in names {
        let find = |place: &&str| result.pointer(&format!("{place}/{name}"));
        let shown = places.iter().find_map(find).map(lines_of).unwrap_or_default();
        let title = name.rsplit('/').next().unwrap_or(name);
        lines.extend(shown.into_iter().map(|text| format!("{title}: {text}")));
    }
    or_whole(lines, result)
}

/// A value in one line; a list of sentences or objects in a line for each.
fn lines_of(value: &Value) -> Vec<String> {
    let is_long = |item: &Value| item.get("title").is_none() && short(item).contains(' ');
    match value.as_array() {
        Some(items) if items.iter().any(is_long) => items.iter().map(short).collect(),
        Some(_) | None => vec![short(value)],
    }
}

fn or_whole(lines: Vec<String>, result: &Value) -> Vec<String> {
    if lines.is_empty() {
        vec![result.to_string()]
    } else {
        lines
    }
}

/// Code, message and remedy of a failed step, a line each, or the whole result if it has none of them; and what was
/// expected instead.
pub(super) fn reason(result: &Value, missed: Vec<String>) -> Vec<String> {
    let line = |name: &&str| {
        let text = result.pointer(&format!("/result/{name}"))?.as_str()?;
        Some(format!("{name}: {text}"))
    };
    let lines = ["code", "message", "remedy"].iter().filter_map(line).collect();
    or_whole(lines, result).into_iter().chain(missed).collect()
}

fn is_sentence(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains(' '))
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().any(is_sentence) => value.to_string(),
        Value::Array(items) => items
            .iter()
            .map(|item| item.get("title").map_or_else(|| short(item), short))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| format!("{name} {}", short(member)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_by_name_and_by_pointer_and_lists_of_sentences_have_a_line_for_each() {
        let result = json!({ "result": { "code": "c", "data": {
            "ads": [{ "ad_name": "One" }],
            "warnings": ["It is new.", "It is off."],
            "ids": ["1", "2"],
            "changes": [{ "field": "ad_texts", "to": ["One text.", "Two"] }],
        } } });
        assert_eq!(
            fields(
                &result,
                &["ads/0/ad_name", "code", "none", "warnings", "ids", "changes"]
            ),
            [
                "ad_name: One",
                "code: c",
                "warnings: It is new.",
                "warnings: It is off.",
                "ids: 1, 2",
                "changes: field ad_texts, to [\"One text.\",\"Two\"]",
            ]
        );
        assert_eq!(fields(&result, &["none"]), [result.to_string()]);
    }

    #[test]
    fn a_failed_step_says_what_was_expected() {
        let result = json!({ "result": { "code": "c", "message": "It failed.", "outcome": "failed" } });
        let step = DemoStep::new("", Box::new(|_progress| Value::Null))
            .expects("/result/outcome", "failed")
            .expects("/result/code", "other")
            .requires("an earlier result", |_result, earlier| !earlier.is_empty())
            .requires("an outcome", |result, _earlier| {
                result.pointer("/result/outcome").is_some()
            });
        assert_eq!(
            reason(&result, step.missed(&result, &[])),
            [
                "code: c",
                "message: It failed.",
                "expected: /result/code \"other\"",
                "expected: an earlier result"
            ]
        );
        let missed = step.missed(&result, &[Value::Null]);
        assert_eq!(missed, ["expected: /result/code \"other\""]);
    }

    #[test]
    fn days_are_those_of_the_accounts_time_zone() {
        let progress = DemoProgress {
            results: &[],
            // 2026-10-17 02:00 in the account's time zone.
            local_time: Duration::from_hours(24 * 20_743 + 2),
        };
        assert_eq!(progress.day_before(0).unwrap(), "2026-10-17");
        assert_eq!(progress.day_before(17).unwrap(), "2026-09-30");
    }
}
