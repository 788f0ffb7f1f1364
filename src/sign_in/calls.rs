//! Settings and results that the calls to both APIs have in common.

use std::time::Duration;

use url::Url;

use super::{names::AppNames, problem::SignInProblem};
use crate::{
    accounts::{KnownAdvertiser, SignInApi, StoredApp, TokenSet},
    clock::Clock,
    http::{Backoff, Retries, Transport, UncountedCalls, UncountedSettings},
    marketing_api,
    secret::AppSecret,
};

/// Base URLs of the APIs.
#[derive(Debug, Clone)]
pub struct Bases {
    /// Base URL of the Open API.
    pub open: Url,
    /// Base URL of the Marketing API; `None` for TikTok's own.
    pub marketing: Option<Url>,
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

/// Settings of the calls.
#[derive(Debug, Clone)]
pub(super) struct CallSettings {
    /// Source of time.
    pub(super) clock: Clock,
    /// Base URLs of the APIs.
    pub(super) bases: Bases,
}

/// Longest duration of one call.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Longest duration of all calls of one step, retries included. The lock of the store is held for that long.
const STEP: Duration = Duration::from_mins(1);

/// Retries of calls that were certainly not sent.
const RETRIES: Retries = Retries {
    max: 2,
    wait_budget: Duration::from_secs(10),
    backoff: Backoff {
        first: Duration::from_millis(500),
        most: Duration::from_secs(4),
    },
};

impl CallSettings {
    /// Calls of one step of a sign-in.
    pub(super) fn begin(&self, api: SignInApi) -> Result<UncountedCalls, SignInProblem> {
        let base = self.base(api, false);
        let transport = Transport::new(&base, self.clock.clone());
        let transport = transport.map_err(|error| SignInProblem::Client(error.to_string()))?;
        let settings = UncountedSettings {
            base,
            timeout: TIMEOUT,
            retries: RETRIES,
            deadline: self.clock.deadline_in(STEP),
            clock: self.clock.clone(),
        };
        Ok(UncountedCalls::new(transport, settings))
    }

    /// Base URL of an API. The sandbox of the Marketing API has its own.
    pub(super) fn base(&self, api: SignInApi, is_sandbox: bool) -> Url {
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
}

/// Secret of an app.
pub(super) fn secret_of(app: &StoredApp, api: SignInApi) -> Result<AppSecret, SignInProblem> {
    app.secret.clone().ok_or_else(|| SignInProblem::SecretMissing {
        app_id: app.id.clone(),
        variable: AppNames::of(api).secret_variable,
    })
}

/// Problem of an id that no app can have; `allowed` is the form.
pub(super) const fn malformed_app(api: SignInApi, allowed: &'static str) -> SignInProblem {
    SignInProblem::AppMalformed {
        allowed,
        option: AppNames::of(api).id_option,
    }
}

/// Problem of a code that another API gave.
pub(super) fn code_of_other_api() -> SignInProblem {
    SignInProblem::Client("the code is one of the other API".to_owned())
}
