//! Entry of a keyring, as the store of accounts needs it.

use std::{fmt, sync::atomic::AtomicBool};

/// Text in a keyring. Calls may hang, and never show a prompt.
pub(super) trait KeyringEntry: fmt::Debug + Send + Sync {
    /// Checks that the keyring is there and unlocked.
    fn check(&self) -> Result<(), KeyringFault>;

    /// The text; `None` if nothing was ever stored.
    fn read(&self) -> Result<Option<String>, KeyringFault>;

    /// Replaces the text at once.
    fn write(&self, text: &str) -> Result<(), KeyringFault>;

    /// Set once a call has hung: the next ones would, too.
    fn has_hung(&self) -> &AtomicBool;
}

/// Reason that a keyring cannot be used. Contains nothing that is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyringFault {
    /// There is none.
    #[error("there is no keyring: {0}")]
    Absent(String),
    /// It is locked.
    #[error("it is locked, and its password is not asked for")]
    Locked,
    /// It did not answer in time.
    #[error("it gave no answer within {0} seconds")]
    Late(u64),
    /// It refused the call.
    #[error("{0}")]
    Refused(String),
}

impl KeyringFault {
    /// Next step.
    pub(super) const fn fix(&self) -> &'static str {
        match self {
            Self::Absent(_) => {
                "start one (gnome-keyring, KWallet or KeePassXC) in this session, or use the file: \
                 AUTOHIVE_TIKTOK_ACCOUNT_STORE=file"
            }
            Self::Locked => {
                "unlock it in the program that manages passwords, or use the file: AUTOHIVE_TIKTOK_ACCOUNT_STORE=file"
            }
            Self::Late(_) | Self::Refused(_) => {
                "restart the keyring's service, or use the file: AUTOHIVE_TIKTOK_ACCOUNT_STORE=file"
            }
        }
    }
}
