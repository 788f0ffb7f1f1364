//! The name of a creative is its idempotency key.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use super::bench::{UploadBench, image, named, video};
use crate::support::{
    video::{clip, media},
    with,
};

#[test]
fn a_repeated_request_finds_the_creative() {
    let bench = UploadBench::new();
    for inputs in [
        video(&clip()),
        named(video(&media("small.mov")), "a.mov"),
        image(&media("portrait.jpg")),
        named(image(&media("picture.png")), "b.png"),
    ] {
        let first = bench.ends(inputs.clone(), "uploaded");
        let again = bench.ends(inputs, "already_uploaded");
        for member in ["video_id", "image_id", "file_name", "md5", "size", "ready"] {
            assert_eq!(first[member], again[member], "{member}: {first} {again}");
        }
    }
    assert_eq!(bench.library().len(), 4);
    assert_eq!(
        bench.count(EndpointName::FILE_VIDEO_AD_UPLOAD),
        2,
        "videos are looked up first"
    );
}

#[test]
fn a_name_of_another_file_is_refused_with_the_way_out() {
    let bench = UploadBench::new();
    bench.ends(named(video(&clip()), "a"), "uploaded");
    bench.ends(named(image(&media("portrait.jpg")), "a"), "uploaded");
    for inputs in [video(&media("small.mov")), image(&media("picture.png"))] {
        let error = bench.fails(named(inputs, "a"), "40911");
        assert_eq!(
            (&error["outcome"], &error["retryable"]),
            (&json!("failed"), &json!(false)),
            "{error}"
        );
        let remedy = error["remedy"].as_str().unwrap();
        for words in ["use its id", "Only if it shows another one", "update_creative"] {
            assert!(remedy.contains(words), "{error}");
        }
        assert_eq!(error["found"].as_array().map(Vec::len), Some(1), "{error}");
    }
    assert_eq!(bench.library().len(), 2);
}

/// TikTok may show the MD5 and the size of its own copy: then another content is no proof of another file.
#[test]
fn content_of_tiktoks_own_copy_is_no_other_file() {
    let bench = UploadBench::new();
    bench.switch(&json!({ "own_copies": true }));
    let video = named(video(&clip()), "a.mp4");
    bench.faults(&json!([{ "endpoint": "file_video_ad_upload", "nth": 1, "kind": "cut_after" }]));
    let data = bench.ends(video.clone(), "uploaded");
    let warnings = data["warnings"].to_string();
    for words in ["answer was lost", "another MD5 or size"] {
        assert!(warnings.contains(words), "{data}");
    }
    // Images are not looked up before, so the name can have been another one's.
    let image = named(image(&media("portrait.jpg")), "a.jpg");
    bench.faults(&json!([{ "endpoint": "file_image_ad_upload", "nth": 1, "kind": "cut_after" }]));
    let error = bench.fails(image.clone(), "outcome_unknown");
    let library = bench.library();
    assert_eq!(
        (&error["outcome"], &error["retryable"], &error["found"]),
        (
            &json!("unconfirmed"),
            &json!(true),
            &json!([library[1]["image_id"]])
        ),
        "{error}"
    );
    bench.faults(&json!([]));
    for (inputs, id) in [(video, &library[0]["video_id"]), (image, &library[1]["image_id"])] {
        let error = bench.fails(inputs, "40911");
        assert_eq!(
            (&error["outcome"], &error["found"]),
            (&json!("failed"), &json!([id])),
            "{error}"
        );
        assert!(
            error["message"].as_str().unwrap().contains("TikTok's own copy"),
            "{error}"
        );
    }
    assert_eq!(bench.library().len(), 2);
}

#[test]
fn content_that_is_not_shown_yet_is_waited_for() {
    let bench = UploadBench::new();
    bench.switch(&json!({ "late_content": true, "video_ms": 20_000, "image_ms": 10_000 }));
    let waiting = |inputs: &Value, seconds: u64| with(inputs.clone(), "wait_seconds", json!(seconds));
    for inputs in [
        named(video(&clip()), "a.mp4"),
        named(image(&media("portrait.jpg")), "a.jpg"),
    ] {
        bench.ends(waiting(&inputs, 0), "uploaded");
        bench.ends(waiting(&inputs, 60), "already_uploaded");
    }
    bench.switch(&json!({ "video_ms": 200_000, "image_ms": 200_000 }));
    for (inputs, id) in [
        (named(video(&clip()), "b.mp4"), "video_id"),
        (named(image(&media("portrait.jpg")), "b.jpg"), "image_id"),
    ] {
        let first = bench.ends(waiting(&inputs, 0), "uploaded");
        let error = bench.fails(waiting(&inputs, 5), "40911");
        assert_eq!(
            (&error["outcome"], &error["retryable"], &error["found"]),
            (&json!("unconfirmed"), &json!(true), &json!([first[id]])),
            "{error}"
        );
        assert!(!error.to_string().contains("another file_name"), "{error}");
        bench.ends(waiting(&inputs, 200), "already_uploaded");
    }
    assert_eq!(bench.library().len(), 4);
}

#[test]
fn a_video_in_processing_may_be_hidden() {
    let bench = UploadBench::new();
    bench.switch(&json!({ "hide_processing": true, "video_ms": 20_000 }));
    let inputs = with(named(video(&clip()), "a.mp4"), "wait_seconds", json!(0));
    let first = bench.ends(inputs.clone(), "uploaded");
    let again = bench.ends(inputs.clone(), "already_uploaded");
    assert_eq!(first["video_id"], again["video_id"]);
    bench.switch(&json!({ "hide_processing": true, "video_ms": 600_000 }));
    let inputs = named(inputs, "b.mp4");
    bench.ends(inputs.clone(), "uploaded");
    let error = bench.fails(inputs, "40911");
    assert!(
        error["remedy"].as_str().unwrap().contains("after 5 minutes"),
        "{error}"
    );
    assert_eq!(bench.library().len(), 2);
}

#[test]
fn an_image_is_found_among_many() {
    let bench = UploadBench::new();
    for number in 0..101 {
        let name = format!("{number}.png");
        bench.ends(
            with(
                named(image(&media("picture.png")), &name),
                "wait_seconds",
                json!(0),
            ),
            "uploaded",
        );
    }
    bench.ends(named(image(&media("picture.png")), "0.png"), "already_uploaded");
    assert_eq!(bench.count(EndpointName::FILE_IMAGE_AD_SEARCH), 2);
    assert_eq!(
        bench
            .library()
            .iter()
            .filter(|file: &&Value| file["file_name"] == "0.png")
            .count(),
        1
    );
}

/// TikTok lists one video of each content: `b-long.mp4` hides `b.mp4` in a search for `b.mp4`.
#[test]
fn a_video_that_another_name_hides_is_told_with_the_id_of_that_one() {
    let bench = UploadBench::new();
    let request = |name| named(video(&clip()), name);
    bench.ends(request("b.mp4"), "uploaded");
    let shown = bench.ends(request("b-b.mp4"), "uploaded");
    let error = bench.fails(request("b.mp4"), "40911");
    assert_eq!(error["found"], json!([shown["video_id"]]), "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("the same content") && message.contains("b-b.mp4"),
        "{message}"
    );
    assert_eq!(bench.library().len(), 2);
    assert_eq!(
        bench.count(EndpointName::FILE_VIDEO_AD_SEARCH),
        4,
        "no search is repeated"
    );
}

#[test]
fn a_name_that_looks_like_a_placeholder_is_a_warning() {
    let bench = UploadBench::new();
    for inputs in [video(&clip()), image(&media("portrait.jpg"))] {
        let data = bench.ends(named(inputs, "{{ $json.name }}"), "uploaded");
        assert!(
            data["warnings"].to_string().contains("looks like a placeholder"),
            "{data}"
        );
    }
}
