//! WebM (RFC 8794, RFC 9559): size, codec and times of the video track, from its header and its blocks.

use super::{
    properties::{PictureSize, VideoProperties, float},
    walk::{Grammar, Read, UnitHeader, WalkStep},
};

/// A file of elements.
#[derive(Debug, Clone, Default)]
pub(super) struct Webm {
    has_doc_type: bool,
    /// Nanoseconds of a tick.
    scale: Option<u64>,
    /// In ticks.
    duration: Option<f64>,
    video: Option<WebmTrack>,
    /// Time of the cluster, in ticks.
    cluster: u64,
    blocks: Blocks,
}

#[derive(Debug, Clone, Default)]
struct WebmTrack {
    number: u64,
    is_video: bool,
    is_taken: bool,
    picture: PictureSize,
}

/// The blocks of the video track.
#[derive(Debug, Clone, Copy, Default)]
struct Blocks {
    count: u64,
    first: i128,
    last: i128,
}

impl Grammar for Webm {
    fn header(bytes: &[u8]) -> Read {
        let Some(first) = bytes.first() else {
            return Read::NeedsMore;
        };
        let id_length = first.leading_zeros() as usize + 1;
        if id_length > 4 {
            return Read::Malformed;
        }
        let Some(id) = bytes.get(..id_length) else {
            return Read::NeedsMore;
        };
        let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
        match bytes.get(id_length..).map(vint) {
            None | Some(Vint::NeedsMore) => Read::NeedsMore,
            Some(Vint::Malformed) => Read::Malformed,
            Some(Vint::Unknown) => Read::Header(UnitHeader { id, length: None }),
            Some(Vint::Known { value, .. }) => Read::Header(UnitHeader {
                id,
                length: Some(value),
            }),
        }
    }

    fn meet(&mut self, header: UnitHeader) -> WalkStep {
        match (header.id, header.length) {
            (SEGMENT | CLUSTER | BLOCK_GROUP, _) => WalkStep::Enter,
            (_, None) => WalkStep::Stop,
            (EBML, _) => WalkStep::Keep(4 << 10),
            (INFO, _) => WalkStep::Keep(64 << 10),
            (TRACKS, _) => WalkStep::Keep(1 << 20),
            (TIMESTAMP, _) => WalkStep::Keep(8),
            (SIMPLE_BLOCK | BLOCK, _) => WalkStep::Keep(10),
            _ => WalkStep::Keep(0),
        }
    }

    fn take(&mut self, id: u32, kept: &[u8]) {
        match id {
            EBML => self.has_doc_type = Elements(kept).named(DOC_TYPE).next() == Some(b"webm"),
            INFO => {
                self.scale = Elements(kept).named(TIMESTAMP_SCALE).next().map(uint);
                self.duration = Elements(kept).named(DURATION).next().and_then(real);
            }
            TRACKS => {
                let tracks = Elements(kept).named(TRACK_ENTRY).map(track);
                self.video = tracks.into_iter().find(|track| track.is_video);
            }
            TIMESTAMP => self.cluster = uint(kept),
            SIMPLE_BLOCK | BLOCK => self.take_block(kept),
            _ => {}
        }
    }
}

impl Webm {
    /// The video, if the file is WebM and has one.
    pub(super) fn seen(&self) -> Option<VideoProperties> {
        let track = self.video.as_ref().filter(|_| self.has_doc_type)?;
        let ticks_per_second = 1e9 / float(self.scale.filter(|scale| *scale > 0).unwrap_or(1_000_000));
        let span = float(self.blocks.span()) / ticks_per_second;
        let steps = float(self.blocks.count.saturating_sub(1));
        let rate = (steps > 0.0 && span > 0.0).then(|| steps / span);
        let by_blocks = span + rate.map_or(0.0, |rate| 1.0 / rate);
        let seconds = self.duration.map_or(by_blocks, |ticks| ticks / ticks_per_second);
        Some(VideoProperties {
            is_taken: track.is_taken && self.blocks.count > 0,
            picture: track.picture,
            seconds,
            rate,
        })
    }

    /// A block begins with its track's number and its time relative to the cluster.
    fn take_block(&mut self, block: &[u8]) {
        let Vint::Known {
            value: number,
            length,
        } = vint(block)
        else {
            return;
        };
        let time = block
            .get(length..)
            .and_then(|rest| rest.first_chunk())
            .map(|time| i16::from_be_bytes(*time));
        let (Some(time), Some(track)) = (time, &self.video) else {
            return;
        };
        if number == track.number {
            self.blocks.add(i128::from(self.cluster) + i128::from(time));
        }
    }
}

impl Blocks {
    fn span(self) -> u64 {
        u64::try_from(self.last.saturating_sub(self.first)).unwrap_or_default()
    }

    fn add(&mut self, time: i128) {
        let is_first = self.count == 0;
        self.first = if is_first { time } else { self.first.min(time) };
        self.last = if is_first { time } else { self.last.max(time) };
        self.count = self.count.saturating_add(1);
    }
}

fn track(entry: &[u8]) -> WebmTrack {
    let number = |id| Elements(entry).named(id).next().map(uint).unwrap_or_default();
    let codec = Elements(entry).named(CODEC_ID).next().unwrap_or_default();
    let picture = Elements(entry).named(VIDEO).next().map(picture);
    WebmTrack {
        number: number(TRACK_NUMBER),
        is_video: number(TRACK_TYPE) == 1,
        is_taken: CODECS.contains(&codec),
        picture: picture.unwrap_or_default(),
    }
}

/// Displayed size if given in pixels; otherwise the coded one.
fn picture(video: &[u8]) -> PictureSize {
    let number = |id| Elements(video).named(id).next().map(uint);
    let in_pixels = number(DISPLAY_UNIT).unwrap_or_default() == 0;
    let shown = |id| number(id).filter(|side| *side > 0 && in_pixels);
    let side = |display, coded| shown(display).or_else(|| number(coded)).map_or(0.0, float);
    PictureSize {
        width: side(DISPLAY_WIDTH, PIXEL_WIDTH),
        height: side(DISPLAY_HEIGHT, PIXEL_HEIGHT),
    }
}

/// The elements of a slice, with their content; ends at the first invalid one.
#[derive(Debug)]
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    fn named(self, name: u32) -> impl Iterator<Item = &'a [u8]> {
        self.filter(move |(id, _)| *id == name)
            .map(|(_, content)| content)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let id_length = self.0.first()?.leading_zeros() as usize + 1;
        let Read::Header(UnitHeader {
            id,
            length: Some(length),
        }) = Webm::header(self.0)
        else {
            return None;
        };
        let Vint::Known {
            length: size_length, ..
        } = vint(self.0.get(id_length..)?)
        else {
            return None;
        };
        let rest = self.0.get(id_length + size_length..)?;
        let length = usize::try_from(length).ok()?;
        let content = rest.get(..length)?;
        self.0 = rest.get(length..)?;
        Some((id, content))
    }
}

/// A number of variable length.
enum Vint {
    Known { value: u64, length: usize },
    Unknown,
    NeedsMore,
    Malformed,
}

fn vint(bytes: &[u8]) -> Vint {
    let Some(first) = bytes.first() else {
        return Vint::NeedsMore;
    };
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return Vint::Malformed;
    }
    let Some(all) = bytes.get(..length) else {
        return Vint::NeedsMore;
    };
    let most = (1_u64 << (7 * length)) - 1;
    let value = uint(all) & most;
    if value == most {
        Vint::Unknown
    } else {
        Vint::Known { value, length }
    }
}

fn uint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn real(bytes: &[u8]) -> Option<f64> {
    let short = || {
        bytes
            .try_into()
            .ok()
            .map(|bytes| f64::from(f32::from_be_bytes(bytes)))
    };
    let value = bytes.try_into().ok().map(f64::from_be_bytes).or_else(short);
    value.filter(|value| value.is_finite())
}

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_NUMBER: u32 = 0xD7;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const VIDEO: u32 = 0xE0;
const PIXEL_WIDTH: u32 = 0xB0;
const PIXEL_HEIGHT: u32 = 0xBA;
const DISPLAY_WIDTH: u32 = 0x54B0;
const DISPLAY_HEIGHT: u32 = 0x54BA;
const DISPLAY_UNIT: u32 = 0x54B2;
const CLUSTER: u32 = 0x1F43_B675;
const TIMESTAMP: u32 = 0xE7;
const SIMPLE_BLOCK: u32 = 0xA3;
const BLOCK_GROUP: u32 = 0xA0;
const BLOCK: u32 = 0xA1;

/// VP8 and VP9; H.264 and H.265 as browsers record them.
const CODECS: [&[u8]; 4] = [b"V_VP8", b"V_VP9", b"V_MPEG4/ISO/AVC", b"V_MPEGH/ISO/HEVC"];
