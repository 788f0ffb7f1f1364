//! What stands before each attempt to send a call: the budget, and who watches a call that makes or begins a
//! post.

use std::future::ready;

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::debug;

use super::{Budget, budget::Receipt};
use crate::{
    catalogue::Endpoint,
    clock::{Clock, Deadline},
    http::{self, AttemptHook, Rejected},
    outlet::Outlet,
};

/// Told of each attempt to send a call that makes or begins a post.
pub trait WriteObserver: Sync {
    /// The call is about to be sent; unless this is true it is not.
    fn about_to_send(&self) -> BoxFuture<'_, bool>;

    /// It had no effect, and may be sent again after a wait.
    fn without_effect(&self) -> BoxFuture<'_, ()>;
}

/// What stands before each attempt of a call: first the budget, which may take a wait, then who watches the
/// call.
pub(super) struct RateGate<'a> {
    pub(super) budget: &'a Budget,
    pub(super) endpoint: Endpoint,
    pub(super) watch: Option<&'a dyn WriteObserver>,
    pub(super) clock: &'a Clock,
    pub(super) deadline: Deadline,
    pub(super) outlet: &'a Outlet,
}

impl AttemptHook for RateGate<'_> {
    type Receipt = Option<Receipt>;

    fn before_attempt(&self) -> BoxFuture<'_, Result<Self::Receipt, Rejected>> {
        async {
            let paid = self
                .budget
                .pay(self.endpoint, self.clock.left_until(self.deadline))
                .await;
            let receipt = paid.map_err(|wait| {
                debug!(
                    endpoint = self.endpoint.name(),
                    wait_ms = http::millis(wait.full),
                    "over this minute's calls"
                );
                Rejected::Until(wait)
            })?;
            let Some(watch) = self.watch else {
                return Ok(receipt);
            };
            let denied = match self.outlet.is_open() {
                true if watch.about_to_send().await => return Ok(receipt),
                true => Rejected::Vetoed,
                false => Rejected::OutputClosed,
            };
            self.budget.settle(receipt, false).await;
            Err(denied)
        }
        .boxed()
    }

    fn after_attempt(&self, receipt: Self::Receipt, sent: bool) -> BoxFuture<'_, ()> {
        self.budget.settle(receipt, sent).boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        match self.watch {
            Some(watch) => watch.without_effect(),
            None => ready(()).boxed(),
        }
    }
}
