//! State in an SQLite file that the processes of one machine share.
//!
//! The file is created under a temporary name and then renamed, so no process finds a partial one. It is in WAL
//! mode. A write to the journal is synced to disk before it returns; a counted event may be lost with the
//! machine's power, which costs only one permit of a window. Expired rows are deleted with each write.
//!
//! A file that was deleted or replaced while it was open is detected and closed, so that nothing is written to
//! a file that no other process can see.

mod file;
mod journal;
mod ownership;
mod permissions;
mod survey;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Semaphore;

use rusqlite::{ErrorCode, OptionalExtension as _, Transaction, TransactionBehavior, params};

use self::file::File;
use super::{
    RatePermit, StateError,
    store::{
        Change, ClaimRequest, ClaimResult, CountedEvent, Deletion, EVENTS_KEPT, Store, StoreState, StoredRows,
    },
    times::{between, millis},
};
use crate::{
    clock::Clock,
    model::{AccountHash, JournalKey, RateRefusal, RateWindow},
};

/// SQLite file, opened at its first use.
#[derive(Debug)]
pub(super) struct Sqlite(Arc<Database>);

#[derive(Debug)]
struct Database {
    path: PathBuf,
    clock: Clock,
    /// One connection for all: a writer waits for the others in any case.
    file: Mutex<Option<File>>,
    /// Held by the one request that uses the connection. The others wait without a thread: each thread that
    /// ever used SQLite keeps the most memory that it took.
    turn: Arc<Semaphore>,
}

/// Durability of a transaction against a loss of power.
#[derive(Debug, Clone, Copy)]
enum Durable {
    /// The transaction must survive it.
    Always,
    /// The transaction may be lost, but nothing that was written earlier.
    Sometimes,
}

impl Sqlite {
    pub(super) fn new(path: PathBuf, clock: Clock) -> Self {
        Self(Arc::new(Database {
            path,
            clock,
            file: Mutex::default(),
            turn: Arc::new(Semaphore::new(1)),
        }))
    }

    /// Runs `work` with the time as one transaction, on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        durable: Durable,
        work: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StateError> {
        let inner = Arc::clone(&self.0);
        // The semaphore is never closed. Work that was begun keeps its turn, also where nobody waits for it
        // any more.
        let turn = Arc::clone(&inner.turn).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            inner.run(durable, work)
        })
        .await;
        done.unwrap_or_else(|_stopped| {
            let what = "the program was stopping".to_owned();
            Err(StateError::Unavailable {
                place: place(&self.0.path),
                what,
                passes: true,
            })
        })
    }
}

impl Database {
    fn run<T>(
        &self,
        durable: Durable,
        work: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<T>,
    ) -> Result<T, StateError> {
        let mut slot = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out, so that after any failure the next use starts with a new connection.
        let mut file = match slot.take().filter(|file| file.is_at(&self.path)) {
            Some(file) => file,
            None => File::open(&self.path)?,
        };
        let result = self
            .transact(&mut file, durable, work)
            .map_err(|error| fault(&self.path, &error));
        if matches!(result, Ok(_) | Err(StateError::Busy { .. })) {
            *slot = Some(file);
        }
        result
    }

    fn transact<T>(
        &self,
        file: &mut File,
        durable: Durable,
        work: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        // EXTRA equals FULL in WAL mode, and is as safe on file systems that do not support WAL.
        let level = match durable {
            Durable::Always => "EXTRA",
            Durable::Sometimes => "NORMAL",
        };
        file.connection.pragma_update(None, "synchronous", level)?;
        let transaction = file
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        // The time is read when no other process can write any more, so times in the file are in the order of
        // writing.
        let value = work(&transaction, millis(self.clock.since_epoch()))?;
        transaction.commit()?;
        Ok(value)
    }
}

impl Sqlite {
    /// Runs `work` on the existing file, on a thread that may block. The file is not created.
    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut File, i64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StateError> {
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let mut file = File::open_existing(&inner.path)?;
            let now = millis(inner.clock.since_epoch());
            work(&mut file, now).map_err(|error| fault(&inner.path, &error))
        });
        done.await.unwrap_or_else(|_stopped| {
            let what = "the program was stopping".to_owned();
            Err(StateError::Unavailable {
                place: place(&self.0.path),
                what,
                passes: true,
            })
        })
    }
}

impl Store for Sqlite {
    async fn inspect(&self) -> Result<StoreState, StateError> {
        if !self.0.path.exists() {
            return file::creatable(&self.0.path).map(|()| StoreState::Absent);
        }
        // Before it is opened: SQLite creates files beside it for as long as it is open.
        let readable = file::read_by_others(&self.0.path);
        let state = self
            .look(|file, _now| survey::inspect(&mut file.connection))
            .await?;
        if state == StoreState::Usable && !readable.is_empty() {
            return Ok(StoreState::ReadByOthers(readable));
        }
        Ok(state)
    }

    async fn rows(&self) -> Result<StoredRows, StateError> {
        self.look(|file, now| survey::rows(&mut file.connection, now))
            .await
    }

    async fn delete(&self, key: JournalKey, ended: Option<String>) -> Result<Deletion, StateError> {
        self.run(Durable::Always, move |transaction, now| {
            journal::delete(transaction, now, key, ended.as_deref())
        })
        .await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<ClaimResult, StateError> {
        self.run(Durable::Always, move |transaction, now| {
            journal::claim(transaction, now, &request)
        })
        .await
    }

    async fn look(&self, request: ClaimRequest) -> Result<ClaimResult, StateError> {
        self.run(Durable::Sometimes, move |transaction, now| {
            journal::look(transaction, now, &request)
        })
        .await
    }

    async fn change(&self, key: JournalKey, holder: String, change: Change) -> Result<bool, StateError> {
        self.run(Durable::Always, move |transaction, now| {
            journal::change(transaction, now, key, &holder, &change)
        })
        .await
    }

    async fn take(
        &self,
        event: CountedEvent,
        windows: Vec<RateWindow>,
    ) -> Result<Result<i64, RateRefusal>, StateError> {
        self.run(Durable::Sometimes, move |transaction, now| {
            take(transaction, now, &event, &windows)
        })
        .await
    }

    async fn give_back(&self, RatePermit { event, row }: RatePermit) -> Result<(), StateError> {
        const DELETE: &str = "DELETE FROM ledger WHERE rowid = ?1 AND account = ?2 AND kind = ?3";
        self.run(Durable::Sometimes, move |transaction, _now| {
            transaction
                .execute(DELETE, params![row, event.account.as_bytes(), event.kind])
                .map(|_deleted| ())
        })
        .await
    }

    async fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> Result<u32, StateError> {
        self.run(Durable::Sometimes, move |transaction, now| {
            counted(
                transaction,
                account,
                kind,
                now.saturating_sub(millis(window)),
                now,
            )
        })
        .await
    }
}

fn take(
    transaction: &Transaction<'_>,
    now: i64,
    event: &CountedEvent,
    windows: &[RateWindow],
) -> rusqlite::Result<Result<i64, RateRefusal>> {
    transaction.execute(
        "DELETE FROM ledger WHERE at <= ?1",
        [now.saturating_sub(millis(EVENTS_KEPT))],
    )?;
    let mut refusals = Vec::new();
    for window in windows {
        let wait = wait_in(transaction, now, event, *window)?;
        refusals.extend(wait.map(|wait| RateRefusal {
            wait,
            window: *window,
        }));
    }
    if let Some(refusal) = refusals.into_iter().max_by_key(|refusal| refusal.wait) {
        return Ok(Err(refusal));
    }
    transaction.execute(
        "INSERT INTO ledger (account, kind, at) VALUES (?1, ?2, ?3)",
        params![event.account.as_bytes(), event.kind, now],
    )?;
    Ok(Ok(transaction.last_insert_rowid()))
}

/// Wait until the event fits into the window; `None` if it fits now.
fn wait_in(
    transaction: &Transaction<'_>,
    now: i64,
    event: &CountedEvent,
    window: RateWindow,
) -> rusqlite::Result<Option<Duration>> {
    let since = now.saturating_sub(millis(window.length));
    let made = counted(transaction, event.account, event.kind, since, now)?;
    let Some(leaving) = made.checked_sub(window.limit) else {
        return Ok(None);
    };
    let leaves: Option<i64> = transaction
        .query_row(
            "SELECT at FROM ledger WHERE account = ?1 AND kind = ?2 AND at > ?3 AND at <= ?4
             ORDER BY at LIMIT 1 OFFSET ?5",
            params![event.account.as_bytes(), event.kind, since, now, leaving],
            |row| row.get(0),
        )
        .optional()?;
    // With a limit of 0, no event has to expire.
    Ok(Some(between(since, leaves.unwrap_or(now))))
}

/// Number of events within a window, which holds its end and not its beginning.
///
/// An event after its end, written before the machine's clock was set back, does not count.
fn counted(
    transaction: &Transaction<'_>,
    account: AccountHash,
    kind: &str,
    since: i64,
    until: i64,
) -> rusqlite::Result<u32> {
    transaction.query_row(
        "SELECT count(*) FROM ledger WHERE account = ?1 AND kind = ?2 AND at > ?3 AND at <= ?4",
        params![account.as_bytes(), kind, since, until],
        |row| row.get(0),
    )
}

/// Error: the file is permanently unusable.
fn unusable(path: &Path, what: String) -> StateError {
    StateError::Unavailable {
        place: place(path),
        what,
        passes: false,
    }
}

fn place(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// Meaning of an error of SQLite.
fn fault(path: &Path, error: &rusqlite::Error) -> StateError {
    let place = place(path);
    let code = error.sqlite_error_code();
    let is = |codes: &[ErrorCode]| code.is_some_and(|code| codes.contains(&code));
    if is(&[ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked]) {
        return StateError::Busy { place };
    }
    if is(&[ErrorCode::TooBig, ErrorCode::OutOfMemory]) {
        let what = "it contains a value larger than any that this program writes; move the file away or name \
                    another one, after which repeats of earlier posts post again";
        return StateError::Corrupt {
            place,
            what: what.to_owned(),
        };
    }
    if is(&[ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase]) || code.is_none() {
        let what = format!(
            "{error}; nothing was written; move the file away or name another one, after which repeats of earlier posts post \
             again"
        );
        return StateError::Corrupt { place, what };
    }
    let remedy = if is(&[ErrorCode::DiskFull]) {
        "free some space on the disk"
    } else if is(&[
        ErrorCode::ReadOnly,
        ErrorCode::CannotOpen,
        ErrorCode::PermissionDenied,
    ]) {
        "let this user read and write the file and its folder, raise the limit on open files (ulimit -n), or name another file"
    } else {
        "check whether the disk is full or damaged and whether the size of files is limited (ulimit -f); a file on a network \
         file system is not supported"
    };
    // The limit on open files may be what keeps a file from being opened, and that passes.
    let passes = !is(&[ErrorCode::ReadOnly, ErrorCode::PermissionDenied]);
    StateError::Unavailable {
        place,
        what: format!("{error}; {remedy}"),
        passes,
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{model::Fingerprint, state::row::Seal};

    /// A renewal can be on its way when the work ends: it must not take the row back.
    #[tokio::test]
    async fn who_has_let_go_owns_nothing() {
        let folder = TempDir::new().unwrap();
        let store = Sqlite::new(folder.path().join("state.db"), Clock::system());
        let (key, lease) = (JournalKey::of(&["key"]), Duration::from_mins(1));
        let request = |holder: &str| {
            let (fingerprint, holder, entry) =
                (Fingerprint::of(&["inputs"]), holder.to_owned(), "new".to_owned());
            ClaimRequest {
                key,
                fingerprint,
                holder,
                preempted: None,
                lease,
                entry,
                seal: Seal::default(),
            }
        };
        assert!(matches!(
            store.claim(request("one")).await,
            Ok(ClaimResult::Fresh(_))
        ));
        let changed = async |holder: &str, change| store.change(key, holder.to_owned(), change).await;
        assert_eq!(
            changed("one", Change::Write("begun".to_owned(), lease)).await,
            Ok(true)
        );
        assert_eq!(changed("one", Change::Release(String::new())).await, Ok(true));
        assert_eq!(changed("one", Change::Renew(lease)).await, Ok(false));
        assert!(
            matches!(store.claim(request("two")).await, Ok(ClaimResult::Resumed(found)) if found.entry == "begun")
        );
    }
}
