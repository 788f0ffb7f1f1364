//! Metrics and dimensions of reports, as tables
//! (docs/tiktok-marketing-api.md#metrics).

use super::entity::EntityLevel;

/// Sums of a stretch of delivery, in the order of [`SUMS`], with [`ENGAGEMENTS`] and [`RESULT`] behind.
pub(super) type ReportCell = [u64; COUNT];

/// A sum, drawn from another one by a ratio that changes from day to day.
#[derive(Debug)]
pub(super) struct SumRow {
    pub(super) name: &'static str,
    /// Index of the sum that it is a share of.
    pub(super) of: usize,
    /// Smallest and largest ratio, in millionths.
    pub(super) ratio: (u64, u64),
    pub(super) channel: EventChannel,
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
}

const fn sum(name: &'static str, of: usize, low: u64, high: u64) -> SumRow {
    SumRow {
        name,
        of,
        ratio: (low, high),
        channel: EventChannel::Always,
    }
}

const fn event(name: &'static str, of: usize, low: u64, high: u64, channel: EventChannel) -> SumRow {
    SumRow {
        channel,
        ..sum(name, of, low, high)
    }
}

/// Index of the spend in hundredths.
pub(super) const SPEND: usize = 0;
pub(super) const IMPRESSIONS: usize = 1;
pub(super) const CLICKS: usize = 2;
pub(super) const ENGAGED_VIEW: usize = 16;
pub(super) const CONVERSION: usize = 18;
const WATCH_TIME: usize = 28;
/// Sums of the first rows that are all clicks together.
pub(super) const ENGAGING: [usize; 6] = [CLICKS, 11, 12, 13, 14, 15];
/// Index of all clicks.
pub(super) const ENGAGEMENTS: usize = SUMS.len();
/// Index of the results by the goal of the ad group.
pub(super) const RESULT: usize = SUMS.len() + 1;
const COUNT: usize = SUMS.len() + 2;

/// Sums that are drawn. A share of a share stays below it, so that clicks never exceed impressions.
pub(super) const SUMS: [SumRow; 29] = [
    sum("spend", 0, 1_000_000, 1_000_000),
    sum("impressions", SPEND, 1_500_000, 3_000_000),
    sum("clicks", IMPRESSIONS, 6_000, 16_000),
    sum("video_play_actions", IMPRESSIONS, 900_000, 980_000),
    sum("video_watched_2s", 3, 400_000, 600_000),
    sum("video_watched_6s", 4, 300_000, 500_000),
    sum("video_views_p25", 3, 350_000, 500_000),
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
    sum("engaged_view_15s", 16, 300_000, 500_000),
    sum("conversion", CLICKS, 20_000, 90_000),
    sum("real_time_conversion", CLICKS, 20_000, 90_000),
    event("app_install", CONVERSION, 800_000, 1_000_000, EventChannel::App),
    event("registration", CONVERSION, 200_000, 500_000, EventChannel::App),
    event("purchase", CONVERSION, 100_000, 300_000, EventChannel::App),
    event(
        "complete_payment",
        CONVERSION,
        700_000,
        1_000_000,
        EventChannel::Web,
    ),
    event(
        "web_event_add_to_cart",
        CLICKS,
        60_000,
        150_000,
        EventChannel::Web,
    ),
    event("view_content", CLICKS, 0, 0, EventChannel::App),
    event("checkout", CONVERSION, 300_000, 600_000, EventChannel::App),
    event("form", CONVERSION, 200_000, 400_000, EventChannel::Web),
    // Tenths of a second.
    sum("", 3, 30_000_000, 90_000_000),
];

/// A metric that is a quotient of two parts.
#[derive(Debug)]
pub(super) struct QuotientRow {
    pub(super) name: &'static str,
    pub(super) over: QuotientPart,
    pub(super) under: QuotientPart,
    /// 100 for a percentage, 1000 for a price per thousand.
    pub(super) scale: f64,
}

/// Part of a quotient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuotientPart {
    Sum(usize),
    /// Unique users, estimated from the impressions.
    Users,
}

const fn quotient(name: &'static str, over: usize, under: usize, scale: f64) -> QuotientRow {
    QuotientRow {
        name,
        over: QuotientPart::Sum(over),
        under: QuotientPart::Sum(under),
        scale,
    }
}

const fn per_user(name: &'static str, over: usize, scale: f64) -> QuotientRow {
    QuotientRow {
        under: QuotientPart::Users,
        ..quotient(name, over, 0, scale)
    }
}

/// Rates and prices. `conversion_rate` is by clicks, as before the change that TikTok announced.
pub(super) const QUOTIENTS: [QuotientRow; 21] = [
    quotient("ctr", CLICKS, IMPRESSIONS, 100.0),
    quotient("cpc", SPEND, CLICKS, 1.0),
    quotient("cpm", SPEND, IMPRESSIONS, 1_000.0),
    quotient("engagement_rate", ENGAGEMENTS, IMPRESSIONS, 100.0),
    quotient("profile_visits_rate", 15, IMPRESSIONS, 100.0),
    quotient("conversion_rate", CONVERSION, CLICKS, 100.0),
    quotient("conversion_rate_v2", CONVERSION, IMPRESSIONS, 100.0),
    quotient("cost_per_conversion", SPEND, CONVERSION, 1.0),
    quotient("real_time_conversion_rate", 19, CLICKS, 100.0),
    quotient("real_time_conversion_rate_v2", 19, IMPRESSIONS, 100.0),
    quotient("real_time_cost_per_conversion", SPEND, 19, 1.0),
    quotient("result_rate", RESULT, IMPRESSIONS, 100.0),
    quotient("cost_per_result", SPEND, RESULT, 1.0),
    quotient("cost_per_app_install", SPEND, 20, 1.0),
    quotient("cost_per_registration", SPEND, 21, 1.0),
    quotient("cost_per_purchase", SPEND, 22, 1.0),
    quotient("cost_per_complete_payment", SPEND, 23, 1.0),
    quotient("average_video_play", WATCH_TIME, 3, 0.1),
    per_user("average_video_play_per_user", WATCH_TIME, 0.1),
    per_user("frequency", IMPRESSIONS, 1.0),
    per_user("cost_per_1000_reached", SPEND, 1_000.0),
];

/// Attributes with the level that has them; `None` for the account.
pub(super) const ATTRIBUTES: [(&str, Option<EntityLevel>); 17] = [
    ("advertiser_id", None),
    ("advertiser_name", None),
    ("currency", None),
    ("timezone", None),
    ("campaign_id", Some(EntityLevel::Campaign)),
    ("campaign_name", Some(EntityLevel::Campaign)),
    ("objective_type", Some(EntityLevel::Campaign)),
    ("campaign_automation_type", Some(EntityLevel::Campaign)),
    ("campaign_budget", Some(EntityLevel::Campaign)),
    ("adgroup_id", Some(EntityLevel::Adgroup)),
    ("adgroup_name", Some(EntityLevel::Adgroup)),
    ("promotion_type", Some(EntityLevel::Adgroup)),
    ("budget", Some(EntityLevel::Adgroup)),
    ("billing_event", Some(EntityLevel::Adgroup)),
    ("ad_id", Some(EntityLevel::Ad)),
    ("ad_id_v2", Some(EntityLevel::Ad)),
    ("ad_name", Some(EntityLevel::Ad)),
];

/// Metrics that apply to nothing that is simulated: `-`.
const INAPPLICABLE: [&str; 3] = [
    "secondary_goal_result",
    "cost_per_secondary_goal_result",
    "secondary_goal_result_rate",
];

/// Kind of a metric.
#[derive(Debug, Clone, Copy)]
pub(super) enum MetricKind {
    Sum(usize),
    Reach,
    Quotient(&'static QuotientRow),
    Attribute(&'static str, Option<EntityLevel>),
    Inapplicable,
}

impl MetricKind {
    /// The metric of this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let sum = SUMS.iter().position(|row| row.name == name && !name.is_empty());
        let derived = match name {
            "reach" => Some(Self::Reach),
            "engagements" => Some(Self::Sum(ENGAGEMENTS)),
            "result" => Some(Self::Sum(RESULT)),
            _ if INAPPLICABLE.contains(&name) => Some(Self::Inapplicable),
            _ => None,
        };
        let quotient = || QUOTIENTS.iter().find(|row| row.name == name).map(Self::Quotient);
        let attribute = || {
            let found = ATTRIBUTES.iter().find(|(known, _)| *known == name);
            found.map(|(known, level)| Self::Attribute(known, *level))
        };
        sum.map(Self::Sum)
            .or(derived)
            .or_else(quotient)
            .or_else(attribute)
    }

    /// Whether it counts unique users.
    pub(super) fn is_unique(self) -> bool {
        match self {
            Self::Reach => true,
            Self::Quotient(row) => row.under == QuotientPart::Users,
            Self::Sum(_) | Self::Attribute(..) | Self::Inapplicable => false,
        }
    }

    /// Whether it is an amount of money.
    pub(super) fn is_money(self) -> bool {
        match self {
            Self::Sum(sum) => sum == SPEND,
            Self::Quotient(row) => row.over == QuotientPart::Sum(SPEND),
            Self::Reach | Self::Attribute(..) | Self::Inapplicable => false,
        }
    }
}

/// Metrics that audience reports do not have, besides events.
const NOT_BY_AUDIENCE: [&str; 6] = [
    "reach",
    "cost_per_1000_reached",
    "engaged_view",
    "engaged_view_15s",
    "engagements",
    "engagement_rate",
];

/// Whether audience reports have a metric.
pub(super) fn is_by_audience(name: &str) -> bool {
    let is_event = SUMS
        .iter()
        .any(|row| row.channel != EventChannel::Always && name.ends_with(row.name));
    !is_event && !NOT_BY_AUDIENCE.contains(&name)
}

/// Values of a dimension that divides an audience, with their weights.
pub(super) type AudienceParts = &'static [(&'static str, u64)];

/// Dimensions that divide an audience, in the order in which they do.
pub(super) const AUDIENCES: [(&str, AudienceParts); 3] = [
    ("gender", &[("FEMALE", 52), ("MALE", 44), ("NONE", 4)]),
    (
        "age",
        &[
            ("AGE_18_24", 34),
            ("AGE_25_34", 30),
            ("AGE_35_44", 18),
            ("AGE_45_54", 11),
            ("AGE_55_100", 7),
        ],
    ),
    ("platform", &[("ANDROID", 57), ("IOS", 43)]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_share_has_its_whole_before_it() {
        for (at, row) in SUMS.iter().enumerate() {
            assert!(at == 0 || row.of < at, "{}", row.name);
            assert!(row.ratio.0 <= row.ratio.1);
        }
        let sums = SUMS.iter().map(|row| row.name);
        let quotients = QUOTIENTS.iter().map(|row| row.name);
        let attributes = ATTRIBUTES.iter().map(|(name, _)| *name);
        let mut names: Vec<_> = sums.chain(quotients).chain(attributes).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert_eq!(SUMS[ENGAGED_VIEW].name, "engaged_view");
        assert_eq!(SUMS[CONVERSION].name, "conversion");
    }

    #[test]
    fn audience_reports_have_no_events() {
        assert!(is_by_audience("spend") && is_by_audience("ctr"));
        assert!(!is_by_audience("cost_per_app_install") && !is_by_audience("reach"));
    }

    #[test]
    fn names_that_tiktok_does_not_have_are_none() {
        for name in [
            "video_views",
            "conversions",
            "cost_per_action",
            "engagement",
            "revenue",
            "",
        ] {
            assert!(MetricKind::of(name).is_none(), "{name}");
        }
    }
}
