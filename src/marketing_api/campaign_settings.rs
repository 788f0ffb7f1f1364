//! Settings of a campaign (docs/tiktok-marketing-api.md#create-a-campaign, docs/tiktok-marketing-api.md#smart).

use super::{
    settings::settings,
    words::{
        AppPromotionType, CampaignBudgetMode, CampaignProductSource, CampaignType, CatalogType, Objective,
        OnOff, PostbackWindowMode, SalesDestination, SpecialIndustry, VirtualObjective,
    },
};
use crate::model::{Amount, AppId};

settings! {
    /// Settings of a campaign. Budget mode, campaign budget optimization and objective cannot be changed later.
    CampaignSettings {
        /// Advertising objective; cannot be changed. CONVERSIONS is taken as WEB_CONVERSIONS. RF_REACH and PRODUCT_SALES need TikTok's allow-list. Smart+ takes
        /// APP_PROMOTION, WEB_CONVERSIONS and LEAD_GENERATION
        objective_type: Objective,
        /// Name of the campaign: up to 512 characters, without emoji; a Chinese or Japanese character counts as two
        #[schemars(length(min = 1, max = 512))]
        campaign_name: String,
        /// Budget mode; cannot be changed. Required for manual campaigns. BUDGET_MODE_TOTAL is a budget for the whole
        /// lifetime, BUDGET_MODE_DAY for a day, BUDGET_MODE_DYNAMIC_DAILY_BUDGET an average over a week, of which a day may
        /// cost up to 125 %, BUDGET_MODE_INFINITE no limit. With budget_optimize_on BUDGET_MODE_INFINITE is not
        /// possible, and Smart+ also has no BUDGET_MODE_DAY; without it BUDGET_MODE_DYNAMIC_DAILY_BUDGET is not
        /// possible
        budget_mode: CampaignBudgetMode,
        /// Budget in the account's currency, as a plain decimal: at least 50 US dollars or about as much in another
        /// currency. Required unless budget_mode is BUDGET_MODE_INFINITE. A new budget must be at least 105 % of what is
        /// already spent
        #[schemars(range(min = 0.01))]
        budget: Amount,
        /// Whether TikTok distributes the campaign's budget over its ad groups (campaign budget optimization); cannot
        /// be changed. The default is false for manual campaigns and true for Smart+
        budget_optimize_on: bool,
        /// Kind of app promotion; required for APP_PROMOTION. APP_PREREGISTRATION is for manual campaigns only, MINIS for
        /// Smart+ only
        app_promotion_type: AppPromotionType,
        /// Type of the campaign: IOS14_CAMPAIGN for a dedicated campaign for iOS 14 and later, REGULAR_CAMPAIGN for
        /// all others
        #[schemars(extend("default" = "REGULAR_CAMPAIGN"))]
        campaign_type: CampaignType,
        /// Promoted app, as an id from `get_apps`; required for IOS14_CAMPAIGN with APP_PROMOTION or PRODUCT_SALES
        app_id: AppId,
        /// Special ad categories, which limit the targeting: for housing, employment and credit. An update can only
        /// remove them: an empty list. Advertisers registered in the US or Canada
        #[schemars(length(max = 3))]
        special_industries: Vec<SpecialIndustry>,
        /// Sales objective of the product, which combines WEB_CONVERSIONS and PRODUCT_SALES; manual campaigns only
        virtual_objective_type: VirtualObjective,
        /// Destination of the sales; cannot be changed. Required for manual campaigns with virtual_objective_type, and for
        /// Smart+ with WEB_CONVERSIONS. APP needs a catalog; TIKTOK_SHOP is for manual campaigns only
        sales_destination: SalesDestination,
        /// Source of the products; required for PRODUCT_SALES. Manual campaigns only
        campaign_product_source: CampaignProductSource,
        /// Whether the campaign advertises products of a catalog; cannot be changed
        #[schemars(extend("default" = false))]
        catalog_enabled: bool,
        /// Type of the catalog; required for WEB_CONVERSIONS with catalog_enabled. Smart+ only
        catalog_type: CatalogType,
        /// Whether the ads appear in search results for keywords; cannot be changed, and needs TikTok's allow-list.
        /// Manual campaigns only
        is_search_campaign: bool,
        /// Whether a dedicated campaign uses delivery models with real-time signals; cannot be changed
        #[schemars(extend("default" = false))]
        is_advanced_dedicated_campaign: bool,
        /// Whether attribution by Apple's SKAdNetwork is off, for IOS14_CAMPAIGN with APP_INSTALL; cannot be changed,
        /// and needs TikTok's allow-list
        disable_skan_campaign: bool,
        /// Whether an app profile page is used, for APP_PROMOTION with IOS14_CAMPAIGN only
        #[schemars(extend("default" = "OFF"))]
        campaign_app_profile_page_state: OnOff,
        /// SKAdNetwork 4.0 postbacks that are waited for: 1 is days 0 to 2, 2 is up to day 7, 3 is up to day 35; cannot
        /// be changed. For an IOS14_CAMPAIGN that is created as DISABLE
        postback_window_mode: PostbackWindowMode,
        /// Whether the campaign promotes a theatrical release or a streaming service, for WEB_CONVERSIONS; cannot be
        /// changed, and needs TikTok's allow-list. Smart+ only
        #[schemars(extend("default" = false))]
        is_promotional_campaign: bool,
        /// Purchase order number for invoices
        #[schemars(length(min = 1, max = 100))]
        po_number: String,
    }
}

impl CampaignSettings {
    /// Settings that only manual campaigns have.
    pub const MANUAL_ONLY: &'static [&'static str] = &[
        "virtual_objective_type",
        "campaign_product_source",
        "is_search_campaign",
    ];

    /// Settings that only Upgraded Smart+ campaigns have.
    pub const SMART_ONLY: &'static [&'static str] = &["catalog_type", "is_promotional_campaign"];
}
