//! Update of an ad. Facts: docs/tiktok-marketing-api.md#ads, docs/tiktok-marketing-api.md#smart.

use serde_json::Value;

use super::{
    ChangePlan, ChangeRequest, check_changeable, guard, report::ChangeStart, step::Step,
    target::ChangeTarget, typed,
};
use crate::{
    advertising::check_ad_changes,
    catalogue::own,
    integrations::{
        Failure,
        tiktok_ads::{context::AdsContext, parents::ParentAdGroup},
    },
    marketing_api::{Ad, AdSettings, AdUpdate, Members, RawObject, SmartAd, SmartAdUpdate},
    model::AdGroupId,
};

/// Plans the changes of an ad.
pub(super) async fn plan(
    context: &AdsContext,
    target: &ChangeTarget,
    request: ChangeRequest,
    plan: &mut ChangePlan,
) -> Result<(), Failure> {
    let wanted = target.listed.lacks(request.settings.clone());
    check(plan, target, &wanted)?;
    if guard::enables(target, &request) {
        let parent = ParentAdGroup::read(context, &adgroup_id(target)?).await?;
        plan.violations
            .extend(guard::check(context, target, &request, parent.payer(), false));
    }
    if !plan.violations.is_empty() {
        return Ok(());
    }
    if !wanted.is_empty() {
        plan.change(target, &wanted, ChangeStart::Now);
        let step = update(plan, target, wanted)?;
        plan.steps.extend(step);
    }
    plan.switch(target, request.status)
}

const CREATIVES: &str = "creatives";

fn check(plan: &mut ChangePlan, target: &ChangeTarget, wanted: &Members) -> Result<(), Failure> {
    if target.is_smart_plus() {
        check_changeable(
            plan,
            wanted,
            SmartAdUpdate::is_changeable,
            "ads of Smart+ campaigns",
        );
    } else {
        check_changeable(plan, wanted, AdUpdate::is_changeable, "ads of manual campaigns");
    }
    let changes = completed(target, typed(wanted)?)?;
    plan.violations
        .extend(check_ad_changes(&changes, &target.listed, target.automation));
    Ok(())
}

/// Changes as they are checked: new creatives of Smart+ may leave their identity to the ad, and manual ads have none.
fn completed(target: &ChangeTarget, changes: AdSettings) -> Result<AdSettings, Failure> {
    if !target.is_smart_plus() {
        return Ok(AdSettings {
            creatives: None,
            ..changes
        });
    }
    let current: RawObject<SmartAd> = typed(target.listed.members())?;
    let update = SmartAdUpdate {
        current: &current,
        changes,
    };
    Ok(update.completed())
}

/// Call that changes settings; `None` if it is not clear which creative they are about.
fn update(plan: &mut ChangePlan, target: &ChangeTarget, wanted: Members) -> Result<Option<Step>, Failure> {
    let changes: AdSettings = typed(&wanted)?;
    if target.is_smart_plus() {
        let current: RawObject<SmartAd> = typed(target.listed.members())?;
        let update = SmartAdUpdate {
            current: &current,
            changes,
        };
        if update.is_ambiguous() {
            violate_ambiguous(plan, target, &wanted);
            return Ok(None);
        }
        return Step::of(&update, wanted).map(Some);
    }
    let current: RawObject<Ad> = typed(target.listed.members())?;
    let update = AdUpdate {
        adgroup_id: adgroup_id(target)?,
        current: &current,
        changes,
    };
    Step::of(&update, wanted).map(Some)
}

/// Refuses changes of one creative of an ad that has several.
fn violate_ambiguous(plan: &mut ChangePlan, target: &ChangeTarget, wanted: &Members) {
    let count = target
        .listed
        .value(CREATIVES)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    for name in SmartAdUpdate::settings_of_one(wanted) {
        plan.violate(
            name,
            format!("a new value for one of the ad's {count} creatives"),
            "creatives, with all creatives of the ad",
            "give creatives with all that the ad is to have; a dry run of them shows the present ones as `from`",
        );
    }
}

fn adgroup_id(target: &ChangeTarget) -> Result<AdGroupId, Failure> {
    let id = target.listed.text("adgroup_id");
    id.and_then(|id| AdGroupId::parse(&id))
        .ok_or_else(|| Failure::new(&own::UNREADABLE_ANSWER, "(The ad has no adgroup_id.)"))
}
