//! Lines that are slow, or where nothing passes for a while.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;

/// A pause after so many bytes of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stall {
    /// The bytes that pass before it.
    pub at_byte: u64,
    /// Its length in milliseconds; where absent, the connection is closed after ten minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

impl Stall {
    /// Waits for its end; an error where it has none.
    pub(super) async fn is_over(self) -> Result<(), Endless> {
        really_sleep(self.ms.unwrap_or(LONGEST_STALL_MS)).await;
        self.ms.map(drop).ok_or(Endless)
    }
}

/// A pause that has no end, so that the connection is to be closed.
#[derive(Debug)]
pub(super) struct Endless;

/// Longer than any client waits, and not forever.
const LONGEST_STALL_MS: u64 = 10 * 60 * 1_000;

/// Waits by the real clock: a client's timeouts are real, whatever the simulated time is.
#[expect(
    clippy::disallowed_methods,
    reason = "a slow answer must be slow by the client's own clock"
)]
pub(super) async fn really_sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// The speed of a line.
#[derive(Debug, Clone)]
pub(super) struct Throttle {
    pub(super) bytes_per_second: u64,
    /// Waits jump ahead where it is virtual.
    pub(super) clock: Clock,
}

impl Throttle {
    /// Bytes that pass at a time: those of a tenth of a second.
    pub(super) fn step(&self) -> usize {
        usize::try_from(self.bytes_per_second / 10)
            .unwrap_or(usize::MAX)
            .max(1)
    }

    /// Waits for as long as so many bytes take.
    pub(super) async fn pass(&self, bytes: usize) {
        let nanos = (bytes as u64).saturating_mul(1_000_000_000) / self.bytes_per_second.max(1);
        self.clock.sleep(Duration::from_nanos(nanos)).await;
    }
}
