//! Checks of one integration: its address, the way to it, and the credentials.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::{
    finding::Finding,
    login::ApiLogin,
    network,
    proxy::ProxyVariables,
    scopes,
    token::{self, TokenCheck},
};
use crate::{
    accounts::SignInApi, clock::Clock, host::Host, integrations::Integration, secret::is_loopback,
    sign_in::AppNames,
};

/// Integration to check.
#[derive(Debug)]
pub struct ApiSubject {
    /// Integration.
    pub integration: &'static Integration,
    /// Address of its API.
    pub base: Url,
    /// True if the address is not TikTok's own.
    pub is_other_base: bool,
    /// Credentials.
    pub login: ApiLogin,
}

const BASE: &str = "base";
const TOKEN: &str = "token";
const SCOPES: &str = "scopes";

/// Runs the checks of an integration. The credentials are sent only after their address has answered.
pub(super) async fn check(
    subject: &ApiSubject,
    proxies: &ProxyVariables,
    clock: &Clock,
    is_online: bool,
) -> Vec<Finding> {
    let mut findings = vec![base(subject)];
    let is_reached = if is_online {
        let network = network::check(&subject.base, proxies.behind(&subject.base), clock).await;
        findings.extend(network.findings);
        network.is_reached
    } else {
        false
    };
    let name = subject.integration.name;
    let why_not = if is_online {
        "needs a connection"
    } else {
        "needs the network (--offline)"
    };
    match token::shape(subject.integration, &subject.login) {
        Err(finding) => {
            let is_missing = matches!(subject.login, ApiLogin::Missing(_));
            findings.push(*finding);
            let reason = if is_missing {
                "needs a token"
            } else {
                "needs a token of the right form"
            };
            findings.push(Finding::skipped(SCOPES, reason));
        }
        Ok(auth) if is_reached => findings.extend(credentials(subject, auth, clock).await),
        Ok(_) => {
            findings.push(Finding::skipped(
                TOKEN,
                format!("its form is right; whether TikTok accepts it {why_not}"),
            ));
            findings.push(Finding::skipped(SCOPES, why_not));
        }
    }
    findings.into_iter().map(|finding| finding.of(name)).collect()
}

/// Asks TikTok about the token, then about its permissions.
async fn credentials(subject: &ApiSubject, auth: &Value, clock: &Clock) -> Vec<Finding> {
    let integration = subject.integration;
    let host = Arc::new(Host::new(clock.clone()).with_api_base(integration.name, subject.base.clone()));
    match token::accepted(&host, integration, auth).await {
        TokenCheck::Refused(finding) => vec![
            *finding,
            Finding::skipped(SCOPES, "needs a token that TikTok accepts"),
        ],
        TokenCheck::Accepted(finding) => {
            let mut findings = vec![*finding];
            findings.extend(scopes::check(&host, integration, auth).await);
            findings
        }
    }
}

fn base(subject: &ApiSubject) -> Finding {
    let base = subject.base.as_str().trim_end_matches('/');
    let what = match (subject.is_other_base, is_loopback(&subject.base)) {
        (false, _) => "TikTok's own",
        (true, true) => "on this machine, such as a simulator",
        (true, false) => "not TikTok's own: the token is sent there",
    };
    let finding = format!("{base} ({what})");
    if subject.is_other_base && !is_loopback(&subject.base) {
        let api = SignInApi::of_integration(subject.integration.name);
        let variable = api.map_or("the address", |api| AppNames::of(api).base_variable);
        return Finding::warning(
            BASE,
            finding,
            format!("if this is not intended, unset {variable}"),
        );
    }
    Finding::ok(BASE, finding)
}
