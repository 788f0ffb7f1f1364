//! `GET /campaign/get/` (<https://business-api.tiktok.com/portal/docs?id=1739315828649986>) and
//! `GET /smart_plus/campaign/get/` (docs/tiktok-marketing-api.md#smart).

use serde::{Deserialize, Serialize};

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest,
    page::PageInfo,
    wire::{entity, list},
    words::{AutomationType, Objective, PrimaryStatus},
};
use crate::model::{AdvertiserId, Amount, AppId, CampaignId, Flag, Word};

entity! {
    /// Campaign.
    Campaign {
        /// Id of the campaign
        campaign_id: CampaignId,
        ;
        /// Name of the campaign
        campaign_name: Word,
        /// Ad account of the campaign
        advertiser_id: AdvertiserId,
        /// Advertising objective, such as TRAFFIC or WEB_CONVERSIONS
        objective_type: Word,
        /// Switch of the campaign: ENABLE or DISABLE; FROZEN means that it has ended for good
        operation_status: Word,
        /// Delivery status with its reason, such as CAMPAIGN_STATUS_ENABLE or CAMPAIGN_STATUS_BUDGET_EXCEED
        secondary_status: Word,
        /// Way of creation: MANUAL, SMART_PLUS or UPGRADED_SMART_PLUS
        campaign_automation_type: Word,
        /// Budget mode: BUDGET_MODE_DAY, BUDGET_MODE_TOTAL, BUDGET_MODE_DYNAMIC_DAILY_BUDGET or BUDGET_MODE_INFINITE
        budget_mode: Word,
        /// Budget, in the account's currency; 0 without a limit
        budget: Amount,
        /// Whether TikTok distributes the campaign's budget over its ad groups; absent means false
        budget_optimize_on: Flag,
        /// Bidding strategy of the campaign
        bid_type: Word,
        /// Bidding strategy for in-app events
        deep_bid_type: Word,
        /// Goal for the return on ad spend
        roas_bid: Amount,
        /// Optimization goal of the campaign
        optimization_goal: Word,
        /// Type of the campaign: REGULAR_CAMPAIGN or IOS14_CAMPAIGN
        campaign_type: Word,
        /// Kind of app promotion: APP_INSTALL, APP_RETARGETING or APP_PREREGISTRATION
        app_promotion_type: Word,
        /// Promoted app
        app_id: AppId,
        /// Objective of the product, such as SALES
        virtual_objective_type: Word,
        /// Destination of a sales campaign: TIKTOK_SHOP, WEBSITE, APP or WEB_AND_APP
        sales_destination: Word,
        /// Source of the products of a PRODUCT_SALES campaign: CATALOG or STORE
        campaign_product_source: Word,
        /// Whether the campaign uses a product catalog
        catalog_enabled: Flag,
        /// Whether the ads appear in search results
        is_search_campaign: Flag,
        /// Whether the campaign is an automated one
        is_smart_performance_campaign: Flag,
        /// Special ad categories: HOUSING, EMPLOYMENT, CREDIT
        special_industries: Vec<Word>,
        /// Origin of the campaign, for campaigns that were promoted in the TikTok app
        campaign_system_origin: Word,
        /// Purchase order number for invoices
        po_number: Word,
        /// Time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
        create_time: Word,
        /// Time of the last change, in UTC, as YYYY-MM-DD HH:MM:SS
        modify_time: Word,
    }
}

/// Filter of campaigns. All conditions hold together.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the members are TikTok's")]
pub struct CampaignFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaign_ids: Vec<CampaignId>,
    /// Part of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_status: Option<PrimaryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective_type: Option<Objective>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_automation_type: Option<AutomationType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_end_time: Option<String>,
}

#[derive(Deserialize)]
struct CampaignList {
    #[serde(deserialize_with = "list")]
    list: Vec<Campaign>,
    page_info: PageInfo,
}

impl MarketingApi {
    /// Largest number of ids in a filter.
    pub const IDS_PER_FILTER: usize = 100;

    /// Lists campaigns, newest first. Deleted ones are left out unless the filter asks for them.
    pub async fn campaigns(
        &self,
        filter: &CampaignFilter,
        page: PageRequest,
    ) -> Result<ListPage<Campaign>, MarketingError> {
        let query = page.add_to(self.query()).filter(filter);
        let answer: CampaignList = self.get(MarketingEndpoint::CAMPAIGN_GET, query).await?;
        Ok(ListPage::of(answer.list, answer.page_info))
    }

    /// Lists Upgraded Smart+ campaigns, newest first (docs/tiktok-marketing-api.md#smart). The filter's
    /// `campaign_automation_type` must be absent: the endpoint has no such filter.
    pub async fn smart_campaigns(
        &self,
        filter: &CampaignFilter,
        page: PageRequest,
    ) -> Result<ListPage<Campaign>, MarketingError> {
        let query = page.add_to(self.query()).filter(filter);
        let answer: CampaignList = self.get(MarketingEndpoint::SMART_CAMPAIGN_GET, query).await?;
        Ok(ListPage::of(answer.list, answer.page_info))
    }
}
