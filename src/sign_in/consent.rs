//! The consent page of one sign-in, and the answer that its redirect gives.

use std::fmt;

use url::Url;

use super::problem::advice;
use crate::{
    accounts::SignInApi,
    catalogue::Origin,
    marketing_api::oauth::{RedirectError, TokenKind, read_redirect},
    open_api::oauth::{LoginGrant, LoginRedirectError, Pkce, read_login_redirect},
    secret::AuthCode,
};

/// Terms of a sign-in.
#[derive(Clone)]
pub struct ConsentTerms {
    /// API.
    pub api: SignInApi,
    /// Client key, or id of the app for the Marketing API.
    pub app_id: String,
    /// Requested scopes; the Marketing API takes them from the app.
    pub scopes: Vec<&'static str>,
    /// Redirect address, exactly as the app has registered it.
    pub redirect_uri: String,
    /// Random text for `state`.
    pub state: String,
    /// Random text for PKCE; `None` without it.
    pub verifier: Option<String>,
    /// Kind of token of the Marketing API.
    pub kind: TokenKind,
}

impl fmt::Debug for ConsentTerms {
    /// Without the random texts, which prove that an answer belongs to the sign-in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentTerms")
            .field("api", &self.api)
            .field("app_id", &self.app_id)
            .field("scopes", &self.scopes)
            .field("redirect_uri", &self.redirect_uri)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Consent page that was prepared.
#[derive(Clone)]
pub struct Consent {
    pub(super) terms: ConsentTerms,
    pub(super) pkce: Option<Pkce>,
    /// Address of the page, for the person. It holds the state.
    pub page: Url,
}

impl fmt::Debug for Consent {
    /// Without the address, which holds the state.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent")
            .field("terms", &self.terms)
            .field("pkce", &self.pkce)
            .finish_non_exhaustive()
    }
}

/// Answer of the consent page.
#[derive(Debug, Clone)]
pub enum ConsentAnswer {
    /// Code of the Open API, with the granted scopes.
    Open(LoginGrant),
    /// Code of the Marketing API.
    Marketing(AuthCode),
}

/// Redirect that gives no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsentFault {
    /// The redirect is not that of this sign-in.
    #[error("{0}")]
    NotOurs(String),
    /// The owner of the account or TikTok declined.
    #[error("{text}. {advice}")]
    Declined {
        /// TikTok's words.
        text: String,
        /// Next step.
        advice: String,
        /// TikTok's code.
        code: String,
        /// Whether the redirect has the state of this sign-in.
        is_proven: bool,
    },
    /// The redirect is incomplete or contradicts itself.
    #[error("{0}")]
    Malformed(String),
}

impl Consent {
    /// Reads the answer from the address that the browser was redirected to.
    pub fn read(&self, redirected: &Url) -> Result<ConsentAnswer, ConsentFault> {
        let state = &self.terms.state;
        let is_proven = redirected.query_pairs().any(|(name, _)| name == "state");
        match self.terms.api {
            SignInApi::Open => match read_login_redirect(redirected, state) {
                Ok(grant) => Ok(ConsentAnswer::Open(grant)),
                Err(error) => Err(open_fault(&error, is_proven)),
            },
            SignInApi::Marketing => match read_redirect(redirected, state) {
                Ok(code) => Ok(ConsentAnswer::Marketing(code)),
                Err(error) => Err(marketing_fault(&error, is_proven)),
            },
        }
    }

    /// The answer for a code that the person has copied alone, without its state.
    pub fn with_code(&self, code: AuthCode) -> ConsentAnswer {
        match self.terms.api {
            SignInApi::Open => ConsentAnswer::Open(LoginGrant { code, scopes: None }),
            SignInApi::Marketing => ConsentAnswer::Marketing(code),
        }
    }

    /// Requested scopes.
    pub fn scopes(&self) -> &[&'static str] {
        &self.terms.scopes
    }
}

fn open_fault(error: &LoginRedirectError, is_proven: bool) -> ConsentFault {
    match error {
        LoginRedirectError::OtherState | LoginRedirectError::Twice("state") => {
            ConsentFault::NotOurs(error.to_string())
        }
        LoginRedirectError::Refused { plain, .. } => {
            let code = plain.clone().unwrap_or_default();
            ConsentFault::Declined {
                text: error.to_string(),
                advice: advice(Origin::Oauth, &code),
                code,
                is_proven,
            }
        }
        LoginRedirectError::NoCode | LoginRedirectError::Twice(_) | LoginRedirectError::BadCode(_) => {
            ConsentFault::Malformed(error.to_string())
        }
    }
}

fn marketing_fault(error: &RedirectError, is_proven: bool) -> ConsentFault {
    match error {
        RedirectError::StateMismatch | RedirectError::Repeated("state") => {
            ConsentFault::NotOurs(error.to_string())
        }
        RedirectError::Denied { .. } => ConsentFault::Declined {
            text: error.to_string(),
            advice:
                "Start again, sign in to the right TikTok for Business account, and confirm on TikTok's page."
                    .to_owned(),
            code: "access_denied".to_owned(),
            is_proven,
        },
        RedirectError::CodeMissing
        | RedirectError::Repeated(_)
        | RedirectError::CodesDiffer
        | RedirectError::CodeMalformed(_) => ConsentFault::Malformed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_a_sign_in_are_not_shown() {
        let terms = ConsentTerms {
            api: SignInApi::Open,
            app_id: "aw1".to_owned(),
            scopes: Vec::new(),
            redirect_uri: "http://127.0.0.1:1/".to_owned(),
            state: "canary-state".to_owned(),
            verifier: Some("canary-verifier".to_owned()),
            kind: TokenKind::LongTerm,
        };
        let consent = Consent {
            terms,
            pkce: None,
            page: Url::parse("https://www.tiktok.com/?state=canary-state").unwrap(),
        };
        let shown = format!("{consent:?}");
        assert!(shown.contains("aw1") && !shown.contains("canary"), "{shown}");
    }
}
