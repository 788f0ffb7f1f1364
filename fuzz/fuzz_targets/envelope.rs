//! Parsing of one document as a request: compared with serde_json, and with its token kept secret.

#![no_main]

use autohive_tiktok::{
    host::{self, Ingest, InvalidRequest, Item, Limits, Request, Task},
    integrations::INTEGRATIONS,
    media::SpoolArea,
};
use autohive_tiktok_fuzz::FOLDER;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::path::Path;

fuzz_target!(|text: &[u8]| {
    let mut take = |item: Item| {
        let Item::Document(document) = item else { return };
        let text = document.text.clone();
        let plain = serde_json::from_slice::<Value>(&text);
        assert!(
            plain.as_ref().map_or(0, |plain| values(plain, 0)) <= VALUES_MAX,
            "it has more values than a request may"
        );
        match host::understand(document, INTEGRATIONS) {
            Ok(request) => understood(&request, &plain.expect("what is understood is JSON")),
            Err(rejection) => refused(&rejection, plain.as_ref().ok()),
        }
    };
    let mut ingest = Ingest::new(SpoolArea::new(Path::new(FOLDER)), INTEGRATIONS);
    ingest.feed(text, &mut take);
    ingest.finish(&mut take);
});

/// Maximum number of values and names of a request besides its metadata.
const VALUES_MAX: usize = 10_000;

/// Number of values and names besides those of the metadata.
fn values(value: &Value, depth: usize) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(|item| values(item, depth + 1)).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                if depth == 0 && name == "metadata" {
                    1
                } else {
                    1 + values(member, depth + 1)
                }
            })
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn understood(request: &Request, plain: &Value) {
    let id: Value = serde_json::from_str(&request.id.to_string()).expect("an id is JSON");
    assert_eq!(id, plain["id"], "the id is echoed");
    assert_eq!(
        request.integration.name,
        plain["integration"].as_str().unwrap_or("tiktok")
    );
    match &request.task {
        Task::Run { action, inputs } => {
            assert_eq!(plain["action"], action.name);
            assert!(matches!(plain["type"].as_str(), None | Some("action")));
            let named = plain["inputs"].as_object().map_or(0, |inputs| inputs.len());
            assert_eq!(
                inputs.as_object().map(|inputs| inputs.len()),
                Some(named),
                "no input is lost: {inputs}"
            );
        }
        Task::ConnectedAccount { .. } => assert_eq!(plain["type"], "connected_account"),
    }
    let Limits {
        timeout,
        max_retries,
        time,
        wait,
    } = request.limits;
    assert_eq!(wait, None, "no request limits its waits alone");
    assert!((0.1..=600.0).contains(&timeout.as_secs_f64()), "{timeout:?}");
    assert!(max_retries <= 10, "{max_retries}");
    assert!(
        time.is_none_or(|time| (0.1..=3600.0).contains(&time.as_secs_f64())),
        "{time:?}"
    );
    let token = token(plain).expect("what is understood has a token");
    let bearer = request
        .credentials
        .token()
        .header_value("Bearer ")
        .expect("a token fits into a header");
    assert_eq!(bearer.as_bytes(), format!("Bearer {token}").as_bytes());
    let debug = format!("{:?} {bearer:?}", request.credentials.token());
    assert!(!token.starts_with("act.") || !debug.contains(token), "{debug}");
}

fn refused(rejection: &InvalidRequest, plain: Option<&Value>) {
    assert!(!rejection.message.is_empty());
    let Some(plain) = plain else {
        assert_eq!(
            rejection.code.code, "invalid_json",
            "what is no JSON is told so: {}",
            rejection.message
        );
        return;
    };
    // Shorter texts are not tokens, and may occur in any sentence.
    if let Some(token) = token(plain).filter(|token| token.starts_with("act.") && token.len() >= 8) {
        assert!(
            !rejection.message.contains(token),
            "the token is repeated: {}",
            rejection.message
        );
    }
}

/// Token, if it has one of the two forms.
fn token(plain: &Value) -> Option<&str> {
    let auth = &plain["auth"];
    let holder = if auth["credentials"].is_null() {
        auth
    } else {
        &auth["credentials"]
    };
    holder["access_token"].as_str()
}
