//! Journal of one creation, from which a repeat with the same key knows what was begun (docs/reliability.md).

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tracing::warn;

use crate::{
    advertising::{CreationStage, SentCreation},
    clock::Clock,
    integrations::keyed::{JournalBudget, LEASE},
    state::{Lease, StateError},
};

/// Journal of one creation; without an idempotency key nothing is recorded.
#[derive(Debug)]
pub(super) struct CreationJournal {
    clock: Clock,
    kept: Option<KeptCreation>,
    stage: Mutex<CreationStage>,
}

#[derive(Debug)]
struct KeptCreation {
    lease: Lease,
    budget: JournalBudget,
}

/// Margin of the lease beyond the duration of a step.
const MARGIN: Duration = Duration::from_secs(15);

/// Serializes a stage for the journal. Stages have string keys only, so they always serialize.
pub(super) fn entry(stage: &CreationStage) -> String {
    serde_json::to_string(stage).unwrap_or_default()
}

/// Parses an entry. `None` unless [`entry`] would write the same bytes.
pub(super) fn read(text: &str) -> Option<CreationStage> {
    serde_json::from_str(text)
        .ok()
        .filter(|stage| entry(stage) == text)
}

impl CreationJournal {
    /// No journal, for a request without a key.
    pub(super) fn none(clock: Clock) -> Self {
        Self {
            clock,
            kept: None,
            stage: Mutex::new(CreationStage::Begun),
        }
    }

    /// Journal in a row of the store, which has this stage.
    pub(super) fn in_row(clock: Clock, lease: Lease, budget: JournalBudget, stage: CreationStage) -> Self {
        Self {
            clock,
            kept: Some(KeptCreation { lease, budget }),
            stage: Mutex::new(stage),
        }
    }

    /// Time since the Unix epoch, by the clock of the stages.
    pub(super) fn now(&self) -> Duration {
        match &self.kept {
            Some(kept) => kept.lease.now(),
            None => self.clock.since_epoch(),
        }
    }

    /// The request that may have created the object, if one was sent.
    pub(super) fn sent(&self) -> Option<SentCreation> {
        match &*self.stage.lock().unwrap_or_else(PoisonError::into_inner) {
            CreationStage::Sent(sent) => Some(sent.clone()),
            CreationStage::Begun | CreationStage::Made { .. } => None,
        }
    }

    /// Records a stage before its step is taken, which takes at most `may_take`.
    pub(super) async fn write(&self, stage: CreationStage, may_take: Duration) -> Result<(), StateError> {
        if let Some(kept) = &self.kept {
            let written = kept.lease.write(entry(&stage), may_take.saturating_add(MARGIN));
            kept.budget.within(written).await?;
        }
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        Ok(())
    }

    /// Extends the lease. A failure surfaces at the next step.
    pub(super) async fn hold(&self) {
        if let Some(kept) = &self.kept
            && let Err(error) = kept.lease.renew(LEASE).await
        {
            warn!(error = error.in_full(), "the key could not be held");
        }
    }

    /// Records the end: the object of a success, nothing after a failure without effect, else the last stage, from which
    /// a repeat goes on.
    pub(super) async fn conclude(self, end: CreationEnd<'_>) -> Result<(), StateError> {
        let Some(KeptCreation { lease, budget }) = self.kept else {
            return Ok(());
        };
        let stage = self.stage.into_inner().unwrap_or_else(PoisonError::into_inner);
        let step = async {
            match end {
                CreationEnd::Made(id) => {
                    lease
                        .finish(entry(&CreationStage::Made { id: id.to_owned() }))
                        .await
                }
                CreationEnd::NoEffect => lease.forget().await,
                CreationEnd::Unknown => {
                    lease.write(entry(&stage), LEASE).await?;
                    lease.release().await
                }
            }
        };
        budget.at_last(step).await
    }
}

/// End of a creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CreationEnd<'a> {
    /// The object with this id exists.
    Made(&'a str),
    /// Nothing was created.
    NoEffect,
    /// The object may exist.
    Unknown,
}
