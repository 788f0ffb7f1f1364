//! Journal of a post with an idempotency key, from which a repeat knows what was begun (docs/reliability.md).

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use serde::{Serialize, de::DeserializeOwned};
use tracing::warn;

use crate::{
    integrations::keyed::JournalBudget,
    model::{ByteCount, PublishId},
    posting::{InitKind, Stage},
    state::{Lease, StateError},
    upload::{ChunkDenied, ChunkGuard, ChunkPosition},
};

/// Journal of one post; without an idempotency key nothing is recorded.
///
/// Each step is durable before it is taken. If another request has taken the key over, or the journal cannot be
/// written, the step is not taken.
#[derive(Clone, Default)]
pub(in crate::integrations::tiktok) struct PostJournal(Option<Arc<JournaledPost>>);

struct JournaledPost {
    bounds: JournalBudget,
    claimed: Lease,
    stage: Mutex<Stage<()>>,
}

/// Margin of the lease beyond the duration of a step.
const MARGIN: Duration = Duration::from_secs(15);

impl PostJournal {
    /// Journal in a row of the store.
    pub(in crate::integrations::tiktok) fn in_journal(bounds: JournalBudget, claimed: Lease) -> Self {
        Self(Some(Arc::new(JournaledPost {
            bounds,
            claimed,
            stage: Mutex::new(Stage::Claimed),
        })))
    }

    /// Lease, budget and last stage. `None` without a key, or while clones are in use.
    pub(in crate::integrations::tiktok) fn into_parts(self) -> Option<(Lease, JournalBudget, Stage<()>)> {
        let kept = self.0.and_then(Arc::into_inner)?;
        Some((
            kept.claimed,
            kept.bounds,
            kept.stage.into_inner().unwrap_or_else(PoisonError::into_inner),
        ))
    }

    /// Extends the lease to `lease` from now. A failure surfaces at the next required step.
    pub(in crate::integrations::tiktok) async fn hold(&self, lease: Duration) {
        if let Some(kept) = &self.0 {
            kept.claimed
                .renew(lease)
                .await
                .unwrap_or_else(|error| warn!(error = error.in_full(), "the key could not be held"));
        }
    }

    /// Records that an init is about to be sent, which takes at most `may_take`.
    pub(in crate::integrations::tiktok) async fn init(
        &self,
        kind: InitKind,
        may_take: Duration,
    ) -> Result<(), StateError> {
        let Some(kept) = &self.0 else { return Ok(()) };
        kept.write(
            Stage::Init {
                kind,
                at: kept.claimed.now(),
            },
            may_take,
        )
        .await
    }

    /// Records that the init had no effect. If this fails, a repeat searches for a post that does not exist.
    pub(in crate::integrations::tiktok) async fn no_init(&self) -> Result<(), StateError> {
        let Some(kept) = &self.0 else { return Ok(()) };
        kept.write(Stage::Claimed, MARGIN).await
    }

    /// Records the publish_id. If this fails, the post continues: the result contains the publish_id.
    ///
    /// An ID that could not be read back is not recorded; a repeat then searches for the post as if the ID were lost.
    pub(in crate::integrations::tiktok) async fn named(
        &self,
        kind: InitKind,
        publish_id: &PublishId,
        size: Option<ByteCount>,
    ) {
        let Some(kept) = &self.0 else { return };
        if !publish_id.is_storable() {
            warn!("TikTok gave a publish_id of unknown form, which the journal does not keep");
            return;
        }
        let at = kept.claimed.now();
        let stage = Stage::InitAcknowledged {
            kind,
            publish_id: publish_id.clone(),
            size,
            last_chunk: false,
            at,
        };
        kept.remember(stage.clone());
        if let Err(error) = kept.write(stage, MARGIN).await {
            warn!(
                error = error.in_full(),
                "the publish_id could not be written to the journal"
            );
        }
    }

    /// Records that TikTok has all bytes, so that a repeat only has to follow the status. If this fails, a repeat
    /// assumes that the last chunk may be missing.
    pub(in crate::integrations::tiktok) async fn whole(&self) {
        let Some(kept) = &self.0 else { return };
        let stage = kept.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Stage::InitAcknowledged {
            kind, publish_id, at, ..
        } = stage
        else {
            return;
        };
        let stage = Stage::InitAcknowledged {
            kind,
            publish_id,
            size: None,
            last_chunk: true,
            at,
        };
        kept.remember(stage.clone());
        if kept.bounds.rests() {
            return;
        }
        if let Err(error) = kept.write(stage, MARGIN).await {
            warn!(
                error = error.in_full(),
                "could not record in the journal that TikTok has the video"
            );
        }
    }
}

/// Serializes a stage for the journal.
pub(in crate::integrations::tiktok) fn entry<R: Serialize>(stage: &Stage<R>) -> String {
    // Results and stages have string keys only, so they always serialize.
    serde_json::to_string(stage).unwrap_or_default()
}

/// Parses an entry. `None` unless [`entry`] would write the same bytes.
pub(in crate::integrations::tiktok) fn read<R: Serialize + DeserializeOwned>(text: &str) -> Option<Stage<R>> {
    serde_json::from_str(text)
        .ok()
        .filter(|stage| entry(stage) == text)
}

impl JournaledPost {
    async fn write(&self, stage: Stage<()>, may_take: Duration) -> Result<(), StateError> {
        self.bounds
            .within(self.claimed.write(entry(&stage), may_take.saturating_add(MARGIN)))
            .await?;
        self.remember(stage);
        Ok(())
    }

    fn remember(&self, stage: Stage<()>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// Records that the last chunk is about to be sent. It makes the post, so only the holder of the key sends it.
    async fn last_chunk(&self, may_take: Duration) -> Result<(), StateError> {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match stage {
            Stage::InitAcknowledged {
                kind,
                publish_id,
                size,
                at,
                last_chunk: _,
            } => {
                self.write(
                    Stage::InitAcknowledged {
                        kind,
                        publish_id,
                        size,
                        last_chunk: true,
                        at,
                    },
                    may_take,
                )
                .await
            }
            Stage::Init { .. } => self.write(Stage::unnamed(self.claimed.now()), may_take).await,
            Stage::Claimed | Stage::Ended { .. } => Err(StateError::Lost),
        }
    }
}

impl ChunkGuard for PostJournal {
    fn permit(&self, position: ChunkPosition, may_take: Duration) -> BoxFuture<'_, Result<(), ChunkDenied>> {
        async move {
            let Some(kept) = &self.0 else { return Ok(()) };
            let last = position == ChunkPosition::Last;
            let written = match position {
                ChunkPosition::Last => kept.last_chunk(may_take).await,
                ChunkPosition::BeforeLast if kept.bounds.rests() => Ok(()),
                ChunkPosition::BeforeLast => {
                    kept.bounds
                        .within(kept.claimed.renew(may_take.saturating_add(MARGIN)))
                        .await
                }
            };
            match written {
                Ok(()) => Ok(()),
                Err(StateError::Lost) => Err(ChunkDenied::TakenOver),
                Err(error) if last => {
                    warn!(error = error.in_full(), "the last chunk is not sent");
                    Err(ChunkDenied::Unwritable)
                }
                Err(error) => {
                    warn!(
                        error = error.in_full(),
                        "the journal could not be written, which the last chunk will need"
                    );
                    Ok(())
                }
            }
        }
        .boxed()
    }
}

impl fmt::Debug for PostJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "PostJournal(in the journal)"
        } else {
            "PostJournal(nowhere)"
        })
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        clock::Clock,
        model::{Fingerprint, JournalKey},
        posting::{PostFrame, Resume},
        state::{Claim, State, StateLocation},
    };

    const LEASE: Duration = Duration::from_mins(1);

    /// The stage that a repeat finds after an upload whose last chunk was begun under this name.
    async fn after_upload(publish_id: &str) -> (Stage<()>, PostFrame) {
        let folder = TempDir::new().unwrap();
        let clock = Clock::system();
        let state = State::new(
            StateLocation::Sqlite(folder.path().join("state.db")),
            clock.clone(),
        );
        let begun = entry(&Stage::<()>::Claimed);
        let claim = || state.claim(JournalKey::of(&["k"]), Fingerprint::of(&["i"]), &begun, LEASE);
        let Ok(Claim::Fresh(claimed)) = claim().await else {
            panic!("the row should be new")
        };
        let deadline = clock.deadline_in(LEASE);
        let record = PostJournal::in_journal(JournalBudget::new(clock, deadline), claimed);
        let publish_id: PublishId = serde_json::from_value(publish_id.into()).unwrap();
        record.init(InitKind::NeedsBytes, LEASE).await.unwrap();
        record
            .named(InitKind::NeedsBytes, &publish_id, Some(ByteCount(10)))
            .await;
        record.permit(ChunkPosition::BeforeLast, LEASE).await.unwrap();
        record.permit(ChunkPosition::Last, LEASE).await.unwrap();
        record.whole().await;
        drop(record);
        let Ok(Claim::Resumed { entry, .. }) = claim().await else {
            panic!("the row should be resumed")
        };
        let (claimed_at, now) = (entry.claimed_at, entry.read_at);
        let (kind, is_finished, is_authenticated) = (InitKind::NeedsBytes, false, false);
        (
            read(&entry.text).unwrap(),
            PostFrame {
                kind,
                is_finished,
                is_authenticated,
                claimed_at,
                now,
            },
        )
    }

    #[tokio::test]
    async fn a_name_that_could_not_be_read_back_leads_to_a_search_and_not_to_a_second_post() {
        for publish_id in ["v_pub~ü", "v:pub", "https://example.com/<b>", &"x".repeat(512)] {
            let (stage, frame) = after_upload(publish_id).await;
            assert_eq!(stage.check(&frame), Ok(()), "{publish_id}: {stage:?}");
            let is_plain = publish_id.starts_with('x');
            let resume = stage.resume();
            assert_eq!(
                matches!(resume, Resume::Ask { .. }),
                is_plain,
                "{publish_id}: {resume:?}"
            );
            assert_eq!(
                matches!(resume, Resume::Search { .. }),
                !is_plain,
                "{publish_id}: {resume:?}"
            );
        }
    }
}
