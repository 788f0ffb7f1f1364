//! Form of the calls of the sign-in: the only place where its secrets are written out.

use ::http::HeaderValue;
use bytes::Bytes;
use url::form_urlencoded::Serializer;

use super::LoginApp;
use crate::{
    model::LogId,
    open_api::{Error, ErrorResponse, answer::bounded},
    secret::{AccessToken, AuthCode, CodeVerifier, RefreshToken, Secrets},
};

/// `Content-Type` of the form; TikTok refuses JSON.
pub(super) const FORM_TYPE: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Fields of a call. They begin with the key and the secret of the app.
pub(super) struct LoginParameters {
    fields: Vec<(&'static str, String)>,
    /// Secrets among the fields, to be redacted from the response.
    secrets: Secrets,
}

impl LoginParameters {
    /// Key and secret of the app.
    pub(super) fn of(app: &LoginApp) -> Self {
        let fields = vec![("client_key", app.client_key.to_string())];
        let secrets = Secrets::default();
        Self { fields, secrets }.secret("client_secret", app.secret.expose())
    }

    /// Adds a field that is no secret.
    pub(super) fn plain(mut self, name: &'static str, text: &str) -> Self {
        self.fields.push((name, text.to_owned()));
        self
    }

    /// Adds the authorization code.
    pub(super) fn code(self, code: &AuthCode) -> Self {
        self.secret("code", code.expose())
    }

    /// Adds the verifier of PKCE.
    pub(super) fn verifier(self, verifier: Option<&CodeVerifier>) -> Self {
        match verifier {
            Some(verifier) => self.secret("code_verifier", verifier.expose()),
            None => self,
        }
    }

    /// Adds the refresh token.
    pub(super) fn refresh_token(self, token: &RefreshToken) -> Self {
        self.secret("refresh_token", token.expose())
    }

    /// Adds the access token, for its revocation.
    pub(super) fn access_token(self, token: &AccessToken) -> Self {
        self.secret("token", token.expose())
    }

    /// The fields as a body.
    pub(super) fn form(&self) -> Bytes {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(&self.fields);
        form.finish().into()
    }

    /// `error` without the secrets, in case the response repeats them, and with short texts.
    pub(super) fn redacted(&self, error: Error) -> Error {
        let clean = |text: &str| bounded(&self.secrets.redact(text));
        match error {
            Error::Refused(refusal) => Error::Refused(ErrorResponse {
                code: clean(&refusal.code),
                message: clean(&refusal.message),
                log_id: refusal.log_id.map(|LogId(id)| LogId(clean(&id))),
                ..refusal
            }),
            other @ (Error::Lost(_) | Error::Unreadable { .. }) => other,
        }
    }

    fn secret(mut self, name: &'static str, text: &str) -> Self {
        self.fields.push((name, text.to_owned()));
        self.secrets = self.secrets.with_text(text);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::ClientKey, open_api::Endpoint, secret::AppSecret};

    #[test]
    fn a_code_is_encoded_once_and_each_secret_is_redacted() {
        let app = LoginApp {
            client_key: ClientKey::parse("aw1").unwrap(),
            secret: AppSecret::parse("secret-canary".to_owned()).unwrap(),
        };
        let verifier = CodeVerifier::parse("verifier-canary".to_owned()).unwrap();
        let parameters = LoginParameters::of(&app)
            .plain("grant_type", "authorization_code")
            .code(&AuthCode::parse("canary*0!6410".to_owned()).unwrap())
            .verifier(Some(&verifier))
            .refresh_token(&RefreshToken::parse("rft.canary".to_owned()).unwrap())
            .access_token(&AccessToken::parse("act.canary".to_owned()).unwrap());
        let form = String::from_utf8(parameters.form().to_vec()).unwrap();
        assert_eq!(
            form,
            "client_key=aw1&client_secret=secret-canary&grant_type=authorization_code&code=canary*0%216410\
             &code_verifier=verifier-canary&refresh_token=rft.canary&token=act.canary"
        );
        let told = "secret-canary canary*0!6410 verifier-canary rft.canary act.canary";
        let error = parameters.redacted(Error::Refused(ErrorResponse {
            endpoint: Endpoint::OAUTH,
            code: told.to_owned(),
            message: told.to_owned(),
            log_id: Some(LogId(told.to_owned())),
            http_status: 200,
            retry_after: None,
            is_tiktoks: true,
        }));
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}
