//! The manifest of a bundle: the committed one, adapted to Autohive's SDK.
//!
//! The SDK validates inputs before the program does, by draft 7, and then the program does not see them. Its messages repeat
//! whole values, so that a file where a text belongs makes a message as long as the file; and it refuses `null` and blank
//! text, which hosts send for inputs that are not filled in and the program takes as absent. So the schemas of inputs and
//! credentials in a bundle let everything through that the program judges better. The first type of a property is its own.
//!
//! Outputs are validated by the program. If the SDK refused a member that is new, as after the program alone was replaced, a post
//! that was made would be reported as an error; so output schemas allow more members.

use serde_json::{Map, Value, json};

use super::module;
use crate::integrations::{Integration, granted};

/// Keywords that judge text and lists. Blank text and empty lists fail them, and messages of the SDK repeat the value.
const LEFT_TO_THE_PROGRAM: [&str; 5] = ["pattern", "minLength", "maxLength", "minItems", "maxItems"];

/// Reason that there is no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The committed manifest could not be read, which is a fault of this build.
    #[error("the manifest could not be read")]
    Unreadable,
    /// An integration needs an action.
    #[error("no action works with these permissions alone; add more to --scopes")]
    NoActions,
}

/// Adapted manifest.
#[derive(Debug)]
pub(super) struct Adapted {
    /// The whole manifest.
    pub(super) manifest: Value,
    /// Notes on actions that are left out or limited, a sentence each.
    pub(super) notes: Vec<String>,
}

/// Adapts the manifest of `integration` for an app that asks for the permissions `scopes`.
pub(super) fn adapted(integration: &Integration, scopes: &[&str]) -> Result<Adapted, ManifestError> {
    let reduced = granted::manifest(integration, scopes).ok_or(ManifestError::Unreadable)?;
    let mut manifest: Map<String, Value> =
        serde_json::from_str(&reduced.manifest).map_err(|_fault| ManifestError::Unreadable)?;
    manifest.insert("entry_point".into(), json!(format!("{}.py", module(integration))));
    if let Some(credentials) = manifest.get_mut("auth").and_then(|auth| auth.get_mut("fields")) {
        widen_members(credentials);
    }
    let actions = manifest.get_mut("actions").and_then(Value::as_object_mut);
    let actions = actions.ok_or(ManifestError::Unreadable)?;
    if actions.is_empty() {
        return Err(ManifestError::NoActions);
    }
    for action in actions.values_mut() {
        if let Some(schema) = action.get_mut("input_schema") {
            widen_members(schema);
        }
        if let Some(schema) = action.get_mut("output_schema") {
            open(schema);
        }
    }
    Ok(Adapted {
        manifest: Value::Object(manifest),
        notes: reduced.notes,
    })
}

/// Widens the members of an object's schema; those that are not required may be `null` or blank.
fn widen_members(schema: &mut Value) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        let names = required.as_array().into_iter().flatten();
        names.into_iter().any(|required| required == name)
    };
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, member) in members.into_iter().flatten() {
        let presence = if is_required(name) {
            Presence::Required
        } else {
            Presence::Optional
        };
        widen(member, presence);
    }
}

/// Allows further members in all objects of `schema`.
fn open(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("additionalProperties") == Some(&Value::Bool(false)) {
                members.remove("additionalProperties");
            }
            members.values_mut().for_each(open);
        }
        Value::Array(items) => items.iter_mut().for_each(open),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a value must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
}

fn widen(schema: &mut Value, presence: Presence) {
    widen_members(schema);
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if let Some(items) = schema.get_mut("items") {
        widen(items, Presence::Required);
    }
    schema.retain(|keyword, _| !LEFT_TO_THE_PROGRAM.contains(&keyword.as_str()));
    let Some(own) = schema.get("type").and_then(Value::as_str) else {
        return;
    };
    let more = more_types(own, schema.contains_key("contentEncoding"), presence);
    if !more.is_empty() {
        let types: Vec<&str> = [own].into_iter().chain(more).collect();
        let types = json!(types);
        schema.insert("type".into(), types);
    }
    let values = schema.get_mut("enum").and_then(Value::as_array_mut);
    if let Some(values) = values.filter(|_| presence == Presence::Optional) {
        values.extend([json!(""), Value::Null]);
    }
}

/// Types that the program judges: of content in a wrong form, and of inputs that are not filled in.
fn more_types(own: &str, is_content: bool, presence: Presence) -> Vec<&'static str> {
    let is_text = own == "string";
    let is_nested = ["object", "array"].contains(&own);
    [
        (is_content || own == "array", "object"),
        (is_content || own == "object", "array"),
        (
            is_nested || (!is_text && presence == Presence::Optional),
            "string",
        ),
        (presence == Presence::Optional, "null"),
    ]
    .into_iter()
    .filter_map(|(is_allowed, name)| is_allowed.then_some(name))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn widened(schema: &Value) -> Value {
        let mut object = json!({"type": "object", "required": ["needed"], "properties": {"it": schema}});
        widen_members(&mut object);
        object["properties"]["it"].clone()
    }

    #[test]
    fn optional_inputs_may_be_null_and_blank() {
        assert_eq!(
            widened(&json!({"type": "string", "enum": ["A"], "minLength": 1, "pattern": "^A$"})),
            json!({"type": ["string", "null"], "enum": ["A", "", null]})
        );
        assert_eq!(
            widened(&json!({"type": "integer", "minimum": 1})),
            json!({"type": ["integer", "string", "null"], "minimum": 1})
        );
    }

    #[test]
    fn required_inputs_keep_their_values() {
        let mut object = json!({
            "required": ["needed"],
            "properties": {"needed": {"type": "string", "enum": ["A"], "minLength": 1}},
        });
        widen_members(&mut object);
        assert_eq!(
            object["properties"]["needed"],
            json!({"type": "string", "enum": ["A"]})
        );
    }

    #[test]
    fn outputs_may_have_further_members() {
        let mut schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "videos": {"items": {"type": "object", "additionalProperties": false}},
                "counts": {"additionalProperties": {"type": "integer"}},
            },
        });
        open(&mut schema);
        assert_eq!(
            schema,
            json!({
                "type": "object",
                "properties": {
                    "videos": {"items": {"type": "object"}},
                    "counts": {"additionalProperties": {"type": "integer"}},
                },
            })
        );
    }

    #[test]
    fn content_in_a_wrong_form_reaches_the_program() {
        let file = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["content"],
            "properties": {"content": {"type": "string", "contentEncoding": "base64"}, "name": {"type": "string"}},
        });
        let of_file = json!({
            "type": ["object", "array", "string", "null"],
            "additionalProperties": false,
            "required": ["content"],
            "properties": {
                "content": {"type": ["string", "object", "array"], "contentEncoding": "base64"},
                "name": {"type": ["string", "null"]},
            },
        });
        assert_eq!(widened(&file), of_file);
        let mut item = of_file;
        item["type"] = json!(["object", "array", "string"]);
        assert_eq!(
            widened(&json!({"type": "array", "items": file, "maxItems": 4})),
            json!({"type": ["array", "object", "string", "null"], "items": item})
        );
    }
}
