//! Decisions of a poll for a post's status: pure.

use std::{ops::ControlFlow, time::Duration};

use crate::{
    catalogue::{self, Origin, open_api::INVALID_PUBLISH_ID},
    model::Outcome,
    open_api::{Error, PostStatus},
};

/// First pause between two calls: TikTok allows 30 a minute (docs/tiktok-open-api.md#rate-limits).
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// Longest pause: a post that takes more than a minute seldom finishes in the next seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Factor by which the pause grows.
const GROWTH: f64 = 1.5;

/// Most calls for which TikTok may not know the id that it has just returned.
const UNKNOWN_MAX: u32 = 3;

/// Pause after a call for an id that TikTok does not know yet.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(1);

/// Age of a `publish_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Returned to this request, so TikTok may not know it everywhere yet.
    JustBegun,
    /// Returned to an earlier request: an id that TikTok does not know is wrong.
    Earlier,
}

/// Last known status of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Last status that TikTok returned.
    pub status: PostStatus,
    /// Error of the last call, if it failed.
    pub trouble: Option<Error>,
}

/// Time that is left to a poll.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeLeft {
    /// Until the caller's wait ends.
    pub patience: Duration,
    /// Until the request's deadline.
    pub deadline: Duration,
}

/// State of a poll between two calls.
#[derive(Debug)]
pub(super) struct StatusPoll {
    age: Age,
    pause: Duration,
    unknown: u32,
    last: Option<PostStatus>,
}

impl StatusPoll {
    pub(super) const fn new(age: Age) -> Self {
        Self {
            age,
            pause: FIRST_PAUSE,
            unknown: 0,
            last: None,
        }
    }

    /// Returns the pause before the next call, after one that returned `answer`, or the result of the poll.
    ///
    /// The poll stops at a final outcome, when the caller's wait has ended, and after an error that a repeat of the
    /// call cannot resolve.
    pub(super) fn next(
        &mut self,
        answer: Result<PostStatus, Error>,
        left: TimeLeft,
    ) -> ControlFlow<Result<Followed, Error>, Duration> {
        match answer {
            Ok(status) => self.after_status(status, left),
            Err(error) => self.after_error(error, left),
        }
    }

    fn after_status(
        &mut self,
        status: PostStatus,
        left: TimeLeft,
    ) -> ControlFlow<Result<Followed, Error>, Duration> {
        if left.patience.is_zero() || Outcome::of_status(&status.status).is_final() {
            return ControlFlow::Break(Ok(Followed {
                status,
                trouble: None,
            }));
        }
        self.last = Some(status);
        self.sleep(left)
    }

    fn after_error(
        &mut self,
        error: Error,
        left: TimeLeft,
    ) -> ControlFlow<Result<Followed, Error>, Duration> {
        if is_too_new(&error, self.age) && self.unknown < UNKNOWN_MAX && !left.deadline.is_zero() {
            self.unknown += 1;
            return ControlFlow::Continue(UNKNOWN_PAUSE.min(left.deadline));
        }
        if !left.patience.is_zero() && may_pass(&error, self.age) {
            return self.sleep(left);
        }
        ControlFlow::Break(match self.last.take() {
            Some(status) => Ok(Followed {
                status,
                trouble: Some(error),
            }),
            None => Err(error),
        })
    }

    fn sleep(&mut self, left: TimeLeft) -> ControlFlow<Result<Followed, Error>, Duration> {
        let pause = self.pause.min(left.patience);
        self.pause = self.pause.mul_f64(GROWTH).min(LONGEST_PAUSE);
        ControlFlow::Continue(pause)
    }
}

/// True if the same call may succeed later.
fn may_pass(error: &Error, age: Age) -> bool {
    match error {
        _ if is_too_new(error, age) => true,
        Error::Refused(refusal) => {
            refusal.code != INVALID_PUBLISH_ID.code
                && catalogue::find(Origin::OpenApi, &refusal.code).is_none_or(|row| row.retryable)
        }
        Error::Lost(_) | Error::Unreadable { .. } => true,
    }
}

/// True if TikTok does not know an id that it has just returned; either the code or the message shows it
/// (docs/tiktok-open-api.md#status).
fn is_too_new(error: &Error, age: Age) -> bool {
    match error {
        Error::Refused(refusal) if age == Age::JustBegun => {
            let code = INVALID_PUBLISH_ID.code;
            refusal.code == code || refusal.message.contains(code)
        }
        Error::Refused(_) | Error::Lost(_) | Error::Unreadable { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open_api::{Endpoint, ErrorResponse};

    fn left(patience: u64) -> TimeLeft {
        TimeLeft {
            patience: Duration::from_secs(patience),
            deadline: Duration::from_mins(10),
        }
    }

    fn status(stage: &str) -> PostStatus {
        serde_json::from_value(serde_json::json!({ "status": stage })).unwrap()
    }

    fn refused(code: &str) -> Error {
        Error::Refused(ErrorResponse {
            endpoint: Endpoint::STATUS_FETCH,
            code: code.to_owned(),
            message: String::new(),
            log_id: None,
            http_status: 400,
            retry_after: None,
            is_tiktoks: true,
        })
    }

    fn seconds(step: &ControlFlow<Result<Followed, Error>, Duration>) -> Option<f64> {
        match step {
            ControlFlow::Continue(pause) => Some(pause.as_secs_f64()),
            ControlFlow::Break(_) => None,
        }
    }

    #[test]
    fn the_pause_grows_to_ten_seconds_and_ends_with_the_patience() {
        let mut poll = StatusPoll::new(Age::Earlier);
        let pauses: Vec<_> = [60, 60, 60, 60, 60, 60, 3, 0]
            .into_iter()
            .map(|patience| seconds(&poll.next(Ok(status("PROCESSING_UPLOAD")), left(patience))))
            .collect();
        let grown = [2.0, 3.0, 4.5, 6.75, 10.0, 10.0, 3.0].map(Some);
        assert_eq!(pauses, [&grown[..], &[None]].concat());
    }

    #[test]
    fn a_final_outcome_stops_at_once() {
        let done = status("PUBLISH_COMPLETE");
        let followed = Followed {
            status: done.clone(),
            trouble: None,
        };
        let step = StatusPoll::new(Age::Earlier).next(Ok(done), left(60));
        assert_eq!(step, ControlFlow::Break(Ok(followed)));
    }

    #[test]
    fn an_error_that_stays_keeps_the_last_status() {
        let mut poll = StatusPoll::new(Age::Earlier);
        let error = || refused("invalid_publish_id");
        assert_eq!(
            poll.next(Err(error()), left(60)),
            ControlFlow::Break(Err(error()))
        );
        assert_eq!(
            seconds(&poll.next(Ok(status("PROCESSING_UPLOAD")), left(60))),
            Some(2.0)
        );
        let followed = Followed {
            status: status("PROCESSING_UPLOAD"),
            trouble: Some(error()),
        };
        assert_eq!(
            poll.next(Err(error()), left(60)),
            ControlFlow::Break(Ok(followed))
        );
        assert_eq!(
            seconds(&poll.next(Err(refused("internal_error")), left(60))),
            Some(3.0)
        );
    }

    #[test]
    fn a_new_id_may_be_unknown_three_times_even_without_patience() {
        let mut poll = StatusPoll::new(Age::JustBegun);
        let steps: Vec<_> = (0..4)
            .map(|_call| seconds(&poll.next(Err(refused("invalid_publish_id")), left(0))))
            .collect();
        assert_eq!(steps, [Some(1.0), Some(1.0), Some(1.0), None]);
    }
}
