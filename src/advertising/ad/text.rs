//! Rules on texts and calls to action.

use crate::advertising::rule::{
    AdRule,
    Demand::{AnyOf, Forbidden, Required},
    MANUAL, SMART,
    Test::{self, Any, Is, Missing, Not},
    rule,
};

use super::{
    APP_PROMOTION, IDENTITY, LEAD_GENERATION, NO_POST, NO_PRODUCT_SALES, OBJECTIVE, ON_TIKTOK, OWN_CREATIVES,
    WEB_CONVERSIONS,
    exclusions::{
        ACTIONS_OR_ACTION, PORTFOLIO_OR_ACTION, POST_OR_TEXT, POST_OR_TEXTS, SIZE_OF_ACTIONS, SIZE_OF_TEXTS,
        TEXTS_OR_TEXT,
    },
    identity::ACCOUNTS,
};

const ACTION: &str = "call_to_action";
const ACTIONS: &str = "calls_to_action";
const PORTFOLIO: &str = "call_to_action_id";
const SET_PORTFOLIO: &str =
    "set call_to_action_id to a portfolio of calls to action, which TikTok requires for Smart+ ads on TikTok";
const USE_PORTFOLIO: &str = "use call_to_action_id instead, a portfolio of calls to action";

/// Authorized posts have their own text.
const MAKES_POST: Test = Any(&[Not(IDENTITY, &["AUTH_CODE"]), Missing(IDENTITY)]);

/// Rules on texts and calls to action.
pub(super) static TEXT_RULES: &[AdRule] = &[
    rule(
        &[MANUAL, NO_PRODUCT_SALES, NO_POST, MAKES_POST],
        AnyOf(&["ad_text", "ad_texts"]),
    ),
    rule(
        &[SMART, OWN_CREATIVES, NO_POST, MAKES_POST],
        AnyOf(&["ad_text", "ad_texts"]),
    ),
    TEXTS_OR_TEXT,
    rule(
        &[MANUAL, Is("campaign.is_search_campaign", &["false"])],
        Forbidden("ad_texts"),
    )
    .fix("use ad_text; several texts are for search campaigns"),
    POST_OR_TEXT,
    POST_OR_TEXTS,
    SIZE_OF_TEXTS,
    // Calls to action.
    PORTFOLIO_OR_ACTION,
    ACTIONS_OR_ACTION,
    SIZE_OF_ACTIONS,
    rule(
        &[
            MANUAL,
            ON_TIKTOK,
            Is(
                OBJECTIVE,
                &["TRAFFIC", "WEB_CONVERSIONS", "APP_PROMOTION", "LEAD_GENERATION"],
            ),
        ],
        AnyOf(&[ACTION, PORTFOLIO]),
    ),
    rule(&[SMART, ON_TIKTOK, LEAD_GENERATION], Required(PORTFOLIO)).fix(SET_PORTFOLIO),
    rule(&[SMART, ON_TIKTOK, LEAD_GENERATION], Forbidden(ACTION)).fix(USE_PORTFOLIO),
    rule(&[SMART, ON_TIKTOK, LEAD_GENERATION], Forbidden(ACTIONS)).fix(USE_PORTFOLIO),
    rule(
        &[
            SMART,
            ON_TIKTOK,
            Any(&[APP_PROMOTION, WEB_CONVERSIONS]),
            OWN_CREATIVES,
            Is(IDENTITY, ACCOUNTS),
        ],
        Required(PORTFOLIO),
    )
    .fix(SET_PORTFOLIO),
    rule(
        &[
            SMART,
            ON_TIKTOK,
            Any(&[APP_PROMOTION, WEB_CONVERSIONS]),
            OWN_CREATIVES,
            Is(IDENTITY, ACCOUNTS),
        ],
        Forbidden(ACTION),
    )
    .fix(USE_PORTFOLIO),
    rule(
        &[
            SMART,
            ON_TIKTOK,
            Any(&[APP_PROMOTION, WEB_CONVERSIONS]),
            OWN_CREATIVES,
            Is(IDENTITY, ACCOUNTS),
        ],
        Forbidden(ACTIONS),
    )
    .fix(USE_PORTFOLIO),
];
