//! Rules of Upgraded Smart+ campaigns, ad groups and ads
//! (<https://business-api.tiktok.com/portal/docs?id=1843312852800706>).

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    ad_rules, adgroup_rules, assets, bidding, campaign_rules,
    entity::AdsEntity,
    money, names, places,
    refusal::AdsRefusal,
    request::{number, text, texts},
    schedule,
    switches::{AdsSwitches, SmartPlusBudget},
};

/// Objectives of Smart+.
const OBJECTIVES: [&str; 3] = ["APP_PROMOTION", "WEB_CONVERSIONS", "LEAD_GENERATION"];

/// Checks the settings of a new campaign, and fills in defaults.
pub(super) fn check_campaign(
    settings: &mut Map<String, Value>,
    account: &SimulatedAdvertiser,
    switches: &AdsSwitches,
) -> Result<(), AdsRefusal> {
    let objective = text(settings, "objective_type");
    if !OBJECTIVES.contains(&objective) {
        let what = format!(
            "Must be one of: {}. {objective} is not supported by Upgraded Smart+.",
            OBJECTIVES.join(", ")
        );
        return Err(AdsRefusal::at("objective_type", what));
    }
    for (of, name) in [
        ("APP_PROMOTION", "app_promotion_type"),
        ("WEB_CONVERSIONS", "sales_destination"),
    ] {
        match (objective == of, settings.contains_key(name)) {
            (true, false) => return Err(AdsRefusal::missing(name)),
            (false, true) => return Err(AdsRefusal::at(name, format!("Only for the objective {of}."))),
            _ => {}
        }
    }
    campaign_rules::check_industries(settings, account)?;
    fill_budget(settings);
    check_mode(settings, switches)?;
    campaign_rules::check_budget(settings, account, switches)?;
    settings
        .entry("campaign_type")
        .or_insert_with(|| Value::from("REGULAR_CAMPAIGN"));
    Ok(())
}

/// Budget optimization is on by default, with a dynamic daily budget.
fn fill_budget(settings: &mut Map<String, Value>) {
    settings.entry("budget_optimize_on").or_insert(Value::Bool(true));
    let is_optimized = settings.get("budget_optimize_on") == Some(&Value::Bool(true));
    let mode = if is_optimized {
        "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"
    } else {
        "BUDGET_MODE_INFINITE"
    };
    settings.entry("budget_mode").or_insert_with(|| Value::from(mode));
}

fn check_mode(settings: &Map<String, Value>, switches: &AdsSwitches) -> Result<(), AdsRefusal> {
    let is_optimized = settings.get("budget_optimize_on") == Some(&Value::Bool(true));
    let allowed: &[&str] = match (switches.smart_plus_budget(), is_optimized) {
        (SmartPlusBudget::Schema, _) | (SmartPlusBudget::ByOptimization, true) => {
            &["BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL"]
        }
        (SmartPlusBudget::ByOptimization, false) => {
            &["BUDGET_MODE_INFINITE", "BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL"]
        }
    };
    if allowed.contains(&text(settings, "budget_mode")) {
        return Ok(());
    }
    let what = format!(
        "Must be one of: {} if budget_optimize_on is {is_optimized}.",
        allowed.join(", ")
    );
    Err(AdsRefusal::at("budget_mode", what))
}

/// Checks the settings of a new ad group, and fills in defaults.
pub(super) fn check_adgroup(
    settings: &mut Map<String, Value>,
    campaign: &AdsEntity,
    account: &SimulatedAdvertiser,
    switches: &AdsSwitches,
    now: std::time::Duration,
) -> Result<(), AdsRefusal> {
    check_promotion(settings, campaign)?;
    check_event(settings, campaign)?;
    check_value(settings, campaign)?;
    if !settings.contains_key("bid_type") {
        return Err(AdsRefusal::missing("bid_type"));
    }
    schedule::check(settings, now, true)?;
    if campaign.flag("budget_optimize_on") {
        settings.shift_remove("budget");
        settings.shift_remove("budget_mode");
    } else {
        check_budget(settings, account, switches)?;
    }
    check_changed(settings, campaign, account)
}

/// Checks the settings of an ad group that an update may change.
pub(super) fn check_changed(
    settings: &Map<String, Value>,
    campaign: &AdsEntity,
    account: &SimulatedAdvertiser,
) -> Result<(), AdsRefusal> {
    let targeting = settings.get("targeting_spec").and_then(Value::as_object);
    let targeting = targeting.ok_or_else(|| AdsRefusal::missing("targeting_spec"))?;
    let location_ids = texts(targeting, "location_ids");
    if location_ids.is_empty() && texts(targeting, "zipcode_ids").is_empty() {
        return Err(AdsRefusal::missing("targeting_spec.location_ids"));
    }
    places::check(&location_ids)?;
    places::check_ages(&location_ids, &texts(targeting, "age_groups"))?;
    schedule::check_dayparting(settings)?;
    bidding::check(settings, campaign, account)
}

fn check_promotion(settings: &Map<String, Value>, campaign: &AdsEntity) -> Result<(), AdsRefusal> {
    let objective = campaign.text("objective_type");
    let allowed: &[&str] = match objective {
        "APP_PROMOTION" => &["APP_ANDROID", "APP_IOS", "MINI_APP"],
        "WEB_CONVERSIONS" => &["WEBSITE", "APP_ANDROID", "APP_IOS"],
        _ => &[
            "LEAD_GENERATION",
            "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE",
            "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
            "LEAD_GEN_CLICK_TO_CALL",
        ],
    };
    if !allowed.contains(&text(settings, "promotion_type")) {
        let what = format!(
            "Must be one of: {} for the objective {objective}.",
            allowed.join(", ")
        );
        return Err(AdsRefusal::at("promotion_type", what));
    }
    if objective == "LEAD_GENERATION" && !settings.contains_key("promotion_target_type") {
        return Err(AdsRefusal::missing("promotion_target_type"));
    }
    let goal = text(settings, "optimization_goal");
    let billing = adgroup_rules::billing_event(goal);
    if text(settings, "billing_event") == billing {
        return Ok(());
    }
    Err(AdsRefusal::at(
        "billing_event",
        format!("Must be {billing} for the optimization goal {goal}."),
    ))
}

fn check_event(settings: &Map<String, Value>, campaign: &AdsEntity) -> Result<(), AdsRefusal> {
    let is_app = campaign.text("objective_type") == "APP_PROMOTION";
    let takes_pixel = matches!(text(settings, "optimization_goal"), "CONVERT" | "VALUE") && !is_app;
    if takes_pixel && !settings.contains_key("pixel_id") {
        return Err(AdsRefusal::missing("pixel_id"));
    }
    if settings.contains_key("pixel_id") {
        assets::check_pixel(text(settings, "pixel_id"), text(settings, "optimization_event"))?;
    }
    if is_app || settings.contains_key("app_id") {
        assets::check_app(text(settings, "app_id"))?;
    }
    Ok(())
}

/// Since the end of September 2026 app installs are optimized for value under budget optimization only.
fn check_value(settings: &Map<String, Value>, campaign: &AdsEntity) -> Result<(), AdsRefusal> {
    let is_install = campaign.text("app_promotion_type") == "APP_INSTALL";
    let is_value = text(settings, "optimization_goal") == "VALUE";
    if is_install && is_value && !campaign.flag("budget_optimize_on") {
        let what = "VALUE needs budget_optimize_on at a campaign for app installs.";
        return Err(AdsRefusal::at("optimization_goal", what));
    }
    Ok(())
}

/// Checks budget and mode of an ad group whose campaign has no optimized budget.
pub(super) fn check_budget(
    settings: &Map<String, Value>,
    account: &SimulatedAdvertiser,
    switches: &AdsSwitches,
) -> Result<(), AdsRefusal> {
    let mode = text(settings, "budget_mode");
    if mode.is_empty() {
        return Err(AdsRefusal::missing("budget_mode"));
    }
    let is_total = mode == "BUDGET_MODE_TOTAL";
    if !is_total && mode != "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" {
        return Err(AdsRefusal::at(
            "budget_mode",
            "Must be one of: BUDGET_MODE_TOTAL, BUDGET_MODE_DYNAMIC_DAILY_BUDGET.",
        ));
    }
    let budget = number(settings, "budget").ok_or_else(|| AdsRefusal::missing("budget"))?;
    let days = if is_total { schedule::days(settings) } else { 1 };
    money::check_budget(
        "budget",
        budget,
        (money::ADGROUP_MINIMUM, days),
        account,
        switches,
    )
}

/// Checks the settings of an ad.
pub(super) fn check_ad(settings: &Map<String, Value>, is_new: bool) -> Result<(), AdsRefusal> {
    let name = text(settings, "ad_name");
    if !name.is_empty() {
        names::check_name("ad_name", name)?;
    }
    let items = |name: &str| {
        settings
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
    };
    for (at, item) in items("ad_text_list") {
        let text = item.get("ad_text").and_then(Value::as_str).unwrap_or_default();
        names::check_text(&format!("ad_text_list[{at}].ad_text"), text)?;
    }
    for (at, item) in items("call_to_action_list") {
        let action = item
            .get("call_to_action")
            .and_then(Value::as_str)
            .unwrap_or_default();
        ad_rules::check_action(&format!("call_to_action_list[{at}].call_to_action"), action)?;
    }
    if settings
        .get("creative_list")
        .and_then(Value::as_array)
        .is_none_or(Vec::is_empty)
    {
        return Err(AdsRefusal::missing("creative_list"));
    }
    for (at, item) in items("creative_list") {
        let info = item.get("creative_info").and_then(Value::as_object);
        let place = format!("creative_list[{at}].creative_info");
        check_creative(
            info.ok_or_else(|| AdsRefusal::missing(&place))?,
            &place,
            settings,
            is_new,
        )?;
    }
    Ok(())
}

fn check_creative(
    info: &Map<String, Value>,
    place: &str,
    ad: &Map<String, Value>,
    is_new: bool,
) -> Result<(), AdsRefusal> {
    let missing = |name: &str| Err(AdsRefusal::missing(&format!("{place}.{name}")));
    let configuration = ad.get("ad_configuration").and_then(Value::as_object);
    let is_custom = |members: &Map<String, Value>| text(members, "identity_type") == "CUSTOMIZED_USER";
    if is_new && (is_custom(info) || configuration.is_some_and(is_custom)) {
        let what = "CUSTOMIZED_USER is no longer supported for ads on TikTok.";
        return Err(AdsRefusal::at(&format!("{place}.identity_type"), what));
    }
    let images = info
        .get("image_info")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let is_pull = info.contains_key("tiktok_item_id");
    match text(info, "ad_format") {
        "SINGLE_VIDEO" if !is_pull && !info.contains_key("video_info") => missing("video_info"),
        "SINGLE_VIDEO" if !is_pull && images != 1 => Err(AdsRefusal::at(
            &format!("{place}.image_info"),
            "A SINGLE_VIDEO creative needs exactly one image, its cover.",
        )),
        "CAROUSEL_ADS" if !is_pull && images == 0 => missing("image_info"),
        "CAROUSEL_ADS" if !info.contains_key("music_info") => missing("music_info"),
        _ => assets::check_identity(info, place),
    }
}
