//! Requests as real hosts write them: blank form fields, synonyms of names and values, lost types, unfilled
//! placeholders, encodings other than UTF-8. Each is accepted as intended or refused with a remedy; inputs without
//! effect cause a warning.

mod blanks;
mod words;

use serde_json::{Value, json};

use crate::support::{
    ask, ask_as,
    program::{Answer, Program, command, run},
    tiktok::{scripted, tiktok, tiktok_with},
    video::{base64, clip},
    with,
};

/// Inputs of a dry run, merged with `more`.
fn post(more: &Value) -> Value {
    merged(
        json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) }, "dry_run": true }),
        more,
    )
}

fn photos(more: &Value) -> Value {
    let urls = ["https://example.com/a.jpg"];
    merged(
        json!({ "privacy_level": "SELF_ONLY", "photo_urls": urls, "preflight": false, "dry_run": true }),
        more,
    )
}

fn merged(mut inputs: Value, more: &Value) -> Value {
    for (name, member) in more.as_object().unwrap() {
        inputs[name] = member.clone();
    }
    inputs
}

fn answer(program: Program, request: &Value) -> Answer {
    program.request(request).finish().exits(0).only()
}

#[track_caller]
fn warns(answer: &Answer, words: &[&str]) {
    let warnings: Vec<&str> = answer
        .at("/data/warnings")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for word in words {
        assert!(
            warnings.iter().any(|warning| warning.contains(word)),
            "a warning should say {word:?}: {}",
            answer.0
        );
    }
    assert_eq!(
        warnings.len(),
        words.len(),
        "one warning for each cause: {}",
        answer.0
    );
}

/// A request in another encoding is refused with its ID, and the next one is served.
#[test]
fn other_encodings_are_named() {
    let wrong = |id: &str| format!("{{\"id\":\"{id}\",\"action\":\"get_videos\"}}\n");
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let wide = |text: &str| {
        text.chars()
            .flat_map(|letter| u32::from(letter).to_le_bytes())
            .collect::<Vec<_>>()
    };
    let latin = |text: &str| {
        text.chars()
            .map(|letter| u8::try_from(u32::from(letter)).unwrap())
            .collect::<Vec<_>>()
    };
    let titled = |title: &str| {
        format!("{{\"id\":\"a\",\"action\":\"create_video_post\",\"inputs\":{{\"title\":\"{title}\"}}}}\n")
    };
    for (line, words) in [
        (&b"\x01\x02 hello \xF0"[..], "binary data"),
        (b"eyJhY3Rpb24iOiJnZXRfdmlkZW9zIn0=", "base64 of a JSON object"),
        (b"PK\x03\x04 x", "ZIP"),
    ] {
        run()
            .input(line)
            .finish()
            .exits(0)
            .only()
            .misunderstood("invalid_json")
            .says(words);
    }
    for (bytes, words) in [
        (
            little(&format!("\u{feff}{}", wrong("a"))),
            "UTF-16 (little-endian)",
        ),
        (little(&wrong("a")), "UTF-16 (little-endian)"),
        (big(&format!("\u{feff}{}", wrong("a"))), "UTF-16 (big-endian)"),
        (big(&wrong("a")), "UTF-16 (big-endian)"),
        (wide(&wrong("a")), "UTF-32"),
        (
            latin(&titled("Grüße")),
            "in inputs.title, this is not valid UTF-8 (it looks like Latin-1",
        ),
        (latin(&titled("it\u{92}s")), "Windows-1252"),
    ] {
        let answer = run().input(&bytes).finish().exits(0).only();
        assert_eq!(answer.0["id"], "a", "{}", answer.0);
        answer.misunderstood("invalid_json").says(words);
    }
    let gzip = run()
        .input(b"\x1F\x8B\x08\x00\x6E\x8F\x0A\x6B\x02\xFF")
        .finish()
        .exits(0)
        .only();
    gzip.misunderstood("invalid_json").says("gzip");
    let marked = format!(
        "\u{feff}{}\n",
        json!({ "id": "a", "action": "get_videos", "auth": { "access_token": "t" }, "inputs": { "max_count": 0 } })
    );
    run()
        .input(marked)
        .finish()
        .exits(0)
        .only()
        .invalid("/max_count", "minimum");
}

/// A fault inside a string names the field; a column number in a long line is of no use.
#[test]
fn a_fault_within_a_text_names_its_field() {
    let request =
        |inputs: &str| format!("{{\"id\":\"a\",\"action\":\"create_video_post\",\"inputs\":{inputs}}}");
    for (inputs, words) in [
        (r#"{"title":"\ud83d"}"#, "in inputs.title, half of a character"),
        (
            r#"{"title":"C:\x"}"#,
            "in inputs.title, this backslash does not start a valid JSON escape",
        ),
        (
            r#"{"title":"\u12"}"#,
            "in inputs.title, this backslash does not start a valid JSON escape",
        ),
        (
            "{\"title\":\"a\tb\"}",
            "in inputs.title, a line break or control character",
        ),
        (
            "{\"photo_urls\":[\"a\",\"b\u{1}\"]}",
            "in inputs.photo_urls[1], a line break or control character",
        ),
        (
            "{\"file\":{\"name\":\"\u{7}\"}}",
            "in inputs.file.name, a line break or control character",
        ),
    ] {
        let answer = run()
            .input(request(inputs))
            .finish()
            .exits(0)
            .only()
            .misunderstood("invalid_json")
            .says(words);
        let message = answer.at("/message").as_str().unwrap_or_default();
        assert!(!message.contains("column"), "the field is enough: {message}");
    }
}

/// Mismatched brackets and incomplete responses: each error names its cause.
#[test]
fn faults_name_their_cause() {
    let deep = format!("{}{}\n", "[".repeat(100_001), "]".repeat(100_001));
    run()
        .input(deep)
        .finish()
        .exits(0)
        .only()
        .misunderstood("nested_too_deeply")
        .says("more than 64 levels deep");
    let url_safe = json!({ "privacy_level": "SELF_ONLY", "file": { "content": "AA-_" } });
    answer(run(), &ask("a", "create_video_post", url_safe))
        .failed("invalid_base64")
        .says("URL-safe base64")
        .says("each - with +");
    let ok = |data: Value| json!([{ "reply": { "json": { "data": data, "error": { "code": "ok" } } } }]);
    let without = scripted(json!([{ "reply": { "json": { "error": { "code": "ok" } } } }]));
    let creator = answer(without.run(), &ask("a", "get_creator_info", json!({})));
    creator
        .failed("unreadable_answer")
        .says("has no privacy_level_options");
    let nobody = scripted(ok(json!({ "privacy_level_options": [] })));
    let refused = answer(nobody.run(), &ask("a", "create_video_post", post(&json!({}))));
    refused
        .failed("rules_not_met")
        .says("no level, because TikTok offers this account none");
    let creator = json!({ "reply": { "json": { "data": { "privacy_level_options": ["SELF_ONLY"] }, "error": { "code": "ok" } } } });
    let unnamed =
        scripted(json!([creator, { "reply": { "json": { "data": {}, "error": { "code": "ok" } } } }]));
    let nameless = answer(
        unnamed.run(),
        &ask("a", "create_video_post", post(&json!({ "dry_run": false }))),
    );
    nameless
        .failed("unreadable_answer")
        .says("data has no publish_id");
}

#[test]
fn retry_after_of_a_file_host_is_returned() {
    let now = std::time::UNIX_EPOCH + autohive_tiktok::clock::Clock::system().since_epoch();
    let date = |seconds: u64| httpdate::fmt_http_date(now + std::time::Duration::from_secs(seconds));
    for (status, header, least, most) in [
        (429, "2".to_owned(), 2, 2),
        (503, "7".to_owned(), 7, 7),
        (429, date(3_600), 3_500, 3_600),
        (503, date(600), 500, 600),
    ] {
        let tiktok = tiktok();
        let host = scripted(json!([{ "reply": { "status": status, "headers": { "retry-after": header } } }]));
        let inputs = json!({ "privacy_level": "SELF_ONLY", "video_url": format!("{}/clip.mp4", host.url()) });
        let request = with(
            ask("a", "create_video_post", inputs),
            "request_config",
            json!({ "max_retries": 0 }),
        );
        let told = answer(tiktok.run().allowing(&host.url()), &request)
            .failed("url_unreachable")
            .has("/http_status", status)
            .has("/retryable", true);
        let wait = told.at("/retry_after").as_u64().unwrap_or_default();
        assert!((least..=most).contains(&wait), "{status} {header}: {}", told.0);
        tiktok.nothing_posted();
    }
}

/// The remedy distinguishes the account's owner from the app's developer, and names the one who can act.
#[test]
fn a_missing_permission_has_two_causes() {
    let tiktok = tiktok();
    let lists = answer(
        tiktok.run(),
        &ask_as("act.sim-no-video-list", "a", "get_videos", json!({})),
    );
    let lists = lists
        .failed("scope_not_authorized")
        .has("/who", "developer")
        .says("video.list (Display API)");
    let remedy = lists.at("/remedy").as_str().unwrap_or_default().to_owned();
    for words in [
        "leave the permission ticked",
        "the app's developer",
        "developer portal",
        "remove the permission",
        "docs/scopes.md",
    ] {
        assert!(
            remedy.contains(words),
            "the remedy should say {words:?}: {remedy}"
        );
    }
    let tiktok = tiktok_with(
        json!({ "accounts": [{ "token": "act.drafts", "name": "d", "scopes": ["user.info.basic"] }] }),
    );
    let posts = answer(
        tiktok.run(),
        &ask_as("act.drafts", "a", "get_creator_info", json!({})),
    );
    posts
        .failed("scope_not_authorized")
        .has("/who", "user")
        .says("video.publish (Content Posting API)");
}

#[test]
fn a_manifest_asks_for_chosen_permissions_only() {
    let ended = command("schemas")
        .arg("manifest")
        .arg("--scopes")
        .arg("posting")
        .finish()
        .exits(0);
    let manifest: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(
        manifest["auth"]["scopes"],
        json!(["user.info.basic", "video.upload", "video.publish"])
    );
    assert!(
        manifest["actions"].get("get_videos").is_none()
            && manifest["actions"].get("create_video_post").is_some()
    );
    assert!(
        ended
            .stderr
            .contains("get_videos is left out: it needs video.list (Display API)"),
        "{}",
        ended.stderr
    );
    let wrong = command("schemas")
        .arg("manifest")
        .arg("--scopes")
        .arg("video.pubish")
        .finish()
        .exits(2);
    assert!(wrong.stderr.contains("video.publish"), "{}", wrong.stderr);
}

/// For a file that is not a video, the demo first prints the reason.
#[test]
fn the_demo_of_a_file_that_is_no_video_says_why_and_stops() {
    let readme = crate::support::root().join("README.md");
    let ended = command("demo").arg(readme.to_str().unwrap()).finish().exits(1);
    assert!(ended.stdout.is_empty(), "nothing is played: {}", ended.text());
    assert!(ended.stderr.contains("it is text"), "{}", ended.stderr);
}

/// A code has the same `retryable` in the documentation and in a result; if it depends on the case, the documentation
/// says so.
#[test]
fn retryable_is_one_truth() {
    let page = std::fs::read_to_string(crate::support::root().join("docs/errors.md")).unwrap();
    let documented = |code: &str| {
        let section = page.split(&format!("\n## `{code}`\n")).nth(1).unwrap_or_default();
        section
            .lines()
            .find_map(|line| line.split_once("retryable: "))
            .map(|(_, word)| word.to_owned())
            .unwrap_or_default()
    };
    let tiktok = tiktok();
    let keyed = || {
        ask(
            "a",
            "create_video_post",
            post(&json!({ "dry_run": false, "idempotency_key": "k" })),
        )
    };
    let folder = tempfile::TempDir::new().unwrap();
    let garbage = folder.path().join("state.db");
    std::fs::write(&garbage, "no database ".repeat(500)).unwrap();
    for (state, home) in [
        ("off", ""),
        (&*format!("sqlite:{}", garbage.display()), ""),
        ("", ""),
    ] {
        let program = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", state).env("HOME", home);
        answer(program, &keyed())
            .failed("state_unavailable")
            .has("/retryable", false);
    }
    assert_eq!(documented("state_unavailable"), "see result");
    assert_eq!(
        (documented("url_unreachable"), documented("timeout")),
        ("see result".into(), "yes".into())
    );
    tiktok.nothing_posted();
}

/// A Redis without TLS does not respond to a TLS handshake.
#[cfg(feature = "redis")]
#[test]
fn a_redis_without_tls_is_suspected() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let state = format!("rediss://{}", silent.local_addr().unwrap());
    let keyed = ask(
        "a",
        "create_video_post",
        post(&json!({ "dry_run": false, "idempotency_key": "k" })),
    );
    let tiktok = tiktok();
    let ended = tiktok
        .run()
        .env("AUTOHIVE_TIKTOK_STATE", &state)
        .request(&keyed)
        .finish()
        .exits(0);
    ended.only().failed("state_unavailable").has("/retryable", true);
    assert!(ended.stderr.contains("plain text (redis://)"), "{}", ended.stderr);
}
