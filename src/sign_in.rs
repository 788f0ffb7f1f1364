//! Sign-in to both APIs, and credentials of the accounts that are signed in.
//!
//! [`Providers`] gives each API its client: consent page, exchange of a code, refresh, revocation. [`ready`] is for
//! whoever needs a token: it names an account and gets one that works for the next minutes.

mod ads;
mod calls;
mod consent;
mod names;
mod pasted;
mod problem;
mod providers;
mod tiktok;

pub use calls::{Bases, GrantedTokens};
pub use consent::{Consent, ConsentAnswer, ConsentFault, ConsentTerms};
pub use names::{AppNames, default_command, forget_command, login_command};
pub use pasted::{Pasted, PastedFault, read_pasted};
pub use problem::{RefusedCall, SignInAgain, SignInError, SignInProblem};
pub use providers::{AppPair, Providers};

use crate::accounts::{AccountName, Accounts, FreshAccount, Freshness, SignInApi, StoredAccount};

/// Account whose access token works for the next minutes.
#[derive(Debug, Clone)]
pub struct UsableAccount {
    /// The account.
    pub account: StoredAccount,
    /// Problem that the person should know of, although the token works.
    pub warning: Option<String>,
    /// Change of the tokens.
    pub renewal: Renewal,
}

/// Change of an account's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// None.
    None,
    /// They were replaced and stored.
    Stored,
    /// TikTok replaced them, and they could not be stored; the warning says where they are.
    Unstored,
}

impl UsableAccount {
    fn of(fresh: FreshAccount) -> Self {
        let renewal = match (fresh.is_renewed, &fresh.unstored) {
            (false, _) => Renewal::None,
            (true, None) => Renewal::Stored,
            (true, Some(_)) => Renewal::Unstored,
        };
        Self {
            account: fresh.account,
            warning: fresh.unstored,
            renewal,
        }
    }
}

/// The account `name` of an API, or its default account, with an access token that works.
///
/// An access token that ends within minutes is refreshed under the lock of the store, and stored before it is used. For
/// commands for people; the host protocol gets its tokens from the host and never refreshes.
pub async fn ready(
    accounts: &Accounts,
    providers: &Providers,
    api: SignInApi,
    name: Option<&AccountName>,
) -> Result<UsableAccount, SignInError> {
    let book = accounts.read()?;
    let account = book.find(api, name)?;
    providers
        .check_base(account)
        .map_err(|problem| SignInError::of(problem, account))?;
    usable(accounts, providers, account).await
}

/// The account with an access token that works: one that ends within minutes is refreshed. If that fails for a moment and the
/// token still works, it is used with a warning.
pub async fn usable(
    accounts: &Accounts,
    providers: &Providers,
    account: &StoredAccount,
) -> Result<UsableAccount, SignInError> {
    let fresh = accounts
        .fresh(&account.key, Freshness::EndingSoon, providers)
        .await;
    match fresh.map_err(SignInError::from) {
        Ok(fresh) => Ok(UsableAccount::of(fresh)),
        Err(error) if error.is_passing() && providers.works_now(account) => Ok(UsableAccount {
            account: account.clone(),
            warning: Some(format!(
                "the access token ends within minutes and could not be refreshed: {error}"
            )),
            renewal: Renewal::None,
        }),
        Err(error) => Err(error),
    }
}

/// The account with new tokens.
pub async fn renewed(
    accounts: &Accounts,
    providers: &Providers,
    account: &StoredAccount,
) -> Result<UsableAccount, SignInError> {
    let fresh = accounts.fresh(&account.key, Freshness::Now, providers).await?;
    Ok(UsableAccount::of(fresh))
}
