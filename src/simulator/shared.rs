//! State of the server shared by all APIs: time, journal, faults, files and numbers.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;

use super::{fault::Faults, journal::RecordedRequest, wire::Digesting};
use crate::clock::Clock;

/// State behind every connection and every API.
///
/// An API that holds the lock of its world may lock this state, never the other way round.
#[derive(Debug)]
pub(super) struct Shared {
    /// The clock of the simulation, without the time by which it was moved ahead.
    pub(super) clock: Clock,
    pub(super) digest: Digesting,
    /// Own URL, without a slash at its end.
    pub(super) url: String,
    starts_strict: bool,
    state: Mutex<SharedState>,
}

/// The part of the state that changes.
#[derive(Debug, Default)]
pub(super) struct SharedState {
    /// Time by which [`Shared::advance`] could not move the clock itself.
    offset: Duration,
    pub(super) faults: Faults,
    pub(super) journal: Vec<RecordedRequest>,
    /// Files by name; see `media`.
    pub(super) media: BTreeMap<String, Bytes>,
    /// Whether undocumented requests are refused.
    pub(super) strict: bool,
    /// Number of the last journal entry.
    serial: u64,
    /// Number of the last id.
    ids: u64,
}

impl Shared {
    pub(super) fn new(clock: Clock, url: String, digest: Digesting, strict: bool) -> Self {
        let state = SharedState {
            strict,
            ..SharedState::default()
        };
        Self {
            clock,
            digest,
            url,
            starts_strict: strict,
            state: Mutex::new(state),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, SharedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything but the time and the numbers already used.
    pub(super) fn reset(&self) {
        let mut state = self.lock();
        *state = SharedState {
            offset: state.offset,
            serial: state.serial,
            ids: state.ids,
            strict: self.starts_strict,
            ..SharedState::default()
        };
    }

    /// Simulated time since the Unix epoch.
    pub(super) fn now(&self) -> Duration {
        let offset = self.lock().offset;
        self.clock.since_epoch().saturating_add(offset)
    }

    /// Moves the time: a virtual clock itself, which keeps clients that share it in step; otherwise the simulator's own
    /// time.
    pub(super) fn advance(&self, by: Duration) {
        let before = self.clock.since_epoch();
        self.clock.advance(by);
        let moved = self.clock.since_epoch().saturating_sub(before);
        // A system clock moves by nanoseconds meanwhile, a virtual one by everything.
        if moved < by {
            let mut state = self.lock();
            state.offset = state.offset.saturating_add(by);
        }
    }

    /// Whether undocumented requests are refused.
    pub(super) fn is_strict(&self) -> bool {
        self.lock().strict
    }

    /// Returns a number that was not used before.
    pub(super) fn next_id(&self) -> u64 {
        let mut state = self.lock();
        state.ids = state.ids.saturating_add(1);
        state.ids
    }

    /// Appends an entry to the journal, with its number and time, and returns it.
    pub(super) fn open_entry(&self, mut entry: RecordedRequest) -> RecordedRequest {
        entry.at_ms = u64::try_from(self.now().as_millis()).unwrap_or(u64::MAX);
        let mut state = self.lock();
        state.serial = state.serial.saturating_add(1);
        entry.number = state.serial;
        state.journal.push(entry.clone());
        entry
    }
}
