//! The ways in which a video can be given to an action, and the choice of the one that was.

use std::io;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    integrations::{
        Content, Contents, Failure,
        tiktok::{context::Context, video::download},
    },
    media::{self, Container, ContentError, Dropped, Passed, ProbeError, Source, SpoolError, VideoFacts},
    model::{ByteCount, FieldError, PublicUrl},
    posting::InitKind,
};

/// A file as Autohive's chat hands it over.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct VideoFile {
    /// The file's content, base64
    content: Content,
    /// The file's name; what the file is, its bytes say
    name: Option<String>,
    /// The file's MIME type as the sender believes; what it really is, its bytes say
    #[serde(rename = "contentType")]
    content_type: Option<String>,
}

impl VideoFile {
    /// Whether it has more than its content, so that it is no empty form field.
    fn is_described(&self) -> bool {
        self.name.is_some() || self.content_type.is_some()
    }
}

/// How TikTok gets the video of a `video_url`.
// The variants have no doc comments, so that the schema is a plain `enum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(in crate::integrations::tiktok) enum SourceKind {
    // This program fetches it, and sends it as a file.
    FileUpload,
    // TikTok fetches it.
    PullFromUrl,
}

impl SourceKind {
    /// Kind of the init of a video that is given in this way.
    pub(in crate::integrations::tiktok) const fn init(source: Option<Self>) -> InitKind {
        match source {
            Some(Self::PullFromUrl) => InitKind::PostsByItself,
            Some(Self::FileUpload) | None => InitKind::NeedsBytes,
        }
    }
}

/// The inputs of an action that may hold a video.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct VideoInputs {
    pub(in crate::integrations::tiktok) video_content_base64: Option<Content>,
    pub(in crate::integrations::tiktok) file: Option<VideoFile>,
    pub(in crate::integrations::tiktok) files: Option<Vec<VideoFile>>,
    pub(in crate::integrations::tiktok) video_url: Option<PublicUrl>,
    pub(in crate::integrations::tiktok) source: Option<SourceKind>,
}

/// The video of a request.
#[derive(Debug)]
pub(in crate::integrations::tiktok) enum Video {
    /// Its bytes, and what they are.
    Bytes(ProbedVideo),
    /// Its address, for TikTok to fetch.
    Address(PublicUrl),
}

/// The bytes of a video, and what they are.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct ProbedVideo {
    /// The input that held them.
    pub(in crate::integrations::tiktok) field: String,
    pub(in crate::integrations::tiktok) source: Source,
    pub(in crate::integrations::tiktok) facts: VideoFacts,
}

/// The video of a request, and what to know of the choice.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct SelectedVideo {
    pub(in crate::integrations::tiktok) video: Video,
    pub(in crate::integrations::tiktok) warnings: Vec<String>,
}

/// The inputs' names, for messages.
const WAYS: &str = "one of video_content_base64, file, files, video_url";

impl VideoInputs {
    /// Takes the one video that was given.
    pub(in crate::integrations::tiktok) async fn choose(
        mut self,
        context: &Context,
    ) -> Result<SelectedVideo, Failure> {
        let blank = self.drop_blank(&context.contents)?;
        self.check()?;
        let mut chosen = self.choose_one(context).await?;
        chosen.warnings.extend(blank);
        Ok(chosen)
    }

    async fn choose_one(self, context: &Context) -> Result<SelectedVideo, Failure> {
        let alone = |video: Video| SelectedVideo {
            video,
            warnings: Vec::new(),
        };
        if let Some(url) = self.video_url {
            return match self.source {
                Some(SourceKind::PullFromUrl) => {
                    download::check_pull(context, &url)?;
                    Ok(alone(Video::Address(url)))
                }
                Some(SourceKind::FileUpload) | None => {
                    let source = download::fetch(context, &url).await?;
                    let clip = recognise("video_url", source).await?.map_err(not_a_video)?;
                    Ok(alone(Video::Bytes(clip)))
                }
            };
        }
        if let Some(content) = self.video_content_base64 {
            let clip = open(context, "video_content_base64", content)
                .await?
                .map_err(not_a_video)?;
            return Ok(alone(Video::Bytes(clip)));
        }
        if let Some(file) = self.file {
            let clip = open(context, "file.content", file.content)
                .await?
                .map_err(not_a_video)?;
            let warnings = misnamed("file", &file, &clip.facts);
            return Ok(SelectedVideo {
                video: Video::Bytes(clip),
                warnings,
            });
        }
        first_video(context, &self.files.unwrap_or_default()).await
    }

    /// Removes ways that have no content, unless all have none: an empty form field is no video. Returns a
    /// warning for each file that has a name or a type but no content.
    fn drop_blank(&mut self, contents: &Contents) -> Result<Vec<String>, Failure> {
        let is_blank = |content: &Content| contents.is_blank(*content);
        let is_blank_file = |file: &VideoFile| is_blank(&file.content);
        let whole = self
            .video_content_base64
            .as_ref()
            .is_some_and(|content| !is_blank(content))
            || self.file.as_ref().is_some_and(|file| !is_blank_file(file))
            || self.files.iter().flatten().any(|file| !is_blank_file(file))
            || self.video_url.is_some();
        if !whole {
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

    fn check(&self) -> Result<(), Failure> {
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

/// The first of several files that is a video. Empty files and whole files of another kind are skipped with a
/// warning; files after the video are reported too.
async fn first_video(context: &Context, files: &[VideoFile]) -> Result<SelectedVideo, Failure> {
    let is_blank = |file: &VideoFile| context.contents.is_blank(file.content);
    let has_content = files.iter().any(|file| !is_blank(file));
    let mut passed_over = Vec::new();
    let mut blank = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if has_content && is_blank(file) {
            blank.push(format!("files[{index}] has no content, so it was skipped"));
            continue;
        }
        match open(context, &format!("files[{index}].content"), file.content).await? {
            Ok(clip) => {
                let told =
                    |finding: &FieldError| format!("{} is {}, so it was skipped", finding.field, finding.got);
                let name = misnamed(&format!("files[{index}]"), file, &clip.facts);
                let rest = unused(index, files.len());
                let warnings = passed_over
                    .iter()
                    .map(told)
                    .chain(blank)
                    .chain(name)
                    .chain(rest)
                    .collect();
                return Ok(SelectedVideo {
                    video: Video::Bytes(clip),
                    warnings,
                });
            }
            Err(finding) => passed_over.push(finding),
        }
    }
    Err(Failure::of_fields("video_format_invalid", passed_over))
}

/// Warning about files after the posted one.
fn unused(index: usize, count: usize) -> Option<String> {
    let last = count.checked_sub(1).filter(|last| *last > index)?;
    let which = match index + 1 {
        next if next == last => format!("files[{next}] was"),
        next => format!("files[{next}] to files[{last}] were"),
    };
    Some(format!(
        "{which} not used: one post has one video, which is files[{index}]"
    ))
}

/// The video under `field`, or that what is there is whole and no video.
async fn open(
    context: &Context,
    field: &str,
    content: Content,
) -> Result<Result<ProbedVideo, FieldError>, Failure> {
    let unusable = |error| Failure::of_content(field, error);
    match context.contents.get(content).map_err(unusable)? {
        Passed::Kept(source) => recognise(field, source).await,
        Passed::Dropped(Dropped {
            size,
            fault: Some(fault),
            ..
        }) => unfit(field, size, &fault).map(Err),
        Passed::Dropped(Dropped { fault: None, .. }) => Err(unusable(ContentError::Unused)),
    }
}

async fn recognise(field: &str, source: Source) -> Result<Result<ProbedVideo, FieldError>, Failure> {
    if source.size().0 == 0 {
        return Err(empty(field));
    }
    // Most files take a fraction of a millisecond, but one made of a million boxes must not hold other
    // requests up.
    let looked = source.clone();
    let facts = tokio::task::spawn_blocking(move || media::probe(&looked)).await;
    match facts.unwrap_or(Err(ProbeError::Unreadable(io::ErrorKind::Other))) {
        Ok(facts) => Ok(Ok(ProbedVideo {
            field: field.to_owned(),
            source,
            facts,
        })),
        Err(fault) => unfit(field, source.size(), &fault).map(Err),
    }
}

/// The finding about a whole file that is no video. A video that is broken or cannot be read is the request's
/// failure.
fn unfit(field: &str, size: ByteCount, fault: &ProbeError) -> Result<FieldError, Failure> {
    if let ProbeError::Unreadable(kind) = fault {
        return Err(Failure::of_content(
            field,
            ContentError::Spool(SpoolError::Folder(*kind)),
        ));
    }
    let got = format!("{fault} ({size})");
    let (allowed, fix) = if fault.is_no_video() {
        ("a video as MP4, MOV or WebM", fault.fix())
    } else {
        (
            "a whole MP4, MOV or WebM",
            "check that the file plays to its end, then send all of it or export it again",
        )
    };
    let finding = FieldError {
        field: field.into(),
        got,
        allowed: allowed.into(),
        fix: fix.into(),
    };
    if fault.is_no_video() {
        Ok(finding)
    } else {
        Err(not_a_video(finding))
    }
}

/// Extensions of media files, and what they promise where that is something that TikTok takes.
const EXTENSIONS: [(&str, Option<Container>); 19] = [
    ("mp4", Some(Container::Mp4)),
    ("m4v", Some(Container::Mp4)),
    ("3gp", Some(Container::Mp4)),
    ("mov", Some(Container::Mov)),
    ("qt", Some(Container::Mov)),
    ("webm", Some(Container::Webm)),
    ("mkv", None),
    ("avi", None),
    ("wmv", None),
    ("flv", None),
    ("mpg", None),
    ("mpeg", None),
    ("gif", None),
    ("jpg", None),
    ("jpeg", None),
    ("png", None),
    ("mp3", None),
    ("m4a", None),
    ("wav", None),
];

/// Warnings about a name or MIME type that does not match the file's bytes. The bytes decide.
fn misnamed(field: &str, file: &VideoFile, facts: &VideoFacts) -> Vec<String> {
    let (name, mime) = (facts.container.name(), facts.container.mime());
    let by_name = other_extension(file, facts).map(|extension| {
        format!("{field}.name ends in .{extension}, but its bytes are {name}; it is sent as {mime}")
    });
    let by_type = is_other_type(file, mime).then(|| {
        format!("{field}.contentType is not that of its bytes, which are {name}; it is sent as {mime}")
    });
    by_name.into_iter().chain(by_type).collect()
}

fn other_extension(file: &VideoFile, facts: &VideoFacts) -> Option<&'static str> {
    let (_, extension) = file.name.as_deref()?.rsplit_once('.')?;
    let (extension, promised) = EXTENSIONS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
    (*promised != Some(facts.container)).then_some(extension)
}

/// MIME types that promise nothing.
const ANY_TYPE: [&str; 5] = [
    "application/octet-stream",
    "binary/octet-stream",
    "application/binary",
    "video/*",
    "*/*",
];

fn is_other_type(file: &VideoFile, mime: &str) -> bool {
    let Some(given) = file.content_type.as_deref() else {
        return false;
    };
    let given = given
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_mp4 =
        matches!(given.as_str(), "video/x-m4v" | "video/m4v" | "application/mp4") && mime == "video/mp4";
    given != mime && !is_mp4 && !ANY_TYPE.contains(&given.as_str())
}

fn none() -> Failure {
    Failure::of_field(
        "video_missing",
        "file",
        "no video",
        WAYS,
        "give the video to post",
    )
}

fn several(given: &[&str]) -> Failure {
    let got = format!("several videos: {}", given.join(", "));
    Failure::of_field("inputs_conflict", "file", &got, WAYS, "leave out all but one")
}

fn pull_without_address() -> Failure {
    let fix = "leave out source, a file that is sent needs none, or give a video_url";
    Failure::of_field(
        "inputs_conflict",
        "source",
        "PULL_FROM_URL without a video_url",
        "PULL_FROM_URL only with video_url",
        fix,
    )
}

fn empty(field: &str) -> Failure {
    Failure::of_field(
        "video_empty",
        field,
        "0 bytes",
        "a video file",
        "send the file's content",
    )
}

fn not_a_video(finding: FieldError) -> Failure {
    Failure::of_fields("video_format_invalid", vec![finding])
}
