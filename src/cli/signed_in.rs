//! Accounts that are signed in on this machine: their store, and the clients of their APIs.

use std::{path::PathBuf, thread};

use serde_json::Value;

use super::{
    account_store,
    args::{ApiArgs, StoreArgs},
    block_on, codes,
    environment::{secret_variable, state_home, temporary_folder},
    fault::CommandFault,
    orderly_stop::OrderlyStop,
    signals, stderr,
};
use crate::{
    accounts::{AccountCredentials, AccountName, Accounts, NoAccount, SignInApi, StoredAccount},
    clock::Clock,
    model::AdvertiserId,
    secret::AppSecret,
    sign_in::{self, AppNames, AppPair, Bases, Providers, SignInError, UsableAccount},
};

/// Path of the store below the folder for state.
const FILE: &str = "autohive-tiktok/accounts.json";

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
    pub(super) fn open(store: &StoreArgs, api: &ApiArgs) -> Result<Self, CommandFault> {
        let clock = Clock::system();
        let providers = SignInApi::ALL
            .into_iter()
            .try_fold(providers_at(api, &clock), |providers, api| {
                Ok::<_, CommandFault>(providers.with_app(api, app_of_variables(api)?))
            });
        Ok(Self {
            accounts: accounts(store, &clock)?,
            providers: providers?,
            clock,
        })
    }

    /// An account, refreshed if its token ends within minutes. For commands for people; `run` never uses them.
    pub(super) async fn ready(
        &self,
        api: SignInApi,
        name: Option<&AccountName>,
    ) -> Result<UsableAccount, SignInError> {
        sign_in::ready(&self.accounts, &self.providers, api, name).await
    }
}

/// `auth` of a request for a stored account, refreshed if its token ends within minutes. For `call` and `whoami`, also within
/// their event loops.
pub(super) fn auth(
    store: &StoreArgs,
    api: &ApiArgs,
    of: SignInApi,
    name: Option<&AccountName>,
) -> Result<Value, CommandFault> {
    let found = thread::scope(|scope| {
        let reader = thread::Builder::new().name("login".to_owned());
        let found = reader.spawn_scoped(scope, || {
            let signed_in = SignedIn::open(store, api)?;
            block_on(ready(signed_in, of, name)).map_err(CommandFault::machine)?
        });
        let found =
            found.map_err(|error| CommandFault::machine(format!("no thread can be started: {error}")))?;
        found
            .join()
            .map_err(|_panic| CommandFault::machine("the stored login could not be read"))
    })?;
    Ok(AccountCredentials::from(&found?.account).auth())
}

/// Credentials, unless a signal arrives. A refresh that has begun is stored first.
async fn ready(
    mut signed_in: SignedIn,
    of: SignInApi,
    name: Option<&AccountName>,
) -> Result<UsableAccount, CommandFault> {
    signals::keep();
    let stop = OrderlyStop::default();
    signed_in.accounts = signed_in.accounts.with_calls(stop.calls.clone());
    let found = tokio::select! {
        biased;
        found = signed_in.ready(of, name) => Some(found),
        () = stop.takes_effect() => None,
    };
    // The only text that names a file of rescued tokens, also after a signal.
    if let Some(Ok(UsableAccount {
        warning: Some(warning),
        ..
    })) = &found
    {
        stderr::write(format!("warning: {warning}\n").as_bytes());
    }
    match found {
        Some(found) if !stop.is_heard() => found.map_err(CommandFault::from),
        _ => Err(CommandFault::new(
            &codes::INTERRUPTED,
            "interrupted; new tokens may have been requested, and nothing else was sent",
        )),
    }
}

/// `auth` of a request for a stored account as it is stored: its token may have ended. Errors: the store cannot be read, no
/// account has the name, or the account is one of another API base, which must not get its token.
pub(super) fn stored_auth(
    store: &StoreArgs,
    api: &ApiArgs,
    of: SignInApi,
    name: Option<&AccountName>,
) -> Result<Value, CommandFault> {
    let clock = Clock::system();
    let accounts = accounts(store, &clock)?;
    let book = accounts.read().map_err(SignInError::from)?;
    let account = book.find(of, name).map_err(SignInError::from)?;
    let checked = providers_at(api, &clock).check_base(account);
    checked.map_err(|problem| SignInError::of(problem, account))?;
    Ok(AccountCredentials::from(account).auth())
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
    if named.is_empty() {
        return Ok(None);
    }
    // All of them, or records of one would be left out without a word.
    if let Some(unknown) = named.iter().find(|account| ids_of(account).is_empty()) {
        let (integration, name) = (unknown.key.api.integration(), &unknown.key.name);
        return Err(format!(
            "the {integration} login {name} was stored without the ID of its account; give the ID in place of the name: the \
             open_id that `autohive-tiktok call get-user-info --account {name}` returns, or the ID of the ad account"
        ));
    }
    Ok(Some(named.iter().flat_map(|account| ids_of(account)).collect()))
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
pub(super) fn accounts(store: &StoreArgs, clock: &Clock) -> Result<Accounts, CommandFault> {
    let opened = account_store::open(store.account_store, path(store)?, temporary_folder());
    Ok(Accounts::new(opened, clock.clone()))
}

/// Path of the store: as it is given, else below the folder for state. It changes with every refresh, so it is state and no
/// configuration.
pub(super) fn path(store: &StoreArgs) -> Result<PathBuf, CommandFault> {
    if let Some(path) = &store.accounts_file {
        return Ok(path.clone());
    }
    let state = state_home();
    state.map(|folder| folder.join(FILE)).ok_or_else(|| {
        let text = "there is no place for the accounts: set AUTOHIVE_TIKTOK_ACCOUNTS to a file, or XDG_STATE_HOME or HOME to \
                    a folder";
        CommandFault::new(&codes::ACCOUNT_STORE, text)
    })
}

/// App of the environment.
pub(super) fn app_of_variables(api: SignInApi) -> Result<AppPair, CommandFault> {
    let malformed = |text: String| CommandFault::new(&codes::MALFORMED_TOKEN, text);
    let AppNames {
        id_variable: id,
        secret_variable: secret,
        ..
    } = AppNames::of(api);
    let found = secret_variable(secret).map_err(malformed)?;
    let parsed = found.map(|text| AppSecret::parse(text.trim().to_owned()));
    Ok(AppPair {
        id: secret_variable(id)
            .map_err(malformed)?
            .map(|id| id.trim().to_owned()),
        secret: parsed
            .transpose()
            .map_err(|fault| malformed(format!("the variable {secret} holds {fault}")))?,
    })
}
