//! Codecs, by the identifiers of containers.

use std::fmt;

/// Codec of the frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codec {
    /// H.264, AVC.
    H264,
    /// H.265, HEVC.
    H265,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// Another known codec, by its name.
    Named(&'static str),
    /// Unknown codec, by the container's identifier without control characters.
    Unknown(String),
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::H264 => "H.264",
            Self::H265 => "H.265",
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::Named(name) => name,
            Self::Unknown(name) => return write!(f, "unknown codec \"{name}\""),
        })
    }
}

impl Codec {
    /// True if the codec is for still pictures, as in covers and chapters.
    pub(super) fn is_still(&self) -> bool {
        matches!(
            self,
            Self::Named("Motion JPEG" | "JPEG 2000" | "PNG" | "GIF" | "BMP" | "TIFF" | "WebP")
        )
    }

    /// By the four characters of a sample entry (ISO/IEC 14496-15, mp4ra.org, `QuickTime` File Format).
    pub(super) fn of_sample_entry(name: [u8; 4]) -> Self {
        match &name {
            b"avc1" | b"avc2" | b"avc3" | b"avc4" | b"dva1" | b"dvav" | b"AVC1" | b"H264" | b"h264"
            | b"x264" => Self::H264,
            b"hvc1" | b"hev1" | b"hvc2" | b"hev2" | b"dvh1" | b"dvhe" | b"HEVC" | b"hevc" => Self::H265,
            b"vp08" => Self::Vp8,
            b"vp09" => Self::Vp9,
            b"av01" | b"dav1" => Self::Named("AV1"),
            b"vvc1" | b"vvi1" => Self::Named("H.266"),
            b"ap4h" | b"ap4x" | b"apch" | b"apcn" | b"apcs" | b"apco" | b"aprn" | b"aprh" => {
                Self::Named("ProRes")
            }
            b"mp4v" | b"DIVX" | b"XVID" | b"xvid" | b"FMP4" => Self::Named("MPEG-4 Part 2"),
            b"s263" | b"h263" | b"H263" => Self::Named("H.263"),
            b"m1v " | b"mp1v" | b"mpeg" => Self::Named("MPEG-1"),
            b"m2v1" | b"mp2v" | b"mpg2" => Self::Named("MPEG-2"),
            b"jpeg" | b"mjpa" | b"mjpb" | b"AVDJ" => Self::Named("Motion JPEG"),
            b"mjp2" => Self::Named("JPEG 2000"),
            b"png " | b"MPNG" => Self::Named("PNG"),
            b"gif " => Self::Named("GIF"),
            b"tiff" => Self::Named("TIFF"),
            b"WRLE" | b"bmp " => Self::Named("BMP"),
            b"brxq" | b"brst" | b"brvn" | b"brs2" => Self::Named("Blackmagic RAW"),
            b"icod" => Self::Named("Apple Intermediate"),
            b"dvc " | b"dvcp" | b"dvpp" | b"dv5n" | b"dv5p" | b"dvh2" | b"dvh3" | b"dvh5" | b"dvh6" => {
                Self::Named("DV")
            }
            b"xdvc" | b"xdv1" | b"xdv2" | b"xdv3" | b"xd54" | b"xd55" | b"xd5b" => {
                Self::Named("MPEG-2 (XDCAM)")
            }
            b"hdv1" | b"hdv2" | b"hdv3" | b"hdv5" | b"hdv6" | b"hdv7" => Self::Named("MPEG-2 (HDV)"),
            b"ai5p" | b"ai5q" | b"ai1p" | b"ai1q" | b"ai12" | b"ai13" | b"ai15" | b"ai16" => Self::H264,
            b"Hap1" | b"Hap5" | b"HapY" | b"HapM" => Self::Named("Hap"),
            b"cvid" => Self::Named("Cinepak"),
            b"WMV3" | b"WVC1" | b"vc-1" => Self::Named("VC-1 (Windows Media)"),
            b"VP31" => Self::Named("VP3"),
            b"FFV1" => Self::Named("FFV1"),
            b"rle " => Self::Named("QuickTime Animation"),
            b"AVdn" | b"AVdh" => Self::Named("DNxHD"),
            b"CFHD" => Self::Named("CineForm"),
            b"SVQ1" | b"SVQ3" => Self::Named("Sorenson Video"),
            b"raw " | b"2vuy" | b"yuv2" | b"v210" | b"v308" | b"v408" | b"v410" => {
                Self::Named("uncompressed")
            }
            b"encv" | b"drmi" => Self::Named("encrypted video (DRM)"),
            _ => Self::Unknown(name.escape_ascii().to_string()),
        }
    }

    /// By the descriptor (`esds`) of a sample entry that holds one of many codecs (ISO/IEC 14496-1, 7.2.6;
    /// mp4ra.org).
    pub(super) fn of_descriptor(esds: &[u8]) -> Option<Self> {
        // Behind version and flags: ES descriptor (3), its id and flags; decoder configuration (4), object
        // type.
        let (tag, inside) = descriptor(esds.get(4..)?)?;
        let flags = *inside.get(2)?;
        let url = if flags & 0x40 == 0 {
            0
        } else {
            1 + usize::from(*inside.get(3)?)
        };
        let optional = if flags & 0x80 == 0 { 0 } else { 2 } + url + if flags & 0x20 == 0 { 0 } else { 2 };
        let (inner, inside) = descriptor(inside.get(3 + optional..)?)?;
        if (tag, inner) != (3, 4) {
            return None;
        }
        match inside.first()? {
            0x20 => Some(Self::Named("MPEG-4 Part 2")),
            0x21 => Some(Self::H264),
            0x23 => Some(Self::H265),
            0x60..=0x65 => Some(Self::Named("MPEG-2")),
            0x6a => Some(Self::Named("MPEG-1")),
            0x6c => Some(Self::Named("Motion JPEG")),
            0x6d => Some(Self::Named("PNG")),
            0x6e => Some(Self::Named("JPEG 2000")),
            0xb1 => Some(Self::Vp9),
            _ => None,
        }
    }

    /// By a Matroska `CodecID`.
    pub(super) fn of_codec_id(name: &[u8]) -> Self {
        match name {
            b"V_VP8" => Self::Vp8,
            b"V_VP9" => Self::Vp9,
            b"V_AV1" => Self::Named("AV1"),
            b"V_MPEG4/ISO/AVC" => Self::H264,
            b"V_MPEGH/ISO/HEVC" => Self::H265,
            b"V_MPEG4/ISO/SP" | b"V_MPEG4/ISO/ASP" | b"V_MPEG4/ISO/AP" => Self::Named("MPEG-4 Part 2"),
            b"V_MPEG1" => Self::Named("MPEG-1"),
            b"V_MPEG2" => Self::Named("MPEG-2"),
            b"V_THEORA" => Self::Named("Theora"),
            b"V_PRORES" => Self::Named("ProRes"),
            b"V_MJPEG" => Self::Named("Motion JPEG"),
            b"V_FFV1" => Self::Named("FFV1"),
            b"V_UNCOMPRESSED" => Self::Named("uncompressed"),
            _ => Self::Unknown(name.escape_ascii().to_string()),
        }
    }
}

/// Tag of a descriptor, and the bytes after its length, which takes 7 bits of each of up to 4 bytes.
fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let length = bytes
        .iter()
        .skip(1)
        .take(4)
        .take_while(|byte| **byte & 0x80 != 0)
        .count()
        + 1;
    Some((*bytes.first()?, bytes.get(1 + length..)?))
}
