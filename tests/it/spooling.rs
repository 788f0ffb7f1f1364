//! Larger videos wait in a temporary file without a name: what goes wrong with it is told, and nothing is left behind.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use autohive_tiktok::simulator::Endpoint;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Answer, Program, Running, run},
    tiktok::{TikTok, tiktok, tiktok_faulty},
    video::{base64, clip, clip_of, media, sha256},
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

/// Bytes on disk of the files without a name that the program has open.
fn kept_on_disk(running: &Running) -> u64 {
    let open = fs::read_dir(format!("/proc/{}/fd", running.id())).unwrap().flatten();
    let files = open.filter_map(|entry| fs::metadata(entry.path()).ok());
    files.filter(|file| file.is_file() && file.nlink() == 0).map(|file| file.blocks() * 512).sum()
}

/// A file of `tests/media` with a box behind it that players skip, so that it has `size` bytes.
fn padded(name: &str, size: usize) -> Vec<u8> {
    let mut file = media(name);
    let rest = size - file.len();
    file.extend(u32::try_from(rest).unwrap().to_be_bytes());
    file.extend(b"free");
    file.resize(size, 0);
    file
}

/// However many contents a request has and whatever they are: never more than one is kept, and the right one is posted.
#[test]
fn never_more_than_one_content_of_a_request_is_kept() {
    const SIZE: usize = 3_000_000;
    let (video, sound, other) = (clip_of(SIZE), padded("audio_only.mp4", SIZE), vec![b'x'; SIZE]);
    let second = padded("h264.mp4", SIZE);
    // Of a recording without a picture only its end tells that it is none, so it is kept until another content comes.
    let rows = [("last", &other, &video), ("last, after sound", &sound, &video), ("first", &video, &second)];
    for (place, eleven, twelfth) in rows {
        let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 1, "kind": { "slow_ms": 1_000 } }));
        let contents: Vec<Value> =
            [eleven; 11].into_iter().chain([twelfth]).map(|file| json!({ "content": base64(file) })).collect();
        let program = tiktok.run().env("AUTOHIVE_TIKTOK_SPOOL_MAX", &SIZE.to_string());
        let mut running = program.request(&ask("many", "upload_video_draft", json!({ "files": contents }))).start();
        tiktok.await_calls("/video/", 1);
        let kept = kept_on_disk(&running);
        assert!((1..=SIZE as u64 + 65_536).contains(&kept), "{kept} bytes are kept with the video {place}");
        running.next().did().has("/data/outcome", "in_inbox");
        let [post] = tiktok.posts().try_into().expect("one draft");
        assert_eq!(post.sha256, sha256(&video), "the video is {place}");
        running.close_input();
        running.wait().exits(0);
    }
}

/// A content at a place where no action takes one is read and thrown away, and the request is refused by its schema.
#[test]
fn contents_under_unknown_inputs_are_not_kept() {
    const SIZE: usize = 4_000_000;
    let video = base64(&clip_of(SIZE));
    for (inputs, place) in [
        (json!({ "foo": { "content": video } }), "/foo"),
        (json!({ "file": { "x": { "content": video }, "content": "" } }), "/file/x"),
        (json!({ "files": [{ "video_content_base64": video, "content": "" }] }), "/files/0/video_content_base64"),
    ] {
        let running = tiktok().run().start();
        let request = ask("unknown", "upload_video_draft", inputs).to_string();
        // All but its end, so that the program has read the content and not answered yet.
        let (most, end) = request.split_at(request.find(&video).unwrap() + video.len() - 16);
        running.send_text(most.to_owned());
        while running.figure("io", "rchar") < most.len() as u64 {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(kept_on_disk(&running), 0, "nothing of {place} is kept");
        running.send_text(format!("{end}\n"));
        let mut running = running;
        let answer = running.next();
        assert_eq!(answer.0["type"], "validation_error", "{:?}", answer.0);
        assert_eq!(answer.at("/property"), place);
        assert!(answer.0.to_string().len() < 2_000, "the content is not repeated: {:?}", answer.0);
        running.close_input();
        running.wait().exits(0);
    }
}

/// Videos of all requests share a bound: what does not fit is refused at once, and what follows is served.
#[test]
fn a_bound_on_all_that_is_kept_refuses_what_does_not_fit() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 1, "kind": { "slow_ms": 3_000 } }));
    tiktok.keep_media("large.mp4", clip_of(4_000_000));
    let url = format!("{}/_simulator/media/large.mp4", tiktok.url());
    let mut running = tiktok.run().arg("--spool-max").arg("8MB").request(&large()).start();
    tiktok.await_calls("/video/", 1);
    let refuses = |running: &mut Running, request: &Value, field: &str| {
        running.send(request);
        running
            .next()
            .failed("no_room")
            .has("/outcome", "failed")
            .says(field)
            .says("8,000,000 bytes")
            .says("--spool-max")
    };
    let second = draft("second", &clip_of(4_000_000));
    let fetched = ask("fetched", "upload_video_draft", json!({ "video_url": url }));
    for (request, field) in [(&second, "file.content"), (&fetched, "video_url")] {
        refuses(&mut running, request, field).has("/retryable", true).says("send the request again when");
    }
    running.send(&draft("small", &clip()));
    assert_eq!(running.next().did().0["id"], "small", "what fits is served meanwhile");
    assert_eq!(running.next().did().0["id"], "large");
    let larger = draft("larger", &clip_of(9_000_000));
    refuses(&mut running, &larger, "file.content").has("/retryable", false).says("send a smaller video");
    for request in [&fetched, &second] {
        running.send(request);
        running.next().did();
    }
    running.close_input();
    running.wait().exits(0);
}

#[test]
fn a_bound_that_is_no_size_is_wrong_usage() {
    for wrong in ["2", "1023KiB", "-1", "much", "1.5GiB"] {
        for program in [run().arg(&format!("--spool-max={wrong}")), run().env("AUTOHIVE_TIKTOK_SPOOL_MAX", wrong)] {
            let ended = program.finish().exits(2);
            assert!(ended.stderr.contains("allowed: 1MiB or more"), "{wrong}: {}", ended.stderr);
        }
    }
    run().env("AUTOHIVE_TIKTOK_SPOOL_MAX", " ").finish().exits(0);
}

/// However many contents a request has, together they take the memory of one video, and one file.
#[test]
fn the_videos_of_a_request_share_its_memory_and_its_file() {
    const FILES: usize = 300;
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 2, "kind": { "slow_ms": 1_000 } }));
    let mut running = tiktok.run().request(&draft("warm-up", &clip())).start();
    running.next().did();
    // The number of open files itself is for root alone, since the program is not dumpable.
    let size = |running: &Running| (running.figure("status", "VmHWM"), running.figure("status", "FDSize"));
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
    assert!(with_many.1 < FILES as u64, "one file, and connections: {before:?}, {with_many:?}");
    running.close_input();
    running.wait().exits(0);
}

/// What a request with many videos may add to the memory of the program: its share, and what is on its way.
const GROWTH_MAX_KIB: u64 = 8 * 1024;
