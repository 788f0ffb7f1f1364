//! Whether a call may be sent again: a pure table, without clock or socket.
//!
//! | what happened | `Read` | `Init` | `PostingInit` | `Chunk` |
//! |---|---|---|---|---|
//! | nothing was sent (no connection) | again | again | again | again |
//! | sent, and the answer was lost | again | again | **never** | again |
//! | 5xx or 408 | again | again | **never** | again |
//! | 429 of the API itself | after the wait that it names, else a minute, if the budget allows | same | same | same |
//! | 429 of somebody on the way | the same | same | **never** | same |
//! | any other answer | final | final | final | final |
//!
//! An init for a file upload may be repeated because the first one leaves nothing but an empty upload behind;
//! an init that posts by itself (photos, `PULL_FROM_URL`) may have posted although its answer was lost
//! (docs/tiktok-open-api.md#video-init: there is no idempotency key), so it is never repeated.

use std::time::Duration;

use super::transport::{Answer, Loss};

/// What a repetition of a call would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Nothing: the call only reads.
    Read,
    /// Begin another upload, which stays empty.
    Init,
    /// Perhaps post a second time.
    PostingInit,
    /// Send the same range of bytes again.
    Chunk,
}

/// What stood in the way of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No connection: the call cannot have had an effect.
    NotSent,
    /// The call was sent, at least in part, and no whole answer came back.
    Lost,
    /// TikTok or something before it failed (5xx, 408).
    ServerFault,
    /// Too many calls (429), and how long TikTok said to wait.
    TooMany {
        /// From `Retry-After`, a header that TikTok's pages do not know, so it is usually absent.
        retry_after: Option<Duration>,
        /// Whether the API itself answered. A gateway may have passed the call on.
        by_api: bool,
    },
}

impl Trouble {
    /// Trouble that an answer stands for; `None` where it is final. `by_api` says whether the API itself
    /// answered.
    pub(super) fn of_answer(answer: &Answer, by_api: bool) -> Option<Self> {
        match answer.status {
            429 => Some(Self::TooMany {
                retry_after: answer.retry_after,
                by_api,
            }),
            408 | 500..=599 => Some(Self::ServerFault),
            _ => None,
        }
    }

    pub(super) fn of_loss(loss: Loss) -> Self {
        if loss.is_unsent() {
            Self::NotSent
        } else {
            Self::Lost
        }
    }

    /// Whether the call has had no effect, for sure.
    pub(super) const fn is_without_effect(self) -> bool {
        match self {
            Self::NotSent | Self::TooMany { by_api: true, .. } => true,
            Self::Lost | Self::ServerFault | Self::TooMany { by_api: false, .. } => false,
        }
    }
}

/// How often and how long a request allows to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Attempts after the first one.
    pub max: u32,
    /// How long the waits between the attempts may be, together.
    pub wait_budget: Duration,
    /// The growth of the waits.
    pub backoff: Backoff,
}

impl Retries {
    /// What is left of them after a wait.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self {
            wait_budget: self.wait_budget.saturating_sub(wait),
            ..self
        }
    }
}

/// The growth of the waits between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait; each further one is twice as long.
    pub first: Duration,
    /// The longest.
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

/// What to do after an attempt that met trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send the same call again.
    Again {
        /// After this wait.
        after: Duration,
    },
    /// Another attempt is not safe, not useful, or not within the budget.
    GiveUp,
}

/// The window of TikTok's per-minute limits (docs/tiktok-open-api.md#rate-limits).
const RATE_WINDOW: Duration = Duration::from_mins(1);

/// Says whether to send again after attempt number `attempt` (from 1) of a call met `trouble`.
///
/// `chance`, from 0 to 1, spreads the waits of many hosts that failed together.
pub fn decide(class: Class, trouble: Trouble, attempt: u32, retries: Retries, chance: f64) -> Decision {
    let safe = match (trouble, class) {
        (_, Class::Read | Class::Init | Class::Chunk) => true,
        (trouble, Class::PostingInit) => trouble.is_without_effect(),
    };
    let after = match trouble {
        Trouble::TooMany { retry_after, .. } => retry_after.unwrap_or(RATE_WINDOW),
        Trouble::NotSent | Trouble::Lost | Trouble::ServerFault => jittered(retries.backoff, attempt, chance),
    };
    if safe && attempt <= retries.max && after <= retries.wait_budget {
        Decision::Again { after }
    } else {
        Decision::GiveUp
    }
}

/// Half of the wait is fixed and half is by chance, so that many hosts that failed together do not return
/// together.
fn jittered(backoff: Backoff, attempt: u32, chance: f64) -> Duration {
    let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
    let wait = backoff.first.saturating_mul(factor).min(backoff.most);
    wait.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRIES: Retries = Retries {
        max: 3,
        wait_budget: Duration::from_secs(30),
        backoff: Backoff {
            first: Duration::from_millis(500),
            most: Duration::from_secs(8),
        },
    };
    const CLASSES: [Class; 4] = [Class::Read, Class::Init, Class::PostingInit, Class::Chunk];

    fn again(class: Class, trouble: Trouble) -> bool {
        matches!(decide(class, trouble, 1, RETRIES, 0.5), Decision::Again { .. })
    }

    #[test]
    fn the_table_of_the_module_documentation_holds() {
        for class in CLASSES {
            let repeatable = class != Class::PostingInit;
            assert!(again(class, Trouble::NotSent), "{class:?}");
            assert_eq!(again(class, Trouble::Lost), repeatable, "{class:?}");
            assert_eq!(again(class, Trouble::ServerFault), repeatable, "{class:?}");
            let wait = Some(Duration::from_secs(2));
            let soon = Trouble::TooMany {
                retry_after: wait,
                by_api: true,
            };
            assert_eq!(
                decide(class, soon, 1, RETRIES, 1.0),
                Decision::Again {
                    after: Duration::from_secs(2)
                }
            );
            assert_eq!(
                again(
                    class,
                    Trouble::TooMany {
                        retry_after: wait,
                        by_api: false
                    }
                ),
                repeatable,
                "{class:?}"
            );
        }
    }

    #[test]
    fn a_wait_beyond_the_budget_is_not_begun() {
        let minute = Trouble::TooMany {
            retry_after: None,
            by_api: true,
        };
        assert_eq!(decide(Class::Read, minute, 1, RETRIES, 0.0), Decision::GiveUp);
    }

    #[test]
    fn attempts_end() {
        assert_eq!(
            decide(Class::Read, Trouble::NotSent, 4, RETRIES, 0.5),
            Decision::GiveUp
        );
        assert_eq!(
            decide(
                Class::Read,
                Trouble::NotSent,
                1,
                Retries { max: 0, ..RETRIES },
                0.5
            ),
            Decision::GiveUp
        );
    }

    #[test]
    fn waits_double_within_their_jitter() {
        for (attempt, most) in [(1, 500), (2, 1_000), (3, 2_000), (9, 8_000), (u32::MAX, 8_000)] {
            let waits = [0.0, 1.0].map(|chance| jittered(RETRIES.backoff, attempt, chance));
            assert_eq!(waits, [most / 2, most].map(Duration::from_millis), "{attempt}");
        }
    }
}
