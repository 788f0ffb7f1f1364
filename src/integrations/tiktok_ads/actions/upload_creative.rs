//! `POST /file/video/ad/upload/`, `POST /file/image/ad/upload/` and the calls of an upload in chunks; permission Creative
//! Management (docs/tiktok-marketing-api.md#files-and-chunked-upload).

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::{
        Action, Content, ContentPlace, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            creatives::NAME_MAX,
            permissions,
            upload::{
                ChatUpload, CreativeInputs, UPLOAD_PLACES, UploadOutcome, UploadRequest, UploadedCreative,
                UrlFetcher, upload,
            },
        },
    },
    marketing_api::{Creative, MarketingApi, MediaType, PlannedUpload, SuggestedCover},
    model::{Amount, PublicUrl, Whole, Word},
};

/// Uploads a creative.
pub(in crate::integrations::tiktok_ads) struct UploadCreative;

/// Longest wait until ads can use a creative, in seconds.
const WAIT_MAX_SECONDS: u32 = 600;

/// Wait by default, in seconds: enough for images and short videos.
const WAIT_SECONDS: u32 = 30;

/// File, and its name in the library.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Type of the file
    media_type: MediaType,
    file: Option<ChatUpload>,
    /// Content of a video as MP4 or MOV, as base64; at most 500 MB when decoded
    video_content_base64: Option<Content>,
    /// Content of an image as JPEG or PNG, as base64; at most 50 MB when decoded, and 3,686,400 pixels
    image_content_base64: Option<Content>,
    /// Public https URL of a video; at most 500 MB
    video_url: Option<PublicUrl>,
    /// Public https URL of an image; at most 50 MB
    image_url: Option<PublicUrl>,
    source: Option<UrlFetcher>,
    /// Name in the library, which no other creative of the ad account has. Default: the name of the file with the first
    /// digits of its MD5, such as clip-3f2a9c01.mp4. A repeated request finds the creative of the first one by its name
    #[schemars(length(min = 1, max = NAME_MAX))]
    file_name: Option<String>,
    /// Maximum time to wait until ads can use the creative, in seconds. Images take about 10 seconds, videos up to 5 minutes
    #[schemars(range(max = WAIT_MAX_SECONDS), extend("default" = WAIT_SECONDS))]
    wait_seconds: Option<u32>,
    /// Number of covers that TikTok suggests for a video, once it is ready. An ad with a video needs one cover in its
    /// `image_ids`
    #[schemars(range(min = 1, max = MarketingApi::COVERS_MAX))]
    suggest_covers: Option<u32>,
    /// Check the file and its name, and show the calls to TikTok without uploading the file
    #[serde(default)]
    dry_run: bool,
}

/// The creative.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Type of the creative
    media_type: MediaType,
    /// Id of a video, for `video_id` of ads
    #[serde(skip_serializing_if = "Option::is_none")]
    video_id: Option<Word>,
    /// Id of an image, for `image_ids` of ads
    #[serde(skip_serializing_if = "Option::is_none")]
    image_id: Option<Word>,
    /// Id of the material, by which reports name the creative; absent until TikTok shows it
    #[serde(skip_serializing_if = "Option::is_none")]
    material_id: Option<Word>,
    /// Name in the library
    file_name: String,
    outcome: UploadOutcome,
    /// Whether ads can use the creative now
    ready: bool,
    /// MD5 of the file; absent if TikTok downloads it and does not show it yet
    #[serde(skip_serializing_if = "Option::is_none")]
    md5: Option<String>,
    /// Size in bytes
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<Whole>,
    /// Width in pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<Whole>,
    /// Height in pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<Whole>,
    /// Length of a video in seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Amount>,
    /// Suggested covers of a video
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covers: Vec<SuggestedCover>,
    /// Calls as they would be sent, in order; only after a dry run
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<PlannedUpload>,
    /// Notes on the file and its upload
    warnings: Vec<String>,
}

impl Action for UploadCreative {
    const NAME: &'static str = "upload_creative";
    const DISPLAY_NAME: &'static str = "Upload Creative";
    const DESCRIPTION: &'static str = "Upload a video or an image into the ad account's creative library, from the request or \
        from a URL. A file that is already there under its name is not uploaded again.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::CREATIVES];
    const EFFECT: Effect = Effect::Writes;
    const CONTENTS: &'static [ContentPlace] = &UPLOAD_PLACES;

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let media_type = input.media_type;
        let request = UploadRequest {
            inputs: CreativeInputs {
                media_type,
                video_content_base64: input.video_content_base64,
                image_content_base64: input.image_content_base64,
                file: input.file,
                video_url: input.video_url,
                image_url: input.image_url,
                source: input.source,
            },
            file_name: input.file_name,
            wait: Duration::from_secs(input.wait_seconds.unwrap_or(WAIT_SECONDS).into()),
            covers: covers(media_type, input.suggest_covers)?,
            dry_run: input.dry_run,
        };
        upload(&context, request)
            .await
            .map(|uploaded| shown(media_type, uploaded))
    }
}

/// Number of suggested covers. Images have none.
fn covers(media_type: MediaType, count: Option<u32>) -> Result<Option<u32>, Failure> {
    if media_type == MediaType::Video || count.is_none() {
        return Ok(count);
    }
    let failure = Failure::of_field(
        &own::INPUTS_CONFLICT,
        "suggest_covers",
        "suggest_covers with the media_type IMAGE",
        "suggest_covers for videos only",
        "omit suggest_covers",
    );
    Err(failure.nothing_written())
}

/// Output with TikTok's figures of the creative, or those that this program read until TikTok shows them.
fn shown(media_type: MediaType, uploaded: UploadedCreative) -> Output {
    let UploadedCreative {
        creative,
        outcome,
        file_name,
        content,
        file,
        ready,
        covers,
        calls,
        warnings,
    } = uploaded;
    let (md5, size) = content.unzip();
    let file = file.unwrap_or_default();
    let read = |side: Option<u32>| side.map(|side| Whole(side.into()));
    let seconds = |length: Duration| Amount::new((length.as_secs_f64() * 1000.0).round() / 1000.0);
    let member = |member: fn(&Creative) -> Option<Word>| creative.as_ref().and_then(member);
    let creative_of = creative.as_ref();
    Output {
        media_type,
        video_id: member(|creative| creative.video_id.clone()),
        image_id: member(|creative| creative.image_id.clone()),
        material_id: member(|creative| creative.material_id.clone()),
        file_name,
        outcome,
        ready,
        md5: md5.or_else(|| member(|creative| creative.signature.clone()).map(|md5| md5.as_str().to_owned())),
        size: size
            .and_then(|size| i64::try_from(size).ok())
            .map(Whole)
            .or_else(|| creative_of.and_then(|creative| creative.size)),
        width: creative_of
            .and_then(|creative| creative.width)
            .or_else(|| read(file.width)),
        height: creative_of
            .and_then(|creative| creative.height)
            .or_else(|| read(file.height)),
        duration: creative_of
            .and_then(|creative| creative.duration)
            .or_else(|| file.duration.and_then(seconds)),
        covers,
        calls,
        warnings,
    }
}
