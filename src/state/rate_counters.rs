//! Best-effort rate counters. A slow or failing store is skipped for 10 s instead of delaying requests, because
//! TikTok enforces its limits anyway.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tracing::warn;

use super::{RatePermit, State, StateError};
use crate::{
    clock::Clock,
    model::{AccountHash, RateCounter, RateRefusal, SharedRates},
};

/// Longest duration of one step.
const PATIENCE: Duration = Duration::from_secs(2);

/// Time for which a store that failed is skipped.
const REST: Duration = Duration::from_secs(10);

/// Rate counters that processes share, in a state.
#[derive(Debug)]
pub struct RateCounters {
    state: State,
    clock: Clock,
    /// End of the time for which the store is skipped.
    rests_until: Mutex<Duration>,
}

impl SharedRates for RateCounters {
    type Permit = RatePermit;

    async fn acquire(
        &self,
        RateCounter { account, bucket }: RateCounter,
        left: Duration,
    ) -> Option<Result<RatePermit, RateRefusal>> {
        self.ask(left, self.state.acquire(account, bucket.name, bucket.windows))
            .await
    }

    async fn give_back(&self, permit: RatePermit) {
        self.ask(PATIENCE, self.state.give_back(permit)).await;
    }
}

impl RateCounters {
    /// Counters in `state`.
    pub fn new(state: State, clock: Clock) -> Self {
        Self {
            state,
            clock,
            rests_until: Mutex::default(),
        }
    }

    /// Counts an event that has happened, even if the request has no more time.
    pub async fn note(&self, account: AccountHash, kind: &'static str) {
        self.ask(PATIENCE, self.state.note(account, kind)).await;
    }

    /// Number of events within the last `window`; `None` if the store cannot be used within `left`.
    pub async fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
        left: Duration,
    ) -> Option<u32> {
        self.ask(left, self.state.count(account, kind, window)).await
    }

    /// Time until the last event leaves `window`; `None` if the window holds none, or the store cannot be used within
    /// `left`.
    pub async fn last_leaves(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
        left: Duration,
    ) -> Option<Duration> {
        let step = self.state.last_leaves(account, kind, window);
        self.ask(left, step).await.flatten()
    }

    /// Tries the store, and logs a warning if it cannot be used.
    pub async fn look(&self) {
        let account = AccountHash::of(&["look"]);
        self.ask(PATIENCE, self.state.count(account, "look", Duration::ZERO))
            .await;
    }

    async fn ask<T>(&self, left: Duration, step: impl Future<Output = Result<T, StateError>>) -> Option<T> {
        if self.rests() {
            return None;
        }
        let error = match tokio::time::timeout(PATIENCE.min(left), step).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.in_full(),
            // This request has no more time, which is no fault of the store.
            Err(_elapsed) if left < PATIENCE => return None,
            Err(_elapsed) => "it did not answer in time".to_owned(),
        };
        // Of several requests that find out at the same time, the first one warns.
        if self.rests() {
            return None;
        }
        let rests_until = self.clock.elapsed().saturating_add(REST);
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = rests_until;
        warn!(
            error,
            rest_s = REST.as_secs(),
            "the state cannot be used, so calls are counted for this process alone"
        );
        None
    }

    fn rests(&self) -> bool {
        self.clock.elapsed() < *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
