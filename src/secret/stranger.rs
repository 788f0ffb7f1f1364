//! Text of a request as messages repeat it: short, quoted, and never if it may hold a secret.

use super::detect::may_hold_secret;

/// The longest text that is repeated, in characters.
const SHOWN_MAX: usize = 40;

/// Returns true if a name in a request may be repeated in a message. A misplaced secret must not be.
pub fn is_repeatable(name: &str) -> bool {
    is_short(name) && !may_hold_secret(name) && !name.chars().any(char::is_control)
}

/// `name` in quotes, or its length where it may not be repeated.
pub fn repeatable(name: &str) -> String {
    if is_repeatable(name) {
        format!("{name:?}")
    } else {
        format!("a name of {} characters", name.chars().count())
    }
}

/// Returns true if a value in a request may be repeated in a message.
pub fn is_showable(value: &str) -> bool {
    is_short(value) && !may_hold_secret(value)
}

/// `value` in quotes, or its type and length where it may not be repeated.
pub fn shown(value: &str) -> String {
    if is_showable(value) {
        format!("{value:?}")
    } else {
        format!("a string of {} characters", value.chars().count())
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= SHOWN_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_possible_secret_is_not_repeated() {
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
            "ghp_abcdefghijklmnop",
            "sk_live_abcdefgh",
            "AKIAABCDEFGHIJKLMNOP",
            "password=hunter2",
        ] {
            assert!(
                may_hold_secret(secret) && !is_repeatable(secret) && !is_showable(secret),
                "{secret}"
            );
            assert!(
                !shown(secret).contains(secret) && !repeatable(secret).contains(secret),
                "{secret}"
            );
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
        assert_eq!(
            (shown(&longest), shown(&longer)),
            (format!("\"{longest}\""), "a string of 41 characters".to_owned())
        );
    }
}
