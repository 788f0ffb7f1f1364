//! Complete texts for users: the help of each command, the demo, a result for each category of error.
//!
//! They are stored in `tests/it/snapshots`. After an intended change, `UPDATE_SNAPSHOTS=1 cargo test --test it
//! snapshots` rewrites them; review the difference.

use std::{env, fs};

use autohive_tiktok::catalogue::Category;
use serde_json::{Value, json};

use crate::support::{
    ask, ask_as, merged,
    program::{Program, command, run},
    root,
    tiktok::{TikTok, tiktok, tiktok_faulty},
    video::{base64, clip},
    with,
};

/// Compares `text` with the snapshot `name`, or updates the snapshot.
#[track_caller]
fn is_kept(name: &str, text: &str) {
    let file = root().join("tests/it/snapshots").join(name);
    if is_update() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).find(|(kept, now)| kept != now);
    assert!(
        kept == text,
        "{} differs, first at {differs:#?}. If that is meant: UPDATE_SNAPSHOTS=1 cargo test --test it snapshots",
        file.display()
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, not of the program"
)]
fn is_update() -> bool {
    env::var_os("UPDATE_SNAPSHOTS").is_some()
}

/// `text` with everything between `begin` and the end replaced by `mask`.
fn masked(text: &str, begin: &str, is_end: impl Fn(char) -> bool, mask: &str) -> String {
    let mut pieces = text.split(begin);
    let mut masked = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.find(&is_end).map_or("", |at| &piece[at..]);
        masked.extend([begin, mask, rest]);
    }
    masked
}

/// Commands listed in `help`.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    listed
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Checks the help of this command and its subcommands. Returns their number.
fn help_is_kept(path: &[String]) -> usize {
    let mut words = path.iter().map(String::as_str).chain(["--help"]);
    let program = command(words.next().unwrap());
    let help = words.fold(program, Program::arg);
    let help = help.finish().exits(0).whole_text();
    let name = match path {
        [] => "autohive-tiktok".to_owned(),
        path => path.join("-"),
    };
    is_kept(&format!("help/{name}.txt"), &help);
    let below = commands(&help);
    let below = below
        .into_iter()
        .map(|name| help_is_kept(&[path, &[name]].concat()));
    1 + below.sum::<usize>()
}

#[test]
fn the_help_of_each_command() {
    let number = help_is_kept(&[]);
    let kept = fs::read_dir(root().join("tests/it/snapshots/help"))
        .unwrap()
        .count();
    assert_eq!(number, kept, "a help is kept of a command that is gone");
}

/// Text of a demo, with the port and the times masked.
fn demo(program: Program) -> String {
    let text = program.finish().exits(0).whole_text();
    let text = masked(&text, "http://127.0.0.1:", |letter| letter == ';', "PORT");
    let lines = text.lines().map(|line| match line.rsplit_once(" (") {
        Some((step, time)) if time.ends_with(" ms)") => format!("{step} (TIME)\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn the_demo() {
    is_kept("demo.txt", &demo(command("demo")));
}

/// The objects of later steps have the ids that the simulator counts: steps that wait may ask it once more or less.
#[test]
fn the_demo_of_ads() {
    let text = demo(command("demo").arg("--integration").arg("tiktok-ads"));
    let text = masked(&text, "7410", |letter| !letter.is_ascii_digit(), "…");
    let text = masked(&text, "v10033g50000", |letter| !letter.is_ascii_hexdigit(), "…");
    let text = text.replace("TikTok ended manual creation", "TikTok ends manual creation");
    let text: String = text.lines().map(without_numbers).collect();
    is_kept("demo-tiktok-ads.txt", &text);
}

/// A line of the demo without dates. Numbers of reports depend on the days and the ids, so charts and sums are without them.
fn without_numbers(line: &str) -> String {
    let is_date = |word: &str| word.bytes().map(|letter| letter.is_ascii_digit()).eq(DATE_DIGITS);
    let mut dated = String::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let is_found = rest.get(..DATE_DIGITS.len()).is_some_and(is_date);
        let (shown, length) = if is_found {
            ("DATE", DATE_DIGITS.len())
        } else {
            (&rest[..letter.len_utf8()], letter.len_utf8())
        };
        dated.push_str(shown);
        rest = &rest[length..];
    }
    let sums = ["totals: ", "differences: ", "percent_changes: "];
    let is_sum = sums.iter().any(|name| dated.starts_with(&format!("  ← {name}")));
    let is_chart = dated.starts_with("  ") && !dated.starts_with("  →") && !dated.starts_with("  ←");
    if !is_sum && !is_chart {
        return format!("{dated}\n");
    }
    let words = dated.split_whitespace();
    let words = words.map(|word| {
        if word.contains(|letter: char| letter.is_alphabetic() || letter == '←') {
            word
        } else {
            "…"
        }
    });
    format!("  {}\n", words.collect::<Vec<_>>().join(" "))
}

/// Places of the digits in YYYY-MM-DD.
const DATE_DIGITS: [bool; 10] = [true, true, true, true, false, true, true, false, true, true];

/// Result of one request, as a line with its variable values masked.
#[track_caller]
fn result(tiktok: &TikTok, request: Value) -> Value {
    result_of(tiktok.run(), request)
}

#[track_caller]
fn result_of(program: Program, request: Value) -> Value {
    let request = with(
        request,
        "request_config",
        json!({ "max_retries": 0, "timeout": 10 }),
    );
    let ended = program.request(&request).finish().exits(0);
    let mut result = ended.only().0;
    if let Some(Value::String(message)) = result.pointer_mut("/result/message") {
        *message = masked(message, ", after ", |letter| letter == ')', "TIME");
    }
    if let Some(log_id) = result.pointer_mut("/result/log_id").filter(|id| id.is_string()) {
        *log_id = json!("LOG_ID");
    }
    if let Some(retry_at) = result.pointer_mut("/result/retry_at").filter(|at| at.is_string()) {
        *retry_at = json!("TIME");
    }
    result
}

fn post(token: &str, more: Value) -> Value {
    let inputs = json!({
        "privacy_level": "SELF_ONLY",
        "file": { "content": base64(&clip()) },
    });
    ask_as(token, "a", "create_video_post", merged(inputs, more))
}

/// A result for each category, which names its file.
fn errors() -> Vec<(Category, Value)> {
    let plain = tiktok();
    let of = |request| result(&plain, request);
    let broken = |kind: Value| {
        let fault = with(json!({ "endpoint": "user_info" }), "kind", kind);
        result(&tiktok_faulty(fault), ask("a", "get_user_info", json!({})))
    };
    let refused_chunk = tiktok_faulty(json!({ "endpoint": "upload", "kind": { "status": 400 } }));
    let refused_chunk = result(&refused_chunk, post("act.sim-public", json!({})));
    let nowhere = result_of(run(), ask("a", "get_user_info", json!({})));
    vec![
        (
            Category::Auth,
            of(ask_as("act.sim-expired", "a", "get_user_info", json!({}))),
        ),
        (Category::Scope, of(post("act.sim-no-publish", json!({})))),
        (Category::RateLimit, broken(json!({ "retry_after": "120" }))),
        (Category::Quota, of(post("act.sim-capped", json!({})))),
        (
            Category::Input,
            of(post(
                "act.sim-private",
                json!({ "privacy_level": "PUBLIC_TO_EVERYONE" }),
            )),
        ),
        (
            Category::Media,
            of(post(
                "act.sim-public",
                json!({ "file": { "content": base64(b"no video") } }),
            )),
        ),
        (Category::Policy, of(post("act.sim-banned", json!({})))),
        (Category::Network, nowhere),
        (Category::Tiktok, broken(json!("html_502"))),
        (Category::Internal, refused_chunk),
    ]
}

#[test]
fn an_error_of_each_category() {
    for (category, result) in errors() {
        let name = json!(category);
        assert_eq!(result["result"]["category"], name, "{result}");
        is_kept(
            &format!("errors/{}.json", name.as_str().unwrap()),
            &format!("{result:#}\n"),
        );
    }
}

#[test]
fn a_request_that_is_refused() {
    let tiktok = tiktok();
    for (name, request) in [
        (
            "validation_error",
            ask("a", "get_videos", json!({ "max_count": 0, "curser": 1 })),
        ),
        ("unknown_action", ask("a", "get_vidoes", json!({}))),
        ("missing_token", json!({ "id": "a", "action": "get_videos" })),
    ] {
        is_kept(
            &format!("errors/{name}.json"),
            &format!("{:#}\n", result(&tiktok, request)),
        );
    }
}
