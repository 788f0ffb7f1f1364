//! The file itself: how it is made, opened and known to be ours.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::Path,
};

use rusqlite::{Connection, OpenFlags};
use tempfile::Builder;

use super::{StateError, fault, place, unavailable};
use crate::state::store::PATIENCE;

/// Marks the file as ours (`PRAGMA application_id`): `AHTT` in ASCII.
const APPLICATION: i64 = 0x4148_5454;

/// The form of the tables (`PRAGMA user_version`).
const FORM: i64 = 1;

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

/// Which file it is, whatever it is called: device and inode.
type Identity = (u64, u64);

impl File {
    /// Opens the file, and makes it where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        let identity = match identity(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                identity(path)
            }
            other => other,
        };
        let identity = identity.map_err(|error| unwritable(path, path, &error))?;
        if path.is_dir() {
            return Err(unavailable(path, "it is a folder; name a file".to_owned()));
        }
        let connection = connect(path).map_err(|error| fault(path, &error))?;
        let [application, form] =
            ["application_id", "user_version"].map(|name| connection.pragma_query_value(None, name, |row| row.get(0)));
        let (application, form): (i64, i64) =
            (application.map_err(|error| fault(path, &error))?, form.map_err(|error| fault(path, &error))?);
        if application != APPLICATION {
            return Err(StateError::Corrupt { place: place(path), what: foreign(path).to_owned() });
        }
        if form != FORM {
            return Err(StateError::Newer { place: place(path), found: form, known: FORM });
        }
        Ok(Self { connection, identity })
    }

    /// Whether the file at `path` is still this one.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        identity(path).is_ok_and(|found| found == self.identity)
    }
}

fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Why a file without our mark is not taken. An empty one may have been a journal, so it is not filled in silence.
fn foreign(path: &Path) -> &'static str {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        "it is empty, which a journal never is: if nothing was kept in it, delete it, and it is made anew; nothing was \
         written; or name another file"
    } else {
        "it is a file of another program; nothing was written; name another file"
    }
}

/// Connects to a file that is there.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // Apple's fsync does not reach the disk; elsewhere this changes nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(connection)
}

/// Makes the file, for this user alone. Where somebody else makes it at the same time, theirs is as good.
///
/// It is written to only through SQLite: to close another handle of the file would drop SQLite's locks on it.
fn create(path: &Path) -> Result<(), StateError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let failed = |error: io::Error| unwritable(path, folder, &error);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let draft = Builder::new().prefix(".state-").tempfile_in(folder).map_err(failed)?.into_temp_path();
    fill(&draft).map_err(|error| fault(path, &error))?;
    match draft.persist_noclobber(path) {
        Err(taken) if taken.error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(taken.error)),
        _made => {}
    }
    // The name must outlive a loss of power as what stands below it does.
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
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
    unavailable(
        path,
        format!(
            "{} cannot be made or opened ({error}); let this user write there, or name another file",
            what.display()
        ),
    )
}
