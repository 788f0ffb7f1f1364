//! `auth revoke`

use serde_json::json;

use super::{
    Progress, api_of,
    checked::TokenVerdict,
    granted::{access_end, refresh_end},
    print_line, print_object, prompt, tell,
};
use crate::{
    accounts::{AccountKey, SignInApi, StoredAccount},
    cli::{args::RevokeArgs, codes, fault::CommandFault, signed_in::SignedIn, terminal},
    marketing_api::oauth::RevocationWarning,
    sign_in::{self, SignInError, SignInProblem, forget_command},
};

const OPEN_WARNING: &str = "After the revocation the app has no access to the TikTok account: all tokens that it has for the \
    account stop working, on this machine and wherever else they are in use. Only a new sign-in gives new ones.";

/// End of an account's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// None: the account is only forgotten.
    None,
    /// TikTok revoked them now.
    Revoked,
    /// TikTok accepted none of them any more: they were revoked before, perhaps by a call whose answer was lost, or replaced
    /// by another machine, whose tokens still work.
    Before,
}

/// Revokes the tokens of an account at TikTok and removes it from the store, or only the latter.
pub(super) async fn revoke(options: &RevokeArgs, progress: &Progress) -> Result<(), CommandFault> {
    let account_options = &options.account;
    let signed_in = progress.open(&account_options.store, &account_options.api)?;
    let api = api_of(account_options.integration.name)?;
    let book = signed_in.accounts.read()?;
    let account = book.find(api, account_options.account.as_ref())?.clone();
    let key = account.key.clone();
    let ending = if options.forget {
        signed_in.accounts.change(|book| book.remove(&key)).await?;
        Ending::None
    } else {
        confirm(options, &key).await?;
        let _call = signed_in.accounts.begin_call();
        let ending = end_tokens(&signed_in, options, &account, progress).await?;
        remove(&signed_in, &account, ending).await?;
        ending
    };
    if account_options.json {
        let object = json!({
            "integration": api.integration(), "account": key.name.as_str(), "revoked": ending == Ending::Revoked,
            "had_ended": ending == Ending::Before, "removed": true
        });
        print_object(&object);
    } else {
        report(ending, &account, &signed_in);
    }
    Ok(())
}

/// Tells what has ended at TikTok, and what was removed here.
fn report(ending: Ending, account: &StoredAccount, signed_in: &SignedIn) {
    let key = &account.key;
    let (head, at_tiktok) = match ending {
        Ending::None => ("Removed from this machine", not_revoked(account, signed_in)),
        Ending::Revoked => ("Revoked and removed from this machine", ended(key.api).to_owned()),
        Ending::Before => (
            "Removed from this machine",
            "its tokens had ended before: TikTok accepts none of them any more. Tokens that another machine got since may \
             still work; the owner of the account ends the app's access in TikTok's settings"
                .to_owned(),
        ),
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
    if !terminal::has_person() {
        return Err(CommandFault::new(
            &codes::CONFIRMATION_REQUIRED,
            format!(
                "{warning} Confirm with --yes, or remove the account from this machine only with --forget"
            ),
        ));
    }
    terminal::discard_typed_ahead();
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

/// Revokes the tokens. The caller holds a call, so that a signal waits for the removal too.
async fn end_tokens(
    signed_in: &SignedIn,
    options: &RevokeArgs,
    account: &StoredAccount,
    progress: &Progress,
) -> Result<Ending, CommandFault> {
    let (accounts, providers) = (&signed_in.accounts, &signed_in.providers);
    let ready = match sign_in::usable(accounts, providers, account).await {
        Ok(ready) => ready,
        Err(error) if error.is_token_refused() => return Ok(Ending::Before),
        Err(error) => {
            return Err(kept(
                "A revocation needs an access token that works",
                error.into(),
                account,
            ));
        }
    };
    progress.renewed(ready.renewal, ready.warning.as_deref());
    let ready = ready.account;
    progress.go_on()?;
    let Err(problem) = send(signed_in, &ready).await else {
        return Ok(Ending::Revoked);
    };
    // The token is shown to nobody but the API that has just refused to revoke it.
    let is_refusal = matches!(problem, SignInProblem::Refused(_));
    if !is_refusal || !is_refused(options, &ready).await {
        return Err(unrevoked(problem, account));
    }
    // No document says how TikTok answers a second revocation, so the tokens themselves tell whether they have ended.
    if ready.tokens.refresh.is_none() {
        return Ok(Ending::Before);
    }
    match sign_in::renewed(accounts, providers, &ready).await {
        Err(error) if error.is_token_refused() => Ok(Ending::Before),
        Err(_unknown) => Err(unrevoked(problem, account)),
        Ok(renewed) => {
            progress.renewed(renewed.renewal, renewed.warning.as_deref());
            match send(signed_in, &renewed.account).await {
                Ok(()) => Ok(Ending::Revoked),
                Err(problem) => Err(unrevoked(problem, account)),
            }
        }
    }
}

async fn send(signed_in: &SignedIn, account: &StoredAccount) -> Result<(), SignInProblem> {
    let confirmed = RevocationWarning.confirmed();
    signed_in.providers.revoke(account, confirmed).await
}

/// Whether TikTok refuses the access token.
async fn is_refused(options: &RevokeArgs, account: &StoredAccount) -> bool {
    let verdict = TokenVerdict::of(&options.account, account).await;
    matches!(verdict, TokenVerdict::Refused { .. })
}

/// Removes the account whose tokens have ended. Another sign-in may have taken its name in the meantime.
async fn remove(signed_in: &SignedIn, account: &StoredAccount, ending: Ending) -> Result<(), CommandFault> {
    let key = &account.key;
    let removed = signed_in.accounts.change(|book| {
        if book.get(key).is_some_and(|stored| stored.is_same_login(account)) {
            book.remove(key);
        }
    });
    let what = match ending {
        Ending::Revoked => "TikTok has revoked the tokens",
        Ending::None | Ending::Before => "TikTok accepts no token any more",
    };
    removed.await.map_err(|error| {
        let failure = CommandFault::from(error);
        CommandFault {
            message: format!(
                "{what} of the {key}, but it could not be removed from this machine: {}. Then run: {}",
                failure.message,
                forget_command(key)
            ),
            ..failure
        }
    })
}

/// A revocation that TikTok refused or did not answer.
fn unrevoked(problem: SignInProblem, account: &StoredAccount) -> CommandFault {
    let revoked = if problem.may_have_happened() {
        "It is not known whether TikTok has revoked the tokens: run the command again, which finds out"
    } else {
        "Nothing was revoked"
    };
    kept(revoked, SignInError::of(problem, account).into(), account)
}

/// A failed revocation: what is known of it, and that the account is still stored.
fn kept(revoked: &str, failure: CommandFault, account: &StoredAccount) -> CommandFault {
    CommandFault {
        message: format!(
            "{}. {revoked}. The account is still stored on this machine. To remove it here without a revocation: {}. The \
             owner of the account can also end the app's access in TikTok's settings",
            failure.message.trim_end_matches('.'),
            forget_command(&account.key)
        ),
        ..failure
    }
}
