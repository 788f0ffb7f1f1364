//! One creation: attempts, and searches for the object between them.

use std::time::Duration;

use tracing::warn;

use super::{
    Creation, CreationOrigin, NewObject, Preparation,
    attempt::{AttemptKind, CreationAttempt, CreationAttemptResult, written},
    journal::CreationJournal,
    owner::Owner,
    search::{SearchResult, known, search, shows_nothing, unconfirmed},
};
use crate::{
    advertising::{AT_ONCE_MAX, ATTEMPTS_MAX, AfterAbsence, RepeatSigns, SentCreation},
    catalogue::own,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::RequestId,
    model::{Fingerprint, Outcome},
};

/// Pause before a request is sent again while TikTok knows it by its id.
const PAUSE: Duration = Duration::from_secs(1);

/// Creation under way.
pub(super) struct CreationRun<'a> {
    pub(super) context: &'a AdsContext,
    pub(super) journal: &'a CreationJournal,
    pub(super) owner: Owner,
    /// Source of the request ids.
    pub(super) seed: Fingerprint,
    pub(super) has_key: bool,
}

/// Attempts that may have created the object.
struct OpenAttempts {
    /// Failure of the last one without an answer.
    failure: Failure,
    /// Failure of a repeat that was refused.
    refused: Option<Failure>,
    signs: RepeatSigns,
}

impl OpenAttempts {
    fn new(failure: Failure, is_known: bool) -> Self {
        let signs = RepeatSigns {
            is_known,
            ..RepeatSigns::default()
        };
        Self {
            failure,
            refused: None,
            signs,
        }
    }

    /// Those of an earlier request of the host, which had no answer.
    fn earlier() -> Self {
        let message = String::new();
        let failure = Failure {
            message,
            ..Failure::new(&own::CREATION_UNCONFIRMED, "")
        };
        Self::new(failure, false)
    }
}

impl CreationRun<'_> {
    /// Creates the object that `prepare` returns.
    pub(super) async fn prepared(&self, prepare: Preparation<'_>) -> Result<Creation, Failure> {
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
        let mut open = self.journal.sent().map(|_sent| OpenAttempts::earlier());
        let mut sent = match self.journal.sent() {
            Some(sent) => sent,
            None => known(self.context, object)
                .await
                .map_err(|error| Failure::from(error).nothing_written())?,
        };
        let mut attempts = 0;
        loop {
            let kind = match &mut open {
                None => AttemptKind::First,
                Some(open) if self.may_repeat_at_once(object, &sent, open.signs).await => {
                    open.signs.at_once += 1;
                    AttemptKind::AtOnce
                }
                Some(open) => {
                    if let Some(creation) = self.searched(object, &mut sent, open).await? {
                        return Ok(creation);
                    }
                    AttemptKind::AfterSearch
                }
            };
            attempts += 1;
            if attempts > ATTEMPTS_MAX {
                let open = open.unwrap_or_else(OpenAttempts::earlier);
                return Err(unconfirmed(&open.failure, Vec::new()));
            }
            if let Some(creation) = self.attempted(object, &sent, kind, &mut open).await? {
                return Ok(creation);
            }
            sent = self.journal.sent().unwrap_or(sent);
        }
    }

    /// Whether the request may be sent again without a search.
    async fn may_repeat_at_once(
        &self,
        object: &dyn NewObject,
        sent: &SentCreation,
        signs: RepeatSigns,
    ) -> bool {
        let may_repeat = || signs.may_repeat_at_once(sent, self.journal.now_at_most());
        if !object.has_create_id() || !may_repeat() {
            return false;
        }
        self.context.clock.sleep(PAUSE).await;
        may_repeat() && shows_nothing(self.context, object, sent).await
    }

    /// Searches for the object. `None` means that the request is to be sent again.
    async fn searched(
        &self,
        object: &dyn NewObject,
        sent: &mut SentCreation,
        open: &mut OpenAttempts,
    ) -> Result<Option<Creation>, Failure> {
        let is_taken = match search(self.context, object, sent, self.journal, &self.owner).await {
            SearchResult::Found(id) => return Ok(Some(self.found(object, id))),
            SearchResult::Unknown(ids) => return Err(unconfirmed(&open.failure, ids)),
            SearchResult::Absent { is_taken } => is_taken,
        };
        match (open.signs.after_absence(is_taken), open.refused.take()) {
            (AfterAbsence::Repeat, _) => {}
            (AfterAbsence::Renew, _) => {
                sent.round = sent.round.saturating_add(1);
                open.signs = RepeatSigns::default();
            }
            (AfterAbsence::Refused, Some(refused)) => return Err(refused.nothing_written()),
            (AfterAbsence::Refused, None) | (AfterAbsence::Unknown, _) => {
                return Err(unconfirmed(&open.failure, Vec::new()));
            }
        }
        Ok(None)
    }

    /// Sends the request. `None` means that `open` tells of it.
    async fn attempted(
        &self,
        object: &dyn NewObject,
        sent: &SentCreation,
        kind: AttemptKind,
        open: &mut Option<OpenAttempts>,
    ) -> Result<Option<Creation>, Failure> {
        let reported = written(object, self.has_key);
        let attempt = CreationAttempt::new(self.context, self.journal, &reported, sent, kind);
        let result = attempt.send(object, create_id_of(self.seed, sent.round)).await;
        self.journal.ended();
        match (result, open.as_mut()) {
            (CreationAttemptResult::Made(id), _) => {
                if let Some(creation) = self.answered(object, id).await {
                    return Ok(Some(creation));
                }
                let failure = Failure::new(&own::CREATION_UNCONFIRMED, TAKEN);
                *open = Some(OpenAttempts::new(failure, true));
            }
            // Another request holds the key now.
            (CreationAttemptResult::Refused(failure), _) if failure.outcome.is_some() => return Err(failure),
            (CreationAttemptResult::Refused(failure), None) => return Err(failure.nothing_written()),
            // The earlier attempt may have created the object, which can be the reason of the refusal.
            (CreationAttemptResult::Refused(failure), Some(open)) => {
                open.refused = Some(failure);
                open.signs.is_refused = true;
            }
            (CreationAttemptResult::Lost { failure, is_known }, Some(open)) => {
                open.failure = failure;
                open.signs.is_known |= is_known;
            }
            (CreationAttemptResult::Lost { failure, is_known }, None) => {
                *open = Some(OpenAttempts::new(failure, is_known));
            }
            (CreationAttemptResult::TooLate, open) => {
                if let Some(open) = open {
                    open.signs.at_once = AT_ONCE_MAX;
                }
            }
        }
        Ok(None)
    }

    /// The object of an answer. `None` means that another request has taken it for its own.
    async fn answered(&self, object: &dyn NewObject, id: String) -> Option<Creation> {
        let level = object.search().level;
        match self.owner.take(self.context, level, &id).await {
            Ok(true) => {}
            Ok(false) => {
                warn!(id, "another request has taken the object for its own");
                return None;
            }
            // Then it can be taken for that of another request under the same name whose answer was lost.
            Err(failure) => {
                warn!(code = %failure.code, "the object could not be recorded in the journal");
            }
        }
        self.known(object, &id);
        Some(Creation {
            id,
            origin: CreationOrigin::Answer,
            warnings: Vec::new(),
        })
    }

    fn found(&self, object: &dyn NewObject, id: String) -> Creation {
        self.known(object, &id);
        let warning = if self.has_key { FOUND } else { FOUND_WITHOUT_KEY };
        Creation {
            id,
            origin: CreationOrigin::List,
            warnings: vec![warning.to_owned()],
        }
    }

    /// The object is known, also if the request is stopped now.
    fn known(&self, object: &dyn NewObject, id: &str) {
        self.context
            .evidence
            .begun(written(object, self.has_key).with_id(id));
    }
}

/// Warning about an object of the list.
const FOUND: &str = "TikTok's answer was lost; the object was found by its name and settings in the list.";

/// The same without a key.
const FOUND_WITHOUT_KEY: &str = "TikTok's answer was lost; the object was found by its name and settings in the list. If another \
                                 request created one with the same name and settings at the same time, it can be that one; an \
                                 idempotency_key tells them apart.";

/// Reason to search for another object than that of the answer.
const TAKEN: &str = "Another request with the same name and settings, whose answer was lost, has the object that this one \
                     created.";

/// Failure of a repeat that cannot go on.
fn earlier_may_exist(failure: Failure) -> Failure {
    let message = format!(
        "{} An earlier request with the same key may have created the object.",
        failure.message
    );
    Failure { message, ..failure }.with_ads_outcome(Outcome::Unconfirmed)
}

/// Request id of a creation: always the same for the same seed and round.
pub(super) fn create_id_of(seed: Fingerprint, round: u32) -> RequestId {
    let digest = Fingerprint::of(&["create_id", &seed.to_string(), &round.to_string()]);
    let bytes = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    RequestId::new(u64::from_be_bytes(bytes))
}
