//! Credentials of a person for a check: the one place where `doctor` looks for them.

use serde_json::{Map, json};

use super::{
    args::{ApiArgs, StoreArgs},
    environment::secret_variable,
    signed_in,
};
use crate::{
    accounts::{AccountName, SignInApi},
    doctor::{ApiLogin, LoginPlace},
    integrations::Integration,
    sign_in::{SignInError, SignInProblem},
};

/// Variable of a member of an integration's `auth`.
struct LoginVariable {
    integration: &'static str,
    place: LoginPlace,
}

static VARIABLES: [LoginVariable; 3] = [
    variable("tiktok", "access_token", "AUTOHIVE_TIKTOK_TOKEN"),
    variable("tiktok-ads", "access_token", "AUTOHIVE_TIKTOK_ADS_TOKEN"),
    variable("tiktok-ads", "advertiser_id", "AUTOHIVE_TIKTOK_ADS_ADVERTISER_ID"),
];

const fn variable(integration: &'static str, member: &'static str, place: &'static str) -> LoginVariable {
    LoginVariable {
        integration,
        place: LoginPlace { member, place },
    }
}

/// Place of the members of a signed-in account.
const STORE: &str = "the signed-in account";

/// Credentials of the integration: of the account `name`, else from the environment, else of the default account. A token that
/// has ended is not refreshed.
pub(super) fn login(
    integration: &Integration,
    (store, api): (&StoreArgs, &ApiArgs),
    name: Option<&AccountName>,
) -> ApiLogin {
    let given = if name.is_none() {
        in_environment(integration)
    } else {
        ApiLogin::Missing(format!(
            "sign the account in: autohive-tiktok auth login --integration {}",
            integration.name
        ))
    };
    match given {
        ApiLogin::Missing(how) => {
            signed_in(integration, (store, api), name).unwrap_or(ApiLogin::Missing(how))
        }
        given @ (ApiLogin::Wrong(..) | ApiLogin::Given(..)) => given,
    }
}

/// Credentials of a signed-in account; `None` if there is none.
fn signed_in(
    integration: &Integration,
    (store, api): (&StoreArgs, &ApiArgs),
    name: Option<&AccountName>,
) -> Option<ApiLogin> {
    let of = SignInApi::of_integration(integration.name)?;
    let members = ["access_token", "advertiser_id"];
    let places = members.map(|member| LoginPlace { member, place: STORE });
    Some(match signed_in::stored_auth(store, api, of, name)? {
        Ok(auth) => ApiLogin::Given(auth, places.to_vec()),
        Err(error) => unusable(&error, integration),
    })
}

/// Fault of a stored account, with its remedy.
fn unusable(error: &SignInError, integration: &Integration) -> ApiLogin {
    let login = format!(
        "sign in again: autohive-tiktok auth login --integration {}",
        integration.name
    );
    if let SignInError::Account {
        problem:
            SignInProblem::OtherBase {
                stored,
                now,
                variable,
            },
        key,
        ..
    } = error
    {
        return ApiLogin::Wrong(
            format!(
                "the {key} was signed in at {stored}, and the API base is {now}; its token is sent only to the API that issued it"
            ),
            format!("set {variable}={stored}, or {login}"),
        );
    }
    ApiLogin::Wrong(error.to_string(), login)
}

/// Credentials from variables.
fn in_environment(integration: &Integration) -> ApiLogin {
    let (mut members, mut places, mut missing) = (Map::new(), Vec::new(), Vec::new());
    for LoginVariable { place, .. } in VARIABLES.iter().filter(|row| row.integration == integration.name) {
        match secret_variable(place.place) {
            Ok(Some(value)) => {
                members.insert(place.member.to_owned(), json!(value.trim()));
                places.push(*place);
            }
            Ok(None) => missing.push(place.place),
            Err(fault) => {
                let (found, remedy) = fault.split_once("; ").unwrap_or((&fault, "set it again"));
                return ApiLogin::Wrong(found.to_owned(), remedy.to_owned());
            }
        }
    }
    let how = format!(
        "to check a token, set {}, or sign in: autohive-tiktok auth login --integration {}",
        missing.join(" and "),
        integration.name
    );
    match (places.is_empty(), missing.is_empty()) {
        (true, _) => ApiLogin::Missing(how),
        (false, true) => ApiLogin::Given(members.into(), places),
        (false, false) => ApiLogin::Wrong(format!("{} is not set", missing.join(" and ")), how),
    }
}
