//! Files of each type and size, and those that TikTok does not take.

use autohive_tiktok::simulator::{EndpointName, RecordedRequest};
use serde_json::{Value, json};

use super::bench::{CALLS, UploadBench, image, md5_of, named, video};
use crate::support::{
    video::{base64, clip, clip_of, media},
    with,
};

#[test]
fn a_video_is_sent_in_one_call_and_waited_for() {
    let bench = UploadBench::new();
    let bytes = clip();
    let data = bench.ends(named(video(&bytes), "spring.mp4"), "uploaded");
    assert_eq!(
        (&data["ready"], &data["md5"], &data["size"], &data["file_name"]),
        (
            &json!(true),
            &json!(md5_of(&bytes)),
            &json!(bytes.len()),
            &json!("spring.mp4")
        ),
        "{data}"
    );
    assert!(data["video_id"].is_string() && data["width"].is_u64(), "{data}");
    bench.holds("spring.mp4", &bytes);
    assert_eq!(CALLS.map(|call| bench.count(call)), [1, 0, 0, 0, 0]);
}

#[test]
fn an_image_is_sent_in_one_call() {
    let bench = UploadBench::new();
    for name in ["portrait.jpg", "picture.png"] {
        let bytes = media(name);
        let data = bench.ends(named(image(&bytes), name), "uploaded");
        assert_eq!(data["ready"], true, "{data}");
        assert!(data["image_id"].is_string() && data["width"].is_u64(), "{data}");
        bench.holds(name, &bytes);
    }
}

#[test]
fn a_file_from_the_chat_is_of_either_type() {
    let bench = UploadBench::new();
    for (media_type, name) in [("VIDEO", "small.mov"), ("IMAGE", "portrait.jpg")] {
        let bytes = media(name);
        let file =
            json!({ "content": base64(&bytes), "name": name, "contentType": "application/octet-stream" });
        let data = bench.ends(json!({ "media_type": media_type, "file": file }), "uploaded");
        let (stem, extension) = name.split_once('.').unwrap();
        let expected = format!("{stem}-{}.{extension}", &md5_of(&bytes)[..8]);
        assert_eq!(data["file_name"], expected, "{data}");
        bench.holds(&expected, &bytes);
    }
}

#[test]
fn a_large_file_is_sent_in_the_ranges_that_tiktok_wants() {
    let bench = UploadBench::new();
    let bytes = clip_of(45_000_001);
    let data = bench.ends(named(video(&bytes), "large.mp4"), "uploaded");
    assert_eq!(data["ready"], true, "{data}");
    bench.holds("large.mp4", &bytes);
    assert_eq!(CALLS.map(|call| bench.count(call)), [1, 0, 1, 3, 1]);
    let exactly = clip_of(20 * 1024 * 1024);
    bench.ends(named(video(&exactly), "one call.mp4"), "uploaded");
    bench.holds("one call.mp4", &exactly);
    assert_eq!(CALLS.map(|call| bench.count(call)), [2, 0, 1, 3, 1]);
}

#[test]
fn chunks_of_any_size_are_taken_from_tiktok() {
    let bench = UploadBench::new();
    bench.switch(&json!({ "chunk_bytes": 6_000_000 }));
    let bytes = clip_of(21_000_000);
    bench.ends(named(video(&bytes), "large.mp4"), "uploaded");
    bench.holds("large.mp4", &bytes);
    assert_eq!(bench.count(EndpointName::FILE_TRANSFER_UPLOAD), 4);
}

#[test]
fn without_a_wait_the_id_is_all_that_is_needed() {
    let bench = UploadBench::new();
    let data = bench.ends(with(video(&clip()), "wait_seconds", json!(0)), "uploaded");
    assert_eq!(data["ready"], false, "{data}");
    assert!(
        data["warnings"].to_string().contains("still processing"),
        "{data}"
    );
    assert_eq!(bench.count(EndpointName::FILE_VIDEO_AD_INFO), 0);
}

#[test]
fn a_dry_run_sends_no_file() {
    let bench = UploadBench::new();
    let inputs = with(video(&clip()), "dry_run", json!(true));
    let data = bench.ends(inputs.clone(), "planned");
    assert_eq!(
        (&data["md5"], data["video_id"].is_null()),
        (&json!(md5_of(&clip())), true)
    );
    assert_eq!(bench.sent(), 0);
    bench.ends(video(&clip()), "uploaded");
    bench.ends(inputs, "already_uploaded");
}

#[test]
fn a_dry_run_shows_the_calls() {
    let bench = UploadBench::new();
    bench.tiktok.keep_media("summer.mp4", clip());
    let url = format!("{}/_simulator/media/summer.mp4?token=canary", bench.tiktok.url());
    let pulled = json!({ "media_type": "VIDEO", "video_url": url, "source": "PULL_FROM_URL" });
    for inputs in [
        video(&clip()),
        named(image(&media("portrait.jpg")), "a.jpg"),
        named(video(&clip_of(45_000_001)), "large.mp4"),
        pulled,
    ] {
        let planned = bench.ends(with(inputs.clone(), "dry_run", json!(true)), "planned");
        assert!(!planned.to_string().contains("canary"), "{planned}");
        let calls = planned["calls"].as_array().unwrap();
        let before = bench.tiktok.journal().entries.len();
        let made = bench.ends(inputs, "uploaded");
        assert!(made["calls"].is_null(), "{made}");
        let mut sent = bench.tiktok.journal().entries.split_off(before);
        sent.retain(|call| call.method == "POST");
        let mut sent = sent.into_iter();
        for planned in calls {
            for _ in 0..planned["count"].as_u64().unwrap_or(1) {
                let call = sent.next().expect("each planned call should be made");
                same(planned, &call);
            }
        }
        assert!(sent.next().is_none(), "no other call should be made");
    }
}

/// Checks a planned call against the one that was made.
#[track_caller]
fn same(planned: &Value, made: &RecordedRequest) {
    assert_eq!(
        (&planned["method"], &planned["path"]),
        (&json!(made.method), &json!(made.path))
    );
    let sent = made.body.clone().unwrap();
    let content_type = made.headers.content_type.clone().unwrap();
    let is_form = content_type.starts_with("multipart/form-data");
    assert_eq!(
        is_form,
        planned["content_type"] == "multipart/form-data",
        "{planned}"
    );
    let body = planned["body"].as_object().unwrap();
    let names: Vec<&String> = body.keys().collect();
    assert_eq!(
        names,
        sent.as_object().unwrap().keys().collect::<Vec<_>>(),
        "{planned} {sent}"
    );
    for (name, value) in body {
        let sent = &sent[name];
        match value.as_str() {
            Some(text) if text.starts_with('<') => {}
            _ if value.is_object() => {
                // The journal has no type of a file.
                for (name, value) in value.as_object().unwrap() {
                    assert!(name == "content_type" || &sent[name] == value, "{planned} {sent}");
                }
            }
            _ => assert_eq!(sent, value, "{name}: {planned}"),
        }
    }
}

#[test]
fn a_dry_run_looks_for_the_name() {
    let bench = UploadBench::new();
    for (inputs, other) in [
        (video(&clip()), video(&media("small.mov"))),
        (image(&media("portrait.jpg")), image(&media("picture.png"))),
    ] {
        let dry = |inputs| with(named(inputs, "a"), "dry_run", json!(true));
        bench.ends(named(inputs.clone(), "a"), "uploaded");
        let there = bench.ends(dry(inputs), "already_uploaded");
        assert!(there["calls"].is_null(), "{there}");
        bench.refuses(dry(other), "40911");
    }
}

#[test]
fn files_that_tiktok_does_not_take_are_not_sent() {
    let bench = UploadBench::new();
    let code = "creative_file_invalid";
    for (inputs, words) in [
        (video(&media("small.webm")), "WebM"),
        (video(&media("picture.png")), "PNG"),
        (video(&media("audio_only.mp4")), "audio recording"),
        (video(&clip()[..clip().len() / 2]), "cut off"),
        (video(b"RIFF\0\0\0\0AVI LIST"), "AVI"),
        (video(b""), "0 bytes"),
        (image(&media("small.webp")), "WebP"),
        (image(&clip()), "video"),
        (image(b"hello"), "text"),
        (json!({ "media_type": "IMAGE" }), "no image"),
    ] {
        let error = bench.refuses(inputs, code);
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(words) && error["details"][0]["fix"].is_string(),
            "{words}: {error}"
        );
    }
    assert_eq!(bench.library(), Vec::<Value>::new());
}

#[test]
fn an_image_of_too_many_pixels_or_bytes_is_not_sent() {
    let bench = UploadBench::new();
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x08\0\0\0\x08\0\x08\x02\0\0\0".to_vec();
    let error = bench.refuses(image(&png), "creative_file_invalid");
    assert!(
        error["message"].as_str().unwrap().contains("2048×2048"),
        "{error}"
    );
    png.resize(50_000_001, 0);
    let error = bench.refuses(image(&png), "creative_file_invalid");
    assert!(
        error["message"].as_str().unwrap().contains("50,000,000 bytes"),
        "{error}"
    );
}

#[test]
fn exactly_one_input_has_the_file() {
    let bench = UploadBench::new();
    let two = with(video(&clip()), "video_url", json!("https://example.com/clip.mp4"));
    let error = bench.refuses(two, "inputs_conflict");
    assert!(
        error["message"].as_str().unwrap().contains("several files"),
        "{error}"
    );
    let other = json!({ "media_type": "IMAGE", "video_url": "https://example.com/clip.mp4" });
    bench.refuses(other, "inputs_conflict");
    bench.refuses(
        with(video(&clip()), "source", json!("PULL_FROM_URL")),
        "inputs_conflict",
    );
    // An empty form field beside the file.
    let empty = with(video(&clip()), "file", json!({ "content": "", "name": "" }));
    bench.ends(empty, "uploaded");
}

#[test]
fn a_file_at_a_url_is_relayed_or_fetched_by_tiktok() {
    let bench = UploadBench::new();
    bench.tiktok.keep_media("summer.mp4", clip());
    let url = format!("{}/_simulator/media/summer.mp4?token=canary", bench.tiktok.url());
    let inputs = json!({ "media_type": "VIDEO", "video_url": url });
    let relayed = bench.ends(inputs.clone(), "uploaded");
    let name = relayed["file_name"].as_str().unwrap();
    assert_eq!(name, format!("summer-{}.mp4", &md5_of(&clip())[..8]));
    bench.holds(name, &clip());
    let pulled = bench.ends(with(inputs.clone(), "source", json!("PULL_FROM_URL")), "uploaded");
    let name = pulled["file_name"].as_str().unwrap();
    assert_eq!(name, format!("summer-{}.mp4", &md5_of(url.as_bytes())[..8]));
    bench.holds(name, &clip());
    let again = with(inputs, "source", json!("PULL_FROM_URL"));
    let warnings = bench.ends(again, "already_uploaded")["warnings"].to_string();
    assert!(warnings.contains("content was not compared"), "{warnings}");
    let lost = format!("{}/_simulator/media/none.mp4?token=canary", bench.tiktok.url());
    let inputs = json!({ "media_type": "VIDEO", "video_url": lost, "source": "PULL_FROM_URL" });
    let error = bench.fails(inputs, "40902");
    assert!(
        error.to_string().contains("[redacted URL]"),
        "TikTok quotes it: {error}"
    );
    assert!(!error.to_string().contains("canary"), "{error}");
}

/// A query can be all that tells two files apart; a fragment never is, because no server gets it.
#[test]
fn the_default_name_of_a_url_has_its_query_and_not_its_fragment() {
    let bench = UploadBench::new();
    bench.tiktok.keep_media("summer.mp4", clip());
    let pulled = |tail: &str| {
        let url = format!("{}/_simulator/media/summer.mp4{tail}", bench.tiktok.url());
        json!({ "media_type": "VIDEO", "video_url": url, "source": "PULL_FROM_URL" })
    };
    bench.ends(pulled("?file=1"), "uploaded");
    bench.ends(pulled("?file=2"), "uploaded");
    bench.ends(pulled("?file=2#part"), "already_uploaded");
    assert_eq!(bench.library().len(), 2);
}
