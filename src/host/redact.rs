//! A request's metadata as it may be logged: without secrets, and not longer than a log line should be.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::secret::{AccessToken, REDACTED};

/// More of a request's metadata does not go into a log line, in bytes of JSON.
const METADATA_MAX: usize = 1024;

/// More of one text does not go into a log line, in characters.
const TEXT_MAX: usize = 256;

/// Parts of names whose values are secrets, in lower case and without separators.
const SECRET_NAMES: [&str; 21] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "authorization",
    "authentication",
    "bearer",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "credential",
    "cookie",
    "signature",
    "jwt",
    "otp",
    "sessionid",
];

/// Whole names whose values are secrets.
const SECRET_WORDS: [&str; 7] = ["auth", "pass", "pin", "session", "sid", "key", "sig"];

/// Beginnings of well-known tokens.
const TOKEN_BEGINNINGS: [&str; 17] = [
    "act.",
    "rft.",
    "clt.",
    "eyJ",
    "sk-",
    "sk_",
    "pk_",
    "rk_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xox",
    "AKIA",
    "AIza",
    "ya29.",
];

/// So many letters and digits in a row, mixed, are taken for a token, unless the name says that it is an id.
const RUN_MAX: usize = 20;

/// `metadata` without secrets and within its bounds. What is left out is named.
pub(super) fn for_logs(metadata: &Map<String, Value>, token: &AccessToken) -> Value {
    let mut kept = Map::new();
    let mut room = METADATA_MAX;
    for (name, member) in metadata {
        let (name, member) = (of_name(name), of_member(name, member));
        let size = name.len() + member.to_string().len();
        if size <= room {
            room -= size;
            kept.insert(name, member);
        } else if let Some(left) = room.checked_sub(name.len() + LEFT_OUT) {
            room = left;
            kept.insert(name, Value::String(format!("(left out: {size} bytes)")));
        }
    }
    let mut kept = Value::Object(kept);
    token.redact_value(&mut kept);
    kept
}

/// Bytes for the words that stand for what is left out.
const LEFT_OUT: usize = 32;

fn of_member(name: &str, member: &Value) -> Value {
    match member {
        Value::Null | Value::Bool(_) => member.clone(),
        _ if is_secret_name(name) => Value::String(REDACTED.to_owned()),
        Value::Number(_) => member.clone(),
        Value::String(text) => Value::String(of_text(name, text).into_owned()),
        Value::Array(items) => Value::Array(items.iter().map(|item| of_member(name, item)).collect()),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (of_name(name), of_member(name, member))).collect()
        }
    }
}

fn of_name(name: &str) -> String {
    if looks_like_token(name, RUN_MAX) { REDACTED.to_owned() } else { name.chars().take(TEXT_MAX).collect() }
}

/// A text, or what may be shown of it. Of an address that is all before its query, without user name and password.
fn of_text<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    // Ids of runs and traces are long and mixed too, and are what logs are searched for.
    let run_max = if is_id(name) { usize::MAX } else { RUN_MAX };
    if let Some((scheme, rest)) = text.split_once("://") {
        let (rest, query) = rest.split_once(['?', '#']).map_or((rest, ""), |(rest, _)| (rest, "?"));
        let hidden = if query.is_empty() { "" } else { REDACTED };
        let rest = rest.split_once('@').map_or(Cow::Borrowed(rest), |(_, host)| format!("{REDACTED}@{host}").into());
        return format!("{scheme}://{rest}{query}{hidden}").chars().take(TEXT_MAX).collect::<String>().into();
    }
    if looks_like_token(text, run_max) {
        return REDACTED.into();
    }
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

fn is_secret_name(name: &str) -> bool {
    let bare: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    let words = words(name);
    SECRET_NAMES.iter().any(|part| bare.contains(part))
        || SECRET_WORDS.contains(&bare.as_str())
        || words.last().is_some_and(|last| last != "key" && SECRET_WORDS.contains(&last.as_str()))
}

fn is_id(name: &str) -> bool {
    let last = words(name).pop().unwrap_or_default();
    matches!(
        last.as_str(),
        "id" | "ids" | "uuid" | "guid" | "ulid" | "run" | "trace" | "span" | "sha" | "commit" | "hash" | "etag"
    )
}

/// The words of a name, in lower case: `runId`, `run_id` and `run-id` are `run` and `id`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn looks_like_token(text: &str, run_max: usize) -> bool {
    let begins = |word: &str| TOKEN_BEGINNINGS.iter().any(|beginning| word.len() >= 12 && word.starts_with(beginning));
    let is_scheme = |word: &str| word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
    let mut parts = text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '=' | '"' | '\''));
    let assigns =
        text.split_once(['=', ':']).is_some_and(|(name, value)| is_secret_name(name) && !value.trim().is_empty());
    assigns
        || parts.any(|part| begins(part) || is_scheme(part))
        || text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|run| is_mixed(run) && run.len() >= run_max)
}

fn is_mixed(run: &str) -> bool {
    run.bytes().any(|byte| byte.is_ascii_digit()) && run.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn logged(metadata: &Value) -> Value {
        let token = AccessToken::parse("act.sim-public-token".to_owned()).unwrap();
        for_logs(metadata.as_object().unwrap(), &token)
    }

    #[test]
    fn members_with_secret_names_are_hidden_at_any_depth() {
        for name in [
            "password",
            "Password",
            "db_password",
            "clientSecret",
            "client-secret",
            "access_token",
            "X-Api-Key",
            "apiKey",
            "Authorization",
            "cookie",
            "Set-Cookie",
            "credentials",
            "private_key",
            "auth",
            "x-auth",
            "basic_auth",
            "pwd",
            "passphrase",
            "jwt",
            "key",
            "sid",
            "X-Amz-Signature",
        ] {
            let kept = logged(&json!({ "run": "r-1", "deep": [{ (name): { "a": "canary" } }], (name): "canary" }));
            assert!(!kept.to_string().contains("canary"), "{name}: {kept}");
            assert_eq!((&kept["run"], &kept[name]), (&json!("r-1"), &json!(REDACTED)), "{name}");
        }
    }

    #[test]
    fn values_that_look_like_secrets_are_hidden() {
        for value in [
            "act.another-token-of-somebody",
            "Bearer abc",
            "basic dXNlcjpwYXNz",
            "header: bearer abc",
            "eyJhbGciOiJIUzI1NiJ9.e30.x",
            "0123456789abcdef0123456789abcdef01234567",
            "ghp_abcdefghijklmnop",
            "password=hunter2",
            "token: hunter2",
            "act.sim-public-token",
        ] {
            for kept in
                [logged(&json!({ "note": value })), logged(&json!({ (value): 1 })), logged(&json!({ "a": [[value]] }))]
            {
                let word = value.rsplit(' ').next().unwrap();
                assert!(!kept.to_string().contains(word), "{value}: {kept}");
            }
        }
    }

    #[test]
    fn what_logs_are_searched_for_stays() {
        let metadata = json!({
            "run": "r-77", "run_id": "01JDQ3Z5X8KZ7T9V2B4N6M8P0Q", "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
            "workflow": { "name": "Monday's post", "step": 3, "uuid": "8b2ac1de-0c51-4b8e-9c66-5d2f0d6b8c11" },
            "at": "2026-11-28T07:46:50Z", "monkey": "Kiki", "keyboard": true, "author": "Ann", "retries": null,
            "host": "https://hooks.example.com/a/b", "ratio": 0.5,
        });
        assert_eq!(logged(&metadata), metadata);
    }

    #[test]
    fn an_address_is_shown_without_what_opens_it() {
        let kept = logged(&json!({ "callback": "https://me:canary@host/path?sig=canary#canary" }));
        assert_eq!(kept["callback"], "https://[REDACTED]@host/path?[REDACTED]");
    }

    #[test]
    fn what_is_too_long_is_named_and_the_rest_stays() {
        let kept = logged(&json!({ "long": "ä".repeat(300), "list": vec!["some words"; 200], "last": 7 }));
        assert_eq!(kept["long"], format!("{}…", "ä".repeat(256)));
        assert_eq!((&kept["list"], &kept["last"]), (&json!("(left out: 2605 bytes)"), &json!(7)));
        let many: Map<String, Value> = (0..500).map(|number| (format!("member {number}"), json!(number))).collect();
        let kept = logged(&Value::Object(many));
        assert!(kept.to_string().len() < 2 * METADATA_MAX && kept["member 0"] == 0, "{kept}");
    }
}
