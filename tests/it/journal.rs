//! `journal`: what the state records, and its deletion on request.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Ended, Program, command},
    tiktok::{TikTok, tiktok},
    video::{base64, clip},
};

const STATE: &str = "AUTOHIVE_TIKTOK_STATE";
const KEY: &str = "AUTOHIVE_TIKTOK_STATE_KEY";
const ADVERTISER: &str = "7310000000000000011";

/// `open_id` of the account that posts.
fn open_id(tiktok: &TikTok) -> String {
    let answer = tiktok
        .run()
        .request(&ask("me", "get_user_info", json!({})))
        .finish()
        .exits(0)
        .only();
    answer.at("/data/open_id").as_str().unwrap().to_owned()
}

fn video(key: &str, wait: u32) -> Value {
    ask(
        key,
        "create_video_post",
        json!({
            "video_content_base64": base64(&clip()), "privacy_level": "PUBLIC_TO_EVERYONE", "wait_seconds": wait,
            "idempotency_key": key, "title": "CANARY title",
        }),
    )
}

fn campaign(key: &str) -> Value {
    json!({
        "id": key, "integration": "tiktok-ads", "action": "create_campaign",
        "auth": { "access_token": "ads.sim-main", "advertiser_id": ADVERTISER },
        "inputs": {
            "automation": "MANUAL", "campaign_name": "CANARY name", "objective_type": "TRAFFIC",
            "budget_mode": "BUDGET_MODE_INFINITE", "idempotency_key": key,
        },
    })
}

/// Posts take ten minutes from now on.
fn slow() -> Value {
    json!({ "processing_ms": 600_000 })
}

/// State with a published post, a post in processing and a campaign.
struct Recorded {
    tiktok: TikTok,
    folder: TempDir,
}

impl Recorded {
    fn new() -> Self {
        let recorded = Self {
            tiktok: tiktok(),
            folder: tempfile::tempdir().unwrap(),
        };
        recorded
            .run()
            .request(&video("CANARY-done", 30))
            .finish()
            .exits(0)
            .only()
            .did();
        recorded.tiktok.change(slow());
        let ended = recorded
            .run()
            .request(&video("CANARY-open", 0))
            .request(&campaign("CANARY-campaign"))
            .finish()
            .exits(0);
        for id in ["CANARY-open", "CANARY-campaign"] {
            ended.answer(id).did();
        }
        recorded
    }

    fn location(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("state.db").display())
    }

    fn run(&self) -> Program {
        self.tiktok
            .run()
            .env("TIKTOK_ADS_API_BASE", &self.tiktok.url())
            .env(STATE, &self.location())
    }

    fn journal(&self, arguments: &[&str]) -> Program {
        let program = command("journal").env(STATE, &self.location());
        arguments
            .iter()
            .fold(program, |program, argument| program.arg(argument))
    }
}

fn records(ended: &Ended) -> Vec<Value> {
    let report: Value = serde_json::from_str(&ended.whole_text()).expect("the list should be JSON");
    report["records"].as_array().unwrap().clone()
}

fn list(recorded: &Recorded, arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["list", "--json"], arguments].concat();
    records(&recorded.journal(&arguments).finish().exits(0))
}

fn ids(records: &[Value]) -> Vec<&str> {
    records
        .iter()
        .map(|record| record["id"].as_str().unwrap())
        .collect()
}

#[test]
fn a_list_tells_what_is_recorded_and_no_text_of_a_request() {
    let recorded = Recorded::new();
    let all = list(&recorded, &[]);
    assert_eq!(all.len(), 4, "two posts, a campaign and its owner: {all:#?}");
    let posts = list(&recorded, &["--integration=tiktok"]);
    let unfinished = list(&recorded, &["--unfinished"]);
    assert_eq!((posts.len(), unfinished.len()), (2, 1));
    assert_eq!(unfinished[0]["stage"], "in processing");
    assert_eq!(unfinished[0]["action"], "create_video_post");
    assert!(
        unfinished[0]["publish_id"]
            .as_str()
            .unwrap()
            .starts_with("v_pub_file~")
    );
    let ads = list(&recorded, &["--integration=tiktok-ads"]);
    assert_eq!(ads.len(), 2);
    let object = ads
        .iter()
        .find(|record| record["object_of"].is_string())
        .expect("the owner of the campaign");
    assert!(ids(&ads).contains(&object["object_of"].as_str().unwrap()));
    assert_eq!(list(&recorded, &["--since=1h"]).len(), 4);
    assert_eq!(list(&recorded, &["--since=2099-01-01"]).len(), 0);

    let table = recorded.journal(&["list"]).finish().exits(0).whole_text();
    assert!(
        table.contains("create_video_post") && table.ends_with("4 records.\n"),
        "{table}"
    );
    for told in [table, format!("{all:?}")] {
        assert!(!told.contains("CANARY"), "{told}");
    }
}

#[test]
fn a_key_and_its_account_find_the_record() {
    let recorded = Recorded::new();
    let account = open_id(&recorded.tiktok);
    let shown = |arguments: &[&str]| {
        let arguments = [&["show", "--json"], arguments].concat();
        records(&recorded.journal(&arguments).finish().exits(0))
    };
    let by_key = shown(&["CANARY-done", "--account", &account]);
    assert_eq!(by_key.len(), 1);
    assert_eq!(by_key[0]["outcome"], "published");
    assert_eq!(by_key[0]["repeat"], "returns the recorded result");
    let id = by_key[0]["id"].as_str().unwrap();
    assert_eq!(shown(&[&id[..8]]), by_key);
    let campaign = shown(&["CANARY-campaign", "--account", ADVERTISER]);
    assert_eq!(campaign[0]["outcome"], "created");
    let text = recorded.journal(&["show", id]).finish().exits(0).whole_text();
    assert!(
        text.contains(id) && text.contains("returns the recorded result"),
        "{text}"
    );

    for (arguments, words) in [
        (&["show", "CANARY-done"][..], "--account"),
        (
            &["show", "CANARY-none", "--account", &account][..],
            "no record of this key",
        ),
        (&["show", "00000000"][..], "no record with this ID"),
    ] {
        let ended = recorded.journal(arguments).finish().exits(1);
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
        assert!(!ended.stderr.contains("CANARY"), "{}", ended.stderr);
    }
}

/// By its id, by the name of a login, and by the handle of a published post; and no account is readable in the state.
#[test]
fn the_records_of_an_account_are_listed_and_forgotten() {
    let recorded = Recorded::new();
    let accounts = recorded.folder.path().join("accounts.json");
    let account = open_id(&recorded.tiktok);
    for (integration, name, token) in [
        (
            "tiktok",
            "main",
            json!({ "access_token": "act.sim-public", "open_id": account }).to_string(),
        ),
        ("tiktok", "bare", "act.sim-public".to_owned()),
        ("tiktok-ads", "brand", "ads.sim-main".to_owned()),
    ] {
        // A token whose account TikTok was not asked for.
        let unreachable = "http://127.0.0.1:9".to_owned();
        let base = if name == "bare" {
            unreachable
        } else {
            recorded.tiktok.url()
        };
        let mut login = command("auth")
            .against(&base)
            .env("TIKTOK_ADS_API_BASE", &recorded.tiktok.url())
            .env("AUTOHIVE_TIKTOK_ACCOUNTS", &accounts.display().to_string());
        for word in [
            "login",
            "--with-token",
            "--integration",
            integration,
            "--account",
            name,
        ] {
            login = login.arg(word);
        }
        if name == "brand" {
            login = login.arg("--advertiser-id").arg(ADVERTISER);
        }
        drop(login.input(token).finish().exits(0));
    }
    let journal = |arguments: &[&str]| {
        recorded
            .journal(arguments)
            .env("AUTOHIVE_TIKTOK_ACCOUNTS", &accounts.display().to_string())
    };
    let listed = |word: &str| {
        let report = journal(&["list", "--json", "--account", word]).finish().exits(0);
        let report: Value = serde_json::from_str(&report.whole_text()).unwrap();
        assert_eq!(report["without_account"], 0, "{report:#}");
        let records = report["records"].as_array().unwrap().clone();
        (
            records.len(),
            records.iter().all(|record| record["account"].is_string()),
        )
    };
    assert_eq!(listed(&account), (2, true), "two posts, one of them released");
    assert_eq!(listed(ADVERTISER), (2, true), "a campaign and its owner");
    assert_eq!(listed("main"), (2, true));
    assert_eq!(listed("brand"), (2, true));
    assert_eq!(
        listed("@sim.public"),
        (2, true),
        "the account of the published post"
    );
    assert_eq!(listed("@another").0, 0);
    assert_eq!(listed("7310000000000000023").0, 0);
    journal(&["show", "CANARY-done", "--account", "main"])
        .finish()
        .exits(0);
    let bare = journal(&["list", "--account", "bare"]).finish().exits(4);
    assert!(
        bare.stderr.contains("get-user-info --account bare"),
        "{}",
        bare.stderr
    );

    let file = rusqlite::Connection::open(recorded.folder.path().join("state.db")).unwrap();
    let mut rows = file
        .prepare("SELECT owner || coalesce(entry, '') FROM journal")
        .unwrap();
    let texts = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for text in texts.map(Result::unwrap) {
        assert!(!text.contains(&account) && !text.contains(ADVERTISER), "{text}");
    }

    let unknown = journal(&["forget", "--account", "mian", "--yes"])
        .finish()
        .exits(1);
    assert!(
        unknown.stderr.contains("no stored login has the name \"mian\""),
        "{}",
        unknown.stderr
    );
    let refused = journal(&["forget", "--account", "main"]).finish().exits(2);
    assert!(
        refused.stderr.contains("--yes to delete 2 records"),
        "{}",
        refused.stderr
    );
    let refused = journal(&["forget", "--account", "main", "--json"])
        .finish()
        .exits(2);
    let refused: Value = serde_json::from_str(&refused.whole_text()).unwrap();
    assert_eq!(refused["error"]["code"], "confirmation_required", "{refused}");
    assert_eq!(list(&recorded, &[]).len(), 4);
    let forgotten = journal(&["forget", "--account", "main", "--yes"])
        .finish()
        .exits(0);
    assert_eq!(forgotten.stderr, "");
    assert_eq!(forgotten.whole_text(), "2 records deleted.\n");
    let left = list(&recorded, &[]);
    assert!(
        left.iter().all(|record| record["integration"] == "tiktok-ads"),
        "{left:#?}"
    );
    let forgotten = journal(&["forget", "--account", ADVERTISER, "--yes", "--json"])
        .finish()
        .exits(0);
    let report: Value = serde_json::from_str(&forgotten.whole_text()).unwrap();
    assert_eq!(report["forgotten"].as_array().unwrap().len(), 2);
}

#[test]
fn a_record_is_forgotten_on_request_only_and_then_the_key_is_new() {
    let recorded = Recorded::new();
    let account = open_id(&recorded.tiktok);
    let key = ["forget", "CANARY-done", "--account", &account];
    let refused = recorded.journal(&key).finish().exits(2);
    assert!(
        refused.stderr.contains("posts or creates again") && refused.stderr.contains("--yes"),
        "{}",
        refused.stderr
    );
    assert_eq!(list(&recorded, &[]).len(), 4);
    let repeated = recorded
        .run()
        .request(&video("CANARY-done", 30))
        .finish()
        .exits(0);
    repeated.only().has("/data/repeated", true);

    recorded
        .journal(&[&key[..], &["--yes"]].concat())
        .finish()
        .exits(0);
    assert_eq!(list(&recorded, &[]).len(), 3);
    assert_eq!(recorded.tiktok.inits(), 2);
    recorded
        .run()
        .request(&video("CANARY-done", 0))
        .finish()
        .exits(0)
        .only()
        .did();
    assert_eq!(recorded.tiktok.inits(), 3, "the repeat posts again");
}

#[test]
fn everything_is_forgotten() {
    let recorded = Recorded::new();
    let ended = recorded
        .journal(&["forget", "--all", "--yes", "--json"])
        .finish()
        .exits(0);
    let report: Value = serde_json::from_str(&ended.whole_text()).unwrap();
    assert_eq!(report["forgotten"].as_array().unwrap().len(), 4);
    assert_eq!(list(&recorded, &[]).len(), 0);
    recorded.journal(&["forget", "--yes"]).finish().exits(2);
}

#[test]
fn the_posts_of_a_handle_are_found_and_forgotten() {
    let recorded = Recorded::new();
    // With its URL.
    let url = json!({ "stage": "ended", "result": {
        "publish_id": "v_pub_file~v2-1.7", "outcome": "published", "post_ids": ["7000000000000000009"],
        "post_url": "https://www.tiktok.com/@some.body/video/7000000000000000009",
    } });
    let file = rusqlite::Connection::open(recorded.folder.path().join("state.db")).unwrap();
    let changed = file
        .execute(
            "UPDATE journal SET entry = ?1 WHERE entry LIKE '%\"ended\"%'",
            [url.to_string()],
        )
        .unwrap();
    assert_eq!(changed, 1);
    drop(file);
    // The other post is of the same account.
    assert_eq!(list(&recorded, &["--account=@some.body"]).len(), 2);
    assert_eq!(list(&recorded, &["--account=@another"]).len(), 0);
    recorded
        .journal(&["forget", "--account=@some.body", "--yes"])
        .finish()
        .exits(0);
    assert_eq!(list(&recorded, &[]).len(), 2);
}

#[test]
fn a_running_request_keeps_its_record() {
    let recorded = Recorded::new();
    let account = open_id(&recorded.tiktok);
    let running = recorded.run().request(&video("CANARY-running", 300)).start();
    recorded.tiktok.await_calls("/v2/post/publish/status/fetch/", 3);
    let now: Vec<Value> = list(&recorded, &[])
        .into_iter()
        .filter(|record| record["state"] == "running")
        .collect();
    assert_eq!(now.len(), 1, "a list works while a request runs");
    let forget = ["forget", "CANARY-running", "--account", &account, "--yes"];
    let refused = recorded.journal(&forget).finish().exits(1);
    assert!(
        refused.stderr.contains("a request has it now"),
        "{}",
        refused.stderr
    );
    assert_eq!(list(&recorded, &[]).len(), 5);
    running.signal("KILL");
    drop(running.wait());
    let ended = list(&recorded, &["--unfinished"]);
    assert!(
        ended.iter().all(|record| record["state"] == "unfinished"),
        "{ended:#?}"
    );
    recorded.journal(&forget).finish().exits(0);
    assert_eq!(list(&recorded, &[]).len(), 4);
}

#[test]
fn reading_creates_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("new/state.db");
    let location = format!("sqlite:{}", absent.display());
    let journal = |arguments: &[&str]| {
        let program = command("journal").env(STATE, &location);
        arguments
            .iter()
            .fold(program, |program, argument| program.arg(argument))
    };
    let text = journal(&["list"]).finish().exits(0).whole_text();
    assert_eq!(text, "The journal has no records.\n");
    journal(&["show", "00000000"]).finish().exits(1);
    journal(&["forget", "--all", "--yes"]).finish().exits(0);
    assert!(!folder.path().join("new").exists());

    let recorded = Recorded::new();
    let file = recorded.folder.path().join("state.db");
    let before = fs::read(&file).unwrap();
    list(&recorded, &[]);
    assert_eq!(fs::read(&file).unwrap(), before);
    let other = folder.path().join("other.db");
    fs::write(&other, "a file of another program, which is not touched").unwrap();
    let of_other = command("journal")
        .arg("list")
        .env(STATE, &format!("sqlite:{}", other.display()));
    let ended = of_other.finish().exits(1);
    assert!(ended.stderr.contains("cannot be understood"), "{}", ended.stderr);
    let off = command("journal").arg("list").env(STATE, "off").finish().exits(1);
    assert!(off.stderr.contains("switched off"), "{}", off.stderr);
}

/// A writer that holds the file does not keep a list from reading it, nor a list a writer from writing.
#[test]
fn a_list_waits_for_no_writer() {
    let recorded = Recorded::new();
    let writer = rusqlite::Connection::open(recorded.folder.path().join("state.db")).unwrap();
    writer
        .execute_batch("BEGIN IMMEDIATE; DELETE FROM journal")
        .unwrap();
    assert_eq!(list(&recorded, &[]).len(), 4);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(list(&recorded, &[]).len(), 0);
}

#[test]
fn a_record_that_is_not_trusted_says_so() {
    let recorded = Recorded::new();
    let refused = recorded
        .journal(&["list", "--json"])
        .env(KEY, "0123456789abcdef0123456789abcdef")
        .finish()
        .exits(0);
    for record in records(&refused) {
        assert_eq!(record["state"], "refused", "{record:#}");
        assert!(
            record["refused_because"]
                .as_str()
                .unwrap()
                .contains("not authenticated")
        );
    }
    let file = rusqlite::Connection::open(recorded.folder.path().join("state.db")).unwrap();
    file.execute("UPDATE journal SET entry = '{\"stage\":\"\u{1b}[2J\"}'", [])
        .unwrap();
    drop(file);
    let text = recorded.journal(&["list"]).finish().exits(0).whole_text();
    assert!(!text.contains('\u{1b}'), "{text}");
}

/// The same in a Redis.
#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn a_redis_is_listed_and_forgotten() {
    let tiktok = tiktok();
    let server = crate::state::Server::start(&[]);
    let run = || tiktok.run().env(STATE, &server.setting());
    run().request(&video("CANARY-a", 30)).finish().exits(0);
    tiktok.change(slow());
    run().request(&video("CANARY-b", 0)).finish().exits(0);
    let journal = |arguments: &[&str]| {
        let program = command("journal").env(STATE, &server.setting());
        arguments
            .iter()
            .fold(program, |program, argument| program.arg(argument))
    };
    assert_eq!(records(&journal(&["list", "--json"]).finish().exits(0)).len(), 2);
    assert_eq!(
        records(&journal(&["list", "--json", "--unfinished"]).finish().exits(0)).len(),
        1
    );
    let account = open_id(&tiktok);
    journal(&["forget", "CANARY-a", "--account", &account, "--yes"])
        .finish()
        .exits(0);
    assert_eq!(records(&journal(&["list", "--json"]).finish().exits(0)).len(), 1);
    let doctor = command("doctor")
        .arg("--json")
        .arg("--integration=tiktok")
        .env("TIKTOK_API_BASE", &tiktok.url())
        .env(STATE, &server.setting())
        .finish()
        .exits(0);
    assert!(
        doctor.whole_text().contains("none of 1 rows"),
        "{}",
        doctor.whole_text()
    );
}
