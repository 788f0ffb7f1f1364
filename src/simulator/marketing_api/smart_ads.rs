//! Upgraded Smart+ ads: creation and update; an update changes what it names.

use serde_json::Value;

use super::{
    ads, creation,
    creation::NewEntity,
    entity::EntityLevel,
    file_use,
    refusal::{AdsAnswer, AdsRefusal, NOT_FOUND},
    request::AdsRequest,
    smart_rules, view,
    world::AdsWorld,
};

/// `POST /smart_plus/ad/create/`
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    let id = request.text("adgroup_id");
    let adgroup = creation::living(world, &account, EntityLevel::Adgroup, true, id)?.clone();
    smart_rules::check_ad(&request.params, true)?;
    file_use::check_creatives(world, &account, &request.params)?;
    ads::check_count(world, &account, &adgroup, 1)?;
    creation::check_window(world, adgroup.id, request.now)?;
    let new = NewEntity {
        level: EntityLevel::Ad,
        smart: true,
        parent: adgroup.id,
        settings: request.params.clone(),
    };
    let id = creation::insert(world, &account, new, request.now);
    ads::name_by_id(world, id);
    answer(world, id)
}

/// `POST /smart_plus/ad/update/`
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    let id = request.text("smart_plus_ad_id");
    let ad = creation::living(world, &account, EntityLevel::Ad, true, id)?;
    let (id, parent) = (ad.id, ad.parent);
    let mut settings = ad.settings.clone();
    let changes = request
        .params
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()));
    settings.extend(changes.map(|(name, value)| (name.clone(), value.clone())));
    smart_rules::check_ad(&settings, false)?;
    file_use::check_creatives(world, &account, &settings)?;
    creation::check_window(world, parent, request.now)?;
    let review = creation::review(world, &account, request.now);
    if let Some(ad) = world.entities.get_mut(&id) {
        if ad.settings.get("creative_list") != settings.get("creative_list") {
            ad.review = Some(review);
        }
        ad.settings = settings;
        ad.modified = request.now;
    }
    answer(world, id)
}

fn answer(world: &AdsWorld, id: u64) -> AdsAnswer {
    let ad = world.entities.get(&id);
    let ad = ad.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The ad does not exist."))?;
    Ok(Value::Object(view::whole(world, ad)).into())
}

/// Members of an update that are no settings.
const OWN: [&str; 2] = ["advertiser_id", "smart_plus_ad_id"];
