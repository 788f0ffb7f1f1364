use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use rusqlite::{Connection, params};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::{entry::read, *};
use crate::{
    clock::Clock,
    media::VIDEO_MAX,
    model::ByteCount,
    posting::{self, InitKind, Resume},
    secret::StateKeys,
    state::{
        Bound, ClaimRequest, ClaimResult, ENTRY_MAX, HeldRow, Seal, State, StateLocation, StoredRow, judge,
    },
};

/// The hold of the key and the work may need the same thing, a connection for instance.
#[tokio::test]
async fn the_work_goes_on_while_the_key_is_held() {
    let (clock, connection) = (Clock::system(), Mutex::new(0_u32));
    let beat = Duration::from_millis(5);
    let hold = || async { *connection.lock().await += 1 };
    let work = async {
        for _ in 0..3 {
            let one_at_a_time = connection.lock().await;
            clock.sleep(4 * beat).await;
            drop(one_at_a_time);
            clock.sleep(4 * beat).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(10), while_held(&clock, beat, hold, work)).await;
    assert_eq!(done, Ok(()), "the work stands still");
    assert!(*connection.lock().await > 1, "the key was not held");
}

#[tokio::test]
async fn a_key_that_cannot_be_held_holds_nothing_up() {
    let (clock, never) = (Clock::system(), std::future::pending);
    let work = async {
        clock.sleep(Duration::from_millis(20)).await;
        7
    };
    assert_eq!(while_held(&clock, Duration::from_millis(1), never, work).await, 7);
}

#[cfg(feature = "redis")]
mod redis;

/// Far ahead, so that the time of a Redis can be moved to it.
const NOW: i64 = 4_102_444_800_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A row of a post, and the request that repeats it.
#[derive(Debug, Clone)]
struct Case {
    key: JournalKey,
    fingerprint: Fingerprint,
    owned: HeldRow,
    once: IdempotentPost<'static>,
    /// The entry without its seal.
    entry: String,
}

/// A change of a row by somebody who can write the store.
#[derive(Debug, Clone)]
enum Tamper {
    Fingerprint(Vec<u8>),
    Finished(i64),
    Created(i64),
    Lease(i64),
    Owner(String),
    NoEntry,
    Entry(Vec<u8>),
    Cut(Index),
    Byte(Index, u8),
    Splice(Index, Vec<u8>),
    Member(Index, Value),
    NewMember(Value),
    WithoutMember(Index),
    Stage(&'static str),
    OfAnother(Index),
    Moved,
}

fn keys(is_sealed: bool) -> Option<StateKeys> {
    is_sealed.then(|| StateKeys::parse("a-key-of-the-tests-that-is-long-enough").unwrap())
}

fn seal(is_sealed: bool) -> Seal {
    Seal::new(keys(is_sealed))
}

fn case(seal: &Seal, kind: InitKind, stage: &Value, finished: bool) -> Case {
    let privacy_level = stage
        .pointer("/result/privacy_level")
        .map(|level| serde_json::from_value(level.clone()).unwrap());
    let (entry, created) = (stage.to_string(), NOW - 60_000);
    let (key, fingerprint) = (JournalKey::of(&["account", &entry]), Fingerprint::of(&[&entry]));
    let bytes = *fingerprint.as_bytes();
    let stored = seal
        .close(
            Bound {
                key,
                fingerprint: bytes,
                created,
                finished,
            },
            &entry,
        )
        .into_bytes();
    let row = StoredRow {
        fingerprint: bytes.to_vec(),
        entry: Some(stored),
        finished: finished.into(),
        created,
    };
    let owned = HeldRow {
        row,
        holder: "another".to_owned(),
        lease_until: NOW - 1,
    };
    let once = IdempotentPost {
        action: "create_photo_post",
        key: Some("key"),
        kind,
        privacy_level,
        search_key: None,
        wait_seconds: 0,
    };
    Case {
        key,
        fingerprint,
        owned,
        once,
        entry,
    }
}

/// A row at each stage.
fn cases(seal: &Seal) -> Vec<Case> {
    let at = json!({ "secs": (NOW - 50_000) / 1000, "nanos": 0 });
    let (video, photo) = (
        "v_pub_file~v2-1.7601447475849021452",
        "p_pub_url~v2.7601447475849021453",
    );
    let named = |kind: &str, id: &str, size: Option<u64>, last: bool| json!({ "stage": "named", "kind": kind, "publish_id": id, "size": size, "last_chunk": last, "at": at });
    let published = json!({ "stage": "ended", "result": {
        "publish_id": video, "status": "PUBLISH_COMPLETE", "outcome": "published", "id_state": "available",
        "post_ids": ["7601447475849021454"], "post_url": "https://www.tiktok.com/@sim.public/video/7601447475849021454",
        "privacy_level": "PUBLIC_TO_EVERYONE", "warnings": ["files[1] was not used"], "video": {
            "container": "MP4", "codec": "H.264", "duration_seconds": 6.0, "frame_rate": 30.0, "width": 1080, "height": 1920,
            "has_audio": true, "mime_type": "video/mp4", "size_bytes": 4_194_304, "chunk_size": 4_194_304,
            "total_chunk_count": 1,
        }, "dry_run": false,
    }});
    let inbox = json!({ "stage": "ended", "result": {
        "publish_id": photo, "status": "SEND_TO_USER_INBOX", "outcome": "in_inbox", "id_state": "not_yet", "post_ids": [],
        "privacy_level": "SELF_ONLY", "warnings": [], "dry_run": false, "repeated": true,
    }});
    let (bytes, itself) = (InitKind::NeedsBytes, InitKind::PostsByItself);
    let init = |kind: &str| json!({ "stage": "init", "kind": kind, "at": at });
    [
        (bytes, json!({ "stage": "claimed" }), false),
        (bytes, init("needs_bytes"), false),
        (itself, init("posts_by_itself"), false),
        (bytes, named("needs_bytes", video, Some(4_194_304), false), false),
        (bytes, named("needs_bytes", video, Some(4_194_304), true), false),
        (bytes, named("needs_bytes", video, None, true), false),
        (itself, named("posts_by_itself", photo, None, false), false),
        (bytes, published, true),
        (itself, inbox, true),
    ]
    .map(|(kind, stage, finished)| case(seal, kind, &stage, finished))
    .to_vec()
}

/// First step of a repeat, by the code that judges the rows of each store; `None` if it goes on from nothing.
fn decide(owned: &HeldRow, key: JournalKey, seal: &Seal, case: &Case) -> Option<Resume<PostResult>> {
    let bid = ClaimRequest {
        key,
        fingerprint: case.fingerprint,
        holder: "me".to_owned(),
        preempted: None,
        lease: LEASE,
        entry: journal::entry(&Stage::<PostResult>::Claimed),
        seal: seal.clone(),
    };
    let stage = match judge(Ok(owned.clone()), NOW, &bid) {
        ClaimResult::Fresh(_) => return Some(Resume::Begin),
        ClaimResult::Resumed(unsealed) => read(&unsealed.into(), case.once, false),
        ClaimResult::Finished(unsealed) => read(&unsealed.into(), case.once, true),
        ClaimResult::Held { .. } | ClaimResult::Conflict | ClaimResult::Distrusted(_) => return None,
    };
    stage.ok().map(Stage::resume)
}

/// First step of a repeat with this claim; `None` if it goes on from nothing.
fn decided(claim: &Claim, case: &Case) -> Option<Resume<PostResult>> {
    match (claim, stage(claim, case.once)) {
        (Claim::Fresh(_), _) => Some(Resume::Begin),
        (Claim::Resumed { .. } | Claim::Finished { .. }, Ok(stage)) => stage.map(Stage::resume),
        _ => None,
    }
}

/// A real journal in an SQLite file.
struct FileState {
    runtime: Runtime,
    state: State,
    connection: Connection,
    _folder: TempDir,
}

impl FileState {
    fn new(is_sealed: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let clock = Clock::virtual_at(Duration::from_millis(NOW.unsigned_abs()));
        let state = State::sealed_by(StateLocation::Sqlite(path.clone()), clock, keys(is_sealed));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        // The first use makes the file.
        let first = state.claim(
            JournalKey::of(&["first"]),
            Fingerprint::of(&["first"]),
            "{}",
            LEASE,
        );
        drop(runtime.block_on(first).unwrap());
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        Self {
            runtime,
            state,
            connection,
            _folder: folder,
        }
    }

    /// Puts the row into the file, claims it as a repeat does, and gives the first step of that.
    fn decide(&self, owned: &HeldRow, key: JournalKey, case: &Case) -> Option<Resume<PostResult>> {
        const INSERT: &str =
            "INSERT INTO journal (key, fingerprint, entry, finished, owner, lease_until, created)
                              VALUES (?1, ?2, CAST(?3 AS TEXT), ?4, ?5, ?6, ?7)";
        let HeldRow {
            row,
            holder,
            lease_until,
        } = owned;
        let StoredRow {
            fingerprint,
            entry,
            finished,
            created,
        } = row;
        self.connection.execute("DELETE FROM journal", []).unwrap();
        let values = params![
            key.as_bytes(),
            fingerprint,
            entry,
            finished,
            holder,
            lease_until,
            created
        ];
        self.connection
            .prepare_cached(INSERT)
            .unwrap()
            .execute(values)
            .unwrap();
        let begun = journal::entry(&Stage::<PostResult>::Claimed);
        let claimed = self
            .runtime
            .block_on(self.state.claim(key, case.fingerprint, &begun, LEASE));
        let decided = claimed.ok().and_then(|claim| decided(&claim, case));
        if decided.is_none() {
            let kept: (Vec<u8>, i64) = self.kept(key);
            assert_eq!(
                kept,
                (row.fingerprint.clone(), row.created),
                "a row that is refused stays as it is"
            );
        }
        decided
    }

    fn kept(&self, key: JournalKey) -> (Vec<u8>, i64) {
        let select = "SELECT fingerprint, created FROM journal WHERE key = ?1";
        self.connection
            .query_row(select, [key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
    }
}

/// Values that no member of an entry has, and some that another has.
fn values() -> impl Strategy<Value = Value> {
    let links = [
        "https://evil.example/x",
        "//evil.example",
        "https://www.tiktok.com@evil.example/@a/video/7601447475849021454",
        "https://www.tiktok.com.evil.example/@sim.public/video/7601447475849021454",
        "https://www.tiktok.com/@a%2F..%2F/video/7601447475849021454",
        "javascript:alert(1)",
        "v_pub_file~v2-1.1",
        "PUBLIC_TO_EVERYONE",
        "FAILED",
        "failed",
        "7601447475849021454",
        "needs_bytes",
        "",
    ];
    prop_oneof![
        select(links.map(Value::from).to_vec()),
        select(vec![
            Value::Null,
            json!(true),
            json!(0),
            json!(-1),
            json!(1e308),
            json!(u64::MAX),
            json!(1.5),
            json!(i64::MIN)
        ]),
        select(vec![
            json!([]),
            json!({}),
            json!(["https://evil.example"]),
            json!({ "secs": u64::MAX, "nanos": 999_999_999 })
        ]),
        any::<u64>().prop_map(Value::from),
        vec(any::<char>(), 0..20).prop_map(|letters| Value::from(letters.into_iter().collect::<String>())),
        select(vec![1, 5, 100, 200])
            .prop_map(|depth| (0..depth).fold(json!("https://evil.example"), |inner, _| json!([inner]))),
    ]
}

fn tampers() -> impl Strategy<Value = Tamper> {
    let numbers = || {
        prop_oneof![
            select(vec![
                0,
                1,
                2,
                -1,
                NOW,
                NOW - 8 * DAY,
                NOW + 2 * DAY,
                i64::MAX,
                i64::MIN
            ]),
            any::<i64>()
        ]
    };
    let bytes = |most: usize| vec(any::<u8>(), 0..most);
    let stages = vec!["claimed", "init", "named", "ended", "Ended", "evil"];
    prop_oneof![
        prop_oneof![bytes(40), vec(any::<u8>(), 32)].prop_map(Tamper::Fingerprint),
        numbers().prop_map(Tamper::Finished),
        numbers().prop_map(Tamper::Created),
        numbers().prop_map(Tamper::Lease),
        select(vec!["", "me", "evil", "another"]).prop_map(|holder| Tamper::Owner(holder.to_owned())),
        Just(Tamper::NoEntry),
        prop_oneof![30 => bytes(200), 1 => Just(vec![b' '; ENTRY_MAX + 1])].prop_map(Tamper::Entry),
        any::<Index>().prop_map(Tamper::Cut),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Tamper::Byte(at, byte)),
        (any::<Index>(), bytes(12)).prop_map(|(at, bytes)| Tamper::Splice(at, bytes)),
        (any::<Index>(), values()).prop_map(|(at, value)| Tamper::Member(at, value)),
        (any::<Index>(), values()).prop_map(|(at, value)| Tamper::Member(at, value)),
        values().prop_map(Tamper::NewMember),
        any::<Index>().prop_map(Tamper::WithoutMember),
        select(stages).prop_map(Tamper::Stage),
        any::<Index>().prop_map(Tamper::OfAnother),
        Just(Tamper::Moved),
    ]
}

/// Pointers to every member of a document.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (format!("{at}/{}", escaped(name)), member))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (format!("{at}/{index}"), item))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (at, member) in members {
        found.push(at.clone());
        pointers(member, &at, found);
    }
}

/// Returns a name as a token of a JSON pointer (RFC 6901 §3): a change may have put `/` or `~` into it.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Changes the entry as JSON, behind the seal, where it is JSON.
fn as_json(entry: &mut [u8], change: impl FnOnce(&mut Value)) -> Option<Vec<u8>> {
    let start = entry.iter().position(|byte| *byte == b'{')?;
    let (seal, json) = entry.split_at(start);
    let mut value: Value = serde_json::from_slice(json).ok()?;
    change(&mut value);
    Some([seal, value.to_string().as_bytes()].concat())
}

impl Tamper {
    fn apply(&self, owned: &mut HeldRow, key: &mut JournalKey, others: &[Case]) {
        let HeldRow {
            row,
            holder,
            lease_until,
        } = owned;
        let mut entry = row.entry.clone().unwrap_or_default();
        let mut pick = |at: &Index, change: &dyn Fn(&mut Value, &str)| {
            as_json(&mut entry, |document| {
                let mut found = Vec::new();
                pointers(document, "", &mut found);
                if !found.is_empty() {
                    let pointer: &String = at.get(&found);
                    change(document, pointer);
                }
            })
        };
        let changed = match self {
            Self::Fingerprint(bytes) => return row.fingerprint.clone_from(bytes),
            Self::Finished(finished) => return row.finished = *finished,
            Self::Created(created) => return row.created = *created,
            Self::Lease(until) => return *lease_until = *until,
            Self::Owner(name) => return holder.clone_from(name),
            Self::NoEntry => return row.entry = None,
            Self::Moved => return *key = JournalKey::of(&["account", "another"]),
            Self::OfAnother(at) => return row.entry.clone_from(&at.get(others).owned.row.entry),
            Self::Entry(bytes) => Some(bytes.clone()),
            Self::Cut(at) => Some(entry[..at.index(entry.len() + 1)].to_vec()),
            Self::Byte(at, byte) => {
                if !entry.is_empty() {
                    let at = at.index(entry.len());
                    entry[at] = *byte;
                }
                Some(entry)
            }
            Self::Splice(at, bytes) => {
                let at = at.index(entry.len() + 1);
                Some([&entry[..at], bytes, &entry[at..]].concat())
            }
            Self::Member(at, value) => pick(at, &|document, pointer| {
                *document.pointer_mut(pointer).unwrap() = value.clone();
            }),
            Self::WithoutMember(at) => pick(at, &|document, pointer| {
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                if let Some(Value::Object(members)) = document.pointer_mut(parent) {
                    members.shift_remove(&name.replace("~1", "/").replace("~0", "~"));
                }
            }),
            Self::NewMember(value) => as_json(&mut entry, |document| document["evil"] = value.clone()),
            Self::Stage(stage) => as_json(&mut entry, |document| document["stage"] = json!(stage)),
        };
        if let Some(changed) = changed {
            row.entry = Some(changed);
        }
    }
}

/// Of a changed row, only values that could be true of this post are reported.
fn is_harmless(result: &PostResult) {
    let told = serde_json::to_string(&result.clone().repeated()).unwrap();
    assert!(
        told.len() < 4_000 && !told.contains("evil") && result.warnings().is_empty(),
        "{told}"
    );
    let links = told.matches("://").count();
    assert_eq!(links, told.matches("https://www.tiktok.com/@").count(), "{told}");
}

/// A step that decides for a row under a key.
type Decide<'a> = &'a dyn Fn(&HeldRow, JournalKey, &Case) -> Option<Resume<PostResult>>;

/// Changes that many rows and holds each decision against the promises of docs/security.md.
fn try_rows(is_sealed: bool, rows: u32, decide: Decide<'_>) {
    let cases = cases(&seal(is_sealed));
    let config = Config {
        cases: rows,
        failure_persistence: None,
        ..Config::default()
    };
    let changes = (any::<Index>(), vec(tampers(), 1..3));
    let tried = TestRunner::new(config).run(&changes, |(which, tampers)| {
        let case = which.get(&cases);
        let (mut owned, mut key) = (case.owned.clone(), case.key);
        for tamper in &tampers {
            tamper.apply(&mut owned, &mut key, &cases);
        }
        let decided = decide(&owned, key, case);
        if is_sealed {
            holds_with_a_key(case, &owned, key, decided.as_ref());
        } else {
            holds_without_a_key(case, &owned, decided.as_ref());
        }
        Ok(())
    });
    tried.unwrap();
}

/// With a key a row is the one that was written, or nothing, or as good as deleted.
fn holds_with_a_key(case: &Case, owned: &HeldRow, key: JournalKey, decided: Option<&Resume<PostResult>>) {
    let is_changed = owned.row != case.owned.row || key != case.key;
    let is_sealed = owned
        .row
        .entry
        .as_ref()
        .is_some_and(|entry| entry.starts_with(b"sealed-1 "));
    let is_as_good_as_deleted =
        owned.row.created <= NOW - 7 * DAY && !is_sealed && decided == Some(&Resume::Begin);
    assert!(
        decided.is_none() || !is_changed || is_as_good_as_deleted,
        "{owned:?}"
    );
}

/// Without a key a row can be set back to an earlier stage, which is as if it had been deleted; but nothing
/// else posts again, and no result holds what was not of this post.
fn holds_without_a_key(case: &Case, owned: &HeldRow, decided: Option<&Resume<PostResult>>) {
    let row = &owned.row;
    let is_as_good_as_deleted = row.entry.is_none() || row.created <= NOW - 7 * DAY;
    match decided {
        Some(Resume::Begin) => assert!(
            is_as_good_as_deleted || is_earlier(row, case.once.kind),
            "{owned:?}"
        ),
        Some(Resume::Ask { publish_id, since }) => {
            assert!(!publish_id.as_str().contains([':', '/']), "{publish_id}");
            let [claimed_at, now] = [row.created, NOW].map(|at| Duration::from_millis(at.unsigned_abs()));
            let is_open = posting::open_for(*since, claimed_at, now).is_some();
            assert!(
                is_open || row.created != case.owned.row.created,
                "a forged time closes the upload: {owned:?}"
            );
        }
        Some(Resume::Recorded(result)) => is_harmless(result),
        Some(Resume::Search { .. }) | None => {}
    }
}

/// Whether the entry is to the letter a stage of such a post at which nothing can have been posted. It is
/// written out here, since the code that decides is what is tested.
fn is_earlier(row: &StoredRow, kind: InitKind) -> bool {
    let text = str::from_utf8(row.entry.as_deref().unwrap_or_default()).unwrap();
    let stage: Stage<PostResult> = serde_json::from_str(text).unwrap();
    let (earliest, latest) = ((row.created - DAY).max(0), NOW + DAY);
    let is_possible = |at: &Duration| {
        (u128::from(earliest.unsigned_abs())..=u128::from(latest.unsigned_abs())).contains(&at.as_millis())
    };
    let is_of_bytes = |of: &InitKind| *of == InitKind::NeedsBytes && kind == InitKind::NeedsBytes;
    let is_stage = match &stage {
        Stage::Claimed => true,
        Stage::Init { kind, at } => is_of_bytes(kind) && is_possible(at),
        Stage::InitAcknowledged {
            kind,
            publish_id: _,
            size: Some(ByteCount(size)),
            last_chunk: false,
            at,
        } => is_of_bytes(kind) && is_possible(at) && (1..=VIDEO_MAX.0).contains(size),
        Stage::InitAcknowledged { .. } | Stage::Ended { .. } => false,
    };
    row.finished == 0 && is_stage && journal::entry(&stage) == text
}

#[test]
fn rows_of_ours_are_gone_on_from() {
    for is_sealed in [false, true] {
        let (seal, journal) = (seal(is_sealed), FileState::new(is_sealed));
        for (number, case) in cases(&seal).iter().enumerate() {
            let decided =
                decide(&case.owned, case.key, &seal, case).unwrap_or_else(|| panic!("{}", case.entry));
            assert_eq!(
                journal.decide(&case.owned, case.key, case),
                Some(decided.clone()),
                "{}",
                case.entry
            );
            let name = match decided {
                Resume::Begin => "begin",
                Resume::Search { .. } => "search",
                Resume::Ask { .. } => "ask",
                Resume::Recorded(result) => {
                    is_harmless(&result);
                    "recorded"
                }
            };
            let expected = [
                "begin", "begin", "search", "begin", "ask", "ask", "ask", "recorded", "recorded",
            ];
            assert_eq!(name, expected[number], "{}", case.entry);
        }
    }
}

#[test]
fn of_50_000_rows_that_were_changed_none_is_believed_with_a_key() {
    let seal = seal(true);
    try_rows(true, 50_000, &|owned, key, case| decide(owned, key, &seal, case));
}

#[test]
fn of_50_000_rows_that_were_changed_none_does_harm_without_a_key() {
    let seal = seal(false);
    try_rows(false, 50_000, &|owned, key, case| decide(owned, key, &seal, case));
}

/// The same promises, kept by a real file: its queries, owners, leases and purge.
#[test]
fn of_4_000_rows_that_were_changed_in_a_file_none_does_harm() {
    for is_sealed in [false, true] {
        let journal = FileState::new(is_sealed);
        try_rows(is_sealed, 2_000, &|owned, key, case| {
            journal.decide(owned, key, case)
        });
    }
}
