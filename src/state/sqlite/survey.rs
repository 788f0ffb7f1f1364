//! Reading of a file that other processes use: no lock that they wait for, except for the moment of one check.

use rusqlite::{Connection, MAIN_DB, TransactionBehavior, types::ValueRef};

use super::journal;
use crate::{
    model::JournalKey,
    state::store::{ROWS_MAX, StoreState, StoredRows},
};

/// Checks that the file can be read, written and locked. Nothing is written.
pub(super) fn inspect(connection: &mut Connection) -> rusqlite::Result<StoreState> {
    connection.query_row(
        "SELECT count(*) FROM (SELECT 1 FROM journal LIMIT 1)",
        [],
        |_row| Ok(()),
    )?;
    if connection.is_readonly(MAIN_DB)? {
        return Ok(StoreState::ReadOnly);
    }
    // The lock of a writer, held for a moment.
    connection
        .transaction_with_behavior(TransactionBehavior::Immediate)?
        .rollback()?;
    Ok(StoreState::Usable)
}

/// All rows of the journal, the newest [`ROWS_MAX`], from the oldest first claim on.
pub(super) fn rows(connection: &mut Connection, now: i64) -> rusqlite::Result<StoredRows> {
    connection.pragma_update(None, "query_only", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut keys = transaction.prepare("SELECT key FROM journal ORDER BY created DESC LIMIT ?1")?;
    let limit = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
    let keys: Vec<Option<[u8; 32]>> = keys
        .query_map([limit], |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Blob(bytes) => bytes.try_into().ok(),
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => None,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut rows = Vec::new();
    // A key of another form is no row that a request could use.
    for key in keys.into_iter().flatten().rev().map(JournalKey::stored) {
        let found = journal::find(&transaction, key)?;
        rows.extend(found.map(|found| (key, found)));
    }
    Ok(StoredRows { rows, now })
}
