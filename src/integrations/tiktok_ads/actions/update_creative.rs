//! `POST /file/video/ad/update/` and `POST /file/image/ad/update/`; permission Creative Management
//! (docs/tiktok-marketing-api.md#videos, docs/tiktok-marketing-api.md#images).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            change::ChangeOutcome,
            context::AdsContext,
            creatives::NAME_MAX,
            permissions,
            rename::{RenameRequest, rename},
        },
    },
    marketing_api::{MediaType, PlannedCall},
};

/// Renames a creative.
pub(in crate::integrations::tiktok_ads) struct UpdateCreative;

/// New name of a creative.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Type of the creative
    #[schemars(extend("default" = "VIDEO"))]
    media_type: Option<MediaType>,
    /// Id of the creative: the `video_id` of a video, the `image_id` of an image
    #[schemars(length(min = 1, max = 200))]
    creative_id: String,
    /// New name. It is all that TikTok lets change: for another video or image, upload it with `upload_creative`. If another
    /// creative has the name, TikTok appends a time stamp
    #[schemars(length(min = 1, max = NAME_MAX))]
    file_name: String,
    /// Check the inputs and show the call to TikTok without sending it
    #[serde(default)]
    dry_run: bool,
}

/// The new name.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the creative
    creative_id: String,
    /// Name before the update
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_name: Option<String>,
    /// Name after the update, as TikTok lists it
    file_name: String,
    outcome: ChangeOutcome,
    /// Calls as they would be sent, in order; only after a dry run
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<PlannedCall>,
    /// Notes on the update
    warnings: Vec<String>,
}

impl Action for UpdateCreative {
    const NAME: &'static str = "update_creative";
    const DISPLAY_NAME: &'static str = "Update Creative";
    const DESCRIPTION: &'static str = "Give a video or image of the creative library a new name. TikTok lets nothing else of \
        a creative change.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::CREATIVES];
    const EFFECT: Effect = Effect::Writes;

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let request = RenameRequest {
            media_type: input.media_type.unwrap_or(MediaType::Video),
            id: input.creative_id,
            file_name: input.file_name,
            dry_run: input.dry_run,
        };
        let renamed = rename(&context, &request).await?;
        Ok(Output {
            creative_id: request.id,
            previous_name: renamed.previous_name,
            file_name: renamed.file_name,
            outcome: renamed.outcome,
            calls: renamed.calls,
            warnings: renamed.warnings,
        })
    }
}
