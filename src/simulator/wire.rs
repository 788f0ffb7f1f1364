//! HTTP/1.1 on a loopback port: connections, streamed request bodies, and responses that may be cut off.
//!
//! The server uses hyper directly, because hyper closes the connection without a response when a handler fails, which
//! is how a client sees a lost response.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use hyper::{
    Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use sha2::{Digest as _, Sha256};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};

use super::pace::{Endless, Stall, Throttle};

/// The body of a response.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A server on `127.0.0.1` that stops, with all its connections, when it is dropped.
#[derive(Debug)]
pub(super) struct LoopbackServer {
    address: SocketAddr,
    task: AbortHandle,
}

impl LoopbackServer {
    /// Binds `port` (0 for any) and serves on the current runtime; `handler` is created once the address is known.
    pub(super) async fn start<M, H, F>(port: u16, make: M) -> io::Result<Self>
    where
        M: FnOnce(SocketAddr) -> H,
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response<Body>, ConnectionCut>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(accept(listener, make(address))).abort_handle();
        Ok(Self { address, task })
    }

    /// The address, for example `http://127.0.0.1:41234`.
    pub(super) fn url(&self) -> String {
        base_url(self.address)
    }
}

impl Drop for LoopbackServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The URL of a loopback server, without a slash at its end.
pub(super) fn base_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

async fn accept<H, F>(listener: TcpListener, handler: H)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<Body>, ConnectionCut>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(converse(stream, handler.clone()));
            }
            // Too many open files, or a connection that was closed while it waited: others may still be served.
            Err(_) => tokio::task::yield_now().await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse<H, F>(stream: TcpStream, handler: H)
where
    H: Fn(Request<Incoming>) -> F + Send + 'static,
    F: Future<Output = Result<Response<Body>, ConnectionCut>> + Send + 'static,
{
    // Both results concern only the client, which sees a slow or a closed connection.
    stream.set_nodelay(true).ok();
    http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service_fn(handler))
        .await
        .ok();
}

/// Request to close the connection without a response.
#[derive(Debug)]
pub(super) struct ConnectionCut;

impl fmt::Display for ConnectionCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed without an answer")
    }
}

impl std::error::Error for ConnectionCut {}

/// Reason why a body ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyError {
    /// The client disconnected.
    Client,
    /// A fault cuts the connection here.
    Fault,
}

impl From<Endless> for BodyError {
    fn from(_: Endless) -> Self {
        Self::Fault
    }
}

/// Options for reading a body.
#[derive(Debug, Default)]
pub(super) struct BodyOptions {
    /// Bytes to keep; the rest is only counted and hashed.
    pub(super) keep: usize,
    /// Whether the body is hashed.
    pub(super) digest: Digesting,
    /// Number of bytes after which the connection is cut.
    pub(super) cut_at: Option<u64>,
    /// The pause in reading, if any.
    pub(super) stall: Option<Stall>,
    /// Speed of reading; unlimited if absent.
    pub(super) pace: Option<Throttle>,
}

/// Switch for hashing; benchmarks turn it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Digesting {
    /// SHA-256 of every chunk and of the whole.
    #[default]
    On,
    /// Lengths only; hashes are empty strings.
    Off,
}

/// The part of a body that has arrived.
#[derive(Debug, Default)]
pub(super) struct Received {
    /// The number of bytes.
    pub(super) bytes: u64,
    /// The first bytes, up to [`BodyOptions::keep`].
    pub(super) kept: Vec<u8>,
    hasher: Option<Sha256>,
}

impl Received {
    /// Lowercase hex SHA-256 of the received bytes; empty if hashing is off.
    pub(super) fn sha256(&self) -> String {
        self.hasher
            .clone()
            .map(|hasher| hex(&hasher.finalize()))
            .unwrap_or_default()
    }

    /// State of the hash over this body, which the next one may continue.
    pub(super) fn hasher(&self) -> Option<Sha256> {
        self.hasher.clone()
    }

    /// Checks whether all bytes were kept.
    pub(super) fn is_whole(&self) -> bool {
        u64::try_from(self.kept.len()).is_ok_and(|kept| kept == self.bytes)
    }

    fn take(&mut self, data: &[u8], keep: usize) {
        self.bytes = self.bytes.saturating_add(data.len() as u64);
        let room = keep.saturating_sub(self.kept.len()).min(data.len());
        self.kept.extend(data.iter().take(room));
        if let Some(hasher) = &mut self.hasher {
            hasher.update(data);
        }
    }
}

/// Reads a body to its end, piece by piece. `received` holds the bytes so far, also when this ends early, and
/// `observe` is called with each piece.
pub(super) async fn receive(
    mut body: Incoming,
    intake: BodyOptions,
    received: &mut Received,
    observe: &mut (dyn FnMut(&[u8]) + Send),
) -> Result<(), BodyError> {
    received.hasher = (intake.digest == Digesting::On).then(Sha256::new);
    let mut left = intake.cut_at.unwrap_or(u64::MAX);
    let (mut stall, mut pending) = (intake.stall, Bytes::new());
    while left > 0 {
        if let Some(stall) = stall.take_if(|stall| stall.at_byte <= received.bytes) {
            stall.is_over().await?;
        }
        if pending.is_empty() {
            let Some(frame) = body.frame().await else {
                return intake.cut_at.map_or(Ok(()), |_| Err(BodyError::Fault));
            };
            let Ok(frame) = frame else {
                return Err(BodyError::Client);
            };
            pending = frame.into_data().unwrap_or_default();
        }
        let until_stall = stall.map_or(u64::MAX, |stall| stall.at_byte.saturating_sub(received.bytes));
        let room = usize::try_from(left.min(until_stall)).unwrap_or(usize::MAX);
        let step = intake.pace.as_ref().map_or(usize::MAX, Throttle::step);
        let part = pending.split_to(room.min(step).min(pending.len()));
        received.take(&part, intake.keep);
        observe(&part);
        left = left.saturating_sub(part.len() as u64);
        if let Some(pace) = &intake.pace {
            pace.pass(part.len()).await;
        }
    }
    Err(BodyError::Fault)
}

/// Builds a response. An invalid status becomes 500, an invalid header is omitted.
pub(super) fn response(status: u16, headers: &[(String, String)], body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (
            header::HeaderName::try_from(name),
            header::HeaderValue::try_from(value),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Checks whether a header can be sent with a body of known length.
pub(super) fn is_header(name: &str, value: &str) -> bool {
    let frames = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
    let name = header::HeaderName::try_from(name);
    name.is_ok_and(|name| !frames.contains(&name)) && header::HeaderValue::try_from(value).is_ok()
}

/// A body that is sent at once.
pub(super) fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// Lowercase hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|n| char::from_digit(u32::from(n), 16))
        .collect()
}

/// Lowercase hex SHA-256.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
