//! Synonyms of names and values, lost types, unfilled placeholders, members without effect.

use serde_json::{Value, json};

use super::{answer, photos, post, warns};
use crate::support::{
    PUBLIC, ask,
    program::run,
    tiktok::tiktok,
    video::{base64, clip},
    with,
};

/// The intended name is suggested at every level of a request.
#[test]
fn other_words_lead_to_the_right_ones() {
    let tiktok = tiktok();
    let invalid = |action: &str, inputs: Value, words: &str| {
        answer(tiktok.run(), &ask("a", action, inputs))
            .is("validation_error")
            .says(words);
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
        ("access_token", "belongs in auth"),
    ] {
        invalid("create_video_post", post(&json!({ name: "x" })), words);
    }
    for (name, words) in [
        ("data", "content"),
        ("fileName", "name"),
        ("mimeType", "contentType"),
        ("url", "video_url"),
    ] {
        invalid(
            "upload_video_draft",
            json!({ "file": { "content": base64(&clip()), name: "x" } }),
            words,
        );
    }
    invalid(
        "create_photo_post",
        photos(&json!({ "images": [] })),
        "did you mean \"photo_urls\"?",
    );
    invalid(
        "create_photo_post",
        photos(&json!({ "caption": "x" })),
        "did you mean \"description\"?",
    );
    invalid("get_videos", json!({ "limit": 3 }), "did you mean \"max_count\"?");
    invalid(
        "get_post_status",
        json!({ "id": "x" }),
        "did you mean \"publish_id\"?",
    );
    // A name that is recognised only to be refused is not suggested.
    invalid(
        "upload_video_draft",
        json!({ "caption": "x" }),
        "TikTok discards the caption of a video draft",
    );
    for (value, words) in [
        ("PUBLIC", "PUBLIC_TO_EVERYONE"),
        ("self_only", "SELF_ONLY"),
        ("private", "SELF_ONLY"),
        ("friends", "MUTUAL_FOLLOW_FRIENDS"),
        ("followers", "FOLLOWER_OF_CREATOR"),
        ("unlisted", "no unlisted posts"),
    ] {
        invalid(
            "create_video_post",
            post(&json!({ "privacy_level": value })),
            words,
        );
    }
    invalid(
        "create_photo_post",
        photos(&json!({ "post_mode": "draft" })),
        "did you mean \"MEDIA_UPLOAD\"?",
    );
    invalid(
        "create_video_post",
        post(&json!({ "source": "url" })),
        "did you mean \"PULL_FROM_URL\"?",
    );
    let refused = |name: &str, member: Value, words: &str| {
        answer(run(), &with(ask("a", "get_user_info", json!({})), name, member))
            .is("error")
            .says(words);
    };
    refused("params", json!({}), "did you mean \"inputs\"?");
    refused("token", json!("x"), "did you mean \"auth\"?");
    refused(
        "request_config",
        json!({ "retries": 1 }),
        "did you mean \"max_retries\"?",
    );
    refused(
        "action",
        json!("post_video"),
        "did you mean \"create_video_post\"?",
    );
    refused(
        "action",
        json!("createVideoPost"),
        "did you mean \"create_video_post\"?",
    );
    refused("action", json!("delete_video"), "cannot change or delete");
    refused("action", json!("connected_account"), "set type to");
    refused("integration", json!("TikTok"), "did you mean \"tiktok\"?");
    refused(
        "type",
        json!("connectedAccount"),
        "did you mean \"connected_account\"?",
    );
    refused(
        "auth",
        json!({ "accessToken": "x" }),
        "rename \"accessToken\" to \"access_token\"",
    );
    refused(
        "auth",
        json!({ "credentials": { "token": "x" } }),
        "rename \"token\" to \"access_token\"",
    );
}

/// A value of the wrong type is shown, up to 40 characters, with the correct form.
#[test]
fn a_wrong_value_is_shown_with_its_cure() {
    let tiktok = tiktok();
    let long = format!("[\"https://example.com/{}.jpg\"]", "a".repeat(60));
    for (action, inputs, value, words) in [
        (
            "create_video_post",
            post(&json!({ "disable_comment": "true" })),
            json!("true"),
            "write true without quotes",
        ),
        (
            "create_video_post",
            post(&json!({ "is_aigc": "No" })),
            json!("No"),
            "write false without quotes",
        ),
        (
            "create_video_post",
            post(&json!({ "brand_content_toggle": 1 })),
            json!(1),
            "write true",
        ),
        (
            "create_video_post",
            post(&json!({ "wait_seconds": "30" })),
            json!("30"),
            "write 30 without quotes",
        ),
        (
            "create_video_post",
            post(&json!({ "wait_seconds": "30s" })),
            json!("30s"),
            "the number alone",
        ),
        (
            "create_video_post",
            post(&json!({ "title": 7 })),
            json!(7),
            "in quotes: \"7\"",
        ),
        (
            "create_video_post",
            post(&json!({ "file": "clip.mp4" })),
            json!("clip.mp4"),
            "bytes as base64",
        ),
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
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": long })),
            Value::Null,
            "the list itself",
        ),
        (
            "create_photo_post",
            photos(&json!({ "photo_urls": ["photo.jpg"] })),
            json!("photo.jpg"),
            "\"photo.jpg\" is not a URL",
        ),
        (
            "get_videos",
            json!({ "video_ids": [7] }),
            json!(7),
            "in quotes: \"7\"",
        ),
        (
            "get_post_status",
            json!({ "publish_id": "{{ $json.id }}" }),
            json!("{{ $json.id }}"),
            "did not fill in",
        ),
        (
            "create_video_post",
            post(&json!({ "video_url": "{{ $json.url }}" })),
            json!("{{ $json.url }}"),
            "did not fill in",
        ),
    ] {
        let answer = answer(tiktok.run(), &ask("a", action, inputs))
            .is("validation_error")
            .says(words);
        assert_eq!(*answer.at("/value"), value, "the value: {}", answer.0);
    }
    // Quotes do not turn it into a word.
    let number = answer(
        tiktok.run(),
        &ask("a", "create_video_post", post(&json!({ "privacy_level": 0 }))),
    );
    assert!(!number.0.to_string().contains("quotes"), "{}", number.0);
    number
        .is("validation_error")
        .says("got the number 0; allowed: PUBLIC_TO_EVERYONE");
    let missing = answer(
        tiktok.run(),
        &ask(
            "a",
            "create_video_post",
            json!({ "file": { "content": base64(&clip()) } }),
        ),
    );
    missing
        .invalid("/privacy_level", "required")
        .says("PUBLIC_TO_EVERYONE")
        .says("SELF_ONLY");
    for (name, member, words) in [
        ("progress", json!("true"), "write true without quotes"),
        (
            "request_config",
            json!({ "timeout": "30" }),
            "write 30 without quotes",
        ),
        (
            "request_config",
            json!({ "max_retries": "3" }),
            "write 3 without quotes",
        ),
        ("inputs", json!("{}"), "write the object itself"),
        ("metadata", json!([]), "write {} for an empty object"),
    ] {
        let request = with(ask("a", "get_user_info", json!({})), name, member);
        answer(run(), &request)
            .misunderstood("invalid_request")
            .says(words);
    }
}

/// A placeholder that an earlier step did not fill in is posted, since it may be intended, with a warning.
#[test]
fn values_that_look_unfilled_are_warned_of() {
    let tiktok = tiktok();
    for text in [
        "null",
        "undefined",
        "None",
        "[object Object]",
        "{{ $json.caption }}",
        "{{1.caption}}",
        "${title}",
        "<title>",
    ] {
        let answer = answer(
            tiktok.run(),
            &ask("a", "create_video_post", post(&json!({ "title": text }))),
        )
        .did();
        warns(&answer, &["title looks like a placeholder"]);
    }
    let both = photos(&json!({ "title": "undefined", "description": "Hello {{name}}" }));
    warns(
        &answer(tiktok.run(), &ask("a", "create_photo_post", both)).did(),
        &["title looks like", "description looks like"],
    );
    let fine = answer(
        tiktok.run(),
        &ask(
            "a",
            "create_video_post",
            post(&json!({ "title": "None of us <3 #null" })),
        ),
    )
    .did();
    warns(&fine, &[]);
    // In a real post too, and if it is the content of the post.
    let real = json!({ "title": "null", "dry_run": false, "idempotency_key": "{{ $run.id }}" });
    let run = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", "off");
    answer(run, &ask("a", "create_video_post", post(&real)))
        .failed("state_unavailable")
        .has("/retryable", false);
    let real = answer(
        tiktok.run(),
        &ask(
            "a",
            "create_video_post",
            post(&json!({ "title": "null", "dry_run": false })),
        ),
    )
    .did();
    warns(&real, &["title looks like"]);
}

/// Every input without effect causes a warning.
#[test]
fn inputs_without_effect_cause_warnings() {
    let tiktok = tiktok();
    let told = |action: &str, inputs: Value, words: &[&str]| {
        warns(&answer(tiktok.run(), &ask("a", action, inputs)).did(), words);
    };
    let file = || json!({ "content": base64(&clip()) });
    let files = |files: Value| json!({ "privacy_level": "SELF_ONLY", "files": files, "dry_run": true });
    told(
        "create_video_post",
        files(json!([file(), file()])),
        &["files[1] was not used"],
    );
    told(
        "create_video_post",
        files(json!([file(), file(), file()])),
        &["files[1] to files[2] were not used"],
    );
    told(
        "create_video_post",
        files(json!([{ "content": "", "name": "a.mp4" }, { "content": base64(b"%PDF-1.7 x") }, file()])),
        &["files[0] has no content", "files[1].content is"],
    );
    told(
        "create_video_post",
        post(&json!({ "file": { "content": base64(&clip()), "name": "a.mp4", "contentType": "image/png" } })),
        &["file.contentType does not match the content"],
    );
    told(
        "create_video_post",
        post(&json!({ "wait_seconds": 5, "idempotency_key": "k" })),
        &[
            "wait_seconds has no effect in a dry run",
            "idempotency_key has no effect in a dry run",
        ],
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
    told(
        "create_photo_post",
        draft,
        &["disable_comment, auto_add_music have no effect: TikTok keeps only"],
    );
    let found = json!({ "video_ids": ["7601447475849021453"], "max_count": 3 });
    told("get_videos", found, &["max_count has no effect with video_ids"]);
    let account = |name: &str, member: Value| {
        let request = json!({ "id": "a", "type": "connected_account", "auth": { "access_token": PUBLIC } });
        answer(tiktok.run(), &with(request, name, member))
    };
    account("action", json!("get_videos"))
        .misunderstood("invalid_request")
        .says("connected_account");
    account("inputs", json!({ "max_count": 1 }))
        .misunderstood("invalid_request")
        .says("connected_account");
    account("inputs", json!({})).is("connected_account");
    account("action", json!("")).is("connected_account");
    let two = json!({ "access_token": "act.one", "credentials": { "access_token": "act.two" } });
    account("auth", two)
        .misunderstood("invalid_request")
        .says("two different access tokens");
    tiktok.nothing_posted();
}

/// Members of `auth` that no known host sends are logged by name; other members of an OAuth response and all values are
/// not.
#[test]
fn unused_members_of_auth_are_logged() {
    let tiktok = tiktok();
    let log = |auth: Value| {
        let request = with(ask("a", "get_user_info", json!({})), "auth", auth);
        let ended = tiktok.run().request(&request).finish().exits(0);
        ended.only().did();
        ended.stderr
    };
    let usual = json!({
        "auth_type": "PlatformOauth2",
        "credentials": { "access_token": PUBLIC, "refresh_token": "canary", "expires_in": 86_400, "scope": "a,b", "open_id": "x" },
    });
    assert_eq!(log(usual), "");
    let odd = json!({ "auth_type": "canary", "access_token": PUBLIC, "refresh": "canary", "credentials": { "acount": "canary" } });
    let told = log(odd);
    for words in [
        "an unknown auth_type",
        "\"refresh\" in auth",
        "\"acount\" in auth.credentials",
    ] {
        assert!(told.replace('\\', "").contains(words), "{words}: {told}");
    }
    assert!(!told.contains("canary"), "{told}");
}
