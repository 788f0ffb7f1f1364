//! Difference between this machine's clock and a server's: pure.

use std::time::Duration;

use super::finding::Finding;

/// Difference that is no fault of a clock: the `Date` of an answer has whole seconds and takes time to arrive.
const EXACT: u64 = 30;

/// Difference from which certificates and the times of tokens and posts may be judged wrongly.
const WRONG: u64 = 300;

const CHECK: &str = "clock";

const REMEDY: &str = "synchronize this machine's clock (NTP), or set it by hand";

/// Judges this machine's time `ours` by the time `theirs` of an answer; both count from the Unix epoch.
pub(super) fn judge(ours: Duration, theirs: Option<Duration>) -> Finding {
    let Some(theirs) = theirs else {
        return Finding::skipped(CHECK, "the answer has no Date header to compare the clock with");
    };
    let (ours, theirs) = (ours.as_secs(), theirs.as_secs());
    let off = ours.abs_diff(theirs);
    let side = if ours > theirs { "ahead of" } else { "behind" };
    let found = format!("this machine's clock is {} {side} the server's", in_words(off));
    match off {
        0..=EXACT => Finding::ok(CHECK, format!("agrees with the server's within {EXACT} s")),
        31..=WRONG => Finding::warning(CHECK, found, REMEDY),
        _ => Finding::fault(CHECK, found, REMEDY),
    }
}

/// A duration in its largest two units.
fn in_words(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_told_with_its_side() {
        let of = |ours, theirs| judge(Duration::from_secs(ours), Some(Duration::from_secs(theirs)));
        for (ours, theirs, status, words) in [
            (1_000, 1_000, "ok", "agrees"),
            (1_000, 1_030, "ok", "agrees"),
            (1_000, 1_031, "warning", "31 s behind"),
            (1_300, 1_000, "warning", "5 min 0 s ahead of"),
            (10_000, 13_600, "fault", "1 h 0 min behind"),
            (200_000, 0, "fault", "2 days 7 h ahead of"),
        ] {
            let finding = of(ours, theirs);
            assert_eq!(finding.status.word(), status, "{finding:?}");
            assert!(finding.found.contains(words), "{finding:?}");
        }
        assert_eq!(judge(Duration::ZERO, None).status.word(), "skipped");
    }
}
