//! Rules for new campaigns. Facts: docs/tiktok-marketing-api.md#create-a-campaign, docs/tiktok-marketing-api.md#smart, docs/tiktok-marketing-api.md#budgets-and-currencies.

use super::{
    budget::{
        BudgetLevel, BudgetLimits, DAY, DYNAMIC, INFINITE, TOTAL, depends_on_currency, depends_on_minimum,
    },
    currency::Currency,
    difference::ListedSettings,
    manual_end::SMART_PLUS_OBJECTIVES,
    names::check_required_name,
    rule::{
        AdRule,
        Demand::{Forbidden, OneOf, Required},
        MANUAL, SMART,
        Test::{self, Given, Is, Missing, Not},
        foreign, rule, violations,
    },
    view::View,
    violation::AdViolation,
};
use crate::{
    catalogue::own,
    marketing_api::{CampaignBudgetMode, CampaignSettings, CreationWay},
};

const OBJECTIVE: &str = "objective_type";
const MODE: &str = "budget_mode";
const CBO: Test = Is("budget_optimize_on", &["true"]);
const NO_CBO: Test = Is("budget_optimize_on", &["false"]);
const APP_PROMOTION: Test = Is(OBJECTIVE, &["APP_PROMOTION"]);
const WEB_CONVERSIONS: Test = Is(OBJECTIVE, &["WEB_CONVERSIONS"]);
const DEDICATED: Test = Is("campaign_type", &["IOS14_CAMPAIGN"]);

static RULES: &[AdRule] = &[
    rule(&[], Required(OBJECTIVE)),
    rule(&[], Required("campaign_name")),
    rule(&[SMART], OneOf(OBJECTIVE, &SMART_PLUS_OBJECTIVES))
        .fix("set automation to MANUAL to keep the objective, or choose one of these")
        .code(&own::OBJECTIVE_NOT_IN_SMART_PLUS),
    // Budget.
    rule(&[MANUAL, Not(OBJECTIVE, &["RF_REACH"])], Required(MODE))
        .fix("set budget_mode; BUDGET_MODE_INFINITE leaves the limits to the ad groups"),
    rule(&[MANUAL, Is(OBJECTIVE, &["RF_REACH"])], OneOf(MODE, &[INFINITE])),
    rule(&[MANUAL, CBO], OneOf(MODE, &[DYNAMIC, TOTAL, DAY])),
    rule(&[SMART, CBO], OneOf(MODE, &[DYNAMIC, TOTAL]))
        .fix("choose one of these, or set budget_optimize_on to false and give the ad groups budgets"),
    rule(&[NO_CBO], OneOf(MODE, &[INFINITE, TOTAL, DAY]))
        .fix("choose one of these, or set budget_optimize_on to true"),
    rule(
        &[MANUAL, CBO],
        OneOf(
            OBJECTIVE,
            &[
                "REACH",
                "TRAFFIC",
                "WEB_CONVERSIONS",
                "APP_PROMOTION",
                "LEAD_GENERATION",
                "VIDEO_VIEWS",
                "ENGAGEMENT",
                "PRODUCT_SALES",
            ],
        ),
    )
    .fix("omit budget_optimize_on"),
    rule(&[Is(MODE, &[DAY, DYNAMIC, TOTAL])], Required("budget")),
    rule(&[Is(MODE, &[INFINITE])], Forbidden("budget"))
        .fix("omit budget, or choose a budget_mode that limits the spending"),
    // Apps.
    rule(&[APP_PROMOTION], Required("app_promotion_type")),
    rule(
        &[MANUAL],
        OneOf(
            "app_promotion_type",
            &["APP_INSTALL", "APP_RETARGETING", "APP_PREREGISTRATION"],
        ),
    ),
    rule(
        &[SMART],
        OneOf("app_promotion_type", &["APP_INSTALL", "APP_RETARGETING", "MINIS"]),
    ),
    rule(
        &[
            MANUAL,
            Is("app_promotion_type", &["APP_RETARGETING", "APP_PREREGISTRATION"]),
        ],
        OneOf("campaign_type", &["REGULAR_CAMPAIGN"]),
    ),
    rule(
        &[MANUAL, DEDICATED],
        OneOf(OBJECTIVE, &["APP_PROMOTION", "PRODUCT_SALES"]),
    )
    .fix("choose one of these, or omit campaign_type"),
    rule(
        &[DEDICATED, Is(OBJECTIVE, &["APP_PROMOTION", "PRODUCT_SALES"])],
        Required("app_id"),
    ),
    rule(
        &[
            SMART,
            DEDICATED,
            WEB_CONVERSIONS,
            Is("sales_destination", &["APP"]),
        ],
        Required("app_id"),
    ),
    rule(
        &[Not(OBJECTIVE, &["APP_PROMOTION"])],
        OneOf("campaign_app_profile_page_state", &["OFF"]),
    ),
    rule(
        &[Is("campaign_type", &["REGULAR_CAMPAIGN"])],
        OneOf("campaign_app_profile_page_state", &["OFF"]),
    ),
    // Sales.
    rule(&[SMART, WEB_CONVERSIONS], Required("sales_destination")),
    rule(
        &[SMART],
        OneOf("sales_destination", &["WEBSITE", "APP", "WEB_AND_APP"]),
    ),
    rule(
        &[SMART, Is("sales_destination", &["APP"])],
        Required("catalog_enabled"),
    )
    .fix("set catalog_enabled to true, or choose another sales_destination"),
    rule(
        &[SMART, Is("sales_destination", &["APP"])],
        OneOf("catalog_enabled", &["true"]),
    ),
    rule(
        &[SMART, Is("sales_destination", &["APP"])],
        OneOf("catalog_type", &["ECOMMERCE", "TRAVEL_ENTERTAINMENT"]),
    ),
    rule(
        &[SMART, WEB_CONVERSIONS, Is("catalog_enabled", &["true"])],
        Required("catalog_type"),
    ),
    rule(
        &[MANUAL, Given("virtual_objective_type")],
        Required("sales_destination"),
    ),
    rule(
        &[MANUAL, Missing("virtual_objective_type")],
        Forbidden("sales_destination"),
    )
    .fix("omit sales_destination, or set virtual_objective_type to SALES"),
    rule(
        &[MANUAL, Is(OBJECTIVE, &["PRODUCT_SALES"])],
        Required("campaign_product_source"),
    ),
];

/// Settings of a new campaign with the values that the program fills in. For Smart+, `budget_optimize_on` is true, and
/// `budget_mode` is a dynamic daily budget with it and no limit without it. These are TikTok's own defaults; sent, they
/// are part of the plan of a call.
pub fn complete_campaign(settings: CampaignSettings, automation: CreationWay) -> CampaignSettings {
    if automation == CreationWay::Manual {
        return settings;
    }
    let is_optimized = settings.budget_optimize_on.unwrap_or(true);
    let mode = if is_optimized {
        CampaignBudgetMode::DynamicDay
    } else {
        CampaignBudgetMode::Infinite
    };
    CampaignSettings {
        budget_optimize_on: Some(is_optimized),
        budget_mode: settings.budget_mode.or(Some(mode)),
        ..settings
    }
}

/// Checks the completed settings of a new campaign. The budget is not checked if the currency is not known.
pub fn check_campaign(
    settings: &CampaignSettings,
    automation: CreationWay,
    currency: Option<Currency>,
) -> Vec<AdViolation> {
    let view = View::of(settings, automation)
        .with_default("budget_optimize_on", automation == CreationWay::SmartPlus)
        .with_default("campaign_type", "REGULAR_CAMPAIGN");
    let mut found = match automation {
        CreationWay::Manual => foreign(CampaignSettings::SMART_ONLY, &view, "SMART_PLUS"),
        CreationWay::SmartPlus => foreign(CampaignSettings::MANUAL_ONLY, &view, "MANUAL"),
    };
    found.extend(violations(RULES, &view));
    let name = settings.campaign_name.as_deref();
    found.extend(
        name.map(|name| check_required_name("campaign_name", name))
            .into_iter()
            .flatten(),
    );
    if let (Some(budget), Some(currency)) = (settings.budget, currency) {
        found.extend(limits(&view, currency).check("budget", budget));
    }
    found
}

/// Whether the check of changes depends on the currency of the ad account.
pub fn campaign_needs_currency(changes: &CampaignSettings, current: &ListedSettings) -> bool {
    let present = current.amount("budget");
    let depends = |budget| depends_on_currency(budget) || depends_on_minimum(budget, present);
    changes.budget.is_some_and(depends)
}

/// Checks changes of the existing campaign `current`: the name, and the budget.
pub fn check_campaign_changes(
    changes: &CampaignSettings,
    current: &ListedSettings,
    automation: CreationWay,
    currency: Option<Currency>,
) -> Vec<AdViolation> {
    let name = changes.campaign_name.as_deref();
    let mut found: Vec<AdViolation> = name
        .map(|name| check_required_name("campaign_name", name))
        .unwrap_or_default();
    if let (Some(budget), Some(currency)) = (changes.budget, currency) {
        let view = View::of(&current.settings(CampaignSettings::NAMES), automation);
        let limits = limits(&view, currency);
        found.extend(limits.check_change("budget", budget, (&limits, current.amount("budget"))));
    }
    found
}

fn limits(view: &View, currency: Currency) -> BudgetLimits {
    let is_shop = view.is(OBJECTIVE, "PRODUCT_SALES") && view.is("campaign_product_source", "STORE");
    BudgetLimits {
        currency,
        level: if is_shop {
            BudgetLevel::Shop
        } else {
            BudgetLevel::Campaign
        },
        days: 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Fields of the violations for a good campaign with these changes; `null` removes a setting.
    #[track_caller]
    fn fields(automation: CreationWay, changes: &Value) -> Vec<String> {
        let mut settings = match automation {
            CreationWay::Manual => json!({
                "objective_type": "TRAFFIC",
                "campaign_name": "Autumn",
                "budget_mode": "BUDGET_MODE_DAY",
                "budget": 50,
            }),
            CreationWay::SmartPlus => json!({
                "objective_type": "LEAD_GENERATION",
                "campaign_name": "Autumn",
                "budget": 50,
            }),
        };
        for (name, value) in changes.as_object().unwrap() {
            settings[name] = value.clone();
        }
        settings
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let settings: CampaignSettings = serde_json::from_value(settings).unwrap();
        let settings = complete_campaign(settings, automation);
        let found = check_campaign(&settings, automation, Currency::find("USD"));
        found.into_iter().map(|violation| violation.error.field).collect()
    }

    #[track_caller]
    fn all(automation: CreationWay, cases: &[(Value, &[&str])]) {
        for (changes, wrong) in cases {
            assert_eq!(&fields(automation, changes), wrong, "{changes}");
        }
    }

    #[test]
    fn a_manual_campaign_keeps_the_rules() {
        let product =
            json!({ "objective_type": "PRODUCT_SALES", "campaign_product_source": "STORE", "budget": 10 });
        all(
            CreationWay::Manual,
            &[
                (json!({}), &[]),
                (json!({ "objective_type": null }), &["objective_type"]),
                (json!({ "campaign_name": null }), &["campaign_name"]),
                (json!({ "campaign_name": " " }), &["campaign_name"]),
                (json!({ "campaign_name": "Sale 🙂" }), &["campaign_name"]),
                (json!({ "budget_mode": null }), &["budget_mode"]),
                (
                    json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": null }),
                    &[],
                ),
                (json!({ "budget_mode": "BUDGET_MODE_INFINITE" }), &["budget"]),
                (json!({ "budget": null }), &["budget"]),
                (json!({ "budget": 49.99 }), &["budget"]),
                (json!({ "budget": 50.005 }), &["budget"]),
                (product, &[]),
                (
                    json!({ "objective_type": "PRODUCT_SALES", "campaign_product_source": "CATALOG", "budget": 10 }),
                    &["budget"],
                ),
                (
                    json!({ "objective_type": "PRODUCT_SALES" }),
                    &["campaign_product_source"],
                ),
                (
                    json!({ "objective_type": "RF_REACH", "budget_mode": null, "budget": null }),
                    &[],
                ),
                (json!({ "objective_type": "RF_REACH" }), &["budget_mode"]),
            ],
        );
    }

    #[test]
    fn the_budget_mode_of_a_manual_campaign_fits_its_optimization() {
        let dynamic = DYNAMIC;
        all(
            CreationWay::Manual,
            &[
                (json!({ "budget_mode": dynamic, "budget_optimize_on": true }), &[]),
                (json!({ "budget_mode": dynamic }), &["budget_mode"]),
                (json!({ "budget_optimize_on": true }), &[]),
                (
                    json!({ "budget_mode": "BUDGET_MODE_INFINITE", "budget": null, "budget_optimize_on": true }),
                    &["budget_mode"],
                ),
                (
                    json!({
                        "objective_type": "RF_REACH", "budget_mode": null, "budget": null, "budget_optimize_on": true,
                    }),
                    &["objective_type"],
                ),
            ],
        );
    }

    #[test]
    fn the_budget_mode_of_a_smart_campaign_fits_its_optimization() {
        all(
            CreationWay::SmartPlus,
            &[
                (json!({}), &[]),
                (json!({ "budget": null }), &["budget"]),
                (json!({ "budget_mode": "BUDGET_MODE_TOTAL" }), &[]),
                (json!({ "budget_mode": "BUDGET_MODE_DAY" }), &["budget_mode"]),
                (
                    json!({ "budget_mode": "BUDGET_MODE_DAY", "budget_optimize_on": false }),
                    &[],
                ),
                (json!({ "budget": null, "budget_optimize_on": false }), &[]),
                (json!({ "budget_optimize_on": false }), &["budget"]),
                (
                    json!({ "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget_optimize_on": false }),
                    &["budget_mode"],
                ),
            ],
        );
    }

    #[test]
    fn app_promotion_has_a_type_and_an_app() {
        let app = |changes: Value| {
            let mut all = json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": "APP_INSTALL" });
            for (name, value) in changes.as_object().unwrap() {
                all[name] = value.clone();
            }
            all
        };
        all(
            CreationWay::Manual,
            &[
                (app(json!({})), &[]),
                (
                    app(json!({ "app_promotion_type": null })),
                    &["app_promotion_type"],
                ),
                (
                    app(json!({ "app_promotion_type": "MINIS" })),
                    &["app_promotion_type"],
                ),
                (app(json!({ "app_promotion_type": "APP_PREREGISTRATION" })), &[]),
                (app(json!({ "campaign_type": "IOS14_CAMPAIGN" })), &["app_id"]),
                (
                    app(json!({ "campaign_type": "IOS14_CAMPAIGN", "app_id": "7" })),
                    &[],
                ),
                (
                    app(json!({
                        "campaign_type": "IOS14_CAMPAIGN", "app_id": "7", "app_promotion_type": "APP_RETARGETING",
                    })),
                    &["campaign_type"],
                ),
                (json!({ "campaign_type": "IOS14_CAMPAIGN" }), &["objective_type"]),
                (app(json!({ "campaign_app_profile_page_state": "OFF" })), &[]),
                (
                    app(json!({ "campaign_app_profile_page_state": "ON" })),
                    &["campaign_app_profile_page_state"],
                ),
                (
                    app(json!({
                        "campaign_type": "IOS14_CAMPAIGN", "app_id": "7", "campaign_app_profile_page_state": "ON",
                    })),
                    &[],
                ),
            ],
        );
        all(
            CreationWay::SmartPlus,
            &[
                (app(json!({})), &[]),
                (app(json!({ "app_promotion_type": "MINIS" })), &[]),
                (
                    app(json!({ "app_promotion_type": "APP_PREREGISTRATION" })),
                    &["app_promotion_type"],
                ),
                (app(json!({ "campaign_type": "IOS14_CAMPAIGN" })), &["app_id"]),
            ],
        );
    }

    #[test]
    fn sales_have_a_destination() {
        let web = |destination: Value, rest: Value| {
            let mut all = json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": destination });
            for (name, value) in rest.as_object().unwrap() {
                all[name] = value.clone();
            }
            all
        };
        let catalog = json!({ "catalog_enabled": true, "catalog_type": "ECOMMERCE" });
        all(
            CreationWay::SmartPlus,
            &[
                (web(json!("WEBSITE"), json!({})), &[]),
                (web(Value::Null, json!({})), &["sales_destination"]),
                (web(json!("TIKTOK_SHOP"), json!({})), &["sales_destination"]),
                (web(json!("APP"), json!({})), &["catalog_enabled"]),
                (
                    web(json!("APP"), json!({ "catalog_enabled": false })),
                    &["catalog_enabled"],
                ),
                (web(json!("APP"), catalog), &[]),
                (
                    web(
                        json!("APP"),
                        json!({ "catalog_enabled": true, "catalog_type": "MINI_SERIES" }),
                    ),
                    &["catalog_type"],
                ),
                (
                    web(json!("WEBSITE"), json!({ "catalog_enabled": true })),
                    &["catalog_type"],
                ),
                (
                    web(
                        json!("APP"),
                        json!({
                            "campaign_type": "IOS14_CAMPAIGN", "catalog_enabled": true, "catalog_type": "ECOMMERCE",
                        }),
                    ),
                    &["app_id"],
                ),
            ],
        );
        all(
            CreationWay::Manual,
            &[
                (json!({ "sales_destination": "WEBSITE" }), &["sales_destination"]),
                (
                    json!({ "virtual_objective_type": "SALES" }),
                    &["sales_destination"],
                ),
                (
                    json!({ "virtual_objective_type": "SALES", "sales_destination": "TIKTOK_SHOP" }),
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn an_objective_outside_of_smart_plus_has_its_own_code_and_way_out() {
        let settings = CampaignSettings {
            objective_type: Some(crate::marketing_api::Objective::Traffic),
            campaign_name: Some("Autumn".to_owned()),
            budget: crate::model::Amount::new(50.0),
            ..CampaignSettings::default()
        };
        let settings = complete_campaign(settings, CreationWay::SmartPlus);
        let found = check_campaign(&settings, CreationWay::SmartPlus, None);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code, &own::OBJECTIVE_NOT_IN_SMART_PLUS);
        assert_eq!(
            found[0].error.to_string(),
            "objective_type: got TRAFFIC; allowed: APP_PROMOTION, WEB_CONVERSIONS, LEAD_GENERATION, because automation \
             is SMART_PLUS; set automation to MANUAL to keep the objective, or choose one of these"
        );
    }

    #[test]
    fn settings_of_the_other_way_are_refused() {
        all(
            CreationWay::Manual,
            &[(json!({ "catalog_type": "ECOMMERCE" }), &["catalog_type"])],
        );
        all(
            CreationWay::SmartPlus,
            &[(json!({ "is_search_campaign": true }), &["is_search_campaign"])],
        );
    }

    #[test]
    fn changes_are_checked_without_what_they_leave_as_it_is() {
        for (changes, wrong) in [
            (json!({}), &[][..]),
            (json!({ "campaign_name": "New" }), &[]),
            (json!({ "campaign_name": "" }), &["campaign_name"]),
            (json!({ "budget": 60.5 }), &[]),
            (json!({ "budget": 60.005 }), &["budget"]),
            (json!({ "budget": 10_000_000 }), &["budget"]),
            (json!({ "budget": 49.99 }), &["budget"]),
            (json!({ "budget": 50 }), &[]),
        ] {
            let changes: CampaignSettings = serde_json::from_value(changes).unwrap();
            let current = json!({ "objective_type": "TRAFFIC", "budget": 60 });
            let current = ListedSettings::of(serde_json::from_value(current).unwrap());
            assert!(
                wrong.is_empty() || changes.budget.is_none() || campaign_needs_currency(&changes, &current)
            );
            let found =
                check_campaign_changes(&changes, &current, CreationWay::Manual, Currency::find("USD"));
            let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
            assert_eq!(fields, wrong, "{changes:?}");
        }
    }

    #[test]
    fn the_minimum_of_a_new_budget_is_that_of_the_present_campaign() {
        let current =
            json!({ "objective_type": "PRODUCT_SALES", "campaign_product_source": "STORE", "budget": 60 });
        let current = ListedSettings::of(serde_json::from_value(current).unwrap());
        for (budget, is_wrong) in [(9.0, true), (10.0, false)] {
            let changes = CampaignSettings {
                budget: crate::model::Amount::new(budget),
                ..CampaignSettings::default()
            };
            let found =
                check_campaign_changes(&changes, &current, CreationWay::Manual, Currency::find("USD"));
            let codes: Vec<_> = found.iter().map(|violation| violation.code).collect();
            assert_eq!(codes.contains(&&own::BUDGET_BELOW_MINIMUM), is_wrong, "{budget}");
            assert!(campaign_needs_currency(&changes, &current));
        }
    }

    #[test]
    fn an_unknown_currency_is_not_checked() {
        let settings: CampaignSettings = serde_json::from_value(json!({
            "objective_type": "TRAFFIC",
            "campaign_name": "Autumn",
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": 0.001,
        }))
        .unwrap();
        assert_eq!(
            check_campaign(&settings, CreationWay::Manual, Currency::find("XXX")),
            []
        );
    }
}
