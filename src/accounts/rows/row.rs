//! Row of an account in the text of a store.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    accounts::{
        account::{
            AccountKey, KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet, UnknownMembers,
        },
        name::AccountName,
    },
    model::{AdvertiserId, UtcTime},
    secret::{AccessToken, AppSecret, RefreshToken},
};

#[derive(Serialize, Deserialize)]
struct AdvertiserRow {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Times are in UTC, RFC 3339.
#[derive(Serialize, Deserialize)]
pub(super) struct AccountRow {
    integration: String,
    name: String,
    api_base: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_secret: Option<String>,
    access_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_token_ends: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token_ends: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    advertiser_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    advertisers: Vec<AdvertiserRow>,
    #[serde(default)]
    sandbox: bool,
    signed_in: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refreshed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_begun: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_refused: Option<String>,
    #[serde(flatten)]
    unknown: UnknownMembers,
}

/// The row of an account.
pub(super) fn row(account: &StoredAccount) -> AccountRow {
    let time = |time: Duration| UtcTime::after_epoch(time).rfc3339();
    let StoredAccount { key, app, tokens, .. } = account;
    let secret = app.as_ref().and_then(|app| app.secret.as_ref());
    let advertisers = account.advertisers.iter().map(|known| AdvertiserRow {
        id: known.id.to_string(),
        name: known.name.clone(),
    });
    AccountRow {
        integration: key.api.integration().to_owned(),
        name: key.name.to_string(),
        api_base: account.api_base.to_string(),
        app_id: app.as_ref().map(|app| app.id.clone()),
        app_secret: secret.map(|secret| secret.expose().to_owned()),
        access_token: tokens.access.expose().to_owned(),
        access_token_ends: tokens.access_ends.map(time),
        refresh_token: tokens.refresh.as_ref().map(|token| token.expose().to_owned()),
        refresh_token_ends: tokens.refresh_ends.map(time),
        scopes: account.scopes.clone(),
        open_id: account.open_id.clone(),
        advertiser_id: account.advertiser_id.as_ref().map(ToString::to_string),
        advertisers: advertisers.collect(),
        sandbox: account.is_sandbox,
        signed_in: time(account.signed_in),
        refreshed: account.refreshed.map(time),
        refresh_begun: account.refresh_begun.map(time),
        refresh_refused: account.refused.map(time),
        unknown: account.unknown.clone(),
    }
}

/// The account of a row, or the name of the member that cannot be used.
pub(super) fn account(api: SignInApi, row: AccountRow) -> Result<StoredAccount, &'static str> {
    let time = |member, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => UtcTime::parse(&text)
            .map(|time| Some(time.since_epoch()))
            .ok_or(member),
    };
    let name = AccountName::parse(&row.name).map_err(|_fault| "name")?;
    let secret = row.app_secret.map(AppSecret::parse).transpose();
    let secret = secret.map_err(|_fault| "app_secret")?;
    let refresh = row.refresh_token.map(RefreshToken::parse).transpose();
    let advertisers = row.advertisers.into_iter().map(|known| {
        let id = AdvertiserId::parse(&known.id).ok_or("advertisers");
        id.map(|id| KnownAdvertiser { id, name: known.name })
    });
    let advertiser_id = row
        .advertiser_id
        .map(|id| AdvertiserId::parse(&id).ok_or("advertiser_id"));
    Ok(StoredAccount {
        key: AccountKey { api, name },
        api_base: Url::parse(&row.api_base).map_err(|_fault| "api_base")?,
        app: row.app_id.map(|id| StoredApp { id, secret }),
        tokens: TokenSet {
            access: AccessToken::parse(row.access_token).map_err(|_fault| "access_token")?,
            access_ends: time("access_token_ends", row.access_token_ends)?,
            refresh: refresh.map_err(|_fault| "refresh_token")?,
            refresh_ends: time("refresh_token_ends", row.refresh_token_ends)?,
        },
        scopes: row.scopes,
        open_id: row.open_id,
        advertisers: advertisers.collect::<Result<_, _>>()?,
        advertiser_id: advertiser_id.transpose()?,
        is_sandbox: row.sandbox,
        signed_in: time("signed_in", Some(row.signed_in))?.unwrap_or_default(),
        refreshed: time("refreshed", row.refreshed)?,
        refresh_begun: time("refresh_begun", row.refresh_begun)?,
        refused: time("refresh_refused", row.refresh_refused)?,
        unknown: row.unknown,
    })
}
