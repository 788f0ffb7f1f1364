//! Settings of an ad group (docs/tiktok-marketing-api.md#create-an-ad-group, docs/tiktok-marketing-api.md#smart).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ad_group_words::{
        AdGroupBudgetMode, AdGroupPromotion, AgeGroup, AppTargetingType, AttributionWindow, AudienceAge,
        AudienceRelation, BehaviorScene, BidDisplayMode, BidType, BillingEvent, BrandSafetyPartner,
        BrandSafetyType, DeepBidType, DeepFunnelSource, EventCount, Gender, HouseholdIncome, Ios14Targeting,
        KeywordBidType, KeywordMatch, MessagingApp, NetworkType, OperatingSystem, OptimizationGoal, Pacing,
        PlacementType, ProductAction, ProductRetargeting, ProductSource, PromotionTarget,
        RetargetingAudience, ScheduleType, ShoppingAdsType, SpendingPower, StatisticType, Subplacement,
        TargetingMode, UserAction, ValueWindow, WebsiteType, ZaloIdType,
    },
    settings::settings,
    words::{IdentityType, OnOff, Placement},
};
use crate::model::{Amount, AppId, NumericId, PixelId};

settings! {
    /// Settings of an ad group.
    AdGroupSettings {
        /// Name of the ad group: up to 512 characters, without emoji
        #[schemars(length(min = 1, max = 512))]
        adgroup_name: String,

        // Promotion.
        /// Promoted object; cannot be changed. Required unless the objective is REACH, VIDEO_VIEWS or ENGAGEMENT. Smart+
        /// takes WEBSITE, the apps, LEAD_GENERATION and the three LEAD_GEN_CLICK_TO_…; MINI_APP and MINI_GAME are for
        /// Smart+ only
        promotion_type: AdGroupPromotion,
        /// Form of a lead generation: a form in TikTok or one on a website; cannot be changed. Required for
        /// LEAD_GENERATION
        promotion_target_type: PromotionTarget,
        /// Whether the ads lead to a TikTok instant page; cannot be changed
        promotion_website_type: WebsiteType,
        /// Promoted app, as an id from `get_apps`; cannot be changed. Required for APP_PROMOTION, except in an
        /// IOS14_CAMPAIGN, whose campaign names the app
        app_id: AppId,
        /// Promoted apps, one for each operating system, for a campaign whose sales_destination is WEB_AND_APP; cannot be
        /// changed
        #[schemars(length(min = 1, max = 2))]
        app_config: Vec<PromotedApp>,
        /// Promoted TikTok Mini; required for MINI_APP and MINI_GAME. Smart+ only
        #[schemars(length(min = 1, max = 100))]
        minis_id: String,
        /// Whether an app profile page is used
        adgroup_app_profile_page_state: OnOff,

        // Events.
        /// Pixel whose events are counted, as a `pixel_id` from `get_pixels` (not its code); cannot be changed. Required if,
        /// and only if, optimization_goal is CONVERT or VALUE on a website
        pixel_id: PixelId,
        /// Event that counts as a conversion, such as SHOPPING; cannot be changed. Required with pixel_id and for
        /// IN_APP_EVENT and VALUE. `get_pixels` lists the events of a pixel
        #[schemars(length(min = 1, max = 100))]
        optimization_event: String,
        /// Second goal besides INSTALL or VALUE
        #[schemars(length(min = 1, max = 100))]
        secondary_optimization_event: String,
        /// Custom conversion of the pixel or app; cannot be changed
        custom_conversion_id: NumericId,
        /// Whether a second event further down the funnel is optimized for, for LEAD_GENERATION
        #[schemars(extend("default" = "OFF"))]
        deep_funnel_optimization_status: OnOff,
        /// Source of that event; required with deep_funnel_optimization_status ON
        deep_funnel_event_source: DeepFunnelSource,
        /// Id of that source, such as a pixel; required with deep_funnel_optimization_status ON
        deep_funnel_event_source_id: NumericId,
        /// That event; required with deep_funnel_optimization_status ON
        #[schemars(length(min = 1, max = 100))]
        deep_funnel_optimization_event: String,

        // Placement.
        /// Choice of placements: TikTok's, or those in placements; cannot be changed. By default as placements are given
        placement_type: PlacementType,
        /// Apps in which the ads are shown; cannot be changed. Required for PLACEMENT_TYPE_NORMAL
        #[schemars(length(min = 1, max = 3))]
        placements: Vec<Placement>,
        /// Places within TikTok, for REACH, VIDEO_VIEWS and ENGAGEMENT with only PLACEMENT_TIKTOK; cannot be changed
        #[schemars(length(min = 1, max = 3))]
        tiktok_subplacements: Vec<Subplacement>,
        /// Whether the ads also appear in search results; an update can only switch it on. Manual only
        search_result_enabled: bool,
        /// Whether TikTok adds search keywords by itself, in a search campaign. Manual only
        automated_keywords_enabled: bool,
        /// Search keywords of a search campaign. Manual only
        #[schemars(length(max = 1000))]
        search_keywords: Vec<SearchKeyword>,
        /// Whether comments are off
        #[schemars(extend("default" = false))]
        comment_disabled: bool,
        /// Whether viewers cannot download the video; cannot be changed
        #[schemars(extend("default" = false))]
        video_download_disabled: bool,
        /// Whether sharing is off
        #[schemars(extend("default" = false))]
        share_disabled: bool,
        /// Blocked apps of Pangle, as ids of block lists
        blocked_pangle_app_ids: Vec<NumericId>,
        /// Inventory filter, for PLACEMENT_TIKTOK only. A change needs TikTok's allow-list. Manual only
        brand_safety_type: BrandSafetyType,
        /// Partner of the inventory filter; required for THIRD_PARTY; cannot be changed. OPEN_SLATE is DoubleVerify. Manual
        /// only
        brand_safety_partner: BrandSafetyPartner,
        /// Excluded content categories, for STANDARD_INVENTORY and LIMITED_INVENTORY. Manual only
        category_exclusion_ids: Vec<String>,
        /// Category of sensitive content, for STANDARD_INVENTORY and LIMITED_INVENTORY. Manual only
        #[schemars(length(min = 1, max = 100))]
        vertical_sensitivity_id: String,

        // Targeting.
        /// Mode of targeting: automatic or manual. With AUTOMATIC only location_ids, zipcode_ids, spc_audience_age,
        /// languages, operating_systems and excluded_audience_ids take effect. Smart+ only
        #[schemars(extend("default" = "AUTOMATIC"))]
        targeting_optimization_mode: TargetingMode,
        /// Whether automatic targeting takes age_groups, gender, audience_ids, interests and actions as suggestions.
        /// Smart+ only
        #[schemars(extend("default" = false))]
        suggestion_audience_enabled: bool,
        /// Ages of automatic targeting. Smart+ only
        spc_audience_age: AudienceAge,
        /// Customers that are targeted: new ones, or those who know the app. Required for sales_destination APP with CLICK,
        /// IN_APP_EVENT or VALUE; cannot be changed. Smart+ only
        app_targeting_type: AppTargetingType,
        /// Targeted locations, as ids from `search_targeting`. Required, unless there are zipcode_ids. At most 3,000 together
        /// with zipcode_ids, none of which may lie in another
        #[schemars(length(max = 3000))]
        location_ids: Vec<NumericId>,
        /// Targeted postal codes, as ids from `search_targeting`. For Smart+ with TRAVEL_ENTERTAINMENT only
        #[schemars(length(max = 3000))]
        zipcode_ids: Vec<String>,
        /// Targeted languages, as codes from `search_targeting`; empty for all
        languages: Vec<String>,
        /// Targeted gender
        gender: Gender,
        /// Targeted age groups; empty for all. In the US and some other regions an empty list can mean 18 and over
        #[schemars(length(max = 6))]
        age_groups: Vec<AgeGroup>,
        /// Whether an update leaves out people under 18, where TikTok refuses to target them and age_groups is empty. Manual
        /// only, and not in a create
        exclude_age_under_eighteen: bool,
        /// Targeted spending power, on TikTok only
        spending_power: SpendingPower,
        /// Targeted household incomes, in the US only
        #[schemars(length(max = 4))]
        household_income: Vec<HouseholdIncome>,
        /// Targeted interests, as ids from `search_targeting`
        interest_category_ids: Vec<NumericId>,
        /// Additional targeted interests, as ids. Not together with purchase_intention_keyword_ids
        interest_keyword_ids: Vec<NumericId>,
        /// Targeted purchase intentions, as ids
        purchase_intention_keyword_ids: Vec<NumericId>,
        /// Targeted behaviors
        actions: Vec<TargetedBehavior>,
        /// Targeted audiences, as ids
        audience_ids: Vec<NumericId>,
        /// Excluded audiences, as ids
        excluded_audience_ids: Vec<NumericId>,
        /// Saved audience that gives the targeting, as an id
        saved_audience_id: NumericId,
        /// Whether TikTok may widen the audiences
        smart_audience_enabled: bool,
        /// Whether TikTok may widen interests and behaviors
        smart_interest_behavior_enabled: bool,
        /// Targeted audiences of Pangle, as ids
        included_pangle_audience_package_ids: Vec<NumericId>,
        /// Excluded audiences of Pangle, as ids
        excluded_pangle_audience_package_ids: Vec<NumericId>,
        /// Audience of app retargeting; required for APP_RETARGETING. Manual only
        audience_type: RetargetingAudience,
        /// Targeted operating system: exactly one. Required for apps
        #[schemars(length(max = 1))]
        operating_systems: Vec<OperatingSystem>,
        /// Lowest targeted version of Android, such as 9.0
        #[schemars(length(min = 1, max = 20))]
        min_android_version: String,
        /// Lowest targeted version of iOS, such as 14.5
        #[schemars(length(min = 1, max = 20))]
        min_ios_version: String,
        /// Targeted iOS devices by their version; IOS14_PLUS is required for an IOS14_CAMPAIGN and cannot be changed
        /// afterwards. Manual only
        ios14_targeting: Ios14Targeting,
        /// Targeted device models, as ids from `search_targeting`. Not together with device_price_ranges
        device_model_ids: Vec<NumericId>,
        /// Lowest and highest price of the targeted devices in US dollars, in steps of 50; 10000 is 1,000 and more
        #[schemars(length(max = 2))]
        device_price_ranges: Vec<u32>,
        /// Targeted connections; empty for all
        #[schemars(length(max = 5))]
        network_types: Vec<NetworkType>,
        /// Targeted carriers, as ids from `search_targeting`
        carrier_ids: Vec<NumericId>,
        /// Targeted internet service providers, as ids
        isp_ids: Vec<String>,
        /// Contextual tags, as ids, for REACH and VIDEO_VIEWS; needs TikTok's allow-list. Manual only
        contextual_tag_ids: Vec<String>,
        /// Product retargeting: viewers of products, those who put one into the cart, a custom combination, or none
        shopping_ads_retargeting_type: ProductRetargeting,
        /// Days that product retargeting looks back; required for LAB1 and LAB2
        #[schemars(extend("enum" = [1, 2, 3, 7, 14, 30, 60, 90, 180]))]
        shopping_ads_retargeting_actions_days: u32,
        /// Included actions of LAB3
        included_custom_actions: Vec<RetargetedAction>,
        /// Excluded actions of LAB3
        excluded_custom_actions: Vec<RetargetedAction>,
        /// Relation of product retargeting and audience_ids
        shopping_ads_retargeting_custom_audience_relation: AudienceRelation,
        /// Whether the ads promote food high in fat, salt or sugar
        is_hfss: bool,
        /// Confirmation that food advertised in the UK complies with the Less Healthy Foods rules; required there with
        /// is_hfss
        is_lhf_compliance: bool,

        // Budget and schedule.
        /// Budget mode; cannot be changed, and ignored if the campaign has budget_optimize_on. BUDGET_MODE_TOTAL needs
        /// SCHEDULE_START_END. Smart+ has no BUDGET_MODE_DAY
        budget_mode: AdGroupBudgetMode,
        /// Budget in the account's currency, as a plain decimal: at least 20 US dollars a day or about as much in another
        /// currency; ignored if the campaign has budget_optimize_on. A new budget must be at least 105 % of what is already
        /// spent
        #[schemars(range(min = 0.01))]
        budget: Amount,
        /// Budget that TikTok aims to spend at least, for a campaign with budget_optimize_on. Smart+ only
        #[schemars(range(min = 0.01))]
        min_budget: Amount,
        /// Kind of schedule: with an end, or without; by default as schedule_end_time is given. SCHEDULE_FROM_NOW needs a
        /// daily budget
        schedule_type: ScheduleType,
        /// Start of delivery: YYYY-MM-DD HH:MM:SS in UTC, or with an offset such as 2026-12-24T18:00:00+01:00. By default
        /// now. At most 12 hours ago; cannot be changed once it has passed
        #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}|T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))$"))]
        schedule_start_time: String,
        /// End of delivery: YYYY-MM-DD HH:MM:SS in UTC, or with an offset. Required for SCHEDULE_START_END
        #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}|T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))$"))]
        schedule_end_time: String,
        /// Half hours of a week in which the ads are delivered: 336 characters 0 or 1 from Monday 00:00 in the account's time
        /// zone
        #[schemars(regex(pattern = r"^[01]{336}$"))]
        dayparting: String,
        /// Date of a theatrical release, as YYYY-MM-DD; needs TikTok's allow-list. Smart+ only
        #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
        movie_premiere_date: String,

        // Optimization and bidding.
        /// Result that the delivery is optimized for; cannot be changed. Required
        optimization_goal: OptimizationGoal,
        /// Event that is charged; cannot be changed. By default CPC for CLICK, CPM for SHOW and REACH, OCPM for the others.
        /// Required for manual ad groups with PAGE_VISIT (CPC by TikTok's table) and ENGAGED_VIEW (CPV)
        billing_event: BillingEvent,
        /// Bidding strategy: the most results for the budget, or a bid. Required for Smart+ and if the campaign has
        /// budget_optimize_on; then it cannot be changed
        bid_type: BidType,
        /// Bid for a click, 1,000 impressions or a view, in the account's currency, below the budget; required for
        /// BID_TYPE_CUSTOM with CPC, CPM or CPV. For Smart+ a new bid applies to all ad groups of the campaign
        #[schemars(range(min = 0.01))]
        bid_price: Amount,
        /// Target cost of a conversion, in the account's currency, below the budget; required for BID_TYPE_CUSTOM with OCPM.
        /// For Smart+ a new one applies to all ad groups of the campaign
        #[schemars(range(min = 0.01))]
        conversion_bid_price: Amount,
        /// Unit of video views that are paid for: CPV; required for VIDEO_VIEWS with BID_TYPE_CUSTOM; cannot be changed.
        /// Manual only
        bid_display_mode: BidDisplayMode,
        /// Bidding strategy for VALUE: VO_MIN_ROAS or VO_HIGHEST_VALUE; Smart+ also takes DEFAULT and AEO
        deep_bid_type: DeepBidType,
        /// Goal for the return on ad spend; required for VO_MIN_ROAS. For Smart+ a new one applies to all ad groups of the
        /// campaign
        #[schemars(range(min = 0.01, max = 1000))]
        roas_bid: Amount,
        /// Days whose value counts for VALUE; cannot be changed
        #[schemars(extend("default" = "SEVEN_DAYS"))]
        vbo_window: ValueWindow,
        /// Count of purchases in the bid: each one, or one for each person; cannot be changed. Manual only
        statistic_type: StatisticType,
        /// Distribution of the budget over the schedule; PACING_MODE_SMOOTH by default, and always if the campaign has
        /// budget_optimize_on
        pacing: Pacing,
        /// Largest number of impressions for one person within frequency_schedule, for REACH. Manual only
        #[schemars(range(min = 1, max = 1000))]
        frequency: u32,
        /// Days within which frequency counts; both or neither. Manual only
        #[schemars(range(min = 1, max = 30))]
        frequency_schedule: u32,

        // Attribution.
        /// Window after a click in which a conversion counts; cannot be changed
        click_attribution_window: AttributionWindow,
        /// Window after a view in which a conversion counts: up to SEVEN_DAYS; cannot be changed
        view_attribution_window: AttributionWindow,
        /// Window after a view of 6 seconds in which a conversion counts: ONE_DAY or SEVEN_DAYS; Smart+ takes more; cannot be
        /// changed
        engaged_view_attribution_window: AttributionWindow,
        /// Conversions of one person that count: every one or only the first; cannot be changed
        attribution_event_count: EventCount,

        // Products.
        /// Type of shopping ads; required for PRODUCT_SALES; cannot be changed. Manual only
        shopping_ads_type: ShoppingAdsType,
        /// Source of the products; cannot be changed
        product_source: ProductSource,
        /// Product catalog; required with a catalog; cannot be changed
        catalog_id: NumericId,
        /// Business Center of the catalog
        catalog_authorized_bc_id: NumericId,
        /// TikTok Shop; cannot be changed. Manual only
        store_id: NumericId,
        /// Business Center of the TikTok Shop; cannot be changed. Manual only
        store_authorized_bc_id: NumericId,

        // Identity and messages.
        /// TikTok account of the ad group, for live shopping and direct messages, from `get_identities`; cannot be changed
        #[schemars(length(min = 1, max = 100))]
        identity_id: String,
        /// Type of that account; cannot be changed
        identity_type: IdentityType,
        /// Business Center of that account; required for BC_AUTH_TT; cannot be changed
        identity_authorized_bc_id: NumericId,
        /// App for messages, for LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE; cannot be changed
        messaging_app_type: MessagingApp,
        /// Account in that app; required for MESSENGER and LINE; cannot be changed
        #[schemars(length(min = 1, max = 100))]
        messaging_app_account_id: String,
        /// Kind of the Zalo contact; required for ZALO; cannot be changed. Smart+ only
        zalo_id_type: ZaloIdType,
        /// Event set of the messages; cannot be changed
        message_event_set_id: NumericId,
        /// Region of the phone number for WhatsApp or Zalo, such as US; cannot be changed
        #[schemars(length(min = 1, max = 10))]
        phone_region_code: String,
        /// Calling code of that region, such as +1; cannot be changed
        #[schemars(length(min = 1, max = 10))]
        phone_region_calling_code: String,
        /// Phone number for WhatsApp or Zalo; cannot be changed
        #[schemars(length(min = 1, max = 40))]
        phone_number: String,
    }
}

/// App that an ad group promotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct PromotedApp {
    /// Id of the app, from `get_apps`
    pub app_id: AppId,
}

/// Search keyword.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct SearchKeyword {
    /// Keyword of up to 80 characters
    #[schemars(length(min = 1, max = 80))]
    pub keyword: String,
    /// Match of a search: exactly, as a phrase, or broadly
    pub match_type: KeywordMatch,
    /// Bid for the keyword: that of the ad group, or keyword_bid
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "FOLLOW_ADGROUP"))]
    pub keyword_bid_type: Option<KeywordBidType>,
    /// Bid, in the account's currency; required for CUSTOM
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.01))]
    pub keyword_bid: Option<Amount>,
}

/// Behavior that is targeted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct TargetedBehavior {
    /// Kind of behavior
    pub action_scene: BehaviorScene,
    /// Days that are looked back; 0 for no limit, and for creators and hashtags
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [0, 7, 15]))]
    pub action_period: Option<u32>,
    /// Interactions: the first four with videos, then two with creators, the last with hashtags
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_user_actions: Option<Vec<UserAction>>,
    /// Categories or hashtags of the behavior, as ids
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_category_ids: Option<Vec<NumericId>>,
}

/// Action with a product that is retargeted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct RetargetedAction {
    /// Action
    pub code: ProductAction,
    /// Days that are looked back
    #[schemars(range(min = 1, max = 180))]
    pub days: u32,
}
