//! Rate limits of the Open API, and counts of the posts and drafts of a day, as far as this program knows
//! them.
//!
//! TikTok counts the calls of each user token within a sliding minute (docs/tiktok-open-api.md#rate-limits).
//! Whether the three inits share one count is not documented; they share one here, which is right under both
//! readings.

use std::{sync::Arc, time::Duration};

use super::endpoint::INIT_CALLS;
use crate::{
    http::{Limiter, RateBudget},
    model::{AccountHash, RateBucket, RateCounter},
    state::RateCounters,
};

/// Window of TikTok's limits.
const MINUTE: Duration = Duration::from_mins(1);

/// Window in which TikTok counts posts and drafts.
const DAY: Duration = Duration::from_hours(24);

/// Kinds of events under which posts and drafts are counted. Stored, so never change one.
const POST: &str = "post";
const DRAFT: &str = "draft";

/// Counters of one token.
#[derive(Debug, Clone)]
pub struct Budget {
    pub(super) calls: RateBudget<RateCounters>,
    token: AccountHash,
}

/// Calls and posts that an account has left, as far as this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Inits of all kinds that fit into this minute.
    pub inits_left: u32,
    /// Direct posts that the creator has begun within 24 hours; `None` without shared counters or without the
    /// name of the creator.
    pub posts_today: Option<u32>,
    /// Drafts begun with this token within 24 hours; `None` without shared counters.
    pub drafts_today: Option<u32>,
    /// True if all processes that share the counters were counted, and not this one alone.
    pub is_shared: bool,
}

/// Kind of event that an init begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaKind<'a> {
    /// Direct post of the creator with this name, if known. Tokens change every day, names hardly ever.
    Post(Option<&'a str>),
    /// Draft. The scope of drafts does not reveal the creator, so drafts are counted by token.
    Draft,
}

fn creator(name: &str) -> AccountHash {
    AccountHash::of(&["creator", name])
}

impl Budget {
    /// Counts the calls of `token` with `limiter`, and in `counters` too.
    pub fn new(limiter: Arc<Limiter>, counters: Option<Arc<RateCounters>>, token: AccountHash) -> Self {
        Self {
            calls: RateBudget::new(limiter, counters),
            token,
        }
    }

    /// Counter of the token's calls in `bucket`.
    pub(super) fn counter(&self, bucket: &'static RateBucket) -> RateCounter {
        RateCounter {
            account: self.token,
            bucket,
        }
    }

    /// Quota that is left, as far as it can be read within `left`.
    pub(super) async fn quota(&self, name: Option<&str>, left: Duration) -> Quota {
        let (token, mine) = (self.token, self.calls.left(self.counter(&INIT_CALLS)));
        let limit = INIT_CALLS
            .windows
            .iter()
            .map(|window| window.limit)
            .min()
            .unwrap_or_default();
        let theirs = self.counted(token, INIT_CALLS.name, MINUTE, left).await;
        let theirs = theirs.map(|count| limit.saturating_sub(count));
        let posts_today = match name {
            Some(name) => self.counted(creator(name), POST, DAY, left).await,
            None => None,
        };
        let drafts_today = self.counted(token, DRAFT, DAY, left).await;
        Quota {
            inits_left: theirs.map_or(mine, |theirs| theirs.min(mine)),
            posts_today,
            drafts_today,
            is_shared: theirs.is_some(),
        }
    }

    /// Counts the event of an init that was answered with a publish_id.
    pub(super) async fn note(&self, kind: QuotaKind<'_>) {
        let Some(counters) = self.calls.shared() else {
            return;
        };
        match kind {
            QuotaKind::Post(Some(name)) => counters.note(creator(name), POST).await,
            QuotaKind::Post(None) => {}
            QuotaKind::Draft => counters.note(self.token, DRAFT).await,
        }
    }

    async fn counted(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
        left: Duration,
    ) -> Option<u32> {
        self.calls.shared()?.count(account, kind, window, left).await
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        clock::Clock,
        http::RateWait,
        model::RateRefusal,
        state::{State, StateLocation},
    };

    struct Bench {
        clock: Clock,
        counters: Arc<RateCounters>,
        _folder: TempDir,
    }

    const SOON: Duration = Duration::from_secs(100);

    impl Bench {
        fn new() -> Self {
            let clock = Clock::virtual_at(Duration::from_secs(1_000_000));
            let folder = TempDir::new().unwrap();
            let state = State::new(
                StateLocation::Sqlite(folder.path().join("state.db")),
                clock.clone(),
            );
            let counters = Arc::new(RateCounters::new(state, clock.clone()));
            Self {
                clock,
                counters,
                _folder: folder,
            }
        }

        /// The budget of a separate process.
        fn process(&self, token: &str) -> Budget {
            let limiter = Arc::new(Limiter::new(self.clock.clone()));
            Budget::new(
                limiter,
                Some(Arc::clone(&self.counters)),
                AccountHash::of(&[token]),
            )
        }
    }

    /// A call that is sent.
    async fn pay(budget: &Budget) -> Result<(), Duration> {
        let receipt = budget
            .calls
            .acquire(&[budget.counter(&INIT_CALLS)], SOON)
            .await
            .map_err(|wait| wait.full)?;
        budget.calls.settle(receipt, true).await;
        Ok(())
    }

    #[tokio::test]
    async fn what_was_not_sent_counts_nowhere() {
        let bench = Bench::new();
        let (here, there) = (bench.process("token"), bench.process("token"));
        assert_eq!(pay(&there).await, Ok(()));
        for _ in 0..20 {
            let receipt = here
                .calls
                .acquire(&[here.counter(&INIT_CALLS)], SOON)
                .await
                .unwrap();
            bench.clock.advance(Duration::from_secs(1));
            here.calls.settle(receipt, false).await;
        }
        for budget in [&here, &there] {
            assert_eq!(
                budget.quota(None, SOON).await.inits_left,
                5,
                "only what was sent counts"
            );
        }
        for _ in 0..5 {
            assert_eq!(pay(&here).await, Ok(()));
        }
        // The call that was sent first leaves first, and not one that took a place later.
        assert_eq!(pay(&there).await, Err(Duration::from_secs(40)));
    }

    /// A call that is dropped halfway may have been sent, so it counts.
    #[tokio::test]
    async fn a_call_that_is_dropped_counts_and_is_not_waited_for() {
        let budget = Bench::new().process("token");
        let counters = [budget.counter(&INIT_CALLS)];
        let acquire = || budget.calls.acquire(&counters, SOON);
        for _ in 0..6 {
            drop(acquire().await.unwrap());
        }
        assert_eq!(
            acquire().await.unwrap_err(),
            RateWait::of(
                &INIT_CALLS,
                RateRefusal {
                    wait: MINUTE,
                    window: INIT_CALLS.windows[0]
                }
            )
        );
    }

    #[tokio::test]
    async fn what_the_shared_counters_refuse_is_not_counted_here() {
        let bench = Bench::new();
        let (first, second) = (bench.process("token"), bench.process("token"));
        for _ in 0..6 {
            assert_eq!(pay(&first).await, Ok(()));
        }
        for _ in 0..8 {
            assert_eq!(pay(&second).await, Err(MINUTE));
        }
        bench.clock.advance(MINUTE);
        assert_eq!(second.quota(None, SOON).await.inits_left, 6);
        assert_eq!(pay(&second).await, Ok(()));
    }

    #[tokio::test]
    async fn posts_are_counted_for_the_creator_whatever_the_token() {
        let bench = Bench::new();
        let (before, after) = (bench.process("yesterday's token"), bench.process("today's token"));
        before.note(QuotaKind::Post(Some("ann"))).await;
        before.note(QuotaKind::Draft).await;
        before.note(QuotaKind::Post(None)).await;
        let day = async |budget: &Budget, name| {
            let quota = budget.quota(name, SOON).await;
            (quota.posts_today, quota.drafts_today)
        };
        assert_eq!(day(&before, Some("ann")).await, (Some(1), Some(1)));
        assert_eq!(day(&after, Some("ann")).await, (Some(1), Some(0)));
        assert_eq!(day(&after, Some("bob")).await, (Some(0), Some(0)));
        assert_eq!(day(&after, None).await, (None, Some(0)));
        bench.clock.advance(DAY);
        assert_eq!(day(&before, Some("ann")).await, (Some(0), Some(0)));
    }

    /// Old and new programs share one Redis during an upgrade, so these names may never change. The keys are
    /// pinned in `state::redis`.
    #[test]
    fn counters_keep_their_names() {
        assert_eq!((POST, DRAFT), ("post", "draft"));
        assert_eq!(
            creator("ann").to_string(),
            "adaad6dd7293e8bdb4399fcb2804d4d3eec4ebefa675c08b02c1a5255f2dde0f"
        );
    }
}
