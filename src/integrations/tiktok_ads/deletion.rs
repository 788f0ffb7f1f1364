//! Deletion of campaigns, ad groups or ads of both ways, with a result for each.
//!
//! Deleting again has the same effect, so a call whose answer is lost is sent again for the objects that still exist.

mod creative;
mod group;
mod report;

use std::collections::BTreeSet;

pub(super) use self::{
    creative::{CreativesRequest, delete_creatives},
    report::DeletionReport,
};
use self::{
    group::{GroupSending, plan_of},
    report::{DeletedItem, ItemOutcome},
};
use super::{
    context::AdsContext,
    existing::{Existing, ReadMembers, absent, look_up, noun},
    written::{WriteKind, WrittenObject},
};
use crate::{
    catalogue::own,
    integrations::Failure,
    marketing_api::{CreationWay, ObjectLevel, PlannedCall, StatusUpdate},
    model::Outcome,
};

/// Largest number of ids of a request.
pub(super) const IDS_MAX: usize = 200;

/// Objects that a request deletes.
#[derive(Debug, Clone)]
pub(super) struct DeletionRequest {
    /// Level of the objects.
    pub(super) level: ObjectLevel,
    /// Ids of the objects.
    pub(super) ids: Vec<String>,
    /// Whether the calls are only shown.
    pub(super) dry_run: bool,
}

/// Objects of a request with their results, in its order.
#[derive(Debug)]
struct Items {
    /// Noun for one of them.
    noun: &'static str,
    /// The objects without their results, as they are reported if the request is stopped or fails.
    object: WrittenObject,
    list: Vec<DeletedItem>,
}

/// Objects that are deleted with one call.
#[derive(Debug, Clone)]
struct Group {
    is_smart_plus: bool,
    ids: Vec<String>,
}

/// Deletes the objects. Errors: none of them was deleted, now or before.
pub(super) async fn delete(
    context: &AdsContext,
    request: DeletionRequest,
) -> Result<DeletionReport, Failure> {
    let DeletionRequest {
        level,
        mut ids,
        dry_run,
    } = request;
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    let unread = |failure: Failure| {
        failure
            .with_object(WrittenObject::at(WriteKind::Change, level))
            .nothing_written()
    };
    let _lock = context.lock(level.id_member(), &ids).await.map_err(unread)?;
    let read = look_up(context, level, &ids, ReadMembers::Few).await;
    let mut existing = read.map_err(unread)?;
    let mut groups: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut items = Items {
        noun: noun(level),
        object: WrittenObject::at(WriteKind::Change, level),
        list: Vec::with_capacity(ids.len()),
    };
    for id in ids {
        let outcome = match existing.remove(&id) {
            Some(Existing::Living(object)) => {
                let [manual, smart_plus] = &mut groups;
                match object.automation {
                    CreationWay::Manual => manual.push(id.clone()),
                    CreationWay::SmartPlus => smart_plus.push(id.clone()),
                }
                ItemOutcome::Planned
            }
            Some(Existing::Deleted) => ItemOutcome::AlreadyDeleted,
            Some(Existing::Fixed(failure)) => ItemOutcome::Failed(*failure),
            None => ItemOutcome::NotFound(absent(level, &id)),
        };
        items.list.push(DeletedItem { id, outcome });
    }
    let groups = of_calls(groups);
    let mut calls: Vec<PlannedCall> = Vec::new();
    if dry_run {
        for group in &groups {
            calls.push(plan_of(context, level, group)?);
        }
    } else {
        GroupSending::new(context, level, &mut items)
            .send_all(&groups)
            .await;
    }
    conclude(&items, calls, dry_run)
}

/// Objects of both ways, cut into calls.
fn of_calls(ways: [Vec<String>; 2]) -> Vec<Group> {
    let mut groups = Vec::new();
    for (is_smart_plus, ids) in [false, true].into_iter().zip(ways) {
        groups.extend(ids.chunks(StatusUpdate::IDS_MAX).map(|ids| Group {
            is_smart_plus,
            ids: ids.to_vec(),
        }));
    }
    groups
}

fn conclude(items: &Items, calls: Vec<PlannedCall>, dry_run: bool) -> Result<DeletionReport, Failure> {
    let is_done = |item: &DeletedItem| {
        matches!(
            item.outcome,
            ItemOutcome::Planned | ItemOutcome::Deleted | ItemOutcome::AlreadyDeleted
        )
    };
    if items.list.iter().any(is_done) {
        return Ok(DeletionReport::of(items.noun, &items.list, calls));
    }
    Err(failed(items, dry_run))
}

/// Failure of a request that deleted nothing.
fn failed(items: &Items, dry_run: bool) -> Failure {
    let mut failures = items.list.iter().filter_map(|item| item.outcome.failure());
    let first = failures.clone().next();
    // What may have been deleted matters more than what was not.
    let failure = failures
        .find(|failure| failure.outcome == Some(Outcome::Unconfirmed))
        .or(first);
    let Some(failure) = failure.cloned() else {
        return Failure::new(&own::INTERNAL_ERROR, "");
    };
    let verb = match failure.outcome {
        _ if dry_run => "can be deleted",
        Some(Outcome::Unconfirmed) => "is known to be deleted",
        _ => "was deleted",
    };
    let message = match items.list.len() {
        1 => failure.message.clone(),
        count => format!(
            "None of the {count} {}s {verb}; `results` has the reason for each. {}",
            items.noun, failure.message
        ),
    };
    let failure = Failure { message, ..failure }.with_object(items.written());
    failure.nothing_written()
}

impl Items {
    /// The objects, as they are reported if the request is stopped or fails.
    fn written(&self) -> WrittenObject {
        WrittenObject {
            results: self.list.iter().map(DeletedItem::shown).collect(),
            ..self.object.clone()
        }
    }

    fn set(&mut self, id: &str, outcome: ItemOutcome) {
        if let Some(item) = self.list.iter_mut().find(|item| item.id == id) {
            item.outcome = outcome;
        }
    }

    fn set_all(&mut self, ids: &[String], outcome: &ItemOutcome) {
        for id in ids {
            self.set(id, outcome.clone());
        }
    }

    fn may_have_deleted(&self) -> bool {
        self.list
            .iter()
            .any(|item| matches!(item.outcome, ItemOutcome::Deleted | ItemOutcome::Unconfirmed(_)))
    }
}
