//! The init, which makes or begins a post: written down before and after, and looked for where its answer was
//! lost.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::warn;

use crate::{
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
    posting::{InitKind, Outcome},
    progress::Phase,
};

/// An init that is sent: what it begins, and why it was not sent after all.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct InitCall<'a> {
    context: &'a Context,
    start: InitSpec<'a>,
    withheld: OnceLock<Failure>,
    /// When it was sent last, since the Unix epoch.
    sent_at: Mutex<Duration>,
}

/// What an init begins.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct InitSpec<'a> {
    /// What the init does by itself.
    pub(in crate::integrations::tiktok) kind: InitKind,
    /// What it begins.
    pub(in crate::integrations::tiktok) begun: QuotaKind<'a>,
    /// How many bytes the post needs, where it needs any.
    pub(in crate::integrations::tiktok) size: Option<ByteCount>,
    /// By what the post could be known in the list of videos; `None` for a draft, which is in no list.
    pub(in crate::integrations::tiktok) wanted: Option<SearchKey<'a>>,
}

/// What names a post.
pub(in crate::integrations::tiktok) trait HasPublishId {
    /// The post's name.
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
    pub(in crate::integrations::tiktok) fn new(context: &'a Context, start: InitSpec<'a>) -> Self {
        Self {
            context,
            start,
            withheld: OnceLock::new(),
            sent_at: Mutex::default(),
        }
    }

    /// Sends `init`, which this watches.
    ///
    /// Where it posts by itself and its answer was lost, the post is looked for: what is found is evidence,
    /// not certainty.
    pub(in crate::integrations::tiktok) async fn send<T: HasPublishId>(
        &self,
        init: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        let Self {
            context,
            start:
                InitSpec {
                    kind,
                    begun,
                    size,
                    wanted,
                },
            withheld,
            sent_at,
        } = self;
        context.progress.begin(Phase::Starting);
        match init.await {
            Ok(answer) => {
                context.evidence.publish_id(answer.publish_id());
                let named = Box::pin(context.record.named(*kind, answer.publish_id(), *size));
                // At the same time, as both may have to wait for the same place.
                tokio::join!(named, Box::pin(context.api.note(*begun)));
                Ok(answer)
            }
            Err(_withheld) if let Some(failure) = withheld.get() => Err(failure.clone().nothing_posted()),
            Err(error) => {
                let failure = Failure::of_init(error, *kind);
                if failure.outcome == Some(Outcome::Failed) {
                    self.without_effect().await;
                }
                let since = *sent_at.lock().unwrap_or_else(PoisonError::into_inner);
                match wanted.filter(|_| failure.outcome == Some(Outcome::Unconfirmed)) {
                    Some(wanted) => Err(failure.with_search(search::search(context, since, wanted).await)),
                    None => Err(failure),
                }
            }
        }
    }
}

impl WriteObserver for InitCall<'_> {
    fn about_to_send(&self) -> BoxFuture<'_, bool> {
        async {
            let Self {
                context,
                start,
                withheld,
                sent_at,
            } = self;
            *sent_at.lock().unwrap_or_else(PoisonError::into_inner) = context.clock.since_epoch();
            // First what is told should the action be stopped here: the journal may already say that an init
            // was sent.
            context.evidence.init(start.kind);
            let written = context.record.init(start.kind, context.init_may_take()).await;
            if let Err(error) = written {
                withheld.get_or_init(|| Failure::of_state(&error));
                return false;
            }
            // The journal may have taken its time.
            if start.kind == InitKind::PostsByItself && !context.has_time_for_an_answer() {
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
                // A repeat will not know it either, and whoever has taken the key over may be posting.
                Err(error) => warn!(%error, "that nothing was posted could not be written to the journal"),
            }
        }
        .boxed()
    }
}

/// A post whose answer nobody waits for would end as one of which nobody knows.
fn too_late() -> Failure {
    let what = "(too little was left of the request's time to send the call that posts and hear its answer; give the request \
                a longer timeout or deadline, or photos fewer or nearer)";
    Failure::new("timeout", what)
}
