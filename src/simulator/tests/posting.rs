//! The inits, status and cancel.

use super::*;

const INFO: &str = "The request post info is empty or incorrect";
const SOURCE: &str = "The request source info is empty or incorrect";

fn pull(url: &str) -> Value {
    json!({"source": "PULL_FROM_URL", "video_url": url})
}

fn photos(mode: &str) -> Value {
    let urls = ["https://example.com/1.jpg", "https://example.com/2.jpg"];
    json!({"media_type": "PHOTO", "post_mode": mode, "post_info": post_info(),
           "source_info": {"source": "PULL_FROM_URL", "photo_images": urls, "photo_cover_index": 1}})
}

/// #messages: the live messages.
#[tokio::test]
async fn bad_chunk_plans_are_refused_in_tiktoks_words() {
    let bench = TestBench::new().await;
    for (plan, message) in [
        ((50_000_123, 10_000_000, 6), "The total chunk count is invalid"),
        ((100_000_000, 64_000_000, 1), "The chunk size is invalid"),
        ((4_000_000_001, 64_000_000, 62), SOURCE),
    ] {
        let answered = bench.init("public", plan.0, plan.1, plan.2).await;
        assert_eq!(answered.is(400, "invalid_params").message(), message);
    }
    assert_eq!(bench.sim.posts(), []);
}

/// #video-init, #messages: faults of `post_info`, and a body with unknown members.
#[tokio::test]
async fn bad_bodies_of_a_direct_post_are_invalid_params() {
    let bench = TestBench::new().await;
    bench.apply(json!({"accounts": [{"token": "act.sim-free", "rate_limit": 1000}]}));
    let good = direct(upload(9, 9, 1));
    let info = |name: &str, value: Value| with(good.clone(), "/post_info", name, value);
    let source = |name: &str, value: Value| with(good.clone(), "/source_info", name, value);
    for (body, message) in [
        (info("privacy_level", json!("FRIENDS")), INFO),
        (info("privacy_level", json!(null)), INFO),
        (info("title", json!("x".repeat(2_201))), INFO),
        (info("title", json!("😀".repeat(1_101))), INFO),
        (info("title", json!(null)), INFO),
        (info("video_cover_timestamp_ms", json!("1000")), INFO),
        (info("video_cover_timestamp_ms", json!(3_000_000_000_i64)), INFO),
        (info("brand_content_toggle", json!(null)), INFO),
        (info("disable_duet", json!("false")), INFO),
        (json!({"source_info": upload(9, 9, 1)}), INFO),
        (
            json!({"post_info": ["SELF_ONLY"], "source_info": upload(9, 9, 1)}),
            INFO,
        ),
        (json!({"post_info": post_info()}), SOURCE),
        (source("source", json!("UPLOAD")), SOURCE),
        (source("video_size", json!("9")), SOURCE),
        (source("video_url", json!("https://example.com/a.mp4")), SOURCE),
        (direct(json!({"source": "PULL_FROM_URL"})), SOURCE),
        (direct(pull("nonsense")), SOURCE),
    ] {
        let answered = bench.post("free", VIDEO_INIT, body.clone()).await;
        assert_eq!(answered.is(400, "invalid_params").message(), message, "{body}");
    }
    for (body, name) in [
        (
            with(good.clone(), "", "video_cover_timestamp_ms", json!(1)),
            "video_cover_timestamp_ms",
        ),
        (info("cover_timestamp_ms", json!(1)), "cover_timestamp_ms"),
        (source("size", json!(1)), "size"),
    ] {
        let answered = bench.post("free", VIDEO_INIT, body).await;
        assert!(
            answered.is(400, "invalid_params").message().contains(name),
            "{}",
            answered.message()
        );
    }
    let mut without = good;
    without["post_info"]
        .as_object_mut()
        .unwrap()
        .remove("brand_organic_toggle");
    bench
        .post("free", VIDEO_INIT, without)
        .await
        .is(400, "invalid_params");
    assert_eq!(bench.sim.posts(), []);
}

/// #unaudited-apps, #privacy-levels: allowed privacy levels.
#[tokio::test]
async fn privacy_audit_and_caps_are_403() {
    let bench = TestBench::new().await;
    let level = |level: &str| {
        with(
            direct(upload(9, 9, 1)),
            "/post_info",
            "privacy_level",
            json!(level),
        )
    };
    let only_private = "unaudited_client_can_only_post_to_private_accounts";
    for (account, privacy, code) in [
        ("private", "PUBLIC_TO_EVERYONE", "privacy_level_option_mismatch"),
        ("public", "FOLLOWER_OF_CREATOR", "privacy_level_option_mismatch"),
        ("unaudited-public", "SELF_ONLY", only_private),
        ("unaudited-private", "MUTUAL_FOLLOW_FRIENDS", only_private),
        ("capped", "SELF_ONLY", "spam_risk_too_many_posts"),
        ("banned", "SELF_ONLY", "spam_risk_user_banned_from_posting"),
        ("active-user-cap", "SELF_ONLY", "reached_active_user_cap"),
    ] {
        bench
            .post(account, VIDEO_INIT, level(privacy))
            .await
            .is(403, code);
    }
    bench
        .post("unaudited-private", VIDEO_INIT, level("SELF_ONLY"))
        .await
        .is(200, "ok");
    bench
        .post("private", VIDEO_INIT, level("FOLLOWER_OF_CREATOR"))
        .await
        .is(200, "ok");
    let branded = with(
        level("SELF_ONLY"),
        "/post_info",
        "brand_content_toggle",
        json!(true),
    );
    bench
        .post("public", VIDEO_INIT, branded)
        .await
        .is(400, "invalid_params");
}

/// #publish-ids: the observed forms.
#[tokio::test]
async fn publish_ids_have_the_form_of_their_flow() {
    let bench = TestBench::new().await;
    let draft = |source: Value| json!({ "source_info": source });
    let url = "https://example.com/a.mp4";
    for (path, body, prefix) in [
        (VIDEO_INIT, direct(upload(9, 9, 1)), "v_pub_file~v2-1."),
        (VIDEO_INIT, direct(pull(url)), "v_pub_url~v2-1."),
        (INBOX_INIT, draft(upload(9, 9, 1)), "v_inbox_file~v2."),
        (INBOX_INIT, draft(pull(url)), "v_inbox_url~v2."),
        (PHOTO_INIT, photos("DIRECT_POST"), "p_pub_url~v2."),
        (PHOTO_INIT, photos("MEDIA_UPLOAD"), "p_inbox_url~v2."),
    ] {
        let answered = bench.post("public", path, body).await;
        let id = answered.is(200, "ok").data()["publish_id"].as_str().unwrap();
        assert!(id.starts_with(prefix) && id.len() <= 64, "{id}");
        assert_eq!(
            answered.data()["upload_url"].is_string(),
            prefix.contains("file"),
            "{id}"
        );
    }
    assert_eq!(bench.sim.posts().len(), 6);
}

/// #rate-limits: the three inits share one count, which is unconfirmed.
#[tokio::test]
async fn the_three_inits_share_six_requests_a_minute() {
    let bench = TestBench::new().await;
    for _ in 0..2 {
        bench.init("public", 9, 9, 1).await.is(200, "ok");
        bench
            .post("public", INBOX_INIT, json!({"source_info": upload(9, 9, 1)}))
            .await
            .is(200, "ok");
        bench
            .post("public", PHOTO_INIT, photos("DIRECT_POST"))
            .await
            .is(200, "ok");
    }
    bench
        .post("public", INBOX_INIT, json!({"source_info": upload(9, 9, 1)}))
        .await
        .is(429, "rate_limit_exceeded");
    assert_eq!(bench.sim.posts().len(), 6);
}

/// #posting-caps: 15 direct posts a day, over all clients of one creator.
#[tokio::test]
async fn the_sixteenth_direct_post_of_a_day_is_refused() {
    let bench = TestBench::new().await;
    let twin = json!({"token": "act.sim-twin", "open_id": "-same", "app": "other-app"});
    bench.apply(json!({"accounts": [{"token": "act.sim-one", "open_id": "-same", "rate_limit": 100}, twin]}));
    for _ in 0..15 {
        bench.init("one", 9, 9, 1).await.is(200, "ok");
    }
    bench
        .init("twin", 9, 9, 1)
        .await
        .is(403, "spam_risk_too_many_posts");
    bench
        .post("twin", CREATOR, json!({}))
        .await
        .is(200, "spam_risk_too_many_posts");
    bench.wait(24 * 60 * 60);
    bench.init("twin", 9, 9, 1).await.is(200, "ok");
}

/// #posting-caps: five pending drafts; one that the user posts frees its place.
#[tokio::test]
async fn the_sixth_pending_draft_of_a_day_is_refused() {
    let bench = TestBench::new().await;
    let draft = json!({"source_info": pull("https://example.com/a.mp4")});
    let mut last = Value::Null;
    for _ in 0..5 {
        last = bench
            .post("public", INBOX_INIT, draft.clone())
            .await
            .is(200, "ok")
            .data()["publish_id"]
            .clone();
    }
    bench
        .post("public", INBOX_INIT, draft.clone())
        .await
        .is(403, "spam_risk_too_many_pending_share");
    bench.wait(60);
    bench
        .post("public", PHOTO_INIT, photos("MEDIA_UPLOAD"))
        .await
        .is(403, "spam_risk_too_many_pending_share");
    bench.apply(json!({"drafts_posted": [last]}));
    bench
        .post("public", INBOX_INIT, draft.clone())
        .await
        .is(200, "ok");
    bench
        .post("public", INBOX_INIT, draft)
        .await
        .is(403, "spam_risk_too_many_pending_share");
    assert_eq!(
        bench.status("public", &last).await.data()["status"],
        "PUBLISH_COMPLETE"
    );
}

/// #posting-caps: five posting users a day for an app without an audit.
#[tokio::test]
async fn the_sixth_user_of_an_unaudited_app_is_refused() {
    let bench = TestBench::new().await;
    let body = with(
        direct(upload(9, 9, 1)),
        "/post_info",
        "privacy_level",
        json!("SELF_ONLY"),
    );
    for user in 0..6 {
        let account = json!({"token": format!("act.sim-u{user}"), "app": "new", "app_audited": false, "is_private": true});
        bench.apply(json!({ "accounts": [account] }));
        let answered = bench.post(&format!("u{user}"), VIDEO_INIT, body.clone()).await;
        if user < 5 {
            answered.is(200, "ok")
        } else {
            answered.is(403, "reached_active_user_cap")
        };
    }
    bench.post("u0", VIDEO_INIT, body).await.is(200, "ok");
}

/// #draft-init: `post_info` on a draft is ignored; the journal notes it.
#[tokio::test]
async fn a_caption_on_a_video_draft_is_ignored() {
    let bench = TestBench::new().await;
    bench
        .post("public", INBOX_INIT, direct(upload(9, 9, 1)))
        .await
        .is(200, "ok");
    assert_eq!(bench.sim.posts()[0].title, None);
    assert!(bench.sim.journal().entries[0].notes[0].contains("post_info was ignored"));
    let typo = json!({"source_info": upload(9, 9, 1), "title": "x"});
    bench
        .post("public", INBOX_INIT, typo)
        .await
        .is(400, "invalid_params");
    bench
        .post("banned", INBOX_INIT, json!({"source_info": upload(9, 9, 1)}))
        .await
        .is(403, "spam_risk_user_banned_from_posting");
}

/// #pull-from-url: verified properties only.
#[tokio::test]
async fn a_video_is_pulled_from_verified_addresses_only() {
    let bench = TestBench::new().await;
    for url in [
        "http://example.com/a.mp4",
        "https://10.0.0.1/a.mp4",
        "https://other.net/a.mp4",
    ] {
        bench
            .post("public", VIDEO_INIT, direct(pull(url)))
            .await
            .is(403, "url_ownership_unverified");
    }
}

/// #photo-init: allowed and required members.
#[tokio::test]
async fn bad_bodies_of_a_photo_post_are_refused() {
    let bench = TestBench::new().await;
    bench.apply(json!({"accounts": [{"token": "act.sim-free", "rate_limit": 1000}]}));
    let mode = "Invalid media_type or post_mode";
    let good = photos("DIRECT_POST");
    let top = |name: &str, value: Value| with(good.clone(), "", name, value);
    let info = |name: &str, value: Value| with(good.clone(), "/post_info", name, value);
    let source = |name: &str, value: Value| with(good.clone(), "/source_info", name, value);
    for (body, message) in [
        (top("media_type", json!("VIDEO")), mode),
        (top("post_mode", json!("DIRECT POST")), mode),
        (info("title", json!("x".repeat(91))), INFO),
        (info("description", json!("x".repeat(4_001))), INFO),
        (info("privacy_level", json!("EVERYONE")), INFO),
        (source("source", json!("FILE_UPLOAD")), SOURCE),
        (source("photo_images", json!([])), SOURCE),
        (
            source("photo_images", json!(vec!["https://example.com/1.jpg"; 36])),
            SOURCE,
        ),
        (source("photo_cover_index", json!(2)), SOURCE),
        (source("photo_cover_index", json!(-1)), SOURCE),
        (
            with(
                photos("DIRECT_POST"),
                "/source_info",
                "photo_cover_index",
                json!(null),
            ),
            SOURCE,
        ),
    ] {
        let answered = bench.post("free", PHOTO_INIT, body.clone()).await;
        assert_eq!(answered.is(400, "invalid_params").message(), message, "{body}");
    }
    for (body, name) in [
        (info("is_aigc", json!(true)), "is_aigc"),
        (info("disable_duet", json!(true)), "disable_duet"),
    ] {
        let answered = bench.post("free", PHOTO_INIT, body).await;
        assert!(
            answered.is(400, "invalid_params").message().contains(name),
            "{}",
            answered.message()
        );
    }
    let foreign = source(
        "photo_images",
        json!(["https://example.com/1.jpg", "https://other.net/2.jpg"]),
    );
    bench
        .post("free", PHOTO_INIT, foreign)
        .await
        .is(403, "url_ownership_unverified");
    let mut without = good.clone();
    without["post_info"]
        .as_object_mut()
        .unwrap()
        .remove("privacy_level");
    bench
        .post("free", PHOTO_INIT, without.clone())
        .await
        .is(400, "invalid_params");
    without["post_mode"] = json!("MEDIA_UPLOAD");
    bench.post("free", PHOTO_INIT, without).await.is(200, "ok");
    bench
        .post("free", PHOTO_INIT, top("is_aigc", json!(true)))
        .await
        .is(200, "ok");
    assert!(bench.sim.posts()[1].is_aigc);
    bench
        .post("no-publish", PHOTO_INIT, good)
        .await
        .is(401, "scope_not_authorized");
}

/// #status, #post-ids: pulls have `downloaded_bytes`; the id comes later, as a number above 2^53, under the misspelt name.
#[tokio::test]
async fn a_public_post_is_processed_then_complete_then_has_its_id() {
    let bench = TestBench::new().await;
    bench.apply(json!({"processing_ms": 10_000, "moderation_ms": 60_000}));
    let init = bench
        .post("public", VIDEO_INIT, direct(pull("https://example.com/a.mp4")))
        .await;
    let id = &init.data()["publish_id"];
    let running = bench.status("public", id).await;
    let expected =
        json!({"status": "PROCESSING_DOWNLOAD", "publicaly_available_post_id": [], "downloaded_bytes": 0});
    assert_eq!(running.is(200, "ok").data(), &expected);
    bench.wait(10);
    let complete = bench.status("public", id).await;
    assert_eq!(complete.data()["status"], "PUBLISH_COMPLETE");
    assert_eq!(complete.data()["publicaly_available_post_id"], json!([]));
    bench.wait(60);
    let public = bench.status("public", id).await;
    let post_id = public.data()["publicaly_available_post_id"][0].as_i64().unwrap();
    assert!(post_id > 1 << 53 && post_id % 2 == 1);
    let videos = bench.post("public", LIST, json!({})).await.data()["videos"].clone();
    assert_eq!(
        videos[0],
        json!({"id": post_id.to_string(), "create_time": START.as_secs()})
    );
    assert_eq!(
        bench
            .get("public", "/v2/user/info/?fields=video_count")
            .await
            .data()["user"]["video_count"],
        46
    );
}

/// #status: FAILED is 200 ok with a reason.
#[tokio::test]
async fn failing_media_and_pulls_end_failed() {
    let bench = TestBench::new().await;
    let video = direct(pull("https://example.com/a.mp4"));
    for (account, path, body, reason) in [
        ("bad-media", VIDEO_INIT, video.clone(), "file_format_check_failed"),
        ("bad-pull", VIDEO_INIT, video, "video_pull_failed"),
        ("bad-pull", PHOTO_INIT, photos("DIRECT_POST"), "photo_pull_failed"),
    ] {
        let id = bench.post(account, path, body).await.is(200, "ok").data()["publish_id"].clone();
        bench.wait(1);
        let status = bench.status(account, &id).await;
        assert_eq!(status.is(200, "ok").data()["status"], "FAILED");
        assert_eq!(status.data()["fail_reason"], reason);
    }
}

/// #status: unknown ids, ids of other accounts, and ids that are not known yet.
#[tokio::test]
async fn status_knows_whose_posts_they_are() {
    let bench = TestBench::new().await;
    let id = bench.init("late-status", 9, 9, 1).await.data()["publish_id"].clone();
    for code in ["invalid_publish_id", "invalid_publish_id"] {
        bench.status("late-status", &id).await.is(400, code);
    }
    bench.status("late-status", &id).await.is(200, "ok");
    bench
        .status("public", &id)
        .await
        .is(400, "token_not_authorized_for_specified_publish_id");
    bench
        .status("public", &json!("v_pub_file~v2-1.1"))
        .await
        .is(400, "invalid_publish_id");
}

/// #cancel: running pulls only; the response has no data.
#[tokio::test]
async fn only_a_running_pull_can_be_cancelled() {
    let bench = TestBench::new().await;
    let cancel = |id: &Value| json!({ "publish_id": id });
    let upload = bench.init("public", 9, 9, 1).await.data()["publish_id"].clone();
    bench
        .post("public", CANCEL, cancel(&upload))
        .await
        .is(400, "publish_not_cancellable");
    let pulled = bench
        .post("public", VIDEO_INIT, direct(pull("https://example.com/a.mp4")))
        .await;
    let pulled = &pulled.data()["publish_id"];
    let answered = bench.post("public", CANCEL, cancel(pulled)).await;
    assert_eq!(answered.is(200, "ok").body.get("data"), None);
    bench
        .post("public", CANCEL, cancel(pulled))
        .await
        .is(400, "publish_not_cancellable");
    assert_eq!(
        bench.status("public", pulled).await.data()["fail_reason"],
        "publish_cancelled"
    );
    bench
        .post("private", CANCEL, cancel(pulled))
        .await
        .is(400, "token_not_authorized_for_specified_publish_id");
    bench
        .post("public", CANCEL, cancel(&json!("x")))
        .await
        .is(400, "invalid_publish_id");
}
