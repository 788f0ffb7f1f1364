//! Filters of lists.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    entity::{AdsEntity, EntityLevel},
    request::{text, texts},
    statuses, utc, view,
    world::AdsWorld,
};

/// Checks whether a list shows an object. Deleted ones are shown on demand only.
pub(super) fn shows(world: &AdsWorld, entity: &AdsEntity, filtering: &Map<String, Value>) -> bool {
    let secondary = statuses::secondary(world, entity);
    let wants_deleted = wants_deleted(filtering);
    let is_deleted = statuses::primary(secondary) == "STATUS_DELETE";
    (wants_deleted || !is_deleted)
        && filtering
            .keys()
            .all(|name| passes(world, entity, filtering, name, secondary))
}

fn wants_deleted(filtering: &Map<String, Value>) -> bool {
    let primary = text(filtering, "primary_status");
    let secondary = text(filtering, "secondary_status");
    matches!(primary, "STATUS_ALL" | "STATUS_DELETE")
        || secondary.ends_with("_STATUS_ALL")
        || secondary.ends_with("_DELETE") && !secondary.ends_with("NOT_DELETE")
}

fn passes(
    world: &AdsWorld,
    entity: &AdsEntity,
    filtering: &Map<String, Value>,
    name: &str,
    secondary: &str,
) -> bool {
    let wanted = text(filtering, name);
    let campaign = || world.campaign_of(entity);
    let is_among = |id: Option<String>| id.is_some_and(|id| texts(filtering, name).contains(&id));
    let adgroup = || match entity.level {
        EntityLevel::Campaign => None,
        EntityLevel::Adgroup => Some(entity),
        EntityLevel::Ad => world.above(entity),
    };
    match name {
        "campaign_ids" => is_among(campaign().map(AdsEntity::key)),
        "adgroup_ids" => is_among(adgroup().map(AdsEntity::key)),
        "ad_ids_v2" | "smart_plus_ad_ids" => is_among(Some(entity.key())),
        "campaign_name" | "adgroup_name" | "ad_name" => {
            entity.title().to_lowercase().contains(&wanted.to_lowercase())
        }
        "primary_status" => has_primary(wanted, secondary),
        "secondary_status" => has_secondary(wanted, secondary),
        "objective_type" => campaign().is_some_and(|campaign| campaign.text("objective_type") == wanted),
        "campaign_automation_type" => view::automation(entity) == wanted,
        "campaign_system_origins" => texts(filtering, name)
            .iter()
            .any(|origin| origin == "TT_ADS_PLATFORM"),
        "buying_types" => texts(filtering, name).iter().any(|kind| kind == "AUCTION"),
        "creative_campaign_type" => texts(filtering, name).iter().any(|kind| kind == "OTHER"),
        "is_smart_performance_campaign" | "split_test_enabled" => {
            filtering.get(name) == Some(&Value::Bool(false))
        }
        "creation_filter_start_time" => utc::parse(wanted).is_none_or(|from| entity.created >= from),
        "creation_filter_end_time" => utc::parse(wanted).is_none_or(|until| entity.created <= until),
        "modified_after" => utc::parse(wanted).is_none_or(|after| entity.modified > after),
        "optimization_goal" => adgroup().is_some_and(|adgroup| adgroup.text(name) == wanted),
        "billing_events" => is_among(adgroup().map(|adgroup| adgroup.text("billing_event").to_owned())),
        "promotion_type" => adgroup().is_some_and(|adgroup| promotion(adgroup) == wanted),
        "campaign_type" => campaign().is_some_and(|campaign| campaign.text(name) == wanted),
        "sales_destination" | "campaign_product_source" => entity.text(name) == wanted,
        // Ids of creatives are compared by the list; the others say nothing about manual auction ads.
        _ => true,
    }
}

/// Whether a secondary status belongs to a primary one.
pub(super) fn has_primary(wanted: &str, secondary: &str) -> bool {
    let primary = statuses::primary(secondary);
    match wanted {
        "STATUS_ALL" => true,
        "STATUS_NOT_DELETE" => primary != "STATUS_DELETE",
        _ => primary == wanted,
    }
}

/// `…_STATUS_ALL` and `…_STATUS_NOT_DELETE` are sent by released clients.
pub(super) fn has_secondary(wanted: &str, secondary: &str) -> bool {
    if wanted.ends_with("_STATUS_ALL") {
        true
    } else if wanted.ends_with("_STATUS_NOT_DELETE") {
        statuses::primary(secondary) != "STATUS_DELETE"
    } else {
        wanted == secondary
    }
}

/// Promotion type of an ad group, in the words of the filter, which differ from those of its creation.
fn promotion(adgroup: &AdsEntity) -> &str {
    match adgroup.text("promotion_type") {
        "APP_ANDROID" | "APP_IOS" => "APP",
        "LEAD_GENERATION" => "INSTANT_FORM",
        other => other,
    }
}

/// Checks whether an object is old enough to be listed.
pub(super) fn is_listed(entity: &AdsEntity, now: Duration, lag_ms: u64) -> bool {
    entity.created.saturating_add(Duration::from_millis(lag_ms)) <= now
}
