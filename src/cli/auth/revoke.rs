//! `auth revoke`

use serde_json::json;

use super::{AuthFailure, Progress, api_of, print_line, print_object, progress::AuthStage, prompt, tell};
use crate::{
    accounts::{AccountKey, Freshness, SignInApi, StoredAccount},
    cli::{args::RevokeArgs, signed_in::SignedIn},
    marketing_api::oauth::RevocationWarning,
    sign_in::SignInError,
};

const OPEN_WARNING: &str = "After the revocation the app has no access to the TikTok account: all tokens that it has for the \
    account stop working, on this machine and wherever else they are in use. Only a new sign-in gives new ones.";

/// Revokes the tokens of an account at TikTok and removes it from the store, or only the latter.
pub(super) async fn revoke(options: &RevokeArgs, progress: &Progress) -> Result<(), AuthFailure> {
    let account_options = &options.account;
    let signed_in = progress.open(&account_options.store, &account_options.api)?;
    let api = api_of(account_options.integration.name)?;
    let book = signed_in.accounts.read()?;
    let key = book.find(api, account_options.account.as_ref())?.key.clone();
    if options.forget {
        signed_in.accounts.change(|book| book.remove(&key)).await?;
    } else {
        confirm(options, &key).await?;
        let account = fresh(&signed_in, &key, progress).await?;
        revoke_and_remove(&signed_in, &account).await?;
    }
    if account_options.json {
        let object = json!({
            "integration": api.integration(), "account": key.name.as_str(), "revoked": !options.forget, "removed": true
        });
        print_object(&object);
    } else if options.forget {
        print_line(&format!(
            "Removed from this machine: {key}. Its tokens are not revoked."
        ));
    } else {
        print_line(&format!("Revoked and removed from this machine: {key}"));
    }
    Ok(())
}

async fn confirm(options: &RevokeArgs, key: &AccountKey) -> Result<(), AuthFailure> {
    let warning = match key.api {
        SignInApi::Open => OPEN_WARNING.to_owned(),
        SignInApi::Marketing => RevocationWarning.to_string(),
    };
    if options.yes {
        return Ok(());
    }
    if !prompt::is_terminal() {
        return Err(AuthFailure::usage(format!(
            "{warning} Confirm with --yes, or remove the account from this machine only with --forget"
        )));
    }
    tell(&warning);
    tell(&format!(
        "Revoke the tokens of the {key}? Type yes and press Enter:"
    ));
    let line = prompt::one_line(prompt::Echo::Shown)
        .await
        .map_err(|error| AuthFailure::internal(&error))?;
    let is_yes = line.is_some_and(|line| matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"));
    if is_yes {
        Ok(())
    } else {
        Err(AuthFailure::new(
            "not_confirmed",
            "not confirmed; nothing was revoked",
        ))
    }
}

/// The account with an access token that works: one that has expired is refreshed.
async fn fresh(
    signed_in: &SignedIn,
    key: &AccountKey,
    progress: &Progress,
) -> Result<StoredAccount, AuthFailure> {
    let fresh = signed_in
        .accounts
        .fresh(key, Freshness::EndingSoon, &signed_in.providers)
        .await;
    let fresh = fresh.map_err(|error| only_here(SignInError::from(error).into()))?;
    if fresh.is_renewed {
        progress.reached(AuthStage::Refreshed);
    }
    progress.go_on()?;
    Ok(fresh.account)
}

/// Once the revocation is sent, the account is removed too before a signal takes effect.
async fn revoke_and_remove(signed_in: &SignedIn, account: &StoredAccount) -> Result<(), AuthFailure> {
    let _call = signed_in.accounts.begin_call();
    let revoked = signed_in
        .providers
        .revoke(account, RevocationWarning.confirmed())
        .await;
    revoked.map_err(|problem| only_here(SignInError::of(problem, account).into()))?;
    let key = &account.key;
    let removed = signed_in.accounts.change(|book| book.remove(key)).await;
    removed.map_err(|error| {
        let failure = AuthFailure::from(error);
        AuthFailure {
            message: format!(
                "TikTok has revoked the tokens of the {key}, but it could not be removed from this machine: {}. Then run: \
                 autohive-tiktok auth revoke --forget --integration {} --account {}",
                failure.message,
                key.api.integration(),
                key.name
            ),
            ..failure
        }
    })
}

fn only_here(failure: AuthFailure) -> AuthFailure {
    AuthFailure {
        message: format!(
            "{} To remove the account from this machine only, add --forget.",
            failure.message.trim_end_matches('.').to_owned() + "."
        ),
        ..failure
    }
}
