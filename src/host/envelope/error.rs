//! Faults in the keys of a request, and readers of its simple members.

use serde_json::{Map, Value};

use super::{super::strict::Id, InvalidRequest};
use crate::{
    catalogue::{Row, own},
    integrations::CredentialsError,
    model::{FieldError, looks_unfilled},
    schema::{Vocabulary, cure, kind_of, suggest},
    secret::{is_repeatable, is_showable, repeatable},
};

/// Reads an object; an absent one is empty.
pub(super) fn object(field: &str, value: Option<Value>) -> Result<Map<String, Value>, EnvelopeError> {
    match value {
        None => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(other) => Err(EnvelopeError::of_value(field, &other, "an object", "object")),
    }
}

pub(super) fn word(field: &str, value: Option<Value>) -> Result<Option<String>, EnvelopeError> {
    match value {
        None => Ok(None),
        Some(Value::String(word)) => Ok(Some(word)),
        Some(other) => Err(EnvelopeError::of_value(field, &other, "a string", "string")),
    }
}

pub(super) fn flag(field: &str, value: Option<Value>) -> Result<bool, EnvelopeError> {
    match value {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(other) => Err(EnvelopeError::of_value(field, &other, "true or false", "boolean")),
    }
}

pub(super) fn known_keys(
    prefix: &str,
    members: &Map<String, Value>,
    known: &[&str],
    vocabulary: Vocabulary,
) -> Result<(), EnvelopeError> {
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        Some(stranger) => {
            let fix = match suggest(vocabulary, stranger, known) {
                Some(suggestion) => suggestion.to_string(),
                None => "use one of these; the action's own inputs belong in inputs".to_owned(),
            };
            let (field, got) = match (is_repeatable(stranger), prefix) {
                // The path already contains the key.
                (true, _) => (format!("{prefix}{stranger:?}"), "an unknown key".to_owned()),
                (false, "") => ("request".to_owned(), unnamed(stranger)),
                (false, prefix) => (prefix.trim_end_matches('.').to_owned(), unnamed(stranger)),
            };
            Err(EnvelopeError::new(&field, &got, &known.join(", ")).fixed(&fix))
        }
        None => Ok(()),
    }
}

/// Key whose name is not quoted.
fn unnamed(key: &str) -> String {
    format!("an unknown key of {} characters", key.chars().count())
}

/// Error in one key of a request.
pub(super) struct EnvelopeError {
    pub(super) code: &'static Row,
    pub(super) finding: FieldError,
}

impl EnvelopeError {
    pub(super) fn new(field: &str, got: &str, allowed: &str) -> Self {
        let fix = format!("see docs/protocol.md#{}", section(field));
        let finding = FieldError {
            field: field.into(),
            got: got.into(),
            allowed: allowed.into(),
            fix,
        };
        Self {
            code: &own::INVALID_REQUEST,
            finding,
        }
    }

    /// A value of the wrong type or out of range; `wanted` is the JSON type of `allowed`.
    pub(super) fn of_value(field: &str, value: &Value, allowed: &str, wanted: &str) -> Self {
        let wrong = Self::new(field, &shown(value), allowed);
        match cure(wanted, value, field).filter(|_| !(wanted == "number" && value.is_number())) {
            Some(cure) => wrong.fixed(&cure),
            None => wrong,
        }
    }

    pub(super) fn unknown(
        code: &'static Row,
        field: &str,
        got: &str,
        known: &[&str],
        vocabulary: Vocabulary,
    ) -> Self {
        let fix = match suggest(vocabulary, got, known) {
            Some(near) => near.to_string(),
            None if looks_unfilled(got) => "it looks like a value that was not filled in".to_owned(),
            None => "use one of these".to_owned(),
        };
        Self::new(field, &repeatable(got), &known.join(", "))
            .fixed(&fix)
            .coded(code)
    }

    pub(super) fn coded(self, code: &'static Row) -> Self {
        Self { code, ..self }
    }

    pub(super) fn fixed(self, fix: &str) -> Self {
        Self {
            finding: FieldError {
                fix: fix.to_owned(),
                ..self.finding
            },
            ..self
        }
    }

    pub(super) fn of(self, id: Id) -> InvalidRequest {
        InvalidRequest {
            id,
            code: self.code,
            message: self.finding.to_string(),
        }
    }
}

impl From<CredentialsError> for EnvelopeError {
    fn from(CredentialsError { code, finding }: CredentialsError) -> Self {
        Self { code, finding }
    }
}

/// Section of docs/protocol.md on the key `field` of a request.
fn section(field: &str) -> &str {
    match field.split('.').next() {
        Some(name @ ("request_config" | "metadata" | "progress")) => name,
        _ => "request",
    }
}

/// Returns the value if it is short and harmless, else its kind.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::String(text) if is_showable(text) => format!("the string {text:?}"),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => kind_of(value).to_owned(),
    }
}
