//! Totals, levels and comparisons agree with each other and with the rows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::bench::{AnalyticsBench, cents, rows, sum};

const ADDED: [&str; 7] = [
    "spend",
    "impressions",
    "clicks",
    "profile_visits",
    "video_views",
    "engagements",
    "likes",
];

/// Sums of a metric by a member of the rows, in hundredths.
fn by(rows: &[Value], member: &str, metric: &str) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let id = row[member].as_str().unwrap().to_owned();
        *sums.entry(id).or_default() += cents(&row["metrics"][metric]);
    }
    sums
}

#[test]
fn levels_and_granularities_agree_to_the_cent() {
    let bench = AnalyticsBench::new();
    let report = |level: &str, granularity: &str| {
        bench.report(json!({ "level": level, "granularity": granularity, "metrics": ADDED }))
    };
    let ads = report("ad", "day");
    let (groups, campaigns) = (report("ad_group", "day"), report("campaign", "total"));
    let account = report("account", "day");
    let counts = [&ads, &groups, &campaigns, &account].map(|data| rows(data).len());
    assert_eq!(counts, [12 * 31, 6 * 31, 3, 31]);
    for metric in ADDED {
        let whole = cents(&ads["summary"]["totals"][metric]);
        assert!(whole > 0, "{metric}");
        for data in [&ads, &groups, &campaigns, &account] {
            assert_eq!(cents(&data["summary"]["totals"][metric]), whole, "{metric}");
            assert_eq!(sum(rows(data), metric), whole, "{metric}");
        }
        assert_eq!(
            by(rows(&ads), "adgroup_id", metric),
            by(rows(&groups), "adgroup_id", metric)
        );
        let of_campaigns = by(rows(&campaigns), "campaign_id", metric);
        assert_eq!(by(rows(&ads), "campaign_id", metric), of_campaigns);
        assert_eq!(by(rows(&groups), "campaign_id", metric), of_campaigns);
        assert_eq!(by(rows(&ads), "date", metric), by(rows(&account), "date", metric));
    }
    assert_eq!(ads["summary"]["currency"], "USD");
    assert!(ads["summary"]["time_zone"].is_string(), "{}", ads["summary"]);
    assert_eq!(ads["summary"].get("times_without_rows"), None);
    let row = &rows(&ads)[0];
    for member in ["campaign_name", "adgroup_name", "ad_name", "ad_id"] {
        assert!(row[member].is_string(), "{row}");
    }
}

/// A range above 365 days is two reports, whose rows are one for each object.
#[test]
fn rows_of_a_range_above_365_days_are_joined() {
    let bench = AnalyticsBench::new();
    let range = json!({ "start_date": "2025-10-01", "end_date": "2026-10-31" });
    let report = |more: Value| bench.report(crate::support::merged(range.clone(), more));
    let metrics = json!(["spend", "clicks", "ctr", "reach", "objective_type"]);
    let whole = report(json!({ "level": "ad", "metrics": metrics }));
    let days = report(json!({ "level": "ad", "granularity": "day", "metrics": metrics, "max_rows": 10_000 }));
    assert_eq!((rows(&whole).len(), rows(&days).len()), (12, 12 * 396));
    assert_eq!(
        by(rows(&whole), "ad_id", "spend"),
        by(rows(&days), "ad_id", "spend")
    );
    assert_eq!(whole["summary"]["totals"], days["summary"]["totals"]);
    let metrics = &rows(&whole)[0]["metrics"];
    assert!(
        metrics["ctr"].is_number() && metrics["objective_type"].is_string(),
        "{metrics}"
    );
    assert_eq!(metrics["reach"], Value::Null);
    let reasons = whole["summary"]["null_totals"].to_string();
    assert!(reasons.contains("365"), "{reasons}");
}

#[test]
fn hours_add_up_to_days() {
    let bench = AnalyticsBench::new();
    let range = json!({ "start_date": "2026-10-05", "end_date": "2026-10-07", "level": "campaign", "max_rows": 5_000 });
    let report = |granularity: &str| {
        let inputs = crate::support::merged(range.clone(), json!({ "granularity": granularity }));
        bench.report(inputs)
    };
    let (hours, days) = (report("hour"), report("day"));
    assert_eq!(
        by(rows(&hours), "date", "spend"),
        by(rows(&days), "date", "spend")
    );
    assert_eq!(hours["summary"]["totals"], days["summary"]["totals"]);
    assert!(rows(&hours).iter().any(|row| row["hour"] == 23));
    assert_eq!(hours["summary"].get("times_without_rows"), None);
}

#[test]
fn rates_of_totals_are_quotients_of_sums() {
    let bench = AnalyticsBench::new();
    let metrics = json!([
        "spend",
        "clicks",
        "impressions",
        "click_through_rate",
        "engagement_rate",
        "cpc",
        "cpm"
    ]);
    let data = bench.report(json!({ "level": "ad", "granularity": "day", "metrics": metrics }));
    let totals = &data["summary"]["totals"];
    let number = |name: &str| totals[name].as_f64().unwrap();
    for (rate, over, under, factor) in [
        ("click_through_rate", "clicks", "impressions", 100.0),
        ("cpc", "spend", "clicks", 1.0),
        ("cpm", "spend", "impressions", 1_000.0),
    ] {
        let expected = number(over) * factor / number(under);
        assert!((number(rate) - expected).abs() < 0.000_06, "{rate}: {totals}");
    }
    let account = bench.report(json!({ "level": "account", "metrics": metrics }));
    let row = &rows(&account)[0]["metrics"];
    for rate in ["click_through_rate", "engagement_rate", "cpc", "cpm"] {
        assert!(
            (number(rate) - row[rate].as_f64().unwrap()).abs() < 0.006,
            "{rate}: {row}"
        );
    }
}

/// People are counted once for the whole, or not at all.
#[test]
fn unique_users_come_from_a_report_of_the_whole() {
    let bench = AnalyticsBench::new();
    let metrics = json!(["spend", "reach", "frequency", "purchase"]);
    let ads = bench.report(json!({ "level": "ad", "granularity": "day", "metrics": metrics }));
    let account = bench.report(json!({ "level": "account", "metrics": metrics }));
    let (totals, row) = (&ads["summary"]["totals"], &rows(&account)[0]["metrics"]);
    assert_eq!(
        (&totals["reach"], &totals["frequency"]),
        (&row["reach"], &row["frequency"])
    );
    assert!(sum(rows(&ads), "reach") > cents(&totals["reach"]));
    assert!(super::bench::warns(&ads, "include_deleted"));
    let campaigns = bench.report(json!({ "metrics": metrics }));
    let ids: Vec<&str> = rows(&campaigns)
        .iter()
        .map(|row| row["campaign_id"].as_str().unwrap())
        .collect();
    let one = bench.report(json!({ "level": "ad", "campaign_ids": [ids[0]], "metrics": metrics }));
    let of_it = rows(&campaigns)
        .iter()
        .find(|row| row["campaign_id"] == ids[0])
        .unwrap();
    assert_eq!(one["summary"]["totals"]["reach"], of_it["metrics"]["reach"]);
    let two = bench.report(json!({ "level": "ad", "campaign_ids": [ids[0], ids[1]], "metrics": metrics }));
    assert_eq!(two["summary"]["totals"]["reach"], Value::Null);
    assert_eq!(rows(&two).len(), 8);
    assert!(
        two["summary"]["null_totals"].to_string().contains("filters"),
        "{}",
        two["summary"]
    );
}

/// Averages come from it too, and one row is the whole.
#[test]
fn totals_from_a_report_of_the_whole_are_named() {
    let bench = AnalyticsBench::new();
    let metrics = json!(["spend", "average_video_play"]);
    let days = json!({ "level": "ad", "granularity": "day", "metrics": metrics });
    let named = "for average_video_play: these totals come from a report of the whole";
    let ads = bench.report(days.clone());
    assert!(ads["summary"]["totals"]["average_video_play"].is_number());
    assert!(super::bench::warns(&ads, named), "{}", ads["summary"]);
    let all = bench.report(crate::support::merged(days, json!({ "include_deleted": true })));
    assert!(!super::bench::warns(&all, named), "{}", all["summary"]);
    let id = rows(&ads)[0]["campaign_id"].clone();
    let before = bench.reports().len();
    let one = bench.report(json!({ "campaign_ids": [id], "metrics": metrics }));
    assert_eq!((rows(&one).len(), bench.reports().len() - before), (1, 1));
    assert!(one["summary"]["totals"]["average_video_play"].is_number());
    assert!(
        !super::bench::warns(&one, "report of the whole"),
        "{}",
        one["summary"]
    );
}

#[test]
fn a_comparison_is_with_the_period_before() {
    let bench = AnalyticsBench::new();
    let data = bench.report(json!({
        "start_date": "2026-10-11", "end_date": "2026-10-20", "compare_to": "previous_period",
    }));
    let before = bench.report(json!({ "start_date": "2026-10-01", "end_date": "2026-10-10" }));
    let comparison = &data["summary"]["comparison"];
    assert_eq!(comparison["start_date"], "2026-10-01");
    assert_eq!(comparison["end_date"], "2026-10-10");
    assert_eq!(comparison["totals"], before["summary"]["totals"]);
    let difference =
        cents(&data["summary"]["totals"]["spend"]) - cents(&before["summary"]["totals"]["spend"]);
    assert_eq!(cents(&comparison["differences"]["spend"]), difference);
    assert!(comparison["percent_changes"]["spend"].is_number(), "{comparison}");
}

#[test]
fn the_largest_rows_are_those_of_all() {
    let bench = AnalyticsBench::new();
    let report = |more: Value| {
        let inputs = json!({ "level": "ad", "granularity": "day", "metrics": ["spend"] });
        bench.report(crate::support::merged(inputs, more))
    };
    let all = report(json!({}));
    let top = report(json!({ "top_by": "spend", "max_rows": 5 }));
    let amounts = |data: &Value| {
        rows(data)
            .iter()
            .map(|row| cents(&row["metrics"]["spend"]))
            .collect::<Vec<_>>()
    };
    let mut expected = amounts(&all);
    expected.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(amounts(&top), expected[..5]);
    let last = report(json!({ "top_by": "spend", "top_order": "smallest", "max_rows": 5 }));
    let smallest: Vec<i64> = expected.iter().rev().take(5).copied().collect();
    assert_eq!(amounts(&last), smallest);
    let summary = &top["summary"];
    assert_eq!(summary["totals"], all["summary"]["totals"]);
    assert_eq!(
        (&summary["row_count"], &summary["returned_rows"]),
        (&json!(372), &json!(5))
    );
    assert_eq!(summary["is_truncated"], true);
    let few = report(json!({ "max_rows": 0 }));
    assert_eq!(
        (rows(&few).len(), &few["summary"]["totals"]),
        (0, &all["summary"]["totals"])
    );
    let ranked = report(json!({ "top_by": "click_through_rate" }));
    assert!(rows(&ranked)[0]["metrics"]["click_through_rate"].is_number());
    assert_eq!(rows(&ranked).len(), 10);
}

/// The done-criterion: 150 ads over 400 days are 60,000 rows.
#[test]
#[ignore = "takes minutes"]
fn sixty_thousand_rows_agree_with_campaigns_and_the_account_to_the_cent() {
    let bench = AnalyticsBench::with_past(5, 6, 5);
    let range =
        json!({ "start_date": "2025-09-29", "end_date": "2026-11-02", "metrics": ["spend", "impressions"] });
    let report = |more: Value| bench.report(crate::support::merged(range.clone(), more));
    let ads = report(json!({ "level": "ad", "granularity": "day", "max_rows": 100_000 }));
    assert!(rows(&ads).len() >= 59_900, "{}", rows(&ads).len());
    let campaigns = report(json!({ "level": "campaign", "granularity": "day", "max_rows": 100_000 }));
    let account = report(json!({ "level": "account" }));
    for metric in ["spend", "impressions"] {
        assert_eq!(
            by(rows(&ads), "campaign_id", metric),
            by(rows(&campaigns), "campaign_id", metric)
        );
        assert_eq!(sum(rows(&ads), metric), sum(rows(&account), metric));
        assert_eq!(
            by(rows(&ads), "date", metric),
            by(rows(&campaigns), "date", metric)
        );
    }
    super::limits::holds_limits(&bench);
}
