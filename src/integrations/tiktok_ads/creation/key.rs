//! The idempotency key of a creation: taken before anything is sent.

use std::time::Duration;

use super::journal::{self, CreationJournal};
use crate::{
    advertising::CreationStage,
    catalogue::own,
    clock::Deadline,
    integrations::{
        Failure,
        keyed::{JournalBudget, LEASE},
        record::row_of_creation,
        tiktok_ads::context::AdsContext,
    },
    model::{Fingerprint, JournalPlace, Outcome},
    secret::shown,
    state::{Claim, Lease, Recorded, RowView, StateError},
};

/// Row of a key, with the inputs that it was first used with.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyRow {
    /// Row of the journal.
    pub(super) row: JournalPlace,
    /// Inputs of the request.
    pub(super) fingerprint: Fingerprint,
}

/// Result of taking a key.
#[derive(Debug)]
pub(super) enum CreationClaim {
    /// The request creates the object, or goes on with an earlier one.
    Owned(Box<CreationJournal>),
    /// An earlier request created the object with this id.
    Made(String),
}

/// Use of a key by earlier requests, as a dry run sees it.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) enum KeyUse {
    /// The request would create the object. The warning tells what is not certain.
    Open(Option<String>),
    /// An earlier request created the object with this id.
    Made(String),
}

/// Warning of a dry run about a key of a request that has not ended.
const UNFINISHED: &str = "An earlier request with this idempotency_key has begun and its end is not recorded. The request without \
                          dry_run goes on with it: it looks for its object first, and waits while the earlier one still runs.";

/// Pause between two checks whether the holder of the key is done.
const PAUSE: Duration = Duration::from_millis(500);

/// Longest wait for another request that holds the key.
const PATIENCE: Duration = Duration::from_secs(40);

impl KeyRow {
    /// Row of `key` for `action` in the request's ad account.
    pub(super) fn of(context: &AdsContext, action: &str, key: &str) -> Self {
        let account = context.api.advertiser_id().as_str();
        Self {
            row: row_of_creation(context.namespace, context.is_sandbox, account, action, key),
            fingerprint: Fingerprint::of(&[action, &context.inputs]),
        }
    }
}

/// Takes the key, waiting for another request that holds it.
pub(super) async fn take(context: &AdsContext, row: KeyRow, key: &str) -> Result<CreationClaim, Failure> {
    let patience = PATIENCE.min(context.clock.left_until(context.deadline));
    let end = context.clock.deadline_in(patience);
    loop {
        let before = context.clock.elapsed();
        let found = claim(context, row).await?;
        let took = context.clock.elapsed().saturating_sub(before);
        match found {
            Claim::Fresh(lease) => {
                context.evidence.is_first();
                return Ok(owned(context, lease, took, CreationStage::Begun));
            }
            Claim::Resumed { claimed, entry } => match stage(&entry, false) {
                Ok(stage) => {
                    if stage == CreationStage::Begun {
                        context.evidence.is_first();
                    }
                    return Ok(owned(context, claimed, took, stage));
                }
                Err(reason) => {
                    drop(claimed.release().await);
                    return Err(distrust(row, reason));
                }
            },
            Claim::Finished { entry } => match stage(&entry, true) {
                Ok(CreationStage::Made { id }) => return Ok(CreationClaim::Made(id)),
                Ok(CreationStage::Begun | CreationStage::Sent(_)) => {
                    return Err(distrust(row, "its row has ended, but its stage has not"));
                }
                Err(reason) => return Err(distrust(row, reason)),
            },
            Claim::Conflict => return Err(conflict(key)),
            Claim::Held { lease_left, .. } => await_holder(context, lease_left, end).await?,
        }
    }
}

/// Looks at the use of a key without taking it. Errors: the key was used with other inputs.
pub(super) async fn look(context: &AdsContext, row: KeyRow, key: &str) -> Result<KeyUse, Failure> {
    let left = context.clock.left_until(context.deadline);
    let view = context.state.view(row.row.key, row.fingerprint);
    let unchecked = |reason: &str| {
        KeyUse::Open(Some(format!(
            "idempotency_key was not checked, because the journal could not be read ({reason})."
        )))
    };
    Ok(match tokio::time::timeout(left, view).await {
        Ok(Ok(RowView::Conflict)) => return Err(conflict(key)),
        Ok(Ok(RowView::Unused)) => KeyUse::Open(None),
        Ok(Ok(RowView::Unfinished)) => KeyUse::Open(Some(UNFINISHED.to_owned())),
        Ok(Ok(RowView::Finished { entry })) => match stage(&entry, true) {
            Ok(CreationStage::Made { id }) => KeyUse::Made(id),
            Ok(CreationStage::Begun | CreationStage::Sent(_)) => {
                return Err(distrust(row, "its row has ended, but its stage has not"));
            }
            Err(reason) => return Err(distrust(row, reason)),
        },
        Ok(Err(StateError::Untrusted { reason })) => return Err(distrust(row, reason)),
        Ok(Err(error)) => unchecked(&error.to_string()),
        Err(_elapsed) => unchecked("it did not answer"),
    })
}

/// The journal of a row whose claim took this long.
fn owned(context: &AdsContext, lease: Lease, took: Duration, stage: CreationStage) -> CreationClaim {
    let clock = context.clock.clone();
    let budget = JournalBudget::new(clock.clone(), context.deadline);
    let journal = CreationJournal::in_row(clock, lease, budget, took, stage);
    CreationClaim::Owned(Box::new(journal))
}

/// Claims the row before the request's deadline. A claim that succeeds later is not used, and ends with its lease.
async fn claim(context: &AdsContext, row: KeyRow) -> Result<Claim, Failure> {
    let left = context.clock.left_until(context.deadline);
    let begun = journal::entry(&CreationStage::Begun);
    let claim = context.state.claim(row.row, row.fingerprint, &begun, LEASE);
    match tokio::time::timeout(left, claim).await {
        Ok(Ok(claim)) => Ok(claim),
        Ok(Err(StateError::Untrusted { reason })) => Err(distrust(row, reason)),
        // Such a program keeps no keys, so its operator cannot expect that an earlier request is known.
        Ok(Err(error @ (StateError::Off | StateError::Nowhere))) => {
            Err(Failure::of_journal(&error).with_ads_outcome(Outcome::Failed))
        }
        Ok(Err(error)) => Err(earlier_unknown(Failure::of_journal(&error))),
        Err(_elapsed) => Err(earlier_unknown(Failure::new(
            &own::TIMEOUT,
            "(the journal of idempotency keys did not answer)",
        ))),
    }
}

/// Stage in an entry. The error is the reason to distrust it.
fn stage(recorded: &Recorded, is_finished: bool) -> Result<CreationStage, &'static str> {
    let stage = journal::read(&recorded.text).ok_or("this program cannot have written its entry")?;
    stage.check(is_finished, recorded.claimed_at, recorded.read_at)?;
    Ok(stage)
}

/// Failure of a request whose row is not trusted.
fn distrust(row: KeyRow, reason: &'static str) -> Failure {
    let for_operator = Some(format!("row {}: {reason}", row.row.key));
    earlier_unknown(Failure {
        for_operator,
        ..Failure::of_journal(&StateError::Untrusted { reason })
    })
}

/// This request sent nothing; an earlier one with its key may have created the object.
fn earlier_unknown(failure: Failure) -> Failure {
    let message = format!(
        "{} This request created nothing; an earlier request with the same key may have created the object.",
        failure.message
    );
    Failure { message, ..failure }.with_ads_outcome(Outcome::Unconfirmed)
}

fn conflict(key: &str) -> Failure {
    Failure::of_field(
        &own::IDEMPOTENCY_CONFLICT,
        "idempotency_key",
        &format!("{}, which was used with other inputs", shown(key)),
        "one key per object, with the same inputs in every repeat",
        "repeat the inputs that the key was first used with, or use another key for another object",
    )
    .nothing_written()
}

/// Pauses while another request holds the key. Errors: `in_progress` after `end`.
async fn await_holder(context: &AdsContext, lease_left: Duration, end: Deadline) -> Result<(), Failure> {
    let left = context.clock.left_until(end);
    if left.is_zero() {
        let failure = Failure {
            retry_after: Some(lease_left.clamp(Duration::from_secs(1), LEASE)),
            ..Failure::new(&own::IN_PROGRESS, "")
        };
        return Err(failure.with_ads_outcome(Outcome::Processing));
    }
    context.clock.sleep(PAUSE.min(left)).await;
    Ok(())
}
