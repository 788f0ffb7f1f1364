//! From a chosen video to TikTok having all of it; the same for a post and for a draft.

use std::{future::ready, time::Duration};

use futures_util::{FutureExt as _, future::BoxFuture};
use tracing::warn;

use crate::{
    integrations::{
        Failure,
        tiktok::{
            context::Context,
            post::init::{InitCall, InitSpec},
            post::result::{Audience, PostResult},
            post::search::SearchKey,
            video::input::{ProbedVideo, SelectedVideo, Video},
            video::output::VideoOutput,
        },
    },
    model::{ByteCount, PublicUrl, PublishId},
    open_api::{Error, FileUpload, QuotaKind, UploadAddress, VideoInit, VideoInitResponse, VideoSourceInfo},
    posting::{self, Age, CheckReport, InitKind, VideoCheck},
    progress::Phase,
    secret::UploadUrl,
    upload::{
        CHUNK_MAX, CHUNK_MIN, ChunkDenied, ChunkGuard, ChunkPlan, ChunkPosition, LineSpeed, Upload,
        UploadError,
    },
};

/// A video that is ready to go: what TikTok is told of it at init, and how it is sent.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct PreparedVideo {
    way: Delivery,
    pub(in crate::integrations::tiktok) warnings: Vec<String>,
}

/// How a video gets to TikTok.
#[derive(Debug)]
enum Delivery {
    /// Its bytes are sent, cut as planned.
    Upload(ProbedVideo, ChunkPlan),
    /// TikTok fetches it.
    Pull(PublicUrl),
}

impl PreparedVideo {
    /// Plans how the chosen video goes to TikTok.
    pub(in crate::integrations::tiktok) fn new(
        chosen: SelectedVideo,
        chunk_size: Option<ByteCount>,
        line: &LineSpeed,
    ) -> Result<Self, Failure> {
        let SelectedVideo { video, mut warnings } = chosen;
        let way = match video {
            Video::Bytes(clip) => {
                let plan = match chunk_size {
                    Some(wanted) => ChunkPlan::new(clip.source.size(), wanted)?,
                    None => ChunkPlan::for_line(clip.source.size(), line.bytes_per_second())?,
                };
                warnings.extend(chunk_size.and_then(|wanted| corrected(wanted, plan)));
                Delivery::Upload(clip, plan)
            }
            Video::Address(url) => {
                warnings.extend(
                    chunk_size.map(|_| "chunk_size has no effect where TikTok fetches the video".to_owned()),
                );
                Delivery::Pull(url)
            }
        };
        Ok(Self { way, warnings })
    }

    /// What rules are held against; nothing is known of a video that TikTok fetches.
    pub(in crate::integrations::tiktok) fn video_check(&self) -> Option<VideoCheck<'_>> {
        match &self.way {
            Delivery::Upload(ProbedVideo { facts, field, .. }, _) => Some(VideoCheck { facts, field }),
            Delivery::Pull(_) => None,
        }
    }

    /// What is wrong with the video whosever it is, for that sending the request again does not mend; else
    /// that the account could not be asked.
    pub(in crate::integrations::tiktok) fn breach_or(&self, error: Error) -> Failure {
        let CheckReport { violations, .. } = self
            .video_check()
            .map(|video| posting::check_video(video, None))
            .unwrap_or_default();
        if violations.is_empty() {
            error.into()
        } else {
            Failure::of_violations(violations)
        }
    }

    /// What TikTok is told of the video at init.
    pub(in crate::integrations::tiktok) fn source_info(&self) -> VideoSourceInfo<'_> {
        match &self.way {
            Delivery::Pull(url) => VideoSourceInfo::Pull {
                video_url: url.as_str(),
            },
            Delivery::Upload(_, plan) => VideoSourceInfo::File(FileUpload {
                video_size: plan.size(),
                chunk_size: plan.chunk_size(),
                total_chunk_count: plan.count(),
            }),
        }
    }

    /// What the result tells of the video.
    pub(in crate::integrations::tiktok) fn seen(&self) -> Option<VideoOutput> {
        match &self.way {
            Delivery::Upload(clip, plan) => Some(VideoOutput::new(&clip.facts, *plan)),
            Delivery::Pull(_) => None,
        }
    }

    /// Begins the post or draft, sends the bytes, and follows it for at most `wait_seconds`.
    pub(in crate::integrations::tiktok) async fn deliver(
        &self,
        context: &Context,
        init: VideoInit<'_>,
        audience: Audience<'_>,
        wait_seconds: u32,
        wanted: Option<SearchKey<'_>>,
    ) -> Result<PostResult, Failure> {
        let mut warnings = self.warnings.clone();
        let begun = match init {
            VideoInit::Post(_) => QuotaKind::Post(audience.username),
            VideoInit::Draft => QuotaKind::Draft,
        };
        let publish_id = match &self.way {
            Delivery::Upload(clip, plan) => {
                let start = InitSpec {
                    kind: InitKind::NeedsBytes,
                    begun,
                    size: Some(plan.size()),
                    wanted: None,
                };
                let publish_id = self
                    .transfer(context, init, start, (clip, *plan), &mut warnings)
                    .await?;
                context.evidence.whole();
                context.record.whole().await;
                publish_id
            }
            Delivery::Pull(_) => {
                let start = InitSpec {
                    kind: InitKind::PostsByItself,
                    begun,
                    size: None,
                    wanted,
                };
                self.begin(context, init, start).await?.publish_id
            }
        };
        context.progress.begin(Phase::Processing);
        let status = posting::follow(
            &context.api,
            context.wait(wait_seconds),
            &publish_id,
            Age::JustBegun,
        )
        .await;
        let result = PostResult::of_status(&publish_id, status, audience, warnings)?;
        Ok(result.with_video(self.seen()))
    }

    async fn begin(
        &self,
        context: &Context,
        init: VideoInit<'_>,
        start: InitSpec<'_>,
    ) -> Result<VideoInitResponse, Failure> {
        let (beginning, source_info) = (InitCall::new(context, start), self.source_info());
        beginning
            .send(context.api.init_video(init, &source_info, &beginning))
            .await
    }

    /// Sends all bytes, and begins a second upload where TikTok no longer knows the address of the first.
    ///
    /// That is safe: an upload that has not got all its bytes never becomes a post, and whether it has is
    /// asked before.
    async fn transfer(
        &self,
        context: &Context,
        init: VideoInit<'_>,
        start: InitSpec<'_>,
        (clip, plan): (&ProbedVideo, ChunkPlan),
        warnings: &mut Vec<String>,
    ) -> Result<PublishId, Failure> {
        let first = self.begin(context, init, start).await?;
        let first_id = first.publish_id.clone();
        match send(context, first, clip, plan).await? {
            Transfer::Complete => Ok(first_id),
            Transfer::Expired(error) if !context.has_time_for_another_try() => {
                Err(Failure::from(error).of_upload(&first_id))
            }
            Transfer::Expired(error) => {
                warn!(
                    confirmed = error.confirmed.0,
                    "the upload address is no longer valid, beginning a new upload"
                );
                context.evidence.anew();
                let second = self.begin(context, init, start).await;
                let second = second.map_err(|failure| failure.of_upload(&first_id))?;
                let id = second.publish_id.clone();
                if let Transfer::Expired(error) = send(context, second, clip, plan).await? {
                    return Err(Failure::from(error).of_upload(&id));
                }
                warnings.push(format!(
                    "TikTok gave up the upload {first_id} ({}), so the video was sent again as {id}; only that one counts",
                    error.fault
                ));
                Ok(id)
            }
        }
    }
}

/// Lets a chunk pass as long as somebody reads the results and when the journal does, and remembers that the
/// last one was on its way.
#[derive(Debug)]
struct RequestGuard<'a>(&'a Context);

impl ChunkGuard for RequestGuard<'_> {
    fn pass(&self, part: ChunkPosition, may_take: Duration) -> BoxFuture<'_, Result<(), ChunkDenied>> {
        if !self.0.outlet.is_open() {
            return ready(Err(ChunkDenied::Unheard)).boxed();
        }
        if part == ChunkPosition::Last {
            self.0.evidence.last_chunk();
        }
        self.0.record.pass(part, may_take)
    }
}

/// What became of an upload that was sent.
enum Transfer {
    /// TikTok has all of it.
    Complete,
    /// Its address is gone, and TikTok has not got all of it.
    Expired(UploadError),
}

async fn send(
    context: &Context,
    started: VideoInitResponse,
    clip: &ProbedVideo,
    plan: ChunkPlan,
) -> Result<Transfer, Failure> {
    let VideoInitResponse { publish_id, address } = started;
    let url = given(address).map_err(|failure| failure.of_upload(&publish_id))?;
    context.evidence.bytes();
    let gate = RequestGuard(context);
    let upload = Upload {
        transport: &context.transport,
        clock: &context.clock,
        api: &context.api,
        publish_id: &publish_id,
        url: &url,
        container: clip.facts.container,
        source: &clip.source,
        plan,
        retries: context.retries,
        timeout: context.timeout,
        stall: context.stall,
        line: &context.line,
        deadline: context.deadline,
        reporter: &context.progress,
        gate: &gate,
    };
    match upload.send().await {
        Ok(()) => Ok(Transfer::Complete),
        Err(error) if error.is_expired() => Ok(Transfer::Expired(error)),
        // Whoever has taken the post over has an upload of its own, and this one stays empty.
        Err(error) if error.is_taken_over() => Err(Failure::from(error)),
        Err(error) => Err(Failure::from(error).of_upload(&publish_id)),
    }
}

/// The upload address, if TikTok gave one of its own.
fn given(address: UploadAddress) -> Result<UploadUrl, Failure> {
    let failure = match address {
        UploadAddress::Given(url) => return Ok(url),
        UploadAddress::None => {
            Failure::new("unreadable_answer", "(the answer to init has no upload address)")
        }
        UploadAddress::Foreign(_) => Failure::new("upload_url_refused", ""),
    };
    Err(failure.nothing_posted())
}

/// Says that a wish for a chunk size could not be met.
fn corrected(wanted: ByteCount, plan: ChunkPlan) -> Option<String> {
    let largest = ByteCount((plan.size().0 / 3).min(CHUNK_MAX.0));
    let kept = if largest >= CHUNK_MIN {
        format!("{CHUNK_MIN} to {largest} are kept")
    } else {
        "a video of this size always is".to_owned()
    };
    (wanted != plan.chunk_size()).then(|| {
        format!(
            "chunk_size {wanted} is not legal for a video of {}; it is sent in {} chunk(s) of {} ({kept})",
            plan.size(),
            plan.count(),
            plan.chunk_size(),
        )
    })
}
