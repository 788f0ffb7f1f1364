//! Inputs of an action as options of a command line, read from the action's schema.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    integrations::{ANY_ITEM, ActionEntry, ContentPlace, Integration},
    schema,
};

/// Input of an action.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct InputField {
    /// Name of the input.
    pub(super) name: String,
    /// Name of the option.
    pub(super) flag: String,
    /// Form of the value.
    pub(super) kind: FieldKind,
    /// Description.
    pub(super) about: String,
    /// Whether the action needs it.
    pub(super) is_required: bool,
    /// Allowed sizes and the default, each a short text.
    pub(super) limits: Vec<String>,
}

/// Form of an input's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// True or false.
    Switch,
    /// One value.
    One(Scalar),
    /// A list of values.
    Many(Scalar, Splitting),
    /// JSON: an object.
    Object,
    /// JSON: a list of objects.
    Objects,
    /// A file.
    File(FileShape),
}

/// Form of a single value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    /// One of a few words.
    Choice(Vec<String>),
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A URL.
    Url,
    /// Any text.
    Text,
}

/// Separation of the values of a list within one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Splitting {
    /// Commas.
    Commas,
    /// Commas before another URL, which may have commas itself.
    BeforeUrls,
    /// None: a text may have commas.
    Never,
}

/// Form of an input that holds the content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileShape {
    /// The content itself.
    Bare,
    /// An object with the content and the name.
    Named,
    /// A list of such objects.
    List,
}

/// Inputs of an action in the order of its schema.
pub(super) fn fields(integration: &Integration, action: &ActionEntry) -> Vec<InputField> {
    let schema = integration
        .schemas(action.name)
        .map_or(Value::Null, |schemas| schemas.input);
    let required = schema::required(&schema);
    let properties = schema.get("properties").and_then(Value::as_object);
    let fields = properties.into_iter().flatten().map(|(name, schema)| {
        InputField::new(name, schema, action.contents, required.contains(&name.as_str()))
    });
    let mut fields: Vec<InputField> = fields.collect();
    let words: BTreeSet<String> = fields.iter().flat_map(InputField::words).cloned().collect();
    for field in &mut fields {
        field.about = as_typed(&field.about, &words);
    }
    fields
}

/// A description with the words of choices in the form of the command line: `SMART_PLUS` is `smart-plus`.
fn as_typed(about: &str, words: &BTreeSet<String>) -> String {
    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut text = String::with_capacity(about.len());
    let mut rest = about;
    while let Some(begin) = rest.find(is_of_word) {
        let (before, from) = rest.split_at(begin);
        let (word, after) = from.split_at(from.find(|letter| !is_of_word(letter)).unwrap_or(from.len()));
        text.push_str(before);
        if words.contains(word) {
            text.push_str(&kebab(word));
        } else {
            text.push_str(word);
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Suffix of an input that holds a content as base64.
const CONTENT: &str = "_content_base64";

impl InputField {
    fn new(name: &str, schema: &Value, contents: &[ContentPlace], is_required: bool) -> Self {
        let file = contents.iter().find_map(|place| FileShape::of(name, place.path));
        let kind = file.map_or_else(|| FieldKind::of(name, schema), FieldKind::File);
        let about = match &kind {
            FieldKind::File(FileShape::List) => "Files of which the first that fits is used".to_owned(),
            FieldKind::File(shape) => about_file(name, *shape),
            FieldKind::Switch
            | FieldKind::One(_)
            | FieldKind::Many(..)
            | FieldKind::Object
            | FieldKind::Objects => text(schema, "description").to_owned(),
        };
        Self {
            name: name.to_owned(),
            flag: kebab(name.strip_suffix(CONTENT).unwrap_or(name)),
            limits: if file.is_some() {
                Vec::new()
            } else {
                limits(schema)
            },
            kind,
            about,
            is_required,
        }
    }
}

impl InputField {
    /// Words of a choice.
    fn words(&self) -> &[String] {
        match &self.kind {
            FieldKind::One(Scalar::Choice(words)) | FieldKind::Many(Scalar::Choice(words), _) => words,
            FieldKind::Switch
            | FieldKind::One(_)
            | FieldKind::Many(..)
            | FieldKind::Object
            | FieldKind::Objects
            | FieldKind::File(_) => &[],
        }
    }
}

fn about_file(name: &str, shape: FileShape) -> String {
    let medium = match shape {
        FileShape::Bare => name.strip_suffix(CONTENT).unwrap_or(name),
        FileShape::Named | FileShape::List => "file",
    };
    format!("Path of the {medium}, which is read from its place; - reads standard input")
}

impl FileShape {
    /// Shape of the input `name` if it holds the content at `path`.
    fn of(name: &str, path: &[&str]) -> Option<Self> {
        match path {
            [first] if *first == name => Some(Self::Bare),
            [first, ANY_ITEM, _] if *first == name => Some(Self::List),
            [first, _] if *first == name => Some(Self::Named),
            _ => None,
        }
    }
}

impl FieldKind {
    fn of(name: &str, schema: &Value) -> Self {
        match text(schema, "type") {
            "boolean" => Self::Switch,
            "object" => Self::Object,
            "array" => {
                let items = schema.get("items").unwrap_or(&Value::Null);
                if text(items, "type") == "object" {
                    return Self::Objects;
                }
                let scalar = Scalar::of(items);
                let splitting = Splitting::of(name, &scalar, items);
                Self::Many(scalar, splitting)
            }
            _ => Self::One(Scalar::of(schema)),
        }
    }
}

impl Scalar {
    fn of(schema: &Value) -> Self {
        let words = schema.get("enum").and_then(Value::as_array);
        match text(schema, "type") {
            "integer" => Self::Whole,
            "number" => Self::Number,
            _ if text(schema, "format") == "uri" => Self::Url,
            _ if words.is_some() => {
                let words = words.into_iter().flatten().filter_map(Value::as_str);
                Self::Choice(words.map(str::to_owned).collect())
            }
            _ => Self::Text,
        }
    }
}

impl Splitting {
    /// Commas separate ids, codes and words. A text of its own length can have commas.
    fn of(name: &str, scalar: &Scalar, items: &Value) -> Self {
        let is_code =
            items.get("pattern").is_some() || items.get("maxLength").is_none() || name.ends_with("_ids");
        match scalar {
            Scalar::Url => Self::BeforeUrls,
            Scalar::Choice(_) | Scalar::Whole | Scalar::Number => Self::Commas,
            Scalar::Text if is_code => Self::Commas,
            Scalar::Text => Self::Never,
        }
    }

    /// Values of one word.
    pub(super) fn split(self, word: &str) -> Vec<String> {
        let trimmed = |parts: Vec<&str>| parts.into_iter().map(|part| part.trim().to_owned()).collect();
        match self {
            Self::Never => vec![word.to_owned()],
            Self::Commas => trimmed(word.split(',').filter(|part| !part.trim().is_empty()).collect()),
            Self::BeforeUrls => {
                let mut parts: Vec<String> = Vec::new();
                for part in word.split(',') {
                    let begins =
                        part.trim_start().starts_with("http://") || part.trim_start().starts_with("https://");
                    match parts.last_mut() {
                        Some(last) if !begins => {
                            last.push(',');
                            last.push_str(part);
                        }
                        _ => parts.push(part.trim_start().to_owned()),
                    }
                }
                parts
            }
        }
    }
}

/// Sizes and the default that the schema tells.
fn limits(schema: &Value) -> Vec<String> {
    let number = |name: &str| schema.get(name).filter(|value| value.is_number());
    let mut limits = Vec::new();
    if let Some(numbers) = schema.get("enum").and_then(Value::as_array)
        && numbers.iter().all(Value::is_number)
    {
        let numbers: Vec<String> = numbers.iter().map(Value::to_string).collect();
        limits.push(format!("one of {}", numbers.join(", ")));
    }
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) if most.as_u64().is_none_or(|most| most < u64::from(u32::MAX)) => {
            limits.push(format!("{least} to {most}"));
        }
        (Some(least), _) if least.as_f64().is_some_and(|least| least > 0.0) => {
            limits.push(format!("at least {least}"));
        }
        _ => {}
    }
    if let Some(most) = number("maxItems") {
        limits.push(format!("up to {most}"));
    }
    if let Some(default) = schema.get("default").and_then(shown_default) {
        limits.push(format!("default: {default}"));
    }
    limits
}

fn shown_default(value: &Value) -> Option<String> {
    match value {
        Value::Bool(true) => Some("true".to_owned()),
        Value::String(word) => Some(kebab(word)),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(items.join(","))
        }
        Value::Null | Value::Bool(false) | Value::Object(_) => None,
    }
}

fn text<'a>(schema: &'a Value, name: &str) -> &'a str {
    schema.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A name in the form of the command line: `SELF_ONLY` is `self-only`.
pub(super) fn kebab(name: &str) -> String {
    name.replace('_', "-").to_ascii_lowercase()
}

/// True if both are one name, in whatever case and with `-` or `_`.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    kebab(one) == kebab(other)
}

/// Input that a command takes without an option: the only one that is required, if no file is.
pub(super) fn positional(fields: &[InputField]) -> Option<&InputField> {
    if let Some(file) = fields
        .iter()
        .find(|field| field.kind == FieldKind::File(FileShape::Named))
    {
        return Some(file);
    }
    let mut required = fields.iter().filter(|field| field.is_required);
    let only = required.next().filter(|_| required.next().is_none())?;
    let is_simple = matches!(
        only.kind,
        FieldKind::One(Scalar::Text | Scalar::Url) | FieldKind::Many(Scalar::Text | Scalar::Url, _)
    );
    is_simple.then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::INTEGRATIONS;

    fn of(action: &str) -> Vec<InputField> {
        let mut actions = INTEGRATIONS
            .iter()
            .filter_map(|integration| Some((integration, integration.action(action)?)));
        let (integration, action) = actions.next().unwrap();
        fields(integration, action)
    }

    fn kind(action: &str, name: &str) -> FieldKind {
        of(action)
            .into_iter()
            .find(|field| field.name == name)
            .unwrap()
            .kind
    }

    #[test]
    fn lists_of_texts_are_not_split_and_lists_of_codes_are() {
        let many = |kind| {
            let FieldKind::Many(_, splitting) = kind else {
                panic!("{kind:?} is no list");
            };
            splitting
        };
        assert_eq!(many(kind("create_ad", "ad_texts")), Splitting::Never);
        assert_eq!(many(kind("create_ad", "image_ids")), Splitting::Commas);
        assert_eq!(many(kind("create_ad_group", "languages")), Splitting::Commas);
        assert_eq!(many(kind("create_ad_group", "placements")), Splitting::Commas);
        assert_eq!(many(kind("get_videos", "video_ids")), Splitting::Commas);
        assert_eq!(many(kind("get_creatives", "creative_ids")), Splitting::Commas);
        assert_eq!(
            many(kind("create_photo_post", "photo_urls")),
            Splitting::BeforeUrls
        );
        assert_eq!(many(kind("get_analytics", "metrics")), Splitting::Commas);
    }

    #[test]
    fn commas_of_urls_stay() {
        let split = |word| Splitting::BeforeUrls.split(word);
        assert_eq!(
            split("https://a.example/1,2.jpg,https://b.example/3.jpg, http://c.example"),
            [
                "https://a.example/1,2.jpg",
                "https://b.example/3.jpg",
                "http://c.example"
            ]
        );
        assert_eq!(Splitting::Commas.split("1, 2,,3"), ["1", "2", "3"]);
        assert_eq!(Splitting::Never.split("Save 1,000 today"), ["Save 1,000 today"]);
    }

    #[test]
    fn inputs_that_hold_a_file_take_its_path() {
        for (action, name, shape, flag) in [
            ("create_video_post", "file", FileShape::Named, "file"),
            ("create_video_post", "files", FileShape::List, "files"),
            (
                "create_video_post",
                "video_content_base64",
                FileShape::Bare,
                "video",
            ),
            (
                "upload_creative",
                "image_content_base64",
                FileShape::Bare,
                "image",
            ),
        ] {
            let field = of(action).into_iter().find(|field| field.name == name).unwrap();
            assert_eq!((field.kind, field.flag.as_str()), (FieldKind::File(shape), flag));
        }
    }

    #[test]
    fn the_only_required_input_needs_no_option() {
        let name = |action| positional(&of(action)).map(|field| field.name.clone());
        for (action, expected) in [
            ("create_video_post", Some("file")),
            ("upload_creative", Some("file")),
            ("get_post_status", Some("publish_id")),
            ("create_photo_post", Some("photo_urls")),
            ("delete_campaign", Some("campaign_ids")),
            ("get_analytics", None),
            ("get_user_info", None),
            ("search_targeting", None),
        ] {
            assert_eq!(name(action).as_deref(), expected, "{action}");
        }
    }
}
