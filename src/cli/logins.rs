//! Credentials of a person for a check: the one place where `doctor` looks for them.

use serde_json::{Map, json};

use super::environment::secret_variable;
use crate::{
    doctor::{ApiLogin, LoginPlace},
    integrations::Integration,
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

/// Credentials of the integration from the environment.
pub(super) fn login(integration: &Integration) -> ApiLogin {
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
    let how = format!("to check a token, set {}", missing.join(" and "));
    match (places.is_empty(), missing.is_empty()) {
        (true, _) => ApiLogin::Missing(how),
        (false, true) => ApiLogin::Given(members.into(), places),
        (false, false) => ApiLogin::Wrong(format!("{} is not set", missing.join(" and ")), how),
    }
}
