//! JSON schemas: generation from types in debug builds, and validation of values.
//!
//! All settings are here (draft 7, as Autohive validates; subschemas inlined, so each schema is
//! self-contained). An optional member is absent and never `null`: schemas do not mention `null`, and an
//! input that is `null` or blank counts as absent (`absent`).
//!
//! Three custom keywords express rules that draft 7 cannot; other validators ignore them: `maxUtf16Units` (a
//! number), `publicHttpsUrl` and `publishId` (true).

mod absent;
mod beside;
mod certain;
mod cure;
mod explain;
#[cfg(any(debug_assertions, test))]
mod generate;
mod keywords;
mod kind;
mod suggest;
mod words;

pub use absent::{drop_blanks, is_blank, required};
pub use cure::cure;
pub use explain::Violation;
#[cfg(any(debug_assertions, test))]
pub use generate::{of_input, of_output};
pub use kind::kind_of;
pub use suggest::{
    ACTIONS, AUTH, CONFIG, INTEGRATIONS, KINDS, REQUEST, Suggestion, Vocabulary, nearest_name, suggest,
};

use std::{fmt, sync::OnceLock};

use jsonschema::{Draft, ValidationError};
use serde_json::Value;

use self::keywords::{MAX_UTF16_UNITS, MaxUtf16Units, OURS, PUBLIC_HTTPS_URL, PUBLISH_ID, Parses, TakesUrl};
use crate::model::{Grouped, Reach};

/// A schema. It is compiled for the first value that is not certainly valid, because compiling costs far more
/// than checking a valid value.
pub struct Validator {
    schema: Value,
    reach: Reach,
    compiled: OnceLock<Result<jsonschema::Validator, SchemaError>>,
    is_fixed: fn(&str) -> bool,
}

/// Error: an invalid schema, with the position.
#[derive(Debug, Clone, thiserror::Error)]
#[error("not a draft-7 schema: {0}")]
pub struct SchemaError(String);

impl Validator {
    /// A validator of `schema`, in which `publicHttpsUrl` accepts the URLs within `reach`.
    pub fn new(schema: Value, reach: Reach) -> Self {
        Self {
            schema,
            reach,
            compiled: OnceLock::new(),
            is_fixed: |_name| false,
        }
    }

    /// Tells of unknown inputs for which `is_fixed` is true that they cannot be changed.
    #[must_use]
    pub fn with_fixed(self, is_fixed: fn(&str) -> bool) -> Self {
        Self { is_fixed, ..self }
    }

    /// Removes blank inputs: absent is the only form of no value.
    pub fn drop_blanks(&self, inputs: &mut Value) {
        absent::drop_blank_inputs(&self.schema, inputs);
    }

    /// Schema violations in `value`, in the order of the value; at most one more than [`TOLD_MAX`].
    ///
    /// Errors: the schema is invalid. Values that are certainly valid do not show it.
    pub fn violations(&self, value: &Value) -> Result<Vec<Violation>, SchemaError> {
        if is_too_wide(value) {
            return Ok(self.too_wide(value, "").into_iter().collect());
        }
        if certain::accepts(&self.schema, value, &self.reach) {
            return Ok(Vec::new());
        }
        let compiled = self.compiled.get_or_init(|| compile(&self.schema, &self.reach));
        let compiled = compiled.as_ref().map_err(Clone::clone)?;
        let told = |error: ValidationError<'_>| explain::explain(&self.schema, &error, self.is_fixed);
        let mut violations: Vec<Violation> = compiled
            .iter_errors(value)
            .flat_map(told)
            .take(3 * TOLD_MAX)
            .collect();
        // The custom keywords report the same violation more precisely.
        let ours = |told: &&Violation| OURS.contains(&told.rule.as_str());
        let exact: Vec<String> = violations
            .iter()
            .filter(ours)
            .map(|told| told.path.clone())
            .collect();
        violations.retain(|told| OURS.contains(&told.rule.as_str()) || !exact.contains(&told.path));
        // The message about the type names the words of the enumeration.
        let is_type = |told: &&Violation| told.rule == "type";
        let mistyped: Vec<String> = violations
            .iter()
            .filter(is_type)
            .map(|told| told.path.clone())
            .collect();
        violations.retain(|told| told.rule != "enum" || !mistyped.contains(&told.path));
        violations.truncate(TOLD_MAX + 1);
        Ok(violations)
    }

    /// Returns the first list or object with more members than any schema allows, whose violations would take
    /// too much memory.
    fn too_wide(&self, value: &Value, path: &str) -> Option<Violation> {
        let (count, rule, noun) = match value {
            Value::Array(items) => (items.len(), "maxItems", "items"),
            Value::Object(members) => (members.len(), "maxProperties", "members"),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        };
        if count > usize::from(WIDEST) {
            let property = path
                .strip_prefix('/')
                .and_then(|name| self.schema.pointer(&format!("/properties/{name}/maxItems")));
            let most = property.and_then(Value::as_u64).unwrap_or_else(|| WIDEST.into());
            let (count, most) = (Grouped(u64::try_from(count).unwrap_or(u64::MAX)), Grouped(most));
            let message = format!("got {count} {noun}; allowed: at most {most}");
            return Some(Violation {
                path: path.to_owned(),
                rule: rule.into(),
                message,
                value: None,
            });
        }
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(index, item)| self.too_wide(item, &format!("{path}/{index}"))),
            Value::Object(members) => members.iter().find_map(|(name, member)| {
                self.too_wide(member, &format!("{path}/{}", explain::place(name)))
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        }
    }
}

fn compile(schema: &Value, reach: &Reach) -> Result<jsonschema::Validator, SchemaError> {
    let reach = reach.clone();
    jsonschema::options()
        .with_draft(Draft::Draft7)
        // Content was decoded earlier, and a handle takes its place.
        .without_content_encoding_support("base64")
        // `publicHttpsUrl` reports more than the format `uri`.
        .should_validate_formats(false)
        .with_keyword(MAX_UTF16_UNITS, |_, limit, _| Ok(Box::new(MaxUtf16Units::new(limit))))
        .with_keyword(PUBLIC_HTTPS_URL, move |_, _, _| Ok(Box::new(TakesUrl(reach.clone()))))
        .with_keyword(PUBLISH_ID, |_, _, _| Ok(Box::new(Parses(keywords::publish_id))))
        .build(schema)
        .map_err(|error| SchemaError(format!("{} at {}", error, error.schema_path())))
}

/// Maximum number of members of a list or object in any schema.
const WIDEST: u16 = 1_000;

fn is_too_wide(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.len() > usize::from(WIDEST) || items.iter().any(is_too_wide),
        Value::Object(members) => members.len() > usize::from(WIDEST) || members.values().any(is_too_wide),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Maximum number of violations that are reported for one value.
pub const TOLD_MAX: usize = 20;

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Validator")
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::{Map, json};

    use super::*;
    use crate::model::{PrivacyLevel, PublicUrl, Text};

    /// A post.
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the schema is of interest")]
    struct Input {
        /// The caption
        /// of the post.
        title: Option<Text<10>>,
        privacy_level: PrivacyLevel,
        #[schemars(range(min = 1, max = 20))]
        max_count: Option<u32>,
        photo_urls: Option<Vec<PublicUrl>>,
    }

    fn told(value: &Value) -> Vec<(String, String, String)> {
        let validator = Validator::new(of_input::<Input>(), Reach::internet());
        let violations = validator.violations(value).unwrap();
        violations
            .into_iter()
            .map(|violation| (violation.path, violation.rule, violation.message))
            .collect()
    }

    #[test]
    fn a_schema_is_plain() {
        let schema = of_input::<Input>();
        assert_eq!(
            schema["properties"]["title"],
            json!({ "type": "string", "maxLength": 10, "maxUtf16Units": 10, "description": "The caption of the post." })
        );
        assert_eq!(schema["required"], json!(["privacy_level"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        assert!(!schema.to_string().contains("null"), "{schema}");
    }

    #[track_caller]
    fn check(value: &Value, expected: &[(&str, &str, &str)]) {
        let told = told(value);
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for ((path, rule, message), expected) in told.iter().zip(expected) {
            assert_eq!(
                (path.as_str(), rule.as_str()),
                (expected.0, expected.1),
                "{message}"
            );
            assert!(
                message.contains(expected.2),
                "{message:?} should say {:?}",
                expected.2
            );
        }
    }

    #[test]
    fn what_is_told_is_bounded() {
        let urls = |count: usize| json!({ "privacy_level": "SELF_ONLY", "photo_urls": vec![1; count] });
        assert_eq!(told(&urls(usize::from(WIDEST))).len(), TOLD_MAX + 1);
        check(
            &urls(usize::from(WIDEST) + 1),
            &[("/photo_urls", "maxItems", "got 1,001 items; allowed: at most")],
        );
        let unknown = |count: usize| {
            (0..count)
                .map(|number| (format!("n{number}"), json!(1)))
                .collect::<Map<_, _>>()
        };
        assert_eq!(
            told(&Value::Object(unknown(usize::from(WIDEST)))).len(),
            TOLD_MAX + 1
        );
        check(
            &Value::Object(unknown(usize::from(WIDEST) + 1)),
            &[("", "maxProperties", "got 1,001 members")],
        );
        let deep = json!({ "photo_urls": [{ "a/b": vec![1; 2_000] }] });
        check(&deep, &[("/photo_urls/0/a~1b", "maxItems", "got 2,000 items")]);
    }

    #[test]
    fn every_fault_is_told_with_place_rule_and_remedy() {
        check(&json!({ "privacy_level": "SELF_ONLY" }), &[]);
        check(
            &json!({}),
            &[(
                "/privacy_level",
                "required",
                "allowed: PUBLIC_TO_EVERYONE, MUTUAL_FOLLOW_FRIENDS",
            )],
        );
        check(
            &json!({ "privacy_level": "PUBLIC", "titel": "x" }),
            &[
                (
                    "/privacy_level",
                    "enum",
                    "got \"PUBLIC\"; did you mean \"PUBLIC_TO_EVERYONE\"?",
                ),
                ("/titel", "additionalProperties", "did you mean \"title\"?"),
            ],
        );
        check(
            &json!({ "privacy_level": 5 }),
            &[(
                "/privacy_level",
                "type",
                "got the number 5; allowed: PUBLIC_TO_EVERYONE",
            )],
        );
        check(
            &json!({ "privacy_level": "SELF_ONLY", "max_count": 21 }),
            &[("/max_count", "maximum", "got 21; allowed: at most 20")],
        );
        check(
            &json!({ "privacy_level": "SELF_ONLY", "max_count": "3" }),
            &[(
                "/max_count",
                "type",
                "got the string \"3\"; allowed: an integer; write 3 without quotes",
            )],
        );
        check(
            &json!({ "privacy_level": "SELF_ONLY", "title": "😀😀😀😀😀😀" }),
            &[("/title", "maxUtf16Units", "got 12 UTF-16 units")],
        );
        check(
            &json!({ "privacy_level": "SELF_ONLY", "title": "aaaaaaaaaaaa" }),
            &[("/title", "maxUtf16Units", "got 12 UTF-16 units")],
        );
        check(
            &json!({ "privacy_level": "SELF_ONLY", "photo_urls": ["https://a.example/1", "http://a.example/2"] }),
            &[("/photo_urls/1", "publicHttpsUrl", "is not https")],
        );
    }
}
