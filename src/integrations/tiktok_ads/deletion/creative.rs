//! Deletion of videos and images of the creative library: up to 50 of a type with one call, whose answer names those that
//! TikTok did not delete (docs/tiktok-marketing-api.md#delete-creatives).

use std::{collections::BTreeSet, time::Duration};

use super::{
    Items, conclude,
    report::{DeletedItem, DeletionReport, ItemOutcome},
};
use crate::{
    catalogue::own,
    http::WriteObserver as _,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext,
            creatives::{absent, look_up},
            evidence::ChangeObserver,
            inputs::plan,
            written::{WriteKind, WrittenObject},
        },
    },
    marketing_api::{CreativeDeletion, MediaType, PlannedCall, UndeletedCreatives},
    model::Outcome,
};

/// Creatives that a request deletes.
#[derive(Debug, Clone)]
pub(in crate::integrations::tiktok_ads) struct CreativesRequest {
    /// Ids of the videos.
    pub(in crate::integrations::tiktok_ads) video_ids: Vec<String>,
    /// Ids of the images.
    pub(in crate::integrations::tiktok_ads) image_ids: Vec<String>,
    /// Whether the calls are only shown.
    pub(in crate::integrations::tiktok_ads) dry_run: bool,
}

/// Wait before the creatives are read after a lost answer.
const LOOK: Duration = Duration::from_secs(2);

/// Deletes creatives. Errors: none of them was deleted.
pub(in crate::integrations::tiktok_ads) async fn delete_creatives(
    context: &AdsContext,
    request: CreativesRequest,
) -> Result<DeletionReport, Failure> {
    let mut deletion = CreativesDeletion {
        context,
        items: Items {
            noun: "creative",
            object: WrittenObject::unnamed(WriteKind::Change),
            list: Vec::new(),
        },
        stopped: None,
        warnings: Vec::new(),
    };
    let mut calls = Vec::new();
    for (media_type, ids) in [
        (MediaType::Video, request.video_ids),
        (MediaType::Image, request.image_ids),
    ] {
        let mut seen = BTreeSet::new();
        let ids: Vec<String> = ids.into_iter().filter(|id| seen.insert(id.clone())).collect();
        deletion.add(&ids);
        if request.dry_run {
            calls.extend(deletion.plan(media_type, &ids).await?);
        } else {
            deletion.delete(media_type, &ids).await?;
        }
    }
    let report = conclude(&deletion.items, calls, request.dry_run)?;
    Ok(report.warning(deletion.warnings))
}

/// Deletion under way.
struct CreativesDeletion<'a> {
    context: &'a AdsContext,
    items: Items,
    /// Reason that no further call is sent.
    stopped: Option<Failure>,
    warnings: Vec<String>,
}

impl CreativesDeletion<'_> {
    fn add(&mut self, ids: &[String]) {
        let items = ids.iter().map(|id| DeletedItem {
            id: id.clone(),
            outcome: ItemOutcome::Planned,
        });
        self.items.list.extend(items);
    }

    /// Ids that TikTok lists. Those that ads cannot use are not among them, but can be deleted.
    async fn listed(&self, media_type: MediaType, ids: &[String]) -> Result<BTreeSet<String>, Failure> {
        let found = look_up(self.context, media_type, ids).await.map_err(|error| {
            Failure::from(error)
                .with_object(self.items.written())
                .nothing_written()
        })?;
        Ok(found.iter().map(|creative| creative.id().to_owned()).collect())
    }

    /// Plans the calls. They name creatives that TikTok does not list too, as those of a run do, with a warning.
    async fn plan(&mut self, media_type: MediaType, ids: &[String]) -> Result<Vec<PlannedCall>, Failure> {
        let listed = self.listed(media_type, ids).await?;
        for id in ids.iter().filter(|id| !listed.contains(*id)) {
            self.warnings.push(format!(
                "TikTok does not list the {} {id}: it does not exist, or ads cannot use it. The call names it all the same, \
                 because it can be deleted in the second case.",
                media_type.noun()
            ));
        }
        let calls = ids.chunks(CreativeDeletion::IDS_MAX).map(|ids| {
            let body = body(media_type, ids);
            plan(&self.context.api, &body)
        });
        calls.collect()
    }

    async fn delete(&mut self, media_type: MediaType, ids: &[String]) -> Result<(), Failure> {
        for ids in ids.chunks(CreativeDeletion::IDS_MAX) {
            if let Some(failure) = self.stopped.clone() {
                self.items.set_all(ids, &ItemOutcome::Failed(failure));
                continue;
            }
            // By these a creative that a lost call deleted is known from one that never was.
            let listed = match self.listed(media_type, ids).await {
                Ok(listed) => listed,
                Err(failure) if self.items.may_have_deleted() => {
                    self.stop(ids, &failure);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            self.send(media_type, ids, &listed).await;
        }
        Ok(())
    }

    fn stop(&mut self, ids: &[String], failure: &Failure) {
        self.items.set_all(ids, &ItemOutcome::Failed(failure.clone()));
        self.stopped = Some(failure.clone());
    }

    /// Deletes creatives with one call, and with another one those that a lost call did not delete.
    async fn send(&mut self, media_type: MediaType, ids: &[String], listed: &BTreeSet<String>) {
        let lost = match self.call(media_type, ids).await {
            CreativeCall::Answered(failed) => return self.answered(media_type, ids, &failed, listed),
            CreativeCall::Refused(failure) => return self.stop(ids, &failure),
            CreativeCall::Lost(failure) => failure,
        };
        let mut left = self.left(media_type, ids, listed).await;
        if left.is_empty() {
            return;
        }
        let again = match self.call(media_type, &left).await {
            CreativeCall::Answered(failed) => {
                self.answered(media_type, &left, &failed, listed);
                // TikTok also fails to delete those that the lost call deleted.
                left.retain(|id| failed.names(id));
                KEPT.to_owned()
            }
            CreativeCall::Refused(failure) | CreativeCall::Lost(failure) => failure.message,
        };
        let message = format!("{} Sent again: {again}", lost.message);
        let failure = Failure { message, ..lost }.unconfirmed_change();
        self.unconfirmed(&left, &failure);
        let left = self.left(media_type, &left, listed).await;
        self.unconfirmed(&left, &failure);
    }

    async fn call(&mut self, media_type: MediaType, ids: &[String]) -> CreativeCall {
        let before = self.items.may_have_deleted().then(|| self.items.written());
        self.unconfirmed(ids, &Failure::new(&own::OUTCOME_UNKNOWN, ""));
        let observer = ChangeObserver {
            evidence: &self.context.evidence,
            begun: self.items.written(),
            before,
        };
        let body = body(media_type, ids);
        match self.context.api.write(&body, Some(&observer)).await {
            Ok(answer) => CreativeCall::Answered(answer.data),
            Err(error) if error.effect_unknown() => CreativeCall::Lost(error.into()),
            Err(error) => {
                observer.without_effect().await;
                CreativeCall::Refused(error.into())
            }
        }
    }

    /// Takes the results of an answer.
    fn answered(
        &mut self,
        media_type: MediaType,
        ids: &[String],
        failed: &UndeletedCreatives,
        listed: &BTreeSet<String>,
    ) {
        for id in ids {
            let outcome = match failed.names(id) {
                false => ItemOutcome::Deleted,
                true if listed.contains(id) => ItemOutcome::Failed(undeleted(media_type, id)),
                true => ItemOutcome::NotFound(absent(media_type, id)),
            };
            self.items.set(id, outcome);
        }
    }

    /// The creatives of a lost call that are not known to be deleted: those that TikTok still lists, and those that it did
    /// not list before.
    async fn left(
        &mut self,
        media_type: MediaType,
        ids: &[String],
        listed: &BTreeSet<String>,
    ) -> Vec<String> {
        if ids.is_empty() || self.context.clock.left_until(self.context.deadline) <= LOOK {
            return ids.to_vec();
        }
        self.context.clock.sleep(LOOK).await;
        let Ok(still) = self.listed(media_type, ids).await else {
            return ids.to_vec();
        };
        let is_gone = |id: &&String| listed.contains(*id) && !still.contains(*id);
        for id in ids.iter().filter(is_gone) {
            self.items.set(id, ItemOutcome::Deleted);
        }
        ids.iter().filter(|id| !is_gone(id)).cloned().collect()
    }

    fn unconfirmed(&mut self, ids: &[String], failure: &Failure) {
        let failure = failure.clone().with_ads_outcome(Outcome::Unconfirmed);
        self.items.set_all(ids, &ItemOutcome::Unconfirmed(failure));
    }
}

/// Result of one call.
enum CreativeCall {
    Answered(UndeletedCreatives),
    Refused(Failure),
    Lost(Failure),
}

fn body(media_type: MediaType, ids: &[String]) -> CreativeDeletion {
    CreativeDeletion {
        media_type,
        ids: ids.to_vec(),
    }
}

const KEPT: &str = "TikTok did not delete it. The first call may have deleted it before.";

/// Failure of a creative that TikTok lists and did not delete.
fn undeleted(media_type: MediaType, id: &str) -> Failure {
    Failure::new(&own::CREATIVE_NOT_DELETED, &format!("({} {id})", media_type.id()))
}
