//! Tracks: content, codec and timing.

use std::time::Duration;

use super::{
    super::{
        Codec, Dimensions, FrameRate, PixelFormat, ProbeError, timing::Timing, timing::time, window::Window,
    },
    boxes::Part,
    edits::Edits,
    samples::{self, Samples},
    shape::{Matrix, Shape},
};

/// Content of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaKind {
    /// Video.
    Video,
    /// Audio.
    Audio,
}

/// Video or audio track.
#[derive(Debug)]
pub(super) struct MovieTrack {
    /// Content.
    pub(super) kind: MediaKind,
    /// True if players show it.
    pub(super) enabled: bool,
    /// Id by which fragments refer to it.
    pub(super) id: u32,
    /// Its frames.
    pub(super) timing: Timing,
    /// Delay of the first frame between decoding and display, in ticks: frames that are coded out of order
    /// need it, and the edit list takes it back.
    pub(super) delay: Option<u32>,
    /// Codec.
    pub(super) codec: Option<Codec>,
    /// Pixel format.
    pub(super) pixel_format: Option<PixelFormat>,
    timescale: u32,
    shape: Shape,
    edits: Edits,
}

impl MovieTrack {
    /// Reads a `trak`; `None` if it is neither video nor audio.
    pub(super) fn read(window: &mut Window<'_>, trak: &Part) -> Result<Option<Self>, ProbeError> {
        let mut header = Header::default();
        let mut media = Media::default();
        let mut inside = trak.inside();
        while let Some(part) = inside.next(window)? {
            match &part.name {
                b"tkhd" => header.read(window, &part)?,
                b"tapt" => header.shape.read_apertures(window, &part)?,
                b"edts" => header.read_edits(window, &part)?,
                b"mdia" => media.read(window, &part)?,
                _ => {}
            }
        }
        let Media {
            kind,
            timescale,
            samples,
        } = media;
        let Header {
            id,
            enabled,
            shape,
            edits,
        } = header;
        let Samples {
            timing,
            delay,
            codec,
            pixel_format,
            entry,
        } = samples;
        let shape = Shape {
            coded: entry.coded,
            clean: entry.clean,
            pixel: entry.pixel,
            ..shape
        };
        let track = |kind| Self {
            kind,
            enabled,
            id,
            timing,
            delay,
            codec,
            pixel_format,
            timescale,
            shape,
            edits,
        };
        Ok(kind.map(track))
    }

    /// Frame rate.
    pub(super) fn frame_rate(&self) -> Option<FrameRate> {
        self.timing.rate(self.timescale.into())
    }

    /// Typical duration of a frame, or of an audio packet.
    pub(super) fn usual_frame(&self) -> Option<Duration> {
        time(self.timing.usual(), self.timescale)
    }

    /// Duration of its edit list, in ticks of the movie.
    pub(super) fn shown(&self, movie_timescale: u32) -> Option<Duration> {
        let ticks = match self.kind {
            MediaKind::Video => self.timing.ticks_of_pictures(),
            MediaKind::Audio => self.timing.ticks(),
        };
        let media = time(ticks, self.timescale)?;
        let skipped = self.edits.begin.saturating_sub(self.delay.unwrap_or(0).into());
        Some(
            self.edits
                .applied(media, time(skipped, self.timescale)?, movie_timescale),
        )
    }

    /// Dimensions of the frame as displayed.
    pub(super) fn frame(&self, movie: Matrix) -> Option<Dimensions> {
        self.shape.shown(movie)
    }
}

/// Contents of `tkhd`, `tapt` and `edts`.
#[derive(Debug, Default)]
struct Header {
    id: u32,
    enabled: bool,
    shape: Shape,
    edits: Edits,
}

impl Header {
    fn read(&mut self, window: &mut Window<'_>, tkhd: &Part) -> Result<(), ProbeError> {
        let (id, matrix) = if tkhd.version(window)? == 1 {
            (20, 52)
        } else {
            (12, 40)
        };
        self.id = tkhd.u32(window, id)?;
        self.enabled = tkhd.flags(window)? & 1 == 1;
        self.shape.matrix = Matrix::read(window, tkhd, matrix)?;
        self.shape.header = (tkhd.u32(window, matrix + 36)?, tkhd.u32(window, matrix + 40)?);
        Ok(())
    }

    fn read_edits(&mut self, window: &mut Window<'_>, edts: &Part) -> Result<(), ProbeError> {
        let mut inside = edts.inside();
        while let Some(part) = inside.next(window)? {
            if &part.name == b"elst" {
                self.edits = Edits::read(window, &part)?;
            }
        }
        Ok(())
    }
}

/// Content of `mdia`.
#[derive(Debug, Default)]
struct Media {
    kind: Option<MediaKind>,
    timescale: u32,
    samples: Samples,
}

impl Media {
    fn read(&mut self, window: &mut Window<'_>, mdia: &Part) -> Result<(), ProbeError> {
        let mut inside = mdia.inside();
        while let Some(part) = inside.next(window)? {
            match &part.name {
                b"mdhd" => {
                    let at = if part.version(window)? == 1 { 20 } else { 12 };
                    self.timescale = part.u32(window, at)?;
                }
                b"hdlr" => {
                    self.kind = match &part.bytes(window, 8)? {
                        b"vide" => Some(MediaKind::Video),
                        b"soun" => Some(MediaKind::Audio),
                        _ => None,
                    }
                }
                b"minf" => self.read_information(window, &part)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_information(&mut self, window: &mut Window<'_>, minf: &Part) -> Result<(), ProbeError> {
        let mut inside = minf.inside();
        while let Some(part) = inside.next(window)? {
            if &part.name == b"stbl" {
                self.samples = samples::read(window, &part)?;
            }
        }
        Ok(())
    }
}
