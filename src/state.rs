//! Journal of posts that were begun under an idempotency key, and ledger of counted calls: what must not be
//! lost.
//!
//! The journal has one row for each [`JournalKey`]. A request **claims** the row before it does anything that
//! cannot be taken back, **writes** down what it is about to do, and **finishes** the row with the outcome.
//! Of several requests with one key, in whatever process or machine, one at a time owns the row; each write
//! says who wrote it, and fails with [`StateError::Lost`] once somebody else has taken over. What an entry
//! says is the caller's affair: it should hold no secret, an upload URL included.
//!
//! A row is taken over when its owner is known to be dead (see `owner`) or when its lease is over. A claim
//! that is dropped, by a panic too, is dead for the same [`State`] at once, for other processes on the
//! machine when the process ends, and for other machines when its lease is over.
//!
//! The ledger has one list of times for each account and kind of event, and lets at most so many through in a
//! sliding window, over all processes that share it.
//!
//! A row is read as untrusted input, and sealed if the operator has set a key: see `row` and `judge`. One
//! that this program cannot have written is refused ([`StateError::Untrusted`]).
//!
//! There are two stores, an SQLite file and a Redis, behind one trait and held to one suite of tests. SQLite
//! goes by this machine's clock; Redis by its own, because the clocks of a fleet differ. Nothing is opened
//! before it is needed.

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
    error::StateError,
    location::{StateLocation, StateLocationError},
    rate_counters::RateCounters,
};
use self::{
    holder::{Holder, Holders},
    row::LEASE_MAX,
    sqlite::Sqlite,
    store::{Change, Event, Store as _, Unsealed},
};
#[cfg(test)]
pub(crate) use self::{
    judge::{OwnedRow, judge},
    row::{Bound, ENTRY_MAX, Seal, StoredRow},
    store::{ClaimRequest, ClaimResult},
};
#[cfg(not(test))]
use self::{
    row::{Bound, ENTRY_MAX, Seal},
    store::{ClaimRequest, ClaimResult},
};
use crate::{
    clock::Clock,
    model::{AccountHash, Fingerprint, JournalKey, RateWindow},
    secret::StateKeys,
};

/// The journal and the ledger. Clones share one connection.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    setting: StateLocation,
    back_end: BackEnd,
    clock: Clock,
    /// Made at the first use: to look up this process takes a dozen system calls, and most requests need no
    /// owner.
    owners: OnceLock<Holders>,
    seal: Seal,
    /// Numbers the counted events.
    events: AtomicU64,
    used: AtomicBool,
}

enum BackEnd {
    None(StateError),
    Sqlite(Sqlite),
    #[cfg(feature = "redis")]
    Redis(redis::Redis),
}

/// Does the same with either store, or fails where there is none.
macro_rules! with_store {
    ($state:expr, $store:ident => $does:expr) => {{
        let inner = &*$state.0;
        match &inner.back_end {
            BackEnd::None(error) => Err(error.clone()),
            BackEnd::Sqlite($store) => {
                inner.used.store(true, Ordering::Relaxed);
                $does.await
            }
            #[cfg(feature = "redis")]
            BackEnd::Redis($store) => {
                inner.used.store(true, Ordering::Relaxed);
                $does.await
            }
        }
    }};
}

impl Inner {
    fn owners(&self) -> &Holders {
        self.owners.get_or_init(Holders::new)
    }
}

impl State {
    /// The state at this place, whose rows no key authenticates. Opens nothing; the first use does.
    pub fn new(setting: StateLocation, clock: Clock) -> Self {
        Self::sealed_by(setting, clock, None)
    }

    /// The state at this place, whose rows these keys authenticate.
    pub fn sealed_by(setting: StateLocation, clock: Clock, keys: Option<StateKeys>) -> Self {
        let back_end = match &setting {
            StateLocation::Off => BackEnd::None(StateError::Off),
            StateLocation::Nowhere => BackEnd::None(StateError::Nowhere),
            StateLocation::Sqlite(path) => BackEnd::Sqlite(Sqlite::new(path.clone(), clock.clone())),
            #[cfg(feature = "redis")]
            StateLocation::Redis(address) => {
                BackEnd::Redis(redis::Redis::new(address.clone(), clock.clone()))
            }
        };
        let (events, used) = (AtomicU64::new(0), AtomicBool::new(false));
        let (owners, seal) = (OnceLock::new(), Seal::new(keys));
        Self(Arc::new(Inner {
            setting,
            back_end,
            clock,
            owners,
            seal,
            events,
            used,
        }))
    }

    /// True if anything was ever asked of the store, so that it was opened or tried to be.
    pub fn was_used(&self) -> bool {
        self.0.used.load(Ordering::Relaxed)
    }

    /// Claims the row of this key for as long as `lease`, which [`Lease::write`] and [`Lease::renew`]
    /// prolong, and writes `entry` into it where it is new.
    ///
    /// Of all who claim one row at the same time exactly one gets [`Claim::Fresh`] or [`Claim::Resumed`].
    pub async fn claim(
        &self,
        key: JournalKey,
        fingerprint: Fingerprint,
        entry: &str,
        lease: Duration,
    ) -> Result<Claim, StateError> {
        let owner = self.0.owners().owner();
        let (seal, lease, entry) = (self.0.seal.clone(), lease.min(LEASE_MAX), entry.to_owned());
        let mut request = ClaimRequest {
            key,
            fingerprint,
            owner: owner.to_string(),
            preempted: None,
            lease,
            entry,
            seal,
        };
        loop {
            let found = with_store!(self, store => store.claim(request.clone()))?;
            let claimed = |owner, created, now| {
                let bound = Bound {
                    key,
                    fingerprint: *fingerprint.as_bytes(),
                    created,
                    finished: false,
                };
                Lease {
                    state: self.clone(),
                    bound,
                    owner,
                    since: (since_epoch(now), self.0.clock.elapsed()),
                }
            };
            return Ok(match found {
                ClaimResult::Held { owner, .. }
                    if request.preempted.as_ref() != Some(&owner) && self.0.owners().is_dead(&owner) =>
                {
                    request.preempted = Some(owner);
                    continue;
                }
                ClaimResult::Held {
                    unsealed,
                    owner: _,
                    lease_left,
                } => Claim::Held {
                    entry: unsealed.map(Recorded::from),
                    lease_left,
                },
                ClaimResult::Fresh(created) => Claim::Fresh(claimed(owner, created, created)),
                ClaimResult::Resumed(unsealed) => Claim::Resumed {
                    claimed: claimed(owner, unsealed.created, unsealed.now),
                    entry: unsealed.into(),
                },
                ClaimResult::Finished(unsealed) => Claim::Finished {
                    entry: unsealed.into(),
                },
                ClaimResult::Conflict => Claim::Conflict,
                ClaimResult::Distrusted(reason) => return Err(StateError::Untrusted { reason }),
            });
        }
    }

    /// Counts an event that has happened now.
    pub async fn note(&self, account: AccountHash, kind: &'static str) -> Result<(), StateError> {
        self.acquire(account, kind, &[]).await.map(|_taken| ())
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

    /// Counts an event now if it fits into all of `windows`. Returns its place, which can be given back, or the wait
    /// until there may be one.
    ///
    /// The place is not kept for the one who waits: who comes first after the wait gets it. With a limit of 0
    /// there never is one.
    pub async fn acquire(
        &self,
        account: AccountHash,
        kind: &'static str,
        windows: &[RateWindow],
    ) -> Result<Result<RatePermit, Duration>, StateError> {
        let number = self.0.events.fetch_add(1, Ordering::Relaxed);
        let event = Event {
            account,
            kind,
            id: format!("{} {number}", self.0.owners().random()),
        };
        let taken = with_store!(self, store => store.take(event.clone(), windows.to_vec()))?;
        Ok(taken.map(|row| RatePermit { event, row }))
    }

    /// Gives back a place that was taken for what did not happen: it counts no more.
    pub async fn give_back(&self, place: RatePermit) -> Result<(), StateError> {
        with_store!(self, store => store.give_back(place))
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({})", self.0.setting)
    }
}

/// A counted event, which can be given back.
#[derive(Debug)]
pub struct RatePermit {
    event: Event,
    /// Its row, where the store numbers them.
    row: i64,
}

/// Content of a row. Times count from the Unix epoch, by the store's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The entry, at most 64 KiB. Without a key of the operator's anybody who can write the store may have
    /// written it.
    pub text: String,
    /// Time of the row's first claim.
    pub claimed_at: Duration,
    /// Time of the claim that read the row.
    pub read_at: Duration,
    /// True if a key of the operator's has authenticated the row.
    pub is_authenticated: bool,
}

impl From<Unsealed> for Recorded {
    fn from(
        Unsealed {
            entry,
            created,
            now,
            is_sealed,
        }: Unsealed,
    ) -> Self {
        let (claimed_at, read_at) = (since_epoch(created), since_epoch(now));
        Self {
            text: entry,
            claimed_at,
            read_at,
            is_authenticated: is_sealed,
        }
    }
}

/// A stored time.
fn since_epoch(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

/// Outcome of the wish to own a row.
#[derive(Debug)]
#[must_use]
pub enum Claim {
    /// Nothing was written under this key yet: begin.
    Fresh(Lease),
    /// Somebody began and did not finish: go on from where the entry says.
    Resumed {
        /// The right to write.
        claimed: Lease,
        /// The last entry that was written.
        entry: Recorded,
    },
    /// Somebody else is at work under this key.
    Held {
        /// The last entry that was written, if any was.
        entry: Option<Recorded>,
        /// Time until the row can be taken over, should its owner be dead and nobody know it.
        lease_left: Duration,
    },
    /// The work under this key is done.
    Finished {
        /// The last entry.
        entry: Recorded,
    },
    /// The key was used with other inputs, at whatever stage they are.
    Conflict,
}

/// The right to write a row.
///
/// To drop it without [`Lease::finish`], [`Lease::forget`] or [`Lease::release`] is to die in the
/// middle: the entry stays, and whoever claims the row next resumes it.
#[derive(Debug)]
#[must_use]
pub struct Lease {
    state: State,
    bound: Bound,
    owner: Holder,
    /// Time of the claim by the store's clock, and by the monotonic one.
    since: (Duration, Duration),
}

impl Lease {
    /// Time since the Unix epoch by the store's clock, so that times in a row agree however the clocks of
    /// machines differ.
    pub fn now(&self) -> Duration {
        let (by_store, elapsed) = self.since;
        by_store.saturating_add(self.state.0.clock.elapsed().saturating_sub(elapsed))
    }

    /// Writes down what is about to be done, and holds the row for as long as `lease` from now.
    ///
    /// When it returns, the entry outlives the process and, with SQLite, a loss of power.
    pub async fn write(&self, entry: impl Into<String>, lease: Duration) -> Result<(), StateError> {
        let entry = self.sealed(&entry.into(), false)?;
        self.change(Change::Write(entry, lease.min(LEASE_MAX))).await
    }

    /// Holds the row for as long as `lease` from now at least.
    pub async fn renew(&self, lease: Duration) -> Result<(), StateError> {
        self.change(Change::Renew(lease.min(LEASE_MAX))).await
    }

    /// Writes the last entry: every later claim gets it back.
    pub async fn finish(self, entry: impl Into<String>) -> Result<(), StateError> {
        let entry = self.sealed(&entry.into(), true)?;
        self.change(Change::Finish(entry)).await
    }

    /// Deletes the row: nothing was done, and the key may be used again, also with other inputs.
    pub async fn forget(self) -> Result<(), StateError> {
        self.change(Change::Forget).await
    }

    /// Stops the work where it is: the row can be resumed at once, from everywhere.
    pub async fn release(self) -> Result<(), StateError> {
        self.change(Change::Release).await
    }

    /// The entry as it stands in the row. One that could not be read back is not written.
    fn sealed(&self, entry: &str, finished: bool) -> Result<String, StateError> {
        let sealed = self.state.0.seal.close(
            Bound {
                finished,
                ..self.bound
            },
            entry,
        );
        if sealed.len() > ENTRY_MAX {
            Err(StateError::TooLarge)
        } else {
            Ok(sealed)
        }
    }

    async fn change(&self, change: Change) -> Result<(), StateError> {
        let owns =
            with_store!(self.state, store => store.change(self.bound.key, self.owner.to_string(), change))?;
        if owns { Ok(()) } else { Err(StateError::Lost) }
    }
}
