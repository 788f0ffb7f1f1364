//! Slow connections, and pauses without progress.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;

/// A pause within a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stall {
    /// Bytes that pass before the pause.
    pub at_byte: u64,
    /// Length in milliseconds; if absent, the connection is closed after ten minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

impl Stall {
    /// Waits for the end of the pause. Fails with [`Endless`] if it has none.
    pub(super) async fn is_over(self) -> Result<(), Endless> {
        really_sleep(self.ms.unwrap_or(LONGEST_STALL_MS)).await;
        self.ms.map(drop).ok_or(Endless)
    }
}

/// A pause without end, after which the connection is closed.
#[derive(Debug)]
pub(super) struct Endless;

/// Longer than any client waits, but not forever.
const LONGEST_STALL_MS: u64 = 10 * 60 * 1_000;

/// Sleeps in wall-clock time, because a client's timeouts are real whatever the simulated time is.
#[expect(
    clippy::disallowed_methods,
    reason = "a slow answer must be slow by the client's own clock"
)]
pub(super) async fn really_sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// Speed of a connection.
#[derive(Debug, Clone)]
pub(super) struct Throttle {
    pub(super) bytes_per_second: u64,
    /// A virtual clock jumps ahead instead of waiting.
    pub(super) clock: Clock,
}

impl Throttle {
    /// Bytes sent at a time, a tenth of a second's worth.
    pub(super) fn step(&self) -> usize {
        usize::try_from(self.bytes_per_second / 10)
            .unwrap_or(usize::MAX)
            .max(1)
    }

    /// Waits for the time that `bytes` take.
    pub(super) async fn pass(&self, bytes: usize) {
        let nanos = (bytes as u64).saturating_mul(1_000_000_000) / self.bytes_per_second.max(1);
        self.clock.sleep(Duration::from_nanos(nanos)).await;
    }
}
