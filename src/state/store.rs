//! Interface of a store.

use std::{path::PathBuf, time::Duration};

use super::{
    RatePermit, StateError,
    row::{Distrust, HeldRow, Seal},
};
use crate::model::{AccountHash, Fingerprint, JournalKey, RateRefusal, RateWindow};

/// Lifetime of a journal row from its first claim; an older row counts as absent.
pub(super) const JOURNAL_KEPT: Duration = Duration::from_hours(7 * 24);

/// Lifetime of a counted event: the longest window, and an hour.
pub(super) const EVENTS_KEPT: Duration = Duration::from_hours(25);

/// Longest wait for a lock, a connection or a reply.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

/// Journal rows and rate counters. Each method is one atomic step that has reached the store when it returns.
pub(super) trait Store {
    /// Gives the row to the request's holder if it is free.
    ///
    /// The row of `preempted`, a holder that is known to have ended, is free although its lease lasts. A
    /// repeated claim by the same holder, because a reply was lost, resumes the row.
    fn claim(&self, request: ClaimRequest) -> impl Future<Output = Result<ClaimResult, StateError>> + Send;

    /// Result that a claim would have now. Changes nothing.
    fn look(&self, request: ClaimRequest) -> impl Future<Output = Result<ClaimResult, StateError>> + Send;

    /// Changes the row if `holder` still holds it; returns true if it did.
    fn change(
        &self,
        key: JournalKey,
        holder: String,
        change: Change,
    ) -> impl Future<Output = Result<bool, StateError>> + Send;

    /// Looks for the store, and whether it can be written. Creates and changes nothing.
    fn inspect(&self) -> impl Future<Output = Result<StoreState, StateError>> + Send;

    /// All rows of the journal, expired ones too, in the order of their first claims as far as the store knows it, at most
    /// [`ROWS_MAX`]; with the store's time. Creates and changes nothing.
    fn rows(&self) -> impl Future<Output = Result<StoredRows, StateError>> + Send;

    /// Deletes the row of a key, unless a holder other than `ended` has a lease on it.
    fn delete(
        &self,
        key: JournalKey,
        ended: Option<String>,
    ) -> impl Future<Output = Result<Deletion, StateError>> + Send;

    /// Counts an event now if it fits into all windows. Returns its row number (0 in a store without any).
    fn take(
        &self,
        event: CountedEvent,
        windows: Vec<RateWindow>,
    ) -> impl Future<Output = Result<Result<i64, RateRefusal>, StateError>> + Send;

    /// Stops counting the event of a permit.
    fn give_back(&self, permit: RatePermit) -> impl Future<Output = Result<(), StateError>> + Send;

    /// Number of events within the window.
    fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> impl Future<Output = Result<u32, StateError>> + Send;
}

/// Most rows of the journal that are listed.
pub(super) const ROWS_MAX: usize = 100_000;

/// Condition of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreState {
    /// It exists and can be read and written.
    Usable,
    /// The same, but other users can read these files of it.
    ReadByOthers(Vec<PathBuf>),
    /// It exists and can be read only.
    ReadOnly,
    /// It does not exist and can be created.
    Absent,
}

/// Rows of the journal.
#[derive(Debug, Default)]
pub(super) struct StoredRows {
    pub(super) rows: Vec<(JournalKey, Result<HeldRow, Distrust>)>,
    /// Store's time in milliseconds since the Unix epoch.
    pub(super) now: i64,
}

/// Result of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deletion {
    Deleted,
    /// There is no such row.
    Absent,
    /// A holder has a lease on it.
    Held {
        holder: String,
        lease_left: Duration,
    },
}

/// Request of a holder for a row.
#[derive(Debug, Clone)]
pub(crate) struct ClaimRequest {
    pub(crate) key: JournalKey,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) holder: String,
    /// Holder that is known to have ended.
    pub(crate) preempted: Option<String>,
    pub(crate) lease: Duration,
    /// First entry of a new row, not sealed yet.
    pub(crate) entry: String,
    pub(crate) seal: Seal,
}

/// Result of a claim, as the store finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimResult {
    /// New row, created at this time in milliseconds since the Unix epoch.
    Fresh(i64),
    /// The claimer holds the row now; this is its last entry.
    Resumed(Unsealed),
    /// Another holder has the row.
    Held {
        unsealed: Option<Unsealed>,
        holder: String,
        lease_left: Duration,
    },
    /// The row is finished.
    Finished(Unsealed),
    /// The row has another fingerprint.
    Conflict,
    /// This program cannot have written the row.
    Distrusted(Distrust),
}

/// A trusted entry. Times are in milliseconds since the Unix epoch, by the store's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsealed {
    pub(crate) entry: String,
    /// First claim of the row.
    pub(crate) created: i64,
    /// Time of the claim that found it.
    pub(crate) now: i64,
    /// True if a key has authenticated the entry.
    pub(crate) is_sealed: bool,
}

/// Change of a row by its holder.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// Writes the entry and holds the row for this long.
    Write(String, Duration),
    /// Holds the row for this long at least.
    Renew(Duration),
    /// Writes the last entry.
    Finish(String),
    /// Ends the lease and keeps the entry; the row has this name in place of its holder's.
    Release(String),
    /// Deletes the row.
    Forget,
}

/// Event that a rate counter counts.
#[derive(Debug, Clone)]
pub(super) struct CountedEvent {
    pub(super) account: AccountHash,
    pub(super) kind: &'static str,
    /// Unique ID, so that the event is not counted twice if a reply was lost. A file loses no replies.
    #[cfg_attr(
        not(feature = "redis"),
        expect(dead_code, reason = "only Redis is asked twice")
    )]
    pub(super) id: String,
}
