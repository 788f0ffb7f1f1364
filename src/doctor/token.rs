//! Access token: its form, and whether TikTok accepts it.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    finding::Finding,
    login::{ApiLogin, LoginPlace},
};
use crate::{
    catalogue::own,
    host::{Host, Item},
    http::JobSlot,
    integrations::Integration,
    marketing_api,
    secret::OpenTokenKind,
};

const CHECK: &str = "token";

/// Checks the form of the credentials, and returns them as `auth` of a request.
pub(super) fn shape<'a>(integration: &Integration, login: &'a ApiLogin) -> Result<&'a Value, Box<Finding>> {
    let (auth, places) = match login {
        ApiLogin::Missing(how) => {
            return Err(Box::new(
                Finding::skipped(CHECK, "no token is set").with_remedy(how),
            ));
        }
        ApiLogin::Wrong(found, remedy) => return Err(Box::new(Finding::fault(CHECK, found, remedy))),
        ApiLogin::Given(auth, places) => (auth, places),
    };
    let token = auth
        .get("access_token")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let other_kind = OpenTokenKind::of(token).filter(|kind| *kind != OpenTokenKind::Access);
    if let Some(kind) = other_kind {
        let finding = Finding::fault(
            CHECK,
            format!("{} is {kind}, not an access token", place(places, "access_token")),
            "set it to the access_token of the same answer of TikTok",
        );
        return Err(Box::new(finding));
    }
    match (integration.credentials)(Some(auth)) {
        Ok(_) => Ok(auth),
        Err(error) => {
            let member = error.finding.field.rsplit('.').next().unwrap_or_default();
            let found = format!(
                "{}: got {}; allowed: {}",
                place(places, member),
                error.finding.got,
                error.finding.allowed
            );
            Err(Box::new(Finding::fault(CHECK, found, error.finding.fix)))
        }
    }
}

/// Place where a member of `auth` was set.
fn place<'a>(places: &'a [LoginPlace], member: &'a str) -> &'a str {
    let found = places.iter().find(|place| place.member == member);
    found.map_or(member, |found| &found.place)
}

/// Answer of TikTok about a token.
#[derive(Debug)]
pub(super) enum TokenCheck {
    /// It is accepted.
    Accepted(Box<Finding>),
    /// It is refused, or the question failed.
    Refused(Box<Finding>),
}

/// Looks up the account behind the token.
pub(super) async fn accepted(
    host: &Arc<Host>,
    integration: &'static Integration,
    auth: &Value,
) -> TokenCheck {
    let request = json!({ "integration": integration.name, "type": "connected_account", "auth": auth });
    judge(integration, auth, &ask(host, request).await)
}

fn judge(integration: &Integration, auth: &Value, answer: &Value) -> TokenCheck {
    let text = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if answer.pointer("/result/code").is_none() {
        let account = shown_account(text("/result/username"), text("/result/user_id"));
        return TokenCheck::Accepted(Box::new(Finding::ok(
            CHECK,
            format!("TikTok accepts it: {account}"),
        )));
    }
    let (code, message, remedy) = (
        text("/result/code"),
        text("/result/message"),
        text("/result/remedy"),
    );
    if integration.name == "tiktok-ads" && marketing_api::is_about_ad_account(code, message) {
        let found = format!("{code}: {}", message.trim_end_matches('.'));
        return TokenCheck::Refused(Box::new(Finding::fault(CHECK, found, AD_ACCOUNT)));
    }
    if is_missing_permission(answer) {
        let found = "TikTok accepts it, without the permission for the account";
        return TokenCheck::Accepted(Box::new(Finding::ok(CHECK, found)));
    }
    let found = format!("{code}: {}", message.trim_end_matches('.'));
    let status = answer.pointer("/result/http_status").and_then(Value::as_u64);
    // TikTok's own servers answer with an HTML page and 5xx when they are overloaded.
    if code == own::UNREADABLE_ANSWER.code && status.is_none_or(|status| status < 500) {
        return TokenCheck::Refused(Box::new(Finding::fault(CHECK, found, OTHER_SERVER)));
    }
    match text("/result/category") {
        "auth" => {}
        // The limit passes, and other requests of the account share it.
        "rate_limit" | "quota" => {
            let finding = Finding::warning(CHECK, format!("could not be checked: {found}"), remedy);
            return TokenCheck::Refused(Box::new(finding));
        }
        _ => return TokenCheck::Refused(Box::new(Finding::fault(CHECK, found, remedy))),
    }
    let token = auth
        .get("access_token")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_foreign = integration.name == "tiktok" && OpenTokenKind::of(token).is_none();
    let kind = if is_foreign {
        ". It does not begin with act., as the access tokens of the Open API do; is it one of the Marketing API?"
    } else {
        ""
    };
    TokenCheck::Refused(Box::new(Finding::fault(CHECK, format!("{found}{kind}"), remedy)))
}

/// Remedy for a server that does not answer as TikTok does.
const OTHER_SERVER: &str =
    "check the address of the API and the proxy above: the answer is not one of TikTok's API";

/// Remedy for an ad account that the token does not reach.
const AD_ACCOUNT: &str = "check the ID of the ad account; if it is right, its owner has to authorize the app for it: sign in again \
                          and select it on the consent page";

/// Name and id of an account that TikTok gave.
fn shown_account(name: &str, id: &str) -> String {
    let plain = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_control())
            .take(80)
            .collect::<String>()
    };
    match (plain(name), plain(id)) {
        (name, id) if name.is_empty() || name == id => format!("account {id}"),
        (name, id) => format!("account {name} ({id})"),
    }
}

/// True for an error that the token lacks a permission.
pub(super) fn is_missing_permission(answer: &Value) -> bool {
    let code = answer
        .pointer("/result/code")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let missing = answer.pointer("/result/missing_scopes").and_then(Value::as_array);
    matches!(code, "scope_not_authorized" | "scope_permission_missed")
        || missing.is_some_and(|missing| !missing.is_empty())
}

/// Time limit of one question, in seconds.
const LIMIT: u64 = 10;

/// Sends a request that only reads through the host, as a workflow would, and returns its result.
pub(super) async fn ask(host: &Arc<Host>, mut request: Value) -> Value {
    if let Some(members) = request.as_object_mut() {
        let config = json!({ "timeout": LIMIT, "deadline": LIMIT, "max_retries": 0 });
        members.insert("request_config".to_owned(), config);
    }
    let mut items: Vec<Item> = Vec::new();
    let mut ingest = host.ingest();
    ingest.feed(request.to_string().as_bytes(), &mut |item| items.push(item));
    ingest.finish(&mut |item| items.push(item));
    let Some(item) = items.pop() else {
        return failed("the question could not be asked");
    };
    let reply = match host.read(item) {
        Ok(request) => {
            let (_running, work) = host.begin(request, JobSlot::default());
            match timeout(Duration::from_secs(LIMIT + 2), work).await {
                Ok(reply) => reply,
                Err(_late) => return failed("TikTok did not answer in time"),
            }
        }
        Err(reply) => reply,
    };
    let mut line = Vec::new();
    if reply.into_line().write_to(&mut line).is_err() {
        return failed("the answer could not be read");
    }
    serde_json::from_slice(&line).unwrap_or_else(|_broken| failed("the answer could not be read"))
}

fn failed(message: &str) -> Value {
    json!({ "result": { "code": "not_checked", "message": message, "category": "network", "remedy": "try again later" } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::INTEGRATIONS;

    fn given(token: &str) -> ApiLogin {
        let place = |member, place: &str| LoginPlace {
            member,
            place: place.to_owned(),
        };
        ApiLogin::Given(
            json!({ "access_token": token, "advertiser_id": "7000000000000000001" }),
            vec![
                place("access_token", "THE_TOKEN"),
                place("advertiser_id", "THE_ID"),
            ],
        )
    }

    #[test]
    fn other_kinds_of_tokens_are_named_and_never_shown() {
        let [tiktok, ads] = [0, 1].map(|at| &INTEGRATIONS[at]);
        for (integration, token, words) in [
            (tiktok, "rft.canary-0123456789", "a refresh token"),
            (tiktok, "clt.canary-0123456789", "a client token"),
            (ads, "rft.canary-0123456789", "a refresh token"),
            (ads, "act.canary-0123456789", "a token of TikTok's Open API"),
            (tiktok, "{{canary}}", "template"),
        ] {
            let finding = shape(integration, &given(token)).unwrap_err();
            assert_eq!(finding.status.word(), "fault");
            assert!(
                finding.found.contains(words) && finding.found.contains("THE_TOKEN"),
                "{finding:?}"
            );
            assert!(!format!("{finding:?}").contains("canary"), "{finding:?}");
        }
        assert!(shape(tiktok, &given("act.canary-0123456789")).is_ok());
    }

    #[test]
    fn a_refusal_is_a_fault_and_a_limit_is_not() {
        let error = |code: &str, category: &str| json!({ "result": { "code": code, "category": category, "message": "No.", "remedy": "Do." } });
        for (answer, is_accepted, status) in [
            (error("access_token_invalid", "auth"), false, "fault"),
            (error("rate_limit_exceeded", "rate_limit"), false, "warning"),
            (error("timeout", "network"), false, "fault"),
            (error("unreadable_answer", "tiktok"), false, "fault"),
            (error("scope_not_authorized", "auth"), true, "ok"),
            (
                json!({ "result": { "username": "me", "user_id": "1" } }),
                true,
                "ok",
            ),
        ] {
            let (accepted, finding) =
                match judge(&INTEGRATIONS[0], &json!({ "access_token": "act.x" }), &answer) {
                    TokenCheck::Accepted(finding) => (true, finding),
                    TokenCheck::Refused(finding) => (false, finding),
                };
            assert_eq!(
                (accepted, finding.status.word()),
                (is_accepted, status),
                "{answer}"
            );
        }
    }
}
