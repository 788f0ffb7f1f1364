//! Progress of a call on standard error: a bar on a terminal, a line for each phase elsewhere.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    cli::{environment, stderr, terminal},
    progress::{Listener, Phase, Report},
};

/// Display of the progress of one call.
#[derive(Debug, Clone)]
pub(super) struct ProgressDisplay(Arc<DisplayShape>);

#[derive(Debug)]
enum DisplayShape {
    Silent,
    Lines(Mutex<Option<Phase>>),
    Bar(ProgressBar, Mutex<Option<(Phase, bool)>>),
}

/// Columns of a line besides its bar.
const BESIDE_BAR: usize = 62;

/// Pause between two pictures of the sign that something runs.
const TICK: Duration = Duration::from_millis(120);

impl ProgressDisplay {
    /// Display for a person, or none. A log that writes to standard error rules out a bar.
    pub(super) fn new(is_quiet: bool, has_log: bool) -> Self {
        let shape = if is_quiet {
            DisplayShape::Silent
        } else if terminal::can_redraw() && !has_log {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
            DisplayShape::Bar(bar, Mutex::new(None))
        } else {
            DisplayShape::Lines(Mutex::new(None))
        };
        Self(Arc::new(shape))
    }

    /// Listener of the host.
    pub(super) fn listener(&self) -> Arc<Listener> {
        let shape = Arc::clone(&self.0);
        Arc::new(move |report| shape.show(report))
    }

    /// Shows a step before the request, such as the digest of a large file.
    pub(super) fn step(&self, what: &'static str) {
        match &*self.0 {
            DisplayShape::Silent => {}
            DisplayShape::Lines(_) => line(what),
            DisplayShape::Bar(bar, _) => {
                bar.set_style(waiting());
                bar.set_message(what);
                bar.enable_steady_tick(TICK);
            }
        }
    }

    /// Takes the bar off the terminal.
    pub(super) fn finish(&self) {
        if let DisplayShape::Bar(bar, last) = &*self.0 {
            bar.disable_steady_tick();
            bar.finish_and_clear();
            *last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl DisplayShape {
    fn show(&self, report: Report) {
        match self {
            Self::Silent => {}
            Self::Lines(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if *last != Some(report.phase) {
                    *last = Some(report.phase);
                    line(&phase_line(report));
                }
            }
            Self::Bar(bar, last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                let now = (report.phase, report.measure.total.is_some());
                if *last != Some(now) {
                    *last = Some(now);
                    begin(bar, report);
                }
                if let Some(bytes) = report.measure.bytes {
                    bar.set_position(bytes);
                }
            }
        }
    }
}

/// Begins a phase on the bar.
fn begin(bar: &ProgressBar, report: Report) {
    bar.set_message(words(report.phase));
    if let Some(total) = report.measure.total {
        bar.set_length(total);
        bar.set_style(moving());
    } else {
        bar.set_style(waiting());
    }
    // A bar that was taken off the terminal is drawn again.
    bar.reset();
    bar.set_position(report.measure.bytes.unwrap_or_default());
    bar.enable_steady_tick(TICK);
}

fn waiting() -> ProgressStyle {
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    signs(style.unwrap_or_else(|_template| ProgressStyle::default_spinner()))
}

fn moving() -> ProgressStyle {
    let width = terminal::error_width()
        .unwrap_or_default()
        .saturating_sub(BESIDE_BAR)
        .clamp(10, 40);
    let template = format!(
        "{{spinner}} {{msg}} [{{bar:{width}}}] {{percent:>3}}% of {{decimal_total_bytes}}, {{decimal_bytes_per_sec}}, {{eta}} left"
    );
    let style = ProgressStyle::with_template(&template);
    let style = signs(style.unwrap_or_else(|_template| ProgressStyle::default_bar()));
    if environment::is_utf8() {
        style.progress_chars("█▉▊▋▌▍▎▏ ")
    } else {
        style.progress_chars("=> ")
    }
}

fn signs(style: ProgressStyle) -> ProgressStyle {
    if environment::is_utf8() {
        style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
    } else {
        style.tick_chars("|/-\\ ")
    }
}

const fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Downloading => "Downloading",
        Phase::Checking => "Checking",
        Phase::Starting => "Starting",
        Phase::Uploading => "Uploading",
        Phase::Processing => "TikTok is processing",
    }
}

fn phase_line(report: Report) -> String {
    let phase = words(report.phase);
    report.measure.total.map_or_else(
        || phase.to_owned(),
        |total| format!("{phase} {}", crate::model::ByteCount(total)),
    )
}

fn line(text: &str) {
    stderr::write(format!("{text}\n").as_bytes());
}
