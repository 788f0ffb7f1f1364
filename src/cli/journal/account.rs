//! The account whose records a person asks for.

use std::collections::BTreeSet;

use super::record::Record;
use crate::{
    accounts::AccountName,
    cli::{args::StoreArgs, codes, fault::CommandFault, signed_in},
    integrations::digests_of_account,
    model::JournalAccount,
    secret::shown,
};

/// Account as a person names it: by `@handle`, by the name of a stored login, or by its ID.
#[derive(Debug)]
pub(super) enum NamedAccount {
    /// Account with published posts of this handle.
    Handle(String),
    /// IDs of the accounts of a login.
    Login(Vec<String>),
    /// A word that is no login, and so should be the ID of an account.
    Id(String),
}

impl NamedAccount {
    /// The account that `word` names. Errors: the store of logins cannot be read, or the login has no ID.
    pub(super) fn of(word: &str, store: &StoreArgs) -> Result<Self, CommandFault> {
        if word.starts_with('@') {
            return Ok(Self::Handle(word.to_owned()));
        }
        let login = AccountName::parse(word).ok();
        let stored = login.map_or(Ok(None), |name| signed_in::ids(store, &name));
        let stored = stored.map_err(|fault| CommandFault::new(&codes::ACCOUNT_STORE, fault))?;
        Ok(stored.map_or_else(|| Self::Id(word.to_owned()), Self::Login))
    }

    /// IDs with which the row of a key can be found.
    pub(super) fn ids(&self) -> &[String] {
        match self {
            Self::Handle(_) => &[],
            Self::Login(ids) => ids,
            Self::Id(id) => std::slice::from_ref(id),
        }
    }

    /// Fault of an account without records that nothing shows to exist.
    pub(super) fn unknown(&self) -> Option<CommandFault> {
        let what = match self {
            Self::Login(_) => return None,
            Self::Handle(handle) => format!("no record is of a post under {}", shown(handle)),
            Self::Id(id) => format!(
                "no stored login has the name {}, and no record is of an account with this ID",
                shown(id)
            ),
        };
        Some(CommandFault::new(
            &codes::RECORD_MISSING,
            format!("{what}; nothing was deleted"),
        ))
    }

    /// Records of the account, and of a handle also all others of the accounts that published under it.
    pub(super) fn filter(&self, records: &[Record]) -> AccountFilter {
        match self {
            Self::Login(_) | Self::Id(_) => AccountFilter {
                handle: None,
                digests: self.ids().iter().flat_map(|id| digests_of_account(id)).collect(),
            },
            Self::Handle(handle) => AccountFilter {
                handle: Some(handle.clone()),
                digests: records
                    .iter()
                    .filter(|record| record.is_of_handle(handle))
                    .filter_map(|record| record.row.account)
                    .collect(),
            },
        }
    }
}

/// Test whether a record is one of an account.
#[derive(Debug)]
pub(super) struct AccountFilter {
    handle: Option<String>,
    digests: BTreeSet<JournalAccount>,
}

impl AccountFilter {
    /// True for a record of the account.
    pub(super) fn fits(&self, record: &Record) -> bool {
        let is_of_handle = self
            .handle
            .as_ref()
            .is_some_and(|handle| record.is_of_handle(handle));
        is_of_handle
            || record
                .row
                .account
                .is_some_and(|account| self.digests.contains(&account))
    }
}

/// Note on records that may belong to any account; `None` if there are none.
pub(super) fn note(without_account: usize) -> Option<String> {
    (without_account > 0).then(|| {
        format!(
            "{without_account} of the other records do not tell their account, because an earlier version of this program wrote \
             them: they may belong to this account too. They end 7 days after their first claim; `journal forget ID` deletes one \
             of them now, `journal forget --all` all records."
        )
    })
}

/// Number of records outside the account that do not tell theirs.
pub(super) fn without_account(records: &[Record], filter: &AccountFilter) -> usize {
    records
        .iter()
        .filter(|record| record.row.account.is_none() && !record.row.is_expired && !filter.fits(record))
        .count()
}
