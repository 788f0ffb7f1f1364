//! Effects of time: listing lag, review, spend, the end of manual creation.

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsBench};

#[tokio::test]
async fn a_new_campaign_is_listed_after_the_lag() {
    let bench = AdsBench::with(json!({"throttle": false, "listing_lag_ms": 5_000})).await;
    bench.campaign_id(json!({})).await;
    let count = async || {
        bench
            .get("/campaign/get/", json!({"advertiser_id": ADVERTISER}))
            .await
            .is(0)["page_info"]["total_number"]
            .clone()
    };
    assert_eq!(count().await, 0);
    bench.wait(4);
    assert_eq!(count().await, 0);
    bench.wait(1);
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn rejected_ads_never_run() {
    let bench = AdsBench::new().await;
    let rejecting = json!({"advertiser_id": ADVERTISER, "rejects_ads": true});
    bench.apply(json!({"ads": {"advertisers": [rejecting]}}));
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    let ad_id = bench.ad(&adgroup_id, json!({})).await.is(0)["ad_ids"][0].clone();
    bench.wait(86_400);
    assert_eq!(
        bench.listed("ad", &ad_id).await["secondary_status"],
        "AD_STATUS_AUDIT_DENY"
    );
    assert_eq!(
        bench.listed("adgroup", &adgroup_id).await["secondary_status"],
        "ADGROUP_STATUS_AUDIT_DENY"
    );
    assert_eq!(spend(&bench, "ads"), json!([0.0]));
}

/// Spend of all objects of a kind, oldest first.
fn spend(bench: &AdsBench, kind: &str) -> Value {
    let objects = bench.sim.listing(kind).unwrap();
    objects
        .as_array()
        .unwrap()
        .iter()
        .map(|object| object["spend"].clone())
        .collect()
}

#[tokio::test]
async fn enabled_and_approved_ads_spend_by_the_clock() {
    let bench = AdsBench::new().await;
    let (campaign_id, adgroup_id) = bench.adgroup_id(json!({})).await;
    bench.ad(&adgroup_id, json!({})).await.is(0);
    bench.wait(2);
    bench.wait(6 * 3_600);
    assert_eq!(spend(&bench, "ads"), json!([6.0]), "24 USD a day");
    bench.set("adgroup", &adgroup_id, "DISABLE").await.is(0);
    bench.wait(6 * 3_600);
    assert_eq!(spend(&bench, "campaigns"), json!([6.0]), "nothing while disabled");
    bench.set("adgroup", &adgroup_id, "ENABLE").await.is(0);
    bench.wait(6 * 3_600);
    assert_eq!(spend(&bench, "adgroups"), json!([12.0]));
    let info = bench
        .get(
            "/advertiser/info/",
            json!({"advertiser_ids": [ADVERTISER], "fields": ["balance"]}),
        )
        .await;
    assert_eq!(info.is(0)["list"][0]["balance"], 999_988.0);
    bench.wait(60 * 86_400);
    let body = json!({"advertiser_id": ADVERTISER, "campaign_id": campaign_id, "budget": 510});
    bench
        .post("/campaign/update/", body)
        .await
        .refuses(40_002, "105% of the current spend");
}

/// A budget of a day is compared with the spend of the day.
#[tokio::test]
async fn a_budget_of_a_day_can_be_raised_after_months() {
    let bench = AdsBench::new().await;
    let day = json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 100 });
    let campaign_id = bench.campaign_id(day).await;
    let adgroup_id = bench.adgroup(&campaign_id, json!({ "budget": 100 })).await.is(0)["adgroup_id"].clone();
    bench.ad(&adgroup_id, json!({})).await.is(0);
    // 60 days and 8 hours after 12:00 in the account's time zone.
    bench.wait(2 + 60 * 86_400 + 8 * 3_600);
    let update =
        |budget: u32| json!({"advertiser_id": ADVERTISER, "campaign_id": campaign_id, "budget": budget});
    let least = bench.post("/campaign/update/", update(50)).await;
    least.refuses(40_002, "105% of the current spend");
    bench.post("/campaign/update/", update(120)).await.is(0);
}

#[tokio::test]
async fn manual_creation_ends_with_the_year() {
    let bench = AdsBench::new().await;
    let campaign_id = bench.campaign_id(json!({})).await;
    // 2026-12-31 23:59:59.
    bench.wait(60 * 86_400 - 12 * 3_600 - 1);
    let later = json!({"adgroup_name": "Later", "schedule_start_time": "2027-01-01 00:00:00"});
    let adgroup_id = bench.adgroup(&campaign_id, later.clone()).await.is(0)["adgroup_id"].clone();
    bench.wait(1);
    let named = |name: &str| json!({ "campaign_name": name });
    let group = crate::support::merged(later, json!({"adgroup_name": "Too late"}));
    bench
        .campaign(named("New"))
        .await
        .refuses(40_002, "no longer supported");
    bench
        .adgroup(&campaign_id, group.clone())
        .await
        .refuses(40_002, "no longer supported");
    bench
        .ad(&adgroup_id, json!({}))
        .await
        .refuses(40_002, "no longer supported");
    bench.set("campaign", &campaign_id, "DISABLE").await.is(0);
    bench.switch(json!({"manual_cutoff": "campaigns"}));
    bench
        .campaign(named("New"))
        .await
        .refuses(40_002, "no longer supported");
    bench.ad(&adgroup_id, json!({})).await.is(0);
    bench.switch(json!({"manual_cutoff": "four_objectives"}));
    bench.campaign(named("New")).await.is(0);
    let conversions = json!({"campaign_name": "Conversions", "objective_type": "WEB_CONVERSIONS"});
    bench
        .campaign(conversions.clone())
        .await
        .refuses(40_002, "no longer supported");
    bench.switch(json!({"manual_cutoff": "off"}));
    bench.campaign(conversions).await.is(0);
}

#[tokio::test]
async fn a_lifetime_budget_of_a_campaign_and_the_balance_end_delivery() {
    let bench = AdsBench::new().await;
    let (campaign_id, adgroup_id) = bench.adgroup_id(json!({"budget": 100})).await;
    let ad_id = bench.ad(&adgroup_id, json!({})).await.is(0)["ad_ids"][0].clone();
    bench.wait(10 * 86_400);
    let spent = spend(&bench, "campaigns")[0].as_f64().unwrap();
    assert!((499.9..=500.0).contains(&spent), "{spent}");
    let secondary = async |level: &str, id: &Value| bench.listed(level, id).await["secondary_status"].clone();
    assert_eq!(
        secondary("campaign", &campaign_id).await,
        "CAMPAIGN_STATUS_BUDGET_EXCEED"
    );
    assert_eq!(
        secondary("adgroup", &adgroup_id).await,
        "ADGROUP_STATUS_CAMPAIGN_EXCEED"
    );
    assert_eq!(secondary("ad", &ad_id).await, "AD_STATUS_CAMPAIGN_EXCEED");
    let body = json!({"advertiser_id": ADVERTISER, "campaign_id": campaign_id, "budget": 5_000});
    bench.post("/campaign/update/", body).await.is(0);
    let poor = json!({"advertiser_id": ADVERTISER, "balance": 600});
    bench.apply(json!({"ads": {"advertisers": [poor]}}));
    assert_eq!(secondary("ad", &ad_id).await, "AD_STATUS_DELIVERY_OK");
    bench.wait(86_400);
    let spent = spend(&bench, "campaigns")[0].as_f64().unwrap();
    assert!((599.9..=600.0).contains(&spent), "{spent}");
}

#[tokio::test]
async fn ad_groups_share_the_daily_budget_of_their_campaign() {
    let bench = AdsBench::new().await;
    let daily = json!({"budget_mode": "BUDGET_MODE_DAY", "budget": 60});
    let campaign_id = bench.campaign_id(daily).await;
    for (name, budget) in [("One", 40), ("Two", 80)] {
        let adgroup = bench
            .adgroup(&campaign_id, json!({"adgroup_name": name, "budget": budget}))
            .await;
        bench.ad(&adgroup.is(0)["adgroup_id"], json!({})).await.is(0);
    }
    bench.wait(2 + 86_400);
    assert_eq!(spend(&bench, "adgroups"), json!([20.0, 40.0]));
}
