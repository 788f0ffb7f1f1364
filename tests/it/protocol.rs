//! The host protocol: one JSON line on standard output for each JSON request, and nothing else.
//!
//! Covered: every form of a request; every fault, alone and next to another request; the end of the session. Most tests
//! need no server: a request whose inputs violate the schema proves that it was parsed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    ask, ask_as,
    program::{Answer, Ended, command, run},
};

/// A request that is parsed and refused for its inputs, so it needs no server.
fn probe(id: &str) -> Value {
    ask(id, "get_videos", json!({ "max_count": 0 }))
}

/// Runs `input` in order. Returns ID, type and code of each result.
#[track_caller]
fn told(input: impl AsRef<[u8]>) -> Vec<(Value, String, String)> {
    let ended = run().arg("--ordered").input(input).finish().exits(0);
    let one = |answer: Answer| {
        let code = answer
            .at("/code")
            .as_str()
            .or_else(|| answer.at("/property").as_str());
        let code = code.unwrap_or_default().to_owned();
        (
            answer.0["id"].clone(),
            answer.0["type"].as_str().unwrap_or_default().to_owned(),
            code,
        )
    };
    ended.answers().into_iter().map(one).collect()
}

#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: &[(Value, &str, &str)]) {
    let shown = String::from_utf8_lossy(input.as_ref())
        .chars()
        .take(300)
        .collect::<String>();
    let told = told(input);
    let told: Vec<(Value, &str, &str)> = told
        .iter()
        .map(|(id, kind, code)| (id.clone(), kind.as_str(), code.as_str()))
        .collect();
    assert_eq!(
        told, expected,
        "ids, types and codes of the results for the input {shown:?}"
    );
}

/// The result of [`probe`].
fn understood(id: &str) -> (Value, &'static str, &'static str) {
    (json!(id), "validation_error", "/max_count")
}

fn error(id: impl Into<Value>, code: &'static str) -> (Value, &'static str, &'static str) {
    (id.into(), "error", code)
}

/// Checks that the only fault of `request` is reported with this code and text.
#[track_caller]
fn refused(request: &Value, code: &str, words: &[&str]) {
    let ended = run()
        .request(request)
        .request(&probe("next"))
        .arg("--ordered")
        .finish()
        .exits(0);
    let id = request["id"].as_str().unwrap();
    let mut answer = ended.answer(id).misunderstood(code);
    for word in words {
        answer = answer.says(word);
    }
    ended.answer("next").invalid("/max_count", "minimum");
}

#[test]
fn any_white_space_separates_requests() {
    let (a, b) = (probe("a"), probe("b"));
    let both = [understood("a"), understood("b")];
    check(format!("{a}\n{b}\n"), &both);
    check(format!("{a}\n{b}"), &both);
    check(format!("{a}\r\n{b}\r\n"), &both);
    check(format!("{a}{b}"), &both);
    check(format!("{a} \t {b}"), &both);
    check(format!("\n\n  {a}\n\n\n{b}\n \n"), &both);
    check(format!("{a:#}\n{b:#}\n"), &both);
    check(format!("{a:#}{b:#}").replace('\n', "\r\n"), &both);
    check(format!("\u{feff}{a}\n{b}\n"), &both);
    check(
        format!("{a:#} {b}\n{:#}", probe("c")),
        &[understood("a"), understood("b"), understood("c")],
    );
}

#[test]
fn empty_input_has_no_output() {
    for input in ["", "\n", " \r\n\t\n"] {
        let ended = run().input(input).finish().exits(0);
        assert!(ended.stdout.is_empty(), "no request, no line: {}", ended.text());
    }
}

/// Valid and invalid requests, each with its expected result.
fn samples() -> Vec<(String, (Value, &'static str, &'static str))> {
    vec![
        (probe("good").to_string(), understood("good")),
        (format!("{:#}", probe("pretty")), understood("pretty")),
        ("hello world".into(), error(Value::Null, "invalid_json")),
        (
            r#"{"id":"cut","action":"get_vid"#.into(),
            error("cut", "invalid_json"),
        ),
        (
            r#"{"id":"comma","action":"get_videos",}"#.into(),
            error("comma", "invalid_json"),
        ),
        ("5".into(), error(Value::Null, "invalid_request")),
        ("\"text\"".into(), error(Value::Null, "invalid_request")),
        ("null".into(), error(Value::Null, "invalid_request")),
        (
            r#"[{"id":"listed"}]"#.into(),
            error(Value::Null, "invalid_request"),
        ),
        (
            r#"{"id":"twice","action":"x","action":"y"}"#.into(),
            error("twice", "invalid_json"),
        ),
        (
            r#"{"id":"unknown","action":"get_video","auth":{"access_token":"t"}}"#.into(),
            error("unknown", "unknown_action"),
        ),
        (
            r#"{"id":"tokenless","action":"get_videos"}"#.into(),
            error("tokenless", "missing_token"),
        ),
    ]
}

#[test]
fn a_bad_request_never_swallows_the_next_one() {
    for (first, first_told) in samples() {
        for (second, second_told) in samples() {
            check(format!("{first}\n{second}\n"), &[first_told.clone(), second_told]);
        }
    }
}

/// If the fault is found on a later line than the start of the document, reading resumes at the start of that line.
#[test]
fn an_open_bracket_does_not_swallow_the_next_request() {
    let next = probe("next");
    let broken = error("open", "invalid_json");
    check(
        format!("{{\"id\":\"open\",\"inputs\":{{\n{next}\n"),
        &[broken.clone(), understood("next")],
    );
    check(
        format!("{{\"id\":\"open\",\"inputs\":{{}},\n{next:#}\n"),
        &[broken.clone(), understood("next")],
    );
    check(
        format!("{{\"id\":\"open\",\n \"inputs\":{{}}\n{next} {}\n", probe("b")),
        &[broken.clone(), understood("next"), understood("b")],
    );
    // If it is found on the first line of the document, that line is lost.
    check(
        format!("{{\"id\":\"open\",}} {}\n{next}\n", probe("lost")),
        &[broken, understood("next")],
    );
}

#[test]
fn a_truncated_last_request_is_an_error() {
    check(
        r#"{"id":"a","inputs":{"max_count":"#,
        &[error("a", "invalid_json")],
    );
    check(
        format!("{}\n{{\"id\":\"b\"", probe("a")),
        &[understood("a"), error("b", "invalid_json")],
    );
}

#[test]
fn errors_have_line_and_column() {
    let say = |input: &str, words: &str| {
        run()
            .input(input)
            .finish()
            .exits(0)
            .only()
            .misunderstood("invalid_json")
            .says(words);
    };
    say("\n\n{\"id\":\"a\" \"b\":1}\n", "line 3, column 11");
    say("  {\"id\":\"a\",\"x\":tru}\n", "line 1");
    say("{\n  \"id\": 1,\n  \"action\": nope\n}\n", "line 3");
}

#[test]
fn ids_are_echoed() {
    let checks = [
        (r#""a""#, r#""a""#),
        (r#""""#, r#""""#),
        (r#""ünï \"😀\" \n""#, r#""ünï \"😀\" \n""#),
        ("7", "7"),
        ("0", "0"),
        ("-1", "-1"),
        ("1.5", "1.5"),
        ("9007199254740993", "9007199254740993"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("null", "null"),
    ];
    for (given, echoed) in checks {
        let ended = run()
            .input(format!("{{\"id\":{given},\"action\":\"nope\"}}\n"))
            .finish()
            .exits(0);
        let start = format!("{{\"id\":{echoed},\"version\"");
        assert!(
            ended.text().starts_with(&start),
            "the id {given} should come back as it was: {}",
            ended.text()
        );
    }
    check(r#"{"action":"nope"}"#, &[error(Value::Null, "unknown_action")]);
    for wrong in ["true", "[1]", r#"{"a":1}"#] {
        check(
            format!("{{\"id\":{wrong},\"action\":\"nope\"}}"),
            &[error(Value::Null, "invalid_request")],
        );
    }
}

/// An ID is a name: a rounded number would refer to a request that was never sent.
#[test]
fn an_id_beyond_64_bits_is_echoed_exactly() {
    let id = "123456789012345678901234567890";
    let ended = run()
        .input(format!("{{\"id\":{id},\"action\":\"nope\"}}\n"))
        .finish()
        .exits(0);
    assert!(
        ended.text().starts_with(&format!("{{\"id\":{id},")),
        "the id should come back exactly: {}",
        ended.text()
    );
}

/// A host matches results by ID, so an ID is echoed unchanged or refused before the request runs.
#[test]
fn a_long_id_is_refused() {
    let fits = "i".repeat(1022);
    check(probe(&fits).to_string(), &[understood(&fits)]);
    let long = format!("{fits}i");
    let ended = run().request(&probe(&long)).finish().exits(0);
    let answer = ended
        .only()
        .misunderstood("invalid_request")
        .says("id")
        .says("1,024 bytes")
        .says("send a shorter id");
    assert!(answer.0["id"].is_null(), "{}", answer.0);
    check(
        format!("{{\"id\":0.{},\"action\":\"x\"}}", "1".repeat(1023)),
        &[error(Value::Null, "invalid_request")],
    );
    check(
        format!("{{\"id\":\"{long}\",\"action\" 1}}\n{}", probe("b")),
        &[error(Value::Null, "invalid_json"), understood("b")],
    );
}

/// The log states the omission, and the request runs.
#[test]
fn large_metadata_is_cut_and_its_request_runs() {
    let mut request = probe("a");
    request["metadata"] =
        json!({ "list": vec![json!({}); 100_000], "run": "r-77", "text": "x".repeat(100_000) });
    let ended = run().arg("--log=info").request(&request).finish().exits(0);
    ended.only().invalid("/max_count", "minimum");
    for words in ["r-77", "omitted: 300001 bytes", "omitted: 100002 bytes"] {
        assert!(
            ended.stderr.contains(words),
            "the log should say {words:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn the_id_before_the_fault_of_a_broken_document_is_found() {
    check(
        r#"{"id":"a","action":"x" "inputs"}"#,
        &[error("a", "invalid_json")],
    );
    check(
        r#"{"action":"x","id":9007199254740993,"inputs":{"a":[1,}}"#,
        &[error(9_007_199_254_740_993_u64, "invalid_json")],
    );
    check(
        r#"{"action" "x","id":"late"}"#,
        &[error(Value::Null, "invalid_json")],
    );
    check(
        r#"{"inputs":{"id":"nested"},"a" 1}"#,
        &[error(Value::Null, "invalid_json")],
    );
}

#[test]
fn a_name_that_stands_twice_is_refused_at_any_depth() {
    let twice = |id: &str, text: &str| {
        let ended = run().input(text).finish().exits(0);
        let answer = ended.only().misunderstood("invalid_json").says("twice");
        assert_eq!(answer.0["id"], id, "{}", answer.0);
    };
    twice("a", r#"{"id":"a","action":"get_videos","action":"get_videos"}"#);
    twice(
        "a",
        r#"{"id":"a","action":"get_videos","inputs":{"max_count":1,"max_count":2},"auth":{"access_token":"t"}}"#,
    );
    twice("a", r#"{"id":"a","metadata":{"x":[{"y":1,"\u0079":2}]}}"#);
    twice(
        "a",
        r#"{"id":"a","auth":{"access_token":"t","access_token":"u"}}"#,
    );
}

#[test]
fn ten_thousand_brackets_are_refused() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let next = probe("next");
    for text in [
        format!("{{\"id\":\"deep\",\"inputs\":{{\"x\":{deep}}}}}\n{next}\n"),
        format!(
            "{{\"id\":\"deep\",\"metadata\":{}1{}}}\n{next}\n",
            "{\"a\":".repeat(10_000),
            "}".repeat(10_000)
        ),
    ] {
        check(text, &[error("deep", "nested_too_deeply"), understood("next")]);
    }
    check(
        format!("{deep}\n{next}\n"),
        &[error(Value::Null, "nested_too_deeply"), understood("next")],
    );
    let mut answers = told(format!("{}\n", "[".repeat(10_000)));
    assert_eq!(
        answers.len(),
        1,
        "one line for one thing that is no request: {:?}",
        answers.pop()
    );
}

/// It would be published as a title, or stored as a name.
#[test]
fn the_access_token_is_refused_as_an_input() {
    let token = "act.0123456789abcdef0123456789abcdef";
    let request = json!({
        "id": "1", "action": "create_video_post", "auth": { "access_token": token },
        "inputs": { "title": format!("My {token}"), "video_url": "https://example.com/a.mp4" },
    });
    refused(
        &request,
        "invalid_request",
        &[
            "inputs.title",
            "the access token of the connection",
            "map this input",
        ],
    );
}

#[test]
fn unknown_names_are_refused_with_the_nearest_one() {
    let token = json!({ "access_token": "t" });
    refused(
        &json!({ "id": "1", "action": "create_vido_post", "auth": token }),
        "unknown_action",
        &["create_vido_post", "create_video_post", "did you mean"],
    );
    refused(
        &json!({ "id": "1", "action": "zzz", "auth": token }),
        "unknown_action",
        &["zzz", "get_user_info"],
    );
    refused(
        &json!({ "id": "1", "action": "get_campaigns", "auth": token }),
        "unknown_action",
        &["set `integration` to \"tiktok-ads\", which has this action"],
    );
    refused(
        &json!({ "id": "1", "action": "", "auth": token }),
        "unknown_action",
        &["blank", "get_user_info"],
    );
    refused(
        &json!({ "id": "1", "type": "connected_acount", "auth": token }),
        "unknown_type",
        &["connected_account"],
    );
    refused(
        &json!({ "id": "1", "integration": "tik-tok", "action": "get_videos", "auth": token }),
        "unknown_integration",
        &["tik-tok", "did you mean \"tiktok\""],
    );
    refused(
        &json!({ "id": "1", "action": "get_videos", "input": {}, "auth": token }),
        "invalid_request",
        &["input", "did you mean \"inputs\""],
    );
    refused(
        &json!({ "id": "1", "action": "get_videos", "auth": token, "request_config": { "max_retrys": 1 } }),
        "invalid_request",
        &["request_config", "max_retries"],
    );
    refused(
        &json!({ "id": "1", "auth": token }),
        "invalid_request",
        &["action"],
    );
}

#[test]
fn members_of_the_wrong_kind_are_refused() {
    let good = || json!({ "id": "1", "action": "get_videos", "auth": { "access_token": "t" } });
    let with = |name: &str, member: Value| {
        let mut request = good();
        request[name] = member;
        request
    };
    for (name, member) in [
        ("action", json!(5)),
        ("action", json!(["get_videos"])),
        ("type", json!(1)),
        ("integration", json!({})),
        ("inputs", json!([])),
        ("inputs", json!("{}")),
        ("inputs", json!(true)),
        ("request_config", json!("fast")),
        ("metadata", json!([1])),
    ] {
        refused(&with(name, member), "invalid_request", &[name, "got"]);
    }
    for (auth, code, words) in [
        (json!("act.token"), "invalid_request", "auth: got a string"),
        (json!(7), "invalid_request", "auth: got a number"),
        (json!(false), "invalid_request", "auth: got a boolean"),
        (json!([]), "invalid_request", "auth: got a list"),
    ] {
        refused(&with("auth", auth), code, &[words]);
    }
}

#[test]
fn limits_out_of_range_are_refused() {
    for (name, member) in [
        ("timeout", json!(0)),
        ("timeout", json!(-1)),
        ("timeout", json!("30")),
        ("timeout", json!(1e300)),
        ("timeout", json!(true)),
        ("deadline", json!(0)),
        ("deadline", json!(3_601)),
        ("deadline", json!("60")),
        ("max_retries", json!(-1)),
        ("max_retries", json!(1.5)),
        ("max_retries", json!(1_000_000)),
        ("max_retries", json!("3")),
    ] {
        let mut request = probe("1");
        request["request_config"] = json!({ name: member });
        refused(&request, "invalid_request", &["request_config", name, "got"]);
    }
    for fine in [
        json!({}),
        json!({ "timeout": 30, "max_retries": 3 }),
        json!({ "timeout": 0.5 }),
        json!({ "max_retries": 0 }),
    ] {
        let mut request = probe("a");
        request["request_config"] = fine;
        check(format!("{request}\n"), &[understood("a")]);
    }
}

#[test]
fn absent_and_null_members_take_their_defaults() {
    for name in ["integration", "type", "request_config", "metadata"] {
        let mut request = probe("a");
        request[name] = Value::Null;
        check(format!("{request}\n"), &[understood("a")]);
    }
    let mut request = probe("a");
    request["integration"] = json!("tiktok");
    request["type"] = json!("action");
    request["metadata"] = json!({ "run": 1 });
    check(format!("{request}\n"), &[understood("a")]);
}

#[test]
fn a_missing_or_odd_token_is_refused_and_never_repeated() {
    let request = |auth: Value| json!({ "id": "1", "action": "get_videos", "auth": auth });
    let both_forms = |token: Value| {
        [
            request(json!({ "access_token": token })),
            request(json!({ "auth_type": "PlatformOauth2", "credentials": { "access_token": token } })),
        ]
    };
    refused(
        &json!({ "id": "1", "action": "get_videos" }),
        "missing_token",
        &["auth"],
    );
    for auth in [
        json!(null),
        json!({}),
        json!({ "auth_type": "PlatformOauth2" }),
        json!({ "credentials": {} }),
    ] {
        refused(&request(auth), "missing_token", &["auth"]);
    }
    for (odd, code, words) in [
        (json!(""), "missing_token", "empty"),
        (json!(null), "missing_token", "nothing"),
        (
            json!(7_351),
            "malformed_token",
            "got a number; allowed: the access token as a string",
        ),
        (
            json!(["pear"]),
            "malformed_token",
            "got a list; allowed: the access token as a string",
        ),
        (
            json!({ "a": "pear" }),
            "malformed_token",
            "got an object; allowed: the access token as a string",
        ),
        (
            json!(true),
            "malformed_token",
            "got a boolean; allowed: the access token as a string",
        ),
        (json!("act.pear plum"), "malformed_token", "contains a space"),
        (json!("act.fig\nkiwi"), "malformed_token", "contains a space"),
        (json!("act.fig\n"), "malformed_token", "at its beginning or end"),
        (json!("\t act.fig"), "malformed_token", "at its beginning or end"),
        (json!("Bearer act.fig"), "malformed_token", "Bearer"),
        (json!("\"act.fig\""), "malformed_token", "quotes"),
        (json!("act.ünï"), "malformed_token", "outside ASCII"),
        (json!("{{ $json.pear }}"), "malformed_token", "not filled in"),
    ] {
        for request in both_forms(odd) {
            refused(&request, code, &["access_token", words]);
            let ended = run().request(&request).finish().exits(0);
            for word in ["pear", "plum", "fig", "kiwi", "ünï", "7351"] {
                assert!(
                    !ended.text().contains(word),
                    "a token is not repeated: {}",
                    ended.text()
                );
            }
        }
    }
    refused(
        &request(json!({ "credentials": "act.t" })),
        "invalid_request",
        &["auth.credentials: got a string"],
    );
    for request in both_forms(json!("act.t")) {
        let mut request = request;
        request["inputs"] = json!({ "max_count": 0 });
        check(
            format!("{request}\n"),
            &[(json!("1"), "validation_error", "/max_count")],
        );
    }
}

#[test]
fn text_that_tiktok_cannot_hold_is_refused() {
    let nul = ask(
        "nul",
        "create_photo_post",
        json!({ "photo_urls": ["https://example.com/a.jpg"], "title": "a\u{0}b" }),
    );
    let ended = run()
        .request(&nul)
        .request(&probe("next"))
        .arg("--ordered")
        .finish()
        .exits(0);
    ended
        .answer("nul")
        .is("validation_error")
        .has("/property", "/title")
        .says("NUL");
    ended.answer("next").is("validation_error");
    for surrogate in [r"\ud83d", r"\ude00x", r"\ud83d\ud83d"] {
        let request = nul.to_string().replace("a\\u0000b", surrogate);
        assert_ne!(request, nul.to_string(), "the sample should hold its title");
        check(
            format!("{request}\n{}\n", probe("next")),
            &[error("nul", "invalid_json"), understood("next")],
        );
    }
}

#[test]
fn invalid_utf_8_is_refused() {
    let mut input = br#"{"id":"a","action":"get_videos","inputs":{"cursor":""#.to_vec();
    input.extend_from_slice(b"\xff\xfe\"}}\n");
    input.extend_from_slice(format!("{}\n", probe("next")).as_bytes());
    check(input, &[error("a", "invalid_json"), understood("next")]);
}

#[test]
fn a_request_above_the_size_limit_is_refused_and_skipped() {
    let wide = ask(
        "wide",
        "create_photo_post",
        json!({ "title": "x".repeat(9 * 1024 * 1024) }),
    );
    check(
        format!("{wide}\n{}\n", probe("next")),
        &[error("wide", "request_too_large"), understood("next")],
    );
}

#[test]
fn a_usage_error_exits_with_2_and_an_empty_standard_output() {
    let check = |ended: Ended| {
        let ended = ended.exits(2);
        assert!(
            ended.stdout.is_empty(),
            "standard output belongs to results: {}",
            ended.text()
        );
        assert!(
            !ended.stderr.is_empty(),
            "wrong usage should be explained on standard error"
        );
    };
    check(run().arg("--nonsense").finish());
    check(run().arg("--jobs").arg("0").finish());
    check(run().arg("--jobs").arg("many").finish());
    check(run().arg("--api-base").arg("not a url").finish());
    check(run().arg("--log").arg("loud").finish());
    check(command("runn").finish());
    check(run().arg("extra").finish());
}

#[test]
fn help_and_version_exit_with_0() {
    for argument in ["--help", "--version"] {
        let ended = command(argument).finish().exits(0);
        assert!(!ended.stdout.is_empty(), "{argument} should print something");
    }
    assert!(
        command("--version")
            .finish()
            .text()
            .contains(env!("CARGO_PKG_VERSION")),
        "the version should be printed"
    );
}

#[test]
fn without_a_command_it_serves_requests() {
    command("--ordered").arg("x").finish().exits(2);
    for option in ["--log=off", "--ordered", "--jobs=3"] {
        let ended = command(option).request(&probe("a")).finish().exits(0);
        ended.only().invalid("/max_count", "minimum");
    }
}

/// A command refuses options that it would ignore; a variable may be set for another command.
#[test]
fn a_command_takes_only_the_options_that_it_uses() {
    for (words, users) in [
        (
            &["schemas", "check", "--api-base", "http://127.0.0.1:9"][..],
            "`run`",
        ),
        (
            &["schemas", "print", "--root", "."],
            "`schemas write`, `schemas check`",
        ),
        (&["run", "--root", "."], "`schemas write`, `schemas check`"),
        (&["schemas", "check", "--log", "off"], "`run`"),
    ] {
        let program = command(words[0]);
        let ended = words[1..]
            .iter()
            .fold(program, |program, word| program.arg(word))
            .finish()
            .exits(2);
        assert!(
            ended.stderr.contains("it is an option of") && ended.stderr.contains(users),
            "{words:?}: {}",
            ended.stderr
        );
    }
    command("schemas")
        .arg("print")
        .env("TIKTOK_API_BASE", "no URL")
        .finish()
        .exits(0);
}

#[test]
fn many_requests_have_one_line_each() {
    let mut program = run().arg("--jobs").arg("4");
    for number in 0..500 {
        program = program.request(&probe(&number.to_string()));
    }
    let answers = program.finish().exits(0).answers();
    assert_eq!(answers.len(), 500, "one line for each request");
    let mut ids: Vec<u32> = answers
        .iter()
        .map(|answer| answer.0["id"].as_str().unwrap().parse().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..500).collect::<Vec<_>>(), "each id once");
}

#[test]
fn results_are_written_while_the_input_is_open() {
    let mut running = run().request(&probe("a")).start();
    assert_eq!(
        running.next().0["id"],
        "a",
        "a result should not wait for the end of the input"
    );
    running.send(&probe("b"));
    assert_eq!(running.next().0["id"], "b", "the second too");
    running.close_input();
    running.wait().exits(0);
}

/// Exit code 1: the streams failed.
#[test]
fn a_closed_standard_output_exits_with_1() {
    let mut running = run().start();
    running.stop_reading();
    for number in 0..200 {
        running.send(&ask_as(
            "act.t",
            &number.to_string(),
            "nope",
            json!({ "x": "y".repeat(500) }),
        ));
    }
    // The input stays open: a closed output alone must end the program.
    running.wait_for(Duration::from_secs(10)).exits(1);
}
