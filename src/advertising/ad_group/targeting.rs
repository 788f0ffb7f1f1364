//! Rules on the targeting of an ad group.

use crate::advertising::{
    rule::{
        AdRule,
        Demand::{AnyOf, Count, Forbidden, OneOf, Required},
        MANUAL, SMART,
        Test::{self, Given, Is, Not},
        rule,
    },
    view::View,
    violation::AdViolation,
};

use super::{APP_PROMOTION, OBJECTIVE};

/// Largest number of locations and postal codes together.
const LOCATIONS_MAX: usize = 3_000;

/// Step of device prices.
const PRICE_STEP: u64 = 50;

/// Highest device price, which stands for all above.
const PRICE_MAX: u64 = 10_000;

pub(super) const MODE: &str = "targeting_optimization_mode";
pub(super) const SUGGESTIONS: &str = "suggestion_audience_enabled";
const RETARGETING: &str = "campaign.app_promotion_type";
const DEDICATED: Test = Is("campaign.campaign_type", &["IOS14_CAMPAIGN"]);

/// Rules on targeting.
pub(super) static TARGETING_RULES: &[AdRule] = &[
    rule(&[], AnyOf(&["location_ids", "zipcode_ids"])).fix("set location_ids; search_targeting finds them"),
    rule(&[Given("campaign.special_industries")], Forbidden("zipcode_ids")),
    rule(&[Given("device_model_ids")], Forbidden("device_price_ranges")),
    rule(&[], Count("device_price_ranges", 2, 2)),
    rule(
        &[Given("included_pangle_audience_package_ids")],
        Forbidden("excluded_pangle_audience_package_ids"),
    ),
    rule(
        &[MANUAL, Given("purchase_intention_keyword_ids")],
        Forbidden("interest_keyword_ids"),
    ),
    // Devices.
    rule(&[], Count("operating_systems", 1, 1)),
    rule(&[MANUAL, APP_PROMOTION], Required("operating_systems")),
    rule(
        &[
            MANUAL,
            Is(OBJECTIVE, &["TRAFFIC"]),
            Is("promotion_type", &["APP_ANDROID", "APP_IOS"]),
        ],
        Required("operating_systems"),
    ),
    rule(
        &[Is("promotion_type", &["APP_ANDROID"])],
        OneOf("operating_systems", &["ANDROID"]),
    ),
    rule(
        &[Is("promotion_type", &["APP_IOS"])],
        OneOf("operating_systems", &["IOS"]),
    ),
    rule(&[MANUAL, DEDICATED], Required("ios14_targeting")),
    rule(&[MANUAL, DEDICATED], OneOf("ios14_targeting", &["IOS14_PLUS"])),
    rule(
        &[Is("ios14_targeting", &["IOS14_PLUS"])],
        Required("min_ios_version"),
    ),
    // Audiences.
    rule(
        &[MANUAL, Is(RETARGETING, &["APP_RETARGETING"])],
        Required("audience_type"),
    ),
    rule(
        &[MANUAL, Not(RETARGETING, &["APP_RETARGETING"])],
        Forbidden("audience_type"),
    ),
    rule(&[Is(MODE, &["MANUAL"])], OneOf(SUGGESTIONS, &["false"])),
    rule(&[SMART, Is(MODE, &["MANUAL"])], Forbidden("spc_audience_age"))
        .fix("set age_groups instead, or set targeting_optimization_mode to AUTOMATIC"),
    rule(
        &[
            SMART,
            Is("campaign.sales_destination", &["APP"]),
            Is(MODE, &["AUTOMATIC"]),
        ],
        OneOf(SUGGESTIONS, &["false"]),
    ),
];

/// Targeting that automatic targeting takes as suggestions.
pub(super) const SUGGESTED: [&str; 7] = [
    "age_groups",
    "gender",
    "audience_ids",
    "interest_category_ids",
    "interest_keyword_ids",
    "purchase_intention_keyword_ids",
    "actions",
];

/// Targeting that automatic targeting also takes if a catalog promotes an app.
const OF_APP_CATALOG: [&str; 2] = ["audience_ids", "gender"];

/// Targeting that only manual targeting takes.
pub(super) const ONLY_MANUAL: [&str; 14] = [
    "included_pangle_audience_package_ids",
    "excluded_pangle_audience_package_ids",
    "smart_interest_behavior_enabled",
    "smart_audience_enabled",
    "spending_power",
    "household_income",
    "min_android_version",
    "min_ios_version",
    "device_model_ids",
    "network_types",
    "carrier_ids",
    "isp_ids",
    "device_price_ranges",
    "saved_audience_id",
];

/// Checks for targeting that a Smart+ ad group would ignore without an error.
pub(super) fn ignored(view: &View) -> Vec<AdViolation> {
    if !view.is("automation", "SMART_PLUS") || !view.is(MODE, "AUTOMATIC") {
        return Vec::new();
    }
    let is_suggested = view.is(SUGGESTIONS, "true");
    let is_app_catalog = view.is("campaign.sales_destination", "APP");
    let taken = |name: &&&str| is_suggested || (is_app_catalog && OF_APP_CATALOG.contains(*name));
    let suggestions = SUGGESTED.iter().filter(|name| !taken(name));
    let as_suggestion = suggestions.map(|name| {
        (name, "set suggestion_audience_enabled to true for a suggestion, or targeting_optimization_mode to MANUAL")
    });
    let manual = ONLY_MANUAL
        .iter()
        .map(|name| (name, "set targeting_optimization_mode to MANUAL"));
    let all = as_suggestion.chain(manual).filter(|(name, _)| view.has(name));
    all.map(|(name, fix)| {
        AdViolation::of(
            name,
            view.shown(name),
            "no value, because TikTok ignores it with automatic targeting",
            format!("{fix}, or omit {name}"),
        )
    })
    .collect()
}

/// Checks the number of locations and the device prices.
pub(super) fn numbers(view: &View) -> Vec<AdViolation> {
    let locations = view.count("location_ids") + view.count("zipcode_ids");
    let too_many = (locations > LOCATIONS_MAX).then(|| {
        AdViolation::of(
            "location_ids",
            format!("{locations} locations and postal codes"),
            format!("at most {LOCATIONS_MAX} together"),
            "target larger areas, or use several ad groups",
        )
    });
    too_many.into_iter().chain(prices(view)).collect()
}

fn prices(view: &View) -> Option<AdViolation> {
    let prices = view.numbers("device_price_ranges");
    let is_fine = |price: &u64| price.is_multiple_of(PRICE_STEP) && *price <= PRICE_MAX;
    (!prices.iter().all(is_fine) || !prices.is_sorted()).then(|| {
        AdViolation::of(
            "device_price_ranges",
            format!("{prices:?}"),
            "a lower and an upper price in steps of 50 US dollars; 10000 stands for 1,000 and more",
            "round the prices to steps of 50",
        )
    })
}
