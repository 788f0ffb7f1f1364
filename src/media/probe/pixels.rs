//! Pixel format, from a codec's configuration.

/// Chroma subsampling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chroma {
    /// 4:0:0: no chroma.
    Grey,
    /// 4:2:0: half resolution in both directions.
    Quarter,
    /// 4:2:2: half horizontal resolution.
    Half,
    /// 4:4:4: full resolution.
    Full,
}

impl Chroma {
    /// Name used by encoders.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grey => "4:0:0",
            Self::Quarter => "4:2:0",
            Self::Half => "4:2:2",
            Self::Full => "4:4:4",
        }
    }

    /// By `chroma_format_idc` of H.264 and H.265.
    const fn of_idc(idc: u32) -> Option<Self> {
        match idc {
            0 => Some(Self::Grey),
            1 => Some(Self::Quarter),
            2 => Some(Self::Half),
            3 => Some(Self::Full),
            _ => None,
        }
    }
}

/// Pixel format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelFormat {
    /// Chroma subsampling.
    pub chroma: Chroma,
    /// Bits per sample.
    pub bits: u8,
    /// True for the H.264 profiles High 4:4:4 Predictive and CAVLC 4:4:4, which lossless video uses in 4:2:0
    /// too.
    pub is_predictive: bool,
}

impl PixelFormat {
    /// A format of 4:2:0 to 4:4:4 that is not lossless H.264.
    const fn plain(chroma: Chroma, bits: u8) -> Self {
        Self {
            chroma,
            bits,
            is_predictive: false,
        }
    }

    /// By `avcC` (ISO/IEC 14496-15, 5.3.3.1): its first sequence parameter set, else its profile.
    pub(super) fn of_avcc(bytes: &[u8]) -> Option<Self> {
        let profile = *bytes.get(1)?;
        let sets = bytes.get(5)? & 0x1f;
        let set = bytes.get(8..).filter(|_| sets > 0).and_then(sequence);
        set.or(match profile {
            110 => Some(Self::plain(Chroma::Quarter, 10)),
            122 => Some(Self::plain(Chroma::Half, 10)),
            44 | 244 => Some(Self {
                chroma: Chroma::Full,
                bits: 8,
                is_predictive: true,
            }),
            66 | 77 | 88 | 100 => Some(Self::plain(Chroma::Quarter, 8)),
            _ => None,
        })
    }

    /// By `hvcC` (ISO/IEC 14496-15, 8.3.3.1).
    pub(super) fn of_hvcc(bytes: &[u8]) -> Option<Self> {
        let chroma = Chroma::of_idc(u32::from(bytes.get(16)? & 0x03))?;
        Some(Self::plain(chroma, 8 + (bytes.get(17)? & 0x07)))
    }

    /// By `vpcC` (VP Codec ISO Media File Format Binding).
    pub(super) fn of_vpcc(bytes: &[u8]) -> Option<Self> {
        let mixed = *bytes.get(6)?;
        let chroma = match (mixed >> 1) & 0x07 {
            0 | 1 => Chroma::Quarter,
            2 => Chroma::Half,
            3 => Chroma::Full,
            _ => return None,
        };
        Some(Self::plain(chroma, mixed >> 4))
    }

    /// By the head of a VP9 key frame (VP9 Bitstream Specification, 6.2).
    pub(super) fn of_vp9_frame(bytes: &[u8]) -> Option<Self> {
        let mut bits = Bits { bytes, at: 0 };
        let marker = bits.read(2)?;
        let (low, high) = (bits.read(1)?, bits.read(1)?);
        let profile = high << 1 | low;
        if profile == 3 {
            bits.read(1)?;
        }
        // Shown again, between frames, shown, resilient.
        let (repeats, depends) = (bits.read(1)?, bits.read(1)?);
        bits.read(2)?;
        if marker != 2 || repeats == 1 || depends == 1 || bits.read(24)? != 0x49_8342 {
            return None;
        }
        let depth = if profile >= 2 {
            10 + 2 * u8::try_from(bits.read(1)?).ok()?
        } else {
            8
        };
        let is_rgb = bits.read(3)? == 7;
        if profile % 2 == 0 {
            return Some(Self::plain(Chroma::Quarter, depth));
        }
        if is_rgb {
            return Some(Self::plain(Chroma::Full, depth));
        }
        bits.read(1)?;
        // 4:4:0, which is halved the other way, is as rare as unplayable.
        let chroma = if (bits.read(1)?, bits.read(1)?) == (0, 0) {
            Chroma::Full
        } else {
            Chroma::Half
        };
        Some(Self::plain(chroma, depth))
    }
}

/// Profiles whose sequence parameter set has the pixel format (ITU-T H.264, 7.3.2.1.1).
const HIGH: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// Parses a sequence parameter set of H.264, header included.
fn sequence(set: &[u8]) -> Option<PixelFormat> {
    if set.first()? & 0x1f != 7 {
        return None;
    }
    let plain = unescaped(set.get(1..)?);
    let mut bits = Bits { bytes: &plain, at: 0 };
    let profile = bits.read(8)?;
    bits.read(16)?;
    bits.golomb()?;
    if !HIGH.contains(&profile) {
        return Some(PixelFormat::plain(Chroma::Quarter, 8));
    }
    let chroma = Chroma::of_idc(bits.golomb()?)?;
    if chroma == Chroma::Full {
        bits.read(1)?;
    }
    let (luma, colour) = (bits.golomb()?, bits.golomb()?);
    let depth = u8::try_from(luma.max(colour)).ok()?.checked_add(8)?;
    Some(PixelFormat {
        chroma,
        bits: depth,
        is_predictive: matches!(profile, 44 | 244),
    })
}

/// Removes the emulation prevention bytes (ITU-T H.264, 7.4.1).
fn unescaped(set: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(set.len());
    let mut zeros = 0;
    for byte in set {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        plain.push(*byte);
    }
    plain
}

/// Bit reader, most significant bit first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// Reads a number of `count` bits.
    fn read(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |number: u32, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(number << 1 | u32::from(bit))
        })
    }

    /// Reads an Exp-Golomb number (ITU-T H.264, 9.1).
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.read(1)? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1_u32 << zeros) - 1 + self.read(zeros)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vp9_key_frame_names_its_colours() {
        for (head, expected) in [
            // Profile 0: marker 10, profile 00, key frame, shown.
            (&[0x82, 0x49, 0x83, 0x42, 0x00][..], Some((Chroma::Quarter, 8))),
            // Profile 1 (bits 10): colour space 1, range 0, 4:4:4.
            (&[0xa2, 0x49, 0x83, 0x42, 0x20], Some((Chroma::Full, 8))),
            // The same with 4:2:2.
            (&[0xa2, 0x49, 0x83, 0x42, 0x28], Some((Chroma::Half, 8))),
            // Profile 2 (bits 01) with 10 bits.
            (&[0x92, 0x49, 0x83, 0x42, 0x00], Some((Chroma::Quarter, 10))),
            // Between frames; and no VP9.
            (&[0x86, 0x00, 0x40, 0x92, 0x00], None),
            (&[0x00, 0x49, 0x83, 0x42, 0x00], None),
            (&[0x82], None),
        ] {
            let found = PixelFormat::of_vp9_frame(head).map(|format| (format.chroma, format.bits));
            assert_eq!(found, expected, "{head:x?}");
        }
    }

    #[test]
    fn an_h264_configuration_names_its_colours() {
        // x264: High, 4:2:0 with 8 bits; High 4:4:4 Predictive; High 10; without a set.
        for (bytes, expected) in [
            (
                &b"\x01\x64\x00\x1e\xff\xe1\x00\x19\x67\x64\x00\x1e\xac\xd9"[..],
                Some((Chroma::Quarter, 8, false)),
            ),
            (
                b"\x01\xf4\x00\x1e\xff\xe1\x00\x19\x67\xf4\x00\x1e\x91\x9b\x28",
                Some((Chroma::Full, 8, true)),
            ),
            (
                b"\x01\x6e\x00\x1e\xff\xe1\x00\x19\x67\x6e\x00\x1e\xa6\xcd\x94",
                Some((Chroma::Quarter, 10, false)),
            ),
            (
                b"\x01\x42\xc0\x1e\xff\xe1\x00\x19\x67\x42\xc0\x1e",
                Some((Chroma::Quarter, 8, false)),
            ),
            (b"\x01\xf4\x00\x1e\xff\xe0\x00", Some((Chroma::Full, 8, true))),
            (b"\x01\x01\x00\x1e\xff\xe0\x00", None),
            (b"\x01", None),
        ] {
            let found =
                PixelFormat::of_avcc(bytes).map(|format| (format.chroma, format.bits, format.is_predictive));
            assert_eq!(found, expected, "{bytes:x?}");
        }
    }
}
