//! Words that are sent to the API. What it sends back may be any word. A second spelling is an older word that inputs may
//! have; it is never sent.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal $(| $alias:literal)?,)* })*) => {
        $(
            // No doc comments on the variants: they would split the schema's list of words.
            $(#[$doc])*
            #[derive(
                Debug, Clone, Copy, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize, ::schemars::JsonSchema,
            )]
            #[schemars(inline, extend("enum" = [$($word, $($alias,)?)*]))]
            #[expect(missing_docs, reason = "the words are TikTok's own")]
            pub enum $name {
                $(
                    #[serde(rename = $word $(, alias = $alias)?)]
                    $variant,
                )*
            }

            impl $name {
                /// TikTok's word.
                pub const fn as_str(self) -> &'static str {
                    match self {
                        $(Self::$variant => $word,)*
                    }
                }
            }

            impl ::std::fmt::Display for $name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str(self.as_str())
                }
            }
        )*
    };
}
pub(super) use words;

words! {
    /// Advertising objective.
    Objective {
        Reach = "REACH",
        Traffic = "TRAFFIC",
        VideoViews = "VIDEO_VIEWS",
        LeadGeneration = "LEAD_GENERATION",
        Engagement = "ENGAGEMENT",
        AppPromotion = "APP_PROMOTION",
        WebConversions = "WEB_CONVERSIONS" | "CONVERSIONS",
        ProductSales = "PRODUCT_SALES",
        ReservedReach = "RF_REACH",
    }
    /// State of an object by which lists are filtered.
    PrimaryStatus {
        All = "STATUS_ALL",
        NotDeleted = "STATUS_NOT_DELETE",
        Deleted = "STATUS_DELETE",
        Delivering = "STATUS_DELIVERY_OK",
        NotDelivering = "STATUS_NOT_DELIVERY",
        Disabled = "STATUS_DISABLE",
        Ended = "STATUS_TIME_DONE",
        ReservationClosed = "STATUS_RF_CLOSED",
        Frozen = "STATUS_FROZEN",
    }
    /// Way in which a campaign was created.
    AutomationType {
        Manual = "MANUAL",
        SmartPlus = "SMART_PLUS",
        UpgradedSmartPlus = "UPGRADED_SMART_PLUS",
    }
    /// Way in which a campaign is created.
    CreationWay {
        SmartPlus = "SMART_PLUS",
        Manual = "MANUAL",
    }
    /// Type of an identity.
    IdentityType {
        TikTokUser = "TT_USER",
        BusinessCenterUser = "BC_AUTH_TT",
        AuthCode = "AUTH_CODE",
        Customized = "CUSTOMIZED_USER",
    }
    /// Kind of an instant page.
    PageKind {
        LeadForm = "LEAD_GEN",
        StoreFront = "STORE_FRONT",
        AppProfile = "APP_PROFILE_PAGE",
        TikTokPage = "TIKTOK_INSTANT_PAGE",
    }
    /// Place where ads are shown.
    Placement {
        TikTok = "PLACEMENT_TIKTOK",
        Pangle = "PLACEMENT_PANGLE",
        GlobalAppBundle = "PLACEMENT_GLOBAL_APP_BUNDLE",
    }
    /// Kind of a location.
    GeoType {
        Country = "COUNTRY",
        Province = "PROVINCE",
        City = "CITY",
        District = "DISTRICT",
        MarketArea = "DMA",
        ZipCode = "ZIP_CODE",
    }
    /// Object that an ad group promotes.
    PromotionType {
        AppAndroid = "APP_ANDROID",
        AppIos = "APP_IOS",
        Website = "WEBSITE",
        LeadGeneration = "LEAD_GENERATION",
        TikTokShop = "TIKTOK_SHOP",
        VideoShopping = "VIDEO_SHOPPING",
        LiveShopping = "LIVE_SHOPPING",
    }
    /// Switch of a new object.
    OperationStatus {
        Enable = "ENABLE",
        Disable = "DISABLE",
    }
    /// New status of an object. Deletion is final.
    StatusChange {
        Enable = "ENABLE",
        Disable = "DISABLE",
        Delete = "DELETE",
    }
    /// Budget mode of a campaign.
    CampaignBudgetMode {
        Day = "BUDGET_MODE_DAY",
        DynamicDay = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        Total = "BUDGET_MODE_TOTAL",
        Infinite = "BUDGET_MODE_INFINITE",
    }
    /// Kind of app promotion.
    AppPromotionType {
        Install = "APP_INSTALL",
        Retargeting = "APP_RETARGETING",
        Preregistration = "APP_PREREGISTRATION",
        Minis = "MINIS",
    }
    /// Type of a campaign.
    CampaignType {
        Regular = "REGULAR_CAMPAIGN",
        Ios14 = "IOS14_CAMPAIGN",
    }
    /// Special ad category.
    SpecialIndustry {
        Housing = "HOUSING",
        Employment = "EMPLOYMENT",
        Credit = "CREDIT",
    }
    /// Objective of the product that stands for several of the API.
    VirtualObjective {
        Sales = "SALES",
    }
    /// Destination of sales.
    SalesDestination {
        TikTokShop = "TIKTOK_SHOP",
        Website = "WEBSITE",
        App = "APP",
        WebAndApp = "WEB_AND_APP",
    }
    /// Source of a campaign's products.
    CampaignProductSource {
        Catalog = "CATALOG",
        Store = "STORE",
    }
    /// Type of the catalog of a Smart+ campaign.
    CatalogType {
        Ecommerce = "ECOMMERCE",
        TravelEntertainment = "TRAVEL_ENTERTAINMENT",
        MiniSeries = "MINI_SERIES",
    }
    /// State of a feature.
    OnOff {
        On = "ON",
        Off = "OFF",
    }
    /// SKAdNetwork 4.0 postbacks that are waited for.
    PostbackWindowMode {
        First = "POSTBACK_WINDOW_MODE1",
        FirstTwo = "POSTBACK_WINDOW_MODE2",
        All = "POSTBACK_WINDOW_MODE3",
    }
}
