//! The reasons why a connection was not made: to TikTok, or to the host of a file.

use std::{error::Error, fs::File, io, iter::successors};

use super::lookup::NotResolved;

/// A reason why there was no connection. Its text is for the people who run the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    /// The host's name was not resolved.
    #[error("the host's name could not be resolved, so look at this machine's network and DNS")]
    NoAddress,
    /// `localhost` is not this machine.
    #[error(
        "localhost resolves to an address that is not this machine's loopback address, so correct the hosts file, or write \
         127.0.0.1 in place of localhost in the API address"
    )]
    NotThisMachine,
    /// Nobody listens at the address, or somebody on the way says so.
    #[error("the host, or a proxy or firewall on the way, refused the connection")]
    Refused,
    /// No way leads to the address.
    #[error("the host is unreachable, so look at this machine's network and routes")]
    Unreachable,
    /// This machine does not let the process connect.
    #[error(
        "this machine does not permit the connection, so look at its firewall and at the sandbox of this process"
    )]
    NotPermitted,
    /// The process may open no more files.
    #[error(
        "this process has no file descriptors left, so raise its limit on open files (ulimit -n) or run fewer requests \
         at the same time (--jobs)"
    )]
    NoDescriptors,
    /// The host's certificate does not hold.
    #[error(
        "the host's certificate is not valid or not trusted here, so look at this machine's clock, certificates and proxy"
    )]
    Certificate,
    /// No TLS.
    #[error("the host does not speak TLS as expected, so look at the address and at proxies on the way")]
    NoTls,
    /// The connection broke while it was made.
    #[error("the host, or a proxy or firewall on the way, closed the connection while it was made")]
    BrokenOff,
    /// The proxy made no connection.
    #[error("the proxy made no connection, so look at HTTPS_PROXY and at the proxy's rules")]
    Proxy,
    /// The proxy wants to know who asks.
    #[error("the proxy asks for a user name and password, so put them into HTTPS_PROXY")]
    ProxySignIn,
    /// No answer in time.
    #[error("nothing answered in time, so look whether a firewall or proxy is in the way")]
    TooSlow,
    /// Something else.
    #[error("the network failed")]
    Other,
}

/// By the number that the system gives: too many files in this process, in the system.
const NO_DESCRIPTORS: [i32; 2] = [24, 23];

impl Unmade {
    /// The reason that lies at the bottom of the error of a connection. The error itself holds the URL.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let proxy = chain(error).find_map(|error| of_proxy(&error.to_string()));
        let system = || chain(error).find_map(|error| error.downcast_ref().and_then(of_system));
        let renamed = chain(error).any(|error| error.downcast_ref() == Some(&NotResolved::NotThisMachine));
        let tls = || chain(error).find_map(|error| error.downcast_ref().map(of_tls));
        let found = if error.is_timeout() {
            Some(Self::TooSlow)
        } else {
            tls().or_else(system)
        };
        match (found, proxy) {
            (Some(Self::NoDescriptors), _) => Self::NoDescriptors,
            _ if renamed => Self::NotThisMachine,
            (_, Some(proxy)) => proxy,
            (Some(found), None) => found,
            // A resolver without descriptors says that there is no such name.
            (None, None) if lacks_descriptors() => Self::NoDescriptors,
            (None, None) if chain(error).any(is_of_a_name) => Self::NoAddress,
            (None, None) => Self::Other,
        }
    }

    /// The same, said of a host that the caller has named.
    pub(super) const fn at_host(self) -> &'static str {
        match self {
            Self::NoAddress | Self::NotThisMachine => "has no address: the name is not known",
            Self::Refused => "takes no connection",
            Self::Unreachable => "cannot be reached from this machine",
            Self::NotPermitted => "may not be asked from this machine: a firewall or sandbox forbids it",
            Self::NoDescriptors => {
                "could not be asked: this process has no file descriptors left (ulimit -n); send the request again later"
            }
            Self::Certificate => "gives no safe connection: its certificate is not valid",
            Self::NoTls => "gives no safe connection: it does not speak TLS",
            Self::BrokenOff => "broke the connection off while it was made",
            Self::Proxy | Self::ProxySignIn => "was not reached through the proxy",
            Self::TooSlow => "takes no connection: nothing answered in time",
            Self::Other => "takes no connection: the network failed",
        }
    }
}

/// Whether the name of a media host has no permitted address. A resolver without descriptors finds none
/// either, which is another trouble.
pub(super) fn is_not_resolved(error: &reqwest::Error) -> bool {
    let is_lookup = |error: &(dyn Error + 'static)| error.is::<NotResolved>();
    chain(error).any(is_lookup) && !lacks_descriptors()
}

fn of_system(error: &io::Error) -> Option<Unmade> {
    use io::ErrorKind as Kind;
    if error
        .raw_os_error()
        .is_some_and(|number| NO_DESCRIPTORS.contains(&number))
    {
        return Some(Unmade::NoDescriptors);
    }
    let known = [
        (Kind::ConnectionRefused, Unmade::Refused),
        (Kind::HostUnreachable, Unmade::Unreachable),
        (Kind::NetworkUnreachable, Unmade::Unreachable),
        (Kind::NetworkDown, Unmade::Unreachable),
        (Kind::AddrNotAvailable, Unmade::Unreachable),
        (Kind::PermissionDenied, Unmade::NotPermitted),
        (Kind::ConnectionReset, Unmade::BrokenOff),
        (Kind::ConnectionAborted, Unmade::BrokenOff),
        (Kind::BrokenPipe, Unmade::BrokenOff),
        (Kind::UnexpectedEof, Unmade::BrokenOff),
        (Kind::TimedOut, Unmade::TooSlow),
    ];
    known
        .into_iter()
        .find(|(kind, _)| *kind == error.kind())
        .map(|(_, unmade)| unmade)
}

fn of_tls(error: &rustls::Error) -> Unmade {
    if matches!(error, rustls::Error::InvalidCertificate(_)) {
        Unmade::Certificate
    } else {
        Unmade::NoTls
    }
}

/// hyper's connectors keep the types of these errors to themselves, so they are known by their words.
fn of_proxy(words: &str) -> Option<Unmade> {
    let what = words.strip_prefix("tunnel error: ")?;
    Some(if what == "proxy authorization required" {
        Unmade::ProxySignIn
    } else {
        Unmade::Proxy
    })
}

fn is_of_a_name(error: &(dyn Error + 'static)) -> bool {
    error.to_string() == "dns error"
}

/// Whether this process can open no more files.
fn lacks_descriptors() -> bool {
    let opened = File::open("/dev/null");
    opened.is_err_and(|error| {
        error
            .raw_os_error()
            .is_some_and(|number| NO_DESCRIPTORS.contains(&number))
    })
}

/// An error and what lies below it. An `io::Error` names as its source what lies below its content, so that
/// is looked at first.
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

    async fn of(url: &str) -> Unmade {
        through(None, url).await
    }

    async fn through(proxy: Option<&str>, url: &str) -> Unmade {
        // A second installation in one process is refused, and the first one serves.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .timeout(Duration::from_secs(5));
        let client = match proxy {
            Some(proxy) => client.proxy(reqwest::Proxy::https(proxy).unwrap()),
            None => client,
        };
        Unmade::of(&client.build().unwrap().get(url).send().await.unwrap_err())
    }

    /// A server that sends `answer` to whoever comes, once it has heard something.
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
        assert_eq!(through(Some(&sign_in), target).await, Unmade::ProxySignIn);
        let forbidden = proxy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(through(Some(&forbidden), target).await, Unmade::Proxy);
        assert_eq!(
            through(Some("http://127.0.0.1:9"), target).await,
            Unmade::Proxy,
            "nobody listens there"
        );
    }

    #[tokio::test]
    async fn a_connection_that_is_broken_off_in_the_middle_of_its_making() {
        assert_eq!(
            of(&format!("https://{}/", answering(b""))).await,
            Unmade::BrokenOff
        );
    }

    #[test]
    fn the_systems_own_words() {
        for (number, expected) in [
            (24, Some(Unmade::NoDescriptors)),
            (23, Some(Unmade::NoDescriptors)),
            (111, Some(Unmade::Refused)),
            (113, Some(Unmade::Unreachable)),
            (101, Some(Unmade::Unreachable)),
            (99, Some(Unmade::Unreachable)),
            (1, Some(Unmade::NotPermitted)),
            (104, Some(Unmade::BrokenOff)),
            (110, Some(Unmade::TooSlow)),
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
        assert_eq!(of(&format!("http://{address}/")).await, Unmade::Refused);
        assert_eq!(of("http://nowhere.invalid/").await, Unmade::NoAddress);
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
        assert_eq!(of(&format!("https://{address}/")).await, Unmade::NoTls);
    }
}
