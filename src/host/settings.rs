//! Settings of a [`Host`], each with a default.

use std::sync::Arc;

use url::Url;

use super::{Host, LineSink};
use crate::{
    http::LowestSpeed,
    media::SpoolArea,
    model::MediaHost,
    outlet::Outlet,
    state::{RateCounters, State},
    upload::StallLimit,
};

impl Host {
    /// Calls the API of an integration at `base` in place of its own address.
    #[must_use]
    pub fn with_api_base(self, integration: &str, base: Url) -> Self {
        Self {
            api_pool: self.api_pool.with_base(integration, base),
            ..self
        }
    }

    /// Keeps videos in `spool` while they are on their way.
    #[must_use]
    pub fn spooling_in(self, spool: SpoolArea) -> Self {
        Self { spool, ..self }
    }

    /// Keeps the journal and the rate counters in `state`; without this they are off.
    #[must_use]
    pub fn with_state(self, state: State) -> Self {
        Self { state, ..self }
    }

    /// Counts calls and posts in the state too, so that processes that share it share their limits.
    #[must_use]
    pub fn with_rate_counters(self) -> Self {
        let rate_counters = RateCounters::new(self.state.clone(), self.clock.clone());
        Self {
            rate_counters: Some(Arc::new(rate_counters)),
            ..self
        }
    }

    /// Gives the progress of requests that ask for it to `sink`, as lines of JSON.
    #[must_use]
    pub fn telling_progress_to(self, sink: Arc<LineSink>) -> Self {
        Self {
            progress_line: Some(sink),
            ..self
        }
    }

    /// Cuts a chunk of an upload off at this silence of its connection; [`StallLimit::default`] without this.
    #[must_use]
    pub fn with_stall_limit(self, stall: StallLimit) -> Self {
        Self { stall, ..self }
    }

    /// Ends downloads that are slower; [`LowestSpeed::default`] without this.
    #[must_use]
    pub fn with_lowest_speed(self, lowest: LowestSpeed) -> Self {
        Self {
            api_pool: self.api_pool.with_lowest_speed(lowest),
            ..self
        }
    }

    /// Fetches media from `hosts` too, on private networks and over http as well.
    #[must_use]
    pub fn allowing_media_hosts(self, hosts: &[MediaHost]) -> Self {
        Self {
            api_pool: self.api_pool.with_media_hosts(hosts),
            ..self
        }
    }

    /// Begins no post once `outlet` takes no more results.
    #[must_use]
    pub fn with_outlet(self, outlet: Outlet) -> Self {
        Self { outlet, ..self }
    }
}
