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
};

/// Result of an attempt.
#[derive(Debug)]
pub(super) enum CreationAttemptResult {
    /// The object exists.
    Made(String),
    /// The object was not created.
    Refused(Failure),
    /// The object may exist.
    Lost(Failure),
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
    /// Whether an earlier attempt may have created the object.
    pub(super) is_repeated: bool,
    /// Reason that the call was not sent.
    withheld: OnceLock<Failure>,
}

impl<'a> CreationAttempt<'a> {
    pub(super) fn new(
        context: &'a AdsContext,
        journal: &'a CreationJournal,
        written: &'a WrittenObject,
        before: &'a SentCreation,
        is_repeated: bool,
    ) -> Self {
        Self {
            context,
            journal,
            written,
            before,
            is_repeated,
            withheld: OnceLock::new(),
        }
    }

    /// Sends the object.
    pub(super) async fn send(&self, object: &dyn NewObject, create_id: RequestId) -> CreationAttemptResult {
        match object.send(&self.context.api, create_id, self).await {
            Ok(id) if is_id(&id) => CreationAttemptResult::Made(id),
            Ok(_no_id) => CreationAttemptResult::Lost(Failure::new(
                &own::UNREADABLE_ANSWER,
                "(TikTok's answer has no id)",
            )),
            Err(error) => self.failed(error).await,
        }
    }

    async fn failed(&self, error: MarketingError) -> CreationAttemptResult {
        if let Some(withheld) = self.withheld.get() {
            return CreationAttemptResult::Refused(withheld.clone());
        }
        let is_duplicate =
            matches!(&error, MarketingError::Refused(refusal) if refusal.code == DUPLICATE_REQUEST);
        let is_lost = is_duplicate || error.effect_unknown();
        let failure = Failure::of_create(error, self.context.clock.since_epoch());
        if is_lost {
            return CreationAttemptResult::Lost(failure);
        }
        self.without_effect().await;
        CreationAttemptResult::Refused(failure)
    }

    /// Stage of an attempt that is sent now.
    fn sent_now(&self) -> CreationStage {
        let now = self.journal.now().as_secs();
        CreationStage::Sent(SentCreation {
            first: if self.is_repeated { self.before.first } else { now },
            last: now,
            ..self.before.clone()
        })
    }

    /// Stage of an attempt that had no effect.
    fn stage_before(&self) -> CreationStage {
        if self.is_repeated {
            CreationStage::Sent(self.before.clone())
        } else {
            CreationStage::Begun
        }
    }
}

impl WriteObserver for CreationAttempt<'_> {
    fn about_to_send(&self) -> BoxFuture<'_, bool> {
        async {
            // The evidence first: if the action is stopped here, the journal may already record an attempt.
            self.context.evidence.begun(self.written.clone());
            let written = self
                .journal
                .write(self.sent_now(), self.context.call_may_take())
                .await;
            let Err(error) = written else { return true };
            if !self.is_repeated {
                self.context.evidence.nothing_begun();
            }
            self.withheld.get_or_init(|| Failure::of_journal(&error));
            false
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
                Ok(()) if self.is_repeated => {}
                Ok(()) => self.context.evidence.nothing_begun(),
                // Then a repeat cannot know it either.
                Err(error) => warn!(%error, "could not record in the journal that nothing was created"),
            }
        }
        .boxed()
    }
}

/// The object, as it is reported if the request is stopped.
pub(super) fn written(object: &dyn NewObject, has_key: bool) -> WrittenObject {
    WrittenObject::at(WriteKind::Create, object.search().level).with_key(has_key)
}
