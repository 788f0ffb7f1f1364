//! Sessions with TikTok: order, concurrency and signals.

use std::time::Duration;

use autohive_tiktok::simulator::StoredStatus;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    PUBLIC, ask, ask_as,
    program::{Ended, Running},
    tiktok::{TikTok, tiktok, tiktok_faulty},
    together,
    video::{base64, clip, clip_of},
    with,
};

/// Time after a signal within which every request that was read must be answered.
const STOPPED: Duration = Duration::from_secs(3);

fn ids(ended: &Ended) -> Vec<Value> {
    ended
        .answers()
        .iter()
        .map(|answer| answer.0["id"].clone())
        .collect()
}

fn user(id: &str) -> Value {
    ask(id, "get_user_info", json!({}))
}

fn creator(id: &str) -> Value {
    ask(id, "get_creator_info", json!({}))
}

fn photos() -> Value {
    json!({ "photo_urls": ["https://example.com/a.jpg"], "privacy_level": "SELF_ONLY" })
}

fn video() -> Value {
    json!({ "video_content_base64": base64(&clip()), "privacy_level": "SELF_ONLY" })
}

/// The first request is slow, the second is not.
fn slow_first() -> TikTok {
    tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 700 } }))
}

#[test]
fn both_forms_of_auth_are_taken() {
    let tiktok = tiktok();
    let auth = json!({ "auth_type": "PlatformOauth2", "credentials": { "access_token": PUBLIC, "refresh_token": "x" } });
    let autohives = json!({ "id": "nested", "action": "get_user_info", "auth": auth });
    let ended = tiktok
        .run()
        .request(&autohives)
        .request(&user("flat"))
        .finish()
        .exits(0);
    for id in ["nested", "flat"] {
        ended.answer(id).did().holds("/data/open_id");
    }
}

#[test]
fn the_connected_account_is_returned() {
    let tiktok = tiktok();
    let request = json!({ "id": "a", "type": "connected_account", "auth": { "access_token": PUBLIC } });
    let ended = tiktok.run().request(&request).finish().exits(0);
    let answer = ended
        .only()
        .is("connected_account")
        .holds("/username")
        .holds("/user_id")
        .holds("/avatar_url");
    let keys: Vec<&String> = answer.at("").as_object().unwrap().keys().collect();
    // Autohive's `ConnectedAccountInfo(**result)` refuses any other member; the adapter drops the details.
    let sdk = [
        "email",
        "first_name",
        "last_name",
        "username",
        "user_id",
        "avatar_url",
        "organization",
        "details",
    ];
    assert_eq!(
        keys, sdk,
        "the fields of Autohive's SDK, and one for the rest, in {}",
        answer.0
    );
    answer
        .holds("/details/follower_count")
        .has("/details/is_verified", false)
        .holds("/details/profile_web_link");
}

/// Members without permission are absent, and the account is reported nevertheless.
#[test]
fn the_connected_account_has_the_granted_members() {
    let tiktok = tiktok();
    let request =
        json!({ "id": "a", "type": "connected_account", "auth": { "access_token": "act.sim-basic-only" } });
    let answer = tiktok
        .run()
        .request(&request)
        .finish()
        .exits(0)
        .only()
        .is("connected_account");
    let answer = answer
        .holds("/user_id")
        .holds("/avatar_url")
        .has("/email", Value::Null);
    assert_eq!(
        answer.at("/details"),
        &json!({ "missing_scopes": ["user.info.profile", "user.info.stats"] }),
        "never a made-up zero: {}",
        answer.0
    );
}

#[test]
fn requests_of_different_accounts_do_not_mix() {
    let tiktok = tiktok();
    let tokens = [
        "act.sim-public",
        "act.sim-private",
        "act.sim-new",
        "act.sim-no-publish",
        "act.sim-short-pages",
    ];
    let mut program = tiktok.run();
    for token in tokens.iter().cycle().take(20) {
        program = program.request(&ask_as(token, token, "get_user_info", json!({})));
    }
    let answers = program.finish().exits(0).answers();
    assert_eq!(answers.len(), 20, "one line for each");
    for answer in answers {
        let name = answer.0["id"]
            .as_str()
            .unwrap()
            .trim_start_matches("act.")
            .to_owned();
        answer.did().has("/data/display_name", name);
    }
}

#[test]
fn metadata_go_into_the_log_and_not_to_tiktok() {
    let tiktok = tiktok();
    let request = with(creator("a"), "metadata", json!({ "run": "r-77-mark" }));
    let ended = tiktok.run().arg("--log=info").request(&request).finish().exits(0);
    assert!(
        ended.stderr.contains("r-77-mark"),
        "metadata should be logged: {}",
        ended.stderr
    );
    let sent = format!("{:?}", tiktok.journal());
    assert!(!sent.contains("r-77-mark"), "metadata should stay here: {sent}");
}

#[test]
fn results_are_written_as_they_finish() {
    let ended = slow_first()
        .run()
        .request(&user("slow"))
        .request(&creator("quick"))
        .finish()
        .exits(0);
    assert_eq!(
        ids(&ended),
        ["quick", "slow"],
        "the quick one should not wait for the slow one"
    );
}

#[test]
fn ordered_keeps_the_order_of_requests() {
    let slow_first = slow_first();
    let program = slow_first
        .run()
        .arg("--ordered")
        .request(&user("slow"))
        .request(&creator("quick"));
    let ended = program
        .input("nonsense\n")
        .request(&creator("last"))
        .finish()
        .exits(0);
    assert_eq!(
        ids(&ended),
        [json!("slow"), json!("quick"), Value::Null, json!("last")],
        "the order of the requests"
    );
}

#[test]
fn one_job_runs_one_request_at_a_time() {
    let slow_first = slow_first();
    let program = slow_first
        .run()
        .arg("--jobs")
        .arg("1")
        .request(&user("slow"))
        .request(&creator("quick"));
    let ended = program.finish().exits(0);
    assert_eq!(
        ids(&ended),
        ["slow", "quick"],
        "the second should begin when the first has ended"
    );
    let journal = slow_first.journal();
    let began: Vec<u64> = journal.entries.iter().map(|entry| entry.at_ms).collect();
    assert!(
        began[1] - began[0] >= 650,
        "the second should begin when the first has ended: {began:?}"
    );
}

#[test]
fn eight_requests_run_at_once_by_default() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "slow_ms": 1500 } }));
    let mut running = tiktok.run().start();
    for number in 0..9 {
        running.send(&creator(&number.to_string()));
    }
    tiktok.await_calls("/creator_info/query/", 8);
    running.close_input();
    let ended = running.wait().exits(0);
    assert_eq!(ended.answers().len(), 9, "one line for each");
    let began: Vec<u64> = tiktok.journal().entries.iter().map(|entry| entry.at_ms).collect();
    assert!(began[7] - began[0] < 1450, "eight should run together: {began:?}");
    assert!(
        began[8] - began[0] >= 1450,
        "the ninth should wait for one of them: {began:?}"
    );
}

/// Starts `requests`, waits for the first call to `path`, sends `signal` and returns the end of the program.
#[track_caller]
fn stopped(tiktok: &TikTok, arguments: &[&str], requests: &[Value], path: &str, signal: &str) -> Ended {
    // The default grace period has a separate test; a short one saves time.
    let mut program = tiktok.run().arg("--grace-ms=200");
    for argument in arguments {
        program = program.arg(argument);
    }
    for request in requests {
        program = program.request(request);
    }
    let running: Running = program.start();
    tiktok.await_calls(path, 1);
    running.signal(signal);
    running.wait_for(STOPPED).exits(0)
}

#[test]
fn a_read_that_is_stopped_is_answered() {
    for signal in ["TERM", "INT"] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
        let ended = stopped(&tiktok, &[], &[user("a")], "/user/info/", signal);
        ended
            .only()
            .failed("interrupted")
            .has("/outcome", Value::Null)
            .has("/publish_id", Value::Null);
    }
}

/// A host that writes its request, closes the pipe and later stops the program, which is the common case.
#[test]
fn a_signal_after_the_end_of_input_stops_the_program() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
    let mut running = tiktok.run().arg("--grace-ms=200").request(&user("a")).start();
    running.close_input();
    tiktok.await_calls("/user/info/", 1);
    running.signal("TERM");
    running.wait_for(STOPPED).exits(0).only().failed("interrupted");
}

#[test]
fn requests_that_end_within_the_grace_period_get_their_result() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 500 } }));
    let running = tiktok.run().request(&user("a")).start();
    tiktok.await_calls("/user/info/", 1);
    running.signal("TERM");
    running.wait_for(STOPPED).exits(0).only().did();
}

#[test]
fn the_default_grace_period_ends_in_time() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
    let running = tiktok.run().request(&user("a")).start();
    tiktok.await_calls("/user/info/", 1);
    running.signal("INT");
    running.wait_for(STOPPED).exits(0).only().failed("interrupted");
}

#[test]
fn photos_that_may_have_been_posted_are_unconfirmed() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "kind": { "slow_ms": 20_000 } }));
    let request = ask("a", "create_photo_post", photos());
    let ended = stopped(&tiktok, &[], &[request], "/content/init/", "TERM");
    ended
        .only()
        .failed("interrupted")
        .has("/outcome", "unconfirmed")
        .has("/retryable", false);
}

/// A request that waited behind another was not begun, so it may be sent again.
#[test]
fn a_post_that_had_not_begun_is_not_posted() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
    let requests = [user("slow"), ask("waits", "create_photo_post", photos())];
    let ended = stopped(
        &tiktok,
        &["--jobs=1", "--ordered"],
        &requests,
        "/user/info/",
        "TERM",
    );
    assert_eq!(
        ids(&ended),
        ["slow", "waits"],
        "every request that was read should be answered"
    );
    let waits = &ended.answers()[1].0;
    assert_eq!(waits["result"]["code"], "interrupted", "{waits}");
    assert_eq!(
        waits["result"]["outcome"], "failed",
        "nothing was sent, so nothing was posted: {waits}"
    );
    assert_eq!(
        waits["result"]["retryable"], true,
        "a request that was not begun should be retryable: {waits}"
    );
    tiktok.nothing_posted();
}

#[test]
fn photos_whose_init_was_not_sent_are_not_posted() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "kind": { "slow_ms": 20_000 } }));
    let request = ask("a", "create_photo_post", photos());
    let ended = stopped(&tiktok, &[], &[request], "/creator_info/query/", "TERM");
    let answer = ended.only().failed("interrupted");
    assert!(
        answer.at("/outcome") != "unconfirmed",
        "no init was sent, so nothing can have been posted: {}",
        answer.0
    );
    tiktok.nothing_posted();
}

#[test]
fn a_stopped_upload_has_its_publish_id_and_known_state() {
    let cells = [
        ("upload", "/video/", "unconfirmed"),
        ("status_fetch", "/status/fetch/", "processing"),
    ];
    for (endpoint, place, outcome) in cells {
        let tiktok = tiktok_faulty(json!({ "endpoint": endpoint, "kind": { "slow_ms": 20_000 } }));
        let ended = stopped(
            &tiktok,
            &[],
            &[ask("a", "create_video_post", video())],
            place,
            "TERM",
        );
        let publish_id = tiktok.posts()[0].publish_id.clone();
        ended
            .only()
            .failed("interrupted")
            .has("/outcome", outcome)
            .has("/publish_id", publish_id)
            .has("/retryable", false);
    }
}

/// A signal in the middle of a keyed upload, with the default grace period: the result has the publish_id, and a repeat
/// never makes a second post, whether or not the chunk had arrived.
#[test]
fn a_keyed_upload_that_is_stopped_is_unconfirmed_and_its_repeat_posts_once() {
    const SOON: Duration = Duration::from_secs(2);
    let cells = [("TERM", true), ("TERM", false), ("INT", true), ("INT", false)];
    together(cells, |(signal, arrives)| {
        let folder = TempDir::new().unwrap();
        let state = format!("sqlite:{}", folder.path().join("state.db").display());
        let fault =
            json!({ "endpoint": "upload", "nth": 1, "kind": { "slow_ms": 20_000 }, "effect": arrives });
        let tiktok = tiktok_faulty(fault);
        let run = || tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &state);
        let mut inputs = video();
        inputs["idempotency_key"] = json!("run 7");
        inputs["wait_seconds"] = json!(20);
        let request = ask("a", "create_video_post", inputs);
        let running = run().request(&request).start();
        tiktok.await_calls("/video/", 1);
        running.signal(signal);
        let answer = running.wait_for(SOON).exits(0).only().failed("interrupted");
        let publish_id = tiktok.posts()[0].publish_id.clone();
        let answer = answer
            .has("/outcome", "unconfirmed")
            .has("/publish_id", publish_id.clone());
        // The same key makes the repeat safe.
        answer.has("/retryable", true);
        for time in ["first", "second"] {
            let again = run().request(&request).finish().exits(0).only();
            let posts = tiktok.posts();
            let whole: Vec<&str> = posts
                .iter()
                .filter(|post| post.status == StoredStatus::PublishComplete)
                .map(|post| post.publish_id.as_str())
                .collect();
            let told = again.0.to_string();
            assert!(
                told.contains(&publish_id),
                "{signal}, arrived: {arrives}, {time} repeat names the post: {told}"
            );
            if arrives {
                again.did().has("/data/outcome", "published");
                assert_eq!(
                    whole,
                    [publish_id.as_str()],
                    "{signal}, {time} repeat: the upload that had arrived is the post"
                );
            } else {
                // Bytes in flight may still arrive while the upload URL is valid, so nothing is sent again before that.
                again
                    .failed("outcome_unknown")
                    .has("/outcome", "unconfirmed")
                    .holds("/retry_after")
                    .says("until the upload address has expired: until 20")
                    .says("Z, in 70 minutes. A repeat of the request after that posts again");
                assert_eq!(whole, Vec::<&str>::new(), "{signal}, {time} repeat");
            }
        }
    });
}

/// A draft and an upload of several chunks behave the same, and need no key.
#[test]
fn an_upload_that_is_stopped_between_its_parts_is_unconfirmed() {
    let parts = json!({ "video_content_base64": base64(&clip_of(15_800_000)), "chunk_size": 5_242_880 });
    for nth in [1, 2, 3] {
        let tiktok =
            tiktok_faulty(json!({ "endpoint": "upload", "nth": nth, "kind": { "slow_ms": 20_000 } }));
        let running = tiktok
            .run()
            .request(&ask("a", "upload_video_draft", parts.clone()))
            .start();
        tiktok.await_calls("/video/", nth);
        running.signal("TERM");
        let answer = running
            .wait_for(Duration::from_secs(2))
            .exits(0)
            .only()
            .failed("interrupted");
        let publish_id = tiktok.posts()[0].publish_id.clone();
        let answer = answer
            .has("/outcome", "unconfirmed")
            .has("/publish_id", publish_id)
            .has("/retryable", false);
        let words = if nth < 3 {
            "The last part of the video was not sent"
        } else {
            "If TikTok has received it, TikTok makes the post. It may still arrive until the upload address has expired, at 20"
        };
        answer.says(words);
    }
}

/// With a key, the result does not claim that nothing was posted unless that is known, and a repeat is safe.
#[test]
fn a_stopped_keyed_request_can_be_repeated() {
    let keyed = |id| {
        let mut inputs = photos();
        inputs["idempotency_key"] = json!("the-key");
        ask(id, "create_photo_post", inputs)
    };
    // Stopped during the call that identifies the owner of the key, before the post was begun.
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
    let ended = stopped(
        &tiktok,
        &["--jobs", "1"],
        &[keyed("a"), keyed("b")],
        "/user/info/",
        "TERM",
    );
    for id in ["a", "b"] {
        let answer = ended.answer(id).failed("interrupted");
        answer
            .has("/outcome", "unconfirmed")
            .has("/retryable", true)
            .has("/publish_id", Value::Null);
    }
    tiktok.nothing_posted();
    // Stopped during the post: a repeat checks the account and never posts, but has no publish_id to settle the
    // outcome.
    let folder = TempDir::new().unwrap();
    let state = format!("--state=sqlite:{}", folder.path().join("state.db").display());
    let tiktok = tiktok_faulty(json!({ "endpoint": "content_init", "kind": { "slow_ms": 20_000 } }));
    let ended = stopped(&tiktok, &[&state], &[keyed("a")], "/content/init/", "TERM");
    let answer = ended
        .only()
        .failed("interrupted")
        .has("/outcome", "unconfirmed")
        .has("/retryable", false);
    assert!(
        answer
            .at("/remedy")
            .as_str()
            .unwrap()
            .contains("same idempotency_key"),
        "{}",
        answer.0
    );
}

#[test]
fn requests_that_were_not_begun_are_answered_too() {
    // More than the reader hands over at once, so that some wait at each place.
    const FURTHER: usize = 200;
    let mut requests = vec![
        user("runs"),
        ask("c", "create_photo_post", photos()),
        json!({ "id": "d" }),
    ];
    requests.extend((0..FURTHER).map(|number| creator(&format!("further-{number}"))));
    for arguments in [&["--jobs", "1"][..], &["--jobs", "1", "--ordered"][..]] {
        let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
        let ended = stopped(&tiktok, arguments, &requests, "/user/info/", "TERM");
        assert_eq!(
            ended.answers().len(),
            requests.len(),
            "every request that was read is answered once: {}",
            ended.text()
        );
        for id in ["runs", "c"] {
            ended.answer(id).failed("interrupted");
        }
        ended.answer("d").is("error");
        for number in 0..FURTHER {
            ended.answer(&format!("further-{number}")).failed("interrupted");
        }
        tiktok.nothing_posted();
    }
}

#[test]
fn an_idle_session_ends_at_once_after_a_signal() {
    for signal in ["TERM", "INT"] {
        let tiktok = tiktok();
        let mut running = tiktok.run().request(&user("a")).start();
        running.next().did();
        running.signal(signal);
        let ended = running.wait_for(STOPPED).exits(0);
        assert_eq!(
            ended.answers().len(),
            1,
            "nothing was left to answer: {}",
            ended.text()
        );
    }
}

/// An incomplete request was not read, so no host waits for its result.
#[test]
fn an_incomplete_request_does_not_delay_the_end() {
    let tiktok = tiktok();
    let mut running = tiktok
        .run()
        .request(&user("a"))
        .input("{\"id\":\"half\",\"action\":\n")
        .start();
    running.next().did();
    running.signal("TERM");
    let ended = running.wait_for(STOPPED).exits(0);
    for answer in ended.answers().iter().skip(1) {
        answer.clone().misunderstood("invalid_json");
    }
}

#[test]
fn the_grace_period_can_be_chosen() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 20_000 } }));
    let running = tiktok
        .run()
        .arg("--grace-ms")
        .arg("0")
        .request(&user("a"))
        .start();
    tiktok.await_calls("/user/info/", 1);
    running.signal("TERM");
    running
        .wait_for(Duration::from_secs(1))
        .exits(0)
        .only()
        .failed("interrupted");
}
