//! Text that somebody sent, as messages repeat it: short, quoted, and never where it may hold a secret.
//!
//! Keys, names and values all go through here, so that the rule stands once. TikTok's Marketing API has access tokens of 40
//! hexadecimal characters without a prefix (<https://business-api.tiktok.com/portal/docs>), so a secret cannot be known by its
//! beginning alone.

/// The longest text that is repeated, in characters.
const SHOWN_MAX: usize = 40;

/// From this length on, letters and digits in a row are taken for a key or a token.
const OPAQUE_RUN: usize = 16;

/// The same where hyphens and underscores count, as in URL-safe base64; such a run also has letters of both cases.
const OPAQUE_URL_SAFE_RUN: usize = 24;

/// How the tokens of TikTok's Open API and common authorization headers begin
/// (<https://developers.tiktok.com/doc/oauth-user-access-token-management>).
const TOKEN_STARTS: [&str; 5] = ["act.", "rft.", "clt.", "bearer ", "basic "];

/// Whether a name that somebody sent may be repeated to them: a secret in the wrong place must not be.
pub fn is_repeatable(name: &str) -> bool {
    is_short(name) && !may_hold_secret(name) && !name.chars().any(char::is_control)
}

/// `name` in quotes, or its length where it may not be repeated.
pub fn repeatable(name: &str) -> String {
    if is_repeatable(name) { format!("{name:?}") } else { format!("a name of {} characters", name.chars().count()) }
}

/// Whether a value that somebody sent may be repeated to them.
pub fn is_showable(value: &str) -> bool {
    is_short(value) && !may_hold_secret(value)
}

/// `value` in quotes, or its type and length where it may not be repeated.
pub fn shown(value: &str) -> String {
    if is_showable(value) { format!("{value:?}") } else { format!("a text of {} characters", value.chars().count()) }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= SHOWN_MAX
}

/// Whether `text` holds, or could hold, a token, a key, a signed address or an address with a password.
pub fn may_hold_secret(text: &str) -> bool {
    let signed_address = text.split_once("://").is_some_and(|(_, rest)| rest.contains(['@', '?']));
    signed_address || holds_token_start(text) || has_opaque_run(text) || has_opaque_url_safe_run(text)
}

fn holds_token_start(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let begins_word =
        |at: usize| !lower.get(..at).unwrap_or_default().ends_with(|before: char| before.is_alphanumeric());
    TOKEN_STARTS.iter().any(|start| lower.match_indices(start).any(|(at, _)| begins_word(at)))
}

fn has_opaque_run(text: &str) -> bool {
    let mut runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    runs.any(|run| run.len() >= OPAQUE_RUN && has_letter(run) && has_digit(run))
}

fn has_opaque_url_safe_run(text: &str) -> bool {
    let mut runs = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')));
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
    fn what_may_be_a_secret_is_not_repeated() {
        for secret in [
            "0123456789abcdef0123456789abcdef01234567",
            "fedcba98765432100",
            "act.sim-public",
            "for act.x",
            "rft.x",
            "CLT.x",
            "Bearer x",
            "aw1b2c3d4e5f6g7h",
            "key: abcdefghij0123456789",
            "AbCdEf-0123456_GhIjKl-78",
            "https://user:pass@example.com/a.mp4",
            "https://example.com/a.mp4?sig=1",
        ] {
            assert!(may_hold_secret(secret) && !is_repeatable(secret) && !is_showable(secret), "{secret}");
            assert!(!shown(secret).contains(secret) && !repeatable(secret).contains(secret), "{secret}");
        }
    }

    #[test]
    fn ordinary_words_are_repeated() {
        for word in [
            "caption",
            "video_cover_timestamp_ms",
            "self_only",
            "2026-11-28T10:00:00Z",
            "550e8400-e29b-41d4-a716-446655440000",
            "12345678901234567890",
            "abcdefghijklmnopqrstuvwxyz",
            "contract.pdf",
            "Grüße 🎉",
            "https://example.com/a.mp4",
        ] {
            assert!(is_repeatable(word) && is_showable(word), "{word}");
            assert_eq!(shown(word), format!("\"{word}\""));
        }
        assert_eq!(shown("a\nb"), r#""a\nb""#);
        assert_eq!(repeatable("a\nb"), "a name of 3 characters");
    }

    #[test]
    fn forty_characters_are_repeated_and_more_are_counted() {
        let (longest, longer) = ("é".repeat(40), "é".repeat(41));
        assert_eq!((shown(&longest), shown(&longer)), (format!("\"{longest}\""), "a text of 41 characters".to_owned()));
    }
}
