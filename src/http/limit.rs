//! How often a call may be made: at most so many in any sliding window, for each account and endpoint.
//!
//! TikTok counts 6, 20 or 30 calls of a user token within a sliding minute (reference §9). A leaky bucket that refills
//! while it is emptied would let nearly twice as many through in a minute, so the times of the calls are kept.

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

/// When each key's calls of the last window were made, oldest first.
type Calls = BTreeMap<Key, VecDeque<Duration>>;
type Key = (AccountHash, &'static str);

impl Limiter {
    /// Counts calls within a sliding `window`.
    pub fn new(clock: Clock, window: Duration) -> Self {
        Self { clock, window, calls: Mutex::default() }
    }

    /// Counts a call if fewer than `limit` were counted within the window; else nothing, and tells after what wait a
    /// place will be free.
    ///
    /// The place is not kept for the one who waits: who comes first after the wait gets it. With a limit of 0 there
    /// never is one.
    pub fn take(&self, account: AccountHash, endpoint: &'static str, limit: u32) -> Result<(), Duration> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let key = (account, endpoint);
        if !calls.contains_key(&key) {
            // Only here can the map grow, so here it is kept down to the keys of the last window.
            calls.retain(|_key, times| times.back().is_some_and(|last| self.counts(*last, now)));
        }
        let times = calls.entry(key).or_default();
        while times.front().is_some_and(|first| !self.counts(*first, now)) {
            times.pop_front();
        }
        // The call whose leaving frees a place; there is one only where the limit is reached.
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        match times.len().checked_sub(limit) {
            None => {
                times.push_back(now);
                Ok(())
            }
            Some(leaving) => {
                let made = times.get(leaving).copied().unwrap_or(now);
                Err(made.saturating_add(self.window).saturating_sub(now))
            }
        }
    }

    /// Gives back a place that was taken for a call that is not made.
    pub fn give_back(&self, account: AccountHash, endpoint: &'static str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = calls.get_mut(&(account, endpoint)) {
            times.pop_back();
        }
    }

    /// How many calls are left of `limit` at this moment.
    pub fn left(&self, account: AccountHash, endpoint: &'static str, limit: u32) -> u32 {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let times = calls.get(&(account, endpoint));
        let made = times.map_or(0, |times| times.iter().filter(|made| self.counts(**made, now)).count());
        limit.saturating_sub(u32::try_from(made).unwrap_or(u32::MAX))
    }

    /// Whether a call made then still counts: a window holds its end and not its beginning.
    fn counts(&self, made: Duration, now: Duration) -> bool {
        made.saturating_add(self.window) > now
    }
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

    #[test]
    fn six_calls_in_a_minute_and_the_seventh_waits_for_the_first_to_leave() {
        let (clock, limiter) = limiter();
        for made in 0..6 {
            assert_eq!(limiter.left(account("a"), "init", 6), 6 - made);
            assert_eq!(limiter.take(account("a"), "init", 6), Ok(()));
            clock.advance(Duration::from_secs(5));
        }
        assert_eq!(limiter.left(account("a"), "init", 6), 0);
        assert_eq!(limiter.take(account("a"), "init", 6), Err(Duration::from_secs(30)));
        clock.advance(Duration::from_millis(29_999));
        assert_eq!(limiter.take(account("a"), "init", 6), Err(Duration::from_millis(1)));
        clock.advance(Duration::from_millis(1));
        assert_eq!(limiter.take(account("a"), "init", 6), Ok(()));
        assert_eq!(limiter.take(account("a"), "init", 6), Err(Duration::from_secs(5)));
    }

    #[test]
    fn a_place_that_is_given_back_is_free() {
        let (_clock, limiter) = limiter();
        assert_eq!(limiter.take(account("a"), "init", 1), Ok(()));
        limiter.give_back(account("a"), "init");
        assert_eq!(limiter.left(account("a"), "init", 1), 1);
        limiter.give_back(account("a"), "init");
        assert_eq!(limiter.take(account("a"), "init", 1), Ok(()));
        assert_eq!(limiter.take(account("a"), "init", 1), Err(MINUTE));
    }

    #[test]
    fn accounts_and_endpoints_do_not_share() {
        let (_clock, limiter) = limiter();
        assert_eq!(limiter.take(account("a"), "init", 1), Ok(()));
        assert_eq!(limiter.take(account("a"), "status", 1), Ok(()));
        assert_eq!(limiter.take(account("b"), "init", 1), Ok(()));
        assert_eq!(limiter.take(account("a"), "init", 1), Err(MINUTE));
    }

    #[test]
    fn a_limit_may_change_and_may_be_nothing() {
        let (clock, limiter) = limiter();
        assert_eq!(limiter.take(account("a"), "init", 0), Err(MINUTE));
        for second in 0..4 {
            assert_eq!(limiter.take(account("a"), "init", 4), Ok(()), "{second}");
            clock.advance(Duration::from_secs(1));
        }
        // Of the calls at 0, 1, 2 and 3 s, three must leave before one of two places is free; it is 4 s.
        assert_eq!(limiter.take(account("a"), "init", 2), Err(Duration::from_secs(58)));
        assert_eq!(limiter.left(account("a"), "init", 2), 0);
    }

    #[test]
    fn idle_keys_are_dropped() {
        let (clock, limiter) = limiter();
        for number in 0..10_000 {
            limiter.take(account(&number.to_string()), "init", 6).unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let kept = limiter.calls.lock().unwrap().len();
        assert!(kept <= 61, "{kept} keys are kept");
    }

    proptest! {
        /// Whenever calls are made, no window holds more than the limit, and a refused caller who waits gets through.
        #[test]
        fn no_window_holds_more_than_the_limit(limit in 1_u32..8, waits in prop::collection::vec(0_u64..40_000, 1..200)) {
            let (clock, limiter) = limiter();
            let mut through: Vec<Duration> = Vec::new();
            for (at, wait) in waits.iter().enumerate() {
                clock.advance(Duration::from_millis(*wait));
                let taken = limiter.take(account("a"), "init", limit);
                if let Err(wait) = taken {
                    prop_assert!(wait > Duration::ZERO && wait <= MINUTE);
                    // Half of the callers do as they are told.
                    if at % 2 == 0 {
                        continue;
                    }
                    clock.advance(wait);
                    prop_assert_eq!(limiter.take(account("a"), "init", limit), Ok(()));
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
