//! Manual ad groups: creation and update
//! (<https://business-api.tiktok.com/portal/docs?id=1739586761631745>).

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    adgroup_rules::{self, AdgroupContext},
    creation::{self, NewEntity},
    entity::{AdsEntity, EntityLevel},
    names,
    refusal::{AdsAnswer, AdsRefusal, NOT_FOUND},
    request::{AdsRequest, text},
    schedule,
    switches::AdgroupUpdate,
    view,
    world::AdsWorld,
};

/// `POST /adgroup/create/`
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    if let Some(id) = creation::repeated(world, &account, EntityLevel::Adgroup, request)? {
        return answer(world, id);
    }
    let id = request.text("campaign_id");
    let campaign = creation::living(world, &account, EntityLevel::Campaign, false, id)?.clone();
    let objective = campaign.text("objective_type");
    creation::check_cutoff(world, EntityLevel::Adgroup, objective, request.now)?;
    let mut settings = request.params.clone();
    adgroup_rules::check_new(&mut settings, context(world, &campaign, &account, request))?;
    store(world, request, &account, &campaign, settings)
}

/// Stores an ad group whose settings are in order, if name and number allow it.
pub(super) fn store(
    world: &mut AdsWorld,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
    campaign: &AdsEntity,
    settings: Map<String, Value>,
) -> AdsAnswer {
    let name = text(&settings, "adgroup_name");
    names::check_name("adgroup_name", name)?;
    creation::check_unique(
        "adgroup_name",
        name,
        request.text("request_id"),
        world.switches.late_repeat(),
        world.below(campaign.id),
    )?;
    let living = world
        .below(campaign.id)
        .filter(|adgroup| !adgroup.is_deleted())
        .count();
    let most = if campaign.smart {
        account.max_adgroups.min(SMART_MOST)
    } else {
        account.max_adgroups
    };
    creation::check_count("adgroups", living, most)?;
    let new = NewEntity {
        level: EntityLevel::Adgroup,
        smart: campaign.smart,
        parent: campaign.id,
        settings,
    };
    let id = creation::insert(world, account, new, request.now);
    answer(world, id)
}

fn context<'a>(
    world: &'a AdsWorld,
    campaign: &'a AdsEntity,
    account: &'a SimulatedAdvertiser,
    request: &AdsRequest<'_>,
) -> AdgroupContext<'a> {
    AdgroupContext {
        campaign,
        account,
        first: world.below(campaign.id).find(|adgroup| !adgroup.is_deleted()),
        switches: &world.switches,
        now: request.now,
    }
}

/// `POST /adgroup/update/`: replaces all settings that it may change, or changes what it names.
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let id = request.text("adgroup_id");
    let adgroup = creation::living(world, &account, EntityLevel::Adgroup, false, id)?.clone();
    let campaign = world.above(&adgroup).cloned();
    let campaign = campaign.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The campaign does not exist."))?;
    if !campaign.flag("budget_optimize_on") && !request.params.contains_key("pacing") {
        return Err(AdsRefusal::missing("pacing"));
    }
    let mut settings = match world.switches.adgroup_update() {
        AdgroupUpdate::Replace => kept(&adgroup),
        AdgroupUpdate::Merge => adgroup.settings.clone(),
    };
    let changes = request
        .params
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()));
    settings.extend(changes.map(|(name, value)| (name.clone(), value.clone())));
    check_update(
        world,
        request,
        &adgroup,
        &mut settings,
        context(world, &campaign, &account, request),
    )?;
    adgroup_rules::fill_defaults(&mut settings);
    if let Some(adgroup) = world.entities.get_mut(&adgroup.id) {
        adgroup.settings = settings;
        adgroup.modified = request.now;
    }
    answer(world, adgroup.id)
}

fn check_update(
    world: &AdsWorld,
    request: &AdsRequest<'_>,
    adgroup: &AdsEntity,
    settings: &mut Map<String, Value>,
    context: AdgroupContext<'_>,
) -> Result<(), AdsRefusal> {
    let name = text(settings, "adgroup_name");
    names::check_name("adgroup_name", name)?;
    let beside = world.below(adgroup.parent).filter(|other| other.id != adgroup.id);
    if request.params.contains_key("adgroup_name") {
        creation::check_unique("adgroup_name", name, "", world.switches.late_repeat(), beside)?;
    }
    schedule::check(settings, request.now, false)?;
    if context.campaign.flag("budget_optimize_on") {
        if request.params.contains_key("budget") {
            return Err(AdsRefusal::at(
                "budget",
                "Not supported if budget_optimize_on is true at the campaign.",
            ));
        }
    } else {
        adgroup_rules::check_amount(settings, context)?;
    }
    adgroup_rules::check_changed(settings, context)
}

/// Settings that an update cannot replace, with name, budget and schedule.
fn kept(adgroup: &AdsEntity) -> Map<String, Value> {
    let settings = adgroup.settings.iter();
    let kept = settings.filter(|(name, _)| KEPT.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The whole ad group.
fn answer(world: &AdsWorld, id: u64) -> AdsAnswer {
    let adgroup = world.entities.get(&id);
    let adgroup = adgroup.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The ad group does not exist."))?;
    Ok(Value::Object(view::whole(world, adgroup)).into())
}

/// Most ad groups of a Smart+ campaign.
const SMART_MOST: usize = 30;
/// Members of an update that are no settings.
const OWN: [&str; 2] = ["advertiser_id", "adgroup_id"];
/// Settings that stay through an update that omits them.
const KEPT: [&str; 32] = [
    "adgroup_name",
    "budget",
    "budget_mode",
    "schedule_type",
    "schedule_start_time",
    "schedule_end_time",
    "placement_type",
    "placements",
    "optimization_goal",
    "optimization_event",
    "billing_event",
    "promotion_type",
    "promotion_target_type",
    "bid_display_mode",
    "pixel_id",
    "app_id",
    "creative_material_mode",
    "pacing",
    "shopping_ads_type",
    "product_source",
    "catalog_id",
    "store_id",
    "messaging_app_type",
    "messaging_app_account_id",
    "phone_number",
    "phone_region_code",
    "phone_region_calling_code",
    "click_attribution_window",
    "view_attribution_window",
    "engaged_view_attribution_window",
    "attribution_event_count",
    "video_download_disabled",
];
