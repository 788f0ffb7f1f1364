//! TikTok's refusals for its rate limits: they pause other calls too. Time is virtual.

use std::{sync::Arc, time::Duration};

use autohive_tiktok::{
    clock::Clock,
    host::Host,
    simulator::Scripted,
    state::{State, StateLocation},
};
use serde_json::{Value, json};

use super::{answers, is};
use crate::support::tiktok::{Served, TikTok, scripted, tiktok_on};

/// 2026-11-22 20:00:00 UTC.
const EVENING: Duration = Duration::from_hours(498_716);

const FIRST: &str = "7310000000000000011";
const SECOND: &str = "7310000000000000023";
const SANDBOX: &str = "7310000000000000097";

/// A request of the first ad account.
fn request(action: &str) -> Value {
    of(FIRST, action)
}

fn of(advertiser: &str, action: &str) -> Value {
    let auth = json!({ "access_token": "ads.sim-main", "advertiser_id": advertiser, "app_id": "77" });
    let inputs = json!({});
    json!({ "integration": "tiktok-ads", "action": action, "auth": auth, "inputs": inputs })
}

/// A request that is sent again this often at most.
fn repeated(request: &Value, max_retries: u32) -> Value {
    let mut request = request.clone();
    request["request_config"] = json!({ "max_retries": max_retries });
    request
}

/// A refusal by TikTok.
fn refusal(code: u32, message: &str) -> Value {
    json!({ "code": code, "message": message, "request_id": "20261122", "data": {} })
}

fn no_apps() -> Value {
    json!({ "code": 0, "message": "OK", "data": { "apps": [] } })
}

fn no_pixels() -> Value {
    let page_info = json!({ "page": 1, "page_size": 20, "total_number": 0, "total_page": 0 });
    json!({ "code": 0, "message": "OK", "data": { "pixels": [], "page_info": page_info } })
}

/// A server that answers with these, in this order.
fn server(replies: &[Value]) -> Served<Scripted> {
    let exchanges: Vec<Value> = replies
        .iter()
        .map(|reply| json!({ "reply": { "json": reply } }))
        .collect();
    scripted(Value::Array(exchanges))
}

fn host(clock: &Clock, url: &str) -> Arc<Host> {
    Arc::new(Host::new(clock.clone()).with_api_base("tiktok-ads", url.parse().unwrap()))
}

/// A host that shares the state in this folder.
fn sharing(clock: &Clock, url: &str, folder: &tempfile::TempDir) -> Arc<Host> {
    let location = StateLocation::Sqlite(folder.path().join("state.db"));
    let host = Host::new(clock.clone())
        .with_api_base("tiktok-ads", url.parse().unwrap())
        .with_state(State::new(location, clock.clone()))
        .with_rate_counters();
    Arc::new(host)
}

#[track_caller]
fn answer(host: &Arc<Host>, request: &Value) -> Value {
    answers(host, std::slice::from_ref(request)).remove(0)
}

#[track_caller]
fn works(host: &Arc<Host>, request: &Value) {
    is(&answer(host, request), "action", None);
}

/// Asserts a failure with this code, wait and time.
#[track_caller]
fn fails(host: &Arc<Host>, request: &Value, code: &str, wait: u64, at: &str) -> Value {
    let answer = answer(host, request);
    is(&answer, "action_error", Some(code));
    let result = answer["result"].clone();
    assert_eq!(
        (&result["retry_after"], &result["retry_at"], &result["retryable"]),
        (&json!(wait), &json!(at), &json!(true)),
        "{result}"
    );
    result
}

#[test]
fn a_full_minute_of_the_app_stops_its_calls_for_five_minutes() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&[refusal(40100, "QPM limit reached"), no_apps()]);
    let host = host(&clock, &api.url());
    let first = fails(&host, &request("get_apps"), "40100", 300, "2026-11-22T20:05:00Z");
    let message = first["message"].to_string();
    assert!(message.contains("(TikTok says: QPM limit reached)"), "{message}");
    clock.advance(Duration::from_mins(1));
    // The script has no reply for them: they are not sent.
    for request in [request("get_apps"), request("get_pixels"), of(SECOND, "get_apps")] {
        let paused = fails(&host, &request, "40100", 240, "2026-11-22T20:05:00Z");
        let message = paused["message"].to_string();
        assert!(
            message.contains("TikTok's limit") && message.contains("this one was not sent"),
            "{message}"
        );
    }
    clock.advance(Duration::from_mins(4));
    works(&host, &request("get_apps"));
    api.played();
}

#[test]
fn a_full_limit_of_an_ad_account_stops_its_calls_of_that_endpoint_only() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&[
        refusal(40133, "Advertiser (7)'s QPM reaches the limit"),
        no_pixels(),
        no_apps(),
    ]);
    let host = host(&clock, &api.url());
    let at = "2026-11-22T20:05:00Z";
    fails(&host, &request("get_apps"), "40133", 300, at);
    fails(&host, &request("get_apps"), "40133", 300, at);
    works(&host, &request("get_pixels"));
    works(&host, &of(SECOND, "get_apps"));
    api.played();
}

#[test]
fn a_full_limit_of_an_endpoint_stops_the_apps_calls_of_it_for_all_ad_accounts() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&[refusal(40016, "QPM limit reached"), no_pixels()]);
    let host = host(&clock, &api.url());
    let at = "2026-11-22T20:05:00Z";
    fails(&host, &request("get_apps"), "40016", 300, at);
    fails(&host, &of(SECOND, "get_apps"), "40016", 300, at);
    works(&host, &request("get_pixels"));
    api.played();
}

#[test]
fn a_full_day_of_the_app_stops_its_calls_until_midnight_in_utc() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&[refusal(40100, "QPD limit reached"), no_apps()]);
    let host = host(&clock, &api.url());
    let midnight = "2026-11-23T00:00:00Z";
    fails(&host, &request("get_apps"), "40100", 4 * 3600, midnight);
    clock.advance(Duration::from_hours(3));
    fails(&host, &request("get_pixels"), "40100", 3600, midnight);
    clock.advance(Duration::from_hours(1));
    works(&host, &request("get_apps"));
    api.played();
}

#[test]
fn a_limit_without_a_window_is_tried_after_one_two_and_four_seconds_and_then_stops_the_app() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&vec![refusal(40100, "Too many requests"); 4]);
    let host = host(&clock, &api.url());
    // The fourth refusal is at 20:00:07.
    fails(
        &host,
        &repeated(&request("get_apps"), 3),
        "40100",
        300,
        "2026-11-22T20:05:07Z",
    );
    fails(
        &host,
        &request("get_pixels"),
        "40100",
        300,
        "2026-11-22T20:05:07Z",
    );
    api.played();
}

#[test]
fn a_short_pause_is_waited_for() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&[refusal(40100, "QPS limit reached"), no_pixels()]);
    let host = host(&clock, &api.url());
    let at = "2026-11-22T20:00:01Z";
    fails(&host, &repeated(&request("get_apps"), 0), "40100", 1, at);
    works(&host, &repeated(&request("get_pixels"), 0));
    assert_eq!(clock.moved(), Duration::from_secs(1));
    api.played();
}

#[test]
fn a_pause_is_waited_for_within_the_deadline() {
    let clock = Clock::virtual_at(EVENING);
    let api = server(&[refusal(40100, "QPM limit reached"), no_apps()]);
    let host = host(&clock, &api.url());
    let mut patient = request("get_apps");
    patient["request_config"] = json!({ "deadline": 400 });
    works(&host, &patient);
    assert_eq!(clock.moved(), Duration::from_mins(5));
    api.played();
}

#[test]
fn processes_that_share_the_state_share_long_pauses() {
    let folder = tempfile::tempdir().unwrap();
    for (code, message, wait, at) in [
        (40133, "QPM limit reached", 300, "2026-11-22T20:05:00Z"),
        (40016, "QPM limit reached", 300, "2026-11-22T20:05:00Z"),
        (40100, "QPD limit reached", 4 * 3600, "2026-11-23T00:00:00Z"),
    ] {
        let clock = Clock::virtual_at(EVENING);
        let (first, second) = (server(&[refusal(code, message)]), server(&[no_apps()]));
        let folder = tempfile::tempdir_in(&folder).unwrap();
        let code = code.to_string();
        fails(
            &sharing(&clock, &first.url(), &folder),
            &request("get_apps"),
            &code,
            wait,
            at,
        );
        let other = sharing(&clock, &second.url(), &folder);
        fails(&other, &request("get_apps"), &code, wait, at);
        clock.advance(Duration::from_secs(wait - 1));
        // A process that begins later knows of it too. A wait of a second is within its time.
        let later = sharing(&clock, &second.url(), &folder);
        works(&later, &request("get_apps"));
        assert_eq!(clock.moved(), Duration::from_secs(wait));
        first.played();
        second.played();
    }
}

/// Codes with which the simulator refused calls.
fn refused(tiktok: &TikTok) -> Vec<String> {
    let journal = serde_json::to_value(tiktok.journal()).unwrap();
    let entries = journal["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["code"].as_str().unwrap_or_default().to_owned())
        .filter(|code| code.starts_with("40"))
        .collect()
}

#[test]
fn calls_beyond_an_ad_accounts_second_wait_for_the_next_one() {
    let clock = Clock::virtual_at(EVENING);
    let tiktok = tiktok_on(clock.clone());
    tiktok.change(json!({ "ads": { "switches": { "advertiser_per_second": 1 } } }));
    let host = host(&clock, &tiktok.url());
    for answer in answers(&host, &vec![request("get_campaigns"); 4]) {
        is(&answer, "action", None);
    }
    let refused = refused(&tiktok);
    assert!(
        !refused.is_empty() && refused.iter().all(|code| code == "40133"),
        "{refused:?}"
    );
}

/// Two processes that share no state exceed the minute together. TikTok's message does not name it, so each tries four
/// times.
#[test]
fn a_full_minute_of_the_sandbox_stops_each_process_after_four_refusals() {
    let clock = Clock::virtual_at(EVENING);
    let tiktok = tiktok_on(clock.clone());
    let mut request = of(SANDBOX, "get_campaigns");
    request["auth"]["access_token"] = json!("ads.sim-sandbox");
    request["auth"]["sandbox"] = json!(true);
    let hosts = [host(&clock, &tiktok.url()), host(&clock, &tiktok.url())];
    for host in hosts.iter().cycle().take(30) {
        works(host, &request);
        clock.advance(Duration::from_secs(1));
    }
    for host in &hosts {
        for _ in 0..3 {
            is(&answer(host, &request), "action_error", Some("40016"));
        }
    }
    assert_eq!(refused(&tiktok), ["40016"; 8]);
}
