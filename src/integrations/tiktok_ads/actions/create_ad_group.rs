//! `POST /adgroup/create/` and `POST /smart_plus/adgroup/create/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#create-an-ad-group, docs/tiktok-marketing-api.md#smart).

use futures_util::FutureExt as _;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::{
    advertising::{
        BudgetHolder, ManualCreate, PayingBudget, check_ad_group, complete_ad_group, manual_end_warning,
    },
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            created::{CreationInputs, CreationReport, PreparedObject, created, defaults},
            inputs::{AdGroupAliases, require},
            objects::NewAdGroup,
            parents::ParentCampaign,
            permissions,
            rules::{currency, enabling, meet, new_spending},
        },
    },
    marketing_api::{AdGroupBudgetMode, AdGroupSettings, CreationWay},
    model::{AdGroupId, CampaignId},
};

/// Creates an ad group.
pub(in crate::integrations::tiktok_ads) struct CreateAdGroup;

/// Settings of the new ad group.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = required)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Campaign of the ad group, manual or Smart+: its way decides which settings there are
    campaign_id: CampaignId,
    #[serde(flatten)]
    settings: AdGroupSettings,
    #[serde(flatten)]
    aliases: AdGroupAliases,
    #[serde(flatten)]
    creation: CreationInputs,
}

fn required(schema: &mut Schema) {
    require(schema, &["adgroup_name", "optimization_goal"]);
}

/// The new ad group.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the ad group; omitted if it is only planned
    #[serde(skip_serializing_if = "Option::is_none")]
    adgroup_id: Option<AdGroupId>,
    #[serde(flatten)]
    report: CreationReport,
}

impl Action for CreateAdGroup {
    const NAME: &'static str = "create_ad_group";
    const DISPLAY_NAME: &'static str = "Create Ad Group";
    const DESCRIPTION: &'static str = "Create an ad group in a campaign, with promotion, placement, targeting, budget, \
        schedule, optimization and bidding. It is created disabled, so it spends nothing, unless `status` is ENABLE.";
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
            adgroup_id: created.id.as_deref().and_then(AdGroupId::parse),
            report: created.report,
        })
    }
}

/// Reads the campaign, checks the settings and fills in defaults.
async fn prepare(context: &AdsContext, input: Input) -> Result<PreparedObject, Failure> {
    let (campaign_id, status) = (input.campaign_id, input.creation.status);
    let (mut violations, mut warnings) = (Vec::new(), Vec::new());
    let given = input.aliases.merged_with(input.settings, &mut violations);
    let parent = ParentCampaign::read(context, &campaign_id).await?;
    let (campaign, automation) = (Some(&parent.campaign), parent.automation);
    let now = context.clock.since_epoch();
    let settings = complete_ad_group(given.clone(), campaign, automation, now);
    let currency = match settings.amounts().as_slice() {
        [] => None,
        _ => currency(context, &mut warnings).await?,
    };
    violations.extend(check_ad_group(&settings, campaign, automation, currency, now));
    let own = settings.budget.filter(|_| !parent.is_distributed());
    violations.extend(new_spending(context, status, own, payer(&parent, &settings)));
    meet(violations)?;
    warnings.extend(enabling(status, own, payer(&parent, &settings)));
    if automation == CreationWay::Manual {
        warnings.push(manual_end_warning(ManualCreate::AdGroup, parent.objective(), now));
    }
    Ok(PreparedObject {
        automation,
        defaults: defaults(&given, &settings),
        warnings,
        object: Box::new(NewAdGroup {
            automation,
            campaign_id,
            settings,
            status,
        }),
    })
}

/// Budget that pays for the ad group: its own, which the request sets, or that of its campaign.
fn payer<'a>(parent: &'a ParentCampaign, settings: &AdGroupSettings) -> PayingBudget<'a> {
    if parent.is_distributed() {
        return parent.budget();
    }
    PayingBudget {
        holder: BudgetHolder::AdGroup,
        mode: settings.budget_mode.map(AdGroupBudgetMode::as_str),
        present: None,
        scheduled: None,
    }
}
