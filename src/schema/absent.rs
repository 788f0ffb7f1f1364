//! Values that count as absent: `null` and blank texts, because workflow editors send empty form
//! fields.

use serde_json::{Map, Value};

/// Whether a value is blank: `null`, or only white space.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Removes blank members at every depth, and objects that become empty. List items remain, since their index
/// may matter.
pub fn drop_blanks(value: &mut Value) {
    match value {
        Value::Object(members) => members.retain(|_, member| says_something(member)),
        Value::Array(items) => items.iter_mut().for_each(drop_blanks),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a member has content after its blank parts are removed.
fn says_something(member: &mut Value) -> bool {
    drop_blanks(member);
    !is_blank(member) && !member.as_object().is_some_and(Map::is_empty)
}

/// The inputs that make a request safe to repeat, and safe to try. A blank one would silently drop that protection.
const PROTECTIONS: [&str; 2] = ["idempotency_key", "dry_run"];

/// Lists whose blank items are removed. In other lists the index of an item matters (`photo_cover_index`).
const LISTS_OF_OPTIONAL: [&str; 1] = ["files"];

/// Names of the members that the schema of an object requires.
pub fn required(schema: &Value) -> Vec<&str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Removes blank inputs, as [`drop_blanks`] does. A blank string for an input that `schema` requires becomes
/// empty, and so does a blank idempotency key or `dry_run`, so that validation reports them.
pub(super) fn drop_blank_inputs(schema: &Value, inputs: &mut Value) {
    let Some(members) = inputs.as_object_mut() else {
        return;
    };
    let required = required(schema);
    members.retain(|name, member| {
        if LISTS_OF_OPTIONAL.contains(&name.as_str())
            && let Value::Array(items) = member
        {
            items.retain_mut(says_something);
        }
        let is_needed = required.contains(&name.as_str()) || PROTECTIONS.contains(&name.as_str());
        if let Value::String(text) = member
            && is_needed
            && text.trim().is_empty()
        {
            text.clear();
            return true;
        }
        says_something(member)
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn inputs(mut given: Value, left: &Value) {
        drop_blank_inputs(&json!({ "required": ["privacy_level"] }), &mut given);
        assert_eq!(given, *left);
    }

    #[test]
    fn blank_members_are_absent_at_every_depth() {
        let mut value = json!({ "a": null, "b": " \t", "c": { "d": "", "e": 0 }, "f": { "g": null }, "h": {}, "i": [""] });
        drop_blanks(&mut value);
        assert_eq!(value, json!({ "c": { "e": 0 }, "i": [""] }));
    }

    #[test]
    fn a_blank_that_is_needed_stays() {
        inputs(
            json!({ "privacy_level": "  ", "idempotency_key": " ", "title": "", "dry_run": " " }),
            &json!({ "privacy_level": "", "idempotency_key": "", "dry_run": "" }),
        );
        inputs(
            json!({ "privacy_level": null, "idempotency_key": null }),
            &json!({}),
        );
    }

    #[test]
    fn a_blank_file_is_none_and_a_blank_address_is_an_item() {
        inputs(
            json!({ "files": [null, {}, "", { "name": "" }, { "content": "x" }] }),
            &json!({ "files": [{ "content": "x" }] }),
        );
        inputs(
            json!({ "photo_urls": ["", null] }),
            &json!({ "photo_urls": ["", null] }),
        );
        inputs(json!({ "video_ids": [] }), &json!({ "video_ids": [] }));
    }
}
