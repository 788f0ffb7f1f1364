//! Settings that all HTTP clients share.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Name and version of the program.
const USER_AGENT: &str = concat!("autohive-tiktok/", env!("CARGO_PKG_VERSION"));

/// Client over HTTP/1.1 that follows no redirect.
pub(super) fn builder() -> ClientBuilder {
    // A second installation in one process is refused, and the first one stays.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .http1_only()
}
