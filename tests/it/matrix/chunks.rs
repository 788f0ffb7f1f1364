//! Each HTTP status × whether the call takes effect × each position of a chunk, or an init that posts by itself × with
//! and without a key: no result denies or repeats a post that TikTok has.
//!
//! The quick test plays one status of each class, the other one plays all; `.ci/run` runs both.

use std::sync::Arc;

use autohive_tiktok::simulator::EndpointName;
use serde_json::json;

use super::{
    Cell,
    bench::{MEDIA, THREE_CHUNKS},
    faults::{Times, Trouble},
    play,
    ways::{BASE, Effect, Way, ways},
};

/// One status of each class that the program distinguishes, and of those that it must not.
const CLASSES: [u16; 10] = [301, 307, 400, 403, 404, 408, 416, 429, 499, 503];

/// All statuses other than success that a server or an intermediary may return.
fn all() -> impl Iterator<Item = u16> {
    (300..=308)
        .chain(400..=451)
        .chain([499])
        .chain(500..=511)
        .chain(520..=530)
        .chain([599])
}

/// Behaviour of the status call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatusCall {
    Answers,
    Fails,
    /// The first response does not count the chunk.
    Lags,
}

/// A post of one or three chunks.
fn way(chunk: &str, status: StatusCall) -> Way {
    let media = if chunk == "only" { MEDIA } else { THREE_CHUNKS };
    let inputs = json!({
        "video_url": format!("{BASE}/_simulator/media/{media}"), "privacy_level": "SELF_ONLY", "title": "Two boats",
        "chunk_size": 5_242_880,
    });
    let lacking =
        json!({ "data": { "status": "PROCESSING_UPLOAD", "uploaded_bytes": 0 }, "error": { "code": "ok" } });
    let lacking = json!({ "status": 200, "headers": { "content-type": "application/json" }, "body": lacking.to_string() });
    let besides = match status {
        StatusCall::Answers => None,
        StatusCall::Fails => Some(json!({ "endpoint": "status_fetch", "kind": { "status": 500 } })),
        StatusCall::Lags => {
            Some(json!({ "endpoint": "status_fetch", "nth": 1, "kind": { "answer": lacking } }))
        }
    };
    let name = match (chunk, status) {
        ("only", StatusCall::Answers) => "one chunk",
        ("only", StatusCall::Fails) => "one chunk, and the status call fails",
        ("only", StatusCall::Lags) => "one chunk, and the status lags",
        (_, StatusCall::Lags) => "three chunks, and the status lags",
        (_, StatusCall::Answers) => "three chunks",
        (_, StatusCall::Fails) => "three chunks, and the status call fails",
    };
    Way {
        name,
        action: "create_video_post",
        inputs,
        calls: &[],
        besides,
        effect: Effect::Posts,
    }
}

/// Cells of these statuses. A failed or delayed status call matters only if the chunk may have completed the file.
fn cells(statuses: &[u16]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (chunk, completes) in [
        ("first", false),
        ("middle", false),
        ("last", true),
        ("only", true),
    ] {
        let courses: &[(Times, StatusCall)] = if completes {
            &[
                (Times::Once, StatusCall::Answers),
                (Times::ForGood, StatusCall::Answers),
                (Times::ForGood, StatusCall::Fails),
                (Times::Once, StatusCall::Lags),
                (Times::ForGood, StatusCall::Lags),
            ]
        } else {
            &[
                (Times::Once, StatusCall::Answers),
                (Times::ForGood, StatusCall::Answers),
            ]
        };
        for (times, status_call) in courses {
            let way = Arc::new(way(chunk, *status_call));
            for status in statuses.iter().copied() {
                for (effect, keyed) in [(true, true), (true, false), (false, true), (false, false)] {
                    cells.push(Cell {
                        way: Arc::clone(&way),
                        keyed,
                        struck: (EndpointName::UPLOAD, chunk),
                        trouble: Trouble::of_chunk(status, effect, chunk),
                        times: *times,
                    });
                }
            }
        }
    }
    cells
}

/// The same for the inits that post by themselves.
fn init_cells(statuses: &[u16]) -> Vec<Cell> {
    let posts_by_itself = |way: &Way| {
        way.besides.is_none()
            && way.inputs["preflight"] != true
            && !way
                .calls
                .iter()
                .any(|call| matches!(call.0, EndpointName::UPLOAD | EndpointName::MEDIA))
    };
    let ways = ways()
        .into_iter()
        .filter(|way| way.effect == Effect::Posts && posts_by_itself(way))
        .map(Arc::new);
    let mut cells = Vec::new();
    for way in ways {
        let is_init = |call: &&(EndpointName, _)| {
            matches!(
                call.0,
                EndpointName::VIDEO_INIT | EndpointName::INBOX_INIT | EndpointName::CONTENT_INIT
            )
        };
        for struck in way.calls.iter().filter(is_init) {
            for status in statuses.iter().copied() {
                for (effect, keyed) in [(true, true), (true, false), (false, true), (false, false)] {
                    for times in [Times::Once, Times::ForGood] {
                        let trouble = Trouble::of_status(status, effect);
                        cells.push(Cell {
                            way: Arc::clone(&way),
                            keyed,
                            struck: *struck,
                            trouble,
                            times,
                        });
                    }
                }
            }
        }
    }
    cells
}

#[test]
fn one_status_of_each_class_has_a_true_outcome() {
    super::all_true(&play([cells(&CLASSES), init_cells(&CLASSES)].concat()));
}

#[test]
#[ignore = "takes minutes: 7,600 posts"]
fn every_status_at_every_place_has_a_true_outcome() {
    let statuses: Vec<u16> = all().collect();
    let cells = [cells(&statuses), init_cells(&statuses)].concat();
    println!("{} cells", cells.len());
    super::all_true(&play(cells));
}
