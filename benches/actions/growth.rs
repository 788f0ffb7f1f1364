//! Costs that must not grow with what a process has stored, reads or is asked.

mod journal;
mod lists;
mod queue;

use std::path::Path;

use super::{
    Result,
    measured::Run,
    stage::Stage,
    statistics::Spread,
    table::{Table, every, peak_mib, spread},
    turns::Series,
};

/// Measures all of them. The large journal has `rows` rows.
pub(super) fn measure(stage: &Stage, rows: u32) -> Result<()> {
    journal::measure(stage, rows)?;
    lists::measure(stage)?;
    queue::measure(stage)
}

/// Role that fills a journal.
pub(super) fn fill(journal: &Path, rows: u32) -> Result<()> {
    journal::copy_rows(journal, rows)
}

/// Figures of a small and a large size, by build.
#[derive(Debug)]
struct Sizes<'a> {
    small: Vec<&'a Series<Run>>,
    large: Vec<&'a Series<Run>>,
}

impl<'a> Sizes<'a> {
    /// Pairs up series of which the small and the large size of each build follow one another.
    fn of(series: &'a [Series<Run>]) -> Self {
        Self {
            small: every(series, 0, 2),
            large: every(series, 1, 2),
        }
    }

    /// Adds rows with peak memory and wall time of both sizes, and the growth of the memory.
    fn add_to(&self, table: &mut Table, names: [&str; 2]) {
        for (name, series) in names.into_iter().zip([&self.small, &self.large]) {
            table.row_of(&format!("{name}: peak memory, MiB"), 2, series, peak_mib);
            table.row_of(&format!("{name}: wall time, s"), 2, series, |run| {
                run.wall.as_secs_f64()
            });
        }
        self.add_growth(table, "peak memory, large ÷ small", peak_mib);
    }

    /// Adds a row with the growth of a figure.
    fn add_growth(&self, table: &mut Table, what: &str, figure: fn(&Run) -> f64) {
        let growth = self.growth(figure).into_iter();
        let spreads: Vec<_> = growth
            .map(|ratio| ratio.map(|ratio| Spread::of([ratio])))
            .collect();
        table.row(what, 2, &spreads);
    }

    /// Median of the large size divided by that of the small one, for each build.
    fn growth(&self, figure: fn(&Run) -> f64) -> Vec<Option<f64>> {
        let pairs = self.small.iter().zip(&self.large);
        let ratio = |(small, large): (&&Series<Run>, &&Series<Run>)| {
            let [small, large] = [small, large].map(|series| spread(series, figure));
            Some(large?.median / small?.median)
        };
        pairs.map(ratio).collect()
    }
}
