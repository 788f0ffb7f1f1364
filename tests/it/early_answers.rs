//! An upload server that responds to a chunk before it has read it and then reads on, and a delayed status: a client
//! that trusts the response or the first status posts twice or reports a false failure.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use autohive_tiktok::clock::Clock;
use serde_json::json;

use crate::support::{
    PUBLIC, ask,
    program::{Answer, run},
    together,
    video::{base64, clip_of},
    with,
};

/// Response to a chunk, and the delay until the status counts it.
#[derive(Debug, Clone, Copy)]
struct Manner {
    status: u16,
    /// Whether the response is sent before the body is read.
    early: bool,
    lag: Duration,
}

/// Uploads of one server: size, and time of completion.
#[derive(Debug, Default)]
struct Uploads(Vec<(usize, Option<Duration>)>);

struct Server {
    uploads: Mutex<Uploads>,
    clock: Clock,
    manner: Manner,
    address: String,
}

impl Server {
    fn start(manner: Manner) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Arc::new(Self {
            uploads: Mutex::default(),
            clock: Clock::system(),
            manner,
            address,
        });
        let serving = Arc::clone(&server);
        drop(thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let server = Arc::clone(&serving);
                drop(thread::spawn(move || server.serve(&stream)));
            }
        }));
        server
    }

    /// Serves the requests of one connection.
    fn serve(&self, stream: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head).ok()? == 0 {
                    return None;
                }
            }
            let length = head
                .to_ascii_lowercase()
                .split("content-length: ")
                .nth(1)?
                .lines()
                .next()?
                .parse()
                .ok()?;
            let path = head.split(' ').nth(1)?.to_owned();
            if let Some(upload) = path.strip_prefix("/video/?upload=") {
                let answer = format!("HTTP/1.1 {} X\r\ncontent-length: 0\r\n\r\n", self.manner.status);
                if self.manner.early {
                    write!(&*stream, "{answer}").ok()?;
                }
                self.take(upload.parse().ok()?, length, &mut reader)?;
                if !self.manner.early {
                    write!(&*stream, "{answer}").ok()?;
                }
            } else {
                reader.by_ref().take(length).read_to_end(&mut Vec::new()).ok()?;
                let body = json!({ "data": self.data(&path), "error": { "code": "ok" } }).to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}",
                    body.len()
                );
                write!(&*stream, "{head}\r\n\r\n{body}").ok()?;
            }
        }
    }

    /// Reads a body slowly enough for an early response to arrive in the middle of it.
    fn take(&self, upload: usize, length: u64, reader: &mut impl std::io::Read) -> Option<()> {
        let (mut left, mut block) = (length, vec![0; 256 * 1024]);
        while left > 0 {
            let read = reader.read(&mut block).ok().filter(|read| *read > 0)?;
            left -= read as u64;
            thread::sleep(Duration::from_millis(2));
        }
        self.uploads.lock().unwrap().0[upload].1 = Some(self.clock.elapsed());
        Some(())
    }

    fn data(&self, path: &str) -> serde_json::Value {
        let mut uploads = self.uploads.lock().unwrap();
        if path.ends_with("/init/") {
            uploads.0.push((SIZE, None));
            let upload = uploads.0.len() - 1;
            let url = format!("{}/video/?upload={upload}", self.address);
            return json!({ "publish_id": format!("v_inbox_file~v2.{upload}"), "upload_url": url });
        }
        let counted = |whole: Duration| self.clock.elapsed() >= whole + self.manner.lag;
        let is_whole = uploads.0.iter().any(|(_, whole)| whole.is_some_and(counted));
        let uploaded = if is_whole { SIZE } else { 0 };
        let status = if is_whole {
            "SEND_TO_USER_INBOX"
        } else {
            "PROCESSING_UPLOAD"
        };
        json!({ "status": status, "uploaded_bytes": uploaded })
    }

    fn whole(&self) -> usize {
        self.uploads
            .lock()
            .unwrap()
            .0
            .iter()
            .filter(|(_, whole)| whole.is_some())
            .count()
    }
}

const SIZE: usize = 14_000_000;

fn outcome(manner: Manner) -> (Arc<Server>, Answer, String) {
    let server = Server::start(manner);
    let request = ask(
        "a",
        "upload_video_draft",
        json!({ "file": { "content": base64(&clip_of(SIZE)) } }),
    );
    let request = with(request, "request_config", json!({ "max_retries": 1 }));
    assert_eq!(request["auth"]["access_token"], PUBLIC);
    let answer = run()
        .against(&server.address)
        .request(&request)
        .finish()
        .exits(0)
        .only();
    // Bytes in flight still arrive.
    thread::sleep(Duration::from_millis(500));
    let pointer = if answer.0["type"] == "action" {
        "/data/outcome"
    } else {
        "/outcome"
    };
    let outcome = answer.at(pointer).as_str().unwrap_or_default().to_owned();
    (server, answer, outcome)
}

#[test]
fn an_answer_before_the_chunk_is_read_leads_to_no_second_post_and_no_denial() {
    together([302, 400, 404, 413, 429, 503], |status: u16| {
        let (server, answer, outcome) = outcome(Manner {
            status,
            early: true,
            lag: Duration::ZERO,
        });
        assert!(
            server.whole() <= 1,
            "{} uploads arrived whole after {status}: {}",
            server.whole(),
            answer.0
        );
        assert!(
            server.whole() == 0 || outcome != "failed",
            "it arrived whole after {status}: {}",
            answer.0
        );
    });
}

#[test]
fn a_status_that_lags_leads_to_no_second_post_and_no_denial() {
    together([307, 400, 404, 429], |status: u16| {
        let (server, answer, outcome) = outcome(Manner {
            status,
            early: false,
            lag: Duration::from_secs(5),
        });
        assert_eq!(server.whole(), 1, "after {status}: {}", answer.0);
        assert_ne!(outcome, "failed", "it arrived whole after {status}: {}", answer.0);
    });
}
