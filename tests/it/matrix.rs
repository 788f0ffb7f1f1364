//! Each action and variant × each of its calls × each fault, once and permanently: every cell ends in a known outcome
//! that is true, and no pattern of repeats makes two posts.
//!
//! The outcomes are written into `docs/reliability.md`.

#[path = "matrix/bench.rs"]
mod bench;
#[path = "matrix/chunks.rs"]
mod chunks;
#[path = "matrix/faults.rs"]
mod faults;
#[path = "matrix/table.rs"]
mod table;
#[path = "matrix/verdict.rs"]
mod verdict;
#[path = "matrix/ways.rs"]
mod ways;

use std::{
    fs,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use autohive_tiktok::simulator::{EndpointName, RecordedRequest, RequestOutcome};
use serde_json::{Value, json};

use self::{
    bench::{Bench, THREE_CHUNKS},
    faults::{Times, Trouble, troubles},
    verdict::{Told, Word, secret_in},
    ways::{BASE, Effect, PUBLISH_ID, VIDEO_ID, WHOSE_KEY, Way, ways},
};
use crate::support::ask;

/// One cell of the matrix.
#[derive(Debug, Clone)]
struct Cell {
    way: Arc<Way>,
    keyed: bool,
    /// Call with the fault.
    struck: (EndpointName, &'static str),
    trouble: Trouble,
    times: Times,
}

/// Timeouts for a missing response: the first, and longer ones for a busy machine.
const PATIENCE: [Duration; 3] = [
    Duration::from_millis(450),
    Duration::from_millis(1_500),
    Duration::from_secs(6),
];

/// Number of concurrent cells that mostly wait; the others share the processors.
const WAITING: usize = 12;
const WORKING: usize = 3;

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for way in ways().into_iter().map(Arc::new) {
        for keyed in [false, true]
            .into_iter()
            .filter(|keyed| !keyed || way.effect == Effect::Posts)
        {
            // The first call needs no additional fault.
            let with_key = (keyed && way.besides.is_none()).then_some(WHOSE_KEY);
            for struck in way.calls.iter().copied().chain(with_key) {
                for trouble in troubles() {
                    for times in [Times::Once, Times::ForGood] {
                        cells.push(Cell {
                            way: Arc::clone(&way),
                            keyed,
                            struck,
                            trouble: trouble.clone(),
                            times,
                        });
                    }
                }
            }
        }
    }
    cells
}

impl Cell {
    fn name(&self) -> String {
        let key = if self.keyed { " with a key" } else { "" };
        format!(
            "{}{key}, {} at {}, {:?}",
            self.way.name, self.trouble, self.struck.1, self.times
        )
    }

    fn limits(&self, patience: Duration) -> Value {
        if self.trouble.is_slow() {
            // With a deadline for the whole request, its waits are not limited by the timeout of a call.
            json!({ "timeout": patience.as_secs_f64(), "max_retries": 1, "deadline": 600 })
        } else {
            json!({ "timeout": 30, "max_retries": 3 })
        }
    }

    /// Plays the cell, with a longer timeout if the machine was too busy for a response in time.
    fn play(&self, bench: &Bench, number: usize) -> Result<Told, String> {
        let mut result = Err("never played".to_owned());
        for (round, patience) in PATIENCE.into_iter().enumerate() {
            let played = Play {
                cell: self,
                bench,
                patience,
                key: format!("{number}-{round}"),
            };
            result = played.all();
            let is_late = |entry: &RecordedRequest| {
                entry.fault.is_none() && entry.outcome == RequestOutcome::Unanswered
            };
            if !self.trouble.is_slow() || !bench.entries().iter().any(is_late) {
                break;
            }
        }
        result
    }
}

/// A cell during its run.
struct Play<'a> {
    cell: &'a Cell,
    bench: &'a Bench,
    patience: Duration,
    key: String,
}

impl Play<'_> {
    /// Returns the first result after it and the results of all repeats were found true.
    fn all(&self) -> Result<Told, String> {
        let Self { cell, bench, .. } = self;
        bench.reset();
        let request = self.prepare()?;
        let first = self.ask(&request, "the first request")?;
        let struck = |entry: &RecordedRequest| entry.endpoint == Some(cell.struck.0) && entry.fault.is_some();
        if !bench.entries().iter().any(struck) {
            return Err("the fault did not strike, so the cell shows nothing".into());
        }
        if cell.way.effect == Effect::Posts {
            self.repeat(&request, &first)?;
        }
        Ok(first)
    }

    /// Repeats the request as hosts do: always with a key, and without a key only if that is safe; first during the
    /// fault, then after it.
    fn repeat(&self, request: &str, first: &Told) -> Result<(), String> {
        let Self { cell, bench, .. } = self;
        let may = |told: &Told| cell.keyed || told.retryable;
        if !may(first) {
            return Ok(());
        }
        let second = self.ask(request, "the repeat while the fault lasts")?;
        if !may(&second) {
            return Ok(());
        }
        bench.clear_faults();
        bench.advance(second.retry_after.unwrap_or_default().max(Duration::from_mins(2)));
        let last = self.ask(request, "the repeat when the fault has passed")?;
        // Each init of a draft counts until the next day, with or without bytes.
        let is_full = last.code.as_deref() == Some("spam_risk_too_many_pending_share");
        if last.word == Word::Failed && !is_full {
            return Err(format!("the fault has passed, and the repeat says {last}"));
        }
        Ok(())
    }

    /// Sets up TikTok and returns the request.
    fn prepare(&self) -> Result<String, String> {
        let Self {
            cell,
            bench,
            patience,
            ..
        } = self;
        let (mut publish_id, mut video_id) = (String::new(), String::new());
        if cell.way.inputs["publish_id"] == PUBLISH_ID {
            let draft = json!({ "video_url": "https://media.example.com/1.mp4", "source": "PULL_FROM_URL" });
            let answer = bench.ask(&ask("draft", "upload_video_draft", draft).to_string())?;
            answer["result"]["data"]["publish_id"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut publish_id);
        }
        if cell.way.inputs["video_ids"][0] == VIDEO_ID {
            let answer = bench.ask(&ask("videos", "get_videos", json!({})).to_string())?;
            answer["result"]["data"]["videos"][0]["id"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut video_id);
        }
        if cell.way.inputs["video_url"]
            .as_str()
            .is_some_and(|url| url.ends_with(THREE_CHUNKS))
        {
            bench.keep_three_chunks();
        }
        let late_ms = u64::try_from(patience.as_millis()).unwrap() * 4;
        let fault = cell.trouble.fault(json!(cell.struck.0), cell.times, late_ms);
        let faults: Vec<Value> = cell.way.besides.iter().cloned().chain([fault]).collect();
        bench.change(json!({ "faults": faults }));
        let fill = [
            (PUBLISH_ID, publish_id.as_str()),
            (VIDEO_ID, video_id.as_str()),
            (BASE, &bench.url()),
        ];
        Ok(cell.way.request(
            cell.keyed.then_some(self.key.as_str()),
            cell.limits(*patience),
            &fill,
        ))
    }

    /// Sends the request and compares the result with TikTok's state.
    fn ask(&self, request: &str, which: &str) -> Result<Told, String> {
        let Self { cell, bench, .. } = self;
        let answer = bench.ask(request)?;
        let wrong = |what: String| format!("{which}: {what}: {answer}\n    TikTok has {:?}", seen(bench));
        if let Some(secret) = secret_in(&answer) {
            return Err(wrong(format!("{secret} is in the answer")));
        }
        let told = Told::read(&answer, cell.way.effect).map_err(wrong)?;
        if cell.way.effect == Effect::Posts {
            told.check(&bench.posts(), &bench.entries()).map_err(wrong)?;
        }
        let is_stranger = |entry: &RecordedRequest| {
            matches!(entry.endpoint, Some(EndpointName::UPLOAD | EndpointName::MEDIA))
        };
        if bench
            .entries()
            .iter()
            .any(|entry| is_stranger(entry) && entry.headers.authorization)
        {
            return Err(wrong(
                "the upload edge or the file's host was shown the token".into(),
            ));
        }
        Ok(told)
    }
}

/// Short descriptions of the posts, for messages.
fn seen(bench: &Bench) -> Vec<String> {
    let posts = bench.posts();
    posts
        .iter()
        .map(|post| format!("{} {:?} {} bytes", post.publish_id, post.status, post.bytes))
        .collect()
}

/// Plays all cells once for all tests. Each has its outcome or a description of its fault.
fn played() -> &'static [(Cell, Result<Told, String>)] {
    static PLAYED: OnceLock<Vec<(Cell, Result<Told, String>)>> = OnceLock::new();
    PLAYED.get_or_init(|| play(cells()))
}

/// Plays cells concurrently.
fn play(cells: Vec<Cell>) -> Vec<(Cell, Result<Told, String>)> {
    let done = Mutex::new(Vec::new());
    let is_slow = |number: &usize| cells[*number].trouble.is_slow();
    let (slow, quick): (Vec<usize>, Vec<usize>) = (0..cells.len()).partition(is_slow);
    thread::scope(|scope| {
        for (numbers, workers) in [(&slow, WAITING), (&quick, WORKING)] {
            let next: &AtomicUsize = Box::leak(Box::default());
            for _ in 0..workers {
                let (cells, done) = (&cells, &done);
                drop(scope.spawn(move || {
                    let bench = Bench::new();
                    while let Some(number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let result = cells[*number].play(&bench, *number);
                        done.lock().unwrap().push((*number, result));
                    }
                }));
            }
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    assert_eq!(done.len(), cells.len(), "every cell should have been played");
    cells
        .into_iter()
        .zip(done.into_iter().map(|(_, result)| result))
        .collect()
}

#[test]
fn every_fault_at_every_call_has_a_true_outcome() {
    all_true(played());
}

fn all_true(played: &[(Cell, Result<Told, String>)]) {
    let wrong: Vec<String> = played
        .iter()
        .filter_map(|(cell, result)| Some(format!("* {}: {}", cell.name(), result.as_ref().err()?)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cells:\n{}",
        wrong.len(),
        played.len(),
        wrong.join("\n")
    );
}

/// Negative control: a false result is found.
#[test]
fn a_false_outcome_is_found() {
    let bench = Bench::new();
    bench.reset();
    let photos = json!({ "post_mode": "MEDIA_UPLOAD", "preflight": false, "photo_urls": ["https://media.example.com/1.jpg"] });
    let answer = bench
        .ask(&ask("a", "create_photo_post", photos).to_string())
        .unwrap();
    let id = &answer["result"]["data"]["publish_id"];
    let found = |answer: Value, posts: usize| {
        let told = Told::read(&answer, Effect::Posts)?;
        told.check(&vec![bench.posts().remove(0); posts], &bench.entries())
    };
    let error = |outcome: &str, retryable: bool, id: &Value| {
        let result =
            json!({ "code": "timeout", "retryable": retryable, "outcome": outcome, "publish_id": id });
        json!({ "type": "action_error", "result": result })
    };
    let did = |outcome: &str, id: &Value| json!({ "type": "action", "result": { "data": { "outcome": outcome, "publish_id": id } } });
    for (what, answer, posts) in [
        ("as it is", answer.clone(), 1),
        ("failed, without a post", error("failed", true, &Value::Null), 0),
        ("unconfirmed, with the name", error("unconfirmed", false, id), 1),
    ] {
        assert_eq!(found(answer, posts), Ok(()), "{what}");
    }
    for (what, answer, posts) in [
        ("two posts", answer.clone(), 2),
        ("no post", answer.clone(), 0),
        ("another name", did("in_inbox", &json!("v_inbox_url~v2.1")), 1),
        ("no name", did("in_inbox", &Value::Null), 1),
        ("no word", did("done", id), 1),
        ("failed, with a post", error("failed", false, id), 1),
        ("unconfirmed, to be sent again", error("unconfirmed", true, id), 1),
        (
            "unconfirmed, without the name",
            error("unconfirmed", false, &Value::Null),
            1,
        ),
        ("an error that tells of a post", error("published", false, id), 1),
        (
            "no result of an action",
            json!({ "type": "error", "result": { "code": "internal_error" } }),
            1,
        ),
    ] {
        assert!(found(answer, posts).is_err(), "{what} should be found");
    }
    assert_eq!(
        secret_in(&json!({ "message": "act.sim-public" })),
        Some("act.sim-public")
    );
}

/// A key protects from repeats only; the first request has the same outcome without it.
#[test]
fn a_key_changes_nothing_of_a_first_request() {
    let of = |keyed: bool| played().iter().filter(move |(cell, _)| cell.keyed == keyed);
    for (cell, with) in of(true).filter(|(cell, _)| cell.struck != WHOSE_KEY) {
        let same = |other: &Cell| {
            let name = |cell: &Cell| (cell.way.name, cell.struck.1, cell.trouble.name);
            name(other) == name(cell) && other.times == cell.times
        };
        let (_, without) = of(false).find(|(other, _)| same(other)).unwrap();
        // A post that may have been made can be repeated with its key, and not without.
        let told = |result: &Result<Told, String>| {
            let text = result.as_ref().map(ToString::to_string).unwrap_or_default();
            if text.contains("unconfirmed") {
                text.replace(" ↻", "")
            } else {
                text
            }
        };
        assert_eq!(told(with), told(without), "{}", cell.name());
    }
}

fn page() -> String {
    let cells: Vec<(Cell, Told)> = played()
        .iter()
        .filter_map(|(cell, result)| Some((cell.clone(), result.clone().ok()?)))
        .collect();
    table::renewed(&table::tables(&cells))
}

#[test]
fn the_page_has_the_outcomes() {
    let committed = fs::read_to_string(table::page()).unwrap();
    let page = page();
    let differs = committed.lines().zip(page.lines()).find(|(old, new)| old != new);
    let write = "cargo test --test it write_the_tables -- --ignored";
    assert!(
        committed == page,
        "docs/reliability.md is out of date; run `{write}`\n{differs:#?}"
    );
}

#[test]
#[ignore = "writes docs/reliability.md"]
fn write_the_tables() {
    fs::write(table::page(), page()).unwrap();
}
