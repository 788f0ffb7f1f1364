//! A simulated Marketing API and a host that share a virtual clock within this process: waiting takes no time.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

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

use crate::support::{merged, with};

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

/// Kind of object that a request creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Campaign,
    AdGroup,
    SmartAdGroup,
    Ad,
    SmartAd,
}

impl Kind {
    /// Kinds that are created below others.
    pub(super) const BELOW: [Self; 4] = [Self::AdGroup, Self::SmartAdGroup, Self::Ad, Self::SmartAd];

    /// Action that creates it.
    pub(super) const fn action(self) -> &'static str {
        match self {
            Self::Campaign => "create_campaign",
            Self::AdGroup | Self::SmartAdGroup => "create_ad_group",
            Self::Ad | Self::SmartAd => "create_ad",
        }
    }

    /// Endpoint that creates it, for faults.
    pub(super) const fn create(self) -> &'static str {
        match self {
            Self::Campaign => "campaign_create",
            Self::AdGroup => "adgroup_create",
            Self::SmartAdGroup => "smart_plus_adgroup_create",
            Self::Ad => "ad_create",
            Self::SmartAd => "smart_plus_ad_create",
        }
    }

    /// Endpoint of the list in which it is looked for, for faults.
    pub(super) const fn list(self) -> &'static str {
        match self {
            Self::Campaign => "campaign_get",
            Self::AdGroup => "adgroup_get",
            Self::SmartAdGroup => "smart_plus_adgroup_get",
            Self::Ad => "ad_get",
            Self::SmartAd => "smart_plus_ad_get",
        }
    }

    /// End of the path of the create.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Campaign => "/campaign/create/",
            Self::AdGroup | Self::SmartAdGroup => "/adgroup/create/",
            Self::Ad | Self::SmartAd => "/ad/create/",
        }
    }

    /// End of the path of the list.
    pub(super) const fn list_path(self) -> &'static str {
        match self {
            Self::Campaign => "/campaign/get/",
            Self::AdGroup => "v1.3/adgroup/get/",
            Self::SmartAdGroup => "/smart_plus/adgroup/get/",
            Self::Ad => "v1.3/ad/get/",
            Self::SmartAd => "/smart_plus/ad/get/",
        }
    }

    /// The simulator's list, and the members with name and id.
    const fn stored(self) -> [&'static str; 3] {
        match self {
            Self::Campaign => ["campaigns", "campaign_name", "campaign_id"],
            Self::AdGroup | Self::SmartAdGroup => ["adgroups", "adgroup_name", "adgroup_id"],
            Self::Ad => ["ads", "ad_name", "ad_id"],
            Self::SmartAd => ["ads", "ad_name", "smart_plus_ad_id"],
        }
    }

    const fn is_smart(self) -> bool {
        matches!(self, Self::SmartAdGroup | Self::SmartAd)
    }

    const fn is_ad(self) -> bool {
        matches!(self, Self::Ad | Self::SmartAd)
    }

    /// Inputs but the name and the parent.
    fn inputs(self) -> Value {
        match self {
            Self::Campaign => json!({
                "automation": "MANUAL",
                "objective_type": "TRAFFIC",
                "budget_mode": "BUDGET_MODE_TOTAL",
                "budget": 500,
            }),
            Self::AdGroup => json!({
                "promotion_type": "WEBSITE",
                "location_ids": ["6252001"],
                "budget_mode": "BUDGET_MODE_DAY",
                "budget": 40,
                "optimization_goal": "CLICK",
            }),
            Self::SmartAdGroup => json!({
                "promotion_type": "WEBSITE",
                "location_ids": ["6252001"],
                "optimization_goal": "CLICK",
                "bid_type": "BID_TYPE_NO_BID",
            }),
            Self::Ad => merged(ad(), json!({ "call_to_action": "SHOP_NOW" })),
            Self::SmartAd => merged(ad(), json!({ "call_to_action_id": "7350000000000000001" })),
        }
    }
}

fn ad() -> Value {
    json!({
        "identity_type": "TT_USER",
        "identity_id": "0f1c5c5e-6c1f-5a1e-9d4b-000000000001",
        "ad_format": "SINGLE_VIDEO",
        "video_id": "v10033g50000",
        "image_ids": ["ad-site/cover"],
        "ad_text": "Run faster",
        "landing_page_url": "https://example.com/shoes",
    })
}

/// A Marketing API and a host.
pub(super) struct OnceBench {
    pub(super) runtime: Runtime,
    pub(super) clock: Clock,
    tiktok: Simulator,
    host: Arc<Host>,
    folder: TempDir,
    /// Object below which others are created, as a member of inputs.
    parent: Mutex<Value>,
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
            parent: Mutex::new(json!({})),
        };
        bench.change(json!({ "ads": { "switches": reading.switches() } }));
        bench
    }

    /// A bench with a parent for objects of this kind.
    pub(super) fn below(reading: Reading, kind: Kind) -> Self {
        let bench = Self::new(reading);
        bench.give_parent(kind);
        bench
    }

    /// Creates the campaign, and for ads the ad group, of objects of this kind.
    pub(super) fn give_parent(&self, kind: Kind) {
        if kind == Kind::Campaign {
            return;
        }
        let create = |action: &str, inputs: Value| {
            let answer = self.ask(&of_action(action, &inputs));
            Told::of(&answer)
                .id
                .unwrap_or_else(|| panic!("{action} should create a parent: {answer}"))
        };
        let (campaign, ad_group) = if kind.is_smart() {
            let campaign = json!({
                "automation": "SMART_PLUS", "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE",
                "budget": 500,
            });
            (campaign, Kind::SmartAdGroup)
        } else {
            let campaign = json!({
                "automation": "MANUAL", "objective_type": "TRAFFIC", "budget_mode": "BUDGET_MODE_INFINITE",
            });
            (campaign, Kind::AdGroup)
        };
        let campaign = create(
            "create_campaign",
            merged(campaign, json!({ "campaign_name": "Parent" })),
        );
        let mut parent = json!({ "campaign_id": campaign });
        if kind.is_ad() {
            let inputs = merged(ad_group.inputs(), json!({ "adgroup_name": "Parent" }));
            parent = json!({ "adgroup_id": create("create_ad_group", merged(inputs, parent)) });
        }
        *self.parent.lock().unwrap() = parent;
        self.advance(Duration::from_mins(2));
    }

    /// A request for an object of a kind.
    pub(super) fn request_of(&self, kind: Kind, name: &str, key: Option<&str>) -> Value {
        let parent = if kind == Kind::Campaign {
            json!({})
        } else {
            self.parent.lock().unwrap().clone()
        };
        let inputs = merged(kind.inputs(), parent);
        let [_, title, _] = kind.stored();
        let mut request = of_action(kind.action(), &with(inputs, title, json!(name)));
        request["id"] = json!(key);
        if let Some(key) = key {
            request["inputs"]["idempotency_key"] = json!(key);
        }
        request
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

    /// Objects of a kind with this name.
    pub(super) fn stored(&self, kind: Kind, name: &str) -> Vec<Value> {
        let [list, title, _] = kind.stored();
        let Some(Value::Array(all)) = self.tiktok.listing(list) else {
            panic!("no list")
        };
        all.into_iter().filter(|object| object[title] == name).collect()
    }

    /// Ids of the objects of a kind with this name.
    pub(super) fn ids_of(&self, kind: Kind, name: &str) -> Vec<String> {
        let [_, _, id] = kind.stored();
        let objects = self.stored(kind, name).into_iter();
        objects
            .map(|object| object[id].as_str().unwrap().to_owned())
            .collect()
    }

    /// Ids of the campaigns with this name.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        self.ids_of(Kind::Campaign, name)
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
        self.create_another(Kind::Campaign, name)
    }

    /// Creates an object of a kind as someone else.
    pub(super) fn create_another(&self, kind: Kind, name: &str) -> String {
        let answer = self.ask(&self.request_of(kind, name, None));
        Told::of(&answer)
            .id
            .unwrap_or_else(|| panic!("the object should have been created: {answer}"))
    }
}

fn of_action(action: &str, inputs: &Value) -> Value {
    json!({
        "integration": "tiktok-ads",
        "action": action,
        "auth": { "access_token": TOKEN, "advertiser_id": ADVERTISER },
        "inputs": inputs,
    })
}

/// A request for a campaign.
pub(super) fn request(name: &str, key: Option<&str>) -> Value {
    let inputs = with(Kind::Campaign.inputs(), "campaign_name", json!(name));
    let mut request = of_action("create_campaign", &inputs);
    request["id"] = json!(key);
    if let Some(key) = key {
        request["inputs"]["idempotency_key"] = json!(key);
    }
    request
}

/// Members of a result that the tests compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) outcome: String,
    /// Id of the object.
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
            id: ["campaign_id", "adgroup_id", "ad_id"].into_iter().find_map(text),
            code: text("code"),
            retryable: data["retryable"] == true,
            found: found.map(|id| id.as_str().unwrap().to_owned()).collect(),
            remedy: text("remedy").unwrap_or_default(),
        };
        assert_eq!(told.is_made(), answer["type"] == "action", "{answer}");
        assert!(!answer.to_string().contains(TOKEN), "the token is in {answer}");
        told
    }

    /// Whether the object exists.
    pub(super) fn is_made(&self) -> bool {
        ["created", "found", "recorded"].contains(&self.outcome.as_str())
    }

    /// Compares it with the only objects that the request can have created.
    pub(super) fn check(&self, ids: &[String], is_keyed: bool) -> Result<(), String> {
        if ids.len() > 1 {
            return Err(format!("{} objects exist", ids.len()));
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
