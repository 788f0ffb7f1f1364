//! Tables of the settings of ad groups: what belongs together, and which endpoint takes it
//! (docs/tiktok-marketing-api.md#update-ad-groups, docs/tiktok-marketing-api.md#smart).

use super::AdGroupSettings;

/// Settings of targeting, which Upgraded Smart+ nests in `targeting_spec`.
pub(super) const TARGETING: &[&str] = &[
    "actions",
    "age_groups",
    "app_targeting_type",
    "audience_ids",
    "blocked_pangle_app_ids",
    "carrier_ids",
    "device_model_ids",
    "device_price_ranges",
    "excluded_audience_ids",
    "excluded_custom_actions",
    "excluded_pangle_audience_package_ids",
    "gender",
    "household_income",
    "included_custom_actions",
    "included_pangle_audience_package_ids",
    "interest_category_ids",
    "interest_keyword_ids",
    "isp_ids",
    "languages",
    "location_ids",
    "min_android_version",
    "min_ios_version",
    "network_types",
    "operating_systems",
    "purchase_intention_keyword_ids",
    "saved_audience_id",
    "shopping_ads_retargeting_actions_days",
    "shopping_ads_retargeting_custom_audience_relation",
    "shopping_ads_retargeting_type",
    "smart_audience_enabled",
    "smart_interest_behavior_enabled",
    "spc_audience_age",
    "spending_power",
    "zipcode_ids",
];

/// Settings of targeting that an update of Upgraded Smart+ does not take.
pub(super) const FIXED_TARGETING: &str = "app_targeting_type";

/// Settings that Upgraded Smart+ nests in `phone_info`.
pub(super) const PHONE: &[&str] = &["phone_number", "phone_region_calling_code", "phone_region_code"];

/// Members that `/adgroup/update/` takes and that are sent with their current values.
pub(super) const REPLACED: &[&str] = &[
    "actions",
    "adgroup_name",
    "age_groups",
    "audience_ids",
    "audience_rule",
    "audience_type",
    "auto_targeting_enabled",
    "automated_keywords_enabled",
    "bid_price",
    "bid_type",
    "blocked_pangle_app_ids",
    "brand_safety_type",
    "budget",
    "carrier_ids",
    "catalog_authorized_bc_id",
    "category_exclusion_ids",
    "comment_disabled",
    "contextual_tag_ids",
    "conversion_bid_price",
    "dayparting",
    "deep_bid_type",
    "deep_cpa_bid",
    "deep_funnel_event_source",
    "deep_funnel_event_source_id",
    "deep_funnel_optimization_event",
    "deep_funnel_optimization_status",
    "device_model_ids",
    "device_price_ranges",
    "exclude_age_under_eighteen",
    "excluded_audience_ids",
    "excluded_custom_actions",
    "excluded_pangle_audience_package_ids",
    "frequency",
    "frequency_schedule",
    "gender",
    "household_income",
    "included_custom_actions",
    "included_pangle_audience_package_ids",
    "interest_category_ids",
    "interest_keyword_ids",
    "ios14_targeting",
    "is_hfss",
    "is_lhf_compliance",
    "isp_ids",
    "languages",
    "location_ids",
    "min_android_version",
    "min_ios_version",
    "network_types",
    "next_day_retention",
    "operating_systems",
    "pacing",
    "purchase_intention_keyword_ids",
    "roas_bid",
    "saved_audience_id",
    "schedule_end_time",
    "schedule_start_time",
    "schedule_type",
    "search_result_enabled",
    "secondary_optimization_event",
    "share_disabled",
    "shopping_ads_retargeting_actions_days",
    "shopping_ads_retargeting_custom_audience_relation",
    "shopping_ads_retargeting_type",
    "smart_audience_enabled",
    "smart_interest_behavior_enabled",
    "spending_power",
    "targeting_expansion",
    "vertical_sensitivity_id",
    "zipcode_ids",
];

/// Setting that stays as it is if it is left out. Sending it again starts another review of the keywords.
pub(super) const SEARCH_KEYWORDS: &str = "search_keywords";

/// Members whose current value is not sent if another member, after the changes, is the word.
pub(super) const INAPPLICABLE: &[(&str, &str, &str)] = &[
    // TikTok sets an end that it would not take.
    ("schedule_end_time", "schedule_type", "SCHEDULE_FROM_NOW"),
    ("bid_price", "bid_type", "BID_TYPE_NO_BID"),
    ("conversion_bid_price", "bid_type", "BID_TYPE_NO_BID"),
    // The budget of the campaign is distributed.
    ("budget", "budget_mode", "BUDGET_MODE_INFINITE"),
    // Defaults. A change of the inventory filter needs TikTok's allow-list, and the words below are none to send.
    ("brand_safety_type", "brand_safety_type", "NO_BRAND_SAFETY"),
    (
        "shopping_ads_retargeting_type",
        "shopping_ads_retargeting_type",
        "OFF",
    ),
];

impl AdGroupSettings {
    /// Settings that only manual ad groups have.
    pub const MANUAL_ONLY: &'static [&'static str] = &[
        "adgroup_app_profile_page_state",
        "audience_type",
        "automated_keywords_enabled",
        "bid_display_mode",
        "brand_safety_partner",
        "brand_safety_type",
        "category_exclusion_ids",
        "contextual_tag_ids",
        "exclude_age_under_eighteen",
        "frequency",
        "frequency_schedule",
        "ios14_targeting",
        "pacing",
        "search_keywords",
        "search_result_enabled",
        "shopping_ads_type",
        "statistic_type",
        "store_authorized_bc_id",
        "store_id",
        "vertical_sensitivity_id",
    ];

    /// Settings that only ad groups of Upgraded Smart+ campaigns have.
    pub const SMART_ONLY: &'static [&'static str] = &[
        "app_targeting_type",
        "min_budget",
        "minis_id",
        "movie_premiere_date",
        "spc_audience_age",
        "suggestion_audience_enabled",
        "targeting_optimization_mode",
        "zalo_id_type",
    ];

    /// Returns true for a setting of targeting.
    pub fn is_targeting(name: &str) -> bool {
        TARGETING.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members that updates keep and that no one sets.
    const KEPT_ONLY: [&str; 5] = [
        "audience_rule",
        "auto_targeting_enabled",
        "deep_cpa_bid",
        "next_day_retention",
        "targeting_expansion",
    ];

    #[test]
    fn the_tables_name_settings_in_order_and_once() {
        for table in [
            TARGETING,
            PHONE,
            REPLACED,
            AdGroupSettings::MANUAL_ONLY,
            AdGroupSettings::SMART_ONLY,
        ] {
            assert!(table.is_sorted_by(|a, b| a < b), "{table:?}");
            for name in table {
                let is_known = AdGroupSettings::NAMES.contains(name) || KEPT_ONLY.contains(name);
                assert!(is_known, "{name} is no setting");
            }
        }
        for (name, cause, _) in INAPPLICABLE {
            assert!(
                REPLACED.contains(name) && AdGroupSettings::NAMES.contains(cause),
                "{name}"
            );
        }
    }
}
