//! `POST /campaign/create/` and `POST /smart_plus/campaign/create/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#create-a-campaign, docs/tiktok-marketing-api.md#smart).

use futures_util::FutureExt as _;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::{
    advertising::{
        BudgetHolder, ManualCreate, PayingBudget, check_campaign, complete_campaign, manual_end_warning,
    },
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            created::{CreationInputs, CreationReport, PreparedObject, created, defaults},
            inputs::require,
            objects::NewCampaign,
            permissions,
            rules::{currency, either, enabling, meet, new_spending},
        },
    },
    marketing_api::{CampaignBudgetMode, CampaignSettings, CreationWay, Objective},
    model::{Amount, CampaignId},
};

/// Creates a campaign.
pub(in crate::integrations::tiktok_ads) struct CreateCampaign;

/// Settings of the new campaign.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = required)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Way in which TikTok runs the campaign. SMART_PLUS: TikTok automates targeting, bidding and creatives (Upgraded Smart+), and
    /// the campaign's budget is shared by its ad groups by default. MANUAL: you set them. TikTok has announced the end
    /// of manual creation for 2026-12-31
    automation: CreationWay,
    #[serde(flatten)]
    settings: CampaignSettings,
    /// The same as `budget`
    #[schemars(range(min = 0.01))]
    budget_amount: Option<Amount>,
    #[serde(flatten)]
    creation: CreationInputs,
}

fn required(schema: &mut Schema) {
    require(schema, &["campaign_name", "objective_type"]);
}

/// The new campaign.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the campaign; omitted if it is only planned
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    #[serde(flatten)]
    report: CreationReport,
}

impl Action for CreateCampaign {
    const NAME: &'static str = "create_campaign";
    const DISPLAY_NAME: &'static str = "Create Campaign";
    const DESCRIPTION: &'static str = "Create a campaign, either automated by TikTok (Smart+) or manual, with objective, \
        budget and name. It is created disabled, so it spends nothing, unless `status` is ENABLE.";
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
            campaign_id: created.id.as_deref().and_then(CampaignId::parse),
            report: created.report,
        })
    }
}

/// Checks the settings and fills in defaults.
async fn prepare(context: &AdsContext, input: Input) -> Result<PreparedObject, Failure> {
    let (automation, status) = (input.automation, input.creation.status);
    let (mut violations, mut warnings) = (Vec::new(), Vec::new());
    let mut given = input.settings;
    given.budget = either(
        ("budget", given.budget),
        ("budget_amount", input.budget_amount),
        &mut violations,
    );
    let settings = complete_campaign(given.clone(), automation);
    let currency = match settings.budget {
        Some(_) => currency(context, &mut warnings).await?,
        None => None,
    };
    violations.extend(check_campaign(&settings, automation, currency));
    violations.extend(new_spending(context, status, settings.budget, budget(&settings)));
    meet(violations)?;
    warnings.extend(enabling(status, settings.budget, budget(&settings)));
    if automation == CreationWay::Manual {
        let objective = settings.objective_type.map(Objective::as_str);
        let now = context.clock.since_epoch();
        warnings.push(manual_end_warning(ManualCreate::Campaign, objective, now));
    }
    Ok(PreparedObject {
        automation,
        defaults: defaults(&given, &settings),
        warnings,
        object: Box::new(NewCampaign {
            automation,
            settings,
            status,
        }),
    })
}

/// The campaign's own budget, which the request sets.
fn budget(settings: &CampaignSettings) -> PayingBudget<'static> {
    PayingBudget {
        holder: BudgetHolder::Campaign,
        mode: settings.budget_mode.map(CampaignBudgetMode::as_str),
        present: None,
        scheduled: None,
    }
}
