//! Text of a store: JSON. The only place where stored secrets are written out. Pure.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    account::{AccountKey, KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet},
    book::AccountBook,
    name::AccountName,
};
use crate::{
    model::{AdvertiserId, UtcTime},
    secret::{AccessToken, AppSecret, RefreshToken},
};

/// Version of the form.
const VERSION: u32 = 1;

/// Reason that a text is no store. Contains no part of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RowsFault {
    /// Not the JSON that this program writes.
    #[error("is damaged (line {line}, column {column})")]
    Json {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// Written by a newer program.
    #[error("was written by a newer version of this program")]
    Newer,
    /// A member of an account cannot be used.
    #[error("is damaged: `{member}` of account {place} cannot be used")]
    Member {
        /// Number of the account, from 1.
        place: usize,
        /// Name of the member.
        member: &'static str,
    },
}

#[derive(Deserialize)]
struct VersionRow {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct BookRow {
    version: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    defaults: BTreeMap<String, String>,
    #[serde(default)]
    accounts: Vec<AccountRow>,
}

#[derive(Serialize, Deserialize)]
struct AdvertiserRow {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Times are in UTC, RFC 3339.
#[derive(Serialize, Deserialize)]
struct AccountRow {
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
}

/// Writes a store.
pub(super) fn write(book: &AccountBook) -> serde_json::Result<String> {
    let defaults = book.defaults.iter();
    let row = BookRow {
        version: VERSION,
        defaults: defaults
            .map(|(api, name)| (api.integration().to_owned(), name.to_string()))
            .collect(),
        accounts: book.accounts.iter().map(row).collect(),
    };
    serde_json::to_string_pretty(&row).map(|text| text + "\n")
}

/// Reads a store.
pub(super) fn read(text: &str) -> Result<AccountBook, RowsFault> {
    let json = |error: &serde_json::Error| RowsFault::Json {
        line: error.line(),
        column: error.column(),
    };
    let VersionRow { version } = serde_json::from_str(text).map_err(|error| json(&error))?;
    if version > VERSION {
        return Err(RowsFault::Newer);
    }
    let book: BookRow = serde_json::from_str(text).map_err(|error| json(&error))?;
    let accounts = (1..).zip(book.accounts);
    let defaults = book.defaults.into_iter().filter_map(|(api, name)| {
        let api = SignInApi::of_integration(&api)?;
        Some((api, AccountName::parse(&name).ok()?))
    });
    Ok(AccountBook {
        defaults: defaults.collect(),
        accounts: accounts
            .map(|(place, row)| account(row).map_err(|member| RowsFault::Member { place, member }))
            .collect::<Result<_, _>>()?,
    })
}

fn row(account: &StoredAccount) -> AccountRow {
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
    }
}

/// The account of a row, or the name of the member that cannot be used.
fn account(row: AccountRow) -> Result<StoredAccount, &'static str> {
    let time = |member, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => UtcTime::parse(&text)
            .map(|time| Some(time.since_epoch()))
            .ok_or(member),
    };
    let api = SignInApi::of_integration(&row.integration).ok_or("integration")?;
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
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::accounts) fn account(api: SignInApi, name: &str) -> StoredAccount {
        let ends = Some(Duration::from_hours(500_000));
        StoredAccount {
            key: AccountKey {
                api,
                name: AccountName::parse(name).unwrap(),
            },
            api_base: Url::parse("https://open.tiktokapis.com").unwrap(),
            app: Some(StoredApp {
                id: "aw1".to_owned(),
                secret: Some(AppSecret::parse("secret-canary".to_owned()).unwrap()),
            }),
            tokens: TokenSet {
                access: AccessToken::parse("act.canary".to_owned()).unwrap(),
                access_ends: ends,
                refresh: Some(RefreshToken::parse("rft.canary".to_owned()).unwrap()),
                refresh_ends: ends,
            },
            scopes: Some(vec!["user.info.basic".to_owned()]),
            open_id: Some("id-1".to_owned()),
            advertisers: Vec::new(),
            advertiser_id: None,
            is_sandbox: false,
            signed_in: Duration::from_hours(472_222),
            refreshed: None,
            refresh_begun: None,
            refused: None,
        }
    }

    #[test]
    fn a_store_is_read_as_it_was_written() {
        let mut book = AccountBook::default();
        book.put(account(SignInApi::Open, "work"));
        let ads = StoredAccount {
            app: None,
            tokens: TokenSet {
                access_ends: None,
                refresh: None,
                refresh_ends: None,
                ..account(SignInApi::Open, "x").tokens
            },
            advertisers: vec![KnownAdvertiser {
                id: AdvertiserId::parse("7310000000000000011").unwrap(),
                name: Some("Shop".to_owned()),
            }],
            advertiser_id: AdvertiserId::parse("7310000000000000011"),
            is_sandbox: true,
            refreshed: Some(Duration::from_secs(1_700_000_001)),
            refresh_begun: Some(Duration::from_secs(1_700_000_002)),
            refused: Some(Duration::from_secs(1_700_000_003)),
            ..account(SignInApi::Marketing, "work")
        };
        book.put(ads);
        let text = write(&book).unwrap();
        let again = read(&text).unwrap();
        assert_eq!(write(&again).unwrap(), text);
        assert!(
            text.contains("\"access_token_ends\": \"2027-01-15T08:00:00Z\""),
            "{text}"
        );
        assert_eq!(again.accounts.len(), 2);
        assert!(!format!("{again:?}").contains("canary"), "{again:?}");
    }

    #[test]
    fn a_fault_is_placed_without_repeating_anything() {
        let mut book = AccountBook::default();
        book.put(account(SignInApi::Open, "work"));
        let text = write(&book).unwrap();
        for (from, to, expected) in [
            (
                "\"act.canary\"",
                "\"act canary\"",
                "is damaged: `access_token` of account 1 cannot be used",
            ),
            ("\"rft.canary\"", "7", "is damaged (line"),
            (
                "2027-01-15",
                "soon",
                "is damaged: `access_token_ends` of account 1 cannot be used",
            ),
            (
                "\"version\": 1",
                "\"version\": 2",
                "was written by a newer version",
            ),
            ("\"version\": 1,", "", "is damaged (line"),
        ] {
            let fault = read(&text.replace(from, to)).unwrap_err().to_string();
            assert!(
                fault.starts_with(expected) && !fault.contains("canary"),
                "{fault}"
            );
        }
        for end in 0..text.len() - 2 {
            assert!(read(text.get(..end).unwrap_or_default()).is_err(), "{end}");
        }
    }
}
