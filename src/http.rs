//! HTTP as this program uses it: one call, its answer or how it failed, and whether it may be sent again.
//!
//! Above this room reqwest lends only its words (addresses, methods, headers). Nothing here prints an address with its query, a header or a body.

mod retry;
mod transport;

pub use retry::{Backoff, Class, Decision, Retries, Trouble, decide};
pub use transport::{Answer, Call, Failure, Loss, Open, Payload, Transport, TransportError};

use std::time::Duration;

use tracing::debug;

use crate::clock::Clock;

/// Sends `call` until it is answered with something final, its retries are used up, or another attempt is not safe.
///
/// The last answer or failure is returned as it is: what an answer means is for the caller to say.
pub async fn send(
    transport: &Transport,
    clock: &Clock,
    mut retries: Retries,
    class: Class,
    call: &Call<'_>,
) -> Result<Answer, Failure> {
    let mut attempt = 1;
    loop {
        let result = transport.attempt(call, attempt).await;
        let trouble = match &result {
            Ok(answer) => Trouble::of_answer(answer),
            Err(failure) => Some(Trouble::of_loss(failure.loss)),
        };
        let Some(trouble) = trouble else { return result };
        match decide(class, trouble, attempt, retries) {
            Decision::GiveUp => return result,
            Decision::Again { after } => {
                wait(clock, call.endpoint, attempt, after).await;
                retries = retries.after(after);
            }
        }
        attempt += 1;
    }
}

async fn wait(clock: &Clock, endpoint: &'static str, attempt: u32, after: Duration) {
    debug!(endpoint, attempt, wait_ms = millis(after), "sending again after a wait");
    clock.sleep(after).await;
}

/// Whole milliseconds, for log fields.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
