//! Rules that the creation of campaigns, ad groups and ads shares.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

use super::{
    account::SimulatedAdvertiser,
    entity::{AdReview, AdsEntity, EntityLevel, StoredOperation},
    refusal::{AdsRefusal, CONFLICT, DUPLICATE, NO_PERMISSION, NOT_ALLOWLISTED, NOT_FOUND},
    request::{AdsRequest, text},
    switches::{LateRepeat, ManualCutoff, RepeatedRequest},
    world::AdsWorld,
};

/// The account, if anything may be written in it.
pub(super) fn writable(request: &AdsRequest<'_>) -> Result<Arc<SimulatedAdvertiser>, AdsRefusal> {
    let account = request.account()?;
    if account.is_enabled() {
        return Ok(account);
    }
    let by_status = || {
        format!(
            "The advertiser status {} does not allow the operation.",
            account.status
        )
    };
    let message = account.blocked_message.clone().unwrap_or_else(by_status);
    Err(AdsRefusal::new(NO_PERMISSION, message))
}

/// The account, if Smart+ objects may be written in it.
pub(super) fn smart_writable(request: &AdsRequest<'_>) -> Result<Arc<SimulatedAdvertiser>, AdsRefusal> {
    let account = writable(request)?;
    if account.smart_plus {
        return Ok(account);
    }
    let what = "The advertiser is not on the allowlist of Upgraded Smart+. Please contact your TikTok representative.";
    Err(AdsRefusal::new(NOT_ALLOWLISTED, what))
}

/// Refuses manual creation after 2026-12-31. The code of the refusal is not published.
pub(super) fn check_cutoff(
    world: &AdsWorld,
    level: EntityLevel,
    objective: &str,
    now: Duration,
) -> Result<(), AdsRefusal> {
    let is_covered = match world.switches.manual_cutoff() {
        ManualCutoff::Everything => true,
        ManualCutoff::Campaigns => level == EntityLevel::Campaign,
        ManualCutoff::FourObjectives => REPLACED.contains(&objective),
        ManualCutoff::Off => false,
    };
    if !is_covered || now < CUTOFF {
        return Ok(());
    }
    let what =
        "Creating manual campaigns, ad groups and ads is no longer supported. Please use Upgraded Smart+.";
    Err(AdsRefusal::at("objective_type", what))
}

/// The object that a request made within the last ten seconds, by its `request_id`.
pub(super) fn repeated(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    level: EntityLevel,
    request: &AdsRequest<'_>,
) -> Result<Option<u64>, AdsRefusal> {
    let request_id = request.text("request_id").to_owned();
    let key = (account.advertiser_id.clone(), level, request_id);
    let recent = world
        .requests
        .get(&key)
        .filter(|(_, time)| request.now.saturating_sub(*time) < REPEAT_WINDOW);
    match (recent, world.switches.repeated_request()) {
        (None, _) => Ok(None),
        (Some((id, _)), RepeatedRequest::FirstObject) => Ok(Some(*id)),
        (Some(_), RepeatedRequest::Refused) => Err(AdsRefusal::new(DUPLICATE, "Duplicate request.")),
    }
}

/// Refuses a name that an object beside has, unless the `request_id` is a new one.
#[expect(single_use_lifetimes, reason = "anonymous lifetimes are not allowed there")]
pub(super) fn check_unique<'a>(
    field: &str,
    name: &str,
    request_id: &str,
    late: LateRepeat,
    beside: impl Iterator<Item = &'a AdsEntity>,
) -> Result<(), AdsRefusal> {
    let has_name = |entity: &&AdsEntity| !entity.is_deleted() && entity.title() == name;
    let is_known =
        |entity: &AdsEntity| late == LateRepeat::Refused && entity.request_id.as_deref() == Some(request_id);
    let is_same = |entity: &AdsEntity| request_id.is_empty() || is_known(entity);
    if beside.filter(has_name).any(is_same) {
        return Err(AdsRefusal::at(
            field,
            "The name already exists. Please use another one, or another request_id.",
        ));
    }
    Ok(())
}

/// Refuses one object more than `most`.
pub(super) fn check_count(what: &str, count: usize, most: usize) -> Result<(), AdsRefusal> {
    if count < most {
        return Ok(());
    }
    Err(AdsRefusal::at(
        what,
        format!("The maximum number of {most} is reached."),
    ))
}

/// The object of a request's id, which exists, is not deleted and was made in the given way.
pub(super) fn living<'w>(
    world: &'w AdsWorld,
    account: &SimulatedAdvertiser,
    level: EntityLevel,
    smart: bool,
    id: &str,
) -> Result<&'w AdsEntity, AdsRefusal> {
    let field = format!("{}_id", level.name());
    let entity = world.find(&account.advertiser_id, level, id);
    let entity =
        entity.ok_or_else(|| AdsRefusal::new(NOT_FOUND, format!("{field}: {id} does not exist.")))?;
    if entity.smart != smart {
        let what = if smart {
            "was not made with Upgraded Smart+"
        } else {
            "belongs to Upgraded Smart+"
        };
        return Err(AdsRefusal::at(
            &field,
            format!("{id} {what} and cannot be used at this endpoint."),
        ));
    }
    let is_deleted = |entity: &AdsEntity| entity.is_deleted();
    let above = world.above(entity);
    let chain = [Some(entity), above, above.and_then(|above| world.above(above))];
    if chain.into_iter().flatten().any(is_deleted) {
        return Err(AdsRefusal::at(&field, format!("{id} has been deleted.")));
    }
    Ok(entity)
}

/// Refuses a write below an ad group that was written a moment ago.
pub(super) fn check_window(world: &mut AdsWorld, parent: u64, now: Duration) -> Result<(), AdsRefusal> {
    let window = Duration::from_millis(world.switches.write_window_ms());
    let last = world.writes.insert(parent, now);
    if last.is_some_and(|last| now.saturating_sub(last) < window) {
        let what =
            "Optimistic lock conflict: the ad group is being written by another request. Please retry.";
        return Err(AdsRefusal::new(CONFLICT, what));
    }
    Ok(())
}

/// An object to be stored.
#[derive(Debug)]
pub(super) struct NewEntity {
    pub(super) level: EntityLevel,
    pub(super) smart: bool,
    pub(super) parent: u64,
    pub(super) settings: Map<String, Value>,
}

/// Stores a new object, and returns its id. Members that are no settings are taken out.
pub(super) fn insert(
    world: &mut AdsWorld,
    account: &SimulatedAdvertiser,
    mut new: NewEntity,
    now: Duration,
) -> u64 {
    let operation = StoredOperation::read(text(&new.settings, "operation_status"));
    let request_id = new.settings.shift_remove("request_id");
    let request_id = request_id.and_then(|id| id.as_str().map(str::to_owned));
    for name in ["advertiser_id", "operation_status", "campaign_id", "adgroup_id"] {
        new.settings.shift_remove(name);
    }
    let id = world.next_id();
    world.store(AdsEntity {
        id,
        level: new.level,
        smart: new.smart,
        advertiser_id: account.advertiser_id.clone(),
        parent: new.parent,
        settings: new.settings,
        operation: operation.unwrap_or(StoredOperation::Enable),
        created: now,
        modified: now,
        request_id,
        review: (new.level == EntityLevel::Ad).then(|| review(world, account, now)),
        scheduled_budget: None,
        delivered: Vec::new(),
        settled: now,
    });
    id
}

/// Review of an ad that begins now.
pub(super) fn review(world: &AdsWorld, account: &SimulatedAdvertiser, now: Duration) -> AdReview {
    let length = account.review_ms.unwrap_or_else(|| world.switches.review_ms());
    AdReview {
        ends: now.saturating_add(Duration::from_millis(length)),
        rejects: account.rejects_ads,
    }
}

/// Objectives that Smart+ or other products replace.
const REPLACED: [&str; 4] = [
    "PRODUCT_SALES",
    "WEB_CONVERSIONS",
    "APP_PROMOTION",
    "LEAD_GENERATION",
];
/// 2027-01-01 00:00:00 UTC.
const CUTOFF: Duration = Duration::from_hours(499_656);
/// Time in which a `request_id` is known.
const REPEAT_WINDOW: Duration = Duration::from_secs(10);
