//! Shapes of request parameters, written as text: `name:kind`, `!` for a required one.
//!
//! | Kind | JSON | In a query |
//! |---|---|---|
//! | `id` | string of digits | digits; within JSON a number too |
//! | `idnum` | number or string of digits | digits |
//! | `text`, `time`, `word(A\|B)` | string | as it is |
//! | `file` | the part of a multipart form | |
//! | `fileid` | string; more of them than a list may have are 40011 | as it is |
//! | `number`, `int` | number | digits |
//! | `flag` | boolean | `true`, `True`, `false`, `False` |
//! | `[kind]`, `[kind]20` | list, of at most 20 | JSON |
//! | `{shape}`, `any` | object, anything | JSON |

use serde_json::{Map, Value};

use super::{
    refusal::{AdsRefusal, PARAMETER, TOO_MANY_IDS},
    utc,
};

/// Parameters of a request, or members of an object within them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ParamShape(Vec<ParamField>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ParamField {
    name: &'static str,
    kind: ParamKind,
    required: bool,
}

/// Kind of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ParamKind {
    Id,
    NumericId,
    FileId,
    File,
    Text,
    Time,
    Number,
    Int,
    Flag,
    Any,
    Word(Vec<&'static str>),
    List(Box<Self>, Option<usize>),
    Object(ParamShape),
}

impl ParamShape {
    /// Reads a shape. `None` if the text is no shape.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let fields = split(text).into_iter().filter(|field| !field.is_empty());
        fields.map(ParamField::parse).collect::<Option<_>>().map(Self)
    }

    /// Whether a file is among the parameters.
    pub(super) fn takes_files(&self) -> bool {
        self.0.iter().any(|field| field.kind == ParamKind::File)
    }

    /// Types the pairs of a query. The last of equal names counts.
    pub(super) fn read_query(&self, pairs: &[(String, String)]) -> Result<Map<String, Value>, AdsRefusal> {
        let typed = pairs.iter().map(|(name, text)| {
            let field = self.0.iter().find(|field| field.name == name);
            let value = match field {
                Some(field) => field.kind.read(name, text)?,
                None => Value::String(text.clone()),
            };
            Ok((name.clone(), value))
        });
        typed.collect()
    }

    /// Checks parameters. Members that are `null` are removed; names of unknown members go to `unknown`.
    pub(super) fn check(
        &self,
        members: &mut Map<String, Value>,
        place: &str,
        unknown: &mut Vec<String>,
    ) -> Result<(), AdsRefusal> {
        members.retain(|_, member| !member.is_null());
        for field in self.0.iter().filter(|field| field.required) {
            if !members.contains_key(field.name) {
                return Err(AdsRefusal::missing(&path(place, field.name)));
            }
        }
        for (name, member) in members.iter_mut() {
            let place = path(place, name);
            match self.0.iter().find(|field| field.name == name) {
                Some(field) => field.kind.check(member, &place, unknown)?,
                None => unknown.push(place),
            }
        }
        Ok(())
    }
}

fn path(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}.{name}")
    }
}

impl ParamField {
    fn parse(text: &'static str) -> Option<Self> {
        let (name, kind) = text.split_once(':')?;
        let (kind, required) = match kind.strip_suffix('!') {
            Some(kind) => (kind, true),
            None => (kind, false),
        };
        Some(Self {
            name,
            kind: ParamKind::parse(kind)?,
            required,
        })
    }
}

impl ParamKind {
    fn parse(text: &'static str) -> Option<Self> {
        if let Some(list) = text.strip_prefix('[') {
            let (item, most) = list.rsplit_once(']')?;
            let most = if most.is_empty() {
                None
            } else {
                Some(most.parse().ok()?)
            };
            return Some(Self::List(Box::new(Self::parse(item)?), most));
        }
        if let Some(words) = text.strip_prefix("word(").and_then(|rest| rest.strip_suffix(')')) {
            return Some(Self::Word(words.split('|').collect()));
        }
        if let Some(shape) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return ParamShape::parse(shape).map(Self::Object);
        }
        Some(match text {
            "id" => Self::Id,
            "idnum" => Self::NumericId,
            "fileid" => Self::FileId,
            "file" => Self::File,
            "text" => Self::Text,
            "time" => Self::Time,
            "number" => Self::Number,
            "int" => Self::Int,
            "flag" => Self::Flag,
            "any" => Self::Any,
            _ => return None,
        })
    }

    /// Reads a value of a query.
    fn read(&self, name: &str, text: &str) -> Result<Value, AdsRefusal> {
        let wrong = |what: &str| AdsRefusal::at(name, what);
        match self {
            Self::Id
            | Self::NumericId
            | Self::FileId
            | Self::File
            | Self::Text
            | Self::Time
            | Self::Word(_) => Ok(Value::String(text.to_owned())),
            Self::Number | Self::Int => {
                let number = serde_json::from_str::<serde_json::Number>(text);
                number
                    .map(Value::Number)
                    .map_err(|_fault| wrong("Not a valid number."))
            }
            // Official clients send capitals.
            Self::Flag => match text {
                "true" | "True" => Ok(Value::Bool(true)),
                "false" | "False" => Ok(Value::Bool(false)),
                _ => Err(wrong("Not a valid boolean.")),
            },
            Self::List(..) | Self::Object(_) | Self::Any => {
                let mut value = serde_json::from_str(text).map_err(|_fault| {
                    wrong("Not valid JSON. Lists and objects are sent as JSON in one value.")
                })?;
                self.loosen(&mut value);
                Ok(value)
            }
        }
    }

    /// Makes strings of ids that are numbers, which a query cannot tell apart elsewhere.
    fn loosen(&self, value: &mut Value) {
        match (self, value) {
            (Self::Id, value) => {
                if let Some(id) = value.as_u64() {
                    *value = Value::String(id.to_string());
                }
            }
            (Self::List(item, _), Value::Array(items)) => {
                for value in items {
                    item.loosen(value);
                }
            }
            (Self::Object(shape), Value::Object(members)) => {
                for field in &shape.0 {
                    if let Some(member) = members.get_mut(field.name) {
                        field.kind.loosen(member);
                    }
                }
            }
            _ => {}
        }
    }

    fn check(&self, value: &mut Value, place: &str, unknown: &mut Vec<String>) -> Result<(), AdsRefusal> {
        let wrong = |what: &str| Err(AdsRefusal::at(place, what));
        match (self, value) {
            (Self::Any, _) => Ok(()),
            (Self::Id, Value::String(text)) if !is_id(text) => wrong("Not a valid ID."),
            (Self::NumericId, Value::String(text)) if !is_id(text) => wrong("Not a valid ID."),
            (Self::Id | Self::NumericId | Self::FileId | Self::Text, Value::String(_))
            | (Self::File, Value::Object(_)) => Ok(()),
            (Self::NumericId, Value::Number(number)) if number.is_u64() => Ok(()),
            (Self::Id | Self::FileId | Self::Text, _) => wrong("Not a valid string."),
            (Self::File, _) => wrong("Not a valid file."),
            (Self::NumericId, _) => wrong("Not a valid ID."),
            (Self::Time, Value::String(text)) if utc::parse(text).is_some() => Ok(()),
            (Self::Time, _) => wrong("Not a valid time, expected YYYY-MM-DD HH:MM:SS."),
            (Self::Number, Value::Number(_)) => Ok(()),
            (Self::Int, Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
            (Self::Number | Self::Int, _) => wrong("Not a valid number."),
            (Self::Flag, Value::Bool(_)) => Ok(()),
            (Self::Flag, _) => wrong("Not a valid boolean."),
            (Self::Word(words), Value::String(word)) if words.contains(&word.as_str()) => Ok(()),
            (Self::Word(words), _) => wrong(&format!("Must be one of: {}.", words.join(", "))),
            (Self::List(item, most), Value::Array(items)) => item.check_all(items, *most, place, unknown),
            (Self::List(..), _) => wrong("Not a valid list."),
            (Self::Object(shape), Value::Object(members)) => shape.check(members, place, unknown),
            (Self::Object(_), _) => wrong("Not a valid object."),
        }
    }

    fn check_all(
        &self,
        items: &mut [Value],
        most: Option<usize>,
        place: &str,
        unknown: &mut Vec<String>,
    ) -> Result<(), AdsRefusal> {
        if let Some(most) = most.filter(|most| items.len() > *most) {
            let what = format!("{place}: Longer than maximum length {most}.");
            let code = if matches!(self, Self::Id | Self::FileId) {
                TOO_MANY_IDS
            } else {
                PARAMETER
            };
            return Err(AdsRefusal::new(code, what));
        }
        items
            .iter_mut()
            .enumerate()
            .try_for_each(|(at, item)| self.check(item, &format!("{place}[{at}]"), unknown))
    }
}

/// Ids are strings that the server converts to int64.
fn is_id(text: &str) -> bool {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits && text.parse::<i64>().is_ok()
}

/// Splits at white space outside of brackets.
fn split(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth = depth.saturating_sub(1),
            _ if letter.is_whitespace() && depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHAPE: &str = "a:id! b:[id]2 c:{d:flag e:word(X|Y)!} f:time g:number h:[{i:text!}] j:idnum k:int";

    fn check(value: Value) -> (Result<(), String>, Vec<String>) {
        let Value::Object(mut members) = value else {
            panic!("no object")
        };
        let mut unknown = Vec::new();
        let checked = ParamShape::parse(SHAPE)
            .unwrap()
            .check(&mut members, "", &mut unknown);
        (
            checked.map_err(|refusal| format!("{} {}", refusal.code, refusal.message)),
            unknown,
        )
    }

    #[test]
    fn parameters_of_the_shape_pass() {
        let all = json!({"a": "1", "b": ["1", "2"], "c": {"d": true, "e": "X"}, "f": "2026-01-01 00:00:00",
                         "g": 1.5, "h": [{"i": ""}], "j": 7, "k": 3});
        assert_eq!(check(all), (Ok(()), vec![]));
        assert_eq!(check(json!({"a": "1", "g": null, "j": "7"})), (Ok(()), vec![]));
    }

    #[test]
    fn a_refusal_names_the_field() {
        for (value, refusal) in [
            (json!({}), "40002 a: Missing data for required field."),
            (json!({"a": 1}), "40002 a: Not a valid string."),
            (json!({"a": "x"}), "40002 a: Not a valid ID."),
            (json!({"a": "9223372036854775808"}), "40002 a: Not a valid ID."),
            (
                json!({"a": "1", "b": ["1", 2]}),
                "40002 b[1]: Not a valid string.",
            ),
            (
                json!({"a": "1", "b": ["1", "2", "3"]}),
                "40011 b: Longer than maximum length 2.",
            ),
            (json!({"a": "1", "b": "1"}), "40002 b: Not a valid list."),
            (
                json!({"a": "1", "c": {}}),
                "40002 c.e: Missing data for required field.",
            ),
            (
                json!({"a": "1", "c": {"e": "Z"}}),
                "40002 c.e: Must be one of: X, Y.",
            ),
            (json!({"a": "1", "g": "1"}), "40002 g: Not a valid number."),
            (json!({"a": "1", "k": 1.5}), "40002 k: Not a valid number."),
            (
                json!({"a": "1", "h": [{}]}),
                "40002 h[0].i: Missing data for required field.",
            ),
            (
                json!({"a": "1", "f": "2026-01-01"}),
                "40002 f: Not a valid time, expected YYYY-MM-DD HH:MM:SS.",
            ),
        ] {
            assert_eq!(check(value).0, Err(refusal.to_owned()));
        }
    }

    #[test]
    fn unknown_names_are_collected_with_their_places() {
        let (checked, unknown) = check(json!({"a": "1", "z": 1, "c": {"e": "X", "y": 2}}));
        assert_eq!(
            (checked, unknown),
            (Ok(()), vec!["z".to_owned(), "c.y".to_owned()])
        );
    }

    #[test]
    fn a_query_holds_json_and_booleans_in_either_case() {
        let shape = ParamShape::parse("a:[id] b:flag c:int d:text").unwrap();
        let pairs = [
            ("a", "[\"1\", 2]"),
            ("b", "True"),
            ("c", "7"),
            ("d", "[x]"),
            ("e", "1"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let expected = json!({"a": ["1", "2"], "b": true, "c": 7, "d": "[x]", "e": "1"});
        assert_eq!(Value::Object(shape.read_query(&pairs).unwrap()), expected);
        for (name, value) in [("a", "1,2"), ("b", "yes"), ("c", "x")] {
            let pairs = [(name.to_owned(), value.to_owned())];
            let refusal = shape.read_query(&pairs).unwrap_err();
            assert!(
                refusal.message.starts_with(&format!("{name}: Not ")),
                "{refusal:?}"
            );
        }
    }
}
