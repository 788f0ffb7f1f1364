//! Metrics of reports that fit together, people who are counted once, attributes and provinces.

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsAnswered, AdsBench, merged};

/// An app of the simulator.
const APP: &str = "7360000000000000017";
/// A pixel of the simulator, with an event of it.
const PIXEL: (&str, &str) = ("7350000000000000013", "SHOPPING");

/// Changes of a campaign, an ad group and an ad.
type Changes = [Value; 3];

/// Ads for an app.
fn for_app() -> Changes {
    [
        json!({"objective_type": "APP_PROMOTION", "app_promotion_type": "APP_INSTALL", "app_id": APP}),
        json!({"promotion_type": "APP_ANDROID", "app_id": APP, "optimization_goal": "INSTALL", "billing_event": "OCPM",
               "bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 3.5}),
        json!({"landing_page_url": null}),
    ]
}

/// Ads for a website with a pixel.
fn for_website() -> Changes {
    let (pixel_id, event) = PIXEL;
    [
        json!({"objective_type": "WEB_CONVERSIONS"}),
        json!({"optimization_goal": "CONVERT", "billing_event": "OCPM", "pixel_id": pixel_id, "optimization_event": event}),
        json!({}),
    ]
}

/// A bench with two campaigns of two ads each, which have run from 2026-11-02 12:00 for twenty days.
async fn running(changes: Changes) -> AdsBench {
    let bench = AdsBench::new().await;
    let [campaign, adgroup, ad] = changes;
    for name in ["One", "Two"] {
        let own = json!({"campaign_name": name, "budget_mode": "BUDGET_MODE_INFINITE", "budget": null});
        let campaign_id = bench.campaign_id(merged(campaign.clone(), own)).await;
        let own = merged(adgroup.clone(), json!({"budget": 2_000}));
        let created = bench.adgroup(&campaign_id, own).await;
        let adgroup_id = created.is(0)["adgroup_id"].clone();
        for name in ["First", "Second"] {
            let own = merged(ad.clone(), json!({ "ad_name": name }));
            bench.ad(&adgroup_id, own).await.is(0);
        }
    }
    bench.wait(20 * 86_400);
    bench
}

async fn run(bench: &AdsBench, changes: Value) -> AdsAnswered {
    let report = json!({
        "advertiser_id": ADVERTISER,
        "report_type": "BASIC",
        "data_level": "AUCTION_ADVERTISER",
        "dimensions": ["advertiser_id"],
        "start_date": "2026-11-02",
        "end_date": "2026-11-22",
        "page_size": 1_000,
    });
    bench
        .get("/report/integrated/get/", merged(report, changes))
        .await
}

async fn rows(bench: &AdsBench, changes: Value) -> Vec<Value> {
    run(bench, changes).await.is(0)["list"]
        .as_array()
        .unwrap()
        .clone()
}

fn number(row: &Value, metric: &str) -> f64 {
    row["metrics"][metric].as_str().expect("text").parse().unwrap()
}

fn sum(rows: &[Value], metric: &str) -> f64 {
    rows.iter().map(|row| number(row, metric)).sum()
}

/// Whether two amounts or rates are the same but for rounding.
fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.0051
}

fn by(level: &str, id: &str, time: Option<&str>) -> Value {
    let dimensions: Vec<&str> = [id].into_iter().chain(time).collect();
    json!({"data_level": level, "dimensions": dimensions})
}

#[tokio::test]
async fn a_person_is_counted_once_however_many_events_come_from_there() {
    let bench = running(for_app()).await;
    let metrics = json!({"metrics": ["registration", "total_registration", "purchase", "total_purchase", "app_install", "spend",
                                     "registration_rate", "purchase_rate", "cost_per_registration", "cost_per_purchase",
                                     "sales_lead", "cost_per_total_sales_lead", "sales_lead_rate"]});
    let ask = async |changes: Value| rows(&bench, merged(metrics.clone(), changes)).await;
    let whole = ask(json!({})).await.remove(0);
    let campaigns = ask(by("AUCTION_CAMPAIGN", "campaign_id", None)).await;
    let ads = ask(by("AUCTION_AD", "ad_id", None)).await;
    let days = ask(by("AUCTION_ADVERTISER", "advertiser_id", Some("stat_time_day"))).await;
    assert_eq!((campaigns.len(), ads.len(), days.len()), (2, 4, 21));
    for (unique, total) in [
        ("registration", "total_registration"),
        ("purchase", "total_purchase"),
    ] {
        let people = number(&whole, unique);
        assert!(people > 0.0 && people < number(&whole, total), "{whole}");
        for parts in [&campaigns, &ads, &days] {
            assert!(people < sum(parts, unique), "{unique}: {people}, {parts:?}");
            assert!(parts.iter().all(|part| number(part, unique) <= people));
            assert!(
                parts
                    .iter()
                    .all(|part| number(part, unique) <= number(part, total))
            );
            assert!(
                close(sum(parts, total), number(&whole, total)),
                "events are added up"
            );
        }
    }
    let is = |metric: &str| number(&whole, metric);
    assert!(close(
        is("registration_rate"),
        is("registration") / is("app_install") * 100.0
    ));
    assert!(close(
        is("purchase_rate"),
        is("purchase") / is("app_install") * 100.0
    ));
    assert!(close(
        is("sales_lead_rate"),
        is("sales_lead") / is("app_install") * 100.0
    ));
    assert!(close(
        is("cost_per_registration"),
        is("spend") / is("registration")
    ));
    let mut before = 0.0;
    for day in ["2026-11-03", "2026-11-07", "2026-11-15", "2026-11-22"] {
        let people = number(&ask(json!({ "end_date": day })).await[0], "registration");
        assert!(people >= before, "{day}");
        before = people;
    }
    let reached = rows(&bench, json!({"metrics": ["reach"]})).await;
    assert!(is("registration") <= number(&reached[0], "reach"));
}

#[tokio::test]
async fn parts_of_a_metric_add_up_to_it() {
    let bench = running(for_website()).await;
    let metrics = ["spend", "cash_spend", "voucher_spend"];
    let days = by("AUCTION_ADVERTISER", "advertiser_id", Some("stat_time_day"));
    let paid = rows(&bench, merged(days.clone(), json!({ "metrics": metrics }))).await;
    for day in &paid {
        assert!(
            close(
                number(day, "cash_spend") + number(day, "voucher_spend"),
                number(day, "spend")
            ),
            "{day}"
        );
    }
    assert!(sum(&paid, "voucher_spend") > 0.0 && sum(&paid, "cash_spend") > sum(&paid, "voucher_spend"));
    let metrics = json!({"metrics": ["spend", "impressions", "gross_impressions", "clicks", "conversion", "cta_conversion", "vta_conversion",
        "real_time_conversion", "real_time_result", "real_time_result_rate", "real_time_cost_per_result", "result",
        "complete_payment", "total_complete_payment_rate", "value_per_complete_payment", "total_pageview", "cta_purchase",
        "vta_purchase", "total_purchase_value", "onsite_shopping", "total_onsite_shopping_value", "registration",
        "clicks_on_music_disc", "engagements", "real_time_app_install", "real_time_app_install_cost"]});
    let ads = rows(
        &bench,
        merged(by("AUCTION_AD", "ad_id", Some("stat_time_day")), metrics.clone()),
    )
    .await;
    let whole = rows(&bench, metrics).await.remove(0);
    assert_eq!(ads.len(), 4 * 21);
    for row in ads.iter().chain([&whole]) {
        let is = |metric: &str| number(row, metric);
        assert!(is("gross_impressions") >= is("impressions"), "{row}");
        assert!(
            close(is("cta_conversion") + is("vta_conversion"), is("conversion")),
            "{row}"
        );
        assert!(
            close(is("real_time_result"), is("real_time_conversion"))
                && close(is("result"), is("conversion"))
        );
        assert!(close(
            is("real_time_result_rate"),
            is("real_time_result") / is("impressions") * 100.0
        ));
        assert!(
            is("engagements") >= is("clicks") + is("clicks_on_music_disc"),
            "{row}"
        );
        let value = is("value_per_complete_payment") * is("complete_payment");
        assert!(
            (value - is("total_complete_payment_rate")).abs() <= is("complete_payment") * 0.005 + 0.0051,
            "{row}"
        );
        for event in [
            "cta_purchase",
            "vta_purchase",
            "total_purchase_value",
            "registration",
            "real_time_app_install",
            "onsite_shopping",
            "total_onsite_shopping_value",
            "real_time_app_install_cost",
        ] {
            assert!(
                is(event).abs() < 0.001,
                "{event} belongs to another channel: {row}"
            );
        }
    }
    for metric in [
        "gross_impressions",
        "cta_conversion",
        "total_complete_payment_rate",
        "total_pageview",
        "real_time_result",
    ] {
        assert!(
            (sum(&ads, metric) - number(&whole, metric)).abs() < 0.01 && sum(&ads, metric) > 0.0,
            "{metric}"
        );
    }
    assert!(number(&whole, "total_pageview") >= number(&whole, "clicks"));
}

#[tokio::test]
async fn an_app_has_purchases_by_click_and_by_view_and_their_worth() {
    let bench = running(for_app()).await;
    let metrics = json!({"metrics": ["cta_purchase", "vta_purchase", "total_purchase", "total_purchase_value", "total_pageview",
                                     "real_time_app_install", "real_time_app_install_cost", "spend"]});
    let whole = rows(&bench, metrics).await.remove(0);
    let is = |metric: &str| number(&whole, metric);
    assert!(close(is("cta_purchase") + is("vta_purchase"), is("total_purchase")) && is("vta_purchase") > 0.0);
    assert!(is("total_purchase_value") > is("total_purchase"), "{whole}");
    assert!(close(
        is("real_time_app_install_cost"),
        is("spend") / is("real_time_app_install")
    ));
    assert!(is("total_pageview").abs() < 0.001);
}

#[tokio::test]
async fn cash_and_vouchers_are_of_the_account_by_day() {
    let bench = AdsBench::new().await;
    let cash = json!({"metrics": ["cash_spend"]});
    let ask = async |changes: Value| run(&bench, merged(cash.clone(), changes)).await;
    ask(json!({})).await.is(0);
    ask(by("AUCTION_CAMPAIGN", "campaign_id", None))
        .await
        .refuses(40_002, "cash_spend");
    let hours = json!({"dimensions": ["stat_time_hour"], "end_date": "2026-11-02"});
    ask(hours)
        .await
        .refuses(40_002, "cash_spend is not supported by hour");
    ask(json!({"query_lifetime": true}))
        .await
        .refuses(40_002, "lifetime");
    let audience = json!({"report_type": "AUDIENCE", "dimensions": ["gender"]});
    ask(audience).await.refuses(40_002, "cash_spend");
}

#[tokio::test]
async fn attributes_are_shown_in_words() {
    let names = json!({"metrics": ["ad_text", "call_to_action", "image_mode", "is_smart_creative", "placement_type", "promotion_type",
        "billing_event", "smart_target", "bid_strategy", "bid", "tt_app_id", "tt_app_name", "mobile_app_id", "app_promotion_type",
        "campaign_dedicate_type", "split_test", "opt_status", "dpa_target_audience_type"]});
    let asked = merged(by("AUCTION_AD", "ad_id", None), names);
    let of_app = rows(&running(for_app()).await, asked.clone()).await.remove(0);
    let common = json!({
        "ad_text": "Run farther.", "call_to_action": "SHOP_NOW", "image_mode": "SINGLE_VIDEO", "is_smart_creative": false,
        "placement_type": "Select Placement", "campaign_dedicate_type": "Regular Campaign",
        "split_test": "-", "opt_status": "-", "dpa_target_audience_type": "-", "billing_event": "Impression",
    });
    let own = json!({
        "promotion_type": "App", "smart_target": "INSTALL", "bid_strategy": "BID_STRATEGY_COST_CAP", "bid": "3.50",
        "tt_app_id": APP, "tt_app_name": "Sim Shoes", "mobile_app_id": "com.example.simshoes",
        "app_promotion_type": "APP_INSTALL",
    });
    assert_eq!(of_app["metrics"], merged(common.clone(), own));
    let of_website = rows(&running(for_website()).await, asked).await.remove(0);
    let own = json!({
        "promotion_type": "Website", "smart_target": "CONVERT", "bid_strategy": "BID_STRATEGY_LOWEST_COST", "bid": "-",
        "tt_app_id": "0", "tt_app_name": "0", "mobile_app_id": "0", "app_promotion_type": "UNSET",
    });
    assert_eq!(of_website["metrics"], merged(common, own));
}

#[tokio::test]
async fn provinces_are_those_of_the_country_and_some_are_left_out() {
    let bench = running(for_website()).await;
    let metrics = json!({"metrics": ["spend", "impressions", "real_time_result"]});
    let audience = |dimensions: &[&str]| {
        merged(
            metrics.clone(),
            json!({"report_type": "AUDIENCE", "dimensions": dimensions, "data_level": "AUCTION_AD"}),
        )
    };
    let provinces = rows(&bench, audience(&["ad_id", "province_id"])).await;
    let countries = rows(&bench, audience(&["ad_id", "country_code"])).await;
    assert_eq!((provinces.len(), countries.len()), (4 * 3, 4));
    for metric in ["spend", "impressions"] {
        let (listed, all) = (sum(&provinces, metric), sum(&countries, metric));
        assert!(listed < all && listed > all * 0.9, "{metric}: {listed} of {all}");
    }
    assert_eq!(provinces[0]["dimensions"]["province_id"], "5332921", "California");
    let days = rows(&bench, audience(&["ad_id", "province_id", "stat_time_day"])).await;
    assert!(close(sum(&days, "spend"), sum(&provinces, "spend")));
    let basic = merged(
        audience(&["ad_id", "province_id"]),
        json!({"report_type": "BASIC"}),
    );
    run(&bench, basic)
        .await
        .refuses(40_002, "province_id is not a valid dimension");
    for (country, count) in [("DE", 2), ("MX", 0)] {
        bench.apply(json!({"ads": {"advertisers": [{"advertiser_id": ADVERTISER, "country": country}]}}));
        assert_eq!(
            rows(&bench, audience(&["ad_id", "province_id"])).await.len(),
            4 * count,
            "{country}"
        );
    }
}

#[tokio::test]
async fn events_by_country_are_in_synchronous_reports_only() {
    let bench = AdsBench::new().await;
    for metric in ["registration", "complete_payment", "real_time_result", "reach"] {
        let asked = json!({"dimensions": ["advertiser_id", "country_code"], "metrics": ["spend", metric]});
        run(&bench, asked.clone()).await.is(0);
        let task = json!({"advertiser_id": ADVERTISER, "report_type": "BASIC", "data_level": "AUCTION_ADVERTISER",
                          "start_date": "2026-11-02", "end_date": "2026-11-03"});
        let task = bench.post("/report/task/create/", merged(task, asked)).await;
        task.refuses(40_002, metric);
    }
}

#[tokio::test]
async fn pixels_count_the_conversions_of_ads_and_what_else_happened() {
    let bench = running(for_website()).await;
    let (pixel_id, event) = PIXEL;
    let conversions = rows(&bench, json!({"metrics": ["conversion"]})).await;
    let stats = async |changes: Value| {
        let asked = json!({"advertiser_id": ADVERTISER, "pixel_ids": [pixel_id, "7350000000000000029", "5"],
                           "date_range": {"start_date": "2026-11-02", "end_date": "2026-11-22"}});
        bench.get("/pixel/event/stats/", merged(asked, changes)).await
    };
    let list = stats(json!({})).await.is(0)["list"].clone();
    assert_eq!(
        list.as_array().unwrap().len(),
        2,
        "a pixel that does not exist is left out"
    );
    let mut attributed = 0;
    for row in list.as_array().unwrap() {
        for counted in row["statistics"].as_array().unwrap() {
            let is = |name: &str| counted[name].as_u64().unwrap();
            assert_eq!(
                is("browser_event_total_count") + is("server_event_total_count"),
                is("total_count")
            );
            assert!(is("total_count") > is("attributed_count"), "{counted}");
            assert!(
                counted["pixel_event_type"] == event || is("attributed_count") == 0,
                "{counted}"
            );
            attributed += is("attributed_count");
        }
    }
    assert_eq!(attributed.to_string(), conversions[0]["metrics"]["conversion"]);
    assert_eq!(stats(json!({})).await.is(0)["list"], list, "the same again");
    let range = |from: &str, until: &str| json!({"date_range": {"start_date": from, "end_date": until}});
    stats(range("2026-10-24", "2026-11-22")).await.is(0);
    stats(range("2026-10-23", "2026-11-22"))
        .await
        .refuses(40_002, "30 days");
    stats(range("2026-11-22", "2026-11-02"))
        .await
        .refuses(40_002, "date_range.end_date");
    stats(range("2026-11-31", "2026-11-22"))
        .await
        .refuses(40_002, "date_range.start_date");
    stats(json!({"date_range": "{\"start_date\":2026-12-21,\"end_date\":2026-11-22}"}))
        .await
        .refuses(40_002, "date_range");
    stats(json!({"pixel_ids": null}))
        .await
        .refuses(40_002, "pixel_ids");
    let future = stats(range("2026-12-01", "2026-12-02")).await.is(0)["list"].clone();
    assert_eq!(future[0]["statistics"][0]["total_count"], 0, "{future}");
}
