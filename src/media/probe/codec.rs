//! Names of codecs, from the names that containers use.

use std::fmt;

/// How frames are encoded.
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
    /// Another one that has a name.
    Named(&'static str),
    /// One that only its container's name is known of, without control characters.
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
    /// By the four characters of a sample entry (ISO/IEC 14496-15, mp4ra.org, `QuickTime` File Format).
    pub(super) fn of_sample_entry(name: [u8; 4]) -> Self {
        match &name {
            b"avc1" | b"avc2" | b"avc3" | b"avc4" | b"dva1" | b"dvav" => Self::H264,
            b"hvc1" | b"hev1" | b"hvc2" | b"hev2" | b"dvh1" | b"dvhe" => Self::H265,
            b"vp08" => Self::Vp8,
            b"vp09" => Self::Vp9,
            b"av01" | b"dav1" => Self::Named("AV1"),
            b"vvc1" | b"vvi1" => Self::Named("H.266"),
            b"ap4h" | b"ap4x" | b"apch" | b"apcn" | b"apcs" | b"apco" | b"aprn" | b"aprh" => Self::Named("ProRes"),
            b"mp4v" | b"DIVX" | b"XVID" | b"xvid" | b"FMP4" => Self::Named("MPEG-4 Part 2"),
            b"s263" | b"h263" | b"H263" => Self::Named("H.263"),
            b"m1v " | b"mp1v" | b"mpeg" => Self::Named("MPEG-1"),
            b"m2v1" | b"mp2v" | b"mpg2" => Self::Named("MPEG-2"),
            b"jpeg" | b"mjpa" | b"mjpb" | b"AVDJ" => Self::Named("Motion JPEG"),
            b"mjp2" => Self::Named("JPEG 2000"),
            b"png " => Self::Named("PNG"),
            b"rle " => Self::Named("QuickTime Animation"),
            b"AVdn" | b"AVdh" => Self::Named("DNxHD"),
            b"CFHD" => Self::Named("CineForm"),
            b"SVQ1" | b"SVQ3" => Self::Named("Sorenson Video"),
            b"raw " | b"2vuy" | b"yuv2" | b"v210" | b"v308" | b"v408" | b"v410" => Self::Named("uncompressed"),
            b"encv" | b"drmi" => Self::Named("encrypted video (DRM)"),
            _ => Self::Unknown(name.escape_ascii().to_string()),
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
