//! Limits on the budget and the bids of an ad group. Facts: docs/tiktok-marketing-api.md#create-an-ad-group,
//! docs/tiktok-marketing-api.md#budgets-and-currencies.

use std::time::Duration;

use crate::{
    advertising::{
        budget::{BudgetLevel, BudgetLimits, TOTAL, check_decimals},
        currency::Currency,
        schedule::Schedule,
        view::View,
        violation::AdViolation,
    },
    model::{Amount, Decimal},
};

/// Largest bids in US dollars by the event that is charged.
const BIDS_MAX: [(&str, &str, u32); 4] = [
    ("bid_price", "CPC", 30),
    ("bid_price", "CPM", 120),
    ("bid_price", "CPV", 120),
    ("conversion_bid_price", "OCPM", 1_500),
];

/// Checks the budget and the bids of an ad group at `now`, a time since the Unix epoch. Limits that depend on the currency
/// pass if it is not known.
pub(super) fn amounts(
    view: &View,
    schedule: &Schedule<'_>,
    currency: Option<Currency>,
    now: Duration,
) -> Vec<AdViolation> {
    let mut found: Vec<AdViolation> = match (view.amount("budget"), currency) {
        (Some(budget), Some(currency)) => limits(view, schedule, currency, now).check("budget", budget),
        (_, _) => Vec::new(),
    };
    for field in ["bid_price", "conversion_bid_price", "min_budget"] {
        let Some(amount) = view.amount(field) else {
            continue;
        };
        found.extend(currency.and_then(|currency| check_decimals(field, amount, currency)));
        found.extend(above_budget(view, field, amount));
        found.extend(currency.and_then(|currency| above_maximum(view, field, amount, currency)));
    }
    found
}

fn limits(view: &View, schedule: &Schedule<'_>, currency: Currency, now: Duration) -> BudgetLimits {
    BudgetLimits {
        currency,
        level: level(view),
        days: if view.is("budget_mode", TOTAL) {
            schedule.days(now).unwrap_or(1)
        } else {
            1
        },
    }
}

/// Whether a bid is above the maximum of a currency.
pub(super) fn is_above_a_maximum(view: &View) -> bool {
    let is_above = |(field, event, base): &(&str, &str, u32)| {
        let bid = view.amount(field);
        view.is("billing_event", event) && bid.is_some_and(|bid| bid.exact() > Decimal::from(*base))
    };
    BIDS_MAX.iter().any(is_above)
}

fn level(view: &View) -> BudgetLevel {
    let is_shop = view.is("product_source", "STORE") || view.is("product_source", "SHOWCASE");
    if is_shop {
        BudgetLevel::Shop
    } else {
        BudgetLevel::AdGroup
    }
}

/// Checks that a bid is below the budgets of the ad group and of its campaign.
fn above_budget(view: &View, field: &str, bid: Amount) -> Option<AdViolation> {
    let budgets = [
        ("budget", "the budget"),
        ("campaign.budget", "the campaign's budget"),
    ];
    let exceeded = budgets.into_iter().find_map(|(name, title)| {
        let budget = view.amount(name)?;
        let is_limit = budget.exact() > Decimal::from(0);
        (is_limit && bid.exact() >= budget.exact()).then_some((budget, title))
    });
    let (budget, title) = exceeded?;
    Some(AdViolation::of(
        field,
        bid.to_string(),
        format!("less than {title}, {budget}"),
        "lower it, or raise the budget",
    ))
}

fn above_maximum(view: &View, field: &str, bid: Amount, currency: Currency) -> Option<AdViolation> {
    let event = view.text("billing_event")?;
    let (_, _, base) = BIDS_MAX.iter().find(|row| (row.0, row.1) == (field, event))?;
    let maximum = Decimal::from(*base).times(currency.ratio);
    (bid.exact() > maximum).then(|| {
        let code = currency.code;
        AdViolation::of(
            field,
            format!("{bid} {code}"),
            format!("at most {maximum} {code} for {event}"),
            format!("set a smaller bid; amounts are in {code}, not in its hundredths"),
        )
    })
}
