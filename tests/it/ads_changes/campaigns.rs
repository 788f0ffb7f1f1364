//! Updates and deletions of campaigns.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::bench::{ADVERTISER, ChangeBench, named, outcomes};

fn change(field: &str, from: Value, to: Value) -> Value {
    let mut change = json!({ "field": field, "from": null, "to": null, "takes_effect": "now" });
    change["from"] = from;
    change["to"] = to;
    change
}

#[test]
fn a_manual_campaign_is_changed_with_one_call_that_has_only_the_changes() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({ "special_industries": ["HOUSING", "CREDIT"] }));
    let inputs = json!({
        "campaign_id": id, "campaign_name": "Autumn", "budget_amount": 150, "special_industries": ["CREDIT"],
    });
    let (data, calls) = bench.writes_of(|| bench.does("update_campaign", inputs));
    let changes = json!([
        change("campaign_name", json!("Spring"), json!("Autumn")),
        change(
            "special_industries",
            json!(["HOUSING", "CREDIT"]),
            json!(["CREDIT"])
        ),
        change("budget", json!(100), json!(150)),
    ]);
    let expected = json!({
        "campaign_id": id, "automation": "MANUAL", "changes": changes, "outcome": "changed", "warnings": [],
    });
    assert_eq!(data, expected);
    let body = json!({
        "advertiser_id": ADVERTISER, "campaign_id": id, "campaign_name": "Autumn",
        "special_industries": ["CREDIT"], "budget": 150,
    });
    assert_eq!(calls, [("/campaign/update/".to_owned(), body)]);
    let listed = bench.listed("campaign", &id);
    assert_eq!(
        (&listed["campaign_name"], &listed["budget"]),
        (&json!("Autumn"), &json!(150))
    );
}

#[test]
fn a_smart_campaign_is_changed_by_its_own_endpoints() {
    let bench = ChangeBench::new();
    let id = bench.smart_campaign(json!({}));
    let inputs = json!({
        "campaign_id": id, "budget": 80, "confirm_budget": 80, "po_number": "7", "status": "ENABLE",
    });
    let (data, calls) = bench.writes_of(|| bench.does("update_campaign", inputs));
    assert_eq!(
        (&data["automation"], &data["outcome"]),
        (&json!("SMART_PLUS"), &json!("changed"))
    );
    let budget = &data["changes"][1];
    assert!(budget["note"].as_str().unwrap().contains("125 %"), "{data}");
    let paths: Vec<_> = calls.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/smart_plus/campaign/update/",
            "/smart_plus/campaign/status/update/"
        ]
    );
    let listed = bench.listed("campaign", &id);
    assert_eq!(
        (&listed["operation_status"], &listed["budget"]),
        (&json!("ENABLE"), &json!(80))
    );
}

#[test]
fn disabling_goes_before_the_budget_and_enabling_after_it() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({ "operation_status": "ENABLE" }));
    for (status, budget, first) in [
        ("DISABLE", 120, "/campaign/status/update/"),
        ("ENABLE", 130, "/campaign/update/"),
    ] {
        let inputs =
            json!({ "campaign_id": id, "status": status, "budget": budget, "confirm_budget": budget });
        let (_, calls) = bench.writes_of(|| bench.does("update_campaign", inputs));
        assert_eq!((calls.len(), calls[0].0.as_str()), (2, first), "{status}");
    }
}

#[test]
fn a_request_that_changes_nothing_sends_nothing() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    let inputs =
        json!({ "campaign_id": id, "campaign_name": "Spring", "budget": 100.0, "status": "DISABLE" });
    let data = bench.writes_nothing(|| bench.does("update_campaign", inputs));
    assert_eq!(
        (&data["outcome"], &data["changes"]),
        (&json!("unchanged"), &json!([]))
    );
    assert!(
        data["warnings"][0]
            .as_str()
            .unwrap()
            .contains("already has these settings"),
        "{data}"
    );
}

#[test]
fn a_dry_run_shows_the_calls_and_sends_none() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    let inputs = json!({
        "campaign_id": id, "budget": 60, "confirm_budget": 60, "status": "ENABLE", "dry_run": true,
    });
    let data = bench.writes_nothing(|| bench.does("update_campaign", inputs));
    assert_eq!(data["outcome"], "planned");
    let calls = json!([
        { "method": "POST", "path": "/open_api/v1.3/campaign/update/",
          "body": { "advertiser_id": ADVERTISER, "campaign_id": id, "budget": 60 } },
        { "method": "POST", "path": "/open_api/v1.3/campaign/status/update/",
          "body": { "advertiser_id": ADVERTISER, "campaign_ids": [id], "operation_status": "ENABLE" } },
    ]);
    assert_eq!(data["calls"], calls);
    let data = bench.writes_nothing(|| {
        bench.does(
            "delete_campaign",
            json!({ "campaign_ids": [id], "dry_run": true }),
        )
    });
    assert_eq!(
        (&data["complete"], &data["results"][0]["outcome"]),
        (&json!(false), &json!("planned"))
    );
    assert_eq!(data["calls"][0]["body"]["operation_status"], "DELETE");
}

#[test]
fn all_broken_rules_are_reported_at_once_and_nothing_is_sent() {
    let bench = ChangeBench::with_ceiling(100.0);
    let id = bench.campaign(json!({ "operation_status": "ENABLE" }));
    let inputs = json!({
        "campaign_id": id, "campaign_name": "Autumn 🍂", "budget": 150, "special_industries": ["HOUSING"],
    });
    let error = bench.writes_nothing(|| bench.fails("update_campaign", inputs, "ad_rules_not_met"));
    let details = error["details"].as_array().unwrap();
    let fields: Vec<_> = details
        .iter()
        .map(|detail| detail["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        ["special_industries", "campaign_name", "confirm_budget", "budget"],
        "{error}"
    );
    assert_eq!(
        (&error["outcome"], &error["campaign_id"]),
        (&json!("failed"), &json!(id))
    );
}

#[test]
fn a_campaign_without_a_budget_has_none_to_change() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": 0 }));
    let inputs = json!({ "campaign_id": id, "budget": 100 });
    let error = bench.writes_nothing(|| bench.fails("update_campaign", inputs, "ad_rules_not_met"));
    assert!(
        error["remedy"].as_str().unwrap().contains("update_ad_group"),
        "{error}"
    );
}

#[test]
fn settings_that_cannot_be_changed_are_no_inputs() {
    let bench = ChangeBench::new();
    for name in [
        "objective_type",
        "budget_mode",
        "budget_optimize_on",
        "operation_status",
    ] {
        let mut inputs = json!({ "campaign_id": "1" });
        inputs[name] = json!("REACH");
        drop(bench.breaks_the_schema("update_campaign", inputs));
    }
}

#[test]
fn a_campaign_that_does_not_exist_is_named_and_a_deleted_one_too() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    drop(bench.does("delete_campaign", json!({ "campaign_ids": [id] })));
    for (id, reason) in [("123", "has no campaign 123"), (id.as_str(), "was deleted")] {
        let inputs = json!({ "campaign_id": id, "status": "ENABLE" });
        let error = bench.writes_nothing(|| bench.fails("update_campaign", inputs, "40007"));
        assert!(error["message"].as_str().unwrap().contains(reason), "{error}");
        assert_eq!(error["outcome"], "failed");
    }
}

#[test]
fn an_enabled_campaign_without_a_limit_spends_what_its_ad_groups_may() {
    let bench = ChangeBench::with_ceiling(50.0);
    let id = bench.campaign(json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": 0 }));
    let enabled =
        |name: &str, budget| json!({ "adgroup_name": name, "budget": budget, "operation_status": "ENABLE" });
    let _below = bench.ad_group(&id, enabled("A", 40));
    let above = bench.ad_group(&id, enabled("B", 51));
    let _disabled = bench.ad_group(&id, json!({ "adgroup_name": "C", "budget": 5000 }));
    let inputs = json!({ "campaign_id": id, "status": "ENABLE" });
    let error =
        bench.writes_nothing(|| bench.fails("update_campaign", inputs.clone(), "budget_above_ceiling"));
    let details = error["details"].as_array().unwrap();
    assert_eq!(details.len(), 1, "{error}");
    assert!(details[0]["got"].as_str().unwrap().contains(&above), "{error}");
    let body = json!({ "adgroup_ids": [above], "operation_status": "DISABLE" });
    drop(bench.post("/adgroup/status/update/", body));
    assert_eq!(bench.does("update_campaign", inputs)["outcome"], "changed");
}

#[test]
fn a_failure_after_a_change_names_what_was_changed() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    let _other = bench.campaign(named("Autumn"));
    bench.fault(&json!({ "endpoint": "campaign_status_update", "kind": { "error": { "http": 200, "code": "40105" } } }));
    let inputs = json!({ "campaign_id": id, "campaign_name": "Winter", "budget": 70, "confirm_budget": 70, "status": "ENABLE" });
    let error = bench.fails("update_campaign", inputs, "partly_applied");
    assert_eq!(error["applied"], json!(["campaign_name", "budget"]), "{error}");
    assert!(
        error["log_id"].is_string() && error["outcome"].is_null(),
        "{error}"
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("campaign_name, budget") && message.contains("40105"),
        "{message}"
    );
    let listed = bench.listed("campaign", &id);
    assert_eq!(
        (&listed["budget"], &listed["operation_status"]),
        (&json!(70), &json!("DISABLE"))
    );
}

#[test]
fn a_lost_answer_is_replaced_by_reading_the_campaign() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    bench.fault(&json!({ "endpoint": "campaign_update", "nth": 1, "kind": "cut_after" }));
    let inputs = json!({ "campaign_id": id, "campaign_name": "Autumn" });
    let (data, calls) = bench.writes_of(|| bench.does("update_campaign", inputs));
    assert_eq!((calls.len(), &data["outcome"]), (1, &json!("changed")), "{data}");
    assert!(
        data["warnings"][0].as_str().unwrap().contains("answer was lost"),
        "{data}"
    );
}

#[test]
fn a_call_that_was_lost_on_the_way_is_sent_again() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    for (nth, kind) in [
        (1, json!("cut_before")),
        (2, json!({ "status": 503 })),
        (3, json!({ "error": { "http": 200, "code": "50000" } })),
    ] {
        bench.tiktok.change(json!({ "clear_faults": true }));
        bench.fault(&json!({ "endpoint": "campaign_update", "nth": 1, "kind": kind }));
        let name = format!("Autumn {nth}");
        let inputs = json!({ "campaign_id": id, "campaign_name": name });
        assert_eq!(bench.does("update_campaign", inputs)["outcome"], "changed");
        assert_eq!(bench.listed("campaign", &id)["campaign_name"], name);
    }
}

#[test]
fn a_change_that_is_lost_twice_is_unconfirmed() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    bench.fault(&json!({ "endpoint": "campaign_update", "kind": "cut_before" }));
    let inputs = json!({ "campaign_id": id, "campaign_name": "Autumn" });
    let error = bench.fails("update_campaign", inputs, "outcome_unknown");
    assert_eq!(
        (&error["outcome"], &error["retryable"]),
        (&json!("unconfirmed"), &json!(true)),
        "{error}"
    );
    assert_eq!(error["campaign_id"], json!(id));
    assert_eq!(bench.count(EndpointName::CAMPAIGN_UPDATE), 2);
}

#[test]
fn campaigns_of_both_ways_are_deleted_in_one_request_with_a_result_for_each() {
    let bench = ChangeBench::new();
    let (manual, smart, gone) = (
        bench.campaign(named("A")),
        bench.smart_campaign(named("B")),
        bench.campaign(named("C")),
    );
    drop(bench.does("delete_campaign", json!({ "campaign_ids": [gone] })));
    let ids = json!([manual, smart, "99", gone, manual]);
    let (data, calls) = bench.writes_of(|| bench.does("delete_campaign", json!({ "campaign_ids": ids })));
    assert_eq!(
        outcomes(&data),
        [
            (manual.as_str(), "deleted"),
            (&smart, "deleted"),
            ("99", "not_found"),
            (&gone, "already_deleted")
        ]
    );
    let counts = [
        "deleted_count",
        "already_deleted_count",
        "not_found_count",
        "failed_count",
        "unconfirmed_count",
    ];
    assert_eq!(counts.map(|name| data[name].as_u64().unwrap()), [2, 1, 1, 0, 0]);
    assert_eq!(
        data["complete"], false,
        "an unknown id must not look like a success"
    );
    assert!(data["warnings"][0].as_str().unwrap().contains("1 of 4"), "{data}");
    assert_eq!(calls.len(), 2);
    let data = bench.does("delete_campaign", json!({ "campaign_ids": [manual, smart] }));
    assert_eq!(
        (&data["complete"], &data["already_deleted_count"]),
        (&json!(true), &json!(2))
    );
}

#[test]
fn more_than_twenty_campaigns_take_several_calls() {
    let bench = ChangeBench::new();
    let ids: Vec<String> = (0..45)
        .map(|at| bench.campaign(named(&format!("C{at}"))))
        .collect();
    let (data, calls) = bench.writes_of(|| bench.does("delete_campaign", json!({ "campaign_ids": ids })));
    assert_eq!(
        (&data["deleted_count"], &data["complete"]),
        (&json!(45), &json!(true))
    );
    let sizes: Vec<_> = calls
        .iter()
        .map(|(_, body)| body["campaign_ids"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [20, 20, 5]);
}

#[test]
fn a_refused_group_is_deleted_one_by_one() {
    let bench = ChangeBench::new();
    let ids: Vec<String> = (0..3)
        .map(|at| bench.campaign(named(&format!("C{at}"))))
        .collect();
    for nth in [1, 3] {
        let error = json!({ "error": { "http": 200, "code": "40002" } });
        bench.fault(&json!({ "endpoint": "campaign_status_update", "nth": nth, "times": 1, "kind": error }));
    }
    let data = bench.does("delete_campaign", json!({ "campaign_ids": ids }));
    assert_eq!(
        outcomes(&data)
            .into_iter()
            .map(|(_, outcome)| outcome)
            .collect::<Vec<_>>(),
        ["deleted", "failed", "deleted"]
    );
    let failed = &data["results"][1];
    assert!(
        failed["code"] == "40002" && failed["remedy"].is_string() && failed["message"].is_string(),
        "{failed}"
    );
    assert_eq!(
        (&data["complete"], &data["failed_count"]),
        (&json!(false), &json!(1))
    );
}

#[test]
fn a_refusal_of_the_token_is_not_tried_for_each_campaign() {
    let bench = ChangeBench::new();
    let ids: Vec<String> = (0..21)
        .map(|at| bench.campaign(named(&format!("C{at}"))))
        .collect();
    bench.fault(&json!({ "endpoint": "campaign_status_update", "kind": { "error": { "http": 200, "code": "40105" } } }));
    let error = bench.fails("delete_campaign", json!({ "campaign_ids": ids }), "40105");
    assert_eq!(bench.count(EndpointName::CAMPAIGN_STATUS_UPDATE), 1);
    assert_eq!(
        (error["results"].as_array().unwrap().len(), &error["outcome"]),
        (21, &json!("failed")),
        "{error}"
    );
}

#[test]
fn nothing_deleted_is_an_error_with_a_result_for_each() {
    let bench = ChangeBench::new();
    let error = bench.fails(
        "delete_campaign",
        json!({ "campaign_ids": ["98", "99"] }),
        "40007",
    );
    assert_eq!(outcomes(&error), [("98", "not_found"), ("99", "not_found")]);
    assert_eq!(error["outcome"], "failed");
}

#[test]
fn a_lost_deletion_is_read_or_sent_again() {
    let bench = ChangeBench::new();
    for (name, kind) in [("A", json!("cut_after")), ("B", json!("cut_before"))] {
        bench.tiktok.change(json!({ "clear_faults": true }));
        let (one, two) = (
            bench.campaign(named(name)),
            bench.smart_campaign(named(&format!("{name}2"))),
        );
        bench.fault(&json!({ "endpoint": "campaign_status_update", "nth": 1, "kind": kind }));
        bench.fault(&json!({ "endpoint": "smart_plus_campaign_status_update", "nth": 1, "kind": kind }));
        let data = bench.does("delete_campaign", json!({ "campaign_ids": [one, two] }));
        assert_eq!(
            (&data["deleted_count"], &data["complete"]),
            (&json!(2), &json!(true)),
            "{data}"
        );
    }
}

#[test]
fn a_deletion_that_is_lost_twice_is_unconfirmed() {
    let bench = ChangeBench::new();
    let id = bench.campaign(json!({}));
    bench.fault(&json!({ "endpoint": "campaign_status_update", "kind": "cut_before" }));
    let error = bench.fails(
        "delete_campaign",
        json!({ "campaign_ids": [id] }),
        "outcome_unknown",
    );
    assert_eq!(
        (&error["outcome"], &error["retryable"]),
        (&json!("unconfirmed"), &json!(true)),
        "{error}"
    );
    assert_eq!(outcomes(&error), [(id.as_str(), "unconfirmed")]);
}

#[test]
fn an_operator_who_forbids_enabling_is_obeyed() {
    let bench = ChangeBench::without_enabling();
    let id = bench.campaign(json!({}));
    let inputs = json!({ "campaign_id": id, "status": "ENABLE" });
    drop(bench.writes_nothing(|| bench.fails("update_campaign", inputs, "enable_forbidden")));
    drop(bench.does(
        "update_campaign",
        json!({ "campaign_id": id, "campaign_name": "Autumn" }),
    ));
}
