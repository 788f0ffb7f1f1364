use serde_json::{Value, json};

use super::*;
use crate::advertising::ListedSettings;

/// 2026-12-01 00:00:00 UTC.
const NOW: Duration = Duration::from_hours(20_788 * 24);

const MANUAL: CreationWay = CreationWay::Manual;
const SMART: CreationWay = CreationWay::SmartPlus;

/// Two sets of changes as one.
fn merged(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// `base` with `changes`; `null` removes a member.
fn applied(base: Value, changes: &Value) -> Value {
    let mut applied = merged(base, changes);
    applied
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    applied
}

/// A good campaign and a good ad group in it.
fn base(way: CreationWay) -> (Value, Value) {
    match way {
        MANUAL => (
            json!({
                "campaign_id": "1", "objective_type": "TRAFFIC", "budget_mode": "BUDGET_MODE_INFINITE",
                "campaign_type": "REGULAR_CAMPAIGN",
            }),
            json!({
                "adgroup_name": "Berlin", "promotion_type": "WEBSITE", "location_ids": ["2950159"],
                "budget_mode": "BUDGET_MODE_DAY", "budget": 20, "optimization_goal": "CLICK",
            }),
        ),
        SMART => (
            json!({
                "campaign_id": "1", "objective_type": "LEAD_GENERATION", "budget": 50, "budget_optimize_on": true,
                "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "campaign_type": "REGULAR_CAMPAIGN",
            }),
            json!({
                "adgroup_name": "Berlin", "promotion_type": "LEAD_GENERATION", "location_ids": ["2950159"],
                "promotion_target_type": "INSTANT_PAGE", "optimization_goal": "LEAD_GENERATION",
                "bid_type": "BID_TYPE_NO_BID",
            }),
        ),
    }
}

fn completed(way: CreationWay, campaign: &Value, settings: &Value) -> (AdGroupSettings, Campaign) {
    let (base_campaign, base_settings) = base(way);
    let campaign: Campaign = serde_json::from_value(applied(base_campaign, campaign)).unwrap();
    let settings = serde_json::from_value(applied(base_settings, settings)).unwrap();
    (complete_ad_group(settings, Some(&campaign), way, NOW), campaign)
}

/// Fields of the violations for the good ad group with changes to the campaign and to the settings.
#[track_caller]
fn check(way: CreationWay, campaign: &Value, settings: &Value, wrong: &[&str]) {
    let (completed, parent) = completed(way, campaign, settings);
    let found = check_ad_group(&completed, Some(&parent), way, Currency::find("USD"), NOW);
    let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
    assert_eq!(
        fields, wrong,
        "campaign {campaign}, ad group {settings}: {found:#?}"
    );
}

/// Changes of the settings, each with the fields that are wrong.
#[track_caller]
fn each(way: CreationWay, campaign: &Value, cases: &[(Value, &[&str])]) {
    for (settings, wrong) in cases {
        check(way, campaign, settings, wrong);
    }
}

#[test]
fn a_manual_ad_group_names_what_it_promotes() {
    each(
        MANUAL,
        &json!({}),
        &[
            (json!({}), &[]),
            (json!({ "adgroup_name": null }), &["adgroup_name"]),
            (json!({ "adgroup_name": " " }), &["adgroup_name"]),
            (json!({ "promotion_type": null }), &["promotion_type"]),
            (
                json!({ "promotion_type": "MINI_GAME", "minis_id": "x", "optimization_event": "X" }),
                &["minis_id", "promotion_type"],
            ),
            (
                json!({ "promotion_target_type": "INSTANT_PAGE" }),
                &["promotion_target_type"],
            ),
        ],
    );
    let reach = json!({ "objective_type": "REACH" });
    check(
        MANUAL,
        &reach,
        &json!({ "promotion_type": null, "optimization_goal": "REACH" }),
        &[],
    );
    each(
        MANUAL,
        &json!({ "objective_type": "LEAD_GENERATION" }),
        &[
            (
                json!({ "promotion_type": "LEAD_GENERATION" }),
                &["promotion_target_type"],
            ),
            (
                json!({ "promotion_type": "LEAD_GENERATION", "promotion_target_type": "INSTANT_PAGE" }),
                &[],
            ),
            (json!({ "promotion_type": "LEAD_GEN_CLICK_TO_CALL" }), &[]),
        ],
    );
}

#[test]
fn a_smart_ad_group_promotes_what_its_campaign_sells() {
    let app = |kind: &str| json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": kind });
    let target = json!({ "promotion_target_type": null });
    let with = |changes: Value| merged(target.clone(), &changes);
    let app_group = |promotion: &str| {
        json!({
            "promotion_type": promotion, "app_id": "7", "optimization_goal": "INSTALL", "promotion_target_type": null,
        })
    };
    check(SMART, &app("APP_INSTALL"), &app_group("APP_ANDROID"), &[]);
    check(
        SMART,
        &app("APP_INSTALL"),
        &app_group("MINI_GAME"),
        &["promotion_type", "minis_id"],
    );
    let minis = json!({
        "promotion_type": "MINI_GAME", "minis_id": "x", "optimization_event": "ACTIVE_PAY", "optimization_goal": "VALUE",
        "deep_bid_type": "VO_HIGHEST_VALUE", "promotion_target_type": null,
    });
    check(SMART, &app("MINIS"), &minis, &[]);
    check(
        SMART,
        &app("MINIS"),
        &merged(minis, &json!({ "promotion_type": "APP_IOS" })),
        &["promotion_type"],
    );
    let web =
        |destination: &str| json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": destination });
    let convert = json!({
        "promotion_type": "WEBSITE", "optimization_goal": "CONVERT", "pixel_id": "9", "optimization_event": "SHOPPING",
    });
    check(SMART, &web("WEBSITE"), &with(convert.clone()), &[]);
    check(
        SMART,
        &web("WEBSITE"),
        &with(merged(convert.clone(), &json!({ "promotion_type": "APP_IOS" }))),
        &["promotion_type"],
    );
    check(
        SMART,
        &web("WEB_AND_APP"),
        &with(convert.clone()),
        &["app_config"],
    );
    check(
        SMART,
        &web("WEB_AND_APP"),
        &with(merged(convert, &json!({ "app_config": [{ "app_id": "7" }] }))),
        &[],
    );
    each(
        SMART,
        &web("APP"),
        &[
            (
                with(json!({ "promotion_type": "APP_IOS", "optimization_goal": "CLICK", "app_id": "7" })),
                &[],
            ),
            (
                with(json!({ "promotion_type": "WEBSITE", "optimization_goal": "CLICK" })),
                &["promotion_type", "app_id"],
            ),
        ],
    );
    each(
        SMART,
        &json!({}),
        &[
            (json!({}), &[]),
            (json!({ "promotion_type": null }), &["promotion_type"]),
            (with(json!({ "promotion_type": "WEBSITE" })), &["promotion_type"]),
        ],
    );
}

#[test]
fn an_app_is_named_once() {
    let campaign = |kind: &str, dedicated: bool| {
        let of = if dedicated {
            "IOS14_CAMPAIGN"
        } else {
            "REGULAR_CAMPAIGN"
        };
        json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": kind, "campaign_type": of })
    };
    let group = |app: Value| {
        json!({
            "promotion_type": "APP_IOS", "app_id": app, "optimization_goal": "INSTALL",
            "ios14_targeting": "IOS14_PLUS", "min_ios_version": "14.5",
        })
    };
    check(MANUAL, &campaign("APP_INSTALL", false), &group(json!("7")), &[]);
    check(
        MANUAL,
        &campaign("APP_INSTALL", false),
        &group(Value::Null),
        &["app_id"],
    );
    check(MANUAL, &campaign("APP_INSTALL", true), &group(Value::Null), &[]);
    let retargeting = merged(
        group(json!("7")),
        &json!({ "audience_type": "NEW_CUSTOM_AUDIENCE" }),
    );
    check(MANUAL, &campaign("APP_RETARGETING", false), &retargeting, &[]);
    let without = merged(retargeting, &json!({ "audience_type": null }));
    check(
        MANUAL,
        &campaign("APP_RETARGETING", false),
        &without,
        &["audience_type"],
    );
    check(
        MANUAL,
        &campaign("APP_INSTALL", false),
        &merged(without, &json!({ "audience_type": "NEW_CUSTOM_AUDIENCE" })),
        &["audience_type"],
    );
}

#[test]
fn messages_have_an_app_and_an_account() {
    let group = |changes: Value| {
        let base = json!({
            "promotion_type": "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE", "promotion_target_type": null,
            "optimization_goal": "CONVERSATION",
        });
        merged(base, &changes)
    };
    let phone = json!({ "phone_number": "1", "phone_region_code": "US", "phone_region_calling_code": "+1" });
    let app = |word: &str| json!({ "messaging_app_type": word });
    for way in [MANUAL, SMART] {
        each(
            way,
            &json!({ "objective_type": "LEAD_GENERATION" }),
            &[
                (group(json!({})), &["messaging_app_type"]),
                (group(app("MESSENGER")), &["messaging_app_account_id"]),
                (
                    group(merged(
                        app("MESSENGER"),
                        &json!({ "messaging_app_account_id": "p" }),
                    )),
                    &[],
                ),
                (group(app("WHATSAPP")), &["phone_number"]),
                (group(merged(app("WHATSAPP"), &phone)), &[]),
                (
                    group(merged(app("WHATSAPP"), &json!({ "phone_number": "1" }))),
                    &["phone_region_code", "phone_region_calling_code"],
                ),
                (
                    merged(
                        app("IM_URL"),
                        &json!({ "promotion_type": "LEAD_GEN_CLICK_TO_CALL" }),
                    ),
                    &["messaging_app_type"],
                ),
            ],
        );
    }
    let leads = json!({ "objective_type": "LEAD_GENERATION" });
    check(MANUAL, &leads, &group(app("ZALO")), &["phone_number"]);
    check(MANUAL, &leads, &group(merged(app("ZALO"), &phone)), &[]);
    check(SMART, &leads, &group(app("ZALO")), &["zalo_id_type"]);
    let official = json!({ "zalo_id_type": "ZALO_OFFICIAL_ACCOUNT" });
    check(SMART, &leads, &group(merged(app("ZALO"), &official)), &[]);
}

#[test]
fn a_pixel_belongs_to_conversions() {
    let web = json!({ "objective_type": "WEB_CONVERSIONS" });
    let pixel = json!({ "pixel_id": "9", "optimization_event": "SHOPPING" });
    let goal = |goal: &str| json!({ "optimization_goal": goal });
    each(
        MANUAL,
        &web,
        &[
            (merged(goal("CONVERT"), &pixel), &[]),
            (goal("CONVERT"), &["pixel_id"]),
            (merged(goal("VALUE"), &pixel), &[]),
            (goal("VALUE"), &["pixel_id", "optimization_event"]),
            (merged(goal("CLICK"), &pixel), &["pixel_id"]),
            (merged(goal("AUTOMATIC_VALUE_OPTIMIZATION"), &pixel), &[]),
            (
                merged(goal("CONVERT"), &json!({ "pixel_id": "9" })),
                &["optimization_event"],
            ),
        ],
    );
    let smart = json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE" });
    let website = |changes: Value| {
        let base = json!({ "promotion_type": "WEBSITE", "promotion_target_type": null });
        merged(base, &changes)
    };
    each(
        SMART,
        &smart,
        &[
            (website(merged(goal("CONVERT"), &pixel)), &[]),
            (website(goal("CONVERT")), &["pixel_id"]),
            (website(merged(goal("CLICK"), &pixel)), &["pixel_id"]),
        ],
    );
    each(
        SMART,
        &json!({}),
        &[
            (merged(goal("CONVERT"), &pixel), &[]),
            (goal("CONVERT"), &["pixel_id"]),
        ],
    );
    let app = json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": "APP_INSTALL" });
    let install = |changes: Value| {
        merged(
            json!({ "promotion_type": "APP_ANDROID", "app_id": "7" }),
            &changes,
        )
    };
    check(
        MANUAL,
        &app,
        &install(goal("IN_APP_EVENT")),
        &["optimization_event"],
    );
    let event = merged(goal("IN_APP_EVENT"), &json!({ "optimization_event": "ACTIVE" }));
    check(MANUAL, &app, &install(event), &[]);
}

#[test]
fn a_deep_funnel_has_a_source() {
    let leads = json!({ "objective_type": "LEAD_GENERATION" });
    let group = json!({
        "promotion_type": "LEAD_GENERATION", "promotion_target_type": "INSTANT_PAGE",
        "deep_funnel_optimization_status": "ON",
    });
    let source = json!({
        "deep_funnel_event_source": "PIXEL", "deep_funnel_event_source_id": "9", "deep_funnel_optimization_event": "X",
    });
    check(MANUAL, &leads, &merged(group.clone(), &source), &[]);
    check(
        MANUAL,
        &leads,
        &group,
        &[
            "deep_funnel_event_source",
            "deep_funnel_event_source_id",
            "deep_funnel_optimization_event",
        ],
    );
    let website = merged(source, &json!({ "deep_funnel_optimization_status": "ON" }));
    check(MANUAL, &json!({}), &website, &["deep_funnel_optimization_status"]);
}

#[test]
fn attribution_windows_come_together() {
    let windows = |names: &[&str]| -> Value {
        names
            .iter()
            .map(|name| (format!("{name}_attribution_window"), json!("ONE_DAY")))
            .collect()
    };
    each(
        MANUAL,
        &json!({}),
        &[
            (windows(&["click", "view"]), &[]),
            (windows(&["click", "view", "engaged_view"]), &[]),
            (windows(&["click"]), &["view_attribution_window"]),
            (windows(&["view"]), &["click_attribution_window"]),
            (windows(&["engaged_view"]), &["click_attribution_window"]),
        ],
    );
}

#[test]
fn placements_are_chosen_or_automatic() {
    let tiktok = json!({ "placements": ["PLACEMENT_TIKTOK"] });
    let pangle = json!({ "placements": ["PLACEMENT_PANGLE"] });
    let zip = json!({ "zipcode_ids": ["z"], "location_ids": null });
    each(
        MANUAL,
        &json!({}),
        &[
            (tiktok.clone(), &[]),
            (
                json!({ "placement_type": "PLACEMENT_TYPE_NORMAL" }),
                &["placements"],
            ),
            (
                merged(
                    tiktok.clone(),
                    &json!({ "placement_type": "PLACEMENT_TYPE_AUTOMATIC" }),
                ),
                &["placements"],
            ),
            (merged(zip.clone(), &tiktok), &[]),
            (merged(zip.clone(), &pangle), &["placements"]),
            (
                merged(tiktok.clone(), &json!({ "tiktok_subplacements": ["IN_FEED"] })),
                &["tiktok_subplacements"],
            ),
            (
                json!({ "brand_safety_type": "THIRD_PARTY" }),
                &["brand_safety_partner"],
            ),
            (
                json!({ "brand_safety_type": "THIRD_PARTY", "brand_safety_partner": "IAS" }),
                &[],
            ),
            (
                merged(
                    json!({ "placements": ["PLACEMENT_TIKTOK", "PLACEMENT_GLOBAL_APP_BUNDLE"] }),
                    &json!({ "optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW" }),
                ),
                &["placements"],
            ),
        ],
    );
    let special = json!({ "special_industries": ["HOUSING"] });
    check(MANUAL, &special, &zip, &["zipcode_ids"]);
    check(MANUAL, &special, &json!({}), &[]);
    let reach = json!({ "objective_type": "REACH" });
    let group = |places: &[&str]| {
        merged(
            tiktok.clone(),
            &json!({ "optimization_goal": "REACH", "tiktok_subplacements": places }),
        )
    };
    check(MANUAL, &reach, &group(&["IN_FEED", "SEARCH_FEED"]), &[]);
    check(
        MANUAL,
        &reach,
        &group(&["SEARCH_FEED"]),
        &["tiktok_subplacements"],
    );
}

#[test]
fn a_place_is_targeted() {
    let ids = |number: usize| vec!["1"; number];
    each(
        MANUAL,
        &json!({}),
        &[
            (json!({ "location_ids": null }), &["location_ids"]),
            (json!({ "location_ids": [] }), &["location_ids"]),
            (
                json!({ "location_ids": ids(1_500), "zipcode_ids": ids(1_500) }),
                &[],
            ),
            (
                json!({ "location_ids": ids(1_500), "zipcode_ids": ids(1_501) }),
                &["location_ids"],
            ),
        ],
    );
}

#[test]
fn devices_are_targeted_in_one_way() {
    each(
        MANUAL,
        &json!({}),
        &[
            (json!({ "device_price_ranges": [0, 250] }), &[]),
            (json!({ "device_price_ranges": [500, 10_000] }), &[]),
            (
                json!({ "device_price_ranges": [0, 225] }),
                &["device_price_ranges"],
            ),
            (
                json!({ "device_price_ranges": [250, 0] }),
                &["device_price_ranges"],
            ),
            (
                json!({ "device_price_ranges": [0, 10_050] }),
                &["device_price_ranges"],
            ),
            (json!({ "device_price_ranges": [50] }), &["device_price_ranges"]),
            (
                json!({ "device_price_ranges": [0, 250], "device_model_ids": ["1"] }),
                &["device_price_ranges"],
            ),
            (
                json!({
                    "included_pangle_audience_package_ids": ["1"], "excluded_pangle_audience_package_ids": ["2"],
                }),
                &["excluded_pangle_audience_package_ids"],
            ),
            (
                json!({ "purchase_intention_keyword_ids": ["1"], "interest_keyword_ids": ["2"] }),
                &["interest_keyword_ids"],
            ),
            (
                json!({ "operating_systems": ["ANDROID", "IOS"] }),
                &["operating_systems"],
            ),
            (json!({ "operating_systems": ["IOS"] }), &[]),
            (
                json!({ "promotion_type": "APP_ANDROID", "operating_systems": ["IOS"] }),
                &["operating_systems"],
            ),
            (
                json!({ "promotion_type": "APP_IOS", "operating_systems": ["ANDROID"] }),
                &["operating_systems"],
            ),
        ],
    );
    let app = json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": "APP_INSTALL" });
    let website = json!({ "app_id": "7", "optimization_goal": "INSTALL" });
    check(MANUAL, &app, &website, &["operating_systems"]);
    let dedicated = json!({ "objective_type": "PRODUCT_SALES", "campaign_type": "IOS14_CAMPAIGN" });
    let group = |targeting: Value| {
        let base = json!({ "promotion_type": "APP_IOS", "shopping_ads_type": "LIVE", "identity_id": "i",
            "identity_type": "TT_USER" });
        merged(base, &targeting)
    };
    each(
        MANUAL,
        &dedicated,
        &[
            (
                group(json!({ "ios14_targeting": "IOS14_PLUS", "min_ios_version": "14.5" })),
                &[],
            ),
            (
                group(json!({ "ios14_targeting": "IOS14_PLUS" })),
                &["min_ios_version"],
            ),
            (group(json!({ "ios14_targeting": "ALL" })), &["ios14_targeting"]),
            (group(json!({})), &["ios14_targeting"]),
        ],
    );
}

#[test]
fn targeting_that_tiktok_would_ignore_is_refused() {
    let mode = |changes: Value| merged(json!({ "targeting_optimization_mode": "MANUAL" }), &changes);
    let suggested = |changes: Value| merged(json!({ "suggestion_audience_enabled": true }), &changes);
    each(
        SMART,
        &json!({}),
        &[
            (
                json!({
                    "spc_audience_age": "OVER_EIGHTEEN", "languages": ["de"], "operating_systems": ["IOS"],
                    "excluded_audience_ids": ["1"],
                }),
                &[],
            ),
            (json!({ "gender": "GENDER_MALE" }), &["gender"]),
            (json!({ "age_groups": ["AGE_18_24"] }), &["age_groups"]),
            (
                json!({ "interest_category_ids": ["1"] }),
                &["interest_category_ids"],
            ),
            (
                suggested(json!({ "gender": "GENDER_MALE", "age_groups": ["AGE_18_24"] })),
                &[],
            ),
            (
                suggested(json!({ "network_types": ["WIFI"] })),
                &["network_types"],
            ),
            (
                mode(json!({ "gender": "GENDER_MALE", "network_types": ["WIFI"] })),
                &[],
            ),
            (
                mode(json!({ "spc_audience_age": "OVER_EIGHTEEN" })),
                &["spc_audience_age"],
            ),
            (mode(suggested(json!({}))), &["suggestion_audience_enabled"]),
        ],
    );
    let catalog = json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": "APP" });
    let group = |changes: Value| {
        let base = json!({
            "promotion_type": "APP_IOS", "promotion_target_type": null, "app_id": "7", "optimization_goal": "CLICK",
        });
        merged(base, &changes)
    };
    each(
        SMART,
        &catalog,
        &[
            (
                group(json!({ "gender": "GENDER_MALE", "audience_ids": ["1"] })),
                &[],
            ),
            (group(json!({ "age_groups": ["AGE_18_24"] })), &["age_groups"]),
            (group(suggested(json!({}))), &["suggestion_audience_enabled"]),
        ],
    );
    let all = [&targeting::SUGGESTED[..], &targeting::ONLY_MANUAL].concat();
    for name in all {
        assert!(AdGroupSettings::is_targeting(name), "{name} is no targeting");
    }
}

#[test]
fn a_manual_budget_fits_its_campaign() {
    let total = json!({ "budget_mode": "BUDGET_MODE_TOTAL" });
    let week = |budget: f64| {
        json!({
            "budget_mode": "BUDGET_MODE_TOTAL", "budget": budget,
            "schedule_start_time": "2026-12-02 00:00:00", "schedule_end_time": "2026-12-09 00:00:00",
        })
    };
    each(
        MANUAL,
        &json!({}),
        &[
            (json!({ "budget": null }), &["budget"]),
            (json!({ "budget": 19.99 }), &["budget"]),
            (json!({ "budget_mode": null }), &["budget_mode"]),
            (json!({ "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" }), &[]),
            (total, &["schedule_type"]),
            (week(140.0), &[]),
            (week(139.99), &["budget"]),
        ],
    );
    let day = json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 100 });
    check(MANUAL, &day, &week(140.0), &["budget_mode"]);
    check(MANUAL, &day, &json!({}), &[]);
    let unlimited = json!({ "budget_mode": null, "budget": null, "bid_type": "BID_TYPE_NO_BID" });
    let cbo = merged(day, &json!({ "budget_optimize_on": true }));
    check(MANUAL, &cbo, &unlimited, &[]);
    let with_budget = merged(
        unlimited.clone(),
        &json!({ "budget": 20, "budget_mode": "BUDGET_MODE_DAY" }),
    );
    check(MANUAL, &cbo, &with_budget, &["budget_mode", "budget"]);
    check(
        MANUAL,
        &cbo,
        &merged(unlimited, &json!({ "pacing": "PACING_MODE_FAST" })),
        &["pacing"],
    );
    let shop = json!({
        "objective_type": "PRODUCT_SALES", "campaign_product_source": "STORE", "campaign_type": "REGULAR_CAMPAIGN",
    });
    let product = |budget: u32| {
        json!({
            "promotion_type": "TIKTOK_SHOP", "shopping_ads_type": "VIDEO", "product_source": "STORE", "store_id": "1",
            "store_authorized_bc_id": "2", "budget": budget,
        })
    };
    check(MANUAL, &shop, &product(10), &[]);
    check(MANUAL, &shop, &product(9), &["budget"]);
}

#[test]
fn a_smart_budget_fits_its_campaign() {
    let own = |mode: &str| json!({ "budget_mode": mode, "budget": 20 });
    let dynamic = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET";
    let parent = |mode: &str| json!({ "budget_mode": mode, "budget_optimize_on": false });
    let ended = |changes: Value| merged(json!({ "schedule_end_time": "2026-12-01 12:00:00" }), &changes);
    each(
        SMART,
        &parent("BUDGET_MODE_INFINITE"),
        &[
            (own(dynamic), &[]),
            (own("BUDGET_MODE_DAY"), &["budget_mode"]),
            (json!({}), &["budget_mode", "budget"]),
            (own("BUDGET_MODE_TOTAL"), &["schedule_type"]),
            (ended(own("BUDGET_MODE_TOTAL")), &[]),
        ],
    );
    check(SMART, &parent("BUDGET_MODE_DAY"), &own(dynamic), &[]);
    check(
        SMART,
        &parent("BUDGET_MODE_DAY"),
        &ended(own("BUDGET_MODE_TOTAL")),
        &["budget_mode"],
    );
    check(SMART, &json!({}), &own(dynamic), &["budget_mode", "budget"]);
    let total = json!({ "budget_mode": "BUDGET_MODE_TOTAL" });
    check(SMART, &total, &json!({}), &["schedule_type"]);
    check(SMART, &total, &ended(json!({})), &[]);
    let unknown = json!({ "budget_optimize_on": null });
    check(SMART, &unknown, &json!({}), &[]);
    let least = json!({ "min_budget": 10 });
    check(SMART, &json!({}), &least, &[]);
    check(SMART, &total, &ended(least.clone()), &["min_budget"]);
    let bid = json!({ "bid_type": "BID_TYPE_CUSTOM" });
    check(SMART, &json!({}), &merged(bid, &least), &["min_budget"]);
    check(
        SMART,
        &parent("BUDGET_MODE_INFINITE"),
        &merged(own(dynamic), &least),
        &["min_budget", "min_budget"],
    );
}

#[test]
fn a_goal_has_the_event_that_is_charged() {
    each(
        MANUAL,
        &json!({}),
        &[
            (json!({ "optimization_goal": null }), &["optimization_goal"]),
            (json!({ "optimization_goal": "PAGE_VISIT" }), &["billing_event"]),
            (
                json!({ "optimization_goal": "PAGE_VISIT", "billing_event": "OCPM" }),
                &[],
            ),
        ],
    );
    each(
        SMART,
        &json!({}),
        &[
            (
                json!({ "optimization_goal": "FOLLOWERS" }),
                &["optimization_goal"],
            ),
            (json!({ "optimization_goal": "CLICK" }), &[]),
            (
                json!({ "optimization_goal": "CLICK", "billing_event": "OCPM" }),
                &["billing_event"],
            ),
            (json!({ "billing_event": "CPC" }), &["billing_event"]),
        ],
    );
}

#[test]
fn a_bid_has_its_strategy() {
    let custom = |changes: Value| merged(json!({ "bid_type": "BID_TYPE_CUSTOM" }), &changes);
    let none = |changes: Value| merged(json!({ "bid_type": "BID_TYPE_NO_BID" }), &changes);
    let landing = json!({ "optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW" });
    each(
        MANUAL,
        &json!({}),
        &[
            (custom(json!({ "bid_price": 1.5 })), &[]),
            (custom(json!({})), &["bid_price"]),
            (none(json!({})), &[]),
            (none(json!({ "bid_price": 1.5 })), &["bid_price"]),
            (custom(landing.clone()), &["conversion_bid_price"]),
            (
                custom(merged(landing.clone(), &json!({ "conversion_bid_price": 2 }))),
                &[],
            ),
            (
                none(merged(landing, &json!({ "conversion_bid_price": 2 }))),
                &["conversion_bid_price"],
            ),
            (custom(json!({ "bid_price": 20 })), &["bid_price"]),
            (custom(json!({ "bid_price": 30, "budget": 100 })), &[]),
            (
                custom(json!({ "bid_price": 30.01, "budget": 100 })),
                &["bid_price"],
            ),
            (custom(json!({ "bid_price": 1.005 })), &["bid_price"]),
        ],
    );
    let cbo = json!({ "budget_optimize_on": true, "budget_mode": "BUDGET_MODE_DAY", "budget": 100 });
    let without = json!({ "budget_mode": null, "budget": null });
    check(MANUAL, &cbo, &without, &["bid_type"]);
    check(
        MANUAL,
        &cbo,
        &merged(custom(json!({ "bid_price": 25 })), &without),
        &[],
    );
    let low = merged(cbo, &json!({ "budget": 50 }));
    let bid = merged(custom(json!({ "bid_price": 50 })), &without);
    check(MANUAL, &low, &bid, &["bid_price", "bid_price"]);
    check(SMART, &json!({}), &json!({ "bid_type": null }), &["bid_type"]);
    check(SMART, &json!({}), &custom(json!({})), &[]);
    let total = json!({ "budget_mode": "BUDGET_MODE_TOTAL" });
    let ended = json!({ "schedule_end_time": "2026-12-01 12:00:00" });
    check(SMART, &total, &custom(ended.clone()), &["bid_type"]);
    check(SMART, &total, &none(ended.clone()), &[]);
    let own = json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget_optimize_on": false });
    let lifetime = merged(
        ended,
        &json!({ "budget_mode": "BUDGET_MODE_TOTAL", "budget": 20 }),
    );
    check(SMART, &own, &custom(lifetime.clone()), &["bid_type"]);
    check(SMART, &own, &none(lifetime), &[]);
}

#[test]
fn a_goal_of_value_has_its_strategy() {
    let web = json!({ "objective_type": "WEB_CONVERSIONS" });
    let value = |changes: Value| {
        let base = json!({ "optimization_goal": "VALUE", "pixel_id": "9", "optimization_event": "SHOPPING" });
        merged(base, &changes)
    };
    each(
        MANUAL,
        &web,
        &[
            (value(json!({})), &[]),
            (value(json!({ "deep_bid_type": "VO_MIN_ROAS" })), &["roas_bid"]),
            (
                value(json!({ "deep_bid_type": "VO_MIN_ROAS", "roas_bid": 2.5 })),
                &[],
            ),
            (value(json!({ "deep_bid_type": "AEO" })), &["deep_bid_type"]),
            (
                value(json!({ "secondary_optimization_event": "X" })),
                &["deep_bid_type"],
            ),
            (
                value(json!({ "secondary_optimization_event": "X", "deep_bid_type": "DEFAULT" })),
                &[],
            ),
        ],
    );
    let cbo = merged(
        web,
        &json!({ "budget_optimize_on": true, "budget_mode": "BUDGET_MODE_DAY", "budget": 100 }),
    );
    let without = json!({ "budget_mode": null, "budget": null, "bid_type": "BID_TYPE_NO_BID" });
    check(MANUAL, &cbo, &value(without.clone()), &["deep_bid_type"]);
    let highest = merged(without, &json!({ "deep_bid_type": "VO_HIGHEST_VALUE" }));
    check(MANUAL, &cbo, &value(highest), &[]);
    check(SMART, &json!({}), &value(json!({})), &["deep_bid_type"]);
    check(SMART, &json!({}), &value(json!({ "deep_bid_type": "AEO" })), &[]);
}

#[test]
fn a_frequency_has_its_days_and_belongs_to_reach() {
    let reach = json!({ "objective_type": "REACH" });
    let group = |changes: Value| merged(json!({ "optimization_goal": "REACH" }), &changes);
    each(
        MANUAL,
        &reach,
        &[
            (group(json!({ "frequency": 3, "frequency_schedule": 7 })), &[]),
            (group(json!({ "frequency": 3 })), &["frequency_schedule"]),
            (group(json!({ "frequency_schedule": 7 })), &["frequency"]),
        ],
    );
    check(
        MANUAL,
        &json!({}),
        &json!({ "frequency": 3, "frequency_schedule": 7 }),
        &["frequency"],
    );
}

#[test]
fn products_have_their_source() {
    let campaign =
        |source: &str| json!({ "objective_type": "PRODUCT_SALES", "campaign_product_source": source });
    let group = |kind: &str, source: Value, changes: Value| {
        let base =
            json!({ "promotion_type": "WEBSITE", "shopping_ads_type": kind, "product_source": source });
        merged(base, &changes)
    };
    let store = json!({ "store_id": "1", "store_authorized_bc_id": "2" });
    let identity = json!({ "identity_id": "i", "identity_type": "TT_USER" });
    each(
        MANUAL,
        &campaign("STORE"),
        &[
            (group("VIDEO", json!("STORE"), store.clone()), &[]),
            (group("VIDEO", json!("STORE"), json!({})), &["store_id"]),
            (
                group("VIDEO", json!("STORE"), json!({ "store_id": "1" })),
                &["store_authorized_bc_id"],
            ),
            (group("VIDEO", Value::Null, json!({})), &["product_source"]),
            (
                group("VIDEO", json!("CATALOG"), json!({ "catalog_id": "1" })),
                &["product_source"],
            ),
            (group("VIDEO", json!("SHOWCASE"), identity.clone()), &[]),
            (group("VIDEO", json!("SHOWCASE"), json!({})), &["identity_id"]),
            (group("PRODUCT_SHOPPING_ADS", json!("STORE"), store), &[]),
            (
                group("PRODUCT_SHOPPING_ADS", json!("SHOWCASE"), identity.clone()),
                &["product_source"],
            ),
            (group("LIVE", Value::Null, identity.clone()), &[]),
            (group("LIVE", Value::Null, json!({})), &["identity_id"]),
            (
                group("LIVE", Value::Null, json!({ "identity_id": "i" })),
                &["identity_type"],
            ),
            (
                group("LIVE", Value::Null, json!({ "identity_type": "TT_USER" })),
                &["identity_id", "identity_id"],
            ),
            (
                group(
                    "LIVE",
                    Value::Null,
                    json!({ "identity_id": "i", "identity_type": "BC_AUTH_TT" }),
                ),
                &["identity_authorized_bc_id"],
            ),
            (
                group(
                    "LIVE",
                    Value::Null,
                    json!({ "identity_id": "i", "identity_type": "CUSTOMIZED_USER" }),
                ),
                &["identity_type"],
            ),
            (json!({}), &["shopping_ads_type"]),
            (
                merged(
                    group("LIVE", Value::Null, identity.clone()),
                    &json!({ "placements": ["PLACEMENT_PANGLE"] }),
                ),
                &["placements"],
            ),
        ],
    );
    each(
        MANUAL,
        &campaign("CATALOG"),
        &[
            (
                group("VIDEO", json!("CATALOG"), json!({ "catalog_id": "1" })),
                &[],
            ),
            (group("VIDEO", json!("CATALOG"), json!({})), &["catalog_id"]),
            (
                group("VIDEO", json!("SHOWCASE"), identity.clone()),
                &["product_source"],
            ),
        ],
    );
    check(
        MANUAL,
        &json!({}),
        &json!({ "shopping_ads_type": "LIVE" }),
        &["shopping_ads_type", "identity_id"],
    );
    let catalog = json!({ "catalog_enabled": true });
    check(SMART, &catalog, &json!({}), &["catalog_id"]);
    check(
        SMART,
        &catalog,
        &json!({ "catalog_id": "1" }),
        &["catalog_authorized_bc_id"],
    );
    check(
        SMART,
        &catalog,
        &json!({ "catalog_id": "1", "catalog_authorized_bc_id": "2" }),
        &[],
    );
    check(SMART, &json!({}), &identity, &["identity_id"]);
    let direct = json!({ "promotion_type": "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE" });
    check(SMART, &json!({}), &merged(identity.clone(), &direct), &[]);
    let code = json!({ "identity_type": "AUTH_CODE" });
    check(
        SMART,
        &json!({}),
        &merged(merged(identity, &direct), &code),
        &["identity_type"],
    );
}

#[test]
fn settings_of_the_other_way_are_refused() {
    check(
        MANUAL,
        &json!({}),
        &json!({ "spc_audience_age": "OVER_EIGHTEEN" }),
        &["spc_audience_age"],
    );
    check(
        SMART,
        &json!({}),
        &json!({ "pacing": "PACING_MODE_SMOOTH" }),
        &["pacing"],
    );
}

#[test]
fn the_program_fills_in_what_follows_from_the_rest() {
    let (group, _) = completed(MANUAL, &json!({}), &json!({}));
    assert_eq!(group.schedule_type, Some(ScheduleType::FromNow));
    assert_eq!(group.schedule_start_time.as_deref(), Some("2026-12-01 00:00:00"));
    assert_eq!(group.billing_event, Some(BillingEvent::Click));
    assert_eq!(group.placement_type, Some(PlacementType::Automatic));
    assert_eq!(group.pacing, Some(Pacing::Smooth));
    assert_eq!((group.operating_systems, group.bid_display_mode), (None, None));

    let times = json!({
        "schedule_start_time": "2026-12-02T01:00:00+01:00", "schedule_end_time": "2026-12-03T00:00:00Z",
        "placements": ["PLACEMENT_TIKTOK"], "promotion_type": "APP_IOS", "bid_type": "BID_TYPE_CUSTOM",
        "optimization_goal": "ENGAGED_VIEW",
    });
    let (group, _) = completed(MANUAL, &json!({ "objective_type": "VIDEO_VIEWS" }), &times);
    assert_eq!(group.schedule_type, Some(ScheduleType::StartEnd));
    assert_eq!(group.schedule_start_time.as_deref(), Some("2026-12-02 00:00:00"));
    assert_eq!(group.schedule_end_time.as_deref(), Some("2026-12-03 00:00:00"));
    assert_eq!(group.billing_event, None, "sources disagree");
    assert_eq!(group.placement_type, Some(PlacementType::Selected));
    assert_eq!(group.operating_systems, Some(vec![OperatingSystem::Ios]));
    assert_eq!(group.bid_display_mode, Some(BidDisplayMode::View));

    let (group, _) = completed(SMART, &json!({}), &json!({}));
    assert_eq!(group.billing_event, Some(BillingEvent::OptimizedImpressions));
    assert_eq!((group.pacing, group.placement_type), (None, None));
}

/// Violations of changes of an ad group of a campaign without a budget of its own, in dollars.
fn changed(changes: &AdGroupSettings, current: &ListedSettings, way: CreationWay) -> Vec<AdViolation> {
    let campaign = json!({ "objective_type": "TRAFFIC", "budget_mode": "BUDGET_MODE_INFINITE" });
    changed_below(changes, current, &campaign, way)
}

fn changed_below(
    changes: &AdGroupSettings,
    current: &ListedSettings,
    campaign: &Value,
    way: CreationWay,
) -> Vec<AdViolation> {
    let campaign = ListedSettings::of(serde_json::from_value(campaign.clone()).unwrap());
    let present = PresentAdGroup {
        listed: current,
        campaign: &campaign,
        automation: way,
    };
    let found = check_ad_group_changes(changes, present, Currency::find("USD"), NOW);
    let unchecked = check_ad_group_changes(changes, present, None, NOW);
    assert!(
        found == unchecked || ad_group_needs_currency(changes, present),
        "{changes:?}: {found:#?}"
    );
    found
}

#[test]
fn a_lifetime_budget_keeps_its_end() {
    let total = json!({
        "budget_mode": "BUDGET_MODE_TOTAL", "budget": 200, "schedule_type": "SCHEDULE_START_END",
        "schedule_start_time": "2026-12-02 00:00:00", "schedule_end_time": "2026-12-10 00:00:00",
    });
    let changes = serde_json::from_value(json!({ "schedule_type": "SCHEDULE_FROM_NOW" })).unwrap();
    let current = ListedSettings::of(serde_json::from_value(total).unwrap());
    let found = changed(&changes, &current, MANUAL);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&*found[0].error.field, &*found[0].error.fix),
        (
            "schedule_type",
            "omit schedule_type, so that the ad group keeps its end"
        )
    );
}

#[test]
fn a_new_budget_has_the_minimum_of_the_mode_and_the_days() {
    let day = json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 40 });
    let simplified = json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 10 });
    let shop = json!({ "budget_mode": "BUDGET_MODE_DAY", "budget": 40, "product_source": "STORE" });
    let total = json!({
        "budget_mode": "BUDGET_MODE_TOTAL", "budget": 200, "schedule_type": "SCHEDULE_START_END",
        "schedule_start_time": "2026-12-02 00:00:00", "schedule_end_time": "2026-12-10 00:00:00",
    });
    for (current, changes, is_below) in [
        (&day, json!({ "budget": 19.99 }), true),
        (&day, json!({ "budget": 20 }), false),
        (&day, json!({ "adgroup_name": "New" }), false),
        (&simplified, json!({ "budget": 8 }), false),
        (&simplified, json!({ "budget": 12 }), false),
        (&shop, json!({ "budget": 10 }), false),
        (&shop, json!({ "budget": 9 }), true),
        (&total, json!({ "budget": 159 }), true),
        (&total, json!({ "budget": 160 }), false),
        (
            &total,
            json!({ "budget": 160, "schedule_end_time": "2026-12-12 00:00:00" }),
            true,
        ),
        (
            &total,
            json!({ "schedule_end_time": "2026-12-13 00:00:00" }),
            true,
        ),
        (
            &total,
            json!({ "schedule_end_time": "2026-12-12 00:00:00" }),
            false,
        ),
    ] {
        let changes: AdGroupSettings = serde_json::from_value(changes).unwrap();
        let current = ListedSettings::of(serde_json::from_value(current.clone()).unwrap());
        for way in [MANUAL, SMART] {
            let found = changed(&changes, &current, way);
            let codes: Vec<_> = found.iter().map(|violation| violation.code.code).collect();
            let expected: &[&str] = if is_below { &["budget_below_minimum"] } else { &[] };
            assert_eq!(codes, expected, "{changes:?}: {found:#?}");
        }
    }
}

#[test]
fn a_new_bid_has_its_strategy_and_its_limits() {
    let without = json!({ "bid_type": "BID_TYPE_NO_BID", "billing_event": "CPC", "budget": 100 });
    let custom =
        json!({ "bid_type": "BID_TYPE_CUSTOM", "billing_event": "CPC", "bid_price": 2, "budget": 100 });
    for (current, changes, wrong) in [
        (&without, json!({ "bid_price": 2 }), &["bid_price"][..]),
        (
            &without,
            json!({ "bid_price": 2, "bid_type": "BID_TYPE_CUSTOM" }),
            &[],
        ),
        (&without, json!({ "bid_type": "BID_TYPE_CUSTOM" }), &["bid_price"]),
        (&custom, json!({ "bid_type": "BID_TYPE_NO_BID" }), &[]),
        (&custom, json!({ "bid_price": 30 }), &[]),
        (&custom, json!({ "bid_price": 31 }), &["bid_price"]),
        (&custom, json!({ "bid_price": 25, "budget": 25 }), &["bid_price"]),
        (
            &custom,
            json!({ "frequency": 3 }),
            &["frequency", "frequency_schedule"],
        ),
        (
            &custom,
            json!({ "device_model_ids": ["1"], "device_price_ranges": [0, 250] }),
            &["device_price_ranges"],
        ),
    ] {
        let changes: AdGroupSettings = serde_json::from_value(changes).unwrap();
        let current = ListedSettings::of(serde_json::from_value(current.clone()).unwrap());
        let found = changed(&changes, &current, MANUAL);
        let mut fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
        fields.sort_unstable();
        assert_eq!(fields, wrong, "{changes:?}: {found:#?}");
    }
    let bid: AdGroupSettings = serde_json::from_value(json!({ "bid_price": 2 })).unwrap();
    let current = ListedSettings::of(serde_json::from_value(without).unwrap());
    assert_eq!(
        changed(&bid, &current, SMART)[0].error.allowed,
        "no value, because the present bid_type is BID_TYPE_NO_BID"
    );
}

#[test]
fn an_ad_group_below_a_campaign_budget_has_none() {
    let campaign =
        json!({ "objective_type": "TRAFFIC", "budget_mode": "BUDGET_MODE_DAY", "budget_optimize_on": true });
    let changes: AdGroupSettings = serde_json::from_value(json!({ "budget": 50 })).unwrap();
    let found = changed_below(&changes, &ListedSettings::default(), &campaign, MANUAL);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].error.fix.contains("budget of the campaign"),
        "{found:#?}"
    );
}

#[test]
fn present_targeting_that_becomes_ignored_is_named() {
    let current = json!({
        "targeting_optimization_mode": "MANUAL", "age_groups": ["AGE_18_24"], "gender": "GENDER_UNLIMITED",
        "spending_power": "HIGH",
    });
    let current = ListedSettings::of(serde_json::from_value(current).unwrap());
    let present = PresentAdGroup {
        listed: &current,
        campaign: &ListedSettings::default(),
        automation: SMART,
    };
    for (changes, names) in [
        (
            json!({ "targeting_optimization_mode": "AUTOMATIC" }),
            &["age_groups", "spending_power"][..],
        ),
        (
            json!({ "targeting_optimization_mode": "AUTOMATIC", "age_groups": [] }),
            &["spending_power"],
        ),
        (json!({ "adgroup_name": "New" }), &[]),
    ] {
        let changes: AdGroupSettings = serde_json::from_value(changes).unwrap();
        assert_eq!(ignored_after(&changes, present), names, "{changes:?}");
        assert_eq!(changed(&changes, &current, SMART), []);
    }
}

#[test]
fn changes_are_checked_without_what_they_leave_as_it_is() {
    for (changes, wrong) in [
        (json!({}), &[][..]),
        (json!({ "adgroup_name": "New" }), &[]),
        (json!({ "adgroup_name": " " }), &["adgroup_name"]),
        (json!({ "budget": 20 }), &[]),
        (json!({ "budget": 5 }), &["budget"]),
        (json!({ "budget": 25.005 }), &["budget"]),
        (json!({ "budget": 10_000_000 }), &["budget"]),
        (json!({ "bid_price": 0.005 }), &["bid_price"]),
        (json!({ "schedule_type": "SCHEDULE_START_END" }), &[]),
        (
            json!({ "schedule_start_time": "2026-11-30 00:00:00" }),
            &["schedule_start_time"],
        ),
        (json!({ "schedule_end_time": "2026-12-03T00:00:00+01:00" }), &[]),
        (json!({ "schedule_end_time": "soon" }), &["schedule_end_time"]),
        (
            json!({ "schedule_start_time": "2026-12-03 00:00:00", "schedule_end_time": "2026-12-02 00:00:00" }),
            &["schedule_end_time"],
        ),
        (json!({ "location_ids": [] }), &["location_ids"]),
        (json!({ "location_ids": [], "zipcode_ids": ["1"] }), &[]),
        (
            json!({ "schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-11-30 00:00:00" }),
            &["schedule_end_time"],
        ),
        (
            json!({ "device_price_ranges": [0, 225] }),
            &["device_price_ranges"],
        ),
    ] {
        let changes: AdGroupSettings = serde_json::from_value(changes).unwrap();
        let current = ListedSettings::of(serde_json::from_value(json!({ "location_ids": ["1"] })).unwrap());
        let found = changed(&changes, &current, MANUAL);
        let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
        assert_eq!(fields, wrong, "{changes:?}: {found:#?}");
    }
}

#[test]
fn changes_are_checked_with_the_present_schedule_and_places() {
    let current = json!({
        "schedule_type": "SCHEDULE_FROM_NOW", "schedule_start_time": "2026-12-05 00:00:00", "zipcode_ids": ["1"],
    });
    let current = ListedSettings::of(serde_json::from_value(current).unwrap());
    for (changes, wrong) in [
        (json!({ "location_ids": [] }), &[][..]),
        (
            json!({ "location_ids": [], "zipcode_ids": [] }),
            &["location_ids"],
        ),
        (
            json!({ "schedule_end_time": "2026-12-24 00:00:00" }),
            &["schedule_end_time"],
        ),
        (
            json!({ "schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-12-24 00:00:00" }),
            &[],
        ),
        (
            json!({ "schedule_type": "SCHEDULE_START_END", "schedule_end_time": "2026-12-04 00:00:00" }),
            &["schedule_end_time"],
        ),
    ] {
        let changes: AdGroupSettings = serde_json::from_value(changes).unwrap();
        let found = changed(&changes, &current, MANUAL);
        let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
        assert_eq!(fields, wrong, "{changes:?}: {found:#?}");
    }
}

#[test]
fn changed_targeting_that_automatic_targeting_ignores_is_refused() {
    for (changes, wrong) in [
        (json!({ "age_groups": ["AGE_18_24"] }), &["age_groups"][..]),
        (json!({ "gender": "GENDER_MALE" }), &["gender"]),
        (
            json!({ "age_groups": ["AGE_18_24"], "suggestion_audience_enabled": true }),
            &[],
        ),
        (
            json!({ "age_groups": ["AGE_18_24"], "targeting_optimization_mode": "MANUAL" }),
            &[],
        ),
    ] {
        // TikTok's default is AUTOMATIC.
        for current in [
            json!({ "targeting_optimization_mode": "AUTOMATIC", "suggestion_audience_enabled": false }),
            json!({}),
        ] {
            let current = ListedSettings::of(serde_json::from_value(current).unwrap());
            let changes: AdGroupSettings = serde_json::from_value(changes.clone()).unwrap();
            let found = changed(&changes, &current, SMART);
            let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
            assert_eq!(fields, wrong, "{changes:?}: {found:#?}");
        }
    }
}

#[test]
fn what_is_not_known_passes() {
    let (_, settings) = base(MANUAL);
    let settings =
        serde_json::from_value(applied(settings, &json!({ "budget": 1, "promotion_type": null }))).unwrap();
    let settings = complete_ad_group(settings, None, MANUAL, NOW);
    assert_eq!(check_ad_group(&settings, None, MANUAL, None, NOW), []);
}
