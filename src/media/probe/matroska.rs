//! `WebM`, the part of Matroska that browsers play (RFC 8794, RFC 9559): elements within elements.
//!
//! `Tracks` lists the tracks, and the head of each block holds its time. The lengths in `Info` and `Tracks`
//! are often a recorder's guess (a `DefaultDuration` of 1 ms, a `Duration` of 0), so blocks are counted and
//! their times compared. Elements of segments, clusters and groups are read as a flat sequence, without
//! recursion.

mod ebml;
mod tracks;

use std::time::Duration;

use super::{
    Codec, Container, FrameRate, PixelFormat, ProbeError, VideoFacts,
    choice::{Candidate, Choice, choose},
    pictureless,
    timing::{Timing, time},
    window::Window,
};
use ebml::{Element, damaged};
use tracks::{MatroskaTrack, TrackKind};

/// Default duration of a tick, in nanoseconds.
const USUAL_SCALE: u64 = 1_000_000;

const NANOS: u32 = 1_000_000_000;

/// Length of the part of a key frame that describes its pixel format, in bytes.
const FRAME_HEAD: u64 = 8;

/// Determines the facts of a video.
pub(super) fn probe(window: &mut Window<'_>) -> Result<VideoFacts, ProbeError> {
    let size = window.size();
    let header = Element::read(window, 0, size)?;
    let mut at = header.known_end()?;
    loop {
        if at >= size {
            return Err(ProbeError::NoIndex("Segment"));
        }
        let element = Element::read(window, at, size)?;
        if element.id == ebml::SEGMENT {
            let mut segment = Segment::default();
            segment.read(window, &element)?;
            return segment.facts();
        }
        at = element.known_end()?;
    }
}

/// Content of a segment so far.
#[derive(Debug, Default)]
struct Segment {
    /// Duration of a tick, in nanoseconds.
    scale: Option<u64>,
    /// Duration, in ticks.
    duration: Option<f64>,
    tracks: Option<Vec<MatroskaTrack>>,
    /// Start of the current cluster, in ticks.
    cluster: u64,
    has_clusters: bool,
    /// True if blocks were skipped: before their tracks were known, or after the limit of work.
    is_partial: bool,
    /// Track of the last block.
    current: Option<usize>,
}

impl Segment {
    fn read(&mut self, window: &mut Window<'_>, segment: &Element) -> Result<(), ProbeError> {
        let end = segment.end.unwrap_or_else(|| window.size());
        let (mut at, mut cluster_end) = (segment.body, None);
        while at < end {
            if self.has_clusters && window.is_nearly_spent() {
                self.is_partial = true;
                return Ok(());
            }
            let element = match Element::read(window, at, end) {
                Ok(element) => element,
                // Rubbish behind the last whole cluster of a segment that has no length.
                Err(ProbeError::Damaged(_)) if cluster_end.is_some_and(|end| at >= end) => return Ok(()),
                Err(fault) => return Err(fault),
            };
            match element.id {
                // The next file, which players pass over.
                ebml::HEADER | ebml::SEGMENT => return Ok(()),
                ebml::CLUSTER => (self.has_clusters, cluster_end) = (true, element.end),
                _ => {}
            }
            at = if self.enters(&element) {
                element.body
            } else {
                self.take(window, &element)?;
                element.known_end()?
            };
        }
        Ok(())
    }

    /// True if the content of `element` is read next, and not the element after it.
    fn enters(&mut self, element: &Element) -> bool {
        match element.id {
            ebml::CLUSTER => {
                self.is_partial |= self.tracks.is_none();
                self.tracks.is_some() || element.end.is_none()
            }
            ebml::BLOCK_GROUP => true,
            _ => false,
        }
    }

    fn take(&mut self, window: &mut Window<'_>, element: &Element) -> Result<(), ProbeError> {
        match element.id {
            ebml::INFO => self.take_info(window, element),
            ebml::TRACKS if self.tracks.is_none() => {
                self.tracks = Some(tracks::read(window, element)?);
                Ok(())
            }
            ebml::TIMESTAMP => {
                self.cluster = element.number(window)?;
                Ok(())
            }
            ebml::SIMPLE_BLOCK | ebml::BLOCK => self.take_block(window, element),
            ebml::BLOCK_DURATION => {
                let length = element.number(window)?;
                if let Some(track) = self.current_track() {
                    track.timing.lasts(length);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn current_track(&mut self) -> Option<&mut MatroskaTrack> {
        self.tracks.as_mut()?.get_mut(self.current?)
    }

    fn take_info(&mut self, window: &mut Window<'_>, info: &Element) -> Result<(), ProbeError> {
        let mut inside = info.inside()?;
        while let Some(element) = inside.next(window)? {
            match element.id {
                ebml::TIMESTAMP_SCALE => {
                    self.scale = Some(element.number(window)?).filter(|scale| *scale > 0);
                }
                ebml::DURATION => self.duration = Some(element.float(window)?).filter(|ticks| *ticks > 0.0),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads the header of a block: track, time relative to the cluster, flags.
    fn take_block(&mut self, window: &mut Window<'_>, block: &Element) -> Result<(), ProbeError> {
        let (number, length) = ebml::variable(window, block.body)?;
        let [high, low, flags] = window.bytes(block.body + length)?;
        let frame = block.body + length + 3;
        let size = block.known_end()?.checked_sub(frame);
        let size = size.ok_or_else(|| damaged("a block is shorter than its head"))?;
        self.current = self
            .tracks
            .iter()
            .flatten()
            .position(|track| track.number == number);
        let at = self
            .cluster
            .saturating_add_signed(i16::from_be_bytes([high, low]).into());
        let is_invisible = flags & 0x08 != 0;
        let Some(track) = self.current_track() else {
            return Ok(());
        };
        if is_invisible || (track.codec == Codec::Vp8 && size > 0 && is_hidden(window.bytes(frame)?)) {
            return Ok(());
        }
        if track.codec == Codec::Vp9 && track.pixel_format.is_none() && track.timing.frames() == 0 {
            let bytes = (0..size.min(FRAME_HEAD)).map(|index| window.bytes(frame + index).map(|[byte]| byte));
            track.pixel_format = PixelFormat::of_vp9_frame(&bytes.collect::<Result<Vec<u8>, _>>()?);
        }
        track.timing.start(at);
        Ok(())
    }

    /// Chooses the video track to check.
    fn picture(&self) -> Option<(&MatroskaTrack, Choice)> {
        let pictures: Vec<&MatroskaTrack> = self.of_kind(TrackKind::Video).collect();
        let candidate =
            |track: &&MatroskaTrack| Candidate::new(track.timing.frames(), Some(&track.codec), track.enabled);
        let candidates: Vec<Candidate> = pictures.iter().map(candidate).collect();
        let (index, choice) = choose(&candidates)?;
        Some((*pictures.get(index)?, choice))
    }

    fn of_kind(&self, kind: TrackKind) -> impl Iterator<Item = &MatroskaTrack> {
        self.tracks
            .iter()
            .flatten()
            .filter(move |track| track.kind == kind)
    }

    fn facts(self) -> Result<VideoFacts, ProbeError> {
        if self.tracks.is_none() {
            return Err(ProbeError::NoIndex("Tracks"));
        }
        let has_audio = self.of_kind(TrackKind::Audio).next().is_some();
        let (picture, choice) = self.picture().ok_or_else(|| pictureless(has_audio))?;
        if !self.has_clusters || (picture.timing.frames() == 0 && !self.is_partial) {
            return Err(ProbeError::NoFrames);
        }
        let frame_of = |track: &MatroskaTrack| self.time(track.timing.usual());
        Ok(VideoFacts {
            container: Container::Webm,
            codec: picture.codec.clone(),
            duration: self.duration(picture),
            frame_rate: self.frame_rate(picture),
            frame: picture.frame,
            pixel_format: picture.pixel_format,
            has_audio,
            sound_frame: self.of_kind(TrackKind::Audio).filter_map(frame_of).max(),
            choice,
        })
    }

    fn scale(&self) -> u64 {
        self.scale.unwrap_or(USUAL_SCALE)
    }

    fn time(&self, ticks: u64) -> Option<Duration> {
        time(ticks.checked_mul(self.scale())?, NANOS)
    }

    /// Duration in `Info`, bounded by the blocks of video and audio.
    fn duration(&self, picture: &MatroskaTrack) -> Option<Duration> {
        let covers = |timing: &Timing, ticks: u64| (timing.begin(), timing.begin().saturating_add(ticks));
        let sounds = self
            .of_kind(TrackKind::Audio)
            .map(|track| &track.timing)
            .filter(|timing| timing.frames() > 0);
        let sounds = sounds.map(|timing| covers(timing, timing.ticks()));
        let pictures = [&picture.timing].into_iter().filter(|timing| timing.frames() > 0);
        let pictures = pictures.map(|timing| covers(timing, timing.ticks_of_pictures()));
        let whole = sounds
            .chain(pictures)
            .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let covered = whole.map(|(first, last)| (last.saturating_sub(first), last));
        let nanos = |ticks: f64| Duration::from_nanos(self.scale()).as_secs_f64() * ticks;
        let named = self
            .duration
            .and_then(|ticks| Duration::try_from_secs_f64(nanos(ticks)).ok());
        let shown = match (named, covered) {
            (Some(named), Some((shortest, longest))) if !self.is_partial => {
                named.clamp(self.time(shortest)?, self.time(longest)?)
            }
            (Some(named), covered) => named.max(
                covered
                    .and_then(|(shortest, _)| self.time(shortest))
                    .unwrap_or_default(),
            ),
            (None, covered) => self.time(covered?.0)?,
        };
        Some(shown).filter(|duration| !duration.is_zero())
    }

    /// The frame rate of its blocks. The frame length in the track's header counts only where there are fewer
    /// than two blocks, or where the blocks confirm it: it is not rounded to a tick.
    fn frame_rate(&self, picture: &MatroskaTrack) -> Option<FrameRate> {
        let shown = picture.timing.rate_of(NANOS.into(), self.scale());
        let named = picture.frame_nanos.and_then(|nanos| {
            let mut timing = Timing::default();
            timing.add(1, nanos);
            timing
                .rate(NANOS.into())
                .map(|rate| (nanos, rate.average_thousandths))
        });
        match (shown, named) {
            (Some(shown), Some((nanos, average_thousandths)))
                if picture.timing.frames() < 2 || picture.timing.is_of(nanos, self.scale()) =>
            {
                Some(FrameRate {
                    average_thousandths,
                    ..shown
                })
            }
            (Some(shown), _) => Some(shown),
            (None, Some((_, average_thousandths))) => Some(FrameRate {
                average_thousandths,
                varies: false,
            }),
            (None, None) => None,
        }
    }
}

/// True if a frame of VP8 is only a reference for other frames, and not shown (RFC 6386, 9.1).
const fn is_hidden([first]: [u8; 1]) -> bool {
    first & 0x10 == 0
}
