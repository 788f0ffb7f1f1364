//! Rules on disclaimers and on what an ad tracks.

use crate::advertising::rule::{
    AdRule,
    Demand::{Count, Forbidden, OneOf, Required},
    MANUAL, SMART,
    Test::{self, Any, Given, Is, Not},
    rule,
};

use super::{APP_PROMOTION, CATALOG, GOAL, LEAD_GENERATION, OFF_TIKTOK, PRODUCT_SALES, PROMOTION, SELECTED};

const TYPE: &str = "disclaimer_type";
const TEXT: &str = "disclaimer_text";
const LINKS: &str = "disclaimer_clickable_texts";
const VIEWABILITY: &str = "viewability_postbid_partner";
const SAFETY: &str = "brand_safety_postbid_partner";
const LIVE_SHOPPING: Test = Is(PROMOTION, &["LIVE_SHOPPING"]);
const SAME_PARTNER: &str = "set both partners to IAS, or omit one of them";

/// Rules on disclaimers.
pub(super) static DISCLAIMER_RULES: &[AdRule] = &[
    rule(&[Is(TYPE, &["TEXT_ONLY"])], Required(TEXT)),
    rule(&[Is(TYPE, &["TEXT_ONLY"])], Forbidden(LINKS)),
    rule(&[Is(TYPE, &["TEXT_LINK"])], Required(LINKS)),
    rule(&[Is(TYPE, &["TEXT_LINK"])], Forbidden(TEXT)),
    rule(&[Any(&[Given(TEXT), Given(LINKS)])], Required(TYPE)),
    rule(&[], Count(LINKS, 1, 3)),
    rule(&[SELECTED, OFF_TIKTOK], Forbidden(TYPE)).fix("omit the disclaimer; only ads on TikTok have one"),
    rule(&[PRODUCT_SALES], Forbidden(TYPE)).fix("omit the disclaimer"),
    rule(&[LEAD_GENERATION, CATALOG], Forbidden(TYPE)).fix("omit the disclaimer"),
];

/// Rules on tracking.
pub(super) static TRACKING_RULES: &[AdRule] = &[
    rule(
        &[Any(&[
            Not(PROMOTION, &["LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"]),
            Not(GOAL, &["CLICK"]),
            Given("page_id"),
            Given("page_ids"),
        ])],
        Forbidden("tracking_message_event_set_id"),
    ),
    rule(&[SMART, APP_PROMOTION], Forbidden("tracking_app_id"))
        .fix("omit tracking_app_id; the ad group names the app"),
    rule(&[], Count("tracking_offline_event_set_ids", 1, 50)),
    rule(
        &[
            MANUAL,
            PRODUCT_SALES,
            Any(&[
                Not("adgroup.shopping_ads_type", &["VIDEO"]),
                Not("adgroup.product_source", &["CATALOG"]),
            ]),
        ],
        Forbidden("tracking_offline_event_set_ids"),
    ),
    // Measurement by partners.
    rule(&[Is(VIEWABILITY, &["IAS"])], Required("viewability_vast_url")),
    rule(&[Is(SAFETY, &["IAS"])], Required("brand_safety_vast_url")),
    rule(&[Is(VIEWABILITY, &["IAS"])], OneOf(SAFETY, &["IAS"])).fix(SAME_PARTNER),
    rule(&[Is(SAFETY, &["IAS"])], OneOf(VIEWABILITY, &["IAS"])).fix(SAME_PARTNER),
    rule(
        &[Is("adgroup.brand_safety_type", &["NO_BRAND_SAFETY"])],
        Forbidden(SAFETY),
    ),
    rule(&[LIVE_SHOPPING], Forbidden(VIEWABILITY)),
    rule(&[LIVE_SHOPPING], Forbidden(SAFETY)),
];
