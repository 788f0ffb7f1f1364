//! TikTok's limits on budgets. Facts: docs/tiktok-marketing-api.md#budgets-and-currencies.

use super::{currency::Currency, violation::AdViolation};
use crate::{
    catalogue::own,
    model::{Amount, Decimal},
};

/// Budget for each day.
pub(super) const DAY: &str = "BUDGET_MODE_DAY";

/// Average budget for the days of a week.
pub const DYNAMIC: &str = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET";

/// Budget for the whole lifetime.
pub const TOTAL: &str = "BUDGET_MODE_TOTAL";

/// No limit.
pub const INFINITE: &str = "BUDGET_MODE_INFINITE";

/// Base of all maximum budgets, which lie below it.
const MAXIMUM: u32 = 10_000_000;

/// Whether TikTok distributes the budget of a campaign over its ad groups. Only then a campaign has an average budget of a
/// day.
pub fn is_distributed(budget_optimize_on: bool, budget_mode: Option<&str>) -> bool {
    budget_optimize_on || budget_mode == Some(DYNAMIC)
}

/// Kind of object that has a budget, as far as its minimum depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetLevel {
    /// Campaign.
    Campaign,
    /// Ad group.
    AdGroup,
    /// `PRODUCT_SALES` campaign with the product source `STORE`, or an ad group with `STORE` or `SHOWCASE`.
    Shop,
}

impl BudgetLevel {
    /// Base of the minimum, which the ratio of the currency multiplies.
    const fn minimum(self) -> u32 {
        match self {
            Self::Campaign => 50,
            Self::AdGroup => 20,
            Self::Shop => 10,
        }
    }
}

/// Limits of one budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLimits {
    /// Currency of the ad account.
    pub currency: Currency,
    /// Kind of object.
    pub level: BudgetLevel,
    /// Days of the schedule for the lifetime budget of an ad group, else 1.
    pub days: u32,
}

impl BudgetLimits {
    /// Smallest budget.
    pub fn minimum(&self) -> Decimal {
        Decimal::from(self.level.minimum())
            .times(self.currency.ratio)
            .times(self.days.max(1))
    }

    /// Checks the amount of the input `field`.
    pub fn check(&self, field: &str, budget: Amount) -> Vec<AdViolation> {
        let below = self.below(field, budget);
        let others = check_changed(field, budget, self.currency);
        below.into_iter().chain(others).collect()
    }

    /// Checks the new amount of an existing budget, whose limits have been `before`. A present budget below the minimum shows
    /// that the object has a smaller one, as in TikTok's simplified mode.
    pub(super) fn check_change(
        &self,
        field: &str,
        budget: Amount,
        (before, present): (&Self, Option<Amount>),
    ) -> Vec<AdViolation> {
        let has_own_minimum = present.is_some_and(|present| before.below(field, present).is_some());
        let below = self.below(field, budget).filter(|_| !has_own_minimum);
        let others = check_changed(field, budget, self.currency);
        below.into_iter().chain(others).collect()
    }

    fn below(&self, field: &str, budget: Amount) -> Option<AdViolation> {
        let minimum = self.minimum();
        let code = self.currency.code;
        let reason = match self.days {
            0 | 1 => String::new(),
            days => format!(
                ", for a lifetime budget over {days} days of at least {} each",
                Self { days: 1, ..*self }.minimum()
            ),
        };
        let violation = AdViolation::of(
            field,
            format!("{budget} {code}"),
            format!("at least {minimum} {code}{reason}"),
            format!("set it to {minimum} or more; amounts are in {code}, not in its hundredths"),
        );
        (budget.exact() < minimum).then(|| violation.with_code(&own::BUDGET_BELOW_MINIMUM))
    }
}

/// Whether an amount, apart from its minimum, is allowed in some currencies only. A whole amount below the smallest maximum is
/// allowed in all of them.
pub(super) fn depends_on_currency(amount: Amount) -> bool {
    amount.exact().places() > 0 || amount.exact() >= Decimal::from(MAXIMUM)
}

/// Whether a new budget is to be compared with the minimum: one that is not below the present one is at least the minimum, or
/// the object has a smaller one.
pub(super) fn depends_on_minimum(budget: Amount, present: Option<Amount>) -> bool {
    present.is_none_or(|present| budget.exact() < present.exact())
}

/// Checks all of an amount but its minimum.
fn check_changed(field: &str, amount: Amount, currency: Currency) -> Vec<AdViolation> {
    let found = [
        above(field, amount, currency),
        check_decimals(field, amount, currency),
    ];
    found.into_iter().flatten().collect()
}

fn above(field: &str, amount: Amount, currency: Currency) -> Option<AdViolation> {
    let (maximum, code) = (Decimal::from(MAXIMUM).times(currency.ratio), currency.code);
    (amount.exact() >= maximum).then(|| {
        AdViolation::of(
            field,
            format!("{amount} {code}"),
            format!("less than {maximum} {code}"),
            format!("set a smaller amount; amounts are in {code}, not in its hundredths"),
        )
    })
}

/// Checks the number of decimals of a budget or bid.
pub(super) fn check_decimals(field: &str, amount: Amount, currency: Currency) -> Option<AdViolation> {
    let Currency { code, decimals, .. } = currency;
    let allowed = match decimals {
        0 => format!("whole amounts in {code}"),
        _ => format!("at most {decimals} digits after the decimal point in {code}"),
    };
    (amount.exact().places() > decimals)
        .then(|| AdViolation::of(field, amount.to_string(), allowed, "round the amount"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_that_depends_on_no_currency_breaks_no_rule_of_any() {
        for code in ["USD", "HUF", "PLN", "JPY", "VND", "VEF"] {
            let currency = Currency::find(code).unwrap();
            for value in [1.0, 50.0, 9_999_999.0] {
                assert!(!depends_on_currency(amount(value)), "{value}");
                assert_eq!(
                    check_changed("budget", amount(value), currency),
                    [],
                    "{value} {code}"
                );
            }
        }
        assert!(depends_on_currency(amount(50.5)) && depends_on_currency(amount(10_000_000.0)));
    }

    fn limits(code: &str, level: BudgetLevel, days: u32) -> BudgetLimits {
        BudgetLimits {
            currency: Currency::find(code).unwrap(),
            level,
            days,
        }
    }

    fn amount(value: f64) -> Amount {
        Amount::new(value).unwrap()
    }

    #[test]
    fn a_new_budget_has_the_minimum_unless_the_present_one_lies_below() {
        for (budget, present, is_wrong) in [
            (19.0, None, true),
            (19.0, Some(20.0), true),
            (20.0, Some(50.0), false),
            (12.0, Some(10.0), false),
            (5.0, Some(10.0), false),
        ] {
            let limits = limits("USD", BudgetLevel::AdGroup, 1);
            let (budget, present) = (amount(budget), present.map(amount));
            let found = limits.check_change("budget", budget, (&limits, present));
            assert_eq!(!found.is_empty(), is_wrong, "{budget} {present:?}");
            assert!(!is_wrong || depends_on_minimum(budget, present));
        }
    }

    #[test]
    fn exactly_the_minimum_passes_and_less_does_not() {
        for (code, level, days, good, bad) in [
            ("USD", BudgetLevel::Campaign, 1, 50.0, 49.99),
            ("USD", BudgetLevel::AdGroup, 1, 20.0, 19.99),
            ("USD", BudgetLevel::Shop, 1, 10.0, 9.99),
            ("USD", BudgetLevel::AdGroup, 7, 140.0, 139.99),
            ("USD", BudgetLevel::AdGroup, 0, 20.0, 0.0),
            ("PLN", BudgetLevel::AdGroup, 1, 80.0, 79.99),
            ("JPY", BudgetLevel::Campaign, 1, 5_000.0, 4_999.0),
            ("IDR", BudgetLevel::AdGroup, 30, 6_000_000.0, 5_999_999.0),
            ("GBP", BudgetLevel::Campaign, 1, 9_999_999.99, -50.0),
        ] {
            let limits = limits(code, level, days);
            assert_eq!(limits.check("budget", amount(good)), [], "{limits:?}");
            let found = limits.check("budget", amount(bad));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].code, &own::BUDGET_BELOW_MINIMUM);
        }
    }

    #[test]
    fn the_message_names_the_minimum_and_its_days() {
        let found = limits("USD", BudgetLevel::AdGroup, 7).check("budget", amount(100.0));
        assert_eq!(
            found[0].error.to_string(),
            "budget: got 100 USD; allowed: at least 140 USD, for a lifetime budget over 7 days of at least 20 each; \
             set it to 140 or more; amounts are in USD, not in its hundredths"
        );
    }

    #[test]
    fn the_maximum_itself_is_too_large() {
        let limits = limits("JPY", BudgetLevel::Campaign, 1);
        assert_eq!(limits.check("budget", amount(999_999_999.0)), []);
        for bad in [1e9, 1e300] {
            let found = limits.check("budget", amount(bad));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].error.allowed, "less than 1000000000 JPY");
        }
    }

    #[test]
    fn decimals_are_those_of_the_currency() {
        for (code, good, bad) in [("USD", 50.05, 50.005), ("JPY", 5_000.0, 5_000.5)] {
            let limits = limits(code, BudgetLevel::Campaign, 1);
            assert_eq!(limits.check("budget", amount(good)), []);
            let found = limits.check("budget", amount(bad));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].error.fix, "round the amount");
        }
        let both = limits("JPY", BudgetLevel::Campaign, 1).check("budget", amount(0.5));
        assert_eq!(both.len(), 2, "all violations are reported at once: {both:?}");
    }

    proptest! {
        #[test]
        fn a_budget_passes_if_it_lies_within_the_limits(cents in 0_u32..2_000_000_000, days in 1_u32..400) {
            let limits = limits("EUR", BudgetLevel::AdGroup, days);
            let is_within = (u64::from(days) * 2_000..1_000_000_000).contains(&cents.into());
            let found = limits.check("budget", amount(f64::from(cents) / 100.0));
            prop_assert_eq!(found.is_empty(), is_within, "{:?}", found);
        }
    }
}
