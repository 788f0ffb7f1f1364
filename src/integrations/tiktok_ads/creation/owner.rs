//! Ownership of created objects, so that two requests under the same name never take one object for theirs.

use crate::{
    advertising::CreationStage,
    integrations::{Failure, keyed::LEASE, record::row_of_account, tiktok_ads::context::AdsContext},
    marketing_api::ObjectLevel,
    model::{Fingerprint, JournalPlace},
    state::{Claim, Claimant, StateError},
};

use super::journal;

/// Request that owns the objects that it created: one for each idempotency key.
#[derive(Debug)]
pub(super) enum Owner {
    /// Owner by the row of its key.
    Keyed(Fingerprint),
    /// Request without a key, which records nothing.
    Unkeyed,
}

impl Owner {
    /// Takes an object, unless another request has taken it. Errors: the state cannot be read or written.
    pub(super) async fn take(
        &self,
        context: &AdsContext,
        level: ObjectLevel,
        id: &str,
    ) -> Result<bool, Failure> {
        let Self::Keyed(owner) = self else { return Ok(true) };
        let row = row(context, level, id);
        let made = journal::entry(&CreationStage::Made { id: id.to_owned() });
        let claim = context.state.claim(row, *owner, &made, LEASE).await;
        match claim.map_err(|error| Failure::of_journal(&error))? {
            Claim::Finished { entry } if entry.text != made => {
                Err(Failure::of_journal(&StateError::Untrusted {
                    reason: "its entry is none of its object",
                }))
            }
            Claim::Fresh(lease) | Claim::Resumed { claimed: lease, .. } => {
                lease
                    .finish(made)
                    .await
                    .map_err(|error| Failure::of_journal(&error))?;
                Ok(true)
            }
            // Held by an earlier request with the same key, which may have ended on another machine.
            Claim::Finished { .. } | Claim::Held { .. } => Ok(true),
            Claim::Conflict => Ok(false),
        }
    }

    /// Returns which request has taken the object. Errors: the state cannot be read.
    pub(super) async fn claimant(
        &self,
        context: &AdsContext,
        level: ObjectLevel,
        id: &str,
    ) -> Result<Claimant, StateError> {
        let Self::Keyed(owner) = self else {
            return Ok(Claimant::Nobody);
        };
        context.state.claimant(row(context, level, id).key, *owner).await
    }
}

/// Row that says who owns an object.
fn row(context: &AdsContext, level: ObjectLevel, id: &str) -> JournalPlace {
    let account = context.api.advertiser_id().as_str();
    let parts = ["made", account, level.id_member(), id];
    row_of_account(context.namespace, account, &parts)
}
