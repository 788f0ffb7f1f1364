//! The gate before each attempt of a request: the rate limit, then the reader of the results, then the observer of
//! a write.

use std::future::ready;

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::debug;

use super::{
    budget::{RateBudget, RateReceipt},
    error::millis,
    send::{AttemptHook, Rejected},
};
use crate::{
    clock::{Clock, Deadline},
    model::{RateBucket, SharedRates},
    outlet::Outlet,
};

/// Observer of the attempts to send a write, such as the journal of posts.
pub trait WriteObserver: Sync {
    /// Called before each attempt. The attempt is made only if this returns true.
    fn about_to_send(&self) -> BoxFuture<'_, bool>;

    /// Called if the attempt had no effect and another may follow after a wait.
    fn without_effect(&self) -> BoxFuture<'_, ()>;
}

/// Gate of one request.
#[derive(Clone, Copy)]
#[expect(
    missing_debug_implementations,
    reason = "it holds an observer, which has no other use"
)]
pub struct RateGate<'a, S: SharedRates> {
    /// Name of the endpoint, for logs.
    pub endpoint: &'static str,
    /// Counters of the account.
    pub budget: &'a RateBudget<S>,
    /// Limits of the endpoint, if it has any.
    pub bucket: Option<&'static RateBucket>,
    /// Observer of a write; a read has none, and is sent even if the reader of the results is gone.
    pub observer: Option<&'a dyn WriteObserver>,
    /// Clock.
    pub clock: &'a Clock,
    /// Monotonic deadline of the request.
    pub deadline: Deadline,
    /// Destination of the results.
    pub outlet: &'a Outlet,
}

impl<S: SharedRates> AttemptHook for RateGate<'_, S> {
    type Receipt = Option<RateReceipt<S>>;

    fn before_attempt(&self) -> BoxFuture<'_, Result<Self::Receipt, Rejected>> {
        async {
            let receipt = self.count().await?;
            let Some(observer) = self.observer else {
                return Ok(receipt);
            };
            let rejected = match self.outlet.is_open() {
                true if observer.about_to_send().await => return Ok(receipt),
                true => Rejected::Vetoed,
                false => Rejected::OutputClosed,
            };
            self.after_attempt(receipt, false).await;
            Err(rejected)
        }
        .boxed()
    }

    fn after_attempt(&self, receipt: Self::Receipt, sent: bool) -> BoxFuture<'_, ()> {
        async move {
            if let Some(receipt) = receipt {
                self.budget.settle(receipt, sent).await;
            }
        }
        .boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        match self.observer {
            Some(observer) => observer.without_effect(),
            None => ready(()).boxed(),
        }
    }
}

impl<S: SharedRates> RateGate<'_, S> {
    async fn count(&self) -> Result<Option<RateReceipt<S>>, Rejected> {
        let Some(bucket) = self.bucket else {
            return Ok(None);
        };
        let left = self.clock.left_until(self.deadline);
        let counted = self.budget.acquire(bucket, left).await.map_err(|wait| {
            debug!(
                endpoint = self.endpoint,
                wait_ms = millis(wait.full),
                "over the rate limit"
            );
            Rejected::Until(wait)
        });
        counted.map(Some)
    }
}
