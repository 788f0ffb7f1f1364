//! No report breaks a limit of TikTok's or of the program's: days of a window, rows of a page, calls of a second and a
//! minute.

use autohive_tiktok::model::UtcTime;
use serde_json::{Value, json};

use super::bench::{AnalyticsBench, rows};

/// Asserts that all calls for reports stay within all limits.
#[track_caller]
pub(super) fn holds_limits(bench: &AnalyticsBench) {
    let mut calls = bench.tiktok.journal().entries;
    calls.retain(|call| call.path.starts_with("/open_api/"));
    for call in &calls {
        assert_eq!(call.code.as_deref(), Some("0"), "{} is refused", call.path);
    }
    for (length, most) in [(1_000, 10), (60_000, 100), (86_400_000, 1_000)] {
        for call in &calls {
            let within = |other: u64| (call.at_ms..call.at_ms + length).contains(&other);
            let count = calls.iter().filter(|other| within(other.at_ms)).count();
            assert!(count <= most, "{count} calls in {length} ms");
        }
    }
    for call in bench.reports() {
        let dimensions: Value = serde_json::from_str(&call.query["dimensions"]).unwrap();
        let most = match dimensions[1].as_str() {
            Some("stat_time_hour") => 1,
            Some("stat_time_day") => 30,
            _ => 365,
        };
        let days = days(&call.query["start_date"], &call.query["end_date"]);
        assert!((1..=most).contains(&days), "{:?}", call.query);
        let size: u32 = call.query["page_size"].parse().unwrap();
        assert!((1..=1_000).contains(&size));
    }
}

/// Days of a range, both ends counted.
fn days(first: &str, last: &str) -> u64 {
    let day = |text: &str| {
        let time = UtcTime::parse(&format!("{text} 00:00:00")).unwrap();
        time.since_epoch().as_secs() / 86_400
    };
    day(last) - day(first) + 1
}

#[test]
fn windows_and_calls_stay_within_the_limits() {
    let bench = AnalyticsBench::new();
    let inputs = json!({
        "level": "ad", "granularity": "day", "start_date": "2025-10-01", "end_date": "2026-10-31", "max_rows": 10_000,
        "compare_to": "previous_period",
    });
    assert_eq!(rows(&bench.report(inputs)).len(), 12 * 396);
    let hours = json!({
        "level": "campaign", "granularity": "hour", "start_date": "2026-08-01", "end_date": "2026-10-31",
    });
    let data = bench.report(hours);
    assert_eq!(data["summary"]["row_count"], 92 * 24 * 3);
    // A second report in the same minute waits for the limit of the minute.
    bench.report(json!({ "granularity": "hour", "start_date": "2026-10-10", "end_date": "2026-10-31" }));
    holds_limits(&bench);
}

/// Without `deadline`, waits for the minute's limit are still part of the request's time.
#[test]
fn a_deadline_before_the_limit_has_room_is_an_error() {
    let bench = AnalyticsBench::new();
    let hours = json!({ "granularity": "hour", "start_date": "2026-08-01", "end_date": "2026-10-31" });
    bench.report(hours.clone());
    let answer = bench.answer("get_analytics", &hours, 20);
    assert_eq!(answer["type"], "action_error", "{answer}");
    assert!(
        answer["result"]["message"]
            .as_str()
            .unwrap()
            .contains("parts of the report"),
        "{answer}"
    );
    assert!(answer["result"]["retry_after"].is_number(), "{answer}");
}
