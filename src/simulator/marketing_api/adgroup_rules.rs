//! Rules of manual ad groups (<https://business-api.tiktok.com/portal/docs?id=1739499616346114>).

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    assets, bidding,
    entity::AdsEntity,
    money, places,
    refusal::{AdsRefusal, NOT_ALLOWLISTED},
    request::{number, text, texts},
    schedule,
    switches::AdsSwitches,
};

/// Place of a new or changed ad group: its campaign, its account and the first ad group beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct AdgroupContext<'a> {
    pub(super) campaign: &'a AdsEntity,
    pub(super) account: &'a SimulatedAdvertiser,
    pub(super) first: Option<&'a AdsEntity>,
    pub(super) switches: &'a AdsSwitches,
    pub(super) now: std::time::Duration,
}

/// Checks the settings of a new ad group, and fills in defaults.
pub(super) fn check_new(
    settings: &mut Map<String, Value>,
    context: AdgroupContext<'_>,
) -> Result<(), AdsRefusal> {
    check_promotion(settings, context.campaign)?;
    check_placement(settings)?;
    check_goal(settings, context.campaign)?;
    check_event(settings, context)?;
    check_like_first(settings, context)?;
    schedule::check(settings, context.now, true)?;
    check_budget(settings, context)?;
    check_changed(settings, context)?;
    fill_defaults(settings);
    Ok(())
}

/// Fills in the values that an ad group has where a create or an update leaves them out.
pub(super) fn fill_defaults(settings: &mut Map<String, Value>) {
    for (name, value) in [
        ("gender", "GENDER_UNLIMITED"),
        ("creative_material_mode", "CUSTOM"),
        ("brand_safety_type", "NO_BRAND_SAFETY"),
    ] {
        settings.entry(name).or_insert_with(|| Value::from(value));
    }
    settings
        .entry("dayparting")
        .or_insert_with(|| Value::from("1".repeat(336)));
}

/// Checks the settings that an update may change.
pub(super) fn check_changed(
    settings: &Map<String, Value>,
    context: AdgroupContext<'_>,
) -> Result<(), AdsRefusal> {
    let location_ids = texts(settings, "location_ids");
    if location_ids.is_empty() && texts(settings, "zipcode_ids").is_empty() {
        return Err(AdsRefusal::at(
            "location_ids",
            "location_ids or zipcode_ids is required.",
        ));
    }
    places::check(&location_ids)?;
    places::check_ages(&location_ids, &texts(settings, "age_groups"))?;
    check_devices(settings)?;
    check_frequency(settings, context.campaign)?;
    schedule::check_dayparting(settings)?;
    bidding::check(settings, context.campaign, context.account)
}

fn check_promotion(settings: &Map<String, Value>, campaign: &AdsEntity) -> Result<(), AdsRefusal> {
    let promotion = text(settings, "promotion_type");
    let objective = campaign.text("objective_type");
    let allowed: &[&str] = match objective {
        "TRAFFIC" => &["WEBSITE", "WEBSITE_OR_DISPLAY", "APP_ANDROID", "APP_IOS"],
        "WEB_CONVERSIONS" => &["WEBSITE"],
        "APP_PROMOTION" => &["APP_ANDROID", "APP_IOS"],
        "LEAD_GENERATION" => &[
            "LEAD_GENERATION",
            "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE",
            "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
            "LEAD_GEN_CLICK_TO_CALL",
        ],
        _ => return Ok(()),
    };
    if promotion.is_empty() {
        return Err(AdsRefusal::missing("promotion_type"));
    }
    if !allowed.contains(&promotion) {
        let what = format!(
            "Must be one of: {} for the objective {objective}.",
            allowed.join(", ")
        );
        return Err(AdsRefusal::at("promotion_type", what));
    }
    Ok(())
}

fn check_placement(settings: &mut Map<String, Value>) -> Result<(), AdsRefusal> {
    let normal = Value::from("PLACEMENT_TYPE_NORMAL");
    settings.entry("placement_type").or_insert(normal);
    let is_normal = text(settings, "placement_type") == "PLACEMENT_TYPE_NORMAL";
    if is_normal && texts(settings, "placements").is_empty() {
        return Err(AdsRefusal::missing("placements"));
    }
    Ok(())
}

/// Goals of an objective, with the billing event that each implies.
const GOALS: [(&str, &[&str]); 7] = [
    ("REACH", &["REACH", "SHOW"]),
    ("VIDEO_VIEWS", &["ENGAGED_VIEW", "ENGAGED_VIEW_FIFTEEN"]),
    (
        "TRAFFIC",
        &["CLICK", "TRAFFIC_LANDING_PAGE_VIEW", "DESTINATION_VISIT"],
    ),
    ("WEB_CONVERSIONS", &["CONVERT", "VALUE"]),
    ("APP_PROMOTION", &["INSTALL", "IN_APP_EVENT", "VALUE", "CLICK"]),
    (
        "LEAD_GENERATION",
        &[
            "LEAD_GENERATION",
            "CONVERT",
            "CLICK",
            "CONVERSATION",
            "CONVERSION_LEADS",
            "PREFERRED_LEAD",
        ],
    ),
    (
        "ENGAGEMENT",
        &["FOLLOWERS", "PAGE_VISIT", "MT_LIVE_ROOM", "PRODUCT_CLICK_IN_LIVE"],
    ),
];

/// Goals that stay under budget optimization.
const OPTIMIZED_GOALS: [&str; 12] = [
    "REACH",
    "ENGAGED_VIEW",
    "CLICK",
    "TRAFFIC_LANDING_PAGE_VIEW",
    "CONVERT",
    "VALUE",
    "INSTALL",
    "IN_APP_EVENT",
    "LEAD_GENERATION",
    "FOLLOWERS",
    "PAGE_VISIT",
    "SHOW",
];

/// Billing event of a goal.
pub(super) fn billing_event(goal: &str) -> &'static str {
    match goal {
        "CLICK" | "PAGE_VISIT" => "CPC",
        "SHOW" | "REACH" => "CPM",
        "ENGAGED_VIEW" | "ENGAGED_VIEW_FIFTEEN" => "CPV",
        _ => "OCPM",
    }
}

fn check_goal(settings: &Map<String, Value>, campaign: &AdsEntity) -> Result<(), AdsRefusal> {
    let goal = text(settings, "optimization_goal");
    let objective = campaign.text("objective_type");
    let of_objective = GOALS
        .iter()
        .find(|(name, _)| *name == objective)
        .map_or(&[][..], |(_, goals)| *goals);
    let is_optimized = campaign.flag("budget_optimize_on");
    let mut allowed = of_objective
        .iter()
        .filter(|goal| !is_optimized || OPTIMIZED_GOALS.contains(goal));
    if !allowed.any(|allowed| *allowed == goal) {
        let what = format!(
            "{goal} is not supported for the objective {objective}, only {}.",
            of_objective.join(", ")
        );
        return Err(AdsRefusal::at("optimization_goal", what));
    }
    if goal == "ENGAGED_VIEW_FIFTEEN" {
        let what = "optimization_goal: ENGAGED_VIEW_FIFTEEN needs an allowlist.";
        return Err(AdsRefusal::new(NOT_ALLOWLISTED, what));
    }
    let billing = billing_event(goal);
    if text(settings, "billing_event") != billing {
        return Err(AdsRefusal::at(
            "billing_event",
            format!("Must be {billing} for the optimization goal {goal}."),
        ));
    }
    let is_video = objective == "VIDEO_VIEWS";
    match text(settings, "bid_display_mode") {
        "CPV" if is_video => Ok(()),
        _ if is_video => Err(AdsRefusal::at(
            "bid_display_mode",
            "Must be CPV for the objective VIDEO_VIEWS.",
        )),
        _ => Ok(()),
    }
}

/// Pixel, app and event.
fn check_event(settings: &Map<String, Value>, context: AdgroupContext<'_>) -> Result<(), AdsRefusal> {
    let goal = text(settings, "optimization_goal");
    let is_app = context.campaign.text("objective_type") == "APP_PROMOTION";
    let takes_pixel = matches!(goal, "CONVERT" | "VALUE") && !is_app;
    let event = text(settings, "optimization_event");
    match (takes_pixel, settings.contains_key("pixel_id")) {
        (true, false) => return Err(AdsRefusal::missing("pixel_id")),
        (false, true) => {
            return Err(AdsRefusal::at(
                "pixel_id",
                format!("Not supported for the optimization goal {goal}."),
            ));
        }
        (true, true) => assets::check_pixel(text(settings, "pixel_id"), event)?,
        (false, false) => {}
    }
    let needs_app = is_app && context.campaign.text("campaign_type") != "IOS14_CAMPAIGN";
    if needs_app || settings.contains_key("app_id") {
        assets::check_app(text(settings, "app_id"))?;
    }
    if is_app && matches!(goal, "IN_APP_EVENT" | "VALUE") && event.is_empty() {
        return Err(AdsRefusal::missing("optimization_event"));
    }
    Ok(())
}

/// Under budget optimization all ad groups have goal, bid type and event of the first.
fn check_like_first(settings: &Map<String, Value>, context: AdgroupContext<'_>) -> Result<(), AdsRefusal> {
    if !context.campaign.flag("budget_optimize_on") {
        return Ok(());
    }
    if !settings.contains_key("bid_type") {
        return Err(AdsRefusal::at(
            "bid_type",
            "Required if budget_optimize_on is true at the campaign.",
        ));
    }
    let Some(first) = context.first else { return Ok(()) };
    for name in ["optimization_goal", "bid_type", "optimization_event"] {
        if text(settings, name) != first.text(name) {
            let what = format!(
                "Must be {:?}, as in the other ad groups of the campaign.",
                first.text(name)
            );
            return Err(AdsRefusal::at(name, what));
        }
    }
    Ok(())
}

/// Budget and mode, unless the campaign's budget is optimized.
fn check_budget(settings: &mut Map<String, Value>, context: AdgroupContext<'_>) -> Result<(), AdsRefusal> {
    if context.campaign.flag("budget_optimize_on") {
        for name in ["budget", "budget_mode"] {
            settings.shift_remove(name);
        }
        settings.insert("pacing".to_owned(), Value::from("PACING_MODE_SMOOTH"));
        return Ok(());
    }
    for name in ["budget_mode", "budget", "pacing"] {
        if !settings.contains_key(name) {
            return Err(AdsRefusal::missing(name));
        }
    }
    let mode = text(settings, "budget_mode");
    if context.campaign.text("budget_mode") == "BUDGET_MODE_DAY" && mode != "BUDGET_MODE_DAY" {
        return Err(AdsRefusal::at(
            "budget_mode",
            "Must be BUDGET_MODE_DAY, as at the campaign.",
        ));
    }
    let is_open = text(settings, "schedule_type") == "SCHEDULE_FROM_NOW";
    if mode == "BUDGET_MODE_TOTAL" && is_open {
        return Err(AdsRefusal::at(
            "schedule_type",
            "Must be SCHEDULE_START_END for BUDGET_MODE_TOTAL.",
        ));
    }
    check_amount(settings, context)
}

/// Checks the amount of a budget against mode and schedule.
pub(super) fn check_amount(
    settings: &Map<String, Value>,
    context: AdgroupContext<'_>,
) -> Result<(), AdsRefusal> {
    let budget = number(settings, "budget").ok_or_else(|| AdsRefusal::missing("budget"))?;
    let is_total = text(settings, "budget_mode") == "BUDGET_MODE_TOTAL";
    let days = if is_total { schedule::days(settings) } else { 1 };
    let minimum = (money::ADGROUP_MINIMUM, days);
    money::check_budget("budget", budget, minimum, context.account, context.switches)
}

fn check_devices(settings: &Map<String, Value>) -> Result<(), AdsRefusal> {
    let prices = settings.get("device_price_ranges").and_then(Value::as_array);
    if let Some(prices) = prices.filter(|prices| !prices.is_empty()) {
        if !texts(settings, "device_model_ids").is_empty() {
            return Err(AdsRefusal::at(
                "device_price_ranges",
                "Not together with device_model_ids.",
            ));
        }
        let is_step = |price: &Value| price.as_u64().is_some_and(|price| price.is_multiple_of(50));
        if !prices.iter().all(is_step) {
            return Err(AdsRefusal::at("device_price_ranges", "Must be multiples of 50."));
        }
    }
    Ok(())
}

fn check_frequency(settings: &Map<String, Value>, campaign: &AdsEntity) -> Result<(), AdsRefusal> {
    let value = |name: &str| settings.get(name).and_then(Value::as_u64);
    match (value("frequency"), value("frequency_schedule")) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) if campaign.text("objective_type") != "REACH" => {
            Err(AdsRefusal::at("frequency", "Only for the objective REACH."))
        }
        (Some(1..=1_000), Some(1..=30)) => Ok(()),
        _ => Err(AdsRefusal::at(
            "frequency",
            "1 to 1,000 times in frequency_schedule, 1 to 30 days; both or none.",
        )),
    }
}
