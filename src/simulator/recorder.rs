//! Journal entry of a running request.

use std::sync::Arc;

use super::{journal::RecordedRequest, shared::Shared};

/// A journal entry in the making. It is written when it is dropped, even if the client disconnects.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) entry: RecordedRequest,
    shared: Arc<Shared>,
}

impl Recorder {
    /// Reserves the next place in the journal.
    pub(super) fn open(shared: &Arc<Shared>, entry: RecordedRequest) -> Self {
        Self {
            entry: shared.open_entry(entry),
            shared: Arc::clone(shared),
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        let mut newest_first = state.journal.iter_mut().rev();
        if let Some(place) = newest_first.find(|entry| entry.number == self.entry.number) {
            *place = std::mem::take(&mut self.entry);
        }
    }
}
