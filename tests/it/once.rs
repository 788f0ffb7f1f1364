//! One idempotency key, one post: repeated, concurrent in many processes, with other inputs, and after a kill at any
//! point.

#[path = "once/kills.rs"]
mod kills;

use std::{fs, path::Path, time::Duration};

use autohive_tiktok::{
    clock::Clock,
    simulator::{EndpointName, StoredPost, StoredStatus},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask, ask_as,
    program::{Answer, Program},
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    together,
    video::{base64, clip, clip_of},
    with,
};

/// Location of a test's journal.
struct Journal {
    setting: String,
    _keep: Box<dyn Send + Sync>,
}

impl Journal {
    fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let setting = format!("sqlite:{}", folder.path().join("state.db").display());
        Self {
            setting,
            _keep: Box::new(folder),
        }
    }

    #[cfg(feature = "redis")]
    fn redis() -> Self {
        let server = crate::state::Server::start(&[]);
        Self {
            setting: server.setting(),
            _keep: Box::new(server),
        }
    }

    /// Moves the start of every post into the past.
    fn grow_old(&self, by: Duration) {
        let path = self.setting.strip_prefix("sqlite:").unwrap();
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut entries = connection.prepare("SELECT key, entry FROM journal").unwrap();
        let entries: Vec<(Vec<u8>, String)> = entries
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for (key, entry) in entries {
            let mut entry: Value = serde_json::from_str(&entry).unwrap();
            entry["at"]["secs"] = json!(entry["at"]["secs"].as_u64().unwrap() - by.as_secs());
            let update = "UPDATE journal SET entry = ?2, created = created - ?3 WHERE key = ?1";
            let by = i64::try_from(by.as_millis()).unwrap();
            connection
                .execute(update, rusqlite::params![key, entry.to_string(), by])
                .unwrap();
        }
    }

    fn run(&self, tiktok: &TikTok) -> Program {
        tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &self.setting)
    }

    #[track_caller]
    fn answer(&self, tiktok: &TikTok, request: &Value) -> Answer {
        self.run(tiktok).request(request).finish().exits(0).only()
    }
}

fn video(key: &str, title: &str) -> Value {
    let file = json!({ "content": base64(&clip()) });
    let inputs =
        json!({ "privacy_level": "SELF_ONLY", "title": title, "file": file, "idempotency_key": key });
    ask("a", "create_video_post", inputs)
}

fn draft(key: &str) -> Value {
    let inputs = json!({ "file": { "content": base64(&clip()) }, "idempotency_key": key });
    ask("a", "upload_video_draft", inputs)
}

fn photos(key: &str) -> Value {
    let inputs = json!({
        "photo_urls": ["https://media.example.com/1.jpg"], "privacy_level": "SELF_ONLY", "preflight": false,
        "title": "Two boats", "idempotency_key": key,
    });
    ask("a", "create_photo_post", inputs)
}

/// Posts whose bytes TikTok has received completely.
fn whole(tiktok: &TikTok) -> Vec<StoredPost> {
    let is_whole = |post: &StoredPost| {
        matches!(
            post.status,
            StoredStatus::PublishComplete | StoredStatus::SendToUserInbox
        )
    };
    tiktok.posts().into_iter().filter(is_whole).collect()
}

#[test]
fn a_repeat_gets_the_outcome_of_the_first() {
    for request in [video("k", "x"), draft("k"), photos("k")] {
        let (tiktok, journal) = (tiktok(), Journal::sqlite());
        let first = journal.answer(&tiktok, &request).did();
        assert!(first.at("/data/repeated").is_null(), "{}", first.0);
        for _ in 0..2 {
            let again = journal
                .answer(&tiktok, &request)
                .did()
                .has("/data/repeated", true);
            for member in ["publish_id", "outcome", "status", "post_ids"] {
                let pointer = format!("/data/{member}");
                assert_eq!(
                    again.at(&pointer),
                    first.at(&pointer),
                    "{member} is the recorded one: {}",
                    again.0
                );
            }
        }
        assert_eq!(
            (tiktok.inits(), whole(&tiktok).len()),
            (1, 1),
            "one init and one post"
        );
    }
}

/// The deadline holds for the journal too, at whichever step it stalls.
#[test]
fn a_journal_that_stands_still_takes_no_more_than_the_requests_time() {
    let steps = [
        ("user_info", "/user/info/"),
        ("video_init", "/video/init/"),
        ("upload", "/video/"),
        ("status_fetch", "/fetch/"),
    ];
    together(steps, |(endpoint, path)| {
        let tiktok =
            tiktok_faulty(json!({ "endpoint": endpoint, "nth": 1, "times": 9, "kind": { "slow_ms": 800 } }));
        let journal = Journal::sqlite();
        journal.answer(&tiktok, &draft("another"));
        let request = with(video("k", "x"), "request_config", json!({ "deadline": 4 }));
        let calls = tiktok
            .journal()
            .entries
            .iter()
            .filter(|entry| entry.path.ends_with(path))
            .count();
        let (clock, mut running) = (Clock::system(), journal.run(&tiktok).request(&request).start());
        tiktok.await_calls(path, calls + 1);
        let mut other = rusqlite::Connection::open(journal.setting.strip_prefix("sqlite:").unwrap()).unwrap();
        let lock = other
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .unwrap();
        let answer = running.next();
        let took = clock.elapsed();
        drop(lock);
        assert!(
            took < Duration::from_millis(6_500),
            "{endpoint}: took {took:?}: {}",
            answer.0
        );
        running.close_input();
        running.wait().exits(0);
    });
}

/// Neither the waiting time nor the order of the inputs is part of the fingerprint.
#[test]
fn a_repeat_may_wait_and_check() {
    let (tiktok, journal) = (tiktok(), Journal::sqlite());
    journal.answer(&tiktok, &video("k", "x")).did();
    let mut patient = video("k", "x");
    patient["inputs"]["wait_seconds"] = json!(5);
    journal
        .answer(&tiktok, &patient)
        .did()
        .has("/data/repeated", true);
    let mut dry = video("k", "other");
    dry["inputs"]["dry_run"] = json!(true);
    journal.answer(&tiktok, &dry).did().has("/data/dry_run", true);
    assert_eq!(tiktok.inits(), 1);
}

#[test]
fn a_post_on_its_way_is_asked_about_again() {
    let (tiktok, journal) = (tiktok_with(json!({ "processing_ms": 3_000 })), Journal::sqlite());
    let first = journal
        .answer(&tiktok, &video("k", "x"))
        .did()
        .has("/data/outcome", "processing");
    let mut patient = video("k", "x");
    patient["inputs"]["wait_seconds"] = json!(30);
    let again = journal
        .answer(&tiktok, &patient)
        .did()
        .has("/data/outcome", "published")
        .has("/data/repeated", true);
    assert_eq!(again.at("/data/publish_id"), first.at("/data/publish_id"));
    assert_eq!(tiktok.inits(), 1);
}

/// TikTok has confirmed the complete upload, so it is not sent again, whatever the status counts and however late it
/// is.
#[test]
fn a_post_that_tiktok_has_received_is_only_followed() {
    for figure in [json!("count"), json!("last_index"), Value::Null] {
        let setup = json!({ "processing_ms": 100_000_000, "upload": { "status_figure": figure } });
        let (tiktok, journal) = (tiktok_with(setup), Journal::sqlite());
        let first = journal
            .answer(&tiktok, &video("k", "x"))
            .did()
            .has("/data/outcome", "processing");
        for _ in 0..2 {
            let again = journal.answer(&tiktok, &video("k", "x")).did();
            let again = again
                .has("/data/outcome", "processing")
                .has("/data/repeated", true);
            assert_eq!(
                again.at("/data/publish_id"),
                first.at("/data/publish_id"),
                "{figure}"
            );
            journal.grow_old(Duration::from_mins(75));
        }
        assert_eq!(tiktok.inits(), 1, "{figure}");
    }
}

/// A repeat reports the same members as its first request would have.
#[test]
fn a_repeat_that_sees_the_post_published_has_its_address() {
    let (tiktok, journal) = (
        tiktok_with(json!({ "processing_ms": 1_500, "moderation_ms": 0 })),
        Journal::sqlite(),
    );
    let mut request = video("k", "x");
    request["inputs"]["privacy_level"] = json!("PUBLIC_TO_EVERYONE");
    let first = journal
        .answer(&tiktok, &request)
        .did()
        .has("/data/outcome", "processing");
    request["inputs"]["wait_seconds"] = json!(30);
    let again = journal
        .answer(&tiktok, &request)
        .did()
        .has("/data/outcome", "published");
    assert_eq!(again.at("/data/publish_id"), first.at("/data/publish_id"));
    let url = again.at("/data/post_url").as_str().unwrap_or_default().to_owned();
    assert!(
        url.starts_with("https://www.tiktok.com/@sim.public/video/"),
        "{}",
        again.0
    );
}

#[test]
fn other_inputs_under_the_same_key_are_refused() {
    let (tiktok, journal) = (tiktok(), Journal::sqlite());
    journal.answer(&tiktok, &video("k", "one")).did();
    let mut cover = video("k", "one");
    cover["inputs"]["is_aigc"] = json!(true);
    let mut bytes = video("k", "one");
    bytes["inputs"]["file"]["content"] = json!(base64(&clip_of(300_000)));
    for other in [video("k", "two"), cover, bytes, draft("k"), photos("k")] {
        let answer = journal.answer(&tiktok, &other).failed("idempotency_conflict");
        answer
            .has("/outcome", "failed")
            .has("/retryable", false)
            .has("/details/0/field", "idempotency_key");
    }
    assert_eq!((tiktok.inits(), whole(&tiktok).len()), (1, 1));
    journal.answer(&tiktok, &video("k2", "two")).did();
}

/// A key belongs to its account: tokens change, and another account may use the same key.
#[test]
fn a_key_belongs_to_its_account() {
    let (tiktok, journal) = (tiktok(), Journal::sqlite());
    journal.answer(&tiktok, &video("k", "one")).did();
    let request = ask_as(
        "act.sim-private",
        "b",
        "create_video_post",
        video("k", "two")["inputs"].clone(),
    );
    journal.answer(&tiktok, &request).did();
    assert_eq!(whole(&tiktok).len(), 2);
}

/// A request that posted nothing releases its key, also for other inputs.
#[test]
fn a_post_that_failed_frees_its_key() {
    let journal = Journal::sqlite();
    let faulty = tiktok_faulty(json!({ "endpoint": "upload", "kind": { "status": 400 } }));
    journal
        .answer(&faulty, &video("k", "one"))
        .failed("upload_refused")
        .has("/outcome", "failed");
    let mut wrong = video("k", "one");
    wrong["inputs"]["privacy_level"] = json!("FOLLOWER_OF_CREATOR");
    let tiktok = tiktok();
    let refused = journal.answer(&tiktok, &wrong);
    assert_eq!(refused.at("/outcome"), "failed", "{}", refused.0);
    journal.answer(&tiktok, &video("k", "two")).did();
    assert_eq!(whole(&tiktok).len(), 1);
}

/// An init without a response may have posted: the repeat checks, reports and does not post.
#[test]
fn a_lost_init_that_posts_by_itself_stays_unconfirmed() {
    let fault = json!({ "endpoint": "content_init", "nth": 1, "kind": "cut_after" });
    let (tiktok, journal) = (tiktok_faulty(fault), Journal::sqlite());
    for _ in 0..3 {
        let answer = journal.answer(&tiktok, &photos("k")).failed("outcome_unknown");
        // The same request can be sent again: it checks and never posts. That cannot settle the outcome, so no remedy
        // suggests it.
        let answer = answer
            .has("/outcome", "unconfirmed")
            .has("/retryable", false)
            .has("/evidence/looked", true);
        let remedy = answer.at("/remedy").as_str().unwrap_or_default();
        assert!(
            remedy.contains("never posts") && remedy.contains("new key"),
            "{remedy}"
        );
    }
    assert_eq!((tiktok.inits(), whole(&tiktok).len()), (1, 1));
}

/// Ten processes with one key at once: one posts, the others wait for it or report that it is in progress.
fn ten_at_once(journal: &Journal) {
    let tiktok = tiktok_with(json!({ "faults": [{ "endpoint": "upload", "kind": { "slow_ms": 300 } }] }));
    let request = video("k", "x");
    let answers = std::sync::Mutex::new(Vec::new());
    together(0..10, |number| {
        let mut request = request.clone();
        request["inputs"]["wait_seconds"] = json!(if number % 2 == 0 { 0 } else { 30 });
        answers.lock().unwrap().push(journal.answer(&tiktok, &request));
    });
    assert_eq!((tiktok.inits(), whole(&tiktok).len()), (1, 1), "exactly one post");
    let id = whole(&tiktok)[0].publish_id.clone();
    let answers = answers.into_inner().unwrap();
    assert_eq!(answers.len(), 10);
    for answer in &answers {
        match answer.0["type"].as_str() {
            Some("action") => assert_eq!(*answer.at("/data/publish_id"), json!(id), "{}", answer.0),
            _ => drop(
                answer
                    .clone()
                    .failed("in_progress")
                    .has("/retryable", true)
                    .holds("/retry_after"),
            ),
        }
    }
    let first = answers
        .iter()
        .filter(|answer| answer.0["type"] == "action" && answer.at("/data/repeated").is_null());
    assert_eq!(first.count(), 1, "one request posted");
    journal
        .answer(&tiktok, &request)
        .did()
        .has("/data/publish_id", id)
        .has("/data/repeated", true);
}

#[test]
fn of_ten_processes_at_once_one_posts() {
    ten_at_once(&Journal::sqlite());
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn of_ten_processes_at_once_one_posts_with_redis() {
    ten_at_once(&Journal::redis());
}

/// The same within one session.
#[test]
fn of_many_requests_of_one_session_one_posts() {
    let (tiktok, journal) = (tiktok(), Journal::sqlite());
    let mut program = journal.run(&tiktok);
    for number in 0..5 {
        program = program.request(&with(video("k", "x"), "id", json!(format!("r{number}"))));
    }
    let ended = program.finish().exits(0);
    assert_eq!(ended.answers().len(), 5);
    assert_eq!((tiktok.inits(), whole(&tiktok).len()), (1, 1));
}

/// Without a key no journal is opened; with one the file belongs to its owner alone.
#[test]
fn a_request_without_a_key_opens_no_journal() {
    use std::os::unix::fs::PermissionsExt as _;
    let (tiktok, home) = (tiktok(), TempDir::new().unwrap());
    let run = || tiktok.run().env("XDG_STATE_HOME", home.path().to_str().unwrap());
    let mut plain = video("k", "x");
    plain["inputs"].as_object_mut().unwrap().remove("idempotency_key");
    for request in [
        plain,
        ask("a", "get_videos", json!({})),
        ask("a", "get_creator_info", json!({})),
    ] {
        run().request(&request).finish().exits(0).only().did();
        assert_eq!(
            fs::read_dir(home.path()).unwrap().count(),
            0,
            "no database for {}",
            request["action"]
        );
    }
    run().request(&video("k", "x")).finish().exits(0).only().did();
    let file = home.path().join("autohive-tiktok/state.db");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600,
        "{}",
        file.display()
    );
}

/// If the journal is unusable, requests that need it are refused before anything is sent; others are served.
#[test]
fn a_journal_that_cannot_be_used_posts_nothing() {
    let home = TempDir::new().unwrap();
    let corrupt = home.path().join("corrupt.db");
    fs::write(
        &corrupt,
        "this is no database, and it is long enough to be looked at as one".repeat(100),
    )
    .unwrap();
    let folder = home.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let settings = [
        "off".to_owned(),
        format!("sqlite:{}", corrupt.display()),
        format!("sqlite:{}", folder.display()),
        "sqlite:/proc/state.db".to_owned(),
        #[cfg(feature = "redis")]
        "redis://127.0.0.1:1".to_owned(),
    ];
    for setting in settings {
        let tiktok = tiktok();
        let run = || tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &setting);
        let ended = run().request(&video("k", "x")).finish().exits(0);
        let answer = ended
            .only()
            .failed("state_unavailable")
            .has("/retryable", setting.starts_with("redis"));
        // Without the journal, the outcome of an earlier request with this key is unknown.
        let answer = answer
            .has("/outcome", "unconfirmed")
            .has("/who", "developer")
            .says("This request posted nothing");
        tiktok.nothing_posted();
        // The location is for the operator only.
        let place = setting
            .split_once(':')
            .map_or("AUTOHIVE_TIKTOK_STATE=off", |(_, place)| place);
        assert!(!answer.0.to_string().contains(place), "{}", answer.0);
        assert!(ended.stderr.contains(place), "{}", ended.stderr);
        let mut plain = video("k", "x");
        plain["inputs"].as_object_mut().unwrap().remove("idempotency_key");
        run().request(&plain).finish().exits(0).only().did();
    }
    assert!(
        fs::read_to_string(&corrupt)
            .unwrap()
            .starts_with("this is no database"),
        "existing content should be unchanged"
    );
}

#[test]
fn an_invalid_location_is_a_usage_error() {
    for setting in [
        "postgres://x",
        "sqlite:",
        "sqlite::memory:",
        "sqlite:~/x",
        "redis://:secret@/",
    ] {
        let ended = tiktok()
            .run()
            .env("AUTOHIVE_TIKTOK_STATE", setting)
            .finish()
            .exits(2);
        assert!(
            ended.stderr.contains("AUTOHIVE_TIKTOK_STATE"),
            "{setting:?}: {}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("secret"), "{}", ended.stderr);
    }
}

/// The journal contains no secret, neither during a post nor after it: no token, no upload URL and no plain text of the
/// key.
#[test]
fn the_journal_holds_no_secret() {
    for processing in [0, 60_000] {
        let home = TempDir::new().unwrap();
        let tiktok = tiktok_with(json!({ "processing_ms": processing }));
        let setting = format!("sqlite:{}", home.path().join("state.db").display());
        let run = || tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &setting);
        let answer = run()
            .request(&video("k-canary", "x"))
            .finish()
            .exits(0)
            .only()
            .did();
        let bytes = all_bytes(home.path());
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(
            holds(answer.at("/data/publish_id").as_str().unwrap()),
            "the search should find existing text"
        );
        for secret in [
            crate::support::PUBLIC,
            "upload_token",
            "upload_id",
            "/video/",
            "127.0.0.1",
            "k-canary",
        ] {
            assert!(!holds(secret), "{secret} is in the journal");
        }
    }
}

fn all_bytes(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|file| fs::read(file).unwrap()).collect()
}

/// A repeat that is stopped while it waits for the outcome reports the ID of the post, which may exist.
#[test]
fn a_stopped_repeat_reports_the_known_state() {
    let (tiktok, journal) = (
        tiktok_with(json!({ "processing_ms": 600_000 })),
        Journal::sqlite(),
    );
    let first = journal
        .answer(&tiktok, &video("k", "x"))
        .did()
        .has("/data/outcome", "processing");
    let mut again = video("k", "x");
    again["inputs"]["wait_seconds"] = json!(50);
    let calls = tiktok.count(EndpointName::STATUS_FETCH);
    let running = journal.run(&tiktok).arg("--grace-ms=100").request(&again).start();
    tiktok.await_calls("/status/fetch/", calls + 1);
    running.signal("TERM");
    let answer = running
        .wait_for(Duration::from_secs(5))
        .exits(0)
        .only()
        .failed("interrupted");
    let answer = answer.has("/outcome", "unconfirmed").has("/retryable", true);
    answer.has("/publish_id", first.at("/data/publish_id").clone());
}

/// A request that waits for the next minute has sent nothing: it says so, and a repeat posts.
#[test]
fn a_post_that_waits_for_the_minute_is_not_posted() {
    let (tiktok, journal) = (tiktok(), Journal::sqlite());
    let keyed = |number: usize| {
        let mut request = with(
            photos(&format!("k{number}")),
            "request_config",
            json!({ "deadline": 100 }),
        );
        request["id"] = json!(format!("p{number}"));
        request
    };
    let mut program = journal.run(&tiktok).arg("--grace-ms=100");
    for number in 0..7 {
        program = program.request(&keyed(number));
    }
    let mut running = program.start();
    let posted: Vec<Answer> = (0..6).map(|_| running.next().did()).collect();
    running.signal("TERM");
    let ended = running.wait_for(Duration::from_secs(5)).exits(0);
    let stopped = ended.answers().pop().expect("all are answered");
    let id = stopped.0["id"].clone();
    let stopped = stopped.failed("interrupted");
    stopped
        .has("/outcome", "failed")
        .has("/retryable", true)
        .says("Nothing was posted");
    assert_eq!((posted.len(), tiktok.inits()), (6, 6));
    // The journal does not record its init as sent.
    let number: usize = id.as_str().unwrap()[1..].parse().unwrap();
    let again = with(keyed(number), "request_config", json!({ "deadline": 5 }));
    journal
        .answer(&tiktok, &again)
        .failed("rate_limit_exceeded")
        .has("/outcome", "failed");
}

/// A request that waits because TikTok refused an init has posted nothing: it says so, and a repeat posts.
#[test]
fn a_post_that_tiktok_refused_and_that_waits_is_not_posted() {
    let fault = json!({ "endpoint": "content_init", "nth": 1, "kind": { "retry_after": "60" } });
    let (tiktok, journal) = (tiktok_faulty(fault), Journal::sqlite());
    let request = with(photos("k"), "request_config", json!({ "deadline": 100 }));
    let running = journal
        .run(&tiktok)
        .arg("--grace-ms=100")
        .arg("--log=debug")
        .request(&request)
        .start();
    running.await_log("sending again after a wait");
    running.signal("TERM");
    let ended = running.wait_for(Duration::from_secs(5)).exits(0);
    ended
        .only()
        .failed("interrupted")
        .has("/outcome", "failed")
        .has("/retryable", true)
        .says("Nothing was posted");
    journal.answer(&tiktok, &request).did();
    assert_eq!(whole(&tiktok).len(), 1, "the repeat posts");
}

/// An init that cannot be recorded is not sent.
#[test]
fn a_journal_that_locks_up_before_the_init_posts_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state.db");
    let journal = Journal {
        setting: format!("sqlite:{}", path.display()),
        _keep: Box::new(()),
    };
    let tiktok = tiktok_faulty(json!({ "endpoint": "creator_info", "nth": 1, "kind": { "slow_ms": 1_500 } }));
    let mut running = journal.run(&tiktok).request(&photos("k")).start();
    running.close_input();
    tiktok.await_calls("/creator_info/query/", 1);
    let mut other = rusqlite::Connection::open(&path).unwrap();
    let lock = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    let answer = running.wait().exits(0).only().failed("state_unavailable");
    answer.has("/outcome", "failed").says("locked by another process");
    assert_eq!(tiktok.inits(), 0);
    drop(lock);
    journal.answer(&tiktok, &photos("k")).did();
}

/// The wait for a journal ends with the request's time.
#[test]
fn a_locked_journal_is_waited_for_within_the_deadline() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state.db");
    let journal = Journal {
        setting: format!("sqlite:{}", path.display()),
        _keep: Box::new(()),
    };
    let tiktok = tiktok();
    journal.answer(&tiktok, &photos("first")).did();
    let mut other = rusqlite::Connection::open(&path).unwrap();
    let lock = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    let request = with(photos("second"), "request_config", json!({ "deadline": 1 }));
    // A wait to the end of the lock would be reported as `state_unavailable`.
    let answer = journal.answer(&tiktok, &request).failed("timeout");
    answer
        .has("/outcome", "unconfirmed")
        .has("/retryable", true)
        .says("journal");
    drop(lock);
    assert_eq!(whole(&tiktok).len(), 1);
}
