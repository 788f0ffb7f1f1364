//! `POST /creative/asset/delete/`; permission Creative Management (docs/tiktok-marketing-api.md#delete-creatives).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    catalogue::own,
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            deletion::{CreativesRequest, DeletionReport, IDS_MAX, delete_creatives},
            permissions,
        },
    },
};

/// Deletes creatives.
pub(in crate::integrations::tiktok_ads) struct DeleteCreative;

/// Creatives to delete for good.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the videos. Deletion is final: a deleted creative cannot be restored, only uploaded again
    #[schemars(length(min = 1, max = IDS_MAX), inner(length(min = 1, max = 200)))]
    video_ids: Option<Vec<String>>,
    /// Ids of the images
    #[schemars(length(min = 1, max = IDS_MAX), inner(length(min = 1, max = 200)))]
    image_ids: Option<Vec<String>>,
    /// Check which creatives exist and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

impl Action for DeleteCreative {
    const NAME: &'static str = "delete_creative";
    const DISPLAY_NAME: &'static str = "Delete Creative";
    const DESCRIPTION: &'static str = "Delete videos and images from the creative library for good. The result tells for each \
        creative whether it was deleted.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::CREATIVES];
    const EFFECT: Effect = Effect::Writes;

    type Context = AdsContext;
    type Input = Input;
    type Output = DeletionReport;

    async fn run(context: AdsContext, input: Input) -> Result<DeletionReport, Failure> {
        let request = CreativesRequest {
            video_ids: input.video_ids.unwrap_or_default(),
            image_ids: input.image_ids.unwrap_or_default(),
            dry_run: input.dry_run,
        };
        if request.video_ids.is_empty() && request.image_ids.is_empty() {
            return Err(Failure::of_field(
                &own::INPUTS_CONFLICT,
                "video_ids",
                "no ids",
                "at least one id in video_ids or image_ids",
                "give the ids of the creatives; get_creatives lists them",
            ));
        }
        delete_creatives(&context, request).await
    }
}
