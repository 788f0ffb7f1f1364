//! `"progress": true`: progress of a request, as JSON lines on standard error.

use serde_json::{Value, json};

use crate::support::{
    PUBLIC, ask,
    program::Ended,
    tiktok::{tiktok, tiktok_faulty},
    video::{base64, clip_of},
    with,
};

/// Progress lines on standard error.
fn reports(ended: &Ended) -> Vec<Value> {
    let lines = ended.stderr.lines().filter(|line| line.starts_with('{'));
    let values =
        lines.map(|line| serde_json::from_str::<Value>(line).expect("a line of progress should be JSON"));
    values.filter(|value| value["type"] == "progress").collect()
}

fn phases(reports: &[Value]) -> Vec<&str> {
    let mut phases: Vec<&str> = reports
        .iter()
        .map(|report| report["phase"].as_str().unwrap())
        .collect();
    phases.dedup();
    phases
}

#[test]
fn the_phases_of_a_post_are_reported_in_order() {
    let video = clip_of(15_800_000);
    let inputs = json!({ "privacy_level": "SELF_ONLY", "chunk_size": 5_242_880, "file": { "content": base64(&video) } });
    let request = with(ask("p-1", "create_video_post", inputs), "progress", json!(true));
    let tiktok = tiktok();
    let ended = tiktok.run().request(&request).finish().exits(0);
    ended.only().did();
    let reports = reports(&ended);
    assert_eq!(
        phases(&reports),
        ["checking", "starting", "uploading", "processing"],
        "{reports:#?}"
    );
    for report in &reports {
        assert_eq!(
            (&report["id"], &report["action"]),
            (&json!("p-1"), &json!("create_video_post")),
            "{report}"
        );
    }
    let uploading: Vec<&Value> = reports
        .iter()
        .filter(|report| report["phase"] == "uploading")
        .collect();
    let bytes: Vec<u64> = uploading
        .iter()
        .map(|report| report["bytes"].as_u64().unwrap())
        .collect();
    assert!(
        bytes.is_sorted(),
        "an upload without faults only grows: {bytes:?}"
    );
    let last = uploading.last().unwrap();
    assert_eq!(
        (&last["bytes"], &last["total"], &last["chunk"], &last["chunks"]),
        (&json!(15_800_000), &json!(15_800_000), &json!(3), &json!(3)),
        "the last byte should be reported"
    );
    assert!(!ended.stderr.contains(PUBLIC), "no token in the progress");
    assert!(
        !ended.stderr.contains("upload_token"),
        "no upload URL in the progress"
    );
}

#[test]
fn progress_is_off_by_default() {
    let request = ask(
        "p-2",
        "upload_video_draft",
        json!({ "file": { "content": base64(&clip_of(300_000)) } }),
    );
    let tiktok = tiktok();
    for request in [request.clone(), with(request, "progress", json!(false))] {
        let ended = tiktok.run().request(&request).finish().exits(0);
        ended.only().did();
        assert_eq!(ended.stderr, "", "no line is written to standard error");
    }
}

#[test]
fn a_chunk_that_is_sent_again_is_counted_again() {
    let video = clip_of(2_000_000);
    let request = ask(
        "p-3",
        "upload_video_draft",
        json!({ "file": { "content": base64(&video) } }),
    );
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "nth": 1, "kind": { "status": 503 } }));
    let ended = tiktok
        .run()
        .request(&with(request, "progress", json!(true)))
        .finish()
        .exits(0);
    ended.only().did();
    let all = reports(&ended);
    let most = all.iter().filter_map(|report| report["bytes"].as_u64()).max();
    assert_eq!(most, Some(2_000_000), "never more than there is: {all:#?}");
}

#[test]
fn only_true_and_false_are_understood() {
    let request = with(ask("p-4", "get_videos", json!({})), "progress", json!("yes"));
    let ended = tiktok().run().request(&request).finish().exits(0);
    ended
        .only()
        .misunderstood("invalid_request")
        .says("progress: got the string \"yes\"; allowed: true or false");
}
