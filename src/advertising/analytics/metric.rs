//! Kinds of metrics: whether a total is a sum, a quotient of sums, or neither
//! (docs/tiktok-marketing-api.md#metrics).

use super::channel::event_source;

/// Kind of a metric, as far as its total depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricNature {
    /// Count or amount: the total is the sum.
    Sum,
    /// Rate or price: the total is the quotient of two sums.
    Ratio(MetricRatio),
    /// Count of people, or a figure for each of them: a person who is in two rows counts once.
    Unique,
    /// Average whose parts TikTok does not report.
    Average,
    /// Text that describes an object.
    Attribute,
    /// Number that describes an object, such as a budget.
    Setting,
    /// Metric that this program does not know.
    Unlisted,
}

/// Quotient of two sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricRatio {
    /// Metric that is divided.
    pub over: &'static str,
    /// Metric by which it is divided.
    pub under: &'static str,
    /// Power of ten: 2 for a percentage, 3 for a price per thousand.
    pub power: u32,
}

/// Counts and amounts.
const SUMS: &str = "spend billed_cost cash_spend voucher_spend impressions gross_impressions clicks conversion \
    real_time_conversion result real_time_result secondary_goal_result skan_result skan_conversion video_play_actions \
    organic_video_views video_watched_2s video_watched_6s video_watched_continuous_2s video_views_p25 video_views_p50 \
    video_views_p75 video_views_p100 engaged_view paid_engaged_view paid_engagement_engaged_view engaged_view_15s \
    paid_engaged_view_15s paid_engagement_engaged_view_15s engagements clicks_on_music_disc duet_clicks stitch_clicks \
    sound_usage_clicks anchor_clicks clicks_on_hashtag_challenge follows likes comments shares profile_visits \
    tt_playlist_visit live_views live_effective_views live_product_clicks single_image_impressions \
    interactive_add_on_impressions app_install real_time_app_install complete_payment total_complete_payment_rate \
    total_landing_page_view total_pageview button_click online_consult user_registration page_content_view_events \
    web_event_add_to_cart on_web_order initiate_checkout add_billing page_event_search form download_start \
    on_web_add_to_wishlist on_web_subscribe custom_page_events vta_conversion cta_conversion \
    engaged_view_through_conversions shop_gross_revenue_by_order_submission shop_total_items_purchased onsite_shopping \
    onsite_total_purchase onsite_form onsite_destination_visits ix_page_view_count ix_button_click_count";

/// Counts of people. Events in apps are among them: TikTok counts each person once, and has a sum under `total_` and the
/// same name.
const UNIQUE: &str = "reach frequency cost_per_1000_reached average_video_play_per_user live_unique_views registration \
    purchase app_event_add_to_cart checkout view_content next_day_open day7_retention add_payment_info add_to_wishlist \
    launch_app complete_tutorial create_group join_group create_gamerole spend_credits achieve_level unlock_achievement \
    sales_lead in_app_ad_click in_app_ad_impr loan_apply loan_credit loan_disbursement login ratings search start_trial \
    subscribe";

/// Averages.
const AVERAGES: &str = "average_video_play ix_page_duration_avg ix_page_viewrate_avg ix_average_video_play";

/// Texts.
const ATTRIBUTES: &str = "advertiser_name currency timezone campaign_name objective_type split_test \
    campaign_dedicate_type campaign_automation_type app_promotion_type adgroup_name placement_type promotion_type \
    opt_status adgroup_download_url profile_image dpa_target_audience_type smart_target pricing_category billing_event \
    bid_strategy aeo_type ad_name ad_text call_to_action ad_profile_image ad_url tt_app_name image_mode is_aco \
    is_smart_creative file_name identity_id tiktok_name catalog_name catalog_modify_time";

/// Attributes that are numbers. They cannot be added up over days.
const SETTINGS: &str = "campaign_budget budget bid bid_secondary_goal";

const fn ratio(over: &'static str, under: &'static str, power: u32) -> MetricRatio {
    MetricRatio { over, under, power }
}

/// Rates and prices. `conversion_rate` is missing: whether TikTok divides by clicks or by impressions is not known.
const RATIOS: [(&str, MetricRatio); 22] = [
    ("ctr", ratio("clicks", "impressions", 2)),
    ("cpc", ratio("spend", "clicks", 0)),
    ("cpm", ratio("spend", "impressions", 3)),
    ("engagement_rate", ratio("engagements", "impressions", 2)),
    ("profile_visits_rate", ratio("profile_visits", "impressions", 2)),
    ("anchor_click_rate", ratio("anchor_clicks", "impressions", 2)),
    ("conversion_rate_v2", ratio("conversion", "impressions", 2)),
    ("cost_per_conversion", ratio("spend", "conversion", 0)),
    (
        "real_time_conversion_rate_v2",
        ratio("real_time_conversion", "impressions", 2),
    ),
    (
        "real_time_cost_per_conversion",
        ratio("spend", "real_time_conversion", 0),
    ),
    ("result_rate", ratio("result", "impressions", 2)),
    ("cost_per_result", ratio("spend", "result", 0)),
    (
        "real_time_result_rate",
        ratio("real_time_result", "impressions", 2),
    ),
    ("real_time_cost_per_result", ratio("spend", "real_time_result", 0)),
    (
        "secondary_goal_result_rate",
        ratio("secondary_goal_result", "impressions", 2),
    ),
    (
        "cost_per_secondary_goal_result",
        ratio("spend", "secondary_goal_result", 0),
    ),
    ("cost_per_app_install", ratio("spend", "app_install", 0)),
    (
        "real_time_app_install_cost",
        ratio("spend", "real_time_app_install", 0),
    ),
    ("cost_per_complete_payment", ratio("spend", "complete_payment", 0)),
    (
        "cost_per_web_event_add_to_cart",
        ratio("spend", "web_event_add_to_cart", 0),
    ),
    ("cost_per_form", ratio("spend", "form", 0)),
    (
        "cost_per_initiate_checkout",
        ratio("spend", "initiate_checkout", 0),
    ),
];

/// Names of the metrics that this program knows, but for those of a pattern.
pub(super) fn known_names() -> impl Iterator<Item = &'static str> {
    let lists = [SUMS, UNIQUE, AVERAGES, ATTRIBUTES, SETTINGS];
    let names = lists.into_iter().flat_map(|names| names.split_whitespace());
    names.chain(RATIOS.iter().map(|(name, _)| *name))
}

impl MetricNature {
    /// Kind of the metric of this name.
    pub fn of(name: &str) -> Self {
        let is_in = |names: &str| names.split(' ').any(|known| known == name);
        if let Some((_, ratio)) = RATIOS.iter().find(|(known, _)| *known == name) {
            Self::Ratio(*ratio)
        } else if is_in(SUMS) || is_total_of_events(name) {
            Self::Sum
        } else if is_in(UNIQUE) || name.contains("_unique_") || name.starts_with("unique_") {
            Self::Unique
        } else if is_in(AVERAGES) {
            Self::Average
        } else if is_in(ATTRIBUTES) || name.ends_with("_id") || name == "ad_id_v2" {
            Self::Attribute
        } else if is_in(SETTINGS) {
            Self::Setting
        } else {
            Self::Unlisted
        }
    }

    /// Whether the total of several rows can only come from a report of the whole.
    pub fn needs_whole(self) -> bool {
        matches!(self, Self::Unique | Self::Average | Self::Unlisted)
    }

    /// Whether it describes an object and has no total.
    pub fn is_description(self) -> bool {
        matches!(self, Self::Attribute | Self::Setting)
    }
}

/// Whether a metric is the number or the value of all events of a kind, such as `total_purchase` and
/// `total_purchase_value`. Values of cohorts, such as `total_purchase_value_day0`, are not.
fn is_total_of_events(name: &str) -> bool {
    let Some(events) = name.strip_prefix("total_") else {
        return false;
    };
    let counted = events.strip_suffix("_value").unwrap_or(events);
    let is_count = UNIQUE.split(' ').any(|known| known == counted);
    is_count && event_source(counted).is_some() || events.ends_with("_value") && event_source(name).is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_metric_is_listed_once_and_the_parts_of_ratios_are_sums() {
        let lists = [SUMS, UNIQUE, AVERAGES, ATTRIBUTES, SETTINGS];
        let ratios = RATIOS.iter().map(|(name, _)| *name);
        let names: Vec<&str> = lists
            .iter()
            .flat_map(|names| names.split(' '))
            .chain(ratios)
            .collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| !name.is_empty()));
        for (name, MetricRatio { over, under, .. }) in RATIOS {
            for part in [over, under] {
                assert_eq!(MetricNature::of(part), MetricNature::Sum, "{name}");
            }
        }
    }

    #[test]
    fn a_metric_is_added_up_only_if_that_is_right() {
        for (name, nature) in [
            ("spend", MetricNature::Sum),
            ("total_purchase", MetricNature::Sum),
            ("total_purchase_value", MetricNature::Sum),
            ("total_web_event_add_to_cart_value", MetricNature::Sum),
            ("purchase", MetricNature::Unique),
            ("reach", MetricNature::Unique),
            ("onsite_unique_purchase", MetricNature::Unique),
            ("average_video_play", MetricNature::Average),
            ("campaign_id", MetricNature::Attribute),
            ("budget", MetricNature::Setting),
            ("total_purchase_value_day0", MetricNature::Unlisted),
            ("total_purchase_roas_day0", MetricNature::Unlisted),
            ("conversion_rate", MetricNature::Unlisted),
            ("total_active_pay_roas", MetricNature::Unlisted),
            ("new_metric", MetricNature::Unlisted),
        ] {
            assert_eq!(MetricNature::of(name), nature, "{name}");
        }
    }
}
