//! Sums of reports, as a table: what is counted or paid in a stretch of delivery
//! (docs/tiktok-marketing-api.md#metrics).

/// Sums of a stretch of delivery, in the order of [`SUMS`].
pub(super) type ReportCell = [u64; SUMS.len()];

/// A sum.
#[derive(Debug)]
pub(super) struct SumRow {
    /// Name of the metric; empty if there is none.
    pub(super) name: &'static str,
    pub(super) source: SumSource,
    pub(super) channel: EventChannel,
    pub(super) unit: SumUnit,
}

/// Source of a sum. Indices are those of sums before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumSource {
    /// Share of another sum. The ratio, in millionths, lies in a range and changes from day to day.
    Share { of: usize, low: u64, high: u64 },
    /// Worth of events: hundredths of a dollar for each, in millionths, in a range.
    Worth { of: usize, low: u64, high: u64 },
    /// Sums together, less another one.
    Total {
        plus: &'static [usize],
        minus: Option<usize>,
    },
    /// The sum that the goal of the ad group counts.
    Goal,
    /// The same, with conversions by their own time.
    RealTimeGoal,
}

/// Unit of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumUnit {
    Count,
    /// Hundredths of the currency.
    Money,
}

/// Channel of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventChannel {
    /// No event.
    Always,
    /// Event in an app: a true zero for campaigns without one.
    App,
    /// Event on a website: a true zero for campaigns for an app.
    Web,
    /// Event in a TikTok Shop: a true zero, as shopping ads are not simulated.
    Shop,
}

impl SumSource {
    /// Smallest and largest ratio, in millionths.
    pub(super) fn range(self) -> (u64, u64) {
        match self {
            Self::Share { low, high, .. } | Self::Worth { low, high, .. } => (low, high),
            Self::Total { .. } | Self::Goal | Self::RealTimeGoal => (0, 0),
        }
    }
}

/// Index of the sum with this name.
pub(super) fn sum_named(name: &str) -> Option<usize> {
    SUMS.iter().position(|row| row.name == name && !name.is_empty())
}

/// Whether a sum is an amount of money.
pub(super) fn is_money(sum: usize) -> bool {
    SUMS.get(sum).is_some_and(|row| row.unit == SumUnit::Money)
}

/// Whether a sum counts events, or is their worth.
pub(super) fn is_event(sum: usize) -> bool {
    SUMS.get(sum)
        .is_some_and(|row| row.channel != EventChannel::Always)
}

const fn sum(name: &'static str, of: usize, low: u64, high: u64) -> SumRow {
    SumRow {
        name,
        source: SumSource::Share { of, low, high },
        channel: EventChannel::Always,
        unit: SumUnit::Count,
    }
}

const fn event(name: &'static str, of: usize, low: u64, high: u64, channel: EventChannel) -> SumRow {
    SumRow {
        channel,
        ..sum(name, of, low, high)
    }
}

const fn paid(name: &'static str, of: usize, low: u64, high: u64) -> SumRow {
    SumRow {
        unit: SumUnit::Money,
        ..sum(name, of, low, high)
    }
}

const fn worth(name: &'static str, of: usize, low: u64, high: u64, channel: EventChannel) -> SumRow {
    SumRow {
        source: SumSource::Worth { of, low, high },
        channel,
        ..paid(name, of, 0, 0)
    }
}

const fn total(name: &'static str, plus: &'static [usize], minus: Option<usize>) -> SumRow {
    SumRow {
        source: SumSource::Total { plus, minus },
        ..sum(name, 0, 0, 0)
    }
}

const fn goal(name: &'static str, source: SumSource) -> SumRow {
    SumRow {
        source,
        ..sum(name, 0, 0, 0)
    }
}

pub(super) const SPEND: usize = 0;
pub(super) const IMPRESSIONS: usize = 1;
pub(super) const CLICKS: usize = 2;
pub(super) const PLAYS: usize = 3;
pub(super) const PROFILE_VISITS: usize = 15;
pub(super) const ENGAGED_VIEW: usize = 16;
pub(super) const CONVERSION: usize = 18;
pub(super) const REAL_TIME_CONVERSION: usize = 19;
pub(super) const APP_INSTALL: usize = 20;
pub(super) const REGISTRATIONS: usize = 21;
pub(super) const PURCHASES: usize = 22;
pub(super) const PAYMENTS: usize = 23;
pub(super) const CONTENT_VIEWS: usize = 25;
pub(super) const CHECKOUTS: usize = 26;
pub(super) const WATCH_TIME: usize = 28;
pub(super) const ENGAGEMENTS: usize = 29;
pub(super) const RESULT: usize = 30;
pub(super) const REAL_TIME_RESULT: usize = 31;
const MUSIC_CLICKS: usize = 32;
const INVALID_IMPRESSIONS: usize = 33;
const VOUCHERS: usize = 35;
const VIEW_CONVERSION: usize = 37;
const VIEW_PURCHASE: usize = 39;
pub(super) const REAL_TIME_INSTALL: usize = 41;
pub(super) const APP_CARTS: usize = 42;
pub(super) const LEADS: usize = 43;
pub(super) const PAYMENT_VALUE: usize = 46;
const SHOP_PURCHASES: usize = 47;

use EventChannel::{App, Shop, Web};

/// The sums. A share of a share stays below it, so that clicks never exceed impressions. Numbers of an ad are drawn by
/// the index, so a new row comes last.
pub(super) const SUMS: [SumRow; 49] = [
    paid("spend", SPEND, 1_000_000, 1_000_000),
    sum("impressions", SPEND, 1_500_000, 3_000_000),
    sum("clicks", IMPRESSIONS, 6_000, 16_000),
    sum("video_play_actions", IMPRESSIONS, 900_000, 980_000),
    sum("video_watched_2s", PLAYS, 400_000, 600_000),
    sum("video_watched_6s", 4, 300_000, 500_000),
    sum("video_views_p25", PLAYS, 350_000, 500_000),
    sum("video_views_p50", 6, 450_000, 650_000),
    sum("video_views_p75", 7, 500_000, 700_000),
    sum("video_views_p100", 8, 600_000, 800_000),
    sum("video_watched_continuous_2s", 4, 900_000, 980_000),
    sum("likes", IMPRESSIONS, 2_000, 9_000),
    sum("comments", 11, 20_000, 70_000),
    sum("shares", 11, 20_000, 60_000),
    sum("follows", 11, 5_000, 40_000),
    sum("profile_visits", IMPRESSIONS, 500, 2_500),
    sum("engaged_view", 5, 800_000, 950_000),
    sum("engaged_view_15s", ENGAGED_VIEW, 300_000, 500_000),
    sum("conversion", CLICKS, 20_000, 90_000),
    sum("real_time_conversion", CLICKS, 20_000, 90_000),
    event("app_install", CONVERSION, 800_000, 1_000_000, App),
    event("total_registration", CONVERSION, 200_000, 500_000, App),
    event("total_purchase", CONVERSION, 100_000, 300_000, App),
    event("complete_payment", CONVERSION, 700_000, 1_000_000, Web),
    event("web_event_add_to_cart", CLICKS, 60_000, 150_000, Web),
    event("total_view_content", CLICKS, 0, 0, App),
    event("total_checkout", CONVERSION, 300_000, 600_000, App),
    event("form", CONVERSION, 200_000, 400_000, Web),
    // Tenths of a second.
    sum("", PLAYS, 30_000_000, 90_000_000),
    total(
        "engagements",
        &[CLICKS, 11, 12, 13, 14, PROFILE_VISITS, MUSIC_CLICKS],
        None,
    ),
    goal("result", SumSource::Goal),
    goal("real_time_result", SumSource::RealTimeGoal),
    sum("clicks_on_music_disc", IMPRESSIONS, 100, 900),
    sum("", IMPRESSIONS, 5_000, 40_000),
    total("gross_impressions", &[IMPRESSIONS, INVALID_IMPRESSIONS], None),
    paid("voucher_spend", SPEND, 0, 300_000),
    SumRow {
        unit: SumUnit::Money,
        ..total("cash_spend", &[SPEND], Some(VOUCHERS))
    },
    sum("vta_conversion", CONVERSION, 100_000, 400_000),
    total("cta_conversion", &[CONVERSION], Some(VIEW_CONVERSION)),
    event("vta_purchase", PURCHASES, 100_000, 400_000, App),
    SumRow {
        channel: App,
        ..total("cta_purchase", &[PURCHASES], Some(VIEW_PURCHASE))
    },
    event(
        "real_time_app_install",
        REAL_TIME_CONVERSION,
        800_000,
        1_000_000,
        App,
    ),
    event("total_app_event_add_to_cart", CONVERSION, 400_000, 900_000, App),
    event("total_sales_lead", CONVERSION, 100_000, 200_000, App),
    event("total_pageview", CLICKS, 1_000_000, 2_500_000, Web),
    worth("total_purchase_value", PURCHASES, 500_000_000, 4_000_000_000, App),
    // A value, in spite of its name.
    worth(
        "total_complete_payment_rate",
        PAYMENTS,
        2_000_000_000,
        9_000_000_000,
        Web,
    ),
    event("onsite_shopping", CONVERSION, 0, 0, Shop),
    worth("total_onsite_shopping_value", SHOP_PURCHASES, 0, 0, Shop),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_has_its_whole_before_it_and_totals_are_of_shares() {
        let is_drawn =
            |at: usize| matches!(SUMS[at].source, SumSource::Share { .. } | SumSource::Worth { .. });
        for (at, row) in SUMS.iter().enumerate() {
            match row.source {
                SumSource::Share { of, low, high } | SumSource::Worth { of, low, high } => {
                    assert!(at == 0 || of < at, "{}", row.name);
                    assert!(low <= high && is_drawn(of), "{}", row.name);
                }
                SumSource::Total { plus, minus } => {
                    assert!(
                        plus.iter().chain(&minus).all(|part| is_drawn(*part)),
                        "{}",
                        row.name
                    );
                }
                SumSource::Goal | SumSource::RealTimeGoal => {}
            }
        }
    }

    #[test]
    fn indices_are_those_of_the_names() {
        for (at, name) in [
            (SPEND, "spend"),
            (IMPRESSIONS, "impressions"),
            (CLICKS, "clicks"),
            (PLAYS, "video_play_actions"),
            (PROFILE_VISITS, "profile_visits"),
            (ENGAGED_VIEW, "engaged_view"),
            (CONVERSION, "conversion"),
            (REAL_TIME_CONVERSION, "real_time_conversion"),
            (APP_INSTALL, "app_install"),
            (REGISTRATIONS, "total_registration"),
            (PURCHASES, "total_purchase"),
            (PAYMENTS, "complete_payment"),
            (CONTENT_VIEWS, "total_view_content"),
            (CHECKOUTS, "total_checkout"),
            (WATCH_TIME, ""),
            (ENGAGEMENTS, "engagements"),
            (RESULT, "result"),
            (REAL_TIME_RESULT, "real_time_result"),
            (MUSIC_CLICKS, "clicks_on_music_disc"),
            (INVALID_IMPRESSIONS, ""),
            (VOUCHERS, "voucher_spend"),
            (VIEW_CONVERSION, "vta_conversion"),
            (VIEW_PURCHASE, "vta_purchase"),
            (REAL_TIME_INSTALL, "real_time_app_install"),
            (APP_CARTS, "total_app_event_add_to_cart"),
            (LEADS, "total_sales_lead"),
            (PAYMENT_VALUE, "total_complete_payment_rate"),
            (SHOP_PURCHASES, "onsite_shopping"),
        ] {
            assert_eq!(SUMS[at].name, name);
        }
    }
}
