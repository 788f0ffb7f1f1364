//! Rules on the format of an ad or a creative, on its files, and on TikTok posts.

use crate::advertising::rule::{
    AdRule,
    Demand::{AnyOf, Count, Forbidden, OneOf, Required},
    MANUAL, SMART,
    Test::{self, Given, Is, Not},
    rule,
};

use super::{
    CATALOG, FORMAT, IDENTITY, LEAD_GENERATION, NO_POST, NO_PRODUCT_SALES, OWN_CREATIVES, PLACEMENTS, POST,
    SELECTED, WEB_CONVERSIONS,
    exclusions::{
        self, IMAGES_OR_VIDEO, POST_OR_CUSTOM_IDENTITY, POST_OR_IMAGES, POST_OR_VIDEO, POST_OR_VISIBILITY,
    },
};

/// Formats that appear on TikTok.
const ON_TIKTOK: &[&str] = &["SINGLE_VIDEO", "CAROUSEL_ADS", "CATALOG_CAROUSEL", "LIVE_CONTENT"];

const VIDEO: Test = Is(FORMAT, &["SINGLE_VIDEO"]);
const IMAGE: Test = Is(FORMAT, &["SINGLE_IMAGE"]);
const CAROUSEL: Test = Is(FORMAT, &["CAROUSEL_ADS"]);
const CATALOG_CAROUSEL: Test = Is(FORMAT, &["CATALOG_CAROUSEL"]);
const CUSTOM: Test = Is(IDENTITY, exclusions::CUSTOM);
const DUET: &str = "set promotional_music_disabled to false, or omit the permission";
const MUSIC: &str = "promotional_music_disabled";
const SET_COVER: &str = "set image_ids to the cover: one image with the shape of the video, such as one that `get_creatives` lists with suggest_covers";
const OFF_TIKTOK_ONLY: &str =
    "choose one of these; SINGLE_IMAGE appears in Pangle and the Global App Bundle only";
const IS_ACCOUNT: Test = Is(IDENTITY, &["TT_USER", "BC_AUTH_TT"]);

/// Rules on the ad, or on one of its creatives.
pub(super) static MEDIA_RULES: &[AdRule] = &[
    // Format.
    rule(&[MANUAL, NO_PRODUCT_SALES], Required(FORMAT)),
    rule(&[SMART, OWN_CREATIVES], Required(FORMAT)),
    rule(
        &[SMART],
        OneOf(FORMAT, &["SINGLE_VIDEO", "CAROUSEL_ADS", "CATALOG_CAROUSEL"]),
    ),
    rule(
        &[
            MANUAL,
            SELECTED,
            Not(PLACEMENTS, &["PLACEMENT_PANGLE", "PLACEMENT_GLOBAL_APP_BUNDLE"]),
        ],
        OneOf(FORMAT, ON_TIKTOK),
    )
    .fix(OFF_TIKTOK_ONLY),
    rule(
        &[
            MANUAL,
            LEAD_GENERATION,
            Is("adgroup.promotion_target_type", &["INSTANT_PAGE"]),
        ],
        OneOf(FORMAT, ON_TIKTOK),
    )
    .fix("choose one of these; with SINGLE_IMAGE a lead ad needs an ad group for EXTERNAL_WEBSITE"),
    // Posts.
    rule(
        &[Is(IDENTITY, &["AUTH_CODE"]), Not(FORMAT, &["LIVE_CONTENT"])],
        Required(POST),
    )
    .fix("set tiktok_item_id to the post that its creator has authorized"),
    POST_OR_CUSTOM_IDENTITY,
    POST_OR_VIDEO,
    POST_OR_IMAGES,
    rule(
        &[SMART, Is("catalog_creative_toggle", &["true"])],
        Forbidden(POST),
    ),
    // Videos.
    rule(&[NO_PRODUCT_SALES, VIDEO, IS_ACCOUNT], AnyOf(&["video_id", POST])),
    rule(&[NO_PRODUCT_SALES, VIDEO, CUSTOM], Required("video_id")),
    IMAGES_OR_VIDEO,
    rule(
        &[NO_PRODUCT_SALES, VIDEO, Given("video_id"), NO_POST],
        Required("image_ids"),
    )
    .fix(SET_COVER),
    rule(&[VIDEO, NO_POST], Count("image_ids", 1, 1)).fix(SET_COVER),
    // Images.
    rule(&[IMAGE], Required("image_ids")),
    rule(&[IMAGE], Count("image_ids", 1, 1)),
    rule(&[NO_PRODUCT_SALES, CAROUSEL], AnyOf(&["image_ids", POST])),
    rule(&[CAROUSEL], Count("image_ids", 1, 35)),
    rule(
        &[CATALOG_CAROUSEL, LEAD_GENERATION, CATALOG],
        Required("image_ids"),
    )
    .fix("set image_ids to the image of the last card"),
    rule(
        &[CATALOG_CAROUSEL, LEAD_GENERATION, CATALOG],
        Count("image_ids", 1, 1),
    ),
    rule(
        &[SMART, CATALOG_CAROUSEL, WEB_CONVERSIONS],
        Forbidden("image_ids"),
    ),
    // Music.
    rule(&[CAROUSEL, NO_POST], Required("music_id")),
    rule(&[CATALOG_CAROUSEL], Required("music_id")),
    rule(
        &[Not(IDENTITY, &["CUSTOMIZED_USER"])],
        OneOf("aigc_disclosure_type", &["NOT_DECLARED"]),
    )
    .fix("omit aigc_disclosure_type; only ads with a custom identity have it"),
];

/// Rules on the post that an ad shows or makes, for the ad as a whole.
pub(super) static POST_RULES: &[AdRule] = &[
    POST_OR_VISIBILITY,
    rule(&[CUSTOM], Forbidden("dark_post_status")),
    rule(&[CUSTOM], Forbidden(MUSIC)),
    rule(&[CUSTOM], Forbidden("item_duet_status")),
    rule(&[CUSTOM], Forbidden("item_stitch_status")),
    rule(&[Is("item_duet_status", &["ENABLE"])], Required(MUSIC)).fix(DUET),
    rule(&[Is("item_duet_status", &["ENABLE"])], OneOf(MUSIC, &["false"])).fix(DUET),
    rule(&[Is("item_stitch_status", &["ENABLE"])], Required(MUSIC)).fix(DUET),
    rule(&[Is("item_stitch_status", &["ENABLE"])], OneOf(MUSIC, &["false"])).fix(DUET),
    rule(
        &[Is(FORMAT, &["SINGLE_IMAGE", "CAROUSEL_ADS", "CATALOG_CAROUSEL"])],
        OneOf("creative_authorized", &["false"]),
    )
    .fix("omit creative_authorized; only videos have it"),
];
