//! A selected video, planned and checked before anything is sent to TikTok.

use crate::{
    integrations::{
        Failure,
        tiktok::video::{
            input::ChunkSize,
            output::VideoOutput,
            select::{ProbedVideo, SelectedVideo, VideoOrigin},
        },
    },
    model::{ByteCount, PublicUrl},
    open_api::{Error, FileUpload, VideoSourceInfo},
    posting::{self, CheckReport, VideoCheck},
    upload::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, LineSpeed},
};

/// A video that is ready for the init.
#[derive(Debug)]
pub(in crate::integrations::tiktok) struct PreparedVideo {
    pub(super) delivery: Delivery,
    pub(in crate::integrations::tiktok) warnings: Vec<String>,
}

/// Means by which TikTok gets a video.
#[derive(Debug)]
pub(super) enum Delivery {
    /// An upload in planned chunks.
    Upload(ProbedVideo, ChunkPlan),
    /// A URL that TikTok downloads.
    Pull(PublicUrl),
}

impl PreparedVideo {
    /// Plans the delivery of `selected`: in chunks of `chunk_size` if TikTok allows it, otherwise of the nearest
    /// allowed size; by default, of a size that suits the connection.
    pub(in crate::integrations::tiktok) fn new(
        selected: SelectedVideo,
        chunk_size: Option<ChunkSize>,
        line: &LineSpeed,
    ) -> Result<Self, Failure> {
        let SelectedVideo { source, mut warnings } = selected;
        let chunk_size = chunk_size.map(ByteCount::from);
        let delivery = match source {
            VideoOrigin::Bytes(video) => {
                let size = video.source.size();
                let plan = match chunk_size {
                    Some(wanted) => ChunkPlan::new(size, wanted)?,
                    None => ChunkPlan::for_line(size, line.bytes_per_second())?,
                };
                warnings.extend(chunk_size.and_then(|wanted| corrected(wanted, plan)));
                Delivery::Upload(video, plan)
            }
            VideoOrigin::Url(url) => {
                warnings.extend(chunk_size.map(|_| IDLE_CHUNK_SIZE.to_owned()));
                Delivery::Pull(url)
            }
        };
        Ok(Self { delivery, warnings })
    }

    /// Warnings of a dry run: those of a post, and the check that only TikTok can make.
    pub(in crate::integrations::tiktok) fn warnings_of_dry_run(&self) -> Vec<String> {
        let unchecked = match self.delivery {
            Delivery::Upload(..) => None,
            Delivery::Pull(_) => Some(NOT_DOWNLOADED.to_owned()),
        };
        self.warnings.iter().cloned().chain(unchecked).collect()
    }

    /// Input of [`posting::check_video`]; `None` for a video that TikTok downloads, of which nothing is known.
    pub(in crate::integrations::tiktok) fn video_check(&self) -> Option<VideoCheck<'_>> {
        match &self.delivery {
            Delivery::Upload(ProbedVideo { facts, field, .. }, _) => Some(VideoCheck { facts, field }),
            Delivery::Pull(_) => None,
        }
    }

    /// Failure of a request whose account could not be queried. Violations by the video itself come first,
    /// because sending the request again cannot fix them.
    pub(in crate::integrations::tiktok) fn violations_or(&self, error: Error) -> Failure {
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

    /// `source_info` of the init.
    pub(super) fn source_info(&self) -> VideoSourceInfo<'_> {
        match &self.delivery {
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

    /// The video in the result; `None` for a video that TikTok downloads.
    pub(in crate::integrations::tiktok) fn output(&self) -> Option<VideoOutput> {
        match &self.delivery {
            Delivery::Upload(video, plan) => Some(VideoOutput::new(&video.facts, *plan)),
            Delivery::Pull(_) => None,
        }
    }
}

/// Warning of a dry run with source PULL_FROM_URL.
const NOT_DOWNLOADED: &str =
    "the video was not checked, because TikTok downloads it itself (source PULL_FROM_URL)";

const IDLE_CHUNK_SIZE: &str = "chunk_size has no effect if TikTok downloads the video";

/// Warning about a `chunk_size` that was replaced.
fn corrected(wanted: ByteCount, plan: ChunkPlan) -> Option<String> {
    let largest = ByteCount((plan.size().0 / 3).min(CHUNK_MAX.0));
    let kept = if largest >= CHUNK_MIN {
        format!("allowed: {CHUNK_MIN} to {largest}")
    } else {
        "a video of this size goes in one chunk".to_owned()
    };
    (wanted != plan.chunk_size()).then(|| {
        format!(
            "chunk_size {wanted} is not valid for a video of {}; it is sent in {} of {} ({kept})",
            plan.size(),
            match plan.count() {
                1 => "1 chunk".to_owned(),
                count => format!("{count} chunks"),
            },
            plan.chunk_size(),
        )
    })
}
