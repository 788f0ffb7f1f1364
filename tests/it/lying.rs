//! Peers that send arbitrary or endless responses: memory stays constant, and every request is answered.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{
    ask, merged,
    program::{Program, is_debug, run},
    tiktok::tiktok,
    together,
    video::{base64, clip},
    with,
};

/// Maximum peak memory of the program, in KiB. A debug build takes more.
fn most_kib() -> u64 {
    if is_debug() { 48 * 1024 } else { 32 * 1024 }
}

/// Number of concurrent requests.
fn at_once() -> usize {
    if is_debug() { 2 } else { 8 }
}

/// Response that repeats a text endlessly after a beginning.
#[derive(Debug, Clone, Copy)]
struct Lie {
    name: &'static str,
    begin: &'static str,
    again: &'static str,
}

const fn lie(name: &'static str, begin: &'static str, again: &'static str) -> Lie {
    Lie { name, begin, again }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

/// Endless responses of a web server.
fn of_a_web_server() -> Vec<Lie> {
    let with = |name, rest: &str, again| lie(name, format!("{OK}{rest}").leak(), again);
    vec![
        with("a body without length", "\r\n", "{\"data\":"),
        with(
            "a body of one text",
            "\r\n{\"data\":{\"creator_username\":\"",
            "xxxxxxxxxxxxxxxx",
        ),
        with(
            "a list of empty objects",
            "\r\n{\"error\":{\"code\":\"ok\"},\"data\":{\"videos\":[{}",
            ",{}",
        ),
        with("brackets", "\r\n", "[[[[[[[["),
        with("spaces", "\r\n", "        "),
        with(
            "a length that lies",
            "Content-Length: 18446744073709551615\r\n\r\n",
            "xxxxxxxx",
        ),
        with(
            "chunks",
            "Transfer-Encoding: chunked\r\n\r\n",
            "8\r\nxxxxxxxx\r\n",
        ),
        with(
            "one chunk",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffff0\r\n",
            "xxxxxxxx",
        ),
        with("a chunk's size", "Transfer-Encoding: chunked\r\n\r\n", "00000000"),
        with(
            "a chunk's extension",
            "Transfer-Encoding: chunked\r\n\r\n5;",
            "a=b;a=b;",
        ),
        with(
            "trailers",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n",
            "X-A: aaaaaaaa\r\n",
        ),
        with("headers", "", "X-A: aaaaaaaa\r\n"),
        with("one header", "X-A: ", "aaaaaaaa"),
        with("zipped", "Content-Encoding: gzip\r\n\r\n", "\u{1f}\u{8}\0\0"),
        lie("a status line", "HTTP/1.1 200 ", "OKOKOKOK"),
        lie("early answers", "", "HTTP/1.1 100 Continue\r\n\r\n"),
        lie(
            "a redirect",
            "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
            "xxxxxxxx",
        ),
        lie(
            "a failure",
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "xxxxxxxx",
        ),
        lie("no HTTP", "", "xxxxxxxx"),
    ]
}

/// Endless responses of a Redis.
fn of_a_redis() -> Vec<Lie> {
    vec![
        lie("a text of 4 GiB", "$4294967295\r\n", "xxxxxxxx"),
        lie("a text of all memory", "$9223372036854775807\r\n", "xxxxxxxx"),
        lie("a text of negative length", "$-9\r\n", "$-9\r\n"),
        lie("a line", "+", "xxxxxxxx"),
        lie("an error", "-", "xxxxxxxx"),
        lie("a number", ":", "99999999"),
        lie("a list of all memory", "*9223372036854775807\r\n", ":1\r\n"),
        lie("a list of 4 GiB", "*4294967295\r\n", "$0\r\n\r\n"),
        lie("lists in lists", "", "*1\r\n"),
        lie("long lists in lists", "", "*99999999\r\n"),
        lie("a map", "%4611686018427387903\r\n", ":1\r\n"),
        lie("a set", "~99999999\r\n", ":1\r\n"),
        lie("pushes", "", ">1\r\n$1\r\na\r\n"),
        lie("answers that nobody asked for", "", "+OK\r\n"),
        lie("a blob of negative length", "=-1\r\n", "xxxxxxxx"),
        lie("nonsense", "", "\0\0\0\0\0\0\0\0"),
    ]
}

/// Responses that a debug build parses byte by byte without a pause: at full speed, they delay its deadlines by minutes
/// on a busy machine.
const SLOW_TO_PARSE: [&str; 2] = ["a chunk's size", "early answers"];

/// A server that sends the same response to every client until it disconnects.
fn telling(lie: Lie) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // The thread ends with the test process.
    drop(thread::spawn(move || {
        for stream in listener.incoming() {
            drop(thread::spawn(move || tell(&stream.unwrap(), lie)));
        }
    }));
    address
}

fn tell(mut stream: &TcpStream, lie: Lie) {
    let is_slow = is_debug() && SLOW_TO_PARSE.contains(&lie.name);
    let piece = if is_slow { 4 * 1024 } else { 64 * 1024 };
    let again = lie.again.repeat(piece / lie.again.len());
    let mut heard = [0; 4096];
    if stream.read(&mut heard).is_ok() && stream.write_all(lie.begin.as_bytes()).is_ok() {
        while stream.write_all(again.as_bytes()).is_ok() {
            // A debug build reads some bytes one by one and would do nothing else.
            thread::sleep(Duration::from_millis(if is_debug() { 20 } else { 1 }));
        }
    }
}

/// Represents success in a list of codes.
const DID: &str = "(no error)";

/// Runs all requests at once and checks memory after all results, each with one of `codes`.
#[track_caller]
fn stays_small(what: &str, program: Program, requests: &[Value], codes: &[&str]) {
    let config = json!({ "timeout": 2, "max_retries": 1, "deadline": 5 });
    let running = requests.iter().cycle().take(at_once());
    let mut running = running
        .fold(program, |program, request| {
            program.request(&with(request.clone(), "request_config", config.clone()))
        })
        .start();
    let answers: Vec<Value> = (0..at_once()).map(|_| running.next().0).collect();
    let most = running.memory_kib("VmHWM");
    running.close_input();
    running.wait().exits(0);
    assert!(
        most < most_kib(),
        "{what}: it took {most} KiB at most; the answers: {answers:#?}"
    );
    for answer in &answers {
        let code = answer
            .pointer("/result/code")
            .and_then(Value::as_str)
            .unwrap_or(DID);
        assert!(
            codes.contains(&code),
            "{what}: {code} is none of {codes:?}: {answer}"
        );
        // Either no call was sent that posts, or the outcome of an earlier request is unknown.
        let outcome = answer.pointer("/result/outcome").and_then(Value::as_str);
        assert!(
            matches!(outcome, None | Some("failed" | "unconfirmed")),
            "{what}: {answer}"
        );
    }
}

fn post(inputs: Value) -> Value {
    let all = merged(json!({ "privacy_level": "SELF_ONLY" }), inputs);
    ask("a", "create_video_post", all)
}

#[test]
fn a_lying_tiktok_costs_no_memory() {
    let requests = [
        ask("a", "get_videos", json!({ "max_count": 200 })),
        ask("a", "get_creator_info", json!({})),
        ask(
            "a",
            "get_post_status",
            json!({ "publish_id": "v_pub_file~v2-1.1" }),
        ),
        post(json!({ "file": { "content": base64(&clip()) } })),
    ];
    together(of_a_web_server(), |lie| {
        let program = run().against(&format!("http://{}", telling(lie)));
        stays_small(
            &format!("TikTok, {}", lie.name),
            program,
            &requests,
            &["network_error", "timeout", "unreadable_answer"],
        );
    });
}

/// A TikTok that lists videos with titles of this length, with an endless number of pages.
fn listing(title: usize) -> String {
    let title = "x".repeat(title);
    let videos: Vec<Value> = (0..20)
        .map(|id| json!({ "id": id.to_string(), "title": title }))
        .collect();
    let body =
        json!({ "error": { "code": "ok" }, "data": { "videos": videos, "cursor": 0, "has_more": true } })
            .to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let body = body.replacen("\"cursor\":0", &format!("\"cursor\":{}", 1_000_000 + number), 1);
            drop(thread::spawn(move || {
                let mut stream = stream.unwrap();
                drop(stream.read(&mut [0; 4096]));
                let head = format!("{OK}Connection: close\r\nContent-Length: {}\r\n\r\n", body.len());
                drop(stream.write_all(format!("{head}{body}").as_bytes()));
            }));
        }
    }));
    base
}

/// Pages of the maximum response size, endlessly.
#[test]
fn a_tiktok_whose_list_has_no_end_costs_no_memory() {
    let base = listing(24 * 1024);
    stays_small(
        "TikTok, pages",
        run().against(&base),
        &[ask("a", "get_videos", json!({ "max_count": 200 }))],
        &[DID, "unreadable_answer"],
    );
}

/// Pages of 90 KB, the length of TikTok's longest.
#[test]
fn the_longest_list_is_whole() {
    let request = ask("a", "get_videos", json!({ "max_count": 1000 }));
    let answer = run()
        .against(&listing(4_500))
        .request(&request)
        .finish()
        .exits(0)
        .only()
        .did();
    let videos = answer.at("/data/videos").as_array().map_or(0, Vec::len);
    assert_eq!(
        (videos, answer.at("/data/warnings")),
        (1000, &Value::Null),
        "all that max_count allows"
    );
}

#[test]
fn a_lying_host_of_files_costs_no_memory() {
    together(of_a_web_server(), |lie| {
        let (tiktok, host) = (tiktok(), telling(lie));
        let photo = format!("http://{host}/a.jpg");
        let photos = json!({ "photo_urls": vec![photo; 8], "privacy_level": "SELF_ONLY", "dry_run": true });
        let requests = [
            post(json!({ "video_url": format!("http://{host}/a.mp4"), "dry_run": true })),
            ask("a", "create_photo_post", photos),
        ];
        // The last two codes apply if much was sent before the timeout.
        let codes = [
            DID,
            "photo_invalid",
            "url_not_allowed",
            "url_unreachable",
            "video_format_invalid",
            "video_too_large",
            "timeout",
        ];
        let program = tiktok.run().allowing(&host.to_string());
        stays_small(
            &format!("a file's host, {}", lie.name),
            program,
            &requests,
            &codes,
        );
        tiktok.nothing_posted();
    });
}

#[cfg(feature = "redis")]
#[test]
fn a_lying_redis_costs_no_memory() {
    together(of_a_redis(), |lie| {
        let (tiktok, redis) = (tiktok(), telling(lie));
        let program = tiktok
            .run()
            .env("AUTOHIVE_TIKTOK_STATE", &format!("redis://{redis}"));
        let keyed = post(json!({ "file": { "content": base64(&clip()) }, "idempotency_key": "k" }));
        let requests = [keyed, ask("a", "get_creator_info", json!({}))];
        stays_small(
            &format!("Redis, {}", lie.name),
            program,
            &requests,
            &[DID, "state_unavailable", "timeout"],
        );
        tiktok.nothing_posted();
    });
}
