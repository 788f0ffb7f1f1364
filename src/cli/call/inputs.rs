//! Inputs of an action from the options of its command line.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use super::{
    field::{FieldKind, FileShape, InputField, Scalar, Splitting, is_same, kebab, positional},
    tree::POSITIONAL,
};
use crate::{
    cli::{codes, fault::CommandFault, usage::refused_value},
    host::read_json,
    secret::shown,
};

/// Inputs that a command line gives.
#[derive(Debug, Default)]
pub(super) struct GivenInputs {
    /// Inputs, without files.
    pub(super) members: Map<String, Value>,
    /// Files, in the order of the schema.
    pub(super) files: Vec<NamedPath>,
}

/// File that a command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedPath {
    /// Name of the input that takes it.
    pub(super) name: String,
    /// Form of that input.
    pub(super) shape: FileShape,
    /// Path, or `-`.
    pub(super) path: PathBuf,
}

/// Most bytes of a JSON document.
const DOCUMENT_MAX: u64 = 16 * 1024 * 1024;

/// Word that stands for standard input.
pub(super) const STANDARD_INPUT: &str = "-";

/// Reads the inputs of the command line; `document` is the value of `--inputs`.
pub(super) fn inputs(
    fields: &[InputField],
    matches: &ArgMatches,
    document: Option<&str>,
) -> Result<GivenInputs, CommandFault> {
    check_standard_input(fields, matches, document)?;
    let mut given = GivenInputs {
        members: document.map(whole_document).transpose()?.unwrap_or_default(),
        files: Vec::new(),
    };
    let bare = positional(fields);
    for field in fields {
        let is_bare = bare.is_some_and(|bare| bare.name == field.name);
        let ids = [Some(field.name.as_str()), is_bare.then_some(POSITIONAL)];
        for id in ids.into_iter().flatten() {
            given.take(field, matches, id)?;
        }
    }
    Ok(given)
}

/// Refuses a second value that is read from standard input.
fn check_standard_input(
    fields: &[InputField],
    matches: &ArgMatches,
    document: Option<&str>,
) -> Result<(), CommandFault> {
    let is_stream = |word: &str| word == STANDARD_INPUT || word.strip_prefix('@') == Some(STANDARD_INPUT);
    let mut readers: Vec<String> = document
        .filter(|word| is_stream(word))
        .map(|_| "--inputs".to_owned())
        .into_iter()
        .collect();
    for field in fields {
        let ids = [field.name.as_str(), POSITIONAL];
        let is_bare = positional(fields).is_some_and(|bare| bare.name == field.name);
        let ids = if is_bare { &ids[..] } else { &ids[..1] };
        for id in ids {
            let streams = match field.kind {
                FieldKind::File(_) => {
                    count::<PathBuf>(matches, id, |path| path.to_str().is_some_and(is_stream))
                }
                FieldKind::Object | FieldKind::Objects => {
                    count::<String>(matches, id, |word| is_stream(word))
                }
                FieldKind::Switch | FieldKind::One(_) | FieldKind::Many(..) => 0,
            };
            readers.extend(std::iter::repeat_n(format!("--{}", field.flag), streams));
        }
    }
    if readers.len() < 2 {
        return Ok(());
    }
    let message = format!(
        "{} would be read from standard input (-), which can be read once; give all but one as files",
        readers.join(" and ")
    );
    Err(CommandFault::new(&codes::INPUTS_CONFLICT, message))
}

/// Number of an argument's values that fit.
fn count<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    id: &str,
    fits: impl Fn(&T) -> bool,
) -> usize {
    let values = matches.try_get_many::<T>(id).ok().flatten();
    values.into_iter().flatten().filter(|value| fits(value)).count()
}

impl GivenInputs {
    /// Takes the values of the argument `id`, if it was given.
    fn take(&mut self, field: &InputField, matches: &ArgMatches, id: &str) -> Result<(), CommandFault> {
        if let FieldKind::File(shape) = field.kind {
            let paths: Vec<&PathBuf> = matches.get_many(id).into_iter().flatten().collect();
            if !paths.is_empty() {
                self.members.remove(&field.name);
            }
            for path in paths {
                if path.to_str().is_some_and(is_url) {
                    return Err(url_for_a_file(field));
                }
                self.files.push(NamedPath {
                    name: field.name.clone(),
                    shape,
                    path: path.clone(),
                });
            }
            return Ok(());
        }
        let words: Vec<&str> = matches
            .get_many::<String>(id)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if !words.is_empty() {
            let value = value(field, &words)?;
            self.members.insert(field.name.clone(), value);
        }
        Ok(())
    }
}

/// Value of a field from its words.
fn value(field: &InputField, words: &[&str]) -> Result<Value, CommandFault> {
    let last = words.last().copied().unwrap_or_default();
    match &field.kind {
        FieldKind::Switch => Ok(Value::Bool(last == "true")),
        FieldKind::One(scalar) => single(field, scalar, last),
        FieldKind::Many(scalar, splitting) => {
            let mut items = Vec::new();
            for word in words {
                for part in parts(field, word, *splitting)? {
                    items.push(single(field, scalar, &part)?);
                }
            }
            Ok(Value::Array(items))
        }
        FieldKind::Object => json_of(&field.flag, last),
        FieldKind::Objects => {
            let mut items = Vec::new();
            for word in words {
                let mut value = json_of(&field.flag, word)?;
                match value.as_array_mut() {
                    Some(several) => items.append(several),
                    None => items.push(value),
                }
            }
            Ok(Value::Array(items))
        }
        FieldKind::File(_) => Ok(Value::Null),
    }
}

/// Values of one word, which may be a list as JSON. Errors: it begins as such a list and is none.
fn parts(field: &InputField, word: &str, splitting: Splitting) -> Result<Vec<String>, CommandFault> {
    let start = word.trim_start();
    // A text may begin with a bracket: `[New] Save today`.
    let is_json = start.starts_with('[') && (splitting == Splitting::Commas || start.starts_with("[\""));
    if !is_json {
        return Ok(splitting.split(word));
    }
    let items: Vec<ListItem> = serde_json::from_str(word).map_err(|error| {
        let message = format!(
            "--{}: the value is not a JSON list of texts (line {}, column {}); allowed: [\"A\",\"B\"], or one value for each \
             option",
            field.flag,
            error.line(),
            error.column()
        );
        CommandFault::new(&codes::INVALID_JSON, message)
    })?;
    Ok(items.into_iter().map(ListItem::into_word).collect())
}

/// Item of a JSON list. Ids are texts, and many write them as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum ListItem {
    Text(String),
    Number(Number),
}

impl ListItem {
    fn into_word(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

fn single(field: &InputField, scalar: &Scalar, word: &str) -> Result<Value, CommandFault> {
    match scalar {
        Scalar::Choice(words) => match words.iter().find(|known| is_same(known, word)) {
            Some(known) => Ok(known.as_str().into()),
            None => Err(no_choice(field, words, word)),
        },
        Scalar::Whole | Scalar::Number => {
            let number: Option<Number> = serde_json::from_str(word).ok();
            number
                .map(Value::Number)
                .ok_or_else(|| CommandFault::usage(refused_value(&field.flag, word, "allowed: a number")))
        }
        Scalar::Url if !is_url(word) && is_file(word) => Err(file_for_a_url(field)),
        Scalar::Url | Scalar::Text => Ok(word.into()),
    }
}

fn no_choice(field: &InputField, words: &[String], word: &str) -> CommandFault {
    let names: Vec<String> = words.iter().map(|word| kebab(word)).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = crate::schema::nearest_name(&kebab(word), &known);
    let near = near
        .map(|near| format!("did you mean {near}? "))
        .unwrap_or_default();
    let allowed = format!("{near}allowed: {}", names.join(", "));
    CommandFault::usage(refused_value(&field.flag, word, &allowed))
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Extensions of media files, so that a path is known even where the file is missing.
const EXTENSIONS: [&str; 9] = ["jpg", "jpeg", "png", "webp", "heic", "gif", "mp4", "mov", "webm"];

/// Whether a text that is no URL is the path of a file.
fn is_file(text: &str) -> bool {
    let path = Path::new(text);
    let is_media = path
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            EXTENSIONS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        });
    !text.contains("://") && (is_media || path.exists())
}

/// A file where TikTok takes a URL.
fn file_for_a_url(field: &InputField) -> CommandFault {
    let what = if field.name.starts_with("photo") {
        "got a file of this machine; TikTok takes photos from public https URLs alone, on a domain or URL prefix that is \
         verified for your app, and there is no upload for them. Ways out: (1) put the photo on your web space or bucket, \
         verify its domain or prefix in the TikTok developer portal (Manage apps, URL properties), and give its https URL; \
         (2) make a video of it, for example with `ffmpeg -loop 1 -i photo.jpg -t 5 -vf scale=1080:-2 -pix_fmt yuv420p \
         photo.mp4`, and use create-video-post or upload-video-draft; (3) post it in the TikTok app"
    } else {
        "got a file of this machine where a URL is expected; give the file itself as FILE, without this option"
    };
    CommandFault::new(&codes::FILE_FOR_URL, format!("--{}: {what}", field.flag))
}

/// A URL where a file is expected.
fn url_for_a_file(field: &InputField) -> CommandFault {
    let option = match field.flag.as_str() {
        "image" => "--image-url",
        _ => "--video-url",
    };
    CommandFault::new(
        &codes::URL_FOR_FILE,
        format!("FILE: got a URL; allowed: the path of a file, or -. Give a URL with {option}"),
    )
}

/// The object of `--inputs`.
fn whole_document(word: &str) -> Result<Map<String, Value>, CommandFault> {
    let mut value = json_of("inputs", word)?;
    if let Some(members) = value.as_object_mut() {
        return Ok(std::mem::take(members));
    }
    let kind = crate::schema::kind_of(&value);
    let message = format!("--inputs: got {kind}; allowed: one JSON object");
    Err(CommandFault::new(&codes::INVALID_JSON, message))
}

/// JSON that a word is, or that the file of `@FILE` or standard input holds.
fn json_of(flag: &str, word: &str) -> Result<Value, CommandFault> {
    let (text, place) = match word.strip_prefix('@') {
        Some(STANDARD_INPUT) => (bounded(flag, io::stdin())?, "standard input".to_owned()),
        Some(path) => {
            let file = File::open(path).map_err(|error| unreadable(flag, path, &error))?;
            (bounded(flag, file)?, shown(path))
        }
        None if word == STANDARD_INPUT => (bounded(flag, io::stdin())?, "standard input".to_owned()),
        None => (word.to_owned(), "the value".to_owned()),
    };
    // Windows programs begin a text file with a mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        let message = format!("--{flag}: {place} is empty; give JSON text, @FILE, or - for standard input");
        return Err(CommandFault::new(&codes::INVALID_JSON, message));
    }
    read_json(text).map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        let message = if error.is_data() {
            format!("--{flag}: {place}: {error}")
        } else {
            format!(
                "--{flag}: {place} is not valid JSON ({at}); give JSON text, @FILE, or - for standard input"
            )
        };
        CommandFault::new(&codes::INVALID_JSON, message)
    })
}

fn bounded(flag: &str, input: impl io::Read) -> Result<String, CommandFault> {
    let mut text = String::new();
    let read = input.take(DOCUMENT_MAX + 1).read_to_string(&mut text);
    match read {
        Ok(length) if u64::try_from(length).is_ok_and(|length| length <= DOCUMENT_MAX) => Ok(text),
        Ok(_) => Err(CommandFault::new(
            &codes::REQUEST_TOO_LARGE,
            format!(
                "--{flag}: the JSON has more than 16 MiB; give files by their paths instead of as base64"
            ),
        )),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(CommandFault::new(
            &codes::INVALID_JSON,
            format!("--{flag}: the JSON is not UTF-8; save it as UTF-8"),
        )),
        Err(error) => Err(CommandFault::new(
            &codes::FILE_UNREADABLE,
            format!("--{flag}: the JSON cannot be read: {error}"),
        )),
    }
}

fn unreadable(flag: &str, path: &str, error: &io::Error) -> CommandFault {
    CommandFault::new(
        &codes::FILE_UNREADABLE,
        format!("--{flag}: {} cannot be read: {error}", shown(path)),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::call::{field::fields, tree};

    /// A value that the schema of an input allows, and the words that give it.
    fn sample(flag: &str, schema: &Value, number: usize) -> (Vec<String>, Value) {
        let option = |value: &str| vec![format!("--{flag}"), value.to_owned()];
        let text = |name: &str| schema[name].as_str().unwrap_or_default().to_owned();
        if let Some(words) = schema["enum"].as_array() {
            let Some(word) = words[number % words.len()].as_str() else {
                let number = &words[number % words.len()];
                return (option(&number.to_string()), number.clone());
            };
            let spelled = match number % 3 {
                0 => word.to_owned(),
                1 => word.to_ascii_lowercase(),
                _ => word.to_ascii_lowercase().replace('_', "-"),
            };
            return (option(&spelled), json!(word));
        }
        match text("type").as_str() {
            "boolean" if number.is_multiple_of(2) => (vec![format!("--{flag}")], json!(true)),
            "boolean" => (vec![format!("--{flag}=false")], json!(false)),
            "integer" => (option("17"), json!(17)),
            "number" => (option("49.99"), json!(49.99)),
            "object" => (option(r#"{"a":[1,"b"]}"#), json!({ "a": [1, "b"] })),
            "array" if schema["items"]["type"] == "object" => {
                let words = [option(r#"{"a":1}"#), option(r#"[{"b":2},{"c":3}]"#)].concat();
                (words, json!([{ "a": 1 }, { "b": 2 }, { "c": 3 }]))
            }
            "array" => {
                let (first, one) = sample(flag, &schema["items"], number);
                let (second, other) = sample(flag, &schema["items"], number + 1);
                ([first, second].concat(), json!([one, other]))
            }
            "string" if text("format") == "uri" => {
                let url = format!("https://media.example.org/{number},a.jpg");
                (option(&url), json!(url))
            }
            "string" => {
                let word = format!("-{number} = \"Wörter\"");
                (option(&word), json!(word))
            }
            other => panic!("{flag}: a type {other:?} has no sample"),
        }
    }

    fn parsed(action: &str, words: &[String]) -> Result<GivenInputs, CommandFault> {
        let (integration, action) = tree::find(action).unwrap();
        let command = tree::with_options_of(Some(action));
        let line = ["call".to_owned(), action.name.to_owned()];
        let matches = command.try_get_matches_from(line.iter().chain(words)).unwrap();
        let matches = matches.subcommand().unwrap().1;
        let document: Option<&String> = matches.get_one("inputs");
        inputs(
            &fields(integration, action),
            matches,
            document.map(String::as_str),
        )
    }

    /// The schema is read here without the code that makes options of it.
    #[test]
    fn the_options_of_every_action_are_exactly_its_inputs() {
        for (integration, action) in tree::actions() {
            let schema = integration.schemas(action.name).unwrap().input;
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            let is_file = |name: &str| action.contents.iter().any(|place| place.path[0] == name);
            let (mut words, mut expected) = (Vec::new(), Map::new());
            for (number, (name, schema)) in properties
                .iter()
                .enumerate()
                .filter(|(_, (name, _))| !is_file(name))
            {
                // Snake case is taken too.
                let flag = if number.is_multiple_of(5) {
                    name.clone()
                } else {
                    name.replace('_', "-")
                };
                let (some, value) = sample(&flag, schema, number);
                words.extend(some);
                expected.insert(name.clone(), value);
            }
            let given = parsed(action.name, &words).unwrap();
            assert_eq!(
                Value::Object(given.members),
                Value::Object(expected),
                "{}: {words:?}",
                action.name
            );
        }
    }

    #[test]
    fn an_option_overrides_the_document_and_the_rest_of_it_stays() {
        let words = [
            "--inputs",
            r#"{"title":"a","is_aigc":true,"unknown":1}"#,
            "--title",
            "b",
        ];
        let given = parsed("create_video_post", &words.map(str::to_owned)).unwrap();
        assert_eq!(
            Value::Object(given.members),
            json!({ "title": "b", "is_aigc": true, "unknown": 1 })
        );
    }

    #[test]
    fn lists_are_separated_by_commas_repeated_or_json() {
        for words in [
            &["--video-ids", "1,2", "--video-ids", "3"][..],
            &["--video-ids", "[1,2,3]"],
            &["--video-ids=1, 2,3"],
            &["--video_ids", r#"["1","2","3"]"#],
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let given = parsed("get_videos", &words).unwrap();
            assert_eq!(given.members["video_ids"], json!(["1", "2", "3"]), "{words:?}");
        }
    }

    #[test]
    fn a_broken_json_list_is_no_list_of_texts() {
        let given =
            |action: &str, option: &str, word: &str| parsed(action, &[option.to_owned(), word.to_owned()]);
        for (action, option, word) in [
            ("get_analytics", "--metrics", "[\"spend\","),
            ("get_videos", "--video-ids", "[1"),
            ("create_ad", "--ad-texts", "[\"Save 1,000\""),
        ] {
            let fault = given(action, option, word).unwrap_err();
            assert_eq!(fault.code, &codes::INVALID_JSON, "{}", fault.message);
        }
        let text = given("create_ad", "--ad-texts", "[New] Save 1,000").unwrap();
        assert_eq!(text.members["ad_texts"], json!(["[New] Save 1,000"]));
    }

    #[test]
    fn a_wrong_word_in_a_list_has_the_allowed_ones() {
        let fault = parsed(
            "search_targeting",
            &["--geo-types".to_owned(), "country,citty".to_owned()],
        )
        .unwrap_err();
        assert_eq!(fault.code, &codes::USAGE_ERROR);
        assert!(fault.message.contains("did you mean city?"), "{}", fault.message);
    }

    #[test]
    fn a_file_may_be_the_only_word_and_a_url_may_not() {
        let given = parsed("create_video_post", &["clip.mp4".to_owned()]).unwrap();
        assert_eq!((given.files[0].name.as_str(), given.files.len()), ("file", 1));
        let fault = parsed("create_video_post", &["https://a.example/clip.mp4".to_owned()]).unwrap_err();
        assert!(fault.message.contains("--video-url"), "{}", fault.message);
    }

    #[test]
    fn a_file_of_windows_may_begin_with_its_mark() {
        let given = parsed(
            "get_videos",
            &["--inputs".to_owned(), "\u{feff}{\"max_count\":3}".to_owned()],
        );
        assert_eq!(given.unwrap().members["max_count"], 3);
    }

    #[test]
    fn wrong_json_has_its_place() {
        let fault = parsed("get_videos", &["--inputs".to_owned(), "{\"a\":\n1,}".to_owned()]).unwrap_err();
        assert!(fault.message.contains("line 2, column 3"), "{}", fault.message);
    }
}
