//! `GET /ad/get/` and `GET /smart_plus/ad/get/`; permission Ads Management.

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
    marketing_api::{
        Ad, AdFilter, AutomationType, MarketingApi, MarketingError, Objective, PageRequest, PrimaryStatus,
        SmartAdFilter,
    },
    model::{AdGroupId, AdId, CampaignId},
};

/// Lists ads.
pub(in crate::integrations::tiktok_ads) struct GetAds;

/// Filter of the ads. All conditions hold together.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Ids of the ads, for a Smart+ ad that of the whole ad (`ad_id` of `create_ad`) or those of its creatives
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    ad_ids: Option<Vec<AdId>>,
    /// Ids of ad groups whose ads are listed
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    adgroup_ids: Option<Vec<AdGroupId>>,
    /// Ids of campaigns whose ads are listed
    #[schemars(length(min = 1, max = MarketingApi::IDS_PER_FILTER))]
    campaign_ids: Option<Vec<CampaignId>>,
    /// State of the ads. Deleted ones are listed with STATUS_DELETE or STATUS_ALL only
    #[schemars(extend("default" = "STATUS_NOT_DELETE"))]
    status: Option<PrimaryStatus>,
    /// Delivery status, such as AD_STATUS_AUDIT_DENY
    #[schemars(length(min = 1, max = 100))]
    secondary_status: Option<String>,
    /// Advertising objective of the campaign. WEB_CONVERSIONS includes objectives that are called CONVERSIONS
    objective_type: Option<Objective>,
    /// Way in which the campaign was created
    campaign_automation_type: Option<AutomationType>,
    /// Earliest time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    created_after: Option<String>,
    /// Latest time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    created_before: Option<String>,
    /// Earliest time of the last change, in UTC, as YYYY-MM-DD HH:MM:SS
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"))]
    modified_after: Option<String>,
    /// Maximum number of ads, newest first; more than 100 take several calls to TikTok
    #[schemars(range(min = 1, max = MAX_COUNT), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of ads to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The ads.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The ads, newest first
    ads: Rows<Ad>,
    /// Number of ads that fit the filter
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// The given ids of which the filter found no ad
    not_found: Vec<String>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetAds {
    const NAME: &'static str = "get_ads";
    const DISPLAY_NAME: &'static str = "Get Ads";
    const DESCRIPTION: &'static str = "List the ad account's ads, newest first, with creative, text, identity, landing \
        page and status, of certain campaigns or ad groups or by id.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::ADS_MANAGEMENT];
    const ROWS: Option<&'static str> = Some("ads");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let part = ListPart::new(input.offset, input.max_count);
        let asked = input.ad_ids.clone().unwrap_or_default();
        let (api, filter) = (context.api, filter(input));
        let mut ads = context.rows.rows();
        let fetch = |page| Box::pin(api.ads(&filter, page)) as _;
        let result = read(part, PAGE_MAX, &mut ads, fetch).await?;
        let mut output = Output {
            ads,
            not_found: result.not_found(asked.iter().map(AdId::as_str)),
            total_count: result.total_count,
            next_offset: result.next_offset,
            warnings: result.warnings,
        };
        // A later part of the list was asked for the ids before.
        let is_whole = part.offset == 0 && output.next_offset.is_none();
        if !output.not_found.is_empty() && is_whole && !context.is_sandbox {
            let room = usize::try_from(part.max_count).unwrap_or(usize::MAX);
            let room = room.saturating_sub(asked.len() - output.not_found.len());
            output.add_smart_plus(&api, &filter, room).await?;
        }
        Ok(output)
    }
}

impl Output {
    /// Adds at most `room` creatives of Smart+ ads. TikTok's list finds them by their ad groups, not by the id of the whole
    /// ad.
    async fn add_smart_plus(
        &mut self,
        api: &MarketingApi,
        filter: &AdFilter,
        room: usize,
    ) -> Result<(), Failure> {
        let missing = self.not_found.iter().filter_map(|id| AdId::parse(id));
        let Creatives { ads, is_complete } = match creatives_of(api, missing.collect(), filter).await {
            Ok(creatives) => creatives,
            Err(error) => {
                let Failure { message, .. } = error.into();
                self.warnings.push(format!(
                    "Smart+ ads could not be looked for by their ids. {message}"
                ));
                return Ok(());
            }
        };
        if !is_complete {
            self.warnings.push(TOO_MANY.to_owned());
        }
        let is_of = |ad: &Ad, id: &str| ad.smart_plus_ad_id.as_ref().map(AdId::as_str) == Some(id);
        self.not_found.retain(|id| !ads.iter().any(|ad| is_of(ad, id)));
        // Those that the request names by their own ids are listed.
        let ads: Vec<Ad> = ads
            .into_iter()
            .filter(|ad| !filter.ad_ids.contains(&ad.ad_id))
            .collect();
        let found = ads.len();
        self.total_count = self
            .total_count
            .map(|count| count.saturating_add(u64::try_from(found).unwrap_or_default()));
        if found > room {
            self.warnings.push(format!(
                "The Smart+ ads have {found} creatives, of which {room} are listed. Use a larger max_count."
            ));
        }
        self.ads.extend(ads.into_iter().take(room))
    }
}

/// Creatives of Smart+ ads.
#[derive(Default)]
struct Creatives {
    ads: Vec<Ad>,
    /// Whether all ads of the ad groups were searched.
    is_complete: bool,
}

/// Warning about ad groups with more ads than are searched.
const TOO_MANY: &str = "The ad groups of the Smart+ ads have more than 1,000 creatives, and TikTok does not list them by the \
    id of the whole ad, so some may be missing. List them with adgroup_ids instead.";

/// Creatives of the Smart+ ads with these ids.
async fn creatives_of(
    api: &MarketingApi,
    smart_plus_ad_ids: Vec<AdId>,
    filter: &AdFilter,
) -> Result<Creatives, MarketingError> {
    let adgroup_ids = ad_groups_of(api, &smart_plus_ad_ids, filter).await?;
    if adgroup_ids.is_empty() {
        return Ok(Creatives {
            is_complete: true,
            ..Creatives::default()
        });
    }
    let of_ad_groups = AdFilter {
        ad_ids: Vec::new(),
        adgroup_ids,
        ..filter.clone()
    };
    let is_asked = |ad: &Ad| {
        let id = ad.smart_plus_ad_id.as_ref();
        id.is_some_and(|id| smart_plus_ad_ids.contains(id))
    };
    let mut found = Creatives::default();
    for page in 1..=PAGES_MAX {
        let request = PageRequest { page, size: PAGE_MAX };
        let page = api.ads(&of_ad_groups, request).await?;
        found.is_complete = page.is_last;
        for ad in page.items.into_iter().filter(is_asked) {
            // An ad moves to the next page if a newer one is created meanwhile.
            if !found.ads.iter().any(|known| known.ad_id == ad.ad_id) {
                found.ads.push(ad);
            }
        }
        if found.is_complete {
            break;
        }
    }
    Ok(found)
}

/// Ad groups of the Smart+ ads with these ids, within the filter.
async fn ad_groups_of(
    api: &MarketingApi,
    smart_plus_ad_ids: &[AdId],
    filter: &AdFilter,
) -> Result<Vec<AdGroupId>, MarketingError> {
    let of_ids = SmartAdFilter {
        smart_plus_ad_ids: smart_plus_ad_ids.to_vec(),
        primary_status: Some(PrimaryStatus::All),
        ..SmartAdFilter::default()
    };
    let page = PageRequest {
        page: 1,
        size: PAGE_MAX,
    };
    let found = api.smart_ads(&of_ids, page).await?.items.into_iter();
    let is_within = |id: &AdGroupId| filter.adgroup_ids.is_empty() || filter.adgroup_ids.contains(id);
    let mut ids: Vec<_> = found.filter_map(|ad| ad.adgroup_id).filter(is_within).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Pages of the ads of ad groups that are searched for the creatives of Smart+ ads.
const PAGES_MAX: u32 = 10;

/// Ads in a page. TikTok's maximum of 1,000 would take several megabytes of memory.
const PAGE_MAX: u32 = 100;

fn filter(input: Input) -> AdFilter {
    AdFilter {
        campaign_ids: input.campaign_ids.unwrap_or_default(),
        adgroup_ids: input.adgroup_ids.unwrap_or_default(),
        ad_ids: input.ad_ids.unwrap_or_default(),
        primary_status: input.status,
        secondary_status: input.secondary_status,
        objective_type: input.objective_type,
        campaign_automation_type: input.campaign_automation_type,
        creation_filter_start_time: input.created_after,
        creation_filter_end_time: input.created_before,
        modified_after: input.modified_after,
    }
}
