//! `GET /adgroup/get/` (<https://business-api.tiktok.com/portal/docs?id=1739314558673922>) and
//! `GET /smart_plus/adgroup/get/` (<https://business-api.tiktok.com/portal/docs?id=1843314879617026>).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ListPage, MarketingApi, MarketingEndpoint, MarketingError, PageRequest, RawObject,
    page::PageInfo,
    raw::RawType,
    wire::{entity, list},
    words::{AutomationType, Objective, PrimaryStatus},
    write::Members,
};
use crate::model::{AdGroupId, AdvertiserId, Amount, AppId, CampaignId, Flag, PixelId, Whole, Word};

entity! {
    /// Ad group.
    AdGroup {
        /// Id of the ad group
        adgroup_id: AdGroupId,
        ;
        /// Name of the ad group
        adgroup_name: Word,
        /// Campaign of the ad group
        campaign_id: CampaignId,
        /// Name of the campaign
        campaign_name: Word,
        /// Ad account of the ad group
        advertiser_id: AdvertiserId,
        /// Switch of the ad group: ENABLE or DISABLE; FROZEN means that it has ended for good
        operation_status: Word,
        /// Delivery status with its reason, such as ADGROUP_STATUS_DELIVERY_OK or ADGROUP_STATUS_CAMPAIGN_DISABLE
        secondary_status: Word,
        /// Budget mode: BUDGET_MODE_DAY, BUDGET_MODE_TOTAL or BUDGET_MODE_DYNAMIC_DAILY_BUDGET; BUDGET_MODE_INFINITE if
        /// the campaign distributes its budget
        budget_mode: Word,
        /// Budget, in the account's currency; 0 if the campaign distributes its budget
        budget: Amount,
        /// Budget that takes effect at the next midnight of the account's time zone; 0 if none is scheduled
        scheduled_budget: Amount,
        /// Schedule: SCHEDULE_START_END or SCHEDULE_FROM_NOW
        schedule_type: Word,
        /// Start of delivery, in UTC, as YYYY-MM-DD HH:MM:SS
        schedule_start_time: Word,
        /// End of delivery, in UTC, as YYYY-MM-DD HH:MM:SS
        schedule_end_time: Word,
        /// Half hours of a week in which ads are delivered: 336 characters 0 or 1 from Monday 00:00 in the account's
        /// time zone
        dayparting: Word,
        /// Promoted object, such as WEBSITE or APP_ANDROID
        promotion_type: Word,
        /// Form of a lead generation: INSTANT_PAGE or EXTERNAL_WEBSITE
        promotion_target_type: Word,
        /// Optimization goal, such as CLICK or CONVERT
        optimization_goal: Word,
        /// Event that counts as a conversion
        optimization_event: Word,
        /// Secondary optimization event
        secondary_optimization_event: Word,
        /// Event for which TikTok charges: CPC, CPM, CPV or OCPM
        billing_event: Word,
        /// Bidding strategy: BID_TYPE_NO_BID or BID_TYPE_CUSTOM
        bid_type: Word,
        /// Bid for a click, a thousand impressions or a view, in the account's currency
        bid_price: Amount,
        /// Target cost of a conversion, in the account's currency
        conversion_bid_price: Amount,
        /// Bidding strategy for in-app events
        deep_bid_type: Word,
        /// Bid for an in-app event, in the account's currency
        deep_cpa_bid: Amount,
        /// Goal for the return on ad spend
        roas_bid: Amount,
        /// Unit of video views that are paid for
        bid_display_mode: Word,
        /// Pacing: PACING_MODE_SMOOTH or PACING_MODE_FAST
        pacing: Word,
        /// Pixel whose events are counted
        pixel_id: PixelId,
        /// Promoted app
        app_id: AppId,
        /// Operating system of the promoted app
        app_type: Word,
        /// Address of the app in its store
        app_download_url: Word,
        /// Choice of placements: PLACEMENT_TYPE_AUTOMATIC or PLACEMENT_TYPE_NORMAL
        placement_type: Word,
        /// Placements, such as PLACEMENT_TIKTOK
        placements: Vec<Word>,
        /// Placements within TikTok: IN_FEED, SEARCH_FEED, TIKTOK_LITE
        tiktok_subplacements: Vec<Word>,
        /// Whether ads appear in search results
        search_result_enabled: Flag,
        /// Whether comments are off
        comment_disabled: Flag,
        /// Whether downloads of the video are off
        video_download_disabled: Flag,
        /// Whether sharing is off
        share_disabled: Flag,
        /// Targeted locations, as ids
        location_ids: Vec<Word>,
        /// Targeted postal codes, as ids
        zipcode_ids: Vec<Word>,
        /// Targeted languages, as codes; all if absent
        languages: Vec<Word>,
        /// Targeted gender: GENDER_UNLIMITED, GENDER_MALE or GENDER_FEMALE
        gender: Word,
        /// Targeted age groups, such as AGE_25_34; all if absent
        age_groups: Vec<Word>,
        /// Ages of the automatic targeting of an Upgraded Smart+ ad group
        spc_audience_age: Word,
        /// Mode of targeting of an Upgraded Smart+ ad group: AUTOMATIC or MANUAL
        targeting_optimization_mode: Word,
        /// Whether automatic targeting takes the other targeting as suggestions
        suggestion_audience_enabled: Flag,
        /// Targeted spending power: ALL or HIGH
        spending_power: Word,
        /// Targeted household incomes
        household_income: Vec<Word>,
        /// Targeted audiences, as ids
        audience_ids: Vec<Word>,
        /// Excluded audiences, as ids
        excluded_audience_ids: Vec<Word>,
        /// Saved audience that the targeting comes from
        saved_audience_id: Word,
        /// Targeted interests, as ids
        interest_category_ids: Vec<Word>,
        /// Additional targeted interests, as ids
        interest_keyword_ids: Vec<Word>,
        /// Targeted purchase intentions, as ids
        purchase_intention_keyword_ids: Vec<Word>,
        /// Targeted behaviors
        actions: Vec<BehaviorTargeting>,
        /// Whether TikTok may widen the audiences
        smart_audience_enabled: Flag,
        /// Whether TikTok may widen interests and behaviors
        smart_interest_behavior_enabled: Flag,
        /// Targeted operating systems: ANDROID or IOS
        operating_systems: Vec<Word>,
        /// Lowest targeted version of Android
        min_android_version: Word,
        /// Lowest targeted version of iOS
        min_ios_version: Word,
        /// Targeted iOS devices by their version
        ios14_targeting: Word,
        /// Targeted device models, as ids
        device_model_ids: Vec<Word>,
        /// Range of targeted device prices, in US dollars; 10000 stands for 1,000 and more
        device_price_ranges: Vec<Whole>,
        /// Targeted networks: WIFI, 2G, 3G, 4G, 5G
        network_types: Vec<Word>,
        /// Targeted carriers, as ids
        carrier_ids: Vec<Word>,
        /// Targeted internet service providers, as ids
        isp_ids: Vec<Word>,
        /// Contextual tags, as ids
        contextual_tag_ids: Vec<Word>,
        /// Inventory filter, such as STANDARD_INVENTORY
        brand_safety_type: Word,
        /// Partner of the inventory filter
        brand_safety_partner: Word,
        /// Excluded content categories, as ids
        category_exclusion_ids: Vec<Word>,
        /// Highest number of impressions per person within `frequency_schedule`
        frequency: Whole,
        /// Days within which `frequency` counts
        frequency_schedule: Whole,
        /// Window after a click in which a conversion counts
        click_attribution_window: Word,
        /// Window after a view in which a conversion counts
        view_attribution_window: Word,
        /// Window after an engaged view in which a conversion counts
        engaged_view_attribution_window: Word,
        /// Conversions that count for one person
        attribution_event_count: Word,
        /// Mode of creatives: CUSTOM, DYNAMIC or SMART_CREATIVE
        creative_material_mode: Word,
        /// Type of shopping ads: VIDEO, LIVE or PRODUCT_SHOPPING_ADS
        shopping_ads_type: Word,
        /// Source of the products: CATALOG, STORE or SHOWCASE
        product_source: Word,
        /// Product catalog
        catalog_id: Word,
        /// TikTok Shop
        store_id: Word,
        /// Identity of the ads of a shopping ad group
        identity_id: Word,
        /// Type of that identity
        identity_type: Word,
        /// Whether the ad group leaves out the learning phase
        skip_learning_phase: Flag,
        /// Split test of the ad group
        split_test_group_id: Word,
        /// Status of the split test
        split_test_status: Word,
        /// Whether the ad group belongs to an automated campaign
        is_smart_performance_campaign: Flag,
        /// Time of creation, in UTC, as YYYY-MM-DD HH:MM:SS
        create_time: Word,
        /// Time of the last change, in UTC, as YYYY-MM-DD HH:MM:SS
        modify_time: Word,
    }
}

entity! {
    /// Behavior that is targeted.
    BehaviorTargeting {
        ;
        /// Kind of behavior: VIDEO_RELATED, CREATOR_RELATED or HASHTAG_RELATED
        action_scene: Word,
        /// Days that are looked back: 0, 7 or 15
        action_period: Whole,
        /// Interactions with videos or creators
        video_user_actions: Vec<Word>,
        /// Categories of the behavior, as ids
        action_category_ids: Vec<Word>,
    }
}

/// Member of an Upgraded Smart+ ad group that nests its targeting.
pub(super) const TARGETING_SPEC: &str = "targeting_spec";

impl RawType for AdGroup {
    fn flat(mut members: Members) -> Members {
        if let Some(Value::Object(targeting)) = members.shift_remove(TARGETING_SPEC) {
            members.extend(targeting);
        }
        members
    }
}

/// Filter of ad groups. All conditions hold together.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the members are TikTok's")]
pub struct AdGroupFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaign_ids: Vec<CampaignId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adgroup_ids: Vec<AdGroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adgroup_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_status: Option<PrimaryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective_type: Option<Objective>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimization_goal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_automation_type: Option<AutomationType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_filter_end_time: Option<String>,
}

#[derive(Deserialize)]
struct AdGroupList {
    #[serde(deserialize_with = "list")]
    list: Vec<AdGroup>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
struct RawAdGroupList {
    #[serde(deserialize_with = "list")]
    list: Vec<RawObject<AdGroup>>,
    page_info: PageInfo,
}

impl MarketingApi {
    /// Lists ad groups, newest first. Deleted ones are left out unless the filter asks for them.
    pub async fn ad_groups(
        &self,
        filter: &AdGroupFilter,
        page: PageRequest,
    ) -> Result<ListPage<AdGroup>, MarketingError> {
        let query = page.add_to(self.query()).filter(filter);
        let answer: AdGroupList = self.get(MarketingEndpoint::AD_GROUP_GET, query).await?;
        Ok(ListPage::of(answer.list, answer.page_info))
    }

    /// Lists ad groups of Upgraded Smart+ campaigns, newest first. The filter's `campaign_automation_type` must be
    /// absent: the endpoint has no such filter.
    pub async fn smart_ad_groups(
        &self,
        filter: &AdGroupFilter,
        page: PageRequest,
    ) -> Result<ListPage<AdGroup>, MarketingError> {
        let answer = self
            .raw_ad_groups(MarketingEndpoint::SMART_AD_GROUP_GET, filter, page)
            .await?;
        let ad_groups = answer.list.into_iter().map(|raw| raw.object);
        Ok(ListPage::of(ad_groups.collect(), answer.page_info))
    }

    /// Reads one ad group with all its members; `None` if it does not exist or is deleted.
    pub async fn ad_group(&self, id: &AdGroupId) -> Result<Option<RawObject<AdGroup>>, MarketingError> {
        self.raw_ad_group(MarketingEndpoint::AD_GROUP_GET, id).await
    }

    /// Reads one ad group of an Upgraded Smart+ campaign with all its members; `None` if it does not exist or is deleted.
    pub async fn smart_ad_group(&self, id: &AdGroupId) -> Result<Option<RawObject<AdGroup>>, MarketingError> {
        self.raw_ad_group(MarketingEndpoint::SMART_AD_GROUP_GET, id).await
    }

    async fn raw_ad_group(
        &self,
        endpoint: &'static MarketingEndpoint,
        id: &AdGroupId,
    ) -> Result<Option<RawObject<AdGroup>>, MarketingError> {
        let filter = AdGroupFilter {
            adgroup_ids: vec![id.clone()],
            ..AdGroupFilter::default()
        };
        let answer = self.raw_ad_groups(endpoint, &filter, PageRequest::FIRST).await?;
        Ok(answer.list.into_iter().find(|raw| raw.object.adgroup_id == *id))
    }

    async fn raw_ad_groups(
        &self,
        endpoint: &'static MarketingEndpoint,
        filter: &AdGroupFilter,
        page: PageRequest,
    ) -> Result<RawAdGroupList, MarketingError> {
        let query = page.add_to(self.query()).filter(filter);
        self.get(endpoint, query).await
    }
}
