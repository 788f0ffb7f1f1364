//! The guard of spending: nothing starts or raises it without naming it, and nothing exceeds the operator's limits.
//!
//! Facts: docs/tiktok-marketing-api.md#budgets-and-currencies.

use super::{
    budget::{DAY, INFINITE, TOTAL},
    violation::AdViolation,
};
use crate::{
    catalogue::own,
    model::{Amount, Decimal},
};

/// Limits on spending that the operator of the host sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpendingPolicy {
    /// Maximum cost of one day for each budget, in the currency of the ad account; `None` without a maximum.
    pub max_daily_budget: Option<Amount>,
    /// Whether campaigns, ad groups and ads may be enabled.
    pub allows_enable: bool,
}

impl Default for SpendingPolicy {
    fn default() -> Self {
        Self {
            max_daily_budget: None,
            allows_enable: true,
        }
    }
}

/// Object that has a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetHolder {
    /// Campaign. Without a limit of its own, the budgets of its ad groups limit it.
    Campaign,
    /// Ad group.
    AdGroup,
}

impl BudgetHolder {
    const fn noun(self) -> &'static str {
        match self {
            Self::Campaign => "campaign",
            Self::AdGroup => "ad group",
        }
    }
}

/// Budget that pays for the object of a request: its own, or that of its parent. The campaign's pays for an ad group with
/// campaign budget optimization; that of the ad group or campaign pays for an ad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PayingBudget<'a> {
    /// Object that has the budget.
    pub holder: BudgetHolder,
    /// TikTok's word for the budget mode.
    pub mode: Option<&'a str>,
    /// Present budget; `None` for a create.
    pub present: Option<Amount>,
    /// Budget that TikTok has scheduled for the next day; 0 if there is none.
    pub scheduled: Option<Amount>,
}

impl PayingBudget<'_> {
    /// Amount that the object can spend, as a clause.
    pub fn spending(&self) -> String {
        let holder = self.holder.noun();
        let largest = [self.present, self.scheduled].into_iter().flatten();
        let largest = largest
            .max_by_key(|amount| amount.exact())
            .filter(|amount| is_positive(*amount));
        match (self.mode, largest) {
            (Some(INFINITE), _) => format!("the {holder} has no limit of its own on spending"),
            (_, None) => format!("the budget of the {holder} can be spent"),
            (Some(DAY), Some(budget)) => {
                format!("up to {budget} a day of the {holder}'s budget can be spent")
            }
            (Some(TOTAL), Some(budget)) => {
                format!("up to {budget} over the lifetime of the {holder} can be spent")
            }
            (_, Some(budget)) => format!(
                "{budget} a day of the {holder}'s budget can be spent as the average of a week, and 125 % of it on one day"
            ),
        }
    }
}

/// New budget of the object of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewBudget {
    /// The new budget.
    pub amount: Amount,
    /// Amount that the caller has confirmed.
    pub confirmed: Option<Amount>,
    /// Whether the present budget stays in force until the next day.
    pub is_scheduled: bool,
}

/// Present state of the object of a request, by its `operation_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendingState {
    /// The request creates the object.
    New,
    /// The object cannot spend.
    Off,
    /// The object can spend, or its state is not known.
    On,
}

impl SpendingState {
    /// State of an existing object.
    pub fn of(operation_status: Option<&str>) -> Self {
        match operation_status {
            Some("DISABLE" | "DELETE" | "FROZEN") => Self::Off,
            Some(_) | None => Self::On,
        }
    }
}

/// Request that may start or change spending.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpendingRequest<'a> {
    /// Present state of the object.
    pub state: SpendingState,
    /// Whether the request sets the status ENABLE.
    pub enables: bool,
    /// New budget of the object.
    pub new_budget: Option<NewBudget>,
    /// Budget that pays for the object.
    pub budget: PayingBudget<'a>,
}

impl SpendingRequest<'_> {
    /// Checks the request against the operator's limits and for confirmation.
    pub fn check(&self, policy: SpendingPolicy) -> Vec<AdViolation> {
        let found = [
            self.enabling(policy),
            self.confirmation(),
            policy.max_daily_budget.and_then(|ceiling| self.ceiling(ceiling)),
        ];
        found.into_iter().flatten().collect()
    }

    fn enabling(&self, policy: SpendingPolicy) -> Option<AdViolation> {
        (self.enables && !policy.allows_enable).then(|| {
            AdViolation::of(
                "status",
                "ENABLE",
                "DISABLE, because the operator of the host has set `--no-enable`",
                "omit status or set it to DISABLE, and enable the object in TikTok Ads Manager",
            )
            .with_code(&own::ENABLE_FORBIDDEN)
        })
    }

    /// Checks that the caller has confirmed the new budget of an object that is or will be enabled.
    fn confirmation(&self) -> Option<AdViolation> {
        let new = self.new_budget?;
        let can_spend = match self.state {
            // The budget of a new object is that of the same request, which also names ENABLE.
            SpendingState::New => false,
            SpendingState::Off => self.enables,
            SpendingState::On => true,
        };
        let is_confirmed = new.confirmed.is_some_and(|amount| is_equal(amount, new.amount));
        (can_spend && self.changes_budget(new) && !is_confirmed).then(|| {
            let amount = new.amount;
            AdViolation::of(
                "confirm_budget",
                new.confirmed
                    .map_or_else(|| "nothing".to_owned(), |given| given.to_string()),
                format!("{amount}, the new budget, because the object is or will be enabled"),
                format!("set confirm_budget to {amount} if it may spend that, or disable the object first"),
            )
            .with_code(&own::SPENDING_NOT_CONFIRMED)
        })
    }

    fn changes_budget(&self, new: NewBudget) -> bool {
        let is_other = |known: Amount| !is_equal(known, new.amount);
        let scheduled = self.budget.scheduled.filter(|amount| is_positive(*amount));
        self.budget.present.is_none_or(is_other) || scheduled.is_some_and(is_other)
    }

    /// Checks that a day costs at most `ceiling`.
    fn ceiling(&self, ceiling: Amount) -> Option<AdViolation> {
        if !self.enables && self.new_budget.is_none() {
            return None;
        }
        let exact = ceiling.exact();
        let is_above = |cost: &DayCost| match cost {
            DayCost::Unlimited => self.budget.holder != BudgetHolder::Campaign,
            DayCost::Unknown => true,
            DayCost::Most { cost, .. } => *cost > exact,
        };
        let later = Some(self.later_cost()).filter(is_above);
        let until_midnight = self.cost_until_midnight().filter(is_above);
        let most = self.share(exact);
        let wait = "enable the object after that time";
        let (field, got, fix) = match (later, until_midnight, self.new_budget) {
            (None, None, _) => return None,
            (None, Some(cost), new) => (
                "status",
                format!(
                    "{}: this present budget applies until 00:00 of the next day in the ad account's time zone",
                    self.explained(cost)
                ),
                match new {
                    Some(new) => format!("set budget to {} now without status, and {wait}", new.amount),
                    None => wait.to_owned(),
                },
            ),
            (Some(cost), later, Some(_)) => (
                "budget",
                self.explained(cost),
                match later {
                    Some(_) => format!(
                        "set budget to at most {most} now without status, and enable the object on the next day"
                    ),
                    None => format!("set budget to at most {most}"),
                },
            ),
            (Some(cost), _, None) => (
                "status",
                self.explained(cost),
                format!("set the budget to at most {most} before you enable the object"),
            ),
        };
        let allowed = format!(
            "a cost of at most {ceiling} a day, set by the host's operator with `--max-daily-budget`"
        );
        Some(AdViolation::of(field, got, allowed, fix).with_code(&own::BUDGET_ABOVE_CEILING))
    }

    /// Budget that TikTok has scheduled for the next day.
    fn scheduled(&self) -> Option<Amount> {
        self.budget.scheduled.filter(|amount| is_positive(*amount))
    }

    /// Highest cost of one day by the budget that applies in the end: the new one, else a scheduled one, else the present one.
    fn later_cost(&self) -> DayCost {
        let new = self.new_budget.map(|new| new.amount);
        self.cost_of(new.or_else(|| self.scheduled()).or(self.budget.present))
    }

    /// Highest cost of one day by the present budget, if the request enables the object and another budget waits for the
    /// next day.
    fn cost_until_midnight(&self) -> Option<DayCost> {
        let waits = match self.new_budget {
            Some(new) => new.is_scheduled,
            None => self.scheduled().is_some(),
        };
        let present = self.budget.present.filter(|amount| is_positive(*amount))?;
        (self.enables && waits).then(|| self.cost_of(Some(present)))
    }

    fn cost_of(&self, budget: Option<Amount>) -> DayCost {
        if self.budget.mode == Some(INFINITE) {
            return DayCost::Unlimited;
        }
        match budget.filter(|budget| is_positive(*budget)).map(Amount::exact) {
            Some(budget) => DayCost::Most {
                budget,
                cost: budget.times(self.day_percent()).hundredth(),
            },
            None => DayCost::Unknown,
        }
    }

    /// Percentage of the budget that one day can cost. An unknown mode counts as the most expensive one.
    fn day_percent(&self) -> u32 {
        match self.budget.mode {
            Some(DAY | TOTAL) => 100,
            Some(_) | None => 125,
        }
    }

    /// Largest budget whose day costs at most `ceiling`.
    fn share(&self, ceiling: Decimal) -> Decimal {
        match self.day_percent() {
            125 => ceiling.times(80).hundredth(),
            _ => ceiling,
        }
    }

    fn explained(&self, cost: DayCost) -> String {
        let holder = self.budget.holder.noun();
        match (cost, self.budget.mode) {
            (DayCost::Unlimited, _) => format!("{INFINITE}, with which the {holder} has no limit"),
            (DayCost::Unknown, _) => format!("a budget of the {holder} that is not known"),
            (DayCost::Most { budget, .. }, Some(DAY)) => format!("{budget} a day for the {holder}"),
            (DayCost::Most { budget, cost }, Some(TOTAL)) => {
                format!("{budget} for the lifetime of the {holder}, which can be spent in one day: {cost}")
            }
            (DayCost::Most { budget, cost }, _) => format!(
                "{budget} as the average of a week for the {holder}, of which one day can cost 125 %: {cost}"
            ),
        }
    }
}

/// Checks that a confirmed amount is the new budget, also where none need be confirmed.
pub fn check_confirmation(budget: Option<Amount>, confirmed: Option<Amount>) -> Option<AdViolation> {
    let confirmed = confirmed?;
    let is_same = budget.is_some_and(|budget| is_equal(budget, confirmed));
    (!is_same).then(|| {
        let (allowed, fix) = match budget {
            Some(budget) => (
                format!("{budget}, the new budget, or nothing"),
                format!("set confirm_budget to {budget} if that is meant, or correct budget"),
            ),
            None => (
                "nothing, because budget is not given".to_owned(),
                format!("set budget to {confirmed} if that is to be the new budget, or omit confirm_budget"),
            ),
        };
        AdViolation::of("confirm_budget", confirmed.to_string(), allowed, fix)
    })
}

/// Highest cost of one day.
#[derive(Debug, Clone, Copy)]
enum DayCost {
    /// No limit.
    Unlimited,
    /// The budget is not known.
    Unknown,
    /// Cost of one day at most, by the budget.
    Most { budget: Decimal, cost: Decimal },
}

fn is_positive(amount: Amount) -> bool {
    amount.exact() > Decimal::from(0)
}

fn is_equal(one: Amount, other: Amount) -> bool {
    one.exact() == other.exact()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{advertising::budget::DYNAMIC, catalogue::Row};

    fn amount(value: f64) -> Amount {
        Amount::new(value).unwrap()
    }

    fn ceiling(value: f64) -> SpendingPolicy {
        SpendingPolicy {
            max_daily_budget: Some(amount(value)),
            ..SpendingPolicy::default()
        }
    }

    fn create(holder: BudgetHolder, mode: &str, budget: Option<f64>) -> SpendingRequest<'_> {
        SpendingRequest {
            state: SpendingState::New,
            enables: true,
            new_budget: budget.map(|budget| NewBudget {
                amount: amount(budget),
                confirmed: None,
                is_scheduled: false,
            }),
            budget: PayingBudget {
                holder,
                mode: Some(mode),
                present: None,
                scheduled: None,
            },
        }
    }

    /// Update of an enabled ad group with a daily budget of 100.
    fn update(new: f64, confirmed: Option<f64>) -> SpendingRequest<'static> {
        let mut request = create(BudgetHolder::AdGroup, DAY, Some(new));
        request.state = SpendingState::On;
        request.enables = false;
        request.budget.present = Some(amount(100.0));
        request.new_budget.as_mut().unwrap().confirmed = confirmed.map(amount);
        request
    }

    fn codes(request: &SpendingRequest<'_>, policy: SpendingPolicy) -> Vec<&'static Row> {
        request
            .check(policy)
            .into_iter()
            .map(|violation| violation.code)
            .collect()
    }

    #[test]
    fn enabling_is_refused_if_the_operator_forbids_it() {
        let forbidden = SpendingPolicy {
            allows_enable: false,
            ..SpendingPolicy::default()
        };
        for state in [SpendingState::New, SpendingState::Off, SpendingState::On] {
            let mut request = create(BudgetHolder::Campaign, INFINITE, None);
            request.state = state;
            assert_eq!(codes(&request, SpendingPolicy::default()), [] as [&Row; 0]);
            assert_eq!(codes(&request, forbidden), [&own::ENABLE_FORBIDDEN]);
            request.enables = false;
            assert_eq!(codes(&request, forbidden), [] as [&Row; 0]);
        }
    }

    #[test]
    fn a_new_budget_of_an_enabled_object_is_confirmed() {
        let policy = SpendingPolicy::default();
        for (status, is_needed) in [
            (Some("ENABLE"), true),
            (Some("ANY_NEW_WORD"), true),
            (None, true),
            (Some("DISABLE"), false),
            (Some("FROZEN"), false),
        ] {
            let mut request = update(50.0, None);
            request.state = SpendingState::of(status);
            let expected: &[&Row] = if is_needed {
                &[&own::SPENDING_NOT_CONFIRMED]
            } else {
                &[]
            };
            assert_eq!(codes(&request, policy), expected, "{status:?}");
        }
        assert_eq!(codes(&update(50.5, Some(50.50)), policy), [] as [&Row; 0]);
        assert_eq!(
            codes(&update(50.5, Some(50.05)), policy),
            [&own::SPENDING_NOT_CONFIRMED]
        );
        let found = update(150.0, Some(1500.0)).check(policy);
        assert_eq!(
            found[0].error.to_string(),
            "confirm_budget: got 1500; allowed: 150, the new budget, because the object is or will be enabled; set \
             confirm_budget to 150 if it may spend that, or disable the object first"
        );
    }

    #[test]
    fn a_new_budget_together_with_enable_is_confirmed() {
        let policy = SpendingPolicy::default();
        let mut request = update(50.0, None);
        (request.state, request.enables) = (SpendingState::Off, true);
        assert_eq!(codes(&request, policy), [&own::SPENDING_NOT_CONFIRMED]);
        request.state = SpendingState::New;
        assert_eq!(codes(&request, policy), [] as [&Row; 0], "a create names both");
    }

    #[test]
    fn a_confirmed_amount_is_the_new_budget() {
        let check = |budget: Option<f64>, confirmed: Option<f64>| {
            check_confirmation(budget.map(amount), confirmed.map(amount))
        };
        for (budget, confirmed) in [(None, None), (Some(50.0), None), (Some(50.0), Some(50.0))] {
            assert_eq!(check(budget, confirmed), None, "{budget:?} {confirmed:?}");
        }
        for (budget, message) in [
            (
                Some(50.0),
                "confirm_budget: got 500; allowed: 50, the new budget, or nothing; set confirm_budget to 50 if that is meant, \
                 or correct budget",
            ),
            (
                None,
                "confirm_budget: got 500; allowed: nothing, because budget is not given; set budget to 500 if that is to be \
                 the new budget, or omit confirm_budget",
            ),
        ] {
            assert_eq!(check(budget, Some(500.0)).unwrap().error.to_string(), message);
        }
    }

    #[test]
    fn a_budget_that_does_not_change_needs_no_confirmation() {
        let policy = SpendingPolicy::default();
        let mut request = update(100.0, None);
        assert_eq!(codes(&request, policy), [] as [&Row; 0]);
        request.budget.scheduled = Some(amount(100.0));
        assert_eq!(codes(&request, policy), [] as [&Row; 0]);
        request.budget.scheduled = Some(amount(0.0));
        assert_eq!(codes(&request, policy), [] as [&Row; 0], "none is scheduled");
        request.budget.scheduled = Some(amount(50.0));
        assert_eq!(codes(&request, policy), [&own::SPENDING_NOT_CONFIRMED]);
    }

    #[test]
    fn a_day_costs_at_most_the_ceiling() {
        let (campaign, group) = (BudgetHolder::Campaign, BudgetHolder::AdGroup);
        for (holder, mode, most) in [
            (campaign, DAY, 100.0),
            (group, DAY, 100.0),
            (group, TOTAL, 100.0),
            (campaign, DYNAMIC, 80.0),
            (group, DYNAMIC, 80.0),
            (group, "BUDGET_MODE_OF_TOMORROW", 80.0),
        ] {
            let good = create(holder, mode, Some(most));
            assert_eq!(codes(&good, ceiling(100.0)), [] as [&Row; 0], "{mode}");
            let bad = create(holder, mode, Some(most + 0.01));
            assert_eq!(
                codes(&bad, ceiling(100.0)),
                [&own::BUDGET_ABOVE_CEILING],
                "{mode}"
            );
            let disabled = SpendingRequest {
                enables: false,
                ..bad
            };
            assert_eq!(
                codes(&disabled, ceiling(100.0)),
                [&own::BUDGET_ABOVE_CEILING],
                "{mode}"
            );
            assert_eq!(codes(&bad, SpendingPolicy::default()), [] as [&Row; 0], "{mode}");
        }
    }

    #[test]
    fn only_a_campaign_may_have_no_limit_of_its_own() {
        let policy = ceiling(100.0);
        assert_eq!(
            codes(&create(BudgetHolder::Campaign, INFINITE, None), policy),
            [] as [&Row; 0]
        );
        for (mode, got) in [
            (
                INFINITE,
                "BUDGET_MODE_INFINITE, with which the ad group has no limit",
            ),
            (DAY, "a budget of the ad group that is not known"),
        ] {
            let found = create(BudgetHolder::AdGroup, mode, None).check(policy);
            assert_eq!((found.len(), &*found[0].error.got), (1, got));
        }
    }

    #[test]
    fn the_message_names_the_cost_and_the_budget_that_fits() {
        for (mode, got, fix) in [
            (DAY, "200 a day for the ad group", "set budget to at most 100"),
            (
                TOTAL,
                "200 for the lifetime of the ad group, which can be spent in one day: 200",
                "set budget to at most 100",
            ),
            (
                DYNAMIC,
                "200 as the average of a week for the ad group, of which one day can cost 125 %: 250",
                "set budget to at most 80",
            ),
        ] {
            let found = create(BudgetHolder::AdGroup, mode, Some(200.0)).check(ceiling(100.0));
            assert_eq!((&*found[0].error.got, &*found[0].error.fix), (got, fix));
            assert_eq!(
                found[0].error.allowed,
                "a cost of at most 100 a day, set by the host's operator with `--max-daily-budget`"
            );
        }
    }

    #[test]
    fn enabling_counts_the_present_and_the_scheduled_budget() {
        let enable = |present, scheduled: Option<f64>| {
            let mut request = create(BudgetHolder::AdGroup, DAY, None);
            request.state = SpendingState::Off;
            request.budget.present = Some(amount(present));
            request.budget.scheduled = scheduled.map(amount);
            request
        };
        assert_eq!(codes(&enable(100.0, None), ceiling(100.0)), [] as [&Row; 0]);
        for bad in [enable(101.0, None), enable(50.0, Some(101.0))] {
            let found = bad.check(ceiling(100.0));
            assert_eq!(found.len(), 1, "{bad:?}");
            assert_eq!(found[0].error.field, "status");
            assert_eq!(
                found[0].error.fix,
                "set the budget to at most 100 before you enable the object"
            );
        }
    }

    #[test]
    fn a_present_budget_above_the_ceiling_is_told_from_the_one_that_waits() {
        let mut request = create(BudgetHolder::AdGroup, DAY, Some(90.0));
        request.state = SpendingState::Off;
        request.budget.present = Some(amount(500.0));
        let new = request.new_budget.as_mut().unwrap();
        (new.confirmed, new.is_scheduled) = (Some(amount(90.0)), true);
        let only = |request: SpendingRequest<'_>| {
            let found = request.check(ceiling(100.0));
            assert_eq!(found.len(), 1, "{found:?}");
            let error = &found[0].error;
            (error.field.clone(), error.got.clone(), error.fix.clone())
        };
        let until = "500 a day for the ad group: this present budget applies until 00:00 of the next day in the ad account's \
                     time zone";
        let expected = |field: &str, got: &str, fix: &str| (field.into(), got.into(), fix.into());
        assert_eq!(
            only(request),
            expected(
                "status",
                until,
                "set budget to 90 now without status, and enable the object after that time"
            )
        );
        let scheduled = SpendingRequest {
            new_budget: None,
            budget: PayingBudget {
                scheduled: Some(amount(90.0)),
                ..request.budget
            },
            ..request
        };
        assert_eq!(
            only(scheduled),
            expected("status", until, "enable the object after that time")
        );
        request.new_budget.as_mut().unwrap().amount = amount(150.0);
        request.new_budget.as_mut().unwrap().confirmed = Some(amount(150.0));
        assert_eq!(
            only(request),
            expected(
                "budget",
                "150 a day for the ad group",
                "set budget to at most 100 now without status, and enable the object on the next day"
            )
        );
        request.enables = false;
        request.new_budget.as_mut().unwrap().amount = amount(90.0);
        assert_eq!(codes(&request, ceiling(100.0)), [] as [&Row; 0]);
    }

    #[test]
    fn a_new_budget_takes_the_place_of_a_scheduled_one() {
        let mut request = create(BudgetHolder::AdGroup, DAY, Some(90.0));
        request.state = SpendingState::Off;
        (request.budget.present, request.budget.scheduled) = (Some(amount(80.0)), Some(amount(500.0)));
        let new = request.new_budget.as_mut().unwrap();
        (new.confirmed, new.is_scheduled) = (Some(amount(90.0)), true);
        assert_eq!(codes(&request, ceiling(100.0)), [] as [&Row; 0]);
    }

    #[test]
    fn a_lower_budget_is_possible_while_the_present_one_is_above_the_ceiling() {
        let lower = update(50.0, Some(50.0));
        assert_eq!(codes(&lower, ceiling(60.0)), [] as [&Row; 0]);
        let enabled = SpendingRequest {
            enables: true,
            ..lower
        };
        assert_eq!(codes(&enabled, ceiling(60.0)), [] as [&Row; 0], "it acts at once");
        let mut tomorrow = enabled;
        tomorrow.new_budget.as_mut().unwrap().is_scheduled = true;
        assert_eq!(codes(&tomorrow, ceiling(60.0)), [&own::BUDGET_ABOVE_CEILING]);
    }

    proptest! {
        #[test]
        fn no_day_above_the_ceiling_passes(
            cents in 0_u32..100_000_000, most in 1_u32..100_000_000, mode in 0_usize..3, enables: bool,
        ) {
            let (mode, percent) = [(DAY, 100_u64), (TOTAL, 100), (DYNAMIC, 125)][mode];
            let request = SpendingRequest {
                enables,
                ..create(BudgetHolder::AdGroup, mode, Some(f64::from(cents) / 100.0))
            };
            let is_within = cents > 0 && u64::from(cents) * percent <= u64::from(most) * 100;
            let found = request.check(ceiling(f64::from(most) / 100.0));
            prop_assert_eq!(found.is_empty(), is_within, "{:?}", found);
        }

        #[test]
        fn only_the_same_amount_confirms(new in 1_u32..10_000_000, confirmed in 1_u32..10_000_000) {
            let euros = |cents| f64::from(cents) / 100.0;
            for confirmed in [new, confirmed] {
                let request = update(euros(new), Some(euros(confirmed)));
                let found = request.check(SpendingPolicy::default());
                prop_assert_eq!(found.is_empty(), confirmed == new || new == 10_000);
            }
        }
    }
}
