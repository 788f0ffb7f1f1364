//! `POST /ad/create/` and `POST /smart_plus/ad/create/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart).

use futures_util::FutureExt as _;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::{
    advertising::{ManualCreate, check_ad, complete_ad, disclaimer_warning, manual_end_warning},
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            created::{CreationInputs, CreationReport, PreparedObject, created, defaults},
            inputs::require,
            objects::NewAd,
            parents::ParentAdGroup,
            permissions,
            rules::{enabling, meet, new_spending},
        },
    },
    marketing_api::{AdSettings, CreationWay},
    model::{AdGroupId, AdId},
};

/// Creates an ad.
pub(in crate::integrations::tiktok_ads) struct CreateAd;

/// Settings of the new ad.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = required)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ad group of the ad, of a manual or Smart+ campaign: its way decides which settings there are
    adgroup_id: AdGroupId,
    #[serde(flatten)]
    settings: AdSettings,
    #[serde(flatten)]
    creation: CreationInputs,
}

fn required(schema: &mut Schema) {
    // An ad without a name could not be found again after a lost answer.
    require(schema, &["ad_name"]);
}

/// The new ad.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the ad, for Smart+ of the whole ad (`smart_plus_ad_id`); omitted if it is only planned
    #[serde(skip_serializing_if = "Option::is_none")]
    ad_id: Option<AdId>,
    #[serde(flatten)]
    report: CreationReport,
}

impl Action for CreateAd {
    const NAME: &'static str = "create_ad";
    const DISPLAY_NAME: &'static str = "Create Ad";
    const DESCRIPTION: &'static str = "Create an ad in an ad group, with identity, video, images or a TikTok post, text, \
        call to action and destination. It is created disabled, so it spends nothing, unless `status` is ENABLE.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let creation = input.creation.clone();
        let prepare = prepare(&context, input).boxed();
        let created = created(&context, creation.request(Self::NAME), prepare).await?;
        Ok(Output {
            ad_id: created.id.as_deref().and_then(AdId::parse),
            report: created.report,
        })
    }
}

/// Reads the ad group and its campaign, and checks the settings.
async fn prepare(context: &AdsContext, input: Input) -> Result<PreparedObject, Failure> {
    let Input {
        adgroup_id,
        settings: given,
        creation: CreationInputs { status, .. },
    } = input;
    let parent = ParentAdGroup::read(context, &adgroup_id).await?;
    let automation = parent.campaign.automation;
    let campaign = Some(&parent.campaign.campaign);
    let settings = complete_ad(given.clone(), automation);
    let mut violations = check_ad(&settings, Some(&parent.ad_group), campaign, automation);
    violations.extend(new_spending(context, status, None, parent.payer()));
    meet(violations)?;
    let mut warnings: Vec<String> = enabling(status, None, parent.payer()).into_iter().collect();
    warnings.extend(disclaimer_warning(&settings, automation).map(str::to_owned));
    if automation == CreationWay::Manual {
        let now = context.clock.since_epoch();
        warnings.push(manual_end_warning(
            ManualCreate::Ad,
            parent.campaign.objective(),
            now,
        ));
    }
    Ok(PreparedObject {
        automation,
        defaults: defaults(&given, &settings),
        warnings,
        object: Box::new(NewAd {
            automation,
            adgroup_id,
            settings,
            status,
        }),
    })
}
