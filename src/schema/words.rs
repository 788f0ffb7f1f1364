//! Words for what a schema allows.

use jsonschema::error::TypeKind;
use serde_json::Value;

use crate::model::Grouped;

/// Number of names that a message lists.
const LISTED_MAX: usize = 24;

/// Known names, without those that would make the message long.
pub(super) fn listed(known: &[&str]) -> String {
    let (listed, others) = known.split_at(known.len().min(LISTED_MAX));
    match others.len() {
        0 => listed.join(", "),
        count => format!(
            "{}, and {count} others, which the schema of the action lists",
            listed.join(", ")
        ),
    }
}

/// A pattern of the schemas.
pub(super) struct Pattern {
    /// The regular expression.
    regex: &'static str,
    /// Strings that match it, in words.
    words: &'static str,
    /// Returns true only for a string that matches it. It may return false for some that do.
    pub(super) certainly_matches: fn(&str) -> bool,
}

/// Patterns of the schemas, other than those of IDs.
const PATTERNS: [Pattern; 5] = [
    Pattern {
        regex: r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
        words: "a date and time such as 2026-01-31 08:00:00",
        certainly_matches: |text| has_form(text, "0000-00-00 00:00:00"),
    },
    Pattern {
        regex: r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}|T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))$",
        words: "a date and time in UTC such as 2026-01-31 08:00:00, or with an offset such as 2026-01-31T08:00:00+01:00",
        certainly_matches: |text| {
            has_form(text, "0000-00-00 00:00:00") || has_form(text, "0000-00-00T00:00:00Z")
        },
    },
    Pattern {
        regex: r"^\d{4}-\d{2}-\d{2}$",
        words: "a date such as 2026-01-31",
        certainly_matches: |text| has_form(text, "0000-00-00"),
    },
    Pattern {
        regex: "^[a-z][a-z0-9_]{0,99}$",
        words: "a name of lower-case letters, digits and underscores, such as video_views",
        certainly_matches: |text| {
            let in_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            text.len() <= 100
                && text.starts_with(|first: char| first.is_ascii_lowercase())
                && text.bytes().all(in_name)
        },
    },
    Pattern {
        regex: "^[01]{336}$",
        words: "336 digits 0 or 1, one for each half hour of the week from Monday 00:00",
        certainly_matches: |text| text.len() == 336 && text.bytes().all(|byte| matches!(byte, b'0' | b'1')),
    },
];

/// The known pattern with this regular expression.
pub(super) fn pattern(regex: &str) -> Option<&'static Pattern> {
    PATTERNS.iter().find(|known| known.regex == regex)
}

/// Whether `text` is `form`, in which a `0` stands for any ASCII digit.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, expected): (u8, u8)| byte == expected || (expected == b'0' && byte.is_ascii_digit());
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

/// Largest number of digits that the pattern of an ID allows.
pub(super) fn most_digits(pattern: &str) -> Option<&str> {
    pattern.strip_prefix("^[0-9]{1,")?.strip_suffix("}$")
}

/// Strings that match `pattern`, in words for the patterns of the schemas.
pub(super) fn pattern_in_words(regex: &str) -> String {
    if let Some(most) = most_digits(regex) {
        return format!("an ID of 1 to {most} digits");
    }
    pattern(regex).map_or_else(
        || format!("a string that matches {regex}"),
        |known| known.words.to_owned(),
    )
}

/// Number with its noun: `1 item`, `2,200 characters`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", Grouped(count))
}

/// JSON types in words.
pub(super) fn types(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|single| single.to_string()).collect(),
    };
    let with_article = |name: &String| match name.as_str() {
        "array" => "a list".to_owned(),
        "integer" => "an integer".to_owned(),
        "object" => "an object".to_owned(),
        "boolean" => "a boolean (true or false)".to_owned(),
        other => format!("a {other}"),
    };
    names.iter().map(with_article).collect::<Vec<_>>().join(" or ")
}

/// Options of an enumeration.
pub(super) fn words(options: &Value) -> String {
    let items = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    items.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_words_and_examples() {
        for (pattern, words) in [
            ("^[0-9]{1,19}$", "an ID of 1 to 19 digits"),
            (r"^\d{4}-\d{2}-\d{2}$", "a date such as 2026-01-31"),
            ("^a$", "a string that matches ^a$"),
        ] {
            assert_eq!(pattern_in_words(pattern), words);
        }
    }

    #[test]
    fn every_pattern_of_the_manifests_has_words() {
        fn check(value: &Value) {
            let members = value.as_object().into_iter().flatten();
            for (name, value) in members {
                match value.as_str().filter(|_| name == "pattern") {
                    Some(pattern) => assert!(!pattern_in_words(pattern).contains("matches"), "{pattern}"),
                    None => check(value),
                }
            }
            value.as_array().into_iter().flatten().for_each(check);
        }
        for manifest in [
            include_str!("../../config.json"),
            include_str!("../../ads/config.json"),
        ] {
            check(&serde_json::from_str(manifest).unwrap());
        }
    }

    #[test]
    fn long_lists_of_names_end_with_the_number_of_the_others() {
        assert_eq!(listed(&["a", "b"]), "a, b");
        let many = vec!["a"; LISTED_MAX + 3];
        assert!(listed(&many).ends_with("a, and 3 others, which the schema of the action lists"));
    }
}
