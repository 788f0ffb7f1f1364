//! How often a call may be made: at most so many in any sliding window, for each account and endpoint.
//!
//! TikTok counts 6, 20 or 30 calls of a user token within a sliding minute
//! (docs/tiktok-open-api.md#rate-limits). A leaky bucket that refills while it is emptied would let nearly
//! twice as many through in a minute, so the times of the calls are kept.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{clock::Clock, model::AccountHash};

/// Counts the calls of this process.
#[derive(Debug)]
pub struct Limiter {
    clock: Clock,
    window: Duration,
    calls: Mutex<Calls>,
}

/// The calls of each key in the last window, oldest first.
type Calls = BTreeMap<Key, VecDeque<Made>>;
type Key = (AccountHash, &'static str);

/// A call that counts.
#[derive(Debug, Clone, Copy)]
struct Made {
    at: Duration,
    /// Whether it may still turn out that it never left the machine.
    is_open: bool,
}

/// A place within a limit, taken for a call whose end is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Permit {
    key: Key,
    at: Duration,
}

/// How long a call has to wait for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWait {
    /// Until there is a place if all calls that hold one are sent.
    pub full: Duration,
    /// Until there is a place if those that may still turn out not to have been sent are not.
    pub least: Duration,
    /// Until one looks again.
    pub next: Duration,
}

impl RateWait {
    /// A wait whose end is certain.
    pub const fn of(wait: Duration) -> Self {
        Self {
            full: wait,
            least: wait,
            next: wait,
        }
    }
}

/// How soon one looks again whether a call that holds a place was sent.
const OPEN_RECHECK: Duration = Duration::from_millis(50);

impl Limiter {
    /// Counts calls within a sliding `window`.
    pub fn new(clock: Clock, window: Duration) -> Self {
        Self {
            clock,
            window,
            calls: Mutex::default(),
        }
    }

    /// Counts a call if fewer than `limit` were counted within the window; else nothing, and an error with
    /// the wait until there may be a place.
    ///
    /// The place is not kept for the one who waits: who comes first after the wait gets it. With a limit of 0
    /// there never is one. While a call that holds a place may still turn out not to have been sent, the wait
    /// is short.
    pub fn take(&self, account: AccountHash, endpoint: &'static str, limit: u32) -> Result<Permit, RateWait> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let key = (account, endpoint);
        if !calls.contains_key(&key) {
            // Only here can the map grow, so here it is kept down to the keys of the last window.
            calls.retain(|_key, made| made.back().is_some_and(|last| self.counts(last.at, now)));
        }
        let made = calls.entry(key).or_default();
        while made.front().is_some_and(|first| !self.counts(first.at, now)) {
            made.pop_front();
        }
        // The call whose leaving frees a place; there is one only where the limit is reached.
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let Some(leaving) = made.len().checked_sub(limit) else {
            made.push_back(Made {
                at: now,
                is_open: true,
            });
            return Ok(Permit { key, at: now });
        };
        let until = |leaves: Duration| leaves.saturating_add(self.window).saturating_sub(now);
        let full = until(made.get(leaving).map_or(now, |made| made.at));
        let sent: Vec<Duration> = made
            .iter()
            .filter(|made| !made.is_open)
            .map(|made| made.at)
            .collect();
        if sent.len() == made.len() {
            return Err(RateWait::of(full));
        }
        let least = sent
            .len()
            .checked_sub(limit)
            .and_then(|leaving| sent.get(leaving));
        let least = least.map_or(Duration::ZERO, |leaves| until(*leaves));
        Err(RateWait {
            full,
            least,
            next: least.max(OPEN_RECHECK).min(full),
        })
    }

    /// Counts the call of this place for good: it was sent.
    pub fn settle(&self, place: Permit) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let found = calls
            .get_mut(&place.key)
            .and_then(|made| made.iter_mut().find(|made| is_of(made, place)));
        if let Some(made) = found {
            made.is_open = false;
        }
    }

    /// Gives back the place of a call that was not sent.
    pub fn give_back(&self, place: Permit) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(made) = calls.get_mut(&place.key) else {
            return;
        };
        if let Some(index) = made.iter().position(|made| is_of(made, place)) {
            made.remove(index);
        }
    }

    /// How many calls are left of `limit` at this moment.
    pub fn left(&self, account: AccountHash, endpoint: &'static str, limit: u32) -> u32 {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let made = calls.get(&(account, endpoint));
        let made = made.map_or(0, |made| {
            made.iter().filter(|made| self.counts(made.at, now)).count()
        });
        limit.saturating_sub(u32::try_from(made).unwrap_or(u32::MAX))
    }

    /// Whether a call made then still counts: a window holds its end and not its beginning.
    fn counts(&self, made: Duration, now: Duration) -> bool {
        made.saturating_add(self.window) > now
    }
}

fn is_of(made: &Made, place: Permit) -> bool {
    made.is_open && made.at == place.at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn limiter() -> (Clock, Limiter) {
        let clock = Clock::virtual_at(Duration::from_secs(1_000_000));
        (clock.clone(), Limiter::new(clock, MINUTE))
    }

    fn account(name: &str) -> AccountHash {
        AccountHash::of(&[name])
    }

    /// A call that is sent.
    fn take(
        limiter: &Limiter,
        account: AccountHash,
        endpoint: &'static str,
        limit: u32,
    ) -> Result<(), Duration> {
        limiter
            .take(account, endpoint, limit)
            .map(|place| limiter.settle(place))
            .map_err(|wait| wait.next)
    }

    #[test]
    fn six_calls_in_a_minute_and_the_seventh_waits_for_the_first_to_leave() {
        let (clock, limiter) = limiter();
        for made in 0..6 {
            assert_eq!(limiter.left(account("a"), "init", 6), 6 - made);
            assert_eq!(take(&limiter, account("a"), "init", 6), Ok(()));
            clock.advance(Duration::from_secs(5));
        }
        assert_eq!(limiter.left(account("a"), "init", 6), 0);
        assert_eq!(
            take(&limiter, account("a"), "init", 6),
            Err(Duration::from_secs(30))
        );
        clock.advance(Duration::from_millis(29_999));
        assert_eq!(
            take(&limiter, account("a"), "init", 6),
            Err(Duration::from_millis(1))
        );
        clock.advance(Duration::from_millis(1));
        assert_eq!(take(&limiter, account("a"), "init", 6), Ok(()));
        assert_eq!(
            take(&limiter, account("a"), "init", 6),
            Err(Duration::from_secs(5))
        );
    }

    #[test]
    fn a_place_that_is_given_back_is_free() {
        let (clock, limiter) = limiter();
        let unsent = limiter.take(account("a"), "init", 2).unwrap();
        clock.advance(Duration::from_secs(10));
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        limiter.give_back(unsent);
        assert_eq!(limiter.left(account("a"), "init", 2), 1);
        // Only once, and never the place of another call.
        limiter.give_back(unsent);
        assert_eq!(limiter.left(account("a"), "init", 2), 1);
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        assert_eq!(take(&limiter, account("a"), "init", 2), Err(MINUTE));
    }

    #[test]
    fn a_call_that_may_not_have_been_sent_is_waited_for_shortly() {
        let (_clock, limiter) = limiter();
        let open = limiter.take(account("a"), "init", 1).unwrap();
        assert_eq!(take(&limiter, account("a"), "init", 1), Err(OPEN_RECHECK));
        limiter.settle(open);
        assert_eq!(take(&limiter, account("a"), "init", 1), Err(MINUTE));
        limiter.give_back(open);
        assert_eq!(
            take(&limiter, account("a"), "init", 1),
            Err(MINUTE),
            "what was sent counts"
        );
    }

    #[test]
    fn the_true_wait_is_known_while_calls_may_not_have_been_sent() {
        let (clock, limiter) = limiter();
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        clock.advance(Duration::from_secs(10));
        let open = limiter.take(account("a"), "init", 2).unwrap();
        let (full, wait) = (Duration::from_secs(50), |limit| {
            limiter.take(account("a"), "init", limit).unwrap_err()
        });
        assert_eq!(
            wait(2),
            RateWait {
                full,
                least: Duration::ZERO,
                next: OPEN_RECHECK
            }
        );
        assert_eq!(
            wait(1),
            RateWait {
                full: MINUTE,
                least: full,
                next: full
            },
            "no place before the sent one leaves"
        );
        limiter.settle(open);
        assert_eq!(wait(2), RateWait::of(full));
    }

    #[test]
    fn accounts_and_endpoints_do_not_share() {
        let (_clock, limiter) = limiter();
        assert_eq!(take(&limiter, account("a"), "init", 1), Ok(()));
        assert_eq!(take(&limiter, account("a"), "status", 1), Ok(()));
        assert_eq!(take(&limiter, account("b"), "init", 1), Ok(()));
        assert_eq!(take(&limiter, account("a"), "init", 1), Err(MINUTE));
    }

    #[test]
    fn a_limit_may_change_and_may_be_nothing() {
        let (clock, limiter) = limiter();
        assert_eq!(take(&limiter, account("a"), "init", 0), Err(MINUTE));
        for second in 0..4 {
            assert_eq!(take(&limiter, account("a"), "init", 4), Ok(()), "{second}");
            clock.advance(Duration::from_secs(1));
        }
        // Of the calls at 0, 1, 2 and 3 s, three must leave before one of two places is free; it is 4 s.
        assert_eq!(
            take(&limiter, account("a"), "init", 2),
            Err(Duration::from_secs(58))
        );
        assert_eq!(limiter.left(account("a"), "init", 2), 0);
    }

    #[test]
    fn idle_keys_are_dropped() {
        let (clock, limiter) = limiter();
        for number in 0..10_000 {
            take(&limiter, account(&number.to_string()), "init", 6).unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let kept = limiter.calls.lock().unwrap().len();
        assert!(kept <= 61, "{kept} keys are kept");
    }

    proptest! {
        /// Whenever calls are made, no window holds more than the limit, and a refused caller who waits gets
        /// through.
        #[test]
        fn no_window_holds_more_than_the_limit(limit in 1_u32..8, waits in prop::collection::vec(0_u64..40_000, 1..200)) {
            let (clock, limiter) = limiter();
            let mut through: Vec<Duration> = Vec::new();
            for (at, wait) in waits.iter().enumerate() {
                clock.advance(Duration::from_millis(*wait));
                let taken = take(&limiter, account("a"), "init", limit);
                if let Err(wait) = taken {
                    prop_assert!(wait > Duration::ZERO && wait <= MINUTE);
                    // Half of the callers do as they are told.
                    if at % 2 == 0 {
                        continue;
                    }
                    clock.advance(wait);
                    prop_assert_eq!(take(&limiter, account("a"), "init", limit), Ok(()));
                }
                through.push(clock.elapsed());
            }
            for end in &through {
                let within = through.iter().filter(|made| **made <= *end && **made + MINUTE > *end).count();
                prop_assert!(within <= usize::try_from(limit).unwrap(), "{} calls within the minute before {:?}", within, end);
            }
        }
    }
}
