//! HTTP as this program uses it: one call, its answer or how it failed, and whether it may be sent again.
//!
//! Above this room reqwest lends only its words (addresses, methods, headers). Nothing here prints an address
//! with its query, a header or a body.

mod download;
mod guard;
mod jobs;
mod limit;
mod lookup;
mod lowest_speed;
mod obstacle;
mod resume;
mod retry;
mod tally;
mod transport;
mod unmade;

pub use download::{DownloadError, Downloader, Head, Job, Sink};
pub use guard::{Kind, Refusal, never_allowed};
pub use jobs::{DownloadTurn, JobSlot, Jobs, MediaLane, QueueFull};
pub use limit::{Limiter, Place, Wait};
pub use lowest_speed::{LowestSpeed, Shortfall};
pub use obstacle::{Cause, Obstacle};
pub use resume::Announced;
pub use retry::{Backoff, Class, Decision, Retries, Trouble, decide};
pub use tally::Held;
pub use transport::{Answer, Call, Failure, Loss, Open, Payload, Transport, TransportError};
pub use unmade::Unmade;

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tracing::debug;

use crate::clock::{Clock, Deadline};

/// How a call is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// What a repetition would do.
    pub class: Class,
    /// How often it may be sent again.
    pub retries: Retries,
    /// When all must be done.
    pub deadline: Deadline,
}

/// Asked before each attempt to send a call.
pub trait Toll: Sync {
    /// What was paid for one attempt. Dropped, it counts as sent.
    type Receipt: Send;

    /// Counts the attempt and lets it be made, or not.
    fn pay(&self) -> BoxFuture<'_, Result<Self::Receipt, Denied>>;

    /// The attempt was made, and `sent` or not: what was paid for a call that never left the machine is given
    /// back.
    fn settle(&self, receipt: Self::Receipt, sent: bool) -> BoxFuture<'_, ()>;

    /// Whether the API itself answered, and not a gateway that may have passed the call on.
    fn is_by_api(&self, answer: &Answer) -> bool;

    /// The attempt that was paid had no effect, and another one may follow after a wait.
    fn without_effect(&self) -> BoxFuture<'_, ()>;
}

/// Why an attempt may not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Not before this wait is over.
    Until(Wait),
    /// Not at all.
    Withheld,
    /// Not at all, because nobody would get the result.
    Unheard,
}

/// Sends `call` until it is answered with something final, its retries are used up, or another attempt is not
/// safe.
///
/// Each attempt pays its `toll` first, and waits for it as it waits between attempts. Nothing is sent and
/// nothing is waited for after `deadline`. The last answer or failure is returned as it is: what an answer
/// means is for the caller to say.
pub async fn send(
    transport: &Transport,
    clock: &Clock,
    call: &Call<'_>,
    manner: Manner,
    toll: &impl Toll,
) -> Result<Answer, Failure> {
    let Manner {
        class,
        mut retries,
        deadline,
    } = manner;
    let mut attempt = 1;
    loop {
        let receipt = loop {
            let wait = match toll.pay().await {
                Ok(receipt) => break receipt,
                Err(Denied::Until(wait)) => wait,
                Err(Denied::Withheld) => return Err(Failure::denied(call.endpoint, attempt, Loss::Withheld)),
                Err(Denied::Unheard) => return Err(Failure::denied(call.endpoint, attempt, Loss::Unheard)),
            };
            if wait.least.max(wait.next) > retries.wait_budget.min(clock.left_until(deadline)) {
                return Err(Failure::over_budget(call.endpoint, attempt, wait.full));
            }
            clock.sleep(wait.next).await;
            retries = retries.after(wait.next);
        };
        let result = transport.attempt(call, attempt, deadline).await;
        toll.settle(
            receipt,
            !matches!(&result, Err(failure) if failure.loss.is_unsent()),
        )
        .await;
        let trouble = match &result {
            Ok(answer) => Trouble::of_answer(answer, toll.is_by_api(answer)),
            // The next answer would be as large.
            Err(Failure {
                loss: Loss::TooLarge, ..
            }) => None,
            Err(failure) => Some(Trouble::of_loss(failure.loss)),
        };
        let Some(trouble) = trouble else { return result };
        let wait_budget = retries.wait_budget.min(clock.left_until(deadline));
        match decide(
            class,
            trouble,
            attempt,
            Retries {
                wait_budget,
                ..retries
            },
            chance(),
        ) {
            Decision::GiveUp => return result,
            Decision::Again { after } => {
                if trouble.is_without_effect() {
                    toll.without_effect().await;
                }
                wait(clock, call.endpoint, attempt, after).await;
                retries = retries.after(after);
            }
        }
        attempt += 1;
    }
}

async fn wait(clock: &Clock, endpoint: &'static str, attempt: u32, after: Duration) {
    debug!(
        endpoint,
        attempt,
        wait_ms = millis(after),
        "sending again after a wait"
    );
    clock.sleep(after).await;
}

/// A number from 0 to 1. The standard library's hash keys are random, which is all that the spread of waits
/// needs.
pub fn chance() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// Whole milliseconds, for log fields.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
