//! HTTP clients of downloads.

use std::sync::{Arc, OnceLock};

use reqwest::Client;

use crate::{
    http::{
        client::{self, Trust},
        lookup::{Guarded, Lookup},
    },
    model::{Reach, Standing},
};

/// One client for each rule, because the permitted addresses of a name depend on the rule, and so do the
/// connections that are kept.
///
/// They are made at their first use.
#[derive(Default)]
pub(super) struct Clients {
    usual: OnceLock<Client>,
    allowed: OnceLock<Client>,
}

impl Clients {
    /// Client for URLs of this standing; `None` if it could not be set up.
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
            // If two tasks arrive here at the same time, the client of the first is kept.
            drop(client.set(build(guarded).ok()?));
        }
        client.get()
    }
}

fn build(guarded: Guarded) -> reqwest::Result<Client> {
    let trust = match guarded.standing {
        Standing::Public | Standing::Allowed => Trust::Machine,
        Standing::Simulator | Standing::Outside => Trust::Nobody,
    };
    let builder = client::builder(trust);
    builder.referer(false).no_proxy().dns_resolver(guarded).build()
}
