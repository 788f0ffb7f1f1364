//! Upload speed to TikTok, measured by the uploads of this process.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::http::per_second;

/// Upload speed in bytes per second; clones share it. Unknown until a chunk of at least 1 MiB was sent.
#[derive(Debug, Clone, Default)]
pub struct LineSpeed(Arc<AtomicU64>);

/// Smallest transfer that shows the speed, in bytes. Smaller ones end in the buffers of this machine.
const SAMPLE_MIN: u64 = 1024 * 1024;

impl LineSpeed {
    /// Learns from `bytes` that were accepted within `time`.
    pub(super) fn learn(&self, bytes: u64, time: Duration) {
        if let Some(speed) = per_second(bytes, time).filter(|_| bytes >= SAMPLE_MIN) {
            self.learn_speed(speed);
        }
    }

    /// Learns a measured speed in bytes per second. A lower one replaces the known speed, a higher one moves it half
    /// the way.
    pub(super) fn learn_speed(&self, speed: u64) {
        let careful = self
            .bytes_per_second()
            .map_or(speed, |known| known.midpoint(speed).min(speed));
        self.0.store(careful.max(1), Ordering::Relaxed);
    }

    /// Speed in bytes per second, if known.
    pub fn bytes_per_second(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|speed| *speed > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_what_is_seen() {
        let line = LineSpeed::default();
        line.learn(1_000, Duration::from_millis(1));
        line.learn(2_000_000, Duration::ZERO);
        assert_eq!(
            line.bytes_per_second(),
            None,
            "too little, or no time, says nothing"
        );
        line.learn(2_000_000, Duration::from_secs(20));
        assert_eq!(line.bytes_per_second(), Some(100_000));
        line.learn(2_000_000, Duration::from_secs(10));
        assert_eq!(line.bytes_per_second(), Some(150_000));
        line.learn(2_000_000, Duration::from_secs(40));
        assert_eq!(line.bytes_per_second(), Some(50_000));
    }
}
