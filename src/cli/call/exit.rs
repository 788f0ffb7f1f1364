//! Exit codes of results.

use serde_json::{Value, json};

use crate::{
    catalogue::{Category, Origin, Row, find, own},
    cli::{
        Exit,
        codes::{self, FaultCode},
    },
    host::ReplyError,
};

/// Code of an error of a result that has none itself: one of inputs or outputs that do not match their schema.
pub(in crate::cli) fn code_of_schema(error: ReplyError<'_>) -> Option<&'static FaultCode> {
    let is_of_inputs = error.text("source") == "input";
    let code = if is_of_inputs {
        &codes::INPUTS_INVALID
    } else {
        &codes::OUTPUT_INVALID
    };
    (error.kind == "validation_error" && error.text("code").is_empty()).then_some(code)
}

/// Exit code of a result that is an error.
pub(in crate::cli) fn exit_of_error(error: ReplyError<'_>) -> Exit {
    if may_exist(error) {
        return Exit::Unconfirmed;
    }
    if let Some(code) = code_of_schema(error) {
        return code.exit;
    }
    category_of(error).map_or(Exit::Remote, exit_of_category)
}

/// Category of an error: its own, else that of its code.
pub(super) fn category_of(error: ReplyError<'_>) -> Option<Category> {
    let named = error.text("category");
    if named.is_empty() {
        return find(Origin::Own, error.text("code")).map(|row| row.category);
    }
    CATEGORIES
        .into_iter()
        .find(|category| json!(category) == json!(named))
}

/// Whether the request itself, or one that it found, may have taken effect.
///
/// A request with a key that fails before its key was looked up is `unconfirmed` too, because an earlier one may have
/// taken effect. A person wants to know why it failed.
pub(super) fn may_exist(error: ReplyError<'_>) -> bool {
    let is_open = matches!(error.text("outcome"), "unconfirmed" | "processing");
    let mut members = error.members.iter();
    let has_id = members.any(|(name, value)| name.ends_with("_id") && name != "log_id" && value.is_string());
    let is_of_write = OF_WRITES.iter().any(|row| row.code == error.text("code"));
    is_open && (has_id || is_of_write)
}

/// Codes of requests that may have sent a write.
static OF_WRITES: [&Row; 4] = [
    &own::OUTCOME_UNKNOWN,
    &own::IN_PROGRESS,
    &own::INTERRUPTED,
    &own::INTERNAL_ERROR,
];

/// Exit code of an output: that of success, unless the post or parts of the work failed.
pub(in crate::cli) fn exit_of_data(data: &Value) -> Exit {
    let count = |name: &str| data.get(name).and_then(Value::as_u64).unwrap_or_default();
    let outcome = data.get("outcome").and_then(Value::as_str);
    if outcome == Some("unconfirmed") || count("unconfirmed_count") > 0 {
        Exit::Unconfirmed
    } else if outcome == Some("failed") {
        exit_of_fail_reason(data)
    } else if count("failed_count") + count("not_found_count") > 0 {
        Exit::Remote
    } else {
        Exit::Done
    }
}

/// Exit code of a post that TikTok could not make, by the reason that it gives.
fn exit_of_fail_reason(data: &Value) -> Exit {
    let reason = data
        .get("fail_reason")
        .and_then(Value::as_str)
        .unwrap_or_default();
    find(Origin::FailReason, reason).map_or(Exit::Remote, |row| exit_of_category(row.category))
}

const CATEGORIES: [Category; 10] = [
    Category::Auth,
    Category::Scope,
    Category::RateLimit,
    Category::Quota,
    Category::Input,
    Category::Media,
    Category::Policy,
    Category::Network,
    Category::Tiktok,
    Category::Internal,
];

const fn exit_of_category(category: Category) -> Exit {
    match category {
        Category::Auth | Category::Scope => Exit::Access,
        Category::RateLimit | Category::Quota => Exit::Limited,
        Category::Input | Category::Media => Exit::Input,
        Category::Policy => Exit::Policy,
        Category::Network | Category::Tiktok => Exit::Remote,
        Category::Internal => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn exit(kind: &'static str, members: &Value) -> Exit {
        let members: &Map<String, Value> = members.as_object().unwrap();
        exit_of_error(ReplyError { kind, members })
    }

    #[test]
    fn the_exit_code_follows_the_category_and_a_possible_effect() {
        for (category, expected) in [
            ("auth", Exit::Access),
            ("scope", Exit::Access),
            ("rate_limit", Exit::Limited),
            ("quota", Exit::Limited),
            ("input", Exit::Input),
            ("media", Exit::Input),
            ("policy", Exit::Policy),
            ("network", Exit::Remote),
            ("tiktok", Exit::Remote),
            ("internal", Exit::Failed),
        ] {
            let error = json!({ "category": category, "outcome": "failed" });
            assert_eq!(exit("action_error", &error), expected, "{category}");
            let error =
                json!({ "category": category, "outcome": "unconfirmed", "publish_id": null, "log_id": "1" });
            assert_eq!(
                exit("action_error", &error),
                expected,
                "{category}, before anything was sent"
            );
            let error = json!({ "category": category, "outcome": "unconfirmed", "publish_id": "v" });
            assert_eq!(exit("action_error", &error), Exit::Unconfirmed, "{category}");
        }
        let lost = json!({ "code": "outcome_unknown", "category": "network", "outcome": "unconfirmed" });
        assert_eq!(exit("action_error", &lost), Exit::Unconfirmed);
        assert_eq!(
            exit("action_error", &json!({ "code": "new", "category": null })),
            Exit::Remote
        );
        assert_eq!(
            exit("validation_error", &json!({ "source": "input" })),
            Exit::Input
        );
        assert_eq!(
            exit("validation_error", &json!({ "source": "output" })),
            Exit::Failed
        );
        assert_eq!(exit("error", &json!({ "code": "missing_token" })), Exit::Access);
        assert_eq!(exit("error", &json!({ "code": "invalid_request" })), Exit::Input);
        assert_eq!(exit("error", &json!({ "code": "internal_error" })), Exit::Failed);
    }

    /// The reasons are those of docs/tiktok-open-api.md#fail-reasons.
    #[test]
    fn a_post_that_failed_is_no_success() {
        for (data, expected) in [
            (
                json!({ "outcome": "failed", "fail_reason": "file_format_check_failed" }),
                Exit::Input,
            ),
            (
                json!({ "outcome": "failed", "fail_reason": "internal" }),
                Exit::Remote,
            ),
            (
                json!({ "outcome": "failed", "fail_reason": "new_reason" }),
                Exit::Remote,
            ),
            (json!({ "outcome": "failed" }), Exit::Remote),
            (json!({ "outcome": "published" }), Exit::Done),
        ] {
            assert_eq!(exit_of_data(&data), expected, "{data}");
        }
    }

    #[test]
    fn every_category_of_the_catalogue_has_an_exit_code() {
        let named: Vec<_> = CATEGORIES.iter().map(|category| json!(category)).collect();
        for row in crate::catalogue::rows_of(Origin::Own) {
            assert!(
                named.contains(&json!(row.category)),
                "{}: {:?}",
                row.code,
                row.category
            );
        }
    }
}
