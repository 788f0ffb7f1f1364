//! Rules on changes of an ad group: those of a new one, for the ad group as it is after the change.
//! Facts: docs/tiktok-marketing-api.md#update-ad-groups, docs/tiktok-marketing-api.md#smart.

use std::time::Duration;

use crate::{
    advertising::{
        budget::{TOTAL, depends_on_currency, depends_on_minimum, is_distributed},
        currency::Currency,
        difference::ListedSettings,
        names::check_required_name,
        rule::new_violations,
        schedule::Schedule,
        view::View,
        violation::AdViolation,
    },
    catalogue::own,
    marketing_api::{AdGroupSettings, CreationWay},
    model::Amount,
};

use super::{
    TABLES,
    amounts::{amounts, is_above_a_maximum},
    delivery::SET_END,
    schedule_of, targeting, with_defaults,
};

const BUDGET: &str = "budget";

/// Ad group that changes, as TikTok lists it.
#[derive(Debug, Clone, Copy)]
pub struct PresentAdGroup<'a> {
    /// The ad group.
    pub listed: &'a ListedSettings,
    /// Its campaign.
    pub campaign: &'a ListedSettings,
    /// Way of its campaign.
    pub automation: CreationWay,
}

/// Settings of a campaign that decide on those of its ad groups.
const OF_CAMPAIGN: [&str; 10] = [
    "app_promotion_type",
    BUDGET,
    "budget_mode",
    "campaign_product_source",
    "campaign_type",
    "catalog_enabled",
    "objective_type",
    "sales_destination",
    "special_industries",
    "virtual_objective_type",
];

impl<'a> PresentAdGroup<'a> {
    /// The ad group after changes.
    fn after(&self, changes: &AdGroupSettings) -> View {
        let mut campaign = self.campaign.settings(&OF_CAMPAIGN);
        let is_optimized = self.campaign.flag("budget_optimize_on");
        let is_distributed = is_distributed(is_optimized, self.campaign.word("budget_mode"));
        let is_known = !campaign.is_empty();
        if is_known {
            campaign.insert("budget_optimize_on".into(), is_distributed.into());
        }
        let view = View::of(changes, self.automation)
            .with_present(self.listed.settings(AdGroupSettings::NAMES))
            .with_parent("campaign.", Some(&campaign));
        with_defaults(view, is_known, self.automation)
    }

    fn schedule(&self) -> Schedule<'a> {
        Schedule {
            kind: self.listed.word("schedule_type"),
            start: self.listed.word("schedule_start_time"),
            end: self.listed.word("schedule_end_time"),
            dayparting: None,
        }
    }

    /// Present budget; `None` if the campaign's is distributed.
    fn budget(&self) -> Option<Amount> {
        self.listed.amount(BUDGET).filter(|budget| budget.value() > 0.0)
    }
}

/// The violation with a fix for an ad group that has an end already.
fn keeping_the_end(mut violation: AdViolation) -> AdViolation {
    if violation.error.fix == SET_END {
        "omit schedule_type, so that the ad group keeps its end".clone_into(&mut violation.error.fix);
    }
    violation
}

/// Whether the check of changes depends on the currency of the ad account.
pub fn ad_group_needs_currency(changes: &AdGroupSettings, present: PresentAdGroup<'_>) -> bool {
    let is_lifetime = present.listed.word("budget_mode") == Some(TOTAL);
    let changes_schedule = changes.schedule_start_time.is_some() || changes.schedule_end_time.is_some();
    let is_lower = |budget| depends_on_minimum(budget, present.budget());
    changes.amounts().into_iter().any(depends_on_currency)
        || changes.budget.is_some_and(is_lower)
        || (is_lifetime && changes_schedule)
        || is_above_a_maximum(&present.after(changes))
}

/// Checks changes of an existing ad group at `now`, a time since the Unix epoch.
///
/// A change is refused for the settings that it gives, and for those that it makes necessary and that are missing. What is
/// wrong with the ad group as it is, TikTok has taken.
pub fn check_ad_group_changes(
    changes: &AdGroupSettings,
    present: PresentAdGroup<'_>,
    currency: Option<Currency>,
    now: Duration,
) -> Vec<AdViolation> {
    let given = View::of(changes, present.automation);
    let before = present.after(&AdGroupSettings::default());
    let after = present.after(changes);
    let name = changes.adgroup_name.as_deref();
    let mut found: Vec<AdViolation> = name
        .map(|name| check_required_name("adgroup_name", name))
        .unwrap_or_default();
    let schedule = schedule_of(changes);
    found.extend(schedule.check_changes(&present.schedule(), now));
    let broken = |rules| new_violations(rules, &given, &before, &after);
    found.extend(TABLES.into_iter().flat_map(broken).map(keeping_the_end));
    let is_given = |violation: &AdViolation| given.has(&violation.error.field);
    found.extend(targeting::ignored(&after).into_iter().filter(is_given));
    found.extend(targeting::numbers(&given));
    let is_of_change = |violation: &AdViolation| {
        let is_lifetime = violation.error.field == BUDGET && violation.code == &own::BUDGET_BELOW_MINIMUM;
        is_lifetime || is_given(violation)
    };
    let schedules = Schedules {
        present: present.schedule(),
        after: schedule.after(&present.schedule()),
    };
    found.extend(
        changed_amounts(&before, &after, schedules, currency, now)
            .into_iter()
            .filter(is_of_change),
    );
    found
}

/// Targeting of a Smart+ ad group that TikTok ignores once changes have their effect, although they do not name it.
pub fn ignored_after(changes: &AdGroupSettings, present: PresentAdGroup<'_>) -> Vec<String> {
    let given = View::of(changes, present.automation);
    let before = targeting::ignored(&present.after(&AdGroupSettings::default()));
    let fields = |found: Vec<AdViolation>| found.into_iter().map(|violation| violation.error.field);
    let before: Vec<String> = fields(before).collect();
    fields(targeting::ignored(&present.after(changes)))
        .filter(|name| !given.has(name) && !before.contains(name))
        .filter(|name| present.listed.word(name) != Some("GENDER_UNLIMITED"))
        .collect()
}

/// Schedules of an ad group before and after a change.
#[derive(Debug, Clone, Copy)]
struct Schedules<'a> {
    present: Schedule<'a>,
    after: Schedule<'a>,
}

/// Violations of the limits on the amounts `after` a change, without a minimum that the ad group does not have `before`.
fn changed_amounts(
    before: &View,
    after: &View,
    schedules: Schedules<'_>,
    currency: Option<Currency>,
    now: Duration,
) -> Vec<AdViolation> {
    let is_minimum = |violation: &AdViolation| violation.code == &own::BUDGET_BELOW_MINIMUM;
    // As in TikTok's simplified mode.
    let has_own_minimum = amounts(before, &schedules.present, currency, now)
        .iter()
        .any(is_minimum);
    let found = amounts(after, &schedules.after, currency, now).into_iter();
    found
        .filter(|violation| !(has_own_minimum && is_minimum(violation)))
        .collect()
}
