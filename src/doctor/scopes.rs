//! Permissions of a token, each found out by a request that needs it and only reads.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    finding::Finding,
    token::{ask, is_missing_permission},
};
use crate::{
    host::Host,
    integrations::{Integration, Permission},
};

/// Question about one permission.
struct ScopeQuestion {
    integration: &'static str,
    permission: &'static str,
    /// Action that needs the permission, or the best way to learn about it.
    action: &'static str,
    inputs: fn() -> Value,
    /// Conclusion from the answer.
    conclude: fn(&Value, &'static str) -> Grant,
}

/// Whether a token has a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Grant {
    Granted,
    Missing,
    /// Not known, for this reason.
    Unknown(String),
}

static QUESTIONS: [ScopeQuestion; 12] = [
    question(
        "tiktok",
        "user.info.basic",
        "get_user_info",
        no_inputs,
        by_missing_scopes,
    ),
    question(
        "tiktok",
        "user.info.profile",
        "get_user_info",
        no_inputs,
        by_missing_scopes,
    ),
    question(
        "tiktok",
        "user.info.stats",
        "get_user_info",
        no_inputs,
        by_missing_scopes,
    ),
    question("tiktok", "video.list", "get_videos", one_row, by_error),
    question("tiktok", "video.upload", "get_post_status", no_post, by_status),
    question("tiktok", "video.publish", "get_creator_info", no_inputs, by_error),
    question("tiktok-ads", "1", "get_ad_accounts", no_inputs, by_error),
    question("tiktok-ads", "2", "get_campaigns", one_row, by_error),
    question("tiktok-ads", "4", "get_analytics", one_day, by_error),
    question("tiktok-ads", "6", "get_identities", one_row, by_error),
    question("tiktok-ads", "7", "get_apps", no_inputs, by_error),
    question("tiktok-ads", "8", "get_pixels", one_row, by_error),
];

const fn question(
    integration: &'static str,
    permission: &'static str,
    action: &'static str,
    inputs: fn() -> Value,
    conclude: fn(&Value, &'static str) -> Grant,
) -> ScopeQuestion {
    ScopeQuestion {
        integration,
        permission,
        action,
        inputs,
        conclude,
    }
}

fn no_inputs() -> Value {
    json!({})
}

fn one_row() -> Value {
    json!({ "max_count": 1 })
}

/// A past day, on which the account need not have existed.
fn one_day() -> Value {
    json!({ "level": "account", "start_date": "2026-01-01", "end_date": "2026-01-01" })
}

/// An id of TikTok's form that no post has.
fn no_post() -> Value {
    json!({ "publish_id": "v_inbox_file~v2-1.1" })
}

/// Asks about all permissions of the integration at once. An answer that concerns several is asked for once.
pub(super) async fn check(host: &Arc<Host>, integration: &'static Integration, auth: &Value) -> Vec<Finding> {
    let questions: Vec<&ScopeQuestion> = QUESTIONS
        .iter()
        .filter(|question| question.integration == integration.name)
        .collect();
    let mut actions: Vec<&ScopeQuestion> = Vec::new();
    for question in &questions {
        if actions.iter().all(|asked| asked.action != question.action) {
            actions.push(question);
        }
    }
    let asked = actions.iter().map(|question| {
        let request = json!({
            "integration": integration.name, "action": question.action, "auth": auth, "inputs": (question.inputs)(),
        });
        ask(host, request)
    });
    let answers = join_all(asked).await;
    let answer = |action: &str| {
        let place = actions.iter().position(|asked| asked.action == action);
        place.and_then(|place| answers.get(place)).unwrap_or(&Value::Null)
    };
    let usual = integration.permissions.usual();
    let granted: Vec<Grant> = questions
        .iter()
        .map(|question| (question.conclude)(answer(question.action), question.permission))
        .collect();
    let publishes = questions
        .iter()
        .zip(&granted)
        .any(|(question, grant)| question.permission == "video.publish" && *grant == Grant::Granted);
    let rows = questions.iter().zip(granted);
    rows.map(|(question, grant)| {
        let grant = if question.permission == "video.upload" && publishes && grant == Grant::Granted {
            Grant::Unknown(UPLOAD_IS_HIDDEN.to_owned())
        } else {
            grant
        };
        let is_needed = usual.contains(&question.permission);
        judge(integration, question.permission, &grant, is_needed)
    })
    .collect()
}

/// Reason that the permission for drafts is not known.
const UPLOAD_IS_HIDDEN: &str =
    "cannot be seen: with video.publish, only a draft shows whether TikTok permits drafts";

fn by_error(answer: &Value, _permission: &'static str) -> Grant {
    match answer.pointer("/result/code").and_then(Value::as_str) {
        None if answer.is_null() => Grant::Unknown("not asked".to_owned()),
        None => Grant::Granted,
        Some(_) if is_missing_permission(answer) => Grant::Missing,
        Some(code) => Grant::Unknown(format!("the question failed with {code}")),
    }
}

/// An answer that lists the permissions that it lacks, also where it succeeds.
fn by_missing_scopes(answer: &Value, permission: &'static str) -> Grant {
    let lists =
        ["/result/data/missing_scopes", "/result/missing_scopes"].map(|pointer| answer.pointer(pointer));
    let mut missing = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    if missing.any(|name| name == permission) {
        return Grant::Missing;
    }
    match by_error(answer, permission) {
        // Without the basic permission, the others are not asked for.
        Grant::Missing if permission != "user.info.basic" => {
            Grant::Unknown("needs user.info.basic".to_owned())
        }
        grant @ (Grant::Granted | Grant::Missing | Grant::Unknown(_)) => grant,
    }
}

/// TikTok looks for a post only with a permission for posts.
fn by_status(answer: &Value, permission: &'static str) -> Grant {
    match answer.pointer("/result/category").and_then(Value::as_str) {
        Some("auth") => Grant::Missing,
        Some("input" | "media" | "post" | "not_found") => Grant::Granted,
        _ => match by_error(answer, permission) {
            Grant::Unknown(_) if is_unknown_post(answer) => Grant::Granted,
            grant @ (Grant::Granted | Grant::Missing | Grant::Unknown(_)) => grant,
        },
    }
}

fn is_unknown_post(answer: &Value) -> bool {
    let code = answer.pointer("/result/code").and_then(Value::as_str);
    code.is_some_and(|code| code.contains("publish_id"))
}

fn judge(integration: &Integration, name: &'static str, grant: &Grant, is_needed: bool) -> Finding {
    let known = integration
        .permissions
        .all
        .iter()
        .find(|permission| permission.name == name);
    let permission = known.map_or_else(|| name.to_owned(), Permission::to_string);
    let check = format!("scope.{name}");
    match grant {
        Grant::Granted => Finding::ok(&check, format!("{permission} is granted")),
        Grant::Unknown(why) => Finding::skipped(&check, format!("{permission}: {why}")),
        Grant::Missing => {
            let found = format!("{permission} is missing");
            let product = known.and_then(|permission| permission.product).unwrap_or(name);
            let remedy = remedy(integration.name, product);
            if is_needed {
                Finding::fault(&check, found, remedy)
            } else {
                Finding::warning(&check, found, remedy)
            }
        }
    }
}

/// Ways to a permission, as docs/scopes.md gives them.
fn remedy(integration: &str, product: &str) -> String {
    if integration == "tiktok-ads" {
        return format!(
            "add {product} to the app in TikTok's developer portal, then let the ad account's owner authorize the app again"
        );
    }
    format!(
        "connect the account again with this permission ticked; if nobody could ever grant it, add the product {product} to \
         the app in TikTok's developer portal"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::INTEGRATIONS;

    #[test]
    fn every_permission_has_a_question_that_an_action_answers() {
        for integration in INTEGRATIONS {
            let asked: Vec<&ScopeQuestion> = QUESTIONS
                .iter()
                .filter(|question| question.integration == integration.name)
                .collect();
            let names: Vec<&str> = asked.iter().map(|question| question.permission).collect();
            let all: Vec<&str> = integration
                .permissions
                .all
                .iter()
                .map(|permission| permission.name)
                .collect();
            assert_eq!(
                names, all,
                "{}: one question for each permission",
                integration.name
            );
            for question in asked {
                let action = integration.action(question.action).unwrap();
                assert_eq!(
                    action.effect,
                    crate::integrations::Effect::Reads,
                    "{} only reads",
                    action.name
                );
            }
        }
    }

    #[test]
    fn answers_tell_what_is_granted() {
        let lists = json!({ "result": { "data": { "missing_scopes": ["user.info.stats"] } } });
        assert_eq!(by_missing_scopes(&lists, "user.info.stats"), Grant::Missing);
        assert_eq!(by_missing_scopes(&lists, "user.info.basic"), Grant::Granted);
        let refused = json!({ "result": { "code": "scope_not_authorized", "category": "auth" } });
        assert_eq!(by_missing_scopes(&refused, "user.info.basic"), Grant::Missing);
        assert!(matches!(
            by_missing_scopes(&refused, "user.info.profile"),
            Grant::Unknown(_)
        ));
        assert_eq!(by_error(&refused, "video.list"), Grant::Missing);
        let limited = json!({ "result": { "code": "rate_limit_exceeded", "category": "rate" } });
        assert!(matches!(by_error(&limited, "video.list"), Grant::Unknown(_)));
    }

    #[test]
    fn a_missing_permission_names_its_product() {
        let tiktok = &INTEGRATIONS[0];
        let finding = judge(tiktok, "video.publish", &Grant::Missing, true);
        assert_eq!(finding.status.word(), "fault");
        assert!(finding.remedy.unwrap().contains("Content Posting API"));
        assert_eq!(
            judge(tiktok, "video.list", &Grant::Missing, false).status.word(),
            "warning"
        );
    }
}
