//! The one place that turns an error into what stands in a result.

use std::{borrow::Cow, time::Duration};

use serde_json::{Value, json};

use crate::{
    catalogue::{self, Row, Who},
    integrations::Failure,
    model::Scope,
    posting::Outcome,
    schema::{TOLD_MAX, Violation},
};

/// What to do about a post that may have been made, where its request carries a key.
const SAME_KEY: &str = "Send the same request with the same idempotency_key again, after `retry_after` seconds where that is \
                        given: it tells what became of the post, and never posts twice. Never send it with another key or \
                        without one.";

/// The same, once what stands before it is done.
const THEN_SAME_KEY: &str = "Then send the same request with the same idempotency_key again: it tells what became of a post \
                             that an earlier one may have made, and never posts twice.";

/// What to do where the call that posts was lost, which gave the post no name: nobody can ask TikTok about
/// it.
const LOOK: &str = "Look in the TikTok app whether the post is there: on the profile, among private posts, and in the inbox for \
                    drafts. Sent again with the same idempotency_key, the request looks through the account's public videos \
                    once more and never posts. Only if the post is not there, send it with a new key.";

/// What to do where the host stopped the program and nothing was posted.
const SEND_AGAIN: &str = "Send the request again.";

/// What to do where TikTok has the post.
const ASK: &str =
    "Ask `get_post_status` with the result's `publish_id` what became of it, and do not post it again.";

/// Whether and how to send a request again.
struct Advice {
    retryable: bool,
    remedy: Option<Cow<'static, str>>,
}

impl Advice {
    fn of(failure: &Failure, row: Option<&'static Row>) -> Self {
        let retryable = failure
            .retryable
            .unwrap_or_else(|| row.is_some_and(|row| row.retryable));
        let remedy = row.map(|row| row.remedy);
        if failure.outcome != Some(Outcome::Unconfirmed) {
            let remedy = match (failure.code.as_str(), failure.outcome) {
                ("interrupted", Some(Outcome::Processing)) => Some(ASK),
                ("interrupted", _) => Some(SEND_AGAIN),
                _ => remedy,
            };
            return Self {
                retryable,
                remedy: remedy.map(Cow::Borrowed),
            };
        }
        // Once the row is deleted, the same key posts: its own remedy says what comes before that.
        if failure.code == "state_untrusted" {
            return Self {
                retryable: false,
                remedy: remedy.map(Cow::Borrowed),
            };
        }
        if failure.has_idempotency_key && failure.publish_id_lost {
            return Self {
                retryable: false,
                remedy: Some(LOOK.into()),
            };
        }
        // These say not to send it again, which a key makes safe.
        let is_about_repeating = matches!(
            failure.code.as_str(),
            "outcome_unknown" | "interrupted" | "internal_error"
        );
        match (failure.has_idempotency_key, remedy) {
            (false, remedy) => Self {
                retryable: false,
                remedy: remedy.map(Cow::Borrowed),
            },
            (true, Some(remedy)) if !is_about_repeating => Self {
                retryable,
                remedy: Some(format!("{remedy} {THEN_SAME_KEY}").into()),
            },
            (true, _) => Self {
                retryable: true,
                remedy: Some(SAME_KEY.into()),
            },
        }
    }
}

/// Writes an expected failure, with what the catalogue knows of its code.
///
/// A code that the catalogue does not know passes through with its log id, and is not called retryable. What
/// may have been posted is never called retryable either, whatever its code, unless the request's key keeps
/// it from posting twice.
pub(super) fn action_error(failure: &Failure) -> Value {
    let row = catalogue::find(&failure.code);
    let advice = Advice::of(failure, row);
    let mut error = json!({
        "message": named(failure),
        "cost_usd": null,
        "code": failure.code,
        "category": row.map(|row| row.category),
        "retryable": advice.retryable,
        "retry_after": failure.retry_after.map(whole_seconds),
        "who": row.map(|row| who(failure, row)),
        "remedy": advice.remedy,
        "http_status": failure.http_status,
        "log_id": failure.log_id,
        "outcome": failure.outcome,
        "publish_id": failure.publish_id,
    });
    if let Some(error) = error.as_object_mut() {
        if !failure.details.is_empty() {
            error.insert("details".into(), json!(failure.details));
        }
        if let Some(search) = &failure.search {
            error.insert("evidence".into(), json!(search));
        }
        if !failure.missing_scopes.is_empty() {
            error.insert("missing_scopes".into(), json!(failure.missing_scopes));
        }
    }
    error
}

/// The message, which names the post: some hosts keep nothing else of an error.
fn named(failure: &Failure) -> Cow<'_, str> {
    match &failure.publish_id {
        Some(id) if !failure.message.contains(id.as_str()) => {
            format!("{} publish_id: {id}.", failure.message).into()
        }
        Some(_) | None => Cow::Borrowed(&failure.message),
    }
}

/// The person who can act. A missing Display API permission is most often the app's: apps registered in 2026
/// may not be offered that product (`docs/scopes.md`).
fn who(failure: &Failure, row: &Row) -> Who {
    let is_of_the_app = failure
        .missing_scopes
        .iter()
        .any(|scope| scope.product() == Scope::DISPLAY_API);
    if is_of_the_app { Who::Developer } else { row.who }
}

/// Rounded up: who comes back a moment early has waited for nothing.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Which side of an action broke its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// Writes what breaks a schema; the first violation is also the one of the flat fields that Autohive's SDK
/// knows.
pub(super) fn validation_error(side: Side, violations: &[Violation]) -> Value {
    let (source, noun) = match side {
        Side::Input => ("input", "The input"),
        Side::Output => ("output", "The output, which is our fault and not the caller's,"),
    };
    let more = if violations.len() > TOLD_MAX {
        "; and more, these are the first"
    } else {
        ""
    };
    let violations = violations.get(..TOLD_MAX).unwrap_or(violations);
    let told: Vec<String> = violations
        .iter()
        .map(|told| format!("{} {}", told.path, told.message))
        .collect();
    let first = violations.first();
    json!({
        "message": format!("{noun} breaks the action's schema: {}{more}", told.join("; ")),
        "property": first.map(|told| told.path.as_str()),
        "value": first.and_then(|told| told.value.as_ref()),
        "source": source,
        "errors": violations,
    })
}
