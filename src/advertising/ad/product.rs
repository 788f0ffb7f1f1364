//! Rules on products, catalogs and live shopping.

use crate::advertising::rule::{
    AdRule,
    Demand::{AnyOf, Count, Forbidden, OneOf, Required},
    MANUAL, SMART,
    Test::{self, Is},
    rule,
};

use super::{CATALOG, FORMAT, GOAL, NO_CATALOG, PROMOTION};

const CHOICE: &str = "product_specific_type";
const ITEMS: &str = "item_group_ids";
const KIND: &str = "adgroup.shopping_ads_type";
const SOURCE: &str = "adgroup.product_source";
const CREATIVE: &str = "creative_type";
const STRATEGY: &str = "vertical_video_strategy";
const DEEPLINK: &str = "shopping_ads_deeplink_type";
const FALLBACK: &str = "shopping_ads_fallback_type";
const VIDEO: Test = Is(KIND, &["VIDEO"]);
const LIVE: Test = Is(KIND, &["LIVE"]);
const SHOP: Test = Is(KIND, &["PRODUCT_SHOPPING_ADS"]);
const FROM_CATALOG: Test = Is(SOURCE, &["CATALOG"]);
const FROM_STORE: Test = Is(SOURCE, &["STORE"]);
const SET: Test = Is(CHOICE, &["PRODUCT_SET"]);
const CUSTOMIZED: Test = Is(CHOICE, &["CUSTOMIZED_PRODUCTS"]);
const DIRECT_LIVE: Test = Is(CREATIVE, &["DIRECT_LIVE"]);
const SHORT_VIDEO: Test = Is(CREATIVE, &["SHORT_VIDEO_LIVE"]);
const IS_LIVE: &str = "omit it; the live room is the creative of a DIRECT_LIVE ad";

/// Rules on products.
pub(super) static PRODUCT_RULES: &[AdRule] = &[
    // Choice of products.
    rule(&[MANUAL, FROM_CATALOG], Required("catalog_id")),
    rule(&[MANUAL, VIDEO, FROM_CATALOG], Required(CHOICE)),
    rule(&[MANUAL, SHOP, FROM_STORE], Required(CHOICE)),
    rule(
        &[MANUAL, SHOP, FROM_STORE],
        OneOf(CHOICE, &["ALL", "CUSTOMIZED_PRODUCTS"]),
    ),
    rule(
        &[MANUAL, VIDEO, FROM_CATALOG, SET],
        AnyOf(&["product_set_id", ITEMS]),
    ),
    rule(&[MANUAL, VIDEO, FROM_CATALOG, SET], Count(ITEMS, 1, 20)),
    rule(&[MANUAL, VIDEO, FROM_CATALOG, CUSTOMIZED], Required("sku_ids")),
    rule(&[MANUAL, SHOP, FROM_STORE, CUSTOMIZED], Required(ITEMS)),
    rule(&[MANUAL, SHOP, FROM_STORE, CUSTOMIZED], Count(ITEMS, 1, 50)),
    rule(&[], Count("sku_ids", 1, 20)),
    rule(&[SMART, CATALOG], Required(CHOICE)),
    rule(&[SMART, SET], Required("product_set_id")),
    rule(&[SMART, CUSTOMIZED], Required("product_ids")),
    rule(&[], Count("product_ids", 1, 20)),
    rule(&[SMART, NO_CATALOG], OneOf("catalog_creative_toggle", &["false"]))
        .fix("omit catalog_creative_toggle, or use a campaign with catalog_enabled"),
    // Creatives of products.
    rule(
        &[Is("dynamic_format", &["DYNAMIC_CREATIVE"])],
        OneOf(STRATEGY, &["UNSET"]),
    ),
    rule(
        &[Is(PROMOTION, &["APP_ANDROID", "APP_IOS"])],
        OneOf("dynamic_destination", &["UNSET"]),
    ),
    rule(
        &[
            VIDEO,
            FROM_CATALOG,
            Is(PROMOTION, &["WEBSITE"]),
            Is(GOAL, &["CLICK", "TRAFFIC_LANDING_PAGE_VIEW"]),
        ],
        OneOf("dynamic_destination", &["UNSET"]),
    ),
    rule(
        &[VIDEO, FROM_CATALOG, Is(FORMAT, &["CATALOG_CAROUSEL"])],
        OneOf(DEEPLINK, &["NONE", "CUSTOM"]),
    ),
    rule(
        &[VIDEO, FROM_CATALOG, Is(FORMAT, &["CATALOG_CAROUSEL"])],
        OneOf(FALLBACK, &["DEFAULT", "CUSTOM"]),
    ),
    rule(
        &[
            VIDEO,
            FROM_CATALOG,
            Is(FORMAT, &["SINGLE_VIDEO"]),
            Is(STRATEGY, &["SINGLE_VIDEO"]),
        ],
        OneOf(DEEPLINK, &["NONE", "CUSTOM"]),
    ),
    rule(
        &[
            VIDEO,
            FROM_CATALOG,
            Is(FORMAT, &["SINGLE_VIDEO"]),
            Is(STRATEGY, &["SINGLE_VIDEO"]),
        ],
        OneOf(FALLBACK, &["DEFAULT", "CUSTOM"]),
    ),
    // Shops and live rooms.
    rule(&[SHOP], OneOf(CREATIVE, &["PSA"])),
    rule(&[LIVE], Required(CREATIVE)),
    rule(&[LIVE], OneOf(CREATIVE, &["SHORT_VIDEO_LIVE", "DIRECT_LIVE"])),
    rule(&[MANUAL, LIVE], OneOf(FORMAT, &["LIVE_CONTENT"])),
    rule(&[SHORT_VIDEO], Required("call_to_action")).fix("set call_to_action to WATCH_LIVE"),
    rule(&[SHORT_VIDEO], OneOf("call_to_action", &["WATCH_LIVE"])),
    rule(&[DIRECT_LIVE], Forbidden("call_to_action")).fix(IS_LIVE),
    rule(&[DIRECT_LIVE], Forbidden("video_id")).fix(IS_LIVE),
    rule(&[DIRECT_LIVE], Forbidden("image_ids")).fix(IS_LIVE),
    rule(&[DIRECT_LIVE], Forbidden("ad_text")).fix(IS_LIVE),
    rule(&[DIRECT_LIVE], Forbidden("tiktok_item_id")).fix(IS_LIVE),
];
