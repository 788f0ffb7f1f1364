//! Kind of the store of signed-in accounts: a file, or the keyring of the system.

use std::{path::PathBuf, sync::Arc};

#[cfg(feature = "keyring")]
use super::stderr;
use super::values::OneOf;
#[cfg(feature = "keyring")]
use crate::accounts::AccountsKeyring;
use crate::accounts::{AccountStore, AccountsFile};

/// Kind of the store of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountStoreKind {
    /// A file.
    File,
    /// The keyring of the system.
    #[cfg(feature = "keyring")]
    Keyring,
    /// The keyring if it can be used, else the file.
    Auto,
}

/// Parser of the kind of a store. A build without keyring refuses only the word that leaves it no other choice.
pub(super) fn account_store() -> OneOf<AccountStoreKind> {
    let words: &[&str] = if cfg!(feature = "keyring") {
        &["file", "keyring", "auto"]
    } else {
        &["file", "auto"]
    };
    OneOf::new(words.into(), named_store)
}

fn named_store(text: &str) -> Result<AccountStoreKind, String> {
    match text.trim() {
        "file" => Ok(AccountStoreKind::File),
        "auto" => Ok(AccountStoreKind::Auto),
        #[cfg(feature = "keyring")]
        "keyring" => Ok(AccountStoreKind::Keyring),
        #[cfg(not(feature = "keyring"))]
        "keyring" => Err(
            "this program was built without the keyring; allowed: file or auto, or build it with: cargo \
                          build --release --features keyring"
                .to_owned(),
        ),
        _ => Err("allowed: file, keyring or auto".to_owned()),
    }
}

/// The store of this kind. `path` is its file, or names the entry of the keyring; accounts are rescued to `spare`.
pub(super) fn open(kind: AccountStoreKind, path: PathBuf, spare: PathBuf) -> Arc<dyn AccountStore> {
    match kind {
        AccountStoreKind::File => Arc::new(AccountsFile::new(path, spare)),
        #[cfg(feature = "keyring")]
        AccountStoreKind::Keyring => Arc::new(AccountsKeyring::of_system(&path, spare)),
        AccountStoreKind::Auto => automatic(path, spare),
    }
}

#[cfg(feature = "keyring")]
fn automatic(path: PathBuf, spare: PathBuf) -> Arc<dyn AccountStore> {
    /// Reason that the keyring cannot be used. It is looked for once, because each look may take seconds.
    static REASON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let keyring = AccountsKeyring::of_system(&path, spare.clone());
    let reason = REASON.get_or_init(|| {
        let unusable = keyring.probe().err()?;
        let reason = format!("the keyring cannot be used: {}", unusable.problem);
        // Accounts may be in it, so the person is told that they are not looked for there.
        if unusable.is_there {
            stderr::write(
                format!("warning: {reason}; signed-in accounts are taken from the file\n").as_bytes(),
            );
        }
        Some(reason)
    });
    match reason {
        None => Arc::new(keyring),
        Some(reason) => Arc::new(AccountsFile::new(path, spare).instead_of_keyring(reason)),
    }
}

#[cfg(not(feature = "keyring"))]
fn automatic(path: PathBuf, spare: PathBuf) -> Arc<dyn AccountStore> {
    Arc::new(AccountsFile::new(path, spare).instead_of_keyring("this program was built without the keyring"))
}
