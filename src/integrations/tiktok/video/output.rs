//! A video in a result.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    media::{Container, VideoFacts},
    model::ByteCount,
    upload::{ChunkPlan, SIZE_MAX},
};

/// Names of the codecs that TikTok accepts.
const CODECS: [&str; 4] = ["H.264", "H.265", "VP8", "VP9"];

/// Largest plausible width or height.
const PIXELS_MAX: u32 = 65_535;

/// Largest plausible duration in seconds and frame rate, far above TikTok's limits.
const FIGURE_MAX: f64 = 100_000.0;

/// Properties of a video, and the chunks in which it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(inline)]
pub(in crate::integrations::tiktok) struct VideoOutput {
    /// MP4, MOV or WebM, detected from the content
    container: Cow<'static, str>,
    /// H.264, H.265, VP8 or VP9
    codec: String,
    /// Duration in seconds, to the millisecond; omitted if the file does not give it
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<f64>,
    /// Average frames per second; omitted if the file does not give them
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_rate: Option<f64>,
    /// Width in pixels, as displayed
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// Height in pixels, as displayed
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    /// Whether the video has an audio track
    has_audio: bool,
    /// Content-Type of the upload
    mime_type: Cow<'static, str>,
    /// Size in bytes
    size_bytes: u64,
    /// Bytes in each chunk of the upload; the last chunk also holds the remainder
    chunk_size: u64,
    /// Number of chunks
    total_chunk_count: u64,
}

impl VideoOutput {
    pub(in crate::integrations::tiktok) fn new(facts: &VideoFacts, plan: ChunkPlan) -> Self {
        let VideoFacts {
            container,
            codec,
            duration,
            frame_rate,
            frame,
            has_audio,
            ..
        } = facts;
        let (ByteCount(size_bytes), ByteCount(chunk_size)) = (plan.size(), plan.chunk_size());
        Self {
            container: container.name().into(),
            codec: codec.to_string(),
            duration_seconds: duration.map(|duration| (duration.as_secs_f64() * 1000.0).round() / 1000.0),
            frame_rate: frame_rate.map(|rate| f64::from(rate.average_thousandths) / 1000.0),
            width: frame.map(|frame| frame.width),
            height: frame.map(|frame| frame.height),
            has_audio: *has_audio,
            mime_type: container.mime().into(),
            size_bytes,
            chunk_size,
            total_chunk_count: plan.count(),
        }
    }
    /// Whether this program can have written the properties.
    pub(in crate::integrations::tiktok) fn is_plausible(&self) -> bool {
        let Self {
            container,
            codec,
            duration_seconds,
            frame_rate,
            width,
            height,
            has_audio: _,
            mime_type,
            size_bytes,
            chunk_size,
            total_chunk_count,
        } = self;
        let containers = [Container::Mp4, Container::Mov, Container::Webm];
        let fits = |figure: &Option<f64>| figure.is_none_or(|figure| (0.0..=FIGURE_MAX).contains(&figure));
        let shows = |pixels: &Option<u32>| pixels.is_none_or(|pixels| pixels <= PIXELS_MAX);
        containers
            .iter()
            .any(|known| known.name() == container && known.mime() == mime_type)
            && CODECS.contains(&codec.as_str())
            && fits(duration_seconds)
            && fits(frame_rate)
            && shows(width)
            && shows(height)
            && (1..=SIZE_MAX.0).contains(size_bytes)
            && (1..=*size_bytes).contains(chunk_size)
            && size_bytes.checked_div(*chunk_size) == Some(*total_chunk_count)
    }
}
