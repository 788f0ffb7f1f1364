//! Upload of the bytes of a video: complete, in order, in legal chunks, through all network faults.
//!
//! Covered: every size at which the rules change; every container; every form of base64; one fault at the first, the
//! middle and the last chunk. Each run ends with the right bytes at TikTok, by their SHA-256, or with the right error;
//! a fault never makes a second post.
//!
//! Facts: docs/tiktok-open-api.md#chunk-rules, #upload-answers.

use autohive_tiktok::simulator::{EndpointName, StoredPost, StoredStatus};
use serde_json::{Value, json};

use crate::support::{
    ask, merged,
    program::Answer,
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    together,
    video::{base64, clip, clip_of, sha256},
    with,
};

/// Smallest non-final chunk and largest chunk, safe under both readings of "MB".
const CHUNK: std::ops::RangeInclusive<u64> = 5_242_880..=64_000_000;

/// A request to post `video` with additional inputs.
fn post(video: &[u8], more: Value) -> Vec<u8> {
    post_with_retries(video, more, 3)
}

/// As [`post`], formatted by hand: serde would take seconds for a large video.
fn post_with_retries(video: &[u8], more: Value, max_retries: u32) -> Vec<u8> {
    let inputs = merged(
        json!({ "privacy_level": "SELF_ONLY", "file": { "content": "@" } }),
        more,
    );
    let limits = json!({ "max_retries": max_retries, "timeout": 10 });
    let text = with(ask("a", "create_video_post", inputs), "request_config", limits).to_string();
    let (before, after) = text.split_once('@').unwrap();
    [before, &base64(video), after, "\n"].concat().into_bytes()
}

/// Checks that the one post is complete, split as its init declared and as TikTok's rules require.
#[track_caller]
fn arrived(tiktok: &TikTok, video: &[u8]) -> StoredPost {
    let posts = tiktok.posts();
    assert_eq!(posts.len(), 1, "one post: {posts:#?}");
    let post = posts[0].clone();
    let size = video.len() as u64;
    assert_eq!(
        (post.bytes, &post.sha256),
        (size, &sha256(video)),
        "the bytes should have arrived unchanged"
    );
    let told = |name: &str| post.source_info[name].as_u64().unwrap();
    let (chunk, count) = (told("chunk_size"), told("total_chunk_count"));
    assert_eq!(
        (told("video_size"), count),
        (size, size / chunk),
        "the count is rounded down: {}",
        post.source_info
    );
    if count == 1 {
        assert_eq!(chunk, size, "a single chunk is the whole video");
        assert!(size <= *CHUNK.end(), "a single chunk has at most 64 MB");
    } else {
        assert!(
            CHUNK.contains(&chunk),
            "a chunk of {chunk} bytes is legal under only one reading of MB"
        );
    }
    let lengths: Vec<u64> = post.chunks.iter().map(|chunk| chunk.bytes).collect();
    let (last, others) = lengths.split_last().unwrap();
    assert_eq!(
        lengths.len() as u64,
        count,
        "as many chunks as announced: {lengths:?}"
    );
    assert!(
        others.iter().all(|length| *length == chunk),
        "all chunks but the last are alike: {lengths:?}"
    );
    assert!(
        *last < 128_000_000,
        "the last chunk has less than 128 MB: {lengths:?}"
    );
    clean(tiktok);
    post
}

/// Checks that the upload server received valid requests only.
#[track_caller]
fn clean(tiktok: &TikTok) {
    let journal = tiktok.journal();
    assert_eq!(
        journal.leaks().count(),
        0,
        "no Authorization header at the upload edge"
    );
    for entry in journal.of(EndpointName::UPLOAD) {
        assert_eq!(
            entry.headers.transfer_encoding, None,
            "Content-Length and not chunked: {entry:#?}"
        );
        assert!(
            entry.headers.content_length.is_some(),
            "Content-Length is required: {entry:#?}"
        );
        assert!(
            !entry.notes.iter().any(|note| note.contains("Content-Range is")),
            "{entry:#?}"
        );
    }
}

#[track_caller]
fn uploads(size: usize, chunk_size: Option<u64>) -> StoredPost {
    let (tiktok, video) = (tiktok(), clip_of(size));
    let answer = tiktok
        .run()
        .input(post(&video, json!({ "chunk_size": chunk_size })))
        .finish()
        .exits(0)
        .only()
        .did();
    let post = arrived(&tiktok, &video);
    answer
        .has("/data/publish_id", post.publish_id.clone())
        .has("/data/video/size_bytes", size)
        .has("/data/video/mime_type", "video/mp4")
        .has("/data/video/total_chunk_count", post.chunks.len());
    assert!(
        post.chunks.iter().all(|chunk| chunk.content_type == "video/mp4"),
        "{:#?}",
        post.chunks
    );
    assert_eq!(
        tiktok.count(EndpointName::UPLOAD),
        post.chunks.len(),
        "each chunk was sent once"
    );
    post
}

#[test]
fn small_videos_go_in_one_chunk() {
    for size in [2_000_000, 5_100_000, 12_000_000] {
        assert_eq!(uploads(size, None).chunks.len(), 1, "{size} bytes");
    }
}

#[test]
fn a_video_of_64_000_001_bytes_goes_in_several() {
    uploads(64_000_001, None);
}

/// Clients reported that TikTok refused this size as one chunk and with a rounded-up count
/// (docs/tiktok-open-api.md#reported-plans).
#[test]
fn a_video_of_158_008_374_bytes_goes_in_several() {
    uploads(158_008_374, None);
}

#[test]
fn a_legal_chunk_size_is_used() {
    let chunks = |size, wanted| {
        uploads(size, Some(wanted))
            .chunks
            .iter()
            .map(|chunk| chunk.bytes)
            .collect::<Vec<_>>()
    };
    assert_eq!(chunks(15_800_000, 5_242_880), [5_242_880, 5_242_880, 5_314_240]);
    assert_eq!(chunks(16_000_000, 5_300_000), [5_300_000, 5_300_000, 5_400_000]);
    assert_eq!(chunks(12_000_000, 12_000_000), [12_000_000]);
}

#[test]
fn a_chunk_size_that_tiktok_would_refuse_is_corrected_with_a_warning() {
    for (size, wanted) in [
        (5_100_000, 5_000_000),
        (12_000_000, 8_000_000),
        (12_000_000, 1),
        (2_000_000, 64_000_000),
    ] {
        let (tiktok, video) = (tiktok(), clip_of(size));
        let input = post(&video, json!({ "chunk_size": wanted }));
        let answer = tiktok.run().input(input).finish().exits(0).only().did();
        arrived(&tiktok, &video);
        let warnings = answer.at("/data/warnings").to_string();
        assert!(
            warnings.contains("chunk_size"),
            "a corrected chunk_size should be reported: {}",
            answer.0
        );
    }
}

/// The bytes determine the content type, not the sender's claim (docs/tiktok-open-api.md#upload-requests).
#[test]
fn the_content_type_follows_the_bytes() {
    let media = |name: &str| std::fs::read(crate::support::root().join("tests/it/media").join(name)).unwrap();
    for (video, mime) in [
        (clip(), "video/mp4"),
        (media("clip.mov"), "video/quicktime"),
        (media("clip.webm"), "video/webm"),
    ] {
        let tiktok = tiktok();
        let file =
            json!({ "content": base64(&video), "name": "holiday.avi", "contentType": "video/x-msvideo" });
        let ended = tiktok
            .run()
            .request(&ask("a", "upload_video_draft", json!({ "file": file })))
            .finish()
            .exits(0);
        ended
            .only()
            .did()
            .has("/data/video/mime_type", mime)
            .has("/data/outcome", "in_inbox");
        let post = arrived(&tiktok, &video);
        assert!(
            post.chunks.iter().all(|chunk| chunk.content_type == mime),
            "{:#?}",
            post.chunks
        );
    }
}

#[test]
fn every_form_of_base64_is_the_same_video() {
    // One byte more than a multiple of three, so that there is padding to omit.
    let video = clip_of(300_001);
    let text = base64(&video);
    let lines = text
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line).into_owned() + "\r\n")
        .collect::<String>();
    assert!(text.ends_with("=="), "the sample should have padding");
    let forms = [
        text.clone(),
        text.trim_end_matches('=').to_owned(),
        format!("data:video/mp4;base64,{text}"),
        lines,
        format!(" \t{text}\n "),
    ];
    let tiktok = tiktok();
    for form in forms {
        let request = ask("a", "upload_video_draft", json!({ "video_content_base64": form }));
        tiktok.run().request(&request).finish().exits(0).only().did();
        arrived(&tiktok, &video);
        tiktok.reset();
    }
    // JSON has several ways to write the same character.
    let escaped = ask("a", "upload_video_draft", json!({ "video_content_base64": "@" })).to_string();
    let escaped = escaped.replace('@', &text.replace('/', "\\/").replace('A', "\\u0041"));
    tiktok.run().input(escaped).finish().exits(0).only().did();
    arrived(&tiktok, &video);
}

#[test]
fn the_first_video_of_several_files_is_posted() {
    let (tiktok, video) = (tiktok(), clip());
    let file = |bytes: &[u8], name: &str| json!({ "content": base64(bytes), "name": name, "contentType": "video/mp4" });
    let files = [
        file(b"a,b\n1,2\n", "table.csv"),
        file(&video, "clip"),
        file(&clip_of(300_000), "other.mp4"),
    ];
    let request = ask(
        "a",
        "create_video_post",
        json!({ "files": files, "privacy_level": "SELF_ONLY" }),
    );
    tiktok.run().request(&request).finish().exits(0).only().did();
    arrived(&tiktok, &video);
}

/// A video in three chunks: 5,242,880, 5,242,880 and 5,314,240 bytes.
fn three_chunks() -> Vec<u8> {
    clip_of(15_800_000)
}

/// Posts a video of three chunks.
#[track_caller]
fn send(tiktok: &TikTok, video: &[u8]) -> Answer {
    send_with_retries(tiktok, video, 3)
}

#[track_caller]
fn send_with_retries(tiktok: &TikTok, video: &[u8], max_retries: u32) -> Answer {
    let input = post_with_retries(video, json!({ "chunk_size": 5_242_880 }), max_retries);
    tiktok.run().input(input).finish().exits(0).only()
}

/// Checks that all bytes arrived and one post was made, whatever the fault.
#[track_caller]
fn survives(setup: Value) {
    let shown = setup.to_string();
    let (tiktok, video) = (tiktok_with(setup), three_chunks());
    let answer = send(&tiktok, &video);
    assert_eq!(
        answer.0["type"], "action",
        "the upload should survive {shown}: {}",
        answer.0
    );
    let post = arrived(&tiktok, &video);
    assert_eq!(
        (tiktok.inits(), post.status),
        (1, StoredStatus::PublishComplete),
        "one init, one post after {shown}"
    );
    assert_eq!(answer.at("/data/outcome"), "published", "{shown}");
    assert!(
        tiktok
            .entries(EndpointName::UPLOAD)
            .iter()
            .any(|entry| entry.fault.is_some()),
        "{shown} should have struck"
    );
}

fn survives_at_each_chunk(kind: &Value) {
    together(1..=3, |nth| {
        survives(json!({ "faults": [{ "endpoint": "upload", "nth": nth, "kind": kind }] }));
    });
}

#[test]
fn a_503_sends_the_chunk_again() {
    survives_at_each_chunk(&json!({ "status": 503 }));
}

#[test]
fn a_gateways_page_sends_the_chunk_again() {
    survives(json!({ "faults": [{ "endpoint": "upload", "nth": 2, "kind": "html_502" }] }));
}

#[test]
fn a_connection_that_breaks_within_a_chunk_sends_it_again() {
    survives_at_each_chunk(&json!({ "cut_at_byte": 1_000_000 }));
}

/// The chunk has arrived and its response has not: a repeat gets 416, or status/fetch settles the last one.
#[test]
fn a_lost_answer_is_settled() {
    survives_at_each_chunk(&json!("cut_after"));
}

#[test]
fn a_slow_answer_is_waited_for() {
    survives(json!({ "faults": [{ "endpoint": "upload", "kind": { "slow_ms": 150 } }] }));
}

/// Both readings of the figure in `Content-Range: bytes 0-{figure}/{total}`
/// (docs/tiktok-open-api.md#upload-answers).
#[test]
fn a_416_that_is_ahead_is_followed_under_the_other_reading() {
    together(1..=2, |nth| {
        survives(json!({
            "upload": { "figure": "last_index" },
            "faults": [{ "endpoint": "upload", "nth": nth, "kind": "cut_after" }],
        }));
    });
}

/// TikTok returns 206 without storing the chunk: the next one gets 416 with a smaller figure than expected.
#[test]
fn a_416_that_is_behind_is_followed() {
    together(
        [("count", 1), ("count", 2), ("last_index", 2)],
        |(figure, nth)| {
            survives(json!({
                "upload": { "figure": figure },
                "faults": [{ "endpoint": "upload", "nth": nth, "kind": { "status": 206 } }],
            }));
        },
    );
}

/// 201 for the last chunk confirms the upload; 206 is followed by a status call.
#[test]
fn a_206_to_the_last_chunk_is_asked_about() {
    survives(json!({ "faults": [{ "endpoint": "upload", "nth": 3, "kind": { "status": 206 } }] }));
    survives(
        json!({ "faults": [{ "endpoint": "upload", "nth": 3, "effect": true, "kind": { "status": 206 } }] }),
    );
}

/// A 5xx may have taken effect; a repeat of the chunk is then ahead.
#[test]
fn a_503_that_took_effect_is_settled() {
    together(2..=3, |nth| {
        survives(
            json!({ "faults": [{ "endpoint": "upload", "nth": nth, "effect": true, "kind": { "status": 503 } }] }),
        );
    });
}

#[test]
fn an_expired_upload_url_is_upload_expired() {
    for (status, nth) in [(403, 1), (404, 2), (405, 3)] {
        let fault = json!({ "endpoint": "upload", "nth": nth, "times": 9, "kind": { "status": status } });
        let (tiktok, video) = (tiktok_faulty(fault), three_chunks());
        let answer = send(&tiktok, &video)
            .failed("upload_expired")
            .has("/http_status", status);
        assert_eq!(tiktok.inits(), 2, "a second upload is begun, and no third");
        let post = &tiktok.posts()[1];
        answer
            .has("/outcome", "failed")
            .has("/publish_id", post.publish_id.clone())
            .holds("/remedy");
        assert_ne!(
            post.bytes,
            post.source_info["video_size"].as_u64().unwrap(),
            "the sample should not have arrived"
        );
        clean(&tiktok);
    }
}

/// An upload that fails before its last chunk has posted nothing, and reports its publish_id.
#[test]
fn an_abandoned_upload_reports_its_known_state() {
    let kinds = [
        (1, json!({ "status": 503 })),
        (2, json!("cut_after")),
        (2, json!("cut_before")),
        (3, json!("cut_before")),
    ];
    together(kinds, |(nth, kind)| {
        let fault = json!({ "endpoint": "upload", "nth": nth, "times": 9, "kind": kind, "effect": false });
        let tiktok = tiktok_faulty(fault);
        let answer = send_with_retries(&tiktok, &three_chunks(), 1).is("action_error");
        let answer = answer
            .has("/publish_id", tiktok.posts()[0].publish_id.clone())
            .holds("/remedy");
        let outcome = answer.at("/outcome").as_str().unwrap_or_default();
        // The status call after the last chunk returned the number of received bytes.
        assert!(matches!(outcome, "failed" | "unconfirmed"), "{}", answer.0);
        assert!(
            nth == 3 || outcome == "failed",
            "without the last chunk nothing can have been posted: {}",
            answer.0
        );
    });
}

/// All bytes have arrived, and neither the upload nor the status says so: an error would lead to a second post.
#[test]
fn an_upload_that_may_be_complete_is_never_called_failed() {
    let mut wrong = Vec::new();
    for kind in [
        json!({ "status": 503 }),
        json!({ "status": 408 }),
        json!("html_502"),
        json!("cut_after"),
        json!({ "status": 206 }),
    ] {
        let tiktok = tiktok_with(json!({ "faults": [
            { "endpoint": "upload", "nth": 3, "times": 9, "kind": kind, "effect": true },
            { "endpoint": "status_fetch", "kind": { "status": 500 } },
        ] }));
        let video = three_chunks();
        let answer = send_with_retries(&tiktok, &video, 0);
        arrived(&tiktok, &video);
        let outcome = if answer.0["type"] == "action" {
            answer.at("/data/outcome")
        } else {
            answer.at("/outcome")
        };
        let publish_id = tiktok.posts()[0].publish_id.clone();
        if outcome == "failed"
            || answer.at("/retryable") == true
            || !answer.0.to_string().contains(&publish_id)
        {
            wrong.push(format!("after {kind} to the last chunk: {}", answer.0));
        }
    }
    assert!(
        wrong.is_empty(),
        "the post is in progress: its outcome should not be failed, it should not be retryable, and it should have its publish_id\n{}",
        wrong.join("\n")
    );
}
