//! Counters of a request: calls sent, and memory taken by their responses.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

/// Maximum memory of the larger responses of a request, in bytes.
const ANSWERS_MAX: usize = 5 * 1024 * 1024;

/// Maximum memory of the responses of all concurrent requests, in bytes.
const ALL_ANSWERS_MAX: usize = 6 * 1024 * 1024;

/// Counters of a request: calls sent, and bytes of responses held.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sent: AtomicU32,
    held: AtomicUsize,
    /// Bytes held by all requests.
    all_held: Arc<AtomicUsize>,
}

impl Tally {
    /// Returns the counters of another request, with the same total.
    pub(super) fn another(&self) -> Self {
        let (sent, held) = (AtomicU32::default(), AtomicUsize::default());
        Self {
            sent,
            held,
            all_held: Arc::clone(&self.all_held),
        }
    }

    /// Number of calls sent so far.
    pub(super) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Counts a call.
    pub(super) fn count(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Reverts [`Self::count`] for a call that was not sent.
    pub(super) fn take_back(&self) {
        self.sent.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts bytes of a response; false if they exceed a limit.
    fn hold(&self, bytes: usize) -> bool {
        let mine = self
            .held
            .fetch_add(bytes, Ordering::Relaxed)
            .saturating_add(bytes);
        let all = self
            .all_held
            .fetch_add(bytes, Ordering::Relaxed)
            .saturating_add(bytes);
        mine <= ANSWERS_MAX && all <= ALL_ANSWERS_MAX
    }

    fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        self.all_held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Memory of a response, counted until drop.
#[derive(Debug, Default)]
pub struct Held {
    tally: Arc<Tally>,
    bytes: usize,
}

impl Held {
    /// Returns an empty response of the request that `tally` counts.
    pub(super) fn of(tally: &Arc<Tally>) -> Self {
        Self {
            tally: Arc::clone(tally),
            bytes: 0,
        }
    }

    /// Counts more bytes; false if they exceed a limit.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.tally.hold(bytes)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.tally.release(self.bytes);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.all_held
            .fetch_sub(self.held.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
