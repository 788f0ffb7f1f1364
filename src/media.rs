//! Bytes of a video and what they are.

mod probe;
mod source;

pub use probe::{Container, Foreign, sniff};
pub use source::{ContentError, Source, decode_base64};

use crate::model::ByteCount;

/// The largest video an action takes: 287 MiB decoded.
pub const VIDEO_MAX: ByteCount = ByteCount(287 * 1024 * 1024);
