//! `POST /v2/post/publish/video/init/` and `POST /v2/post/publish/inbox/video/init/`
//! (docs/tiktok-open-api.md#video-init, #draft-init).

use serde::{Deserialize, Serialize};

use super::{CallOptions, Endpoint, Error, OpenApi};
use crate::{
    http::{Idempotency, WriteObserver},
    model::{ByteCount, PrivacyLevel, PublishId},
    secret::{UploadUrl, UploadUrlFault},
};

/// Settings of a direct post. Both brand toggles are always sent: TikTok's table calls them required, its
/// samples omit them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "TikTok's object")]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#video-init"
)]
pub struct VideoPostInfo<'a> {
    pub privacy_level: PrivacyLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    pub disable_duet: bool,
    pub disable_stitch: bool,
    pub disable_comment: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_cover_timestamp_ms: Option<u32>,
    pub brand_content_toggle: bool,
    pub brand_organic_toggle: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_aigc: Option<bool>,
}

/// Source of the video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "source")]
pub enum VideoSourceInfo<'a> {
    /// Upload to the URL in the response.
    #[serde(rename = "FILE_UPLOAD")]
    File(FileUpload),
    /// Download by TikTok from a host that the app has verified. Such an init publishes without a further
    /// call.
    #[serde(rename = "PULL_FROM_URL")]
    Pull {
        /// `https` URL.
        video_url: &'a str,
    },
}

/// Sizes of an upload and its chunks (docs/tiktok-open-api.md#chunk-rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#video-init"
)]
pub struct FileUpload {
    pub video_size: ByteCount,
    pub chunk_size: ByteCount,
    pub total_chunk_count: u64,
}

/// Upload or post that an init has begun.
#[derive(Debug, Clone)]
pub struct VideoInitResponse {
    /// Id of the upload or post.
    pub publish_id: PublishId,
    /// Destination of the bytes.
    pub address: UploadAddress,
}

/// Destination of the bytes of an upload.
#[derive(Debug, Clone)]
pub enum UploadAddress {
    /// Upload URL, valid for one hour.
    Given(UploadUrl),
    /// No URL, because TikTok downloads the video.
    None,
    /// Refused upload URL, because it is not TikTok's.
    Foreign(UploadUrlFault),
}

#[derive(Serialize)]
struct VideoInitBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    post_info: Option<&'a VideoPostInfo<'a>>,
    source_info: &'a VideoSourceInfo<'a>,
}

#[derive(Deserialize)]
struct VideoInitData {
    publish_id: PublishId,
    upload_url: Option<String>,
}

/// Kind of post that an init of a video begins.
#[derive(Debug, Clone, Copy)]
pub enum VideoInit<'a> {
    /// Direct post. Scope `video.publish`.
    Post(&'a VideoPostInfo<'a>),
    /// Draft for the account's inbox. Scope `video.upload`. Has no `post_info`, which TikTok would silently
    /// ignore.
    Draft,
}

impl OpenApi {
    /// Begins a post or a draft; 6 calls a minute.
    pub async fn init_video(
        &self,
        init: VideoInit<'_>,
        source_info: &VideoSourceInfo<'_>,
        observer: &dyn WriteObserver,
    ) -> Result<VideoInitResponse, Error> {
        let (endpoint, post_info) = match init {
            VideoInit::Post(post_info) => (Endpoint::VIDEO_INIT, Some(post_info)),
            VideoInit::Draft => (Endpoint::INBOX_VIDEO_INIT, None),
        };
        let idempotency = match source_info {
            VideoSourceInfo::File(_) => Some(Idempotency::Idempotent),
            VideoSourceInfo::Pull { .. } => None,
        };
        let data: VideoInitData = self
            .init(
                endpoint,
                &VideoInitBody {
                    post_info,
                    source_info,
                },
                CallOptions {
                    idempotency,
                    observer: Some(observer),
                },
            )
            .await?;
        let address = match data.upload_url.map(|url| UploadUrl::parse(&url, &self.base)) {
            Some(Ok(url)) => UploadAddress::Given(url),
            Some(Err(fault)) => UploadAddress::Foreign(fault),
            None => UploadAddress::None,
        };
        Ok(VideoInitResponse {
            publish_id: data.publish_id,
            address,
        })
    }
}
