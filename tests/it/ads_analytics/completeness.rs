//! A report says what is missing in it, and is never incomplete without a word.

use serde_json::{Value, json};

use super::bench::{AnalyticsBench, cents, rows, warns};

#[test]
fn days_without_rows_are_listed() {
    let bench = AnalyticsBench::new();
    let data = bench.report(json!({
        "level": "campaign", "granularity": "day", "start_date": "2025-09-20", "end_date": "2025-10-05",
    }));
    let empty = &data["summary"]["times_without_rows"];
    let count = empty["count"].as_u64().unwrap();
    assert!((5..12).contains(&count), "{empty}");
    assert_eq!(empty["first"][0], "2025-09-20");
    assert!(empty["meaning"].as_str().unwrap().contains("missing"), "{empty}");
    let none =
        bench.report(json!({ "start_date": "2020-01-01", "end_date": "2020-01-02", "granularity": "day" }));
    assert_eq!((rows(&none).len(), &none["summary"]["row_count"]), (0, &json!(0)));
    assert_eq!(none["summary"]["totals"]["spend"], 0);
}

/// The account's time is UTC, and it is 12:00 on 2026-11-02.
#[test]
fn the_future_is_not_missing() {
    let bench = AnalyticsBench::new();
    let report = |granularity: &str, end: &str| {
        bench.report(json!({
            "level": "account", "granularity": granularity, "start_date": "2026-11-01", "end_date": end,
        }))
    };
    for (granularity, end) in [("day", "2026-11-10"), ("hour", "2026-11-03")] {
        let data = report(granularity, end);
        let empty = &data["summary"]["times_without_rows"];
        let last = empty["first"].as_array().and_then(|times| times.last());
        assert!(
            last.is_none_or(|last| last.as_str() <= Some("2026-11-02 12:00")),
            "{empty}"
        );
        assert!(empty["count"].as_u64().unwrap_or(0) <= 1, "{empty}");
    }
}

#[test]
fn a_comparison_with_a_day_that_is_not_over_is_a_warning() {
    let bench = AnalyticsBench::new();
    for (end, more, is_partial, lacks_deleted) in [
        ("2026-11-01", json!({}), false, true),
        ("2026-11-02", json!({ "include_deleted": true }), true, false),
        ("2026-11-02", json!({ "level": "account" }), true, false),
    ] {
        let range = json!({ "start_date": "2026-10-30", "end_date": end });
        let inputs = crate::support::merged(range, more);
        let alone = bench.report(inputs.clone());
        let compared = bench.report(crate::support::merged(
            inputs,
            json!({ "compare_to": "previous_period" }),
        ));
        let found = |part: &str| (warns(&alone, part), warns(&compared, part));
        assert_eq!(found("not over"), (false, is_partial), "{end}");
        assert_eq!(found("deleted now"), (false, lacks_deleted), "{end}");
    }
}

/// TikTok answers with fewer rows and code 0 under load.
#[test]
fn missing_hours_are_listed() {
    let bench = AnalyticsBench::new();
    bench.switch(&json!({ "report_gaps": true }));
    let data = bench.report(json!({
        "level": "account", "granularity": "hour", "start_date": "2026-10-05", "end_date": "2026-10-05",
    }));
    assert_eq!(
        data["summary"]["times_without_rows"]["count"], 8,
        "{}",
        data["summary"]
    );
}

#[test]
fn a_cut_report_and_missing_users_are_warnings() {
    let bench = AnalyticsBench::new();
    bench.switch(&json!({ "report_objects": 5, "report_without_reach": true }));
    let data = bench.report(json!({ "level": "ad", "metrics": ["spend", "reach"] }));
    assert!(
        warns(&data, "20,000") && warns(&data, "unique users, such as reach"),
        "{}",
        data["summary"]
    );
    assert_eq!(data["summary"]["is_complete"], false);
    assert_eq!(data["summary"]["missing_metrics"][0]["metric"], "reach");
    assert_eq!(data["summary"]["totals"]["reach"], Value::Null);
}

#[test]
fn a_metric_that_tiktok_refuses_is_left_out_and_named() {
    let bench = AnalyticsBench::new();
    let data = bench.report(json!({ "metrics": ["spend", "no_such_metric", "ad_name"] }));
    let missing = data["summary"]["missing_metrics"].as_array().unwrap();
    let names: Vec<_> = missing
        .iter()
        .map(|note| note["metric"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["no_such_metric", "ad_name"]);
    assert!(cents(&data["summary"]["totals"]["spend"]) > 0);
    assert_eq!(rows(&data)[0]["metrics"]["no_such_metric"], Value::Null);
    let unranked = bench.fails(json!({ "top_by": "no_such_metric" }), "inputs_conflict");
    assert!(
        unranked["message"].as_str().unwrap().contains("no_such_metric"),
        "{unranked}"
    );
    let other = bench.fails(
        json!({ "metrics": ["no_such_metric"], "level": "account" }),
        "40002",
    );
    assert!(
        other["message"].as_str().unwrap().contains("no_such_metric"),
        "{other}"
    );
}

#[test]
fn one_source_of_events_is_a_warning() {
    let bench = AnalyticsBench::new();
    let data = bench.report(json!({ "metrics": ["spend", "app_install", "complete_payment"] }));
    assert!(
        warns(&data, "app_install counts events in apps only"),
        "{}",
        data["summary"]
    );
    assert!(warns(&data, "complete_payment counts events on websites only"));
    assert!(!warns(&bench.report(json!({})), "counts events"));
}

const MIXED: &str = "different optimization goals";

#[test]
fn mixed_goals_are_a_warning() {
    let goals = ["CLICK", "TRAFFIC_LANDING_PAGE_VIEW"];
    let bench =
        AnalyticsBench::with_history(&json!({ "campaigns": 2, "adgroups": 2, "ads": 1, "goals": goals }));
    let report = |inputs: Value| bench.report(inputs);
    assert!(!warns(&report(json!({ "metrics": ["spend"] })), MIXED));
    assert_eq!(goal_calls(&bench), 0);
    for level in ["account", "campaign", "ad_group", "ad"] {
        let mixed = report(json!({ "level": level }));
        assert!(warns(&mixed, MIXED), "{level}: {}", mixed["summary"]);
        assert!(warns(&mixed, "CLICK, TRAFFIC_LANDING_PAGE_VIEW"), "{level}");
    }
    let groups = report(json!({ "level": "ad_group" }));
    let ids: Vec<&str> = rows(&groups)
        .iter()
        .map(|row| row["adgroup_id"].as_str().unwrap())
        .collect();
    let one = report(json!({ "level": "ad", "adgroup_ids": [ids[0], ids[2]] }));
    assert_eq!(rows(&one).len(), 2);
    assert!(!warns(&one, MIXED), "{}", one["summary"]);
    let two = report(json!({ "level": "ad", "adgroup_ids": [ids[0], ids[1]] }));
    assert!(warns(&two, MIXED), "{}", two["summary"]);
}

/// Goals are read for 100 ad groups at a time; the other goal is that of the last one.
#[test]
fn the_goal_of_one_ad_group_after_the_first_hundred_is_a_warning() {
    let mut goals = vec!["CLICK"; 119];
    for is_mixed in [false, true] {
        goals.truncate(119);
        goals.push(if is_mixed {
            "TRAFFIC_LANDING_PAGE_VIEW"
        } else {
            "CLICK"
        });
        let past = json!({ "campaigns": 2, "adgroups": 60, "ads": 1, "goals": goals });
        let bench = AnalyticsBench::with_history(&past);
        let data = bench.report(json!({ "level": "ad_group", "metrics": ["spend", "conversion"] }));
        assert_eq!((rows(&data).len(), goal_calls(&bench)), (120, 2));
        assert_eq!(warns(&data, MIXED), is_mixed, "{}", data["summary"]);
    }
}

#[test]
fn goals_of_more_ad_groups_than_are_read_are_a_warning() {
    let unchecked = "only those of 1,000 ad groups are read";
    for (adgroups, level, calls, is_unchecked) in [
        (25, "ad_group", 1, false),
        (60, "ad_group", 3, false),
        (60, "account", 1, false),
        (251, "ad_group", 1, true),
        (251, "account", 1, true),
    ] {
        let bench = AnalyticsBench::with_past(4, adgroups, 1);
        let data = bench.report(json!({ "level": level, "metrics": ["spend", "conversion"] }));
        let what = format!(
            "{level}, 4 campaigns of {adgroups}: {}",
            data["summary"]["warnings"]
        );
        assert_eq!(warns(&data, unchecked), is_unchecked, "{what}");
        assert!(!warns(&data, MIXED), "{what}");
        assert_eq!(goal_calls(&bench), calls, "{what}");
    }
}

/// Calls for ad groups.
fn goal_calls(bench: &AnalyticsBench) -> usize {
    let entries = bench.tiktok.journal().entries;
    let calls = entries.iter();
    calls
        .filter(|entry| entry.path.ends_with("/adgroup/get/"))
        .count()
}

#[test]
fn deleted_objects_are_included_on_request() {
    let bench = AnalyticsBench::new();
    let before = bench.report(json!({ "level": "campaign" }));
    let id = rows(&before)[0]["campaign_id"].as_str().unwrap().to_owned();
    let deleted = bench.answer("delete_campaign", &json!({ "campaign_ids": [id] }), 60);
    assert_eq!(deleted["type"], "action", "{deleted}");
    let without = bench.report(json!({ "level": "campaign" }));
    let with = bench.report(json!({ "level": "campaign", "include_deleted": true }));
    assert_eq!((rows(&without).len(), rows(&with).len()), (2, 3));
    assert_eq!(with["summary"]["totals"], before["summary"]["totals"]);
    assert_ne!(without["summary"]["totals"], before["summary"]["totals"]);
}

#[test]
fn inputs_that_do_not_fit_are_refused_before_any_call() {
    let bench = AnalyticsBench::new();
    for (inputs, code, part) in [
        (
            json!({ "start_date": "2026-02-30" }),
            "report_range_invalid",
            "start_date",
        ),
        (
            json!({ "end_date": "2026-09-30" }),
            "report_range_invalid",
            "before start_date",
        ),
        (
            json!({ "granularity": "hour", "start_date": "2026-01-01" }),
            "report_range_invalid",
            "92 days",
        ),
        (
            json!({ "level": "account", "campaign_ids": ["1"] }),
            "inputs_conflict",
            "campaign_ids",
        ),
        (
            json!({ "level": "campaign", "ad_ids": ["1"] }),
            "inputs_conflict",
            "ad_ids",
        ),
        (json!({ "top_by": "campaign_name" }), "inputs_conflict", "top_by"),
        (json!({ "top_order": "smallest" }), "inputs_conflict", "top_order"),
        (
            json!({ "top_by": "spend", "max_rows": 2_000 }),
            "inputs_conflict",
            "max_rows",
        ),
    ] {
        let error = bench.fails(inputs, code);
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
    }
    assert_eq!(bench.tiktok.journal().entries.len(), 0);
}

/// A report that breaks off leaves no rows.
#[test]
fn an_error_in_the_middle_is_an_error_with_the_place() {
    let bench = AnalyticsBench::new();
    bench.tiktok.change(json!({
        "faults": [{ "endpoint": "report_integrated_get", "nth": 3, "times": 20, "kind": { "status": 500 } }],
    }));
    let answer = bench.answer(
        "get_analytics",
        &json!({
            "start_date": "2026-05-01", "end_date": "2026-10-31", "granularity": "day", "level": "campaign",
        }),
        100,
    );
    assert_eq!(answer["type"], "action_error", "{answer}");
    let message = answer["result"]["message"].as_str().unwrap();
    assert!(message.contains("2 of 7 parts"), "{message}");
    assert_eq!(answer["result"].get("rows"), None);
}

/// Rows that were read are not lost with a further report.
#[test]
fn a_comparison_that_cannot_be_read_is_a_warning() {
    let bench = AnalyticsBench::new();
    let inputs = json!({ "metrics": ["spend", "reach"], "compare_to": "previous_period" });
    let fault =
        json!({ "endpoint": "report_integrated_get", "nth": 2, "times": 20, "kind": { "status": 500 } });
    bench.tiktok.change(json!({ "faults": [fault] }));
    let data = bench.report(inputs);
    assert_eq!(rows(&data).len(), 3);
    assert!(cents(&data["summary"]["totals"]["spend"]) > 0);
    assert!(warns(&data, "There is no comparison"), "{}", data["summary"]);
    assert_eq!(data["summary"].get("comparison"), None);
    let reasons = data["summary"]["null_totals"].to_string();
    assert!(reasons.contains("could not be read"), "{reasons}");
}

#[test]
fn ids_without_rows_are_a_warning() {
    let bench = AnalyticsBench::new();
    for inputs in [
        json!({ "campaign_ids": ["7410000000009999"] }),
        json!({ "level": "ad", "adgroup_ids": ["1"], "granularity": "day" }),
    ] {
        let data = bench.report(inputs);
        assert!(warns(&data, "not of this ad account"), "{}", data["summary"]);
        assert_eq!(data["summary"]["is_complete"], true);
    }
    assert!(!warns(&bench.report(json!({})), "not of this ad account"));
}
