//! The one place that turns an error into what stands in a result.

use serde_json::{Value, json};

use crate::{catalogue, integrations::Failure, posting::Outcome, schema::Violation};

/// Writes an expected failure, with what the catalogue knows of its code.
///
/// A code that the catalogue does not know passes through with its log id, and is not called retryable. What may have
/// been posted is never called retryable either, whatever its code.
pub(super) fn action_error(failure: &Failure) -> Value {
    let row = catalogue::find(&failure.code);
    let unconfirmed = failure.outcome == Some(Outcome::Unconfirmed);
    let mut error = json!({
        "message": failure.message,
        "cost_usd": null,
        "code": failure.code,
        "category": row.map(|row| row.category),
        "retryable": failure.retryable.unwrap_or_else(|| row.is_some_and(|row| row.retryable)) && !unconfirmed,
        "retry_after": failure.retry_after.map(|wait| wait.as_secs()),
        "who": row.map(|row| row.who),
        "remedy": row.map(|row| row.remedy),
        "http_status": failure.http_status,
        "log_id": failure.log_id,
        "outcome": failure.outcome,
        "publish_id": failure.publish_id,
    });
    if let Some(error) = error.as_object_mut() {
        if !failure.details.is_empty() {
            error.insert("details".into(), json!(failure.details));
        }
        if let Some(sighting) = &failure.sighting {
            error.insert("evidence".into(), json!(sighting));
        }
        if !failure.missing_scopes.is_empty() {
            error.insert("missing_scopes".into(), json!(failure.missing_scopes));
        }
    }
    error
}

/// Which side of an action broke its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// Writes what breaks a schema; the first violation is also the one of the flat fields that Autohive's SDK knows.
pub(super) fn validation_error(side: Side, violations: &[Violation]) -> Value {
    let (source, noun) = match side {
        Side::Input => ("input", "The input"),
        Side::Output => ("output", "The output, which is our fault and not the caller's,"),
    };
    let told: Vec<String> = violations.iter().map(|told| format!("{} {}", told.path, told.message)).collect();
    let first = violations.first();
    json!({
        "message": format!("{noun} breaks the action's schema: {}", told.join("; ")),
        "property": first.map(|told| told.path.as_str()),
        "value": first.and_then(|told| told.value.as_ref()),
        "source": source,
        "errors": violations,
    })
}
