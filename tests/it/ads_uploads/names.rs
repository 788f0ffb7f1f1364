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
        assert!(
            remedy.contains("another file_name") && remedy.contains("update_creative"),
            "{error}"
        );
    }
    assert_eq!(bench.library().len(), 2);
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
