//! Output that is not read: no request is delayed, and memory stays constant.

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
    program::{Answer, Program, Running, run},
    tiktok::{TikTok, tiktok_faulty},
    video::{base64, clip_of},
    with,
};

/// A pipe that stays full while its other end is held.
#[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
fn full_pipe() -> (PipeReader, PipeWriter) {
    const QUIET: Duration = Duration::from_millis(100);
    let (reader, writer) = io::pipe().unwrap();
    let (mut filler, filled) = (writer.try_clone().unwrap(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&filled);
    // The thread ends when the other end is dropped.
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

/// An upload with messages on standard error that takes longer than any timeout.
fn slow_upload(config: Value) -> (Program, TikTok) {
    let tiktok = tiktok_faulty(json!({ "endpoint": "upload", "kind": { "slow_ms": 20_000 } }));
    let request = ask(
        "a",
        "upload_video_draft",
        json!({ "file": { "content": base64(&clip_of(2_000_000)) } }),
    );
    let request = with(with(request, "progress", json!(true)), "request_config", config);
    let program = tiktok
        .run()
        .arg("--log=trace")
        .arg("--grace-ms=200")
        .request(&request);
    (program, tiktok)
}

#[test]
fn a_full_standard_error_does_not_delay_a_deadline() {
    let (reader, stderr) = full_pipe();
    let (program, _tiktok) = slow_upload(json!({ "deadline": 2, "timeout": 30, "max_retries": 0 }));
    let mut running = program.start_telling(stderr);
    running.close_input();
    running.wait_for(Duration::from_secs(4)).exits(0).answer("a");
    drop(reader);
}

#[test]
fn a_full_standard_error_does_not_delay_a_signal() {
    let (reader, stderr) = full_pipe();
    let (program, tiktok) = slow_upload(json!({}));
    let running = program.start_telling(stderr);
    tiktok.await_calls("/video/", 1);
    running.signal("TERM");
    running
        .wait_for(Duration::from_secs(2))
        .exits(0)
        .only()
        .failed("interrupted");
    drop(reader);
}

/// A reader that resumes gets all buffered lines and the number of lost ones.
#[test]
fn the_number_of_lost_lines_is_reported() {
    // Each causes a warning without an ID, and is answered.
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
    let (told, lost): (Vec<&str>, Vec<&str>) = log
        .lines()
        .partition(|line| line.contains("request not understood"));
    let lost: Vec<u64> = lost
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .inspect(|value| assert_eq!(value["type"], "lost", "nothing else is written: {value}"))
        .map(|value| value["lines"].as_u64().unwrap())
        .collect();
    let all = u64::try_from(told.len()).unwrap() + lost.iter().sum::<u64>();
    assert_eq!(
        all,
        u64::try_from(REQUESTS).unwrap(),
        "{} told, {lost:?} lost",
        told.len()
    );
    assert!(!lost.is_empty(), "so many lines do not fit in");
}

/// Number of requests and size of their results in bytes: 15 MB together.
const MANY: usize = 13_000;
const LONG: usize = 1_000;

/// Number of requests that exceeds those read while their results wait.
const SEVERAL: usize = 4_000;

/// Maximum memory beyond that of a single request, in KiB.
const TOLERANCE_KIB: u64 = 8 * 1024;

/// A request whose result repeats its ID, which has nearly the maximum length: one in two cannot be parsed, the others
/// are refused when they run.
fn long(number: usize) -> String {
    let action = if number.is_multiple_of(2) {
        "none"
    } else {
        "get_videos"
    };
    let id = format!("{number} {}", "x".repeat(LONG));
    format!("{}\n", ask(&id, action, json!({ "max_count": "many" })))
}

fn number(answer: &Answer) -> usize {
    let id = answer.0["id"].as_str().unwrap();
    id.split_once(' ').unwrap().0.parse().unwrap()
}

#[track_caller]
fn stays_small(running: &Running) {
    let memory = running.figure("status", "VmHWM");
    let of_one = memory_of_one_request();
    assert!(
        memory < of_one + TOLERANCE_KIB,
        "{memory} KiB of memory; a single request takes {of_one} KiB"
    );
}

/// Peak memory of a session with one request, in KiB.
fn memory_of_one_request() -> u64 {
    let mut running = run().start();
    running.send_text(long(1));
    running.next();
    let memory = running.figure("status", "VmHWM");
    running.close_input();
    running.wait().exits(0);
    memory
}

#[test]
fn unread_results_stop_the_reading_of_requests() {
    for order in [None, Some("--ordered")] {
        let mut running = order
            .iter()
            .fold(run(), |program, argument| program.arg(argument))
            .start_unread();
        (0..MANY).for_each(|number| running.send_text(long(number)));
        running.await_standstill();
        stays_small(&running);
        running.read();
        let mut numbers: Vec<usize> = (0..MANY).map(|_| number(&running.next())).collect();
        stays_small(&running);
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..MANY), "each is answered exactly once");
        running.close_input();
        assert_eq!(
            running.wait().exits(0).answers().len(),
            MANY,
            "nothing else should be reported"
        );
    }
}

#[test]
fn results_behind_an_earlier_one_stop_the_reading_of_requests() {
    let tiktok = tiktok_faulty(json!({ "endpoint": "user_info", "kind": { "slow_ms": 2_000 } }));
    let mut running = tiktok.run().arg("--ordered").start();
    running.send_text(format!("{}\n", ask("slow", "get_user_info", json!({}))));
    (0..MANY).for_each(|number| running.send_text(long(number)));
    running.next().did();
    for expected in 0..MANY {
        assert_eq!(number(&running.next()), expected, "the order of the requests");
    }
    stays_small(&running);
    running.close_input();
    assert_eq!(running.wait().exits(0).answers().len(), MANY + 1);
}

/// Requests read before the signal are answered once as soon as the output is read; later ones are not.
#[test]
fn a_signal_stops_the_program_while_results_wait() {
    for order in [None, Some("--ordered")] {
        let mut running = order
            .iter()
            .fold(run(), |program, argument| program.arg(argument))
            .start_unread();
        (0..SEVERAL).for_each(|number| running.send_text(long(number)));
        running.await_standstill();
        running.signal("TERM");
        running.read();
        let ended = running.wait_for(Duration::from_secs(3)).exits(0);
        let mut numbers: Vec<usize> = ended.answers().iter().map(number).collect();
        numbers.sort_unstable();
        let answered = numbers.len();
        assert!(
            numbers.into_iter().eq(0..answered),
            "the first ones, each exactly once"
        );
        assert!((1..SEVERAL).contains(&answered), "{answered} of them");
    }
}

/// The results remain readable, but the program was told to stop.
#[test]
fn the_wait_for_a_reader_after_a_signal_is_limited() {
    let running = run().start_unread();
    (0..SEVERAL).for_each(|number| running.send_text(long(number)));
    running.await_standstill();
    running.signal("TERM");
    let exit = running.end_unread(Duration::from_secs(12));
    assert_eq!(exit, Some(1), "unwritten results should cause exit code 1");
}
