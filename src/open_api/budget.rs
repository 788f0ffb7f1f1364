//! How many calls an account may still make this minute, and what it has posted today, as far as we know.
//!
//! TikTok counts the calls of each user token within a sliding minute (docs/tiktok-open-api.md#rate-limits).
//! Within a process the [`Limiter`] counts them, across processes the ledger, where there is one. Whether the
//! three inits share one count is not documented; they share one here, which is right under both readings.

use std::{fmt, sync::Arc, time::Duration};

use super::Ledger;
use crate::{
    catalogue::Endpoint,
    http::{Limiter, Permit, RateWait},
    model::AccountHash,
    state,
};

/// TikTok's window.
pub const WINDOW: Duration = Duration::from_mins(1);

/// The day within which TikTok counts posts and drafts.
const DAY: Duration = Duration::from_hours(24);

/// The calls that are counted together, and how many of them a minute has.
const fn bucket(endpoint: Endpoint) -> Option<(&'static str, u32)> {
    match endpoint {
        Endpoint::UserInfo => Some(("user_info", 600)),
        Endpoint::VideoList => Some(("video_list", 600)),
        Endpoint::VideoQuery => Some(("video_query", 600)),
        Endpoint::CreatorInfo => Some(("creator_info", 20)),
        Endpoint::VideoInit | Endpoint::InboxVideoInit | Endpoint::ContentInit => Some(INIT),
        Endpoint::StatusFetch => Some(("status_fetch", 30)),
        Endpoint::Cancel | Endpoint::OAuth => None,
    }
}

const INIT: (&str, u32) = ("init", 6);

/// Counts that are worth a write to the ledger: those that more than one process could fill.
const LEDGER_UP_TO: u32 = 30;

/// The counts of one token.
#[derive(Clone)]
pub struct Budget {
    limiter: Arc<Limiter>,
    ledger: Option<Arc<Ledger>>,
    token: AccountHash,
}

/// What an account has left, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Inits of all kinds that this minute still has.
    pub inits_left: u32,
    /// Direct posts that the creator has begun within 24 hours; none where there is no ledger, or no creator
    /// was named.
    pub posts_today: Option<u32>,
    /// Drafts begun with this token within 24 hours; none where there is no ledger.
    pub drafts_today: Option<u32>,
    /// Whether all processes that share the ledger were counted, and not this one alone.
    pub is_shared: bool,
}

/// What an init begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaKind<'a> {
    /// A post of the creator with this name, where it is known. Tokens change every day, names hardly ever.
    Post(Option<&'a str>),
    /// A draft. Whose it is the scope of drafts does not tell, so they are counted by token.
    Draft,
}

const POST: &str = "post";
const DRAFT: &str = "draft";

fn creator(name: &str) -> AccountHash {
    AccountHash::of(&["creator", name])
}

impl Budget {
    /// Counts the calls of `token` with `limiter`, and in `ledger` too where there is one.
    pub fn new(limiter: Arc<Limiter>, ledger: Option<Arc<Ledger>>, token: AccountHash) -> Self {
        Self {
            limiter,
            ledger,
            token,
        }
    }

    /// What is left, as far as it can be told within `left`.
    pub(super) async fn quota(&self, name: Option<&str>, left: Duration) -> Quota {
        let (init, limit) = INIT;
        let mine = self.limiter.left(self.token, init, limit);
        let theirs = self
            .counted(self.token, init, WINDOW, left)
            .await
            .map(|count| limit.saturating_sub(count));
        let posts_today = match name {
            Some(name) => self.counted(creator(name), POST, DAY, left).await,
            None => None,
        };
        let drafts_today = self.counted(self.token, DRAFT, DAY, left).await;
        let inits_left = theirs.map_or(mine, |theirs| theirs.min(mine));
        Quota {
            inits_left,
            posts_today,
            drafts_today,
            is_shared: theirs.is_some(),
        }
    }

    /// An init was answered with a publish_id.
    pub(super) async fn note(&self, begun: QuotaKind<'_>) {
        let Some(ledger) = &self.ledger else { return };
        match begun {
            QuotaKind::Post(Some(name)) => ledger.note(creator(name), POST).await,
            QuotaKind::Post(None) => {}
            QuotaKind::Draft => ledger.note(self.token, DRAFT).await,
        }
    }

    async fn counted(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
        left: Duration,
    ) -> Option<u32> {
        self.ledger.as_ref()?.count(account, kind, window, left).await
    }

    /// Counts a call of `endpoint`; an error is the wait after which it may be made.
    pub(super) async fn pay(&self, endpoint: Endpoint, left: Duration) -> Result<Option<Receipt>, RateWait> {
        let Some((name, limit)) = bucket(endpoint) else {
            return Ok(None);
        };
        let place = self.limiter.take(self.token, name, limit)?;
        let mut receipt = Receipt {
            limiter: Arc::clone(&self.limiter),
            place: Some(place),
            shared: None,
        };
        let Some(ledger) = self.ledger.as_ref().filter(|_| limit <= LEDGER_UP_TO) else {
            return Ok(Some(receipt));
        };
        match ledger.take(self.token, name, limit, WINDOW, left).await {
            Some(Err(wait)) => {
                receipt.give_back();
                Err(RateWait::of(wait))
            }
            Some(Ok(shared)) => {
                receipt.shared = Some(shared);
                Ok(Some(receipt))
            }
            None => Ok(Some(receipt)),
        }
    }

    /// Ends the count of a call: for good where it was sent; else it takes nothing from the minute.
    pub(super) async fn settle(&self, receipt: Option<Receipt>, sent: bool) {
        let Some(mut receipt) = receipt.filter(|_| !sent) else {
            return;
        };
        receipt.give_back();
        if let (Some(ledger), Some(shared)) = (&self.ledger, receipt.shared.take()) {
            ledger.give_back(shared).await;
        }
    }
}

/// A call that is counted and may turn out not to have been sent. Dropped, also in the middle of the call, it
/// counts as sent.
#[derive(Debug)]
pub(super) struct Receipt {
    limiter: Arc<Limiter>,
    /// Its place, until that is given back.
    place: Option<Permit>,
    /// Its place in the ledger, where there is one.
    shared: Option<state::RatePermit>,
}

impl Receipt {
    fn give_back(&mut self) {
        if let Some(place) = self.place.take() {
            self.limiter.give_back(place);
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.limiter.settle(place);
        }
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.ledger.is_some() {
            "Budget(with a ledger)"
        } else {
            "Budget(of this process)"
        })
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        clock::Clock,
        state::{State, StateLocation},
    };

    struct Bench {
        clock: Clock,
        ledger: Arc<Ledger>,
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
            let ledger = Arc::new(Ledger::new(state, clock.clone()));
            Self {
                clock,
                ledger,
                _folder: folder,
            }
        }

        /// The budget of a process of its own.
        fn process(&self, token: &str) -> Budget {
            let limiter = Arc::new(Limiter::new(self.clock.clone(), WINDOW));
            Budget::new(limiter, Some(Arc::clone(&self.ledger)), AccountHash::of(&[token]))
        }
    }

    /// A call that is sent.
    async fn pay(budget: &Budget) -> Result<(), Duration> {
        let receipt = budget
            .pay(Endpoint::ContentInit, SOON)
            .await
            .map_err(|wait| wait.full)?;
        budget.settle(receipt, true).await;
        Ok(())
    }

    #[tokio::test]
    async fn what_was_not_sent_counts_nowhere() {
        let bench = Bench::new();
        let (here, there) = (bench.process("token"), bench.process("token"));
        assert_eq!(pay(&there).await, Ok(()));
        for _ in 0..20 {
            let receipt = here.pay(Endpoint::ContentInit, SOON).await.unwrap();
            bench.clock.advance(Duration::from_secs(1));
            here.settle(receipt, false).await;
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

    /// A call that is dropped in the middle has been sent, as far as anybody knows.
    #[tokio::test]
    async fn a_call_that_is_dropped_counts_and_is_not_waited_for() {
        let budget = Bench::new().process("token");
        for _ in 0..6 {
            drop(budget.pay(Endpoint::ContentInit, SOON).await.unwrap());
        }
        assert_eq!(
            budget.pay(Endpoint::ContentInit, SOON).await.unwrap_err(),
            RateWait::of(WINDOW)
        );
    }

    #[tokio::test]
    async fn what_the_ledger_refuses_is_not_counted_here() {
        let bench = Bench::new();
        let (first, second) = (bench.process("token"), bench.process("token"));
        for _ in 0..6 {
            assert_eq!(pay(&first).await, Ok(()));
        }
        for _ in 0..8 {
            assert_eq!(pay(&second).await, Err(WINDOW));
        }
        bench.clock.advance(WINDOW);
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
}
