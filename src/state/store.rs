//! What a back end does, whichever it is.

use std::time::Duration;

use super::{
    Place, StateError,
    row::{Distrust, Seal},
};
use crate::model::{AccountHash, Fingerprint, JournalKey};

/// How long a row of the journal is kept after it was first claimed; an older one counts as absent.
pub(super) const JOURNAL_KEPT: Duration = Duration::from_hours(7 * 24);

/// How long an event is kept: the longest window anybody counts in, and an hour.
pub(super) const EVENTS_KEPT: Duration = Duration::from_hours(25);

/// How long one waits for a lock, a connection or an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Rows and events. Each method is one atomic step that has reached the store when it returns.
pub(super) trait Store {
    /// Makes `owner` the owner of the row if it can be.
    ///
    /// The row of `evicted`, which the caller knows to be dead, is taken over although its lease lasts. Asked again by
    /// the same owner, because an answer was lost, it resumes what it began.
    fn claim(&self, bid: Bid) -> impl Future<Output = Result<Found, StateError>> + Send;

    /// Changes the row if `owner` still owns it; tells whether it did.
    fn change(
        &self,
        key: JournalKey,
        owner: String,
        change: Change,
    ) -> impl Future<Output = Result<bool, StateError>> + Send;

    /// Counts an event now if fewer than `limit` were counted within the window, and gives its row, if it has one; else
    /// the wait until a place is free.
    fn take(
        &self,
        event: Event,
        limit: u32,
        window: Duration,
    ) -> impl Future<Output = Result<Result<i64, Duration>, StateError>> + Send;

    /// Counts an event no more.
    fn give_back(&self, place: Place) -> impl Future<Output = Result<(), StateError>> + Send;

    /// How many events were counted within the window.
    fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> impl Future<Output = Result<u32, StateError>> + Send;
}

/// Who wants which row.
#[derive(Debug, Clone)]
pub(super) struct Bid {
    pub(super) key: JournalKey,
    pub(super) fingerprint: Fingerprint,
    pub(super) owner: String,
    pub(super) evicted: Option<String>,
    pub(super) lease: Duration,
    /// The first entry of a row that is new, not sealed yet.
    pub(super) entry: String,
    pub(super) seal: Seal,
}

/// What a claim finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing was written yet; the row is the claimer's, made at this time in milliseconds since the Unix epoch.
    Fresh(i64),
    /// The row is the claimer's now, with what its last owner wrote.
    Resumed(Unsealed),
    /// The row is somebody else's.
    Held { unsealed: Option<Unsealed>, owner: String, lease_left: Duration },
    /// The row is finished.
    Finished(Unsealed),
    /// The row has another fingerprint.
    Conflict,
    /// The row is not of our making.
    Distrusted(Distrust),
}

/// A trusted entry and when its row was first claimed, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsealed {
    pub(super) entry: String,
    pub(super) created: i64,
}

/// What an owner does to its row.
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
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "only Redis is asked twice"))]
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
