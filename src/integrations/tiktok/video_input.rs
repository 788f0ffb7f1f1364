//! The ways in which a video can be given to an action, and the choice of the one that was.

use schemars::JsonSchema;
use serde::Deserialize;

use super::video_relay;
use crate::{
    integrations::{Content, Context, Failure},
    media::{self, Container, ContentError, Foreign, Source},
    model::{Finding, PublicUrl},
};

/// A file as Autohive's chat hands it over.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct File {
    /// The file's content, base64
    content: Content,
    /// The file's name
    #[expect(dead_code, reason = "part of Autohive's file object; what a file is, its bytes say")]
    name: Option<String>,
    /// The file's MIME type as the sender believes; what it really is, its bytes say
    #[serde(rename = "contentType")]
    #[expect(dead_code, reason = "part of Autohive's file object; what a file is, its bytes say")]
    content_type: Option<String>,
}

/// How TikTok gets the video of a `video_url`.
// The variants have no doc comments, so that the schema is a plain `enum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum SourceKind {
    // This program fetches it, and sends it as a file.
    FileUpload,
    // TikTok fetches it.
    PullFromUrl,
}

/// The inputs of an action that may hold a video.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) video_content_base64: Option<Content>,
    pub(super) file: Option<File>,
    pub(super) files: Option<Vec<File>>,
    pub(super) video_url: Option<PublicUrl>,
    pub(super) source: Option<SourceKind>,
}

/// The video of a request.
#[derive(Debug)]
pub(super) enum Video {
    /// Its bytes, and what they are.
    Bytes(Source, Container),
    /// Its address, for TikTok to fetch.
    Address(PublicUrl),
}

/// The video of a request, and what to know of the choice.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) video: Video,
    pub(super) warnings: Vec<String>,
}

/// The inputs' names, for messages.
const WAYS: &str = "one of video_content_base64, file, files, video_url";

impl Given {
    /// Takes the one video that was given.
    pub(super) async fn choose(self, context: &Context) -> Result<Chosen, Failure> {
        self.check()?;
        let alone = |video: Video| Chosen { video, warnings: Vec::new() };
        if let Some(url) = self.video_url {
            return match self.source {
                Some(SourceKind::PullFromUrl) => Ok(alone(Video::Address(url))),
                Some(SourceKind::FileUpload) | None => {
                    let source = video_relay::fetch(context, &url).await?;
                    recognise("video_url", source).map(alone)
                }
            };
        }
        if let Some(content) = self.video_content_base64 {
            return open(context, "video_content_base64", content).map(alone);
        }
        if let Some(file) = self.file {
            return open(context, "file.content", file.content).map(alone);
        }
        first_video(context, &self.files.unwrap_or_default())
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
            ("files", self.files.as_ref().is_some_and(|files| !files.is_empty())),
            ("video_url", self.video_url.is_some()),
        ];
        given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }
}

/// The first of several files that is a video. Only what is whole and no video is passed over, and told.
fn first_video(context: &Context, files: &[File]) -> Result<Chosen, Failure> {
    let mut passed_over = Vec::new();
    for (index, file) in files.iter().enumerate() {
        match open(context, &format!("files[{index}].content"), file.content) {
            Ok(video) => {
                let told = |finding: &Finding| format!("{} is {}, so it was passed over", finding.field, finding.got);
                return Ok(Chosen { video, warnings: passed_over.iter().map(told).collect() });
            }
            Err(failure) if failure.code == "video_format_invalid" => passed_over.extend(failure.details),
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::of_findings("video_format_invalid", passed_over))
}

fn open(context: &Context, field: &str, content: Content) -> Result<Video, Failure> {
    recognise(field, context.contents.get(content).map_err(|error| Failure::of_content(field, error))?)
}

fn recognise(field: &str, source: Source) -> Result<Video, Failure> {
    if source.size().0 == 0 {
        return Err(empty(field));
    }
    let head = source.head().map_err(|error| Failure::of_content(field, ContentError::NoRoom(error.kind())))?;
    match media::sniff(&head) {
        Ok(container) => Ok(Video::Bytes(source, container)),
        Err(foreign) => Err(not_a_video(field, foreign, &source)),
    }
}

fn none() -> Failure {
    finding("video_missing", "file", "no video", WAYS, "give the video to post")
}

fn several(given: &[&str]) -> Failure {
    let got = format!("several videos: {}", given.join(", "));
    finding("inputs_conflict", "file", &got, WAYS, "leave out all but one")
}

fn pull_without_address() -> Failure {
    let fix = "leave out source, a file that is sent needs none, or give a video_url";
    finding("inputs_conflict", "source", "PULL_FROM_URL without a video_url", "PULL_FROM_URL only with video_url", fix)
}

fn empty(field: &str) -> Failure {
    finding("video_empty", field, "0 bytes", "a video file", "send the file's content")
}

fn not_a_video(field: &str, foreign: Foreign, source: &Source) -> Failure {
    let got = format!("{foreign} ({})", source.size());
    finding("video_format_invalid", field, &got, "MP4, MOV or WebM", "convert it, preferably to MP4 with H.264")
}

fn finding(code: &str, field: &str, got: &str, allowed: &str, fix: &str) -> Failure {
    let finding = Finding { field: field.into(), got: got.into(), allowed: allowed.into(), fix: fix.into() };
    Failure::of_findings(code, vec![finding])
}
