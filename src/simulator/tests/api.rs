//! Tokens, scopes, fields, paging, limits, and unknown endpoints.

use super::*;

/// #messages: the live response to a bad token; missing, malformed and expired tokens get the same.
#[tokio::test]
async fn a_bad_token_is_401_access_token_invalid() {
    let bench = TestBench::new().await;
    let url = format!("{}{USER}?fields=open_id", bench.sim.url());
    let live = "The access token is invalid or not found in the request.";
    for header in [
        None,
        Some("Bearer act.nobody"),
        Some("act.sim-public"),
        Some("bearer act.sim-public"),
        Some("Bearer  act.sim-public"),
    ] {
        let request = bench.http.get(&url);
        let request = match header {
            Some(header) => request.header("authorization", header),
            None => request,
        };
        let answered = read(request).await;
        assert_eq!(
            answered.is(401, "access_token_invalid").message(),
            live,
            "{header:?}"
        );
        assert_eq!(answered.data(), &json!({}));
    }
    bench
        .get("expired", "/v2/user/info/?fields=open_id")
        .await
        .is(401, "access_token_invalid");
    let journal = bench.sim.journal();
    assert!(
        journal.entries[1]
            .account
            .as_ref()
            .unwrap()
            .starts_with("unknown:")
    );
    assert!(
        !serde_json::to_string(&journal).unwrap().contains("act."),
        "the journal holds no token"
    );
}

/// #user-info: only requested fields are returned.
#[tokio::test]
async fn user_info_returns_the_asked_fields_only() {
    let bench = TestBench::new().await;
    let answered = bench
        .get(
            "public",
            "/v2/user/info/?fields=username,follower_count%2Copen_id",
        )
        .await;
    let user = answered.is(200, "ok").data()["user"].as_object().unwrap();
    assert_eq!(
        user.keys().collect::<Vec<_>>(),
        ["open_id", "username", "follower_count"]
    );
    assert_eq!(answered.body["error"]["log_id"].as_str().unwrap().len(), 34);
    assert!(
        answered.body["error"]["log_id"]
            .as_str()
            .unwrap()
            .starts_with("20260911120005")
    );
}

/// #user-info, #video-object: unknown fields and a missing `fields` are refused.
#[tokio::test]
async fn unknown_or_missing_fields_are_invalid_params() {
    let bench = TestBench::new().await;
    for query in [
        "",
        "?fields=",
        "?fields=open_id,nickname",
        "?fields=open_id,",
        "?fields=open_id&lang=en",
        "?field=open_id",
    ] {
        bench
            .get("public", &format!("{USER}{query}"))
            .await
            .is(400, "invalid_params");
    }
    let answered = bench
        .get("public", "/v2/user/info/?fields=open_id,nickname")
        .await;
    assert!(answered.message().contains("nickname"), "{}", answered.message());
    bench
        .post("public", "/v2/video/list/", json!({}))
        .await
        .is(400, "invalid_params");
    bench
        .post("public", "/v2/video/list/?fields=id", json!({"fields": "id"}))
        .await
        .is(400, "invalid_params");
}

/// #user-info: a field outside the grant refuses the whole call.
#[tokio::test]
async fn a_field_outside_the_scopes_refuses_the_whole_call() {
    let bench = TestBench::new().await;
    let live = "The user did not authorize the scope required for completing this request.";
    for (account, fields) in [
        ("no-stats", "open_id,likes_count"),
        ("basic-only", "open_id,username"),
    ] {
        let answered = bench.get(account, &format!("{USER}?fields={fields}")).await;
        assert_eq!(answered.is(401, "scope_not_authorized").message(), live);
    }
    bench
        .get("basic-only", "/v2/user/info/?fields=open_id,display_name")
        .await
        .is(200, "ok");
    bench
        .post("no-video-list", LIST, json!({}))
        .await
        .is(401, "scope_not_authorized");
    bench
        .post("no-publish", CREATOR, json!({}))
        .await
        .is(401, "scope_not_authorized");
    bench
        .post("no-publish", VIDEO_INIT, json!({}))
        .await
        .is(401, "scope_not_authorized");
    bench
        .post("no-publish", INBOX_INIT, json!({"source_info": upload(9, 9, 1)}))
        .await
        .is(200, "ok");
}

/// #video-list: newest first, cursor in milliseconds and exclusive, until there is no more.
#[tokio::test]
async fn the_video_list_pages_through_all_videos_once() {
    let bench = TestBench::new().await;
    for (account, size, sizes) in [
        ("public", 20, vec![20, 20, 5]),
        ("public", 15, vec![15, 15, 15]),
        ("short-pages", 20, vec![17, 17, 11]),
    ] {
        let (mut pages, mut seen, mut body) = (Vec::new(), Vec::new(), json!({"max_count": size}));
        loop {
            let answered = bench.post(account, LIST, body).await;
            let data = answered.is(200, "ok").data().clone();
            let videos = data["videos"].as_array().unwrap();
            pages.push(videos.len());
            seen.extend(
                videos
                    .iter()
                    .map(|video| (video["create_time"].as_u64().unwrap(), video["id"].to_string())),
            );
            if data["has_more"] == json!(false) {
                break;
            }
            body = json!({"max_count": size, "cursor": data["cursor"]});
        }
        assert_eq!((account, pages), (account, sizes));
        assert!(
            seen.iter().all(|(_, id)| id.len() == 21),
            "ids are strings of 19 digits"
        );
        assert!(seen.is_sorted_by(|a, b| a.0 > b.0), "newest first, none twice");
    }
}

/// #video-list: the default page has 10 videos, an account without videos has no such member, over 20 is refused.
#[tokio::test]
async fn pages_of_the_video_list_have_at_most_20() {
    let bench = TestBench::new().await;
    assert_eq!(
        bench.post("public", LIST, json!({})).await.data()["videos"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
    for account in ["new", "private"] {
        assert_eq!(
            bench.post(account, LIST, json!({})).await.data(),
            &json!({"cursor": 0, "has_more": false})
        );
    }
    for body in [
        json!({"max_count": 21}),
        json!({"max_count": 0}),
        json!({"cursor": "1"}),
        json!({"cursor": -1}),
        json!([]),
    ] {
        bench.post("public", LIST, body).await.is(400, "invalid_params");
    }
}

/// #video-query: ids of others are simply not returned; at most 20.
#[tokio::test]
async fn a_video_query_omits_videos_of_others() {
    let bench = TestBench::new().await;
    let mine = bench.post("public", LIST, json!({"max_count": 1})).await.data()["videos"][0]["id"].clone();
    let theirs = bench.post("capped", LIST, json!({"max_count": 1})).await.data()["videos"][0]["id"].clone();
    let asked = json!({"filters": {"video_ids": [theirs, mine, "1"]}});
    let answered = bench.post("public", QUERY, asked).await;
    let videos = answered.is(200, "ok").data()["videos"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(
        videos,
        [json!({"id": mine, "title": "Preset video 0 #simulator"})]
    );
    let many = json!({"filters": {"video_ids": vec!["1"; 21]}});
    bench.post("public", QUERY, many).await.is(400, "invalid_params");
}

/// #rate-limits: per token and minute.
#[tokio::test]
async fn requests_over_the_limit_of_a_minute_are_429() {
    let bench = TestBench::new().await;
    for _ in 0..20 {
        bench.post("public", CREATOR, json!({})).await.is(200, "ok");
    }
    bench
        .post("public", CREATOR, json!({}))
        .await
        .is(429, "rate_limit_exceeded");
    bench.post("private", CREATOR, json!({})).await.is(200, "ok");
    bench.wait(60);
    bench.post("public", CREATOR, json!({})).await.is(200, "ok");
    bench.apply(json!({"accounts": [{"token": "act.sim-slow", "rate_limit": 1}]}));
    bench
        .get("slow", "/v2/user/info/?fields=open_id")
        .await
        .is(200, "ok");
    bench
        .get("slow", "/v2/user/info/?fields=open_id")
        .await
        .is(429, "rate_limit_exceeded");
}

/// #privacy-levels, #creator-info: options by kind of account; the caps are errors with HTTP 200.
#[tokio::test]
async fn creator_info_has_the_options_and_the_caps() {
    let bench = TestBench::new().await;
    let public = bench.post("public", CREATOR, json!({})).await;
    let options = json!(["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]);
    assert_eq!(public.is(200, "ok").data()["privacy_level_options"], options);
    let private = bench.post("private", CREATOR, json!({})).await;
    assert_eq!(
        (
            &private.data()["duet_disabled"],
            &private.data()["comment_disabled"]
        ),
        (&json!(true), &json!(false))
    );
    let off = bench.post("interactions-off", CREATOR, json!({})).await;
    assert_eq!(off.data()["comment_disabled"], json!(true));
    bench
        .post("capped", CREATOR, json!({}))
        .await
        .is(200, "spam_risk_too_many_posts");
    bench
        .post("banned", CREATOR, json!({}))
        .await
        .is(200, "spam_risk_user_banned_from_posting");
    bench
        .post("active-user-cap", CREATOR, json!({}))
        .await
        .is(200, "reached_active_user_cap");
    bench
        .post("unaudited-public", CREATOR, json!({}))
        .await
        .is(200, "ok");
    let bare = bench
        .http
        .post(format!("{}{CREATOR}", bench.sim.url()))
        .bearer_auth("act.sim-public");
    read(bare).await.is(200, "ok");
}

/// #hosts-and-versions: the trailing slash is part of the path; an unknown endpoint returns a sentence and is
/// journaled.
#[tokio::test]
async fn an_unknown_endpoint_is_a_404_with_a_sentence() {
    let bench = TestBench::new().await;
    let slash = bench.get("public", "/v2/user/info?fields=open_id").await;
    assert_eq!(
        (
            slash.status,
            slash.body.as_str().unwrap().contains("slash at its end")
        ),
        (404, true)
    );
    let method = bench.get("public", VIDEO_INIT).await;
    assert_eq!(
        method.body.as_str().unwrap(),
        "/v2/post/publish/video/init/ takes POST, not GET."
    );
    assert_eq!(bench.get("public", "/v1/").await.status, 404);
    assert_eq!(bench.sim.journal().unmatched().count(), 3);
}

/// #hosts-and-versions: bodies are JSON, with the matching content type.
#[tokio::test]
async fn bodies_must_be_json_and_say_so() {
    let bench = TestBench::new().await;
    let url = format!("{}{STATUS}", bench.sim.url());
    for (content_type, body) in [
        ("text/plain", r#"{"publish_id":"x"}"#.to_owned()),
        ("application/json", "{".to_owned()),
        ("application/json", String::new()),
        ("application/json", r#"{"publish_id":"x"}{}"#.to_owned()),
        ("application/json", r#"{"publish_id":null}"#.to_owned()),
        (
            "application/json",
            r#"{"publish_id":"x","publish_id":"y"}"#.to_owned(),
        ),
        (
            "application/json",
            format!(r#"{{"publish_id":"{}"}}"#, "x".repeat(2 << 20)),
        ),
    ] {
        let request = bench
            .http
            .post(&url)
            .bearer_auth("act.sim-public")
            .header("content-type", content_type);
        read(request.body(body)).await.is(400, "invalid_params");
    }
    let utf8 = bench
        .http
        .post(&url)
        .bearer_auth("act.sim-public")
        .header("content-type", "application/json; charset=UTF-8");
    read(utf8.body(r#"{"publish_id":"x"}"#))
        .await
        .is(400, "invalid_publish_id");
}

/// The control endpoint does the same as the methods, and is not journaled.
#[tokio::test]
async fn the_control_endpoint_sets_moves_shows_and_resets() {
    let bench = TestBench::new().await;
    let control = |name: &str| format!("{}/_simulator/{name}", bench.sim.url());
    let setup = json!({"accounts": [{"token": "act.sim-mine", "username": "me"}]});
    assert_eq!(
        read(bench.http.post(control("setup")).json(&setup)).await.status,
        200
    );
    let typo = read(
        bench
            .http
            .post(control("setup"))
            .json(&json!({"accounts": [{"token": "x", "private": true}]})),
    )
    .await;
    assert_eq!(typo.status, 400);
    assert!(
        typo.body["error"].as_str().unwrap().contains("accounts[0]"),
        "{}",
        typo.body
    );
    for (name, body, what) in [
        ("setup", json!([]), "the body"),
        ("advance", json!([5]), "the body"),
        ("setup", json!([[{"token": "act.sim-array"}]]), "the body"),
        ("setup", json!({"accounts": [["act.sim-array"]]}), "accounts[0]"),
        ("setup", json!({"upload": []}), "upload"),
    ] {
        let answered = read(bench.http.post(control(name)).json(&body)).await;
        let error = format!("{what} is not a JSON object");
        assert_eq!(
            (answered.status, &answered.body),
            (400, &json!({ "error": error })),
            "{body}"
        );
    }
    let mine = bench.get("mine", "/v2/user/info/?fields=username").await;
    assert_eq!(mine.data(), &json!({"user": {"username": "me"}}));
    let before = bench.sim.journal().entries[0].at_ms;
    assert_eq!(
        read(bench.http.post(control("advance")).json(&json!({"seconds": 5})))
            .await
            .status,
        200
    );
    bench.get("mine", "/v2/user/info/?fields=username").await;
    let journal = read(bench.http.get(control("journal"))).await.body;
    assert_eq!(journal["entries"][1]["at_ms"], json!(before + 5_000));
    assert_eq!(
        serde_json::from_value::<RequestJournal>(journal).unwrap(),
        bench.sim.journal()
    );
    assert_eq!(read(bench.http.get(control("posts"))).await.body, json!([]));
    let kept = read(bench.http.put(control("media/a.mp4")).body("bytes")).await;
    assert_eq!(
        (kept.status, &kept.body),
        (201, &json!({ "url": control("media/a.mp4") }))
    );
    assert_eq!(
        read(bench.http.get(control("accounts")))
            .await
            .body
            .as_array()
            .unwrap()
            .len(),
        presets().len() + 1
    );
    assert_eq!(read(bench.http.post(control("reset"))).await.status, 200);
    assert_eq!(bench.sim.journal().entries, []);
    bench
        .get("mine", "/v2/user/info/?fields=username")
        .await
        .is(401, "access_token_invalid");
    assert_eq!(read(bench.http.get(control("nothing"))).await.status, 404);
}

/// An invalid setup changes nothing.
#[tokio::test]
async fn a_wrong_setup_is_refused_as_a_whole() {
    let bench = TestBench::new().await;
    let apply = |setup: Value| {
        bench
            .sim
            .apply(serde_json::from_value(setup).unwrap())
            .unwrap_err()
    };
    let fault = |more: Value| json!({"accounts": [{"token": "act.sim-a"}], "faults": [more]});
    let unknown = fault(json!({"endpoint": "any", "account": "act.sim-b", "kind": "html_502"}));
    assert_eq!(
        apply(unknown),
        SetupError::UnknownAccount {
            account: "act.sim-b".to_owned()
        }
    );
    assert_eq!(
        apply(fault(json!({"endpoint": "any", "nth": 0, "kind": "html_502"}))),
        SetupError::NthIsZero
    );
    assert_eq!(
        apply(fault(json!({"endpoint": "any", "kind": {"status": 100}}))),
        SetupError::BadStatus { status: 100 }
    );
    assert_eq!(apply(json!({"accounts": [{}]})), SetupError::NoToken { index: 0 });
    assert_eq!(
        apply(json!({"accounts": [{"token": "act.sim-a", "videos": 10_001}]})),
        SetupError::TooManyVideos {
            token: "act.sim-a".to_owned(),
            videos: 10_001,
            most: 10_000
        }
    );
    let draft = apply(json!({"drafts_posted": ["x"]}));
    assert_eq!(
        draft,
        SetupError::NotADraft {
            publish_id: "x".to_owned()
        }
    );
    bench
        .get("a", "/v2/user/info/?fields=open_id")
        .await
        .is(401, "access_token_invalid");
}

/// A nonsensical request is refused and journaled, and the server continues.
#[tokio::test]
async fn nonsense_is_refused_without_effect() {
    let bench = TestBench::new().await;
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 9] = [
        b"",
        b"null",
        b"[]",
        b"\"x\"",
        b"{\"publish_id\": 1e999}",
        b"\xff\xfe\x00",
        b"{\"source_info\": {\"source\": \"FILE_UPLOAD\", \"video_size\": 99999999999999999999}}",
        b"{\"filters\": {\"video_ids\": \"1\"}, \"post_info\": 3}",
        deep.as_bytes(),
    ];
    bench.apply(json!({"accounts": [{"token": "act.sim-free", "rate_limit": 1000}]}));
    for path in [LIST, QUERY, VIDEO_INIT, INBOX_INIT, PHOTO_INIT, STATUS, CANCEL] {
        for body in bodies {
            let request = bench
                .http
                .post(format!("{}{path}", bench.sim.url()))
                .bearer_auth("act.sim-free");
            let request = request.header("content-type", "application/json");
            read(request.body(body.to_vec())).await.is(400, "invalid_params");
        }
    }
    for url in [
        "/%ff%00/?%zz=%",
        "/video/",
        "/video/?upload_id",
        "/_simulator/",
        "/?",
    ] {
        let answer = bench
            .http
            .put(format!("{}{url}", bench.sim.url()))
            .body("x")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{url}");
    }
    assert_eq!(
        (bench.sim.posts().len(), bench.sim.journal().entries.len()),
        (0, 67)
    );
}

/// Numbers at the ends of their ranges are accepted.
#[tokio::test]
async fn extreme_setups_are_accepted() {
    let bench = TestBench::new().await;
    let account = json!({"token": "act.sim-odd", "videos": 10_000, "moderation_seconds": u64::MAX,
        "processing_seconds": u64::MAX, "max_video_post_duration_sec": u32::MAX, "rate_limit": u32::MAX});
    bench.apply(json!({"accounts": [account], "processing_ms": u64::MAX, "advance": u64::MAX}));
    assert_eq!(
        bench.get("odd", "/v2/user/info/?fields=video_count").await.data()["user"]["video_count"],
        10_000
    );
    bench
        .post("odd", LIST, json!({"cursor": i64::MAX, "max_count": 20}))
        .await
        .is(200, "ok");
    let id = bench.init("odd", 9, 9, 1).await.is(200, "ok").data()["publish_id"].clone();
    bench.status("odd", &id).await.is(200, "ok");
    bench.post("odd", CREATOR, json!({})).await.is(200, "ok");
}
