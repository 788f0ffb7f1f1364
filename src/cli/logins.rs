//! Credentials of a person as `doctor` checks them: those that `call` would use, without a refresh.

use super::credentials::{self, AccountChoice, CredentialsFault, FoundAuth};
use crate::{doctor::ApiLogin, integrations::Integration};

/// Command or option that needs credentials, for messages.
const PURPOSE: &str = "a check of the token";

/// Credentials of the integration that `call` would use. A token that has ended is not refreshed.
pub(super) fn login(integration: &Integration, account: AccountChoice<'_>) -> ApiLogin {
    match credentials::auth(integration, account, PURPOSE) {
        Ok(FoundAuth { auth, places, .. }) => ApiLogin::Given(auth, places),
        Err(CredentialsFault::Missing(missing)) => {
            let fixes: Vec<String> = missing.iter().map(credentials::MissingMember::fix).collect();
            let fixes = fixes.join(", and ");
            if credentials::has_token(integration, account) {
                let found: Vec<String> = missing.iter().map(credentials::MissingMember::found).collect();
                ApiLogin::Wrong(found.join(", and "), fixes)
            } else {
                ApiLogin::Missing(format!("{fixes}, or sign in: {}", login_command(integration)))
            }
        }
        Err(CredentialsFault::Login(fault)) => wrong(&fault.message, fault.code.remedy),
        Err(CredentialsFault::Wrong(texts)) => wrong(
            &texts.join("; "),
            &format!("sign in again: {}", login_command(integration)),
        ),
    }
}

/// A fault and its remedy: the later sentences of its text, else what follows its last semicolon, else the usual one.
fn wrong(text: &str, usual: &str) -> ApiLogin {
    let sentences = text.split_once(". ");
    let (found, remedy) = sentences
        .or_else(|| text.rsplit_once("; "))
        .unwrap_or((text, usual));
    ApiLogin::Wrong(found.to_owned(), remedy.to_owned())
}

fn login_command(integration: &Integration) -> String {
    format!("autohive-tiktok auth login --integration {}", integration.name)
}
