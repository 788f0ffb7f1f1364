//! Delivery of a prepared video to TikTok, the same for a post and for a draft: init, upload, status.

use std::{future::ready, time::Duration};

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::warn;

use crate::{
    catalogue::own,
    integrations::{
        Failure,
        tiktok::{
            context::Context,
            post::init::{InitCall, InitSpec},
            post::result::{Audience, PostResult},
            post::search::SearchKey,
            video::prepare::{Delivery, PreparedVideo},
            video::select::ProbedVideo,
        },
    },
    model::PublishId,
    open_api::{QuotaKind, UploadAddress, VideoInit, VideoInitResponse},
    posting::{self, Age, InitKind},
    progress::Phase,
    secret::UploadUrl,
    upload::{ChunkDenied, ChunkGuard, ChunkPlan, ChunkPosition, Upload, UploadError},
};

/// The post or draft that a video is delivered for.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct VideoPost<'a> {
    pub(in crate::integrations::tiktok) init: VideoInit<'a>,
    pub(in crate::integrations::tiktok) audience: Audience<'a>,
    /// Longest wait for the outcome, in seconds.
    pub(in crate::integrations::tiktok) wait_seconds: u32,
    /// Key to find a post whose init response was lost; `None` for a draft, which is in no list.
    pub(in crate::integrations::tiktok) search_key: Option<SearchKey<'a>>,
}

/// Sends the init and the bytes of `video`, and follows the post for at most `wait_seconds`.
pub(in crate::integrations::tiktok) async fn deliver(
    context: &Context,
    video: &PreparedVideo,
    post: VideoPost<'_>,
) -> Result<PostResult, Failure> {
    let mut warnings = video.warnings.clone();
    let publish_id = match &video.delivery {
        Delivery::Upload(probed, plan) => {
            let attempt = Attempt::new(context, video, post, InitKind::NeedsBytes);
            let publish_id = attempt.upload(probed, *plan, &mut warnings).await?;
            context.evidence.whole();
            context.record.whole().await;
            publish_id
        }
        Delivery::Pull(_) => {
            let attempt = Attempt::new(context, video, post, InitKind::PostsByItself);
            attempt.init().await?.publish_id
        }
    };
    context.progress.begin(Phase::Processing);
    let wait = context.wait(post.wait_seconds);
    let status = posting::follow(&context.api, wait, &publish_id, Age::JustBegun).await;
    let result = PostResult::of_status(&publish_id, status, post.audience, warnings)?;
    Ok(result.with_video(video.output()))
}

/// An attempt to deliver a video.
struct Attempt<'a> {
    context: &'a Context,
    video: &'a PreparedVideo,
    init: VideoInit<'a>,
    spec: InitSpec<'a>,
}

impl<'a> Attempt<'a> {
    fn new(context: &'a Context, video: &'a PreparedVideo, post: VideoPost<'a>, kind: InitKind) -> Self {
        let quota = match post.init {
            VideoInit::Post(_) => QuotaKind::Post(post.audience.username),
            VideoInit::Draft => QuotaKind::Draft,
        };
        let (size, search_key) = match &video.delivery {
            Delivery::Upload(_, plan) => (Some(plan.size()), None),
            Delivery::Pull(_) => (None, post.search_key),
        };
        let spec = InitSpec {
            kind,
            quota,
            size,
            search_key,
        };
        Self {
            context,
            video,
            init: post.init,
            spec,
        }
    }

    /// Sends an init.
    async fn init(&self) -> Result<VideoInitResponse, Failure> {
        let call = InitCall::new(self.context, self.spec);
        let source_info = self.video.source_info();
        call.send(self.context.api.init_video(self.init, &source_info, &call))
            .await
    }

    /// Uploads all bytes, in a second upload if TikTok no longer accepts the URL of the first.
    ///
    /// This cannot post twice: an upload without all of its bytes never becomes a post, and the status is
    /// checked before the second one begins.
    async fn upload(
        &self,
        video: &ProbedVideo,
        plan: ChunkPlan,
        warnings: &mut Vec<String>,
    ) -> Result<PublishId, Failure> {
        let response = self.init().await?;
        let first = response.publish_id.clone();
        let expired = match self.transfer(response, video, plan).await? {
            Transfer::Complete => return Ok(first),
            Transfer::Expired(error) => error,
        };
        if !self.context.has_time_for_another_try() {
            return Err(Failure::from(expired).of_upload(&first));
        }
        warn!(
            confirmed = expired.confirmed.0,
            "the upload URL is no longer valid, beginning a new upload"
        );
        self.context.evidence.anew();
        let response = self.init().await.map_err(|failure| failure.of_upload(&first))?;
        let second = response.publish_id.clone();
        if let Transfer::Expired(error) = self.transfer(response, video, plan).await? {
            return Err(Failure::from(error).of_upload(&second));
        }
        warnings.push(format!(
            "TikTok ended the upload {first} ({}), so the video was sent again as {second}; only the second counts",
            expired.kind
        ));
        Ok(second)
    }

    /// Sends all chunks to the URL that the init returned.
    async fn transfer(
        &self,
        response: VideoInitResponse,
        video: &ProbedVideo,
        plan: ChunkPlan,
    ) -> Result<Transfer, Failure> {
        let VideoInitResponse { publish_id, address } = response;
        let url = upload_url(address).map_err(|failure| failure.of_upload(&publish_id))?;
        let context = self.context;
        context.evidence.bytes();
        let guard = RequestGuard(context);
        let upload = Upload {
            transport: &context.transport,
            clock: &context.clock,
            api: &context.api,
            publish_id: &publish_id,
            url: &url,
            container: video.facts.container,
            source: &video.source,
            plan,
            retries: context.retries,
            timeout: context.timeout,
            stall: context.stall,
            line: &context.line,
            deadline: context.deadline,
            reporter: &context.progress,
            guard: &guard,
        };
        match upload.send().await {
            Ok(()) => Ok(Transfer::Complete),
            Err(error) if error.is_expired() => Ok(Transfer::Expired(error)),
            // The request that took over the post has its own upload, and this one stays incomplete.
            Err(error) if error.is_taken_over() => Err(Failure::from(error)),
            Err(error) => Err(Failure::from(error).of_upload(&publish_id)),
        }
    }
}

/// End of an upload that does not fail the request.
enum Transfer {
    /// TikTok has all bytes.
    Complete,
    /// The URL is no longer valid, and TikTok does not have all bytes.
    Expired(UploadError),
}

/// Guard of the chunks of a request. It stops an upload whose results nobody reads, records that the last chunk
/// was about to be sent, and leaves the rest to the journal.
#[derive(Debug)]
struct RequestGuard<'a>(&'a Context);

impl ChunkGuard for RequestGuard<'_> {
    fn permit(&self, position: ChunkPosition, may_take: Duration) -> BoxFuture<'_, Result<(), ChunkDenied>> {
        if !self.0.outlet.is_open() {
            return ready(Err(ChunkDenied::Unheard)).boxed();
        }
        if position == ChunkPosition::Last {
            self.0.evidence.last_chunk();
        }
        self.0.record.permit(position, may_take)
    }
}

/// The upload URL in the response to an init.
fn upload_url(address: UploadAddress) -> Result<UploadUrl, Failure> {
    let failure = match address {
        UploadAddress::Given(url) => return Ok(url),
        UploadAddress::None => Failure::new(
            &own::UNREADABLE_ANSWER,
            "(the response to the init has no upload URL)",
        ),
        UploadAddress::Foreign(_) => Failure::new(&own::UPLOAD_URL_REFUSED, ""),
    };
    Err(failure.nothing_posted())
}
