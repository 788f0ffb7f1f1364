//! Results that standard output does not take, and keys of commands that are done again.

use std::{
    fs::OpenOptions,
    process::{Command, Stdio},
};

use serde_json::json;

use super::{Desk, ProgramExt as _, TOKEN, clip_path, json_line};
use crate::support::{
    program::path,
    tiktok::{tiktok, tiktok_faulty},
};

/// Runs `call` with these words and a full disk as standard output; returns the exit code and standard error.
#[track_caller]
fn on_a_full_disk(desk: &Desk, words: &[&str]) -> (Option<i32>, String) {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = Command::new(path())
        .arg("call")
        .args(words)
        .env_clear()
        .env("TIKTOK_API_BASE", &desk.url)
        .env("XDG_STATE_HOME", desk.home.path())
        .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
        .current_dir(desk.home.path())
        .stdin(Stdio::null())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    (
        ended.status.code(),
        String::from_utf8_lossy(&ended.stderr).into_owned(),
    )
}

#[cfg_attr(
    not(target_os = "linux"),
    ignore = "only Linux has a device that is always full"
)]
#[test]
fn the_outcome_of_a_post_is_told_where_standard_output_fails() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let clip = clip_path();
    let clip = clip.to_str().unwrap();
    for (posts, form) in [(1, "--json"), (2, "-q")] {
        let words = [
            "create-video-post",
            clip,
            "--privacy-level",
            "self-only",
            "--again",
            form,
        ];
        let (exit, told) = on_a_full_disk(&desk, &words);
        assert_eq!(exit, Some(8), "{told}");
        for part in [
            "could not be written",
            "outcome",
            "v_pub_file~",
            "--idempotency-key call-",
        ] {
            assert!(told.contains(part), "{part:?} is missing:\n{told}");
        }
        assert_eq!(tiktok.posts().len(), posts);
    }
    let (exit, told) = on_a_full_disk(&desk, &["get-videos", "--json"]);
    assert_eq!(exit, Some(1), "a read has no effect: {told}");
}

#[test]
fn the_fresh_key_of_a_command_that_is_done_again_is_told() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "nth": 1, "kind": "cut_after" }));
    let desk = Desk::at(&tiktok);
    let post = desk.call("create-photo-post").args(&[
        "https://example.com/1.jpg",
        "--privacy-level",
        "self-only",
        "--preflight=false",
        "--json",
        "--again",
    ]);
    let ended = post.finish().exits(8);
    let error = json_line(&ended);
    let key = error["error"]["idempotency_key"].as_str().unwrap_or_default();
    assert!(key.starts_with("call-"), "{error}");
    assert!(
        ended.stderr.contains(&format!("the idempotency key is {key}")),
        "{}",
        ended.stderr
    );
}
