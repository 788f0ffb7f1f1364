//! What a video is, read from its own bytes: container, codec, length, frame rate, size.
//!
//! The parsers are our own, because a file comes from anybody: the parsers that exist build a list of all
//! frames or allocate what the file claims. These walk over the file with one small block in memory, never
//! read frames beyond their head, never allocate by a number from the file, and stop at a fixed amount of
//! work ([`window`]).

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

/// What a video is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoFacts {
    /// The container, by the bytes.
    pub container: Container,
    /// How the frames are encoded.
    pub codec: Codec,
    /// The length of the longest of picture and sound, as players show it; `None` where the file does not
    /// tell.
    pub duration: Option<Duration>,
    /// Frames a second; `None` where the file does not tell.
    pub frame_rate: Option<FrameRate>,
    /// Size of the frame as shown: turned upright, with square pixels; `None` if the file does not contain it.
    pub frame: Option<Dimensions>,
    /// The colours of a pixel; `None` where the file does not state them.
    pub pixel_format: Option<PixelFormat>,
    /// Whether there is sound.
    pub has_audio: bool,
    /// Usual length of a packet of sound. Sound may last longer than the picture by this much.
    pub sound_frame: Option<Duration>,
    /// The video track that these facts are of.
    pub choice: Choice,
}

/// Why a file is not a video that can be judged. Reads as what the file is: "a JPEG picture", "a video that
/// is cut off".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// It is something else.
    #[error("{0}")]
    Foreign(Foreign),
    /// It is a video's container with neither picture nor sound.
    #[error("a file without a video track")]
    NoVideoTrack,
    /// A part claims more bytes than follow.
    #[error("a video that is cut off: its {part} claims {claimed}, {there} are there")]
    CutOff {
        /// Which part.
        part: String,
        /// How long it says it is.
        claimed: ByteCount,
        /// How much of it there is.
        there: ByteCount,
    },
    /// The part that tells where the frames are is missing.
    #[error("a video without an index ({0}): the recording or the download was not finished")]
    NoIndex(&'static str),
    /// There is an index and nothing else.
    #[error("a video without frames: the recording or the download was not finished")]
    NoFrames,
    /// Its parts contradict each other.
    #[error("a damaged video: {0}")]
    Damaged(String),
    /// Its index is larger or in more pieces than any video of use.
    #[error("a video whose index is too large or in too many pieces")]
    TooComplex,
    /// The copy that was kept cannot be read.
    #[error("a video that could not be read back: {0}")]
    Unreadable(io::ErrorKind),
}

impl ProbeError {
    /// What to do about a file that is whole and simply no video.
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

/// Tells what the video in `source` is.
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

/// What a container holds whose tracks have no picture.
fn pictureless(has_audio: bool) -> ProbeError {
    if has_audio {
        ProbeError::Foreign(Foreign::SOUND)
    } else {
        ProbeError::NoVideoTrack
    }
}
