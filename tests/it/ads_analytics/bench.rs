//! A simulator with a past and a host on one virtual clock, with the default limits of calls.

use std::{sync::Arc, time::Duration};

use autohive_tiktok::{clock::Clock, front::stdio::ask, host::Host, simulator::RecordedRequest};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{
    merged,
    tiktok::{TikTok, tiktok_on},
};

/// The first preset account: USD.
const ADVERTISER: &str = "7310000000000000011";
const TOKEN: &str = "ads.sim-main";
/// 2026-11-02 12:00:00 UTC.
const START: Duration = Duration::from_hours(498_228);

/// A simulator and a host.
pub(super) struct AnalyticsBench {
    pub(super) tiktok: TikTok,
    host: Arc<Host>,
    runtime: Runtime,
}

impl AnalyticsBench {
    /// A bench whose account has 3 campaigns with 2 ad groups of 2 ads each, and a past of 400 days.
    pub(super) fn new() -> Self {
        Self::with_past(3, 2, 2)
    }

    /// A bench with a past of these numbers of objects.
    pub(super) fn with_past(campaigns: u32, adgroups: u32, ads: u32) -> Self {
        Self::with_history(&json!({ "campaigns": campaigns, "adgroups": adgroups, "ads": ads }))
    }

    /// A bench with a history of these members.
    pub(super) fn with_history(members: &Value) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let clock = Clock::virtual_at(START);
        let tiktok = tiktok_on(clock.clone());
        let history = merged(
            members.clone(),
            json!({ "advertiser_id": ADVERTISER, "days": 400 }),
        );
        tiktok.change(json!({ "ads": { "history": [history] } }));
        let host = Host::new(clock).with_api_base("tiktok-ads", tiktok.url().parse().unwrap());
        Self {
            tiktok,
            host: Arc::new(host),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    /// Sets switches of the simulated Marketing API.
    pub(super) fn switch(&self, switches: &Value) {
        self.tiktok.change(json!({ "ads": { "switches": switches } }));
    }

    /// Answer to a request with a deadline in seconds.
    pub(super) fn answer(&self, action: &str, inputs: &Value, deadline: u64) -> Value {
        let request = json!({
            "integration": "tiktok-ads",
            "action": action,
            "auth": { "access_token": TOKEN, "advertiser_id": ADVERTISER },
            "inputs": inputs,
            "request_config": { "deadline": deadline },
        });
        let answers = self.runtime.block_on(ask(&self.host, request.to_string()));
        answers.unwrap().remove(0)
    }

    /// Report with these inputs beside a range of October 2026.
    #[track_caller]
    pub(super) fn report(&self, inputs: Value) -> Value {
        let answer = self.answer("get_analytics", &october(inputs), 840);
        assert_eq!(answer["type"], "action", "{answer}");
        answer["result"]["data"].clone()
    }

    /// Error of a report with these inputs.
    #[track_caller]
    pub(super) fn fails(&self, inputs: Value, code: &str) -> Value {
        let answer = self.answer("get_analytics", &october(inputs), 840);
        let found = (answer["type"].as_str(), answer["result"]["code"].as_str());
        assert_eq!(found, (Some("action_error"), Some(code)), "{answer}");
        answer["result"].clone()
    }

    /// Calls for reports, in their order.
    pub(super) fn reports(&self) -> Vec<RecordedRequest> {
        let entries = self.tiktok.journal().entries.into_iter();
        entries
            .filter(|entry| entry.path == "/open_api/v1.3/report/integrated/get/")
            .collect()
    }
}

fn october(inputs: Value) -> Value {
    let range = json!({ "start_date": "2026-10-01", "end_date": "2026-10-31" });
    merged(range, inputs)
}

/// Rows of a report.
#[track_caller]
pub(super) fn rows(data: &Value) -> &[Value] {
    data["rows"].as_array().unwrap()
}

/// Hundredths of an amount, which is a number.
#[track_caller]
pub(super) fn cents(value: &Value) -> i64 {
    let number = value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} should be a number"));
    #[expect(clippy::cast_possible_truncation, reason = "amounts are small")]
    let cents = (number * 100.0).round() as i64;
    cents
}

/// Sum of a metric over rows, in hundredths.
#[track_caller]
pub(super) fn sum(rows: &[Value], metric: &str) -> i64 {
    rows.iter().map(|row| cents(&row["metrics"][metric])).sum()
}

/// Whether one of the warnings has this part.
pub(super) fn warns(data: &Value, part: &str) -> bool {
    let warnings = data["summary"]["warnings"].as_array().unwrap();
    warnings
        .iter()
        .any(|warning| warning.as_str().unwrap().contains(part))
}
