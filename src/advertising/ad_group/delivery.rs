//! Rules on placements, budgets, optimization and bids of an ad group.

use crate::advertising::{
    budget::{DAY, DYNAMIC, INFINITE, TOTAL},
    rule::{
        AdRule,
        Demand::{Forbidden, Includes, OneOf, Required},
        MANUAL, SMART,
        Test::{self, Given, Is, Missing, Not},
        rule,
    },
    schedule::START_END,
};

use super::{CBO, GOAL, NO_CBO, OBJECTIVE};

const MODE: &str = "budget_mode";
const PARENT_MODE: &str = "campaign.budget_mode";
const BID: &str = "bid_type";
const CUSTOM_BID: Test = Is(BID, &["BID_TYPE_CUSTOM"]);
const NO_BID: Test = Is(BID, &["BID_TYPE_NO_BID"]);
const SELECTED: Test = Is("placement_type", &["PLACEMENT_TYPE_NORMAL"]);
const OMIT_BID: &str = "omit the bid, or set bid_type to BID_TYPE_CUSTOM to bid, which TikTok does not change for Smart+ after the creation";
const OF_CAMPAIGN: &str =
    "omit it; the campaign distributes its own: change the budget of the campaign with `update_campaign`";
pub(super) const SET_END: &str = "set schedule_end_time";

/// Rules on placements.
pub(super) static PLACEMENT_RULES: &[AdRule] = &[
    rule(&[SELECTED], Required("placements")),
    rule(
        &[Is("placement_type", &["PLACEMENT_TYPE_AUTOMATIC"])],
        Forbidden("placements"),
    )
    .fix("set placement_type to PLACEMENT_TYPE_NORMAL to choose, or omit placements"),
    rule(
        &[MANUAL, Is(OBJECTIVE, &["PRODUCT_SALES"])],
        OneOf("placements", &["PLACEMENT_TIKTOK"]),
    ),
    rule(
        &[Given("zipcode_ids"), SELECTED],
        Includes("placements", "PLACEMENT_TIKTOK"),
    ),
    rule(
        &[MANUAL, Not(OBJECTIVE, &["REACH", "VIDEO_VIEWS", "ENGAGEMENT"])],
        Forbidden("tiktok_subplacements"),
    ),
    rule(&[], Includes("tiktok_subplacements", "IN_FEED")),
    rule(
        &[Is("brand_safety_type", &["THIRD_PARTY"])],
        Required("brand_safety_partner"),
    ),
    rule(
        &[Is(GOAL, &["TRAFFIC_LANDING_PAGE_VIEW"])],
        OneOf("placements", &["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"]),
    ),
];

/// Rules on budgets and their schedules.
pub(super) static BUDGET_RULES: &[AdRule] = &[
    rule(&[NO_CBO], Required(MODE)),
    rule(&[NO_CBO], Required("budget")),
    rule(&[CBO], Forbidden(MODE)).fix(OF_CAMPAIGN),
    rule(&[CBO], Forbidden("budget")).fix(OF_CAMPAIGN),
    rule(&[SMART, NO_CBO], OneOf(MODE, &[DYNAMIC, TOTAL])),
    rule(&[SMART, NO_CBO, Is(PARENT_MODE, &[DAY])], OneOf(MODE, &[DYNAMIC])),
    rule(
        &[MANUAL, NO_CBO, Is(PARENT_MODE, &[DAY])],
        OneOf(MODE, &[DAY, DYNAMIC]),
    ),
    rule(&[Is(MODE, &[TOTAL])], OneOf("schedule_type", &[START_END])).fix(SET_END),
    rule(
        &[SMART, CBO, Is(PARENT_MODE, &[TOTAL])],
        OneOf("schedule_type", &[START_END]),
    )
    .fix(SET_END),
    rule(&[NO_CBO], Forbidden("min_budget")),
    rule(
        &[Is(PARENT_MODE, &[DAY, TOTAL, INFINITE])],
        Forbidden("min_budget"),
    ),
    rule(&[CUSTOM_BID], Forbidden("min_budget")),
];

/// Rules on optimization and bids.
pub(super) static BID_RULES: &[AdRule] = &[
    rule(&[], Required(GOAL)),
    rule(&[Given(GOAL)], Required("billing_event")).fix(
        "set billing_event; TikTok's table has CPV for ENGAGED_VIEW and CPC for PAGE_VISIT, by other reports it is OCPM",
    ),
    rule(
        &[SMART],
        OneOf(
            GOAL,
            &[
                "CLICK",
                "INSTALL",
                "IN_APP_EVENT",
                "VALUE",
                "CONVERT",
                "TRAFFIC_LANDING_PAGE_VIEW",
                "CONVERSATION",
                "LEAD_GENERATION",
            ],
        ),
    ),
    rule(&[SMART, Is(GOAL, &["CLICK"])], OneOf("billing_event", &["CPC"])),
    rule(&[SMART, Not(GOAL, &["CLICK"])], OneOf("billing_event", &["OCPM"])),
    rule(&[SMART], Required(BID)),
    rule(&[MANUAL, CBO], Required(BID)),
    rule(
        &[SMART, CBO, Is(PARENT_MODE, &[TOTAL])],
        OneOf(BID, &["BID_TYPE_NO_BID"]),
    ),
    rule(
        &[SMART, NO_CBO, Is(MODE, &[TOTAL])],
        OneOf(BID, &["BID_TYPE_NO_BID"]),
    ),
    rule(
        &[CUSTOM_BID, Is("billing_event", &["CPC", "CPM", "CPV"])],
        Required("bid_price"),
    ),
    rule(
        &[
            CUSTOM_BID,
            Is("billing_event", &["OCPM"]),
            Is(
                GOAL,
                &["CONVERT", "INSTALL", "IN_APP_EVENT", "TRAFFIC_LANDING_PAGE_VIEW"],
            ),
        ],
        Required("conversion_bid_price"),
    ),
    rule(&[NO_BID], Forbidden("bid_price")).fix(OMIT_BID),
    rule(&[NO_BID], Forbidden("conversion_bid_price")).fix(OMIT_BID),
    rule(
        &[MANUAL, Is(OBJECTIVE, &["VIDEO_VIEWS"]), CUSTOM_BID],
        Required("bid_display_mode"),
    ),
    rule(&[SMART, Is(GOAL, &["VALUE"])], Required("deep_bid_type")),
    rule(&[MANUAL, CBO, Is(GOAL, &["VALUE"])], Required("deep_bid_type")),
    rule(
        &[MANUAL, Given("secondary_optimization_event")],
        Required("deep_bid_type"),
    ),
    rule(
        &[MANUAL, Missing("secondary_optimization_event")],
        OneOf("deep_bid_type", &["VO_MIN_ROAS", "VO_HIGHEST_VALUE"]),
    ),
    rule(&[Is("deep_bid_type", &["VO_MIN_ROAS"])], Required("roas_bid")),
    rule(&[MANUAL, NO_CBO], Required("pacing")),
    rule(&[MANUAL, CBO], OneOf("pacing", &["PACING_MODE_SMOOTH"])),
    rule(&[Given("frequency")], Required("frequency_schedule")),
    rule(&[Given("frequency_schedule")], Required("frequency")),
    rule(&[Not(OBJECTIVE, &["REACH", "RF_REACH"])], Forbidden("frequency")),
];
