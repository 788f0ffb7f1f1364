//! Claims of journal rows, and the lease that a successful claim gives.

use std::{sync::atomic::Ordering, time::Duration};

use super::{
    BackEnd, State, StateError,
    holder::Holder,
    row::{Bound, ENTRY_MAX, LEASE_MAX},
    store::{Change, ClaimRequest, ClaimResult, Store as _, Unsealed},
    times::since_epoch,
    with_store,
};

/// Content of a row. Times count from the Unix epoch, by the store's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Entry, at most 64 KiB. Without an operator's key it is as trustworthy as everyone who can write to the
    /// store.
    pub text: String,
    /// Time of the row's first claim.
    pub claimed_at: Duration,
    /// Time of the claim that read the row.
    pub read_at: Duration,
    /// True if an operator's key has authenticated the row.
    pub is_authenticated: bool,
}

impl From<Unsealed> for Recorded {
    fn from(unsealed: Unsealed) -> Self {
        Self {
            text: unsealed.entry,
            claimed_at: since_epoch(unsealed.created),
            read_at: since_epoch(unsealed.now),
            is_authenticated: unsealed.is_sealed,
        }
    }
}

/// Request that has claimed a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimant {
    /// None, or none within the lifetime of a row.
    Nobody,
    /// One with the same fingerprint.
    Same,
    /// One with another fingerprint.
    Another,
}

/// State of a row, seen without a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowView {
    /// No request has used this key within the lifetime of a row.
    Unused,
    /// A request has begun and has not finished.
    Unfinished,
    /// The work under this key is done.
    Finished {
        /// Last entry.
        entry: Recorded,
    },
    /// The key was used with other inputs, finished or not.
    Conflict,
}

/// Result of a claim.
#[derive(Debug)]
#[must_use]
pub enum Claim {
    /// No request has used this key yet: begin.
    Fresh(Lease),
    /// An earlier request began and did not finish: continue from its last entry.
    Resumed {
        /// Right to write the row.
        claimed: Lease,
        /// Last entry that was written.
        entry: Recorded,
    },
    /// Another request is working under this key.
    Held {
        /// Last entry that was written, if any.
        entry: Option<Recorded>,
        /// Time until the lease expires, and with it the claim of a holder that may have ended unnoticed.
        lease_left: Duration,
    },
    /// The work under this key is done.
    Finished {
        /// Last entry.
        entry: Recorded,
    },
    /// The key was used with other inputs, finished or not.
    Conflict,
}

impl Claim {
    /// Claim by `holder` that the store answered with `found`.
    pub(super) fn of(
        found: ClaimResult,
        state: &State,
        request: &ClaimRequest,
        holder: Holder,
    ) -> Result<Self, StateError> {
        let lease = |created, now| Lease {
            state: state.clone(),
            bound: Bound {
                key: request.key,
                fingerprint: *request.fingerprint.as_bytes(),
                created,
                finished: false,
            },
            holder,
            since: (since_epoch(now), state.0.clock.elapsed()),
        };
        Ok(match found {
            ClaimResult::Fresh(created) => Self::Fresh(lease(created, created)),
            ClaimResult::Resumed(unsealed) => Self::Resumed {
                claimed: lease(unsealed.created, unsealed.now),
                entry: unsealed.into(),
            },
            ClaimResult::Held {
                unsealed, lease_left, ..
            } => Self::Held {
                entry: unsealed.map(Recorded::from),
                lease_left,
            },
            ClaimResult::Finished(unsealed) => Self::Finished {
                entry: unsealed.into(),
            },
            ClaimResult::Conflict => Self::Conflict,
            ClaimResult::Distrusted(reason) => return Err(StateError::Untrusted { reason }),
        })
    }
}

/// Right to write a row until it expires.
///
/// If it is dropped without [`Lease::finish`], [`Lease::forget`] or [`Lease::release`], the entry stays, and
/// the next claim of the row resumes it.
#[derive(Debug)]
#[must_use]
pub struct Lease {
    state: State,
    bound: Bound,
    holder: Holder,
    /// Time of the claim by the store's clock, and by the monotonic clock.
    since: (Duration, Duration),
}

impl Lease {
    /// Time since the Unix epoch by the store's clock, so that all times in a row agree even if the clocks of
    /// machines differ.
    pub fn now(&self) -> Duration {
        let (by_store, elapsed) = self.since;
        by_store.saturating_add(self.state.0.clock.elapsed().saturating_sub(elapsed))
    }

    /// Writes an entry that states the next step, and holds the row for `lease` from now.
    ///
    /// When it returns, the entry outlives the process and, with SQLite, a loss of power.
    pub async fn write(&self, entry: impl Into<String>, lease: Duration) -> Result<(), StateError> {
        let entry = self.sealed(&entry.into(), false)?;
        self.change(Change::Write(entry, lease.min(LEASE_MAX))).await
    }

    /// Holds the row for at least `lease` from now.
    pub async fn renew(&self, lease: Duration) -> Result<(), StateError> {
        self.change(Change::Renew(lease.min(LEASE_MAX))).await
    }

    /// Writes the last entry, which every later claim returns.
    pub async fn finish(self, entry: impl Into<String>) -> Result<(), StateError> {
        let entry = self.sealed(&entry.into(), true)?;
        self.change(Change::Finish(entry)).await
    }

    /// Deletes the row of a request that did nothing: the key can be used again, also with other inputs.
    pub async fn forget(self) -> Result<(), StateError> {
        self.change(Change::Forget).await
    }

    /// Ends the lease and keeps the entry: any claim resumes the row at once.
    pub async fn release(self) -> Result<(), StateError> {
        self.change(Change::Release(self.holder.released())).await
    }

    /// Entry in its stored form. Errors: [`StateError::TooLarge`] for an entry that could not be read back.
    fn sealed(&self, entry: &str, finished: bool) -> Result<String, StateError> {
        let bound = Bound {
            finished,
            ..self.bound
        };
        let sealed = self.state.0.seal.close(bound, entry);
        if sealed.len() > ENTRY_MAX {
            Err(StateError::TooLarge)
        } else {
            Ok(sealed)
        }
    }

    async fn change(&self, change: Change) -> Result<(), StateError> {
        let holder = self.holder.to_string();
        let holds = with_store!(self.state, store => store.change(self.bound.key, holder, change))?;
        if holds { Ok(()) } else { Err(StateError::Lost) }
    }
}
