//! Invalid inputs: each is refused with its location, the rule and a helpful message; nothing is posted, and the next
//! request is served.
//!
//! Two kinds of refusal: a violation of the schema is a `validation_error` with a JSON pointer and a keyword; other
//! violations (content, rules across inputs, the account) are an `action_error` with a code and findings.

use serde_json::{Value, json};

use crate::support::{
    ask, ask_as,
    program::Answer,
    tiktok::tiktok,
    video::{base64, clip},
};

/// Expected error of an invalid input.
enum Told {
    /// `validation_error`: JSON pointer, keyword, part of the message.
    Schema(&'static str, &'static str, &'static str),
    /// `action_error`: code, field of a finding (empty if none), part of the message.
    Action(&'static str, &'static str, &'static str),
}

use Told::{Action, Schema};

struct Row {
    what: &'static str,
    action: &'static str,
    inputs: Value,
    told: Told,
}

fn row(what: &'static str, action: &'static str, inputs: Value, told: Told) -> Row {
    Row {
        what,
        action,
        inputs,
        told,
    }
}

/// Runs all rows in one session, each followed by a valid request.
#[track_caller]
fn check(rows: &[Row]) {
    let tiktok = tiktok();
    let mut program = tiktok.run().arg("--ordered");
    for row in rows {
        program = program.request(&ask(row.what, row.action, row.inputs.clone()));
        program = program.request(&ask(&format!("after {}", row.what), "get_user_info", json!({})));
    }
    let ended = program.finish().exits(0);
    for row in rows {
        row.told.check(row.what, ended.answer(row.what));
        ended.answer(&format!("after {}", row.what)).did();
    }
    tiktok.nothing_posted();
}

impl Told {
    #[track_caller]
    fn check(&self, what: &str, answer: Answer) {
        match *self {
            Schema(path, rule, words) => {
                let answer = answer.invalid(path, rule).has("/source", "input").says(words);
                let errors = answer.at("/errors").as_array().unwrap();
                assert_eq!(
                    answer.at("/property"),
                    &errors[0]["path"],
                    "{what}: property is the first error's path"
                );
                for error in errors {
                    let told = error["message"].as_str().unwrap_or_default();
                    assert!(!told.is_empty(), "{what}: each error has a message: {}", answer.0);
                }
            }
            Action(code, field, words) => {
                let answer = answer
                    .failed(code)
                    .says(words)
                    .has("/retryable", false)
                    .has("/who", "caller");
                let answer = answer.holds("/remedy").holds("/category");
                let details = answer.at("/details").as_array().cloned().unwrap_or_default();
                let found = field.is_empty() || details.iter().any(|finding| finding["field"] == field);
                assert!(found, "{what}: a finding should name {field}: {}", answer.0);
                for finding in details {
                    for key in ["field", "got", "allowed", "fix"] {
                        let text = finding[key].as_str().unwrap_or_default();
                        assert!(!text.is_empty(), "{what}: a finding has {key}: {}", answer.0);
                    }
                }
            }
        }
    }
}

fn post(more: &Value) -> Value {
    merged(
        json!({ "privacy_level": "SELF_ONLY", "video_content_base64": base64(&clip()) }),
        more,
    )
}

fn photos(more: &Value) -> Value {
    merged(
        json!({ "privacy_level": "SELF_ONLY", "photo_urls": ["https://example.com/a.jpg"] }),
        more,
    )
}

fn merged(mut inputs: Value, more: &Value) -> Value {
    for (name, member) in more.as_object().unwrap() {
        inputs[name] = member.clone();
    }
    inputs
}

fn content(bytes: &[u8]) -> Value {
    json!({ "privacy_level": "SELF_ONLY", "video_content_base64": base64(bytes) })
}

#[test]
fn videos() {
    let post_with = |more: Value| post(&more);
    check(&[
        row(
            "caption of 2,201 UTF-16 units made of emoji",
            "create_video_post",
            // 1,100 emoji of two code units and one letter: 1,101 characters, which a count of characters would accept.
            post_with(json!({ "title": "😀".repeat(1100) + "x" })),
            Schema("/title", "maxUtf16Units", "2,201"),
        ),
        row(
            "a caption far too long",
            "create_video_post",
            post_with(json!({ "title": "x".repeat(100_000) })),
            Schema("/title", "maxUtf16Units", "2,200"),
        ),
        row(
            "no privacy level",
            "create_video_post",
            json!({ "video_content_base64": base64(&clip()) }),
            Schema("/privacy_level", "required", "privacy_level"),
        ),
        row(
            "privacy level null",
            "create_video_post",
            post_with(json!({ "privacy_level": null })),
            Schema("/privacy_level", "required", "privacy_level"),
        ),
        row(
            "an unknown privacy level",
            "create_video_post",
            post_with(json!({ "privacy_level": "PUBLIC" })),
            Schema("/privacy_level", "enum", "PUBLIC_TO_EVERYONE"),
        ),
        row(
            "a misspelt input",
            "create_video_post",
            post_with(json!({ "privacy_lvel": "SELF_ONLY" })),
            Schema("/privacy_lvel", "additionalProperties", "privacy_level"),
        ),
        row(
            "an unknown key within file",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()), "contenttype": "video/mp4" } }),
            Schema("/file/contenttype", "additionalProperties", "contentType"),
        ),
        row(
            "file as text",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "file": "clip.mp4" }),
            Schema("/file", "type", "object"),
        ),
        row(
            "file without content",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "file": { "name": "clip.mp4" } }),
            Schema("/file/content", "required", "content"),
        ),
        row(
            "files as an object",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "files": { "content": "" } }),
            Schema("/files", "type", "list"),
        ),
        row(
            "content as a number",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_content_base64": 5 }),
            Schema("/video_content_base64", "type", "string"),
        ),
        row(
            "a word for a switch",
            "create_video_post",
            post_with(json!({ "disable_comment": "true" })),
            Schema("/disable_comment", "type", "boolean"),
        ),
        row(
            "a cover before the start",
            "create_video_post",
            post_with(json!({ "video_cover_timestamp_ms": -1 })),
            Schema("/video_cover_timestamp_ms", "minimum", "at least 0"),
        ),
        row(
            "a cover at half a millisecond",
            "create_video_post",
            post_with(json!({ "video_cover_timestamp_ms": 0.5 })),
            Schema("/video_cover_timestamp_ms", "type", "integer"),
        ),
        row(
            "chunks of nothing",
            "create_video_post",
            post_with(json!({ "chunk_size": 0 })),
            Schema("/chunk_size", "minimum", "at least 1"),
        ),
        row(
            "a wait beyond Autohive's 15 minutes",
            "create_video_post",
            post_with(json!({ "wait_seconds": 100_000 })),
            Schema("/wait_seconds", "maximum", "at most"),
        ),
        row(
            "no video",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY" }),
            Action("video_missing", "file", "video"),
        ),
        row(
            "an empty list of files",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "files": [] }),
            Action("video_missing", "file", "video"),
        ),
        row(
            "empty content",
            "create_video_post",
            content(b""),
            Action("video_empty", "video_content_base64", "0 bytes"),
        ),
        row(
            "empty content of a file",
            "upload_video_draft",
            json!({ "file": { "content": "", "name": "clip.mp4", "contentType": "video/mp4" } }),
            Action("video_empty", "file.content", "0 bytes"),
        ),
        row(
            "base64 garbage",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_content_base64": "AAAA*AAA" }),
            Action("invalid_base64", "video_content_base64", "4"),
        ),
        row(
            "base64 of the URL alphabet",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_content_base64": "AA-_" }),
            Action("invalid_base64", "video_content_base64", "character 3"),
        ),
        row(
            "base64 that was cut off",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_content_base64": "AAAAA" }),
            Action("invalid_base64", "video_content_base64", "cut"),
        ),
        row(
            "a reference to n8n's storage in the place of a file's content",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "file": { "content": "filesystem-v2", "name": "clip.mp4" } }),
            Action("invalid_base64", "file.content", "Extract from File"),
        ),
        row(
            "an id in n8n's storage in the place of a file's content",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "file": { "content": "s3:workflows/1/executions/2/binary_data/3" } }),
            Action("invalid_base64", "file.content", "getBinaryDataBuffer"),
        ),
        row(
            "a file's name in the place of its content",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "file": { "content": "C:\\videos\\clip.mp4" } }),
            Action("invalid_base64", "file.content", "base64"),
        ),
        row(
            "text",
            "create_video_post",
            content(b"hello, this is text"),
            Action("video_format_invalid", "video_content_base64", "text"),
        ),
        row(
            "a JPEG",
            "create_video_post",
            content(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"),
            Action("video_format_invalid", "video_content_base64", "JPEG"),
        ),
        row(
            "an HTML page",
            "create_video_post",
            content(b"<!DOCTYPE html><html></html>"),
            Action("video_format_invalid", "video_content_base64", "HTML"),
        ),
        row(
            "one byte",
            "create_video_post",
            content(b"\x00"),
            Action("video_format_invalid", "video_content_base64", "MP4"),
        ),
        row(
            "two videos at once",
            "create_video_post",
            post_with(json!({ "file": { "content": base64(&clip()) } })),
            Action("inputs_conflict", "file", "video_content_base64"),
        ),
        row(
            "a video and an address",
            "create_video_post",
            post_with(json!({ "video_url": "https://example.com/a.mp4", "source": "PULL_FROM_URL" })),
            Action("inputs_conflict", "video_url", "video_url"),
        ),
        row(
            "files that are no videos",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "files": [{ "content": base64(b"a,b\n1,2\n") }, { "content": base64(b"%PDF-1.7 x") }] }),
            Action("video_format_invalid", "files[1].content", "PDF"),
        ),
    ]);
}

#[test]
fn addresses() {
    let refused = |what, url: &str, words| {
        row(
            what,
            "create_photo_post",
            photos(&json!({ "photo_urls": ["https://example.com/a.jpg", url] })),
            Schema("/photo_urls/1", "publicHttpsUrl", words),
        )
    };
    check(&[
        refused("http", "http://example.com/b.jpg", "https"),
        refused(
            "user name and password",
            "https://user:pass@example.com/b.jpg",
            "user name or password",
        ),
        refused(
            "user name",
            "https://user@example.com/b.jpg",
            "user name or password",
        ),
        refused("an IPv4 address", "https://93.184.216.34/b.jpg", "IP address"),
        refused(
            "a number that is an IPv4 address",
            "https://1572395042/b.jpg",
            "IP address",
        ),
        refused(
            "an IPv6 address",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/b.jpg",
            "IP address",
        ),
        refused("loopback", "https://127.0.0.1/b.jpg", "IP address"),
        refused("localhost", "https://localhost/b.jpg", "private host"),
        refused("localhost with a dot", "https://localhost./b.jpg", "private host"),
        refused(
            "a name of a private network",
            "https://nas.local/b.jpg",
            "private host",
        ),
        refused("a name without a dot", "https://intranet/b.jpg", "private host"),
        refused("not an address", "photo.jpg", "is not a URL"),
        refused("an empty text", "", "set it to a URL"),
        refused("a space", "https://example.com/a b.jpg", "is not a URL"),
        refused("a line break", "https://example.com/a\nb.jpg", "is not a URL"),
        refused("data", "data:image/jpeg;base64,AAAA", "https"),
        refused("a file", "file:///etc/passwd", "https"),
        row(
            "an address for a video over http",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_url": "http://example.com/a.mp4", "source": "PULL_FROM_URL" }),
            Schema("/video_url", "publicHttpsUrl", "https"),
        ),
        row(
            "an unknown source",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_url": "https://example.com/a.mp4", "source": "PULL" }),
            Schema("/source", "enum", "PULL_FROM_URL"),
        ),
    ]);
}

#[test]
fn pictures() {
    let urls = |count: usize| vec!["https://example.com/a.jpg"; count];
    check(&[
        row(
            "no photos",
            "create_photo_post",
            json!({ "privacy_level": "SELF_ONLY" }),
            Schema("/photo_urls", "required", "photo_urls"),
        ),
        row(
            "0 photos",
            "create_photo_post",
            photos(&json!({ "photo_urls": [] })),
            Schema("/photo_urls", "minItems", "at least 1"),
        ),
        row(
            "36 photos",
            "create_photo_post",
            photos(&json!({ "photo_urls": urls(36) })),
            Schema("/photo_urls", "maxItems", "at most 35"),
        ),
        row(
            "one address that is no list",
            "create_photo_post",
            photos(&json!({ "photo_urls": "https://example.com/a.jpg" })),
            Schema("/photo_urls", "type", "list"),
        ),
        row(
            "a cover that is not there",
            "create_photo_post",
            photos(&json!({ "photo_cover_index": 1 })),
            Action("rules_not_met", "photo_cover_index", "0"),
        ),
        row(
            "a cover beyond any photo",
            "create_photo_post",
            photos(&json!({ "photo_cover_index": 35 })),
            Schema("/photo_cover_index", "maximum", "at most 34"),
        ),
        row(
            "a negative cover",
            "create_photo_post",
            photos(&json!({ "photo_cover_index": -1 })),
            Schema("/photo_cover_index", "minimum", "at least 0"),
        ),
        row(
            "no privacy level for a direct post",
            "create_photo_post",
            json!({ "photo_urls": urls(1) }),
            Action("rules_not_met", "privacy_level", "privacy_level"),
        ),
        row(
            "a privacy level for a draft",
            "create_photo_post",
            photos(&json!({ "post_mode": "MEDIA_UPLOAD" })),
            Action("rules_not_met", "privacy_level", "MEDIA_UPLOAD"),
        ),
        row(
            "an unknown mode",
            "create_photo_post",
            photos(&json!({ "post_mode": "DRAFT" })),
            Schema("/post_mode", "enum", "MEDIA_UPLOAD"),
        ),
        row(
            "a title over 90 units beside a description",
            "create_photo_post",
            photos(&json!({ "title": "😀".repeat(46), "description": "d" })),
            Action("rules_not_met", "title", "92"),
        ),
        row(
            "a description over 4,000 units",
            "create_photo_post",
            photos(&json!({ "description": "😀".repeat(2000) + "x" })),
            Schema("/description", "maxUtf16Units", "4,001"),
        ),
        row(
            "branded content for oneself",
            "create_photo_post",
            photos(&json!({ "brand_content_toggle": true })),
            Action("rules_not_met", "brand_content_toggle", "SELF_ONLY"),
        ),
    ]);
}

#[test]
fn drafts() {
    check(&[
        row(
            "a caption",
            "upload_video_draft",
            json!({ "video_content_base64": base64(&clip()), "title": "hello" }),
            Action("rules_not_met", "title", "caption"),
        ),
        row(
            "a privacy level",
            "upload_video_draft",
            json!({ "video_content_base64": base64(&clip()), "privacy_level": "SELF_ONLY" }),
            Schema("/privacy_level", "additionalProperties", "privacy_level"),
        ),
    ]);
}

#[test]
fn readers() {
    check(&[
        row(
            "no videos",
            "get_videos",
            json!({ "max_count": 0 }),
            Schema("/max_count", "minimum", "at least 1"),
        ),
        row(
            "10,000 videos",
            "get_videos",
            json!({ "max_count": 10_000 }),
            Schema("/max_count", "maximum", "at most"),
        ),
        row(
            "a count as text",
            "get_videos",
            json!({ "max_count": "20" }),
            Schema("/max_count", "type", "integer"),
        ),
        row(
            "half a video",
            "get_videos",
            json!({ "max_count": 1.5 }),
            Schema("/max_count", "type", "integer"),
        ),
        row(
            "a cursor as text",
            "get_videos",
            json!({ "cursor": "1700000000000" }),
            Schema("/cursor", "type", "integer"),
        ),
        row(
            "a negative cursor",
            "get_videos",
            json!({ "cursor": -1 }),
            Schema("/cursor", "minimum", "at least 0"),
        ),
        row(
            "no ids",
            "get_videos",
            json!({ "video_ids": [] }),
            Schema("/video_ids", "minItems", "at least 1"),
        ),
        row(
            "an id as a number",
            "get_videos",
            json!({ "video_ids": [7_601_447_475_849_021_453_i64] }),
            Schema("/video_ids/0", "type", "string"),
        ),
        row(
            "ids and a cursor",
            "get_videos",
            json!({ "video_ids": ["7601447475849021453"], "cursor": 1 }),
            Action("inputs_conflict", "cursor", "video_ids"),
        ),
        row(
            "no publish_id",
            "get_post_status",
            json!({}),
            Schema("/publish_id", "required", "publish_id"),
        ),
        row(
            "an empty publish_id",
            "get_post_status",
            json!({ "publish_id": "" }),
            Schema("/publish_id", "publishId", "publish_id"),
        ),
        row(
            "a publish_id as a number",
            "get_post_status",
            json!({ "publish_id": 7 }),
            Schema("/publish_id", "type", "string"),
        ),
        row(
            "a negative wait",
            "get_post_status",
            json!({ "publish_id": "v_pub_file~v2-1.7", "wait_seconds": -1 }),
            Schema("/wait_seconds", "minimum", "at least 0"),
        ),
    ]);
}

#[test]
fn actions_without_inputs() {
    check(&[
        row(
            "an input",
            "get_user_info",
            json!({ "fields": "open_id" }),
            Schema("/fields", "additionalProperties", "fields"),
        ),
        row(
            "a name with slash and tilde",
            "get_creator_info",
            json!({ "a/b~c": 1 }),
            Schema("/a~1b~0c", "additionalProperties", "a/b~c"),
        ),
    ]);
}

/// Options that the account does not allow are refused before anything is sent (posting rules).
#[test]
fn rules_of_the_account() {
    let refused = |token: &str, inputs: Value, field: &str, allowed: &str| {
        let tiktok = tiktok();
        let program = tiktok
            .run()
            .request(&ask_as(token, "bad", "create_video_post", inputs));
        let ended = program
            .request(&ask("good", "get_user_info", json!({})))
            .finish()
            .exits(0);
        let answer = ended
            .answer("bad")
            .failed("rules_not_met")
            .has("/outcome", "failed");
        let details = answer.at("/details").as_array().cloned().unwrap_or_default();
        let finding = details.iter().find(|finding| finding["field"] == field);
        let told =
            finding.unwrap_or_else(|| panic!("a finding should name {field}: {}", answer.0))["allowed"]
                .as_str();
        assert!(
            told.is_some_and(|told| told.contains(allowed)),
            "allowed should say {allowed:?}: {}",
            answer.0
        );
        ended.answer("good").did();
        tiktok.nothing_posted();
    };
    let everyone = || post(&json!({ "privacy_level": "PUBLIC_TO_EVERYONE" }));
    refused("act.sim-private", everyone(), "privacy_level", "SELF_ONLY");
    let closed = "act.sim-interactions-off";
    refused(
        closed,
        post(&json!({ "disable_comment": false })),
        "disable_comment",
        "true",
    );
    refused(
        closed,
        post(&json!({ "disable_duet": false })),
        "disable_duet",
        "true",
    );
    refused(
        closed,
        post(&json!({ "disable_stitch": false })),
        "disable_stitch",
        "true",
    );
    refused(
        "act.sim-public",
        post(&json!({ "brand_content_toggle": true })),
        "brand_content_toggle",
        "PUBLIC_TO_EVERYONE",
    );
}

/// All schema violations are reported at once.
#[test]
fn several_faults_are_reported_together() {
    let tiktok = tiktok();
    let inputs = json!({ "privacy_level": "ALL", "disable_duet": 1, "file": { "content": 1 }, "nope": null, "nada": 2 });
    let answer = tiktok
        .run()
        .request(&ask("a", "create_video_post", inputs))
        .finish()
        .exits(0)
        .only();
    answer
        .invalid("/privacy_level", "enum")
        .invalid("/disable_duet", "type")
        .invalid("/file/content", "type")
        .invalid("/nada", "additionalProperties");
    tiktok.nothing_posted();
}

/// `null` counts as absent for every optional input of every action.
#[test]
fn null_is_absent() {
    let tiktok = tiktok();
    let optional = json!({
        "title": null, "file": null, "files": null, "video_url": null, "source": null, "disable_comment": null,
        "disable_duet": null, "disable_stitch": null, "video_cover_timestamp_ms": null, "brand_content_toggle": null,
        "brand_organic_toggle": null, "is_aigc": null, "chunk_size": null, "wait_seconds": null, "dry_run": null,
    });
    let file = json!({ "content": base64(&clip()), "name": null, "contentType": null });
    let ended = tiktok
        .run()
        .request(&ask("post", "create_video_post", post(&optional)))
        .request(&ask(
            "draft",
            "upload_video_draft",
            json!({ "file": file, "title": null, "files": null }),
        ))
        .request(&ask(
            "photos",
            "create_photo_post",
            photos(&json!({ "title": null, "post_mode": null, "photo_cover_index": null })),
        ))
        .request(&ask(
            "videos",
            "get_videos",
            json!({ "max_count": null, "cursor": null, "video_ids": null }),
        ))
        .request(&ask("user", "get_user_info", Value::Null))
        .finish()
        .exits(0);
    for id in ["post", "draft", "photos", "videos", "user"] {
        ended.answer(id).did();
    }
    assert_eq!(tiktok.inits(), 3, "each of the three was posted once");
}

/// The value of an invalid input is repeated only if it cannot contain content or a secret.
#[test]
fn faulty_content_is_not_repeated() {
    let tiktok = tiktok();
    // Longer than the displayed part of a wrong value.
    let canary = "canary-of-a-caption-that-nobody-shall-read-twice";
    let title = canary.repeat(200);
    let ended = tiktok
        .run()
        .request(&ask("1", "create_video_post", post(&json!({ "title": title }))))
        .request(&ask(
            "2",
            "create_photo_post",
            photos(&json!({ "photo_urls": [format!("http://{canary}.example.com/")] })),
        ))
        .request(&ask(
            "3",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "video_content_base64": canary }),
        ))
        .request(&ask(
            "4",
            "create_video_post",
            json!({ "privacy_level": "SELF_ONLY", "title": [canary], "file": canary }),
        ))
        .finish()
        .exits(0);
    assert_eq!(ended.answers().len(), 4, "{}", ended.text());
    assert!(
        !ended.text().contains(canary),
        "content should not be repeated: {}",
        ended.text()
    );
    assert!(
        !ended.stderr.contains(canary),
        "content should not be logged: {}",
        ended.stderr
    );
    tiktok.nothing_posted();
}

#[test]
fn a_dry_run_checks_everything_and_posts_nothing() {
    let tiktok = tiktok();
    let dry = json!({ "dry_run": true });
    let ended = tiktok
        .run()
        .request(&ask("post", "create_video_post", post(&dry)))
        .request(&ask(
            "draft",
            "upload_video_draft",
            json!({ "video_content_base64": base64(&clip()), "dry_run": true }),
        ))
        .request(&ask("photos", "create_photo_post", photos(&dry)))
        .request(&ask(
            "bad",
            "create_video_post",
            post(&json!({ "dry_run": true, "brand_content_toggle": true })),
        ))
        .finish()
        .exits(0);
    for id in ["post", "draft", "photos"] {
        ended
            .answer(id)
            .did()
            .has("/data/dry_run", true)
            .has("/data/publish_id", Value::Null);
    }
    ended.answer("bad").failed("rules_not_met");
    tiktok.nothing_posted();
}
