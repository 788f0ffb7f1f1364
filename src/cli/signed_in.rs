//! Accounts that are signed in on this machine: their store, and the clients of their APIs.

use std::{env, path::PathBuf, sync::Arc, thread};

use serde_json::Value;

use super::{
    args::{ApiArgs, StoreArgs},
    block_on,
    environment::secret_variable,
    hosting::temporary_folder,
    orderly_stop::OrderlyStop,
    stderr,
};
use crate::{
    accounts::{
        AccountCredentials, AccountName, Accounts, AccountsFile, NoAccount, SignInApi, StoredAccount,
    },
    clock::Clock,
    model::AdvertiserId,
    secret::AppSecret,
    sign_in::{self, AppPair, Bases, Providers, ReadyCredentials, SignInError},
};

/// Path of the store below the folder for state.
const FILE: &str = "autohive-tiktok/accounts.json";

/// Variables with the app of an API.
pub(super) struct AppVariables {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
}

pub(super) const fn app_variables(api: SignInApi) -> AppVariables {
    match api {
        SignInApi::Open => AppVariables {
            id: "TIKTOK_CLIENT_KEY",
            secret: "TIKTOK_CLIENT_SECRET",
        },
        SignInApi::Marketing => AppVariables {
            id: "TIKTOK_APP_ID",
            secret: "TIKTOK_APP_SECRET",
        },
    }
}

/// Accounts of this machine.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) accounts: Accounts,
    pub(super) providers: Providers,
    pub(super) clock: Clock,
}

impl SignedIn {
    /// The store and the clients. Nothing is opened yet. Errors: neither an option nor a home folder names the store, or a
    /// variable is wrong.
    pub(super) fn open(store: &StoreArgs, api: &ApiArgs) -> Result<Self, String> {
        let clock = Clock::system();
        let providers = SignInApi::ALL
            .into_iter()
            .try_fold(providers_at(api, &clock), |providers, api| {
                Ok::<_, String>(providers.with_app(api, app_of_variables(api)?))
            });
        Ok(Self {
            accounts: accounts(store, &clock)?,
            providers: providers?,
            clock,
        })
    }

    /// Credentials of an account, refreshed if they end within minutes. For commands for people; `run` never uses them.
    pub(super) async fn credentials(
        &self,
        api: SignInApi,
        name: Option<&AccountName>,
    ) -> Result<ReadyCredentials, SignInError> {
        sign_in::credentials(&self.accounts, &self.providers, api, name).await
    }
}

/// `auth` of a request for a stored account, refreshed if its token ends within minutes. For `call` and `whoami`, also within
/// their event loops.
pub(super) fn auth(
    store: &StoreArgs,
    api: &ApiArgs,
    of: SignInApi,
    name: Option<&AccountName>,
) -> Result<Value, String> {
    let found = thread::scope(|scope| {
        let found = scope.spawn(|| {
            block_on(ready(SignedIn::open(store, api)?, of, name)).map_err(|error| error.to_string())?
        });
        found
            .join()
            .map_err(|_panic| "the stored login could not be read".to_owned())
    })?;
    let ready = found?;
    if let Some(warning) = &ready.warning {
        stderr::write(format!("warning: {warning}\n").as_bytes());
    }
    Ok(ready.credentials.auth())
}

/// Credentials, unless a signal arrives. A refresh that has begun is stored first.
async fn ready(
    mut signed_in: SignedIn,
    of: SignInApi,
    name: Option<&AccountName>,
) -> Result<ReadyCredentials, String> {
    let stop = OrderlyStop::default();
    signed_in.accounts = signed_in.accounts.with_calls(stop.calls.clone());
    let found = tokio::select! {
        biased;
        found = signed_in.credentials(of, name) => Some(found),
        () = stop.takes_effect() => None,
    };
    match found {
        Some(found) if !stop.is_heard() => found.map_err(|error| error.to_string()),
        _ => Err("interrupted; nothing was asked of TikTok but new tokens".to_owned()),
    }
}

/// `auth` of a request for a stored account, whose token may have ended; `None` if there is no such account. Errors: the store
/// cannot be read, no account has the name, or the account is one of another API base, which must not get its token.
pub(super) fn stored_auth(
    store: &StoreArgs,
    api: &ApiArgs,
    of: SignInApi,
    name: Option<&AccountName>,
) -> Option<Result<Value, SignInError>> {
    let clock = Clock::system();
    let book = match accounts(store, &clock).ok()?.read() {
        Ok(book) => book,
        Err(fault) => return Some(Err(fault.into())),
    };
    let account = match book.find(of, name) {
        Ok(account) => account,
        Err(NoAccount::SignedOut(_)) => return None,
        Err(fault) => return Some(Err(fault.into())),
    };
    let checked = providers_at(api, &clock).check_base(account);
    Some(match checked {
        Ok(()) => Ok(AccountCredentials::from(account).auth()),
        Err(problem) => Err(SignInError::of(problem, account)),
    })
}

/// IDs of the accounts that are signed in under this name: `open_id`, and the ad account that requests use, or all of a login
/// without one. `None` if nobody is, as on a machine without a home. Errors: the store cannot be read, or does not have the IDs.
pub(super) fn ids(store: &StoreArgs, name: &AccountName) -> Result<Option<Vec<String>>, String> {
    let Ok(accounts) = accounts(store, &Clock::system()) else {
        return Ok(None);
    };
    let book = accounts.read().map_err(|fault| fault.to_string())?;
    let named: Vec<&StoredAccount> = book
        .accounts
        .iter()
        .filter(|account| account.key.name == *name)
        .collect();
    let ids: Vec<String> = named.iter().flat_map(|account| ids_of(account)).collect();
    match (named.as_slice(), ids.is_empty()) {
        ([], _) => Ok(None),
        ([..], false) => Ok(Some(ids)),
        ([..], true) => Err(format!(
            "the login {name} was stored without the ID of its account; give the open_id, which `autohive-tiktok call \
             get-user-info --account {name}` returns"
        )),
    }
}

fn ids_of(account: &StoredAccount) -> Vec<String> {
    let of_token = account.advertisers.iter().map(|known| &known.id);
    let advertisers: Vec<&AdvertiserId> = match &account.advertiser_id {
        Some(used) => vec![used],
        None => of_token.collect(),
    };
    let advertisers = advertisers.into_iter().map(|id| id.as_str().to_owned());
    account.open_id.clone().into_iter().chain(advertisers).collect()
}

/// Clients at the bases of the options.
fn providers_at(api: &ApiArgs, clock: &Clock) -> Providers {
    let bases = Bases {
        open: api.api_base.clone(),
        marketing: api.ads_api_base.clone(),
    };
    Providers::new(clock.clone(), bases)
}

/// Whether an account is stored, or whether the store cannot be read. A machine without a home has none.
pub(super) fn has_login(store: &StoreArgs, of: SignInApi, name: Option<&AccountName>) -> bool {
    let Ok(accounts) = accounts(store, &Clock::system()) else {
        return false;
    };
    accounts.read().map_or(true, |book| {
        !matches!(book.find(of, name), Err(NoAccount::SignedOut(_)))
    })
}

/// The accounts of the store alone.
pub(super) fn accounts(store: &StoreArgs, clock: &Clock) -> Result<Accounts, String> {
    let file = AccountsFile::new(path(store)?, temporary_folder());
    Ok(Accounts::new(Arc::new(file), clock.clone()))
}

/// Path of the store: as it is given, else below `XDG_STATE_HOME`, else below `HOME`. It changes with every refresh, so it
/// is state and no configuration. Folders that are not absolute count as not set.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
fn path(store: &StoreArgs) -> Result<PathBuf, String> {
    if let Some(path) = &store.accounts_file {
        return Ok(path.clone());
    }
    let folder = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = folder("XDG_STATE_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/state")));
    state.map(|folder| folder.join(FILE)).ok_or_else(|| {
        "there is no place for the accounts: set AUTOHIVE_TIKTOK_ACCOUNTS to a file, or XDG_STATE_HOME or HOME to a folder"
            .to_owned()
    })
}

/// App of the environment.
pub(super) fn app_of_variables(api: SignInApi) -> Result<AppPair, String> {
    let AppVariables { id, secret } = app_variables(api);
    let found = secret_variable(secret)?;
    let parsed = found.map(|text| AppSecret::parse(text.trim().to_owned()));
    Ok(AppPair {
        id: secret_variable(id)?.map(|id| id.trim().to_owned()),
        secret: parsed
            .transpose()
            .map_err(|fault| format!("the variable {secret} holds {fault}"))?,
    })
}
