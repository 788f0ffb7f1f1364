//! What bytes are, by what they begin with.

use std::fmt;

/// A container that TikTok takes (reference §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// MP4.
    Mp4,
    /// `QuickTime`.
    Mov,
    /// `WebM`.
    Webm,
}

impl Container {
    /// The `Content-Type` under which the bytes are sent (reference §6.2).
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
        }
    }

    /// The name people use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "MP4",
            Self::Mov => "MOV",
            Self::Webm => "WebM",
        }
    }
}

/// What bytes are that are no video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign(pub(super) &'static str);

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What the link of a share button mostly leads to.
pub const WEB_PAGE: &str = "an HTML page";

/// Beginnings of files that people send by mistake.
const FOREIGN: [(&[u8], &str); 14] = [
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg file"),
    (b"FLV\x01", "a Flash video"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file"),
    (b"\x00\x00\x01\xba", "an MPEG program stream"),
    (b"<!DOCTYPE", WEB_PAGE),
    (b"<!doctype", WEB_PAGE),
    (b"<html", WEB_PAGE),
];

/// Tells the container by the first bytes, or what else it is.
pub fn sniff(head: &[u8]) -> Result<Container, Foreign> {
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        return matroska(head);
    }
    if head.starts_with(b"RIFF") {
        return Err(Foreign(riff(head)));
    }
    match head.get(4..8) {
        Some(b"ftyp") => iso_base_media(head),
        // Segments of a stream, without the file that they belong to.
        Some(b"styp" | b"sidx" | b"moof") => Ok(Container::Mp4),
        // Old QuickTime files have no `ftyp`.
        Some(b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot") => Ok(Container::Mov),
        _ => Err(Foreign(named(head))),
    }
}

fn iso_base_media(head: &[u8]) -> Result<Container, Foreign> {
    match head.get(8..12) {
        Some(b"qt  ") => Ok(Container::Mov),
        Some(b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis") => Err(Foreign("a HEIC or AVIF picture")),
        Some(b"M4A " | b"M4B ") => Err(Foreign("an audio recording")),
        _ => Ok(Container::Mp4),
    }
}

fn matroska(head: &[u8]) -> Result<Container, Foreign> {
    let begins_with = |name: &[u8]| head.get(..64.min(head.len())).is_some_and(|head| contains(head, name));
    if begins_with(b"webm") { Ok(Container::Webm) } else { Err(Foreign("a Matroska (MKV) video")) }
}

fn riff(head: &[u8]) -> &'static str {
    match head.get(8..12) {
        Some(b"WEBP") => "a WebP picture",
        Some(b"AVI ") => "an AVI video",
        Some(b"WAVE") => "a WAV recording",
        _ => "a RIFF file",
    }
}

fn named(head: &[u8]) -> &'static str {
    let trimmed = head.trim_ascii_start();
    let known = FOREIGN.iter().find(|(begin, _)| trimmed.starts_with(begin));
    match known {
        Some((_, name)) => name,
        None if std::str::from_utf8(head.get(..256).unwrap_or(head)).is_ok() => "text",
        None => "data of an unknown kind",
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_named_as_what_they_are() {
        let video = |head: &[u8]| sniff(head).map(Container::name);
        assert_eq!(video(b"\0\0\0\x20ftypisom"), Ok("MP4"));
        assert_eq!(video(b"\0\0\0\x14ftypqt  "), Ok("MOV"));
        assert_eq!(video(b"\0\0\0\x08wide\0\0\0\0mdat"), Ok("MOV"));
        assert_eq!(video(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), Ok("WebM"));
        for (head, name) in [
            (b"\xff\xd8\xff\xe0".as_slice(), "a JPEG picture"),
            (b"  <!DOCTYPE html>", "an HTML page"),
            (b"hello", "text"),
            (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "a Matroska (MKV) video"),
            (b"\0\0\0\x18ftypheic", "a HEIC or AVIF picture"),
            (b"\x00\xff\xfe\x01", "data of an unknown kind"),
        ] {
            assert_eq!(sniff(head).unwrap_err().to_string(), name);
        }
    }
}
