//! Listener on loopback for the redirect of the consent page.
//!
//! It answers one redirect, whose reader decides whether it is the right one. Every other request gets an empty answer.

use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, oneshot},
    task::JoinSet,
    time::timeout,
};
use url::Url;

use super::{
    callback::{OwnAddress, Visit},
    page::{self, ResultPage},
};
use crate::clock::Clock;

/// Largest head of a request, in bytes.
const HEAD_MAX: usize = 16 * 1024;

/// Longest time for a request to arrive.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// Longest time that a browser waits for the page: longer than the exchange of a code takes.
const PAGE_PATIENCE: Duration = Duration::from_mins(2);

/// Longest time for the last pages to be sent.
const CLOSING_PATIENCE: Duration = Duration::from_secs(2);

/// Most connections at a time; a browser opens two or three.
const CONNECTIONS_MAX: usize = 32;

/// Pause after a connection that could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Attempts to find a port that is free on both addresses.
const PORT_ATTEMPTS: usize = 20;

/// Error for a port that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another process uses the port.
    #[error("port {port} on {host} is in use by another process")]
    InUse {
        /// The port.
        port: u16,
        /// The address.
        host: &'static str,
    },
    /// The port cannot be used.
    #[error("port {port} on 127.0.0.1 cannot be used: {error}")]
    Failed {
        /// The port.
        port: u16,
        /// Error of the system.
        error: io::Error,
    },
}

/// Redirect that has arrived. Its browser waits for a page.
pub struct ArrivedRedirect {
    /// Address with its query.
    pub address: Url,
    page: oneshot::Sender<Vec<u8>>,
}

impl fmt::Debug for ArrivedRedirect {
    /// Without the address, which holds the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrivedRedirect").finish_non_exhaustive()
    }
}

impl ArrivedRedirect {
    /// Shows a page in the browser. One that is gone misses nothing.
    pub fn show(self, page: &ResultPage<'_>) {
        drop(self.page.send(page.response()));
    }
}

/// Listener on 127.0.0.1 and `[::1]`.
#[derive(Debug)]
pub struct Listener {
    port: u16,
    arrived: mpsc::Receiver<ArrivedRedirect>,
    accepting: JoinSet<()>,
    connections: Arc<Semaphore>,
}

impl Listener {
    /// Listens on `port`, or on a free one for 0, for the redirect to `path`. A machine without IPv6 listens on
    /// 127.0.0.1 alone.
    pub async fn bind(clock: &Clock, port: u16, path: &str) -> Result<Self, ListenError> {
        let (v4, v6, port) = both(port).await?;
        let own = Arc::new(OwnAddress {
            port,
            path: path.to_owned(),
        });
        let (tell, arrived) = mpsc::channel(CONNECTIONS_MAX);
        let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut accepting = JoinSet::new();
        for listener in [Some(v4), v6].into_iter().flatten() {
            let (own, tell, connections) = (Arc::clone(&own), tell.clone(), Arc::clone(&connections));
            accepting.spawn(accept(listener, own, tell, connections, clock.clone()));
        }
        Ok(Self {
            port,
            arrived,
            accepting,
            connections,
        })
    }

    /// Port that it listens on.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The next redirect.
    pub async fn next(&mut self) -> Option<ArrivedRedirect> {
        self.arrived.recv().await
    }

    /// Accepts no more connections and waits until the last pages are sent.
    pub async fn close(mut self) {
        self.accepting.abort_all();
        self.arrived.close();
        while self.arrived.try_recv().is_ok() {}
        let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
        drop(timeout(CLOSING_PATIENCE, self.connections.acquire_many(all)).await);
    }
}

/// Both addresses with one port.
async fn both(port: u16) -> Result<(TcpListener, Option<TcpListener>, u16), ListenError> {
    let mut attempts = 1..=PORT_ATTEMPTS;
    loop {
        let v4 = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), "127.0.0.1").await?;
        let bound = v4
            .local_addr()
            .map_err(|error| ListenError::Failed { port, error })?;
        match listen(SocketAddr::from((Ipv6Addr::LOCALHOST, bound.port())), "[::1]").await {
            Ok(v6) => return Ok((v4, Some(v6), bound.port())),
            // Another process would get the redirect to `localhost`.
            Err(in_use @ ListenError::InUse { .. }) => match attempts.next() {
                Some(_) if port == 0 => {}
                _ => return Err(in_use),
            },
            Err(ListenError::Failed { .. }) => return Ok((v4, None, bound.port())),
        }
    }
}

async fn listen(address: SocketAddr, host: &'static str) -> Result<TcpListener, ListenError> {
    let port = address.port();
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            ListenError::InUse { port, host }
        } else {
            ListenError::Failed { port, error }
        }
    })
}

async fn accept(
    listener: TcpListener,
    own: Arc<OwnAddress>,
    tell: mpsc::Sender<ArrivedRedirect>,
    connections: Arc<Semaphore>,
    clock: Clock,
) {
    loop {
        let Ok(place) = Arc::clone(&connections).acquire_owned().await else {
            return;
        };
        let Ok((stream, _peer)) = listener.accept().await else {
            // Too many open files: a later attempt may succeed.
            clock.sleep_wall(ACCEPT_PAUSE).await;
            continue;
        };
        let (own, tell) = (Arc::clone(&own), tell.clone());
        drop(tokio::spawn(async move {
            drop(serve(stream, &own, &tell).await);
            drop(place);
        }));
    }
}

async fn serve(
    mut stream: TcpStream,
    own: &OwnAddress,
    tell: &mpsc::Sender<ArrivedRedirect>,
) -> io::Result<()> {
    let head = timeout(HEAD_PATIENCE, read_head(&mut stream)).await??;
    let Some(head) = head else { return Ok(()) };
    let answer = match own.judge(&head) {
        Visit::Other(status) => page::plain(status),
        Visit::Redirect(address) => {
            let (page, shown) = oneshot::channel();
            drop(tell.send(ArrivedRedirect { address, page }).await);
            let shown = timeout(PAGE_PATIENCE, shown).await;
            shown
                .ok()
                .and_then(Result::ok)
                .unwrap_or_else(|| page::plain(GONE))
        }
    };
    timeout(HEAD_PATIENCE, async {
        stream.write_all(&answer).await?;
        stream.shutdown().await
    })
    .await?
}

/// Status after the end of a sign-in.
const GONE: u16 = 410;

/// Reads up to the empty line; `None` if there is none.
async fn read_head(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    loop {
        let length = stream.read(&mut piece).await?;
        head.extend_from_slice(piece.get(..length).unwrap_or_default());
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            head.truncate(end);
            return Ok(String::from_utf8(head).ok());
        }
        if length == 0 || head.len() > HEAD_MAX {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_arrived_redirect_is_not_shown() {
        let (page, _shown) = oneshot::channel();
        let address = Url::parse("http://127.0.0.1:1/?code=canary").unwrap();
        let shown = format!("{:?}", ArrivedRedirect { address, page });
        assert!(!shown.contains("canary"), "{shown}");
    }
}
