//! Settings of a [`Host`], each with a default.

use std::sync::Arc;

use url::Url;

use super::{Host, LineSink};
use crate::{
    http::{LowestSpeed, StallLimit, TransportError},
    integrations::OperatorPolicy,
    media::SpoolArea,
    model::MediaHost,
    outlet::Outlet,
    progress::Listener,
    state::{RateCounters, State},
};

impl Host {
    /// Sets the base URL of an integration's API, in place of its own.
    #[must_use]
    pub fn with_api_base(self, integration: &str, base: Url) -> Self {
        Self {
            api_pool: self.api_pool.with_base(integration, base),
            ..self
        }
    }

    /// Sets the base URL of every integration's API: no request leaves for another one.
    #[must_use]
    pub fn with_api_base_of_all(self, base: Url) -> Self {
        Self {
            api_pool: self.api_pool.with_base_of_all(base),
            ..self
        }
    }

    /// Opens the HTTP clients of the bases that were set. Errors: the machine has no usable certificates.
    pub fn open_clients(&self) -> Result<(), TransportError> {
        self.api_pool.open_replaced(self.integrations)
    }

    /// Sets the storage of media while they are transferred.
    #[must_use]
    pub fn spooling_in(self, spool: SpoolArea) -> Self {
        Self { spool, ..self }
    }

    /// Sets the state that holds the journal and the rate counters; both are off by default.
    #[must_use]
    pub fn with_state(self, state: State) -> Self {
        Self { state, ..self }
    }

    /// Also counts calls and posts in the state, so that processes that share it share their limits.
    #[must_use]
    pub fn with_rate_counters(self) -> Self {
        let rate_counters = RateCounters::new(self.state.clone(), self.clock.clone());
        Self {
            rate_counters: Some(Arc::new(rate_counters)),
            ..self
        }
    }

    /// Sends the progress of requests that ask for it to `sink`, as lines of JSON.
    #[must_use]
    pub fn telling_progress_to(self, sink: Arc<LineSink>) -> Self {
        Self {
            progress_line: Some(sink),
            ..self
        }
    }

    /// Sends the progress of every request to `listener`.
    #[must_use]
    pub fn reporting_to(self, listener: Arc<Listener>) -> Self {
        Self {
            progress_listener: Some(listener),
            ..self
        }
    }

    /// Sets the silence of a connection that ends the upload of a chunk.
    #[must_use]
    pub fn with_stall_limit(self, stall: StallLimit) -> Self {
        Self { stall, ..self }
    }

    /// Sets the speed below which a download ends.
    #[must_use]
    pub fn with_lowest_speed(self, lowest: LowestSpeed) -> Self {
        Self {
            api_pool: self.api_pool.with_lowest_speed(lowest),
            ..self
        }
    }

    /// Allows media from `hosts`, also on private networks and over http.
    #[must_use]
    pub fn allowing_media_hosts(self, hosts: &[MediaHost]) -> Self {
        Self {
            api_pool: self.api_pool.with_media_hosts(hosts),
            ..self
        }
    }

    /// Sets the operator's limits.
    #[must_use]
    pub fn with_policy(self, policy: OperatorPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Sets the destination of the results. No post begins once it accepts no more of them.
    #[must_use]
    pub fn with_outlet(self, outlet: Outlet) -> Self {
        Self { outlet, ..self }
    }
}
