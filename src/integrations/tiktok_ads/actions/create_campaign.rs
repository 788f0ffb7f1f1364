//! `POST /campaign/create/` and `POST /smart_plus/campaign/create/`; permission Ads Management
//! (docs/tiktok-marketing-api.md#create-a-campaign, #smart).

use futures_util::{FutureExt as _, future::BoxFuture};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    http::WriteObserver,
    integrations::{
        Action, Effect, Failure,
        tiktok_ads::{
            context::AdsContext,
            creation::{NewObject, create, planned_request_id},
            inputs::{CreationOutcome, IdempotencyKey, plan, require},
            permissions,
        },
    },
    marketing_api::{
        CampaignCreate, CampaignSettings, CreationWay, MarketingApi, MarketingError, NameSearch, ObjectLevel,
        OperationStatus, PlannedCall, RequestId, SmartCampaignCreate, members_of,
    },
    model::{Amount, CampaignId},
};

/// Creates a campaign.
pub(in crate::integrations::tiktok_ads) struct CreateCampaign;

/// Settings of the new campaign.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = required)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// How TikTok runs the campaign. SMART_PLUS: TikTok automates targeting, bidding and creatives (Upgraded Smart+), and
    /// the campaign's budget is shared by its ad groups by default. MANUAL: you set them. TikTok has announced the end
    /// of manual creation for 2026-12-31
    automation: CreationWay,
    #[serde(flatten)]
    settings: CampaignSettings,
    /// The same as `budget`
    #[schemars(range(min = 0.01))]
    budget_amount: Option<Amount>,
    /// Switch of the campaign. ENABLE lets it spend money as soon as it has an enabled ad group and ad
    #[serde(default = "disabled")]
    #[schemars(extend("default" = "DISABLE"))]
    status: OperationStatus,
    idempotency_key: Option<IdempotencyKey>,
    /// Check the inputs and show the call to TikTok without sending it
    #[serde(default)]
    dry_run: bool,
}

fn required(schema: &mut Schema) {
    require(schema, &["campaign_name", "objective_type"]);
}

const fn disabled() -> OperationStatus {
    OperationStatus::Disable
}

/// The new campaign.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// Id of the campaign; omitted after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    outcome: CreationOutcome,
    /// How TikTok runs the campaign: SMART_PLUS or MANUAL
    automation: CreationWay,
    /// Switch of the campaign as it was created: a campaign that is DISABLE spends nothing
    status: OperationStatus,
    /// Call as it would be sent; only after a dry run
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<PlannedCall>,
    /// Notes on the campaign
    warnings: Vec<String>,
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

    async fn run(context: AdsContext, mut input: Input) -> Result<Output, Failure> {
        input.settings.budget = input.settings.budget.or(input.budget_amount);
        let (automation, status) = (input.automation, input.status);
        let campaign = NewCampaign {
            automation,
            settings: input.settings,
            status,
        };
        let key = input.idempotency_key.as_ref().map(IdempotencyKey::as_str);
        if input.dry_run {
            let request_id = planned_request_id(&context, Self::NAME, key);
            return Ok(Output {
                campaign_id: None,
                outcome: CreationOutcome::Planned,
                automation,
                status,
                call: Some(campaign.plan(&context.api, request_id)?),
                warnings: Vec::new(),
            });
        }
        let prepare = || async { Ok(Box::new(campaign) as Box<dyn NewObject>) };
        let creation = create(&context, Self::NAME, key, prepare).await?;
        Ok(Output {
            campaign_id: CampaignId::parse(&creation.id),
            outcome: creation.origin.into(),
            automation,
            status,
            call: None,
            warnings: creation.warnings,
        })
    }
}

/// Campaign that breaks no rule.
#[derive(Debug)]
struct NewCampaign {
    automation: CreationWay,
    settings: CampaignSettings,
    status: OperationStatus,
}

impl NewCampaign {
    fn manual(&self, request_id: RequestId) -> CampaignCreate {
        CampaignCreate {
            settings: self.settings.clone(),
            operation_status: self.status,
            request_id,
        }
    }

    fn smart_plus(&self, request_id: RequestId) -> SmartCampaignCreate {
        SmartCampaignCreate {
            settings: self.settings.clone(),
            operation_status: self.status,
            request_id,
        }
    }

    fn plan(&self, api: &MarketingApi, request_id: RequestId) -> Result<PlannedCall, Failure> {
        match self.automation {
            CreationWay::Manual => plan(api, &self.manual(request_id)),
            CreationWay::SmartPlus => plan(api, &self.smart_plus(request_id)),
        }
    }
}

impl NewObject for NewCampaign {
    fn search(&self) -> NameSearch<'_> {
        NameSearch {
            level: ObjectLevel::Campaign,
            is_smart_plus: self.automation == CreationWay::SmartPlus,
            parent: "",
            name: self.settings.campaign_name.as_deref().unwrap_or_default(),
        }
    }

    fn comparable(&self) -> Map<String, Value> {
        self.search()
            .comparable(&members_of(&self.settings).unwrap_or_default())
    }

    fn has_request_id(&self) -> bool {
        true
    }

    fn send<'a>(
        &'a self,
        api: &'a MarketingApi,
        request_id: RequestId,
        observer: &'a dyn WriteObserver,
    ) -> BoxFuture<'a, Result<String, MarketingError>> {
        async move {
            let answer = match self.automation {
                CreationWay::Manual => api.write(&self.manual(request_id), Some(observer)).await,
                CreationWay::SmartPlus => api.write(&self.smart_plus(request_id), Some(observer)).await,
            };
            answer.map(|answer| answer.data.campaign_id.as_str().to_owned())
        }
        .boxed()
    }
}
