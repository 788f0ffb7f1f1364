//! A made-up API against the whole of `http`: credential, classifier, rate limit, bodies and bounds.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

use super::*;
use crate::{clock::Clock, secret::AccessToken};

/// MadeUpApi that gives these responses one after the other, and keeps the requests.
struct MadeUpApi {
    base: Url,
    heard: Arc<Mutex<Vec<String>>>,
}

impl MadeUpApi {
    async fn new(responses: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            for response in responses {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                stream.write_all(response.as_bytes()).await.unwrap();
            }
        });
        Self { base, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Reads one request with its body.
async fn read(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the request ends early: {text}");
        request.extend_from_slice(&buffer[..read]);
    }
}

macro_rules! json {
    ($body:literal) => {
        concat!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", $body)
    };
}

const OK: &str = json!(r#"{"code":0}"#);
const BUSY: &str = json!(r#"{"code":40100}"#);
const FAULT: &str = json!(r#"{"code":50000}"#);

/// This API answers 200 to everything, with a code in the body.
fn classify(response: &HttpResponse) -> Option<RetryReason> {
    match &*response.body {
        br#"{"code":40100}"# => Some(RetryReason::RateLimited {
            wait: None,
            by_api: true,
        }),
        br#"{"code":50000}"# => Some(RetryReason::ServerError),
        _ => RetryReason::of_status(response.status),
    }
}

/// Permits every attempt.
struct AlwaysPermitted;

impl AttemptHook for AlwaysPermitted {
    type Receipt = ();

    fn before_attempt(&self) -> BoxFuture<'_, Result<(), Rejected>> {
        async { Ok(()) }.boxed()
    }

    fn after_attempt(&self, (): (), _sent: bool) -> BoxFuture<'_, ()> {
        async {}.boxed()
    }

    fn answered<'a>(
        &'a self,
        _response: &'a HttpResponse,
        reason: Option<RetryReason>,
    ) -> BoxFuture<'a, Option<RetryReason>> {
        async move { reason }.boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        async {}.boxed()
    }
}

const ACCESS_TOKEN: HeaderName = HeaderName::from_static("access-token");

fn request(url: Url, body: RequestBody) -> HttpRequest<'static> {
    HttpRequest {
        endpoint: "report",
        method: Method::POST,
        url,
        auth: None,
        headers: HeaderMap::new(),
        body,
        timeout: Duration::from_secs(10),
        response_max: 64,
    }
}

/// Sends a request to `server`; the response's body, and how many requests the server heard.
async fn sent(server: &MadeUpApi, idempotency: Idempotency, max: u32) -> (String, usize) {
    let clock = Clock::system();
    let transport = Transport::new(&server.base, clock.clone()).unwrap();
    let policy = SendPolicy {
        idempotency,
        classify,
        retries: Retries {
            max,
            wait_budget: Duration::from_secs(10),
            backoff: Backoff {
                first: Duration::from_millis(1),
                most: Duration::from_millis(2),
            },
        },
        deadline: clock.deadline_in(Duration::from_secs(10)),
    };
    let request = request(server.base.clone(), RequestBody::Empty);
    let response = send(&transport, &clock, &request, policy, &AlwaysPermitted)
        .await
        .unwrap();
    let body = String::from_utf8(response.body.to_vec()).unwrap();
    (body, server.heard().len())
}

#[tokio::test]
async fn a_classifier_may_read_the_body_of_a_200() {
    let ok = |calls| (r#"{"code":0}"#.to_owned(), calls);
    let fault = |calls| (r#"{"code":50000}"#.to_owned(), calls);
    let server = MadeUpApi::new(&[BUSY, FAULT, OK]).await;
    assert_eq!(sent(&server, Idempotency::Idempotent, 3).await, ok(3));
    // A refusal had no effect; a fault of the server may have had one.
    let server = MadeUpApi::new(&[BUSY, FAULT, OK]).await;
    assert_eq!(sent(&server, Idempotency::NonIdempotent, 3).await, fault(2));
    let server = MadeUpApi::new(&[FAULT, FAULT, OK]).await;
    assert_eq!(sent(&server, Idempotency::Idempotent, 1).await, fault(2));
}

/// Sends one request with a credential from a transport for `base`.
async fn attempt(base: &Url, mut request: HttpRequest<'_>) -> Result<HttpResponse, HttpErrorKind> {
    let clock = Clock::system();
    let transport = Transport::new(base, clock.clone()).unwrap();
    let token = AccessToken::parse("canary-0123456789".to_owned()).unwrap();
    let deadline = clock.deadline_in(Duration::from_secs(10));
    request.auth = None;
    let request = HttpRequest {
        auth: Some(AuthHeader {
            name: &ACCESS_TOKEN,
            prefix: "",
            token: &token,
        }),
        ..request
    };
    assert!(!format!("{request:?}").contains("canary"));
    let sent = transport.attempt(&request, 1, deadline).await;
    sent.map_err(|error| error.kind)
}

#[tokio::test]
async fn the_credential_goes_to_its_own_api_alone() {
    const MOVED: &str = "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (own, other) = (MadeUpApi::new(&[MOVED]).await, MadeUpApi::new(&[OK]).await);
    let to_own = attempt(&own.base, request(own.base.clone(), RequestBody::Empty)).await;
    assert_eq!(to_own.unwrap().status, 307, "redirects are not followed");
    assert!(
        own.heard()[0].contains("access-token: canary-0123456789\r\n"),
        "{:?}",
        own.heard()
    );
    assert!(!own.heard()[0].contains("authorization"));
    let to_other = attempt(&own.base, request(other.base.clone(), RequestBody::Empty)).await;
    assert_eq!(to_other.unwrap().status, 200);
    assert!(!other.heard()[0].contains("canary"), "{:?}", other.heard());
}

#[tokio::test]
async fn a_response_is_read_up_to_its_bound() {
    const LARGE: &str = json!("0123456789012345678901234567890123456789012345678901234567890123");
    for (bound, expected) in [(64, Ok(64)), (63, Err(HttpErrorKind::TooLarge))] {
        let server = MadeUpApi::new(&[LARGE]).await;
        let request = HttpRequest {
            response_max: bound,
            ..request(server.base.clone(), RequestBody::Empty)
        };
        let read = attempt(&server.base, request).await;
        assert_eq!(read.map(|response| response.body.len()), expected);
    }
}

#[tokio::test]
async fn a_form_carries_fields_and_a_file_that_is_read_while_it_is_sent() {
    const PIECES: usize = 64;
    let piece = Bytes::from(vec![b'v'; 16 * 1024]);
    let opened = Arc::<Mutex<usize>>::default();
    let counted = Arc::clone(&opened);
    let open = move || {
        let (piece, counted) = (piece.clone(), Arc::clone(&counted));
        let pieces = stream::iter(0..PIECES).map(move |_| {
            *counted.lock().unwrap() += 1;
            Ok::<_, io::Error>(piece.clone())
        });
        pieces.boxed()
    };
    let file = FilePart {
        name: "video_file",
        file_name: "a \"b\"\r\n.mp4",
        content_type: "video/mp4",
        length: 16 * 1024 * 64,
        open: Arc::new(open),
        stall: StallLimit::default(),
    };
    let body =
        RequestBody::multipart(&[("advertiser_id", "7"), ("upload_type", "UPLOAD_BY_FILE")], file).unwrap();
    assert_eq!(*opened.lock().unwrap(), 0, "nothing is read before it is sent");
    let server = MadeUpApi::new(&[OK]).await;
    attempt(&server.base, request(server.base.clone(), body))
        .await
        .unwrap();
    assert_eq!(*opened.lock().unwrap(), PIECES);
    let heard = server.heard().remove(0);
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    let boundary = head
        .lines()
        .find_map(|line| line.strip_prefix("content-type: multipart/form-data; boundary="));
    let boundary = boundary.unwrap();
    assert!(
        head.contains(&format!("content-length: {}\r\n", body.len())),
        "{head}"
    );
    assert!(!head.contains("transfer-encoding"), "{head}");
    let file = "v".repeat(16 * 1024 * PIECES);
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"advertiser_id\"\r\n\r\n7\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"upload_type\"\r\n\r\nUPLOAD_BY_FILE\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"video_file\"; filename=\"a %22b%22%0D%0A.mp4\"\r\n\
         Content-Type: video/mp4\r\n\r\n{file}\r\n--{boundary}--\r\n"
    );
    assert!(body == expected, "{}", body.replace('v', ""));
}

/// Form with a file of `length` bytes, whose connection may stall for 400 ms.
fn form(length: u64) -> RequestBody {
    let piece = Bytes::from(vec![b'v'; 64 * 1024]);
    let open = move || {
        let pieces = usize::try_from(length).unwrap() / piece.len();
        stream::iter(vec![piece.clone(); pieces])
            .map(Ok::<_, io::Error>)
            .boxed()
    };
    let file = FilePart {
        name: "video_file",
        file_name: "a.mp4",
        content_type: "video/mp4",
        length,
        open: Arc::new(open),
        stall: StallLimit {
            idle: Duration::from_millis(400),
            slowest: 1_000_000_000,
        },
    };
    RequestBody::multipart(&[], file).unwrap()
}

/// Sends a form to a server that takes a request's bytes with `pause` between reads, up to `most` bytes; the time that
/// the attempt may take is far more than the 200 ms that the connection may be silent.
async fn sent_slowly(pause: Duration, most: usize) -> Result<u16, HttpErrorKind> {
    const LENGTH: u64 = 32 * 1024 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut read, mut buffer) = (0, vec![0; 1024 * 1024]);
        while read < most {
            read += stream.read(&mut buffer).await.unwrap();
            Clock::system().sleep_wall(pause).await;
        }
        if most < usize::try_from(LENGTH).unwrap() {
            return std::future::pending().await;
        }
        stream.write_all(OK.as_bytes()).await.unwrap();
    });
    let request = HttpRequest {
        timeout: Duration::from_millis(200),
        ..request(base.clone(), form(LENGTH))
    };
    let response = attempt(&base, request).await;
    server.abort();
    response.map(|response| response.status)
}

#[tokio::test]
async fn a_form_whose_connection_stalls_is_aborted() {
    let clock = Clock::system();
    assert_eq!(
        sent_slowly(Duration::ZERO, 1024 * 1024).await,
        Err(HttpErrorKind::Stalled)
    );
    assert!(clock.elapsed() < Duration::from_secs(5), "{:?}", clock.elapsed());
}

#[tokio::test]
async fn a_form_on_a_slow_connection_is_sent_for_longer_than_the_timeout() {
    let clock = Clock::system();
    assert_eq!(
        sent_slowly(Duration::from_millis(25), 32 * 1024 * 1024).await,
        Ok(200)
    );
    assert!(
        clock.elapsed() > Duration::from_millis(600),
        "{:?}",
        clock.elapsed()
    );
}

#[tokio::test]
async fn bytes_are_sent_as_their_type() {
    let server = MadeUpApi::new(&[OK]).await;
    let body = RequestBody::Bytes {
        content_type: HeaderValue::from_static("application/x-www-form-urlencoded"),
        bytes: Bytes::from_static(b"a=1&b=2"),
    };
    attempt(&server.base, request(server.base.clone(), body))
        .await
        .unwrap();
    let heard = server.heard().remove(0);
    assert!(
        heard.contains("content-type: application/x-www-form-urlencoded\r\n"),
        "{heard}"
    );
    assert!(heard.ends_with("\r\n\r\na=1&b=2"), "{heard}");
}
