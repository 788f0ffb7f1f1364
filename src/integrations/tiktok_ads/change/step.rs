//! Calls of an update, one after the other. A change is absolute, so a call whose answer is lost is sent again once, unless it
//! decides on spending.

use std::time::Duration;

use serde_json::Value;

use super::target::ChangeTarget;
use crate::{
    catalogue::{FailureCode, marketing_api, own},
    http::WriteObserver as _,
    integrations::{
        Failure,
        tiktok_ads::{
            context::AdsContext, evidence::ChangeObserver, existing::status_objects, written::WrittenObject,
        },
    },
    marketing_api::{
        MarketingEndpoint, Members, MembersResult, StatusAnswer, StatusChange, StatusUpdate, WriteBody,
    },
    model::Outcome,
};

/// Call of an update.
#[derive(Debug, Clone)]
pub(super) struct Step {
    endpoint: &'static MarketingEndpoint,
    members: Members,
    /// Names of the changes, for a report.
    fields: Vec<String>,
    /// Members that the object has once the call has had its effect.
    shows: Members,
    /// Next step after its failure, if the same request again does not make it.
    remedy: Option<String>,
}

/// Result of one attempt.
#[derive(Debug)]
enum StepResult {
    Done,
    Refused(Failure),
    Lost(Failure),
}

/// Waits before the object is read after a lost answer. Lists can lag behind
/// (docs/tiktok-marketing-api.md#create-a-campaign).
const LOOKS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// Members that decide on spending.
const MONEY: [&str; 12] = [
    "budget",
    "bid_type",
    "bid_price",
    "conversion_bid_price",
    "deep_cpa_bid",
    "roas_bid",
    "min_budget",
    "schedule_type",
    "schedule_start_time",
    "schedule_end_time",
    "dayparting",
    "scheduled_budget",
];

/// Result of a call that had its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StepEffect {
    /// TikTok answered.
    Answered,
    /// The answer was lost; the object shows the change.
    ShownByReading,
    /// The answer was lost, and the call was sent again.
    SentTwice,
}

impl StepEffect {
    const fn note(self) -> Option<&'static str> {
        match self {
            Self::Answered => None,
            Self::ShownByReading => Some(SHOWN_BY_READING),
            Self::SentTwice => Some(SENT_TWICE),
        }
    }
}

/// Note on a call that was sent again.
const SENT_TWICE: &str = "TikTok's answer was lost and the object did not show the change, so the call was sent again. A change \
                          that someone else made to the same settings in between is undone.";

/// Note on a call whose answer was lost.
const SHOWN_BY_READING: &str = "TikTok's answer was lost; the object was read again and shows the change.";

impl Step {
    /// Call that changes the settings `shows`.
    pub(super) fn of(body: &impl WriteBody, shows: Members) -> Result<Self, Failure> {
        // Ids, names and amounts serialize.
        let members = body
            .members()
            .map_err(|_never| Failure::new(&own::INTERNAL_ERROR, ""))?;
        Ok(Self {
            endpoint: body.endpoint(),
            members,
            fields: shows.keys().cloned().collect(),
            shows,
            remedy: None,
        })
    }

    /// Call that sets the status.
    pub(super) fn switch(target: &ChangeTarget, status: StatusChange) -> Result<Self, Failure> {
        let body = StatusUpdate {
            objects: status_objects(target.level, &[&target.id]),
            is_smart_plus: target.is_smart_plus(),
            operation_status: status,
            allow_partial_success: false,
        };
        let mut shows = Members::new();
        shows.insert("operation_status".into(), status.as_str().into());
        Ok(Self::of(&body, shows)?.named(vec!["status".to_owned()]))
    }

    /// The call with this next step after its failure.
    pub(super) fn with_remedy(self, remedy: String) -> Self {
        Self {
            remedy: Some(remedy),
            ..self
        }
    }

    /// Whether the call may be sent again after a lost answer. If it enables the object or sets what it spends, it could undo
    /// that someone else has disabled the object or lowered its budget in the meantime.
    fn may_be_repeated(&self) -> bool {
        let enables = self.members.get("operation_status").and_then(Value::as_str)
            == Some(StatusChange::Enable.as_str());
        !enables && !MONEY.iter().any(|name| self.members.contains_key(*name))
    }

    /// The call under the names of the inputs that it changes.
    pub(super) fn named(self, fields: Vec<String>) -> Self {
        Self { fields, ..self }
    }
}

impl WriteBody for Step {
    // Only the refusals in the answer of a status update matter; other answers have none.
    type Answer = StatusAnswer;

    fn endpoint(&self) -> &'static MarketingEndpoint {
        self.endpoint
    }

    fn members(&self) -> MembersResult {
        Ok(self.members.clone())
    }
}

/// Sends the calls in order. Returns notes on them. Errors: the first failure, as `partly_applied` if a call succeeded
/// before it.
pub(super) async fn send_all(
    context: &AdsContext,
    target: &ChangeTarget,
    steps: &[Step],
) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    let mut sending = StepSending {
        context,
        target,
        written: target.written(),
    };
    for (at, step) in steps.iter().enumerate() {
        // A call can undo what only the one after it makes again.
        let mut undone = steps.iter().skip(at).take(2);
        sending.written.then = undone.find_map(|step| step.remedy.clone());
        let effect = sending.send(step).await.map_err(|failure| {
            let applied = &sending.written.applied;
            partly(
                failure.with_object(sending.written.clone()),
                applied,
                step.remedy.as_deref(),
            )
        })?;
        warnings.extend(effect.note().map(str::to_owned));
        sending.written.applied.extend(step.fields.iter().cloned());
    }
    warnings.dedup();
    Ok(warnings)
}

/// Update under way.
struct StepSending<'a> {
    context: &'a AdsContext,
    target: &'a ChangeTarget,
    /// The object, as it is reported if the request is stopped.
    written: WrittenObject,
}

impl StepSending<'_> {
    /// Sends a call, and once more if its answer was lost, the object does not show the change, and the call cannot make it
    /// spend more.
    async fn send(&self, step: &Step) -> Result<StepEffect, Failure> {
        let lost = match self.attempt(step, false).await {
            StepResult::Done => return Ok(StepEffect::Answered),
            StepResult::Refused(failure) => return Err(failure),
            StepResult::Lost(failure) => failure,
        };
        if self.is_shown(step).await {
            return Ok(StepEffect::ShownByReading);
        }
        if !step.may_be_repeated() {
            return Err(lost.unconfirmed_change());
        }
        let again = match self.attempt(step, true).await {
            StepResult::Done => return Ok(StepEffect::SentTwice),
            // The first attempt may have had its effect, which can be the reason of the refusal.
            StepResult::Refused(failure) | StepResult::Lost(failure) => failure,
        };
        if self.is_shown(step).await {
            return Ok(StepEffect::SentTwice);
        }
        let message = format!("{} Sent again: {}", lost.message, again.message);
        Err(Failure { message, ..lost }.unconfirmed_change())
    }

    async fn attempt(&self, step: &Step, is_repeated: bool) -> StepResult {
        let is_changed = is_repeated || !self.written.applied.is_empty();
        let observer = ChangeObserver {
            evidence: &self.context.evidence,
            begun: self.written.clone(),
            before: is_changed.then(|| self.written.clone()),
        };
        let failure = match self.context.api.write(step, Some(&observer)).await {
            Ok(answer) => match (answer.data.refused.into_iter().next(), answer.partial) {
                (Some(refusal), _) => Failure::of_item(&refusal.error_message),
                (None, Some(message)) => {
                    let code = FailureCode::Known(&marketing_api::PARTLY_DONE);
                    return StepResult::Lost(Failure::with_code(code, &message));
                }
                (None, None) => return StepResult::Done,
            },
            Err(error) if error.effect_unknown() => return StepResult::Lost(error.into()),
            Err(error) => Failure::from(error),
        };
        observer.without_effect().await;
        StepResult::Refused(failure)
    }

    /// Reads the object until it shows the change, or the waits or the request's time end.
    async fn is_shown(&self, step: &Step) -> bool {
        for wait in LOOKS {
            if self.context.clock.left_until(self.context.deadline) <= wait {
                return false;
            }
            self.context.clock.sleep(wait).await;
            let read = self.target.again(self.context).await;
            if let Ok(Some(listed)) = read
                && listed.has_all(&step.shows)
            {
                return true;
            }
        }
        false
    }
}

/// Failure of a call after others. `then` is the next step, if the same request again does not make it.
fn partly(failure: Failure, applied: &[String], then: Option<&str>) -> Failure {
    if applied.is_empty() {
        return failure.nothing_written();
    }
    let remedy = failure.advice().remedy.unwrap_or_default();
    let remedy = match (failure.outcome, then) {
        // That of a lost answer is the next step already.
        (Some(Outcome::Unconfirmed), _) => remedy.into_owned(),
        (_, Some(then)) => format!("{remedy} {then}"),
        (_, None) => format!("{remedy} {THEN_AGAIN}"),
    };
    let message = format!(
        "Changed: {}. The next change failed with {}: {}",
        applied.join(", "),
        failure.code.as_str(),
        failure.message
    );
    Failure {
        retryable: Some(failure.advice().retryable),
        remedy: Some(remedy.into()),
        who: failure.who(),
        category: failure.category(),
        message: Failure::new(&own::PARTLY_APPLIED, &message).message,
        code: FailureCode::Known(&own::PARTLY_APPLIED),
        ..failure
    }
}

/// Remedy for a request that made a part of its changes.
const THEN_AGAIN: &str = "Then send the same request again: only the changes that are missing are sent.";
