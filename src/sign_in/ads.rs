//! Sign-in to the Marketing API.

use std::time::Duration;

use super::{
    calls::{CallSettings, GrantedTokens, RETRIES, STEP, TIMEOUT},
    consent::{Consent, ConsentAnswer, ConsentTerms},
    names::AppNames,
    problem::SignInProblem,
};
use crate::{
    accounts::{KnownAdvertiser, SignInApi, StoredAccount, StoredApp, TokenSet},
    http::Transport,
    marketing_api::oauth::{AppCredentials, ConfirmedRevocation, IssuedToken, OauthClient, OauthSettings},
    model::AppId,
    secret::{AccessToken, AdsToken, AppSecret},
};

fn client(calls: &CallSettings) -> Result<OauthClient, SignInProblem> {
    let clock = &calls.clock;
    let base = calls.base(SignInApi::Marketing, false);
    let transport = Transport::new(&base, clock.clone());
    let transport = transport.map_err(|error| SignInProblem::Client(error.to_string()))?;
    let settings = OauthSettings {
        base,
        timeout: TIMEOUT,
        retries: RETRIES,
        deadline: clock.deadline_in(STEP),
        clock: clock.clone(),
    };
    Ok(OauthClient::new(transport, settings))
}

fn app_id(id: &str) -> Result<AppId, SignInProblem> {
    AppId::parse(id).ok_or(SignInProblem::AppMalformed {
        allowed: "digits",
        option: AppNames::of(SignInApi::Marketing).id_option,
    })
}

fn app(stored: &StoredApp) -> Result<AppCredentials, SignInProblem> {
    let secret = stored.secret.clone();
    Ok(AppCredentials {
        app_id: app_id(&stored.id)?,
        secret: secret.ok_or_else(|| SignInProblem::SecretMissing {
            app_id: stored.id.clone(),
            variable: AppNames::of(SignInApi::Marketing).secret_variable,
        })?,
    })
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
        return Err(SignInProblem::Client(
            "the code is one of the other API".to_owned(),
        ));
    };
    let app = AppCredentials {
        app_id: app_id(&consent.terms.app_id)?,
        secret: secret.clone(),
    };
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
    let issued = client(calls)?.refresh(&app(stored)?, token).await;
    let issued = issued.map_err(|error| SignInProblem::of_marketing(&error))?;
    Ok(granted(issued, begun))
}

pub(super) async fn advertisers(
    calls: &CallSettings,
    stored: &StoredApp,
    token: &AccessToken,
) -> Result<Vec<KnownAdvertiser>, SignInProblem> {
    let token = AdsToken::new(token.clone());
    let found = client(calls)?.accounts(&app(stored)?, &token).await;
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
    let revoked = client(calls)?.revoke(&app(stored)?, &token, confirmed).await;
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
