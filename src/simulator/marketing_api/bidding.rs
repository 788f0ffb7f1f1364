//! Bids of ad groups (<https://business-api.tiktok.com/portal/docs?id=1750444779586561>).

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    entity::AdsEntity,
    money,
    refusal::AdsRefusal,
    request::{number, text},
};

/// Checks bid type and bids.
pub(super) fn check(
    settings: &Map<String, Value>,
    campaign: &AdsEntity,
    account: &SimulatedAdvertiser,
) -> Result<(), AdsRefusal> {
    let billing = text(settings, "billing_event");
    let field = if billing == "OCPM" {
        "conversion_bid_price"
    } else {
        "bid_price"
    };
    if text(settings, "bid_type") == "BID_TYPE_CUSTOM" {
        let bid = number(settings, field).ok_or_else(|| AdsRefusal::missing(field))?;
        money::check_bid(field, bid, most(billing), account)?;
        let budget = number(settings, "budget").or_else(|| campaign.number("budget"));
        if budget.is_some_and(|budget| bid >= budget) {
            return Err(AdsRefusal::at(field, "Must be lower than the budget."));
        }
    }
    check_roas(settings)
}

/// Largest base value of a bid.
fn most(billing: &str) -> u32 {
    match billing {
        "CPC" => 30,
        "CPM" | "CPV" => 120,
        _ => 1_500,
    }
}

fn check_roas(settings: &Map<String, Value>) -> Result<(), AdsRefusal> {
    if text(settings, "deep_bid_type") != "VO_MIN_ROAS" {
        return Ok(());
    }
    let roas = number(settings, "roas_bid").ok_or_else(|| AdsRefusal::missing("roas_bid"))?;
    if (0.01..=1_000.0).contains(&roas) {
        return Ok(());
    }
    Err(AdsRefusal::at("roas_bid", "Must be between 0.01 and 1000."))
}
