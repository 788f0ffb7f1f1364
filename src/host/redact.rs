//! A request's metadata for the log: without secrets and limited in length.

use serde_json::{Map, Value};

use super::strict::REST;
use crate::secret::{Ids, REDACTED, Secrets, ids_under, is_secret_name, without_secrets};

/// Maximum size of the metadata in a log line, in bytes of JSON.
const METADATA_MAX: usize = 1024;

/// Maximum length of one string in a log line, in characters.
const TEXT_MAX: usize = 256;

/// Returns `metadata` without secrets and within the limits. Omitted parts are named.
pub(super) fn for_logs(metadata: &Map<String, Value>, secrets: &Secrets) -> Value {
    let mut kept = Map::new();
    let (mut room, mut rest) = (METADATA_MAX, 0_usize);
    for (name, member) in metadata {
        let (name, member) = (of_name(name), of_member(name, member));
        let size = name.len() + member.to_string().len();
        if size <= room {
            room -= size;
            kept.insert(name, member);
        } else if let Some(left) = room.checked_sub(name.len() + LEFT_OUT) {
            room = left;
            kept.insert(name, Value::String(format!("(omitted: {size} bytes)")));
        } else {
            rest += 1;
        }
    }
    if rest > 0 {
        kept.entry(REST)
            .or_insert_with(|| Value::String(format!("(omitted: {rest} members)")));
    }
    let mut kept = Value::Object(kept);
    secrets.redact_value(&mut kept);
    kept
}

/// Bytes reserved for the note about omitted parts.
const LEFT_OUT: usize = 32;

fn of_member(name: &str, member: &Value) -> Value {
    match member {
        Value::Null | Value::Bool(_) => member.clone(),
        _ if is_secret_name(name) => Value::String(REDACTED.to_owned()),
        Value::Number(_) => member.clone(),
        Value::String(text) => Value::String(of_text(name, text)),
        Value::Array(items) => Value::Array(items.iter().map(|item| of_member(name, item)).collect()),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (of_name(name), of_member(name, member)))
            .collect(),
    }
}

fn of_name(name: &str) -> String {
    let kept = without_secrets(name, Ids::Suspect);
    if kept == name {
        name.chars().take(TEXT_MAX).collect()
    } else {
        REDACTED.to_owned()
    }
}

fn of_text(name: &str, text: &str) -> String {
    // Ids of runs and traces look like secrets, but logs are searched for them.
    let kept = without_secrets(text, ids_under(name));
    match kept.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", kept.get(..end).unwrap_or_default()),
        None => kept.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn logged(metadata: &Value) -> Value {
        let secrets = Secrets::of_auth(&json!({ "access_token": "act.sim-public-token" }));
        for_logs(metadata.as_object().unwrap(), &secrets)
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
            let kept =
                logged(&json!({ "run": "r-1", "deep": [{ (name): { "a": "canary" } }], (name): "canary" }));
            assert!(!kept.to_string().contains("canary"), "{name}: {kept}");
            assert_eq!(
                (&kept["run"], &kept[name]),
                (&json!("r-1"), &json!(REDACTED)),
                "{name}"
            );
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
            "see https://docs first, then Bearer zz9abcdef0123456789abcdef",
            "see http://h token=s3cr3tvalue",
            "https://hooks.slack.com/services/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",
            "host=h;password=hunter2",
        ] {
            for kept in [
                logged(&json!({ "note": value })),
                logged(&json!({ (value): 1 })),
                logged(&json!({ "a": [[value]] })),
            ] {
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
            "host": "https://hooks.example.com/a/b", "video": "https://www.tiktok.com/@ann/video/7301234567890123456", "ratio": 0.5,
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
        assert_eq!(
            (&kept["list"], &kept["last"]),
            (&json!("(omitted: 2605 bytes)"), &json!(7))
        );
        let many: Map<String, Value> = (0..500)
            .map(|number| (format!("member {number}"), json!(number)))
            .collect();
        let kept = logged(&Value::Object(many));
        assert!(
            kept.to_string().len() < 2 * METADATA_MAX && kept["member 0"] == 0,
            "{kept}"
        );
        let told = kept.as_object().map_or(0, Map::len) - 1;
        assert_eq!(kept[REST], format!("(omitted: {} members)", 500 - told));
    }
}
