//! Figures as Markdown.

use super::{measured::Run, stage::Build, statistics::Spread, turns::Series};

const MIB: f64 = 1_048_576.0;

/// Table with a column for each build, and for the ratio of their medians.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<String>,
}

impl Table {
    pub(super) fn new(title: &str, builds: &[Build]) -> Self {
        let names: Vec<&str> = builds.iter().map(|build| build.name).collect();
        let ratio = if names.len() > 1 { " Ratio |" } else { "" };
        Self {
            rows: vec![
                format!("| {title} | {} |{ratio}", names.join(" | ")),
                format!(
                    "|---|{}",
                    "---|".repeat(names.len() + usize::from(names.len() > 1))
                ),
            ],
        }
    }

    /// Adds a row with a figure for each build.
    pub(super) fn row(&mut self, what: &str, digits: usize, spreads: &[Option<Spread>]) {
        let cells = spreads.iter().map(|spread| match spread {
            Some(one) if one.min.total_cmp(&one.max).is_eq() => format!("**{:.digits$}**", one.median),
            Some(spread) => format!("{spread:.digits$}"),
            None => "not measured".to_owned(),
        });
        let cells = cells.collect::<Vec<_>>().join(" | ");
        let ratio = match spreads {
            [Some(ours), Some(other)] => format!(" {:.2} |", ours.median / other.median),
            [_, _] => " |".to_owned(),
            _ => String::new(),
        };
        self.rows.push(format!("| {what} | {cells} |{ratio}"));
    }

    /// Adds a row from the measurements of each build.
    pub(super) fn row_of<T>(
        &mut self,
        what: &str,
        digits: usize,
        series: &[&Series<T>],
        figure: impl Fn(&T) -> f64,
    ) {
        let spreads: Vec<Option<Spread>> = series.iter().map(|series| spread(series, &figure)).collect();
        self.row(what, digits, &spreads);
    }

    pub(super) fn print(&self) {
        println!("\n{}", self.rows.join("\n"));
    }
}

/// Summary of a series; `None` if it was not measured.
pub(super) fn spread<T>(series: &Series<T>, figure: impl Fn(&T) -> f64) -> Option<Spread> {
    let figures = series.as_ref().ok().filter(|figures| !figures.is_empty())?;
    Some(Spread::of(figures.iter().map(figure)))
}

/// Every `step`th series, from `first`.
pub(super) fn every<T>(series: &[Series<T>], first: usize, step: usize) -> Vec<&Series<T>> {
    series.iter().skip(first).step_by(step).collect()
}

/// Reasons why builds were not measured.
pub(super) fn print_faults<T>(series: &[Series<T>]) {
    let mut faults: Vec<&str> = series
        .iter()
        .filter_map(|series| Some(series.as_ref().err()?.trim()))
        .collect();
    faults.dedup();
    for fault in faults {
        println!("\nnot measured: {fault}");
    }
}

/// Figures that must not exceed a limit.
#[derive(Debug, Default)]
pub(super) struct Targets(Vec<String>);

impl Targets {
    /// Adds `is ÷ of`, if both were measured.
    pub(super) fn add(&mut self, what: &str, limit: f64, is: Option<f64>, of: Option<f64>) {
        self.add_limit(what, limit, is.zip(of).map(|(is, of)| is / of));
    }

    /// Adds `is`, if it was measured.
    pub(super) fn add_limit(&mut self, what: &str, limit: f64, is: Option<f64>) {
        let Some(is) = is else {
            return;
        };
        let verdict = if is <= limit { "met" } else { "**missed**" };
        self.0
            .push(format!("| {what} | ≤ {limit} | {is:.2} | {verdict} |"));
    }

    pub(super) fn print(&self) {
        if !self.0.is_empty() {
            println!(
                "\n| Target | Must be | Is | |\n|---|---|---|---|\n{}",
                self.0.join("\n")
            );
        }
    }
}

pub(super) fn milliseconds_to_result(run: &Run) -> f64 {
    run.to_result.as_secs_f64() * 1e3
}

pub(super) fn wall_milliseconds(run: &Run) -> f64 {
    run.wall.as_secs_f64() * 1e3
}

pub(super) fn cpu_milliseconds(run: &Run) -> f64 {
    run.cpu.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "no peak comes near 2^53 bytes")]
pub(super) fn peak_mib(run: &Run) -> f64 {
    run.peak as f64 / MIB
}
