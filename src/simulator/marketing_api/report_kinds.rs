//! Metrics of reports, as tables (docs/tiktok-marketing-api.md#metrics).

use super::{
    entity::EntityLevel,
    report_attributes::{ATTRIBUTES, AttributeRow},
    report_sums::{
        self, APP_CARTS, APP_INSTALL, CHECKOUTS, CLICKS, CONTENT_VIEWS, CONVERSION, ENGAGEMENTS, IMPRESSIONS,
        LEADS, PAYMENT_VALUE, PAYMENTS, PLAYS, PROFILE_VISITS, PURCHASES, REAL_TIME_CONVERSION,
        REAL_TIME_INSTALL, REAL_TIME_RESULT, REGISTRATIONS, RESULT, SPEND, WATCH_TIME,
    },
};

/// Metrics that count each person once, with the sum of all their events.
const PERSONS: [(&str, usize); 6] = [
    ("registration", REGISTRATIONS),
    ("purchase", PURCHASES),
    ("checkout", CHECKOUTS),
    ("view_content", CONTENT_VIEWS),
    ("app_event_add_to_cart", APP_CARTS),
    ("sales_lead", LEADS),
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
    /// People behind the events of a sum.
    Persons(usize),
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

const fn per_person(name: &'static str, of: usize) -> QuotientRow {
    QuotientRow {
        under: QuotientPart::Persons(of),
        ..quotient(name, SPEND, 0, 1.0)
    }
}

/// Share of the installs of an app.
const fn of_installs(name: &'static str, of: usize) -> QuotientRow {
    QuotientRow {
        over: QuotientPart::Persons(of),
        ..quotient(name, 0, APP_INSTALL, 100.0)
    }
}

/// Rates and prices. `conversion_rate` is by clicks, as before the change that TikTok announced.
pub(super) const QUOTIENTS: [QuotientRow; 31] = [
    quotient("ctr", CLICKS, IMPRESSIONS, 100.0),
    quotient("cpc", SPEND, CLICKS, 1.0),
    quotient("cpm", SPEND, IMPRESSIONS, 1_000.0),
    quotient("engagement_rate", ENGAGEMENTS, IMPRESSIONS, 100.0),
    quotient("profile_visits_rate", PROFILE_VISITS, IMPRESSIONS, 100.0),
    quotient("conversion_rate", CONVERSION, CLICKS, 100.0),
    quotient("conversion_rate_v2", CONVERSION, IMPRESSIONS, 100.0),
    quotient("cost_per_conversion", SPEND, CONVERSION, 1.0),
    quotient("real_time_conversion_rate", REAL_TIME_CONVERSION, CLICKS, 100.0),
    quotient(
        "real_time_conversion_rate_v2",
        REAL_TIME_CONVERSION,
        IMPRESSIONS,
        100.0,
    ),
    quotient("real_time_cost_per_conversion", SPEND, REAL_TIME_CONVERSION, 1.0),
    quotient("result_rate", RESULT, IMPRESSIONS, 100.0),
    quotient("cost_per_result", SPEND, RESULT, 1.0),
    quotient("real_time_result_rate", REAL_TIME_RESULT, IMPRESSIONS, 100.0),
    quotient("real_time_cost_per_result", SPEND, REAL_TIME_RESULT, 1.0),
    quotient("cost_per_app_install", SPEND, APP_INSTALL, 1.0),
    quotient("real_time_app_install_cost", SPEND, REAL_TIME_INSTALL, 1.0),
    per_person("cost_per_registration", REGISTRATIONS),
    of_installs("registration_rate", REGISTRATIONS),
    per_person("cost_per_purchase", PURCHASES),
    of_installs("purchase_rate", PURCHASES),
    per_person("cost_per_sales_lead", LEADS),
    of_installs("sales_lead_rate", LEADS),
    quotient("cost_per_total_sales_lead", SPEND, LEADS, 1.0),
    quotient("cost_per_total_app_event_add_to_cart", SPEND, APP_CARTS, 1.0),
    quotient("cost_per_complete_payment", SPEND, PAYMENTS, 1.0),
    quotient("value_per_complete_payment", PAYMENT_VALUE, PAYMENTS, 1.0),
    quotient("average_video_play", WATCH_TIME, PLAYS, 0.1),
    per_user("average_video_play_per_user", WATCH_TIME, 0.1),
    per_user("frequency", IMPRESSIONS, 1.0),
    per_user("cost_per_1000_reached", SPEND, 1_000.0),
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
    /// People behind the events of a sum.
    Persons(usize),
    Quotient(&'static QuotientRow),
    Attribute(&'static AttributeRow),
    Inapplicable,
}

impl MetricKind {
    /// The metric of this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let special = match name {
            "reach" => Some(Self::Reach),
            _ if INAPPLICABLE.contains(&name) => Some(Self::Inapplicable),
            _ => None,
        };
        let persons = || PERSONS.iter().find(|(known, _)| *known == name);
        let quotient = || QUOTIENTS.iter().find(|row| row.name == name);
        let attribute = || ATTRIBUTES.iter().find(|row| row.name == name);
        special
            .or_else(|| report_sums::sum_named(name).map(Self::Sum))
            .or_else(|| persons().map(|(_, of)| Self::Persons(*of)))
            .or_else(|| quotient().map(Self::Quotient))
            .or_else(|| attribute().map(Self::Attribute))
    }

    /// Whether it counts unique users.
    pub(super) fn is_unique(self) -> bool {
        match self {
            Self::Reach => true,
            Self::Quotient(row) => row.under == QuotientPart::Users,
            Self::Sum(_) | Self::Persons(_) | Self::Attribute(_) | Self::Inapplicable => false,
        }
    }

    /// Whether it is an amount of money.
    pub(super) fn is_money(self) -> bool {
        match self {
            Self::Sum(sum) => report_sums::is_money(sum),
            Self::Quotient(row) => matches!(row.over, QuotientPart::Sum(sum) if report_sums::is_money(sum)),
            Self::Reach | Self::Persons(_) | Self::Attribute(_) | Self::Inapplicable => false,
        }
    }

    /// Whether it is about events in an app, on a website or in a shop.
    pub(super) fn is_event(self) -> bool {
        let of_part = |part: QuotientPart| match part {
            QuotientPart::Sum(sum) => report_sums::is_event(sum),
            QuotientPart::Persons(_) => true,
            QuotientPart::Users => false,
        };
        match self {
            Self::Sum(sum) => report_sums::is_event(sum),
            Self::Persons(_) => true,
            Self::Quotient(row) => of_part(row.over) || of_part(row.under),
            Self::Reach | Self::Attribute(_) | Self::Inapplicable => false,
        }
    }

    /// Whether it is about results by the goal of the ad group.
    pub(super) fn is_result(self) -> bool {
        let is_result = |sum: usize| matches!(sum, RESULT | REAL_TIME_RESULT);
        let of_part = |part: QuotientPart| matches!(part, QuotientPart::Sum(sum) if is_result(sum));
        match self {
            Self::Sum(sum) => is_result(sum),
            Self::Quotient(row) => of_part(row.over) || of_part(row.under),
            Self::Reach | Self::Persons(_) | Self::Attribute(_) | Self::Inapplicable => false,
        }
    }
}

/// Metrics that audience reports do not have, besides events.
const NOT_BY_AUDIENCE: [&str; 10] = [
    "reach",
    "cost_per_1000_reached",
    "engaged_view",
    "engaged_view_15s",
    "engagements",
    "engagement_rate",
    "cash_spend",
    "voucher_spend",
    "vta_conversion",
    "cta_conversion",
];

/// Whether audience reports have a metric.
pub(super) fn is_by_audience(name: &str, kind: MetricKind) -> bool {
    !kind.is_event() && !NOT_BY_AUDIENCE.contains(&name)
}

/// Metrics of the account as a whole, by day or for a range of days.
const OF_ACCOUNT: [&str; 2] = ["cash_spend", "voucher_spend"];

/// Whether a level has a metric.
pub(super) fn is_at_level(name: &str, level: Option<EntityLevel>) -> bool {
    level.is_none() || !OF_ACCOUNT.contains(&name)
}

/// Whether a metric has neither hours nor a lifetime.
pub(super) fn is_daily(name: &str) -> bool {
    OF_ACCOUNT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{super::report_sums::SUMS, *};

    #[test]
    fn names_are_unique() {
        let sums = SUMS.iter().map(|row| row.name).filter(|name| !name.is_empty());
        let persons = PERSONS.iter().map(|(name, _)| *name);
        let quotients = QUOTIENTS.iter().map(|row| row.name);
        let attributes = ATTRIBUTES.iter().map(|row| row.name);
        let mut names: Vec<_> = sums.chain(persons).chain(quotients).chain(attributes).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }

    #[test]
    fn audience_reports_have_no_events() {
        let is_by_audience = |name: &str| is_by_audience(name, MetricKind::of(name).unwrap());
        assert!(is_by_audience("spend") && is_by_audience("ctr") && is_by_audience("real_time_result"));
        for name in [
            "cost_per_app_install",
            "registration_rate",
            "purchase",
            "total_purchase_value",
            "reach",
        ] {
            assert!(!is_by_audience(name), "{name}");
        }
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
