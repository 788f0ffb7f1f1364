//! Objects as answers show them.

use serde_json::{Map, Value, json};

use super::{
    entity::{AdsEntity, EntityLevel},
    refusal::AdsRefusal,
    statuses, tables, utc,
    world::AdsWorld,
};

/// An object with every member that its endpoints answer with.
pub(super) fn whole(world: &AdsWorld, entity: &AdsEntity) -> Map<String, Value> {
    shown(
        world,
        entity,
        None,
        tables::answer(table(entity.level, entity.smart)),
    )
}

/// Name of the members of a level in answers.txt.
pub(super) fn table(level: EntityLevel, smart: bool) -> &'static str {
    match (level, smart) {
        (EntityLevel::Campaign, false) => "campaign",
        (EntityLevel::Adgroup, false) => "adgroup",
        (EntityLevel::Ad, false) => "ad",
        (EntityLevel::Campaign, true) => "smart_plus_campaign",
        (EntityLevel::Adgroup, true) => "smart_plus_adgroup",
        (EntityLevel::Ad, true) => "smart_plus_ad",
    }
}

/// The members of `all` that `fields` names, or all of them.
pub(super) fn selected(all: &[&'static str], fields: &[String]) -> Result<Vec<&'static str>, AdsRefusal> {
    if let Some(unknown) = fields.iter().find(|field| !all.contains(&field.as_str())) {
        return Err(AdsRefusal::at(
            "fields",
            format!("{unknown} is not a valid field."),
        ));
    }
    let is_wanted = |name: &&&'static str| fields.is_empty() || fields.iter().any(|field| field == **name);
    Ok(all.iter().filter(is_wanted).copied().collect())
}

/// The named members of an object, or of one creative of a Smart+ ad.
pub(super) fn shown(
    world: &AdsWorld,
    entity: &AdsEntity,
    creative: Option<usize>,
    names: &[&'static str],
) -> Map<String, Value> {
    let is_sandbox = world
        .advertisers
        .get(&entity.advertiser_id)
        .is_some_and(|account| account.sandbox);
    // The sandbox does not return the secondary status; budget optimization is shown only where it is on.
    let is_shown = |name: &&&'static str| match **name {
        "secondary_status" => !is_sandbox,
        "budget_optimize_on" => entity.smart || entity.flag("budget_optimize_on"),
        _ => true,
    };
    let names = names.iter().filter(is_shown);
    names
        .map(|name| ((*name).to_owned(), member(world, entity, creative, name)))
        .collect()
}

fn member(world: &AdsWorld, entity: &AdsEntity, creative: Option<usize>, name: &str) -> Value {
    let above = |level: EntityLevel| above(world, entity, level);
    match name {
        "advertiser_id" => json!(entity.advertiser_id),
        "campaign_id" => json!(above(EntityLevel::Campaign).map(AdsEntity::key)),
        "campaign_name" => json!(above(EntityLevel::Campaign).map(AdsEntity::title)),
        "adgroup_id" => json!(above(EntityLevel::Adgroup).map(AdsEntity::key)),
        "adgroup_name" => json!(above(EntityLevel::Adgroup).map(AdsEntity::title)),
        "ad_id" => json!(ad_id(entity, creative)),
        "ad_id_v2" => json!(entity.key()),
        "smart_plus_ad_id" => json!(entity.smart.then(|| entity.key())),
        "create_time" => json!(utc::format(entity.created)),
        "modify_time" => json!(utc::format(entity.modified)),
        "operation_status" => json!(entity.operation.word()),
        "secondary_status" => json!(statuses::secondary(world, entity)),
        "campaign_automation_type" => json!(automation(entity)),
        "campaign_system_origin" => json!("TT_ADS_PLATFORM"),
        "objective" => json!(objective(entity)),
        "is_new_structure" => json!(true),
        "is_smart_performance_campaign" | "is_aco" | "skip_learning_phase" => json!(false),
        "scheduled_budget" => json!(entity.scheduled_budget.map_or(0.0, |(budget, _)| budget)),
        "tracking_pixel_id" => entity.settings.get(name).cloned().unwrap_or_else(|| json!(0)),
        _ => setting(entity, creative, name),
    }
}

fn above<'a>(world: &'a AdsWorld, entity: &'a AdsEntity, level: EntityLevel) -> Option<&'a AdsEntity> {
    match level {
        EntityLevel::Campaign => world.campaign_of(entity),
        EntityLevel::Adgroup if entity.level == EntityLevel::Ad => world.above(entity),
        EntityLevel::Adgroup | EntityLevel::Ad => Some(entity).filter(|entity| entity.level == level),
    }
}

/// Way in which the campaign of an object was made.
pub(super) fn automation(entity: &AdsEntity) -> &'static str {
    if entity.smart {
        "UPGRADED_SMART_PLUS"
    } else {
        "MANUAL"
    }
}

fn objective(campaign: &AdsEntity) -> &'static str {
    if campaign.text("objective_type") == "APP_PROMOTION" {
        "APP"
    } else {
        "LANDING_PAGE"
    }
}

/// Id of an ad; a creative of a Smart+ ad has one of its own.
pub(super) fn ad_id(ad: &AdsEntity, creative: Option<usize>) -> String {
    let offset = creative.map_or(0, |at| 2 * (at as u64 + 1));
    (ad.id + offset).to_string()
}

fn setting(entity: &AdsEntity, creative: Option<usize>, name: &str) -> Value {
    let own = entity.settings.get(name);
    let of_creative = || creative_member(entity, creative?, name);
    let value = own.cloned().or_else(of_creative);
    value.unwrap_or_else(|| match name {
        "budget" | "roas_bid" | "bid_price" | "conversion_bid_price" => json!(0),
        "languages" | "actions" | "network_types" | "operating_systems" => json!([]),
        _ if name.ends_with("_ids") && entity.level == EntityLevel::Adgroup => json!([]),
        _ => Value::Null,
    })
}

/// A setting of one creative of a Smart+ ad, by the name that manual ads have for it.
fn creative_member(ad: &AdsEntity, at: usize, name: &str) -> Option<Value> {
    let info = ad.settings.get("creative_list")?.get(at)?.get("creative_info")?;
    let place = match name {
        "video_id" => "/video_info/video_id".to_owned(),
        "music_id" => "/music_info/music_id".to_owned(),
        "image_ids" => {
            let images = info.get("image_info")?.as_array()?.iter();
            return Some(images.filter_map(|image| image.get("web_uri").cloned()).collect());
        }
        _ => format!("/{name}"),
    };
    info.pointer(&place).cloned()
}

/// Number of creatives of a Smart+ ad.
pub(super) fn creatives(ad: &AdsEntity) -> usize {
    let list = ad.settings.get("creative_list").and_then(Value::as_array);
    list.map_or(0, Vec::len)
}
