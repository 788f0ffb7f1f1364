//! Metrics that cannot be added up, from a report of the whole without times; and sums of another period.

use std::collections::BTreeMap;

use tracing::debug;

use super::{
    collector::RowTotals,
    plan::{AnalyticsLevel, ReportPlan, ReportShape},
    reader::ReportReader,
    sink::RecordSink,
};
use crate::{
    advertising::{ChosenMetric, DayRange, Granularity, MetricTotal, NullReason, RowFacts, RowNumber},
    integrations::Failure,
    marketing_api::{ReportCondition, ReportRecord},
    model::Decimal,
};

/// Numbers that are not sums, by TikTok's names, or the reason for which none is known.
type WholeNumbers = Result<BTreeMap<String, Decimal>, NullReason>;

/// Receiver that keeps the sums alone.
struct SumSink<'a> {
    plan: &'a ReportPlan,
    totals: RowTotals,
}

impl RecordSink for SumSink<'_> {
    fn take(&mut self, _window: DayRange, record: &ReportRecord) -> Result<(), Failure> {
        self.totals.add(self.plan, record);
        Ok(())
    }
}

/// Receiver of the one record of a whole.
struct WholeSink {
    records: Vec<ReportRecord>,
}

impl RecordSink for WholeSink {
    fn take(&mut self, _window: DayRange, record: &ReportRecord) -> Result<(), Failure> {
        // A second one says that it is not the whole.
        if self.records.len() < 2 {
            self.records.push(record.clone());
        }
        Ok(())
    }
}

/// Totals of a period whose rows nobody wants: a report without times has fewer of them.
pub(super) async fn period_totals(
    reader: &mut ReportReader<'_>,
    plan: &ReportPlan,
    range: DayRange,
) -> Result<Vec<MetricTotal>, Failure> {
    let mut shape = plan.sums(&reader.findings.refused);
    let mut sink = SumSink {
        plan,
        totals: RowTotals::new(plan),
    };
    reader.read(&mut shape, range, &mut sink).await?;
    totals(reader, plan, range, &sink.totals).await
}

/// Totals of rows that were read.
pub(super) async fn totals(
    reader: &mut ReportReader<'_>,
    plan: &ReportPlan,
    range: DayRange,
    rows: &RowTotals,
) -> Result<Vec<MetricTotal>, Failure> {
    let whole = whole_numbers(reader, plan, range, rows).await?;
    let number = |metric: &ChosenMetric| match &whole {
        Ok(numbers) => {
            let number = numbers.get(&metric.name).copied();
            number.ok_or_else(|| absence(plan, rows, &metric.name))
        }
        Err(reason) => Err(*reason),
    };
    let facts = RowFacts {
        is_empty: is_empty(reader, rows),
        refused: &reader.findings.refused,
        whole: &number,
    };
    let mut totals = plan.metrics.totals(&rows.sums, &facts);
    let is_of_whole = |total: &MetricTotal| {
        let mut metrics = plan.metrics.shown().iter();
        let metric = metrics.find(|metric| metric.shown == total.shown);
        total.value.is_some() && metric.is_some_and(|metric| metric.nature.needs_whole())
    };
    for total in &mut totals {
        total.is_of_whole = rows.count > 1 && is_of_whole(total);
    }
    Ok(totals)
}

/// Whether TikTok answered completely, and has no rows.
fn is_empty(reader: &ReportReader<'_>, rows: &RowTotals) -> bool {
    let findings = &reader.findings;
    (rows.count, rows.unplaced, findings.unread) == (0, 0, 0) && !findings.is_cut
}

/// Reason for which a metric is missing in the only row, or in the report of the whole.
fn absence(plan: &ReportPlan, rows: &RowTotals, name: &str) -> NullReason {
    match plan.metrics.of_row(&rows.last, name) {
        _ if rows.count != 1 => NullReason::Absent,
        RowNumber::Unreadable => NullReason::Unreadable(1),
        RowNumber::Known(_) | RowNumber::Nothing => NullReason::NoValues,
    }
}

async fn whole_numbers(
    reader: &mut ReportReader<'_>,
    plan: &ReportPlan,
    range: DayRange,
    rows: &RowTotals,
) -> Result<WholeNumbers, Failure> {
    let metrics = plan.metrics.shown().iter();
    let apart = metrics.filter(|metric| metric.nature.needs_whole());
    let names = apart.map(|metric| metric.name.clone());
    let names: Vec<String> = names
        .filter(|name| !reader.findings.refused.contains(name))
        .collect();
    if names.is_empty() {
        return Ok(Ok(BTreeMap::new()));
    }
    if is_empty(reader, rows) {
        return Ok(Err(NullReason::NoRows));
    }
    if rows.count == 0 {
        return Ok(Err(NullReason::NoValues));
    }
    if rows.count == 1 {
        let number = |name: String| Some((name.clone(), plan.metrics.number(&rows.last, &name)?));
        return Ok(Ok(names.into_iter().filter_map(number).collect()));
    }
    if range.days() > Granularity::Total.window() {
        return Ok(Err(NullReason::TooLong));
    }
    let Some((level, conditions)) = whole_of(plan) else {
        return Ok(Err(NullReason::Filtered));
    };
    read_whole(reader, ReportShape::whole(level, names, conditions), range).await
}

/// Level and conditions of a report with one row for the whole; `None` if the filters leave several objects.
fn whole_of(plan: &ReportPlan) -> Option<(AnalyticsLevel, Vec<ReportCondition>)> {
    match plan.conditions.as_slice() {
        [] => Some((AnalyticsLevel::Account, Vec::new())),
        [only] if only.values.len() == 1 => {
            let level = match only.field {
                "campaign_ids" => AnalyticsLevel::Campaign,
                "adgroup_ids" => AnalyticsLevel::AdGroup,
                "ad_ids" => AnalyticsLevel::Ad,
                _ => return None,
            };
            Some((level, vec![only.clone()]))
        }
        _ => None,
    }
}

async fn read_whole(
    reader: &mut ReportReader<'_>,
    mut shape: ReportShape,
    range: DayRange,
) -> Result<WholeNumbers, Failure> {
    let refused = reader.findings.refused.clone();
    let mut sink = WholeSink { records: Vec::new() };
    let read = reader.read(&mut shape, range, &mut sink).await;
    // The rows have these metrics: they are missing in the totals alone.
    reader.findings.refused = refused;
    match (read, sink.records.as_slice()) {
        (Err(failure), _) if is_refusal(&failure) => Ok(Err(NullReason::Refused)),
        // The rows are whole without it.
        (Err(failure), _) => {
            debug!(code = failure.code.as_str(), "the report of the whole failed");
            Ok(Err(NullReason::Unread))
        }
        (Ok(()), [record]) => {
            let numbers = record.metrics.iter().filter_map(|(name, text)| {
                let number = Decimal::parse(text.as_ref()?.as_str().trim())?;
                Some((name.clone(), number))
            });
            Ok(Ok(numbers.collect()))
        }
        (Ok(()), _) => Ok(Err(NullReason::NotOne)),
    }
}

/// Whether TikTok refused a report for its parameters, which another report may not have.
fn is_refusal(failure: &Failure) -> bool {
    let code = failure.code.as_str();
    let is_tiktoks = code.bytes().all(|byte| byte.is_ascii_digit()) && code.starts_with('4');
    is_tiktoks && failure.retry_after.is_none()
}
