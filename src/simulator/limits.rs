//! Sliding windows: how many requests, posts, drafts and users fit in a stretch of time
//! (docs/tiktok-open-api.md#rate-limits, #posting-caps).

use std::{collections::VecDeque, time::Duration};

/// The window of the request limits.
pub(super) const MINUTE: Duration = Duration::from_mins(1);
/// The window of the business caps.
pub(super) const DAY: Duration = Duration::from_hours(24);
/// Direct posts per creator and day, over all clients (#posting-caps).
pub(super) const DIRECT_POSTS_PER_DAY: usize = 15;
/// Drafts per creator and day that the creator has not posted yet (#posting-caps).
pub(super) const PENDING_DRAFTS_PER_DAY: usize = 5;
/// Posting users per day of an app that is not audited (#posting-caps).
pub(super) const USERS_PER_DAY_UNAUDITED: usize = 5;

/// What shares one count of requests per minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bucket {
    /// `user/info`.
    UserInfo,
    /// `video/list`.
    VideoList,
    /// `video/query`.
    VideoQuery,
    /// `creator_info/query`.
    CreatorInfo,
    /// The three inits; whether they share one count is unconfirmed, and shared is the stricter reading.
    Init,
    /// `status/fetch`.
    PublishStatus,
}

/// The times of the requests that were let through.
#[derive(Debug, Default)]
pub(super) struct SlidingWindow(VecDeque<Duration>);

impl SlidingWindow {
    /// Lets a request through, and counts it, unless `limit` were let through in the minute before `now`.
    pub(super) fn admits(&mut self, now: Duration, limit: u32) -> bool {
        while self.0.front().is_some_and(|time| !is_within(*time, now, MINUTE)) {
            self.0.pop_front();
        }
        let fits = self.0.len() < limit as usize;
        if fits {
            self.0.push_back(now);
        }
        fits
    }
}

/// Whether `time` lies less than `window` before `now`.
pub(super) fn is_within(time: Duration, now: Duration, window: Duration) -> bool {
    now.saturating_sub(time) < window
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    /// #rate-limits: a sliding window of one minute.
    #[test]
    fn a_request_fits_again_a_minute_after_the_oldest_one() {
        let mut window = SlidingWindow::default();
        let admitted: Vec<bool> = (0..7).map(|second| window.admits(seconds(second), 6)).collect();
        assert_eq!(admitted, [true, true, true, true, true, true, false]);
        assert!(!window.admits(seconds(59), 6));
        assert!(window.admits(seconds(60), 6));
        assert!(!window.admits(seconds(60), 6));
        assert!(window.admits(seconds(61), 6));
    }

    /// A limit of none refuses everything.
    #[test]
    fn a_limit_of_zero_lets_nothing_through() {
        assert!(!SlidingWindow::default().admits(seconds(1), 0));
    }
}
