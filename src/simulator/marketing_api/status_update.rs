//! Changes of the operation status: enable, disable, delete
//! (<https://business-api.tiktok.com/portal/docs?id=1739320994354178>).

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    creation,
    entity::{EntityLevel, StoredOperation},
    refusal::{AdsAnswer, AdsData, AdsRefusal, PARAMETER},
    request::AdsRequest,
    world::AdsWorld,
};

/// Outcome by id: the reason of a failure.
type Outcomes = Vec<(String, Option<String>)>;

/// `POST /campaign/status/update/`
pub(super) fn campaigns(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let outcomes = run(world, request, EntityLevel::Campaign, false, "campaign_ids")?;
    let data = partly(request, &outcomes, "campaign_ids")?;
    Ok(data.with("campaign_list", changed(request, &outcomes, "campaign_id")))
}

/// `POST /adgroup/status/update/`: all or none, unless a part is allowed to succeed.
pub(super) fn adgroups(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let outcomes = preview(world, request, EntityLevel::Adgroup, false, "adgroup_ids")?;
    let allows_part = request.flag("allow_partial_success") == Some(true);
    if let Some(refusal) = first_failure(&outcomes).filter(|_| !allows_part) {
        return Err(refusal);
    }
    apply(world, request, &outcomes);
    let status = request.text("operation_status");
    let data = AdsData::from(json!({"adgroup_ids": succeeded(&outcomes), "status": status}));
    Ok(if allows_part {
        data.with("error_list", failed(&outcomes, "adgroup_id"))
    } else {
        data
    })
}

/// `POST /ad/status/update/`
pub(super) fn ads(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    match (
        request.params.contains_key("ad_ids"),
        request.params.contains_key("aco_ad_ids"),
    ) {
        (true, false) => {
            let outcomes = run(world, request, EntityLevel::Ad, false, "ad_ids")?;
            Ok(partly(request, &outcomes, "ad_ids")?.with("aco_ad_ids", json!([])))
        }
        (false, true) => Err(AdsRefusal::at("aco_ad_ids", "The ads do not exist.")),
        _ => Err(AdsRefusal::at(
            "ad_ids",
            "Exactly one of ad_ids and aco_ad_ids is required.",
        )),
    }
}

/// `POST /smart_plus/campaign/status/update/`
pub(super) fn smart_campaigns(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    smart(world, request, EntityLevel::Campaign)
}

/// `POST /smart_plus/adgroup/status/update/`
pub(super) fn smart_adgroups(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    smart(world, request, EntityLevel::Adgroup)
}

/// `POST /smart_plus/ad/status/update/`
pub(super) fn smart_ads(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let outcomes = run(world, request, EntityLevel::Ad, true, "smart_plus_ad_ids")?;
    partly(request, &outcomes, "smart_plus_ad_ids")
}

/// Smart+ campaigns and ad groups: failures are listed under a success, even if all failed.
fn smart(world: &mut AdsWorld, request: &AdsRequest<'_>, level: EntityLevel) -> AdsAnswer {
    let (ids, id) = (format!("{}_ids", level.name()), format!("{}_id", level.name()));
    let outcomes = run(world, request, level, true, &ids)?;
    let list = format!("{}_list", level.name());
    let data = AdsData::from(json!({ "error_list": failed(&outcomes, &id) }));
    Ok(data.with(&list, changed(request, &outcomes, &id)))
}

fn run(
    world: &mut AdsWorld,
    request: &AdsRequest<'_>,
    level: EntityLevel,
    smart: bool,
    ids: &str,
) -> Result<Outcomes, AdsRefusal> {
    let outcomes = preview(world, request, level, smart, ids)?;
    apply(world, request, &outcomes);
    Ok(outcomes)
}

/// Outcome of each id, without any change.
fn preview(
    world: &AdsWorld,
    request: &AdsRequest<'_>,
    level: EntityLevel,
    smart: bool,
    ids: &str,
) -> Result<Outcomes, AdsRefusal> {
    let account = if smart {
        creation::smart_writable(request)?
    } else {
        creation::writable(request)?
    };
    let wanted = request.texts(ids);
    if wanted.is_empty() {
        return Err(AdsRefusal::at(ids, "Shorter than minimum length 1."));
    }
    Ok(wanted
        .into_iter()
        .map(|id| outcome(world, &account, level, smart, id))
        .collect())
}

fn outcome(
    world: &AdsWorld,
    account: &SimulatedAdvertiser,
    level: EntityLevel,
    smart: bool,
    id: String,
) -> (String, Option<String>) {
    let failure = creation::living(world, account, level, smart, &id).err();
    (id, failure.map(|refusal| refusal.message))
}

fn apply(world: &mut AdsWorld, request: &AdsRequest<'_>, outcomes: &Outcomes) {
    let Some(operation) = StoredOperation::read(request.text("operation_status")) else {
        return;
    };
    for id in succeeded(outcomes) {
        set(world, &id, operation, request.now);
    }
}

fn set(world: &mut AdsWorld, id: &str, operation: StoredOperation, now: Duration) {
    let entity = id.parse().ok().and_then(|id: u64| world.entities.get_mut(&id));
    if let Some(entity) = entity {
        entity.operation = operation;
        entity.modified = now;
    }
}

fn succeeded(outcomes: &Outcomes) -> Vec<String> {
    let succeeded = outcomes.iter().filter(|(_, failure)| failure.is_none());
    succeeded.map(|(id, _)| id.clone()).collect()
}

fn failed(outcomes: &Outcomes, id_name: &str) -> Value {
    let failed = outcomes
        .iter()
        .filter_map(|(id, failure)| Some((id, failure.as_ref()?)));
    failed
        .map(|(id, message)| row(id_name, id, "error_message", message))
        .collect()
}

fn changed(request: &AdsRequest<'_>, outcomes: &Outcomes, id_name: &str) -> Value {
    let status = request.text("operation_status");
    succeeded(outcomes)
        .iter()
        .map(|id| row(id_name, id, "status", status))
        .collect()
}

fn row(id_name: &str, id: &str, name: &str, value: &str) -> Value {
    let members = [(id_name, id), (name, value)].map(|(name, value)| (name.to_owned(), json!(value)));
    Value::Object(members.into_iter().collect::<Map<_, _>>())
}

fn first_failure(outcomes: &Outcomes) -> Option<AdsRefusal> {
    let message = outcomes.iter().find_map(|(_, failure)| failure.as_ref())?;
    Some(AdsRefusal::new(PARAMETER, message.clone()))
}

/// The ids that succeeded; a partial success if others failed, a refusal if all did.
fn partly(request: &AdsRequest<'_>, outcomes: &Outcomes, ids: &str) -> AdsAnswer {
    let done = succeeded(outcomes);
    if done.is_empty() {
        return Err(first_failure(outcomes).unwrap_or_else(|| AdsRefusal::missing(ids)));
    }
    let is_partial = done.len() < outcomes.len();
    let value = json!({"status": request.text("operation_status")});
    let data = AdsData {
        is_partial,
        ..AdsData::from(value)
    };
    Ok(data.with(ids, json!(done)))
}
