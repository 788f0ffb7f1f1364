//! Counts of one request: the calls that it has sent, and the memory that the answers take.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

/// Bytes of larger answers that one request may hold.
const ANSWERS_MAX: usize = 5 * 1024 * 1024;

/// Bytes that all requests may hold that run at the same time.
const ALL_ANSWERS_MAX: usize = 6 * 1024 * 1024;

/// What one request has sent, and what it holds of the answers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sent: AtomicU32,
    held: AtomicUsize,
    /// Bytes that all requests hold.
    all_held: Arc<AtomicUsize>,
}

impl Tally {
    /// That of another request.
    pub(super) fn another(&self) -> Self {
        let (sent, held) = (AtomicU32::default(), AtomicUsize::default());
        Self {
            sent,
            held,
            all_held: Arc::clone(&self.all_held),
        }
    }

    /// The calls sent so far.
    pub(super) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Counts a call.
    pub(super) fn count(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a call no more, which was not sent.
    pub(super) fn take_back(&self) {
        self.sent.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts bytes of an answer; whether there is room for them.
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

/// Memory of an answer, counted as long as this lives.
#[derive(Debug, Default)]
pub struct Held {
    tally: Arc<Tally>,
    bytes: usize,
}

impl Held {
    /// Nothing yet, of the request with this tally.
    pub(super) fn of(tally: &Arc<Tally>) -> Self {
        Self {
            tally: Arc::clone(tally),
            bytes: 0,
        }
    }

    /// Counts more; whether there is room for it.
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
