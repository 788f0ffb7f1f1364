//! Covers that TikTok suggests for videos.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::bench::{UploadBench, image, named, video};
use crate::support::{
    video::{clip, media},
    with,
};

/// A request for covers.
fn covered(inputs: Value, count: u32) -> Value {
    with(inputs, "suggest_covers", json!(count))
}

/// Calls for covers.
fn asked(bench: &UploadBench) -> usize {
    bench.count(EndpointName::FILE_VIDEO_SUGGESTCOVER)
}

#[track_caller]
fn listed(bench: &UploadBench, ids: &[&Value], count: u32) -> Value {
    let answer = bench.answer_to("get_creatives", covered(json!({ "creative_ids": ids }), count));
    assert_eq!(answer["type"], "action", "{answer}");
    answer["result"]["data"].clone()
}

#[test]
fn a_video_that_is_ready_has_covers() {
    let bench = UploadBench::new();
    let uploaded = bench.ends(covered(video(&clip()), 3), "uploaded");
    let covers = uploaded["covers"].as_array().unwrap();
    assert_eq!(
        (covers.len(), uploaded["ready"].as_bool()),
        (3, Some(true)),
        "{uploaded}"
    );
    for cover in covers {
        assert_eq!(cover["video_id"], uploaded["video_id"], "{cover}");
        assert_eq!(
            (&cover["width"], &cover["height"]),
            (&json!(1_080), &json!(1_920)),
            "{cover}"
        );
        assert!(cover["image_id"].as_str().unwrap().starts_with("tos-"), "{cover}");
        assert!(cover["url"].as_str().unwrap().starts_with("https://"), "{cover}");
    }
    let again = bench.ends(covered(video(&clip()), 10), "already_uploaded");
    let all = again["covers"].as_array().unwrap();
    assert_eq!(
        (all.len(), &all[..3]),
        (4, &covers[..]),
        "a video of 4 s has no more"
    );
    let listed = listed(
        &bench,
        &[&uploaded["video_id"], &json!("v0"), &uploaded["video_id"]],
        3,
    );
    assert_eq!(listed["covers"], uploaded["covers"]);
    assert_eq!(listed["not_found"], json!(["v0"]));
    assert_eq!(asked(&bench), 3, "each video that exists is asked about once");
    bench.ends(video(&media("small.mov")), "uploaded");
    assert_eq!(asked(&bench), 3, "nobody asked for them");
}

#[test]
fn a_video_in_processing_has_no_covers_yet() {
    let bench = UploadBench::new();
    bench.switch(&json!({ "video_ms": 100_000 }));
    let inputs = with(covered(video(&clip()), 3), "wait_seconds", json!(0));
    let uploaded = bench.ends(inputs, "uploaded");
    assert!(uploaded["covers"].is_null(), "{uploaded}");
    let notes = uploaded["warnings"].to_string();
    assert!(
        notes.contains("suggests covers once the video is ready"),
        "{uploaded}"
    );
    assert_eq!(asked(&bench), 0);
    bench.switch(&json!({ "video_ms": 0 }));
    let other = bench.ends(named(video(&media("small.mov")), "b.mov"), "uploaded");
    let listed = listed(&bench, &[&uploaded["video_id"], &other["video_id"]], 1);
    let covers = listed["covers"].as_array().unwrap();
    assert_eq!(
        (covers.len(), &covers[0]["video_id"]),
        (1, &other["video_id"]),
        "{listed}"
    );
    let notes = listed["warnings"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "{listed}");
    for words in [
        "Insufficient permissions for some videos",
        uploaded["video_id"].as_str().unwrap(),
    ] {
        assert!(notes[0].as_str().unwrap().contains(words), "{listed}");
    }
}

#[test]
fn a_fault_of_the_covers_does_not_hide_the_upload() {
    let bench = UploadBench::new();
    bench.faults(&json!([{ "endpoint": "file_video_suggestcover", "kind": { "status": 503 } }]));
    let uploaded = bench.ends(covered(video(&clip()), 3), "uploaded");
    assert!(
        uploaded["warnings"].to_string().contains("could be read"),
        "{uploaded}"
    );
    let empty = json!({ "code": 0, "message": "OK", "data": { "list": [] } }).to_string();
    let kind = json!({ "answer": { "status": 200, "body": empty } });
    bench.faults(&json!([{ "endpoint": "file_video_suggestcover", "kind": kind }]));
    let again = bench.ends(covered(video(&clip()), 3), "already_uploaded");
    assert!(
        again["warnings"].to_string().contains("suggests no cover"),
        "{again}"
    );
}

#[test]
fn covers_are_of_videos_with_ids() {
    let bench = UploadBench::new();
    bench.refuses(covered(image(&media("portrait.jpg")), 1), "inputs_conflict");
    let ids: Vec<String> = (0..21).map(|number| format!("v{number}")).collect();
    for inputs in [
        json!({}),
        json!({ "name": "a" }),
        json!({ "media_type": "IMAGE", "creative_ids": ["i/1"] }),
        json!({ "creative_ids": ids }),
    ] {
        let answer = bench.answer_to("get_creatives", covered(inputs, 1));
        assert_eq!(answer["result"]["code"], "inputs_conflict", "{answer}");
    }
    assert_eq!(
        (asked(&bench), bench.count(EndpointName::FILE_VIDEO_AD_INFO)),
        (0, 0)
    );
}
