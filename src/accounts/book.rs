//! All accounts of a store: pure.

use std::{collections::BTreeMap, fmt};

use serde_json::value::RawValue;

use super::{
    account::{AccountKey, SignInApi, StoredAccount, UnknownMembers},
    name::AccountName,
};

/// Accounts of a store, and the default of each API.
#[derive(Debug, Clone, Default)]
pub struct AccountBook {
    /// Accounts in the order of their first sign-in.
    pub accounts: Vec<StoredAccount>,
    /// Names of the default accounts.
    pub defaults: BTreeMap<SignInApi, AccountName>,
    /// Rows of a newer program for integrations that this one does not know.
    pub foreign: ForeignRows,
    /// Members of a newer program.
    pub unknown: UnknownMembers,
}

/// Accounts and defaults of unknown integrations, which are kept as they are and otherwise ignored.
#[derive(Clone, Default)]
pub struct ForeignRows {
    /// Accounts. They hold tokens.
    pub(super) accounts: Vec<Box<RawValue>>,
    /// Names of the default accounts, by integration.
    pub(super) defaults: BTreeMap<String, String>,
}

impl fmt::Debug for ForeignRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForeignRows({})", self.accounts.len())
    }
}

/// No account fits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAccount {
    /// Nobody is signed in to the API.
    #[error("no {} account is signed in; run: autohive-tiktok auth login --integration {}", .0.integration(), .0.integration())]
    SignedOut(SignInApi),
    /// No account has the name.
    #[error(
        "there is no {key}; signed in: {}; run: autohive-tiktok auth login --integration {} --account {}",
        list(known), key.api.integration(), key.name
    )]
    Unknown {
        /// The account that was asked for.
        key: AccountKey,
        /// Names of the others of its API.
        known: Vec<AccountName>,
    },
    /// Several accounts, none of which is the default.
    #[error("choose one of the {} accounts with --account: {}", api.integration(), list(known))]
    Several {
        /// The API.
        api: SignInApi,
        /// Names of its accounts.
        known: Vec<AccountName>,
    },
}

fn list(names: &[AccountName]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<&str> = names.iter().map(AccountName::as_str).collect();
    names.join(", ")
}

impl AccountBook {
    /// The account with this identity.
    pub fn get(&self, key: &AccountKey) -> Option<&StoredAccount> {
        self.accounts.iter().find(|account| account.key == *key)
    }

    /// Adds an account, or replaces the one with its identity. The first of an API becomes its default; one that is replaced
    /// never does.
    pub fn put(&mut self, account: StoredAccount) {
        let key = &account.key;
        if self.names(key.api).is_empty() {
            self.defaults.insert(key.api, key.name.clone());
        }
        match self.accounts.iter_mut().find(|known| known.key == account.key) {
            Some(known) => *known = account,
            None => self.accounts.push(account),
        }
    }

    /// Removes an account. If it was the default, the only other one of its API takes its place.
    pub fn remove(&mut self, key: &AccountKey) {
        self.accounts.retain(|account| account.key != *key);
        if self.defaults.get(&key.api) == Some(&key.name) {
            self.defaults.remove(&key.api);
            if let [only] = &self.names(key.api)[..] {
                self.defaults.insert(key.api, only.clone());
            }
        }
    }

    /// Names of the accounts of an API.
    pub fn names(&self, api: SignInApi) -> Vec<AccountName> {
        let of_api = self.accounts.iter().filter(|account| account.key.api == api);
        of_api.map(|account| account.key.name.clone()).collect()
    }

    /// Whether an account is the default of its API.
    pub fn is_default(&self, key: &AccountKey) -> bool {
        self.defaults.get(&key.api) == Some(&key.name)
    }

    /// The account with this name; without a name, the default, or the only one.
    pub fn find(&self, api: SignInApi, name: Option<&AccountName>) -> Result<&StoredAccount, NoAccount> {
        let known = self.names(api);
        let wanted = name.or_else(|| self.defaults.get(&api));
        let name = match (wanted, &known[..]) {
            (Some(name), _) => name,
            (None, []) => return Err(NoAccount::SignedOut(api)),
            (None, [only]) => only,
            (None, [..]) => return Err(NoAccount::Several { api, known }),
        };
        let key = AccountKey {
            api,
            name: name.clone(),
        };
        match self.get(&key) {
            Some(account) => Ok(account),
            None if known.is_empty() && *name == AccountName::default() => Err(NoAccount::SignedOut(api)),
            None => Err(NoAccount::Unknown { key, known }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::rows::tests::account;

    fn named(names: &[&str]) -> AccountBook {
        let mut book = AccountBook::default();
        for name in names {
            book.put(account(SignInApi::Open, name));
        }
        book
    }

    fn found(book: &AccountBook, name: Option<&str>) -> Result<String, NoAccount> {
        let name = name.map(|name| AccountName::parse(name).unwrap());
        let account = book.find(SignInApi::Open, name.as_ref());
        account.map(|account| account.key.name.to_string())
    }

    #[test]
    fn the_first_account_is_the_default_until_it_is_removed() {
        let mut book = named(&["work", "home"]);
        assert_eq!(found(&book, None).as_deref(), Ok("work"));
        assert_eq!(found(&book, Some("home")).as_deref(), Ok("home"));
        assert!(matches!(found(&book, Some("x")), Err(NoAccount::Unknown { .. })));
        let work = book.accounts[0].key.clone();
        book.remove(&work);
        assert_eq!(found(&book, None).as_deref(), Ok("home"));
        let mut book = named(&["a", "b", "c"]);
        let first = book.accounts[0].key.clone();
        book.remove(&first);
        let error = found(&book, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "choose one of the tiktok accounts with --account: b, c"
        );
        // A refresh puts the account back, and chooses none.
        let second = book.accounts[0].clone();
        book.put(second);
        assert!(matches!(found(&book, None), Err(NoAccount::Several { .. })));
        book.put(account(SignInApi::Open, "d"));
        assert!(matches!(found(&book, None), Err(NoAccount::Several { .. })));
        let error = found(&named(&[]), None).unwrap_err();
        assert_eq!(error, NoAccount::SignedOut(SignInApi::Open));
    }
}
