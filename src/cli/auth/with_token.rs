//! `auth login --with-token`: a token from standard input, for machines without a browser.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{AuthFailure, app::LoginSources, prompt, tell};
use crate::{
    accounts::{AccountKey, KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet, UnknownMembers},
    cli::signed_in::SignedIn,
    secret::{AccessToken, AppSecret, RefreshToken},
};

/// Beginning of the tokens of the Open API.
const OPEN_TOKEN: &str = "act.";

/// Reads the token, or TikTok's JSON answer with both tokens.
pub(super) async fn read(
    signed_in: &SignedIn,
    sources: &LoginSources<'_>,
    key: AccountKey,
) -> Result<StoredAccount, AuthFailure> {
    let options = sources.options;
    if prompt::is_terminal() {
        tell("Access token (not shown while you paste it, then Enter):");
    }
    let text = whole_input().await?;
    let now = signed_in.clock.since_epoch();
    let (tokens, members) = tokens(&text, now)?;
    let is_open = tokens.access.has_prefix(OPEN_TOKEN);
    if is_open && key.api == SignInApi::Marketing {
        return Err(AuthFailure::usage(
            "this is a token of TikTok's Open API; leave --integration tiktok-ads out, or give a token of the Marketing API",
        ));
    }
    let listed = members.get("scope").and_then(Value::as_str);
    let scopes = listed.map(|list| list.split(',').map(|name| name.trim().to_owned()).collect());
    let open_id = members.get("open_id").and_then(Value::as_str).map(str::to_owned);
    let advertiser = options.advertiser_id.clone();
    if key.api == SignInApi::Marketing && advertiser.is_none() {
        return Err(AuthFailure::usage(
            "--with-token for tiktok-ads needs --advertiser-id: the ad account that the token is for",
        ));
    }
    Ok(StoredAccount {
        api_base: signed_in.providers.base(key.api, options.sandbox),
        app: app(sources)?,
        tokens,
        scopes,
        open_id: open_id.filter(|_| key.api == SignInApi::Open),
        advertisers: advertiser
            .map(|id| KnownAdvertiser { id, name: None })
            .into_iter()
            .collect(),
        advertiser_id: options.advertiser_id.clone(),
        is_sandbox: options.sandbox,
        signed_in: now,
        refreshed: None,
        refresh_begun: None,
        unknown: UnknownMembers::default(),
        key,
    })
}

/// The app, as far as it is known: it is needed for refreshing only.
fn app(sources: &LoginSources<'_>) -> Result<Option<StoredApp>, AuthFailure> {
    let Some(id) = sources.known_id()? else {
        return Ok(None);
    };
    let secret: Option<AppSecret> = sources.secret(&id)?;
    Ok(Some(StoredApp { id, secret }))
}

/// A pasted line, or all that is piped in: JSON may have several lines.
async fn whole_input() -> Result<String, AuthFailure> {
    let failed =
        |error: std::io::Error| AuthFailure::new("input", format!("standard input cannot be read: {error}"));
    if prompt::is_terminal() {
        return Ok(prompt::one_line(prompt::Echo::Hidden)
            .await
            .map_err(failed)?
            .unwrap_or_default());
    }
    let mut lines = prompt::InputLines::open(prompt::Echo::Hidden).map_err(failed)?;
    let mut text = String::new();
    loop {
        lines.ask();
        match lines.line().await.map_err(failed)? {
            Some(line) => text = text + &line + "\n",
            None => return Ok(text),
        }
    }
}

fn tokens(text: &str, now: Duration) -> Result<(TokenSet, Map<String, Value>), AuthFailure> {
    let text = text.trim();
    let members = match serde_json::from_str(text) {
        Ok(Value::Object(members)) => members,
        _ => Map::from_iter([("access_token".to_owned(), Value::from(text))]),
    };
    let wrong = |what: &str, fault: &dyn std::fmt::Display| {
        AuthFailure::usage(format!(
            "{what} on standard input is {fault}; give the token alone, or TikTok's JSON answer with access_token"
        ))
    };
    let member = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let access = AccessToken::parse(member("access_token").unwrap_or_default());
    let access = access.map_err(|fault| wrong("the token", &fault))?;
    let refresh = member("refresh_token").filter(|token| !token.is_empty());
    let refresh = refresh.map(RefreshToken::parse).transpose();
    let end = |name: &str| {
        let seconds = members.get(name).and_then(Value::as_u64)?;
        Some(now.saturating_add(Duration::from_secs(seconds)))
    };
    let tokens = TokenSet {
        access,
        access_ends: end("expires_in"),
        refresh: refresh.map_err(|fault| wrong("refresh_token", &fault))?,
        refresh_ends: end("refresh_expires_in"),
    };
    Ok((tokens, members))
}
