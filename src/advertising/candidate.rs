//! Choice among listed objects of the one that a request without an answer may have created: pure.
//!
//! Names are not unique, so a name alone proves nothing. A candidate has the name and was not listed before the request.
//! It fits if it is not older than the request by TikTok's own clock and has the settings that were sent. Another
//! candidate may still be the object: someone may have changed a setting, and clocks may differ.

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

/// Difference between TikTok's times, of an answer and of a creation, that proves nothing: they come from different
/// machines.
const SKEW: Duration = Duration::from_secs(10);

/// Age above which a time of creation is not trusted: an object that old was listed before the request, so the two
/// times are of different clocks, for example of different time zones.
const AGE_MAX: Duration = Duration::from_mins(15);

/// Object that can be the sought one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreationCandidate<'a> {
    /// Id of the object.
    pub id: &'a str,
    /// Whether it is as the sought one was sent.
    pub fits: bool,
}

/// Returns the objects that can be the sought one, oldest first.
pub fn candidates<'a>(listed: &'a [ListedObject], sought: SoughtObject<'_>) -> Vec<CreationCandidate<'a>> {
    let is_new = |object: &&ListedObject| has_name(object, sought.name) && !sought.known.contains(&object.id);
    let mut new: Vec<&ListedObject> = listed.iter().filter(is_new).collect();
    new.sort_by_key(|object| (object.created, object.id.len(), object.id.as_str()));
    new.into_iter()
        .map(|object| CreationCandidate {
            id: &object.id,
            fits: fits(object, sought),
        })
        .collect()
}

fn fits(object: &ListedObject, sought: SoughtObject<'_>) -> bool {
    let has_setting = |name: &String, sent: &Value| {
        let listed = object.members.get(name);
        listed.is_none_or(|listed| is_same(listed, sent))
    };
    !is_older(object.created, sought.tiktok_time)
        && sought.settings.iter().all(|(name, sent)| has_setting(name, sent))
}

/// Returns true if the object has the name. TikTok may trim names, and chooses one if none was sent.
pub fn has_name(object: &ListedObject, name: &str) -> bool {
    let name = name.trim();
    name.is_empty() || object.name.trim() == name
}

/// Returns true if an object existed before the request, although the list did not show it yet.
fn is_older(created: Option<Duration>, tiktok_time: Option<u64>) -> bool {
    let (Some(created), Some(before)) = (created, tiktok_time.map(Duration::from_secs)) else {
        return false;
    };
    let age = before.saturating_sub(created);
    age > SKEW && age < AGE_MAX
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
        let candidates = candidates(objects, sought);
        let fitting = candidates.iter().filter(|candidate| candidate.fits);
        assert_eq!(
            fitting.map(|candidate| candidate.id).collect::<Vec<_>>(),
            expected,
            "{objects:?}"
        );
        // A difference makes an object doubtful, never impossible.
        let is_new = |object: &&ListedObject| object.name.trim() == "Spring" && object.id != "7";
        assert_eq!(
            candidates.len(),
            objects.iter().filter(is_new).count(),
            "{objects:?}"
        );
    }

    #[test]
    fn only_a_new_object_with_the_name_can_be_it() {
        let none = || json!({});
        let objects = [
            listed("10", "Spring", -1, none()),
            listed("9", " Spring ", -1, none()),
            listed("8", "Spring sale", -1, none()),
            listed("7", "Spring", -1, none()),
            listed("6", "Spring", 11, none()),
        ];
        found(&objects, none(), &["9", "10"]);
    }

    #[test]
    fn the_times_of_two_clocks_are_not_compared() {
        let object = listed("6", "Spring", 7_200, json!({}));
        found(std::slice::from_ref(&object), json!({}), &["6"]);
        found(&[listed("6", "Spring", 10, json!({}))], json!({}), &["6"]);
        // An hour behind, in another time zone.
        found(&[listed("6", "Spring", 3_595, json!({}))], json!({}), &["6"]);
        let timeless = ListedObject {
            created: None,
            ..object
        };
        found(&[timeless], json!({}), &["6"]);
    }

    #[test]
    fn an_object_without_a_name_of_its_own_can_have_any() {
        let object = listed("6", "Ad 1", -1, json!({}));
        for name in ["", " "] {
            assert!(has_name(&object, name), "{name:?}");
        }
        assert!(!has_name(&object, "Ad"));
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
