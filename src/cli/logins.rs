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
        Err(
            fault @ (CredentialsFault::NoLogin(_)
            | CredentialsFault::NoAdAccount(_)
            | CredentialsFault::Wrong(_)),
        ) => wrong(integration, &fault),
    }
}

/// A fault and its remedy, which comes last in its text.
fn wrong(integration: &Integration, fault: &CredentialsFault) -> ApiLogin {
    let text = fault.to_string();
    match text.rsplit_once("; ") {
        Some((found, remedy)) => ApiLogin::Wrong(found.to_owned(), remedy.to_owned()),
        None => ApiLogin::Wrong(text, format!("sign in again: {}", login_command(integration))),
    }
}

fn login_command(integration: &Integration) -> String {
    format!("autohive-tiktok auth login --integration {}", integration.name)
}
