//! The init, which makes or begins a post: written down before and after, and looked for where its answer was lost.

use super::search::{self, Wanted};
use crate::{
    integrations::{Context, Failure},
    model::{ByteCount, PublishId},
    open_api::{Error, StartedUpload},
    posting::{InitKind, Outcome},
    progress::Phase,
};

/// What an init begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning<'a> {
    /// What it does by itself.
    pub(super) kind: InitKind,
    /// How many bytes the post needs, where it needs any.
    pub(super) size: Option<ByteCount>,
    /// By what the post could be known in the list of videos; `None` for a draft, which is in no list.
    pub(super) wanted: Option<Wanted<'a>>,
}

/// What names a post.
pub(super) trait Named {
    /// The post's name.
    fn publish_id(&self) -> &PublishId;
}

impl Named for PublishId {
    fn publish_id(&self) -> &PublishId {
        self
    }
}

impl Named for StartedUpload {
    fn publish_id(&self) -> &PublishId {
        &self.publish_id
    }
}

/// Sends `init`.
///
/// Where it posts by itself and its answer was lost, the post is looked for: what is found is evidence, not certainty.
pub(super) async fn begin<T: Named>(
    context: &Context,
    beginning: Beginning<'_>,
    init: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    let Beginning { kind, size, wanted } = beginning;
    context.progress.begin(Phase::Starting);
    // First what is told should the action be stopped here: the journal may already say that an init was sent.
    context.evidence.init(kind);
    context.record.init(kind, context.init_may_take()).await?;
    let since = context.clock.since_epoch();
    match init.await {
        Ok(begun) => {
            context.evidence.publish_id(begun.publish_id());
            context.record.named(kind, begun.publish_id(), size).await;
            Ok(begun)
        }
        Err(error) => {
            let failure = Failure::of_init(error, kind);
            match wanted.filter(|_| failure.outcome == Some(Outcome::Unconfirmed)) {
                Some(wanted) => Err(failure.with_sighting(search::search(context, since, wanted).await)),
                None => Err(failure),
            }
        }
    }
}
