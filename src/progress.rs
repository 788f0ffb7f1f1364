//! Progress of a request, as phases that are the same for every front.
//!
//! A listener gets the beginning and the end of each phase, and at most four reports a second between them.
//! Without a listener, reporting costs nothing.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Serialize;

use crate::clock::Clock;

/// Phases of a request, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Download of the file at a URL of the inputs, of the beginnings of photos, or of a report.
    Downloading,
    /// Check of the media and the account against TikTok's rules.
    Checking,
    /// Init of the post.
    Starting,
    /// Upload of the video.
    Uploading,
    /// Processing by TikTok.
    Processing,
}

/// Completed part of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Measure {
    /// Bytes done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Total bytes, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Number of the current chunk, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk: Option<u64>,
    /// Total number of chunks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunks: Option<u64>,
}

/// Progress report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Current phase.
    pub phase: Phase,
    /// Completed part of it.
    #[serde(flatten)]
    pub measure: Measure,
    /// Seconds until the phase ends, at the speed that it has had so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta_seconds: Option<u64>,
}

/// Listener of progress reports.
pub type Listener = dyn Fn(Report) + Send + Sync;

/// Sends progress reports to a listener; the default has none.
#[derive(Clone, Default)]
pub struct Reporter(Option<Arc<Listening>>);

struct Listening {
    clock: Clock,
    listener: Box<Listener>,
    last: Mutex<Option<LastReport>>,
}

/// The last report, and the beginning of its phase.
#[derive(Debug, Clone, Copy)]
struct LastReport {
    phase: Phase,
    began: Duration,
    /// Bytes that were done when the phase began.
    base: u64,
    told: Duration,
}

/// The pause between two reports of one phase.
const PAUSE: Duration = Duration::from_millis(250);

impl Reporter {
    /// Reports to `listener`, by the time of `clock`.
    pub fn new(clock: Clock, listener: Box<Listener>) -> Self {
        Self(Some(Arc::new(Listening {
            clock,
            listener,
            last: Mutex::new(None),
        })))
    }

    /// Begins a phase.
    pub fn begin(&self, phase: Phase) {
        self.tell(phase, Measure::default());
    }

    /// Reports the completed part of a phase. The first report of a phase and its last byte always pass.
    pub fn tell(&self, phase: Phase, measure: Measure) {
        let Some(heard) = &self.0 else { return };
        let now = heard.clock.elapsed();
        let bytes = measure.bytes.unwrap_or_default();
        let due = {
            let mut last = heard.last.lock().unwrap_or_else(PoisonError::into_inner);
            let (due, next) = match *last {
                Some(same) if same.phase == phase => {
                    let ends = measure.bytes.is_some() && measure.bytes == measure.total;
                    (ends || now >= same.told.saturating_add(PAUSE), same)
                }
                _ => (
                    true,
                    LastReport {
                        phase,
                        began: now,
                        base: bytes,
                        told: now,
                    },
                ),
            };
            if due {
                *last = Some(LastReport { told: now, ..next });
            }
            due.then_some(next)
        };
        if let Some(LastReport { began, base, .. }) = due {
            let eta_seconds = eta(measure, base, now.saturating_sub(began));
            (heard.listener)(Report {
                phase,
                measure,
                eta_seconds,
            });
        }
    }
}

/// Time left at the speed so far, rounded up to whole seconds.
fn eta(measure: Measure, base: u64, elapsed: Duration) -> Option<u64> {
    let (bytes, total) = (measure.bytes?, measure.total?);
    let done = u128::from(bytes.checked_sub(base).filter(|done| *done > 0)?);
    let rest = u128::from(total.checked_sub(bytes)?);
    u64::try_from((rest * elapsed.as_millis()).div_ceil(done * 1_000)).ok()
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Reporter(heard)"
        } else {
            "Reporter(unheard)"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard() -> (Reporter, Clock, Arc<Mutex<Vec<Report>>>) {
        let clock = Clock::virtual_at(Duration::ZERO);
        let reports = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&reports);
        let reporter = Reporter::new(
            clock.clone(),
            Box::new(move |report| kept.lock().unwrap().push(report)),
        );
        (reporter, clock, reports)
    }

    fn bytes(bytes: u64) -> Measure {
        Measure {
            bytes: Some(bytes),
            total: Some(1_000),
            ..Measure::default()
        }
    }

    #[test]
    fn a_phase_is_told_at_its_beginning_at_its_end_and_four_times_a_second_between() {
        let (reporter, clock, reports) = heard();
        for done in 0..=1_000 {
            reporter.tell(Phase::Uploading, bytes(done));
            clock.advance(Duration::from_millis(1));
        }
        let told: Vec<Option<u64>> = reports
            .lock()
            .unwrap()
            .iter()
            .map(|report| report.measure.bytes)
            .collect();
        assert_eq!(told, [0, 250, 500, 750, 1_000].map(Some));
    }

    #[test]
    fn the_time_left_follows_the_speed_of_the_phase() {
        let (reporter, clock, reports) = heard();
        reporter.tell(Phase::Uploading, bytes(500));
        clock.advance(Duration::from_secs(2));
        reporter.tell(Phase::Uploading, bytes(600));
        reporter.begin(Phase::Processing);
        let left: Vec<Option<u64>> = reports
            .lock()
            .unwrap()
            .iter()
            .map(|report| report.eta_seconds)
            .collect();
        assert_eq!(left, [None, Some(8), None]);
    }

    #[test]
    fn no_figure_is_too_large() {
        let (reporter, clock, _) = heard();
        let measure = Measure {
            total: Some(u64::MAX),
            ..bytes(1)
        };
        reporter.tell(
            Phase::Downloading,
            Measure {
                bytes: Some(0),
                ..measure
            },
        );
        clock.advance(Duration::from_hours(1_000_000));
        reporter.tell(Phase::Downloading, measure);
        reporter.tell(
            Phase::Downloading,
            Measure {
                bytes: Some(u64::MAX),
                total: Some(1),
                ..measure
            },
        );
    }
}
