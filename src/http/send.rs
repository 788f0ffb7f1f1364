//! Sends a request until it has a final response: attempts, waits between them, and the hook before each.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tracing::debug;

use super::{
    error::{HttpError, HttpErrorKind, millis},
    limit::RateWait,
    pause::ApiPause,
    request::HttpRequest,
    response::HttpResponse,
    retry::{Classify, Decision, Idempotency, Retries, RetryReason, decide},
    transport::Transport,
};
use crate::clock::{Clock, Deadline};

/// Rules for the attempts to send one request.
#[derive(Debug, Clone, Copy)]
pub struct SendPolicy {
    /// Effect of a second attempt.
    pub idempotency: Idempotency,
    /// Classifier of the API's responses.
    pub classify: Classify,
    /// Number of attempts and length of the waits between them.
    pub retries: Retries,
    /// Monotonic deadline of all attempts.
    pub deadline: Deadline,
}

/// Hook that runs before and after every attempt of a request: it can delay the attempt (rate limit) or stop
/// it (journal not writable).
pub trait AttemptHook: Sync {
    /// Token of one counted attempt. Dropped, the attempt counts as sent.
    type Receipt: Send;

    /// Counts the attempt and permits it, or rejects it.
    fn before_attempt(&self) -> BoxFuture<'_, Result<Self::Receipt, Rejected>>;

    /// Ends the count of an attempt. If it was not `sent`, it takes nothing from the rate limit.
    fn after_attempt(&self, receipt: Self::Receipt, sent: bool) -> BoxFuture<'_, ()>;

    /// Called with each response and the reason to send the request again; returns that reason, with the wait that the
    /// API's limits demand.
    fn answered<'a>(
        &'a self,
        response: &'a HttpResponse,
        reason: Option<RetryReason>,
    ) -> BoxFuture<'a, Option<RetryReason>>;

    /// Records that the attempt had no effect. Another may follow after a wait.
    fn without_effect(&self) -> BoxFuture<'_, ()>;
}

/// Rejection of an attempt by its hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// The rate limit has no place before this wait is over.
    Until(RateWait),
    /// The API has refused requests like this one for its own rate limit.
    Paused(ApiPause),
    /// The observer of the request does not permit it.
    Vetoed,
    /// The reader of the results is gone.
    OutputClosed,
}

/// Sends `request` until its response is final, its retries are used up, or another attempt is not safe.
///
/// Nothing is sent and nothing is waited for after the deadline. The last response or error is returned as it
/// is: its meaning is for the caller to find.
pub async fn send(
    transport: &Transport,
    clock: &Clock,
    request: &HttpRequest<'_>,
    policy: SendPolicy,
    hook: &impl AttemptHook,
) -> Result<HttpResponse, HttpError> {
    let SendPolicy {
        idempotency,
        classify,
        mut retries,
        deadline,
    } = policy;
    let mut attempt = 1;
    loop {
        let receipt = admit(clock, &mut retries, deadline, hook)
            .await
            .map_err(|kind| HttpError::unsent(request.endpoint, attempt, kind))?;
        let result = transport.attempt(request, attempt, deadline).await;
        let sent = result.as_ref().err().is_none_or(|error| !error.kind.is_unsent());
        hook.after_attempt(receipt, sent).await;
        let reason = match &result {
            Ok(response) => hook.answered(response, classify(response)).await,
            Err(error) => Some(RetryReason::of_error(error.kind)),
        };
        let Some(reason) = reason else { return result };
        let left = Retries {
            wait_budget: retries.wait_budget.min(clock.left_until(deadline)),
            ..retries
        };
        match decide(idempotency, reason, attempt, left, chance()) {
            Decision::GiveUp => return result,
            Decision::Again { after } => {
                if reason.is_without_effect() {
                    hook.without_effect().await;
                }
                wait(clock, request.endpoint, attempt, after).await;
                retries = retries.after(after);
            }
        }
        attempt += 1;
    }
}

/// Waits for the hook's permission, within the budget for waits.
async fn admit<H: AttemptHook>(
    clock: &Clock,
    retries: &mut Retries,
    deadline: Deadline,
    hook: &H,
) -> Result<H::Receipt, HttpErrorKind> {
    loop {
        let (least, next, kind) = match hook.before_attempt().await {
            Ok(receipt) => return Ok(receipt),
            Err(Rejected::Until(RateWait {
                full: wait,
                least,
                next,
                window,
            })) => (least.max(next), next, HttpErrorKind::RateLimited { wait, window }),
            Err(Rejected::Paused(pause)) => (pause.wait, pause.wait, HttpErrorKind::Paused(pause)),
            Err(Rejected::Vetoed) => return Err(HttpErrorKind::Vetoed),
            Err(Rejected::OutputClosed) => return Err(HttpErrorKind::OutputClosed),
        };
        if least > retries.wait_budget.min(clock.left_until(deadline)) {
            return Err(kind);
        }
        clock.sleep(next).await;
        *retries = retries.after(next);
    }
}

/// Waits before the next attempt.
pub(super) async fn wait(clock: &Clock, endpoint: &'static str, attempt: u32, after: Duration) {
    debug!(
        endpoint,
        attempt,
        wait_ms = millis(after),
        "sending again after a wait"
    );
    clock.sleep(after).await;
}

/// Random number from 0 to 1, to spread waits.
pub fn chance() -> f64 {
    let mut random = [0; 4];
    match getrandom::fill(&mut random) {
        Ok(()) => f64::from(u32::from_ne_bytes(random)) / f64::from(u32::MAX),
        // Without randomness the waits are merely not spread.
        Err(_no_source) => 0.5,
    }
}
