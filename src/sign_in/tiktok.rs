//! Sign-in to the Open API with Login Kit.

use super::{
    calls::{CallSettings, GrantedTokens, code_of_other_api, malformed_app, secret_of},
    consent::{Consent, ConsentAnswer, ConsentTerms},
    problem::SignInProblem,
};
use crate::{
    accounts::{SignInApi, StoredAccount, StoredApp, TokenSet},
    model::ClientKey,
    open_api::oauth::{ConsentRequest, LoginApp, LoginKit, LoginTokens, Pkce},
    secret::{AppSecret, UserToken},
};

const API: SignInApi = SignInApi::Open;

fn kit(calls: &CallSettings) -> Result<LoginKit, SignInProblem> {
    calls.begin(API).map(LoginKit::new)
}

fn client_key(id: &str) -> Result<ClientKey, SignInProblem> {
    ClientKey::parse(id).ok_or(malformed_app(API, "1 to 64 letters and digits"))
}

fn app(id: &str, secret: AppSecret) -> Result<LoginApp, SignInProblem> {
    Ok(LoginApp {
        client_key: client_key(id)?,
        secret,
    })
}

fn stored_app(stored: &StoredApp) -> Result<LoginApp, SignInProblem> {
    app(&stored.id, secret_of(stored, API)?)
}

pub(super) fn consent(calls: &CallSettings, terms: ConsentTerms) -> Result<Consent, SignInProblem> {
    let pkce = terms.verifier.clone().map(Pkce::of).transpose();
    let pkce = pkce.map_err(|fault| SignInProblem::Client(format!("the verifier of PKCE is {fault}")))?;
    let page = kit(calls)?.consent_page(&ConsentRequest {
        client_key: &client_key(&terms.app_id)?,
        scopes: &terms.scopes,
        redirect_uri: &terms.redirect_uri,
        state: &terms.state,
        pkce: pkce.as_ref(),
    });
    Ok(Consent { terms, pkce, page })
}

pub(super) async fn exchange(
    calls: &CallSettings,
    consent: &Consent,
    secret: &AppSecret,
    answer: &ConsentAnswer,
) -> Result<GrantedTokens, SignInProblem> {
    let ConsentAnswer::Open(grant) = answer else {
        return Err(code_of_other_api());
    };
    let app = app(&consent.terms.app_id, secret.clone())?;
    let verifier = consent.pkce.as_ref().map(|pkce| &pkce.verifier);
    let begun = calls.clock.since_epoch();
    let kit = kit(calls)?;
    let issued = kit.exchange(&app, &grant.code, &consent.terms.redirect_uri, verifier);
    let issued = issued.await.map_err(|error| SignInProblem::of_open(&error))?;
    let mut granted = granted(issued, begun);
    granted.scopes = granted.scopes.or_else(|| grant.scopes.clone());
    Ok(granted)
}

pub(super) async fn refresh(
    calls: &CallSettings,
    stored: &StoredApp,
    account: &StoredAccount,
) -> Result<GrantedTokens, SignInProblem> {
    let Some(token) = &account.tokens.refresh else {
        return Err(SignInProblem::NoRefreshToken { ended: String::new() });
    };
    let begun = calls.clock.since_epoch();
    let issued = kit(calls)?.refresh(&stored_app(stored)?, token).await;
    let issued = issued.map_err(|error| SignInProblem::of_open(&error))?;
    let mut granted = granted(issued, begun);
    // The documents promise a new one each time; without one, the old one may still work.
    if granted.tokens.refresh.is_none() {
        granted.tokens.refresh.clone_from(&account.tokens.refresh);
        granted.tokens.refresh_ends = account.tokens.refresh_ends;
    }
    Ok(granted)
}

pub(super) async fn revoke(
    calls: &CallSettings,
    stored: &StoredApp,
    account: &StoredAccount,
) -> Result<(), SignInProblem> {
    let token = UserToken::new(account.tokens.access.clone());
    let revoked = kit(calls)?.revoke(&stored_app(stored)?, &token).await;
    revoked.map_err(|error| SignInProblem::of_open(&error))
}

/// Tokens with their ends, counted from the start of the call.
fn granted(issued: LoginTokens, begun: std::time::Duration) -> GrantedTokens {
    let end = |time| begun.saturating_add(time);
    GrantedTokens {
        tokens: TokenSet {
            access: issued.token.access_token().clone(),
            access_ends: issued.expires_in.map(end),
            refresh: issued.refresh_token,
            refresh_ends: issued.refresh_expires_in.map(end),
        },
        scopes: issued.scopes,
        open_id: issued.open_id,
        advertisers: Vec::new(),
    }
}
