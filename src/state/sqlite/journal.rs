//! Rows of the journal in an SQLite file.
//!
//! A field is loaded only where its size is that of one of ours, so that a huge one costs nothing: `octet_length` reads a
//! record's header alone.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row, Transaction, named_params, params, types::ValueRef};

use crate::{
    model::JournalKey,
    state::{
        row::{
            Bound, Distrust, ENTRY_MAX, LEASE_MAX, MALFORMED, OWNER_MAX, Seal, StoredRow, TOO_LARGE, TrustedRow,
            lease_left,
        },
        store::{Bid, Change, Found, JOURNAL_KEPT, Unsealed, millis},
    },
};

/// Most rows that are too old and looked at with each claim, where each must be authenticated before it is deleted.
const PURGED_AT_ONCE: u32 = 64;

/// A row, and who is at work on it until when.
struct Owned {
    row: StoredRow,
    owner: String,
    lease_until: i64,
}

/// The fields of a row and the size of its entry; each `NULL` where it is larger than one of ours, or of another type.
fn fields() -> String {
    format!(
        "CASE WHEN octet_length(fingerprint) = 32 THEN fingerprint END,
         octet_length(entry),
         CASE WHEN octet_length(entry) <= {ENTRY_MAX} THEN entry END,
         CASE WHEN typeof(finished) = 'integer' THEN finished END,
         CASE WHEN octet_length(owner) <= {OWNER_MAX} THEN owner END,
         CASE WHEN typeof(lease_until) = 'integer' THEN lease_until END,
         CASE WHEN typeof(created) = 'integer' THEN created END"
    )
}

/// Makes the bid's owner the owner of the row if it can be.
pub(super) fn claim(transaction: &Transaction<'_>, now: i64, bid: &Bid) -> rusqlite::Result<Found> {
    let found = match find(transaction, bid.key)? {
        None => Found::Fresh(now),
        Some(owned) => judge(owned, now, bid),
    };
    match found {
        Found::Fresh(_) => {
            purge(transaction, now, &bid.seal)?;
            begin(transaction, now, bid)?;
        }
        Found::Resumed(_) => take_over(transaction, now, bid)?,
        Found::Held { .. } | Found::Finished(_) | Found::Conflict | Found::Distrusted(_) => {}
    }
    Ok(found)
}

/// What is found of a row that is there.
fn judge(owned: Result<Owned, Distrust>, now: i64, bid: &Bid) -> Found {
    let trusted = owned.and_then(|owned| Ok((owned.row.trusted(bid.key, &bid.seal, now)?, owned)));
    let (TrustedRow { entry, finished, created, .. }, Owned { owner, lease_until, .. }) = match trusted {
        Err(reason) => return Found::Distrusted(reason),
        Ok((row, _)) if is_too_old(row.created, now) => return Found::Fresh(now),
        Ok((row, _)) if row.is_of_others(bid.fingerprint) => return Found::Conflict,
        Ok(found) => found,
    };
    let is_free = owner == bid.owner || bid.evicted.as_ref() == Some(&owner);
    let lease_left = lease_left(now, lease_until).filter(|_| !is_free);
    match (entry.map(|entry| Unsealed { entry, created }), lease_left) {
        (Some(unsealed), _) if finished => Found::Finished(unsealed),
        (unsealed, Some(lease_left)) => Found::Held { unsealed, owner, lease_left },
        (Some(unsealed), None) => Found::Resumed(unsealed),
        (None, None) => Found::Fresh(now),
    }
}

fn is_too_old(created: i64, now: i64) -> bool {
    created <= now.saturating_sub(millis(JOURNAL_KEPT))
}

fn find(transaction: &Transaction<'_>, key: JournalKey) -> rusqlite::Result<Option<Result<Owned, Distrust>>> {
    let mut select = transaction.prepare(&format!("SELECT {} FROM journal WHERE key = ?1", fields()))?;
    select.query_row([key.as_bytes()], owned).optional()
}

/// Reads a row whose fields stand in the order of [`fields`].
fn owned(row: &Row<'_>) -> rusqlite::Result<Result<Owned, Distrust>> {
    let size = row.get_ref(1)?;
    let fields = (row.get_ref(0)?, row.get_ref(2)?, row.get_ref(3)?, row.get_ref(4)?, row.get_ref(5)?, row.get_ref(6)?);
    Ok(match fields {
        (_, ValueRef::Null, ..) if size != ValueRef::Null => Err(TOO_LARGE),
        (
            ValueRef::Blob(fingerprint),
            entry @ (ValueRef::Text(_) | ValueRef::Null),
            ValueRef::Integer(finished),
            ValueRef::Text(owner),
            ValueRef::Integer(lease_until),
            ValueRef::Integer(created),
        ) => {
            let entry = if let ValueRef::Text(entry) = entry { Some(entry.to_vec()) } else { None };
            let row = StoredRow { fingerprint: fingerprint.to_vec(), entry, finished, created };
            Ok(Owned { row, owner: String::from_utf8_lossy(owner).into_owned(), lease_until })
        }
        _ => Err(MALFORMED),
    })
}

/// Writes a new row, in the place of one that counts as absent.
fn begin(transaction: &Transaction<'_>, now: i64, bid: &Bid) -> rusqlite::Result<()> {
    let bound = Bound { key: bid.key, fingerprint: *bid.fingerprint.as_bytes(), created: now, finished: false };
    transaction.execute(
        "INSERT OR REPLACE INTO journal (key, fingerprint, entry, finished, owner, lease_until, created)
         VALUES (:key, :fingerprint, :entry, FALSE, :owner, :lease_until, :now)",
        named_params! {
            ":key": bid.key.as_bytes(),
            ":fingerprint": bid.fingerprint.as_bytes(),
            ":entry": bid.seal.close(bound, &bid.entry),
            ":owner": bid.owner,
            ":lease_until": now.saturating_add(millis(bid.lease)),
            ":now": now,
        },
    )?;
    Ok(())
}

fn take_over(transaction: &Transaction<'_>, now: i64, bid: &Bid) -> rusqlite::Result<()> {
    let update = "UPDATE journal SET owner = ?2, lease_until = ?3 WHERE key = ?1";
    let lease_until = now.saturating_add(millis(bid.lease));
    transaction.execute(update, params![bid.key.as_bytes(), bid.owner, lease_until])?;
    Ok(())
}

/// Deletes rows that are too old.
///
/// With a key, a row that was made to look too old stays: a repeat finds it and refuses it.
fn purge(transaction: &Transaction<'_>, now: i64, seal: &Seal) -> rusqlite::Result<()> {
    let too_old = now.saturating_sub(millis(JOURNAL_KEPT));
    if !seal.is_set() {
        transaction.execute("DELETE FROM journal WHERE created <= ?1", [too_old])?;
        return Ok(());
    }
    let select =
        format!("SELECT {}, key FROM journal WHERE created <= ?1 AND octet_length(key) = 32 LIMIT ?2", fields());
    let mut select = transaction.prepare(&select)?;
    let rows = select.query_map(params![too_old, PURGED_AT_ONCE], |row| Ok((row.get(7)?, owned(row)?)))?;
    let rows: Vec<([u8; 32], Result<Owned, Distrust>)> = rows.collect::<rusqlite::Result<_>>()?;
    for (key, owned) in rows {
        if owned.is_ok_and(|owned| owned.row.trusted(JournalKey::stored(key), seal, now).is_ok()) {
            transaction.execute("DELETE FROM journal WHERE key = ?1", [key])?;
        }
    }
    Ok(())
}

/// Changes the row if `owner` still owns it; whether it did.
pub(super) fn change(
    transaction: &Transaction<'_>,
    now: i64,
    key: JournalKey,
    owner: &str,
    change: &Change,
) -> rusqlite::Result<bool> {
    let key = key.as_bytes();
    let until = |lease: Duration| now.saturating_add(millis(lease));
    let kept_since = now.saturating_sub(millis(JOURNAL_KEPT));
    let update = |set: &str, entry: Option<&str>, lease_until: i64| {
        let update = format!("UPDATE journal SET {set} WHERE key = ?1 AND owner = ?2 AND created > ?3");
        transaction.prepare(&update)?.execute(params![key, owner, kept_since, entry, lease_until])
    };
    let changed = match change {
        Change::Write(entry, lease) => update("entry = ?4, lease_until = ?5", Some(entry), until(*lease))?,
        Change::Renew(lease) => {
            // It holds the row longer, never shorter, and never longer than a lease may be.
            let longest = now.saturating_add(millis(LEASE_MAX));
            let set = format!(
                "entry = coalesce(?4, entry),
                 lease_until = CASE WHEN lease_until BETWEEN ?5 AND {longest} THEN lease_until ELSE ?5 END"
            );
            update(&set, None, until(*lease))?
        }
        Change::Finish(entry) => update("entry = ?4, lease_until = ?5, finished = TRUE", Some(entry), now)?,
        // Whoever lets go owns it no more: a renewal that comes late must not take it back.
        Change::Release => update("entry = coalesce(?4, entry), lease_until = ?5, owner = ''", None, now)?,
        Change::Forget => {
            transaction.execute("DELETE FROM journal WHERE key = ?1 AND owner = ?2", params![key, owner])?
        }
    };
    Ok(changed == 1)
}
