//! The control endpoint below `/_simulator/`, for tests that speak HTTP only.
//!
//! | Request | Body | Answer |
//! |---|---|---|
//! | `GET /_simulator/journal` | | [`RequestJournal`](super::RequestJournal) |
//! | `GET /_simulator/posts` | | list of [`StoredPost`](super::StoredPost) |
//! | `GET /_simulator/accounts` | | list of [`Account`](super::Account) |
//! | `POST /_simulator/setup` | [`Setup`] | `{}` |
//! | `POST /_simulator/advance` | `{"seconds": 60}` | `{}` |
//! | `POST /_simulator/reset` | | `{}` |
//! | `PUT /_simulator/media/<name>` | a file | empty |
//! | `GET /_simulator/media/<name>` | | the file, or a range of it: see [`media`] |
//!
//! What is wrong is answered 400 with `{"error": "…"}`.

use hyper::body::Incoming;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    Shared,
    exchange::RequestHead,
    media,
    reply::ServerReply,
    setup::Setup,
    wire::{BodyOptions, Received, receive},
};

/// What control paths begin with.
pub(super) const PREFIX: &str = "/_simulator/";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

/// Serves one control request; it is not journaled.
pub(super) async fn answer(shared: &Shared, head: &RequestHead, body: Incoming) -> ServerReply {
    let mut received = Received::default();
    let name = head.path.strip_prefix(PREFIX).unwrap_or_default();
    let media = head.path.strip_prefix(media::PATH);
    let keep = if media.is_some() { MOST_MEDIA } else { MOST_BYTES };
    let intake = BodyOptions {
        keep,
        ..BodyOptions::default()
    };
    if receive(body, intake, &mut received).await.is_err() || !received.is_whole() {
        return wrong(&format!(
            "the body is incomplete, or has more than {} MiB",
            keep >> 20
        ));
    }
    if let Some(file) = media.filter(|_| head.method == "PUT") {
        return media::put(&mut shared.lock(), file, received.kept);
    }
    match (head.method.as_str(), name) {
        ("GET", "journal") => shown(&shared.journal()),
        ("GET", "posts") => shown(&shared.posts()),
        ("GET", "accounts") => shown(&shared.accounts()),
        ("POST", "setup") => done(parse(&received.kept).and_then(|setup| apply(shared, setup))),
        ("POST", "advance") => done(parse(&received.kept).and_then(|Advance { seconds }| {
            apply(
                shared,
                Setup {
                    advance_seconds: seconds,
                    ..Setup::default()
                },
            )
        })),
        ("POST", "reset") => {
            shared.lock().reset();
            done(Ok(()))
        }
        (method, _) => ServerReply::text(
            404,
            &format!("{method} {} is not a control of the simulator.", head.path),
        ),
    }
}

fn apply(shared: &Shared, setup: Setup) -> Result<(), String> {
    shared.lock().apply(setup).map_err(|error| error.to_string())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| error.to_string())
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

/// The largest file: more than a client should be able to take.
const MOST_MEDIA: usize = 512 << 20;

/// A setup may hold many accounts, but not a video.
const MOST_BYTES: usize = 16 << 20;
