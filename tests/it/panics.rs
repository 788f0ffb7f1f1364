//! A panic in one action becomes `internal_error` of that request; the session goes on, and the known state of a post
//! is reported.

use std::{
    future::pending,
    io::{self, Cursor, Write},
    sync::{Arc, Mutex},
};

use autohive_tiktok::{
    clock::Clock,
    front::stdio::{Options, Order, serve},
    host::Host,
    integrations::{
        ActionEntry, ActionError, BoxFuture, Call, ConnectedAccount, Credentials, Effect, Evidence, Failure,
        Integration, Permissions, credentials::read_token,
    },
    model::Namespace,
};
use serde_json::{Map, Value, json};
use tracing::{
    Event, Metadata, Subscriber,
    span::{self, Attributes, Record},
};

use crate::support::{ask, program::Answer};

static ACTIONS: [ActionEntry; 6] = [
    action("fine", |call| {
        Box::pin(async move { Ok(call.inputs.as_ref().clone()) })
    }),
    action("panics", |_call| Box::pin(async { panic!("a secret reason") })),
    action("panics_after_init", |call| {
        Box::pin(async move {
            let known = call.evidence::<Known>().unwrap();
            known.note("publish_id", "p_pub_url~v2.1");
            known.note("outcome", "unconfirmed");
            panic!("a secret reason")
        })
    }),
    action("answers_nonsense", |call| {
        Box::pin(async move {
            call.evidence::<Known>().unwrap().note("outcome", "unconfirmed");
            Ok(json!({ "surprise": "a secret value" }))
        })
    }),
    ActionEntry {
        rows: Some("list"),
        ..action("forgets_its_list", |call| {
            Box::pin(async move {
                call.evidence::<Known>().unwrap().note("outcome", "unconfirmed");
                let pushed = call.rows.rows().extend([json!({ "n": "1" })]);
                pushed.map_err(|failure| ActionError::Failed(Box::new(failure)))?;
                Ok(json!({ "other": [] }))
            })
        })
    },
    ActionEntry {
        rows: Some("list"),
        ..action("answers_a_wrong_row", |call| {
            Box::pin(async move {
                call.evidence::<Known>().unwrap().note("outcome", "unconfirmed");
                let mut rows = call.rows.rows();
                for row in [json!({ "n": "1" }), json!({ "n": "secret" }), json!({ "n": "3" })] {
                    if let Err(failure) = rows.extend([row]) {
                        return Err(ActionError::Failed(Box::new(failure)));
                    }
                }
                Ok(json!({ "list": [] }))
            })
        })
    },
];

/// Known effect of a request.
#[derive(Debug, Default)]
struct Known(Mutex<Map<String, Value>>);

impl Known {
    fn note(&self, name: &str, value: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), value.into());
    }
}

impl Evidence for Known {
    fn interrupted(&self) -> Failure {
        Failure::interrupted_read()
    }

    fn members(&self) -> Map<String, Value> {
        self.0.lock().unwrap().clone()
    }
}

static INTEGRATIONS: [Integration; 1] = [Integration {
    name: "test",
    manifest_path: "test.json",
    manifest: r#"{"actions":{
        "fine":{"input_schema":{"type":"object"},"output_schema":{"type":"object"}},
        "panics":{"input_schema":{},"output_schema":{}},
        "panics_after_init":{"input_schema":{},"output_schema":{}},
        "answers_nonsense":{"input_schema":{},"output_schema":{"type":"object","additionalProperties":false}},
        "forgets_its_list":{"input_schema":{},"output_schema":{"properties":{"list":{"type":"array","items":{}}}}},
        "answers_a_wrong_row":{"input_schema":{},"output_schema":{"properties":{"list":{"type":"array",
            "items":{"properties":{"n":{"type":"string","maxLength":3}}}}}}}
    }}"#,
    actions: &ACTIONS,
    credentials: |auth| read_token(auth, "").map(Credentials::of_user),
    api_base: |_credentials| "http://127.0.0.1:9",
    namespace: Namespace::of("test"),
    subject: None,
    evidence: |_action, _inputs| Arc::<Known>::default(),
    permissions: &Permissions::NONE,
    connected_account: Some(panicking_account),
}];

fn panicking_account(_call: Call) -> BoxFuture<Result<ConnectedAccount, Failure>> {
    Box::pin(async { panic!("a secret reason") })
}

const fn action(name: &'static str, run: fn(Call) -> BoxFuture<Result<Value, ActionError>>) -> ActionEntry {
    ActionEntry {
        effect: Effect::Reads,
        is_fixed: |_name| false,
        rows: None,
        contents: &[],
        name,
        display_name: "",
        description: "",
        permissions: &[],
        enough: &[],
        #[cfg(debug_assertions)]
        generate: autohive_tiktok::integrations::SchemaGenerators {
            input: || json!({}),
            output: || json!({}),
        },
        run,
    }
}

/// Standard output that the test can read.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Serves `requests` with the actions above.
#[track_caller]
fn answers(requests: &[Value]) -> Vec<Answer> {
    let host = Arc::new(Host::serving(&INTEGRATIONS, Clock::system()));
    let output = Output::default();
    let input = requests
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let options = Options {
        order: Order::Requested,
        ..Options::default()
    };
    let served = serve(host, Cursor::new(input), output.clone(), pending(), options);
    let summary = runtime.block_on(served).unwrap();
    assert_eq!(
        summary.succeeded + summary.failed,
        requests.len(),
        "every request should be counted"
    );
    let bytes = output.0.lock().unwrap().clone();
    let answers: Vec<Answer> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(Answer::read)
        .collect();
    for answer in &answers {
        assert!(
            !answer.0.to_string().contains("secret"),
            "the panic message should not be repeated: {}",
            answer.0
        );
    }
    assert_eq!(answers.len(), requests.len(), "one line for each request");
    answers
}

#[test]
fn a_panic_is_that_requests_internal_error_and_the_next_is_served() {
    let fine = |id: &str| ask(id, "fine", json!({ "id": id }));
    let told = answers(&[
        fine("1"),
        ask("2", "panics", json!({})),
        fine("3"),
        ask("4", "panics", json!({})),
        fine("5"),
    ]);
    for at in [1, 3] {
        let answer = told[at].clone().misunderstood("internal_error").holds("/message");
        assert_eq!(
            answer.0["id"],
            (at + 1).to_string(),
            "the id belongs to the request"
        );
    }
    for at in [0, 2, 4] {
        told[at]
            .clone()
            .is("action")
            .has("/data", json!({ "id": (at + 1).to_string() }));
    }
}

#[test]
fn a_panic_keeps_the_known_state_of_a_post() {
    let told = answers(&[ask("1", "panics_after_init", json!({}))]);
    told[0]
        .clone()
        .misunderstood("internal_error")
        .has("/publish_id", "p_pub_url~v2.1")
        .has("/outcome", "unconfirmed");
}

#[test]
fn a_panic_of_the_connected_account_is_answered() {
    let request = json!({ "id": "1", "type": "connected_account", "auth": { "access_token": "act.t" } });
    answers(&[request])[0].clone().misunderstood("internal_error");
}

#[test]
fn an_output_that_breaks_its_schema_is_an_internal_error_and_not_shown() {
    let told = answers(&[
        ask("1", "answers_nonsense", json!({})),
        ask("2", "fine", json!({})),
    ]);
    told[0]
        .clone()
        .is("validation_error")
        .has("/source", "output")
        .has("/outcome", "unconfirmed");
    told[1].clone().is("action");
}

#[test]
fn a_row_that_breaks_its_schema_is_named_and_not_shown() {
    let told = answers(&[ask("1", "answers_a_wrong_row", json!({}))]);
    told[0]
        .clone()
        .is("validation_error")
        .has("/source", "output")
        .has("/property", "/list/1/n")
        .has("/errors/0/rule", "maxLength")
        .has("/errors/1", Value::Null)
        .has("/outcome", "unconfirmed");
}

#[test]
fn rows_without_their_list_are_an_internal_error_with_the_known_state() {
    let told = answers(&[
        ask("1", "forgets_its_list", json!({})),
        ask("2", "fine", json!({})),
    ]);
    told[0]
        .clone()
        .misunderstood("internal_error")
        .has("/outcome", "unconfirmed");
    told[1].clone().is("action");
}

/// Log that panics at each event.
struct PanickingLog;

impl Subscriber for PanickingLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("autohive_tiktok")
    }

    fn new_span(&self, _span: &Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, _event: &Event<'_>) {
        panic!("a secret reason")
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

/// Runs in a separate process: tracing caches the enabled log lines for the whole process, and the other tests enable
/// none.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the variable is the test's own: it says which of its two processes this is"
)]
fn a_panic_of_the_log_is_answered_and_holds_nothing_up() {
    const NAME: &str = "panics::a_panic_of_the_log_is_answered_and_holds_nothing_up";
    const ALONE: &str = "TEST_OF_A_PANICKING_LOG";
    if std::env::var_os(ALONE).is_none() {
        let alone = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--include-ignored"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&alone.stdout);
        assert!(alone.status.success() && told.contains("1 passed"), "{told}");
        return;
    }
    let requests = ["1", "2"].map(|id| ask(id, "fine", json!({})));
    let told = tracing::subscriber::with_default(PanickingLog, || answers(&requests));
    for answer in told {
        answer.misunderstood("internal_error");
    }
}
