//! Rate limits within this process: the times of the requests of each account and bucket, in sliding windows.
//!
//! APIs count within a sliding window. A leaky bucket that refills while it is emptied would let nearly twice as many
//! requests through in a window, so the times are kept.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{
    clock::Clock,
    model::{AccountHash, RateBucket, RateWindow},
};

/// Counter of the requests of this process.
#[derive(Debug)]
pub struct Limiter {
    clock: Clock,
    counts: Mutex<BTreeMap<BucketKey, BucketCount>>,
}

type BucketKey = (AccountHash, &'static str);

/// Requests of one account in one bucket.
#[derive(Debug)]
struct BucketCount {
    /// Length of the bucket's longest window, after which a request no longer counts.
    kept: Duration,
    /// Requests within that time, oldest first.
    made: VecDeque<CountedRequest>,
}

/// Request that counts.
#[derive(Debug, Clone, Copy)]
struct CountedRequest {
    at: Duration,
    /// True while the request may still turn out not to have been sent.
    is_open: bool,
}

/// Place within a rate limit, taken for a request whose end is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Permit {
    key: BucketKey,
    at: Duration,
}

/// Wait of a request for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWait {
    /// Time until there is a place if all requests that hold one are sent.
    pub full: Duration,
    /// Time until there is a place if those that may still turn out not to have been sent are not.
    pub least: Duration,
    /// Time until the next try.
    pub next: Duration,
}

impl RateWait {
    /// Wait whose end is certain.
    pub const fn of(wait: Duration) -> Self {
        Self {
            full: wait,
            least: wait,
            next: wait,
        }
    }

    /// Wait until both are over.
    fn and(self, other: Self) -> Self {
        Self {
            full: self.full.max(other.full),
            least: self.least.max(other.least),
            next: self.next.max(other.next),
        }
    }
}

/// Pause before a place is tried again that an open request holds.
const OPEN_RECHECK: Duration = Duration::from_millis(50);

impl Limiter {
    /// Counter that has counted nothing yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            counts: Mutex::default(),
        }
    }

    /// Counts a request if it fits into all windows of `bucket`. Otherwise counts nothing, and returns the wait until
    /// there may be a place.
    ///
    /// The place is not kept for the caller: the first to ask after the wait gets it. With a limit of 0 there never is
    /// one. While a request that holds a place may still turn out not to have been sent, the wait is short.
    pub fn take(&self, account: AccountHash, bucket: &RateBucket) -> Result<Permit, RateWait> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let key = (account, bucket.name);
        if !counts.contains_key(&key) {
            // Only here can the map grow, so here it is reduced to the buckets that still count something.
            counts.retain(|_key, count| {
                let last = count.made.back();
                last.is_some_and(|last| is_within(last.at, count.kept, now))
            });
        }
        let count = counts.entry(key).or_insert_with(|| BucketCount::of(bucket));
        count.expire(now);
        let waits = bucket
            .windows
            .iter()
            .filter_map(|window| count.wait(*window, now));
        if let Some(wait) = waits.reduce(RateWait::and) {
            return Err(wait);
        }
        count.made.push_back(CountedRequest {
            at: now,
            is_open: true,
        });
        Ok(Permit { key, at: now })
    }

    /// Counts the request of this place for good: it was sent.
    pub fn settle(&self, place: Permit) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let found = counts
            .get_mut(&place.key)
            .and_then(|count| count.made.iter_mut().find(|made| is_of(made, place)));
        if let Some(made) = found {
            made.is_open = false;
        }
    }

    /// Gives back the place of a request that was not sent.
    pub fn give_back(&self, place: Permit) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = counts.get_mut(&place.key) else {
            return;
        };
        if let Some(index) = count.made.iter().position(|made| is_of(made, place)) {
            count.made.remove(index);
        }
    }

    /// Requests that fit into all windows of `bucket` now.
    pub fn left(&self, account: AccountHash, bucket: &RateBucket) -> u32 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let count = counts.get(&(account, bucket.name));
        let left = bucket.windows.iter().map(|window| {
            let made = count.map_or(0, |count| count.within(window.length, now).count());
            window
                .limit
                .saturating_sub(u32::try_from(made).unwrap_or(u32::MAX))
        });
        left.min().unwrap_or(u32::MAX)
    }
}

impl BucketCount {
    fn of(bucket: &RateBucket) -> Self {
        let lengths = bucket.windows.iter().map(|window| window.length);
        Self {
            kept: lengths.max().unwrap_or_default(),
            made: VecDeque::new(),
        }
    }

    fn expire(&mut self, now: Duration) {
        while self
            .made
            .front()
            .is_some_and(|first| !is_within(first.at, self.kept, now))
        {
            self.made.pop_front();
        }
    }

    fn within(&self, length: Duration, now: Duration) -> impl Iterator<Item = &CountedRequest> + Clone {
        self.made
            .iter()
            .filter(move |made| is_within(made.at, length, now))
    }

    /// Wait for a place in this window; `None` if there is one.
    fn wait(&self, window: RateWindow, now: Duration) -> Option<RateWait> {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let made = self.within(window.length, now);
        // The request whose leaving frees a place; there is one only where the limit is reached.
        let leaving = made.clone().count().checked_sub(limit)?;
        let until = |leaves: Duration| leaves.saturating_add(window.length).saturating_sub(now);
        let full = until(made.clone().nth(leaving).map_or(now, |made| made.at));
        if made.clone().all(|made| !made.is_open) {
            return Some(RateWait::of(full));
        }
        let sent = made.filter(|made| !made.is_open);
        let least = sent.clone().count().checked_sub(limit);
        let least = least.and_then(|leaving| sent.clone().nth(leaving));
        let least = least.map_or(Duration::ZERO, |leaves| until(leaves.at));
        Some(RateWait {
            full,
            least,
            next: least.max(OPEN_RECHECK).min(full),
        })
    }
}

/// Returns true if a request made then is within the window that ends now. A window holds its end and not its
/// beginning.
fn is_within(made: Duration, length: Duration, now: Duration) -> bool {
    made.saturating_add(length) > now
}

fn is_of(made: &CountedRequest, place: Permit) -> bool {
    made.is_open && made.at == place.at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn limiter() -> (Clock, Limiter) {
        let clock = Clock::virtual_at(Duration::from_secs(1_000_000));
        (clock.clone(), Limiter::new(clock))
    }

    fn account(name: &str) -> AccountHash {
        AccountHash::of(&[name])
    }

    /// A bucket with a limit for each minute.
    fn bucket(name: &'static str, limit: u32) -> RateBucket {
        let windows: &'static mut [RateWindow] = Box::leak(Box::new([RateWindow {
            limit,
            length: MINUTE,
        }]));
        RateBucket {
            name,
            windows,
            is_shared: false,
        }
    }

    /// A call that is sent.
    fn take(
        limiter: &Limiter,
        account: AccountHash,
        endpoint: &'static str,
        limit: u32,
    ) -> Result<(), Duration> {
        limiter
            .take(account, &bucket(endpoint, limit))
            .map(|place| limiter.settle(place))
            .map_err(|wait| wait.next)
    }

    #[test]
    fn six_calls_in_a_minute_and_the_seventh_waits_for_the_first_to_leave() {
        let (clock, limiter) = limiter();
        for made in 0..6 {
            assert_eq!(limiter.left(account("a"), &bucket("init", 6)), 6 - made);
            assert_eq!(take(&limiter, account("a"), "init", 6), Ok(()));
            clock.advance(Duration::from_secs(5));
        }
        assert_eq!(limiter.left(account("a"), &bucket("init", 6)), 0);
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
        let unsent = limiter.take(account("a"), &bucket("init", 2)).unwrap();
        clock.advance(Duration::from_secs(10));
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        limiter.give_back(unsent);
        assert_eq!(limiter.left(account("a"), &bucket("init", 2)), 1);
        // Only once, and never the place of another call.
        limiter.give_back(unsent);
        assert_eq!(limiter.left(account("a"), &bucket("init", 2)), 1);
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        assert_eq!(take(&limiter, account("a"), "init", 2), Err(MINUTE));
    }

    #[test]
    fn a_call_that_may_not_have_been_sent_is_waited_for_shortly() {
        let (_clock, limiter) = limiter();
        let open = limiter.take(account("a"), &bucket("init", 1)).unwrap();
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
        let open = limiter.take(account("a"), &bucket("init", 2)).unwrap();
        let (full, wait) = (Duration::from_secs(50), |limit| {
            limiter.take(account("a"), &bucket("init", limit)).unwrap_err()
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
        assert_eq!(limiter.left(account("a"), &bucket("init", 2)), 0);
    }

    /// Ten a second and fifteen a minute, at the same time.
    const TWO_WINDOWS: RateBucket = RateBucket {
        name: "ads.report",
        windows: &[
            RateWindow {
                limit: 10,
                length: Duration::from_secs(1),
            },
            RateWindow {
                limit: 15,
                length: MINUTE,
            },
        ],
        is_shared: false,
    };

    #[test]
    fn all_windows_of_a_bucket_hold_at_the_same_time() {
        let (clock, limiter) = limiter();
        let take = || {
            let taken = limiter.take(account("a"), &TWO_WINDOWS);
            taken.map(|place| limiter.settle(place)).map_err(|wait| wait.next)
        };
        for _ in 0..10 {
            assert_eq!(take(), Ok(()));
        }
        assert_eq!(limiter.left(account("a"), &TWO_WINDOWS), 0);
        assert_eq!(take(), Err(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(limiter.left(account("a"), &TWO_WINDOWS), 5);
        for _ in 0..5 {
            assert_eq!(take(), Ok(()));
        }
        assert_eq!(take(), Err(Duration::from_secs(59)), "the longer wait counts");
        clock.advance(Duration::from_secs(59));
        assert_eq!(limiter.left(account("a"), &TWO_WINDOWS), 10);
    }

    #[test]
    fn idle_keys_are_dropped() {
        let (clock, limiter) = limiter();
        for number in 0..10_000 {
            take(&limiter, account(&number.to_string()), "init", 6).unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let kept = limiter.counts.lock().unwrap().len();
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
