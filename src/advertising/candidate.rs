//! Choice among listed objects of the one that a request without an answer may have created: pure.
//!
//! Names are not unique, so a name alone proves nothing. A candidate has the name, was not listed before the request,
//! is not older than it by TikTok's own clock, and has the settings that were sent.

use std::time::Duration;

use serde_json::{Map, Value};

/// Object of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedObject {
    /// Id of the object.
    pub id: String,
    /// Name of the object.
    pub name: String,
    /// Time of creation by TikTok's clock, since the Unix epoch; `None` if it could not be read.
    pub created: Option<Duration>,
    /// All members of the object.
    pub members: Map<String, Value>,
}

/// Object that may have been created.
#[derive(Debug, Clone, Copy)]
pub struct SoughtObject<'a> {
    /// Name that was sent.
    pub name: &'a str,
    /// Settings that were sent and that lists repeat.
    pub settings: &'a Map<String, Value>,
    /// Ids of the objects that had the name before.
    pub known: &'a [String],
    /// TikTok's time before the first attempt, in seconds since the Unix epoch.
    pub tiktok_time: Option<u64>,
}

/// Difference between an answer's time and a time of creation that is due to rounding.
const ROUNDING: Duration = Duration::from_secs(2);

/// Age above which a time of creation is not trusted: an object that old was listed before the request, so the two
/// times are of different clocks.
const AGE_MAX: Duration = Duration::from_hours(1);

/// Returns the ids of the objects that can be the sought one, oldest first.
pub fn candidates<'a>(listed: &'a [ListedObject], sought: SoughtObject<'_>) -> Vec<&'a str> {
    let mut fitting: Vec<&ListedObject> = listed.iter().filter(|object| fits(object, sought)).collect();
    fitting.sort_by_key(|object| (object.created, object.id.len(), object.id.as_str()));
    fitting.into_iter().map(|object| object.id.as_str()).collect()
}

fn fits(object: &ListedObject, sought: SoughtObject<'_>) -> bool {
    has_name(object, sought.name)
        && !sought.known.contains(&object.id)
        && !is_older(object.created, sought.tiktok_time)
        && sought.settings.iter().all(|(name, sent)| {
            object
                .members
                .get(name)
                .is_none_or(|listed| is_same(listed, sent))
        })
}

/// Returns true if the object has the name. TikTok may trim names.
pub fn has_name(object: &ListedObject, name: &str) -> bool {
    object.name.trim() == name.trim()
}

/// Returns true if an object existed before the request, although the list did not show it yet.
fn is_older(created: Option<Duration>, tiktok_time: Option<u64>) -> bool {
    let (Some(created), Some(before)) = (created, tiktok_time.map(Duration::from_secs)) else {
        return false;
    };
    let age = before.saturating_sub(created);
    age > ROUNDING && age < AGE_MAX
}

/// Returns true if a listed value is the sent one, or says nothing. Numbers may be listed as text.
fn is_same(listed: &Value, sent: &Value) -> bool {
    match (listed, sent) {
        (Value::Null, _) => true,
        (Value::Array(listed), Value::Array(sent)) => {
            listed.len() == sent.len()
                && listed
                    .iter()
                    .zip(sent)
                    .all(|(listed, sent)| is_same(listed, sent))
        }
        _ => match (number(listed), number(sent)) {
            (Some(listed), Some(sent)) => (listed - sent).abs() < 0.005,
            _ => text(listed) == text(sent),
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn listed(id: &str, name: &str, age: i64, members: Value) -> ListedObject {
        let Value::Object(members) = members else {
            panic!("an object is needed")
        };
        ListedObject {
            id: id.into(),
            name: name.into(),
            created: NOW.checked_add_signed(-age).map(Duration::from_secs),
            members,
        }
    }

    #[track_caller]
    fn found(objects: &[ListedObject], sent: Value, expected: &[&str]) {
        let Value::Object(settings) = sent else {
            panic!("an object is needed")
        };
        let sought = SoughtObject {
            name: "Spring",
            settings: &settings,
            known: &["7".to_owned()],
            tiktok_time: Some(NOW),
        };
        assert_eq!(candidates(objects, sought), expected, "{objects:?}");
    }

    #[test]
    fn only_a_new_object_with_the_name_can_be_it() {
        let none = || json!({});
        let objects = [
            listed("10", "Spring", -1, none()),
            listed("9", " Spring ", -1, none()),
            listed("8", "Spring sale", -1, none()),
            listed("7", "Spring", -1, none()),
            listed("6", "Spring", 10, none()),
        ];
        found(&objects, none(), &["9", "10"]);
    }

    #[test]
    fn the_times_of_two_clocks_are_not_compared() {
        let object = listed("6", "Spring", 7_200, json!({}));
        found(std::slice::from_ref(&object), json!({}), &["6"]);
        let timeless = ListedObject {
            created: None,
            ..object
        };
        found(&[timeless], json!({}), &["6"]);
    }

    #[test]
    fn another_setting_makes_another_object() {
        let sent = json!({ "objective_type": "TRAFFIC", "budget": 50, "image_ids": ["a"] });
        for (members, is_it) in [
            (
                json!({ "objective_type": "TRAFFIC", "budget": "50.00", "image_ids": ["a"] }),
                true,
            ),
            (json!({ "budget": null }), true),
            (json!({}), true),
            (json!({ "objective_type": "REACH" }), false),
            (json!({ "budget": 50.01 }), false),
            (json!({ "image_ids": ["b"] }), false),
            (json!({ "image_ids": [] }), false),
        ] {
            let expected: &[&str] = if is_it { &["6"] } else { &[] };
            found(&[listed("6", "Spring", -1, members)], sent.clone(), expected);
        }
    }
}
