//! The init, which makes or begins a post: recorded in the journal before and after the call, and followed by a
//! search for the post if the response is lost.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::warn;

use crate::{
    catalogue::own,
    http::WriteObserver,
    integrations::{
        Failure,
        tiktok::{
            context::Context,
            post::search::{self, SearchKey},
        },
    },
    model::{ByteCount, PublishId},
    open_api::{Error, QuotaKind, VideoInitResponse},
    posting::{InitKind, Outcome, UPLOAD_CLOSED_AFTER},
    progress::Phase,
};

/// An init call, recorded before and after it is sent.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct InitCall<'a> {
    context: &'a Context,
    spec: InitSpec<'a>,
    /// Reason that the call was not sent.
    withheld: OnceLock<Failure>,
    /// Time of the last attempt, since the Unix epoch.
    sent_at: Mutex<Duration>,
}

/// Effect of an init, and the means to recognize its post.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct InitSpec<'a> {
    /// Whether the init posts by itself.
    pub(in crate::integrations::tiktok) kind: InitKind,
    /// Quota that the init counts towards.
    pub(in crate::integrations::tiktok) quota: QuotaKind<'a>,
    /// Size of the upload; `None` if TikTok downloads the media.
    pub(in crate::integrations::tiktok) size: Option<ByteCount>,
    /// Key to find the post in the list of videos; `None` for a draft, which is in no list.
    pub(in crate::integrations::tiktok) search_key: Option<SearchKey<'a>>,
}

/// A response to an init.
pub(in crate::integrations::tiktok) trait HasPublishId {
    /// The publish_id of the post.
    fn publish_id(&self) -> &PublishId;
}

impl HasPublishId for PublishId {
    fn publish_id(&self) -> &PublishId {
        self
    }
}

impl HasPublishId for VideoInitResponse {
    fn publish_id(&self) -> &PublishId {
        &self.publish_id
    }
}

impl<'a> InitCall<'a> {
    pub(in crate::integrations::tiktok) fn new(context: &'a Context, spec: InitSpec<'a>) -> Self {
        Self {
            context,
            spec,
            withheld: OnceLock::new(),
            sent_at: Mutex::default(),
        }
    }

    /// Awaits `init`, a call that is watched by `self`.
    ///
    /// If the response to an init that posts by itself is lost, the failure includes a search for the post. A match
    /// is evidence, not certainty.
    pub(in crate::integrations::tiktok) async fn send<T: HasPublishId>(
        &self,
        init: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        self.context.progress.begin(Phase::Starting);
        match init.await {
            Ok(response) => {
                self.acknowledged(response.publish_id()).await;
                Ok(response)
            }
            Err(error) => Err(self.failed(error).await),
        }
    }

    /// Records a successful init.
    async fn acknowledged(&self, publish_id: &PublishId) {
        let Self { context, spec, .. } = self;
        context.evidence.publish_id(publish_id);
        let now = context.clock.since_epoch();
        context
            .evidence
            .closed_at(now.saturating_add(UPLOAD_CLOSED_AFTER));
        let named = Box::pin(context.record.named(spec.kind, publish_id, spec.size));
        // Concurrently, because both may wait for the same store.
        tokio::join!(named, Box::pin(context.api.note(spec.quota)));
    }

    /// Failure of an init without a publish_id.
    async fn failed(&self, error: Error) -> Failure {
        if let Some(withheld) = self.withheld.get() {
            return withheld.clone().nothing_posted();
        }
        let failure = Failure::of_init(error, self.spec.kind);
        if failure.outcome == Some(Outcome::Failed) {
            self.without_effect().await;
        }
        let since = *self.sent_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_unconfirmed = failure.outcome == Some(Outcome::Unconfirmed);
        match self.spec.search_key.filter(|_| is_unconfirmed) {
            Some(key) => failure.with_search(search::search(self.context, since, key).await),
            None => failure,
        }
    }
}

impl WriteObserver for InitCall<'_> {
    fn about_to_send(&self) -> BoxFuture<'_, bool> {
        async {
            let Self {
                context,
                spec,
                withheld,
                sent_at,
            } = self;
            *sent_at.lock().unwrap_or_else(PoisonError::into_inner) = context.clock.since_epoch();
            // The tracker first: if the action is stopped here, the journal may already record an init.
            context.evidence.init(spec.kind);
            let written = context.record.init(spec.kind, context.init_may_take()).await;
            if let Err(error) = written {
                withheld.get_or_init(|| Failure::of_state(&error));
                return false;
            }
            // Writing to the journal may have taken a while.
            if spec.kind == InitKind::PostsByItself && !context.has_time_for_an_answer() {
                self.without_effect().await;
                withheld.get_or_init(too_late);
                return false;
            }
            true
        }
        .boxed()
    }

    fn without_effect(&self) -> BoxFuture<'_, ()> {
        async {
            match self.context.record.no_init().await {
                Ok(()) => self.context.evidence.no_init(),
                // Then a repeat cannot know it either, and another request with the key may be posting.
                Err(error) => warn!(%error, "could not record in the journal that nothing was posted"),
            }
        }
        .boxed()
    }
}

/// Failure of a request without time for the response: a post sent now would end unconfirmed.
fn too_late() -> Failure {
    let what = "(too little of the request's time was left to send the call that posts and to receive its response; give the \
                request a longer timeout or deadline, or use fewer photos or a faster host)";
    Failure::new(&own::TIMEOUT, what)
}
