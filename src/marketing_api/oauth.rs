//! Sign-in of advertisers: consent page, tokens, ad accounts of a token, revocation
//! (docs/tiktok-marketing-api.md#authorization).
//!
//! The calls need the credentials of the developer app. Only those for a token's ad accounts and for its revocation carry
//! the token.

mod issued;
mod parameters;
mod redirect;

pub use issued::IssuedToken;
pub use redirect::{RedirectError, read_redirect};

use std::fmt;

use ::http::{HeaderMap, Method};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use self::{issued::TokenAnswer, parameters::SignInParameters};
use super::{
    ACCESS_TOKEN, ApiData, ApiRefusal, MarketingEndpoint, MarketingError, RESPONSE_MAX, answer,
    query::Query,
    wire::{known, list},
};
use crate::{
    http::{AuthHeader, HttpRequest, HttpResponse, RequestBody, UncountedCalls},
    model::{AdvertiserId, AppId, Word},
    secret::{AccessToken, AdsToken, AppSecret, AuthCode, RefreshToken},
};

/// Credentials of a developer app.
#[derive(Debug, Clone)]
pub struct AppCredentials {
    /// Id of the app.
    pub app_id: AppId,
    /// Secret of the app.
    pub secret: AppSecret,
}

/// Kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// It does not expire and has no refresh token.
    LongTerm,
    /// It lasts for 24 hours and has a refresh token.
    ShortTerm,
}

/// Ad account that a token reaches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuthorizedAccount {
    /// Id of the ad account.
    pub advertiser_id: AdvertiserId,
    /// Name of the ad account.
    #[serde(default, deserialize_with = "known")]
    pub advertiser_name: Option<Word>,
}

/// Token that TikTok has revoked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RevokedToken {
    /// Ad accounts that it reached.
    #[serde(default, deserialize_with = "list")]
    pub advertiser_ids: Vec<AdvertiserId>,
}

/// Warning that a person confirms before a token is revoked. `Display` is its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationWarning;

impl RevocationWarning {
    /// The confirmation.
    pub const fn confirmed(self) -> ConfirmedRevocation {
        ConfirmedRevocation(self)
    }
}

impl fmt::Display for RevocationWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "After the revocation the token stops working for all of its ad accounts, and wherever else it is in use. TikTok \
             can give the same token to several authorizations of an app; they end together. Only a new authorization by \
             the advertiser gives a new token.",
        )
    }
}

/// Confirmation of a [`RevocationWarning`], for one revocation.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfirmedRevocation(RevocationWarning);

/// Client of the sign-in. The sandbox has none: TikTok's developer portal shows its token. A code, a refresh token and a
/// revocation are sent again only if TikTok did not act on them.
#[derive(Debug, Clone)]
pub struct OauthClient(UncountedCalls);

impl OauthClient {
    /// Creates a client.
    pub fn new(calls: UncountedCalls) -> Self {
        Self(calls)
    }

    /// Address of the consent page. `redirect_uri` is sent exactly as given; TikTok compares it with those that the app
    /// has registered. `state` comes back in the redirect.
    pub fn consent_page(&self, app_id: &AppId, state: &str, redirect_uri: &str) -> Url {
        let mut url = self.0.url("/portal/auth");
        Query::default()
            .plain("app_id", app_id)
            .plain("state", state)
            .plain("redirect_uri", redirect_uri)
            .write_to(&mut url);
        url
    }

    /// Exchanges an authorization code for a token, at v2.0.
    ///
    /// If TikTok does not have v2.0, the same code is sent to v1.3, for long-term tokens only: v1.3 issues no others, and a
    /// token that never expires is no substitute for a short-term one. [`is_code_unused`] tells whether the code still
    /// works after an error.
    pub async fn exchange(
        &self,
        app: &AppCredentials,
        code: &AuthCode,
        kind: TokenKind,
    ) -> Result<IssuedToken, MarketingError> {
        let parameters = || SignInParameters::of(app).auth_code(code);
        let of_kind = parameters()
            .flag("is_long_term", kind == TokenKind::LongTerm)
            .flag("return_advertiser_ids", true);
        let issued = self.issue(MarketingEndpoint::ACCESS_TOKEN, &of_kind).await;
        match issued {
            Err(error) if kind == TokenKind::LongTerm && is_version_missing(&error) => {
                self.issue(MarketingEndpoint::ACCESS_TOKEN_V1_3, &parameters())
                    .await
            }
            issued => issued,
        }
    }

    /// Replaces a short-term token. The refresh token stops working; a lost response loses both tokens.
    pub async fn refresh(
        &self,
        app: &AppCredentials,
        refresh_token: &RefreshToken,
    ) -> Result<IssuedToken, MarketingError> {
        let parameters = SignInParameters::of(app).refresh_token(refresh_token);
        self.issue(MarketingEndpoint::REFRESH_TOKEN, &parameters).await
    }

    /// Lists the ad accounts that a token reaches.
    pub async fn accounts(
        &self,
        app: &AppCredentials,
        token: &AdsToken,
    ) -> Result<Vec<AuthorizedAccount>, MarketingError> {
        let endpoint = MarketingEndpoint::AUTHORIZED_ACCOUNTS;
        let token = token.access_token();
        // The secret travels in this URL, which is neither logged nor part of an error.
        let mut url = self.0.url(&endpoint.versioned_path());
        SignInParameters::query(app).write_to(&mut url);
        let parameters = SignInParameters::of(app).beside(token);
        let call = SignInCall {
            url,
            body: RequestBody::Empty,
            token: Some(token),
        };
        let answer: AccountsAnswer = self.call(endpoint, call, &parameters).await?;
        Ok(answer.list)
    }

    /// Revokes a token.
    ///
    /// TikTok does not document the answer to a second revocation. If the response was lost
    /// ([`MarketingError::effect_unknown`]), [`OauthClient::accounts`] shows whether the token still works.
    pub async fn revoke(
        &self,
        app: &AppCredentials,
        token: &AdsToken,
        _confirmed: ConfirmedRevocation,
    ) -> Result<RevokedToken, MarketingError> {
        let token = token.access_token();
        let parameters = SignInParameters::of(app).access_token(token);
        self.post(MarketingEndpoint::REVOKE_TOKEN, &parameters, Some(token))
            .await
    }

    async fn issue(
        &self,
        endpoint: &'static MarketingEndpoint,
        parameters: &SignInParameters,
    ) -> Result<IssuedToken, MarketingError> {
        let answer: TokenAnswer = self.post(endpoint, parameters, None).await?;
        answer.issued(endpoint)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        parameters: &SignInParameters,
        token: Option<&AccessToken>,
    ) -> Result<T, MarketingError> {
        let body = parameters
            .body()
            .map_err(|_never| MarketingError::unsendable(endpoint))?;
        let url = self.0.url(&endpoint.versioned_path());
        self.call(endpoint, SignInCall { url, body, token }, parameters)
            .await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        endpoint: &'static MarketingEndpoint,
        call: SignInCall<'_>,
        parameters: &SignInParameters,
    ) -> Result<T, MarketingError> {
        let sent = self.send(endpoint, call).await;
        let now = self.0.settings().clock.since_epoch();
        let decoded = sent.and_then(|response| answer::decode(endpoint, &response, now));
        match decoded {
            Ok(ApiData { data, .. }) => Ok(data),
            Err(error) => Err(error.redacted(&|text| parameters.redact(text))),
        }
    }

    async fn send(
        &self,
        endpoint: &'static MarketingEndpoint,
        call: SignInCall<'_>,
    ) -> Result<HttpResponse, MarketingError> {
        let request = HttpRequest {
            endpoint: endpoint.name,
            method: Method::clone(&endpoint.method),
            url: call.url,
            auth: call.token.map(|token| AuthHeader {
                name: &ACCESS_TOKEN,
                prefix: "",
                token,
            }),
            headers: HeaderMap::new(),
            body: call.body,
            timeout: self.0.settings().timeout,
            response_max: RESPONSE_MAX,
        };
        let sent = self
            .0
            .send(&request, endpoint.idempotency, answer::retry_reason)
            .await;
        sent.map_err(MarketingError::Lost)
    }
}

/// Address, body and header of a call.
struct SignInCall<'a> {
    url: Url,
    body: RequestBody,
    token: Option<&'a AccessToken>,
}

#[derive(Deserialize)]
struct AccountsAnswer {
    #[serde(deserialize_with = "list")]
    list: Vec<AuthorizedAccount>,
}

/// Codes for an endpoint or a version that TikTok does not have: 40006 (version and parameters do not fit), 40008 (not
/// implemented), 40051 (invalid version). See docs/tiktok-marketing-api.md#return-codes.
const VERSION_MISSING: [&str; 3] = ["40006", "40008", "40051"];

/// HTTP status of a path that TikTok does not have (docs/tiktok-marketing-api.md#return-codes).
const NOT_FOUND: u16 = 404;

/// Returns true if a failed exchange has certainly left the code unused, so that a second attempt with it is sound:
///
/// * nothing was sent;
/// * HTTP 404, or the codes 40006, 40008 and 40051: TikTok does not have the endpoint in this version;
/// * a rate limit of TikTok's own: a throttled call is not carried out.
///
/// After any other error the code may be used up: after a lost response, a response of a gateway, a fault of TikTok
/// (5xxxx), and after other refusals, such as 40101 for a wrong secret, for which TikTok does not document it.
pub fn is_code_unused(error: &MarketingError) -> bool {
    let is_throttled = |refusal: &ApiRefusal| refusal.throttled.is_some() && refusal.is_tiktoks;
    is_version_missing(error)
        || match error {
            MarketingError::Refused(refusal) => is_throttled(refusal),
            MarketingError::Lost(_) | MarketingError::Unreadable { .. } => !error.effect_unknown(),
        }
}

/// Returns true if TikTok does not have the endpoint in the version that was called.
fn is_version_missing(error: &MarketingError) -> bool {
    match error {
        MarketingError::Refused(ApiRefusal {
            code, http_status, ..
        }) => *http_status == NOT_FOUND || VERSION_MISSING.contains(&code.as_str()),
        MarketingError::Unreadable { http_status, .. } => *http_status == NOT_FOUND,
        MarketingError::Lost(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::{Held, HttpError, HttpErrorKind};

    fn failed(status: u16, body: &str) -> MarketingError {
        let response = HttpResponse {
            status,
            content_type: None,
            retry_after: None,
            date: None,
            content_range: None,
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
            held: Held::default(),
        };
        let decoded =
            answer::decode::<TokenAnswer>(MarketingEndpoint::ACCESS_TOKEN, &response, Duration::ZERO);
        decoded.err().unwrap()
    }

    fn lost(kind: HttpErrorKind) -> MarketingError {
        MarketingError::Lost(HttpError {
            endpoint: "oauth_access_token",
            kind,
            attempt: 1,
            elapsed: Duration::ZERO,
        })
    }

    #[test]
    fn a_code_is_unused_only_where_tiktok_did_not_look_at_it() {
        for (status, body) in [
            (404, "404 page not found"),
            (404, r#"{"code":40000}"#),
            (403, r#"{"code":40006,"message":"no schema found"}"#),
            (200, r#"{"code":40008}"#),
            (200, r#"{"code":40051}"#),
        ] {
            let error = failed(status, body);
            assert!(is_version_missing(&error) && is_code_unused(&error), "{body}");
        }
        for body in [r#"{"code":40016}"#, r#"{"code":40100}"#, r#"{"code":40133}"#] {
            let error = failed(200, body);
            assert!(!is_version_missing(&error) && is_code_unused(&error), "{body}");
        }
        assert!(is_code_unused(&lost(HttpErrorKind::DeadlinePassed)));
        for (status, body) in [
            (200, r#"{"code":40101}"#),
            (200, r#"{"code":40110}"#),
            (200, r#"{"code":40113}"#),
            (200, r#"{"code":40002}"#),
            (200, r#"{"code":50000}"#),
            (200, r#"{"code":0,"data":{}}"#),
            (200, "<html>"),
            (429, "<html>"),
            (502, "<html>"),
        ] {
            let error = failed(status, body);
            assert!(
                !is_version_missing(&error) && !is_code_unused(&error),
                "{status} {body}"
            );
        }
        assert!(!is_code_unused(&lost(HttpErrorKind::Stalled)));
    }
}
