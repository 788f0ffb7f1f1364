//! The inputs that can hold a video.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    catalogue::own,
    integrations::{ANY_ITEM, Content, ContentKind, ContentPlace, Contents, Failure, NamedFile},
    media::{Medium, VIDEO_MAX},
    model::{ByteCount, PublicUrl},
    posting::InitKind,
    upload::SIZE_MAX,
};

/// A video that comes with the request.
pub(super) const VIDEO: ContentKind = ContentKind {
    medium: Medium::Video,
    maximum: VIDEO_MAX,
    file_maximum: SIZE_MAX,
    too_large: &own::VIDEO_TOO_LARGE,
    too_large_fix: "shorten the video or encode it at a lower bitrate",
};

/// The video at a `video_url`.
pub(super) const VIDEO_AT_URL: NamedFile = NamedFile {
    field: "video_url",
    content: &VIDEO,
    empty: &own::VIDEO_EMPTY,
    other_type: &own::VIDEO_FORMAT_INVALID,
    allowed: "a video as MP4, MOV or WebM",
    too_large_fix: "encode it at a lower bit rate, or let TikTok fetch it (up to 4 GB) with source PULL_FROM_URL \
                    from a host that your app has verified",
    noun: "video",
};

/// Inputs of an action that hold the bytes of a video.
pub(in crate::integrations::tiktok) const VIDEO_PLACES: [ContentPlace; 3] = [
    place(&["video_content_base64"]),
    place(&["file", "content"]),
    place(&["files", ANY_ITEM, "content"]),
];

const fn place(path: &'static [&'static str]) -> ContentPlace {
    ContentPlace { path, kind: &VIDEO }
}

/// A file from the chat
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct VideoFile {
    /// Content of the file, as base64
    pub(super) content: Content,
    /// Name of the file; the type is detected from the content
    pub(super) name: Option<String>,
    /// MIME type given by the sender; the actual type is detected from the content
    #[serde(rename = "contentType")]
    pub(super) content_type: Option<String>,
}

impl VideoFile {
    /// Whether the file has a name or a type. Without either, a file without content is an empty form field.
    fn is_described(&self) -> bool {
        self.name.is_some() || self.content_type.is_some()
    }
}

/// Video file from the chat. Pass exactly one of file, files, video_content_base64 and video_url
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct ChatFile(VideoFile);

impl From<ChatFile> for VideoFile {
    fn from(ChatFile(file): ChatFile) -> Self {
        file
    }
}

/// Content of the video file, as base64; at most 287 MiB when decoded
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct VideoContent(pub(super) Content);

/// Public https URL of the video file; at most 287 MiB, or 4 GB with source PULL_FROM_URL
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct VideoUrl(pub(super) PublicUrl);

/// Size of each chunk of the upload, in bytes. Default: chosen to suit the connection. A size that TikTok would reject
/// is replaced, with a warning
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct ChunkSize(#[schemars(range(min = 1))] u64);

impl From<ChunkSize> for ByteCount {
    fn from(ChunkSize(bytes): ChunkSize) -> Self {
        Self(bytes)
    }
}

/// How the video at video_url reaches TikTok. FILE_UPLOAD (default): this program downloads it from any public host
/// and uploads it. PULL_FROM_URL: TikTok downloads it, which requires a domain that is verified for your app
// The variants have no doc comments, so that the schema is a plain `enum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(in crate::integrations::tiktok) enum SourceKind {
    FileUpload,
    PullFromUrl,
}

impl SourceKind {
    /// Effect of the init for a video with this `source` input.
    pub(in crate::integrations::tiktok) const fn init(source: Option<Self>) -> InitKind {
        match source {
            Some(Self::PullFromUrl) => InitKind::PostsByItself,
            Some(Self::FileUpload) | None => InitKind::NeedsBytes,
        }
    }
}

/// The inputs of an action that can hold a video.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct VideoInputs {
    pub(in crate::integrations::tiktok) video_content_base64: Option<VideoContent>,
    pub(in crate::integrations::tiktok) file: Option<VideoFile>,
    pub(in crate::integrations::tiktok) files: Option<Vec<VideoFile>>,
    pub(in crate::integrations::tiktok) video_url: Option<VideoUrl>,
    pub(in crate::integrations::tiktok) source: Option<SourceKind>,
}

/// The inputs of an action that can hold its video. Leaves them empty.
macro_rules! take_video {
    ($input:ident) => {
        $crate::integrations::tiktok::video::input::VideoInputs {
            video_content_base64: $input.video_content_base64.take(),
            file: $input.file.take().map(Into::into),
            files: $input.files.take(),
            video_url: $input.video_url.take(),
            source: $input.source,
        }
    };
}
pub(in crate::integrations::tiktok) use take_video;

/// Names of the inputs, for messages.
const ALTERNATIVES: &str = "one of video_content_base64, file, files, video_url";

impl VideoInputs {
    /// Removes inputs without content, unless none has content: an empty form field is not a video. Returns a
    /// warning for each removed file that has a name or a type.
    pub(super) fn drop_blank(&mut self, contents: &Contents) -> Result<Vec<String>, Failure> {
        let is_blank = |content: &VideoContent| contents.is_blank(content.0);
        let is_blank_file = |file: &VideoFile| contents.is_blank(file.content);
        let has_content = self
            .video_content_base64
            .as_ref()
            .is_some_and(|content| !is_blank(content))
            || self.file.as_ref().is_some_and(|file| !is_blank_file(file))
            || self.files.iter().flatten().any(|file| !is_blank_file(file))
            || self.video_url.is_some();
        if !has_content {
            return match (&self.video_content_base64, &self.file) {
                (Some(_), _) => Err(empty("video_content_base64")),
                (None, Some(_)) => Err(empty("file.content")),
                // Empty files of a list are reported when they are opened.
                (None, None) => Ok(Vec::new()),
            };
        }
        self.video_content_base64.take_if(|content| is_blank(content));
        let files = self
            .files
            .take_if(|files| files.iter().all(is_blank_file))
            .unwrap_or_default();
        let file = self.file.take_if(|file| is_blank_file(file));
        let files = files
            .iter()
            .enumerate()
            .map(|(index, file)| (format!("files[{index}]"), file));
        let described = files
            .chain(file.iter().map(|file| ("file".to_owned(), file)))
            .filter(|(_, file)| file.is_described());
        Ok(described
            .map(|(field, _)| format!("{field} has no content, so it was not used"))
            .collect())
    }

    /// Checks that exactly one input holds a video, and that `source` suits it.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let given = self.names();
        if given.len() > 1 {
            return Err(several(&given));
        }
        match (given.is_empty(), &self.video_url, self.source) {
            (true, ..) => Err(none()),
            (false, None, Some(SourceKind::PullFromUrl)) => Err(pull_without_address()),
            (false, Some(_), _) | (false, None, Some(SourceKind::FileUpload) | None) => Ok(()),
        }
    }

    /// Names of the inputs that are present.
    fn names(&self) -> Vec<&'static str> {
        let given = [
            ("video_content_base64", self.video_content_base64.is_some()),
            ("file", self.file.is_some()),
            (
                "files",
                self.files.as_ref().is_some_and(|files| !files.is_empty()),
            ),
            ("video_url", self.video_url.is_some()),
        ];
        given
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(name, _)| name)
            .collect()
    }
}

fn none() -> Failure {
    Failure::of_field(
        &own::VIDEO_MISSING,
        "file",
        "no video",
        ALTERNATIVES,
        "provide the video to post",
    )
}

fn several(given: &[&str]) -> Failure {
    let got = format!("several videos: {}", given.join(", "));
    Failure::of_field(
        &own::INPUTS_CONFLICT,
        given.last().copied().unwrap_or("file"),
        &got,
        ALTERNATIVES,
        "send only one of them",
    )
}

fn pull_without_address() -> Failure {
    let fix = "omit source, which an uploaded file does not need, or provide a video_url";
    Failure::of_field(
        &own::INPUTS_CONFLICT,
        "source",
        "PULL_FROM_URL without a video_url",
        "PULL_FROM_URL together with video_url",
        fix,
    )
}

/// Failure of a video without a single byte.
pub(super) fn empty(field: &str) -> Failure {
    Failure::of_field(
        &own::VIDEO_EMPTY,
        field,
        "0 bytes",
        "a video file",
        "send the file's content",
    )
}
