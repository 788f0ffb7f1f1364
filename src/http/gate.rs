//! The gate before each attempt of a request: a pause that the API demands, then this program's rate limit, then the
//! reader of the results, then the observer of a write.

use std::future::ready;

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::debug;

use super::{
    budget::{RateBudget, RateReceipt},
    error::millis,
    pause::ApiPause,
    response::HttpResponse,
    retry::RetryReason,
    send::{AttemptHook, Rejected},
};
use crate::{
    clock::{Clock, Deadline},
    model::{RateCounter, SharedRates},
    outlet::Outlet,
};

/// Observer of the attempts to send a write, such as the journal of posts.
pub trait WriteObserver: Sync {
    /// Called before each attempt. The attempt is made only if this returns true.
    fn about_to_send(&self) -> BoxFuture<'_, bool>;

    /// Called if the attempt had no effect and another may follow after a wait.
    fn without_effect(&self) -> BoxFuture<'_, ()>;
}

/// Observer of the responses of an API whose refusals for its own rate limits concern other requests too.
pub trait RefusalObserver: Sync {
    /// Pause in which requests like this one are not sent; `None` if they are.
    fn pause(&self) -> BoxFuture<'_, Option<ApiPause>>;

    /// Called with each response and the reason to send the request again; returns that reason, with the wait of the
    /// pause that the refusal begins.
    fn answered<'a>(
        &'a self,
        response: &'a HttpResponse,
        reason: Option<RetryReason>,
    ) -> BoxFuture<'a, Option<RetryReason>>;
}

/// Gate of one request.
#[derive(Clone, Copy)]
#[expect(
    missing_debug_implementations,
    reason = "it holds observers, which have no other use"
)]
pub struct RateGate<'a, S: SharedRates> {
    /// Name of the endpoint, for logs.
    pub endpoint: &'static str,
    /// Counters of requests.
    pub budget: &'a RateBudget<S>,
    /// Counters that the request counts against, all at once: none for an endpoint without limits, and several, for
    /// example, where an API limits both an app and each of its accounts. No counter is given twice.
    pub counters: &'a [RateCounter],
    /// Observer of the API's refusals; `None` if they concern no other request.
    pub refusals: Option<&'a dyn RefusalObserver>,
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
    type Receipt = RateReceipt<S>;

    fn before_attempt(&self) -> BoxFuture<'_, Result<Self::Receipt, Rejected>> {
        async {
            if let Some(refusals) = self.refusals
                && let Some(pause) = refusals.pause().await
            {
                debug!(
                    endpoint = self.endpoint,
                    code = pause.code,
                    wait_ms = millis(pause.wait),
                    "the API refused other requests, so this one waits"
                );
                return Err(Rejected::Paused(pause));
            }
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
            self.budget.settle(receipt, sent).await;
        }
        .boxed()
    }

    fn answered<'a>(
        &'a self,
        response: &'a HttpResponse,
        reason: Option<RetryReason>,
    ) -> BoxFuture<'a, Option<RetryReason>> {
        match self.refusals {
            Some(refusals) => refusals.answered(response, reason),
            None => ready(reason).boxed(),
        }
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        match self.observer {
            Some(observer) => observer.without_effect(),
            None => ready(()).boxed(),
        }
    }
}

impl<S: SharedRates> RateGate<'_, S> {
    async fn count(&self) -> Result<RateReceipt<S>, Rejected> {
        let left = self.clock.left_until(self.deadline);
        let counted = self.budget.acquire(self.counters, left).await;
        counted.map_err(|wait| {
            debug!(
                endpoint = self.endpoint,
                limit = %wait.window,
                wait_ms = millis(wait.full),
                "over the rate limit"
            );
            Rejected::Until(wait)
        })
    }
}
