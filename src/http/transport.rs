//! reqwest, with redaction, without redirects, with a bound on what is read.

use std::{
    convert::Infallible,
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream};
use reqwest::{
    Body, Client, Method, Url,
    header::{
        AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
        RETRY_AFTER,
    },
    redirect,
};
use tracing::{Instrument as _, Span, debug, field, info_span};

use super::{
    lookup::{Lookup, LoopbackLocalhost, SystemLookup},
    millis,
    tally::{Held, Tally},
    unmade::Unmade,
};
use crate::{
    clock::{Clock, Deadline},
    secret::{AccessToken, is_loopback},
};

/// The largest answer that is read, in bytes. A page of 20 videos, TikTok's largest, has some 100 KiB.
const ANSWER_MAX: usize = 512 * 1024;

/// Up to here the bytes of an answer are not counted.
const ANSWER_SMALL: usize = 16 * 1024;

/// How long to wait for a connection, at most.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What the program calls itself.
pub(super) const USER_AGENT: &str = concat!("autohive-tiktok/", env!("CARGO_PKG_VERSION"));

/// One HTTP request, ready to be sent any number of times.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The endpoint's name in logs and errors.
    pub endpoint: &'static str,
    /// The request's method.
    pub method: Method,
    /// The whole address; never printed.
    pub url: Url,
    /// The token for the `Authorization` header, where the endpoint takes one.
    pub token: Option<&'a AccessToken>,
    /// Further headers.
    pub headers: HeaderMap,
    /// The body.
    pub payload: Payload,
    /// How long the whole call may take.
    pub timeout: Duration,
}

/// Begins to read a stream of bytes.
pub type Open = dyn Fn() -> BoxStream<'static, io::Result<Bytes>> + Send + Sync;

/// A request's body.
#[derive(Clone)]
pub enum Payload {
    /// None.
    Empty,
    /// A JSON document.
    Json(Bytes),
    /// Bytes that are read while they are sent; with their length, never chunked.
    Stream {
        /// How many bytes.
        length: u64,
        /// Reads them, from their beginning at each call.
        open: Arc<Open>,
    },
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(body) => write!(f, "Json({} bytes)", body.len()),
            Self::Stream { length, .. } => write!(f, "Stream({length} bytes)"),
        }
    }
}

/// An answer, whatever its status.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`, without parameters, where there is one.
    pub content_type: Option<String>,
    /// The `Retry-After`, from seconds or from a date.
    pub retry_after: Option<Duration>,
    /// The `Content-Range` of an upload's answer.
    pub content_range: Option<String>,
    /// The body.
    pub body: Bytes,
    /// The memory that it takes.
    pub held: Held,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// A call that got no whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{endpoint}: {loss}{}", self.when())]
pub struct Failure {
    /// The endpoint's name.
    pub endpoint: &'static str,
    /// Where it broke.
    pub loss: Loss,
    /// Which attempt this was, from 1.
    pub attempt: u32,
    /// How long the attempt took.
    pub elapsed: Duration,
}

impl Failure {
    /// Which attempt it was, where one was made.
    fn when(&self) -> String {
        match self.loss {
            Loss::TooLate | Loss::OverBudget(_) | Loss::Withheld | Loss::Unheard => String::new(),
            Loss::NotSent(_) | Loss::Timeout | Loss::Broken | Loss::TooLarge | Loss::NoMemory => {
                format!(" (attempt {}, after {} ms)", self.attempt, millis(self.elapsed))
            }
        }
    }

    /// A call that was not sent, because its limit allows it only after `wait`.
    pub(super) fn over_budget(endpoint: &'static str, attempt: u32, wait: Duration) -> Self {
        Self::denied(endpoint, attempt, Loss::OverBudget(wait))
    }

    /// A call that was not let through.
    pub(super) fn denied(endpoint: &'static str, attempt: u32, loss: Loss) -> Self {
        Self {
            endpoint,
            loss,
            attempt,
            elapsed: Duration::ZERO,
        }
    }
}

/// Where a call broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// No connection could be made: nothing was sent.
    NotSent(Unmade),
    /// The time of the whole request was up: nothing was sent.
    TooLate,
    /// The minute's calls are used up: nothing was sent, and nothing need be sent before this wait.
    OverBudget(Duration),
    /// Who was asked before did not let it through: nothing was sent.
    Withheld,
    /// Nobody reads the results any more, so nothing was sent.
    Unheard,
    /// The time was up before the whole answer was there.
    Timeout,
    /// The connection broke after something may have been sent.
    Broken,
    /// The answer was larger than anything TikTok sends.
    TooLarge,
    /// The answers that are held already leave no memory for it.
    NoMemory,
}

impl Loss {
    /// Whether nothing can have been sent.
    pub const fn is_unsent(self) -> bool {
        match self {
            Self::NotSent(_) | Self::TooLate | Self::OverBudget(_) | Self::Withheld | Self::Unheard => true,
            Self::Timeout | Self::Broken | Self::TooLarge | Self::NoMemory => false,
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent(unmade) => return write!(f, "no connection could be made: {unmade}"),
            Self::TooLate => "the request's time was up before it was sent",
            Self::OverBudget(_) => "this minute's calls are used up, so it was not sent",
            Self::Withheld => "it was not sent",
            Self::Unheard => "nobody reads the results any more, so it was not sent",
            Self::Timeout => "no whole answer in time",
            Self::Broken => "the connection broke before the answer was complete",
            Self::TooLarge => {
                "the answer was larger than TikTok's answers are, so it was not read to its end"
            }
            Self::NoMemory => {
                "the answers that are kept already leave no memory for it, so it was not read to its end"
            }
        })
    }
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct TransportError(#[source] reqwest::Error);

/// The HTTP client.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
    clock: Clock,
    tally: Arc<Tally>,
}

impl Transport {
    /// Sets up a client for calls to `api_base`.
    ///
    /// Where that is this machine itself (a simulator over http), no root certificate is loaded and no proxy
    /// is asked. Where it is `localhost`, connections go to loopback addresses alone, whatever the name
    /// resolves to.
    pub fn new(api_base: &Url, clock: Clock) -> Result<Self, TransportError> {
        Self::looking_up(Arc::new(SystemLookup::default()), api_base, clock)
    }

    /// The same with other names.
    fn looking_up(lookup: Arc<dyn Lookup>, api_base: &Url, clock: Clock) -> Result<Self, TransportError> {
        // A second installation in one process is refused, and the first one serves.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .http1_only();
        if is_loopback(api_base) {
            builder = builder.dns_resolver(LoopbackLocalhost(lookup));
        }
        if api_base.scheme() == "http" && is_loopback(api_base) {
            builder = builder.no_proxy().tls_certs_only([]);
        }
        Ok(Self {
            client: builder.build().map_err(TransportError)?,
            clock,
            tally: Arc::default(),
        })
    }

    /// The same client for a request of its own, whose calls are counted from 0.
    #[must_use]
    pub fn for_request(&self) -> Self {
        Self {
            tally: Arc::new(self.tally.another()),
            ..self.clone()
        }
    }

    /// The calls sent so far, those without an answer and those that were dropped included.
    pub fn calls_sent(&self) -> u32 {
        self.tally.sent()
    }

    /// Sends `call` once, and waits for its answer until `deadline` at most.
    pub async fn attempt(
        &self,
        call: &Call<'_>,
        attempt: u32,
        deadline: Deadline,
    ) -> Result<Answer, Failure> {
        let span = info_span!(
            "http",
            endpoint = call.endpoint,
            attempt,
            status = field::Empty,
            duration_ms = field::Empty,
            loss = field::Empty
        );
        self.attempt_in_span(call, attempt, deadline)
            .instrument(span)
            .await
    }

    async fn attempt_in_span(
        &self,
        call: &Call<'_>,
        attempt: u32,
        deadline: Deadline,
    ) -> Result<Answer, Failure> {
        let start = self.clock.elapsed();
        // Counted first: a call may be dropped on its way.
        self.tally.count();
        let result = self.exchange(call, deadline).await;
        let elapsed = self.clock.elapsed().saturating_sub(start);
        if matches!(result, Err(loss) if loss.is_unsent()) {
            self.tally.take_back();
        }
        let span = Span::current();
        span.record("duration_ms", millis(elapsed));
        match &result {
            Ok(answer) => span.record("status", answer.status),
            Err(loss) => span.record("loss", field::display(loss)),
        };
        debug!("call ended");
        result.map_err(|loss| Failure {
            endpoint: call.endpoint,
            loss,
            attempt,
            elapsed,
        })
    }

    async fn exchange(&self, call: &Call<'_>, deadline: Deadline) -> Result<Answer, Loss> {
        let left = self.clock.left_until(deadline);
        if left.is_zero() {
            return Err(Loss::TooLate);
        }
        let mut request = self
            .client
            .request(call.method.clone(), call.url.clone())
            .timeout(call.timeout.min(left))
            .headers(call.headers.clone());
        if let Some(bearer) = call.token.and_then(AccessToken::bearer) {
            request = request.header(AUTHORIZATION, bearer);
        }
        let taken = Arc::new(AtomicBool::new(false));
        request = match &call.payload {
            Payload::Empty => request,
            Payload::Json(body) => {
                let request = request
                    .header(CONTENT_TYPE, JSON_TYPE)
                    .header(CONTENT_LENGTH, body.len());
                request.body(watched(body.clone(), &taken))
            }
            Payload::Stream { length, open } => request
                .header(CONTENT_LENGTH, *length)
                .body(Body::wrap_stream(open())),
        };
        let mut response = request.send().await.map_err(|error| match call.payload {
            Payload::Json(_) if !taken.load(Ordering::SeqCst) => Loss::NotSent(Unmade::of(&error)),
            Payload::Empty | Payload::Json(_) | Payload::Stream { .. } => loss(&error),
        })?;
        let headers = response.headers();
        let mut answer = Answer {
            status: response.status().as_u16(),
            content_type: text(headers, &CONTENT_TYPE).map(|full| essence(&full)),
            retry_after: retry_after(headers, self.clock.since_epoch()),
            content_range: text(headers, &CONTENT_RANGE),
            body: Bytes::new(),
            held: Held::of(&self.tally),
        };
        let mut body = BytesMut::new();
        while let Some(part) = response.chunk().await.map_err(|error| loss(&error))? {
            let size = body.len() + part.len();
            let counted = size.saturating_sub(ANSWER_SMALL.max(body.len()));
            if size > ANSWER_MAX {
                return Err(Loss::TooLarge);
            }
            if !answer.held.grow(counted) {
                return Err(Loss::NoMemory);
            }
            body.extend_from_slice(&part);
        }
        answer.body = body.freeze();
        Ok(answer)
    }
}

/// What the posting pages ask for (docs/tiktok-open-api.md#hosts-and-versions).
const JSON_TYPE: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

/// A body that says when the connection takes it. That is before the first byte of the call leaves the
/// machine.
fn watched(body: Bytes, taken: &Arc<AtomicBool>) -> Body {
    let taken = Arc::clone(taken);
    Body::wrap_stream(stream::once(async move {
        taken.store(true, Ordering::SeqCst);
        Ok::<_, Infallible>(body)
    }))
}

fn loss(error: &reqwest::Error) -> Loss {
    if error.is_connect() {
        Loss::NotSent(Unmade::of(error))
    } else if error.is_timeout() {
        Loss::Timeout
    } else {
        Loss::Broken
    }
}

/// The `Retry-After`, seen from `now`, the time since the Unix epoch.
pub(super) fn retry_after(headers: &HeaderMap, now: Duration) -> Option<Duration> {
    text(headers, &RETRY_AFTER).and_then(|text| wait_of(&text, now))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// `Retry-After` in seconds, or as a date (RFC 9110 §10.2.3); a date that has passed is no wait.
fn wait_of(text: &str, now: Duration) -> Option<Duration> {
    let seconds = text.trim().parse().ok().map(Duration::from_secs);
    seconds.or_else(|| {
        let date = httpdate::parse_http_date(text.trim()).ok()?;
        Some(date.duration_since(UNIX_EPOCH).ok()?.saturating_sub(now))
    })
}

fn essence(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;
    use crate::http::lookup::Found;

    /// One answer to every question.
    struct HostsFile(&'static [&'static str]);

    impl Lookup for HostsFile {
        fn addresses(&self, _: &str) -> Found {
            let found: Vec<IpAddr> = self.0.iter().map(|text| text.parse().unwrap()).collect();
            Box::pin(async move { Ok(found) })
        }
    }

    /// Calls a server on 127.0.0.1 as `localhost`, with a token; what came of it, and whether the server
    /// heard anything.
    async fn called(found: &'static [&'static str], scheme: &str) -> (Result<u16, Loss>, bool) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!(
            "{scheme}://localhost:{}",
            listener.local_addr().unwrap().port()
        ))
        .unwrap();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .await
                .unwrap();
        };
        let clock = Clock::system();
        let transport = Transport::looking_up(Arc::new(HostsFile(found)), &base, clock.clone()).unwrap();
        let token = AccessToken::parse("act.0123456789".to_owned()).unwrap();
        let call = Call {
            endpoint: "user_info",
            method: Method::GET,
            url: base,
            token: Some(&token),
            headers: HeaderMap::new(),
            payload: Payload::Empty,
            timeout: Duration::from_secs(10),
        };
        let deadline = clock.deadline_in(Duration::from_secs(10));
        let attempt = transport.attempt(&call, 1, deadline);
        tokio::pin!(attempt);
        let mut heard = false;
        let result = tokio::select! {
            result = &mut attempt => result,
            () = server => {
                heard = true;
                attempt.await
            }
        };
        (
            result.map(|answer| answer.status).map_err(|failure| failure.loss),
            heard,
        )
    }

    #[tokio::test]
    async fn localhost_is_this_machine_whatever_a_hosts_file_says() {
        assert_eq!(called(&["127.0.0.1"], "http").await, (Ok(200), true));
        assert_eq!(called(&["10.0.0.1", "127.0.0.1"], "http").await, (Ok(200), true));
        for elsewhere in [
            &["10.0.0.1"][..],
            &["8.8.8.8", "fd00::1"],
            &["0.0.0.0"],
            &["::ffff:127.0.0.1"],
        ] {
            for scheme in ["http", "https"] {
                let (result, heard) = called(elsewhere, scheme).await;
                assert_eq!(
                    (result, heard),
                    (Err(Loss::NotSent(Unmade::NotThisMachine)), false),
                    "{elsewhere:?}"
                );
            }
        }
        let told = Loss::NotSent(Unmade::NotThisMachine).to_string();
        assert!(
            told.contains("hosts file") && told.contains("127.0.0.1 in place of localhost"),
            "{told}"
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        // 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
        let date = Duration::from_secs(784_111_777);
        let wait = |text, now| wait_of(text, now).map(|wait| wait.as_secs());
        assert_eq!(wait("120", date), Some(120));
        assert_eq!(
            wait(
                "Sun, 06 Nov 1994 08:49:37 GMT",
                date.saturating_sub(Duration::from_secs(90))
            ),
            Some(90)
        );
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:49:37 GMT", date + Duration::from_secs(5)),
            Some(0)
        );
        for nonsense in [
            "",
            "soon",
            "-1",
            "1.5",
            "99999999999999999999999",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(wait(nonsense, date), None, "{nonsense:?}");
        }
    }
}
