//! The real program as several processes that share a state, with kills.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher as _, RandomState},
    sync::Mutex,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    bench::{READINGS, Reading, Told, request},
    chance::{Chance, fault},
};
use crate::support::{
    program::Program,
    tiktok::{TikTok, tiktok_with},
    together,
};

/// A Marketing API on the machine's clock, which does not end manual campaigns.
pub(super) fn tiktok(reading: Reading) -> TikTok {
    let mut setup = json!({ "ads": { "switches": reading.switches() } });
    setup["ads"]["switches"]["manual_cutoff"] = json!("off");
    tiktok_with(setup)
}

/// The program with this state.
pub(super) fn program(tiktok: &TikTok, state: &str) -> Program {
    tiktok
        .run()
        .env("TIKTOK_ADS_API_BASE", &tiktok.url())
        .env("AUTOHIVE_TIKTOK_STATE", state)
        .arg("--ads-limits=ultimate")
}

/// Campaigns with this name.
pub(super) fn ids(tiktok: &TikTok, name: &str) -> Vec<String> {
    let Some(Value::Array(all)) = tiktok.listing("campaigns") else {
        panic!("no list")
    };
    let named = all
        .into_iter()
        .filter(|campaign| campaign["campaign_name"] == name);
    named
        .map(|campaign| campaign["campaign_id"].as_str().unwrap().to_owned())
        .collect()
}

/// Location of a state, which is removed with it.
struct Place {
    setting: String,
    _keep: Box<dyn Send + Sync>,
}

impl Place {
    fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            setting: format!("sqlite:{}", folder.path().join("state.db").display()),
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
}

fn at_the_same_time(place: impl Fn() -> Place) {
    for lost in [None, Some("cut_after"), Some("cut_before")] {
        let (tiktok, place) = (tiktok(READINGS[1]), place());
        let kind = lost.map_or_else(|| json!({ "slow_ms": 1_500 }), Value::from);
        let mut fault = json!({ "endpoint": "campaign_create", "nth": 1 });
        fault["kind"] = kind;
        tiktok.change(json!({ "faults": [fault] }));
        let told = Mutex::new(BTreeSet::new());
        together(0..5, |_| {
            let answer = program(&tiktok, &place.setting)
                .request(&request("Spring", Some("k")))
                .finish();
            let answer = answer.exits(0).only().did();
            told.lock().unwrap().insert(Told::of(&answer.0).id.unwrap());
        });
        let told: Vec<String> = told.into_inner().unwrap().into_iter().collect();
        assert_eq!(ids(&tiktok, "Spring"), told, "{lost:?}");
    }
}

#[test]
fn of_five_processes_with_one_key_one_creates() {
    at_the_same_time(Place::sqlite);
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server"]
fn of_five_processes_with_one_key_one_creates_with_redis() {
    at_the_same_time(Place::redis);
}

/// Figures of a run.
#[derive(Debug, Default)]
struct Figures {
    requests: u32,
    kills: u32,
    without_answer: u32,
    outcomes: BTreeMap<String, u32>,
}

/// Keys of a run, each with the name of its campaign and, once it is known, its id.
struct Keys(BTreeMap<String, (String, Option<String>)>);

const KEYS: usize = 200;
/// Keys whose campaigns have one name, which an older campaign has too.
const SAME: usize = 50;
const PROCESSES: usize = 4;

impl Keys {
    fn new() -> Self {
        let name = |key| {
            if key < SAME {
                "Same".to_owned()
            } else {
                format!("Campaign {key}")
            }
        };
        Self(
            (0..KEYS)
                .map(|key| (format!("key-{key}"), (name(key), None)))
                .collect(),
        )
    }

    /// Requests for the keys without an outcome, in a random order.
    fn open(&self, chance: &mut Chance, deadline: u64) -> Vec<Value> {
        let open = self.0.iter().filter(|(_, (_, id))| id.is_none());
        let mut open: Vec<(u64, Value)> = open
            .map(|(key, (name, _))| {
                let mut request = request(name, Some(key));
                request["request_config"] = json!({ "timeout": 3, "deadline": deadline });
                (chance.next(), request)
            })
            .collect();
        open.sort_by_key(|(order, _)| *order);
        open.into_iter().map(|(_, request)| request).collect()
    }

    fn take(&mut self, tiktok: &TikTok, answer: &Value) -> Result<(), String> {
        let told = Told::of(answer);
        let (name, known) = self.0.get_mut(answer["id"].as_str().unwrap()).unwrap();
        let there = ids(tiktok, name);
        if told.is_made() {
            let id = told.id.unwrap();
            let is_true = there.contains(&id) && known.as_ref().is_none_or(|known| *known == id);
            *known = Some(id);
            return is_true
                .then_some(())
                .ok_or_else(|| format!("{answer}, but {there:?}"));
        }
        // A key that was answered once keeps its answer.
        let is_denied =
            told.outcome == "failed" && (known.is_some() || (name != "Same" && !there.is_empty()));
        (!is_denied)
            .then_some(())
            .ok_or_else(|| format!("{answer}, but {there:?}"))
    }
}

/// Creates 200 campaigns. 30 % of the answers are lost, lists lag, and processes are killed.
#[expect(
    clippy::print_stdout,
    reason = "figures for the record, shown with --nocapture"
)]
fn by_chance(place: &Place, reading: Reading) {
    let seed = RandomState::new().hash_one(reading.repeated);
    let mut chance = Chance(seed);
    let tiktok = tiktok(reading);
    let older = program(&tiktok, &place.setting)
        .request(&request("Same", None))
        .finish()
        .exits(0);
    let older = Told::of(&older.only().did().0).id.unwrap();
    thread::sleep(Duration::from_secs(11));
    let struck: Vec<u64> = (1..3_000).filter(|_| chance.percent(30)).collect();
    let faults: Vec<Value> = struck.into_iter().map(|nth| lost(&mut chance, nth)).collect();
    let mut setup = json!({ "faults": null });
    setup["faults"] = Value::Array(faults);
    tiktok.change(setup);
    let (keys, figures) = (Mutex::new(Keys::new()), Mutex::new(Figures::default()));
    let wrong = Mutex::new(Vec::new());
    for wave in 0..12 {
        let is_killed = wave < 3;
        let open = keys
            .lock()
            .unwrap()
            .open(&mut chance, if is_killed { 60 } else { 100 });
        if open.is_empty() {
            break;
        }
        let some: Vec<(u64, &[Value])> = open
            .chunks(open.len().div_ceil(PROCESSES))
            .map(|some| (200 + chance.below(7_000), some))
            .collect();
        together(some, |(life, some)| {
            let mut started = program(&tiktok, &place.setting).arg("--jobs=64");
            for request in some {
                started = started.request(request);
            }
            let mut running = started.start();
            if is_killed {
                thread::sleep(Duration::from_millis(life));
                running.signal("KILL");
            } else {
                running.close_input();
            }
            let ended = running.wait_for(Duration::from_secs(150));
            let lines: Vec<Value> = ended
                .stdout
                .split_inclusive(|byte| *byte == b'\n')
                .filter_map(|line| serde_json::from_slice(line).ok())
                .collect();
            let mut figures = figures.lock().unwrap();
            figures.requests += u32::try_from(some.len()).unwrap();
            figures.kills += u32::from(is_killed);
            figures.without_answer += u32::try_from(some.len() - lines.len()).unwrap();
            for answer in &lines {
                *figures.outcomes.entry(Told::of(answer).outcome).or_default() += 1;
                wrong
                    .lock()
                    .unwrap()
                    .extend(keys.lock().unwrap().take(&tiktok, answer).err());
            }
        });
    }
    let keys = keys.into_inner().unwrap().0;
    let calls = tiktok
        .journal()
        .entries
        .into_iter()
        .filter(|call| call.path.ends_with("/campaign/create/"));
    let (mut sent, mut lost) = (0, 0);
    for call in calls {
        sent += 1;
        lost += u32::from(call.fault.is_some());
    }
    println!(
        "{reading:?}, seed {seed}: {sent} creates sent, {lost} answers lost, {:?}",
        figures.lock().unwrap()
    );
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
    let known: BTreeSet<&String> = keys.values().filter_map(|(_, id)| id.as_ref()).collect();
    let names: BTreeSet<&String> = keys.values().map(|(name, _)| name).collect();
    let there: usize = names.iter().map(|name| ids(&tiktok, name).len()).sum();
    assert!(
        !known.contains(&older),
        "seed {seed}: the older campaign was taken"
    );
    assert_eq!(
        (known.len(), there),
        (KEYS, KEYS + 1),
        "seed {seed}: keys with an id of their own, campaigns"
    );
}

/// A lost answer: the create was carried out, or not.
fn lost(chance: &mut Chance, nth: u64) -> Value {
    if chance.percent(15) {
        // Beyond the client's time.
        let kind = json!({ "slow_ms": 6_000 });
        return json!({ "endpoint": "campaign_create", "nth": nth, "effect": chance.percent(50), "kind": kind });
    }
    loop {
        let fault = fault(chance, "campaign_create", nth);
        // A refusal is no lost answer.
        if !fault.to_string().contains("\"40") {
            return fault;
        }
    }
}

#[test]
#[ignore = "takes minutes"]
fn two_hundred_keys_create_two_hundred_campaigns_if_a_repeat_returns_the_first() {
    by_chance(&Place::sqlite(), READINGS[0]);
}

#[test]
#[ignore = "takes minutes"]
fn two_hundred_keys_create_two_hundred_campaigns_if_a_repeat_is_refused() {
    by_chance(&Place::sqlite(), READINGS[1]);
}

#[cfg(feature = "redis")]
#[test]
#[ignore = "needs redis-server and minutes"]
fn two_hundred_keys_create_two_hundred_campaigns_with_redis() {
    by_chance(&Place::redis(), READINGS[3]);
}
