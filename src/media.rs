//! Content and properties of videos and photos.

mod base64;
mod blocks;
mod dimensions;
mod image;
mod local_file;
mod medium;
mod picture;
mod probe;
mod relay;
mod sieve;
mod source;
mod spool;
mod write_behind;

pub use self::base64::{Base64Decoder, ContentError};
pub use dimensions::Dimensions;
pub use image::{Image, ImageFormat, JpegScanner, NotAPhoto, Oddity, identify_image};
pub use medium::Medium;
pub use picture::{AdPicture, PictureFormat, identify_picture};
pub use probe::{
    Choice, Chroma, Codec, Container, Foreign, FrameRate, PassedOver, PixelFormat, ProbeError, VideoFacts,
    WEB_PAGE, probe, sniff,
};
pub use relay::{RelayError, RelayedFile, relay};
pub use sieve::{Dropped, Passed, Sieve};
pub use source::{CopyError, Source, SourceReader};
pub use spool::{Spool, SpoolArea, SpoolError, SpoolLimit};

use crate::model::ByteCount;

/// Largest video that an action accepts in a request: 287 MiB decoded.
pub const VIDEO_MAX: ByteCount = ByteCount(287 * 1024 * 1024);

/// Largest video for ads, 500 MB (docs/tiktok-marketing-api.md#videos).
pub const AD_VIDEO_MAX: ByteCount = ByteCount(500_000_000);

/// Largest image for ads, 50 MB (docs/tiktok-marketing-api.md#images).
pub const AD_IMAGE_MAX: ByteCount = ByteCount(50_000_000);
