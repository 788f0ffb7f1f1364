//! Calls of a deletion: up to 20 objects each, then one by one if TikTok refuses them together.

use std::time::Duration;

use super::{
    Group, Items,
    report::{DeletedItem, ItemOutcome},
};
use crate::{
    catalogue::{Category, own},
    http::WriteObserver as _,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext,
            evidence::ChangeObserver,
            existing::{ReadMembers, own_list, status_objects},
            inputs::plan,
            written::{WriteKind, WrittenObject},
        },
    },
    marketing_api::{ObjectLevel, PlannedCall, PrimaryStatus, StatusAnswer, StatusChange, StatusUpdate},
    model::Outcome,
};

/// Wait before the objects are read after a lost answer. Lists can lag behind
/// (docs/tiktok-marketing-api.md#create-a-campaign).
const LOOK: Duration = Duration::from_secs(2);

/// Call that deletes a group.
fn body(level: ObjectLevel, group: &Group) -> StatusUpdate {
    let ids: Vec<&str> = group.ids.iter().map(String::as_str).collect();
    StatusUpdate {
        objects: status_objects(level, &ids),
        is_smart_plus: group.is_smart_plus,
        operation_status: StatusChange::Delete,
        allow_partial_success: true,
    }
}

/// Plans the call that deletes a group.
pub(super) fn plan_of(
    context: &AdsContext,
    level: ObjectLevel,
    group: &Group,
) -> Result<PlannedCall, Failure> {
    plan(&context.api, &body(level, group))
}

/// Deletion under way.
pub(super) struct GroupSending<'a> {
    context: &'a AdsContext,
    level: ObjectLevel,
    items: &'a mut Items,
    /// Reason that no further call is sent.
    stopped: Option<Failure>,
}

/// Result of one call.
enum GroupCall {
    Answered(StatusAnswer, Option<String>),
    Refused(Failure),
    Lost(Failure),
}

impl<'a> GroupSending<'a> {
    pub(super) fn new(context: &'a AdsContext, level: ObjectLevel, items: &'a mut Items) -> Self {
        Self {
            context,
            level,
            items,
            stopped: None,
        }
    }

    pub(super) async fn send_all(&mut self, groups: &[Group]) {
        for group in groups {
            for alone in self.send(group).await {
                self.send(&alone).await;
            }
            self.look_at_refused(group).await;
        }
    }

    /// Reads the objects that TikTok refused to delete: another program may have deleted them since they were read, which is
    /// a reason to refuse.
    async fn look_at_refused(&mut self, group: &Group) {
        let refused = self.items.refused(&group.ids);
        if refused.is_empty() {
            return;
        }
        let group = Group {
            ids: refused,
            ..*group
        };
        for id in self.listed_as_deleted(&group).await {
            self.items.set(&id, ItemOutcome::AlreadyDeleted);
        }
    }

    /// Deletes a group. Returns those of its objects that are to be sent one by one.
    async fn send(&mut self, group: &Group) -> Vec<Group> {
        if let Some(failure) = self.stopped.clone() {
            self.fail(&group.ids, &failure);
            return Vec::new();
        }
        let called = self.call(group).await;
        if let GroupCall::Refused(_) = called {
            self.items.set_all(&group.ids, &ItemOutcome::Planned);
        }
        match called {
            GroupCall::Answered(answer, partial) => self.answered(group, &answer, partial.as_deref()),
            GroupCall::Refused(failure) if !is_about_items(&failure) => {
                self.fail(&group.ids, &failure);
                self.stopped = Some(failure);
                Vec::new()
            }
            GroupCall::Refused(_) if group.ids.len() > 1 => group.each(&group.ids),
            GroupCall::Refused(failure) => {
                self.fail(&group.ids, &failure);
                Vec::new()
            }
            GroupCall::Lost(failure) => {
                self.recover(group, failure).await;
                Vec::new()
            }
        }
    }

    async fn call(&mut self, group: &Group) -> GroupCall {
        let before = self.items.may_have_deleted().then(|| self.items.written());
        self.unconfirmed(&group.ids, &Failure::new(&own::OUTCOME_UNKNOWN, ""));
        let observer = ChangeObserver {
            evidence: &self.context.evidence,
            begun: self.items.written(),
            before,
        };
        let body = body(self.level, group);
        match self.context.api.write(&body, Some(&observer)).await {
            Ok(answer) => GroupCall::Answered(answer.data, answer.partial),
            Err(error) if error.effect_unknown() => GroupCall::Lost(error.into()),
            Err(error) => {
                observer.without_effect().await;
                GroupCall::Refused(error.into())
            }
        }
    }

    /// Takes the results of an answer. Returns those that it leaves open, one by one.
    fn answered(&mut self, group: &Group, answer: &StatusAnswer, partial: Option<&str>) -> Vec<Group> {
        let mut open = Vec::new();
        // An answer without names is about all objects.
        let names_none = partial.is_none() && answer.changed.is_empty();
        for id in &group.ids {
            let refusal = answer.refused.iter().find(|refusal| refusal.id.as_str() == id);
            let is_named = answer.changed.iter().any(|changed| changed.as_str() == id);
            if let Some(refusal) = refusal {
                let failure = Failure::of_item(&refusal.error_message);
                self.items.set(id, ItemOutcome::Failed(failure));
            } else if is_named || names_none {
                self.items.set(id, ItemOutcome::Deleted);
            } else if group.ids.len() > 1 {
                self.items.set(id, ItemOutcome::Planned);
                open.push(id.clone());
            } else {
                let message = partial.unwrap_or("nothing about the object");
                self.items
                    .set(id, ItemOutcome::Failed(Failure::of_item(&message.into())));
            }
        }
        group.each(&open)
    }

    fn fail(&mut self, ids: &[String], failure: &Failure) {
        self.items.set_all(ids, &ItemOutcome::Failed(failure.clone()));
    }

    fn unconfirmed(&mut self, ids: &[String], failure: &Failure) {
        let object = WrittenObject::at(WriteKind::Change, self.level);
        let failure = failure
            .clone()
            .with_ads_outcome(Outcome::Unconfirmed)
            .with_object(object);
        self.items.set_all(ids, &ItemOutcome::Unconfirmed(failure));
    }

    /// Reads which objects of a lost call are deleted, and sends the others again once.
    async fn recover(&mut self, group: &Group, mut lost: Failure) {
        let mut left = self.still_there(group).await;
        if !left.ids.is_empty() {
            match self.call(&left).await {
                GroupCall::Answered(answer, partial) => {
                    let alone = self.answered(&left, &answer, partial.as_deref());
                    left.ids = alone.into_iter().flat_map(|alone| alone.ids).collect();
                }
                GroupCall::Refused(failure) | GroupCall::Lost(failure) => {
                    let message = format!("{} Sent again: {}", lost.message, failure.message);
                    lost = Failure { message, ..lost };
                    left = self.still_there(&left).await;
                }
            }
        }
        self.unconfirmed(&left.ids, &lost.unconfirmed_change());
    }

    /// Objects of a group that are not listed as deleted. The others have their result.
    async fn still_there(&mut self, group: &Group) -> Group {
        let mut left = group.clone();
        if self.context.clock.left_until(self.context.deadline) <= LOOK {
            return left;
        }
        self.context.clock.sleep(LOOK).await;
        for id in self.listed_as_deleted(group).await {
            left.ids.retain(|left| *left != id);
            self.items.set(&id, ItemOutcome::Deleted);
        }
        left
    }

    /// Objects of a group that are listed as deleted; none if they cannot be read.
    async fn listed_as_deleted(&self, group: &Group) -> Vec<String> {
        let list = own_list(self.level, group.is_smart_plus);
        let ids: Vec<&str> = group.ids.iter().map(String::as_str).collect();
        let status = Some(PrimaryStatus::Deleted);
        let deleted = list
            .find(self.context, self.level, &ids, status, ReadMembers::Few)
            .await;
        deleted
            .unwrap_or_default()
            .into_iter()
            .map(|(id, _listed)| id)
            .collect()
    }
}

impl Group {
    fn each(&self, ids: &[String]) -> Vec<Self> {
        let alone = ids.iter().map(|id| Self {
            is_smart_plus: self.is_smart_plus,
            ids: vec![id.clone()],
        });
        alone.collect()
    }
}

impl Items {
    /// Objects whose deletion TikTok refused for a reason of their own.
    fn refused(&self, ids: &[String]) -> Vec<String> {
        let is_refused = |item: &&DeletedItem| {
            ids.contains(&item.id)
                && matches!(&item.outcome, ItemOutcome::Failed(failure) if is_about_items(failure))
        };
        let refused = self.list.iter().filter(is_refused);
        refused.map(|item| item.id.clone()).collect()
    }
}

/// Whether a refusal is about the objects of a call, so that others can succeed: not for tokens, permissions and limits.
fn is_about_items(failure: &Failure) -> bool {
    failure
        .code
        .row()
        .is_none_or(|row| row.category == Category::Input)
}
