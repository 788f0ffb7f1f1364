//! One attempt to create an object: recorded in the journal before it is sent.

use std::sync::OnceLock;

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::warn;

use super::{NewObject, journal::CreationJournal};
use crate::{
    advertising::{CreationStage, SentCreation, is_id},
    catalogue::own,
    http::WriteObserver,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext,
            written::{WriteKind, WrittenObject},
        },
    },
    marketing_api::{MarketingError, RequestId},
    model::Outcome,
    state::StateError,
};

/// Result of an attempt.
#[derive(Debug)]
pub(super) enum CreationAttemptResult {
    /// The object exists.
    Made(String),
    /// The object was not created by this attempt.
    Refused(Failure),
    /// The object may exist.
    Lost {
        failure: Failure,
        /// Whether TikTok says that it knows the request.
        is_known: bool,
    },
    /// Nothing was sent: TikTok could have forgotten the request by then.
    TooLate,
}

/// Code of TikTok for a repeated request, whose first one may have created the object
/// (docs/tiktok-marketing-api.md#return-codes).
const DUPLICATE_REQUEST: &str = "40050";

/// One attempt, and its observer.
#[derive(Debug)]
pub(super) struct CreationAttempt<'a> {
    pub(super) context: &'a AdsContext,
    pub(super) journal: &'a CreationJournal,
    /// The object, as it is reported if the request is stopped.
    pub(super) written: &'a WrittenObject,
    /// State before this attempt.
    pub(super) before: &'a SentCreation,
    pub(super) kind: AttemptKind,
    /// Set if the call was not sent: the failure, or `None` if it was too late.
    withheld: OnceLock<Option<Failure>>,
}

/// Kind of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttemptKind {
    /// No earlier attempt can have created the object.
    First,
    /// An earlier attempt may have created the object, but lists do not show it yet.
    AtOnce,
    /// An earlier attempt did not create the object, as far as lists show.
    AfterSearch,
}

impl<'a> CreationAttempt<'a> {
    pub(super) fn new(
        context: &'a AdsContext,
        journal: &'a CreationJournal,
        written: &'a WrittenObject,
        before: &'a SentCreation,
        kind: AttemptKind,
    ) -> Self {
        Self {
            context,
            journal,
            written,
            before,
            kind,
            withheld: OnceLock::new(),
        }
    }

    /// Sends the object.
    pub(super) async fn send(&self, object: &dyn NewObject, create_id: RequestId) -> CreationAttemptResult {
        let sending = object.send(&self.context.api, create_id, self);
        if self.kind != AttemptKind::AtOnce {
            return self.ended(sending.await).await;
        }
        let left = self.before.left_at_once(self.journal.now_at_most());
        match tokio::time::timeout(left, sending).await {
            Ok(answer) => self.ended(answer).await,
            Err(_elapsed) => CreationAttemptResult::Lost {
                failure: Failure::new(&own::TIMEOUT, ""),
                is_known: false,
            },
        }
    }

    async fn ended(&self, answer: Result<String, MarketingError>) -> CreationAttemptResult {
        let error = match answer {
            Ok(id) if is_id(&id) => return CreationAttemptResult::Made(id),
            Ok(_no_id) => {
                return CreationAttemptResult::Lost {
                    failure: Failure::new(&own::UNREADABLE_ANSWER, "(TikTok's answer has no id)"),
                    is_known: false,
                };
            }
            Err(error) => error,
        };
        match self.withheld.get() {
            Some(None) => return CreationAttemptResult::TooLate,
            Some(Some(failure)) => return CreationAttemptResult::Refused(failure.clone()),
            None => {}
        }
        let is_known = self.says_known(&error);
        let is_lost = is_known || error.effect_unknown();
        let failure = Failure::of_create(error, self.context.clock.since_epoch());
        if is_lost {
            return CreationAttemptResult::Lost { failure, is_known };
        }
        self.without_effect().await;
        CreationAttemptResult::Refused(failure)
    }

    /// Whether TikTok refuses the request because it knows it, or its object by the name. A name may repeat with another
    /// request id, so only this request's own object is in the way of a repeat
    /// (docs/tiktok-marketing-api.md#create-a-campaign).
    fn says_known(&self, error: &MarketingError) -> bool {
        let MarketingError::Refused(refusal) = error else {
            return false;
        };
        let message = refusal.message.to_ascii_lowercase();
        let is_name_taken = message.contains("name") && message.contains("exist");
        refusal.code == DUPLICATE_REQUEST || (is_name_taken && self.kind != AttemptKind::First)
    }

    /// Stage of an attempt that is sent now.
    fn sent_now(&self) -> CreationStage {
        let now = self.journal.now();
        let first = match self.kind {
            AttemptKind::First => now.as_secs(),
            AttemptKind::AtOnce | AttemptKind::AfterSearch => self.before.first,
        };
        let end = now.saturating_add(self.context.timeout).as_secs();
        CreationStage::Sent(SentCreation {
            first,
            last: end.saturating_add(1),
            ..self.before.clone()
        })
    }

    /// Stage of an attempt that had no effect.
    fn stage_before(&self) -> CreationStage {
        match self.kind {
            AttemptKind::First => CreationStage::Begun,
            AttemptKind::AtOnce | AttemptKind::AfterSearch => CreationStage::Sent(self.before.clone()),
        }
    }

    /// Withholds the call, for a failure or because it is too late. Returns false, the observer's veto.
    fn withhold(&self, failure: Option<Failure>) -> bool {
        self.withheld.get_or_init(|| failure);
        false
    }

    fn is_too_late(&self) -> bool {
        self.kind == AttemptKind::AtOnce && !self.before.is_known_by_id(self.journal.now_at_most())
    }
}

impl WriteObserver for CreationAttempt<'_> {
    fn about_to_send(&self) -> BoxFuture<'_, bool> {
        async {
            // A wait for a rate limit may have taken long.
            if self.is_too_late() {
                return self.withhold(None);
            }
            // The evidence first: if the action is stopped here, the journal may already record an attempt.
            self.context.evidence.begun(self.written.clone());
            let written = self
                .journal
                .write(self.sent_now(), self.context.call_may_take())
                .await;
            let Err(error) = written else {
                // So may the write, or the machine was suspended during it.
                return !self.is_too_late() || self.withhold(None);
            };
            if self.kind == AttemptKind::First {
                self.context.evidence.nothing_begun();
            }
            self.withhold(Some(unrecorded(&error)))
        }
        .boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        async {
            match self
                .journal
                .write(self.stage_before(), self.context.call_may_take())
                .await
            {
                Ok(()) if self.kind == AttemptKind::First => self.context.evidence.nothing_begun(),
                Ok(()) => {}
                // Then a repeat cannot know it either.
                Err(error) => warn!(%error, "could not record in the journal that nothing was created"),
            }
        }
        .boxed()
    }
}

/// Failure of an attempt that could not be recorded. If another request holds the key now, that one may have created
/// the object.
fn unrecorded(error: &StateError) -> Failure {
    let failure = Failure::of_journal(error);
    if matches!(error, StateError::Lost) {
        failure.with_ads_outcome(Outcome::Processing)
    } else {
        failure
    }
}

/// The object, as it is reported if the request is stopped.
pub(super) fn written(object: &dyn NewObject, has_key: bool) -> WrittenObject {
    WrittenObject::at(WriteKind::Create, object.search().level).with_key(has_key)
}
