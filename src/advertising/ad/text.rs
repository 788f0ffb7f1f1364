//! Rules on texts and calls to action.

use crate::advertising::rule::{
    AdRule,
    Demand::{AnyOf, Count, Forbidden, Required},
    MANUAL, SMART,
    Test::{self, Any, Given, Is, Missing, Not},
    rule,
};

use super::{
    APP_PROMOTION, IDENTITY, IS_POST, LEAD_GENERATION, NO_POST, NO_PRODUCT_SALES, OBJECTIVE, ON_TIKTOK,
    OWN_CREATIVES, WEB_CONVERSIONS, identity::ACCOUNTS,
};

const ACTION: &str = "call_to_action";
const ACTIONS: &str = "calls_to_action";
const PORTFOLIO: &str = "call_to_action_id";
const OF_POST: &str = "omit it; the post has its own text";
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
    rule(&[Given("ad_texts")], Forbidden("ad_text")).fix("omit ad_text, or put it into ad_texts"),
    rule(
        &[MANUAL, Is("campaign.is_search_campaign", &["false"])],
        Forbidden("ad_texts"),
    )
    .fix("use ad_text; several texts are for search campaigns"),
    rule(&[IS_POST], Forbidden("ad_text")).fix(OF_POST),
    rule(&[IS_POST], Forbidden("ad_texts")).fix(OF_POST),
    rule(&[], Count("ad_texts", 1, 5)),
    // Calls to action.
    rule(&[MANUAL, Given(PORTFOLIO)], Forbidden(ACTION))
        .fix("omit call_to_action, which TikTok ignores beside call_to_action_id, or omit call_to_action_id"),
    rule(&[Given(ACTIONS)], Forbidden(ACTION)).fix("omit call_to_action, or put it into calls_to_action"),
    rule(&[], Count(ACTIONS, 1, 3)),
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
