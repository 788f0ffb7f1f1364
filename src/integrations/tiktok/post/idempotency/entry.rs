//! Entries of the journal, believed only if this program can have written them for the request.

use crate::{
    integrations::{
        Failure,
        tiktok::post::{idempotency::request::IdempotentPost, journal, result::PostResult},
    },
    model::JournalKey,
    posting::{PostFrame, Stage},
    state::{Claim, Recorded, StateError},
};

/// Stage in the row of a claim, if it has one. The error is the reason to distrust the row.
pub(super) fn stage(
    claim: &Claim,
    post: IdempotentPost<'_>,
) -> Result<Option<Stage<PostResult>>, &'static str> {
    match claim {
        Claim::Fresh(_) | Claim::Conflict | Claim::Held { entry: None, .. } => Ok(None),
        Claim::Resumed { entry, .. }
        | Claim::Held {
            entry: Some(entry), ..
        } => read(entry, post, false).map(Some),
        Claim::Finished { entry } => read(entry, post, true).map(Some),
    }
}

/// Stage in an entry of the journal, checked against this request's post. The error is the reason to distrust it.
pub(super) fn read(
    recorded: &Recorded,
    post: IdempotentPost<'_>,
    is_finished: bool,
) -> Result<Stage<PostResult>, &'static str> {
    let Recorded {
        text,
        claimed_at,
        read_at: now,
        is_authenticated,
    } = recorded;
    let stage = journal::read::<PostResult>(text).ok_or("this program cannot have written its entry")?;
    let (kind, is_authenticated, claimed_at, now) = (post.kind, *is_authenticated, *claimed_at, *now);
    stage.check(&PostFrame {
        kind,
        is_finished,
        is_authenticated,
        claimed_at,
        now,
    })?;
    match stage {
        Stage::Ended { result } => Ok(Stage::Ended {
            result: result.recorded(post.privacy_level)?,
        }),
        begun @ (Stage::Claimed | Stage::Init { .. } | Stage::InitAcknowledged { .. }) => Ok(begun),
    }
}

/// Failure of a request whose row is not trusted. Nothing in the row is repeated or resumed.
pub(super) fn distrust(row: JournalKey, reason: &'static str) -> Failure {
    let for_operator = Some(format!("row {row}: {reason}"));
    Failure {
        for_operator,
        ..Failure::of_state(&StateError::Untrusted { reason })
    }
}
