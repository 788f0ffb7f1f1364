//! Errors for input that is not a document, and for documents beyond the limits of a request.

use super::{
    super::strict,
    Place,
    encoding::{Encoding, fault_of_junk_line},
    item::MalformedDocument,
    scanner::CONTROL,
};
use crate::{catalogue::own, model::Grouped};

/// Largest request without its videos, in bytes. A caption has 2,200 characters, and a photo post at most 35
/// URLs.
pub(super) const TEXT_MAX: usize = 1024 * 1024;

/// Deepest nesting of a request; its schemas need four levels.
pub(super) const DEPTH_MAX: usize = 64;

/// Most values and names of a request besides `metadata`, which is cut before it is read. Each takes some
/// hundred bytes of memory once it is read; an action takes 1,000 ids at most.
pub(super) const VALUES_MAX: u64 = 10_000;

/// Limit that a well-formed document exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    TooDeep,
    TooLarge,
    ManyValues,
}

impl Refusal {
    /// Returns the error for the document that began at `began`.
    pub(super) fn of(self, began: Place, text: Vec<u8>) -> MalformedDocument {
        let line = began.line;
        let (code, limit) = match self {
            Self::TooDeep => (
                &own::NESTED_TOO_DEEPLY,
                format!("objects and lists are nested more than {DEPTH_MAX} levels deep"),
            ),
            Self::TooLarge => (
                &own::REQUEST_TOO_LARGE,
                "more than 1 MiB, not counting base64 content; allowed: 1 MiB; split the request, or send a file as base64 content where the action takes one"
                    .to_owned(),
            ),
            Self::ManyValues => (
                &own::REQUEST_TOO_LARGE,
                format!(
                    "more than {most} values and names, not counting metadata; allowed: {most}",
                    most = Grouped(VALUES_MAX)
                ),
            ),
        };
        MalformedDocument {
            code,
            message: format!("the request that began on line {line}: {limit}"),
            line,
            text,
        }
    }
}

/// Returns the error for a document that began at `began` and is malformed at `place`.
pub(super) fn broken(began: Place, place: Place, reason: &str, text: Vec<u8>) -> MalformedDocument {
    let Place { line, column } = place;
    let begin = began.line;
    let since = if begin < line {
        format!(" (the request began on line {begin})")
    } else {
        String::new()
    };
    let message = match strict::place_of_end(&text).filter(|_| reason == CONTROL) {
        Some(field) => format!("line {line}: in {field}, {reason}{since}"),
        None => format!("line {line}, column {column}: {reason}{since}"),
    };
    invalid_json(began, message, text)
}

/// Returns the error for a document that the end of the input truncates at `place`.
pub(super) fn cut_off(began: Place, place: Place, text: Vec<u8>) -> MalformedDocument {
    let Place { line, column } = place;
    let begin = began.line;
    let message = format!(
        "line {line}, column {column}: the input ends in the middle of the request that began on line {begin}; it was cut off"
    );
    invalid_json(began, message, text)
}

/// Returns the error for a line in an encoding other than UTF-8.
pub(super) fn foreign(began: Place, encoding: Encoding, text: &[u8]) -> MalformedDocument {
    let message = format!("line {}: this is {encoding}", began.line);
    invalid_json(began, message, encoding.decode(text))
}

/// Returns the error for a line that begins with neither brace nor bracket.
pub(super) fn junk_line(began: Place, text: &[u8]) -> MalformedDocument {
    let Place { line, column } = began;
    let kind = match text.trim_ascii() {
        [b'"', ..] => Some("a string"),
        [b'-' | b'0'..=b'9', ..] => Some("a number"),
        b"true" | b"false" => Some("a boolean"),
        b"null" => Some("null"),
        _ => None,
    };
    let (code, fault) = match kind {
        Some(kind) if serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok() => (
            &own::INVALID_REQUEST,
            format!("got {kind}; allowed: a JSON object such as {{\"action\": …}}"),
        ),
        _ => (&own::INVALID_JSON, fault_of_junk_line(text).to_owned()),
    };
    MalformedDocument {
        code,
        ..invalid_json(
            began,
            format!("line {line}, column {column}: {fault}"),
            Vec::new(),
        )
    }
}

fn invalid_json(began: Place, message: String, text: Vec<u8>) -> MalformedDocument {
    MalformedDocument {
        code: &own::INVALID_JSON,
        message,
        line: began.line,
        text,
    }
}
