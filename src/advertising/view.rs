//! Settings of an object and of its parents by their names, as the tables of rules see them.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{marketing_api::CreationWay, model::Amount};

/// Name of the way among the settings.
pub(super) const AUTOMATION: &str = "automation";

/// Longest text that a message repeats: TikTok's words and ids, but not the text of an ad.
const QUOTED_MAX: usize = 64;

/// Settings of an object and of its parents. A setting of a parent has its prefix, such as `campaign.objective_type`, and so
/// has a present setting of an object that changes, such as `current.ad_format`.
#[derive(Debug, Clone)]
pub(super) struct View {
    values: Map<String, Value>,
    /// Settings that have the value that TikTok takes if they are absent.
    defaults: Vec<String>,
    /// Settings that have the present value of an object that changes.
    present: Vec<String>,
}

impl View {
    /// Settings of an object, and its way.
    pub(super) fn of(settings: &impl Serialize, automation: CreationWay) -> Self {
        let mut view = Self {
            values: Map::new(),
            defaults: Vec::new(),
            present: Vec::new(),
        };
        view.values
            .insert(AUTOMATION.to_owned(), automation.as_str().into());
        view.add("", members(settings));
        view
    }

    /// Adds the settings of a parent, if it is known.
    #[must_use]
    pub(super) fn with_parent(mut self, prefix: &str, parent: Option<&impl Serialize>) -> Self {
        if let Some(parent) = parent {
            self.add(prefix, members(parent));
        }
        self
    }

    fn add(&mut self, prefix: &str, members: Map<String, Value>) {
        let named = members
            .into_iter()
            .map(|(name, value)| (format!("{prefix}{name}"), value));
        self.values.extend(named);
    }

    /// Gives the settings that are not given their present values. An empty list is given.
    #[must_use]
    pub(super) fn with_present(mut self, members: Map<String, Value>) -> Self {
        for (name, value) in members {
            if !self.values.contains_key(&name) {
                self.present.push(name.clone());
                self.values.insert(name, value);
            }
        }
        self
    }

    /// Name of a setting in a message.
    pub(super) fn titled(&self, name: &str) -> String {
        if self.present.iter().any(|present| present == name) {
            format!("the present {name}")
        } else {
            titled(name)
        }
    }

    /// Gives a setting the value that TikTok takes if it is absent.
    #[must_use]
    pub(super) fn with_default(mut self, name: &str, value: impl Into<Value>) -> Self {
        if self.value(name).is_none() {
            self.values.insert(name.to_owned(), value.into());
            self.defaults.push(name.to_owned());
        }
        self
    }

    /// True if the setting has its default, so that its value is no reason for the caller.
    pub(super) fn is_default(&self, name: &str) -> bool {
        self.defaults.iter().any(|default| default == name)
    }

    /// Gives a setting this value.
    #[must_use]
    pub(super) fn with_value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self.defaults.retain(|default| default != name);
        self
    }

    /// Value of a setting. An empty list counts as absent.
    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| match value {
            Value::Array(entries) => !entries.is_empty(),
            Value::Null => false,
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => true,
        })
    }

    /// True if the setting has a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// True if the setting is an empty list.
    pub(super) fn is_emptied(&self, name: &str) -> bool {
        self.values
            .get(name)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
    }

    /// Words of a setting: that of a text or a boolean, or those of a list.
    pub(super) fn words(&self, name: &str) -> Vec<&str> {
        match self.value(name) {
            Some(Value::Array(entries)) => entries.iter().filter_map(word).collect(),
            Some(value) => word(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Text of a setting.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(word)
    }

    /// True if the setting, or an entry of a list, has this word.
    pub(super) fn is(&self, name: &str, expected: &str) -> bool {
        self.words(name).contains(&expected)
    }

    /// Amount of a setting.
    pub(super) fn amount(&self, name: &str) -> Option<Amount> {
        self.value(name).and_then(Value::as_f64).and_then(Amount::new)
    }

    /// Number of entries of a list; 0 if it is absent.
    pub(super) fn count(&self, name: &str) -> usize {
        self.value(name).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Whole numbers of a list.
    pub(super) fn numbers(&self, name: &str) -> Vec<u64> {
        let entries = self.value(name).and_then(Value::as_array);
        entries.into_iter().flatten().filter_map(Value::as_u64).collect()
    }

    /// Value of a setting for a message, without long texts.
    pub(super) fn shown(&self, name: &str) -> String {
        match self.value(name) {
            None => "nothing".to_owned(),
            Some(Value::String(text)) if text.is_empty() => "an empty text".to_owned(),
            Some(Value::String(text)) if text.chars().count() <= QUOTED_MAX => text.clone(),
            Some(Value::String(text)) => format!("a text of {} characters", text.chars().count()),
            Some(Value::Array(entries)) if entries.len() > 1 => format!("{} entries", entries.len()),
            Some(Value::Array(entries)) => match entries.first().and_then(word) {
                Some(word) => word.to_owned(),
                None => "1 entry".to_owned(),
            },
            Some(Value::Object(_)) => "a value".to_owned(),
            Some(value) => value.to_string(),
        }
    }
}

fn titled(name: &str) -> String {
    match name.split_once('.') {
        Some(("campaign", name)) => format!("the campaign's {name}"),
        Some(("adgroup", name)) => format!("the ad group's {name}"),
        Some(("current", name)) => format!("the present {name}"),
        Some(_) | None => name.to_owned(),
    }
}

fn members(settings: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    }
}

fn word(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_found_by_their_names() {
        let view = View::of(
            &json!({ "mode": "A", "on": true, "list": ["x", "y"], "none": [], "null": null, "price": 2 }),
            CreationWay::Manual,
        )
        .with_parent("campaign.", Some(&json!({ "mode": "B" })))
        .with_parent("adgroup.", None::<&Value>)
        .with_default("mode", "C")
        .with_default("other", false)
        .with_value("price", 1.5);
        assert_eq!(view.text("mode"), Some("A"));
        assert_eq!(view.text("campaign.mode"), Some("B"));
        assert_eq!(view.words("list"), ["x", "y"]);
        assert!(view.is("on", "true") && view.is("other", "false") && view.is(AUTOMATION, "MANUAL"));
        assert!(!view.has("none") && !view.has("null") && !view.has("adgroup.mode"));
        assert_eq!((view.count("list"), view.count("mode")), (2, 0));
        assert_eq!(view.amount("price"), Amount::new(1.5));
    }

    #[test]
    fn a_message_repeats_no_long_text() {
        let view = View::of(
            &json!({ "word": "A", "empty": "", "text": "é".repeat(65), "list": [1, 2], "one": ["x"], "number": 1.5 }),
            CreationWay::SmartPlus,
        );
        for (name, shown) in [
            ("word", "A"),
            ("empty", "an empty text"),
            ("text", "a text of 65 characters"),
            ("list", "2 entries"),
            ("one", "x"),
            ("number", "1.5"),
            ("absent", "nothing"),
        ] {
            assert_eq!(view.shown(name), shown);
        }
        let view = view.with_present(
            json!({ "word": "B", "list": null, "old": 1 })
                .as_object()
                .unwrap()
                .clone(),
        );
        assert_eq!((view.text("word"), view.count("list")), (Some("A"), 2));
        assert_eq!(
            (view.titled("word"), view.titled("old")),
            ("word".into(), "the present old".into())
        );
        assert_eq!(titled("campaign.mode"), "the campaign's mode");
        assert_eq!(titled("adgroup.mode"), "the ad group's mode");
        assert_eq!(titled("current.mode"), "the present mode");
        assert_eq!(titled("mode"), "mode");
    }
}
