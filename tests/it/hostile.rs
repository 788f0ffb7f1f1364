//! Expensive requests: 64 at a time, each of the maximum size, in every shape.
//!
//! Each is answered, and the program stays within its limits of memory and processor time.

use std::{fmt::Write as _, fs, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    PUBLIC,
    program::{Running, is_debug, run},
    tiktok::tiktok,
};

/// Number of concurrent requests of each shape.
fn at_once() -> usize {
    if is_debug() { 2 } else { 64 }
}

/// Size of each request in bytes, slightly below the maximum.
const SIZE: usize = 1024 * 1024 - 2048;

/// Maximum peak memory of the program, in KiB.
fn most_kib() -> u64 {
    if is_debug() { 64 * 1024 } else { 128 * 1024 }
}

/// Maximum processor time for all requests of a shape.
fn most_time() -> Duration {
    Duration::from_secs(if is_debug() { 10 } else { 4 })
}

/// Processor time of a program so far.
fn time_of(program: &Running) -> Duration {
    /// The kernel's unit, in milliseconds.
    const TICK: u64 = 10;
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.id())).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let ticks = rest
        .split(' ')
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u64>().unwrap())
        .sum::<u64>();
    Duration::from_millis(ticks * TICK)
}

/// A kind of expensive request.
struct Shape {
    name: &'static str,
    /// Text of the request with a given number.
    text: Box<dyn Fn(usize) -> String + Send>,
    /// Code of the result; empty for a result without a code, such as a validation error.
    code: Option<&'static str>,
    /// Results per request; 0 if only the first requests have one.
    answers: usize,
}

/// `unit` repeated with commas in between, up to the size of a request.
fn list(unit: &str) -> String {
    let mut list = unit.to_owned();
    while list.len() + unit.len() < SIZE {
        list.push(',');
        list.push_str(unit);
    }
    list
}

/// Members with distinct names: the number replaces `{}` in `member`.
fn members(member: &str) -> String {
    let (before, after) = member.split_once("{}").unwrap();
    let mut list = String::new();
    let mut number = 0;
    while list.len() + member.len() + 8 < SIZE {
        let comma = if number > 0 { "," } else { "" };
        write!(list, "{comma}{before}{number}{after}").unwrap();
        number += 1;
    }
    list
}

fn long(unit: &str) -> String {
    unit.repeat(SIZE / unit.len())
}

/// A request with additional inputs.
fn with_inputs(inputs: &str) -> impl Fn(usize) -> String + use<> {
    let inputs = inputs.to_owned();
    move |id| {
        format!(
            r#"{{"id":{id},"action":"get_videos","auth":{{"access_token":"{PUBLIC}"}},"inputs":{{{inputs}}}}}"#
        )
    }
}

/// A request with additional members.
fn with_members(members: &str) -> impl Fn(usize) -> String + use<> {
    let members = members.to_owned();
    move |id| {
        format!(
            r#"{{"id":{id},"action":"get_videos","auth":{{"access_token":"{PUBLIC}"}},"inputs":{{"max_count":0}},{members}}}"#
        )
    }
}

fn shape(name: &'static str, code: &'static str, text: impl Fn(usize) -> String + Send + 'static) -> Shape {
    Shape {
        name,
        text: Box::new(text),
        code: (!code.is_empty()).then_some(code),
        answers: 1,
    }
}

fn wide() -> Vec<Shape> {
    const LARGE: &str = "request_too_large";
    vec![
        shape(
            "small numbers",
            LARGE,
            with_inputs(&format!("\"video_ids\":[{}]", list("0"))),
        ),
        shape(
            "empty objects",
            LARGE,
            with_inputs(&format!("\"video_ids\":[{}]", list("{}"))),
        ),
        shape(
            "lists in lists",
            LARGE,
            with_inputs(&format!("\"video_ids\":[{}]", list("[[[[]]]]"))),
        ),
        shape(
            "floats",
            LARGE,
            with_inputs(&format!("\"video_ids\":[{}]", list("0.1e-7"))),
        ),
        shape("nulls", LARGE, with_inputs(&members("\"n{}\":null"))),
        shape("unknown inputs", LARGE, with_inputs(&members("\"n{}\":1"))),
        shape("unknown keys", LARGE, with_members(&members("\"n{}\":1"))),
        shape("members of auth", LARGE, |id| {
            format!(
                r#"{{"id":{id},"action":"get_videos","auth":{{{}}}}}"#,
                members("\"toke{}\":1")
            )
        }),
        shape(
            "contents",
            LARGE,
            with_inputs(&format!("\"files\":[{}]", list("{\"content\":\"aGk=\"}"))),
        ),
        shape(
            "as many members as may be",
            "",
            with_inputs(
                &(0..4_900)
                    .map(|n| format!("\"n{n:0200}\":[]"))
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        ),
        shape(
            "as many items as may be",
            "",
            with_inputs(&format!("\"video_ids\":[{}]", vec!["{}"; 9_900].join(","))),
        ),
        shape(
            "as many keys as may be",
            "invalid_request",
            with_members(
                &(0..4_900)
                    .map(|n| format!("\"n{n:0200}\":[]"))
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        ),
        shape("as many members of auth as may be", "missing_token", |id| {
            let names = (0..4_900)
                .map(|n| format!("\"access-toke{n:0190}\":1"))
                .collect::<Vec<_>>()
                .join(",");
            format!(r#"{{"id":{id},"action":"get_videos","auth":{{{names}}}}}"#)
        }),
        shape(
            "a thousand ids",
            "",
            with_inputs(&format!(
                "\"video_ids\":[{}]",
                (0..1_000)
                    .map(|n| format!("\"{n:01000}\""))
                    .collect::<Vec<_>>()
                    .join(",")
            )),
        ),
        shape(
            "a thousand addresses",
            "",
            with_inputs(&format!(
                "\"photo_urls\":[{}]",
                (0..1_000)
                    .map(|n| format!("\"https://a.example/{n:0970}\""))
                    .collect::<Vec<_>>()
                    .join(",")
            )),
        ),
    ]
}

fn of_metadata() -> Vec<Shape> {
    vec![
        shape(
            "small values in metadata",
            "",
            with_members(&format!("\"metadata\":{{\"a\":[{}]}}", list("0"))),
        ),
        shape(
            "members of metadata",
            "",
            with_members(&format!(
                "\"metadata\":{{{}}}",
                members("\"n{}\":{{}}").replace("{{}}", "{}")
            )),
        ),
        shape(
            "a text in metadata",
            "",
            with_members(&format!("\"metadata\":{{\"a\":\"{}\"}}", long("Bearer "))),
        ),
        shape(
            "metadata that is a list",
            "invalid_request",
            with_members(&format!("\"metadata\":[{}]", list("{}"))),
        ),
        shape(
            "metadata that is a text",
            "invalid_request",
            with_members(&format!("\"metadata\":\"{}\"", long("x"))),
        ),
    ]
}

fn long_ones() -> Vec<Shape> {
    let auth = |token: &str| {
        let token = token.to_owned();
        move |id: usize| format!(r#"{{"id":{id},"action":"get_videos","auth":{{"access_token":"{token}"}}}}"#)
    };
    vec![
        shape(
            "a text",
            "",
            with_inputs(&format!("\"cursor\":\"{}\"", long("x"))),
        ),
        shape(
            "escapes",
            "",
            with_inputs(&format!("\"cursor\":\"{}\"", long("\\u00e9"))),
        ),
        shape(
            "an address",
            "",
            with_inputs(&format!("\"cursor\":\"https://{}\"", long("é"))),
        ),
        shape(
            "a placeholder",
            "",
            with_inputs(&format!("\"cursor\":\"{}\"", long("{{ "))),
        ),
        shape(
            "a list as a text",
            "",
            with_inputs(&format!("\"video_ids\":\"{}\"", long("["))),
        ),
        shape("a name", "", with_inputs(&format!("\"{}\":1", long("x")))),
        shape(
            "a key",
            "invalid_request",
            with_members(&format!("\"{}\":1", long("x"))),
        ),
        shape(
            "a number",
            "",
            with_inputs(&format!("\"max_count\":0.{}", long("1"))),
        ),
        shape("an action", "unknown_action", |id| {
            format!(
                r#"{{"id":{id},"action":"{}","auth":{{"access_token":"{PUBLIC}"}}}}"#,
                long("get_")
            )
        }),
        shape("a token", "malformed_token", auth(&long("x"))),
        shape("a token of templates", "malformed_token", auth(&long("{{ "))),
        shape(
            "blanks",
            "",
            with_inputs(&format!("\"max_count\":0{}", long(" "))),
        ),
        Shape {
            text: Box::new(|_| format!(r#"{{"id":"{}","action":"get_videos"}}"#, long("i"))),
            ..shape("an id", "invalid_request", |_| String::new())
        },
        Shape {
            text: Box::new(|_| format!(r#"{{"id":1{},"action":"get_videos"}}"#, long("0"))),
            ..shape("an id of digits", "invalid_json", |_| String::new())
        },
    ]
}

/// Broken requests. Each ends with a line that does not belong to its document.
fn broken() -> Vec<Shape> {
    const BROKEN: &str = "invalid_json";
    let levels = |of: usize| format!("{{\"id\":\n{}", "[\n".repeat(of));
    let within = |fill: String| move |_: usize| format!("{}{fill}\n}}", levels(60));
    vec![
        shape("lines at 60 levels", BROKEN, within(list("1\n"))),
        shape(
            "objects at 60 levels",
            BROKEN,
            within(list("{\"a\":1}\n").replace("\n,", ",\n")),
        ),
        shape("an open text", BROKEN, |id| {
            format!("{{\"id\":{id},\"action\":\"{}\n", long("x"))
        }),
        shape(
            "an open text at 60 levels",
            BROKEN,
            within(format!("\"{}", long("x"))),
        ),
        shape("small values before the break", BROKEN, |id| {
            format!("{{\"id\":{id},\"inputs\":[{}]]", list("0"))
        }),
        shape("metadata before the break", BROKEN, |id| {
            format!("{{\"id\":{id},\"metadata\":[{}],}}", list("0"))
        }),
        shape("a fault in a text behind metadata", BROKEN, |id| {
            format!("{{\"id\":{id},\"metadata\":[{}],\"action\":\"\t\"}}", list("0"))
        }),
        shape("a name twice", BROKEN, |id| {
            format!("{{\"id\":{id},\"a\":\"{}\",\"a\":1}}", long("x"))
        }),
        Shape {
            answers: 0,
            ..shape("brackets", "nested_too_deeply", |_| "[".repeat(SIZE))
        },
        Shape {
            answers: 0,
            ..shape("broken lines", BROKEN, |_| long("{\"a\" 1}\n"))
        },
        Shape {
            answers: 0,
            ..shape("noise", BROKEN, |_| long("x\n"))
        },
    ]
}

/// Sends all requests of a shape and checks results, memory and time.
#[track_caller]
fn stays_small(shape: &Shape) {
    let tiktok = tiktok();
    let mut program = tiktok.run().arg("--jobs=256").arg("--log=error").start();
    for number in 0..at_once() {
        program.send_text(format!("{}\n", (shape.text)(number)));
    }
    program.send(&json!({ "id": "last", "action": "get_videos", "auth": { "access_token": PUBLIC }, "inputs": { "max_count": 0 } }));
    let (mut answers, mut bytes) = (Vec::new(), 0);
    // The result of the last request may precede others.
    let is_last = |answer: &Value| answer["id"] == "last";
    while answers.len() < at_once() * shape.answers + 1
        || (shape.answers == 0 && !answers.iter().any(is_last))
    {
        let answer = program.next().0;
        bytes += answer.to_string().len();
        answers.push(answer);
    }
    let (took, most) = (time_of(&program), program.memory_kib("VmHWM"));
    program.close_input();
    program.wait().exits(0);
    let what = shape.name;
    assert!(most < most_kib(), "{what}: it took {most} KiB at most");
    assert!(took < most_time(), "{what}: it took {took:?}");
    assert!(
        bytes < at_once() * SIZE / 8,
        "{what}: the answers have {bytes} bytes"
    );
    for answer in answers.iter().filter(|answer| !is_last(answer)) {
        assert_eq!(answer["result"]["code"].as_str(), shape.code, "{what}: {answer}");
    }
}

#[track_caller]
fn stay_small(shapes: Vec<Shape>) {
    for shape in shapes {
        stays_small(&shape);
    }
}

#[test]
fn many_values_cost_little() {
    stay_small(wide());
}

#[test]
fn metadata_costs_little() {
    stay_small(of_metadata());
}

#[test]
fn long_values_cost_little() {
    stay_small(long_ones());
}

/// A refused request is read to its end, and none of it is kept.
#[test]
fn a_request_that_is_too_large_costs_little() {
    let content = "{\"content\":\"aGk=\"},\n";
    let mut program = run().arg("--log=error").start();
    program.send_text("{\"id\":1,\"inputs\":{\"files\":[".to_owned());
    program.send_pieces((0..12 * 1024).map(|_| content.repeat(1024 / content.len()).into_bytes()));
    program.send_text("{}]}}\n".to_owned());
    program.next().misunderstood("request_too_large");
    let most = program.memory_kib("VmHWM");
    program.close_input();
    program.wait().exits(0);
    assert!(most < 40 * 1024, "it took {most} KiB at most");
}

#[test]
fn broken_requests_cost_little() {
    stay_small(broken());
}
