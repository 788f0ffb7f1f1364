//! `POST /ad/update/`, `POST /smart_plus/ad/update/` and their `status/update/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart).

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            change::{ChangeReport, ChangeRequest, change},
            context::AdsContext,
            inputs::{keep_settings, settings},
            permissions,
        },
    },
    marketing_api::{AdSettings, AdUpdate, ObjectLevel, OperationStatus, SmartAdUpdate},
    model::AdId,
};

/// Changes an ad.
pub(in crate::integrations::tiktok_ads) struct UpdateAd;

/// Changes of an ad. What is left out stays as it is; an empty list removes.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = changeable)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Id of the ad, of a manual or Smart+ campaign. For Smart+ it is the id of the whole ad: `smart_plus_ad_id` in
    /// `get_ads`, `ad_id` in the result of `create_ad`
    ad_id: AdId,
    #[serde(flatten)]
    settings: AdSettings,
    /// New switch of the ad. ENABLE lets it spend money if TikTok has approved it and its ad group and campaign are
    /// enabled; DISABLE pauses it
    status: Option<OperationStatus>,
    /// Check the inputs and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

fn is_changeable(name: &str) -> bool {
    AdUpdate::is_changeable(name) || SmartAdUpdate::is_changeable(name)
}

fn is_fixed(name: &str) -> bool {
    name == "adgroup_id" || (AdSettings::NAMES.contains(&name) && !is_changeable(name))
}

fn changeable(schema: &mut Schema) {
    keep_settings(schema, AdSettings::NAMES, is_changeable);
}

/// The changes of the ad.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the ad
    ad_id: AdId,
    #[serde(flatten)]
    report: ChangeReport,
}

impl Action for UpdateAd {
    const NAME: &'static str = "update_ad";
    const DISPLAY_NAME: &'static str = "Update Ad";
    const DESCRIPTION: &'static str = "Change the name, text, creative, destination or status of an ad, of a manual or \
        Smart+ campaign. Only what is given changes; TikTok reviews a changed creative again.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;
    const IS_FIXED: fn(&str) -> bool = is_fixed;

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let request = ChangeRequest {
            id: input.ad_id.as_str().to_owned(),
            settings: settings(&input.settings)?,
            budget: None,
            confirm_budget: None,
            status: input.status,
            dry_run: input.dry_run,
            violations: Vec::new(),
        };
        Ok(Output {
            ad_id: input.ad_id,
            report: change(&context, ObjectLevel::Ad, request).await?,
        })
    }
}
