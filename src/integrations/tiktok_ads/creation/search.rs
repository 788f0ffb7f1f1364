//! Search for an object whose creation had no answer.

use std::time::Duration;

use super::{NewObject, journal::CreationJournal, owner::Owner};
use crate::{
    advertising::{AfterSearch, KNOWN_MAX, ListedObject, SentCreation, SoughtObject, candidates, has_name},
    catalogue::own,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, NamedObject, NamedObjects},
    model::{Outcome, UtcTime},
};

/// Result of a search.
#[derive(Debug)]
pub(super) enum SearchResult {
    /// The object exists.
    Found(String),
    /// The object does not exist.
    Absent,
    /// The object may exist: it was not found in time, or the list cannot be read. The ids are of objects that could be
    /// it.
    Unknown(Vec<String>),
}

/// Wait after an attempt before the first search. Lists lag, and another request under the same name needs a moment to
/// record the object that it created.
const FIRST_SEARCH: Duration = Duration::from_secs(4);

fn listed(object: NamedObject) -> ListedObject {
    ListedObject {
        created: UtcTime::parse(&object.create_time).map(UtcTime::since_epoch),
        id: object.id,
        name: object.name,
        members: object.members,
    }
}

/// The objects that have the name before the object is created.
pub(super) async fn known(
    context: &AdsContext,
    object: &dyn NewObject,
) -> Result<SentCreation, MarketingError> {
    let NamedObjects {
        objects, served_at, ..
    } = context.api.named(object.search()).await?;
    let name = object.search().name;
    let same = objects
        .into_iter()
        .map(listed)
        .filter(|object| has_name(object, name));
    Ok(SentCreation {
        known: same.map(|object| object.id).take(KNOWN_MAX).collect(),
        tiktok_time: served_at.map(|time| time.as_secs()),
        first: 0,
        last: 0,
    })
}

/// Searches until the object is found, lists have settled, or the request's time ends.
pub(super) async fn search(
    context: &AdsContext,
    object: &dyn NewObject,
    sent: &SentCreation,
    journal: &CreationJournal,
    owner: &Owner,
) -> SearchResult {
    let comparable = object.comparable();
    let sought = SoughtObject {
        name: object.search().name,
        settings: &comparable,
        known: &sent.known,
        tiktok_time: sent.tiktok_time,
    };
    let mut others = Vec::new();
    let mut wait = first_wait(sent, journal.now());
    loop {
        if context.clock.left_until(context.deadline) <= wait {
            return SearchResult::Unknown(others);
        }
        context.clock.sleep(wait).await;
        let step = sent.after_search(journal.now());
        let named = context.api.named(object.search()).await;
        let is_conclusive = named.as_ref().is_ok_and(|named| named.is_complete);
        let objects: Vec<_> = named.map_or_else(|_unread| Vec::new(), |named| named.objects);
        let objects: Vec<_> = objects.into_iter().map(listed).collect();
        others.clear();
        for id in candidates(&objects, sought) {
            match owner.take(context, object.search().level, id).await {
                Ok(true) => return SearchResult::Found(id.to_owned()),
                Ok(false) => {}
                Err(_unreadable_state) => others.push(id.to_owned()),
            }
        }
        wait = match step {
            AfterSearch::Search(wait) => wait,
            AfterSearch::Absent if is_conclusive && others.is_empty() => return SearchResult::Absent,
            AfterSearch::Absent => return SearchResult::Unknown(others),
        };
    }
}

fn first_wait(sent: &SentCreation, now: Duration) -> Duration {
    Duration::from_secs(sent.last)
        .saturating_add(FIRST_SEARCH)
        .saturating_sub(now)
        .min(FIRST_SEARCH)
}

/// Failure of a request that ends without knowing whether its object exists.
pub(super) fn unconfirmed(lost: &Failure, found: Vec<String>) -> Failure {
    let message = match found.as_slice() {
        [] => format!(
            "({}) No object with the name and settings was found in time.",
            lost.message
        ),
        ids => format!(
            "({}) These objects could be it: {}.",
            lost.message,
            ids.join(", ")
        ),
    };
    let failure = Failure {
        http_status: lost.http_status,
        log_id: lost.log_id.clone(),
        ..Failure::new(&own::CREATION_UNCONFIRMED, &message)
    };
    failure
        .map_object(|object| object.found = found)
        .with_ads_outcome(Outcome::Unconfirmed)
}
