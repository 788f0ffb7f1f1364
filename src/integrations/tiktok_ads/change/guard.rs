//! Guard of spending for updates: what is enabled, and which budget pays for it.

use super::{ChangeRequest, target::ChangeTarget};
use crate::{
    advertising::{
        AdViolation, BudgetHolder, ListedSettings, NewBudget, PayingBudget, SpendingPolicy, SpendingRequest,
        SpendingState,
    },
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, rules::spending_policy},
    },
    marketing_api::{IdSearch, ObjectLevel, OperationStatus},
    model::Amount,
};

/// Most ad groups of a campaign, and the largest page (docs/tiktok-marketing-api.md#structure).
const AD_GROUPS_MAX: u32 = 1_000;

/// Members of an ad group that decide on its spending.
const SPENDING: &[&str] = &[
    "adgroup_id",
    "operation_status",
    "budget_mode",
    "budget",
    "scheduled_budget",
];

/// Budget that pays for an object.
pub(super) fn paying(holder: BudgetHolder, listed: &ListedSettings) -> PayingBudget<'_> {
    PayingBudget {
        holder,
        mode: listed.word("budget_mode"),
        present: listed.amount("budget"),
        scheduled: scheduled(listed),
    }
}

/// Budget that is scheduled for the next day.
pub(super) fn scheduled(listed: &ListedSettings) -> Option<Amount> {
    listed
        .amount("scheduled_budget")
        .filter(|amount| amount.value() > 0.0)
}

/// The budget that pays for an object once the request has its effect.
pub(super) fn after(
    budget: PayingBudget<'_>,
    new_budget: Option<Amount>,
    is_scheduled: bool,
) -> PayingBudget<'_> {
    if is_scheduled {
        PayingBudget {
            scheduled: new_budget.or(budget.scheduled),
            ..budget
        }
    } else {
        PayingBudget {
            present: new_budget.or(budget.present),
            ..budget
        }
    }
}

/// Checks a request against the operator's limits and for confirmation. `is_scheduled` tells whether a new budget waits for
/// the next day.
pub(super) fn check(
    context: &AdsContext,
    target: &ChangeTarget,
    request: &ChangeRequest,
    budget: PayingBudget<'_>,
    is_scheduled: bool,
) -> Vec<AdViolation> {
    let new_budget = request.budget.map(|amount| NewBudget {
        amount,
        confirmed: request.confirm_budget,
        is_scheduled,
    });
    let state = match request.status {
        // It is disabled first.
        Some(OperationStatus::Disable) => SpendingState::Off,
        _ => SpendingState::of(target.listed.word("operation_status")),
    };
    let request = SpendingRequest {
        state,
        enables: enables(target, request),
        new_budget,
        budget,
    };
    request.check(spending_policy(&context.policy))
}

/// Whether a request switches its object on.
pub(super) fn enables(target: &ChangeTarget, request: &ChangeRequest) -> bool {
    request.status == Some(OperationStatus::Enable) && !target.has_status(OperationStatus::Enable)
}

/// Checks the enabled ad groups of a campaign that has no limit of its own, before it is enabled: the operator's limit is
/// then theirs.
pub(super) async fn check_ad_groups(
    context: &AdsContext,
    campaign: &ChangeTarget,
) -> Result<Vec<AdViolation>, Failure> {
    let policy = SpendingPolicy {
        // The campaign is enabled, and its own check tells whether that is allowed.
        allows_enable: true,
        ..spending_policy(&context.policy)
    };
    if policy.max_daily_budget.is_none() {
        return Ok(Vec::new());
    }
    let ids = [campaign.id.as_str()];
    let search = IdSearch {
        level: ObjectLevel::AdGroup,
        is_smart_plus: campaign.is_smart_plus(),
        filter: "campaign_ids",
        ids: &ids,
        status: None,
        fields: SPENDING,
        size: AD_GROUPS_MAX,
    };
    let ad_groups = context
        .api
        .find(search)
        .await?
        .into_iter()
        .map(ListedSettings::of);
    Ok(ad_groups.flat_map(|ad_group| above(&ad_group, policy)).collect())
}

/// Violation of an ad group that would spend more than the operator's limit.
fn above(ad_group: &ListedSettings, policy: SpendingPolicy) -> Vec<AdViolation> {
    if SpendingState::of(ad_group.word("operation_status")) == SpendingState::Off {
        return Vec::new();
    }
    let request = SpendingRequest {
        state: SpendingState::On,
        enables: true,
        new_budget: None,
        budget: paying(BudgetHolder::AdGroup, ad_group),
    };
    let id = ad_group.text("adgroup_id").unwrap_or_default();
    let mut found = request.check(policy);
    for AdViolation { error, .. } in &mut found {
        error.got = format!("the enabled ad group {id} with {}", error.got);
        "disable this ad group, or lower its budget, before you enable the campaign"
            .clone_into(&mut error.fix);
    }
    found
}
