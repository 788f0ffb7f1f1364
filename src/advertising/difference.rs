//! Comparison of an object, as TikTok lists it, with settings. Facts: docs/tiktok-marketing-api.md#transport.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    marketing_api::SmartAd,
    model::{Amount, Flag, Word},
};

/// Object as TikTok lists it. A member that is `null` or empty counts as absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListedSettings {
    members: Map<String, Value>,
    /// Settings of an object that TikTok lists in another form.
    flat: Option<Map<String, Value>>,
}

/// Member of an Upgraded Smart+ ad group that nests its targeting.
const TARGETING_SPEC: &str = "targeting_spec";

/// Lists whose order has a meaning.
const ORDERED: [&str; 1] = ["image_ids"];

/// Longest text that is compared as a number. Ids are longer, and would lose digits.
const NUMBER_MAX: usize = 15;

impl ListedSettings {
    /// Takes the members of an object.
    pub const fn of(members: Map<String, Value>) -> Self {
        Self { members, flat: None }
    }

    /// Takes the members of an Upgraded Smart+ ad, which nests its settings.
    pub fn of_smart_ad(members: Map<String, Value>) -> Self {
        Self {
            flat: Some(SmartAd::settings(members.clone())),
            members,
        }
    }

    /// Members of the object, as TikTok listed them.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Value of a member; `None` if it says nothing. Nested targeting is a part of the settings.
    pub fn value(&self, name: &str) -> Option<&Value> {
        let members = self.flat.as_ref().unwrap_or(&self.members);
        let targeting = members.get(TARGETING_SPEC).and_then(Value::as_object);
        let nested = targeting.and_then(|targeting| targeting.get(name));
        nested
            .or_else(|| members.get(name))
            .filter(|value| !is_nothing(value))
    }

    /// Word of a member that TikTok sends as text.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    /// Text of a member, which TikTok may send as a number.
    pub fn text(&self, name: &str) -> Option<String> {
        self.read::<Word>(name).map(|word| word.as_str().to_owned())
    }

    /// Amount of a member.
    pub fn amount(&self, name: &str) -> Option<Amount> {
        self.read(name)
    }

    /// Whether a member is true.
    pub fn flag(&self, name: &str) -> bool {
        self.read(name).is_some_and(|Flag(flag)| flag)
    }

    /// Values of the members with these names that say something, in the form of settings.
    pub fn settings(&self, names: &[&str]) -> Map<String, Value> {
        let values = names.iter().filter_map(|name| Some((*name, self.value(name)?)));
        values
            .filter(|(name, value)| !is_unset(name, value))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.value(name)?).ok()
    }

    /// Whether the object has this setting.
    pub fn has(&self, name: &str, setting: &Value) -> bool {
        let listed = self.value(name).unwrap_or(&Value::Null);
        is_same(listed, setting, ORDERED.contains(&name))
    }

    /// Whether the object has all of these settings.
    pub fn has_all(&self, settings: &Map<String, Value>) -> bool {
        settings.iter().all(|(name, setting)| self.has(name, setting))
    }

    /// Settings that the object does not have.
    pub fn lacks(&self, settings: Map<String, Value>) -> Map<String, Value> {
        let lacked = settings
            .into_iter()
            .filter(|(name, setting)| !self.has(name, setting));
        lacked.collect()
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether TikTok lists a setting that the object does not have. No amount and no id is 0.
fn is_unset(name: &str, value: &Value) -> bool {
    let is_zero = value.as_f64() == Some(0.0) || (name.ends_with("_id") && value.as_str() == Some("0"));
    value.as_str() == Some("UNSET") || is_zero
}

/// Compares a listed value with a setting. An object may list members that the setting does not have.
fn is_same(listed: &Value, setting: &Value, is_ordered: bool) -> bool {
    match (listed, setting) {
        _ if is_nothing(setting) => is_nothing(listed),
        (Value::Array(listed), Value::Array(setting)) if listed.len() != setting.len() => false,
        (Value::Array(listed), Value::Array(setting)) if is_ordered => {
            let mut pairs = listed.iter().zip(setting);
            pairs.all(|(listed, setting)| is_same(listed, setting, true))
        }
        (Value::Array(listed), Value::Array(setting)) => is_same_set(listed, setting),
        (Value::Object(listed), Value::Object(setting)) => setting.iter().all(|(name, setting)| {
            let listed = listed.get(name).unwrap_or(&Value::Null);
            is_same(listed, setting, ORDERED.contains(&name.as_str()))
        }),
        _ => is_same_scalar(listed, setting),
    }
}

/// Compares lists of one length in any order, each item once.
fn is_same_set(listed: &[Value], setting: &[Value]) -> bool {
    let mut left: BTreeMap<usize, &Value> = listed.iter().enumerate().collect();
    setting.iter().all(|setting| {
        let found = left.iter().find(|(_, listed)| is_same(listed, setting, false));
        let found = found.map(|(at, _)| *at);
        found.and_then(|at| left.remove(&at)).is_some()
    })
}

fn is_same_scalar(listed: &Value, setting: &Value) -> bool {
    let (Ok(listed), Ok(setting)) = (word(listed), word(setting)) else {
        return false;
    };
    listed == setting || number(&listed).is_some_and(|amount| number(&setting) == Some(amount))
}

fn word(value: &Value) -> Result<String, serde_json::Error> {
    serde_json::from_value::<Word>(value.clone()).map(|word| word.as_str().trim().to_owned())
}

fn number(text: &str) -> Option<f64> {
    let is_exact = text.len() <= NUMBER_MAX;
    text.parse().ok().filter(|_| is_exact)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(members: Value) -> ListedSettings {
        ListedSettings::of(serde_json::from_value(members).unwrap())
    }

    #[test]
    fn values_are_read_in_any_form() {
        let object = listed(json!({
            "budget": "50.00", "campaign_id": 9_223_372_036_854_775_807_u64, "budget_optimize_on": "True",
            "po_number": "", "languages": [], "scheduled_budget": 0,
        }));
        assert_eq!(object.amount("budget"), Amount::new(50.0));
        assert_eq!(object.text("campaign_id").as_deref(), Some("9223372036854775807"));
        assert!(object.flag("budget_optimize_on") && !object.flag("absent"));
        assert_eq!(object.value("po_number"), None);
        assert_eq!(object.value("languages"), None);
        assert_eq!(object.amount("scheduled_budget"), Amount::new(0.0));
    }

    #[test]
    fn what_is_listed_but_not_set_is_no_setting() {
        let object = listed(json!({
            "bid_price": 0, "bid_type": "UNSET", "app_id": "0", "page_id": 0, "gender": "GENDER_MALE", "budget": 5,
            "comment_disabled": false, "other": 1,
        }));
        let names = [
            "bid_price",
            "bid_type",
            "app_id",
            "page_id",
            "gender",
            "budget",
            "comment_disabled",
        ];
        assert_eq!(
            json!(object.settings(&names)),
            json!({ "gender": "GENDER_MALE", "budget": 5, "comment_disabled": false })
        );
    }

    #[test]
    fn nested_targeting_is_a_part_of_the_settings() {
        let object = listed(json!({ "targeting_spec": { "location_ids": ["6252001"] } }));
        assert!(object.has("location_ids", &json!(["6252001"])));
    }

    #[test]
    fn the_only_creative_and_text_of_a_smart_plus_ad_are_its_settings() {
        let one = json!({
            "ad_text_list": [{ "ad_text": "Hello" }],
            "creative_list": [{ "creative_info": { "video_info": { "video_id": "v1" }, "identity_id": "9" } }],
        });
        let object = ListedSettings::of_smart_ad(serde_json::from_value(one.clone()).unwrap());
        for (name, setting) in [
            ("ad_text", json!("Hello")),
            ("ad_texts", json!(["Hello"])),
            ("video_id", json!("v1")),
            ("identity_id", json!("9")),
        ] {
            assert!(object.has(name, &setting), "{name}");
        }
        assert_eq!(json!(object.members()), one);
        let two = json!({ "creative_list": [
            { "creative_info": { "video_info": { "video_id": "v1" } } },
            { "creative_info": { "video_info": { "video_id": "v1" } } },
        ] });
        let object = ListedSettings::of_smart_ad(serde_json::from_value(two).unwrap());
        assert!(!object.has("video_id", &json!("v1")));
    }

    #[test]
    fn the_same_value_in_another_form_is_no_difference() {
        for (value, setting) in [
            (json!(50), json!(50.0)),
            (json!("50.00"), json!(50)),
            (json!(" Spring "), json!("Spring")),
            (json!(1_812_345_678_901_234_567_u64), json!("1812345678901234567")),
            (json!(["a", "b"]), json!(["b", "a"])),
            (json!(["1", 2]), json!(["2", "1"])),
            (json!(null), json!([])),
            (json!(""), json!([])),
            (json!({ "a": 1, "b": 2 }), json!({ "a": "1" })),
            (json!([{ "a": 1, "id": 5 }]), json!([{ "a": 1 }])),
        ] {
            let object = listed(json!({ "member": value.clone() }));
            assert!(object.has("member", &setting), "{value} {setting}");
        }
    }

    #[test]
    fn another_value_is_a_difference() {
        for (value, setting) in [
            (json!(50), json!(50.01)),
            (json!(0), json!([])),
            (json!(false), json!("")),
            (json!("1812345678901234567"), json!("1812345678901234568")),
            (
                json!(1_812_345_678_901_234_567_u64),
                json!(1_812_345_678_901_234_568_u64),
            ),
            (json!(["a", "a"]), json!(["a", "b"])),
            (json!(["a"]), json!(["a", "a"])),
            (json!("Spring"), json!("spring")),
            (json!({ "a": 1 }), json!({ "a": 1, "b": 2 })),
            (json!("a"), json!(["a"])),
            (json!([]), json!("a")),
        ] {
            let object = listed(json!({ "member": value.clone() }));
            assert!(!object.has("member", &setting), "{value} {setting}");
        }
    }

    #[test]
    fn the_images_of_a_carousel_have_an_order() {
        let object = listed(json!({ "image_ids": ["a", "b"], "creatives": [{ "image_ids": ["a", "b"] }] }));
        assert!(object.has("image_ids", &json!(["a", "b"])));
        assert!(!object.has("image_ids", &json!(["b", "a"])));
        assert!(!object.has("creatives", &json!([{ "image_ids": ["b", "a"] }])));
    }

    #[test]
    fn only_settings_that_the_object_lacks_are_left() {
        let object =
            listed(json!({ "campaign_name": "Spring", "budget": 50, "special_industries": ["CREDIT"] }));
        let wanted =
            json!({ "campaign_name": "Spring", "budget": 60, "special_industries": [], "po_number": "1" });
        let wanted: Map<String, Value> = serde_json::from_value(wanted).unwrap();
        assert!(!object.has_all(&wanted));
        let lacked: Vec<_> = object.lacks(wanted).into_iter().map(|(name, _)| name).collect();
        assert_eq!(lacked, ["budget", "special_industries", "po_number"]);
    }
}
