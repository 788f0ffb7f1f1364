//! Timing of frames.

use std::time::Duration;

/// Frame rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameRate {
    /// The average from the first frame to the start of the last, in thousandths: 23.976 frames a second are
    /// 23976.
    pub average_thousandths: u32,
    /// True if some gaps between frames are clearly longer than others.
    pub varies: bool,
}

/// Converts `ticks` at `timescale` ticks per second; `None` if the timescale is 0.
pub(super) fn time(ticks: u64, timescale: u32) -> Option<Duration> {
    let timescale = u64::from(timescale);
    let seconds = ticks.checked_div(timescale)?;
    let nanos = (ticks % timescale) * 1_000_000_000 / timescale;
    Some(Duration::new(seconds, u32::try_from(nanos).ok()?))
}

/// Start times of a track's frames, in ticks.
///
/// The rate is `(frames - 1) / (start of the last - start of the first)`: the length of a last frame is often
/// 0, a fraction, or a still. It is used only where there is no other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Timing {
    frames: u64,
    /// Start of the next frame where the file gives no other, in ticks.
    clock: u64,
    /// The earliest and the latest start.
    starts: Option<(u64, u64)>,
    /// The start that was added last.
    latest: u64,
    /// The length of the last frame, where the file names it.
    last_length: u64,
    /// The sum of all lengths that the file names.
    named: u64,
    /// The shortest and the longest gap between two starts.
    gaps: Option<(u64, u64)>,
}

impl Timing {
    /// `count` frames of `ticks` each, one after another.
    pub(super) fn add(&mut self, count: u64, ticks: u64) {
        let Some(more) = count.checked_sub(1) else { return };
        let first = self.clock;
        self.start(first);
        if more > 0 {
            let last = first.saturating_add(more.saturating_mul(ticks));
            self.frames = self.frames.saturating_add(more);
            self.include(last);
            self.widen(ticks);
            self.latest = last;
        }
        self.lasts(ticks);
        self.clock = self.latest.saturating_add(ticks);
        self.named = self.named.saturating_add(count.saturating_mul(ticks));
    }

    /// One frame that starts at `at`.
    pub(super) fn start(&mut self, at: u64) {
        if self.frames > 0 {
            self.widen(at.abs_diff(self.latest));
        }
        self.frames = self.frames.saturating_add(1);
        self.include(at);
        self.latest = at;
        self.last_length = 0;
    }

    /// The next frame starts at `at`.
    pub(super) const fn seek(&mut self, at: u64) {
        self.clock = at;
    }

    /// The last frame is shown for `ticks`.
    pub(super) const fn lasts(&mut self, ticks: u64) {
        self.last_length = ticks;
    }

    fn include(&mut self, at: u64) {
        self.starts = Some(
            self.starts
                .map_or((at, at), |(first, last)| (first.min(at), last.max(at))),
        );
    }

    fn widen(&mut self, gap: u64) {
        let (shortest, longest) = self.gaps.unwrap_or((gap, gap));
        self.gaps = Some((shortest.min(gap), longest.max(gap)));
    }

    /// Number of frames.
    pub(super) const fn frames(&self) -> u64 {
        self.frames
    }

    /// From the first start to the last. Starts that cover less than half of the lengths are not believed.
    fn span(&self) -> u64 {
        let by_length = self.named.saturating_sub(self.last_length);
        let span = self.starts.map_or(0, |(first, last)| last.saturating_sub(first));
        if span >= by_length / 2 { span } else { by_length }
    }

    /// True if frames of `length` each, in units of 1/`parts` tick, would start at the same times, rounded to
    /// the tick.
    pub(super) fn is_of(&self, length: u64, parts: u64) -> bool {
        let gaps = u128::from(self.frames.saturating_sub(1));
        let named = gaps.checked_mul(length.into());
        let span = u128::from(self.span()).checked_mul(parts.into());
        named
            .zip(span)
            .is_some_and(|(named, span)| named.abs_diff(span) <= parts.into())
    }

    /// From one start to the next on average, rounded to the next tick.
    fn mean(&self) -> u64 {
        let gaps = self.frames.saturating_sub(1);
        self.span()
            .saturating_add(gaps / 2)
            .checked_div(gaps)
            .unwrap_or(0)
    }

    /// From the first start to the end of the last frame; a last packet of sound is often cut short
    /// intentionally.
    pub(super) fn ticks(&self) -> u64 {
        self.span().saturating_add(if self.last_length > 0 {
            self.last_length
        } else {
            self.mean()
        })
    }

    /// The same of pictures, the last of which is shown no shorter than any other: players show it for a
    /// frame.
    pub(super) fn ticks_of_pictures(&self) -> u64 {
        let shortest = self.gaps.map_or(0, |(shortest, _)| shortest.min(self.mean()));
        self.ticks().max(self.span().saturating_add(shortest))
    }

    /// Start of the first frame, in ticks.
    pub(super) fn begin(&self) -> u64 {
        self.starts.map_or(0, |(first, _)| first)
    }

    /// Average length of a frame, in ticks; the length of the only one where there is only one.
    pub(super) fn usual(&self) -> u64 {
        if self.frames > 1 {
            self.mean()
        } else {
            self.last_length
        }
    }

    /// Frame rate at `timescale` ticks per second; `None` if it is unknown.
    pub(super) fn rate(&self, timescale: u64) -> Option<FrameRate> {
        self.rate_of(timescale, 1)
    }

    /// The same where a tick lasts `factor` times as long.
    pub(super) fn rate_of(&self, timescale: u64, factor: u64) -> Option<FrameRate> {
        let (frames, ticks) = match (self.frames.saturating_sub(1), self.span()) {
            (0, _) => (self.frames, self.last_length),
            (gaps, span) => (gaps, span),
        };
        let (frames, ticks) = (
            u128::from(frames),
            u128::from(ticks).checked_mul(u128::from(factor))?,
        );
        let scaled = frames.checked_mul(u128::from(timescale))?.checked_mul(1000)?;
        let thousandths = scaled.checked_add(ticks / 2)?.checked_div(ticks)?;
        let average_thousandths = u32::try_from(thousandths).ok().filter(|rate| *rate > 0)?;
        Some(FrameRate {
            average_thousandths,
            varies: self.varies(),
        })
    }

    /// Two ticks or a tenth of a frame are the rounding of a constant rate.
    fn varies(&self) -> bool {
        self.gaps
            .is_some_and(|(shortest, longest)| longest - shortest > 2_u64.max(self.mean() / 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(frames: &[(u64, u64)]) -> Timing {
        let mut timing = Timing::default();
        for (count, ticks) in frames {
            timing.add(*count, *ticks);
        }
        timing
    }

    fn rate(frames: &[(u64, u64)], timescale: u64) -> Option<(u32, bool)> {
        of(frames)
            .rate(timescale)
            .map(|rate| (rate.average_thousandths, rate.varies))
    }

    #[test]
    fn rates_are_averages() {
        assert_eq!(rate(&[(240, 1001)], 24_000), Some((23_976, false)));
        // Milliseconds cannot hold 30 frames a second.
        assert_eq!(
            rate(&[(1, 33), (1, 33), (1, 34), (1, 33)], 1000),
            Some((30_000, false))
        );
        assert_eq!(rate(&[(10, 1), (10, 20), (1, 1)], 30), Some((2_857, true)));
        assert_eq!(rate(&[(1, 40)], 1000), Some((25_000, false)));
        assert_eq!(rate(&[(10, 0)], 30), None);
        assert_eq!(rate(&[], 30), None);
        // A duration that overflows has no rate.
        assert_eq!(rate(&[(u64::MAX, u64::MAX)], u64::MAX), None);
    }

    /// Whatever a file says of its last frame: nothing, a fraction, or seconds.
    #[test]
    fn the_last_length_does_not_count() {
        for last in [0, 1, 256, 512, 6_144, 100_000] {
            assert_eq!(
                rate(&[(239, 512), (1, last)], 12_288),
                Some((24_000, false)),
                "{last}"
            );
        }
        // Fragments name each frame by itself.
        let still: Vec<(u64, u64)> = [(1, 512); 239].into_iter().chain([(1, 6_144)]).collect();
        assert_eq!(rate(&still, 12_288), Some((24_000, false)));
        // Nor does it hide that the others differ.
        assert_eq!(
            rate(&[(10, 100), (10, 115), (1, 9_999)], 3_000),
            Some((27_907, true))
        );
    }

    #[test]
    fn the_last_frame_is_shown_no_shorter_than_the_others() {
        for (last, ticks) in [
            (0, 120_000),
            (1, 120_000),
            (500, 120_000),
            (700, 120_200),
            (9_000, 128_500),
        ] {
            assert_eq!(of(&[(239, 500), (1, last)]).ticks_of_pictures(), ticks, "{last}");
        }
    }

    #[test]
    fn starts_that_contradict_all_lengths_are_not_believed() {
        // Each fragment claims to start at 0.
        let mut timing = Timing::default();
        for _ in 0..60 {
            timing.seek(0);
            timing.add(1, 1);
        }
        assert_eq!(
            (
                timing.ticks(),
                timing.rate(30).map(|rate| rate.average_thousandths)
            ),
            (60, Some(30_000))
        );
        // Starts with a gap between them are.
        let mut timing = Timing::default();
        timing.add(30, 1);
        timing.seek(60);
        timing.add(30, 1);
        assert_eq!(
            (
                timing.ticks(),
                timing.rate(30).map(|rate| rate.average_thousandths)
            ),
            (90, Some(19_888))
        );
    }

    #[test]
    fn ticks_are_time() {
        assert_eq!(time(3_003, 1_000), Some(Duration::from_millis(3_003)));
        assert_eq!(time(u64::MAX, 1), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(time(5, 0), None);
    }
}
