//! Rules of manual ads (<https://business-api.tiktok.com/portal/docs?id=1739953377508354>).

use serde_json::{Map, Value};

use super::{
    assets,
    entity::AdsEntity,
    names,
    refusal::AdsRefusal,
    request::{text, texts},
};

/// Place of a new or changed ad.
#[derive(Debug, Clone, Copy)]
pub(super) struct AdContext<'a> {
    pub(super) adgroup: &'a AdsEntity,
    /// Whether the ad is new: custom identities are refused for new ads only.
    pub(super) is_new: bool,
}

/// Checks the settings of an ad at `place`, such as `creatives[0]`.
pub(super) fn check(
    settings: &Map<String, Value>,
    place: &str,
    context: AdContext<'_>,
) -> Result<(), AdsRefusal> {
    let name = text(settings, "ad_name");
    if !name.is_empty() {
        names::check_name(&format!("{place}.ad_name"), name)?;
    }
    check_identity(settings, place, context)?;
    check_format(settings, place)?;
    check_text(settings, place)?;
    check_destination(settings, place, context.adgroup)?;
    check_pixel(settings, place, context.adgroup)
}

fn check_identity(
    settings: &Map<String, Value>,
    place: &str,
    context: AdContext<'_>,
) -> Result<(), AdsRefusal> {
    let kind = text(settings, "identity_type");
    let placements = texts(&context.adgroup.settings, "placements");
    let is_automatic = context.adgroup.text("placement_type") == "PLACEMENT_TYPE_AUTOMATIC";
    let on_tiktok = is_automatic || placements.iter().any(|placement| placement == "PLACEMENT_TIKTOK");
    if kind == "CUSTOMIZED_USER" && on_tiktok && context.is_new {
        let what = "CUSTOMIZED_USER is no longer supported for ads on TikTok. Please use TT_USER, BC_AUTH_TT or AUTH_CODE.";
        return Err(AdsRefusal::at(&format!("{place}.identity_type"), what));
    }
    assets::check_identity(settings, place)
}

/// Whether the ad is a Spark Ad.
fn is_spark(settings: &Map<String, Value>) -> bool {
    text(settings, "identity_type") != "CUSTOMIZED_USER"
}

/// Video, cover, images and post by the format.
fn check_format(settings: &Map<String, Value>, place: &str) -> Result<(), AdsRefusal> {
    let missing = |name: &str| Err(AdsRefusal::missing(&format!("{place}.{name}")));
    let has = |name: &str| settings.contains_key(name);
    let images = texts(settings, "image_ids").len();
    let is_pull = has("tiktok_item_id");
    match (text(settings, "ad_format"), is_pull) {
        ("", _) => missing("ad_format"),
        _ if text(settings, "identity_type") == "AUTH_CODE" && !is_pull => missing("tiktok_item_id"),
        (_, true) if has("image_ids") => Err(AdsRefusal::at(
            &format!("{place}.image_ids"),
            "Not supported together with tiktok_item_id.",
        )),
        (_, true) if !is_spark(settings) => Err(AdsRefusal::at(
            &format!("{place}.tiktok_item_id"),
            "Only for Spark Ads.",
        )),
        (_, true) => Ok(()),
        ("SINGLE_VIDEO", _) if !has("video_id") => missing("video_id"),
        ("SINGLE_VIDEO", _) if images != 1 => Err(AdsRefusal::at(
            &format!("{place}.image_ids"),
            "A SINGLE_VIDEO ad needs exactly one image, its cover.",
        )),
        ("SINGLE_IMAGE" | "CAROUSEL_ADS", _) if has("video_id") => Err(AdsRefusal::at(
            &format!("{place}.video_id"),
            "Not supported for this ad_format.",
        )),
        ("SINGLE_IMAGE" | "CAROUSEL_ADS", _) if images == 0 => missing("image_ids"),
        ("CAROUSEL_ADS", _) if !has("music_id") => missing("music_id"),
        _ => Ok(()),
    }
}

/// Text: required unless the ad is a post that exists.
fn check_text(settings: &Map<String, Value>, place: &str) -> Result<(), AdsRefusal> {
    let field = format!("{place}.ad_text");
    if settings.contains_key("ad_text") {
        names::check_text(&field, text(settings, "ad_text"))?;
    } else if !settings.contains_key("tiktok_item_id") && !settings.contains_key("ad_texts") {
        return Err(AdsRefusal::missing(&field));
    }
    for text in texts(settings, "ad_texts") {
        names::check_text(&format!("{place}.ad_texts"), &text)?;
    }
    for name in ["display_name", "app_name"] {
        names::check(&format!("{place}.{name}"), text(settings, name), 40)?;
    }
    Ok(())
}

/// Landing page, page and call to action by the promotion of the ad group.
fn check_destination(
    settings: &Map<String, Value>,
    place: &str,
    adgroup: &AdsEntity,
) -> Result<(), AdsRefusal> {
    let url = text(settings, "landing_page_url");
    let field = format!("{place}.landing_page_url");
    let has_page = settings.contains_key("page_id");
    if adgroup.text("promotion_type") == "WEBSITE" && url.is_empty() && !has_page {
        return Err(AdsRefusal::missing(&field));
    }
    if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(AdsRefusal::at(&field, "Not a valid URL."));
    }
    let needs_page = adgroup.text("promotion_target_type") == "INSTANT_PAGE";
    if needs_page && !has_page {
        return Err(AdsRefusal::missing(&format!("{place}.page_id")));
    }
    check_action(
        &format!("{place}.call_to_action"),
        text(settings, "call_to_action"),
    )
}

/// Checks a call to action, if there is one.
pub(super) fn check_action(field: &str, action: &str) -> Result<(), AdsRefusal> {
    if action.is_empty() || ACTIONS.split_whitespace().any(|known| known == action) {
        return Ok(());
    }
    Err(AdsRefusal::at(
        field,
        format!("{action} is not a valid call to action."),
    ))
}

/// The tracking pixel is the pixel of the ad group, if that has one.
fn check_pixel(settings: &Map<String, Value>, place: &str, adgroup: &AdsEntity) -> Result<(), AdsRefusal> {
    let own = match settings.get("tracking_pixel_id") {
        Some(Value::Number(number)) => number.to_string(),
        Some(value) => value.as_str().unwrap_or_default().to_owned(),
        None => return Ok(()),
    };
    let of_adgroup = adgroup.text("pixel_id");
    if of_adgroup.is_empty() || own == of_adgroup || own == "0" {
        return Ok(());
    }
    Err(AdsRefusal::at(
        &format!("{place}.tracking_pixel_id"),
        "Must be the pixel_id of the ad group.",
    ))
}

const ACTIONS: &str = "APPLY_NOW BOOK_NOW CALL_NOW CHECK_AVAILABILITY CONTACT_US DOWNLOAD_NOW EXPERIENCE_NOW \
    GET_QUOTE GET_SHOWTIMES GET_TICKETS_NOW INSTALL_NOW INTERESTED LEARN_MORE LISTEN_NOW ORDER_NOW PLAY_GAME \
    PREORDER_NOW READ_MORE SEND_MESSAGE SHOP_NOW SIGN_UP SUBSCRIBE VIEW_NOW VIEW_PROFILE VISIT_STORE WATCH_LIVE \
    WATCH_NOW JOIN_THIS_HASHTAG SHOOT_WITH_THIS_EFFECT VIEW_VIDEO_WITH_THIS_EFFECT";
