//! Settings that all HTTP clients share.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};
use rustls::ClientConfig;

use crate::tls;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Name and version of the program.
const USER_AGENT: &str = concat!("autohive-tiktok/", env!("CARGO_PKG_VERSION"));

/// Certificates that a client trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Those of this machine.
    Machine,
    /// None, because the client is for plain http on this machine.
    Nobody,
}

/// Client over HTTP/1.1 that follows no redirect.
pub(super) fn builder(trust: Trust) -> ClientBuilder {
    tls::install();
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .http1_only();
    match trust {
        Trust::Machine => builder.tls_backend_preconfigured(over_http1(tls::client_config())),
        Trust::Nobody => builder.tls_certs_only([]),
    }
}

/// The same settings with HTTP/1.1 as the only offer: reqwest takes settings that are made elsewhere as they are.
fn over_http1(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}
