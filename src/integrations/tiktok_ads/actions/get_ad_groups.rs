//! `GET /adgroup/get/`; permission Ads Management.

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
    marketing_api::{AdGroup, AdGroupFilter, AutomationType, MarketingApi, Objective, PrimaryStatus},
    model::{AdGroupId, CampaignId},
};

/// Lists ad groups.
pub(in crate::integrations::tiktok_ads) struct GetAdGroups;

/// Filter of the ad groups. All conditions hold together.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the ad groups
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    adgroup_ids: Option<Vec<AdGroupId>>,
    /// Ids of campaigns whose ad groups are listed
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    campaign_ids: Option<Vec<CampaignId>>,
    /// Part of the name
    #[schemars(length(min = 1, max = 512))]
    adgroup_name: Option<String>,
    /// State of the ad groups. Deleted ones are listed with STATUS_DELETE or STATUS_ALL only
    #[schemars(extend("default" = "STATUS_NOT_DELETE"))]
    status: Option<PrimaryStatus>,
    /// Delivery status, such as ADGROUP_STATUS_CAMPAIGN_DISABLE
    #[schemars(length(min = 1, max = 100))]
    secondary_status: Option<String>,
    /// Advertising objective of the campaign. WEB_CONVERSIONS includes objectives that are called CONVERSIONS
    objective_type: Option<Objective>,
    /// Optimization goal, such as CLICK or CONVERT
    #[schemars(length(min = 1, max = 100))]
    optimization_goal: Option<String>,
    /// Way in which the campaign was created
    campaign_automation_type: Option<AutomationType>,
    /// Earliest time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    created_after: Option<String>,
    /// Latest time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    created_before: Option<String>,
    /// Maximum number of ad groups, newest first; more than 100 take several calls to TikTok
    #[schemars(range(min = 1, max = MAX_COUNT), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of ad groups to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The ad groups.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The ad groups, newest first
    ad_groups: Rows<AdGroup>,
    /// Number of ad groups that fit the filter
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// The given ids of which the filter found no ad group
    not_found: Vec<String>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetAdGroups {
    const NAME: &'static str = "get_ad_groups";
    const DISPLAY_NAME: &'static str = "Get Ad Groups";
    const DESCRIPTION: &'static str = "List the ad account's ad groups, newest first, with budget, schedule, bidding, \
        placement, targeting and status, of certain campaigns or by id or name.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const ROWS: Option<&'static str> = Some("ad_groups");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let part = ListPart::new(input.offset, input.max_count);
        let asked = input.adgroup_ids.clone().unwrap_or_default();
        let (api, filter) = (context.api, filter(input));
        let mut ad_groups = context.rows.rows();
        let fetch = |page| Box::pin(api.ad_groups(&filter, page)) as _;
        let result = read(part, PAGE_MAX, &mut ad_groups, fetch).await?;
        Ok(Output {
            ad_groups,
            not_found: result.not_found(asked.iter().map(AdGroupId::as_str)),
            total_count: result.total_count,
            next_offset: result.next_offset,
            warnings: result.warnings,
        })
    }
}

/// Ad groups in a page. TikTok's maximum of 1,000 would take several megabytes of memory.
const PAGE_MAX: u32 = 100;

fn filter(input: Input) -> AdGroupFilter {
    AdGroupFilter {
        campaign_ids: input.campaign_ids.unwrap_or_default(),
        adgroup_ids: input.adgroup_ids.unwrap_or_default(),
        adgroup_name: input.adgroup_name,
        primary_status: input.status,
        secondary_status: input.secondary_status,
        objective_type: input.objective_type,
        optimization_goal: input.optimization_goal,
        campaign_automation_type: input.campaign_automation_type,
        creation_filter_start_time: input.created_after,
        creation_filter_end_time: input.created_before,
    }
}
