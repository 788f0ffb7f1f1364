//! Tokens, permissions, paths, request limits and faults.

use reqwest::Method;
use serde_json::json;

use super::bench::{ADVERTISER, AdsBench, campaign, read};

#[tokio::test]
async fn tokens_are_checked_first() {
    let bench = AdsBench::new().await;
    let url = format!(
        "{}/open_api/v1.3/campaign/get/?advertiser_id={ADVERTISER}",
        bench.sim.url()
    );
    read(bench.http.get(&url)).await.refuses(40_104, "Access-Token");
    read(bench.http.get(&url).bearer_auth("ads.sim-main"))
        .await
        .is(40_104);
    let with = |token: &str| read(bench.http.get(&url).header("Access-Token", token));
    with("nonsense").await.is(40_105);
    with("ads.sim-expired").await.is(40_102);
    with("act.sim-public").await.is(40_105);
    with("ads.sim-read-only")
        .await
        .refuses(40_001, "/campaign/get/:GET permission");
    with("ads.sim-main").await.is(0);
    let journal = bench.sim.journal();
    let text = serde_json::to_string(&journal).unwrap();
    assert!(
        !text.contains("ads.sim") && !text.contains("nonsense"),
        "no token in the journal"
    );
    assert_eq!(
        journal.entries.last().unwrap().account.as_deref(),
        Some("sim-main")
    );
    assert!(journal.entries.last().unwrap().headers.access_token);
}

#[tokio::test]
async fn paths_without_their_slash_are_not_the_api() {
    let bench = AdsBench::new().await;
    for path in ["/campaign/get", "/campaign/list/", "/campaign/create/"] {
        let answered = read(bench.request(Method::GET, path)).await;
        assert_eq!(
            (answered.status, answered.body.as_str()),
            (404, Some("404 page not found")),
            "{path}"
        );
    }
    let v2 = bench
        .http
        .get(format!("{}/open_api/v2.0/campaign/get/", bench.sim.url()));
    assert_eq!(read(v2.header("Access-Token", "ads.sim-main")).await.status, 404);
    // A released client does this on production.
    read(bench.request(Method::GET, "/user/info")).await.is(0);
}

#[tokio::test]
async fn an_app_has_ten_requests_a_second() {
    let bench = AdsBench::with(json!({})).await;
    let get = || bench.get("/campaign/get/", json!({"advertiser_id": ADVERTISER}));
    for _ in 0..10 {
        get().await.is(0);
    }
    get().await.is(40_100);
    bench.wait(1);
    get().await.is(0);
    bench.apply(json!({"ads": {"apps": [{"app_id": "7300000000000000007", "tier": "advanced"}]}}));
    for _ in 0..10 {
        get().await.is(0);
    }
    bench.switch(json!({"advertiser_per_second": 1}));
    bench.wait(1);
    get().await.is(0);
    get().await.is(40_133);
    bench.switch(json!({"throttle": false}));
    get().await.is(0);
}

#[tokio::test]
async fn ads_are_created_five_times_a_second() {
    let bench = AdsBench::with(json!({})).await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    bench.wait(1);
    for n in 0..5 {
        bench
            .ad(&adgroup_id, json!({"ad_name": format!("Ad {n}")}))
            .await
            .is(0);
    }
    bench.ad(&adgroup_id, json!({})).await.is(40_016);
}

#[tokio::test]
async fn the_sandbox_has_limits_of_its_own_and_no_secondary_status() {
    let bench = AdsBench::with(json!({})).await;
    let bench = AdsBench {
        token: "ads.sim-sandbox",
        ..bench
    };
    let sandbox = "7310000000000000097";
    let created = bench.campaign(json!({"advertiser_id": sandbox})).await;
    assert!(created.is(0).get("secondary_status").is_none());
    bench.campaign(json!({"advertiser_id": sandbox})).await.is(40_016);
    let listed = bench
        .get("/campaign/get/", json!({"advertiser_id": sandbox}))
        .await;
    assert_eq!(
        listed.is(0)["page_info"]["total_number"],
        1,
        "limits are per endpoint"
    );
    let smart = bench
        .get("/smart_plus/campaign/get/", json!({"advertiser_id": sandbox}))
        .await;
    smart.refuses(40_008, "sandbox");
    for _ in 0..29 {
        bench.wait(1);
        bench
            .get("/campaign/get/", json!({"advertiser_id": sandbox}))
            .await
            .is(0);
    }
    bench.wait(1);
    bench
        .get("/campaign/get/", json!({"advertiser_id": sandbox}))
        .await
        .is(40_016);
}

#[tokio::test]
async fn unknown_parameters_are_counted_and_refused_in_strict_mode() {
    let bench = AdsBench::new().await;
    bench
        .campaign(json!({"bid": 1, "opt_status": "ENABLE"}))
        .await
        .is(0);
    assert_eq!(
        bench.sim.listing("ads_unknown").unwrap(),
        json!({"bid": 1, "opt_status": 1})
    );
    let notes = bench.sim.journal().entries[0].notes.clone();
    assert_eq!(
        notes,
        [
            "WARN bid is unknown: ignored",
            "WARN opt_status is unknown: ignored"
        ]
    );
    bench.apply(json!({"strict": true}));
    bench
        .campaign(json!({"bid": 1}))
        .await
        .refuses(40_002, "bid: Unknown field");
}

#[tokio::test]
async fn a_lost_answer_leaves_the_campaign_and_its_request_id_finds_it() {
    let bench = AdsBench::new().await;
    let fault =
        json!({"endpoint": "campaign_create", "account": "ads.sim-main", "nth": 1, "kind": "cut_after"});
    bench.apply(json!({ "faults": [fault] }));
    let create = || {
        bench
            .request(Method::POST, "/campaign/create/")
            .json(&crate::support::merged(
                campaign(),
                json!({"request_id": "4611686018427387905"}),
            ))
    };
    assert!(create().send().await.is_err());
    assert_eq!(bench.sim.stored()["campaigns"], 1);
    bench.wait(9);
    let again = read(create()).await;
    let id = again.is(0)["campaign_id"].clone();
    assert_eq!(bench.sim.stored()["campaigns"], 1, "the first object again");
    bench.switch(json!({"repeated_request": "refused"}));
    read(create()).await.is(40_050);
    bench.wait(2);
    read(create())
        .await
        .refuses(40_002, "campaign_name: The name already exists");
    assert_eq!(
        bench.listed("campaign", &id).await["campaign_name"],
        "Spring sale"
    );
}

#[tokio::test]
async fn faults_answer_in_the_form_of_the_api() {
    let bench = AdsBench::new().await;
    let faults = json!([
        {"endpoint": "campaign_get", "nth": 1, "kind": {"error": {"http": 200, "code": "51010", "message": "m"}}},
        {"endpoint": "campaign_get", "nth": 2, "kind": {"retry_after": "1"}},
    ]);
    bench.apply(json!({ "faults": faults }));
    let get = || bench.get("/campaign/get/", json!({"advertiser_id": ADVERTISER}));
    get().await.refuses(51_010, "m");
    get().await.is(40_100);
    get().await.is(0);
}

#[tokio::test]
async fn writes_in_one_ad_group_conflict_within_the_window() {
    let bench = AdsBench::with(json!({"throttle": false, "write_window_ms": 5_000})).await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    bench.ad(&adgroup_id, json!({})).await.is(0);
    bench
        .ad(&adgroup_id, json!({}))
        .await
        .refuses(40_202, "Optimistic lock");
    bench.wait(5);
    bench.ad(&adgroup_id, json!({})).await.is(0);
}
