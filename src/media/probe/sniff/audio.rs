//! Raw audio frames without a container.

use super::{Foreign, Sort, foreign};

/// Detects MPEG audio and AAC by two consecutive frames.
pub(super) fn name(head: &[u8]) -> Option<Foreign> {
    let adts = || follows(head, adts_length).map(|()| foreign("an AAC recording (ADTS)", Sort::Sound));
    let mpeg = || follows(head, mpeg_length).map(|()| foreign("an MP3 recording", Sort::Sound));
    adts().or_else(mpeg)
}

/// True if a frame is at the start, followed by another unless the bytes end before.
fn follows(head: &[u8], length: fn(&[u8]) -> Option<usize>) -> Option<()> {
    let next = length(head)?;
    match head.get(next..) {
        Some(rest) if rest.len() >= 8 => length(rest).map(|_| ()),
        // One frame is as long as all that is there.
        _ => (head.len() == next).then_some(()),
    }
}

/// Length of an AAC frame, in bytes (ISO/IEC 14496-3, 1.A.2.2).
fn adts_length(frame: &[u8]) -> Option<usize> {
    let [sync, second, third, fourth, fifth, sixth] = *frame.first_chunk()?;
    let is_adts = sync == 0xff && second & 0xf6 == 0xf0 && third >> 2 & 0x0f < 13;
    let length = usize::from(fourth & 0x03) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
    (is_adts && length >= 7).then_some(length)
}

/// Kilobits a second: MPEG-1 layer II, layer III, and the lower sampling rates of both.
const RATES: [[usize; 14]; 3] = [
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Length of an MPEG audio frame, in bytes (ISO/IEC 11172-3, 2.4.3.1).
fn mpeg_length(frame: &[u8]) -> Option<usize> {
    let [sync, second, third, _] = *frame.first_chunk()?;
    let (version, layer) = (second >> 3 & 0x03, second >> 1 & 0x03);
    if sync != 0xff || second & 0xe0 != 0xe0 {
        return None;
    }
    let hertz = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 0x03))?;
    let (table, factor, hertz) = match (version, layer) {
        (3, 2) => (0, 144, *hertz),
        (3, 1) => (1, 144, *hertz),
        (2, 1) => (2, 72, hertz / 2),
        (2, 2) => (2, 144, hertz / 2),
        (0, 1) => (2, 72, hertz / 4),
        (0, 2) => (2, 144, hertz / 4),
        _ => return None,
    };
    let rate = RATES.get(table)?.get(usize::from(third >> 4).checked_sub(1)?)?;
    Some(factor * rate * 1000 / hertz + usize::from(third >> 1 & 1))
}
