//! Signed-in accounts: where they are stored, and whether they can be read.

use super::finding::Finding;
use crate::accounts::{AccountBook, Accounts, StoreError};

const CHECK: &str = "accounts";

/// Reads the accounts; the error is the reason that there is no place for them.
pub(super) async fn check(accounts: &Result<Accounts, String>) -> Finding {
    let accounts = match accounts {
        Ok(accounts) => accounts.clone(),
        Err(reason) => return Finding::skipped(CHECK, reason),
    };
    let place = accounts.store().place();
    // A keyring may take seconds.
    match tokio::task::spawn_blocking(move || accounts.read()).await {
        Ok(read) => judge(&place, read),
        Err(_stopped) => Finding::skipped(CHECK, format!("{place} could not be read")),
    }
}

fn judge(place: &str, read: Result<AccountBook, StoreError>) -> Finding {
    match read {
        Ok(book) => {
            let signed_in = match book.accounts.len() {
                0 => "no account is".to_owned(),
                1 => "1 account is".to_owned(),
                count => format!("{count} accounts are"),
            };
            Finding::ok(CHECK, format!("{signed_in} signed in ({place})"))
        }
        Err(StoreError { place, problem, fix }) => Finding::fault(CHECK, format!("{place}: {problem}"), fix),
    }
}
