//! Hosts that send their files byte by byte delay only their own requests.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use autohive_tiktok::{clock::Clock, front::stdio, host::Host, http::LowestSpeed, model::MediaHost};
use serde_json::{Value, json};

use crate::support::{
    ask,
    program::{Program, Running},
    tiktok::{TikTok, tiktok},
    video::{base64, clip},
    with,
};

/// A host that announces a file and sends a piece of it every 100 ms.
struct Dripping {
    address: SocketAddr,
    /// Accepted connections and open connections.
    accepted: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

/// A host that sends one byte every 100 ms.
fn dripping(begin: &'static str) -> Dripping {
    sending(begin, 1)
}

/// A host that sends pieces of this many bytes.
fn sending(begin: &'static str, piece: usize) -> Dripping {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let host = Dripping {
        address,
        accepted: Arc::default(),
        open: Arc::default(),
        most: Arc::default(),
    };
    let (accepted, open, most) = (
        Arc::clone(&host.accepted),
        Arc::clone(&host.open),
        Arc::clone(&host.most),
    );
    // The thread ends with the test process.
    drop(thread::spawn(move || {
        for stream in listener.incoming() {
            accepted.fetch_add(1, Ordering::SeqCst);
            most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let open = Arc::clone(&open);
            drop(thread::spawn(move || {
                drip(&stream.unwrap(), begin, piece);
                open.fetch_sub(1, Ordering::SeqCst);
            }));
        }
    }));
    host
}

fn drip(mut stream: &TcpStream, begin: &str, piece: usize) {
    drop(stream.read(&mut [0; 4096]));
    let mut sent = stream.write_all(begin.as_bytes());
    let piece = vec![b'x'; piece];
    while sent.is_ok() {
        thread::sleep(Duration::from_millis(100));
        sent = stream.write_all(&piece);
    }
}

const BODY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
const HEADERS: &str = "HTTP/1.1 200 OK\r\nX-A: ";

/// Bytes per piece that keep a host above the minimum speed: 20 kB a second.
const ABOVE: usize = 2_000;

/// Beginning of a video; a download of other bytes ends at once.
const VIDEO: &str =
    "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n\0\0\0\x20ftypisom\0\0\0\0isommp42mdat";

impl Dripping {
    fn url(&self) -> String {
        format!("http://{}/clip.mp4", self.address)
    }

    /// Waits until this many downloads have begun.
    #[track_caller]
    fn await_downloads(&self, downloads: usize) {
        for _ in 0..2000 {
            if self.accepted.load(Ordering::SeqCst) >= downloads {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{downloads} downloads should have begun");
    }
}

fn relay(id: &str, url: &str) -> Value {
    let inputs = json!({ "privacy_level": "SELF_ONLY", "video_url": url });
    with(
        ask(id, "create_video_post", inputs),
        "request_config",
        json!({ "max_retries": 0 }),
    )
}

fn program(tiktok: &TikTok, host: &Dripping) -> Program {
    tiktok.run().allowing(&host.url())
}

/// Far less than a window, with a margin for debug builds on busy machines; a release build takes a tenth of a second.
const AT_ONCE: Duration = Duration::from_secs(12);

/// Checks that a request without a download is answered although all requests before it are delayed.
#[track_caller]
fn reads_at_once(running: &mut Running) {
    // The clock starts at zero.
    let clock = Clock::system();
    running.send(&ask("reads", "get_user_info", json!({})));
    let answer = running.next();
    assert_eq!(answer.0["id"], "reads", "{}", answer.0);
    answer.did();
    assert!(clock.elapsed() < AT_ONCE, "{:?}", clock.elapsed());
}

/// As many slow hosts as jobs: a request without a download and one with its own file are answered at once.
#[test]
fn eight_slow_hosts_delay_no_other_request() {
    let (tiktok, host) = (tiktok(), dripping(BODY));
    let drips = (0..8).map(|id| relay(&format!("drip{id}"), &host.url()));
    let mut running = drips
        .fold(program(&tiktok, &host), |program, drip| program.request(&drip))
        .start();
    host.await_downloads(2);
    // The clock starts at zero.
    let clock = Clock::system();
    running.send(&ask("reads", "get_user_info", json!({})));
    let inputs = json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) } });
    running.send(&ask("uploads", "create_video_post", inputs));
    let mut answered = [running.next(), running.next()].map(|answer| {
        let id = answer.0["id"].clone();
        answer.did();
        id
    });
    let took = clock.elapsed();
    assert!(took < AT_ONCE, "{took:?}");
    answered.sort_by_key(ToString::to_string);
    assert_eq!(answered, ["reads", "uploads"]);
    assert_eq!(
        host.most.load(Ordering::SeqCst),
        2,
        "half of the turns, of which there are half as many as jobs"
    );
    running.signal("TERM");
    for _ in 0..8 {
        running.next().failed("interrupted").has("/outcome", "failed");
    }
    running.wait().exits(0);
}

/// Requests beyond the download queue are refused at once and delay no other request.
#[test]
fn downloads_beyond_the_queue_delay_no_other_request() {
    let (tiktok, hosts) = (tiktok(), [(); 3].map(|()| sending(VIDEO, ABOVE)));
    let mut running = hosts
        .iter()
        .fold(tiktok.run(), |program, host| program.allowing(&host.url()))
        .start();
    let send = |running: &Running, host: &Dripping, ids: Range<usize>| {
        ids.for_each(|id| running.send(&relay(&format!("slow{id}"), &host.url())));
    };
    let refused = |running: &mut Running, host: &Dripping, told: &str| {
        let clock = Clock::system();
        running.send(&relay("refused", &host.url()));
        let answer = running.next();
        assert_eq!(answer.0["id"], "refused", "{}", answer.0);
        let answer = answer
            .failed("url_unreachable")
            .has("/retryable", true)
            .has("/retry_after", 30);
        answer.says(told).says("Nothing was posted");
        assert!(clock.elapsed() < AT_ONCE, "{:?}", clock.elapsed());
    };
    send(&running, &hosts[0], 0..3 * 8 + 1);
    hosts[0].await_downloads(2);
    reads_at_once(&mut running);
    // 4 slots and 64 waiting requests, half of them for one host.
    send(&running, &hosts[0], 25..34);
    refused(
        &mut running,
        &hosts[0],
        "was not contacted: 34 other requests are downloading from it or waiting to",
    );
    send(&running, &hosts[1], 34..68);
    hosts[1].await_downloads(2);
    refused(
        &mut running,
        &hosts[2],
        "was not contacted: 68 other requests are downloading or waiting to",
    );
    reads_at_once(&mut running);
    running.signal("TERM");
    for _ in 0..68 {
        running.next().failed("interrupted").has("/outcome", "failed");
    }
    running.wait().exits(0);
}

/// Downloads above the minimum speed have no time limit.
#[test]
fn slow_hosts_above_the_minimum_speed_delay_no_other_request() {
    let (tiktok, host) = (tiktok(), sending(VIDEO, ABOVE));
    let drips = (0..24).map(|id| relay(&format!("slow{id}"), &host.url()));
    let mut running = drips
        .fold(program(&tiktok, &host), |program, slow| program.request(&slow))
        .start();
    host.await_downloads(2);
    reads_at_once(&mut running);
    running.signal("TERM");
    for _ in 0..24 {
        running.next().failed("interrupted");
    }
    running.wait().exits(0);
}

/// Bytes that were read and dropped do not count against the budget while a request downloads.
#[test]
fn large_requests_that_download_delay_no_other_request() {
    let (tiktok, host) = (tiktok(), sending(VIDEO, ABOVE));
    let mut running = program(&tiktok, &host).start();
    for id in 0..14 {
        let mut request = with(
            relay(&format!("slow{id}"), &host.url()),
            "metadata",
            json!({ "a": "x".repeat(950_000) }),
        );
        request["auth"]["x"] = json!(vec![0; 9_900]);
        running.send(&request);
    }
    host.await_downloads(2);
    reads_at_once(&mut running);
    running.signal("TERM");
    for _ in 0..14 {
        running.next().failed("interrupted");
    }
    running.wait().exits(0);
}

/// Photos have their own download slots: a post is neither delayed nor unchecked.
#[test]
fn videos_of_slow_hosts_do_not_delay_the_check_of_photos() {
    let tiktok = tiktok();
    let hosts = [(); 4].map(|()| sending(VIDEO, ABOVE));
    let start = hosts
        .iter()
        .fold(tiktok.run(), |program, host| program.allowing(&host.url()));
    let mut running = start.start();
    for host in &hosts {
        running.send(&relay("slow", &host.url()));
        host.await_downloads(1);
    }
    let photo = |name: &str| format!("{}/_simulator/media/{name}", tiktok.url());
    tiktok.keep_media("a.jpg", JPEG.to_vec());
    let clock = Clock::system();
    let inputs = json!({ "photo_urls": [photo("a.jpg"), photo("none.jpg")], "privacy_level": "SELF_ONLY" });
    running.send(&ask("photos", "create_photo_post", inputs));
    let answer = running.next();
    assert_eq!(answer.0["id"], "photos", "{}", answer.0);
    answer
        .failed("photo_invalid")
        .has("/details/0/field", "photo_urls[1]");
    assert!(clock.elapsed() < AT_ONCE, "{:?}", clock.elapsed());
    running.signal("TERM");
    (0..4).for_each(|_| drop(running.next().failed("interrupted")));
    running.wait().exits(0);
}

/// The head of a JPEG of 1000×1000 pixels.
const JPEG: &[u8] = b"\xff\xd8\xff\xc0\x00\x11\x08\x03\xe8\x03\xe8\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01";

/// Eight requests for one slow host leave half of the slots to other hosts.
#[test]
fn another_host_is_served_at_once_during_eight_slow_downloads() {
    let (tiktok, host) = (tiktok(), dripping(BODY));
    tiktok.keep_media("clip.mp4", clip());
    let window = Duration::from_millis(1500);
    let mut requests: Vec<Value> = (0..8)
        .map(|id| relay(&format!("drip{id}"), &host.url()))
        .collect();
    requests.push(relay(
        "fast",
        &format!("{}/_simulator/media/clip.mp4", tiktok.url()),
    ));
    let answers = served(&tiktok, &[&host], window, &requests);
    let (fast, drips): (Vec<&Value>, Vec<&Value>) = answers.iter().partition(|answer| answer["id"] == "fast");
    assert_eq!(fast[0]["type"], "action", "{}", fast[0]);
    for drip in drips {
        assert_eq!(drip["result"]["code"], "url_unreachable", "{drip}");
        assert_eq!(drip["result"]["retryable"], true, "{drip}");
        let got = drip["result"]["details"][0]["got"].as_str().unwrap();
        assert!(
            got.contains("bytes of the file in 1.5 s; at least 4,096 bytes a second"),
            "{got}"
        );
    }
    assert_eq!((answers.len(), host.accepted.load(Ordering::SeqCst)), (9, 8));
}

/// Four slow hosts hold all slots until their deadlines, and yield to a fifth after a window.
#[test]
fn slow_hosts_above_the_minimum_speed_yield_to_others() {
    let tiktok = tiktok();
    let hosts = [(); 4].map(|()| sending(VIDEO, ABOVE));
    tiktok.keep_media("clip.mp4", clip());
    let within = |request, seconds| {
        with(
            request,
            "request_config",
            json!({ "deadline": seconds, "max_retries": 0 }),
        )
    };
    let mut requests: Vec<Value> = hosts
        .iter()
        .map(|host| within(relay("slow", &host.url()), 20))
        .collect();
    requests.push(within(
        relay("fast", &format!("{}/_simulator/media/clip.mp4", tiktok.url())),
        12,
    ));
    let answers = served(&tiktok, &hosts.each_ref(), Duration::from_millis(1500), &requests);
    let (fast, slow): (Vec<&Value>, Vec<&Value>) = answers.iter().partition(|answer| answer["id"] == "fast");
    assert_eq!(fast[0]["type"], "action", "{}", fast[0]);
    for answer in slow {
        let got = answer["result"]["details"][0]["got"].as_str().unwrap_or_default();
        assert!(
            got.contains("was too slow for the time that an action has"),
            "{answer}"
        );
    }
}

/// Endless headers do not circumvent the limit, and results keep their order.
#[test]
fn endless_headers_end_too_and_results_stay_in_order() {
    let (tiktok, host) = (tiktok(), dripping(HEADERS));
    let mut requests: Vec<Value> = (0..5).map(|id| relay(&id.to_string(), &host.url())).collect();
    requests.push(ask("5", "get_user_info", json!({})));
    let answers = served(&tiktok, &[&host], Duration::from_millis(900), &requests);
    let ids: Vec<&str> = answers
        .iter()
        .filter_map(|answer| answer["id"].as_str())
        .collect();
    assert_eq!(ids, ["0", "1", "2", "3", "4", "5"]);
    for answer in &answers[..5] {
        let got = answer["result"]["details"][0]["got"].as_str().unwrap_or_default();
        assert!(got.contains("sent 0 bytes of the file"), "{answer}");
    }
    assert_eq!(answers[5]["type"], "action");
}

#[test]
fn a_request_without_a_download_slot_before_its_deadline_fails() {
    let (tiktok, host) = (tiktok(), dripping(BODY));
    let late = with(
        relay("late", &host.url()),
        "request_config",
        json!({ "deadline": 1, "max_retries": 0 }),
    );
    let mut running = program(&tiktok, &host)
        .arg("--jobs")
        .arg("1")
        .request(&relay("drip", &host.url()))
        .request(&late)
        .start();
    let answer = running.next();
    assert_eq!(answer.0["id"], "late", "{}", answer.0);
    let answer = answer.failed("url_unreachable").has("/retryable", true);
    answer
        .says("other downloads took all the time")
        .says("Nothing was posted");
    running.signal("TERM");
    running.next().failed("interrupted");
    running.wait().exits(0);
}

/// Serves requests within this process with a window of this length. Returns the results in the order of the requests.
fn served(tiktok: &TikTok, hosts: &[&Dripping], window: Duration, requests: &[Value]) -> Vec<Value> {
    let allowed: Vec<_> = hosts
        .iter()
        .map(|host| MediaHost::parse(&host.address.to_string()).unwrap())
        .collect();
    let lowest = LowestSpeed {
        window,
        ..LowestSpeed::default()
    };
    let served = Host::new(Clock::system()).with_api_base("tiktok", tiktok.url().parse().unwrap());
    let served = served.allowing_media_hosts(&allowed).with_lowest_speed(lowest);
    let text: Vec<String> = requests.iter().map(Value::to_string).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(stdio::ask(&Arc::new(served), text.join("\n")))
        .unwrap()
}
