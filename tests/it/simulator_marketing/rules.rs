//! Rules of campaigns, ad groups and ads.

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsBench};

#[tokio::test]
async fn campaigns_are_refused_with_the_field() {
    let bench = AdsBench::new().await;
    for (changes, refusal) in [
        (
            json!({"objective_type": "CONVERSIONS"}),
            "objective_type: Must be one of",
        ),
        (json!({"objective_type": null}), "objective_type: Missing data"),
        (
            json!({"objective_type": "APP_PROMOTION"}),
            "app_promotion_type: Missing data",
        ),
        (json!({"campaign_name": "Sale 🎉"}), "campaign_name: Emoji"),
        (
            json!({"campaign_name": "広".repeat(257)}),
            "campaign_name: Longer than maximum length 512",
        ),
        (json!({"budget_mode": null}), "budget_mode: Missing data"),
        (
            json!({"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"}),
            "budget_mode: BUDGET_MODE_DYNAMIC_DAILY_BUDGET needs",
        ),
        (
            json!({"budget_mode": "BUDGET_MODE_INFINITE", "budget_optimize_on": true}),
            "budget_mode: BUDGET_MODE_INFINITE",
        ),
        (
            json!({"objective_type": "REACH", "budget_mode": "BUDGET_MODE_DAY"}),
            "budget_mode: BUDGET_MODE_DAY is not supported for REACH",
        ),
        (json!({"budget": null}), "budget: Missing data"),
        (json!({"budget": "500"}), "budget: Not a valid number"),
        (
            json!({"budget": 50.001}),
            "budget: Must be a multiple of 0.01 USD",
        ),
        (json!({"request_id": "x"}), "request_id: Not a valid ID"),
        (
            json!({"virtual_objective_type": "SALES"}),
            "sales_destination: Missing data",
        ),
    ] {
        bench.campaign(changes).await.refuses(40_002, refusal);
    }
    for objective in ["RF_REACH", "PRODUCT_SALES"] {
        bench
            .campaign(json!({"objective_type": objective}))
            .await
            .refuses(40_118, "allowlist");
    }
    assert_eq!(bench.sim.stored(), [].into(), "nothing was stored");
    bench.campaign(json!({"budget": 50})).await.is(0);
    bench
        .campaign(json!({}))
        .await
        .refuses(40_002, "campaign_name: The name already exists");
    bench.campaign(json!({"request_id": "17"})).await.is(0);
}

#[tokio::test]
async fn ad_groups_are_refused_with_the_field() {
    let bench = AdsBench::new().await;
    let campaign_id = bench.campaign_id(json!({})).await;
    for (changes, refusal) in [
        (json!({"promotion_type": null}), "promotion_type: Missing data"),
        (
            json!({"promotion_type": "LEAD_GENERATION"}),
            "promotion_type: Must be one of",
        ),
        (json!({"placements": null}), "placements: Missing data"),
        (
            json!({"location_ids": null}),
            "location_ids: location_ids or zipcode_ids",
        ),
        (
            json!({"location_ids": ["6252001", "5332921"]}),
            "location_ids: California lies within United States",
        ),
        (
            json!({"budget": 19.99}),
            "budget: The budget must be at least 20 USD",
        ),
        (json!({"pacing": null}), "pacing: Missing data"),
        (
            json!({"budget_mode": "BUDGET_MODE_TOTAL"}),
            "schedule_type: Must be SCHEDULE_START_END",
        ),
        (
            json!({"budget_mode": "BUDGET_MODE_INFINITE"}),
            "budget_mode: Must be one of",
        ),
        (
            json!({"schedule_start_time": "2026-11-01 23:59:59"}),
            "schedule_start_time: Must not be more than 12 hours",
        ),
        (
            json!({"schedule_start_time": "2026-11-02T12:00:00Z"}),
            "schedule_start_time: Not a valid time",
        ),
        (
            json!({"schedule_type": "SCHEDULE_START_END"}),
            "schedule_end_time: Missing data",
        ),
        (json!({"dayparting": "101"}), "dayparting: Must be 336"),
        (
            json!({"optimization_goal": "REACH", "billing_event": "CPM"}),
            "optimization_goal: REACH is not supported",
        ),
        (json!({"billing_event": "CPM"}), "billing_event: Must be CPC"),
        (
            json!({"pixel_id": "7350000000000000013"}),
            "pixel_id: Not supported",
        ),
        (json!({"bid_type": "BID_TYPE_CUSTOM"}), "bid_price: Missing data"),
        (
            json!({"bid_type": "BID_TYPE_CUSTOM", "bid_price": 30.01}),
            "bid_price: The bid must be above 0 and at most 30",
        ),
        (
            json!({"bid_type": "BID_TYPE_CUSTOM", "bid_price": 24}),
            "bid_price: Must be lower than the budget",
        ),
        (
            json!({"operating_systems": ["ANDROID", "IOS"]}),
            "operating_systems: Longer",
        ),
        (
            json!({"device_price_ranges": [0, 10_010]}),
            "device_price_ranges: Must be multiples",
        ),
        (
            json!({"frequency": 3, "frequency_schedule": 7}),
            "frequency: Only for the objective REACH",
        ),
        (
            json!({"adgroup_name": ""}),
            "adgroup_name: The name must not be empty",
        ),
    ] {
        bench
            .adgroup(&campaign_id, changes)
            .await
            .refuses(40_002, refusal);
    }
    bench
        .adgroup(&campaign_id, json!({"age_groups": ["AGE_13_17"]}))
        .await
        .refuses(40_065, "United States");
    bench
        .adgroup(&json!("1"), json!({}))
        .await
        .refuses(40_007, "campaign_id: 1 does not exist");
    bench.adgroup(&campaign_id, json!({})).await.is(0);
}

#[tokio::test]
async fn a_lifetime_budget_covers_its_days() {
    let bench = AdsBench::new().await;
    let campaign_id = bench.campaign_id(json!({})).await;
    let week = json!({"budget_mode": "BUDGET_MODE_TOTAL", "schedule_type": "SCHEDULE_START_END",
                      "schedule_end_time": "2026-11-09 12:00:00", "budget": 139.99});
    bench
        .adgroup(&campaign_id, week)
        .await
        .refuses(40_002, "at least 140 USD");
}

#[tokio::test]
async fn optimized_campaigns_own_budget_and_goal() {
    let bench = AdsBench::new().await;
    let campaign_id = bench.campaign_id(json!({"budget_optimize_on": true})).await;
    let shown = bench.listed("campaign", &campaign_id).await;
    assert_eq!(shown["budget_optimize_on"], true);
    bench
        .adgroup(&campaign_id, json!({"bid_type": null}))
        .await
        .refuses(40_002, "bid_type");
    let first = bench
        .adgroup(&campaign_id, json!({"budget": 1, "pacing": null}))
        .await;
    assert_eq!(
        (&first.is(0)["budget"], &first.is(0)["pacing"]),
        (&json!(0), &json!("PACING_MODE_SMOOTH"))
    );
    let other = json!({"adgroup_name": "Others", "optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW", "billing_event": "OCPM"});
    bench
        .adgroup(&campaign_id, other)
        .await
        .refuses(40_002, "optimization_goal: Must be \"CLICK\"");
}

#[tokio::test]
async fn conversions_need_a_pixel_with_the_event() {
    let bench = AdsBench::new().await;
    let campaign_id = bench
        .campaign_id(json!({"objective_type": "WEB_CONVERSIONS"}))
        .await;
    let goal = |more: Value| {
        let goal = json!({"optimization_goal": "CONVERT", "billing_event": "OCPM"});
        bench.adgroup(&campaign_id, crate::support::merged(goal, more))
    };
    goal(json!({})).await.refuses(40_002, "pixel_id: Missing data");
    goal(json!({"pixel_id": "5"}))
        .await
        .refuses(40_002, "pixel_id: The pixel 5 does not exist");
    let pixel = "7350000000000000013";
    goal(json!({"pixel_id": pixel}))
        .await
        .refuses(40_002, "optimization_event: Missing data");
    goal(json!({"pixel_id": pixel, "optimization_event": "FORM"}))
        .await
        .refuses(40_002, "no event FORM");
    goal(json!({"pixel_id": pixel, "optimization_event": "SHOPPING"}))
        .await
        .is(0);
}

#[tokio::test]
async fn ads_are_refused_with_the_field() {
    let bench = AdsBench::new().await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    for (changes, refusal) in [
        (json!({"ad_name": null}), "creatives[0].ad_name: Missing data"),
        (
            json!({"ad_text": "a".repeat(101)}),
            "creatives[0].ad_text: Longer",
        ),
        (json!({"ad_text": "♥"}), "creatives[0].ad_text: Emoji"),
        (
            json!({"image_ids": ["1", "2"]}),
            "creatives[0].image_ids: A SINGLE_VIDEO ad needs exactly one",
        ),
        (json!({"video_id": null}), "creatives[0].video_id: Missing data"),
        (
            json!({"identity_id": "x"}),
            "creatives[0].identity_id: The identity x of type TT_USER",
        ),
        (
            json!({"identity_type": "CUSTOMIZED_USER", "identity_id": "7340000000000000011"}),
            "creatives[0].identity_type: CUSTOMIZED_USER is no longer supported",
        ),
        (
            json!({"identity_type": "BC_AUTH_TT", "identity_id": "0f1c5c5e-6c1f-5a1e-9d4b-000000000002"}),
            "creatives[0].identity_authorized_bc_id",
        ),
        (
            json!({"landing_page_url": null}),
            "creatives[0].landing_page_url: Missing data",
        ),
        (
            json!({"call_to_action": "BUY"}),
            "creatives[0].call_to_action: BUY",
        ),
        (
            json!({"tracking_pixel_id": "x"}),
            "creatives[0].tracking_pixel_id: Not a valid ID",
        ),
    ] {
        bench.ad(&adgroup_id, changes).await.refuses(40_002, refusal);
    }
    let named = bench.ad(&adgroup_id, json!({"ad_name": ""})).await;
    let data = named.is(0);
    assert_eq!(
        data["creatives"][0]["ad_name"], data["ad_ids"][0],
        "named by its id"
    );
}

#[tokio::test]
async fn amounts_are_those_of_the_currency() {
    let bench = AdsBench::new().await;
    let in_yen =
        |budget: Value| bench.campaign(json!({"advertiser_id": "7310000000000000037", "budget": budget}));
    in_yen(json!(4_999)).await.refuses(40_002, "at least 5000 JPY");
    in_yen(json!(5_000.5)).await.refuses(40_002, "multiple of 1 JPY");
    in_yen(json!(5_000)).await.is(0);
    let switches = json!({"minimum_is_enough": false});
    bench.switch(switches);
    in_yen(json!(5_000)).await.refuses(40_002, "budget");
}

#[tokio::test]
async fn accounts_have_states_that_only_messages_show() {
    let bench = AdsBench::new().await;
    let create = |advertiser_id: &str| bench.campaign(json!({"advertiser_id": advertiser_id}));
    create("7310000000000000053").await.refuses(40_001, "punish");
    create("7310000000000000067")
        .await
        .refuses(40_001, "STATUS_PENDING_CONFIRM");
    create("7310000000000000097")
        .await
        .refuses(40_001, "No permission to operate advertiser");
    create("1").await.refuses(40_300, "does not exist");
    let ids = json!({"advertiser_ids": [ADVERTISER, "7310000000000000053"], "fields": ["status", "currency", "balance"]});
    let info = bench.get("/advertiser/info/", ids).await;
    let expected = json!({"status": "STATUS_ENABLE", "currency": "USD", "balance": 1_000_000.0});
    assert_eq!(info.is(0)["list"], json!([expected, expected]));
}

#[tokio::test]
async fn the_limits_of_the_account_structure_hold() {
    let bench = AdsBench::new().await;
    let small = json!({"advertiser_id": "900", "max_campaigns": 1, "max_adgroups": 1, "max_ads": 2});
    bench.apply(json!({"ads": {"advertisers": [small], "tokens": [{"token": "ads.mine", "advertiser_ids": ["900"]}]}}));
    let bench = AdsBench {
        token: "ads.mine",
        ..bench
    };
    let own = json!({"advertiser_id": "900"});
    let campaign_id = bench.campaign_id(own.clone()).await;
    bench
        .campaign(json!({"advertiser_id": "900", "campaign_name": "Second"}))
        .await
        .refuses(40_002, "maximum number of 1");
    let adgroup_id = bench.adgroup(&campaign_id, own).await.is(0)["adgroup_id"].clone();
    bench
        .adgroup(
            &campaign_id,
            json!({"advertiser_id": "900", "adgroup_name": "Second"}),
        )
        .await
        .refuses(40_002, "maximum number of 1");
    let three = json!({"advertiser_id": "900", "adgroup_id": adgroup_id, "creatives": vec![super::bench::creative(); 3]});
    bench
        .post("/ad/create/", three)
        .await
        .refuses(40_502, "at most 2 ads");
}
