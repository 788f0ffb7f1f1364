//! Errors of a sign-in and of refreshing: what happened, and what to do.

use std::{fmt, time::Duration};

use super::names::login_command;
use crate::{
    accounts::{AccountKey, FreshError, NoAccount, StoreError, StoredAccount},
    catalogue::{self, Origin},
    marketing_api::MarketingError,
    model::{LogId, UtcTime},
    open_api,
};

/// Call that TikTok has refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCall {
    /// TikTok's code.
    pub code: String,
    /// Meaning of the code, and the next step.
    pub advice: String,
    /// TikTok's text; empty if it has none.
    pub message: String,
    /// TikTok's id of the call.
    pub log_id: Option<LogId>,
}

/// Problem with the tokens of an account. `Display` says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInProblem {
    /// The account was signed in at another base URL.
    #[error(
        "it was signed in at {stored}, and the API base is {now}; a token is sent only to the API that issued it. Set \
         {variable}={stored}"
    )]
    OtherBase {
        /// Base URL of the account.
        stored: String,
        /// Base URL that is set.
        now: String,
        /// Variable that sets it.
        variable: &'static str,
    },
    /// A long-term token of the Marketing API.
    #[error("its token does not expire, so there is nothing to refresh")]
    NeverExpires,
    /// A token that was given without a refresh token.
    #[error("it has no refresh token{ended}, because only an access token was given")]
    NoRefreshToken {
        /// End of its access token; empty if it is not known.
        ended: String,
    },
    /// The refresh token has expired.
    #[error("the login has ended: its refresh token expired at {0}")]
    RefreshTokenExpired(String),
    /// The app of the account is not known.
    #[error("its app is not known. Set {variable}, or give {option} to `auth login`")]
    AppMissing {
        /// Option that names the app.
        option: &'static str,
        /// Variable that does.
        variable: &'static str,
    },
    /// The id of the app cannot be one.
    #[error("its app's id is not one: allowed are {allowed}. Correct {option} of `auth login`")]
    AppMalformed {
        /// Allowed form.
        allowed: &'static str,
        /// Option that names the app.
        option: &'static str,
    },
    /// The secret of the app is not stored.
    #[error("the secret of its app {app_id} is not stored. Set {variable}")]
    SecretMissing {
        /// Id of the app.
        app_id: String,
        /// Variable that holds the secret.
        variable: &'static str,
    },
    /// TikTok refused the call.
    #[error("{0}")]
    Refused(Box<RefusedCall>),
    /// No usable response arrived.
    #[error("TikTok did not answer as documented: {text}. {advice}")]
    Unanswered {
        /// Error of the call.
        text: String,
        /// Next step.
        advice: &'static str,
        /// Whether TikTok may have carried the call out.
        may_have_happened: bool,
    },
    /// The HTTP client cannot be used.
    #[error("{0}")]
    Client(String),
}

impl fmt::Display for RefusedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            advice,
            message,
            log_id,
        } = self;
        write!(f, "TikTok answered {code}")?;
        if !message.is_empty() {
            write!(f, ": {message:?}")?;
        }
        if let Some(LogId(id)) = log_id {
            write!(f, " (log_id {id})")?;
        }
        write!(f, ". {advice}")
    }
}

/// Need for a new sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInAgain {
    /// Nothing else helps.
    Only,
    /// It helps where the advice of the problem does not.
    Otherwise,
    /// It does not help.
    No,
}

/// Advice for codes whose remedy in the catalogue is for hosts.
const ADVICE: [(&str, &str); 8] = [
    (
        "invalid_grant",
        "The authorization code or the refresh token has expired, was used before, was revoked, or belongs to another app",
    ),
    (
        "invalid_client",
        "TikTok does not know the pair of client key and client secret. Compare both with the developer portal; the sandbox \
         and production have separate pairs",
    ),
    (
        "unauthorized_client",
        "The app may not sign accounts in like this. Until TikTok has approved an app, only the client key of its sandbox \
         works, and only for the sandbox's target users",
    ),
    (
        "access_denied",
        "The account's owner or TikTok declined. Start again, sign in to the right TikTok account, and agree on TikTok's page",
    ),
    (
        "40110",
        "The authorization code has expired, was used before or was cancelled",
    ),
    (
        "40107",
        "The refresh token has expired, was used before or was revoked",
    ),
    ("40105", "The token was revoked, or is not one of this app"),
    (
        "40101",
        "The app secret does not fit to the app id, or the code belongs to another app. Compare both with My Apps in TikTok's \
         developer portal",
    ),
];

/// Meaning of a code and the next step.
pub(super) fn advice(origin: Origin, code: &str) -> String {
    if let Some((_, advice)) = ADVICE.iter().find(|(known, _)| *known == code) {
        return format!("{advice}.");
    }
    match catalogue::find(origin, code) {
        Some(row) => format!("{} {}", row.meaning, row.remedy),
        None => {
            "This program does not know the code. Try again later, and then ask TikTok's developer support."
                .to_owned()
        }
    }
}

/// Codes of limits.
const LIMITS: [&str; 2] = ["rate_limit_exceeded", "40100"];

/// Codes of faults of TikTok.
const FAULTS: [&str; 3] = ["server_error", "temporarily_unavailable", "50000"];

const AGAIN: &str = "Check the connection, and try again";
const MAYBE: &str = "TikTok may have carried the call out all the same. Try again";

impl SignInProblem {
    /// Problem of a call to the Open API.
    pub(super) fn of_open(error: &open_api::Error) -> Self {
        match error {
            open_api::Error::Refused(refusal) => Self::Refused(Box::new(RefusedCall {
                advice: advice(Origin::Oauth, &refusal.code),
                code: refusal.code.clone(),
                message: refusal.message.clone(),
                log_id: refusal.log_id.clone(),
            })),
            error @ (open_api::Error::Lost(_) | open_api::Error::Unreadable { .. }) => {
                Self::unanswered(error.to_string(), error.effect_unknown())
            }
        }
    }

    /// Problem of a call to the Marketing API.
    pub(super) fn of_marketing(error: &MarketingError) -> Self {
        match error {
            MarketingError::Refused(refusal) => Self::Refused(Box::new(RefusedCall {
                advice: advice(Origin::MarketingApi, &refusal.code),
                code: refusal.code.clone(),
                message: refusal.message.clone(),
                log_id: refusal.log_id.clone(),
            })),
            error @ (MarketingError::Lost(_) | MarketingError::Unreadable { .. }) => {
                Self::unanswered(error.to_string(), error.effect_unknown())
            }
        }
    }

    const fn unanswered(text: String, may_have_happened: bool) -> Self {
        Self::Unanswered {
            text,
            advice: if may_have_happened { MAYBE } else { AGAIN },
            may_have_happened,
        }
    }

    /// Whether the call may have replaced or revoked the tokens.
    pub const fn may_have_happened(&self) -> bool {
        matches!(
            self,
            Self::Unanswered {
                may_have_happened: true,
                ..
            }
        )
    }

    /// Whether TikTok refuses the token or the code of the call.
    pub(super) fn is_token_refused(&self) -> bool {
        let refusals = ["invalid_grant", "40105", "40107", "40110"];
        matches!(self, Self::Refused(refused) if refusals.contains(&refused.code.as_str()))
    }

    /// Need for a new sign-in.
    pub fn sign_in_again(&self) -> SignInAgain {
        match self {
            Self::NoRefreshToken { .. } | Self::RefreshTokenExpired(_) => SignInAgain::Only,
            Self::Refused(_) if self.is_token_refused() => SignInAgain::Only,
            Self::OtherBase { .. }
            | Self::AppMalformed { .. }
            | Self::SecretMissing { .. }
            | Self::Unanswered {
                may_have_happened: true,
                ..
            } => SignInAgain::Otherwise,
            Self::NeverExpires
            | Self::AppMissing { .. }
            | Self::Refused(_)
            | Self::Unanswered { .. }
            | Self::Client(_) => SignInAgain::No,
        }
    }

    /// Whether TikTok refuses the call because there were too many.
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::Refused(refused) if LIMITS.contains(&refused.code.as_str()))
    }

    /// Whether TikTok refuses the call because of a fault of its own.
    pub fn is_fault_of_tiktok(&self) -> bool {
        matches!(self, Self::Refused(refused) if FAULTS.contains(&refused.code.as_str()))
    }

    /// Whether a later attempt can succeed without the person.
    fn is_passing(&self) -> bool {
        match self {
            Self::Unanswered { .. } => true,
            Self::Refused(_) => self.is_limit() || self.is_fault_of_tiktok(),
            Self::OtherBase { .. }
            | Self::NeverExpires
            | Self::NoRefreshToken { .. }
            | Self::RefreshTokenExpired(_)
            | Self::AppMissing { .. }
            | Self::AppMalformed { .. }
            | Self::SecretMissing { .. }
            | Self::Client(_) => false,
        }
    }
}

/// Error of whoever needs an account's token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No account fits.
    #[error(transparent)]
    NoAccount(#[from] NoAccount),
    /// The account's tokens cannot be used or replaced.
    #[error("{key}: {}{}{}", sentence(problem), interruption(problem, *.interrupted), login(problem, key))]
    Account {
        /// The problem.
        problem: SignInProblem,
        /// Identity of the account.
        key: AccountKey,
        /// Start of an earlier refresh whose end is not known.
        interrupted: Option<Duration>,
    },
}

/// Text on an earlier refresh that explains why TikTok refuses the refresh token. It explains no other problem.
fn interruption(problem: &SignInProblem, begun: Option<Duration>) -> String {
    begun
        .filter(|_| problem.is_token_refused())
        .map(|begun| {
            format!(
                " A refresh that began at {} was interrupted: TikTok has probably replaced the tokens then, and the new ones \
                 are lost.",
                UtcTime::after_epoch(begun).rfc3339()
            )
        })
        .unwrap_or_default()
}

/// Command that signs the account in again, where this helps.
fn login(problem: &SignInProblem, key: &AccountKey) -> String {
    let begin = match problem.sign_in_again() {
        SignInAgain::Only => "Sign in again",
        SignInAgain::Otherwise => "If that does not help, sign in again",
        SignInAgain::No => return String::new(),
    };
    format!(" {begin}: {}", login_command(key))
}

/// A text that ends with one full stop.
fn sentence(text: &impl fmt::Display) -> String {
    format!("{}.", text.to_string().trim_end_matches('.'))
}

impl SignInError {
    /// Error for an account.
    pub fn of(problem: SignInProblem, account: &StoredAccount) -> Self {
        Self::Account {
            problem,
            key: account.key.clone(),
            interrupted: None,
        }
    }

    /// Whether TikTok refuses the token or the code of the call.
    pub fn is_token_refused(&self) -> bool {
        matches!(self, Self::Account { problem, .. } if problem.is_token_refused())
    }

    /// Whether a token that still works can be used in spite of it.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Store(_) => true,
            Self::NoAccount(_) => false,
            Self::Account { problem, .. } => problem.is_passing(),
        }
    }
}

impl From<FreshError<SignInProblem>> for SignInError {
    fn from(error: FreshError<SignInProblem>) -> Self {
        match error {
            FreshError::Store(error) => Self::Store(error),
            FreshError::NoAccount(error) => Self::NoAccount(error),
            FreshError::Renewal {
                error: problem,
                key,
                interrupted,
            } => Self::Account {
                problem,
                key,
                interrupted,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{AccountName, SignInApi};

    #[test]
    fn an_interrupted_refresh_explains_only_a_token_that_is_refused() {
        let text = |problem| {
            SignInError::Account {
                problem,
                key: AccountKey {
                    api: SignInApi::Open,
                    name: AccountName::default(),
                },
                interrupted: Some(Duration::from_hours(480_000)),
            }
            .to_string()
        };
        let refused = |code: &str| {
            SignInProblem::Refused(Box::new(RefusedCall {
                code: code.to_owned(),
                advice: advice(Origin::Oauth, code),
                message: String::new(),
                log_id: None,
            }))
        };
        let explanation = "the new ones are lost";
        let ended = text(refused("invalid_grant"));
        assert!(
            ended.ends_with(
                "are lost. Sign in again: autohive-tiktok auth login --integration tiktok --account default"
            ) && !ended.contains(".:")
                && !ended.contains(".."),
            "{ended}"
        );
        assert!(ended.contains(explanation));
        assert!(!text(refused("invalid_client")).contains(explanation));
        for may_have_happened in [false, true] {
            let problem = SignInProblem::unanswered("no route".to_owned(), may_have_happened);
            assert!(!text(problem).contains(explanation));
        }
    }
}
