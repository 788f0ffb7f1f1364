//! Inputs of an action from the options of its command line.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::{
    fault::CallFault,
    field::{Field, FieldKind, FileShape, Scalar, Splitting, is_same, kebab, positional},
    tree::POSITIONAL,
};
use crate::{cli::usage::refused_value, secret::shown};

/// Inputs that a command line gives.
#[derive(Debug, Default)]
pub(super) struct GivenInputs {
    /// Inputs, without files.
    pub(super) members: Map<String, Value>,
    /// Files, in the order of the schema.
    pub(super) files: Vec<GivenFile>,
}

/// File that a command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GivenFile {
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
    fields: &[Field],
    matches: &ArgMatches,
    document: Option<&str>,
) -> Result<GivenInputs, CallFault> {
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

impl GivenInputs {
    /// Takes the values of the argument `id`, if it was given.
    fn take(&mut self, field: &Field, matches: &ArgMatches, id: &str) -> Result<(), CallFault> {
        if let FieldKind::File(shape) = field.kind {
            let paths: Vec<&PathBuf> = matches.get_many(id).into_iter().flatten().collect();
            if !paths.is_empty() {
                self.members.remove(&field.name);
            }
            for path in paths {
                if let Some(url) = path.to_str().filter(|text| is_url(text)) {
                    return Err(url_for_a_file(field, url));
                }
                self.files.push(GivenFile {
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
fn value(field: &Field, words: &[&str]) -> Result<Value, CallFault> {
    let last = words.last().copied().unwrap_or_default();
    match &field.kind {
        FieldKind::Switch => Ok(Value::Bool(last == "true")),
        FieldKind::One(scalar) => single(field, scalar, last),
        FieldKind::Many(scalar, splitting) => {
            let parts = words.iter().flat_map(|word| parts(word, *splitting));
            let items: Result<Vec<Value>, CallFault> =
                parts.map(|part| single(field, scalar, &part)).collect();
            items.map(Value::Array)
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

/// Values of one word, which may be a list as JSON.
fn parts(word: &str, splitting: Splitting) -> Vec<String> {
    let listed = word.trim_start().starts_with('[');
    match serde_json::from_str::<Vec<String>>(word) {
        Ok(items) if listed => items,
        _ => splitting.split(word),
    }
}

fn single(field: &Field, scalar: &Scalar, word: &str) -> Result<Value, CallFault> {
    match scalar {
        Scalar::Choice(words) => match words.iter().find(|known| is_same(known, word)) {
            Some(known) => Ok(known.as_str().into()),
            None => Err(no_choice(field, words, word)),
        },
        Scalar::Whole | Scalar::Number => {
            let number: Option<serde_json::Number> = serde_json::from_str(word).ok();
            number
                .map(Value::Number)
                .ok_or_else(|| CallFault::usage(refused_value(&field.flag, word, "allowed: a number")))
        }
        Scalar::Url if !is_url(word) && is_file(word) => Err(file_for_a_url(field, word)),
        Scalar::Url | Scalar::Text => Ok(word.into()),
    }
}

fn no_choice(field: &Field, words: &[String], word: &str) -> CallFault {
    let names: Vec<String> = words.iter().map(|word| kebab(word)).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = crate::schema::nearest_name(&kebab(word), &known);
    let near = near
        .map(|near| format!("did you mean {near}? "))
        .unwrap_or_default();
    let allowed = format!("{near}allowed: {}", names.join(", "));
    CallFault::usage(refused_value(&field.flag, word, &allowed))
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
fn file_for_a_url(field: &Field, _path: &str) -> CallFault {
    let what = if field.name.starts_with("photo") {
        "got a file of this machine; TikTok takes photos from public https URLs alone, on a domain or URL prefix that is \
         verified for your app, and there is no upload for them. Ways out: (1) put the photo on your web space or bucket, \
         verify its domain or prefix in the TikTok developer portal (Manage apps, URL properties), and give its https URL; \
         (2) make a video of it, for example with `ffmpeg -loop 1 -i photo.jpg -t 5 -vf scale=1080:-2 -pix_fmt yuv420p \
         photo.mp4`, and use create-video-post or upload-video-draft; (3) post it in the TikTok app"
    } else {
        "got a file of this machine where a URL is expected; give the file itself as FILE, without this option"
    };
    CallFault::input("file_for_url", format!("--{}: {what}", field.flag))
}

/// A URL where a file is expected.
fn url_for_a_file(field: &Field, _url: &str) -> CallFault {
    let option = match field.flag.as_str() {
        "image" => "--image-url",
        _ => "--video-url",
    };
    CallFault::input(
        "url_for_file",
        format!("FILE: got a URL; allowed: the path of a file, or -. Give a URL with {option}"),
    )
}

/// The object of `--inputs`.
fn whole_document(word: &str) -> Result<Map<String, Value>, CallFault> {
    let mut value = json_of("inputs", word)?;
    if let Some(members) = value.as_object_mut() {
        return Ok(std::mem::take(members));
    }
    let kind = crate::schema::kind_of(&value);
    let message = format!("--inputs: got {kind}; allowed: one JSON object");
    Err(CallFault::input("invalid_json", message))
}

/// JSON that a word is, or that the file of `@FILE` or standard input holds.
fn json_of(flag: &str, word: &str) -> Result<Value, CallFault> {
    let (text, place) = match word.strip_prefix('@') {
        Some(STANDARD_INPUT) => (bounded(flag, io::stdin())?, "standard input".to_owned()),
        Some(path) => {
            let file = File::open(path).map_err(|error| unreadable(flag, path, &error))?;
            (bounded(flag, file)?, shown(path))
        }
        None if word == STANDARD_INPUT => (bounded(flag, io::stdin())?, "standard input".to_owned()),
        None => (word.to_owned(), "the value".to_owned()),
    };
    serde_json::from_str(&text).map_err(|error| {
        let message = format!(
            "--{flag}: {place} is not valid JSON (line {}, column {}); give JSON text, @FILE, or - for standard input",
            error.line(),
            error.column()
        );
        CallFault::input("invalid_json", message)
    })
}

fn bounded(flag: &str, input: impl io::Read) -> Result<String, CallFault> {
    let mut text = String::new();
    let read = input.take(DOCUMENT_MAX + 1).read_to_string(&mut text);
    match read {
        Ok(length) if u64::try_from(length).is_ok_and(|length| length <= DOCUMENT_MAX) => Ok(text),
        Ok(_) => Err(CallFault::input(
            "request_too_large",
            format!(
                "--{flag}: the JSON has more than 16 MiB; give files by their paths instead of as base64"
            ),
        )),
        Err(error) => Err(CallFault::input(
            "file_unreadable",
            format!("--{flag}: the JSON cannot be read: {error}"),
        )),
    }
}

fn unreadable(flag: &str, path: &str, error: &io::Error) -> CallFault {
    CallFault::input(
        "file_unreadable",
        format!("--{flag}: {} cannot be read: {error}", shown(path)),
    )
}
