//! Full pipes, and pipes that another process made non-blocking: no result is lost without a report.

use std::{
    io::{self, Read as _, Write as _},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    process::{Pid, Signal, kill_process},
};
use serde_json::{Value, json};

use crate::support::{
    ask,
    program::path,
    tiktok::{TikTok, tiktok},
    video::{base64, clip},
};

/// The program against a TikTok, with a pipe as its input.
fn run(tiktok: &TikTok) -> Command {
    let mut run = Command::new(path());
    run.arg("run")
        .env("TIKTOK_API_BASE", tiktok.url())
        .env("XDG_STATE_HOME", "/nowhere");
    run.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    run
}

/// Requests that are answered at once.
fn wrong(count: usize) -> String {
    format!("{}\n", ask("wrong", "no_such_action", json!({}))).repeat(count)
}

fn post() -> Value {
    let inputs = json!({ "file": { "content": base64(&clip()) }, "privacy_level": "SELF_ONLY" });
    ask("the post", "create_video_post", inputs)
}

/// A parent process such as Node or ssh shares its pipe with the program.
#[test]
fn a_pipe_that_does_not_block_loses_no_result() {
    let tiktok = tiktok();
    let (mut results, output) = io::pipe().unwrap();
    fcntl_setfl(&output, fcntl_getfl(&output).unwrap() | OFlags::NONBLOCK).unwrap();
    let mut child = run(&tiktok).stdout(output).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let fed = thread::spawn(move || stdin.write_all(wrong(2_000).as_bytes()).unwrap());
    thread::sleep(Duration::from_millis(500));
    let mut lines = String::new();
    results.read_to_string(&mut lines).unwrap();
    fed.join().unwrap();
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(
        (lines.lines().count(), ended.status.code()),
        (2_000, Some(0)),
        "{stderr}"
    );
}

#[test]
fn requests_from_a_pipe_that_does_not_block_are_waited_for() {
    let tiktok = tiktok();
    let (input, mut requests) = io::pipe().unwrap();
    fcntl_setfl(&input, fcntl_getfl(&input).unwrap() | OFlags::NONBLOCK).unwrap();
    let child = run(&tiktok).stdin(input).spawn().unwrap();
    for _ in 0..3 {
        thread::sleep(Duration::from_millis(150));
        requests.write_all(wrong(1).as_bytes()).unwrap();
    }
    drop(requests);
    let ended = child.wait_with_output().unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr),
    );
    assert_eq!(
        (stdout.lines().count(), ended.status.code()),
        (3, Some(0)),
        "{stderr}"
    );
}

/// Results are not read and the program is stopped: posts with lost results are named.
#[test]
fn a_full_pipe_names_the_posts_whose_results_are_lost() {
    let tiktok = tiktok();
    let mut child = run(&tiktok).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than the capacity of a pipe.
    stdin
        .write_all(format!("{}{}\n", wrong(400), post()).as_bytes())
        .unwrap();
    tiktok.await_calls("/status/fetch/", 1);
    thread::sleep(Duration::from_millis(500));
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    // The output stays open and unread.
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let named = format!(
        "request \"the post\" is published ({})",
        tiktok.posts()[0].publish_id
    );
    assert!(stderr.contains(&named), "{stderr}");
    assert_eq!(child.wait().unwrap().code(), Some(1), "{stderr}");
}
