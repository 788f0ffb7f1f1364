//! The file of an upload: the one input that holds it, its type and size, and TikTok's limits.

use std::{io, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    catalogue::own,
    integrations::{Content, ContentKind, ContentPlace, Failure, NamedFile, tiktok_ads::context::AdsContext},
    marketing_api::MediaType,
    media::{
        self, AD_IMAGE_MAX, AD_VIDEO_MAX, Container, ContentError, Dimensions, Dropped, Medium, Passed,
        ProbeError, Source, SpoolError, VideoFacts, identify_picture,
    },
    model::{Grouped, PublicUrl},
};

/// Video for ads that comes with the request.
const VIDEO: ContentKind = ContentKind {
    medium: Medium::Video,
    maximum: AD_VIDEO_MAX,
    too_large: &own::CREATIVE_FILE_INVALID,
    too_large_fix: "shorten the video or encode it at a lower bit rate",
};

/// Image for ads that comes with the request.
const IMAGE: ContentKind = ContentKind {
    medium: Medium::Image,
    maximum: AD_IMAGE_MAX,
    too_large: &own::CREATIVE_FILE_INVALID,
    too_large_fix: "scale the image down or compress it more",
};

/// Video for ads at a URL.
const VIDEO_AT_URL: NamedFile = NamedFile {
    field: "video_url",
    content: &VIDEO,
    empty: &own::CREATIVE_FILE_INVALID,
    other_type: &own::CREATIVE_FILE_INVALID,
    allowed: VIDEO_TYPES,
    too_large_fix: VIDEO.too_large_fix,
    noun: "video",
};

/// Image for ads at a URL.
const IMAGE_AT_URL: NamedFile = NamedFile {
    field: "image_url",
    content: &IMAGE,
    empty: &own::CREATIVE_FILE_INVALID,
    other_type: &own::CREATIVE_FILE_INVALID,
    allowed: IMAGE_TYPES,
    too_large_fix: IMAGE.too_large_fix,
    noun: "image",
};

const VIDEO_TYPES: &str = "a video as MP4 or MOV";
const IMAGE_TYPES: &str = "an image as JPEG or PNG";

/// Inputs that hold the bytes of a creative. A file from the chat is of either type.
pub(in crate::integrations::tiktok_ads) const UPLOAD_PLACES: [ContentPlace; 4] = [
    place(&["video_content_base64"], &VIDEO),
    place(&["image_content_base64"], &IMAGE),
    place(&["file", "content"], &VIDEO),
    place(&["file", "content"], &IMAGE),
];

const fn place(path: &'static [&'static str], kind: &'static ContentKind) -> ContentPlace {
    ContentPlace { path, kind }
}

/// Largest number of pixels of an image: 1440×2560 (docs/tiktok-marketing-api.md#images).
const PIXELS_MAX: u64 = 3_686_400;

/// Video or image file from the chat. Pass exactly one of file, the content, and the URL
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok_ads) struct ChatUpload {
    /// Content of the file, as base64
    content: Content,
    /// Name of the file; the type is detected from the content
    name: Option<String>,
    /// MIME type given by the sender; the actual type is detected from the content
    #[serde(rename = "contentType")]
    #[expect(dead_code, reason = "senders give it, and the content decides")]
    content_type: Option<String>,
}

/// How the file at the URL reaches TikTok. FILE_UPLOAD (default): this program downloads it from any public host, checks
/// it and uploads it. PULL_FROM_URL: TikTok downloads it, best below 10 MB
// The variants have no doc comments, so that the schema is a plain `enum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(in crate::integrations::tiktok_ads) enum UrlFetcher {
    FileUpload,
    PullFromUrl,
}

/// Inputs that can hold the file of an upload.
#[derive(Debug)]
pub(in crate::integrations::tiktok_ads) struct CreativeInputs {
    pub(in crate::integrations::tiktok_ads) media_type: MediaType,
    pub(in crate::integrations::tiktok_ads) video_content_base64: Option<Content>,
    pub(in crate::integrations::tiktok_ads) image_content_base64: Option<Content>,
    pub(in crate::integrations::tiktok_ads) file: Option<ChatUpload>,
    pub(in crate::integrations::tiktok_ads) video_url: Option<PublicUrl>,
    pub(in crate::integrations::tiktok_ads) image_url: Option<PublicUrl>,
    pub(in crate::integrations::tiktok_ads) source: Option<UrlFetcher>,
}

/// File of an upload.
#[derive(Debug)]
pub(super) enum CreativeFile {
    /// Bytes that this program sends.
    Bytes(CheckedFile),
    /// URL that TikTok downloads from.
    Url(PublicUrl),
}

/// File that fulfils TikTok's requirements.
#[derive(Debug)]
pub(super) struct CheckedFile {
    /// Bytes.
    pub(super) source: Source,
    /// `Content-Type`.
    pub(super) mime: &'static str,
    /// Usual extension of names.
    pub(super) extension: &'static str,
    /// Name that came with the file, or its URL.
    pub(super) origin: Option<FileOrigin>,
    /// Size of the picture.
    pub(super) frame: Option<Dimensions>,
    /// Length of a video.
    pub(super) duration: Option<Duration>,
    /// Recommendations of TikTok that it does not follow.
    pub(super) warnings: Vec<String>,
}

/// Text that names a file.
#[derive(Debug)]
pub(super) enum FileOrigin {
    /// Name of the file.
    Name(String),
    /// URL.
    Url(PublicUrl),
}

/// Input that holds the file.
enum GivenFile {
    Content(Content, Option<String>),
    Url(PublicUrl),
}

impl CreativeInputs {
    /// Reads and checks the file.
    pub(super) async fn select(self, context: &AdsContext) -> Result<CreativeFile, Failure> {
        let (media_type, source) = (self.media_type, self.source);
        let (field, given) = self.only(context)?;
        match given {
            GivenFile::Content(content, name) => {
                pulls_nothing(source)?;
                let kind = kind(media_type);
                let bytes = match context.contents.open(field, content, kind)? {
                    Passed::Kept(bytes) => bytes,
                    Passed::Dropped(Dropped {
                        fault: Some(fault), ..
                    }) => {
                        return Err(not_usable(media_type, field, &fault));
                    }
                    Passed::Dropped(Dropped { fault: None, .. }) => {
                        return Err(kind.failure(field, ContentError::Unused));
                    }
                };
                let origin = name.map(FileOrigin::Name);
                checked(media_type, field, bytes, origin)
                    .await
                    .map(CreativeFile::Bytes)
            }
            GivenFile::Url(url) if source == Some(UrlFetcher::PullFromUrl) => {
                context.files.check_pull(named(media_type), &url)?;
                Ok(CreativeFile::Url(url))
            }
            GivenFile::Url(url) => {
                let bytes = context.files.fetch(named(media_type), &url).await?;
                let origin = Some(FileOrigin::Url(url));
                checked(media_type, field, bytes, origin)
                    .await
                    .map(CreativeFile::Bytes)
            }
        }
    }

    /// The only input with a file. An empty content beside a file is an empty form field.
    fn only(self, context: &AdsContext) -> Result<(&'static str, GivenFile), Failure> {
        let media_type = self.media_type;
        let content = |content| GivenFile::Content(content, None);
        let inputs = [
            ("video_content_base64", self.video_content_base64.map(content)),
            ("image_content_base64", self.image_content_base64.map(content)),
            (
                "file.content",
                self.file.map(|file| GivenFile::Content(file.content, file.name)),
            ),
            ("video_url", self.video_url.map(GivenFile::Url)),
            ("image_url", self.image_url.map(GivenFile::Url)),
        ];
        let mut given: Vec<(&'static str, GivenFile)> = inputs
            .into_iter()
            .filter_map(|(field, given)| Some((field, given?)))
            .collect();
        let is_blank = |given: &GivenFile| match given {
            GivenFile::Content(content, _) => context.contents.is_blank(*content),
            GivenFile::Url(_) => false,
        };
        if !given.iter().all(|(_, given)| is_blank(given)) {
            given.retain(|(_, given)| !is_blank(given));
        }
        let names: Vec<&str> = given.iter().map(|(field, _)| *field).collect();
        if names.len() > 1 {
            let got = format!("several files: {}", names.join(", "));
            let last = names.last().copied().unwrap_or("file");
            return Err(conflict(
                last,
                &got,
                alternatives(media_type),
                "send only one of them",
            ));
        }
        let (field, given) = given.pop().ok_or_else(|| missing(media_type))?;
        let other = match media_type {
            MediaType::Video => "image_",
            MediaType::Image => "video_",
        };
        if field.starts_with(other) {
            let got = format!("{field} with the media_type {}", media_type.as_str());
            let fix = "set media_type to the type of the file";
            return Err(conflict(field, &got, alternatives(media_type), fix));
        }
        if is_blank(&given) {
            return Err(invalid(
                field,
                "0 bytes",
                kind(media_type).medium.with_article(),
                EMPTY_FIX,
            ));
        }
        Ok((field, given))
    }
}

const EMPTY_FIX: &str = "send the file's content";

const fn kind(media_type: MediaType) -> &'static ContentKind {
    match media_type {
        MediaType::Video => &VIDEO,
        MediaType::Image => &IMAGE,
    }
}

const fn named(media_type: MediaType) -> &'static NamedFile {
    match media_type {
        MediaType::Video => &VIDEO_AT_URL,
        MediaType::Image => &IMAGE_AT_URL,
    }
}

/// Names of the inputs, for messages.
const fn alternatives(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Video => "one of file, video_content_base64, video_url",
        MediaType::Image => "one of file, image_content_base64, image_url",
    }
}

fn missing(media_type: MediaType) -> Failure {
    let got = format!("no {}", media_type.noun());
    let fix = format!("provide the {} to upload", media_type.noun());
    invalid("file", &got, alternatives(media_type), &fix)
}

fn conflict(field: &str, got: &str, allowed: &str, fix: &str) -> Failure {
    Failure::of_field(&own::INPUTS_CONFLICT, field, got, allowed, fix)
}

fn invalid(field: &str, got: &str, allowed: &str, fix: &str) -> Failure {
    Failure::of_field(&own::CREATIVE_FILE_INVALID, field, got, allowed, fix)
}

/// Refuses PULL_FROM_URL without a URL.
fn pulls_nothing(source: Option<UrlFetcher>) -> Result<(), Failure> {
    match source {
        Some(UrlFetcher::PullFromUrl) => Err(conflict(
            "source",
            "PULL_FROM_URL without a URL",
            "PULL_FROM_URL together with video_url or image_url",
            "omit source, which an uploaded file does not need, or provide a URL",
        )),
        Some(UrlFetcher::FileUpload) | None => Ok(()),
    }
}

/// Failure of stored bytes that cannot be read.
pub(super) fn unreadable(kind: io::ErrorKind) -> Failure {
    VIDEO.failure("file", ContentError::Spool(SpoolError::Folder(kind)))
}

async fn checked(
    media_type: MediaType,
    field: &str,
    source: Source,
    origin: Option<FileOrigin>,
) -> Result<CheckedFile, Failure> {
    let looked = source.clone();
    // A file of a million boxes must not delay other requests.
    let file = tokio::task::spawn_blocking(move || look(media_type, &looked)).await;
    let file = file.unwrap_or_else(|_panic| Err(FileFault::Unreadable(io::ErrorKind::Other)));
    let facts = file.map_err(|fault| fault.failure(media_type, field))?;
    Ok(CheckedFile {
        warnings: facts.warnings(media_type),
        source,
        mime: facts.mime,
        extension: facts.extension,
        origin,
        frame: facts.frame,
        duration: facts.duration,
    })
}

/// Facts about a usable file.
struct FileFacts {
    mime: &'static str,
    extension: &'static str,
    frame: Option<Dimensions>,
    duration: Option<Duration>,
}

/// Reason that a file cannot be used.
enum FileFault {
    Unreadable(io::ErrorKind),
    Video(ProbeError),
    Webm,
    OtherType(String),
    ManyPixels(Dimensions),
}

fn look(media_type: MediaType, source: &Source) -> Result<FileFacts, FileFault> {
    match media_type {
        MediaType::Video => {
            let VideoFacts {
                container,
                frame,
                duration,
                ..
            } = media::probe(source).map_err(FileFault::Video)?;
            let extension = match container {
                Container::Mp4 => "mp4",
                Container::Mov => "mov",
                Container::Webm => return Err(FileFault::Webm),
            };
            Ok(FileFacts {
                mime: container.mime(),
                extension,
                frame,
                duration,
            })
        }
        MediaType::Image => {
            let picture = identify_picture(source).map_err(|error| FileFault::Unreadable(error.kind()))?;
            let picture = picture.map_err(FileFault::OtherType)?;
            let area = |frame: Dimensions| u64::from(frame.width) * u64::from(frame.height);
            match picture.pixels {
                Some(frame) if area(frame) > PIXELS_MAX => Err(FileFault::ManyPixels(frame)),
                frame => Ok(FileFacts {
                    mime: picture.format.mime(),
                    extension: picture.format.extension(),
                    frame,
                    duration: None,
                }),
            }
        }
    }
}

/// Failure of a content that is no video, or a damaged one.
fn not_usable(media_type: MediaType, field: &str, fault: &ProbeError) -> Failure {
    match (media_type, fault) {
        (_, ProbeError::Unreadable(kind)) => unreadable(*kind),
        (MediaType::Image, _) => invalid(field, &fault.to_string(), IMAGE_TYPES, IMAGE_FIX),
        (MediaType::Video, ProbeError::Foreign(foreign)) if foreign.is_picture() => {
            let fix = "send a video, or set media_type to IMAGE";
            invalid(field, &fault.to_string(), VIDEO_TYPES, fix)
        }
        (MediaType::Video, _) if fault.is_no_video() => {
            invalid(field, &fault.to_string(), VIDEO_TYPES, fault.fix())
        }
        (MediaType::Video, _) => {
            let fix = "check that the file plays to its end, then send it in full or export it again";
            invalid(field, &fault.to_string(), "a complete MP4 or MOV file", fix)
        }
    }
}

const IMAGE_FIX: &str = "save the image as JPEG or PNG; its name does not matter, its bytes do. For a video, set media_type to VIDEO";

impl FileFault {
    fn failure(self, media_type: MediaType, field: &str) -> Failure {
        match self {
            Self::Unreadable(kind) => unreadable(kind),
            Self::Video(fault) => not_usable(media_type, field, &fault),
            Self::Webm => {
                let fix =
                    "convert it to MP4 with H.264, for example with ffmpeg -i IN -pix_fmt yuv420p OUT.mp4";
                invalid(field, "a WebM video", VIDEO_TYPES, fix)
            }
            Self::OtherType(found) => invalid(field, &found, IMAGE_TYPES, IMAGE_FIX),
            Self::ManyPixels(frame) => {
                let allowed = format!("at most {} pixels in all, such as 1440×2560", Grouped(PIXELS_MAX));
                invalid(
                    field,
                    &format!("an image of {frame}"),
                    &allowed,
                    "scale the image down",
                )
            }
        }
    }
}

/// Aspect ratios that TikTok recommends for videos (docs/tiktok-marketing-api.md#videos).
const RATIOS: [(u32, u32); 3] = [(9, 16), (1, 1), (16, 9)];

/// Smallest sides of a video, in pixels: TikTok calls less a low resolution.
const SIDES_MIN: (u32, u32) = (540, 960);

/// Lengths of videos that an older check of TikTok took.
const LENGTHS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

impl FileFacts {
    /// Recommendations for videos that the file does not follow. TikTok takes such a file, and some placements do not.
    fn warnings(&self, media_type: MediaType) -> Vec<String> {
        if media_type == MediaType::Image {
            return Vec::new();
        }
        let mut warnings = Vec::new();
        if let Some(duration) = self
            .duration
            .filter(|length| *length < LENGTHS.0 || *length > LENGTHS.1)
        {
            let seconds = duration.as_secs_f64();
            warnings.push(format!(
                "The video lasts {seconds:.1} s; ads of 5 to 60 s suit all placements."
            ));
        }
        if let Some(frame) = self.frame {
            let is_square = has_ratio(frame, (1, 1));
            let is_small = frame.short() < SIDES_MIN.0 || (frame.long() < SIDES_MIN.1 && !is_square);
            if is_small {
                warnings.push(format!(
                    "The video has {frame}; below 540×960, TikTok calls it a low resolution. 720p or 1080p is best."
                ));
            }
            if !RATIOS.iter().any(|ratio| has_ratio(frame, *ratio)) {
                warnings.push(format!(
                    "The video has {frame}; 9:16, 1:1 or 16:9 suits all placements, and other ratios may be refused in an ad."
                ));
            }
        }
        warnings
    }
}

/// Whether the sides have this ratio, within 2 %.
fn has_ratio(frame: Dimensions, (wide, high): (u32, u32)) -> bool {
    let (found, wanted) = (
        u64::from(frame.width) * u64::from(high),
        u64::from(frame.height) * u64::from(wide),
    );
    found.abs_diff(wanted) * 50 <= wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(width: u32, height: u32, seconds: u64) -> Vec<&'static str> {
        let facts = FileFacts {
            mime: "video/mp4",
            extension: "mp4",
            frame: Some(Dimensions { width, height }),
            duration: Some(Duration::from_secs(seconds)),
        };
        let words = ["lasts", "low resolution", "9:16"];
        let told = facts.warnings(MediaType::Video);
        let found = words
            .into_iter()
            .filter(|word| told.iter().any(|warning| warning.contains(word)));
        found.collect()
    }

    #[test]
    fn recommendations_are_told() {
        for (width, height, seconds, expected) in [
            (1_080, 1_920, 15, &[][..]),
            (1_920, 1_080, 5, &[]),
            (640, 640, 60, &[]),
            (720, 1_280, 61, &["lasts"]),
            (540, 960, 4, &["lasts"]),
            (360, 640, 15, &["low resolution"]),
            (1_080, 1_350, 15, &["9:16"]),
            (500, 300, 90, &["lasts", "low resolution", "9:16"]),
        ] {
            assert_eq!(
                warnings(width, height, seconds),
                expected,
                "{width}×{height}, {seconds} s"
            );
        }
    }
}
