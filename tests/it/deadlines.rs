//! `request_config.deadline`: no call and no wait begins after it, whatever the cause of the delay.

use std::time::Duration;

use autohive_tiktok::{clock::Clock, simulator::EndpointName};
use serde_json::{Value, json};

use crate::support::{
    ask,
    program::Answer,
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    together,
    video::{base64, clip, clip_of},
    with,
};

/// Runs a request with a deadline of `seconds` and measures the run time of the program.
#[track_caller]
fn within(tiktok: &TikTok, request: Value, seconds: f64) -> (Answer, Duration) {
    let limits = json!({ "deadline": seconds, "timeout": 30, "max_retries": 10 });
    let program = tiktok.run().request(&with(request, "request_config", limits));
    let clock = Clock::system();
    let answer = program.finish().exits(0).only();
    (answer, clock.elapsed())
}

/// Allowance for start-up and for writing the result on a busy machine.
const SLACK: Duration = Duration::from_millis(1_500);

fn video(bytes: &[u8]) -> Value {
    json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(bytes) } })
}

#[test]
fn every_wait_ends_with_the_request() {
    let clip = clip();
    let cases = [
        (
            "creator_info",
            json!({ "status": 503 }),
            ask("a", "get_creator_info", json!({})),
        ),
        (
            "creator_info",
            json!({ "slow_ms": 20_000 }),
            ask("a", "get_creator_info", json!({})),
        ),
        (
            "creator_info",
            json!({ "retry_after": "1" }),
            ask("a", "get_creator_info", json!({})),
        ),
        (
            "video_init",
            json!({ "status": 500 }),
            ask("a", "create_video_post", video(&clip)),
        ),
        (
            "upload",
            json!({ "status": 503 }),
            ask("a", "create_video_post", video(&clip)),
        ),
        (
            "upload",
            json!({ "slow_ms": 20_000 }),
            ask("a", "create_video_post", video(&clip)),
        ),
        (
            "status_fetch",
            json!({ "slow_ms": 20_000 }),
            ask("a", "create_video_post", video(&clip)),
        ),
    ];
    together(cases, |(endpoint, kind, request)| {
        let tiktok = tiktok_faulty(json!({ "endpoint": endpoint, "kind": kind }));
        let (answer, took) = within(&tiktok, request, 2.0);
        assert!(
            took <= Duration::from_secs(2) + SLACK,
            "{endpoint} {kind}: took {took:?}: {}",
            answer.0
        );
    });
}

/// A post that was made before the deadline is reported.
#[test]
fn a_post_at_its_deadline_has_its_publish_id() {
    let mut request = ask("a", "create_video_post", video(&clip_of(15_800_000)));
    request["inputs"]["chunk_size"] = json!(5_242_880);
    let slow = |endpoint: &str, nth: u64| json!({ "endpoint": endpoint, "nth": nth, "times": 99, "kind": { "slow_ms": 20_000 } });
    // Enough time is left for the status call about the last chunk.
    let told = tiktok_faulty(slow("upload", 3));
    let (answer, _) = within(&told, request.clone(), 8.0);
    answer
        .did()
        .has("/data/outcome", "published")
        .has("/data/publish_id", told.posts()[0].publish_id.clone());
    let silent = tiktok_with(json!({ "faults": [slow("upload", 3), slow("status_fetch", 1)] }));
    let (answer, _) = within(&silent, request, 8.0);
    let answer = answer
        .failed("outcome_unknown")
        .has("/outcome", "unconfirmed")
        .has("/retryable", false);
    answer.has("/publish_id", silent.posts()[0].publish_id.clone());
}

#[test]
fn a_wait_for_the_post_ends_with_the_request() {
    let tiktok = tiktok_with(json!({ "processing_ms": 3_600_000 }));
    let mut request = ask("a", "create_video_post", video(&clip()));
    request["inputs"]["wait_seconds"] = json!(800);
    let (answer, took) = within(&tiktok, request, 3.0);
    answer.did().has("/data/outcome", "processing");
    assert!(took <= Duration::from_secs(3) + SLACK, "took {took:?}");
}

/// A post is not sent if there is no time left for its response: its outcome would be unknown.
#[test]
fn a_call_that_posts_is_sent_only_with_time_for_its_response() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "slow_ms": 1_500 } }));
    let inputs = json!({
        "photo_urls": ["https://media.example.com/1.jpg"], "privacy_level": "SELF_ONLY", "preflight": false
    });
    let (answer, _) = within(&tiktok, ask("a", "create_photo_post", inputs), 3.0);
    answer
        .failed("timeout")
        .has("/outcome", "failed")
        .says("Nothing was posted");
    assert_eq!((tiktok.count(EndpointName::CREATOR_INFO), tiktok.inits()), (1, 0));
}

/// TikTok may return `invalid_publish_id` for a new post at first; the program retries within the request's time and no
/// longer.
#[test]
fn a_post_that_is_not_known_yet_is_asked_for_in_time() {
    let unknown = json!({ "http": 400, "code": "invalid_publish_id" });
    let tiktok = tiktok_faulty(json!({ "endpoint": "status_fetch", "kind": { "error": unknown } }));
    let request = ask("a", "create_video_post", video(&clip()));
    let (answer, took) = within(&tiktok, request.clone(), 1.0);
    answer.did().has("/data/outcome", "processing");
    assert!(took < Duration::from_secs(2), "took {took:?}");
    let mut patient = request;
    patient["inputs"]["wait_seconds"] = json!(7);
    let (answer, took) = within(&tiktok, patient, 60.0);
    answer.did().has("/data/outcome", "processing");
    assert!(
        took >= Duration::from_secs(7),
        "it is asked for as long as was asked for: {took:?}"
    );
}

/// The program waits for a rate limit if the request's time allows it, and reports it at once otherwise.
#[test]
fn a_rate_limit_is_waited_for_within_the_deadline() {
    let fault = json!({ "endpoint": "creator_info", "nth": 1, "kind": { "retry_after": "2" } });
    let request = ask("a", "get_creator_info", json!({}));
    let patient = tiktok_faulty(fault.clone());
    within(&patient, request.clone(), 8.0).0.did();
    assert_eq!(patient.count(EndpointName::CREATOR_INFO), 2);
    let hasty = tiktok_faulty(fault);
    let (answer, took) = within(&hasty, request, 1.5);
    answer.failed("rate_limit_exceeded").has("/retry_after", 2);
    assert!(
        took < SLACK,
        "a wait that cannot end in time is not begun: {took:?}"
    );
    assert_eq!(hasty.count(EndpointName::CREATOR_INFO), 1);
}

/// `Retry-After` may be a date (RFC 9110 §10.2.3).
#[test]
fn a_retry_after_that_is_a_date_is_understood() {
    let past = json!({ "endpoint": "creator_info", "nth": 1, "kind": { "retry_after": "Sun, 06 Nov 1994 08:49:37 GMT" } });
    let tiktok = tiktok_faulty(past);
    within(&tiktok, ask("a", "get_creator_info", json!({})), 5.0)
        .0
        .did();
    assert_eq!(
        tiktok.count(EndpointName::CREATOR_INFO),
        2,
        "a date that has passed is no wait"
    );
    let far =
        json!({ "endpoint": "creator_info", "kind": { "retry_after": "Tue, 31 Dec 2199 23:59:59 GMT" } });
    let (answer, _) = within(&tiktok_faulty(far), ask("a", "get_creator_info", json!({})), 5.0);
    let wait = answer.failed("rate_limit_exceeded").at("/retry_after").as_u64();
    assert!(wait.is_some_and(|seconds| seconds > 1_000_000_000), "{wait:?}");
}

#[test]
fn without_faults_a_deadline_changes_nothing() {
    within(&tiktok(), ask("a", "create_video_post", video(&clip())), 60.0)
        .0
        .did()
        .has("/data/outcome", "published");
}
