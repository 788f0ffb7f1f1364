//! Rows modified by someone who can write the store, in the whole program: no second post, no foreign link, a short
//! result, and the reason in the log only.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Answer, Program},
    tiktok::{TikTok, tiktok, tiktok_faulty, tiktok_with},
    video::{base64, clip},
};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Changes that no row of this program can have, with or without a key; `{head}` is the seal of the entry and `{json}`
/// the rest.
const IMPOSSIBLE: &[&str] = &[
    "entry = {head} || json_set({json}, '$.result.post_url', 'https://evil.example/x')",
    "entry = {head} || json_set({json}, '$.result.post_url', 'https://www.tiktok.com@evil.example/@a/video/7')",
    "entry = {head} || json_set({json}, '$.result.post_ids', json('[\"https://evil.example\"]'))",
    "entry = {head} || json_set({json}, '$.result.publish_id', 'https://evil.example/x')",
    "entry = {head} || json_set({json}, '$.result.privacy_level', 'FOLLOWER_OF_CREATOR')",
    "entry = {head} || json_set({json}, '$.result.status', 'FAILED')",
    "entry = {head} || json_set({json}, '$.result.outcome', 'failed')",
    "entry = {head} || json_set({json}, '$.result.dry_run', json('true'))",
    "entry = {head} || json_set({json}, '$.result.video.codec', 'https://evil.example')",
    "entry = {head} || json_set({json}, '$.result.video.duration_seconds', 1e308)",
    "entry = {head} || json_set({json}, '$.result.note', 'https://evil.example')",
    "entry = {head} || json_set({json}, '$.evil', 'https://evil.example')",
    "entry = {head} || json_remove({json}, '$.result')",
    "entry = {head} || '{\"stage\":\"claimed\"}'",
    "entry = {head} || '{\"stage\":\"claimed\",\"evil\":1}', finished = 0",
    "entry = {head} || {json} || ' '",
    "entry = substr(entry, 1, length(entry) - 3)",
    "entry = printf('%.*c', 5000, '[')",
    "entry = printf('%.*c', 70000, 'x')",
    "entry = hex(zeroblob(1000000))",
    "entry = CAST(x'7b22ff' AS TEXT)",
    "entry = ''",
    "entry = NULL",
    "finished = 0",
    "finished = 7",
    "fingerprint = zeroblob(31)",
    "fingerprint = zeroblob(1000000)",
    "owner = hex(zeroblob(1000000))",
    "created = 9223372036854775807",
    "created = -1",
];

/// Changes that only a key can detect, equivalent to deleting the row.
const POSSIBLE: &[&str] = &[
    "entry = {head} || '{\"stage\":\"claimed\"}', finished = 0",
    "entry = '{\"stage\":\"claimed\"}', finished = 0",
    "entry = NULL, finished = 0",
    "created = 0",
    "created = created - 1",
    "fingerprint = zeroblob(32)",
    "entry = {head} || json_set({json}, '$.result.post_ids', json('[\"7\"]'), '$.result.post_url', \
     'https://www.tiktok.com/@somebody/video/7')",
];

/// Changes that only affect the next owner.
const HARMLESS: &[&str] = &[
    "lease_until = 9223372036854775807",
    "lease_until = -1",
    "owner = 'evil'",
    "owner = ''",
];

/// Rows of earlier versions on machines whose clocks differed from the store's.
const OTHER_CLOCK: &[&str] = &[
    "entry = json_set(entry, '$.at.secs', json_extract(entry, '$.at.secs') - 660)",
    "entry = json_set(entry, '$.at.secs', json_extract(entry, '$.at.secs') + 660)",
];

/// A state file, with or without a key.
struct Journal {
    folder: TempDir,
    is_sealed: bool,
}

impl Journal {
    fn new(is_sealed: bool) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            is_sealed,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("state.db")
    }

    fn run(&self, tiktok: &TikTok) -> Program {
        let run = tiktok.run().env(
            "AUTOHIVE_TIKTOK_STATE",
            &format!("sqlite:{}", self.path().display()),
        );
        if self.is_sealed {
            run.env("AUTOHIVE_TIKTOK_STATE_KEY", KEY)
        } else {
            run
        }
    }

    /// A copy with a modified row.
    fn changed(&self, set: &str) -> Self {
        let copy = Self::new(self.is_sealed);
        fs::copy(self.path(), copy.path()).unwrap();
        let (head, json) = if self.is_sealed {
            ("substr(entry, 1, 74)", "substr(entry, 75)")
        } else {
            ("''", "entry")
        };
        let set = set.replace("{head}", head).replace("{json}", json);
        let connection = rusqlite::Connection::open(copy.path()).unwrap();
        assert_eq!(
            connection
                .execute(&format!("UPDATE journal SET {set}"), [])
                .unwrap(),
            1,
            "{set}"
        );
        connection.close().unwrap();
        copy
    }
}

fn video() -> Value {
    let file = json!({ "content": base64(&clip()), "name": "clip.mov" });
    let inputs = json!({
        "privacy_level": "PUBLIC_TO_EVERYONE", "title": "x", "file": file, "idempotency_key": "k", "wait_seconds": 10,
    });
    ask("a", "create_video_post", inputs)
}

fn photos() -> Value {
    let inputs = json!({
        "photo_urls": ["https://media.example.com/1.jpg"], "privacy_level": "SELF_ONLY", "preflight": false, "title": "Two boats",
        "idempotency_key": "k",
    });
    ask("a", "create_photo_post", inputs)
}

/// Sends the request again and checks that nothing is posted and nothing foreign is reported.
#[track_caller]
fn again(tiktok: &TikTok, journal: &Journal, request: &Value, set: &str) -> Answer {
    let ended = journal.run(tiktok).request(request).finish().exits(0);
    let answer = ended.only();
    assert_eq!(tiktok.inits(), 1, "{set}: {}", answer.0);
    let line = answer.0.to_string();
    assert!(!line.contains("evil") && line.len() < 4_000, "{set}: {line}");
    assert!(!ended.stderr.contains("evil"), "{set}: {}", ended.stderr);
    if *answer.at("/code") == "state_untrusted" {
        answer
            .clone()
            .has("/outcome", "unconfirmed")
            .has("/retryable", false)
            .has("/who", "developer");
        assert!(
            ended.stderr.contains("a row of the journal is refused"),
            "{set}: {}",
            ended.stderr
        );
    }
    answer
}

#[track_caller]
fn refuses(tiktok: &TikTok, journal: &Journal, request: &Value, set: &str) {
    let answer = again(tiktok, &journal.changed(set), request, set);
    let code = answer.at("/code").as_str().unwrap_or_default();
    assert!(
        matches!(code, "state_untrusted" | "state_unavailable"),
        "{set}: {}",
        answer.0
    );
}

#[test]
fn a_result_that_was_changed_is_not_believed() {
    for is_sealed in [false, true] {
        let (tiktok, journal) = (
            tiktok_with(json!({ "processing_ms": 0, "moderation_ms": 0 })),
            Journal::new(is_sealed),
        );
        let first = journal
            .run(&tiktok)
            .request(&video())
            .finish()
            .exits(0)
            .only()
            .did();
        assert!(first.at("/data/post_url").is_string(), "{}", first.0);
        let honest = again(&tiktok, &journal, &video(), "nothing")
            .did()
            .has("/data/repeated", true);
        for member in ["publish_id", "outcome", "status", "post_ids", "post_url", "video"] {
            let pointer = format!("/data/{member}");
            assert_eq!(honest.at(&pointer), first.at(&pointer), "{member}");
        }
        for set in IMPOSSIBLE {
            refuses(&tiktok, &journal, &video(), set);
        }
        for set in HARMLESS {
            again(&tiktok, &journal.changed(set), &video(), set).did();
        }
        for set in POSSIBLE.iter().filter(|_| is_sealed) {
            refuses(&tiktok, &journal, &video(), set);
        }
    }
}

/// Warnings are free text, so those of a row are not returned.
#[test]
fn a_warning_of_a_row_is_not_returned() {
    let (tiktok, journal) = (tiktok(), Journal::new(false));
    let first = journal
        .run(&tiktok)
        .request(&video())
        .finish()
        .exits(0)
        .only()
        .did();
    assert_ne!(*first.at("/data/warnings"), json!([]), "{}", first.0);
    let set = "entry = json_set({json}, '$.result.warnings', json('[\"see https://evil.example\"]'))";
    again(&tiktok, &journal.changed(set), &video(), set)
        .did()
        .has("/data/warnings", json!([]));
}

#[test]
fn a_post_on_its_way_whose_row_was_changed_is_not_begun_again() {
    for is_sealed in [false, true] {
        let (tiktok, journal) = (
            tiktok_with(json!({ "processing_ms": 100_000_000 })),
            Journal::new(is_sealed),
        );
        let mut request = video();
        request["inputs"]["wait_seconds"] = json!(0);
        journal
            .run(&tiktok)
            .request(&request)
            .finish()
            .exits(0)
            .only()
            .did()
            .has("/data/outcome", "processing");
        let impossible = [
            "entry = {head} || json_set({json}, '$.kind', 'posts_by_itself')",
            "entry = {head} || json_set({json}, '$.last_chunk', json('false'))",
            "entry = {head} || json_set({json}, '$.size', 0)",
            "entry = {head} || json_set({json}, '$.size', -1)",
            "entry = {head} || json_set({json}, '$.at.secs', 0)",
            "entry = {head} || json_set({json}, '$.at.secs', 9000000000000)",
            "entry = {head} || json_set({json}, '$.at.nanos', 4000000000)",
            "entry = {head} || json_set({json}, '$.publish_id', 'https://evil.example')",
            "entry = {head} || json_set({json}, '$.stage', 'init')",
            "finished = 1",
        ];
        let possible = [
            "entry = {head} || json_set({json}, '$.last_chunk', json('false'), '$.size', 4194304)",
            "entry = {head} || '{\"stage\":\"claimed\"}'",
            "created = 0",
        ];
        for set in impossible.iter().chain(possible.iter().filter(|_| is_sealed)) {
            refuses(&tiktok, &journal, &request, set);
        }
        for set in HARMLESS.iter().chain(OTHER_CLOCK.iter().filter(|_| !is_sealed)) {
            again(&tiktok, &journal.changed(set), &request, set).did();
        }
    }
}

#[test]
fn an_init_that_may_have_posted_is_not_sent_again_after_its_row_was_changed() {
    for is_sealed in [false, true] {
        let fault = json!({ "endpoint": "content_init", "nth": 1, "kind": "cut_after" });
        let (tiktok, journal) = (tiktok_faulty(fault), Journal::new(is_sealed));
        journal
            .run(&tiktok)
            .request(&photos())
            .finish()
            .exits(0)
            .only()
            .failed("outcome_unknown");
        let impossible = [
            "entry = {head} || json_set({json}, '$.kind', 'needs_bytes')",
            "entry = {head} || json_set({json}, '$.at.secs', 9000000000000)",
            "finished = 1",
        ];
        let possible = [
            "entry = {head} || '{\"stage\":\"claimed\"}'",
            "entry = NULL",
            "created = 0",
        ];
        for set in impossible.iter().chain(possible.iter().filter(|_| is_sealed)) {
            refuses(&tiktok, &journal, &photos(), set);
        }
    }
}

/// A row is bound to its key: the row of another post does not count.
#[test]
fn a_row_that_was_moved_to_another_key_is_refused() {
    let (tiktok, journal) = (tiktok(), Journal::new(true));
    let mut other = video();
    other["inputs"]["idempotency_key"] = json!("other");
    journal
        .run(&tiktok)
        .request(&video())
        .finish()
        .exits(0)
        .only()
        .did();
    journal
        .run(&tiktok)
        .request(&other)
        .finish()
        .exits(0)
        .only()
        .did();
    let connection = rusqlite::Connection::open(journal.path()).unwrap();
    connection
        .execute_batch("CREATE TEMP TABLE copy AS SELECT * FROM journal")
        .unwrap();
    let swap = "UPDATE journal SET (fingerprint, entry, created) =
                (SELECT fingerprint, entry, created FROM copy WHERE copy.key <> journal.key)";
    assert_eq!(connection.execute(swap, []).unwrap(), 2);
    connection.close().unwrap();
    for request in [video(), other] {
        journal
            .run(&tiktok)
            .request(&request)
            .finish()
            .exits(0)
            .only()
            .failed("state_untrusted");
    }
    assert_eq!(tiktok.inits(), 2);
}

/// Rows from before a key was set, or of a removed key, neither block their keys forever nor accumulate.
#[test]
fn expired_rows_that_no_key_vouches_for_are_gone() {
    let (tiktok, journal) = (tiktok(), Journal::new(false));
    journal
        .run(&tiktok)
        .request(&video())
        .finish()
        .exits(0)
        .only()
        .did();
    let old = journal.changed("created = created - 8 * 24 * 3600 * 1000");
    let connection = rusqlite::Connection::open(old.path()).unwrap();
    let more = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200)
                INSERT INTO journal SELECT randomblob(32), fingerprint, iif(i % 2, entry, 'sealed-1 ' || hex(randomblob(32))),
                finished, owner, lease_until, created FROM journal, n";
    assert_eq!(connection.execute(more, []).unwrap(), 200);
    connection.close().unwrap();
    let sealed = Journal {
        is_sealed: true,
        ..old
    };
    sealed
        .run(&tiktok)
        .request(&video())
        .finish()
        .exits(0)
        .only()
        .did();
    assert_eq!(tiktok.inits(), 2, "after seven days a key is new");
    let connection = rusqlite::Connection::open(sealed.path()).unwrap();
    let rows: u32 = connection
        .query_row("SELECT count(*) FROM journal", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1, "expired rows should be deleted");
    connection.close().unwrap();
    sealed
        .run(&tiktok)
        .request(&video())
        .finish()
        .exits(0)
        .only()
        .did()
        .has("/data/repeated", true);
}

/// A new, missing or different key makes rows untrusted; a former key that is still listed does not.
#[test]
fn keys_are_set_changed_and_taken_away() {
    let (tiktok, journal) = (tiktok(), Journal::new(true));
    let other = "fedcba9876543210fedcba9876543210";
    let ask = |keys: &str| {
        journal
            .run(&tiktok)
            .env("AUTOHIVE_TIKTOK_STATE_KEY", keys)
            .request(&video())
            .finish()
            .exits(0)
    };
    ask(KEY).only().did();
    ask(&format!("{other},{KEY}"))
        .only()
        .did()
        .has("/data/repeated", true);
    for wrong in [other, ""] {
        let ended = ask(wrong);
        ended.only().failed("state_untrusted");
        assert!(
            !ended.stderr.contains(KEY) && !ended.stderr.contains(other),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(tiktok.inits(), 1);
}

#[test]
fn an_invalid_journal_key_is_a_usage_error() {
    for key in [
        "canary",
        "canary canary canary canary canary canary",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let ended = tiktok()
            .run()
            .env("AUTOHIVE_TIKTOK_STATE_KEY", key)
            .finish()
            .exits(2);
        assert!(
            ended.stderr.contains("AUTOHIVE_TIKTOK_STATE_KEY") && ended.stderr.contains("32"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
    }
}

/// A file that others can read is used, with one warning.
#[test]
fn a_file_that_others_can_read_causes_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let (tiktok, journal) = (tiktok(), Journal::new(false));
    journal
        .run(&tiktok)
        .request(&video())
        .finish()
        .exits(0)
        .only()
        .did();
    for (folder, file, told) in [(0o700, 0o644, 0), (0o755, 0o600, 0), (0o755, 0o644, 1)] {
        for (path, mode) in [(journal.folder.path().to_owned(), folder), (journal.path(), file)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let ended = journal.run(&tiktok).request(&video()).finish().exits(0);
        ended.only().did();
        assert_eq!(
            ended.stderr.matches("other users can read the state").count(),
            told,
            "{file:o}: {}",
            ended.stderr
        );
    }
}

/// A Redis for one test, with or without a key.
#[cfg(feature = "redis")]
struct SharedJournal {
    server: super::Server,
    is_sealed: bool,
}

#[cfg(feature = "redis")]
impl SharedJournal {
    fn new(is_sealed: bool) -> Self {
        Self {
            server: super::Server::start(&[]),
            is_sealed,
        }
    }

    fn run(&self, tiktok: &TikTok) -> Program {
        let run = tiktok.run().env("AUTOHIVE_TIKTOK_STATE", &self.server.setting());
        if self.is_sealed {
            run.env("AUTOHIVE_TIKTOK_STATE_KEY", KEY)
        } else {
            run
        }
    }

    /// Runs a command in which `KEY` is the name of the row.
    fn run_command<T: ::redis::FromRedisValue>(&self, words: &[&str]) -> ::redis::RedisResult<T> {
        let mut connection = ::redis::Client::open(self.server.setting())?.get_connection()?;
        let rows: Vec<String> = ::redis::cmd("KEYS").arg("*journal*").query(&mut connection)?;
        let row = rows.first().map_or("none", String::as_str);
        let mut command = ::redis::cmd(words[0]);
        for word in &words[1..] {
            command.arg(if *word == "KEY" { row } else { word });
        }
        command.query(&mut connection)
    }

    /// Changes the row and sends the request again. Checks that nothing is posted, nothing foreign is reported, and the
    /// row is not overwritten.
    #[track_caller]
    fn refuses(&self, tiktok: &TikTok, request: &Value, change: &[&str]) {
        const CONTENT: [&str; 6] = ["HMGET", "KEY", "fingerprint", "entry", "finished", "created"];
        self.run_command::<::redis::Value>(change).unwrap();
        let content = || self.run_command::<Vec<Option<String>>>(&CONTENT).ok();
        let (before, change) = (content(), &change[..change.len().min(3)]);
        let answer = self.run(tiktok).request(request).finish().exits(0).only();
        let line = answer.0.to_string();
        assert!(!line.contains("evil") && line.len() < 4_000, "{change:?}: {line}");
        assert_eq!(tiktok.inits(), 1, "{change:?}: {line}");
        let code = answer.at("/code").as_str().unwrap_or_default();
        assert!(
            matches!(code, "state_untrusted" | "idempotency_conflict"),
            "{change:?}: {line}"
        );
        assert_eq!(content(), before, "{change:?}");
    }
}

/// As with SQLite: a hash can have the same changes as a row, and other types too.
#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn a_row_of_a_redis_that_was_changed_is_not_believed() {
    let long = "x".repeat(200_000);
    let forged = r#"{"stage":"ended","result":{"post_url":"https://evil.example"}}"#;
    let impossible: [&[&str]; 16] = [
        &["HSET", "KEY", "entry", forged],
        &["HSET", "KEY", "entry", &long],
        &["HSET", "KEY", "owner", &long],
        &["HSET", "KEY", "more", "evil"],
        &["HSET", "KEY", "created", "1e308"],
        &["HSET", "KEY", "created", "99999999999999999999"],
        &["HSET", "KEY", "created", "nan"],
        &["HSET", "KEY", "finished", "2"],
        &["HSET", "KEY", "finished", "0"],
        &["HSET", "KEY", "fingerprint", "evil"],
        &["HDEL", "KEY", "created"],
        &["HDEL", "KEY", "finished"],
        &["HDEL", "KEY", "entry"],
        &[
            "HDEL",
            "KEY",
            "entry",
            "fingerprint",
            "owner",
            "lease_until",
            "created",
        ],
        &["SET", "KEY", "evil"],
        &["HSET", "KEY", "entry", ""],
    ];
    let possible: [&[&str]; 3] = [
        &["HDEL", "KEY", "entry", "finished"],
        &["HSET", "KEY", "created", "0"],
        &["HSET", "KEY", "created", "7"],
    ];
    for is_sealed in [false, true] {
        let journal = SharedJournal::new(is_sealed);
        for change in impossible.iter().chain(possible.iter().filter(|_| is_sealed)) {
            let tiktok = tiktok();
            journal
                .run(&tiktok)
                .request(&video())
                .finish()
                .exits(0)
                .only()
                .did();
            journal.refuses(&tiktok, &video(), change);
            journal.run_command::<()>(&["FLUSHALL"]).unwrap();
        }
    }
}

/// A row of a post in progress is neither replaced nor taken over before its seal is checked.
#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn a_row_of_a_redis_that_is_not_finished_is_not_replaced_with_a_key() {
    let changes: [&[&str]; 5] = [
        &["HDEL", "KEY", "entry"],
        &["HSET", "KEY", "entry", r#"{"stage":"claimed"}"#],
        &["HSET", "KEY", "entry", "sealed-1 "],
        &["HSET", "KEY", "created", "0"],
        &["HSET", "KEY", "finished", "1"],
    ];
    let mut request = video();
    request["inputs"]["wait_seconds"] = json!(0);
    let journal = SharedJournal::new(true);
    for change in changes {
        let tiktok = tiktok_with(json!({ "processing_ms": 100_000_000 }));
        journal
            .run(&tiktok)
            .request(&request)
            .finish()
            .exits(0)
            .only()
            .did()
            .has("/data/outcome", "processing");
        let owner = || {
            journal
                .run_command::<Option<String>>(&["HGET", "KEY", "owner"])
                .unwrap()
        };
        let before = owner();
        journal.refuses(&tiktok, &request, change);
        assert_eq!(owner(), before, "{change:?}");
        journal.run_command::<()>(&["FLUSHALL"]).unwrap();
    }
}
