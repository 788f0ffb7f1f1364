//! Creation of a campaign, an ad group or an ad, once, although an answer may be lost (docs/reliability.md).
//!
//! With an idempotency key the journal knows each step, and a repeat goes on from the last one. Without a key the same
//! steps are taken within one request.

mod attempt;
mod journal;
mod key;
mod owner;
mod run;
mod search;

use std::time::Duration;

use futures_util::future::BoxFuture;
use tracing::warn;

pub(super) use self::key::KeyUse;
use self::{
    journal::{CreationEnd, CreationJournal},
    key::{CreationClaim, KeyRow, look, take},
    owner::Owner,
    run::{CreationRun, create_id_of},
};
use super::context::AdsContext;
use crate::{
    http::WriteObserver,
    integrations::{
        Failure,
        keyed::{BEAT, while_held},
        owned_by,
    },
    marketing_api::{MarketingApi, MarketingError, Members, NameSearch, PlannedCall, RequestId},
    model::{Fingerprint, Outcome},
};

/// Object that is to be created.
pub(super) trait NewObject: Send + Sync {
    /// Search by which the object is found again.
    fn search(&self) -> NameSearch<'_>;

    /// Settings that lists repeat, by which objects of one name are told apart.
    fn comparable(&self) -> Members;

    /// Whether TikTok knows a create by its request id.
    fn has_create_id(&self) -> bool;

    /// Plans the call without sending it.
    fn plan(&self, api: &MarketingApi, create_id: RequestId) -> Result<PlannedCall, MarketingError>;

    /// Sends the create. Returns the id of the object.
    fn send<'a>(
        &'a self,
        api: &'a MarketingApi,
        create_id: RequestId,
        observer: &'a dyn WriteObserver,
    ) -> BoxFuture<'a, Result<String, MarketingError>>;
}

/// Check of the inputs, which returns the object.
pub(super) type Preparation<'a> = BoxFuture<'a, Result<Box<dyn NewObject>, Failure>>;

/// Created object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Creation {
    /// Id of the object.
    pub(super) id: String,
    /// Way in which the id is known.
    pub(super) origin: CreationOrigin,
    /// Notes on the creation.
    pub(super) warnings: Vec<String>,
}

/// Way in which the id of a created object is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CreationOrigin {
    /// TikTok's answer to the request.
    Answer,
    /// The list, after the answer was lost.
    List,
    /// The journal: an earlier request with the same key created the object.
    Journal,
}

/// Warning about a `null` key.
const NULL_KEY: &str = "idempotency_key is null, so a repeat of this request would create another object; give a key, or \
                        leave idempotency_key out";

/// Creates the object that `prepare` returns, at most once for each key.
///
/// `prepare` is not run if an earlier request with the key created the object.
pub(super) async fn create(
    context: &AdsContext,
    action: &'static str,
    key: Option<&str>,
    prepare: Preparation<'_>,
) -> Result<Creation, Failure> {
    let Some(key) = key else {
        let journal = CreationJournal::none(context.clock.clone());
        let run = CreationRun {
            context,
            journal: &journal,
            owner: Owner::Unkeyed,
            seed: random_seed(context.clock.since_epoch()),
            has_key: false,
        };
        let mut creation = run.prepared(prepare).await?;
        if context.evidence.has_null_key {
            creation.warnings.push(NULL_KEY.to_owned());
        }
        return Ok(creation);
    };
    let row = KeyRow::of(context, action, key);
    let with_key = |failure: Failure| failure.map_object(|object| object.has_key = true);
    let journal = match take(context, row, key).await.map_err(with_key)? {
        CreationClaim::Owned(journal) => journal,
        CreationClaim::Made(id) => {
            return Ok(Creation {
                id,
                origin: CreationOrigin::Journal,
                warnings: Vec::new(),
            });
        }
    };
    let run = CreationRun {
        context,
        journal: &journal,
        owner: Owner::Keyed(owned_by(row.row.key)),
        seed: seed_of(row),
        has_key: true,
    };
    let work = run.prepared(prepare);
    let result = while_held(&context.clock, BEAT, || journal.hold(), Box::pin(work)).await;
    conclude(*journal, result).await.map_err(with_key)
}

/// Records the end of a creation in its journal.
async fn conclude(journal: CreationJournal, result: Result<Creation, Failure>) -> Result<Creation, Failure> {
    let end = match &result {
        Ok(creation) => CreationEnd::Made(&creation.id),
        Err(failure) if failure.outcome == Some(Outcome::Failed) => CreationEnd::NoEffect,
        Err(_unconfirmed) => CreationEnd::Unknown,
    };
    let Err(error) = journal.conclude(end).await else {
        return result;
    };
    warn!(
        error = error.in_full(),
        "the outcome could not be written to the journal"
    );
    result.map(|mut creation| {
        let warning = format!("the outcome could not be written to the journal ({error})");
        creation.warnings.push(warning);
        creation
    })
}

/// Use of the key by earlier requests, for a dry run. The key is not taken. Errors: as for [`create`] with the key.
pub(super) async fn key_use(
    context: &AdsContext,
    action: &str,
    key: Option<&str>,
) -> Result<KeyUse, Failure> {
    let Some(key) = key else {
        return Ok(KeyUse::Open(None));
    };
    let found = look(context, KeyRow::of(context, action, key), key).await;
    found.map_err(|failure| failure.map_object(|object| object.has_key = true))
}

/// Request id for a plan: that of the key, or a random one.
pub(super) fn planned_create_id(context: &AdsContext, action: &str, key: Option<&str>) -> RequestId {
    let seed = match key {
        Some(key) => seed_of(KeyRow::of(context, action, key)),
        None => random_seed(context.clock.since_epoch()),
    };
    create_id_of(seed, 0)
}

/// Seed of a key: always the same for the same key and inputs.
fn seed_of(row: KeyRow) -> Fingerprint {
    Fingerprint::of(&[&row.row.key.to_string(), &row.fingerprint.to_string()])
}

/// Seed of a request without a key. Without randomness it is taken from the time.
fn random_seed(now: Duration) -> Fingerprint {
    let mut random = [0; 16];
    let random = getrandom::fill(&mut random).map(|()| u128::from_be_bytes(random));
    Fingerprint::of(&[&random.unwrap_or(now.as_nanos()).to_string()])
}
