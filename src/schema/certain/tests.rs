use std::sync::LazyLock;

use proptest::{collection::vec, prelude::*};
use serde_json::json;

use super::*;
use crate::schema::compile;

/// The committed manifests.
const MANIFESTS: [&str; 2] = [
    include_str!("../../../config.json"),
    include_str!("../../../ads/config.json"),
];

/// Input and output schemas of all actions, with their names.
static SCHEMAS: LazyLock<Vec<(String, Value, jsonschema::Validator)>> = LazyLock::new(|| {
    let mut schemas = Vec::new();
    for manifest in MANIFESTS {
        let manifest: Value = serde_json::from_str(manifest).unwrap();
        for (action, entry) in manifest["actions"].as_object().unwrap() {
            for side in ["input_schema", "output_schema"] {
                let schema = entry[side].clone();
                let compiled = compile(&schema, &Reach::internet())
                    .unwrap_or_else(|fault| panic!("{side} of {action}: {fault}"));
                schemas.push((format!("{side} of {action}"), schema, compiled));
            }
        }
    }
    schemas
});

/// Values of a schema, made from random bytes.
struct Maker<'a> {
    bytes: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    /// One value in so many is of another kind; none if 0.
    strange: u8,
}

impl Maker<'_> {
    fn byte(&mut self) -> u8 {
        *self.bytes.next().unwrap()
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::from(self.byte()) % from.len()].clone()
    }

    fn is_strange(&mut self) -> bool {
        self.strange > 0 && self.byte().is_multiple_of(self.strange)
    }

    fn value(&mut self, schema: &Value) -> Value {
        if self.is_strange() {
            return self.pick(&[
                json!(null),
                json!(true),
                json!(1.0),
                json!(1e30),
                json!(-0.0),
                json!(u64::MAX),
                json!(9_007_199_254_740_993_u64),
                json!(""),
                json!("12a"),
                json!("٣٣٣٣-٠١-٠١"),
                json!("2026-01-01\n"),
                json!([[]]),
                json!({ "a": [1] }),
            ]);
        }
        if let Some(values) = schema.get("enum") {
            return self.pick(values.as_array().unwrap());
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => self.pick(kinds),
            Some(kind) => kind.clone(),
            None => json!("object"),
        };
        match kind.as_str().unwrap() {
            "string" => json!(self.text(schema)),
            "boolean" => json!(self.byte() > 127),
            "array" => self.list(schema),
            "object" => self.object(schema),
            "integer" => self.number(schema, &[json!(0), json!(1)]),
            "number" => self.number(schema, &[json!(1), json!(2.5), json!(0.1)]),
            other => panic!("no values of the type {other}"),
        }
    }

    fn text(&mut self, schema: &Value) -> String {
        if schema.get(PUBLIC_HTTPS_URL).is_some() {
            return "https://files.example.com/a.mp4".to_owned();
        }
        if schema.get(PUBLISH_ID).is_some() {
            return "v_pub_url~v2.123456789".to_owned();
        }
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            let text = match pattern {
                r"^\d{4}-\d{2}-\d{2}$" => "2026-01-31",
                r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$" => "2026-01-31 08:00:00",
                "^[a-z][a-z0-9_]{0,99}$" => "video_views_2",
                "^[01]{336}$" => return "01".repeat(168),
                _ => match most_digits(pattern) {
                    Some(most) => return "1".repeat(1 + usize::from(self.byte()) % self.bound(most)),
                    None => self.pick(&["2026-01-31 08:00:00", "2026-01-31T08:00:00Z"]),
                },
            };
            return text.to_owned();
        }
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let min = bound("minLength").unwrap_or(0);
        let max = bound("maxLength").unwrap_or(min + 5).min(4_000);
        let length = self.pick(&[min, max, min.midpoint(max)]);
        let beyond = u64::from(self.is_strange());
        let letter = self.pick(&["a", "é", "😀"]);
        letter.repeat(usize::try_from(length + beyond).unwrap())
    }

    fn bound(&self, digits: &str) -> usize {
        digits.parse::<usize>().unwrap() + usize::from(self.strange > 0)
    }

    fn number(&mut self, schema: &Value, others: &[Value]) -> Value {
        let mut choices: Vec<Value> = ["minimum", "maximum"]
            .into_iter()
            .filter_map(|name| schema.get(name).cloned())
            .collect();
        if choices.is_empty() {
            choices = others.to_vec();
        }
        let chosen = self.pick(&choices);
        if !self.is_strange() {
            return chosen;
        }
        let beyond = self.pick(&[1, -1]);
        match chosen.as_i64() {
            Some(whole) => json!(whole.saturating_add(beyond)),
            None => json!(chosen.as_f64().unwrap() + f64::from(i32::try_from(beyond).unwrap()) * 1e-9),
        }
    }

    fn list(&mut self, schema: &Value) -> Value {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let min = bound("minItems").unwrap_or(0);
        let max = bound("maxItems").unwrap_or(min + 3);
        let count = self.pick(&[min, max.min(min + 3), max.min(30)]) + u64::from(self.is_strange());
        let items = schema.get("items").cloned().unwrap_or(json!(true));
        (0..count).map(|_| self.value(&items)).collect()
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut members = Map::new();
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let is_required = crate::schema::required(schema).contains(&name.as_str());
            let is_here = if is_required {
                !self.is_strange()
            } else {
                self.byte() > 127
            };
            if is_here {
                members.insert(name.clone(), self.value(property));
            }
        }
        if self.is_strange() {
            members.insert("another".to_owned(), json!(1));
        }
        Value::Object(members)
    }
}

fn check(bytes: &[u8], strange: u8) -> Result<(), TestCaseError> {
    for (name, schema, compiled) in SCHEMAS.iter() {
        let mut maker = Maker {
            bytes: bytes.iter().cycle(),
            strange,
        };
        let value = maker.value(schema);
        if accepts(schema, &value, &Reach::internet()) {
            prop_assert!(compiled.is_valid(&value), "{name} does not allow {value}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_certain_is_valid(bytes in vec(any::<u8>(), 1..300), strange in 2..40_u8) {
        check(&bytes, strange)?;
    }
}

/// If it fails for a new keyword or pattern: extend the check, or the action compiles its schema for each process.
#[test]
fn valid_values_of_all_actions_are_certain() {
    let bytes: Vec<u8> = (0..=u8::MAX).map(|byte| byte.wrapping_mul(167)).collect();
    for (name, schema, compiled) in SCHEMAS.iter() {
        let mut certain = 0;
        for start in 0..20 {
            let mut maker = Maker {
                bytes: bytes[start * 7..].iter().cycle(),
                strange: 0,
            };
            let value = maker.value(schema);
            if compiled.is_valid(&value) {
                assert!(
                    accepts(schema, &value, &Reach::internet()),
                    "{name} is undecided about {value}"
                );
                certain += 1;
            }
        }
        assert!(certain > 0, "no value made for {name} is valid: extend the maker");
    }
}

#[track_caller]
fn undecided(schema: &Value, value: &Value) {
    assert!(!accepts(schema, value, &Reach::internet()), "{schema} {value}");
}

#[test]
fn valid_values_that_are_undecided_are_not_accepted() {
    undecided(&json!({ "unknownKeyword": 1 }), &json!(1));
    undecided(&json!({ "pattern": "^a$" }), &json!("a"));
    undecided(&json!({ "type": "integer" }), &json!(1.0));
    undecided(&json!({ "minimum": 0.5 }), &json!(u64::MAX));
    undecided(&json!({ "items": [true] }), &json!([1]));
    undecided(&json!({ "type": "string", "$ref": "#" }), &json!("a"));
    undecided(&json!({ "contentEncoding": "base16" }), &json!("00"));
}

#[test]
fn invalid_values_are_not_accepted() {
    undecided(&json!(false), &json!(1));
    undecided(
        &json!({ "type": "object", "additionalProperties": false }),
        &json!({ "a": 1 }),
    );
    undecided(
        &json!({ "additionalProperties": { "type": "string" } }),
        &json!({ "a": 1 }),
    );
    undecided(
        &json!({ "patternProperties": { "a": false } }),
        &json!({ "a": 1 }),
    );
    undecided(&json!({ "required": ["a"] }), &json!({}));
    undecided(&json!({ "exclusiveMinimum": 1 }), &json!(1));
    undecided(&json!({ "minimum": 0.01 }), &json!(0));
    undecided(&json!({ "minimum": 0.01 }), &json!(-0.0));
    undecided(&json!({ "maximum": -1 }), &json!(-0.5));
    undecided(&json!({ "maximum": 2_147_483_648_u32 }), &json!(2_147_483_648.5));
    undecided(&json!({ "maxLength": 1 }), &json!("éé"));
    undecided(
        &json!({ "pattern": r"^\d{4}-\d{2}-\d{2}$" }),
        &json!("2026-01-é1"),
    );
    undecided(
        &json!({ "pattern": "^[0-9]{1,19}$" }),
        &json!("12345678901234567890"),
    );
}
