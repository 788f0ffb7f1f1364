//! `--deadline` and signals also end the reading of a stream that stalls.

use std::{
    process::{Child, ChildStdin, Command, Output, Stdio},
    thread,
    time::Duration,
};

use super::{ADS_TOKEN, Desk, TOKEN};
use crate::support::{program::path, tiktok::tiktok};

/// Ways to read standard input.
const READING: [&[&str]; 3] = [
    &["create-video-post", "-", "--privacy-level", "self-only"],
    &["get-videos", "--inputs", "-"],
    &["create-video-post", "--inputs", "@-"],
];

/// A call whose standard input stalls.
fn stalled(desk: &Desk, words: &[&str], more: &[&str]) -> (Child, ChildStdin) {
    let mut child = Command::new(path())
        .arg("call")
        .args(words)
        .args(more)
        .arg("--json")
        .env_clear()
        .env("TIKTOK_API_BASE", &desk.url)
        .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
        .env("AUTOHIVE_TIKTOK_ADS_TOKEN", ADS_TOKEN)
        .env("XDG_STATE_HOME", desk.home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stream = child.stdin.take().unwrap();
    (child, stream)
}

/// Its output, which it writes while its standard input is open.
fn ended((child, stream): (Child, ChildStdin)) -> Output {
    let waiting = thread::spawn(move || child.wait_with_output().unwrap());
    for _ in 0..400 {
        if waiting.is_finished() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert!(
        waiting.is_finished(),
        "the program still reads its standard input"
    );
    drop(stream);
    waiting.join().unwrap()
}

#[track_caller]
fn has_code(output: Output, exit: i32, code: &str) {
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{text}");
    assert!(text.contains(&format!("\"code\":\"{code}\"")), "{text}");
}

#[test]
fn a_stream_that_stalls_ends_at_the_deadline_and_nothing_is_sent() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for words in READING {
        has_code(ended(stalled(&desk, words, &["--deadline", "1"])), 7, "timeout");
    }
    tiktok.nothing_posted();
}

#[test]
fn a_signal_ends_the_reading_of_a_stream() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for words in READING {
        let reading = stalled(&desk, words, &[]);
        // Until its handlers are there.
        let status = format!("/proc/{}/status", reading.0.id());
        let has_handler = || {
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            caught.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & (1 << 14) != 0)
        };
        let waits = (0..2_000).map(|_| thread::sleep(Duration::from_millis(5)));
        assert!(
            waits.into_iter().any(|()| has_handler()),
            "the program should keep signals within 10 s"
        );
        let sent = Command::new("kill")
            .arg("-TERM")
            .arg(reading.0.id().to_string())
            .status();
        assert!(sent.unwrap().success());
        has_code(ended(reading), 1, "interrupted");
    }
    tiktok.nothing_posted();
}
