//! Requests of a web page to a simulator on the same machine: none changes any state, and no response can be read,
//! framed or run as a page.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use autohive_tiktok::simulator::{RequestJournal, StoredPost};
use serde_json::{Value, json};

use crate::support::tiktok::{TikTok, tiktok_with};

/// A request as a browser writes it; `HOST` stands for the simulator's host and port, `PORT` for its port.
struct Sent {
    what: &'static str,
    line: &'static str,
    host: &'static str,
    headers: &'static [&'static str],
    body: &'static str,
}

/// Response: status, head in lower case, and body.
#[derive(Debug)]
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Sent {
    fn to(&self, tiktok: &TikTok) -> Got {
        send(tiktok, self.line, self.host, self.headers, self.body)
    }
}

fn send(tiktok: &TikTok, line: &str, host: &str, headers: &[&str], body: &str) -> Got {
    let url = tiktok.url();
    let address = url.trim_start_matches("http://");
    let port = address.rsplit(':').next().unwrap();
    let headers = headers
        .iter()
        .flat_map(|header| [header, "\r\n"])
        .collect::<String>();
    let head =
        format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}").replace("PORT", port);
    let text = format!(
        "{}Content-Length: {}\r\n\r\n{body}",
        head.replace("HOST", address),
        body.len()
    );
    exchange(address, text.as_bytes())
}

fn exchange(address: &str, request: &[u8]) -> Got {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("an answer should come");
    let head = String::from_utf8(answer[..end].to_vec())
        .unwrap()
        .to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Got {
        status,
        head,
        body: answer[end + 4..].to_vec(),
    }
}

impl Got {
    /// Checks that no browser exposes the response to another page or treats it as a page, script or frame.
    #[track_caller]
    fn is_protected(&self, what: &str) {
        for header in [
            "x-content-type-options: nosniff",
            "content-security-policy: sandbox; default-src 'none'; frame-ancestors 'none'",
            "cross-origin-resource-policy: same-origin",
            "referrer-policy: no-referrer",
        ] {
            assert!(
                self.head.contains(&format!("\r\n{header}")),
                "{what} should have {header}: {}",
                self.head
            );
        }
        assert!(!self.head.contains("access-control-"), "{what}: {}", self.head);
    }
}

/// State that a request could change or read.
fn world(tiktok: &TikTok) -> (RequestJournal, Vec<StoredPost>, Value) {
    let accounts = send(tiktok, "GET /_simulator/accounts", "HOST", &[], "").body;
    (
        tiktok.journal(),
        tiktok.posts(),
        serde_json::from_slice(&accounts).unwrap(),
    )
}

/// A simulator with a secret name in an account and a page among its files.
fn simulator() -> TikTok {
    let tiktok = tiktok_with(json!({ "accounts": [{ "token": "act.sim-mine", "name": "c4n4ry" }] }));
    tiktok.keep_media("page", b"<html><script>c4n4ry</script>".to_vec());
    tiktok
}

const PAGE: &str = "Origin: https://page.example";
const SETUP: &str = r#"{"processing_ms":5000,"accounts":[{"token":"act.evil"}]}"#;

const PAGES: [Sent; 17] = [
    Sent {
        what: "a simple POST by fetch",
        line: "POST /_simulator/setup",
        host: "HOST",
        headers: &[
            PAGE,
            "Content-Type: text/plain;charset=UTF-8",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: no-cors",
        ],
        body: SETUP,
    },
    Sent {
        what: "the same by a browser without Sec-Fetch",
        line: "POST /_simulator/setup",
        host: "HOST",
        headers: &[PAGE, "Content-Type: text/plain;charset=UTF-8"],
        body: SETUP,
    },
    Sent {
        what: "a form",
        line: "POST /_simulator/reset",
        host: "HOST",
        headers: &[
            PAGE,
            "Content-Type: application/x-www-form-urlencoded",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: document",
            "Sec-Fetch-User: ?1",
        ],
        body: "a=b",
    },
    Sent {
        what: "a form of a page without an origin, such as a file or a sandboxed frame",
        line: "POST /_simulator/advance",
        host: "HOST",
        headers: &["Origin: null", "Content-Type: text/plain"],
        body: r#"{"seconds":3600}"#,
    },
    Sent {
        what: "a page on another port of this machine",
        line: "POST /_simulator/reset",
        host: "HOST",
        headers: &[
            "Origin: http://127.0.0.1:1",
            "Sec-Fetch-Site: same-site",
            "Sec-Fetch-Mode: no-cors",
        ],
        body: "",
    },
    Sent {
        what: "a page that names this machine otherwise",
        line: "POST /_simulator/reset",
        host: "HOST",
        headers: &["Origin: http://localhost:PORT", "Sec-Fetch-Site: cross-site"],
        body: "",
    },
    Sent {
        what: "a beacon",
        line: "POST /_simulator/reset",
        host: "HOST",
        headers: &[
            PAGE,
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Dest: empty",
        ],
        body: "x",
    },
    Sent {
        what: "a request that needs leave",
        line: "OPTIONS /_simulator/media/clip.mp4",
        host: "HOST",
        headers: &[
            PAGE,
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Private-Network: true",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: cors",
        ],
        body: "",
    },
    Sent {
        what: "a file",
        line: "PUT /_simulator/media/page",
        host: "HOST",
        headers: &[PAGE],
        body: "changed",
    },
    Sent {
        what: "a fetch that reads",
        line: "GET /_simulator/accounts",
        host: "HOST",
        headers: &[
            PAGE,
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: cors",
            "Sec-Fetch-Dest: empty",
        ],
        body: "",
    },
    Sent {
        what: "an image",
        line: "GET /_simulator/media/page",
        host: "HOST",
        headers: &[
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Dest: image",
        ],
        body: "",
    },
    Sent {
        what: "a script",
        line: "GET /_simulator/journal",
        host: "HOST",
        headers: &[
            "Sec-Fetch-Site: same-site",
            "Sec-Fetch-Mode: no-cors",
            "Sec-Fetch-Dest: script",
        ],
        body: "",
    },
    Sent {
        what: "a frame",
        line: "GET /_simulator/posts",
        host: "HOST",
        headers: &[
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: iframe",
        ],
        body: "",
    },
    Sent {
        what: "a call of the API",
        line: "GET /v2/user/info/?fields=open_id",
        host: "HOST",
        headers: &[PAGE, "Authorization: Bearer act.sim-mine"],
        body: "",
    },
    Sent {
        what: "a WebSocket",
        line: "GET /_simulator/journal",
        host: "HOST",
        headers: &[
            PAGE,
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: websocket",
        ],
        body: "",
    },
    Sent {
        what: "a page whose name was rebound to this machine, reading",
        line: "GET /_simulator/accounts",
        host: "page.example:PORT",
        headers: &["Sec-Fetch-Site: same-origin"],
        body: "",
    },
    Sent {
        what: "a page whose name was rebound to this machine, writing",
        line: "POST /_simulator/setup",
        host: "page.example:PORT",
        headers: &[
            "Origin: http://page.example:PORT",
            "Content-Type: application/json",
        ],
        body: SETUP,
    },
];

#[test]
fn a_page_of_another_origin_changes_nothing_and_reads_nothing() {
    let tiktok = simulator();
    let before = world(&tiktok);
    for page in PAGES {
        let got = page.to(&tiktok);
        let expected = if page.host == "HOST" { 403 } else { 421 };
        assert_eq!(got.status, expected, "{}: {got:?}", page.what);
        assert!(
            got.head.contains("content-type: text/plain"),
            "{}: {got:?}",
            page.what
        );
        let body = String::from_utf8(got.body.clone()).unwrap();
        assert!(
            !body.contains("c4n4ry") && !body.contains("act."),
            "{}: {body}",
            page.what
        );
        got.is_protected(page.what);
        assert_eq!(world(&tiktok), before, "{} should change nothing", page.what);
    }
}

/// Requests of users and programs on this machine, including the documented commands.
#[test]
fn programs_and_its_own_pages_are_served() {
    for (line, headers, body, status) in [
        (
            "POST /_simulator/setup",
            &["Content-Type: application/x-www-form-urlencoded"][..],
            SETUP,
            200,
        ),
        ("POST /_simulator/setup", &[], SETUP, 200),
        (
            "POST /_simulator/reset",
            &["Origin: http://HOST", "Sec-Fetch-Site: same-origin"],
            "",
            200,
        ),
        ("PUT /_simulator/media/clip.mp4", &[], "bytes", 201),
        (
            "GET /_simulator/journal",
            &["Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"],
            "",
            200,
        ),
        (
            "GET /_simulator/journal",
            &[
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ],
            "",
            200,
        ),
        (
            "GET /v2/user/info/?fields=open_id",
            &["Authorization: Bearer act.sim-public"],
            "",
            200,
        ),
        ("GET /nowhere", &[], "", 404),
    ] {
        for host in ["HOST", "localhost:PORT", "[::1]:PORT"] {
            let headers: Vec<String> = headers
                .iter()
                .map(|header| header.replace("HOST", host))
                .collect();
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            let got = send(&simulator(), line, host, &headers, body);
            assert_eq!(got.status, status, "{line} {host}: {got:?}");
            got.is_protected(line);
        }
    }
}

/// The HTML file among the media, and HTML responses of faults.
#[test]
fn html_responses_are_not_run_as_pages() {
    let tiktok = simulator();
    let got = send(&tiktok, "GET /_simulator/media/page", "HOST", &[], "");
    assert_eq!(got.status, 200, "{got:?}");
    assert!(
        got.head.contains("content-type: application/octet-stream"),
        "{got:?}"
    );
    got.is_protected("a file");
    let headers = json!({ "access-control-allow-origin": "*", "x-content-type-options": "none" });
    let answer = json!({ "answer": { "status": 200, "headers": headers, "body": "<html>" } });
    for kind in [
        json!("html_502"),
        answer,
        json!({ "truncate": 1 }),
        json!({ "slow_body_ms": 1 }),
    ] {
        tiktok.change(json!({ "faults": [{ "endpoint": "user_info", "nth": 1, "kind": kind }] }));
        send(&tiktok, "GET /v2/user/info/?fields=open_id", "HOST", &[], "").is_protected(&kind.to_string());
    }
    let consent = send(
        &tiktok,
        "GET /v2/auth/authorize/?client_key=%3Cscript%3E",
        "HOST",
        &[],
        "",
    );
    consent.is_protected("the consent page");
}
