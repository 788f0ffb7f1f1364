//! The form of `auth` that requests to the Marketing API carry.

use serde_json::Value;

use crate::{
    catalogue::own,
    integrations::credentials::{AdvertiserCredentials, Credentials, CredentialsError, read_token},
    marketing_api::{API_BASE, SANDBOX_API_BASE},
    model::{AdvertiserId, AppId, looks_unfilled},
    schema::{is_blank, kind_of},
    secret::{AdsToken, OpenTokenKind},
};

const SHAPE: &str = "{\"auth_type\":\"Custom\",\"credentials\":{\"access_token\":\"…\",\"advertiser_id\":\"…\"}} or \
                     {\"access_token\":\"…\",\"advertiser_id\":\"…\"}";

/// Reads token, ad account, app and sandbox, nested as Autohive sends them or flat.
pub(super) fn read(auth: Option<&Value>) -> Result<Credentials, CredentialsError> {
    let token = read_token(auth, SHAPE)?;
    refuse_open_api_token(auth)?;
    Ok(Credentials::Advertiser(AdvertiserCredentials {
        token: AdsToken::new(token),
        advertiser_id: advertiser_id(auth)?,
        app_id: app_id(auth)?,
        is_sandbox: sandbox(auth)?,
    }))
}

/// Address of the API that the credentials belong to.
pub(super) const fn api_base(credentials: &Credentials) -> &'static str {
    match credentials {
        Credentials::Advertiser(AdvertiserCredentials { is_sandbox: true, .. }) => SANDBOX_API_BASE,
        Credentials::Advertiser(_) | Credentials::User(_) => API_BASE,
    }
}

/// Value of a member with its place, from `credentials` or from beside it; a blank one is absent.
fn member<'a>(auth: Option<&'a Value>, name: &str) -> Option<(String, &'a Value)> {
    let auth = auth?;
    let nested = auth
        .get("credentials")
        .and_then(|credentials| credentials.get(name));
    let nested = nested.map(|value| (format!("auth.credentials.{name}"), value));
    let flat = auth.get(name).map(|value| (format!("auth.{name}"), value));
    nested.into_iter().chain(flat).find(|(_, value)| !is_blank(value))
}

fn refuse_open_api_token(auth: Option<&Value>) -> Result<(), CredentialsError> {
    let given = member(auth, "access_token");
    let foreign = given.filter(|(_, token)| {
        token
            .as_str()
            .is_some_and(|token| OpenTokenKind::of(token) == Some(OpenTokenKind::Access))
    });
    let Some((field, _)) = foreign else { return Ok(()) };
    Err(CredentialsError::new(
        &own::MALFORMED_TOKEN,
        &field,
        "a token of TikTok's Open API, which begins with \"act.\"",
        "a token of TikTok's Marketing API",
        "send the token that TikTok for Business gave for the ad account",
    ))
}

fn advertiser_id(auth: Option<&Value>) -> Result<AdvertiserId, CredentialsError> {
    let allowed = "the id of an ad account: digits, as a string";
    let fix = "copy it from TikTok Ads Manager, where it stands beside the name of the ad account";
    let Some((field, value)) = member(auth, "advertiser_id") else {
        let field = if auth.is_some_and(|auth| auth.get("credentials").is_some_and(Value::is_object)) {
            "auth.credentials.advertiser_id"
        } else {
            "auth.advertiser_id"
        };
        return Err(CredentialsError::new(
            &own::ADVERTISER_ID_MISSING,
            field,
            "nothing",
            allowed,
            fix,
        ));
    };
    id(value)
        .and_then(|digits| AdvertiserId::parse(&digits))
        .ok_or_else(|| CredentialsError::new(&own::ADVERTISER_ID_MISSING, &field, got(value), allowed, fix))
}

fn app_id(auth: Option<&Value>) -> Result<Option<AppId>, CredentialsError> {
    let Some((field, value)) = member(auth, "app_id") else {
        return Ok(None);
    };
    let app_id = id(value).and_then(|digits| AppId::parse(&digits));
    app_id.map(Some).ok_or_else(|| {
        let allowed = "the id of the developer's app: digits, as a string";
        CredentialsError::new(
            &own::INVALID_REQUEST,
            &field,
            got(value),
            allowed,
            "correct it, or leave it out",
        )
    })
}

fn sandbox(auth: Option<&Value>) -> Result<bool, CredentialsError> {
    let Some((field, value)) = member(auth, "sandbox") else {
        return Ok(false);
    };
    // Connection forms send texts.
    let text = value.as_str().map(|text| text.trim().to_ascii_lowercase());
    match (value, text.as_deref()) {
        (Value::Bool(sandbox), _) => Ok(*sandbox),
        (_, Some("true")) => Ok(true),
        (_, Some("false")) => Ok(false),
        _ => Err(CredentialsError::new(
            &own::INVALID_REQUEST,
            &field,
            got(value),
            "true or false",
            "set it to true for an ad account of the sandbox, else leave it out",
        )),
    }
}

/// Digits of an id: a string, or a whole number.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Description of a wrong value, which is not repeated: it may be a misplaced secret.
fn got(value: &Value) -> &'static str {
    match value {
        Value::String(text) if looks_unfilled(text) => {
            "a string that looks like a value which was not filled in"
        }
        Value::String(_) => "another string",
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            kind_of(value)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_ok(auth: &Value) -> AdvertiserCredentials {
        match read(Some(auth)).unwrap() {
            Credentials::Advertiser(credentials) => credentials,
            Credentials::User(_) => panic!("credentials of another API"),
        }
    }

    #[track_caller]
    fn refused(auth: &Value, code: &str, field: &str) {
        let error = read(Some(auth)).unwrap_err();
        assert_eq!(
            (error.code.code, error.finding.field.as_str()),
            (code, field),
            "{auth}"
        );
    }

    #[test]
    fn both_forms_are_read() {
        let members = json!({ "access_token": "0123456789abcdef", "advertiser_id": "7000000000000000001",
            "app_id": 12, "sandbox": "True" });
        for auth in [json!({ "auth_type": "Custom", "credentials": &members }), members] {
            let credentials = read_ok(&auth);
            assert_eq!(credentials.advertiser_id.as_str(), "7000000000000000001");
            assert_eq!(credentials.app_id, AppId::parse("12"));
            assert!(credentials.is_sandbox);
            assert_eq!(api_base(&Credentials::Advertiser(credentials)), SANDBOX_API_BASE);
        }
        let plain = read_ok(&json!({ "access_token": "0123456789abcdef", "advertiser_id": 7, "app_id": "" }));
        assert_eq!((plain.app_id.is_none(), plain.is_sandbox), (true, false));
        assert_eq!(api_base(&Credentials::Advertiser(plain)), API_BASE);
    }

    #[test]
    fn what_is_wrong_is_named_without_its_value() {
        let with = |name: &str, value: Value| {
            let mut auth = json!({ "access_token": "0123456789abcdef", "advertiser_id": "7" });
            auth[name] = value;
            auth
        };
        for missing in [
            json!(null),
            json!(" "),
            json!("abc"),
            json!("{{id}}"),
            json!(1.5),
            json!([]),
        ] {
            refused(
                &with("advertiser_id", missing),
                "advertiser_id_missing",
                "auth.advertiser_id",
            );
        }
        refused(&with("app_id", json!("x")), "invalid_request", "auth.app_id");
        refused(
            &with("sandbox", json!("maybe")),
            "invalid_request",
            "auth.sandbox",
        );
        refused(
            &json!({ "credentials": { "access_token": "0123456789abcdef" } }),
            "advertiser_id_missing",
            "auth.credentials.advertiser_id",
        );
        let error = read(Some(&with("sandbox", json!("canary")))).unwrap_err();
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn a_token_of_the_other_api_is_refused() {
        refused(
            &json!({ "access_token": "act.0123456789", "advertiser_id": "7" }),
            "malformed_token",
            "auth.access_token",
        );
    }
}
