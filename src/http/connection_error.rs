//! Failed connections, to the API or to the host of a file: one classification of the HTTP client's errors.

use std::{error::Error, fmt, fs::File, io, iter::successors};

use super::{certificate_fault::CertificateFault, lookup::NotResolved};

/// Failure of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionError {
    /// No connection was made: nothing was sent.
    Connect(ConnectError),
    /// The response, or the next part of it, did not arrive in time.
    Timeout,
    /// The connection broke after something may have been sent.
    Interrupted,
}

impl ConnectionError {
    /// Classifies an error of the HTTP client, which itself holds the URL.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            Self::Connect(ConnectError::of(error))
        } else if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Interrupted
        }
    }

    /// Returns true if certainly nothing was sent.
    pub const fn is_unsent(self) -> bool {
        matches!(self, Self::Connect(_))
    }

    /// Text about a host that the caller has named, to follow its name.
    pub(super) const fn at_host(self) -> &'static str {
        match self {
            Self::Connect(error) => error.at_host(),
            Self::Timeout => "sent nothing in time",
            Self::Interrupted => "broke the connection off",
        }
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect(error) => return write!(f, "no connection could be made: {error}"),
            Self::Timeout => "no complete response in time",
            Self::Interrupted => "the connection broke before the response was complete",
        })
    }
}

/// Reason why no connection was made. Its text is for the operator of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The name of the host was not resolved.
    #[error("the host's name could not be resolved, so look at this machine's network and DNS")]
    NoAddress,
    /// The name of a media host has no address that may be connected to: none at all, or only blocked ones.
    /// The difference is only in the log, so that a caller cannot explore an internal network.
    #[error("the host's name has no address that may be connected to")]
    NoPermittedAddress,
    /// `localhost` resolves to another machine.
    #[error(
        "localhost resolves to an address that is not this machine's loopback address, so correct the hosts file, or write \
         127.0.0.1 in place of localhost in the API address"
    )]
    NotThisMachine,
    /// Nothing listens at the address, or a device on the way refuses.
    #[error("the host, or a proxy or firewall on the way, refused the connection")]
    Refused,
    /// There is no route to the address.
    #[error("the host is unreachable, so look at this machine's network and routes")]
    Unreachable,
    /// This machine does not permit the process to connect.
    #[error(
        "this machine does not permit the connection, so look at its firewall and at the sandbox of this process"
    )]
    NotPermitted,
    /// The process has no file descriptors left.
    #[error(
        "this process has no file descriptors left, so raise its limit on open files (ulimit -n) or run fewer requests \
         at the same time (--jobs)"
    )]
    NoDescriptors,
    /// The certificate of the host is not valid.
    #[error("{0}")]
    Certificate(CertificateFault),
    /// The TLS handshake failed.
    #[error("the host does not speak TLS as expected, so look at the address and at proxies on the way")]
    NoTls,
    /// The connection was closed during its setup.
    #[error("the host, or a proxy or firewall on the way, closed the connection while it was made")]
    BrokenOff,
    /// The proxy made no connection.
    #[error("the proxy made no connection, so look at HTTPS_PROXY and at the proxy's rules")]
    Proxy,
    /// The proxy requires authentication.
    #[error("the proxy asks for a user name and password, so put them into HTTPS_PROXY")]
    ProxySignIn,
    /// The connection was not made in time.
    #[error("nothing answered in time, so look whether a firewall or proxy is in the way")]
    TooSlow,
    /// Another failure of the network.
    #[error("the network failed")]
    Other,
}

/// `EMFILE` and `ENFILE`: too many open files in this process, in the system.
const NO_DESCRIPTORS: [i32; 2] = [24, 23];

impl ConnectError {
    /// Reason at the bottom of a connection's error.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let proxy = chain(error).find_map(|error| of_proxy(&error.to_string()));
        let system = || chain(error).find_map(|error| error.downcast_ref().and_then(of_system));
        let not_resolved = chain(error).find_map(|error| error.downcast_ref::<NotResolved>());
        let tls = || chain(error).find_map(|error| error.downcast_ref().map(of_tls));
        let found = if error.is_timeout() {
            Some(Self::TooSlow)
        } else {
            tls().or_else(system)
        };
        match (found, proxy) {
            (Some(Self::NoDescriptors), _) => Self::NoDescriptors,
            _ if not_resolved == Some(&NotResolved::NotThisMachine) => Self::NotThisMachine,
            (_, Some(proxy)) => proxy,
            (Some(found), None) => found,
            // A resolver without descriptors reports that there is no such name.
            (None, None) if lacks_descriptors() => Self::NoDescriptors,
            (None, None) if not_resolved.is_some() => Self::NoPermittedAddress,
            (None, None) if chain(error).any(is_of_a_name) => Self::NoAddress,
            (None, None) => Self::Other,
        }
    }

    /// Text about a host that the caller has named, to follow its name.
    pub(super) const fn at_host(self) -> &'static str {
        match self {
            Self::NoAddress | Self::NotThisMachine => "has no address: the name is not known",
            Self::NoPermittedAddress => "does not resolve to an address that may be fetched from",
            Self::Refused => "takes no connection",
            Self::Unreachable => "cannot be reached from this machine",
            Self::NotPermitted => "may not be asked from this machine: a firewall or sandbox forbids it",
            Self::NoDescriptors => {
                "could not be asked: this process has no file descriptors left (ulimit -n); send the request again later"
            }
            Self::Certificate(_) => "gives no safe connection: its certificate is not valid",
            Self::NoTls => "gives no safe connection: it does not speak TLS",
            Self::BrokenOff => "broke the connection off while it was made",
            Self::Proxy | Self::ProxySignIn => "was not reached through the proxy",
            Self::TooSlow => "takes no connection: nothing answered in time",
            Self::Other => "takes no connection: the network failed",
        }
    }
}

fn of_system(error: &io::Error) -> Option<ConnectError> {
    use io::ErrorKind as Kind;
    if error
        .raw_os_error()
        .is_some_and(|number| NO_DESCRIPTORS.contains(&number))
    {
        return Some(ConnectError::NoDescriptors);
    }
    let known = [
        (Kind::ConnectionRefused, ConnectError::Refused),
        (Kind::HostUnreachable, ConnectError::Unreachable),
        (Kind::NetworkUnreachable, ConnectError::Unreachable),
        (Kind::NetworkDown, ConnectError::Unreachable),
        (Kind::AddrNotAvailable, ConnectError::Unreachable),
        (Kind::PermissionDenied, ConnectError::NotPermitted),
        (Kind::ConnectionReset, ConnectError::BrokenOff),
        (Kind::ConnectionAborted, ConnectError::BrokenOff),
        (Kind::BrokenPipe, ConnectError::BrokenOff),
        (Kind::UnexpectedEof, ConnectError::BrokenOff),
        (Kind::TimedOut, ConnectError::TooSlow),
    ];
    known
        .into_iter()
        .find(|(kind, _)| *kind == error.kind())
        .map(|(_, reason)| reason)
}

fn of_tls(error: &rustls::Error) -> ConnectError {
    if let rustls::Error::InvalidCertificate(error) = error {
        ConnectError::Certificate(CertificateFault::of(error))
    } else {
        ConnectError::NoTls
    }
}

/// hyper's connectors do not export the types of these errors, so they are recognised by their text.
fn of_proxy(words: &str) -> Option<ConnectError> {
    let what = words.strip_prefix("tunnel error: ")?;
    Some(if what == "proxy authorization required" {
        ConnectError::ProxySignIn
    } else {
        ConnectError::Proxy
    })
}

fn is_of_a_name(error: &(dyn Error + 'static)) -> bool {
    error.to_string() == "dns error"
}

/// Returns true if this process can open no more files.
fn lacks_descriptors() -> bool {
    let opened = File::open("/dev/null");
    opened.is_err_and(|error| {
        error
            .raw_os_error()
            .is_some_and(|number| NO_DESCRIPTORS.contains(&number))
    })
}

/// An error and its sources. The source of an `io::Error` is the source of its content, so the content is taken
/// first.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(content) => Some(content),
            None => (*error).source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, time::Duration};

    use super::*;

    async fn of(url: &str) -> ConnectError {
        through(None, url).await
    }

    async fn through(proxy: Option<&str>, url: &str) -> ConnectError {
        crate::tls::install();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .timeout(Duration::from_secs(5));
        let client = match proxy {
            Some(proxy) => client.proxy(reqwest::Proxy::https(proxy).unwrap()),
            None => client,
        };
        ConnectError::of(&client.build().unwrap().get(url).send().await.unwrap_err())
    }

    /// Server that sends `answer` to each client after its first bytes.
    fn answering(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            use std::io::{Read as _, Write as _};
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let heard = stream.read(&mut [0; 4096]);
                if heard.is_ok() {
                    drop(stream.write_all(answer));
                }
            }
        });
        address.to_string()
    }

    #[tokio::test]
    async fn what_stands_in_the_way_of_a_proxy_is_told_as_the_proxys() {
        let target = "https://tiktok.invalid/";
        let proxy = |answer| format!("http://{}", answering(answer));
        let sign_in = proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(through(Some(&sign_in), target).await, ConnectError::ProxySignIn);
        let forbidden = proxy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(through(Some(&forbidden), target).await, ConnectError::Proxy);
        assert_eq!(
            through(Some("http://127.0.0.1:9"), target).await,
            ConnectError::Proxy,
            "nobody listens there"
        );
    }

    #[tokio::test]
    async fn a_connection_that_is_broken_off_in_the_middle_of_its_making() {
        assert_eq!(
            of(&format!("https://{}/", answering(b""))).await,
            ConnectError::BrokenOff
        );
    }

    #[test]
    fn the_systems_own_words() {
        for (number, expected) in [
            (24, Some(ConnectError::NoDescriptors)),
            (23, Some(ConnectError::NoDescriptors)),
            (111, Some(ConnectError::Refused)),
            (113, Some(ConnectError::Unreachable)),
            (101, Some(ConnectError::Unreachable)),
            (99, Some(ConnectError::Unreachable)),
            (1, Some(ConnectError::NotPermitted)),
            (104, Some(ConnectError::BrokenOff)),
            (110, Some(ConnectError::TooSlow)),
            (5, None),
        ] {
            assert_eq!(
                of_system(&io::Error::from_raw_os_error(number)),
                expected,
                "errno {number}"
            );
        }
    }

    #[tokio::test]
    async fn it_is_known_by_what_lies_below() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(of(&format!("http://{address}/")).await, ConnectError::Refused);
        assert_eq!(of("http://nowhere.invalid/").await, ConnectError::NoAddress);
    }

    #[tokio::test]
    async fn what_is_no_tls_is_told_so() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            use std::io::Write as _;
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        });
        assert_eq!(of(&format!("https://{address}/")).await, ConnectError::NoTls);
    }
}
