//! Random faults, kills, pauses and concurrent requests: each key ends with an object of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::bench::{Kind, OnceBench, READINGS, Told};

/// Pseudo-random numbers (SplitMix64), so that a seed repeats a run.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(super) fn of<T: Clone>(&mut self, some: &[T]) -> T {
        some[usize::try_from(self.below(some.len() as u64)).unwrap()].clone()
    }

    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A fault that loses an answer, or a refusal.
pub(super) fn fault(chance: &mut Chance, endpoint: &str, nth: u64) -> Value {
    let code = |http: u16, code: &str| json!({ "error": { "http": http, "code": code, "message": "in TikTok's words" } });
    let kind = chance.of(&[
        json!("cut_before"),
        json!("cut_before"),
        json!("cut_after"),
        json!("cut_after"),
        json!({ "truncate": 30 }),
        json!("empty_200"),
        json!({ "status": 500 }),
        json!("html_502"),
        json!({ "status": 504 }),
        code(200, "50000"),
        code(200, "51010"),
        code(200, "40100"),
        code(200, "40202"),
    ]);
    let is_refusal = kind.to_string().contains("\"40");
    let mut fault = json!({ "endpoint": endpoint, "nth": nth });
    let keeps_own = ["cut_before", "cut_after", "empty_200"]
        .iter()
        .any(|own| kind == **own)
        || kind.get("truncate").is_some();
    if !is_refusal && !keeps_own {
        fault["effect"] = json!(chance.percent(50));
    }
    fault["kind"] = kind;
    fault
}

/// Counts of a run.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    asked: u32,
    killed: u32,
    unconfirmed: u32,
    failed: u32,
}

/// The calls to TikTok, for a failure.
fn calls(bench: &OnceBench, kind: Kind) -> String {
    let mut lines = Vec::new();
    for call in bench.calls("/") {
        let body = call.body.unwrap_or_default();
        let what = [&body["campaign_name"], &body["request_id"]]
            .map(Value::to_string)
            .join(" ");
        lines.push(format!(
            "{} {} {what} {:?} {:?} {:?}",
            call.at_ms, call.path, call.fault, call.code, call.notes
        ));
    }
    lines.push(format!("{:#?}", bench.stored(kind, "Same")));
    lines.join("\n")
}

/// Plays one world of eight keys, five of which have the name of an older object.
fn play(seed: u64, kind: Kind) -> Tally {
    let mut chance = Chance(seed);
    let mut tally = Tally::default();
    let reading = chance.of(&READINGS);
    let bench = OnceBench::below(reading, kind);
    let older = bench.create_another(kind, "Same");
    // Younger, it could not be told from an object of these requests: lists do not show it yet, and TikTok's times come
    // from different machines.
    bench.advance(Duration::from_secs(12 + chance.below(20)));
    let names: Vec<String> = (0..8)
        .map(|key| {
            if key < 5 {
                "Same".to_owned()
            } else {
                format!("Name {key}")
            }
        })
        .collect();
    let mut made: BTreeMap<usize, String> = BTreeMap::new();
    let mut history = Vec::new();
    for round in 0..30 {
        bench.clear_faults();
        if round < 20 {
            for nth in 1..12 {
                if chance.percent(40) {
                    bench.fault(fault(&mut chance, kind.create(), nth));
                }
                if chance.percent(10) {
                    bench.fault(fault(&mut chance, kind.list(), nth));
                }
            }
        }
        let asked: Vec<usize> = (0..names.len())
            .filter(|_| chance.percent(if round < 20 { 30 } else { 100 }))
            .collect();
        let requests: Vec<Value> = asked
            .iter()
            .map(|key| {
                let mut request = bench.request_of(kind, &names[*key], Some(&format!("key-{key}")));
                let deadline = chance.of(&[3, 20, 60, 300]);
                request["request_config"] = json!({ "deadline": if round < 20 { deadline } else { 600 } });
                request
            })
            .collect();
        let answers: Vec<Option<Value>> = if round < 20 && chance.percent(40) {
            let after = bench.calls("/").len() + usize::try_from(chance.below(6)).unwrap();
            asked
                .iter()
                .zip(&requests)
                .map(|(_, request)| bench.ask_until(request, |bench| bench.calls("/").len() > after))
                .collect()
        } else {
            let answers = bench
                .runtime
                .block_on(join_all(requests.iter().map(|request| bench.answer(request))));
            answers.into_iter().map(Some).collect()
        };
        for ((key, request), answer) in asked.into_iter().zip(requests).zip(answers) {
            tally.asked += 1;
            let told = answer
                .as_ref()
                .map(|answer| (Told::of(answer), answer["result"]["message"].clone()));
            history.push(format!(
                "round {round} {:?} key {key} {}: {told:?}",
                bench.clock.since_epoch(),
                request["request_config"]
            ));
            let Some(answer) = answer else {
                tally.killed += 1;
                continue;
            };
            let told = Told::of(&answer);
            match (&*told.outcome, made.get(&key)) {
                ("created" | "found" | "recorded", known) => {
                    let id = told.id.clone().unwrap();
                    assert!(
                        known.is_none_or(|known| *known == id),
                        "seed {seed}: {known:?}, then {answer}"
                    );
                    assert!(
                        bench.ids_of(kind, &names[key]).contains(&id) && id != older,
                        "seed {seed}: {answer}"
                    );
                    made.insert(key, id);
                }
                ("unconfirmed", None) => tally.unconfirmed += 1,
                ("failed", None) => {
                    tally.failed += 1;
                    let is_alone = key >= 5;
                    assert!(
                        !is_alone || bench.ids_of(kind, &names[key]).is_empty(),
                        "seed {seed}: denied: {answer}"
                    );
                }
                ("processing", None) => {}
                (_, known) => panic!("seed {seed}: {known:?}, then {answer}"),
            }
        }
        bench.advance(Duration::from_secs(chance.of(&[0, 1, 3, 9, 15, 40])));
        if made.len() == names.len() {
            break;
        }
    }
    let unique: BTreeSet<&String> = made.values().collect();
    let there = ["Same", "Name 5", "Name 6", "Name 7"].map(|name| bench.ids_of(kind, name).len());
    assert_eq!(
        (made.len(), unique.len(), there),
        (8, 8, [6, 1, 1, 1]),
        "seed {seed} {kind:?} {reading:?}: {made:#?}\n{}\n{}",
        history.join("\n"),
        calls(&bench, kind)
    );
    tally
}

#[expect(
    clippy::print_stdout,
    reason = "figures for the record, shown with --nocapture"
)]
fn play_all(seeds: std::ops::Range<u64>, kind: Kind) {
    let next = std::sync::atomic::AtomicU64::new(seeds.start);
    let total = std::sync::Mutex::new(Tally::default());
    let failures = std::sync::Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            drop(scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    match std::panic::catch_unwind(|| play(seed, kind)) {
                        Ok(tally) => {
                            let mut total = total.lock().unwrap();
                            total.asked += tally.asked;
                            total.killed += tally.killed;
                            total.unconfirmed += tally.unconfirmed;
                            total.failed += tally.failed;
                        }
                        Err(_) => failures.lock().unwrap().push(seed),
                    }
                }
            }));
        }
    });
    println!("{kind:?} {seeds:?}: {:?}", total.into_inner().unwrap());
    let failures = failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "seeds {failures:?}; each panic above names its fault"
    );
}

#[test]
fn random_faults_create_each_campaign_once() {
    play_all(0..12, Kind::Campaign);
}

#[test]
#[ignore = "takes minutes"]
fn many_random_faults_create_each_campaign_once() {
    play_all(100..400, Kind::Campaign);
}

#[test]
fn random_faults_create_each_ad_group_and_each_ad_once() {
    for kind in Kind::BELOW {
        play_all(0..4, kind);
    }
}

#[test]
#[ignore = "takes minutes"]
fn many_random_faults_create_each_ad_group_and_each_ad_once() {
    for kind in Kind::BELOW {
        play_all(100..200, kind);
    }
}
