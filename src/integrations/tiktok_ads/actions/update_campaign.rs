//! `POST /campaign/update/`, `POST /smart_plus/campaign/update/` and their `status/update/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#update-pause-and-delete-campaigns, docs/tiktok-marketing-api.md#smart).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            change::{ChangeReport, ChangeRequest, change},
            context::AdsContext,
            inputs::settings,
            permissions,
            rules::either,
        },
    },
    marketing_api::{CampaignSettings, ObjectLevel, OperationStatus, SpecialIndustry},
    model::{Amount, CampaignId},
};

/// Changes a campaign.
pub(in crate::integrations::tiktok_ads) struct UpdateCampaign;

/// Changes of a campaign. What is left out stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Id of the campaign, manual or Smart+
    campaign_id: CampaignId,
    /// New name: up to 512 characters, without emoji; a Chinese or Japanese character counts as two
    #[schemars(length(min = 1, max = 512))]
    campaign_name: Option<String>,
    /// New budget in the account's currency, as a plain decimal, for campaigns that have one: at least 105 % of what is
    /// already spent. It acts at once. If the campaign is or will be enabled, repeat it in confirm_budget
    #[schemars(range(min = 0.01))]
    budget: Option<Amount>,
    /// The same as `budget`
    #[schemars(range(min = 0.01))]
    budget_amount: Option<Amount>,
    /// The new budget once more, which confirms that an enabled campaign may spend it
    #[schemars(range(min = 0.01))]
    confirm_budget: Option<Amount>,
    /// Special ad categories that the campaign keeps; TikTok only removes them. An empty list removes all. Manual
    /// campaigns only
    #[schemars(length(max = 3))]
    special_industries: Option<Vec<SpecialIndustry>>,
    /// Purchase order number for invoices
    #[schemars(length(min = 1, max = 100))]
    po_number: Option<String>,
    /// New switch of the campaign. ENABLE lets it spend money as soon as it has an enabled ad group and ad; DISABLE pauses it
    status: Option<OperationStatus>,
    /// Check the inputs and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

/// The schema has the other settings of a campaign.
fn is_fixed(name: &str) -> bool {
    name == "automation" || CampaignSettings::NAMES.contains(&name)
}

/// The changes of the campaign.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the campaign
    campaign_id: CampaignId,
    #[serde(flatten)]
    report: ChangeReport,
}

impl Action for UpdateCampaign {
    const NAME: &'static str = "update_campaign";
    const DISPLAY_NAME: &'static str = "Update Campaign";
    const DESCRIPTION: &'static str = "Change the name, budget or status of a campaign, manual or Smart+. Only what is \
        given changes. A new budget of an enabled campaign must be confirmed.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;
    const IS_FIXED: fn(&str) -> bool = is_fixed;

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let changes = CampaignSettings {
            campaign_name: input.campaign_name,
            special_industries: input.special_industries,
            po_number: input.po_number,
            ..CampaignSettings::default()
        };
        let mut violations = Vec::new();
        let budget = either(
            ("budget", input.budget),
            ("budget_amount", input.budget_amount),
            &mut violations,
        );
        let request = ChangeRequest {
            id: input.campaign_id.as_str().to_owned(),
            settings: settings(&changes)?,
            budget,
            confirm_budget: input.confirm_budget,
            status: input.status,
            dry_run: input.dry_run,
            violations,
        };
        Ok(Output {
            campaign_id: input.campaign_id,
            report: change(&context, ObjectLevel::Campaign, request).await?,
        })
    }
}
