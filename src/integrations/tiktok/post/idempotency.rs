//! At most one post per idempotency key (docs/reliability.md).
//!
//! The key is taken before anything is sent. A repeat returns the outcome of the first request, or resumes it after
//! an interruption if that is safe, and never posts a second time.

mod conclude;
mod entry;
mod request;
mod resume;

pub(in crate::integrations::tiktok) use request::IdempotentPost;

use std::time::Duration;

use self::{
    conclude::conclude,
    entry::{distrust, stage},
    resume::{KeyClaim, resume},
};
use crate::{
    catalogue::own,
    clock::Deadline,
    integrations::{
        Failure,
        keyed::{BEAT, JournalBudget, LEASE, while_held},
        record::row_of_post,
        tiktok::{
            context::Context,
            post::{
                fingerprint::NULL_KEY,
                journal::{self, PostJournal},
                result::PostResult,
            },
        },
    },
    model::{Fingerprint, JournalKey, JournalPlace, PublishId, Scope},
    posting::{Outcome, Stage},
    secret::shown,
    state::{Claim, Lease, Recorded, StateError},
};

/// Pause between two checks whether the holder of the key is done.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs `work`, and runs it at most once for each idempotency key.
pub(in crate::integrations::tiktok) async fn run_idempotent<F>(
    context: Context,
    post: IdempotentPost<'_>,
    work: impl FnOnce(Context) -> F,
) -> Result<PostResult, Failure>
where
    F: Future<Output = Result<PostResult, Failure>> + Send,
{
    let Some(key) = post.key else {
        let has_null_key = context.has_null_key;
        let result = Box::pin(work(context)).await?;
        return Ok(if has_null_key {
            result.with_warning(NULL_KEY.to_owned())
        } else {
            result
        });
    };
    let claimed = match Box::pin(take(&context, post, key)).await {
        Ok(KeyClaim::Owned(claimed)) => {
            context.evidence.nothing_earlier();
            claimed
        }
        Ok(KeyClaim::Answered(answer)) => return answer.map_err(Failure::with_idempotency_key),
        Err(failure) => return Err(failure.with_idempotency_key()),
    };
    let record = PostJournal::in_journal(
        JournalBudget::new(context.clock.clone(), context.deadline),
        claimed,
    );
    let clock = context.clock.clone();
    let work = Box::pin(work(Context {
        record: record.clone(),
        ..context
    }));
    let answer = while_held(&clock, BEAT, || record.hold(LEASE), work).await;
    let answer = match record.into_parts() {
        Some((claimed, bounds, stage)) => conclude(claimed, &bounds, &stage, answer).await,
        None => answer,
    };
    answer.map_err(Failure::with_idempotency_key)
}

/// Takes the key, waiting for another request that holds it for at most `wait_seconds`.
async fn take(context: &Context, post: IdempotentPost<'_>, key: &str) -> Result<KeyClaim, Failure> {
    let fingerprint = fingerprint(context, post).await?;
    let account = account(context).await.map_err(Failure::earlier_unknown)?;
    let row = row_of_post(context.namespace, &account, key);
    let end = context.clock.deadline_in(context.patience(post.wait_seconds));
    loop {
        let claim = claim(context, row, fingerprint)
            .await
            .map_err(Failure::earlier_unknown)?;
        let stage = stage(&claim, post).map_err(|reason| distrust(row.key, reason).earlier_unknown());
        match claim {
            Claim::Fresh(claimed) => return Ok(KeyClaim::Owned(claimed)),
            Claim::Resumed { claimed, entry } => {
                return Box::pin(resume_trusted(context, post, claimed, &entry, stage)).await;
            }
            Claim::Finished { .. } => return finished(row.key, stage?),
            Claim::Conflict => return Err(conflict(key)),
            Claim::Held { lease_left, .. } => await_holder(context, stage?, lease_left, end).await?,
        }
    }
}

/// Fingerprint of the inputs, with the bytes of the video.
async fn fingerprint(context: &Context, post: IdempotentPost<'_>) -> Result<Fingerprint, Failure> {
    let fingerprint = match &context.keyed {
        Some(keyed) => keyed.fingerprint(post.action, &context.contents).await,
        None => None,
    };
    fingerprint
        .ok_or_else(|| Failure::new(&own::NO_ROOM, "(the video could not be read back)").earlier_unknown())
}

/// Resumes an interrupted request, or releases its key if its row is not trusted.
async fn resume_trusted(
    context: &Context,
    post: IdempotentPost<'_>,
    claimed: Lease,
    entry: &Recorded,
    stage: Result<Option<Stage<PostResult>>, Failure>,
) -> Result<KeyClaim, Failure> {
    match stage {
        Ok(stage) => Ok(resume(context, post, claimed, stage.unwrap_or(Stage::Claimed), entry).await),
        Err(failure) => {
            drop(claimed.release().await);
            Err(failure)
        }
    }
}

/// The recorded result of a request that has ended.
fn finished(row: JournalKey, stage: Option<Stage<PostResult>>) -> Result<KeyClaim, Failure> {
    match stage {
        Some(Stage::Ended { result }) => Ok(KeyClaim::Answered(Ok(result.repeated()))),
        None | Some(Stage::Claimed | Stage::Init { .. } | Stage::InitAcknowledged { .. }) => {
            Err(distrust(row, "its row has ended, but its stage has not").earlier_unknown())
        }
    }
}

/// Pauses while another request holds the key. Errors: `in_progress` after `end`.
async fn await_holder(
    context: &Context,
    stage: Option<Stage<PostResult>>,
    lease_left: Duration,
    end: Deadline,
) -> Result<(), Failure> {
    let publish_id = stage.as_ref().and_then(Stage::publish_id);
    if let Some(publish_id) = publish_id {
        context.evidence.publish_id(publish_id);
    }
    let left = context.clock.left_until(end);
    if left.is_zero() {
        return Err(in_progress(publish_id, lease_left));
    }
    context.clock.sleep(PAUSE.min(left)).await;
    Ok(())
}

/// Claims the row before the request's deadline. A claim that succeeds later is not used, and ends with its lease.
async fn claim(context: &Context, row: JournalPlace, fingerprint: Fingerprint) -> Result<Claim, Failure> {
    let left = context.clock.left_until(context.deadline);
    let begun = journal::entry(&Stage::<PostResult>::Claimed);
    match tokio::time::timeout(left, context.state.claim(row, fingerprint, &begun, LEASE)).await {
        Ok(Err(StateError::Untrusted { reason })) => Err(distrust(row.key, reason)),
        Ok(claim) => claim.map_err(|error| Failure::of_state(&error)),
        Err(_elapsed) => Err(Failure::new(
            &own::TIMEOUT,
            "(the journal of idempotency keys did not answer)",
        )),
    }
}

/// Account that the key belongs to. Unlike its tokens, it never changes.
async fn account(context: &Context) -> Result<String, Failure> {
    let user = context
        .api
        .user_info(&[Scope::UserInfoBasic])
        .await
        .map_err(|error| {
            let failure = Failure::from(error);
            let message = format!(
                "{} (An idempotency_key needs the permission user.info.basic, which identifies the account.)",
                failure.message
            );
            Failure { message, ..failure }
        })?;
    user.open_id
        .ok_or_else(|| Failure::new(&own::UNREADABLE_ANSWER, "(user/info gave no open_id)"))
}

/// Failure of a key that was used with other inputs.
fn conflict(key: &str) -> Failure {
    Failure::of_field(
        &own::IDEMPOTENCY_CONFLICT,
        "idempotency_key",
        &format!("{}, which was used with other inputs", shown(key)),
        "one key per post, with the same inputs in every repeat (including the input that holds the video)",
        "repeat the inputs that the key was first used with, or use another key for another post",
    )
    .nothing_posted()
}

/// Failure while another request holds the key.
fn in_progress(publish_id: Option<&PublishId>, lease_left: Duration) -> Failure {
    let failure = Failure {
        retry_after: Some(lease_left.clamp(Duration::from_secs(1), LEASE)),
        ..Failure::new(&own::IN_PROGRESS, "").with_outcome(Outcome::Processing)
    };
    failure.with_post(|post| post.publish_id = publish_id.cloned())
}

#[cfg(test)]
mod tests;
