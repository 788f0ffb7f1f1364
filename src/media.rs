//! Bytes of videos and photos, and what they are.

mod blocks;
mod image;
mod lift;
mod no_room;
mod probe;
mod relay;
mod sieve;
mod source;
mod spool;

pub use image::{Image, ImageFormat, NoPhoto, Oddity, Pixels, Skim, look};
pub use lift::{ContentError, Lift};
pub use no_room::NoRoom;
pub use probe::{
    Choice, Chroma, Codec, Container, Foreign, FrameRate, FrameSize, PassedOver, PixelFormat, ProbeFault,
    VideoFacts, WEB_PAGE, probe, sniff,
};
pub use relay::{RelayFault, relay};
pub use sieve::{Dropped, Passed, Sieve};
pub use source::Source;
pub use spool::{Spool, SpoolArea, SpoolLimit};

use crate::model::ByteCount;

/// The largest video an action takes: 287 MiB decoded.
pub const VIDEO_MAX: ByteCount = ByteCount(287 * 1024 * 1024);
