//! The manifest of a bundle: the committed one, adapted to Autohive's SDK.
//!
//! The SDK validates inputs before the program does, by draft 7, and then the program does not see them. Its messages repeat
//! whole values, so that a video where an object belongs makes a message as long as the video; and it refuses `null` and blank
//! text, which hosts send for inputs that are not filled in and the program takes as absent. So the input schemas of a bundle
//! let everything through that the program judges better.
//!
//! Outputs are validated by the program. If the SDK refused a member that is new, as after the program alone was replaced, a post
//! that was made would be reported as an error; so output schemas allow more members.

use serde_json::{Map, Value, json};

use super::module;
use crate::integrations::{Integration, granted};

/// Keywords that judge text and lists. Blank text and empty lists fail them, and messages of the SDK repeat the value.
const LEFT_TO_THE_PROGRAM: [&str; 5] = ["pattern", "minLength", "maxLength", "minItems", "maxItems"];

/// The committed manifest could not be read, which is a fault of this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the manifest could not be read")]
pub struct ManifestError;

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
    let reduced = granted::manifest(integration, scopes).ok_or(ManifestError)?;
    let mut manifest: Map<String, Value> =
        serde_json::from_str(&reduced.manifest).map_err(|_fault| ManifestError)?;
    manifest.insert("entry_point".into(), json!(format!("{}.py", module(integration))));
    let actions = manifest.get_mut("actions").and_then(Value::as_object_mut);
    for action in actions.ok_or(ManifestError)?.values_mut() {
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
    let mut types: Vec<Value> = schema.get("type").into_iter().cloned().collect();
    // A text in place of an object would be repeated in the SDK's message.
    if types.iter().any(|name| name == "object" || name == "array") {
        types.push(json!("string"));
    }
    if presence == Presence::Optional {
        types.push(json!("null"));
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            values.extend([json!(""), Value::Null]);
        }
    }
    match types.as_slice() {
        [] => {}
        [single] => drop(schema.insert("type".into(), single.clone())),
        _ => drop(schema.insert("type".into(), json!(types))),
    }
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
            json!({"type": ["integer", "null"], "minimum": 1})
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
    fn texts_reach_the_program_where_objects_belong() {
        let file = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["content"],
            "properties": {"content": {"type": "string"}, "name": {"type": "string"}},
        });
        let of_file = json!({
            "type": ["object", "string", "null"],
            "additionalProperties": false,
            "required": ["content"],
            "properties": {"content": {"type": "string"}, "name": {"type": ["string", "null"]}},
        });
        assert_eq!(widened(&file), of_file);
        let mut item = of_file;
        item["type"] = json!(["object", "string"]);
        assert_eq!(
            widened(&json!({"type": "array", "items": file, "maxItems": 4})),
            json!({"type": ["array", "string", "null"], "items": item})
        );
    }
}
