//! Larger videos are stored in an unlinked temporary file: its errors are reported, and no file remains.

#[cfg(target_os = "linux")]
mod as_root;

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Answer, Program, Running, run},
    tiktok::{TikTok, tiktok, tiktok_faulty},
    video::{base64, clip, clip_of, media, sha256},
};

/// A draft of a video that is too large for memory.
fn large() -> Value {
    draft("large", &clip_of(5_000_000))
}

fn draft(id: &str, video: &[u8]) -> Value {
    ask(
        id,
        "upload_video_draft",
        json!({ "file": { "content": base64(video) } }),
    )
}

fn spooling(tiktok: &TikTok, folder: &Path) -> Program {
    tiktok.run().env("TMPDIR", folder.to_str().unwrap())
}

/// Checks that the large video is refused for lack of space, and that the requests around it are served.
#[track_caller]
fn refused(answers: &[Answer], fix: &str) {
    let of = |id: &str| {
        answers
            .iter()
            .find(|answer| answer.0["id"] == id)
            .unwrap()
            .clone()
    };
    of("before").did();
    of("small").did().has("/data/outcome", "in_inbox");
    let large = of("large")
        .failed("no_room")
        .has("/outcome", "failed")
        .has("/who", "developer")
        .says("file.content");
    large.says(fix);
}

#[test]
fn a_missing_or_read_only_folder_is_no_room() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    // No user, not even root, can create files in /proc.
    for folder in [&home.path().join("missing"), &file, Path::new("/proc")] {
        let tiktok = tiktok();
        let run = spooling(&tiktok, folder).request(&ask("before", "get_videos", json!({})));
        let ended = run
            .request(&large())
            .request(&draft("small", &clip()))
            .finish()
            .exits(0);
        refused(&ended.answers(), "TMPDIR");
        assert_eq!(
            tiktok.count(EndpointName::INBOX_INIT),
            1,
            "only the small draft is begun: {}",
            folder.display()
        );
    }
}

/// The disk fills up in the middle of a video. A file size limit causes the same failed write.
#[test]
fn a_write_that_fails_in_the_middle_is_no_room() {
    let (tiktok, folder) = (tiktok(), TempDir::new().unwrap());
    let mut child = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 4096; exec \"$0\" run",
            env!("CARGO_BIN_EXE_autohive-tiktok"),
        ])
        .env("TIKTOK_API_BASE", tiktok.url())
        .env("TMPDIR", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for request in [
        ask("before", "get_videos", json!({})),
        large(),
        draft("small", &clip()),
    ] {
        writeln!(stdin, "{request}").unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let answers: Vec<Answer> = output
        .stdout
        .split_inclusive(|byte| *byte == b'\n')
        .map(Answer::read)
        .collect();
    assert_eq!(answers.len(), 3, "every request is answered once");
    refused(&answers, "ulimit -f");
    assert_eq!(entries(folder.path()), 0, "nothing is left behind");
}

/// The folder is empty even during an upload, so a kill leaves no file.
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

/// A file of `tests/media`, padded to `size` bytes with a box that players skip.
fn padded(name: &str, size: usize) -> Vec<u8> {
    let mut file = media(name);
    let rest = size - file.len();
    file.extend(u32::try_from(rest).unwrap().to_be_bytes());
    file.extend(b"free");
    file.resize(size, 0);
    file
}

/// Size of each video of a request with many, and limit on the stored bytes.
const SIZE: usize = 3_000_000;

/// Sends requests with many contents, only one of which fits into the limit, and calls `look` during the upload of the
/// video.
fn send_many_contents(look: impl Fn(&Running, &str)) {
    let (video, sound, other) = (clip_of(SIZE), padded("audio_only.mp4", SIZE), vec![b'x'; SIZE]);
    let second = padded("h264.mp4", SIZE);
    // A recording without a picture is recognised only at its end, so it is stored until the next content begins.
    let rows = [
        ("last", &other, &video),
        ("last, after sound", &sound, &video),
        ("first", &video, &second),
    ];
    for (place, eleven, twelfth) in rows {
        let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 1, "kind": { "slow_ms": 1_000 } }));
        let contents: Vec<Value> = [eleven; 11]
            .into_iter()
            .chain([twelfth])
            .map(|file| json!({ "content": base64(file) }))
            .collect();
        let program = tiktok.run().env("AUTOHIVE_TIKTOK_SPOOL_MAX", &SIZE.to_string());
        let mut running = program
            .request(&ask("many", "upload_video_draft", json!({ "files": contents })))
            .start();
        tiktok.await_calls("/video/", 1);
        look(&running, place);
        running.next().did().has("/data/outcome", "in_inbox");
        let [post] = tiktok.posts().try_into().expect("one draft");
        assert_eq!(post.sha256, sha256(&video), "the video is {place}");
        running.close_input();
        running.wait().exits(0);
    }
}

/// At most one content of a request is stored, whatever their number and kind, and the right one is posted.
#[test]
fn never_more_than_one_content_of_a_request_is_kept() {
    send_many_contents(|_, _| {});
}

/// Sends requests with a content at a place where no action takes one, which the schema refuses. Calls `look` when the
/// program has read the content and waits for the end of the request; the last argument is the number of bytes sent so
/// far.
fn send_contents_at_unknown_places(look: impl Fn(&Running, &str, usize)) {
    let video = base64(&clip_of(SIZE));
    for (inputs, place) in [
        (json!({ "foo": { "content": video } }), "/foo"),
        (
            json!({ "file": { "x": { "content": video }, "content": "" } }),
            "/file/x",
        ),
        (
            json!({ "files": [{ "video_content_base64": video, "content": "" }] }),
            "/files/0/video_content_base64",
        ),
    ] {
        let running = tiktok().run().start();
        let request = ask("unknown", "upload_video_draft", inputs).to_string();
        let (most, end) = request.split_at(request.find(&video).unwrap() + video.len() - 16);
        running.send_text(most.to_owned());
        look(&running, place, most.len());
        running.send_text(format!("{end}\n"));
        let mut running = running;
        let answer = running.next();
        assert_eq!(answer.0["type"], "validation_error", "{:?}", answer.0);
        assert_eq!(answer.at("/property"), place);
        assert!(
            answer.0.to_string().len() < 2_000,
            "the content is not repeated: {:?}",
            answer.0
        );
        running.close_input();
        running.wait().exits(0);
    }
}

/// None of them is repeated in the result.
#[test]
fn contents_at_unknown_places_are_refused_by_the_schema() {
    send_contents_at_unknown_places(|_, _, _| {});
}

/// The videos of all requests share a limit: a video beyond it is refused at once, and the next request is served.
#[test]
fn a_video_beyond_the_limit_on_stored_bytes_is_refused() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 1, "kind": { "slow_ms": 3_000 } }));
    tiktok.keep_media("large.mp4", clip_of(4_000_000));
    let url = format!("{}/_simulator/media/large.mp4", tiktok.url());
    let mut running = tiktok
        .run()
        .arg("--spool-max")
        .arg("8MB")
        .request(&large())
        .start();
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
        refuses(&mut running, request, field)
            .has("/retryable", true)
            .says("send the request again when");
    }
    running.send(&draft("small", &clip()));
    assert_eq!(
        running.next().did().0["id"],
        "small",
        "a video that fits should be served meanwhile"
    );
    assert_eq!(running.next().did().0["id"], "large");
    let larger = draft("larger", &clip_of(9_000_000));
    refuses(&mut running, &larger, "file.content")
        .has("/retryable", false)
        .says("send a smaller video");
    for request in [&fetched, &second] {
        running.send(request);
        running.next().did();
    }
    running.close_input();
    running.wait().exits(0);
}

#[test]
fn an_invalid_spool_limit_is_a_usage_error() {
    for wrong in ["2", "1023KiB", "-1", "much", "1.5GiB"] {
        for program in [
            run().arg(&format!("--spool-max={wrong}")),
            run().env("AUTOHIVE_TIKTOK_SPOOL_MAX", wrong),
        ] {
            let ended = program.finish().exits(2);
            assert!(
                ended.stderr.contains("allowed: 1MiB or more"),
                "{wrong}: {}",
                ended.stderr
            );
        }
    }
    run().env("AUTOHIVE_TIKTOK_SPOOL_MAX", " ").finish().exits(0);
}

/// Any number of contents in a request takes the memory and the file of one video.
#[cfg(target_os = "linux")]
#[test]
fn the_videos_of_a_request_share_its_memory_and_its_file() {
    const FILES: usize = 100;
    // Enough for the program and a few files, but not for one per content.
    const OPEN_FILES_MAX: u32 = 64;
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 2, "kind": { "slow_ms": 1_000 } }));
    let program = tiktok.run().with_open_files(OPEN_FILES_MAX);
    let mut running = program.request(&draft("warm-up", &clip())).start();
    running.next().did();
    let before = running.figure("status", "VmHWM");
    // They are recognised only at their end, so each is stored until then, and they are too large for memory.
    let (other, video) = (base64(&padded("audio_only.mp4", SIZE / 2)), clip_of(SIZE / 2));
    let mut files = vec![json!({ "content": other }); FILES];
    files.push(json!({ "content": base64(&video) }));
    running.send(&ask("many", "upload_video_draft", json!({ "files": files })));
    tiktok.await_calls("/video/", 2);
    let with_many = running.figure("status", "VmHWM");
    let answer = running.next().did();
    assert_eq!(
        answer.at("/data/warnings").as_array().unwrap().len(),
        FILES,
        "each file that is not a video should be reported"
    );
    assert_eq!(
        tiktok.posts()[1].sha256,
        sha256(&video),
        "the last file is sent, whole"
    );
    assert!(
        with_many < before + GROWTH_MAX_KIB,
        "memory in KiB: {before}, {with_many}"
    );
    running.close_input();
    running.wait().exits(0);
}

/// Maximum memory for a request with many videos: its share, and buffers.
#[cfg(target_os = "linux")]
const GROWTH_MAX_KIB: u64 = 8 * 1024;
