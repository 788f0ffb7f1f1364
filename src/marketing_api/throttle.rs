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

const DAY: Duration = Duration::from_hours(24);

impl ThrottledWindow {
    /// Window that a refusal's message names.
    pub(super) fn of_message(message: &str) -> Self {
        let message = message.to_ascii_lowercase();
        let named = WINDOWS.into_iter().find(|(word, _)| message.contains(word));
        named.map_or(Self::Unknown, |(_, window)| window)
    }

    /// Wait that is certain to be too short for the usual backoff; `None` if that may be enough.
    pub(super) const fn length(self) -> Option<Duration> {
        match self {
            Self::Second | Self::Unknown => None,
            Self::Minute => Some(MINUTE_PAUSE),
            Self::Day => Some(DAY),
        }
    }

    /// Wait after which a call can get through. `now` is the time since the Unix epoch.
    pub(super) fn wait(self, now: Duration) -> Duration {
        match self {
            Self::Second => Duration::from_secs(1),
            // The attempts before have waited for longer than a second.
            Self::Minute | Self::Unknown => MINUTE_PAUSE,
            Self::Day => Duration::from_secs(DAY.as_secs() - now.as_secs() % DAY.as_secs()),
        }
    }
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
