//! The keyring of the system: Secret Service on Linux, Keychain on macOS.

use std::sync::atomic::AtomicBool;

use keyring::{Entry, Error};

use super::keyring_entry::{KeyringEntry, KeyringFault};

/// Name of the entries' service.
pub(super) const SERVICE: &str = "autohive-tiktok";

/// The connection is one for the process, so a call that hangs blocks the next ones.
static HAS_HUNG: AtomicBool = AtomicBool::new(false);

/// Entry of the system's keyring.
#[derive(Debug)]
pub(super) struct SystemEntry {
    /// Name of the entry below [`SERVICE`].
    pub(super) name: String,
}

impl SystemEntry {
    fn entry(&self) -> Result<Entry, KeyringFault> {
        if let Err(cause) = Entry::store_status() {
            return Err(KeyringFault::Absent(innermost(cause)));
        }
        Entry::new(SERVICE, &self.name).map_err(|error| fault(&error))
    }
}

impl KeyringEntry for SystemEntry {
    fn check(&self) -> Result<(), KeyringFault> {
        self.entry()?;
        unlocked::check(&self.name)
    }

    fn read(&self) -> Result<Option<String>, KeyringFault> {
        self.check()?;
        match self.entry()?.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    fn write(&self, text: &str) -> Result<(), KeyringFault> {
        self.check()?;
        self.entry()?.set_password(text).map_err(|error| fault(&error))
    }

    fn has_hung(&self) -> &AtomicBool {
        &HAS_HUNG
    }
}

/// The texts of the crate hold no secret; the bytes in an error are not shown.
fn fault(error: &Error) -> KeyringFault {
    KeyringFault::Refused(innermost(error))
}

/// Innermost cause, which says what failed; those around it say only that something did.
fn innermost(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Lock of the Secret Service. The crate `keyring` unlocks what it finds locked, which shows a prompt and waits for it.
#[cfg(all(unix, not(target_os = "macos")))]
mod unlocked {
    use secret_service::{EncryptionType, Error, blocking::SecretService};

    use super::{KeyringFault, SERVICE};

    /// Checks that neither the entry nor the collection of new entries is locked.
    pub(super) fn check(name: &str) -> Result<(), KeyringFault> {
        if is_locked(name)? {
            return Err(KeyringFault::Locked);
        }
        Ok(())
    }

    fn is_locked(name: &str) -> Result<bool, KeyringFault> {
        let refused = |error: Error| KeyringFault::Refused(error.to_string());
        let service = SecretService::connect(EncryptionType::Plain).map_err(refused)?;
        let collection = service.get_default_collection().map_err(|error| {
            if matches!(error, Error::NoResult) {
                KeyringFault::Absent("the service has no default collection".to_owned())
            } else {
                refused(error)
            }
        })?;
        let attributes = [("service", SERVICE), ("username", name)];
        let found = service.search_items(attributes.into()).map_err(refused)?;
        Ok(!found.locked.is_empty() || collection.is_locked().map_err(refused)?)
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod unlocked {
    use super::KeyringFault;

    /// The system itself asks for a password.
    #[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
    pub(super) const fn check(_name: &str) -> Result<(), KeyringFault> {
        Ok(())
    }
}
