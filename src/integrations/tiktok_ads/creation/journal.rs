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
    /// Time at which it was opened, by the wall clock and by the monotonic clock.
    opened: (Duration, Duration),
    /// Most time by which the store's clock is ahead of that of the lease, which was read when the claim returned.
    lag: Duration,
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
            opened: (clock.since_epoch(), clock.elapsed()),
            lag: Duration::ZERO,
            clock,
            kept: None,
            stage: Mutex::new(CreationStage::Begun),
        }
    }

    /// Journal in a row of the store, which has this stage and whose claim took `lag`. The attempt that it names has ended
    /// with its holder.
    pub(super) fn in_row(
        clock: Clock,
        lease: Lease,
        budget: JournalBudget,
        lag: Duration,
        stage: CreationStage,
    ) -> Self {
        let now = lease.now().saturating_add(lag);
        let stage = match stage {
            CreationStage::Sent(sent) => CreationStage::Sent(sent.ended_by(now)),
            stage @ (CreationStage::Begun | CreationStage::Made { .. }) => stage,
        };
        Self {
            opened: (clock.since_epoch(), clock.elapsed()),
            lag,
            clock,
            kept: Some(KeptCreation { lease, budget }),
            stage: Mutex::new(stage),
        }
    }

    /// Time since the Unix epoch, by the clock of the stages. It stands still while the machine is suspended.
    pub(super) fn now(&self) -> Duration {
        let (wall, monotonic) = self.opened;
        match &self.kept {
            Some(kept) => kept.lease.now(),
            None => wall.saturating_add(self.clock.elapsed().saturating_sub(monotonic)),
        }
    }

    /// The same, with the time in which the machine was suspended, and with all else that is not certain.
    pub(super) fn now_at_most(&self) -> Duration {
        let (wall, monotonic) = self.opened;
        let by_wall = self.clock.since_epoch().saturating_sub(wall);
        let by_monotonic = self.clock.elapsed().saturating_sub(monotonic);
        let suspended = by_wall.saturating_sub(by_monotonic);
        self.now().saturating_add(suspended).saturating_add(self.lag)
    }

    /// The request that may have created the object, if one was sent.
    pub(super) fn sent(&self) -> Option<SentCreation> {
        match &*self.stage.lock().unwrap_or_else(PoisonError::into_inner) {
            CreationStage::Sent(sent) => Some(sent.clone()),
            CreationStage::Begun | CreationStage::Made { .. } => None,
        }
    }

    /// Ends the attempt of the stage. The journal learns it with the next stage, and until then assumes the latest end.
    pub(super) fn ended(&self) {
        let now = self.now_at_most();
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let CreationStage::Sent(sent) = &mut *stage {
            *sent = std::mem::take(sent).ended_by(now);
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

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        model::{Fingerprint, JournalKey},
        state::{Claim, State, StateLocation},
    };

    /// A row that was claimed for the first time, in a journal of its own.
    async fn claimed(clock: &Clock) -> (TempDir, Lease) {
        let folder = TempDir::new().unwrap();
        let place = StateLocation::Sqlite(folder.path().join("state.db"));
        let state = State::new(place, clock.clone());
        let inputs = Fingerprint::of(&["inputs"]);
        let claim = state.claim(JournalKey::of(&["k"]), inputs, "{}", LEASE).await;
        let Ok(Claim::Fresh(lease)) = claim else {
            panic!("the row should be new: {claim:?}")
        };
        (folder, lease)
    }

    fn stage(last: u64) -> CreationStage {
        CreationStage::Sent(SentCreation {
            first: 1_000,
            last,
            ..SentCreation::default()
        })
    }

    #[tokio::test]
    async fn the_attempt_of_a_resumed_row_has_ended_when_the_row_was_claimed() {
        let clock = Clock::virtual_at(Duration::from_secs(1_005));
        for (last, lag, expected) in [(1_030, 0, 1_006), (1_002, 0, 1_002), (1_030, 10, 1_016)] {
            let (_folder, lease) = claimed(&clock).await;
            let budget = JournalBudget::new(clock.clone(), clock.deadline_in(LEASE));
            let lag = Duration::from_secs(lag);
            let journal = CreationJournal::in_row(clock.clone(), lease, budget, lag, stage(last));
            assert_eq!(
                journal.sent().map(|sent| sent.last),
                Some(expected),
                "{last} {lag:?}"
            );
            assert_eq!(journal.now_at_most(), journal.now() + lag);
        }
    }

    #[tokio::test]
    async fn an_attempt_ends_now_or_earlier() {
        let clock = Clock::virtual_at(Duration::from_secs(1_000));
        let journal = CreationJournal::none(clock.clone());
        journal.write(stage(1_030), LEASE).await.unwrap();
        clock.advance(Duration::from_secs(3));
        journal.ended();
        assert_eq!(journal.sent().map(|sent| sent.last), Some(1_004));
        clock.advance(Duration::from_mins(1));
        journal.ended();
        assert_eq!(journal.sent().map(|sent| sent.last), Some(1_004));
    }

    #[test]
    fn only_the_text_of_a_stage_is_read() {
        let made = CreationStage::Made { id: "7".into() };
        assert_eq!(read(&entry(&made)), Some(made));
        for text in [
            "",
            "{}",
            r#"{"stage":"made", "id":"7"}"#,
            r#"{"id":"7","stage":"made"}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
