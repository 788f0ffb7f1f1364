//! Rate limits of TikTok, enforced by the program: a call that would exceed a limit within a minute is not sent
//! (docs/tiktok-open-api.md#rate-limits).

use std::time::Duration;

use autohive_tiktok::{clock::Clock, simulator::EndpointName};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask, ask_as,
    program::{Answer, Program},
    tiktok::{TikTok, tiktok},
    video::{base64, clip},
    with,
};

fn draft(id: &str) -> Value {
    ask(
        id,
        "upload_video_draft",
        json!({ "file": { "content": base64(&clip()) } }),
    )
}

fn photos(id: &str) -> Value {
    let inputs = json!({
        "photo_urls": ["https://media.example.com/1.jpg"], "privacy_level": "SELF_ONLY", "preflight": false,
    });
    ask(id, "create_photo_post", inputs)
}

#[track_caller]
fn only(program: Program, request: &Value) -> Answer {
    program.request(request).finish().exits(0).only()
}

/// The three kinds of init share a limit of six calls a minute, which is safe whether or not TikTok counts them
/// together.
#[test]
fn the_seventh_init_of_a_minute_is_not_sent() {
    let tiktok = tiktok();
    let mut program = tiktok.run().arg("--ordered");
    for number in 0..4 {
        program = program.request(&photos(&format!("p{number}")));
    }
    for number in 0..3 {
        program = program.request(&draft(&format!("d{number}")));
    }
    let ended = program.finish().exits(0);
    let refused: Vec<Answer> = ended
        .answers()
        .into_iter()
        .filter(|answer| answer.0["type"] != "action")
        .collect();
    let [refused] = <[Answer; 1]>::try_from(refused).expect("one is refused");
    let wait = refused.at("/retry_after").as_u64();
    assert!(
        wait.is_some_and(|wait| (50..=60).contains(&wait)),
        "the wait should be reported: {}",
        refused.0
    );
    refused
        .failed("rate_limit_exceeded")
        .has("/outcome", "failed")
        .has("/retryable", true)
        .has("/http_status", Value::Null);
    assert_eq!(tiktok.inits(), 6, "the seventh is not sent");
}

#[test]
fn accounts_have_separate_limits() {
    let tiktok = tiktok();
    let mut program = tiktok.run();
    for number in 0..20 {
        program = program.request(&ask(&format!("a{number}"), "get_creator_info", json!({})));
    }
    program = program.request(&ask_as("act.sim-private", "other", "get_creator_info", json!({})));
    let ended = program.finish().exits(0);
    assert_eq!(
        ended
            .answers()
            .iter()
            .filter(|answer| answer.0["type"] == "action")
            .count(),
        21
    );
}

/// A configured state also counts calls: processes that share it share the limit per minute.
#[test]
fn processes_that_share_rate_counters_share_the_minute() {
    let (tiktok, home) = (tiktok(), TempDir::new().unwrap());
    let setting = format!("sqlite:{}", home.path().join("state.db").display());
    let run = |tiktok: &TikTok| tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &setting);
    for number in 0..6 {
        only(run(&tiktok), &draft(&format!("d{number}"))).is(if number < 5 {
            "action"
        } else {
            "action_error"
        });
    }
    let quota = only(run(&tiktok), &ask("q", "get_creator_info", json!({}))).did();
    // TikTok refused the sixth draft, since it allows five pending ones; its init counts nevertheless.
    let quota = quota
        .has("/data/quota/inits_left_this_minute", 0)
        .has("/data/quota/drafts_in_24_hours", 5);
    quota.has("/data/quota/posts_in_24_hours", 0);
    let before = tiktok.inits();
    let refused = only(run(&tiktok), &photos("p")).failed("rate_limit_exceeded");
    refused.has("/outcome", "failed").holds("/retry_after");
    assert_eq!(tiktok.inits(), before, "the seventh is not sent");
    // Without a state there are no shared counters, so TikTok itself refuses the call.
    only(tiktok.run(), &photos("p"))
        .failed("rate_limit_exceeded")
        .has("/http_status", 429);
}

#[test]
fn rate_counters_that_cannot_be_used_delay_nothing() {
    let tiktok = tiktok();
    let run = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", "sqlite:/proc/state.db");
    let ended = run.request(&draft("d")).finish().exits(0);
    ended.only().did();
    let told = ended.stderr.matches("the state cannot be used").count();
    assert_eq!(told, 1, "the log should report it once: {}", ended.stderr);
}

/// Each step waits for a lock no longer than the request may take; after the first timeout, the counters are skipped
/// for a while.
#[test]
fn locked_rate_counters_delay_nothing_for_long() {
    let (tiktok, home) = (tiktok(), TempDir::new().unwrap());
    let path = home.path().join("state.db");
    let setting = format!("sqlite:{}", path.display());
    let run = || tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &setting);
    only(run(), &photos("first")).did();
    let mut other = rusqlite::Connection::open(&path).unwrap();
    let lock = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    let clock = Clock::system();
    let ended = run()
        .request(&draft("d"))
        .request(&ask("q", "get_creator_info", json!({})))
        .finish()
        .exits(0);
    drop(lock);
    ended.answer("d").did();
    let quota = ended.answer("q").did();
    assert!(
        quota.at("/data/quota/posts_in_24_hours").is_null(),
        "an unknown quota should be absent: {}",
        quota.0
    );
    // Two seconds per step, and one abandoned retry of opening the file.
    assert!(
        clock.elapsed() < Duration::from_secs(9),
        "it took {:?}",
        clock.elapsed()
    );
    assert!(
        ended.stderr.contains("the state cannot be used"),
        "the log should report it: {}",
        ended.stderr
    );
}

#[test]
fn a_dry_run_has_a_preview_and_the_remaining_quota() {
    let tiktok = tiktok();
    let inputs = json!({
        "file": { "content": base64(&clip()) }, "privacy_level": "PUBLIC_TO_EVERYONE", "brand_content_toggle": true,
        "disable_duet": true, "dry_run": true,
    });
    let answer = only(tiktok.run(), &ask("a", "create_video_post", inputs)).did();
    let answer = answer
        .has("/data/preview/label", "Paid partnership")
        .has("/data/preview/disable_duet", true);
    let answer = answer
        .has("/data/privacy_level", "PUBLIC_TO_EVERYONE")
        .has("/data/quota/inits_left_this_minute", 6);
    assert!(
        answer
            .at("/data/preview/consent")
            .as_str()
            .unwrap()
            .contains("Branded Content Policy"),
        "{}",
        answer.0
    );
    tiktok.nothing_posted();
    assert_eq!(tiktok.count(EndpointName::UPLOAD), 0);
}

/// A request with enough time waits for the next minute. On a real clock, only a short wait can be tested.
#[test]
fn a_wait_that_does_not_fit_into_the_deadline_is_not_begun() {
    let tiktok = tiktok();
    let mut program = tiktok.run().arg("--ordered");
    for number in 0..20 {
        program = program.request(&ask(&format!("a{number}"), "get_creator_info", json!({})));
    }
    let last = with(
        ask("last", "get_creator_info", json!({})),
        "request_config",
        json!({ "deadline": 20 }),
    );
    let ended = program.request(&last).finish().exits(0);
    ended
        .answer("last")
        .failed("rate_limit_exceeded")
        .holds("/retry_after");
    assert_eq!(tiktok.count(EndpointName::CREATOR_INFO), 20);
}
