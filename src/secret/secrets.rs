//! Secrets of one request, redacted from texts by value.

use std::{fmt, mem, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{AccessToken, REDACTED, SHORTEST_SECRET, is_secret_name};

/// Most secrets of one request; a request has two or three.
const SECRETS_MAX: usize = 32;

/// Secrets of one request: access token, refresh token, client secret and whatever else its `auth` holds
/// under the name of a secret.
#[derive(Clone, Default)]
pub struct Secrets(Arc<[SecretString]>);

impl Secrets {
    /// Collects the secrets of a request's `auth`, even of one that is not valid.
    ///
    /// Texts of less than 8 characters are left out: they are shorter than any secret of an API, and could
    /// occur in any message.
    pub fn of_auth(auth: &Value) -> Self {
        let mut found = Vec::new();
        collect("auth", auth, &mut found);
        // A secret that contains another one is redacted first.
        found.sort_unstable_by_key(|secret: &String| std::cmp::Reverse(secret.len()));
        found.dedup();
        Self(found.into_iter().map(SecretString::from).collect())
    }

    /// The secrets and `token`, whatever their number. The shortest texts stay out, as in [`Secrets::of_auth`].
    #[must_use]
    pub fn with(self, token: &AccessToken) -> Self {
        self.with_text(token.expose())
    }

    /// The secrets and `text`, as in [`Secrets::with`].
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        let is_known = self.0.iter().any(|secret| secret.expose_secret() == text);
        if is_known || text.len() < SHORTEST_SECRET {
            return self;
        }
        let mut all: Vec<SecretString> = self.0.to_vec();
        all.push(SecretString::from(text.to_owned()));
        all.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        Self(all.into())
    }

    /// `text` without the secrets.
    pub fn redact(&self, text: &str) -> String {
        let secrets = self.0.iter().map(SecretString::expose_secret);
        secrets.fold(text.to_owned(), |text, secret| {
            if text.contains(secret) {
                text.replace(secret, REDACTED)
            } else {
                text
            }
        })
    }

    /// Redacts the secrets from every string in `value`, including names.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.redact(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_value(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.redact_value(member));
                *members = mem::take(members)
                    .into_iter()
                    .map(|(name, member)| (self.redact(&name), member))
                    .collect();
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

fn collect(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_secret_name(name) => {
            let bare = without_wrapping(text);
            if bare.len() >= SHORTEST_SECRET && found.len() < SECRETS_MAX {
                found.push(bare.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(name, item, found)),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| collect(name, member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A secret without white space, quotes and the word `Bearer` around it.
fn without_wrapping(text: &str) -> &str {
    let bare = text.trim().trim_matches(['"', '\'']).trim();
    match bare.split_at_checked("bearer ".len()) {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("bearer ") => secret.trim(),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_token_of_the_request_is_always_among_them() {
        let many: Vec<String> = (0..40).map(|number| format!("secret number {number}")).collect();
        let auth = json!({ "tokens": many, "credentials": { "access_token": "act.the-one" } });
        let token = AccessToken::parse("act.the-one".into()).unwrap();
        assert_eq!(
            Secrets::of_auth(&auth).with(&token).redact("got act.the-one"),
            "got [REDACTED]"
        );
    }

    #[test]
    fn every_secret_of_auth_is_taken_out_by_its_value() {
        let secrets = Secrets::of_auth(&json!({
            "auth_type": "PlatformOauth2",
            "credentials": {
                "access_token": "opaque word",
                "refresh_token": ["Bearer another secret"],
                "client_secret": "\"opaque word and more\"",
                "open_id": "an open id",
                "pin": "1234"
            }
        }));
        for (text, kept) in [
            ("unknown key \"opaque word\"", "unknown key \"[REDACTED]\""),
            ("opaque word and more", "[REDACTED]"),
            ("another secret", "[REDACTED]"),
            ("an open id, 1234", "an open id, 1234"),
            ("PlatformOauth2", "PlatformOauth2"),
        ] {
            assert_eq!(secrets.redact(text), kept);
        }
        let mut value = json!({ "opaque word": ["opaque word", 1] });
        secrets.redact_value(&mut value);
        assert_eq!(value, json!({ "[REDACTED]": ["[REDACTED]", 1] }));
        assert_eq!(format!("{secrets:?}"), "Secrets(3)");
    }

    #[test]
    fn auth_itself_may_be_the_secret() {
        assert_eq!(
            Secrets::of_auth(&json!("act.canary-token")).redact("got act.canary-token"),
            "got [REDACTED]"
        );
        assert_eq!(Secrets::of_auth(&Value::Null).redact("text"), "text");
    }
}
