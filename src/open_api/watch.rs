//! What stands before each attempt to send a call: the budget, and who watches a call that makes or begins a post.

use std::future::ready;

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::debug;

use super::Budget;
use crate::{
    catalogue::Endpoint,
    clock::{Clock, Deadline},
    http::{self, Denied, Toll},
};

/// Told of each attempt to send a call that makes or begins a post.
pub trait Watch: Sync {
    /// The call is about to be sent; unless this is true it is not.
    fn about_to_send(&self) -> BoxFuture<'_, bool>;

    /// It had no effect, and may be sent again after a wait.
    fn without_effect(&self) -> BoxFuture<'_, ()>;
}

/// What stands before each attempt of a call: first the budget, which may take a wait, then who watches the call.
pub(super) struct Turnstile<'a> {
    pub(super) budget: &'a Budget,
    pub(super) endpoint: Endpoint,
    pub(super) watch: Option<&'a dyn Watch>,
    pub(super) clock: &'a Clock,
    pub(super) deadline: Deadline,
}

impl Toll for Turnstile<'_> {
    fn pay(&self) -> BoxFuture<'_, Result<(), Denied>> {
        async {
            if let Err(wait) = self.budget.pay(self.endpoint, self.clock.left_until(self.deadline)).await {
                debug!(endpoint = self.endpoint.name(), wait_ms = http::millis(wait), "over this minute's calls");
                return Err(Denied::Until(wait));
            }
            match self.watch {
                Some(watch) if !watch.about_to_send().await => Err(Denied::Withheld),
                Some(_) | None => Ok(()),
            }
        }
        .boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        match self.watch {
            Some(watch) => watch.without_effect(),
            None => ready(()).boxed(),
        }
    }
}
