//! A campaign's life: create, get, update, status, delete.

use reqwest::Method;
use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsBench, creative, merged, read};

#[tokio::test]
async fn campaign_adgroup_and_ad_are_created_listed_and_deleted() {
    let bench = AdsBench::new().await;
    let created = bench.campaign(json!({})).await;
    let campaign = created.is(0);
    assert_eq!(campaign["operation_status"], "ENABLE", "live by default");
    assert_eq!(campaign["secondary_status"], "CAMPAIGN_STATUS_ENABLE");
    assert_eq!(campaign["objective"], "LANDING_PAGE");
    assert_eq!(campaign["create_time"], "2026-11-02 12:00:00");
    assert!(
        campaign.get("budget_optimize_on").is_none(),
        "only with optimization"
    );
    let campaign_id = campaign["campaign_id"].clone();
    assert!(campaign_id.as_str().unwrap().parse::<u64>().unwrap() > 1 << 53);

    let created = bench.adgroup(&campaign_id, json!({})).await;
    let adgroup = created.is(0);
    assert_eq!(adgroup["secondary_status"], "ADGROUP_STATUS_CREATE");
    assert_eq!(adgroup["campaign_name"], "Spring sale");
    assert_eq!(
        adgroup["schedule_end_time"], "2036-10-30 12:00:00",
        "ten years later"
    );
    let adgroup_id = adgroup["adgroup_id"].clone();

    let created = bench.ad(&adgroup_id, json!({})).await;
    let data = created.is(0);
    assert_eq!(data["creatives"][0]["secondary_status"], "AD_STATUS_AUDIT");
    let ad_id = data["ad_ids"][0].clone();
    assert_eq!(
        bench.listed("adgroup", &adgroup_id).await["secondary_status"],
        "ADGROUP_STATUS_AUDIT"
    );
    bench.wait(3);
    assert_eq!(
        bench.listed("ad", &ad_id).await["secondary_status"],
        "AD_STATUS_DELIVERY_OK"
    );
    assert_eq!(bench.listed("ad", &ad_id).await["campaign_id"], campaign_id);

    bench.set("campaign", &campaign_id, "DISABLE").await.is(0);
    assert_eq!(
        bench.listed("ad", &ad_id).await["secondary_status"],
        "AD_STATUS_CAMPAIGN_DISABLE"
    );
    bench.set("campaign", &campaign_id, "DELETE").await.is(0);
    assert_eq!(
        bench.listed("ad", &ad_id).await["secondary_status"],
        "AD_STATUS_CAMPAIGN_DELETE"
    );
    for level in ["campaign", "adgroup", "ad"] {
        let path = format!("/{level}/get/");
        let listed = bench.get(&path, json!({"advertiser_id": ADVERTISER})).await;
        assert_eq!(
            listed.is(0)["page_info"]["total_number"],
            0,
            "{level}: {}",
            listed.body
        );
    }
    bench
        .set("campaign", &campaign_id, "ENABLE")
        .await
        .refuses(40_002, "has been deleted");
    assert_eq!(bench.sim.stored()["campaigns"], 1);
}

#[tokio::test]
async fn a_campaign_changes_name_and_budget_only() {
    let bench = AdsBench::new().await;
    let id = bench.campaign_id(json!({})).await;
    bench.wait(60);
    let body = json!({"advertiser_id": ADVERTISER, "campaign_id": id, "campaign_name": "Summer sale", "budget": 600});
    let updated = bench.post("/campaign/update/", body).await;
    let campaign = updated.is(0);
    assert_eq!(
        (&campaign["campaign_name"], &campaign["budget"]),
        (&json!("Summer sale"), &json!(600))
    );
    assert_eq!(campaign["modify_time"], "2026-11-02 12:01:00");
    let body = json!({"advertiser_id": ADVERTISER, "campaign_id": id, "objective_type": "REACH"});
    bench.post("/campaign/update/", body).await.is(0);
    assert_eq!(bench.listed("campaign", &id).await["objective_type"], "TRAFFIC");
    assert_eq!(
        bench.sim.listing("ads_unknown").unwrap(),
        json!({"objective_type": 1})
    );
    let body = json!({"advertiser_id": ADVERTISER, "campaign_id": id, "budget": 49});
    bench
        .post("/campaign/update/", body)
        .await
        .refuses(40_002, "budget: The budget must be at least 50 USD");
}

#[tokio::test]
async fn an_update_of_an_ad_group_resets_what_it_omits_unless_switched() {
    let bench = AdsBench::new().await;
    let changes = json!({"languages": ["en"], "interest_category_ids": ["14100"]});
    let (_, id) = bench.adgroup_id(changes).await;
    let update = |more: Value| {
        let body = json!({"advertiser_id": ADVERTISER, "adgroup_id": id, "pacing": "PACING_MODE_SMOOTH",
                          "location_ids": ["6252001"]});
        bench.post("/adgroup/update/", merged(body, more))
    };
    let updated = update(json!({"budget": 30, "languages": ["de"]})).await;
    let adgroup = updated.is(0);
    assert_eq!(
        (&adgroup["budget"], &adgroup["languages"]),
        (&json!(30), &json!(["de"]))
    );
    assert_eq!(adgroup["interest_category_ids"], json!([]), "reset");
    assert_eq!(adgroup["adgroup_name"], "Runners");
    update(json!({"location_ids": null}))
        .await
        .refuses(40_002, "location_ids");
    update(json!({"pacing": null})).await.refuses(40_002, "pacing");
    bench.switch(json!({"adgroup_update": "merge"}));
    let updated = update(json!({"location_ids": null, "gender": "GENDER_MALE"})).await;
    assert_eq!(updated.is(0)["languages"], json!(["de"]));
}

#[tokio::test]
async fn an_update_of_ads_replaces_them_or_patches_some_settings() {
    let bench = AdsBench::new().await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    let ad_id = bench.ad(&adgroup_id, json!({})).await.is(0)["ad_ids"][0].clone();
    bench.wait(3);
    let update = |creative: Value, patch: bool| {
        let body = json!({"advertiser_id": ADVERTISER, "adgroup_id": adgroup_id, "patch_update": patch,
                          "creatives": [merged(creative, json!({"ad_id": ad_id}))]});
        bench.post("/ad/update/", body)
    };
    let patched = update(json!({"ad_name": "Blue shoes"}), true).await;
    let ad = &patched.is(0)["creatives"][0];
    assert_eq!(
        (&ad["ad_name"], &ad["call_to_action"]),
        (&json!("Blue shoes"), &json!("SHOP_NOW"))
    );
    assert_eq!(
        ad["secondary_status"], "AD_STATUS_DELIVERY_OK",
        "a name is not reviewed"
    );
    let ignored = update(json!({"landing_page_url": "https://example.com/"}), true).await;
    let kept = &ignored.is(0)["creatives"][0]["landing_page_url"];
    assert_eq!(kept, "https://shop.example.com/");
    update(json!({"ad_text": "New"}), false)
        .await
        .refuses(40_002, "creatives[0].ad_name");
    let replaced = update(
        merged(creative(), json!({"call_to_action": null, "ad_text": "New"})),
        false,
    )
    .await;
    let ad = &replaced.is(0)["creatives"][0];
    assert_eq!(
        (&ad["call_to_action"], &ad["secondary_status"]),
        (&Value::Null, &json!("AD_STATUS_AUDIT"))
    );
}

#[tokio::test]
async fn twenty_ids_may_succeed_in_part() {
    let bench = AdsBench::new().await;
    let (one, two) = (bench.campaign_id(json!({})).await, json!("7410000000000000999"));
    let body = |ids: Value, level: &str| {
        let mut body = json!({"advertiser_id": ADVERTISER, "operation_status": "DISABLE"});
        body[format!("{level}_ids")] = ids;
        body
    };
    let answered = bench
        .post("/campaign/status/update/", body(json!([one, two]), "campaign"))
        .await;
    let data = answered.is(20_001);
    assert_eq!(data["campaign_ids"], json!([one]));
    assert_eq!(
        data["campaign_list"],
        json!([{"campaign_id": one, "status": "DISABLE"}])
    );
    bench
        .post("/campaign/status/update/", body(json!([two]), "campaign"))
        .await
        .refuses(40_002, "does not exist");
    let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    bench
        .post("/campaign/status/update/", body(json!(many), "campaign"))
        .await
        .refuses(40_011, "20");

    let adgroup_id = bench.adgroup(&one, json!({})).await.is(0)["adgroup_id"].clone();
    let both = body(json!([adgroup_id, two]), "adgroup");
    bench
        .post("/adgroup/status/update/", both.clone())
        .await
        .refuses(40_002, "does not exist");
    assert_eq!(
        bench.listed("adgroup", &adgroup_id).await["operation_status"],
        "ENABLE",
        "all or none"
    );
    let answered = bench
        .post(
            "/adgroup/status/update/",
            merged(both, json!({"allow_partial_success": true})),
        )
        .await;
    let data = answered.is(0);
    assert_eq!(
        (&data["adgroup_ids"], &data["error_list"][0]["adgroup_id"]),
        (&json!([adgroup_id]), &two)
    );
}

#[tokio::test]
async fn lists_have_pages_fields_and_filters() {
    let bench = AdsBench::new().await;
    for n in 0..12 {
        bench
            .campaign_id(json!({"campaign_name": format!("Campaign {n}")}))
            .await;
    }
    let get = |parameters: Value| {
        bench.get(
            "/campaign/get/",
            merged(json!({"advertiser_id": ADVERTISER}), parameters),
        )
    };
    let first = get(json!({})).await;
    assert_eq!(first.is(0)["list"].as_array().unwrap().len(), 10);
    assert_eq!(
        first.is(0)["page_info"],
        json!({"page": 1, "page_size": 10, "total_number": 12, "total_page": 2})
    );
    assert_eq!(
        first.is(0)["list"][0]["campaign_name"],
        "Campaign 11",
        "newest first"
    );
    let second = get(json!({"page": 2, "fields": ["campaign_name", "budget"]})).await;
    assert_eq!(
        second.is(0)["list"],
        json!([{"campaign_name": "Campaign 1", "budget": 500}, {"campaign_name": "Campaign 0", "budget": 500}])
    );
    let filtered = get(json!({"filtering": {"campaign_name": "CAMPAIGN 1"}})).await;
    assert_eq!(filtered.is(0)["page_info"]["total_number"], 3);
    let bare = get(json!({"page_size": 1, "exclude_field_types_in_response": ["NULL_FIELD"]})).await;
    assert!(bare.is(0)["list"][0].get("app_id").is_none());
    get(json!({"fields": ["nickname"]}))
        .await
        .refuses(40_002, "fields: nickname");
    get(json!({"page_size": 1001})).await.refuses(40_002, "page_size");
    get(json!({"filtering": {"campaign_ids": "1"}}))
        .await
        .refuses(40_002, "filtering.campaign_ids");
    get(json!({"filtering": "campaign_name"}))
        .await
        .refuses(40_002, "filtering: Not valid JSON");
    // A released client asks for deleted ones with a status that no page lists.
    let all = get(json!({"filtering": {"secondary_status": "CAMPAIGN_STATUS_ALL"}})).await;
    assert_eq!(all.is(0)["page_info"]["total_number"], 12);
}

#[tokio::test]
async fn a_get_takes_its_parameters_from_a_body_too() {
    let bench = AdsBench::new().await;
    let id = bench.campaign_id(json!({})).await;
    let json = bench
        .request(Method::GET, "/campaign/get/")
        .json(&json!({"advertiser_id": ADVERTISER}));
    assert_eq!(read(json).await.is(0)["list"][0]["campaign_id"], id);
    let form = [("advertiser_id", ADVERTISER), ("page_size", "5")];
    let form = bench
        .request(Method::GET, "/campaign/get/")
        .body(form.map(|(name, value)| format!("{name}={value}")).join("&"));
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(read(form).await.is(0)["page_info"]["page_size"], 5);
}

#[tokio::test]
async fn ids_can_be_bare_numbers() {
    let bench = AdsBench::with(json!({"throttle": false, "numeric_ids": true})).await;
    let created = bench.campaign(json!({})).await;
    assert!(created.is(0)["campaign_id"].is_u64());
    assert!(created.is(0)["advertiser_id"].is_u64());
    let refused = bench
        .post(
            "/campaign/update/",
            json!({"advertiser_id": 1, "campaign_id": "1"}),
        )
        .await;
    refused.refuses(40_002, "advertiser_id: Not a valid string");
}

#[tokio::test]
async fn budgets_of_ad_groups_change_at_once_or_on_the_next_day() {
    let bench = AdsBench::new().await;
    let (campaign_id, daily) = bench.adgroup_id(json!({})).await;
    let total = json!({"adgroup_name": "Lifetime", "budget_mode": "BUDGET_MODE_TOTAL", "budget": 200,
                       "schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-11-06 12:00:00"});
    let total = bench.adgroup(&campaign_id, total).await.is(0)["adgroup_id"].clone();
    let update = |body: Value| {
        bench.post(
            "/adgroup/budget/update/",
            merged(json!({"advertiser_id": ADVERTISER}), body),
        )
    };
    update(json!({"budget": [{"adgroup_id": total, "budget": 300}]}))
        .await
        .is(0);
    assert_eq!(bench.listed("adgroup", &total).await["budget"], 300.0);
    update(json!({"budget": [{"adgroup_id": daily, "budget": 40}]}))
        .await
        .refuses(40_002, "scheduled_budget");
    update(json!({"scheduled_budget": [{"adgroup_id": daily, "scheduled_budget": 40}]}))
        .await
        .is(0);
    let listed = bench.listed("adgroup", &daily).await;
    assert_eq!(
        (&listed["budget"], &listed["scheduled_budget"]),
        (&json!(24), &json!(40.0))
    );
    bench.wait(11 * 3_600 + 56 * 60);
    update(json!({"budget": [{"adgroup_id": total, "budget": 400}]}))
        .await
        .refuses(40_002, "23:55");
    bench.wait(5 * 60);
    assert_eq!(bench.listed("adgroup", &daily).await["budget"], 40.0);
    update(json!({})).await.refuses(40_002, "Exactly one");
}
