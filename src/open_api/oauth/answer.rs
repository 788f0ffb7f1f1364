//! Responses of the sign-in (docs/tiktok-open-api.md#tokens, #oauth-errors).
//!
//! They are flat, without the envelope of the other endpoints. A text under `error` is an error whatever the HTTP
//! status, which is 200 in the field. A fault in a member that is not a token does not lose the tokens.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    http::HttpResponse,
    model::LogId,
    open_api::{Endpoint, Error, ErrorResponse},
    secret::{AccessToken, RefreshToken, UserToken},
};

/// Tokens that TikTok has issued.
#[derive(Debug, Clone)]
pub struct LoginTokens {
    /// Access token.
    pub token: UserToken,
    /// Time until it expires, from the moment of the answer.
    pub expires_in: Option<Duration>,
    /// Token that replaces both; it works once.
    pub refresh_token: Option<RefreshToken>,
    /// Time until the refresh token expires, from the moment of the answer.
    pub refresh_expires_in: Option<Duration>,
    /// Id of the account for this app.
    pub open_id: Option<String>,
    /// Granted scopes; `None` if the answer does not list them.
    pub scopes: Option<Vec<String>>,
}

/// Reads the response of the token endpoint.
pub(super) fn tokens(endpoint: &'static Endpoint, response: &HttpResponse) -> Result<LoginTokens, Error> {
    let members = members(endpoint, response)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let unreadable = |what: &str| unreadable(endpoint, response, what);
    let Some(access) = text("access_token") else {
        return Err(unreadable("JSON without access_token"));
    };
    let access = AccessToken::parse(access.to_owned())
        .map_err(|_fault| unreadable("JSON whose access_token is not as documented"))?;
    let refresh = text("refresh_token").filter(|token| !token.is_empty());
    let refresh = refresh
        .map(|token| RefreshToken::parse(token.to_owned()))
        .transpose();
    let refresh_token =
        refresh.map_err(|_fault| unreadable("JSON whose refresh_token is not as documented"))?;
    Ok(LoginTokens {
        token: UserToken::new(access),
        expires_in: members.get("expires_in").and_then(seconds),
        refresh_token,
        refresh_expires_in: members.get("refresh_expires_in").and_then(seconds),
        open_id: text("open_id").filter(|id| !id.is_empty()).map(str::to_owned),
        scopes: text("scope").map(scopes),
    })
}

/// Reads the response of the revocation, which is empty.
pub(super) fn revoked(endpoint: &'static Endpoint, response: &HttpResponse) -> Result<(), Error> {
    if response.body.as_ref().trim_ascii().is_empty() && is_success(response) {
        return Ok(());
    }
    members(endpoint, response).map(|_empty| ())
}

/// Names in a list that is separated by commas.
pub(super) fn scopes(list: &str) -> Vec<String> {
    let names = list.split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Members of a response that is no error.
fn members(endpoint: &'static Endpoint, response: &HttpResponse) -> Result<Map<String, Value>, Error> {
    let Ok(Value::Object(members)) = serde_json::from_slice(response.body.as_ref()) else {
        return Err(unreadable(
            endpoint,
            response,
            "something else than a JSON object",
        ));
    };
    if let Some(refusal) = OauthRefusal::of(&members) {
        return Err(refusal.error(endpoint, response));
    }
    if is_success(response) {
        Ok(members)
    } else {
        Err(unreadable(endpoint, response, "JSON without an error"))
    }
}

/// Error in a response.
struct OauthRefusal {
    code: String,
    message: String,
    log_id: Option<String>,
}

/// Error object of the other endpoints, in case TikTok uses it here.
#[derive(Deserialize)]
struct OtherError {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    log_id: Option<String>,
}

impl OauthRefusal {
    fn of(members: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        match members.get("error")? {
            Value::String(code) if !code.is_empty() => Some(Self {
                code: code.clone(),
                message: text("error_description").unwrap_or_default(),
                log_id: text("log_id"),
            }),
            Value::Object(_) => {
                let error = members.get("error").cloned().unwrap_or_default();
                let error: OtherError = serde_json::from_value(error).ok()?;
                (error.code != "ok").then_some(Self {
                    code: error.code,
                    message: error.message,
                    log_id: error.log_id,
                })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        }
    }

    fn error(self, endpoint: &'static Endpoint, response: &HttpResponse) -> Error {
        Error::Refused(ErrorResponse {
            endpoint,
            code: self.code,
            message: self.message,
            log_id: self.log_id.map(LogId),
            http_status: response.status,
            retry_after: response.retry_after,
            is_tiktoks: true,
        })
    }
}

const fn is_success(response: &HttpResponse) -> bool {
    response.status >= 200 && response.status < 300
}

fn unreadable(endpoint: &'static Endpoint, response: &HttpResponse, what: &str) -> Error {
    Error::Unreadable {
        endpoint,
        http_status: response.status,
        what: what.to_owned(),
    }
}

/// A number of seconds, with or without quotes; a negative one is 0.
fn seconds(value: &Value) -> Option<Duration> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let whole = text
        .split('.')
        .next()
        .and_then(|whole| whole.parse::<i64>().ok())?;
    Some(Duration::from_secs(u64::try_from(whole).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use ::http::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::http::Held;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            content_type: None,
            retry_after: None,
            date: None,
            content_range: None,
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
            held: Held::default(),
        }
    }

    fn read(status: u16, body: &str) -> Result<LoginTokens, Error> {
        tokens(Endpoint::OAUTH, &response(status, body))
    }

    #[test]
    fn an_error_with_http_200_is_an_error() {
        for status in [200, 400, 401] {
            let error = read(
                status,
                r#"{"error":"invalid_grant","error_description":"Authorization code is expired.","log_id":"l1"}"#,
            );
            let error = error.unwrap_err();
            assert_eq!(error.code(), Some("invalid_grant"), "{status}");
            assert!(!error.effect_unknown());
        }
        let other = read(
            200,
            r#"{"error":{"code":"internal_error","message":"x","log_id":"l"}}"#,
        );
        assert_eq!(other.unwrap_err().code(), Some("internal_error"));
        for (status, body) in [
            (200, "<html>"),
            (502, "{}"),
            (200, r#"{"token_type":"Bearer"}"#),
            (200, "[]"),
        ] {
            let error = read(status, body).unwrap_err();
            assert!(
                error.code().is_none() && error.effect_unknown(),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn tokens_are_flat_and_faults_beside_them_do_not_lose_them() {
        let whole = read(
            200,
            &json!({
                "access_token": "act.example", "expires_in": 7200, "refresh_token": "rft.example",
                "refresh_expires_in": 15_552_000, "open_id": "id-1", "scope": "user.info.basic,video.upload",
                "token_type": "Bearer",
            })
            .to_string(),
        );
        let whole = whole.unwrap();
        assert_eq!(whole.expires_in, Some(Duration::from_hours(2)));
        assert_eq!(whole.refresh_expires_in, Some(Duration::from_hours(180 * 24)));
        assert_eq!(whole.open_id.as_deref(), Some("id-1"));
        assert_eq!(
            whole.scopes,
            Some(vec!["user.info.basic".to_owned(), "video.upload".to_owned()])
        );
        let odd = read(
            200,
            r#"{"access_token":"act.example","expires_in":"7200","refresh_expires_in":-1,"open_id":7,"scope":""}"#,
        );
        let odd = odd.unwrap();
        assert_eq!(odd.expires_in, Some(Duration::from_hours(2)));
        assert_eq!(odd.refresh_expires_in, Some(Duration::ZERO));
        assert!(odd.refresh_token.is_none() && odd.open_id.is_none());
        assert_eq!(odd.scopes, Some(Vec::new()));
        let bad = read(200, r#"{"access_token":"canary canary"}"#).unwrap_err();
        assert!(!format!("{bad} {bad:?}").contains("canary"));
    }

    #[test]
    fn a_revocation_is_answered_with_nothing() {
        let revoked = |status, body| revoked(endpoint(), &response(status, body));
        assert!(revoked(200, "").is_ok() && revoked(200, "{}").is_ok() && revoked(200, "\n").is_ok());
        assert_eq!(
            revoked(200, r#"{"error":"invalid_request"}"#).unwrap_err().code(),
            Some("invalid_request")
        );
        assert!(revoked(500, "").is_err() && revoked(200, "<html>").is_err());
    }

    const fn endpoint() -> &'static Endpoint {
        crate::open_api::endpoint::OAUTH_REVOKE
    }
}
