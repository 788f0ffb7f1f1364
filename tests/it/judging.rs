//! Checks of videos before the upload: real files of every kind, through the actions.
//!
//! The properties of a file are reported; violations of TikTok's limits are refused together before anything is sent.
//! Facts: docs/tiktok-open-api.md#media-requirements. Origin of the files: tests/media/README.md.

use serde_json::{Value, json};

use crate::support::{
    ask, merged,
    program::Answer,
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    video::{base64, media},
    with,
};

/// A dry run of a post of `video` with additional inputs.
fn post_on(tiktok: &TikTok, video: &[u8], more: Value) -> Answer {
    let inputs =
        json!({ "privacy_level": "SELF_ONLY", "dry_run": true, "file": { "content": base64(video) } });
    let inputs = merged(inputs, more);
    let answer = tiktok
        .run()
        .request(&ask("a", "create_video_post", inputs))
        .finish()
        .exits(0)
        .only();
    tiktok.nothing_posted();
    answer
}

fn post(video: &[u8]) -> Answer {
    post_on(&tiktok(), video, json!({}))
}

fn draft(video: &[u8]) -> Answer {
    let inputs = json!({ "file": { "content": base64(video) }, "dry_run": true });
    tiktok()
        .run()
        .request(&ask("a", "upload_video_draft", inputs))
        .finish()
        .exits(0)
        .only()
}

/// Checks that both actions accept the file and report these properties.
#[track_caller]
fn taken(name: &str, expected: &Value) {
    for answer in [post(&media(name)), draft(&media(name))] {
        let answer = answer.did();
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(
                answer.at("/data/video")[member],
                *value,
                "{member} of {name}: {}",
                answer.0
            );
        }
    }
}

/// Checks that both actions refuse the file with this code, for one reason whose `got` and `allowed` contain these
/// texts.
#[track_caller]
fn refused(video: &[u8], code: &str, got: &str, allowed: &str) {
    for answer in [post(video), draft(video)] {
        let answer = answer
            .failed(code)
            .has("/outcome", "failed")
            .has("/retryable", false);
        let details = answer.at("/details").as_array().unwrap();
        assert_eq!(details.len(), 1, "one reason: {}", answer.0);
        let told = |member: &str| details[0][member].as_str().unwrap().to_owned();
        assert_eq!(told("field"), "file.content");
        assert!(told("got").contains(got), "got should hold {got:?}: {}", answer.0);
        assert!(
            told("allowed").contains(allowed),
            "allowed should hold {allowed:?}: {}",
            answer.0
        );
        assert!(!told("fix").is_empty(), "a way out: {}", answer.0);
    }
}

#[test]
fn properties_of_accepted_videos_are_reported() {
    let plain = json!({
        "container": "MP4", "codec": "H.264", "duration_seconds": 4.0, "frame_rate": 30.0, "width": 360, "height": 640,
        "has_audio": false, "mime_type": "video/mp4",
    });
    let other = |more| merged(plain.clone(), more);
    taken("h264.mp4", &plain);
    taken("h265.mp4", &other(json!({ "codec": "H.265" })));
    taken(
        "vp9.webm",
        &other(json!({ "container": "WebM", "codec": "VP9", "mime_type": "video/webm" })),
    );
    taken("moov_last.mp4", &other(json!({ "has_audio": true })));
    // Fragments of sound and picture do not begin at the same time.
    taken(
        "fragmented.mp4",
        &other(json!({ "has_audio": true, "duration_seconds": 4.128, "frame_rate": 29.062 })),
    );
    // The file has 7 seconds, of which 4.5 are shown.
    taken("edit_list.mp4", &other(json!({ "duration_seconds": 4.5 })));
    taken(
        "variable.mp4",
        &other(json!({ "duration_seconds": 5.9, "frame_rate": 37.224 })),
    );
    // A live recording has neither duration nor frame rate; both are derived from its blocks.
    let live = json!({
        "container": "WebM", "codec": "VP8", "mime_type": "video/webm", "duration_seconds": 4.021,
        "has_audio": true,
    });
    taken("live.webm", &other(live));
}

/// The file has 1920×1080 and a rotation.
#[test]
fn a_rotated_video_has_its_displayed_size() {
    let turned = json!({ "container": "MOV", "width": 1080, "height": 1920, "mime_type": "video/quicktime" });
    taken("rotated.mov", &turned);
    assert_eq!(post(&media("rotated.mov")).did().at("/data/warnings"), &json!([]));
}

#[test]
fn videos_that_tiktok_would_refuse_are_refused() {
    refused(&media("two_seconds.mp4"), "video_too_short", "2 s", "3 s");
    refused(&eleven_minutes(), "video_too_long", "675.84 s", "at most 600 s");
    refused(
        &media("fps_15.mp4"),
        "video_format_invalid",
        "15 frames per second",
        "23 to 60",
    );
    refused(
        &media("fps_120.mp4"),
        "video_format_invalid",
        "120 frames per second",
        "23 to 60",
    );
    refused(
        &media("px_240.mp4"),
        "video_format_invalid",
        "240×426",
        "360 to 4096",
    );
    refused(
        &media("av1.mp4"),
        "video_format_invalid",
        "AV1",
        "H.264, H.265, VP8 or VP9",
    );
    refused(
        &media("audio_only.mp4"),
        "video_format_invalid",
        "an audio recording",
        "MP4, MOV or WebM",
    );
}

/// A truncated file is reported before any call to TikTok.
#[test]
fn a_file_that_is_cut_off_is_refused() {
    let cases = [
        ("h264.mp4", "its mdat box claims"),
        ("moov_last.mp4", "its moov box claims"),
        ("vp9.webm", "its Segment claims"),
        ("live.webm", "claims"),
    ];
    for (name, words) in cases {
        let mut video = media(name);
        video.truncate(video.len() - 5);
        refused(&video, "video_format_invalid", words, "complete");
        let tiktok = tiktok();
        post_on(&tiktok, &video, json!({})).failed("video_format_invalid");
        assert_eq!(
            tiktok.journal().entries.len(),
            0,
            "TikTok is not asked about {name}"
        );
    }
    let mut video = media("moov_last.mp4");
    video.truncate(video.windows(4).position(|name| name == b"moov").unwrap() - 4);
    refused(
        &video,
        "video_format_invalid",
        "without an index (moov)",
        "complete",
    );
}

#[test]
fn several_video_tracks_are_a_warning() {
    let answer = post(&media("tracks.mp4"))
        .did()
        .has("/data/video/height", 640)
        .has("/data/video/has_audio", true);
    assert!(
        answer.at("/data/warnings").to_string().contains("2 video tracks"),
        "{}",
        answer.0
    );
}

/// Colour formats that few devices decode, and the choice among several tracks, cause warnings.
#[test]
fn playback_problems_are_warnings() {
    for (name, words) in [
        ("chroma_444.mp4", "the video is H.264 in 4:4:4"),
        (
            "cover_first.mp4",
            "number 2 (H.264) was checked, because the first is a cover picture",
        ),
    ] {
        let answer = post(&media(name)).did().has("/data/video/height", 640);
        assert!(
            answer.at("/data/warnings").to_string().contains(words),
            "{name}: {}",
            answer.0
        );
    }
}

/// A MOV has the coded size, 352×576, and a pixel aspect ratio.
#[test]
fn a_mov_with_wide_pixels_has_its_displayed_width() {
    post(&media("wide_pixels.mov"))
        .did()
        .has("/data/video/width", 768)
        .has("/data/video/height", 576);
}

/// A file that is not a video is named, with a remedy.
#[test]
fn files_that_are_not_videos_are_named_with_a_remedy() {
    let packet = [&[0x47][..], &[0x55; 187]].concat();
    for (bytes, got, fix) in [
        (
            &packet.repeat(4)[..],
            "an MPEG transport stream (TS)",
            "convert it to MP4 with H.264",
        ),
        (b"\xff\xd8\xff\xe0", "a JPEG picture", "create_photo_post"),
        (b"fLaC\0\0\0\x22", "a FLAC recording", "a picture too"),
        (
            b"#EXTM3U\n#EXT-X-VERSION:3\n",
            "an HLS playlist",
            "not the list of its pieces",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "a Git LFS pointer",
            "git lfs pull",
        ),
        (b"<!-- c --><HTML>", "an HTML page", "the file itself"),
        (b"\0\x05\x16\x07\0\x02\0\0", "a companion file of macOS", "\"._\""),
        (
            b"{\"error\":\"SECRET-0123456789abcdef\"}",
            "an error message as JSON",
            "the previous step",
        ),
    ] {
        let answer = post(bytes).failed("video_format_invalid");
        let told = |member: &str| answer.at("/details/0")[member].as_str().unwrap().to_owned();
        assert!(
            told("got").contains(got) && told("fix").contains(fix),
            "{}",
            answer.0
        );
        assert!(!answer.0.to_string().contains("SECRET"), "{}", answer.0);
    }
    let mangled = String::from_utf8_lossy(&media("clip.mp4")).into_owned();
    post(mangled.as_bytes()).failed("video_format_invalid").has(
        "/details/0/fix",
        "handle the file as binary in every step (responseType arraybuffer, response.content, encoding null), and take it \
         from its source again",
    );
}

/// TikTok requires neither, so these are warnings, and few.
#[test]
fn a_small_picture_is_a_warning() {
    let answer = post(&media("h264.mp4")).did();
    let warnings = answer.at("/data/warnings").as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{}", answer.0);
    assert!(warnings[0].as_str().unwrap().contains("360×640"), "{}", answer.0);
}

#[test]
fn the_account_may_be_allowed_less_than_ten_minutes() {
    let account = json!({ "token": "act.sim-public", "max_video_post_duration_sec": 3 });
    let tiktok = tiktok_with(json!({ "accounts": [account] }));
    let answer = post_on(&tiktok, &media("h264.mp4"), json!({})).failed("video_too_long");
    let finding = json!({ "field": "file.content", "got": "a video of 4 s", "allowed": "at most 3 s for this account" });
    for (member, value) in finding.as_object().unwrap() {
        assert_eq!(answer.at("/details/0")[member], *value, "{}", answer.0);
    }
}

/// Faults of the video, the account's options and the cover are reported together.
#[test]
fn all_faults_are_reported_together() {
    let fields = |answer: &Answer| -> Vec<String> {
        let details = answer.at("/details").as_array().unwrap();
        details
            .iter()
            .map(|finding| finding["field"].as_str().unwrap().to_owned())
            .collect()
    };
    let more = json!({ "brand_content_toggle": true, "video_cover_timestamp_ms": 2_500 });
    let answer = post_on(&tiktok(), &media("two_seconds.mp4"), more).failed("rules_not_met");
    assert_eq!(
        fields(&answer),
        ["file.content", "brand_content_toggle", "video_cover_timestamp_ms"],
        "{}",
        answer.0
    );
    // One code, because all findings have the same.
    let cover = json!({ "video_cover_timestamp_ms": 4_001 });
    let answer = post_on(&tiktok(), &media("h264.mp4"), cover).failed("rules_not_met");
    assert_eq!(fields(&answer), ["video_cover_timestamp_ms"], "{}", answer.0);
}

#[test]
fn a_misleading_file_name_is_a_warning() {
    let warnings = |name: &str| {
        let file = json!({ "content": base64(&media("h264.mp4")), "name": name });
        let answer = post_on(&tiktok(), &[], json!({ "file": file })).did();
        answer.at("/data/warnings").to_string()
    };
    let told = warnings("Holiday.MOV");
    assert!(
        told.contains("file.name ends in .mov") && told.contains("MP4"),
        "{told}"
    );
    for name in ["clip.mp4", "clip.M4V", "clip", "v1.2", ""] {
        assert!(!warnings(name).contains("file.name"), "{name:?}");
    }
}

/// Files that are not videos are skipped; truncated or unsuitable videos are not.
#[test]
fn the_first_video_of_several_files_is_judged() {
    let file = |bytes: &[u8]| json!({ "content": base64(bytes) });
    let files = |first: &[u8]| {
        let files = [file(first), file(&media("h264.mp4"))];
        post_on(&tiktok(), &[], json!({ "file": null, "files": files }))
    };
    let answer = files(&media("audio_only.mp4")).did();
    assert!(
        answer
            .at("/data/warnings")
            .to_string()
            .contains("files[0].content is an audio recording"),
        "{}",
        answer.0
    );
    let whole = media("h264.mp4");
    files(&whole[..whole.len() - 1])
        .failed("video_format_invalid")
        .has("/details/0/field", "files[0].content");
    files(&media("two_seconds.mp4"))
        .failed("video_too_short")
        .has("/details/0/field", "files[0].content");
}

/// 11 minutes: the second fragment of a real file repeated, each a second later. Its sound is 24 ms longer than its
/// picture, so 660 of them last 675.84 s.
fn eleven_minutes() -> Vec<u8> {
    let file = media("fragmented.mp4");
    let fragments: Vec<usize> = (4..file.len() - 4)
        .filter(|at| &file[*at..*at + 4] == b"moof")
        .map(|at| at - 4)
        .collect();
    let fragment = &file[fragments[1]..fragments[2]];
    // Times of picture and sound: each begins with a 64-bit number, 8 bytes after the name.
    let times: Vec<usize> = (0..fragment.len() - 4)
        .filter(|at| &fragment[*at..*at + 4] == b"tfdt")
        .map(|at| at + 8)
        .collect();
    let mut video = file[..fragments[0]].to_vec();
    for second in 0..660_u64 {
        let mut fragment = fragment.to_vec();
        for (at, timescale) in times.iter().zip([15_360_u64, 8_192]) {
            fragment[*at..*at + 8].copy_from_slice(&(second * timescale).to_be_bytes());
        }
        video.extend(fragment);
    }
    video
}

/// A reached limit of the account does not hide a fault that waiting cannot fix.
#[test]
fn an_unsuitable_video_is_reported_without_the_account() {
    let fault = || {
        tiktok_faulty(
            json!({ "endpoint": "creator_info", "kind": { "error": { "code": "rate_limit_exceeded", "http": 429 } } }),
        )
    };
    let limits = json!({ "timeout": 1, "max_retries": 0 });
    let post = |file: &str| {
        let inputs = json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&media(file)) } });
        fault()
            .run()
            .request(&with(
                ask("a", "create_video_post", inputs),
                "request_config",
                limits.clone(),
            ))
            .finish()
            .only()
    };
    post("fps_15.mp4").failed("video_format_invalid");
    post("h264.mp4").failed("rate_limit_exceeded");
}
