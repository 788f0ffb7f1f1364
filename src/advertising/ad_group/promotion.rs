//! Rules on what an ad group promotes, and on the events that it counts.

use crate::advertising::rule::{
    AdRule,
    Demand::{Forbidden, OneOf, Required},
    MANUAL, SMART,
    Test::{self, Given, Is, Missing, Not},
    rule,
};

use super::{APP_PROMOTION, GOAL, LEAD_GENERATION, OBJECTIVE, WEB_CONVERSIONS};

const PROMOTION: &str = "promotion_type";
const APPS: [&str; 2] = ["APP_ANDROID", "APP_IOS"];
const MINIS: [&str; 2] = ["MINI_APP", "MINI_GAME"];
const LEADS: [&str; 4] = [
    "LEAD_GENERATION",
    "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE",
    "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
    "LEAD_GEN_CLICK_TO_CALL",
];
const KIND: &str = "campaign.app_promotion_type";
const DESTINATION: &str = "campaign.sales_destination";
const REGULAR: Test = Is("campaign.campaign_type", &["REGULAR_CAMPAIGN"]);
const DEEP_FUNNEL: Test = Is("deep_funnel_optimization_status", &["ON"]);

/// Rules on what an ad group promotes.
pub(super) static PROMOTION_RULES: &[AdRule] = &[
    rule(
        &[
            MANUAL,
            Is(
                OBJECTIVE,
                &[
                    "TRAFFIC",
                    "LEAD_GENERATION",
                    "APP_PROMOTION",
                    "WEB_CONVERSIONS",
                    "PRODUCT_SALES",
                ],
            ),
        ],
        Required(PROMOTION),
    ),
    rule(&[MANUAL, Is(PROMOTION, &MINIS)], Forbidden(PROMOTION))
        .fix("choose another promotion_type, or use a campaign with automation SMART_PLUS"),
    rule(&[SMART], Required(PROMOTION)),
    rule(
        &[SMART, Is(KIND, &["APP_INSTALL", "APP_RETARGETING"])],
        OneOf(PROMOTION, &APPS),
    ),
    rule(&[SMART, Is(KIND, &["MINIS"])], OneOf(PROMOTION, &MINIS)),
    rule(
        &[SMART, Is(DESTINATION, &["WEBSITE"])],
        OneOf(PROMOTION, &["WEBSITE"]),
    ),
    rule(&[SMART, Is(DESTINATION, &["APP"])], OneOf(PROMOTION, &APPS)),
    rule(&[SMART, LEAD_GENERATION], OneOf(PROMOTION, &LEADS)),
    rule(
        &[Is(PROMOTION, &["LEAD_GENERATION"])],
        Required("promotion_target_type"),
    ),
    rule(
        &[Not(OBJECTIVE, &["LEAD_GENERATION"])],
        Forbidden("promotion_target_type"),
    ),
    // Apps.
    rule(
        &[MANUAL, APP_PROMOTION, Is(KIND, &["APP_RETARGETING"])],
        Required("app_id"),
    ),
    rule(
        &[APP_PROMOTION, Not(KIND, &["MINIS"]), REGULAR],
        Required("app_id"),
    ),
    rule(
        &[SMART, WEB_CONVERSIONS, Is(DESTINATION, &["APP"]), REGULAR],
        Required("app_id"),
    ),
    rule(&[Is(DESTINATION, &["WEB_AND_APP"])], Required("app_config")),
    rule(&[Is(PROMOTION, &MINIS)], Required("minis_id")),
    // Messages.
    rule(
        &[Not(PROMOTION, &["LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"])],
        Forbidden("messaging_app_type"),
    ),
    rule(
        &[
            Is(PROMOTION, &["LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"]),
            Is(GOAL, &["CONVERSATION"]),
        ],
        Required("messaging_app_type"),
    ),
    rule(
        &[Is("messaging_app_type", &["MESSENGER", "LINE"])],
        Required("messaging_app_account_id"),
    ),
    rule(
        &[Is("messaging_app_type", &["WHATSAPP"])],
        Required("phone_number"),
    ),
    rule(
        &[MANUAL, Is("messaging_app_type", &["ZALO"])],
        Required("phone_number"),
    ),
    rule(
        &[SMART, Is("messaging_app_type", &["ZALO"])],
        Required("zalo_id_type"),
    ),
    rule(&[Given("phone_number")], Required("phone_region_code")),
    rule(&[Given("phone_number")], Required("phone_region_calling_code")),
];

const SET_PIXEL: &str = "set pixel_id and optimization_event; get_pixels lists pixels with their events";

/// Rules on the events that an ad group counts.
pub(super) static EVENT_RULES: &[AdRule] = &[
    rule(&[MANUAL, Is(GOAL, &["CONVERT"])], Required("pixel_id")).fix(SET_PIXEL),
    rule(
        &[MANUAL, WEB_CONVERSIONS, Is(GOAL, &["VALUE"])],
        Required("pixel_id"),
    )
    .fix(SET_PIXEL),
    rule(
        &[
            MANUAL,
            Is(
                GOAL,
                &[
                    "CLICK",
                    "PAGE_VISIT",
                    "SHOW",
                    "REACH",
                    "ENGAGED_VIEW",
                    "ENGAGED_VIEW_FIFTEEN",
                    "INSTALL",
                    "IN_APP_EVENT",
                    "TRAFFIC_LANDING_PAGE_VIEW",
                    "LEAD_GENERATION",
                    "CONVERSATION",
                    "FOLLOWERS",
                    "PRODUCT_CLICK_IN_LIVE",
                    "MT_LIVE_ROOM",
                    "DESTINATION_VISIT",
                ],
            ),
        ],
        Forbidden("pixel_id"),
    )
    .fix("omit pixel_id; an ad's tracking_pixel_id counts events without optimizing for them"),
    rule(
        &[SMART, LEAD_GENERATION, Is(GOAL, &["CONVERT", "VALUE"])],
        Required("pixel_id"),
    )
    .fix(SET_PIXEL),
    rule(
        &[
            SMART,
            WEB_CONVERSIONS,
            Not(DESTINATION, &["APP"]),
            Is(GOAL, &["CONVERT", "VALUE"]),
        ],
        Required("pixel_id"),
    )
    .fix(SET_PIXEL),
    rule(
        &[
            SMART,
            Is(
                GOAL,
                &["CLICK", "INSTALL", "IN_APP_EVENT", "TRAFFIC_LANDING_PAGE_VIEW"],
            ),
        ],
        Forbidden("pixel_id"),
    ),
    rule(&[Given("pixel_id")], Required("optimization_event"))
        .fix("set optimization_event to an event of the pixel; get_pixels lists them"),
    rule(
        &[Missing("pixel_id"), Is(GOAL, &["IN_APP_EVENT", "VALUE"])],
        Required("optimization_event"),
    ),
    rule(
        &[Missing("pixel_id"), Given("minis_id")],
        Required("optimization_event"),
    ),
    rule(
        &[Not(PROMOTION, &["LEAD_GENERATION"])],
        OneOf("deep_funnel_optimization_status", &["OFF"]),
    ),
    rule(&[DEEP_FUNNEL], Required("deep_funnel_event_source")),
    rule(&[DEEP_FUNNEL], Required("deep_funnel_event_source_id")),
    rule(&[DEEP_FUNNEL], Required("deep_funnel_optimization_event")),
    // Attribution.
    rule(
        &[Given("click_attribution_window")],
        Required("view_attribution_window"),
    ),
    rule(
        &[Given("view_attribution_window")],
        Required("click_attribution_window"),
    ),
    rule(
        &[
            Given("engaged_view_attribution_window"),
            Missing("view_attribution_window"),
        ],
        Required("click_attribution_window"),
    )
    .fix("set click_attribution_window and view_attribution_window"),
];

/// Rules on products and identities.
pub(super) static PRODUCT_RULES: &[AdRule] = &[
    rule(
        &[Is(OBJECTIVE, &["PRODUCT_SALES"])],
        Required("shopping_ads_type"),
    ),
    rule(
        &[Not(OBJECTIVE, &["PRODUCT_SALES"])],
        Forbidden("shopping_ads_type"),
    ),
    rule(
        &[Is("shopping_ads_type", &["VIDEO", "PRODUCT_SHOPPING_ADS"])],
        Required("product_source"),
    ),
    rule(
        &[Is("shopping_ads_type", &["PRODUCT_SHOPPING_ADS"])],
        OneOf("product_source", &["STORE"]),
    ),
    rule(
        &[Is("campaign.campaign_product_source", &["CATALOG"])],
        OneOf("product_source", &["CATALOG"]),
    ),
    rule(
        &[Is("campaign.campaign_product_source", &["STORE"])],
        OneOf("product_source", &["STORE", "SHOWCASE"]),
    ),
    rule(
        &[MANUAL, Is("product_source", &["CATALOG"])],
        Required("catalog_id"),
    ),
    rule(&[MANUAL, Is("product_source", &["STORE"])], Required("store_id")),
    rule(&[Given("store_id")], Required("store_authorized_bc_id")),
    rule(
        &[SMART, Is("campaign.catalog_enabled", &["true"])],
        Required("catalog_id"),
    ),
    rule(
        &[Given("catalog_id"), SMART],
        Required("catalog_authorized_bc_id"),
    ),
    rule(&[Is("shopping_ads_type", &["LIVE"])], Required("identity_id")),
    rule(&[Is("product_source", &["SHOWCASE"])], Required("identity_id")),
    rule(&[Given("identity_id")], Required("identity_type")),
    rule(&[Given("identity_type")], Required("identity_id")),
    rule(
        &[MANUAL],
        OneOf("identity_type", &["TT_USER", "BC_AUTH_TT", "AUTH_CODE"]),
    ),
    rule(&[SMART], OneOf("identity_type", &["TT_USER", "BC_AUTH_TT"])),
    rule(
        &[SMART, Not(PROMOTION, &["LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE"])],
        Forbidden("identity_id"),
    )
    .fix("omit identity_id and identity_type here; the ads name the identity"),
    rule(
        &[Is("identity_type", &["BC_AUTH_TT"])],
        Required("identity_authorized_bc_id"),
    ),
];
