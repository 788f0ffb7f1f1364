//! Hosts that send their files byte by byte hold up nobody but themselves.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
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
    program::Program,
    tiktok::{TikTok, tiktok},
    video::{base64, clip},
    with,
};

/// A host that promises a file and sends a byte of it every 100 ms.
struct Dripping {
    address: SocketAddr,
    /// Connections that were accepted, and those that are open.
    accepted: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

fn dripping(begin: &'static str) -> Dripping {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let host = Dripping { address, accepted: Arc::default(), open: Arc::default(), most: Arc::default() };
    let (accepted, open, most) = (Arc::clone(&host.accepted), Arc::clone(&host.open), Arc::clone(&host.most));
    // It ends with the test's process.
    drop(thread::spawn(move || {
        for stream in listener.incoming() {
            accepted.fetch_add(1, Ordering::SeqCst);
            most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let open = Arc::clone(&open);
            drop(thread::spawn(move || {
                drip(&stream.unwrap(), begin);
                open.fetch_sub(1, Ordering::SeqCst);
            }));
        }
    }));
    host
}

fn drip(mut stream: &TcpStream, begin: &str) {
    drop(stream.read(&mut [0; 4096]));
    let mut sent = stream.write_all(begin.as_bytes());
    while sent.is_ok() {
        thread::sleep(Duration::from_millis(100));
        sent = stream.write_all(b"x");
    }
}

const BODY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
const HEADERS: &str = "HTTP/1.1 200 OK\r\nX-A: ";

impl Dripping {
    fn url(&self) -> String {
        format!("http://{}/clip.mp4", self.address)
    }

    /// Waits until so many downloads have begun.
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
    with(ask(id, "create_video_post", inputs), "request_config", json!({ "max_retries": 0 }))
}

fn program(tiktok: &TikTok, host: &Dripping) -> Program {
    tiktok.run().allowing(&host.url())
}

/// As many as there are jobs; a request that needs no download and one that brings its file are answered at once.
#[test]
fn eight_dripping_hosts_hold_up_nobody() {
    let (tiktok, host) = (tiktok(), dripping(BODY));
    let drips = (0..8).map(|id| relay(&format!("drip{id}"), &host.url()));
    let mut running = drips.fold(program(&tiktok, &host), |program, drip| program.request(&drip)).start();
    host.await_downloads(4);
    // It starts at zero.
    let clock = Clock::system();
    running.send(&ask("reads", "get_user_info", json!({})));
    let inputs = json!({ "privacy_level": "SELF_ONLY", "file": { "content": base64(&clip()) } });
    running.send(&ask("uploads", "create_video_post", inputs));
    let mut answered = [running.next(), running.next()].map(|answer| {
        let id = answer.0["id"].clone();
        answer.did();
        id
    });
    // Far less than a window; the figure of the release build is a tenth of a second.
    let took = clock.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
    answered.sort_by_key(ToString::to_string);
    assert_eq!(answered, ["reads", "uploads"]);
    assert_eq!(host.most.load(Ordering::SeqCst), 4, "half as many downloads as jobs");
    running.signal("TERM");
    for _ in 0..8 {
        running.next().failed("interrupted").has("/outcome", "failed");
    }
    running.wait().exits(0);
}

/// The drips end after a third of the window, since others wait, and the last one in the line is served.
#[test]
fn a_download_waits_for_two_thirds_of_a_window_behind_eight_dripping_hosts() {
    let (tiktok, host) = (tiktok(), dripping(BODY));
    tiktok.keep_media("clip.mp4", clip());
    let window = Duration::from_millis(1500);
    let mut requests: Vec<Value> = (0..8).map(|id| relay(&format!("drip{id}"), &host.url())).collect();
    requests.push(relay("fast", &format!("{}/_simulator/media/clip.mp4", tiktok.url())));
    let answers = served(&tiktok, &host, window, &requests);
    let (fast, drips): (Vec<&Value>, Vec<&Value>) = answers.iter().partition(|answer| answer["id"] == "fast");
    assert_eq!(fast[0]["type"], "action", "{}", fast[0]);
    for drip in drips {
        assert_eq!(drip["result"]["code"], "url_unreachable", "{drip}");
        assert_eq!(drip["result"]["retryable"], true, "{drip}");
        let got = drip["result"]["details"][0]["got"].as_str().unwrap();
        assert!(got.contains("bytes of the file in 0.5 s") || got.contains("in 1.5 s"), "{got}");
        assert!(got.contains("at least 4,096 bytes a second"), "{got}");
    }
    assert_eq!((answers.len(), host.accepted.load(Ordering::SeqCst)), (9, 8));
}

/// Headers that never end are no way around it, and the order of results is kept.
#[test]
fn headers_that_drip_end_too_and_results_stay_in_order() {
    let (tiktok, host) = (tiktok(), dripping(HEADERS));
    let mut requests: Vec<Value> = (0..5).map(|id| relay(&id.to_string(), &host.url())).collect();
    requests.push(ask("5", "get_user_info", json!({})));
    let answers = served(&tiktok, &host, Duration::from_millis(900), &requests);
    let ids: Vec<&str> = answers.iter().filter_map(|answer| answer["id"].as_str()).collect();
    assert_eq!(ids, ["0", "1", "2", "3", "4", "5"]);
    for answer in &answers[..5] {
        let got = answer["result"]["details"][0]["got"].as_str().unwrap_or_default();
        assert!(got.contains("sent 0 bytes of the file"), "{answer}");
    }
    assert_eq!(answers[5]["type"], "action");
}

#[test]
fn a_request_whose_turn_does_not_come_before_its_deadline_is_told() {
    let (tiktok, host) = (tiktok(), dripping(BODY));
    let late = with(relay("late", &host.url()), "request_config", json!({ "deadline": 1, "max_retries": 0 }));
    let mut running =
        program(&tiktok, &host).arg("--jobs").arg("1").request(&relay("drip", &host.url())).request(&late).start();
    let answer = running.next();
    assert_eq!(answer.0["id"], "late", "{}", answer.0);
    let answer = answer.failed("url_unreachable").has("/retryable", true);
    answer.says("other downloads took all the time").says("Nothing was posted");
    running.signal("TERM");
    running.next().failed("interrupted");
    running.wait().exits(0);
}

/// Serves requests within this process, with a window of this length; the answers, in the order of the requests.
fn served(tiktok: &TikTok, host: &Dripping, window: Duration, requests: &[Value]) -> Vec<Value> {
    let allowed = MediaHost::parse(&host.address.to_string()).unwrap();
    let lowest = LowestSpeed { window, ..LowestSpeed::default() };
    let served = Host::new(tiktok.url().parse().unwrap(), Clock::system()).unwrap();
    let served = served.allowing_media_hosts(&[allowed]).with_lowest_speed(lowest);
    let text: Vec<String> = requests.iter().map(Value::to_string).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(stdio::ask(&Arc::new(served), text.join("\n"))).unwrap()
}
