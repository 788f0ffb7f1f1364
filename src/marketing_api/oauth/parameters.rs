//! Parameters of the calls of the sign-in: the only place where their secrets are written out.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::AppCredentials;
use crate::{
    http::RequestBody,
    marketing_api::{JSON_TYPE, query::Query},
    secret::{AccessToken, AuthCode, RefreshToken, Secrets},
};

/// Parameters of a call. They begin with the id and the secret of the app.
pub(super) struct SignInParameters {
    members: Map<String, Value>,
    /// Secrets among the parameters, to be redacted from the response.
    secrets: Secrets,
}

impl SignInParameters {
    /// Id and secret of the app.
    pub(super) fn of(app: &AppCredentials) -> Self {
        let mut members = Map::new();
        members.insert("app_id".to_owned(), app.app_id.as_str().into());
        let ids = Self {
            members,
            secrets: Secrets::default(),
        };
        ids.with_secret("secret", app.secret.expose())
    }

    /// Adds the authorization code.
    pub(super) fn auth_code(self, code: &AuthCode) -> Self {
        self.with_secret("auth_code", code.expose())
    }

    /// Adds the refresh token.
    pub(super) fn refresh_token(self, token: &RefreshToken) -> Self {
        self.with_secret("refresh_token", token.expose())
    }

    /// Adds the access token.
    pub(super) fn access_token(self, token: &AccessToken) -> Self {
        self.with_secret("access_token", token.expose())
    }

    /// Adds a boolean.
    pub(super) fn flag(mut self, name: &str, value: bool) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Redacts `token`, which travels in the header, from the response too.
    pub(super) fn beside(mut self, token: &AccessToken) -> Self {
        self.secrets = self.secrets.with(token);
        self
    }

    /// The parameters as a JSON body.
    pub(super) fn body(&self) -> serde_json::Result<RequestBody> {
        let bytes = serde_json::to_vec(&self.members)?;
        Ok(RequestBody::Bytes {
            content_type: JSON_TYPE,
            bytes: Bytes::from(bytes),
        })
    }

    /// Query of a call by `GET`: the id and the secret of `app`.
    pub(super) fn query(app: &AppCredentials) -> Query {
        Query::default()
            .plain("app_id", &app.app_id)
            .plain("secret", app.secret.expose())
    }

    /// `text` without the secrets.
    pub(super) fn redact(&self, text: &str) -> String {
        self.secrets.redact(text)
    }

    fn with_secret(mut self, name: &str, text: &str) -> Self {
        self.members.insert(name.to_owned(), text.into());
        self.secrets = self.secrets.with_text(text);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::AppId, secret::AppSecret};

    #[test]
    fn each_secret_that_is_sent_is_redacted() {
        let app = AppCredentials {
            app_id: AppId::parse("7300000000000000007").unwrap(),
            secret: AppSecret::parse("secret-canary".to_owned()).unwrap(),
        };
        let token = AccessToken::parse("token-canary".to_owned()).unwrap();
        let header = AccessToken::parse("header-canary".to_owned()).unwrap();
        let parameters = SignInParameters::of(&app)
            .auth_code(&AuthCode::parse("code-canary".to_owned()).unwrap())
            .refresh_token(&RefreshToken::parse("refresh-canary".to_owned()).unwrap())
            .access_token(&token)
            .beside(&header)
            .flag("is_long_term", true);
        let RequestBody::Bytes { bytes, .. } = parameters.body().unwrap() else {
            panic!("a body in memory")
        };
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(
            text,
            "{\"app_id\":\"7300000000000000007\",\"secret\":\"secret-canary\",\"auth_code\":\"code-canary\",\
             \"refresh_token\":\"refresh-canary\",\"access_token\":\"token-canary\",\"is_long_term\":true}"
        );
        let redacted = parameters.redact(&format!("{text} header-canary"));
        assert!(!redacted.contains("canary"), "{redacted}");
    }
}
