//! Owners and modes of the file, of what SQLite keeps beside it, and of their folder.
//!
//! Whoever can write in the folder can put a file of theirs in the place of ours, or a write-ahead log beside it that SQLite
//! would read. So the folder must be closed to everybody else, a sticky one too, and everything in it that SQLite opens must
//! be this user's own.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use rustix::process::geteuid;
use tracing::warn;

use super::{StateError, file::Identity, place, unusable};

/// What stands behind the file's name: nothing, and the endings of what SQLite keeps beside it.
const ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

const WRITE_OTHERS: u32 = 0o002;
const WRITE_GROUP: u32 = 0o020;

/// Mode bits of a mode as people write it.
const MODE: u32 = 0o7777;

/// Whether the folder of `file` is closed to everybody else; `path` is the file as the operator named it.
pub(super) fn of_folder(path: &Path, file: &Path) -> Result<(), StateError> {
    let folder = file.parent().unwrap_or_else(|| Path::new("/"));
    let metadata = fs::metadata(folder).map_err(|error| unreadable(path, folder, &error))?;
    let own = folder.join("autohive-tiktok/state.db");
    let instead = format!("name a file in a folder of its own, which is created: sqlite:{}", own.display());
    if metadata.uid() != 0 && !is_ours(&metadata) {
        return Err(exposed(path, folder, &metadata, &format!("run the program as that user, or {instead}")));
    }
    if is_written_by_others(&metadata) {
        return Err(exposed(path, folder, &metadata, &format!("{instead}; or close the folder: chmod go-w")));
    }
    Ok(())
}

/// Whether the file and what SQLite keeps beside it are regular files of this user's that nobody else can write; tells which
/// file it is.
pub(super) fn of_files(path: &Path, file: &Path) -> Result<Identity, StateError> {
    for ending in ENDINGS {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        let name = PathBuf::from(name);
        match fs::symlink_metadata(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !ending.is_empty() => {}
            Err(error) => return Err(unreadable(path, &name, &error)),
            Ok(metadata) => of_file(path, &name, &metadata)?,
        }
    }
    let metadata = fs::symlink_metadata(file).map_err(|error| unreadable(path, file, &error))?;
    Ok((metadata.dev(), metadata.ino()))
}

fn of_file(path: &Path, name: &Path, metadata: &Metadata) -> Result<(), StateError> {
    let shown = name.display();
    if metadata.is_symlink() {
        return Err(unusable(
            path,
            format!("{shown}: it is a symbolic link, which is not followed; name the file itself"),
        ));
    }
    if !metadata.is_file() {
        return Err(unusable(path, format!("{shown}: it is no regular file; name another file")));
    }
    if !is_ours(metadata) {
        return Err(exposed(path, name, metadata, "run the program as that user, or name another file"));
    }
    if is_written_by_others(metadata) {
        let fix = "if nobody has changed it, close it (chmod 600), else move it away";
        return Err(exposed(path, name, metadata, fix));
    }
    Ok(())
}

fn is_ours(metadata: &Metadata) -> bool {
    metadata.uid() == geteuid().as_raw()
}

/// Whether others can write to it. A user's private group, which has the user's own number, is the user.
fn is_written_by_others(metadata: &Metadata) -> bool {
    let has_private_group = metadata.uid() != 0 && is_ours(metadata) && metadata.gid() == metadata.uid();
    let writes = if has_private_group { WRITE_OTHERS } else { WRITE_OTHERS | WRITE_GROUP };
    metadata.mode() & writes != 0
}

/// Rows name posts, and a digest of something short can be guessed, so others should not read them.
pub(super) fn warn_of_readers(file: &Path) {
    let Ok(metadata) = fs::symlink_metadata(file) else { return };
    let folder = file.parent().and_then(|folder| fs::metadata(folder).ok());
    let enter = folder.map_or(0, |folder| folder.mode() & 0o011);
    if metadata.mode() & (enter << 2) != 0 {
        warn!(file = %file.display(), mode = %mode(&metadata), "other users can read the state; close it with chmod 600");
    }
}

fn mode(metadata: &Metadata) -> String {
    format!("{:04o}", metadata.mode() & MODE)
}

fn exposed(path: &Path, what: &Path, metadata: &Metadata, fix: &str) -> StateError {
    let what = format!(
        "{} belongs to user {}, group {}, mode {}, and the program runs as user {}; {fix}",
        what.display(),
        metadata.uid(),
        metadata.gid(),
        mode(metadata),
        geteuid().as_raw(),
    );
    StateError::Exposed { place: place(path), what }
}

fn unreadable(path: &Path, what: &Path, error: &io::Error) -> StateError {
    unusable(path, format!("{} cannot be looked at ({error}); name another file", what.display()))
}
