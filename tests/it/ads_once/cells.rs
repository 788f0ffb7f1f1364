//! Each fault at each call, with each reading, repeated during the fault and after it: every result is true, and no pattern
//! of repeats makes two campaigns.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::bench::{Kind, OnceBench, READINGS, Reading, Told};

/// Fault of a call.
#[derive(Debug, Clone)]
struct Fault {
    kind: Value,
    /// Whether the call takes effect; `None` is the simulator's own rule.
    effect: Option<bool>,
}

/// Calls that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The list before the create.
    Known,
    /// The create.
    Create,
    /// The lists after a create whose answer was lost, with its effect or without.
    Search { is_made: bool },
}

/// One cell.
#[derive(Debug, Clone)]
struct Cell {
    kind: Kind,
    place: Place,
    fault: Fault,
    /// Number of calls that fail; `None` for all.
    times: Option<u64>,
    reading: Reading,
    is_keyed: bool,
}

/// Longest wait of the client for an answer, in milliseconds of real time.
const PATIENCE_MS: u64 = 400;

const PLACES: [Place; 4] = [
    Place::Known,
    Place::Create,
    Place::Search { is_made: true },
    Place::Search { is_made: false },
];

fn faults() -> Vec<Fault> {
    let own = |kind| Fault { kind, effect: None };
    let both = |kind: Value| {
        [true, false].map(|effect| Fault {
            kind: kind.clone(),
            effect: Some(effect),
        })
    };
    let code = |http: u16, code: &str| json!({ "error": { "http": http, "code": code, "message": "in TikTok's words" } });
    let mut faults: Vec<Fault> = ["cut_before", "cut_after", "empty_200", "not_json"]
        .map(|kind| own(json!(kind)))
        .into();
    faults.extend([
        own(json!({ "cut_at_byte": 20 })),
        own(json!({ "truncate": 20 })),
        own(json!({ "redirect": "https://elsewhere.example.com/" })),
        own(json!({ "slow_body_ms": PATIENCE_MS * 3 })),
        own(json!({ "retry_after": "1" })),
    ]);
    for kind in [
        json!({ "slow_ms": PATIENCE_MS * 3 }),
        json!({ "status": 404 }),
        json!({ "status": 408 }),
        json!({ "status": 429 }),
        json!({ "status": 500 }),
        json!("html_502"),
        json!({ "status": 504 }),
        code(200, "50000"),
        code(200, "50002"),
        code(200, "51010"),
        code(500, "50000"),
        code(200, "60001"),
        code(200, "40050"),
    ] {
        faults.extend(both(kind));
    }
    for refusal in ["40001", "40002", "40016", "40100", "40105", "40133", "40202"] {
        faults.push(own(code(200, refusal)));
    }
    faults
}

fn cells() -> Vec<Cell> {
    let kinds = [Kind::Campaign].into_iter().chain(Kind::BELOW);
    kinds.flat_map(cells_of).collect()
}

fn cells_of(kind: Kind) -> Vec<Cell> {
    let mut cells = Vec::new();
    for place in PLACES {
        for fault in faults() {
            // A list has no effect.
            if place != Place::Create && fault.effect == Some(true) {
                continue;
            }
            for times in [Some(1), Some(2), None] {
                for (number, reading) in READINGS.into_iter().enumerate() {
                    for is_keyed in [true, false] {
                        if is_tried(kind, number, is_keyed) {
                            cells.push(Cell {
                                kind,
                                place,
                                fault: fault.clone(),
                                times,
                                reading,
                                is_keyed,
                            });
                        }
                    }
                }
            }
        }
    }
    cells
}

/// A key changes only what a repeat does, so a request without one is tried with fewer readings, and all kinds share
/// their steps.
fn is_tried(kind: Kind, reading: usize, is_keyed: bool) -> bool {
    match (kind, is_keyed) {
        (Kind::Campaign, true) => true,
        (Kind::Campaign, false) => reading < 2,
        (_, true) => reading.is_multiple_of(3),
        (_, false) => reading == 0,
    }
}

impl Cell {
    fn is_slow(&self) -> bool {
        self.fault
            .kind
            .get("slow_ms")
            .or_else(|| self.fault.kind.get("slow_body_ms"))
            .is_some()
    }

    fn faults(&self) -> Vec<Value> {
        let (endpoint, nth) = match self.place {
            Place::Known => (self.kind.list(), 1),
            Place::Create => (self.kind.create(), 1),
            Place::Search { .. } => (self.kind.list(), 2),
        };
        let mut fault = json!({ "endpoint": endpoint, "nth": nth, "times": self.times.unwrap_or(1_000_000) });
        fault["kind"] = self.fault.kind.clone();
        if let Some(effect) = self.fault.effect {
            fault["effect"] = json!(effect);
        }
        let lost = |is_made| {
            let kind = if is_made { "cut_after" } else { "cut_before" };
            json!({ "endpoint": self.kind.create(), "nth": 1, "kind": kind })
        };
        match self.place {
            Place::Search { is_made } => vec![lost(is_made), fault],
            Place::Known | Place::Create => vec![fault],
        }
    }

    /// Plays the cell; the error describes a result that is not true.
    ///
    /// Each has a TikTok and a program of its own: a refusal for a rate limit pauses later calls of the same program.
    fn play(&self, number: usize) -> Result<(), String> {
        let bench = OnceBench::below(self.reading, self.kind);
        let name = format!("Spring {number}");
        let older = bench.create_another(self.kind, &name);
        bench.advance(Duration::from_mins(2));
        let mut setup = json!({ "faults": null });
        setup["faults"] = Value::Array(self.faults());
        bench.change(setup);
        let key = format!("key-{number}");
        let mut request = bench.request_of(self.kind, &name, self.is_keyed.then_some(&*key));
        request["request_config"] = if self.is_slow() {
            json!({ "timeout": 0.4, "max_retries": 1, "deadline": 300 })
        } else {
            json!({ "timeout": 30, "max_retries": 2, "deadline": 300 })
        };
        let ask = |which: &str| {
            let answer = bench.ask(&request);
            let told = Told::of(&answer);
            let ids = bench.ids_of(self.kind, &name).into_iter();
            let ids: Vec<String> = ids.filter(|id| *id != older).collect();
            let checked = told.check(&ids, self.is_keyed).map(|()| told);
            checked.map_err(|what| format!("{which}: {what}: {answer}"))
        };
        let first = ask("the first request")?;
        let may_repeat = |told: &Told| self.is_keyed || (told.retryable && !told.is_made());
        if !may_repeat(&first) {
            return Ok(());
        }
        let second = ask("the repeat while the fault lasts")?;
        if !may_repeat(&second) {
            return Ok(());
        }
        bench.clear_faults();
        bench.advance(Duration::from_mins(6));
        let last = ask("the repeat after the fault")?;
        if !last.is_made() {
            return Err(format!("the fault has passed, and the repeat says {last:?}"));
        }
        if !self.is_keyed {
            return Ok(());
        }
        let again = ask("one more repeat")?;
        if again.id == last.id {
            Ok(())
        } else {
            Err(format!("{last:?}, then {again:?}"))
        }
    }
}

/// Number of cells that are played at the same time.
const WORKERS: usize = 4;

/// Plays all cells that `is_chosen`, and lists those with a result that is not true.
fn play(is_chosen: impl Fn(usize, &Cell) -> bool) {
    let cells: Vec<Cell> = cells()
        .into_iter()
        .enumerate()
        .filter(|(at, cell)| is_chosen(*at, cell))
        .map(|(_, cell)| cell)
        .collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            drop(scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(cell) = cells.get(number) else { return };
                    if let Err(what) = cell.play(number) {
                        wrong.lock().unwrap().push(format!("{cell:?}: {what}"));
                    }
                }
            }));
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {} cells:\n{}",
        wrong.len(),
        cells.len(),
        wrong.join("\n")
    );
}

/// A part of the cells, another one for each fault.
#[test]
fn a_campaign_is_created_once_with_some_faults() {
    play(|number, cell| cell.kind == Kind::Campaign && number % 11 == 3 && !cell.is_slow());
}

/// The same for ad groups and ads, manual and of Smart+.
#[test]
fn an_object_below_a_campaign_is_created_once_with_some_faults() {
    play(|number, cell| cell.kind != Kind::Campaign && number % 41 == 3 && !cell.is_slow());
}

#[test]
#[ignore = "takes minutes"]
fn an_object_is_created_once_whatever_fails() {
    play(|_, _| true);
}
