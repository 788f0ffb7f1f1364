//! Requests that no client should send, and the simulator's own controls.

use reqwest::Method;
use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsBench, read};

const POSTS: [&str; 20] = [
    "/campaign/create/",
    "/campaign/update/",
    "/campaign/status/update/",
    "/adgroup/create/",
    "/adgroup/update/",
    "/adgroup/status/update/",
    "/adgroup/budget/update/",
    "/ad/create/",
    "/ad/update/",
    "/ad/status/update/",
    "/smart_plus/campaign/create/",
    "/smart_plus/campaign/update/",
    "/smart_plus/campaign/status/update/",
    "/smart_plus/adgroup/create/",
    "/smart_plus/adgroup/update/",
    "/smart_plus/adgroup/budget/update/",
    "/smart_plus/ad/create/",
    "/smart_plus/ad/update/",
    "/tool/targeting/search/",
    "/tool/targeting/info/",
];

#[tokio::test]
async fn every_body_is_answered_in_the_envelope() {
    let bench = AdsBench::new().await;
    let (campaign_id, adgroup_id) = bench.adgroup_id(json!({})).await;
    let ids = json!({"advertiser_id": ADVERTISER, "campaign_id": campaign_id, "adgroup_id": adgroup_id});
    let strange = [
        json!({"budget": 1e308, "pacing": "PACING_MODE_FAST"}),
        json!({"budget": -1, "schedule_start_time": "9999-12-31 23:59:59"}),
        json!({"campaign_ids": [], "adgroup_ids": [], "ad_ids": [], "operation_status": "ENABLE"}),
        json!({"creatives": [], "creative_list": [{}], "targeting_spec": {}}),
        json!({"budget": [{"adgroup_id": adgroup_id, "budget": 1e300}]}),
        json!({"keywords": [""], "placements": [], "objective_type": "", "search_type": "FUZZY_SEARCH"}),
        json!({"campaign_name": "\u{0}", "adgroup_name": "\u{202e}", "ad_name": "\u{10ffff}"}),
    ];
    for path in POSTS {
        for body in &strange {
            let answered = bench
                .post(path, crate::support::merged(ids.clone(), body.clone()))
                .await;
            assert_eq!(answered.status, 200, "{path} {body}");
            assert!(
                answered.body["request_id"].is_string(),
                "{path} {}",
                answered.body
            );
        }
        for raw in [
            "",
            "{",
            "[]",
            "null",
            "\"x\"",
            "{\"advertiser_id\":{}}",
            "[[[[[[[[[[",
        ] {
            let request = bench.request(Method::POST, path).body(raw);
            let answered = read(request.header("content-type", "application/json")).await;
            assert_eq!(
                (answered.status, answered.code),
                (200, 40_002),
                "{path} {raw} {}",
                answered.body
            );
        }
        let form = bench
            .request(Method::POST, path)
            .body("x")
            .header("content-type", "text/plain");
        read(form).await.refuses(40_002, "Content-Type");
    }
}

#[tokio::test]
async fn the_end_of_time_is_no_panic() {
    let bench = AdsBench::new().await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    bench.ad(&adgroup_id, json!({})).await.is(0);
    bench.wait(u64::MAX);
    let listed = bench.listed("adgroup", &adgroup_id).await;
    assert_eq!(listed["secondary_status"], "ADGROUP_STATUS_TIME_DONE");
    for ids in [json!({"budget": []}), json!({"scheduled_budget": []})] {
        let body = crate::support::merged(json!({"advertiser_id": ADVERTISER}), ids);
        assert_eq!(bench.post("/adgroup/budget/update/", body).await.status, 200);
    }
}

#[tokio::test]
async fn a_query_in_the_manner_of_the_official_sdk_is_understood() {
    let bench = AdsBench::new().await;
    bench.campaign_id(json!({})).await;
    let query = [
        ("advertiser_id", ADVERTISER),
        ("fields", "[\"campaign_id\", \"budget\"]"),
        (
            "filtering",
            "{\"primary_status\": \"STATUS_ALL\", \"split_test_enabled\": false}",
        ),
        ("page", "1"),
    ];
    let answered = read(bench.request(Method::GET, "/campaign/get/").query(&query)).await;
    assert_eq!(answered.is(0)["list"][0]["budget"], 500);
    let twice = [
        ("advertiser_id", ADVERTISER),
        ("fields", "campaign_id"),
        ("fields", "budget"),
    ];
    let answered = read(bench.request(Method::GET, "/campaign/get/").query(&twice)).await;
    answered.refuses(40_002, "fields: Not valid JSON");
}

#[tokio::test]
async fn controls_change_and_show_the_marketing_api() {
    let bench = AdsBench::new().await;
    let control = |method: Method, name: &str| {
        let url = format!("{}/_simulator/{name}", bench.sim.url());
        bench.http.request(method, url)
    };
    let setup = async |body: Value| {
        let answer = control(Method::POST, "setup").json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let account = json!({"advertiser_id": "5", "currency": "PLN"});
    let token = json!({"token": "ads.mine", "advertiser_ids": ["5"]});
    let fault = json!({"endpoint": "campaign_get", "account": "mine", "kind": "empty_200"});
    let both = json!({"ads": {"advertisers": [account], "tokens": [token]}, "faults": [fault]});
    assert_eq!(setup(both).await, (200, "{}".to_owned()));
    for (wrong, message) in [
        (
            json!({"ads": {"advertisers": [{}]}}),
            "ads: an advertiser has no id",
        ),
        (
            json!({"ads": {"tokens": [{"token": ""}]}}),
            "ads: a token has no id",
        ),
        (json!({"ads": {"consents": "nobody"}}), "which is unknown"),
        (json!({"ads": {"switches": {"lag": 1}}}), "unknown field `lag`"),
        (
            json!({"faults": [{"endpoint": "ad_get", "account": "nobody", "kind": "empty_200"}]}),
            "nobody",
        ),
    ] {
        let (status, text) = setup(wrong).await;
        assert!(status == 400 && text.contains(message), "{status} {text}");
    }
    let listed = control(Method::GET, "advertisers").send().await.unwrap();
    let listed: Value = listed.json().await.unwrap();
    let currencies: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|account| &account["currency"])
        .collect();
    assert!(currencies.contains(&&json!("PLN")));
    bench.campaign_id(json!({})).await;
    control(Method::POST, "reset").send().await.unwrap();
    assert_eq!(bench.sim.stored(), [].into());
    assert_eq!(
        bench
            .sim
            .listing("advertisers")
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        9
    );
}
