//! Minimum speed of a download, and duration of its turn, so that a slow host does not delay other downloads.
//!
//! * A host must send at the minimum speed, on average over a window; otherwise the download ends.
//! * While another request waits for the turn, a turn lasts one window, the next two windows, and all later
//!   turns four. The download then yields and resumes at the same position in its next turn, so that a slow
//!   host, a pause or a slow network costs time and not the file.
//!
//! Only bytes of the file count, not those of headers. The time includes the wait for the response.

use std::{collections::VecDeque, fmt, pin::Pin, time::Duration};

use super::jobs::DownloadTurn;
use crate::{clock::Clock, model::Grouped};

/// Minimum speed at which a host must send a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowestSpeed {
    /// Bytes per second, on average over the window.
    pub bytes_per_second: u64,
    /// Period over which the speed is measured; also the duration of a first turn while another request
    /// waits.
    pub window: Duration,
}

impl Default for LowestSpeed {
    /// 4 KiB per second over 30 s. This is a hundredth of the speed that the largest video needs to arrive
    /// within the timeout of an action, and the window is longer than the stalls of a lossy network.
    fn default() -> Self {
        Self {
            bytes_per_second: 4 * 1024,
            window: Duration::from_secs(30),
        }
    }
}

/// Number of measurements in a window.
const LOOKS: u16 = 30;

/// Maximum duration of a turn, in windows. A host that cannot resume a file must send all of it in a single
/// turn.
const WINDOWS_MAX: u16 = 4;

/// Number of measurements before a turn yields, if `turns` turns preceded it.
fn looks_of_turn(turns: u32) -> u16 {
    LOOKS
        * 1_u16
            .checked_shl(turns)
            .map_or(WINDOWS_MAX, |windows| windows.clamp(1, WINDOWS_MAX))
}

/// Error: a download below the minimum speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall {
    /// Bytes received in `time`.
    pub bytes: u64,
    /// Period of the measurement.
    pub time: Duration,
    /// Minimum speed, in bytes per second.
    pub least: u64,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, least) = (Grouped(self.bytes), Grouped(self.least));
        let seconds = self.time.as_secs_f64();
        write!(
            f,
            "sent {bytes} bytes of the file in {seconds} s; at least {least} bytes a second are needed"
        )
    }
}

/// Reason for the end of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TurnEnd {
    /// Speed below the minimum in the last window.
    TooSlow(Shortfall),
    /// Another request waits.
    GivesWay,
}

/// Result of a measurement that ends a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WindowFinding {
    /// Bytes received in the last window, fewer than required.
    TooFew(u64),
    /// Another request waits.
    Wanted,
}

/// Bytes received over the last window: pure.
#[derive(Debug, Default)]
struct Arrivals {
    bytes: u64,
    /// Total bytes at each measurement of the last window, oldest first.
    looks: VecDeque<u64>,
    /// Number of measurements so far.
    looked: u16,
}

impl Arrivals {
    /// Measures: a window needs `least` bytes, and a turn that is wanted ends after `turn` measurements.
    fn look(&mut self, least: u64, turn: u16, is_wanted: bool) -> Result<(), WindowFinding> {
        self.looks.push_back(self.bytes);
        self.looked = self.looked.saturating_add(1);
        let earlier = match self.looks.len().cmp(&usize::from(LOOKS)) {
            std::cmp::Ordering::Less => return Ok(()),
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => self.looks.pop_front().unwrap_or_default(),
        };
        match self.bytes.saturating_sub(earlier) {
            few if few < least => Err(WindowFinding::TooFew(few)),
            _ if is_wanted && self.looked >= turn => Err(WindowFinding::Wanted),
            _ => Ok(()),
        }
    }
}

/// Enforces the minimum speed and the duration of a turn on one attempt.
pub(super) struct SpeedWatch<'a> {
    limit: LowestSpeed,
    clock: &'a Clock,
    turn: &'a DownloadTurn,
    /// Number of measurements after which the turn ends if it is wanted.
    looks: u16,
    arrivals: Arrivals,
    next_look: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<'a> SpeedWatch<'a> {
    /// Watches `turn`, which `turns` turns preceded.
    pub(super) fn new(limit: LowestSpeed, clock: &'a Clock, turn: &'a DownloadTurn, turns: u32) -> Self {
        let (looks, next_look) = (looks_of_turn(turns), pause(clock, limit));
        Self {
            limit,
            clock,
            turn,
            looks,
            arrivals: Arrivals::default(),
            next_look,
        }
    }

    /// Counts bytes of the file.
    pub(super) fn count(&mut self, bytes: usize) {
        self.arrivals.bytes = self
            .arrivals
            .bytes
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Runs `work`, and returns its result or the reason for which the turn ended earlier.
    pub(super) async fn over<T>(&mut self, work: impl Future<Output = T>) -> Result<T, TurnEnd> {
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

    fn look(&mut self) -> Result<(), TurnEnd> {
        let LowestSpeed {
            bytes_per_second,
            window: time,
        } = self.limit;
        let least = (u128::from(bytes_per_second) * time.as_millis() / 1000)
            .try_into()
            .unwrap_or(u64::MAX);
        self.arrivals
            .look(least, self.looks, self.turn.is_wanted())
            .map_err(|end| match end {
                WindowFinding::TooFew(bytes) => TurnEnd::TooSlow(Shortfall {
                    bytes,
                    time,
                    least: bytes_per_second,
                }),
                WindowFinding::Wanted => TurnEnd::GivesWay,
            })
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

    /// Plays what arrives before each look, and whether another request waits then; the look at which the
    /// turn ends.
    fn end(
        arriving: impl Iterator<Item = (u64, bool)>,
        least: u64,
        turn: u16,
    ) -> Option<(usize, WindowFinding)> {
        let mut arrivals = Arrivals::default();
        arriving.enumerate().find_map(|(at, (bytes, is_wanted))| {
            arrivals.bytes += bytes;
            arrivals
                .look(least, turn, is_wanted)
                .err()
                .map(|end| (at + 1, end))
        })
    }

    fn alone(arriving: impl Iterator<Item = u64>) -> Option<(usize, WindowFinding)> {
        end(arriving.map(|bytes| (bytes, false)), 120_000, LOOKS)
    }

    fn wanted(arriving: impl Iterator<Item = u64>) -> Option<(usize, WindowFinding)> {
        end(arriving.map(|bytes| (bytes, true)), 120_000, LOOKS)
    }

    #[test]
    fn a_drip_ends_after_one_window() {
        let drip = || std::iter::repeat_n(1, 100);
        assert_eq!(alone(drip()), Some((30, WindowFinding::TooFew(30))));
        assert_eq!(wanted(drip()), Some((30, WindowFinding::TooFew(30))));
        assert_eq!(alone(std::iter::repeat_n(4_000, 1_000)), None);
    }

    #[test]
    fn a_pause_of_less_than_the_window_is_no_drip() {
        let burst = || {
            std::iter::once(5_000_000)
                .chain(std::iter::repeat_n(0, 29))
                .cycle()
                .take(1_000)
        };
        assert_eq!(alone(burst()), None);
        assert_eq!(
            wanted(burst()),
            Some((30, WindowFinding::Wanted)),
            "it only gives way"
        );
        let stop = std::iter::repeat_n(1_000_000, 50).chain(std::iter::repeat_n(0, 50));
        assert_eq!(alone(stop), Some((80, WindowFinding::TooFew(0))));
    }

    #[test]
    fn turns_grow_to_four_windows() {
        assert_eq!(
            [0, 1, 2, 3, 15, 16, u32::MAX].map(looks_of_turn),
            [30, 60, 120, 120, 120, 120, 120]
        );
    }

    proptest! {
        /// A download is ended as soon as, and only where, too little came in the last window; it gives way
        /// as soon as its turn is over and wanted.
        #[test]
        fn the_window_and_the_turn_decide(
            arriving in prop::collection::vec((0_u64..20, any::<bool>()), 0..200),
            least in 0_u64..400,
            turn in 30_u16..150,
        ) {
            let window = usize::from(LOOKS);
            let sum = |end: usize| arriving[end - window..end].iter().map(|(bytes, _)| bytes).sum::<u64>();
            let expected = (window..=arriving.len()).find_map(|at| {
                let is_over = at >= usize::from(turn) && arriving[at - 1].1;
                let end = (sum(at) < least).then(|| WindowFinding::TooFew(sum(at)));
                end.or_else(|| is_over.then_some(WindowFinding::Wanted)).map(|end| (at, end))
            });
            prop_assert_eq!(end(arriving.iter().copied(), least, turn), expected);
        }
    }
}
