//! `POST /campaign/status/update/` and `POST /smart_plus/campaign/status/update/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#update-pause-and-delete-campaigns, docs/tiktok-marketing-api.md#smart).

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
    model::CampaignId,
};

/// Deletes campaigns.
pub(in crate::integrations::tiktok_ads) struct DeleteCampaign;

/// Campaigns to delete for good.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the campaigns, manual and Smart+. Deletion is final: a deleted campaign cannot be restored, and neither can its
    /// ad groups and ads. To pause a campaign, use `update_campaign` with `status` DISABLE
    #[schemars(length(min = 1, max = IDS_MAX))]
    campaign_ids: Vec<CampaignId>,
    /// Check which campaigns exist and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

impl Action for DeleteCampaign {
    const NAME: &'static str = "delete_campaign";
    const DISPLAY_NAME: &'static str = "Delete Campaign";
    const DESCRIPTION: &'static str = "Delete campaigns for good, with their ad groups and ads. This is final: nothing can be \
        restored. The result tells for each campaign whether it was deleted.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;

    type Context = AdsContext;
    type Input = Input;
    type Output = DeletionReport;

    async fn run(context: AdsContext, input: Input) -> Result<DeletionReport, Failure> {
        let ids = input.campaign_ids.iter().map(|id| id.as_str().to_owned());
        let request = DeletionRequest {
            level: ObjectLevel::Campaign,
            ids: ids.collect(),
            dry_run: input.dry_run,
        };
        delete(&context, request).await
    }
}
