//! A check that accepts most valid values without compiling their schema.
//!
//! It accepts a value only if jsonschema would. It never rejects: `false` means undecided, and jsonschema
//! decides. Unknown keywords, and whatever is rare in valid values or hard to get right, are undecided.

#[cfg(test)]
mod tests;

use serde_json::{Map, Number, Value};

use super::{
    keywords::{self, MAX_UTF16_UNITS, PUBLIC_HTTPS_URL, PUBLISH_ID},
    words::{most_digits, pattern},
};
use crate::model::{Reach, check_text};

/// Returns true only for a `value` that is valid under `schema`, with URLs within `reach`.
pub(super) fn accepts(schema: &Value, value: &Value, reach: &Reach) -> bool {
    match schema {
        Value::Object(keywords) => keywords
            .iter()
            .all(|(keyword, rule)| holds(keyword, rule, keywords, value, reach)),
        Value::Bool(accepts_all) => *accepts_all,
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    }
}

/// Whether `value` obeys the `rule` of one `keyword`, which stands among `keywords`.
fn holds(keyword: &str, rule: &Value, keywords: &Map<String, Value>, value: &Value, reach: &Reach) -> bool {
    match keyword {
        // `compile` asserts neither formats nor this encoding.
        "contentEncoding" => rule == "base64",
        "default" | "description" | "format" | "label" | "title" => true,
        "type" => is_one_of(rule, value),
        "enum" => rule.as_array().is_some_and(|values| values.contains(value)),
        _ => match value {
            Value::String(text) => text_holds(keyword, rule, text, reach),
            Value::Number(number) => number_holds(keyword, rule, number),
            Value::Array(items) => list_holds(keyword, rule, items, reach),
            Value::Object(members) => object_holds(keyword, rule, keywords, members, reach),
            Value::Null | Value::Bool(_) => false,
        },
    }
}

fn is_one_of(types: &Value, value: &Value) -> bool {
    match types {
        Value::String(name) => is_a(name, value),
        Value::Array(names) => names
            .iter()
            .any(|name| name.as_str().is_some_and(|name| is_a(name, value))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn is_a(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        // 1.0 is an integer too; jsonschema knows more such cases.
        Value::Number(number) => name == "number" || (name == "integer" && whole(number).is_some()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

fn text_holds(keyword: &str, rule: &Value, text: &str, reach: &Reach) -> bool {
    match keyword {
        "minLength" => rule.as_u64().is_some_and(|min| length(text) >= min),
        "maxLength" => rule.as_u64().is_some_and(|max| length(text) <= max),
        "pattern" => rule.as_str().is_some_and(|pattern| matches(pattern, text)),
        MAX_UTF16_UNITS => size(rule).is_some_and(|max| check_text(text, max).is_ok()),
        PUBLIC_HTTPS_URL => keywords::public_url(text, reach).is_ok(),
        PUBLISH_ID => keywords::publish_id(text.to_owned()).is_ok(),
        _ => false,
    }
}

fn number_holds(keyword: &str, rule: &Value, number: &Number) -> bool {
    let Value::Number(bound) = rule else { return false };
    match keyword {
        "minimum" => at_most(bound, number),
        "maximum" => at_most(number, bound),
        _ => false,
    }
}

fn list_holds(keyword: &str, rule: &Value, items: &[Value], reach: &Reach) -> bool {
    match keyword {
        "minItems" => size(rule).is_some_and(|min| items.len() >= min),
        "maxItems" => size(rule).is_some_and(|max| items.len() <= max),
        "items" => items.iter().all(|item| accepts(rule, item, reach)),
        _ => false,
    }
}

fn object_holds(
    keyword: &str,
    rule: &Value,
    keywords: &Map<String, Value>,
    members: &Map<String, Value>,
    reach: &Reach,
) -> bool {
    match (keyword, rule) {
        ("properties", Value::Object(schemas)) => members.iter().all(|(name, member)| {
            schemas
                .get(name)
                .is_none_or(|schema| accepts(schema, member, reach))
        }),
        ("required", Value::Array(names)) => names
            .iter()
            .all(|name| name.as_str().is_some_and(|name| members.contains_key(name))),
        ("additionalProperties", schema) => {
            let known = keywords.get("properties").and_then(Value::as_object);
            let mut additional = members
                .iter()
                .filter(|(name, _member)| !known.is_some_and(|known| known.contains_key(*name)));
            additional.all(|(_name, member)| accepts(schema, member, reach))
        }
        _ => false,
    }
}

fn size(rule: &Value) -> Option<usize> {
    rule.as_u64().and_then(|size| usize::try_from(size).ok())
}

/// Length as JSON Schema counts it: in Unicode scalar values.
fn length(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX)
}

/// Returns true only if `left` ≤ `right`; false also if one of them is too large to be compared exactly.
fn at_most(left: &Number, right: &Number) -> bool {
    if let (Some(left), Some(right)) = (whole(left), whole(right)) {
        return left <= right;
    }
    matches!((exact(left), exact(right)), (Some(left), Some(right)) if left <= right)
}

fn whole(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

/// The number, if a float holds it without loss.
fn exact(number: &Number) -> Option<f64> {
    match number.as_i64() {
        Some(small) => i32::try_from(small).ok().map(f64::from),
        None if number.is_f64() => number.as_f64(),
        None => None,
    }
}

/// Returns true only if `text` matches `regex`, which is one of those that the schemas have.
fn matches(regex: &str, text: &str) -> bool {
    if let Some(max) = most_digits(regex) {
        let max: usize = max.parse().unwrap_or(0);
        return (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    }
    pattern(regex).is_some_and(|known| (known.certainly_matches)(text))
}
