//! `WebM`, the part of Matroska that browsers play (RFC 8794, RFC 9559): elements within elements.
//!
//! A file tells its length in `Info` and the length of a frame in `Tracks`; then its clusters are skipped. A live
//! recording tells neither, and its segment and clusters have no length: then the head of each block is read, so that
//! blocks are counted and their times compared. Elements of segments, clusters and groups are taken as one row, which
//! needs no depth.

mod ebml;
mod tracks;

use std::time::Duration;

use super::{
    Container, FrameRate, ProbeFault, VideoFacts, pictureless,
    timing::{Timing, time},
    window::Window,
};
use ebml::{Element, damaged};
use tracks::{Kind, Track};

/// Nanoseconds of a tick where the file does not say.
const USUAL_SCALE: u64 = 1_000_000;

const NANOS: u32 = 1_000_000_000;

/// Tells what the video is.
pub(super) fn probe(window: &mut Window<'_>) -> Result<VideoFacts, ProbeFault> {
    let size = window.size();
    let header = Element::read(window, 0, size)?;
    let mut at = header.known_end()?;
    loop {
        if at >= size {
            return Err(ProbeFault::NoIndex("Segment"));
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

/// What a segment tells so far.
#[derive(Debug, Default)]
struct Segment {
    /// Nanoseconds of a tick.
    scale: Option<u64>,
    /// In ticks.
    duration: Option<f64>,
    tracks: Option<Vec<Track>>,
    /// When the current cluster begins, in ticks.
    cluster: u64,
    has_clusters: bool,
    /// The first and the last moment of any block, in ticks.
    extent: Option<(u64, u64)>,
    /// When the last block of video was, in ticks.
    last: Option<u64>,
    /// From each block of video to the next.
    timing: Timing,
    /// How long the last block is shown, in ticks, where it says so.
    last_length: Option<u64>,
}

impl Segment {
    fn read(&mut self, window: &mut Window<'_>, segment: &Element) -> Result<(), ProbeFault> {
        let end = segment.end.unwrap_or_else(|| window.size());
        let mut at = segment.body;
        while at < end {
            let element = Element::read(window, at, end)?;
            if element.id == ebml::CLUSTER {
                self.has_clusters = true;
                if self.knows_enough() {
                    return Ok(());
                }
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

    /// The tracks are known, and so is all that blocks could tell.
    fn knows_enough(&self) -> bool {
        self.duration.is_some() && self.picture().is_some_and(|track| track.frame_nanos.is_some())
    }

    /// Whether what is inside `element` comes next, instead of what is behind it.
    fn enters(&self, element: &Element) -> bool {
        match element.id {
            ebml::CLUSTER => self.tracks.is_some() || element.end.is_none(),
            ebml::BLOCK_GROUP => true,
            _ => false,
        }
    }

    fn take(&mut self, window: &mut Window<'_>, element: &Element) -> Result<(), ProbeFault> {
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
                self.last_length = Some(element.number(window)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn take_info(&mut self, window: &mut Window<'_>, info: &Element) -> Result<(), ProbeFault> {
        let mut inside = info.inside()?;
        while let Some(element) = inside.next(window)? {
            match element.id {
                ebml::TIMESTAMP_SCALE => self.scale = Some(element.number(window)?).filter(|scale| *scale > 0),
                ebml::DURATION => self.duration = Some(element.float(window)?).filter(|ticks| *ticks > 0.0),
                _ => {}
            }
        }
        Ok(())
    }

    /// A block begins with its track, its time from the cluster's and its flags.
    fn take_block(&mut self, window: &mut Window<'_>, block: &Element) -> Result<(), ProbeFault> {
        let (track, length) = ebml::variable(window, block.body)?;
        let [high, low, flags] = window.bytes(block.body + length)?;
        if block.known_end()? < block.body + length + 3 {
            return Err(damaged("a block is shorter than its head"));
        }
        let is_invisible = flags & 0x08 != 0;
        let Some(track) = self.tracks.iter().flatten().find(|own| own.number == track) else { return Ok(()) };
        if track.kind == Kind::Other || is_invisible {
            return Ok(());
        }
        let at = self.cluster.saturating_add_signed(i16::from_be_bytes([high, low]).into());
        let (first, last) = self.extent.unwrap_or((at, at));
        self.extent = Some((first.min(at), last.max(at)));
        self.last_length = None;
        if self.picture().is_some_and(|picture| picture.number == track.number)
            && let Some(before) = self.last.replace(at)
        {
            self.timing.add(1, at.abs_diff(before));
        }
        Ok(())
    }

    /// The first video track that is switched on, else the first.
    fn picture(&self) -> Option<&Track> {
        let pictures = || self.tracks.iter().flatten().filter(|track| track.kind == Kind::Video);
        pictures().find(|track| track.enabled).or_else(|| pictures().next())
    }

    fn facts(self) -> Result<VideoFacts, ProbeFault> {
        let Some(tracks) = &self.tracks else { return Err(ProbeFault::NoIndex("Tracks")) };
        let has_audio = tracks.iter().any(|track| track.kind == Kind::Audio);
        let picture = self.picture().ok_or_else(|| pictureless(has_audio))?;
        if !self.has_clusters {
            return Err(ProbeFault::NoFrames);
        }
        Ok(VideoFacts {
            container: Container::Webm,
            codec: picture.codec.clone(),
            duration: self.duration(),
            frame_rate: self.frame_rate(picture),
            frame: picture.frame,
            has_audio,
            video_tracks: tracks.iter().filter(|track| track.kind == Kind::Video).count(),
        })
    }

    fn scale(&self) -> u64 {
        self.scale.unwrap_or(USUAL_SCALE)
    }

    /// What `Info` says, else from the first block to the last, which is shown as long as it says, else as the others.
    fn duration(&self) -> Option<Duration> {
        if let Some(ticks) = self.duration {
            let nanos = Duration::from_nanos(self.scale()).as_secs_f64() * ticks;
            return Duration::try_from_secs_f64(nanos).ok();
        }
        let (first, last) = self.extent?;
        let ticks = (last - first).saturating_add(self.last_length.unwrap_or_else(|| self.timing.mean()));
        time(ticks.checked_mul(self.scale())?, NANOS).filter(|duration| !duration.is_zero())
    }

    /// What the track says of its frames, else what its blocks show.
    fn frame_rate(&self, picture: &Track) -> Option<FrameRate> {
        match picture.frame_nanos {
            Some(nanos) => {
                let mut timing = Timing::default();
                timing.add(1, nanos);
                timing.rate(NANOS.into())
            }
            None => self.timing.rate(u64::from(NANOS).checked_div(self.scale())?),
        }
    }
}
