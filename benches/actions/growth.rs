//! Costs that must not grow with what a process has stored, reads or is asked.

mod journal;
mod lists;
mod queue;

use super::{Result, measured::Run, stage::Stage, turns::Series};

/// Measures all of them. The large journal has `rows` rows.
pub(super) fn measure(stage: &Stage, rows: u32) -> Result<()> {
    journal::measure(stage, rows)?;
    lists::measure(stage)?;
    queue::measure(stage)
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
            small: super::table::every(series, 0, 2),
            large: super::table::every(series, 1, 2),
        }
    }

    /// Median of the large size divided by that of the small one, for each build.
    fn growth(&self, figure: fn(&Run) -> f64) -> Vec<Option<f64>> {
        let pairs = self.small.iter().zip(&self.large);
        let ratio = |(small, large): (&&Series<Run>, &&Series<Run>)| {
            let [small, large] = [small, large].map(|series| super::table::spread(series, figure));
            Some(large?.median / small?.median)
        };
        pairs.map(ratio).collect()
    }
}
