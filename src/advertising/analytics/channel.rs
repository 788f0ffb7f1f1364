//! Sources of events: an event that a person does in an app, on a website and in TikTok is three metrics
//! (docs/tiktok-marketing-api.md#metrics).

use std::fmt;

/// Place in which an event happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventSource {
    /// The advertiser's app.
    App,
    /// The advertiser's website.
    Website,
    /// TikTok itself: shop, instant pages and forms.
    TikTok,
}

impl fmt::Display for EventSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "in apps",
            Self::Website => "on websites",
            Self::TikTok => "in TikTok (shop, instant pages and forms)",
        })
    }
}

/// Events on websites, as parts of the names of metrics.
const ON_WEBSITES: &str = "complete_payment landing_page_view pageview button_click online_consult user_registration \
    page_content_view web_event_add_to_cart on_web initiate_checkout add_billing page_event_search form download_start \
    website custom_page_event custom_page_events";

/// Events in apps, as parts of the names of metrics.
const IN_APPS: &str = "app_install registration purchase app_event_add_to_cart checkout view_content next_day_open \
    day7_retention add_payment_info add_to_wishlist launch_app complete_tutorial create_group join_group create_gamerole \
    spend_credits achieve_level unlock_achievement sales_lead in_app_ad_click in_app_ad_impr loan_apply loan_credit \
    loan_disbursement login ratings search start_trial subscribe";

/// Source of the events of a metric; `None` for a metric of other things.
pub fn event_source(metric: &str) -> Option<EventSource> {
    let name = format!("_{metric}_");
    let has = |events: &str| {
        events
            .split(' ')
            .any(|event| name.contains(&format!("_{event}_")))
    };
    if has("onsite shop") {
        Some(EventSource::TikTok)
    } else if has("offline messaging") {
        None
    } else if has(ON_WEBSITES) {
        Some(EventSource::Website)
    } else {
        has(IN_APPS).then_some(EventSource::App)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_of_events_has_the_source_of_its_events() {
        for (metric, source) in [
            ("app_install", Some(EventSource::App)),
            ("cost_per_app_install", Some(EventSource::App)),
            ("total_purchase_value", Some(EventSource::App)),
            ("checkout", Some(EventSource::App)),
            ("initiate_checkout", Some(EventSource::Website)),
            ("user_registration", Some(EventSource::Website)),
            ("complete_payment", Some(EventSource::Website)),
            ("web_event_add_to_cart", Some(EventSource::Website)),
            ("on_web_order", Some(EventSource::Website)),
            ("onsite_total_purchase", Some(EventSource::TikTok)),
            ("total_onsite_form_value", Some(EventSource::TikTok)),
            ("offline_shopping_events", None),
            ("spend", None),
            ("conversion", None),
            ("video_views_p100", None),
        ] {
            assert_eq!(event_source(metric), source, "{metric}");
        }
    }
}
