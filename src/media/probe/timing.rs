//! Frames and how long they are shown.

use std::time::Duration;

/// Frames a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameRate {
    /// The average, without a last frame that stands still, in thousandths: 23.976 frames a second are 23976.
    pub average_thousandths: u32,
    /// Whether some frames are shown clearly longer than others.
    pub varies: bool,
}

/// `ticks` of which `timescale` make a second; `None` where there is no scale.
pub(super) fn time(ticks: u64, timescale: u32) -> Option<Duration> {
    let timescale = u64::from(timescale);
    let seconds = ticks.checked_div(timescale)?;
    let nanos = (ticks % timescale) * 1_000_000_000 / timescale;
    Some(Duration::new(seconds, u32::try_from(nanos).ok()?))
}

/// The shown lengths of a track's frames, added up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Timing {
    frames: u64,
    ticks: u64,
    /// The lengths of all frames but the last, which is often odd: the shortest and the longest.
    range: Option<(u64, u64)>,
    last: Option<u64>,
}

impl Timing {
    /// Adds `count` frames of `ticks` each.
    pub(super) fn add(&mut self, count: u64, ticks: u64) {
        if count == 0 {
            return;
        }
        self.frames = self.frames.saturating_add(count);
        self.ticks = self.ticks.saturating_add(count.saturating_mul(ticks));
        let inner = self.last.replace(ticks).into_iter().chain((count > 1).then_some(ticks));
        for ticks in inner {
            let (shortest, longest) = self.range.unwrap_or((ticks, ticks));
            self.range = Some((shortest.min(ticks), longest.max(ticks)));
        }
    }

    /// How many frames there are.
    pub(super) const fn frames(&self) -> u64 {
        self.frames
    }

    /// How long they are shown together.
    pub(super) const fn ticks(&self) -> u64 {
        self.ticks
    }

    /// How long one is shown on average.
    pub(super) const fn mean(&self) -> u64 {
        match self.ticks.checked_div(self.frames) {
            Some(mean) => mean,
            None => 0,
        }
    }

    /// Frames a second where `timescale` ticks make one; `None` where frames have no length.
    pub(super) fn rate(&self, timescale: u64) -> Option<FrameRate> {
        let running = self.running();
        let (frames, ticks) = (u128::from(running.frames), u128::from(running.ticks));
        let scaled = frames.checked_mul(u128::from(timescale))?.checked_mul(1000)?;
        let thousandths = scaled.checked_add(ticks / 2)?.checked_div(ticks)?;
        let average_thousandths = u32::try_from(thousandths).ok().filter(|rate| *rate > 0)?;
        Some(FrameRate { average_thousandths, varies: running.varies() })
    }

    /// The same without a last frame that is shown longer than any other: it stands still.
    fn running(&self) -> Self {
        match (self.last, self.range) {
            (Some(last), Some((_, longest))) if last > longest => {
                Self { frames: self.frames - 1, ticks: self.ticks.saturating_sub(last), ..*self }
            }
            _ => *self,
        }
    }

    /// Two ticks or a tenth of a frame are the rounding of a constant rate.
    fn varies(&self) -> bool {
        self.range.is_some_and(|(shortest, longest)| longest - shortest > 2_u64.max(self.mean() / 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(frames: &[(u64, u64)], timescale: u64) -> Option<(u32, bool)> {
        let mut timing = Timing::default();
        for (count, ticks) in frames {
            timing.add(*count, *ticks);
        }
        timing.rate(timescale).map(|rate| (rate.average_thousandths, rate.varies))
    }

    #[test]
    fn rates_are_averages() {
        assert_eq!(rate(&[(240, 1001)], 24_000), Some((23_976, false)));
        // Milliseconds cannot hold 30 frames a second.
        assert_eq!(rate(&[(20, 33), (10, 34)], 1000), Some((30_000, false)));
        assert_eq!(rate(&[(10, 1), (10, 20), (1, 1)], 30), Some((2_986, true)));
        assert_eq!(rate(&[(1, 40)], 1000), Some((25_000, false)));
        assert_eq!(rate(&[(10, 0)], 30), None);
        assert_eq!(rate(&[], 30), None);
        assert_eq!(rate(&[(u64::MAX, u64::MAX)], u64::MAX), None);
    }

    /// A last frame that stands still makes no rate slower; fragments tell each frame by itself.
    #[test]
    fn a_last_frame_that_stands_still_is_not_counted() {
        assert_eq!(rate(&[(239, 512), (1, 6_144)], 12_288), Some((24_000, false)));
        let still: Vec<(u64, u64)> = [(1, 512); 239].into_iter().chain([(1, 6_144)]).collect();
        assert_eq!(rate(&still, 12_288), Some((24_000, false)));
        assert_eq!(rate(&[(29, 1), (1, 1_000)], 30), Some((30_000, false)));
        // Nor does it hide that the others differ.
        assert_eq!(rate(&[(10, 100), (10, 115), (1, 9_999)], 3_000), Some((27_907, true)));
    }

    #[test]
    fn ticks_are_time() {
        assert_eq!(time(3_003, 1_000), Some(Duration::from_millis(3_003)));
        assert_eq!(time(u64::MAX, 1), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(time(5, 0), None);
    }
}
