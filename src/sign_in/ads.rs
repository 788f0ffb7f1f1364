//! Sign-in to the Marketing API.

use std::time::Duration;

use super::{
    calls::{CallSettings, GrantedTokens, code_of_other_api, malformed_app, secret_of},
    consent::{Consent, ConsentAnswer, ConsentTerms},
    problem::SignInProblem,
};
use crate::{
    accounts::{KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet},
    marketing_api::oauth::{AppCredentials, ConfirmedRevocation, IssuedToken, OauthClient},
    model::AppId,
    secret::{AccessToken, AdsToken, AppSecret},
};

const API: SignInApi = SignInApi::Marketing;

fn client(calls: &CallSettings) -> Result<OauthClient, SignInProblem> {
    calls.begin(API).map(OauthClient::new)
}

fn app_id(id: &str) -> Result<AppId, SignInProblem> {
    AppId::parse(id).ok_or(malformed_app(API, "digits"))
}

fn app(id: &str, secret: AppSecret) -> Result<AppCredentials, SignInProblem> {
    Ok(AppCredentials {
        app_id: app_id(id)?,
        secret,
    })
}

fn stored_app(stored: &StoredApp) -> Result<AppCredentials, SignInProblem> {
    app(&stored.id, secret_of(stored, API)?)
}

pub(super) fn consent(calls: &CallSettings, terms: ConsentTerms) -> Result<Consent, SignInProblem> {
    let page = client(calls)?.consent_page(&app_id(&terms.app_id)?, &terms.state, &terms.redirect_uri);
    Ok(Consent {
        terms,
        pkce: None,
        page,
    })
}

pub(super) async fn exchange(
    calls: &CallSettings,
    consent: &Consent,
    secret: &AppSecret,
    answer: &ConsentAnswer,
) -> Result<GrantedTokens, SignInProblem> {
    let ConsentAnswer::Marketing(code) = answer else {
        return Err(code_of_other_api());
    };
    let app = app(&consent.terms.app_id, secret.clone())?;
    let begun = calls.clock.since_epoch();
    let issued = client(calls)?.exchange(&app, code, consent.terms.kind).await;
    let issued = issued.map_err(|error| SignInProblem::of_marketing(&error))?;
    Ok(granted(issued, begun))
}

pub(super) async fn refresh(
    calls: &CallSettings,
    stored: &StoredApp,
    account: &StoredAccount,
) -> Result<GrantedTokens, SignInProblem> {
    let Some(token) = &account.tokens.refresh else {
        return Err(SignInProblem::NeverExpires);
    };
    let begun = calls.clock.since_epoch();
    let issued = client(calls)?.refresh(&stored_app(stored)?, token).await;
    let issued = issued.map_err(|error| SignInProblem::of_marketing(&error))?;
    Ok(granted(issued, begun))
}

pub(super) async fn advertisers(
    calls: &CallSettings,
    stored: &StoredApp,
    token: &AccessToken,
) -> Result<Vec<KnownAdvertiser>, SignInProblem> {
    let token = AdsToken::new(token.clone());
    let found = client(calls)?.accounts(&stored_app(stored)?, &token).await;
    let found = found.map_err(|error| SignInProblem::of_marketing(&error))?;
    Ok(found
        .into_iter()
        .map(|account| KnownAdvertiser {
            id: account.advertiser_id,
            name: account.advertiser_name.map(|name| name.as_str().to_owned()),
        })
        .collect())
}

pub(super) async fn revoke(
    calls: &CallSettings,
    stored: &StoredApp,
    account: &StoredAccount,
    confirmed: ConfirmedRevocation,
) -> Result<(), SignInProblem> {
    let token = AdsToken::new(account.tokens.access.clone());
    let revoked = client(calls)?
        .revoke(&stored_app(stored)?, &token, confirmed)
        .await;
    revoked
        .map(drop)
        .map_err(|error| SignInProblem::of_marketing(&error))
}

/// Tokens with their ends, counted from the start of the call.
fn granted(issued: IssuedToken, begun: Duration) -> GrantedTokens {
    let scopes = issued
        .scopes
        .map(|scopes| scopes.iter().map(|word| word.as_str().to_owned()).collect());
    let ids = issued.advertiser_ids.unwrap_or_default().into_iter();
    GrantedTokens {
        tokens: TokenSet {
            access: issued.token.access_token().clone(),
            access_ends: issued.expires_in.map(|time| begun.saturating_add(time)),
            refresh: issued.refresh_token,
            refresh_ends: None,
        },
        scopes,
        open_id: None,
        advertisers: ids.map(|id| KnownAdvertiser { id, name: None }).collect(),
    }
}
