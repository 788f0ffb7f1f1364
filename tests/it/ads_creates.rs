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

use crate::support::with;

/// The first preset account: USD, on the allow-list of Smart+.
const ADVERTISER: &str = "7310000000000000011";

/// 2026-11-22, since the Unix epoch: before manual creation ends.
const BEGINNING: Duration = Duration::from_hours(498_696);

/// A Marketing API and a host that share a virtual clock.
struct Bench {
    runtime: Runtime,
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
            .with_state(State::new(state, clock));
        let bench = Self {
            runtime,
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
