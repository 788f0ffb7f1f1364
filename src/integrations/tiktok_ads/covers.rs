//! Covers for ads with a video: TikTok wants one image with each (docs/tiktok-marketing-api.md#ads).

use super::context::AdsContext;
use crate::marketing_api::{MarketingError, SuggestedCover};

/// Covers that TikTok suggests for a video, or a note on their absence.
pub(super) async fn suggest(
    context: &AdsContext,
    video_id: &str,
    count: u32,
) -> Result<Vec<SuggestedCover>, String> {
    match context.api.suggested_covers(video_id, count).await {
        Ok(covers) if covers.is_empty() => Err(format!(
            "TikTok suggests no cover for the video {video_id}. {OTHERS}"
        )),
        Ok(covers) => Ok(covers),
        Err(error) => Err(format!("{} {LATER} {OTHERS}", failed(video_id, &error))),
    }
}

fn failed(video_id: &str, error: &MarketingError) -> String {
    let reason = match error {
        MarketingError::Refused(refusal) => format!("TikTok: {}, {}", refusal.code, refusal.message),
        MarketingError::Lost(_) | MarketingError::Unreadable { .. } => error.to_string(),
    };
    format!("No covers of the video {video_id} could be read ({reason}).")
}

const LATER: &str = "TikTok suggests them once it has processed the video, for up to 5 minutes after the upload: ask again with \
                     `suggest_covers` of `get_creatives`.";

const OTHERS: &str = "Any image with the shape of the video can be its cover.";
