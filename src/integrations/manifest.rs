//! Schemas of actions, read from the committed manifests.

use std::collections::BTreeMap;

use memchr::memmem;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{INTEGRATIONS, Integration};

/// Schemas of one action.
#[derive(Debug, Deserialize)]
pub struct ActionSchemas<'a> {
    /// Schema of the input.
    #[serde(rename = "input_schema")]
    pub input: Value,
    /// Schema of the output, which is needed later or not at all.
    #[serde(rename = "output_schema", borrow)]
    pub output: SchemaText<'a>,
}

/// Text of a schema.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct SchemaText<'a>(#[serde(borrow)] &'a RawValue);

impl SchemaText<'_> {
    /// Parses the schema.
    pub fn parse(self) -> Value {
        // It is JSON, because it was read as a part of a JSON document.
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }
}

impl Integration {
    /// Returns the schemas of `action`; `None` if the manifest lacks it. Nothing else of the manifest is parsed.
    pub fn schemas(&self, action: &str) -> Option<ActionSchemas<'static>> {
        entry(self.manifest, action).or_else(|| entry_of_any_form(self.manifest, action))
    }
}

/// The `actions` of every manifest, by integration.
pub fn all_actions() -> Value {
    let actions = INTEGRATIONS.iter().map(|integration| {
        let manifest: Value = serde_json::from_str(integration.manifest).unwrap_or_default();
        (
            integration.name.to_owned(),
            manifest.get("actions").cloned().unwrap_or_default(),
        )
    });
    Value::Object(actions.collect())
}

/// Finds an action by its line, which the generated text has in one form only. Reading a manifest up to its end took an
/// eighth of the instructions of a small action.
fn entry<'a>(manifest: &'a str, action: &str) -> Option<ActionSchemas<'a>> {
    let name = format!("\n    \"{action}\": ");
    let start = memmem::find(manifest.as_bytes(), name.as_bytes())? + name.len();
    let mut reader = serde_json::Deserializer::from_str(manifest.get(start..)?);
    ActionSchemas::deserialize(&mut reader).ok()
}

/// Finds an action in a manifest of any form, by reading all of it.
fn entry_of_any_form<'a>(manifest: &'a str, action: &str) -> Option<ActionSchemas<'a>> {
    let mut manifest: Manifest<'a> = serde_json::from_str(manifest).ok()?;
    manifest.actions.remove(action)
}

#[derive(Deserialize)]
struct Manifest<'a> {
    #[serde(borrow)]
    actions: BTreeMap<&'a str, ActionSchemas<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_is_found_in_its_manifest() {
        for integration in INTEGRATIONS {
            let manifest: Value = serde_json::from_str(integration.manifest).unwrap();
            for action in integration.actions {
                let found = entry(integration.manifest, action.name)
                    .unwrap_or_else(|| panic!("{} should be on a line of its own", action.name));
                let expected = &manifest["actions"][action.name];
                assert_eq!(found.input, expected["input_schema"], "{}", action.name);
                assert_eq!(found.output.parse(), expected["output_schema"], "{}", action.name);
            }
        }
        assert!(entry("{\n  \"actions\": {\n    \"a\": {}\n  }\n}", "b").is_none());
    }

    #[test]
    fn a_manifest_in_one_line_has_its_actions_too() {
        const MANIFEST: &str = r#"{"actions":{"a":{"input_schema":{"type":"object"},"output_schema":{}}}}"#;
        let found = entry_of_any_form(MANIFEST, "a").unwrap();
        assert_eq!(found.input["type"], "object");
        assert!(entry(MANIFEST, "a").is_none());
        assert!(entry_of_any_form(MANIFEST, "b").is_none());
    }
}
