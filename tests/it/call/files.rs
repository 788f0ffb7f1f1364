//! Files by their paths: posted from their place, of any size that TikTok takes, and unchanged.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::Duration,
};

use serde_json::json;

use super::{Desk, ProgramExt as _, clip_path, json_line};
use crate::support::{
    tiktok::{tiktok, tiktok_faulty},
    video::{clip, clip_of, sha256},
};

const MIB: u64 = 1024 * 1024;

/// The clip with a hole behind it, so that it has `size` bytes and takes no room on the disk.
fn sparse(path: &Path, size: u64) {
    let mut file = File::create(path).unwrap();
    let clip = clip();
    file.write_all(&clip).unwrap();
    let hole = u32::try_from(size - clip.len() as u64).unwrap();
    file.write_all(&hole.to_be_bytes()).unwrap();
    file.write_all(b"free").unwrap();
    file.set_len(size).unwrap();
}

#[test]
fn a_video_is_posted_by_its_path() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .post()
        .args(&["--title", "Hello", "--wait-seconds", "20"])
        .finish()
        .exits(0);
    let text = ended.text();
    assert!(text.starts_with("+ Published\n"), "{text}");
    assert!(
        text.contains("publish id") && text.contains("MP4, H.264, 1080 x 1920"),
        "{text}"
    );
    let [post] = tiktok.posts().try_into().expect("one post");
    assert_eq!(
        (post.sha256, post.title.as_deref()),
        (sha256(&clip()), Some("Hello"))
    );
}

/// Larger than any request may be, and not copied anywhere: there is no room for temporary files.
#[cfg(target_os = "linux")]
#[test]
fn a_video_above_the_limit_of_requests_is_sent_from_its_place_in_little_memory() {
    const GROWTH_MAX_KIB: u64 = 2 * 1024;
    let peaks = [4 * MIB, 600 * MIB].map(|size| {
        let tiktok = tiktok_faulty(json!({ "endpoint": "status", "nth": 1, "kind": { "slow_ms": 2_500 } }));
        let desk = Desk::at(&tiktok);
        let path = desk.path("long.mp4");
        sparse(&path, size);
        let running = desk
            .call("upload-video-draft")
            .path(&path)
            .arg("--json")
            .env("TMPDIR", "/nowhere")
            .start();
        running.await_log("TikTok is processing");
        let peak = running.memory_kib("VmHWM");
        let result = json_line(&running.wait_for(Duration::from_mins(2)).exits(0));
        assert_eq!(result["video"]["size_bytes"], size);
        let [post] = tiktok.posts().try_into().expect("one draft");
        assert_eq!(post.bytes, size);
        peak
    });
    assert!(
        peaks[1] <= peaks[0] + GROWTH_MAX_KIB,
        "the memory should not grow with the file: {peaks:?} KiB"
    );
}

#[test]
fn more_than_tiktok_takes_is_refused_before_it_is_read() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let path = desk.path("long.mp4");
    sparse(&path, 4_000_000_001);
    let ended = desk
        .call("upload-video-draft")
        .path(&path)
        .args(&["--state", "off", "--quiet"])
        .finish()
        .exits(3);
    assert!(ended.stderr.contains("4,000,000,000 bytes"), "{}", ended.stderr);
    tiktok.nothing_posted();
}

/// Neither a post nor a success comes of a file that changes while it is sent.
#[test]
fn a_file_that_changes_or_shrinks_during_the_upload_is_an_error() {
    for change in ["append", "shrink"] {
        let slow = json!({ "endpoint": "upload", "nth": 1, "times": 1000, "kind": { "bytes_per_second": 12_000_000 } });
        let tiktok = tiktok_faulty(slow);
        let desk = Desk::at(&tiktok);
        let path = desk.path("clip.mp4");
        fs::write(&path, clip_of(70_000_000)).unwrap();
        let running = desk
            .call("create-video-post")
            .path(&path)
            .args(&["--privacy-level", "self-only", "--json"])
            .start();
        running.await_log("Uploading");
        let file = File::options().append(true).open(&path).unwrap();
        match change {
            "append" => (&file).write_all(b"x").unwrap(),
            _ => file.set_len(20_000_000).unwrap(),
        }
        let result = json_line(&running.wait().exits(3));
        assert_eq!(result["error"]["code"], "file_changed", "{change}: {result}");
        assert_eq!(result["error"]["outcome"], "failed", "{change}: {result}");
        let posts = tiktok.posts();
        assert!(
            posts.iter().all(|post| post.bytes < 70_000_000),
            "{change}: {posts:?}"
        );
    }
}

#[test]
fn a_video_comes_from_standard_input() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("upload-video-draft")
        .args(&["-", "--json"])
        .input(clip())
        .finish()
        .exits(0);
    assert_eq!(json_line(&ended)["outcome"], "in_inbox");
    let [post] = tiktok.posts().try_into().expect("one draft");
    assert_eq!(post.sha256, sha256(&clip()));
}

#[test]
fn a_photo_of_this_machine_is_refused_with_the_ways_out() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("create-photo-post")
        .args(&["portrait.jpg", "--privacy-level", "self-only"])
        .finish()
        .exits(3);
    for part in [
        "public https URLs alone",
        "URL properties",
        "ffmpeg",
        "in the TikTok app",
    ] {
        assert!(ended.stderr.contains(part), "{part} is missing: {}", ended.stderr);
    }
    tiktok.nothing_posted();
}

#[test]
fn what_is_no_file_is_named() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    for (path, part) in [("missing.mp4", "No such file"), (".", "directory")] {
        let ended = desk.call("upload-video-draft").arg(path).finish().exits(3);
        assert!(ended.stderr.contains(part), "{path}: {}", ended.stderr);
    }
}

#[test]
fn a_creative_is_uploaded_by_its_path_and_its_type_is_that_of_its_bytes() {
    let tiktok = tiktok();
    let desk = Desk::at(&tiktok);
    let ended = desk
        .call("upload-creative")
        .path(&clip_path())
        .arg("--json")
        .finish()
        .exits(0);
    let video = json_line(&ended);
    assert_eq!(
        (&video["outcome"], &video["media_type"]),
        (&json!("uploaded"), &json!("VIDEO"))
    );
    let portrait = crate::support::root().join("tests/media/portrait.jpg");
    let ended = desk
        .call("upload-creative")
        .path(&portrait)
        .args(&["--dry-run", "--json"])
        .finish();
    let image = json_line(&ended.exits(0));
    assert_eq!(
        (&image["outcome"], &image["media_type"]),
        (&json!("planned"), &json!("IMAGE"))
    );
}
