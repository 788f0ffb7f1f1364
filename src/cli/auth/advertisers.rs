//! Ad accounts of a sign-in to the Marketing API.

use super::{prompt, tell};
use crate::{
    accounts::{AccountKey, KnownAdvertiser, SignInApi, StoredAccount, StoredApp},
    cli::{args::LoginArgs, codes, fault::CommandFault, signed_in::SignedIn, terminal},
    model::AdvertiserId,
    secret::shown,
    sign_in::default_command,
};

/// Asks TikTok for the names of the ad accounts; without an answer the ids of the token remain.
pub(super) async fn name_advertisers(
    signed_in: &SignedIn,
    app: &StoredApp,
    account: &mut StoredAccount,
    notes: &mut Vec<String>,
) {
    if app.secret.is_none() {
        return;
    }
    match signed_in.providers.advertisers(app, &account.tokens.access).await {
        Ok(advertisers) => account.advertisers = advertisers,
        Err(problem) => notes.push(format!("the names of the ad accounts are not known: {problem}")),
    }
}

/// The only ad account, or the one that was chosen before.
pub(super) fn usual_advertiser(
    account: &StoredAccount,
    before: Option<&StoredAccount>,
) -> Option<AdvertiserId> {
    let chosen = before.and_then(|before| before.advertiser_id.clone());
    let chosen = chosen.filter(|id| account.advertisers.iter().any(|known| known.id == *id));
    match &account.advertisers[..] {
        [only] => Some(only.id.clone()),
        _ => chosen,
    }
}

/// Lets the person choose one of several ad accounts, and checks one that was given.
pub(super) async fn chosen(
    signed_in: &SignedIn,
    options: &LoginArgs,
    mut account: StoredAccount,
) -> Result<StoredAccount, CommandFault> {
    let known = &account.advertisers;
    if let Some(id) = &options.advertiser_id {
        let Err(problem) = check_reach(known, id) else {
            return Ok(account);
        };
        let key = account.key.clone();
        forget_advertiser(signed_in, &key).await?;
        let message = format!(
            "the account is signed in, but {problem}. Choose one: {}",
            default_command(&key)
        );
        return Err(CommandFault::new(&codes::ADVERTISER_UNKNOWN, message));
    }
    if account.advertiser_id.is_some() || known.len() < 2 || options.account.json || !terminal::has_person() {
        return Ok(account);
    }
    for (number, known) in (1..).zip(known) {
        tell(&format!(
            "{number:>3}  {}  {}",
            known.id,
            known.name.as_deref().unwrap_or_default()
        ));
    }
    match ask(known).await? {
        Some(id) => {
            account.advertiser_id = Some(id);
            keep(signed_in, account).await
        }
        None => Ok(account),
    }
}

/// Asks for one of the ad accounts until the answer is one, or none.
async fn ask(known: &[KnownAdvertiser]) -> Result<Option<AdvertiserId>, CommandFault> {
    terminal::discard_typed_ahead();
    loop {
        tell("Number of the ad account that commands use (Enter alone chooses none):");
        let line = prompt::one_line(prompt::Echo::Shown)
            .await
            .map_err(CommandFault::machine)?;
        let answer = line.as_deref().map(str::trim).unwrap_or_default();
        if answer.is_empty() {
            return Ok(None);
        }
        if let Some(chosen) = chosen_by(answer, known) {
            return Ok(Some(chosen.id.clone()));
        }
        tell(&format!(
            "got {}; allowed: a number from 1 to {}, or the ID of one of them",
            shown(answer),
            known.len()
        ));
    }
}

/// Ad account that an answer names by its number or its ID.
fn chosen_by<'a>(answer: &str, known: &'a [KnownAdvertiser]) -> Option<&'a KnownAdvertiser> {
    let number = answer.parse::<usize>().ok();
    let by_number = number
        .and_then(|number| number.checked_sub(1))
        .and_then(|at| known.get(at));
    by_number.or_else(|| known.iter().find(|known| known.id.as_str() == answer))
}

/// Stores the ad accounts of a login and the chosen one, and nothing else of it: since it was stored, another process may have
/// replaced its tokens, removed it, or signed another account in under its name.
pub(super) async fn keep(
    signed_in: &SignedIn,
    mut account: StoredAccount,
) -> Result<StoredAccount, CommandFault> {
    let kept = signed_in.accounts.change(|book| {
        let stored = book.get(&account.key).cloned();
        if let Some(stored) = stored.filter(|stored| stored.is_same_login(&account)) {
            if account.advertiser_id.is_none() {
                account.advertiser_id = usual_advertiser(&account, Some(&stored));
            }
            book.put(StoredAccount {
                advertisers: account.advertisers.clone(),
                advertiser_id: account.advertiser_id.clone(),
                ..stored
            });
        }
        account
    });
    Ok(kept.await?)
}

async fn forget_advertiser(signed_in: &SignedIn, key: &AccountKey) -> Result<(), CommandFault> {
    let change = signed_in.accounts.change(|book| {
        if let Some(account) = book.get(key).cloned() {
            book.put(StoredAccount {
                advertiser_id: None,
                ..account
            });
        }
    });
    Ok(change.await?)
}

/// Checks that a token reaches an ad account. Without a list, TikTok says so with the first call.
pub(super) fn check_reach(known: &[KnownAdvertiser], id: &AdvertiserId) -> Result<(), String> {
    if known.is_empty() || known.iter().any(|known| known.id == *id) {
        return Ok(());
    }
    let ids: Vec<&str> = known.iter().map(|known| known.id.as_str()).collect();
    Err(format!(
        "the token does not reach ad account {id}; it reaches: {}",
        ids.join(", ")
    ))
}

pub(super) fn advertiser_lines(account: &StoredAccount) -> Vec<String> {
    if account.key.api == SignInApi::Open {
        return Vec::new();
    }
    let mut lines: Vec<String> = account
        .advertisers
        .iter()
        .map(|known| {
            let chosen = if account.advertiser_id.as_ref() == Some(&known.id) {
                "  (used by commands)"
            } else {
                ""
            };
            format!(
                "  ad account      {}  {}{chosen}",
                known.id,
                known.name.as_deref().unwrap_or_default()
            )
        })
        .collect();
    if account.advertiser_id.is_none() {
        lines.push(format!(
            "                  No ad account is chosen: {}",
            default_command(&account.key)
        ));
    }
    lines
}
