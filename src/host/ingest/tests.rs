use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::{
    places::{accepted_at, is_content_name},
    *,
};
use crate::{
    integrations::{INTEGRATIONS, PathSegment},
    media::{ContentError, Dropped, Passed},
};

fn ingest() -> Ingest {
    Ingest::new(SpoolArea::new(Path::new("/tmp")), INTEGRATIONS)
}

/// Each document's text, and each broken one's code and message, reading `input` in pieces of `step` bytes.
fn read(input: &[u8], step: usize) -> Vec<String> {
    let mut told = Vec::new();
    let mut tell = |item: Item| {
        told.push(match item {
            Item::Document(document) => String::from_utf8_lossy(&document.text).into_owned(),
            Item::Malformed(MalformedDocument {
                code,
                message,
                text,
                line: _,
            }) => {
                format!("{}: {message} of {}", code.code, String::from_utf8_lossy(&text))
            }
        });
    };
    let mut ingest = ingest();
    for piece in input.chunks(step) {
        ingest.feed(piece, &mut tell);
    }
    ingest.finish(&mut tell);
    told
}

#[track_caller]
fn check(input: &str, expected: &[&str]) {
    for step in [1, 2, 3, 7, 4096] {
        let told = read(input.as_bytes(), step);
        assert_eq!(told.len(), expected.len(), "{told:#?} in pieces of {step}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(
                told.starts_with(expected),
                "{told:?} should begin with {expected:?}, in pieces of {step}"
            );
        }
    }
}

#[test]
fn documents_follow_each_other_with_any_white_space() {
    check("{\"a\":1}\n{\"b\":[1,{}]}\n", &["{\"a\":1}", "{\"b\":[1,{}]}"]);
    check(
        "{\"a\":1}{\"b\":2}  \t\r\n\n {}",
        &["{\"a\":1}", "{\"b\":2}", "{}"],
    );
    check(
        "{\n  \"a\": \"}\\\"{\"\n}\n{}",
        &["{\n  \"a\": \"}\\\"{\"\n}", "{}"],
    );
    check("\u{feff}{}", &["{}"]);
    check("", &[]);
    check(" \n \n", &[]);
}

#[test]
fn a_break_on_its_own_line_costs_that_line_only() {
    check(
        "{\"a\" 1} {\"x\":1}\n{\"b\":2}",
        &["invalid_json: line 1, column 6: expected a colon", "{\"b\":2}"],
    );
    check(
        "{\"a\":\"x\n{\"b\":2}\n",
        &["invalid_json: line 1: in a, a line break", "{\"b\":2}"],
    );
    check(
        "{\"a\":1,}\n{}",
        &["invalid_json: line 1, column 8: expected a name", "{}"],
    );
    check(
        "{\"a\":1]\n{}",
        &[
            "invalid_json: line 1, column 7: expected a comma or a closing brace",
            "{}",
        ],
    );
}

#[test]
fn a_break_on_a_later_line_gives_that_line_back() {
    check(
        "{\"a\":{\n{\"b\":2}\n",
        &["invalid_json: line 2, column 1: expected a name", "{\"b\":2}"],
    );
    check(
        "{\"a\":[\n1,\n]\n{\"b\":2}",
        &["invalid_json: line 3, column 1", "{\"b\":2}"],
    );
    check(
        "{\n\"a\":1\n{\"b\":2} {\"c\":3}\n",
        &["invalid_json: line 3", "{\"b\":2}", "{\"c\":3}"],
    );
}

#[test]
fn the_rest_of_a_broken_request_is_not_told_again() {
    let broken = "{\n \"id\": 1\n \"action\": \"x\",\n \"inputs\": {\n  \"title\": 5\n }\n}\n{\"b\":2}\n5";
    check(
        broken,
        &[
            "invalid_json: line 3, column 2",
            "{\"b\":2}",
            "invalid_request: line 9",
        ],
    );
}

#[test]
fn a_request_that_an_unfinished_one_took_in_is_found() {
    let good = "{\"action\":\"x\",\"auth\":{}}";
    check(
        &format!("{{\"id\":\n{good}\n"),
        &["invalid_json: line 3", "invalid_json: line 2: this request"],
    );
    check(
        &format!("{{\"id\":\n[\n{good}\n{{\"id\":\n{good}"),
        &[
            "invalid_json: line 4",
            "invalid_json: line 3: this",
            "invalid_json: line 5",
            "invalid_json: line 5: this",
        ],
    );
    let cut = "{\n \"auth\": {},\n \"files\": [\n  {\"name\": \"a\"},\n  {\"name\": \"b";
    check(
        cut,
        &[
            "invalid_json: line 5, column 14: the input ends in the middle of the request that began on line 1",
        ],
    );
}

/// The text around a request that was taken in makes no difference, nor does its depth.
#[test]
fn each_request_that_was_taken_in_is_found_once() {
    let good = "{\"action\":\"x\",\"inputs\":\n {\"type\":1}}";
    let levels = "{\"id\":[\n".to_owned() + &"[\n".repeat(55);
    for (before, line) in [("{\"id\":\n{\"x\":\n", 3), ("[\"a\",\n\t", 2), (&levels, 57)] {
        let told =
            format!("invalid_json: line {line}: this request is inside another one, which began on line 1");
        check(&format!("{before}{good},\n5\n"), &["invalid_json: line", &told]);
    }
    check(
        &format!("[\n{good},\n{good},\n  {good}\n:\n{{}}"),
        &[
            "invalid_json: line 8",
            "invalid_json: line 2: this",
            "invalid_json: line 4: this",
            "invalid_json: line 6: this",
            "{}",
        ],
    );
}

#[test]
fn broken_requests_without_an_id_are_not_told_for_ever() {
    let broken = "{\"action\" 1}\n".repeat(5_000) + "{\"id\":7,\"a\" 1}\n" + "{\"b\" 1}\n";
    let told = read(format!("{broken}{{}}\n{{\"c\" 1}}\n").as_bytes(), 4096);
    assert_eq!(told.len(), 1_003, "{:?}", told.get(995..));
    assert!(told[999].contains("have no id are not reported"), "{}", told[999]);
    assert!(told[1_000].contains("{\"id\":7,"), "{}", told[1_000]);
    assert!(
        told[1_001] == "{}" && told[1_002].starts_with("invalid_json: line"),
        "{:?}",
        told.get(1_001..)
    );
}

#[test]
fn what_is_found_in_a_broken_request_is_told_once() {
    let good = "{\"action\":\"x\",\"auth\":{}}";
    check(
        &format!("[\n{good} x\n"),
        &["invalid_json: line 2", good, "invalid_json: line 2"],
    );
}

#[test]
fn a_word_that_is_no_value_is_told_where_it_begins() {
    check(
        "{\"id\":1,\"action\":get_videos}\n{}",
        &["invalid_json: line 1, column 18: expected a value", "{}"],
    );
}

#[test]
fn what_is_no_object_is_named() {
    check(
        "5\n{}",
        &["invalid_request: line 1, column 1: got a number", "{}"],
    );
    check(
        "\"x\"\n true \nnull",
        &[
            "invalid_request: line 1",
            "invalid_request: line 2, column 2: got a boolean",
            "invalid_request: line 3",
        ],
    );
    check(
        "hello world\n{}",
        &["invalid_json: line 1, column 1: a request must begin", "{}"],
    );
    check("{} trailing\n{}", &["{}", "invalid_json: line 1, column 4", "{}"]);
}

#[test]
fn an_end_in_the_middle_is_told() {
    check("{\"a\":\"b", &["invalid_json: line 1, column 8: the input ends"]);
    check(
        "{\"a\":1}\n{\n",
        &[
            "{\"a\":1}",
            "invalid_json: line 3, column 1: the input ends in the middle of the request that began on line 2",
        ],
    );
    check("5", &["invalid_request: line 1"]);
}

/// The id, then base64 in lines as encoders write it: one request, as it was meant.
#[test]
fn line_breaks_within_a_video_do_no_harm() {
    let text = "{\"id\":1,\"inputs\":{\"content\":\"lifted:0\"}}";
    check(
        &format!(
            "{}\n{{}}",
            text.replace("lifted:0", "aGVs\nbG8s\r\n\tIHlv\ndQ==\n")
        ),
        &[text, "{}"],
    );
    let cut = "{\"id\":1,\"inputs\":{\"content\":\"aGVs\nbG8s\n  {\"auth\":2}\n{\"c\":3}";
    let told = "invalid_json: line 3, column 3: the video's content has no closing quote";
    check(cut, &[told, "{\"auth\":2}", "{\"c\":3}"]);
    check(
        "{\"inputs\":{\"content\":\"aG\\\nVs\"}}",
        &[
            "invalid_json: line 1: in inputs.content, a line break",
            "invalid_json: line 2",
        ],
    );
    check(
        "{\"inputs\":{\"title\":\"a\nb\"}}",
        &["invalid_json: line 1", "invalid_json: line 2"],
    );
}

/// Each request in another encoding is reported once, with its id, however it is split and formatted, and the
/// next one is read.
#[test]
fn another_encoding_is_named() {
    let request = "{\"id\":7,\"action\":\"x\"}\n";
    let pretty = "{\n  \"id\": 7,\n  \"inputs\": {\n    \"title\": \"x\"\n  }\n}\n";
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let wide = |text: &str| {
        text.chars()
            .flat_map(|letter| u32::from(letter).to_le_bytes())
            .collect::<Vec<_>>()
    };
    let wide_big = |text: &str| {
        text.chars()
            .flat_map(|letter| u32::from(letter).to_be_bytes())
            .collect::<Vec<_>>()
    };
    for mark in ["", "\u{feff}"] {
        for (bytes, name) in [
            (little(&format!("{mark}{request}{request}")), "UTF-16 (little"),
            (big(&format!("{mark}{request}{request}")), "UTF-16 (big"),
            (wide(&format!("{mark}{request}{request}")), "UTF-32 (little"),
            (wide_big(&format!("{mark}{request}{request}")), "UTF-32 (big"),
        ] {
            for step in [1, 3, 4096] {
                let told = read(&bytes, step);
                assert_eq!(told.len(), 2, "{name} {mark:?} in pieces of {step}: {told:?}");
                for told in told {
                    assert!(
                        told.contains(name) && told.ends_with("of {\"id\":7,\"action\":\"x\"}"),
                        "{name}: {told}"
                    );
                }
            }
        }
        for bytes in [
            little(&format!("{mark}{pretty}")),
            big(&format!("{mark}{pretty}")),
        ] {
            let told = read(&bytes, 5);
            assert_eq!(told.len(), 1, "a pretty-printed one is told once: {told:?}");
        }
    }
}

/// A compressed file has line feeds and brackets by chance.
#[test]
fn a_binary_file_is_told_once() {
    let noise: Vec<u8> = (0..20_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
        .collect();
    for magic in [&b"\x1F\x8B\x08"[..], b"PK\x03\x04", b"\x28\xB5\x2F\xFD"] {
        let told = read(&[magic, &noise, b"\n{\"a\":1}\n"].concat(), 4096);
        assert!(told.len() == 2, "told: {told:?}");
        assert!(told[0].contains("not JSON") && told[1] == "{\"a\":1}", "{told:?}");
    }
}

#[test]
fn what_is_meant_as_a_request_is_always_told() {
    for line in [
        "{'id': 1, 'action': 'x'}",
        "INFO {\"id\": 1}",
        "{ id: 1 }",
        "{\"id\" 1}",
    ] {
        let told = read(format!("{line}\n").repeat(50).as_bytes(), 4096);
        assert_eq!(told.len(), 50, "{line}");
    }
}

/// Each byte is looked at a bounded number of times, wherever white space stands: squared, this would take
/// hours.
#[test]
fn white_space_within_a_video_costs_no_more_than_other_bytes() {
    for blank in ["\t", "\r", "\n", " ", "\t\r\n", "\\n"] {
        let blanks = blank.repeat(TEN_MIB / blank.len());
        let input = format!("{{\"inputs\":{{\"content\":\"aGk={blanks}\"}}}}");
        assert_eq!(read(input.as_bytes(), 256 * 1024).len(), 1);
    }
}

#[test]
fn a_swallowed_request_is_told_with_its_line() {
    let good = "{\"action\":\"x\",\"auth\":{}}";
    let input = format!("{{\"inputs\":{{\"content\":\"aa\naa\"}},\n\"x\":\n{good}\n{{\"b\":1}}");
    check(
        &input,
        &[
            "invalid_json: line 5",
            "invalid_json: line 4: this request",
            "{\"b\":1}",
        ],
    );
}

#[test]
fn a_file_that_was_sent_by_mistake_is_not_told_line_by_line() {
    let noise = "%\u{fffd}\n{\u{1}\n[x\nabc\n".repeat(1_000);
    let told = read(
        format!("{noise}{{\"b\":2}}\n{noise}{{\"c\" 3}}\n").as_bytes(),
        4096,
    );
    assert!(
        (20..=24).contains(&told.len()),
        "{} are told: {told:#?}",
        told.len()
    );
    assert_eq!(told.iter().filter(|told| *told == "{\"b\":2}").count(), 1);
    assert!(
        told.last().is_some_and(|last| last.contains("expected a colon")),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|told| told.contains("are not reported")),
        "{told:#?}"
    );
}

#[test]
fn depth_and_size_are_bounded_and_the_next_request_is_served() {
    let deep = format!("{}{}\n{{}}", "[".repeat(10_000), "]".repeat(10_000));
    check(&deep, &["nested_too_deeply", "{}"]);
    let wide = format!("{{\"title\":\"{}\"}}\n{{}}", "x".repeat(TEN_MIB));
    assert_eq!(read(wide.as_bytes(), 65_536).len(), 2);
    assert!(read(wide.as_bytes(), 65_536)[0].starts_with("request_too_large"));
}

/// Values and names count, those of the metadata do not.
#[test]
fn values_are_bounded_and_the_next_request_is_served() {
    // The outer object, four names and three of their values.
    let request = |items: usize, more: &str| {
        let items = vec!["{}"; items].join(",");
        format!("{{\"metadata\":{{\"a\":[{more}]}},\"id\":1,\"inputs\":{{\"a\":[{items}]}}}}\n{{}}")
    };
    let metadata = vec!["[0]"; 20_000].join(",");
    for more in ["", &metadata] {
        check(&request(10_000 - 8, more), &["{\"metadata\"", "{}"]);
        let told = "request_too_large: the request that began on line 1: more than 10,000 values and names, not counting metadata; allowed: 10,000";
        check(&request(10_000 - 7, more), &[told, "{}"]);
    }
}

/// Number of values and names, without those of `metadata`.
fn count(value: &Value, depth: usize) -> u64 {
    1 + match value {
        Value::Array(items) => items.iter().map(|item| count(item, depth + 1)).sum(),
        Value::Object(members) => {
            let of = |(name, member): (&String, &Value)| {
                if depth == 0 && name == "metadata" {
                    1
                } else {
                    1 + count(member, depth + 1)
                }
            };
            members.iter().map(of).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

const TEN_MIB: usize = 10 * 1024 * 1024;

#[test]
fn videos_are_extracted_from_the_inputs_and_nowhere_else() {
    let extracted = "{\"inputs\":{\"file\":{\"content\":\"lifted:0\",\"name\":\"content\"}},\"metadata\":{\"content\":\"aGk=\"}}";
    check(&extracted.replace("lifted:0", "aGk="), &[extracted]);
    let escaped =
        "{\"inputs\":{\"video\\u005fcontent_base64\":\"lifted:0\",\"x\":{\"content\":5},\"y\":\"content\"}}";
    check(&escaped.replace("lifted:0", "a\\u0047k\\u003d\\n"), &[escaped]);
    let several = "{\"inputs\":{\"files\":[{\"content\":\"lifted:0\"},{\"content\":\"lifted:1\"}]}}";
    check(
        &several.replace("lifted:0", "").replace("lifted:1", "a*"),
        &[several],
    );
}

/// The paths at which a schema has contents, found without its outline.
fn contents_of(schema: &Value, path: &[PathSegment], found: &mut Vec<Vec<PathSegment>>) {
    if schema.get("contentEncoding").is_some() {
        found.push(path.to_vec());
    }
    let mut within =
        |segment: PathSegment, schema: &Value| contents_of(schema, &[path, &[segment]].concat(), found);
    for (name, member) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        within(PathSegment::Member(name.clone()), member);
    }
    schema
        .get("items")
        .into_iter()
        .for_each(|item| within(PathSegment::Item, item));
}

#[test]
fn every_content_of_the_manifests_is_extracted() {
    for integration in INTEGRATIONS {
        let manifest: Value = serde_json::from_str(integration.manifest).unwrap();
        let actions = manifest["actions"].as_object().unwrap();
        let mut found = Vec::new();
        actions
            .values()
            .for_each(|action| contents_of(&action["input_schema"], &[], &mut found));
        assert_eq!(
            found.len(),
            integration.manifest.matches("contentEncoding").count(),
            "all are found"
        );
        for path in found {
            assert!(accepted_at(INTEGRATIONS, &path).is_some(), "{path:?}");
            let Some(PathSegment::Member(name)) = path.last() else {
                panic!("{path:?} has no name")
            };
            assert!(is_content_name(name), "{path:?} would stay in the text");
        }
    }
}

/// The contents of the request `inputs`, in order: what was kept, or why not.
fn contents(inputs: &str, step: usize) -> Vec<String> {
    let input = format!("{{\"inputs\":{inputs}}}");
    let mut ingest = ingest();
    let mut told = Vec::new();
    for piece in input.as_bytes().chunks(step) {
        ingest.feed(piece, &mut |item| match item {
            Item::Document(document) => told = outcomes(&document),
            Item::Malformed(broken) => panic!("{broken:?}"),
        });
    }
    told
}

fn outcomes(document: &Document) -> Vec<String> {
    let handle = |index: usize| serde_json::from_value(Value::String(format!("lifted:{index}"))).unwrap();
    let content = |index| match document.contents.get(handle(index)) {
        Ok(Passed::Kept(source)) => Some(format!("kept {}", source.size().0)),
        Ok(Passed::Dropped(Dropped { size, fault, .. })) => Some(format!(
            "dropped {}: {}",
            size.0,
            fault.map_or_else(|| "not needed".to_owned(), |fault| fault.to_string())
        )),
        Err(ContentError::Cut { length: 0 }) => None,
        Err(error) => Some(error.to_string()),
    };
    (0..).map_while(content).collect()
}

#[track_caller]
fn check_contents(inputs: &str, expected: &[&str]) {
    for step in [1, 5, 4096] {
        assert_eq!(contents(inputs, step), expected, "{inputs} in pieces of {step}");
    }
}

/// A beginning of an MP4, so that it may be a video.
const MP4: &str = "AAAAIGZ0eXBpc29tAAAAAGlzb21tcDQybWRhdA==";

/// Plain lines are dropped in bulk once they are skipped; in pieces of one byte each goes through the
/// scanner.
#[test]
fn lines_that_are_skipped_in_bulk_change_nothing_else() {
    let noise = [
        "plain words\n",
        "x\n",
        "%PDF-\n",
        "\n",
        "  y  \n",
        "\u{fffd}\n",
        "null\n",
    ]
    .concat()
    .repeat(20);
    for text in [
        format!("{noise}{{\"a\":1}}\n{noise}{{\"b\" 2}}\n{noise}"),
        format!(
            "{}{{\"a\":1}}\n{}{{\"b\" 2}}\n",
            "x\n".repeat(40),
            "plain words\n".repeat(40)
        ),
        format!("{}{{\"a\":\n{noise}1}}\n", "x\n".repeat(40)),
    ] {
        assert_eq!(read(text.as_bytes(), 4096), read(text.as_bytes(), 1));
        assert_eq!(read(text.as_bytes(), 4096), read(text.as_bytes(), 7));
    }
}

#[test]
fn contents_that_no_action_takes_are_not_read() {
    let unused = "content that is not used";
    for inputs in [
        r#"{"foo":{"content":"MP4"}}"#,
        r#"{"content":"MP4"}"#,
        r#"{"title":{"video_content_base64":"MP4"}}"#,
        r#"{"files":{"content":"MP4"}}"#,
        r#"{"files":[[{"content":"MP4"}]]}"#,
        r#"{"files":[{"x":{"content":"MP4"}}]}"#,
        r#"{"files[]":{"content":"MP4"}}"#,
        r#"{"file":[{"content":"MP4"}]}"#,
        r#"{"file":{"file":{"content":"MP4"}}}"#,
        r#"[{"content":"MP4"}]"#,
        r#"[[{"file":{"content":"MP4"}}]]"#,
        r#"{"fi\u006ce ":{"content":"no base64"}}"#,
    ] {
        check_contents(&inputs.replace("MP4", MP4), &[unused]);
    }
    let around =
        r#"{"a":[{"b":{}},[]],"fi\u006ce":{"x":{"content":"*"},"conten\u0074":"MP4"},"c":{"content":""}}"#;
    check_contents(&around.replace("MP4", MP4), &[unused, "kept 28", unused]);
}

#[test]
fn at_most_one_content_is_kept() {
    for (inputs, expected) in [
        (
            r#"{"files":[{"content":"aGVsbG8="},{"content":""},{"content":"MP4"}]}"#,
            ["dropped 5: text", "kept 0", "kept 28"],
        ),
        (
            r#"{"files":[{"content":"MP4"},{"content":"MP4"},{"content":"a*"}]}"#,
            [
                "kept 28",
                "dropped 28: not needed",
                "a string whose character 2 is not base64",
            ],
        ),
        (
            r#"{"files":[{"content":"a*"},{"content":"MP4"},{"content":""}]}"#,
            [
                "a string whose character 2 is not base64",
                "dropped 28: not needed",
                "dropped 0: not needed",
            ],
        ),
        (
            r#"{"video_content_base64":"MP4","file":{"content":"MP4"},"files":[{"content":"aGVsbG8="}]}"#,
            ["kept 28", "dropped 28: not needed", "dropped 5: not needed"],
        ),
        (
            r#"{"video_content_base64":"aGVsbG8=","file":{"content":""},"files":[{"content":"MP4"}]}"#,
            [
                "dropped 5: text",
                // It could be an image, which some actions take there.
                "kept 0",
                "dropped 28: not needed",
            ],
        ),
        (
            r#"{"video_content_base64":"","file":{"content":""},"files":[{"content":"MP4"}]}"#,
            ["kept 0", "kept 0", "kept 28"],
        ),
    ] {
        check_contents(&inputs.replace("MP4", MP4), &expected);
    }
}

#[test]
fn places_are_those_of_the_input_and_not_of_the_extracted_text() {
    let input = "  {\"inputs\":{\"content\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"},\n \"x\":tru}";
    let mut ingest = ingest();
    let mut places = Vec::new();
    ingest.feed(input.as_bytes(), &mut |item| {
        let Item::Document(document) = item else {
            panic!("{item:?}")
        };
        let error = serde_json::from_slice::<Value>(&document.text).unwrap_err();
        places.push(document.place(error.line(), error.column()));
        places.push(document.place(1, 33));
    });
    assert_eq!(
        places,
        [Place { line: 2, column: 9 }, Place { line: 1, column: 59 }]
    );
}

#[test]
fn places_after_a_video_in_lines_are_those_of_the_input() {
    let input = " {\"inputs\":{\"content\":\"aaaa\naaaa\naaaaaaaa\"},\"x\":tru}";
    let mut ingest = ingest();
    let mut places = Vec::new();
    ingest.feed(input.as_bytes(), &mut |item| {
        let Item::Document(document) = item else {
            panic!("{item:?}")
        };
        let error = serde_json::from_slice::<Value>(&document.text).unwrap_err();
        places.push(document.place(error.line(), error.column()));
    });
    // The last line is `aaaaaaaa"},"x":tru}`, and serde stops behind the word.
    assert_eq!(places, [Place { line: 3, column: 19 }]);
}

proptest! {
    /// Whatever comes in and however it is cut into pieces, the same is told.
    #[test]
    fn pieces_do_not_matter(input in r#"[\[\]{}:,"\\a1 \n]{0,60}"#, step in 1_usize..9) {
        prop_assert_eq!(read(input.as_bytes(), step), read(input.as_bytes(), 4096));
    }

    /// No document has more values than were counted while it passed.
    #[test]
    fn each_value_is_counted(input in r#"(\{"(metadata|\\u0069nputs|a|b)":|[\[\]{},]|"content":|"[ac]":|"a\\""|[12n ,]{1,2}){0,40}"#) {
        let mut told = Vec::new();
        let mut ingest = ingest();
        ingest.feed(format!("{input}\n").as_bytes(), &mut |item| told.push(item));
        for item in told {
            if let Item::Document(document) = item && let Ok(value) = serde_json::from_slice(&document.text) {
                prop_assert!(count(&value, 0) <= document.values, "{value}: {}", document.values);
            }
        }
    }

    /// A good request on the last line is served, whatever stands on the lines before.
    #[test]
    fn the_next_request_is_never_swallowed(input in r#"[\[\]{}:,"\\a1 ]{0,60}"#) {
        let told = read(format!("{input}\n{{\"last\":true}}").as_bytes(), 4096);
        // Open brackets may take the last line in as their own, and only then is it part of what is told
        // before.
        let served = told.last().is_some_and(|last| last == "{\"last\":true}");
        let nested = told.last().is_some_and(|last| last.contains("the input ends"));
        prop_assert!(served || nested, "{:?}", told);
    }
}
