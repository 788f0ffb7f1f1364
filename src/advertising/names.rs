//! Names and texts of campaigns, ad groups and ads. Facts: docs/tiktok-marketing-api.md#transport (names), docs/tiktok-marketing-api.md#ads (texts).

use super::violation::AdViolation;

/// Largest width of a name.
const NAME_MAX: usize = 512;

/// Largest width of an ad's text.
const TEXT_MAX: usize = 100;

/// Largest width of the shown name of an identity or app.
const SHOWN_NAME_MAX: usize = 40;

/// Chinese and Japanese characters, which count as two. Korean ones are not named by TikTok, so they count as
/// one.
const WIDE: [(char, char); 8] = [
    ('\u{2e80}', '\u{2fdf}'),
    ('\u{3000}', '\u{30ff}'),
    ('\u{31f0}', '\u{31ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{ff01}', '\u{ff60}'),
    ('\u{20000}', '\u{3ffff}'),
];

/// Characters that are shown as emoji by default (Unicode's property `Emoji_Presentation`, in whole blocks from U+1F300),
/// and the two that turn a preceding character into one. Symbols such as © and ™ are text by default and pass.
const EMOJI: [(char, char); 45] = [
    ('\u{20e3}', '\u{20e3}'),
    ('\u{231a}', '\u{231b}'),
    ('\u{23e9}', '\u{23ec}'),
    ('\u{23f0}', '\u{23f0}'),
    ('\u{23f3}', '\u{23f3}'),
    ('\u{25fd}', '\u{25fe}'),
    ('\u{2614}', '\u{2615}'),
    ('\u{2648}', '\u{2653}'),
    ('\u{267f}', '\u{267f}'),
    ('\u{2693}', '\u{2693}'),
    ('\u{26a1}', '\u{26a1}'),
    ('\u{26aa}', '\u{26ab}'),
    ('\u{26bd}', '\u{26be}'),
    ('\u{26c4}', '\u{26c5}'),
    ('\u{26ce}', '\u{26ce}'),
    ('\u{26d4}', '\u{26d4}'),
    ('\u{26ea}', '\u{26ea}'),
    ('\u{26f2}', '\u{26f3}'),
    ('\u{26f5}', '\u{26f5}'),
    ('\u{26fa}', '\u{26fa}'),
    ('\u{26fd}', '\u{26fd}'),
    ('\u{2705}', '\u{2705}'),
    ('\u{270a}', '\u{270b}'),
    ('\u{2728}', '\u{2728}'),
    ('\u{274c}', '\u{274c}'),
    ('\u{274e}', '\u{274e}'),
    ('\u{2753}', '\u{2755}'),
    ('\u{2757}', '\u{2757}'),
    ('\u{2795}', '\u{2797}'),
    ('\u{27b0}', '\u{27b0}'),
    ('\u{27bf}', '\u{27bf}'),
    ('\u{2b1b}', '\u{2b1c}'),
    ('\u{2b50}', '\u{2b50}'),
    ('\u{2b55}', '\u{2b55}'),
    ('\u{fe0f}', '\u{fe0f}'),
    ('\u{1f004}', '\u{1f004}'),
    ('\u{1f0cf}', '\u{1f0cf}'),
    ('\u{1f18e}', '\u{1f18e}'),
    ('\u{1f191}', '\u{1f19a}'),
    ('\u{1f1e6}', '\u{1f265}'),
    ('\u{1f300}', '\u{1f5ff}'),
    ('\u{1f600}', '\u{1f6ff}'),
    ('\u{1f7e0}', '\u{1f7f0}'),
    ('\u{1f900}', '\u{1f9ff}'),
    ('\u{1fa70}', '\u{1faff}'),
];

/// Characters of no width.
const INVISIBLE: [(char, char); 4] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{feff}', '\u{feff}'),
];

/// Checks the length and the characters of a name.
fn check_name(field: &str, name: &str) -> Vec<AdViolation> {
    let width = width(name);
    let is_long = width > NAME_MAX;
    let length = is_long.then(|| {
        AdViolation::of(
            field,
            format!("{width} characters, with Chinese and Japanese ones as two"),
            format!("at most {NAME_MAX} characters, with Chinese and Japanese ones as two"),
            "shorten the name",
        )
    });
    length
        .into_iter()
        .chain(emoji(field, name))
        .chain(control_in_name(field, name))
        .collect()
}

/// Checks the name of a campaign, ad group or ad, which cannot be blank.
pub fn check_required_name(field: &str, name: &str) -> Vec<AdViolation> {
    if name.chars().all(is_invisible) {
        let allowed = format!("1 to {NAME_MAX} characters");
        return vec![AdViolation::of(field, "a blank name", allowed, "write a name")];
    }
    check_name(field, name)
}

/// Checks the text of an ad.
pub fn check_ad_text(field: &str, text: &str) -> Vec<AdViolation> {
    let width = if text.chars().all(is_invisible) {
        0
    } else {
        width(text)
    };
    let length = (!(1..=TEXT_MAX).contains(&width)).then(|| {
        AdViolation::of(
            field,
            format!("{width} characters, with Chinese and Japanese ones as two"),
            format!("1 to {TEXT_MAX} characters, with Chinese and Japanese ones as two"),
            if width == 0 {
                "write a text"
            } else {
                "shorten the text"
            },
        )
    });
    let unprintable = |character: char| character.is_control() && character != '\n';
    length
        .into_iter()
        .chain(control(
            field,
            text,
            unprintable,
            ("a control character", "text without control characters"),
        ))
        .chain(emoji(field, text))
        .collect()
}

/// Checks the shown name of a custom identity or of an app.
pub(super) fn check_shown_name(field: &str, name: &str) -> Option<AdViolation> {
    let width = width(name);
    (!(1..=SHOWN_NAME_MAX).contains(&width)).then(|| {
        AdViolation::of(
            field,
            format!("{width} characters, with Chinese and Japanese ones as two"),
            format!("1 to {SHOWN_NAME_MAX} characters, with Chinese and Japanese ones as two"),
            format!("shorten the name, or omit {field}"),
        )
    })
}

/// Number of characters, with Chinese and Japanese ones as two.
fn width(text: &str) -> usize {
    let widths = text
        .chars()
        .map(|character| if is_in(&WIDE, character) { 2 } else { 1 });
    widths.sum()
}

fn emoji(field: &str, text: &str) -> Option<AdViolation> {
    let at = text.chars().position(|character| is_in(&EMOJI, character))?;
    Some(AdViolation::of(
        field,
        format!("an emoji at character {}", at + 1),
        "text without emoji",
        "remove every emoji",
    ))
}

/// Whether a character leaves nothing to see.
fn is_invisible(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_in(&INVISIBLE, character)
}

/// A name with a control character, such as a line break, would break the tables and files that it appears in.
fn control_in_name(field: &str, name: &str) -> Option<AdViolation> {
    control(
        field,
        name,
        char::is_control,
        ("a control character, such as a line break,", "one line of text"),
    )
}

/// Refuses a text with a character of a kind, in words for what was got and what is allowed.
fn control(
    field: &str,
    text: &str,
    is_refused: impl Fn(char) -> bool,
    (got, allowed): (&str, &str),
) -> Option<AdViolation> {
    let at = text.chars().position(is_refused)?;
    Some(AdViolation::of(
        field,
        format!("{got} at character {}", at + 1),
        allowed,
        "remove it",
    ))
}

fn is_in(ranges: &[(char, char)], character: char) -> bool {
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(found: &[AdViolation]) -> Vec<&str> {
        found
            .iter()
            .map(|violation| violation.error.allowed.as_str())
            .collect()
    }

    const LONG: &str = "at most 512 characters, with Chinese and Japanese ones as two";
    const EMOJI_FREE: &str = "text without emoji";

    #[test]
    fn names_have_at_most_512_characters_and_wide_ones_count_twice() {
        for (name, wrong) in [
            ("a".repeat(512), &[][..]),
            ("a".repeat(513), &[LONG]),
            ("é".repeat(512), &[]),
            ("한".repeat(512), &[]),
            ("広".repeat(256), &[]),
            ("広".repeat(256) + "a", &[LONG]),
            ("カ".repeat(257), &[LONG]),
            ("。".repeat(257), &[LONG]),
            (String::new(), &[]),
            ("🙂".repeat(513), &[LONG, EMOJI_FREE]),
        ] {
            assert_eq!(allowed(&check_name("ad_name", &name)), wrong, "{name}");
        }
    }

    #[test]
    fn a_campaigns_name_is_not_blank() {
        assert_eq!(check_required_name("campaign_name", "Autumn"), []);
        assert_eq!(check_required_name("campaign_name", "").len(), 1);
        assert_eq!(check_required_name("campaign_name", " \t").len(), 1);
        assert_eq!(check_required_name("campaign_name", "🙂").len(), 1);
        for (name, got) in [
            ("\u{200b}\u{feff} ", "a blank name"),
            ("\u{7}", "a blank name"),
            (
                "A\nB",
                "a control character, such as a line break, at character 2",
            ),
        ] {
            let found = check_required_name("campaign_name", name);
            assert_eq!(found[0].error.got, got, "{name:?}");
        }
    }

    #[test]
    fn emoji_are_refused_and_symbols_pass() {
        for emoji in ["🙂", "🇩🇪", "1️⃣", "❤️", "⭐", "✅", "🅰️", "👍🏽", "🫠", "⏰"]
        {
            let found = check_name("ad_name", &format!("a{emoji}"));
            assert_eq!(allowed(&found), [EMOJI_FREE], "{emoji}");
        }
        for text in [
            "Sale – 50 % off!",
            "©2026 Acme™",
            "→ ★ № ½",
            "广告",
            "Ünïcödé",
            "a\u{301}",
            "1#*",
        ] {
            assert_eq!(check_name("ad_name", text), [], "{text}");
        }
        let found = check_name("ad_name", "Sale🙂");
        assert_eq!(found[0].error.got, "an emoji at character 5");
    }

    #[test]
    fn texts_have_1_to_100_characters() {
        const LENGTH: &str = "1 to 100 characters, with Chinese and Japanese ones as two";
        for (text, wrong) in [
            ("a".to_owned(), &[][..]),
            ("広".repeat(50), &[]),
            ("広".repeat(51), &[LENGTH]),
            ("a".repeat(101), &[LENGTH]),
            (String::new(), &[LENGTH]),
            (" \u{200b}".to_owned(), &[LENGTH]),
            ("🙂".to_owned(), &[EMOJI_FREE]),
            ("a\nb".to_owned(), &[]),
            ("a\u{7}b".to_owned(), &["text without control characters"]),
        ] {
            assert_eq!(allowed(&check_ad_text("ad_text", &text)), wrong, "{text}");
        }
    }

    #[test]
    fn shown_names_have_1_to_40_characters() {
        for (name, is_fine) in [
            ("a".repeat(40), true),
            ("a".repeat(41), false),
            ("広".repeat(20), true),
            ("広".repeat(21), false),
            (String::new(), false),
        ] {
            assert_eq!(check_shown_name("app_name", &name).is_none(), is_fine, "{name}");
        }
    }

    #[test]
    fn the_ranges_are_in_order() {
        for ranges in [&WIDE[..], &EMOJI[..]] {
            assert!(ranges.iter().all(|(first, last)| first <= last));
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
