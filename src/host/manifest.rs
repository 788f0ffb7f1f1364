//! Schemas of the committed manifests, compiled for the requested action only and then cached.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use memchr::memmem;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    integrations::{ActionEntry, Integration, RowSink},
    media::SpoolArea,
    model::Reach,
    schema::Validator,
};

/// Schemas of one action.
#[derive(Debug)]
pub(super) struct Validators {
    pub(super) input: Validator,
    /// The output, but for its rows.
    pub(super) output: Validator,
    /// Each row of the output's long list, with the list's name.
    rows: Option<(&'static str, Arc<Validator>)>,
}

impl Validators {
    /// Storage in `area` for the rows of a result.
    pub(super) fn row_sink(&self, area: &SpoolArea) -> RowSink {
        let rows = self.rows.as_ref();
        rows.map_or_else(RowSink::default, |(member, validator)| {
            RowSink::new(member, Arc::clone(validator), area)
        })
    }
}

/// Compiled schemas, by integration and action.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    compiled: Mutex<BTreeMap<(&'static str, &'static str), Arc<Validators>>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    input_schema: &'a RawValue,
    #[serde(borrow)]
    output_schema: &'a RawValue,
}

impl Manifests {
    /// Returns the schemas of `action`, whose URLs must be within `reach`. The text of an error is for the
    /// log: a manifest that fails here should not have been committed.
    pub(super) fn validators(
        &self,
        integration: &Integration,
        action: &ActionEntry,
        reach: &Reach,
    ) -> Result<Arc<Validators>, String> {
        let key = (integration.name, action.name);
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(&key) {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(compile(integration, action, reach)?);
        compiled.insert(key, Arc::clone(&fresh));
        Ok(fresh)
    }
}

fn compile(integration: &Integration, action: &ActionEntry, reach: &Reach) -> Result<Validators, String> {
    let entry = entry(integration.manifest, action.name)
        .or_else(|| entry_of_any_form(integration.manifest, action.name))
        .ok_or("the manifest does not have the action")?;
    let compile = |schema: Value| Validator::compile_within(schema, reach).map_err(|error| error.to_string());
    let (input, mut output) = (read(entry.input_schema)?, read(entry.output_schema)?);
    let rows = match action.rows {
        Some(member) => Some((member, Arc::new(compile(take_items(&mut output, member)?)?))),
        None => None,
    };
    Ok(Validators {
        input: compile(input)?.with_fixed(action.is_fixed),
        output: compile(output)?,
        rows,
    })
}

/// Finds an action by its line, which the generated text has in one form only. Reading a manifest up to its end took an
/// eighth of the instructions of a small action.
fn entry<'a>(manifest: &'a str, action: &str) -> Option<Entry<'a>> {
    let name = format!("\n    \"{action}\": ");
    let start = memmem::find(manifest.as_bytes(), name.as_bytes())? + name.len();
    let mut reader = serde_json::Deserializer::from_str(manifest.get(start..)?);
    Entry::deserialize(&mut reader).ok()
}

/// Finds an action in a manifest of any form, by reading all of it.
fn entry_of_any_form<'a>(manifest: &'a str, action: &str) -> Option<Entry<'a>> {
    let mut manifest: Manifest<'a> = serde_json::from_str(manifest).ok()?;
    manifest.actions.remove(action)
}

#[derive(Deserialize)]
struct Manifest<'a> {
    #[serde(borrow)]
    actions: BTreeMap<&'a str, Entry<'a>>,
}

fn read(schema: &RawValue) -> Result<Value, String> {
    serde_json::from_str(schema.get()).map_err(|error| error.to_string())
}

/// Takes the schema of the items of the list `member` out of the schema of an output.
fn take_items(output: &mut Value, member: &str) -> Result<Value, String> {
    let items = output.pointer_mut(&format!("/properties/{member}/items"));
    items
        .map(|items| std::mem::replace(items, Value::Bool(true)))
        .ok_or_else(|| format!("the output has no list {member}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::INTEGRATIONS;

    #[test]
    fn each_action_is_found_in_its_manifest() {
        for integration in INTEGRATIONS {
            let manifest: Value = serde_json::from_str(integration.manifest).unwrap();
            for action in integration.actions {
                let found = entry(integration.manifest, action.name)
                    .unwrap_or_else(|| panic!("{} should be on a line of its own", action.name));
                let expected = &manifest["actions"][action.name];
                assert_eq!(
                    read(found.input_schema).unwrap(),
                    expected["input_schema"],
                    "{}",
                    action.name
                );
                assert_eq!(
                    read(found.output_schema).unwrap(),
                    expected["output_schema"],
                    "{}",
                    action.name
                );
            }
        }
        assert!(entry("{\n  \"actions\": {\n    \"a\": {}\n  }\n}", "b").is_none());
    }
}
