//! Servers that do what servers do: redirect, cut, stall, change their mind.

use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;
use crate::http::{
    Backoff,
    connection_error::ConnectError,
    guard::{AddressKind, BlockedUrl},
    jobs::Jobs,
    lookup::Found,
    lowest_speed::Shortfall,
};

mod ssrf;

/// Response to one connection.
#[derive(Clone)]
enum Play {
    /// These bytes, then the end of the connection.
    Send(Vec<u8>),
    /// These bytes, and then nothing for ever.
    Stall(Vec<u8>),
    /// These bytes, and then a letter every few milliseconds for ever.
    Drip(Vec<u8>),
}

/// A server on loopback that answers each connection with the next play, and keeps what it was asked.
struct ScriptedHost {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ScriptedHost {
    async fn new(plays: impl FnOnce(&str) -> Vec<Play>) -> Self {
        Self::at(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(), plays)
    }

    fn at(listener: TcpListener, plays: impl FnOnce(&str) -> Vec<Play>) -> Self {
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut plays = VecDeque::from(plays(&base));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        drop(tokio::spawn(async move {
            let mut stalled = Vec::new();
            while let Some(play) = plays.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                        break;
                    }
                    request.push(byte[0]);
                    // The first byte of TLS, after which nothing ends like a request of HTTP.
                    if request == [0x16] {
                        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
                        break;
                    }
                }
                heard.lock().unwrap().push(String::from_utf8(request).unwrap());
                let (Play::Send(bytes) | Play::Stall(bytes) | Play::Drip(bytes)) = &play;
                // The client may be gone before all is written.
                stream.write_all(bytes).await.ok();
                match play {
                    Play::Send(_) => drop(stream.shutdown().await),
                    Play::Stall(_) => stalled.push(stream),
                    Play::Drip(_) => drop(tokio::spawn(drip(stream))),
                }
            }
            drop(listener);
            std::future::pending::<()>().await;
        }));
        Self { base, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// A header of each request; empty where it was not sent.
    fn headers(&self, name: &str) -> Vec<String> {
        let of = |request: &String| {
            let lines = request.lines().filter_map(|line| line.split_once(": "));
            lines
                .filter(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
                .collect()
        };
        self.asked().iter().map(of).collect()
    }
}

async fn drip(mut stream: tokio::net::TcpStream) {
    while stream.write_all(b"x").await.is_ok() {
        Clock::system().sleep(Duration::from_millis(5)).await;
    }
}

fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let lines: String = headers.iter().flat_map(|line| [line, "\r\n"]).collect();
    [
        format!("HTTP/1.1 {status}\r\nConnection: close\r\n{lines}\r\n").as_bytes(),
        body,
    ]
    .concat()
}

fn send(status: &str, headers: &[&str], body: &[u8]) -> Play {
    Play::Send(answer(status, headers, body))
}

fn file(body: &[u8]) -> Play {
    send(
        "200 OK",
        &[&format!("Content-Length: {}", body.len()), "ETag: \"a\""],
        body,
    )
}

/// The file, broken off after `at` bytes.
fn cut(body: &[u8], etag: &str, at: usize) -> Play {
    send(
        "200 OK",
        &[&format!("Content-Length: {}", body.len()), etag],
        &body[..at],
    )
}

fn part(body: &[u8], from: usize, etag: &str) -> Play {
    let range = format!("Content-Range: bytes {from}-{}/{}", body.len() - 1, body.len());
    send(
        "206 Partial Content",
        &[&range, etag, &format!("Content-Length: {}", body.len() - from)],
        &body[from..],
    )
}

fn redirect_to(target: &str) -> Play {
    send(
        "302 Found",
        &[&format!("Location: {target}"), "Content-Length: 0"],
        b"",
    )
}

/// Keeps everything, up to a limit.
#[derive(Default)]
struct BoundedSink {
    bytes: Vec<u8>,
    begun: usize,
    most: Option<usize>,
}

impl Sink for BoundedSink {
    type Stop = &'static str;

    fn begin(&mut self, info: &FileInfo) -> Result<(), &'static str> {
        self.bytes.clear();
        self.begun += 1;
        match (info.total, self.most) {
            (Some(total), Some(most)) if total > most as u64 => Err("info too much"),
            _ => Ok(()),
        }
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), &'static str> {
        self.bytes.extend_from_slice(piece);
        if self.most.is_some_and(|most| self.bytes.len() > most) {
            Err("sent too much")
        } else {
            Ok(())
        }
    }
}

fn clock() -> Clock {
    // Waits between attempts take no time; waits for the network are real.
    Clock::virtual_at(Duration::ZERO)
}

fn job(url: &str) -> DownloadRequest {
    let backoff = Backoff {
        first: Duration::from_millis(1),
        most: Duration::from_millis(1),
    };
    DownloadRequest {
        url: Url::parse(url).unwrap(),
        timeout: Duration::from_secs(5),
        overall: Duration::from_secs(20),
        retries: Retries {
            max: 3,
            wait_budget: Duration::from_secs(30),
            backoff,
        },
    }
}

/// A client of the simulator at `base`.
fn beside(base: &str) -> Downloader {
    Downloader::new(simulator(base), clock())
}

fn simulator(base: &str) -> Reach {
    Reach::simulator(&Url::parse(base).unwrap())
}

async fn fetch(
    downloader: &Downloader,
    job: &DownloadRequest,
) -> (BoundedSink, Result<(), DownloadErrorKind>) {
    let mut kept = BoundedSink::default();
    let result = downloader
        .fetch(job, &mut kept)
        .await
        .map_err(|error| match error {
            FetchError::Failed(error) => error.kind,
            FetchError::Stopped(stop) => panic!("{stop}"),
        });
    (kept, result)
}

/// Serves `plays` and fetches `/file`.
async fn played(
    plays: impl FnOnce(&str) -> Vec<Play>,
) -> (ScriptedHost, BoundedSink, Result<(), DownloadErrorKind>) {
    let stage = ScriptedHost::new(plays).await;
    let (kept, result) = fetch(&beside(&stage.base), &job(&format!("{}/file", stage.base))).await;
    (stage, kept, result)
}

const BODY: &[u8] = b"0123456789abcdefghij";

#[tokio::test]
async fn a_file_comes_whole_and_nothing_is_told_to_its_host() {
    let (stage, kept, result) = played(|_| vec![file(BODY)]).await;
    assert_eq!((result, kept.bytes.as_slice()), (Ok(()), BODY));
    let asked = stage.asked().join("").to_ascii_lowercase();
    for absent in ["authorization", "cookie", "referer", "range"] {
        assert!(!asked.contains(absent), "{asked}");
    }
    assert!(asked.contains("accept-encoding: identity"), "{asked}");
}

#[tokio::test]
async fn bodies_without_a_length_come_whole_too() {
    let (_, kept, result) = played(|_| vec![send("200 OK", &[], BODY)]).await;
    assert_eq!((result, kept.bytes.as_slice()), (Ok(()), BODY));
    let chunked = b"5\r\n01234\r\n1\r\n5\r\n0\r\n\r\n";
    let (_, kept, result) = played(|_| vec![send("200 OK", &["Transfer-Encoding: chunked"], chunked)]).await;
    assert_eq!((result, kept.bytes.as_slice()), (Ok(()), &b"012345"[..]));
}

#[tokio::test]
async fn what_broke_off_is_continued_from_any_byte() {
    for at in [1, 7, BODY.len() - 1] {
        let (stage, kept, result) =
            played(|_| vec![cut(BODY, "ETag: \"a\"", at), part(BODY, at, "ETag: \"a\"")]).await;
        assert_eq!(
            (result, kept.bytes.as_slice(), kept.begun),
            (Ok(()), BODY, 1),
            "{at}"
        );
        assert_eq!(stage.headers("range"), ["", &format!("bytes={at}-")]);
        assert_eq!(stage.headers("if-range"), ["", "\"a\""]);
    }
    let date = "Last-Modified: Sun, 22 Nov 2026 00:00:00 GMT";
    let (stage, kept, result) = played(|_| vec![cut(BODY, date, 4), part(BODY, 4, date)]).await;
    assert_eq!((result, kept.bytes.as_slice()), (Ok(()), BODY));
    assert_eq!(stage.headers("if-range")[1], "Sun, 22 Nov 2026 00:00:00 GMT");
}

#[tokio::test]
async fn a_part_that_breaks_off_is_continued_as_well() {
    let etag = "ETag: \"a\"";
    let range = format!("Content-Range: bytes 4-{}/{}", BODY.len() - 1, BODY.len());
    let half = send(
        "206 Partial Content",
        &[&range, "Content-Length: 16"],
        &BODY[4..9],
    );
    let (stage, kept, result) = played(|_| vec![cut(BODY, etag, 4), half, part(BODY, 9, etag)]).await;
    assert_eq!((result, kept.bytes.as_slice()), (Ok(()), BODY));
    assert_eq!(stage.headers("range"), ["", "bytes=4-", "bytes=9-"]);
}

#[tokio::test]
async fn a_server_that_ignores_the_range_is_read_anew() {
    let (_, kept, result) = played(|_| vec![cut(BODY, "ETag: \"a\"", 7), file(BODY)]).await;
    assert_eq!((result, kept.bytes.as_slice(), kept.begun), (Ok(()), BODY, 2));
}

#[tokio::test]
async fn a_file_without_a_name_for_its_state_is_begun_anew() {
    for state in ["X-Nothing: 1", "ETag: W/\"a\""] {
        let (stage, kept, result) = played(|_| vec![cut(BODY, state, 7), file(BODY)]).await;
        assert_eq!((result, kept.bytes.as_slice()), (Ok(()), BODY));
        assert_eq!(stage.headers("range"), ["", ""], "{state}");
    }
}

#[tokio::test]
async fn two_states_of_a_file_are_never_mixed() {
    let begin = || cut(BODY, "ETag: \"a\"", 7);
    for second in [
        part(BODY, 7, "ETag: \"b\""),
        part(BODY, 3, "ETag: \"a\""),
        part(&BODY[..18], 7, "ETag: \"a\""),
        send(
            "416 Range Not Satisfiable",
            &["Content-Range: bytes */3", "Content-Length: 0"],
            b"",
        ),
    ] {
        let (stage, _, result) = played(|_| vec![begin(), second]).await;
        assert_eq!(result, Err(DownloadErrorKind::Changed));
        assert_eq!(stage.asked().len(), 2);
    }
}

#[tokio::test]
async fn attempts_end() {
    let broken = || send("200 OK", &["Content-Length: 20"], b"01");
    let (stage, _, result) = played(|_| vec![broken(), broken(), broken(), broken(), file(BODY)]).await;
    assert_eq!(
        (result, stage.asked().len()),
        (
            Err(DownloadErrorKind::Connection(ConnectionError::Interrupted)),
            4
        )
    );
}

#[tokio::test]
async fn statuses() {
    let plays =
        |status: &'static str| move |_: &str| vec![send(status, &["Content-Length: 0"], b""), file(BODY)];
    for (status, again) in [
        ("404 Not Found", false),
        ("403 Forbidden", false),
        ("410 Gone", false),
        ("204 No Content", false),
    ]
    .into_iter()
    .chain([
        ("500 Internal Server Error", true),
        ("503 Service Unavailable", true),
        ("408 Request Timeout", true),
    ]) {
        let (stage, _, result) = played(plays(status)).await;
        let code = status.split(' ').next().unwrap().parse().unwrap();
        let expected = if again {
            Ok(())
        } else {
            Err(DownloadErrorKind::Status(code, None))
        };
        assert_eq!(
            (result, stage.asked().len()),
            (expected, 1 + usize::from(again)),
            "{status}"
        );
    }
    // A wait beyond the request's patience is not begun.
    let (_, _, result) = played(|_| {
        vec![send(
            "429 Too Many",
            &["Retry-After: 90", "Content-Length: 0"],
            b"",
        )]
    })
    .await;
    assert_eq!(
        result,
        Err(DownloadErrorKind::Status(429, Some(Duration::from_secs(90))))
    );
    let (_, _, result) = played(|_| vec![part(BODY, 0, "ETag: \"a\"")]).await;
    assert_eq!(
        result,
        Err(DownloadErrorKind::Status(206, None)),
        "a part that nobody asked for"
    );
}

#[tokio::test]
async fn a_sink_that_has_enough_ends_the_download() {
    let stop = async |play: Play| {
        let stage = ScriptedHost::new(|_| vec![play]).await;
        let mut kept = BoundedSink {
            most: Some(10),
            ..BoundedSink::default()
        };
        match beside(&stage.base).fetch(&job(&stage.base), &mut kept).await {
            Err(FetchError::Stopped(stop)) => (stop, kept.bytes.len()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(stop(file(BODY)).await, ("info too much", 0));
    let (why, bytes) = stop(send("200 OK", &[], &vec![7; 100_000])).await;
    assert!(why == "sent too much" && bytes < 100_000, "{why} after {bytes}");
}

#[tokio::test]
async fn who_sends_nothing_is_not_waited_for() {
    let impatient = |base: &str| DownloadRequest {
        timeout: Duration::from_millis(150),
        retries: Retries {
            max: 1,
            ..job(base).retries
        },
        ..job(base)
    };
    for stall in [Vec::new(), answer("200 OK", &["Content-Length: 20"], b"012")] {
        let stage = ScriptedHost::new(|_| vec![Play::Stall(stall.clone()), Play::Stall(stall.clone())]).await;
        let (_, result) = fetch(&beside(&stage.base), &impatient(&stage.base)).await;
        assert_eq!(
            (result, stage.asked().len()),
            (Err(DownloadErrorKind::Connection(ConnectionError::Timeout)), 2)
        );
    }
    let stage = ScriptedHost::new(|_| vec![Play::Stall(Vec::new())]).await;
    let hurried = DownloadRequest {
        overall: Duration::from_millis(100),
        ..job(&stage.base)
    };
    assert_eq!(
        fetch(&beside(&stage.base), &hurried).await.1,
        Err(DownloadErrorKind::OutOfTime)
    );
}

#[tokio::test]
async fn redirects_are_followed_by_hand() {
    let (stage, kept, result) = played(|base| {
        vec![
            redirect_to(&format!("{base}/b?x=1")),
            redirect_to("/c"),
            file(BODY),
        ]
    })
    .await;
    assert_eq!((result, kept.bytes.as_slice()), (Ok(()), BODY));
    let paths: Vec<String> = stage
        .asked()
        .iter()
        .map(|asked| asked.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(
        paths,
        ["GET /file HTTP/1.1", "GET /b?x=1 HTTP/1.1", "GET /c HTTP/1.1"]
    );
    assert_eq!(stage.headers("referer"), ["", "", ""]);
}

#[tokio::test]
async fn a_redirect_goes_nowhere_that_is_forbidden() {
    for (target, refusal) in [
        (
            "http://169.254.169.254/latest/meta-data/",
            BlockedUrl::Names(AddressKind::Metadata),
        ),
        (
            "https://169.254.169.254/latest/meta-data/",
            BlockedUrl::Names(AddressKind::Metadata),
        ),
        (
            "https://[fd00:ec2::254]/",
            BlockedUrl::Names(AddressKind::Metadata),
        ),
        ("https://10.0.0.1/", BlockedUrl::Names(AddressKind::Private)),
        (
            "https://[::ffff:10.0.0.1]/",
            BlockedUrl::Names(AddressKind::Embedded),
        ),
        ("https://example.com/", BlockedUrl::Outside(443)),
        ("http://127.0.0.1:9/", BlockedUrl::Outside(9)),
        ("file:///etc/passwd", BlockedUrl::NoHost),
        ("http://me:pw@127.0.0.1/", BlockedUrl::UserInfo),
    ] {
        let (stage, _, result) = played(|_| vec![redirect_to(target)]).await;
        assert_eq!(result, Err(DownloadErrorKind::Blocked(refusal)), "{target}");
        assert_eq!(stage.asked().len(), 1);
    }
    let (_, _, result) = played(|_| vec![send("302 Found", &["Content-Length: 0"], b"")]).await;
    assert_eq!(result, Err(DownloadErrorKind::RedirectNowhere));
}

#[tokio::test]
async fn a_loop_of_redirects_ends() {
    let (stage, _, result) = played(|_| vec![redirect_to("/file"); 9]).await;
    assert_eq!(
        (result, stage.asked().len()),
        (Err(DownloadErrorKind::TooManyRedirects), 6)
    );
}

/// Gives the next answer of a list each time that it is asked.
struct Names(Mutex<VecDeque<Vec<IpAddr>>>);

impl Lookup for Names {
    fn addresses(&self, _: &str) -> Found {
        let next = self.0.lock().unwrap().pop_front();
        Box::pin(async move { next.ok_or_else(|| io::Error::other("no such name")) })
    }
}

fn naming(reach: Reach, answers: &[&[&str]]) -> Downloader {
    let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
    Downloader::looking_up(
        Arc::new(Names(Mutex::new(answers.iter().map(parse).collect()))),
        reach,
        clock(),
    )
}

#[tokio::test]
async fn what_kept_it_from_connecting_is_told_apart() {
    let no_retries = |url: &str| DownloadRequest {
        retries: Retries {
            max: 0,
            ..job(url).retries
        },
        ..job(url)
    };
    let (_, result) = fetch(
        &naming(Reach::internet(), &[]),
        &no_retries("https://cdn.example.com/"),
    )
    .await;
    assert_eq!(
        result,
        Err(DownloadErrorKind::Connection(ConnectionError::Connect(
            ConnectError::NoPermittedAddress
        )))
    );
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let closed = format!("http://{closed}/");
    let (_, result) = fetch(&beside(&closed), &no_retries(&closed)).await;
    assert_eq!(
        result,
        Err(DownloadErrorKind::Connection(ConnectionError::Connect(
            ConnectError::Refused
        )))
    );
    let stage = ScriptedHost::new(|_| vec![send("400 Bad Request", &[], b"no TLS here")]).await;
    let (_, result) = fetch(
        &beside(&stage.base),
        &no_retries(&stage.base.replace("http://", "https://")),
    )
    .await;
    assert_eq!(
        result,
        Err(DownloadErrorKind::Connection(ConnectionError::Connect(
            ConnectError::NoTls
        )))
    );
}

#[tokio::test]
async fn an_error_names_the_host_and_nothing_more_of_the_url() {
    let stage = ScriptedHost::new(|_| vec![redirect_to("https://10.0.0.1/b?X-Signature=canary")]).await;
    let url = format!("{}/canary?X-Signature=canary", stage.base);
    let Err(FetchError::Failed(error)) = beside(&stage.base)
        .fetch(&job(&url), &mut BoundedSink::default())
        .await
    else {
        panic!("it should be refused");
    };
    assert_eq!(
        error.to_string(),
        "10.0.0.1 is a private address (after a redirect)"
    );
    assert!(!format!("{error:?}").contains("canary"));
}

#[tokio::test]
async fn only_the_head_of_a_file_is_read() {
    let large = vec![7; 1_000_000];
    let stage = ScriptedHost::new(|_| {
        vec![
            send(
                "206 Partial Content",
                &["Content-Range: bytes 0-9/99", "Content-Length: 10"],
                &BODY[..10],
            ),
            // A server that knows no ranges, and would send much more.
            file(&large),
            send(
                "416 Range Not Satisfiable",
                &["Content-Range: bytes */0", "Content-Length: 0"],
                b"",
            ),
            redirect_to("https://www.example.com/x?secret"),
            send("403 Forbidden", &["Content-Length: 0"], b""),
            Play::Stall(Vec::new()),
        ]
    })
    .await;
    let (downloader, url) = (beside(&stage.base), Url::parse(&stage.base).unwrap());
    let head = async || downloader.head(&url, 10, Duration::from_millis(300)).await;
    let told = |head: FileHead| (head.bytes.to_vec(), head.info.total);
    assert_eq!(head().await.map(told), Ok((BODY[..10].to_vec(), Some(99))));
    assert_eq!(head().await.map(told), Ok((vec![7; 10], Some(1_000_000))));
    assert_eq!(head().await.map(told), Ok((Vec::new(), Some(0))));
    let cause = |result: Result<FileHead, DownloadError>| result.unwrap_err().kind;
    assert_eq!(
        cause(head().await),
        DownloadErrorKind::Redirect(Some("www.example.com".to_owned()))
    );
    assert_eq!(cause(head().await), DownloadErrorKind::Status(403, None));
    assert_eq!(
        cause(head().await),
        DownloadErrorKind::Connection(ConnectionError::Timeout)
    );
    assert_eq!(stage.headers("range"), ["bytes=0-9"; 6]);
}

/// Fast for a test, and slow enough for a machine that has other things to do.
const LOWEST: LowestSpeed = LowestSpeed {
    bytes_per_second: 1_000_000,
    window: Duration::from_millis(600),
};

#[tokio::test]
async fn a_host_that_drips_is_given_up_after_one_window() {
    for begin in [
        b"HTTP/1.1 200 OK\r\nX-A: ".to_vec(),
        answer("200 OK", &["Content-Length: 1000000"], b"0123"),
    ] {
        let stage = ScriptedHost::new(|_| vec![Play::Drip(begin), file(BODY)]).await;
        let (_, result) = fetch(&beside(&stage.base).with_lowest_speed(LOWEST), &job(&stage.base)).await;
        let Err(DownloadErrorKind::BelowLowestSpeed(Shortfall {
            bytes,
            time,
            least: 1_000_000,
        })) = result
        else {
            panic!("{result:?}")
        };
        assert!(
            bytes < 100_000 && time == LOWEST.window,
            "{bytes} bytes in {time:?}"
        );
        assert_eq!(stage.asked().len(), 1, "it is not tried again at once");
    }
}

#[tokio::test]
async fn the_bytes_of_a_redirect_do_not_count() {
    let dripping = |base: &str| {
        let head = format!("HTTP/1.1 302 Found\r\nLocation: {base}/b\r\nX-A: ");
        vec![Play::Drip(head.into_bytes())]
    };
    let stage = ScriptedHost::new(dripping).await;
    let (_, result) = fetch(&beside(&stage.base).with_lowest_speed(LOWEST), &job(&stage.base)).await;
    assert!(
        matches!(
            result,
            Err(DownloadErrorKind::BelowLowestSpeed(Shortfall { bytes: 0, .. }))
        ),
        "{result:?}"
    );
}

/// Never too slow, and impatient as soon as another request waits.
const PATIENT: LowestSpeed = LowestSpeed {
    bytes_per_second: 1,
    window: Duration::from_millis(300),
};

/// Both files come whole, although the host of the first one would never end by itself.
#[tokio::test]
async fn a_download_gives_way_to_one_that_waits_and_goes_on_where_it_was() {
    let length = format!("Content-Length: {}", BODY.len());
    let begin = answer("200 OK", &[&length, "ETag: \"a\""], &BODY[..7]);
    let slow = ScriptedHost::new(|_| vec![Play::Stall(begin), part(BODY, 7, "ETag: \"a\"")]).await;
    let quick = ScriptedHost::new(|_| vec![file(BODY)]).await;
    let jobs = Arc::new(Jobs::new(1));
    let at = |stage: &ScriptedHost| {
        beside(&stage.base)
            .with_lowest_speed(PATIENT)
            .for_request(JobSlot::among(&jobs, 0))
    };
    let (first, second) = (at(&slow), at(&quick));
    let (first_job, second_job) = (
        DownloadRequest {
            retries: Retries {
                max: 0,
                ..job(&slow.base).retries
            },
            ..job(&slow.base)
        },
        job(&quick.base),
    );
    let (first, second) = tokio::join!(fetch(&first, &first_job), fetch(&second, &second_job));
    assert_eq!(
        (first.1, first.0.bytes.as_slice(), first.0.begun),
        (Ok(()), BODY, 1)
    );
    assert_eq!((second.1, second.0.bytes.as_slice()), (Ok(()), BODY));
    assert_eq!(slow.headers("range"), ["", "bytes=7-"]);
}

#[tokio::test]
async fn a_turn_that_does_not_come_in_time_is_told() {
    let stage = ScriptedHost::new(|_| vec![file(BODY)]).await;
    let jobs = Arc::new(Jobs::new(1));
    let other = JobSlot::among(&jobs, 0);
    let turn = other.turn(MediaLane::Videos, "other").await;
    let downloader = beside(&stage.base).for_request(JobSlot::among(&jobs, 0));
    let hurried = DownloadRequest {
        overall: Duration::from_millis(100),
        ..job(&stage.base)
    };
    assert_eq!(
        fetch(&downloader, &hurried).await.1,
        Err(DownloadErrorKind::NoTurn)
    );
    assert_eq!(stage.asked().len(), 0);
    drop(turn);
    assert_eq!(fetch(&downloader, &job(&stage.base)).await.1, Ok(()));
}

/// A slow host of photos has half of the turns for photos, and the rest is for others.
#[tokio::test]
async fn photos_of_one_host_leave_turns_to_others() {
    let jobs = Arc::new(Jobs::new(1));
    let downloader = Downloader::new(Reach::internet(), clock()).for_request(JobSlot::among(&jobs, 0));
    let url = |host: &str| Url::parse(&format!("https://{host}/a.jpg")).unwrap();
    let (slow, other) = (url("slow.example"), url("other.example"));
    let look = |url, patience| downloader.in_photo_turn(url, Duration::from_millis(patience), async {});
    let mut turns = Vec::new();
    for _ in 0..4 {
        turns.push(
            JobSlot::among(&jobs, 0)
                .turn(MediaLane::Photos, "slow.example:443")
                .await,
        );
    }
    assert_eq!(look(&slow, 20).await, None);
    assert_eq!(look(&other, 5_000).await, Some(()));
    drop(turns);
    assert_eq!(look(&slow, 5_000).await, Some(()));
}
