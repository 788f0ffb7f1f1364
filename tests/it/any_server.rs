//! Peers other than TikTok: proxies, captive portals, gateways and attackers. Every request gets one result that names
//! the cause, redirects are not followed, and no other host receives the token.

use serde_json::{Value, json};

use crate::support::{
    ask, merged,
    program::{Answer, command, run},
    tiktok::scripted,
    video::{base64, clip},
    with,
};

/// A request that calls TikTok once.
fn read(action: &str, inputs: Value) -> Value {
    with(
        ask("a", action, inputs),
        "request_config",
        json!({ "max_retries": 0, "timeout": 5 }),
    )
}

/// Plays `script` to `request`, which must send exactly the scripted calls.
#[track_caller]
fn play(script: Value, request: &Value) -> Answer {
    let server = scripted(script);
    let answer = server.run().request(request).finish().exits(0).only();
    assert_eq!(
        server.mismatches(),
        Vec::<String>::new(),
        "requests that the script does not expect: {}",
        answer.0
    );
    server.played();
    answer
}

fn ok(data: Value) -> Value {
    let body = json!({ "error": { "code": "ok", "message": "", "log_id": "202611" } });
    json!({ "reply": { "json": with(body, "data", data) } })
}

fn creator() -> Value {
    ok(json!({
        "creator_username": "ana", "creator_nickname": "Ana", "privacy_level_options": ["SELF_ONLY"],
        "comment_disabled": false, "duet_disabled": false, "stitch_disabled": false, "max_video_post_duration_sec": 600,
    }))
}

/// Responses that TikTok never sends.
fn nonsense() -> Vec<Value> {
    let deep = "[".repeat(100_000);
    vec![
        json!({ "text": "<!DOCTYPE html><html><body>Please log in to the WiFi</body></html>", "headers": { "content-type": "text/html" } }),
        json!({ "text": "", "headers": { "content-type": "application/json" } }),
        json!({ "status": 204 }),
        json!({ "json": {} }),
        json!({ "json": [] }),
        json!({ "json": null }),
        json!({ "json": { "data": { "user": { "open_id": "x" } } } }),
        json!({ "json": { "error": null, "data": null } }),
        json!({ "json": { "error": "ok" } }),
        json!({ "json": { "error": { "message": "no code" } } }),
        json!({ "json": { "data": 5, "error": { "code": "ok" } } }),
        json!({ "json": { "data": { "user": [1] }, "error": { "code": "ok" } } }),
        json!({ "text": "{\"data\":{\"user\":{\"open_id\":\"x\"" }),
        json!({ "text": "{\"data\":{}}{\"data\":{}}" }),
        json!({ "text": "\u{0}\u{1}\u{2}" }),
        json!({ "text": deep }),
        json!({ "status": 500, "json": { "data": {}, "error": { "code": "ok" } } }),
        json!({ "status": 400, "text": "Bad Request" }),
        json!({ "status": 404, "text": "not found" }),
        json!({ "status": 403, "text": "<html>Access Denied</html>" }),
        json!({ "status": 451 }),
        json!({ "status": 599 }),
    ]
}

/// A video list without the post that may have been made.
fn no_videos() -> Value {
    let reply = json!({ "json": { "data": { "videos": [] }, "error": { "code": "ok" } } });
    json!({ "expect": { "method": "POST", "path": "/v2/video/list/" }, "reply": reply })
}

#[test]
fn nonsense_is_an_unreadable_answer() {
    for reply in nonsense() {
        let script = json!([{ "expect": { "method": "GET", "path": "/v2/user/info/" }, "reply": reply }]);
        let shown: String = reply.to_string().chars().take(120).collect();
        let answer = play(script, &read("get_user_info", json!({})));
        assert_eq!(
            answer.at("/code"),
            "unreadable_answer",
            "after {shown}: {}",
            answer.0
        );
        let status = reply["status"].as_u64().unwrap_or(200);
        let answer = answer
            .failed("unreadable_answer")
            .has("/http_status", status)
            .holds("/remedy");
        let text = answer.0.to_string();
        assert!(
            !text.contains("log in") && !text.contains("Denied"),
            "an answer's content is not repeated: {text}"
        );
    }
}

#[test]
fn nonsense_to_an_init_that_posts_is_an_unknown_outcome() {
    for reply in nonsense() {
        let shown: String = reply.to_string().chars().take(120).collect();
        let init = json!({ "expect": { "path": "/v2/post/publish/content/init/" }, "reply": reply });
        let script = json!([creator(), init, no_videos()]);
        let inputs = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
        let answer = play(script, &ask("a", "create_photo_post", inputs)).is("action_error");
        assert_eq!(
            answer.at("/outcome"),
            "unconfirmed",
            "only TikTok's own JSON says no, after {shown}: {}",
            answer.0
        );
        assert_eq!(answer.at("/retryable"), false, "after {shown}: {}", answer.0);
    }
}

/// An API gateway may have forwarded the call before it returned 429.
#[test]
fn a_429_of_a_gateway_does_not_post_twice() {
    for body in [
        json!({ "message": "Too Many Requests" }),
        json!({ "error": { "code": 429, "message": "Too many", "status": "RESOURCE_EXHAUSTED" } }),
        json!({ "error": { "code": "TooManyRequests", "message": "Too many" } }),
        json!({ "code": "Throttling", "message": "Too many" }),
    ] {
        let reply = json!({ "status": 429, "headers": { "retry-after": "0" }, "json": body });
        let init = json!({ "expect": { "path": "/v2/post/publish/content/init/" }, "reply": reply });
        let inputs = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
        let request = with(
            ask("a", "create_photo_post", inputs),
            "request_config",
            json!({ "max_retries": 3 }),
        );
        let answer = play(json!([creator(), init, no_videos()]), &request);
        answer
            .failed("outcome_unknown")
            .has("/outcome", "unconfirmed")
            .has("/http_status", 429);
    }
}

#[test]
fn an_answer_that_never_ends_is_not_kept() {
    let reply = json!({ "text": "x".repeat(9 * 1024 * 1024) });
    let answer = play(json!([{ "reply": reply }]), &read("get_user_info", json!({})));
    answer.failed("unreadable_answer");
}

#[test]
fn a_connection_that_is_closed_is_a_network_error() {
    for close in ["before", "after_headers", "mid_body"] {
        let reply = json!({ "json": { "data": {}, "error": { "code": "ok" } }, "close": close });
        let answer = play(json!([{ "reply": reply }]), &read("get_user_info", json!({})));
        answer
            .failed("network_error")
            .has("/retryable", true)
            .has("/category", "network");
    }
}

/// A redirect would take the token to another host.
#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = scripted(json!([]));
        let location = format!("{}/v2/user/info/", elsewhere.url());
        let reply = json!({ "status": status, "headers": { "location": location } });
        let answer = play(json!([{ "reply": reply }]), &read("get_user_info", json!({})));
        answer.failed("unreadable_answer").has("/http_status", status);
        assert_eq!(
            elsewhere.mismatches(),
            Vec::<String>::new(),
            "nothing goes to another host"
        );
    }
}

#[test]
fn a_redirect_of_an_upload_is_not_followed() {
    let elsewhere = scripted(json!([]));
    let init = json!({ "publish_id": "v_inbox_file~v2.1", "upload_url": "{{base}}/video/?upload_id=1&upload_token=t" });
    // The video list is read twice, some seconds apart, before the draft counts as not posted.
    let no_bytes = json!({
        "expect": { "path": "/v2/post/publish/status/fetch/" },
        "reply": { "json": { "data": { "status": "PROCESSING_UPLOAD", "uploaded_bytes": 0 }, "error": { "code": "ok" } } },
    });
    let script = json!([
        ok(init),
        {
            "expect": { "method": "PUT", "path": "/video/", "headers": { "authorization": null, "content-type": "video/mp4" } },
            "reply": { "status": 307, "headers": { "location": format!("{}/video/", elsewhere.url()) } },
        },
        no_bytes,
        no_bytes,
    ]);
    let inputs = json!({ "file": { "content": base64(&clip()) } });
    let answer = play(script, &read("upload_video_draft", inputs)).is("action_error");
    answer
        .has("/outcome", "failed")
        .has("/publish_id", "v_inbox_file~v2.1")
        .has("/http_status", 307);
    assert_eq!(
        elsewhere.mismatches(),
        Vec::<String>::new(),
        "the bytes go nowhere else"
    );
}

#[test]
fn the_request_is_what_tiktok_documents() {
    let user = json!({
        "expect": {
            "method": "GET",
            "path": "/v2/user/info/",
            "headers": { "authorization": "Bearer act.sim-public", "content-type": null },
        },
        "reply": ok(json!({ "user": { "open_id": "o", "follower_count": 0, "username": "ana" } }))["reply"],
    });
    play(json!([user]), &read("get_user_info", json!({})))
        .did()
        .has("/data/open_id", "o");
    let creator = with(
        creator(),
        "expect",
        json!({
            "method": "POST",
            "path": "/v2/post/publish/creator_info/query/",
            "headers": { "authorization": "Bearer act.sim-public", "content-type": "application/json; charset=UTF-8" },
        }),
    );
    play(json!([creator]), &read("get_creator_info", json!({}))).did();
}

#[test]
fn an_unknown_code_passes_through_with_its_log_id() {
    let error = json!({ "code": "brand_new_code", "message": "Something new.", "log_id": "20261122LOG" });
    for body in [
        json!({ "error": error }),
        json!({ "data": {}, "error": error }),
        error,
    ] {
        let answer = play(
            json!([{ "reply": { "status": 400, "json": body } }]),
            &read("get_user_info", json!({})),
        );
        let answer = answer
            .failed("brand_new_code")
            .has("/log_id", "20261122LOG")
            .has("/http_status", 400);
        answer.has("/retryable", false).says("Something new.");
    }
    let old = json!({ "error": { "code": "scope_not_authorized", "message": "", "logid": "OLD" } });
    let answer = play(
        json!([{ "reply": { "status": 401, "json": old } }]),
        &read("get_videos", json!({})),
    );
    answer.failed("scope_not_authorized").has("/log_id", "OLD");
}

#[test]
fn fields_that_are_absent_stay_absent() {
    let answer = play(
        json!([ok(
            json!({ "user": { "open_id": "o", "is_verified": true, "video_count": 0 } })
        )]),
        &read("get_user_info", json!({})),
    );
    answer.did().has(
        "/data",
        json!({ "open_id": "o", "is_verified": true, "video_count": 0, "missing_scopes": [] }),
    );
    play(
        json!([ok(json!({ "user": {} }))]),
        &read("get_user_info", json!({})),
    )
    .failed("unreadable_answer");
    for data in [
        json!({}),
        json!({ "videos": [], "has_more": false }),
        json!({ "cursor": 0, "has_more": false }),
    ] {
        let answer = play(json!([ok(data)]), &read("get_videos", json!({})));
        answer
            .did()
            .has("/data/videos", json!([]))
            .has("/data/has_more", false);
    }
    let video = json!({ "videos": [{ "id": "7601447475849021453" }, { "id": "2", "title": "" }], "cursor": 1, "has_more": false });
    let answer = play(json!([ok(video)]), &read("get_videos", json!({}))).did();
    answer
        .has("/data/videos/0", json!({ "id": "7601447475849021453" }))
        .has("/data/videos/1/id", "2");
}

/// Some JSON writers say `null` for an empty list; "treat all as optional"
/// (docs/tiktok-open-api.md#user-info, #video-list).
#[test]
fn a_list_that_is_null_is_empty() {
    let list = play(
        json!([ok(json!({ "videos": null, "cursor": 0, "has_more": false }))]),
        &read("get_videos", json!({})),
    );
    let status = ok(
        json!({ "status": "PROCESSING_UPLOAD", "publicaly_available_post_id": null, "fail_reason": null }),
    );
    let status = play(
        json!([status]),
        &read("get_post_status", json!({ "publish_id": "v_pub_file~v2-1.7" })),
    );
    status
        .did()
        .has("/data/outcome", "processing")
        .has("/data/publicly_available_post_id", json!([]));
    list.did().has("/data/videos", json!([]));
}

#[test]
fn new_fields_are_ignored() {
    let user = json!({ "user": { "open_id": "o", "shoe_size": 43 }, "next": [1], "extra": null });
    play(json!([ok(user)]), &read("get_user_info", json!({})))
        .did()
        .has("/data/shoe_size", Value::Null);
    let status = json!({ "status": "SOMETHING_NEW", "new": true });
    let answer = play(
        json!([ok(status)]),
        &read("get_post_status", json!({ "publish_id": "v_pub_file~v2-1.7" })),
    );
    answer
        .did()
        .has("/data/status", "SOMETHING_NEW")
        .has("/data/outcome", "processing");
}

/// Both spellings of the member, as numbers and as text (docs/tiktok-open-api.md#post-ids).
#[test]
fn post_ids_are_read_in_every_form() {
    let id = 7_601_447_475_849_021_453_i64;
    for member in [
        json!({ "publicaly_available_post_id": [id] }),
        json!({ "publicly_available_post_id": [id] }),
        json!({ "publicaly_available_post_id": [id.to_string()] }),
    ] {
        let status = merged(json!({ "status": "PUBLISH_COMPLETE" }), member);
        let script = json!([
            ok(status),
            with(
                creator(),
                "expect",
                json!({ "path": "/v2/post/publish/creator_info/query/" })
            )
        ]);
        let answer = play(
            script,
            &read("get_post_status", json!({ "publish_id": "v_pub_file~v2-1.7" })),
        );
        answer
            .did()
            .has("/data/publicly_available_post_id", json!([id.to_string()]))
            .has("/data/id_state", "available");
    }
}

#[test]
fn a_cursor_that_stands_still_ends_the_list() {
    let page = || ok(json!({ "videos": [{ "id": "1" }], "cursor": 5, "has_more": true }));
    let answer = play(
        json!([page(), page()]),
        &read("get_videos", json!({ "max_count": 1000 })),
    )
    .did();
    answer.holds("/data/videos/0");
}

#[test]
fn an_upload_url_on_a_foreign_host_is_refused_and_not_contacted() {
    let elsewhere = scripted(json!([]));
    // A loopback host with a name other than that of the API base.
    let localhost = elsewhere.url().replace("127.0.0.1", "localhost");
    for url in [
        format!("{localhost}/video/?upload_id=1&upload_token=t"),
        "https://evil.example.com/video/".to_owned(),
        "https://open-upload.tiktokapis.com.evil.example.com/video/".to_owned(),
        "https://eviltiktokapis.com/video/".to_owned(),
        "https://user:pass@open-upload.tiktokapis.com/video/".to_owned(),
        "http://open-upload.tiktokapis.com/video/".to_owned(),
        "https://open-upload.tiktokapis.com:8443/video/".to_owned(),
        "https://93.184.216.34/video/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "not an address".to_owned(),
        String::new(),
    ] {
        let script = json!([ok(
            json!({ "publish_id": "v_inbox_file~v2.1", "upload_url": url })
        )]);
        let answer = play(
            script,
            &read(
                "upload_video_draft",
                json!({ "file": { "content": base64(&clip()) } }),
            ),
        );
        let code = if url.is_empty() {
            answer.at("/code").as_str().unwrap().to_owned()
        } else {
            "upload_url_refused".to_owned()
        };
        let answer = answer
            .failed(&code)
            .has("/outcome", "failed")
            .has("/publish_id", "v_inbox_file~v2.1");
        assert!(
            url.is_empty() || !answer.0.to_string().contains(&url),
            "an upload address is a secret: {}",
            answer.0
        );
    }
    assert_eq!(
        elsewhere.mismatches(),
        Vec::<String>::new(),
        "nothing is sent to a foreign host"
    );
}

#[test]
fn an_init_without_an_upload_url_posts_nothing() {
    for data in [
        json!({ "publish_id": "v_inbox_file~v2.1" }),
        json!({ "publish_id": "v_inbox_file~v2.1", "upload_url": null }),
    ] {
        let answer = play(
            json!([ok(data)]),
            &read(
                "upload_video_draft",
                json!({ "file": { "content": base64(&clip()) } }),
            ),
        );
        answer
            .is("action_error")
            .has("/outcome", "failed")
            .has("/publish_id", "v_inbox_file~v2.1");
    }
}

#[test]
fn an_init_that_posts_and_names_no_publish_id_is_unconfirmed() {
    for data in [
        json!({}),
        json!({ "publish_id": null }),
        json!({ "publish_id": "" }),
        json!({ "publish_id": 7 }),
    ] {
        let inputs = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
        let answer = play(
            json!([creator(), ok(data), no_videos()]),
            &ask("a", "create_photo_post", inputs),
        );
        let answer = answer
            .failed("outcome_unknown")
            .has("/outcome", "unconfirmed")
            .has("/retryable", false);
        answer.has("/evidence/looked", true);
    }
}

#[test]
fn a_creator_without_options_may_not_post() {
    let inputs = json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" });
    let answer = play(
        json!([ok(json!({ "creator_username": "ana" }))]),
        &ask("a", "create_photo_post", inputs),
    );
    answer.is("action_error").has("/outcome", "failed");
}

#[test]
fn the_flag_wins_over_the_environment_and_both_work() {
    let user = || json!([ok(json!({ "user": { "open_id": "o" } }))]);
    let request = read("get_user_info", json!({}));
    let by_environment = scripted(user());
    by_environment
        .run()
        .request(&request)
        .finish()
        .exits(0)
        .only()
        .did();
    by_environment.played();
    let by_flag = scripted(user());
    let unused = scripted(json!([]));
    unused
        .run()
        .arg("--api-base")
        .arg(&by_flag.url())
        .request(&request)
        .finish()
        .exits(0)
        .only()
        .did();
    by_flag.played();
    unused.played();
    let before_the_command = scripted(user());
    let program = command("--api-base")
        .arg(&before_the_command.url())
        .arg("run")
        .request(&request);
    program.finish().exits(0).only().did();
    before_the_command.played();
}

#[test]
fn a_base_with_a_path_keeps_it() {
    for slash in ["", "/"] {
        let server = scripted(json!([{
            "expect": { "path": "/proxy/tiktok/v2/user/info/" },
            "reply": ok(json!({ "user": { "open_id": "o" } }))["reply"],
        }]));
        let base = format!("{}/proxy/tiktok{slash}", server.url());
        run()
            .against(&base)
            .request(&read("get_user_info", json!({})))
            .finish()
            .exits(0)
            .only();
        server.played();
    }
}

/// Plain HTTP would expose the token on the network.
#[test]
fn a_base_that_is_not_safe_is_refused_at_the_start() {
    for base in [
        "http://example.com",
        "http://10.0.0.1:8080",
        "http://192.168.1.1",
        "http://0.0.0.0:80",
        "http://localhost.example.com",
        "http://[::2]",
        "ftp://127.0.0.1",
        "https://user:pass@open.tiktokapis.com",
        "open.tiktokapis.com",
        "",
    ] {
        // A variable that is empty counts as unset.
        let by_variable = (!base.is_empty()).then(|| run().against(base));
        for program in [run().arg("--api-base").arg(base)].into_iter().chain(by_variable) {
            let ended = program
                .request(&read("get_user_info", json!({})))
                .finish()
                .exits(2);
            assert!(
                ended.stdout.is_empty(),
                "{base}: standard output belongs to results: {}",
                ended.text()
            );
            assert!(!ended.stderr.is_empty(), "{base}: the reason should be printed");
        }
    }
}

#[test]
fn a_secret_in_a_base_that_is_refused_is_not_repeated() {
    for base in [
        "https://user:canary@open.tiktokapis.com",
        "https://canary@x.example",
        "ftp://x.example/?t=canary",
    ] {
        for program in [run().arg("--api-base").arg(base), run().against(base)] {
            let ended = program
                .request(&read("get_user_info", json!({})))
                .finish()
                .exits(2);
            let told = &ended.stderr;
            assert!(
                !told.contains("canary") && told.contains("--api-base"),
                "{base}: {told}"
            );
        }
    }
}
