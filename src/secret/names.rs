//! Names of secrets, as they appear in keys and before values.

use super::ids::Ids;

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

/// Whether the value under `name` is a secret.
pub fn is_secret_name(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect::<String>()
        .to_lowercase();
    let words = words(name);
    SECRET_NAMES.iter().any(|part| bare.contains(part))
        || SECRET_WORDS.contains(&bare.as_str())
        || words
            .last()
            .is_some_and(|last| last != "key" && SECRET_WORDS.contains(&last.as_str()))
}

/// Returns the kind of long ids that are expected under `name`.
pub fn ids_under(name: &str) -> Ids {
    let last = words(name).pop().unwrap_or_default();
    match last.as_str() {
        "id" | "ids" | "uuid" | "guid" | "ulid" | "run" | "trace" | "span" => Ids::Expected,
        "sha" | "commit" | "hash" | "etag" => Ids::Digests,
        _ => Ids::Suspect,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_however_they_are_spelled() {
        for name in [
            "db_password",
            "clientSecret",
            "X-Api-Key",
            "\"token\"",
            " my pin",
            "Set-Cookie",
            "x-auth",
            "sid",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["monkey", "keyboard", "author", "passage", "spine", "sort key", ""] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert_eq!(["runId", "trace-id"].map(ids_under), [Ids::Expected; 2]);
        assert_eq!(["idea", "grid"].map(ids_under), [Ids::Suspect; 2]);
        assert_eq!(["git commit", "sha"].map(ids_under), [Ids::Digests; 2]);
    }
}
