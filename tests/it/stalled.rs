//! Nobody reads what the program writes: that holds up no request.

use std::{
    io::{self, PipeReader, PipeWriter, Write as _},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    ask,
    program::{Program, run},
    tiktok::{TikTok, tiktok_faulty},
    video::{base64, clip_of},
    with,
};

/// A pipe that is full and stays so while its other end is held.
#[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
fn full_pipe() -> (PipeReader, PipeWriter) {
    const QUIET: Duration = Duration::from_millis(100);
    let (reader, writer) = io::pipe().unwrap();
    let (mut filler, filled) = (writer.try_clone().unwrap(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&filled);
    // It ends when the other end is dropped.
    drop(thread::spawn(move || {
        while let Ok(written) = filler.write(&[b'x'; 512]) {
            count.fetch_add(written, Ordering::SeqCst);
        }
    }));
    let (mut last, mut since) = (0, Instant::now());
    while last == 0 || since.elapsed() < QUIET {
        let now = filled.load(Ordering::SeqCst);
        if now != last {
            (last, since) = (now, Instant::now());
        }
        thread::yield_now();
    }
    (reader, writer)
}

/// An upload that is told of on standard error, and takes longer than anybody waits.
fn slow_upload(config: Value) -> (Program, TikTok) {
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "kind": { "slow_ms": 20_000 } }));
    let request = ask("a", "upload_video_draft", json!({ "file": { "content": base64(&clip_of(2_000_000)) } }));
    let request = with(with(request, "progress", json!(true)), "request_config", config);
    let program = tiktok.run().arg("--log=trace").arg("--grace-ms=200").request(&request);
    (program, tiktok)
}

#[test]
fn a_full_standard_error_does_not_hold_up_a_deadline() {
    let (reader, stderr) = full_pipe();
    let (program, _tiktok) = slow_upload(json!({ "deadline": 2, "timeout": 30, "max_retries": 0 }));
    let mut running = program.start_telling(stderr);
    running.close_input();
    running.wait_for(Duration::from_secs(4)).exits(0).answer("a");
    drop(reader);
}

#[test]
fn a_full_standard_error_does_not_hold_up_a_signal() {
    let (reader, stderr) = full_pipe();
    let (program, tiktok) = slow_upload(json!({}));
    let running = program.start_telling(stderr);
    tiktok.await_calls("/video/", 1);
    running.signal("TERM");
    running.wait_for(Duration::from_secs(2)).exits(0).only().failed("interrupted");
    drop(reader);
}

/// A reader that comes back gets all that there was room for, and is told how much there was not.
#[test]
fn what_was_lost_is_told() {
    // Each is warned of in a line that names no id, and answered.
    const REQUESTS: usize = 6_000;
    let (reader, stderr) = io::pipe().unwrap();
    let mut running = run().start_telling(stderr);
    for _ in 0..REQUESTS / 100 {
        running.send_text("{\"action\":\"none\"}\n".repeat(100));
    }
    for _ in 0..REQUESTS {
        running.next().misunderstood("unknown_action");
    }
    running.close_input();
    let log = io::read_to_string(reader).unwrap();
    running.wait().exits(0);
    let (told, lost): (Vec<&str>, Vec<&str>) = log.lines().partition(|line| line.contains("request not understood"));
    let lost: Vec<u64> = lost
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .inspect(|value| assert_eq!(value["type"], "lost", "nothing else is written: {value}"))
        .map(|value| value["lines"].as_u64().unwrap())
        .collect();
    let all = u64::try_from(told.len()).unwrap() + lost.iter().sum::<u64>();
    assert_eq!(all, u64::try_from(REQUESTS).unwrap(), "{} told, {lost:?} lost", told.len());
    assert!(!lost.is_empty(), "so many lines do not fit in");
}
