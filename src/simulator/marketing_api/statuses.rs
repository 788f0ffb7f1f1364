//! Secondary and primary statuses
//! (<https://business-api.tiktok.com/portal/docs?id=1757239620352002>).

use std::time::Duration;

use super::{
    delivery,
    entity::{AdsEntity, EntityLevel, StoredOperation},
    world::AdsWorld,
};

/// Secondary status of an object.
pub(super) fn secondary(world: &AdsWorld, entity: &AdsEntity) -> &'static str {
    match entity.level {
        EntityLevel::Campaign => of_campaign(world, entity),
        EntityLevel::Adgroup => of_adgroup(world, entity),
        EntityLevel::Ad => of_ad(world, entity),
    }
}

/// State of the account that holds everything up, if any.
fn of_account(world: &AdsWorld, entity: &AdsEntity) -> Option<AccountState> {
    let account = world.advertisers.get(&entity.advertiser_id)?;
    match account.status.as_str() {
        _ if account.blocked_message.is_some() => Some(AccountState::Punished),
        "STATUS_ENABLE" if delivery::balance(world, account) <= 0.0 => Some(AccountState::NoBalance),
        "STATUS_ENABLE" => None,
        status if status.contains("FAIL") || status.contains("DENY") => Some(AccountState::Denied),
        _ => Some(AccountState::InReview),
    }
}

/// State of an account in which nothing runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AccountState {
    Punished,
    NoBalance,
    Denied,
    InReview,
}

fn of_campaign(world: &AdsWorld, campaign: &AdsEntity) -> &'static str {
    let by_account = of_account(world, campaign);
    match (campaign.operation, by_account) {
        (StoredOperation::Delete, _) => "CAMPAIGN_STATUS_DELETE",
        (_, Some(AccountState::Punished)) => PUNISHED,
        (_, Some(AccountState::Denied)) => "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
        (_, Some(AccountState::InReview)) => "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
        (StoredOperation::Disable, _) => "CAMPAIGN_STATUS_DISABLE",
        (StoredOperation::Enable, _) if delivery::is_exhausted(world, campaign) => {
            "CAMPAIGN_STATUS_BUDGET_EXCEED"
        }
        (StoredOperation::Enable, _) => "CAMPAIGN_STATUS_ENABLE",
    }
}

fn of_adgroup(world: &AdsWorld, adgroup: &AdsEntity) -> &'static str {
    let campaign = world
        .above(adgroup)
        .map_or(StoredOperation::Delete, |campaign| campaign.operation);
    match (adgroup.operation, campaign, of_account(world, adgroup)) {
        (StoredOperation::Delete, ..) => "ADGROUP_STATUS_DELETE",
        (_, StoredOperation::Delete, _) => "ADGROUP_STATUS_CAMPAIGN_DELETE",
        (_, _, Some(AccountState::Punished)) => PUNISHED,
        (_, _, Some(AccountState::Denied)) => "ADGROUP_STATUS_ADVERTISER_AUDIT_DENY",
        (_, _, Some(AccountState::InReview)) => "ADGROUP_STATUS_ADVERTISER_AUDIT",
        (StoredOperation::Disable, ..) => "ADGROUP_STATUS_DISABLE",
        (_, StoredOperation::Disable, _) => "ADGROUP_STATUS_CAMPAIGN_DISABLE",
        (StoredOperation::Enable, StoredOperation::Enable, account) => {
            of_enabled_adgroup(world, adgroup, account)
        }
    }
}

fn of_enabled_adgroup(world: &AdsWorld, adgroup: &AdsEntity, account: Option<AccountState>) -> &'static str {
    let now = world.now();
    let (starts, ends) = delivery::schedule(adgroup);
    let ads = || {
        world
            .below(adgroup.id)
            .filter(|ad| !ad.is_deleted())
            .filter_map(|ad| ad.review)
    };
    let (mut waiting, mut denied, mut approved) = (0, 0, 0);
    for review in ads() {
        match (review.ends > now, review.rejects) {
            (true, _) => waiting += 1,
            (false, true) => denied += 1,
            (false, false) => approved += 1,
        }
    }
    if ends.is_some_and(|ends| ends <= now) {
        "ADGROUP_STATUS_TIME_DONE"
    } else if waiting + denied + approved == 0 {
        "ADGROUP_STATUS_CREATE"
    } else if account == Some(AccountState::NoBalance) {
        "ADGROUP_STATUS_BALANCE_EXCEED"
    } else if is_exhausted(world, adgroup) {
        "ADGROUP_STATUS_CAMPAIGN_EXCEED"
    } else if approved == 0 && waiting > 0 {
        "ADGROUP_STATUS_AUDIT"
    } else if approved == 0 {
        "ADGROUP_STATUS_AUDIT_DENY"
    } else if starts > now {
        "ADGROUP_STATUS_NOT_START"
    } else if waiting + denied > 0 {
        "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK"
    } else {
        "ADGROUP_STATUS_DELIVERY_OK"
    }
}

fn of_ad(world: &AdsWorld, ad: &AdsEntity) -> &'static str {
    let adgroup = world.above(ad);
    let campaign = adgroup.and_then(|adgroup| world.above(adgroup));
    let operation =
        |above: Option<&AdsEntity>| above.map_or(StoredOperation::Delete, |above| above.operation);
    match (
        ad.operation,
        operation(adgroup),
        operation(campaign),
        of_account(world, ad),
    ) {
        (StoredOperation::Delete, ..) => "AD_STATUS_DELETE",
        (_, StoredOperation::Delete, ..) => "AD_STATUS_ADGROUP_DELETE",
        (_, _, StoredOperation::Delete, _) => "AD_STATUS_CAMPAIGN_DELETE",
        (.., Some(AccountState::Punished)) => PUNISHED,
        (.., Some(AccountState::Denied)) => "AD_STATUS_ADVERTISER_AUDIT_DENY",
        (.., Some(AccountState::InReview)) => "AD_STATUS_ADVERTISER_AUDIT",
        (StoredOperation::Disable, ..) => "AD_STATUS_DISABLE",
        (_, StoredOperation::Disable, ..) => "AD_STATUS_ADGROUP_DISABLE",
        (_, _, StoredOperation::Disable, _) => "AD_STATUS_CAMPAIGN_DISABLE",
        (StoredOperation::Enable, StoredOperation::Enable, StoredOperation::Enable, account) => {
            of_enabled_ad(world, ad, adgroup, account)
        }
    }
}

fn of_enabled_ad(
    world: &AdsWorld,
    ad: &AdsEntity,
    adgroup: Option<&AdsEntity>,
    account: Option<AccountState>,
) -> &'static str {
    let now = world.now();
    let (starts, ends) = adgroup.map_or((Duration::ZERO, None), delivery::schedule);
    let review = ad.review;
    if review.is_none_or(|review| review.ends > now) {
        "AD_STATUS_AUDIT"
    } else if review.is_some_and(|review| review.rejects) {
        "AD_STATUS_AUDIT_DENY"
    } else if ends.is_some_and(|ends| ends <= now) {
        "AD_STATUS_DONE"
    } else if account == Some(AccountState::NoBalance) {
        "AD_STATUS_BALANCE_EXCEED"
    } else if is_exhausted(world, ad) {
        "AD_STATUS_CAMPAIGN_EXCEED"
    } else if starts > now {
        "AD_STATUS_NOT_START"
    } else {
        "AD_STATUS_DELIVERY_OK"
    }
}

/// Checks whether the campaign of an object has spent its lifetime budget.
fn is_exhausted(world: &AdsWorld, entity: &AdsEntity) -> bool {
    world
        .campaign_of(entity)
        .is_some_and(|campaign| delivery::is_exhausted(world, campaign))
}

/// Primary status behind a secondary one.
pub(super) fn primary(secondary: &str) -> &'static str {
    let state = ["CAMPAIGN_STATUS_", "ADGROUP_STATUS_", "AD_STATUS_"]
        .iter()
        .find_map(|prefix| secondary.strip_prefix(prefix));
    match state {
        Some("DELETE" | "CAMPAIGN_DELETE" | "ADGROUP_DELETE") => "STATUS_DELETE",
        Some("DISABLE" | "CAMPAIGN_DISABLE" | "ADGROUP_DISABLE") => "STATUS_DISABLE",
        Some("ENABLE" | "DELIVERY_OK" | "PARTIAL_AUDIT_DELIVERY_OK") => "STATUS_DELIVERY_OK",
        Some("TIME_DONE" | "DONE") => "STATUS_TIME_DONE",
        Some(_) | None => "STATUS_NOT_DELIVERY",
    }
}

const PUNISHED: &str = "ADVERTISER_ACCOUNT_PUNISH";
