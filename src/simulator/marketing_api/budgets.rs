//! Budgets of several ad groups (<https://business-api.tiktok.com/portal/docs?id=1739591133130817>).

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    creation,
    entity::{AdsEntity, EntityLevel},
    money,
    refusal::{AdsAnswer, AdsRefusal, NOT_ALLOWLISTED},
    request::{AdsRequest, number, text},
    schedule, utc,
    world::AdsWorld,
};

/// Change of one budget.
type BudgetChange = (u64, f64);

/// `POST /adgroup/budget/update/`: lifetime budgets at once, daily ones from the next day on.
pub(super) fn update(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::writable(request)?;
    let field = field(request)?;
    let local = account.second_of_day(request.now);
    if local >= utc::DAY - 5 * 60 {
        return Err(AdsRefusal::at(
            field,
            "Budgets cannot be changed from 23:55 to 00:00 in the time zone of the account.",
        ));
    }
    let changes = changes(world, request, &account, false, field)?;
    let midnight = request.now.saturating_add(Duration::from_secs(utc::DAY - local));
    for (id, budget) in changes {
        set(
            world,
            id,
            budget,
            (field == SCHEDULED).then_some(midnight),
            request.now,
        );
    }
    Ok(json!({}).into())
}

/// `POST /smart_plus/adgroup/budget/update/`: at once. Scheduled changes need an allow-list.
pub(super) fn update_smart(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let account = creation::smart_writable(request)?;
    let field = field(request)?;
    if field == SCHEDULED {
        let what = "scheduled_budget: The advertiser is not on the allowlist of scheduled budgets.";
        return Err(AdsRefusal::new(NOT_ALLOWLISTED, what));
    }
    for (id, budget) in changes(world, request, &account, true, field)? {
        set(world, id, budget, None, request.now);
    }
    Ok(json!({}).into())
}

/// The one list that the request has.
fn field(request: &AdsRequest<'_>) -> Result<&'static str, AdsRefusal> {
    match (
        request.params.contains_key("budget"),
        request.params.contains_key(SCHEDULED),
    ) {
        (true, false) => Ok("budget"),
        (false, true) => Ok(SCHEDULED),
        _ => Err(AdsRefusal::at(
            "budget",
            "Exactly one of budget and scheduled_budget is required.",
        )),
    }
}

/// Checks all changes before any of them is made.
fn changes(
    world: &AdsWorld,
    request: &AdsRequest<'_>,
    account: &SimulatedAdvertiser,
    smart: bool,
    field: &str,
) -> Result<Vec<BudgetChange>, AdsRefusal> {
    let items = request
        .params
        .get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items
        .filter_map(Value::as_object)
        .map(|item| change(world, account, smart, field, item))
        .collect()
}

fn change(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    smart: bool,
    field: &str,
    item: &Map<String, Value>,
) -> Result<BudgetChange, AdsRefusal> {
    let adgroup = creation::living(
        world,
        account,
        EntityLevel::Adgroup,
        smart,
        text(item, "adgroup_id"),
    )?;
    let budget = number(item, field).ok_or_else(|| AdsRefusal::missing(field))?;
    let is_total = adgroup.text("budget_mode") == "BUDGET_MODE_TOTAL";
    if world
        .above(adgroup)
        .is_some_and(|campaign| campaign.flag("budget_optimize_on"))
    {
        return Err(AdsRefusal::at(
            field,
            format!("{} has no budget of its own.", adgroup.id),
        ));
    }
    if !smart && is_total != (field == "budget") {
        let what = "budget is for lifetime budgets, scheduled_budget for daily ones.";
        return Err(AdsRefusal::at(field, what));
    }
    check_amount(world, account, adgroup, field, budget)?;
    Ok((adgroup.id, budget))
}

fn check_amount(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    adgroup: &AdsEntity,
    field: &str,
    budget: f64,
) -> Result<(), AdsRefusal> {
    let is_total = adgroup.text("budget_mode") == "BUDGET_MODE_TOTAL";
    let days = if is_total {
        schedule::days(&adgroup.settings)
    } else {
        1
    };
    money::check_budget(
        field,
        budget,
        (money::ADGROUP_MINIMUM, days),
        account,
        &world.switches,
    )
}

fn set(world: &mut AdsWorld, id: u64, budget: f64, from: Option<Duration>, now: Duration) {
    let Some(adgroup) = world.entities.get_mut(&id) else {
        return;
    };
    adgroup.modified = now;
    match from {
        Some(from) => adgroup.scheduled_budget = Some((budget, from)),
        None => {
            adgroup.settings.insert("budget".to_owned(), budget.into());
        }
    }
}

/// Name of the list of changes from the next day on.
const SCHEDULED: &str = "scheduled_budget";
