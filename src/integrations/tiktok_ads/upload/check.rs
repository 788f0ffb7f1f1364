//! Type and size of a file, and TikTok's limits for ads.

use std::{io, time::Duration};

use crate::{
    catalogue::own,
    integrations::{ContentKind, Failure},
    marketing_api::MediaType,
    media::{
        self, AD_IMAGE_MAX, AD_VIDEO_MAX, Container, ContentError, Dimensions, Medium, ProbeError, Source,
        SpoolError, VideoFacts, identify_picture,
    },
    model::{Grouped, PublicUrl},
};

/// Video for ads that comes with the request.
pub(super) const VIDEO: ContentKind = ContentKind {
    medium: Medium::Video,
    maximum: AD_VIDEO_MAX,
    file_maximum: AD_VIDEO_MAX,
    too_large: &own::CREATIVE_FILE_INVALID,
    too_large_fix: "shorten the video or encode it at a lower bit rate",
};

/// Image for ads that comes with the request.
pub(super) const IMAGE: ContentKind = ContentKind {
    medium: Medium::Image,
    maximum: AD_IMAGE_MAX,
    file_maximum: AD_IMAGE_MAX,
    too_large: &own::CREATIVE_FILE_INVALID,
    too_large_fix: "scale the image down or compress it more",
};

/// Videos that are taken.
pub(super) const VIDEO_TYPES: &str = "a video as MP4 or MOV";
/// Images that are taken.
pub(super) const IMAGE_TYPES: &str = "an image as JPEG or PNG";

/// Largest number of pixels of an image: 1440×2560 (docs/tiktok-marketing-api.md#images).
const PIXELS_MAX: u64 = 3_686_400;

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

/// Kind of the content.
pub(super) const fn kind(media_type: MediaType) -> &'static ContentKind {
    match media_type {
        MediaType::Video => &VIDEO,
        MediaType::Image => &IMAGE,
    }
}

/// Failure of a file that cannot be used.
pub(super) fn invalid(field: &str, got: &str, allowed: &str, fix: &str) -> Failure {
    Failure::of_field(&own::CREATIVE_FILE_INVALID, field, got, allowed, fix)
}

/// Failure of stored bytes that cannot be read.
pub(super) fn unreadable(media_type: MediaType, field: &str, fault: io::ErrorKind) -> Failure {
    kind(media_type).failure(field, ContentError::Spool(SpoolError::Folder(fault)))
}

/// Checks the content of the input `field`.
pub(super) async fn check(
    media_type: MediaType,
    field: &str,
    source: Source,
    origin: Option<FileOrigin>,
) -> Result<CheckedFile, Failure> {
    let looked = source.clone();
    // A file of a million boxes must not delay other requests.
    let file = tokio::task::spawn_blocking(move || look(media_type, &looked)).await;
    let file = file.unwrap_or(Err(FileFault::Unreadable(io::ErrorKind::Other)));
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
pub(super) fn not_usable(media_type: MediaType, field: &str, fault: &ProbeError) -> Failure {
    match (media_type, fault) {
        (_, ProbeError::Unreadable(kind)) => unreadable(media_type, field, *kind),
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
            Self::Unreadable(kind) => unreadable(media_type, field, kind),
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
const LENGTHS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(1));

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
