//! Sign-in with Login Kit: consent page, tokens, revocation (docs/tiktok-open-api.md#sign-in).
//!
//! The calls carry the credentials of the app in a form, and no bearer token. TikTok reports their errors with HTTP 200.

mod answer;
mod parameters;
mod pkce;
mod redirect;

pub use answer::LoginTokens;
pub use pkce::Pkce;
pub use redirect::{LoginGrant, LoginRedirectError, read_login_redirect};

use ::http::{HeaderMap, Method};
use url::Url;

use self::parameters::LoginParameters;
use super::{Endpoint, Error, RESPONSE_MAX, endpoint};
use crate::{
    http::{HttpRequest, HttpResponse, RequestBody, RetryReason, UncountedCalls, url_below},
    model::ClientKey,
    secret::{AppSecret, AuthCode, CodeVerifier, RefreshToken, UserToken, is_loopback},
};

/// Base URL of TikTok's consent page.
const CONSENT_BASE: &str = "https://www.tiktok.com";

/// Credentials of an app of the developer portal.
#[derive(Debug, Clone)]
pub struct LoginApp {
    /// Client key of the app.
    pub client_key: ClientKey,
    /// Client secret of the app. TikTok requires it of every app, also with PKCE.
    pub secret: AppSecret,
}

/// Request for consent.
#[derive(Debug, Clone, Copy)]
pub struct ConsentRequest<'a> {
    /// Client key of the app.
    pub client_key: &'a ClientKey,
    /// Names of the scopes.
    pub scopes: &'a [&'a str],
    /// Address to which TikTok redirects, exactly as the app has registered it.
    pub redirect_uri: &'a str,
    /// Random text that comes back in the redirect.
    pub state: &'a str,
    /// Challenge of PKCE, for loopback redirects always.
    pub pkce: Option<&'a Pkce>,
}

/// Client of the sign-in. A call is sent again only if no byte of it was sent.
#[derive(Debug, Clone)]
pub struct LoginKit(UncountedCalls);

impl LoginKit {
    /// Creates a client.
    pub fn new(calls: UncountedCalls) -> Self {
        Self(calls)
    }

    /// Address of the consent page. It is always shown (`disable_auto_auth=1`): if TikTok skips it, the old grant is
    /// kept, and newly requested scopes are missing without an error.
    pub fn consent_page(&self, request: &ConsentRequest<'_>) -> Url {
        let mut url = url_below(&self.consent_base(), "/v2/auth/authorize/");
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("client_key", request.client_key.as_str())
                .append_pair("response_type", "code")
                .append_pair("scope", &request.scopes.join(","))
                .append_pair("redirect_uri", request.redirect_uri)
                .append_pair("state", request.state)
                .append_pair("disable_auto_auth", "1");
            if let Some(pkce) = request.pkce {
                query
                    .append_pair("code_challenge", &pkce.challenge)
                    .append_pair("code_challenge_method", "S256");
            }
        }
        url
    }

    /// Exchanges an authorization code. It works once; `redirect_uri` is the one of the consent page.
    pub async fn exchange(
        &self,
        app: &LoginApp,
        code: &AuthCode,
        redirect_uri: &str,
        verifier: Option<&CodeVerifier>,
    ) -> Result<LoginTokens, Error> {
        let parameters = LoginParameters::of(app)
            .plain("grant_type", "authorization_code")
            .code(code)
            .plain("redirect_uri", redirect_uri)
            .verifier(verifier);
        self.issue(&parameters).await
    }

    /// Replaces both tokens. The refresh token stops working; a lost response loses both tokens.
    pub async fn refresh(&self, app: &LoginApp, refresh_token: &RefreshToken) -> Result<LoginTokens, Error> {
        let parameters = LoginParameters::of(app)
            .plain("grant_type", "refresh_token")
            .refresh_token(refresh_token);
        self.issue(&parameters).await
    }

    /// Revokes the app's access to the account of `token`.
    pub async fn revoke(&self, app: &LoginApp, token: &UserToken) -> Result<(), Error> {
        let parameters = LoginParameters::of(app).access_token(token.access_token());
        let response = self.send(endpoint::OAUTH_REVOKE, &parameters).await?;
        answer::revoked(endpoint::OAUTH_REVOKE, &response).map_err(|error| parameters.redacted(error))
    }

    async fn issue(&self, parameters: &LoginParameters) -> Result<LoginTokens, Error> {
        let response = self.send(Endpoint::OAUTH, parameters).await?;
        answer::tokens(Endpoint::OAUTH, &response).map_err(|error| parameters.redacted(error))
    }

    async fn send(
        &self,
        endpoint: &'static Endpoint,
        parameters: &LoginParameters,
    ) -> Result<HttpResponse, Error> {
        let request = HttpRequest {
            endpoint: endpoint.name,
            method: Method::POST,
            url: self.0.url(endpoint.path),
            auth: None,
            headers: HeaderMap::new(),
            body: RequestBody::Bytes {
                content_type: parameters::FORM_TYPE,
                bytes: parameters.form(),
            },
            timeout: self.0.settings().timeout,
            response_max: RESPONSE_MAX,
        };
        let sent = self.0.send(&request, endpoint.idempotency, never_again).await;
        sent.map_err(Error::Lost)
    }

    /// The consent page of TikTok, or of a simulator.
    fn consent_base(&self) -> Url {
        let base = &self.0.settings().base;
        match Url::parse(CONSENT_BASE) {
            Ok(tiktok) if !is_loopback(base) => tiktok,
            _ => base.clone(),
        }
    }
}

/// Any response is final: a second attempt would use up a code or a refresh token that the first one may have used.
const fn never_again(_response: &HttpResponse) -> Option<RetryReason> {
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        clock::Clock,
        http::{Backoff, Retries, Transport, UncountedSettings},
    };

    fn page(base: &str, pkce: Option<&Pkce>) -> Url {
        let clock = Clock::virtual_at(Duration::ZERO);
        let base = Url::parse(base).unwrap();
        let settings = UncountedSettings {
            base: base.clone(),
            timeout: Duration::from_secs(1),
            retries: Retries {
                max: 0,
                wait_budget: Duration::ZERO,
                backoff: Backoff::default(),
            },
            deadline: clock.deadline_in(Duration::from_secs(1)),
            clock: clock.clone(),
        };
        let kit = LoginKit::new(UncountedCalls::new(
            Transport::new(&base, clock).unwrap(),
            settings,
        ));
        kit.consent_page(&ConsentRequest {
            client_key: &ClientKey::parse("sbaw1").unwrap(),
            scopes: &["user.info.basic", "video.publish"],
            redirect_uri: "http://127.0.0.1:8765/callback/",
            state: "s-t",
            pkce,
        })
    }

    #[test]
    fn the_consent_page_is_tiktoks_and_a_simulators_own() {
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned()).unwrap();
        assert_eq!(
            page("https://open.tiktokapis.com", Some(&pkce)).as_str(),
            "https://www.tiktok.com/v2/auth/authorize/?client_key=sbaw1&response_type=code&scope=user.info.basic%2Cvideo.publish\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback%2F&state=s-t&disable_auto_auth=1\
             &code_challenge=13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3&code_challenge_method=S256"
        );
        let simulated = page("http://127.0.0.1:9000", None);
        assert_eq!(simulated.host_str(), Some("127.0.0.1"));
        assert_eq!(simulated.port(), Some(9000));
        assert!(!simulated.as_str().contains("code_challenge"), "{simulated}");
    }
}
