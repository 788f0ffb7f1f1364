//! The only detector of secrets in received text, for messages and logs.
//!
//! TikTok's Marketing API has access tokens of 40 hexadecimal characters without a prefix
//! (<https://business-api.tiktok.com/portal/docs>), so the beginnings of well-known tokens are not enough:
//! long runs of letters and digits count too.

use std::{borrow::Cow, mem};

use super::{REDACTED, ids::Ids, names::is_secret_name, open_kind::OpenTokenKind};

/// Shortest run of mixed letters and digits that is taken for a key or a token.
const OPAQUE_RUN: usize = 16;

/// The same where hyphens and underscores count, as in URL-safe base64. Such a run also has letters of both
/// cases.
const OPAQUE_URL_SAFE_RUN: usize = 24;

/// Length of an access token of TikTok's Marketing API, in hexadecimal digits.
const MARKETING_TOKEN: usize = 40;

/// Beginnings of other well-known tokens, in this case only.
const KNOWN_STARTS: [&str; 23] = [
    "eyJ",
    "sk-",
    "sk_",
    "pk_",
    "rk_",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxa-",
    "xoxb-",
    "xoxe.",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "AKIA",
    "AIza",
    "ya29.",
    "whsec_",
];

/// Shortest word that is a token because of its known beginning.
const KNOWN_MIN: usize = 12;

/// Schemes of the `Authorization` header, in any case. White space and the secret follow.
const SCHEMES: [&str; 2] = ["bearer", "basic"];

/// Whether `text` holds, or could hold, a token, a key, a signed address or an address with a password.
pub fn may_hold_secret(text: &str) -> bool {
    without_secrets(text, Ids::Suspect) != text
}

/// `text` without secrets. Addresses lose their user name, password, query and opaque path segments; any
/// other secret hides the whole text.
pub fn without_secrets(text: &str, ids: Ids) -> Cow<'_, str> {
    let mut kept = String::with_capacity(text.len());
    let mut plain = String::with_capacity(text.len());
    for word in text.split_inclusive(ends_address) {
        let (bare, end) = word.split_at(word.trim_end_matches(ends_address).len());
        if let Some((before, scheme, rest)) = split_address(bare) {
            kept.extend([before, scheme, "://", &open_address(rest, ids)]);
            // A word in its place, so that `token=https://…` still assigns something.
            plain.extend([before, "address"]);
        } else {
            kept.push_str(bare);
            plain.push_str(bare);
        }
        kept.push_str(end);
        plain.push_str(end);
    }
    if holds_token(&plain, ids) || assigns_secret(&plain, &['=', ':']) {
        return REDACTED.into();
    }
    if kept == text { text.into() } else { kept.into() }
}

fn ends_address(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '<' | '>' | '`')
}

/// The parts of a word with an address in it: before the scheme, the scheme, and after `://`.
fn split_address(word: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = word.split_once("://")?;
    let in_scheme = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    let (before, scheme) = before.split_at(before.trim_end_matches(in_scheme).len());
    Some((before, scheme, rest))
}

/// The part of an address after `://`, without secrets.
fn open_address(rest: &str, ids: Ids) -> String {
    let (rest, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    let (user, rest) = match rest.rsplit_once('@') {
        Some((_, host)) if !begins_with_host(rest) => (format!("{REDACTED}@"), host),
        _ => (String::new(), rest),
    };
    let is_secret = |segment: &str| holds_token(segment, ids) || assigns_secret(segment, &['=']);
    let shown = |segment| if is_secret(segment) { REDACTED } else { segment };
    let path = rest.split('/').map(shown).collect::<Vec<_>>().join("/");
    let query = if query.len() > 1 {
        format!("{}{REDACTED}", query.get(..1).unwrap_or_default())
    } else {
        query.into()
    };
    format!("{user}{path}{query}")
}

/// Whether a host, or a host and a port, stands before the first slash: an `@` after it is part of the path.
fn begins_with_host(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    !authority.contains('@') && authority.split_once(':').is_none_or(|(_, port)| is_port(port))
}

fn holds_token(text: &str, ids: Ids) -> bool {
    let is_opaque = match ids {
        Ids::Suspect => has_opaque_run(text) || has_opaque_url_safe_run(text),
        Ids::Expected => has_marketing_token(text),
        Ids::Digests => false,
    };
    is_opaque || holds_known_start(text) || holds_start_in_any_case(text)
}

fn holds_known_start(text: &str) -> bool {
    let in_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let ends_word = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '"' | '\'');
    let is_long = |word: &str| word.find(ends_word).unwrap_or(word.len()) >= KNOWN_MIN;
    let mut is_in_word = false;
    text.char_indices().any(|(at, letter)| {
        let begins = !mem::replace(&mut is_in_word, in_word(letter));
        let word = text.get(at..).unwrap_or_default();
        begins && KNOWN_STARTS.iter().any(|start| word.starts_with(start)) && is_long(word)
    })
}

fn holds_start_in_any_case(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let begins_word = |at: usize| {
        !lower
            .get(..at)
            .unwrap_or_default()
            .ends_with(char::is_alphanumeric)
    };
    let is_followed = |at: usize| {
        let after = lower.get(at..).unwrap_or_default();
        after.starts_with(char::is_whitespace) && !after.trim().is_empty()
    };
    // TikTok's tokens, in any case.
    OpenTokenKind::ALL
        .into_iter()
        .flat_map(|kind| lower.match_indices(kind.start()))
        .any(|(at, _)| begins_word(at))
        || SCHEMES
            .iter()
            .flat_map(|scheme| lower.match_indices(scheme))
            .any(|(at, scheme)| begins_word(at) && is_followed(at + scheme.len()))
}

/// Whether a value is assigned to a secret name in `text`, as in `password=…` or `"token": …`.
fn assigns_secret(text: &str, assigners: &[char]) -> bool {
    let ends_name = |letter: char| {
        matches!(
            letter,
            ',' | ';' | '&' | '?' | '=' | ':' | '{' | '}' | '(' | ')' | '[' | ']' | '\n'
        )
    };
    text.match_indices(assigners).any(|(at, _)| {
        let name = text
            .get(..at)
            .unwrap_or_default()
            .rsplit(ends_name)
            .next()
            .unwrap_or_default();
        let value = text.get(at + 1..).unwrap_or_default();
        is_secret_name(name) && !value.trim_start().is_empty()
    })
}

fn has_opaque_run(text: &str) -> bool {
    let mut runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    runs.any(|run| run.len() >= OPAQUE_RUN && has_letter(run) && has_digit(run))
}

/// Whether there is a run of exactly as many hexadecimal digits as a token of TikTok's Marketing API has.
fn has_marketing_token(text: &str) -> bool {
    let mut runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    runs.any(|run| run.len() == MARKETING_TOKEN && run.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn has_opaque_url_safe_run(text: &str) -> bool {
    let mut runs =
        text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')));
    runs.any(|run| {
        let both_cases = run.contains(|letter: char| letter.is_ascii_lowercase())
            && run.contains(|letter: char| letter.is_ascii_uppercase());
        run.len() >= OPAQUE_URL_SAFE_RUN && both_cases && has_digit(run)
    })
}

fn has_letter(run: &str) -> bool {
    run.contains(|letter: char| letter.is_ascii_alphabetic())
}

fn has_digit(run: &str) -> bool {
    run.contains(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_beside_an_address_hides_the_text() {
        for text in [
            "Bearer zz9abcdef0123456789abcdef, see https://docs",
            "Bearer abc, see https://docs",
            "token=s3cr3tvalue see http://h",
            "see http://h token=s3cr3tvalue",
            "host=h;password=hunter2",
            "token=https://h/canary",
            r#"{"url":"https://h/p","token":"abc"}"#,
            "bearer\tabc",
            "example.com/callback?sig=canary",
            "ghp_abcdefghijklmnop",
            "sk_live_abcdefgh",
            "AKIAABCDEFGHIJKLMNOP",
        ] {
            assert_eq!(without_secrets(text, Ids::Suspect), REDACTED, "{text}");
        }
    }

    #[test]
    fn an_address_loses_its_secrets_and_the_words_around_it_stay() {
        for (text, kept) in [
            (
                "post to https://u:p@h/a?b=c now",
                "post to https://[REDACTED]@h/a?[REDACTED] now",
            ),
            ("https://u:p/w@h/a", "https://[REDACTED]@h/a"),
            ("redis://:pw@h:6379/0", "redis://[REDACTED]@h:6379/0"),
            ("jdbc:mysql://h/db?password=x", "jdbc:mysql://h/db?[REDACTED]"),
            (
                "https://hooks.slack.com/services/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",
                "https://hooks.slack.com/services/T012AB3CD/B012AB3CD/[REDACTED]",
            ),
            (
                "https://h/bot/act.x/send#frag",
                "https://h/bot/[REDACTED]/send#[REDACTED]",
            ),
            ("https://h/a;jsessionid=abc/b", "https://h/[REDACTED]/b"),
            (
                r#"{"to":"https://u@h/a","n":1}"#,
                r#"{"to":"https://[REDACTED]@h/a","n":1}"#,
            ),
            ("https://a/b https://c/d?e", "https://a/b https://c/d?[REDACTED]"),
        ] {
            assert_eq!(without_secrets(text, Ids::Suspect), kept, "{text}");
        }
    }

    #[test]
    fn ordinary_texts_and_addresses_stay() {
        for text in [
            "https://www.tiktok.com/@ann/video/7301234567890123456",
            "http://localhost:8080/health",
            "have you seen https://example.com/a?",
            "task_pk_identifier",
            "2026-11-28T10:00:00Z",
            "a token ring",
            "Grüße 🎉 an alle: bis morgen",
        ] {
            assert_eq!(without_secrets(text, Ids::Suspect), text);
        }
    }

    #[test]
    fn long_ids_stay_where_they_are_expected_and_tokens_do_not() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(without_secrets(id, Ids::Expected), id);
        assert_eq!(without_secrets(id, Ids::Suspect), REDACTED);
        assert_eq!(without_secrets("ghp_abcdefghijklmnop", Ids::Expected), REDACTED);
        let token_or_commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(without_secrets(token_or_commit, Ids::Expected), REDACTED);
        assert_eq!(without_secrets(token_or_commit, Ids::Digests), token_or_commit);
    }
}
