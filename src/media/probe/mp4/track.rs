//! A track: what it is, how it is turned, when its frames are shown.

use std::time::Duration;

use super::{
    super::{Codec, FrameRate, FrameSize, ProbeFault, timing::Timing, timing::time, window::Window},
    boxes::Part,
};

/// What a track holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

/// A track of video or sound.
#[derive(Debug)]
pub(super) struct Track {
    /// What it holds.
    pub(super) kind: Kind,
    /// Whether players show it.
    pub(super) enabled: bool,
    /// By what fragments name it.
    pub(super) id: u32,
    /// Its frames.
    pub(super) timing: Timing,
    /// The first and the last moment that fragments name.
    pub(super) extent: Option<(u64, u64)>,
    /// How much later than decoded the first frame is shown, in ticks: frames that are coded out of order need it, and
    /// the edit list takes it back.
    pub(super) delay: Option<u32>,
    /// How frames are encoded.
    pub(super) codec: Option<Codec>,
    timescale: u32,
    header: Header,
    coded: (u16, u16),
    edits: Edits,
}

/// What `tkhd` tells.
#[derive(Debug, Clone, Copy, Default)]
struct Header {
    id: u32,
    enabled: bool,
    matrix: Matrix,
    /// Sides in 65536ths of a pixel.
    sides: (u32, u32),
}

/// How a frame is turned and stretched: the four of the nine numbers that matter for its size, in 65536ths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
}

/// One pixel, or the factor 1.
const ONE: i32 = 1 << 16;

impl Default for Matrix {
    fn default() -> Self {
        Self { a: ONE, b: 0, c: 0, d: ONE }
    }
}

impl Matrix {
    /// The matrix at `offset` in `part`.
    pub(super) fn read(window: &mut Window<'_>, part: &Part, offset: u64) -> Result<Self, ProbeFault> {
        let mut at = |index: u64| part.bytes(window, offset + 4 * index).map(i32::from_be_bytes);
        Ok(Self { a: at(0)?, b: at(1)?, c: at(3)?, d: at(4)? })
    }

    /// The sides of the upright rectangle around a frame with these sides.
    fn applied(self, (width, height): (u32, u32)) -> Option<(u32, u32)> {
        let side = |of_width: i32, of_height: i32| {
            let (width, height) = (u128::from(width), u128::from(height));
            let side =
                (width * u128::from(of_width.unsigned_abs()) + height * u128::from(of_height.unsigned_abs())) >> 16;
            u32::try_from(side).ok().filter(|side| *side > 0)
        };
        Some((side(self.a, self.c)?, side(self.b, self.d)?))
    }
}

impl Header {
    fn read(window: &mut Window<'_>, tkhd: &Part) -> Result<Self, ProbeFault> {
        let (id, matrix) = if tkhd.version(window)? == 1 { (20, 52) } else { (12, 40) };
        Ok(Self {
            id: tkhd.u32(window, id)?,
            enabled: tkhd.flags(window)? & 1 == 1,
            matrix: Matrix::read(window, tkhd, matrix)?,
            sides: (tkhd.u32(window, matrix + 36)?, tkhd.u32(window, matrix + 40)?),
        })
    }
}

/// What an edit list makes of the media, added up.
#[derive(Debug, Clone, Copy, Default)]
struct Edits {
    /// Pauses and stills, in ticks of the movie.
    still: u64,
    /// Pieces of media.
    pieces: u32,
    /// Their length, in ticks of the movie.
    played: u64,
    /// Where the last piece begins, in ticks of the media.
    begin: u64,
    /// Whether that piece goes to the end of the media.
    open: bool,
}

impl Edits {
    fn read(window: &mut Window<'_>, elst: &Part) -> Result<Self, ProbeFault> {
        let wide = elst.version(window)? == 1;
        let (number, row) = if wide { (8, 20) } else { (4, 12) };
        let mut edits = Self::default();
        for at in elst.rows(8, elst.u32(window, 4)?, row)? {
            let duration = elst.number(window, at, wide)?;
            let begin = elst.number(window, at + number, wide)?;
            let is_empty = begin == if wide { u64::MAX } else { u32::MAX.into() };
            let is_still = elst.u32(window, at + 2 * number)? == 0;
            if is_empty || is_still {
                edits.still = edits.still.saturating_add(duration);
            } else {
                edits.pieces = edits.pieces.saturating_add(1);
                edits.played = edits.played.saturating_add(duration);
                edits.begin = begin;
                edits.open |= duration == 0;
            }
        }
        Ok(edits)
    }

    /// How long media of length `media` is shown; `skipped` is what lies before the last piece. One piece cannot be
    /// longer than the media, whatever it claims; several can show the same media again.
    fn applied(self, media: Duration, skipped: Duration, movie_timescale: u32) -> Duration {
        let movie = |ticks| time(ticks, movie_timescale).unwrap_or_default();
        let rest = media.saturating_sub(skipped);
        let played = match self.pieces {
            0 if self.still == 0 => media,
            0 => Duration::ZERO,
            _ if self.open => movie(self.played).saturating_add(rest),
            1 => movie(self.played).min(media),
            _ => movie(self.played),
        };
        movie(self.still).saturating_add(played)
    }
}

impl Track {
    /// Reads a `trak`; `None` where it is neither video nor sound.
    pub(super) fn read(window: &mut Window<'_>, trak: &Part) -> Result<Option<Self>, ProbeFault> {
        let mut header = Header::default();
        let mut edits = Edits::default();
        let mut media = Media::default();
        let mut inside = trak.inside();
        while let Some(part) = inside.next(window)? {
            match &part.name {
                b"tkhd" => header = Header::read(window, &part)?,
                b"edts" => {
                    let mut inside = part.inside();
                    while let Some(part) = inside.next(window)? {
                        if &part.name == b"elst" {
                            edits = Edits::read(window, &part)?;
                        }
                    }
                }
                b"mdia" => media.read(window, &part)?,
                _ => {}
            }
        }
        let Media { kind, timescale, timing, delay, codec, coded } = media;
        let Header { id, enabled, .. } = header;
        let track =
            |kind| Self { kind, enabled, id, timing, extent: None, delay, codec, timescale, header, coded, edits };
        Ok(kind.map(track))
    }

    /// Frames a second.
    pub(super) fn frame_rate(&self) -> Option<FrameRate> {
        self.timing.rate(self.timescale.into())
    }

    /// How long it is shown, with its edit list in ticks of the movie.
    pub(super) fn shown(&self, movie_timescale: u32) -> Option<Duration> {
        let named = self.extent.map_or(0, |(first, last)| last.saturating_sub(first));
        let media = time(self.timing.ticks().max(named), self.timescale)?;
        let skipped = self.edits.begin.saturating_sub(self.delay.unwrap_or(0).into());
        Some(self.edits.applied(media, time(skipped, self.timescale)?, movie_timescale))
    }

    /// The frame as it is shown. `tkhd` has the size with square pixels; where it has none, the frame's own counts.
    pub(super) fn frame(&self, movie: Matrix) -> Option<FrameSize> {
        let coded = (u32::from(self.coded.0) << 16, u32::from(self.coded.1) << 16);
        let sides = if self.header.sides.0 == 0 || self.header.sides.1 == 0 { coded } else { self.header.sides };
        let shown = self.header.matrix.applied(sides).and_then(|sides| movie.applied(sides)).unwrap_or(sides);
        let pixels = |side: u32| side.saturating_add(1 << 15) >> 16;
        FrameSize::new(pixels(shown.0), pixels(shown.1))
    }
}

/// What `mdia` tells.
#[derive(Debug, Default)]
struct Media {
    kind: Option<Kind>,
    timescale: u32,
    timing: Timing,
    delay: Option<u32>,
    codec: Option<Codec>,
    coded: (u16, u16),
}

impl Media {
    fn read(&mut self, window: &mut Window<'_>, mdia: &Part) -> Result<(), ProbeFault> {
        let mut inside = mdia.inside();
        while let Some(part) = inside.next(window)? {
            match &part.name {
                b"mdhd" => {
                    let at = if part.version(window)? == 1 { 20 } else { 12 };
                    self.timescale = part.u32(window, at)?;
                }
                b"hdlr" => {
                    self.kind = match &part.bytes(window, 8)? {
                        b"vide" => Some(Kind::Video),
                        b"soun" => Some(Kind::Audio),
                        _ => None,
                    }
                }
                b"minf" => self.read_information(window, &part)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_information(&mut self, window: &mut Window<'_>, minf: &Part) -> Result<(), ProbeFault> {
        let mut inside = minf.inside();
        while let Some(part) = inside.next(window)? {
            if &part.name == b"stbl" {
                self.read_samples(window, &part)?;
            }
        }
        Ok(())
    }

    fn read_samples(&mut self, window: &mut Window<'_>, stbl: &Part) -> Result<(), ProbeFault> {
        let mut inside = stbl.inside();
        while let Some(part) = inside.next(window)? {
            match &part.name {
                b"stsd" => {
                    if let Some(entry) = part.behind(8).next(window)? {
                        self.codec = Some(Codec::of_sample_entry(entry.name));
                        // Sound has a shorter entry, and no size.
                        self.coded = (entry.u16(window, 24).unwrap_or(0), entry.u16(window, 26).unwrap_or(0));
                    }
                }
                b"stts" => self.timing = lengths(window, &part)?,
                b"ctts" if part.u32(window, 4)? > 0 => self.delay = Some(part.u32(window, 12)?),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Adds up the table of frame lengths. A negative length, which some tools write, counts as one tick.
fn lengths(window: &mut Window<'_>, stts: &Part) -> Result<Timing, ProbeFault> {
    let mut timing = Timing::default();
    for at in stts.rows(8, stts.u32(window, 4)?, 8)? {
        let (count, ticks) = (stts.u32(window, at)?, stts.u32(window, at + 4)?);
        timing.add(count.into(), if i32::try_from(ticks).is_ok() { ticks.into() } else { 1 });
    }
    Ok(timing)
}
