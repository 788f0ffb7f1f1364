//! SHA-256 digests of values that are not stored themselves.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::hex::Hex;

/// Digests `parts`, each preceded by its length, so that different lists have different digests.
fn digest(purpose: &str, parts: &[&str]) -> [u8; 32] {
    let mut sha = Sha256::new();
    for part in [purpose].iter().chain(parts) {
        sha.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The digest of these parts, in this order; parts of another digest type never give the same
            /// one.
            pub fn of(parts: &[&str]) -> Self {
                Self(digest(stringify!($name), parts))
            }

            /// The digest whose 32 bytes a store gave.
            pub const fn stored(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        /// 64 lower-case hexadecimal digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Hex(&self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

digest! {
    /// Digest of an account, so that neither its id nor its token is stored.
    AccountHash
}
digest! {
    /// Digest that identifies a row of the journal: one account's idempotency key.
    JournalKey
}
digest! {
    /// Digest of the account that a row of the journal belongs to, so that the rows of an account can be found.
    JournalAccount
}
digest! {
    /// Digest of the inputs that came with an idempotency key, so that the key with other inputs is noticed.
    Fingerprint
}

/// Row of the journal, with the account that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalPlace {
    /// Row.
    pub key: JournalKey,
    /// Account; `None` if it is not recorded.
    pub account: Option<JournalAccount>,
}

impl From<JournalKey> for JournalPlace {
    fn from(key: JournalKey) -> Self {
        Self { key, account: None }
    }
}

/// Prefix of an integration's digests, so that two integrations that share a state share no row of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Namespace(Option<&'static str>);

impl Namespace {
    /// No prefix, for the integration whose digests are older than the second integration.
    pub const NONE: Self = Self(None);

    /// The prefix `integration`.
    pub const fn of(integration: &'static str) -> Self {
        Self(Some(integration))
    }

    /// Digest of an account of the integration.
    pub fn account(self, parts: &[&str]) -> AccountHash {
        AccountHash::of(&self.prefixed(parts))
    }

    /// Digest of an idempotency key of the integration.
    pub fn journal_key(self, parts: &[&str]) -> JournalKey {
        JournalKey::of(&self.prefixed(parts))
    }

    /// Digest of the account of a row of the integration's journal.
    pub fn journal_account(self, id: &str) -> JournalAccount {
        JournalAccount::of(&self.prefixed(&[id]))
    }

    fn prefixed<'a>(self, parts: &[&'a str]) -> Vec<&'a str> {
        self.0.into_iter().chain(parts.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let digests = [
            &["ab", "c"][..],
            &["a", "bc"],
            &["abc"],
            &["abc", ""],
            &["", "abc"],
            &[],
        ]
        .map(JournalKey::of);
        let mut unlike = digests.to_vec();
        unlike.sort();
        unlike.dedup();
        assert_eq!(unlike.len(), digests.len(), "{digests:?}");
        assert_eq!(JournalKey::of(&["ab", "c"]), digests[0]);
    }

    #[test]
    fn a_digest_is_of_its_purpose() {
        assert_ne!(
            JournalKey::of(&["a"]).as_bytes(),
            AccountHash::of(&["a"]).as_bytes()
        );
    }

    #[test]
    fn integrations_share_no_digest() {
        let ads = Namespace::of("tiktok-ads");
        assert_eq!(ads.journal_key(&["a"]), JournalKey::of(&["tiktok-ads", "a"]));
        assert_ne!(ads.journal_key(&["a"]), Namespace::NONE.journal_key(&["a"]));
        assert_ne!(ads.account(&["a"]), Namespace::NONE.account(&["a"]));
    }

    /// Versions before and after the second integration share one Redis during an upgrade.
    #[test]
    fn without_a_prefix_digests_are_those_of_former_versions() {
        assert_eq!(
            Namespace::NONE.journal_key(&["a"]).to_string(),
            "96520054c04c9c975d93b6adb9377b8560acaefb763c48a2945771b6387e69ba"
        );
        assert_eq!(Namespace::NONE.account(&["a"]), AccountHash::of(&["a"]));
    }

    /// Stored rows are found by it, so it may never change. By hand:
    /// `printf '\x0a\0\0\0\0\0\0\0JournalKey\x01\0\0\0\0\0\0\0a' | sha256sum`.
    #[test]
    fn a_digest_stays_what_it_is() {
        assert_eq!(
            JournalKey::of(&["a"]).to_string(),
            "96520054c04c9c975d93b6adb9377b8560acaefb763c48a2945771b6387e69ba"
        );
    }
}
