//! Blank form fields: absent if optional, an error if required, a warning if they have consequences.

use std::{os::unix::ffi::OsStrExt as _, process::Command};

use serde_json::{Value, json};

use super::{answer, merged, photos, post, warns};
use crate::support::{
    PUBLIC, ask,
    program::{Program, command, run},
    tiktok::tiktok,
    video::{base64, clip},
    with,
};

/// Each optional input of each action, with each kind of blank.
#[test]
fn a_blank_optional_field_is_absent() {
    let tiktok = tiktok();
    let mut requests = Vec::new();
    let all = |names: &[&str], blank: &Value| {
        names
            .iter()
            .map(|name| ((*name).to_owned(), blank.clone()))
            .collect::<Value>()
    };
    for blank in [json!(""), json!(" \t\n"), json!(null)] {
        let file = json!({ "content": base64(&clip()), "name": blank, "contentType": blank });
        let draft = json!({ "file": file, "dry_run": true });
        for (what, action, inputs) in [
            ("video", "create_video_post", post(&all(&VIDEO, &blank))),
            ("photos", "create_photo_post", photos(&all(&PHOTO, &blank))),
            ("draft", "upload_video_draft", merged(draft, &all(&DRAFT, &blank))),
            (
                "videos",
                "get_videos",
                all(&["max_count", "cursor", "video_ids"], &blank),
            ),
            ("all of them", "get_user_info", blank.clone()),
        ] {
            requests.push(ask(&format!("{what} {blank}"), action, inputs));
        }
        for name in [
            "integration",
            "type",
            "inputs",
            "request_config",
            "metadata",
            "progress",
        ] {
            requests.push(with(
                ask(&format!("request {name} {blank}"), "get_user_info", json!({})),
                name,
                blank.clone(),
            ));
        }
        let config = all(&["timeout", "max_retries", "deadline"], &blank);
        requests.push(with(
            ask(&format!("config {blank}"), "get_user_info", json!({})),
            "request_config",
            config,
        ));
        let auth = json!({ "access_token": PUBLIC, "credentials": blank, "auth_type": blank });
        requests.push(with(
            ask(&format!("auth {blank}"), "get_user_info", json!({})),
            "auth",
            auth,
        ));
    }
    let program = requests.iter().fold(tiktok.run(), Program::request);
    let ended = program.finish().exits(0);
    for request in requests {
        ended.answer(request["id"].as_str().unwrap()).did();
    }
    tiktok.nothing_posted();
}

/// Optional inputs of a video post, except those for the video.
const VIDEO: [&str; 13] = [
    "title",
    "video_content_base64",
    "video_url",
    "source",
    "disable_comment",
    "disable_duet",
    "disable_stitch",
    "video_cover_timestamp_ms",
    "brand_content_toggle",
    "brand_organic_toggle",
    "is_aigc",
    "chunk_size",
    "wait_seconds",
];

const PHOTO: [&str; 12] = [
    "title",
    "description",
    "post_mode",
    "photo_cover_index",
    "disable_comment",
    "disable_duet",
    "disable_stitch",
    "auto_add_music",
    "brand_content_toggle",
    "brand_organic_toggle",
    "is_aigc",
    "wait_seconds",
];

const DRAFT: [&str; 7] = [
    "files",
    "video_content_base64",
    "video_url",
    "source",
    "title",
    "chunk_size",
    "wait_seconds",
];

#[test]
fn a_blank_that_is_needed_is_an_error_that_says_so() {
    let tiktok = tiktok();
    for (action, inputs, path) in [
        (
            "create_video_post",
            post(&json!({ "privacy_level": "" })),
            "/privacy_level",
        ),
        (
            "create_video_post",
            post(&json!({ "idempotency_key": "" })),
            "/idempotency_key",
        ),
        (
            "create_video_post",
            post(&json!({ "idempotency_key": " \t" })),
            "/idempotency_key",
        ),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": "" })),
            "/photo_urls",
        ),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": ["https://example.com/a.jpg", " "] })),
            "/photo_urls/1",
        ),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": ["https://example.com/a.jpg", null] })),
            "/photo_urls/1",
        ),
        (
            "upload_video_draft",
            json!({ "file": { "content": base64(&clip()) }, "idempotency_key": "" }),
            "/idempotency_key",
        ),
        ("get_post_status", json!({ "publish_id": "  " }), "/publish_id"),
        ("get_videos", json!({ "video_ids": [""] }), "/video_ids/0"),
    ] {
        let answer = answer(tiktok.run(), &ask("a", action, inputs));
        assert_eq!(answer.at("/property"), path, "{}", answer.0);
        answer.is("validation_error").says("is blank");
    }
    tiktok.nothing_posted();
}

/// A form with all inputs for a video, one of which is filled in.
#[test]
fn blank_ways_to_give_a_video_do_not_count() {
    let tiktok = tiktok();
    let content = base64(&clip());
    let blank_file = json!({ "content": "", "name": "", "contentType": "" });
    for inputs in [
        json!({ "video_content_base64": content, "file": blank_file, "files": [], "video_url": "" }),
        json!({ "video_content_base64": "", "file": { "content": content }, "files": [blank_file, null] }),
        json!({ "video_content_base64": "", "file": {}, "files": [blank_file, { "content": content }] }),
    ] {
        let inputs = merged(inputs, &json!({ "privacy_level": "SELF_ONLY", "dry_run": true }));
        answer(tiktok.run(), &ask("a", "create_video_post", inputs)).did();
    }
    let named = json!({ "video_content_base64": content, "file": { "content": "", "name": "clip.mp4" } });
    let named = merged(named, &json!({ "privacy_level": "SELF_ONLY", "dry_run": true }));
    warns(
        &answer(tiktok.run(), &ask("a", "create_video_post", named)).did(),
        &["file has no content"],
    );
    let empty = json!([{ "content": "", "name": "real.mp4" }, { "content": "", "contentType": "video/mp4" }]);
    for way in [
        json!({ "video_content_base64": content }),
        json!({ "file": { "content": content } }),
    ] {
        let inputs = merged(
            way,
            &json!({ "privacy_level": "SELF_ONLY", "dry_run": true, "files": empty }),
        );
        warns(
            &answer(tiktok.run(), &ask("a", "create_video_post", inputs)).did(),
            &["files[0] has no content", "files[1] has no content"],
        );
    }
    for (inputs, field) in [
        (json!({ "video_content_base64": "" }), "video_content_base64"),
        (json!({ "file": blank_file }), "file.content"),
        (
            json!({ "files": [{ "content": "", "name": "a.mp4" }] }),
            "files[0].content",
        ),
    ] {
        let inputs = merged(inputs, &json!({ "privacy_level": "SELF_ONLY" }));
        answer(tiktok.run(), &ask("a", "create_video_post", inputs))
            .failed("video_empty")
            .says(field);
    }
    tiktok.nothing_posted();
}

/// `null` counts as absent, so the post is made, but without the protection that its sender may expect.
#[test]
fn a_key_that_is_null_is_warned_of() {
    let tiktok = tiktok();
    let key = |dry_run: bool| json!({ "idempotency_key": null, "dry_run": dry_run });
    let draft = json!({ "file": { "content": base64(&clip()) } });
    for (action, inputs) in [
        ("create_video_post", post(&key(false))),
        ("create_photo_post", photos(&key(false))),
        ("upload_video_draft", merged(draft, &key(false))),
    ] {
        warns(
            &answer(tiktok.run(), &ask("a", action, inputs)).did(),
            &["idempotency_key is null"],
        );
    }
    assert_eq!(tiktok.inits(), 3, "each of the three was posted once");
    warns(
        &answer(tiktok.run(), &ask("a", "create_video_post", post(&key(true)))).did(),
        &[],
    );
}

/// An empty variable counts as unset; an invalid one is named.
#[test]
fn blank_variables_count_as_unset() {
    let probe = ask("a", "get_videos", json!({ "max_count": 0 }));
    let names = [
        "AUTOHIVE_TIKTOK_STATE",
        "AUTOHIVE_TIKTOK_LOG",
        "AUTOHIVE_TIKTOK_LOG_FORMAT",
        "AUTOHIVE_TIKTOK_MAX_DAILY_BUDGET",
        "AUTOHIVE_TIKTOK_NO_ENABLE",
        "TIKTOK_API_BASE",
        "TIKTOK_ADS_API_BASE",
    ];
    for value in ["", "  "] {
        for name in names {
            run()
                .env(name, value)
                .request(&probe)
                .finish()
                .exits(0)
                .only()
                .invalid("/max_count", "minimum");
        }
    }
    let live = command("fixtures")
        .arg("run")
        .arg("--live")
        .env("AUTOHIVE_TIKTOK_TOKEN", "")
        .finish()
        .exits(2);
    assert!(
        live.stderr.contains("set AUTOHIVE_TIKTOK_TOKEN"),
        "{}",
        live.stderr
    );
    for name in names {
        let mut program = Command::new(env!("CARGO_BIN_EXE_autohive-tiktok"));
        let output = program
            .env_clear()
            .env(name, std::ffi::OsStr::from_bytes(b"\xFF"))
            .arg("run")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code() == Some(2) && told.contains(name),
            "{name}: {told}"
        );
    }
    for (name, value) in [
        ("AUTOHIVE_TIKTOK_LOG", "loud"),
        ("AUTOHIVE_TIKTOK_MAX_DAILY_BUDGET", "-5"),
        ("AUTOHIVE_TIKTOK_NO_ENABLE", "ture"),
    ] {
        let told = run().env(name, value).finish().exits(2).stderr;
        assert!(
            told.contains(&format!("in the variable {name}: got {value:?}; allowed: ")),
            "{told}"
        );
    }
}
