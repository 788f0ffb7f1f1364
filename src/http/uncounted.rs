//! Calls that count against no limit: those of a sign-in, which are few.

use std::{sync::Arc, time::Duration};

use url::Url;

use super::{
    budget::RateBudget,
    error::HttpError,
    gate::RateGate,
    limit::Limiter,
    request::HttpRequest,
    response::HttpResponse,
    retry::{Classify, Idempotency, Retries},
    send::{SendPolicy, send},
    transport::Transport,
};
use crate::{
    clock::{Clock, Deadline},
    model::{RateCounter, RateRefusal, SharedRates},
    outlet::Outlet,
};

/// Settings of calls that are not counted.
#[derive(Debug)]
pub struct UncountedSettings {
    /// Source of time.
    pub clock: Clock,
    /// Base URL of the API.
    pub base: Url,
    /// Longest duration of one call.
    pub timeout: Duration,
    /// Retries of one call.
    pub retries: Retries,
    /// Monotonic deadline of all calls.
    pub deadline: Deadline,
}

/// Sender of calls that are not counted.
#[derive(Debug, Clone)]
pub struct UncountedCalls {
    settings: Arc<UncountedSettings>,
    transport: Transport,
    budget: RateBudget<NoSharedRates>,
}

impl UncountedCalls {
    /// Creates a sender.
    pub fn new(transport: Transport, settings: UncountedSettings) -> Self {
        let limiter = Limiter::new(settings.clock.clone());
        Self {
            budget: RateBudget::new(Arc::new(limiter), None),
            settings: Arc::new(settings),
            transport,
        }
    }

    /// Its settings.
    pub fn settings(&self) -> &UncountedSettings {
        &self.settings
    }

    /// Address of a path of the API, below the path of its base URL.
    pub fn url(&self, path: &str) -> Url {
        url_below(&self.settings.base, path)
    }

    /// Sends a call, and again where `idempotency` and `classify` permit it.
    pub async fn send(
        &self,
        request: &HttpRequest<'_>,
        idempotency: Idempotency,
        classify: Classify,
    ) -> Result<HttpResponse, HttpError> {
        let UncountedSettings {
            clock,
            retries,
            deadline,
            ..
        } = &*self.settings;
        let gate = RateGate {
            endpoint: request.endpoint,
            budget: &self.budget,
            counters: &[],
            refusals: None,
            observer: None,
            clock,
            deadline: *deadline,
            outlet: &Outlet::default(),
        };
        let policy = SendPolicy {
            idempotency,
            classify,
            retries: *retries,
            deadline: *deadline,
        };
        send(&self.transport, clock, request, policy, &gate).await
    }
}

/// Address of `path` below the path of a base URL.
pub fn url_below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let prefix = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{prefix}{path}"));
    url
}

/// Absence of counters that processes share.
#[derive(Debug)]
enum NoSharedRates {}

impl SharedRates for NoSharedRates {
    type Permit = ();

    async fn acquire(&self, _counter: RateCounter, _left: Duration) -> Option<Result<(), RateRefusal>> {
        None
    }

    async fn give_back(&self, _permit: ()) {}
}
