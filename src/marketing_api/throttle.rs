//! Windows of TikTok's rate limits, as far as a refusal names one (docs/tiktok-marketing-api.md#rate-limits).

use std::time::Duration;

/// Window of the rate limit that is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottledWindow {
    /// Second.
    Second,
    /// Minute.
    Minute,
    /// Day in UTC.
    Day,
    /// TikTok does not say which one.
    Unknown,
}

/// Words of TikTok's messages that name a window.
const WINDOWS: [(&str, ThrottledWindow); 3] = [
    ("qpd", ThrottledWindow::Day),
    ("qpm", ThrottledWindow::Minute),
    ("qps", ThrottledWindow::Second),
];

/// Pause after a used-up minute, as TikTok advises.
const MINUTE_PAUSE: Duration = Duration::from_mins(5);

/// Pauses of 1 s, 2 s and 4 s, before the window counts as that of a minute.
const SHORT_PAUSES: u32 = 3;

const DAY: Duration = Duration::from_hours(24);

impl ThrottledWindow {
    /// Window that a refusal's message names.
    pub(super) fn of_message(message: &str) -> Self {
        let message = message.to_ascii_lowercase();
        let named = WINDOWS.into_iter().find(|(word, _)| message.contains(word));
        named.map_or(Self::Unknown, |(_, window)| window)
    }

    /// Pause after refusal number `refusals` in a row, from 1. `now` is the time since the Unix epoch.
    pub(super) fn pause(self, refusals: u32, now: Duration) -> Duration {
        match self {
            Self::Second => Duration::from_secs(1),
            // The window may be a second or a minute.
            Self::Unknown if refusals <= SHORT_PAUSES => Duration::from_secs(1 << refusals.saturating_sub(1)),
            Self::Minute | Self::Unknown => MINUTE_PAUSE,
            Self::Day => until_midnight(now),
        }
    }

    /// Wait after which a call can get through, for a caller that gave up. `now` is the time since the Unix epoch.
    pub(super) fn wait(self, now: Duration) -> Duration {
        self.pause(u32::MAX, now)
    }

    /// Time that is left of a pause, `None` if it is over. Its beginning was counted as an event, which leaves a window of
    /// [`longest`](Self::longest) after `leaves`. `now` is the time since the Unix epoch.
    pub(super) fn left(self, leaves: Duration, now: Duration) -> Option<Duration> {
        match self {
            Self::Day => {
                let began = now.saturating_add(leaves).saturating_sub(DAY);
                let ends = began.saturating_add(until_midnight(began));
                Some(ends.saturating_sub(now)).filter(|left| !left.is_zero())
            }
            Self::Second | Self::Minute | Self::Unknown => Some(leaves),
        }
    }

    /// Length of a window for which the usual backoff is certain to be too short; `None` if it may be enough.
    pub(super) const fn length(self) -> Option<Duration> {
        match self {
            Self::Second | Self::Unknown => None,
            Self::Minute | Self::Day => Some(self.longest()),
        }
    }

    /// Longest pause.
    pub(super) const fn longest(self) -> Duration {
        match self {
            Self::Second => Duration::from_secs(1),
            Self::Minute | Self::Unknown => MINUTE_PAUSE,
            Self::Day => DAY,
        }
    }
}

fn until_midnight(now: Duration) -> Duration {
    let since_midnight = Duration::new(now.as_secs() % DAY.as_secs(), now.subsec_nanos());
    DAY.saturating_sub(since_midnight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_utc() {
        let wait = |hours| ThrottledWindow::Day.wait(Duration::from_hours(hours));
        assert_eq!(
            [wait(48), wait(49), wait(71)].map(|wait| wait.as_secs() / 3600),
            [24, 23, 1]
        );
    }

    #[test]
    fn an_unnamed_window_is_tried_for_some_seconds_before_it_counts_as_a_minute() {
        let pauses = [1, 2, 3, 4, 5].map(|refusals| ThrottledWindow::Unknown.pause(refusals, DAY).as_secs());
        assert_eq!(pauses, [1, 2, 4, 300, 300]);
        assert_eq!(ThrottledWindow::Second.pause(9, DAY).as_secs(), 1);
        assert_eq!(ThrottledWindow::Minute.pause(1, DAY).as_secs(), 300);
    }

    #[test]
    fn a_pause_of_a_day_that_another_process_began_ends_at_midnight() {
        let hours = |hours| Duration::from_hours(hours);
        // It began at 20:00; now it is 23:00, and then 1:00 of the next day.
        let left = |now: u64| ThrottledWindow::Day.left(hours(48 + 20 + 24 - now), hours(now));
        assert_eq!(
            (left(48 + 20), left(48 + 23), left(48 + 25)),
            (Some(hours(4)), Some(hours(1)), None)
        );
        assert_eq!(ThrottledWindow::Minute.left(hours(1), DAY), Some(hours(1)));
    }

    #[test]
    fn a_window_is_known_by_tiktoks_word_only() {
        assert_eq!(
            ThrottledWindow::of_message("Too many requests"),
            ThrottledWindow::Unknown
        );
        assert_eq!(
            ThrottledWindow::of_message("QPS (12) reaches QPS limit 10"),
            ThrottledWindow::Second
        );
    }
}
