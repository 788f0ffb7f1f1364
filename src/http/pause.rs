//! Pauses that an API's refusals begin: until they end, requests of the same kind are not sent.
//!
//! Each kind of request, for example those of one app, has a key. A process remembers the pauses of all its requests.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{clock::Clock, model::AccountHash};

/// Pause that concerns a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiPause {
    /// Time until it ends.
    pub wait: Duration,
    /// The API's code of the refusal that began it.
    pub code: &'static str,
}

/// Pauses of this process.
#[derive(Debug)]
pub struct Pauses {
    clock: Clock,
    known: Mutex<BTreeMap<AccountHash, Pause>>,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    /// Monotonic time of its end.
    until: Duration,
    /// Refusals in a row, at most one for each pause.
    refusals: u32,
}

/// Time after a pause in which another refusal continues the row.
const ROW: Duration = Duration::from_mins(5);

impl Pauses {
    /// No pauses.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            known: Mutex::default(),
        }
    }

    /// Time until the pause of `key` ends; `None` without a pause.
    pub fn left(&self, key: AccountHash) -> Option<Duration> {
        let until = self.known().get(&key)?.until;
        let left = until.saturating_sub(self.clock.elapsed());
        Some(left).filter(|left| !left.is_zero())
    }

    /// Begins a pause, or extends it; returns the time until it ends, and whether it begins. `length` computes it from
    /// the number of refusals in a row, from 1.
    ///
    /// A refusal during a pause is of a request that was sent before, so it does not count.
    pub fn refused(&self, key: AccountHash, length: impl FnOnce(u32) -> Duration) -> (Duration, bool) {
        let now = self.clock.elapsed();
        let mut known = self.known();
        known.retain(|_key, pause| now < pause.until.saturating_add(ROW));
        let pause = known.entry(key).or_insert(Pause {
            until: Duration::ZERO,
            refusals: 0,
        });
        let begins = pause.until <= now;
        pause.refusals = pause.refusals.saturating_add(u32::from(begins));
        pause.until = pause.until.max(now.saturating_add(length(pause.refusals)));
        (pause.until.saturating_sub(now), begins)
    }

    /// Ends the row of refusals: the API has accepted a request. During a pause, that is one that was sent before.
    pub fn accepted(&self, key: AccountHash) {
        let now = self.clock.elapsed();
        let mut known = self.known();
        if known.get(&key).is_some_and(|pause| pause.until <= now) {
            known.remove(&key);
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<AccountHash, Pause>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn pauses() -> (Clock, Pauses, AccountHash) {
        let clock = Clock::virtual_at(Duration::from_secs(1_000));
        (clock.clone(), Pauses::new(clock), AccountHash::of(&["app"]))
    }

    /// A pause of as many seconds as there were refusals in a row.
    fn refused(pauses: &Pauses, key: AccountHash) -> (u64, bool) {
        let (left, begins) = pauses.refused(key, |refusals| SECOND * refusals);
        (left.as_secs(), begins)
    }

    #[test]
    fn a_pause_is_of_its_key_and_ends() {
        let (clock, pauses, app) = pauses();
        assert_eq!(refused(&pauses, app), (1, true));
        assert_eq!(pauses.left(app), Some(SECOND));
        assert_eq!(pauses.left(AccountHash::of(&["other"])), None);
        clock.advance(SECOND);
        assert_eq!(pauses.left(app), None);
    }

    #[test]
    fn refusals_in_a_row_are_counted_once_for_each_pause() {
        let (clock, pauses, app) = pauses();
        assert_eq!(refused(&pauses, app), (1, true));
        assert_eq!(
            refused(&pauses, app),
            (1, false),
            "it was sent before the pause began"
        );
        clock.advance(SECOND);
        assert_eq!(refused(&pauses, app), (2, true));
        clock.advance(2 * SECOND);
        assert_eq!(refused(&pauses, app), (3, true));
    }

    #[test]
    fn an_accepted_request_or_time_ends_the_row() {
        let (clock, pauses, app) = pauses();
        refused(&pauses, app);
        pauses.accepted(app);
        assert_eq!(
            pauses.left(app),
            Some(SECOND),
            "it was sent before the pause began"
        );
        clock.advance(SECOND);
        pauses.accepted(app);
        assert_eq!(refused(&pauses, app), (1, true));
        clock.advance(SECOND + ROW);
        assert_eq!(refused(&pauses, app), (1, true));
    }

    #[test]
    fn a_pause_is_never_shortened() {
        let (_clock, pauses, app) = pauses();
        assert_eq!(pauses.refused(app, |_| 300 * SECOND), (300 * SECOND, true));
        assert_eq!(pauses.refused(app, |_| SECOND), (300 * SECOND, false));
    }

    #[test]
    fn pauses_that_are_over_are_forgotten() {
        let (clock, pauses, _app) = pauses();
        for number in 0..1_000 {
            refused(&pauses, AccountHash::of(&[&number.to_string()]));
            clock.advance(SECOND);
        }
        let kept = pauses.known().len();
        assert!(kept <= 302, "{kept} pauses are kept");
    }
}
