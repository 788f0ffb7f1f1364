//! A simulator and a host on one virtual clock, so that waits take no time.

use std::{
    future::pending,
    io::{Cursor, Read as _, pipe},
    sync::Arc,
    time::Duration,
};

use autohive_tiktok::{
    clock::Clock,
    front::stdio::{Options, Order, ask, serve},
    host::Host,
    integrations::OperatorPolicy,
    marketing_api::RateTier,
    model::Amount,
    simulator::{EndpointName, RecordedRequest},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{
    merged,
    tiktok::{TikTok, tiktok_on},
};

/// The first preset account: USD, on the allow-list of Smart+.
pub(super) const ADVERTISER: &str = "7310000000000000011";
const TOKEN: &str = "ads.sim-main";
/// 2026-11-02 12:00:00 UTC.
const START: Duration = Duration::from_hours(498_228);

/// A simulator, a host, and a client of the simulator that knows nothing of the host.
pub(super) struct ChangeBench {
    pub(super) tiktok: TikTok,
    host: Arc<Host>,
    runtime: Runtime,
    http: reqwest::Client,
}

impl ChangeBench {
    pub(super) fn new() -> Self {
        Self::with(OperatorPolicy::default())
    }

    /// A bench whose operator limits a day to this amount.
    pub(super) fn with_ceiling(amount: f64) -> Self {
        Self::with(OperatorPolicy {
            max_daily_budget: Amount::new(amount),
            ..OperatorPolicy::default()
        })
    }

    /// A bench whose operator forbids to enable anything.
    pub(super) fn without_enabling() -> Self {
        Self::with(OperatorPolicy {
            allows_enable: false,
            ..OperatorPolicy::default()
        })
    }

    fn with(policy: OperatorPolicy) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let clock = Clock::virtual_at(START);
        let tiktok = tiktok_on(clock.clone());
        tiktok.change(json!({ "ads": { "switches": { "throttle": false } } }));
        let policy = OperatorPolicy {
            ads_calls: RateTier::Ultimate,
            ..policy
        };
        let host = Host::new(clock)
            .with_api_base("tiktok-ads", tiktok.url().parse().unwrap())
            .with_policy(policy);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            tiktok,
            host: Arc::new(host),
            runtime,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn answer(&self, action: &str, inputs: Value) -> Value {
        let request = request(action, inputs);
        let answers = self.runtime.block_on(ask(&self.host, request.to_string()));
        answers.unwrap().remove(0)
    }

    /// Answers to requests on one standard input, in their order, with this number of jobs.
    #[track_caller]
    pub(super) fn answers(&self, jobs: usize, requests: Vec<(&str, Value)>) -> Vec<Value> {
        let requests = requests
            .into_iter()
            .map(|(action, inputs)| request(action, inputs).to_string());
        let input = Cursor::new(requests.collect::<Vec<_>>().join("\n"));
        let options = Options {
            jobs,
            order: Order::Requested,
            ..Options::default()
        };
        let (mut answers, output) = pipe().unwrap();
        let served = serve(Arc::clone(&self.host), input, output, pending(), options);
        self.runtime.block_on(served).unwrap();
        let mut text = String::new();
        answers.read_to_string(&mut text).unwrap();
        let answers = serde_json::Deserializer::from_str(&text).into_iter();
        answers.map(Result::unwrap).collect()
    }

    /// Data of an action that succeeds.
    #[track_caller]
    pub(super) fn does(&self, action: &str, inputs: Value) -> Value {
        let answer = self.answer(action, inputs);
        assert_eq!(answer["type"], "action", "{answer}");
        answer["result"]["data"].clone()
    }

    /// Error of an action that fails with this code.
    #[track_caller]
    pub(super) fn fails(&self, action: &str, inputs: Value, code: &str) -> Value {
        let answer = self.answer(action, inputs);
        let found = (answer["type"].as_str(), answer["result"]["code"].as_str());
        assert_eq!(found, (Some("action_error"), Some(code)), "{answer}");
        answer["result"].clone()
    }

    /// Error of inputs that break the schema.
    #[track_caller]
    pub(super) fn breaks_the_schema(&self, action: &str, inputs: Value) -> Value {
        let answer = self.answer(action, inputs);
        assert_eq!(answer["type"], "validation_error", "{answer}");
        answer["result"].clone()
    }

    /// Adds a fault to an endpoint of the simulator.
    #[track_caller]
    pub(super) fn fault(&self, fault: &Value) {
        self.tiktok.change(json!({ "faults": [fault] }));
    }

    /// Data of a call that another program makes.
    #[track_caller]
    pub(super) fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/open_api/v1.3{path}", self.tiktok.url());
        let body = merged(json!({ "advertiser_id": ADVERTISER }), body);
        let request = self.http.post(url).header("Access-Token", TOKEN).json(&body);
        let answer: Value = self.runtime.block_on(async {
            let text = request.send().await.unwrap().text().await.unwrap();
            serde_json::from_str(&text).unwrap()
        });
        assert_eq!(answer["code"], 0, "{answer}");
        answer["data"].clone()
    }

    /// Object as the simulator lists it to others.
    #[track_caller]
    pub(super) fn listed(&self, level: &str, id: &str) -> Value {
        let url = format!("{}/open_api/v1.3/{level}/get/", self.tiktok.url());
        let name = level.strip_prefix("smart_plus/").unwrap_or(level);
        let ids = if level == "smart_plus/ad" {
            "smart_plus_ad_ids".to_owned()
        } else {
            format!("{name}_ids")
        };
        let filtering = json!({ "primary_status": "STATUS_ALL", ids: [id] }).to_string();
        let query = [("advertiser_id", ADVERTISER), ("filtering", &filtering)];
        let request = self.http.get(url).header("Access-Token", TOKEN).query(&query);
        let answer: Value = self.runtime.block_on(async {
            let text = request.send().await.unwrap().text().await.unwrap();
            serde_json::from_str(&text).unwrap()
        });
        answer["data"]["list"][0].clone()
    }

    /// Calls that change something, in their order.
    pub(super) fn writes(&self) -> Vec<RecordedRequest> {
        let entries = self.tiktok.journal().entries;
        let is_write = |entry: &RecordedRequest| entry.method == "POST";
        entries.into_iter().filter(is_write).collect()
    }

    /// Calls that change something and are made by `work`, as path and body.
    #[track_caller]
    pub(super) fn writes_of<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<(String, Value)>) {
        let before = self.writes().len();
        let result = work();
        let calls = self.writes().split_off(before);
        let calls = calls.into_iter().map(|call| {
            let path = call.path.trim_start_matches("/open_api/v1.3").to_owned();
            (path, call.body.unwrap_or_default())
        });
        (result, calls.collect())
    }

    /// Asserts that `work` sends nothing that changes anything.
    #[track_caller]
    pub(super) fn writes_nothing<T>(&self, work: impl FnOnce() -> T) -> T {
        let (result, calls) = self.writes_of(work);
        assert_eq!(calls, [], "nothing should be sent");
        result
    }

    /// Number of calls of an endpoint.
    pub(super) fn count(&self, endpoint: EndpointName) -> usize {
        self.tiktok.count(endpoint)
    }

    /// Creates a manual campaign.
    #[track_caller]
    pub(super) fn campaign(&self, changes: Value) -> String {
        let campaign = json!({
            "objective_type": "TRAFFIC",
            "campaign_name": "Spring",
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": 100,
            "operation_status": "DISABLE",
        });
        let data = self.post("/campaign/create/", merged(campaign, changes));
        data["campaign_id"].as_str().unwrap().to_owned()
    }

    /// Creates an Upgraded Smart+ campaign.
    #[track_caller]
    pub(super) fn smart_campaign(&self, changes: Value) -> String {
        let campaign = json!({
            "request_id": self.writes().len().to_string(),
            "objective_type": "WEB_CONVERSIONS",
            "sales_destination": "WEBSITE",
            "campaign_name": "Smart",
            "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            "budget": 100,
            "operation_status": "DISABLE",
        });
        let data = self.post("/smart_plus/campaign/create/", merged(campaign, changes));
        data["campaign_id"].as_str().unwrap().to_owned()
    }

    /// Creates a manual ad group.
    #[track_caller]
    pub(super) fn ad_group(&self, campaign: &str, changes: Value) -> String {
        let ad_group = json!({
            "campaign_id": campaign,
            "adgroup_name": "Runners",
            "promotion_type": "WEBSITE",
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
            "location_ids": ["6252001"],
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": 40,
            "schedule_type": "SCHEDULE_FROM_NOW",
            "schedule_start_time": "2026-11-02 12:00:00",
            "optimization_goal": "CLICK",
            "bid_type": "BID_TYPE_NO_BID",
            "billing_event": "CPC",
            "pacing": "PACING_MODE_SMOOTH",
            "operation_status": "DISABLE",
        });
        let data = self.post("/adgroup/create/", merged(ad_group, changes));
        data["adgroup_id"].as_str().unwrap().to_owned()
    }

    /// Creates an ad group in an Upgraded Smart+ campaign.
    #[track_caller]
    pub(super) fn smart_ad_group(&self, campaign: &str, changes: Value) -> String {
        let ad_group = json!({
            "request_id": self.writes().len().to_string(),
            "campaign_id": campaign,
            "adgroup_name": "Runners",
            "promotion_type": "WEBSITE",
            "targeting_spec": { "location_ids": ["6252001"] },
            "schedule_type": "SCHEDULE_FROM_NOW",
            "schedule_start_time": "2026-11-02 12:00:00",
            "optimization_goal": "CLICK",
            "bid_type": "BID_TYPE_NO_BID",
            "billing_event": "CPC",
            "operation_status": "DISABLE",
        });
        let data = self.post("/smart_plus/adgroup/create/", merged(ad_group, changes));
        data["adgroup_id"].as_str().unwrap().to_owned()
    }

    /// Creates a manual ad.
    #[track_caller]
    pub(super) fn ad(&self, ad_group: &str, changes: Value) -> String {
        let ad = json!({
            "ad_name": "Film",
            "identity_type": "TT_USER",
            "identity_id": IDENTITY,
            "ad_format": "SINGLE_VIDEO",
            "video_id": "v10033g50000",
            "image_ids": ["ad-site/cover"],
            "ad_text": "Run faster",
            "call_to_action": "SHOP_NOW",
            "landing_page_url": "https://example.com/shoes",
            "operation_status": "DISABLE",
        });
        let creatives = json!([merged(ad, changes)]);
        let data = self.post(
            "/ad/create/",
            json!({ "adgroup_id": ad_group, "creatives": creatives }),
        );
        data["ad_ids"][0].as_str().unwrap().to_owned()
    }

    /// Creates an Upgraded Smart+ ad with one creative for each video.
    #[track_caller]
    pub(super) fn smart_ad(&self, ad_group: &str, videos: &[&str], changes: Value) -> String {
        let creatives: Vec<Value> = videos
            .iter()
            .map(|video| {
                json!({ "creative_info": {
                    "identity_type": "TT_USER",
                    "identity_id": IDENTITY,
                    "ad_format": "SINGLE_VIDEO",
                    "video_info": { "video_id": video },
                    "image_info": [{ "web_uri": "ad-site/cover" }],
                } })
            })
            .collect();
        let ad = json!({
            "adgroup_id": ad_group,
            "ad_name": "Film",
            "creative_list": creatives,
            "ad_text_list": [{ "ad_text": "Run faster" }],
            "landing_page_url_list": [{ "landing_page_url": "https://example.com/shoes" }],
            "ad_configuration": { "call_to_action_id": "7350000000000000001", "dark_post_status": "OFF" },
            "operation_status": "DISABLE",
        });
        let data = self.post("/smart_plus/ad/create/", merged(ad, changes));
        data["smart_plus_ad_id"].as_str().unwrap().to_owned()
    }
}

/// A TikTok user of the simulator.
pub(super) const IDENTITY: &str = "0f1c5c5e-6c1f-5a1e-9d4b-000000000001";

fn request(action: &str, inputs: Value) -> Value {
    let auth = json!({ "access_token": TOKEN, "advertiser_id": ADVERTISER });
    let mut request = json!({ "integration": "tiktok-ads", "action": action, "auth": auth });
    request["inputs"] = inputs;
    request
}

/// A name that no other campaign has.
pub(super) fn named(name: &str) -> Value {
    json!({ "campaign_name": name })
}

/// Ids of a deletion with their outcomes.
pub(super) fn outcomes(data: &Value) -> Vec<(&str, &str)> {
    let results = data["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            (
                result["id"].as_str().unwrap(),
                result["outcome"].as_str().unwrap(),
            )
        })
        .collect()
}
