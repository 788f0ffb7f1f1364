//! Type, picture size and length of a file, read from its bytes as they pass.

use super::container::{BoxWalk, MovieFacts, big_endian};

/// Reader of a file that arrives in pieces of any size.
#[derive(Debug, Clone, Default)]
pub(super) struct MediaReader {
    /// The first bytes.
    head: Vec<u8>,
    boxes: BoxWalk,
}

/// Type of a file, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaFormat {
    Mp4,
    Mov,
    Mpeg,
    Avi,
    Jpeg,
    Png,
    Unknown,
}

/// Facts that the bytes of a file show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MediaFacts {
    pub(super) format: MediaFormat,
    /// Pixels; 0 if the file does not show them.
    pub(super) width: u64,
    /// Pixels; 0 if the file does not show them.
    pub(super) height: u64,
    /// Length of a video in seconds; 0 if the file does not show it.
    pub(super) seconds: f64,
    /// Frames in a second; 0 if the file does not show them.
    pub(super) fps: f64,
    /// Whether the file is complete, as far as it shows that.
    pub(super) is_whole: bool,
}

impl MediaFormat {
    /// The name in answers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Mpeg => "mpeg",
            Self::Avi => "avi",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Unknown => "",
        }
    }

    pub(super) fn is_video(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::Mpeg | Self::Avi)
    }

    pub(super) fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }

    /// Format by the end of a file's name.
    pub(super) fn of_name(name: &str) -> Self {
        let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        match ending.as_str() {
            "mp4" => Self::Mp4,
            "mov" => Self::Mov,
            "mpeg" | "mpg" => Self::Mpeg,
            "avi" => Self::Avi,
            "jpg" | "jpeg" => Self::Jpeg,
            "png" => Self::Png,
            _ => Self::Unknown,
        }
    }

    fn of_bytes(head: &[u8]) -> Self {
        let at = |place: usize, magic: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(magic));
        match () {
            () if at(4, b"ftypqt  ") || at(4, b"moov") || at(4, b"wide") => Self::Mov,
            () if at(4, b"ftyp") => Self::Mp4,
            () if at(0, b"RIFF") && at(8, b"AVI ") => Self::Avi,
            () if at(0, &[0, 0, 1, 0xBA]) || at(0, &[0, 0, 1, 0xB3]) => Self::Mpeg,
            () if at(0, &[0xFF, 0xD8, 0xFF]) => Self::Jpeg,
            () if at(0, b"\x89PNG\r\n\x1A\n") => Self::Png,
            () => Self::Unknown,
        }
    }
}

impl MediaReader {
    /// Takes the next bytes of the file.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let room = MOST_HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.boxes.feed(bytes);
    }

    /// Facts that the file shows.
    pub(super) fn facts(&self) -> MediaFacts {
        let format = MediaFormat::of_bytes(&self.head);
        match format {
            MediaFormat::Mp4 | MediaFormat::Mov => of_movie(format, self.boxes.movie()),
            MediaFormat::Avi => of_avi(&self.head),
            MediaFormat::Mpeg => of_mpeg(&self.head),
            MediaFormat::Jpeg => of_picture(format, jpeg_size(&self.head)),
            MediaFormat::Png => of_picture(format, png_size(&self.head)),
            MediaFormat::Unknown => of_picture(format, None),
        }
    }

    /// Facts that a complete file shows.
    pub(super) fn read(file: &[u8]) -> MediaFacts {
        let mut reader = Self::default();
        reader.feed(file);
        reader.facts()
    }
}

fn of_picture(format: MediaFormat, size: Option<(u64, u64)>) -> MediaFacts {
    let (width, height) = size.unwrap_or_default();
    MediaFacts {
        format,
        width,
        height,
        seconds: 0.0,
        fps: 0.0,
        is_whole: size.is_some(),
    }
}

fn of_movie(format: MediaFormat, movie: Option<MovieFacts>) -> MediaFacts {
    let size = movie.map(|movie| (movie.width, movie.height));
    let movie = movie.unwrap_or_default();
    MediaFacts {
        seconds: movie.seconds,
        fps: movie.fps,
        ..of_picture(format, size)
    }
}

/// The main header of an AVI file is at a fixed place.
fn of_avi(head: &[u8]) -> MediaFacts {
    let number = |at: usize| head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    let number = |at: usize| number(at).map_or(0, u32::from_le_bytes);
    let (per_frame, frames) = (f64::from(number(32)), f64::from(number(48)));
    let has_header = head.get(24..28) == Some(b"avih");
    MediaFacts {
        seconds: per_frame * frames / 1e6,
        fps: if per_frame > 0.0 { 1e6 / per_frame } else { 0.0 },
        ..of_picture(
            MediaFormat::Avi,
            has_header.then(|| (u64::from(number(64)), u64::from(number(68)))),
        )
    }
}

/// The sequence header of an MPEG stream has the size of the picture in 24 bits.
fn of_mpeg(head: &[u8]) -> MediaFacts {
    let header = memchr::memmem::find(head, &[0, 0, 1, 0xB3]);
    let size = header.and_then(|at| head.get(at + 4..at + 7)).map(|bytes| {
        let bits = bytes
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        (bits >> 12, bits & 0xFFF)
    });
    of_picture(MediaFormat::Mpeg, size)
}

fn png_size(head: &[u8]) -> Option<(u64, u64)> {
    Some((u64::from(big_endian(head, 16)?), u64::from(big_endian(head, 20)?)))
}

/// Walks the segments of a JPEG file to its frame header.
fn jpeg_size(head: &[u8]) -> Option<(u64, u64)> {
    let two = |at: usize| {
        let bytes = head.get(at..at + 2)?;
        bytes.try_into().ok().map(u16::from_be_bytes)
    };
    let mut at = 2;
    loop {
        let marker = two(at)?;
        match marker {
            0xFFC0..=0xFFC3 | 0xFFC5..=0xFFC7 | 0xFFC9..=0xFFCB | 0xFFCD..=0xFFCF => {
                return Some((u64::from(two(at + 7)?), u64::from(two(at + 5)?)));
            }
            0xFF00..=0xFFFE => at += 2 + usize::from(two(at + 2)?).max(2),
            0xFFFF => at += 1,
            _ => return None,
        }
    }
}

/// Most bytes that are kept of the beginning of a file.
const MOST_HEAD: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_show_their_size() {
        let png = [
            &b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..],
            &[0, 0, 4, 0x38, 0, 0, 7, 0x80],
        ]
        .concat();
        let facts = MediaReader::read(&png);
        assert_eq!(
            (facts.format, facts.width, facts.height),
            (MediaFormat::Png, 1_080, 1_920)
        );
        let jpeg = [
            &[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0][..],
            &[0xFF, 0xC0, 0, 11, 8, 2, 0x58, 3, 0x20],
        ]
        .concat();
        let facts = MediaReader::read(&jpeg);
        assert_eq!(
            (facts.format, facts.width, facts.height),
            (MediaFormat::Jpeg, 800, 600)
        );
        assert!(!MediaReader::read(&jpeg[..9]).is_whole);
    }

    #[test]
    fn older_containers_show_their_size() {
        let mpeg = [&[0, 0, 1, 0xBA, 9, 9, 0, 0, 1, 0xB3][..], &[0x2D, 0x01, 0xE0]].concat();
        let facts = MediaReader::read(&mpeg);
        assert_eq!(
            (facts.format, facts.width, facts.height),
            (MediaFormat::Mpeg, 720, 480)
        );
        let mut avi = b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih".to_vec();
        avi.resize(72, 0);
        avi[32..36].copy_from_slice(&40_000_u32.to_le_bytes());
        avi[48..52].copy_from_slice(&250_u32.to_le_bytes());
        avi[64..68].copy_from_slice(&640_u32.to_le_bytes());
        avi[68..72].copy_from_slice(&360_u32.to_le_bytes());
        let facts = MediaReader::read(&avi);
        assert_eq!((facts.width, facts.height, facts.is_whole), (640, 360, true));
        assert!((facts.seconds - 10.0).abs() < 1e-9 && (facts.fps - 25.0).abs() < 1e-9);
    }

    #[test]
    fn other_bytes_are_unknown() {
        for bytes in [&b""[..], b"GIF89a", b"<html>", b"%PDF-1.7", b"\x1A\x45\xDF\xA3"] {
            assert_eq!(MediaReader::read(bytes).format, MediaFormat::Unknown);
        }
    }
}
