//! Spans of time that end now.

use std::time::Duration;

/// Beginning of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// This time before now.
    Ago(Duration),
    /// This time since the Unix epoch.
    At(Duration),
}
