//! Steps of the demo that read reports, and the checks of what they say.

use serde_json::{Value, json};

use super::{
    super::step::DemoStep,
    call::{
        CAMPAIGN, CREATIVE, DAILY_REPORT, Made, SMART_AD, SMART_CAMPAIGN, UPLOADED_AD, dated_step, made, step,
    },
};
use crate::model::Decimal;

/// Days of delivery before the budget of the manual ad group is raised.
pub(super) const DAYS_BEFORE_RAISE: u32 = 15;

/// Further days until the reports.
const DAYS_AFTER_RAISE: u32 = 19;

/// Whole days that the reports have, up to the last whose numbers do not change any more.
const REPORTED_DAYS: u32 = 30;

/// Days until TikTok's numbers of a day do not change any more.
const SETTLING_DAYS: u32 = 4;

/// Whole days with the budgets before the raise at least; midnight may pass while the demo runs.
const REPORTED_BEFORE_RAISE: usize = 14;

const METRICS: [&str; 4] = ["spend", "video_views", "click_through_rate", "cost_per_action"];

/// Steps with the reports. The campaigns may together spend `before` a day, and `after` once the budget was raised.
pub(super) fn steps(before: u32, after: u32) -> [DemoStep; 5] {
    [
        daily(before, after),
        uploaded_ad(),
        daily_of_uploaded_ad(),
        top_ads(),
        comparison(),
    ]
}

fn daily(before: u32, after: u32) -> DemoStep {
    dated_step(
        "How did the ad account do, day by day? The days are old enough that TikTok's numbers are final",
        "get_analytics",
        |_made, progress| {
            json!({
                "level": "account", "granularity": "day", "metrics": METRICS,
                "start_date": progress.day_before(SETTLING_DAYS + REPORTED_DAYS - 1),
                "end_date": progress.day_before(SETTLING_DAYS),
            })
        },
    )
    .days_later(DAYS_AFTER_RAISE)
    .begins("Analytics of the month")
    .expects("/result/data/summary/row_count", REPORTED_DAYS)
    // The host's clock has moved too: otherwise it would warn that the last days can still change.
    .expects("/result/data/summary/warnings", json!([]))
    .requires("totals that are the sums of the rows", |result, _earlier| adds_up(result))
    .requires("no more spend on a day than the daily budgets", move |result, _earlier| {
        let limits = (0..).map(|day| if day < REPORTED_BEFORE_RAISE { before } else { after });
        let mut days = rows(result).iter().zip(limits);
        days.all(|(row, limit)| number(row, "/metrics/spend").is_some_and(|spend| spend <= limit.into()))
    })
    .requires("more spend on the last day than on the first", |result, _earlier| {
        let spend = |row: Option<&Value>| row.and_then(|row| number(row, "/metrics/spend"));
        spend(rows(result).first()) < spend(rows(result).last())
    })
    .shows(&["summary/time_zone", "summary/totals"])
    .draws()
}

fn uploaded_ad() -> DemoStep {
    step(
        "Which ad shows the uploaded video? Reports have the creatives of Smart+ ads",
        "get_ads",
        |made| json!({ "ad_ids": [made(SMART_AD, "ad_id")] }),
    )
    .requires("an ad with the uploaded video", |result, earlier| {
        let shown = result.pointer("/result/data/ads/0/video_id");
        shown == Some(&made(earlier, CREATIVE, "video_id"))
    })
    .shows(&["ads/0/ad_id", "ads/0/ad_name", "ads/0/video_id"])
}

fn daily_of_uploaded_ad() -> DemoStep {
    step("How did it do, day by day?", "get_analytics", |made| {
        let ad_ids = [made(UPLOADED_AD, "ads/0/ad_id")];
        json!({
            "level": "ad", "ad_ids": ad_ids, "granularity": "day", "metrics": METRICS,
            "start_date": first_day(made), "end_date": last_day(made),
        })
    })
    .expects("/result/data/summary/row_count", REPORTED_DAYS)
    .requires("rows of the Smart+ campaign", |result, earlier| {
        let campaign = made(earlier, SMART_CAMPAIGN, "campaign_id");
        rows(result)
            .iter()
            .all(|row| row.pointer("/campaign_id") == Some(&campaign))
    })
    .requires("totals that are the sums of the rows", |result, _earlier| {
        adds_up(result)
    })
    .shows(&["summary/totals"])
    .draws()
}

fn top_ads() -> DemoStep {
    step("Which ads spent the most?", "get_analytics", |made| {
        json!({
            "level": "ad", "top_by": "spend", "metrics": METRICS,
            "start_date": first_day(made), "end_date": last_day(made),
        })
    })
    .requires("the ad with the uploaded video first", |result, earlier| {
        let ad = made(earlier, UPLOADED_AD, "ads/0/ad_id");
        rows(result).first().and_then(|row| row.pointer("/ad_id")) == Some(&ad)
    })
    .requires("the totals of the ad account", |result, earlier| {
        result.pointer("/result/data/summary/totals") == Some(&made(earlier, DAILY_REPORT, "summary/totals"))
    })
    .requires("totals that are the sums of the rows", |result, _earlier| {
        adds_up(result)
    })
    .draws()
}

fn comparison() -> DemoStep {
    dated_step(
        "What has the larger budget of the manual ad group changed? The second half of the month against the first",
        "get_analytics",
        |made, progress| {
            let first = progress.day_before(SETTLING_DAYS + REPORTED_DAYS / 2 - 1);
            json!({
                "campaign_ids": [made(CAMPAIGN, "campaign_id")], "metrics": METRICS,
                "start_date": first, "end_date": last_day(made), "compare_to": "previous_period",
            })
        },
    )
    .requires("more spend than in the period before", |result, _earlier| {
        let change = result.pointer("/result/data/summary/comparison/percent_changes/spend");
        change.and_then(decimal) > Some(Decimal::from(0))
    })
    .shows(&[
        "summary/comparison/start_date",
        "summary/comparison/end_date",
        "summary/comparison/differences",
        "summary/comparison/percent_changes",
    ])
}

fn first_day(made: Made<'_>) -> Value {
    made(DAILY_REPORT, "summary/start_date")
}

fn last_day(made: Made<'_>) -> Value {
    made(DAILY_REPORT, "summary/end_date")
}

fn rows(result: &Value) -> &[Value] {
    let rows = result.pointer("/result/data/rows").and_then(Value::as_array);
    rows.map_or(&[], Vec::as_slice)
}

fn number(value: &Value, pointer: &str) -> Option<Decimal> {
    value.pointer(pointer).and_then(decimal)
}

fn decimal(value: &Value) -> Option<Decimal> {
    value
        .as_number()
        .and_then(|number| Decimal::parse(&number.to_string()))
}

/// Checks whether the totals of what can be added up are the sums of the rows.
fn adds_up(result: &Value) -> bool {
    ["spend", "video_views"].iter().all(|metric| {
        let mut values = rows(result)
            .iter()
            .map(|row| number(row, &format!("/metrics/{metric}")));
        let sum = values.try_fold(Decimal::from(0), |sum, value| Some(sum.plus(value?)));
        let total = number(result, &format!("/result/data/summary/totals/{metric}"));
        total.is_some_and(|total| total > Decimal::from(0)) && sum == total
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Report of the month with this spend on a day, and this total.
    fn report(spend: impl Fn(u32) -> f64, total: f64) -> Value {
        let rows: Vec<Value> = (0..REPORTED_DAYS)
            .map(|day| json!({ "metrics": { "spend": spend(day), "video_views": 10 } }))
            .collect();
        let totals = json!({ "spend": total, "video_views": 10 * REPORTED_DAYS });
        let summary = json!({ "row_count": REPORTED_DAYS, "warnings": [], "totals": totals });
        json!({ "result": { "data": { "summary": summary, "rows": rows } } })
    }

    #[test]
    fn the_daily_report_fails_with_a_wrong_total_with_a_day_above_the_budgets_and_with_a_warning() {
        let step = daily(150, 200);
        let raised = |day| if day < 15 { 149.99 } else { 200.0 };
        let total = 15.0 * 349.99;
        let missed = |result: &Value| step.missed(result, &[]).join("; ");
        assert_eq!(missed(&report(raised, total)), "");
        assert_eq!(
            missed(&report(raised, total + 0.01)),
            "expected: totals that are the sums of the rows"
        );
        for above in [(0, 150.01), (29, 200.01)] {
            let spend = |day| if day == above.0 { above.1 } else { raised(day) };
            let total = total - raised(above.0) + above.1;
            assert_eq!(
                missed(&report(spend, (total * 100.0).round() / 100.0)),
                "expected: no more spend on a day than the daily budgets"
            );
        }
        assert_eq!(
            missed(&report(|_day| 150.0, 4_500.0)),
            "expected: more spend on the last day than on the first"
        );
        let mut recent = report(raised, total);
        recent["result"]["data"]["summary"]["warnings"] = json!(["The last days can still change."]);
        assert_eq!(missed(&recent), "expected: /result/data/summary/warnings []");
    }

    #[test]
    fn an_ad_without_the_uploaded_video_fails() {
        let mut earlier = vec![Value::Null; CREATIVE];
        earlier[CREATIVE - 1] = json!({ "result": { "data": { "video_id": "v1" } } });
        let shown = |video: &str| json!({ "result": { "data": { "ads": [{ "video_id": video }] } } });
        let step = uploaded_ad();
        assert!(step.missed(&shown("v1"), &earlier).is_empty());
        assert_eq!(
            step.missed(&shown("v2"), &earlier),
            ["expected: an ad with the uploaded video"]
        );
    }
}
