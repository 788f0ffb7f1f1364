//! Creating and updating ads: `POST /ad/create/` (<https://business-api.tiktok.com/portal/docs?id=1739953377508354>) and
//! `POST /ad/update/` (<https://business-api.tiktok.com/portal/docs?id=1739953405142018>).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ad, AdSettings, MarketingEndpoint, RawObject, WriteBody,
    raw::kept,
    rivals::{Rivals, is_removal, removed, rivals},
    wire::list,
    words::OperationStatus,
    write::{Members, with},
};
use crate::model::{AdGroupId, AdId};

/// Creation of ads in one ad group.
#[derive(Debug, Clone, PartialEq)]
pub struct AdCreate {
    /// Ad group of the ads.
    pub adgroup_id: AdGroupId,
    /// Settings of each ad, at most [`Self::ADS_MAX`].
    pub ads: Vec<AdSettings>,
    /// Switch of the new ads. TikTok's default is ENABLE, so it is always sent.
    pub operation_status: OperationStatus,
}

/// Update of one manual ad: of single settings, if all changed ones can be patched, else of the whole ad, with its
/// current settings where they do not change.
#[derive(Debug, Clone, PartialEq)]
pub struct AdUpdate<'a> {
    /// Ad group of the ad.
    pub adgroup_id: AdGroupId,
    /// Ad as it is.
    pub current: &'a RawObject<Ad>,
    /// Changed settings; see [`Self::is_changeable`]. An empty list removes.
    pub changes: AdSettings,
}

/// Ads that a call has written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct WrittenAds {
    /// Ids of the ads.
    #[serde(default, deserialize_with = "list")]
    pub ad_ids: Vec<AdId>,
    /// The ads.
    #[serde(default, deserialize_with = "list")]
    pub creatives: Vec<Ad>,
}

/// Settings that can be patched.
const PATCHABLE: &[&str] = &[
    "ad_name",
    "ad_text",
    "ad_texts",
    "identity_authorized_bc_id",
    "identity_id",
    "identity_type",
    "image_ids",
    "music_id",
    "tiktok_item_id",
    "video_id",
];

/// Members that `/ad/update/` takes and that are sent with their current values.
const REPLACED: &[&str] = &[
    "ad_format",
    "ad_name",
    "ad_text",
    "ad_texts",
    "aigc_disclosure_type",
    "app_name",
    "avatar_icon_web_uri",
    "brand_safety_postbid_partner",
    "brand_safety_vast_url",
    "call_to_action",
    "call_to_action_id",
    "card_id",
    "carousel_image_index",
    "click_tracking_url",
    "cpp_url",
    "creative_authorized",
    "creative_type",
    "dark_post_status",
    "deeplink",
    "deeplink_type",
    "deeplink_utm_params",
    "disclaimer_clickable_texts",
    "disclaimer_text",
    "disclaimer_type",
    "display_name",
    "dynamic_destination",
    "dynamic_format",
    "end_card_cta",
    "fallback_type",
    "identity_authorized_bc_id",
    "identity_id",
    "identity_type",
    "image_ids",
    "impression_tracking_url",
    "instant_product_page_used",
    "item_duet_status",
    "item_group_ids",
    "item_stitch_status",
    "landing_page_url",
    "music_id",
    "page_id",
    "page_image_index",
    "playable_url",
    "product_set_id",
    "product_specific_type",
    "promotional_music_disabled",
    "shopping_ads_deeplink_type",
    "shopping_ads_fallback_type",
    "shopping_ads_video_package_id",
    "sku_ids",
    "tiktok_item_id",
    "tracking_app_id",
    "tracking_offline_event_set_ids",
    "tracking_pixel_id",
    "utm_params",
    "vast_moat_enabled",
    "vertical_video_strategy",
    "video_id",
    "video_view_tracking_url",
    "viewability_postbid_partner",
    "viewability_vast_url",
];

/// Changes, and the current settings that they take the place of.
const RIVALS: &[Rivals] = &[
    rivals("ad_text", &["ad_texts"]),
    rivals("ad_texts", &["ad_text"]),
    rivals("call_to_action", &["call_to_action_id"]),
    rivals("call_to_action_id", &["call_to_action"]),
    rivals("identity_type", &["identity_authorized_bc_id"]),
    rivals("image_ids", &["tiktok_item_id"]),
    rivals("landing_page_url", &["page_id"]),
    rivals("page_id", &["landing_page_url"]),
    rivals(
        "tiktok_item_id",
        &["ad_text", "ad_texts", "dark_post_status", "image_ids", "video_id"],
    ),
    rivals("video_id", &["tiktok_item_id"]),
    Rivals {
        changed: "ad_format",
        to: &["CAROUSEL_ADS", "SINGLE_IMAGE"],
        removed: &["video_id"],
    },
    Rivals {
        changed: "identity_type",
        to: &["CUSTOMIZED_USER"],
        removed: &[
            "dark_post_status",
            "item_duet_status",
            "item_stitch_status",
            "promotional_music_disabled",
            "tiktok_item_id",
        ],
    },
    Rivals {
        changed: "identity_type",
        to: &["AUTH_CODE", "BC_AUTH_TT", "TT_USER"],
        removed: &["aigc_disclosure_type"],
    },
];

/// Ids that are JSON numbers.
const NUMBERS: &[&str] = &["page_id", "tracking_pixel_id"];

impl AdSettings {
    /// Settings that only manual ads have.
    pub const MANUAL_ONLY: &'static [&'static str] = &[
        "app_name",
        "avatar_icon_web_uri",
        "brand_safety_postbid_partner",
        "brand_safety_vast_url",
        "catalog_id",
        "creative_authorized",
        "creative_type",
        "deeplink_format_type",
        "display_name",
        "dynamic_destination",
        "dynamic_format",
        "instant_product_page_used",
        "item_duet_status",
        "item_group_ids",
        "item_stitch_status",
        "playable_url",
        "promotional_music_disabled",
        "shopping_ads_deeplink_type",
        "shopping_ads_fallback_type",
        "shopping_ads_video_package_id",
        "sku_ids",
        "tiktok_page_category",
        "tracking_offline_event_set_ids",
        "tracking_pixel_id",
        "vertical_video_strategy",
        "video_view_tracking_url",
        "viewability_postbid_partner",
        "viewability_vast_url",
    ];

    /// Settings that only Upgraded Smart+ ads have.
    pub const SMART_ONLY: &'static [&'static str] = &[
        "calls_to_action",
        "catalog_creative_toggle",
        "creatives",
        "page_ids",
        "product_ids",
    ];
}

impl AdCreate {
    /// Largest number of ads in a call.
    pub const ADS_MAX: usize = 20;
}

impl AdUpdate<'_> {
    /// Returns true for a setting that can be changed.
    pub fn is_changeable(name: &str) -> bool {
        REPLACED.contains(&name)
    }

    /// Names of the current settings that go, because they exclude changed ones.
    pub fn removed(&self) -> serde_json::Result<Vec<&'static str>> {
        Ok(excluded(&self.kept(), &self.changes.members()?))
    }

    /// Current settings that stay unless they change.
    fn kept(&self) -> Members {
        of_one_source(kept(&self.current.members, REPLACED))
    }
}

impl WriteBody for AdCreate {
    type Answer = WrittenAds;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::AD_CREATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let creatives: serde_json::Result<Vec<_>> = self.ads.iter().map(|ad| self.creative(ad)).collect();
        let members = with(Members::new(), "adgroup_id", &self.adgroup_id)?;
        with(members, "creatives", &creatives?)
    }
}

impl AdCreate {
    fn creative(&self, ad: &AdSettings) -> serde_json::Result<Members> {
        let mut creative = ad.members()?;
        // Required; the empty name is the ad's id.
        creative.entry("ad_name").or_insert_with(|| "".into());
        with(with_numbers(creative), "operation_status", &self.operation_status)
    }
}

impl WriteBody for AdUpdate<'_> {
    type Answer = WrittenAds;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::AD_UPDATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let changes = self.changes.members()?;
        let mut current = self.kept();
        let removed = excluded(&current, &changes);
        current.retain(|name, _| !removed.contains(&name.as_str()));
        // A patch removes nothing.
        let can_be_patched =
            |(name, value): (&String, &Value)| PATCHABLE.contains(&name.as_str()) && !is_removal(value);
        let is_patch = removed.is_empty() && changes.iter().all(can_be_patched);
        let mut creative = with(Members::new(), "ad_id", &self.current.object.ad_id)?;
        if !is_patch {
            creative.extend(current);
        }
        creative.extend(changes);
        let mut members = with(Members::new(), "adgroup_id", &self.adgroup_id)?;
        if is_patch {
            members.insert("patch_update".into(), true.into());
        }
        members.insert("creatives".into(), json!([with_numbers(creative)]));
        Ok(members)
    }
}

/// Names of the `current` settings that `changes` take the place of.
fn excluded(current: &Members, changes: &Members) -> Vec<&'static str> {
    let after = |name| changes.get(name).or_else(|| current.get(name));
    let is = |name, word: &str| after(name).and_then(Value::as_str) == Some(word);
    let needs_address = is("fallback_type", "WEBSITE") || is("shopping_ads_fallback_type", "CUSTOM");
    let mut names = removed(RIVALS, current, changes);
    names.retain(|name| match *name {
        "landing_page_url" => !needs_address,
        // The default, which every identity may have.
        "aigc_disclosure_type" => !is("aigc_disclosure_type", "NOT_DECLARED"),
        _ => true,
    });
    names
}

/// Settings with one source. TikTok returns the post of an ad that was made from a video or from images once the ad is
/// reviewed, and images of an ad that was made from a post. A carousel that is made from images has music, and an identity
/// of the type AUTH_CODE has posts only.
pub(super) fn of_one_source(mut settings: Members) -> Members {
    let is = |name, word: &str| settings.get(name).and_then(Value::as_str) == Some(word);
    let has_images = settings.contains_key("image_ids") && settings.contains_key("music_id");
    let has_files = settings.contains_key("video_id") || (is("ad_format", "CAROUSEL_ADS") && has_images);
    let shows_post = is("identity_type", "AUTH_CODE") && settings.contains_key("tiktok_item_id");
    let is_made_from_files = has_files && !shows_post;
    if is_made_from_files {
        settings.shift_remove("tiktok_item_id");
    } else if settings.contains_key("tiktok_item_id") {
        settings.shift_remove("image_ids");
        settings.shift_remove("video_id");
    }
    settings
}

/// Creative whose ids are numbers where TikTok takes numbers.
fn with_numbers(mut creative: Members) -> Members {
    for name in NUMBERS {
        if let Some(value) = creative.get_mut(*name)
            && let Some(number) = value.as_str().and_then(|digits| digits.parse::<u64>().ok())
        {
            *value = number.into();
        }
    }
    creative
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing_api::write::plan_of;

    fn settings(members: Value) -> AdSettings {
        serde_json::from_value(members).unwrap()
    }

    fn body(body: &impl WriteBody) -> Value {
        plan_of(body)["body"].take()
    }

    #[test]
    fn ads_are_created_as_in_tiktoks_example_with_numeric_page_and_pixel() {
        let create = AdCreate {
            adgroup_id: AdGroupId::parse("5").unwrap(),
            ads: vec![
                settings(json!({
                    "ad_name": "A", "identity_type": "CUSTOMIZED_USER", "identity_id": "9", "ad_format": "SINGLE_VIDEO",
                    "video_id": "v1", "image_ids": ["ad-site-i18n/1"], "ad_text": "Hello", "call_to_action": "SHOP_NOW",
                    "landing_page_url": "https://a.example",
                })),
                settings(json!({
                    "page_id": "18446744073709551615", "tracking_pixel_id": "9007199254740993", "card_id": 3,
                })),
            ],
            operation_status: OperationStatus::Disable,
        };
        assert_eq!(plan_of(&create)["path"], "/open_api/v1.3/ad/create/");
        assert_eq!(
            body(&create),
            json!({ "advertiser_id": "7", "adgroup_id": "5", "creatives": [
                {
                    "ad_name": "A", "identity_type": "CUSTOMIZED_USER", "identity_id": "9", "ad_format": "SINGLE_VIDEO",
                    "video_id": "v1", "image_ids": ["ad-site-i18n/1"], "ad_text": "Hello", "call_to_action": "SHOP_NOW",
                    "landing_page_url": "https://a.example", "operation_status": "DISABLE",
                },
                {
                    "ad_name": "", "page_id": 18_446_744_073_709_551_615_u64,
                    "tracking_pixel_id": 9_007_199_254_740_993_u64, "card_id": "3", "operation_status": "DISABLE",
                },
            ] })
        );
    }

    /// Update of an ad that was made from a video and is reviewed.
    fn update(current: Value, changes: Value) -> Value {
        let current: RawObject<Ad> = serde_json::from_value(current).unwrap();
        let update = AdUpdate {
            adgroup_id: AdGroupId::parse("5").unwrap(),
            current: &current,
            changes: settings(changes),
        };
        assert_eq!(plan_of(&update)["path"], "/open_api/v1.3/ad/update/");
        let mut body = body(&update);
        assert_eq!(body["adgroup_id"], "5");
        let creatives = body["creatives"].take();
        let patch = body.get("patch_update").cloned();
        json!({ "patch": patch, "creative": creatives[0] })
    }

    fn reviewed() -> Value {
        json!({
            "ad_id": 9_223_372_036_854_775_807_u64, "adgroup_id": "5", "ad_name": "A", "ad_format": "SINGLE_VIDEO",
            "video_id": "v1", "image_ids": ["i/1"], "tiktok_item_id": 66, "identity_type": "TT_USER", "identity_id": "9",
            "ad_text": "Hello", "ad_texts": null, "call_to_action": "SHOP_NOW", "call_to_action_id": 0, "page_id": 0,
            "tracking_pixel_id": 9_007_199_254_740_993_u64, "landing_page_url": "https://a.example", "is_aco": false,
            "deeplink": "", "dark_post_status": "ON", "creative_authorized": false, "operation_status": "ENABLE", "new": 1,
        })
    }

    #[test]
    fn patchable_changes_are_patched() {
        assert_eq!(
            update(reviewed(), json!({ "ad_name": "B", "image_ids": ["i/2"] })),
            json!({ "patch": true, "creative": {
                "ad_id": "9223372036854775807", "ad_name": "B", "image_ids": ["i/2"],
            } })
        );
    }

    #[test]
    fn other_changes_replace_the_ad_with_its_current_settings() {
        assert_eq!(
            update(reviewed(), json!({ "call_to_action_id": "77", "page_id": "5" })),
            json!({ "patch": null, "creative": {
                "ad_id": "9223372036854775807", "ad_name": "A", "ad_format": "SINGLE_VIDEO", "video_id": "v1",
                "image_ids": ["i/1"], "identity_type": "TT_USER", "identity_id": "9", "ad_text": "Hello",
                "call_to_action_id": "77", "page_id": 5, "tracking_pixel_id": 9_007_199_254_740_993_u64,
                "dark_post_status": "ON", "creative_authorized": false,
            } })
        );
    }

    #[test]
    fn an_ad_made_from_a_post_stays_so() {
        let current = json!({
            "ad_id": "1", "ad_format": "SINGLE_VIDEO", "video_id": null, "image_ids": ["i/1"], "tiktok_item_id": "66",
        });
        assert_eq!(
            update(
                current.clone(),
                json!({ "landing_page_url": "https://b.example" })
            )["creative"],
            json!({
                "ad_id": "1", "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "66", "landing_page_url": "https://b.example",
            })
        );
        let other_video = json!({ "video_id": "v2", "image_ids": ["i/2"], "display_name": "N" });
        assert_eq!(
            update(current, other_video)["creative"],
            json!({
                "ad_id": "1", "ad_format": "SINGLE_VIDEO", "video_id": "v2", "image_ids": ["i/2"], "display_name": "N",
            })
        );
    }

    #[test]
    fn a_post_takes_the_place_of_the_files_and_the_text_and_a_carousel_that_of_the_video() {
        assert_eq!(
            update(reviewed(), json!({ "tiktok_item_id": "77" })),
            json!({ "patch": null, "creative": {
                "ad_id": "9223372036854775807", "ad_name": "A", "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "77",
                "identity_type": "TT_USER", "identity_id": "9", "call_to_action": "SHOP_NOW",
                "tracking_pixel_id": 9_007_199_254_740_993_u64, "landing_page_url": "https://a.example",
                "creative_authorized": false,
            } })
        );
        let carousel = json!({ "ad_format": "CAROUSEL_ADS", "image_ids": ["i/2", "i/3"], "music_id": "4" });
        let creative = update(reviewed(), carousel)["creative"].take();
        assert_eq!(creative["image_ids"], json!(["i/2", "i/3"]));
        assert_eq!(
            (creative.get("video_id"), creative.get("tiktok_item_id")),
            (None, None)
        );
    }

    #[test]
    fn a_custom_identity_takes_the_place_of_what_only_accounts_have() {
        let custom = json!({ "identity_type": "CUSTOMIZED_USER", "identity_id": "8" });
        let current: RawObject<Ad> = serde_json::from_value(reviewed()).unwrap();
        let update = AdUpdate {
            adgroup_id: AdGroupId::parse("5").unwrap(),
            current: &current,
            changes: settings(custom),
        };
        assert_eq!(update.removed().unwrap(), ["dark_post_status"]);
        let creative = body(&update)["creatives"][0].take();
        assert_eq!(creative["video_id"], "v1");
        assert_eq!(creative.get("dark_post_status"), None);
    }

    #[test]
    fn an_empty_list_takes_the_place_of_nothing_and_is_not_patched() {
        let mut current = reviewed();
        current["ad_texts"] = json!(["A", "B"]);
        let changed = update(current, json!({ "ad_texts": [] }));
        assert_eq!(changed["patch"], Value::Null);
        assert_eq!(
            (&changed["creative"]["ad_text"], &changed["creative"]["ad_texts"]),
            (&json!("Hello"), &json!([]))
        );
    }

    #[test]
    fn a_carousel_with_images_and_without_music_shows_its_post() {
        let mut current = json!({
            "ad_id": "1", "ad_format": "CAROUSEL_ADS", "image_ids": ["i/1", "i/2"], "tiktok_item_id": "66",
        });
        let change = json!({ "landing_page_url": "https://b.example" });
        let creative = update(current.clone(), change.clone())["creative"].take();
        assert_eq!(
            (&creative["tiktok_item_id"], creative.get("image_ids")),
            (&json!("66"), None)
        );
        current["music_id"] = json!("4");
        let creative = update(current, change)["creative"].take();
        assert_eq!(creative["image_ids"], json!(["i/1", "i/2"]));
        assert_eq!(creative.get("tiktok_item_id"), None);
    }

    #[test]
    fn an_address_that_another_setting_needs_stays_beside_a_page() {
        let mut current = reviewed();
        current["fallback_type"] = json!("WEBSITE");
        let creative = update(current, json!({ "page_id": "6" }))["creative"].take();
        assert_eq!(
            (&creative["page_id"], &creative["landing_page_url"]),
            (&json!(6), &json!("https://a.example"))
        );
    }

    #[test]
    fn an_authorized_post_stays_although_tiktok_lists_its_images() {
        let current = json!({
            "ad_id": "1", "ad_format": "CAROUSEL_ADS", "image_ids": ["i/1"], "music_id": "4", "tiktok_item_id": "66",
            "identity_type": "AUTH_CODE",
        });
        let creative = update(current, json!({ "call_to_action": "LEARN_MORE" }))["creative"].take();
        assert_eq!(
            (&creative["tiktok_item_id"], creative.get("image_ids")),
            (&json!("66"), None)
        );
    }

    #[test]
    fn an_answer_has_exact_ids() {
        let answer: WrittenAds = serde_json::from_value(json!({
            "ad_ids": [9_223_372_036_854_775_807_u64], "need_audit": true, "creatives": [{ "ad_id": "9223372036854775807" }],
        }))
        .unwrap();
        assert_eq!(answer.ad_ids[0].as_str(), "9223372036854775807");
        assert_eq!(answer.creatives[0].ad_id, answer.ad_ids[0]);
        let none: WrittenAds = serde_json::from_value(json!({})).unwrap();
        assert_eq!(none.ad_ids, []);
    }

    #[test]
    fn the_tables_name_settings_in_order_and_once() {
        const KEPT_ONLY: [&str; 5] = [
            "carousel_image_index",
            "deeplink_utm_params",
            "end_card_cta",
            "page_image_index",
            "vast_moat_enabled",
        ];
        for table in [
            PATCHABLE,
            REPLACED,
            AdSettings::MANUAL_ONLY,
            AdSettings::SMART_ONLY,
        ] {
            assert!(table.is_sorted_by(|a, b| a < b), "{table:?}");
            for name in table {
                let is_known = AdSettings::NAMES.contains(name) || KEPT_ONLY.contains(name);
                assert!(is_known, "{name} is no setting");
            }
        }
        for row in RIVALS {
            let names = row.removed.iter().chain([&row.changed]);
            for name in names {
                assert!(REPLACED.contains(name), "{name}");
            }
        }
    }
}
