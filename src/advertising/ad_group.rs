//! Rules for new ad groups. Facts: docs/tiktok-marketing-api.md#create-an-ad-group, docs/tiktok-marketing-api.md#goals, docs/tiktok-marketing-api.md#smart,
//! docs/tiktok-marketing-api.md#budgets-and-currencies.

mod amounts;
mod changes;
mod delivery;
mod promotion;
mod targeting;

use std::time::Duration;

pub use self::changes::{PresentAdGroup, ad_group_needs_currency, check_ad_group_changes, ignored_after};
use self::{
    amounts::amounts,
    delivery::{BID_RULES, BUDGET_RULES, PLACEMENT_RULES},
    promotion::{EVENT_RULES, PRODUCT_RULES, PROMOTION_RULES},
    targeting::TARGETING_RULES,
};
use super::{
    budget::DYNAMIC,
    currency::Currency,
    names::check_required_name,
    rule::{AdRule, Demand, Test, foreign, rule, violations},
    schedule::Schedule,
    view::View,
    violation::AdViolation,
};
use crate::{
    marketing_api::{
        AdGroupPromotion, AdGroupSettings, BidDisplayMode, BillingEvent, Campaign, CreationWay,
        OperatingSystem, OptimizationGoal, Pacing, PlacementType, ScheduleType,
    },
    model::UtcTime,
};

const OBJECTIVE: &str = "campaign.objective_type";
const GOAL: &str = "optimization_goal";
const CBO: Test = Test::Is("campaign.budget_optimize_on", &["true"]);
const NO_CBO: Test = Test::Is("campaign.budget_optimize_on", &["false"]);
const APP_PROMOTION: Test = Test::Is(OBJECTIVE, &["APP_PROMOTION"]);
const WEB_CONVERSIONS: Test = Test::Is(OBJECTIVE, &["WEB_CONVERSIONS"]);
const LEAD_GENERATION: Test = Test::Is(OBJECTIVE, &["LEAD_GENERATION"]);

static NAME_RULES: &[AdRule] = &[rule(&[], Demand::Required("adgroup_name"))];

/// All tables of rules.
static TABLES: [&[AdRule]; 8] = [
    NAME_RULES,
    PROMOTION_RULES,
    EVENT_RULES,
    PLACEMENT_RULES,
    TARGETING_RULES,
    BUDGET_RULES,
    BID_RULES,
    PRODUCT_RULES,
];

/// Settings of a new ad group with the values that the program fills in. `now` is a time since the Unix epoch.
///
/// * `schedule_type` by the presence of an end; `schedule_start_time` is now; times with an offset are converted to UTC.
/// * `billing_event` by the goal, where all sources agree.
/// * `placement_type` is selected with `placements`, and automatic without for manual ad groups, where TikTok's default
///   would require `placements`.
/// * Manual ad groups: `pacing` is smooth; `operating_systems` is that of the app; `bid_display_mode` is CPV for bids on
///   video views.
pub fn complete_ad_group(
    settings: AdGroupSettings,
    campaign: Option<&Campaign>,
    automation: CreationWay,
    now: Duration,
) -> AdGroupSettings {
    let settings = schedule_in_utc(settings);
    let settings = AdGroupSettings {
        schedule_type: settings.schedule_type.or(Some(match settings.schedule_end_time {
            Some(_) => ScheduleType::StartEnd,
            None => ScheduleType::FromNow,
        })),
        schedule_start_time: settings
            .schedule_start_time
            .or_else(|| Some(UtcTime::after_epoch(now).to_string())),
        billing_event: settings
            .billing_event
            .or_else(|| billing(settings.optimization_goal?, automation)),
        placement_type: settings
            .placement_type
            .or_else(|| placement(settings.placements.is_some(), automation)),
        ..settings
    };
    match automation {
        CreationWay::Manual => complete_manual(settings, campaign),
        CreationWay::SmartPlus => settings,
    }
}

fn complete_manual(settings: AdGroupSettings, campaign: Option<&Campaign>) -> AdGroupSettings {
    let objective = campaign.and_then(|campaign| campaign.objective_type.as_ref());
    let is_bid_on_views = objective.is_some_and(|objective| objective.as_str() == "VIDEO_VIEWS");
    AdGroupSettings {
        pacing: settings.pacing.or(Some(Pacing::Smooth)),
        operating_systems: settings
            .operating_systems
            .or_else(|| system(settings.promotion_type?)),
        bid_display_mode: settings
            .bid_display_mode
            .or_else(|| is_bid_on_views.then_some(BidDisplayMode::View)),
        ..settings
    }
}

/// Settings with times in TikTok's form, also of an update.
pub fn schedule_in_utc(settings: AdGroupSettings) -> AdGroupSettings {
    AdGroupSettings {
        schedule_start_time: settings.schedule_start_time.map(in_utc),
        schedule_end_time: settings.schedule_end_time.map(in_utc),
        ..settings
    }
}

/// TikTok's form of a time; the same text if it cannot be read.
fn in_utc(given: String) -> String {
    UtcTime::parse(&given).map_or(given, |time| time.to_string())
}

/// Event that is charged; `None` if sources disagree (docs/tiktok-marketing-api.md#goals).
fn billing(goal: OptimizationGoal, automation: CreationWay) -> Option<BillingEvent> {
    match (automation, goal) {
        (_, OptimizationGoal::Click) => Some(BillingEvent::Click),
        (CreationWay::SmartPlus, _) => Some(BillingEvent::OptimizedImpressions),
        (_, OptimizationGoal::Show | OptimizationGoal::Reach) => Some(BillingEvent::Impressions),
        (
            _,
            OptimizationGoal::PageVisit | OptimizationGoal::EngagedView | OptimizationGoal::EngagedView15,
        ) => None,
        (_, _) => Some(BillingEvent::OptimizedImpressions),
    }
}

fn placement(has_placements: bool, automation: CreationWay) -> Option<PlacementType> {
    match (has_placements, automation) {
        (true, _) => Some(PlacementType::Selected),
        (false, CreationWay::Manual) => Some(PlacementType::Automatic),
        (false, CreationWay::SmartPlus) => None,
    }
}

fn system(promotion: AdGroupPromotion) -> Option<Vec<OperatingSystem>> {
    match promotion.as_str() {
        "APP_ANDROID" => Some(vec![OperatingSystem::Android]),
        "APP_IOS" => Some(vec![OperatingSystem::Ios]),
        _ => None,
    }
}

/// Checks the completed settings of an ad group that is created `now`, a time since the Unix epoch.
///
/// Rules that depend on the campaign pass if it is not known, and limits of amounts if the currency is not known.
pub fn check_ad_group(
    settings: &AdGroupSettings,
    campaign: Option<&Campaign>,
    automation: CreationWay,
    currency: Option<Currency>,
    now: Duration,
) -> Vec<AdViolation> {
    let view = view_of(settings, campaign, automation);
    let mut found = match automation {
        CreationWay::Manual => foreign(AdGroupSettings::SMART_ONLY, &view, "SMART_PLUS"),
        CreationWay::SmartPlus => foreign(AdGroupSettings::MANUAL_ONLY, &view, "MANUAL"),
    };
    found.extend(TABLES.iter().flat_map(|rules| violations(rules, &view)));
    let name = settings.adgroup_name.as_deref();
    found.extend(
        name.map(|name| check_required_name("adgroup_name", name))
            .into_iter()
            .flatten(),
    );
    let schedule = schedule_of(settings);
    found.extend(schedule.check(now));
    found.extend(targeting::ignored(&view));
    found.extend(targeting::numbers(&view));
    found.extend(amounts(&view, &schedule, currency, now));
    found
}

fn view_of(settings: &AdGroupSettings, campaign: Option<&Campaign>, automation: CreationWay) -> View {
    let view = View::of(settings, automation).with_parent("campaign.", campaign);
    with_defaults(view, campaign.is_some(), automation)
}

/// View with the values that TikTok takes where they are absent.
fn with_defaults(mut view: View, knows_campaign: bool, automation: CreationWay) -> View {
    if automation == CreationWay::SmartPlus {
        view = view.with_default(targeting::MODE, "AUTOMATIC");
    }
    match automation {
        // Lists leave it out if it is false.
        CreationWay::Manual if knows_campaign => view.with_default("campaign.budget_optimize_on", false),
        CreationWay::SmartPlus if view.is("campaign.budget_mode", DYNAMIC) => {
            view.with_default("campaign.budget_optimize_on", true)
        }
        CreationWay::Manual | CreationWay::SmartPlus => view,
    }
}

fn schedule_of(settings: &AdGroupSettings) -> Schedule<'_> {
    Schedule {
        kind: settings.schedule_type.map(ScheduleType::as_str),
        start: settings.schedule_start_time.as_deref(),
        end: settings.schedule_end_time.as_deref(),
        dayparting: settings.dayparting.as_deref(),
    }
}

#[cfg(test)]
mod tests;
