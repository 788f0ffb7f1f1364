//! Facts about a video, read from its bytes: container, codec, duration, frame rate, size.
//!
//! The parsers are written for untrusted files. Existing parsers (re_mp4, mp4-atom, mp4parse,
//! matroska-demuxer) build a list of all frames or allocate what the file claims. These walk over the file
//! with one small block in memory, never read frames beyond their header, never allocate by a number from the
//! file, and stop at a fixed amount of work ([`window`]).

mod choice;
mod codec;
mod matroska;
mod mp4;
mod pixels;
mod sniff;
#[cfg(test)]
mod tests;
mod timing;
mod window;

pub use choice::{Choice, PassedOver};
pub use codec::Codec;
pub use pixels::{Chroma, PixelFormat};
pub use sniff::{Container, Foreign, WEB_PAGE, sniff};
pub use timing::FrameRate;

use std::{io, time::Duration};

use super::{Dimensions, Source};
use crate::model::ByteCount;
use window::Window;

/// Facts about a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoFacts {
    /// Container.
    pub container: Container,
    /// Codec of the frames.
    pub codec: Codec,
    /// Duration of the longer of picture and sound, as players show it; `None` if the file does not contain
    /// it.
    pub duration: Option<Duration>,
    /// Frame rate; `None` if the file does not contain it.
    pub frame_rate: Option<FrameRate>,
    /// Size of the frame as shown: turned upright, with square pixels; `None` if the file does not contain
    /// it.
    pub frame: Option<Dimensions>,
    /// Pixel format; `None` if the file does not contain it.
    pub pixel_format: Option<PixelFormat>,
    /// True if the file has a sound track.
    pub has_audio: bool,
    /// Usual length of a packet of sound. Sound may last longer than the picture by this much.
    pub sound_frame: Option<Duration>,
    /// The video track that these facts are of.
    pub choice: Choice,
}

/// Reason that a file is not a video that can be checked, as a noun phrase: "a JPEG picture", "a video that
/// is cut off".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// File in another format.
    #[error("{0}")]
    Foreign(Foreign),
    /// Video container without a video track.
    #[error("a file without a video track")]
    NoVideoTrack,
    /// File with a part that claims more bytes than follow.
    #[error("a video that is cut off: its {part} claims {claimed}, and the file contains {there} of it")]
    CutOff {
        /// Name of the part.
        part: String,
        /// Size that the part claims.
        claimed: ByteCount,
        /// Size that is present.
        there: ByteCount,
    },
    /// File without the part that locates the frames.
    #[error("a video without an index ({0}): the recording or the download was not finished")]
    NoIndex(&'static str),
    /// File with an index and without frames.
    #[error("a video without frames: the recording or the download was not finished")]
    NoFrames,
    /// File with contradictory parts.
    #[error("a damaged video: {0}")]
    Damaged(String),
    /// File with an index larger or in more pieces than that of any real video.
    #[error("a video whose index is too large or in too many pieces")]
    TooComplex,
    /// Stored copy that cannot be read.
    #[error("a video that could not be read back: {0}")]
    Unreadable(io::ErrorKind),
}

impl ProbeError {
    /// Advice on the file to give instead.
    pub const fn fix(&self) -> &'static str {
        if let Self::Foreign(foreign) = self {
            foreign.fix()
        } else {
            Foreign::SOUND.fix()
        }
    }

    /// Whether the file is whole and simply no video.
    pub const fn is_no_video(&self) -> bool {
        matches!(self, Self::Foreign(_) | Self::NoVideoTrack)
    }
}

/// Determines the facts of the video in `source`.
///
/// A file that ends too early or contradicts itself is a fault even where players show a part of it.
pub fn probe(source: &Source) -> Result<VideoFacts, ProbeError> {
    let head = source
        .head()
        .map_err(|error| ProbeError::Unreadable(error.kind()))?;
    let container = sniff(&head).map_err(ProbeError::Foreign)?;
    let mut window = Window::new(source);
    let probed = match container {
        Container::Mp4 | Container::Mov => mp4::probe(&mut window, container),
        Container::Webm => matroska::probe(&mut window),
    };
    match probed {
        Err(fault) if !fault.is_no_video() && is_mangled(source) => {
            Err(ProbeError::Foreign(Foreign::MANGLED))
        }
        probed => probed,
    }
}

/// Whether the beginning of a file that is no whole video went through a text decoder.
fn is_mangled(source: &Source) -> bool {
    source
        .read(0, 64 * 1024)
        .is_ok_and(|head| sniff::is_mangled(&head))
}

/// Content of a container without a video track.
fn pictureless(has_audio: bool) -> ProbeError {
    if has_audio {
        ProbeError::Foreign(Foreign::SOUND)
    } else {
        ProbeError::NoVideoTrack
    }
}
