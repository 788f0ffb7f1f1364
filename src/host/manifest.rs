//! The schemas of the committed manifests, compiled for the asked action only and then kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    integrations::{Action, Integration},
    model::Reach,
    schema::Validator,
};

/// The schemas of one action.
#[derive(Debug)]
pub(super) struct Validators {
    pub(super) input: Validator,
    pub(super) output: Validator,
}

/// The compiled schemas, by integration and action.
#[derive(Debug)]
pub(super) struct Manifests {
    compiled: Mutex<BTreeMap<(&'static str, &'static str), Arc<Validators>>>,
    reach: Reach,
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
    /// None is compiled yet.
    pub(super) fn within(reach: Reach) -> Self {
        Self { compiled: Mutex::default(), reach }
    }

    /// The schemas of `action`. The text of an error is for the log: a manifest that fails here should not have been
    /// committed.
    pub(super) fn validators(&self, integration: &Integration, action: &Action) -> Result<Arc<Validators>, String> {
        let key = (integration.name, action.name);
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(&key) {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(compile(integration, action, self.reach)?);
        compiled.insert(key, Arc::clone(&fresh));
        Ok(fresh)
    }
}

fn compile(integration: &Integration, action: &Action, reach: Reach) -> Result<Validators, String> {
    let manifest: Manifest<'_> = serde_json::from_str(integration.manifest).map_err(|error| error.to_string())?;
    let entry = manifest.actions.get(action.name).ok_or("the manifest does not have the action")?;
    let compile = |schema: &RawValue| {
        let schema = serde_json::from_str(schema.get()).map_err(|error| error.to_string())?;
        Validator::compile_within(schema, reach).map_err(|error| error.to_string())
    };
    Ok(Validators { input: compile(entry.input_schema)?, output: compile(entry.output_schema)? })
}
