//! Rules on the identity under which an ad appears.

use crate::advertising::rule::{
    AdRule,
    Demand::{OneOf, Required},
    MANUAL, SMART,
    Test::{Given, Is, Missing, Not},
    rule,
};

use super::{CATALOG_CREATIVES, IDENTITY, NO_CATALOG, NO_PRODUCT_SALES, ON_TIKTOK, OWN_CREATIVES};

/// Identities that are TikTok accounts.
pub(super) const ACCOUNTS: &[&str] = &["TT_USER", "BC_AUTH_TT", "AUTH_CODE"];

const CHOOSE: &str = "choose one of these; get_identities lists the identities of the ad account";
const SET: &str = "set identity_type and identity_id; get_identities lists them";

/// Rules on identities, of the ad or of one of its creatives.
pub(super) static IDENTITY_RULES: &[AdRule] = &[
    rule(&[MANUAL], Required(IDENTITY)).fix(SET),
    rule(&[MANUAL], Required("identity_id")).fix(SET),
    rule(&[SMART, OWN_CREATIVES], Required(IDENTITY)).fix(SET),
    rule(&[SMART, OWN_CREATIVES], Required("identity_id")).fix(SET),
    rule(
        &[Is(CATALOG_CREATIVES, &["true"]), Given("identity_id")],
        Required(IDENTITY),
    )
    .fix(SET),
    rule(
        &[Is(CATALOG_CREATIVES, &["true"]), Given(IDENTITY)],
        Required("identity_id"),
    )
    .fix(SET),
    rule(
        &[Is(IDENTITY, &["BC_AUTH_TT"])],
        Required("identity_authorized_bc_id"),
    )
    .fix("set identity_authorized_bc_id to the identity's Business Center; get_identities lists it"),
    rule(&[SMART, ON_TIKTOK], OneOf(IDENTITY, ACCOUNTS)).fix(CHOOSE),
    // TikTok Shop, catalogs and Smart Creative keep custom identities.
    rule(
        &[
            MANUAL,
            ON_TIKTOK,
            NO_PRODUCT_SALES,
            NO_CATALOG,
            Missing("adgroup.catalog_id"),
            Not("adgroup.creative_material_mode", &["DYNAMIC", "SMART_CREATIVE"]),
        ],
        OneOf(IDENTITY, ACCOUNTS),
    )
    .fix(CHOOSE),
];
