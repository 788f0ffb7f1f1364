//! A request that is stopped by a signal or a panic, in each phase: one answer, with what is known and what to do.

use std::{
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{self, Attributes, Record},
};

use super::{
    bench::{OnceBench, READINGS, Told, request},
    processes::{ids, program, tiktok},
};
use crate::support::program::Running;

const NAME: &str = "Spring";

/// Phase in which a request is stopped.
struct Phase {
    name: &'static str,
    faults: Value,
    /// End of the path of the call during which it is stopped, and the number of such calls.
    path: &'static str,
    calls: usize,
    /// Expected outcome with a key.
    outcome: &'static str,
    /// Whether the campaign exists then.
    exists: bool,
}

fn phases() -> Vec<Phase> {
    let slow = json!({ "slow_ms": 60_000 });
    let held = |endpoint: &str, nth: u64, effect: bool| json!({ "endpoint": endpoint, "nth": nth, "effect": effect, "kind": slow });
    let lost = |kind: &str| json!({ "endpoint": "campaign_create", "nth": 1, "kind": kind });
    let phase = |name, faults: Vec<Value>, path, calls, outcome, exists| Phase {
        name,
        faults: Value::Array(faults),
        path,
        calls,
        outcome,
        exists,
    };
    let limited = json!({ "endpoint": "campaign_create", "kind": { "retry_after": "100" } });
    let (list, create) = ("/campaign/get/", "/campaign/create/");
    vec![
        phase(
            "before the create",
            vec![held("campaign_get", 1, true)],
            list,
            1,
            "failed",
            false,
        ),
        phase(
            "in flight, without effect",
            vec![held("campaign_create", 1, false)],
            create,
            1,
            "unconfirmed",
            false,
        ),
        phase(
            "in flight, with effect",
            vec![held("campaign_create", 1, true)],
            create,
            1,
            "unconfirmed",
            true,
        ),
        phase("refused for a while", vec![limited], create, 1, "failed", false),
        phase(
            "looking for it",
            vec![lost("cut_after"), held("campaign_get", 2, true)],
            list,
            2,
            "unconfirmed",
            true,
        ),
        phase(
            "looking in vain",
            vec![lost("cut_before"), held("campaign_get", 2, true)],
            list,
            2,
            "unconfirmed",
            false,
        ),
    ]
}

/// The remedy and the repeat that it allows.
#[test]
fn a_signal_in_any_phase_is_answered_with_what_is_known() {
    for phase in phases() {
        for key in [Some("k"), None] {
            let what = format!("{}, key {key:?}", phase.name);
            let (tiktok, folder) = (tiktok(READINGS[1]), TempDir::new().unwrap());
            let mut setup = json!({ "faults": null });
            setup["faults"] = phase.faults.clone();
            tiktok.change(setup);
            let mut asked = request(NAME, key);
            asked["request_config"] = json!({ "deadline": 300 });
            let run = || {
                program(
                    &tiktok,
                    &format!("sqlite:{}", folder.path().join("state.db").display()),
                )
            };
            let running = run().arg("--grace-ms=100").request(&asked).start();
            tiktok.await_calls(phase.path, phase.calls);
            // A call takes effect when its body has arrived, and a refusal is recorded after it.
            thread::sleep(Duration::from_millis(400));
            running.signal("TERM");
            let answer = running
                .wait_for(Duration::from_secs(5))
                .exits(0)
                .only()
                .failed("interrupted");
            let told = Told::of(&answer.0);
            assert_eq!(told.outcome, phase.outcome, "{what}: {}", answer.0);
            assert_eq!(ids(&tiktok, NAME).len(), usize::from(phase.exists), "{what}");
            let is_safe = key.is_some() || phase.outcome == "failed";
            assert_eq!(told.retryable, is_safe, "{what}: {}", answer.0);
            let remedy = match (phase.outcome, key) {
                ("failed", _) => "Send the request again.",
                (_, Some(_)) => "Send the same request with the same idempotency_key again",
                (_, None) => "Do not send it again yet",
            };
            assert!(told.remedy.starts_with(remedy), "{what}: {}", answer.0);
            if is_safe {
                tiktok.change(json!({ "clear_faults": true }));
                let again = run().request(&asked).finish().exits(0).only();
                assert!(Told::of(&again.0).is_made(), "{what}: {}", again.0);
                assert_eq!(ids(&tiktok, NAME).len(), 1, "{what}");
            }
        }
    }
}

/// Of two requests with one key, the one that waits for the other does not know what that one did.
#[test]
fn a_request_that_waits_for_its_key_is_unconfirmed_after_a_signal() {
    let (tiktok, folder) = (tiktok(READINGS[0]), TempDir::new().unwrap());
    tiktok.change(json!({ "faults": [{ "endpoint": "campaign_create", "kind": { "slow_ms": 60_000 } }] }));
    let setting = format!("sqlite:{}", folder.path().join("state.db").display());
    let mut program = program(&tiktok, &setting).arg("--grace-ms=100");
    for id in ["a", "b"] {
        let mut asked = request(NAME, Some("k"));
        asked["id"] = json!(id);
        program = program.request(&asked);
    }
    let running: Running = program.start();
    tiktok.await_calls("/campaign/create/", 1);
    thread::sleep(Duration::from_millis(700));
    running.signal("TERM");
    let ended = running.wait_for(Duration::from_secs(5)).exits(0);
    for id in ["a", "b"] {
        let answer = ended
            .answer(id)
            .failed("interrupted")
            .has("/outcome", "unconfirmed")
            .has("/retryable", true);
        assert!(
            Told::of(&answer.0).remedy.contains("same idempotency_key"),
            "{}",
            answer.0
        );
    }
}

/// Log that panics at the end of a call to an endpoint.
struct PanickingLog {
    endpoint: &'static str,
    /// Number of that call among those to the endpoint.
    nth: u32,
    calls: AtomicU32,
    /// Endpoint of the call that was begun last; calls follow each other.
    begun: Mutex<String>,
}

/// Text of a field.
struct TextOf(&'static str, String);

impl Visit for TextOf {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.0 {
            value.clone_into(&mut self.1);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == self.0 {
            self.1 = format!("{value:?}");
        }
    }
}

impl Subscriber for PanickingLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("autohive_tiktok::http")
    }

    fn new_span(&self, span: &Attributes<'_>) -> span::Id {
        let mut endpoint = TextOf("endpoint", String::new());
        span.record(&mut endpoint);
        *self.begun.lock().unwrap() = endpoint.1;
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = TextOf("message", String::new());
        event.record(&mut message);
        let ends_call = message.1 == "call ended" && *self.begun.lock().unwrap() == self.endpoint;
        assert!(
            !ends_call || self.calls.fetch_add(1, Ordering::Relaxed) + 1 != self.nth,
            "a secret reason"
        );
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

/// Runs in a separate process, as in [`crate::panics`].
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the variable is the test's own: it says which of its two processes this is"
)]
fn a_panic_in_any_phase_is_answered_with_what_is_known() {
    const TEST: &str = "ads_once::interrupted::a_panic_in_any_phase_is_answered_with_what_is_known";
    const ALONE: &str = "TEST_OF_A_PANICKING_CREATION";
    if std::env::var_os(ALONE).is_none() {
        let alone = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", TEST])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&alone.stdout);
        assert!(alone.status.success() && told.contains("1 passed"), "{told}");
        return;
    }
    for (endpoint, nth, kind, outcome) in [
        ("advertiser_info", 1, "none", Value::Null),
        ("campaign_get", 1, "none", Value::Null),
        ("campaign_create", 1, "none", json!("unconfirmed")),
        // The list after the answer to the create was lost.
        ("campaign_get", 2, "cut_after", json!("unconfirmed")),
        ("campaign_get", 2, "cut_before", json!("unconfirmed")),
    ] {
        let what = format!("{endpoint} {nth}, {kind}");
        let bench = OnceBench::new(READINGS[1]);
        if kind != "none" {
            bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": kind }));
        }
        let log = PanickingLog {
            endpoint,
            nth,
            calls: AtomicU32::new(0),
            begun: Mutex::default(),
        };
        let answer = tracing::subscriber::with_default(log, || bench.ask(&request(NAME, Some("k"))));
        let result = &answer["result"];
        assert_eq!(
            (&answer["type"], &result["code"]),
            (&json!("error"), &json!("internal_error")),
            "{what}: {answer}"
        );
        assert_eq!(result["outcome"], outcome, "{what}: {answer}");
        assert!(!answer.to_string().contains("secret"), "{answer}");
        bench.clear_faults();
        let again = bench.ask(&request(NAME, Some("k")));
        assert!(Told::of(&again).is_made(), "{what}: {again}");
        assert_eq!(bench.ids(NAME).len(), 1, "{what}");
    }
}
