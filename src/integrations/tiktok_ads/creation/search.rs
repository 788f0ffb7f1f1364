//! Search for an object whose creation had no answer.

use std::time::Duration;

use super::{NewObject, journal::CreationJournal, owner::Owner};
use crate::{
    advertising::{AfterSearch, KNOWN_MAX, ListedObject, SentCreation, SoughtObject, candidates, has_name},
    catalogue::own,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MarketingError, NameSearch, NamedObject, NamedObjects, ObjectLevel},
    model::{Outcome, UtcTime},
    state::Claimant,
};

/// Result of a search.
#[derive(Debug)]
pub(super) enum SearchResult {
    /// The object exists.
    Found(String),
    /// The object does not exist.
    Absent {
        /// Whether objects of other requests could be it.
        is_taken: bool,
    },
    /// The object may exist: it was not found in time, or the list cannot be read. The ids are of objects that could be
    /// it.
    Unknown(Vec<String>),
}

/// Wait after an attempt before the first search. Lists lag, and another request under the same name needs a moment to
/// record the object that it created.
const FIRST_SEARCH: Duration = Duration::from_secs(4);

/// Further looks at a list that could not be read when it had settled.
const UNREAD_MAX: u32 = 3;

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
        objects,
        served_at,
        is_complete,
    } = context.api.named(object.search()).await?;
    let name = object.search().name;
    let same = objects
        .into_iter()
        .map(listed)
        .filter(|object| has_name(object, name));
    let known: Vec<String> = same.map(|object| object.id).collect();
    Ok(SentCreation {
        knows_all: is_complete && known.len() <= KNOWN_MAX,
        known: known.into_iter().take(KNOWN_MAX).collect(),
        tiktok_time: served_at.map(|time| time.as_secs()),
        ..SentCreation::default()
    })
}

/// Whether lists show nothing that could be the object, which proves nothing yet.
pub(super) async fn shows_nothing(context: &AdsContext, object: &dyn NewObject, sent: &SentCreation) -> bool {
    let named = context.api.named(object.search()).await;
    named.is_ok_and(|named| named.is_complete && new_ones(named, object, sent).is_empty())
}

/// Ids of the listed objects that could be the object, and whether they fit, oldest first.
fn new_ones(named: NamedObjects, object: &dyn NewObject, sent: &SentCreation) -> Vec<(String, bool)> {
    let listed: Vec<_> = named.objects.into_iter().map(listed).collect();
    let sought = SoughtObject {
        name: object.search().name,
        settings: &object.comparable(),
        known: &sent.known,
        tiktok_time: sent.tiktok_time,
    };
    let candidates = candidates(&listed, sought).into_iter();
    candidates
        .map(|candidate| (candidate.id.to_owned(), candidate.fits))
        .collect()
}

/// Listed object that could be the sought one.
struct FoundObject {
    id: String,
    /// Whether its settings are those of the sought object.
    fits: bool,
    /// Request that has taken it; `None` if the state cannot be read.
    claimant: Option<Claimant>,
}

/// Search under way.
struct Search<'a> {
    context: &'a AdsContext,
    object: &'a dyn NewObject,
    sent: &'a SentCreation,
    owner: &'a Owner,
    /// Objects of other requests.
    taken: Vec<String>,
    /// Objects that could be the sought one, but may belong to others.
    doubtful: Vec<String>,
}

/// Searches until the object is found, lists have settled, or the request's time ends.
pub(super) async fn search(
    context: &AdsContext,
    object: &dyn NewObject,
    sent: &SentCreation,
    journal: &CreationJournal,
    owner: &Owner,
) -> SearchResult {
    let mut search = Search {
        context,
        object,
        sent,
        owner,
        taken: Vec::new(),
        doubtful: Vec::new(),
    };
    let mut wait = first_wait(sent, journal.now());
    let mut unread = 0;
    loop {
        if context.clock.left_until(context.deadline) <= wait {
            return SearchResult::Unknown(search.doubtful);
        }
        context.clock.sleep(wait).await;
        let step = sent.after_search(journal.now());
        let mut looked = search.look(object.search()).await;
        if let (AfterSearch::Absent, LookResult::Nothing { is_sure: true }, Some(whole)) =
            (step, &looked, object.search().unfiltered())
        {
            // How TikTok compares names is not documented.
            looked = search.look(whole).await;
        }
        wait = match (looked, step) {
            (LookResult::Found(id), _) => return SearchResult::Found(id),
            (LookResult::Nothing { .. } | LookResult::Unread, AfterSearch::Search(wait)) => wait,
            (LookResult::Nothing { is_sure: true }, AfterSearch::Absent) => {
                return SearchResult::Absent {
                    is_taken: !search.taken.is_empty(),
                };
            }
            (LookResult::Unread, AfterSearch::Absent) if unread < UNREAD_MAX => {
                unread += 1;
                FIRST_SEARCH
            }
            (LookResult::Nothing { is_sure: false } | LookResult::Unread, AfterSearch::Absent) => {
                return SearchResult::Unknown(search.doubtful);
            }
        };
    }
}

/// Result of one look at a list.
#[derive(Debug)]
enum LookResult {
    Found(String),
    Nothing {
        /// Whether the list would show the object.
        is_sure: bool,
    },
    Unread,
}

impl Search<'_> {
    async fn look(&mut self, search: NameSearch<'_>) -> LookResult {
        let Ok(named) = self.context.api.named(search).await else {
            return LookResult::Unread;
        };
        // A filtered list that is complete has shown that there is no object of the name.
        let is_complete = named.is_complete || !search.is_filtered;
        // What only the list without the filter shows, or can be an older object, is not taken.
        let is_certain = self.sent.knows_all && search.is_filtered;
        self.doubtful.clear();
        for FoundObject { id, fits, claimant } in self.candidates(named, search.level).await {
            match (claimant, fits && is_certain) {
                (Some(Claimant::Another), true) => self.taken.push(id),
                (Some(Claimant::Another), false) => {}
                (Some(Claimant::Same), _) | (_, true) => {
                    match self.owner.take(self.context, search.level, &id).await {
                        Ok(true) => return LookResult::Found(id),
                        Ok(false) => self.taken.push(id),
                        Err(_unreadable_state) => self.doubtful.push(id),
                    }
                }
                (Some(Claimant::Nobody) | None, false) => self.doubtful.push(id),
            }
        }
        LookResult::Nothing {
            is_sure: is_complete && self.doubtful.is_empty(),
        }
    }

    /// Listed objects that could be the sought one: first one that the request recorded as its own before it was stopped,
    /// so that it does not take that of another request too, then the oldest first.
    async fn candidates(&self, named: NamedObjects, level: ObjectLevel) -> Vec<FoundObject> {
        let mut candidates = Vec::new();
        for (id, fits) in new_ones(named, self.object, self.sent) {
            if self.taken.contains(&id) {
                continue;
            }
            let claimant = self.owner.claimant(self.context, level, &id).await.ok();
            candidates.push(FoundObject { id, fits, claimant });
        }
        candidates.sort_by_key(|candidate| candidate.claimant != Some(Claimant::Same));
        candidates
    }
}

fn first_wait(sent: &SentCreation, now: Duration) -> Duration {
    Duration::from_secs(sent.last)
        .saturating_add(FIRST_SEARCH)
        .saturating_sub(now)
        .min(FIRST_SEARCH)
}

/// Failure of a request that ends without knowing whether its object exists. `lost` is that of the attempt without an
/// answer.
pub(super) fn unconfirmed(lost: &Failure, found: Vec<String>) -> Failure {
    let reason = match lost.message.as_str() {
        "" => String::new(),
        reason => format!("({reason}) "),
    };
    let message = match found.as_slice() {
        [] => format!("{reason}No object with the name and settings was found in time."),
        ids => format!("{reason}These objects could be it: {}.", ids.join(", ")),
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
