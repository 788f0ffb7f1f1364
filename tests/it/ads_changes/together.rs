//! Requests of one standard input that change the same object.

use std::{thread, time::Duration};

use autohive_tiktok::{clock::Clock, simulator::EndpointName};
use serde_json::{Value, json};

use super::bench::{ChangeBench, named, outcomes};

/// Numbers of jobs: alone, and all together.
const JOBS: [usize; 2] = [1, 8];

fn campaign(id: &str, changes: Value) -> (&'static str, Value) {
    update("update_campaign", "campaign_id", id, changes)
}

fn update(action: &'static str, name: &str, id: &str, mut changes: Value) -> (&'static str, Value) {
    changes[name] = json!(id);
    (action, changes)
}

#[track_caller]
fn all_changed(answers: &[Value]) {
    for answer in answers {
        assert_eq!(answer["result"]["data"]["outcome"], "changed", "{answer}");
    }
}

#[test]
fn the_last_status_of_the_input_is_the_objects_status() {
    for jobs in JOBS {
        let bench = ChangeBench::new();
        let id = bench.campaign(json!({}));
        let requests = [
            json!({ "status": "ENABLE", "budget": 150, "confirm_budget": 150 }),
            json!({ "status": "DISABLE" }),
            json!({ "status": "ENABLE" }),
            json!({ "status": "DISABLE", "campaign_name": "Off" }),
        ];
        let requests = requests.into_iter().map(|changes| campaign(&id, changes));
        all_changed(&bench.answers(jobs, requests.collect()));
        let listed = bench.listed("campaign", &id);
        assert_eq!(
            (&listed["operation_status"], &listed["campaign_name"]),
            (&json!("DISABLE"), &json!("Off")),
            "jobs: {jobs}"
        );
    }
}

#[test]
fn no_change_of_another_setting_is_lost() {
    for jobs in JOBS {
        let bench = ChangeBench::new();
        let parent = bench.campaign(json!({}));
        let id = bench.ad_group(&parent, json!({}));
        let requests = [
            json!({ "gender": "GENDER_FEMALE" }),
            json!({ "languages": ["en"] }),
            json!({ "age_groups": ["AGE_25_34"] }),
        ];
        let requests = requests
            .into_iter()
            .map(|changes| update("update_ad_group", "adgroup_id", &id, changes));
        all_changed(&bench.answers(jobs, requests.collect()));
        let listed = bench.listed("adgroup", &id);
        assert_eq!(
            (&listed["gender"], &listed["languages"], &listed["age_groups"]),
            (&json!("GENDER_FEMALE"), &json!(["en"]), &json!(["AGE_25_34"])),
            "jobs: {jobs}"
        );
    }
}

#[test]
fn no_change_of_an_ad_of_either_way_is_lost() {
    let bench = ChangeBench::new();
    let parent = bench.campaign(json!({}));
    let manual = bench.ad(&bench.ad_group(&parent, json!({})), json!({}));
    let parent = bench.smart_campaign(json!({}));
    let smart = bench.smart_ad(
        &bench.smart_ad_group(&parent, json!({})),
        &["v10033g50000"],
        json!({}),
    );
    for id in [&manual, &smart] {
        let requests = [
            json!({ "ad_name": "Film 2" }),
            json!({ "landing_page_url": "https://example.com/boots" }),
            json!({ "ad_texts": ["Run further"] }),
        ];
        let requests = requests
            .into_iter()
            .map(|changes| update("update_ad", "ad_id", id, changes));
        all_changed(&bench.answers(8, requests.collect()));
    }
    let listed = bench.listed("ad", &manual);
    assert_eq!(
        (
            &listed["ad_name"],
            &listed["landing_page_url"],
            &listed["ad_texts"]
        ),
        (
            &json!("Film 2"),
            &json!("https://example.com/boots"),
            &json!(["Run further"])
        )
    );
    let listed = bench.listed("smart_plus/ad", &smart);
    let found = (
        &listed["ad_name"],
        &listed["landing_page_url_list"][0]["landing_page_url"],
        &listed["ad_text_list"][0]["ad_text"],
    );
    assert_eq!(
        found,
        (
            &json!("Film 2"),
            &json!("https://example.com/boots"),
            &json!("Run further")
        )
    );
}

#[test]
fn an_object_is_deleted_once_and_already_deleted_for_the_others() {
    let bench = ChangeBench::new();
    let ids = [bench.campaign(named("A")), bench.campaign(named("B"))];
    let delete = |ids: &[&String]| ("delete_campaign", json!({ "campaign_ids": ids }));
    let [a, b] = &ids;
    let requests = vec![delete(&[a, b]), delete(&[b, a]), delete(&[a]), delete(&[b])];
    let answers = bench.answers(8, requests);
    let found: Vec<_> = answers
        .iter()
        .map(|answer| outcomes(&answer["result"]["data"]))
        .collect();
    let (deleted, before) = ("deleted", "already_deleted");
    assert_eq!(
        found,
        [
            vec![(&**a, deleted), (b, deleted)],
            vec![(b, before), (a, before)],
            vec![(a, before)],
            vec![(b, before)],
        ]
    );
}

/// Another program deletes an object while the first of two calls is answered.
#[test]
fn an_object_that_another_program_deletes_meanwhile_is_already_deleted() {
    let bench = ChangeBench::new();
    let ids: Vec<String> = (0..21)
        .map(|at| bench.campaign(named(&format!("Spring {at}"))))
        .collect();
    let last = &ids[20];
    bench.fault(&json!({ "endpoint": "campaign_status_update", "nth": 1, "kind": { "slow_ms": 1_000 } }));
    let data = thread::scope(|scope| {
        scope.spawn(|| {
            while bench.count(EndpointName::CAMPAIGN_STATUS_UPDATE) == 0 {
                thread::sleep(Duration::from_millis(5));
            }
            let body = json!({ "campaign_ids": [last], "operation_status": "DELETE" });
            bench.post("/campaign/status/update/", body)
        });
        bench.does("delete_campaign", json!({ "campaign_ids": ids }))
    });
    let expected = (&json!(20), &json!(1), &json!(true));
    assert_eq!(
        (
            &data["deleted_count"],
            &data["already_deleted_count"],
            &data["complete"]
        ),
        expected,
        "{data}"
    );
}

/// The job of a request is its own until it is answered.
#[test]
fn requests_wait_for_their_jobs() {
    const SLOW: Duration = Duration::from_millis(200);
    let bench = ChangeBench::new();
    bench.fault(&json!({ "endpoint": "campaign_get", "nth": 1, "times": 3, "kind": { "slow_ms": 200 } }));
    let clock = Clock::system();
    let answers = bench.answers(1, vec![("get_campaigns", json!({})); 3]);
    assert!(
        answers.iter().all(|answer| answer["type"] == "action"),
        "{answers:?}"
    );
    let took = clock.elapsed();
    assert!(took >= 3 * SLOW, "three requests with one job took {took:?}");
}
