//! Time that the journal of idempotency keys takes from a request.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{
    clock::{Clock, Deadline},
    state::StateError,
};

/// Limits on the time that the journal takes from a request.
#[derive(Debug)]
pub(in crate::integrations) struct JournalBudget {
    clock: Clock,
    deadline: Deadline,
    /// End of the time in which optional steps are skipped.
    rests_until: Mutex<Duration>,
}

/// Longest duration of the last step after the deadline.
const ALLOWANCE: Duration = Duration::from_secs(1);

/// Time for which optional steps are skipped after a failed one.
const REST: Duration = Duration::from_secs(10);

impl JournalBudget {
    /// Budget of a request with this deadline.
    pub(in crate::integrations) fn new(clock: Clock, deadline: Deadline) -> Self {
        Self {
            clock,
            deadline,
            rests_until: Mutex::default(),
        }
    }

    /// Runs a step of the journal until the deadline.
    ///
    /// An abandoned step may still take effect. By then nothing more is sent, and only the last step follows.
    pub(in crate::integrations) async fn within<T>(
        &self,
        step: impl Future<Output = Result<T, StateError>>,
    ) -> Result<T, StateError> {
        self.run(self.clock.left_until(self.deadline), step).await
    }

    /// Runs the last step, briefly if the journal has just failed.
    pub(in crate::integrations) async fn at_last<T>(
        &self,
        step: impl Future<Output = Result<T, StateError>>,
    ) -> Result<T, StateError> {
        let left = if self.rests() {
            Duration::ZERO
        } else {
            self.clock.left_until(self.deadline)
        };
        self.run(left.max(ALLOWANCE), step).await
    }

    async fn run<T>(
        &self,
        left: Duration,
        step: impl Future<Output = Result<T, StateError>>,
    ) -> Result<T, StateError> {
        let done = tokio::time::timeout(left, step)
            .await
            .unwrap_or(Err(StateError::Late));
        if matches!(
            done,
            Err(StateError::Unavailable { .. } | StateError::Busy { .. } | StateError::Late)
        ) {
            let rests_until = self.clock.elapsed().saturating_add(REST);
            *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = rests_until;
        }
        done
    }

    /// Whether optional steps are skipped.
    pub(in crate::integrations) fn rests(&self) -> bool {
        self.clock.elapsed() < *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
