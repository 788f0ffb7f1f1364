//! `auth status`

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    ended::EndedLogin,
    granted::{access_end, account_json, named, refresh_end},
    print_line, print_object,
};
use crate::{
    accounts::StoredAccount,
    cli::{args::StatusArgs, fault::CommandFault, signed_in, table, terminal},
    clock::Clock,
    integrations::INTEGRATIONS,
    model::UtcTime,
    sign_in::default_command,
};

/// Shows the accounts, without asking TikTok.
pub(super) fn status(options: &StatusArgs) -> Result<(), CommandFault> {
    let clock = Clock::system();
    let accounts = signed_in::accounts(&options.store, &clock)?;
    let (book, now) = (accounts.read()?, clock.since_epoch());
    let store = accounts.store();
    if options.json {
        let shown: Vec<Value> = book
            .accounts
            .iter()
            .map(|account| account_json(account, &book, now))
            .collect();
        let store = json!({ "kind": store.kind(), "place": store.place() });
        print_object(&json!({ "store": store, "accounts": shown }));
        return Ok(());
    }
    if book.accounts.is_empty() {
        print_line(&format!("No account is signed in ({}).", store.place()));
        print_line("Sign in: autohive-tiktok auth login");
        if let Some(line) = in_file(options, store.kind()) {
            print_line(&line);
        }
        return Ok(());
    }
    let rows: Vec<Vec<String>> = book
        .accounts
        .iter()
        .map(|account| {
            let mark = if book.is_default(&account.key) { " *" } else { "" };
            vec![
                format!("{}{mark}", account.key.name),
                account.key.api.integration().to_owned(),
                access_end(account, now),
                refresh_end(account, now),
                terminal::printable(&permissions(account)),
            ]
        })
        .collect();
    let heads = [
        "ACCOUNT",
        "INTEGRATION",
        "ACCESS TOKEN",
        "REFRESH TOKEN",
        "PERMISSIONS",
    ];
    for line in table::lines(terminal::output_width(), Some(&heads), rows) {
        print_line(&line);
    }
    print_line("");
    for account in &book.accounts {
        for line in details(account, now) {
            print_line(&line);
        }
    }
    print_line(&format!(
        "* default of its integration. Stored in {}.",
        store.place()
    ));
    Ok(())
}

/// Line about accounts that stay in the file while the keyring is in use.
fn in_file(options: &StatusArgs, kind: &str) -> Option<String> {
    let file = signed_in::path(&options.store).ok()?;
    (kind == "keyring" && file.exists()).then(|| {
        format!(
            "Accounts in the file {} are not moved: AUTOHIVE_TIKTOK_ACCOUNT_STORE=file uses them.",
            file.display()
        )
    })
}

fn permissions(account: &StoredAccount) -> String {
    let integration = INTEGRATIONS
        .iter()
        .find(|integration| integration.name == account.key.api.integration());
    match (&account.scopes, integration) {
        (Some(scopes), Some(integration)) => named(integration, scopes),
        _ => "not known".to_owned(),
    }
}

/// Lines on what a table has no room for.
fn details(account: &StoredAccount, now: Duration) -> Vec<String> {
    let mut lines = Vec::new();
    let of = |what: String| format!("{}: {what}", account.key);
    let ended = EndedLogin::of(account, now);
    if let Some(ended) = ended {
        lines.push(of(ended.text(account, now)));
    }
    if let Some(id) = &account.advertiser_id {
        let known = account.advertisers.iter().find(|known| known.id == *id);
        let name = known
            .and_then(|known| known.name.clone())
            .map(|name| format!(" ({name})"));
        let sandbox = if account.is_sandbox { ", sandbox" } else { "" };
        lines.push(of(format!(
            "ad account {id}{}{sandbox}",
            name.unwrap_or_default()
        )));
    } else if account.advertisers.len() > 1 {
        lines.push(of(format!(
            "none of {} ad accounts is chosen; {}",
            account.advertisers.len(),
            default_command(&account.key)
        )));
    }
    if let Some(begun) = account.refresh_begun {
        lines.push(of(format!(
            "a refresh that began at {} was interrupted; {}",
            UtcTime::after_epoch(begun).rfc3339(),
            if ended.is_some_and(EndedLogin::is_refusal) {
                "TikTok has probably replaced the tokens then, and the new ones are lost"
            } else {
                "the next one shows whether the tokens still work"
            }
        )));
    }
    let refreshes = account.tokens.refresh.is_some() && ended.is_none();
    if refreshes && account.app.as_ref().is_none_or(|app| app.secret.is_none()) {
        lines.push(of(
            "the secret of its app is not stored, so refreshing needs it in the environment".to_owned(),
        ));
    }
    lines
}
