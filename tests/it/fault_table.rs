//! Each transfer fault × first, middle and last chunk: the video arrives intact and is posted once, or the error is
//! correct (docs/tiktok-open-api.md#upload-answers).
//!
//! The host runs within the test with a shorter timeout, because a timed-out chunk would otherwise take half a minute.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::Arc,
    time::Duration,
};

use autohive_tiktok::{
    clock::Clock,
    front::stdio,
    host::Host,
    http::StallLimit,
    simulator::{EndpointName, StoredStatus},
};
use serde_json::{Value, json};

use crate::support::{
    ask,
    tiktok::{TikTok, tiktok_with},
    video::{base64, clip_of, sha256},
    with,
};

/// Fault and expected outcome according to docs/tiktok-open-api.md.
struct Row {
    name: &'static str,
    /// Effect of the fault on the chunk.
    kind: Value,
    /// Whether the chunk takes effect nevertheless; `None` is the simulator's own rule.
    effect: Option<bool>,
    /// Number of consecutive chunks with the fault.
    times: u64,
    /// Meaning of the figure in `Content-Range` of the upload server.
    figure: &'static str,
    end: End,
}

/// Expected outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Delivered by the first upload.
    Delivered,
    /// Delivered by a second upload; the first is never complete.
    DeliveredAnew,
    /// Not delivered; the error has this code.
    Failed(&'static str),
    /// As [`Failed`](Self::Failed), but unknown after the last chunk, which may have arrived.
    FailedOrUnknown(&'static str),
}

/// Chunks with a fault: 5,242,880, 5,242,880 and 5,314,240 bytes.
const CHUNKS: [(&str, u64, u64); 3] = [
    ("first", 1, 5_242_880),
    ("middle", 2, 5_242_880),
    ("last", 3, 5_314_240),
];
const SIZE: usize = 15_800_000;

/// Video that each cell posts.
struct Video {
    base64: String,
    sha256: String,
}

fn rows(cut: u64) -> Vec<Row> {
    let row = |name, kind, end| Row {
        name,
        kind,
        effect: None,
        times: 1,
        figure: "count",
        end,
    };
    let delivered = |name, kind| row(name, kind, End::Delivered);
    vec![
        delivered("500", json!({ "status": 500 })),
        delivered("503", json!({ "status": 503 })),
        Row {
            effect: Some(true),
            ..delivered(
                "503 although it took effect (416 ahead)",
                json!({ "status": 503 }),
            )
        },
        delivered("408", json!({ "status": 408 })),
        delivered("a gateway's page", json!("html_502")),
        Row {
            times: 3,
            ..delivered("three 503 in a row", json!({ "status": 503 }))
        },
        delivered("reset before the first byte", json!("cut_before")),
        delivered("reset at a random byte", json!({ "cut_at_byte": cut })),
        delivered("timeout", json!({ "slow_ms": 2_500 })),
        Row {
            effect: Some(false),
            ..delivered("timeout without effect", json!({ "slow_ms": 2_500 }))
        },
        delivered("206 without effect (416 behind)", json!({ "status": 206 })),
        Row {
            figure: "last_index",
            ..delivered("416 behind, last index", json!({ "status": 206 }))
        },
        delivered("lost answer (416 ahead)", json!("cut_after")),
        Row {
            figure: "last_index",
            ..delivered("lost answer, last index", json!("cut_after"))
        },
        row("404 once", json!({ "status": 404 }), End::DeliveredAnew),
        row("403 once", json!({ "status": 403 }), End::DeliveredAnew),
        row("405 once", json!({ "status": 405 }), End::DeliveredAnew),
        Row {
            times: 99,
            ..row(
                "expired for good",
                json!({ "status": 404 }),
                End::Failed("upload_expired"),
            )
        },
        Row {
            times: 99,
            ..row(
                "503 for good",
                json!({ "status": 503 }),
                End::FailedOrUnknown("upload_failed"),
            )
        },
        Row {
            times: 99,
            ..row(
                "400 for good",
                json!({ "status": 400 }),
                End::Failed("upload_refused"),
            )
        },
    ]
}

/// Runs one cell. The error describes the mismatch.
fn cell(row: &Row, nth: u64, video: &Video) -> Result<(), String> {
    let mut fault = json!({ "endpoint": "upload", "nth": nth, "times": row.times, "kind": row.kind });
    if let Some(effect) = row.effect {
        fault["effect"] = json!(effect);
    }
    let tiktok = tiktok_with(json!({ "upload": { "figure": row.figure }, "faults": [fault] }));
    let answer = post(&tiktok, video);
    let posts = tiktok.posts();
    let whole = |post: &autohive_tiktok::simulator::StoredPost| {
        (post.bytes, &post.sha256) == (SIZE as u64, &video.sha256)
            && post.status == StoredStatus::PublishComplete
    };
    let delivered = posts.iter().filter(|post| whole(post)).count();
    let leaks = tiktok.journal().leaks().count();
    // A call enters the journal when it has ended, which may be after the result.
    let is_struck = || {
        tiktok
            .entries(EndpointName::UPLOAD)
            .iter()
            .any(|entry| entry.fault.is_some())
    };
    let struck = (0..100).any(|_| {
        is_struck() || {
            std::thread::sleep(Duration::from_millis(50));
            false
        }
    });
    let result = &answer["result"];
    let got = match row.end {
        End::Delivered | End::DeliveredAnew => {
            let id = posts
                .last()
                .map(|post| post.publish_id.as_str())
                .unwrap_or_default();
            json!([
                delivered,
                tiktok.inits(),
                result["data"]["outcome"],
                result["data"]["publish_id"] == id
            ])
        }
        End::Failed(_) | End::FailedOrUnknown(_) => {
            json!([
                delivered,
                result["code"],
                result["outcome"],
                result["publish_id"].is_string()
            ])
        }
    };
    let expected = match row.end {
        End::Delivered => json!([1, 1, "published", true]),
        End::DeliveredAnew => json!([1, 2, "published", true]),
        End::FailedOrUnknown(_) if nth == 3 => json!([0, "outcome_unknown", "unconfirmed", true]),
        End::Failed(code) | End::FailedOrUnknown(code) => json!([0, code, "failed", true]),
    };
    if !struck {
        return Err("the fault did not strike, the case tests nothing".into());
    }
    if leaks > 0 {
        return Err("the upload edge was shown the access token".into());
    }
    (got == expected)
        .then_some(())
        .ok_or_else(|| format!("expected {expected}, got {got}: {answer}"))
}

/// Posts `video` in three chunks.
fn post(tiktok: &TikTok, video: &Video) -> Value {
    let inputs =
        json!({ "privacy_level": "SELF_ONLY", "chunk_size": 5_242_880, "video_content_base64": "@" });
    let limits = json!({ "timeout": 1.2, "max_retries": 3 });
    let request = with(ask("a", "create_video_post", inputs), "request_config", limits).to_string();
    let text = request.replace('@', &video.base64);
    let stall = StallLimit {
        idle: Duration::from_millis(1_200),
        slowest: u64::MAX,
    };
    let host = Host::new(Clock::system())
        .with_api_base("tiktok", tiktok.url().parse().unwrap())
        .with_stall_limit(stall);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut answers = runtime.block_on(stdio::ask(&Arc::new(host), text)).unwrap();
    answers.remove(0)
}

#[test]
fn every_fault_at_every_chunk_ends_in_delivery_or_the_right_error() {
    let bytes = clip_of(SIZE);
    let video = Video {
        base64: base64(&bytes),
        sha256: sha256(&bytes),
    };
    let cells: Vec<(Row, &str, u64)> = CHUNKS
        .into_iter()
        .flat_map(|(name, nth, length)| {
            let cut = random() % length;
            rows(cut).into_iter().map(move |row| (row, name, nth))
        })
        .collect();
    // A cell mostly waits, but each holds a video of 15.8 MB.
    let mut wrong = Vec::new();
    for some in cells.chunks(12) {
        let found = std::thread::scope(|scope| {
            let running: Vec<_> = some
                .iter()
                .map(|(row, chunk, nth)| {
                    let video = &video;
                    scope.spawn(move || {
                        let case = format!("{} at the {chunk} chunk ({})", row.name, row.kind);
                        cell(row, *nth, video).map_err(|fault| format!("{case}: {fault}"))
                    })
                })
                .collect();
            running
                .into_iter()
                .filter_map(|cell| cell.join().unwrap().err())
                .collect::<Vec<_>>()
        });
        wrong.extend(found);
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cells:\n{}",
        wrong.len(),
        cells.len(),
        wrong.join("\n")
    );
}

/// Returns a random number: the hash keys of the standard library are random.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
