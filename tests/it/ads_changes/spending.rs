//! All actions that write: none starts or raises spending without naming it, and the limits of the host's operator hold.
//!
//! A row is a request that neither enables anything nor changes a budget. Each test adds one of these to all rows, so that
//! a new action is tested as soon as it has a row, and [`each_writing_action_has_a_row`] fails until it has one.

use std::collections::BTreeSet;

use autohive_tiktok::integrations::{ActionEntry, Effect, INTEGRATIONS, Integration};
use serde_json::{Value, json};

use super::bench::{ChangeBench, IDENTITY};
use crate::support::{merged, with};

/// Limit of a day that the operator sets.
const CEILING: f64 = 100.0;

/// Names of a budget.
const BUDGETS: [&str; 2] = ["budget", "budget_amount"];

/// Request of an action that writes.
struct Row {
    action: &'static str,
    what: &'static str,
    /// Inputs without a switch; those of a create have a budget, those of an update have none.
    inputs: Value,
    /// Largest budget whose day costs no more than [`CEILING`]; `None` if another object pays.
    most: Option<u32>,
    /// List and id of the object of an update.
    object: Option<(&'static str, String)>,
}

/// Objects that exist before the requests.
struct World<'a> {
    bench: &'a ChangeBench,
    /// Switch of all objects.
    status: &'static str,
    /// Budget of the objects that pay for others.
    pays: u32,
}

impl World<'_> {
    fn switched(&self, changes: Value) -> Value {
        merged(json!({ "operation_status": self.status }), changes)
    }

    /// The same for a campaign, whose name no other has.
    fn named(&self, name: &str, changes: Value) -> Value {
        let name = format!("{name} {}", self.bench.writes().len());
        self.switched(with(changes, "campaign_name", json!(name)))
    }

    /// Manual campaign without a limit.
    fn open(&self, name: &str) -> String {
        let changes = json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": 0 });
        self.bench.campaign(self.named(name, changes))
    }

    /// Smart+ campaign without a limit.
    fn smart_open(&self, name: &str) -> String {
        let changes =
            json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": 0, "budget_optimize_on": false });
        self.bench.smart_campaign(self.named(name, changes))
    }

    /// Smart+ campaign that pays for its ad groups.
    fn smart_paying(&self, name: &str) -> String {
        let changes = json!({ "budget": self.pays });
        self.bench.smart_campaign(self.named(name, changes))
    }

    /// Manual ad group that pays for its ads.
    fn paying_group(&self, name: &str) -> String {
        let campaign = self.open(name);
        let changes = json!({ "budget": self.pays });
        self.bench.ad_group(&campaign, self.switched(changes))
    }

    /// Smart+ ad group for which its campaign pays.
    fn paid_group(&self, name: &str) -> String {
        let campaign = self.smart_paying(name);
        self.bench.smart_ad_group(&campaign, self.switched(json!({})))
    }

    fn rows(&self) -> Vec<Row> {
        [
            Self::new_campaigns(),
            self.new_ad_groups(),
            self.new_ads(),
            self.campaigns(),
            self.ad_groups(),
            self.ads(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn new_campaigns() -> Vec<Row> {
        let row = |what, most, inputs| Row {
            action: "create_campaign",
            what,
            inputs: merged(json!({ "campaign_name": what }), inputs),
            most: Some(most),
            object: None,
        };
        let manual = |mode: &str| json!({ "automation": "MANUAL", "objective_type": "TRAFFIC", "budget_mode": mode, "budget": 60 });
        let smart = json!({
            "automation": "SMART_PLUS", "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE", "budget": 60,
        });
        let distributed =
            json!({ "budget_optimize_on": true, "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" });
        vec![
            row("a daily campaign", 100, manual("BUDGET_MODE_DAY")),
            row("a campaign for its lifetime", 100, manual("BUDGET_MODE_TOTAL")),
            row(
                "a campaign that pays",
                80,
                merged(manual("BUDGET_MODE_DAY"), distributed),
            ),
            row("a Smart+ campaign", 80, smart),
        ]
    }

    fn new_ad_groups(&self) -> Vec<Row> {
        let row = |what, campaign: &str, most, inputs| {
            let common = json!({
                "campaign_id": campaign, "adgroup_name": what, "promotion_type": "WEBSITE", "location_ids": ["6252001"],
                "optimization_goal": "CLICK", "bid_type": "BID_TYPE_NO_BID",
            });
            Row {
                action: "create_ad_group",
                what,
                inputs: merged(common, inputs),
                most,
                object: None,
            }
        };
        let budget = |mode: &str| json!({ "budget_mode": mode, "budget": 60 });
        let lifetime = merged(
            budget("BUDGET_MODE_TOTAL"),
            json!({ "end_time": "2026-11-04 12:00:00" }),
        );
        let average = budget("BUDGET_MODE_DYNAMIC_DAILY_BUDGET");
        let (open, smart) = (
            self.open("new ad groups"),
            self.smart_open("new Smart+ ad groups"),
        );
        let paying = self.smart_paying("new ad groups without budgets");
        vec![
            row("a daily ad group", &open, Some(100), budget("BUDGET_MODE_DAY")),
            row("an ad group for its lifetime", &open, Some(100), lifetime),
            row("an ad group by the week", &open, Some(80), average.clone()),
            row("a Smart+ ad group", &smart, Some(80), average),
            row(
                "an ad group for which its campaign pays",
                &paying,
                None,
                json!({}),
            ),
        ]
    }

    fn new_ads(&self) -> Vec<Row> {
        let row = |what, ad_group: &str, inputs| {
            let common = json!({
                "adgroup_id": ad_group, "ad_name": what, "identity_type": "TT_USER", "identity_id": IDENTITY,
                "ad_format": "SINGLE_VIDEO", "video_id": "v10033g50000", "image_ids": ["ad-site/cover"],
                "ad_text": "Run faster", "landing_page_url": "https://example.com/shoes",
            });
            Row {
                action: "create_ad",
                what,
                inputs: merged(common, inputs),
                most: None,
                object: None,
            }
        };
        vec![
            row(
                "an ad",
                &self.paying_group("new ads"),
                json!({ "call_to_action": "SHOP_NOW" }),
            ),
            row(
                "a Smart+ ad",
                &self.paid_group("new Smart+ ads"),
                json!({ "call_to_action_id": "7350000000000000001" }),
            ),
        ]
    }

    fn campaigns(&self) -> Vec<Row> {
        let row = |what, most, id: String| Row {
            action: "update_campaign",
            what,
            inputs: json!({ "campaign_id": id, "campaign_name": format!("{what} {id}") }),
            most: Some(most),
            object: Some(("campaign", id)),
        };
        let manual = |name: &str, mode: &str| {
            let changes = json!({ "budget_mode": mode, "budget": 60 });
            self.bench.campaign(self.named(name, changes))
        };
        let smart = self
            .bench
            .smart_campaign(self.named("S", json!({ "budget": 60 })));
        vec![
            row("a daily campaign", 100, manual("D", "BUDGET_MODE_DAY")),
            row(
                "a campaign for its lifetime",
                100,
                manual("L", "BUDGET_MODE_TOTAL"),
            ),
            row("a Smart+ campaign", 80, smart),
        ]
    }

    fn ad_groups(&self) -> Vec<Row> {
        let row = |what, most, list, id: String| Row {
            action: "update_ad_group",
            what,
            inputs: json!({ "adgroup_id": id, "adgroup_name": format!("{what}, renamed") }),
            most,
            object: Some((list, id)),
        };
        let manual = |name: &str, changes| {
            let campaign = self.open(name);
            self.bench
                .ad_group(&campaign, self.switched(merged(json!({ "budget": 60 }), changes)))
        };
        let average = json!({ "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": 60 });
        let lifetime = json!({
            "budget_mode": "BUDGET_MODE_TOTAL", "schedule_type": "SCHEDULE_START_END",
            "schedule_end_time": "2026-11-04 12:00:00",
        });
        let smart = self.bench.smart_ad_group(
            &self.smart_open("Smart+ with budgets"),
            self.switched(average.clone()),
        );
        let paid = self.paid_group("Smart+ without budgets");
        vec![
            row("a daily ad group", Some(100), "adgroup", manual("G1", json!({}))),
            row(
                "an ad group for its lifetime",
                Some(100),
                "adgroup",
                manual("G2", lifetime),
            ),
            row(
                "an ad group by the week",
                Some(80),
                "adgroup",
                manual("G3", average),
            ),
            row("a Smart+ ad group", Some(80), "smart_plus/adgroup", smart),
            row(
                "an ad group for which its campaign pays",
                None,
                "smart_plus/adgroup",
                paid,
            ),
        ]
    }

    fn ads(&self) -> Vec<Row> {
        let row = |what, list, id: String| Row {
            action: "update_ad",
            what,
            inputs: json!({ "ad_id": id, "ad_name": format!("{what}, renamed") }),
            most: None,
            object: Some((list, id)),
        };
        let manual = self.bench.ad(&self.paying_group("ads"), self.switched(json!({})));
        let smart = self
            .bench
            .smart_ad(&self.paid_group("Smart+ ads"), &["v1"], self.switched(json!({})));
        vec![
            row("an ad", "ad", manual),
            row("a Smart+ ad", "smart_plus/ad", smart),
        ]
    }
}

/// Deletions, by the action, the ids' input and the list of the objects.
const DELETIONS: [(&str, &str, [&str; 2]); 3] = [
    ("delete_campaign", "campaign_ids", ["campaign", "campaign"]),
    (
        "delete_ad_group",
        "adgroup_ids",
        ["adgroup", "smart_plus/adgroup"],
    ),
    ("delete_ad", "ad_ids", ["ad", "smart_plus/ad"]),
];

/// Actions on files, which have neither a switch nor a budget.
const OF_CREATIVES: [&str; 3] = ["delete_creative", "update_creative", "upload_creative"];

fn rows(bench: &ChangeBench, status: &'static str, pays: u32) -> Vec<Row> {
    World { bench, status, pays }.rows()
}

/// Values of members with one of these names, anywhere in the bodies of calls.
fn members(calls: &[(String, Value)], names: &[&str]) -> Vec<Value> {
    fn add(found: &mut Vec<Value>, value: &Value, names: &[&str]) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if names.contains(&name.as_str()) && !member.is_array() {
                        found.push(member.clone());
                    }
                    add(found, member, names);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| add(found, item, names)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    for (_, body) in calls {
        add(&mut found, body, names);
    }
    found
}

fn switches(calls: &[(String, Value)]) -> Vec<Value> {
    members(calls, &["operation_status"])
}

fn budgets(calls: &[(String, Value)]) -> Vec<Value> {
    members(calls, &["budget", "scheduled_budget"])
}

fn ads() -> &'static Integration {
    let mut integrations = INTEGRATIONS.iter();
    integrations
        .find(|integration| integration.name == "tiktok-ads")
        .unwrap()
}

fn writing_actions() -> impl Iterator<Item = &'static ActionEntry> {
    let actions = ads().actions.iter();
    actions.filter(|action| action.effect == Effect::Writes)
}

#[test]
fn each_writing_action_has_a_row() {
    let bench = ChangeBench::new();
    let mut tested: BTreeSet<&str> = rows(&bench, "DISABLE", 60).iter().map(|row| row.action).collect();
    tested.extend(DELETIONS.iter().map(|(action, ..)| *action));
    tested.extend(OF_CREATIVES);
    let writing: BTreeSet<&str> = writing_actions().map(|action| action.name).collect();
    assert_eq!(tested, writing, "each action that writes needs rows in this file");
}

/// Inputs that can start or raise spending have names that the tests know.
#[test]
fn no_input_but_these_is_about_budgets_and_switches() {
    let known = [
        "budget",
        "budget_amount",
        "budget_mode",
        "budget_optimize_on",
        "confirm_budget",
        "min_budget",
        "status",
    ];
    let mut found = BTreeSet::new();
    for action in writing_actions() {
        let schema = ads().schemas(action.name).unwrap().input;
        let names = schema["properties"].as_object().unwrap().keys();
        let is_about =
            |name: &&String| name.contains("budget") || ["status", "operation_status"].contains(&&***name);
        found.extend(names.filter(is_about).cloned());
    }
    assert_eq!(found, known.map(str::to_owned).into());
}

#[test]
fn an_object_is_created_disabled_unless_the_request_enables_it() {
    let bench = ChangeBench::new();
    for row in rows(&bench, "ENABLE", 60)
        .into_iter()
        .filter(|row| row.object.is_none())
    {
        for (status, expected) in [
            (None, "DISABLE"),
            (Some("DISABLE"), "DISABLE"),
            (Some("ENABLE"), "ENABLE"),
        ] {
            let inputs = match status {
                Some(status) => with(row.inputs.clone(), "status", json!(status)),
                None => row.inputs.clone(),
            };
            let (data, calls) = bench.writes_of(|| bench.does(row.action, inputs));
            assert_eq!(switches(&calls), [json!(expected)], "{} {status:?}", row.what);
            assert_eq!(data["status"], expected, "{} {status:?}", row.what);
        }
    }
}

#[test]
fn an_update_neither_switches_nor_changes_a_budget_that_it_does_not_name() {
    let bench = ChangeBench::new();
    for status in ["DISABLE", "ENABLE"] {
        for row in rows(&bench, status, 60) {
            let Some((list, id)) = &row.object else { continue };
            let before = bench.listed(list, id);
            let (data, calls) = bench.writes_of(|| bench.does(row.action, row.inputs.clone()));
            assert_eq!(
                (&data["outcome"], calls.len()),
                (&json!("changed"), 1),
                "{}",
                row.what
            );
            assert_eq!(switches(&calls), <[Value; 0]>::default(), "{}", row.what);
            let is_present = |budget: &Value| *budget == before["budget"];
            assert!(budgets(&calls).iter().all(is_present), "{}: {calls:?}", row.what);
            let after = bench.listed(list, id);
            for name in ["operation_status", "budget", "budget_mode", "scheduled_budget"] {
                assert_eq!(after[name], before[name], "{}: {name}", row.what);
            }
            assert_eq!(after["operation_status"], status, "{}", row.what);
        }
    }
}

#[test]
fn a_new_budget_of_an_enabled_object_is_confirmed() {
    let bench = ChangeBench::new();
    for row in rows(&bench, "ENABLE", 60) {
        let (Some((list, id)), Some(_)) = (&row.object, row.most) else {
            continue;
        };
        for (name, budget) in [("budget", 70), ("budget_amount", 50)] {
            let inputs = with(row.inputs.clone(), name, json!(budget));
            for confirmed in [None, Some(60), Some(budget + 1)] {
                let inputs = match confirmed {
                    Some(confirmed) => with(inputs.clone(), "confirm_budget", json!(confirmed)),
                    None => inputs.clone(),
                };
                let refused = || {
                    bench.fails(
                        row.action,
                        with(inputs, "status", json!("ENABLE")),
                        "spending_not_confirmed",
                    )
                };
                let error = bench.writes_nothing(refused);
                assert_eq!(
                    error["details"][0]["field"], "confirm_budget",
                    "{}: {error}",
                    row.what
                );
            }
            let confirmed = with(inputs, "confirm_budget", json!(budget));
            let (_, calls) = bench.writes_of(|| bench.does(row.action, confirmed));
            assert!(
                budgets(&calls).contains(&json!(budget)),
                "{} {name}: {calls:?}",
                row.what
            );
            let listed = bench.listed(list, id);
            let amounts = ["budget", "scheduled_budget"].map(|name| listed[name].as_f64());
            assert!(
                amounts.contains(&Some(f64::from(budget))),
                "{} {name}: {listed}",
                row.what
            );
        }
    }
}

/// Enabling and a new budget in one request would start spending that was not confirmed.
#[test]
fn a_new_budget_of_an_object_that_is_enabled_by_the_request_is_confirmed() {
    let bench = ChangeBench::new();
    for row in rows(&bench, "DISABLE", 60) {
        if row.object.is_none() || row.most.is_none() {
            continue;
        }
        for name in BUDGETS {
            let inputs = with(row.inputs.clone(), name, json!(70));
            let enabling = with(inputs.clone(), "status", json!("ENABLE"));
            let refused = || bench.fails(row.action, enabling, "spending_not_confirmed");
            drop(bench.writes_nothing(refused));
        }
        // Alone, it spends nothing.
        let budget = with(row.inputs.clone(), "budget", json!(70));
        let (_, calls) = bench.writes_of(|| bench.does(row.action, budget));
        assert_eq!(switches(&calls), <[Value; 0]>::default(), "{}", row.what);
    }
}

#[test]
fn an_operator_who_forbids_enabling_is_obeyed_by_all_actions() {
    let bench = ChangeBench::without_enabling();
    for row in rows(&bench, "DISABLE", 60) {
        let enabling = with(row.inputs.clone(), "status", json!("ENABLE"));
        for inputs in [enabling.clone(), with(enabling, "dry_run", json!(true))] {
            let error = bench.writes_nothing(|| bench.fails(row.action, inputs, "enable_forbidden"));
            assert_eq!(error["details"][0]["field"], "status", "{}: {error}", row.what);
        }
        let (_, calls) = bench.writes_of(|| bench.does(row.action, row.inputs.clone()));
        assert!(
            !switches(&calls).contains(&json!("ENABLE")),
            "{}: {calls:?}",
            row.what
        );
    }
}

#[test]
fn no_budget_exceeds_the_operators_limit_under_either_name() {
    let bench = ChangeBench::with_ceiling(CEILING);
    for status in ["DISABLE", "ENABLE"] {
        for row in rows(&bench, status, 60) {
            let Some(most) = row.most else { continue };
            for name in BUDGETS {
                let mut inputs = row.inputs.clone();
                inputs.as_object_mut().unwrap().shift_remove("budget");
                let with_budget = |budget: f64| {
                    let inputs = with(inputs.clone(), name, json!(budget));
                    if row.object.is_some() {
                        with(inputs, "confirm_budget", json!(budget))
                    } else {
                        inputs
                    }
                };
                for switch in ["DISABLE", "ENABLE"] {
                    let above = with(with_budget(f64::from(most) + 0.01), "status", json!(switch));
                    let refused = || bench.fails(row.action, above, "budget_above_ceiling");
                    let error = bench.writes_nothing(refused);
                    let fix = error["details"][0]["fix"].as_str().unwrap();
                    assert!(fix.contains(&format!("at most {most}")), "{}: {error}", row.what);
                }
                // Twice the same budget would change nothing.
                let allowed = if name == "budget" { most - 1 } else { most };
                let (_, calls) = bench.writes_of(|| bench.does(row.action, with_budget(f64::from(allowed))));
                assert!(
                    budgets(&calls).contains(&json!(allowed)),
                    "{} {name}: {calls:?}",
                    row.what
                );
            }
        }
    }
}

#[test]
fn nothing_is_enabled_whose_payer_exceeds_the_operators_limit() {
    let bench = ChangeBench::with_ceiling(CEILING);
    let mut tested = BTreeSet::new();
    for row in rows(&bench, "DISABLE", 101) {
        if row.most.is_some() {
            continue;
        }
        tested.insert(row.action);
        let enabling = with(row.inputs.clone(), "status", json!("ENABLE"));
        let refused = || bench.fails(row.action, enabling.clone(), "budget_above_ceiling");
        let error = bench.writes_nothing(refused);
        assert_eq!(error["details"][0]["field"], "status", "{}: {error}", row.what);
        // What stays disabled may be created and changed.
        drop(bench.does(row.action, row.inputs.clone()));
    }
    assert_eq!(tested.len(), 4, "{tested:?}");
    let bench = ChangeBench::with_ceiling(CEILING);
    for row in rows(&bench, "DISABLE", 80) {
        if row.most.is_none() {
            drop(bench.does(row.action, with(row.inputs, "status", json!("ENABLE"))));
        }
    }
}

/// An existing budget above the limit, of before the operator set it.
#[test]
fn nothing_is_enabled_whose_own_budget_exceeds_the_operators_limit() {
    let bench = ChangeBench::with_ceiling(50.0);
    for row in rows(&bench, "DISABLE", 60) {
        if row.object.is_none() {
            continue;
        }
        let enabling = with(row.inputs.clone(), "status", json!("ENABLE"));
        drop(bench.writes_nothing(|| bench.fails(row.action, enabling, "budget_above_ceiling")));
        let pausing = with(row.inputs.clone(), "status", json!("DISABLE"));
        drop(bench.does(row.action, pausing));
    }
}

#[test]
fn a_dry_run_of_any_action_sends_nothing() {
    let bench = ChangeBench::new();
    for row in rows(&bench, "DISABLE", 60) {
        for status in ["ENABLE", "DISABLE"] {
            let inputs = with(row.inputs.clone(), "status", json!(status));
            let planned = || bench.does(row.action, with(inputs, "dry_run", json!(true)));
            let data = bench.writes_nothing(planned);
            assert_eq!(data["outcome"], "planned", "{} {status}", row.what);
        }
    }
    for (action, input, lists) in DELETIONS {
        let ids = deletable(&bench, lists);
        let planned = || bench.does(action, json!({ input: ids, "dry_run": true }));
        drop(bench.writes_nothing(planned));
    }
}

/// Ids of enabled objects in two lists.
fn deletable(bench: &ChangeBench, lists: [&str; 2]) -> Vec<String> {
    let objects = rows(bench, "ENABLE", 60).into_iter().filter_map(|row| row.object);
    let mut objects: Vec<(&str, String)> = objects.collect();
    let mut take = |list: &str| {
        let at = objects.iter().rposition(|(name, _)| *name == list).unwrap();
        objects.remove(at).1
    };
    lists.map(&mut take).into()
}

#[test]
fn a_deletion_changes_neither_switches_nor_budgets_of_others() {
    for (action, input, lists) in DELETIONS {
        let bench = ChangeBench::without_enabling();
        let ids = deletable(&bench, lists);
        let (data, calls) = bench.writes_of(|| bench.does(action, json!({ input: ids })));
        assert_eq!(data["complete"], true, "{action}: {data}");
        assert!(
            switches(&calls).iter().all(|switch| switch == "DELETE"),
            "{action}: {calls:?}"
        );
        assert_eq!(budgets(&calls), <[Value; 0]>::default(), "{action}");
        for (list, id) in lists.iter().zip(&ids) {
            assert_eq!(
                bench.listed(list, id)["operation_status"],
                "DELETE",
                "{action} {list}"
            );
        }
        let sent = calls
            .iter()
            .flat_map(|(_, body)| body.as_object().unwrap().values());
        let sent = sent.filter_map(Value::as_array).flatten();
        let sent: BTreeSet<&str> = sent.filter_map(Value::as_str).collect();
        let ids = ids.iter().map(String::as_str).collect();
        assert_eq!(sent, ids, "{action}: only these ids are sent");
    }
}
