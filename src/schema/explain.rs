//! A broken rule in words: place, what was got, what is allowed, how to mend it.
//!
//! jsonschema's own messages quote the value, which may be a caption or a whole file; these do not.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde::Serialize;
use serde_json::Value;

use super::TOLD_MAX;
use crate::{
    model::Grouped,
    secret::{is_repeatable, repeatable},
};

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// A JSON pointer to the place.
    pub path: String,
    /// The schema keyword that was broken.
    pub rule: String,
    /// What was got, what is allowed, and how to mend it.
    pub message: String,
    /// The value, where it is short and harmless: a number, a boolean, or one of a fixed set of words.
    #[serde(skip)]
    pub value: Option<Value>,
}

/// The word of `known` that `word` was probably meant to be.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&fold(word), &fold(known));
    let scored = known.into_iter().map(|known| (likeness(known), known));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    // Two letters of five may be wrong; more, and another word is meant.
    best.filter(|(score, _)| *score >= 0.6).map(|(_, known)| known)
}

fn fold(word: &str) -> String {
    word.chars().take(64).filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Tells what `error` says of a value held against `schema`; one error can name several unknown members.
#[expect(clippy::wildcard_enum_match_arm, reason = "two kinds need more than their message")]
pub(super) fn explain(schema: &Value, error: &ValidationError<'_>) -> Vec<Violation> {
    let path = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = members_beside(schema, &error.schema_path().to_string());
            unexpected.iter().take(TOLD_MAX + 1).map(|name| unknown_member(&path, name, &known)).collect()
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let message = match description(schema, &error.schema_path().to_string(), name) {
                Some(description) => format!("is required; give it a value: {description}"),
                None => "is required; give it a value".to_owned(),
            };
            vec![Violation { path: format!("{path}/{}", escape(name)), rule: "required".into(), message, value: None }]
        }
        kind => vec![Violation {
            rule: rule(error, kind),
            message: message(kind, error.instance()),
            value: harmless(error.instance(), kind),
            path,
        }],
    }
}

/// The keyword's name; a custom keyword's is the last part of its place in the schema.
fn rule(error: &ValidationError<'_>, kind: &ValidationErrorKind) -> String {
    let place = error.schema_path().to_string();
    match (kind, place.rsplit('/').next()) {
        (ValidationErrorKind::Custom { .. }, Some(keyword)) => keyword.to_owned(),
        _ => kind.keyword().to_owned(),
    }
}

fn unknown_member(path: &str, name: &str, known: &[&str]) -> Violation {
    let shown = repeatable(name);
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => "this takes no inputs, remove it".to_owned(),
        None => format!("remove it; allowed: {}", known.join(", ")),
    };
    Violation {
        path: format!("{path}/{}", place(name)),
        rule: "additionalProperties".into(),
        message: format!("{shown} is not known here; {hint}"),
        value: None,
    }
}

/// What the schema says of the property `name` beside the keyword at `keyword_path`.
fn description<'a>(schema: &'a Value, keyword_path: &str, name: &str) -> Option<&'a str> {
    let parent = keyword_path.rsplit_once('/').map_or("", |(parent, _)| parent);
    schema.pointer(&format!("{parent}/properties/{}/description", escape(name)))?.as_str()
}

/// The members that the schema knows beside the keyword at `keyword_path`, which are its sibling `properties`.
fn members_beside<'a>(schema: &'a Value, keyword_path: &str) -> Vec<&'a str> {
    let parent = keyword_path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let properties = schema.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the crate adds kinds; those our schemas do not use are told plainly"
)]
fn message(kind: &ValidationErrorKind, got: &Value) -> String {
    let got = described(got, kind);
    match kind {
        ValidationErrorKind::Custom { message, .. } => message.clone(),
        ValidationErrorKind::Type { kind } => format!("got {got}; allowed: {}", types(kind)),
        ValidationErrorKind::Enum { options } => format!("got {got}; allowed: {}", words(options)),
        ValidationErrorKind::Constant { expected_value } => format!("got {got}; allowed: only {expected_value}"),
        ValidationErrorKind::Minimum { limit } => format!("got {got}; allowed: at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("got {got}; allowed: at most {limit}"),
        ValidationErrorKind::MinLength { limit: 1 } => "is empty; give it a value or leave it out".to_owned(),
        ValidationErrorKind::MinLength { limit } => format!("got {got}; allowed: at least {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => {
            format!("got {got}; allowed: at most {} characters", Grouped(*limit))
        }
        ValidationErrorKind::MinItems { limit } => format!("got {got}; allowed: at least {limit} of them"),
        ValidationErrorKind::MaxItems { limit } => format!("got {got}; allowed: at most {limit} of them"),
        ValidationErrorKind::UniqueItems => "has the same item twice; leave one out".to_owned(),
        ValidationErrorKind::Pattern { pattern } => format!("got {got}; allowed: what matches {pattern}"),
        other => format!("got {got}, which breaks the rule {:?} of the schema", other.keyword()),
    }
}

/// The kind and size of a value, or the value itself where it is harmless.
fn described(value: &Value, kind: &ValidationErrorKind) -> String {
    match (harmless(value, kind), value) {
        (Some(Value::String(word)), _) => repeatable(&word),
        (Some(plain), _) if !matches!(kind, ValidationErrorKind::Type { .. }) => plain.to_string(),
        (_, Value::Null) => "null".into(),
        (_, Value::Bool(value)) => format!("the boolean {value}"),
        (_, Value::Number(number)) => format!("the number {number}"),
        (_, Value::String(_)) if matches!(kind, ValidationErrorKind::Type { .. }) => "a string".into(),
        (_, Value::String(text)) => format!("a string of {} characters", text.chars().count()),
        (_, Value::Array(items)) => format!("a list of {}", items.len()),
        (_, Value::Object(_)) => "an object".into(),
    }
}

fn harmless(value: &Value, kind: &ValidationErrorKind) -> Option<Value> {
    match value {
        Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        Value::String(word) if matches!(kind, ValidationErrorKind::Enum { .. }) && is_repeatable(word) => {
            Some(value.clone())
        }
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn types(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|single| single.to_string()).collect(),
    };
    let with_article = |name: &String| match name.as_str() {
        "array" => "a list".to_owned(),
        "integer" => "an integer".to_owned(),
        "object" => "an object".to_owned(),
        other => format!("a {other}"),
    };
    names.iter().map(with_article).collect::<Vec<_>>().join(" or ")
}

fn words(options: &Value) -> String {
    let items = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    items.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// A name of the caller's within a JSON pointer, where it may be repeated.
pub(super) fn place(name: &str) -> String {
    escape(if is_repeatable(name) { name } else { "…" })
}

/// Escapes a name for a JSON pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
