//! Steps of the demo of the integration `tiktok-ads`, as data: a manual campaign and an Upgraded Smart+ campaign, from their
//! creation to their deletion.

use serde_json::{Value, json};

use super::step::{DemoStep, RequestMaker};

/// Integration that the requests name.
const INTEGRATION: &str = "tiktok-ads";

const TOKEN: &str = "ads.sim-main";
const ADVERTISER_ID: &str = "7310000000000000011";

/// Result of a step, by its number.
type Made<'a> = &'a dyn Fn(usize, &str) -> Value;

const MANUAL: usize = 2;
const SMART_PLUS: usize = 4;

/// All steps.
pub(super) fn steps() -> Vec<DemoStep> {
    let mut steps = vec![account()];
    steps.extend(creation());
    steps.extend(spending());
    steps.extend(end());
    steps
}

fn account() -> DemoStep {
    DemoStep {
        title: "Which ad account is it, and what is its currency?",
        request: action(1, "get_ad_accounts", |_made| json!({})),
        expect: vec![("/type", json!("action"))],
        show_fields: &["ad_accounts"],
    }
}

fn creation() -> [DemoStep; 3] {
    [
        DemoStep {
            title: "Create a manual campaign: disabled, so it spends nothing",
            request: action(MANUAL, "create_campaign", |_made| {
                json!({
                    "automation": "MANUAL", "objective_type": "TRAFFIC", "campaign_name": "Spring shoes",
                    "budget_mode": "BUDGET_MODE_DAY", "budget": 100,
                })
            }),
            expect: created("MANUAL"),
            show_fields: &["campaign_id", "status", "warnings"],
        },
        DemoStep {
            title: "Ask Smart+ for an objective that it does not have: refused before anything is sent",
            request: action(
                3,
                "create_campaign",
                |_made| json!({ "automation": "SMART_PLUS", "objective_type": "REACH", "campaign_name": "Everyone", "budget": 100 }),
            ),
            expect: vec![("/result/code", json!("objective_not_in_smart_plus"))],
            show_fields: &["code", "message", "remedy"],
        },
        DemoStep {
            title: "Create an Upgraded Smart+ campaign, which TikTok automates",
            request: action(SMART_PLUS, "create_campaign", |_made| {
                json!({
                    "automation": "SMART_PLUS", "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE",
                    "campaign_name": "Spring shoes, automated", "budget": 100,
                })
            }),
            expect: created("SMART_PLUS"),
            show_fields: &["campaign_id", "status", "defaults", "warnings"],
        },
    ]
}

fn spending() -> [DemoStep; 3] {
    [
        DemoStep {
            title: "Enable the manual campaign: named by the request, never a default",
            request: action(
                5,
                "update_campaign",
                |made| json!({ "campaign_id": made(MANUAL, "campaign_id"), "status": "ENABLE" }),
            ),
            expect: changed(),
            show_fields: &["outcome", "changes", "warnings"],
        },
        DemoStep {
            title: "Raise its budget without confirming the amount: refused before anything is sent",
            request: action(
                6,
                "update_campaign",
                |made| json!({ "campaign_id": made(MANUAL, "campaign_id"), "budget": 1000 }),
            ),
            expect: vec![("/result/code", json!("spending_not_confirmed"))],
            show_fields: &["code", "message", "remedy"],
        },
        DemoStep {
            title: "The same, confirmed",
            request: action(
                7,
                "update_campaign",
                |made| json!({ "campaign_id": made(MANUAL, "campaign_id"), "budget": 1000, "confirm_budget": 1000 }),
            ),
            expect: changed(),
            show_fields: &["outcome", "changes"],
        },
    ]
}

fn end() -> [DemoStep; 2] {
    [
        DemoStep {
            title: "What campaigns does the account have now?",
            request: action(
                8,
                "get_campaigns",
                |_made| json!({ "campaign_name": "Spring shoes" }),
            ),
            expect: vec![("/result/data/total_count", json!(2))],
            show_fields: &["total_count"],
        },
        DemoStep {
            title: "Delete both campaigns, each through the endpoint of its kind",
            request: action(9, "delete_campaign", |made| {
                let both = [made(MANUAL, "campaign_id"), made(SMART_PLUS, "campaign_id")];
                json!({ "campaign_ids": both })
            }),
            expect: vec![("/result/data/complete", json!(true))],
            show_fields: &["results", "complete"],
        },
    ]
}

fn created(automation: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("/result/data/outcome", json!("created")),
        ("/result/data/automation", json!(automation)),
        ("/result/data/status", json!("DISABLE")),
    ]
}

fn changed() -> Vec<(&'static str, Value)> {
    vec![("/result/data/outcome", json!("changed"))]
}

/// Request of step `id`, whose inputs may name what earlier steps made.
fn action(
    id: usize,
    name: &'static str,
    inputs: impl Fn(Made<'_>) -> Value + Send + 'static,
) -> RequestMaker {
    Box::new(move |results| {
        let made = |step: usize, place: &str| {
            let result = results.get(step.saturating_sub(1));
            let value = result.and_then(|result| result.pointer(&format!("/result/data/{place}")));
            value.cloned().unwrap_or_default()
        };
        json!({
            "id": id, "integration": INTEGRATION, "action": name,
            "auth": { "access_token": TOKEN, "advertiser_id": ADVERTISER_ID },
            "inputs": inputs(&made),
        })
    })
}
