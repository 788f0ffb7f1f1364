//! Limits on the budget and the bids of an ad group. Facts: docs/tiktok-marketing-api.md#create-an-ad-group,
//! docs/tiktok-marketing-api.md#budgets-and-currencies.

use std::time::Duration;

use crate::{
    advertising::{
        budget::{BudgetLevel, BudgetLimits, TOTAL, check_changed, check_decimals},
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

/// Checks the budget and the bids of an ad group that is created `now`, a time since the Unix epoch.
pub(super) fn amounts(
    view: &View,
    schedule: &Schedule<'_>,
    currency: Currency,
    now: Duration,
) -> Vec<AdViolation> {
    let limits = BudgetLimits {
        currency,
        level: level(view),
        days: if view.is("budget_mode", TOTAL) {
            schedule.days(now).unwrap_or(1)
        } else {
            1
        },
    };
    let budget = view.amount("budget");
    let mut found: Vec<AdViolation> = budget
        .map(|budget| limits.check("budget", budget))
        .unwrap_or_default();
    for field in ["bid_price", "conversion_bid_price", "min_budget"] {
        let Some(amount) = view.amount(field) else {
            continue;
        };
        found.extend(check_decimals(field, amount, currency));
        found.extend(above_budget(view, field, amount));
        found.extend(above_maximum(view, field, amount, currency));
    }
    found
}

/// Checks changed budgets and bids of an existing ad group.
pub(super) fn changed_amounts(view: &View, currency: Currency) -> Vec<AdViolation> {
    let amounts = ["budget", "bid_price", "conversion_bid_price", "min_budget"];
    let given = amounts
        .into_iter()
        .filter_map(|field| Some((field, view.amount(field)?)));
    given
        .flat_map(|(field, amount)| check_changed(field, amount, currency))
        .collect()
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
