//! Update of a campaign, an ad group or an ad: read, compared with the request, checked, and only then sent.
//!
//! Disabling goes first and enabling last, so that a failure in between never leaves more spending than before.

mod ad;
mod ad_group;
mod ad_group_notes;
mod ad_notes;
mod campaign;
mod guard;
mod report;
mod step;
mod target;

use std::{mem, slice};

use serde::de::DeserializeOwned;
use serde_json::Value;

pub(super) use self::report::{ChangeOutcome, ChangeReport, SettingChange};
use self::{
    report::{ChangeStart, ShownValue},
    step::Step,
    target::ChangeTarget,
};
use super::{
    context::AdsContext,
    inputs,
    rules::{enable_note, meet},
    written::{WriteKind, WrittenObject},
};
use crate::{
    advertising::{AdViolation, PayingBudget, check_confirmation, instead_of},
    catalogue::own,
    integrations::Failure,
    marketing_api::{Members, ObjectLevel, OperationStatus, StatusChange},
    model::{Amount, FieldError},
};

/// Changes that a request asks for.
#[derive(Debug, Clone)]
pub(super) struct ChangeRequest {
    /// Id of the object.
    pub(super) id: String,
    /// New settings but the budget.
    pub(super) settings: Members,
    /// New budget.
    pub(super) budget: Option<Amount>,
    /// Budget that the caller confirms.
    pub(super) confirm_budget: Option<Amount>,
    /// New status.
    pub(super) status: Option<OperationStatus>,
    /// Whether the calls are only shown.
    pub(super) dry_run: bool,
    /// Rules that the inputs break by themselves.
    pub(super) violations: Vec<AdViolation>,
}

/// Changes of an object, with the calls that make them.
#[derive(Debug, Default)]
struct ChangePlan {
    changes: Vec<SettingChange>,
    steps: Vec<Step>,
    violations: Vec<AdViolation>,
    warnings: Vec<String>,
}

impl ChangePlan {
    /// Adds changes that take effect with one call. `to` are the new settings.
    fn change(&mut self, target: &ChangeTarget, to: &Members, start: ChangeStart) {
        for (field, value) in to {
            self.changes.push(SettingChange {
                field: field.clone(),
                from: target.listed.value(field).cloned().map(ShownValue::of),
                to: ShownValue::of(value.clone()),
                takes_effect: start,
                note: None,
            });
        }
    }

    /// Adds a note to the change of a field.
    fn note(&mut self, field: &str, note: &str) {
        for change in self.changes.iter_mut().filter(|change| change.field == field) {
            change.note = Some(note.to_owned());
        }
    }

    fn violate(&mut self, field: &str, got: impl Into<String>, allowed: &str, fix: &str) {
        self.violations.push(violation(field, got, allowed, fix));
    }

    /// Tells that blank inputs leave the present settings as they are.
    fn keep_blank(&mut self, target: &ChangeTarget, blank: &[String]) {
        let is_set = |name: &&String| target.listed.value(name).is_some();
        let names: Vec<&str> = blank.iter().filter(is_set).map(String::as_str).collect();
        if !names.is_empty() {
            self.warnings.push(format!("{}: {IS_ABSENT}", names.join(", ")));
        }
    }

    /// Refuses a request that names nothing to change: a blank text counts as absent.
    fn refuse_empty(&mut self, target: &ChangeTarget, blank: &[String]) {
        for name in blank {
            let is_set = target.listed.value(name).is_some();
            let allowed = if is_set { NOT_REMOVED } else { NOT_BLANK };
            let fix = if is_set && !REQUIRED.contains(&name.as_str()) {
                "set a new value, or create a new object without it"
            } else {
                "set a new value"
            };
            self.violate(name, "a blank text", allowed, fix);
        }
        if blank.is_empty() {
            self.violate(
                target.level.id_member(),
                "no setting besides it",
                "at least one setting to change",
                "add the setting that is to change, with its new value",
            );
        }
    }

    /// Adds the change of the status: before all other calls if it disables, after them if it enables. `payer` is the budget
    /// that an enabled object can spend.
    fn switch(
        &mut self,
        target: &ChangeTarget,
        status: Option<OperationStatus>,
        payer: Option<PayingBudget<'_>>,
    ) -> Result<(), Failure> {
        let Some(status) = status.filter(|status| !target.has_status(*status)) else {
            return Ok(());
        };
        let word = Value::from(status.as_str());
        self.changes.push(SettingChange {
            field: "status".to_owned(),
            from: target
                .listed
                .value("operation_status")
                .cloned()
                .map(ShownValue::of),
            to: ShownValue::of(word),
            takes_effect: ChangeStart::Now,
            note: payer
                .filter(|_| status == OperationStatus::Enable)
                .map(enable_note),
        });
        let (place, status) = match status {
            OperationStatus::Disable => (0, StatusChange::Disable),
            OperationStatus::Enable => (self.steps.len(), StatusChange::Enable),
        };
        self.steps.insert(place, Step::switch(target, status)?);
        Ok(())
    }
}

/// Reason for which a blank text removes no setting.
const IS_ABSENT: &str =
    "A blank text counts as absent, and TikTok has no documented way to remove such a setting.";

/// Allowed values in place of a blank text.
const NOT_BLANK: &str = "a new value, because a blank text counts as absent and changes nothing";

/// The same for a setting that the object has.
const NOT_REMOVED: &str = "a new value, because a blank text counts as absent and TikTok has no documented way to remove such a \
                           setting";

/// Settings that every object of their kind has.
const REQUIRED: [&str; 4] = ["campaign_name", "adgroup_name", "ad_name", "budget"];

/// Violation of a rule on changes.
fn violation(field: &str, got: impl Into<String>, allowed: &str, fix: &str) -> AdViolation {
    AdViolation {
        code: &own::AD_RULES_NOT_MET,
        error: FieldError {
            field: field.to_owned(),
            got: got.into(),
            allowed: allowed.to_owned(),
            fix: fix.to_owned(),
        },
    }
}

/// Settings that TikTok changes of a kind of objects.
#[derive(Clone, Copy)]
struct Changeable {
    /// Returns true for a setting that the update takes.
    is_taken: fn(&str) -> bool,
    /// The objects, in the plural.
    objects: &'static str,
    /// Settings that only objects of the other way have.
    foreign: &'static [&'static str],
}

/// Refuses settings that TikTok does not change.
fn check_changeable(plan: &mut ChangePlan, wanted: &Members, changeable: Changeable) {
    let Changeable {
        is_taken,
        objects,
        foreign,
    } = changeable;
    for (name, value) in wanted.iter().filter(|(name, _)| !is_taken(name)) {
        let fix = instead_of(name).filter(|_| foreign.contains(&name.as_str()));
        let allowed = if foreign.contains(&name.as_str()) {
            format!("no value, because {objects} do not have this setting")
        } else {
            format!("the present value, because TikTok does not change this setting of {objects}")
        };
        plan.violate(name, shown(value), &allowed, fix.unwrap_or("omit it"));
    }
}

/// Changes an object.
pub(super) async fn change(
    context: &AdsContext,
    level: ObjectLevel,
    request: ChangeRequest,
) -> Result<ChangeReport, Failure> {
    let unread = WrittenObject::at(WriteKind::Change, level).with_id(&request.id);
    let lock = context
        .lock(level.id_member(), slice::from_ref(&request.id))
        .await;
    let _lock = lock.map_err(|failure| failure.with_object(unread.clone()).nothing_written())?;
    let planned = plan(context, level, request).await;
    let (target, plan, dry_run) = planned.map_err(|failure| failure.with_object(unread).nothing_written())?;
    carry_out(context, &target, plan, dry_run).await
}

/// Reads the object and plans its changes. Errors: it cannot be read or changed, or the changes break rules.
async fn plan(
    context: &AdsContext,
    level: ObjectLevel,
    mut request: ChangeRequest,
) -> Result<(ChangeTarget, ChangePlan, bool), Failure> {
    let target = ChangeTarget::read(context, level, &request.id).await?;
    let is_empty_request =
        request.settings.is_empty() && request.budget.is_none() && request.status.is_none();
    let mut plan = ChangePlan {
        violations: mem::take(&mut request.violations),
        ..ChangePlan::default()
    };
    let blank = &context.evidence.blank_inputs;
    let names_nothing = request.confirm_budget.is_none() && plan.violations.is_empty();
    if !is_empty_request {
        plan.keep_blank(&target, blank);
    } else if names_nothing {
        plan.refuse_empty(&target, blank);
    }
    let dry_run = request.dry_run;
    let contradiction = check_confirmation(request.budget, request.confirm_budget);
    match level {
        ObjectLevel::Campaign => campaign::plan(context, &target, request, &mut plan).await?,
        ObjectLevel::AdGroup => ad_group::plan(context, &target, request, &mut plan).await?,
        ObjectLevel::Ad => ad::plan(context, &target, request, &mut plan).await?,
    }
    let field = |violation: &AdViolation| violation.error.field.clone();
    let found: Vec<String> = plan.violations.iter().map(field).collect();
    // A budget that an enabled object can spend is refused for that.
    plan.violations
        .extend(contradiction.filter(|contradiction| !found.contains(&contradiction.error.field)));
    meet(mem::take(&mut plan.violations))?;
    Ok((target, plan, dry_run))
}

/// Settings or an object as a typed value. Errors: TikTok's object is not as documented.
fn typed<T: DeserializeOwned>(members: &Members) -> Result<T, Failure> {
    T::deserialize(Value::Object(members.clone()))
        .map_err(|_error| Failure::new(&own::UNREADABLE_ANSWER, "(the object is not as documented)"))
}

/// Text of a setting's value in a message.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().any(Value::is_object) => match items.len() {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    text.chars().take(SHOWN_MAX).collect()
}

/// Longest text of a value in a message.
const SHOWN_MAX: usize = 100;

/// Sends the calls of a plan, or shows them in a dry run. Errors: `partly_applied` if a call fails after another.
async fn carry_out(
    context: &AdsContext,
    target: &ChangeTarget,
    plan: ChangePlan,
    dry_run: bool,
) -> Result<ChangeReport, Failure> {
    let mut report = ChangeReport {
        automation: target.automation,
        changes: plan.changes,
        calls: Vec::new(),
        outcome: ChangeOutcome::Changed,
        warnings: plan.warnings,
    };
    report
        .warnings
        .extend(context.evidence.input_warnings.iter().cloned());
    if plan.steps.is_empty() {
        report.outcome = ChangeOutcome::Unchanged;
        report.warnings.push(target.nothing_to_change());
    } else if dry_run {
        report.outcome = ChangeOutcome::Planned;
        for step in &plan.steps {
            report.calls.push(inputs::plan(&context.api, step)?);
        }
    } else {
        report
            .warnings
            .extend(step::send_all(context, target, &plan.steps).await?);
    }
    Ok(report)
}
