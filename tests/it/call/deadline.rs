//! `--deadline` also ends the reading of a stream that stalls.

use std::{
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::{ADS_TOKEN, Desk, TOKEN};
use crate::support::{program::path, tiktok::tiktok};

#[test]
fn a_stream_that_stalls_ends_at_the_deadline_and_nothing_is_sent() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for words in [
        &["create-video-post", "-", "--privacy-level", "self-only"][..],
        &["get-videos", "--inputs", "-"],
        &["create-video-post", "--inputs", "@-"],
    ] {
        let mut child = Command::new(path())
            .arg("call")
            .args(words)
            .args(["--deadline", "1", "--json"])
            .env_clear()
            .env("TIKTOK_API_BASE", &desk.url)
            .env("AUTOHIVE_TIKTOK_TOKEN", TOKEN)
            .env("AUTOHIVE_TIKTOK_ADS_TOKEN", ADS_TOKEN)
            .env("XDG_STATE_HOME", desk.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stalled = child.stdin.take().unwrap();
        let waiting = thread::spawn(move || child.wait_with_output().unwrap());
        for _ in 0..400 {
            if waiting.is_finished() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert!(
            waiting.is_finished(),
            "{words:?}: the deadline of a second has no effect"
        );
        drop(stalled);
        let output = waiting.join().unwrap();
        assert_eq!(output.status.code(), Some(7), "{words:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("\"code\":\"timeout\""), "{words:?}: {text}");
    }
    tiktok.nothing_posted();
}
