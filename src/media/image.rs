//! What a picture is, by its first bytes: JPEG or WebP with its size in pixels, or what else it is.

use std::fmt;

use super::probe::sniff;

/// A format that TikTok takes for photos (reference §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
}

/// Width and height in pixels, as stored: which way up the picture is shown does not matter to a limit of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pixels {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Pixels {
    /// The longer side.
    pub fn long(self) -> u32 {
        self.width.max(self.height)
    }

    /// The shorter side.
    pub fn short(self) -> u32 {
        self.width.min(self.height)
    }
}

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{} pixels", self.width, self.height)
    }
}

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Its format.
    pub format: ImageFormat,
    /// Its size, where the bytes at hand tell it.
    pub pixels: Option<Pixels>,
}

/// Tells a picture by the first bytes of its file, or in words what else it is.
pub fn look(head: &[u8]) -> Result<Image, String> {
    if head.starts_with(b"\xff\xd8\xff") {
        return Ok(Image { format: ImageFormat::Jpeg, pixels: jpeg(head) });
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Ok(Image { format: ImageFormat::WebP, pixels: webp(head) });
    }
    match sniff(head) {
        Ok(container) => Err(format!("a video ({})", container.name())),
        Err(foreign) => Err(foreign.to_string()),
    }
}

/// Walks from marker to marker up to the frame header (ITU-T T.81, B.2.2), which tells the size.
fn jpeg(head: &[u8]) -> Option<Pixels> {
    let mut at = 2;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        match *head.get(at + 1)? {
            // Fill bytes may stand before a marker.
            0xff => at += 1,
            // Markers without a segment.
            0x01 | 0xd0..=0xd7 => at += 2,
            // The picture's data or its end, and no frame header before it.
            0xd8..=0xda => return None,
            // Start of frame, baseline to lossless, but not Huffman tables (C4), JPG (C8) and arithmetic coding (CC).
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let (height, width) = (big_endian(head, at + 5)?, big_endian(head, at + 7)?);
                return pixels(width.into(), height.into());
            }
            _ => at += 2 + usize::from(big_endian(head, at + 2)?.max(2)),
        }
    }
}

fn big_endian(head: &[u8], at: usize) -> Option<u16> {
    head.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// The first chunk tells the size, in three ways (WebP container specification).
fn webp(head: &[u8]) -> Option<Pixels> {
    let data = head.get(20..)?;
    match head.get(12..16)? {
        b"VP8X" => {
            let side = |at: usize| {
                let [low, mid, high] = *data.get(at..)?.first_chunk()?;
                Some(u32::from_le_bytes([low, mid, high, 0]) + 1)
            };
            pixels(side(4)?, side(7)?)
        }
        b"VP8L" if data.first() == Some(&0x2f) => {
            let bits = u32::from_le_bytes(*data.get(1..)?.first_chunk()?);
            pixels((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b"VP8 " if data.get(3..6) == Some(b"\x9d\x01\x2a") => {
            // The two upper bits of each side are a scale for display.
            let side = |at: usize| Some(u32::from(u16::from_le_bytes(*data.get(at..)?.first_chunk()?) & 0x3fff));
            pixels(side(6)?, side(8)?)
        }
        _ => None,
    }
}

/// A side of 0 is a size that only the data tells.
fn pixels(width: u32, height: u32) -> Option<Pixels> {
    (width > 0 && height > 0).then_some(Pixels { width, height })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JFIF: &[u8] = b"\xff\xd8\xff\xe0\x00\x04ab";

    fn size(head: &[u8]) -> Option<(u32, u32)> {
        look(head).unwrap().pixels.map(|pixels| (pixels.width, pixels.height))
    }

    #[test]
    fn jpeg_sizes() {
        let frame = |marker: u8| [b"\xff", &[marker][..], b"\x00\x11\x08\x04\x38\x07\x80\x03"].concat();
        for marker in [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xcf] {
            assert_eq!(size(&[JFIF, &frame(marker)].concat()), Some((1920, 1080)), "{marker:x}");
        }
        // Tables, fill bytes and stray markers before the frame.
        let before = b"\xff\xc4\x00\x05xyz\xff\xff\xff\xdb\x00\x02\xff\xd0\xff\x01\xff\xcc\x00\x02";
        assert_eq!(size(&[JFIF, before, &frame(0xc2)].concat()), Some((1920, 1080)));
        // A thumbnail within a segment is not the picture.
        let thumbnail = [b"\xff\xe1\x00\x0e\xff\xd8", &frame(0xc0)[..]].concat();
        assert_eq!(size(&[JFIF, &thumbnail[..16], &frame(0xc0)].concat()), Some((1920, 1080)));
        for none in [b"\xff\xda\x00\x02".as_slice(), b"\xff\xd9", b"xx", b"", b"\xff\xc0\x00\x11\x08\x00\x00\x07\x80"] {
            assert_eq!(size(&[JFIF, none].concat()), None, "{none:?}");
        }
    }

    #[test]
    fn webp_sizes() {
        let file = |chunk: &[u8]| [b"RIFF\0\0\0\0WEBP", chunk].concat();
        assert_eq!(size(&file(b"VP8X\x0a\0\0\0\x10\0\0\0\x7f\x07\x00\x37\x04\x00")), Some((1920, 1080)));
        // 1080 - 1 = 0x437 in the lower 14 bits, 1920 - 1 = 0x77f in the next.
        let bits = (0x437_u32 | 0x77f << 14).to_le_bytes();
        assert_eq!(size(&file(&[b"VP8L\0\0\0\0\x2f", &bits[..]].concat())), Some((1080, 1920)));
        assert_eq!(size(&file(b"VP8 \0\0\0\0abc\x9d\x01\x2a\x80\x47\x38\x04")), Some((1920, 1080)));
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
            assert_eq!(look(head).unwrap_err(), name);
        }
    }

    proptest! {
        /// Whatever comes, it is looked at in time and without a panic.
        #[test]
        fn nothing_panics(
            begin in prop::sample::select(vec![&b"\xff\xd8\xff"[..], b"RIFF\0\0\0\0WEBPVP8X", b"RIFF\0\0\0\0WEBPVP8L"]),
            rest in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            drop(look(&[begin, &rest].concat()));
        }
    }
}
