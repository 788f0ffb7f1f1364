//! Each fault on each call: the library has the file once and byte for byte, or the error says that it does not.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::bench::{CALLS, UploadBench, image, named, video};
use crate::support::{
    video::{clip, clip_of, media},
    with,
};

/// Faults after which the next attempt succeeds.
fn passing() -> Vec<Value> {
    vec![
        json!({ "status": 503 }),
        json!("html_502"),
        json!("cut_before"),
        json!({ "cut_at_byte": 1000 }),
        json!("cut_after"),
        json!({ "truncate": 10 }),
        json!("empty_200"),
        json!("not_json"),
        json!({ "error": { "http": 200, "code": "50000" } }),
        json!({ "error": { "http": 200, "code": "40100" } }),
    ]
}

/// Faults with and without an effect of the call.
fn variants(endpoint: &str, nth: u64) -> Vec<Value> {
    let fault = |kind: Value| json!({ "endpoint": endpoint, "nth": nth, "kind": kind });
    let with_effect = [json!({ "status": 503 }), json!("html_502")];
    let with_effect = with_effect.map(|kind| with(fault(kind), "effect", json!(true)));
    let early = with(fault(json!({ "status": 503 })), "early", json!(true));
    let all = passing().into_iter().map(fault).chain(with_effect);
    all.chain([early]).collect()
}

#[track_caller]
fn survives(bytes: &[u8], inputs: &dyn Fn(&str) -> Value, endpoint: &str, calls: u64) {
    let bench = UploadBench::new();
    let mut uploads = 0;
    for nth in 1..=calls {
        for fault in variants(endpoint, nth) {
            let name = format!("{uploads}.file");
            bench.faults(&json!([fault]));
            let data = bench.does(with(inputs(&name), "wait_seconds", json!(0)));
            assert_eq!(data["outcome"], "uploaded", "{fault}: {data}");
            bench.faults(&json!([]));
            bench.holds(&name, bytes);
            uploads += 1;
            assert_eq!(bench.library().len(), uploads, "{fault}");
        }
    }
}

#[test]
fn a_video_in_one_call_survives_each_fault() {
    let bytes = clip();
    let inputs = |name: &str| named(video(&bytes), name);
    survives(&bytes, &inputs, "file_video_ad_upload", 1);
}

#[test]
fn an_image_survives_each_fault() {
    let bytes = media("portrait.jpg");
    let inputs = |name: &str| named(image(&bytes), name);
    survives(&bytes, &inputs, "file_image_ad_upload", 1);
}

#[test]
fn a_search_survives_each_fault() {
    let bytes = clip();
    let inputs = |name: &str| named(video(&bytes), name);
    survives(&bytes, &inputs, "file_video_ad_search", 1);
}

/// A file that goes in two chunks.
fn chunked(endpoint: &str, calls: u64) {
    let bytes = clip_of(20_971_521);
    let inputs = |name: &str| named(video(&bytes), name);
    survives(&bytes, &inputs, endpoint, calls);
}

#[test]
fn the_start_of_chunks_survives_each_fault() {
    chunked("file_start_upload", 1);
}

#[test]
fn each_chunk_survives_each_fault() {
    chunked("file_transfer_upload", 2);
}

#[test]
fn the_end_of_chunks_survives_each_fault() {
    chunked("file_finish_upload", 1);
}

#[test]
fn the_creative_of_chunks_survives_each_fault() {
    chunked("file_video_ad_upload", 1);
}

#[test]
fn a_lasting_fault_leaves_nothing_half_done() {
    let bytes = clip_of(21_000_000);
    for endpoint in ["file_start_upload", "file_transfer_upload", "file_finish_upload"] {
        let bench = UploadBench::new();
        bench.faults(&json!([{ "endpoint": endpoint, "kind": { "status": 503 } }]));
        let answer = bench.fails(named(video(&bytes), "a.mp4"), "unreadable_answer");
        assert_eq!(answer["outcome"], "failed", "{answer}");
        assert!(
            answer["message"]
                .as_str()
                .unwrap()
                .contains("Nothing was changed"),
            "{answer}"
        );
        assert_eq!(
            (
                bench.library().len(),
                bench.count(EndpointName::FILE_VIDEO_AD_UPLOAD)
            ),
            (0, 0)
        );
        bench.faults(&json!([]));
        bench.ends(named(video(&bytes), "a.mp4"), "uploaded");
        bench.holds("a.mp4", &bytes);
    }
}

#[test]
fn an_outcome_that_nothing_shows_is_unconfirmed_and_found_later() {
    let bench = UploadBench::new();
    let inputs = named(video(&clip()), "a.mp4");
    // The name is looked up before; then the answer is lost, and so are all lists.
    bench.faults(&json!([
        { "endpoint": "file_video_ad_upload", "kind": "cut_after" },
        { "endpoint": "file_video_ad_search", "nth": 2, "times": 1000, "kind": { "status": 503 } },
    ]));
    let error = bench.fails(inputs.clone(), "outcome_unknown");
    assert_eq!(
        (&error["outcome"], &error["retryable"], &error["file_name"]),
        (&json!("unconfirmed"), &json!(true), &json!("a.mp4")),
        "{error}"
    );
    bench.faults(&json!([]));
    bench.ends(inputs, "already_uploaded");
    assert_eq!(bench.library().len(), 1);
}

#[test]
fn a_wrong_digest_at_tiktok_is_an_error() {
    let bench = UploadBench::new();
    let refusal = json!({ "error": { "http": 200, "code": "40900", "message": "signature mismatch" } });
    bench.faults(&json!([{ "endpoint": "file_video_ad_upload", "kind": refusal }]));
    let error = bench.fails(named(video(&clip()), "a.mp4"), "40900");
    assert_eq!(error["outcome"], "failed", "{error}");
    assert_eq!(bench.library().len(), 0);
}

/// A file whose id TikTok no longer knows.
fn expired(code: &str) -> Value {
    json!({ "error": { "http": 200, "code": code, "message": "in TikTok's words" } })
}

#[test]
fn an_expired_file_is_uploaded_again_once() {
    let bytes = clip_of(21_000_000);
    for code in ["40910", "40905"] {
        let bench = UploadBench::new();
        bench.faults(&json!([{ "endpoint": "file_video_ad_upload", "nth": 1, "kind": expired(code) }]));
        bench.ends(named(video(&bytes), "a.mp4"), "uploaded");
        bench.holds("a.mp4", &bytes);
        assert_eq!(CALLS.map(|call| bench.count(call)), [2, 0, 2, 4, 2], "{code}");
    }
}

#[test]
fn an_expired_file_after_a_lost_answer_is_uploaded_again() {
    let bench = UploadBench::new();
    let bytes = clip_of(21_000_000);
    bench.faults(&json!([
        { "endpoint": "file_video_ad_upload", "nth": 1, "kind": "cut_before" },
        { "endpoint": "file_video_ad_upload", "nth": 2, "kind": expired("40910") },
    ]));
    bench.ends(named(video(&bytes), "a.mp4"), "uploaded");
    bench.holds("a.mp4", &bytes);
    assert_eq!(bench.count(EndpointName::FILE_START_UPLOAD), 2);
}

#[test]
fn a_file_that_expires_each_time_is_an_error() {
    let bench = UploadBench::new();
    let bytes = clip_of(21_000_000);
    bench.faults(&json!([{ "endpoint": "file_video_ad_upload", "kind": expired("40910") }]));
    let error = bench.fails(named(video(&bytes), "a.mp4"), "40910");
    assert_eq!(error["outcome"], "failed", "{error}");
    assert_eq!(CALLS.map(|call| bench.count(call)), [2, 0, 2, 4, 2]);
    assert_eq!(bench.library().len(), 0);
    bench.faults(&json!([]));
    // A file that is sent in one call has no id that could expire.
    bench.faults(&json!([{ "endpoint": "file_video_ad_upload", "kind": expired("40905") }]));
    bench.fails(named(video(&clip()), "b.mp4"), "40905");
    assert_eq!(bench.count(EndpointName::FILE_VIDEO_AD_UPLOAD), 3);
}

#[test]
fn ranges_that_lead_nowhere_end_the_upload() {
    let bytes = clip_of(21_000_000);
    for (start, end) in [
        (0, 20_971_520),
        (0, 0),
        (5, 20_971_520),
        (0, 21_000_001),
        (20_971_520, 10),
    ] {
        let bench = UploadBench::new();
        let body =
            json!({ "code": 0, "message": "OK", "data": { "start_offset": start, "end_offset": end } });
        let answer = json!({ "answer": { "status": 200, "body": body.to_string() } });
        bench.faults(&json!([{ "endpoint": "file_transfer_upload", "kind": answer }]));
        let error = bench.fails(named(video(&bytes), "a.mp4"), "unreadable_answer");
        assert_eq!(error["outcome"], "failed", "{start} {end}: {error}");
        assert!(
            bench.count(EndpointName::FILE_TRANSFER_UPLOAD) <= 2,
            "{start} {end}"
        );
        assert_eq!(bench.library().len(), 0);
    }
}

/// TikTok's page says only that the offsets are equal at the end.
#[test]
fn each_spelling_of_the_end_of_chunks_is_read() {
    let bytes = clip_of(21_000_000);
    for data in [
        json!({ "start_offset": 21_000_000, "end_offset": 21_000_000 }),
        json!({ "start_offset": 0, "end_offset": 0 }),
        json!({ "start_offset": 20_971_520, "end_offset": "20971520" }),
        json!({ "start_offset": 21_000_000 }),
        json!({}),
        Value::Null,
    ] {
        let bench = UploadBench::new();
        let body = json!({ "code": 0, "message": "OK", "data": data });
        let kind = json!({ "answer": { "status": 200, "body": body.to_string() } });
        let fault = json!({ "endpoint": "file_transfer_upload", "nth": 2, "effect": true, "kind": kind });
        bench.faults(&json!([fault]));
        bench.ends(named(video(&bytes), "a.mp4"), "uploaded");
        bench.holds("a.mp4", &bytes);
        assert_eq!(CALLS.map(|call| bench.count(call)), [1, 0, 1, 2, 1], "{data}");
    }
}

#[test]
fn names_in_camel_case_are_read() {
    let bench = UploadBench::new();
    let bytes = clip_of(21_000_000);
    // The upload of the answer does not exist, so its first chunk is refused: it was read.
    let body = json!({ "Code": 0, "Message": "OK", "RequestId": "1", "Data": {
        "UploadId": "up-x", "FileName": "a", "StartOffset": 0, "EndOffset": 20_971_520,
    } });
    let answer = json!({ "answer": { "status": 200, "body": body.to_string() } });
    bench.faults(&json!([{ "endpoint": "file_start_upload", "nth": 1, "kind": answer }]));
    let error = bench.fails(named(video(&bytes), "a.mp4"), "40007");
    assert!(error["message"].as_str().unwrap().contains("up-x"), "{error}");
}
