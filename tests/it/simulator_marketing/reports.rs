//! Synchronous reports: rules of the request, and numbers that fit together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsAnswered, AdsBench, merged};

/// A yen account of the same token.
const YEN: &str = "7310000000000000037";

/// A bench whose first account has 24 ads with a past of 400 days.
async fn bench() -> AdsBench {
    let bench = AdsBench::new().await;
    let history = json!({"advertiser_id": ADVERTISER, "campaigns": 3, "adgroups": 2, "ads": 4});
    bench.apply(json!({"ads": {"history": [history]}}));
    bench
}

fn report(changes: Value) -> Value {
    let report = json!({
        "advertiser_id": ADVERTISER,
        "report_type": "BASIC",
        "data_level": "AUCTION_AD",
        "dimensions": ["ad_id"],
        "metrics": ["spend", "impressions"],
        "start_date": "2026-10-01",
        "end_date": "2026-10-30",
        "page_size": 1_000,
    });
    merged(report, changes)
}

async fn run(bench: &AdsBench, changes: Value) -> AdsAnswered {
    bench.get("/report/integrated/get/", report(changes)).await
}

/// Rows of a report.
async fn rows(bench: &AdsBench, changes: Value) -> Vec<Value> {
    let answered = run(bench, changes).await;
    let data = answered.is(0);
    let pages = data["page_info"]["total_page"].as_u64().unwrap();
    assert!(pages <= 1, "one page");
    data["list"].as_array().unwrap().clone()
}

fn number(value: &Value) -> f64 {
    value.as_str().expect("metrics are strings").parse().unwrap()
}

/// Hundredths of an amount.
fn cents(row: &Value, metric: &str) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "amounts are small")]
    let cents = (number(&row["metrics"][metric]) * 100.0).round() as i64;
    cents
}

fn sum(rows: &[Value], metric: &str) -> i64 {
    rows.iter().map(|row| cents(row, metric)).sum()
}

/// Sums of a metric by a metric or dimension that names an object.
fn by(rows: &[Value], kind: &str, name: &str, metric: &str) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let key = row[kind][name].as_str().unwrap().to_owned();
        *sums.entry(key).or_default() += cents(row, metric);
    }
    sums
}

fn status(level: &str) -> Value {
    json!({"field_name": format!("{level}_status"), "filter_type": "IN", "filter_value": "[\"STATUS_ALL\"]"})
}

const ADDED: [&str; 9] = [
    "spend",
    "impressions",
    "clicks",
    "conversion",
    "video_play_actions",
    "video_views_p100",
    "likes",
    "engagements",
    "result",
];

#[tokio::test]
async fn levels_add_up_to_the_hundredth() {
    let bench = bench().await;
    let metrics = |own: &[&str]| -> Value { ADDED.iter().chain(own).copied().collect::<Vec<_>>().into() };
    let ads = rows(
        &bench,
        json!({"metrics": metrics(&["campaign_id", "adgroup_id"])}),
    )
    .await;
    let adgroups = json!({"data_level": "AUCTION_ADGROUP", "dimensions": ["adgroup_id"], "metrics": metrics(&["campaign_id"])});
    let adgroups = rows(&bench, adgroups).await;
    let campaigns =
        json!({"data_level": "AUCTION_CAMPAIGN", "dimensions": ["campaign_id"], "metrics": metrics(&[])});
    let campaigns = rows(&bench, campaigns).await;
    let account =
        json!({"data_level": "AUCTION_ADVERTISER", "dimensions": ["advertiser_id"], "metrics": metrics(&[])});
    let account = rows(&bench, account).await;
    assert_eq!(
        (ads.len(), adgroups.len(), campaigns.len(), account.len()),
        (24, 6, 3, 1)
    );
    for metric in ADDED {
        let of_adgroups = by(&adgroups, "dimensions", "adgroup_id", metric);
        assert_eq!(by(&ads, "metrics", "adgroup_id", metric), of_adgroups, "{metric}");
        let of_campaigns = by(&campaigns, "dimensions", "campaign_id", metric);
        assert_eq!(
            by(&ads, "metrics", "campaign_id", metric),
            of_campaigns,
            "{metric}"
        );
        assert_eq!(
            by(&adgroups, "metrics", "campaign_id", metric),
            of_campaigns,
            "{metric}"
        );
        assert_eq!(sum(&campaigns, metric), sum(&account, metric), "{metric}");
        assert!(sum(&account, metric) > 0, "{metric}");
    }
}

#[tokio::test]
async fn days_add_up_to_the_range_and_hours_to_the_day() {
    let bench = bench().await;
    let metrics = json!(ADDED);
    let whole = rows(&bench, json!({"metrics": metrics})).await;
    let days = rows(
        &bench,
        json!({"metrics": metrics, "dimensions": ["ad_id", "stat_time_day"]}),
    )
    .await;
    assert_eq!(days.len(), 24 * 30);
    for metric in ADDED {
        assert_eq!(
            by(&whole, "dimensions", "ad_id", metric),
            by(&days, "dimensions", "ad_id", metric),
            "{metric}"
        );
    }
    let dates: BTreeSet<_> = days
        .iter()
        .map(|row| row["dimensions"]["stat_time_day"].as_str().unwrap())
        .collect();
    assert_eq!(dates.first(), Some(&"2026-10-01 00:00:00"));
    assert_eq!(dates.len(), 30);
    let day = json!({"start_date": "2026-10-07", "end_date": "2026-10-07"});
    let hours = json!({"metrics": metrics, "dimensions": ["ad_id", "stat_time_hour"]});
    let hours = rows(&bench, merged(hours, day.clone())).await;
    let day = rows(&bench, merged(json!({"metrics": metrics}), day)).await;
    for metric in ADDED {
        assert_eq!(
            by(&day, "dimensions", "ad_id", metric),
            by(&hours, "dimensions", "ad_id", metric),
            "{metric}"
        );
    }
    let distinct: BTreeSet<_> = days
        .iter()
        .map(|row| row["metrics"]["clicks"].to_string())
        .collect();
    assert!(distinct.len() > 8, "days differ: {distinct:?}");
}

#[tokio::test]
async fn a_report_is_the_same_again_and_agrees_with_what_was_spent() {
    let bench = bench().await;
    let asked = json!({"dimensions": ["ad_id", "stat_time_day"], "metrics": ADDED});
    let first = run(&bench, asked.clone()).await.is(0).clone();
    bench.wait(3_600);
    assert_eq!(run(&bench, asked).await.is(0), &first, "the past does not change");
    let life = json!({"query_lifetime": true, "start_date": null, "end_date": null});
    let rows = rows(&bench, life).await;
    let spent: BTreeMap<String, i64> = by(&rows, "dimensions", "ad_id", "spend");
    let ads = bench.sim.listing("ads").unwrap();
    for ad in ads.as_array().unwrap() {
        let id = ad["ad_id"].as_str().unwrap();
        let stored = ad["spend"].as_f64().unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "amounts are small")]
        let stored = (stored * 100.0).round() as i64;
        assert_eq!(spent[id], stored, "{id}");
    }
}

#[tokio::test]
async fn rates_are_quotients_of_sums_and_ordered_parts_stay_ordered() {
    let bench = bench().await;
    let metrics = json!([
        "spend",
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cpm",
        "conversion",
        "conversion_rate_v2",
        "cost_per_conversion",
        "engagements",
        "engagement_rate",
        "video_play_actions",
        "video_views_p25",
        "video_views_p50",
        "video_views_p75",
        "video_views_p100",
        "average_video_play",
        "reach",
        "frequency"
    ]);
    let asked = json!({"metrics": metrics, "dimensions": ["ad_id", "stat_time_day"]});
    for row in rows(&bench, asked).await {
        let is = |metric: &str| number(&row["metrics"][metric]);
        let close = |metric: &str, expected: f64| {
            assert!(
                (is(metric) - expected).abs() < 0.006,
                "{metric}: {expected} {row}"
            );
        };
        close("ctr", is("clicks") / is("impressions") * 100.0);
        close(
            "cpc",
            if is("clicks") > 0.0 {
                is("spend") / is("clicks")
            } else {
                0.0
            },
        );
        close("cpm", is("spend") / is("impressions") * 1_000.0);
        close("engagement_rate", is("engagements") / is("impressions") * 100.0);
        close("frequency", is("impressions") / is("reach"));
        let parts = [
            "impressions",
            "video_play_actions",
            "video_views_p25",
            "video_views_p50",
            "video_views_p75",
            "video_views_p100",
        ];
        assert!(parts.windows(2).all(|pair| is(pair[0]) >= is(pair[1])), "{row}");
        assert!(
            is("clicks") >= is("conversion") && is("engagements") >= is("clicks"),
            "{row}"
        );
        for metric in ["impressions", "clicks", "reach", "conversion"] {
            assert!(
                !row["metrics"][metric].as_str().unwrap().contains('.'),
                "counts are whole: {row}"
            );
        }
        assert!(
            row["metrics"]["ctr"]
                .as_str()
                .unwrap()
                .split('.')
                .nth(1)
                .unwrap()
                .len()
                == 2
        );
    }
}

#[tokio::test]
async fn reach_is_less_than_the_sum_and_at_least_the_largest_part() {
    let bench = bench().await;
    let reach = |rows: &[Value]| -> Vec<i64> { rows.iter().map(|row| cents(row, "reach") / 100).collect() };
    let asked = |level: &str, dimensions: Value| json!({"metrics": ["reach"], "data_level": level, "dimensions": dimensions});
    let days = reach(
        &rows(
            &bench,
            asked("AUCTION_ADVERTISER", json!(["advertiser_id", "stat_time_day"])),
        )
        .await,
    );
    let ads = reach(&rows(&bench, asked("AUCTION_AD", json!(["ad_id"]))).await);
    let whole = reach(&rows(&bench, asked("AUCTION_ADVERTISER", json!(["advertiser_id"]))).await)[0];
    for parts in [days, ads] {
        let largest = *parts.iter().max().unwrap();
        assert!(
            whole < parts.iter().sum() && whole >= largest,
            "{whole} {parts:?}"
        );
    }
}

#[tokio::test]
async fn attributes_belong_to_the_object_or_those_above() {
    let bench = bench().await;
    let metrics = json!([
        "campaign_name",
        "adgroup_name",
        "ad_name",
        "objective_type",
        "campaign_automation_type",
        "currency",
        "budget",
        "billing_event",
        "secondary_goal_result",
        "ad_id_v2"
    ]);
    let shown = rows(&bench, json!({"metrics": metrics})).await;
    let row = &shown[0];
    let shown = &row["metrics"];
    assert_eq!(shown["ad_name"], "History 3.2.4", "the newest first");
    assert_eq!(
        (&shown["adgroup_name"], &shown["campaign_name"]),
        (&json!("History 3.2"), &json!("History 3"))
    );
    assert_eq!(
        (&shown["objective_type"], &shown["currency"]),
        (&json!("TRAFFIC"), &json!("USD"))
    );
    assert_eq!(
        (&shown["campaign_automation_type"], &shown["budget"]),
        (&json!("MANUAL"), &json!("20.00"))
    );
    assert_eq!(
        (&shown["secondary_goal_result"], &shown["ad_id_v2"]),
        (&json!("-"), &row["dimensions"]["ad_id"])
    );
    let campaigns = |metric: &str| json!({"data_level": "AUCTION_CAMPAIGN", "dimensions": ["campaign_id"], "metrics": ["spend", metric]});
    run(&bench, campaigns("adgroup_name"))
        .await
        .refuses(40_002, "metrics: adgroup_name");
    let without = json!({"data_level": "AUCTION_CAMPAIGN", "dimensions": ["stat_time_day"], "metrics": ["campaign_name"]});
    run(&bench, without)
        .await
        .refuses(40_002, "metrics: campaign_name");
    let unknown = json!({"metrics": ["spend", "video_views", "conversions"]});
    let refused = run(&bench, unknown).await;
    refused.refuses(40_002, "video_views");
    assert!(
        !refused.message().contains("conversions"),
        "only the first is named"
    );
}

#[tokio::test]
async fn ranges_and_dimensions_are_limited() {
    let bench = bench().await;
    let dimensions = |names: &[&str], from: &str, until: &str| json!({"dimensions": names, "start_date": from, "end_date": until});
    let day = ["ad_id", "stat_time_day"];
    let hour = ["ad_id", "stat_time_hour"];
    run(&bench, dimensions(&day, "2026-10-01", "2026-10-30"))
        .await
        .is(0);
    run(&bench, dimensions(&day, "2026-10-01", "2026-10-31"))
        .await
        .refuses(40_002, "30 days");
    run(&bench, dimensions(&hour, "2026-10-01", "2026-10-01"))
        .await
        .is(0);
    run(&bench, dimensions(&hour, "2026-10-01", "2026-10-02"))
        .await
        .refuses(40_002, "1 days");
    run(&bench, dimensions(&["ad_id"], "2025-10-31", "2026-10-30"))
        .await
        .is(0);
    run(&bench, dimensions(&["ad_id"], "2025-10-30", "2026-10-30"))
        .await
        .refuses(40_002, "365 days");
    run(&bench, dimensions(&["ad_id"], "2026-10-02", "2026-10-01"))
        .await
        .refuses(40_002, "end_date");
    run(&bench, dimensions(&["ad_id"], "2026-10-32", "2026-11-01"))
        .await
        .refuses(40_002, "start_date: Not a valid date");
    run(&bench, json!({"start_date": null}))
        .await
        .refuses(40_002, "start_date: Missing");
    run(&bench, json!({"dimensions": ["ad_id", "campaign_id"]}))
        .await
        .refuses(40_002, "At most one ID dimension");
    run(&bench, json!({"dimensions": ["campaign_id"]}))
        .await
        .refuses(40_002, "campaign_id is not supported at this data_level");
    run(
        &bench,
        json!({"dimensions": ["ad_id", "stat_time_day", "stat_time_hour"]}),
    )
    .await
    .refuses(40_002, "together");
    run(&bench, json!({"dimensions": ["ad_id", "gender"]}))
        .await
        .refuses(40_002, "gender is not a valid dimension");
    run(&bench, json!({"dimensions": []})).await.is(40_002);
    run(&bench, json!({"dimensions": null}))
        .await
        .refuses(40_002, "dimensions: Missing");
    run(&bench, json!({"report_type": null}))
        .await
        .refuses(40_002, "report_type: Missing");
    run(&bench, json!({"data_level": null}))
        .await
        .refuses(40_002, "data_level: Missing");
    run(&bench, json!({"advertiser_id": null}))
        .await
        .refuses(40_002, "advertiser_id: Missing");
    let life = json!({"query_lifetime": true, "dimensions": day});
    run(&bench, life).await.refuses(40_002, "query_lifetime");
    run(&bench, json!({"page_size": 1_001}))
        .await
        .refuses(40_002, "page_size");
    run(&bench, json!({"order_field": "ad_name"}))
        .await
        .refuses(40_002, "order_field");
    let totals = json!({"dimensions": ["ad_id", "country_code"], "enable_total_metrics": true});
    run(&bench, totals).await.refuses(40_002, "enable_total_metrics");
}

#[tokio::test]
async fn pages_orders_and_totals() {
    let bench = bench().await;
    let all = rows(
        &bench,
        json!({"order_field": "spend", "enable_total_metrics": true}),
    )
    .await;
    let spends: Vec<i64> = all.iter().map(|row| cents(row, "spend")).collect();
    assert!(spends.is_sorted_by(|one, other| one >= other), "{spends:?}");
    let rising = rows(&bench, json!({"order_field": "spend", "order_type": "ASC"})).await;
    assert_eq!(cents(&rising[0], "spend"), *spends.last().unwrap());
    let metrics = json!(["spend", "impressions", "ctr", "reach", "ad_name"]);
    let asked = json!({"enable_total_metrics": true, "metrics": metrics, "page": 2, "page_size": 10});
    let data = run(&bench, asked).await.is(0).clone();
    assert_eq!(data["list"].as_array().unwrap().len(), 10);
    assert_eq!(
        data["page_info"],
        json!({"page": 2, "page_size": 10, "total_number": 24, "total_page": 3})
    );
    let totals = &data["total_metrics"];
    assert_eq!(
        cents(&json!({ "metrics": totals }), "spend"),
        spends.iter().sum::<i64>()
    );
    assert_eq!(totals["ad_name"], "-");
    assert!(run(&bench, json!({})).await.is(0).get("total_metrics").is_none());
    let chunk = run(&bench, json!({"query_mode": "CHUNK", "page_size": 1}))
        .await
        .is(0)
        .clone();
    assert_eq!(chunk["list"].as_array().unwrap().len(), 24);
    let plain = run(&bench, json!({"page_size": null})).await.is(0).clone();
    assert_eq!(plain["list"].as_array().unwrap().len(), 10, "ten rows by default");
}

#[tokio::test]
async fn deleted_objects_are_there_on_demand() {
    let bench = bench().await;
    let before = rows(&bench, json!({})).await;
    let id = before[0]["dimensions"]["ad_id"].clone();
    bench.set("ad", &id, "DELETE").await.is(0);
    let after = rows(&bench, json!({})).await;
    assert_eq!(after.len(), 23);
    let all = rows(&bench, json!({"filtering": [status("ad")]})).await;
    assert_eq!(sum(&all, "spend"), sum(&before, "spend"));
    let account = json!({"data_level": "AUCTION_ADVERTISER", "dimensions": ["advertiser_id"]});
    assert_eq!(
        sum(&rows(&bench, account).await, "spend"),
        sum(&before, "spend"),
        "an account has everything"
    );
    let adgroups = json!({"data_level": "AUCTION_ADGROUP", "dimensions": ["adgroup_id"]});
    assert_eq!(
        sum(&rows(&bench, adgroups).await, "spend"),
        sum(&before, "spend"),
        "so has an ad group that is there"
    );
}

#[tokio::test]
async fn filters_are_json_in_a_string() {
    let bench = bench().await;
    let all = rows(&bench, json!({"metrics": ["spend", "adgroup_id"]})).await;
    let adgroup = all[0]["metrics"]["adgroup_id"].as_str().unwrap().to_owned();
    let filter = |name: &str, kind: &str, value: &str| json!({"filtering": [{"field_name": name, "filter_type": kind, "filter_value": value}]});
    for value in [format!("[\"{adgroup}\"]"), format!("[{adgroup}]")] {
        assert_eq!(
            rows(&bench, filter("adgroup_ids", "IN", &value)).await.len(),
            4,
            "{value}"
        );
    }
    let value = format!("[\"{adgroup}\"]");
    assert_eq!(
        rows(&bench, filter("adgroup_ids", "NOT_IN", &value)).await.len(),
        20
    );
    assert_eq!(
        rows(&bench, filter("ad_status", "IN", "[\"STATUS_DELIVERY_OK\"]"))
            .await
            .len(),
        24
    );
    assert_eq!(
        rows(&bench, filter("ad_status", "IN", "[\"AD_STATUS_DISABLE\"]"))
            .await
            .len(),
        0
    );
    run(&bench, filter("adgroup_ids", "IN", &adgroup))
        .await
        .refuses(40_002, "filtering[0].filter_value");
    run(&bench, filter("adgroup_ids", "MATCH", &value))
        .await
        .refuses(40_002, "filter_type");
    run(&bench, filter("adgroup", "IN", &value))
        .await
        .refuses(40_002, "field_name: adgroup is not");
    let many: Vec<String> = (0..101).map(|id| id.to_string()).collect();
    run(&bench, filter("ad_ids", "IN", &json!(many).to_string()))
        .await
        .is(40_011);
    let above = json!({"data_level": "AUCTION_CAMPAIGN", "dimensions": ["campaign_id"]});
    run(&bench, merged(above, filter("ad_ids", "IN", "[\"1\"]")))
        .await
        .refuses(40_002, "data_level");
    let list = json!({"filtering": [{"field_name": "ad_ids", "filter_type": "IN", "filter_value": ["1"]}]});
    run(&bench, list)
        .await
        .refuses(40_002, "filter_value: Not a valid string");
    run(&bench, filter("ad_ids_v2", "IN", "[\"1\"]"))
        .await
        .refuses(40_002, "together");
}

#[tokio::test]
async fn only_objects_that_were_active_have_rows_by_day() {
    let bench = AdsBench::new().await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    let ad_id = bench.ad(&adgroup_id, json!({})).await.is(0)["ad_ids"][0].clone();
    let today = json!({"start_date": "2026-11-02", "end_date": "2026-11-03"});
    let daily = merged(today.clone(), json!({"dimensions": ["ad_id", "stat_time_day"]}));
    assert_eq!(rows(&bench, daily.clone()).await.len(), 0);
    let idle = rows(&bench, today.clone()).await;
    assert_eq!((idle.len(), &idle[0]["metrics"]["spend"]), (1, &json!("0.00")));
    bench.wait(86_400);
    let days = rows(&bench, daily.clone()).await;
    assert_eq!(days.len(), 2, "delivery from noon to noon");
    bench.set("ad", &ad_id, "DISABLE").await.is(0);
    bench.wait(86_400);
    assert_eq!(rows(&bench, daily).await, days, "a paused ad spends nothing");
    let total = sum(&rows(&bench, today).await, "spend");
    assert!((2_390..=2_400).contains(&total), "a budget of 24: {total}");
}

#[tokio::test]
async fn days_and_amounts_are_those_of_the_account() {
    let bench = AdsBench::new().await;
    let history = json!({"advertiser_id": YEN, "campaigns": 1, "adgroups": 1, "ads": 2, "days": 10});
    bench.apply(json!({"ads": {"history": [history]}}));
    // 2026-11-02 12:00 UTC is 21:00 in Tokyo.
    let asked = json!({"advertiser_id": YEN, "dimensions": ["ad_id", "stat_time_hour"], "metrics": ["spend", "currency", "cpm"],
                       "start_date": "2026-11-02", "end_date": "2026-11-02"});
    let hours = rows(&bench, asked).await;
    let last = hours
        .iter()
        .map(|row| row["dimensions"]["stat_time_hour"].as_str().unwrap())
        .max();
    assert_eq!(last, Some("2026-11-02 20:00:00"));
    assert_eq!(hours[0]["metrics"]["currency"], "JPY");
    assert!(
        hours
            .iter()
            .all(|row| !row["metrics"]["spend"].as_str().unwrap().contains('.')),
        "whole yen"
    );
    let several = json!({"advertiser_ids": [YEN, ADVERTISER], "data_level": "AUCTION_ADVERTISER", "dimensions": ["advertiser_id"],
                         "start_date": "2026-10-25", "end_date": "2026-11-01"});
    let accounts = rows(&bench, several.clone()).await;
    assert_eq!(accounts.len(), 2);
    let yen = accounts
        .iter()
        .find(|row| row["dimensions"]["advertiser_id"] == YEN)
        .unwrap();
    assert_eq!(
        (&yen["metrics"]["timezone"], &yen["metrics"]["advertiser_id"]),
        (&json!("Asia/Tokyo"), &json!(YEN))
    );
    assert!(
        !yen["metrics"]["spend"].as_str().unwrap().contains('.'),
        "no decimals"
    );
    let together = merged(several, json!({"dimensions": ["stat_time_day"]}));
    let days = rows(&bench, together).await;
    assert_eq!(
        (&days[0]["metrics"]["spend"], &days[0]["metrics"]["currency"]),
        (&json!("-"), &json!("0"))
    );
    let foreign = json!({"advertiser_ids": ["7310000000000000097"]});
    run(&bench, foreign).await.is(40_001);
}

#[tokio::test]
async fn audiences_add_up_and_have_fewer_metrics() {
    let bench = bench().await;
    let audience = |dimensions: Value, metrics: Value| json!({"report_type": "AUDIENCE", "dimensions": dimensions, "metrics": metrics});
    let parts = rows(
        &bench,
        audience(json!(["ad_id", "gender", "age"]), json!(["spend", "clicks"])),
    )
    .await;
    let whole = rows(&bench, json!({"metrics": ["spend", "clicks"]})).await;
    for metric in ["spend", "clicks"] {
        assert_eq!(
            by(&parts, "dimensions", "ad_id", metric),
            by(&whole, "dimensions", "ad_id", metric),
            "{metric}"
        );
    }
    let genders: BTreeSet<_> = parts
        .iter()
        .map(|row| row["dimensions"]["gender"].as_str().unwrap())
        .collect();
    assert_eq!(
        genders.into_iter().collect::<Vec<_>>(),
        ["FEMALE", "MALE", "NONE"]
    );
    run(&bench, audience(json!(["ad_id", "gender"]), json!(["reach"])))
        .await
        .refuses(40_002, "reach");
    run(
        &bench,
        audience(json!(["ad_id", "gender"]), json!(["app_install"])),
    )
    .await
    .refuses(40_002, "app_install");
    run(&bench, audience(json!(["ad_id"]), json!(["spend"])))
        .await
        .refuses(40_002, "audience dimension");
    let countries = rows(&bench, json!({"dimensions": ["ad_id", "country_code"]})).await;
    assert_eq!(countries[0]["dimensions"]["country_code"], "US");
}

#[tokio::test]
async fn large_accounts_are_cut_and_loaded_reports_have_gaps() {
    let bench = bench().await;
    bench.switch(json!({"report_objects": 10, "report_gaps": true, "report_without_reach": true}));
    let path = "/report/integrated/get/";
    let query: Vec<(String, String)> = report(json!({"metrics": ["spend", "reach", "frequency"]}))
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            (
                name.clone(),
                value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            )
        })
        .collect();
    let answer = bench
        .request(reqwest::Method::GET, path)
        .query(&query)
        .send()
        .await
        .unwrap();
    let header = answer.headers()["x-tt-ads-throttle"].to_str().unwrap().to_owned();
    assert!(header.contains("top 20k"), "{header}");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(
        body["data"]["extra_info"],
        json!({"search_ads_throttle": true, "uv_invalid": true})
    );
    assert_eq!(body["data"]["page_info"]["total_number"], 10);
    assert!(body["data"]["list"][0]["metrics"].get("reach").is_none());
    let hours = json!({"data_level": "AUCTION_ADVERTISER", "dimensions": ["stat_time_hour"], "end_date": "2026-10-01"});
    assert_eq!(rows(&bench, hours).await.len(), 16);
}

#[tokio::test]
async fn creatives_of_smart_ads_are_rows_of_their_own() {
    let bench = AdsBench::new().await;
    let smart_id = super::smart_plus::smart_ad_id(&bench).await;
    bench.wait(2 * 86_400);
    let dates = json!({"start_date": "2026-11-02", "end_date": "2026-11-04"});
    let asked = |id: &str| {
        merged(
            dates.clone(),
            json!({"dimensions": [id], "metrics": ["spend", "campaign_automation_type"]}),
        )
    };
    let ads = rows(&bench, asked("ad_id_v2")).await;
    assert_eq!((ads.len(), &ads[0]["dimensions"]["ad_id_v2"]), (1, &smart_id));
    assert_eq!(
        ads[0]["metrics"]["campaign_automation_type"],
        "UPGRADED_SMART_PLUS"
    );
    let creatives = rows(&bench, asked("ad_id")).await;
    assert_eq!(sum(&creatives, "spend"), sum(&ads, "spend"));
    assert_eq!(
        creatives[0]["metrics"]["campaign_automation_type"],
        "UPGRADED_SMART_PLUS_CREATIVE"
    );
    assert_ne!(creatives[0]["dimensions"]["ad_id"], smart_id);
}

#[tokio::test]
async fn the_sandbox_has_mock_data_of_twelve_days() {
    let mut bench = AdsBench::new().await;
    bench.token = "ads.sim-sandbox";
    let sandbox = "7310000000000000097";
    bench.apply(json!({"ads": {"history": [{"advertiser_id": sandbox, "campaigns": 1, "adgroups": 1, "ads": 1, "days": 1}]}}));
    let asked = json!({"advertiser_id": sandbox, "dimensions": ["ad_id", "stat_time_day"], "start_date": "2020-12-01", "end_date": "2020-12-30"});
    let days = rows(&bench, asked.clone()).await;
    assert_eq!(days.len(), 12);
    assert_eq!(days[0]["dimensions"]["stat_time_day"], "2020-12-08 00:00:00");
    run(&bench, merged(asked.clone(), json!({"order_field": "spend"})))
        .await
        .is(40_009);
    run(
        &bench,
        merged(asked.clone(), json!({"enable_total_metrics": true})),
    )
    .await
    .is(40_009);
    let account = json!({"data_level": "AUCTION_ADVERTISER", "dimensions": ["advertiser_id"]});
    run(&bench, merged(asked, account)).await.is(40_009);
}

#[tokio::test]
async fn a_large_account_is_made_by_one_setup() {
    let mut bench = AdsBench::new().await;
    bench.apply(json!({"ads": {"history": [{"advertiser_id": ADVERTISER}]}}));
    let year =
        json!({"start_date": "2025-11-02", "end_date": "2026-11-01", "metrics": ["spend", "reach", "ctr"]});
    let all = rows(&bench, year).await;
    assert_eq!(all.len(), 150);
    assert!(all.iter().all(|row| cents(row, "spend") > 70_000));
    bench.token = "ads.sim-single";
    run(&bench, json!({})).await.is(0);
    let unknown = json!({"ads": {"history": [{"advertiser_id": "5"}]}});
    let error = bench
        .sim
        .apply(serde_json::from_value(unknown).unwrap())
        .unwrap_err();
    assert!(error.to_string().contains("\"5\", which is unknown"), "{error}");
}
