//! Checks of owner and mode: of the database file, of SQLite's files beside it, and of every folder up to the
//! root.
//!
//! A user with write access to the folder can replace the file, or put a write-ahead log beside it that
//! SQLite would read. A user with write access to a folder further up can replace the folder. The rule is in
//! [`ownership`](super::ownership).

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::{self, Component, Path, PathBuf},
};

use rustix::process::geteuid;
use tracing::warn;

use super::{
    StateError,
    ownership::{Exposure, Ownership, PathPart, STICKY, exposure, is_private_group},
    place, unusable,
};
use crate::model::shell_word;

/// Identity of a file under any name: device and inode.
pub(super) type Identity = (u64, u64);

/// Suffixes of the database file and of SQLite's files beside it.
const ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Maximum number of symbolic links on the way to the folder, as on Linux.
const LINKS_MAX: u32 = 40;

/// Permission bits, including the sticky bit.
const MODE: u32 = 0o7777;

/// Checks the folder of the file, and every existing folder and link on the way to it; `path` is the path
/// given by the operator, for errors.
pub(super) fn of_folders(path: &Path, folder: &Path) -> Result<(), StateError> {
    let folder = path::absolute(folder).map_err(|error| unreadable(path, folder, &error))?;
    let (mut at, mut links) = (PathBuf::from("/"), 0);
    let mut pending: Vec<PathBuf> = reversed(&folder);
    check_folder(path, &at, pending.is_empty())?;
    while let Some(component) = pending.pop() {
        if component.as_os_str() == ".." {
            at.pop();
            continue;
        }
        let next = at.join(component);
        let metadata = match fs::symlink_metadata(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found.map_err(|error| unreadable(path, &next, &error))?,
        };
        if metadata.is_symlink() {
            links += 1;
            if links > LINKS_MAX {
                return Err(unusable(
                    path,
                    format!("{}: too many symbolic links; name another file", next.display()),
                ));
            }
            check(path, &next, &metadata, PathPart::Link)?;
            let target = fs::read_link(&next).map_err(|error| unreadable(path, &next, &error))?;
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            pending.extend(reversed(&target));
            continue;
        }
        at = next;
        // A file in place of a folder is reported when the database file is opened.
        if metadata.is_dir() {
            check_folder(path, &at, pending.is_empty())?;
        }
    }
    Ok(())
}

/// Components of a path without its root, in reverse order.
fn reversed(path: &Path) -> Vec<PathBuf> {
    let is_named =
        |component: &Component<'_>| matches!(component, Component::Normal(_) | Component::ParentDir);
    path.components()
        .rev()
        .filter(is_named)
        .map(|component| PathBuf::from(component.as_os_str()))
        .collect()
}

fn check_folder(path: &Path, folder: &Path, is_last: bool) -> Result<(), StateError> {
    let metadata = fs::symlink_metadata(folder).map_err(|error| unreadable(path, folder, &error))?;
    check(
        path,
        folder,
        &metadata,
        if is_last {
            PathPart::Folder
        } else {
            PathPart::Ancestor
        },
    )
}

/// Checks that the database file and SQLite's files beside it are regular files of this user, writable by no
/// other user. Returns the identity of the database file.
pub(super) fn of_files(path: &Path, file: &Path) -> Result<Identity, StateError> {
    for name in names(file) {
        match fs::symlink_metadata(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && name != file => {}
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
        return Err(unusable(
            path,
            format!("{shown}: it is not a regular file; name another file"),
        ));
    }
    check(path, name, metadata, PathPart::File)
}

fn check(path: &Path, what: &Path, metadata: &Metadata, part: PathPart) -> Result<(), StateError> {
    let euid = geteuid().as_raw();
    let found = Ownership {
        uid: metadata.uid(),
        gid: metadata.gid(),
        mode: metadata.mode(),
    };
    let is_private = |gid| {
        let [passwd, group] = ["/etc/passwd", "/etc/group"].map(|file| fs::read(file).unwrap_or_default());
        is_private_group(
            &String::from_utf8_lossy(&passwd),
            &String::from_utf8_lossy(&group),
            euid,
            gid,
        )
    };
    match exposure(part, found, euid, is_private) {
        None => Ok(()),
        Some(fault) => Err(exposed(
            path,
            what,
            metadata,
            &remedy(part, fault, what, metadata),
        )),
    }
}

fn remedy(part: PathPart, fault: Exposure, what: &Path, metadata: &Metadata) -> String {
    let euid = geteuid();
    let is_changeable = euid.is_root() || metadata.uid() == euid.as_raw();
    let word = shell_word(&what.display().to_string());
    let own = what.join("autohive-tiktok/state.db");
    let instead = format!(
        "use a file in a new folder, which is created: sqlite:{}",
        own.display()
    );
    match (part, fault) {
        (PathPart::File, Exposure::Owner) => "run the program as that user, or name another file".to_owned(),
        (PathPart::File, Exposure::Writable) => {
            format!("if nobody has changed it, close it (chmod 600 {word}), else move it away")
        }
        (_, Exposure::Owner) => {
            "run the program as that user, or name a file below folders that belong to this user or to root"
                .to_owned()
        }
        (PathPart::Folder, Exposure::Writable) if metadata.mode() & STICKY != 0 => instead,
        (_, Exposure::Writable) if !is_changeable => {
            "name a file below folders that only this user and root can write".to_owned()
        }
        (PathPart::Folder, Exposure::Writable) => {
            format!(
                "close the folder: chmod go-w {word}; or set its sticky bit (chmod +t {word}) and {instead}"
            )
        }
        (PathPart::Ancestor | PathPart::Link, Exposure::Writable) => format!(
            "other users can rename its content: close it (chmod go-w {word}), or set its sticky bit (chmod +t {word}), or name a file \
             elsewhere"
        ),
    }
}

/// Database file and SQLite's files beside it as far as other users can read them: rows name posts, and the digest of a short
/// text can be guessed.
pub(super) fn read_by_others(file: &Path) -> Vec<PathBuf> {
    let folder = file.parent().and_then(|folder| fs::metadata(folder).ok());
    let enter = folder.map_or(0, |folder| folder.mode() & 0o011);
    let is_readable =
        |name: &PathBuf| fs::symlink_metadata(name).is_ok_and(|metadata| metadata.mode() & (enter << 2) != 0);
    names(file).filter(is_readable).collect()
}

/// Warns if other users can read the file, or one beside it.
pub(super) fn warn_of_readers(file: &Path) {
    if let Some(name) = read_by_others(file).first() {
        warn!(file = %name.display(), "other users can read the state; close it with chmod 600");
    }
}

/// Names of the database file and of SQLite's files beside it.
fn names(file: &Path) -> impl Iterator<Item = PathBuf> {
    ENDINGS.into_iter().map(|ending| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
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
    StateError::Exposed {
        place: place(path),
        what,
    }
}

fn unreadable(path: &Path, what: &Path, error: &io::Error) -> StateError {
    unusable(
        path,
        format!(
            "{} cannot be inspected ({error}); name another file",
            what.display()
        ),
    )
}
