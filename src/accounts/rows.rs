//! Text of a store: JSON. The only place where stored secrets are written out. Pure.

mod row;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use self::row::AccountRow;
use super::{
    account::{SignInApi, StoredAccount, UnknownMembers},
    book::AccountBook,
    name::AccountName,
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
    /// An account is not in the form that this program writes.
    #[error("is damaged: account {place} cannot be read (its line {line}, column {column})")]
    Account {
        /// Number of the account, from 1.
        place: usize,
        /// Line of the fault within the account.
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
    accounts: Vec<Box<RawValue>>,
    #[serde(flatten)]
    unknown: UnknownMembers,
}

/// The member of an account that tells whether this program knows the others.
#[derive(Deserialize)]
struct IntegrationRow {
    integration: String,
}

/// Writes a store.
pub(super) fn write(book: &AccountBook) -> serde_json::Result<String> {
    let defaults = book.defaults.iter();
    let defaults = defaults.map(|(api, name)| (api.integration().to_owned(), name.to_string()));
    let known = book.accounts.iter().map(raw).collect::<Result<Vec<_>, _>>()?;
    let row = BookRow {
        version: VERSION,
        defaults: defaults.chain(book.foreign.defaults.clone()).collect(),
        accounts: known.into_iter().chain(book.foreign.accounts.clone()).collect(),
        unknown: book.unknown.clone(),
    };
    // A raw account keeps its own line breaks, so the text is laid out as a whole.
    let laid_out: Value = serde_json::from_str(&serde_json::to_string(&row)?)?;
    serde_json::to_string_pretty(&laid_out).map(|text| text + "\n")
}

fn raw(account: &StoredAccount) -> serde_json::Result<Box<RawValue>> {
    serde_json::value::to_raw_value(&row::row(account))
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
    let row: BookRow = serde_json::from_str(text).map_err(|error| json(&error))?;
    let mut book = AccountBook {
        unknown: row.unknown,
        ..AccountBook::default()
    };
    for (place, raw) in (1..).zip(row.accounts) {
        match known(place, &raw)? {
            Some(account) => book.accounts.push(account),
            None => book.foreign.accounts.push(raw),
        }
    }
    (book.defaults, book.foreign.defaults) = defaults(row.defaults);
    Ok(book)
}

/// The account of a row; `None` if its integration is not known.
fn known(place: usize, raw: &RawValue) -> Result<Option<StoredAccount>, RowsFault> {
    let unread = |error: &serde_json::Error| RowsFault::Account {
        place,
        line: error.line(),
        column: error.column(),
    };
    let IntegrationRow { integration } = serde_json::from_str(raw.get()).map_err(|error| unread(&error))?;
    let Some(api) = SignInApi::of_integration(&integration) else {
        return Ok(None);
    };
    let row: AccountRow = serde_json::from_str(raw.get()).map_err(|error| unread(&error))?;
    row::account(api, row)
        .map(Some)
        .map_err(|member| RowsFault::Member { place, member })
}

/// Default accounts of the known integrations, and of the others.
fn defaults(rows: BTreeMap<String, String>) -> (BTreeMap<SignInApi, AccountName>, BTreeMap<String, String>) {
    let (mut known, mut foreign) = (BTreeMap::new(), BTreeMap::new());
    for (integration, name) in rows {
        match (SignInApi::of_integration(&integration), AccountName::parse(&name)) {
            (Some(api), Ok(name)) => drop(known.insert(api, name)),
            (Some(_), Err(_fault)) => {}
            (None, _) => drop(foreign.insert(integration, name)),
        }
    }
    (known, foreign)
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use serde_json::json;
    use url::Url;

    use super::*;
    use crate::{
        accounts::account::{AccountKey, KnownAdvertiser, StoredApp, TokenSet},
        model::AdvertiserId,
        secret::{AccessToken, AppSecret, RefreshToken},
    };

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
            unknown: UnknownMembers::default(),
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
    fn what_a_newer_program_has_stored_is_kept() {
        let mut book = AccountBook::default();
        book.put(account(SignInApi::Open, "work"));
        let newer = write(&book)
            .unwrap()
            .replace("\"version\": 1", "\"version\": 1, \"pinned\": [1.5, null]")
            .replace("\"tiktok\": \"work\"", "\"tiktok\": \"work\", \"tiktok-shop\": \"store 1\"")
            .replace("\"sandbox\": false", "\"sandbox\": false, \"device\": {\"key\": \"canary\"}")
            .replace(
                "\"accounts\": [",
                "\"accounts\": [{\"integration\": \"tiktok-shop\", \"name\": \"store 1\", \"token\": \"canary\"},",
            );
        let mut read_again = read(&newer).unwrap();
        assert_eq!(read_again.accounts.len(), 1);
        assert!(!format!("{read_again:?}").contains("canary"), "{read_again:?}");
        read_again.put(account(SignInApi::Open, "home"));
        let written = write(&read_again).unwrap();
        let members: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(members["pinned"], json!([1.5, null]));
        assert_eq!(
            members["defaults"],
            json!({ "tiktok": "work", "tiktok-shop": "store 1" })
        );
        assert_eq!(members["accounts"][0]["device"], json!({ "key": "canary" }));
        let shop = json!({ "integration": "tiktok-shop", "name": "store 1", "token": "canary" });
        assert_eq!(members["accounts"][2], shop);
        assert_eq!(write(&read(&written).unwrap()).unwrap(), written);
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
            (
                "\"rft.canary\"",
                "7",
                "is damaged: account 1 cannot be read (its line",
            ),
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
