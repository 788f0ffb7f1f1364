//! Accounts in a file: mode 0600, replaced atomically, locked by a file beside it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::{fs::OFlags, io::Errno};

use super::{
    book::AccountBook,
    checks, rows,
    store::{AccountStore, StoreError, StoreLock},
};
use crate::model::shell_word;

/// Largest file, in bytes: thousands of accounts.
const SIZE_MAX: u64 = 16 * 1024 * 1024;

/// Problem of a file above [`SIZE_MAX`].
const TOO_LARGE: &str = "would have more than 16 MiB";

/// Mode of the files.
const PRIVATE: u32 = 0o600;

/// Mode of new folders.
const PRIVATE_FOLDER: u32 = 0o700;

/// Accounts in a file.
#[derive(Debug, Clone)]
pub struct AccountsFile {
    path: PathBuf,
    /// Folder for the accounts if the file cannot be written after TikTok has replaced a token.
    spare: PathBuf,
    /// Reason that they are not in a keyring, where one was asked for.
    reason: Option<String>,
}

impl AccountsFile {
    /// A store in the file `path`. If that cannot be written, tokens are rescued into its folder or into `spare`.
    pub fn new(path: PathBuf, spare: PathBuf) -> Self {
        Self {
            path,
            spare,
            reason: None,
        }
    }

    /// The same, with the reason that the accounts are not in a keyring, for people.
    #[must_use]
    pub fn instead_of_keyring(self, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..self
        }
    }

    /// Path of the file with another ending.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }

    /// Folder of the file.
    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// Creates the folder where it is missing, and checks it.
    fn prepare_folder(&self) -> Result<(), StoreError> {
        let folder = self.folder();
        let created = DirBuilder::new()
            .recursive(true)
            .mode(PRIVATE_FOLDER)
            .create(folder);
        created.map_err(|error| self.failed("the folder cannot be created", &error))?;
        checks::of_folder(folder)
    }

    fn failed(&self, what: &str, error: &io::Error) -> StoreError {
        StoreError::new(
            self.path.display(),
            format!("{what}: {error}"),
            "correct it, or name another file in AUTOHIVE_TIKTOK_ACCOUNTS",
        )
    }

    fn unopened(path: &Path, error: &io::Error) -> StoreError {
        let loops = error.raw_os_error() == Some(Errno::LOOP.raw_os_error());
        if loops {
            return StoreError::new(
                path.display(),
                "it is a symbolic link, which is not followed",
                "name the file itself in AUTOHIVE_TIKTOK_ACCOUNTS, or remove the link",
            );
        }
        StoreError::new(
            path.display(),
            format!("it cannot be opened: {error}"),
            "correct it, or name another file in AUTOHIVE_TIKTOK_ACCOUNTS",
        )
    }

    /// Text of the file; `None` if there is none.
    fn load(&self) -> Result<Option<String>, StoreError> {
        let mut options = OpenOptions::new();
        let opened = options
            .read(true)
            .custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK))
            .open(&self.path);
        let file = match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| Self::unopened(&self.path, &error))?,
        };
        let unread = |error: &io::Error| self.failed("it cannot be read", error);
        checks::of_folder(self.folder())?;
        checks::of_file(&self.path, &file.metadata().map_err(|error| unread(&error))?)?;
        let mut bytes = Vec::new();
        let read = file.take(SIZE_MAX + 1).read_to_end(&mut bytes);
        read.map_err(|error| unread(&error))?;
        if bytes.len() as u64 > SIZE_MAX {
            return Err(self.damaged("has more than 16 MiB"));
        }
        let text = String::from_utf8(bytes).ok();
        text.map(Some).ok_or_else(|| self.damaged("is damaged"))
    }

    fn damaged(&self, problem: &str) -> StoreError {
        let path = shell_word(&self.path.display().to_string());
        let fix = if problem.contains("newer") {
            "update this program".to_owned()
        } else {
            format!(
                "nothing was changed; move it away and sign in again: mv {path} {path}.damaged && autohive-tiktok auth login"
            )
        };
        StoreError::new(self.path.display(), format!("the file {problem}"), fix)
    }
}

/// Writes a new private file. A file that a killed process has left there is replaced.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => create_private(path, text),
    }
}

/// Writes a private file that does not exist yet.
fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .custom_flags(flags(OFlags::NOFOLLOW))
        .open(path)?;
    let written = file
        // The umask may have taken the owner's rights away.
        .set_permissions(Permissions::from_mode(PRIVATE))
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all());
    if written.is_err() {
        drop(fs::remove_file(path));
    }
    written
}

/// Most files of one name with rescued tokens.
const RESCUES_MAX: u32 = 100;

/// Writes a private file beside all that have the name already: `name`, `name.2`, `name.3` and so on.
fn create_beside(name: &Path, text: &str) -> io::Result<PathBuf> {
    for number in 1..=RESCUES_MAX {
        let mut place = name.as_os_str().to_owned();
        if number > 1 {
            place.push(format!(".{number}"));
        }
        let place = PathBuf::from(place);
        match create_private(&place, text) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            written => return written.map(|()| place),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Flags in the form of the standard library.
fn flags(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}

impl AccountStore for AccountsFile {
    fn place(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(" because {reason}"));
        format!("the file {}{}", self.path.display(), reason.unwrap_or_default())
    }

    fn kind(&self) -> &'static str {
        "file"
    }

    fn read(&self) -> Result<AccountBook, StoreError> {
        match self.load()? {
            None => Ok(AccountBook::default()),
            Some(text) => rows::read(&text).map_err(|fault| self.damaged(&fault.to_string())),
        }
    }

    fn write(&self, book: &AccountBook) -> Result<(), StoreError> {
        self.prepare_folder()?;
        let unwritten = |error: &io::Error| self.failed("it cannot be written", error);
        let text = rows::write(book).map_err(|_never| self.damaged("cannot be written"))?;
        if text.len() as u64 > SIZE_MAX {
            let fix = "remove accounts with `autohive-tiktok auth revoke`, or give another --accounts-file";
            return Err(StoreError::new(
                self.path.display(),
                format!("the file {TOO_LARGE}"),
                fix,
            ));
        }
        let new = self.beside(".new");
        let written = write_private(&new, &text).and_then(|()| fs::rename(&new, &self.path));
        if let Err(error) = written {
            drop(fs::remove_file(&new));
            return Err(unwritten(&error));
        }
        // The name of the new file must survive a power failure too; not every file system can promise it.
        drop(File::open(self.folder()).and_then(|folder| folder.sync_all()));
        Ok(())
    }

    fn try_lock(&self) -> Result<Option<StoreLock>, StoreError> {
        self.prepare_folder()?;
        let path = self.beside(".lock");
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(PRIVATE)
            .custom_flags(flags(OFlags::NOFOLLOW | OFlags::NONBLOCK))
            .open(&path)
            .map_err(|error| Self::unopened(&path, &error))?;
        StoreLock::of(file).map_err(|error| self.failed("it cannot be locked", &error))
    }

    fn rescue(&self, book: &AccountBook) -> Option<PathBuf> {
        let text = rows::write(book).ok()?;
        let elsewhere = format!("autohive-tiktok-accounts-{}.json", std::process::id());
        let places = [self.beside(".rescued"), self.spare.join(elsewhere)];
        places.iter().find_map(|place| create_beside(place, &text).ok())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::accounts::{SignInApi, rows::tests::account};

    #[test]
    fn rescued_tokens_do_not_replace_those_that_were_rescued_before() {
        let folder = TempDir::new().unwrap();
        let store = AccountsFile::new(folder.path().join("accounts.json"), folder.path().to_owned());
        let rescue = |name: &str| {
            let mut book = AccountBook::default();
            book.put(account(SignInApi::Open, name));
            store.rescue(&book).unwrap()
        };
        let (first, second) = (rescue("first"), rescue("second"));
        assert_ne!(first, second);
        for (place, name) in [(first, "first"), (second, "second")] {
            assert!(fs::read_to_string(&place).unwrap().contains(name));
            assert_eq!(
                fs::metadata(&place).unwrap().permissions().mode() & 0o777,
                PRIVATE
            );
        }
    }
}
