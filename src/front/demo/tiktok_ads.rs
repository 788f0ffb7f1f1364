//! Steps of the demo of the integration `tiktok-ads`, as data: a manual campaign and an Upgraded Smart+ campaign with their
//! ad groups and ads, from their creation over a month of delivery and its analytics to their deletion.

mod analytics;
mod call;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

pub(super) use self::call::ADVERTISER_ID;
use self::call::{
    AD_GROUP, CAMPAIGN, COUNTRY, CREATIVE, IDENTITY, Made, SMART_AD, SMART_AD_GROUP, SMART_CAMPAIGN, step,
};
use super::step::DemoStep;

/// A TikTok post that becomes an ad, and the page that the ads lead to.
const POST: &str = "7650000000016000049";
const SHOP: &str = "https://shop.example.com/spring";

/// A portfolio of calls to action, which ads of Smart+ on TikTok need.
const CALLS_TO_ACTION: &str = "7380000000000000019";

/// Daily budgets in dollars: of the manual ad group at first, from the next day on, and after two weeks; and of the Smart+
/// campaign.
const FIRST_BUDGET: u32 = 20;
const BUDGET: u32 = 50;
const RAISED_BUDGET: u32 = 100;
const SMART_BUDGET: u32 = 100;

/// All steps, with `video` as the content of an ad.
pub(super) fn steps(video: &[u8]) -> Vec<DemoStep> {
    let mut steps = Vec::new();
    steps.extend(account());
    steps.extend(manual());
    steps.extend(spending());
    steps.extend(lost_answer());
    steps.extend(smart_plus(BASE64_STANDARD.encode(video)));
    steps.extend(delivery());
    steps.extend(analytics::steps(
        BUDGET + SMART_BUDGET,
        RAISED_BUDGET + SMART_BUDGET,
    ));
    steps.push(deletion());
    steps
}

fn account() -> [DemoStep; 3] {
    [
        step(
            "Which ad account is it, and in which currency does it pay?",
            "get_ad_accounts",
            |_made| json!({}),
        )
        .begins("What the ad account has")
        .expects("/result/data/ad_accounts/0/advertiser_id", ADVERTISER_ID)
        .shows(&["ad_accounts/0/name", "ad_accounts/0/currency"]),
        step(
            "Where are the ads shown? Find the id of a country",
            "search_targeting",
            |_made| json!({ "kind": "LOCATION", "keyword": "Germany" }),
        )
        .expects("/result/data/matches/0/field", "location_ids")
        .shows(&["matches/0/name", "matches/0/id"]),
        step(
            "Under which TikTok account do they appear?",
            "get_identities",
            |_made| json!({ "identity_type": "TT_USER" }),
        )
        .expects("/result/data/identities/0/available_status", "AVAILABLE")
        .shows(&["identities/0/display_name", "identities/0/identity_id"]),
    ]
}

fn manual() -> [DemoStep; 3] {
    [
        step(
            "Create a campaign: disabled, so it spends nothing",
            "create_campaign",
            |_made| {
                json!({
                    "automation": "MANUAL", "objective_type": "TRAFFIC", "campaign_name": "Spring shoes",
                    "budget_mode": "BUDGET_MODE_INFINITE",
                })
            },
        )
        .begins("A manual campaign: you decide on audience, budget and bids")
        .created("DISABLE")
        .shows(&["campaign_id", "status", "warnings"]),
        step(
            "Create its ad group: shown in Germany, 20 dollars a day, optimized for clicks",
            "create_ad_group",
            |made| {
                json!({
                    "campaign_id": made(CAMPAIGN, "campaign_id"), "adgroup_name": "Germany",
                    "promotion_type": "WEBSITE", "location_ids": [made(COUNTRY, "matches/0/id")],
                    "budget_mode": "BUDGET_MODE_DAY", "budget": FIRST_BUDGET, "optimization_goal": "CLICK",
                })
            },
        )
        .created("DISABLE")
        .shows(&["adgroup_id", "status"]),
        step(
            "Create its ad from a TikTok post, switched on: it still spends nothing, because ad group and campaign are off",
            "create_ad",
            |made| ad_of_post(made, "Runners", ("status", "ENABLE")),
        )
        .created("ENABLE")
        .shows(&["ad_id", "status"]),
    ]
}

fn spending() -> [DemoStep; 4] {
    [
        step(
            "Switch the ad group on and raise its budget, without confirming the amount: refused before anything is sent",
            "update_ad_group",
            |made| json!({ "adgroup_id": made(AD_GROUP, "adgroup_id"), "status": "ENABLE", "budget": 500 }),
        )
        .expects("/result/code", "spending_not_confirmed")
        .expects("/result/outcome", "failed")
        .shows(&["code", "message", "remedy"]),
        step(
            "Switch it on with the budget that it has",
            "update_ad_group",
            |made| json!({ "adgroup_id": made(AD_GROUP, "adgroup_id"), "status": "ENABLE" }),
        )
        .changed()
        .expects("/result/data/changes/0/to", "ENABLE")
        .shows(&["changes"]),
        step(
            "Switch the campaign on: TikTok delivers the ad once its review is over",
            "update_campaign",
            |made| json!({ "campaign_id": made(CAMPAIGN, "campaign_id"), "status": "ENABLE" }),
        )
        .changed()
        .expects("/result/data/changes/0/to", "ENABLE")
        .shows(&["changes"]),
        step(
            "Raise the budget and confirm the amount: TikTok changes daily budgets at midnight",
            "update_ad_group",
            |made| json!({ "adgroup_id": made(AD_GROUP, "adgroup_id"), "budget": BUDGET, "confirm_budget": BUDGET }),
        )
        .changed()
        .expects("/result/data/changes/0/takes_effect", "next_day")
        .shows(&["changes"]),
    ]
}

fn lost_answer() -> [DemoStep; 3] {
    let walkers = |made: Made<'_>| ad_of_post(made, "Walkers", ("idempotency_key", "run-42/walkers"));
    [
        step(
            "Create a second ad, and lose TikTok's answer: the ad is looked up, not created again",
            "create_ad",
            walkers,
        )
        .loses_answer("ad_create")
        .expects("/result/data/outcome", "found")
        .shows(&["ad_id", "outcome"]),
        step(
            "Send the same request again, as a host does after a crash: its key has an ad already",
            "create_ad",
            walkers,
        )
        .expects("/result/data/outcome", "recorded")
        .shows(&["ad_id", "outcome"]),
        step(
            "Which ads are there? Three requests have made two",
            "get_ads",
            |made| json!({ "adgroup_ids": [made(AD_GROUP, "adgroup_id")] }),
        )
        .expects("/result/data/total_count", 2)
        .expects("/result/data/ads/0/ad_name", "Walkers")
        .expects("/result/data/ads/1/ad_name", "Runners")
        .shows(&["ads/0/ad_name", "ads/1/ad_name", "total_count"]),
    ]
}

fn smart_plus(video: String) -> [DemoStep; 5] {
    [
        step(
            "Create a campaign: TikTok distributes its budget over its ad groups",
            "create_campaign",
            |_made| {
                json!({
                    "automation": "SMART_PLUS", "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE",
                    "campaign_name": "Spring shoes, automated", "budget": SMART_BUDGET,
                })
            },
        )
        .begins("An Upgraded Smart+ campaign: TikTok automates audience, bids and creatives")
        .created("DISABLE")
        .shows(&["campaign_id", "status", "defaults"]),
        step(
            "Create its ad group, switched on: without a budget, which is the campaign's",
            "create_ad_group",
            |made| {
                json!({
                    "campaign_id": made(SMART_CAMPAIGN, "campaign_id"), "adgroup_name": "Germany",
                    "promotion_type": "WEBSITE", "location_ids": [made(COUNTRY, "matches/0/id")],
                    "optimization_goal": "CLICK", "bid_type": "BID_TYPE_NO_BID", "status": "ENABLE",
                })
            },
        )
        .created("ENABLE")
        .shows(&["adgroup_id", "status"]),
        step(
            "Upload the video of its ad into the creative library, and wait until ads can use it",
            "upload_creative",
            move |_made| {
                json!({
                    "media_type": "VIDEO", "file_name": "spring-shoes.mp4", "video_content_base64": video,
                })
            },
        )
        .expects("/result/data/outcome", "uploaded")
        .expects("/result/data/ready", true)
        .shows(&["file_name", "md5", "ready", "warnings"]),
        step(
            "Create its ad with the video and two texts, from which TikTok chooses",
            "create_ad",
            |made| {
                json!({
                    "adgroup_id": made(SMART_AD_GROUP, "adgroup_id"), "ad_name": "Runners",
                    "identity_type": "TT_USER", "identity_id": made(IDENTITY, "identities/0/identity_id"),
                    "ad_format": "SINGLE_VIDEO", "video_id": made(CREATIVE, "video_id"), "image_ids": ["ad-site-i18n/cover"],
                    "ad_texts": ["Run further.", "Spring is here."], "landing_page_url": SHOP,
                    "call_to_action_id": CALLS_TO_ACTION, "status": "ENABLE",
                })
            },
        )
        .created("ENABLE")
        .shows(&["ad_id", "status"]),
        step(
            "Change one text: the new list takes the place of the old one, so it has both",
            "update_ad",
            |made| {
                json!({
                    "ad_id": made(SMART_AD, "ad_id"), "ad_texts": ["Run further.", "New colours for spring."],
                })
            },
        )
        .changed()
        .expects("/result/data/automation", "SMART_PLUS")
        .expects("/result/data/changes/0/field", "ad_texts")
        .shows(&["changes"]),
    ]
}

fn delivery() -> [DemoStep; 2] {
    [
        step(
            "Switch the campaign on: both campaigns run now",
            "update_campaign",
            |made| json!({ "campaign_id": made(SMART_CAMPAIGN, "campaign_id"), "status": "ENABLE" }),
        )
        .begins("A month of delivery")
        .changed()
        .expects("/result/data/changes/0/to", "ENABLE")
        .shows(&["changes"]),
        step(
            "Double the budget of the manual ad group and confirm the amount",
            "update_ad_group",
            |made| {
                json!({
                    "adgroup_id": made(AD_GROUP, "adgroup_id"), "budget": RAISED_BUDGET, "confirm_budget": RAISED_BUDGET,
                })
            },
        )
        .days_later(analytics::DAYS_BEFORE_RAISE)
        .changed()
        .expects("/result/data/changes/0/to", RAISED_BUDGET)
        .shows(&["changes"]),
    ]
}

fn deletion() -> DemoStep {
    step(
        "Delete both campaigns with all that they have: this is final",
        "delete_campaign",
        |made| {
            let both = [made(CAMPAIGN, "campaign_id"), made(SMART_CAMPAIGN, "campaign_id")];
            json!({ "campaign_ids": both })
        },
    )
    .begins("The end of both")
    .expects("/result/data/complete", true)
    .expects("/result/data/deleted_count", 2)
    .shows(&["results", "complete"])
}

/// Inputs of an ad of the manual ad group that shows an existing post, with one more input.
fn ad_of_post(made: Made<'_>, name: &str, (more, value): (&str, &str)) -> Value {
    json!({
        "adgroup_id": made(AD_GROUP, "adgroup_id"), "ad_name": name,
        "identity_type": "TT_USER", "identity_id": made(IDENTITY, "identities/0/identity_id"),
        "ad_format": "SINGLE_VIDEO", "tiktok_item_id": POST,
        "landing_page_url": SHOP, "call_to_action": "SHOP_NOW", more: value,
    })
}
