//! Schemas of the committed manifests, parsed for the requested action only and then cached.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use serde_json::Value;

use crate::{
    integrations::{ActionEntry, ActionSchemas, BoxFuture, Integration, RowSink, SchemaText},
    media::SpoolArea,
    model::Reach,
    schema::Validator,
};

/// Schemas of one action.
#[derive(Debug)]
pub(super) struct Validators {
    pub(super) input: Validator,
    output: OnceLock<Result<OutputValidators, String>>,
    source: OutputSource,
}

/// Source of the schemas of an output.
#[derive(Debug)]
struct OutputSource {
    schema: SchemaText<'static>,
    rows: Option<&'static str>,
    reach: Reach,
}

/// Schemas of an output.
#[derive(Debug)]
struct OutputValidators {
    /// The output, but for its rows.
    whole: Validator,
    /// Each row of the output's long list, with the list's name.
    rows: Option<(&'static str, Arc<Validator>)>,
}

impl Validators {
    fn parse(integration: &Integration, action: &ActionEntry, reach: &Reach) -> Result<Self, String> {
        let ActionSchemas { input, output } = integration
            .schemas(action.name)
            .ok_or("the manifest does not have the action")?;
        Ok(Self {
            input: Validator::new(input, reach.clone()).with_fixed(action.is_fixed),
            output: OnceLock::new(),
            source: OutputSource {
                schema: output,
                rows: action.rows,
                reach: reach.clone(),
            },
        })
    }

    /// Storage in `area` for the rows of a result.
    pub(super) fn row_sink(&self, area: &SpoolArea) -> Result<RowSink, String> {
        if self.source.rows.is_none() {
            return Ok(RowSink::default());
        }
        let rows = self.parsed_output()?.rows.as_ref();
        Ok(rows.map_or_else(RowSink::default, |(member, validator)| {
            RowSink::new(member, Arc::clone(validator), area)
        }))
    }

    /// Schema of the output, but for its rows.
    pub(super) fn output(&self) -> Result<&Validator, String> {
        self.parsed_output().map(|output| &output.whole)
    }

    /// Awaits `action`, and parses the schema of its output while it waits for the first time.
    pub(super) async fn prepare_output_during<T>(&self, mut action: BoxFuture<T>) -> T {
        poll_fn(|context| {
            let polled = action.as_mut().poll(context);
            if polled.is_pending() {
                // An error is reported with the output.
                drop(self.parsed_output());
            }
            polled
        })
        .await
    }

    fn parsed_output(&self) -> Result<&OutputValidators, String> {
        let output = self.output.get_or_init(|| OutputValidators::parse(&self.source));
        output.as_ref().map_err(Clone::clone)
    }
}

impl OutputValidators {
    fn parse(source: &OutputSource) -> Result<Self, String> {
        let mut whole = source.schema.parse();
        let rows = match source.rows {
            Some(member) => {
                let items = take_items(&mut whole, member)?;
                Some((member, Arc::new(Validator::new(items, source.reach.clone()))))
            }
            None => None,
        };
        Ok(Self {
            whole: Validator::new(whole, source.reach.clone()),
            rows,
        })
    }
}

/// Takes the schema of the items of the list `member` out of the schema of an output.
fn take_items(output: &mut Value, member: &str) -> Result<Value, String> {
    let items = output.pointer_mut(&format!("/properties/{member}/items"));
    items
        .map(|items| std::mem::replace(items, Value::Bool(true)))
        .ok_or_else(|| format!("the output has no list {member}"))
}

/// Parsed schemas, by integration and action.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    parsed: Mutex<BTreeMap<(&'static str, &'static str), Arc<Validators>>>,
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
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parsed.get(&key) {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(Validators::parse(integration, action, reach)?);
        parsed.insert(key, Arc::clone(&fresh));
        Ok(fresh)
    }
}
