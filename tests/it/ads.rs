//! The integration `tiktok-ads`: credentials that stay with their API, and the limit of calls. What each action sends
//! is shown by the fixtures.

mod limits;

use std::{sync::Arc, time::Duration};

use autohive_tiktok::{
    clock::Clock,
    front::stdio::ask,
    host::Host,
    integrations::{Effect, INTEGRATIONS},
    simulator::Scripted,
};
use serde_json::{Value, json};

use crate::support::tiktok::{Served, scripted};

const ADS_TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";
const USER_TOKEN: &str = "act.posting-canary-0123456789";

fn ads_request(action: &str) -> Value {
    let auth = json!({ "access_token": ADS_TOKEN, "advertiser_id": "7000000000000000001" });
    json!({ "integration": "tiktok-ads", "action": action, "auth": auth, "inputs": {} })
}

fn user_request(action: &str) -> Value {
    json!({ "action": action, "auth": { "access_token": USER_TOKEN }, "inputs": {} })
}

/// A server of one API, which sees `header` with this value and no other credential.
fn api(header: &str, value: &str, other: &str, reply: &Value, calls: usize) -> Served<Scripted> {
    let expect = json!({ "headers": { header: value, other: null } });
    let exchange = json!({ "expect": expect, "reply": { "json": reply } });
    scripted(json!(vec![exchange; calls]))
}

fn ads_api(calls: usize) -> Served<Scripted> {
    let reply = json!({ "code": 0, "data": { "apps": [] } });
    api("access-token", ADS_TOKEN, "authorization", &reply, calls)
}

fn open_api(calls: usize) -> Served<Scripted> {
    let reply = json!({ "data": { "videos": [], "has_more": false }, "error": { "code": "ok" } });
    let bearer = format!("Bearer {USER_TOKEN}");
    api("authorization", &bearer, "access-token", &reply, calls)
}

fn answers(host: &Arc<Host>, requests: &[Value]) -> Vec<Value> {
    let text: Vec<String> = requests.iter().map(Value::to_string).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(ask(host, text.join("\n"))).unwrap()
}

#[track_caller]
fn is(answer: &Value, kind: &str, code: Option<&str>) {
    let found = (answer["type"].as_str(), answer["result"]["code"].as_str());
    assert_eq!(found, (Some(kind), code), "{answer}");
}

/// One session that serves both integrations, each with its own API.
#[test]
fn each_token_goes_to_its_own_api_and_to_no_other() {
    let (open_api, ads_api) = (open_api(2), ads_api(2));
    let host = Host::new(Clock::system())
        .with_api_base("tiktok", open_api.url().parse().unwrap())
        .with_api_base("tiktok-ads", ads_api.url().parse().unwrap());
    let requests = [
        ads_request("get_apps"),
        user_request("get_videos"),
        ads_request("get_apps"),
        user_request("get_videos"),
    ];
    for answer in answers(&Arc::new(host), &requests) {
        is(&answer, "action", None);
    }
    open_api.played();
    ads_api.played();
}

/// The right token under the wrong integration is not sent at all.
#[test]
fn a_token_of_the_posting_api_is_not_sent_to_the_ads_api() {
    let (open_api, ads_api) = (open_api(0), ads_api(0));
    let host = Host::new(Clock::system())
        .with_api_base("tiktok", open_api.url().parse().unwrap())
        .with_api_base("tiktok-ads", ads_api.url().parse().unwrap());
    let mut request = ads_request("get_apps");
    request["auth"]["access_token"] = json!(USER_TOKEN);
    let answers = answers(&Arc::new(host), &[request]);
    is(&answers[0], "error", Some("malformed_token"));
    assert!(!answers[0].to_string().contains("canary"), "{}", answers[0]);
    open_api.played();
    ads_api.played();
}

/// 100 calls a minute by default, whichever action makes them.
#[test]
fn the_default_limit_of_calls_is_this_programs_own() {
    let ads_api = ads_api(100);
    let host = Host::new(Clock::virtual_at(Duration::from_hours(498_696)))
        .with_api_base("tiktok-ads", ads_api.url().parse().unwrap());
    let host = Arc::new(host);
    for _ in 0..100 {
        is(&answers(&host, &[ads_request("get_apps")])[0], "action", None);
    }
    let answer = &answers(&host, &[ads_request("get_apps")])[0];
    is(answer, "action_error", Some("own_call_limit"));
    // The clock shows midnight of 2026-11-22, and the second after which ten more calls fit was waited for nine times.
    let result = &answer["result"];
    assert_eq!(
        (&result["retry_after"], &result["retry_at"]),
        (&json!(51), &json!("2026-11-22T00:01:00Z"))
    );
    let (message, remedy) = (result["message"].to_string(), result["remedy"].to_string());
    assert!(
        message.contains("this program's limit of 100 calls in a minute of the default level"),
        "{message}"
    );
    assert!(remedy.contains("`--ads-limits basic`"), "{remedy}");
    ads_api.played();
}

#[test]
fn an_action_that_gets_or_searches_only_reads() {
    let ads = INTEGRATIONS
        .iter()
        .find(|integration| integration.name == "tiktok-ads")
        .unwrap();
    for action in ads.actions {
        let is_reading = action.name.starts_with("get_") || action.name.starts_with("search_");
        assert_eq!(action.effect == Effect::Reads, is_reading, "{}", action.name);
    }
}
