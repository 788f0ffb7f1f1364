//! Keywords of a schema beside the one that a value violates.

use serde_json::Value;

/// Schema of the property `name` beside the keyword at `keyword_path`.
pub(super) fn property_beside<'a>(schema: &'a Value, keyword_path: &str, name: &str) -> Option<&'a Value> {
    let parent = keyword_path.rsplit_once('/').map_or("", |(parent, _)| parent);
    schema.pointer(&format!("{parent}/properties/{}", escape(name)))
}

/// Value of the keyword `name` beside the keyword at `keyword_path`.
pub(super) fn beside<'a>(schema: &'a Value, keyword_path: &str, name: &str) -> Option<&'a Value> {
    let parent = keyword_path.rsplit_once('/').map_or("", |(parent, _)| parent);
    schema.pointer(&format!("{parent}/{name}"))
}

/// Members that the schema allows beside the keyword at `keyword_path`, which are its sibling
/// `properties`.
pub(super) fn members_beside<'a>(schema: &'a Value, keyword_path: &str) -> Vec<&'a str> {
    let parent = keyword_path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let properties = schema
        .pointer(&format!("{parent}/properties"))
        .and_then(Value::as_object);
    properties
        .map(|properties| properties.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// Escapes a name for a JSON pointer.
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
