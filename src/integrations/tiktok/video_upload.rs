//! From a chosen video to TikTok having all of it; the same for a post and for a draft.

use super::{
    post_result::{Audience, PostResult, VideoSeen},
    video_input::{Chosen, Video},
};
use crate::{
    integrations::{Context, Failure},
    media::{Container, Source},
    model::{ByteCount, PublishId},
    open_api::{Error, FileUpload, StartedUpload, UploadAddress, VideoSource},
    posting::{self, Age, InitKind},
    secret::UploadUrl,
    upload::{ChunkPlan, Upload},
};

/// A video that is ready to go: what TikTok is told of it at init, and how it is sent.
#[derive(Debug)]
pub(super) struct Ready {
    video: Video,
    plan: Option<ChunkPlan>,
    pub(super) warnings: Vec<String>,
}

impl Ready {
    /// Plans how the chosen video goes to TikTok.
    pub(super) fn new(chosen: Chosen, chunk_size: Option<ByteCount>) -> Result<Self, Failure> {
        let Chosen { video, mut warnings } = chosen;
        let plan = match &video {
            Video::Bytes(source, _) => {
                let plan = ChunkPlan::new(source.size(), chunk_size)?;
                warnings.extend(chunk_size.and_then(|wanted| corrected(wanted, plan)));
                Some(plan)
            }
            Video::Address(_) => {
                warnings
                    .extend(chunk_size.map(|_| "chunk_size has no effect where TikTok fetches the video".to_owned()));
                None
            }
        };
        Ok(Self { video, plan, warnings })
    }

    /// What TikTok is told of the video at init.
    pub(super) fn source_info(&self) -> VideoSource<'_> {
        match (&self.video, self.plan) {
            (Video::Address(url), _) => VideoSource::Pull { video_url: url.as_str() },
            (Video::Bytes(source, _), None) => VideoSource::File(FileUpload {
                video_size: source.size(),
                chunk_size: source.size(),
                total_chunk_count: 1,
            }),
            (Video::Bytes(..), Some(plan)) => VideoSource::File(FileUpload {
                video_size: plan.size(),
                chunk_size: plan.chunk_size(),
                total_chunk_count: plan.count(),
            }),
        }
    }

    /// What the result tells of the video.
    pub(super) fn seen(&self) -> Option<VideoSeen> {
        match (&self.video, self.plan) {
            (Video::Bytes(_, container), Some(plan)) => Some(VideoSeen::new(*container, plan)),
            (Video::Bytes(..), None) | (Video::Address(_), _) => None,
        }
    }

    /// Begins the upload with `init`, sends the bytes, and follows the post for at most `wait_seconds`.
    pub(super) async fn deliver(
        &self,
        context: &Context,
        init: impl Future<Output = Result<StartedUpload, Error>>,
        audience: Audience<'_>,
        wait_seconds: u32,
    ) -> Result<PostResult, Failure> {
        let kind = match self.video {
            Video::Bytes(..) => InitKind::NeedsBytes,
            Video::Address(_) => InitKind::PostsByItself,
        };
        context.evidence.init(kind);
        let StartedUpload { publish_id, address } = init.await.map_err(|error| Failure::of_init(error, kind))?;
        context.evidence.publish_id(&publish_id);
        if let (Video::Bytes(source, container), Some(plan)) = (&self.video, self.plan) {
            let url = given(address).map_err(|failure| failure.of_upload(&publish_id))?;
            let whole = Bytes { source, container: *container, plan };
            send(context, &publish_id, &url, whole).await.map_err(|failure| failure.of_upload(&publish_id))?;
        }
        let patience = context.patience(wait_seconds);
        let status = posting::follow(&context.api, &context.clock, &publish_id, Age::JustBegun, patience).await;
        let result = PostResult::of_status(&publish_id, status, audience, self.warnings.clone())?;
        Ok(result.with_video(self.seen()))
    }
}

/// The bytes of a video, and how they are cut.
struct Bytes<'a> {
    source: &'a Source,
    container: Container,
    plan: ChunkPlan,
}

async fn send(context: &Context, publish_id: &PublishId, url: &UploadUrl, bytes: Bytes<'_>) -> Result<(), Failure> {
    context.evidence.bytes();
    let upload = Upload {
        transport: &context.transport,
        clock: &context.clock,
        api: &context.api,
        publish_id,
        url,
        container: bytes.container,
        source: bytes.source,
        plan: bytes.plan,
        retries: context.retries,
        timeout: context.timeout,
    };
    Ok(upload.send().await?)
}

/// The upload address, if TikTok gave one of its own.
fn given(address: UploadAddress) -> Result<UploadUrl, Failure> {
    let failure = match address {
        UploadAddress::Given(url) => return Ok(url),
        UploadAddress::None => Failure::new("unreadable_answer", "(the answer to init has no upload address)"),
        UploadAddress::Foreign(_) => Failure::new("upload_url_refused", ""),
    };
    Err(failure.nothing_posted())
}

/// Says that a wish for a chunk size could not be met.
fn corrected(wanted: ByteCount, plan: ChunkPlan) -> Option<String> {
    (wanted != plan.chunk_size()).then(|| {
        format!(
            "chunk_size {wanted} is not legal for a video of {}; it is sent in {} chunk(s) of {}",
            plan.size(),
            plan.count(),
            plan.chunk_size()
        )
    })
}
