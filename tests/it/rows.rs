//! Long lists: rows are stored as they are read and written once all are known; memory does not grow with them.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{
    ask,
    program::{Answer, Program, run},
    tiktok::{tiktok, tiktok_faulty},
};

/// Characters of a title with which a page is as long as TikTok's longest: 90 KB.
const TITLE: usize = 4_500;

/// Maximum memory of a long list beyond a short one, in KiB: one allocation step of the kernel, and twice the text that
/// stays in memory.
const TOLERANCE: u64 = 1_024;

/// A TikTok with an endless number of pages of 20 videos.
fn endless_list() -> String {
    let title = "x".repeat(TITLE);
    let videos: Vec<Value> = (0..20)
        .map(|id| json!({ "id": id.to_string(), "title": title }))
        .collect();
    let videos = Value::from(videos).to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let data = format!(
                "{{\"videos\":{videos},\"cursor\":{},\"has_more\":true}}",
                number + 1
            );
            let body = format!("{{\"error\":{{\"code\":\"ok\"}},\"data\":{data}}}");
            drop(thread::spawn(move || {
                let mut stream = stream.unwrap();
                drop(stream.read(&mut [0; 4096]));
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
                let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                drop(stream.write_all(answer.as_bytes()));
            }));
        }
    }));
    base
}

fn videos(id: &str, count: u32) -> Value {
    ask(id, "get_videos", json!({ "max_count": count }))
}

/// Peak memory in KiB of a program that has answered `requests`, and the ID and number of videos of each result.
#[track_caller]
fn peak(program: Program, requests: &[Value]) -> (u64, Vec<(String, usize)>) {
    let program = requests.iter().fold(program, Program::request);
    // All results are held until the program is idle.
    let mut running = program.start_unread();
    running.await_standstill();
    running.read();
    let answers = requests
        .iter()
        .map(|_| {
            let answer = running.next().did();
            let videos = answer.at("/data/videos").as_array().map_or(0, Vec::len);
            (answer.0["id"].as_str().unwrap_or_default().to_owned(), videos)
        })
        .collect();
    let peak = running.memory_kib("VmHWM");
    running.close_input();
    running.wait().exits(0);
    (peak, answers)
}

#[test]
fn a_list_of_1000_takes_no_more_memory_than_one_of_20() {
    let base = endless_list();
    let of = |count| peak(run().against(&base), &[videos("a", count)]);
    let ((short, few), (long, many)) = (of(20), of(1_000));
    assert_eq!((few[0].1, many[0].1), (20, 1_000));
    assert!(
        long <= short + TOLERANCE,
        "20 videos: {short} KiB, 1,000 videos: {long} KiB"
    );
}

/// Results wait in the spool for earlier results and for a reader.
#[test]
fn long_lists_that_wait_take_no_memory() {
    let base = endless_list();
    let program = || run().against(&base).arg("--ordered").arg("--jobs").arg("2");
    let both = |count| [videos("first", count), videos("second", count)];
    let (short, _) = peak(program(), &both(20));
    let (long, answers) = peak(program(), &both(1_000));
    assert_eq!(
        answers,
        [("first".to_owned(), 1_000), ("second".to_owned(), 1_000)]
    );
    assert!(
        long <= short + TOLERANCE,
        "2 × 20 videos: {short} KiB, 2 × 1,000 videos: {long} KiB"
    );
}

/// Group 40 of 50 fails, after groups with videos.
#[test]
fn ids_that_were_not_looked_up_are_listed() {
    let refused = json!({ "error": { "http": 401, "code": "access_token_invalid" } });
    let tiktok = tiktok_faulty(json!({ "endpoint": "video_query", "nth": 40, "kind": refused }));
    let listed = tiktok.run().request(&videos("a", 45)).finish().exits(0).only();
    let mut known_videos = listed
        .did()
        .at("/data/videos")
        .as_array()
        .cloned()
        .unwrap_or_default();
    known_videos.reverse();
    let known = known_videos.iter().map(|video| video["id"].clone());
    let ids: Vec<Value> = known
        .chain((0..955).map(|id| json!(format!("70000000000000{id:05}"))))
        .collect();
    assert_eq!(ids.len(), 1_000);
    let ended = tiktok
        .run()
        .request(&ask("a", "get_videos", json!({ "video_ids": &ids })))
        .finish()
        .exits(0);
    let answer = ended.only().did();
    let members = |name: &str| answer.at(name).as_array().cloned().unwrap_or_default();
    assert_eq!(members("/data/videos"), known_videos, "in the order of the ids");
    let checked = known_videos.len() + members("/data/not_found").len();
    assert_eq!(checked, 39 * 20);
    assert_eq!(members("/data/not_checked"), ids[checked..]);
    let warning = members("/data/warnings")[0].as_str().unwrap().to_owned();
    assert!(
        warning.starts_with("access_token_invalid: ") && warning.contains("`not_checked`"),
        "{warning}"
    );
}

/// The limit of `--spool-max` and a temporary folder without room hold for rows too: the pages that were stored are
/// the result, with the cursor for the rest.
#[test]
fn pages_without_room_leave_those_before_them() {
    let base = endless_list();
    let both = |program: Program| {
        let mut running = program.against(&base).request(&videos("long", 1_000)).start();
        let long = running.next();
        // Rows occupy their room until they are written.
        running.send(&videos("short", 20));
        running.next().did();
        running.close_input();
        (long, running.wait().exits(0))
    };
    let (long, _) = both(run().arg("--spool-max=1MiB"));
    broken_off(&long, 220, "--spool-max, 1,048,576 bytes");
    let (long, ended) = both(run().env("TMPDIR", "/proc"));
    broken_off(&long, 20, "TMPDIR");
    assert!(ended.stderr.contains("folder=/proc"), "{}", ended.stderr);
}

#[track_caller]
fn broken_off(answer: &Answer, videos: usize, cause: &str) {
    let answer = answer
        .clone()
        .did()
        .has("/data/has_more", true)
        .holds("/data/cursor");
    assert_eq!(answer.at("/data/videos").as_array().map(Vec::len), Some(videos));
    let warning = answer.at("/data/warnings/0").as_str().unwrap_or_default();
    assert!(
        warning.starts_with("no_room: ") && warning.contains(cause),
        "{warning}"
    );
}

/// The reader exits in the middle of a line.
#[test]
fn a_reader_that_goes_away_within_a_list_is_reported() {
    let mut running = run()
        .against(&endless_list())
        .request(&videos("a", 1_000))
        .start_unread();
    running.await_standstill();
    running.stop_reading();
    running.read();
    let ended = running.wait().exits(1);
    assert!(
        ended.stderr.contains("the results could not be written"),
        "{}",
        ended.stderr
    );
}

/// Writing the last result takes longer than the 5 s that a stopped program waits for a stalled reader.
#[test]
fn a_slow_reader_gets_every_result_after_a_signal() {
    const PAUSE: Duration = Duration::from_millis(80);
    let program = run().against(&endless_list()).arg("--jobs").arg("2");
    let requests = [("long", 1_000), ("short", 20), ("second", 500)];
    let mut running = requests
        .iter()
        .fold(program, |program, (id, count)| {
            program.request(&videos(id, *count))
        })
        .start_unread();
    running.await_standstill();
    running.signal("TERM");
    running.read_slowly(PAUSE);
    let ended = running.wait().exits(0);
    assert_eq!(ended.answers().len(), requests.len());
    for (id, count) in requests {
        let videos = ended.answer(id).did().at("/data/videos").as_array().map(Vec::len);
        assert_eq!(videos, usize::try_from(count).ok(), "{id}");
    }
}

/// The input has ended, so nothing but the reader of the results is waited for.
#[test]
fn a_program_whose_results_nobody_reads_exits_after_a_signal() {
    let mut running = run()
        .against(&endless_list())
        .request(&videos("a", 1_000))
        .start_unread();
    running.close_input();
    running.await_standstill();
    running.signal("TERM");
    assert_eq!(running.end_unread(Duration::from_secs(20)), Some(1));
}

/// Members have the order of the schema, whether the rows were in memory or in a file.
#[test]
fn the_line_of_a_long_list_is_that_of_a_short_one() {
    let tiktok = tiktok();
    let line = |count| {
        let ended = tiktok.run().request(&videos("a", count)).finish().exits(0);
        String::from_utf8(ended.stdout).unwrap()
    };
    for count in [1, 45] {
        let line = line(count);
        assert!(
            line.starts_with("{\"id\":\"a\",\"version\":\"2.0.0\",\"type\":\"action\",\"result\":{\"data\":{\"videos\":[{\"id\":\""),
            "{line}"
        );
        assert!(
            line.ends_with("\"not_found\":[]},\"cost_usd\":null}}\n"),
            "{line}"
        );
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(format!("{value}\n"), line, "as it would be written in one piece");
    }
}
