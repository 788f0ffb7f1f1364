//! The clients of both APIs behind one face.

use std::time::Duration;

use url::Url;

use super::{
    ads,
    calls::{Bases, CallSettings, GrantedTokens},
    consent::{Consent, ConsentAnswer, ConsentTerms},
    names::AppNames,
    problem::SignInProblem,
    tiktok,
};
use crate::{
    accounts::{KnownAdvertiser, Renewer, SignInApi, StoredAccount, StoredApp},
    clock::Clock,
    marketing_api::oauth::ConfirmedRevocation,
    model::UtcTime,
    secret::{AccessToken, AppSecret},
};

/// Id and secret of an app, as far as they are given.
#[derive(Debug, Clone, Default)]
pub struct AppPair {
    /// Client key, or id for the Marketing API.
    pub id: Option<String>,
    /// Its secret.
    pub secret: Option<AppSecret>,
}

/// Clients of the sign-in to both APIs.
#[derive(Debug, Clone)]
pub struct Providers {
    calls: CallSettings,
    /// App of the environment, which comes before a stored one.
    open_app: AppPair,
    marketing_app: AppPair,
}

impl Providers {
    /// Clients at these base URLs.
    pub fn new(clock: Clock, bases: Bases) -> Self {
        Self {
            calls: CallSettings { clock, bases },
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

    /// Base URL of an API. The sandbox of the Marketing API has its own.
    pub fn base(&self, api: SignInApi, is_sandbox: bool) -> Url {
        self.calls.base(api, is_sandbox)
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
            variable: AppNames::of(account.key.api).base_variable,
        })
    }

    /// Whether the stored access token works at this moment, as far as its end is known.
    pub fn works_now(&self, account: &StoredAccount) -> bool {
        account.works_for(Duration::from_secs(5), self.calls.clock.since_epoch())
    }

    /// Prepares the consent page.
    pub fn consent(&self, terms: ConsentTerms) -> Result<Consent, SignInProblem> {
        match terms.api {
            SignInApi::Open => tiktok::consent(&self.calls, terms),
            SignInApi::Marketing => ads::consent(&self.calls, terms),
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
            SignInApi::Open => tiktok::exchange(&self.calls, consent, secret, answer).await,
            SignInApi::Marketing => ads::exchange(&self.calls, consent, secret, answer).await,
        }
    }

    /// Ad accounts of a token of the Marketing API.
    pub async fn advertisers(
        &self,
        app: &StoredApp,
        token: &AccessToken,
    ) -> Result<Vec<KnownAdvertiser>, SignInProblem> {
        ads::advertisers(&self.calls, app, token).await
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
            SignInApi::Open => tiktok::revoke(&self.calls, &app, account).await,
            SignInApi::Marketing => ads::revoke(&self.calls, &app, account, confirmed).await,
        }
    }

    /// App of an account, with its secret: that of the environment where it is the same app, else the stored one. A secret of
    /// the environment without an id may be one of another app, so it only stands in for a missing one.
    pub(super) fn app(&self, account: &StoredAccount) -> Result<StoredApp, SignInProblem> {
        let api = account.key.api;
        let names = AppNames::of(api);
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
        let kept = stored.and_then(|app| app.secret.clone());
        let secret = match &given.id {
            Some(given_id) if *given_id == id => given.secret.clone().or(kept),
            Some(_other) => kept,
            None => kept.or_else(|| given.secret.clone()),
        };
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
            (Some(_), Some(end)) if end <= self.calls.clock.since_epoch() => {
                Err(SignInProblem::RefreshTokenExpired(shown(end)))
            }
            (Some(_), _) => self.app(account).map(drop),
        }
    }

    async fn renew(&self, account: &StoredAccount) -> Result<StoredAccount, SignInProblem> {
        let app = self.app(account)?;
        let granted = match account.key.api {
            SignInApi::Open => tiktok::refresh(&self.calls, &app, account).await?,
            SignInApi::Marketing => ads::refresh(&self.calls, &app, account).await?,
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

    fn is_refused(&self, error: &SignInProblem) -> bool {
        error.is_token_refused()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::{AccountKey, AccountName, TokenSet, UnknownMembers},
        open_api,
    };

    fn secret(text: &str) -> AppSecret {
        AppSecret::parse(text.to_owned()).unwrap()
    }

    fn account(secret: Option<AppSecret>) -> StoredAccount {
        StoredAccount {
            key: AccountKey {
                api: SignInApi::Open,
                name: AccountName::default(),
            },
            api_base: Url::parse(open_api::API_BASE).unwrap(),
            app: Some(StoredApp {
                id: "aw1".to_owned(),
                secret,
            }),
            tokens: TokenSet {
                access: AccessToken::parse("act.1".to_owned()).unwrap(),
                access_ends: None,
                refresh: None,
                refresh_ends: None,
            },
            scopes: None,
            open_id: None,
            advertisers: Vec::new(),
            advertiser_id: None,
            is_sandbox: false,
            signed_in: Duration::ZERO,
            refreshed: None,
            refresh_begun: None,
            unknown: UnknownMembers::default(),
            refused: None,
        }
    }

    #[test]
    fn a_secret_of_the_environment_replaces_the_stored_one_only_with_the_id_of_the_app() {
        for (id, stored, expected) in [
            (None, Some("stored-one"), Some("stored-one")),
            (None, None, Some("given-one")),
            (Some("aw1"), Some("stored-one"), Some("given-one")),
            (Some("aw2"), Some("stored-one"), Some("stored-one")),
            (Some("aw2"), None, None),
        ] {
            let bases = Bases {
                open: Url::parse(open_api::API_BASE).unwrap(),
                marketing: None,
            };
            let given = AppPair {
                id: id.map(str::to_owned),
                secret: Some(secret("given-one")),
            };
            let providers = Providers::new(Clock::system(), bases).with_app(SignInApi::Open, given);
            let app = providers.app(&account(stored.map(secret)));
            let found = app
                .ok()
                .and_then(|app| app.secret)
                .map(|secret| secret.expose().to_owned());
            assert_eq!(found.as_deref(), expected, "{id:?} {stored:?}");
        }
    }
}
