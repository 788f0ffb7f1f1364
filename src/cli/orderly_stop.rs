//! Signals during calls that replace or revoke tokens: what has begun is stored first.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{signals::stop_signal, stderr};
use crate::accounts::UnfinishedCalls;

/// Signal that stops a command.
#[derive(Debug, Default)]
pub(super) struct OrderlyStop {
    is_heard: AtomicBool,
    /// Calls that are finished before the signal takes effect.
    pub(super) calls: UnfinishedCalls,
}

impl OrderlyStop {
    /// Whether a signal has arrived. The command begins nothing more then.
    pub(super) fn is_heard(&self) -> bool {
        self.is_heard.load(Ordering::Relaxed)
    }

    /// Completes after a signal, once all calls that have begun are finished.
    pub(super) async fn takes_effect(&self) {
        stop_signal().await;
        self.is_heard.store(true, Ordering::Relaxed);
        if self.calls.is_any() {
            stderr::write(
                b"Stopping once TikTok's answer is stored, so that no token is lost; this takes a minute at most.\n",
            );
        }
        self.calls.finished().await;
    }
}
