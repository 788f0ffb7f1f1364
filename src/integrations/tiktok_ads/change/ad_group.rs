//! Update of an ad group. Facts: docs/tiktok-marketing-api.md#update-ad-groups, docs/tiktok-marketing-api.md#smart.

use serde_json::json;

use super::{
    ChangePlan, ChangeRequest, Changeable, ad_group_notes, check_changeable, guard,
    report::{ChangeStart, SettingChange, ShownValue},
    shown,
    step::Step,
    target::ChangeTarget,
    typed,
};
use crate::{
    advertising::{
        BudgetHolder, PayingBudget, PresentAdGroup, TOTAL, ad_group_needs_currency, check_ad_group_changes,
        ignored_after, is_distributed,
    },
    catalogue::own,
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, rules::currency},
    },
    marketing_api::{
        AdGroup, AdGroupBudgetUpdate, AdGroupReplacement, AdGroupSettings, BudgetStart, Members, RawObject,
        SmartAdGroupUpdate,
    },
    model::{AdGroupId, Amount},
};

/// Settings that Smart+ keeps the same in all ad groups of a campaign.
const SHARED: [&str; 3] = ["bid_price", "conversion_bid_price", "roas_bid"];

/// Note on them.
const IS_SHARED: &str = "TikTok applies the new value to all ad groups of the Smart+ campaign.";

const BUDGET: &str = "budget";
const SCHEDULED: &str = "scheduled_budget";

/// Plans the changes of an ad group.
pub(super) async fn plan(
    context: &AdsContext,
    target: &ChangeTarget,
    request: ChangeRequest,
    plan: &mut ChangePlan,
) -> Result<(), Failure> {
    let wanted = target.listed.lacks(request.settings.clone());
    check(plan, target, &wanted);
    let start = budget_start(context, target);
    let request = ChangeRequest {
        budget: request.budget.filter(|budget| is_new(target, *budget, start)),
        ..request
    };
    check_values(context, target, plan, &wanted, request.budget).await?;
    let is_scheduled = start == ChangeStart::NextDay;
    let paying = paying(target);
    plan.violations
        .extend(guard::check(context, target, &request, paying, is_scheduled));
    if !plan.violations.is_empty() {
        return Ok(());
    }
    let replaced = request.budget.filter(|_| context.is_sandbox);
    let replaces = !wanted.is_empty() && !target.is_smart_plus() && !context.is_sandbox;
    settings(plan, target, wanted, replaced)?;
    if let Some(budget) = request.budget.filter(|_| !context.is_sandbox) {
        plan.changes.push(budget_change(target, budget, start));
        plan.steps.push(budget_step(target, budget, start)?);
    } else if let Some(scheduled) = guard::scheduled(&target.listed).filter(|_| replaces) {
        let step = budget_step(target, scheduled, ChangeStart::NextDay)?;
        let step = step.named(vec![SCHEDULED.to_owned()]);
        plan.steps.push(step.with_remedy(schedule_remedy(scheduled)));
        plan.warnings.push(scheduled_again(scheduled));
    }
    let payer = guard::after(paying, request.budget, is_scheduled);
    plan.switch(target, request.status, Some(payer))
}

/// Note on a scheduled budget that is sent again. The call that replaces a manual ad group has its present budget, and
/// whether that cancels a scheduled one is not documented (docs/tiktok-marketing-api.md#update-ad-groups).
fn scheduled_again(scheduled: Amount) -> String {
    format!(
        "The budget of {scheduled} that is scheduled for the next day is scheduled again, because TikTok does not say whether \
         the change of the other settings keeps it."
    )
}

/// Next step after a scheduled budget was not sent again: the same request has nothing left to change.
fn schedule_remedy(scheduled: Amount) -> String {
    format!(
        "The budget of {scheduled} that was scheduled for the next day may be lost: read `scheduled_budget` with \
         `get_ad_groups`, and if it is not there, send `update_ad_group` with `budget` {scheduled} and the same \
         `confirm_budget`."
    )
}

/// Checks the values of the changes.
async fn check_values(
    context: &AdsContext,
    target: &ChangeTarget,
    plan: &mut ChangePlan,
    wanted: &Members,
    budget: Option<Amount>,
) -> Result<(), Failure> {
    let changes = AdGroupSettings {
        budget,
        ..typed(wanted)?
    };
    let present = PresentAdGroup {
        listed: &target.listed,
        campaign: &target.campaign,
        automation: target.automation,
    };
    let currency = if ad_group_needs_currency(&changes, present) {
        currency(context, &mut plan.warnings).await?
    } else {
        None
    };
    let now = context.clock.since_epoch();
    let found = check_ad_group_changes(&changes, present, currency, now);
    plan.violations.extend(found);
    plan.warnings.extend(ignored(&ignored_after(&changes, present)));
    Ok(())
}

/// Warning about present targeting that TikTok ignores after the change.
fn ignored(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| {
        format!(
            "After the change TikTok ignores {} of the ad group, because its targeting is automatic.",
            names.join(", ")
        )
    })
}

/// Adds the change of the settings. The sandbox has no endpoint for budgets, so a new one is among the settings there
/// (docs/tiktok-marketing-api.md#sandbox).
fn settings(
    plan: &mut ChangePlan,
    target: &ChangeTarget,
    mut wanted: Members,
    budget: Option<Amount>,
) -> Result<(), Failure> {
    if let Some(budget) = budget {
        wanted.insert(BUDGET.into(), json!(budget));
    }
    if wanted.is_empty() {
        return Ok(());
    }
    plan.change(target, &wanted, ChangeStart::Now);
    plan.warnings.extend(ad_group_notes::lost_limits(target, &wanted));
    let is_shared = SHARED.iter().any(|name| wanted.contains_key(*name));
    if target.is_smart_plus() && is_shared {
        for name in SHARED {
            plan.note(name, IS_SHARED);
        }
        plan.warnings
            .push(format!("A new bid of one ad group: {IS_SHARED}"));
    }
    plan.steps.push(update(target, wanted)?);
    Ok(())
}

/// Call that changes settings. That of manual ad groups sends all of them, because it replaces the ad group.
fn update(target: &ChangeTarget, wanted: Members) -> Result<Step, Failure> {
    let current: RawObject<AdGroup> = typed(target.listed.members())?;
    let (current, changes) = (&current, typed::<AdGroupSettings>(&wanted)?);
    if target.is_smart_plus() {
        Step::of(&SmartAdGroupUpdate { current, changes }, wanted)
    } else {
        Step::of(&AdGroupReplacement { current, changes }, wanted)
    }
}

/// Whether the campaign distributes its budget over its ad groups.
fn campaign_pays(target: &ChangeTarget) -> bool {
    let campaign = &target.campaign;
    is_distributed(campaign.flag("budget_optimize_on"), campaign.word("budget_mode"))
}

fn paying(target: &ChangeTarget) -> PayingBudget<'_> {
    if campaign_pays(target) {
        guard::paying(BudgetHolder::Campaign, &target.campaign)
    } else {
        guard::paying(BudgetHolder::AdGroup, &target.listed)
    }
}

/// Time at which a new budget takes effect.
fn budget_start(context: &AdsContext, target: &ChangeTarget) -> ChangeStart {
    let is_lifetime = target.listed.word("budget_mode") == Some(TOTAL);
    if target.is_smart_plus() || is_lifetime || context.is_sandbox {
        ChangeStart::Now
    } else {
        ChangeStart::NextDay
    }
}

/// Whether a budget is not that of the ad group, now or from the next day on.
fn is_new(target: &ChangeTarget, budget: Amount, start: ChangeStart) -> bool {
    let is_other = |known: Option<Amount>| known.is_none_or(|known| known.exact() != budget.exact());
    match (start, guard::scheduled(&target.listed)) {
        (ChangeStart::NextDay, Some(scheduled)) => is_other(Some(scheduled)),
        (ChangeStart::Now | ChangeStart::NextDay, _) => is_other(target.listed.amount(BUDGET)),
    }
}

fn budget_change(target: &ChangeTarget, budget: Amount, start: ChangeStart) -> SettingChange {
    let scheduled = guard::scheduled(&target.listed);
    // The budget that the new one takes the place of.
    let from = match start {
        ChangeStart::NextDay => scheduled.or_else(|| target.listed.amount(BUDGET)),
        ChangeStart::Now => target.listed.amount(BUDGET),
    };
    let scheduled = scheduled.map(|scheduled| match start {
        ChangeStart::NextDay => {
            format!("It takes the place of the budget of {scheduled} that was scheduled for the next day.")
        }
        ChangeStart::Now => format!("A budget of {scheduled} is scheduled for the next day."),
    });
    let tomorrow = (start == ChangeStart::NextDay)
        .then(|| "TikTok changes the daily budget of a manual ad group at the next midnight of the account's time zone.".to_owned());
    let notes: Vec<String> = tomorrow.into_iter().chain(scheduled).collect();
    SettingChange {
        field: BUDGET.to_owned(),
        from: from.map(|from| ShownValue::of(json!(from))),
        to: ShownValue::of(json!(budget)),
        takes_effect: start,
        note: (!notes.is_empty()).then(|| notes.join(" ")),
    }
}

fn budget_step(target: &ChangeTarget, budget: Amount, start: ChangeStart) -> Result<Step, Failure> {
    let adgroup_id = AdGroupId::parse(&target.id).ok_or_else(|| Failure::new(&own::INTERNAL_ERROR, ""))?;
    let (start, member) = match start {
        ChangeStart::Now => (BudgetStart::Now, BUDGET),
        ChangeStart::NextDay => (BudgetStart::NextDay, SCHEDULED),
    };
    let body = AdGroupBudgetUpdate {
        budgets: vec![(adgroup_id, budget)],
        is_smart_plus: target.is_smart_plus(),
        start,
    };
    let mut shows = Members::new();
    shows.insert(member.into(), json!(budget));
    Ok(Step::of(&body, shows)?.named(vec![BUDGET.to_owned()]))
}

fn check(plan: &mut ChangePlan, target: &ChangeTarget, wanted: &Members) {
    let changeable = if target.is_smart_plus() {
        Changeable {
            is_taken: SmartAdGroupUpdate::is_changeable,
            objects: "ad groups of Smart+ campaigns",
            foreign: AdGroupSettings::MANUAL_ONLY,
        }
    } else {
        Changeable {
            is_taken: AdGroupReplacement::is_changeable,
            objects: "ad groups of manual campaigns",
            foreign: AdGroupSettings::SMART_ONLY,
        }
    };
    check_changeable(plan, wanted, changeable);
    if campaign_pays(target) {
        check_distributed(plan, wanted);
    }
}

/// Checks that a campaign that distributes its budget keeps the bidding strategy of its ad groups.
fn check_distributed(plan: &mut ChangePlan, wanted: &Members) {
    if let Some(bid_type) = wanted.get("bid_type") {
        plan.violate(
            "bid_type",
            shown(bid_type),
            "the present value, because the campaign distributes its budget over its ad groups (budget_optimize_on)",
            "omit it",
        );
    }
}
