//! Update of a campaign, an ad group or an ad: read, compared with the request, checked, and only then sent.
//!
//! Disabling goes first and enabling last, so that a failure in between never leaves more spending than before.

mod campaign;
mod guard;
mod report;
mod step;
mod target;

use serde_json::Value;

pub(super) use self::{
    campaign::change_campaign,
    report::{ChangeOutcome, ChangeReport, SettingChange},
};
use self::{
    report::{ChangeStart, ShownValue},
    step::Step,
    target::ChangeTarget,
};
use super::{
    context::AdsContext,
    inputs,
    written::{WriteKind, WrittenObject},
};
use crate::{
    advertising::AdViolation,
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
                from: target.listed.value(field).cloned().map(ShownValue),
                to: ShownValue(value.clone()),
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

    /// Adds the change of the status: before all other calls if it disables, after them if it enables.
    fn switch(&mut self, target: &ChangeTarget, status: Option<OperationStatus>) -> Result<(), Failure> {
        let Some(status) = status.filter(|status| !target.has_status(*status)) else {
            return Ok(());
        };
        let word = Value::from(status.as_str());
        self.changes.push(SettingChange {
            field: "status".to_owned(),
            from: target.listed.value("operation_status").cloned().map(ShownValue),
            to: ShownValue(word),
            takes_effect: ChangeStart::Now,
            note: None,
        });
        let (place, status) = match status {
            OperationStatus::Disable => (0, StatusChange::Disable),
            OperationStatus::Enable => (self.steps.len(), StatusChange::Enable),
        };
        self.steps.insert(place, Step::switch(target, status)?);
        Ok(())
    }
}

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

/// Sends the calls of a plan, or shows them in a dry run. Errors: a violation, before any call; `partly_applied`, if a call
/// fails after another.
async fn carry_out(
    context: &AdsContext,
    target: &ChangeTarget,
    plan: ChangePlan,
    dry_run: bool,
) -> Result<ChangeReport, Failure> {
    if !plan.violations.is_empty() {
        return Err(refused(plan.violations, target));
    }
    let mut report = ChangeReport {
        automation: target.automation,
        changes: plan.changes,
        calls: Vec::new(),
        outcome: ChangeOutcome::Changed,
        warnings: plan.warnings,
    };
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

/// Failure of a request that breaks rules. Nothing was sent.
fn refused(violations: Vec<AdViolation>, target: &ChangeTarget) -> Failure {
    let code = AdViolation::common_code(&violations);
    let details = violations.into_iter().map(|violation| violation.error).collect();
    Failure::of_fields(code, details)
        .with_object(target.written())
        .nothing_written()
}

/// Failure of a request whose object is not known yet.
fn of_unread(level: ObjectLevel, id: &str, failure: Failure) -> Failure {
    failure
        .with_object(WrittenObject::at(WriteKind::Change, level).with_id(id))
        .nothing_written()
}
