//! Accounts as they are stored.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::name::AccountName;
use crate::{
    model::AdvertiserId,
    secret::{AccessToken, AppSecret, RefreshToken},
};

/// API that an account is signed in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignInApi {
    /// Open API: a TikTok account.
    Open,
    /// Marketing API: ad accounts.
    Marketing,
}

impl SignInApi {
    /// All APIs.
    pub const ALL: [Self; 2] = [Self::Open, Self::Marketing];

    /// Name of the integration that acts through the API.
    pub const fn integration(self) -> &'static str {
        match self {
            Self::Open => "tiktok",
            Self::Marketing => "tiktok-ads",
        }
    }

    /// The API of an integration.
    pub fn of_integration(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.integration() == name)
    }
}

/// API and name of an account: its identity on this machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountKey {
    /// API that it is signed in to.
    pub api: SignInApi,
    /// Name that the person gave it.
    pub name: AccountName,
}

/// `tiktok account "work"`.
impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} account \"{}\"", self.api.integration(), self.name)
    }
}

/// App that an account is signed in through.
#[derive(Debug, Clone)]
pub struct StoredApp {
    /// Client key, or id for the Marketing API.
    pub id: String,
    /// Secret, for refreshing without the person; `None` where it is not to be stored.
    pub secret: Option<AppSecret>,
}

/// Tokens of an account, with their ends since the Unix epoch.
#[derive(Debug, Clone)]
pub struct TokenSet {
    /// Access token.
    pub access: AccessToken,
    /// End of the access token; `None` if it does not expire, or if nobody said when.
    pub access_ends: Option<Duration>,
    /// Token that replaces both.
    pub refresh: Option<RefreshToken>,
    /// End of the refresh token.
    pub refresh_ends: Option<Duration>,
}

/// Ad account of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAdvertiser {
    /// Its id.
    pub id: AdvertiserId,
    /// Its name.
    pub name: Option<String>,
}

/// Members that a newer program has stored, and that this one keeps without knowing them. They may hold secrets.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnknownMembers(Map<String, Value>);

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnknownMembers({})", self.0.len())
    }
}

/// Account as it is stored.
#[derive(Debug, Clone)]
pub struct StoredAccount {
    /// Identity on this machine.
    pub key: AccountKey,
    /// Base URL of the API that issued the tokens; they are sent nowhere else.
    pub api_base: Url,
    /// App that it is signed in through; `None` for a token that was given without its app.
    pub app: Option<StoredApp>,
    /// Its tokens.
    pub tokens: TokenSet,
    /// Granted permissions; `None` if they are not known.
    pub scopes: Option<Vec<String>>,
    /// TikTok's id of the account for the app.
    pub open_id: Option<String>,
    /// Ad accounts of the token.
    pub advertisers: Vec<KnownAdvertiser>,
    /// Ad account that requests use.
    pub advertiser_id: Option<AdvertiserId>,
    /// Whether the token is one of the Marketing API's sandbox.
    pub is_sandbox: bool,
    /// Time of the sign-in, since the Unix epoch.
    pub signed_in: Duration,
    /// Time of the last refresh.
    pub refreshed: Option<Duration>,
    /// Start of a refresh whose end is not known: TikTok may have replaced the tokens then.
    pub refresh_begun: Option<Duration>,
    /// Members of a newer program.
    pub unknown: UnknownMembers,
    /// Time at which the API first refused the refresh token: the login has ended.
    pub refused: Option<Duration>,
}

impl StoredAccount {
    /// Whether both are the account of one sign-in: another process may have signed in under the name since. The store keeps
    /// whole seconds.
    pub const fn is_same_login(&self, other: &Self) -> bool {
        self.signed_in.as_secs() == other.signed_in.as_secs()
    }

    /// Time that the access token still works at `now`; `None` if it does not expire.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        self.tokens.access_ends.map(|end| end.saturating_sub(now))
    }

    /// Whether the access token works for at least `margin` from `now`.
    pub fn works_for(&self, margin: Duration, now: Duration) -> bool {
        self.left(now).is_none_or(|left| left > margin)
    }
}
