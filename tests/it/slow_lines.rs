//! Slow connections: a chunk is never cut off for its speed, and a deadline that cannot be met is reported early.

use std::{sync::Arc, time::Duration};

use autohive_tiktok::{clock::Clock, front::stdio, host::Host, http::StallLimit, simulator::EndpointName};
use serde_json::{Value, json};

use crate::support::{
    ask,
    tiktok::{TikTok, tiktok_faulty},
    together,
    video::{base64, clip_of, sha256},
    with,
};

/// A TikTok behind a connection of this speed, in bytes per second.
fn line(speed: u64) -> TikTok {
    tiktok_faulty(json!({ "endpoint": "upload", "kind": { "bytes_per_second": speed } }))
}

fn post(video: &[u8], limits: Value) -> Value {
    let inputs = json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(video) } });
    with(ask("a", "create_video_post", inputs), "request_config", limits)
}

/// 16 MiB at 20 kB/s to 500 kB/s, simulated a hundred times faster with a fifteenth of the timeout: a chunk takes
/// longer than that.
#[test]
fn sixteen_mebibytes_are_published_in_one_try_whatever_the_speed() {
    const FASTER: u64 = 100;
    let video = clip_of(16 * 1024 * 1024);
    together([20_000, 50_000, 100_000, 150_000, 500_000], |speed: u64| {
        let tiktok = line(speed * FASTER);
        let stall = StallLimit {
            idle: Duration::from_secs(2),
            slowest: 20_000 * FASTER,
        };
        let host = Host::new(Clock::system())
            .with_api_base("tiktok", tiktok.url().parse().unwrap())
            .with_stall_limit(stall);
        let request = post(&video, json!({ "timeout": 2, "deadline": 60, "max_retries": 0 }));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let answers = runtime
            .block_on(stdio::ask(&Arc::new(host), request.to_string()))
            .unwrap();
        assert_eq!(
            answers[0]["result"]["data"]["outcome"], "published",
            "at {speed} bytes/s: {}",
            answers[0]
        );
        let posts = tiktok.posts();
        assert_eq!(
            (posts.len(), &posts[0].sha256),
            (1, &sha256(&video)),
            "at {speed} bytes/s"
        );
        assert_eq!(
            tiktok.count(EndpointName::UPLOAD),
            posts[0].chunks.len(),
            "each chunk was sent once at {speed} bytes/s"
        );
    });
}

/// The speed, the required time and the deadline to set are reported long before the deadline, and nothing was posted.
#[test]
fn a_deadline_that_the_line_cannot_meet_is_reported_early() {
    let tiktok = line(400_000);
    let video = clip_of(16 * 1024 * 1024);
    let request = post(&video, json!({ "deadline": 30 }));
    let answer = tiktok
        .run()
        .request(&request)
        .finish()
        .exits(0)
        .only()
        .failed("upload_too_slow");
    let answer = answer
        .has("/outcome", "failed")
        .has("/retryable", true)
        .says("kB/s at most");
    let answer = answer
        .says("Nothing was posted")
        .has("/details/0/field", "request_config.deadline");
    answer.says("set request_config.deadline to at least");
    // The first of three chunks shows the speed.
    assert_eq!((tiktok.inits(), tiktok.count(EndpointName::UPLOAD)), (1, 1));
    assert!(
        tiktok.posts()[0].bytes < video.len() as u64,
        "{:?}",
        tiktok.posts()
    );
}

/// The speed of one upload determines the chunk size of the next.
#[test]
fn the_chunks_suit_the_line_that_an_earlier_upload_has_shown() {
    let (tiktok, video) = (line(80_000_000), clip_of(30_000_000));
    let mut running = tiktok.run().start();
    for chunk_size in [10_000_000, 30_000_000] {
        running.send_text(format!("{}\n", post(&video, json!({}))));
        running.next().did().has("/data/video/chunk_size", chunk_size);
    }
    running.close_input();
    running.wait().exits(0);
}

/// The response to the last chunk is missing, and the status confirms all bytes.
#[test]
fn a_last_answer_that_is_overdue_is_settled_by_the_status() {
    let late = json!({ "endpoint": "upload", "chunk": "only", "kind": { "slow_ms": 120_000 } });
    let (tiktok, video) = (tiktok_faulty(late), clip_of(3_000_000));
    let stall = StallLimit {
        idle: Duration::from_millis(500),
        slowest: 20_000,
    };
    let host = Host::new(Clock::system())
        .with_api_base("tiktok", tiktok.url().parse().unwrap())
        .with_stall_limit(stall);
    let request = post(&video, json!({ "timeout": 0.5, "deadline": 60 }));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let answers = runtime
        .block_on(stdio::ask(&Arc::new(host), request.to_string()))
        .unwrap();
    assert_eq!(
        answers[0]["result"]["data"]["outcome"], "published",
        "{}",
        answers[0]
    );
    assert_eq!((tiktok.inits(), tiktok.count(EndpointName::UPLOAD)), (1, 1));
}
