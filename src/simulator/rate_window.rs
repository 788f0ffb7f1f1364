//! Sliding windows: requests that fit in a stretch of time.

use std::{collections::VecDeque, time::Duration};

/// Times of the requests that were admitted.
#[derive(Debug, Default)]
pub(super) struct SlidingWindow(VecDeque<Duration>);

impl SlidingWindow {
    /// Admits a request, and counts it, unless `limit` were admitted in the `window` before `now`.
    pub(super) fn admits(&mut self, now: Duration, limit: u32, window: Duration) -> bool {
        while self.0.front().is_some_and(|time| !is_within(*time, now, window)) {
            self.0.pop_front();
        }
        let fits = self.0.len() < limit as usize;
        if fits {
            self.0.push_back(now);
        }
        fits
    }
}

/// Checks whether `time` lies less than `window` before `now`.
pub(super) fn is_within(time: Duration, now: Duration, window: Duration) -> bool {
    now.saturating_sub(time) < window
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn admits(window: &mut SlidingWindow, second: u64, limit: u32) -> bool {
        window.admits(Duration::from_secs(second), limit, MINUTE)
    }

    /// #rate-limits: a sliding window of one minute.
    #[test]
    fn a_request_fits_again_a_minute_after_the_oldest_one() {
        let mut window = SlidingWindow::default();
        let admitted: Vec<bool> = (0..7).map(|second| admits(&mut window, second, 6)).collect();
        assert_eq!(admitted, [true, true, true, true, true, true, false]);
        assert!(!admits(&mut window, 59, 6));
        assert!(admits(&mut window, 60, 6));
        assert!(!admits(&mut window, 60, 6));
        assert!(admits(&mut window, 61, 6));
    }

    #[test]
    fn a_limit_of_zero_admits_nothing() {
        assert!(!admits(&mut SlidingWindow::default(), 1, 0));
    }
}
