//! Inputs that the actions share.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::rules::either;
use crate::{
    advertising::{AdViolation, schedule_in_utc},
    catalogue::own,
    integrations::Failure,
    marketing_api::{AdGroupSettings, MarketingApi, Members, PlannedCall, WriteBody, members_of},
    model::Amount,
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

/// Settings of an ad group under their other names.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct AdGroupAliases {
    /// The same as `budget`
    #[schemars(range(min = 0.01))]
    budget_amount: Option<Amount>,
    /// The same as `schedule_start_time`
    #[schemars(regex(pattern = TIME))]
    start_time: Option<String>,
    /// The same as `schedule_end_time`
    #[schemars(regex(pattern = TIME))]
    end_time: Option<String>,
}

/// Time in UTC, or with an offset.
const TIME: &str = r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}|T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))$";

impl AdGroupAliases {
    /// Settings under TikTok's names, with times in UTC. Two different values of one setting are a violation.
    pub(super) fn merged_with(
        self,
        given: AdGroupSettings,
        violations: &mut Vec<AdViolation>,
    ) -> AdGroupSettings {
        let alias = schedule_in_utc(AdGroupSettings {
            schedule_start_time: self.start_time,
            schedule_end_time: self.end_time,
            ..AdGroupSettings::default()
        });
        let given = schedule_in_utc(given);
        AdGroupSettings {
            budget: either(
                ("budget", given.budget),
                ("budget_amount", self.budget_amount),
                violations,
            ),
            schedule_start_time: either(
                ("schedule_start_time", given.schedule_start_time),
                ("start_time", alias.schedule_start_time),
                violations,
            ),
            schedule_end_time: either(
                ("schedule_end_time", given.schedule_end_time),
                ("end_time", alias.schedule_end_time),
                violations,
            ),
            ..given
        }
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

/// Keeps those settings of a schema that an update can change.
pub(super) fn keep_settings(schema: &mut Schema, names: &[&str], is_changeable: impl Fn(&str) -> bool) {
    if let Some(properties) = members_mut(schema, "properties") {
        properties.retain(|name, _| !names.contains(&name.as_str()) || is_changeable(name));
    }
}

/// Sets the description of a property.
pub(super) fn describe(schema: &mut Schema, name: &str, description: &str) {
    let property = members_mut(schema, "properties").and_then(|properties| properties.get_mut(name));
    if let Some(property) = property.and_then(|property| property.as_object_mut()) {
        property.insert("description".into(), description.into());
    }
}

fn members_mut<'a>(schema: &'a mut Schema, name: &str) -> Option<&'a mut Members> {
    schema.get_mut(name)?.as_object_mut()
}
