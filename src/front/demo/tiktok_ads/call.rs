//! Requests of the demo's steps, and the results that they name.

use serde_json::{Value, json};

use super::super::step::{DemoProgress, DemoStep};

/// Integration that the requests name.
const INTEGRATION: &str = "tiktok-ads";

const TOKEN: &str = "ads.sim-main";

/// Ad account of the demo.
pub(in crate::front::demo) const ADVERTISER_ID: &str = "7310000000000000011";

/// Value in the result of a step, by the step's number and the rest of a JSON pointer.
pub(super) type Made<'a> = &'a dyn Fn(usize, &str) -> Value;

// Numbers of the steps whose results later steps use.
/// Search for a country.
pub(super) const COUNTRY: usize = 2;
/// List of identities.
pub(super) const IDENTITY: usize = 3;
/// Creation of the manual campaign.
pub(super) const CAMPAIGN: usize = 4;
/// Creation of its ad group.
pub(super) const AD_GROUP: usize = 5;
/// Creation of the Smart+ campaign.
pub(super) const SMART_CAMPAIGN: usize = 14;
/// Creation of its ad group.
pub(super) const SMART_AD_GROUP: usize = 15;
/// Upload of the video.
pub(super) const CREATIVE: usize = 16;
/// Creation of the ad with the video.
pub(super) const SMART_AD: usize = 17;
/// Analytics by day.
pub(super) const DAILY_REPORT: usize = 21;
/// List of the creatives with the video.
pub(super) const UPLOADED_AD: usize = 22;

/// The value in the results so far.
pub(super) fn made(results: &[Value], step: usize, place: &str) -> Value {
    let result = results.get(step.saturating_sub(1));
    let value = result.and_then(|result| result.pointer(&format!("/result/data/{place}")));
    value.cloned().unwrap_or_default()
}

impl DemoStep {
    /// Expects a new object with this switch.
    pub(super) fn created(self, status: &'static str) -> Self {
        self.expects("/result/data/outcome", "created")
            .expects("/result/data/status", status)
    }

    /// Expects a change.
    pub(super) fn changed(self) -> Self {
        self.expects("/result/data/outcome", "changed")
    }
}

/// Step whose inputs may name what earlier steps made.
pub(super) fn step(
    title: &'static str,
    name: &'static str,
    inputs: impl Fn(Made<'_>) -> Value + Send + 'static,
) -> DemoStep {
    dated_step(title, name, move |made, _progress| inputs(made))
}

/// Step whose inputs may also name days.
pub(super) fn dated_step(
    title: &'static str,
    name: &'static str,
    inputs: impl Fn(Made<'_>, &DemoProgress<'_>) -> Value + Send + 'static,
) -> DemoStep {
    let request = move |progress: &DemoProgress<'_>| {
        let results = progress.results;
        json!({
            "id": results.len() + 1, "integration": INTEGRATION, "action": name,
            "auth": { "access_token": TOKEN, "advertiser_id": ADVERTISER_ID },
            "inputs": inputs(&|step, place| made(results, step, place), progress),
        })
    };
    DemoStep::new(title, Box::new(request))
}
