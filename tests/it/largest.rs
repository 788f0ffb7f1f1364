//! The largest videos: exactly 287 MiB at most, with memory that does not grow with their size.

use std::{iter, time::Duration};

use serde_json::json;

use crate::support::{
    ask,
    program::is_debug,
    tiktok::tiktok,
    video::{base64, clip_in_pieces, sha256_of},
};

const MIB: usize = 1024 * 1024;

/// Size of the largest video that an action accepts.
const VIDEO_MAX: usize = 287 * MIB;

/// Timeout for the largest videos.
const PATIENCE: Duration = Duration::from_mins(2);

/// A draft of the clip padded to this size, as one line, in pieces.
fn draft(id: &str, size: usize) -> impl Iterator<Item = Vec<u8>> + Send + 'static {
    const HERE: &str = "{{video}}";
    let line = format!(
        "{}\n",
        ask(id, "upload_video_draft", json!({ "file": { "content": HERE } }))
    );
    let (before, behind) = line.split_once(HERE).unwrap();
    let video = clip_in_pieces(size).map(|piece| base64(&piece).into_bytes());
    iter::once(before.into())
        .chain(video)
        .chain(iter::once(behind.into()))
}

#[test]
fn a_video_of_287_mib_is_taken_and_one_byte_more_is_not() {
    let tiktok = tiktok();
    let mut running = tiktok.run().start();
    running.send_pieces(draft("all", VIDEO_MAX));
    running.send_pieces(draft("more", VIDEO_MAX + 1));
    running.send(&ask("next", "get_videos", json!({})));
    running.close_input();
    let ended = running.wait_for(PATIENCE).exits(0);
    ended.answer("all").did().has("/data/outcome", "in_inbox");
    ended
        .answer("more")
        .failed("video_too_large")
        .has("/outcome", "failed")
        .says("file.content");
    ended.answer("next").did();
    let [post] = tiktok.posts().try_into().expect("one draft");
    assert_eq!(post.bytes, VIDEO_MAX as u64);
}

/// The uploaded bytes equal the input, and the memory is that of a small video.
#[cfg(target_os = "linux")]
#[test]
fn a_video_of_280_mib_takes_no_more_memory_than_one_of_4() {
    const GROWTH_MAX_KIB: u64 = 2 * 1024;
    /// Memory of the program with a video.
    const TOTAL_MAX_KIB: u64 = 24 * 1024;
    /// Memory that a video takes above that of a small action.
    const VIDEO_MAX_KIB: u64 = 4 * 1024;
    let peaks = [4 * MIB, 280 * MIB].map(|size| {
        let tiktok = tiktok();
        let mut running = tiktok.run().start();
        running.send(&ask("small", "get_videos", json!({})));
        running.next().did();
        // The code of a debug build alone takes more than a release build may take with a video.
        let own = if is_debug() {
            running.memory_kib("VmHWM")
        } else {
            0
        };
        running.send_pieces(draft("draft", size));
        running.next().did().has("/data/outcome", "in_inbox");
        let peak = running.memory_kib("VmHWM") - own;
        running.close_input();
        drop(running.wait().exits(0));
        let [post] = tiktok.posts().try_into().expect("one draft");
        assert_eq!(
            (post.bytes, post.sha256),
            (size as u64, sha256_of(clip_in_pieces(size))),
            "the bytes should be the same"
        );
        peak
    });
    let most_kib = if is_debug() { VIDEO_MAX_KIB } else { TOTAL_MAX_KIB };
    println!("at most {peaks:?} KiB for 4 and 280 MiB");
    let [small, large] = peaks;
    assert!(
        small.max(large) <= most_kib,
        "{peaks:?} KiB are more than {most_kib}"
    );
    assert!(
        small.abs_diff(large) <= GROWTH_MAX_KIB,
        "{peaks:?} KiB differ by more than {GROWTH_MAX_KIB}"
    );
}
