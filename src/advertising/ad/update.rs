//! Rules on changes of an ad. Facts: docs/tiktok-marketing-api.md#ads.

use crate::{
    advertising::{
        difference::ListedSettings,
        rule::{
            AdRule,
            Demand::{AnyOf, Count, Forbidden, OneOf, Required},
            MANUAL, SMART,
            Test::{self, Any, Given, Is, Missing, Not},
            new_violations, rule, violations,
        },
        violation::AdViolation,
    },
    marketing_api::{AdSettings, CreationWay},
};

use super::{
    AdParents, CATALOG_CREATIVES, FORMAT, IDENTITY, POST, creatives,
    exclusions::{
        ACTIONS_OR_ACTION, CUSTOM, IMAGES_OR_VIDEO, PAGES_OR_PAGE, PORTFOLIO_OR_ACTION,
        POST_OR_CUSTOM_IDENTITY, POST_OR_IMAGES, POST_OR_TEXT, POST_OR_TEXTS, POST_OR_VIDEO,
        POST_OR_VISIBILITY, SIZE_OF_ACTIONS, SIZE_OF_TEXTS, TEXTS_OR_TEXT,
    },
    identity::ACCOUNTS,
    tracking::DISCLAIMER_RULES,
    values,
};

/// Present settings that decide on changes.
const PRESENT: [&str; 11] = [
    FORMAT,
    "call_to_action_id",
    CATALOG_CREATIVES,
    LINKS,
    TYPE,
    "identity_authorized_bc_id",
    IDENTITY,
    POST,
    "tiktok_page_category",
    "vertical_video_strategy",
    "video_id",
];

const TYPE: &str = "disclaimer_type";
const LINKS: &str = "disclaimer_clickable_texts";
const STRATEGY: &str = "vertical_video_strategy";
const UPLOADED: &str = "CATALOG_UPLOADED_VIDEOS";
const AFTER_CREATION: &str = "omit it, or create a new ad; TikTok does not change it after the creation";
const OF_CAROUSEL: &str = "omit it, or create a new ad; TikTok does not change the format of a carousel";
const OF_POST: &str = "omit it, or set video_id with its cover and text to make a new post";
const SHOWS_POST: &str = "the ad shows a post";
const TAKES_PLACE: &str = "the video takes the place of a post";
const SHOWN_FORMAT: &str = "current.ad_format";

/// The ad shows a post. TikTok lists the post of an ad that was made from a video too.
const SHOWS_VIDEO: Test = Is(SHOWN_FORMAT, &["SINGLE_VIDEO"]);
const HAS_POST: Test = Given("current.tiktok_item_id");
const HAS_NO_FILE: Test = Missing("current.video_id");
const STAYS_POST: &[Test] = &[
    SHOWS_VIDEO,
    HAS_POST,
    HAS_NO_FILE,
    Missing("video_id"),
    Missing(POST),
    Missing(FORMAT),
    Missing("creatives"),
];
const POST_BECOMES_CUSTOM: &[Test] = &[
    SHOWS_VIDEO,
    HAS_POST,
    HAS_NO_FILE,
    Missing("creatives"),
    Is(IDENTITY, CUSTOM),
];
const BECOMES_VIDEO: &[Test] = &[SHOWS_VIDEO, HAS_POST, HAS_NO_FILE, Given("video_id")];
const MANUAL_BECOMES_VIDEO: &[Test] = &[MANUAL, SHOWS_VIDEO, HAS_POST, HAS_NO_FILE, Given("video_id")];
const BECOMES_CAROUSEL: &[Test] = &[
    Is(SHOWN_FORMAT, &["SINGLE_VIDEO", "SINGLE_IMAGE"]),
    Is(FORMAT, &["CAROUSEL_ADS"]),
    Missing(POST),
];
const KEEP_PORTFOLIO: &str =
    "change call_to_action_id instead, the portfolio of calls to action that the ad has";

/// Rules on changes.
pub(super) static CHANGE_RULES: &[AdRule] = &[
    // After the creation.
    rule(
        &[Is(SHOWN_FORMAT, &["CAROUSEL_ADS"])],
        OneOf(FORMAT, &["CAROUSEL_ADS"]),
    )
    .fix(OF_CAROUSEL),
    rule(
        &[Is(SHOWN_FORMAT, &["CATALOG_CAROUSEL"])],
        OneOf(FORMAT, &["CATALOG_CAROUSEL"]),
    )
    .fix(OF_CAROUSEL),
    rule(
        &[Is("current.disclaimer_type", &["TEXT_ONLY"])],
        OneOf(TYPE, &["TEXT_ONLY"]),
    )
    .fix(AFTER_CREATION),
    rule(
        &[Is("current.disclaimer_type", &["TEXT_LINK"])],
        OneOf(TYPE, &["TEXT_LINK"]),
    )
    .fix(AFTER_CREATION),
    rule(
        &[Is("current.vertical_video_strategy", &[UPLOADED])],
        OneOf(STRATEGY, &[UPLOADED]),
    )
    .fix(AFTER_CREATION),
    rule(
        &[Is("current.tiktok_page_category", &["OTHER_TIKTOK_PAGE"])],
        Forbidden("landing_page_url"),
    )
    .fix(AFTER_CREATION),
    rule(
        &[
            MANUAL,
            Is(SHOWN_FORMAT, &["SINGLE_VIDEO", "CAROUSEL_ADS"]),
            Missing("video_id"),
            Missing("image_ids"),
        ],
        Forbidden("aigc_disclosure_type"),
    )
    .fix("change the video or the images with it"),
    // The identity of a Smart+ ad is that of its creatives, or a custom one of the whole ad.
    rule(
        &[SMART, Is("current.identity_type", ACCOUNTS)],
        OneOf(IDENTITY, ACCOUNTS),
    )
    .fix("choose one of these, or create a new ad for a custom identity"),
    rule(
        &[SMART, Is("current.identity_type", CUSTOM)],
        OneOf(IDENTITY, CUSTOM),
    )
    .fix("keep a custom identity, or create a new ad for a TikTok account"),
    // Settings that exclude each other.
    POST_OR_VIDEO,
    POST_OR_IMAGES,
    POST_OR_TEXT,
    POST_OR_TEXTS,
    POST_OR_VISIBILITY,
    POST_OR_CUSTOM_IDENTITY,
    rule(
        &[Missing(IDENTITY), Is("current.identity_type", CUSTOM)],
        Forbidden(POST),
    )
    .fix("set identity_type and identity_id to the TikTok account of the post too"),
    rule(
        &[Is(SHOWN_FORMAT, &["CAROUSEL_ADS", "CATALOG_CAROUSEL"])],
        Forbidden("video_id"),
    )
    .fix(OF_CAROUSEL),
    IMAGES_OR_VIDEO,
    rule(STAYS_POST, Forbidden("image_ids"))
        .because(SHOWS_POST)
        .fix(OF_POST),
    rule(STAYS_POST, Forbidden("ad_text"))
        .because(SHOWS_POST)
        .fix(OF_POST),
    rule(STAYS_POST, Forbidden("ad_texts"))
        .because(SHOWS_POST)
        .fix(OF_POST),
    rule(STAYS_POST, Forbidden("dark_post_status"))
        .because(SHOWS_POST)
        .fix(OF_POST),
    TEXTS_OR_TEXT,
    PORTFOLIO_OR_ACTION,
    rule(
        &[SMART, Given("current.call_to_action_id")],
        Forbidden("call_to_action"),
    )
    .fix(KEEP_PORTFOLIO),
    rule(
        &[SMART, Given("current.call_to_action_id")],
        Forbidden("calls_to_action"),
    )
    .fix(KEEP_PORTFOLIO),
    ACTIONS_OR_ACTION,
    PAGES_OR_PAGE,
    // Settings that need another.
    rule(BECOMES_CAROUSEL, Required("image_ids")),
    rule(BECOMES_CAROUSEL, Required("music_id")),
    rule(BECOMES_VIDEO, Required("image_ids"))
        .because(TAKES_PLACE)
        .fix("set image_ids to the cover: one image with the shape of the video, such as one that `get_creatives` lists with suggest_covers"),
    rule(POST_BECOMES_CUSTOM, Required("video_id"))
        .because(SHOWS_POST)
        .fix("set video_id with its cover and text, because a custom identity has no posts"),
    rule(MANUAL_BECOMES_VIDEO, AnyOf(&["ad_text", "ad_texts"]))
        .because(TAKES_PLACE)
        .fix("set ad_text; the text of the post goes with the post"),
    rule(
        &[
            Is(IDENTITY, &["AUTH_CODE"]),
            Not(SHOWN_FORMAT, &["LIVE_CONTENT"]),
            Missing("creatives"),
            Any(&[Missing("current.tiktok_item_id"), Given("current.video_id")]),
        ],
        Required(POST),
    )
    .fix("set tiktok_item_id to the post that its creator has authorized"),
    rule(
        &[
            Is(IDENTITY, &["BC_AUTH_TT"]),
            Missing("current.identity_authorized_bc_id"),
        ],
        Required("identity_authorized_bc_id"),
    )
    .fix("set identity_authorized_bc_id to the identity's Business Center; get_identities lists it"),
    // Sizes.
    SIZE_OF_TEXTS,
    SIZE_OF_ACTIONS,
    rule(&[], Count("page_ids", 1, 3)),
    rule(&[], Count("image_ids", 1, 35)),
    rule(
        &[
            Is(SHOWN_FORMAT, &["SINGLE_VIDEO", "SINGLE_IMAGE"]),
            Missing(FORMAT),
        ],
        Count("image_ids", 1, 1),
    ),
    rule(
        &[Is(FORMAT, &["SINGLE_VIDEO", "SINGLE_IMAGE"])],
        Count("image_ids", 1, 1),
    ),
    rule(&[], Count("utm_params", 1, 14)),
];

/// Checks changes of an existing ad, whose settings are `current` by the names of [`AdSettings`].
///
/// Settings that TikTok never changes are not checked here: see [`crate::marketing_api::AdUpdate::is_changeable`] and
/// [`crate::marketing_api::SmartAdUpdate::is_changeable`].
pub fn check_ad_changes(
    changes: &AdSettings,
    current: &ListedSettings,
    automation: CreationWay,
) -> Vec<AdViolation> {
    let parents = AdParents {
        ad_group: None,
        campaign: None,
        automation,
    };
    let view = parents
        .view(changes)
        .with_parent("current.", Some(&current.settings(&PRESENT)));
    let mut found = violations(CHANGE_RULES, &view);
    if changes.creatives.is_some() {
        let toggle = changes.catalog_creative_toggle;
        let settings = AdSettings {
            catalog_creative_toggle: toggle.or_else(|| Some(current.flag(CATALOG_CREATIVES))),
            ..changes.clone()
        };
        found.extend(creatives::check(&settings, parents));
    }
    found.extend(disclaimer(changes, current, parents));
    found.extend(removed_lists(changes, current));
    found.extend(values::check(changes, &view));
    found
}

/// Settings of a disclaimer.
const DISCLAIMER: [&str; 3] = [LINKS, "disclaimer_text", TYPE];

/// Checks that a disclaimer is complete after the change. That its type and its links stay is checked elsewhere.
fn disclaimer(changes: &AdSettings, current: &ListedSettings, parents: AdParents<'_>) -> Vec<AdViolation> {
    let given = parents.view(changes);
    let stays = |name: &str| given.text(name).is_none() || given.text(name) == current.word(name);
    let is_other = current.word(TYPE).is_some() && !stays(TYPE);
    if is_other || given.is_emptied(LINKS) {
        return Vec::new();
    }
    let present = current.settings(&DISCLAIMER);
    let before = parents.view(&AdSettings::default()).with_present(present.clone());
    let after = given.clone().with_present(present);
    new_violations(DISCLAIMER_RULES, &given, &before, &after)
}

/// Warning about a disclaimer of a Smart+ ad, on which TikTok's sources differ
/// (docs/tiktok-marketing-api.md#contradictions-between-sources).
pub fn disclaimer_warning(settings: &AdSettings, automation: CreationWay) -> Option<&'static str> {
    let is_given = settings.disclaimer_type.is_some()
        || settings.disclaimer_text.is_some()
        || settings.disclaimer_clickable_texts.is_some();
    (is_given && automation == CreationWay::SmartPlus).then_some(
        "TikTok's documentation has disclaimers of Smart+ ads, but its own client libraries do not send them: check in TikTok \
         Ads Manager that the ad shows the disclaimer.",
    )
}

/// Checks that no list is removed that the ad needs.
fn removed_lists(changes: &AdSettings, current: &ListedSettings) -> Vec<AdViolation> {
    let has_text = changes.ad_text.is_some() || current.value("ad_text").is_some();
    let lists = [
        (
            LINKS,
            is_emptied(changes.disclaimer_clickable_texts.as_ref()),
            "1 to 3 entries, because TikTok does not remove a disclaimer",
        ),
        (
            "image_ids",
            is_emptied(changes.image_ids.as_ref()),
            "at least 1 image, because the ad is made with it",
        ),
        (
            "ad_texts",
            is_emptied(changes.ad_texts.as_ref()) && !has_text,
            "1 to 5 texts, because the ad has no ad_text",
        ),
    ];
    let removed = lists
        .into_iter()
        .filter(|(name, is_removed, _)| *is_removed && current.value(name).is_some());
    removed
        .map(|(name, _, allowed)| {
            AdViolation::of(
                name,
                "an empty list",
                allowed,
                format!("correct {name}, or omit it to keep the present one"),
            )
        })
        .collect()
}

fn is_emptied<T>(list: Option<&Vec<T>>) -> bool {
    list.is_some_and(Vec::is_empty)
}
