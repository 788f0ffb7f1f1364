//! Names and comments: a type name has one meaning, and a doc comment is a noun phrase.
//!
//! Doc comments that are schema descriptions address the user of a form and may begin with a question word;
//! `QUESTIONS_MAX` is their number.

use std::collections::BTreeMap;

use super::{collect, files, none};
use crate::support::root;

/// Type names that each action gives to a type of its own.
const GIVEN_AGAIN: [&str; 2] = ["Input", "Output"];

/// Lines of doc comments under `src` that may begin with a question word. To be lowered, never to be raised.
const QUESTIONS_MAX: usize = 6;

/// First words of a doc comment that is a clause instead of a noun phrase.
const QUESTION_WORDS: [&str; 8] = [
    "What", "Who", "Whose", "Where", "How", "Why", "So much", "So many",
];

/// The name of the struct, enum or trait that `line` declares.
fn declared(line: &str) -> Option<&str> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| word.starts_with("pub") || word.ends_with(')'));
    let is_type = matches!(words.next()?, "struct" | "enum" | "trait");
    let name = words.next().filter(|_| is_type)?;
    name.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .next()
        .filter(|name| !name.is_empty())
}

/// The text of a line of a doc comment.
fn documented(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! "))
}

fn is_question(text: &str) -> bool {
    let follows = |rest: &str| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    QUESTION_WORDS
        .iter()
        .any(|word| text.strip_prefix(word).is_some_and(follows))
}

/// Declarations of each type name as `path:line`, tests included.
fn places(files: &[(String, String)]) -> BTreeMap<&str, Vec<String>> {
    let mut places = BTreeMap::<&str, Vec<String>>::new();
    for (path, text) in files {
        for (at, line) in text.lines().enumerate() {
            if let Some(name) = declared(line) {
                places.entry(name).or_default().push(format!("{path}:{}", at + 1));
            }
        }
    }
    places
}

/// Names that are given more than once and are not in `allowed`.
fn given_again(files: &[(String, String)], allowed: &[&str]) -> Vec<String> {
    let again = places(files)
        .into_iter()
        .filter(|(name, places)| places.len() > 1 && !allowed.contains(name));
    again
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect()
}

#[test]
fn a_type_name_is_given_once() {
    none(
        &given_again(&files(), &GIVEN_AGAIN),
        "give each of these types a distinct name",
    );
}

#[test]
fn a_second_type_of_a_name_would_be_caught() {
    let file = |text: &str| ("src/a.rs".to_owned(), text.to_owned());
    let files = [
        file("pub(in crate::host) struct A<'a>;\n    enum B {"),
        file("pub trait A: Send {\nstruct B;\nstruct C(u8);"),
    ];
    assert_eq!(given_again(&files, &["B"]), ["A: src/a.rs:1, src/a.rs:1"]);
    for other in [
        "/// struct A;",
        "let structure = 1;",
        "impl A {",
        "// enum B",
        "fn trait_of() {",
    ] {
        assert_eq!(declared(other), None, "{other}");
    }
}

#[test]
fn fewer_doc_comments_begin_with_a_question_word() {
    let files = files();
    let lines = files.iter().flat_map(|(_, text)| text.lines());
    let found = lines
        .filter_map(documented)
        .filter(|text| is_question(text))
        .count();
    assert!(
        found <= QUESTIONS_MAX,
        "{found} lines of doc comments begin with one of {QUESTION_WORDS:?}, and {QUESTIONS_MAX} are left to be rewritten: \
         begin a new one with a noun, as in \"Monotonic deadline of the request.\""
    );
}

#[test]
fn no_doc_comment_of_tests_begins_with_a_question_word() {
    let mut files = Vec::new();
    for folder in ["tests", "benches", "fuzz/src", "fuzz/fuzz_targets"] {
        collect(&root().join(folder), &mut files);
    }
    assert!(files.len() > 100, "{} files", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| text.lines().filter_map(documented).map(move |line| (path, line)))
        .filter(|(_, line)| is_question(line))
        .map(|(path, line)| format!("{path}: {line}"))
        .collect();
    none(&found, "begin with a noun, or with a verb in the third person");
}

#[test]
fn a_question_word_would_be_caught() {
    for caught in [
        "/// What is kept.",
        "    /// Why: a reason",
        "//! So much of it",
        "/// Where",
    ] {
        assert!(documented(caught).is_some_and(is_question), "{caught}");
    }
    for fine in [
        "/// Whatever comes",
        "// What is kept.",
        "/// Whoever",
        "/// The reason why",
        "/// However",
        "let a = 1;",
    ] {
        assert!(!documented(fine).is_some_and(is_question), "{fine}");
    }
}
