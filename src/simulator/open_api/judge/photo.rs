//! Photos: JPEG or WebP, at most 20 MB and 1080p
//! (<https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>).

use super::super::fail_reason::FailReason;

/// TikTok's reason to reject a photo; `None` if TikTok accepts it.
pub(in crate::simulator) fn judge(file: &[u8]) -> Option<FailReason> {
    let Some((width, height)) = jpeg(file).or_else(|| webp(file)) else {
        return Some(FailReason::FileFormatCheckFailed);
    };
    if file.len() > MOST_BYTES {
        return Some(FailReason::FileFormatCheckFailed);
    }
    let is_small = width.max(height) <= LONG_SIDE && width.min(height) <= SHORT_SIDE;
    (!is_small).then_some(FailReason::PictureSizeCheckFailed)
}

/// Width and height in the frame header of a JPEG.
fn jpeg(file: &[u8]) -> Option<(u32, u32)> {
    let mut rest = file.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let [0xFF, marker, ..] = *rest else { return None };
        let length = usize::from(u16::from_be_bytes(*rest.get(2..)?.first_chunk()?));
        match marker {
            // A filling byte before a marker.
            0xFF => rest = rest.get(1..)?,
            0xC0..=0xC2 => {
                let side = |at| {
                    rest.get(at..)?
                        .first_chunk()
                        .map(|side| u32::from(u16::from_be_bytes(*side)))
                };
                return Some((side(7)?, side(5)?));
            }
            _ => rest = rest.get(2 + length.max(2)..)?,
        }
    }
}

/// Width and height in the first chunk of a WebP: lossy, lossless or extended.
fn webp(file: &[u8]) -> Option<(u32, u32)> {
    let chunk = file.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WEBP")?;
    let content = chunk.get(8..)?;
    let byte = |at: usize| content.get(at).map(|byte| u32::from(*byte));
    match chunk.get(..4)? {
        b"VP8 " => Some((
            (byte(6)? | byte(7)? << 8) & 0x3FFF,
            (byte(8)? | byte(9)? << 8) & 0x3FFF,
        )),
        b"VP8L" => {
            let bits = u32::from_le_bytes(*content.get(1..)?.first_chunk()?);
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8X" => {
            let side = |at| Some((byte(at)? | byte(at + 1)? << 8 | byte(at + 2)? << 16) + 1);
            Some((side(4)?, side(7)?))
        }
        _ => None,
    }
}

/// 20 MB.
const MOST_BYTES: usize = 20_000_000;
/// Sides of 1080p, in portrait or landscape.
const LONG_SIDE: u32 = 1920;
const SHORT_SIDE: u32 = 1080;
