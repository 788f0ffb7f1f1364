use super::*;
use crate::advertising::ListedSettings;

/// Way, present settings, changes, and the fields that are wrong.
type ChangeCase = (CreationWay, Value, Value, &'static [&'static str]);

fn cases() -> Vec<ChangeCase> {
    let video = json!({ "ad_format": "SINGLE_VIDEO", "video_id": "v1", "tiktok_item_id": "66" });
    let links = json!([{ "text": "D", "url": "https://d.example" }]);
    let carousel = json!({ "ad_format": "CAROUSEL_ADS" });
    let catalog = json!({ "ad_format": "CATALOG_CAROUSEL" });
    let post = json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66" });
    let six = json!({ "ad_texts": ["a", "b", "c", "d", "e", "f"] });
    let entry = json!({ "ad_format": "SINGLE_VIDEO", "video_id": "v1", "image_ids": ["i/1"] });
    vec![
        (MANUAL, video.clone(), none(), &[]),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_name": "New", "ad_text": "Hello" }),
            &[],
        ),
        (MANUAL, video.clone(), json!({ "ad_name": " " }), &["ad_name"]),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_text": "a".repeat(101) }),
            &["ad_text"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "display_name": "a".repeat(41) }),
            &["display_name"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "image_ids": ["a", "b"] }),
            &["image_ids"],
        ),
        (MANUAL, carousel.clone(), json!({ "image_ids": ["a", "b"] }), &[]),
        (
            MANUAL,
            carousel.clone(),
            json!({ "image_ids": vec!["a"; 36] }),
            &["image_ids"],
        ),
        (
            MANUAL,
            carousel,
            json!({ "ad_format": "SINGLE_VIDEO" }),
            &["ad_format"],
        ),
        (
            MANUAL,
            catalog,
            json!({ "ad_format": "CAROUSEL_ADS" }),
            &["ad_format"],
        ),
        (
            MANUAL,
            json!({ "disclaimer_type": "TEXT_ONLY" }),
            json!({ "disclaimer_type": "TEXT_LINK" }),
            &["disclaimer_type"],
        ),
        (
            MANUAL,
            json!({ "disclaimer_type": "TEXT_LINK" }),
            json!({ "disclaimer_type": "TEXT_ONLY" }),
            &["disclaimer_type"],
        ),
        (
            MANUAL,
            json!({ "disclaimer_type": "TEXT_LINK" }),
            json!({ "disclaimer_type": "TEXT_LINK" }),
            &[],
        ),
        (
            MANUAL,
            json!({ "disclaimer_clickable_texts": links }),
            json!({ "disclaimer_clickable_texts": [] }),
            &["disclaimer_clickable_texts"],
        ),
        (MANUAL, none(), json!({ "disclaimer_clickable_texts": [] }), &[]),
        (
            MANUAL,
            none(),
            json!({ "disclaimer_clickable_texts": vec![links[0].clone(); 4], "disclaimer_type": "TEXT_LINK" }),
            &["disclaimer_clickable_texts"],
        ),
        (
            SMART,
            none(),
            json!({ "disclaimer_text": { "text": "D" } }),
            &["disclaimer_type"],
        ),
        (
            MANUAL,
            none(),
            json!({ "disclaimer_type": "TEXT_ONLY" }),
            &["disclaimer_text"],
        ),
        (
            SMART,
            json!({ "disclaimer_type": "TEXT_ONLY", "disclaimer_text": { "text": "D" } }),
            json!({ "disclaimer_text": { "text": "E" } }),
            &[],
        ),
        (
            SMART,
            json!({ "disclaimer_type": "TEXT_ONLY", "disclaimer_text": { "text": "D" } }),
            json!({ "disclaimer_clickable_texts": links }),
            &["disclaimer_clickable_texts"],
        ),
        (
            MANUAL,
            json!({ "vertical_video_strategy": "CATALOG_UPLOADED_VIDEOS" }),
            json!({ "vertical_video_strategy": "SINGLE_VIDEO" }),
            &["vertical_video_strategy"],
        ),
        (
            MANUAL,
            json!({ "tiktok_page_category": "OTHER_TIKTOK_PAGE" }),
            json!({ "landing_page_url": "https://b.example" }),
            &["landing_page_url"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "aigc_disclosure_type": "SELF_DISCLOSURE" }),
            &["aigc_disclosure_type"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "aigc_disclosure_type": "SELF_DISCLOSURE", "video_id": "v2" }),
            &[],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "tiktok_item_id": "6", "video_id": "v2", "image_ids": ["a"] }),
            &["video_id", "image_ids"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_text": "a", "ad_texts": ["b"] }),
            &["ad_text"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "call_to_action": "SHOP_NOW", "call_to_action_id": "77" }),
            &["call_to_action"],
        ),
        (
            SMART,
            none(),
            json!({ "call_to_action": "SHOP_NOW", "calls_to_action": ["SHOP_NOW"] }),
            &["call_to_action"],
        ),
        (
            SMART,
            none(),
            json!({ "calls_to_action": vec!["SHOP_NOW"; 4] }),
            &["calls_to_action"],
        ),
        (
            SMART,
            none(),
            json!({ "page_id": "5", "page_ids": ["5"] }),
            &["page_id"],
        ),
        (
            SMART,
            none(),
            json!({ "page_ids": ["1", "2", "3", "4"] }),
            &["page_ids"],
        ),
        (
            MANUAL,
            json!({ "ad_format": "SINGLE_VIDEO", "video_id": "v1" }),
            json!({ "identity_type": "AUTH_CODE" }),
            &["tiktok_item_id"],
        ),
        (
            MANUAL,
            json!({ "ad_format": "LIVE_CONTENT" }),
            json!({ "identity_type": "AUTH_CODE" }),
            &[],
        ),
        // The creatives of an ad with several are checked one by one.
        (
            SMART,
            none(),
            json!({ "identity_type": "AUTH_CODE", "identity_id": "8" }),
            &[],
        ),
        (
            SMART,
            json!({ "identity_type": "TT_USER" }),
            json!({ "identity_type": "CUSTOMIZED_USER" }),
            &["identity_type"],
        ),
        (
            SMART,
            json!({ "identity_type": "CUSTOMIZED_USER" }),
            json!({ "identity_type": "TT_USER" }),
            &["identity_type"],
        ),
        // A post stays one, or becomes an ad made from a video.
        (
            MANUAL,
            post.clone(),
            json!({ "landing_page_url": "https://b.example" }),
            &[],
        ),
        (
            MANUAL,
            post.clone(),
            json!({ "image_ids": ["a"], "ad_text": "Hi", "ad_texts": ["Hi"], "dark_post_status": "ON" }),
            &["image_ids", "ad_text", "ad_texts", "dark_post_status", "ad_text"],
        ),
        (
            MANUAL,
            post.clone(),
            json!({ "video_id": "v2" }),
            &["image_ids", "ad_text"],
        ),
        (
            MANUAL,
            post,
            json!({ "video_id": "v2", "image_ids": ["a"], "ad_text": "Hi", "dark_post_status": "ON" }),
            &[],
        ),
        // A post excludes what belongs to a new one.
        (
            MANUAL,
            video.clone(),
            json!({ "tiktok_item_id": "77", "ad_text": "Hi", "ad_texts": ["Hi"], "dark_post_status": "OFF" }),
            &["ad_text", "ad_texts", "dark_post_status", "ad_text"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "tiktok_item_id": "77", "identity_type": "CUSTOMIZED_USER" }),
            &["tiktok_item_id"],
        ),
        (
            MANUAL,
            json!({ "identity_type": "CUSTOMIZED_USER" }),
            json!({ "tiktok_item_id": "77" }),
            &["tiktok_item_id"],
        ),
        (
            MANUAL,
            json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66" }),
            json!({ "identity_type": "CUSTOMIZED_USER", "identity_id": "8" }),
            &["video_id"],
        ),
        (
            SMART,
            json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66" }),
            json!({ "video_id": "v2", "image_ids": ["a"] }),
            &[],
        ),
        (
            SMART,
            json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66" }),
            json!({ "creatives": [entry], "identity_type": "TT_USER", "identity_id": "9", "ad_texts": ["Hi"] }),
            &[],
        ),
        (
            MANUAL,
            json!({ "ad_format": "CAROUSEL_ADS", "image_ids": ["a"] }),
            json!({ "video_id": "v2" }),
            &["video_id"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_format": "SINGLE_IMAGE", "image_ids": ["a"], "video_id": "v2" }),
            &["video_id"],
        ),
        (
            SMART,
            json!({ "call_to_action_id": "77" }),
            json!({ "call_to_action": "SHOP_NOW" }),
            &["call_to_action"],
        ),
        (
            SMART,
            json!({ "call_to_action_id": "77" }),
            json!({ "calls_to_action": ["SHOP_NOW"] }),
            &["calls_to_action"],
        ),
        // A carousel needs its images and music, also in place of a post.
        (
            MANUAL,
            json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66" }),
            json!({ "ad_format": "CAROUSEL_ADS", "image_ids": ["a"], "music_id": "4", "ad_text": "Hi" }),
            &[],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_format": "CAROUSEL_ADS" }),
            &["image_ids", "music_id"],
        ),
        // The post that TikTok lists for an ad made from a video is not authorized.
        (
            MANUAL,
            video.clone(),
            json!({ "identity_type": "AUTH_CODE" }),
            &["tiktok_item_id"],
        ),
        // 0 is no id.
        (
            MANUAL,
            json!({ "ad_format": "SINGLE_VIDEO", "tiktok_item_id": 0, "identity_authorized_bc_id": "0" }),
            json!({ "ad_text": "Hi", "identity_type": "BC_AUTH_TT" }),
            &["identity_authorized_bc_id"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({
                "disclaimer_type": "TEXT_LINK", "disclaimer_clickable_texts": [{ "text": "D", "url": "d.example" }],
                "click_tracking_url": "https://c.example/a b", "impression_tracking_url": "com.example.shopping.app://x",
            }),
            &[
                "impression_tracking_url",
                "click_tracking_url",
                "disclaimer_clickable_texts[0].url",
            ],
        ),
        // Lists that the ad needs.
        (
            MANUAL,
            json!({ "image_ids": ["a"], "ad_texts": ["Hi"] }),
            json!({ "image_ids": [], "ad_texts": [] }),
            &["image_ids", "ad_texts"],
        ),
        (
            MANUAL,
            json!({ "ad_text": "Hi", "ad_texts": ["Hi"] }),
            json!({ "ad_texts": [] }),
            &[],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_format": "CAROUSEL_ADS", "image_ids": ["a", "b"], "music_id": "4" }),
            &[],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "ad_format": "SINGLE_IMAGE", "image_ids": ["a", "b"] }),
            &["image_ids"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "landing_page_url": "www.example.com" }),
            &["landing_page_url"],
        ),
        (
            MANUAL,
            video.clone(),
            json!({ "identity_type": "BC_AUTH_TT" }),
            &["identity_authorized_bc_id"],
        ),
        (
            MANUAL,
            json!({ "identity_authorized_bc_id": "3" }),
            json!({ "identity_type": "BC_AUTH_TT", "identity_id": "8" }),
            &[],
        ),
        (MANUAL, video.clone(), six, &["ad_texts"]),
        (
            MANUAL,
            video,
            json!({ "utm_params": vec![json!({ "key": "a", "value": "b" }); 15] }),
            &["utm_params"],
        ),
        // The list is replaced whole.
        (
            SMART,
            none(),
            json!({ "creatives": [entry] }),
            &["identity_type", "identity_id"],
        ),
        (
            SMART,
            none(),
            json!({ "creatives": [entry], "identity_type": "TT_USER", "identity_id": "9" }),
            &[],
        ),
        (
            SMART,
            json!({ "catalog_creative_toggle": true }),
            json!({ "creatives": [entry] }),
            &[],
        ),
        (
            SMART,
            none(),
            json!({ "creatives": [{ "ad_format": "SINGLE_VIDEO", "video_id": "v1" }], "identity_type": "TT_USER", "identity_id": "9" }),
            &["creatives[0].image_ids"],
        ),
    ]
}

fn read(case: &ChangeCase) -> (ListedSettings, AdSettings) {
    let (_, current, changes, _) = case;
    let current = ListedSettings::of(current.as_object().unwrap().clone());
    (current, serde_json::from_value(changes.clone()).unwrap())
}

#[test]
fn changes_are_checked_against_the_present_ad() {
    for case in cases() {
        let (current, changes) = read(&case);
        let found = check_ad_changes(&changes, &current, case.0);
        let fields: Vec<&str> = found.iter().map(|violation| &*violation.error.field).collect();
        assert_eq!(fields, case.3, "{case:?}: {found:#?}");
    }
}

#[test]
fn every_rule_on_changes_has_a_case_that_breaks_it() {
    let views: Vec<View> = cases()
        .iter()
        .map(|case| View::of(&case.2, case.0).with_parent("current.", Some(&case.1)))
        .collect();
    for rule in CHANGE_RULES {
        let breaks = |view: &View| !violations(std::slice::from_ref(rule), view).is_empty();
        assert!(views.iter().any(breaks), "no case breaks {rule:?}");
    }
}
