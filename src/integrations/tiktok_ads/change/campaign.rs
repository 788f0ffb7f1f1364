//! Update of a campaign. Facts: docs/tiktok-marketing-api.md#update-pause-and-delete-campaigns, docs/tiktok-marketing-api.md#smart.

use serde_json::{Value, json};

use super::{ChangePlan, ChangeRequest, guard, report::ChangeStart, step::Step, target::ChangeTarget, typed};
use crate::{
    advertising::{BudgetHolder, DYNAMIC, INFINITE, campaign_needs_currency, check_campaign_changes},
    catalogue::own,
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, rules::currency},
    },
    marketing_api::{CampaignSettings, CampaignUpdate, Members, SmartCampaignUpdate},
    model::CampaignId,
};

/// Note on a budget that is an average.
const AVERAGE: &str = "The budget is an average over a week: a day may cost up to 125 % of it.";

/// Plans the changes of a campaign.
pub(super) async fn plan(
    context: &AdsContext,
    target: &ChangeTarget,
    request: ChangeRequest,
    plan: &mut ChangePlan,
) -> Result<(), Failure> {
    check(plan, target, &request);
    let mut wanted = request.settings.clone();
    if let Some(budget) = request.budget {
        wanted.insert("budget".into(), json!(budget));
    }
    let wanted = target.listed.lacks(wanted);
    let request = ChangeRequest {
        budget: request.budget.filter(|_| wanted.contains_key("budget")),
        ..request
    };
    let changes: CampaignSettings = typed(&wanted)?;
    let currency = if campaign_needs_currency(&changes, &target.listed) {
        currency(context, &mut plan.warnings).await?
    } else {
        None
    };
    let found = check_campaign_changes(&changes, &target.listed, target.automation, currency);
    plan.violations.extend(found);
    let paying = guard::paying(BudgetHolder::Campaign, &target.listed);
    plan.violations
        .extend(guard::check(context, target, &request, paying, false));
    if guard::enables(target, &request) && is_unlimited(target) {
        plan.violations
            .extend(guard::check_ad_groups(context, target).await?);
    }
    if !plan.violations.is_empty() {
        return Ok(());
    }
    if !wanted.is_empty() {
        plan.change(target, &wanted, ChangeStart::Now);
        plan.steps.push(update(target, wanted)?);
    }
    if target.listed.word("budget_mode") == Some(DYNAMIC) {
        plan.note("budget", AVERAGE);
    }
    let payer = guard::after(paying, request.budget, false);
    plan.switch(target, request.status, Some(payer))
}

fn is_unlimited(target: &ChangeTarget) -> bool {
    target.listed.word("budget_mode") == Some(INFINITE)
}

/// Call that changes settings and budget.
fn update(target: &ChangeTarget, wanted: Members) -> Result<Step, Failure> {
    let changes: CampaignSettings = typed(&wanted)?;
    let campaign_id = CampaignId::parse(&target.id);
    let campaign_id = campaign_id.ok_or_else(|| Failure::new(&own::INTERNAL_ERROR, ""))?;
    if target.is_smart_plus() {
        Step::of(&SmartCampaignUpdate { campaign_id, changes }, wanted)
    } else {
        Step::of(&CampaignUpdate { campaign_id, changes }, wanted)
    }
}

fn check(plan: &mut ChangePlan, target: &ChangeTarget, request: &ChangeRequest) {
    if let Some(budget) = request.budget
        && is_unlimited(target)
    {
        plan.violate(
            "budget",
            budget.to_string(),
            "no budget, because the campaign's budget_mode is BUDGET_MODE_INFINITE, which cannot be changed",
            "omit it, and set the budgets of the ad groups with `update_ad_group`",
        );
    }
    check_industries(plan, target, request);
}

/// Checks that special ad categories are only removed.
fn check_industries(plan: &mut ChangePlan, target: &ChangeTarget, request: &ChangeRequest) {
    let Some(wanted) = request.settings.get(INDUSTRIES).and_then(Value::as_array) else {
        return;
    };
    if target.is_smart_plus() {
        plan.violate(
            INDUSTRIES,
            listing(wanted),
            "none, because TikTok changes them for manual campaigns only",
            "omit special_industries",
        );
        return;
    }
    let present = target.listed.value(INDUSTRIES).and_then(Value::as_array);
    let is_new = |industry: &&Value| !present.is_some_and(|present| present.contains(industry));
    let added: Vec<Value> = wanted.iter().filter(is_new).cloned().collect();
    if !added.is_empty() {
        plan.violate(
            INDUSTRIES,
            listing(&added),
            "special ad categories that the campaign has already, because TikTok only removes them",
            "leave out the others, or create a new campaign with them",
        );
    }
}

fn listing(words: &[Value]) -> String {
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    match words.as_slice() {
        [] => "an empty list".to_owned(),
        words => words.join(", "),
    }
}

const INDUSTRIES: &str = "special_industries";
