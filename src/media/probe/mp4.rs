//! MP4 and `QuickTime` (ISO/IEC 14496-12, `QuickTime` File Format): nested boxes.
//!
//! The file is read in one pass, from box to box: `moov`, wherever it is, describes the tracks, and each
//! `moof` of a fragmented file adds frames. All fragments are counted, so `mehd` and `sidx` are not needed;
//! `mdat` is skipped. Only known boxes are entered, so the depth of recursion is fixed.

mod boxes;
mod edits;
mod fragment;
mod samples;
mod shape;
mod track;

use super::{
    Container, ProbeError, VideoFacts,
    choice::{Candidate, Choice, choose},
    pictureless,
    window::Window,
};
use boxes::{BoxRange, Part, damaged};
use shape::Matrix;
use track::{MediaKind, MovieTrack};

/// Maximum number of tracks, more than any camera writes.
const TRACKS_MAX: usize = 64;

/// Determines the facts of a video.
pub(super) fn probe(window: &mut Window<'_>, container: Container) -> Result<VideoFacts, ProbeError> {
    let mut movie: Option<Movie> = None;
    let mut has_frames = false;
    let mut file = BoxRange::new(0, window.size());
    loop {
        let part = match file.next(window) {
            Ok(Some(part)) => part,
            Ok(None) => break,
            // Data after a complete video does not matter: padding, a tag, remnants of a broken
            // tool.
            Err(_) if movie.is_some() && has_frames && !is_needed(window, &file) => break,
            Err(fault) => return Err(fault),
        };
        match &part.name {
            b"moov" if movie.is_none() => movie = Some(Movie::read(window, &part)?),
            b"moof" => movie
                .as_mut()
                .map_or(Ok(()), |movie| fragment::add(window, &part, movie))?,
            b"mdat" => has_frames = true,
            _ => {}
        }
    }
    let movie = movie.ok_or(ProbeError::NoIndex("moov"))?;
    let facts = movie.facts(container)?;
    if has_frames {
        Ok(facts)
    } else {
        Err(ProbeError::NoFrames)
    }
}

/// True if the box at which reading stopped is required in a video.
fn is_needed(window: &mut Window<'_>, file: &BoxRange) -> bool {
    window
        .bytes(file.at() + 4)
        .is_ok_and(|name: [u8; 4]| matches!(&name, b"mdat" | b"moov" | b"moof"))
}

/// Content of `moov`, and the additions of fragments.
#[derive(Debug, Default)]
struct Movie {
    /// Timescale of the edit lists, in ticks per second.
    timescale: u32,
    matrix: Matrix,
    /// Video and audio tracks.
    tracks: Vec<MovieTrack>,
    /// Default duration of a frame in fragments: track id, ticks.
    fragment_defaults: Vec<(u32, u32)>,
}

impl Movie {
    fn read(window: &mut Window<'_>, moov: &Part) -> Result<Self, ProbeError> {
        let mut movie = Self::default();
        let mut inside = moov.inside();
        let mut tracks = 0;
        while let Some(part) = inside.next(window)? {
            match &part.name {
                b"mvhd" => (movie.timescale, movie.matrix) = header(window, &part)?,
                b"trak" => {
                    tracks += 1;
                    movie.tracks.extend(MovieTrack::read(window, &part)?);
                }
                b"mvex" => movie.read_defaults(window, &part)?,
                b"cmov" => {
                    return Err(damaged(
                        "its index is compressed (cmov), which only old QuickTime tools read",
                    ));
                }
                _ => {}
            }
            if tracks > TRACKS_MAX || movie.fragment_defaults.len() > TRACKS_MAX {
                return Err(ProbeError::TooComplex);
            }
        }
        Ok(movie)
    }

    fn read_defaults(&mut self, window: &mut Window<'_>, mvex: &Part) -> Result<(), ProbeError> {
        let mut inside = mvex.inside();
        while let Some(part) = inside.next(window)? {
            if &part.name == b"trex" && self.fragment_defaults.len() <= TRACKS_MAX {
                self.fragment_defaults
                    .push((part.u32(window, 4)?, part.u32(window, 12)?));
            }
        }
        Ok(())
    }

    /// Chooses the video track to check.
    fn picture(&self) -> Option<(&MovieTrack, Choice)> {
        let pictures: Vec<&MovieTrack> = self
            .tracks
            .iter()
            .filter(|track| track.kind == MediaKind::Video)
            .collect();
        let candidate =
            |track: &&MovieTrack| Candidate::new(track.timing.frames(), track.codec.as_ref(), track.enabled);
        let candidates: Vec<Candidate> = pictures.iter().map(candidate).collect();
        let (index, choice) = choose(&candidates)?;
        Some((*pictures.get(index)?, choice))
    }

    fn facts(self, container: Container) -> Result<VideoFacts, ProbeError> {
        let sounds = || self.tracks.iter().filter(|track| track.kind == MediaKind::Audio);
        let has_audio = sounds().next().is_some();
        let (picture, choice) = self.picture().ok_or_else(|| pictureless(has_audio))?;
        if picture.timing.frames() == 0 {
            return Err(ProbeError::NoFrames);
        }
        let shown = sounds()
            .chain([picture])
            .filter_map(|track| track.shown(self.timescale));
        Ok(VideoFacts {
            container,
            codec: picture
                .codec
                .clone()
                .ok_or_else(|| damaged("its video track does not name a codec (stsd)"))?,
            duration: shown.max().filter(|duration| !duration.is_zero()),
            frame_rate: picture.frame_rate(),
            frame: picture.frame(self.matrix),
            pixel_format: picture.pixel_format,
            has_audio,
            sound_frame: sounds().filter_map(MovieTrack::usual_frame).max(),
            choice,
        })
    }
}

/// Timescale and matrix of `mvhd`.
fn header(window: &mut Window<'_>, mvhd: &Part) -> Result<(u32, Matrix), ProbeError> {
    let (timescale_at, matrix_at) = if mvhd.version(window)? == 1 {
        (20, 48)
    } else {
        (12, 36)
    };
    Ok((
        mvhd.u32(window, timescale_at)?,
        Matrix::read(window, mvhd, matrix_at)?,
    ))
}
