//! Conversion between the flat settings of an ad and the nested members of an Upgraded Smart+ ad
//! (docs/tiktok-marketing-api.md#smart).

use serde_json::{Value, json};

use super::{
    raw::{kept, split_off},
    write::Members,
};

/// List of objects with one member each.
struct NestedList {
    /// Setting with one value.
    one: &'static str,
    /// Setting with several values, where there can be several.
    many: Option<&'static str>,
    /// Name of the list.
    list: &'static str,
    /// Member of the list's objects.
    member: &'static str,
}

const fn nested(one: &'static str, list: &'static str) -> NestedList {
    NestedList {
        one,
        many: None,
        list,
        member: one,
    }
}

const LISTS: &[NestedList] = &[
    NestedList {
        many: Some("ad_texts"),
        ..nested("ad_text", "ad_text_list")
    },
    NestedList {
        many: Some("calls_to_action"),
        ..nested("call_to_action", "call_to_action_list")
    },
    NestedList {
        many: Some("page_ids"),
        ..nested("page_id", "page_list")
    },
    nested("landing_page_url", "landing_page_url_list"),
    nested("card_id", "interactive_add_on_list"),
    nested("auto_message_id", "auto_message_list"),
    NestedList {
        member: "custom_product_page_url",
        ..nested("cpp_url", "custom_product_page_list")
    },
];

/// Settings with one value, and those with several.
pub(super) fn several() -> impl Iterator<Item = (&'static str, &'static str)> {
    LISTS.iter().filter_map(|list| Some((list.one, list.many?)))
}

/// Objects within the members or within `ad_configuration`: name and settings.
const PHONE: (&str, &[&str]) = (
    "phone_info",
    &["phone_number", "phone_region_calling_code", "phone_region_code"],
);
const TRACKING: (&str, &[&str]) = (
    "tracking_info",
    &[
        "click_tracking_url",
        "impression_tracking_url",
        "tracking_app_id",
        "tracking_message_event_set_id",
    ],
);
const DISCLAIMER: (&str, &[&str]) = (
    "disclaimer",
    &["disclaimer_clickable_texts", "disclaimer_text", "disclaimer_type"],
);
const DEEPLINK: (&str, &[&str]) = ("deeplink_list", &["deeplink", "deeplink_type"]);

/// Groups that an update sends whole: their current settings stay unless they change.
const WHOLE: [&[&str]; 2] = [DISCLAIMER.1, DEEPLINK.1];

/// Adds the current settings of each group that an update sends whole and that changes.
pub(super) fn complete_groups(changes: &mut Members, current: &Members) {
    for names in WHOLE {
        if names.iter().any(|name| changes.contains_key(*name)) {
            for (name, value) in kept(current, names) {
                changes.entry(name).or_insert(value);
            }
        }
    }
    if changes.contains_key("deeplink") {
        changes.entry("deeplink_type").or_insert_with(|| "NORMAL".into());
    }
}

/// Member with further settings.
pub(super) const CONFIGURATION: &str = "ad_configuration";

/// Settings in `ad_configuration`.
const CONFIGURED: &[&str] = &[
    "call_to_action_id",
    "catalog_creative_toggle",
    "dark_post_status",
    "fallback_type",
    "product_ids",
    "product_set_id",
    "product_specific_type",
    "utm_params",
];

/// Settings of an identity.
pub(super) const IDENTITY: &[&str] = &["identity_type", "identity_id", "identity_authorized_bc_id"];

/// Settings of one creative.
pub(super) const CREATIVE: &[&str] = &[
    "ad_format",
    "aigc_disclosure_type",
    "identity_authorized_bc_id",
    "identity_id",
    "identity_type",
    "image_ids",
    "music_id",
    "tiktok_item_id",
    "video_id",
];

/// Name of the video of a creative, beside its id. It is no setting, but a list that is sent again keeps it.
pub(super) const FILE_NAME: &str = "file_name";

/// Setting with all creatives.
pub(super) const CREATIVES: &str = "creatives";

const CREATIVE_LIST: &str = "creative_list";

/// Nests flat settings. Members of the same name in both forms stay as they are.
pub(super) fn nest(mut flat: Members) -> Members {
    let configuration = configuration(&mut flat);
    let creatives = creatives(&mut flat);
    let mut members = Members::new();
    for list in LISTS {
        let many = list.many.and_then(|many| flat.shift_remove(many));
        let one = flat.shift_remove(list.one);
        if let Some(values) = many.or_else(|| one.map(|one| json!([one]))) {
            members.insert(list.list.into(), objects(values, list.member));
        }
    }
    let deeplink = split_off(&mut flat, DEEPLINK.1);
    if !deeplink.is_empty() {
        members.insert(DEEPLINK.0.into(), json!([deeplink]));
    }
    group(&mut flat, DISCLAIMER);
    if let Some(creatives) = creatives {
        members.insert(CREATIVE_LIST.into(), creatives);
    }
    if !configuration.is_empty() {
        members.insert(CONFIGURATION.into(), configuration.into());
    }
    flat.extend(members);
    flat
}

/// Flattens nested members.
pub(super) fn flatten(nested: Members) -> Members {
    let mut flat = Members::new();
    for (name, value) in nested {
        if let Some(list) = LISTS.iter().find(|list| list.list == name) {
            flatten_list(&mut flat, list, value);
            continue;
        }
        match (name.as_str(), value) {
            (CONFIGURATION, Value::Object(configuration)) => flat.extend(flatten(configuration)),
            ("phone_info" | "tracking_info" | "disclaimer", Value::Object(members)) => flat.extend(members),
            ("deeplink_list", Value::Array(items)) => {
                let first = items.into_iter().next();
                flat.extend(first.and_then(into_object).unwrap_or_default());
            }
            (CREATIVE_LIST, Value::Array(items)) => {
                let creatives = items.into_iter().filter_map(into_object).map(flat_creative);
                flat.insert(CREATIVES.into(), creatives.collect());
            }
            (_, value) => {
                flat.insert(name, value);
            }
        }
    }
    flat
}

/// Flattens nested members. What the ad has only one of has the name for one value too.
pub(super) fn settings(nested: Members) -> Members {
    let mut flat = flatten(nested);
    let mut ones = Members::new();
    for NestedList { one, many, .. } in LISTS {
        let values = many.and_then(|many| flat.get(many)).and_then(Value::as_array);
        if let Some([value]) = values.map(Vec::as_slice) {
            ones.insert((*one).into(), value.clone());
        }
    }
    let creatives = flat
        .get(CREATIVES)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let creatives: Vec<&Members> = creatives.filter_map(Value::as_object).collect();
    ones.extend(common(&creatives));
    for (name, value) in ones {
        // TikTok lists an identity of the whole ad as `null` where it has none.
        if flat.get(&name).is_none_or(Value::is_null) {
            flat.insert(name, value);
        }
    }
    flat
}

/// Settings of the only creative, or the identity that all creatives have.
fn common(creatives: &[&Members]) -> Members {
    match creatives {
        [] => Members::new(),
        [only] => part(only, CREATIVE),
        [first, others @ ..] => {
            let identity = kept(first, IDENTITY);
            let is_shared = others.iter().all(|other| kept(other, IDENTITY) == identity);
            if is_shared { identity } else { Members::new() }
        }
    }
}

/// Members with these names.
fn part(members: &Members, names: &[&str]) -> Members {
    let named = members.iter().filter(|(name, _)| names.contains(&name.as_str()));
    named.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Takes the settings of `ad_configuration`.
fn configuration(flat: &mut Members) -> Members {
    let is_custom = flat.get("identity_type").and_then(Value::as_str) == Some("CUSTOMIZED_USER");
    let is_of_catalog = flat.get("catalog_creative_toggle") == Some(&Value::Bool(true));
    let mut configuration = split_off(flat, CONFIGURED);
    // The identity of a creative of a catalog, or outside of TikTok, is that of the whole ad.
    if is_custom || is_of_catalog {
        configuration.extend(split_off(flat, IDENTITY));
    }
    for (name, settings) in [PHONE, TRACKING] {
        configuration.extend(split_off(flat, settings));
        group(&mut configuration, (name, settings));
    }
    configuration
}

/// Takes the creatives: those that are listed, or the only one. A listed one without an identity has that of the ad.
fn creatives(flat: &mut Members) -> Option<Value> {
    let shared = split_off(flat, CREATIVE);
    let listed = flat.shift_remove(CREATIVES);
    let Some(Value::Array(listed)) = listed else {
        return (!shared.is_empty()).then(|| json!([{ "creative_info": creative_info(shared) }]));
    };
    let listed = listed.into_iter().filter_map(into_object).map(|mut creative| {
        creative.retain(|_, value| !value.is_null());
        if !creative.contains_key("identity_id") {
            creative.extend(part(&shared, IDENTITY));
        }
        json!({ "creative_info": creative_info(creative) })
    });
    Some(listed.collect())
}

fn creative_info(mut flat: Members) -> Members {
    let file_name = flat.shift_remove(FILE_NAME);
    flat.into_iter()
        .map(|(name, value)| match name.as_str() {
            "video_id" => ("video_info".into(), video_info(&value, file_name.as_ref())),
            "music_id" => ("music_info".into(), json!({ "music_id": value })),
            "image_ids" => ("image_info".into(), objects(value, "web_uri")),
            _ => (name, value),
        })
        .collect()
}

fn video_info(video_id: &Value, file_name: Option<&Value>) -> Value {
    match file_name {
        Some(file_name) => json!({ "video_id": video_id, FILE_NAME: file_name }),
        None => json!({ "video_id": video_id }),
    }
}

fn flat_creative(mut creative: Members) -> Members {
    let info = creative.shift_remove("creative_info").and_then(into_object);
    for (name, value) in info.unwrap_or_default() {
        match (name.as_str(), value) {
            ("video_info" | "music_info", Value::Object(members)) => creative.extend(members),
            ("image_info", value) => {
                creative.insert("image_ids".into(), members(value, "web_uri").into());
            }
            (_, value) => {
                creative.insert(name, value);
            }
        }
    }
    creative
}

fn flatten_list(flat: &mut Members, list: &NestedList, value: Value) {
    let values = members(value, list.member);
    match list.many {
        Some(many) => {
            flat.insert(many.into(), values.into());
        }
        None => flat.extend(
            values
                .into_iter()
                .next()
                .map(|value| (list.one.to_owned(), value)),
        ),
    }
}

/// Puts the settings of a group into an object, if there are any.
fn group(members: &mut Members, (name, settings): (&str, &[&str])) {
    let taken = split_off(members, settings);
    if !taken.is_empty() {
        members.insert(name.into(), taken.into());
    }
}

/// List of objects, each with one of `values`.
fn objects(values: Value, member: &str) -> Value {
    let Value::Array(values) = values else {
        return Value::Array(Vec::new());
    };
    values.into_iter().map(|value| json!({ member: value })).collect()
}

/// Values of `member` in a list of objects.
fn members(objects: Value, member: &str) -> Vec<Value> {
    let Value::Array(objects) = objects else {
        return Vec::new();
    };
    let objects = objects.into_iter().filter_map(into_object);
    objects
        .filter_map(|mut object| object.shift_remove(member))
        .collect()
}

fn into_object(value: Value) -> Option<Members> {
    match value {
        Value::Object(members) => Some(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nest_json(flat: Value) -> Value {
        nest(into_object(flat).unwrap()).into()
    }

    fn flatten_json(nested: Value) -> Value {
        flatten(into_object(nested).unwrap()).into()
    }

    #[test]
    fn one_creative_and_single_values_are_lists_of_one() {
        assert_eq!(
            nest_json(json!({
                "ad_name": "A", "ad_format": "SINGLE_VIDEO", "video_id": "v1", "image_ids": ["i/1"], "identity_type": "TT_USER",
                "identity_id": "9", "ad_text": "Hello", "call_to_action": "SHOP_NOW", "landing_page_url": "https://a.example",
                "page_id": "5", "deeplink": "app://x", "deeplink_type": "NORMAL", "card_id": "3", "cpp_url": "https://apps.example",
                "call_to_action_id": "77", "dark_post_status": "ON", "phone_number": "5550100", "click_tracking_url": "https://c.example",
                "disclaimer_type": "TEXT_ONLY", "disclaimer_text": { "text": "D" },
            })),
            json!({
                "ad_name": "A",
                "creative_list": [{ "creative_info": {
                    "ad_format": "SINGLE_VIDEO", "video_info": { "video_id": "v1" }, "image_info": [{ "web_uri": "i/1" }],
                    "identity_type": "TT_USER", "identity_id": "9",
                } }],
                "ad_text_list": [{ "ad_text": "Hello" }],
                "call_to_action_list": [{ "call_to_action": "SHOP_NOW" }],
                "landing_page_url_list": [{ "landing_page_url": "https://a.example" }],
                "page_list": [{ "page_id": "5" }],
                "deeplink_list": [{ "deeplink": "app://x", "deeplink_type": "NORMAL" }],
                "interactive_add_on_list": [{ "card_id": "3" }],
                "custom_product_page_list": [{ "custom_product_page_url": "https://apps.example" }],
                "disclaimer": { "disclaimer_type": "TEXT_ONLY", "disclaimer_text": { "text": "D" } },
                "ad_configuration": {
                    "call_to_action_id": "77", "dark_post_status": "ON", "phone_info": { "phone_number": "5550100" },
                    "tracking_info": { "click_tracking_url": "https://c.example" },
                },
            })
        );
    }

    #[test]
    fn listed_creatives_have_the_identity_of_the_ad_unless_they_have_their_own() {
        assert_eq!(
            nest_json(json!({
                "identity_type": "TT_USER", "identity_id": "9", "ad_texts": ["a", "b"], "page_ids": [], "creatives": [
                    { "ad_format": "CAROUSEL_ADS", "image_ids": ["i/1", "i/2"], "music_id": "4", "video_id": null },
                    { "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "6", "identity_type": "AUTH_CODE", "identity_id": "8" },
                ],
            })),
            json!({
                "ad_text_list": [{ "ad_text": "a" }, { "ad_text": "b" }],
                "page_list": [],
                "creative_list": [
                    { "creative_info": {
                        "ad_format": "CAROUSEL_ADS", "image_info": [{ "web_uri": "i/1" }, { "web_uri": "i/2" }],
                        "music_info": { "music_id": "4" }, "identity_type": "TT_USER", "identity_id": "9",
                    } },
                    { "creative_info": {
                        "ad_format": "SINGLE_VIDEO", "tiktok_item_id": "6", "identity_type": "AUTH_CODE", "identity_id": "8",
                    } },
                ],
            })
        );
    }

    #[test]
    fn a_custom_identity_is_that_of_the_whole_ad() {
        assert_eq!(
            nest_json(json!({ "video_id": "v1", "identity_type": "CUSTOMIZED_USER", "identity_id": "9" })),
            json!({
                "creative_list": [{ "creative_info": { "video_info": { "video_id": "v1" } } }],
                "ad_configuration": { "identity_type": "CUSTOMIZED_USER", "identity_id": "9" },
            })
        );
    }

    #[test]
    fn the_identity_of_all_creatives_is_that_of_the_ad() {
        let identity = |creatives: Value| {
            let ad = json!({ "creative_list": creatives, "ad_configuration": { "identity_id": null, "identity_type": null } });
            part(&settings(into_object(ad).unwrap()), IDENTITY)
        };
        let creative = |members: Value| json!({ "creative_info": members });
        let first =
            json!({ "video_info": { "video_id": "v1" }, "identity_type": "TT_USER", "identity_id": 9 });
        let same =
            json!({ "identity_type": "TT_USER", "identity_id": "9", "identity_authorized_bc_id": null });
        let other = json!({ "identity_type": "TT_USER", "identity_id": "8" });
        let shared = identity(json!([creative(first.clone()), creative(same)]));
        assert_eq!(
            Value::Object(shared),
            json!({ "identity_type": "TT_USER", "identity_id": "9" })
        );
        let none = identity(json!([creative(first), creative(other)]));
        assert!(none.values().all(Value::is_null), "{none:?}");
    }

    #[test]
    fn flattening_is_the_inverse() {
        let flat = json!({
            "ad_name": "A", "creatives": [
                { "ad_format": "CAROUSEL_ADS", "image_ids": ["i/1"], "music_id": "4", "identity_type": "TT_USER", "identity_id": "9" },
                { "ad_format": "SINGLE_VIDEO", "video_id": "v1", "identity_type": "TT_USER", "identity_id": "9" },
            ],
            "ad_texts": ["a"], "calls_to_action": ["SHOP_NOW"], "page_ids": ["5"], "landing_page_url": "https://a.example",
            "deeplink": "app://x", "deeplink_type": "NORMAL", "call_to_action_id": "77", "product_ids": ["1"],
            "phone_region_code": "US", "tracking_app_id": "2", "disclaimer_type": "TEXT_ONLY",
        });
        assert_eq!(flatten_json(nest_json(flat.clone())), flat);
        let odd = json!({ "ad_text_list": null, "landing_page_url_list": [], "creative_list": null, "deeplink_list": [], "new": 1 });
        assert_eq!(
            flatten_json(odd),
            json!({ "ad_texts": [], "creative_list": null, "new": 1 })
        );
    }
}
