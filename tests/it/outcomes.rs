//! Outcomes of posts, reported exactly as far as they are known, and the errors for TikTok's own refusals.
//!
//! Covered: inits without a response; limits; the two meanings of 401; refusals with HTTP 200; posts that fail later;
//! IDs; pages; permissions. Facts: docs/tiktok-open-api.md#status, #fail-reasons, #error-codes.

use autohive_tiktok::simulator::{EndpointName, PostKind, StoredStatus};
use serde_json::{Value, json};

use crate::support::{
    PUBLIC, ask, ask_as, merged,
    program::Answer,
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    together,
    video::{base64, clip},
    with,
};

fn photos(more: Value) -> Value {
    merged(
        json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" }),
        more,
    )
}

fn video(more: Value) -> Value {
    merged(
        json!({ "file": { "content": base64(&clip()) }, "privacy_level": "SELF_ONLY" }),
        more,
    )
}

fn pulled(more: Value) -> Value {
    merged(
        json!({ "video_url": "https://example.com/a.mp4", "source": "PULL_FROM_URL" }),
        more,
    )
}

/// The only result of one request.
#[track_caller]
fn answer(tiktok: &TikTok, request: &Value) -> Answer {
    tiktok.run().request(request).finish().exits(0).only()
}

/// Ways to lose a response.
fn losses() -> Vec<Value> {
    vec![
        json!("cut_after"),
        json!({ "truncate": 10 }),
        json!("empty_200"),
        json!("not_json"),
        json!("html_502"),
        json!({ "status": 500 }),
        json!({ "status": 503 }),
        json!({ "slow_ms": 4000 }),
        json!({ "slow_body_ms": 4000 }),
    ]
}

/// Checks that an init that posts by itself and whose response is lost is sent once, with an unconfirmed outcome.
#[track_caller]
fn unknown(endpoint: &str, action: &str, inputs: &Value) {
    together(losses(), |kind| {
        let tiktok = tiktok_faulty(json!({ "endpoint": endpoint, "kind": kind, "effect": true }));
        let limits = json!({ "timeout": 1.2, "max_retries": 3 });
        let answer = answer(
            &tiktok,
            &with(ask("a", action, inputs.clone()), "request_config", limits),
        );
        assert_eq!(
            tiktok.inits(),
            1,
            "after {kind} it may have been posted, so it is not sent again: {}",
            answer.0
        );
        assert_eq!(
            tiktok.posts().len(),
            1,
            "the sample should have taken effect: {kind}"
        );
        assert_eq!(
            answer.at("/code"),
            "outcome_unknown",
            "after {kind}: {}",
            answer.0
        );
        answer
            .failed("outcome_unknown")
            .has("/outcome", "unconfirmed")
            .has("/retryable", false)
            .holds("/remedy");
    });
}

#[test]
fn photos_whose_answer_was_lost_are_unconfirmed() {
    unknown("content_init", "create_photo_post", &photos(json!({})));
}

#[test]
fn a_pulled_video_whose_answer_was_lost_is_unconfirmed() {
    unknown(
        "video_init",
        "create_video_post",
        &pulled(json!({ "privacy_level": "SELF_ONLY" })),
    );
}

#[test]
fn a_pulled_draft_whose_answer_was_lost_is_unconfirmed() {
    unknown("inbox_init", "upload_video_draft", &pulled(json!({})));
}

/// Without a connection, nothing was posted.
#[test]
fn an_init_that_was_not_sent_was_not_posted() {
    let request = with(
        ask("a", "upload_video_draft", pulled(json!({}))),
        "request_config",
        json!({ "max_retries": 0 }),
    );
    let ended = crate::support::program::run().request(&request).finish().exits(0);
    ended
        .only()
        .failed("network_error")
        .has("/outcome", "failed")
        .has("/retryable", true);
}

/// The init of an upload posts nothing by itself, so it is sent again; the abandoned upload stays empty.
#[test]
fn an_upload_whose_init_was_lost_is_begun_again_and_posted_once() {
    let unreadable = [json!("empty_200"), json!("not_json")];
    together(losses(), |kind| {
        let tiktok =
            tiktok_faulty(json!({ "endpoint": "video_init", "nth": 1, "kind": kind, "effect": true }));
        let request = with(
            ask("a", "create_video_post", video(json!({}))),
            "request_config",
            json!({ "timeout": 2 }),
        );
        let answer = answer(&tiktok, &request);
        if unreadable.contains(&kind) && answer.0["type"] == "action_error" {
            // An unreadable response with status 200 may be final, if it is reported as such.
            answer
                .failed("unreadable_answer")
                .has("/outcome", "failed")
                .has("/retryable", true);
            assert!(
                tiktok.posts().iter().all(|post| post.bytes == 0),
                "after {kind}: {:#?}",
                tiktok.posts()
            );
            return;
        }
        assert_eq!(answer.0["type"], "action", "after {kind}: {}", answer.0);
        let posts = tiktok.posts();
        let posted: Vec<_> = posts.iter().filter(|post| post.bytes > 0).collect();
        assert_eq!(
            (tiktok.inits(), posted.len()),
            (2, 1),
            "after {kind}: two inits, one post: {posts:#?}"
        );
        answer
            .has("/data/publish_id", posted[0].publish_id.clone())
            .has("/data/outcome", "published");
    });
}

#[test]
fn an_upload_whose_init_never_succeeds_is_not_posted() {
    for kind in [json!("html_502"), json!({ "status": 503 }), json!("cut_before")] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "video_init", "kind": kind }));
        let limits = json!({ "max_retries": 1 });
        let answer = answer(
            &tiktok,
            &with(
                ask("a", "create_video_post", video(json!({}))),
                "request_config",
                limits,
            ),
        );
        answer
            .is("action_error")
            .has("/outcome", "failed")
            .has("/retryable", true)
            .holds("/code")
            .holds("/category");
        assert_eq!(tiktok.inits(), 2, "max_retries 1 is two attempts: {kind}");
    }
}

#[test]
fn reads_are_repeated() {
    for kind in [
        json!("html_502"),
        json!({ "status": 500 }),
        json!("cut_before"),
        json!({ "truncate": 5 }),
    ] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "any", "times": 1, "kind": kind }));
        answer(&tiktok, &ask("a", "get_creator_info", json!({}))).did();
        assert_eq!(tiktok.count(EndpointName::CREATOR_INFO), 2, "after {kind}");
    }
    let tiktok = tiktok_faulty(json!({ "endpoint": "any", "kind": { "status": 500 } }));
    let request = with(
        ask("a", "get_creator_info", json!({})),
        "request_config",
        json!({ "max_retries": 0 }),
    );
    answer(&tiktok, &request)
        .is("action_error")
        .has("/http_status", 500)
        .has("/retryable", true);
    assert_eq!(
        tiktok.count(EndpointName::CREATOR_INFO),
        1,
        "max_retries 0 is one attempt"
    );
}

#[test]
fn a_timeout_is_an_error() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 9000 } }));
    let limits = json!({ "timeout": 0.3, "max_retries": 0 });
    let request = with(ask("a", "get_user_info", json!({})), "request_config", limits);
    answer(&tiktok, &request)
        .failed("timeout")
        .has("/category", "network")
        .has("/retryable", true);
}

#[test]
fn a_429_waits_as_long_as_tiktok_says() {
    let tiktok =
        tiktok_faulty(json!({ "endpoint": "creator_info", "nth": 1, "kind": { "retry_after": "1" } }));
    answer(&tiktok, &ask("a", "get_creator_info", json!({}))).did();
    let began: Vec<u64> = tiktok
        .entries(EndpointName::CREATOR_INFO)
        .iter()
        .map(|entry| entry.at_ms)
        .collect();
    assert!(
        began[1] - began[0] >= 990,
        "it should wait the second that TikTok named: {began:?}"
    );
}

#[test]
fn a_429_beyond_the_time_limit_is_an_error_with_its_wait() {
    for (after, told) in [("120", 120), ("3600", 3600)] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "retry_after": after } }));
        let answer = answer(&tiktok, &ask("a", "create_video_post", video(json!({}))));
        let answer = answer
            .failed("rate_limit_exceeded")
            .has("/retry_after", told)
            .has("/http_status", 429);
        answer
            .has("/retryable", true)
            .has("/category", "rate_limit")
            .has("/outcome", "failed");
        assert_eq!(
            tiktok.count(EndpointName::CREATOR_INFO),
            1,
            "a wait beyond the budget is not begun"
        );
        tiktok.nothing_posted();
    }
}

/// Without Retry-After, the wait is a minute, which exceeds the usual time limit.
#[test]
fn a_429_without_a_wait_names_the_minute() {
    let error = json!({ "error": { "http": 429, "code": "rate_limit_exceeded", "message": "slow down" } });
    for kind in [
        error,
        json!({ "retry_after": "soon" }),
        json!({ "retry_after": "-1" }),
    ] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "kind": kind }));
        let answer = answer(&tiktok, &ask("a", "create_photo_post", photos(json!({}))));
        answer
            .failed("rate_limit_exceeded")
            .has("/retry_after", 60)
            .has("/outcome", "failed")
            .has("/retryable", true);
        assert_eq!(tiktok.inits(), 1, "after {kind}");
    }
}

/// Only TikTok's own JSON denies a post: a bare status comes from an intermediary, which may have forwarded the call.
#[test]
fn a_bare_status_to_the_call_that_posts_denies_nothing() {
    let statuses = [
        300, 302, 307, 400, 401, 403, 404, 405, 409, 413, 422, 425, 428, 429, 451, 499, 502, 504, 599,
    ];
    together(statuses, |status: u16| {
        let fault =
            json!({ "endpoint": "content_init", "nth": 1, "effect": true, "kind": { "status": status } });
        let tiktok = tiktok_faulty(fault);
        let answer = answer(&tiktok, &ask("a", "create_photo_post", photos(json!({}))));
        answer
            .failed("outcome_unknown")
            .has("/outcome", "unconfirmed")
            .has("/retryable", false);
        assert_eq!(tiktok.posts().len(), 1, "after {status}");
    });
}

/// Every wait and the sum of all waits stay within the request's time limit.
#[test]
fn waits_together_stay_within_the_budget() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "retry_after": "1" } }));
    let limits = json!({ "timeout": 1.5, "max_retries": 5 });
    let request = with(ask("a", "get_creator_info", json!({})), "request_config", limits);
    answer(&tiktok, &request)
        .failed("rate_limit_exceeded")
        .has("/retry_after", 1);
    let began: Vec<u64> = tiktok
        .entries(EndpointName::CREATOR_INFO)
        .iter()
        .map(|entry| entry.at_ms)
        .collect();
    let took = began.last().unwrap() - began[0];
    assert!(
        took <= 1600,
        "with a timeout of 1.5 seconds it waited {took} ms: {began:?}"
    );
}

#[test]
fn a_429_again_and_again_ends() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "retry_after": "0" } }));
    answer(&tiktok, &ask("a", "get_creator_info", json!({}))).failed("rate_limit_exceeded");
    assert_eq!(
        tiktok.count(EndpointName::CREATOR_INFO),
        4,
        "one attempt and three more"
    );
}

/// Six inits a minute (docs/tiktok-open-api.md#rate-limits).
#[test]
fn the_seventh_post_within_a_minute_has_a_retry_after() {
    let tiktok = tiktok();
    let mut program = tiktok.run().arg("--jobs").arg("1");
    for number in 0..7 {
        program = program.request(&ask(&number.to_string(), "create_photo_post", photos(json!({}))));
    }
    let ended = program.finish().exits(0);
    for number in 0..6 {
        ended.answer(&number.to_string()).did();
    }
    ended
        .answer("6")
        .failed("rate_limit_exceeded")
        .has("/retry_after", 60)
        .has("/outcome", "failed");
    assert_eq!(tiktok.posts().len(), 6, "six posts");
}

/// 401 has two meanings: the token is no longer valid, or it lacks a permission (docs/tiktok-open-api.md#error-codes).
#[test]
fn the_two_meanings_of_401() {
    for (action, inputs) in [
        ("get_user_info", json!({})),
        ("get_videos", json!({})),
        ("create_video_post", video(json!({}))),
    ] {
        let tiktok = tiktok();
        let expired = answer(&tiktok, &ask_as("act.sim-expired", "a", action, inputs.clone()));
        expired
            .failed("access_token_invalid")
            .has("/category", "auth")
            .has("/http_status", 401)
            .has("/retryable", false);
        assert_eq!(
            tiktok.journal().entries.len(),
            1,
            "{action}: asking again with the same token is useless"
        );
        let unknown = answer(&tiktok, &ask_as("act.nobody", "a", action, inputs));
        unknown.failed("access_token_invalid");
        tiktok.nothing_posted();
    }
    for (token, action, inputs, scope) in [
        (
            "act.sim-no-publish",
            "create_video_post",
            video(json!({})),
            "video.publish",
        ),
        (
            "act.sim-no-publish",
            "get_creator_info",
            json!({}),
            "video.publish",
        ),
        (
            "act.sim-no-publish",
            "create_photo_post",
            photos(json!({})),
            "video.publish",
        ),
        (
            "act.sim-basic-only",
            "upload_video_draft",
            json!({ "file": { "content": base64(&clip()) } }),
            "video.upload",
        ),
        ("act.sim-no-video-list", "get_videos", json!({}), "video.list"),
        (
            "act.sim-no-video-list",
            "get_videos",
            json!({ "video_ids": ["7"] }),
            "video.list",
        ),
    ] {
        let tiktok = tiktok();
        let answer = answer(&tiktok, &ask_as(token, "a", action, inputs));
        let answer = answer
            .failed("scope_not_authorized")
            .has("/category", "scope")
            .has("/retryable", false);
        let missing = answer.at("/missing_scopes").to_string();
        assert!(
            missing.contains(scope),
            "{action} should name the permission {scope}: {}",
            answer.0
        );
        assert!(tiktok.posts().is_empty(), "{action}");
    }
}

#[test]
fn a_profile_has_the_granted_members_only() {
    let tiktok = tiktok();
    let user = |token: &str| answer(&tiktok, &ask_as(token, "a", "get_user_info", json!({}))).did();
    let all = user(PUBLIC)
        .has("/data/missing_scopes", json!([]))
        .has("/data/likes_count", 9_007_199_254_740_993_i64);
    all.has("/data/follower_count", 3_000_000_017_i64)
        .holds("/data/username")
        .holds("/data/open_id");
    let no_stats = user("act.sim-no-stats").has("/data/missing_scopes", json!(["user.info.stats"]));
    let no_stats = no_stats.holds("/data/username").holds("/data/display_name");
    let basic = user("act.sim-basic-only").has(
        "/data/missing_scopes",
        json!(["user.info.profile", "user.info.stats"]),
    );
    let basic = basic.holds("/data/open_id").holds("/data/display_name");
    for (answer, absent) in [
        (
            &no_stats,
            &["follower_count", "following_count", "likes_count", "video_count"][..],
        ),
        (
            &basic,
            &[
                "follower_count",
                "video_count",
                "username",
                "is_verified",
                "bio_description",
                "profile_web_link",
            ][..],
        ),
    ] {
        let data = answer.at("/data").as_object().unwrap();
        for name in absent {
            assert!(
                !data.contains_key(*name),
                "{name} was not granted, so it is absent: {}",
                answer.0
            );
        }
    }
}

/// creator_info returns these with HTTP 200 (docs/tiktok-open-api.md#creator-info).
#[test]
fn refusals_under_http_200_are_errors() {
    for (token, code) in [
        ("act.sim-capped", "spam_risk_too_many_posts"),
        ("act.sim-banned", "spam_risk_user_banned_from_posting"),
        ("act.sim-active-user-cap", "reached_active_user_cap"),
    ] {
        let tiktok = tiktok();
        let creator = answer(&tiktok, &ask_as(token, "a", "get_creator_info", json!({})));
        creator
            .failed(code)
            .has("/http_status", 200)
            .has("/outcome", Value::Null)
            .holds("/log_id")
            .holds("/remedy");
        for (action, inputs) in [
            ("create_video_post", video(json!({}))),
            ("create_photo_post", photos(json!({}))),
        ] {
            answer(&tiktok, &ask_as(token, "a", action, inputs))
                .failed(code)
                .has("/outcome", "failed");
        }
        tiktok.nothing_posted();
    }
}

/// The rule concerns the account, not the post (docs/tiktok-open-api.md#unaudited-apps).
#[test]
fn an_app_without_an_audit_posts_for_private_accounts_only() {
    let tiktok = tiktok();
    let code = "unaudited_client_can_only_post_to_private_accounts";
    let refused = answer(
        &tiktok,
        &ask_as(
            "act.sim-unaudited-public",
            "a",
            "create_video_post",
            video(json!({})),
        ),
    );
    refused
        .failed(code)
        .has("/http_status", 403)
        .has("/outcome", "failed")
        .has("/retryable", false);
    assert!(tiktok.posts().is_empty(), "{:#?}", tiktok.posts());
    answer(
        &tiktok,
        &ask_as(
            "act.sim-unaudited-private",
            "a",
            "create_video_post",
            video(json!({})),
        ),
    )
    .did();
}

#[test]
fn a_host_that_is_not_verified_is_refused() {
    let tiktok = tiktok();
    let url = json!(["https://elsewhere.example.net/a.jpg"]);
    let answer = answer(
        &tiktok,
        &ask("a", "create_photo_post", photos(json!({ "photo_urls": url }))),
    );
    answer
        .failed("url_ownership_unverified")
        .has("/http_status", 403)
        .has("/outcome", "failed")
        .has("/retryable", false);
    assert_eq!((tiktok.inits(), tiktok.posts().len()), (1, 0), "refused once");
}

/// All 13 fail reasons of docs/tiktok-open-api.md#fail-reasons, directly after the post and by a later status call.
#[test]
fn a_post_that_fails_later_says_why() {
    const REASONS: [&str; 13] = [
        "file_format_check_failed",
        "duration_check_failed",
        "frame_rate_check_failed",
        "picture_size_check_failed",
        "internal",
        "video_pull_failed",
        "photo_pull_failed",
        "publish_cancelled",
        "auth_removed",
        "spam_risk_too_many_posts",
        "spam_risk_user_banned_from_posting",
        "spam_risk_text",
        "spam_risk",
    ];
    let token = |reason: &str| format!("act.{reason}");
    let accounts: Vec<Value> = REASONS
        .iter()
        .map(|reason| json!({ "token": token(reason), "fails_with": reason, "app": reason }))
        .collect();
    let tiktok = tiktok_with(json!({ "accounts": accounts }));
    let mut program = tiktok.run();
    for reason in REASONS {
        program = program.request(&ask_as(
            &token(reason),
            reason,
            "create_video_post",
            video(json!({})),
        ));
    }
    let ended = program.finish().exits(0);
    let mut later = tiktok.run();
    for reason in REASONS {
        let failed = ended
            .answer(reason)
            .is("action_error")
            .has("/outcome", "failed")
            .holds("/remedy")
            .holds("/category");
        let code = failed.at("/code").as_str().unwrap().to_owned();
        assert!(
            code == reason || code == format!("{reason}_error"),
            "the code should be the reason: {}",
            failed.0
        );
        let publish_id = failed.holds("/publish_id").at("/publish_id").clone();
        later = later.request(&ask_as(
            &token(reason),
            reason,
            "get_post_status",
            json!({ "publish_id": publish_id }),
        ));
    }
    let ended = later.finish().exits(0);
    for reason in REASONS {
        let status = ended
            .answer(reason)
            .did()
            .has("/data/status", "FAILED")
            .has("/data/outcome", "failed");
        status
            .has("/data/fail_reason", reason)
            .holds("/data/fail_explanation")
            .holds("/data/remedy");
    }
}

#[test]
fn a_pull_that_fails_says_so() {
    let tiktok = tiktok();
    let bad = "act.sim-bad-pull";
    let answer = |action, inputs| answer(&tiktok, &ask_as(bad, "a", action, inputs));
    let photo = answer("create_photo_post", photos(json!({})));
    photo
        .failed("photo_pull_failed")
        .has("/outcome", "failed")
        .holds("/publish_id");
    let post = answer(
        "create_video_post",
        pulled(json!({ "privacy_level": "SELF_ONLY" })),
    );
    post.failed("video_pull_failed")
        .has("/outcome", "failed")
        .holds("/publish_id");
}

#[test]
fn each_form_of_post_has_its_outcome() {
    let tiktok = tiktok();
    let everyone = json!({ "privacy_level": "PUBLIC_TO_EVERYONE" });
    let draft = json!({ "photo_urls": ["https://example.com/a.jpg"], "post_mode": "MEDIA_UPLOAD" });
    let rows = [
        (
            "create_video_post",
            video(everyone.clone()),
            PostKind::DirectVideoUpload,
            "published",
            "available",
        ),
        (
            "create_video_post",
            video(json!({})),
            PostKind::DirectVideoUpload,
            "published",
            "private",
        ),
        (
            "create_video_post",
            pulled(everyone.clone()),
            PostKind::DirectVideoPull,
            "published",
            "available",
        ),
        (
            "upload_video_draft",
            pulled(json!({})),
            PostKind::DraftVideoPull,
            "in_inbox",
            "not_yet",
        ),
        (
            "create_photo_post",
            photos(everyone),
            PostKind::DirectPhotos,
            "published",
            "available",
        ),
        (
            "create_photo_post",
            draft,
            PostKind::DraftPhotos,
            "in_inbox",
            "not_yet",
        ),
    ];
    for (action, inputs, kind, outcome, id_state) in rows {
        let answer = answer(&tiktok, &ask("a", action, inputs)).did();
        let posts = tiktok.posts();
        let post = posts.last().unwrap();
        assert_eq!(post.kind, kind, "{action}: {}", answer.0);
        let ids: Vec<String> = post.post_ids.iter().map(ToString::to_string).collect();
        let answer = answer
            .has("/data/outcome", outcome)
            .has("/data/id_state", id_state);
        let answer = answer
            .has("/data/publish_id", post.publish_id.clone())
            .has("/data/post_ids", json!(ids));
        assert_eq!(
            answer.at("/data/post_url").is_null(),
            ids.is_empty(),
            "an address where there is an id: {}",
            answer.0
        );
        for id in ids {
            assert!(
                id.parse::<i64>().unwrap() > 1 << 53,
                "the sample id should be beyond 2^53: {id}"
            );
            assert!(
                answer.at("/data/post_url").as_str().unwrap().ends_with(&id),
                "{}",
                answer.0
            );
        }
    }
    assert_eq!(tiktok.inits(), 6, "one init each");
}

#[test]
fn ids_are_exact_under_both_spellings() {
    let tiktok = tiktok();
    let posted = answer(
        &tiktok,
        &ask(
            "a",
            "create_photo_post",
            photos(json!({ "privacy_level": "PUBLIC_TO_EVERYONE" })),
        ),
    )
    .did();
    let publish_id = posted.at("/data/publish_id").clone();
    let exact = json!([tiktok.posts()[0].post_ids[0].to_string()]);
    let status = answer(
        &tiktok,
        &ask("a", "get_post_status", json!({ "publish_id": publish_id })),
    )
    .did();
    let status = status.has("/data/publicaly_available_post_id", exact.clone());
    let status = status
        .has("/data/publicly_available_post_id", exact)
        .has("/data/id_state", "available");
    assert!(
        status.at("/data/post_url").as_str().unwrap().contains("/photo/"),
        "photos have their own address: {}",
        status.0
    );
}

#[test]
fn a_post_that_is_complete_before_its_id_is_pending() {
    let tiktok = tiktok();
    let request = ask_as(
        "act.sim-slow-moderation",
        "a",
        "create_photo_post",
        photos(json!({ "privacy_level": "PUBLIC_TO_EVERYONE" })),
    );
    let answer = answer(&tiktok, &request).did();
    answer
        .has("/data/outcome", "published")
        .has("/data/id_state", "pending_moderation")
        .has("/data/post_ids", json!([]));
}

#[test]
fn a_publish_id_that_tiktok_does_not_know_yet_is_asked_again() {
    let tiktok = tiktok();
    let answer = answer(
        &tiktok,
        &ask_as("act.sim-late-status", "a", "create_photo_post", photos(json!({}))),
    );
    answer.did().has("/data/outcome", "published");
    assert_eq!(
        (tiktok.count(EndpointName::STATUS_FETCH), tiktok.inits()),
        (3, 1),
        "asked until it was known, posted once"
    );
}

#[test]
fn a_wrong_publish_id_is_reported_at_once() {
    let tiktok = tiktok();
    let status = |token: &str, publish_id: &str| {
        answer(
            &tiktok,
            &ask_as(token, "a", "get_post_status", json!({ "publish_id": publish_id })),
        )
    };
    status(PUBLIC, "v_pub_file~v2-1.1")
        .failed("invalid_publish_id")
        .has("/http_status", 400);
    assert_eq!(tiktok.count(EndpointName::STATUS_FETCH), 1, "asked once");
    let mine = answer(&tiktok, &ask("a", "create_photo_post", photos(json!({})))).did();
    let publish_id = mine.at("/data/publish_id").as_str().unwrap();
    status("act.sim-private", publish_id).failed("token_not_authorized_for_specified_publish_id");
}

/// TikTok has the post; an unavailable status does not make it a failure.
#[test]
fn a_post_whose_status_cannot_be_asked_is_processing() {
    for kind in [
        json!({ "status": 500 }),
        json!("html_502"),
        json!({ "retry_after": "900" }),
    ] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "status_fetch", "kind": kind }));
        let limits = json!({ "max_retries": 0 });
        let answer = answer(
            &tiktok,
            &with(
                ask("a", "create_photo_post", photos(json!({}))),
                "request_config",
                limits,
            ),
        );
        let answer = answer
            .did()
            .has("/data/publish_id", tiktok.posts()[0].publish_id.clone());
        assert_ne!(
            answer.at("/data/warnings"),
            &json!([]),
            "the unknown status should be reported: {}",
            answer.0
        );
        let outcome = answer.at("/data/outcome");
        assert!(
            outcome == "processing" || outcome == "unconfirmed",
            "after {kind}: {}",
            answer.0
        );
        assert_eq!(tiktok.inits(), 1, "after {kind}");
    }
}

/// An earlier request made the post; a message that nothing was posted would lead to a second one.
#[test]
fn a_failed_status_call_does_not_claim_that_nothing_was_posted() {
    let tiktok = tiktok();
    let posted = answer(&tiktok, &ask("a", "create_photo_post", photos(json!({})))).did();
    let inputs = json!({ "publish_id": posted.at("/data/publish_id") });
    let limits = json!({ "max_retries": 0, "timeout": 0.5 });
    let request = with(ask("a", "get_post_status", inputs), "request_config", limits);
    let mut wrong = Vec::new();
    for kind in [
        json!("html_502"),
        json!("cut_after"),
        json!({ "slow_ms": 3000 }),
        json!("empty_200"),
    ] {
        tiktok.change(
            json!({ "clear_faults": true, "faults": [{ "endpoint": "status_fetch", "kind": kind }] }),
        );
        let answer = answer(&tiktok, &request)
            .is("action_error")
            .has("/retryable", true);
        if answer
            .at("/message")
            .as_str()
            .unwrap()
            .contains("nothing was posted")
        {
            wrong.push(format!("after {kind}: {}", answer.0));
        }
    }
    assert!(
        wrong.is_empty(),
        "the post is published, and the message says that nothing was posted:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn waiting_ends_with_the_final_status() {
    let tiktok = tiktok_with(json!({ "processing_ms": 1500, "moderation_ms": 600_000 }));
    let at_once = answer(&tiktok, &ask("a", "create_photo_post", photos(json!({}))));
    at_once
        .did()
        .has("/data/outcome", "processing")
        .has("/data/id_state", "not_yet");
    let waited = answer(
        &tiktok,
        &ask("a", "create_photo_post", photos(json!({ "wait_seconds": 30 }))),
    );
    waited
        .did()
        .has("/data/outcome", "published")
        .has("/data/status", "PUBLISH_COMPLETE");
}

#[test]
fn captions_arrive_whole_and_counted_in_utf_16() {
    let tiktok = tiktok();
    let title = "😀".repeat(1099) + "#ß";
    answer(
        &tiktok,
        &ask("a", "create_video_post", video(json!({ "title": title }))),
    )
    .did();
    assert_eq!(
        tiktok.posts()[0].title.as_deref(),
        Some(title.as_str()),
        "2,200 UTF-16 units are allowed"
    );
    let caption = "A caption, as other platforms call it. ".repeat(4);
    let posted = answer(
        &tiktok,
        &ask("a", "create_photo_post", photos(json!({ "title": caption }))),
    )
    .did();
    let post = &tiktok.posts()[1];
    assert_eq!(
        (
            post.title.as_deref().unwrap_or_default(),
            post.description.as_deref()
        ),
        ("", Some(caption.as_str()))
    );
    assert_ne!(
        posted.at("/data/warnings"),
        &json!([]),
        "the move of the title to the description should be reported: {}",
        posted.0
    );
}

#[test]
fn switches_reach_tiktok_as_they_were_set() {
    let tiktok = tiktok();
    let inputs = json!({
        "privacy_level": "PUBLIC_TO_EVERYONE", "disable_comment": true, "disable_duet": false, "disable_stitch": true,
        "brand_content_toggle": true, "brand_organic_toggle": true, "is_aigc": true, "video_cover_timestamp_ms": 1500,
    });
    answer(&tiktok, &ask("a", "create_video_post", video(inputs.clone()))).did();
    let sent = tiktok.posts()[0].post_info.clone();
    for (name, value) in inputs.as_object().unwrap() {
        assert_eq!(&sent[name], value, "{name} in {sent}");
    }
    answer(
        &tiktok,
        &ask_as(
            "act.sim-interactions-off",
            "a",
            "create_video_post",
            video(json!({})),
        ),
    )
    .did();
    let sent = tiktok.posts()[1].post_info.clone();
    for name in ["disable_comment", "disable_duet", "disable_stitch"] {
        assert_eq!(
            sent[name], true,
            "switched-off interactions should stay off: {sent}"
        );
    }
    for name in ["brand_content_toggle", "brand_organic_toggle"] {
        assert_eq!(sent[name], false, "both brand toggles are always sent: {sent}");
    }
}

fn ids(answer: &Answer) -> Vec<String> {
    let videos = answer.at("/data/videos").as_array().unwrap();
    videos
        .iter()
        .map(|video| video["id"].as_str().expect("ids are strings").to_owned())
        .collect()
}

#[test]
fn videos_are_listed_page_by_page() {
    let tiktok = tiktok();
    let videos =
        |token: &str, inputs: Value| answer(&tiktok, &ask_as(token, "a", "get_videos", inputs)).did();
    let first = videos(PUBLIC, json!({}));
    assert_eq!(ids(&first).len(), 20, "20 by default");
    let cursor = first.has("/data/has_more", true).at("/data/cursor").clone();
    let second = videos(PUBLIC, json!({ "max_count": 20, "cursor": cursor }));
    let all = videos(PUBLIC, json!({ "max_count": 1000 })).has("/data/has_more", false);
    assert_eq!(ids(&all).len(), 45, "all of them");
    assert_eq!(
        ids(&second),
        ids(&all)[20..40],
        "the cursor should continue after the previous page"
    );
    let mut unique = ids(&all);
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 45, "each once");
    assert!(
        unique.iter().all(|id| id.parse::<u64>().unwrap() > 1 << 53),
        "ids are beyond 2^53 and exact: {unique:?}"
    );
    for (count, more) in [(1, true), (21, true), (44, true), (45, false), (46, false)] {
        let some = videos(PUBLIC, json!({ "max_count": count }));
        assert_eq!(ids(&some), ids(&all)[..45.min(count)], "the newest {count}");
        assert_eq!(some.at("/data/has_more"), more, "{count} of 45");
    }
    for entry in tiktok.entries(EndpointName::VIDEO_LIST) {
        assert!(
            entry.body.unwrap()["max_count"].as_u64().unwrap() <= 20,
            "TikTok gives at most 20 at a time"
        );
    }
}

/// A page may be short although more videos follow (docs/tiktok-open-api.md#video-list).
#[test]
fn a_short_page_is_not_the_last() {
    let tiktok = tiktok();
    let short = "act.sim-short-pages";
    let all = answer(
        &tiktok,
        &ask_as(short, "a", "get_videos", json!({ "max_count": 1000 })),
    )
    .did();
    let stored = all.at("/data/videos").as_array().unwrap().len();
    assert!(stored > 20, "the sample should have several pages");
    all.has("/data/has_more", false);
    let twenty = answer(
        &tiktok,
        &ask_as(short, "a", "get_videos", json!({ "max_count": 20 })),
    )
    .did();
    assert_eq!(ids(&twenty).len(), 20, "a short page is filled up from the next");
}

#[test]
fn an_account_without_videos_has_an_empty_list() {
    let tiktok = tiktok();
    for token in ["act.sim-new", "act.sim-private"] {
        let answer = answer(&tiktok, &ask_as(token, "a", "get_videos", json!({}))).did();
        answer
            .has("/data/videos", json!([]))
            .has("/data/has_more", false)
            .has("/data/not_found", json!([]));
    }
}

#[test]
fn videos_are_found_by_id_and_the_others_are_named() {
    let tiktok = tiktok();
    let all = ids(&answer(&tiktok, &ask("a", "get_videos", json!({ "max_count": 45 }))).did());
    let mut expected: Vec<String> = all[..30].to_vec();
    expected.rotate_left(11);
    expected.reverse();
    let mut wanted = expected.clone();
    wanted.insert(7, "7000000000000000001".to_owned());
    wanted.push("1".to_owned());
    let found = answer(&tiktok, &ask("a", "get_videos", json!({ "video_ids": wanted }))).did();
    assert_eq!(
        ids(&found),
        expected,
        "the 30 that exist, in the order of the request"
    );
    found
        .has("/data/not_found", json!(["7000000000000000001", "1"]))
        .has("/data/has_more", false);
    assert_eq!(tiktok.count(EndpointName::VIDEO_QUERY), 2, "20 ids at a time");
}

#[test]
fn a_draft_that_its_owner_posts_is_published() {
    let tiktok = tiktok();
    let draft = answer(
        &tiktok,
        &ask(
            "a",
            "upload_video_draft",
            json!({ "file": { "content": base64(&clip()) } }),
        ),
    );
    let publish_id = draft
        .did()
        .has("/data/outcome", "in_inbox")
        .at("/data/publish_id")
        .clone();
    tiktok.change(json!({ "drafts_posted": [publish_id] }));
    assert_eq!(
        tiktok.posts()[0].status,
        StoredStatus::PublishComplete,
        "the sample should be posted"
    );
    let status = answer(
        &tiktok,
        &ask("a", "get_post_status", json!({ "publish_id": publish_id })),
    );
    status
        .did()
        .has("/data/outcome", "published")
        .has("/data/id_state", "available");
}
