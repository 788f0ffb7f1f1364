//! Calls that replace or revoke tokens at TikTok, from their start until their result is stored.

use std::sync::Arc;

use tokio::sync::watch;

/// Count of the calls that have begun and whose result is not stored yet. Whoever drops such a call loses tokens.
#[derive(Debug, Clone, Default)]
pub struct UnfinishedCalls(Arc<watch::Sender<usize>>);

/// Call that has begun; it counts as finished when this is dropped.
#[derive(Debug)]
pub struct BegunCall(UnfinishedCalls);

impl UnfinishedCalls {
    /// Begins a call.
    pub fn begin(&self) -> BegunCall {
        self.0.send_modify(|count| *count = count.saturating_add(1));
        BegunCall(self.clone())
    }

    /// Whether there is one.
    pub fn is_any(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Completes once all are finished. A call is bounded in time.
    pub async fn finished(&self) {
        let mut count = self.0.subscribe();
        drop(count.wait_for(|count| *count == 0).await);
    }
}

impl Drop for BegunCall {
    fn drop(&mut self) {
        let Self(calls) = self;
        calls.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
