//! The number of frames and their start times.

use super::properties::float;

/// Frames with their durations, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FrameTimes {
    count: u64,
    total: u64,
    /// The duration of the last frame.
    last: u64,
}

impl FrameTimes {
    /// Adds frames of one duration.
    pub(super) fn add(&mut self, count: u64, duration: u64) {
        if count > 0 {
            self.append(Self {
                count,
                total: count.saturating_mul(duration),
                last: duration,
            });
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.total = self.total.saturating_add(other.total);
        self.last = if other.count > 0 { other.last } else { self.last };
    }

    pub(super) fn count(self) -> u64 {
        self.count
    }

    pub(super) fn total(self) -> u64 {
        self.total
    }

    /// Frames per second between the beginnings of the first and the last frame; `None` if there are too few.
    pub(super) fn rate(self, ticks_per_second: f64) -> Option<f64> {
        let span = float(self.total.saturating_sub(self.last)) / ticks_per_second;
        (self.count > 1 && span > 0.0).then(|| float(self.count.saturating_sub(1)) / span)
    }
}
