//! Creating and updating ads of Upgraded Smart+ campaigns: `POST /smart_plus/ad/create/`
//! (<https://business-api.tiktok.com/portal/docs?id=1843317390059522>) and `POST /smart_plus/ad/update/`
//! (<https://business-api.tiktok.com/portal/docs?id=1843317411665921>).

use serde_json::{Value, json};

use super::{
    AdSettings, MarketingEndpoint, RawObject, SmartAd, WriteBody,
    ad_write::of_one_source,
    nested_ad::{
        CONFIGURATION, CREATIVE, CREATIVES, FILE_NAME, IDENTITY, complete_groups, flatten, nest, settings,
        several,
    },
    raw::{kept, split_off},
    rivals::{Rivals, removed, rivals},
    words::OperationStatus,
    write::{Members, with},
};
use crate::model::AdGroupId;

/// Creation of an ad in an Upgraded Smart+ ad group. It has no `request_id`.
#[derive(Debug, Clone, PartialEq)]
pub struct SmartAdCreate {
    /// Ad group of the ad.
    pub adgroup_id: AdGroupId,
    /// Settings of the ad.
    pub settings: AdSettings,
    /// Switch of the new ad. TikTok's default is ENABLE, so it is always sent.
    pub operation_status: OperationStatus,
}

/// Update of an Upgraded Smart+ ad. Only what is set changes, but the list of creatives is replaced whole, so all
/// creatives are sent where one changes; and all of `ad_configuration`, because whether TikTok merges or replaces it is
/// not documented (docs/tiktok-marketing-api.md#smart).
#[derive(Debug, Clone, PartialEq)]
pub struct SmartAdUpdate<'a> {
    /// Ad as it is.
    pub current: &'a RawObject<SmartAd>,
    /// Changed settings; see [`Self::is_changeable`]. An empty list removes.
    pub changes: AdSettings,
}

/// Settings of a create that an update does not take.
const FIXED: &[&str] = &["auto_message_id", "tracking_message_event_set_id"];

/// Members of `ad_configuration` that an update takes.
const CONFIGURED: &[&str] = &[
    "auto_disclaimer_types",
    "call_to_action_id",
    "catalog_creative_info",
    "catalog_creative_toggle",
    "creative_auto_add_toggle",
    "creative_auto_enhancement_strategy_list",
    "dark_post_status",
    "deeplink_utm_params",
    "end_card_cta",
    "fallback_type",
    "identity_authorized_bc_id",
    "identity_id",
    "identity_type",
    "phone_info",
    "product_ids",
    "product_info",
    "product_info_enabled",
    "product_set_id",
    "product_specific_type",
    "tracking_info",
    "utm_params",
];

impl SmartAdUpdate<'_> {
    /// Returns true for a setting that can be changed.
    pub fn is_changeable(name: &str) -> bool {
        !FIXED.contains(&name) && !AdSettings::MANUAL_ONLY.contains(&name)
    }

    /// Settings with one value, and those with several, of which an ad has a list.
    pub fn lists() -> impl Iterator<Item = (&'static str, &'static str)> {
        several()
    }

    /// Names of the settings that are media of one creative.
    pub fn settings_of_one(settings: &Members) -> Vec<&str> {
        let names = settings.keys().map(String::as_str);
        names.filter(|name| is_of_one(name)).collect()
    }

    /// Names of the settings whose change sends the list of creatives.
    pub fn rebuilding<'a>(current: &RawObject<SmartAd>, settings: &'a Members) -> Vec<&'a str> {
        let is_of_ad = Self::has_one_identity(settings, &flatten(current.members.clone()));
        let names = settings.keys().map(String::as_str);
        let is_of_creatives = |name: &&str| CREATIVE.contains(name) && !(is_of_ad && IDENTITY.contains(name));
        names.filter(is_of_creatives).collect()
    }

    /// Names of the current settings of creatives that go, because they exclude changed ones.
    pub fn removed(&self) -> serde_json::Result<Vec<&'static str>> {
        let mut changes = self.changes.members()?;
        let mut names = Vec::new();
        if Self::has_one_identity(&changes, &flatten(self.current.members.clone())) {
            let identity = split_off(&mut changes, IDENTITY);
            names.extend(removed(RIVALS, &self.configuration(), &identity));
        }
        if changes.contains_key(CREATIVES) {
            return Ok(names);
        }
        for creative in self.current_creatives() {
            names.extend(removed(RIVALS, &creative, &changes));
        }
        names.retain(|name| *name != FILE_NAME);
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// Settings of the current creatives.
    fn current_creatives(&self) -> Vec<Members> {
        let current = flatten(self.current.members.clone());
        let creatives = current.get(CREATIVES).and_then(Value::as_array);
        let creatives = creatives.into_iter().flatten().filter_map(Value::as_object);
        creatives
            .map(|creative| {
                let mut settings = of_one_source(kept(creative, CREATIVE));
                if settings.contains_key("video_id") {
                    settings.extend(kept(creative, &[FILE_NAME]));
                }
                settings
            })
            .collect()
    }

    /// Current creatives with the changes in each; the changes alone if there is none.
    fn creatives(&self, changes: &Members) -> Value {
        let current = self.current_creatives();
        if current.is_empty() {
            return json!([changes]);
        }
        let merged = current.into_iter().map(|mut creative| {
            remove_rivals(&mut creative, changes);
            creative.extend(changes.clone());
            creative
        });
        merged.collect()
    }

    /// Whether the identity is that of the whole ad, as for catalogs and outside of TikTok.
    fn has_one_identity(changes: &Members, current: &Members) -> bool {
        let after = |name| changes.get(name).or_else(|| current.get(name));
        after("catalog_creative_toggle") == Some(&Value::Bool(true))
            || after("identity_type").and_then(Value::as_str) == Some("CUSTOMIZED_USER")
    }

    /// Changed settings, with the identity of the ad for new creatives without one, if all current creatives have the same.
    pub fn completed(&self) -> AdSettings {
        let completed = self.changes.members().ok().and_then(|mut changes| {
            if changes.contains_key(CREATIVES) {
                self.add_identity(&mut changes);
            }
            serde_json::from_value(Value::Object(changes)).ok()
        });
        // TikTok can have identities of other types.
        completed.unwrap_or_else(|| self.changes.clone())
    }

    /// Current members of `ad_configuration`.
    fn configuration(&self) -> Members {
        let current = self.current.members.get(CONFIGURATION).and_then(Value::as_object);
        let mut configuration = current.map_or_else(Members::new, |current| kept(current, CONFIGURED));
        if let Some(Value::Object(tracking)) = configuration.get_mut("tracking_info") {
            tracking.retain(|name, value| !value.is_null() && !FIXED.contains(&name.as_str()));
        }
        configuration
    }

    fn add_identity(&self, changes: &mut Members) {
        // That of the whole ad, or the one that all creatives have.
        let mut identity = kept(&settings(self.current.members.clone()), IDENTITY);
        remove_rivals(&mut identity, changes);
        for (name, value) in identity {
            changes.entry(name).or_insert(value);
        }
    }
}

/// Changes, and the current settings of a creative that they take the place of.
const RIVALS: &[Rivals] = &[
    rivals("identity_type", &["identity_authorized_bc_id"]),
    rivals("image_ids", &["tiktok_item_id"]),
    rivals("tiktok_item_id", &[FILE_NAME, "image_ids", "video_id"]),
    rivals("video_id", &[FILE_NAME, "tiktok_item_id"]),
    Rivals {
        changed: "ad_format",
        to: &["CAROUSEL_ADS"],
        removed: &[FILE_NAME, "video_id"],
    },
];

fn remove_rivals(current: &mut Members, changes: &Members) {
    let removed = removed(RIVALS, current, changes);
    current.retain(|name, _| !removed.contains(&name.as_str()));
}

/// Whether a setting is the media of one creative.
fn is_of_one(name: &str) -> bool {
    CREATIVE.contains(&name) && !IDENTITY.contains(&name)
}

impl WriteBody for SmartAdCreate {
    type Answer = RawObject<SmartAd>;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::SMART_AD_CREATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let mut settings = self.settings.members()?;
        // Required by TikTok's schema; the empty name is the ad's id.
        settings.entry("ad_name").or_insert_with(|| "".into());
        let mut members = with(Members::new(), "adgroup_id", &self.adgroup_id)?;
        members.extend(nest(settings));
        with(members, "operation_status", &self.operation_status)
    }
}

impl WriteBody for SmartAdUpdate<'_> {
    type Answer = RawObject<SmartAd>;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        MarketingEndpoint::SMART_AD_UPDATE
    }

    fn members(&self) -> serde_json::Result<Members> {
        let mut changes = self.completed().members()?;
        let current = flatten(self.current.members.clone());
        complete_groups(&mut changes, &current);
        let identity = if Self::has_one_identity(&changes, &current) {
            split_off(&mut changes, IDENTITY)
        } else {
            Members::new()
        };
        if !changes.contains_key(CREATIVES) {
            let of_creatives = split_off(&mut changes, CREATIVE);
            if !of_creatives.is_empty() {
                changes.insert(CREATIVES.into(), self.creatives(&of_creatives));
            }
        }
        let mut changes = nest(changes);
        let configured = changes.shift_remove(CONFIGURATION);
        let mut configured = match configured {
            Some(Value::Object(configured)) => configured,
            _ => Members::new(),
        };
        configured.extend(identity);
        if !configured.is_empty() {
            let mut current = self.configuration();
            remove_rivals(&mut current, &configured);
            let configuration = merged(current, configured);
            changes.insert(CONFIGURATION.into(), configuration.into());
        }
        let id = &self.current.object.smart_plus_ad_id;
        let mut members = with(Members::new(), "smart_plus_ad_id", id)?;
        members.extend(changes);
        Ok(members)
    }
}

/// Members with changes over them, also within objects.
fn merged(mut current: Members, changes: Members) -> Members {
    for (name, change) in changes {
        match (current.get_mut(&name), change) {
            (Some(Value::Object(inner)), Value::Object(change)) => inner.extend(change),
            (_, change) => {
                current.insert(name, change);
            }
        }
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing_api::write::plan_of;

    fn settings(members: Value) -> AdSettings {
        serde_json::from_value(members).unwrap()
    }

    #[test]
    fn an_ad_is_created_as_in_tiktoks_example() {
        let create = SmartAdCreate {
            adgroup_id: AdGroupId::parse("5").unwrap(),
            settings: settings(json!({
                "ad_name": "A", "landing_page_url": "https://a.example", "identity_type": "TT_USER", "identity_id": "9",
                "creatives": [
                    { "ad_format": "CAROUSEL_ADS", "image_ids": ["i/1"], "music_id": "4" },
                    { "ad_format": "SINGLE_VIDEO", "video_id": "v1", "image_ids": ["i/2"] },
                    {
                        "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "6", "identity_type": "BC_AUTH_TT", "identity_id": "8",
                        "identity_authorized_bc_id": "3",
                    },
                ],
                "ad_texts": ["One", "Two"],
                "utm_params": [{ "key": "utm_source", "value": "TikTok" }],
                "call_to_action_id": "77",
            })),
            operation_status: OperationStatus::Disable,
        };
        assert_eq!(
            plan_of(&create),
            json!({ "method": "POST", "path": "/open_api/v1.3/smart_plus/ad/create/", "body": {
                "advertiser_id": "7", "adgroup_id": "5", "ad_name": "A", "operation_status": "DISABLE",
                "landing_page_url_list": [{ "landing_page_url": "https://a.example" }],
                "creative_list": [
                    { "creative_info": {
                        "ad_format": "CAROUSEL_ADS", "image_info": [{ "web_uri": "i/1" }], "music_info": { "music_id": "4" },
                        "identity_type": "TT_USER", "identity_id": "9",
                    } },
                    { "creative_info": {
                        "ad_format": "SINGLE_VIDEO", "video_info": { "video_id": "v1" }, "image_info": [{ "web_uri": "i/2" }],
                        "identity_type": "TT_USER", "identity_id": "9",
                    } },
                    { "creative_info": {
                        "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "6", "identity_type": "BC_AUTH_TT", "identity_id": "8",
                        "identity_authorized_bc_id": "3",
                    } },
                ],
                "ad_text_list": [{ "ad_text": "One" }, { "ad_text": "Two" }],
                "ad_configuration": {
                    "utm_params": [{ "key": "utm_source", "value": "TikTok" }], "call_to_action_id": "77",
                },
            } })
        );
    }

    fn current(creatives: &Value) -> RawObject<SmartAd> {
        serde_json::from_value(json!({
            "smart_plus_ad_id": "31", "ad_name": "A", "creative_list": creatives,
            "ad_configuration": {
                "dark_post_status": "ON", "call_to_action_id": 77, "product_ids": [], "product_info": { "selling_points": ["a"] },
                "tracking_info": { "click_tracking_url": "https://c.example", "tracking_message_event_set_id": "1" }, "new": 1,
            },
        }))
        .unwrap()
    }

    fn video(video_id: &str) -> Value {
        json!({ "ad_material_id": "1", "material_operation_status": "ENABLE", "creative_info": {
            "ad_format": "SINGLE_VIDEO", "material_name": "m", "video_info": { "video_id": video_id, "file_name": "f" },
            "image_info": [{ "web_uri": "i/1" }], "music_info": null, "identity_type": "TT_USER", "identity_id": "9",
        } })
    }

    fn body(current: &RawObject<SmartAd>, changes: Value) -> Value {
        let update = SmartAdUpdate {
            current,
            changes: settings(changes),
        };
        let mut plan = plan_of(&update);
        assert_eq!(plan["path"], "/open_api/v1.3/smart_plus/ad/update/");
        plan["body"].take()
    }

    #[test]
    fn an_update_sends_only_what_changes_and_the_rest_of_its_group() {
        let current = current(&json!([video("v1")]));
        assert_eq!(
            body(&current, json!({ "ad_name": "B", "ad_texts": ["Hi"] })),
            json!({
                "advertiser_id": "7", "smart_plus_ad_id": "31", "ad_name": "B", "ad_text_list": [{ "ad_text": "Hi" }],
            })
        );
        assert_eq!(
            body(
                &current,
                json!({ "dark_post_status": "OFF", "tracking_app_id": "12" })
            ),
            json!({ "advertiser_id": "7", "smart_plus_ad_id": "31", "ad_configuration": {
                "dark_post_status": "OFF", "call_to_action_id": "77", "product_info": { "selling_points": ["a"] },
                "tracking_info": { "click_tracking_url": "https://c.example", "tracking_app_id": "12" },
            } })
        );
    }

    #[test]
    fn a_changed_creative_is_sent_with_its_other_settings_and_all_others() {
        let two = current(&json!([video("v1"), video("v2")]));
        let creative = |video_id: &str| {
            json!({ "creative_info": {
            "ad_format": "SINGLE_VIDEO", "video_info": { "video_id": video_id, "file_name": "f" },
            "image_info": [{ "web_uri": "i/1" }], "identity_type": "AUTH_CODE", "identity_id": "8",
        } })
        };
        assert_eq!(
            body(&two, json!({ "identity_type": "AUTH_CODE", "identity_id": "8" })),
            json!({ "advertiser_id": "7", "smart_plus_ad_id": "31", "creative_list": [creative("v1"), creative("v2")] })
        );
        let one = current(&json!([video("v1")]));
        assert_eq!(
            body(&one, json!({ "tiktok_item_id": "6" })),
            json!({ "advertiser_id": "7", "smart_plus_ad_id": "31", "creative_list": [{ "creative_info": {
                "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "6", "identity_type": "TT_USER", "identity_id": "9",
            } }] })
        );
    }

    /// Body of an update, without its ids.
    fn changed(current: Value, changes: Value) -> Value {
        let current: RawObject<SmartAd> = serde_json::from_value(current).unwrap();
        let mut body = body(&current, changes);
        let members = body.as_object_mut().unwrap();
        members.remove("advertiser_id");
        members.remove("smart_plus_ad_id");
        body
    }

    #[test]
    fn a_deeplink_and_a_disclaimer_keep_their_other_half() {
        let linked = json!({
            "smart_plus_ad_id": "31", "deeplink_list": [{ "deeplink": "app://a", "deeplink_type": "DEFERRED_DEEPLINK" }],
            "disclaimer": { "disclaimer_type": "TEXT_ONLY", "disclaimer_text": { "text": "A" } },
        });
        assert_eq!(
            changed(linked.clone(), json!({ "deeplink": "app://b" })),
            json!({ "deeplink_list": [{ "deeplink": "app://b", "deeplink_type": "DEFERRED_DEEPLINK" }] })
        );
        assert_eq!(
            changed(linked, json!({ "disclaimer_text": { "text": "B" } })),
            json!({ "disclaimer": { "disclaimer_text": { "text": "B" }, "disclaimer_type": "TEXT_ONLY" } })
        );
        assert_eq!(
            changed(
                json!({ "smart_plus_ad_id": "31" }),
                json!({ "deeplink": "app://b" })
            ),
            json!({ "deeplink_list": [{ "deeplink": "app://b", "deeplink_type": "NORMAL" }] })
        );
    }

    #[test]
    fn an_ad_without_creatives_never_gets_an_empty_list_of_them() {
        let identity = json!({ "identity_type": "TT_USER", "identity_id": "8" });
        let catalog =
            json!({ "smart_plus_ad_id": "31", "ad_configuration": { "catalog_creative_toggle": true } });
        assert_eq!(
            changed(catalog, identity),
            json!({ "ad_configuration": {
                "catalog_creative_toggle": true, "identity_type": "TT_USER", "identity_id": "8",
            } })
        );
        let custom = json!({ "smart_plus_ad_id": "31", "creative_list": [video("v1")], "ad_configuration": {
            "identity_type": "CUSTOMIZED_USER", "identity_id": "9",
        } });
        assert_eq!(
            changed(custom, json!({ "identity_id": "8" })),
            json!({ "ad_configuration": { "identity_type": "CUSTOMIZED_USER", "identity_id": "8" } })
        );
        assert_eq!(
            changed(json!({ "smart_plus_ad_id": "31" }), json!({ "video_id": "v1" })),
            json!({ "creative_list": [{ "creative_info": { "video_info": { "video_id": "v1" } } }] })
        );
    }

    #[test]
    fn new_creatives_without_an_identity_have_that_of_the_ad() {
        let creative = |identity: Value| {
            let info = json!({ "ad_format": "SINGLE_VIDEO", "video_info": { "video_id": "v3" } });
            let mut info = info.as_object().unwrap().clone();
            info.extend(identity.as_object().unwrap().clone());
            json!({ "advertiser_id": "7", "smart_plus_ad_id": "31", "creative_list": [{ "creative_info": info }] })
        };
        let new = json!([{ "ad_format": "SINGLE_VIDEO", "video_id": "v3" }]);
        let current = |identities: [&str; 2]| {
            let creatives = identities.map(|id| {
                let mut creative = video("v1");
                creative["creative_info"]["identity_id"] = json!(id);
                creative["creative_info"]["identity_authorized_bc_id"] = json!("3");
                creative
            });
            current(&json!(creatives))
        };
        let same = current(["9", "9"]);
        let kept =
            json!({ "identity_type": "TT_USER", "identity_id": "9", "identity_authorized_bc_id": "3" });
        assert_eq!(body(&same, json!({ "creatives": new })), creative(kept));
        let changed = json!({ "creatives": new, "identity_type": "AUTH_CODE", "identity_id": "8" });
        let other = json!({ "identity_type": "AUTH_CODE", "identity_id": "8" });
        assert_eq!(body(&same, changed), creative(other));
        let different = current(["9", "8"]);
        assert_eq!(body(&different, json!({ "creatives": new })), creative(json!({})));
    }

    #[test]
    fn the_tables_name_settings() {
        for name in FIXED.iter().chain(CREATIVE).chain(IDENTITY) {
            assert!(AdSettings::NAMES.contains(name), "{name} is no setting");
        }
        for (name, is_changeable) in [
            ("ad_name", true),
            ("creatives", true),
            ("auto_message_id", false),
            ("tracking_pixel_id", false),
        ] {
            assert_eq!(SmartAdUpdate::is_changeable(name), is_changeable, "{name}");
        }
    }
}
