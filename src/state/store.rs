//! Interface of a back end.

use std::time::Duration;

use super::{
    RatePermit, StateError,
    row::{Distrust, Seal},
};
use crate::model::{AccountHash, Fingerprint, JournalKey, RateWindow};

/// Life of a row of the journal from its first claim; an older one counts as absent.
pub(super) const JOURNAL_KEPT: Duration = Duration::from_hours(7 * 24);

/// Life of an event: the longest window that is counted in, and an hour.
pub(super) const EVENTS_KEPT: Duration = Duration::from_hours(25);

/// Longest wait for a lock, a connection or an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Rows and events. Each method is one atomic step that has reached the store when it returns.
pub(super) trait Store {
    /// Makes `owner` the owner of the row if it can be.
    ///
    /// The row of `preempted`, which the caller knows to be dead, is taken over although its lease lasts. Asked
    /// again by the same owner, because an answer was lost, it resumes what it began.
    fn claim(&self, request: ClaimRequest) -> impl Future<Output = Result<ClaimResult, StateError>> + Send;

    /// Changes the row if `owner` still owns it; tells whether it did.
    fn change(
        &self,
        key: JournalKey,
        owner: String,
        change: Change,
    ) -> impl Future<Output = Result<bool, StateError>> + Send;

    /// Counts an event now if it fits into all windows, and returns its row, if it has one; else the wait until
    /// it may fit.
    fn take(
        &self,
        event: Event,
        windows: Vec<RateWindow>,
    ) -> impl Future<Output = Result<Result<i64, Duration>, StateError>> + Send;

    /// Counts an event no more.
    fn give_back(&self, place: RatePermit) -> impl Future<Output = Result<(), StateError>> + Send;

    /// Number of events within the window.
    fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> impl Future<Output = Result<u32, StateError>> + Send;
}

/// Wish of an owner for a row.
#[derive(Debug, Clone)]
pub(crate) struct ClaimRequest {
    pub(crate) key: JournalKey,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) owner: String,
    pub(crate) preempted: Option<String>,
    pub(crate) lease: Duration,
    /// The first entry of a row that is new, not sealed yet.
    pub(crate) entry: String,
    pub(crate) seal: Seal,
}

/// Findings of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimResult {
    /// Nothing was written yet; the row is the claimer's, made at this time in milliseconds since the Unix
    /// epoch.
    Fresh(i64),
    /// The row is the claimer's now, with what its last owner wrote.
    Resumed(Unsealed),
    /// The row is somebody else's.
    Held {
        unsealed: Option<Unsealed>,
        owner: String,
        lease_left: Duration,
    },
    /// The row is finished.
    Finished(Unsealed),
    /// The row has another fingerprint.
    Conflict,
    /// The row is not of our making.
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

/// Change of a row by its owner.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// Writes the entry and holds the row for this long.
    Write(String, Duration),
    /// Holds the row for this long at least.
    Renew(Duration),
    /// Writes the last entry.
    Finish(String),
    /// Lets go.
    Release,
    /// Deletes the row.
    Forget,
}

/// Something that is counted.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) account: AccountHash,
    pub(super) kind: &'static str,
    /// Names this one event, so that it is not counted twice when an answer was lost. A file loses none.
    #[cfg_attr(
        not(feature = "redis"),
        expect(dead_code, reason = "only Redis is asked twice")
    )]
    pub(super) id: String,
}

/// Whole milliseconds, the unit of all stored times.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The time between two stored times; none where it is past.
pub(super) fn between(from: i64, to: i64) -> Duration {
    Duration::from_millis(u64::try_from(to.saturating_sub(from)).unwrap_or(0))
}
