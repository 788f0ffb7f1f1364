//! The journal as a person looks at it: rows without claims, and their deletion on request.

use std::{sync::atomic::Ordering, time::Duration};

use super::{
    BackEnd, State, StateError, StateLocation, holder,
    row::{Distrust, HeldRow, lease_left},
    store::{Deletion, JOURNAL_KEPT, Store as _, StoreState},
    times::{millis, since_epoch},
    with_store,
};
use crate::model::{Fingerprint, JournalAccount, JournalKey};

/// Row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Digest of the account and the idempotency key.
    pub key: JournalKey,
    /// Digest of the account; `None` for a row of a version that recorded none.
    pub account: Option<JournalAccount>,
    /// Content; the error is the reason that it is not trusted.
    pub content: Result<RowContent, &'static str>,
    /// Whether a request works on it.
    pub standing: RowStanding,
    /// Time of the first claim since the Unix epoch, by the store's clock; `None` if the row has no possible one.
    pub claimed_at: Option<Duration>,
    /// True if the row is too old to count; the next write deletes it.
    pub is_expired: bool,
    /// True if the row has the form of an authenticated one.
    pub is_sealed: bool,
}

/// Content of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowContent {
    /// Entry; `None` if nothing was written yet.
    pub entry: Option<String>,
    /// True if the work under the key is done.
    pub is_finished: bool,
    /// Digest of the inputs that came with the key.
    pub fingerprint: Fingerprint,
}

/// Whether a request works on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStanding {
    /// No request has a lease on it.
    Free,
    /// The request that had it is known to have ended.
    Ended,
    /// A request has it, or another machine's request that may have ended unnoticed.
    Held {
        /// Time until the lease expires.
        lease_left: Duration,
    },
}

/// Result of the deletion of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// It was deleted.
    Deleted,
    /// There is no such row.
    Absent,
    /// A request has it; nothing was deleted.
    Held {
        /// Time until the lease expires.
        lease_left: Duration,
    },
}

impl State {
    /// Checks the store. Creates and changes nothing.
    pub async fn inspect(&self) -> Result<StoreState, StateError> {
        with_store!(self, store => store.inspect())
    }

    /// All rows of the journal, expired ones too, at most 100,000. Creates and changes nothing.
    pub async fn rows(&self) -> Result<Vec<JournalRow>, StateError> {
        if self.is_absent() {
            return Ok(Vec::new());
        }
        let stored = with_store!(self, store => store.rows())?;
        let rows = stored.rows.into_iter();
        Ok(rows
            .map(|(key, found)| self.row(key, found, stored.now))
            .collect())
    }

    /// Deletes a row, unless a request has it.
    pub async fn forget(&self, key: JournalKey) -> Result<Forgotten, StateError> {
        if self.is_absent() {
            return Ok(Forgotten::Absent);
        }
        let mut ended = None;
        loop {
            match with_store!(self, store => store.delete(key, ended.clone()))? {
                Deletion::Deleted => return Ok(Forgotten::Deleted),
                Deletion::Absent => return Ok(Forgotten::Absent),
                Deletion::Held { holder, .. }
                    if ended.as_ref() != Some(&holder) && self.0.holders().has_ended(&holder) =>
                {
                    ended = Some(holder);
                }
                Deletion::Held { lease_left, .. } => return Ok(Forgotten::Held { lease_left }),
            }
        }
    }

    /// True for a file that does not exist: opening it would create it.
    fn is_absent(&self) -> bool {
        matches!(&self.0.location, StateLocation::Sqlite(path) if !path.exists())
    }

    fn row(&self, key: JournalKey, found: Result<HeldRow, Distrust>, now: i64) -> JournalRow {
        let HeldRow {
            row,
            holder,
            lease_until,
        } = match found {
            Ok(held) => held,
            Err(reason) => return JournalRow::distrusted(key, reason),
        };
        let standing = match lease_left(now, lease_until) {
            None => RowStanding::Free,
            Some(_) if self.0.holders().has_ended(&holder) => RowStanding::Ended,
            Some(lease_left) => RowStanding::Held { lease_left },
        };
        let content = row.trusted(key, &self.0.seal, now).map(|trusted| RowContent {
            entry: trusted.entry,
            is_finished: trusted.finished,
            fingerprint: Fingerprint::stored(trusted.fingerprint),
        });
        JournalRow {
            key,
            account: holder::account(&holder),
            content,
            standing,
            claimed_at: (row.created > 0).then(|| since_epoch(row.created)),
            is_expired: row.created <= now.saturating_sub(millis(JOURNAL_KEPT)),
            is_sealed: row.is_sealed(),
        }
    }
}

impl JournalRow {
    const fn distrusted(key: JournalKey, reason: Distrust) -> Self {
        Self {
            key,
            account: None,
            content: Err(reason),
            standing: RowStanding::Free,
            claimed_at: None,
            is_expired: false,
            is_sealed: false,
        }
    }
}
