//! Detection of file formats by their first bytes.

mod audio;
mod magic;
mod streams;
mod text;

use std::fmt;

/// Container that TikTok accepts:
/// <https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>.
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
    /// `Content-Type` of the upload.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
        }
    }

    /// Common name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "MP4",
            Self::Mov => "MOV",
            Self::Webm => "WebM",
        }
    }
}

/// Format of a file that is not a video in a container that TikTok accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    name: &'static str,
    sort: Sort,
}

/// Class of a foreign file, which determines the advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A video to convert.
    Video,
    /// A video whose frames can often be kept as they are.
    Stream,
    /// A picture.
    Picture,
    /// A picture that phones keep beside a short video.
    Phone,
    Sound,
    Page,
    /// A list of the pieces of a video.
    Playlist,
    /// The project file of an editor.
    Project,
    Archive,
    Document,
    Subtitles,
    /// Shortcut or other reference to a file.
    Shortcut,
    /// A pointer of Git LFS or the like.
    Pointer,
    /// A file that macOS or iOS keeps beside another.
    Companion,
    /// An answer that something failed.
    Failure,
    /// The address of a file, as text.
    Address,
    /// A video in another notation.
    Encoded,
    /// Bytes that went through a text decoder.
    Mangled,
    /// Other data precedes the video.
    Displaced,
    /// A value that was never filled in.
    Unfilled,
    /// A list of form fields, a raw answer or the like around the file.
    Wrapped,
    /// A placeholder or a download that has not begun.
    Zeros,
    Other,
}

/// The kind of file that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Video,
    Photo,
}

impl Foreign {
    pub(super) const SOUND: Self = Self {
        name: "an audio recording",
        sort: Sort::Sound,
    };
    /// JPEG-LS, whose files begin like JPEG.
    pub(in crate::media) const JPEG_LS: Self = Self {
        name: "a JPEG-LS picture",
        sort: Sort::Picture,
    };
    pub(super) const MANGLED: Self = Self {
        name: "a video that was read as text on its way, which destroys it",
        sort: Sort::Mangled,
    };

    /// True for a web page, the usual target of a share link.
    pub fn is_page(self) -> bool {
        self.sort == Sort::Page
    }

    /// True for a picture of any format.
    pub fn is_picture(self) -> bool {
        matches!(self.sort, Sort::Picture | Sort::Phone)
    }

    /// Advice on the file to send instead of it as a video.
    pub const fn fix(self) -> &'static str {
        self.sort.fix(Wanted::Video)
    }

    /// Advice on the file to send instead of it as a photo.
    pub const fn photo_fix(self) -> &'static str {
        self.sort.fix(Wanted::Photo)
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Sort {
    const fn fix(self, wanted: Wanted) -> &'static str {
        match (self, wanted) {
            (Self::Video, Wanted::Video) => {
                "convert it to MP4 with H.264, for example with HandBrake or ffmpeg -i IN -pix_fmt yuv420p OUT.mp4"
            }
            (Self::Stream, Wanted::Video) => {
                "convert it to MP4 with H.264; if it is already H.264, ffmpeg -i IN -c copy OUT.mp4 is enough"
            }
            (Self::Picture, Wanted::Video) => {
                "send a video; JPEG and WebP photos are posted with create_photo_post"
            }
            (Self::Phone, Wanted::Video) => {
                "send a video; of a Live Photo, send the MOV beside it. Photos are posted with create_photo_post, as JPEG \
                 or WebP"
            }
            (Self::Sound, Wanted::Video) => "send a file that has a picture too",
            (Self::Picture | Self::Phone, Wanted::Photo) => {
                "save it as JPEG or WebP; its name does not matter, its bytes do"
            }
            (Self::Video | Self::Stream | Self::Sound, Wanted::Photo) => {
                "give a photo as JPEG or WebP; videos are posted with create_video_post"
            }
            (Self::Page, Wanted::Video) => {
                "send the file itself, not the page that shows it or asks to sign in"
            }
            (Self::Page, Wanted::Photo) => "give the URL of the photo itself, not of the page that shows it",
            (Self::Playlist, _) => {
                "send the video itself, not the list of its pieces; ffmpeg -i ADDRESS -c copy OUT.mp4 puts them together"
            }
            (Self::Project, _) => "export the video from the editor, then send that file",
            (Self::Archive, _) => "unpack it and send the file inside",
            (Self::Document, _) => "send the media file itself, not the document that holds or describes it",
            (Self::Subtitles, _) => "send the video that the subtitles belong to",
            (Self::Shortcut, _) => "send the file that it points to",
            (Self::Pointer, _) => {
                "download the actual file first (git lfs pull), or use its raw download URL"
            }
            (Self::Companion, _) => {
                "send the file that it belongs to: the one of the same name without \"._\" in front, or the MOV or JPEG \
                 beside it"
            }
            (Self::Failure, _) => {
                "check why the previous step failed: its answer was sent in place of the file, usually because an address has \
                 expired or needs a sign-in"
            }
            (Self::Address, Wanted::Video) => {
                "pass a URL as video_url; as content, send the content of the file"
            }
            (Self::Address, Wanted::Photo) => "give the URL of the photo itself",
            (Self::Encoded, _) => "encode the file's own bytes once, as base64",
            (Self::Mangled, _) => {
                "handle the file as binary in every step (responseType arraybuffer, response.content, encoding null), and \
                 take it from its source again"
            }
            (Self::Displaced, _) => {
                "send the file from its first byte; a previous step writes something in front of it"
            }
            (Self::Unfilled, _) => {
                "fill in the value: the step that should provide the file provided nothing"
            }
            (Self::Wrapped, _) => {
                "send only the bytes of the file, without the form or the headers around it"
            }
            (Self::Zeros, _) => {
                "copy or download the file again: it is an empty placeholder, or its content was never downloaded"
            }
            (Self::Other, Wanted::Video) => {
                "send the bytes of the video file; check what the previous step outputs"
            }
            (Self::Other, Wanted::Photo) => "give a photo as JPEG or WebP; check the content of that URL",
        }
    }
}

const fn foreign(name: &'static str, sort: Sort) -> Foreign {
    Foreign { name, sort }
}

/// Name of a web page, the usual target of a share link.
pub const WEB_PAGE: &str = "an HTML page";
const PAGE: Foreign = foreign(WEB_PAGE, Sort::Page);

/// Detects the container by the first bytes, or returns the foreign format.
pub fn sniff(head: &[u8]) -> Result<Container, Foreign> {
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        return matroska(head);
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

/// True if an incomplete video went through a text decoder: no video is valid UTF-8.
pub(super) fn is_mangled(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may go on behind the head.
        Err(error) if error.error_len().is_none() => {
            let whole = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.chars().filter(|character| !character.is_ascii()).count() >= 32
}

fn iso_base_media(head: &[u8]) -> Result<Container, Foreign> {
    match head.get(8..12) {
        Some(b"qt  ") => Ok(Container::Mov),
        Some(
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" | b"mif1" | b"mif2"
            | b"msf1" | b"miaf" | b"avif" | b"avis",
        ) => Err(foreign("a HEIC or AVIF picture", Sort::Phone)),
        Some(b"crx ") => Err(foreign("a camera's raw picture (CR3)", Sort::Picture)),
        Some(b"jp2 " | b"jpx " | b"jpm " | b"jph ") => Err(foreign("a JPEG 2000 picture", Sort::Picture)),
        Some(b"jxl ") => Err(foreign("a JPEG XL picture", Sort::Picture)),
        Some(b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " | b"aax " | b"aaxc") => Err(Foreign::SOUND),
        _ => Ok(Container::Mp4),
    }
}

fn matroska(head: &[u8]) -> Result<Container, Foreign> {
    let begins_with = |name: &[u8]| {
        head.get(..64.min(head.len()))
            .is_some_and(|head| contains(head, name))
    };
    if begins_with(b"webm") {
        return Ok(Container::Webm);
    }
    // The names of codecs of sound and of picture.
    Err(if contains(head, b"A_") && !contains(head, b"V_") {
        foreign("a Matroska recording (MKA)", Sort::Sound)
    } else {
        foreign("a Matroska (MKV) video", Sort::Stream)
    })
}

/// Number of leading bytes used for detection.
const START: usize = 256;

fn named(head: &[u8]) -> Foreign {
    let trimmed = head.trim_ascii_start();
    let start = head.get(..START).unwrap_or(head);
    if start.iter().all(|byte| *byte == 0) {
        return foreign("a run of zero bytes", Sort::Zeros);
    }
    let known = magic::name(trimmed).or_else(|| magic::name(head));
    let known = known
        .or_else(|| streams::name(head))
        .or_else(|| audio::name(head))
        .or_else(|| text::name(head));
    known
        .or_else(|| displaced(head))
        .unwrap_or(foreign("data of an unknown kind", Sort::Other))
}

/// Finds a video that begins some bytes later.
fn displaced(head: &[u8]) -> Option<Foreign> {
    const BEGINNINGS: [&[u8]; 4] = [b"ftypisom", b"ftypmp4", b"ftypqt  ", b"\x1a\x45\xdf\xa3"];
    let head = head.get(..1024).unwrap_or(head);
    let found = BEGINNINGS.iter().any(|begin| contains(head, begin));
    found.then_some(foreign(
        "a video with other bytes in front of it",
        Sort::Displaced,
    ))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests;
