//! Rules for sending a request again: a pure table, without clock or socket.
//!
//! | reason | idempotent | not idempotent |
//! |---|---|---|
//! | nothing was sent (no connection) | again | again |
//! | sent, and no complete response | again | **never** |
//! | server error | again | **never** |
//! | rate limit, refused by the API itself | after the wait that it names, if the budget allows | same |
//! | rate limit, refused by a gateway on the way | same | **never** |
//!
//! Any other response is final. The reason behind a response is for the API's [`Classify`] to find.

use std::time::Duration;

use super::{error::HttpErrorKind, response::HttpResponse};

/// Effect of sending a request a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Same as sending it once: the request reads, or writes the same bytes to the same place.
    Idempotent,
    /// Possibly a second object: the first request may have succeeded although its response was lost.
    NonIdempotent,
}

/// Classifier of one API's responses: the reason to send the request again, `None` if the response is final.
///
/// It may read the body: some APIs answer with status 200 and an error code inside.
pub type Classify = fn(&HttpResponse) -> Option<RetryReason>;

/// Reason to send a request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryReason {
    /// No connection: the request had no effect.
    NotSent,
    /// The request was sent, at least in part, and no complete response came back.
    NoResponse,
    /// The server, or a gateway before it, failed. The request may have had its effect.
    ServerError,
    /// Too many requests.
    RateLimited {
        /// Wait until the limit may be over; `None` for the usual backoff.
        wait: Option<Duration>,
        /// True if the API itself refused the request. A gateway may have passed it on.
        by_api: bool,
    },
}

impl RetryReason {
    /// Reason that a status stands for in any API: 408 and 5xx are server errors.
    ///
    /// Returns `None` for 429 too, because only the API knows its own refusals and usual waits.
    pub const fn of_status(status: u16) -> Option<Self> {
        match status {
            408 | 500..=599 => Some(Self::ServerError),
            _ => None,
        }
    }

    /// Reason of a request without a complete response.
    pub(super) fn of_error(kind: HttpErrorKind) -> Self {
        if kind.is_unsent() {
            Self::NotSent
        } else {
            Self::NoResponse
        }
    }

    /// Returns true if the request certainly had no effect.
    pub(super) const fn is_without_effect(self) -> bool {
        match self {
            Self::NotSent | Self::RateLimited { by_api: true, .. } => true,
            Self::NoResponse | Self::ServerError | Self::RateLimited { by_api: false, .. } => false,
        }
    }
}

/// Limits on sending requests again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Attempts after the first.
    pub max: u32,
    /// Sum of the waits between attempts.
    pub wait_budget: Duration,
    /// Growth of the waits.
    pub backoff: Backoff,
}

impl Retries {
    /// Limits that are left after a wait.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self {
            wait_budget: self.wait_budget.saturating_sub(wait),
            ..self
        }
    }
}

/// Growth of the waits between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// First wait; each further wait is twice as long.
    pub first: Duration,
    /// Longest wait.
    pub most: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            most: Duration::from_secs(8),
        }
    }
}

/// Step after an attempt that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send the same request again.
    Again {
        /// Wait before it.
        after: Duration,
    },
    /// Another attempt is not safe, not useful, or not within the budget.
    GiveUp,
}

/// Decides on another attempt after attempt number `attempt` (from 1).
///
/// `chance`, from 0 to 1, spreads the waits of many hosts that failed together.
pub fn decide(
    idempotency: Idempotency,
    reason: RetryReason,
    attempt: u32,
    retries: Retries,
    chance: f64,
) -> Decision {
    let is_safe = idempotency == Idempotency::Idempotent || reason.is_without_effect();
    let backoff = || jittered(retries.backoff, attempt, chance);
    let after = match reason {
        RetryReason::RateLimited { wait, .. } => wait.unwrap_or_else(backoff),
        RetryReason::NotSent | RetryReason::NoResponse | RetryReason::ServerError => backoff(),
    };
    if is_safe && attempt <= retries.max && after <= retries.wait_budget {
        Decision::Again { after }
    } else {
        Decision::GiveUp
    }
}

/// Half of the wait is fixed and half is random, so that hosts that failed together do not return together.
fn jittered(backoff: Backoff, attempt: u32, chance: f64) -> Duration {
    let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
    let wait = backoff.first.saturating_mul(factor).min(backoff.most);
    wait.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::{
        Idempotency::{Idempotent, NonIdempotent},
        *,
    };

    const RETRIES: Retries = Retries {
        max: 3,
        wait_budget: Duration::from_secs(30),
        backoff: Backoff {
            first: Duration::from_millis(500),
            most: Duration::from_secs(8),
        },
    };

    const fn limited(seconds: u64, by_api: bool) -> RetryReason {
        RetryReason::RateLimited {
            wait: Some(Duration::from_secs(seconds)),
            by_api,
        }
    }

    #[test]
    fn the_table_of_the_module_documentation_holds() {
        let again = |idempotency, reason| {
            matches!(
                decide(idempotency, reason, 1, RETRIES, 0.5),
                Decision::Again { .. }
            )
        };
        for (reason, non_idempotent) in [
            (RetryReason::NotSent, true),
            (RetryReason::NoResponse, false),
            (RetryReason::ServerError, false),
            (limited(2, true), true),
            (limited(2, false), false),
        ] {
            assert!(again(Idempotent, reason), "{reason:?}");
            assert_eq!(again(NonIdempotent, reason), non_idempotent, "{reason:?}");
        }
        assert_eq!(
            [408, 500, 503, 599].map(RetryReason::of_status),
            [Some(RetryReason::ServerError); 4]
        );
        assert_eq!([200, 404, 429, 499, 600].map(RetryReason::of_status), [None; 5]);
    }

    #[test]
    fn a_rate_limit_is_waited_for_as_long_as_it_lasts() {
        for idempotency in [Idempotent, NonIdempotent] {
            assert_eq!(
                decide(idempotency, limited(2, true), 1, RETRIES, 1.0),
                Decision::Again {
                    after: Duration::from_secs(2)
                }
            );
        }
        let unnamed = RetryReason::RateLimited {
            wait: None,
            by_api: true,
        };
        for (attempt, millis) in [(1, 500), (2, 1_000), (3, 2_000)] {
            let after = Duration::from_millis(millis);
            assert_eq!(
                decide(Idempotent, unnamed, attempt, RETRIES, 1.0),
                Decision::Again { after }
            );
        }
    }

    #[test]
    fn a_wait_beyond_the_budget_is_not_begun() {
        assert_eq!(
            decide(Idempotent, limited(60, true), 1, RETRIES, 0.0),
            Decision::GiveUp
        );
    }

    #[test]
    fn attempts_end() {
        let none = Retries { max: 0, ..RETRIES };
        for (attempt, retries) in [(4, RETRIES), (1, none)] {
            assert_eq!(
                decide(Idempotent, RetryReason::NotSent, attempt, retries, 0.5),
                Decision::GiveUp
            );
        }
    }

    #[test]
    fn waits_double_within_their_jitter() {
        for (attempt, most) in [(1, 500), (2, 1_000), (3, 2_000), (9, 8_000), (u32::MAX, 8_000)] {
            let waits = [0.0, 1.0].map(|chance| jittered(RETRIES.backoff, attempt, chance));
            assert_eq!(waits, [most / 2, most].map(Duration::from_millis), "{attempt}");
        }
    }
}
