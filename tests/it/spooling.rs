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
    program::{Answer, Program, Running},
    tiktok::{TikTok, tiktok, tiktok_faulty},
    video::{base64, clip, clip_of, sha256},
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
fn refused(answers: &[Answer], fix: &str) {
    let of = |id: &str| answers.iter().find(|answer| answer.0["id"] == id).unwrap().clone();
    of("before").did();
    of("small").did().has("/data/outcome", "in_inbox");
    let large = of("large").failed("no_room").has("/outcome", "failed").has("/who", "developer").says("file.content");
    large.says(fix);
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
        refused(&ended.answers(), "TMPDIR");
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
    refused(&answers, "ulimit -f");
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

/// However many videos a request has, together they take the memory of one, and one file.
#[test]
fn the_videos_of_a_request_share_its_memory_and_its_file() {
    const FILES: usize = 50;
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 2, "kind": { "slow_ms": 1_000 } }));
    let mut running = tiktok.run().request(&draft("warm-up", &clip())).start();
    running.next().did();
    let size = |running: &Running| {
        let files = fs::read_dir(format!("/proc/{}/fd", running.id())).unwrap().count();
        (running.figure("status", "VmHWM"), files)
    };
    let before = size(&running);
    let (other, video) = (base64(&vec![b'x'; 1024 * 1024]), clip_of(1_000_000));
    let mut files = vec![json!({ "content": other }); FILES];
    files.push(json!({ "content": base64(&video) }));
    running.send(&ask("many", "upload_video_draft", json!({ "files": files })));
    tiktok.await_calls("/video/", 2);
    let with_many = size(&running);
    let answer = running.next().did();
    assert_eq!(answer.at("/data/warnings").as_array().unwrap().len(), FILES, "each that is no video is told");
    assert_eq!(tiktok.posts()[1].sha256, sha256(&video), "the last file is sent, whole");
    assert!(with_many.0 < before.0 + GROWTH_MAX_KIB, "memory in KiB: {before:?}, {with_many:?}");
    assert!(with_many.1 <= before.1 + 4, "one file, and connections: {before:?}, {with_many:?}");
    running.close_input();
    running.wait().exits(0);
}

/// What a request with many videos may add to the memory of the program: its share, and what is on its way.
const GROWTH_MAX_KIB: u64 = 8 * 1024;
