//! Schemas of the committed manifests, compiled for the requested action only and then cached.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

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
struct Manifest<'a> {
    #[serde(borrow)]
    actions: BTreeMap<&'a str, Entry<'a>>,
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
    let manifest: Manifest<'_> =
        serde_json::from_str(integration.manifest).map_err(|error| error.to_string())?;
    let entry = manifest
        .actions
        .get(action.name)
        .ok_or("the manifest does not have the action")?;
    let compile = |schema: Value| Validator::compile_within(schema, reach).map_err(|error| error.to_string());
    let (input, mut output) = (read(entry.input_schema)?, read(entry.output_schema)?);
    let rows = match action.rows {
        Some(member) => Some((member, Arc::new(compile(take_items(&mut output, member)?)?))),
        None => None,
    };
    Ok(Validators {
        input: compile(input)?,
        output: compile(output)?,
        rows,
    })
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
