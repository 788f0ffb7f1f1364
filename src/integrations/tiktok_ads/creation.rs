//! Creation of a campaign, an ad group or an ad, once, although an answer may be lost (docs/reliability.md).
//!
//! With an idempotency key the journal knows each step, and a repeat goes on from the last one. Without a key the same
//! steps are taken within one request.

mod attempt;
mod journal;
mod key;
mod owner;
mod search;

use std::time::Duration;

use futures_util::future::BoxFuture;
use tracing::warn;

use self::{
    attempt::{CreationAttempt, CreationAttemptResult, written},
    journal::{CreationEnd, CreationJournal},
    key::{CreationClaim, KeyRow, take},
    owner::Owner,
    search::{SearchResult, known, search, unconfirmed},
};
use super::context::AdsContext;
use crate::{
    advertising::ATTEMPTS_MAX,
    catalogue::own,
    http::WriteObserver,
    integrations::{
        Failure,
        keyed::{BEAT, while_held},
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

/// Pause before a request is sent again while TikTok knows it by its id.
const PAUSE: Duration = Duration::from_secs(1);

/// Warning about a `null` key.
const NULL_KEY: &str = "idempotency_key is null, so a repeat of this request would create another object; give a key, or \
                        leave idempotency_key out";

/// Check of the inputs, which returns the object.
pub(super) type Preparation<'a> = BoxFuture<'a, Result<Box<dyn NewObject>, Failure>>;

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
            create_id: random_create_id(context.clock.since_epoch()),
            has_key: false,
        };
        let mut creation = run.prepared(prepare).await?;
        if context.has_null_key {
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
        owner: Owner::Keyed(Fingerprint::of(&[&row.row.to_string()])),
        create_id: create_id_of(row),
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
        Err(failure) if failure.outcome == Some(Outcome::Unconfirmed) => CreationEnd::Unknown,
        Err(_failure) => CreationEnd::NoEffect,
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

/// Creation under way.
struct CreationRun<'a> {
    context: &'a AdsContext,
    journal: &'a CreationJournal,
    owner: Owner,
    create_id: RequestId,
    has_key: bool,
}

impl CreationRun<'_> {
    async fn prepared(&self, prepare: Preparation<'_>) -> Result<Creation, Failure> {
        let is_resumed = self.journal.sent().is_some();
        let object = prepare.await;
        let object = object.map_err(|failure| {
            if is_resumed {
                earlier_may_exist(failure)
            } else {
                failure.nothing_written()
            }
        })?;
        let reported = written(&*object, self.has_key);
        if is_resumed {
            self.context.evidence.begun(reported.clone());
        }
        let creation = self.made(&*object).await;
        creation.map_err(|failure| failure.map_object(|object| object.level = reported.level))
    }

    async fn made(&self, object: &dyn NewObject) -> Result<Creation, Failure> {
        let mut lost = self.journal.sent().map(|_sent| earlier_request());
        let mut refused = None;
        let mut sent = match self.journal.sent() {
            Some(sent) => sent,
            None => known(self.context, object)
                .await
                .map_err(|error| Failure::from(error).nothing_written())?,
        };
        for _attempt in 0..ATTEMPTS_MAX {
            if let Some(lost) = &lost {
                let is_known = sent.is_known_by_id(self.journal.now(), object.has_create_id());
                if is_known && refused.is_none() {
                    self.context.clock.sleep(PAUSE).await;
                } else {
                    match search(self.context, object, &sent, self.journal, &self.owner).await {
                        SearchResult::Found(id) => return Ok(found(id)),
                        SearchResult::Unknown(ids) => return Err(unconfirmed(lost, ids)),
                        SearchResult::Absent => {
                            if let Some(refused) = refused {
                                return Err(Failure::nothing_written(refused));
                            }
                        }
                    }
                }
            }
            let reported = written(object, self.has_key);
            let attempt = CreationAttempt::new(self.context, self.journal, &reported, &sent, lost.is_some());
            match attempt.send(object, self.create_id).await {
                CreationAttemptResult::Made(id) => return Ok(self.answered(object, id).await),
                CreationAttemptResult::Refused(failure) if lost.is_none() => {
                    return Err(failure.nothing_written());
                }
                // The earlier attempt may have created the object, which can be the reason of the refusal.
                CreationAttemptResult::Refused(failure) => refused = Some(failure),
                CreationAttemptResult::Lost(failure) => lost = Some(failure),
            }
            sent = self.journal.sent().unwrap_or(sent);
        }
        Err(unconfirmed(&lost.unwrap_or_else(earlier_request), Vec::new()))
    }

    /// The object of an answer.
    async fn answered(&self, object: &dyn NewObject, id: String) -> Creation {
        let level = object.search().level;
        let reported = written(object, self.has_key).with_id(&id);
        self.context.evidence.begun(reported);
        // If it fails, the object can be taken for that of another request under the same name whose answer was lost.
        if let Err(failure) = self.owner.take(self.context, level, &id).await {
            warn!(code = %failure.code, "the object could not be recorded in the journal");
        }
        Creation {
            id,
            origin: CreationOrigin::Answer,
            warnings: Vec::new(),
        }
    }
}

fn found(id: String) -> Creation {
    Creation {
        id,
        origin: CreationOrigin::List,
        warnings: vec![
            "TikTok's answer was lost; the object was found by its name and settings in the list.".to_owned(),
        ],
    }
}

/// The request of an earlier request of the host, which had no answer.
fn earlier_request() -> Failure {
    Failure::new(&own::CREATION_UNCONFIRMED, "")
}

/// Failure of a repeat that cannot go on.
fn earlier_may_exist(failure: Failure) -> Failure {
    let message = format!(
        "{} An earlier request with the same key may have created the object.",
        failure.message
    );
    Failure { message, ..failure }.with_ads_outcome(Outcome::Unconfirmed)
}

/// Request id for a plan: that of the key, or a random one.
pub(super) fn planned_create_id(context: &AdsContext, action: &str, key: Option<&str>) -> RequestId {
    match key {
        Some(key) => create_id_of(KeyRow::of(context, action, key)),
        None => random_create_id(context.clock.since_epoch()),
    }
}

/// Request id of a key: always the same for the same key and inputs.
fn create_id_of(row: KeyRow) -> RequestId {
    let digest = Fingerprint::of(&["create_id", &row.row.to_string(), &row.fingerprint.to_string()]);
    let bytes = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    RequestId::new(u64::from_be_bytes(bytes))
}

/// Request id of a request without a key. Without randomness it is taken from the time.
fn random_create_id(now: Duration) -> RequestId {
    let time = u64::try_from(now.as_nanos()).unwrap_or_default();
    RequestId::new(getrandom::u64().unwrap_or(time))
}
