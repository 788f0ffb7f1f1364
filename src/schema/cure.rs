//! Advice for values of the wrong JSON type.

use serde_json::Value;

/// Words for yes and no that forms and languages write.
const YES: [&str; 6] = ["true", "yes", "on", "1", "y", "t"];
const NO: [&str; 6] = ["false", "no", "off", "0", "n", "f"];

/// Maximum length of a string that may be a number for an input.
const NUMBER_MAX: usize = 24;

/// Advice for writing `value`, at the JSON pointer `path`, as the JSON type `wanted`; `None` where there is
/// none.
pub fn cure(wanted: &str, value: &Value, path: &str) -> Option<String> {
    let is_file = path == "/file" || path.starts_with("/files/");
    match (wanted, value) {
        ("boolean", Value::String(text)) => boolean(text).map(|word| format!("write {word} without quotes")),
        ("boolean", Value::Number(number)) => {
            boolean(&number.to_string()).map(|word| format!("write {word}"))
        }
        ("integer" | "number", Value::String(text)) => number(text),
        ("integer", Value::Number(_)) => Some("write a whole number".to_owned()),
        ("array", Value::String(text)) => Some(list(text).to_owned()),
        ("array", _) => Some("put it into a list: […]".to_owned()),
        ("object", Value::String(text)) if is_json(text, '{') => {
            Some("write the object itself, without quotes around it".to_owned())
        }
        ("object", Value::Array(items)) if items.is_empty() => {
            Some("write {} for an empty object".to_owned())
        }
        ("object", Value::Array(_)) if path == "/file" => Some("use files for a list of files".to_owned()),
        ("object", _) if is_file => Some(
            "write an object with the file's bytes as base64 under content, not a name, path or URL"
                .to_owned(),
        ),
        ("string", Value::Number(_) | Value::Bool(_)) => Some(format!("write it in quotes: \"{value}\"")),
        ("string", Value::Array(items)) if matches!(items.as_slice(), [Value::String(_)]) => {
            Some("write the string itself, without a list around it".to_owned())
        }
        _ => None,
    }
}

fn boolean(text: &str) -> Option<&'static str> {
    let word = text.trim().to_lowercase();
    let is = |words: &[&str]| words.contains(&word.as_str());
    if is(&YES) {
        Some("true")
    } else {
        is(&NO).then_some("false")
    }
}

fn number(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > NUMBER_MAX {
        return None;
    }
    if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        return Some(match serde_json::from_str::<serde_json::Number>(unsigned) {
            Ok(_json) => format!("write {unsigned} without quotes"),
            // A number such as `.5` is none in JSON.
            Err(_no_json) => format!("write {number} without quotes"),
        });
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| "write the number alone, without quotes, unit or separators".to_owned())
}

fn list(text: &str) -> &'static str {
    if is_json(text, '[') {
        "write the list itself, without quotes around it"
    } else if text.contains([',', '\n', ';']) {
        "write a list with each item in its own quotes: [\"…\", \"…\"]"
    } else {
        "put it into a list: [\"…\"]"
    }
}

/// Whether `text` is itself JSON that begins with this bracket.
fn is_json(text: &str, bracket: char) -> bool {
    text.trim_start().starts_with(bracket) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_wrong_type_has_its_cure() {
        for (wanted, value, words) in [
            ("boolean", json!("True"), "write true without quotes"),
            ("boolean", json!("no"), "write false without quotes"),
            ("boolean", json!(0), "write false"),
            ("integer", json!(" 30 "), "write 30 without quotes"),
            ("number", json!("+60"), "write 60 without quotes"),
            ("number", json!(".5"), "write 0.5 without quotes"),
            ("number", json!("060"), "write 60 without quotes"),
            ("integer", json!("30s"), "the number alone"),
            ("integer", json!("1,000"), "the number alone"),
            ("integer", json!(1.5), "whole number"),
            (
                "array",
                json!("[\"https://example.com/a.jpg\"]"),
                "the list itself",
            ),
            ("array", json!("a, b"), "each item in its own quotes"),
            ("array", json!("https://example.com/a.jpg"), "put it into a list"),
            ("array", json!({}), "put it into a list"),
            ("string", json!(7), "in quotes: \"7\""),
            ("string", json!(["a"]), "without a list"),
        ] {
            let told = cure(wanted, &value, "/x").unwrap_or_default();
            assert!(told.contains(words), "{wanted} {value}: {told}");
        }
        assert!(
            cure("object", &json!("{\"content\":\"\"}"), "/file")
                .is_some_and(|told| told.contains("object itself"))
        );
        assert!(cure("object", &json!("clip.mp4"), "/files/0").is_some_and(|told| told.contains("base64")));
        assert_eq!(cure("boolean", &json!("maybe"), "/x"), None);
        assert_eq!(cure("integer", &json!("soon"), "/x"), None);
    }
}
