//! Bytes of a video and what they are.

mod lift;
mod probe;
mod source;
mod spool;

pub use lift::{ContentError, Lift};
pub use probe::{Container, Foreign, sniff};
pub use source::Source;
pub use spool::Spool;

use crate::model::ByteCount;

/// The largest video an action takes: 287 MiB decoded.
pub const VIDEO_MAX: ByteCount = ByteCount(287 * 1024 * 1024);
