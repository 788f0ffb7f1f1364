//! A token of 40 hexadecimal characters, as in TikTok's Marketing API, which has no recognisable form.
//!
//! It is in `auth`, where it belongs, and in one more place, to which a host mapped it by mistake. The search covers
//! both streams, the state, the temporary folder, the arguments of the process, and the journal of the simulator. Two
//! places repeat it on purpose: an `id` is returned to the host, and text to post is sent to TikTok.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{LOGS, everywhere::found, none};
use crate::support::{
    program::{Ended, run},
    tiktok::{TikTok, tiktok},
    video::{base64, clip},
    with,
};

/// Token of the request.
const OWN: &str = "5ec2e7ca11edb0a7f00dd15ea5ec0de5ca1ab1e5";

/// Token of another account, unknown to the program.
const OTHER: &str = "d15ea5ed0ddba11c0ffee5ca1ab1e0b5e55ed5ee";

fn account() -> TikTok {
    let tiktok = tiktok();
    tiktok.change(json!({ "accounts": [{ "token": OWN, "name": "somebody" }] }));
    tiktok
}

fn request(action: &str, inputs: Value) -> Value {
    let auth = json!({ "access_token": OWN });
    let request = json!({ "id": "a", "action": action, "auth": auth, "request_config": { "timeout": 5 } });
    with(request, "inputs", inputs)
}

/// A request whose input is refused: nothing is sent.
fn read() -> Value {
    request("get_videos", json!({ "max_count": 0 }))
}

fn post(name: &str, member: Value) -> Value {
    let file = json!({ "content": base64(&clip()) });
    let inputs =
        json!({ "privacy_level": "SELF_ONLY", "file": file, "idempotency_key": "k", "wait_seconds": 1 });
    request("create_video_post", with(inputs, name, member))
}

fn photos(name: &str, member: Value) -> Value {
    let inputs = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
    request("create_photo_post", with(inputs, name, member))
}

/// Requests with `token` in a wrong place.
fn misplaced(token: &str) -> Vec<(&'static str, Value)> {
    let auth = |auth: Value| with(read(), "auth", auth);
    let metadata = |metadata: Value| with(read(), "metadata", metadata);
    let config = |name: &str, value: Value| with(read(), "request_config", json!({ name: value }));
    let inputs = |name: &str, value: Value| request("get_videos", json!({ name: value }));
    vec![
        ("nowhere else", request("get_user_info", json!({}))),
        ("action", with(read(), "action", json!(token))),
        ("integration", with(read(), "integration", json!(token))),
        ("type", with(read(), "type", json!(token))),
        ("a key", with(read(), token, json!(1))),
        ("progress", with(read(), "progress", json!(token))),
        ("inputs", with(read(), "inputs", json!(token))),
        ("request_config", with(read(), "request_config", json!(token))),
        ("a key of request_config", config(token, json!(1))),
        ("timeout", config("timeout", json!(token))),
        ("metadata", metadata(json!(token))),
        ("a key of metadata", metadata(json!({ token: 1 }))),
        ("a value of metadata", metadata(json!({ "run": token }))),
        (
            "a value deep in metadata",
            metadata(json!({ "run": { "steps": [{ "name": token }] } })),
        ),
        (
            "a word in metadata",
            metadata(json!({ "note": format!("with {token} in it") })),
        ),
        (
            "an address in metadata",
            metadata(json!({ "url": format!("https://example.com/?access_token={token}") })),
        ),
        ("auth", auth(json!(token))),
        ("credentials", auth(json!({ "credentials": token }))),
        ("a key of auth", auth(json!({ "access_token": OWN, token: 1 }))),
        (
            "auth_type",
            auth(json!({ "auth_type": token, "credentials": { "access_token": OWN } })),
        ),
        (
            "with Bearer",
            auth(json!({ "access_token": format!("Bearer {token}") })),
        ),
        (
            "with a line break",
            auth(json!({ "access_token": format!("{token}\n") })),
        ),
        ("a key of inputs", inputs(token, json!(1))),
        ("max_count", inputs("max_count", json!(token))),
        ("cursor", inputs("cursor", json!(token))),
        ("video_ids", inputs("video_ids", json!([token]))),
        (
            "publish_id",
            request("get_post_status", json!({ "publish_id": token })),
        ),
        ("privacy_level", post("privacy_level", json!(token))),
        ("source", post("source", json!(token))),
        ("chunk_size", post("chunk_size", json!(token))),
        ("file", post("file", json!(token))),
        ("the content of a file", post("file", json!({ "content": token }))),
        (
            "the name of a file",
            post("file", json!({ "name": token, "content": base64(&clip()) })),
        ),
        (
            "the type of a file",
            post(
                "file",
                json!({ "contentType": token, "content": base64(&clip()) }),
            ),
        ),
        (
            "a key of a file",
            post("file", json!({ token: 1, "content": base64(&clip()) })),
        ),
        ("video_url", post("video_url", json!(token))),
        ("idempotency_key", post("idempotency_key", json!(token))),
        ("photo_urls", photos("photo_urls", json!([token]))),
        ("post_mode", photos("post_mode", json!(token))),
        (
            "the query of a photo",
            photos(
                "photo_urls",
                json!([format!("http://example.com/a.jpg?key={token}")]),
            ),
        ),
        (
            "the path of a photo",
            photos("photo_urls", json!([format!("http://example.com/{token}/a.jpg")])),
        ),
        (
            "the user of a photo",
            photos(
                "photo_urls",
                json!([format!("https://{token}@example.com/a.jpg")]),
            ),
        ),
        (
            SENT,
            photos("photo_urls", json!([format!("https://{token}.example/a.jpg")])),
        ),
    ]
}

/// Place whose text is sent to TikTok.
const SENT: &str = "the host of a photo";

/// Runs a request with a log format. Returns its end and the places of the tokens.
fn looked_through(what: &str, request: &Value, [level, form]: [&str; 2]) -> (Ended, Vec<Option<String>>) {
    let (tiktok, folder) = (account(), TempDir::new().unwrap());
    let state = format!("sqlite:{}", folder.path().join("state.db").display());
    let program = run()
        .against(&tiktok.url())
        .env("AUTOHIVE_TIKTOK_STATE", &state)
        .arg(level)
        .arg(form);
    let mut running = program
        .env("TMPDIR", folder.path().to_str().unwrap())
        .env("AUTOHIVE_TIKTOK_TOKEN", OWN)
        .request(request)
        .start();
    let answer = running.next();
    let arguments = fs::read_to_string(format!("/proc/{}/cmdline", running.id())).unwrap_or_default();
    running.close_input();
    let ended = running.wait().exits(0);
    assert_eq!(ended.answers().len(), 1, "{what}: {}", ended.text());
    let journal = serde_json::to_string(&tiktok.journal()).unwrap();
    let told = [OWN, OTHER].map(|token| {
        let holds = arguments.contains(token) || journal.contains(token) && what != SENT;
        holds.then(|| format!("{what}: in the arguments, or in the simulator's journal"))
    });
    drop(answer);
    let mut wrong = found(what, &ended, folder.path(), &[OWN, OTHER]);
    wrong.extend(told);
    (ended, wrong)
}

#[test]
fn its_place_does_not_matter() {
    let mut wrong = Vec::new();
    for token in [OWN, OTHER] {
        for (what, request) in misplaced(token) {
            for log in LOGS {
                wrong.extend(looked_through(what, &request, log).1);
            }
        }
    }
    none(wrong);
}

/// An ID is returned unchanged in the result and in progress lines, since the host matches results by it. The log omits
/// it.
#[test]
fn an_id_is_repeated_in_results_and_progress_only() {
    for token in [OWN, OTHER] {
        for log in LOGS {
            let request = with(
                with(post("title", json!("x")), "id", json!(token)),
                "progress",
                json!(true),
            );
            let (ended, _) = looked_through("id", &request, log);
            assert_eq!(ended.only().did().0["id"], token);
            assert_eq!(ended.text().matches(token).count(), 1, "{}", ended.text());
            let (progress, log): (Vec<&str>, Vec<&str>) = ended
                .stderr
                .lines()
                .partition(|line| line.starts_with(r#"{"type":"progress""#));
            assert!(!progress.is_empty() && !log.is_empty(), "{}", ended.stderr);
            assert!(!log.iter().any(|line| line.contains(token)), "{}", ended.stderr);
        }
    }
}

/// Without a readable request, the token is unknown.
#[test]
fn a_broken_request_does_not_repeat_it() {
    let mut wrong = Vec::new();
    for text in [
        format!("{{\"auth\":{{\"access_token\":\"{OTHER}\"}},\"action\" \"x\"}}"),
        format!("{{\"auth\":{{\"access_token\":\"{OTHER}"),
        format!("{{\"auth\":{{\"access_token\":{OTHER}}}}}"),
        format!("{{\"{OTHER}\":1,\"{OTHER}\":2}}"),
        format!("{{\"inputs\":{{\"{OTHER}\":\"a\tb\"}}}}"),
        format!("[\"{OTHER}\"]"),
        format!("\"{OTHER}\""),
        OTHER.to_owned(),
        format!("Bearer {OTHER}"),
        format!("access_token={OTHER}"),
    ] {
        for [level, form] in LOGS {
            let ended = run().arg(level).arg(form).input(format!("{text}\n")).finish();
            wrong.push(super::leaks(&text.replace(OTHER, "TOKEN"), &ended, OTHER));
        }
    }
    none(wrong);
}
