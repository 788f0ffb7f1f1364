//! Content of `Tracks` (RFC 9559, 5.1.4).

use super::{
    super::{Codec, Dimensions, PixelFormat, ProbeError, timing::Timing, window::Window},
    ebml::{self, Element},
};

/// Maximum number of tracks, more than any recorder writes.
const TRACKS_MAX: usize = 64;

/// Length of the part of a codec's configuration that is read, in bytes.
const CODEC_PRIVATE_MAX: u64 = 96;

/// Content of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum TrackKind {
    /// Video.
    Video,
    /// Audio.
    Audio,
    /// Subtitles and other data.
    #[default]
    Other,
}

/// Track.
#[derive(Debug)]
pub(super) struct MatroskaTrack {
    /// Number by which blocks refer to it.
    pub(super) number: u64,
    /// Content.
    pub(super) kind: TrackKind,
    /// True if players show it.
    pub(super) enabled: bool,
    /// Codec.
    pub(super) codec: Codec,
    /// Pixel format.
    pub(super) pixel_format: Option<PixelFormat>,
    /// Its blocks.
    pub(super) timing: Timing,
    /// Duration of a frame, in nanoseconds.
    pub(super) frame_nanos: Option<u64>,
    /// Dimensions of the frame as displayed.
    pub(super) frame: Option<Dimensions>,
}

/// Reads all tracks.
pub(super) fn read(window: &mut Window<'_>, tracks: &Element) -> Result<Vec<MatroskaTrack>, ProbeError> {
    let mut found = Vec::new();
    let mut inside = tracks.inside()?;
    while let Some(element) = inside.next(window)? {
        if element.id == ebml::TRACK_ENTRY {
            found.push(entry(window, &element)?);
        }
        if found.len() > TRACKS_MAX {
            return Err(ProbeError::TooComplex);
        }
    }
    Ok(found)
}

fn entry(window: &mut Window<'_>, entry: &Element) -> Result<MatroskaTrack, ProbeError> {
    let (mut number, mut kind, mut enabled, mut frame_nanos, mut frame) =
        (0, TrackKind::Other, true, None, None);
    let (mut codec, mut private) = (Vec::new(), Vec::new());
    let mut inside = entry.inside()?;
    while let Some(element) = inside.next(window)? {
        match element.id {
            ebml::TRACK_NUMBER => number = element.number(window)?,
            ebml::TRACK_TYPE => {
                kind = match element.number(window)? {
                    1 => TrackKind::Video,
                    2 => TrackKind::Audio,
                    _ => TrackKind::Other,
                }
            }
            ebml::FLAG_ENABLED => enabled = element.number(window)? != 0,
            ebml::DEFAULT_DURATION => frame_nanos = Some(element.number(window)?).filter(|nanos| *nanos > 0),
            ebml::CODEC_ID => codec = element.text(window)?,
            ebml::CODEC_PRIVATE => private = element.head(window, CODEC_PRIVATE_MAX)?,
            ebml::VIDEO => frame = picture(window, &element)?.shown(),
            _ => {}
        }
    }
    let codec = Codec::of_codec_id(&codec);
    let pixel_format = match codec {
        Codec::H264 => PixelFormat::of_avcc(&private),
        Codec::H265 => PixelFormat::of_hvcc(&private),
        Codec::Vp8 | Codec::Vp9 | Codec::Named(_) | Codec::Unknown(_) => None,
    };
    let timing = Timing::default();
    Ok(MatroskaTrack {
        number,
        kind,
        enabled,
        codec,
        pixel_format,
        timing,
        frame_nanos,
        frame,
    })
}

/// Facts about the frames of a track.
#[derive(Debug, Default)]
struct Picture {
    width: u64,
    height: u64,
    cropped_width: u64,
    cropped_height: u64,
    display_width: Option<u64>,
    display_height: Option<u64>,
    /// Unit of the display size: 0 pixels, 1 centimetres, 2 inches, 3 aspect ratio.
    display_unit: u64,
    /// Rotation, in degrees.
    roll: f64,
}

fn picture(window: &mut Window<'_>, video: &Element) -> Result<Picture, ProbeError> {
    let mut picture = Picture::default();
    let mut inside = video.inside()?;
    while let Some(element) = inside.next(window)? {
        let number = |window: &mut Window<'_>| element.number(window);
        match element.id {
            ebml::PIXEL_WIDTH => picture.width = number(window)?,
            ebml::PIXEL_HEIGHT => picture.height = number(window)?,
            ebml::PIXEL_CROP_LEFT | ebml::PIXEL_CROP_RIGHT => {
                picture.cropped_width = picture.cropped_width.saturating_add(number(window)?);
            }
            ebml::PIXEL_CROP_TOP | ebml::PIXEL_CROP_BOTTOM => {
                picture.cropped_height = picture.cropped_height.saturating_add(number(window)?);
            }
            ebml::DISPLAY_WIDTH => picture.display_width = Some(number(window)?),
            ebml::DISPLAY_HEIGHT => picture.display_height = Some(number(window)?),
            ebml::DISPLAY_UNIT => picture.display_unit = number(window)?,
            ebml::PROJECTION => {
                let mut inside = element.inside()?;
                while let Some(element) = inside.next(window)? {
                    if element.id == ebml::PROJECTION_ROLL {
                        picture.roll = element.float(window)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(picture)
}

impl Picture {
    /// Dimensions of the frame as displayed.
    fn shown(&self) -> Option<Dimensions> {
        let (width, height) = (
            self.width.saturating_sub(self.cropped_width),
            self.height.saturating_sub(self.cropped_height),
        );
        let (width, height) = match (self.display_unit, self.display_width, self.display_height) {
            (0, wide, high) => (wide.unwrap_or(width), high.unwrap_or(height)),
            // Sides in centimetres or inches give a shape too.
            (1..=3, Some(wide), Some(high)) => (height.checked_mul(wide)?.checked_div(high)?, height),
            _ => (width, height),
        };
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        let is_turned = (self.roll.abs() % 180.0 - 90.0).abs() < 1.0;
        if is_turned {
            Dimensions::new(height, width)
        } else {
            Dimensions::new(width, height)
        }
    }
}
