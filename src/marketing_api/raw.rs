//! Objects as TikTok returns them, for updates that replace an object whole.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

use super::write::Members;

/// Object of the API with all its members, also those that its type does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct RawObject<T> {
    /// The object.
    pub object: T,
    /// All members.
    pub(super) members: Members,
}

/// Type of an object that TikTok may return nested.
pub trait RawType: DeserializeOwned {
    /// Members in the form that the type reads.
    fn flat(members: Members) -> Members;
}

impl<'de, T: RawType> Deserialize<'de> for RawObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Members::deserialize(deserializer)?;
        // serde's message could quote a value.
        let object =
            read(&T::flat(members.clone())).ok_or_else(|| D::Error::custom("is not as documented"))?;
        Ok(Self { object, members })
    }
}

/// Reads an object from its text, with the reader of the answers: each further reader of an ad group takes 300 kB of code.
fn read<T: DeserializeOwned>(members: &Members) -> Option<T> {
    let text = serde_json::to_string(members).ok()?;
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text)).ok()
}

/// Removes from `members` those in `names`, in their order.
pub(super) fn split_off(members: &mut Members, names: &[&str]) -> Members {
    let (taken, kept) = std::mem::take(members)
        .into_iter()
        .partition(|(name, _)| names.contains(&name.as_str()));
    *members = kept;
    taken
}

/// Members in `names` whose value says something, with ids as text. `null`, empty texts, empty lists and `UNSET` say
/// nothing, nor does 0 as an id: an update that replaces the object sets the same by leaving them out.
pub(super) fn kept(members: &Members, names: &[&str]) -> Members {
    members
        .iter()
        .filter(|(name, value)| names.contains(&name.as_str()) && !says_nothing(value))
        .map(|(name, value)| (name.clone(), with_text_ids(name, value)))
        .filter(|(name, value)| !(name.ends_with("_id") && value == "0"))
        .collect()
}

/// Value of the member `name` with ids as text. TikTok may return them as numbers, and takes texts.
fn with_text_ids(name: &str, value: &Value) -> Value {
    let is_id = name.ends_with("_id") || name.ends_with("_ids");
    match value {
        Value::Number(number) if is_id => number.to_string().into(),
        Value::Array(items) => items.iter().map(|item| with_text_ids(name, item)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_text_ids(name, value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || text == "UNSET",
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketing_api::AdGroup;

    #[test]
    fn an_object_keeps_its_unknown_members_and_exact_numbers() {
        let text = r#"{"adgroup_id":9223372036854775807,"new_member":{"a":[1]},"budget":49.99,"languages":null,
            "targeting_spec":{"location_ids":["6252001"],"spc_audience_age":"OVER_EIGHTEEN"}}"#;
        let raw: RawObject<AdGroup> = serde_json::from_str(text).unwrap();
        assert_eq!(raw.object.adgroup_id.as_str(), "9223372036854775807");
        assert_eq!(raw.object.location_ids.as_ref().map(Vec::len), Some(1));
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Value::Object(raw.members), expected);
        assert!(serde_json::from_value::<RawObject<AdGroup>>(json!({ "budget": 1 })).is_err());
    }

    #[test]
    fn what_says_nothing_is_left_out_and_ids_are_texts() {
        let Value::Object(members) = json!({
            "a": null, "b": "", "c": [], "d": {}, "e": "UNSET", "f": false, "g": 0, "h": "OFF", "app_id": 0,
            "location_ids": [6_252_001, "1"], "actions": [{ "action_period": 7, "action_category_ids": [12] }],
            "other": 1,
        }) else {
            panic!("an object")
        };
        let names = [
            "a",
            "b",
            "c",
            "d",
            "e",
            "f",
            "g",
            "h",
            "app_id",
            "location_ids",
            "actions",
        ];
        assert_eq!(
            Value::Object(kept(&members, &names)),
            json!({
                "f": false, "g": 0, "h": "OFF", "location_ids": ["6252001", "1"],
                "actions": [{ "action_period": 7, "action_category_ids": ["12"] }],
            })
        );
    }
}
