//! The choice of the one video that is posted.

use std::io;

use crate::{
    catalogue::own,
    integrations::{
        Content, Failure,
        tiktok::context::Context,
        tiktok::video::{
            file_type,
            input::{SourceKind, VIDEO, VIDEO_AT_URL, VideoFile, VideoInputs, empty},
        },
    },
    media::{self, ContentError, Dropped, Passed, ProbeError, Source, SpoolError, VideoFacts},
    model::{ByteCount, FieldError, PublicUrl},
};

/// The video of a request, with warnings about the inputs that it was selected from.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct SelectedVideo {
    pub(in crate::integrations::tiktok) source: VideoOrigin,
    pub(in crate::integrations::tiktok) warnings: Vec<String>,
}

impl SelectedVideo {
    fn new(source: VideoOrigin) -> Self {
        let warnings = Vec::new();
        Self { source, warnings }
    }
}

/// Place that TikTok gets a video from.
#[derive(Debug)]
pub(in crate::integrations::tiktok) enum VideoOrigin {
    /// This program, which uploads its bytes.
    Bytes(ProbedVideo),
    /// A URL, which TikTok downloads.
    Url(PublicUrl),
}

/// The bytes of a video and the facts that the probe found.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct ProbedVideo {
    /// Path of the input that held the bytes, such as `files[1].content`.
    pub(in crate::integrations::tiktok) field: String,
    pub(in crate::integrations::tiktok) source: Source,
    pub(in crate::integrations::tiktok) facts: VideoFacts,
}

/// Selects the one video that the inputs hold, and probes it if its bytes are here.
pub(in crate::integrations::tiktok) async fn select(
    context: &Context,
    mut inputs: VideoInputs,
) -> Result<SelectedVideo, Failure> {
    let blank = inputs.drop_blank(&context.contents)?;
    inputs.check()?;
    let mut selected = select_present(context, inputs).await?;
    selected.warnings.extend(blank);
    Ok(selected)
}

async fn select_present(context: &Context, inputs: VideoInputs) -> Result<SelectedVideo, Failure> {
    if let Some(url) = inputs.video_url {
        return of_url(context, url.0, inputs.source).await;
    }
    if let Some(content) = inputs.video_content_base64 {
        let opened = open(context, "video_content_base64", content.0).await?;
        return Ok(SelectedVideo::new(VideoOrigin::Bytes(
            opened.map_err(not_a_video)?,
        )));
    }
    if let Some(file) = inputs.file {
        let opened = open(context, "file.content", file.content).await?;
        let video = opened.map_err(not_a_video)?;
        let warnings = file_type::warnings("file", &file, &video.facts);
        let source = VideoOrigin::Bytes(video);
        return Ok(SelectedVideo { source, warnings });
    }
    first_video(context, &inputs.files.unwrap_or_default()).await
}

async fn of_url(
    context: &Context,
    url: PublicUrl,
    source: Option<SourceKind>,
) -> Result<SelectedVideo, Failure> {
    match source {
        Some(SourceKind::PullFromUrl) => {
            context.downloads().check_pull(&VIDEO_AT_URL, &url)?;
            Ok(SelectedVideo::new(VideoOrigin::Url(url)))
        }
        Some(SourceKind::FileUpload) | None => {
            let downloaded = context.downloads().fetch(&VIDEO_AT_URL, &url).await?;
            let video = probe("video_url", downloaded).await?.map_err(not_a_video)?;
            Ok(SelectedVideo::new(VideoOrigin::Bytes(video)))
        }
    }
}

/// Selects the first of several files that is a video. Warnings name the empty files and the files of other
/// types before it, which are skipped, and the files after it.
async fn first_video(context: &Context, files: &[VideoFile]) -> Result<SelectedVideo, Failure> {
    let is_blank = |file: &VideoFile| context.contents.is_blank(file.content);
    let has_content = files.iter().any(|file| !is_blank(file));
    let mut other_types = Vec::new();
    let mut blank = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if has_content && is_blank(file) {
            blank.push(format!("files[{index}] has no content, so it was skipped"));
            continue;
        }
        match open(context, &format!("files[{index}].content"), file.content).await? {
            Ok(video) => {
                let skipped = other_types.iter().map(skipped);
                let warnings = skipped
                    .chain(blank)
                    .chain(file_type::warnings(
                        &format!("files[{index}]"),
                        file,
                        &video.facts,
                    ))
                    .chain(unused(index, files.len()))
                    .collect();
                return Ok(SelectedVideo {
                    source: VideoOrigin::Bytes(video),
                    warnings,
                });
            }
            Err(error) => other_types.push(error),
        }
    }
    Err(Failure::of_fields(&own::VIDEO_FORMAT_INVALID, other_types))
}

/// Warning about a file of another type before the video.
fn skipped(error: &FieldError) -> String {
    format!("{} is {}, so it was skipped", error.field, error.got)
}

/// Warning about the files after the video.
fn unused(index: usize, count: usize) -> Option<String> {
    let last = count.checked_sub(1).filter(|last| *last > index)?;
    let which = match index + 1 {
        next if next == last => format!("files[{next}] was"),
        next => format!("files[{next}] to files[{last}] were"),
    };
    Some(format!(
        "{which} not used: a post has one video, and files[{index}] is the first"
    ))
}

/// Reads and probes the content under `field`. The inner error describes a complete file of another type.
async fn open(
    context: &Context,
    field: &str,
    content: Content,
) -> Result<Result<ProbedVideo, FieldError>, Failure> {
    match context.contents.open(field, content, &VIDEO)? {
        Passed::Kept(source) => probe(field, source).await,
        Passed::Dropped(Dropped {
            size,
            fault: Some(fault),
            ..
        }) => not_postable(field, size, &fault).map(Err),
        Passed::Dropped(Dropped { fault: None, .. }) => Err(VIDEO.failure(field, ContentError::Unused)),
    }
}

/// Probes `source`, the content of the input `field`. Errors as in [`open`].
async fn probe(field: &str, source: Source) -> Result<Result<ProbedVideo, FieldError>, Failure> {
    if source.size().0 == 0 {
        return Err(empty(field));
    }
    // Most files take a fraction of a millisecond, but a file of a million boxes must not delay other requests.
    let probed = source.clone();
    let facts = tokio::task::spawn_blocking(move || media::probe(&probed)).await;
    match facts.unwrap_or(Err(ProbeError::Unreadable(io::ErrorKind::Other))) {
        Ok(facts) => Ok(Ok(ProbedVideo {
            field: field.to_owned(),
            source,
            facts,
        })),
        Err(fault) => not_postable(field, source.size(), &fault).map(Err),
    }
}

/// Describes a complete file of another type. A video that is damaged or cannot be read fails the request.
fn not_postable(field: &str, size: ByteCount, fault: &ProbeError) -> Result<FieldError, Failure> {
    if let ProbeError::Unreadable(kind) = fault {
        return Err(VIDEO.failure(field, ContentError::Spool(SpoolError::Folder(*kind))));
    }
    let got = format!("{fault} ({size})");
    let (allowed, fix) = if fault.is_no_video() {
        ("an MP4, MOV or WebM video", fault.fix())
    } else {
        (
            "a complete MP4, MOV or WebM file",
            "check that the file plays to its end, then send it in full or export it again",
        )
    };
    let error = FieldError {
        field: field.into(),
        got,
        allowed: allowed.into(),
        fix: fix.into(),
    };
    if fault.is_no_video() {
        Ok(error)
    } else {
        Err(not_a_video(error))
    }
}

fn not_a_video(error: FieldError) -> Failure {
    Failure::of_fields(&own::VIDEO_FORMAT_INVALID, vec![error])
}
