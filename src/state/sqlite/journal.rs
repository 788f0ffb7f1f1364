//! Rows of the journal in an SQLite file.
//!
//! A field is loaded only if its size is one that this program writes, so a huge one costs nothing:
//! `octet_length` reads a record's header alone.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row, Transaction, named_params, params, types::ValueRef};

use crate::{
    model::JournalKey,
    state::{
        judge::judge,
        row::{
            Bound, Distrust, ENTRY_MAX, HOLDER_MAX, HeldRow, LEASE_MAX, MALFORMED, StoredRow, TOO_LARGE,
            lease_left,
        },
        store::{Change, ClaimRequest, ClaimResult, Deletion, JOURNAL_KEPT},
        times::millis,
    },
};

/// The fields of a row and the size of its entry; each `NULL` if it is larger than one of ours, or of another
/// type.
const SELECT: &str = "
    SELECT CASE WHEN octet_length(fingerprint) = 32 THEN fingerprint END,
           octet_length(entry),
           CASE WHEN octet_length(entry) <= :entry_max THEN entry END,
           CASE WHEN typeof(finished) = 'integer' THEN finished END,
           CASE WHEN octet_length(owner) <= :owner_max THEN owner END,
           CASE WHEN typeof(lease_until) = 'integer' THEN lease_until END,
           CASE WHEN typeof(created) = 'integer' THEN created END
    FROM journal WHERE key = :key";

/// Writes a new row, in the place of one that counts as absent.
const BEGIN: &str = "
    INSERT OR REPLACE INTO journal (key, fingerprint, entry, finished, owner, lease_until, created)
    VALUES (:key, :fingerprint, :entry, FALSE, :owner, :lease_until, :now)";

const TAKE_OVER: &str = "UPDATE journal SET owner = ?2, lease_until = ?3 WHERE key = ?1";

/// Deletes expired rows, authenticated or not: changing a row requires the same rights as deleting it.
const PURGE: &str = "DELETE FROM journal WHERE created <= ?1";

const WRITE: &str =
    "UPDATE journal SET entry = ?4, lease_until = ?5 WHERE key = ?1 AND owner = ?2 AND created > ?3";

const FINISH: &str = "UPDATE journal SET entry = ?4, lease_until = ?5, finished = TRUE WHERE key = ?1 AND owner = ?2 AND created > ?3";

/// Holds the row longer, never shorter, and never longer than a lease may be.
const RENEW: &str = "
    UPDATE journal SET lease_until = CASE WHEN lease_until BETWEEN ?4 AND ?5 THEN lease_until ELSE ?4 END
    WHERE key = ?1 AND owner = ?2 AND created > ?3";

/// A released row has no owner, only an account: a late renewal must not take it back.
const RELEASE: &str =
    "UPDATE journal SET owner = ?5, lease_until = ?4 WHERE key = ?1 AND owner = ?2 AND created > ?3";

const DELETE: &str = "DELETE FROM journal WHERE key = ?1";

const FORGET: &str = "DELETE FROM journal WHERE key = ?1 AND owner = ?2";

/// Makes the request's holder the holder of the row if it can be.
pub(super) fn claim(
    transaction: &Transaction<'_>,
    now: i64,
    request: &ClaimRequest,
) -> rusqlite::Result<ClaimResult> {
    let found = look(transaction, now, request)?;
    match found {
        ClaimResult::Fresh(_) => {
            transaction
                .prepare_cached(PURGE)?
                .execute([now.saturating_sub(millis(JOURNAL_KEPT))])?;
            begin(transaction, now, request)?;
        }
        ClaimResult::Resumed(_) => take_over(transaction, now, request)?,
        ClaimResult::Held { .. }
        | ClaimResult::Finished(_)
        | ClaimResult::Conflict
        | ClaimResult::Distrusted(_) => {}
    }
    Ok(found)
}

/// Result that the claim would have.
pub(super) fn look(
    transaction: &Transaction<'_>,
    now: i64,
    request: &ClaimRequest,
) -> rusqlite::Result<ClaimResult> {
    Ok(match find(transaction, request.key)? {
        None => ClaimResult::Fresh(now),
        Some(owned) => judge(owned, now, request),
    })
}

pub(super) fn find(
    transaction: &Transaction<'_>,
    key: JournalKey,
) -> rusqlite::Result<Option<Result<HeldRow, Distrust>>> {
    let sizes = [ENTRY_MAX, HOLDER_MAX].map(|size| i64::try_from(size).unwrap_or(i64::MAX));
    let named = named_params! { ":key": key.as_bytes(), ":entry_max": sizes[0], ":owner_max": sizes[1] };
    transaction
        .prepare_cached(SELECT)?
        .query_row(named, owned)
        .optional()
}

/// Reads a row whose fields have the order of [`SELECT`].
fn owned(row: &Row<'_>) -> rusqlite::Result<Result<HeldRow, Distrust>> {
    let size = row.get_ref(1)?;
    let fields = (
        row.get_ref(0)?,
        row.get_ref(2)?,
        row.get_ref(3)?,
        row.get_ref(4)?,
        row.get_ref(5)?,
        row.get_ref(6)?,
    );
    Ok(match fields {
        (_, ValueRef::Null, ..) if size != ValueRef::Null => Err(TOO_LARGE),
        (
            ValueRef::Blob(fingerprint),
            entry @ (ValueRef::Text(_) | ValueRef::Null),
            ValueRef::Integer(finished),
            ValueRef::Text(holder),
            ValueRef::Integer(lease_until),
            ValueRef::Integer(created),
        ) => {
            let entry = if let ValueRef::Text(entry) = entry {
                Some(entry.to_vec())
            } else {
                None
            };
            let row = StoredRow {
                fingerprint: fingerprint.to_vec(),
                entry,
                finished,
                created,
            };
            Ok(HeldRow {
                row,
                holder: String::from_utf8_lossy(holder).into_owned(),
                lease_until,
            })
        }
        _ => Err(MALFORMED),
    })
}

fn begin(transaction: &Transaction<'_>, now: i64, request: &ClaimRequest) -> rusqlite::Result<()> {
    let bound = Bound {
        key: request.key,
        fingerprint: *request.fingerprint.as_bytes(),
        created: now,
        finished: false,
    };
    transaction.prepare_cached(BEGIN)?.execute(named_params! {
        ":key": request.key.as_bytes(),
        ":fingerprint": request.fingerprint.as_bytes(),
        ":entry": request.seal.close(bound, &request.entry),
        ":owner": request.holder,
        ":lease_until": now.saturating_add(millis(request.lease)),
        ":now": now,
    })?;
    Ok(())
}

fn take_over(transaction: &Transaction<'_>, now: i64, request: &ClaimRequest) -> rusqlite::Result<()> {
    let lease_until = now.saturating_add(millis(request.lease));
    transaction.prepare_cached(TAKE_OVER)?.execute(params![
        request.key.as_bytes(),
        request.holder,
        lease_until
    ])?;
    Ok(())
}

/// Deletes the row of `key` unless a holder other than `ended` has a lease on it.
pub(super) fn delete(
    transaction: &Transaction<'_>,
    now: i64,
    key: JournalKey,
    ended: Option<&str>,
) -> rusqlite::Result<Deletion> {
    let Some(found) = find(transaction, key)? else {
        return Ok(Deletion::Absent);
    };
    if let Ok(held) = found
        && let Some(lease_left) = lease_left(now, held.lease_until)
        && ended != Some(held.holder.as_str())
    {
        let holder = held.holder;
        return Ok(Deletion::Held { holder, lease_left });
    }
    transaction.prepare_cached(DELETE)?.execute([key.as_bytes()])?;
    Ok(Deletion::Deleted)
}

/// Changes the row if `holder` still owns it; true if it did.
pub(super) fn change(
    transaction: &Transaction<'_>,
    now: i64,
    key: JournalKey,
    holder: &str,
    change: &Change,
) -> rusqlite::Result<bool> {
    let key = key.as_bytes();
    let until = |lease: Duration| now.saturating_add(millis(lease));
    let kept_since = now.saturating_sub(millis(JOURNAL_KEPT));
    let prepared = |sql| transaction.prepare_cached(sql);
    let changed = match change {
        Change::Write(entry, lease) => {
            prepared(WRITE)?.execute(params![key, holder, kept_since, entry, until(*lease)])?
        }
        Change::Finish(entry) => prepared(FINISH)?.execute(params![key, holder, kept_since, entry, now])?,
        Change::Renew(lease) => {
            prepared(RENEW)?.execute(params![key, holder, kept_since, until(*lease), until(LEASE_MAX)])?
        }
        Change::Release(released) => {
            prepared(RELEASE)?.execute(params![key, holder, kept_since, now, released])?
        }
        Change::Forget => prepared(FORGET)?.execute(params![key, holder])?,
    };
    Ok(changed == 1)
}
