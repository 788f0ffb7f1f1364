//! The clients of both APIs behind one face.

use std::time::Duration;

use url::Url;

use super::{
    ads,
    consent::{Consent, ConsentAnswer, ConsentTerms},
    problem::{SignInProblem, names},
    tiktok,
};
use crate::{
    accounts::{KnownAdvertiser, Renewer, SignInApi, StoredAccount, StoredApp, TokenSet},
    clock::Clock,
    http::{Backoff, Retries},
    marketing_api::{self, oauth::ConfirmedRevocation},
    model::UtcTime,
    secret::{AccessToken, AppSecret},
};

/// Base URLs of the APIs.
#[derive(Debug, Clone)]
pub struct Bases {
    /// Base URL of the Open API.
    pub open: Url,
    /// Base URL of the Marketing API; `None` for TikTok's own.
    pub marketing: Option<Url>,
}

/// Id and secret of an app, as far as they are given.
#[derive(Debug, Clone, Default)]
pub struct AppPair {
    /// Client key, or id for the Marketing API.
    pub id: Option<String>,
    /// Its secret.
    pub secret: Option<AppSecret>,
}

/// Tokens that TikTok has granted.
#[derive(Debug, Clone)]
pub struct GrantedTokens {
    /// The tokens.
    pub tokens: TokenSet,
    /// Granted permissions; `None` if TikTok did not list them.
    pub scopes: Option<Vec<String>>,
    /// TikTok's id of the account for the app.
    pub open_id: Option<String>,
    /// Ad accounts of the token.
    pub advertisers: Vec<KnownAdvertiser>,
}

/// Clients of the sign-in to both APIs.
#[derive(Debug, Clone)]
pub struct Providers {
    clock: Clock,
    bases: Bases,
    /// App of the environment, which comes before a stored one.
    open_app: AppPair,
    marketing_app: AppPair,
}

/// Longest duration of one call.
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);

/// Longest duration of all calls of one step, retries included. The lock of the store is held for that long.
pub(super) const STEP: Duration = Duration::from_secs(60);

/// Retries of calls that were certainly not sent.
pub(super) const RETRIES: Retries = Retries {
    max: 2,
    wait_budget: Duration::from_secs(10),
    backoff: Backoff {
        first: Duration::from_millis(500),
        most: Duration::from_secs(4),
    },
};

impl Providers {
    /// Clients at these base URLs.
    pub fn new(clock: Clock, bases: Bases) -> Self {
        Self {
            clock,
            bases,
            open_app: AppPair::default(),
            marketing_app: AppPair::default(),
        }
    }

    /// Uses this app instead of the stored one.
    #[must_use]
    pub fn with_app(mut self, api: SignInApi, app: AppPair) -> Self {
        match api {
            SignInApi::Open => self.open_app = app,
            SignInApi::Marketing => self.marketing_app = app,
        }
        self
    }

    /// Source of time.
    pub(super) const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Base URL of an API. The sandbox of the Marketing API has its own.
    pub fn base(&self, api: SignInApi, is_sandbox: bool) -> Url {
        let default = |text: &str| Url::parse(text).unwrap_or_else(|_never| self.bases.open.clone());
        match api {
            SignInApi::Open => self.bases.open.clone(),
            SignInApi::Marketing => self.bases.marketing.clone().unwrap_or_else(|| {
                default(if is_sandbox {
                    marketing_api::SANDBOX_API_BASE
                } else {
                    marketing_api::API_BASE
                })
            }),
        }
    }

    /// Checks that the tokens of an account are sent to the API that issued them.
    pub fn check_base(&self, account: &StoredAccount) -> Result<(), SignInProblem> {
        let now = self.base(account.key.api, account.is_sandbox);
        if now == account.api_base {
            return Ok(());
        }
        let shown = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        Err(SignInProblem::OtherBase {
            stored: shown(&account.api_base),
            now: shown(&now),
            variable: names(account.key.api).base_variable,
        })
    }

    /// Whether the stored access token works at this moment, as far as its end is known.
    pub fn works_now(&self, account: &StoredAccount) -> bool {
        account.works_for(Duration::from_secs(5), self.clock.since_epoch())
    }

    /// Prepares the consent page.
    pub fn consent(&self, terms: ConsentTerms) -> Result<Consent, SignInProblem> {
        match terms.api {
            SignInApi::Open => tiktok::consent(self, terms),
            SignInApi::Marketing => ads::consent(self, terms),
        }
    }

    /// Exchanges the code that the consent page gave.
    pub async fn exchange(
        &self,
        consent: &Consent,
        secret: &AppSecret,
        answer: &ConsentAnswer,
    ) -> Result<GrantedTokens, SignInProblem> {
        match consent.terms.api {
            SignInApi::Open => tiktok::exchange(self, consent, secret, answer).await,
            SignInApi::Marketing => ads::exchange(self, consent, secret, answer).await,
        }
    }

    /// Ad accounts of a token of the Marketing API.
    pub async fn advertisers(
        &self,
        app: &StoredApp,
        token: &AccessToken,
    ) -> Result<Vec<KnownAdvertiser>, SignInProblem> {
        ads::advertisers(self, app, token).await
    }

    /// Revokes the access token of an account, and with it the app's access to the TikTok account. The warning has been
    /// confirmed.
    pub async fn revoke(
        &self,
        account: &StoredAccount,
        confirmed: ConfirmedRevocation,
    ) -> Result<(), SignInProblem> {
        self.check_base(account)?;
        let app = self.app(account)?;
        match account.key.api {
            SignInApi::Open => tiktok::revoke(self, &app, account).await,
            SignInApi::Marketing => ads::revoke(self, &app, account, confirmed).await,
        }
    }

    /// App of an account, with its secret: that of the environment where it is the same app, else the stored one.
    pub(super) fn app(&self, account: &StoredAccount) -> Result<StoredApp, SignInProblem> {
        let api = account.key.api;
        let names = names(api);
        let given = match api {
            SignInApi::Open => &self.open_app,
            SignInApi::Marketing => &self.marketing_app,
        };
        let stored = account.app.as_ref();
        let id = stored.map(|app| app.id.clone()).or_else(|| given.id.clone());
        let id = id.ok_or(SignInProblem::AppMissing {
            option: names.id_option,
            variable: names.id_variable,
        })?;
        let is_same = given.id.as_ref().is_none_or(|given| *given == id);
        let secret = given.secret.clone().filter(|_| is_same);
        let secret = secret.or_else(|| stored.and_then(|app| app.secret.clone()));
        match secret {
            Some(secret) => Ok(StoredApp {
                id,
                secret: Some(secret),
            }),
            None => Err(SignInProblem::SecretMissing {
                app_id: id,
                variable: names.secret_variable,
            }),
        }
    }
}

impl Renewer for Providers {
    type Error = SignInProblem;

    fn check(&self, account: &StoredAccount) -> Result<(), SignInProblem> {
        self.check_base(account)?;
        let tokens = &account.tokens;
        let shown = |time: Duration| UtcTime::after_epoch(time).rfc3339();
        match (&tokens.refresh, tokens.refresh_ends) {
            (None, _) if account.key.api == SignInApi::Marketing && tokens.access_ends.is_none() => {
                Err(SignInProblem::NeverExpires)
            }
            (None, _) => Err(SignInProblem::NoRefreshToken {
                ended: tokens
                    .access_ends
                    .map(|end| format!(" (its access token ends at {})", shown(end)))
                    .unwrap_or_default(),
            }),
            (Some(_), Some(end)) if end <= self.clock.since_epoch() => {
                Err(SignInProblem::RefreshTokenExpired(shown(end)))
            }
            (Some(_), _) => self.app(account).map(drop),
        }
    }

    async fn renew(&self, account: &StoredAccount) -> Result<StoredAccount, SignInProblem> {
        let app = self.app(account)?;
        let granted = match account.key.api {
            SignInApi::Open => tiktok::refresh(self, &app, account).await?,
            SignInApi::Marketing => ads::refresh(self, &app, account).await?,
        };
        let advertisers = if granted.advertisers.is_empty() {
            account.advertisers.clone()
        } else {
            renamed(granted.advertisers, &account.advertisers)
        };
        Ok(StoredAccount {
            tokens: granted.tokens,
            scopes: granted.scopes.or_else(|| account.scopes.clone()),
            open_id: granted.open_id.or_else(|| account.open_id.clone()),
            advertisers,
            ..account.clone()
        })
    }

    fn may_have_renewed(&self, error: &SignInProblem) -> bool {
        error.may_have_happened()
    }
}

/// Ad accounts with the names that are known.
fn renamed(ids: Vec<KnownAdvertiser>, known: &[KnownAdvertiser]) -> Vec<KnownAdvertiser> {
    let name = |id| {
        known
            .iter()
            .find(|known| known.id == id)
            .and_then(|known| known.name.clone())
    };
    ids.into_iter()
        .map(|found| KnownAdvertiser {
            name: found.name.or_else(|| name(found.id.clone())),
            id: found.id,
        })
        .collect()
}
