//! Rows that an earlier build wrote: a repeat of their requests returns what is recorded, and nothing is posted again.
//!
//! `tests/state/rows-before-accounts.json` has the rows; only their times are moved, because rows end after 7 days.

use autohive_tiktok::clock::Clock;
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ask,
    program::{Program, command},
    tiktok::{TikTok, tiktok},
    video::{base64, media},
};

const STATE: &str = "AUTOHIVE_TIKTOK_STATE";

/// State of an earlier build.
#[derive(Deserialize)]
struct Fixture {
    /// Second of the requests, since the Unix epoch.
    at: i64,
    application_id: i64,
    user_version: i64,
    schema: Vec<String>,
    rows: Vec<EarlierRow>,
}

#[derive(Deserialize)]
struct EarlierRow {
    key: String,
    fingerprint: String,
    entry: String,
    finished: i64,
    owner: String,
    lease_until: i64,
    created: i64,
}

impl Fixture {
    /// The rows as if they had been written an hour ago.
    fn read() -> Self {
        let path = crate::support::root().join("tests/state/rows-before-accounts.json");
        let mut fixture: Self = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let now = Clock::system().since_epoch().as_secs();
        let moved_to = i64::try_from(now).unwrap() - 3_600;
        let by = (moved_to - fixture.at) * 1000;
        let (from, to) = (fixture.at.to_string(), moved_to.to_string());
        for row in &mut fixture.rows {
            row.entry = row.entry.replace(&from, &to);
            row.created += by;
            row.lease_until += by;
        }
        fixture
    }

    fn into_sqlite(self) -> (TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let file = Connection::open(&path).unwrap();
        file.execute_batch(&self.schema.join(";")).unwrap();
        file.pragma_update(None, "application_id", self.application_id)
            .unwrap();
        file.pragma_update(None, "user_version", self.user_version)
            .unwrap();
        for row in &self.rows {
            file.execute(
                "INSERT INTO journal (key, fingerprint, entry, finished, owner, lease_until, created)
                 VALUES (unhex(?1), unhex(?2), ?3, ?4, ?5, ?6, ?7)",
                params![
                    row.key,
                    row.fingerprint,
                    row.entry,
                    row.finished,
                    row.owner,
                    row.lease_until,
                    row.created
                ],
            )
            .unwrap();
        }
        let location = format!("sqlite:{}", path.display());
        (folder, location)
    }

    #[cfg(feature = "redis")]
    fn into_redis(self) -> crate::state::Server {
        let server = crate::state::Server::start(&[]);
        for row in self.rows {
            let mut fields = vec![
                "HSET".to_owned(),
                format!("autohive-tiktok:journal:{}", row.key),
                "fingerprint".to_owned(),
                row.fingerprint,
                "entry".to_owned(),
                row.entry,
                "owner".to_owned(),
                row.owner,
                "lease_until".to_owned(),
                row.lease_until.to_string(),
                "created".to_owned(),
                row.created.to_string(),
            ];
            if row.finished == 1 {
                fields.extend(["finished".to_owned(), "1".to_owned()]);
            }
            server.command(&fields);
        }
        server
    }
}

fn clip() -> String {
    base64(&media("h264.mp4"))
}

/// The requests of the rows, each with its recorded result.
fn requests() -> [(Value, Value); 3] {
    let video = json!({
        "video_content_base64": clip(), "privacy_level": "PUBLIC_TO_EVERYONE", "wait_seconds": 30,
        "idempotency_key": "published", "title": "A row of an earlier version",
    });
    let draft = json!({ "video_content_base64": clip(), "wait_seconds": 30, "idempotency_key": "in-inbox" });
    let campaign = json!({
        "id": "created", "integration": "tiktok-ads", "action": "create_campaign",
        "auth": { "access_token": "ads.sim-main", "advertiser_id": "7310000000000000011" },
        "inputs": {
            "automation": "MANUAL", "campaign_name": "A row of an earlier version", "objective_type": "TRAFFIC",
            "budget_mode": "BUDGET_MODE_INFINITE", "idempotency_key": "created",
        },
    });
    [
        (
            ask("published", "create_video_post", video),
            json!({
                "outcome": "published", "repeated": true, "publish_id": "v_pub_file~v2-1.7601447475856021473",
                "post_url": "https://www.tiktok.com/@sim.public/video/7650000000014000043",
            }),
        ),
        (
            ask("in-inbox", "upload_video_draft", draft),
            json!({ "outcome": "in_inbox", "repeated": true, "publish_id": "v_inbox_file~v2.7601447475854021467" }),
        ),
        (campaign, json!({ "campaign_id": "7410000000018000055" })),
    ]
}

/// The requests whose posts may exist.
fn open_requests() -> [Value; 2] {
    ["processing", "interrupted"].map(|key| {
        ask(
            key,
            "create_photo_post",
            json!({
                "photo_urls": ["https://media.example.com/1.jpg"], "privacy_level": "SELF_ONLY", "preflight": false,
                "wait_seconds": 0, "idempotency_key": key,
            }),
        )
    })
}

fn run(tiktok: &TikTok, location: &str) -> Program {
    tiktok
        .run()
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env(STATE, location)
}

/// Each row is the result of its repeat, and no post and no campaign is made.
fn rows_are_results(location: &str) {
    let tiktok = tiktok();
    for (request, recorded) in requests() {
        let id = request["id"].as_str().unwrap().to_owned();
        let ended = run(&tiktok, location).request(&request).finish().exits(0);
        let mut answer = ended.answer(&id);
        for (member, value) in recorded.as_object().unwrap() {
            answer = answer.has(&format!("/data/{member}"), value.clone());
        }
    }
    for request in open_requests() {
        let ended = run(&tiktok, location).request(&request).finish();
        ended.only().has("/outcome", "unconfirmed");
    }
    assert_eq!(tiktok.inits(), 0, "nothing is posted again");
    let creates = tiktok.journal().entries;
    let creates = creates
        .iter()
        .filter(|call| call.path.ends_with("/campaign/create/"));
    assert_eq!(creates.count(), 0, "no campaign is created again");
    rows_have_no_account(location);
}

/// Rows that tell no account are listed, named, and deleted with all others only.
fn rows_have_no_account(location: &str) {
    let journal = |arguments: &[&str], exit: i32| {
        let program = command("journal").env(STATE, location);
        let program = arguments
            .iter()
            .fold(program, |program, argument| program.arg(argument));
        program.finish().exits(exit)
    };
    let list: Value = serde_json::from_str(&journal(&["list", "--json"], 0).whole_text()).unwrap();
    let rows = list["records"].as_array().unwrap();
    assert_eq!(rows.len(), 6);
    let without = rows.iter().filter(|row| row["account"].is_null()).count();
    // A repeat of an open request holds its row, and fills the account in.
    assert_eq!(without, 4, "{list:#}");
    let forgotten = journal(&["forget", "--account=7310000000000000011", "--yes"], 1);
    assert!(
        forgotten.stderr.contains("4 of the other records do not tell"),
        "{}",
        forgotten.stderr
    );
    assert!(forgotten.stderr.contains("forget --all"), "{}", forgotten.stderr);
    journal(&["forget", "--all", "--yes"], 0);
    let text = journal(&["list"], 0).whole_text();
    assert_eq!(text, "The journal has no records.\n");
}

#[test]
fn rows_of_an_earlier_build_in_a_file_are_the_results_of_repeats() {
    let (_folder, location) = Fixture::read().into_sqlite();
    rows_are_results(&location);
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn rows_of_an_earlier_build_in_a_redis_are_the_results_of_repeats() {
    let server = Fixture::read().into_redis();
    rows_are_results(&server.setting());
}
