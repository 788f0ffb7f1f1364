//! Times in words: pure.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `ends in 1 h 58 min`, `expired 3 days ago`.
pub(super) fn end(at: Duration, now: Duration) -> String {
    if at > now {
        format!("ends in {}", length(at.saturating_sub(now)))
    } else {
        format!("expired {} ago", length(now.saturating_sub(at)))
    }
}

/// `45 s`, `58 min`, `1 h 58 min`, `179 days`; from a minute on to the nearest minute, and from a day on whole days.
pub(super) fn length(time: Duration) -> String {
    let seconds = match time.as_secs() {
        seconds if seconds < MINUTE => seconds,
        seconds => seconds + MINUTE / 2,
    };
    match seconds {
        0..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY if seconds % HOUR < MINUTE => format!("{} h", seconds / HOUR),
        HOUR..DAY => format!("{} h {} min", seconds / HOUR, seconds % HOUR / MINUTE),
        _ if seconds / DAY == 1 => "1 day".to_owned(),
        _ => format!("{} days", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_units_that_matter() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "1 h"),
            (7_199, "2 h"),
            (15_551_999, "180 days"),
            (7_200, "2 h"),
            (7_100, "1 h 58 min"),
            (86_400, "1 day"),
            (15_552_000, "180 days"),
        ] {
            assert_eq!(length(Duration::from_secs(seconds)), text);
        }
        let at = Duration::from_secs;
        assert_eq!(end(at(100), at(40)), "ends in 1 min");
        assert_eq!(end(at(40), at(100)), "expired 1 min ago");
        assert_eq!(end(at(40), at(40)), "expired 0 s ago");
    }
}
