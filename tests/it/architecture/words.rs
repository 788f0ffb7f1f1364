//! Names and comments: a type name stands for one thing, and a doc comment is a noun phrase.
//!
//! The tree does not keep these rules everywhere yet. The lists and numbers here are what is left, and may
//! only shrink.

use std::collections::BTreeMap;

use super::{files, none};

/// Names of types that are given more than once, and how often. To be shortened, never to be added to.
const GIVEN_AGAIN: &[(&str, usize)] = &[
    ("Backlog", 2),
    ("Bench", 2),
    ("Body", 5),
    ("Broken", 2),
    ("Call", 2),
    ("Candidate", 2),
    ("Code", 3),
    ("Cut", 2),
    ("Data", 5),
    ("Endpoint", 2),
    ("Entry", 2),
    ("Envelope", 2),
    ("Event", 2),
    ("Failure", 3),
    ("Fault", 3),
    ("File", 2),
    ("Filters", 2),
    ("Format", 2),
    ("Found", 2),
    ("Frame", 2),
    ("Gate", 2),
    ("Head", 2),
    ("Header", 2),
    ("Inner", 7),
    ("Input", 8),
    ("Intake", 2),
    ("Item", 2),
    ("Kept", 4),
    ("Kind", 4),
    ("Line", 2),
    ("ListBody", 2),
    ("Movie", 2),
    ("Options", 2),
    ("Order", 2),
    ("Outcome", 2),
    ("Output", 4),
    ("Pace", 2),
    ("Part", 4),
    ("Phase", 2),
    ("PhotoSource", 2),
    ("Picture", 2),
    ("Place", 4),
    ("PostInfo", 2),
    ("PrivacyLevel", 2),
    ("Progress", 3),
    ("QueryBody", 2),
    ("Reader", 2),
    ("Reduced", 2),
    ("Refusal", 3),
    ("Reply", 3),
    ("Route", 2),
    ("Row", 2),
    ("Run", 2),
    ("Seen", 3),
    ("Shape", 2),
    ("Source", 2),
    ("Span", 2),
    ("Stage", 2),
    ("Start", 2),
    ("State", 3),
    ("Status", 2),
    ("Step", 5),
    ("Target", 2),
    ("Track", 4),
    ("Trouble", 2),
    ("Validator", 2),
    ("Verdict", 2),
    ("Video", 3),
    ("VideoSource", 2),
    ("Wait", 2),
    ("Wanted", 3),
    ("Window", 2),
    ("Words", 2),
];

/// Lines of doc comments that begin with a question word. To be lowered, never to be raised.
const QUESTIONS_MAX: usize = 520;

/// Words with which a doc comment begins that is a clause, not a noun phrase.
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

/// Where each type name is declared, tests included.
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

/// Names that are given more often than `allowed` says, and otherwise more than once.
fn given_again(files: &[(String, String)], allowed: &BTreeMap<&str, usize>) -> Vec<String> {
    let places = places(files).into_iter();
    let again = places.filter(|(name, places)| places.len() > allowed.get(name).copied().unwrap_or(1));
    again
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect()
}

#[test]
fn a_type_name_is_given_once() {
    let allowed: BTreeMap<&str, usize> = GIVEN_AGAIN.iter().copied().collect();
    assert_eq!(
        allowed.len(),
        GIVEN_AGAIN.len(),
        "a name stands twice in GIVEN_AGAIN"
    );
    none(
        &given_again(&files(), &allowed),
        "give each of these types a name of its own",
    );
}

#[test]
fn a_second_type_of_a_name_would_be_caught() {
    let file = |text: &str| ("src/a.rs".to_owned(), text.to_owned());
    let files = [
        file("pub(in crate::host) struct A<'a>;\n    enum B {"),
        file("pub trait A: Send {\nstruct B;\nstruct C(u8);"),
    ];
    let allowed = BTreeMap::from([("B", 2)]);
    assert_eq!(given_again(&files, &allowed), ["A: src/a.rs:1, src/a.rs:1"]);
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
