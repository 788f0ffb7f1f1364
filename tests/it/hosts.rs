//! Requests as real hosts write them: blank form fields, other words for names and values, types that were lost on the way,
//! values that were never filled in, encodings other than UTF-8. Each is taken as it was meant, or refused with the cure; what
//! has no effect is told.

use std::{os::unix::ffi::OsStrExt as _, process::Command};

use serde_json::{Value, json};

use crate::support::{
    PUBLIC, ask, ask_as,
    program::{Answer, Program, command, run},
    tiktok::{scripted, tiktok, tiktok_with},
    video::{base64, clip},
    with,
};

/// Inputs of a dry run, with `more` in their place or beside them.
fn post(more: &Value) -> Value {
    merged(json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) }, "dry_run": true }), more)
}

fn photos(more: &Value) -> Value {
    let urls = ["https://example.com/a.jpg"];
    merged(json!({ "privacy_level": "SELF_ONLY", "photo_urls": urls, "preflight": false, "dry_run": true }), more)
}

fn merged(mut inputs: Value, more: &Value) -> Value {
    for (name, member) in more.as_object().unwrap() {
        inputs[name] = member.clone();
    }
    inputs
}

fn answer(program: Program, request: &Value) -> Answer {
    program.request(request).finish().exits(0).only()
}

#[track_caller]
fn warns(answer: &Answer, words: &[&str]) {
    let warnings: Vec<&str> =
        answer.at("/data/warnings").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for word in words {
        assert!(warnings.iter().any(|warning| warning.contains(word)), "a warning should say {word:?}: {}", answer.0);
    }
    assert_eq!(warnings.len(), words.len(), "one warning for each cause: {}", answer.0);
}

/// Each optional input of each action, blank in each way.
#[test]
fn a_blank_optional_field_is_absent() {
    let tiktok = tiktok();
    let mut requests = Vec::new();
    let all =
        |names: &[&str], blank: &Value| names.iter().map(|name| ((*name).to_owned(), blank.clone())).collect::<Value>();
    for blank in [json!(""), json!(" \t\n"), json!(null)] {
        let file = json!({ "content": base64(&clip()), "name": blank, "contentType": blank });
        let draft = json!({ "file": file, "dry_run": true });
        for (what, action, inputs) in [
            ("video", "create_video_post", post(&all(&VIDEO, &blank))),
            ("photos", "create_photo_post", photos(&all(&PHOTO, &blank))),
            ("draft", "upload_video_draft", merged(draft, &all(&DRAFT, &blank))),
            ("videos", "get_videos", all(&["max_count", "cursor", "video_ids"], &blank)),
            ("all of them", "get_user_info", blank.clone()),
        ] {
            requests.push(ask(&format!("{what} {blank}"), action, inputs));
        }
        for name in ["integration", "type", "inputs", "request_config", "metadata", "progress"] {
            requests.push(with(
                ask(&format!("request {name} {blank}"), "get_user_info", json!({})),
                name,
                blank.clone(),
            ));
        }
        let config = all(&["timeout", "max_retries", "deadline"], &blank);
        requests.push(with(ask(&format!("config {blank}"), "get_user_info", json!({})), "request_config", config));
        let auth = json!({ "access_token": PUBLIC, "credentials": blank, "auth_type": blank });
        requests.push(with(ask(&format!("auth {blank}"), "get_user_info", json!({})), "auth", auth));
    }
    let program = requests.iter().fold(tiktok.run(), Program::request);
    let ended = program.finish().exits(0);
    for request in requests {
        ended.answer(request["id"].as_str().unwrap()).did();
    }
    tiktok.nothing_posted();
}

/// The optional inputs of a video post, but for those that give the video.
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

const DRAFT: [&str; 7] =
    ["files", "video_content_base64", "video_url", "source", "title", "chunk_size", "wait_seconds"];

#[test]
fn a_blank_that_is_needed_is_an_error_that_says_so() {
    let tiktok = tiktok();
    for (action, inputs, path) in [
        ("create_video_post", post(&json!({ "privacy_level": "" })), "/privacy_level"),
        ("create_video_post", post(&json!({ "idempotency_key": "" })), "/idempotency_key"),
        ("create_video_post", post(&json!({ "idempotency_key": " \t" })), "/idempotency_key"),
        ("create_photo_post", photos(&json!({ "photo_urls": "" })), "/photo_urls"),
        ("create_photo_post", photos(&json!({ "photo_urls": ["https://example.com/a.jpg", " "] })), "/photo_urls/1"),
        ("create_photo_post", photos(&json!({ "photo_urls": ["https://example.com/a.jpg", null] })), "/photo_urls/1"),
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

/// A form has all ways to give a video, and one of them is filled in.
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
    warns(&answer(tiktok.run(), &ask("a", "create_video_post", named)).did(), &["file has no content"]);
    for (inputs, field) in [
        (json!({ "video_content_base64": "" }), "video_content_base64"),
        (json!({ "file": blank_file }), "file.content"),
        (json!({ "files": [{ "content": "", "name": "a.mp4" }] }), "files[0].content"),
    ] {
        let inputs = merged(inputs, &json!({ "privacy_level": "SELF_ONLY" }));
        answer(tiktok.run(), &ask("a", "create_video_post", inputs)).failed("video_empty").says(field);
    }
    tiktok.nothing_posted();
}

/// What is meant is named, at every level of a request.
#[test]
fn other_words_lead_to_the_right_ones() {
    let tiktok = tiktok();
    let invalid = |action: &str, inputs: Value, words: &str| {
        answer(tiktok.run(), &ask("a", action, inputs)).is("validation_error").says(words);
    };
    for (name, words) in [
        ("caption", "did you mean \"title\"?"),
        ("description", "did you mean \"title\"?"),
        ("content", "did you mean \"title\"?"),
        ("text", "did you mean \"title\"?"),
        ("privacy", "did you mean \"privacy_level\"?"),
        ("visibility", "did you mean \"privacy_level\"?"),
        ("privacyLevel", "did you mean \"privacy_level\"?"),
        ("url", "did you mean \"video_url\"?"),
        ("comment_disabled", "did you mean \"disable_comment\"?"),
        ("allow_duet", "true switches duets off"),
        ("aiGenerated", "did you mean \"is_aigc\"?"),
        ("thumb_offset", "did you mean \"video_cover_timestamp_ms\"?"),
        ("schedule_time", "TikTok's API has no scheduling"),
        ("scheduledPublishTime", "TikTok's API has no scheduling"),
        ("hashtags", "part of the caption"),
        ("photo_urls", "an input of create_photo_post"),
        ("post_mode", "upload_video_draft makes a draft"),
        ("access_token", "belongs into auth"),
    ] {
        invalid("create_video_post", post(&json!({ name: "x" })), words);
    }
    for (name, words) in [("data", "content"), ("fileName", "name"), ("mimeType", "contentType"), ("url", "video_url")]
    {
        invalid("upload_video_draft", json!({ "file": { "content": base64(&clip()), name: "x" } }), words);
    }
    invalid("create_photo_post", photos(&json!({ "images": [] })), "did you mean \"photo_urls\"?");
    invalid("create_photo_post", photos(&json!({ "caption": "x" })), "did you mean \"description\"?");
    invalid("get_videos", json!({ "limit": 3 }), "did you mean \"max_count\"?");
    invalid("get_post_status", json!({ "id": "x" }), "did you mean \"publish_id\"?");
    // A name that exists only to say that it cannot be used is no advice.
    invalid("upload_video_draft", json!({ "caption": "x" }), "TikTok drops the caption of a video draft");
    for (value, words) in [
        ("PUBLIC", "PUBLIC_TO_EVERYONE"),
        ("self_only", "SELF_ONLY"),
        ("private", "SELF_ONLY"),
        ("friends", "MUTUAL_FOLLOW_FRIENDS"),
        ("followers", "FOLLOWER_OF_CREATOR"),
        ("unlisted", "no unlisted posts"),
    ] {
        invalid("create_video_post", post(&json!({ "privacy_level": value })), words);
    }
    invalid("create_photo_post", photos(&json!({ "post_mode": "draft" })), "did you mean \"MEDIA_UPLOAD\"?");
    invalid("create_video_post", post(&json!({ "source": "url" })), "did you mean \"PULL_FROM_URL\"?");
    let refused = |name: &str, member: Value, words: &str| {
        answer(run(), &with(ask("a", "get_user_info", json!({})), name, member)).is("error").says(words);
    };
    refused("params", json!({}), "did you mean \"inputs\"?");
    refused("token", json!("x"), "did you mean \"auth\"?");
    refused("request_config", json!({ "retries": 1 }), "did you mean \"max_retries\"?");
    refused("action", json!("post_video"), "did you mean \"create_video_post\"?");
    refused("action", json!("createVideoPost"), "did you mean \"create_video_post\"?");
    refused("action", json!("delete_video"), "cannot change or delete");
    refused("action", json!("connected_account"), "set type to");
    refused("integration", json!("TikTok"), "did you mean \"tiktok\"?");
    refused("type", json!("connectedAccount"), "did you mean \"connected_account\"?");
    refused("auth", json!({ "accessToken": "x" }), "rename \"accessToken\" to \"access_token\"");
    refused("auth", json!({ "credentials": { "token": "x" } }), "rename \"token\" to \"access_token\"");
}

/// A value of the wrong type is shown with what to write, up to 40 characters.
#[test]
fn a_wrong_value_is_shown_with_its_cure() {
    let tiktok = tiktok();
    let long = format!("[\"https://example.com/{}.jpg\"]", "a".repeat(60));
    for (action, inputs, value, words) in [
        ("create_video_post", post(&json!({ "disable_comment": "true" })), json!("true"), "write true without quotes"),
        ("create_video_post", post(&json!({ "is_aigc": "No" })), json!("No"), "write false without quotes"),
        ("create_video_post", post(&json!({ "brand_content_toggle": 1 })), json!(1), "write true"),
        ("create_video_post", post(&json!({ "wait_seconds": "30" })), json!("30"), "write 30 without quotes"),
        ("create_video_post", post(&json!({ "wait_seconds": "30s" })), json!("30s"), "the number alone"),
        ("create_video_post", post(&json!({ "title": 7 })), json!(7), "in quotes: \"7\""),
        ("create_video_post", post(&json!({ "file": "clip.mp4" })), json!("clip.mp4"), "bytes as base64"),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": "https://a.example/b.jpg" })),
            json!("https://a.example/b.jpg"),
            "into a list",
        ),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": "[\"https://a.example/b\"]" })),
            json!("[\"https://a.example/b\"]"),
            "the list itself",
        ),
        ("create_photo_post", photos(&json!({ "photo_urls": long })), Value::Null, "the list itself"),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": ["photo.jpg"] })),
            json!("photo.jpg"),
            "\"photo.jpg\" is not a web address",
        ),
        ("get_videos", json!({ "video_ids": [7] }), json!(7), "in quotes: \"7\""),
        ("get_post_status", json!({ "publish_id": "{{ $json.id }}" }), json!("{{ $json.id }}"), "did not fill in"),
        (
            "create_video_post",
            post(&json!({ "video_url": "{{ $json.url }}" })),
            json!("{{ $json.url }}"),
            "did not fill in",
        ),
    ] {
        let answer = answer(tiktok.run(), &ask("a", action, inputs)).is("validation_error").says(words);
        assert_eq!(*answer.at("/value"), value, "the value: {}", answer.0);
    }
    // Quotes do not make a word of it.
    let number = answer(tiktok.run(), &ask("a", "create_video_post", post(&json!({ "privacy_level": 0 }))));
    assert!(!number.0.to_string().contains("quotes"), "{}", number.0);
    number.is("validation_error").says("got the number 0; allowed: PUBLIC_TO_EVERYONE");
    let missing =
        answer(tiktok.run(), &ask("a", "create_video_post", json!({ "file": { "content": base64(&clip()) } })));
    missing.invalid("/privacy_level", "required").says("PUBLIC_TO_EVERYONE").says("SELF_ONLY");
    for (name, member, words) in [
        ("progress", json!("true"), "write true without quotes"),
        ("request_config", json!({ "timeout": "30" }), "write 30 without quotes"),
        ("request_config", json!({ "max_retries": "3" }), "write 3 without quotes"),
        ("inputs", json!("{}"), "write the object itself"),
        ("metadata", json!([]), "write {} for an empty object"),
    ] {
        let request = with(ask("a", "get_user_info", json!({})), name, member);
        answer(run(), &request).misunderstood("invalid_request").says(words);
    }
}

/// A value that an earlier step did not fill in is posted, since it may be meant, and told.
#[test]
fn values_that_look_unfilled_are_warned_of() {
    let tiktok = tiktok();
    for text in
        ["null", "undefined", "None", "[object Object]", "{{ $json.caption }}", "{{1.caption}}", "${title}", "<title>"]
    {
        let answer = answer(tiktok.run(), &ask("a", "create_video_post", post(&json!({ "title": text })))).did();
        warns(&answer, &["title looks like a value"]);
    }
    let both = photos(&json!({ "title": "undefined", "description": "Hello {{name}}" }));
    warns(
        &answer(tiktok.run(), &ask("a", "create_photo_post", both)).did(),
        &["title looks like", "description looks like"],
    );
    let fine =
        answer(tiktok.run(), &ask("a", "create_video_post", post(&json!({ "title": "None of us <3 #null" })))).did();
    warns(&fine, &[]);
    // In a real post too, and where it stands for the post itself.
    let real = json!({ "title": "null", "dry_run": false, "idempotency_key": "{{ $run.id }}" });
    let run = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", "off");
    answer(run, &ask("a", "create_video_post", post(&real))).failed("state_unavailable").has("/retryable", false);
    let real =
        answer(tiktok.run(), &ask("a", "create_video_post", post(&json!({ "title": "null", "dry_run": false })))).did();
    warns(&real, &["title looks like"]);
}

/// Nothing that was given is passed over in silence.
#[test]
fn inputs_without_effect_are_told() {
    let tiktok = tiktok();
    let told = |action: &str, inputs: Value, words: &[&str]| {
        warns(&answer(tiktok.run(), &ask("a", action, inputs)).did(), words);
    };
    let file = || json!({ "content": base64(&clip()) });
    let files = |files: Value| json!({ "privacy_level": "SELF_ONLY", "files": files, "dry_run": true });
    told("create_video_post", files(json!([file(), file()])), &["files[1] was not used"]);
    told("create_video_post", files(json!([file(), file(), file()])), &["files[1] to files[2] were not used"]);
    told(
        "create_video_post",
        files(json!([{ "content": "", "name": "a.mp4" }, { "content": base64(b"%PDF-1.7 x") }, file()])),
        &["files[0] has no content", "files[1].content is"],
    );
    told(
        "create_video_post",
        post(&json!({ "file": { "content": base64(&clip()), "name": "a.mp4", "contentType": "image/png" } })),
        &["file.contentType is not that of its bytes"],
    );
    told(
        "create_video_post",
        post(&json!({ "wait_seconds": 5, "idempotency_key": "k" })),
        &["wait_seconds has no effect in a dry run", "idempotency_key has no effect in a dry run"],
    );
    told(
        "create_photo_post",
        photos(&json!({ "disable_duet": true, "disable_stitch": true })),
        &["disable_duet, disable_stitch have no effect: photos"],
    );
    let draft = json!({
        "photo_urls": ["https://example.com/a.jpg"], "preflight": false, "dry_run": true, "post_mode": "MEDIA_UPLOAD",
        "disable_comment": false, "auto_add_music": false,
    });
    told("create_photo_post", draft, &["disable_comment, auto_add_music have no effect: TikTok keeps only"]);
    let found = json!({ "video_ids": ["7601447475849021453"], "max_count": 3 });
    told("get_videos", found, &["max_count has no effect together with video_ids"]);
    let account = |name: &str, member: Value| {
        let request = json!({ "id": "a", "type": "connected_account", "auth": { "access_token": PUBLIC } });
        answer(tiktok.run(), &with(request, name, member))
    };
    account("action", json!("get_videos")).misunderstood("invalid_request").says("connected_account");
    account("inputs", json!({ "max_count": 1 })).misunderstood("invalid_request").says("connected_account");
    account("inputs", json!({})).is("connected_account");
    account("action", json!("")).is("connected_account");
    let two = json!({ "access_token": "act.one", "credentials": { "access_token": "act.two" } });
    account("auth", two).misunderstood("invalid_request").says("two different access tokens");
    tiktok.nothing_posted();
}

/// Each request in another encoding is told with its id, and the next one is served.
#[test]
fn other_encodings_are_named() {
    let wrong = |id: &str| format!("{{\"id\":\"{id}\",\"action\":\"get_videos\"}}\n");
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let wide = |text: &str| text.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect::<Vec<_>>();
    let latin = |text: &str| text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<_>>();
    let titled = |title: &str| {
        format!("{{\"id\":\"a\",\"action\":\"create_video_post\",\"inputs\":{{\"title\":\"{title}\"}}}}\n")
    };
    for (line, words) in [
        (&b"\x01\x02 hello \xF0"[..], "binary data"),
        (b"eyJhY3Rpb24iOiJnZXRfdmlkZW9zIn0=", "base64 of a JSON object"),
        (b"PK\x03\x04 x", "ZIP"),
    ] {
        run().input(line).finish().exits(0).only().misunderstood("invalid_json").says(words);
    }
    for (bytes, words) in [
        (little(&format!("\u{feff}{}", wrong("a"))), "UTF-16 (little-endian)"),
        (little(&wrong("a")), "UTF-16 (little-endian)"),
        (big(&format!("\u{feff}{}", wrong("a"))), "UTF-16 (big-endian)"),
        (big(&wrong("a")), "UTF-16 (big-endian)"),
        (wide(&wrong("a")), "UTF-32"),
        (latin(&titled("Grüße")), "in inputs.title, bytes are not UTF-8: it looks like Latin-1"),
        (latin(&titled("it\u{92}s")), "Windows-1252"),
    ] {
        let answer = run().input(&bytes).finish().exits(0).only();
        assert_eq!(answer.0["id"], "a", "{}", answer.0);
        answer.misunderstood("invalid_json").says(words);
    }
    let gzip = run().input(b"\x1F\x8B\x08\x00\x6E\x8F\x0A\x6B\x02\xFF").finish().exits(0).only();
    gzip.misunderstood("invalid_json").says("gzip");
    let marked = format!(
        "\u{feff}{}\n",
        json!({ "id": "a", "action": "get_videos", "auth": { "access_token": "t" }, "inputs": { "max_count": 0 } })
    );
    run().input(marked).finish().exits(0).only().invalid("/max_count", "minimum");
}

/// A fault inside a text names the field; the column of a long line helps nobody.
#[test]
fn a_fault_within_a_text_names_its_field() {
    let request = |inputs: &str| format!("{{\"id\":\"a\",\"action\":\"create_video_post\",\"inputs\":{inputs}}}");
    for (inputs, words) in [
        (r#"{"title":"\ud83d"}"#, "in inputs.title, half of a character"),
        (r#"{"title":"C:\x"}"#, "in inputs.title, a backslash escapes nothing"),
        (r#"{"title":"\u12"}"#, "in inputs.title, a backslash escapes nothing"),
        ("{\"title\":\"a\tb\"}", "in inputs.title, a line break or control character"),
        ("{\"photo_urls\":[\"a\",\"b\u{1}\"]}", "in inputs.photo_urls[1], a line break or control character"),
        ("{\"file\":{\"name\":\"\u{7}\"}}", "in inputs.file.name, a line break or control character"),
    ] {
        let answer = run().input(request(inputs)).finish().exits(0).only().misunderstood("invalid_json").says(words);
        let message = answer.at("/message").as_str().unwrap_or_default();
        assert!(!message.contains("column"), "the field is enough: {message}");
    }
}

/// Fixed brackets and answers without what they must hold: each says what it is.
#[test]
fn faults_name_their_cause() {
    let deep = format!("{}{}\n", "[".repeat(100_001), "]".repeat(100_001));
    run().input(deep).finish().exits(0).only().misunderstood("nested_too_deeply").says("deeper than 64");
    let url_safe = json!({ "privacy_level": "SELF_ONLY", "file": { "content": "AA-_" } });
    answer(run(), &ask("a", "create_video_post", url_safe))
        .failed("invalid_base64")
        .says("URL-safe base64")
        .says("each - by +");
    let ok = |data: Value| json!([{ "reply": { "json": { "data": data, "error": { "code": "ok" } } } }]);
    let without = scripted(json!([{ "reply": { "json": { "error": { "code": "ok" } } } }]));
    let creator = answer(without.run(), &ask("a", "get_creator_info", json!({})));
    creator.failed("unreadable_answer").says("has no privacy_level_options");
    let nobody = scripted(ok(json!({ "privacy_level_options": [] })));
    let refused = answer(nobody.run(), &ask("a", "create_video_post", post(&json!({}))));
    refused.failed("rules_not_met").says("no level, because TikTok offers this account none");
    let creator = json!({ "reply": { "json": { "data": { "privacy_level_options": ["SELF_ONLY"] }, "error": { "code": "ok" } } } });
    let unnamed = scripted(json!([creator, { "reply": { "json": { "data": {}, "error": { "code": "ok" } } } }]));
    let nameless = answer(unnamed.run(), &ask("a", "create_video_post", post(&json!({ "dry_run": false }))));
    nameless.failed("unreadable_answer").says("data has no publish_id");
}

#[test]
fn a_host_that_says_when_to_come_back_is_heard() {
    let now = std::time::UNIX_EPOCH + autohive_tiktok::clock::Clock::system().since_epoch();
    let date = |seconds: u64| httpdate::fmt_http_date(now + std::time::Duration::from_secs(seconds));
    for (status, header, least, most) in [
        (429, "2".to_owned(), 2, 2),
        (503, "7".to_owned(), 7, 7),
        (429, date(3_600), 3_500, 3_600),
        (503, date(600), 500, 600),
    ] {
        let tiktok = tiktok();
        let host = scripted(json!([{ "reply": { "status": status, "headers": { "retry-after": header } } }]));
        let inputs = json!({ "privacy_level": "SELF_ONLY", "video_url": format!("{}/clip.mp4", host.url()) });
        let request = with(ask("a", "create_video_post", inputs), "request_config", json!({ "max_retries": 0 }));
        let told = answer(tiktok.run(), &request)
            .failed("url_unreachable")
            .has("/http_status", status)
            .has("/retryable", true);
        let wait = told.at("/retry_after").as_u64().unwrap_or_default();
        assert!((least..=most).contains(&wait), "{status} {header}: {}", told.0);
        tiktok.nothing_posted();
    }
}

/// The remedy tells the owner's part from the app's, and who is named is who can act.
#[test]
fn a_missing_permission_has_two_causes() {
    let tiktok = tiktok();
    let lists = answer(tiktok.run(), &ask_as("act.sim-no-video-list", "a", "get_videos", json!({})));
    let lists = lists.failed("scope_not_authorized").has("/who", "developer").says("video.list (Display API)");
    let remedy = lists.at("/remedy").as_str().unwrap_or_default().to_owned();
    for words in
        ["left the permission unticked", "the developer", "developer portal", "leaves both out", "docs/scopes.md"]
    {
        assert!(remedy.contains(words), "the remedy should say {words:?}: {remedy}");
    }
    let tiktok =
        tiktok_with(json!({ "accounts": [{ "token": "act.drafts", "name": "d", "scopes": ["user.info.basic"] }] }));
    let posts = answer(tiktok.run(), &ask_as("act.drafts", "a", "get_creator_info", json!({})));
    posts.failed("scope_not_authorized").has("/who", "user").says("video.publish (Content Posting API)");
}

#[test]
fn a_manifest_asks_for_chosen_permissions_only() {
    let ended = command("schemas").arg("manifest").arg("--scopes").arg("posting").finish().exits(0);
    let manifest: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(manifest["auth"]["scopes"], json!(["user.info.basic", "video.upload", "video.publish"]));
    assert!(manifest["actions"].get("get_videos").is_none() && manifest["actions"].get("create_video_post").is_some());
    assert!(ended.stderr.contains("get_videos is left out: it needs video.list (Display API)"), "{}", ended.stderr);
    let wrong = command("schemas").arg("manifest").arg("--scopes").arg("video.pubish").finish().exits(2);
    assert!(wrong.stderr.contains("video.publish"), "{}", wrong.stderr);
}

/// A variable that is set to nothing counts as unset; one that cannot be used is named.
#[test]
fn blank_variables_count_as_unset() {
    let probe = ask("a", "get_videos", json!({ "max_count": 0 }));
    let names = ["AUTOHIVE_TIKTOK_STATE", "AUTOHIVE_TIKTOK_LOG", "AUTOHIVE_TIKTOK_LOG_FORMAT", "TIKTOK_API_BASE"];
    for value in ["", "  "] {
        for name in names {
            run().env(name, value).request(&probe).finish().exits(0).only().invalid("/max_count", "minimum");
        }
    }
    let live = command("fixtures").arg("run").arg("--live").env("TIKTOK_ACCESS_TOKEN", "").finish().exits(2);
    assert!(live.stderr.contains("set TIKTOK_ACCESS_TOKEN"), "{}", live.stderr);
    for name in names {
        let mut program = Command::new(env!("CARGO_BIN_EXE_autohive-tiktok"));
        let output = program.env_clear().env(name, std::ffi::OsStr::from_bytes(b"\xFF")).arg("run").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && told.contains(name), "{name}: {told}");
    }
    let loud = run().env("AUTOHIVE_TIKTOK_LOG", "loud").finish().exits(2);
    assert!(loud.stderr.contains("the value comes from the variable AUTOHIVE_TIKTOK_LOG"), "{}", loud.stderr);
}

/// The first thing that the demo says of a file that is no video is why.
#[test]
fn the_demo_of_a_file_that_is_no_video_says_why_and_stops() {
    let readme = crate::support::root().join("README.md");
    let ended = command("demo").arg(readme.to_str().unwrap()).finish().exits(1);
    assert!(ended.stdout.is_empty(), "nothing is played: {}", ended.text());
    assert!(ended.stderr.contains("it is text"), "{}", ended.stderr);
}

/// A code says the same in the catalogue's documents and in a result: where the cases differ, the documents say so.
#[test]
fn retryable_is_one_truth() {
    let page = std::fs::read_to_string(crate::support::root().join("docs/errors.md")).unwrap();
    let documented = |code: &str| {
        let section = page.split(&format!("\n## `{code}`\n")).nth(1).unwrap_or_default();
        section
            .lines()
            .find_map(|line| line.split_once("retryable: "))
            .map(|(_, word)| word.to_owned())
            .unwrap_or_default()
    };
    let tiktok = tiktok();
    let keyed = || ask("a", "create_video_post", post(&json!({ "dry_run": false, "idempotency_key": "k" })));
    let folder = tempfile::TempDir::new().unwrap();
    let garbage = folder.path().join("state.db");
    std::fs::write(&garbage, "no database ".repeat(500)).unwrap();
    for (state, home) in [("off", ""), (&*format!("sqlite:{}", garbage.display()), ""), ("", "")] {
        let program = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", state).env("HOME", home);
        answer(program, &keyed()).failed("state_unavailable").has("/retryable", false);
    }
    assert_eq!(documented("state_unavailable"), "depends, see `retryable`");
    assert_eq!(
        (documented("url_unreachable"), documented("timeout")),
        ("depends, see `retryable`".into(), "yes".into())
    );
    tiktok.nothing_posted();
}

/// A Redis without TLS says nothing to a greeting of TLS.
#[cfg(feature = "redis")]
#[test]
fn a_redis_without_tls_is_suspected() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let state = format!("rediss://{}", silent.local_addr().unwrap());
    let keyed = ask("a", "create_video_post", post(&json!({ "dry_run": false, "idempotency_key": "k" })));
    let tiktok = tiktok();
    let answer = answer(tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &state), &keyed);
    answer.failed("state_unavailable").says("plain text (redis://)").has("/retryable", true);
}
