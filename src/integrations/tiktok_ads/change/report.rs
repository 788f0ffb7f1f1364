//! Result of an update.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use crate::marketing_api::{CreationWay, PlannedCall};

/// Result of an update.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) struct ChangeReport {
    /// Way in which TikTok runs the campaign: SMART_PLUS or MANUAL
    pub(super) automation: CreationWay,
    /// Settings that change, each with its value before and after; those that already have the value are left out
    pub(super) changes: Vec<SettingChange>,
    /// Calls as they would be sent, in order; only after a dry run
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) calls: Vec<PlannedCall>,
    pub(super) outcome: ChangeOutcome,
    /// Notes on the update
    pub(super) warnings: Vec<String>,
}

/// Change of one setting.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct SettingChange {
    /// Name of the setting
    pub(super) field: String,
    /// Value before the update; absent if there was none
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<ShownValue>,
    /// Value after the update
    pub(super) to: ShownValue,
    pub(super) takes_effect: ChangeStart,
    /// Further effect of the change
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

/// Value of a setting, as TikTok has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub(in crate::integrations::tiktok_ads) struct ShownValue(Value);

impl ShownValue {
    /// The value without the members of objects that say nothing. A whole number has no decimal point.
    pub(super) fn of(mut value: Value) -> Self {
        if let Some(whole) = whole(&value) {
            return Self(whole.into());
        }
        for item in value.as_array_mut().into_iter().flatten() {
            if let Some(members) = item.as_object_mut() {
                members.retain(|_, member| !member.is_null());
            }
        }
        Self(value)
    }
}

fn whole(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else {
        return None;
    };
    number.to_string().strip_suffix(".0")?.parse().ok()
}

impl JsonSchema for ShownValue {
    fn schema_name() -> Cow<'static, str> {
        "ShownValue".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean", "array", "object"] })
    }
}

// No doc comments on the variants: they would split the schema's list of words.
/// When the change takes effect: now, or next_day, at 00:00 of the next day in the ad account's time zone
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) enum ChangeStart {
    Now,
    NextDay,
}

// No doc comments on the variants: they would split the schema's list of words.
/// Effect of the request: changed; unchanged (the object already has these settings, so nothing was sent); planned (a dry
/// run: nothing was sent)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) enum ChangeOutcome {
    Changed,
    Unchanged,
    Planned,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_have_one_form() {
        for (value, shown) in [
            (json!(80.0), "80"),
            (json!(95), "95"),
            (json!(0.5), "0.5"),
            (json!("80.0"), "\"80.0\""),
        ] {
            assert_eq!(ShownValue::of(value).0.to_string(), shown);
        }
    }
}
