//! JSON without its usual ambiguity: a name that appears twice in one object is an error, not a silent choice.

mod clip;

pub(super) use clip::REST;

use std::{cell::RefCell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, value::RawValue};
use serde_path_to_error::Segment;

use crate::secret::{is_repeatable, repeatable};

/// Reads a request strictly, and of its `metadata` as much as goes to logs.
pub(super) fn read(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice::<Envelope>(text).map(|Envelope(value)| value)
}

/// Reads a JSON document of a person as strictly as the inputs of a request.
pub fn read_json(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str::<Strict>(text).map(|Strict(value)| value)
}

/// Returns the path at which parsing `text` fails, such as `inputs.photo_urls[1]`; `None` for the document
/// itself.
pub(super) fn place_of_end(text: &[u8]) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let error = serde_path_to_error::deserialize::<_, Envelope>(&mut reader).err()?;
    let place = error
        .path()
        .iter()
        .fold(String::new(), |place, segment| match segment {
            Segment::Seq { index } => format!("{place}[{index}]"),
            Segment::Map { key } if place.is_empty() => name(key),
            Segment::Map { key } => format!("{place}.{}", name(key)),
            Segment::Enum { .. } | Segment::Unknown => place,
        });
    (!place.is_empty()).then_some(place)
}

/// A name within a place, where it may be repeated.
fn name(key: &str) -> String {
    if is_repeatable(key) {
        key.to_owned()
    } else {
        "…".to_owned()
    }
}

/// `id` of a request, at most 1,024 bytes, echoed verbatim: a number keeps digits beyond 64 bits.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct Id(Option<Box<RawValue>>);

/// The longest id, in bytes of JSON. A longer one is refused and not cut: a host finds its request by the id
/// of a result, a progress line or an error, and a cut id could be that of another request. Nothing has run
/// by then, so the request can be sent again.
pub(super) const ID_MAX: u16 = 1024;

impl Id {
    /// Whether the request has an id.
    pub(super) const fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the id without its quotes, or its length if it may be a secret; `None` if it is absent.
    pub fn for_logs(&self) -> Option<String> {
        let text = self.0.as_deref()?.get().trim_matches('"');
        (text != "null").then(|| {
            if is_repeatable(text) {
                text.to_owned()
            } else {
                repeatable(text)
            }
        })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().map_or("null", RawValue::get))
    }
}

/// Finds the `id` of a document, also of one that breaks, if the id stands before the break.
pub(super) fn find_id(text: &[u8]) -> Id {
    let found = RefCell::new(Id::default());
    let mut reader = serde_json::Deserializer::from_slice(text);
    // A document may be known to be broken; what counts is what was found before the break.
    drop(IdFinder(&found).deserialize(&mut reader));
    found.into_inner()
}

/// Any value.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(StrictVisitor { is_envelope: false })
            .map(Self)
    }
}

/// A whole request.
struct Envelope(Value);

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(StrictVisitor { is_envelope: true })
            .map(Self)
    }
}

struct StrictVisitor {
    is_envelope: bool,
}

/// Up to here every whole number is exact as a float: 2^53.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    /// `60.0` is an integer in draft 7, and many writers of JSON write it so.
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() <= EXACT_MAX {
            let whole = format!("{value:.0}");
            return Ok(whole.parse::<i64>().map_or(Value::Null, Value::from));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(twice(&name));
            }
            let value = if self.is_envelope && name == "metadata" {
                clip::metadata(members.next_value()?).map_err(A::Error::custom)?
            } else {
                members.next_value::<Strict>()?.0
            };
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

fn twice<E: serde::de::Error>(name: &str) -> E {
    E::custom(format!(
        "{} appears twice in the same object; keep only one",
        repeatable(name)
    ))
}

struct IdFinder<'a>(&'a RefCell<Id>);

impl<'de> DeserializeSeed<'de> for IdFinder<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for IdFinder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name == "id" {
                self.0.replace(echoable(members.next_value()?));
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// An id that can be given back: a string or a number of at most [`ID_MAX`] bytes; anything else is none.
fn echoable(id: &RawValue) -> Id {
    let is_number = id
        .get()
        .starts_with(|first: char| first == '-' || first.is_ascii_digit());
    // Half of a character, or a number beyond all floats, would make our own answer unreadable.
    let fits = if is_number {
        serde_json::from_str::<f64>(id.get()).is_ok()
    } else {
        serde_json::from_str::<String>(id.get()).is_ok()
    };
    Id((id.get().len() <= ID_MAX.into() && fits).then(|| id.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_an_error_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"x":[{"b":1,"\u0062":2}]}"#] {
            assert!(
                read(text.as_bytes())
                    .unwrap_err()
                    .to_string()
                    .contains("appears twice"),
                "{text}"
            );
        }
        assert_eq!(
            read(br#"{"a":{"b":1},"c":{"b":-1.5}}"#).unwrap(),
            json!({"a":{"b":1},"c":{"b":-1.5}})
        );
    }

    #[test]
    fn lone_surrogates_are_refused() {
        assert!(read(br#"{"title":"\ud83d"}"#).is_err());
        assert!(read(br#"{"title":"\ude00x"}"#).is_err());
    }

    #[test]
    fn the_id_of_a_broken_document_is_found_where_it_was_read() {
        for (text, id) in [
            (r#"{"id":"7","action":"x","inputs":{"#, "\"7\""),
            (
                r#"{"id":123456789012345678901234567890,"a" 1}"#,
                "123456789012345678901234567890",
            ),
            (r#"{"a" 1,"id":"7"}"#, "null"),
            (r#"{"id":["7"]"#, "null"),
            (r#"{"id":1e308}"#, "1e308"),
            (r#"{"id":-1e309}"#, "null"),
            ("[1,2", "null"),
        ] {
            assert_eq!(find_id(text.as_bytes()).to_string(), id, "{text}");
        }
    }
}
