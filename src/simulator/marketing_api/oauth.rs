//! Sign-in: consent page, tokens, accounts of a token
//! (<https://business-api.tiktok.com/portal/docs?id=1738373141733378>).
//!
//! The consent page agrees at once, unless switches say otherwise. v1.3 gives long-term tokens; v2.0 gives both kinds.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use url::Url;

use super::{
    account::{SimulatedAdsToken, SimulatedApp},
    grants::AuthCodeGrant,
    refusal::{
        APP_UNKNOWN, AUTH_INVALID, AdsAnswer, AdsData, AdsRefusal, CODE_SPENT, REFRESH_INVALID, TOKEN_EMPTY,
        TOKEN_INVALID,
    },
    request::AdsRequest,
    world::AdsWorld,
};
use crate::simulator::{
    consent_page::{self, ConsentDecision},
    head::RequestHead,
    reply::ServerReply,
    wire::sha256_hex,
};

/// `GET /portal/auth?app_id=…&state=…&redirect_uri=…`: the advertiser agrees at once and is redirected.
pub(super) fn authorize(world: &mut AdsWorld, head: &RequestHead) -> ServerReply {
    match consent(world, head) {
        Ok(reply) => reply,
        Err(what) => {
            let page = format!("<html><body>Something went wrong: {what}</body></html>");
            ServerReply::html(400, &page)
        }
    }
}

fn consent(world: &mut AdsWorld, head: &RequestHead) -> Result<ServerReply, &'static str> {
    let app_id = head.parameter("app_id").unwrap_or_default();
    let app = world.apps.get(app_id).ok_or("app_id is unknown")?.clone();
    let redirect_uri = head.parameter("redirect_uri").unwrap_or_default();
    let mut target = Url::parse(redirect_uri).map_err(|_fault| "redirect_uri is not a URL")?;
    if !may_redirect(&app, redirect_uri, &target) {
        return Err("redirect_uri is not registered");
    }
    let granted = world.token(&world.consents.clone()).cloned();
    let granted = granted.ok_or("nobody is signed in")?;
    let decision = consent_page::decision(head);
    if world.switches.consent_page() && decision.is_none() {
        return Ok(consent_page::page(head, "/portal/auth", &granted.name, &[]));
    }
    if world.switches.consent_denied() || decision == Some(ConsentDecision::Declined) {
        let state = head.parameter("state").unwrap_or_default();
        target
            .query_pairs_mut()
            .append_pair("error", "access_denied")
            .append_pair("state", state);
        return Ok(redirected(&target));
    }
    let code = format!(
        "{:.40}",
        sha256_hex(format!("code {}", world.shared.next_id()).as_bytes())
    );
    target.query_pairs_mut().append_pair("auth_code", &code);
    if world.switches.code_twin() {
        target.query_pairs_mut().append_pair("code", &code);
    }
    let state = head.parameter("state").unwrap_or_default();
    target.query_pairs_mut().append_pair("state", state);
    let grant = AuthCodeGrant {
        app_id: app.app_id,
        granted,
        expires: world.now().saturating_add(CODE_LIFE),
    };
    world.grants.codes.insert(code, grant);
    Ok(redirected(&target))
}

fn redirected(target: &Url) -> ServerReply {
    ServerReply::empty(302).with_header("location", target.as_str())
}

fn may_redirect(app: &SimulatedApp, uri: &str, target: &Url) -> bool {
    let is_loopback = matches!(target.host_str(), Some("localhost" | "127.0.0.1"));
    let is_web = target.scheme() == "https" || (target.scheme() == "http" && is_loopback);
    if app.redirect_uris.is_empty() {
        is_web
    } else {
        app.redirect_uris.iter().any(|registered| registered == uri)
    }
}

/// `POST /v1.3/oauth2/access_token/`: a long-term token.
pub(super) fn access_token(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let grant = redeem(world, request)?;
    Ok(issue(world, request, &grant, true))
}

/// `POST /v2.0/oauth2/access_token/`: a token of either kind.
pub(super) fn access_token_v2(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let grant = redeem(world, request)?;
    let is_long_term = request.flag("is_long_term");
    if is_long_term.is_none() {
        request
            .notes
            .push("is_long_term is missing: the kind of token is unconfirmed".to_owned());
    }
    let is_long_term = is_long_term.unwrap_or_else(|| world.switches.omitted_is_long_term());
    Ok(issue(world, request, &grant, is_long_term))
}

/// `POST /v2.0/oauth2/refresh_token/`: a new short-term token; the old pair stops working.
pub(super) fn refresh_token(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let app = known_app(world, request)?;
    let invalid = || AdsRefusal::new(REFRESH_INVALID, "Refresh token is invalid.");
    let refresh = request.text("refresh_token");
    let access = world.grants.refresh.get(refresh).cloned().ok_or_else(invalid)?;
    let granted = world
        .tokens
        .get(&access)
        .filter(|token| token.app_id == app.app_id);
    let granted = granted.cloned().ok_or_else(invalid)?;
    world.grants.refresh.remove(request.text("refresh_token"));
    world.tokens.remove(&access);
    Ok(issue(world, request, &granted, false))
}

/// `GET /oauth2/advertiser/get/`: accounts of the token in the header.
pub(super) fn advertisers(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    known_app(world, request)?;
    let token = request.token.as_ref();
    let token = token.ok_or_else(|| AdsRefusal::new(TOKEN_EMPTY, "Access token is empty or incorrect."))?;
    let accounts = token
        .advertiser_ids
        .iter()
        .filter_map(|id| world.advertisers.get(id));
    let list: Vec<Value> = accounts
        .map(|account| json!({"advertiser_id": account.advertiser_id, "advertiser_name": account.name}))
        .collect();
    Ok(json!({ "list": list }).into())
}

/// `POST /oauth2/revoke_token/`
pub(super) fn revoke_token(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let app = known_app(world, request)?;
    let of_app = |token: &&Arc<SimulatedAdsToken>| token.app_id == app.app_id;
    let token = world
        .tokens
        .get(request.text("access_token"))
        .filter(of_app)
        .cloned();
    let token = token
        .ok_or_else(|| AdsRefusal::new(TOKEN_INVALID, "Access token is incorrect or has been revoked."))?;
    world.tokens.remove(&token.token);
    world.grants.refresh.retain(|_, access| *access != token.token);
    Ok(json!({"app_id": app.app_id, "advertiser_ids": token.advertiser_ids}).into())
}

fn known_app(world: &AdsWorld, request: &AdsRequest<'_>) -> Result<SimulatedApp, AdsRefusal> {
    let app = world.apps.get(request.text("app_id"));
    let app = app.ok_or_else(|| AdsRefusal::new(APP_UNKNOWN, "The app is blocked or does not exist."))?;
    if app.secret == request.text("secret") {
        Ok(app.clone())
    } else {
        Err(AdsRefusal::new(
            AUTH_INVALID,
            "The secret does not match the app.",
        ))
    }
}

/// Uses up an authorization code.
fn redeem(world: &mut AdsWorld, request: &AdsRequest<'_>) -> Result<Arc<SimulatedAdsToken>, AdsRefusal> {
    let app = known_app(world, request)?;
    let spent = || AdsRefusal::new(CODE_SPENT, "Auth_code is used, expired or cancelled.");
    let code = request.text("auth_code");
    let grant = world.grants.codes.get(code).ok_or_else(spent)?;
    if grant.app_id != app.app_id {
        return Err(AdsRefusal::new(AUTH_INVALID, "Auth_code belongs to another app."));
    }
    let grant = world
        .grants
        .codes
        .remove(code)
        .filter(|grant| request.now < grant.expires);
    grant.map(|grant| grant.granted).ok_or_else(spent)
}

/// Issues a token for the app of the request.
fn issue(
    world: &mut AdsWorld,
    request: &AdsRequest<'_>,
    granted: &SimulatedAdsToken,
    is_long_term: bool,
) -> AdsData {
    let number = world.shared.next_id();
    let token = format!("{:.40}", sha256_hex(format!("access {number}").as_bytes()));
    let issued = SimulatedAdsToken {
        token: token.clone(),
        name: format!("{}-{number}", granted.name),
        app_id: request.text("app_id").to_owned(),
        expired: false,
        ..granted.clone()
    };
    let mut answer = AdsData::from(json!({"access_token": token, "scope": issued.scopes}));
    if request.flag("return_advertiser_ids") != Some(false) {
        answer = answer.with("advertiser_ids", json!(issued.advertiser_ids));
    }
    if !is_long_term {
        let refresh = format!("{:.40}", sha256_hex(format!("refresh {number}").as_bytes()));
        answer = answer
            .with("expires_in", json!(SHORT_LIFE.as_secs()))
            .with("refresh_token", json!(refresh));
        world.grants.refresh.insert(refresh, token.clone());
        let end = request.now.saturating_add(SHORT_LIFE);
        world.grants.ends.insert(token.clone(), end);
    }
    world.tokens.insert(token, Arc::new(issued));
    answer
}

/// Life of an authorization code.
const CODE_LIFE: Duration = Duration::from_hours(1);
/// Life of a short-term token.
const SHORT_LIFE: Duration = Duration::from_hours(24);
