//! Upgraded Smart+.

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsBench, merged};

fn campaign() -> Value {
    json!({
        "advertiser_id": ADVERTISER,
        "request_id": "9007199254740993",
        "campaign_name": "Smart sale",
        "objective_type": "WEB_CONVERSIONS",
        "sales_destination": "WEBSITE",
        "budget": 100,
        "operation_status": "DISABLE",
    })
}

fn adgroup(campaign_id: &Value) -> Value {
    json!({
        "advertiser_id": ADVERTISER,
        "request_id": "9007199254740995",
        "campaign_id": campaign_id,
        "adgroup_name": "Smart group",
        "promotion_type": "WEBSITE",
        "optimization_goal": "CONVERT",
        "billing_event": "OCPM",
        "bid_type": "BID_TYPE_NO_BID",
        "pixel_id": "7350000000000000013",
        "optimization_event": "SHOPPING",
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": "2026-11-02 12:00:00",
        "targeting_spec": {"location_ids": ["6252001"]},
    })
}

/// Creates a Smart+ ad with two creatives, in an enabled campaign and ad group, and returns its id.
pub(super) async fn smart_ad_id(bench: &AdsBench) -> Value {
    let campaign = merged(campaign(), json!({"operation_status": "ENABLE"}));
    let created = bench.post("/smart_plus/campaign/create/", campaign).await;
    let group = adgroup(&created.is(0)["campaign_id"]);
    let created = bench.post("/smart_plus/adgroup/create/", group).await;
    let ad = ad(&created.is(0)["adgroup_id"]);
    let created = bench.post("/smart_plus/ad/create/", ad).await;
    created.is(0)["smart_plus_ad_id"].clone()
}

fn ad(adgroup_id: &Value) -> Value {
    let creative = |video: &str| {
        json!({"creative_info": {
            "ad_format": "SINGLE_VIDEO",
            "video_info": {"video_id": video},
            "image_info": [{"web_uri": "ad-site-i18n/202611cover"}],
            "identity_type": "TT_USER",
            "identity_id": "0f1c5c5e-6c1f-5a1e-9d4b-000000000001",
        }})
    };
    json!({
        "advertiser_id": ADVERTISER,
        "adgroup_id": adgroup_id,
        "ad_name": "Smart ad",
        "creative_list": [creative("v1"), creative("v2")],
        "ad_text_list": [{"ad_text": "Run farther."}],
        "call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
        "landing_page_url_list": [{"landing_page_url": "https://shop.example.com/"}],
    })
}

#[tokio::test]
async fn a_smart_campaign_has_endpoints_and_ids_of_its_own() {
    let bench = AdsBench::new().await;
    let created = bench.post("/smart_plus/campaign/create/", campaign()).await;
    let data = created.is(0);
    assert_eq!(data["budget_optimize_on"], true, "the default");
    assert_eq!(data["budget_mode"], "BUDGET_MODE_DYNAMIC_DAILY_BUDGET");
    let campaign_id = data["campaign_id"].clone();
    let created = bench
        .post("/smart_plus/adgroup/create/", adgroup(&campaign_id))
        .await;
    let adgroup_id = created.is(0)["adgroup_id"].clone();
    let created = bench.post("/smart_plus/ad/create/", ad(&adgroup_id)).await;
    let ad_id = created.is(0)["smart_plus_ad_id"].clone();
    assert!(created.is(0).get("ad_id").is_none());

    let listed = bench.listed("campaign", &campaign_id).await;
    assert_eq!(listed["campaign_automation_type"], "UPGRADED_SMART_PLUS");
    let filtering = json!({"ad_ids_v2": [ad_id]});
    let ads = bench
        .get(
            "/ad/get/",
            json!({"advertiser_id": ADVERTISER, "filtering": filtering}),
        )
        .await;
    let ads = ads.is(0)["list"].as_array().unwrap();
    let videos: Vec<&Value> = ads.iter().map(|ad| &ad["video_id"]).collect();
    assert_eq!(videos, ["v1", "v2"], "one ad for each creative");
    assert!(
        ads.iter()
            .all(|ad| ad["smart_plus_ad_id"] == ad_id && ad["ad_id"] != ad_id)
    );
    let smart = bench
        .get("/smart_plus/ad/get/", json!({"advertiser_id": ADVERTISER}))
        .await;
    assert_eq!(smart.is(0)["list"][0]["smart_plus_ad_id"], ad_id);

    bench
        .set("campaign", &campaign_id, "ENABLE")
        .await
        .refuses(40_002, "belongs to Upgraded Smart+");
    let body = json!({"advertiser_id": ADVERTISER, "campaign_id": campaign_id, "budget": 120});
    bench
        .post("/campaign/update/", body.clone())
        .await
        .refuses(40_002, "belongs to Upgraded Smart+");
    assert_eq!(
        bench.post("/smart_plus/campaign/update/", body).await.is(0)["budget"],
        120
    );
    let body = json!({"advertiser_id": ADVERTISER, "campaign_ids": [campaign_id, "5"], "operation_status": "ENABLE"});
    let enabled = bench.post("/smart_plus/campaign/status/update/", body).await;
    let expected = json!([{"campaign_id": campaign_id, "status": "ENABLE"}]);
    assert_eq!(enabled.is(0)["campaign_list"], expected);
    assert_eq!(enabled.is(0)["error_list"][0]["campaign_id"], "5");
    let body =
        json!({"advertiser_id": ADVERTISER, "smart_plus_ad_ids": [ad_id], "operation_status": "DELETE"});
    let deleted = bench.post("/smart_plus/ad/status/update/", body).await;
    assert_eq!(
        deleted.is(0),
        &json!({"status": "DELETE", "smart_plus_ad_ids": [ad_id]})
    );
}

#[tokio::test]
async fn smart_updates_change_what_they_name() {
    let bench = AdsBench::new().await;
    let manual = bench.campaign_id(json!({})).await;
    let loose = json!({"budget_optimize_on": false, "budget_mode": "BUDGET_MODE_INFINITE"});
    let campaign_id = bench
        .post("/smart_plus/campaign/create/", merged(campaign(), loose))
        .await
        .is(0)["campaign_id"]
        .clone();
    bench
        .post("/smart_plus/adgroup/create/", adgroup(&campaign_id))
        .await
        .refuses(40_002, "budget_mode: Missing data");
    let budget = json!({"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": 30});
    let created = bench
        .post(
            "/smart_plus/adgroup/create/",
            merged(adgroup(&campaign_id), budget),
        )
        .await;
    let id = created.is(0)["adgroup_id"].clone();
    let body = json!({"advertiser_id": ADVERTISER, "adgroup_id": id, "adgroup_name": "Renamed"});
    let updated = bench.post("/smart_plus/adgroup/update/", body).await;
    let data = updated.is(0);
    assert_eq!(
        (&data["adgroup_name"], &data["budget"]),
        (&json!("Renamed"), &json!(30))
    );
    assert_eq!(data["targeting_spec"]["location_ids"], json!(["6252001"]));
    let body = json!({"advertiser_id": ADVERTISER, "budget": [{"adgroup_id": id, "budget": 45}]});
    bench.post("/smart_plus/adgroup/budget/update/", body).await.is(0);
    assert_eq!(bench.listed("adgroup", &id).await["budget"], 45.0);
    let body = merged(adgroup(&manual), json!({"request_id": "3"}));
    bench
        .post("/smart_plus/adgroup/create/", body)
        .await
        .refuses(40_002, "was not made with Upgraded Smart+");
    bench
        .adgroup(&campaign_id, json!({}))
        .await
        .refuses(40_002, "belongs to Upgraded Smart+");
}

#[tokio::test]
async fn smart_campaigns_are_refused_with_the_field() {
    let bench = AdsBench::new().await;
    for (changes, code, refusal) in [
        (json!({"request_id": null}), 40_002, "request_id: Missing data"),
        (
            json!({"objective_type": "TRAFFIC"}),
            40_002,
            "TRAFFIC is not supported by Upgraded Smart+",
        ),
        (
            json!({"sales_destination": null}),
            40_002,
            "sales_destination: Missing data",
        ),
        (
            json!({"budget_mode": "BUDGET_MODE_INFINITE"}),
            40_002,
            "budget_mode: Must be one of",
        ),
        (json!({"budget": null}), 40_002, "budget: Missing data"),
        (
            json!({"advertiser_id": "7310000000000000041"}),
            40_118,
            "allowlist of Upgraded Smart+",
        ),
    ] {
        let answered = bench
            .post("/smart_plus/campaign/create/", merged(campaign(), changes))
            .await;
        answered.refuses(code, refusal);
    }
    bench.switch(json!({"smart_plus_budget": "schema"}));
    let loose = json!({"budget_optimize_on": false, "budget_mode": "BUDGET_MODE_INFINITE"});
    let answered = bench
        .post("/smart_plus/campaign/create/", merged(campaign(), loose))
        .await;
    answered.refuses(40_002, "budget_mode: Must be one of");
}

#[tokio::test]
async fn a_smart_campaign_has_thirty_ad_groups() {
    let bench = AdsBench::new().await;
    let campaign_id =
        bench.post("/smart_plus/campaign/create/", campaign()).await.is(0)["campaign_id"].clone();
    let create = |n: u32| {
        let changes = json!({"request_id": (100 + n).to_string(), "adgroup_name": format!("Group {n}")});
        bench.post(
            "/smart_plus/adgroup/create/",
            merged(adgroup(&campaign_id), changes),
        )
    };
    for n in 0..30 {
        create(n).await.is(0);
    }
    create(30).await.refuses(40_002, "maximum number of 30");
}
