//! The life of a campaign, an ad group and an ad through the actions, in both ways: created, read, changed, read, deleted,
//! read. With each form of TikTok's answers that its documents leave open.

use serde_json::{Value, json};

use super::bench::{ChangeBench, IDENTITY};
use crate::support::{merged, with};

/// Level of objects: its actions and the members with its id and name.
struct Level {
    name: &'static str,
    id: &'static str,
    title: &'static str,
    get: &'static str,
    list: &'static str,
}

const LEVELS: [Level; 3] = [
    Level {
        name: "campaign",
        id: "campaign_id",
        title: "campaign_name",
        get: "get_campaigns",
        list: "campaigns",
    },
    Level {
        name: "ad_group",
        id: "adgroup_id",
        title: "adgroup_name",
        get: "get_ad_groups",
        list: "ad_groups",
    },
    Level {
        name: "ad",
        id: "ad_id",
        title: "ad_name",
        get: "get_ads",
        list: "ads",
    },
];

/// Way of a campaign, with the inputs of the three creates.
struct Way {
    automation: &'static str,
    creates: [Value; 3],
    /// Changes besides the name, with the place in the listed object and the value there.
    changes: [(&'static str, Value); 3],
}

fn ways() -> [Way; 2] {
    let ad_group = json!({
        "adgroup_name": "Runners", "promotion_type": "WEBSITE", "location_ids": ["6252001"],
        "optimization_goal": "CLICK", "bid_type": "BID_TYPE_NO_BID",
    });
    let ad = json!({
        "ad_name": "Film", "identity_type": "TT_USER", "identity_id": IDENTITY, "ad_format": "SINGLE_VIDEO",
        "video_id": "v10033g50000", "image_ids": ["ad-site/cover"], "ad_text": "Run faster",
        "landing_page_url": "https://example.com/shoes",
    });
    [
        Way {
            automation: "MANUAL",
            creates: [
                json!({
                    "automation": "MANUAL", "campaign_name": "Spring", "objective_type": "TRAFFIC",
                    "budget_mode": "BUDGET_MODE_DAY", "budget": 100,
                }),
                merged(
                    ad_group.clone(),
                    json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 40 }),
                ),
                merged(ad.clone(), json!({ "call_to_action": "SHOP_NOW" })),
            ],
            changes: [
                ("budget", json!(120)),
                ("location_ids", json!(["6251999"])),
                ("video_id", json!("v10033g50001")),
            ],
        },
        Way {
            automation: "SMART_PLUS",
            creates: [
                json!({
                    "automation": "SMART_PLUS", "campaign_name": "Smart", "objective_type": "WEB_CONVERSIONS",
                    "sales_destination": "WEBSITE", "budget": 100,
                }),
                ad_group,
                merged(ad, json!({ "call_to_action_id": "7350000000000000001" })),
            ],
            changes: [
                ("budget", json!(120)),
                ("comment_disabled", json!(true)),
                ("video_id", json!("v10033g50001")),
            ],
        },
    ]
}

/// The only object that a list shows for an id.
#[track_caller]
fn read(bench: &ChangeBench, level: &Level, id: &str) -> Value {
    let data = bench.does(level.get, json!({}));
    let listed = data[level.list].as_array().unwrap();
    let is_it = |object: &&Value| object[level.id] == id || object["smart_plus_ad_id"] == id;
    listed
        .iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("{} {id} should be listed: {data}", level.name))
        .clone()
}

fn live(switches: &Value) {
    let bench = ChangeBench::new();
    bench.tiktok.change(json!({ "ads": { "switches": switches } }));
    for way in ways() {
        let mut ids: Vec<String> = Vec::new();
        for (at, (level, create)) in LEVELS.iter().zip(way.creates).enumerate() {
            let inputs = match at.checked_sub(1) {
                Some(above) => with(create, LEVELS[above].id, json!(ids[above])),
                None => create,
            };
            let data = bench.does(&format!("create_{}", level.name), inputs);
            assert_eq!(data["automation"], way.automation, "{data}");
            ids.push(data[level.id].as_str().unwrap().to_owned());
        }
        // Until all of them are listed.
        bench.tiktok.advance(std::time::Duration::from_secs(10));
        for (level, id) in LEVELS.iter().zip(&ids) {
            assert_eq!(read(&bench, level, id)["operation_status"], "DISABLE");
        }
        for ((level, id), (name, value)) in LEVELS.iter().zip(&ids).zip(way.changes) {
            let inputs = with(
                json!({ level.title: "Renamed", "status": "ENABLE" }),
                name,
                value.clone(),
            );
            let inputs = match name {
                "budget" => with(inputs, "confirm_budget", value.clone()),
                _ => inputs,
            };
            let data = bench.does(
                &format!("update_{}", level.name),
                with(inputs, level.id, json!(id)),
            );
            assert_eq!(
                (&data["outcome"], &data[level.id]),
                (&json!("changed"), &json!(id)),
                "{data}"
            );
            let listed = read(&bench, level, id);
            assert_eq!(
                (&listed[level.title], &listed["operation_status"]),
                (&json!("Renamed"), &json!("ENABLE")),
                "{listed}"
            );
            // The list of all ad groups leaves settings of Smart+ out.
            if way.automation == "MANUAL" || level.name != "ad_group" {
                assert_eq!(listed[name], value, "{listed}");
            }
        }
        for (level, id) in LEVELS.iter().zip(&ids).rev() {
            let action = format!("delete_{}", level.name);
            let inputs = || json!({ format!("{}s", level.id): [id] });
            for outcome in ["deleted", "already_deleted"] {
                let data = bench.does(&action, inputs());
                assert_eq!(
                    (&data["complete"], &data["results"][0]["outcome"]),
                    (&json!(true), &json!(outcome)),
                    "{data}"
                );
            }
            let inputs = with(json!({ level.title: "Gone" }), level.id, json!(id));
            drop(bench.writes_nothing(|| bench.fails(&format!("update_{}", level.name), inputs, "40007")));
        }
    }
    assert_eq!(
        bench.tiktok.listing("ads_unknown"),
        Some(json!({})),
        "undocumented parameters"
    );
}

#[test]
fn objects_of_all_levels_are_created_changed_and_deleted() {
    live(&json!({}));
}

#[test]
fn ids_may_be_numbers() {
    live(&json!({ "numeric_ids": true }));
}

#[test]
fn new_objects_may_be_listed_late() {
    live(&json!({ "listing_lag_ms": 5000 }));
}

#[test]
fn an_update_may_keep_what_it_leaves_out() {
    live(
        &json!({ "adgroup_update": "merge", "late_repeat": "second_object", "repeated_request": "refused" }),
    );
}
