//! Upgraded Smart+ campaigns: creation and update
//! (<https://business-api.tiktok.com/portal/docs?id=1843312852800706>).

use serde_json::Value;

use super::{
    campaigns, creation,
    entity::EntityLevel,
    refusal::{AdsAnswer, AdsRefusal, NOT_FOUND},
    request::AdsRequest,
    smart_rules, view,
    world::AdsWorld,
};

/// `POST /smart_plus/campaign/create/`
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    if let Some(id) = creation::repeated(world, &account, EntityLevel::Campaign, request)? {
        let first = world.entities.get(&id);
        let first = first.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The campaign does not exist."))?;
        return Ok(Value::Object(view::whole(world, first)).into());
    }
    let mut settings = request.params.clone();
    smart_rules::check_campaign(&mut settings, &account, &world.switches)?;
    campaigns::store(world, request, &account, settings, true)
}

/// `POST /smart_plus/campaign/update/`: name, budget, purchase order.
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    campaigns::change(world, request, &account, true)
}
