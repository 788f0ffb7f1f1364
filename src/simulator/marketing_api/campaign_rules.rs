//! Rules of manual campaigns (<https://business-api.tiktok.com/portal/docs?id=1739318962329602>).

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    assets, money,
    refusal::{AdsRefusal, NOT_ALLOWLISTED},
    request::{number, text},
    switches::AdsSwitches,
};

/// Checks the settings of a new campaign, and fills in defaults.
pub(super) fn check(
    settings: &mut Map<String, Value>,
    account: &SimulatedAdvertiser,
    switches: &AdsSwitches,
) -> Result<(), AdsRefusal> {
    check_objective(settings)?;
    check_industries(settings, account)?;
    check_mode(settings)?;
    check_budget(settings, account, switches)?;
    let regular = Value::from("REGULAR_CAMPAIGN");
    settings.entry("campaign_type").or_insert(regular);
    Ok(())
}

fn check_objective(settings: &Map<String, Value>) -> Result<(), AdsRefusal> {
    let objective = text(settings, "objective_type");
    if matches!(objective, "RF_REACH" | "PRODUCT_SALES") {
        let what = format!("objective_type: {objective} is only for advertisers on its allowlist.");
        return Err(AdsRefusal::new(NOT_ALLOWLISTED, what));
    }
    let is_app = objective == "APP_PROMOTION";
    if is_app && !settings.contains_key("app_promotion_type") {
        return Err(AdsRefusal::missing("app_promotion_type"));
    }
    if !is_app && settings.contains_key("app_promotion_type") {
        return Err(AdsRefusal::at(
            "app_promotion_type",
            "Only for the objective APP_PROMOTION.",
        ));
    }
    let (is_sales, destination) = (
        settings.contains_key("virtual_objective_type"),
        settings.contains_key("sales_destination"),
    );
    match (is_sales, destination, objective) {
        (true, false, _) => Err(AdsRefusal::missing("sales_destination")),
        (false, true, _) => Err(AdsRefusal::at(
            "sales_destination",
            "Only with virtual_objective_type.",
        )),
        (true, true, other) if other != "WEB_CONVERSIONS" => Err(AdsRefusal::at(
            "virtual_objective_type",
            "Only for the objective WEB_CONVERSIONS.",
        )),
        _ => check_app(settings),
    }
}

fn check_app(settings: &Map<String, Value>) -> Result<(), AdsRefusal> {
    let is_dedicated = text(settings, "campaign_type") == "IOS14_CAMPAIGN";
    let is_app = text(settings, "objective_type") == "APP_PROMOTION";
    match (is_dedicated, is_app) {
        (true, false) => Err(AdsRefusal::at(
            "campaign_type",
            "IOS14_CAMPAIGN is only for the objective APP_PROMOTION.",
        )),
        (true, true) => assets::check_app(text(settings, "app_id")),
        (false, _) => Ok(()),
    }
}

/// Special ad categories are for accounts of the United States and Canada.
pub(super) fn check_industries(
    settings: &Map<String, Value>,
    account: &SimulatedAdvertiser,
) -> Result<(), AdsRefusal> {
    let is_known = matches!(account.country.as_str(), "US" | "CA");
    if settings.contains_key("special_industries") && !is_known {
        let what = "Only for advertisers registered in the United States or Canada.";
        return Err(AdsRefusal::at("special_industries", what));
    }
    Ok(())
}

fn check_mode(settings: &Map<String, Value>) -> Result<(), AdsRefusal> {
    let mode = text(settings, "budget_mode");
    let is_optimized = settings.get("budget_optimize_on") == Some(&Value::Bool(true));
    let objective = text(settings, "objective_type");
    let is_brand = matches!(objective, "REACH" | "VIDEO_VIEWS" | "ENGAGEMENT");
    match (mode, is_optimized) {
        ("", _) => Err(AdsRefusal::missing("budget_mode")),
        ("BUDGET_MODE_INFINITE", true) => Err(AdsRefusal::at(
            "budget_mode",
            "BUDGET_MODE_INFINITE is not supported with budget_optimize_on.",
        )),
        ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", false) => Err(AdsRefusal::at(
            "budget_mode",
            "BUDGET_MODE_DYNAMIC_DAILY_BUDGET needs budget_optimize_on.",
        )),
        ("BUDGET_MODE_DAY", false) if is_brand => Err(AdsRefusal::at(
            "budget_mode",
            format!("BUDGET_MODE_DAY is not supported for {objective} without budget_optimize_on."),
        )),
        ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", true) if is_brand => {
            let what =
                format!("budget_mode: BUDGET_MODE_DYNAMIC_DAILY_BUDGET for {objective} needs an allowlist.");
            Err(AdsRefusal::new(NOT_ALLOWLISTED, what))
        }
        _ => Ok(()),
    }
}

/// Checks the budget of a campaign against its mode.
pub(super) fn check_budget(
    settings: &mut Map<String, Value>,
    account: &SimulatedAdvertiser,
    switches: &AdsSwitches,
) -> Result<(), AdsRefusal> {
    if text(settings, "budget_mode") == "BUDGET_MODE_INFINITE" {
        settings.shift_remove("budget");
        return Ok(());
    }
    let budget = number(settings, "budget").ok_or_else(|| AdsRefusal::missing("budget"))?;
    money::check_budget("budget", budget, (money::CAMPAIGN_MINIMUM, 1), account, switches)
}
