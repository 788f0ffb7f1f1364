//! Inputs that the actions share.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::Failure,
    marketing_api::{MarketingApi, Members, PlannedCall, WriteBody, members_of},
};

/// A key of your choice for this object, 1 to 255 characters, for example the ID of the workflow run. A repeated request
/// with the same key and inputs never creates a second object: it returns the first one, or looks for it if TikTok's
/// answer was lost
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct CreationKey(#[schemars(length(min = 1, max = 255))] String);

impl CreationKey {
    /// The key as the caller wrote it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Plans a call for a dry run.
pub(super) fn plan(api: &MarketingApi, body: &impl WriteBody) -> Result<PlannedCall, Failure> {
    api.plan(body).map_err(Failure::from)
}

/// Settings of an input that are given, as they are sent.
pub(super) fn settings(settings: &impl Serialize) -> Result<Members, Failure> {
    // Settings are names, words, ids, amounts and lists of them, which always serialize.
    members_of(settings).map_err(|_never| Failure::new(&own::INTERNAL_ERROR, ""))
}

/// Adds names to the required members of a schema. Settings are optional by their type, because updates set a part of
/// them.
pub(super) fn require(schema: &mut Schema, names: &[&str]) {
    let known = schema.get("required").and_then(|names| names.as_array()).cloned();
    let mut required = known.unwrap_or_default();
    required.extend(names.iter().map(|name| (*name).into()));
    schema.insert("required".into(), required.into());
}
