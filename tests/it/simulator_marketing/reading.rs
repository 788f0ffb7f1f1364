//! The reading actions of `tiktok-ads`, on objects that were made by plain HTTP.

use std::sync::Arc;

use autohive_tiktok::{clock::Clock, front::stdio::ask, host::Host};
use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsBench, MAIN};

/// Output of an action.
async fn output(host: &Arc<Host>, action: &str, inputs: Value) -> Value {
    let auth = json!({ "access_token": MAIN, "advertiser_id": ADVERTISER });
    let request = json!({ "integration": "tiktok-ads", "action": action, "auth": auth, "inputs": inputs });
    let answer = ask(host, request.to_string()).await.unwrap().remove(0);
    assert_eq!(answer["type"], "action", "{answer}");
    answer["result"]["data"].clone()
}

fn host(bench: &AdsBench) -> Arc<Host> {
    let base = bench.sim.url().parse().unwrap();
    Arc::new(Host::new(Clock::system()).with_api_base("tiktok-ads", base))
}

/// Ids are the same whether the answers have them as text or as numbers.
#[tokio::test]
async fn what_plain_http_made_is_read_with_exact_ids() {
    let bench = AdsBench::new().await;
    let (campaign_id, adgroup_id) = bench.adgroup_id(json!({})).await;
    let ad = bench.ad(&adgroup_id, json!({})).await.is(0)["ad_ids"][0].clone();
    let host = host(&bench);
    for numeric in [false, true] {
        bench.switch(json!({ "throttle": false, "numeric_ids": numeric }));
        let campaigns = output(
            &host,
            "get_campaigns",
            json!({ "campaign_ids": [campaign_id, "5"] }),
        )
        .await;
        assert_eq!(
            campaigns["campaigns"][0]["campaign_id"], campaign_id,
            "{campaigns}"
        );
        assert_eq!(campaigns["campaigns"][0]["budget"], 500);
        assert_eq!(
            (&campaigns["total_count"], &campaigns["not_found"]),
            (&json!(1), &json!(["5"]))
        );
        let groups = output(&host, "get_ad_groups", json!({ "campaign_ids": [campaign_id] })).await;
        assert_eq!(groups["ad_groups"][0]["adgroup_id"], adgroup_id, "{groups}");
        assert_eq!(groups["ad_groups"][0]["location_ids"], json!(["6252001"]));
        let ads = output(&host, "get_ads", json!({ "adgroup_ids": [adgroup_id] })).await;
        assert_eq!(ads["ads"][0]["ad_id"], ad, "{ads}");
        assert_eq!(ads["ads"][0]["ad_text"], "Run farther.");
    }
}

/// More campaigns than fit into a page, in parts and at once.
#[tokio::test]
async fn a_list_of_several_pages_is_whole() {
    let bench = AdsBench::new().await;
    let mut made = Vec::new();
    for number in 0..120 {
        let campaign = json!({ "campaign_name": format!("Campaign {number}") });
        made.push(bench.campaign_id(campaign).await);
    }
    let host = host(&bench);
    let all = output(&host, "get_campaigns", json!({ "max_count": 1000 })).await;
    let ids = |listed: &Value| -> Vec<Value> {
        let rows = listed["campaigns"].as_array().unwrap();
        rows.iter().map(|row| row["campaign_id"].clone()).collect()
    };
    let mut found = ids(&all);
    assert_eq!(
        (&all["total_count"], &all["next_offset"]),
        (&json!(120), &Value::Null)
    );
    let mut parts = Vec::new();
    let mut offset = json!(0);
    while offset.is_number() {
        let part = output(
            &host,
            "get_campaigns",
            json!({ "max_count": 50, "offset": offset }),
        )
        .await;
        parts.extend(ids(&part));
        offset = part["next_offset"].clone();
    }
    assert_eq!(parts, found);
    found.sort_by_key(ToString::to_string);
    made.sort_by_key(ToString::to_string);
    assert_eq!(found, made);
}

#[tokio::test]
async fn deleted_campaigns_are_listed_if_asked_for() {
    let bench = AdsBench::new().await;
    let id = bench.campaign_id(json!({})).await;
    bench.set("campaign", &id, "DELETE").await.is(0);
    let host = host(&bench);
    let count = async |status: &str| {
        let listed = output(&host, "get_campaigns", json!({ "status": status })).await;
        listed["campaigns"].as_array().unwrap().len()
    };
    assert_eq!(
        [
            count("STATUS_NOT_DELETE").await,
            count("STATUS_ALL").await,
            count("STATUS_DELETE").await
        ],
        [0, 1, 1]
    );
}
