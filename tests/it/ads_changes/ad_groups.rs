//! Updates and deletions of ad groups, where they differ from those of campaigns.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::bench::{ChangeBench, named, outcomes};
use crate::support::{merged, with};

/// Campaign without a limit, in which ad groups have budgets.
fn open(bench: &ChangeBench, name: &str) -> String {
    let changes = json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": 0 });
    bench.campaign(merged(named(name), changes))
}

fn groups(bench: &ChangeBench, number: usize) -> (Vec<String>, Vec<String>) {
    let (campaign, smart) = (open(bench, "A"), bench.smart_campaign(named("B")));
    let of = |at: usize| json!({ "adgroup_name": format!("G{at}") });
    (
        (0..number).map(|at| bench.ad_group(&campaign, of(at))).collect(),
        (0..number)
            .map(|at| bench.smart_ad_group(&smart, of(at)))
            .collect(),
    )
}

#[test]
fn disabling_goes_before_all_other_changes_and_enabling_after_them() {
    let bench = ChangeBench::new();
    let id = bench.ad_group(&open(&bench, "A"), json!({ "operation_status": "ENABLE" }));
    let change = |status: &str, name: &str, budget: u32| {
        let inputs = json!({
            "adgroup_id": id, "adgroup_name": name, "budget": budget, "confirm_budget": budget, "status": status,
        });
        let (_, calls) = bench.writes_of(|| bench.does("update_ad_group", inputs));
        calls.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    let (settings, budget, status) = (
        "/adgroup/update/",
        "/adgroup/budget/update/",
        "/adgroup/status/update/",
    );
    assert_eq!(change("DISABLE", "Walkers", 50), [status, settings, budget]);
    assert_eq!(change("ENABLE", "Joggers", 60), [settings, budget, status]);
}

/// The call that replaces a manual ad group has its present budget, which may cancel a scheduled one.
#[test]
fn a_scheduled_budget_is_scheduled_again_after_another_change() {
    for scheduled in [50, 30] {
        let bench = ChangeBench::new();
        let id = bench.ad_group(&open(&bench, "A"), json!({ "budget": 40 }));
        bench.does(
            "update_ad_group",
            json!({ "adgroup_id": id, "budget": scheduled }),
        );
        let rename = json!({ "adgroup_id": id, "adgroup_name": "Walkers" });
        let (data, calls) = bench.writes_of(|| bench.does("update_ad_group", rename));
        let paths: Vec<String> = calls.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(paths, ["/adgroup/update/", "/adgroup/budget/update/"]);
        let sent = &calls[1].1["scheduled_budget"][0];
        assert_eq!(sent["scheduled_budget"], scheduled, "{sent}");
        let warnings = data["warnings"].as_array().unwrap();
        let is_told = |warning: &Value| warning.as_str().unwrap().contains("scheduled again");
        assert!(warnings.iter().any(is_told), "{data}");
    }
}

/// Members that any change changes. The default of the inventory filter is not sent, because a change of the filter needs
/// TikTok's allow-list.
const OF_ANY_CHANGE: [&str; 3] = ["modify_time", "secondary_status", "brand_safety_type"];

/// Checks that an object is listed as before but for these members.
#[track_caller]
pub(super) fn is_as_before(before: &Value, after: &Value, changed: &[&str], what: &str) {
    let without = |object: &Value| {
        let mut members = object.as_object().unwrap().clone();
        members
            .retain(|name, _| !changed.contains(&name.as_str()) && !OF_ANY_CHANGE.contains(&name.as_str()));
        Value::Object(members)
    };
    assert_eq!(without(after), without(before), "{what}");
    for name in changed {
        assert_ne!(after[*name], before[*name], "{what}: {name} should change");
    }
}

/// With either reading of an update that leaves settings out.
#[test]
fn an_update_of_one_setting_leaves_all_others_as_they_are() {
    for reading in ["replace", "merge"] {
        let bench = ChangeBench::new();
        bench
            .tiktok
            .change(json!({ "ads": { "switches": { "adgroup_update": reading } } }));
        let rich = json!({
            "age_groups": ["AGE_25_34", "AGE_35_44"], "gender": "GENDER_FEMALE", "languages": ["en"],
            "operating_systems": ["ANDROID"], "min_android_version": "9.0", "network_types": ["WIFI"],
            "device_price_ranges": [100, 500], "bid_type": "BID_TYPE_CUSTOM", "bid_price": 1.5,
            "schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-12-24 18:00:00",
            "dayparting": format!("{}{}", "1".repeat(48), "0".repeat(288)), "comment_disabled": true,
        });
        let id = bench.ad_group(&open(&bench, "A"), rich);
        for (name, value) in [
            ("adgroup_name", json!("Walkers")),
            ("location_ids", json!(["6251999"])),
            ("gender", json!("GENDER_MALE")),
            ("age_groups", json!(["AGE_45_54"])),
            ("bid_price", json!(2)),
            ("schedule_end_time", json!("2026-12-31 18:00:00")),
            ("dayparting", json!("1".repeat(336))),
            ("comment_disabled", json!(false)),
            ("device_price_ranges", json!([200, 400])),
        ] {
            let before = bench.listed("adgroup", &id);
            let inputs = with(json!({ "adgroup_id": id }), name, value);
            let (data, calls) = bench.writes_of(|| bench.does("update_ad_group", inputs.clone()));
            assert_eq!(
                (&data["changes"][0]["field"], calls.len()),
                (&json!(name), 1),
                "{data}"
            );
            let after = bench.listed("adgroup", &id);
            is_as_before(&before, &after, &[name], &format!("{reading}: {name}"));
            let again = bench.writes_nothing(|| bench.does("update_ad_group", inputs));
            assert_eq!(again["outcome"], "unchanged", "{reading}: {name}: {again}");
        }
    }
}

#[test]
fn an_update_of_a_smart_ad_group_leaves_other_targeting_as_it_is() {
    let bench = ChangeBench::new();
    let targeting = json!({
        "location_ids": ["6252001"], "age_groups": ["AGE_25_34"], "gender": "GENDER_FEMALE", "languages": ["en"],
    });
    let changes = json!({ "targeting_spec": targeting, "targeting_optimization_mode": "MANUAL" });
    let id = bench.smart_ad_group(&bench.smart_campaign(json!({})), changes);
    for (name, value) in [
        ("adgroup_name", json!("Walkers")),
        ("gender", json!("GENDER_MALE")),
        ("languages", json!(["en", "de"])),
        ("location_ids", json!(["6251999"])),
    ] {
        let before = bench.listed("smart_plus/adgroup", &id);
        let inputs = with(json!({ "adgroup_id": id }), name, value.clone());
        drop(bench.does("update_ad_group", inputs.clone()));
        let after = bench.listed("smart_plus/adgroup", &id);
        let mut expected = before.clone();
        if name == "adgroup_name" {
            expected[name] = value;
        } else {
            expected["targeting_spec"][name] = value;
        }
        expected["modify_time"] = after["modify_time"].clone();
        assert_eq!(after, expected, "{name}");
        let again = bench.writes_nothing(|| bench.does("update_ad_group", inputs));
        assert_eq!(again["outcome"], "unchanged", "{name}: {again}");
    }
}

/// A budget for the next day is seen after a lost answer where it stands until then.
#[test]
fn a_lost_answer_to_a_budget_for_the_next_day_is_read() {
    let bench = ChangeBench::new();
    let id = bench.ad_group(&open(&bench, "A"), json!({}));
    bench.fault(&json!({ "endpoint": "adgroup_budget_update", "nth": 1, "kind": "cut_after" }));
    let data = bench.does("update_ad_group", json!({ "adgroup_id": id, "budget": 70 }));
    assert!(
        data["warnings"][0].as_str().unwrap().contains("answer was lost"),
        "{data}"
    );
    assert_eq!(bench.count(EndpointName::ADGROUP_BUDGET_UPDATE), 1);
    let listed = bench.listed("adgroup", &id);
    assert_eq!(
        (listed["budget"].as_f64(), listed["scheduled_budget"].as_f64()),
        (Some(40.0), Some(70.0))
    );
}

#[test]
fn a_request_after_a_partial_change_sends_only_what_is_missing() {
    let bench = ChangeBench::new();
    let id = bench.ad_group(&open(&bench, "A"), json!({}));
    let inputs = json!({
        "adgroup_id": id, "adgroup_name": "Walkers", "budget": 70, "confirm_budget": 70, "status": "ENABLE",
    });
    bench.fault(&json!({ "endpoint": "adgroup_budget_update", "kind": { "error": { "http": 200, "code": "40002" } } }));
    let error = bench.fails("update_ad_group", inputs.clone(), "partly_applied");
    assert_eq!(error["applied"], json!(["adgroup_name"]), "{error}");
    assert_eq!(bench.listed("adgroup", &id)["operation_status"], "DISABLE");
    bench.tiktok.change(json!({ "clear_faults": true }));
    let (data, calls) = bench.writes_of(|| bench.does("update_ad_group", inputs));
    assert_eq!(data["outcome"], "changed");
    let paths: Vec<_> = calls.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/adgroup/budget/update/", "/adgroup/status/update/"]);
}

/// The outcome of a later call is open, and what was changed before is known.
#[test]
fn a_later_call_that_is_lost_twice_names_what_was_changed() {
    let bench = ChangeBench::new();
    let id = bench.ad_group(&open(&bench, "A"), json!({}));
    bench.fault(&json!({ "endpoint": "adgroup_status_update", "kind": "cut_before" }));
    let inputs = json!({ "adgroup_id": id, "adgroup_name": "Walkers", "status": "ENABLE" });
    let error = bench.fails("update_ad_group", inputs, "partly_applied");
    assert_eq!(
        (&error["applied"], &error["outcome"]),
        (&json!(["adgroup_name"]), &json!("unconfirmed")),
        "{error}"
    );
}

#[test]
fn more_than_twenty_ad_groups_take_several_calls_in_each_way() {
    let bench = ChangeBench::new();
    let (manual, smart) = groups(&bench, 22);
    let ids: Vec<&String> = manual.iter().chain(&smart).collect();
    let (data, calls) = bench.writes_of(|| bench.does("delete_ad_group", json!({ "adgroup_ids": ids })));
    assert_eq!(
        (&data["deleted_count"], &data["complete"]),
        (&json!(44), &json!(true))
    );
    let sizes: Vec<_> = calls
        .iter()
        .map(|(path, body)| {
            (
                path.starts_with("/smart_plus/"),
                body["adgroup_ids"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(sizes, [(false, 20), (false, 2), (true, 20), (true, 2)]);
}

#[test]
fn a_refused_group_of_ad_groups_is_deleted_one_by_one() {
    let bench = ChangeBench::new();
    for (manual, endpoint) in [
        (true, "adgroup_status_update"),
        (false, "smart_plus_adgroup_status_update"),
    ] {
        let bench = if manual { &bench } else { &ChangeBench::new() };
        let (groups, smart) = groups(bench, 3);
        let ids = if manual { groups } else { smart };
        for nth in [1, 3] {
            let error = json!({ "error": { "http": 200, "code": "40002", "message": "locked" } });
            bench.fault(&json!({ "endpoint": endpoint, "nth": nth, "times": 1, "kind": error }));
        }
        let data = bench.does("delete_ad_group", json!({ "adgroup_ids": ids }));
        let words: Vec<_> = outcomes(&data).into_iter().map(|(_, word)| word).collect();
        assert_eq!(words, ["deleted", "failed", "deleted"], "{endpoint}");
    }
}
