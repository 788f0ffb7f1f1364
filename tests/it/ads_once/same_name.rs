//! Several requests for campaigns of one name, and waits that outlast TikTok's memory of a request.

use std::time::Duration;

use autohive_tiktok::clock::Clock;
use futures_util::future::join;
use serde_json::json;

use super::bench::{OnceBench, READINGS, Reading, Told, request};

const NAME: &str = "Spring";

/// Fault of the creates, from now on.
fn creates(bench: &OnceBench, times: u64, kind: serde_json::Value, effect: bool) {
    let mut fault = json!({ "endpoint": "campaign_create", "times": times, "effect": effect });
    fault["kind"] = kind;
    bench.fault(fault);
}

/// Asks until the campaign exists.
#[track_caller]
fn insist(bench: &OnceBench, key: &str) -> Told {
    for _ in 0..5 {
        let told = Told::of(&bench.ask(&request(NAME, Some(key))));
        if told.is_made() {
            return told;
        }
        bench.advance(Duration::from_secs(40));
    }
    panic!("{key} has no campaign");
}

/// Checks that each key has a campaign of its own, and that no other is there.
#[track_caller]
fn each_has_its_own(bench: &OnceBench, reading: Reading, older: &[String], told: &[Told]) {
    let mut ids: Vec<String> = bench
        .ids(NAME)
        .into_iter()
        .filter(|id| !older.contains(id))
        .collect();
    let mut named: Vec<String> = told.iter().filter_map(|told| told.id.clone()).collect();
    ids.sort();
    named.sort();
    assert_eq!(ids, named, "{reading:?}: {told:?}");
}

/// The campaign of a killed request looks like that of another request that was never carried out.
#[test]
fn a_campaign_that_another_request_took_for_its_own_is_created_again() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        let older = bench.create_as_another(NAME);
        bench.advance(Duration::from_mins(2));
        creates(&bench, 1, json!({ "slow_ms": 60_000 }), true);
        let killed = bench.ask_until(&request(NAME, Some("a")), |bench| bench.ids(NAME).len() == 2);
        assert_eq!(killed, None, "{reading:?}: it should have been killed");
        bench.clear_faults();
        creates(&bench, 5, json!("cut_before"), false);
        let second = Told::of(&bench.ask(&request(NAME, Some("b"))));
        bench.clear_faults();
        let first = insist(&bench, "a");
        let second = if second.is_made() {
            second
        } else {
            insist(&bench, "b")
        };
        each_has_its_own(&bench, reading, &[older], &[first, second]);
        assert_eq!(insist(&bench, "a").outcome, "recorded");
    }
}

/// The same while the first request still waits for its answer.
#[test]
fn an_answer_that_arrives_after_another_request_took_the_campaign_creates_another_one() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": { "slow_ms": 1_500 } }));
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 2, "times": 5, "kind": "cut_before" }));
        let (a, b) = (request(NAME, Some("a")), request(NAME, Some("b")));
        let wall = Clock::system();
        let later = async {
            while bench.ids(NAME).is_empty() {
                wall.sleep(Duration::from_millis(1)).await;
            }
            bench.answer(&b).await
        };
        let (first, second) = bench.runtime.block_on(join(bench.answer(&a), later));
        bench.clear_faults();
        let told = [(first, "a"), (second, "b")].map(|(answer, key)| {
            let told = Told::of(&answer);
            if told.is_made() { told } else { insist(&bench, key) }
        });
        each_has_its_own(&bench, reading, &[], &told);
    }
}

/// Killed between recording that a campaign is its own and recording its end, a request takes that campaign again, not
/// an older one of another request, which would then lose its own.
#[test]
fn a_request_that_recorded_its_campaign_takes_no_other_one() {
    for reading in READINGS.into_iter().filter(|reading| reading.lag_ms > 0) {
        let bench = OnceBench::new(reading);
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": { "slow_ms": 60_000 } }));
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 2, "kind": { "slow_ms": 200 } }));
        let killed = bench.ask_until(&request(NAME, Some("a")), |bench| bench.ids(NAME).len() == 1);
        assert_eq!(killed, None, "{reading:?}");
        // Lists do not show that campaign yet.
        let first = bench.clock.since_epoch().as_secs();
        let asked = request(NAME, Some("b"));
        let later = async {
            let wall = Clock::system();
            while bench.ids(NAME).len() < 2 {
                wall.sleep(Duration::from_millis(1)).await;
            }
            bench.advance(Duration::from_secs(1));
        };
        let (created, ()) = bench.runtime.block_on(join(bench.answer(&asked), later));
        let created = Told::of(&created);
        assert_eq!(created.outcome, "created", "{reading:?}");
        // The row of the key goes back to the attempt; that of the campaign is younger.
        let rows = rusqlite::Connection::open(bench.journal()).unwrap();
        let sent = json!({
            "stage": "sent",
            "known": [],
            "knows_all": true,
            "tiktok_time": null,
            "first": first,
            "last": first,
            "round": 0,
        });
        let back = "UPDATE journal SET entry = ?1, finished = 0 WHERE finished = 1 AND created = \
                    (SELECT min(created) FROM journal WHERE finished = 1)";
        assert_eq!(rows.execute(back, [sent.to_string()]).unwrap(), 1, "{reading:?}");
        bench.advance(Duration::from_mins(1));
        let second = insist(&bench, "b");
        assert_eq!(
            (&*second.outcome, &second.id),
            ("found", &created.id),
            "{reading:?}"
        );
        let first = insist(&bench, "a");
        each_has_its_own(&bench, reading, &[], &[first, second]);
    }
}

/// TikTok forgets a request while its repeat is being recorded: the campaign is searched for instead.
#[test]
fn a_repeat_whose_record_takes_long_is_not_sent() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": "cut_after" }));
        // The list before the repeat.
        bench.fault(json!({ "endpoint": "campaign_get", "nth": 2, "kind": { "slow_ms": 300 } }));
        let asked = request(NAME, Some("k"));
        let delay = async {
            let wall = Clock::system();
            while bench.calls("/campaign/get/").len() < 2 {
                wall.sleep(Duration::from_millis(1)).await;
            }
            let rows = rusqlite::Connection::open(bench.journal()).unwrap();
            rows.execute_batch("BEGIN IMMEDIATE").unwrap();
            wall.sleep(Duration::from_millis(800)).await;
            bench.advance(Duration::from_secs(12));
            rows.execute_batch("ROLLBACK").unwrap();
        };
        let (answer, ()) = bench.runtime.block_on(join(bench.answer(&asked), delay));
        let told = Told::of(&answer);
        told.check(&bench.ids(NAME), true)
            .unwrap_or_else(|what| panic!("{reading:?}: {what}: {told:?}"));
        assert_eq!(told.outcome, "found", "{reading:?}: {told:?}");
        assert_eq!(bench.calls("/campaign/create/").len(), 1, "{reading:?}");
    }
}

/// A repeat that is delayed until TikTok has forgotten the request could create a second campaign.
#[test]
fn a_repeat_that_has_to_wait_looks_for_the_campaign_first() {
    for reading in READINGS {
        for code in ["40100", "40202", "40016"] {
            let bench = OnceBench::new(reading);
            bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": "cut_after" }));
            let limited = json!({ "error": { "http": 200, "code": code, "message": "later" } });
            let mut fault = json!({ "endpoint": "campaign_create", "nth": 2, "times": 3 });
            fault["kind"] = limited;
            bench.fault(fault);
            let mut asked = request(NAME, Some("k"));
            asked["request_config"] = json!({ "max_retries": 10, "deadline": 300 });
            let told = Told::of(&bench.ask(&asked));
            told.check(&bench.ids(NAME), true)
                .unwrap_or_else(|what| panic!("{reading:?} {code}: {what}: {told:?}"));
        }
    }
}

/// Time that passes for the machine but not for TikTok's answers: the program was suspended.
#[test]
fn a_campaign_that_is_created_long_after_its_call_was_sent_is_found() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        creates(&bench, 1, json!({ "slow_ms": 700 }), true);
        let asked = request(NAME, Some("k"));
        // The answer takes 25 s by the clock, and then is lost.
        let late = async {
            let wall = Clock::system();
            while bench.calls("/campaign/create/").is_empty() {
                wall.sleep(Duration::from_millis(1)).await;
            }
            bench.advance(Duration::from_secs(25));
        };
        let mut limited = asked.clone();
        limited["request_config"] = json!({ "timeout": 0.4, "deadline": 200 });
        let (answer, ()) = bench.runtime.block_on(join(bench.answer(&limited), late));
        let told = Told::of(&answer);
        told.check(&bench.ids(NAME), true)
            .unwrap_or_else(|what| panic!("{reading:?}: {what}: {told:?}"));
        bench.clear_faults();
        let told = insist(&bench, "k");
        assert_eq!(bench.ids(NAME), [told.id.unwrap()], "{reading:?}");
    }
}

/// More campaigns of the name than a busy account has.
#[test]
fn none_of_many_older_campaigns_of_the_name_is_taken() {
    let bench = OnceBench::new(READINGS[3]);
    let older: Vec<String> = (0..120).map(|_| bench.create_as_another(NAME)).collect();
    bench.advance(Duration::from_hours(3));
    creates(&bench, 9, json!("cut_before"), false);
    let told = Told::of(&bench.ask(&request(NAME, Some("k"))));
    told.check(&[], true)
        .unwrap_or_else(|what| panic!("{what}: {told:?}"));
    bench.clear_faults();
    let told = insist(&bench, "k");
    each_has_its_own(&bench, READINGS[3], &older, &[told]);
}

/// TikTok may trim names.
#[test]
fn a_name_with_blanks_at_its_ends_is_found() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        creates(&bench, 1, json!("cut_after"), true);
        let told = Told::of(&bench.ask(&request(" Spring ", Some("k"))));
        let ids = [bench.ids(" Spring "), bench.ids("Spring")].concat();
        told.check(&ids, true)
            .unwrap_or_else(|what| panic!("{reading:?}: {what}: {told:?}"));
        assert!(told.is_made(), "{told:?}");
    }
}

/// A request whose key another request took over after its lease had ended does not deny what that one created.
#[test]
fn a_request_that_lost_its_key_does_not_deny_the_campaign() {
    for slow in ["campaign_get", "campaign_create"] {
        for effect in [false, true] {
            let reading = READINGS[1];
            let bench = OnceBench::new(reading);
            bench
                .fault(json!({ "endpoint": slow, "nth": 1, "effect": effect, "kind": { "slow_ms": 1_000 } }));
            let asked = request(NAME, Some("k"));
            let path = if slow == "campaign_get" {
                "/campaign/get/"
            } else {
                "/campaign/create/"
            };
            let other = async {
                let wall = Clock::system();
                while bench.calls(path).is_empty() {
                    wall.sleep(Duration::from_millis(1)).await;
                }
                wall.sleep(Duration::from_millis(50)).await;
                bench.advance(Duration::from_mins(3));
                bench.answer(&asked).await
            };
            let (late, other) = bench.runtime.block_on(join(bench.answer(&asked), other));
            let ids = bench.ids(NAME);
            for (told, which) in [(Told::of(&other), "other"), (Told::of(&late), "late")] {
                let is_true = match &*told.outcome {
                    "failed" => ids.is_empty(),
                    "processing" | "unconfirmed" => true,
                    _ => ids == [told.id.clone().unwrap()],
                };
                assert!(
                    is_true && ids.len() <= 1,
                    "{slow} {effect} {which}: {told:?}, {ids:?}"
                );
            }
            bench.clear_faults();
            insist(&bench, "k");
            assert_eq!(bench.ids(NAME).len(), 1, "{slow} {effect}");
        }
    }
}

/// Someone changes the campaign before the repeat: it is neither created again nor taken for certain.
#[test]
fn a_campaign_whose_budget_someone_changed_is_not_created_again() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        creates(&bench, 1, json!({ "slow_ms": 60_000 }), true);
        let killed = bench.ask_until(&request(NAME, Some("k")), |bench| !bench.ids(NAME).is_empty());
        assert_eq!(killed, None);
        bench.clear_faults();
        bench.advance(Duration::from_mins(10));
        let ids = bench.ids(NAME);
        bench.update(&ids[0], json!({ "budget": 700 }));
        for _ in 0..2 {
            let told = Told::of(&bench.ask(&request(NAME, Some("k"))));
            assert_eq!(
                (&*told.outcome, &told.found),
                ("unconfirmed", &ids),
                "{reading:?}: {told:?}"
            );
            bench.advance(Duration::from_mins(10));
        }
        // Another key of that name and budget is another campaign.
        let mut other = request(NAME, Some("other"));
        other["inputs"]["budget"] = json!(700);
        assert_eq!(Told::of(&bench.ask(&other)).outcome, "created");
        assert_eq!(bench.ids(NAME).len(), 2);
    }
}

/// Campaigns of one name that other keys created with other settings are none of this one.
#[test]
fn campaigns_of_other_keys_with_other_settings_do_not_leave_a_create_unconfirmed() {
    for reading in READINGS {
        let bench = OnceBench::new(reading);
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "times": 3, "kind": "cut_before" }));
        let other = async {
            let wall = Clock::system();
            while bench.calls("/campaign/create/").is_empty() {
                wall.sleep(Duration::from_millis(1)).await;
            }
            bench.clear_faults();
            let mut other = request(NAME, Some("other"));
            other["inputs"]["budget"] = json!(700);
            bench.answer(&other).await
        };
        let first = request(NAME, Some("k"));
        let (first, other) = bench.runtime.block_on(join(bench.answer(&first), other));
        let told = [first, other].map(|answer| Told::of(&answer));
        each_has_its_own(&bench, reading, &[], &told);
    }
}
