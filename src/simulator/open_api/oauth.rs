//! Sign-in: consent page and tokens (#sign-in, #tokens, #oauth-errors), without envelope and bearer token.
//!
//! The consent page agrees at once, for the account that [`Setup::signed_in`](super::Setup) names, unless
//! [`Setup::consent`](super::Setup) says otherwise. PKCE is
//! TikTok's own: the challenge is the lowercase *hexadecimal* SHA-256 of the verifier. Errors come with HTTP
//! 200, as seen in the field.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use url::Url;

use super::{account::Account, envelope, grants::AuthorizationCode, world::World};
use crate::simulator::{
    consent_page::{self, ConsentDecision},
    head::{RequestHead, decode},
    reply::ServerReply,
    wire::sha256_hex,
};

/// `error` and `error_description` (#oauth-errors).
struct OauthError(&'static str, &'static str);

/// The fields of a form or of a query.
struct Form(Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    fn need(&self, name: &str) -> Result<&str, OauthError> {
        self.get(name).ok_or(MALFORMED)
    }
}

/// `GET /v2/auth/authorize/`: the user agrees at once and is redirected with a code, or answers on a page.
pub(super) fn authorize(world: &mut World, head: &RequestHead, _body: &[u8]) -> ServerReply {
    let form = Form(head.query.clone());
    match consent(world, &form, head) {
        Ok(reply) => reply,
        Err(OauthError(error, description)) => {
            let page = format!("<html><body>Something went wrong: {error}, {description}</body></html>");
            ServerReply::html(400, &page)
        }
    }
}

fn consent(world: &mut World, form: &Form, head: &RequestHead) -> Result<ServerReply, OauthError> {
    let client_key = form.need("client_key")?.to_owned();
    if !world.accounts.values().any(|account| account.app == client_key) {
        return Err(OauthError("unauthorized_client", "error_type=client_key"));
    }
    let redirect_uri = form.need("redirect_uri")?;
    let (mut target, place) = redirect_target(redirect_uri)?;
    if form.need("response_type")? != "code" {
        return Err(OauthError(
            "unsupported_response_type",
            "error_type=response_type",
        ));
    }
    let challenge = challenge(form, place)?;
    let account = world
        .consent_account()
        .ok_or(OauthError("access_denied", "nobody is signed in"))?;
    let mut scopes = granted(form.need("scope")?, &account)?;
    let decision = consent_page::decision(head);
    if world.consent.page && decision.is_none() {
        return Ok(consent_page::page(
            head,
            "/v2/auth/authorize/",
            &account.name,
            &scopes,
        ));
    }
    if world.consent.denied || decision == Some(ConsentDecision::Declined) {
        target
            .query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("error_description", "User denied authorization")
            .append_pair("state", form.need("state")?);
        return Ok(redirected(&target));
    }
    let unticked = [
        world.consent.declined_scopes.clone(),
        consent_page::declined(head),
    ]
    .concat();
    scopes.retain(|scope| !unticked.contains(scope));
    let code = format!("sim{}*0!6410", world.shared.next_id());
    target
        .query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("scopes", &scopes.join(","));
    target.query_pairs_mut().append_pair("state", form.need("state")?);
    let expires = world.now().saturating_add(CODE_LIFE);
    let redirect_uri = redirect_uri.to_owned();
    world.grants.codes.insert(
        code,
        AuthorizationCode {
            account,
            client_key,
            scopes,
            redirect_uri,
            challenge,
            expires,
        },
    );
    Ok(redirected(&target))
}

fn redirected(target: &Url) -> ServerReply {
    ServerReply::empty(302).with_header("location", target.as_str())
}

/// Kind of a redirect URL: web or desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RedirectKind {
    Web,
    Loopback,
}

/// Checks a redirect URL: https anywhere, or http(s) on loopback with a port; without query and fragment
/// (#redirect-addresses).
fn redirect_target(uri: &str) -> Result<(Url, RedirectKind), OauthError> {
    let url = Url::parse(uri)
        .ok()
        .filter(|url| url.query().is_none() && url.fragment().is_none() && uri.len() < 512);
    let url = url.ok_or(OauthError("invalid_request", "error_type=redirect_uri"))?;
    let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    match (url.scheme(), is_loopback, url.port()) {
        ("http" | "https", true, Some(_)) => Ok((url, RedirectKind::Loopback)),
        ("https", false, _) => Ok((url, RedirectKind::Web)),
        _ => Err(OauthError("invalid_request", "error_type=redirect_uri")),
    }
}

/// Reads the PKCE challenge, which loopback needs. Any text passes; a wrong challenge fails at the exchange
/// (#pkce).
fn challenge(form: &Form, place: RedirectKind) -> Result<Option<String>, OauthError> {
    match (
        form.get("code_challenge"),
        form.get("code_challenge_method"),
        place,
    ) {
        (Some(challenge), Some("S256"), _) => Ok(Some(challenge.to_owned())),
        (None, None, RedirectKind::Web) => Ok(None),
        _ => Err(OauthError(
            "param_error",
            "errCode=10007 error_type=code_challenge",
        )),
    }
}

/// Returns the requested scopes, separated by commas, that the account grants.
fn granted(asked: &str, account: &Account) -> Result<Vec<String>, OauthError> {
    let asked: Vec<&str> = asked.split(',').collect();
    if asked
        .iter()
        .any(|scope| scope.is_empty() || scope.contains(char::is_whitespace))
    {
        return Err(OauthError("invalid_scope", "error_type=scope"));
    }
    Ok(asked
        .into_iter()
        .filter(|scope| account.granted(scope))
        .map(str::to_owned)
        .collect())
}

/// `POST /v2/oauth/token/`
pub(super) fn token(world: &mut World, head: &RequestHead, body: &[u8]) -> ServerReply {
    let answer = form(world, head, body).and_then(|form| match form.need("grant_type")? {
        "authorization_code" => by_code(world, &form),
        "refresh_token" => by_refresh_token(world, &form),
        "client_credentials" => {
            Ok(json!({"access_token": "clt.sim", "expires_in": 7_200, "token_type": "Bearer"}))
        }
        _ => Err(OauthError(
            "unsupported_grant_type",
            "The grant type is not supported.",
        )),
    });
    reply(world, answer.map(|value| ServerReply::json(200, &value)))
}

/// `POST /v2/oauth/revoke/`: revokes the access token and the refresh token issued with it.
pub(super) fn revoke(world: &mut World, head: &RequestHead, body: &[u8]) -> ServerReply {
    let answer = form(world, head, body).and_then(|form| {
        let token = form.need("token")?;
        world
            .accounts
            .remove(token)
            .ok_or(OauthError("invalid_request", "The access token is invalid."))?;
        let mut dead: Vec<String> = token
            .strip_prefix("act.")
            .map(|rest| format!("rft.{rest}"))
            .into_iter()
            .collect();
        let beside = world
            .grants
            .refresh
            .iter()
            .filter(|(_, (access, _))| access == token);
        dead.extend(beside.map(|(key, _)| key.clone()));
        world.grants.spent.extend(dead);
        Ok(ServerReply::empty(200))
    });
    reply(world, answer)
}

/// Reads the form of a known client that sends a secret (#tokens).
fn form(world: &World, head: &RequestHead, body: &[u8]) -> Result<Form, OauthError> {
    let content_type = head.headers.content_type.as_deref().unwrap_or_default();
    if content_type.split(';').next() != Some("application/x-www-form-urlencoded") {
        return Err(MALFORMED);
    }
    let form = Form(decode(&String::from_utf8_lossy(body)));
    let client_key = form.need("client_key")?;
    if form.get("client_secret").is_none() {
        return Err(OauthError(
            "invalid_request",
            "Client secret is missed in request.",
        ));
    }
    let is_known = world.accounts.values().any(|account| account.app == client_key);
    if is_known {
        Ok(form)
    } else {
        Err(OauthError("invalid_client", "Client key or secret is incorrect."))
    }
}

fn by_code(world: &mut World, form: &Form) -> Result<Value, OauthError> {
    let now = world.now();
    // A code works once, even if the rest of the request is wrong.
    let code = world.grants.codes.remove(form.need("code")?);
    let code = code.filter(|code| Some(code.client_key.as_str()) == form.get("client_key"));
    let code = code.ok_or(OauthError("invalid_grant", "Authorization code is invalid."))?;
    if now >= code.expires {
        return Err(OauthError("invalid_grant", "Authorization code is expired."));
    }
    if form.need("redirect_uri")? != code.redirect_uri {
        return Err(OauthError(
            "invalid_request",
            "Redirect_uri is not matched with the uri when requesting code.",
        ));
    }
    if code
        .challenge
        .is_some_and(|challenge: String| !proves(form.get("code_verifier").unwrap_or_default(), &challenge))
    {
        return Err(OauthError(
            "invalid_request",
            "Code verifier or code challenge is invalid.",
        ));
    }
    // A user may give several apps access.
    let account = Account {
        app: code.client_key,
        ..Account::clone(&code.account)
    };
    Ok(issue(world, &account, code.scopes))
}

/// Checks a verifier: 43 to 128 unreserved characters whose SHA-256 in lowercase hex is the challenge (#pkce).
fn proves(verifier: &str, challenge: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(is_unreserved)
        && sha256_hex(verifier.as_bytes()) == challenge
}

/// Exchanges a refresh token, which stops working at once
/// (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).
fn by_refresh_token(world: &mut World, form: &Form) -> Result<Value, OauthError> {
    let refresh = form.need("refresh_token")?;
    let now = world.now();
    let listed = world.grants.refresh.get(refresh).cloned();
    if listed.as_ref().is_some_and(|(_, end)| *end <= now) {
        return Err(OauthError(
            "invalid_grant",
            "Refresh token is invalid or expired.",
        ));
    }
    let access = listed.map(|(access, _)| access);
    let access = access.or_else(|| refresh.strip_prefix("rft.").map(|rest| format!("act.{rest}")));
    let account = access.and_then(|access| world.accounts.get(&access).cloned());
    let account = account.filter(|account| Some(account.app.as_str()) == form.get("client_key"));
    let invalid = OauthError("invalid_grant", "Refresh token is invalid or expired.");
    let account = account
        .filter(|_| !world.grants.spent.contains(refresh))
        .ok_or(invalid)?;
    world.grants.spent.insert(refresh.to_owned());
    Ok(issue(world, &account, account.scopes.clone()))
}

/// Issues new tokens for an account.
fn issue(world: &mut World, account: &Account, scopes: Vec<String>) -> Value {
    let number = world.shared.next_id();
    let (access, refresh) = (
        format!("act.{}!{number}", account.name),
        format!("rft.{}!{number}", account.name),
    );
    let answer = json!({
        "access_token": access,
        "expires_in": ACCESS_LIFE.as_secs(),
        "open_id": account.open_id,
        "refresh_expires_in": REFRESH_LIFE.as_secs(),
        "refresh_token": refresh,
        "scope": scopes.join(","),
        "token_type": "Bearer",
    });
    let fresh = Account {
        token: access.clone(),
        token_expired: false,
        scopes,
        ..account.clone()
    };
    let now = world.now();
    world
        .grants
        .refresh
        .insert(refresh, (access.clone(), now.saturating_add(REFRESH_LIFE)));
    world
        .grants
        .access
        .insert(access.clone(), now.saturating_add(ACCESS_LIFE));
    world.accounts.insert(access, Arc::new(fresh));
    answer
}

fn reply(world: &mut World, answer: Result<ServerReply, OauthError>) -> ServerReply {
    answer.unwrap_or_else(|OauthError(error, description)| {
        let body = json!({"error": error, "error_description": description, "log_id": envelope::log_id(&world.shared)});
        ServerReply::json(200, &body).with_code(error)
    })
}

const MALFORMED: OauthError = OauthError("invalid_request", "The request parameters are malformed.");
/// Life of an access token: two hours, as of November 2026
/// (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).
const ACCESS_LIFE: Duration = Duration::from_hours(2);
/// Life of a refresh token: 180 days.
const REFRESH_LIFE: Duration = Duration::from_hours(180 * 24);
/// Life of an authorization code. The documentation says minutes; two is the strictest reading.
const CODE_LIFE: Duration = Duration::from_mins(2);

#[cfg(test)]
mod tests {
    use super::*;

    /// #pkce: the test vector; base64url, which other services take, proves nothing here.
    #[test]
    fn a_challenge_is_the_hex_sha_256_of_the_verifier() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(proves(
            verifier,
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"
        ));
        assert!(!proves(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(!proves("short", &sha256_hex(b"short")));
    }

    /// #redirect-addresses, redirect URI rules.
    #[test]
    fn redirects_go_to_https_or_to_a_port_on_loopback() {
        let place = |uri| redirect_target(uri).map(|(_, place)| place).ok();
        assert_eq!(
            place("http://127.0.0.1:8080/callback/"),
            Some(RedirectKind::Loopback)
        );
        assert_eq!(
            place("https://app.example.com/callback/"),
            Some(RedirectKind::Web)
        );
        for wrong in [
            "http://localhost/callback/",
            "http://app.example.com/",
            "https://a.example.com/?x=1",
            "nonsense",
        ] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
