//! The HTTP client of one API base: reqwest with redaction, without redirects, with bounds on what is read.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Client, RequestBuilder, Response};
use tracing::{Instrument as _, Span, debug, field, info_span};
use url::Url;

use super::{
    client::{self, Trust},
    connection_error::{ConnectError, ConnectionError},
    error::{HttpError, HttpErrorKind, millis},
    lookup::{Lookup, LoopbackLocalhost, SystemLookup},
    meter::{BodyAbort, BodyMeter, BodySpan, StallLimit, time_for},
    request::{HttpRequest, RequestBody},
    response::HttpResponse,
    tally::{Held, Tally},
};
use crate::{
    clock::{Clock, Deadline},
    model::ByteCount,
    secret::is_loopback,
};

/// Size up to which the bytes of a response are not counted.
const RESPONSE_SMALL: usize = 16 * 1024;

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct TransportError(#[source] reqwest::Error);

/// HTTP client of one API base. Clones share its connections.
///
/// Certificates, proxy and name resolution depend on the base, so each API has a transport of its own.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
    base: Arc<Url>,
    clock: Clock,
    tally: Arc<Tally>,
}

impl Transport {
    /// Sets up a client for requests to `api_base`.
    ///
    /// For a base on this machine (a simulator over http) no root certificate is loaded and no proxy is used.
    /// For `localhost` connections go to loopback addresses alone, whatever the name resolves to.
    pub fn new(api_base: &Url, clock: Clock) -> Result<Self, TransportError> {
        Self::looking_up(Arc::new(SystemLookup::default()), api_base, clock)
    }

    /// Sets up a client with another name resolution.
    fn looking_up(lookup: Arc<dyn Lookup>, api_base: &Url, clock: Clock) -> Result<Self, TransportError> {
        let is_simulator = api_base.scheme() == "http" && is_loopback(api_base);
        let mut builder = if is_simulator {
            client::builder(Trust::Nobody).no_proxy()
        } else {
            client::builder(Trust::Machine)
        };
        if is_loopback(api_base) {
            builder = builder.dns_resolver(LoopbackLocalhost(lookup));
        }
        Ok(Self {
            client: builder.build().map_err(TransportError)?,
            base: Arc::new(api_base.clone()),
            clock,
            tally: Arc::default(),
        })
    }

    /// The same client with counters of its own, for one request of the host.
    #[must_use]
    pub fn for_request(&self) -> Self {
        Self {
            tally: Arc::new(self.tally.another()),
            ..self.clone()
        }
    }

    /// Number of requests sent so far, including those without a response and those that were dropped.
    pub fn calls_sent(&self) -> u32 {
        self.tally.sent()
    }

    /// Sends `request` once, and waits for its response until `deadline` at most.
    pub async fn attempt(
        &self,
        request: &HttpRequest<'_>,
        attempt: u32,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let span = info_span!(
            "http",
            endpoint = request.endpoint,
            attempt,
            status = field::Empty,
            duration_ms = field::Empty,
            error = field::Empty
        );
        self.attempt_in_span(request, attempt, deadline)
            .instrument(span)
            .await
    }

    async fn attempt_in_span(
        &self,
        request: &HttpRequest<'_>,
        attempt: u32,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let start = self.clock.elapsed();
        // Counted first, because the attempt may be dropped on its way.
        self.tally.count();
        let result = self.exchange(request, deadline).await;
        let elapsed = self.clock.elapsed().saturating_sub(start);
        if matches!(result, Err(kind) if kind.is_unsent()) {
            self.tally.take_back();
        }
        let span = Span::current();
        span.record("duration_ms", millis(elapsed));
        match &result {
            Ok(response) => span.record("status", response.status),
            Err(kind) => span.record("error", field::display(kind)),
        };
        debug!("call ended");
        result.map_err(|kind| HttpError {
            endpoint: request.endpoint,
            kind,
            attempt,
            elapsed,
        })
    }

    async fn exchange(
        &self,
        request: &HttpRequest<'_>,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpErrorKind> {
        let left = self.clock.left_until(deadline);
        if left.is_zero() {
            return Err(HttpErrorKind::DeadlinePassed);
        }
        let taken = Arc::new(AtomicBool::new(false));
        let stall = request.body.stall();
        let sent = if let Some((length, stall)) = stall {
            let idle = stall.idle.max(request.timeout);
            self.send_watched(request, length, StallLimit { idle, ..stall }, deadline, &taken)
                .await?
        } else {
            let timeout = request.timeout.min(left);
            self.build(request, timeout, &taken, &BodyMeter::default())
                .send()
                .await
        };
        let response = sent.map_err(|error| {
            let has_body = !matches!(request.body, RequestBody::Empty);
            HttpErrorKind::Connection(if has_body && !taken.load(Ordering::SeqCst) {
                ConnectionError::Connect(ConnectError::of(&error))
            } else {
                ConnectionError::of(&error)
            })
        })?;
        let read = self.read(response, request.response_max);
        if stall.is_none() {
            return read.await;
        }
        // The timeout of the attempt is the deadline of the request, so that a long body may be sent.
        let timed_out = HttpErrorKind::Connection(ConnectionError::Timeout);
        let timeout = request.timeout.min(self.clock.left_until(deadline));
        tokio::time::timeout(timeout, read)
            .await
            .unwrap_or(Err(timed_out))
    }

    /// Sends a request with a body of `length` bytes. Errors: `Stalled`, `TooSlow`, and a timeout if the response is late.
    async fn send_watched(
        &self,
        request: &HttpRequest<'_>,
        length: u64,
        stall: StallLimit,
        deadline: Deadline,
        taken: &Arc<AtomicBool>,
    ) -> Result<reqwest::Result<Response>, HttpErrorKind> {
        let meter = BodyMeter::default();
        let timeout = self.clock.left_until(deadline);
        let span = BodySpan { length, after: 0 };
        let sent = tokio::select! {
            biased;
            sent = self.build(request, timeout, taken, &meter).send() => Ok(sent),
            abort = meter.watch(&self.clock, span, stall, deadline) => Err(abort),
        };
        let is_whole = meter.close() >= length;
        sent.map_err(|abort| match abort {
            BodyAbort::Stalled if is_whole => HttpErrorKind::Connection(ConnectionError::Timeout),
            BodyAbort::Stalled => HttpErrorKind::Stalled,
            BodyAbort::TooSlow { measured, surely } => HttpErrorKind::TooSlow {
                bytes_per_second: measured,
                needs: time_for(length, surely),
            },
        })
    }

    /// The request as reqwest sends it. `taken` is set when the connection takes its body, whose bytes `meter` counts.
    fn build(
        &self,
        request: &HttpRequest<'_>,
        timeout: Duration,
        taken: &Arc<AtomicBool>,
        meter: &BodyMeter,
    ) -> RequestBuilder {
        let mut builder = self
            .client
            .request(request.method.clone(), request.url.clone())
            .timeout(timeout)
            .headers(request.headers.clone());
        if let Some(auth) = request.auth.filter(|_| self.is_own(&request.url))
            && let Some(value) = auth.token.header_value(auth.prefix)
        {
            builder = builder.header(auth.name, value);
        }
        let (content_type, length, body) = match &request.body {
            RequestBody::Empty => return builder,
            RequestBody::Bytes { content_type, bytes } => {
                let whole = stream::iter([Ok(bytes.clone())]);
                (content_type, ByteCount::of(bytes).0, watched(whole, taken, meter))
            }
            RequestBody::Stream {
                content_type,
                length,
                open,
                stall: _,
            } => (content_type, *length, watched(open(), taken, meter)),
        };
        builder
            .header(CONTENT_TYPE, content_type)
            .header(CONTENT_LENGTH, length)
            .body(body)
    }

    /// Returns true if `url` belongs to the API base, the only place that a credential is sent to.
    fn is_own(&self, url: &Url) -> bool {
        url.scheme() == self.base.scheme()
            && url.host() == self.base.host()
            && url.port_or_known_default() == self.base.port_or_known_default()
    }

    /// Reads a response of at most `most` bytes.
    async fn read(&self, mut response: Response, most: usize) -> Result<HttpResponse, HttpErrorKind> {
        let (status, now) = (response.status().as_u16(), self.clock.since_epoch());
        let mut whole = HttpResponse::of(status, response.headers(), now, Held::of(&self.tally));
        let mut body = BytesMut::new();
        loop {
            let part = response.chunk().await;
            let part = part.map_err(|error| HttpErrorKind::Connection(ConnectionError::of(&error)))?;
            let Some(part) = part else { break };
            let size = body.len() + part.len();
            if size > most {
                return Err(HttpErrorKind::TooLarge);
            }
            if !whole
                .held
                .grow(size.saturating_sub(RESPONSE_SMALL.max(body.len())))
            {
                return Err(HttpErrorKind::NoMemory);
            }
            body.extend_from_slice(&part);
        }
        whole.body = body.freeze();
        Ok(whole)
    }
}

/// Body that reports when the connection takes it, and ends with an error once `meter` is closed. It is taken before
/// the first byte of the request leaves the machine.
fn watched(
    mut body: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
    taken: &Arc<AtomicBool>,
    meter: &BodyMeter,
) -> Body {
    let (taken, meter) = (Arc::clone(taken), meter.clone());
    Body::wrap_stream(stream::poll_fn(move |context| {
        taken.store(true, Ordering::SeqCst);
        let piece = ready!(body.poll_next_unpin(context));
        Poll::Ready(piece.map(|piece| {
            let piece: Bytes = piece?;
            let taken = meter.add(ByteCount::of(&piece).0);
            taken
                .map(|_total| piece)
                .ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionAborted))
        }))
    }))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::{HeaderMap, Method, header::AUTHORIZATION};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;
    use crate::{
        http::{lookup::Found, request::AuthHeader},
        secret::AccessToken,
    };

    const NOT_THIS_MACHINE: HttpErrorKind =
        HttpErrorKind::Connection(ConnectionError::Connect(ConnectError::NotThisMachine));

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
    async fn called(found: &'static [&'static str], scheme: &str) -> (Result<u16, HttpErrorKind>, bool) {
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
        let auth = AuthHeader {
            name: &AUTHORIZATION,
            prefix: "Bearer ",
            token: &token,
        };
        let call = HttpRequest {
            endpoint: "user_info",
            method: Method::GET,
            url: base,
            auth: Some(auth),
            headers: HeaderMap::new(),
            body: RequestBody::Empty,
            timeout: Duration::from_secs(10),
            response_max: 1024,
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
            result.map(|answer| answer.status).map_err(|failure| failure.kind),
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
                assert_eq!((result, heard), (Err(NOT_THIS_MACHINE), false), "{elsewhere:?}");
            }
        }
        let told = NOT_THIS_MACHINE.to_string();
        assert!(
            told.contains("hosts file") && told.contains("127.0.0.1 in place of localhost"),
            "{told}"
        );
    }
}
