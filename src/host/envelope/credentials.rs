//! The access token of a request, and the rest of its `auth`.

use serde_json::{Map, Value};

use super::error::{EnvelopeError, kind};
use crate::{
    model::looks_unfilled,
    schema::{AUTH, Suggestion, is_blank, suggest},
    secret::{AccessToken, TokenFault, repeatable},
};

/// Reads the token from either form of `auth`.
pub(super) fn token(auth: Option<&Value>) -> Result<AccessToken, EnvelopeError> {
    let missing = |field: &str, got: &str| {
        EnvelopeError::new(field, got, AUTH_SHAPE)
            .coded("missing_token")
            .fixed("send the connected account's token")
    };
    let Some(auth) = auth.filter(|auth| !is_blank(auth)) else {
        return Err(missing("auth", "nothing"));
    };
    let Value::Object(auth) = auth else {
        return Err(missing("auth", kind(auth)));
    };
    let flat = given(auth);
    let (field, members, found) = match auth.get("credentials").filter(|given| !is_blank(given)) {
        Some(Value::Object(credentials)) => {
            // A blank one is reported only where there is no other.
            let nested = given(credentials).filter(|token| flat.is_none() || !is_blank(token));
            match (nested, flat) {
                (Some(one), Some(other)) if one != other && !is_blank(other) => return Err(two_tokens()),
                (Some(token), _) => ("auth.credentials.access_token", credentials, Some(token)),
                (None, Some(token)) => ("auth.access_token", auth, Some(token)),
                (None, None) if credentials.keys().all(|name| name == ACCESS_TOKEN) => {
                    ("auth.access_token", auth, None)
                }
                (None, None) => ("auth.credentials.access_token", credentials, None),
            }
        }
        Some(_) if flat.is_some() => ("auth.access_token", auth, flat),
        Some(other) => return Err(missing("auth.credentials", kind(other))),
        None => ("auth.access_token", auth, flat),
    };
    match found {
        Some(Value::String(token)) if is_unfilled_token(token) => Err(missing(
            field,
            "a text that looks like a value which was not filled in",
        )
        .coded("malformed_token")),
        Some(Value::String(token)) => AccessToken::parse(token.clone()).map_err(|fault| {
            let wrong = missing(field, &fault.to_string());
            let is_missing = fault == TokenFault::Empty;
            if is_missing {
                wrong
            } else {
                wrong
                    .coded("malformed_token")
                    .fixed("send the token alone, as TikTok gave it")
            }
        }),
        Some(other) => Err(missing(field, kind(other))),
        None => Err(naming(missing(field, "nothing"), members)),
    }
}

const ACCESS_TOKEN: &str = "access_token";

/// The token among `members`, where there is one that is not `null`.
fn given(members: &Map<String, Value>) -> Option<&Value> {
    members.get(ACCESS_TOKEN).filter(|token| !token.is_null())
}

/// Types of `auth` that hosts send, in lower case.
const AUTH_TYPES: [&str; 7] = [
    "platformoauth2",
    "platformteams",
    "oauth2",
    "bearer",
    "apikey",
    "basic",
    "custom",
];

/// Members beside the access token that hosts send and that need no use here: the rest of an OAuth answer
/// (<https://developers.tiktok.com/doc/oauth-user-access-token-management>) and of a connected account.
const USUAL_MEMBERS: [&str; 26] = [
    "access_token",
    "auth_type",
    "credentials",
    "advertiser_id",
    "app_id",
    "client_id",
    "client_key",
    "client_secret",
    "connection_id",
    "display_name",
    "email",
    "expires_at",
    "expires_in",
    "id_token",
    "open_id",
    "provider",
    "refresh_expires_in",
    "refresh_token",
    "refresh_token_expires_in",
    "sandbox",
    "scope",
    "scopes",
    "token_type",
    "union_id",
    "user_id",
    "username",
];

/// Most unused members that are named.
const NAMED_MAX: usize = 5;

/// Places within `auth` that nothing uses and that are not usual there. No value is repeated, and no name
/// that may be a secret.
pub(super) fn unused(auth: &Value) -> Vec<String> {
    let unusual = |member: &&String| !USUAL_MEMBERS.contains(&member.as_str());
    let names = |place: &'static str, members: Option<&Value>| {
        let members = members
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::keys)
            .filter(unusual)
            .take(NAMED_MAX);
        members
            .map(|name| format!("{} in {place}", repeatable(name)))
            .collect::<Vec<_>>()
    };
    let auth_type = auth.get("auth_type").filter(|given| !is_blank(given));
    let is_known = |given: &Value| {
        given
            .as_str()
            .is_some_and(|name| AUTH_TYPES.contains(&name.trim().to_ascii_lowercase().as_str()))
    };
    let of_type = auth_type
        .filter(|given| !is_known(given))
        .map(|_| "an unknown auth_type".to_owned());
    let found = of_type
        .into_iter()
        .chain(names("auth", Some(auth)))
        .chain(names("auth.credentials", auth.get("credentials")));
    found.take(NAMED_MAX).collect()
}

const AUTH_SHAPE: &str =
    "{\"auth_type\":\"PlatformOauth2\",\"credentials\":{\"access_token\":\"…\"}} or {\"access_token\":\"…\"}";

/// A template in the place of the token. A word alone could be somebody's test token.
fn is_unfilled_token(token: &str) -> bool {
    looks_unfilled(token)
        && (token.contains(['{', '<', '[']) && token.trim().len() > 2 || token.trim() == "undefined")
}

fn two_tokens() -> EnvelopeError {
    let allowed = "one token, under credentials or beside auth_type";
    EnvelopeError::new("auth", "two different access tokens", allowed).fixed("leave out the wrong one")
}

/// Members in which the token is looked for under another name.
const LOOKED_AT_MAX: usize = 100;

/// Names the member that was probably meant to be the token.
fn naming(missing: EnvelopeError, members: &Map<String, Value>) -> EnvelopeError {
    let meant = |name: &&String| matches!(suggest(AUTH, name, &[ACCESS_TOKEN]), Some(Suggestion::Name(..)));
    let others = members
        .keys()
        .filter(|name| !matches!(name.as_str(), ACCESS_TOKEN | "credentials"));
    match others
        .take(LOOKED_AT_MAX)
        .find(meant)
        .map(|name| repeatable(name))
    {
        Some(name) => missing.fixed(&format!("rename {name} to \"access_token\"")),
        None => missing,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_that_hosts_send_are_silent_and_others_are_named_without_values() {
        let usual = json!({ "auth_type": "PlatformOauth2", "credentials": { "access_token": "a", "refresh_token": "b", "scope": "c" } });
        assert_eq!(unused(&usual), [""; 0]);
        let odd = json!({
            "auth_type": "canary", "refresh": "canary", "act.canary": 1,
            "credentials": { "access_token": "a", "acount": "canary" }
        });
        let found = unused(&odd);
        let expected = [
            "an unknown auth_type",
            "\"refresh\" in auth",
            "a name of 10 characters in auth",
            "\"acount\" in auth.credentials",
        ];
        assert_eq!(found, expected);
    }
}
