//! Stores of accounts.

use std::{
    fmt,
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::book::AccountBook;

/// Store of accounts. All changes are made under its lock.
pub trait AccountStore: fmt::Debug + Send + Sync {
    /// Kind and place, for people: `the file /…/accounts.json`.
    fn place(&self) -> String;

    /// Kind, for programs: `file` or `keyring`.
    fn kind(&self) -> &'static str;

    /// Reads all accounts; none if nothing was ever stored.
    fn read(&self) -> Result<AccountBook, StoreError>;

    /// Replaces all accounts at once.
    fn write(&self, book: &AccountBook) -> Result<(), StoreError>;

    /// Tries to take the lock without waiting; `None` if another process has it.
    fn try_lock(&self) -> Result<Option<StoreLock>, StoreError>;

    /// Writes all accounts to another place after [`AccountStore::write`] has failed; returns the place.
    fn rescue(&self, book: &AccountBook) -> Option<PathBuf>;

    /// Next step, for people, after accounts were rescued into a file.
    fn after_rescue(&self, _rescued: &Path) -> String {
        "Make room, then move that file to the place of the first one before any other command refreshes an account.".to_owned()
    }
}

/// Exclusive lock on a store, released when it is dropped and when the process ends.
#[derive(Debug)]
pub struct StoreLock(
    #[cfg_attr(
        not(feature = "keyring"),
        expect(dead_code, reason = "the lock lasts as long as the file is open")
    )]
    Arc<File>,
);

impl StoreLock {
    /// Tries to lock an open file.
    pub(super) fn of(file: File) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(Arc::new(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The file whose lock it is, for a call that may outlast it.
    #[cfg(feature = "keyring")]
    pub(super) fn file(&self) -> std::sync::Weak<File> {
        Arc::downgrade(&self.0)
    }
}

/// Error of a store. Names the place and the way out, and contains nothing that is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}; {fix}")]
pub struct StoreError {
    /// File, folder or keyring.
    pub place: String,
    /// Problem.
    pub problem: String,
    /// Next step.
    pub fix: String,
}

impl StoreError {
    /// Creates an error.
    pub(super) fn new(place: impl fmt::Display, problem: impl fmt::Display, fix: impl fmt::Display) -> Self {
        Self {
            place: place.to_string(),
            problem: problem.to_string(),
            fix: fix.to_string(),
        }
    }
}
