//! A simulator on a virtual clock and a client that knows nothing of either API.

use std::time::Duration;

use autohive_tiktok::{
    clock::Clock,
    simulator::{Simulator, SimulatorOptions},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// The first preset account: USD, on the allow-list of Smart+.
pub(super) const ADVERTISER: &str = "7310000000000000011";
/// The token of all accounts but the sandbox.
pub(super) const MAIN: &str = "ads.sim-main";
/// 2026-11-02 12:00:00 UTC.
const START: Duration = Duration::from_hours(498_228);

/// A simulator and a client.
pub(super) struct AdsBench {
    pub(super) sim: Simulator,
    pub(super) http: reqwest::Client,
    /// Token of the requests.
    pub(super) token: &'static str,
}

/// HTTP status, `code` and whole body of a response.
#[derive(Debug)]
pub(super) struct AdsAnswered {
    pub(super) status: u16,
    pub(super) code: u64,
    pub(super) body: Value,
}

impl AdsAnswered {
    /// Asserts a code under HTTP status 200, and returns the data.
    #[track_caller]
    pub(super) fn is(&self, code: u64) -> &Value {
        assert_eq!((self.status, self.code), (200, code), "{}", self.body);
        &self.body["data"]
    }

    /// Asserts a refusal whose message contains `part`.
    #[track_caller]
    pub(super) fn refuses(&self, code: u64, part: &str) {
        self.is(code);
        let message = self.message();
        assert!(message.contains(part), "{message:?} should contain {part:?}");
    }

    pub(super) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap()
    }
}

impl AdsBench {
    /// A bench without request limits.
    pub(super) async fn new() -> Self {
        Self::with(json!({"throttle": false})).await
    }

    pub(super) async fn with(switches: Value) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let options = SimulatorOptions {
            clock: Clock::virtual_at(START),
            ..SimulatorOptions::default()
        };
        let bench = Self {
            sim: Simulator::start(options).await.unwrap(),
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            token: MAIN,
        };
        bench.apply(json!({"ads": {"switches": switches}}));
        bench
    }

    #[track_caller]
    pub(super) fn apply(&self, setup: Value) {
        self.sim.apply(serde_json::from_value(setup).unwrap()).unwrap();
    }

    #[track_caller]
    pub(super) fn switch(&self, switches: Value) {
        let mut setup = json!({"ads": {"switches": null}});
        setup["ads"]["switches"] = switches;
        self.apply(setup);
    }

    pub(super) fn wait(&self, seconds: u64) {
        self.sim.advance(Duration::from_secs(seconds));
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/open_api/v1.3{path}", self.sim.url());
        self.http.request(method, url).header("Access-Token", self.token)
    }

    /// A GET whose lists and objects are JSON in one value.
    pub(super) async fn get(&self, path: &str, parameters: Value) -> AdsAnswered {
        let parameters: Vec<(String, String)> = parameters
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (name.clone(), text)
            })
            .collect();
        read(self.request(Method::GET, path).query(&parameters)).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> AdsAnswered {
        read(self.request(Method::POST, path).json(&body)).await
    }

    /// Creates a campaign in the first account.
    pub(super) async fn campaign(&self, changes: Value) -> AdsAnswered {
        self.post("/campaign/create/", merged(campaign(), changes)).await
    }

    /// Creates a campaign, and returns its id.
    pub(super) async fn campaign_id(&self, changes: Value) -> Value {
        self.campaign(changes).await.is(0)["campaign_id"].clone()
    }

    /// Creates an ad group in a campaign.
    pub(super) async fn adgroup(&self, campaign_id: &Value, changes: Value) -> AdsAnswered {
        let adgroup = merged(adgroup(), json!({"campaign_id": campaign_id}));
        self.post("/adgroup/create/", merged(adgroup, changes)).await
    }

    /// Creates an ad group in a new campaign, and returns both ids.
    pub(super) async fn adgroup_id(&self, changes: Value) -> (Value, Value) {
        let campaign_id = self.campaign_id(json!({})).await;
        let adgroup_id = self.adgroup(&campaign_id, changes).await.is(0)["adgroup_id"].clone();
        (campaign_id, adgroup_id)
    }

    /// Creates an ad in an ad group.
    pub(super) async fn ad(&self, adgroup_id: &Value, changes: Value) -> AdsAnswered {
        let body = json!({"advertiser_id": ADVERTISER, "adgroup_id": adgroup_id, "creatives": [merged(creative(), changes)]});
        self.post("/ad/create/", body).await
    }

    /// The only object of a list with this id.
    pub(super) async fn listed(&self, level: &str, id: &Value) -> Value {
        let mut filtering = json!({"primary_status": "STATUS_ALL"});
        filtering[format!("{level}_ids")] = json!([id]);
        let path = format!("/{level}/get/");
        let answered = self
            .get(
                &path,
                json!({"advertiser_id": ADVERTISER, "filtering": filtering}),
            )
            .await;
        let list = answered.is(0)["list"].as_array().unwrap().clone();
        assert_eq!(list.len(), 1, "{}", answered.body);
        list[0].clone()
    }

    /// Sets the status of one object.
    pub(super) async fn set(&self, level: &str, id: &Value, status: &str) -> AdsAnswered {
        let mut body = json!({"advertiser_id": ADVERTISER, "operation_status": status});
        body[format!("{level}_ids")] = json!([id]);
        self.post(&format!("/{level}/status/update/"), body).await
    }
}

pub(super) async fn read(request: RequestBuilder) -> AdsAnswered {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let code = body["code"].as_u64().unwrap_or(u64::MAX);
    AdsAnswered { status, code, body }
}

/// An object merged with another, whose members take precedence; `null` removes a member.
pub(super) fn merged(object: Value, changes: Value) -> Value {
    let mut object = crate::support::merged(object, changes);
    object
        .as_object_mut()
        .unwrap()
        .retain(|_, member| !member.is_null());
    object
}

/// The campaign of TikTok's page.
pub(super) fn campaign() -> Value {
    json!({
        "advertiser_id": ADVERTISER,
        "objective_type": "TRAFFIC",
        "campaign_name": "Spring sale",
        "budget_mode": "BUDGET_MODE_TOTAL",
        "budget": 500,
    })
}

/// The ad group of TikTok's page.
pub(super) fn adgroup() -> Value {
    json!({
        "advertiser_id": ADVERTISER,
        "adgroup_name": "Runners",
        "promotion_type": "WEBSITE",
        "placement_type": "PLACEMENT_TYPE_NORMAL",
        "placements": ["PLACEMENT_TIKTOK"],
        "video_download_disabled": false,
        "location_ids": ["6252001"],
        "gender": "GENDER_UNLIMITED",
        "operating_systems": ["ANDROID"],
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": 24,
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": "2026-11-02 12:00:00",
        "optimization_goal": "CLICK",
        "bid_type": "BID_TYPE_NO_BID",
        "billing_event": "CPC",
        "pacing": "PACING_MODE_SMOOTH",
        "operation_status": "ENABLE",
    })
}

/// A Spark Ad that pushes a video.
pub(super) fn creative() -> Value {
    json!({
        "ad_name": "Red shoes",
        "identity_type": "TT_USER",
        "identity_id": "0f1c5c5e-6c1f-5a1e-9d4b-000000000001",
        "ad_format": "SINGLE_VIDEO",
        "video_id": "v10033g50000c5example",
        "image_ids": ["ad-site-i18n/202611cover"],
        "ad_text": "Run farther.",
        "call_to_action": "SHOP_NOW",
        "landing_page_url": "https://shop.example.com/",
    })
}
