//! A simulated Marketing API and a host that share a virtual clock within this process: waiting takes no time.

use std::{path::PathBuf, sync::Arc, time::Duration};

use autohive_tiktok::{
    clock::Clock,
    front::stdio,
    host::Host,
    integrations::OperatorPolicy,
    marketing_api::RateTier,
    simulator::{RecordedRequest, Simulator, SimulatorOptions},
    state::{State, StateLocation},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::merged;

/// The first preset account.
pub(super) const ADVERTISER: &str = "7310000000000000011";
/// Its token.
pub(super) const TOKEN: &str = "ads.sim-main";

/// 2026-11-22, since the Unix epoch: before manual campaigns end.
const BEGINNING: Duration = Duration::from_hours(498_696);

/// Answers of TikTok that its documents leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// A repeated `request_id` within ten seconds.
    pub(super) repeated: &'static str,
    /// The same later, while the name exists.
    pub(super) late: &'static str,
    /// Delay of lists, in milliseconds.
    pub(super) lag_ms: u64,
}

pub(super) const READINGS: [Reading; 4] = [
    Reading {
        repeated: "first_object",
        late: "second_object",
        lag_ms: 5_000,
    },
    Reading {
        repeated: "refused",
        late: "second_object",
        lag_ms: 5_000,
    },
    Reading {
        repeated: "first_object",
        late: "refused",
        lag_ms: 0,
    },
    Reading {
        repeated: "refused",
        late: "refused",
        lag_ms: 5_000,
    },
];

impl Reading {
    pub(super) fn switches(self) -> Value {
        json!({
            "throttle": false,
            "repeated_request": self.repeated,
            "late_repeat": self.late,
            "listing_lag_ms": self.lag_ms,
        })
    }
}

/// A Marketing API and a host.
pub(super) struct OnceBench {
    pub(super) runtime: Runtime,
    pub(super) clock: Clock,
    tiktok: Simulator,
    host: Arc<Host>,
    folder: TempDir,
}

impl OnceBench {
    pub(super) fn new(reading: Reading) -> Self {
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
        let state = State::new(
            StateLocation::Sqlite(folder.path().join("state.db")),
            clock.clone(),
        );
        let policy = OperatorPolicy {
            ads_calls: RateTier::Ultimate,
            ..OperatorPolicy::default()
        };
        let host = Host::new(clock.clone())
            .with_api_base("tiktok-ads", tiktok.url().parse().unwrap())
            .with_policy(policy)
            .with_state(state);
        let bench = Self {
            runtime,
            clock,
            tiktok,
            host: Arc::new(host),
            folder,
        };
        bench.change(json!({ "ads": { "switches": reading.switches() } }));
        bench
    }

    pub(super) fn change(&self, setup: Value) {
        self.tiktok.apply(serde_json::from_value(setup).unwrap()).unwrap();
    }

    pub(super) fn fault(&self, fault: Value) {
        let mut setup = json!({ "faults": [] });
        setup["faults"] = Value::Array(vec![fault]);
        self.change(setup);
    }

    pub(super) fn clear_faults(&self) {
        self.change(json!({ "clear_faults": true }));
    }

    pub(super) fn advance(&self, by: Duration) {
        self.tiktok.advance(by);
    }

    /// Path of the journal.
    pub(super) fn journal(&self) -> PathBuf {
        self.folder.path().join("state.db")
    }

    pub(super) async fn answer(&self, request: &Value) -> Value {
        let answers = stdio::ask(&self.host, request.to_string()).await.unwrap();
        <[Value; 1]>::try_from(answers).map(|[answer]| answer).unwrap()
    }

    /// The result of a request.
    pub(super) fn ask(&self, request: &Value) -> Value {
        self.runtime.block_on(self.answer(request))
    }

    /// Drops the request as soon as `is_time`, as a kill does. Returns its answer if it had one before.
    pub(super) fn ask_until(&self, request: &Value, is_time: impl Fn(&Self) -> bool) -> Option<Value> {
        self.runtime.block_on(async {
            let wall = Clock::system();
            let struck = async {
                while !is_time(self) {
                    wall.sleep(Duration::from_millis(1)).await;
                }
            };
            let answer = tokio::select! {
                biased;
                answer = self.answer(request) => Some(answer),
                () = struck => None,
            };
            // Tasks that were dropped end now.
            wall.sleep(Duration::from_millis(5)).await;
            answer
        })
    }

    /// Calls of the client to an endpoint.
    pub(super) fn calls(&self, path: &str) -> Vec<RecordedRequest> {
        let entries = self.tiktok.journal().entries.into_iter();
        entries.filter(|entry| entry.path.ends_with(path)).collect()
    }

    /// Campaigns with this name.
    pub(super) fn campaigns(&self, name: &str) -> Vec<Value> {
        let Some(Value::Array(all)) = self.tiktok.listing("campaigns") else {
            panic!("no list")
        };
        all.into_iter()
            .filter(|campaign| campaign["campaign_name"] == name)
            .collect()
    }

    /// Ids of the campaigns with this name.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        let campaigns = self.campaigns(name).into_iter();
        campaigns
            .map(|campaign| campaign["campaign_id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Changes a campaign as someone else.
    pub(super) fn update(&self, id: &str, changes: Value) {
        let body = merged(json!({ "advertiser_id": ADVERTISER, "campaign_id": id }), changes);
        let url = format!("{}/open_api/v1.3/campaign/update/", self.tiktok.url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let sent = client.post(url).header("Access-Token", TOKEN).json(&body).send();
        let answer = self
            .runtime
            .block_on(async { sent.await.unwrap().text().await.unwrap() });
        assert!(answer.starts_with(r#"{"code":0,"#), "{answer}");
    }

    /// Creates a campaign as someone else.
    pub(super) fn create_as_another(&self, name: &str) -> String {
        let answer = self.ask(&request(name, None));
        Told::of(&answer)
            .id
            .unwrap_or_else(|| panic!("the campaign should have been created: {answer}"))
    }
}

/// A request for a campaign.
pub(super) fn request(name: &str, key: Option<&str>) -> Value {
    let mut request = json!({
        "id": key,
        "integration": "tiktok-ads",
        "action": "create_campaign",
        "auth": { "access_token": TOKEN, "advertiser_id": ADVERTISER },
        "inputs": {
            "automation": "MANUAL",
            "objective_type": "TRAFFIC",
            "campaign_name": name,
            "budget_mode": "BUDGET_MODE_TOTAL",
            "budget": 500,
        },
    });
    if let Some(key) = key {
        request["inputs"]["idempotency_key"] = json!(key);
    }
    request
}

/// Members of a result that the tests compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) outcome: String,
    /// Id of the campaign.
    pub(super) id: Option<String>,
    pub(super) code: Option<String>,
    pub(super) retryable: bool,
    pub(super) found: Vec<String>,
    pub(super) remedy: String,
}

impl Told {
    #[track_caller]
    pub(super) fn of(answer: &Value) -> Self {
        let result = &answer["result"];
        let data = match answer["type"].as_str() {
            Some("action") => &result["data"],
            Some("action_error") => result,
            _ => panic!("no result of an action: {answer}"),
        };
        let text = |name: &str| data[name].as_str().map(str::to_owned);
        let found = data["found"].as_array().into_iter().flatten();
        let told = Self {
            outcome: text("outcome").unwrap_or_else(|| panic!("no outcome: {answer}")),
            id: text("campaign_id"),
            code: text("code"),
            retryable: data["retryable"] == true,
            found: found.map(|id| id.as_str().unwrap().to_owned()).collect(),
            remedy: text("remedy").unwrap_or_default(),
        };
        assert_eq!(told.is_made(), answer["type"] == "action", "{answer}");
        assert!(!answer.to_string().contains(TOKEN), "the token is in {answer}");
        told
    }

    /// Whether the campaign exists.
    pub(super) fn is_made(&self) -> bool {
        ["created", "found", "recorded"].contains(&self.outcome.as_str())
    }

    /// Compares it with the only campaigns that the request can have created.
    pub(super) fn check(&self, ids: &[String], is_keyed: bool) -> Result<(), String> {
        if ids.len() > 1 {
            return Err(format!("{} campaigns exist", ids.len()));
        }
        let is_true = match self.outcome.as_str() {
            "created" | "found" | "recorded" => self.id.as_ref() == ids.first() && !ids.is_empty(),
            "failed" => ids.is_empty(),
            "unconfirmed" => {
                let names_key = self.remedy.contains("same idempotency_key");
                let is_safe = !self.retryable || (is_keyed && names_key);
                is_safe && self.found.iter().all(|found| ids.contains(found))
            }
            _ => false,
        };
        is_true.then_some(()).ok_or_else(|| format!("TikTok has {ids:?}"))
    }
}
