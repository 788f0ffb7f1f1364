//! Manual campaigns: creation and update
//! (<https://business-api.tiktok.com/portal/docs?id=1739320422086657>).

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    campaign_rules,
    creation::{self, NewEntity},
    delivery,
    entity::{AdsEntity, EntityLevel},
    money, names,
    refusal::{AdsAnswer, AdsData, AdsRefusal, NOT_FOUND},
    request::{AdsRequest, number, text, texts},
    view,
    world::AdsWorld,
};

/// `POST /campaign/create/`
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    if let Some(id) = creation::repeated(world, &account, EntityLevel::Campaign, request)? {
        return answer(world, id);
    }
    let objective = request.text("objective_type");
    creation::check_cutoff(world, EntityLevel::Campaign, objective, request.now)?;
    let mut settings = request.params.clone();
    campaign_rules::check(&mut settings, &account, &world.switches)?;
    store(world, request, &account, settings, false)
}

/// Stores a campaign whose settings are in order, if name and number allow it.
pub(super) fn store(
    world: &mut AdsWorld,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
    settings: Map<String, Value>,
    smart: bool,
) -> AdsAnswer {
    let name = text(&settings, "campaign_name");
    names::check_name("campaign_name", name)?;
    let beside = || {
        world
            .below(0)
            .filter(|campaign| campaign.advertiser_id == account.advertiser_id)
    };
    let late = world.switches.late_repeat();
    creation::check_unique("campaign_name", name, request.text("request_id"), late, beside())?;
    let living = beside().filter(|campaign| !campaign.is_deleted()).count();
    creation::check_count("campaigns", living, account.max_campaigns)?;
    let new = NewEntity {
        level: EntityLevel::Campaign,
        smart,
        parent: 0,
        settings,
    };
    let id = creation::insert(world, account, new, request.now);
    answer(world, id)
}

/// `POST /campaign/update/`: name, budget, special industries (only their removal), purchase order.
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    change(world, request, &account, false)
}

/// Changes a campaign.
pub(super) fn change(
    world: &mut AdsWorld,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
    smart: bool,
) -> AdsAnswer {
    let campaign = creation::living(
        world,
        account,
        EntityLevel::Campaign,
        smart,
        request.text("campaign_id"),
    )?;
    let id = campaign.id;
    check_name(world, campaign, request)?;
    check_budget(world, campaign, request, account)?;
    let kept = texts(&campaign.settings, "special_industries");
    if texts(&request.params, "special_industries")
        .iter()
        .any(|industry| !kept.contains(industry))
    {
        return Err(AdsRefusal::at(
            "special_industries",
            "Special industries can only be removed.",
        ));
    }
    let changes = request.params.clone();
    if let Some(campaign) = world.entities.get_mut(&id) {
        for (name, value) in changes
            .into_iter()
            .filter(|(name, _)| CHANGEABLE.contains(&name.as_str()))
        {
            campaign.settings.insert(name, value);
        }
        campaign.modified = request.now;
    }
    answer(world, id)
}

fn check_name(world: &AdsWorld, campaign: &AdsEntity, request: &AdsRequest<'_>) -> Result<(), AdsRefusal> {
    if !request.params.contains_key("campaign_name") {
        return Ok(());
    }
    let name = request.text("campaign_name");
    names::check_name("campaign_name", name)?;
    let beside = world
        .below(0)
        .filter(|other| other.id != campaign.id && other.advertiser_id == campaign.advertiser_id);
    let late = world.switches.late_repeat();
    creation::check_unique("campaign_name", name, "", late, beside)
}

/// A new budget is at least 105 % of what the present one has spent: a budget of a day that of the day.
fn check_budget(
    world: &AdsWorld,
    campaign: &AdsEntity,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
) -> Result<(), AdsRefusal> {
    let Some(budget) = number(&request.params, "budget") else {
        return Ok(());
    };
    if matches!(campaign.text("budget_mode"), "BUDGET_MODE_INFINITE" | "") {
        return Err(AdsRefusal::at("budget", "The campaign has no budget."));
    }
    money::check_budget(
        "budget",
        budget,
        (money::CAMPAIGN_MINIMUM, 1),
        account,
        &world.switches,
    )?;
    let least = delivery::spent_of_budget(world, campaign, account, request.now) * 1.05;
    if budget < least {
        let what = format!("The budget must be at least 105% of the current spend, {least:.2}.");
        return Err(AdsRefusal::at("budget", what));
    }
    Ok(())
}

/// The whole campaign.
fn answer(world: &AdsWorld, id: u64) -> AdsAnswer {
    let campaign = world.entities.get(&id);
    let campaign = campaign.ok_or_else(|| AdsRefusal::new(NOT_FOUND, "The campaign does not exist."))?;
    Ok(AdsData::from(Value::Object(view::whole(world, campaign))))
}

/// Settings that an update may change.
const CHANGEABLE: [&str; 4] = ["campaign_name", "budget", "special_industries", "po_number"];
