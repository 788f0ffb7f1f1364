//! Rows of a report while it is read: stored, ranked or added up, and counted in the totals.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    plan::ReportPlan,
    row::{AnalyticsRow, RecordPlace},
    sink::RecordSink,
};
use crate::{
    advertising::{
        CoveredTimes, DayRange, Granularity, MetricSums, MetricValues, RowNumber, TopOrder, TopRows,
    },
    catalogue::own,
    integrations::{Failure, Rows},
    marketing_api::ReportRecord,
    model::Decimal,
};

/// Totals of a report, and what is known of its rows.
#[derive(Debug, Clone)]
pub(super) struct RowTotals {
    /// Sums of the metrics.
    pub(super) sums: MetricSums,
    /// Numbers of the last record; those of the whole if it is the only one.
    pub(super) last: Vec<RowNumber>,
    /// Records.
    pub(super) count: u64,
    /// Records without a readable object and time of the window.
    pub(super) unplaced: u64,
    /// Metrics with a value in at least one record.
    pub(super) present: Vec<bool>,
}

impl RowTotals {
    pub(super) fn new(plan: &ReportPlan) -> Self {
        Self {
            sums: plan.metrics.no_sums(),
            last: Vec::new(),
            count: 0,
            unplaced: 0,
            present: vec![false; plan.metrics.asked().len()],
        }
    }

    /// Adds a record, and returns its numbers.
    pub(super) fn add(&mut self, plan: &ReportPlan, record: &ReportRecord) -> Vec<RowNumber> {
        let numbers = plan.metrics.numbers(|name| record.metric(name));
        for (present, name) in self.present.iter_mut().zip(plan.metrics.asked()) {
            *present |= record.metrics.contains_key(name);
        }
        self.sums.add(&numbers);
        self.count = self.count.saturating_add(1);
        self.last.clone_from(&numbers);
        numbers
    }
}

/// Object whose rows in several windows are added up.
#[derive(Debug)]
struct MergedObject {
    row: AnalyticsRow,
    sums: MetricSums,
}

/// Most objects whose rows are added up, which bounds the memory.
const MERGED_MAX: usize = 5_000;

/// Most ad groups that are remembered for the check of their goals.
const GROUPS_MAX: usize = 1_000;

/// Destination of the rows.
#[derive(Debug)]
enum Destination {
    /// The result, up to a number of rows.
    Stored,
    /// The first rows by the values of a metric, by its place.
    Ranked(TopRows<AnalyticsRow>, usize),
}

/// Collector of the rows of a report.
#[derive(Debug)]
pub(super) struct Collector<'a> {
    plan: &'a ReportPlan,
    most: usize,
    rows: Rows<AnalyticsRow>,
    destination: Destination,
    /// Objects by their ids, if the report has several windows without times.
    merged: Option<BTreeMap<String, MergedObject>>,
    pub(super) totals: RowTotals,
    pub(super) covered: Option<CoveredTimes>,
    /// Ad groups of the rows, at most one more than [`GROUPS_MAX`].
    groups: BTreeSet<String>,
}

impl<'a> Collector<'a> {
    /// Collector of at most `most` rows, by `rank` if there is one: the place of a metric, and the order.
    pub(super) fn new(
        plan: &'a ReportPlan,
        rows: Rows<AnalyticsRow>,
        most: usize,
        rank: Option<(usize, TopOrder)>,
    ) -> Self {
        let is_merged =
            plan.granularity == Granularity::Total && plan.range.days() > Granularity::Total.window();
        Self {
            plan,
            most,
            rows,
            destination: match rank {
                Some((place, order)) => Destination::Ranked(TopRows::new(order, most), place),
                None => Destination::Stored,
            },
            merged: is_merged.then(BTreeMap::new),
            totals: RowTotals::new(plan),
            covered: CoveredTimes::new(plan.range, plan.granularity),
            groups: BTreeSet::new(),
        }
    }

    /// The rows, and the number of all that were found.
    pub(super) fn finish(mut self) -> Result<(Rows<AnalyticsRow>, u64, RowTotals), Failure> {
        let mut count = self.totals.count;
        if let Some(merged) = self.merged.take() {
            count = u64::try_from(merged.len()).unwrap_or(u64::MAX);
            for MergedObject { row, sums } in merged.into_values() {
                let metrics = self.plan.metrics.merged(&sums, &row.metrics);
                let number = |place: usize| metrics.0.get(place).and_then(|(_, value)| value.number());
                let number = self.rank().and_then(number);
                self.place(number, AnalyticsRow { metrics, ..row })?;
            }
        }
        if let Destination::Ranked(top, _) = self.destination {
            self.rows.extend(top.into_rows())?;
        }
        Ok((self.rows, count, self.totals))
    }

    /// Ad groups of the rows; `None` if they are not known or too many.
    pub(super) fn groups(&self) -> Option<Vec<String>> {
        let is_known = (1..=GROUPS_MAX).contains(&self.groups.len());
        is_known.then(|| self.groups.iter().cloned().collect())
    }

    /// Place of the metric by which rows are ranked.
    fn rank(&self) -> Option<usize> {
        match self.destination {
            Destination::Stored => None,
            Destination::Ranked(_, place) => Some(place),
        }
    }

    /// Stores a row. `number` is that by which it is ranked.
    fn place(&mut self, number: Option<Decimal>, row: AnalyticsRow) -> Result<(), Failure> {
        match &mut self.destination {
            Destination::Stored if self.rows.len() < self.most => self.rows.extend([row]),
            Destination::Stored => Ok(()),
            Destination::Ranked(top, _) => {
                top.offer(number, || row);
                Ok(())
            }
        }
    }

    /// Whether a row would be stored, so that it has to be made.
    fn is_full(&self) -> bool {
        matches!(self.destination, Destination::Stored) && self.rows.len() >= self.most
    }

    fn remember_group(&mut self, row: &AnalyticsRow) {
        if self.groups.len() <= GROUPS_MAX {
            self.groups.extend(row.adgroup_id.clone());
        }
    }

    /// Adds a record to those of its object.
    fn merge(
        &mut self,
        place: &RecordPlace,
        record: &ReportRecord,
        numbers: &[RowNumber],
    ) -> Result<(), Failure> {
        let plan = self.plan;
        let Some(merged) = &mut self.merged else {
            return Ok(());
        };
        if merged.len() >= MERGED_MAX && !merged.contains_key(&place.id) {
            let what = format!(
                "(Rows of more than {} days are added up for each object, for at most {MERGED_MAX} objects.)",
                Granularity::Total.window()
            );
            return Err(Failure::new(&own::REPORT_TOO_LARGE, &what));
        }
        let metrics = plan.metrics.row(numbers, |name| record.metric(name));
        let descriptions = metrics.0.into_iter().zip(plan.metrics.shown());
        let descriptions = descriptions.filter(|(_, metric)| metric.nature.is_description());
        let row = AnalyticsRow {
            metrics: MetricValues(descriptions.map(|(value, _)| value).collect()),
            ..AnalyticsRow::of(record, place, plan.level, plan.granularity)
        };
        let object = merged.entry(place.id.clone()).or_insert_with(|| MergedObject {
            row: row.clone(),
            sums: plan.metrics.no_sums(),
        });
        object.row = row;
        object.sums.add(numbers);
        Ok(())
    }
}

impl RecordSink for Collector<'_> {
    fn take(&mut self, window: DayRange, record: &ReportRecord) -> Result<(), Failure> {
        let plan = self.plan;
        let place = RecordPlace::of(record, plan.level, plan.granularity);
        let is_within = |place: &RecordPlace| place.time.is_none_or(|(day, _)| window.contains(day));
        let Some(place) = place.filter(is_within) else {
            self.totals.unplaced = self.totals.unplaced.saturating_add(1);
            return Ok(());
        };
        if let (Some(covered), Some((day, hour))) = (&mut self.covered, place.time) {
            covered.cover(day, hour);
        }
        let numbers = self.totals.add(plan, record);
        if self.merged.is_some() {
            return self.merge(&place, record, &numbers);
        }
        let is_full = self.is_full();
        if is_full && self.groups.len() > GROUPS_MAX {
            return Ok(());
        }
        let row = AnalyticsRow::of(record, &place, plan.level, plan.granularity);
        self.remember_group(&row);
        if is_full {
            return Ok(());
        }
        let metrics = plan.metrics.row(&numbers, |name| record.metric(name));
        let number = self.rank().and_then(|place| plan.metrics.ranked(&numbers, place));
        self.place(number, AnalyticsRow { metrics, ..row })
    }
}
