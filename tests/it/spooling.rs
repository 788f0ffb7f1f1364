//! Larger videos wait in a temporary file without a name: what goes wrong with it is told, and nothing is left behind.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use autohive_tiktok::simulator::Endpoint;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Answer, Program},
    tiktok::{TikTok, tiktok, tiktok_faulty},
    video::{base64, clip, clip_of},
};

/// A draft of a video that does not stay in memory.
fn large() -> Value {
    draft("large", &clip_of(5_000_000))
}

fn draft(id: &str, video: &[u8]) -> Value {
    ask(id, "upload_video_draft", json!({ "file": { "content": base64(video) } }))
}

fn spooling(tiktok: &TikTok, folder: &Path) -> Program {
    tiktok.run().env("TMPDIR", folder.to_str().unwrap())
}

/// The large video is refused for want of room, and the requests around it are served.
#[track_caller]
fn refused(answers: &[Answer]) {
    let of = |id: &str| answers.iter().find(|answer| answer.0["id"] == id).unwrap().clone();
    of("before").did();
    of("small").did().has("/data/outcome", "in_inbox");
    let large = of("large").failed("no_room").has("/outcome", "failed").has("/who", "developer").says("file.content");
    large.says("TMPDIR");
}

#[test]
fn a_folder_that_is_not_there_or_takes_no_files_is_told() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    // Nobody, not even root, makes files in /proc.
    for folder in [&home.path().join("missing"), &file, Path::new("/proc")] {
        let tiktok = tiktok();
        let run = spooling(&tiktok, folder).request(&ask("before", "get_videos", json!({})));
        let ended = run.request(&large()).request(&draft("small", &clip())).finish().exits(0);
        refused(&ended.answers());
        assert_eq!(tiktok.count(Endpoint::InboxInit), 1, "only the small draft is begun: {}", folder.display());
    }
}

/// The disk is full in the middle of a video. A bound on the size of files gives the same failing write.
#[test]
fn a_write_that_fails_in_the_middle_is_told() {
    let (tiktok, folder) = (tiktok(), TempDir::new().unwrap());
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 4096; exec \"$0\" run", env!("CARGO_BIN_EXE_autohive-tiktok")])
        .env("TIKTOK_API_BASE", tiktok.url())
        .env("TMPDIR", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for request in [ask("before", "get_videos", json!({})), large(), draft("small", &clip())] {
        writeln!(stdin, "{request}").unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let answers: Vec<Answer> = output.stdout.split_inclusive(|byte| *byte == b'\n').map(Answer::read).collect();
    assert_eq!(answers.len(), 3, "every request is answered once");
    refused(&answers);
    assert_eq!(entries(folder.path()), 0, "nothing is left behind");
}

/// Not even while a video is sent is there anything to see in the folder, so a kill leaves nothing behind.
#[test]
fn a_kill_leaves_nothing_behind() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "kind": { "slow_ms": 30_000 } }));
    let folder = TempDir::new().unwrap();
    let running = spooling(&tiktok, folder.path()).request(&large()).start();
    tiktok.await_calls("/video/", 1);
    assert_eq!(entries(folder.path()), 0, "the file has no name");
    running.signal("KILL");
    drop(running.wait());
    assert_eq!(entries(folder.path()), 0, "nothing is left behind");
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}
