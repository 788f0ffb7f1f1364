//! New campaigns, ad groups and ads, manual and of Smart+, from the request to the simulated TikTok: the call that a dry
//! run shows is the one that is sent, and an object whose answer is lost is found in its list.

use std::{sync::Arc, time::Duration};

use autohive_tiktok::{
    clock::Clock,
    front::stdio,
    host::Host,
    simulator::{Simulator, SimulatorOptions},
    state::{State, StateLocation},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{merged, with};

/// The first preset account: USD, on the allow-list of Smart+.
const ADVERTISER: &str = "7310000000000000011";

/// 2026-11-22, since the Unix epoch: before manual creation ends.
const BEGINNING: Duration = Duration::from_hours(498_696);

/// A Marketing API and a host that share a virtual clock.
struct Bench {
    runtime: Runtime,
    clock: Clock,
    tiktok: Simulator,
    host: Arc<Host>,
    _state: TempDir,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let clock = Clock::virtual_at(BEGINNING);
        let options = SimulatorOptions {
            clock: clock.clone(),
            strict: true,
            ..SimulatorOptions::default()
        };
        let tiktok = runtime.block_on(Simulator::start(options)).unwrap();
        let folder = TempDir::new().unwrap();
        let state = StateLocation::Sqlite(folder.path().join("state.db"));
        let host = Host::new(clock.clone())
            .with_api_base("tiktok-ads", tiktok.url().parse().unwrap())
            .with_state(State::new(state, clock.clone()));
        let bench = Self {
            runtime,
            clock,
            tiktok,
            host: Arc::new(host),
            _state: folder,
        };
        bench.change(json!({ "ads": { "switches": { "throttle": false } } }));
        bench
    }

    fn change(&self, setup: Value) {
        self.tiktok.apply(serde_json::from_value(setup).unwrap()).unwrap();
    }

    /// Result of an action, whether it succeeded or not.
    fn ask(&self, action: &str, inputs: &Value) -> Value {
        let request = json!({
            "integration": "tiktok-ads",
            "action": action,
            "auth": { "access_token": "ads.sim-main", "advertiser_id": ADVERTISER },
            "inputs": inputs,
        });
        let answers = self.runtime.block_on(stdio::ask(&self.host, request.to_string()));
        answers.unwrap().remove(0)
    }

    /// Data of an action that succeeds.
    #[track_caller]
    fn data(&self, action: &str, inputs: &Value) -> Value {
        let answer = self.ask(action, inputs);
        assert_eq!(answer["type"], "action", "{answer:#}");
        answer["result"]["data"].clone()
    }

    /// Bodies of all calls to an endpoint.
    fn bodies(&self, path: &str) -> Vec<Value> {
        let calls = self.tiktok.journal().entries.into_iter();
        calls
            .filter(|call| call.path == format!("/open_api/v1.3{path}"))
            .map(|call| call.body.unwrap_or_default())
            .collect()
    }

    /// Stored objects of a kind, oldest first.
    fn stored(&self, kind: &str) -> Vec<Value> {
        let Some(Value::Array(objects)) = self.tiktok.listing(kind) else {
            panic!("the simulator has no list of {kind}")
        };
        objects
    }

    /// Shows the call in a dry run, which sends nothing, then sends it: both are the same. Returns the result.
    #[track_caller]
    fn created_as_planned(&self, action: &str, inputs: &Value) -> Value {
        let planned = self.data(action, &with(inputs.clone(), "dry_run", json!(true)));
        let path = planned["call"]["path"].as_str().unwrap();
        let path = path.strip_prefix("/open_api/v1.3").unwrap();
        assert_eq!(planned["outcome"], "planned");
        assert!(self.bodies(path).is_empty(), "a dry run sends nothing");
        let created = self.data(action, inputs);
        assert_eq!(created["outcome"], "created", "{created:#}");
        let [body] = <[Value; 1]>::try_from(self.bodies(path)).unwrap();
        assert_eq!(planned["call"]["body"], body, "the dry run shows what is sent");
        assert_eq!(created["defaults"], planned["defaults"]);
        let unknown = self.tiktok.listing("ads_unknown").unwrap();
        assert_eq!(unknown, json!({}), "parameters that TikTok does not document");
        created
    }
}

fn smart_campaign() -> Value {
    json!({
        "automation": "SMART_PLUS",
        "campaign_name": "Smart sale",
        "objective_type": "WEB_CONVERSIONS",
        "sales_destination": "WEBSITE",
        "budget": 100,
        "idempotency_key": "smart campaign",
    })
}

fn manual_campaign() -> Value {
    json!({
        "automation": "MANUAL",
        "campaign_name": "Manual sale",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_INFINITE",
        "idempotency_key": "manual campaign",
    })
}

#[test]
fn campaigns_are_sent_as_planned_and_stored_disabled() {
    let bench = Bench::new();
    for (inputs, mode) in [
        (smart_campaign(), "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"),
        (manual_campaign(), "BUDGET_MODE_INFINITE"),
    ] {
        let created = bench.created_as_planned("create_campaign", &inputs);
        let stored = bench.stored("campaigns");
        let stored = stored
            .iter()
            .find(|campaign| campaign["campaign_id"] == created["campaign_id"])
            .unwrap();
        assert_eq!(stored["operation_status"], "DISABLE");
        assert_eq!(stored["budget_mode"], mode);
        let again = bench.data("create_campaign", &inputs);
        assert_eq!(again["outcome"], "recorded", "{again:#}");
        assert_eq!(again["campaign_id"], created["campaign_id"]);
    }
    assert_eq!(bench.stored("campaigns").len(), 2);
}

/// Inputs of an ad group, with the campaign above it.
fn ad_group(campaign: &Value, more: Value) -> Value {
    let common = json!({
        "campaign_id": campaign["campaign_id"],
        "adgroup_name": "Runners",
        "promotion_type": "WEBSITE",
        "location_ids": ["6252001"],
        "optimization_goal": "CLICK",
        "bid_type": "BID_TYPE_NO_BID",
        "schedule_start_time": "2026-11-23 00:00:00",
        "idempotency_key": "ad group",
    });
    merged(common, more)
}

/// Inputs of an ad, with the ad group above it.
fn ad(ad_group: &Value, more: Value) -> Value {
    let common = json!({
        "adgroup_id": ad_group["adgroup_id"],
        "ad_name": "Film",
        "identity_type": "TT_USER",
        "identity_id": "0f1c5c5e-6c1f-5a1e-9d4b-000000000001",
        "ad_format": "SINGLE_VIDEO",
        "video_id": "v10033g50000",
        "image_ids": ["ad-site/cover"],
        "ad_text": "Run faster",
        "landing_page_url": "https://example.com/shoes",
        "idempotency_key": "ad",
    });
    merged(common, more)
}

/// Manual campaign with the further inputs of its ad group and ad, and the same for Smart+.
fn ways() -> [(Value, Value, Value); 2] {
    [
        (
            manual_campaign(),
            json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 40 }),
            json!({ "call_to_action": "SHOP_NOW" }),
        ),
        (
            smart_campaign(),
            json!({}),
            json!({ "call_to_action_id": "7350000000000000001" }),
        ),
    ]
}

#[test]
fn ad_groups_and_ads_are_sent_as_planned_and_stored_disabled() {
    for (campaign, of_group, of_ad) in ways() {
        let bench = Bench::new();
        let campaign = bench.data("create_campaign", &campaign);
        let group_inputs = ad_group(&campaign, of_group);
        let group = bench.created_as_planned("create_ad_group", &group_inputs);
        let ad_inputs = ad(&group, of_ad);
        let created = bench.created_as_planned("create_ad", &ad_inputs);
        for (kind, action, inputs, created) in [
            ("adgroups", "create_ad_group", &group_inputs, &group),
            ("ads", "create_ad", &ad_inputs, &created),
        ] {
            let stored = bench.stored(kind);
            assert_eq!(
                (stored.len(), &stored[0]["operation_status"]),
                (1, &json!("DISABLE"))
            );
            let again = bench.data(action, inputs);
            assert_eq!(again["outcome"], "recorded", "{again:#}");
            for id in ["adgroup_id", "ad_id"] {
                assert_eq!(again[id], created[id]);
            }
            assert_eq!(bench.stored(kind).len(), 1, "{action}");
        }
    }
}

/// Lists show a new object after some seconds: the next one waits for its parent.
#[test]
fn a_campaign_an_ad_group_and_an_ad_may_be_created_at_once_although_lists_lag() {
    for (campaign, of_group, of_ad) in ways() {
        let bench = Bench::new();
        bench.change(json!({ "ads": { "switches": { "listing_lag_ms": 5_000 } } }));
        let campaign = bench.data("create_campaign", &campaign);
        let group = bench.data("create_ad_group", &ad_group(&campaign, of_group));
        let ad = bench.data("create_ad", &ad(&group, of_ad));
        assert_eq!(
            (&campaign["outcome"], &group["outcome"], &ad["outcome"]),
            (&json!("created"), &json!("created"), &json!("created"))
        );
        let stored = ["campaigns", "adgroups", "ads"].map(|kind| bench.stored(kind).len());
        assert_eq!(stored, [1, 1, 1]);
    }
}

/// A parent that does not exist is not waited for longer than lists lag, and nothing is sent.
#[test]
fn a_parent_that_does_not_exist_is_looked_for_some_seconds() {
    let bench = Bench::new();
    let missing = json!({ "campaign_id": "1812345678901234567", "adgroup_id": "1812345678901234568" });
    for (action, inputs) in [
        ("create_ad_group", ad_group(&missing, ways()[0].1.clone())),
        ("create_ad", ad(&missing, ways()[0].2.clone())),
    ] {
        let before = bench.clock.elapsed();
        let answer = bench.ask(action, &inputs);
        assert_eq!(answer["result"]["code"], "40007", "{answer:#}");
        let took = bench.clock.elapsed().saturating_sub(before);
        assert!(
            (Duration::from_secs(8)..Duration::from_secs(20)).contains(&took),
            "{took:?}"
        );
    }
    for path in ["/adgroup/create/", "/ad/create/"] {
        assert!(bench.bodies(path).is_empty());
    }
}
