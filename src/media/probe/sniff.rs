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

/// What bytes are that are no video which TikTok takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    name: &'static str,
    sort: Sort,
}

/// What can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Video,
    Picture,
    Sound,
    Page,
    Other,
}

impl Foreign {
    pub(super) const SOUND: Self = Self { name: "an audio recording", sort: Sort::Sound };

    /// Whether it is what the link of a share button mostly leads to.
    pub fn is_page(self) -> bool {
        self.sort == Sort::Page
    }

    /// What to send instead.
    pub const fn fix(self) -> &'static str {
        match self.sort {
            Sort::Video => "convert it, preferably to MP4 with H.264",
            Sort::Picture => "send a video; JPEG and WebP photos are posted with create_photo_post",
            Sort::Sound => "send a file that has a picture too",
            Sort::Page => "send the file itself, not the page that shows it or asks to sign in",
            Sort::Other => "send the bytes of the video file; see what the step that gives it really gives",
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn foreign(name: &'static str, sort: Sort) -> Foreign {
    Foreign { name, sort }
}

/// The name of what the link of a share button mostly leads to.
pub const WEB_PAGE: &str = "an HTML page";
const PAGE: Foreign = foreign(WEB_PAGE, Sort::Page);

/// Beginnings of files that people send by mistake.
const FOREIGN: [(&[u8], Foreign); 14] = [
    (b"\xff\xd8\xff", foreign("a JPEG picture", Sort::Picture)),
    (b"\x89PNG\r\n\x1a\n", foreign("a PNG picture", Sort::Picture)),
    (b"GIF8", foreign("a GIF picture", Sort::Picture)),
    (b"%PDF-", foreign("a PDF document", Sort::Other)),
    (b"PK\x03\x04", foreign("a ZIP archive or office document", Sort::Other)),
    (b"\x1f\x8b", foreign("a gzip archive", Sort::Other)),
    (b"ID3", foreign("an MP3 recording", Sort::Sound)),
    (b"OggS", foreign("an Ogg file", Sort::Sound)),
    (b"FLV\x01", foreign("a Flash video", Sort::Video)),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", foreign("a Windows Media file", Sort::Video)),
    (b"\x00\x00\x01\xba", foreign("an MPEG program stream", Sort::Video)),
    (b"<!DOCTYPE", PAGE),
    (b"<!doctype", PAGE),
    (b"<html", PAGE),
];

/// Tells the container by the first bytes, or what else it is.
pub fn sniff(head: &[u8]) -> Result<Container, Foreign> {
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        return matroska(head);
    }
    if head.starts_with(b"RIFF") {
        return Err(riff(head));
    }
    match head.get(4..8) {
        Some(b"ftyp") => iso_base_media(head),
        // Segments of a stream, without the file that they belong to.
        Some(b"styp" | b"sidx" | b"moof") => Ok(Container::Mp4),
        // Old QuickTime files have no `ftyp`.
        Some(b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot") => Ok(Container::Mov),
        _ => Err(named(head)),
    }
}

fn iso_base_media(head: &[u8]) -> Result<Container, Foreign> {
    match head.get(8..12) {
        Some(b"qt  ") => Ok(Container::Mov),
        Some(b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis") => {
            Err(foreign("a HEIC or AVIF picture", Sort::Picture))
        }
        Some(b"M4A " | b"M4B ") => Err(Foreign::SOUND),
        _ => Ok(Container::Mp4),
    }
}

fn matroska(head: &[u8]) -> Result<Container, Foreign> {
    let begins_with = |name: &[u8]| head.get(..64.min(head.len())).is_some_and(|head| contains(head, name));
    if begins_with(b"webm") { Ok(Container::Webm) } else { Err(foreign("a Matroska (MKV) video", Sort::Video)) }
}

fn riff(head: &[u8]) -> Foreign {
    match head.get(8..12) {
        Some(b"WEBP") => foreign("a WebP picture", Sort::Picture),
        Some(b"AVI ") => foreign("an AVI video", Sort::Video),
        Some(b"WAVE") => foreign("a WAV recording", Sort::Sound),
        _ => foreign("a RIFF file", Sort::Other),
    }
}

fn named(head: &[u8]) -> Foreign {
    let trimmed = head.trim_ascii_start();
    let start = head.get(..256).unwrap_or(head);
    match FOREIGN.iter().find(|(begin, _)| trimmed.starts_with(begin)) {
        Some((_, foreign)) => *foreign,
        None if start.iter().all(|byte| *byte == 0) => foreign("a run of zero bytes", Sort::Other),
        None if is_text(start) => foreign("text", Sort::Other),
        None => foreign("data of an unknown kind", Sort::Other),
    }
}

fn is_text(start: &[u8]) -> bool {
    std::str::from_utf8(start).is_ok_and(|text| !text.contains('\0'))
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
            (&[0; 64], "a run of zero bytes"),
            (b"hello", "text"),
            (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "a Matroska (MKV) video"),
            (b"\0\0\0\x18ftypheic", "a HEIC or AVIF picture"),
            (b"\x00\xff\xfe\x01", "data of an unknown kind"),
        ] {
            assert_eq!(sniff(head).unwrap_err().to_string(), name);
        }
    }
}
