//! The lowest speed of a download: a host that sends its file byte by byte must not keep others waiting.
//!
//! Bytes of the file count, from the request on; the bytes of headers do not.

use std::{collections::VecDeque, fmt, pin::Pin, time::Duration};

use super::jobs::JobSlot;
use crate::{clock::Clock, model::Grouped};

/// The lowest speed at which a host may send a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowestSpeed {
    /// Bytes per second, on average over the window.
    pub bytes_per_second: u64,
    /// Time over which it is measured; a third of it while another request waits for its turn to download.
    pub window: Duration,
}

impl Default for LowestSpeed {
    /// 4 KiB per second over 30 s. That is a hundredth of what the largest video needs to arrive within the time of an action,
    /// and the window is longer than the pauses of a lossy line.
    fn default() -> Self {
        Self { bytes_per_second: 4 * 1024, window: Duration::from_secs(30) }
    }
}

/// Looks in one window.
const LOOKS: u16 = 30;

/// Looks in the window that holds while another request waits.
const LOOKS_CONTENDED: u16 = LOOKS / 3;

/// A download that fell below the lowest speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall {
    /// Bytes that came in that time.
    pub bytes: u64,
    /// The time.
    pub time: Duration,
    /// Bytes per second that are needed.
    pub least: u64,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, least) = (Grouped(self.bytes), Grouped(self.least));
        let seconds = self.time.as_secs_f64();
        write!(f, "sent {bytes} bytes of the file in {seconds} s; at least {least} bytes a second are needed")
    }
}

/// Bytes by time, of the last window: pure.
#[derive(Debug, Default)]
struct Arrivals {
    bytes: u64,
    /// Bytes so far at each look, the oldest first.
    looks: VecDeque<u64>,
}

impl Arrivals {
    /// Takes a look; `Err` with the bytes of the last `looks` where they are fewer than `least`.
    fn look(&mut self, looks: u16, least: u64) -> Result<(), u64> {
        self.looks.push_back(self.bytes);
        let looks = usize::from(looks);
        let Some(before) = self.looks.len().checked_sub(looks) else { return Ok(()) };
        let earlier = before.checked_sub(1).and_then(|at| self.looks.get(at)).copied().unwrap_or_default();
        if self.looks.len() > usize::from(LOOKS) {
            self.looks.pop_front();
        }
        let arrived = self.bytes.saturating_sub(earlier);
        if arrived < least { Err(arrived) } else { Ok(()) }
    }
}

/// Holds one attempt to the lowest speed.
pub(super) struct Watch<'a> {
    limit: LowestSpeed,
    clock: &'a Clock,
    job: &'a JobSlot,
    arrivals: Arrivals,
    next_look: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(limit: LowestSpeed, clock: &'a Clock, job: &'a JobSlot) -> Self {
        Self { limit, clock, job, arrivals: Arrivals::default(), next_look: pause(clock, limit) }
    }

    /// Counts bytes of the file.
    pub(super) fn count(&mut self, bytes: usize) {
        self.arrivals.bytes = self.arrivals.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// The outcome of `work`, unless the speed falls below the lowest before.
    pub(super) async fn over<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Shortfall> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                () = &mut self.next_look => {
                    self.next_look = pause(self.clock, self.limit);
                    self.look()?;
                }
                done = &mut work => return Ok(done),
            }
        }
    }

    fn look(&mut self) -> Result<(), Shortfall> {
        let looks = if self.job.is_contended() { LOOKS_CONTENDED } else { LOOKS };
        let time = self.limit.window * u32::from(looks) / u32::from(LOOKS);
        let least = (u128::from(self.limit.bytes_per_second) * time.as_millis() / 1000).try_into().unwrap_or(u64::MAX);
        let shortfall = |bytes| Shortfall { bytes, time, least: self.limit.bytes_per_second };
        self.arrivals.look(looks, least).map_err(shortfall)
    }
}

fn pause(clock: &Clock, limit: LowestSpeed) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let (clock, pause) = (clock.clone(), limit.window / u32::from(LOOKS));
    Box::pin(async move { clock.sleep_wall(pause).await })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Plays what arrives before each look; the first look at which it is too little.
    fn too_slow_at(arriving: impl Iterator<Item = u64>, looks: u16, least: u64) -> Option<(usize, u64)> {
        let mut arrivals = Arrivals::default();
        arriving.enumerate().find_map(|(at, bytes)| {
            arrivals.bytes += bytes;
            arrivals.look(looks, least).err().map(|got| (at + 1, got))
        })
    }

    #[test]
    fn a_drip_ends_after_one_window() {
        let drip = || std::iter::repeat_n(1, 100);
        assert_eq!(too_slow_at(drip(), LOOKS, 120_000), Some((30, 30)));
        assert_eq!(too_slow_at(drip(), LOOKS_CONTENDED, 40_000), Some((10, 10)));
        assert_eq!(too_slow_at(std::iter::repeat_n(4_000, 1_000), LOOKS, 120_000), None);
    }

    #[test]
    fn a_pause_of_less_than_the_window_is_no_drip() {
        let burst = || std::iter::once(5_000_000).chain(std::iter::repeat_n(0, 29)).cycle().take(1_000);
        assert_eq!(too_slow_at(burst(), LOOKS, 120_000), None);
        let stop = std::iter::repeat_n(1_000_000, 50).chain(std::iter::repeat_n(0, 50));
        assert_eq!(too_slow_at(stop, LOOKS, 120_000), Some((80, 0)));
    }

    proptest! {
        /// Whoever is ended has sent too little in the last window, and whoever is not has never.
        #[test]
        fn the_window_decides(arriving in prop::collection::vec(0_u64..20, 0..200), least in 0_u64..400) {
            let window = usize::from(LOOKS);
            let sum = |end: usize| arriving[end - window..end].iter().sum::<u64>();
            let expected = (window..=arriving.len()).find(|end| sum(*end) < least).map(|end| (end, sum(end)));
            prop_assert_eq!(too_slow_at(arriving.iter().copied(), LOOKS, least), expected);
        }
    }
}
