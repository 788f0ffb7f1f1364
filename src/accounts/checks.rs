//! Checks of owner and mode of the file with the tokens, and of the folders above it.
//!
//! Whoever can read the file has the tokens. Whoever can write to a folder above it can replace it.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use rustix::process::{getegid, geteuid};

use super::store::StoreError;
use crate::model::shell_word;

const FOR_OTHERS: u32 = 0o077;
const WRITE_OTHERS: u32 = 0o002;
const WRITE_GROUP: u32 = 0o020;
const STICKY: u32 = 0o1000;

/// Checks that an open file is a regular file that only this user can read.
pub(super) fn of_file(path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
    let shown = path.display();
    if !metadata.is_file() {
        return Err(StoreError::new(
            shown,
            "it is not a regular file",
            "name another file in AUTOHIVE_TIKTOK_ACCOUNTS",
        ));
    }
    if metadata.uid() != geteuid().as_raw() {
        return Err(StoreError::new(
            shown,
            format!("it belongs to user {}", metadata.uid()),
            "tokens are read from a file of your own only: name another file in AUTOHIVE_TIKTOK_ACCOUNTS, or change its owner",
        ));
    }
    if metadata.mode() & FOR_OTHERS != 0 {
        return Err(StoreError::new(
            path.display(),
            format!(
                "it has tokens, and other users may use it (mode {:04o})",
                metadata.mode() & 0o7777
            ),
            format!("run: chmod 600 {}", shell_word(&path.display().to_string())),
        ));
    }
    Ok(())
}

/// Checks that no other user can replace what is in `folder`, by the folder itself and all above it.
pub(super) fn of_folder(folder: &Path) -> Result<(), StoreError> {
    let failed = |error: &io::Error| {
        StoreError::new(
            folder.display(),
            format!("the folder cannot be used: {error}"),
            "create it, or name a file elsewhere in AUTOHIVE_TIKTOK_ACCOUNTS",
        )
    };
    let real = fs::canonicalize(folder).map_err(|error| failed(&error))?;
    real.ancestors().enumerate().try_for_each(|(height, folder)| {
        let metadata = fs::metadata(folder).map_err(|error| failed(&error))?;
        match exposure(&metadata, height == 0) {
            None => Ok(()),
            Some(exposure) => Err(StoreError::new(
                folder.display(),
                exposure.problem(),
                exposure.fix(folder, metadata.uid()),
            )),
        }
    })
}

/// Way for another user to replace an entry of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FolderExposure {
    /// The folder belongs to this other user.
    Owner(u32),
    /// Others can write to the folder, which has this mode.
    Writable(u32),
}

/// Way for another user to replace an entry of a folder. In a sticky folder further up, entries of others are safe. A
/// umask of 002 makes folders that the user's own group can write to.
fn exposure(metadata: &Metadata, is_lowest: bool) -> Option<FolderExposure> {
    let (owner, mode) = (metadata.uid(), metadata.mode());
    let is_ours = owner == geteuid().as_raw();
    if !is_ours && owner != 0 {
        return Some(FolderExposure::Owner(owner));
    }
    let is_own_group = is_ours && metadata.gid() == getegid().as_raw() && !is_lowest;
    let is_writable = mode & WRITE_OTHERS != 0 || (mode & WRITE_GROUP != 0 && !is_own_group);
    let is_protected = mode & STICKY != 0 && !is_lowest;
    (is_writable && !is_protected).then_some(FolderExposure::Writable(mode & 0o7777))
}

impl FolderExposure {
    fn problem(self) -> String {
        match self {
            Self::Owner(owner) => format!("the folder belongs to user {owner}, who could replace the tokens"),
            Self::Writable(mode) => {
                format!("other users can write to the folder (mode {mode:04o}) and could replace the tokens")
            }
        }
    }

    /// Remedy that this user can follow. A sticky folder such as /tmp is meant for all users, and stays open.
    fn fix(self, folder: &Path, owner: u32) -> String {
        let euid = geteuid();
        match self {
            Self::Writable(mode) if mode & STICKY == 0 && (euid.is_root() || euid.as_raw() == owner) => {
                format!(
                    "make it yours alone (chmod go-w {}), or name a file elsewhere in AUTOHIVE_TIKTOK_ACCOUNTS",
                    shell_word(&folder.display().to_string())
                )
            }
            Self::Owner(_) | Self::Writable(_) => {
                "name a file in a folder of your own, below folders that belong to you or \
                to root, in AUTOHIVE_TIKTOK_ACCOUNTS"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_remedy_is_one_that_this_user_can_follow() {
        let (ours, folder) = (geteuid().as_raw(), Path::new("/a b"));
        let fix = FolderExposure::Writable(0o777).fix(folder, ours);
        assert!(fix.contains("(chmod go-w '/a b')"), "{fix}");
        for exposure in [FolderExposure::Owner(ours + 1), FolderExposure::Writable(0o1777)] {
            let fix = exposure.fix(folder, ours);
            assert!(fix.starts_with("name a file in a folder of your own"), "{fix}");
        }
    }
}
