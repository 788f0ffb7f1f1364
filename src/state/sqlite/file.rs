//! The file itself: how it is made, opened and known to be ours.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig, limits::Limit};
use tempfile::Builder;

use super::{
    StateError, fault,
    permissions::{self, Identity},
    place, unusable,
};
use crate::state::store::TIMEOUT;

/// Marks the file as ours (`PRAGMA application_id`): `AHTT` in ASCII.
const APPLICATION: i64 = 0x4148_5454;

/// The form of the tables (`PRAGMA user_version`).
const FORM: i64 = 1;

/// Largest value and longest statement, in bytes.
const LENGTH_MAX: i32 = 1024 * 1024;

/// Most memory that SQLite may take in this process, in bytes. It caches 2 MB; a cell of a file that was
/// tampered with could ask for any size.
const HEAP_MAX: i64 = 8 * 1024 * 1024;

/// All times are milliseconds since the Unix epoch.
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

/// An open file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) connection: Connection,
    identity: Identity,
}

impl File {
    /// Opens the file, and makes it where there is none.
    ///
    /// Nobody else can write to a folder above it, so nobody else can put another file in its place between
    /// two checks.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        if path.is_dir() {
            return Err(unusable(path, "it is a folder; name a file".to_owned()));
        }
        permissions::of_folders(path, folder(path))?;
        if matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound) {
            create(path)?;
        }
        let file = resolved(path).map_err(|error| unwritable(path, path, &error))?;
        let before = permissions::of_files(path, &file)?;
        let connection = connect(&file).map_err(|error| fault(path, &error))?;
        known(path, &connection)?;
        // By now what SQLite keeps beside the file is there too.
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

fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// The folder of the file.
fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// The same file by a path without symbolic links before its name, since SQLite follows none.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(fs::canonicalize(folder(path))?.join(name))
}

/// Checks that an open file is ours: mark, form and tables.
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
    if form != FORM {
        return Err(StateError::Newer {
            place: place(path),
            found: form,
            known: FORM,
        });
    }
    if !has_our_tables(connection).map_err(|error| fault(path, &error))? {
        let what = "its tables are not those that this program makes: somebody has changed them; nothing was read or written; \
                    move the file away, or name another one";
        return Err(StateError::Corrupt {
            place: place(path),
            what: what.to_owned(),
        });
    }
    Ok(())
}

/// True if the tables and indices are ours to the letter, and nothing else is there: no trigger, no view.
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

/// Reason that a file without our mark is not taken. An empty one may have been a journal, so it is not
/// filled in silence.
fn foreign(path: &Path) -> &'static str {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        "it is empty, which a journal never is: if nothing was kept in it, delete it, and it is made anew; nothing was \
         written; or name another file"
    } else {
        "it is a file of another program; nothing was written; name another file"
    }
}

/// Connects to a file that is there, and lets nothing that is in it run.
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

/// Makes the file, for this user alone. Where somebody else makes it at the same time, theirs is as good.
///
/// It is written to only through SQLite: to close another handle of the file would drop SQLite's locks on it.
fn create(path: &Path) -> Result<(), StateError> {
    let folder = folder(path);
    let failed = |error: io::Error| unwritable(path, folder, &error);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(failed)?;
    let file = resolved(path).map_err(failed)?;
    // Some of them were not there when they were checked first.
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
    // The name must outlive a loss of power as what stands below it does.
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
        "{} cannot be made or opened ({error}); let this user write there, or name another file",
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

/// The system's numbers for too many open files in this process, and in all.
const NO_DESCRIPTORS: [i32; 2] = [24, 23];
