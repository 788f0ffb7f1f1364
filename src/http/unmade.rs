//! Why a connection to TikTok was not made.

use std::{error::Error, io};

use super::obstacle::chain;

/// Why there was no connection, in words for who runs the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    /// The host's name was not resolved.
    #[error("the host's name could not be resolved, so look at this machine's network and DNS")]
    NoAddress,
    /// Nobody listens at the address, or somebody on the way says so.
    #[error("it was refused, by the host or by a proxy or firewall on the way")]
    Refused,
    /// No TLS.
    #[error(
        "the host's certificate is not trusted here, or it does not speak TLS, so look at this machine's clock, \
         certificates and proxy"
    )]
    NoTls,
    /// No answer in time.
    #[error("nothing answered in time, so look whether a firewall or proxy is in the way")]
    TooSlow,
    /// Something else.
    #[error("the network failed")]
    Other,
}

impl Unmade {
    /// By what lies at the bottom of the error. The error itself holds the URL.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let has = |is: fn(&(dyn Error + 'static)) -> bool| chain(error).any(is);
        if error.is_timeout() {
            Self::TooSlow
        } else if has(<dyn Error>::is::<rustls::Error>) {
            Self::NoTls
        } else if has(is_refused) {
            Self::Refused
        } else if has(is_of_a_name) {
            Self::NoAddress
        } else {
            Self::Other
        }
    }
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// hyper's connector keeps the type of this error to itself, so it is known by its word.
fn is_of_a_name(error: &(dyn Error + 'static)) -> bool {
    error.to_string() == "dns error"
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, time::Duration};

    use super::*;

    async fn of(url: &str) -> Unmade {
        // A second installation in one process is refused, and the first one serves.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).timeout(Duration::from_secs(5));
        Unmade::of(&client.build().unwrap().get(url).send().await.unwrap_err())
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
