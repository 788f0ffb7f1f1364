//! Asynchronous reports.

use reqwest::Method;
use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsAnswered, AdsBench, merged};

async fn bench() -> AdsBench {
    let bench = AdsBench::new().await;
    let history = json!({"advertiser_id": ADVERTISER, "campaigns": 1, "adgroups": 1, "ads": 2});
    bench.apply(json!({"ads": {"history": [history]}}));
    bench
}

async fn create(bench: &AdsBench, changes: Value) -> AdsAnswered {
    let body = json!({
        "advertiser_id": ADVERTISER,
        "report_type": "BASIC",
        "data_level": "AUCTION_AD",
        "dimensions": ["ad_id", "stat_time_day"],
        "metrics": ["spend", "ad_name"],
        "start_date": "2026-01-01",
        "end_date": "2026-10-30",
        "enable_report_title_translation": false,
    });
    bench.post("/report/task/create/", merged(body, changes)).await
}

fn of(id: &Value) -> Value {
    json!({"advertiser_id": ADVERTISER, "task_id": id})
}

async fn status(bench: &AdsBench, id: &Value) -> Value {
    bench.get("/report/task/check/", of(id)).await.is(0)["status"].clone()
}

/// The whole text of a download.
async fn download(bench: &AdsBench, id: &Value) -> String {
    let query = [("advertiser_id", ADVERTISER), ("task_id", id.as_str().unwrap())];
    let request = bench.request(Method::GET, "/report/task/download/").query(&query);
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_task_becomes_a_text_without_an_envelope() {
    let bench = bench().await;
    let id = create(&bench, json!({})).await.is(0)["task_id"].clone();
    assert_eq!(status(&bench, &id).await, "QUEUING");
    bench
        .get("/report/task/download/", of(&id))
        .await
        .refuses(40_201, "QUEUING");
    bench.wait(1);
    assert_eq!(status(&bench, &id).await, "PROCESSING");
    bench.wait(1);
    assert_eq!(status(&bench, &id).await, "SUCCESS");
    let csv = download(&bench, &id).await;
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("ad_id,stat_time_day,spend,ad_name"));
    assert!(lines.next().unwrap().ends_with(",History 1.1.2"), "{csv:.200}");
    assert_eq!(lines.count() + 1, 2 * 303, "no limit of dates");
    bench.wait(30 * 86_400);
    bench.get("/report/task/check/", of(&id)).await.is(40_007);
}

#[tokio::test]
async fn a_file_has_an_address_and_translated_titles() {
    let bench = bench().await;
    let changes = json!({"output_format": "CSV_DOWNLOAD", "file_name": "october", "enable_report_title_translation": null});
    let id = create(&bench, changes).await.is(0)["task_id"].clone();
    bench.wait(2);
    let data = bench.get("/report/task/download/", of(&id)).await.is(0).clone();
    assert_eq!(
        (&data["file_name"], &data["output_format"]),
        (&json!("october.csv"), &json!("CSV_DOWNLOAD"))
    );
    let file = bench
        .http
        .get(data["download_url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert!(
        file.text()
            .await
            .unwrap()
            .starts_with("AD ID,Date,Cost,AD NAME\r\n")
    );
}

#[tokio::test]
async fn tasks_are_cancelled_fail_and_belong_to_their_token() {
    let mut bench = bench().await;
    let id = create(&bench, json!({})).await.is(0)["task_id"].clone();
    let cancelled = bench.post("/report/task/cancel/", of(&id)).await;
    assert_eq!(cancelled.is(0), &json!({"status": "CANCELED"}));
    bench.wait(5);
    assert_eq!(status(&bench, &id).await, "CANCELED");
    bench
        .get("/report/task/download/", of(&id))
        .await
        .refuses(40_200, "CANCELED");
    let id = create(&bench, json!({})).await.is(0)["task_id"].clone();
    bench.wait(5);
    bench
        .post("/report/task/cancel/", of(&id))
        .await
        .refuses(40_200, "SUCCESS");
    bench.token = "ads.sim-single";
    bench.get("/report/task/check/", of(&id)).await.is(40_007);
    bench.switch(json!({"report_fails": true}));
    let id = create(&bench, json!({})).await.is(0)["task_id"].clone();
    bench.wait(5);
    assert_eq!(status(&bench, &id).await, "FAILED");
    bench.switch(json!({"async_reports": false}));
    create(&bench, json!({})).await.is(40_118);
}

#[tokio::test]
async fn rules_of_asynchronous_reports() {
    let bench = bench().await;
    let filter = |name: &str, value: &str| json!({"filtering": [{"field_name": name, "filter_type": "IN", "filter_value": value}]});
    create(&bench, filter("ad_status", "[\"STATUS_ALL\"]"))
        .await
        .refuses(40_002, "ad_status is not a supported filter");
    let many: Vec<String> = (0..20_001).map(|id| id.to_string()).collect();
    create(&bench, filter("ad_ids", &json!(many[..20_000]).to_string()))
        .await
        .is(0);
    create(&bench, filter("ad_ids", &json!(many).to_string()))
        .await
        .is(40_011);
    create(
        &bench,
        json!({"dimensions": ["ad_id", "country_code"], "metrics": ["reach"]}),
    )
    .await
    .refuses(40_002, "asynchronous");
    create(
        &bench,
        json!({"dimensions": ["ad_id", "country_code"], "metrics": ["cost_per_result"]}),
    )
    .await
    .refuses(40_002, "cost_per_result");
    create(&bench, json!({"file_name": "a/b"}))
        .await
        .refuses(40_002, "file_name");
    create(&bench, json!({"file_name": "a".repeat(256)}))
        .await
        .is(40_002);
    create(&bench, json!({"output_format": "XLSX_DOWNLOAD"}))
        .await
        .refuses(40_002, "not simulated");
    create(&bench, json!({"output_format": "PDF"})).await.is(40_002);
    bench.switch(json!({"throttle": true}));
    bench.wait(1);
    create(&bench, json!({})).await.is(0);
    create(&bench, json!({})).await.is(40_016);
}
