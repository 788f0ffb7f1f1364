//! The state as a ledger that holds no call up: TikTok counts all the same.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tracing::warn;

use crate::{
    clock::Clock,
    model::AccountHash,
    state::{RatePermit, State, StateError},
};

/// How long one step may take, at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a ledger that could not be used is left alone.
const REST: Duration = Duration::from_secs(10);

/// The counts that processes share, where a state is kept for them.
#[derive(Debug)]
pub struct Ledger {
    state: State,
    clock: Clock,
    /// Until when it is left alone.
    rests_until: Mutex<Duration>,
}

impl Ledger {
    /// Counts in `state`.
    pub fn new(state: State, clock: Clock) -> Self {
        Self {
            state,
            clock,
            rests_until: Mutex::default(),
        }
    }

    /// As [`State::acquire`]; none where the ledger cannot be used within `left`.
    pub(super) async fn take(
        &self,
        account: AccountHash,
        kind: &'static str,
        limit: u32,
        window: Duration,
        left: Duration,
    ) -> Option<Result<RatePermit, Duration>> {
        self.ask(left, self.state.acquire(account, kind, limit, window))
            .await
    }

    /// As [`State::give_back`], or nothing: then a call counts that was not sent.
    pub(super) async fn give_back(&self, place: RatePermit) {
        self.ask(PATIENCE, self.state.give_back(place)).await;
    }

    /// As [`State::note`], or nothing. What has happened is counted though the request has no more time.
    pub(super) async fn note(&self, account: AccountHash, kind: &'static str) {
        self.ask(PATIENCE, self.state.note(account, kind)).await;
    }

    /// As [`State::count`]; none where the ledger cannot be used within `left`.
    pub(super) async fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
        left: Duration,
    ) -> Option<u32> {
        self.ask(left, self.state.count(account, kind, window)).await
    }

    /// Looks whether it can be used, and warns where it cannot.
    pub async fn look(&self) {
        self.ask(
            PATIENCE,
            self.state
                .count(AccountHash::of(&["look"]), "look", Duration::ZERO),
        )
        .await;
    }

    async fn ask<T>(&self, left: Duration, step: impl Future<Output = Result<T, StateError>>) -> Option<T> {
        if self.rests() {
            return None;
        }
        let error = match tokio::time::timeout(PATIENCE.min(left), step).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.in_full(),
            // This request has no more time, which says nothing of the ledger.
            Err(_elapsed) if left < PATIENCE => return None,
            Err(_elapsed) => "it did not answer in time".to_owned(),
        };
        // Of several that find it out at the same time, one says so.
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
