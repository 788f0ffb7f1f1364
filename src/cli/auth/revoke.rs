//! `auth revoke`

use serde_json::json;

use super::{
    Progress, api_of,
    granted::{access_end, refresh_end},
    print_line, print_object,
    progress::AuthStage,
    prompt, tell,
};
use crate::{
    accounts::{AccountKey, Freshness, SignInApi, StoredAccount},
    cli::{args::RevokeArgs, codes, fault::CommandFault, signed_in::SignedIn, terminal},
    marketing_api::oauth::RevocationWarning,
    sign_in::{SignInError, forget_command},
};

const OPEN_WARNING: &str = "After the revocation the app has no access to the TikTok account: all tokens that it has for the \
    account stop working, on this machine and wherever else they are in use. Only a new sign-in gives new ones.";

/// Revokes the tokens of an account at TikTok and removes it from the store, or only the latter.
pub(super) async fn revoke(options: &RevokeArgs, progress: &Progress) -> Result<(), CommandFault> {
    let account_options = &options.account;
    let signed_in = progress.open(&account_options.store, &account_options.api)?;
    let api = api_of(account_options.integration.name)?;
    let book = signed_in.accounts.read()?;
    let account = book.find(api, account_options.account.as_ref())?.clone();
    let key = account.key.clone();
    if options.forget {
        signed_in.accounts.change(|book| book.remove(&key)).await?;
    } else {
        confirm(options, &key).await?;
        let account = fresh(&signed_in, &account, progress).await?;
        revoke_and_remove(&signed_in, &account).await?;
    }
    if account_options.json {
        let object = json!({
            "integration": api.integration(), "account": key.name.as_str(), "revoked": !options.forget, "removed": true
        });
        print_object(&object);
    } else {
        report(options, &account, &signed_in);
    }
    Ok(())
}

/// Tells what has ended at TikTok, and what was removed here.
fn report(options: &RevokeArgs, account: &StoredAccount, signed_in: &SignedIn) {
    let key = &account.key;
    let (head, at_tiktok) = if options.forget {
        ("Removed from this machine", not_revoked(account, signed_in))
    } else {
        ("Revoked and removed from this machine", ended(key.api).to_owned())
    };
    print_line(&format!("{head}: {key}"));
    print_line(&format!("  at TikTok       {at_tiktok}"));
    print_line(&format!(
        "  this machine    its tokens and the secret of its app are no longer in {}",
        signed_in.accounts.store().place()
    ));
    print_line("  not changed     posts, drafts and ads, and the app itself");
}

/// Effect of a revocation at TikTok.
const fn ended(api: SignInApi) -> &'static str {
    match api {
        SignInApi::Open => {
            "the app has no access to the TikTok account; its tokens for the account stop working everywhere"
        }
        SignInApi::Marketing => "the token stops working for all of its ad accounts, everywhere",
    }
}

/// State at TikTok without a revocation.
fn not_revoked(account: &StoredAccount, signed_in: &SignedIn) -> String {
    let now = signed_in.clock.since_epoch();
    format!(
        "nothing was revoked: copies of its tokens elsewhere still work (access token: {}; refresh token: {})",
        access_end(account, now),
        refresh_end(account, now)
    )
}

async fn confirm(options: &RevokeArgs, key: &AccountKey) -> Result<(), CommandFault> {
    let warning = match key.api {
        SignInApi::Open => OPEN_WARNING.to_owned(),
        SignInApi::Marketing => RevocationWarning.to_string(),
    };
    if options.yes {
        return Ok(());
    }
    if !prompt::is_terminal() {
        return Err(CommandFault::new(
            &codes::CONFIRMATION_REQUIRED,
            format!(
                "{warning} Confirm with --yes, or remove the account from this machine only with --forget"
            ),
        ));
    }
    tell(&warning);
    tell(&format!(
        "Revoke the tokens of the {key}? Type yes and press Enter:"
    ));
    let line = prompt::one_line(prompt::Echo::Shown)
        .await
        .map_err(CommandFault::machine)?;
    if line.is_some_and(|line| terminal::agrees(&line)) {
        Ok(())
    } else {
        Err(CommandFault::new(
            &codes::NOT_CONFIRMED,
            "not confirmed; nothing was revoked",
        ))
    }
}

/// The account with an access token that works: one that has expired is refreshed.
async fn fresh(
    signed_in: &SignedIn,
    account: &StoredAccount,
    progress: &Progress,
) -> Result<StoredAccount, CommandFault> {
    let fresh = signed_in
        .accounts
        .fresh(&account.key, Freshness::EndingSoon, &signed_in.providers)
        .await;
    let fresh = fresh.map_err(|error| {
        let failure = CommandFault::from(SignInError::from(error));
        kept(
            "Its access token has ended, and a revocation needs one that works",
            failure,
            account,
        )
    })?;
    if fresh.is_renewed {
        progress.reached(AuthStage::Refreshed);
    }
    progress.go_on()?;
    Ok(fresh.account)
}

/// Once the revocation is sent, the account is removed too before a signal takes effect.
async fn revoke_and_remove(signed_in: &SignedIn, account: &StoredAccount) -> Result<(), CommandFault> {
    let _call = signed_in.accounts.begin_call();
    let revoked = signed_in
        .providers
        .revoke(account, RevocationWarning.confirmed())
        .await;
    revoked.map_err(|problem| {
        let revoked = if problem.may_have_happened() {
            "It is not known whether TikTok has revoked the tokens"
        } else {
            "Nothing was revoked"
        };
        kept(revoked, SignInError::of(problem, account).into(), account)
    })?;
    let key = &account.key;
    // Another sign-in may have taken the name in the meantime.
    let removed = signed_in.accounts.change(|book| {
        if book
            .get(key)
            .is_some_and(|stored| stored.signed_in == account.signed_in)
        {
            book.remove(key);
        }
    });
    let removed = removed.await;
    removed.map_err(|error| {
        let failure = CommandFault::from(error);
        CommandFault {
            message: format!(
                "TikTok has revoked the tokens of the {key}, but it could not be removed from this machine: {}. Then run: {}",
                failure.message,
                forget_command(key)
            ),
            ..failure
        }
    })
}

/// A failed revocation: what is known of it, and that the account is still stored.
fn kept(revoked: &str, failure: CommandFault, account: &StoredAccount) -> CommandFault {
    CommandFault {
        message: format!(
            "{}. {revoked}, and the account is still stored on this machine. To remove it here without a revocation: {}. The \
             owner of the account can also end the app's access in TikTok's settings",
            failure.message.trim_end_matches('.'),
            forget_command(&account.key)
        ),
        ..failure
    }
}
