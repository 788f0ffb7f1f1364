//! `POST /adgroup/update/`, `POST /adgroup/budget/update/`, their counterparts of Smart+ and `status/update/`; permission
//! Ads Management (docs/tiktok-marketing-api.md#update-ad-groups, docs/tiktok-marketing-api.md#smart).

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            change::{ChangeReport, ChangeRequest, change},
            context::AdsContext,
            inputs::{AdGroupAliases, describe, keep_settings, settings},
            permissions,
        },
    },
    marketing_api::{AdGroupReplacement, AdGroupSettings, ObjectLevel, OperationStatus, SmartAdGroupUpdate},
    model::{AdGroupId, Amount},
};

/// Changes an ad group.
pub(in crate::integrations::tiktok_ads) struct UpdateAdGroup;

/// Changes of an ad group. What is left out stays as it is; an empty list removes.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = changeable)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Id of the ad group, of a manual or Smart+ campaign
    adgroup_id: AdGroupId,
    #[serde(flatten)]
    settings: AdGroupSettings,
    #[serde(flatten)]
    aliases: AdGroupAliases,
    /// The new budget once more, which confirms that an enabled ad group may spend it
    #[schemars(range(min = 0.01))]
    confirm_budget: Option<Amount>,
    /// New switch of the ad group. ENABLE lets it spend money if its campaign is enabled and it has an enabled ad; DISABLE
    /// pauses it
    status: Option<OperationStatus>,
    /// Check the inputs and show the calls to TikTok without sending them
    #[serde(default)]
    dry_run: bool,
}

/// Description of the budget, which differs from that of a new ad group.
const BUDGET: &str = "New budget in the account's currency, as a plain decimal: at least 105 % of what is already spent. A \
                      daily budget of a manual ad group takes effect on the next day, all others at once. If the ad group \
                      is or will be enabled, repeat it in confirm_budget. Not possible if the campaign has \
                      budget_optimize_on";

fn is_changeable(name: &str) -> bool {
    AdGroupReplacement::is_changeable(name) || SmartAdGroupUpdate::is_changeable(name)
}

fn is_fixed(name: &str) -> bool {
    name == "campaign_id" || (AdGroupSettings::NAMES.contains(&name) && !is_changeable(name))
}

fn changeable(schema: &mut Schema) {
    keep_settings(schema, AdGroupSettings::NAMES, is_changeable);
    describe(schema, "budget", BUDGET);
}

/// The changes of the ad group.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the ad group
    adgroup_id: AdGroupId,
    #[serde(flatten)]
    report: ChangeReport,
}

impl Action for UpdateAdGroup {
    const NAME: &'static str = "update_ad_group";
    const DISPLAY_NAME: &'static str = "Update Ad Group";
    const DESCRIPTION: &'static str = "Change the budget, schedule, targeting, bid, name or status of an ad group, of a \
        manual or Smart+ campaign. Only what is given changes. A new budget of an enabled ad group must be confirmed.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const EFFECT: Effect = Effect::Writes;
    const IS_FIXED: fn(&str) -> bool = is_fixed;

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let mut violations = Vec::new();
        let mut changes = input.aliases.merged_with(input.settings, &mut violations);
        let budget = changes.budget.take();
        let request = ChangeRequest {
            id: input.adgroup_id.as_str().to_owned(),
            settings: settings(&changes)?,
            budget,
            confirm_budget: input.confirm_budget,
            status: input.status,
            dry_run: input.dry_run,
            violations,
        };
        Ok(Output {
            adgroup_id: input.adgroup_id,
            report: change(&context, ObjectLevel::AdGroup, request).await?,
        })
    }
}
