//! `POST /ad/status/update/` and `POST /smart_plus/ad/status/update/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            deletion::{DeletionReport, DeletionRequest, IDS_MAX, delete},
            permissions,
        },
    },
    marketing_api::ObjectLevel,
    model::AdId,
};

/// Deletes ads.
pub(in crate::integrations::tiktok_ads) struct DeleteAd;

/// Ads to delete for good.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the ads, of manual and Smart+ campaigns. For Smart+ it is the id of the whole ad: `smart_plus_ad_id` in
    /// `get_ads`, `ad_id` in the result of `create_ad`. Deletion is final: a deleted ad cannot be restored. To pause an ad, use `update_ad` with `status` DISABLE
    #[schemars(length(min = 1, max = IDS_MAX))]
    ad_ids: Vec<AdId>,
    /// Check which ads exist and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

impl Action for DeleteAd {
    const NAME: &'static str = "delete_ad";
    const DISPLAY_NAME: &'static str = "Delete Ad";
    const DESCRIPTION: &'static str = "Delete ads for good. This is final: nothing can be restored. The result tells for each ad \
        whether it was deleted.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;

    type Context = AdsContext;
    type Input = Input;
    type Output = DeletionReport;

    async fn run(context: AdsContext, input: Input) -> Result<DeletionReport, Failure> {
        let ids = input.ad_ids.iter().map(|id| id.as_str().to_owned());
        let request = DeletionRequest {
            level: ObjectLevel::Ad,
            ids: ids.collect(),
            dry_run: input.dry_run,
        };
        delete(&context, request).await
    }
}
