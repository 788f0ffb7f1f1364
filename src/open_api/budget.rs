//! How many calls an account may still make this minute, and what it has posted today, as far as we know.
//!
//! TikTok counts the calls of each user token within a sliding minute (reference §9). Within a process the
//! [`Limiter`] counts them, across processes the ledger, where there is one. Whether the three inits share one count is not
//! documented; they share one here, which is right under both readings.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::{debug, warn};

use crate::{
    catalogue::Endpoint,
    http::{Limiter, Toll},
    model::AccountHash,
    state::{State, StateError, Take},
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

/// The counts of one account.
#[derive(Clone)]
pub struct Budget {
    limiter: Arc<Limiter>,
    ledger: Option<State>,
    account: AccountHash,
}

/// What an account has left, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Inits of all kinds that this minute still has.
    pub inits_left: u32,
    /// Direct posts begun within 24 hours; none where there is no ledger.
    pub posts_today: Option<u32>,
    /// Drafts begun within 24 hours; none where there is no ledger.
    pub drafts_today: Option<u32>,
}

/// What an init begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    Post,
    Draft,
}

impl Begun {
    const fn kind(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Draft => "draft",
        }
    }
}

impl Budget {
    /// Counts the calls of `account` with `limiter`, and in `ledger` too where there is one.
    pub fn new(limiter: Arc<Limiter>, ledger: Option<State>, account: AccountHash) -> Self {
        Self { limiter, ledger, account }
    }

    /// What is left, as far as we know.
    pub async fn quota(&self) -> Quota {
        let (name, limit) = INIT;
        let mine = self.limiter.left(self.account, name, limit);
        let theirs = self.counted(name, WINDOW).await.map(|count| limit.saturating_sub(count));
        Quota {
            inits_left: theirs.map_or(mine, |theirs| theirs.min(mine)),
            posts_today: self.counted(Begun::Post.kind(), DAY).await,
            drafts_today: self.counted(Begun::Draft.kind(), DAY).await,
        }
    }

    /// An init was answered with a publish_id.
    pub(super) async fn note(&self, begun: Begun) {
        if let Some(ledger) = &self.ledger {
            tell(ledger.note(self.account, begun.kind()).await);
        }
    }

    async fn counted(&self, kind: &'static str, window: Duration) -> Option<u32> {
        tell(self.ledger.as_ref()?.count(self.account, kind, window).await)
    }

    async fn pay(&self, endpoint: Endpoint) -> Result<(), Duration> {
        let Some((name, limit)) = bucket(endpoint) else { return Ok(()) };
        self.limiter.take(self.account, name, limit)?;
        let Some(ledger) = self.ledger.as_ref().filter(|_| limit <= LEDGER_UP_TO) else { return Ok(()) };
        match tell(ledger.take(self.account, name, limit, WINDOW).await) {
            Some(Take::Wait(wait)) => Err(wait),
            Some(Take::Taken) | None => Ok(()),
        }
    }

    /// The budget's part in a call of `endpoint`.
    pub(super) fn toll(&self, endpoint: Endpoint) -> EndpointToll<'_> {
        EndpointToll { budget: self, endpoint }
    }
}

/// A ledger that cannot be used holds no call up: TikTok counts all the same.
fn tell<T>(result: Result<T, StateError>) -> Option<T> {
    result.inspect_err(|error| warn!(%error, "the ledger could not be used")).ok()
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.ledger.is_some() { "Budget(with a ledger)" } else { "Budget(of this process)" })
    }
}

/// What a call of one endpoint costs.
pub(super) struct EndpointToll<'a> {
    budget: &'a Budget,
    endpoint: Endpoint,
}

impl Toll for EndpointToll<'_> {
    fn pay(&self) -> BoxFuture<'_, Result<(), Duration>> {
        async {
            let paid = self.budget.pay(self.endpoint).await;
            if let Err(wait) = paid {
                debug!(
                    endpoint = self.endpoint.name(),
                    wait_ms = crate::http::millis(wait),
                    "over this minute's calls"
                );
            }
            paid
        }
        .boxed()
    }
}
