//! Durable state: idempotency records (the journal) and shared rate counters, in SQLite or Redis.
//!
//! The journal has one row for each [`JournalKey`]. A request **claims** the row before it does anything that
//! cannot be undone, **writes** what it is about to do, and **finishes** the row with the outcome. Of several
//! requests with one key, in any process or on any machine, one at a time holds the row; each write names its
//! holder and fails with [`StateError::Lost`] after another holder has taken over. The content of an entry is
//! up to the caller. It should hold no secret, and an upload URL is one.
//!
//! A row is taken over when its holder is known to have ended (see `holder`) or when its lease has expired. A
//! [`Lease`] that is dropped, also by a panic, ends at once for the same [`State`], for other processes of the
//! machine when the process ends, and for other machines when it expires.
//!
//! A rate counter is a list of times for one account and one kind of event. It admits a limited number of
//! events in a sliding window, across all processes that share the store.
//!
//! A row is untrusted input when it is read, and is authenticated if the operator has set a key: see `row` and
//! `judge`. A row that this program cannot have written is refused with [`StateError::Untrusted`].
//!
//! The two stores, an SQLite file and a Redis, implement one trait and pass one suite of tests. SQLite uses the
//! clock of the machine; Redis uses the server's, because the clocks of the machines differ. Nothing is opened
//! before its first use. `docs/state.md` describes both for operators.

mod claim;
mod error;
mod holder;
mod judge;
mod location;
mod rate_counters;
#[cfg(feature = "redis")]
mod redis;
mod row;
mod sqlite;
mod store;
mod survey;
mod times;

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

#[cfg(feature = "redis")]
pub use self::redis::Address;
pub use self::{
    claim::{Claim, Claimant, Lease, Recorded, RowView},
    error::StateError,
    location::{StateLocation, StateLocationError},
    rate_counters::RateCounters,
    store::StoreState,
    survey::{Forgotten, JournalRow, RowContent, RowStanding},
};
use self::{
    holder::{Holder, Holders},
    row::LEASE_MAX,
    sqlite::Sqlite,
    store::{CountedEvent, Store as _},
};
#[cfg(test)]
pub(crate) use self::{
    judge::judge,
    row::{Bound, ENTRY_MAX, HeldRow, Seal, StoredRow},
    store::{ClaimRequest, ClaimResult},
};
#[cfg(not(test))]
use self::{
    row::Seal,
    store::{ClaimRequest, ClaimResult},
};
use crate::{
    clock::Clock,
    model::{AccountHash, Fingerprint, JournalKey, JournalPlace, RateRefusal, RateWindow},
    secret::StateKeys,
};

/// Journal and rate counters. Clones share one connection.
#[derive(Clone)]
pub struct State(Arc<Handle>);

struct Handle {
    location: StateLocation,
    back_end: BackEnd,
    clock: Clock,
    /// Created at the first use: to identify this process takes a dozen system calls, and most requests need no
    /// holder.
    holders: OnceLock<Holders>,
    seal: Seal,
    /// Number of the last counted event.
    events: AtomicU64,
    used: AtomicBool,
}

enum BackEnd {
    None(StateError),
    Sqlite(Sqlite),
    #[cfg(feature = "redis")]
    Redis(redis::Redis),
}

/// Runs an expression on either store; fails if there is no store.
macro_rules! with_store {
    ($state:expr, $store:ident => $does:expr) => {{
        let handle = &*$state.0;
        match &handle.back_end {
            BackEnd::None(error) => Err(error.clone()),
            BackEnd::Sqlite($store) => {
                handle.used.store(true, Ordering::Relaxed);
                $does.await
            }
            #[cfg(feature = "redis")]
            BackEnd::Redis($store) => {
                handle.used.store(true, Ordering::Relaxed);
                $does.await
            }
        }
    }};
}
use with_store;

impl Handle {
    fn holders(&self) -> &Holders {
        self.holders.get_or_init(Holders::new)
    }
}

impl State {
    /// State at this location, whose rows are not authenticated. Opened at its first use.
    pub fn new(location: StateLocation, clock: Clock) -> Self {
        Self::sealed_by(location, clock, None)
    }

    /// State at this location, whose rows are authenticated with these keys, if any. Opened at its first use.
    pub fn sealed_by(location: StateLocation, clock: Clock, keys: Option<StateKeys>) -> Self {
        let back_end = match &location {
            StateLocation::Off => BackEnd::None(StateError::Off),
            StateLocation::Nowhere => BackEnd::None(StateError::Nowhere),
            StateLocation::Sqlite(path) => BackEnd::Sqlite(Sqlite::new(path.clone(), clock.clone())),
            #[cfg(feature = "redis")]
            StateLocation::Redis(address) => {
                BackEnd::Redis(redis::Redis::new(address.clone(), clock.clone()))
            }
        };
        Self(Arc::new(Handle {
            location,
            back_end,
            clock,
            holders: OnceLock::new(),
            seal: Seal::new(keys),
            events: AtomicU64::new(0),
            used: AtomicBool::new(false),
        }))
    }

    /// True if the store was ever used, and so was opened or failed to open.
    pub fn was_used(&self) -> bool {
        self.0.used.load(Ordering::Relaxed)
    }

    /// Claims a row for `lease`, which [`Lease::write`] and [`Lease::renew`] extend. A new row gets
    /// `entry` as its first entry.
    ///
    /// Of all requests that claim one row at the same time, exactly one gets [`Claim::Fresh`] or
    /// [`Claim::Resumed`].
    pub async fn claim(
        &self,
        row: impl Into<JournalPlace>,
        fingerprint: Fingerprint,
        entry: &str,
        lease: Duration,
    ) -> Result<Claim, StateError> {
        let JournalPlace { key, account } = row.into();
        let holder = self.0.holders().holder(account);
        let mut request = self.request(key, fingerprint, &holder, entry, lease);
        loop {
            match with_store!(self, store => store.claim(request.clone()))? {
                ClaimResult::Held { holder, .. }
                    if request.preempted.as_ref() != Some(&holder) && self.0.holders().has_ended(&holder) =>
                {
                    request.preempted = Some(holder);
                }
                found @ (ClaimResult::Fresh(_)
                | ClaimResult::Resumed(_)
                | ClaimResult::Held { .. }
                | ClaimResult::Finished(_)
                | ClaimResult::Conflict
                | ClaimResult::Distrusted(_)) => return Claim::of(found, self, &request, holder),
            }
        }
    }

    /// Returns who has claimed the row of `key`, seen from a request with `fingerprint`. Changes nothing. Errors: the row
    /// is not trusted.
    pub async fn claimant(&self, key: JournalKey, fingerprint: Fingerprint) -> Result<Claimant, StateError> {
        Ok(match self.view(key, fingerprint).await? {
            RowView::Conflict => Claimant::Another,
            RowView::Unused => Claimant::Nobody,
            RowView::Unfinished | RowView::Finished { .. } => Claimant::Same,
        })
    }

    /// Returns the state of the row of `key`, seen from a request with `fingerprint`. Changes nothing. Errors: the row is
    /// not trusted.
    pub async fn view(&self, key: JournalKey, fingerprint: Fingerprint) -> Result<RowView, StateError> {
        // Opening the store would create it.
        if matches!(&self.0.location, StateLocation::Sqlite(path) if !path.exists()) {
            return Ok(RowView::Unused);
        }
        let holder = self.0.holders().holder(None);
        let request = self.request(key, fingerprint, &holder, "", Duration::ZERO);
        match with_store!(self, store => store.look(request.clone()))? {
            ClaimResult::Conflict => Ok(RowView::Conflict),
            ClaimResult::Distrusted(reason) => Err(StateError::Untrusted { reason }),
            ClaimResult::Fresh(_) => Ok(RowView::Unused),
            ClaimResult::Resumed(_) | ClaimResult::Held { .. } => Ok(RowView::Unfinished),
            ClaimResult::Finished(unsealed) => Ok(RowView::Finished {
                entry: unsealed.into(),
            }),
        }
    }

    fn request(
        &self,
        key: JournalKey,
        fingerprint: Fingerprint,
        holder: &Holder,
        entry: &str,
        lease: Duration,
    ) -> ClaimRequest {
        ClaimRequest {
            key,
            fingerprint,
            holder: holder.to_string(),
            preempted: None,
            lease: lease.min(LEASE_MAX),
            entry: entry.to_owned(),
            seal: self.0.seal.clone(),
        }
    }

    /// Counts an event that has happened now.
    pub async fn note(&self, account: AccountHash, kind: &'static str) -> Result<(), StateError> {
        self.acquire(account, kind, &[]).await.map(|_permit| ())
    }

    /// Number of events of this kind within the last `window`, which is at most 24 hours.
    pub async fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> Result<u32, StateError> {
        with_store!(self, store => store.count(account, kind, window))
    }

    /// Time until the last event of this kind leaves `window`, which is at most 24 hours; `None` if the window holds none.
    pub async fn last_leaves(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> Result<Option<Duration>, StateError> {
        let of_one = RateWindow {
            limit: 1,
            length: window,
        };
        // Without a place in the second window, the store reports the first one and counts nothing.
        match self.acquire(account, kind, &[of_one, NO_PLACE]).await? {
            Err(refusal) if refusal.window == of_one => Ok(Some(refusal.wait)),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    /// Counts an event now if it fits into all of `windows`. Returns a permit, which can be given back, or the
    /// full window and the wait until a permit may be free.
    ///
    /// No permit is reserved for a caller that waits: the first to ask after the wait gets it. With a limit of
    /// 0 there is never a permit.
    pub async fn acquire(
        &self,
        account: AccountHash,
        kind: &'static str,
        windows: &[RateWindow],
    ) -> Result<Result<RatePermit, RateRefusal>, StateError> {
        let number = self.0.events.fetch_add(1, Ordering::Relaxed);
        let event = CountedEvent {
            account,
            kind,
            id: format!("{} {number}", self.0.holders().random()),
        };
        let taken = with_store!(self, store => store.take(event.clone(), windows.to_vec()))?;
        Ok(taken.map(|row| RatePermit { event, row }))
    }

    /// Returns the permit of an event that did not happen: it no longer counts.
    pub async fn give_back(&self, permit: RatePermit) -> Result<(), StateError> {
        with_store!(self, store => store.give_back(permit))
    }
}

/// Window that holds no event, shorter than any other.
const NO_PLACE: RateWindow = RateWindow {
    limit: 0,
    length: Duration::from_millis(1),
};

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({})", self.0.location)
    }
}

/// Permit for a counted event, which can be given back.
#[derive(Debug)]
pub struct RatePermit {
    event: CountedEvent,
    /// Row number, in a store that numbers its rows.
    row: i64,
}
