//! The token in the memory of the program, which only root can read: overwritten once its request has been answered.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    thread,
    time::Duration,
};

use serde_json::json;

use crate::support::{
    program::{Running, run},
    tiktok::tiktok_with,
    video::{base64, clip},
};

/// A token without a prefix of TikTok, as other APIs issue them.
const TOKEN: &str = "3f9c0d4be17a5826c1d09e8f7b6a5c4d3e2f1a09";

/// Number of occurrences of the token in the program's writable memory.
fn copies(program: &Running) -> usize {
    let memory = File::open(format!("/proc/{}/mem", program.id())).unwrap();
    let maps = fs::read_to_string(format!("/proc/{}/maps", program.id())).unwrap();
    let count = |map: &str| {
        let (range, rest) = map.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        // Some mappings of the kernel cannot be read.
        let is_read = rest.starts_with("rw") && memory.read_exact_at(&mut bytes, start).is_ok();
        if is_read {
            memchr::memmem::find_iter(&bytes, TOKEN).count()
        } else {
            0
        }
    };
    maps.lines().map(count).sum()
}

/// Waits until at most `most` copies are left: a result is written slightly before its request has ended.
#[track_caller]
fn gone(program: &Running, most: usize, what: &str) {
    const STEP: Duration = Duration::from_millis(20);
    const PATIENCE: Duration = Duration::from_secs(5);
    let mut waited = Duration::ZERO;
    while copies(program) > most {
        assert!(
            waited < PATIENCE,
            "{what}: {} copies of the token, and {most} are allowed",
            copies(program)
        );
        thread::sleep(STEP);
        waited += STEP;
    }
}

/// Requests that end before any call: valid or invalid, complete or broken, on one line or many.
#[test]
#[ignore = "needs root"]
fn the_token_of_a_refused_request_is_gone_from_memory() {
    let auth =
        json!({ "auth_type": "PlatformOauth2", "credentials": { "access_token": TOKEN, "refresh": TOKEN } });
    let whole = json!({ "id": "a", "auth": auth, "action": "get_videos", "inputs": { "max_count": 0 } });
    let escaped = whole
        .to_string()
        .replace(TOKEN, &TOKEN.replacen('c', "\\u0063", 3));
    let mut program = run().start();
    for text in [
        whole.to_string(),
        format!("{whole:#}"),
        escaped,
        whole.to_string().replace("get_videos", "get_video"),
        whole.to_string().replace("max_count", "titel"),
        whole.to_string().replace("\"a\"", "\"a"),
        format!("{whole:#}").replace("get_videos\"", "get_videos"),
        json!({ "token": TOKEN }).to_string(),
        json!({ "action": "get_videos", "auth": { "access_token": TOKEN, "credentials": { "access_token": "x" } } })
            .to_string(),
    ] {
        program.send_text(format!("{text}\n"));
        let answer = program.next();
        gone(&program, 0, &answer.0.to_string());
    }
    program.close_input();
    program.wait().exits(0);
}

/// An idle connection keeps the head of the last call in its buffer: one copy, until the next call or the end of the
/// connection.
#[test]
#[ignore = "needs root"]
fn the_token_of_a_served_request_is_in_no_more_than_the_open_connection() {
    let tiktok = tiktok_with(json!({ "accounts": [{ "token": TOKEN, "name": "somebody" }] }));
    let auth = json!({ "access_token": TOKEN });
    let mut program = tiktok.run().start();
    let inputs = json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) } });
    for action in ["create_video_post", "upload_video_draft"] {
        let inputs = if action == "create_video_post" {
            inputs.clone()
        } else {
            json!({ "file": inputs["file"] })
        };
        program.send(&json!({ "id": "a", "auth": auth, "action": action, "inputs": inputs }));
        program.next().did();
        gone(&program, 1, action);
    }
    drop(tiktok);
    gone(&program, 0, "after the connection was closed");
    program.close_input();
    program.wait().exits(0);
}
