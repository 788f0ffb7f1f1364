use proptest::prelude::*;

use super::*;
use crate::advertising::ListedSettings;

/// Values that some setting of an ad, an ad group or a campaign may have.
fn candidates() -> Vec<Value> {
    let words = "TT_USER BC_AUTH_TT AUTH_CODE CUSTOMIZED_USER SINGLE_VIDEO SINGLE_IMAGE CAROUSEL_ADS CATALOG_CAROUSEL LIVE_CONTENT ON \
        OFF ENABLE DISABLE SELF_DISCLOSURE NOT_DECLARED SHOP_NOW WATCH_LIVE PROFILE_PAGE OTHER_TIKTOK_PAGE TIKTOK_INSTANT_PAGE \
        NORMAL DEFERRED_DEEPLINK UNIVERSAL_OR_APP_LINK SCHEME_LINK APP_INSTALL WEBSITE TEXT_ONLY TEXT_LINK MOAT IAS ZEFR ALL \
        PRODUCT_SET CUSTOMIZED_PRODUCTS UNSET CATALOG_UPLOADED_VIDEOS DYNAMIC_CREATIVE SHORT_VIDEO_LIVE DIRECT_LIVE PSA NONE \
        CUSTOM SHOPPING_ADS DEFAULT DLP APP_PROMOTION WEB_CONVERSIONS LEAD_GENERATION PRODUCT_SALES TRAFFIC RF_REACH \
        PLACEMENT_TYPE_AUTOMATIC PLACEMENT_TYPE_NORMAL APP_IOS LEAD_GEN_CLICK_TO_CALL PAGE_VISIT DESTINATION_VISIT CLICK \
        VIDEO LIVE PRODUCT_SHOPPING_ADS CATALOG STORE INSTANT_PAGE EXTERNAL_WEBSITE IOS14_CAMPAIGN APP_RETARGETING 1 22";
    let mut all: Vec<Value> = words.split_whitespace().map(Value::from).collect();
    all.extend([
        json!(""),
        json!("🙂".repeat(700)),
        json!("://"),
        json!("https://a.example"),
        json!(true),
        json!(false),
        json!([]),
        json!(["1"]),
        json!(vec!["🙂"; 60]),
        json!(["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"]),
        json!(["SHOP_NOW"]),
        json!({ "text": "" }),
        json!([{ "text": "a".repeat(50), "url": "" }]),
        json!([{ "key": "k".repeat(200), "value": "" }]),
        json!([{}, { "ad_format": "SINGLE_VIDEO", "identity_id": "1" }, { "tiktok_item_id": "6", "image_ids": [] }]),
        json!([{ "tiktok_item_id": "6" }]),
    ]);
    all
}

/// Values that a setting of this name takes.
fn values<T: serde::de::DeserializeOwned>(name: &str, with: &Value) -> Vec<Value> {
    let takes = |value: &Value| {
        let mut members = with.clone();
        members[name] = value.clone();
        serde_json::from_value::<T>(members).is_ok()
    };
    candidates().into_iter().filter(takes).collect()
}

/// Members with any of the values that they take.
fn members<T: serde::de::DeserializeOwned>(names: &[&str], with: &Value) -> BoxedStrategy<Value> {
    let (names, with): (Vec<String>, _) = (
        names.iter().map(|name| (*name).to_owned()).collect(),
        with.clone(),
    );
    let each: Vec<_> = names
        .iter()
        .map(|name| {
            let values = values::<T>(name, &with);
            assert!(!values.is_empty(), "no candidate for {name}");
            prop::option::of(prop::sample::select(values))
        })
        .collect();
    each.prop_map(move |values| {
        let mut members = with.clone();
        for (name, value) in names.iter().zip(values) {
            if let Some(value) = value {
                members[name.as_str()] = value;
            }
        }
        members
    })
    .boxed()
}

const OF_CAMPAIGN: &[&str] = &[
    "objective_type",
    "app_promotion_type",
    "campaign_type",
    "catalog_enabled",
    "is_search_campaign",
    "sales_destination",
];
const OF_AD_GROUP: &[&str] = &[
    "placement_type",
    "placements",
    "promotion_type",
    "promotion_target_type",
    "optimization_goal",
    "shopping_ads_type",
    "product_source",
    "catalog_id",
    "pixel_id",
    "app_id",
    "brand_safety_type",
];

#[track_caller]
fn is_readable(found: &[AdViolation]) {
    for AdViolation { error, .. } in found {
        let field = error.field.split(['[', '.']).next().unwrap_or_default();
        assert!(AdSettings::NAMES.contains(&field), "{error}");
        assert!(
            !error.got.is_empty() && !error.allowed.is_empty() && !error.fix.is_empty(),
            "{error:?}"
        );
        assert!(error.to_string().len() < 700, "{error}");
    }
}

proptest! {
    #[test]
    fn no_settings_stop_the_check(
        settings in members::<AdSettings>(AdSettings::NAMES, &json!({})),
        campaign in members::<Campaign>(OF_CAMPAIGN, &json!({ "campaign_id": "1" })),
        ad_group in members::<AdGroup>(OF_AD_GROUP, &json!({ "adgroup_id": "2" })),
        way in prop::sample::select(vec![MANUAL, SMART]),
        is_known: bool,
    ) {
        let settings: AdSettings = serde_json::from_value(settings).unwrap();
        let campaign: Campaign = serde_json::from_value(campaign).unwrap();
        let ad_group: AdGroup = serde_json::from_value(ad_group).unwrap();
        let completed = complete_ad(settings, way);
        prop_assert_eq!(&complete_ad(completed.clone(), way), &completed);
        let known = check_ad(&completed, Some(&ad_group).filter(|_| is_known), Some(&campaign).filter(|_| is_known), way);
        is_readable(&known);
        let alone = check_ad(&completed, None, None, way);
        is_readable(&alone);
    }

    #[test]
    fn no_changes_stop_the_check(
        changes in members::<AdSettings>(AdSettings::NAMES, &json!({})),
        current in members::<AdSettings>(AdSettings::NAMES, &json!({})),
        way in prop::sample::select(vec![MANUAL, SMART]),
    ) {
        let changes: AdSettings = serde_json::from_value(changes).unwrap();
        let current = ListedSettings::of(current.as_object().unwrap().clone());
        is_readable(&check_ad_changes(&changes, &current, way));
    }
}
