//! Sender of a request, for the selection of faults and for the journal.

use super::wire::sha256_hex;

/// Sender of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// An account.
    Account {
        /// Its access token.
        token: String,
        /// Its name.
        name: String,
    },
    /// A credential that no account has, as the journal shows it: `unknown:` and the start of its SHA-256.
    Stranger(String),
    /// A request without credential.
    Anonymous,
}

impl Caller {
    /// Sender of a credential that no account has, or that is irrelevant.
    pub(super) fn without_account(credential: Option<&str>) -> Self {
        credential.map_or(Self::Anonymous, |credential| {
            Self::Stranger(format!("unknown:{:.12}", sha256_hex(credential.as_bytes())))
        })
    }

    /// The name in the journal.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Account { name, .. } => Some(name),
            Self::Stranger(label) => Some(label),
            Self::Anonymous => None,
        }
    }

    /// Checks whether the sender is the account with this token or name.
    pub(super) fn is(&self, account: &str) -> bool {
        matches!(self, Self::Account { token, name } if token == account || name == account)
    }
}
