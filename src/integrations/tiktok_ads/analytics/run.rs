//! A request for analytics, from its plan to its result.

use super::{
    account::{AccountFacts, account_facts},
    collector::{Collector, RowTotals},
    goals::mixed_goals,
    notes::{of_comparison, warnings, without_rows},
    plan::{AnalyticsGranularity, ReportPlan},
    reader::ReportReader,
    row::AnalyticsRow,
    summary::{AnalyticsSummary, EmptyTimes, MetricNote, NO_ROWS, PeriodComparison, null_totals, values},
    whole::{period_totals, totals},
};
use crate::{
    advertising::{
        AccountDay, AccountHour, ChosenMetric, Granularity, MetricTotal, MissingTimes, TopOrder,
        nearest_metric,
    },
    catalogue::own,
    integrations::{Failure, Rows, tiktok_ads::context::AdsContext},
};

/// Rows of a result.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok_ads) struct RowLimit {
    /// Largest number.
    pub(in crate::integrations::tiktok_ads) most: usize,
    /// Metric by which rows are chosen, by its place, and the order.
    pub(in crate::integrations::tiktok_ads) rank: Option<(usize, TopOrder)>,
}

/// Result of a request.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct AnalyticsResult {
    /// The summary.
    pub(in crate::integrations::tiktok_ads) summary: AnalyticsSummary,
    /// The rows.
    pub(in crate::integrations::tiktok_ads) rows: Rows<AnalyticsRow>,
}

/// Runs a plan. Errors leave no result: an incomplete report looks like a complete one.
pub(in crate::integrations::tiktok_ads) async fn run(
    context: &AdsContext,
    plan: ReportPlan,
    limit: RowLimit,
    is_compared: bool,
) -> Result<AnalyticsResult, Failure> {
    let facts = account_facts(context).await;
    let mut reader = ReportReader::new(context);
    let mut shape = plan.shape();
    let mut collector = Collector::new(&plan, context.rows.rows(), limit.most, limit.rank);
    reader.read(&mut shape, plan.range, &mut collector).await?;
    if let Some(metric) = limit.rank.and_then(|(place, _)| plan.metrics.shown().get(place)) {
        check_rank(metric, &reader.findings.refused)?;
    }
    let groups = collector.groups();
    let now = AccountHour::begun(context.clock.since_epoch(), facts.offset);
    let missing_times = collector.covered.as_ref().zip(now);
    let missing_times = missing_times.and_then(|(covered, now)| covered.missing(now));
    let (rows, row_count, row_totals) = collector.finish()?;
    let is_complete = reader.findings.is_complete() && row_totals.unplaced == 0;
    reader.extend();
    let current = totals(&mut reader, &plan, plan.range, &row_totals).await?;
    // The rows are whole without a comparison.
    let (comparison, uncompared) = if is_compared {
        match compare(&mut reader, &plan, &current).await {
            Ok(comparison) => (comparison, None),
            Err(failure) => (None, Some(without_comparison(&failure))),
        }
    } else {
        (None, None)
    };
    let today = AccountDay::after_epoch(context.clock.since_epoch());
    let mut notes = warnings(&plan, &reader.findings, row_totals.unplaced, &current, today);
    notes.extend(uncompared);
    if row_count == 0 {
        notes.extend(without_rows(&plan));
    }
    if comparison.is_some() {
        notes.extend(of_comparison(&plan, now.map(|now| now.day)));
    }
    notes.extend(mixed_goals(context, &plan, groups.as_deref()).await);
    let AccountFacts {
        currency,
        time_zone,
        warning,
        offset: _,
    } = facts;
    notes.extend(warning);
    let returned_rows = rows.len();
    let summary = AnalyticsSummary {
        level: plan.level,
        granularity: shown_granularity(plan.granularity),
        start_date: plan.range.first().to_string(),
        end_date: plan.range.last().to_string(),
        time_zone,
        currency,
        row_count,
        returned_rows,
        is_truncated: u64::try_from(returned_rows).is_ok_and(|returned| returned < row_count),
        is_complete,
        totals: values(&current),
        null_totals: null_totals(&current),
        comparison,
        missing_metrics: missing_metrics(&plan, &reader.findings.refused, &row_totals),
        times_without_rows: missing_times.map(empty_times),
        warnings: notes,
    };
    Ok(AnalyticsResult { summary, rows })
}

/// Refuses a ranking by a metric that TikTok refuses: the rows would have no order.
fn check_rank(metric: &ChosenMetric, refused: &[String]) -> Result<(), Failure> {
    if !refused.contains(&metric.name) {
        return Ok(());
    }
    let near = nearest_metric(&metric.shown).unwrap_or("spend");
    Err(Failure::of_field(
        &own::INPUTS_CONFLICT,
        "top_by",
        &format!(
            "{}, which TikTok refuses at this level, with this granularity, or altogether",
            metric.shown
        ),
        "a metric that TikTok reports",
        &format!("correct the name, or choose another metric, for example {near}"),
    ))
}

fn without_comparison(failure: &Failure) -> String {
    format!(
        "There is no comparison, because the previous period could not be read: {}",
        failure.message
    )
}

async fn compare(
    reader: &mut ReportReader<'_>,
    plan: &ReportPlan,
    current: &[MetricTotal],
) -> Result<Option<PeriodComparison>, Failure> {
    let Some(previous) = plan.range.previous() else {
        return Ok(None);
    };
    let before = period_totals(reader, plan, previous).await?;
    let dates = (previous.first().to_string(), previous.last().to_string());
    Ok(Some(PeriodComparison::new(dates, &before, current)))
}

const REFUSED: &str = "TikTok refuses it at this level, with this granularity, or altogether";

/// Requested metrics that TikTok refused or left out.
fn missing_metrics(plan: &ReportPlan, refused: &[String], rows: &RowTotals) -> Vec<MetricNote> {
    let asked = plan.metrics.asked();
    let is_absent = |name: &str| {
        let place = asked.iter().position(|asked| asked == name);
        let is_present = place.and_then(|place| rows.present.get(place));
        rows.count > 0 && is_present == Some(&false)
    };
    let notes = plan.metrics.shown().iter().filter_map(|metric| {
        let reason = if refused.contains(&metric.name) {
            let near = nearest_metric(&metric.shown).map(|near| format!("; did you mean {near}?"));
            format!("{REFUSED}{}", near.unwrap_or_default())
        } else if is_absent(&metric.name) {
            "TikTok's rows do not have it".to_owned()
        } else {
            return None;
        };
        Some(MetricNote::new(&metric.shown, reason))
    });
    notes.collect()
}

fn empty_times(missing: MissingTimes) -> EmptyTimes {
    EmptyTimes {
        count: missing.count,
        first: missing.first,
        meaning: NO_ROWS,
    }
}

const fn shown_granularity(granularity: Granularity) -> AnalyticsGranularity {
    match granularity {
        Granularity::Total => AnalyticsGranularity::Total,
        Granularity::Day => AnalyticsGranularity::Day,
        Granularity::Hour => AnalyticsGranularity::Hour,
    }
}
