//! No secret is ever printed: neither on standard output nor in a log of any level or format, in success or failure.
//!
//! The token here is longer than any text that is repeated to the caller and begins with the mark, so a truncated token
//! is found too.

#[cfg(target_os = "linux")]
#[path = "secrecy/as_root.rs"]
mod as_root;
#[path = "secrecy/everywhere.rs"]
mod everywhere;
#[path = "secrecy/opaque.rs"]
mod opaque;

use std::cell::Cell;

use serde_json::{Value, json};

use crate::support::{
    ask,
    program::{Ended, Program, command, run},
    tiktok::{scripted, tiktok},
    video::{base64, clip},
};

/// Mark to search for.
const MARK: &str = "CANARY7";

thread_local! {
    /// Number of the current marked token: with shared rate counters, each token can send only six posts a minute.
    static TOKEN: Cell<u32> = const { Cell::new(0) };
}

/// Switches this thread to another token.
fn next_token() {
    TOKEN.with(|token| token.set(token.get() + 1));
}

fn token() -> String {
    format!("act.{MARK}{}{:03}", "x".repeat(90), TOKEN.with(Cell::get))
}

/// Options that log everything.
const LOGS: [[&str; 2]; 2] = [
    ["--log=trace", "--log-format=human"],
    ["--log=trace", "--log-format=json"],
];

/// Place of a mark in a program's output; `None` if it does not occur.
fn leaks(what: &str, ended: &Ended, mark: &str) -> Option<String> {
    let (stdout, stderr) = (
        String::from_utf8_lossy(&ended.stdout).into_owned(),
        ended.stderr.clone(),
    );
    let line = stdout
        .lines()
        .chain(stderr.lines())
        .find(|line| line.contains(mark))?;
    Some(format!("{what}: {}", line.chars().take(700).collect::<String>()))
}

#[track_caller]
fn none(found: Vec<Option<String>>) {
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "a secret was printed:\n{}", found.join("\n"));
}

/// Runs `program` with each log format. Returns the places of the token.
fn logged(what: &str, program: &Program) -> Vec<Option<String>> {
    let runs = LOGS.map(|[level, form]| program.clone().arg(level).arg(form).finish());
    runs.iter().map(|ended| leaks(what, ended, MARK)).collect()
}

/// A request with the token in one of the two forms.
fn request(form: usize, action: &str, inputs: &Value) -> Value {
    let auth = match form {
        0 => json!({ "access_token": token() }),
        _ => json!({ "auth_type": "PlatformOauth2", "credentials": { "access_token": token() } }),
    };
    let limits = json!({ "max_retries": 0, "timeout": 5 });
    json!({ "id": "a", "action": action, "inputs": inputs, "auth": auth, "request_config": limits })
}

#[test]
fn the_token_is_not_printed_when_all_goes_well() {
    let account = json!({ "accounts": [{ "token": token(), "name": "somebody" }] });
    let mut found = Vec::new();
    for form in 0..2 {
        let tiktok = tiktok();
        tiktok.change(account.clone());
        for (action, inputs) in [
            ("get_user_info", json!({})),
            ("get_creator_info", json!({})),
            ("get_videos", json!({ "max_count": 1 })),
            (
                "create_video_post",
                json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) } }),
            ),
        ] {
            let program = tiktok.run().request(&request(form, action, &inputs));
            program.clone().finish().exits(0).only().did();
            found.extend(logged(action, &program));
        }
        let account = json!({ "type": "connected_account", "auth": { "access_token": token() } });
        found.extend(logged("connected_account", &tiktok.run().request(&account)));
    }
    none(found);
}

#[test]
fn a_log_of_everything_is_not_empty() {
    let program = tiktok().run().request(&request(0, "get_user_info", &json!({})));
    for [level, form] in LOGS {
        let ended = program.clone().arg(level).arg(form).finish();
        assert!(
            !ended.stderr.is_empty(),
            "{level} {form} should log something, or these tests show nothing"
        );
        if form.ends_with("json") {
            for line in ended.stderr.lines() {
                let parsed: Result<Value, _> = serde_json::from_str(line);
                assert!(parsed.is_ok(), "a log line that is no JSON: {line}");
            }
        }
    }
}

/// Servers that return the token.
#[test]
fn the_token_is_not_printed_when_a_server_repeats_it() {
    let token = token();
    let error =
        |message: String| json!({ "error": { "code": "invalid_params", "message": message, "log_id": "1" } });
    let mut found = Vec::new();
    for reply in [
        json!({ "status": 400, "json": error(format!("the token {token} is not for this")) }),
        // Texts of TikTok are truncated; a token across the cut must be redacted too.
        json!({ "status": 400, "json": error(format!("{}{token}", "y".repeat(480))) }),
        json!({ "status": 400, "json": { "error": { "code": token, "message": token, "log_id": token } } }),
        json!({ "status": 401, "json": { "code": token, "message": token } }),
        json!({ "status": 200, "text": format!("<html>{token}</html>"), "headers": { "content-type": token } }),
        json!({ "status": 302, "headers": { "location": format!("https://example.com/?token={token}") } }),
        json!({ "status": 200, "json": { "data": { "user": { token.clone(): 1, "open_id": [token] } }, "error": { "code": "ok" } } }),
        json!({ "status": 429, "headers": { "retry-after": token } }),
        json!({ "close": "before" }),
    ] {
        for [level, form] in LOGS {
            let server = scripted(json!([{ "reply": reply }]));
            let program = server
                .run()
                .arg(level)
                .arg(form)
                .request(&request(0, "get_user_info", &json!({})));
            found.push(leaks(
                &reply.to_string().chars().take(80).collect::<String>(),
                &program.finish(),
                MARK,
            ));
        }
    }
    none(found);
}

/// The upload URL is as secret as a token.
#[test]
fn the_upload_url_is_not_printed() {
    let ok = |data: Value| json!({ "reply": { "json": { "data": data, "error": { "code": "ok" } } } });
    let base = "{{base}}/video/?upload_id=1&upload_token=";
    let mut found = Vec::new();
    for (url, reply) in [
        (format!("{base}{MARK}"), json!({ "status": 201 })),
        (format!("{base}{MARK}"), json!({ "status": 403 })),
        (format!("{base}{MARK}"), json!({ "status": 400, "text": MARK })),
        (
            format!("{base}{MARK}"),
            json!({ "status": 307, "headers": { "location": format!("https://{MARK}.example.com") } }),
        ),
        (
            format!("{base}{MARK}"),
            json!({ "status": 416, "headers": { "content-range": format!("bytes 0-{MARK}/1") } }),
        ),
        (format!("{base}{MARK}"), json!({ "close": "before" })),
        (format!("https://{MARK}.example.com/video/"), json!({})),
        (format!("https://open-upload.tiktokapis.com:1/{MARK}"), json!({})),
        (format!("not an address {MARK}"), json!({})),
    ] {
        for [level, form] in LOGS {
            let status = ok(json!({ "status": "SEND_TO_USER_INBOX" }));
            let init = ok(json!({ "publish_id": "v_inbox_file~v2.1", "upload_url": url }));
            let server = scripted(json!([init, { "reply": reply }, status.clone(), status]));
            let inputs = json!({ "file": { "content": base64(&clip()) } });
            let ended = server
                .run()
                .arg(level)
                .arg(form)
                .request(&request(0, "upload_video_draft", &inputs))
                .finish();
            found.push(leaks(&format!("{url} answered {reply}"), &ended, MARK));
            assert_eq!(ended.answers().len(), 1, "{}", ended.text());
        }
    }
    none(found);
}

/// The token in wrong places of an otherwise valid request.
#[test]
fn a_misplaced_token_is_not_printed() {
    let token = token();
    let with = |pointer: &str, name: &str, member: Value| {
        let mut request = request(0, "get_videos", &json!({ "max_count": 0 }));
        request.pointer_mut(pointer).unwrap()[name] = member;
        request
    };
    let photo = |name: &str, member: Value| {
        let mut inputs = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
        inputs[name] = member;
        request(0, "create_photo_post", &inputs)
    };
    let mut found = Vec::new();
    for (what, request) in [
        ("an action", with("", "action", json!(token))),
        ("an integration", with("", "integration", json!(token))),
        ("a type", with("", "type", json!(token))),
        ("a key of the request", with("", &token, json!(1))),
        (
            "a key of request_config",
            with("/request_config", &token, json!(1)),
        ),
        (
            "a value of request_config",
            with("/request_config", "timeout", json!(token)),
        ),
        (
            "a key of metadata",
            with("", "metadata", json!({ token.clone(): 1 })),
        ),
        (
            "a value of metadata",
            with("", "metadata", json!({ "run": token })),
        ),
        (
            "a value at the end of metadata",
            with("", "metadata", json!({ "a": "z".repeat(1000), "run": token })),
        ),
        ("a key of the inputs", with("/inputs", &token, json!(1))),
        (
            "a value of the inputs",
            with("/inputs", "max_count", json!(token)),
        ),
        ("a cursor", with("/inputs", "cursor", json!(token))),
        ("an id of a video", with("/inputs", "video_ids", json!([token]))),
        ("a privacy level", photo("privacy_level", json!(token))),
        ("a post mode", photo("post_mode", json!(token))),
        (
            "a title that is too long",
            photo("title", json!(token.repeat(100))),
        ),
        ("a title beside a description", photo("title", json!(token))),
        (
            "an address",
            photo("photo_urls", json!([format!("http://example.com/{token}")])),
        ),
        (
            "a user name of an address",
            photo("photo_urls", json!([format!("https://{token}@example.com/")])),
        ),
        (
            "a publish_id",
            request(0, "get_post_status", &json!({ "publish_id": token })),
        ),
        (
            "base64",
            request(
                0,
                "create_video_post",
                &json!({ "privacy_level": "SELF_ONLY", "file": { "content": token } }),
            ),
        ),
        (
            "a video's bytes",
            request(
                0,
                "upload_video_draft",
                &json!({ "file": { "content": base64(token.as_bytes()) } }),
            ),
        ),
        (
            "a key of a file",
            request(0, "upload_video_draft", &json!({ "file": { token.clone(): 1 } })),
        ),
        ("a key of auth", with("/auth", &token, json!(1))),
    ] {
        found.extend(logged(what, &run().request(&request)));
    }
    none(found);
}

/// A request that cannot be parsed has no token that could be redacted.
#[test]
fn the_token_is_not_printed_when_a_request_is_broken() {
    let token = token();
    let mut found = Vec::new();
    for text in [
        format!("{{\"id\":1,\"auth\":{{\"access_token\":\"{token}\"}},\"action\" \"x\"}}"),
        format!("{{\"id\":1,\"auth\":{{\"access_token\":\"{token}"),
        format!("{{\"id\":1,\"auth\":{{\"access_token\":\"{token}\",\"access_token\":\"{token}\"}}}}"),
        format!("{{\"id\":1,\"auth\":{{\"access_token\":{token}}}}}"),
        format!("{{\"id\":1,\"auth\":\"{token}\",\"action\":\"get_videos\"}}"),
        format!("{{\"id\":1,\"auth\":{{\"credentials\":\"{token}\"}},\"action\":\"get_videos\"}}"),
        format!("{{\"id\":1,\"auth\":{{\"access_token\":[\"{token}\"]}},\"action\":\"get_videos\"}}"),
        format!("{{\"id\":1,\"auth\":{{\"access_token\":\"{token} \"}},\"action\":\"get_videos\"}}"),
        format!("\"{token}\""),
        format!("[\"{token}\"]"),
        token.clone(),
        format!("Bearer {token}"),
    ] {
        let what: String = text.replace(&token, "TOKEN");
        found.extend(logged(&what, &run().input(format!("{text}\n"))));
    }
    none(found);
}

/// Without a readable `auth` there is no known token, yet an unknown name that looks like a token is not repeated.
#[test]
fn a_token_in_the_place_of_a_name_is_not_printed() {
    let token = token();
    let mut found = Vec::new();
    for text in [
        format!("{{\"id\":1,\"auth\":{{\"{token}\":1,\"{token}\":2}}}}"),
        format!("{{\"id\":1,\"{token}\":\"x\"}}"),
        format!("{{\"id\":1,\"action\":\"{token}\"}}"),
    ] {
        found.extend(logged(
            &text.replace(&token, "TOKEN"),
            &run().input(format!("{text}\n")),
        ));
    }
    none(found);
}

/// A token with unusual visible characters is valid, and has a different form in JSON.
#[test]
fn a_token_with_quotes_is_not_printed() {
    let token = format!("act.\"{MARK}\\\"");
    let mut found = Vec::new();
    for inputs in [json!({ token.clone(): 1 }), json!({ "privacy_level": token })] {
        let request = json!({ "id": "a", "action": "create_video_post", "inputs": inputs, "auth": { "access_token": token } });
        found.extend(logged(&inputs.to_string(), &run().request(&request)));
    }
    let metadata = json!({ "run": token });
    let request = json!({ "id": "a", "action": "get_videos", "inputs": { "max_count": 0 }, "metadata": metadata, "auth": { "access_token": token } });
    found.extend(logged("metadata", &run().request(&request)));
    none(found);
}

/// Redaction must not damage the result if a token is a common word.
#[test]
fn a_token_that_is_a_common_word_leaves_the_envelope_whole() {
    let mut wrong = Vec::new();
    for token in [
        "1",
        "0",
        "e",
        "type",
        "result",
        "null",
        "{",
        "\"",
        ":",
        "validation_error",
        "a",
    ] {
        let auth = json!({ "access_token": token });
        let request =
            json!({ "id": "a1", "action": "get_videos", "inputs": { "max_count": 0 }, "auth": auth });
        let ended = run().request(&request).finish().exits(0);
        let line: Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        let whole = [
            "/id",
            "/version",
            "/type",
            "/result/source",
            "/result/errors/0/rule",
        ]
        .map(|at| line.pointer(at).cloned());
        let expected = ["a1", "2.0.0", "validation_error", "input", "minimum"].map(|text| Some(json!(text)));
        if whole != expected {
            wrong.push(format!("with the token {token:?}: {}", ended.text().trim()));
        }
    }
    assert!(
        wrong.is_empty(),
        "taking the token out took the envelope apart:\n{}",
        wrong.join("\n")
    );
}

/// A token of another account or another API, which the program cannot know. TikTok's Marketing API tokens are 40
/// hexadecimal characters without a prefix.
#[test]
fn an_opaque_token_is_not_printed_wherever_it_stands() {
    const FORMS: [&str; 4] = [
        "c4n4ry789abcdef0123456789abcdef012345678",
        "c4n4ry789abcdef0",
        "rft.c4n4ry",
        "https://c4n4ry:pass@example.com/a.mp4",
    ];
    let tiktok = tiktok();
    let mut found = Vec::new();
    for secret in FORMS {
        let post = |name: &str, member: Value| {
            let mut inputs = json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) } });
            inputs[name] = member;
            json!({ "action": "create_video_post", "inputs": inputs })
        };
        let reads = |name: &str, member: Value| {
            let mut request = json!({ "action": "get_videos", "inputs": { "max_count": 0 } });
            request[name] = member;
            request
        };
        let photos = |urls: Value| json!({ "action": "create_photo_post", "inputs": { "photo_urls": urls, "preflight": false } });
        for request in [
            reads(secret, json!(1)),
            reads("action", json!(secret)),
            reads("integration", json!(secret)),
            reads("type", json!(secret)),
            reads("inputs", json!({ secret: 1 })),
            reads("inputs", json!(secret)),
            reads(
                "inputs",
                json!({ "max_count": secret, "cursor": secret, "video_ids": secret }),
            ),
            reads("inputs", json!({ "video_ids": [format!("{secret} ")] })),
            reads("request_config", json!({ secret: 1 })),
            reads("request_config", json!({ "timeout": secret })),
            reads("request_config", json!(secret)),
            reads("progress", json!(secret)),
            reads("metadata", json!([secret])),
            reads("auth", json!({ secret: 1 })),
            reads("auth", json!({ "credentials": { secret: 1 } })),
            reads("auth", json!(secret)),
            post("privacy_level", json!(secret)),
            post("source", json!(secret)),
            post("disable_comment", json!(secret)),
            post("wait_seconds", json!(secret)),
            post("file", json!(secret)),
            post("file", json!({ "content": base64(&clip()), secret: 1 })),
            post("files", json!([secret])),
            post("video_url", json!(secret)),
            post("title", json!([secret])),
            photos(json!([secret])),
            photos(json!(secret)),
            json!({ "action": "get_post_status", "inputs": { "publish_id": format!("{secret} ") } }),
        ] {
            let mut request = request;
            if request.get("auth").is_none() {
                request["auth"] = json!({ "access_token": "act.sim-public" });
            }
            let what = request.to_string().chars().take(200).collect::<String>();
            for [level, form] in LOGS {
                let ended = tiktok.run().request(&request).arg(level).arg(form).finish();
                assert_eq!(ended.answers().len(), 1, "{what}: {}", ended.text());
                found.push(leaks(&what, &ended, "c4n4ry"));
            }
        }
        for text in [
            format!("{{\"{secret}\":1,\"{secret}\":2}}"),
            format!("{{\"{secret}\":\"a\tb\"}}"),
            format!("{{\"inputs\":{{\"{secret}\":\"\\ud83d\"}}}}"),
            secret.to_owned(),
        ] {
            found.push(leaks(&text, &run().input(text.clone() + "\n").finish(), "c4n4ry"));
        }
        for arguments in [
            ["--api-base", secret],
            ["--log", secret],
            ["--jobs", secret],
            ["--state", secret],
        ] {
            let ended = arguments
                .iter()
                .fold(run(), |program, argument| program.arg(argument))
                .finish()
                .exits(2);
            found.push(leaks(arguments[0], &ended, "c4n4ry"));
        }
        for variable in [
            "TIKTOK_API_BASE",
            "TIKTOK_ADS_API_BASE",
            "AUTOHIVE_TIKTOK_STATE",
            "AUTOHIVE_TIKTOK_LOG",
            "AUTOHIVE_TIKTOK_LOG_FORMAT",
        ] {
            let ended = run().env(variable, secret).finish().exits(2);
            assert!(ended.stderr.contains(variable), "{variable}: {}", ended.stderr);
            found.push(leaks(variable, &ended, "c4n4ry"));
            let help = run().arg("--help").env(variable, secret).finish().exits(0);
            assert!(help.text().contains(variable), "{variable}: {}", help.text());
            found.push(leaks("help", &help, "c4n4ry"));
        }
        for words in [
            &["run", secret][..],
            &["run", "--ordered", "--token", secret],
            &["help", secret],
            &["schemas", secret],
        ] {
            let ended = words[1..]
                .iter()
                .fold(command(words[0]), |program, word| program.arg(word))
                .finish()
                .exits(2);
            found.push(leaks(words[0], &ended, "c4n4ry"));
        }
        found.push(leaks(
            "a video",
            &command("demo").arg(secret).finish().exits(1),
            "c4n4ry",
        ));
        found.push(leaks(
            "a fixture",
            &command("fixtures").arg("run").arg(secret).finish().exits(1),
            "c4n4ry",
        ));
        found.push(leaks("a command", &command(secret).finish().exits(2), "c4n4ry"));
        found.push(leaks(
            "an argument",
            &run().arg(&format!("--{secret}")).finish().exits(2),
            "c4n4ry",
        ));
        found.push(leaks(
            "a place",
            &command("schemas")
                .arg("manifest")
                .arg("--scopes")
                .arg(secret)
                .finish()
                .exits(2),
            "c4n4ry",
        ));
    }
    tiktok.nothing_posted();
    none(found);
}

/// A key may be any text, and is repeated in the error about other inputs.
#[test]
fn an_opaque_idempotency_key_is_not_printed() {
    let folder = tempfile::TempDir::new().unwrap();
    let state = format!("sqlite:{}", folder.path().join("state.db").display());
    let tiktok = tiktok();
    let post = |title: &str| {
        let key = "c4n4ry789abcdef0123456789abcdef012345678";
        let file = json!({ "content": base64(&clip()) });
        let inputs =
            json!({ "privacy_level": "SELF_ONLY", "file": file, "title": title, "idempotency_key": key });
        json!({ "action": "create_video_post", "inputs": inputs, "auth": { "access_token": "act.sim-public" } })
    };
    let run = || tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &state);
    run().request(&post("one")).finish().exits(0).only().did();
    let other = run().request(&post("other")).finish().exits(0);
    other
        .only()
        .failed("idempotency_conflict")
        .says("a string of 40 characters");
    none(vec![leaks("a conflict", &other, "c4n4ry")]);
}

/// A token mapped to the wrong input: neither the message nor `publish_id` repeats it, and no call is sent.
#[test]
fn a_token_in_the_place_of_a_publish_id_is_not_printed() {
    for secret in [
        "act.abcDEF0123456789abcdef0123",
        "0123456789abcdef0123456789abcdef01234567",
        "https://u:pw12345@host/x",
    ] {
        let tiktok = tiktok();
        let request = ask("a", "get_post_status", json!({ "publish_id": secret }));
        let ended = tiktok
            .run()
            .arg("--log=trace")
            .request(&request)
            .finish()
            .exits(0);
        let answer = ended
            .only()
            .failed("invalid_publish_id")
            .has("/retryable", false)
            .has("/details/0/field", "publish_id");
        assert!(
            !answer.0.to_string().contains(secret) && !ended.stderr.contains(secret),
            "{}",
            answer.0
        );
        assert_eq!(tiktok.journal().entries.len(), 0, "nothing is sent");
    }
}
