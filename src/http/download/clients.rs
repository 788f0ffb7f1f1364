//! The HTTP clients for downloads.

use std::sync::{Arc, OnceLock};

use reqwest::{Client, redirect};

use crate::{
    http::{
        lookup::{Guarded, Lookup},
        transport::{CONNECT_TIMEOUT, USER_AGENT},
    },
    model::{Reach, Standing},
};

/// One client for each rule: the addresses that a name may have depend on it, and so do the connections that
/// are kept.
///
/// They are made when they are first needed: to load root certificates takes longer than most requests.
#[derive(Default)]
pub(super) struct Clients {
    usual: OnceLock<Client>,
    allowed: OnceLock<Client>,
}

impl Clients {
    /// The client for URLs of this standing; `None` where it could not be set up.
    pub(super) fn of(&self, lookup: &Arc<dyn Lookup>, reach: &Reach, standing: Standing) -> Option<&Client> {
        let client = if standing == Standing::Allowed {
            &self.allowed
        } else {
            &self.usual
        };
        if client.get().is_none() {
            let guarded = Guarded {
                lookup: Arc::clone(lookup),
                reach: reach.clone(),
                standing,
            };
            // Where two tasks are here at a time, the first one's client is kept.
            drop(client.set(build(guarded).ok()?));
        }
        client.get()
    }
}

fn build(guarded: Guarded) -> reqwest::Result<Client> {
    // A second installation in one process is refused, and the first one serves.
    drop(rustls::crypto::ring::default_provider().install_default());
    let standing = guarded.standing;
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .http1_only()
        .dns_resolver(guarded);
    match standing {
        Standing::Public | Standing::Allowed => builder.build(),
        Standing::Simulator | Standing::Outside => builder.tls_certs_only([]).build(),
    }
}
