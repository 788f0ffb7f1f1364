//! Rate limits within this process: the times of the requests of each account and bucket, in sliding windows.
//!
//! APIs count within a sliding window. A leaky bucket that refills while it is emptied would let nearly twice as many
//! requests through in a window, so the times are kept.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::pause::Pauses;
use crate::{
    clock::Clock,
    model::{AccountHash, RateBucket, RateCounter, RateRefusal, RateWindow},
};

/// Counter of the requests of this process.
#[derive(Debug)]
pub struct Limiter {
    clock: Clock,
    counts: Mutex<BTreeMap<BucketKey, BucketCount>>,
    pauses: Pauses,
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

impl CountedRequest {
    /// Returns true for the open request of `permit`.
    fn is_of(&self, permit: &Permit) -> bool {
        self.is_open && self.at == permit.at
    }
}

/// Places within rate limits, taken for a request whose end is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Permit {
    keys: Vec<BucketKey>,
    at: Duration,
}

/// Window of a bucket that has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullWindow {
    /// The bucket.
    pub bucket: &'static RateBucket,
    /// Limit that is reached.
    pub window: RateWindow,
}

impl fmt::Display for FullWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.window, self.bucket.calls)
    }
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
    /// The full window: of several, the one that has room last.
    pub window: FullWindow,
}

impl RateWait {
    /// Wait of `refusal` by this bucket, whose end is certain.
    pub const fn of(bucket: &'static RateBucket, refusal: RateRefusal) -> Self {
        let RateRefusal { wait, window } = refusal;
        Self {
            full: wait,
            least: wait,
            next: wait,
            window: FullWindow { bucket, window },
        }
    }

    /// Wait until both are over.
    fn and(self, other: Self) -> Self {
        Self {
            window: if other.full > self.full {
                other.window
            } else {
                self.window
            },
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
            pauses: Pauses::new(clock.clone()),
            clock,
            counts: Mutex::default(),
        }
    }

    /// Pauses that the API's own refusals began.
    pub(super) fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    /// Counts a request with each of `counters`, which differ, if it fits into all their windows. Otherwise counts
    /// nothing, and returns the wait until there may be room.
    ///
    /// The places are not kept for the caller: the first to ask after the wait gets them. With a limit of 0 there never is
    /// one. While a request that holds a place may still turn out not to have been sent, the wait is short.
    pub fn take(&self, counters: &[RateCounter]) -> Result<Permit, RateWait> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let keys: Vec<BucketKey> = counters.iter().map(key_of).collect();
        if keys.iter().any(|key| !counts.contains_key(key)) {
            // Only here can the map grow, so here it is reduced to the buckets that still count something.
            counts.retain(|_key, count| {
                let last = count.made.back();
                last.is_some_and(|last| is_within(last.at, count.kept, now))
            });
        }
        let waits = counters.iter().filter_map(|counter| {
            let count = counts
                .entry(key_of(counter))
                .or_insert_with(|| BucketCount::of(counter.bucket));
            count.expire(now);
            count.wait(counter.bucket, now)
        });
        if let Some(wait) = waits.reduce(RateWait::and) {
            return Err(wait);
        }
        let request = CountedRequest {
            at: now,
            is_open: true,
        };
        for key in &keys {
            if let Some(count) = counts.get_mut(key) {
                count.made.push_back(request);
            }
        }
        Ok(Permit { keys, at: now })
    }

    /// Counts the request of these places for good: it was sent.
    pub fn settle(&self, permit: &Permit) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &permit.keys {
            let made = counts.get_mut(key).map(|count| &mut count.made);
            if let Some(made) = made.and_then(|made| made.iter_mut().find(|made| made.is_of(permit))) {
                made.is_open = false;
            }
        }
    }

    /// Gives back the places of a request that was not sent.
    pub fn give_back(&self, permit: &Permit) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &permit.keys {
            let Some(count) = counts.get_mut(key) else {
                continue;
            };
            if let Some(index) = count.made.iter().position(|made| made.is_of(permit)) {
                count.made.remove(index);
            }
        }
    }

    /// Requests that fit into all windows of `counter` now.
    pub fn left(&self, counter: RateCounter) -> u32 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let count = counts.get(&key_of(&counter));
        let left = counter.bucket.windows.iter().map(|window| {
            let made = count.map_or(0, |count| count.within(window.length, now).count());
            window
                .limit
                .saturating_sub(u32::try_from(made).unwrap_or(u32::MAX))
        });
        left.min().unwrap_or(u32::MAX)
    }
}

fn key_of(counter: &RateCounter) -> BucketKey {
    (counter.account, counter.bucket.name)
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

    /// Wait for a place in all windows of `bucket`; `None` if there is one.
    fn wait(&self, bucket: &'static RateBucket, now: Duration) -> Option<RateWait> {
        let windows = bucket.windows.iter();
        let waits = windows.filter_map(|window| self.wait_in(bucket, *window, now));
        waits.reduce(RateWait::and)
    }

    /// Wait for a place in this window; `None` if there is one.
    fn wait_in(&self, bucket: &'static RateBucket, window: RateWindow, now: Duration) -> Option<RateWait> {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let made = self.within(window.length, now);
        // The request whose leaving frees a place; there is one only where the limit is reached.
        let leaving = made.clone().count().checked_sub(limit)?;
        let until = |leaves: Duration| leaves.saturating_add(window.length).saturating_sub(now);
        let full = until(made.clone().nth(leaving).map_or(now, |made| made.at));
        let wait = RateWait::of(bucket, RateRefusal { wait: full, window });
        if made.clone().all(|made| !made.is_open) {
            return Some(wait);
        }
        let sent = made.filter(|made| !made.is_open);
        let least = sent.clone().count().checked_sub(limit);
        let least = least.and_then(|leaving| sent.clone().nth(leaving));
        let least = least.map_or(Duration::ZERO, |leaves| until(leaves.at));
        Some(RateWait {
            least,
            next: least.max(OPEN_RECHECK).min(full),
            ..wait
        })
    }
}

/// Returns true if a request made then is within the window that ends now. A window holds its end and not its
/// beginning.
fn is_within(made: Duration, length: Duration, now: Duration) -> bool {
    made.saturating_add(length) > now
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

    /// A counter with a limit for each minute.
    fn counter(account: AccountHash, name: &'static str, limit: u32) -> RateCounter {
        let windows: &'static [RateWindow] = Box::leak(Box::new([a_minute(limit)]));
        RateCounter {
            account,
            bucket: Box::leak(Box::new(bucket(name, windows))),
        }
    }

    /// A bucket whose calls are named after it.
    const fn bucket(name: &'static str, windows: &'static [RateWindow]) -> RateBucket {
        RateBucket {
            name,
            calls: name,
            raise: None,
            windows,
            is_shared: false,
        }
    }

    fn a_minute(limit: u32) -> RateWindow {
        RateWindow {
            limit,
            length: MINUTE,
        }
    }

    /// The counter of most tests.
    fn init(limit: u32) -> RateCounter {
        counter(account("a"), "init", limit)
    }

    fn inits(limit: u32) -> FullWindow {
        FullWindow {
            bucket: init(limit).bucket,
            window: a_minute(limit),
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
            .take(&[counter(account, endpoint, limit)])
            .map(|permit| limiter.settle(&permit))
            .map_err(|wait| wait.next)
    }

    #[test]
    fn six_calls_in_a_minute_and_the_seventh_waits_for_the_first_to_leave() {
        let (clock, limiter) = limiter();
        for made in 0..6 {
            assert_eq!(limiter.left(init(6)), 6 - made);
            assert_eq!(take(&limiter, account("a"), "init", 6), Ok(()));
            clock.advance(Duration::from_secs(5));
        }
        assert_eq!(limiter.left(init(6)), 0);
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
        let unsent = limiter.take(&[init(2)]).unwrap();
        clock.advance(Duration::from_secs(10));
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        limiter.give_back(&unsent);
        assert_eq!(limiter.left(init(2)), 1);
        // Only once, and never the place of another call.
        limiter.give_back(&unsent);
        assert_eq!(limiter.left(init(2)), 1);
        assert_eq!(take(&limiter, account("a"), "init", 2), Ok(()));
        assert_eq!(take(&limiter, account("a"), "init", 2), Err(MINUTE));
    }

    #[test]
    fn a_call_that_may_not_have_been_sent_is_waited_for_shortly() {
        let (_clock, limiter) = limiter();
        let open = limiter.take(&[init(1)]).unwrap();
        assert_eq!(take(&limiter, account("a"), "init", 1), Err(OPEN_RECHECK));
        limiter.settle(&open);
        assert_eq!(take(&limiter, account("a"), "init", 1), Err(MINUTE));
        limiter.give_back(&open);
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
        let open = limiter.take(&[init(2)]).unwrap();
        let (full, wait) = (Duration::from_secs(50), |limit| {
            limiter.take(&[init(limit)]).unwrap_err()
        });
        assert_eq!(
            wait(2),
            RateWait {
                full,
                least: Duration::ZERO,
                next: OPEN_RECHECK,
                window: inits(2),
            }
        );
        assert_eq!(
            wait(1),
            RateWait {
                full: MINUTE,
                least: full,
                next: full,
                window: inits(1),
            },
            "no place before the sent one leaves"
        );
        limiter.settle(&open);
        let refusal = RateRefusal {
            wait: full,
            window: a_minute(2),
        };
        assert_eq!(wait(2), RateWait::of(init(2).bucket, refusal));
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
        assert_eq!(limiter.left(init(2)), 0);
    }

    const SECOND: RateWindow = RateWindow {
        limit: 10,
        length: Duration::from_secs(1),
    };

    /// Ten a second and fifteen a minute, at the same time.
    static REPORTS: RateBucket = bucket(
        "ads.report",
        &[
            SECOND,
            RateWindow {
                limit: 15,
                length: MINUTE,
            },
        ],
    );

    #[test]
    fn all_windows_of_a_bucket_hold_at_the_same_time() {
        let (clock, limiter) = limiter();
        let counter = RateCounter {
            account: account("a"),
            bucket: &REPORTS,
        };
        let take = || {
            let taken = limiter.take(&[counter]);
            taken
                .map(|permit| limiter.settle(&permit))
                .map_err(|wait| (wait.next, wait.window.window))
        };
        for _ in 0..10 {
            assert_eq!(take(), Ok(()));
        }
        assert_eq!(limiter.left(counter), 0);
        assert_eq!(take(), Err((Duration::from_secs(1), SECOND)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(limiter.left(counter), 5);
        for _ in 0..5 {
            assert_eq!(take(), Ok(()));
        }
        let minute = a_minute(15);
        assert_eq!(
            take(),
            Err((Duration::from_secs(59), minute)),
            "the longer wait counts"
        );
        clock.advance(Duration::from_secs(59));
        assert_eq!(limiter.left(counter), 10);
    }

    #[test]
    fn a_request_counts_with_every_counter_or_with_none() {
        let (_clock, limiter) = limiter();
        let app = counter(account("app"), "of the app", 3);
        let [first, second] = ["first", "second"].map(|name| counter(account(name), "of the account", 2));
        for _ in 0..2 {
            let permit = limiter.take(&[app, first]).unwrap();
            limiter.settle(&permit);
        }
        let wait = limiter.take(&[app, first]).unwrap_err();
        assert_eq!(wait.window.to_string(), "2 calls in a minute of the account");
        assert_eq!(
            limiter.left(app),
            1,
            "the refused request took nothing from the app"
        );
        let permit = limiter.take(&[app, second]).unwrap();
        let wait = limiter.take(&[second, app]).unwrap_err();
        assert_eq!(wait.window.to_string(), "3 calls in a minute of the app");
        assert_eq!(limiter.left(second), 1);
        limiter.give_back(&permit);
        assert_eq!(
            (limiter.left(app), limiter.left(second)),
            (1, 2),
            "all places are given back"
        );
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

    /// Windows of an app and of its accounts, short enough for a test to fill each of them.
    static APP: RateBucket = bucket(
        "app",
        &[
            RateWindow {
                limit: 3,
                length: Duration::from_secs(1),
            },
            RateWindow {
                limit: 8,
                length: MINUTE,
            },
        ],
    );
    static ACCOUNT: RateBucket = bucket(
        "account",
        &[
            RateWindow {
                limit: 2,
                length: Duration::from_secs(1),
            },
            RateWindow {
                limit: 5,
                length: Duration::from_secs(30),
            },
            RateWindow {
                limit: 9,
                length: Duration::from_mins(5),
            },
        ],
    );

    /// Sent requests by counter, in the order of their times.
    type Sent = BTreeMap<BucketKey, Vec<Duration>>;

    /// Whether no window of `counter` ever held more than its limit.
    fn holds(sent: &Sent, counter: RateCounter) -> bool {
        let times = sent.get(&key_of(&counter)).map_or(&[][..], Vec::as_slice);
        counter.bucket.windows.iter().all(|window| {
            times.iter().all(|end| {
                let within = times
                    .iter()
                    .filter(|made| **made <= *end && is_within(**made, window.length, *end));
                within.count() <= usize::try_from(window.limit).unwrap()
            })
        })
    }

    proptest! {
        /// Requests of three accounts of one app: all windows hold, a refused request takes nothing, the
        /// window that is named is full, and a caller that waits as long as reported succeeds.
        #[test]
        fn requests_count_with_all_counters_or_none(steps in prop::collection::vec((0_usize..3, 0_u64..20_000, 0_u8..4), 1..200)) {
            let (clock, limiter) = limiter();
            let app = RateCounter { account: account("app"), bucket: &APP };
            let accounts = ["a", "b", "c"].map(|name| RateCounter { account: account(name), bucket: &ACCOUNT });
            let mut sent = Sent::new();
            for (index, wait, way) in steps {
                clock.advance(Duration::from_millis(wait));
                let counters = [app, accounts[index]];
                let before = counters.map(|counter| limiter.left(counter));
                let mut taken = limiter.take(&counters);
                if let Err(refused) = &taken {
                    prop_assert_eq!(counters.map(|counter| limiter.left(counter)), before);
                    let full = counters.into_iter().find(|counter| counter.bucket == refused.window.bucket).unwrap();
                    prop_assert_eq!(limiter.left(full), 0);
                    prop_assert!(full.bucket.windows.contains(&refused.window.window));
                    prop_assert!(refused.full > Duration::ZERO && refused.full <= refused.window.window.length);
                    clock.advance(refused.full.saturating_sub(Duration::from_millis(1)));
                    prop_assert!(limiter.take(&counters).is_err(), "not a moment earlier");
                    clock.advance(Duration::from_millis(1));
                    taken = limiter.take(&counters);
                }
                let permit = taken.unwrap();
                if way == 0 {
                    limiter.give_back(&permit);
                    continue;
                }
                limiter.settle(&permit);
                for counter in counters {
                    sent.entry(key_of(&counter)).or_default().push(clock.elapsed());
                }
            }
            for counter in accounts.into_iter().chain([app]) {
                prop_assert!(holds(&sent, counter), "{:?}", sent);
            }
        }
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
                    // Half of the callers wait as long as required.
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
