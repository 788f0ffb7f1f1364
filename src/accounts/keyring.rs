//! Accounts in a keyring: one entry with the text of all accounts, so that they are replaced at once.
//!
//! A keyring has no lock. The lock is the one of the file store, beside the file whose path is the name of the entry: whoever
//! can write the entry holds that lock. Each call runs on a thread of its own and has a time limit.

use std::{
    fs::{self, File},
    path::{self, Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::Ordering,
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{
    book::AccountBook,
    file::AccountsFile,
    keyring_entry::{KeyringEntry, KeyringFault},
    rows,
    store::{AccountStore, StoreError, StoreLock},
    system_keyring::{SERVICE, SystemEntry},
};
use crate::model::shell_word;

/// Longest wait for an answer of the keyring.
const LIMIT: Duration = Duration::from_secs(3);

/// Accounts in a keyring.
#[derive(Debug)]
pub struct AccountsKeyring {
    entry: Arc<dyn KeyringEntry>,
    /// Path of the file in whose place the entry is.
    name: String,
    /// Lock, and place for tokens that the keyring does not take.
    file: AccountsFile,
    /// Lock that this process holds.
    lock: Mutex<Weak<File>>,
    limit: Duration,
}

/// A keyring that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableKeyring {
    /// Reason, for people.
    pub problem: String,
    /// Whether there is one, perhaps with accounts.
    pub is_there: bool,
}

impl AccountsKeyring {
    /// A store in the system's keyring, in place of the file `path`. If the keyring fails after TikTok has replaced a token,
    /// tokens are rescued into a file in the folder of `path` or in `spare`.
    pub fn of_system(path: &Path, spare: PathBuf) -> Self {
        let name = real(path).display().to_string();
        let entry = SystemEntry { name: name.clone() };
        Self::new(Arc::new(entry), name, AccountsFile::new(path.to_owned(), spare))
    }

    fn new(entry: Arc<dyn KeyringEntry>, name: String, file: AccountsFile) -> Self {
        Self {
            entry,
            name,
            file,
            lock: Mutex::default(),
            limit: LIMIT,
        }
    }

    /// Checks that the keyring can be used, within three seconds and without a prompt.
    pub fn probe(&self) -> Result<(), UnusableKeyring> {
        let unusable = |fault: KeyringFault| UnusableKeyring {
            problem: fault.to_string(),
            is_there: !matches!(fault, KeyringFault::Absent(_)),
        };
        self.limited(|entry| entry.check()).map_err(unusable)
    }

    /// Calls the entry within the time limit.
    ///
    /// A call that hangs may still write later, so its thread keeps the lock until it ends, or the process does.
    fn limited<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn KeyringEntry) -> Result<T, KeyringFault> + Send + 'static,
    ) -> Result<T, KeyringFault> {
        let late = KeyringFault::Late(self.limit.as_secs());
        if self.entry.has_hung().load(Ordering::Relaxed) {
            return Err(late);
        }
        let (tell, told) = sync_channel(1);
        let (entry, lock) = (Arc::clone(&self.entry), self.held());
        let started = thread::Builder::new().spawn(move || {
            let answer = call(&*entry);
            drop(lock);
            drop(tell.send(answer));
        });
        started.map_err(|error| {
            KeyringFault::Refused(format!("no thread could be started for the keyring: {error}"))
        })?;
        match told.recv_timeout(self.limit) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                self.entry.has_hung().store(true, Ordering::Relaxed);
                Err(late)
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(KeyringFault::Refused("a call of it failed".to_owned()))
            }
        }
    }

    /// The lock, if this process holds it.
    fn held(&self) -> Option<Arc<File>> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }

    fn failed(&self, fault: &KeyringFault) -> StoreError {
        StoreError::new(self.place(), fault, fault.fix())
    }

    fn damaged(&self, problem: &rows::RowsFault) -> StoreError {
        let fix = if *problem == rows::RowsFault::Newer {
            "update this program".to_owned()
        } else {
            format!(
                "nothing was changed: remove the entry (secret-tool clear service {SERVICE} username {}) and sign in again \
                 with: autohive-tiktok auth login",
                shell_word(&self.name)
            )
        };
        StoreError::new(self.place(), format!("the entry {problem}"), fix)
    }
}

/// Path without links, so that each file has one name. The end of it need not exist.
fn real(path: &Path) -> PathBuf {
    let whole = path::absolute(path).unwrap_or_else(|_unknown| path.to_owned());
    let existing = whole.ancestors().find_map(|above| {
        let rest = whole.strip_prefix(above).ok()?;
        // Joining nothing would add a slash, so that the name would depend on whether the file exists.
        let join = |above: PathBuf| {
            if rest.as_os_str().is_empty() {
                above
            } else {
                above.join(rest)
            }
        };
        fs::canonicalize(above).ok().map(join)
    });
    existing.unwrap_or(whole)
}

impl AccountStore for AccountsKeyring {
    fn place(&self) -> String {
        format!("the keyring, entry {SERVICE} of {}", self.name)
    }

    fn kind(&self) -> &'static str {
        "keyring"
    }

    fn read(&self) -> Result<AccountBook, StoreError> {
        let text = self.limited(|entry| entry.read());
        match text.map_err(|fault| self.failed(&fault))? {
            None => Ok(AccountBook::default()),
            Some(text) => rows::read(&text).map_err(|fault| self.damaged(&fault)),
        }
    }

    fn write(&self, book: &AccountBook) -> Result<(), StoreError> {
        let unwritten = |_never| self.failed(&KeyringFault::Refused("the accounts have no text".to_owned()));
        let text = rows::write(book).map_err(unwritten)?;
        self.limited(move |entry| entry.write(&text))
            .map_err(|fault| self.failed(&fault))
    }

    fn try_lock(&self) -> Result<Option<StoreLock>, StoreError> {
        let lock = self.file.try_lock()?;
        if let Some(lock) = &lock {
            *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = lock.file();
        }
        Ok(lock)
    }

    fn rescue(&self, book: &AccountBook) -> Option<PathBuf> {
        self.file.rescue(book)
    }

    fn after_rescue(&self, rescued: &Path) -> String {
        format!(
            "Use them with AUTOHIVE_TIKTOK_ACCOUNT_STORE=file AUTOHIVE_TIKTOK_ACCOUNTS={}, or sign in again.",
            rescued.display()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use tempfile::TempDir;

    use super::*;
    use crate::accounts::{SignInApi, rows::tests::account};

    /// Keyring in memory.
    #[derive(Debug, Default)]
    struct Memory {
        text: Mutex<Option<String>>,
        fault: Option<KeyringFault>,
        /// Whether calls wait until this is dropped.
        gate: Option<Arc<Mutex<()>>>,
        has_hung: AtomicBool,
    }

    impl Memory {
        fn pass(&self) -> Result<(), KeyringFault> {
            if let Some(gate) = &self.gate {
                drop(gate.lock().unwrap());
            }
            self.fault.clone().map_or(Ok(()), Err)
        }
    }

    impl KeyringEntry for Memory {
        fn check(&self) -> Result<(), KeyringFault> {
            self.pass()
        }

        fn read(&self) -> Result<Option<String>, KeyringFault> {
            self.pass().map(|()| self.text.lock().unwrap().clone())
        }

        fn write(&self, text: &str) -> Result<(), KeyringFault> {
            self.pass()?;
            *self.text.lock().unwrap() = Some(text.to_owned());
            Ok(())
        }

        fn has_hung(&self) -> &AtomicBool {
            &self.has_hung
        }
    }

    /// Store in this keyring; its folder is not there yet.
    fn store(folder: &TempDir, entry: &Arc<Memory>) -> AccountsKeyring {
        let path = folder.path().join("private/accounts.json");
        let file = AccountsFile::new(path.clone(), folder.path().to_owned());
        let entry: Arc<dyn KeyringEntry> = Arc::<Memory>::clone(entry);
        AccountsKeyring {
            limit: Duration::from_millis(200),
            ..AccountsKeyring::new(entry, path.display().to_string(), file)
        }
    }

    fn book() -> AccountBook {
        let mut book = AccountBook::default();
        book.put(account(SignInApi::Open, "work"));
        book
    }

    #[test]
    fn accounts_are_read_as_they_were_written_and_no_file_has_them() {
        let (folder, entry) = (TempDir::new().unwrap(), Arc::default());
        let store = store(&folder, &entry);
        store.probe().unwrap();
        assert!(store.read().unwrap().accounts.is_empty());
        let lock = store.try_lock().unwrap();
        store.write(&book()).unwrap();
        assert_eq!(store.read().unwrap().accounts.len(), 1);
        assert!(store.try_lock().unwrap().is_none());
        drop(lock);
        assert!(store.try_lock().unwrap().is_some());
        let names = fs::read_dir(folder.path().join("private")).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["accounts.json.lock"]);
    }

    #[test]
    fn a_damaged_entry_is_not_overwritten_and_not_repeated() {
        let (folder, entry) = (TempDir::new().unwrap(), Arc::<Memory>::default());
        entry.write("{\"canary\":").unwrap();
        let told = store(&folder, &entry).read().unwrap_err().to_string();
        assert!(
            told.contains("is damaged") && told.contains("secret-tool clear"),
            "{told}"
        );
        assert!(!told.contains("canary"), "{told}");
        entry.write("{\"version\": 2}").unwrap();
        let told = store(&folder, &entry).read().unwrap_err().to_string();
        assert!(told.ends_with("update this program"), "{told}");
    }

    #[test]
    fn each_fault_names_the_keyring_and_a_way_out() {
        for fault in [
            KeyringFault::Absent("no bus".to_owned()),
            KeyringFault::Locked,
            KeyringFault::Refused("no".to_owned()),
        ] {
            let entry = Arc::new(Memory {
                fault: Some(fault),
                ..Memory::default()
            });
            let folder = TempDir::new().unwrap();
            let store = store(&folder, &entry);
            assert!(store.probe().is_err());
            for error in [store.read().unwrap_err(), store.write(&book()).unwrap_err()] {
                assert!(error.place.starts_with("the keyring, entry"), "{error}");
                assert!(error.fix.contains("ACCOUNT_STORE=file"), "{error}");
            }
            let rescued = store.rescue(&book()).unwrap();
            assert!(fs::read_to_string(&rescued).unwrap().contains("act.canary"));
            assert!(store.after_rescue(&rescued).contains("ACCOUNT_STORE=file"));
        }
    }

    #[test]
    fn a_call_that_hangs_ends_and_keeps_the_lock_until_it_cannot_write_any_more() {
        let gate = Arc::new(Mutex::new(()));
        let entry = Arc::new(Memory {
            gate: Some(Arc::clone(&gate)),
            ..Memory::default()
        });
        let folder = TempDir::new().unwrap();
        let store = store(&folder, &entry);
        let closed = gate.lock().unwrap();
        let lock = store.try_lock().unwrap();
        assert!(
            store
                .write(&book())
                .unwrap_err()
                .problem
                .contains("no answer within")
        );
        // The next call does not wait again.
        assert!(store.read().is_err());
        drop(lock);
        assert!(store.try_lock().unwrap().is_none());
        drop(closed);
        let mut tries = 0;
        while store.try_lock().unwrap().is_none() {
            tries += 1;
            assert!(tries < 500, "the lock should be free once the call has ended");
            thread::sleep(Duration::from_millis(10));
        }
        assert!(entry.text.lock().unwrap().is_some());
    }

    #[test]
    fn a_file_has_one_name() {
        let folder = TempDir::new().unwrap();
        let link = folder.path().join("link");
        let target = folder.path().join("target");
        fs::create_dir(&target).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(real(&link.join("a/b.json")), real(&target.join("a/b.json")));
        assert!(real(Path::new("b.json")).is_absolute());
        let file = folder.path().join("accounts.json");
        let before = real(&file);
        fs::write(&file, "{}").unwrap();
        assert_eq!(real(&file).display().to_string(), before.display().to_string());
    }
}
