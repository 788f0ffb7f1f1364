//! Database file: creation, opening and verification.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{self, Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig, limits::Limit};
use rustix::fs::Access;
use tempfile::Builder;

use super::{
    StateError, fault,
    permissions::{self, Identity},
    place, unusable,
};
use crate::state::store::TIMEOUT;

/// Mark of this program's files (`PRAGMA application_id`): `AHTT` in ASCII.
const APPLICATION: i64 = 0x4148_5454;

/// Version of the tables (`PRAGMA user_version`).
const FORM: i64 = 1;

/// Maximum length of a value or statement, in bytes.
const LENGTH_MAX: i32 = 1024 * 1024;

/// Maximum memory of SQLite in this process, in bytes. Its cache takes 2 MB; a file that was tampered with
/// could demand any size.
const HEAP_MAX: i64 = 8 * 1024 * 1024;

/// Table definitions. All times are in Unix milliseconds. `ledger`, the stored name of the rate counters,
/// must not change.
const TABLES: &str = "
    CREATE TABLE journal (
        key BLOB PRIMARY KEY,
        fingerprint BLOB NOT NULL,
        entry TEXT,
        finished INTEGER NOT NULL,
        owner TEXT NOT NULL,
        lease_until INTEGER NOT NULL,
        created INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX journal_created ON journal (created);
    CREATE TABLE ledger (
        account BLOB NOT NULL,
        kind TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX ledger_window ON ledger (account, kind, at);
    CREATE INDEX ledger_at ON ledger (at);
";

/// Open database file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) connection: Connection,
    identity: Identity,
}

impl File {
    /// Opens the file, and creates it if it does not exist.
    ///
    /// No other user can write to a folder above it, so no other user can replace the file between two
    /// checks.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        of_place(path)?;
        if matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound) {
            create(path)?;
        }
        Self::open_created(path)
    }

    /// Opens the file, and does not create it.
    pub(super) fn open_existing(path: &Path) -> Result<Self, StateError> {
        of_place(path)?;
        Self::open_created(path)
    }

    fn open_created(path: &Path) -> Result<Self, StateError> {
        let file = resolved(path).map_err(|error| unwritable(path, path, &error))?;
        let before = permissions::of_files(path, &file)?;
        let connection = connect(&file).map_err(|error| fault(path, &error))?;
        known(path, &connection)?;
        // SQLite's files beside it exist by now too.
        let identity = permissions::of_files(path, &file)?;
        if identity != before {
            return Err(unusable(path, "it was replaced while it was opened".to_owned()));
        }
        permissions::warn_of_readers(&file);
        Ok(Self { connection, identity })
    }

    /// True if the file at `path` is still this one.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        identity(path).is_ok_and(|found| found == self.identity)
    }
}

/// Checks that a file at `path` can be a state: its folders belong to this user, or to root.
fn of_place(path: &Path) -> Result<(), StateError> {
    if path.is_dir() {
        return Err(unusable(path, "it is a folder; name a file".to_owned()));
    }
    permissions::of_folders(path, folder(path))
}

/// Checks that the file, which does not exist, could be created. Nothing stays behind.
pub(super) fn creatable(path: &Path) -> Result<(), StateError> {
    of_place(path)?;
    let folder = path::absolute(folder(path)).map_err(|error| unwritable(path, path, &error))?;
    let existing = folder.ancestors().find(|folder| folder.exists());
    let existing = existing.unwrap_or_else(|| Path::new("/"));
    if !existing.is_dir() {
        let what = format!("{} is not a folder; name another file", existing.display());
        return Err(unusable(path, what));
    }
    rustix::fs::access(existing, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| unwritable(path, existing, &error.into()))?;
    takes(existing, existing == folder).map_err(|error| {
        let what = format!(
            "nothing can be created in {} ({}); name another file",
            existing.display(),
            error.kind()
        );
        unusable(path, what)
    })
}

/// Tries whether a folder takes a file, or else a folder. Permissions do not tell: `/proc` grants all to root, and takes nothing.
fn takes(folder: &Path, is_file: bool) -> io::Result<()> {
    if is_file {
        tempfile::tempfile_in(folder).map(drop)
    } else {
        tempfile::tempdir_in(folder)?.close()
    }
}

/// Files of the state that other users can read.
pub(super) fn read_by_others(path: &Path) -> Vec<PathBuf> {
    resolved(path).map_or_else(|_gone| Vec::new(), |file| permissions::read_by_others(&file))
}

fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Folder of the file.
fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// Resolves the symbolic links in the folder part of `path`, since SQLite follows none.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(fs::canonicalize(folder(path))?.join(name))
}

/// Checks that an open file was created by this program: mark, version and tables.
fn known(path: &Path, connection: &Connection) -> Result<(), StateError> {
    let pragma = |name| {
        connection
            .pragma_query_value(None, name, |row| row.get(0))
            .map_err(|error| fault(path, &error))
    };
    let (application, form): (i64, i64) = (pragma("application_id")?, pragma("user_version")?);
    if application != APPLICATION {
        return Err(StateError::Corrupt {
            place: place(path),
            what: foreign(path).to_owned(),
        });
    }
    if form < FORM {
        let what = format!(
            "it has the version {form}, which no version of this program writes: it is not a state of this program, or was \
             changed; nothing was read or written; move the file away or name another one, after which repeats of earlier posts post again"
        );
        return Err(StateError::Corrupt {
            place: place(path),
            what,
        });
    }
    if form > FORM {
        return Err(StateError::Newer {
            place: place(path),
            found: form,
            known: FORM,
        });
    }
    if !has_our_tables(connection).map_err(|error| fault(path, &error))? {
        let what = "its tables are not those that this program creates: the file was changed; nothing was read or written; \
                    move the file away or name another one, after which repeats of earlier posts post again";
        return Err(StateError::Corrupt {
            place: place(path),
            what: what.to_owned(),
        });
    }
    Ok(())
}

/// True if the file has exactly this program's tables and indices, and no trigger or view.
fn has_our_tables(connection: &Connection) -> rusqlite::Result<bool> {
    let mut ours: Vec<&str> = TABLES
        .split(';')
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .collect();
    let mut select = connection.prepare("SELECT sql FROM sqlite_schema LIMIT 100")?;
    let rows = select.query_map([], |row| row.get::<_, Option<String>>(0))?;
    let mut theirs: Vec<String> = rows
        .map(|sql| Ok(sql?.unwrap_or_default()))
        .collect::<rusqlite::Result<_>>()?;
    ours.sort_unstable();
    theirs.sort_unstable();
    Ok(ours == theirs)
}

/// Reason for which a file without the mark is refused. An empty file may once have been a journal, so it is
/// not silently initialized.
fn foreign(path: &Path) -> &'static str {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        "it is empty, which a journal never is: if nothing was kept in it, delete it, and a new one is created; nothing was \
         written; or name another file"
    } else {
        "it is a file of another program; nothing was written; name another file"
    }
}

/// Connects to an existing file, and disables all code in it, such as triggers and views.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    for may in [
        DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA,
        DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
        DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW,
    ] {
        connection.set_db_config(may, false)?;
    }
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LENGTH_MAX)?;
    // Apple's fsync does not reach the disk; elsewhere the first two change nothing.
    for (name, value) in [
        ("fullfsync", 1),
        ("checkpoint_fullfsync", 1),
        ("cell_size_check", 1),
        ("mmap_size", 0),
        ("hard_heap_limit", HEAP_MAX),
    ] {
        connection.pragma_update(None, name, value)?;
    }
    Ok(connection)
}

/// Creates the file, readable by this user alone. If another process creates it at the same time, that file
/// is used.
///
/// Only SQLite writes to the file: closing another handle of it would release SQLite's locks.
fn create(path: &Path) -> Result<(), StateError> {
    let folder = folder(path);
    let failed = |error: io::Error| unwritable(path, folder, &error);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(failed)?;
    let file = resolved(path).map_err(failed)?;
    // Some folders did not exist at the first check.
    permissions::of_folders(path, folder)?;
    let folder = file.parent().unwrap_or(folder);
    let draft = Builder::new()
        .prefix(".state-")
        .tempfile_in(folder)
        .map_err(failed)?
        .into_temp_path();
    fill(&draft).map_err(|error| fault(path, &error))?;
    match draft.persist_noclobber(&file) {
        Err(taken) if taken.error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(taken.error)),
        _made => {}
    }
    // The directory entry must survive a loss of power, as the content does.
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

fn fill(draft: &Path) -> rusqlite::Result<()> {
    let connection = connect(draft)?;
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", FORM)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_connection, error)| error)
}

fn unwritable(path: &Path, what: &Path, error: &io::Error) -> StateError {
    use io::ErrorKind as Kind;
    let what = format!(
        "{} cannot be created or opened ({error}); let this user write there, or name another file",
        what.display()
    );
    let passes = matches!(
        error.kind(),
        Kind::StorageFull | Kind::QuotaExceeded | Kind::Interrupted | Kind::OutOfMemory
    ) || error
        .raw_os_error()
        .is_some_and(|number| NO_DESCRIPTORS.contains(&number));
    StateError::Unavailable {
        place: place(path),
        what,
        passes,
    }
}

/// `errno` values for too many open files: in this process, and in the system.
const NO_DESCRIPTORS: [i32; 2] = [24, 23];
