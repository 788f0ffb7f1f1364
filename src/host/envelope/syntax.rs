//! Descriptions of JSON syntax errors, with their place in the document.

use super::super::{
    ingest::{Document, Place, of_invalid_utf8},
    strict,
};

/// Returns the place of a syntax error, in the document as it was sent, and its description.
pub(super) fn describe(document: &Document, error: &serde_json::Error) -> String {
    let Place { line, column } = document.place(error.line(), error.column());
    let text = error.to_string();
    // serde's message ends with the position in the extracted text, not in the input.
    let what = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(what, _)| what);
    let field = strict::place_of_end(&document.text);
    match (fault_within_text(what, &document.text), field) {
        (Some(fault), Some(field)) => format!("line {line}: in {field}, {fault}"),
        (Some(fault), None) => format!("line {line}, column {column}: {fault}"),
        (None, Some(field)) => format!(
            "line {line}, column {column}, in {field}: {}",
            in_plain_words(what)
        ),
        (None, None) => format!("line {line}, column {column}: {}", in_plain_words(what)),
    }
}

/// Returns the description of an error inside a string: its encoding or an escape. `None` for any other
/// error.
fn fault_within_text(what: &str, text: &[u8]) -> Option<String> {
    if what.contains("unicode code point") && !what.contains("surrogate") {
        return Some(match std::str::from_utf8(text) {
            Err(_) => format!(
                "this is not valid UTF-8 (it looks like {}); send UTF-8",
                of_invalid_utf8(text)
            ),
            Ok(_) => "an escape does not encode a character; write the character itself".to_owned(),
        });
    }
    if what.contains("surrogate") || what.contains("hex escape") {
        let half =
            "half of a character (a lone surrogate); write an emoji as itself or as a pair of \\u escapes";
        return Some(half.to_owned());
    }
    let escape =
        r"this backslash does not start a valid JSON escape; write \\ for a backslash, \n for a line break";
    what.contains("invalid escape").then(|| escape.to_owned())
}

/// Returns a description in place of serde's `expected ident` and `expected value`; other messages are
/// unchanged.
fn in_plain_words(what: &str) -> &str {
    match what {
        "expected ident" | "expected value" => {
            "expected a value: true, false, null, a number or a string in double quotes"
        }
        what => what,
    }
}
