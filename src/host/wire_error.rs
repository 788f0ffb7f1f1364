//! Errors as members of a result.

use std::{borrow::Cow, time::Duration};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    catalogue::{Category, Who},
    http::whole_seconds,
    integrations::Failure,
    model::{Advice, FieldError, LogId, UtcTime},
    posting::Outcome,
    schema::{TOLD_MAX, Violation},
};

/// Members of an `action_error`, in the order of the result.
#[derive(Serialize)]
struct ErrorMembers<'a> {
    message: Cow<'a, str>,
    cost_usd: Option<f64>,
    code: &'a str,
    category: Option<Category>,
    retryable: bool,
    retry_after: Option<u64>,
    retry_at: Option<String>,
    who: Option<Who>,
    remedy: Option<Cow<'static, str>>,
    http_status: Option<u16>,
    log_id: &'a Option<LogId>,
    outcome: Option<Outcome>,
    #[serde(flatten)]
    write: Map<String, Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    details: &'a [FieldError],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    missing_scopes: &'a [&'static str],
}

/// Returns the members of an expected failure. A code that is not in the catalogue passes through with its log
/// id. `subject` is a member that every error has, `null` if the failure does not have it. `now` is the time since the
/// Unix epoch.
pub(super) fn action_error(failure: &Failure, subject: Option<&str>, now: Duration) -> Value {
    let Advice { retryable, remedy } = failure.advice();
    json!(ErrorMembers {
        message: failure.shown(),
        cost_usd: None,
        code: failure.code.as_str(),
        category: failure.category(),
        retryable,
        retry_after: failure.retry_after.map(whole_seconds),
        retry_at: failure.retry_after.map(|wait| time_after(now, wait)),
        who: failure.who(),
        remedy,
        http_status: failure.http_status,
        log_id: &failure.log_id,
        outcome: failure.outcome,
        write: write_members(failure, subject),
        details: &failure.details,
        missing_scopes: &failure.missing_scopes,
    })
}

/// Returns the members that describe what the request was to write, in the integration's words.
fn write_members(failure: &Failure, subject: Option<&str>) -> Map<String, Value> {
    let usual = subject.map(|name| (name.to_owned(), Value::Null));
    let known = failure.write.as_ref().map(|write| write.members());
    usual.into_iter().chain(known.unwrap_or_default()).collect()
}

/// Returns the time at the end of the wait, rounded up to a second.
fn time_after(now: Duration, wait: Duration) -> String {
    let end = whole_seconds(now.saturating_add(wait));
    UtcTime::after_epoch(Duration::from_secs(end)).rfc3339()
}

/// Side of an action that breaks its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// Violation as one clause: `/max_count: got 0; allowed: at least 1`.
fn told(Violation { path, message, .. }: &Violation) -> String {
    if path.is_empty() {
        message.clone()
    } else {
        format!("{path}: {message}")
    }
}

/// Clauses as sentences of one text; the last one has no full stop of its own.
fn sentences(clauses: impl Iterator<Item = String>) -> String {
    clauses.fold(String::new(), |text, clause| match text.as_str() {
        "" => clause,
        ended if ended.ends_with(['.', '?']) => format!("{ended} {clause}"),
        open => format!("{open}. {clause}"),
    })
}

/// Remedy for inputs that break the schema.
const CORRECT_INPUTS: &str = "Correct the input at each `path` in `errors`, then send the request again.";

/// Remedy for an output that breaks the schema.
const REPORT_BUG: &str = "Report the message to the maintainers of this program. If the action posts, check the account \
                          before you send the request again.";

/// Returns the members of a `validation_error`. The first violation is also in the flat fields that Autohive's
/// SDK reads.
pub(super) fn validation_error(side: Side, violations: &[Violation]) -> Value {
    let (source, noun, remedy) = match side {
        Side::Input => ("input", "The input", CORRECT_INPUTS),
        Side::Output => ("output", "The output (a bug in this program)", REPORT_BUG),
    };
    let more = (violations.len() > TOLD_MAX).then(|| "there are more".to_owned());
    let violations = violations.get(..TOLD_MAX).unwrap_or(violations);
    let shown = sentences(violations.iter().map(told).chain(more));
    let first = violations.first();
    json!({
        "message": format!("{noun} does not match the action's schema: {shown}"),
        "property": first.map(|violation| violation.path.as_str()),
        "value": first.and_then(|violation| violation.value.as_ref()),
        "source": source,
        "errors": violations,
        "remedy": remedy,
    })
}
