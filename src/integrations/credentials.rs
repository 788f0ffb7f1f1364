//! Credentials of a request, and readers of the members of `auth` that integrations share.

use serde_json::{Map, Value};

use crate::{
    catalogue::{Row, own},
    model::{AdvertiserId, AppId, FieldError, looks_unfilled},
    schema::{AUTH, Suggestion, is_blank, kind_of, suggest},
    secret::{AccessToken, AdsToken, TokenFault, UserToken, repeatable},
};

/// Credentials of the account that a request acts on, read from its `auth`. Each API has a form of its own, and a
/// context takes that of its API alone.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Credentials for the Open API.
    User(UserToken),
    /// Credentials for the Marketing API.
    Advertiser(AdvertiserCredentials),
}

/// Credentials for the Marketing API.
#[derive(Debug, Clone)]
pub struct AdvertiserCredentials {
    /// Access token, which may serve several ad accounts.
    pub token: AdsToken,
    /// Ad account.
    pub advertiser_id: AdvertiserId,
    /// Developer's app that owns the token; its calls are counted together.
    pub app_id: Option<AppId>,
    /// Whether the account is in the sandbox.
    pub is_sandbox: bool,
}

impl Credentials {
    /// Credentials for the Open API.
    pub fn of_user(token: AccessToken) -> Self {
        Self::User(UserToken::new(token))
    }

    /// The access token.
    pub fn token(&self) -> &AccessToken {
        match self {
            Self::User(token) => token.access_token(),
            Self::Advertiser(credentials) => credentials.token.access_token(),
        }
    }
}

/// Fault of a request's `auth`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialsError {
    /// Row of the catalogue.
    pub code: &'static Row,
    /// The member of `auth` and its fault.
    pub finding: FieldError,
}

impl CredentialsError {
    /// The error `missing_token` for the member `field`, of which `allowed` describes the right form.
    pub fn missing(field: &str, got: &str, allowed: &str) -> Self {
        Self::new(
            &own::MISSING_TOKEN,
            field,
            got,
            allowed,
            "send the connected account's token",
        )
    }

    /// The error for the member `field` that is not a string. Of `given`, only the kind is repeated.
    pub fn not_a_string(code: &'static Row, field: &str, given: &Value, allowed: &str) -> Self {
        Self::new(
            code,
            field,
            kind_of(given),
            allowed,
            "send it as text in double quotes",
        )
    }

    /// The error `invalid_request` for the member `field` that is not an object of the form `shape`.
    fn not_an_object(field: &str, given: &Value, shape: &str) -> Self {
        let fix = "send an object with the connected account's token";
        Self::new(&own::INVALID_REQUEST, field, kind_of(given), shape, fix)
    }

    /// The error `code` for the member `field`.
    pub fn new(code: &'static Row, field: &str, got: &str, allowed: &str, fix: &str) -> Self {
        let finding = FieldError {
            field: field.into(),
            got: got.into(),
            allowed: allowed.into(),
            fix: fix.into(),
        };
        Self { code, finding }
    }

    fn with_code(self, code: &'static Row) -> Self {
        Self { code, ..self }
    }

    fn with_fix(self, fix: &str) -> Self {
        let finding = FieldError {
            fix: fix.to_owned(),
            ..self.finding
        };
        Self { finding, ..self }
    }
}

/// Reads the access token of `auth`, from `credentials.access_token` or from `access_token` beside it.
/// `shape` describes the form of `auth` in errors.
pub fn read_token(auth: Option<&Value>, shape: &str) -> Result<AccessToken, CredentialsError> {
    let missing = |field: &str, got: &str| CredentialsError::missing(field, got, shape);
    let Some(auth) = auth.filter(|auth| !is_blank(auth)) else {
        return Err(missing("auth", "nothing"));
    };
    let Value::Object(auth) = auth else {
        return Err(CredentialsError::not_an_object("auth", auth, shape));
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
                    ("auth.credentials.access_token", auth, None)
                }
                (None, None) => ("auth.credentials.access_token", credentials, None),
            }
        }
        Some(_) if flat.is_some() => ("auth.access_token", auth, flat),
        Some(other) => {
            return Err(CredentialsError::not_an_object(
                "auth.credentials",
                other,
                NESTED_SHAPE,
            ));
        }
        None => ("auth.access_token", auth, flat),
    };
    match found {
        Some(Value::String(token)) => parse(token, |got| missing(field, got)),
        Some(other) => Err(CredentialsError::not_a_string(
            &own::MALFORMED_TOKEN,
            field,
            other,
            "the access token as a string",
        )),
        None => Err(naming(missing(field, "nothing"), members)),
    }
}

fn parse(token: &str, missing: impl Fn(&str) -> CredentialsError) -> Result<AccessToken, CredentialsError> {
    if is_unfilled_token(token) {
        let error = missing("what looks like a template that was not filled in");
        return Err(error.with_code(&own::MALFORMED_TOKEN).with_fix(FILL_IN));
    }
    AccessToken::parse(token.to_owned()).map_err(|fault| {
        let error = missing(&fault.to_string());
        if fault == TokenFault::Empty {
            error
        } else {
            error
                .with_code(&own::MALFORMED_TOKEN)
                .with_fix("send only the token, exactly as TikTok issued it")
        }
    })
}

/// Fix for a placeholder in place of a token.
const FILL_IN: &str = "replace the placeholder with the access token; check the step that provides it";

const ACCESS_TOKEN: &str = "access_token";

/// Form of `auth.credentials` in errors.
const NESTED_SHAPE: &str = "{\"access_token\":\"…\"}";

/// The token among `members`, unless it is `null`.
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

/// Most unused members that are named in the logs.
const NAMED_MAX: usize = 5;

/// Returns the members of `auth` that no integration uses and that hosts do not usually send. No value is
/// repeated, and no name that may be a secret.
pub fn unused(auth: &Value) -> Vec<String> {
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

/// Returns true for a template in the place of the token. A word alone could be a test token.
fn is_unfilled_token(token: &str) -> bool {
    looks_unfilled(token)
        && (token.contains(['{', '<', '[']) && token.trim().len() > 2 || token.trim() == "undefined")
}

fn two_tokens() -> CredentialsError {
    CredentialsError::missing(
        "auth",
        "two different access tokens",
        "one access token, in auth.credentials or in auth itself",
    )
    .with_code(&own::INVALID_REQUEST)
    .with_fix("remove the wrong one")
}

/// Most members among which a misspelt name of the token is looked for.
const LOOKED_AT_MAX: usize = 100;

/// Adds the name of the member that was probably meant to be the token.
fn naming(missing: CredentialsError, members: &Map<String, Value>) -> CredentialsError {
    let meant = |name: &&String| matches!(suggest(AUTH, name, &[ACCESS_TOKEN]), Some(Suggestion::Name(..)));
    let others = members
        .keys()
        .filter(|name| !matches!(name.as_str(), ACCESS_TOKEN | "credentials"));
    match others
        .take(LOOKED_AT_MAX)
        .find(meant)
        .map(|name| repeatable(name))
    {
        Some(name) => missing.with_fix(&format!("rename {name} to \"access_token\"")),
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
