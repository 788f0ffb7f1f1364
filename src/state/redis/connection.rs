//! Connection to a Redis that reads no larger replies than the scripts can return.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use ::redis::{
    AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, RedisError, RedisResult,
    aio::MultiplexedConnection,
};
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
    task::{AbortHandle, spawn},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{state::store::TIMEOUT, tls};

/// Largest reply to a step. The lines limit the number of values, each of which takes many times its size in memory.
const ANSWER_MAX: AnswerBudget = AnswerBudget {
    bytes: 256 * 1024,
    lines: 512,
};

/// Rest of a reply that may still be read: bytes, and line ends, of which each value has at least one. A
/// journal entry has a few thousand bytes and no line end; the longest answer, to signing in, has some dozens.
#[derive(Debug, Clone, Copy)]
struct AnswerBudget {
    bytes: usize,
    lines: usize,
}

impl AnswerBudget {
    /// Rest after `read`; `None` if it is exceeded.
    fn after(self, read: &[u8]) -> Option<Self> {
        let bytes = self.bytes.checked_sub(read.len())?;
        let lines = self.lines.checked_sub(memchr::memchr_iter(b'\n', read).count())?;
        Some(Self { bytes, lines })
    }
}

/// Open connection. Clones share it, and dropping the last one closes it.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub(super) commands: MultiplexedConnection,
    _driver: Arc<Driver>,
}

/// Task that reads and writes.
#[derive(Debug)]
struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reason that no connection could be opened.
#[derive(Debug)]
pub(super) enum RedisConnectError {
    /// The server does not use TLS, or its certificate is not trusted.
    NoTls,
    /// Any other error.
    Redis(RedisError),
}

impl From<RedisError> for RedisConnectError {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}

impl From<io::Error> for RedisConnectError {
    fn from(error: io::Error) -> Self {
        Self::Redis(error.into())
    }
}

/// Byte stream in both directions.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Connection {
    /// Connects and signs in.
    pub(super) async fn open(info: &ConnectionInfo) -> Result<Self, RedisConnectError> {
        let stream = reach(info.addr()).await?;
        let stream = BoundedStream {
            stream,
            left: ANSWER_MAX,
        };
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(TIMEOUT));
        let signed_in = MultiplexedConnection::new_with_config(info.redis_settings(), stream, config);
        let (commands, driver) = in_time(signed_in).await??;
        Ok(Self {
            commands,
            _driver: Arc::new(Driver(spawn(driver).abort_handle())),
        })
    }
}

async fn reach(address: &ConnectionAddr) -> Result<Box<dyn Stream>, RedisConnectError> {
    Ok(match address {
        ConnectionAddr::Tcp(host, port) => Box::new(tcp(host, *port).await?),
        ConnectionAddr::Unix(path) => Box::new(in_time(UnixStream::connect(path)).await??),
        ConnectionAddr::TcpTls { host, port, .. } => {
            let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
            let stream = tcp(host, *port).await?;
            let secured = TlsConnector::from(Arc::new(tls::client_config())).connect(name, stream);
            // A server without TLS waits for the end of a line, and so does not respond.
            let secured = timeout(TIMEOUT, secured)
                .await
                .map_err(|_elapsed| RedisConnectError::NoTls)?;
            Box::new(secured.map_err(|_broken| RedisConnectError::NoTls)?)
        }
        // The crate may add further kinds; `Address` accepts none of them.
        _ => return Err(io::Error::from(io::ErrorKind::Unsupported).into()),
    })
}

async fn tcp(host: &str, port: u16) -> Result<TcpStream, RedisConnectError> {
    let stream = in_time(TcpStream::connect((host, port))).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn in_time<T>(step: impl Future<Output = T>) -> RedisResult<T> {
    timeout(TIMEOUT, step)
        .await
        .map_err(|_elapsed| io::Error::from(io::ErrorKind::TimedOut).into())
}

/// Stream that fails when a reply exceeds its limit.
#[derive(Debug)]
struct BoundedStream<S> {
    stream: S,
    left: AnswerBudget,
}

impl<S: AsyncRead + Unpin> AsyncRead for BoundedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        self.left = self
            .left
            .after(read)
            .ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for BoundedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.left = ANSWER_MAX;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
