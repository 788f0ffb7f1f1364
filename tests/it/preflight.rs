//! Photos are checked before any call to TikTok.

use autohive_tiktok::simulator::EndpointName;
use serde_json::{Value, json};

use crate::support::{
    ask_as,
    program::Answer,
    root,
    tiktok::{TikTok, scripted, tiktok},
    with,
};

fn photos(urls: &[String], more: &Value) -> Value {
    let mut inputs = json!({ "photo_urls": urls, "privacy_level": "SELF_ONLY", "dry_run": true });
    for (name, member) in more.as_object().into_iter().flatten() {
        inputs[name] = member.clone();
    }
    with(
        // A private account: a dry run of a private post has no warning about the app's audit.
        ask_as("act.sim-private", "a", "create_photo_post", inputs),
        "request_config",
        json!({ "max_retries": 0, "timeout": 5 }),
    )
}

fn answer(tiktok: &TikTok, request: &Value) -> Answer {
    tiktok.run().request(request).finish().exits(0).only()
}

/// Checks one photo, whose host expects a single request and replies with `reply`.
#[track_caller]
fn from_host(reply: Value) -> Answer {
    let absent = json!({ "authorization": null, "cookie": null, "referer": null, "range": "bytes=0-65535" });
    let (tiktok, host) = (
        tiktok(),
        scripted(json!([with(
            json!({ "expect": { "method": "GET", "headers": absent } }),
            "reply",
            reply
        )])),
    );
    let request = photos(&[format!("{}/a.jpg?X-Signature=c4n4ry", host.url())], &json!({}));
    let answer = tiktok
        .run()
        .allowing(&host.url())
        .request(&request)
        .finish()
        .exits(0)
        .only();
    host.played();
    assert!(!answer.0.to_string().contains("c4n4ry"), "{}", answer.0);
    answer
}

/// Head of a JPEG of this size, after `before` bytes of metadata.
fn jpeg(width: u16, height: u16, before: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut left = before;
    while left > 0 {
        let length = left.min(60_000);
        file.extend([0xff, 0xe1]);
        file.extend(u16::try_from(length + 2).unwrap().to_be_bytes());
        file.extend(vec![0; length]);
        left -= length;
    }
    file.extend([0xff, 0xe0, 0, 2, 0xff, 0xc2, 0, 17, 8]);
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.extend([3; 32]);
    file
}

#[test]
fn sizes_up_to_1080p_pass_either_way_up() {
    let tiktok = tiktok();
    for (width, height, fits) in [
        (1080, 1920, true),
        (1920, 1080, true),
        (1080, 1080, true),
        (1, 1, true),
        (1081, 1920, false),
        (1080, 1921, false),
        (1921, 2, false),
        // Sizes that users of other clients reported.
        (1086, 1448, false),
        (1254, 1254, false),
    ] {
        tiktok.keep_media("a", jpeg(width, height, 0));
        let answer = answer(
            &tiktok,
            &photos(&[format!("{}/_simulator/media/a", tiktok.url())], &json!({})),
        );
        if fits {
            answer.did().has("/data/warnings", json!([]));
        } else {
            let answer = answer
                .failed("photo_invalid")
                .has("/outcome", "failed")
                .has("/details/0/field", "photo_urls[0]");
            answer.has("/details/0/got", format!("{width}×{height} pixels"));
        }
    }
    assert_eq!(tiktok.inits(), 0);
}

/// A camera's metadata may be longer than the part that is read first.
#[test]
fn a_size_behind_long_metadata_is_found() {
    let tiktok = tiktok();
    let url = format!("{}/_simulator/media/a", tiktok.url());
    tiktok.keep_media("a", jpeg(4000, 3000, 300_000));
    answer(&tiktok, &photos(std::slice::from_ref(&url), &json!({})))
        .failed("photo_invalid")
        .has("/details/0/got", "4000×3000 pixels");
    // Megabytes of XMP are skipped while they are read.
    tiktok.keep_media("a", jpeg(4000, 3000, 4_500_000));
    answer(&tiktok, &photos(std::slice::from_ref(&url), &json!({})))
        .failed("photo_invalid")
        .has("/details/0/got", "4000×3000 pixels");
    tiktok.keep_media("a", jpeg(1000, 1000, 4_500_000));
    answer(&tiktok, &photos(std::slice::from_ref(&url), &json!({})))
        .did()
        .has("/data/warnings", json!([]));
    // Nothing beyond the maximum size of a photo is read.
    let mut long = jpeg(4000, 3000, (20 << 20) + 100);
    long.truncate(20 << 20);
    tiktok.keep_media("a", long);
    let warned = answer(&tiktok, &photos(&[url], &json!({}))).did();
    assert!(warned.at("/data/warnings/1").as_str().is_some(), "{}", warned.0);
    assert!(
        warned
            .at("/data/warnings/0")
            .as_str()
            .unwrap()
            .contains("could not be read"),
        "{}",
        warned.0
    );
}

/// JPEG has many codings with the same beginning; phones show three of them.
#[test]
fn a_coding_that_few_programs_show_is_a_warning() {
    let tiktok = tiktok();
    let url = format!("{}/_simulator/media/a", tiktok.url());
    let frame = |marker: u8, bits: u8, before: usize| {
        let mut file = jpeg(1000, 1000, before);
        let at = file.len() - 32 - 4 - 5;
        (file[at + 1], file[at + 4]) = (marker, bits);
        file
    };
    for (marker, bits, words) in [
        (0xc0, 8, ""),
        (0xc1, 8, ""),
        (0xc2, 8, ""),
        (0xc1, 12, "a JPEG with 12 bits"),
        (0xc3, 8, "a lossless JPEG"),
        (0xc9, 8, "arithmetic coding"),
        (0xca, 8, "arithmetic coding"),
        (0xc5, 8, "a hierarchical JPEG"),
    ] {
        for before in [0, 200_000] {
            tiktok.keep_media("a", frame(marker, bits, before));
            let answer = answer(&tiktok, &photos(std::slice::from_ref(&url), &json!({}))).did();
            let warnings = answer.at("/data/warnings").to_string();
            let is_right = if words.is_empty() {
                warnings == "[]"
            } else {
                warnings.contains(words)
            };
            assert!(is_right, "{marker:x} {bits} {before}: {warnings}");
        }
    }
    for before in [0, 200_000] {
        tiktok.keep_media("a", frame(0xf7, 8, before));
        let answer = answer(&tiktok, &photos(std::slice::from_ref(&url), &json!({}))).failed("photo_invalid");
        answer.has("/details/0/got", "a JPEG-LS picture");
    }
}

/// A file that is not a photo is named, with a remedy.
#[test]
fn files_that_are_not_photos_are_named_with_a_remedy() {
    for (text, got, fix) in [
        ("qoif\0\0", "a QOI picture", "save it as JPEG or WebP"),
        (
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "an SVG picture",
            "save it as JPEG or WebP",
        ),
        (
            "version https://git-lfs.github.com/spec/v1\n",
            "a Git LFS pointer",
            "git lfs pull",
        ),
        (
            "{\"error\":\"expired\"}",
            "an error message as JSON text",
            "check why the previous step failed",
        ),
        (
            "#?RADIANCE\n",
            "a Radiance HDR picture",
            "save it as JPEG or WebP",
        ),
        ("\u{feff}<!DOCTYPE html>", "a web page", "the photo itself"),
    ] {
        let answer = from_host(json!({ "text": text }))
            .failed("photo_invalid")
            .has("/details/0/got", got);
        assert!(
            answer.at("/details/0/fix").as_str().unwrap().contains(fix),
            "{}",
            answer.0
        );
    }
}

#[test]
fn sizes_in_bytes_are_those_that_the_host_declares() {
    let tiktok = tiktok();
    let url = format!("{}/_simulator/media/a", tiktok.url());
    let padded = |size: usize| {
        let mut file = jpeg(8, 8, 0);
        file.resize(size, 0);
        file
    };
    for (size, words) in [
        (20_000_000, ""),
        (20_000_001, "20,000,001 bytes"),
        (20 << 20, "20,971,520 bytes"),
    ] {
        tiktok.keep_media("a", padded(size));
        let answer = answer(&tiktok, &photos(std::slice::from_ref(&url), &json!({}))).did();
        let warnings = answer.at("/data/warnings").to_string();
        assert!(
            if words.is_empty() {
                warnings == "[]"
            } else {
                warnings.contains(words)
            },
            "{size}: {warnings}"
        );
    }
    tiktok.keep_media("a", padded((20 << 20) + 1));
    answer(&tiktok, &photos(&[url], &json!({})))
        .failed("photo_invalid")
        .has("/details/0/got", "20,971,521 bytes");
}

#[test]
fn problems_that_tiktok_would_have_too_are_errors() {
    for (reply, got) in [
        (
            json!({ "status": 404 }),
            "a URL on 127.0.0.1, which answered HTTP 404",
        ),
        (
            json!({ "status": 410 }),
            "a URL on 127.0.0.1, which answered HTTP 410",
        ),
        (
            json!({ "status": 302, "headers": { "location": "https://cdn.example.com/b.jpg?c4n4ry" } }),
            "a URL on 127.0.0.1, which answered with a redirect to cdn.example.com",
        ),
        (json!({ "text": "<html>c4n4ry</html>" }), "a web page"),
        (json!({ "text": "GIF89a" }), "a GIF picture"),
        (json!({ "text": "" }), "0 bytes"),
    ] {
        from_host(reply)
            .failed("photo_invalid")
            .has("/details/0/got", got)
            .has("/details/0/field", "photo_urls[0]");
    }
}

/// Photos on other hosts, and on other ports of this machine, are left to TikTok.
#[test]
fn with_a_simulator_no_other_host_is_checked() {
    let (tiktok, other) = (tiktok(), tiktok());
    for url in [
        "https://cdn.example.com/a.jpg".to_owned(),
        format!("{}/_simulator/media/a.jpg", other.url()),
    ] {
        let answer = answer(&tiktok, &photos(&[url], &json!({}))).did();
        let warning = answer.at("/data/warnings/0").as_str().unwrap_or_default();
        assert!(
            warning.starts_with("photo_urls[0] not checked") && warning.contains("simulator's address"),
            "{warning}"
        );
    }
    assert_eq!(other.journal().entries.len(), 0);
}

/// A host may admit TikTok but not this machine, so the post continues.
#[test]
fn problems_of_this_machine_only_are_warnings() {
    for (reply, words) in [
        (json!({ "status": 403 }), "127.0.0.1 answered HTTP 403"),
        (json!({ "status": 401 }), "answered HTTP 401"),
        (json!({ "status": 429 }), "answered HTTP 429"),
        (json!({ "status": 503 }), "answered HTTP 503"),
        (json!({ "close": "before" }), "broke the connection off"),
    ] {
        let answer = from_host(reply).did();
        let warning = answer.at("/data/warnings/0").as_str().unwrap_or_default();
        assert!(
            warning.contains(words) && warning.contains("photo_urls[0] not checked"),
            "{}",
            answer.0
        );
        assert_eq!(
            answer.at("/data/warnings").as_array().unwrap().len(),
            1,
            "{}",
            answer.0
        );
    }
    let closed = photos(&["http://127.0.0.1:9/a.jpg".to_owned()], &json!({}));
    let answer = tiktok()
        .run()
        .allowing("127.0.0.1:9")
        .request(&closed)
        .finish()
        .exits(0)
        .only()
        .did();
    assert!(
        answer
            .at("/data/warnings/0")
            .as_str()
            .unwrap()
            .contains("takes no connection"),
        "{}",
        answer.0
    );
}

#[test]
fn thirty_five_photos_are_reported_in_order() {
    let tiktok = tiktok();
    for index in 0..35_u16 {
        tiktok.keep_media(&index.to_string(), jpeg(2000 + index, 100, 0));
    }
    let urls: Vec<String> = (0..35)
        .map(|index| format!("{}/_simulator/media/{index}", tiktok.url()))
        .collect();
    let answer = answer(&tiktok, &photos(&urls, &json!({ "dry_run": false }))).failed("photo_invalid");
    let told = answer.at("/details").as_array().unwrap();
    assert_eq!(told.len(), 35);
    for (index, finding) in told.iter().enumerate() {
        assert_eq!(finding["field"], format!("photo_urls[{index}]"));
        assert_eq!(finding["got"], format!("{}×100 pixels", 2000 + index));
    }
    assert_eq!(tiktok.count(EndpointName::CONTENT_INIT), 0);
}

/// Photos that pass are sent to TikTok unchanged.
#[test]
fn checked_photos_are_posted_unchanged() {
    let host = tiktok();
    let photo = std::fs::read(root().join("tests/media/portrait.jpg")).unwrap();
    host.keep_media("a.jpg", photo);
    let url = format!("{}/_simulator/media/a.jpg", host.url());
    let ok = |data: Value| json!({ "json": { "data": data, "error": { "code": "ok" } } });
    let creator = ok(json!({ "creator_username": "ana", "privacy_level_options": ["SELF_ONLY"] }));
    let server = scripted(json!([
        { "expect": { "path": "/v2/post/publish/creator_info/query/" }, "reply": creator },
        { "expect": { "path": "/v2/post/publish/content/init/" }, "reply": ok(json!({ "publish_id": "p_pub_url~v2.1" })) },
        { "reply": ok(json!({ "status": "PROCESSING_DOWNLOAD" })) },
    ]));
    let request = photos(&[url], &json!({ "dry_run": false }));
    let answer = server
        .run()
        .allowing(&host.url())
        .request(&request)
        .finish()
        .exits(0)
        .only()
        .did();
    answer
        .has("/data/outcome", "processing")
        .has("/data/warnings", json!([]));
    server.played();
}
