//! The access token of a request.

use serde_json::{Map, Value};

use super::wrong::{Wrong, kind};
use crate::{
    model::looks_unfilled,
    schema::{AUTH, Suggestion, is_blank, suggest},
    secret::{AccessToken, TokenFault, repeatable},
};

/// Reads the token from either form of `auth`.
pub(super) fn token(auth: Option<Value>) -> Result<AccessToken, Wrong> {
    let missing = |field: &str, got: &str| {
        Wrong::new(field, got, AUTH_SHAPE).coded("missing_token").fixed("send the connected account's token")
    };
    let Some(auth) = auth.filter(|auth| !is_blank(auth)) else { return Err(missing("auth", "nothing")) };
    let Value::Object(mut auth) = auth else { return Err(missing("auth", kind(&auth))) };
    let flat = auth.remove("access_token").filter(|token| !token.is_null());
    let (field, members, found) = match auth.remove("credentials").filter(|given| !is_blank(given)) {
        Some(Value::Object(mut credentials)) => {
            let nested = credentials.remove("access_token").filter(|token| !token.is_null());
            // A blank one is told only where there is no other.
            let nested = nested.filter(|token| flat.is_none() || !is_blank(token));
            match (nested, flat) {
                (Some(one), Some(other)) if one != other && !is_blank(&other) => return Err(two_tokens()),
                (Some(token), _) => ("auth.credentials.access_token", credentials, Some(token)),
                (None, Some(token)) => ("auth.access_token", auth, Some(token)),
                (None, None) if credentials.is_empty() => ("auth.access_token", auth, None),
                (None, None) => ("auth.credentials.access_token", credentials, None),
            }
        }
        Some(_) if flat.is_some() => ("auth.access_token", auth, flat),
        Some(other) => return Err(missing("auth.credentials", kind(&other))),
        None => ("auth.access_token", auth, flat),
    };
    match found {
        Some(Value::String(token)) if is_unfilled_token(&token) => {
            Err(missing(field, "a text that looks like a value which was not filled in").coded("malformed_token"))
        }
        Some(Value::String(token)) => AccessToken::parse(token).map_err(|fault| {
            let wrong = missing(field, &fault.to_string());
            let is_missing = fault == TokenFault::Empty;
            if is_missing {
                wrong
            } else {
                wrong.coded("malformed_token").fixed("send the token alone, as TikTok gave it")
            }
        }),
        Some(other) => Err(missing(field, kind(&other))),
        None => Err(naming(missing(field, "nothing"), &members)),
    }
}

const AUTH_SHAPE: &str =
    "{\"auth_type\":\"PlatformOauth2\",\"credentials\":{\"access_token\":\"…\"}} or {\"access_token\":\"…\"}";

/// A template in the place of the token. A word alone could be somebody's test token.
fn is_unfilled_token(token: &str) -> bool {
    looks_unfilled(token) && (token.contains(['{', '<', '[']) && token.trim().len() > 2 || token.trim() == "undefined")
}

fn two_tokens() -> Wrong {
    let allowed = "one token, under credentials or beside auth_type";
    Wrong::new("auth", "two different access tokens", allowed).fixed("leave out the one that is not meant")
}

/// Names the member that was probably meant to be the token.
fn naming(missing: Wrong, members: &Map<String, Value>) -> Wrong {
    let meant = |name: &&String| matches!(suggest(AUTH, name, &["access_token"]), Some(Suggestion::Name(..)));
    match members.keys().find(meant).map(|name| repeatable(name)) {
        Some(name) => missing.fixed(&format!("rename {name} to \"access_token\"")),
        None => missing,
    }
}
