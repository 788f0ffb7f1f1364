//! TLS in front of the simulated TikTok, in a separate process.
//!
//! It passes requests on as they are. In answers, it replaces the simulator's base address by its own, so
//! that uploads come over TLS too.

use std::{
    env,
    io::{self, BufRead as _},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use tempfile::TempDir;
use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
        copy_buf,
    },
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls::crypto};

use super::{
    Result,
    certificates::{Store, prepare},
    server,
    tiktok::Tiktok,
};

/// Bytes that are passed on at once.
const BLOCK: usize = 256 * 1024;

/// A running terminator; dropping it stops it.
#[derive(Debug)]
pub(super) struct Terminator {
    process: Child,
    pub(super) url: String,
    pub(super) store: Store,
    _folder: TempDir,
}

impl Terminator {
    pub(super) fn start(tiktok: &Tiktok) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(env::current_exe()?);
        command.args(["terminator", &tiktok.url]).arg(folder.path());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        io::BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut url)?;
        Ok(Self {
            process,
            url: url.trim().to_owned(),
            store: Store::below(folder.path()),
            _folder: folder,
        })
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        // It ends with its input, so it may have exited already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Addresses that are replaced in answers.
#[derive(Debug)]
struct Bases {
    simulator: String,
    own: String,
}

/// Role of the terminator, which serves until standard input ends.
pub(super) fn serve(url: &str, folder: &Path) -> Result<()> {
    drop(crypto::ring::default_provider().install_default());
    let acceptor = TlsAcceptor::from(Arc::new(prepare(folder)?));
    let target: SocketAddr = url.strip_prefix("http://").unwrap_or(url).parse()?;
    server::serve(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let own = format!("https://localhost:{}", listener.local_addr()?.port());
        let bases = Bases {
            simulator: url.to_owned(),
            own: own.clone(),
        };
        let accepting = tokio::spawn(accept(listener, acceptor, target, Arc::new(bases)));
        Ok((own, accepting))
    })
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, target: SocketAddr, bases: Arc<Bases>) {
    while let Ok((stream, _from)) = listener.accept().await {
        let (acceptor, bases) = (acceptor.clone(), Arc::clone(&bases));
        // An error is that of one connection, and its client sees it: one that does not trust the server
        // breaks off.
        drop(tokio::spawn(async move {
            pass(stream, &acceptor, target, &bases).await.ok();
        }));
    }
}

/// Passes on what one connection carries.
async fn pass(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    target: SocketAddr,
    bases: &Bases,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (from_client, to_client) = tokio::io::split(acceptor.accept(stream).await?);
    let plain = TcpStream::connect(target).await?;
    plain.set_nodelay(true)?;
    let (from_server, mut to_server) = plain.into_split();
    let requests = async {
        let mut from_client = BufReader::with_capacity(BLOCK, from_client);
        copy_buf(&mut from_client, &mut to_server).await?;
        to_server.shutdown().await
    };
    tokio::try_join!(requests, answers(BufReader::new(from_server), to_client, bases))?;
    Ok(())
}

/// Passes answers on until the simulator closes the connection.
async fn answers(
    mut from: BufReader<impl AsyncRead + Unpin>,
    mut to: impl AsyncWrite + Unpin,
    bases: &Bases,
) -> io::Result<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if from.read_until(b'\n', &mut head).await? == 0 {
                return to.shutdown().await;
            }
        }
        let head = String::from_utf8_lossy(&head);
        let mut body = vec![0; content_length(&head)?];
        from.read_exact(&mut body).await?;
        let text = String::from_utf8_lossy(&body);
        if text.contains(&bases.simulator) {
            body = text.replace(&bases.simulator, &bases.own).into_bytes();
        }
        let mut answer = with_length(&head, body.len()).into_bytes();
        answer.append(&mut body);
        to.write_all(&answer).await?;
        to.flush().await?;
    }
}

fn content_length(head: &str) -> io::Result<usize> {
    let mut values = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    values.next().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The head with another length of the body.
fn with_length(head: &str, length: usize) -> String {
    let lines = head.lines().filter(|line| !line.is_empty());
    let others = lines.filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
    let others: String = others.flat_map(|line| [line, "\r\n"]).collect();
    format!("{others}content-length: {length}\r\n\r\n")
}
