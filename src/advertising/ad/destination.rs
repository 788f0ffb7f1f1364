//! Rules on landing pages, forms, deeplinks and other destinations.

use crate::advertising::rule::{
    AdRule,
    Demand::{AnyOf, Count, Forbidden, OneOf, Required},
    MANUAL, SMART,
    Test::{self, Any, Given, Is, Missing, Not},
    rule,
};

use super::{
    APP_PROMOTION, GOAL, LEAD_GENERATION, NO_CATALOG, OBJECTIVE, OFF_TIKTOK, ON_TIKTOK, PRODUCT_SALES,
    PROMOTION, SELECTED, WEB_CONVERSIONS, exclusions::PAGES_OR_PAGE,
};

const URL: &str = "landing_page_url";
const PAGE: &str = "page_id";
const PAGES: &str = "page_ids";
const TARGET: &str = "adgroup.promotion_target_type";
const CATEGORY: &str = "tiktok_page_category";
const APP_KIND: &str = "campaign.app_promotion_type";
const CALL: Test = Is(PROMOTION, &["LEAD_GEN_CLICK_TO_CALL"]);
const VISIT: Test = Is(GOAL, &["DESTINATION_VISIT"]);
const TRAFFIC: Test = Is(OBJECTIVE, &["TRAFFIC"]);

/// Rules on destinations.
pub(super) static DESTINATION_RULES: &[AdRule] = &[
    // Websites and pages.
    rule(
        &[
            MANUAL,
            Is(OBJECTIVE, &["TRAFFIC", "WEB_CONVERSIONS"]),
            Is(PROMOTION, &["WEBSITE"]),
            Not(GOAL, &["PAGE_VISIT"]),
            NO_CATALOG,
            Missing("adgroup.catalog_id"),
        ],
        AnyOf(&[URL, PAGE]),
    ),
    rule(
        &[
            MANUAL,
            LEAD_GENERATION,
            Is(TARGET, &["EXTERNAL_WEBSITE"]),
            NO_CATALOG,
        ],
        AnyOf(&[URL, PAGE]),
    ),
    rule(
        &[MANUAL, LEAD_GENERATION, Is(TARGET, &["INSTANT_PAGE"]), NO_CATALOG],
        Required(PAGE),
    )
    .fix("set page_id to a published form; get_lead_forms lists them"),
    rule(
        &[
            SMART,
            WEB_CONVERSIONS,
            Is("campaign.sales_destination", &["WEBSITE"]),
            NO_CATALOG,
        ],
        AnyOf(&[URL, PAGE, PAGES]),
    ),
    rule(&[MANUAL, SELECTED, OFF_TIKTOK], Forbidden(PAGE))
        .fix("use landing_page_url; instant pages and forms appear on TikTok only"),
    PAGES_OR_PAGE,
    rule(&[], Count(PAGES, 1, 3)),
    rule(&[], Count("utm_params", 1, 14)),
    rule(
        &[MANUAL, APP_PROMOTION, Not(APP_KIND, &["APP_PREREGISTRATION"])],
        Forbidden("utm_params"),
    ),
    rule(
        &[
            MANUAL,
            PRODUCT_SALES,
            Any(&[
                Not("adgroup.shopping_ads_type", &["VIDEO"]),
                Not("adgroup.product_source", &["CATALOG"]),
            ]),
        ],
        Forbidden("utm_params"),
    ),
    rule(
        &[SMART, Not(OBJECTIVE, &["WEB_CONVERSIONS"])],
        Forbidden("utm_params"),
    ),
    // TikTok pages.
    rule(&[MANUAL, Is(GOAL, &["PAGE_VISIT"])], Required(CATEGORY)),
    rule(&[Is(CATEGORY, &["OTHER_TIKTOK_PAGE"])], Required(URL))
        .fix("set landing_page_url to the TikTok page"),
    rule(&[Is(CATEGORY, &["TIKTOK_INSTANT_PAGE"])], Required(PAGE)),
    // Apps.
    rule(&[MANUAL, TRAFFIC, VISIT], Required("deeplink")),
    rule(&[MANUAL, TRAFFIC, VISIT], Required("deeplink_format_type")),
    rule(&[Given("deeplink_type")], Required("deeplink")),
    rule(&[SMART, Given("deeplink")], Required("deeplink_type")),
    rule(
        &[Is("campaign.campaign_type", &["IOS14_CAMPAIGN"])],
        OneOf("deeplink_type", &["NORMAL"]),
    ),
    rule(&[Is("fallback_type", &["WEBSITE"])], Required(URL)),
    rule(&[Is("shopping_ads_fallback_type", &["CUSTOM"])], Required(URL)),
    rule(
        &[Is("shopping_ads_deeplink_type", &["CUSTOM"])],
        Required("deeplink"),
    ),
    rule(
        &[
            SMART,
            Any(&[
                Not(OBJECTIVE, &["APP_PROMOTION"]),
                Not(APP_KIND, &["APP_RETARGETING"]),
                Not(PROMOTION, &["APP_IOS"]),
            ]),
        ],
        Forbidden("cpp_url"),
    ),
    rule(&[MANUAL, ON_TIKTOK], Forbidden("playable_url"))
        .fix("omit playable_url, or use an ad group outside of TikTok"),
    rule(&[SMART, WEB_CONVERSIONS], Forbidden("card_id")),
    // Calls and messages.
    rule(&[CALL], Required("phone_number")),
    rule(&[CALL], Required("phone_region_code")),
    rule(&[CALL], Required("phone_region_calling_code")),
    rule(
        &[Is(PROMOTION, &["LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE"])],
        Required("auto_message_id"),
    ),
];
