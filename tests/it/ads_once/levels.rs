//! Ad groups and ads, where they differ from campaigns: ads have no request id at TikTok, so none is sent again before lists
//! have settled without it.

use std::time::Duration;

use serde_json::json;

use super::bench::{Kind, OnceBench, READINGS, Reading, Told};

const NAME: &str = "Same";

/// Kinds that have no request id.
const ADS: [Kind; 2] = [Kind::Ad, Kind::SmartAd];

/// Time after an attempt from which an object that is not listed does not exist, in milliseconds.
const SETTLED_MS: u64 = 30_000;

fn fault(bench: &OnceBench, kind: Kind, times: u64, fault: serde_json::Value, effect: Option<bool>) {
    let mut setup = json!({ "endpoint": kind.create(), "times": times });
    setup["kind"] = fault;
    if let Some(effect) = effect {
        setup["effect"] = json!(effect);
    }
    bench.fault(setup);
}

fn ask(bench: &OnceBench, kind: Kind, key: &str) -> Told {
    Told::of(&bench.ask(&bench.request_of(kind, NAME, Some(key))))
}

/// Asks until the object exists.
#[track_caller]
fn insist(bench: &OnceBench, kind: Kind, key: &str) -> Told {
    for _ in 0..5 {
        let told = ask(bench, kind, key);
        if told.is_made() {
            return told;
        }
        bench.advance(Duration::from_secs(40));
    }
    panic!("{key} has no object of {kind:?}");
}

#[test]
fn an_ad_whose_call_was_lost_is_sent_again_when_lists_have_settled_without_it() {
    for kind in ADS {
        for reading in READINGS {
            for lost in [
                json!("cut_before"),
                json!({ "status": 503 }),
                json!({ "error": { "http": 200, "code": "50000" } }),
            ] {
                let bench = OnceBench::below(reading, kind);
                fault(&bench, kind, 1, lost.clone(), Some(false));
                let told = ask(&bench, kind, "k");
                let what = format!("{kind:?} {reading:?} {lost}");
                assert_eq!(told.outcome, "created", "{what}");
                assert_eq!(bench.ids_of(kind, NAME), [told.id.unwrap()], "{what}");
                let creates = bench.calls(kind.path());
                let [first, second] = &creates[..] else {
                    panic!("{what}: {creates:?}")
                };
                assert!(second.at_ms - first.at_ms >= SETTLED_MS, "{what}");
                let searches = bench.calls(kind.list_path()).into_iter();
                let between =
                    searches.filter(|call| first.number < call.number && call.number < second.number);
                let last = between.map(|call| call.at_ms).max().unwrap();
                assert!(
                    last - first.at_ms >= SETTLED_MS,
                    "{what}: the last look was too early"
                );
            }
        }
    }
}

#[test]
fn an_ad_whose_answer_was_lost_is_sent_once_however_late_it_is_listed() {
    for kind in ADS {
        for lag_ms in [0, 5_000, 25_000] {
            for key in [Some("k"), None] {
                let bench = OnceBench::below(READINGS[0], kind);
                bench.change(json!({ "ads": { "switches": Reading { lag_ms, ..READINGS[0] }.switches() } }));
                fault(&bench, kind, 1, json!("cut_after"), None);
                let told = Told::of(&bench.ask(&bench.request_of(kind, NAME, key)));
                assert_eq!(told.outcome, "found", "{kind:?} {lag_ms} {key:?}");
                assert_eq!(bench.ids_of(kind, NAME), [told.id.unwrap()]);
                assert_eq!(bench.calls(kind.path()).len(), 1, "{kind:?} {lag_ms} {key:?}");
            }
        }
    }
}

/// The time of the request ends before lists have settled: a repeat goes on with the search.
#[test]
fn a_repeat_after_a_lost_answer_searches_before_it_sends() {
    for kind in Kind::BELOW {
        for is_made in [true, false] {
            let bench = OnceBench::below(READINGS[3], kind);
            let lost = if is_made { "cut_after" } else { "cut_before" };
            fault(&bench, kind, 3, json!(lost), None);
            let mut short = bench.request_of(kind, NAME, Some("k"));
            short["request_config"] = json!({ "deadline": 3 });
            let told = Told::of(&bench.ask(&short));
            assert_eq!(told.outcome, "unconfirmed", "{kind:?} {told:?}");
            assert!(
                told.retryable && told.remedy.contains("same idempotency_key"),
                "{told:?}"
            );
            bench.clear_faults();
            let told = ask(&bench, kind, "k");
            let expected = if is_made { "found" } else { "created" };
            assert_eq!(told.outcome, expected, "{kind:?}");
            assert_eq!(bench.ids_of(kind, NAME), [told.id.unwrap()], "{kind:?}");
        }
    }
}

#[test]
fn a_killed_request_is_completed_by_its_repeat() {
    for kind in Kind::BELOW {
        for reading in READINGS {
            for is_made in [true, false] {
                let bench = OnceBench::below(reading, kind);
                let older = bench.create_another(kind, NAME);
                bench.advance(Duration::from_mins(2));
                let created = bench.calls(kind.path()).len();
                fault(&bench, kind, 1, json!({ "slow_ms": 60_000 }), Some(is_made));
                let request = bench.request_of(kind, NAME, Some("k"));
                let killed = bench.ask_until(&request, |bench| {
                    let is_begun = bench.calls(kind.path()).len() > created;
                    is_begun && (!is_made || bench.ids_of(kind, NAME).len() == 2)
                });
                assert_eq!(killed, None, "{kind:?}: it should have been killed");
                bench.clear_faults();
                let told = insist(&bench, kind, "k");
                let expected = [older, told.id.clone().unwrap()];
                let mut ids = bench.ids_of(kind, NAME);
                ids.sort();
                assert_eq!(ids, expected, "{kind:?} {reading:?} {is_made}");
                let again = insist(&bench, kind, "k");
                assert_eq!((&*again.outcome, again.id), ("recorded", told.id));
            }
        }
    }
}

/// The object of a killed request looks like that of another request that was never carried out.
#[test]
fn two_keys_with_the_same_settings_have_an_object_each() {
    for kind in Kind::BELOW {
        for reading in READINGS {
            let bench = OnceBench::below(reading, kind);
            fault(&bench, kind, 1, json!({ "slow_ms": 60_000 }), Some(true));
            let first = bench.request_of(kind, NAME, Some("a"));
            let killed = bench.ask_until(&first, |bench| bench.ids_of(kind, NAME).len() == 1);
            assert_eq!(killed, None, "{kind:?}: it should have been killed");
            bench.clear_faults();
            fault(&bench, kind, 5, json!("cut_before"), Some(false));
            drop(ask(&bench, kind, "b"));
            bench.clear_faults();
            let mut told = ["a", "b"].map(|key| insist(&bench, kind, key).id.unwrap());
            told.sort();
            let mut ids = bench.ids_of(kind, NAME);
            ids.sort();
            assert_eq!(ids, told, "{kind:?} {reading:?}");
        }
    }
}

/// TikTok refuses the repeat of an ad, whose first attempt may have been carried out.
#[test]
fn a_refused_repeat_denies_nothing_that_exists() {
    for kind in Kind::BELOW {
        for (lost, is_made) in [("cut_after", true), ("cut_before", false)] {
            let bench = OnceBench::below(READINGS[3], kind);
            bench.fault(json!({ "endpoint": kind.create(), "nth": 1, "kind": lost }));
            let refused =
                json!({ "error": { "http": 200, "code": "40002", "message": "in TikTok's words" } });
            bench.fault(json!({ "endpoint": kind.create(), "nth": 2, "times": 9, "kind": refused }));
            let told = ask(&bench, kind, "k");
            let ids = bench.ids_of(kind, NAME);
            assert_eq!(ids.len(), usize::from(is_made), "{kind:?} {lost}");
            told.check(&ids, true)
                .unwrap_or_else(|what| panic!("{kind:?} {lost}: {what}: {told:?}"));
            bench.clear_faults();
            let told = insist(&bench, kind, "k");
            assert_eq!(bench.ids_of(kind, NAME), [told.id.unwrap()], "{kind:?} {lost}");
        }
    }
}

#[test]
fn a_key_belongs_to_its_action_and_its_inputs() {
    for kind in Kind::BELOW {
        let bench = OnceBench::below(READINGS[1], kind);
        let made = ask(&bench, kind, "k");
        assert_eq!(made.outcome, "created");
        assert_eq!(
            Told::of(&bench.ask(&bench.request_of(Kind::Campaign, NAME, Some("k")))).outcome,
            "created",
            "the key of another action is another key"
        );
        let mut other = bench.request_of(kind, "Other", Some("k"));
        let told = Told::of(&bench.ask(&other));
        assert_eq!(told.code.as_deref(), Some("idempotency_conflict"), "{kind:?}");
        other["inputs"]["idempotency_key"] = json!("another");
        assert_eq!(Told::of(&bench.ask(&other)).outcome, "created", "{kind:?}");
        let again = ask(&bench, kind, "k");
        assert_eq!((&*again.outcome, again.id), ("recorded", made.id));
        assert_eq!(bench.ids_of(kind, NAME).len(), 1, "{kind:?}");
    }
}
