//! `GET /campaign/get/`; permission Ads Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{
            context::AdsContext,
            listing::{DEFAULT_COUNT, ListPart, MAX_COUNT, OFFSET_MAX, read},
            permissions,
        },
    },
    marketing_api::{AutomationType, Campaign, CampaignFilter, MarketingApi, Objective, PrimaryStatus},
    model::CampaignId,
};

/// Lists campaigns.
pub(in crate::integrations::tiktok_ads) struct GetCampaigns;

/// Filter of the campaigns. All conditions hold together.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the campaigns
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    campaign_ids: Option<Vec<CampaignId>>,
    /// Part of the name
    #[schemars(length(min = 1, max = 512))]
    campaign_name: Option<String>,
    /// State of the campaigns. Deleted ones are listed with STATUS_DELETE or STATUS_ALL only
    #[schemars(extend("default" = "STATUS_NOT_DELETE"))]
    status: Option<PrimaryStatus>,
    /// Delivery status, such as CAMPAIGN_STATUS_BUDGET_EXCEED
    #[schemars(length(min = 1, max = 100))]
    secondary_status: Option<String>,
    /// Advertising objective. WEB_CONVERSIONS includes campaigns whose objective is called CONVERSIONS
    objective_type: Option<Objective>,
    /// Way in which the campaigns were created
    campaign_automation_type: Option<AutomationType>,
    /// Earliest time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    created_after: Option<String>,
    /// Latest time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    created_before: Option<String>,
    /// Maximum number of campaigns, newest first; more than 100 take several calls to TikTok
    #[schemars(range(min = 1, max = MAX_COUNT), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of campaigns to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The campaigns.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The campaigns, newest first
    campaigns: Rows<Campaign>,
    /// Number of campaigns that fit the filter
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// The given ids of which the filter found no campaign
    not_found: Vec<String>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetCampaigns {
    const NAME: &'static str = "get_campaigns";
    const DISPLAY_NAME: &'static str = "Get Campaigns";
    const DESCRIPTION: &'static str = "List the ad account's campaigns, newest first, with objective, budget, status and \
        way of creation, or find certain campaigns by id or name.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const ROWS: Option<&'static str> = Some("campaigns");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let part = ListPart::new(input.offset, input.max_count);
        let asked = input.campaign_ids.clone().unwrap_or_default();
        let (api, filter) = (context.api, filter(input));
        let mut campaigns = context.rows.rows();
        let fetch = |page| Box::pin(api.campaigns(&filter, page)) as _;
        let result = read(part, PAGE_MAX, &mut campaigns, fetch).await?;
        Ok(Output {
            campaigns,
            not_found: result.not_found(asked.iter().map(CampaignId::as_str)),
            total_count: result.total_count,
            next_offset: result.next_offset,
            warnings: result.warnings,
        })
    }
}

/// Campaigns in a page. TikTok's maximum of 1,000 would take a megabyte of memory.
const PAGE_MAX: u32 = 100;

fn filter(input: Input) -> CampaignFilter {
    CampaignFilter {
        campaign_ids: input.campaign_ids.unwrap_or_default(),
        campaign_name: input.campaign_name,
        primary_status: input.status,
        secondary_status: input.secondary_status,
        objective_type: input.objective_type,
        campaign_automation_type: input.campaign_automation_type,
        creation_filter_start_time: input.created_after,
        creation_filter_end_time: input.created_before,
    }
}
