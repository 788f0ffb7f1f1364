//! `auth login --with-token`: a token from standard input, for machines without a browser.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{app::LoginSources, prompt, tell};
use crate::{
    accounts::{AccountKey, KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet, UnknownMembers},
    cli::{codes, fault::CommandFault, signed_in::SignedIn},
    secret::{AccessToken, AppSecret, OpenTokenKind, RefreshToken},
};

/// Reads the token, or TikTok's JSON answer with both tokens.
pub(super) async fn read(
    signed_in: &SignedIn,
    sources: &LoginSources<'_>,
    key: AccountKey,
) -> Result<StoredAccount, CommandFault> {
    let options = sources.options;
    if prompt::is_terminal() {
        tell("Access token (not shown while you paste it, then Enter):");
    }
    let text = whole_input().await?;
    let now = signed_in.clock.since_epoch();
    let (tokens, members) = tokens(&text, now)?;
    check_kind(&tokens.access, key.api)?;
    let listed = members.get("scope").and_then(Value::as_str);
    let scopes = listed.map(|list| list.split(',').map(|name| name.trim().to_owned()).collect());
    let open_id = members.get("open_id").and_then(Value::as_str).map(str::to_owned);
    let advertiser = options.advertiser_id.clone();
    if key.api == SignInApi::Marketing && advertiser.is_none() {
        return Err(CommandFault::usage(
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
        refused: None,
        key,
    })
}

/// Refuses tokens that are known by their beginning and cannot be used.
fn check_kind(token: &AccessToken, api: SignInApi) -> Result<(), CommandFault> {
    match (token.open_kind(), api) {
        (Some(OpenTokenKind::Access), SignInApi::Open) | (None, _) => Ok(()),
        (Some(OpenTokenKind::Access), SignInApi::Marketing) => Err(CommandFault::usage(
            "this is a token of TikTok's Open API; leave --integration tiktok-ads out, or give a token of the Marketing API",
        )),
        (Some(kind @ (OpenTokenKind::Refresh | OpenTokenKind::Client)), _) => {
            Err(CommandFault::usage(format!(
                "this is {kind} ({}), not an access token; give the access_token of TikTok's answer, or the whole JSON answer",
                kind.start()
            )))
        }
    }
}

/// The app, as far as it is known: it is needed for refreshing only.
fn app(sources: &LoginSources<'_>) -> Result<Option<StoredApp>, CommandFault> {
    let Some(id) = sources.known_id()? else {
        return Ok(None);
    };
    let secret: Option<AppSecret> = sources.secret(&id)?;
    Ok(Some(StoredApp { id, secret }))
}

/// A pasted line, or all that is piped in: JSON may have several lines.
async fn whole_input() -> Result<String, CommandFault> {
    let failed = |error: std::io::Error| {
        CommandFault::new(
            &codes::FILE_UNREADABLE,
            format!("standard input cannot be read: {error}"),
        )
    };
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

/// Members of TikTok's JSON answer, which the Marketing API puts into `data`; or the token alone.
fn members(text: &str) -> Result<Map<String, Value>, CommandFault> {
    let missing = || {
        CommandFault::usage(format!(
            "the JSON on standard input has no access_token; {ALLOWED}"
        ))
    };
    let is_token = |members: &Map<String, Value>| members.get("access_token").is_some_and(Value::is_string);
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) if is_token(&members) => Ok(members),
        Ok(Value::Object(mut members)) => match members.remove("data") {
            Some(Value::Object(data)) if is_token(&data) => Ok(data),
            _ => Err(missing()),
        },
        Ok(Value::Array(_) | Value::Null | Value::Bool(_)) => Err(missing()),
        Err(_) if text.starts_with(['{', '[']) => Err(CommandFault::usage(format!(
            "the text on standard input begins like JSON and is none; {ALLOWED}"
        ))),
        Ok(Value::Number(_) | Value::String(_)) | Err(_) => {
            Ok(Map::from_iter([("access_token".to_owned(), text.into())]))
        }
    }
}

/// Form of the input.
const ALLOWED: &str = "give the token alone, or TikTok's JSON answer: {\"access_token\":\"…\",\"expires_in\":…,\
    \"refresh_token\":\"…\",\"refresh_expires_in\":…}";

fn tokens(text: &str, now: Duration) -> Result<(TokenSet, Map<String, Value>), CommandFault> {
    let members = members(text.trim())?;
    let wrong = |what: &str, fault: &dyn std::fmt::Display| {
        CommandFault::usage(format!("{what} on standard input is {fault}; {ALLOWED}"))
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
