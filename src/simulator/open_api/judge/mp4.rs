//! MP4 and QuickTime (ISO/IEC 14496-12): size, codec and times of the video track, from `moov` and from movie
//! fragments.

use super::{
    properties::{PictureSize, VideoProperties, float},
    times::FrameTimes,
    walk::{Grammar, Read, UnitHeader, WalkStep},
};

/// A file of boxes.
#[derive(Debug, Clone, Default)]
pub(super) struct Mp4 {
    is_under_way: bool,
    movie: Option<Mp4Movie>,
    fragments: FrameTimes,
}

/// The index of the file.
#[derive(Debug, Clone, Default)]
struct Mp4Movie {
    /// Seconds, by the movie's own header.
    seconds: f64,
    video: Option<Mp4Track>,
    /// Sample duration of fragments that do not set their own.
    default_duration: Option<u64>,
}

/// A video track.
#[derive(Debug, Clone, Default)]
struct Mp4Track {
    id: u32,
    timescale: u64,
    picture: PictureSize,
    is_taken: bool,
    times: FrameTimes,
}

impl Grammar for Mp4 {
    fn header(bytes: &[u8]) -> Read {
        let (Some(size), Some(id)) = (u32_at(bytes, 0), u32_at(bytes, 4)) else {
            return Read::NeedsMore;
        };
        let length = match size {
            0 => None,
            1 => match u64_at(bytes, 8) {
                None => return Read::NeedsMore,
                Some(size) if size < 16 => return Read::Malformed,
                Some(size) => Some(size - 16),
            },
            2..8 => return Read::Malformed,
            _ => Some(u64::from(size) - 8),
        };
        Read::Header(UnitHeader { id, length })
    }

    fn meet(&mut self, header: UnitHeader) -> WalkStep {
        let id = header.id.to_be_bytes();
        if !self.is_under_way && !FIRST_BOXES.contains(&&id) {
            return WalkStep::Stop;
        }
        self.is_under_way = true;
        WalkStep::Keep(match &id {
            b"moov" => MOST_OF_MOOV,
            b"moof" => MOST_OF_MOOF,
            _ => 0,
        })
    }

    fn take(&mut self, id: u32, kept: &[u8]) {
        match &id.to_be_bytes() {
            b"moov" => self.movie = Some(movie(kept)),
            b"moof" => self.take_fragment(kept),
            _ => {}
        }
    }
}

impl Mp4 {
    /// The video, if the file has one.
    pub(super) fn seen(&self) -> Option<VideoProperties> {
        let movie = self.movie.as_ref()?;
        let track = movie.video.as_ref()?;
        let mut times = track.times;
        times.append(self.fragments);
        let scale = float(track.timescale.max(1));
        let seconds = if movie.seconds > 0.0 {
            movie.seconds
        } else {
            float(times.total()) / scale
        };
        let rate = times.rate(scale);
        Some(VideoProperties {
            is_taken: track.is_taken && times.count() > 0,
            picture: track.picture,
            seconds,
            rate,
        })
    }

    fn take_fragment(&mut self, moof: &[u8]) {
        let Some(movie) = &self.movie else { return };
        let Some(track) = &movie.video else { return };
        for traf in Boxes(moof).named(*b"traf") {
            let Some(tfhd) = Boxes(traf).named(*b"tfhd").next() else {
                continue;
            };
            if u32_at(tfhd, 4) != Some(track.id) {
                continue;
            }
            let duration = fragment_duration(tfhd)
                .or(movie.default_duration)
                .unwrap_or_default();
            for trun in Boxes(traf).named(*b"trun") {
                self.fragments.append(run(trun, duration));
            }
        }
    }
}

/// `default_sample_duration`, after the optional base offset and description index.
fn fragment_duration(tfhd: &[u8]) -> Option<u64> {
    let flags = u32_at(tfhd, 0)?;
    let before = if flags & 1 == 0 { 0 } else { 8 } + if flags & 2 == 0 { 0 } else { 4 };
    let duration = u32_at(tfhd, 8 + before).map(u64::from);
    duration.filter(|_| flags & 8 != 0)
}

/// The samples of a `trun`.
fn run(trun: &[u8], default: u64) -> FrameTimes {
    let mut times = FrameTimes::default();
    let (Some(flags), Some(count)) = (u32_at(trun, 0), u32_at(trun, 4)) else {
        return times;
    };
    if flags & 0x100 == 0 {
        times.add(u64::from(count), default);
        return times;
    }
    let before = 8 + [1, 4].iter().filter(|bit| flags & **bit != 0).count() * 4;
    let row = [0x100, 0x200, 0x400, 0x800]
        .iter()
        .filter(|bit| flags & **bit != 0)
        .count()
        * 4;
    let rows = trun.get(before..).unwrap_or_default().chunks_exact(row);
    for row in rows.take(count as usize) {
        times.add(1, u32_at(row, 0).map_or(0, u64::from));
    }
    times
}

fn movie(moov: &[u8]) -> Mp4Movie {
    let header = Boxes(moov).named(*b"mvhd").next().and_then(clock);
    let seconds = header.map_or(0.0, |(scale, length)| float(length) / float(scale.max(1)));
    let videos: Vec<Mp4Track> = Boxes(moov).named(*b"trak").filter_map(video).collect();
    // A cover picture may be a separate track.
    let video = videos
        .iter()
        .find(|track| track.is_taken)
        .or_else(|| videos.first())
        .cloned();
    let of_video = |trex: &&[u8]| u32_at(trex, 4) == video.as_ref().map(|track| track.id);
    let extends = Boxes(moov).named(*b"mvex").next().unwrap_or_default();
    let trex = Boxes(extends).named(*b"trex").find(of_video);
    let default_duration = trex.and_then(|trex| u32_at(trex, 12)).map(u64::from);
    Mp4Movie {
        seconds,
        video,
        default_duration,
    }
}

/// Time scale and length of `mvhd` or `mdhd`; a length of all ones is unknown.
fn clock(header: &[u8]) -> Option<(u64, u64)> {
    let is_long = *header.first()? == 1;
    let scale = u32_at(header, if is_long { 20 } else { 12 })?;
    let length = if is_long {
        u64_at(header, 24).filter(|length| *length != u64::MAX)
    } else {
        u32_at(header, 16)
            .filter(|length| *length != u32::MAX)
            .map(u64::from)
    };
    Some((u64::from(scale), length.unwrap_or_default()))
}

fn video(trak: &[u8]) -> Option<Mp4Track> {
    let tkhd = Boxes(trak).named(*b"tkhd").next()?;
    let id = u32_at(tkhd, if tkhd.first() == Some(&1) { 20 } else { 12 })?;
    let mdia = Boxes(trak).named(*b"mdia").next()?;
    let hdlr = Boxes(mdia).named(*b"hdlr").next()?;
    if hdlr.get(8..12) != Some(b"vide") {
        return None;
    }
    let (timescale, _) = Boxes(mdia).named(*b"mdhd").next().and_then(clock)?;
    let minf = Boxes(mdia).named(*b"minf").next()?;
    let stbl = Boxes(minf).named(*b"stbl").next()?;
    let (codec, entry) = Boxes(Boxes(stbl).named(*b"stsd").next()?.get(8..)?).next()?;
    let mut times = FrameTimes::default();
    let stts = Boxes(stbl)
        .named(*b"stts")
        .next()
        .and_then(|stts| stts.get(8..))
        .unwrap_or_default();
    for row in stts.chunks_exact(8) {
        times.add(
            u32_at(row, 0).map_or(0, u64::from),
            u32_at(row, 4).map_or(0, u64::from),
        );
    }
    Some(Mp4Track {
        id,
        timescale,
        picture: picture(entry)?,
        is_taken: CODECS.contains(&&codec),
        times,
    })
}

/// The size as shown: the coded one, with the shape of its pixels.
fn picture(entry: &[u8]) -> Option<PictureSize> {
    let side = |at| {
        entry
            .get(at..)?
            .first_chunk()
            .map(|bytes| f64::from(u16::from_be_bytes(*bytes)))
    };
    let (width, height) = (side(24)?, side(26)?);
    let pasp = Boxes(entry.get(78..).unwrap_or_default()).named(*b"pasp").next();
    let shape = pasp.and_then(|pasp| Some((u32_at(pasp, 0)?, u32_at(pasp, 4)?)));
    let shape = shape.filter(|(across, down)| *across > 0 && *down > 0);
    let wider = shape.map_or(1.0, |(across, down)| f64::from(across) / f64::from(down));
    Some(PictureSize {
        width: width * wider,
        height,
    })
}

/// The boxes of a slice, with their content; ends at the first invalid one.
#[derive(Debug)]
struct Boxes<'a>(&'a [u8]);

impl<'a> Boxes<'a> {
    fn named(self, name: [u8; 4]) -> impl Iterator<Item = &'a [u8]> {
        self.filter(move |(id, _)| *id == name)
            .map(|(_, content)| content)
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let Read::Header(UnitHeader { id, length }) = Mp4::header(self.0) else {
            return None;
        };
        let begin = if u32_at(self.0, 0) == Some(1) { 16 } else { 8 };
        let rest = self.0.get(begin..)?;
        let length = length.map_or(rest.len(), |length| usize::try_from(length).unwrap_or(usize::MAX));
        let content = rest.get(..length)?;
        self.0 = rest.get(length..)?;
        Some((id.to_be_bytes(), content))
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|bytes| u32::from_be_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|bytes| u64::from_be_bytes(*bytes))
}

/// H.264 and H.265, by their sample entries, also with Dolby Vision; VP8 and VP9.
const CODECS: [&[u8; 4]; 10] = [
    b"avc1", b"avc3", b"hvc1", b"hev1", b"dvh1", b"dvhe", b"dva1", b"dvav", b"vp08", b"vp09",
];

/// Boxes with which a file may begin. QuickTime files may omit `ftyp`.
const FIRST_BOXES: [&[u8; 4]; 9] = [
    b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid",
];

/// An hour at 60 frames a second takes a fifth of it.
const MOST_OF_MOOV: usize = 8 << 20;
const MOST_OF_MOOF: usize = 1 << 20;
