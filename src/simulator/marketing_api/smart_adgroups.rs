//! Upgraded Smart+ ad groups: creation and update; an update changes what it names.

use serde_json::Value;

use super::{
    adgroups, creation,
    entity::EntityLevel,
    names,
    refusal::{AdsAnswer, AdsRefusal, NOT_FOUND},
    request::AdsRequest,
    schedule, smart_rules, view,
    world::AdsWorld,
};

/// `POST /smart_plus/adgroup/create/`
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    if let Some(id) = creation::repeated(world, &account, EntityLevel::Adgroup, request)? {
        return answer(world, id);
    }
    let id = request.text("campaign_id");
    let campaign = creation::living(world, &account, EntityLevel::Campaign, true, id)?.clone();
    let mut settings = request.params.clone();
    smart_rules::check_adgroup(&mut settings, &campaign, &account, &world.switches, request.now)?;
    adgroups::store(world, request, &account, &campaign, settings)
}

/// `POST /smart_plus/adgroup/update/`
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    let id = request.text("adgroup_id");
    let adgroup = creation::living(world, &account, EntityLevel::Adgroup, true, id)?;
    let campaign = world.above(adgroup);
    let campaign = campaign.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The campaign does not exist."))?;
    let id = adgroup.id;
    if request.params.contains_key("adgroup_name") {
        names::check_name("adgroup_name", request.text("adgroup_name"))?;
    }
    let mut settings = adgroup.settings.clone();
    let changes = request
        .params
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()));
    settings.extend(changes.map(|(name, value)| (name.clone(), value.clone())));
    schedule::check(&mut settings, request.now, false)?;
    if campaign.flag("budget_optimize_on") {
        settings.shift_remove("budget");
    } else {
        smart_rules::check_budget(&settings, &account, &world.switches)?;
    }
    smart_rules::check_changed(&settings, campaign, &account)?;
    if let Some(adgroup) = world.entities.get_mut(&id) {
        adgroup.settings = settings;
        adgroup.modified = request.now;
    }
    answer(world, id)
}

fn answer(world: &AdsWorld, id: u64) -> AdsAnswer {
    let adgroup = world.entities.get(&id);
    let adgroup = adgroup.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The ad group does not exist."))?;
    Ok(Value::Object(view::whole(world, adgroup)).into())
}

/// Members of an update that are no settings.
const OWN: [&str; 2] = ["advertiser_id", "adgroup_id"];
