//! Errors of actions for people: what happened, the facts, and the next step.

use serde_json::Value;

use super::{
    exit::{category_of, may_exist},
    person::for_person,
    show::{BOLD, RED, ShowStyle, noted},
    table::{cell, label, lines},
};
use crate::{catalogue::own, cli::token_origin::TokenOrigin, host::ReplyError};

/// Lines of an error. `resumes` is true if the same command continues what was begun; `origin` is that of the token.
pub(in crate::cli) fn error(
    error: ReplyError<'_>,
    origin: &TokenOrigin,
    flags: &dyn Fn(&str) -> String,
    resumes: bool,
    style: ShowStyle,
) -> Vec<String> {
    let violations = error.members.get("errors").and_then(Value::as_array);
    let mut shown = match violations {
        Some(violations) if error.text("source") == "input" => violations
            .iter()
            .flat_map(|violation| {
                let text = |name: &str| violation.get(name).and_then(Value::as_str).unwrap_or_default();
                noted(
                    "error",
                    RED,
                    &format!("{}{}", flags(text("path")), text("message")),
                    style,
                )
            })
            .collect(),
        _ => noted("error", RED, &message(error), style),
    };
    let facts: Vec<(String, String)> = FACTS
        .iter()
        .filter(|name| **name != "outcome" || error.text("outcome") != "unconfirmed" || may_exist(error))
        .filter_map(|name| Some((label(name), error.members.get(*name).and_then(cell)?)))
        .collect();
    shown.extend(lines(&facts, style.width));
    let remedy = remedy(&error);
    // The same command has the same key, which is all that a host's remedy asks for.
    if !remedy.is_empty() && violations.is_none() && !resumes {
        shown.extend(noted("next", BOLD, &remedy, style));
    }
    if let Some(advice) = category_of(error).and_then(|category| origin.advice(category)) {
        shown.extend(noted("next", BOLD, &advice, style));
    }
    if resumes {
        shown.extend(noted("next", BOLD, &again(error), style));
    }
    shown
}

const AGAIN_LATER: &str = "Wait a minute, then run the same command again.";

/// Remedy of a video that is too large, for a person, who can give its path.
const SMALLER_VIDEO: &str = "Export the video with a lower bitrate. A file of this machine that is given by its path may have \
                             up to 4 GB.";

/// Whether TikTok answered as a server does that is overloaded or in maintenance.
fn is_unavailable(error: ReplyError<'_>) -> bool {
    let status = error.members.get("http_status").and_then(Value::as_u64);
    error.text("code") == own::UNREADABLE_ANSWER.code
        && status.is_some_and(|status| (500..600).contains(&status))
}

/// Advice on the same command, with the time from which on it helps.
fn again(error: ReplyError<'_>) -> String {
    let wait = error.members.get("retry_after").and_then(Value::as_u64);
    let when = match (wait, error.text("retry_at")) {
        (Some(wait @ 120..), at) => format!(" in {} minutes, at {at}", wait.div_ceil(60)),
        (Some(wait), at) => format!(" in {wait} seconds, at {at}"),
        (None, _) => String::new(),
    };
    format!("Run the same command again{when}: it finishes what was begun, and never takes effect twice.")
}

/// Remedy of an error; empty for one that only a host can follow.
fn remedy(error: &ReplyError<'_>) -> String {
    if is_unavailable(*error) && error.members.get("retryable") == Some(&Value::Bool(true)) {
        return AGAIN_LATER.to_owned();
    }
    if error.text("code") == own::VIDEO_TOO_LARGE.code {
        return SMALLER_VIDEO.to_owned();
    }
    let is_for_hosts = matches!(error.text("category"), "auth" | "scope");
    let remedy = error.text("remedy");
    if is_for_hosts && remedy.contains(" in the host") {
        return String::new();
    }
    for_person(remedy)
}

/// Next steps of an error that hold without a repeat: those of its code, then those for the place of the token.
pub(super) fn remedies(error: ReplyError<'_>, origin: &TokenOrigin) -> Vec<String> {
    let usual = Some(remedy(&error)).filter(|remedy| !remedy.is_empty());
    let of_token = category_of(error).and_then(|category| origin.advice(category));
    usual.into_iter().chain(of_token).collect()
}

/// Message of an error, in which a person is no host.
fn message(error: ReplyError<'_>) -> String {
    let message = for_person(error.text("message"));
    if is_unavailable(error) {
        message.replace(
            own::UNREADABLE_ANSWER.meaning,
            "TikTok is not available at the moment.",
        )
    } else {
        message
    }
}

/// Members of an error that people need.
const FACTS: [&str; 12] = [
    "code",
    "outcome",
    "publish_id",
    "post_url",
    "campaign_id",
    "adgroup_id",
    "ad_id",
    "video_id",
    "image_id",
    "http_status",
    "log_id",
    "retry_at",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::chart::ChartStyle;

    #[test]
    fn an_unavailable_tiktok_is_named_and_the_command_can_be_repeated() {
        let members = json!({
            "code": "unreadable_answer", "http_status": 503, "retryable": true, "category": "tiktok",
            "message": format!("{} (user_info: answered HTTP 503 with an empty body)", own::UNREADABLE_ANSWER.meaning),
            "remedy": own::UNREADABLE_ANSWER.remedy,
        });
        let told = ReplyError {
            kind: "action_error",
            members: members.as_object().unwrap(),
        };
        let style = ShowStyle {
            width: None,
            charts: ChartStyle::Ascii,
        };
        let lines = error(
            told,
            &TokenOrigin::Given(String::new()),
            &|_| String::new(),
            false,
            style,
        )
        .join("\n");
        assert!(
            lines.contains("TikTok is not available at the moment. (user_info: answered HTTP 503")
                && lines.contains("run the same command again"),
            "{lines}"
        );
    }
}
