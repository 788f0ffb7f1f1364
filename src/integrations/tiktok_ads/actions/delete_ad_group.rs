//! `POST /adgroup/status/update/` and `POST /smart_plus/adgroup/status/update/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#update-ad-groups, docs/tiktok-marketing-api.md#smart).

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
    model::AdGroupId,
};

/// Deletes ad groups.
pub(in crate::integrations::tiktok_ads) struct DeleteAdGroup;

/// Ad groups to delete for good.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the ad groups, of manual and Smart+ campaigns. Deletion is final: a deleted ad group cannot be restored, and
    /// neither can its ads. To pause an ad group, use `update_ad_group` with `status` DISABLE
    #[schemars(length(min = 1, max = IDS_MAX))]
    adgroup_ids: Vec<AdGroupId>,
    /// Check which ad groups exist and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

impl Action for DeleteAdGroup {
    const NAME: &'static str = "delete_ad_group";
    const DISPLAY_NAME: &'static str = "Delete Ad Group";
    const DESCRIPTION: &'static str = "Delete ad groups for good, with their ads. This is final: nothing can be restored. The \
        result tells for each ad group whether it was deleted.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;

    type Context = AdsContext;
    type Input = Input;
    type Output = DeletionReport;

    async fn run(context: AdsContext, input: Input) -> Result<DeletionReport, Failure> {
        let ids = input.adgroup_ids.iter().map(|id| id.as_str().to_owned());
        let request = DeletionRequest {
            level: ObjectLevel::AdGroup,
            ids: ids.collect(),
            dry_run: input.dry_run,
        };
        delete(&context, request).await
    }
}
