//! Everything that a post leaves behind: both streams, progress lines, and every byte of the journal's store.

use std::{fs, path::Path};

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{LOGS, MARK, leaks, next_token, none, token};
use crate::support::{
    program::{Ended, run},
    tiktok::{TikTok, tiktok},
    video::{base64, clip, media},
    with,
};

/// Mark of a signature in a URL.
const SIGNATURE: &str = "CANARY8";

/// Mark of other credentials that a host injects.
const OTHER: &str = "CANARY9";

/// Places of secrets in a program's output or in a file below `store`.
pub(super) fn found(what: &str, ended: &Ended, store: &Path, secrets: &[&str]) -> Vec<Option<String>> {
    let told = secrets.iter().map(|secret| leaks(what, ended, secret));
    let files = files(store);
    let kept = secrets.iter().map(|secret| {
        let (file, _) = files.iter().find(|(_, bytes)| holds(bytes, secret))?;
        Some(format!("{what}: {secret} is in {file}"))
    });
    told.chain(kept).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Path and bytes of every file below a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            // A socket cannot be read.
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// An account with the marked token.
fn marked() -> TikTok {
    let tiktok = tiktok();
    tiktok.change(json!({ "accounts": [{ "token": token(), "name": "somebody" }] }));
    tiktok.keep_media("small.mov", media("small.mov"));
    tiktok
}

fn request(action: &str, inputs: Value) -> Value {
    let credentials =
        json!({ "access_token": token(), "refresh_token": OTHER, "client_secret": OTHER, "scope": "x" });
    let auth = json!({ "auth_type": "PlatformOauth2", "credentials": credentials });
    let limits = json!({ "max_retries": 1, "timeout": 5 });
    let request = json!({ "id": "a", "action": action, "auth": auth, "request_config": limits });
    with(with(request, "inputs", inputs), "progress", json!(true))
}

fn post(key: &str) -> Value {
    let file = json!({ "content": base64(&clip()) });
    request(
        "create_video_post",
        json!({ "privacy_level": "SELF_ONLY", "file": file, "idempotency_key": key }),
    )
}

/// Faults whose responses contain a secret.
fn telling_faults() -> Vec<(&'static str, Value)> {
    let token = token();
    let error = |http: u16| {
        let message = format!("{token} and {}{token}", "y".repeat(450));
        json!({ "error": { "http": http, "code": format!("for {token}"), "message": message } })
    };
    let redirect = json!({ "redirect": format!("https://{MARK}.example.com/?upload_token={MARK}&access_token={token}") });
    vec![
        ("creator_info", error(400)),
        ("video_init", error(401)),
        ("video_init", error(500)),
        ("video_init", redirect.clone()),
        ("upload", error(400)),
        ("upload", error(403)),
        ("upload", redirect.clone()),
        ("upload", json!("cut_before")),
        ("upload", json!({ "retry_after": token })),
        ("status_fetch", error(500)),
        ("status_fetch", error(200)),
        ("status_fetch", redirect),
        ("user_info", error(401)),
    ]
}

/// Posts with a key for each log format and fault, and searches everything that is left.
fn posts_leave_nothing(state: &str, store: &Path) {
    let mut wrong = Vec::new();
    for number in 0..=telling_faults().len() {
        for [level, form] in LOGS {
            next_token();
            let fault = telling_faults().into_iter().nth(number);
            let tiktok = marked();
            if let Some((endpoint, kind)) = &fault {
                tiktok.change(json!({ "faults": [{ "endpoint": endpoint, "kind": kind }] }));
            }
            let program = tiktok
                .run()
                .env("AUTOHIVE_TIKTOK_STATE", state)
                .arg(level)
                .arg(form);
            let mut running = program.request(&post(&format!("key {number} {form}"))).start();
            drop(running.next());
            // Read while the program runs, so that the write-ahead log is searched too.
            let before_its_end = files(store);
            running.close_input();
            let ended = running.wait().exits(0);
            let uploads = tiktok.entries(EndpointName::UPLOAD);
            let mut secrets = vec![MARK, OTHER, "upload_token", "upload_id"];
            secrets.extend(
                uploads
                    .iter()
                    .filter_map(|entry| entry.query.get("upload_id"))
                    .map(String::as_str),
            );
            let what = format!("{fault:?} {form}");
            wrong.extend(found(&what, &ended, store, &secrets));
            for secret in secrets {
                let file = before_its_end.iter().find(|(_, bytes)| holds(bytes, secret));
                wrong.push(file.map(|(file, _)| format!("{what}: {secret} was in {file}")));
            }
            // The owner of the key is queried before any progress.
            let has_begun = tiktok.count(EndpointName::CREATOR_INFO) > 0;
            assert_eq!(
                ended.stderr.contains(r#""type":"progress""#),
                has_begun,
                "progress should be reported: {what}"
            );
        }
    }
    none(wrong);
}

#[test]
fn a_post_leaves_no_secret_anywhere() {
    let folder = TempDir::new().unwrap();
    posts_leave_nothing(
        &format!("sqlite:{}", folder.path().join("state.db").display()),
        folder.path(),
    );
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn a_post_leaves_no_secret_in_redis() {
    let server = crate::state::Server::start(&[]);
    posts_leave_nothing(&server.setting(), server.folder());
    let kept = files(server.folder());
    assert!(
        kept.iter().any(|(_, bytes)| holds(bytes, "v_pub_file")),
        "the dump should contain the written value"
    );
}

/// Negative control: the search finds text that is printed or stored.
#[test]
fn a_printed_or_stored_secret_is_found() {
    let folder = TempDir::new().unwrap();
    let state = format!("sqlite:{}", folder.path().join("state.db").display());
    let tiktok = marked();
    for [level, form] in LOGS {
        let run = || {
            tiktok
                .run()
                .env("AUTOHIVE_TIKTOK_STATE", &state)
                .arg(level)
                .arg(form)
        };
        let told = with(post("k"), "id", json!("an id with mark-1"));
        let told = with(told, "metadata", json!({ "run": "mark-2" }));
        let ended = run().request(&told).finish().exits(0);
        let id = ended
            .only()
            .did()
            .at("/data/publish_id")
            .as_str()
            .unwrap()
            .to_owned();
        let silent = Ended {
            exit: ended.exit,
            stdout: Vec::new(),
            stderr: String::new(),
        };
        let is_found =
            |ended: &Ended, mark: &str| found("", ended, folder.path(), &[mark]).iter().flatten().count();
        assert_eq!(is_found(&ended, "mark-1"), 1, "in the result: {form}");
        assert_eq!(is_found(&ended, "mark-2"), 1, "in the log: {form}");
        assert_eq!(is_found(&silent, &id), 1, "in the journal's store: {form}");
        assert_eq!(
            is_found(&ended, "mark-3"),
            0,
            "absent text should not be found: {form}"
        );
    }
}

/// The query of a URL may contain a signature that grants access to the file.
#[test]
fn a_signature_in_a_url_is_not_printed() {
    let query = format!("?X-Amz-Signature={SIGNATURE}&sig={SIGNATURE}");
    let folder = TempDir::new().unwrap();
    let state = format!("sqlite:{}", folder.path().join("state.db").display());
    let tiktok = marked();
    let base = tiktok.url();
    let video = |url: String, source: &str, key: &str| {
        let inputs = json!({ "privacy_level": "SELF_ONLY", "video_url": url, "source": source, "idempotency_key": key });
        request("create_video_post", inputs)
    };
    let photos = |url: String, preflight: bool| {
        let inputs = json!({ "photo_urls": [url], "privacy_level": "SELF_ONLY", "preflight": preflight });
        request("create_photo_post", inputs)
    };
    let mut wrong = Vec::new();
    for (what, request) in [
        (
            "relayed",
            video(
                format!("{base}/_simulator/media/small.mov{query}"),
                "FILE_UPLOAD",
                "1",
            ),
        ),
        (
            "not there",
            video(
                format!("{base}/_simulator/media/none.mov{query}"),
                "FILE_UPLOAD",
                "2",
            ),
        ),
        (
            "nobody listens",
            video(format!("http://127.0.0.1:9/v.mp4{query}"), "FILE_UPLOAD", "3"),
        ),
        (
            "not allowed",
            video(format!("https://10.0.0.1/v.mp4{query}"), "FILE_UPLOAD", "4"),
        ),
        (
            "no address",
            video(format!("https://exa mple/v.mp4{query}"), "FILE_UPLOAD", "5"),
        ),
        (
            "pulled",
            video(
                format!("https://media.example.com/1.mp4{query}"),
                "PULL_FROM_URL",
                "6",
            ),
        ),
        (
            "pulled from elsewhere",
            video(
                format!("https://elsewhere.org/1.mp4{query}"),
                "PULL_FROM_URL",
                "7",
            ),
        ),
        (
            "photos",
            photos(format!("https://media.example.com/1.jpg{query}"), false),
        ),
        (
            "photos from elsewhere",
            photos(format!("https://elsewhere.org/1.jpg{query}"), false),
        ),
        (
            "photos looked at",
            photos(format!("{base}/_simulator/media/none.jpg{query}"), true),
        ),
    ] {
        for [level, form] in LOGS {
            let run = || {
                tiktok
                    .run()
                    .allowing("127.0.0.1:9")
                    .env("AUTOHIVE_TIKTOK_STATE", &state)
                    .arg(level)
                    .arg(form)
            };
            let ended = run().request(&request).finish().exits(0);
            assert_eq!(ended.answers().len(), 1, "{what}: {}", ended.text());
            wrong.extend(found(what, &ended, folder.path(), &[SIGNATURE, MARK, OTHER]));
        }
    }
    none(wrong);
}

/// A host may inject credentials other than an access token.
#[test]
fn other_injected_credentials_are_not_printed() {
    let folder = TempDir::new().unwrap();
    let mut wrong = Vec::new();
    let full = json!({ "access_token": token(), "refresh_token": OTHER, "client_secret": OTHER, "client_key": OTHER });
    let bare = json!({ "refresh_token": OTHER, "client_secret": OTHER });
    for (what, auth) in [
        (
            "nested",
            json!({ "auth_type": "PlatformOauth2", "credentials": full, "client_secret": OTHER }),
        ),
        ("flat", full),
        (
            "nested without a token",
            json!({ "auth_type": "PlatformOauth2", "credentials": bare }),
        ),
        ("flat without a token", bare),
        (
            "of another type",
            json!({ "auth_type": OTHER, "credentials": { "api_key": OTHER } }),
        ),
    ] {
        let request =
            json!({ "id": "a", "action": "get_user_info", "inputs": { "max_count": 1 }, "auth": auth });
        for [level, form] in LOGS {
            let ended = run().request(&request).arg(level).arg(form).finish().exits(0);
            assert_eq!(ended.answers().len(), 1, "{what}: {}", ended.text());
            wrong.extend(found(what, &ended, folder.path(), &[OTHER, MARK]));
        }
    }
    none(wrong);
}
