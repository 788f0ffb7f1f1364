//! Format and size of a picture, or the format of another file, by its first bytes.

use std::{fmt, ops::ControlFlow};

use super::{
    dimensions::Dimensions,
    probe::{Container, Foreign, sniff},
};

/// A format that TikTok takes for photos:
/// <https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
}

/// An unusual feature of a picture in an accepted format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// JPEG with arithmetic coding.
    Arithmetic,
    /// Lossless JPEG.
    Lossless,
    /// Hierarchical JPEG.
    Hierarchical,
    /// JPEG with more than 8 bits per sample.
    Deep,
    /// Animated WebP.
    Animated,
}

impl Oddity {
    /// Name with article, as the end of "it is …".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arithmetic => "a JPEG with arithmetic coding",
            Self::Lossless => "a lossless JPEG",
            Self::Hierarchical => "a hierarchical JPEG",
            Self::Deep => "a JPEG with 12 bits",
            Self::Animated => "an animated WebP",
        }
    }
}

/// Picture in an accepted format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Format.
    pub format: ImageFormat,
    /// Size as stored, before rotation; `None` if the bytes at hand do not contain it. A side of 0 means that
    /// only the data contains it.
    pub pixels: Option<Dimensions>,
    /// Unusual feature, if any.
    pub oddity: Option<Oddity>,
}

/// The kind of a file that TikTok does not accept as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAPhoto {
    /// A video.
    Video(Container),
    /// Something else.
    Foreign(Foreign),
}

impl NotAPhoto {
    /// True for a web page, to which the link of a share button usually leads.
    pub fn is_page(self) -> bool {
        matches!(self, Self::Foreign(foreign) if foreign.is_page())
    }

    /// Advice on the file to give instead.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Video(_) => "give a photo as JPEG or WebP; videos are posted with create_video_post",
            Self::Foreign(foreign) => foreign.photo_fix(),
        }
    }
}

impl fmt::Display for NotAPhoto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Video(container) => write!(f, "a video ({})", container.name()),
            Self::Foreign(foreign) => foreign.fmt(f),
        }
    }
}

/// Identifies a picture by the first bytes of its file. Errors: [`NotAPhoto`] with the format of the file.
pub fn identify_image(head: &[u8]) -> Result<Image, NotAPhoto> {
    if head.starts_with(b"\xff\xd8\xff") && !head.starts_with(b"\xff\xd8\xff\xf7") {
        return match jpeg(head) {
            Some(frame) if frame.marker == JPEG_LS => Err(NotAPhoto::Foreign(Foreign::JPEG_LS)),
            frame => Ok(Image::of_jpeg(frame)),
        };
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        let moves = head.get(12..16) == Some(b"VP8X") && head.get(20).is_some_and(|flags| flags & 0x02 != 0);
        let oddity = moves.then_some(Oddity::Animated);
        return Ok(Image {
            format: ImageFormat::WebP,
            pixels: webp(head),
            oddity,
        });
    }
    match sniff(head) {
        Ok(container) => Err(NotAPhoto::Video(container)),
        Err(foreign) => Err(NotAPhoto::Foreign(foreign)),
    }
}

impl Image {
    fn of_jpeg(frame: Option<FrameHeader>) -> Self {
        let oddity = frame.and_then(|frame| match (frame.marker, frame.bits) {
            (0xc3, _) => Some(Oddity::Lossless),
            (0xc5..=0xc7 | 0xcd..=0xcf, _) => Some(Oddity::Hierarchical),
            (0xc9..=0xcb, _) => Some(Oddity::Arithmetic),
            (_, bits) => (bits != 8).then_some(Oddity::Deep),
        });
        Self {
            format: ImageFormat::Jpeg,
            pixels: frame.and_then(|frame| frame.pixels),
            oddity,
        }
    }
}

/// The marker of a frame of JPEG-LS (ITU-T T.87).
const JPEG_LS: u8 = 0xf7;

/// A frame header of JPEG (ITU-T T.81, B.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameHeader {
    marker: u8,
    bits: u8,
    pixels: Option<Dimensions>,
}

/// Content at a position in a JPEG.
enum JpegStep {
    /// Distance to the next marker, in bytes.
    Skip(usize),
    Frame(FrameHeader),
    /// No frame header will come.
    End,
}

/// Bytes that any marker needs.
const STEP: usize = 9;

/// Reads the marker at the beginning of `bytes`; `None` where more bytes are needed.
fn step(bytes: &[u8]) -> Option<JpegStep> {
    if *bytes.first()? != 0xff {
        return Some(JpegStep::End);
    }
    Some(match *bytes.get(1)? {
        // Fill bytes may precede a marker.
        0xff => JpegStep::Skip(1),
        // Markers without a segment.
        0x01 | 0xd0..=0xd7 => JpegStep::Skip(2),
        // The picture's data or its end, and no frame header before it.
        0xd8..=0xda => JpegStep::End,
        // Start of frame, baseline to lossless, but not Huffman tables (C4), JPG (C8) and arithmetic coding
        // (CC).
        marker @ (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf | JPEG_LS) => {
            let (height, width) = (big_endian(bytes, 5)?, big_endian(bytes, 7)?);
            JpegStep::Frame(FrameHeader {
                marker,
                bits: *bytes.get(4)?,
                pixels: Dimensions::new(width.into(), height.into()),
            })
        }
        _ => JpegStep::Skip(2 + usize::from(big_endian(bytes, 2)?.max(2))),
    })
}

/// Walks from marker to marker up to the frame header, which holds the size.
fn jpeg(head: &[u8]) -> Option<FrameHeader> {
    let mut at = 2;
    loop {
        match step(head.get(at..)?)? {
            JpegStep::Skip(bytes) => at += bytes,
            JpegStep::Frame(frame) => return Some(frame),
            JpegStep::End => return None,
        }
    }
}

/// Finds the frame header of a JPEG that comes in pieces, without keeping them.
#[derive(Debug, Default)]
pub struct JpegScanner {
    /// Bytes to skip before the next marker.
    skip: usize,
    /// The beginning of a marker that is cut off by the end of a piece.
    held: Vec<u8>,
    began: bool,
    frame: Option<FrameHeader>,
}

impl JpegScanner {
    /// Takes the next piece; breaks where nothing more is needed.
    pub fn take(&mut self, piece: &[u8]) -> ControlFlow<()> {
        let mut rest = piece;
        if !self.began {
            (self.began, self.skip) = (true, 2);
        }
        loop {
            let passed = self.skip.min(rest.len());
            self.skip -= passed;
            rest = rest.get(passed..).unwrap_or_default();
            if rest.is_empty() {
                return ControlFlow::Continue(());
            }
            let held = self.held.len();
            let more = STEP.saturating_sub(held).min(rest.len());
            self.held.extend_from_slice(rest.get(..more).unwrap_or_default());
            match step(&self.held) {
                None => rest = rest.get(more..).unwrap_or_default(),
                Some(JpegStep::End) => return ControlFlow::Break(()),
                Some(JpegStep::Frame(frame)) => {
                    self.frame = Some(frame);
                    return ControlFlow::Break(());
                }
                Some(JpegStep::Skip(bytes)) => {
                    self.held.clear();
                    // Of these, the held ones have been passed over before.
                    self.skip = bytes.saturating_sub(held);
                }
            }
        }
    }

    /// The picture, where its frame header came.
    pub fn image(self) -> Option<Result<Image, NotAPhoto>> {
        let frame = self.frame?;
        let is_foreign = frame.marker == JPEG_LS;
        Some(if is_foreign {
            Err(NotAPhoto::Foreign(Foreign::JPEG_LS))
        } else {
            Ok(Image::of_jpeg(Some(frame)))
        })
    }
}

fn big_endian(head: &[u8], at: usize) -> Option<u16> {
    head.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// Dimensions from the first chunk, which has three forms (WebP container specification).
fn webp(head: &[u8]) -> Option<Dimensions> {
    let data = head.get(20..)?;
    match head.get(12..16)? {
        b"VP8X" => {
            let side = |at: usize| {
                let [low, mid, high] = *data.get(at..)?.first_chunk()?;
                Some(u32::from_le_bytes([low, mid, high, 0]) + 1)
            };
            Dimensions::new(side(4)?, side(7)?)
        }
        b"VP8L" if data.first() == Some(&0x2f) => {
            let bits = u32::from_le_bytes(*data.get(1..)?.first_chunk()?);
            Dimensions::new((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b"VP8 " if data.get(3..6) == Some(b"\x9d\x01\x2a") => {
            // The two upper bits of each side are a scale for display.
            let side = |at: usize| {
                Some(u32::from(
                    u16::from_le_bytes(*data.get(at..)?.first_chunk()?) & 0x3fff,
                ))
            };
            Dimensions::new(side(6)?, side(8)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JFIF: &[u8] = b"\xff\xd8\xff\xe0\x00\x04ab";

    fn size(head: &[u8]) -> Option<(u32, u32)> {
        identify_image(head)
            .unwrap()
            .pixels
            .map(|pixels| (pixels.width, pixels.height))
    }

    #[test]
    fn jpeg_sizes() {
        let frame = |marker: u8| [b"\xff", &[marker][..], b"\x00\x11\x08\x04\x38\x07\x80\x03"].concat();
        for marker in [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xcf] {
            assert_eq!(
                size(&[JFIF, &frame(marker)].concat()),
                Some((1920, 1080)),
                "{marker:x}"
            );
        }
        // Tables, fill bytes and stray markers before the frame.
        let before = b"\xff\xc4\x00\x05xyz\xff\xff\xff\xdb\x00\x02\xff\xd0\xff\x01\xff\xcc\x00\x02";
        assert_eq!(size(&[JFIF, before, &frame(0xc2)].concat()), Some((1920, 1080)));
        // A thumbnail within a segment is not the picture.
        let thumbnail = [b"\xff\xe1\x00\x0e\xff\xd8", &frame(0xc0)[..]].concat();
        assert_eq!(
            size(&[JFIF, &thumbnail[..16], &frame(0xc0)].concat()),
            Some((1920, 1080))
        );
        for none in [
            b"\xff\xda\x00\x02".as_slice(),
            b"\xff\xd9",
            b"xx",
            b"",
            b"\xff\xc0\x00\x11\x08\x00\x00\x07\x80",
        ] {
            assert_eq!(size(&[JFIF, none].concat()), None, "{none:?}");
        }
    }

    #[test]
    fn unusual_pictures_are_named() {
        let jpeg = |marker: u8, bits: u8| {
            let file = [
                JFIF,
                b"\xff",
                &[marker],
                b"\x00\x11",
                &[bits],
                b"\x04\x38\x07\x80\x03",
            ]
            .concat();
            identify_image(&file).map(|image| image.oddity)
        };
        for marker in [0xc0, 0xc1, 0xc2] {
            assert_eq!(jpeg(marker, 8), Ok(None));
        }
        assert_eq!(jpeg(0xc1, 12), Ok(Some(Oddity::Deep)));
        assert_eq!(jpeg(0xc3, 8), Ok(Some(Oddity::Lossless)));
        assert_eq!(jpeg(0xc5, 8), Ok(Some(Oddity::Hierarchical)));
        assert_eq!(jpeg(0xc9, 8), Ok(Some(Oddity::Arithmetic)));
        assert_eq!(jpeg(0xca, 8), Ok(Some(Oddity::Arithmetic)));
        assert_eq!(jpeg(0xf7, 8).unwrap_err().to_string(), "a JPEG-LS picture");
        assert_eq!(
            identify_image(b"\xff\xd8\xff\xf7\0\x0b").unwrap_err().to_string(),
            "a JPEG-LS picture"
        );
        let webp = |flags: u8| {
            identify_image(&[b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0", &[flags; 10][..]].concat())
                .unwrap()
                .oddity
        };
        assert_eq!((webp(0x10), webp(0x12)), (None, Some(Oddity::Animated)));
    }

    /// However the bytes are cut, the walk over pieces finds what the walk over the whole finds.
    #[test]
    fn pieces_tell_what_the_whole_tells() {
        let metadata = [&b"\xff\xe1\xff\xff"[..], &vec![0xff; 65_533]].concat().repeat(3);
        for end in [
            &b"\xff\xff\xc0\x00\x11\x08\x04\x38\x07\x80\x03"[..],
            b"\xff\xda\x00\x02",
            b"\xff\xc0\x00",
        ] {
            let file = [JFIF, &metadata, end].concat();
            for size in [1, 2, 3, 7, 100, 4_096, 65_537, file.len()] {
                let mut skim = JpegScanner::default();
                let _ended = file.chunks(size).any(|piece| skim.take(piece).is_break());
                let found = skim.image().map(|image| image.unwrap());
                assert_eq!(
                    found.and_then(|image| image.pixels),
                    identify_image(&file).unwrap().pixels,
                    "{size}: {end:x?}"
                );
            }
        }
    }

    #[test]
    fn webp_sizes() {
        let file = |chunk: &[u8]| [b"RIFF\0\0\0\0WEBP", chunk].concat();
        assert_eq!(
            size(&file(b"VP8X\x0a\0\0\0\x10\0\0\0\x7f\x07\x00\x37\x04\x00")),
            Some((1920, 1080))
        );
        // 1080 - 1 = 0x437 in the lower 14 bits, 1920 - 1 = 0x77f in the next.
        let bits = (0x437_u32 | 0x77f << 14).to_le_bytes();
        assert_eq!(
            size(&file(&[b"VP8L\0\0\0\0\x2f", &bits[..]].concat())),
            Some((1080, 1920))
        );
        assert_eq!(
            size(&file(b"VP8 \0\0\0\0abc\x9d\x01\x2a\x80\x47\x38\x04")),
            Some((1920, 1080))
        );
        assert_eq!(size(&file(b"VP8 \0\0\0\0abcdef\x80\x07\x38\x04")), None);
        assert_eq!(size(&file(b"VP8X")), None);
        assert_eq!(size(&file(b"ANIM")), None);
    }

    #[test]
    fn what_is_no_picture_for_tiktok_is_named() {
        for (head, name) in [
            (b"\x89PNG\r\n\x1a\n".as_slice(), "a PNG picture"),
            (b"GIF89a", "a GIF picture"),
            (b"\0\0\0\x18ftypheic", "a HEIC or AVIF picture"),
            (b"\0\0\0\x18ftypisom", "a video (MP4)"),
            (b"<!DOCTYPE html>", "an HTML page"),
        ] {
            assert_eq!(identify_image(head).unwrap_err().to_string(), name);
        }
    }

    proptest! {
        /// Whatever comes, it is looked at in time and without a panic.
        #[test]
        fn nothing_panics(
            begin in prop::sample::select(vec![&b"\xff\xd8\xff"[..], b"RIFF\0\0\0\0WEBPVP8X", b"RIFF\0\0\0\0WEBPVP8L"]),
            rest in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _image = identify_image(&[begin, &rest].concat());
        }
    }
}
