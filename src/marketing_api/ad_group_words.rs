//! Words of ad groups that are sent to the API.

use super::words::words;

words! {
    /// Object that an ad group promotes.
    AdGroupPromotion {
        AppAndroid = "APP_ANDROID",
        AppIos = "APP_IOS",
        Website = "WEBSITE",
        WebsiteOrDisplay = "WEBSITE_OR_DISPLAY",
        LeadGeneration = "LEAD_GENERATION",
        DirectMessage = "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE",
        MessagingApp = "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
        Call = "LEAD_GEN_CLICK_TO_CALL",
        TikTokShop = "TIKTOK_SHOP",
        VideoShopping = "VIDEO_SHOPPING",
        LiveShopping = "LIVE_SHOPPING",
        ProductShopping = "PSA_PRODUCT",
        MiniApp = "MINI_APP",
        MiniGame = "MINI_GAME",
    }
    /// Form of a lead generation.
    PromotionTarget {
        PageOnTikTok = "INSTANT_PAGE",
        ExternalWebsite = "EXTERNAL_WEBSITE",
    }
    /// Kind of the website.
    WebsiteType {
        Unset = "UNSET",
        TikTokPage = "TIKTOK_NATIVE_PAGE",
    }
    /// Choice of placements.
    PlacementType {
        Automatic = "PLACEMENT_TYPE_AUTOMATIC",
        Selected = "PLACEMENT_TYPE_NORMAL",
    }
    /// Placement within TikTok.
    Subplacement {
        InFeed = "IN_FEED",
        SearchFeed = "SEARCH_FEED",
        TikTokLite = "TIKTOK_LITE",
    }
    /// Gender of the audience.
    Gender {
        Any = "GENDER_UNLIMITED",
        Female = "GENDER_FEMALE",
        Male = "GENDER_MALE",
    }
    /// Age group of the audience.
    AgeGroup {
        From13 = "AGE_13_17",
        From18 = "AGE_18_24",
        From25 = "AGE_25_34",
        From35 = "AGE_35_44",
        From45 = "AGE_45_54",
        From55 = "AGE_55_100",
    }
    /// Age of the audience of automatic targeting.
    AudienceAge {
        Over18 = "OVER_EIGHTEEN",
        Over25 = "OVER_TWENTY_FIVE",
    }
    /// Spending power of the audience.
    SpendingPower {
        All = "ALL",
        High = "HIGH",
    }
    /// Household income of the audience, by postal code.
    HouseholdIncome {
        Top5 = "TOP5",
        Top10 = "TOP10",
        From10To25 = "TOP10_25",
        From25To50 = "TOP25_50",
    }
    /// Operating system of a device.
    OperatingSystem {
        Android = "ANDROID",
        Ios = "IOS",
    }
    /// iOS devices by their version.
    Ios14Targeting {
        Unset = "UNSET",
        Before = "IOS14_MINUS",
        Since = "IOS14_PLUS",
        All = "ALL",
    }
    /// Connection of a device.
    NetworkType {
        Wifi = "WIFI",
        Second = "2G",
        Third = "3G",
        Fourth = "4G",
        Fifth = "5G",
    }
    /// Kind of behavior.
    BehaviorScene {
        Video = "VIDEO_RELATED",
        Creator = "CREATOR_RELATED",
        Hashtag = "HASHTAG_RELATED",
    }
    /// Interaction with a video, a creator or a hashtag.
    UserAction {
        WatchedToEnd = "WATCHED_TO_END",
        Liked = "LIKED",
        Commented = "COMMENTED",
        Shared = "SHARED",
        Following = "FOLLOWING",
        ViewHomepage = "VIEW_HOMEPAGE",
        ViewHashtag = "VIEW_HASHTAG",
    }
    /// Audience of app retargeting.
    RetargetingAudience {
        Custom = "NEW_CUSTOM_AUDIENCE",
    }
    /// Customers of an app that are targeted.
    AppTargetingType {
        Prospect = "PROSPECT",
        Retargeting = "RETARGETING",
    }
    /// Audience of product retargeting.
    ProductRetargeting {
        Viewed = "LAB1",
        Added = "LAB2",
        Custom = "LAB3",
        Off = "OFF",
    }
    /// Relation of two audiences.
    AudienceRelation {
        Or = "OR",
        And = "AND",
    }
    /// Action with a product.
    ProductAction {
        View = "VIEW_PRODUCT",
        AddToCart = "ADD_TO_CART",
        Purchase = "PURCHASE",
    }
    /// Match of a search with a keyword.
    KeywordMatch {
        Exact = "PRECISE_WORD",
        Phrase = "PHRASE_WORD",
        Broad = "BROAD_WORD",
    }
    /// Bid for a keyword.
    KeywordBidType {
        OfAdGroup = "FOLLOW_ADGROUP",
        Custom = "CUSTOM",
    }
    /// Mode of targeting of a Smart+ ad group.
    TargetingMode {
        Automatic = "AUTOMATIC",
        Manual = "MANUAL",
    }
    /// Budget mode of an ad group.
    AdGroupBudgetMode {
        Day = "BUDGET_MODE_DAY",
        DynamicDay = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        Total = "BUDGET_MODE_TOTAL",
    }
    /// Kind of schedule.
    ScheduleType {
        StartEnd = "SCHEDULE_START_END",
        FromNow = "SCHEDULE_FROM_NOW",
    }
    /// Result that the delivery is optimized for.
    OptimizationGoal {
        Click = "CLICK",
        PageVisit = "PAGE_VISIT",
        Show = "SHOW",
        Reach = "REACH",
        EngagedView = "ENGAGED_VIEW",
        EngagedView15 = "ENGAGED_VIEW_FIFTEEN",
        Convert = "CONVERT",
        Install = "INSTALL",
        InAppEvent = "IN_APP_EVENT",
        LandingPageView = "TRAFFIC_LANDING_PAGE_VIEW",
        LeadGeneration = "LEAD_GENERATION",
        PreferredLead = "PREFERRED_LEAD",
        ConversionLeads = "CONVERSION_LEADS",
        Conversation = "CONVERSATION",
        Followers = "FOLLOWERS",
        Value = "VALUE",
        AutomaticValue = "AUTOMATIC_VALUE_OPTIMIZATION",
        ProductClickInLive = "PRODUCT_CLICK_IN_LIVE",
        LiveRoom = "MT_LIVE_ROOM",
        DestinationVisit = "DESTINATION_VISIT",
    }
    /// Event that is charged.
    BillingEvent {
        Click = "CPC",
        Impressions = "CPM",
        View = "CPV",
        OptimizedImpressions = "OCPM",
    }
    /// Bidding strategy.
    BidType {
        NoBid = "BID_TYPE_NO_BID",
        Custom = "BID_TYPE_CUSTOM",
    }
    /// Unit of the bid for video views.
    BidDisplayMode {
        View = "CPV",
    }
    /// Bidding strategy for the value of conversions.
    DeepBidType {
        MinRoas = "VO_MIN_ROAS",
        HighestValue = "VO_HIGHEST_VALUE",
        Default = "DEFAULT",
        AppEvent = "AEO",
    }
    /// Days whose value counts.
    ValueWindow {
        SevenDays = "SEVEN_DAYS",
        SameDay = "ZERO_DAY",
    }
    /// Distribution of the budget over time.
    Pacing {
        Smooth = "PACING_MODE_SMOOTH",
        Fast = "PACING_MODE_FAST",
    }
    /// Count of conversions in a bid.
    StatisticType {
        EveryTime = "EVERYTIME",
        Once = "NONE",
    }
    /// Window in which a conversion counts.
    AttributionWindow {
        Off = "OFF",
        OneDay = "ONE_DAY",
        SevenDays = "SEVEN_DAYS",
        FourteenDays = "FOURTEEN_DAYS",
        TwentyEightDays = "TWENTY_EIGHT_DAYS",
    }
    /// Conversions of one person that count.
    EventCount {
        Unset = "UNSET",
        Every = "EVERY",
        Once = "ONCE",
    }
    /// Source of the events of a deep funnel.
    DeepFunnelSource {
        Pixel = "PIXEL",
        Offline = "OFFLINE",
        Crm = "CRM",
    }
    /// Inventory filter.
    BrandSafetyType {
        None = "NO_BRAND_SAFETY",
        Expanded = "EXPANDED_INVENTORY",
        Standard = "STANDARD_INVENTORY",
        Limited = "LIMITED_INVENTORY",
        ThirdParty = "THIRD_PARTY",
    }
    /// Partner of the inventory filter.
    BrandSafetyPartner {
        Ias = "IAS",
        DoubleVerify = "OPEN_SLATE",
    }
    /// Type of shopping ads.
    ShoppingAdsType {
        Video = "VIDEO",
        Live = "LIVE",
        Product = "PRODUCT_SHOPPING_ADS",
    }
    /// Source of the products.
    ProductSource {
        Catalog = "CATALOG",
        Store = "STORE",
        Showcase = "SHOWCASE",
    }
    /// App for messages.
    MessagingApp {
        Messenger = "MESSENGER",
        WhatsApp = "WHATSAPP",
        Zalo = "ZALO",
        Line = "LINE",
        Url = "IM_URL",
    }
    /// Kind of a Zalo contact.
    ZaloIdType {
        OfficialAccount = "ZALO_OFFICIAL_ACCOUNT",
        Phone = "ZALO_PHONE_ACCOUNT",
    }
}
