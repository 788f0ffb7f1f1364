//! Bounded reading of a request's `metadata`. It is only logged, so members that are too long are left out
//! and the request runs.

use std::fmt;

use serde::{
    Deserializer as _,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use super::{Strict, twice};

/// The most of `metadata` that is read, in bytes of JSON. A log line shows an eighth of it.
const TEXT_MAX: usize = 8 * 1024;

/// The most members that are read.
const MEMBERS_MAX: usize = 100;

/// Name of the member with the number of those left out.
pub(in crate::host) const REST: &str = "…";

/// Reads `metadata`. In the place of a member that is too long stands how long it is.
pub(super) fn metadata(raw: &RawValue) -> serde_json::Result<Value> {
    match raw.get().as_bytes() {
        [b'{', ..] => serde_json::Deserializer::from_str(raw.get()).deserialize_map(ClippedMetadata),
        short if short.len() <= TEXT_MAX => strict(raw),
        // Only the kind of what is no object is reported.
        [b'[', ..] => Ok(Value::Array(vec![Value::Null])),
        _ => Ok(left_out(raw)),
    }
}

fn strict(raw: &RawValue) -> serde_json::Result<Value> {
    serde_json::from_str::<Strict>(raw.get()).map(|Strict(value)| value)
}

fn left_out(raw: &RawValue) -> Value {
    Value::String(format!("(omitted: {} bytes)", raw.get().len()))
}

struct ClippedMetadata;

impl<'de> Visitor<'de> for ClippedMetadata {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let (mut kept, mut room, mut rest) = (Map::new(), TEXT_MAX, 0_usize);
        while let Some((name, raw)) = members.next_entry::<String, &RawValue>()? {
            let fits = room.checked_sub(name.len()).filter(|_| kept.len() < MEMBERS_MAX);
            let Some(room_of_value) = fits else {
                rest += 1;
                continue;
            };
            let left = room_of_value.checked_sub(raw.get().len());
            let value = left
                .map_or_else(|| Ok(left_out(raw)), |_| strict(raw))
                .map_err(serde::de::Error::custom)?;
            if kept.insert(name.clone(), value).is_some() {
                return Err(twice(&name));
            }
            room = left.unwrap_or(room_of_value);
        }
        if rest > 0 {
            // Before all others, since a log line is short.
            kept.shift_insert(
                0,
                REST.to_owned(),
                Value::String(format!("(omitted: {rest} members)")),
            );
        }
        Ok(Value::Object(kept))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn read(text: &str) -> Value {
        metadata(serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn what_is_short_stays() {
        for value in [
            json!({}),
            json!({ "run": "r-1", "deep": [{ "a": null }] }),
            json!([1, 2]),
            json!(7),
            json!("x"),
        ] {
            assert_eq!(read(&value.to_string()), value);
        }
    }

    #[test]
    fn what_is_too_long_is_named_and_the_rest_stays() {
        let list = json!({ "list": vec![0; 100_000], "run": "r-1", "text": "x".repeat(8_000), "last": "x".repeat(500) });
        let expected = json!({ "list": "(omitted: 200001 bytes)", "run": "r-1", "text": "x".repeat(8_000), "last": "(omitted: 502 bytes)" });
        assert_eq!(read(&list.to_string()), expected);
        let many: Map<String, Value> = (0..1_000)
            .map(|number| (format!("n{number}"), json!(number)))
            .collect();
        let kept = read(&Value::Object(many).to_string());
        assert_eq!(
            (kept.as_object().map(Map::len), &kept[REST]),
            (Some(101), &json!("(omitted: 900 members)"))
        );
    }

    #[test]
    fn what_is_no_object_keeps_its_kind() {
        assert!(read(&json!(vec![0; 100_000]).to_string()).is_array());
        assert!(read(&json!("x".repeat(100_000)).to_string()).is_string());
    }

    #[test]
    fn a_name_that_stands_twice_is_an_error() {
        let raw: &RawValue = serde_json::from_str(r#"{"a":1,"a":2}"#).unwrap();
        assert!(metadata(raw).unwrap_err().to_string().contains("appears twice"));
    }
}
