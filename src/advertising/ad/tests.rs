use serde_json::{Value, json};

use super::{creatives::CREATIVE_TABLES, update::CHANGE_RULES, *};

mod change;
mod property;

const MANUAL: CreationWay = CreationWay::Manual;
const SMART: CreationWay = CreationWay::SmartPlus;

/// Way, changes of the good campaign, ad group and ad of that way, and the fields that are then wrong.
type AdCase = (CreationWay, Value, Value, Value, &'static [&'static str]);

/// Two sets of changes as one.
fn merged(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// `base` with `changes`; `null` removes a member.
fn applied(base: Value, changes: &Value) -> Value {
    let mut applied = merged(base, changes);
    applied
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    applied
}

/// A good campaign, ad group and ad.
fn base(way: CreationWay) -> (Value, Value, Value) {
    match way {
        MANUAL => (
            json!({ "campaign_id": "1", "objective_type": "TRAFFIC" }),
            json!({
                "adgroup_id": "2", "promotion_type": "WEBSITE", "optimization_goal": "CLICK",
                "placement_type": "PLACEMENT_TYPE_AUTOMATIC",
            }),
            json!({
                "ad_name": "Boots", "identity_type": "TT_USER", "identity_id": "9", "ad_format": "SINGLE_VIDEO",
                "video_id": "v1", "image_ids": ["i/1"], "ad_text": "Warm feet", "call_to_action": "SHOP_NOW",
                "landing_page_url": "https://a.example",
            }),
        ),
        SMART => (
            json!({ "campaign_id": "1", "objective_type": "LEAD_GENERATION" }),
            json!({
                "adgroup_id": "2", "promotion_type": "LEAD_GENERATION", "promotion_target_type": "INSTANT_PAGE",
                "optimization_goal": "LEAD_GENERATION", "placement_type": "PLACEMENT_TYPE_AUTOMATIC",
            }),
            json!({
                "ad_name": "Boots", "identity_type": "TT_USER", "identity_id": "9", "ad_format": "SINGLE_VIDEO",
                "video_id": "v1", "image_ids": ["i/1"], "ad_texts": ["Warm feet"], "call_to_action_id": "77",
                "page_ids": ["5"],
            }),
        ),
    }
}

fn parsed(case: &AdCase) -> (Campaign, AdGroup, AdSettings) {
    let (way, campaign, ad_group, settings, _) = case;
    let (base_campaign, base_ad_group, base_settings) = base(*way);
    let settings: AdSettings = serde_json::from_value(applied(base_settings, settings)).unwrap();
    (
        serde_json::from_value(applied(base_campaign, campaign)).unwrap(),
        serde_json::from_value(applied(base_ad_group, ad_group)).unwrap(),
        complete_ad(settings, *way),
    )
}

#[track_caller]
fn all(cases: Vec<AdCase>) {
    let mut wrong = Vec::new();
    for case in cases {
        let (campaign, ad_group, settings) = parsed(&case);
        let found = check_ad(&settings, Some(&ad_group), Some(&campaign), case.0);
        let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
        if fields != case.4 {
            let found: Vec<String> = found
                .iter()
                .map(|violation| violation.error.to_string())
                .collect();
            wrong.push(format!("{case:?}:\n  {}", found.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cases of a manual ad.
fn manual(campaign: Value, ad_group: Value, cases: Vec<(Value, &'static [&'static str])>) -> Vec<AdCase> {
    of(MANUAL, campaign, ad_group, cases)
}

/// Cases of a Smart+ ad.
fn smart(campaign: Value, ad_group: Value, cases: Vec<(Value, &'static [&'static str])>) -> Vec<AdCase> {
    of(SMART, campaign, ad_group, cases)
}

fn of(
    way: CreationWay,
    campaign: Value,
    ad_group: Value,
    cases: Vec<(Value, &'static [&'static str])>,
) -> Vec<AdCase> {
    let cases = cases.into_iter();
    cases
        .map(move |(settings, wrong)| (way, campaign.clone(), ad_group.clone(), settings, wrong))
        .collect()
}

fn none() -> Value {
    json!({})
}

fn tiktok() -> Value {
    json!({ "placement_type": "PLACEMENT_TYPE_NORMAL", "placements": ["PLACEMENT_TIKTOK"] })
}

fn pangle() -> Value {
    json!({ "placement_type": "PLACEMENT_TYPE_NORMAL", "placements": ["PLACEMENT_PANGLE"] })
}

/// Settings of an ad that shows a post.
fn post() -> Value {
    json!({ "tiktok_item_id": "66", "video_id": null, "image_ids": null, "ad_text": null, "ad_texts": null })
}

/// Settings of an ad with a carousel.
fn carousel() -> Value {
    json!({ "ad_format": "CAROUSEL_ADS", "video_id": null, "image_ids": ["i/1", "i/2"], "music_id": "4" })
}

fn identities() -> Vec<AdCase> {
    let custom = json!({ "identity_type": "CUSTOMIZED_USER" });
    let without = json!({ "identity_type": null, "identity_id": null });
    let center = json!({ "identity_type": "BC_AUTH_TT" });
    let catalog = json!({ "catalog_creative_toggle": true, "product_specific_type": "ALL" });
    [
        manual(
            none(),
            none(),
            vec![
                (none(), &[]),
                (without.clone(), &["identity_type", "identity_id"]),
                (center.clone(), &["identity_authorized_bc_id"]),
                (
                    merged(center.clone(), &json!({ "identity_authorized_bc_id": "3" })),
                    &[],
                ),
                (custom.clone(), &["identity_type"]),
            ],
        ),
        manual(none(), tiktok(), vec![(custom.clone(), &["identity_type"])]),
        manual(none(), pangle(), vec![(custom.clone(), &[])]),
        manual(none(), json!({ "catalog_id": "7" }), vec![(custom.clone(), &[])]),
        manual(
            json!({ "catalog_enabled": true }),
            none(),
            vec![(custom.clone(), &[])],
        ),
        manual(
            none(),
            json!({ "creative_material_mode": "SMART_CREATIVE" }),
            vec![(custom.clone(), &[])],
        ),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            none(),
            vec![(custom.clone(), &[])],
        ),
        smart(
            none(),
            none(),
            vec![
                (none(), &[]),
                (without.clone(), &["identity_type", "identity_id"]),
                (center, &["identity_authorized_bc_id"]),
                (custom.clone(), &["identity_type"]),
            ],
        ),
        smart(none(), pangle(), vec![(custom, &[])]),
        smart(
            json!({ "catalog_enabled": true }),
            none(),
            vec![
                (catalog.clone(), &[]),
                (merged(catalog.clone(), &without), &[]),
                (
                    merged(catalog.clone(), &json!({ "identity_type": null })),
                    &["identity_type"],
                ),
                (merged(catalog, &json!({ "identity_id": null })), &["identity_id"]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn an_ad_has_an_identity_that_may_appear_there() {
    all(identities());
}

fn formats() -> Vec<AdCase> {
    let image = json!({ "ad_format": "SINGLE_IMAGE", "video_id": null });
    let live = json!({ "ad_format": "LIVE_CONTENT" });
    [
        manual(
            none(),
            none(),
            vec![
                (json!({ "ad_format": null }), &["ad_format"]),
                (image.clone(), &[]),
                (json!({ "ad_format": "SINGLE_IMAGE" }), &["video_id"]),
                (
                    merged(image.clone(), &json!({ "image_ids": null })),
                    &["image_ids"],
                ),
                (
                    merged(image.clone(), &json!({ "image_ids": ["a", "b"] })),
                    &["image_ids"],
                ),
                (
                    merged(image.clone(), &json!({ "creative_authorized": true })),
                    &["creative_authorized"],
                ),
                (json!({ "creative_authorized": true }), &[]),
            ],
        ),
        manual(
            none(),
            tiktok(),
            vec![(image.clone(), &["ad_format"]), (none(), &[])],
        ),
        manual(none(), pangle(), vec![(image.clone(), &[])]),
        manual(
            json!({ "objective_type": "LEAD_GENERATION" }),
            json!({ "promotion_type": "LEAD_GENERATION", "promotion_target_type": "INSTANT_PAGE" }),
            vec![(merged(image.clone(), &json!({ "page_id": "5" })), &["ad_format"])],
        ),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            none(),
            vec![(json!({ "ad_format": null }), &[])],
        ),
        smart(
            none(),
            none(),
            vec![
                (json!({ "ad_format": null }), &["ad_format"]),
                (image, &["ad_format"]),
                (live, &["ad_format"]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn a_format_appears_where_the_ad_group_delivers() {
    all(formats());
}

fn files() -> Vec<AdCase> {
    let custom = json!({ "identity_type": "CUSTOMIZED_USER", "video_id": null });
    let many: Vec<String> = (0..36).map(|at| format!("i/{at}")).collect();
    let catalog_carousel = |changes: Value| {
        merged(
            merged(carousel(), &json!({ "ad_format": "CATALOG_CAROUSEL" })),
            &changes,
        )
    };
    let automotive = json!({ "objective_type": "LEAD_GENERATION", "catalog_enabled": true });
    let products = json!({ "product_specific_type": "ALL" });
    let one = json!({ "image_ids": ["i/1"] });
    [
        manual(
            none(),
            none(),
            vec![
                (json!({ "video_id": null }), &["video_id"]),
                (json!({ "image_ids": null }), &["image_ids"]),
                (json!({ "image_ids": [] }), &["image_ids"]),
                (json!({ "image_ids": ["a", "b"] }), &["image_ids"]),
                (carousel(), &[]),
                (merged(carousel(), &json!({ "video_id": "v1" })), &["video_id"]),
                (merged(carousel(), &json!({ "image_ids": null })), &["image_ids"]),
                (merged(carousel(), &json!({ "image_ids": many })), &["image_ids"]),
                (merged(carousel(), &json!({ "music_id": null })), &["music_id"]),
                (catalog_carousel(none()), &[]),
                (catalog_carousel(json!({ "music_id": null })), &["music_id"]),
            ],
        ),
        manual(none(), pangle(), vec![(custom, &["video_id"])]),
        manual(
            automotive.clone(),
            none(),
            vec![
                (catalog_carousel(one.clone()), &[]),
                (catalog_carousel(json!({ "image_ids": null })), &["image_ids"]),
                (catalog_carousel(none()), &["image_ids"]),
            ],
        ),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            none(),
            vec![(json!({ "video_id": null, "image_ids": null }), &[])],
        ),
        smart(
            none(),
            none(),
            vec![
                (json!({ "video_id": null }), &["video_id"]),
                (json!({ "image_ids": null }), &["image_ids"]),
                (merged(carousel(), &json!({ "music_id": null })), &["music_id"]),
            ],
        ),
        smart(
            automotive,
            none(),
            vec![
                (catalog_carousel(merged(products.clone(), &one)), &[]),
                (catalog_carousel(products.clone()), &["image_ids"]),
            ],
        ),
        smart(
            json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE", "catalog_enabled": true }),
            none(),
            vec![
                (catalog_carousel(merged(products.clone(), &json!({ "image_ids": null }))), &[]),
                (catalog_carousel(merged(products, &one)), &["image_ids"]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn a_format_has_its_files() {
    all(files());
}

fn posts() -> Vec<AdCase> {
    let with = |changes: Value| merged(post(), &changes);
    let duet = |name: &str| json!({ name: "ENABLE" });
    [
        manual(
            none(),
            none(),
            vec![
                (post(), &[]),
                (json!({ "identity_type": "AUTH_CODE" }), &["tiktok_item_id"]),
                (with(json!({ "identity_type": "AUTH_CODE" })), &[]),
                (with(json!({ "video_id": "v1" })), &["video_id"]),
                (with(json!({ "image_ids": ["i/1"] })), &["image_ids"]),
                (with(json!({ "ad_text": "Hello" })), &["ad_text"]),
                (with(json!({ "ad_texts": ["Hello"] })), &["ad_texts"]),
                (with(json!({ "dark_post_status": "ON" })), &["dark_post_status"]),
                (json!({ "dark_post_status": "OFF" }), &[]),
                (duet("item_duet_status"), &["promotional_music_disabled"]),
                (duet("item_stitch_status"), &["promotional_music_disabled"]),
                (
                    json!({ "item_duet_status": "ENABLE", "promotional_music_disabled": true }),
                    &["promotional_music_disabled"],
                ),
                (
                    json!({ "item_stitch_status": "ENABLE", "promotional_music_disabled": true }),
                    &["promotional_music_disabled"],
                ),
                (json!({ "item_duet_status": "ENABLE", "promotional_music_disabled": false }), &[]),
                (json!({ "item_duet_status": "DISABLE" }), &[]),
                (json!({ "aigc_disclosure_type": "SELF_DISCLOSURE" }), &["aigc_disclosure_type"]),
                (json!({ "aigc_disclosure_type": "NOT_DECLARED" }), &[]),
            ],
        ),
        manual(
            none(),
            pangle(),
            vec![(
                json!({
                    "identity_type": "CUSTOMIZED_USER", "tiktok_item_id": "66", "video_id": null, "image_ids": null,
                    "ad_text": null, "dark_post_status": "ON", "promotional_music_disabled": false,
                    "item_duet_status": "ENABLE", "item_stitch_status": "ENABLE", "aigc_disclosure_type": "SELF_DISCLOSURE",
                }),
                &[
                    "tiktok_item_id",
                    "video_id",
                    "dark_post_status",
                    "dark_post_status",
                    "promotional_music_disabled",
                    "item_duet_status",
                    "item_stitch_status",
                ],
            )],
        ),
        smart(
            none(),
            none(),
            vec![
                (post(), &[]),
                (with(json!({ "ad_texts": ["Hello"] })), &["ad_texts"]),
                (with(json!({ "dark_post_status": "ON" })), &["dark_post_status"]),
            ],
        ),
        smart(
            json!({ "catalog_enabled": true }),
            none(),
            vec![(
                with(json!({ "catalog_creative_toggle": true, "product_specific_type": "ALL" })),
                &["tiktok_item_id"],
            )],
        ),
    ]
    .concat()
}

#[test]
fn a_post_has_no_files_and_no_text() {
    all(posts());
}

fn texts() -> Vec<AdCase> {
    [
        manual(
            none(),
            none(),
            vec![
                (json!({ "ad_name": null }), &["ad_name"]),
                (json!({ "ad_name": " " }), &["ad_name"]),
                (json!({ "ad_name": "a".repeat(513) }), &["ad_name"]),
                (json!({ "ad_name": "Sale 🙂" }), &["ad_name"]),
                (json!({ "ad_text": null }), &["ad_text"]),
                (json!({ "ad_text": "a".repeat(101) }), &["ad_text"]),
                (json!({ "ad_text": "Sale 🙂" }), &["ad_text"]),
                (json!({ "ad_texts": ["a"] }), &["ad_text"]),
                (
                    json!({ "ad_text": null, "ad_texts": ["a", ""] }),
                    &["ad_texts[1]"],
                ),
                (
                    json!({ "ad_text": null, "ad_texts": ["a", "b", "c", "d", "e", "f"] }),
                    &["ad_texts"],
                ),
                (json!({ "display_name": "a".repeat(41) }), &["display_name"]),
                (json!({ "app_name": "広".repeat(21) }), &["app_name"]),
                (json!({ "display_name": "Boots", "app_name": "Boots" }), &[]),
            ],
        ),
        manual(
            json!({ "is_search_campaign": false }),
            none(),
            vec![(json!({ "ad_text": null, "ad_texts": ["a"] }), &["ad_texts"])],
        ),
        manual(
            json!({ "is_search_campaign": true }),
            none(),
            vec![(json!({ "ad_text": null, "ad_texts": ["a"] }), &[])],
        ),
        smart(
            none(),
            none(),
            vec![
                (json!({ "ad_texts": null }), &["ad_text"]),
                (json!({ "ad_texts": null, "ad_text": "a" }), &[]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn texts_have_their_lengths() {
    all(texts());
}

fn actions() -> Vec<AdCase> {
    let only = json!({ "call_to_action_id": null, "call_to_action": "SHOP_NOW" });
    let list = json!({ "call_to_action_id": null, "calls_to_action": ["SHOP_NOW"] });
    let four = json!({ "calls_to_action": ["SHOP_NOW", "LEARN_MORE", "SIGN_UP", "ORDER_NOW"] });
    let web = json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE" });
    [
        manual(
            none(),
            none(),
            vec![
                (json!({ "call_to_action": null }), &["call_to_action"]),
                (json!({ "call_to_action": null, "call_to_action_id": "77" }), &[]),
                (json!({ "call_to_action_id": "77" }), &["call_to_action"]),
            ],
        ),
        manual(none(), pangle(), vec![(json!({ "call_to_action": null }), &[])]),
        manual(
            json!({ "objective_type": "VIDEO_VIEWS" }),
            none(),
            vec![(json!({ "call_to_action": null }), &[])],
        ),
        smart(
            none(),
            none(),
            vec![
                (only.clone(), &["call_to_action_id", "call_to_action"]),
                (list.clone(), &["call_to_action_id", "calls_to_action"]),
            ],
        ),
        smart(
            web.clone(),
            tiktok(),
            vec![
                (only.clone(), &["call_to_action_id", "call_to_action"]),
                (list.clone(), &["call_to_action_id", "calls_to_action"]),
            ],
        ),
        smart(
            web,
            pangle(),
            vec![
                (only, &[]),
                (list, &[]),
                (
                    json!({ "call_to_action": "SHOP_NOW", "calls_to_action": ["SHOP_NOW"] }),
                    &["call_to_action"],
                ),
                (four, &["calls_to_action"]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn a_smart_ad_on_tiktok_has_a_portfolio_of_calls_to_action() {
    all(actions());
}

fn destinations() -> Vec<AdCase> {
    let lead = json!({ "objective_type": "LEAD_GENERATION" });
    let target =
        |target: &str| json!({ "promotion_type": "LEAD_GENERATION", "promotion_target_type": target });
    let nowhere = json!({ "landing_page_url": null });
    let visit = json!({ "optimization_goal": "PAGE_VISIT" });
    let parameters = json!({ "utm_params": [{ "key": "utm_source", "value": "TikTok" }] });
    let fifteen = json!({ "utm_params": vec![json!({ "key": "a", "value": "b" }); 15] });
    [
        manual(
            none(),
            none(),
            vec![
                (nowhere.clone(), &["landing_page_url"]),
                (json!({ "landing_page_url": null, "page_id": "5" }), &[]),
                (parameters.clone(), &[]),
                (fifteen, &["utm_params"]),
                (
                    json!({ "utm_params": [{ "key": "k".repeat(101), "value": "v".repeat(601) }] }),
                    &["utm_params[0].key", "utm_params[0].value"],
                ),
                (
                    json!({ "landing_page_url": null, "page_id": "5", "fallback_type": "WEBSITE" }),
                    &["landing_page_url"],
                ),
            ],
        ),
        manual(none(), json!({ "catalog_id": "7" }), vec![(nowhere.clone(), &[])]),
        manual(none(), pangle(), vec![(json!({ "page_id": "5" }), &["page_id"])]),
        manual(
            lead.clone(),
            target("EXTERNAL_WEBSITE"),
            vec![(nowhere.clone(), &["landing_page_url"]), (none(), &[])],
        ),
        manual(
            lead,
            target("INSTANT_PAGE"),
            vec![
                (none(), &["page_id"]),
                (json!({ "landing_page_url": null, "page_id": "5" }), &[]),
            ],
        ),
        manual(
            none(),
            visit,
            vec![
                (none(), &["tiktok_page_category"]),
                (
                    json!({ "landing_page_url": null, "tiktok_page_category": "PROFILE_PAGE" }),
                    &[],
                ),
                (
                    json!({ "landing_page_url": null, "tiktok_page_category": "OTHER_TIKTOK_PAGE" }),
                    &["landing_page_url"],
                ),
                (
                    json!({ "tiktok_page_category": "TIKTOK_INSTANT_PAGE" }),
                    &["page_id"],
                ),
            ],
        ),
        manual(
            json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": "APP_INSTALL" }),
            json!({ "promotion_type": "APP_IOS" }),
            vec![(nowhere, &[]), (parameters.clone(), &["utm_params"])],
        ),
        manual(
            json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": "APP_PREREGISTRATION" }),
            none(),
            vec![(parameters.clone(), &[])],
        ),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            json!({ "shopping_ads_type": "VIDEO", "product_source": "STORE" }),
            vec![(parameters.clone(), &["utm_params"])],
        ),
        smart(none(), none(), vec![(parameters.clone(), &["utm_params"])]),
        smart(
            json!({ "objective_type": "WEB_CONVERSIONS", "sales_destination": "WEBSITE" }),
            json!({ "promotion_type": "WEBSITE", "promotion_target_type": null }),
            vec![
                (
                    merged(
                        parameters,
                        &json!({ "landing_page_url": "https://a.example", "page_ids": null }),
                    ),
                    &[],
                ),
                (json!({ "page_ids": null }), &["landing_page_url"]),
                (json!({ "card_id": "3" }), &["card_id"]),
                (json!({ "page_id": "5" }), &["page_id"]),
                (json!({ "page_ids": ["1", "2", "3", "4"] }), &["page_ids"]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn an_ad_leads_somewhere() {
    all(destinations());
}

fn apps() -> Vec<AdCase> {
    let cpp = json!({ "cpp_url": "https://apps.apple.com/us/app/x/id1?ppid=2" });
    let app = |kind: &str| json!({ "objective_type": "APP_PROMOTION", "app_promotion_type": kind });
    let visit = json!({ "promotion_type": "APP_IOS", "optimization_goal": "DESTINATION_VISIT" });
    let deeplink =
        |deeplink: &str, format: &str| json!({ "deeplink": deeplink, "deeplink_format_type": format });
    [
        manual(
            none(),
            none(),
            vec![
                (json!({ "deeplink_type": "NORMAL" }), &["deeplink"]),
                (
                    json!({ "deeplink": "app://x", "deeplink_type": "DEFERRED_DEEPLINK" }),
                    &[],
                ),
                (json!({ "playable_url": "https://p.example" }), &["playable_url"]),
                (
                    json!({ "cpp_url": format!("https://a.example/{}", "a".repeat(495)) }),
                    &["cpp_url"],
                ),
                (json!({ "cpp_url": "apps.apple.com/us/app/x/id1" }), &["cpp_url"]),
                (cpp.clone(), &[]),
            ],
        ),
        manual(
            none(),
            pangle(),
            vec![(json!({ "playable_url": "https://p.example" }), &[])],
        ),
        manual(
            json!({ "campaign_type": "IOS14_CAMPAIGN" }),
            none(),
            vec![(
                json!({ "deeplink": "app://x", "deeplink_type": "DEFERRED_DEEPLINK" }),
                &["deeplink_type"],
            )],
        ),
        manual(
            none(),
            visit,
            vec![
                (none(), &["deeplink", "deeplink_format_type"]),
                (deeplink("https://a.example/x", "UNIVERSAL_OR_APP_LINK"), &[]),
                (deeplink("app://x", "UNIVERSAL_OR_APP_LINK"), &["deeplink"]),
                (deeplink("app://x", "SCHEME_LINK"), &[]),
                (deeplink("://x", "SCHEME_LINK"), &["deeplink"]),
                (deeplink("x", "SCHEME_LINK"), &["deeplink"]),
            ],
        ),
        smart(
            none(),
            none(),
            vec![
                (cpp.clone(), &["cpp_url"]),
                (json!({ "deeplink": "app://x" }), &[]),
            ],
        ),
        smart(
            app("APP_RETARGETING"),
            json!({ "promotion_type": "APP_IOS", "promotion_target_type": null }),
            vec![
                (cpp.clone(), &[]),
                (json!({ "tracking_app_id": "12" }), &["tracking_app_id"]),
            ],
        ),
        smart(
            app("APP_INSTALL"),
            json!({ "promotion_type": "APP_IOS", "promotion_target_type": null }),
            vec![(cpp, &["cpp_url"])],
        ),
    ]
    .concat()
}

#[test]
fn a_deeplink_has_its_format() {
    all(apps());
}

fn contacts() -> Vec<AdCase> {
    const PHONE: &[&str] = &["phone_number", "phone_region_code", "phone_region_calling_code"];
    let lead = json!({ "objective_type": "LEAD_GENERATION" });
    let promotes = |promotion: &str| json!({ "promotion_type": promotion, "promotion_target_type": null });
    let number =
        json!({ "phone_number": "5550100", "phone_region_code": "US", "phone_region_calling_code": "+1" });
    let message = json!({ "auto_message_id": "1" });
    let call = || promotes("LEAD_GEN_CLICK_TO_CALL");
    let direct = || promotes("LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE");
    [
        manual(lead.clone(), call(), vec![(none(), PHONE), (number.clone(), &[])]),
        smart(none(), call(), vec![(none(), PHONE), (number, &[])]),
        manual(
            lead,
            direct(),
            vec![(none(), &["auto_message_id"]), (message.clone(), &[])],
        ),
        smart(
            none(),
            direct(),
            vec![(none(), &["auto_message_id"]), (message, &[])],
        ),
    ]
    .concat()
}

#[test]
fn calls_and_messages_have_their_contact() {
    all(contacts());
}

fn disclaimers() -> Vec<AdCase> {
    let text = json!({ "disclaimer_type": "TEXT_ONLY", "disclaimer_text": { "text": "D" } });
    let link = json!({ "text": "a".repeat(21), "url": "https://d.example" });
    let links = |count: usize| json!({ "disclaimer_type": "TEXT_LINK", "disclaimer_clickable_texts": vec![link.clone(); count] });
    let both = json!({ "disclaimer_text": { "text": "D" }, "disclaimer_clickable_texts": [link] });
    [
        manual(
            none(),
            none(),
            vec![
                (text.clone(), &[]),
                (links(1), &[]),
                (links(2), &["disclaimer_clickable_texts"]),
                (
                    links(4),
                    &["disclaimer_clickable_texts", "disclaimer_clickable_texts"],
                ),
                (json!({ "disclaimer_type": "TEXT_ONLY" }), &["disclaimer_text"]),
                (
                    json!({ "disclaimer_type": "TEXT_LINK" }),
                    &["disclaimer_clickable_texts"],
                ),
                (both.clone(), &["disclaimer_type"]),
                (
                    merged(both.clone(), &json!({ "disclaimer_type": "TEXT_ONLY" })),
                    &["disclaimer_clickable_texts"],
                ),
                (
                    merged(both, &json!({ "disclaimer_type": "TEXT_LINK" })),
                    &["disclaimer_text"],
                ),
            ],
        ),
        manual(none(), pangle(), vec![(text.clone(), &["disclaimer_type"])]),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            none(),
            vec![(text.clone(), &["disclaimer_type"])],
        ),
        smart(
            json!({ "catalog_enabled": true }),
            none(),
            vec![(
                merged(text, &json!({ "product_specific_type": "ALL" })),
                &["disclaimer_type"],
            )],
        ),
    ]
    .concat()
}

#[test]
fn a_disclaimer_has_one_type() {
    all(disclaimers());
}

fn tracking() -> Vec<AdCase> {
    let message = json!({ "tracking_message_event_set_id": "8" });
    let social = json!({
        "promotion_type": "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE", "promotion_target_type": null,
        "optimization_goal": "CLICK",
    });
    let partners = |changes: Value| {
        let both = json!({
            "viewability_postbid_partner": "IAS", "viewability_vast_url": "https://i.example/1",
            "brand_safety_postbid_partner": "IAS", "brand_safety_vast_url": "https://i.example/1",
        });
        merged(both, &changes)
    };
    let sets = json!({ "tracking_offline_event_set_ids": ["1"] });
    let many = json!({ "tracking_offline_event_set_ids": vec!["1"; 51] });
    let owned = json!({ "pixel_id": "11", "app_id": "12" });
    let other = json!({ "tracking_pixel_id": "21", "tracking_app_id": "22" });
    [
        manual(
            none(),
            none(),
            vec![
                (other.clone(), &[]),
                (message.clone(), &["tracking_message_event_set_id"]),
                (sets.clone(), &[]),
                (many, &["tracking_offline_event_set_ids"]),
                (partners(none()), &[]),
                (
                    partners(json!({ "viewability_vast_url": null })),
                    &["viewability_vast_url"],
                ),
                (
                    partners(json!({ "brand_safety_vast_url": null })),
                    &["brand_safety_vast_url"],
                ),
                (
                    partners(json!({ "brand_safety_vast_url": "https://i.example/2" })),
                    &["brand_safety_vast_url"],
                ),
                (
                    partners(json!({ "brand_safety_postbid_partner": "ZEFR" })),
                    &["brand_safety_postbid_partner"],
                ),
                (
                    partners(json!({ "viewability_postbid_partner": "MOAT" })),
                    &["viewability_postbid_partner"],
                ),
            ],
        ),
        manual(
            none(),
            json!({ "brand_safety_type": "NO_BRAND_SAFETY" }),
            vec![(
                json!({ "brand_safety_postbid_partner": "ZEFR" }),
                &["brand_safety_postbid_partner"],
            )],
        ),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            json!({ "promotion_type": "LIVE_SHOPPING" }),
            vec![(
                partners(none()),
                &["viewability_postbid_partner", "brand_safety_postbid_partner"],
            )],
        ),
        manual(
            json!({ "objective_type": "PRODUCT_SALES" }),
            json!({ "shopping_ads_type": "VIDEO", "product_source": "STORE" }),
            vec![(sets, &["tracking_offline_event_set_ids"])],
        ),
        manual(
            none(),
            owned.clone(),
            vec![
                (other.clone(), &["tracking_pixel_id", "tracking_app_id"]),
                (json!({ "tracking_pixel_id": "11", "tracking_app_id": "12" }), &[]),
            ],
        ),
        manual(
            json!({ "objective_type": "RF_REACH" }),
            owned,
            vec![(other, &["tracking_app_id"])],
        ),
        smart(
            none(),
            social,
            vec![
                (merged(message.clone(), &json!({ "page_ids": null })), &[]),
                (message, &["tracking_message_event_set_id"]),
            ],
        ),
    ]
    .concat()
}

#[test]
fn an_ad_tracks_what_its_ad_group_counts() {
    all(tracking());
}

fn products() -> Vec<AdCase> {
    const LINKS: &[&str] = &["shopping_ads_deeplink_type", "shopping_ads_fallback_type"];
    let sales = || json!({ "objective_type": "PRODUCT_SALES" });
    let group = |kind: &str, source: &str| json!({ "shopping_ads_type": kind, "product_source": source });
    let of_catalog = |changes: Value| {
        merged(
            json!({ "catalog_id": "7", "product_specific_type": "ALL" }),
            &changes,
        )
    };
    let items = |count: usize| vec!["1"; count];
    let links =
        json!({ "shopping_ads_deeplink_type": "SHOPPING_ADS", "shopping_ads_fallback_type": "SHOPPING_ADS" });
    let choice = |choice: &str| json!({ "product_specific_type": choice });
    [
        manual(
            sales(),
            group("VIDEO", "CATALOG"),
            vec![
                (none(), &["catalog_id", "product_specific_type"]),
                (of_catalog(none()), &[]),
                (of_catalog(choice("PRODUCT_SET")), &["product_set_id"]),
                (of_catalog(json!({ "product_specific_type": "PRODUCT_SET", "product_set_id": "1" })), &[]),
                (
                    of_catalog(json!({ "product_specific_type": "PRODUCT_SET", "item_group_ids": items(21) })),
                    &["item_group_ids"],
                ),
                (of_catalog(choice("CUSTOMIZED_PRODUCTS")), &["sku_ids"]),
                (
                    of_catalog(json!({ "product_specific_type": "CUSTOMIZED_PRODUCTS", "sku_ids": items(21) })),
                    &["sku_ids"],
                ),
                (
                    of_catalog(merged(links.clone(), &json!({ "vertical_video_strategy": "SINGLE_VIDEO" }))),
                    LINKS,
                ),
                (
                    of_catalog(merged(
                        links.clone(),
                        &json!({ "ad_format": "CATALOG_CAROUSEL", "music_id": "4" }),
                    )),
                    LINKS,
                ),
                (of_catalog(links), &[]),
                (
                    of_catalog(json!({
                        "shopping_ads_deeplink_type": "CUSTOM", "shopping_ads_fallback_type": "CUSTOM",
                        "landing_page_url": null,
                    })),
                    &["landing_page_url", "deeplink"],
                ),
                (of_catalog(json!({ "dynamic_destination": "DLP" })), &["dynamic_destination"]),
                (
                    of_catalog(json!({ "dynamic_format": "DYNAMIC_CREATIVE", "vertical_video_strategy": "SINGLE_VIDEO" })),
                    &["vertical_video_strategy"],
                ),
            ],
        ),
        manual(
            sales(),
            merged(group("VIDEO", "CATALOG"), &json!({ "promotion_type": "APP_IOS" })),
            vec![(of_catalog(json!({ "dynamic_destination": "DLP" })), &["dynamic_destination"])],
        ),
        manual(
            sales(),
            group("PRODUCT_SHOPPING_ADS", "STORE"),
            vec![
                (none(), &["product_specific_type"]),
                (choice("ALL"), &[]),
                (choice("PRODUCT_SET"), &["product_specific_type"]),
                (choice("CUSTOMIZED_PRODUCTS"), &["item_group_ids"]),
                (
                    json!({ "product_specific_type": "CUSTOMIZED_PRODUCTS", "item_group_ids": items(51) }),
                    &["item_group_ids"],
                ),
                (
                    json!({ "product_specific_type": "ALL", "creative_type": "CUSTOM_INSTANT_PAGE" }),
                    &["creative_type"],
                ),
            ],
        ),
        smart(
            json!({ "catalog_enabled": true }),
            none(),
            vec![
                (none(), &["product_specific_type"]),
                (choice("ALL"), &[]),
                (choice("PRODUCT_SET"), &["product_set_id"]),
                (choice("CUSTOMIZED_PRODUCTS"), &["product_ids"]),
                (
                    json!({ "product_specific_type": "CUSTOMIZED_PRODUCTS", "product_ids": items(21) }),
                    &["product_ids"],
                ),
            ],
        ),
        smart(
            none(),
            none(),
            vec![(json!({ "catalog_creative_toggle": true }), &["catalog_creative_toggle"])],
        ),
    ]
    .concat()
}

#[test]
fn products_are_chosen_in_one_way() {
    all(products());
}

fn live_rooms() -> Vec<AdCase> {
    let live = |changes: Value| {
        merged(
            json!({ "ad_format": "LIVE_CONTENT", "creative_type": "SHORT_VIDEO_LIVE" }),
            &changes,
        )
    };
    manual(
        json!({ "objective_type": "PRODUCT_SALES" }),
        json!({ "shopping_ads_type": "LIVE" }),
        vec![
            (live(json!({ "call_to_action": "WATCH_LIVE" })), &[]),
            (live(none()), &["call_to_action"]),
            (live(json!({ "call_to_action": null })), &["call_to_action"]),
            (
                json!({ "creative_type": "SHORT_VIDEO_LIVE", "call_to_action": "WATCH_LIVE" }),
                &["ad_format"],
            ),
            (live(json!({ "creative_type": null })), &["creative_type"]),
            (live(json!({ "creative_type": "PSA" })), &["creative_type"]),
            (
                live(json!({ "creative_type": "DIRECT_LIVE" })),
                &["call_to_action", "video_id", "image_ids", "ad_text"],
            ),
            (
                live(merged(
                    post(),
                    &json!({ "creative_type": "DIRECT_LIVE", "call_to_action": null }),
                )),
                &["tiktok_item_id"],
            ),
        ],
    )
}

#[test]
fn a_live_room_is_a_video_or_the_room_itself() {
    all(live_rooms());
}

fn lists() -> Vec<AdCase> {
    let video = json!({ "ad_format": "SINGLE_VIDEO", "video_id": "v1", "image_ids": ["i/1"] });
    let shown = json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66" });
    // An ad with these creatives and nothing of a creative beside them.
    let ad = |creatives: Value| json!({ "ad_format": null, "video_id": null, "image_ids": null, "creatives": creatives });
    let own = |identity: Value| merged(video.clone(), &identity);
    let many = vec![video.clone(); 51];
    [
        smart(
            none(),
            none(),
            vec![
                (ad(json!([video, shown])), &[]),
                (ad(json!([])), &["ad_format"]),
                (ad(json!(many)), &["creatives"]),
                (ad(json!([shown])), &["ad_texts"]),
                (merged(ad(json!([shown, shown])), &json!({ "ad_texts": null })), &[]),
                (ad(json!([shown, { "video_id": "v1", "image_ids": ["i/1"] }])), &["creatives[1].ad_format"]),
                (
                    ad(json!([{ "ad_format": "SINGLE_VIDEO" }, { "ad_format": "CAROUSEL_ADS", "image_ids": ["i/1"] }])),
                    &["creatives[0].video_id", "creatives[1].music_id"],
                ),
                (
                    merged(ad(json!([video])), &json!({ "identity_type": null, "identity_id": null })),
                    &["identity_type", "identity_id"],
                ),
                (
                    merged(
                        ad(json!([own(json!({ "identity_type": "TT_USER", "identity_id": "8" }))])),
                        &json!({ "identity_type": null, "identity_id": null }),
                    ),
                    &[],
                ),
                (ad(json!([own(json!({ "identity_id": "8" }))])), &["creatives[0].identity_type"]),
                (
                    ad(json!([video, own(json!({ "identity_type": "BC_AUTH_TT", "identity_id": "8" }))])),
                    &["creatives[1].identity_authorized_bc_id"],
                ),
                (
                    ad(json!([own(json!({ "identity_type": "CUSTOMIZED_USER", "identity_id": "8" }))])),
                    &["creatives[0].identity_type"],
                ),
                (
                    merged(ad(json!([video])), &json!({ "identity_type": "AUTH_CODE" })),
                    &["creatives[0].tiktok_item_id"],
                ),
                (
                    json!({ "creatives": [video], "music_id": "4", "aigc_disclosure_type": "NOT_DECLARED" }),
                    &["ad_format", "video_id", "image_ids", "music_id", "aigc_disclosure_type"],
                ),
                (merged(ad(json!([video])), &json!({ "tiktok_item_id": "66" })), &["tiktok_item_id"]),
            ],
        ),
        manual(
            none(),
            none(),
            vec![(json!({ "creatives": [{ "ad_format": "SINGLE_VIDEO" }] }), &["creatives"])],
        ),
    ]
    .concat()
}

#[test]
fn each_creative_of_a_list_keeps_the_rules() {
    all(lists());
}

#[test]
fn settings_of_the_other_way_are_refused() {
    all(manual(
        none(),
        none(),
        vec![(json!({ "page_ids": ["5"] }), &["page_ids"])],
    ));
    all(smart(
        none(),
        none(),
        vec![(json!({ "display_name": "Boots" }), &["display_name"])],
    ));
}

#[test]
fn every_rule_has_a_case_that_breaks_it() {
    let cases: Vec<AdCase> = [
        identities(),
        formats(),
        files(),
        posts(),
        texts(),
        actions(),
        destinations(),
        apps(),
        contacts(),
        disclaimers(),
        tracking(),
        products(),
        live_rooms(),
        lists(),
    ]
    .concat();
    let views: Vec<View> = cases.iter().flat_map(views).collect();
    for rule in TABLES.iter().chain(&CREATIVE_TABLES).copied().flatten() {
        let breaks = |view: &View| !violations(std::slice::from_ref(rule), view).is_empty();
        assert!(views.iter().any(breaks), "no case breaks {rule:?}");
    }
}

/// Views of an ad and of its creatives.
fn views(case: &AdCase) -> Vec<View> {
    let (campaign, ad_group, settings) = parsed(case);
    let parents = AdParents {
        ad_group: Some(&ad_group),
        campaign: Some(&campaign),
        automation: case.0,
    };
    let given: AdSettings = serde_json::from_value(applied(base(case.0).2, &case.3)).unwrap();
    let creatives = creatives::listed(&settings);
    let mut views: Vec<View> = creatives.iter().map(|creative| parents.view(creative)).collect();
    views.push(parents.view(&given));
    views.push(parents.view(&creatives::summary(&settings)));
    views
}

#[test]
fn what_is_not_known_passes() {
    let (_, _, settings) = base(MANUAL);
    let bare = applied(
        settings,
        &json!({ "call_to_action": null, "landing_page_url": null, "identity_type": "CUSTOMIZED_USER" }),
    );
    let settings = serde_json::from_value(bare).unwrap();
    assert_eq!(check_ad(&settings, None, None, MANUAL), []);
}

#[test]
fn a_violation_gives_reason_and_fix() {
    let case: AdCase = (
        SMART,
        none(),
        none(),
        json!({ "call_to_action_id": null, "calls_to_action": ["SHOP_NOW"] }),
        &[],
    );
    let (campaign, ad_group, settings) = parsed(&case);
    let found = check_ad(&settings, Some(&ad_group), Some(&campaign), SMART);
    assert_eq!(
        found[1].error.to_string(),
        "calls_to_action: got SHOP_NOW; allowed: no value, because automation is SMART_PLUS and the ad group's placement_type \
         is PLACEMENT_TYPE_AUTOMATIC and the campaign's objective_type is LEAD_GENERATION; use call_to_action_id instead, a \
         portfolio of calls to action"
    );
}

#[test]
fn a_new_post_is_shown_as_an_ad_only_unless_that_is_asked_for() {
    let completed = |way, changes: Value| {
        let case: AdCase = (way, none(), none(), changes, &[]);
        parsed(&case).2
    };
    for (way, changes, status) in [
        (MANUAL, none(), Some(OnOff::On)),
        (MANUAL, json!({ "dark_post_status": "OFF" }), Some(OnOff::Off)),
        (MANUAL, post(), None),
        (MANUAL, json!({ "identity_type": "CUSTOMIZED_USER" }), None),
        (MANUAL, carousel(), Some(OnOff::On)),
        (SMART, none(), Some(OnOff::On)),
        (SMART, json!({ "creatives": [{ "tiktok_item_id": "66" }] }), None),
        (
            SMART,
            json!({ "creatives": [{ "tiktok_item_id": "66" }, { "video_id": "v1" }] }),
            Some(OnOff::On),
        ),
    ] {
        assert_eq!(
            completed(way, changes.clone()).dark_post_status,
            status,
            "{changes}"
        );
    }
    let deeplink = json!({ "deeplink": "app://x" });
    assert_eq!(
        completed(SMART, deeplink.clone()).deeplink_type,
        Some(DeeplinkType::Normal)
    );
    assert_eq!(completed(MANUAL, deeplink).deeplink_type, None);
    assert_eq!(completed(SMART, none()).deeplink_type, None);
}
