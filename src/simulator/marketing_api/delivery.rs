//! Delivery: ads that run spend the budget of their ad group evenly over the day.
//!
//! Delivery is written down up to the current time before every request, so that each stretch has one rate.

use std::{collections::BTreeMap, time::Duration};

use super::{
    account::SimulatedAdvertiser,
    entity::{AdsEntity, Delivered, EntityLevel, StoredOperation},
    money, utc,
    world::AdsWorld,
};

/// Writes delivery down up to the current time, and applies scheduled budgets that are due.
pub(super) fn settle_all(world: &mut AdsWorld) {
    let now = world.now();
    while let Some((id, budget, due)) = next_budget(world, now) {
        settle_until(world, due);
        if let Some(adgroup) = world.entities.get_mut(&id) {
            adgroup.settings.insert("budget".to_owned(), budget.into());
            adgroup.scheduled_budget = None;
        }
    }
    settle_until(world, now);
}

fn next_budget(world: &AdsWorld, now: Duration) -> Option<(u64, f64, Duration)> {
    let due = world.entities.values().filter_map(|entity| {
        let (budget, due) = entity.scheduled_budget?;
        (due <= now).then_some((entity.id, budget, due))
    });
    due.min_by_key(|(_, _, due)| *due)
}

fn settle_until(world: &mut AdsWorld, until: Duration) {
    let is_on = world.switches.delivery();
    let ads = world
        .entities
        .values()
        .filter(|entity| entity.level == EntityLevel::Ad);
    let mut stretches: Vec<(u64, Delivered)> = ads
        .filter(|_| is_on)
        .filter_map(|ad| Some((ad.id, stretch(world, ad, until)?)))
        .collect();
    limit(world, &mut stretches);
    for ad in world.entities.values_mut() {
        ad.settled = ad.settled.max(until);
    }
    for (id, next) in stretches {
        if let Some(ad) = world.entities.get_mut(&id) {
            append(&mut ad.delivered, next);
        }
    }
    sum_accounts(world);
}

fn append(delivered: &mut Vec<Delivered>, next: Delivered) {
    match delivered.last_mut() {
        Some(last) if last.until == next.from && last.cents_per_day == next.cents_per_day => {
            last.until = next.until;
        }
        _ => delivered.push(next),
    }
}

/// Shortens stretches that would spend more than a lifetime budget of a campaign, or than an account has.
fn limit(world: &AdsWorld, stretches: &mut [(u64, Delivered)]) {
    let campaign = |id: u64| world.entities.get(&id).and_then(|ad| world.campaign_of(ad));
    let mut by_campaign = BTreeMap::<u64, u64>::new();
    let mut by_account = BTreeMap::<&str, u64>::new();
    for (id, stretch) in stretches.iter() {
        let Some(campaign) = campaign(*id) else { continue };
        add(by_campaign.entry(campaign.id).or_default(), cents(stretch));
        add(
            by_account.entry(&campaign.advertiser_id).or_default(),
            cents(stretch),
        );
    }
    for (id, stretch) in stretches.iter_mut() {
        let Some(campaign) = campaign(*id) else { continue };
        let account = world.advertisers.get(&campaign.advertiser_id);
        let balance = account.map_or(0, |account| money::cents(balance(world, account)));
        let wanted = by_account.get(campaign.advertiser_id.as_str()).copied();
        shorten(stretch, wanted.unwrap_or_default(), balance);
        if let Some(left) = left(world, campaign) {
            shorten(
                stretch,
                by_campaign.get(&campaign.id).copied().unwrap_or_default(),
                left,
            );
        }
    }
}

fn add(sum: &mut u64, cents: u64) {
    *sum = sum.saturating_add(cents);
}

/// Cuts a stretch to the share of `left` in `wanted`.
fn shorten(stretch: &mut Delivered, wanted: u64, left: u64) {
    if wanted > left {
        let millis = stretch.until.saturating_sub(stretch.from).as_millis();
        let kept = millis * u128::from(left) / u128::from(wanted);
        let kept = Duration::from_millis(u64::try_from(kept).unwrap_or(u64::MAX));
        stretch.until = stretch.from.saturating_add(kept);
    }
}

/// Hundredths that a lifetime budget of a campaign has left.
fn left(world: &AdsWorld, campaign: &AdsEntity) -> Option<u64> {
    let is_total = campaign.text("budget_mode") == "BUDGET_MODE_TOTAL";
    let budget = campaign.number("budget").filter(|_| is_total)?;
    Some(money::cents(budget).saturating_sub(spent_cents(world, campaign)))
}

/// Checks whether a campaign has spent its lifetime budget, but for what rounding leaves.
pub(super) fn is_exhausted(world: &AdsWorld, campaign: &AdsEntity) -> bool {
    let budget = money::cents(campaign.number("budget").unwrap_or_default());
    left(world, campaign).is_some_and(|left| left.saturating_mul(1_000) < budget)
}

/// The stretch in which an ad ran since it was settled.
fn stretch(world: &AdsWorld, ad: &AdsEntity, until: Duration) -> Option<Delivered> {
    let adgroup = world.above(ad)?;
    let review = ad.review.filter(|review| !review.rejects)?;
    let account = world.advertisers.get(&ad.advertiser_id)?;
    let runs = is_on(world, ad) && account.is_enabled() && balance(world, account) > 0.0;
    let (starts, ends) = schedule(adgroup);
    let from = ad.settled.max(review.ends).max(starts);
    let until = until.min(ends.unwrap_or(Duration::MAX));
    (runs && from < until).then(|| Delivered {
        from,
        until,
        cents_per_day: share(world, adgroup),
    })
}

/// Checks whether an object and those above it are enabled.
fn is_on(world: &AdsWorld, entity: &AdsEntity) -> bool {
    entity.operation == StoredOperation::Enable
        && (entity.level == EntityLevel::Campaign
            || world.above(entity).is_some_and(|above| is_on(world, above)))
}

/// Start and end of an ad group.
pub(super) fn schedule(adgroup: &AdsEntity) -> (Duration, Option<Duration>) {
    let starts = utc::parse(adgroup.text("schedule_start_time")).unwrap_or(adgroup.created);
    (starts, utc::parse(adgroup.text("schedule_end_time")))
}

/// Hundredths per day of one ad of an ad group.
fn share(world: &AdsWorld, adgroup: &AdsEntity) -> u64 {
    let running = |parent: u64| {
        let count = world
            .below(parent)
            .filter(|entity| entity.operation == StoredOperation::Enable)
            .count();
        u64::try_from(count.max(1)).unwrap_or(1)
    };
    let campaign = world.above(adgroup);
    let cents = match campaign.filter(|campaign| campaign.flag("budget_optimize_on")) {
        Some(campaign) => daily_cents(campaign, None) / running(campaign.id),
        None => capped(world, adgroup, daily_cents(adgroup, Some(schedule(adgroup)))),
    };
    cents / running(adgroup.id)
}

/// Budget of an ad group within the daily budget of its campaign, in proportion to the others.
fn capped(world: &AdsWorld, adgroup: &AdsEntity, own: u64) -> u64 {
    let Some(campaign) = world
        .above(adgroup)
        .filter(|above| above.text("budget_mode") == "BUDGET_MODE_DAY")
    else {
        return own;
    };
    let running = world
        .below(campaign.id)
        .filter(|adgroup| adgroup.operation == StoredOperation::Enable);
    let all: u64 = running
        .map(|adgroup| daily_cents(adgroup, Some(schedule(adgroup))))
        .fold(0, u64::saturating_add);
    let most = daily_cents(campaign, None);
    if all <= most {
        return own;
    }
    u64::try_from(u128::from(own) * u128::from(most) / u128::from(all.max(1))).unwrap_or(u64::MAX)
}

/// Hundredths per day of a budget. A lifetime budget is spread over its schedule, or over thirty days.
fn daily_cents(entity: &AdsEntity, schedule: Option<(Duration, Option<Duration>)>) -> u64 {
    let cents = money::cents(entity.number("budget").unwrap_or_default());
    if entity.text("budget_mode") != "BUDGET_MODE_TOTAL" {
        return cents;
    }
    let length = schedule.and_then(|(starts, ends)| Some(ends?.saturating_sub(starts)));
    cents / length.map_or(30, |length| length.as_secs().div_ceil(utc::DAY).max(1))
}

/// Amount that an object has spent of its budget, in units of the currency: since midnight in the account's time zone for a
/// budget of a day, else altogether.
pub(super) fn spent_of_budget(
    world: &AdsWorld,
    entity: &AdsEntity,
    account: &SimulatedAdvertiser,
    now: Duration,
) -> f64 {
    let since = if entity.text("budget_mode") == "BUDGET_MODE_TOTAL" {
        Duration::ZERO
    } else {
        now.saturating_sub(Duration::from_secs(account.second_of_day(now)))
    };
    money::units(spent_since(world, entity, since))
}

/// Amount that an object has spent, in units of the currency.
pub(super) fn spent(world: &AdsWorld, entity: &AdsEntity) -> f64 {
    money::units(spent_cents(world, entity))
}

fn spent_cents(world: &AdsWorld, entity: &AdsEntity) -> u64 {
    spent_since(world, entity, Duration::ZERO)
}

fn spent_since(world: &AdsWorld, entity: &AdsEntity, since: Duration) -> u64 {
    let own = entity.delivered.iter().map(|stretch| {
        cents(&Delivered {
            from: stretch.from.max(since),
            ..*stretch
        })
    });
    let below = world
        .below(entity.id)
        .map(|child| spent_since(world, child, since));
    own.chain(below).fold(0, u64::saturating_add)
}

/// Hundredths that a stretch has spent.
pub(super) fn cents(stretch: &Delivered) -> u64 {
    let millis = stretch.until.saturating_sub(stretch.from).as_millis();
    let cents = u128::from(stretch.cents_per_day) * millis / u128::from(utc::DAY * 1_000);
    u64::try_from(cents).unwrap_or(u64::MAX)
}

/// Balance of an account in units of the currency, as of the last settling.
pub(super) fn balance(world: &AdsWorld, account: &SimulatedAdvertiser) -> f64 {
    let spent = world
        .spent
        .get(&account.advertiser_id)
        .copied()
        .unwrap_or_default();
    money::units(account.balance.saturating_mul(100).saturating_sub(spent))
}

fn sum_accounts(world: &mut AdsWorld) {
    let mut sums = BTreeMap::<String, u64>::new();
    for ad in world
        .entities
        .values()
        .filter(|entity| entity.level == EntityLevel::Ad)
    {
        add(
            sums.entry(ad.advertiser_id.clone()).or_default(),
            spent_cents(world, ad),
        );
    }
    world.spent = sums;
}
