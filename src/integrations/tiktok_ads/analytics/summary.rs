//! Summary of a report.

use schemars::JsonSchema;
use serde::Serialize;

use super::plan::{AnalyticsGranularity, AnalyticsLevel};
use crate::{
    advertising::{MetricTotal, MetricValue, MetricValues, PeriodChange},
    model::Word,
};

/// Totals of a report, and what has to be known to read it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) struct AnalyticsSummary {
    /// Level of the rows
    pub(super) level: AnalyticsLevel,
    /// Division of the range into rows
    pub(super) granularity: AnalyticsGranularity,
    /// First day, in the ad account's time zone
    pub(super) start_date: String,
    /// Last day, in the ad account's time zone
    pub(super) end_date: String,
    /// Time zone of the days and hours
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time_zone: Option<Word>,
    /// Currency of all amounts, as an ISO 4217 code
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<Word>,
    /// Number of rows that were found. All of them are in the totals
    pub(super) row_count: u64,
    /// Number of rows in the result
    pub(super) returned_rows: usize,
    /// True if the result has fewer rows than were found
    pub(super) is_truncated: bool,
    /// False if TikTok left out objects or rows, so that rows and totals are too small; the warnings have the reason
    pub(super) is_complete: bool,
    /// Totals by the names of the metrics: sums, rates computed from summed parts, and unique users as TikTok counts them
    /// for the whole; null where no true total is known
    pub(super) totals: MetricValues,
    /// The totals that are null, with the reason
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) null_totals: Vec<MetricNote>,
    /// Comparison with the previous period
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comparison: Option<PeriodComparison>,
    /// Requested metrics that the rows do not have, with the reason
    pub(super) missing_metrics: Vec<MetricNote>,
    /// Days or hours without any row, among those that have begun: either there was no activity, or TikTok left rows out
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times_without_rows: Option<EmptyTimes>,
    /// Notes on the completeness and the meaning of the numbers
    pub(super) warnings: Vec<String>,
}

/// Metric with a reason.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct MetricNote {
    /// Name of the metric
    pub(super) metric: String,
    /// Reason
    pub(super) reason: String,
}

/// Days or hours without rows.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct EmptyTimes {
    /// Number of days or hours
    pub(super) count: u32,
    /// The first 100 of them, as YYYY-MM-DD or YYYY-MM-DD HH:00
    pub(super) first: Vec<String>,
    /// Meaning of such a day or hour
    pub(super) meaning: &'static str,
}

/// Meaning of a time without rows.
pub(super) const NO_ROWS: &str = "no activity, or rows missing in TikTok's answer";

/// Totals of the previous period, and changes against it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct PeriodComparison {
    /// First day of the previous period
    pub(super) start_date: String,
    /// Last day of the previous period
    pub(super) end_date: String,
    /// Totals of the previous period
    pub(super) totals: MetricValues,
    /// The totals of the previous period that are null, with the reason
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) null_totals: Vec<MetricNote>,
    /// Differences: totals minus those of the previous period
    pub(super) differences: MetricValues,
    /// Differences in percent of the previous totals; null if those are 0 or unknown
    pub(super) percent_changes: MetricValues,
}

impl MetricNote {
    pub(super) fn new(metric: &str, reason: String) -> Self {
        Self {
            metric: metric.to_owned(),
            reason,
        }
    }
}

/// Totals as values.
pub(super) fn values(totals: &[MetricTotal]) -> MetricValues {
    let values = totals
        .iter()
        .map(|total| (total.shown.clone(), total.value.into()));
    MetricValues(values.collect())
}

/// Reasons of the totals that are not known.
pub(super) fn null_totals(totals: &[MetricTotal]) -> Vec<MetricNote> {
    let notes = totals
        .iter()
        .filter_map(|total| Some(MetricNote::new(&total.shown, total.reason?.to_string())));
    notes.collect()
}

impl PeriodComparison {
    /// Comparison of `current` with `previous`, the totals of the same metrics in the period from `start_date` to `end_date`.
    pub(super) fn new(
        (start_date, end_date): (String, String),
        previous: &[MetricTotal],
        current: &[MetricTotal],
    ) -> Self {
        let changes = current.iter().map(|total| {
            let before = previous.iter().find(|before| before.shown == total.shown);
            let before = before.and_then(|before| before.value);
            (&total.shown, PeriodChange::between(before, total.value))
        });
        let changes: Vec<_> = changes.collect();
        let map = |value: fn(&PeriodChange) -> MetricValue| {
            let values = changes.iter();
            MetricValues(
                values
                    .map(|(name, change)| ((*name).clone(), value(change)))
                    .collect(),
            )
        };
        Self {
            start_date,
            end_date,
            totals: values(previous),
            null_totals: null_totals(previous),
            differences: map(|change| change.difference.into()),
            percent_changes: map(|change| change.percent.into()),
        }
    }
}
