//! Streams without magic bytes, by their structure.

use super::{Foreign, Sort, foreign};

/// Detects transport streams, and frames without a container.
pub(super) fn name(head: &[u8]) -> Option<Foreign> {
    transport(head).or_else(|| elementary(head))
}

/// Detects packets of 188 bytes that begin with `G`; discs and cameras add 4 bytes before each, broadcasters
/// 16 after each.
fn transport(head: &[u8]) -> Option<Foreign> {
    const FORMS: [(usize, usize, &str); 3] = [
        (0, 188, "an MPEG transport stream (TS)"),
        (4, 192, "an MPEG transport stream of a camera or disc (M2TS, MTS)"),
        (0, 204, "an MPEG transport stream (TS)"),
    ];
    let repeats = |first: usize, packet: usize| {
        let mut packets = (first..head.len()).step_by(packet).take(5);
        packets.len() >= 2 && packets.all(|at| head.get(at) == Some(&0x47))
    };
    let form = FORMS.iter().find(|(first, packet, _)| repeats(*first, *packet));
    form.map(|(_, _, name)| foreign(name, Sort::Stream))
}

/// Detects raw H.264, H.265, MPEG-1 to 4 or AV1 by the first start code.
fn elementary(head: &[u8]) -> Option<Foreign> {
    if head.starts_with(b"\x12\0\x0a") {
        return Some(foreign("a raw AV1 stream", Sort::Video));
    }
    let (code, next) = match head {
        [0, 0, 0, 1, code, next, ..] | [0, 0, 1, code, next, ..] => (*code, *next),
        _ => return None,
    };
    let h264 = foreign("a raw H.264 stream without a container", Sort::Stream);
    let h265 = foreign("a raw H.265 stream without a container", Sort::Stream);
    match (code, next) {
        // Parameter sets, a delimiter, information: H.265 has two bytes of which the second ends in a layer
        // and a 1.
        (0x40 | 0x42 | 0x44 | 0x46 | 0x4e, 0x01) => Some(h265),
        (0x06 | 0x07 | 0x27 | 0x47 | 0x67, _)
        | (0x09, 0x10 | 0x30 | 0x50 | 0x70 | 0x90 | 0xb0 | 0xd0 | 0xf0) => Some(h264),
        (0xb3, _) => Some(foreign("a raw MPEG-1 or MPEG-2 stream", Sort::Video)),
        (0xb0 | 0x20, _) => Some(foreign("a raw MPEG-4 Part 2 stream", Sort::Video)),
        (0x0f, _) => Some(foreign("a raw VC-1 stream", Sort::Video)),
        (0xe0..=0xef, _) => Some(foreign("an MPEG stream (PES)", Sort::Video)),
        _ => None,
    }
}
