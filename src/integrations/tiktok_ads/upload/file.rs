//! The file of an upload: the one input that holds it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::check::{
    CheckedFile, FileOrigin, IMAGE, IMAGE_TYPES, VIDEO, VIDEO_TYPES, check, invalid, kind, not_usable,
};
use crate::{
    catalogue::own,
    integrations::{Content, ContentKind, ContentPlace, Failure, NamedFile, tiktok_ads::context::AdsContext},
    marketing_api::MediaType,
    media::{ContentError, Dropped, Passed},
    model::PublicUrl,
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

/// Downloader of the file at the URL. FILE_UPLOAD (default): this program, which checks the file and uploads it.
/// PULL_FROM_URL: TikTok, best below 10 MB
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
                check(media_type, field, bytes, origin)
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
                check(media_type, field, bytes, origin)
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
