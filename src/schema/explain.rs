//! Messages for violations of a schema: place, value, allowed values and fix.
//!
//! jsonschema's own messages quote the value, which may be a caption or a whole file. These quote it only if
//! it is short and holds no secret (`secret::stranger`).

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    TOLD_MAX,
    absent::is_blank,
    beside::{beside, escape, members_beside, property_beside},
    cure::cure,
    keywords::{MAX_UTF16_UNITS, PUBLIC_HTTPS_URL, PUBLISH_ID},
    suggest::{self, Suggestion},
    words::{counted, listed, most_digits, pattern_in_words, types, words},
};
use crate::{
    model::looks_unfilled,
    secret::{is_repeatable, is_showable, repeatable, shown},
};

/// Violation of one rule of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// JSON pointer to the value.
    pub path: String,
    /// Schema keyword that was violated.
    pub rule: String,
    /// Value, allowed values and fix.
    pub message: String,
    /// Value, if it is short and harmless.
    #[serde(skip)]
    pub value: Option<Value>,
}

impl Violation {
    /// Removes the value from the violation.
    pub fn hide_value(&mut self) {
        self.message = format!("violates the rule {:?} of the schema", self.rule);
        self.value = None;
    }
}

/// Violations that `error` reports; one error can name several unknown members. `is_fixed` tells of which inputs TikTok has
/// the value of the creation.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "two kinds need more than their message"
)]
pub(super) fn explain(
    schema: &Value,
    error: &ValidationError<'_>,
    is_fixed: fn(&str) -> bool,
) -> Vec<Violation> {
    let path = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = members_beside(schema, &error.schema_path().to_string());
            unexpected
                .iter()
                .take(TOLD_MAX + 1)
                .map(|name| {
                    if path.is_empty() && is_fixed(name) {
                        fixed_member(name)
                    } else {
                        unknown_member(schema, &path, name, &known)
                    }
                })
                .collect()
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let message = required(property_beside(schema, &error.schema_path().to_string(), name));
            vec![Violation {
                path: format!("{path}/{}", escape(name)),
                rule: "required".into(),
                message,
                value: None,
            }]
        }
        kind => {
            let rule = rule(error, kind);
            let place = error.schema_path().to_string();
            let message = message(
                kind,
                &Got {
                    value: error.instance(),
                    path: &path,
                    rule: &rule,
                    words: beside(schema, &place, "enum"),
                    pattern: beside(schema, &place, "pattern").and_then(Value::as_str),
                },
            );
            vec![Violation {
                message,
                value: harmless(error.instance(), kind),
                path,
                rule,
            }]
        }
    }
}

/// Message for a missing required member: its description, and its allowed words if it is one of a few.
fn required(property: Option<&Value>) -> String {
    let member = |name: &str| property.and_then(|property| property.get(name));
    let allowed = member("enum")
        .map(|options| format!("; allowed: {}", words(options)))
        .unwrap_or_default();
    match member("description").and_then(Value::as_str) {
        Some(description) => format!("is required ({description}){allowed}"),
        None => format!("is required{allowed}"),
    }
}

/// Name of the keyword; for a custom keyword, the last part of its path in the schema.
fn rule(error: &ValidationError<'_>, kind: &ValidationErrorKind) -> String {
    let place = error.schema_path().to_string();
    match (kind, place.rsplit('/').next()) {
        (ValidationErrorKind::Custom { .. }, Some(keyword)) => keyword.to_owned(),
        _ => kind.keyword().to_owned(),
    }
}

fn fixed_member(name: &str) -> Violation {
    Violation {
        path: format!("/{}", place(name)),
        rule: "additionalProperties".into(),
        message: format!(
            "TikTok does not change {name} after the creation; remove it, or create a new object with the new value"
        ),
        value: None,
    }
}

fn unknown_member(schema: &Value, path: &str, name: &str, known: &[&str]) -> Violation {
    let shown = repeatable(name);
    let vocabulary = if path.starts_with("/file") {
        suggest::FILE
    } else {
        suggest::INPUTS
    };
    let hint = match suggest::suggest(vocabulary, name, known) {
        _ if known.is_empty() => "remove it".to_owned(),
        Some(Suggestion::Name(near, note)) => match impossible(schema, path, near) {
            Some(why) => format!("remove it: {why}"),
            None => Suggestion::Name(near, note).to_string(),
        },
        Some(Suggestion::None(says)) => says.to_owned(),
        _ if path.is_empty() && name == KEY => NO_KEY.to_owned(),
        None => format!("remove it; allowed: {}", listed(known)),
    };
    Violation {
        path: format!("{path}/{}", place(name)),
        rule: "additionalProperties".into(),
        message: match (path.is_empty(), known.is_empty()) {
            (true, true) => format!("unknown input {shown}: this action has no inputs; {hint}"),
            (true, false) => format!("unknown input {shown}; {hint}"),
            (false, _) => format!("unknown member {shown}; {hint}"),
        },
        value: None,
    }
}

const KEY: &str = "idempotency_key";

/// Fix for a key that an action does not take.
const NO_KEY: &str = "remove it: this action needs no key, because sent twice it has the same effect";

/// Beginning of the descriptions of inputs that exist only to explain that TikTok does not support them.
const NOT_SUPPORTED: &str = "Not supported: ";

/// Reason for which the input `name` cannot be used, if it exists only to state it.
fn impossible<'a>(schema: &'a Value, path: &str, name: &str) -> Option<&'a str> {
    let property = schema
        .pointer(&format!("/properties/{name}/description"))
        .filter(|_| path.is_empty())?;
    property.as_str()?.strip_prefix(NOT_SUPPORTED)
}

/// Value that violates a rule, and its place.
struct Got<'a> {
    value: &'a Value,
    path: &'a str,
    rule: &'a str,
    /// Allowed values of an enumeration.
    words: Option<&'a Value>,
    /// Pattern of a string.
    pattern: Option<&'a str>,
}

/// Message with the value, the allowed values and the fix.
fn message(kind: &ValidationErrorKind, got: &Got<'_>) -> String {
    let text = got.value.as_str();
    if is_blank(got.value) {
        return blank(kind, got);
    }
    let message = rule_message(kind, got);
    if text.is_some_and(looks_unfilled) {
        format!("{message}; {UNFILLED}")
    } else {
        message
    }
}

const UNFILLED: &str = "it looks like a value that an earlier step did not fill in";

/// Message for a blank value where one is needed.
fn blank(kind: &ValidationErrorKind, got: &Got<'_>) -> String {
    let allowed = match (kind, got.rule) {
        (ValidationErrorKind::Enum { options }, _) => format!("allowed: {}", words(options)),
        (ValidationErrorKind::Type { kind }, _) => format!("allowed: {}", types(kind)),
        (_, PUBLIC_HTTPS_URL) => "set it to a URL such as https://host/path".to_owned(),
        (_, PUBLISH_ID) => "use the publish_id from the result of the action that posted".to_owned(),
        _ => String::new(),
    };
    let is_item = got
        .path
        .rsplit_once('/')
        .is_some_and(|(_, name)| name.bytes().all(|byte| byte.is_ascii_digit()));
    match (allowed.as_str(), is_item) {
        ("", true) => "is blank; set a value or remove the item".to_owned(),
        ("", false) => "is blank; set a value".to_owned(),
        (allowed, true) => format!("is blank; {allowed}, or remove the item"),
        (allowed, false) => format!("is blank; {allowed}"),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the crate adds kinds; those that the schemas do not use get a plain message"
)]
fn rule_message(kind: &ValidationErrorKind, at: &Got<'_>) -> String {
    let got = described(at.value, kind);
    match kind {
        ValidationErrorKind::Custom { message, .. } => match harmless(at.value, kind) {
            Some(value) if at.rule != MAX_UTF16_UNITS => format!("{value} {message}"),
            _ => message.clone(),
        },
        ValidationErrorKind::Type { .. } if at.words.is_some() => {
            format!("got {got}; allowed: {}", at.words.map(words).unwrap_or_default())
        }
        ValidationErrorKind::Type { kind } => {
            let allowed = at.string_in_words().unwrap_or_else(|| types(kind));
            match type_cure(kind, at) {
                Some(cure) => format!("got {got}; allowed: {allowed}; {cure}"),
                None => format!("got {got}; allowed: {allowed}"),
            }
        }
        ValidationErrorKind::Enum { options } => enum_message(options, at.value, &got),
        ValidationErrorKind::Constant { expected_value } => {
            format!("got {got}; allowed: only {expected_value}")
        }
        ValidationErrorKind::Minimum { limit } => format!("got {got}; allowed: at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("got {got}; allowed: at most {limit}"),
        ValidationErrorKind::MinLength { limit } => {
            format!("got {got}; allowed: at least {}", counted(*limit, "character"))
        }
        ValidationErrorKind::MaxLength { limit } => {
            format!("got {got}; allowed: at most {}", counted(*limit, "character"))
        }
        ValidationErrorKind::MinItems { limit } => {
            format!("got {got}; allowed: at least {}", counted(*limit, "item"))
        }
        ValidationErrorKind::MaxItems { limit } => {
            format!("got {got}; allowed: at most {}", counted(*limit, "item"))
        }
        ValidationErrorKind::UniqueItems => "the same item appears twice; remove one".to_owned(),
        ValidationErrorKind::Pattern { pattern } => {
            format!("got {got}; allowed: {}", pattern_in_words(pattern))
        }
        other => format!(
            "got {got}, which violates the rule {:?} of the schema",
            other.keyword()
        ),
    }
}

impl Got<'_> {
    /// Allowed strings, for a number that is no such string in quotes.
    fn string_in_words(&self) -> Option<String> {
        let pattern = self.pattern.filter(|_| self.value.is_number())?;
        let is_id = most_digits(pattern).is_some() && self.value.is_u64();
        (!is_id).then(|| format!("{}, in quotes", pattern_in_words(pattern)))
    }
}

/// Message for a value outside an enumeration, with the nearest allowed word.
fn enum_message(options: &Value, value: &Value, got: &str) -> String {
    let known: Vec<&str> = options
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let near = value
        .as_str()
        .and_then(|word| suggest::suggest_value(word, &known));
    let allowed = known.join(", ");
    match near {
        Some(near) => format!("got {got}; {near} allowed: {allowed}"),
        None => format!("got {got}; allowed: {allowed}"),
    }
}

/// Advice for a value of the wrong type.
fn type_cure(kind: &TypeKind, at: &Got<'_>) -> Option<String> {
    let TypeKind::Single(wanted) = kind else {
        return None;
    };
    if at.string_in_words().is_some() {
        return None;
    }
    cure(&wanted.to_string(), at.value, at.path)
}

/// Value itself if it is short and harmless, else its kind and size.
fn described(value: &Value, kind: &ValidationErrorKind) -> String {
    match (value, kind) {
        (Value::Null, _) => "null".into(),
        (Value::Bool(value), ValidationErrorKind::Type { .. }) => format!("the boolean {value}"),
        (Value::Number(number), ValidationErrorKind::Type { .. }) => format!("the number {number}"),
        (Value::Bool(_) | Value::Number(_), _) => value.to_string(),
        (Value::String(text), ValidationErrorKind::Type { .. }) if is_showable(text) => {
            format!("the string {text:?}")
        }
        (
            Value::String(text),
            ValidationErrorKind::MaxLength { .. } | ValidationErrorKind::MinLength { .. },
        ) => {
            format!(
                "a string of {}",
                counted(
                    u64::try_from(text.chars().count()).unwrap_or(u64::MAX),
                    "character"
                )
            )
        }
        (Value::String(text), _) => shown(text),
        (Value::Array(items), _) => match items.len() {
            0 => "an empty list".into(),
            1 => "a list of 1 item".into(),
            count => format!("a list of {count} items"),
        },
        (Value::Object(_), _) => "an object".into(),
    }
}

/// Value, if it is short and can hold neither a posted text nor a secret.
fn harmless(value: &Value, kind: &ValidationErrorKind) -> Option<Value> {
    match (value, kind) {
        (Value::Bool(_) | Value::Number(_), _) => Some(value.clone()),
        // Only the host of a URL is ever shown.
        (Value::String(text), ValidationErrorKind::Custom { .. }) if text.contains("://") => None,
        (
            Value::String(text),
            ValidationErrorKind::Enum { .. }
            | ValidationErrorKind::Type { .. }
            | ValidationErrorKind::Pattern { .. }
            | ValidationErrorKind::Custom { .. },
        ) => is_showable(text).then(|| value.clone()),
        _ => None,
    }
}

/// Name given by the caller, escaped for a JSON pointer; `…` if it must not be repeated.
pub(super) fn place(name: &str) -> String {
    escape(if is_repeatable(name) { name } else { "…" })
}
