//! The end of a request with a key, recorded in the journal.

use tracing::warn;

use crate::{
    integrations::{
        Failure,
        keyed::{JournalBudget, LEASE},
        tiktok::post::{journal, result::PostResult},
    },
    posting::{self, Outcome, Retention, Stage},
    state::{Lease, StateError},
};

/// Records the result in the journal: permanently if it is final, not if nothing was posted. Returns the result for
/// the caller.
pub(super) async fn conclude(
    claimed: Lease,
    budget: &JournalBudget,
    stage: &Stage<()>,
    answer: Result<PostResult, Failure>,
) -> Result<PostResult, Failure> {
    let outcome = match &answer {
        Ok(result) => result.outcome().unwrap_or(Outcome::Processing),
        Err(failure) => failure.outcome.unwrap_or(Outcome::Failed),
    };
    // A result that could not be read back is not kept: a repeat asks TikTok again.
    let ended = answer.as_ref().ok().and_then(PostResult::for_journal);
    let written = budget.at_last(persist(claimed, outcome, stage, ended)).await;
    merge(written, answer, outcome)
}

/// Writes the end of the request, by the retention of its outcome.
async fn persist(
    claimed: Lease,
    outcome: Outcome,
    stage: &Stage<()>,
    ended: Option<PostResult>,
) -> Result<(), StateError> {
    match (posting::retention(outcome), ended) {
        (Retention::Discard, _) => claimed.forget().await,
        (Retention::Final, Some(result)) => claimed.finish(journal::entry(&Stage::Ended { result })).await,
        (Retention::Final | Retention::KeepOpen, _) => {
            // An earlier write of the publish_id may have failed, so the stage is written once more.
            claimed.write(journal::entry(stage), LEASE).await?;
            claimed.release().await
        }
    }
}

/// The result for the caller, with a warning if it could not be recorded.
fn merge(
    written: Result<(), StateError>,
    answer: Result<PostResult, Failure>,
    outcome: Outcome,
) -> Result<PostResult, Failure> {
    let error = match written {
        Ok(()) => return answer,
        // This request posted nothing, but the one that took its key over may have posted.
        Err(StateError::Lost) if answer.is_err() && outcome == Outcome::Failed => {
            return Err(Failure::of_state(&StateError::Lost));
        }
        Err(StateError::Lost) => return answer,
        Err(error) => error,
    };
    warn!(
        error = error.in_full(),
        "the outcome could not be written to the journal"
    );
    answer.map(|result| {
        result.with_warning(format!(
            "the outcome could not be written to the journal ({error})"
        ))
    })
}
