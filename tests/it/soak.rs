//! A long session: thousands of requests of every kind, with a fault in one of twenty calls. Each is answered once, and
//! neither memory nor the number of open files grows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask_as,
    program::Answer,
    tiktok::{TikTok, tiktok},
    video::{base64, media},
    with,
};

/// Number of accounts: each may post 15 times a day and have 5 drafts, so some reach these limits and others do not.
const ACCOUNTS: usize = 60;

/// One of this many calls has a fault.
const STRUCK: usize = 20;

/// Maximum growth of the program's memory after its warm-up.
const GROWTH_MAX_KIB: u64 = 2 * 1024;

/// Limit on open files: the needs of eight jobs and a few more. A session that leaks files soon exceeds it, and its
/// results say so.
const OPEN_FILES_MAX: u32 = 104;

fn token(number: usize) -> String {
    format!("act.soak-{}", number % ACCOUNTS)
}

/// TikTok with accounts that may post often, and the faults.
fn soaked(requests: usize) -> TikTok {
    let accounts: Vec<Value> =
        (0..ACCOUNTS).map(|number| json!({ "token": token(number), "name": format!("soak-{number}"), "videos": 30, "rate_limit": 10_000 })).collect();
    let kinds = [
        json!({ "status": 500 }),
        json!({ "status": 503 }),
        json!("html_502"),
        json!("cut_before"),
        json!("cut_after"),
        json!({ "truncate": 10 }),
        json!("empty_200"),
        json!("not_json"),
        json!({ "retry_after": "60" }),
        json!({ "redirect": "https://elsewhere.example.com/" }),
        json!({ "slow_ms": 400 }),
    ];
    // More than the total number of calls: a request makes about ten at most.
    let faults: Vec<Value> = (1..=requests * 10 / STRUCK)
        .map(|nth| json!({ "endpoint": "any", "nth": nth * STRUCK, "kind": kinds[nth % kinds.len()] }))
        .collect();
    let tiktok = tiktok();
    tiktok.change(json!({ "accounts": accounts, "faults": faults }));
    tiktok
}

/// Request number `number`, as a line. One in twelve cannot be parsed, one in twelve is refused.
fn line(number: usize, video: &str) -> String {
    let id = number.to_string();
    let account = token(number / 12);
    let ask = |action: &str, inputs: Value| ask_as(&account, &id, action, inputs);
    let file = || json!({ "file": { "content": video }, "privacy_level": "SELF_ONLY" });
    let photos = || json!({ "photo_urls": ["https://media.example.com/1.jpg"], "preflight": false, "privacy_level": "SELF_ONLY" });
    let request = match number % 12 {
        0 => ask("get_user_info", json!({})),
        1 => ask("get_creator_info", json!({})),
        2 => ask("get_videos", json!({ "max_count": 20 })),
        3 => ask("get_post_status", json!({ "publish_id": "v_pub_file~v2-1.7" })),
        4 => ask("create_video_post", file()),
        5 => {
            let mut inputs = file();
            // Each key occurs twice.
            inputs["idempotency_key"] = json!(format!("key-{}", number / 24));
            inputs["title"] = json!("Two boats");
            ask_as(&token(number / 24), &id, "create_video_post", inputs)
        }
        6 => ask("upload_video_draft", json!({ "video_content_base64": video })),
        7 => ask("create_photo_post", photos()),
        8 => json!({ "id": id, "type": "connected_account", "auth": { "access_token": account } }),
        9 => ask("get_videos", json!({ "max_count": "many" })),
        10 => with(ask("get_user_info", json!({})), "progress", json!(true)),
        _ => return format!("{{\"id\":{id},\"action\" \"get_user_info\"}}\n"),
    };
    let limits =
        json!({ "max_retries": usize::from(number.is_multiple_of(50)), "timeout": 0.2, "deadline": 20 });
    format!("{}\n", with(request, "request_config", limits))
}

/// Number of results by type and code.
type Tally = BTreeMap<String, usize>;

fn count(tally: &mut Tally, answer: &Answer) {
    let kind = answer.0["type"].as_str().unwrap();
    let code = answer
        .at("/code")
        .as_str()
        .map(|code| format!(" {code}"))
        .unwrap_or_default();
    *tally.entry(format!("{kind}{code}")).or_default() += 1;
}

/// Checks whether a text reports too many open files.
fn names_open_files(text: &str) -> bool {
    ["ulimit -n", "file descriptors", "open files"]
        .iter()
        .any(|words| text.contains(words))
}

#[expect(
    clippy::print_stdout,
    reason = "figures for the record, shown with --nocapture"
)]
fn soak(requests: usize, warm_up: usize) {
    let (tiktok, journal) = (soaked(requests), TempDir::new().unwrap());
    let video = base64(&media("small.mov"));
    let state = format!("sqlite:{}", journal.path().join("state.db").display());
    let program = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &state);
    let mut running = program.with_open_files(OPEN_FILES_MAX).start();
    for number in 0..requests {
        running.send_text(line(number, &video));
    }
    let (mut warm, mut later, mut tally) = (0, 0, Tally::new());
    let mut answered = vec![0_u32; requests];
    let mut unreadable = 0;
    for number in 0..requests {
        let answer = running.next();
        count(&mut tally, &answer);
        assert!(
            !names_open_files(&answer.0.to_string()),
            "request {number} found no file left: {}",
            answer.0
        );
        match answer.0["id"].as_str().map(str::parse::<usize>) {
            Some(Ok(id)) => answered[id] += 1,
            // A line that cannot be parsed has no ID.
            _ => unreadable += 1,
        }
        if number % 10 == 9 {
            let reached = if number < warm_up { &mut warm } else { &mut later };
            *reached = running.memory_kib("VmRSS").max(*reached);
        }
    }
    running.close_input();
    let ended = running.wait().exits(0);
    assert_eq!(ended.answers().len(), requests, "one answer for each request");
    assert!(
        !names_open_files(&ended.stderr),
        "open files grew: {}",
        ended.stderr
    );
    let broken = (0..requests).filter(|number| number % 12 == 11).count();
    let wrong: Vec<usize> = (0..requests)
        .filter(|number| answered[*number] != u32::from(number % 12 != 11))
        .collect();
    assert!(
        wrong.is_empty() && unreadable == broken,
        "not answered exactly once: {wrong:?}, {unreadable} of {broken}"
    );
    let struck = tiktok
        .journal()
        .entries
        .iter()
        .filter(|entry| entry.fault.is_some())
        .count();
    let calls = tiktok.journal().entries.len();
    println!("{requests} requests, {calls} calls, {struck} of them struck: {tally:#?}");
    println!("in the first {warm_up}: {warm} KiB; later: {later} KiB");
    assert!(
        struck * 25 > calls,
        "about one call in {STRUCK} should be struck: {struck} of {calls}"
    );
    let did = tally.get("action").copied().unwrap_or_default();
    assert!(
        did > requests / 5,
        "many requests should have succeeded: {tally:#?}"
    );
    let grown = later.saturating_sub(warm);
    assert!(
        grown <= GROWTH_MAX_KIB,
        "memory grew by {grown} KiB after {warm_up} requests: {warm} KiB, {later} KiB"
    );
}

#[test]
fn five_hundred_requests_are_answered_once_and_leave_nothing_behind() {
    soak(500, 250);
}

#[test]
#[ignore = "takes a minute"]
fn five_thousand_requests_are_answered_once_and_leave_nothing_behind() {
    soak(5_000, 1_000);
}
