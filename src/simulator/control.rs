//! Control requests below `/_simulator/`, for tests in any language.
//!
//! | Request | Body | Response |
//! |---|---|---|
//! | `GET /_simulator/journal` | | [`RequestJournal`] |
//! | `GET /_simulator/<list>` | | a list that an API keeps, such as `posts` and `accounts` |
//! | `POST /_simulator/setup` | [`Setup`] | `{}` |
//! | `POST /_simulator/advance` | `{"seconds": 60}` | `{}` |
//! | `POST /_simulator/reset` | | `{}` |
//! | `PUT /_simulator/media/<name>` | a file | its URL: `{"url": "http://…"}` |
//! | `GET /_simulator/media/<name>` | | the file, or a range of it: see [`media`] |
//!
//! An invalid request gets 400 and `{"error": "…"}`.

use hyper::body::Incoming;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    head::RequestHead,
    journal::RequestJournal,
    media,
    reply::ServerReply,
    setup::Setup,
    simulation::Simulation,
    wire::{BodyOptions, Received, receive},
};

/// Prefix of control paths.
pub(super) const PREFIX: &str = "/_simulator/";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

/// Serves a control request, which is not journaled.
pub(super) async fn answer(simulation: &Simulation, head: &RequestHead, body: Incoming) -> ServerReply {
    let file = head.path.strip_prefix(media::PATH);
    let keep = if file.is_some() {
        MAX_FILE_BYTES
    } else {
        MAX_BODY_BYTES
    };
    let options = BodyOptions {
        keep,
        ..BodyOptions::default()
    };
    let mut received = Received::default();
    let result = receive(body, options, &mut received, &mut |_| ()).await;
    if result.is_err() || !received.is_whole() {
        return wrong(&format!(
            "the body is incomplete, or has more than {} MiB",
            keep >> 20
        ));
    }
    match file.filter(|_| head.method == "PUT") {
        Some(name) => media::put(&simulation.shared, head, name, received.kept),
        None => operate(simulation, head, &received.kept),
    }
}

fn operate(simulation: &Simulation, head: &RequestHead, body: &[u8]) -> ServerReply {
    let name = head.path.strip_prefix(PREFIX).unwrap_or_default();
    match (head.method.as_str(), name) {
        ("GET", "journal") => shown(&journal(simulation)),
        ("POST", "setup") => done(parse(body).and_then(|setup| apply(simulation, &setup))),
        ("POST", "advance") => done(parse(body).and_then(|Advance { seconds }| {
            let setup = Setup {
                advance_seconds: seconds,
                ..Setup::default()
            };
            apply(simulation, &setup)
        })),
        ("POST", "reset") => {
            simulation.reset();
            done(Ok(()))
        }
        (method, name) => {
            let listing = simulation.listing(name).filter(|_| method == "GET");
            listing.as_ref().map_or_else(|| unknown(head), shown)
        }
    }
}

fn journal(simulation: &Simulation) -> RequestJournal {
    RequestJournal {
        entries: simulation.shared.lock().journal.clone(),
    }
}

fn unknown(RequestHead { method, path, .. }: &RequestHead) -> ServerReply {
    ServerReply::text(
        404,
        &format!("{method} {path} is not a control of the simulator."),
    )
}

fn apply(simulation: &Simulation, setup: &Setup) -> Result<(), String> {
    simulation.apply(setup).map_err(|error| error.to_string())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    // Derived structs also accept an array of their members, in the order of their declaration.
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if let Some(path) = not_an_object(&value) {
        return Err(format!("{path} is not a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| error.to_string())
}

/// Names what should be an object and is none.
fn not_an_object(body: &Value) -> Option<String> {
    let Some(members) = body.as_object() else {
        return Some("the body".to_owned());
    };
    members.iter().find_map(|(name, value)| match name.as_str() {
        "accounts" | "faults" => {
            let index = value.as_array()?.iter().position(|item| !item.is_object())?;
            Some(format!("{name}[{index}]"))
        }
        "upload" | "ads" => (!value.is_object() && !value.is_null()).then(|| name.clone()),
        _ => None,
    })
}

fn shown(value: &impl Serialize) -> ServerReply {
    ServerReply::json(200, &serde_json::to_value(value).unwrap_or(Value::Null))
}

fn done(result: Result<(), String>) -> ServerReply {
    match result {
        Ok(()) => ServerReply::json(200, &json!({})),
        Err(error) => wrong(&error),
    }
}

fn wrong(error: &str) -> ServerReply {
    ServerReply::json(400, &json!({ "error": error }))
}

/// Longest file, beyond the limits of clients.
const MAX_FILE_BYTES: usize = 512 << 20;

/// Longest other body: enough for a setup with many accounts, but not for a video.
const MAX_BODY_BYTES: usize = 16 << 20;
