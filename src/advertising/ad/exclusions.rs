//! Rules on settings that exclude each other, for new ads and for changes alike.

use crate::advertising::rule::{
    AdRule,
    Demand::{Count, Forbidden},
    MANUAL,
    Test::{Given, Is},
    rule,
};

use super::{IDENTITY, IS_POST, POST};

/// Identities that are no TikTok accounts.
pub(super) const CUSTOM: &[&str] = &["CUSTOMIZED_USER"];

const OF_ONE_SOURCE: &str = "omit it to show the post, or omit tiktok_item_id to make a new post";
const OWN_TEXT: &str = "omit it; the post has its own text";

pub(super) const POST_OR_VIDEO: AdRule = rule(&[IS_POST], Forbidden("video_id")).fix(OF_ONE_SOURCE);
pub(super) const POST_OR_IMAGES: AdRule = rule(&[IS_POST], Forbidden("image_ids")).fix(OF_ONE_SOURCE);
pub(super) const POST_OR_TEXT: AdRule = rule(&[IS_POST], Forbidden("ad_text")).fix(OWN_TEXT);
pub(super) const POST_OR_TEXTS: AdRule = rule(&[IS_POST], Forbidden("ad_texts")).fix(OWN_TEXT);
pub(super) const POST_OR_VISIBILITY: AdRule = rule(&[IS_POST], Forbidden("dark_post_status"))
    .fix("omit dark_post_status; it is for new posts, and the post of tiktok_item_id exists");
pub(super) const POST_OR_CUSTOM_IDENTITY: AdRule = rule(&[Is(IDENTITY, CUSTOM)], Forbidden(POST));
pub(super) const IMAGES_OR_VIDEO: AdRule = rule(
    &[Is("ad_format", &["SINGLE_IMAGE", "CAROUSEL_ADS"])],
    Forbidden("video_id"),
);

pub(super) const TEXTS_OR_TEXT: AdRule =
    rule(&[Given("ad_texts")], Forbidden("ad_text")).fix("omit ad_text, or put it into ad_texts");
pub(super) const ACTIONS_OR_ACTION: AdRule = rule(&[Given("calls_to_action")], Forbidden("call_to_action"))
    .fix("omit call_to_action, or put it into calls_to_action");
pub(super) const PORTFOLIO_OR_ACTION: AdRule =
    rule(&[MANUAL, Given("call_to_action_id")], Forbidden("call_to_action"))
        .fix("omit call_to_action, which TikTok ignores beside call_to_action_id, or omit call_to_action_id");
pub(super) const PAGES_OR_PAGE: AdRule =
    rule(&[Given("page_ids")], Forbidden("page_id")).fix("omit page_id, or put it into page_ids");

pub(super) const SIZE_OF_TEXTS: AdRule = rule(&[], Count("ad_texts", 1, 5));
pub(super) const SIZE_OF_ACTIONS: AdRule = rule(&[], Count("calls_to_action", 1, 3));
